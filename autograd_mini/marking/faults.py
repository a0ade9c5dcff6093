"""Faults: each misconception at each place of a circuit where it can be made, as a change of the work."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from ..graph import Gate
from ..tensor import Tensor
from .misconceptions import KINDS, MISCONCEPTIONS, Misconception
from .work import Changes, Ground


_Part = TypeVar("_Part")


@dataclass(frozen=True, eq=False)
class Fault:
    """A misconception at a place.

    Attributes:
        misconception: what is thought.
        at: the output wires of the faulty gates, or the forked wire; several where it is done at every gate of a kind.
        changes: what is done otherwise than rightly.
        likelihood: how likely it is, against other faults.
        operand: which operand alone it is done for; None for all.
        taken: the number that an input was taken for, if that is the fault.
    """

    misconception: Misconception
    at: tuple[Tensor, ...]
    changes: Changes
    likelihood: float
    operand: int | None = None
    taken: Any = None


def single_faults(ground: Ground) -> list[Fault]:
    """Return every misconception at every gate and fork of the circuit where it can be made."""
    found = []
    for misconception in MISCONCEPTIONS:
        for wire in _places(ground, misconception):
            found.append(Fault(misconception, (wire,), _changes(misconception, [wire]), misconception.frequency))
    for gate in ground.graph.gates:
        if len(_receiving(ground, gate)) > 1:
            found += [fault for position in _receiving(ground, gate) for fault in _one_sided(gate, position)]
    return found


def repeated_faults(ground: Ground) -> list[Fault]:
    """Return every misconception made at every gate of its kind, where there are several."""
    found = []
    for misconception in MISCONCEPTIONS:
        wires = list(_places(ground, misconception))
        if len(wires) > 1:
            found.append(Fault(misconception, tuple(wires), _changes(misconception, wires), misconception.frequency))
    return found


def _places(ground: Ground, misconception: Misconception) -> Iterator[Tensor]:
    """Yield the wires at which a misconception can be had."""
    if misconception.where == "fork":
        for wire in ground.backward:
            if len(ground.arrivals[wire]) > 1 and (misconception.pushes is None or ground.graph.driver(wire)):
                yield wire
        return
    is_kind = KINDS[misconception.where]
    for gate in ground.graph.gates:
        reads = misconception.reads
        if is_kind(gate) and (gate.output in ground.arrivals or reads):
            if reads is not None and len(gate.operands) != len(reads.operands):
                continue
            yield gate.output


def _changes(misconception: Misconception, wires: list[Tensor]) -> Changes:
    """Return the change that a misconception makes at some wires."""
    return Changes(
        sends=_everywhere(misconception.sends, wires),
        adds=_everywhere(misconception.adds, wires),
        pushes=_everywhere(misconception.pushes, wires),
        reads=_everywhere(misconception.reads, wires),
    )


def _everywhere(part: _Part | None, wires: list[Tensor]) -> dict[Tensor, _Part]:
    return {} if part is None else dict.fromkeys(wires, part)


def _receiving(ground: Ground, gate: Gate) -> list[int]:
    """Return the positions of the operands that get a contribution from a gate."""
    return [
        position
        for position, wire in gate.inputs
        if gate.output in ground.arrivals and wire in ground.arrivals and gate.primitive.rule_for(position) is not None
    ]


def _one_sided(gate: Gate, position: int) -> Iterator[Fault]:
    """Yield the faults that can be made at one operand of a gate alone."""
    for misconception in MISCONCEPTIONS:
        if misconception.where == "any" and KINDS["any"](gate) and misconception.sends is not None:
            rule = _at(position, misconception.sends)
            yield Fault(
                misconception, (gate.output,), Changes(sends={gate.output: rule}), misconception.frequency / 2, position
            )


def _at(position: int, rule: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return a rule that is used at one operand only, and the right one at the others."""
    return lambda step: rule(step) if step.position == position else step.right()
