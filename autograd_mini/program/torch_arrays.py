"""NumPy's calls on PyTorch's tensors: each function here has NumPy's name and parameters."""

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import numpy as np
import torch
from torch.nn.grad import conv1d_input, conv1d_weight, conv2d_input, conv2d_weight

from ..errors import UnsupportedError
from ..ops.sliding import Geometry
from ..primitive import table
from .convolutions import convolutions
from .shared_forms import entry_numbers
from .stand_ins import Ported, bare, is_known, is_plain

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
    "bitwise_and": torch.bitwise_and,
    "bitwise_or": torch.bitwise_or,
    "invert": torch.bitwise_not,
    "ldexp": torch.ldexp,
    # Of scipy.special: those with other names than PyTorch's.
    "loggamma": torch.lgamma,
    "j0": torch.special.bessel_j0,
    "j1": torch.special.bessel_j1,
    "y0": torch.special.bessel_y0,
    "y1": torch.special.bessel_y1,
    "k0": torch.special.modified_bessel_k0,
    "k1": torch.special.modified_bessel_k1,
}
_NUMPYS = {
    getattr(torch, name): np.dtype(name)
    for name in ("float64", "float32", "float16", "int64", "int32", "int16", "int8", "uint8", "bool")
}
_FUNCTIONS: dict[str, Callable[..., Any]] = {"nan_to_num": torch.nan_to_num}


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
        if isinstance(function, np.ufunc) and (name in _UFUNCS or hasattr(torch.special, name)):
            return (_UFUNCS.get(name) or getattr(torch.special, name))(*args)
        if name in _FUNCTIONS:
            return _FUNCTIONS[name](*args, **kwargs)
        scope: Any = torch.linalg if getattr(function, "__module__", "") == "numpy.linalg" else torch.special
        if hasattr(scope, name):
            return getattr(scope, name)(*args, **kwargs)
        raise UnsupportedError(f"PyTorch has no {name}")

    @classmethod
    def on_device_of(cls, given: list[Ported]) -> Any:
        """Return a `with` in which arrays are made on the device of the given ones."""
        return given[0].array.device if given else nullcontext()

    def __getitem__(self, key: Any) -> "Array":
        if is_plain(key) or not is_known(key):
            return Array(self.array[bare(key)])
        return Array(self.array.reshape(-1)[torch.as_tensor(entry_numbers(self.shape)[key].copy())])

    def astype(self, dtype: Any) -> "Array":
        """Return the entries in another dtype."""
        return Array(self.array.to(getattr(torch, np.dtype(dtype).name)))


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
    return torch.where(torch.as_tensor(condition, dtype=torch.bool), x, y)


@_stands_for
def _reshape(a: Any, shape: Any) -> Any:
    return a.reshape((shape,) if isinstance(shape, int) else shape)


@_stands_for
def _transpose(a: Any, axes: Any = None) -> Any:
    return a.permute(tuple(range(a.ndim)[::-1] if axes is None else map(int, axes)))


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
    return torch.cat(arrays, axis)


@_stands_for
def _stack(arrays: Any, axis: int = 0) -> Any:
    return torch.stack(arrays, axis)


@_stands_for
def _einsum(subscripts: str, *operands: Any, optimize: Any = None) -> Any:
    return torch.einsum(subscripts, *operands)


@_stands_for
def _flip(m: Any, axis: Any = None) -> Any:
    return torch.flip(m, _axes(m, axis))


@_stands_for
def _roll(a: Any, shift: Any, axis: Any = None) -> Any:
    if isinstance(axis, tuple) or not isinstance(shift, int):
        raise UnsupportedError("shifts of several axes")
    return torch.roll(a, shift, axis)


@_stands_for
def _diagonal(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    return torch.diagonal(a, offset, axis1, axis2)


@_stands_for
def _cumsum(a: Any, axis: Any = None) -> Any:
    return torch.cumsum(a.reshape(-1) if axis is None else a, axis or 0)


@_stands_for
def _cumprod(a: Any, axis: Any = None) -> Any:
    return torch.cumprod(a.reshape(-1) if axis is None else a, axis or 0)


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
def _searchsorted(a: Any, v: Any, side: str = "left") -> Any:
    return torch.searchsorted(torch.as_tensor(a), v, side=side)


@_stands_for
def _take_along_axis(arr: Any, indices: Any, axis: int) -> Any:
    return torch.take_along_dim(arr, torch.as_tensor(indices), axis)


@_stands_for
def _svd(a: Any, full_matrices: bool = True, compute_uv: bool = True) -> Any:
    return tuple(torch.linalg.svd(a, full_matrices)) if compute_uv else torch.linalg.svdvals(a)


@_stands_for
def _pad(array: Any, pad_width: Any, mode: str = "constant", constant_values: float = 0) -> Any:
    if mode != "constant":
        raise UnsupportedError(f"np.pad with mode={mode!r}")
    widths = [int(width) for pair in reversed(list(pad_width)) for width in pair]
    return torch.nn.functional.pad(array, widths, value=float(constant_values))


def _added(target: Any, value: Any, key: Any) -> Array:
    """Return target with value added at [key]; entries that the key names twice are added twice."""
    if is_plain(key):
        target = target.clone()
        target[key] += value
        return Array(target)
    if is_known(key):
        places = torch.as_tensor(entry_numbers(tuple(target.shape))[key].copy())
        values = torch.as_tensor(value, dtype=target.dtype).expand(places.shape).reshape(-1)
        return Array(target.reshape(-1).index_add(0, places.reshape(-1), values).reshape(target.shape))
    parts = bare(key if isinstance(key, tuple) else (key,))
    if any(isinstance(part, slice | None | type(...)) for part in parts):
        raise UnsupportedError("an index of computed numbers and slices together")
    return Array(target.index_put(tuple(map(torch.as_tensor, parts)), torch.as_tensor(value), accumulate=True))


def _scatter(x: Any, *, key: Any, shape: Any) -> Array:
    return _added(torch.zeros(shape, dtype=x.array.dtype), x.array, key)


def _steps(geometry: Geometry) -> tuple[Any, ...]:
    return geometry.stride, geometry.padding, geometry.dilation, geometry.groups


def _correlated(x: Any, w: Any, geometry: Geometry) -> Array:
    convolve = torch.nn.functional.conv1d if geometry.axes == 1 else torch.nn.functional.conv2d
    return Array(convolve(x.array, w.array, None, *_steps(geometry)))


def _scattered(g: Any, w: Any, geometry: Geometry) -> Array:
    sent_to_signal = conv1d_input if geometry.axes == 1 else conv2d_input
    return Array(sent_to_signal(geometry.x, w.array, g.array, *_steps(geometry)))


def _summed_for_taps(x: Any, g: Any, geometry: Geometry) -> Array:
    sent_to_kernel = conv1d_weight if geometry.axes == 1 else conv2d_weight
    return Array(sent_to_kernel(x.array, geometry.w, g.array, *_steps(geometry)))


Array.special = {
    **convolutions(_correlated, _scattered, _summed_for_taps),
    table["scatter"]: _scatter,
    table["add_at"]: lambda x, value, *, key: _added(x.array, bare(value), key),
    table["cast"]: lambda x, *, dtype: x.astype(dtype),
    table["copy"]: lambda x, *, order: x,
    table["running_max"]: lambda x, *, axis: Array(torch.cummax(x.array, axis).values),
    table["running_min"]: lambda x, *, axis: Array(torch.cummin(x.array, axis).values),
    table["erf"]: lambda x: Array(torch.special.erf(x.array)),
    table["erfc"]: lambda x: Array(torch.special.erfc(x.array)),
}
