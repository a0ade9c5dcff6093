"""The right side of a comparison: what a circuit says at a point, its wires, their gradients and what was asked."""

from collections.abc import Hashable, Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np

from ...errors import UnknownWireError
from ...graph import Graph
from ...tensor import Tensor
from .points import Input, Point, check_domain

# The key under which a point holds the gradient that arrives at the output.
UPSTREAM = "upstream"


class State(NamedTuple):
    """What is known at a point.

    Attributes:
        values: the value of every wire that has a name of its own.
        gradients: the gradient of each of them; 0 where none arrives.
        right: what was asked, for the formulas in order, one after the other.
    """

    values: dict[str, Any]
    gradients: dict[str, Any]
    right: tuple[Any, ...]


class Questioned:
    """A circuit of which the gradient, or the value, of some wires is asked.

    Attributes:
        graph: the recorded circuit.
        asked: the wires' names.
        is_gradient: whether gradients are asked.
        inputs: the circuit's inputs, and the upstream gradient where it is free.
        labels: what each input is called.
        shapes: the shape of every named wire.
        constants: the single numbers that gates have besides wires, such as the bounds of clip; without 0 and 1.
    """

    def __init__(
        self,
        root: Tensor,
        asked: Iterable[str],
        *,
        is_gradient: bool,
        domains: Mapping[str, str],
        has_free_upstream: bool = False,
    ) -> None:
        self.graph = Graph(root)
        self.asked = tuple(asked)
        self.is_gradient = is_gradient
        self._named = {name: wire for name, wire in self.graph.names.items() if self.graph.is_unique(name)}
        self.shapes = {name: wire.shape for name, wire in self._named.items()}
        given = [part for gate in self.graph for part in (*gate.operands, *gate.options.values())]
        numbers = {abs(float(part)) for part in given if isinstance(part, int | float) and not isinstance(part, bool)}
        self.constants = tuple(number for number in numbers if np.isfinite(number) and number not in (0, 1))
        for name in domains:
            if self.graph.driver(self.graph[name]) is not None:
                raise UnknownWireError(f"the wire {name!r} is driven by a gate; only an input has a domain.")
        # Leaves are known by their numbers: a Tensor cannot be compared with another key.
        self.inputs: dict[Hashable, Input] = {
            number: Input(leaf.data, check_domain(str(leaf.name), domains.get(leaf.name or "", "real")))
            for number, leaf in enumerate(self.graph.leaves)
        }
        self.labels: dict[Hashable, str] = {
            number: self.graph.label(leaf) for number, leaf in enumerate(self.graph.leaves)
        }
        if is_gradient:
            totals = self.graph.gradients(np.ones(root.shape)).totals
            for name in self.asked:
                if not self.graph[name].requires_grad or (self.graph[name] not in totals):
                    raise UnknownWireError(f"the wire {name!r} takes no gradient.")
            if has_free_upstream or root.shape:
                self.inputs[UPSTREAM] = Input(root.data)
                self.labels[UPSTREAM] = f"upstream of {self.graph.label(root)}"

    def at(self, point: Point) -> State | None:
        """Return what the circuit says at a point; None where something in it is not finite."""
        given: dict[Any, Any] = {leaf: point.values[number] for number, leaf in enumerate(self.graph.leaves)}
        with np.errstate(all="ignore"):
            try:
                root = self.graph.replay(given)
                graph = Graph(root)
                totals: dict[Tensor, Any] = {}
                if self.is_gradient:
                    totals = graph.gradients(point.values.get(UPSTREAM)).totals
            except np.linalg.LinAlgError:
                # A matrix without an inverse: nothing is defined there.
                return None
        wires = {name: graph[name] for name in self._named}
        values = {name: wire.data for name, wire in wires.items()}
        gradients = {name: totals[wire] if wire in totals else np.zeros(wire.shape) for name, wire in wires.items()}
        right = tuple((gradients if self.is_gradient else values)[name] for name in self.asked)
        known = [*values.values(), *gradients.values(), *right] if self.is_gradient else [*values.values()]
        return State(values, gradients, right) if all(np.all(np.isfinite(number)) for number in known) else None
