"""Repetitions: scopes in a chain that all do the same, such as the steps of a recurrence, are drawn as one: "step ×50".

Gates, options, shapes and wiring must be equal, and the names of scopes but for a number at the end; values may differ.
Each scope may take what the one before hands on, wires that all share, and inputs of its own, named alike.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..graph import Gate, Graph
from ..scopes import Scope, scopes_of
from ..tensor import Tensor

_FEWEST = 3
_NUMBER = re.compile(r"[\s_.:#-]*\d+$")


@dataclass(frozen=True, eq=False)
class Bundle:
    """Inputs that are drawn as one, the same input of each scope of a fold: "x1 … x50"."""

    wires: tuple[Tensor, ...]

    @property
    def name(self) -> str:
        """The names of the first and the last; "x ×50" where all have one name."""
        first, last = self.wires[0].name, self.wires[-1].name
        return f"{first} ×{len(self.wires)}" if first == last else f"{first} … {last}"


@dataclass(frozen=True, eq=False)
class Fold:
    """Scopes that are drawn as one gate, in order, with the inputs that each has for itself."""

    scopes: tuple[Scope, ...]
    bundles: list[Bundle]

    @property
    def name(self) -> str:
        """What stands in the gate: the scopes' common name and how many there are."""
        return f"{_base(self.scopes[0].name)} ×{len(self.scopes)}".strip()

    def hides(self, wire: Tensor) -> bool:
        """Return whether a wire is not drawn, or not by itself, where the fold is drawn as one gate."""
        bundled = (inside for bundle in self.bundles for inside in bundle.wires)
        return not set(self.scopes).isdisjoint(scopes_of(wire)) or any(inside is wire for inside in bundled)


@dataclass(eq=False)
class _Step:
    """A scope as something that may be repeated.

    Attributes:
        scope: the scope.
        gates: its gates by output, each with its place.
        outer: the wires from outside that enter it, each with its place in the order in which they do.
        structure: what it does, without names, values and places in the graph.
    """

    scope: Scope
    gates: dict[Tensor, int] = field(default_factory=dict)
    outer: dict[Tensor, int] = field(default_factory=dict)
    structure: list[Any] = field(default_factory=list)

    def add(self, gate: Gate) -> None:
        """Add the next gate."""
        operands = [self._place(operand) for operand in gate.operands]
        # Which entry is taken at a step is a value, such as the number of the step.
        options = {name: repr(option) for name, option in gate.options.items() if name != "key"}
        within = [_base(scope.name) for scope in scopes_of(gate.output)]
        self.structure.append((gate.primitive.name, options, operands, np.shape(gate.output.data), within))
        self.gates[gate.output] = len(self.gates)

    def _place(self, operand: Any) -> tuple[Any, ...]:
        if not isinstance(operand, Tensor):
            return ("constant", repr(operand))
        if operand in self.gates:
            return ("inside", self.gates[operand])
        place = self.outer.setdefault(operand, len(self.outer))
        return ("outside", place, np.shape(operand.data), operand.requires_grad)


def folds_of(graph: Graph) -> list[Fold]:
    """Return the repetitions of a graph, the outermost where scopes are nested."""
    found: list[Fold] = []
    folded: set[Scope] = set()
    depth = 0
    while True:
        # The scopes at one depth, by the scopes around them.
        families: dict[tuple[Scope, ...], dict[Scope, _Step]] = {}
        for gate in graph.gates:
            path = scopes_of(gate.output)
            if len(path) > depth and folded.isdisjoint(path):
                steps = families.setdefault(path[:depth], {})
                steps.setdefault(path[depth], _Step(path[depth])).add(gate)
        if not families:
            return found
        for family in families.values():
            for run in _runs(graph, list(family.values())):
                found.append(Fold(tuple(step.scope for step in run), list(_bundles(run))))
                folded.update(found[-1].scopes)
        depth += 1


def _runs(graph: Graph, steps: list[_Step]) -> Iterator[list[_Step]]:
    """Yield the longest chains of equal steps that can be drawn as one gate."""
    run: list[_Step] = []
    wiring: list[Any] = []
    for step in [*steps, None]:
        found = _wiring(graph, run[-1], step) if run and step else None
        if step and found and (len(run) == 1 or found == wiring):
            run, wiring = [*run, step], found
            continue
        # A gate drives one wire, so one wire may leave the last step.
        if len(run) >= _FEWEST and len(_leaving(graph, run[-1])) == 1:
            yield run
            run = []
        # The last step of a chain that came to nothing may begin another.
        run, wiring = ([run[-1], step], found) if step and found and run else ([step] if step else [], [])


def _wiring(graph: Graph, before: _Step, step: _Step) -> list[Any] | None:
    """Return where a step's outer wires come from; None if it does not do the same as the step before, or not next."""
    if _base(before.scope.name) != _base(step.scope.name) or before.structure != step.structure:
        return None
    if any(
        consumer not in step.gates for wire in _leaving(graph, before) for consumer in _outside(graph, before, wire)
    ):
        return None
    found: list[Any] = []
    for earlier, wire in zip(before.outer, step.outer, strict=True):
        if wire in before.gates:
            found.append(before.gates[wire])
        elif wire is earlier:
            found.append("shared")
        elif (
            _is_own(graph, before, earlier)
            and _is_own(graph, step, wire)
            and _base(earlier.name or "") == _base(wire.name or "")
        ):
            found.append("own")
        else:
            return None
    return found


def _leaving(graph: Graph, step: _Step) -> list[Tensor]:
    """Return the wires of a step that enter gates outside it, or are the output."""
    return [wire for wire in step.gates if wire is graph.root or _outside(graph, step, wire)]


def _outside(graph: Graph, step: _Step, wire: Tensor) -> list[Tensor]:
    """Return what the gates outside a step that a wire enters drive."""
    consumers: Iterable[Tensor] = (gate.output for gate, _ in graph.consumers[wire])
    return [consumer for consumer in consumers if consumer not in step.gates]


def _is_own(graph: Graph, step: _Step, wire: Tensor) -> bool:
    """Return whether a wire is an input of one step alone."""
    return wire.gate is None and not _outside(graph, step, wire)


def _bundles(run: list[_Step]) -> Iterator[Bundle]:
    """Yield the inputs with a name that each step has for itself; others are not drawn."""
    for wires in zip(*(step.outer for step in run), strict=True):
        is_carried = any(wire in step.gates for wire, step in zip(wires[1:], run, strict=False))
        if len(set(wires)) == len(wires) and not is_carried and wires[0].name:
            yield Bundle(wires)


def _base(name: str) -> str:
    """Return a name without a number at its end."""
    return _NUMBER.sub("", name)
