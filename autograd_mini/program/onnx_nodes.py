"""NumPy's calls as nodes of an ONNX model: each call on a stand-in adds the nodes that compute it.

Shapes are those of the program, so a change of shape, and an index that is known, is a constant. A model is made of
what ONNX defines; some runtimes have a few of its nodes (Erf, Tan and kin) for float32 only.
"""

import math
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from onnx import helper, numpy_helper

from ..errors import UnsupportedError
from .shared_forms import entry_numbers
from .stand_ins import Ported, is_known, is_plain

_NODES = {
    "add": "Add", "subtract": "Sub", "multiply": "Mul", "divide": "Div", "negative": "Neg", "exp": "Exp", "log": "Log",
    "sqrt": "Sqrt", "tanh": "Tanh", "sin": "Sin", "cos": "Cos", "tan": "Tan", "arcsin": "Asin", "arccos": "Acos",
    "arctan": "Atan", "sinh": "Sinh", "cosh": "Cosh", "arcsinh": "Asinh", "arccosh": "Acosh", "arctanh": "Atanh",
    "absolute": "Abs", "sign": "Sign", "floor": "Floor", "ceil": "Ceil", "power": "Pow", "maximum": "Max",
    "minimum": "Min", "greater": "Greater", "less": "Less", "greater_equal": "GreaterOrEqual",
    "less_equal": "LessOrEqual", "equal": "Equal", "logical_and": "And", "logical_or": "Or", "logical_not": "Not",
    "matmul": "MatMul", "reciprocal": "Reciprocal", "isnan": "IsNaN", "isinf": "IsInf", "bitwise_and": "And",
    "bitwise_or": "Or", "invert": "Not", "rint": "Round", "logical_xor": "Xor",
}  # fmt: skip


@dataclass
class Model:
    """The nodes and constants of a model under construction."""

    nodes: list[Any] = field(default_factory=list)
    constants: list[Any] = field(default_factory=list)

    def node(self, kind: str, inputs: list[str], *, outputs: int = 1, **attributes: Any) -> str:
        """Add a node and return the name of its first output; the others have a 1 and so on behind it."""
        name = f"n{len(self.nodes)}_"
        names = [name, *[f"{name}{i}" for i in range(1, outputs)]]
        self.nodes.append(helper.make_node(kind, inputs, names, **attributes))
        return name

    def constant(self, value: Any) -> str:
        """Add a constant and return its name."""
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(value), name))
        return name


model_of: ContextVar[Model] = ContextVar("model")


@dataclass
class Output:
    """The output of a node, with an array of its shape and dtype."""

    name: str
    like: Any

    @property
    def shape(self) -> tuple[int, ...]:
        """Lengths of the axes."""
        return np.shape(self.like)

    @property
    def dtype(self) -> np.dtype[Any]:
        """Dtype."""
        return np.result_type(self.like)


class Array(Ported):
    """Stands for the output of a node."""

    @classmethod
    def of(cls, value: Any, dtype: np.dtype[Any]) -> "Array":
        """Return numbers as a constant of the model."""
        array = np.asarray(value, dtype)
        return cls(Output(model_of.get().constant(array), array))

    @classmethod
    def call(cls, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Add the nodes of one of NumPy's calls."""
        name = function.__name__
        if isinstance(function, np.ufunc) and name in _WRITTEN:
            return _WRITTEN[name](*[Array(arg) if isinstance(arg, Output) else arg for arg in args]).array
        if name not in (_NODES if isinstance(function, np.ufunc) else _CALLS):
            raise UnsupportedError(f"there is no node for np.{name}")
        with np.errstate(all="ignore"):
            like = function(*_likes(args), **_likes(kwargs))
        if not np.size(like):
            # Nodes broadcast to and reduce over nothing in other ways than NumPy.
            return Output(model_of.get().constant(like), like)
        if isinstance(function, np.ufunc):
            return Output(model_of.get().node(_NODES[name], [arg.name for arg in args]), like)
        return Output(_CALLS[name](like, *args, **kwargs), like)

    def __getitem__(self, key: Any) -> "Array":
        model, like = model_of.get(), self.array.like
        if not is_known(key):
            numbers, lengths = numbers_of_rows(self.shape, key)
            rows: Any = np.reshape(self, lengths)
            taken = np.take(np.zeros(lengths, self.dtype), np.zeros(numbers.shape, int), 0)
            return Array(Output(model.node("Gather", [rows.array.name, numbers.array.name]), taken))
        if not is_plain(key):
            numbers = entry_numbers(self.shape)[key]
            flat: Any = np.reshape(self, -1)
            return Array(Output(model.node("Gather", [flat.array.name, model.constant(numbers)]), like[key]))
        slices = [
            (span.start, span.stop, axis, span.step)
            for axis, (span, length) in enumerate(zip(ranges(key, self.shape), self.shape, strict=True))
            if span != range(length)
        ]
        name = self.array.name
        if slices:
            name = model.node("Slice", [name, *[whole(*column) for column in zip(*slices, strict=True)]])
        return Array(Output(_reshaped(like[key], Output(name, like)), like[key]))

    def astype(self, dtype: Any) -> "Array":
        """Return the entries in another dtype."""
        kind = helper.np_dtype_to_tensor_dtype(np.dtype(dtype))
        return Array(Output(model_of.get().node("Cast", [self.array.name], to=kind), self.array.like.astype(dtype)))


def _likes(given: Any) -> Any:
    if isinstance(given, Output):
        return given.like
    if type(given) in (tuple, list):
        return type(given)(_likes(part) for part in given)
    return {key: _likes(part) for key, part in given.items()} if isinstance(given, dict) else given


def _in_dtype(x: Any, dtype: Any) -> str:
    """Return the name of an operand, converted to a dtype."""
    if not isinstance(x, Output):
        return model_of.get().constant(np.asarray(x, dtype))
    if x.dtype == dtype:
        return x.name
    return model_of.get().node("Cast", [x.name], to=helper.np_dtype_to_tensor_dtype(np.dtype(dtype)))


def whole(*numbers: int) -> str:
    """Return the name of a constant of whole numbers."""
    return model_of.get().constant(np.array(numbers, np.int64))


def _reshaped(like: Any, x: Any, *_: Any, **__: Any) -> str:
    return model_of.get().node("Reshape", [x.name, whole(*np.shape(like))], allowzero=1)


def _reduction(kind: str) -> Callable[..., str]:
    def build(like: Any, x: Any, axis: Any = None, keepdims: Any = False) -> str:
        rank = len(x.shape)
        axes = range(rank) if axis is None else (axis,) if isinstance(axis, int) else axis
        if not axes:
            return x.name
        constant = whole(*[a % rank for a in axes])
        source = x.name
        if x.dtype != np.result_type(like):
            # NumPy counts truth values.
            source = _in_dtype(x, np.result_type(like))
        return model_of.get().node(kind, [source, constant], keepdims=int(keepdims is True))

    return build


def _transposed(like: Any, x: Any, axes: Any = None) -> str:
    order = list(range(len(x.shape)))[::-1] if axes is None else [int(a) % len(x.shape) for a in axes]
    if not order:
        return x.name
    return model_of.get().node("Transpose", [x.name], perm=order)


def _swapped(like: Any, x: Any, axis1: int, axis2: int) -> str:
    order = list(range(len(x.shape)))
    order[axis1], order[axis2] = order[axis2], order[axis1]
    return model_of.get().node("Transpose", [x.name], perm=order)


def _broadcast(like: Any, x: Any, shape: Any) -> str:
    return model_of.get().node("Expand", [x.name, whole(*np.shape(like))])


def _joined(like: Any, arrays: Any, axis: int = 0) -> str:
    return model_of.get().node("Concat", [array.name for array in arrays], axis=axis)


def _stacked(like: Any, arrays: Any, axis: int = 0) -> str:
    parts = [np.expand_dims(array.like, axis) for array in arrays]
    return _joined(
        like, [Output(_reshaped(part, array), part) for array, part in zip(arrays, parts, strict=True)], axis
    )


def _einsum(like: Any, subscripts: str, *operands: Any, optimize: Any = None) -> str:
    return model_of.get().node("Einsum", [operand.name for operand in operands], equation=subscripts)


def _where(like: Any, condition: Any, x: Any, y: Any) -> str:
    return model_of.get().node("Where", [_in_dtype(condition, np.bool_), x.name, y.name])


def _pad(like: Any, array: Any, pad_width: Any, constant_values: float = 0) -> str:
    number = model_of.get().constant(array.dtype.type(constant_values))
    return model_of.get().node("Pad", [array.name, whole(*np.transpose(pad_width).ravel()), number])


def _cumsum(like: Any, a: Any, axis: Any = None) -> str:
    flat = a.name if axis is not None else _reshaped(like, a)
    return model_of.get().node("CumSum", [flat, model_of.get().constant(np.int64(axis or 0))])


def _sorted(like: Any, a: Any, axis: int = -1, kind: Any = None) -> str:
    return model_of.get().node("TopK", [a.name, whole(a.shape[axis])], outputs=2, axis=axis, largest=0)


def _order(like: Any, a: Any, axis: int = -1, kind: Any = None) -> str:
    # Of equal entries the first stays first.
    return _sorted(like, a, axis) + "1"


def _taken_along_axis(like: Any, arr: Any, indices: Any, axis: int) -> str:
    numbers = _in_dtype(indices, np.int64)
    return model_of.get().node("GatherElements", [arr.name, numbers], axis=axis)


_CALLS: dict[str, Callable[..., str]] = {
    "reshape": _reshaped, "expand_dims": _reshaped, "squeeze": _reshaped, "ravel": _reshaped, "transpose": _transposed,
    "swapaxes": _swapped, "broadcast_to": _broadcast, "concatenate": _joined, "stack": _stacked, "einsum": _einsum,
    "sum": _reduction("ReduceSum"), "mean": _reduction("ReduceMean"), "max": _reduction("ReduceMax"),
    "min": _reduction("ReduceMin"), "prod": _reduction("ReduceProd"), "where": _where, "pad": _pad, "cumsum": _cumsum,
    "sort": _sorted, "argsort": _order, "take_along_axis": _taken_along_axis,
}  # fmt: skip


def _log1p(x: Any) -> Any:
    """Return log(1 + x), corrected by what 1 + x loses of a small x (Kahan)."""
    whole_sum = 1 + x
    kept = whole_sum - 1
    corrected = np.log(whole_sum) * (x / np.where(kept == 0, 1.0, kept))
    return np.where(kept == x, np.log(whole_sum), np.where(kept == 0, x, corrected))


# ufuncs without a node, by those that have one.
_WRITTEN: dict[str, Callable[..., Any]] = {
    "square": lambda x: x * x,
    "not_equal": lambda x, y: np.logical_not(np.equal(x, y)),
    "isfinite": lambda x: np.logical_not(np.logical_or(np.isnan(x), np.isinf(x))),
    # eˣ − 1 = tanh(x/2)·(eˣ + 1), which loses no small values.
    "expm1": lambda x: np.tanh(x / 2) * (np.exp(x) + 1),
    "log1p": _log1p,
    "log2": lambda x: np.log(x) / math.log(2),
    "log10": lambda x: np.log(x) / math.log(10),
    "exp2": lambda x: np.exp(x * math.log(2)),
    "deg2rad": lambda x: x * (math.pi / 180),
    "rad2deg": lambda x: x * (180 / math.pi),
    "trunc": lambda x: np.sign(x) * np.floor(np.abs(x)),
    "fabs": np.abs,
    "logaddexp": lambda x, y: np.maximum(x, y) + _log1p(np.exp(-np.abs(x - y))),
}


def numbers_of_rows(shape: tuple[int, ...], key: Any) -> tuple[Any, tuple[int, ...]]:
    """Return the numbers of the rows that a computed index names, and the shape of an array of these rows.

    Raises:
        UnsupportedError: if the index has slices besides computed numbers.
    """
    parts = key if isinstance(key, tuple) else (key,)
    numbers: Any = 0
    for length, part in zip(shape, parts, strict=False):
        if isinstance(part, slice | None | type(...)):
            raise UnsupportedError("an index of computed numbers and slices together")
        numbers = numbers * length + np.where(np.less(part, 0), np.add(part, length), part)
    return numbers, (int(np.prod(shape[: len(parts)])), *shape[len(parts) :])


def ranges(key: Any, shape: tuple[int, ...]) -> list[range]:
    """Return the places along each axis that a plain index names."""
    parts = [part for part in (key if isinstance(key, tuple) else (key,)) if part is not None]
    if Ellipsis not in parts:
        parts.append(Ellipsis)
    dots = parts.index(Ellipsis)
    parts[dots : dots + 1] = [slice(None)] * (len(shape) - len(parts) + 1)
    return [
        range(*part.indices(length)) if isinstance(part, slice) else range(part % length, part % length + 1)
        for part, length in zip(parts, shape, strict=True)
    ]


def node(kind: str, *operands: Array, like: Any, **attributes: Any) -> Array:
    """Return the output of a node of stand-ins."""
    return Array(Output(model_of.get().node(kind, [operand.array.name for operand in operands], **attributes), like))
