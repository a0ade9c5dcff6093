"""A sheet's work, walked again: every value and gradient predicted from the numbers that stand before it.

A walk goes through the circuit as the student did, values forward and gradients back. At each wire it predicts the
number from the sheet's own earlier numbers, with the room that their rounding leaves, and goes on with what is written
there, or with the prediction where nothing is. A walk may be changed: a wrong rule at a gate, another accumulation at a
fork, a gate read as another, an input copied wrongly. If then every number fits, the change explains the sheet.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..backward import seed_for
from ..graph import Gate, Graph
from ..tensor import Tensor
from .answers import Answer
from .changes import NOTHING, Changes, Rule
from .conventions import ANY, Conventions
from .memory import Memory
from .rounding import Rounding
from .sending import sent, sum_of_all_sent, value
from .spreads import Spread, entrywise

# An answer's place: whether it is for the value or the gradient, and the wire.
Place = tuple[str, Tensor]

# A contribution that leaves more room than this, though nothing is rounded, comes from a kink.
_KINK = 1e-6


class Walk:
    """One walk through a circuit.

    Attributes:
        values: for each wire, the value that the work goes on with.
        gradients: the same for gradients.
        predicted: what is to be written, "value" and "gradient" apart, by wire.
        contributions: what each gate sends to each operand, by output wire and position.
        failures: the places whose number does not fit, in the order of the work.
        unbalanced: those of them where what the operands of a gate at a tie get does not add up.
    """

    def __init__(self) -> None:
        self.values: dict[Tensor, Spread] = {}
        self.gradients: dict[Tensor, Spread] = {}
        self.predicted: dict[str, dict[Tensor, Spread]] = {"value": {}, "gradient": {}}
        self.contributions: dict[tuple[Tensor, int], Spread] = {}
        # A dict, because == between wires compares their values.
        self.failures: dict[Place, None] = {}
        self.unbalanced: set[Place] = set()

    @property
    def first_failure(self) -> Place | None:
        """The first place whose number does not fit."""
        return next(iter(self.failures), None)

    def prediction(self, place: Place) -> Spread:
        """Return what is to be written at a place."""
        kind, wire = place
        return self.predicted[kind][wire]

    def entering(self, gate: Gate) -> list[Spread]:
        """Return the values that enter a gate along its wires."""
        return [self.values[wire] for _, wire in gate.inputs]


class Ground:
    """A circuit with what every walk through it needs.

    Attributes:
        graph: the circuit.
        conventions: what is taken for right at a kink.
        seed: the gradient that arrives at the output.
        backward: the wires that have a gradient, in the order in which it is complete, the output first.
        arrivals: for each of these, the gates it feeds that send it a contribution, in the order of arrival.
        right: the walk of somebody who writes nothing down and makes no mistake: the right numbers.
        kinks: the gates at whose operands a kink lies.
        memory: what walks have in common.
    """

    def __init__(self, root: Tensor, conventions: Conventions = ANY, upstream: Any = None) -> None:
        self.graph = Graph(root)
        self.conventions = conventions
        self.seed = Spread(seed_for(root, upstream)) if root.requires_grad else None
        self.memory = Memory()
        self.backward: list[Tensor] = []
        self.arrivals: dict[Tensor, list[tuple[Gate, int]]] = {}
        order = {gate.output: i for i, gate in enumerate(self.graph.gates)}
        for wire in self.graph.backward_order() if self.seed is not None else []:
            arriving = [
                (gate, position)
                for gate, position in self.graph.consumers[wire]
                if gate.output in self.arrivals and gate.primitive.rule_for(position) is not None
            ]
            if wire.requires_grad and (arriving or wire is root):
                self.backward.append(wire)
                self.arrivals[wire] = sorted(arriving, key=lambda step: (-order[step[0].output], step[1]))
        self.kinks: frozenset[Tensor] = frozenset()
        self.right = self.walk({})
        self.kinks = frozenset(
            wire
            for (wire, _), part in self.right.contributions.items()
            if np.any(part.high - part.low > _KINK * np.maximum(1.0, np.abs(part.middle)))
        )

    def walk(
        self,
        answers: Mapping[Place, Answer],
        changes: Changes = NOTHING,
        *,
        base: Walk | None = None,
        stop: bool = False,
        blanks: Walk | None = None,
        rounding: Rounding | None = None,
    ) -> Walk:
        """Walk through the circuit on somebody's numbers.

        Args:
            answers: the numbers that are written.
            changes: what is done otherwise than rightly.
            base: the walk on the same answers without changes; what the changes do not reach is taken from it.
            stop: whether to stop at the first number that does not fit.
            blanks: the walk whose predictions stand where nothing is written.
            rounding: how numbers that are not written were rounded; not at all if None.
        """
        # Wrong work may divide by 0; what is not finite fits no answer.
        with np.errstate(all="ignore"):
            return _Walker(self, answers, changes, base, stop, blanks, rounding).walk


class _Walker:
    """Somebody on the way through a circuit; `walk` is what has been seen."""

    def __init__(
        self,
        ground: Ground,
        answers: Mapping[Place, Answer],
        changes: Changes,
        base: Walk | None,
        stop: bool,
        blanks: Walk | None,
        rounding: Rounding | None,
    ) -> None:
        self.ground = ground
        self.answers = answers
        self.changes = changes
        self.base = base
        self.stop = stop
        self.blanks = blanks
        self.rounding = rounding
        self.walk = Walk()
        # What a fork sends on, where that is not its gradient.
        self.pushed: dict[Tensor, Spread] = {}
        if self._forward():
            self._back()

    def _forward(self) -> bool:
        """Walk through the values; return whether to go on."""
        walk, base, changes = self.walk, self.base, self.changes
        if base is not None and not changes.reads and not changes.inputs and self.blanks is None:
            walk.values, walk.predicted["value"] = base.values, base.predicted["value"]
            walk.failures = {place: None for place in base.failures if place[0] == "value"}
            return not (self.stop and walk.failures)
        for wire in self.ground.graph.wires:
            if not self._take("value", wire, self._value(wire)) and self.stop:
                return False
        return True

    def _value(self, wire: Tensor) -> Spread:
        """Return the value that a wire is to have."""
        base, changes = self.base, self.changes
        gate = self.ground.graph.driver(wire)
        if gate is None:
            if wire in changes.inputs:
                return Spread(changes.inputs[wire])
            return Spread(wire.data) if base is None else base.predicted["value"][wire]
        row = changes.reads.get(wire, gate.primitive)
        entering = self.walk.entering(gate)
        return self.ground.memory.recall((wire, row, *entering), lambda: value(gate, row, entering))

    def _back(self) -> None:
        """Walk through the gradients."""
        ground, base = self.ground, self.base
        for wire in ground.backward:
            parts = [self._part(gate, position) for gate, position in ground.arrivals[wire]]
            if base is not None and not self.changes.touches(wire) and self._arrive_as_before(wire):
                predicted = base.predicted["gradient"][wire]
            else:
                predicted = self._total(wire, parts)
            fits = self._take("gradient", wire, predicted)
            if fits and ground.kinks and any(gate.output in ground.kinks for gate, _ in ground.arrivals[wire]):
                fits = self._add_up(wire)
            if not fits and self.stop:
                return

    def _part(self, gate: Gate, position: int) -> Spread:
        """Return what a gate sends to an operand."""
        walk, changes, wire = self.walk, self.changes, gate.output
        rule = changes.sends.get(wire)
        if rule is not None and rule.position not in (None, position):
            rule = None
        part = self._sent(gate, position, rule, self.pushed.get(wire) or walk.gradients[wire])
        walk.contributions[wire, position] = part
        return part

    def _sent(self, gate: Gate, position: int, rule: Rule | None, upstream: Spread) -> Spread:
        walk, row = self.walk, self.changes.reads.get(gate.output, gate.primitive)
        source = None
        if rule is not None and rule.source is not None:
            kind, wire = rule.source
            source = (walk.values if kind == "value" else walk.gradients)[wire]
        out, entering, conventions = walk.values[gate.output], walk.entering(gate), self.ground.conventions
        function = None if rule is None else (rule.function, rule.is_whole)
        return self.ground.memory.recall(
            (gate.output, position, row, function, source, upstream, out, *entering),
            lambda: sent(gate, position, row, rule, upstream, out, entering, source, conventions),
        )

    def _total(self, wire: Tensor, parts: list[Spread]) -> Spread:
        """Return the gradient that a wire is to have, of the contributions that arrive."""
        changes, driver = self.changes, self.ground.graph.driver(wire)
        if wire in changes.pushes:
            self.pushed[wire] = entrywise(changes.pushes[wire], parts)
        if wire in changes.adds:
            return entrywise(changes.adds[wire], parts)
        if wire is self.ground.graph.root:
            assert self.ground.seed is not None
            parts = [self.ground.seed, *parts]
        total = _sum(parts)
        if wire in changes.ends and driver is not None:
            return self._sent(driver, 0, Rule(changes.ends[wire]), total)
        return total

    def _take(self, kind: str, wire: Tensor, predicted: Spread) -> bool:
        """Go on with what is written on a wire, or else with the prediction; return whether the number fits."""
        walk, base = self.walk, self.base
        place = (kind, wire)
        walk.predicted[kind][wire] = predicted
        carried = walk.values if kind == "value" else walk.gradients
        usual = predicted if self.blanks is None else self.blanks.predicted[kind][wire]
        answer = self.answers.get(place)
        if answer is None:
            if self.rounding is not None and self.ground.graph.driver(wire) is not None:
                # A question's inputs are as they are; what was worked out was rounded.
                usual = self.rounding.around(usual)
            carried[wire] = usual
            return True
        if kind == "gradient" and wire in self.changes.turned:
            answer = answer.turned
        elif base is not None and base.predicted[kind].get(wire) is predicted and self.blanks is None:
            # The same number is expected of the same answer as before.
            carried[wire] = (base.values if kind == "value" else base.gradients)[wire]
            if place in base.failures:
                walk.failures[place] = None
            return place not in base.failures
        right = self.ground.right.predicted[kind][wire]
        fits = answer.fits_wholly(predicted)
        if fits and self.rounding is not None:
            fits = answer.is_near(right, predicted)
        if not fits:
            walk.failures[place] = None
        carried[wire] = answer.carried(usual, right.middle)
        return fits

    def _arrive_as_before(self, wire: Tensor) -> bool:
        """Return whether a wire is sent what it is sent without changes."""
        assert self.base is not None
        ours, theirs = self.walk.contributions, self.base.contributions
        for gate, position in self.ground.arrivals[wire]:
            if ours[gate.output, position] is not theirs[gate.output, position]:
                return False
        return True

    def _add_up(self, wire: Tensor) -> bool:
        """Return whether the parts that gates at a kink have sent add up, where all of them can be seen.

        At a tie each part may be anything between nothing and all; their sum may not.
        """
        ground, walk = self.ground, self.walk
        for gate, _ in ground.arrivals[wire]:
            operands = [operand for _, operand in gate.inputs]
            if (
                gate.output not in ground.kinks
                or gate.output in self.changes.sends
                or any(len(ground.arrivals.get(operand, ())) != 1 for operand in operands)
                or any(operand not in walk.predicted["gradient"] for operand in operands)
            ):
                continue
            written = [self.answers.get(("gradient", operand)) for operand in operands]
            parts = [answer.spread.map(np.sum) for answer in written if answer is not None and answer.there.all()]
            if len(parts) < len(operands):
                continue
            wanted = sum_of_all_sent(gate, walk.gradients[gate.output], walk.values[gate.output], walk.entering(gate))
            slack = _KINK * max(1.0, abs(float(wanted.middle)))
            got = _sum(parts)
            if got.low > wanted.high + slack or got.high < wanted.low - slack:
                walk.failures["gradient", wire] = None
                walk.unbalanced.add(("gradient", wire))
                return False
        return True


def _sum(parts: list[Spread]) -> Spread:
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    return total
