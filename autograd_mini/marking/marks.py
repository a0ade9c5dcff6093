"""Marks: the verdict on each wire of a sheet, from one walk through the circuit on the sheet's own numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from ..errors import QuestionError
from .answers import Answer
from .messages import Message
from .sheets import Written
from .work import Ground, Place, Walk

Verdict = Literal["right", "right by rounding", "follows", "slip", "blank", "unreadable"]
Kind = Literal["value", "gradient"]

RIGHT: tuple[Verdict, ...] = ("right", "right by rounding")
# The verdicts from the least that an array can be called by one entry of it to the most.
_WORST_FIRST: tuple[Verdict, ...] = ("unreadable", "slip", "follows", "blank", "right by rounding", "right")


@dataclass(frozen=True)
class Marking:
    """How verdicts become marks.

    Attributes:
        follow_through: whether a wrong number that follows from earlier ones earns marks.
        penalty: what share of its mark such a number loses.
        trivial_cap: the most such a number earns where what it follows from has become 0, 1 or −1, which makes the
            rest of the work easier than it was. A 0 that follows from a 0 takes no work, and earns nothing.

    Raises:
        QuestionError: if a share is not between 0 and 1.
    """

    follow_through: bool = True
    penalty: float = 0.0
    trivial_cap: float = 0.5

    def __post_init__(self) -> None:
        for name in ("penalty", "trivial_cap"):
            share = getattr(self, name)
            if not isinstance(share, int | float) or not 0 <= share <= 1:
                raise QuestionError(f"marking: '{name}' must be a share from 0 to 1; got {share!r}.")

    def credit(self, verdict: Verdict, is_trivial: bool) -> float:
        """Return the share of a mark that a verdict earns."""
        if verdict in RIGHT:
            return 1.0
        if verdict != "follows" or not self.follow_through:
            return 0.0
        return min(1.0 - self.penalty, self.trivial_cap) if is_trivial else 1.0 - self.penalty


@dataclass(frozen=True)
class Mark:
    """One wire of a sheet.

    Attributes:
        wire: its name.
        kind: whether its value or its gradient was asked.
        verdict: "right"; "right by rounding": once the sheet's own rounding is carried; "follows": wrong, but right
            from the sheet's own earlier numbers; "slip": wrong even then; "blank"; "unreadable". An array is called by
            the worst of its entries.
        entries: the verdicts entry by entry, in the wire's shape.
        written: the answer as it was written; for an array, its entries in order.
        right: the right number or array.
        follows: the number that follows from the sheet's own earlier numbers.
        credit: the share of the mark that is earned, from 0 to 1.
        remark: what else there is to say: a wrong shape, or why an answer cannot be read.
    """

    wire: str
    kind: Kind
    verdict: Verdict
    entries: Any
    written: tuple[Written, ...]
    right: Any
    follows: Any
    credit: float
    remark: Message | None = None

    @property
    def answer(self) -> str:
        """The answer as it was written."""
        texts = [written.text for written in self.written]
        if np.ndim(self.right) == 0 and len(texts) == 1:
            return texts[0]
        if len(texts) == np.size(self.right):
            return bracketed(np.array(texts, object).reshape(np.shape(self.right)).tolist())
        return bracketed(texts) if texts else ""

    @property
    def note(self) -> str:
        """The remark in English; "" if there is none."""
        return "" if self.remark is None else self.remark.said()

    @property
    def is_mistake(self) -> bool:
        """Whether the number is wrong, for whatever reason, or cannot be read."""
        return self.verdict in ("follows", "slip", "unreadable")


def bracketed(texts: Any) -> str:
    """Return nested lists of texts as they are written by hand: [[1, 2], [3, 4]]."""
    return "[" + ", ".join(map(bracketed, texts)) + "]" if isinstance(texts, list) else str(texts)


def mark_sheet(
    ground: Ground, answers: Mapping[Place, Answer], walk: Walk, names: Mapping[Place, str], marking: Marking
) -> list[Mark]:
    """Return the marks of a sheet in the order of the work: values forward, then gradients from the output back.

    Args:
        ground: the circuit.
        answers: the sheet.
        walk: the walk on the sheet's numbers that verdicts are taken from.
        names: what each place is called.
        marking: how verdicts become marks.
    """
    clean: dict[Place, bool] = {}
    marks = []
    order: list[Place] = [("value", wire) for wire in ground.graph.wires]
    order += [("gradient", wire) for wire in ground.backward]
    for place in order:
        predicted = walk.prediction(place)
        sources = _sources(ground, place)
        is_clean = all(clean[source] for source in sources)
        answer = answers.get(place)
        if answer is None:
            # A cause may have put another number there.
            clean[place] = is_clean and _is_expected(walk, place)
            continue
        entries = _entries(answer, predicted, ground.right.prediction(place), is_clean)
        if place in walk.unbalanced:
            # At a tie each part may be right by itself though together they are not.
            entries = np.full(entries.shape, "slip", object)
        is_right = np.isin(entries, RIGHT) | ((entries == "blank") & is_clean)
        clean[place] = bool(np.all(is_right))
        trivial = any(not clean[source] and _is_trivial(walk, ground, source) for source in sources)
        remark = answer.remark or (Message("note.tie") if place in walk.unbalanced else None)
        marks.append(_mark(names[place], place, answer, entries, ground, predicted, trivial, marking, remark))
    return marks


def _sources(ground: Ground, place: Place) -> list[Place]:
    """Return the places that a number is worked out from."""
    kind, wire = place
    if kind == "value":
        gate = ground.graph.driver(wire)
        return [] if gate is None else [("value", operand) for _, operand in gate.inputs]
    found: list[Place] = []
    for gate, position in ground.arrivals[wire]:
        found.append(("gradient", gate.output))
        rule = gate.primitive.rule_for(position)
        if rule is None or rule.constant is None:
            found += [("value", gate.output), *(("value", operand) for _, operand in gate.inputs)]
    return found


def _entries(answer: Answer, predicted: Any, right: Any, is_clean: bool) -> Any:
    """Return the verdict on each entry, as an array of texts."""
    verdicts = np.full(answer.there.shape, "slip", object)
    if not answer.has_shape:
        return verdicts
    verdicts[answer.fits(predicted)] = "right by rounding" if is_clean else "follows"
    agrees = answer.agrees(right.middle)
    if not right.is_exact:
        # At a kink any subgradient is right.
        agrees = agrees | (answer.there & answer.fits(right))
    verdicts[agrees] = "right"
    verdicts[~answer.there] = "blank"
    problems = np.array([bool(entry.remark) for entry in answer.written], bool).reshape(answer.there.shape)
    verdicts[problems] = "unreadable"
    return verdicts


def _is_expected(walk: Walk, place: Place) -> bool:
    """Return whether the work went on with the number that was expected at a place."""
    kind, wire = place
    carried, predicted = (walk.values if kind == "value" else walk.gradients)[wire], walk.prediction(place)
    return carried is predicted or np.allclose(carried.middle, predicted.middle, rtol=1e-9, atol=1e-12)


def _is_trivial(walk: Walk, ground: Ground, place: Place) -> bool:
    """Return whether a number that the work went on with is 0, 1 or −1 where the right one is not."""
    kind, wire = place
    carried = (walk.values if kind == "value" else walk.gradients)[wire].middle
    right = ground.right.prediction(place).middle
    return any(np.all(np.abs(carried) == easy) and not np.all(np.abs(right) == easy) for easy in (0.0, 1.0))


def _mark(
    name: str, place: Place, answer: Answer, entries: Any, ground: Ground, predicted: Any, trivial: bool,
    marking: Marking, remark: Message | None,
) -> Mark:  # fmt: skip
    present = set(np.ravel(entries).tolist())
    verdict = next(verdict for verdict in _WORST_FIRST if verdict in present or not present)
    if answer.is_blank:
        verdict, entries = "blank", np.full(entries.shape, "blank", object)
    elif answer.is_unreadable:
        verdict = "unreadable"
    credits = [marking.credit(entry, trivial) for entry in np.ravel(entries).tolist()]
    if verdict == "follows" and not np.any(predicted.middle) and not np.any(answer.spread.middle):
        remark = remark or Message("note.after_zero")
        credits = [0.0]
    kind: Any = place[0]
    return Mark(
        name, kind, verdict, entries if entries.ndim else str(entries[()]), answer.written,
        answer.shown(_plain(ground.right.prediction(place).middle)), answer.shown(_plain(predicted.middle)),
        sum(credits) / len(credits) if credits else 1.0, remark,
    )  # fmt: skip


def _plain(number: Any) -> Any:
    return float(number) if np.ndim(number) == 0 else number
