"""A recorded graph as its readers see it: gates in order, wires with names, forks, and what flows back along each wire.

Drawing, explaining and marking read this. It knows none of them, and it computes no derivative: `backward` does.
"""

import functools
import itertools
import operator
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from .backward import Add, Send, consumers_first, seed_for, sweep
from .errors import DtypeError, ShapeError, UnknownWireError, UnsupportedError, did_you_mean
from .formula import Symbol, constant, derivative, known, variable
from .notation import index_text
from .numerals import MOST_ENTRIES, SIGNIFICANT, number, shape
from .primitive import Primitive
from .tensor import Tensor, recording

# A wire without a name is called by its expression up to this many gates deep and this many characters long.
_LABEL_DEPTH = 2
_LABEL_LENGTH = 32


class Frozen(np.ndarray[Any, Any]):
    """Plain numbers that a gate without rules made of wires, as x > 0: constants that depend on the graph's inputs.

    They behave as any array. Only `Graph.replay` looks for them, because it cannot compute them again.
    """

    def __array_wrap__(self, array: Any, context: Any = None, return_scalar: bool = False) -> Any:
        # What is computed from them is an array like any other.
        return np.asarray(array)[()]


@dataclass(frozen=True, eq=False)
class Gate:
    """One gate of a graph.

    Attributes:
        output: the wire the gate drives.
        primitive: its row of the table.
        operands: Tensors and constants in order; an operand used twice stands here twice.
        options: its options.
    """

    output: Tensor
    primitive: Primitive
    operands: tuple[Any, ...]
    options: dict[str, Any]

    @functools.cached_property
    def inputs(self) -> list[tuple[int, Tensor]]:
        """The wires that enter the gate, with their positions among the operands."""
        return [(i, operand) for i, operand in enumerate(self.operands) if isinstance(operand, Tensor)]

    @property
    def folds(self) -> bool:
        """Whether the gate has one wire and otherwise single numbers, and so is drawn as a gate of one operand."""
        others = [operand for operand in self.operands if not isinstance(operand, Tensor)]
        return len(self.inputs) == 1 and bool(others) and all(np.ndim(operand) == 0 for operand in others)

    @property
    def symbol(self) -> str:
        """What is drawn in the gate, constants folded in: "+", "+1", "×−1", "1/x", "x²", "[1]"."""
        if "key" in self.options:
            return self.primitive.symbol.replace(" ", index_text(self.options["key"]))
        if not self.folds:
            return self.primitive.symbol
        (position, _), *_ = self.inputs
        if (
            len(self.operands) == 2
            and len(self.primitive.symbol) == 1
            and (position == 0 or self.primitive.commutative)
        ):
            return self.primitive.symbol + number(float(self.operands[1 - position]), SIGNIFICANT)
        written = self.formal().write()
        return written if self.primitive.elementwise and "," in written else written.replace(" ", "")

    def formal(self) -> Symbol:
        """Return the gate applied to names for its operands: 1/x, x × y. A gate of one wire calls it x."""
        return Symbol(self.primitive, self.formal_operands(), self.options)

    def formal_operands(self) -> tuple[Symbol, ...]:
        """Return the operands as symbols with their values: x for the only wire, else the row's names."""
        row = self.primitive
        names = [f"x{i + 1}" for i in range(len(self.operands))] if row.variadic else list(row.operands)
        if len(self.inputs) == 1:
            names[self.inputs[0][0]] = "x"
        return tuple(
            variable(name, operand.data)
            if isinstance(operand, Tensor)
            else constant(operand)
            if np.ndim(operand) == 0
            else variable(name, operand)
            for name, operand in zip(names, self.operands, strict=True)
        )


class Gradients(NamedTuple):
    """What one backward pass put on the wires.

    Attributes:
        totals: the gradient of each wire that leads to the output.
        contributions: what each gate sends to each operand, before the sum at a fork, by output wire and position.
    """

    totals: dict[Tensor, Any]
    contributions: dict[tuple[Tensor, int], Any]


class Graph:
    """The graph behind a Tensor: `Graph(f)["q"].grad`.

    Attributes:
        root: the output.
        gates: the gates in the order in which they were recorded.
        leaves: the wires that no gate drives, in the order in which they were made.
        names: the named wires by name.
        consumers: for each wire, the gates it enters, with its position among each one's operands.
        forks: the wires that enter more than one gate, or one gate more than once.

    Raises:
        ReleasedError: if the graph was released by `backward(release=True)`.
    """

    def __init__(self, root: Tensor) -> None:
        if not isinstance(root, Tensor):
            raise DtypeError(f"expected a Tensor, the output of a circuit; got {type(root).__name__}.")
        self.root = root
        self.gates = [
            Gate(tensor, tensor.gate, tensor.operands, tensor.options)
            for tensor in reversed(consumers_first(root))
            if tensor.gate is not None
        ]
        self.consumers: dict[Tensor, list[tuple[Gate, int]]] = {root: []}
        for gate in self.gates:
            for position, operand in gate.inputs:
                self.consumers.setdefault(operand, []).append((gate, position))
        driven = {gate.output: gate for gate in self.gates}
        self._driver = driven
        self.leaves = sorted((wire for wire in self.consumers if wire not in driven), key=lambda wire: wire.order)
        self.forks = [wire for wire, consumers in self.consumers.items() if len(consumers) > 1]
        self.names: dict[str, Tensor] = {}
        self._ambiguous: dict[str, int] = {}
        for wire in self.wires:
            if wire.name is None:
                continue
            if wire.name in self.names:
                self._ambiguous[wire.name] = self._ambiguous.get(wire.name, 1) + 1
            self.names[wire.name] = wire

    @property
    def wires(self) -> list[Tensor]:
        """Every wire: the leaves, then the gates' outputs, each in order."""
        return [*self.leaves, *[gate.output for gate in self.gates]]

    def __getitem__(self, name: str) -> Tensor:
        """Return the Tensor on the wire of that name.

        Raises:
            UnknownWireError: if no wire has the name, or more than one has.
        """
        if name in self._ambiguous:
            raise UnknownWireError(
                f"{self._ambiguous[name]} wires are named {name!r}, so the name says too little. "
                "Give each wire its own: .named('h1'), .named('h2')."
            )
        if name not in self.names:
            known = ", ".join(self.names) or "no named wire"
            raise UnknownWireError(
                f"no wire is named {name!r}; the circuit has {known}.{did_you_mean(str(name), self.names)}"
            )
        return self.names[name]

    def is_unique(self, name: str) -> bool:
        """Return whether exactly one wire has a name."""
        return name in self.names and name not in self._ambiguous

    def __contains__(self, name: object) -> bool:
        return name in self.names

    def __len__(self) -> int:
        return len(self.gates)

    def __iter__(self) -> Iterator[Gate]:
        return iter(self.gates)

    def __repr__(self) -> str:
        return f"<Graph of {self.label(self.root)}: {len(self.leaves)} inputs, {len(self.gates)} gates>"

    def __str__(self) -> str:
        lines = [f"{self.label(wire)} = {_data_text(wire.data)}" for wire in self.leaves]
        lines += [f"{self.label(gate.output)} = {self.rule(gate).write()}" for gate in self.listed]
        return "\n".join(lines)

    def driver(self, wire: Tensor) -> Gate | None:
        """Return the gate that drives a wire, or None for a leaf."""
        return self._driver.get(wire)

    def label(self, wire: Tensor) -> str:
        """Return what a wire is called: its name, "output", a short expression such as "k1 × x1", or "#3"."""
        return self.symbol(wire).write()

    def symbol(self, operand: Any) -> Symbol:
        """Return a wire as a symbol that reads as its label, or a constant operand as a number."""
        return self._symbols[operand] if isinstance(operand, Tensor) else _unnamed(operand)

    def rule(self, gate: Gate) -> Symbol:
        """Return a gate applied to the labels of its operands: w0 × x0."""
        return Symbol(gate.primitive, tuple(map(self.symbol, gate.operands)), gate.options)

    def derivative(self, gate: Gate, position: int, upstream: Symbol) -> Symbol:
        """Return a gate's rule for one operand, in the names of its wires; a gate of one wire calls it x.

        It is the local derivative, or what the gate makes of `upstream`.
        """
        operands = gate.formal_operands()
        if len(gate.inputs) > 1:
            operands = tuple(
                known(self.symbol(operand), operand.data) if isinstance(operand, Tensor) else self.symbol(operand)
                for operand in gate.operands
            )
        out = known(Symbol(gate.primitive, operands, gate.options), gate.output.data)
        return derivative(gate.primitive, position, operands, gate.options, out, upstream)

    @functools.cached_property
    def listed(self) -> list[Gate]:
        """The gates whose output has a name or a number; the others are read inside these."""
        return [gate for gate in self.gates if self._symbols[gate.output].gate is None]

    @functools.cached_property
    def _symbols(self) -> dict[Tensor, Symbol]:
        """Every wire's label. What has no name and no short expression is numbered."""
        found: dict[Tensor, Symbol] = {}
        depths: dict[Tensor, int] = {}
        numbers = itertools.count(1)
        for wire in self.wires:
            gate = self.driver(wire)
            if wire.name is None and gate is not None and wire is not self.root:
                operands = tuple(found[o] if isinstance(o, Tensor) else _unnamed(o) for o in gate.operands)
                expression = Symbol(gate.primitive, operands, gate.options)
                depth = 1 + max(depths.get(operand, 0) for _, operand in gate.inputs)
                if depth <= _LABEL_DEPTH and len(expression.write()) <= _LABEL_LENGTH:
                    found[wire], depths[wire] = expression, depth
                    continue
            name = wire.name or ("output" if wire is self.root else f"#{next(numbers)}")
            found[wire] = variable(name)
        return found

    def gradients(self, upstream: Any = None, *, send: Send | None = None, add: Add = operator.add) -> Gradients:
        """Return the gradient of every wire and every contribution, without touching any `.grad`.

        Args:
            upstream: gradient that arrives at the output; 1 for a single number when left out.
            send: what a gate gives its operands, if not upstream × local.
            add: what a fork makes of two contributions, if not their sum.

        Raises:
            BackwardError: if the output depends on nothing that requires a gradient.
            SeedError: if `upstream` is missing where it is needed, or does not fit.
        """
        contributions: dict[tuple[Tensor, int], Any] = {}
        totals = sweep({self.root: seed_for(self.root, upstream)}, send=send, add=add, contributions=contributions)
        return Gradients(totals, contributions)

    def replay(self, values: Mapping[str | Tensor, Any]) -> Tensor:
        """Return the output of the same gates at other values, freshly recorded; wires keep their names.

            Graph(f).replay({"x": 3.0, "y": -1.0})

        Only what was recorded is computed again: a number that Python worked out beside the graph (`x.data`, an index
        from argmax) stays as it was.

        Args:
            values: numbers of the same shape for wires, by name or Tensor; other leaves keep theirs. A wire that a
                gate drives may be given too: it becomes a leaf, and what leads to it no longer matters.

        Raises:
            UnknownWireError: if a name is no wire of the graph.
            ShapeError: if a value has another shape than its wire.
            UnsupportedError: if truth values of wires (x > 0) are among the constants, which cannot follow the inputs.
        """
        given = {self[wire] if isinstance(wire, str) else wire: value for wire, value in values.items()}
        made: dict[Tensor, Tensor] = {}
        with recording(True):
            for wire in self.wires:
                gate = self.driver(wire)
                if wire in given or gate is None:
                    made[wire] = _leaf_like(wire, self.label(wire), given.get(wire, wire.data))
                    continue
                operands = [made[part] if isinstance(part, Tensor) else _unfrozen(part, gate) for part in gate.operands]
                result = gate.primitive(*operands, **gate.options)
                made[wire] = result if isinstance(result, Tensor) else Tensor(result, requires_grad=False)
                made[wire].name = wire.name
        return made[self.root]

    def backward_order(self) -> list[Tensor]:
        """Return the wires in the order in which the backward pass completes their gradients, the output first."""
        position = {gate.output: i for i, gate in enumerate(self.gates)}

        def completed(wire: Tensor) -> tuple[int, int]:
            # A wire is complete when the earliest recorded of its consumers has been visited.
            visits = [(-position[gate.output], place) for gate, place in self.consumers[wire]]
            return max(visits, default=(-len(self.gates), 0))

        return sorted(self.consumers, key=completed)


def _unnamed(value: Any) -> Symbol:
    """Return a constant operand as a symbol: a number, None, or the shape of an array."""
    if value is None or np.ndim(value) == 0:
        return constant(value)
    return variable(f"array {shape(value)}", value)


def _leaf_like(wire: Tensor, label: str, value: Any) -> Tensor:
    """Return a leaf with a wire's name and shape, and another value."""
    leaf = Tensor(value, name=wire.name, requires_grad=wire.requires_grad)
    if leaf.shape != wire.shape:
        raise ShapeError(f"replay: the wire {label!r} has shape {wire.shape}; got a value of shape {leaf.shape}.")
    return leaf


def _unfrozen(constant: Any, gate: Gate) -> Any:
    """Return a constant operand, unless it is known to depend on wires."""
    if isinstance(constant, Frozen) or getattr(constant, "dtype", None) == np.bool_:
        raise UnsupportedError(
            f"replay: the gate {gate.primitive.name!r} uses truth values that were worked out once, at the recorded "
            "numbers, and cannot follow other inputs. Write the circuit with max, relu, abs or clip; "
            "a mask that is data may be given as numbers: mask.astype(float)."
        )
    return constant


def _data_text(value: Any) -> str:
    return str(value) if np.size(value) <= MOST_ENTRIES else f"array {shape(value)}"
