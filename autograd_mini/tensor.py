"""Tensor: a number or an array that records the gates applied to it.

Operators and NumPy functions on a Tensor lead to the table of gates; each application becomes a node with its operands
in order, and `backward()` puts a gradient on every wire. What gates are and how the pass goes is not known here.
"""

import contextlib
import gc
import itertools
import math
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Any, NoReturn, Self

import numpy as np

from . import backward as backward_pass
from . import watching
from .backward import SEVERAL
from .errors import AutogradMiniError, DtypeError, IndexingError, LinearAlgebraError, ShapeError, UnsupportedError
from .methods import ReductionMethods
from .numerals import shape as shape_text
from .numpy_calls import call_ufunc
from .operators import Operators
from .ops import arithmetic, diagonals, elementwise, products, rearranging, shaping
from .primitive import Primitive, implementations
from .scalar import recorder, scalar_paths

_recording: ContextVar[bool] = ContextVar("recording", default=True)
_next_order = itertools.count().__next__
_new = object.__new__
_NONE: dict[str, Any] = {}
_FLOAT64 = np.dtype(np.float64)
_FLOATS = (_FLOAT64, np.dtype(np.float32), np.dtype(np.float16))


@contextlib.contextmanager
def no_grad() -> Iterator[None]:
    """Compute without recording: results under `with no_grad():` have no graph and require no gradient."""
    with recording(False):
        yield


@contextlib.contextmanager
def recording(switch: bool) -> Iterator[None]:
    """Switch recording on or off."""
    token = _recording.set(switch)
    # Where no `with` is open, recording is on.
    watching.count_open(not switch)
    try:
        yield
    finally:
        watching.count_open(-(not switch))
        _recording.reset(token)


@contextlib.contextmanager
def collector_paused() -> Iterator[None]:
    """Pause Python's collector of reference cycles while a circuit of very many single numbers is recorded.

    The collector looks through all objects again and again while their number grows, and a recorded graph has no cycles
    for it to find; with a million gates it takes most of the time. Cycles made elsewhere meanwhile are found after it.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def is_recording() -> bool:
    """Return whether gates are recorded: not under `no_grad()`."""
    return _recording.get()


def _in_place(name: str, instead: str) -> Callable[..., NoReturn]:
    """Return a method of NumPy's that writes into its array, and so is refused."""

    def method(self: "Tensor", *args: Any, **kwargs: Any) -> NoReturn:
        raise UnsupportedError(
            f"{name}: a Tensor is not changed in place, because its earlier value is part of the graph. "
            f"Write t = {instead}."
        )

    method.__name__ = name
    method.__doc__ = f"Refuse to write in place; write t = {instead}."
    return method


def _rounded(function: str, instead: str) -> Callable[..., NoReturn]:
    """Return the method that refuses a rounding function of Python's, which would give no array."""

    def refuse(self: "Tensor", *digits: Any) -> NoReturn:
        raise UnsupportedError(
            f"{function}() of {self.label()}: rounding passes no gradient; {instead}(t) gives it as a plain array."
        )

    return refuse


def _truth_values_only(operator: str) -> Callable[..., NoReturn]:
    """Return the method that refuses an operator of truth values."""
    example = "~(t > 0)" if operator == "~" else f"(t > 0) {operator} (t < 1)"

    def refuse(self: "Tensor", *other: Any) -> NoReturn:
        raise UnsupportedError(
            f"{operator} is for truth values, and {self.label()} holds numbers; compare first, in brackets: {example}."
        )

    return refuse


class Tensor(ReductionMethods):
    """A number or an array that records the gates applied to it.

    Attributes:
        data: the value: a Python float for a single float64 number, else a NumPy array of floating-point numbers.
        grad: the gradient after `backward()`, with the shape and dtype of `data`; None before.
        name: the wire's name, or None.
        requires_grad: whether gradients flow to this Tensor.
        gate: the gate that computed it, or None for a leaf.
        operands: the gate's operands in order, Tensors and constants; an operand used twice stands here twice.
        options: the gate's options.
        partials: the local derivatives, kept where they are single numbers; else None.
        order: when it was recorded; operands come before the gates they enter.
        notes: what `watching` noted when it was recorded; there only if something watched.

    Operands, options and partials lie in four slots, because two tuples would be most of the memory of a gate of single
    numbers: `first` and `second` are its operands (`second` None if there is one), `by_first` and `by_second` its local
    derivatives. Where `by_second` is SEVERAL, as for every other gate, they are all operands, the options and all local
    derivatives.
    """

    __slots__ = (
        "by_first", "by_second", "data", "first", "gate", "grad", "name", "notes", "order", "requires_grad", "second",
    )  # fmt: skip

    def __init_subclass__(cls) -> None:
        """Leave the operators of a class with an `apply` of its own to it: a Tensor's may come to record without."""
        if "apply" in vars(cls):
            for name in set(itertools.chain(*_OPERATORS.values())) - vars(cls).keys():
                setattr(cls, name, getattr(Operators, name))

    def __init__(self, data: Any, *, name: str | None = None, requires_grad: bool = True) -> None:
        """Make a leaf.

        Args:
            data: a Python number (which becomes float64), nested lists of them, or an array of float64, float32 or
                float16, which is copied. NaN is let through, as in NumPy.
            name: the wire's name.
            requires_grad: whether gradients flow to it; False for data that no one differentiates by.

        Raises:
            DtypeError: if the data are not real floating-point numbers.
        """
        self.data: Any = _leaf_data(data)
        self.grad: Any = None
        self.name = None if name is None else _checked_name(name)
        self.requires_grad = bool(requires_grad)
        self.gate: Primitive | None = None
        self.first: Any = ()
        self.second: Any = _NONE
        self.by_first: Any = None
        self.by_second: Any = SEVERAL
        self.order: int = _next_order()

    @staticmethod
    def apply(gate: Primitive, operands: tuple[Any, ...], options: dict[str, Any]) -> Any:
        """Return the gate's value on the operands, recorded if a gradient may be asked of it.

        A gate without rules (a comparison, floor) gives a plain array.
        """
        record = _recorders.get(gate)
        if record is None:
            return Tensor.recorded(gate, operands, options)
        return record(*operands, options) if gate.options else record(*operands)

    @staticmethod
    def recorded(gate: Primitive, operands: tuple[Any, ...], options: dict[str, Any]) -> Any:
        """Return what `apply` does, whatever the operands are."""
        options = _every_option(gate, options) if options else gate.options
        values: list[Any] = []
        # One bit per operand that needs a gradient, below one bit that tells how many operands there are.
        needs, bit, numbers, constants = 0, 1, 0, False
        for operand in operands:
            if operand.__class__ is Tensor or isinstance(operand, Tensor):
                value = operand.data
                if operand.requires_grad:
                    needs += bit
            else:
                value = operand if operand.__class__ is float else constant_operand(operand, gate)
                constants = constants or value is not operand
            if value.__class__ is float:
                numbers += 1
            values.append(value)
            bit += bit
        if constants:
            operands = tuple(
                operand if isinstance(operand, Tensor) else value
                for operand, value in zip(operands, values, strict=True)
            )
        if needs and watching.open_withs and not _recording.get():
            needs = 0
        if gate not in _recorders:
            _write_recorder(gate)
        if numbers:
            if numbers == len(values):
                path = scalar_paths[gate, bit + needs]
                if path is not None:
                    try:
                        data, partials = path(*values, *map(float, options.values()))
                    except (ArithmeticError, ValueError):
                        # 1/0.0, overflow, log(-1.0): Python raises where NumPy has an answer.
                        pass
                    else:
                        return _result(data, gate, operands, options, partials, needs != 0)
            # A float that belongs to a Tensor is float64 and makes the result so; a Python number adapts to arrays.
            values = [
                np.float64(value) if value.__class__ is float and operand is not value else value
                for value, operand in zip(values, operands, strict=True)
            ]
        try:
            data = gate.value(*values, **options)
        except np.linalg.LinAlgError as error:
            raise LinearAlgebraError(f"{gate.name}: {error}; got {_shapes(gate, operands)}.") from None
        except (ValueError, IndexError, TypeError) as error:
            raise _misfit(gate, operands, error) from None
        if not gate.rules:
            return data
        if not data.ndim:
            # A single float64 number is a Python float.
            data = _settled(data)
        return _result(data, gate, operands, options, None, needs != 0)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **arguments: Any) -> Any:
        if self.__class__ is Tensor and method == "__call__" and not arguments:
            record = _recorders.get(implementations.get(ufunc))
            if record is not None:
                return record(*inputs)
        return call_ufunc(ufunc, method, inputs, arguments)

    def backward(self, upstream: Any = None, *, accumulate: bool = False, release: bool = False) -> None:
        """Put the gradient of this Tensor on every wire that leads to it, as `.grad`.

        A second call gives the same gradients, not their double.

        Args:
            upstream: gradient that arrives here, of this Tensor's shape; 1 for a single number when left out.
            accumulate: whether to add to the gradients that are there already.
            release: whether to forget the graph while going through it, so that a training loop's memory stays flat.
                Leaves keep their gradients; the wires between forget theirs.

        Raises:
            BackwardError: if this Tensor depends on nothing that requires a gradient.
            SeedError: if this is no single number and `upstream` is missing, or has another shape.
            ReleasedError: if part of the graph was released before.
        """
        is_plain = upstream is None and self.__class__ is Tensor and self.data.__class__ is float
        # The usual seed needs no look at shapes and dtypes, which takes as long as two gates.
        seed = 1.0 if is_plain and self.requires_grad else backward_pass.seed_for(self, upstream)
        if not accumulate and backward_pass.sweep_numbers(self, seed, release=release):
            return
        totals = backward_pass.sweep({self: seed}, release=release)
        for tensor, total in zip(totals, backward_pass.separate(totals.values()), strict=True):
            tensor.grad = tensor.grad + total if accumulate and tensor.grad is not None else total

    def release(self) -> None:
        """Forget how this Tensor was computed. Its value stays; a backward pass that meets it raises ReleasedError."""
        self.gate = None
        self.first = self.by_first = None
        self.second, self.by_second = _NONE, SEVERAL

    @property
    def released(self) -> bool:
        """Whether `backward(release=True)` has forgotten how this Tensor was computed."""
        return self.first is None

    @property
    def operands(self) -> tuple[Any, ...]:
        """The gate's operands in order, Tensors and constants; an operand used twice stands here twice."""
        if self.by_second is SEVERAL:
            return self.first
        return (self.first,) if self.second is None else (self.first, self.second)

    @property
    def options(self) -> dict[str, Any]:
        """The gate's options."""
        return self.second if self.by_second is SEVERAL else _NONE

    @property
    def partials(self) -> tuple[float | bool | None, ...] | None:
        """The local derivatives by each operand, kept where they are single numbers; else None."""
        if self.by_second is SEVERAL:
            return self.by_first
        return (self.by_first,) if self.second is None else (self.by_first, self.by_second)

    def detach(self, *, requires_grad: bool = False) -> "Tensor":
        """Return a Tensor of the same value, sharing its memory, that has no graph and requires no gradient.

        Args:
            requires_grad: whether it is a new leaf that requires one.
        """
        return _result(self.data, None, (), {}, None, requires_grad)

    def named(self, name: str) -> Self:
        """Name the wire and return this Tensor: `q = (x + y).named("q")`.

        Raises:
            DtypeError: if the name is not a text with something in it.
        """
        self.name = _checked_name(name)
        return self

    def label(self) -> str:
        """Return what an error message calls this Tensor: 'q', or "the result of gate '+'"."""
        if self.name is not None:
            return f"'{self.name}'"
        return f"the result of gate '{self.gate.symbol}'" if self.gate is not None else "the Tensor"

    @property
    def shape(self) -> tuple[int, ...]:
        """Lengths of the axes; () for a single number."""
        return () if self.data.__class__ is float else self.data.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """Dtype of the value and of its gradient."""
        return _FLOAT64 if self.data.__class__ is float else self.data.dtype

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """Number of entries."""
        return math.prod(self.shape)

    @property
    def T(self) -> "Tensor":
        """The Tensor with its axes reversed."""
        return self.transpose()

    def item(self) -> float:
        """Return the one number this Tensor holds, as a Python float.

        Raises:
            ShapeError: if it holds more or fewer.
        """
        if self.size != 1:
            raise ShapeError(f"item: expected a Tensor of one number; {self.label()} has shape {self.shape}.")
        return float(np.asarray(self.data).reshape(()))

    def clip(self, min: Any = None, max: Any = None) -> "Tensor":
        """Return the entries limited to [min, max], as np.clip."""
        return np.clip(self, min, max)  # type: ignore[return-value]

    def dot(self, other: Any) -> "Tensor":
        """Return the dot product, as np.dot."""
        return np.dot(self, other)

    def reshape(self, *shape: Any, order: Any = "C", copy: bool | None = None) -> "Tensor":
        """Return the entries in another shape: t.reshape(2, 3) or t.reshape((2, 3))."""
        if order == "C":
            return shaping.reshape(self, shape=_one_or_many(shape))
        return np.reshape(self, _one_or_many(shape), order)  # type: ignore[return-value]

    def transpose(self, *axes: Any) -> "Tensor":
        """Return the Tensor with its axes permuted; reversed when none are given."""
        return shaping.transpose(self, axes=_one_or_many(axes) if axes else None)

    def swapaxes(self, axis1: int, axis2: int) -> "Tensor":
        """Return the Tensor with two axes exchanged."""
        return shaping.swapaxes(self, axis1=axis1, axis2=axis2)

    def squeeze(self, axis: Any = None) -> "Tensor":
        """Return the Tensor without its axes of length 1, as np.squeeze."""
        return shaping.squeeze(self, axis=axis)

    def ravel(self, order: str = "C") -> "Tensor":
        """Return the entries in one row, as np.ravel."""
        return shaping.ravel(self, order)

    flatten = ravel

    @property
    def flat(self) -> "Tensor":
        """The entries in one row, to index or to go through."""
        return self.ravel()

    def copy(self, order: str = "C") -> "Tensor":
        """Return a wire of its own with the same value."""
        return shaping.copy(self, order=order)

    def astype(
        self, dtype: Any, order: str = "K", casting: str = "unsafe", subok: bool = True, copy: bool = True
    ) -> "Tensor":
        """Return the entries in another floating-point dtype; the gradient comes back in this one's."""
        cast = shaping.astype(self, dtype, copy=copy)
        if not np.can_cast(self.dtype, cast.dtype, casting):  # type: ignore[arg-type]
            raise DtypeError(f"astype: {self.dtype} does not become {cast.dtype} with casting={casting!r}.")
        return cast

    def repeat(self, repeats: Any, axis: int | None = None) -> "Tensor":
        """Return the Tensor with its entries repeated along `axis`, as np.repeat."""
        return rearranging.repeat(self, repeats=repeats, axis=axis)

    def diagonal(self, offset: int = 0, axis1: int = 0, axis2: int = 1) -> "Tensor":
        """Return the entries on a diagonal of two axes, as np.diagonal."""
        return diagonals.diagonal(self, offset=offset, axis1=axis1, axis2=axis2)

    def take(self, indices: Any, axis: int | None = None, out: None = None, mode: Any = "raise") -> "Tensor":
        """Return the entries of the given numbers along `axis`, as np.take."""
        return np.take(self, indices, axis, out, mode)

    def compress(self, condition: Any, axis: int | None = None, out: None = None) -> "Tensor":
        """Return the entries along `axis` for which a condition holds, as np.compress."""
        return np.compress(condition, self, axis, out)  # type: ignore[return-value]

    def choose(self, choices: Any, out: None = None, mode: Any = "raise") -> "Tensor":
        """Refuse: np.choose chooses by whole numbers, which a Tensor does not hold."""
        return np.choose(self, choices, out, mode)  # type: ignore[return-value]

    def nonzero(self) -> tuple[Any, ...]:
        """Return where the entries are not 0, as np.nonzero: plain arrays, one for each axis."""
        return np.nonzero(self)

    def tolist(self) -> Any:
        """Return the numbers as nested lists of Python floats, without gradients."""
        return np.asarray(self.data).tolist()

    fill = _in_place("fill", "autograd_mini.set_at(t, ..., value)")
    put = _in_place("put", "autograd_mini.set_at(t.ravel(), indices, values).reshape(t.shape)")
    resize = _in_place("resize", "np.resize(t, shape)")
    itemset = _in_place("itemset", "autograd_mini.set_at(t, key, value)")
    sort = _in_place("sort", "np.sort(t)")
    partition = _in_place("partition", "np.partition(t, kth)")

    def __len__(self) -> int:
        if not self.shape:
            raise ShapeError(f"len: {self.label()} is a single number and has no length.")
        return self.shape[0]

    def __iter__(self) -> Iterator["Tensor"]:
        if not self.shape:
            raise ShapeError(f"{self.label()} is a single number and cannot be iterated over.")
        return (self[i] for i in range(len(self)))

    def __bool__(self) -> bool:
        if self.size != 1:
            raise ShapeError(
                f"the truth of {self.label()}, which has shape {self.shape}, is not defined. "
                "Use np.any(t.data) or np.all(t.data)."
            )
        return bool(self.data)

    def __float__(self) -> float:
        return self._only_number("float")

    def __int__(self) -> int:
        return int(self._only_number("int"))

    def __complex__(self) -> complex:
        return complex(self._only_number("complex"))

    def _only_number(self, asked_by: str) -> float:
        """Return the number for Python's `float()` and kin, unless a gradient would be lost."""
        if self.requires_grad:
            raise UnsupportedError(
                f"{asked_by}() of {self.label()} would lose its gradient. Use .item() for the number, NumPy's function "
                "in place of math's (np.sin(t)), and np.stack or np.where in place of array[i] = t."
            )
        return self.item()

    __round__ = _rounded("round", "np.round")
    __floor__ = _rounded("math.floor", "np.floor")
    __ceil__ = _rounded("math.ceil", "np.ceil")
    __trunc__ = _rounded("math.trunc", "np.trunc")

    __and__, __rand__ = (_truth_values_only("&"),) * 2
    __or__, __ror__ = (_truth_values_only("|"),) * 2
    __xor__, __rxor__ = (_truth_values_only("^"),) * 2
    __invert__ = _truth_values_only("~")

    def __setitem__(self, key: Any, value: Any) -> NoReturn:
        raise UnsupportedError(
            "a Tensor is not changed in place, because its earlier value is part of the graph. "
            "For t[key] = value write t = autograd_mini.set_at(t, key, value); "
            "for t[key] += value write t = autograd_mini.add_at(t, key, value)."
        )

    def __format__(self, specification: str) -> str:
        return format(self.data, specification) if specification else str(self)

    def __repr__(self) -> str:
        value = (
            repr(self.data) if self.data.__class__ is float else np.array2string(np.asarray(self.data), separator=", ")
        )
        parts = [value.replace("\n", "\n       ")]
        if self.name is not None:
            parts.append(f"name={self.name!r}")
        if self.dtype != _FLOAT64:
            parts.append(f"dtype={self.dtype}")
        if not self.requires_grad:
            parts.append("requires_grad=False")
        return f"Tensor({', '.join(parts)})"


# The function that records each gate that was met, or None.
_recorders: dict[Any, Callable[..., Any] | None] = {}
# Python's operators that lead to a gate, and those of an operand on the right.
_OPERATORS = {
    arithmetic.add: ("__add__", "_add_to"),
    arithmetic.subtract: ("__sub__", "__rsub__"),
    arithmetic.multiply: ("__mul__", "__rmul__"),
    arithmetic.divide: ("__truediv__", "__rtruediv__"),
    arithmetic.negative: ("__neg__",),
    products.matmul: ("__matmul__", "__rmatmul__"),
    arithmetic.power: ("_power", "__rpow__"),
    elementwise.absolute: ("__abs__",),
}


def _write_recorder(gate: Primitive) -> None:
    """Write the function that from now on records a gate."""
    scope = {"Tensor": Tensor, "new": _new, "next_order": _next_order, "watching": watching, "SEVERAL": SEVERAL}
    scope |= {"ndarray": np.ndarray, "settled": _settled, "every_option": _every_option}
    scope["general"] = Tensor.recorded
    _recorders[gate] = record = recorder(gate, scope)
    if record is not None and gate in _OPERATORS:
        # Python's operators lead there at once.
        for operator, written in zip(_OPERATORS[gate], (record, recorder(gate, scope, reflected=True))):
            setattr(Tensor, operator, written)


def _every_option(gate: Primitive, given: dict[str, Any]) -> dict[str, Any]:
    """Return a gate's options, those that are given and the others as they are when left out.

    Raises:
        UnsupportedError: if one is a Tensor: an option has no derivative, so its gradient would be lost.
    """
    for option, value in given.items():
        if isinstance(value, Tensor):
            raise UnsupportedError(
                f"{gate.name}: there is no derivative by the option '{option}'; give plain numbers, such as .data."
            )
    return gate.options | given


def leaf(cls: Any, *, requires_grad: bool) -> Any:
    """Return a Tensor of a class that holds its data in its own way, with no graph behind it."""
    tensor = _new(cls)
    tensor.grad = tensor.name = tensor.gate = tensor.by_first = None
    tensor.first, tensor.second, tensor.by_second = (), _NONE, SEVERAL
    tensor.requires_grad, tensor.order = requires_grad, _next_order()
    return tensor


def _result(
    data: Any,
    gate: Primitive | None,
    operands: tuple[Any, ...],
    options: dict[str, Any],
    partials: tuple[float | bool | None, ...] | None,
    requires_grad: bool,
) -> Tensor:
    """Return a Tensor for a gate's output; one that requires no gradient keeps no graph."""
    tensor: Tensor = _new(Tensor)
    tensor.data = data
    tensor.grad = None
    tensor.name = None
    tensor.requires_grad = requires_grad
    tensor.by_second = SEVERAL
    if requires_grad:
        tensor.gate, tensor.first, tensor.second, tensor.by_first = gate, operands, options, partials
    else:
        tensor.gate, tensor.first, tensor.second, tensor.by_first = None, (), _NONE, None
    tensor.order = _next_order()
    if watching.open_withs and gate is not None:
        watching.notice(tensor, gate, operands, options)
    return tensor


def _leaf_data(data: Any) -> Any:
    """Return what a leaf holds: a float, or a copy of an array of floating-point numbers."""
    if isinstance(data, Tensor):
        raise DtypeError(
            "Tensor: expected numbers, got a Tensor. Use it as it is, or .detach() for a copy without a graph."
        )
    if isinstance(data, bool):
        raise DtypeError(f"Tensor: expected a floating-point number, got {data}. Write float({data}).")
    if isinstance(data, int | float) and not isinstance(data, np.generic):
        return _float(data, "Tensor")
    if isinstance(data, np.ndarray | np.generic):
        _refuse_subclass(data, "Tensor")
        array = np.array(data)
    elif isinstance(data, list | tuple):
        array = _array(data, "Tensor")
        # Python's own whole numbers become float64, in a list as alone; an array's dtype is the user's choice.
        if array.dtype.kind in "iu":
            array = array.astype(np.float64)
    else:
        raise DtypeError(f"Tensor: expected a number or an array of numbers, got {type(data).__name__} {data!r:.60}.")
    if array.dtype in _FLOATS:
        return _settled(array)
    advice = {
        "i": "Whole numbers have no derivative; write Tensor(x.astype(float)).",
        "c": "Give the real and the imaginary part as two Tensors.",
    }.get(array.dtype.kind.replace("u", "i").replace("b", "i"), "Give an array of numbers.")
    raise DtypeError(f"Tensor: expected data of dtype float64, float32 or float16, got {array.dtype}. {advice}")


def constant_operand(value: Any, gate: Primitive) -> Any:
    """Return a gate's operand that is no Tensor: a float, None, or an array of numbers or truth values."""
    if value is None and gate.defaults:
        return None
    if isinstance(value, int) and not isinstance(value, np.generic):
        return _float(value, gate.name)
    if isinstance(value, np.ndarray | np.generic):
        _refuse_subclass(value, gate.name)
        array = value
    elif isinstance(value, list | tuple):
        array = _array(value, gate.name)
    else:
        raise DtypeError(
            f"{gate.name}: expected a number, an array or a Tensor, got {type(value).__name__} {value!r:.60}."
        )
    if array.dtype.kind not in "fiub":
        raise DtypeError(f"{gate.name}: expected real numbers, got an array of dtype {array.dtype}.")
    if array.dtype.kind == "b" and gate.rules and gate.operands[0] != "condition":
        # NumPy's truth values have no minus. As the smallest whole numbers they widen no dtype either.
        return array.astype(np.int8)
    return array


def _refuse_subclass(array: Any, where: str) -> None:
    """Refuse the arrays whose operators mean something else: a mask would be lost, and a matrix's * is @."""
    if array.__class__ is not np.ndarray and isinstance(array, np.ma.MaskedArray | np.matrix):
        advice = "np.asarray(m)" if isinstance(array, np.matrix) else "m.filled(0), or np.where(m.mask, ...)"
        raise DtypeError(f"{where}: expected a plain array, got a {type(array).__name__}. Write {advice}.")


def _float(value: float, where: str) -> float:
    try:
        return float(value)
    except OverflowError:
        raise DtypeError(f"{where}: the whole number is too large for float64.") from None


def _array(value: Any, where: str) -> Any:
    """Return nested lists as an array, or say why they are none."""
    try:
        return np.array(value)
    except ValueError:
        raise ShapeError(f"{where}: expected nested lists of equal lengths, got {value!s:.80}.") from None


def _settled(data: Any) -> Any:
    """Return a gate's output as a Tensor holds it: a single float64 number is a Python float."""
    if data.__class__ is np.float64:
        return float(data)
    if data.ndim:
        return data
    return float(data) if data.dtype == _FLOAT64 else data[()]


def _checked_name(name: Any) -> str:
    if not isinstance(name, str) or not name.strip():
        raise DtypeError(f"a wire's name must be a text with something in it; got {name!r}.")
    return name


def _one_or_many(given: tuple[Any, ...]) -> Any:
    """Return (2, 3) for both f(2, 3) and f((2, 3))."""
    return given[0] if len(given) == 1 else given


def _misfit(gate: Primitive, operands: tuple[Any, ...], error: Exception) -> Exception:
    """Return the error for operands that a gate cannot take, with their names, their shapes and the rule."""
    if isinstance(error, AutogradMiniError):
        return error
    shapes = _shapes(gate, operands)
    if gate.elementwise:
        return ShapeError(
            f"{gate.name}: the shapes do not fit; got {shapes}. "
            "Axes are matched from the last; their lengths must be equal, or one of them 1."
        )
    if gate.name == "matmul":
        return ShapeError(
            f"matmul: the shapes do not fit; got {shapes}. "
            "The last axis of the first must be as long as the last but one of the second, and neither a single number."
        )
    kind = IndexingError if isinstance(error, IndexError) and not isinstance(error, ValueError) else ShapeError
    return kind(f"{gate.name}: {str(error).rstrip('.')}; got {shapes}.")


def _shapes(gate: Primitive, operands: tuple[Any, ...]) -> str:
    """Return the operands' names and shapes, as an error message gives them."""
    names = [f"operand {i}" for i in range(len(operands))] if gate.variadic else gate.operands
    return ", ".join(
        (repr(operand.name) if isinstance(operand, Tensor) and operand.name else name) + " " + shape_text(operand)
        for name, operand in zip(names, operands, strict=False)
        if operand is not None
    )
