"""Faults: each misconception at each place of a circuit where it can be made, as a change of the work."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..errors import AutogradMiniError
from ..graph import Gate
from ..tensor import Tensor
from .changes import Changes, Rule
from .misconceptions import KINDS, MISCONCEPTIONS, Misconception
from .work import Ground

# A mistake at one operand of a gate alone is this much less likely than at all of them; one that is about the very
# kind of gate is this much likelier than one that can be made anywhere.
_ONE_SIDED = 0.5
_SPECIFIC = 0.5


@dataclass(frozen=True, eq=False)
class Fault:
    """A misconception at a place.

    Attributes:
        misconception: what is thought.
        at: the output wires of the faulty gates, or the forked wire, or the input; several where it is done at every
            gate of a kind.
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
    found = [fault for misconception in MISCONCEPTIONS for fault in _made(ground, misconception)]
    for gate in ground.graph.gates:
        positions = _receiving(ground, gate)
        if len(positions) > 1:
            found += [fault for position in positions for fault in _one_sided(ground, gate, position)]
    return found


def repeated_faults(ground: Ground) -> list[Fault]:
    """Return every misconception made at every gate of its kind, where there are several."""
    found = []
    for misconception in MISCONCEPTIONS:
        faults = list(_made(ground, misconception))
        places = {fault.at[0]: fault for fault in faults}
        if len(places) > 1 and len(places) == len(faults):
            changes = Changes()
            for fault in faults:
                changes = changes | fault.changes
            found.append(Fault(misconception, tuple(places), changes, faults[0].likelihood))
    return found


def _made(ground: Ground, misconception: Misconception) -> Iterator[Fault]:
    """Yield a misconception at each place where it can be made."""
    likelihood = misconception.frequency + (_SPECIFIC if misconception.where != "any" else 0)
    if misconception.where == "fork":
        for wire in ground.backward:
            if len(ground.arrivals[wire]) > 1 and (misconception.pushes is None or ground.graph.driver(wire)):
                yield Fault(misconception, (wire,), _at_fork(misconception, wire), likelihood)
        return
    for gate in ground.graph.gates:
        if KINDS[misconception.where](gate, ground.graph):
            for position, changes in _at_gate(ground, misconception, gate):
                if _can_be_made(ground, changes, misconception):
                    yield Fault(misconception, (gate.output,), changes, likelihood, position)


def _at_fork(misconception: Misconception, wire: Tensor) -> Changes:
    if misconception.adds is not None:
        return Changes(adds={wire: misconception.adds})
    assert misconception.pushes is not None
    return Changes(pushes={wire: misconception.pushes})


def _at_gate(ground: Ground, misconception: Misconception, gate: Gate) -> Iterator[tuple[int | None, Changes]]:
    """Yield the changes by which a misconception can be made at a gate, with the operand it is made at, if one."""
    wire = gate.output
    if misconception.reads is not None:
        if len(gate.operands) == len(misconception.reads.operands):
            yield None, Changes(reads={wire: misconception.reads})
        return
    if wire not in ground.arrivals:
        return
    if misconception.ends is not None:
        yield None, Changes(ends={wire: misconception.ends})
        return
    receiving = _receiving(ground, gate)
    for position in receiving if misconception.is_each else [None]:
        if misconception.is_turned:
            operand = gate.operands[receiving[0] if position is None else position]
            if operand.gate is None and len(operand.shape) == 2:
                yield position, Changes(turned=frozenset([operand]))
        elif misconception.sends is not None:
            if misconception.sources is None:
                choices: Any = [None]
            else:
                choices = misconception.sources(gate, receiving[0] if position is None else position, ground.graph)
            for source in choices:
                rule = Rule(misconception.sends, position, misconception.is_whole, source)
                yield position, Changes(sends={wire: rule})


def _can_be_made(ground: Ground, changes: Changes, misconception: Misconception) -> bool:
    """Return whether shapes allow a change: a matrix that is no square cannot be multiplied the wrong way round."""
    if not misconception.is_whole and not misconception.sources:
        return True
    try:
        ground.walk({}, changes, base=ground.right)
    except (AutogradMiniError, ValueError, IndexError, KeyError, AssertionError):
        return False
    return True


def _receiving(ground: Ground, gate: Gate) -> list[int]:
    """Return the positions of the operands that get a contribution from a gate."""
    return [
        position
        for position, wire in gate.inputs
        if gate.output in ground.arrivals and wire in ground.arrivals and gate.primitive.rule_for(position) is not None
    ]


def _one_sided(ground: Ground, gate: Gate, position: int) -> Iterator[Fault]:
    """Yield the faults that can be made at one operand of a gate alone."""
    for misconception in MISCONCEPTIONS:
        if misconception.where == "any" and KINDS["any"](gate, ground.graph) and misconception.sends is not None:
            changes = Changes(sends={gate.output: Rule(misconception.sends, position)})
            likelihood = misconception.frequency * _ONE_SIDED
            yield Fault(misconception, (gate.output,), changes, likelihood, position)
