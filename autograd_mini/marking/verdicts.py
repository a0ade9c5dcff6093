"""check: hold answers computed by hand against the circuit: verdicts, the first mistake, and what explains it.

The right numbers come from the circuit's rows; here they are only compared.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..errors import NotFiniteError, QuestionError, UnknownWireError
from ..numerals import SIGNIFICANT, numbers
from ..tensor import Tensor
from .answers import Answer, expect_answers
from .causes import Suspects
from .conventions import ANY, Conventions
from .explaining import Cause, cause_of
from .marks import Mark, Marking, mark_sheet
from .messages import check_language
from .report import Report
from .rounding import Rounding
from .work import Ground, Place, Walk

_MARKINGS = {"follow-through": Marking(), "strict": Marking(follow_through=False)}


def check(
    root: Tensor,
    gradients: Mapping[str, Any],
    *,
    values: Mapping[str, Any] | None = None,
    upstream: Any = None,
    conventions: Conventions | None = None,
    marking: str | Marking = "follow-through",
    weights: Mapping[str, float] | None = None,
    language: str = "en",
) -> Report:
    """Mark answers that somebody computed by hand: verdicts, the first mistake, and the misconceptions behind it.

        check(f, {"w0": "-3.00", "x0": "-1", "w1": "39/100", "w2": ""})

    An answer is text or a number. It is right if the right number, rounded to the last digit written, is the answer:
    "-0.20" for −0.1966; a whole number may be off by 5 % at most, so that "0" is no answer for 0.39. A fraction is
    exact, but 39/100 counts as 0.39. A blank is never a zero. A wrong number that is right given the sheet's own
    earlier numbers follows; the others are slips.

    Args:
        root: the output of the circuit.
        gradients: an answer for each wire asked, by the wire's name; nested lists of answers for an array.
        values: an answer for each wire whose forward value was asked.
        upstream: gradient that arrives at the output; 1 for a single number when left out.
        conventions: what the numbers mean and what is right at a kink; nothing is fixed when left out.
        marking: "follow-through", "strict", or a `Marking` of your own.
        weights: the marks that a wire is worth, by its name, or by `value:name` for its value; 1 each when left out.
        language: of the report: "en" or "ko".

    Raises:
        UnknownWireError: if a name is no wire of the circuit, or its wire takes no gradient.
        QuestionError: if nothing was asked, the answers are no mapping, or a choice is none of those listed.
        NotFiniteError: if the right number of an asked wire is NaN or infinite.
    """
    marker = Marker(root, conventions=conventions, upstream=upstream, marking=marking, weights=weights)
    return marker.mark(gradients, values, language=language)


class Marker:
    """A circuit prepared for marking many sheets: the right numbers and all possible faults are worked out once.

    Takes what `check` takes, and raises what it raises.
    """

    def __init__(
        self,
        root: Tensor,
        *,
        conventions: Conventions | None = None,
        upstream: Any = None,
        marking: str | Marking = "follow-through",
        weights: Mapping[str, float] | None = None,
    ) -> None:
        if isinstance(marking, str):
            if marking not in _MARKINGS:
                known = ", ".join(map(repr, _MARKINGS))
                raise QuestionError(f"marking must be {known} or a Marking; got {marking!r}.")
            marking = _MARKINGS[marking]
        if not isinstance(marking, Marking):
            raise QuestionError(f"marking must be text or a Marking; got {type(marking).__name__}.")
        if not isinstance(conventions, Conventions | None):
            raise QuestionError(f"conventions must be a Conventions(...); got {conventions!r:.60}.")
        self.conventions = conventions or ANY
        self.ground = Ground(root, self.conventions, upstream)
        self.suspects = Suspects(self.ground)
        self.marking = marking
        self.weights = _weights(weights, self.ground)

    def mark(
        self, gradients: Mapping[str, Any], values: Mapping[str, Any] | None = None, *, language: str = "en"
    ) -> Report:
        """Return the report on one sheet; see `check`."""
        check_language(language)
        # Somebody's numbers may lead anywhere; what is not finite fits nothing.
        with np.errstate(all="ignore"):
            marks, causes, is_complete = self._marked(gradients, values or {})
        return Report(marks, causes, self.weights, language, is_complete)

    def _marked(self, gradients: Mapping[str, Any], values: Mapping[str, Any]) -> tuple[list[Mark], list[Cause], bool]:
        answers, names = self._answers(gradients, values)
        base = self.ground.walk(answers)
        if base.failures and (rounding := Rounding.of(answers.values())):
            rounded = self.ground.walk(answers, rounding=rounding)
            if not rounded.failures:
                # Numbers that were worked with but not written down were rounded as well.
                base = rounded
        explanations, is_complete = self.suspects.explain(answers, base)
        walk = base
        if explanations and len(answers) < sum(map(len, base.predicted.values())):
            walk = self._followed(answers, base, explanations[0].walk)
        marks = mark_sheet(self.ground, answers, walk, names, self.marking)
        by_place = dict(zip(answers, marks, strict=True))
        return (
            marks,
            [cause_of(self.ground, explanation, answers, by_place, base) for explanation in explanations],
            is_complete,
        )

    def _followed(self, answers: Mapping[Place, Answer], base: Walk, explained: Walk) -> Walk:
        """Return the walk in which blanks hold what the likeliest cause put there, so that later numbers may follow.

        The first number that does not fit stays a slip: what is behind it was not written down.
        """
        walk = self.ground.walk(answers, base=base, blanks=explained)
        first = base.first_failure
        if first is not None and first not in walk.failures:
            walk.failures = {first: None} | walk.failures
            walk.predicted[first[0]][first[1]] = base.prediction(first)
        return walk

    def _answers(
        self, gradients: Mapping[str, Any], values: Mapping[str, Any]
    ) -> tuple[dict[Place, Answer], dict[Place, str]]:
        """Return the answers and the wires' names by place, in the order of the work."""
        graph, right = self.ground.graph, self.ground.right
        for answers in (gradients, values):
            expect_answers(answers, "check")
        given: dict[Place, Any] = {("value", graph[name]): answer for name, answer in values.items()}
        given |= {("gradient", graph[name]): answer for name, answer in gradients.items()}
        if not given:
            raise QuestionError("check: no answer was given; give at least one wire, such as {'w0': '-3'}.")
        for kind, wire in given:
            if wire not in right.predicted[kind]:
                raise UnknownWireError(
                    f"the wire {wire.name!r} takes no gradient; it was made with requires_grad=False, "
                    "or the output does not depend on it."
                )
            number = right.predicted[kind][wire].middle
            if not np.all(np.isfinite(number)):
                raise NotFiniteError(
                    f"check: the right {kind} of {wire.name!r} is {numbers(number, SIGNIFICANT)}, so no answer can be "
                    "marked there. Choose other inputs."
                )
        order: list[Place] = [("value", wire) for wire in graph.wires]
        order += [("gradient", wire) for wire in self.ground.backward]
        asked = [place for place in order if place in given]
        return (
            {place: self._answer(place, given[place]) for place in asked},
            {place: str(place[1].name) for place in asked},
        )

    def _answer(self, place: Place, given: Any) -> Answer:
        """Return an answer, read by the conventions of the question."""
        kind, wire = place
        chosen = self.conventions
        transposed = chosen.layout == "transposed"
        if kind == "value":
            return Answer(given, wire.shape, chosen.slack, transposed=transposed)
        is_input = self.ground.graph.driver(wire) is None
        factor, offset = chosen.written_as(wire.data, is_input)
        return Answer(given, wire.shape, chosen.slack, factor=factor, offset=offset, transposed=transposed)


def _weights(weights: Mapping[str, float] | None, ground: Ground) -> dict[str, float]:
    """Return the marks that wires are worth, checked."""
    if not isinstance(weights, Mapping | None):
        raise QuestionError(f"check: expected marks by wire, such as {{'w0': 2}}; got {type(weights).__name__}.")
    for name, weight in (weights or {}).items():
        ground.graph[name.removeprefix("value:")]
        if not isinstance(weight, int | float) or not 0 <= weight < float("inf"):
            raise QuestionError(f"check: the marks for {name!r} must be a number of at least 0; got {weight!r}.")
    return dict(weights or {})
