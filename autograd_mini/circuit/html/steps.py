"""The steps of a circuit, forward and backward, gate by gate, with the sentences of its worked solution.

Gates drawn as one make one step; gates that are not drawn are summed up where the drawn ones need them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from ...graph import Gate, Gradients
from ...notation import MINUS
from ...solution import Solution, Step, explain, forward_step
from ...tensor import Tensor
from ..cells import fork_cells
from ..units import Entry, Unit
from .places import LOCAL, Places

# A step with more sentences than this shows the first and the last of them, which are also read aloud.
MOST_SENTENCES = 60
# What decimals are written with.
_DECIMAL = frozenset(f"0123456789.{MINUS}")


@dataclass
class Stage:
    """One step.

    Attributes:
        heading: what it is about.
        lines: its sentences.
        nodes: the nodes at work.
        writes: the numbers that it writes, by piece and role.
        running: sums in the table that are not complete, by piece.
    """

    heading: str
    lines: list[str] = field(default_factory=list)
    nodes: list[int] = field(default_factory=list)
    writes: list[tuple[str, str]] = field(default_factory=list)
    running: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Turn:
    """What runs in one step: the gates of one node, or gates that are not drawn."""

    gates: list[Gate]
    node: int | None = None


def steps_of(places: Places) -> list[Stage]:
    """Return the steps: the inputs, forward gate by gate and, if the circuit has gradients, backward."""
    stages = [_start(places), *_forward(places)]
    if places.key.model.gradients is not None:
        stages += _Backward(places, places.key.model.gradients).stages()
    for stage in stages:
        left_out = len(stage.lines) - MOST_SENTENCES
        if left_out > 0:
            half = MOST_SENTENCES // 2
            stage.lines[half:-half] = [f"… {left_out} more sentence{'' if left_out == 1 else 's'} …"]
    return stages


def _start(places: Places) -> Stage:
    """Return the beginning, at which the inputs are known."""
    inputs = [wire for wire in places.graph.leaves if wire in places.trunks]
    known = ", ".join(f"{wire.name} = {places.written(wire.data)}" for wire in inputs if wire.name)
    if known:
        line = f"The inputs: {known}."
    else:
        line = "The inputs have no names." if inputs else "No input is in the picture."
    pieces = [*(piece for wire in inputs for piece in places.pieces[wire]), *places.bundles]
    return Stage("Start", [line], writes=[(piece, "value") for piece in pieces])


def _forward(places: Places) -> Iterator[Stage]:
    """Return a step for each node, in the order of the work."""
    root = places.graph.root
    for turn in _turns(places):
        outputs = [gate.output for gate in turn.gates if gate.output in places.trunks]
        writes = [(piece, role) for wire in outputs for piece in places.pieces[wire] for role in ("value", LOCAL)]
        if turn.node is None:
            told = [gate.output for gate in turn.gates if gate.output in places.trunks or gate.output is root]
            known = [f"{places.graph.label(wire)} = {places.written(wire.data)}" for wire in told]
            yield Stage("Forward, gates not in the picture", [_not_drawn(turn, known)], places.elsewhere, writes)
        else:
            lines = [forward_line(places, gate) for gate in turn.gates]
            yield Stage(f"Forward, {unit_name(places, turn.node)}", lines, [turn.node], writes)


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

    def stages(self) -> Iterator[Stage]:
        """Return the steps in the order of the work."""
        places = self._places
        seed = [(places.trunks[root], "gradient")] if (root := places.graph.root) in places.trunks else []
        yield Stage("Backward, the output", [self._solution.seed_line()], writes=seed)
        for turn in _turns(places, backward=True):
            if turn.node is None:
                stage = Stage("Backward, gates not in the picture", nodes=places.elsewhere)
            else:
                stage = Stage(f"Backward, {unit_name(places, turn.node)}", nodes=[turn.node])
            received: list[str] = []
            for gate in turn.gates:
                for position, wire in gate.inputs:
                    if (gate.output, position) in self._steps:
                        self._send(stage, turn, (gate.output, position), wire, received)
            if turn.node is None:
                stage.lines.insert(0, _not_drawn(turn, received))
            if stage.lines:
                yield stage

    def _send(self, stage: Stage, turn: _Turn, entry: Entry, wire: Tensor, received: list[str]) -> None:
        """Add what a gate sends to one of its operands: the sentence, and the numbers that it completes."""
        places = self._places
        if turn.node is not None:
            stage.lines.append(self._solution.gradient_line(self._steps[entry]))
        piece, awaited, ways = places.branches.get(entry, ""), self._awaited[wire], self._ways[wire]
        awaited[piece] -= 1
        if awaited[piece]:
            return
        if turn.node is not None and len(ways[piece]) > 1:
            stage.lines.append(sum_along(places, wire, ways[piece], self._gradients))
        for bundle, wires in places.bundles.items():
            if wire in set(wires) and not any(left for one in wires for left in self._awaited[one].values()):
                stage.writes.append((bundle, "gradient"))
        if wire not in places.trunks:
            return
        trunk = places.trunks[wire]
        sent = places.sent(wire, piece, self._gradients)
        received.append(f"{places.graph.label(wire)} receives {sent}")
        if piece:
            stage.writes.append((piece, "gradient"))
        if len(ways) > 1:
            arrived = self._arrived.setdefault(wire, [])
            arrived.append(sent)
            stage.lines.append(self._sum_so_far(wire, arrived, len(ways)))
        if not any(awaited.values()):
            stage.writes.append((trunk, "gradient"))
        elif trunk in places.table:
            stage.running[trunk] = f"{self._running_sum(wire)} + …"

    def _running_sum(self, wire: Tensor) -> str:
        """Return what has arrived at a wire so far in all: where they are decimals, the sum of the printed numbers."""
        arrived = self._arrived[wire]
        if _DECIMAL.issuperset("".join(arrived)):
            return str(sum(Decimal(text.replace(MINUS, "-")) for text in arrived)).replace("-", MINUS)
        ways, awaited = self._ways[wire], self._awaited[wire]
        entries = [entry for piece in ways if not awaited[piece] for entry in ways[piece]]
        return self._places.written(sum(self._gradients.contributions[entry] for entry in entries))

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


def _not_drawn(turn: _Turn, results: list[str]) -> str:
    """Return the sentence on gates that are not drawn, and on what comes of them in the picture."""
    count = len(turn.gates)
    begun = f"{count} gate{'' if count == 1 else 's'} not in the picture"
    return f"{begun}: {', '.join(results)}" if results else begun
