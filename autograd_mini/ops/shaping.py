"""Gates that give an array another shape, dtype or order of axes: reshape, transpose, broadcast_to and kin.

Under differentiation they undo each other: reshape and reshape, transpose and transpose, broadcast_to and sum_to. A
result may share memory with what it came from; neither is written to afterwards.
"""

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from ..errors import DtypeError, ShapeError, UnsupportedError
from ..notation import ATOM, UNSEEN, Notation, Style, call
from ..primitive import Operand, composed, primitive

_NUMBERS = (np.float64, np.float32)
_TRANSPOSED = Notation(Style("%sᵀ", ATOM, (ATOM,)), Style(r"%s^{\top}", ATOM, (ATOM,)))


@primitive(
    notation=call("reshape", shown={"shape": None}),
    x=lambda upstream, x: reshaped(upstream, np.shape(x)),
)
def reshape(x, *, shape):
    """Return x in another shape with the same entries in row order; one length may be -1."""
    return np.reshape(x, shape)


@primitive(notation=UNSEEN, internal=True, x=lambda upstream, x: reshaped(upstream, np.shape(x)))
def lined_up(x, *, shape):
    """Return x in another shape: reshape as derivative rules use it, to line entries up again."""
    return np.reshape(x, shape)


def reshaped(x, shape):
    """Return x lined up in `shape`, or x itself when it has that shape: a gate that does nothing is not recorded."""
    return x if np.shape(x) == shape else lined_up(x, shape=shape)


@primitive(
    symbol="ᵀ",
    notation=_TRANSPOSED,
    numpy=(np.transpose,),
    x=lambda upstream, axes: np.transpose(upstream, None if axes is None else np.argsort(np.mod(axes, len(axes)))),
)
def transpose(x, *, axes=None):
    """Return x with its axes permuted; reversed when `axes` is None."""
    return np.transpose(x, axes)


@primitive(
    notation=_TRANSPOSED,
    numpy=(np.swapaxes,),
    x=lambda upstream, axis1, axis2: np.swapaxes(upstream, axis1, axis2),
)
def swapaxes(x, *, axis1, axis2):
    """Return x with two axes exchanged."""
    return np.swapaxes(x, axis1, axis2)


@primitive(notation=UNSEEN, numpy=(np.expand_dims,), x=lambda upstream, x: reshaped(upstream, np.shape(x)))
def expand_dims(x, *, axis):
    """Return x with axes of length 1 inserted at `axis`."""
    return np.expand_dims(x, axis)


@primitive(notation=UNSEEN, numpy=(np.squeeze,), x=lambda upstream, x: reshaped(upstream, np.shape(x)))
def squeeze(x, *, axis=None):
    """Return x without its axes of length 1, or without the ones named."""
    return np.squeeze(x, axis)


@primitive(notation=UNSEEN, numpy=(np.broadcast_to,), x=lambda upstream, x: sum_to(upstream, shape=np.shape(x)))
def broadcast_to(x, *, shape):
    """Return x repeated along new and length-1 axes to `shape`."""
    if x.__class__ in _NUMBERS:
        # What broadcast_to gives, a tenth as long: every entry lies in the same place.
        return np.ndarray(shape, x.dtype, x, strides=(0,) * len(shape))
    return np.broadcast_to(x, shape)


@primitive(notation=UNSEEN, internal=True, x=lambda upstream, x: broadcast_to(upstream, shape=np.shape(x)))
def sum_to(x, *, shape):
    """Return x summed over the axes along which an array of `shape` was broadcast to x's shape."""
    given = np.shape(x)
    if given == shape:
        return x
    extra = len(given) - len(shape)
    if given[extra:] == shape:
        return np.add.reduce(x, axis=0 if extra == 1 else tuple(range(extra)))
    stretched = [i for i, length in enumerate(shape, extra) if length == 1 and given[i] != 1]
    return np.add.reduce(x, axis=(*range(extra), *stretched)).reshape(shape)


@primitive(notation=UNSEEN, internal=True, x=lambda upstream, x: cast(upstream, dtype=x.dtype))
def cast(x, *, dtype):
    """Return x in another floating-point dtype."""
    return np.asarray(x).astype(dtype)


@primitive(notation=UNSEEN, x=lambda upstream: upstream)
def copy(x, *, order="K"):
    """Return x in memory of its own, as a wire of its own; `order` says how its entries lie in memory."""
    return np.array(x, order=order)


@composed(np.copy)
def _copy(a, order="K", subok=False):
    return copy(a, order=order)


@composed(*filter(None, [getattr(np, "astype", None)]))
def astype(x, dtype, *, copy=True):
    """Return x in another floating-point dtype; the gradient comes back in x's."""
    try:
        wanted = np.dtype(dtype)
    except TypeError as error:
        raise DtypeError(f"astype: {error}.") from None
    if wanted not in (np.float64, np.float32, np.float16):
        raise DtypeError(
            f"astype: a Tensor holds float64, float32 or float16, got {wanted}. "
            f"Use t.data.astype({wanted}) where no gradient is needed."
        )
    return x if wanted == x.dtype and not copy else cast(x, dtype=wanted)


@composed(np.reshape)
def _reshape(a, shape, order="C", *, copy=None):
    # Whether memory is shared cannot be seen from outside, so `copy` makes no difference.
    if _order(a, order) == "C":
        return reshape(a, shape=shape)
    # Reading column by column is reading the transpose row by row.
    lengths = tuple(shape) if np.ndim(shape) else (shape,)
    return np.transpose(reshape(np.transpose(a), shape=lengths[::-1]))


@composed(np.ravel)
def ravel(a, order="C"):
    """Return a as one row of entries: row by row (C), column by column (F), or as they lie in memory (A, K)."""
    if order == "K":
        array = _array(a)
        if not array.flags.c_contiguous:
            a = np.transpose(a, np.argsort(-np.abs(array.strides), kind="stable"))
    return np.reshape(a, -1, "C" if order == "K" else order)


def _order(a, order):
    """Return "C" or "F" for an order of reading, where "A" asks how the array lies in memory."""
    if order == "A":
        return "F" if np.isfortran(_array(a)) else "C"
    if order not in ("C", "F"):
        raise UnsupportedError(f"the order of reading must be 'C', 'F' or 'A', in np.ravel also 'K'; got {order!r}.")
    return order


def _array(a):
    """Return the array that a Tensor holds, whose memory tells in which order its entries lie."""
    return np.asarray(a.data if isinstance(a, Operand) else a)


@composed(np.moveaxis)
def moveaxis(a, source, destination):
    """Return a with the axes `source` moved to `destination`; the others keep their order."""
    count = np.ndim(a)
    sources = normalize_axis_tuple(source, count, "source")
    targets = normalize_axis_tuple(destination, count, "destination")
    if len(sources) != len(targets):
        raise ShapeError(f"np.moveaxis: source {source} and destination {destination} must name as many axes.")
    axes = [axis for axis in range(count) if axis not in sources]
    for target, moved in sorted(zip(targets, sources)):
        axes.insert(target, moved)
    return np.transpose(a, axes)


@composed(np.rollaxis)
def _rollaxis(a, axis, start=0):
    last = np.ndim(a)
    if not -last <= axis < last or not -last <= start <= last:
        raise ShapeError(f"np.rollaxis: axis {axis} and start {start} do not fit an array of {last} axes.")
    axis, start = axis % last, start + last if start < 0 else start
    return np.moveaxis(a, axis, start - (axis < start))


@composed(np.matrix_transpose, np.linalg.matrix_transpose)
def matrix_transpose(x):
    """Return x with its last two axes exchanged."""
    if np.ndim(x) < 2:
        raise ShapeError(f"np.matrix_transpose: expected at least 2 axes; got shape {np.shape(x)}.")
    return np.swapaxes(x, -1, -2)


@composed(np.broadcast_arrays)
def _broadcast_arrays(*args):
    shape = np.broadcast_shapes(*map(np.shape, args))
    return tuple(a if np.shape(a) == shape else np.broadcast_to(a, shape) for a in args)


def _at_least(axes_to_insert):
    """Return NumPy's atleast_nd: `axes_to_insert` has, for each number of axes below n, where new ones go."""

    def composition(*arys):
        results = tuple(
            np.expand_dims(a, axes_to_insert[np.ndim(a)]) if np.ndim(a) < len(axes_to_insert) else a for a in arys
        )
        return results[0] if len(results) == 1 else results

    return composition


composed(np.atleast_1d)(_at_least([0]))
composed(np.atleast_2d)(_at_least([(0, 1), 0]))
composed(np.atleast_3d)(_at_least([(0, 1, 2), (0, 2), 2]))


@composed(np.shape)
def _shape(a):
    return a.shape


@composed(np.ndim)
def _ndim(a):
    return a.ndim


@composed(np.size)
def _size(a):
    return a.size
