"""A sheet's work, walked again: every value and gradient predicted from the numbers that stand before it.

A walk goes through the circuit as the student did, values forward and gradients back. At each wire it predicts the
number from the sheet's own earlier numbers, with the room that their rounding leaves, and goes on with what is written
there, or with the prediction where nothing is. A walk may be changed: a wrong rule at a gate, another accumulation at a
fork, a gate read as another, an input copied wrongly. If then every number fits, the change explains the sheet.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..backward import seed_for
from ..graph import Gate, Graph
from ..primitive import Primitive
from ..tensor import Tensor
from .answers import Answer
from .conventions import ANY, Conventions
from .memory import Memory
from .spreads import Spread, entrywise, whole
from .steps import Step

Rule = Callable[[Step], Any]
# An answer's place: whether it is for the value or the gradient, and the wire.
Place = tuple[str, Tensor]

# A contribution that leaves more room than this, though nothing is rounded, comes from a kink.
_KINK = 1e-6


@dataclass(frozen=True, eq=False)
class Changes:
    """What is done otherwise than rightly, by the output of the gate, or the wire, where it is done.

    Attributes:
        sends: what a gate sends to its operands.
        adds: what a fork makes of its contributions.
        pushes: what a fork sends on, if not its gradient.
        reads: the gate that a gate is taken for.
        inputs: the number that an input is taken for.
    """

    sends: Mapping[Tensor, Rule] = field(default_factory=dict)
    adds: Mapping[Tensor, Callable[..., Any]] = field(default_factory=dict)
    pushes: Mapping[Tensor, Callable[..., Any]] = field(default_factory=dict)
    reads: Mapping[Tensor, Primitive] = field(default_factory=dict)
    inputs: Mapping[Tensor, Any] = field(default_factory=dict)

    def __or__(self, other: "Changes") -> "Changes":
        """Return both."""
        return Changes(
            {**self.sends, **other.sends},
            {**self.adds, **other.adds},
            {**self.pushes, **other.pushes},
            {**self.reads, **other.reads},
            {**self.inputs, **other.inputs},
        )


NOTHING = Changes()


class Walk:
    """One walk through a circuit.

    Attributes:
        values: for each wire, the value that the work goes on with.
        gradients: the same for gradients.
        predicted: what is to be written, "value" and "gradient" apart, by wire.
        contributions: what each gate sends to each operand, by output wire and position.
        failures: the places whose number does not fit, in the order of the work.
    """

    def __init__(self) -> None:
        self.values: dict[Tensor, Spread] = {}
        self.gradients: dict[Tensor, Spread] = {}
        self.predicted: dict[str, dict[Tensor, Spread]] = {"value": {}, "gradient": {}}
        self.contributions: dict[tuple[Tensor, int], Spread] = {}
        # A dict, because == between wires compares their values.
        self.failures: dict[Place, None] = {}

    @property
    def first_failure(self) -> Place | None:
        """The first place whose number does not fit."""
        return next(iter(self.failures), None)

    def prediction(self, place: Place) -> Spread:
        """Return what is to be written at a place."""
        kind, wire = place
        return self.predicted[kind][wire]


class Ground:
    """A circuit with what every walk through it needs.

    Attributes:
        graph: the circuit.
        conventions: what is taken for right at a kink.
        backward: the wires that have a gradient, in the order in which it is complete, the output first.
        arrivals: for each of these, the gates it feeds that send it a contribution, in the order of arrival.
        right: the walk of somebody who writes nothing down and makes no mistake: the right numbers.
        kinks: the gates at whose operands a kink lies.
    """

    def __init__(self, root: Tensor, conventions: Conventions = ANY, upstream: Any = None) -> None:
        self.graph = Graph(root)
        self.conventions = conventions
        self.seed: Spread | None = Spread(seed_for(root, upstream)) if root.requires_grad else None
        place = {gate.output: i for i, gate in enumerate(self.graph.gates)}
        self._memory = Memory()
        self._entering = {gate.output: [wire for _, wire in gate.inputs] for gate in self.graph.gates}
        self.backward: list[Tensor] = []
        self.arrivals: dict[Tensor, list[tuple[Gate, int]]] = {}
        for wire in self.graph.backward_order() if self.seed is not None else []:
            arriving = [
                (gate, position)
                for gate, position in self.graph.consumers[wire]
                if gate.output in self.arrivals and gate.primitive.rule_for(position) is not None
            ]
            if wire.requires_grad and (arriving or wire is root):
                self.backward.append(wire)
                self.arrivals[wire] = sorted(arriving, key=lambda step: (-place[step[0].output], step[1]))
        self.kinks: frozenset[Tensor] = frozenset()
        self.right = self.walk({})
        self.kinks = frozenset(
            gate.output
            for gate in self.graph.gates
            for position, _ in gate.inputs
            if (sent := self.right.contributions.get((gate.output, position))) is not None
            and np.any(sent.high - sent.low > _KINK * np.maximum(1.0, np.abs(sent.middle)))
        )

    def walk(
        self,
        answers: Mapping[Place, Answer],
        changes: Changes = NOTHING,
        *,
        base: Walk | None = None,
        stop: bool = False,
        blanks: Walk | None = None,
    ) -> Walk:
        """Walk through the circuit on somebody's numbers.

        Args:
            answers: the numbers that are written.
            changes: what is done otherwise than rightly.
            base: the walk on the same answers without changes; what the changes do not reach is taken from it.
            stop: whether to stop at the first number that does not fit.
            blanks: the walk whose predictions stand where nothing is written.
        """
        walk = Walk()
        if self._forward(walk, answers, changes, base, stop, blanks):
            self._back(walk, answers, changes, base, stop, blanks)
        return walk

    def _forward(
        self, walk: Walk, answers: Mapping[Place, Answer], changes: Changes, base: Walk | None, stop: bool,
        blanks: Walk | None,
    ) -> bool:  # fmt: skip
        """Walk through the values; return whether to go on."""
        if base is not None and not changes.reads and not changes.inputs and blanks is None:
            walk.values, walk.predicted["value"] = base.values, base.predicted["value"]
            walk.failures = {place: None for place in base.failures if place[0] == "value"}
            return not (stop and walk.failures)
        for wire in self.graph.wires:
            gate = self.graph.driver(wire)
            if gate is None:
                taken = changes.inputs.get(wire)
                if taken is not None:
                    predicted = Spread(taken)
                else:
                    predicted = base.values[wire] if base is not None else Spread(wire.data)
            else:
                predicted = self._value(gate, changes.reads.get(wire, gate.primitive), walk)
            if not self._take("value", wire, predicted, walk, answers, base, blanks) and stop:
                return False
        return True

    def _back(
        self, walk: Walk, answers: Mapping[Place, Answer], changes: Changes, base: Walk | None, stop: bool,
        blanks: Walk | None,
    ) -> None:  # fmt: skip
        """Walk through the gradients."""
        pushed: dict[Tensor, Spread] = {}
        for wire in self.backward:
            parts = []
            is_same = base is not None and wire not in changes.adds
            for gate, position in self.arrivals[wire]:
                key = (gate.output, position)
                upstream = pushed.get(gate.output) or walk.gradients[gate.output]
                row = changes.reads.get(gate.output, gate.primitive)
                part = self._sent(gate, position, row, changes.sends.get(gate.output), upstream, walk)
                is_same = is_same and base is not None and part is base.contributions[key]
                walk.contributions[key] = part
                parts.append(part)
            if is_same and base is not None:
                predicted = base.predicted["gradient"][wire]
            elif wire in changes.adds:
                predicted = entrywise(changes.adds[wire], parts)
            else:
                predicted = _total(parts) if parts else self.seed  # type: ignore[assignment]
                if wire is self.graph.root and parts:
                    predicted = predicted + self.seed  # type: ignore[operator]
            if wire in changes.pushes:
                pushed[wire] = entrywise(changes.pushes[wire], parts)
            fits = self._take("gradient", wire, predicted, walk, answers, base, blanks)
            if fits and self.kinks and any(gate.output in self.kinks for gate, _ in self.arrivals[wire]):
                fits = self._add_up(wire, walk, answers, changes)
            if not fits and stop:
                return

    def _take(
        self, kind: str, wire: Tensor, predicted: Spread, walk: Walk, answers: Mapping[Place, Answer],
        base: Walk | None, blanks: Walk | None,
    ) -> bool:  # fmt: skip
        """Go on with what is written on a wire, or else with the prediction; return whether the number fits."""
        place = (kind, wire)
        walk.predicted[kind][wire] = predicted
        carried = walk.values if kind == "value" else walk.gradients
        answer = answers.get(place)
        if answer is None:
            carried[wire] = predicted if blanks is None else blanks.predicted[kind][wire]
            return True
        fits = answer.fits_wholly(predicted)
        if not fits:
            walk.failures[place] = None
        if base is not None and base.predicted[kind].get(wire) is predicted and blanks is None:
            carried[wire] = (base.values if kind == "value" else base.gradients)[wire]
        else:
            usual = predicted if blanks is None else blanks.predicted[kind][wire]
            carried[wire] = answer.carried(usual, self.right.predicted[kind][wire].middle)
        return fits

    def _value(self, gate: Gate, row: Primitive, walk: Walk) -> Spread:
        """Return the value of a gate, or of the gate it is taken for, on the values that enter it."""
        operands = tuple([walk.values[wire] for wire in self._entering[gate.output]])
        return self._memory.recall((gate.output, row, operands), lambda: _value(gate, row, operands))

    def _sent(
        self, gate: Gate, position: int, row: Primitive, rule: Rule | None, upstream: Spread, walk: Walk
    ) -> Spread:
        """Return what a gate sends to an operand, by its row or by a rule in place of it."""
        values = tuple([walk.values[wire] for wire in self._entering[gate.output]])
        key = (gate.output, position, row, rule, upstream, walk.values[gate.output], values)
        return self._memory.recall(key, lambda: self._worked_out(gate, position, row, rule, upstream, walk))

    def _worked_out(
        self, gate: Gate, position: int, row: Primitive, rule: Rule | None, upstream: Spread, walk: Walk
    ) -> Spread:
        usual = row.rule_for(position)
        assert usual is not None
        if rule is None and usual.constant in (1, -1) and upstream.shape == gate.operands[position].shape:
            return upstream if usual.constant == 1 else -upstream
        options = gate.options if row is gate.primitive else {}
        wires = dict(gate.inputs)
        places = list(wires)
        spreads = [upstream, walk.values[gate.output], *(walk.values[wire] for wire in wires.values())]
        reads = None if rule is not None else _read(row, position)
        if reads is not None:
            spreads = [
                spread if i == 0 or name in reads else Spread(spread.middle)
                for i, (name, spread) in enumerate(zip(["upstream", "out", *(_name(row, i) for i in places)], spreads))
            ]
        nudges = self.conventions.nudges(row, len(gate.operands))
        probed = [False, False, *(nudges is None and (reads is None or _name(row, i) in reads) for i in places)]
        for i, way in (nudges or {}).items():
            if i in wires:
                spreads[2 + places.index(i)] = _nudged(spreads[2 + places.index(i)], way)

        def send(up: Any, out: Any, *operands: Any) -> Any:
            every = list(gate.operands)
            for i, operand in zip(places, operands, strict=True):
                every[i] = operand
            step = Step(row, options, position, up, out, tuple(every))
            return step.right() if rule is None else rule(step)

        wanted = gate.operands[position].shape
        if row.elementwise:
            return entrywise(send, spreads, probed).sum_to(wanted)
        return whole(send, spreads, probed).sum_to(wanted)

    def _add_up(self, wire: Tensor, walk: Walk, answers: Mapping[Place, Answer], changes: Changes) -> bool:
        """Return whether the parts that gates at a kink have sent add up, where all of them can be seen.

        At a tie each part may be anything between nothing and all; their sum may not.
        """
        for gate, _ in self.arrivals[wire]:
            operands = [operand for _, operand in gate.inputs]
            if (
                gate.output not in self.kinks
                or gate.output in changes.sends
                or not all(operand in self.arrivals and len(self.arrivals[operand]) == 1 for operand in operands)
                or not all(operand in walk.predicted["gradient"] for operand in operands)
            ):
                continue
            written = [answers.get(("gradient", operand)) for operand in operands]
            if any(answer is None or not answer.there.all() for answer in written):
                continue
            upstream = walk.gradients[gate.output]
            wanted = self._sum_of_parts(gate, upstream, walk)
            got = _total([answer.spread.map(np.sum) for answer in written if answer is not None])
            slack = _KINK * np.maximum(1.0, np.abs(wanted.middle))
            if got.low > wanted.high + slack or got.high < wanted.low - slack:
                walk.failures["gradient", wire] = None
                return False
        return True

    def _sum_of_parts(self, gate: Gate, upstream: Spread, walk: Walk) -> Spread:
        """Return the sum of all that a gate sends: at a tie it does not depend on who gets what."""
        places = [i for i, _ in gate.inputs]

        def send_all(up: Any, out: Any, *operands: Any) -> Any:
            every = list(gate.operands)
            for i, operand in zip(places, operands, strict=True):
                every[i] = operand
            sent = [gate.primitive.pull(i, up, out, tuple(every), gate.options) for i in places]
            return sum(np.sum(part) for part in sent)

        spreads = [upstream, walk.values[gate.output], *(walk.values[wire] for _, wire in gate.inputs)]
        return whole(send_all, spreads, [False, False, *[True] * len(places)])


def _value(gate: Gate, row: Primitive, spreads: Sequence[Spread]) -> Spread:
    places = [i for i, _ in gate.inputs]
    options = gate.options if row is gate.primitive else {}

    def value(*given: Any) -> Any:
        every = list(gate.operands)
        for i, operand in zip(places, given, strict=True):
            every[i] = operand
        return row.value(*every, **options)

    return entrywise(value, spreads) if row.elementwise else whole(value, spreads)


def _total(parts: list[Spread]) -> Spread:
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    return total


def _read(row: Primitive, position: int) -> frozenset[str] | None:
    """Return what a gate's rule reads, or None for a gate of any number of operands, whose rule reads them all."""
    rule = row.rule_for(position)
    return None if row.variadic or rule is None else frozenset(rule.reads)


def _name(row: Primitive, position: int) -> str:
    return row.operands[0] if row.variadic else row.operands[position]


def _nudged(spread: Spread, way: int) -> Spread:
    """Return a spread moved a hair's breadth up or down, to one side of a kink."""
    hair = way * 1e-9 * np.maximum(1.0, np.abs(spread.middle))
    return Spread(spread.middle + hair, spread.low + hair, spread.high + hair)
