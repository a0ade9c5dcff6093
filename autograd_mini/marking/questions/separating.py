"""separate: a follow-up question that tells apart the misconceptions that explain a sheet equally well.

Where they are all had at one gate, that gate is asked alone, with an upstream gradient of its own; else the whole
circuit is asked again. The numbers are chosen so that everybody who thinks otherwise writes something else.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ...errors import AutogradMiniError, QuestionError
from ...graph import Graph
from ..answers import Answer
from ..changes import NOTHING, Changes
from ..explaining import Alias
from ..faults import Fault, repeated_faults, single_faults
from ..report import Report
from ..work import Ground
from .advice import say
from .drawing import Chooser
from .question import VALUE_PREFIX, Question, expect_question, written
from .transcripts import Transcript, new_name, transcript

# Answers are told apart by this many significant digits, as students round.
_DIGITS = 2
# How many sets of inputs are looked at for one at which rounded answers are told apart too.
_MOST_TRIED = 100
# The style of the numbers: small whole ones of both signs.
_STYLE = (2.0, -3.0)


@dataclass(frozen=True)
class FollowUp:
    """A follow-up question and what each misconception answers to it. `print(follow_up)` shows both.

    Attributes:
        question: what to ask; None if no question can tell the misconceptions apart, or none was found.
        groups: the misconceptions, those together that give the same answers whatever the numbers.
        answers: what each group answers, by what is asked.
    """

    question: Question | None
    groups: tuple[tuple[Alias, ...], ...]
    answers: tuple[dict[str, Any], ...] = ()

    @property
    def inseparable(self) -> tuple[tuple[Alias, ...], ...]:
        """The groups of several misconceptions, which no question can tell apart."""
        return tuple(group for group in self.groups if len(group) > 1)

    def to_text(self) -> str:
        """Return the question, what each misconception answers, and what cannot be told apart."""
        lines = []
        if self.question is not None:
            inputs = ", ".join(f"{name} = {value}" for name, value in self.question.inputs.items())
            lines += [say("separate.ask", asked=", ".join(self.question.asked)), self.question.program]
            lines.append(say("separate.inputs", inputs=inputs))
            telling = [name for name in self.answers[0] if len({str(answers[name]) for answers in self.answers}) > 1]
            for group, answers in zip(self.groups, self.answers, strict=True):
                shown = ", ".join(say("separate.answer", answer=answers[name], name=name) for name in telling)
                lines.append(say("separate.answers", answers=shown, aliases=_named(group)))
        elif len(self.groups) > 1:
            lines.append(say("separate.none", aliases=_named([alias for group in self.groups for alias in group])))
        lines += [say("separate.inseparable", aliases=_named(group)) for group in self.inseparable]
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.to_text()


def separate(question: Question, report: Report, *, seed: int = 0) -> FollowUp:
    """Return a follow-up question at which the aliases of a report's likeliest cause give different answers.

    Args:
        question: the question that was answered.
        report: the report on a sheet of it.
        seed: of the numbers drawn.

    Raises:
        QuestionError: if they are no question and no report; if the report has no cause, or one that is no
            misconception but a number copied wrongly, or if it is of another question.
    """
    expect_question(question, "separate")
    if not isinstance(report, Report):
        raise QuestionError(
            f"separate: expected a Report, such as check(f, answers) returns; got {type(report).__name__}."
        )
    if not report.causes:
        raise QuestionError("separate: the report has no cause whose aliases could be told apart.")
    aliases = report.causes[0].aliases
    if any(alias.taken for alias in aliases):
        raise QuestionError("separate: a number was copied wrongly, which says nothing about another question.")
    ground = question.ground()
    faults = [_fault(alias, ground) for alias in aliases]
    found: list[FollowUp] = []
    for build in (_one_gate, _whole):
        found += _follow_up(aliases, faults, ground, build, seed)
        if found and (found[-1].question is not None or len(found[-1].groups) == 1):
            return found[-1]
    return found[0] if found else FollowUp(None, tuple((alias,) for alias in aliases))


# Makes a question of the part of a circuit where some faults are made, and says what its wires are called.
_Build = Callable[[Graph, list[Fault]], tuple[Question, Transcript] | None]


def _one_gate(graph: Graph, faults: list[Fault]) -> tuple[Question, Transcript] | None:
    """Return the gate at which all faults are made, alone but for a factor that makes its upstream gradient."""
    gate = graph.driver(faults[0].at[0])
    if gate is None or any(fault.at != (gate.output,) or fault.misconception.where == "fork" for fault in faults):
        return None
    found = transcript(graph, [gate])
    out = found.names[gate.output]
    factor = new_name("c", found.names.values())
    product = f"{factor}*{out}" if gate.output.shape == () else f"sum({factor}*{out})"
    program = f"{found.program}\n{new_name('L', found.names.values())} = {product}"
    operands = {found.names[wire]: wire.shape for _, wire in gate.inputs}
    inputs = _styled({**operands, factor: gate.output.shape})
    return Question(program, inputs, asked=(*operands, VALUE_PREFIX + out)), found


def _whole(graph: Graph, faults: list[Fault]) -> tuple[Question, Transcript] | None:
    """Return the whole circuit again, with every gradient asked."""
    found = transcript(graph, graph.gates)
    inputs = {found.names[wire]: np.asarray(wire.data) for wire in graph.leaves}
    whole = {name: value.astype(int) if np.all(value == np.round(value)) else value for name, value in inputs.items()}
    question = Question(found.program, {name: value.tolist() for name, value in whole.items()})
    return replace(question, asked=tuple(question.places(question.ground()))), found


def _styled(shapes: dict[str, tuple[int, ...]]) -> dict[str, Any]:
    """Return inputs that show which numbers are wanted."""
    styles = [np.resize(np.roll(_STYLE, i), shape) for i, shape in enumerate(shapes.values())]
    return {name: style.astype(int).tolist() for name, style in zip(shapes, styles, strict=True)}


def _follow_up(
    aliases: tuple[Alias, ...], faults: list[Fault], ground: Ground, build: _Build, seed: int
) -> Iterator[FollowUp]:
    """Yield the follow-up on a part of the circuit; nothing if the faults cannot be made there, or it be asked."""
    built = build(ground.graph, faults)
    if built is None:
        return
    question, found = built

    def suspected(there: Ground) -> list[Fault]:
        wires = {wire: there.graph[name] for wire, name in found.names.items()}
        return [replace(fault, changes=fault.changes.moved(wires)) for fault in faults]

    try:
        chooser = Chooser(question, seed, of=suspected, digits=_DIGITS)
    except (AutogradMiniError, KeyError):
        # A gate that programs do not know, or a fault that reads a wire from elsewhere.
        return
    members: dict[int, list[int]] = {}
    for i, group in enumerate(chooser.same[1:].tolist()):
        members.setdefault(group, []).append(i)
    groups = tuple(tuple(aliases[i] for i in group) for group in members.values())
    pool = chooser.draw() if len(groups) > 1 else None
    if pool is None or not pool.order or pool.lost[pool.order[0]]:
        yield FollowUp(None, groups)
        return
    firsts = [group[0] for group in members.values()]
    tried = []
    for i in pool.order[:_MOST_TRIED]:
        asked = chooser.question_at(pool, i)
        there = asked.ground()
        faults_there = suspected(there)
        changes = [faults_there[first].changes for first in firsts]
        tried.append(FollowUp(asked, groups, tuple(_answers(asked, there, change) for change in changes)))
        if _are_told_apart(asked, there, changes, tried[-1].answers):
            yield tried[-1]
            return
    yield tried[0]


def _answers(question: Question, ground: Ground, changes: Changes) -> dict[str, Any]:
    """Return what somebody writes who works with some changes."""
    walk = ground.walk({}, changes)
    return {name: written(walk.prediction(place).middle.tolist()) for name, place in question.places(ground).items()}


def _are_told_apart(
    question: Question, ground: Ground, changes: list[Changes], answers: tuple[dict[str, Any], ...]
) -> bool:
    """Return whether each sheet, with the room that its rounding leaves, fits its own changes alone, and is wrong."""
    places = question.places(ground)
    for own, sheet in zip(changes, answers, strict=True):
        read = {place: Answer(sheet[name], place[1].shape) for name, place in places.items()}
        for change in (NOTHING, *changes):
            if (not ground.walk(read, change, stop=True).failures) != (change is own):
                return False
    return True


def _fault(alias: Alias, ground: Ground) -> Fault:
    """Return the fault that an alias is."""
    graph = ground.graph
    for fault in single_faults(ground) + repeated_faults(ground):
        gate = graph.driver(fault.at[0])
        operand = "" if fault.operand is None or gate is None else graph.label(gate.operands[fault.operand])
        at = ", ".join(map(graph.label, fault.at))
        if (fault.misconception.id, at, operand) == (alias.misconception, alias.at, alias.operand):
            return fault
    raise QuestionError(
        f"separate: {alias.misconception} cannot be made at {alias.at}; the report is of another question."
    )


def _named(aliases: Iterable[Alias]) -> str:
    names = [
        f"{alias.misconception} at {alias.at}" + f" for {alias.operand}" * bool(alias.operand) for alias in aliases
    ]
    return ", ".join(names)
