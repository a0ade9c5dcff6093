"""NumPy's calls on PyTorch's tensors: each function here has NumPy's name and parameters."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from ..errors import UnsupportedError
from ..primitive import table
from .libraries import Ported, bare

# ufuncs that PyTorch has, and its names for the ones that it calls otherwise.
_SAME = [
    "add",
    "subtract",
    "multiply",
    "divide",
    "negative",
    "reciprocal",
    "square",
    "exp",
    "exp2",
    "expm1",
    "log",
    "log2",
    "log10",
    "log1p",
    "sqrt",
    "sin",
    "cos",
    "tan",
    "arcsin",
    "arccos",
    "arctan",
    "arctan2",
    "sinh",
    "cosh",
    "tanh",
    "arcsinh",
    "arccosh",
    "arctanh",
    "hypot",
    "logaddexp",
    "logaddexp2",
    "sign",
    "floor",
    "ceil",
    "trunc",
    "maximum",
    "minimum",
    "fmax",
    "fmin",
    "fmod",
    "remainder",
    "floor_divide",
    "copysign",
    "nextafter",
    "heaviside",
    "deg2rad",
    "rad2deg",
    "signbit",
    "isnan",
    "isinf",
    "isfinite",
    "matmul",
    "greater",
    "greater_equal",
    "less",
    "less_equal",
    "logical_and",
    "logical_or",
    "logical_not",
    "logical_xor",
    "vecdot",
]
_UFUNCS: dict[str, Callable[..., Any]] = {name: getattr(torch, name) for name in _SAME if hasattr(torch, name)}
_UFUNCS |= {
    "absolute": torch.abs,
    "fabs": torch.abs,
    "equal": torch.eq,
    "not_equal": torch.ne,
    "power": torch.pow,
    "rint": torch.round,
    "cbrt": lambda x: torch.sign(x) * torch.abs(x) ** (1 / 3),
    "vecdot": torch.linalg.vecdot,
}
_FUNCTIONS: dict[str, Callable[..., Any]] = {}


class Array(Ported):
    """Stands for a tensor of PyTorch."""

    @classmethod
    def of(cls, value: Any, dtype: np.dtype[Any]) -> "Array":
        """Return numbers or a tensor as an operand."""
        if isinstance(value, torch.Tensor):
            return cls(value)
        return cls(torch.as_tensor(np.array(value), dtype=getattr(torch, dtype.name)))

    @classmethod
    def call(cls, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Return what PyTorch's function of the same meaning gives."""
        name = function.__name__
        if isinstance(function, np.ufunc) and name in _UFUNCS:
            return _UFUNCS[name](*_tensors(args))
        if name not in _FUNCTIONS:
            raise UnsupportedError(f"there is no np.{name} for its tensors")
        return _FUNCTIONS[name](*args, **kwargs)

    def astype(self, dtype: Any) -> "Array":
        """Return the entries in another dtype."""
        return Array(self.array.to(getattr(torch, np.dtype(dtype).name)))


def _tensors(given: Any) -> list[Any]:
    """Return operands as tensors. Python's numbers take the dtype of what stands beside them, as NumPy's rules say."""
    tensors = [part for part in given if isinstance(part, torch.Tensor)]
    floats = [tensor for tensor in tensors if tensor.dtype.is_floating_point]
    like = max(floats or tensors, key=lambda tensor: tensor.ndim)

    def tensor(part: Any) -> Any:
        if isinstance(part, torch.Tensor):
            return part
        dtype = like.dtype if floats and isinstance(part, int | float) else None
        return torch.as_tensor(part, dtype=torch.float64 if part.__class__ is float and not floats else dtype)

    return [tensor(part).to(like.device) for part in given]


def _stands_for(function: Callable[..., Any]) -> Callable[..., Any]:
    _FUNCTIONS[function.__name__.removeprefix("_")] = function
    return function


def _axes(x: Any, axis: Any) -> tuple[int, ...]:
    if axis is None:
        return tuple(range(x.ndim))
    return tuple(a % x.ndim for a in (axis if isinstance(axis, tuple) else (axis,)))


def _reduction(name: str, reduce: Callable[..., Any]) -> None:
    def function(a: Any, axis: Any = None, keepdims: Any = False) -> Any:
        axes = _axes(a, axis)
        return reduce(a, dim=axes, keepdim=bool(keepdims is True)) if axes else a

    _FUNCTIONS[name] = function


_reduction("sum", torch.sum)
_reduction("mean", torch.mean)
_reduction("max", torch.amax)
_reduction("min", torch.amin)
_reduction("any", torch.any)
_reduction("all", torch.all)


@_stands_for
def _prod(a: Any, axis: Any = None, keepdims: Any = False) -> Any:
    for place in sorted(_axes(a, axis), reverse=True):
        a = torch.prod(a, place, keepdim=keepdims is True)
    return a


@_stands_for
def _where(condition: Any, x: Any, y: Any) -> Any:
    tensors = _tensors((x, y, condition))
    return torch.where(tensors[2] != 0, tensors[0], tensors[1])


@_stands_for
def _reshape(a: Any, shape: Any) -> Any:
    return a.reshape((shape,) if isinstance(shape, int) else shape)


@_stands_for
def _transpose(a: Any, axes: Any = None) -> Any:
    return a.permute(*(range(a.ndim)[::-1] if axes is None else map(int, axes)))


@_stands_for
def _swapaxes(a: Any, axis1: int, axis2: int) -> Any:
    return torch.swapaxes(a, axis1, axis2)


@_stands_for
def _expand_dims(a: Any, axis: Any) -> Any:
    axes = (axis,) if isinstance(axis, int) else axis
    for place in sorted(place % (a.ndim + len(axes)) for place in axes):
        a = a.unsqueeze(place)
    return a


@_stands_for
def _squeeze(a: Any, axis: Any = None) -> Any:
    return torch.squeeze(a) if axis is None else torch.squeeze(a, axis)


@_stands_for
def _broadcast_to(array: Any, shape: Any) -> Any:
    return torch.broadcast_to(array, (shape,) if isinstance(shape, int) else shape)


@_stands_for
def _concatenate(arrays: Any, axis: int = 0) -> Any:
    return torch.cat(_tensors(arrays), axis)


@_stands_for
def _stack(arrays: Any, axis: int = 0) -> Any:
    return torch.stack(_tensors(arrays), axis)


@_stands_for
def _einsum(subscripts: str, *operands: Any, optimize: Any = None) -> Any:
    return torch.einsum(subscripts, *operands)


@_stands_for
def _flip(m: Any, axis: Any = None) -> Any:
    return torch.flip(m, _axes(m, axis))


@_stands_for
def _roll(a: Any, shift: Any, axis: Any = None) -> Any:
    return torch.roll(a, shift, axis)


@_stands_for
def _tril(m: Any, k: int = 0) -> Any:
    return torch.tril(m, k)


@_stands_for
def _triu(m: Any, k: int = 0) -> Any:
    return torch.triu(m, k)


@_stands_for
def _diagonal(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    return torch.diagonal(a, offset, axis1, axis2)


@_stands_for
def _cumsum(a: Any, axis: int) -> Any:
    return torch.cumsum(a, axis)


@_stands_for
def _cumprod(a: Any, axis: int) -> Any:
    return torch.cumprod(a, axis)


@_stands_for
def _tile(A: Any, reps: Any) -> Any:
    return torch.tile(A, (reps,) if isinstance(reps, int) else tuple(reps))


@_stands_for
def _sort(a: Any, axis: int = -1) -> Any:
    return torch.sort(a, axis).values


@_stands_for
def _argsort(a: Any, axis: int = -1, kind: Any = None) -> Any:
    return torch.argsort(a, dim=axis, stable=True)


@_stands_for
def _argmax(a: Any, axis: Any = None) -> Any:
    return torch.argmax(a, axis)


@_stands_for
def _take_along_axis(arr: Any, indices: Any, axis: int) -> Any:
    return torch.take_along_dim(arr, torch.as_tensor(indices), axis)


@_stands_for
def _inv(a: Any) -> Any:
    return torch.linalg.inv(a)


@_stands_for
def _solve(a: Any, b: Any) -> Any:
    return torch.linalg.solve(a, b)


@_stands_for
def _pad(array: Any, pad_width: Any, mode: str = "constant", constant_values: float = 0) -> Any:
    if mode != "constant":
        raise UnsupportedError(f"np.pad with mode={mode!r}")
    widths = [int(width) for pair in reversed(list(pad_width)) for width in pair]
    return torch.nn.functional.pad(array, widths, value=float(constant_values))


def _added(target: Any, value: Any, key: Any) -> Any:
    """Return target with value added at [key]; entries that the key names twice are added twice."""
    parts = key if isinstance(key, tuple) else (key,)
    if all(isinstance(part, int | np.integer | slice | None | type(...)) for part in parts):
        target[key] += value
        return target
    if any(isinstance(part, slice | None | type(...)) for part in parts):
        raise UnsupportedError("an index of arrays and slices together")
    return target.index_put(tuple(map(torch.as_tensor, parts)), torch.as_tensor(value), accumulate=True)


def _scatter(x: Any, *, key: Any, shape: Any) -> Array:
    zeros = torch.zeros(shape, dtype=x.array.dtype, device=x.array.device)
    return Array(_added(zeros, x.array, bare(key)))


Array.special = {
    table["scatter"]: _scatter,
    table["add_at"]: lambda x, value, *, key: Array(_added(bare(x).clone(), bare(value), bare(key))),
    table["cast"]: lambda x, *, dtype: x.astype(dtype),
    table["copy"]: lambda x, *, order: x,
}
