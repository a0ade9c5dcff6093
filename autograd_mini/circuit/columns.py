"""In which column each node stands: inputs at the left, each gate as soon as its operands are there.

A scope is laid out by itself and then placed among its surroundings like one wide gate: what enters it stands left of
all its columns, what it feeds stands right of them, and inputs that only it uses stand inside, before their first use.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter

from ..scopes import Scope
from .model import Model

Scopes = tuple[Scope, ...]
# What stands in a scope, or outside all: its nodes, and the scopes in it.
_Child = int | Scope
# Circuits of more gates than this have no room for inputs at the left, far from their gates.
_LARGE = 60


@dataclass
class Columns:
    """The columns of a circuit.

    Attributes:
        layer: each node's column, from the left.
        scopes: the scopes in whose columns each node stands, the outermost first; an input stands in the scopes that
            all its gates have in common.
        spans: each scope's first and last column.
        entwined: scopes that keep no columns to themselves, because a wire leaves them and leads back into them.
    """

    layer: list[int]
    scopes: list[Scopes]
    spans: dict[Scope, tuple[int, int]] = field(default_factory=dict)
    entwined: list[Scope] = field(default_factory=list)

    def around(self, column: int, source: int, target: int) -> Scopes:
        """Return the scopes that a wire between two nodes is inside of in a column, the outermost first."""
        left = [scope for scope in self.scopes[source] if column <= self.spans[scope][1]]
        right = [scope for scope in self.scopes[target] if column >= self.spans[scope][0] and scope not in left]
        return (*left, *right)


def columns_of(model: Model, consumers: list[list[tuple[int, int]]], alone: Collection[Scope] = ()) -> Columns:
    """Return the columns of a circuit; scopes that stand alone share theirs with no gates but their own."""
    paths = _paths(model, consumers)
    entwined: list[Scope] = []
    while True:
        try:
            layer = _layers(model, consumers, paths, alone)
        except CycleError as error:
            found = [child for child in error.args[1] if isinstance(child, Scope)]
            entwined += dict.fromkeys(found)
            paths = [tuple(scope for scope in path if scope not in found) for path in paths]
            continue
        spans: dict[Scope, tuple[int, int]] = {}
        for path, column in zip(paths, layer, strict=True):
            for scope in path:
                first, last = spans.get(scope, (column, column))
                spans[scope] = min(first, column), max(last, column)
        return Columns(layer, paths, spans, entwined)


def _paths(model: Model, consumers: list[list[tuple[int, int]]]) -> list[Scopes]:
    """Return the scopes that each node stands in."""
    paths: list[Scopes] = [node.scopes for node in model.nodes]
    for i, node in enumerate(model.nodes):
        if node.symbol is None and consumers[i]:
            paths[i] = _common(model.nodes[gate].scopes for gate, _ in consumers[i])
    return paths


def _common(paths: Iterable[Scopes]) -> Scopes:
    """Return the scopes with which all the paths begin."""
    first, *others = paths
    for depth, scope in enumerate(first):
        if any(path[depth : depth + 1] != (scope,) for path in others):
            return first[:depth]
    return first


def _layers(
    model: Model, consumers: list[list[tuple[int, int]]], paths: list[Scopes], alone: Collection[Scope]
) -> list[int]:
    """Return each node's column, scope by scope from the innermost.

    Raises:
        CycleError: if scopes and gates wait for each other.
    """
    # A forked wire needs a column for the labels of its branches.
    steps = [2 if len(taken_by) > 1 else 1 for taken_by in consumers]
    members: dict[Scopes, list[int]] = {(): []}
    wires: dict[Scopes, list[tuple[int, int]]] = {}
    for i, path in enumerate(paths):
        for depth in range(len(path) + 1):
            members.setdefault(path[:depth], []).append(i)
        for operand in model.nodes[i].operands:
            wires.setdefault(_common((paths[operand], path)), []).append((operand, i))
    is_large = sum(node.symbol is not None for node in model.nodes) > _LARGE
    layer = [0] * len(paths)
    lengths: dict[_Child, int] = {}
    for path in sorted(members, key=len, reverse=True):
        child = {i: paths[i][len(path)] if len(paths[i]) > len(path) else i for i in members[path]}
        gates = list(dict.fromkeys(child[i] for i in members[path] if model.nodes[i].symbol is not None))
        # Nodes are in the order of recording, so what may stand on either side of a scope finds one without a cycle.
        in_order = [
            pair
            for place, one in enumerate(gates)
            if one in alone
            for pair in (*((other, one) for other in gates[:place]), *((one, other) for other in gates[place + 1 :]))
        ]
        start = _earliest(child, wires.get(path, []), in_order, layer, steps, lengths)
        _move_inputs(model, consumers, child, start, steps, all_inputs=bool(path), is_large=is_large)
        first = min(start.values(), default=0)
        for i in members[path]:
            layer[i] += start[child[i]] - first
        if path:
            lengths[path[-1]] = max(layer[i] for i in members[path])
    return layer


def _earliest(
    child: dict[int, _Child],
    wires: list[tuple[int, int]],
    in_order: list[tuple[_Child, _Child]],
    layer: list[int],
    steps: list[int],
    lengths: dict[_Child, int],
) -> dict[_Child, int]:
    """Return the first column of everything in a scope: right of all that enters it or else comes before it."""
    entering: dict[_Child, list[int]] = {}
    before: dict[_Child, list[_Child]] = {}
    order: TopologicalSorter[_Child] = TopologicalSorter(dict.fromkeys(child.values(), ()))
    for source, target in wires:
        entering.setdefault(child[target], []).append(source)
        order.add(child[target], child[source])
    for one, other in in_order:
        before.setdefault(other, []).append(one)
        order.add(other, one)
    start: dict[_Child, int] = {}
    for one in order.static_order():
        start[one] = max(
            (
                start[child[source]] + max(layer[source] + steps[source], lengths.get(child[source], 0) + 1)
                for source in entering.get(one, ())
            ),
            default=0,
        )
        start[one] = max([start[one], *(start[other] + lengths.get(other, 0) + 1 for other in before.get(one, ()))])
    return start


def _move_inputs(
    model: Model,
    consumers: list[list[tuple[int, int]]],
    child: dict[int, _Child],
    start: dict[_Child, int],
    steps: list[int],
    *,
    all_inputs: bool,
    is_large: bool,
) -> None:
    """Move inputs to the right, next to their gates: all of a scope's.

    Outside of scopes, copies of repeated inputs, constants and inputs without a name stand next to their gate; in a
    large circuit every input does that feeds one gate only. A gate that is fed by nothing but inputs, one of them a
    copy, stands next to its own consumer.
    """
    nodes = model.nodes
    for i, own in child.items():
        if own != i:
            continue
        node = nodes[i]
        single = [o for o in node.operands if nodes[o].symbol is None and steps[o] == 1 and child.get(o) == o]
        from_copies = any(nodes[operand].is_repeated for operand in single)
        after = [start[child[gate]] for gate, _ in consumers[i] if gate in child]
        if from_copies and len(single) == len(node.operands) and after:
            start[i] = min(after) - steps[i]
            moved = single
        else:
            moved = [o for o in single if all_inputs or is_large or nodes[o].stands_by_its_gate]
        for operand in moved:
            start[operand] = start[i] - 1
    if all_inputs:
        for i, own in child.items():
            if own == i and nodes[i].symbol is None and consumers[i]:
                start[i] = min(start[child[gate]] for gate, _ in consumers[i]) - steps[i]
