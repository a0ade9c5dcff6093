"""Units: what is drawn as one gate, a gate of the graph or a group of them collapsed into one.

A group is a gate with gates that feed nothing but it and each other, so that it can be drawn as a gate: the gates of a
collapsed scope, or unnamed gates of one scope. Along each wire into a group the contributions are summed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..graph import Gate, Graph
from ..scopes import Scope, scopes_of
from ..tensor import Tensor
from .folds import Bundle, Fold

# A wire into a gate, as the gate's output and the place among its operands: the key of its contribution.
Entry = tuple[Tensor, int]
# The scope that a wire's gate is collapsed into, or None.
Collapsed = Callable[[Tensor], Scope | None]


@dataclass
class Unit:
    """What is drawn as one gate.

    Attributes:
        gates: the gates, in order; the last one drives the unit's wire.
        operands: what enters: wires, inputs that are drawn as one, and constants that are drawn as inputs.
        entries: for each operand, where it enters gates of the unit.
        scope: the scope that the unit is, if it is a collapsed one; the last of a fold.
        fold: the scopes that the unit is, if they are drawn as one.
    """

    gates: list[Gate]
    operands: list[Any] = field(default_factory=list)
    entries: list[list[Entry]] = field(default_factory=list)
    scope: Scope | None = None
    fold: Fold | None = None

    @property
    def output(self) -> Tensor:
        """The wire that the unit drives."""
        return self.gates[-1].output

    @property
    def wires(self) -> list[Tensor]:
        """The wires that enter."""
        bundles = [wire for operand in self.operands if isinstance(operand, Bundle) for wire in operand.wires]
        return [operand for operand in self.operands if isinstance(operand, Tensor)] + bundles


def units(
    graph: Graph, group: bool, collapsed: Collapsed = lambda wire: None, folds: Sequence[Fold] = ()
) -> list[Unit]:
    """Return the units of a graph, operands before the units they enter.

    Args:
        graph: the recorded graph.
        group: whether a gate without a name is drawn in one with the only gate that it feeds, if both have one scope.
        collapsed: says which of a wire's scopes is drawn as one gate, for a fold the last; none is when left out.
        folds: scopes that are drawn as one gate together.
    """
    by_last = {fold.scopes[-1]: fold for fold in folds}
    heads = _heads(graph, group, collapsed)
    members: dict[Tensor, list[Gate]] = {}
    for gate in graph.gates:
        members.setdefault(heads[gate.output], []).append(gate)
    found = []
    for gate in graph.gates:
        if heads[gate.output] is gate.output:
            gates = members[gate.output]
            scope = collapsed(gate.output)
            fold = by_last.get(scope) if scope else None
            unit = _group(gates, fold) if len(gates) > 1 else _single(gate)
            unit.scope, unit.fold = scope, fold
            found.append(unit)
    return found


def near(parts: list[Unit], wire: Tensor, steps: int) -> list[Unit]:
    """Return the units at most so many gates away from a wire, along the wires or against them, in order.

    A wire that also feeds gates farther away gets a unit without gates that stands for them all, so that what arrives
    along its branches adds up.
    """
    driven = {unit.output for unit in parts}
    found: set[Tensor] = set()
    edge = {wire}
    for _ in range(steps):
        touched = [unit for unit in parts if unit.output in edge or not edge.isdisjoint(unit.wires)]
        # An input that feeds the whole circuit leads nowhere near.
        edge |= found | {operand for unit in touched for operand in unit.wires if operand in driven}
        found |= {unit.output for unit in touched}
        edge |= found
    shown = [unit for unit in parts if unit.output in found]
    forked = {operand for unit in shown for operand in unit.wires}
    elsewhere: dict[Tensor, list[Entry]] = {}
    for unit in parts:
        if unit.output not in found:
            for operand, entries in zip(unit.operands, unit.entries, strict=True):
                if isinstance(operand, Tensor) and operand in forked:
                    elsewhere.setdefault(operand, []).extend(entries)
    return shown + [Unit([], [operand], [entries]) for operand, entries in elsewhere.items()]


def _heads(graph: Graph, group: bool, collapsed: Collapsed) -> dict[Tensor, Tensor]:
    """Return, for each gate's output, the output of the group it is drawn in.

    A gate joins the group of its consumers if they all are in one and it belongs there.
    """
    heads: dict[Tensor, Tensor] = {}
    for gate in reversed(graph.gates):
        wire = gate.output
        consumers = {consumer.output for consumer, _ in graph.consumers[wire]}
        above = {heads[consumer] for consumer in consumers}
        heads[wire] = wire
        if len(above) == 1:
            (head,) = above
            scope = collapsed(wire)
            alike = wire.name is None and len(consumers) == 1 and scopes_of(wire) == scopes_of(head)
            if scope == collapsed(head) and (scope is not None or (group and alike)):
                heads[wire] = head
    return heads


def _single(gate: Gate) -> Unit:
    """Return a gate as a unit; constants that cannot be folded into its symbol are operands too."""
    unit = Unit([gate])
    for position, operand in enumerate(gate.operands):
        if isinstance(operand, Tensor) or (operand is not None and not gate.folds):
            unit.operands.append(operand)
            unit.entries.append([(gate.output, position)])
    return unit


def _group(gates: list[Gate], fold: Fold | None) -> Unit:
    """Return several gates as a unit: each outer wire enters once; constants and numbers without a name stay inside."""
    inside = {gate.output for gate in gates}
    bundles = {wire: bundle for bundle in (fold.bundles if fold else ()) for wire in bundle.wires}
    entries: dict[Tensor | Bundle, list[Entry]] = {}
    for gate in gates:
        for position, wire in gate.inputs:
            if wire not in inside and (wire.gate is not None or wire.name is not None):
                entries.setdefault(bundles.get(wire, wire), []).append((gate.output, position))
    return Unit(gates, list(entries), list(entries.values()))
