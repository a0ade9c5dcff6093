"""separate: a follow-up question that tells apart the misconceptions that explain a sheet equally well.

Where they are all had at one gate, that gate is asked alone, with an upstream gradient of its own; else the whole
circuit is asked again. The numbers are chosen so that everybody who thinks otherwise writes something else.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..errors import AutogradMiniError, QuestionError
from ..graph import Graph
from .choosing import Chooser
from .explaining import Alias
from .faults import Fault, repeated_faults, single_faults
from .questions import VALUE_PREFIX, Question, written
from .report import Report
from .transcripts import Transcript, new_name, transcript
from .work import NOTHING, Ground

# Answers are told apart by this many significant digits, as students round.
_DIGITS = 2
# The style of the numbers: small whole ones of both signs.
_STYLE = (2.0, -3.0)

SENTENCES = {
    "inseparable": "Whatever the numbers, these give the same answers, so no question tells them apart: {aliases}.",
    "ask": "Ask this, for {asked}:",
    "inputs": "with {inputs}",
    "answers": "{answers}: {aliases}",
    "right": "{answers}: right, as after a number copied wrongly by chance ({aliases})",
    "none": "No question was found that tells these apart: {aliases}.",
}


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
            lines += [SENTENCES["ask"].format(asked=", ".join(self.question.asked)), self.question.program]
            lines.append(SENTENCES["inputs"].format(inputs=inputs))
            for group, answers in zip(self.groups, self.answers, strict=True):
                shown = ", ".join(f"{name} = {answer}" for name, answer in answers.items())
                key = "right" if any(alias.taken for alias in group) else "answers"
                lines.append(SENTENCES[key].format(answers=shown, aliases=_named(group)))
        elif len(self.groups) > 1:
            everything = tuple(alias for group in self.groups for alias in group)
            lines.append(SENTENCES["none"].format(aliases=_named(everything)))
        lines += [SENTENCES["inseparable"].format(aliases=_named(group)) for group in self.inseparable]
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.to_text()


def separate(report: Report, *, seed: int = 0) -> FollowUp:
    """Return a follow-up question at which the aliases of a report's likeliest cause give different answers.

    Whoever takes an input for another number does so by chance, and is expected to answer rightly.

    Args:
        report: the report on a sheet, from `check` or a `Marker`.
        seed: of the numbers drawn.

    Raises:
        QuestionError: if the report has no cause, or does not know its circuit.
    """
    if not report.causes or report.circuit is None:
        raise QuestionError("separate: the report has no cause whose aliases could be told apart.")
    graph = Graph(report.circuit)
    aliases = report.causes[0].aliases
    best: FollowUp | None = None
    for build in (_one_gate, _whole):
        follow_up = _follow_up(graph, aliases, build, seed)
        if follow_up is not None and (follow_up.question is not None or len(follow_up.groups) == 1):
            return follow_up
        best = best or follow_up
    return best or FollowUp(None, tuple((alias,) for alias in aliases))


# Makes a question of a part of a circuit, and says what its wires are called.
_Build = Callable[[Graph, tuple[Alias, ...]], tuple[Question, Transcript] | None]


def _one_gate(graph: Graph, aliases: tuple[Alias, ...]) -> tuple[Question, Transcript] | None:
    """Return the gate at which all aliases are, alone but for a factor that makes its upstream gradient."""
    gates = [gate for gate in graph.gates if all(graph.label(gate.output) == alias.at for alias in aliases)]
    if len(gates) != 1 or not all(alias.gate for alias in aliases):
        return None
    gate = gates[0]
    found = transcript(graph, gates)
    out = found.names[gate.output]
    factor = new_name("c", list(graph.names))
    product = f"{factor}*{out}" if gate.output.shape == () else f"sum({factor}*{out})"
    program = f"{found.program}\n{new_name('L', list(graph.names))} = {product}"
    operands = {found.names[wire]: wire.shape for _, wire in gate.inputs}
    inputs = _styled({**operands, factor: gate.output.shape})
    return Question(program, inputs, asked=(*operands, VALUE_PREFIX + out)), found


def _whole(graph: Graph, aliases: tuple[Alias, ...]) -> tuple[Question, Transcript] | None:
    """Return the whole circuit again, with everything asked."""
    found = transcript(graph, graph.gates)
    inputs = {found.names[wire]: wire.data.tolist() for wire in graph.leaves if wire in found.names}
    return Question(found.program, inputs), found


def _styled(shapes: dict[str, tuple[int, ...]]) -> dict[str, Any]:
    """Return inputs that show which numbers are wanted."""
    styles = [np.resize(np.roll(_STYLE, i), shape) for i, shape in enumerate(shapes.values())]
    return {name: style.astype(int).tolist() for name, style in zip(shapes, styles, strict=True)}


def _follow_up(graph: Graph, aliases: tuple[Alias, ...], build: _Build, seed: int) -> FollowUp | None:
    """Return the follow-up on a part of the circuit; None if the aliases cannot be had there, or it cannot be asked."""
    built = build(graph, aliases)
    if built is None:
        return None
    question, found = built

    def suspected(ground: Ground) -> list[Fault]:
        return [_fault(alias, graph, found, ground) for alias in aliases]

    try:
        chooser = Chooser(question, seed, of=suspected, digits=_DIGITS)
    except AutogradMiniError:
        # A gate that has no name in programs.
        return None
    members: dict[int, list[int]] = {}
    for i, group in enumerate(chooser.same[1:].tolist()):
        members.setdefault(group, []).append(i)
    groups = tuple(tuple(aliases[i] for i in group) for group in members.values())
    if len(groups) == 1:
        return FollowUp(None, groups)
    pool = chooser.draw()
    if not pool.order or pool.lost[pool.order[0]]:
        return FollowUp(None, groups)
    asked = replace(question, inputs=chooser.inputs(pool.inputs, pool.order[0]))
    ground = asked.ground()
    faults = suspected(ground)
    walks = [ground.walk({}, faults[group[0]].changes) for group in members.values()]
    answers = tuple(
        {name: written(walk.prediction(place).middle.tolist()) for name, place in asked.places(ground).items()}
        for walk in walks
    )
    return FollowUp(asked, groups, answers)


def _fault(alias: Alias, graph: Graph, found: Transcript, ground: Ground) -> Fault:
    """Return an alias as a fault of the follow-up's circuit; the fault that changes nothing for a miscopied input."""
    every = single_faults(ground) + repeated_faults(ground)
    if alias.taken:
        return replace(every[0], changes=NOTHING)
    named = {name: graph.label(wire) for wire, name in found.names.items()}
    for fault in every:
        operand = ""
        gate = ground.graph.driver(fault.at[0])
        if fault.operand is not None and gate is not None:
            operand = named.get(ground.graph.label(gate.operands[fault.operand]), "")
        places = ", ".join(named.get(ground.graph.label(wire), "") for wire in fault.at)
        if (fault.misconception.id, places, operand) == (alias.misconception, alias.at, alias.operand):
            return fault
    raise QuestionError(f"separate: {alias.misconception} at {alias.at} is no mistake of the follow-up's circuit.")


def _named(aliases: tuple[Alias, ...]) -> str:
    return ", ".join(dict.fromkeys(f"{alias.misconception} at {alias.at}" for alias in aliases))
