"""Record a function into a program: it is called once on Tensors that write down every gate.

A traced Tensor is a Tensor: it has a graph, so that the one backward pass differentiates it, and rules run on it as
they do for higher derivatives. Whoever reads its numbers gets them, and the program assumes from there on that it sees
these numbers again.
"""

import contextlib
import operator
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

import numpy as np

from ..errors import UnsupportedError
from ..operators import Operators
from ..ops.arithmetic import add, divide, multiply, negative, power, subtract
from ..ops.comparing import equal, logical_and, logical_not, logical_or, not_equal
from ..ops.identity import identity
from ..ops.shaping import broadcast_to, cast, lined_up, sum_to
from ..primitive import Plain, Primitive, implementations, table
from ..tensor import Tensor, constant_operand, is_recording, leaf
from ..transforms.trees import mapped
from ..watching import Watcher, watching
from .nesting import replaced, within
from .steps import Kind, Step, Wire, assume, plain

# NumPy's functions without a gradient whose result has a shape that follows from their arguments' shapes.
_SHAPE_IS_KNOWN = {
    np.all, np.any, np.count_nonzero, np.argsort, np.argpartition, np.argmax, np.argmin, np.nanargmax, np.nanargmin,
    np.searchsorted, np.digitize, np.isclose, np.allclose, np.array_equal,
}  # fmt: skip


class _NotWritableError(Exception):
    """A rule that reads its operands' numbers: it is called as a function."""


class Tape:
    """The steps recorded so far, and the numbers that were on their wires.

    Args:
        arrays: the name of each array that may become a constant, by the array's identity.
    """

    def __init__(self, arrays: dict[int, str]) -> None:
        self.arrays = arrays
        self.steps: list[Step] = []
        self.values: list[Any] = []
        self.tensors: list[Tensor | None] = []
        self.in_rule = False
        self.gradients: dict[Wire, list[Wire]] = {}
        self.known: dict[Any, Wire] = {}
        # Tensors that the function makes come later.
        self.start = Tensor(0.0).order

    def input(self, value: Any, *, requires_grad: bool) -> "Traced":
        """Return a fresh traced Tensor for an input."""
        wire = self._append(Step(None, (), {}, Kind.of(value)), value)
        traced = Traced.on(self, wire, value, requires_grad=requires_grad)
        self.values[wire] = plain(traced.inner)
        return traced

    def constant(self, value: Any) -> Wire:
        """Return the wire of a number or an array that is known."""
        key = ("constant", _key(value))
        if key not in self.known:
            # The program keeps its own copy; the original may change.
            kept = np.array(value) if isinstance(value, np.ndarray) else value
            whole = getattr(value, "base", None)
            name = self.arrays.get(id(value)) or self.arrays.get(id(whole))
            self.known[key] = self._append(Step(None, (kept,), {}, Kind.of(kept), name), kept)
        return self.known[key]

    def assume(self, wire: Wire) -> None:
        """Let the program assume that it sees on a wire what is there now."""
        if self.in_rule:
            raise _NotWritableError
        key = ("assume", wire)
        if key not in self.known and not self.steps[wire].is_constant:
            seen = self.values[wire]
            seen = np.array(seen) if isinstance(seen, np.ndarray) else seen
            self.known[key] = self._append(Step(assume, (wire, seen), {}, Kind.of(0.0)), None)

    def call(self, gate: Any, operands: tuple[Any, ...], options: dict[str, Any], value: Any, note: str = "") -> Wire:
        """Return the wire of a gate applied to wires and constants; the same gate on the same wires is one step."""
        key = (gate, *map(_key, operands), *[(name, _key(given)) for name, given in options.items()])
        if key not in self.known:
            kind = Kind.of(value, owned=isinstance(value, np.ndarray) and not self._is_shared(value, operands))
            self.known[key] = self._append(Step(gate, operands, options, kind, note=note), value)
        return self.known[key]

    def _is_shared(self, value: Any, operands: tuple[Any, ...]) -> bool:
        """Return whether an array is a view of an operand, or an operand that a gate passes on."""
        return any(np.may_share_memory(value, self.values[place]) for place in within(Wire, operands))

    def _append(self, step: Step, value: Any) -> Wire:
        self.steps.append(step)
        self.values.append(value)
        self.tensors.append(None)
        return Wire(len(self.steps) - 1)

    def is_known(self, wire: Wire) -> bool:
        """Return whether a wire has the same value at each run: a constant, or one that was spread."""
        step = self.steps[wire]
        return step.is_constant or (step.gate is broadcast_to and self.is_known(step.operands[0]))

    def number(self, operand: Any) -> Any:
        """Return the one number that every entry of an operand is known to be, or None."""
        while isinstance(operand, Wire):
            step = self.steps[operand]
            if step.gate is not broadcast_to and not step.is_constant:
                return None
            operand = step.operands[0]
        return operand if np.ndim(operand) == 0 else None


def _when_right(name: str) -> Callable[[Any, Any], Any]:
    """Return the operator for when a traced Tensor stands on the right of one that is not."""
    # Not the Tensor's, which may have come to record without `apply`.
    inherited = getattr(Operators, name)

    def reflected(self: "Traced", other: Any) -> Any:
        return inherited(self, self._lifted(other))

    return reflected


class Traced(Tensor):
    """A Tensor whose gates are written down on a tape.

    Attributes:
        tape: where its gates are written down.
        wire: its wire.
        inner: its value as a Tensor that is not recorded; plain numbers where they are no floating-point numbers.
    """

    __slots__ = ("inner", "tape", "wire")

    tape: Tape
    wire: Wire
    inner: Any

    @classmethod
    def on(cls, tape: Tape, wire: Wire, value: Any, *, requires_grad: bool) -> "Traced":
        """Return a traced Tensor on a wire."""
        traced = leaf(cls, requires_grad=requires_grad)
        traced.tape, traced.wire = tape, wire
        holds_floats = not isinstance(value, Tensor) and np.result_type(value).kind == "f"
        traced.inner = Tensor(value, requires_grad=False) if holds_floats else value
        if requires_grad or tape.tensors[wire] is None:
            tape.tensors[wire] = traced
        return traced

    @property
    def data(self) -> Any:
        """The value; who reads it makes the program assume it."""
        self.tape.assume(self.wire)
        value = plain(self.inner)
        return read_only(value) if isinstance(value, np.ndarray) else value

    @data.setter
    def data(self, value: Any) -> None:
        if getattr(self, "wire", None) is not None:
            raise UnsupportedError("compile: a traced Tensor's data cannot be set; return the new value instead.")

    @staticmethod
    def apply(gate: Any, operands: tuple[Any, ...], options: dict[str, Any]) -> Any:
        """Return what a gate gives, written down on the tape."""
        first = next((operand for operand in operands if operand.__class__ is Traced), None)
        tape = (next(within(Traced, options)) if first is None else first).tape
        if tape.in_rule and gate is add:
            gate, operands = _as_difference(tape, operands)
        operands = tuple([_of_tape(tape, operand) for operand in operands])
        inner = [operand.inner if isinstance(operand, Traced) else operand for operand in operands]
        result = gate(*inner, **_inner(options)) if options else gate(*inner)
        options = gate.options | options if options else gate.options
        wire = _simple(tape, gate, operands, options, result) if tape.in_rule else None
        if wire is None:
            floats = gate if isinstance(result, Tensor) else None
            places = tuple([_place(tape, operand, floats, operands) for operand in operands])
            if tape.in_rule and gate.elementwise:
                places = _not_spread(tape, places, plain(result))
            options_there = wires_of(options) if options else options
            wire = tape.call(gate, places, options_there, plain(result), "" if tape.in_rule else _note(gate))
        needs = [operand for operand in operands if operand.__class__ is Traced and operand.requires_grad]
        traced = Traced.on(tape, wire, result, requires_grad=bool(needs and gate.rules and is_recording()))
        if traced.requires_grad:
            held = [
                operand if isinstance(operand, Tensor | float) else constant_operand(operand, gate)
                for operand in operands
            ]
            traced.gate, traced.first, traced.second = gate, tuple(held), options
        return traced

    def __array_function__(self, function: Callable[..., Any], types: Any, args: Any, kwargs: Any) -> Any:
        args, kwargs = self._lifted(args), self._lifted(kwargs)
        if isinstance(implementations.get(function), Plain) and function in _SHAPE_IS_KNOWN:
            value = function(*map(numbers_of, args), **{name: numbers_of(given) for name, given in kwargs.items()})
            wire = self.tape.call(function, wires_of(tuple(args)), wires_of(kwargs), value)
            return Traced.on(self.tape, wire, value, requires_grad=False)
        return super().__array_function__(function, types, args, kwargs)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **arguments: Any) -> Any:
        return super().__array_ufunc__(ufunc, method, *self._lifted(inputs), **arguments)

    def _lifted(self, given: Any) -> Any:
        """Return arguments with a traced constant in place of each Tensor that is none."""

        def lifted(leaf: Any) -> Any:
            if isinstance(leaf, Tensor) and not isinstance(leaf, Traced):
                return _constant_tensor(self.tape, leaf)
            return leaf

        are_traced = all(isinstance(tensor, Traced) for tensor in within(Tensor, given))
        return given if are_traced else mapped(lifted, given)

    __radd__, __rsub__, __rmul__ = _when_right("__radd__"), _when_right("__rsub__"), _when_right("__rmul__")
    __rtruediv__, __rpow__, __rmod__ = _when_right("__rtruediv__"), _when_right("__rpow__"), _when_right("__rmod__")
    __rmatmul__, __rfloordiv__ = _when_right("__rmatmul__"), _when_right("__rfloordiv__")

    def __getitem__(self, key: Any) -> Any:
        if not any(True for _ in within(Traced, key)):
            return super().__getitem__(key)
        parts = list(within(Traced, key))
        if any(part.dtype == np.bool_ for part in parts):
            # The result's shape depends on the mask.
            return super().__getitem__(replaced(Traced, key, lambda part: part.data))
        return self.apply(table["index"], (self,), {"key": key})

    def __and__(self, other: Any) -> Any:
        return self.apply(logical_and, (self, other), {}) if self._is_truth("&") else NotImplemented

    def __or__(self, other: Any) -> Any:
        return self.apply(logical_or, (self, other), {}) if self._is_truth("|") else NotImplemented

    def __invert__(self) -> Any:
        return self.apply(logical_not, (self,), {}) if self._is_truth("~") else NotImplemented

    __rand__, __ror__ = __and__, __or__

    def _is_truth(self, sign: str) -> bool:
        if self.dtype != np.bool_:
            # Tensor's own error says what to do.
            getattr(Tensor, {"&": "__and__", "|": "__or__", "~": "__invert__"}[sign])(self)
        return True

    def __bool__(self) -> bool:
        truth = bool(self.inner)
        test = self if self.dtype == np.bool_ else self != 0.0
        self.tape.assume(test.wire)
        return truth

    def __float__(self) -> float:
        return self._only_number("float") if self._holds_floats else float(self.data)

    def __int__(self) -> int:
        return int(self._only_number("int")) if self._holds_floats else int(self.data)

    def __index__(self) -> int:
        if self._holds_floats:
            raise TypeError("a Tensor of floating-point numbers is no index")
        return operator.index(self.data)

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        return super().__array__(dtype, copy) if self._holds_floats else np.array(self.data, dtype)

    def astype(self, dtype: Any, *args: Any, **kwargs: Any) -> Any:
        """Return the entries in another dtype."""
        if self._holds_floats:
            return super().astype(dtype, *args, **kwargs)
        return self.apply(cast, (self,), {"dtype": np.dtype(dtype)})

    def backward(self, upstream: Any = None, *, accumulate: bool = False, release: bool = False) -> NoReturn:
        """Refuse: a compiled function returns its output, and is differentiated from outside."""
        raise UnsupportedError(
            "compile: backward() has no place in a compiled function; return the output, and ask for value_and_grad."
        )

    def detach(self, *, requires_grad: bool = False) -> "Traced":
        """Return the same value without a graph."""
        return Traced.on(self.tape, self.wire, self.inner, requires_grad=requires_grad)

    @property
    def _holds_floats(self) -> bool:
        return isinstance(self.inner, Tensor)

    @property
    def shape(self) -> tuple[int, ...]:
        """Lengths of the axes."""
        return self.tape.steps[self.wire].kind.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """Dtype of the value."""
        return self.tape.steps[self.wire].kind.dtype

    @property
    def size(self) -> int:
        """Number of entries."""
        return int(np.size(plain(self.inner)))

    def __repr__(self) -> str:
        return f"<traced Tensor {self.wire!r} of shape {self.shape}, {self.dtype}>"


class _NoOutsiders(Watcher):
    """Refuses a gate that takes a traced Tensor but is written down nowhere, since its first operand is not traced."""

    keeps_inner_wires = True
    notes_lines = False

    def recorded(self, result: Any, gate: Primitive, operands: tuple[Any, ...], options: dict[str, Any]) -> None:
        if any(isinstance(operand, Traced) for operand in operands):
            raise _outsider(next(operand for operand in operands if not isinstance(operand, Traced)))


@contextlib.contextmanager
def tracing() -> Iterator[None]:
    """Refuse, in this `with`, that Tensors which are not traced take traced ones into their graph."""
    with watching(_NoOutsiders()):
        yield


def _simple(
    tape: Tape, gate: Primitive, operands: tuple[Any, ...], options: dict[str, Any], result: Any
) -> Wire | None:
    """Return the wire that a gate's result is known to be without computing it: x·1, x/1, x¹, -1·1, [truth ≠ 0]."""
    if len(operands) == 2 and isinstance(operands[0], Traced) and operands[0].dtype == np.bool_:
        test, other = operands
        if gate is not_equal and _is_zero(other):
            return test.wire
        if gate is equal and _is_zero(other):
            negated = logical_not(test)
            return negated.wire if isinstance(negated, Traced) else None
    wires = [operand.wire if isinstance(operand, Traced) else operand for operand in operands]
    known = [tape.number(wire) for wire in wires]
    if gate in (multiply, divide, power):
        for i in (0, 1) if gate is multiply else (1,):
            other = operands[1 - i]
            same = isinstance(other, Traced) and other.shape == np.shape(result) and other.dtype == result.dtype
            if same and known[i] is not None and known[i] == 1:
                return other.wire
    if gate in (sum_to, lined_up) and operands[0].shape == np.shape(result):
        return wires[0]
    if gate.elementwise and np.shape(result) == () and all(number is not None for number in known):
        return tape.constant(plain(result))
    if gate in (broadcast_to, lined_up) or not all(tape.is_known(wire) for wire in wires if wire.__class__ is Wire):
        return None
    return None if any(True for _ in within(Traced, options)) else tape.constant(plain(result))


def _as_difference(tape: Tape, operands: tuple[Any, ...]) -> tuple[Primitive, tuple[Any, ...]]:
    """Return x + (−y) as x − y, which is the same number."""
    for i in (1, 0):
        given = operands[i]
        step = tape.steps[given.wire] if isinstance(given, Traced) else None
        if step is not None and step.gate is negative and isinstance(step.operands[0], Wire):
            wire = step.operands[0]
            return subtract, (operands[1 - i], Traced.on(tape, wire, tape.values[wire], requires_grad=False))
    return add, operands


def _not_spread(tape: Tape, places: tuple[Any, ...], result: Any) -> tuple[Any, ...]:
    """Return a gate's operands with a number in place of one that was spread to an array: it broadcasts anyway."""
    if not any(isinstance(place, Wire) and tape.steps[place].kind.shape == np.shape(result) for place in places):
        return places
    found = []
    for place in places:
        step = tape.steps[place] if isinstance(place, Wire) else None
        if step is not None and step.gate is broadcast_to and step.kind.shape:
            inner = tape.steps[step.operands[0]].kind
            others = [other for other in places if other is not place]
            fits = inner.shape == () and inner.dtype == np.result_type(result)
            if fits and any(
                isinstance(other, Wire)
                and tape.steps[other].kind.shape == np.shape(result)
                and tape.steps[other].gate is not broadcast_to
                for other in others
            ):
                place = step.operands[0]
        found.append(place)
    return tuple(found)


def _is_zero(value: Any) -> bool:
    return value.__class__ in (int, float) and value == 0


def _place(tape: Tape, operand: Any, gate: Primitive | None, operands: tuple[Any, ...]) -> Any:
    """Return an operand as a step has it: a wire, a number, None, or the wire of a constant array.

    Args:
        tape: where a constant gets its wire.
        operand: the operand.
        gate: the gate, if it computes floating-point numbers.
        operands: all of the gate's; beside float64 ones, NumPy's numbers may be Python's too.
    """
    if operand.__class__ is Traced:
        return operand.wire
    if operand is None or operand.__class__ is float:
        return operand
    if isinstance(operand, int) and not isinstance(operand, np.generic):
        return constant_operand(operand, gate) if gate is not None else operand
    if (
        gate is not None
        and isinstance(operand, np.float64 | np.integer)
        and all(other.dtype == np.float64 for other in operands if isinstance(other, Tensor))
    ):
        return float(operand)
    return tape.constant(np.asarray(operand) if not isinstance(operand, np.generic) else operand)


def _of_tape(tape: Tape, operand: Any) -> Any:
    """Return an operand with a constant in place of a Tensor from outside."""
    return (
        _constant_tensor(tape, operand) if operand.__class__ is not Traced and isinstance(operand, Tensor) else operand
    )


def _constant_tensor(tape: Tape, tensor: Tensor) -> Traced:
    """Return a Tensor from outside as a constant: nobody asks a program for its gradient.

    One that was made while the function ran may be the wire of a derivative inside, whose gradient is asked for.
    """
    if tensor.requires_grad and _leads_to_new_wires(tensor, tape.start):
        raise UnsupportedError(
            f"compile: {tensor.label()} requires a gradient, was made inside the function, and meets an argument. "
            "Make it from an argument (0*x + 3), also where a derivative inside is taken, or with requires_grad=False."
        )
    data = tensor.data if tensor.data.__class__ is not float else np.float64(tensor.data)
    return Traced.on(tape, tape.constant(data), tensor.detach(), requires_grad=False)


def _leads_to_new_wires(tensor: Tensor, start: int) -> bool:
    """Return whether a Tensor depends on a leaf that is no older than `start`, in the order of creation."""
    seen = {tensor}
    unvisited = [tensor]
    while unvisited:
        found = unvisited.pop()
        if found.order < start or not found.requires_grad:
            continue
        if found.gate is None or found.gate is identity:
            return True
        new = {operand for operand in found.operands if isinstance(operand, Tensor)} - seen
        seen |= new
        unvisited += new
    return False


def read_only(array: Any) -> Any:
    """Return a view of an array that cannot be written into: what a function would write is not in the program."""
    view = array.view()
    view.flags.writeable = False
    return view


def as_traced(tape: Tape, value: Any) -> Traced:
    """Return plain numbers as a constant on the tape."""
    return Traced.on(tape, tape.constant(value), value, requires_grad=False)


def _outsider(tensor: Any) -> UnsupportedError:
    called = tensor.label() if isinstance(tensor, Tensor) else "a value"
    return UnsupportedError(
        f"compile: {called} is a Tensor that the function did not get as an argument, and meets one that it did. "
        "Pass it as an argument, or use its .data, which is a constant."
    )


def _note(gate: Any) -> str:
    """Return what a comment calls a gate: "× gate"."""
    return f"{gate.symbol} gate" if isinstance(gate, Primitive) else ""


def _inner(given: Any) -> Any:
    return replaced(Traced, given, lambda part: part.inner)


def numbers_of(given: Any) -> Any:
    """Return arguments with plain numbers in place of traced Tensors."""
    return replaced(Traced, given, lambda part: plain(part.inner))


def wires_of(given: Any) -> Any:
    """Return arguments with wires in place of traced Tensors."""
    return replaced(Traced, given, lambda part: part.wire)


def _key(value: Any) -> Any:
    """Return what two equal constants, options or wires have in common."""
    if isinstance(value, Wire):
        return value, "wire"
    if isinstance(value, tuple | list):
        return (type(value), *map(_key, value))
    if isinstance(value, slice):
        return "slice", _key(value.start), _key(value.stop), _key(value.step)
    if isinstance(value, np.ndarray):
        return "array", value.shape, value.dtype, value.tobytes()
    if isinstance(value, float | np.generic):
        # -0.0 is not 0.0, and NaN is itself.
        return type(value), np.asarray(value).tobytes()
    try:
        hash(value)
    except TypeError:
        return "object", id(value)
    return type(value), value
