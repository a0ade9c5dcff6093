"""The lesson: a circuit run forward and backward, gate by gate, with the sentences of its worked solution.

Gates drawn as one make one step; gates that are not drawn are summed up where the drawn ones need them. The page is
complete without its script: the whole picture and every sentence. The script only hides what comes later.
"""

import html
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ...errors import RenderError
from ...graph import Gate, Gradients
from ...solution import Solution, Step, explain, forward_step
from ...tensor import Tensor
from ..cells import cell, fork_cells
from ..drawing import CORNER, RADIUS, Text
from ..svg import length
from ..units import Entry, Unit
from .document import Page, resource
from .frame import frame, scale_for, size_rule
from .places import LOCAL, Places

if TYPE_CHECKING:
    from ..figure import Circuit

# About how high everything but the figure is while the list of steps is closed.
_ABOUT = 420.0
_INSET = 1.0


@dataclass
class _Stage:
    """One step of the lesson: its heading, its sentences, the nodes at work, and the numbers that it writes."""

    heading: str
    lines: list[str] = field(default_factory=list)
    nodes: list[int] = field(default_factory=list)
    writes: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class _Turn:
    """What runs in one step: the gates of one node, or gates that are not drawn."""

    gates: list[Gate]
    node: int | None = None


def lesson(circuit: "Circuit", title: str | None = None) -> Page:
    """Return a page that runs a circuit gate by gate, forward and, if it has gradients, backward.

    Raises:
        RenderError: if the circuit has empty cells, which the page would fill in.
    """
    model = circuit.model
    if any(one.is_blank for label in model.labels for one in label.cells):
        raise RenderError(
            "a circuit with empty cells is no page: its steps would fill them in. Make a page of the circuit that has "
            "its numbers, or a quiz, which asks for them."
        )
    places = Places(circuit)
    stages = [_start(places), *_forward(places)]
    if model.gradients is not None:
        stages += _Backward(places, model.gradients).stages()
    scale = scale_for(places.drawing, 1.0, 1.5)
    svg = places.svg([], _overlay(places, stages))
    body = "\n".join(
        [
            f'<p class="lead">{html.escape(places.drawing.description)}</p>',
            frame(svg, "The circuit"),
            _CONTROLS,
            '<details open><summary>All steps</summary>\n<ol class="steps" id="steps" start="0">',
            *[_item(stage, i) for i, stage in enumerate(stages)],
            "</ol></details>",
        ]
    )
    return Page(
        title=title or f"{model.title}, step by step",
        body=body,
        style=size_rule(places.drawing, scale),
        script=resource(__package__, "steps.js"),
        theme=circuit.theme,
        height=places.drawing.height * scale + _ABOUT,
    )


_CONTROLS = """<section class="controls" id="controls" aria-label="Steps" hidden>
<div class="buttons">
<button type="button" id="first">First</button>
<button type="button" id="back">Back</button>
<button type="button" id="next" class="main">Next</button>
<button type="button" id="last">Last</button>
<span class="progress" id="progress"></span>
</div>
<div class="now" id="now" aria-live="polite" aria-atomic="true"></div>
<p class="help">The arrow keys step as the buttons do; Home and End go to the first and last step. In a
figure too wide for its frame, Tab to it and they scroll.</p>
</section>"""


def _start(places: Places) -> _Stage:
    """Return the beginning, at which the inputs are known."""
    inputs = [wire for wire in places.graph.leaves if wire in places.trunks]
    known = ", ".join(f"{wire.name} = {_written(places, wire.data)}" for wire in inputs if wire.name)
    if known:
        line = f"The inputs: {known}."
    else:
        line = "The inputs have no names." if inputs else "No input is in the picture."
    return _Stage("Start", [line], writes=[(piece, "value") for wire in inputs for piece in places.pieces[wire]])


def _forward(places: Places) -> Iterator[_Stage]:
    """Return a step for each node, in the order of the work."""
    root = places.graph.root
    for turn in _turns(places):
        outputs = [gate.output for gate in turn.gates if gate.output in places.trunks]
        writes = [(piece, role) for wire in outputs for piece in places.pieces[wire] for role in ("value", LOCAL)]
        if turn.node is None:
            told = [gate.output for gate in turn.gates if gate.output in places.trunks or gate.output is root]
            known = ", ".join(f"{places.graph.label(wire)} = {_written(places, wire.data)}" for wire in told)
            line = f"{_not_drawn(turn)}: {known}" if known else _not_drawn(turn)
            yield _Stage("Forward, gates not in the picture", [line], places.elsewhere, writes)
        else:
            lines = [forward_line(places, gate) for gate in turn.gates]
            yield _Stage(f"Forward, {unit_name(places, turn.node)}", lines, [turn.node], writes)


def forward_line(places: Places, gate: Gate) -> str:
    """Return the sentence on a gate's value: "q: + gate: x + y = −2 + 5 = 3"."""
    graph = places.graph
    # The texts of a solution of nothing but this step.
    solution = Solution(graph.symbol(graph.root), None, [], [], places.key.model.style.number_format)
    step = forward_step(graph, gate)
    return f"{step.wire.write()}: {step.gate} gate: {solution.worked_value(step)}"


def solved(places: Places, gradients: Gradients) -> tuple[Solution, dict[Entry, Step]]:
    """Return the worked solution, and its backward steps by where each gate's operand enters."""
    root = places.graph.root
    number_format = places.key.model.style.number_format
    solution = explain(root, upstream=gradients.totals[root], number_format=number_format)
    entries = [
        (gate.output, position)
        for gate in reversed(places.graph.gates)
        for position, _ in gate.inputs
        if (gate.output, position) in gradients.contributions
    ]
    return solution, dict(zip(entries, solution.steps, strict=True))


def unit_name(places: Places, node: int) -> str:
    """Return what is drawn as one gate in words: "× gate", "3 gates, tanh", "sigmoid, 4 gates"."""
    unit, symbol = places.units[node], places.key.model.nodes[node].symbol
    if unit.scope is not None:
        return f"{symbol}, {len(unit.gates)} gate{'' if len(unit.gates) == 1 else 's'}"
    return f"{symbol} gate" if len(unit.gates) == 1 else f"{symbol}"


def _turns(places: Places, backward: bool = False) -> Iterator[_Turn]:
    """Return what runs after what. Gates that are not drawn wait until a drawn one needs them."""
    waiting: list[Gate] = []
    gates = reversed(places.graph.gates) if backward else iter(places.graph.gates)
    for gate in gates:
        node = places.homes.get(gate.output)
        if node is None:
            waiting.append(gate)
        elif gate.output is places.units[node].output:
            unit = places.units[node]
            if _needs(places, unit, {one.output for one in waiting}, backward):
                yield _Turn(waiting)
                waiting = []
            yield _Turn(unit.gates[::-1] if backward else unit.gates, node)
    if waiting:
        yield _Turn(waiting)


def _needs(places: Places, unit: Unit, waiting: set[Tensor], backward: bool) -> bool:
    """Return whether what enters a unit, or what is sent back to it, comes from gates that wait."""
    if backward:
        return any(gate.output in waiting for gate, _ in places.graph.consumers[unit.output])
    return not waiting.isdisjoint(unit.wires)


class _Backward:
    """The backward pass as steps: the gradient that arrives, then a step for each node that passes one on."""

    def __init__(self, places: Places, gradients: Gradients) -> None:
        graph = places.graph
        self._places = places
        self._gradients = gradients
        self._solution, self._steps = solved(places, gradients)
        self._ways = {wire: places.ways(wire, gradients) for wire in graph.wires}
        # What each wire still waits for, by its pieces, and what has arrived along them.
        self._awaited = {
            wire: {piece: len(entries) for piece, entries in ways.items()} for wire, ways in self._ways.items()
        }
        self._arrived: dict[Tensor, list[str]] = {}

    def stages(self) -> Iterator[_Stage]:
        """Return the steps in the order of the work."""
        places = self._places
        seed = [(places.trunks[root], "gradient")] if (root := places.graph.root) in places.trunks else []
        yield _Stage("Backward, the output", [self._solution.seed_line()], writes=seed)
        for turn in _turns(places, backward=True):
            if turn.node is None:
                stage = _Stage("Backward, gates not in the picture", nodes=places.elsewhere)
            else:
                stage = _Stage(f"Backward, {unit_name(places, turn.node)}", nodes=[turn.node])
            for gate in turn.gates:
                for position, wire in gate.inputs:
                    if (gate.output, position) in self._steps:
                        self._send(stage, turn, (gate.output, position), wire)
            if turn.node is None:
                stage.lines = [": ".join([_not_drawn(turn), *filter(None, [", ".join(stage.lines)])])]
            if stage.lines:
                yield stage

    def _send(self, stage: _Stage, turn: _Turn, entry: Entry, wire: Tensor) -> None:
        """Add what a gate sends to one of its operands: the sentence, and the numbers that it completes."""
        places = self._places
        is_drawn = turn.node is not None
        if is_drawn:
            stage.lines.append(self._solution.gradient_line(self._steps[entry]))
        piece, awaited = places.branches.get(entry, ""), self._awaited[wire]
        awaited[piece] -= 1
        if awaited[piece]:
            return
        ways = self._ways[wire]
        if is_drawn and len(ways[piece]) > 1:
            stage.lines.append(sum_along(places, wire, ways[piece], self._gradients))
        if piece:
            stage.writes.append((piece, "gradient"))
        if len(ways) > 1:
            arrived = self._arrived.setdefault(wire, [])
            arrived.append(places.text(piece, "gradient"))
            if is_drawn:
                stage.lines.append(self._sum_so_far(wire, arrived, len(ways)))
        if not is_drawn and wire in places.trunks:
            arrival = places.text(piece if len(ways) > 1 else places.trunks[wire], "gradient")
            stage.lines.append(f"{places.graph.label(wire)} receives {arrival}")
        if not any(awaited.values()) and wire in places.trunks:
            stage.writes.append((places.trunks[wire], "gradient"))

    def _sum_so_far(self, wire: Tensor, arrived: list[str], awaited: int) -> str:
        """Return the sentence on a fork's sum as it runs, in the numbers of the picture, which add up as printed."""
        begun = f"{self._places.graph.label(wire)}: fork: {sum_text(arrived)}"
        if len(arrived) < awaited:
            return f"{begun} so far, from {len(arrived)} of {awaited} branches"
        return f"{begun} = {self._places.text(self._places.trunks[wire], 'gradient')}"


def sum_text(numbers: list[str]) -> str:
    """Return numbers as a sum: "5.00 + (−2.00)"."""
    first, *others = numbers
    return " + ".join([first, *[f"({number})" if number.startswith("−") else number for number in others]])


def sum_along(places: Places, wire: Tensor, entries: list[Entry], gradients: Gradients) -> str:
    """Return the sentence on what gates that are drawn as one send back to a wire in all."""
    parts = [gradients.contributions[entry] for entry in entries]
    total, cells = fork_cells(sum(parts[1:], parts[0]), parts, places.key.model.style)
    return f"{places.graph.label(wire)}: fork: {sum_text([one.text for one in cells])} = {total.text}"


def _written(places: Places, value: Any) -> str:
    """Return a value as it is written on a wire."""
    one = cell(value, places.key.model.style)
    return one.text if one.is_answer else f"array {one.text}"


def _not_drawn(turn: _Turn) -> str:
    count = len(turn.gates)
    return f"{count} gate{'' if count == 1 else 's'} not in the picture"


def _item(stage: _Stage, number: int) -> str:
    lines = "".join(f"<p>{html.escape(line)}</p>" for line in stage.lines)
    return f'<li value="{number}"><p class="heading">{html.escape(stage.heading)}</p>{lines}</li>'


def _overlay(places: Places, stages: list[_Stage]) -> str:
    """Return the numbers with the step at which each appears, and what lights up at which steps."""
    at_work: dict[int, list[int]] = {}
    appears: dict[tuple[str, str], int] = {}
    for i, stage in enumerate(stages):
        for node in stage.nodes:
            at_work.setdefault(node, []).append(i)
        for written in stage.writes:
            appears[written] = i
    lines = ['<g class="lit">']
    for path in places.drawing.paths:
        ends = {int(end[1:]) for end in (path.tail, path.head) if end[0] == "n"}
        steps = sorted({i for node in ends for i in at_work.get(node, [])})
        points = " ".join(f"{length(point.x)},{length(point.y)}" for point in path.points)
        lines.append(f'<polyline points="{points}" data-steps="{_numbers(steps)}"/>')
    for gate in places.drawing.gates:
        # Within the gate's own outline, so that it meets neither the wires' names nor the numbers.
        half, high = gate.half_width - _INSET, RADIUS - _INSET
        corner = (RADIUS if gate.half_width == RADIUS else CORNER) - _INSET
        lines.append(
            f'<rect x="{length(gate.centre.x - half)}" y="{length(gate.centre.y - high)}" width="{length(2 * half)}" '
            f'height="{length(2 * high)}" rx="{length(corner)}" data-steps="{_numbers(at_work.get(gate.node, []))}"/>'
        )
    lines.append("</g>")
    lines += [_number(text, appears[key]) for key, text in places.numbers.items()]
    return "\n".join(lines) + "\n"


def _number(text: Text, step: int) -> str:
    return (
        f'<text class="number {text.role}" x="{length(text.at.x)}" y="{length(text.at.y)}" data-step="{step}" '
        f'font-size="{length(text.size)}" text-anchor="{text.anchor}">{html.escape(text.text)}</text>'
    )


def _numbers(steps: list[int]) -> str:
    return " ".join(map(str, steps))
