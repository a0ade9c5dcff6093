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
from ..scalar import scalar_paths
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


_ASKS_FOR = {np.shape, np.ndim, np.size}


class _NotWritableError(Exception):
    """A rule that reads its operands' numbers: it is called as a function."""


class Tape:
    """The steps recorded so far, and the numbers that were on their wires.

    Args:
        arrays: the name of each array that may become a constant, by the array's identity.

    Attributes:
        is_known: for each wire whether it has the same value at each run: a constant, or one that was spread.
        numbers: for each wire the one number that every entry is known to be, or None.
        detached: for wires that are differentiated by, the traced Tensor that rules read.
    """

    def __init__(self, arrays: dict[int, str]) -> None:
        self.arrays = arrays
        self.steps: list[Step] = []
        self.values: list[Any] = []
        self.tensors: list[Tensor | None] = []
        self.is_known: list[bool] = []
        self.numbers: list[Any] = []
        self.detached: dict[Wire, Traced] = {}
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

    def call(
        self,
        gate: Any,
        operands: tuple[Any, ...],
        options: dict[str, Any],
        value: Any,
        given: tuple[Any, ...] = (),
        note: str = "",
    ) -> Wire:
        """Return the wire of a gate applied to wires and constants; the same gate on the same wires is one step.

        Args:
            gate: the gate, or the function.
            operands: wires and constants.
            options: the options, with wires in them.
            value: what the gate gave.
            given: the operands that it was applied to, whose memory the value may be.
            note: what a comment says about the step.
        """
        places = [place if place.__class__ is Wire else _key(place) for place in operands]
        key = (gate, *places, *[(name, _key(given)) for name, given in options.items()])
        wire = self.known.get(key)
        if wire is None:
            kind = Kind.of(value, owned=value.__class__ is np.ndarray and not _is_shared(value, given))
            self.known[key] = wire = self._append(Step(gate, operands, options, kind, None, note), value)
        return wire

    def forget(self) -> None:
        """Let go of all numbers and Tensors. These hold the tape: the arrays would stay until cycles are collected."""
        self.values.clear()
        self.tensors.clear()
        self.detached.clear()

    def _append(self, step: Step, value: Any) -> Wire:
        is_known, number = False, None
        if step.gate is None and step.operands:
            is_known, number = True, step.operands[0]
            number = number if np.ndim(number) == 0 else None
        elif step.gate is broadcast_to:
            spread = step.operands[0]
            is_known, number = self.is_known[spread], self.numbers[spread]
        self.steps.append(step)
        self.values.append(value)
        self.tensors.append(None)
        self.is_known.append(is_known)
        self.numbers.append(number)
        return Wire(len(self.steps) - 1)


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
        inner: its value: a float, or a Tensor that is not recorded; plain numbers where they are no floating-point
            numbers.
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
        if value.__class__ is not float:
            if not isinstance(value, Tensor) and np.result_type(value).kind == "f":
                value = Tensor(value, requires_grad=False)
            if isinstance(value, Tensor) and value.data.__class__ is float:
                value = value.data
        traced.inner = value
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
        tape, from_outside, needs = None, False, False
        for operand in operands:
            if operand.__class__ is Traced:
                tape, needs = operand.tape, needs or operand.requires_grad
            elif isinstance(operand, Tensor):
                from_outside = True
        if tape is None:
            tape = within(Traced, options)[0].tape
        if from_outside:
            operands = tuple([x if x.__class__ is Traced else _of_tape(tape, x) for x in operands])
        in_rule = tape.in_rule
        if in_rule and gate is add:
            gate, operands = _as_difference(tape, operands)
        result = _computed(gate, operands, options)
        options = gate.options | options if options else gate.options
        wire = _simple(tape, gate, operands, options, result) if in_rule else None
        if wire is None:
            floats = gate if result.__class__ is float or isinstance(result, Tensor) else None
            places = tuple([x.wire if x.__class__ is Traced else _place(tape, x, floats, operands) for x in operands])
            if in_rule and gate.elementwise:
                places = _not_spread(tape, places, result)
            options_there = wires_of(options) if options else options
            wire = tape.call(gate, places, options_there, plain(result), operands, "" if in_rule else _note(gate))
        traced = Traced.on(tape, wire, result, requires_grad=bool(needs and gate.rules and is_recording()))
        if traced.requires_grad:
            held = [
                operand if isinstance(operand, Tensor | float) else constant_operand(operand, gate)
                for operand in operands
            ]
            traced.gate, traced.first, traced.second = gate, tuple(held), options
        return traced

    def __array_function__(self, function: Callable[..., Any], types: Any, args: Any, kwargs: Any) -> Any:
        if function in _ASKS_FOR and len(args) == 1 and not kwargs and isinstance(args[0], Traced):
            # Rules ask for little else.
            return getattr(args[0], function.__name__)
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

        for tensor in within(Tensor, given):
            if not isinstance(tensor, Traced):
                return mapped(lifted, given)
        return given

    __radd__, __rsub__, __rmul__ = _when_right("__radd__"), _when_right("__rsub__"), _when_right("__rmul__")
    __rtruediv__, __rpow__, __rmod__ = _when_right("__rtruediv__"), _when_right("__rpow__"), _when_right("__rmod__")
    __rmatmul__, __rfloordiv__ = _when_right("__rmatmul__"), _when_right("__rfloordiv__")

    def __getitem__(self, key: Any) -> Any:
        parts = within(Traced, key)
        if not parts:
            return super().__getitem__(key)
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
        return self.inner.__class__ is float or isinstance(self.inner, Tensor)

    @property
    def kind(self) -> Kind:
        """What is on the wire."""
        return self.tape.steps[self.wire].kind

    @property
    def shape(self) -> tuple[int, ...]:
        """Lengths of the axes."""
        return self.tape.steps[self.wire].kind.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """Dtype of the value."""
        return self.tape.steps[self.wire].kind.dtype

    def __repr__(self) -> str:
        return f"<traced Tensor {self.wire!r} of shape {self.shape}, {self.dtype}>"


class _NoOutsiders(Watcher):
    """Refuses a gate that takes a traced Tensor but is written down nowhere, since its first operand is not traced."""

    keeps_inner_wires = True
    notes_lines = False

    def recorded(self, result: Any, gate: Primitive, operands: tuple[Any, ...], options: dict[str, Any]) -> None:
        for operand in operands:
            if isinstance(operand, Traced):
                raise _outsider(next(other for other in operands if not isinstance(other, Traced)))


@contextlib.contextmanager
def tracing() -> Iterator[None]:
    """Refuse, in this `with`, that Tensors which are not traced take traced ones into their graph."""
    with watching(_NoOutsiders()):
        yield


def _computed(gate: Primitive, operands: tuple[Any, ...], options: dict[str, Any]) -> Any:
    """Return what a gate gives on its operands' values: a float or a Tensor that is not recorded, or plain numbers."""
    numbers = []
    for operand in operands:
        number = operand.inner if operand.__class__ is Traced else operand
        if number.__class__ is not float and operand.__class__ is not int:
            break
        numbers.append(number)
    path = scalar_paths[gate, 1 << len(numbers)] if len(numbers) == len(operands) and not options else None
    if path is not None:
        try:
            return path(*map(float, numbers), *map(float, gate.options.values()))[0]
        except (ArithmeticError, ValueError):
            # 1/0.0, overflow, log(-1.0): Python raises where NumPy has an answer.
            pass
    values = [_inner(operand) if operand.__class__ is Traced else operand for operand in operands]
    return gate(*values, **_inner(options)) if options else gate(*values)


def _is_shared(value: np.ndarray, operands: tuple[Any, ...]) -> bool:
    """Return whether an array is a view of an operand, or an operand that a gate passes on."""
    for operand in operands:
        # Its own numbers: the same gate may have put equal ones, in other memory, on its wire before.
        other = plain(operand.inner) if operand.__class__ is Traced else operand
        if isinstance(other, np.ndarray):
            # Two arrays of which neither is a view share memory only if they are one.
            are_whole = value.base is None and other.base is None
            if value is other or (not are_whole and np.may_share_memory(value, other)):
                return True
    return False


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
    if gate in (sum_to, lined_up) and operands[0].shape == np.shape(result):
        return operands[0].wire
    known, is_known = [], True
    for operand in operands:
        if operand.__class__ is Traced:
            known.append(tape.numbers[operand.wire])
            is_known = is_known and tape.is_known[operand.wire]
        else:
            known.append(operand if np.ndim(operand) == 0 else None)
    if gate in (multiply, divide, power):
        for i in (0, 1) if gate is multiply else (1,):
            if known[i] is not None and known[i] == 1:
                other = operands[1 - i]
                kind = Kind.of(plain(result))
                if isinstance(other, Traced) and (other.shape, other.dtype) == (kind.shape, kind.dtype):
                    return other.wire
    if not is_known:
        # Where a wire is not known, neither is a number on it.
        return None
    if gate.elementwise and np.shape(result) == () and all(number is not None for number in known):
        return tape.constant(plain(result))
    if gate in (broadcast_to, lined_up):
        return None
    return None if within(Traced, options) else tape.constant(plain(result))


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
    steps = [tape.steps[place] for place in places if place.__class__ is Wire]
    if not any(step.gate is broadcast_to for step in steps) or not any(
        step.kind.shape == np.shape(result) for step in steps
    ):
        return places
    result = plain(result)
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
    """Return an operand that is no wire as a step has it: a number, None, or the wire of a constant array.

    Args:
        tape: where a constant gets its wire.
        operand: the operand.
        gate: the gate, if it computes floating-point numbers.
        operands: all of the gate's; beside float64 ones, NumPy's numbers may be Python's too.
    """
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
    return _constant_tensor(tape, operand) if isinstance(operand, Tensor) else operand


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
    """Return arguments with values in place of traced Tensors: Tensors that are not recorded, or plain numbers."""
    # Beside arrays a wire's float is float64, and a Python number adapts to them.
    return replaced(
        Traced, given, lambda x: x.inner if x.inner.__class__ is not float else Tensor(x.inner, requires_grad=False)
    )


def numbers_of(given: Any) -> Any:
    """Return arguments with plain numbers in place of traced Tensors."""
    return replaced(Traced, given, lambda part: plain(part.inner))


def wires_of(given: Any) -> Any:
    """Return arguments with wires in place of traced Tensors."""
    return replaced(Traced, given, lambda part: part.wire)


def _key(value: Any) -> Any:
    """Return what two equal constants, options or wires have in common."""
    if value.__class__ is Wire:
        return value
    if value.__class__ is float:
        # -0.0 is not 0.0, and NaN is itself; a text is no wire's number.
        return value.hex()
    if value is None or value.__class__ in (int, bool, str):
        return value.__class__, value
    if isinstance(value, tuple | list):
        return (type(value), *map(_key, value))
    if isinstance(value, slice):
        return "slice", _key(value.start), _key(value.stop), _key(value.step)
    if isinstance(value, np.ndarray):
        return "array", value.shape, value.dtype, value.tobytes()
    if isinstance(value, np.generic):
        return type(value), np.asarray(value).tobytes()
    try:
        hash(value)
    except TypeError:
        return "object", id(value)
    return type(value), value
