"""Gates that reduce an array over axes: sum, mean, max, min; and ptp, the difference of the last two.

`axis` is None (all axes), an int or a tuple of ints; `keepdims` keeps reduced axes with length 1. Entries that a mask
`where` leaves out get gradient 0. Derivatives at ties: max and min split equally among the entries that attain them;
one of them that ties with `initial` shares equally with it.
"""

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from ..errors import DtypeError, ShapeError, UnsupportedError
from ..notation import call
from ..primitive import Filled, Operand, composed, plain, primitive
from .comparing import maximum, minimum
from .shaping import astype, broadcast_to, expand_dims, reshaped

plain(np.all, np.any, np.count_nonzero)


def spread(reduced, x, axis, keepdims):
    """Return a reduced array repeated along the reduced axes, so that it has the shape of `x`."""
    if not keepdims and axis is not None and np.ndim(reduced):
        axes = axis if isinstance(axis, tuple) else (axis,)
        reduced = expand_dims(reduced, axis=tuple(a % np.ndim(x) for a in axes))
    return broadcast_to(reduced, shape=np.shape(x))


def everywhere(reduced, x, axis, keepdims):
    """Return what `spread` does, for a rule that sends it: one number of NumPy's without making the array of it."""
    if isinstance(reduced, np.floating):
        return Filled(reduced, np.shape(x))
    return spread(reduced, x, axis, keepdims)


def count(x, axis):
    """Return how many entries of `x` go into each entry of a reduction over `axis`."""
    axes = range(np.ndim(x)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    return int(np.prod([np.shape(x)[a] for a in axes]))


def in_rows(x, axis):
    """Return x with the axes `axis` moved to the end and made into one."""
    axes = normalize_axis_tuple(range(np.ndim(x)) if axis is None else axis, np.ndim(x))
    rest = [a for a in range(np.ndim(x)) if a not in axes]
    lengths = [np.shape(x)[a] for a in rest]
    order = (*rest, *axes)
    moved = x if order == tuple(range(np.ndim(x))) else np.transpose(x, order)
    return reshaped(moved, (*lengths, count(x, axis)))


def from_rows(rows, shape, axis):
    """Return what `in_rows` gave for an array of `shape`, put back into that shape."""
    axes = normalize_axis_tuple(range(len(shape)) if axis is None else axis, len(shape))
    order = (*[a for a in range(len(shape)) if a not in axes], *axes)
    moved = reshaped(rows, tuple(shape[a] for a in order))
    return moved if order == tuple(range(len(shape))) else np.transpose(moved, np.argsort(order))


def floats(given):
    """Return what may be a Tensor as it is, and anything else as an array of floating-point numbers."""
    if isinstance(given, Operand):
        return given
    array = np.asarray(given)
    return array if array.dtype.kind == "f" else array.astype(np.float64)


def mask_for(x, where):
    """Return the truth values `where` in the shape of x.

    Raises:
        DtypeError: if they are numbers.
        ShapeError: if they do not broadcast to x.
    """
    mask = np.asarray(where)
    if mask.dtype != np.bool_:
        raise DtypeError(f"where= is made of truth values, got dtype {mask.dtype}; write where=x > 0.")
    try:
        return np.broadcast_to(mask, np.shape(x))
    except ValueError:
        raise ShapeError(f"where= must broadcast to the array, {np.shape(x)}; got shape {mask.shape}.") from None


def chosen(x, where, otherwise):
    """Return x with `otherwise` in place of the entries that the mask `where` leaves out."""
    return x if where is True else np.where(mask_for(x, where), x, otherwise)


def chosen_count(x, axis, where, keepdims):
    """Return how many entries of x the mask `where` leaves in each entry of a reduction, in the dtype of x."""
    if where is True:
        return count(x, axis)
    return np.sum(mask_for(x, where), axis=axis, keepdims=keepdims).astype(x.dtype)[()]


def in_dtype(x, dtype):
    """Return x in the dtype in which NumPy is told to reduce it; None keeps its own."""
    return x if dtype is None else astype(x, dtype, copy=False)


def number(initial):
    """Return the number a reduction starts with, so that it takes the dtype of the rest; a Tensor stays one."""
    if np.ndim(initial):
        raise ShapeError(f"initial= must be a single number; got shape {np.shape(initial)}.")
    return initial if isinstance(initial, Operand) else float(initial)


@primitive(
    symbol="Σ",
    notation=call("sum", shown={"axis": None}),
    x=lambda upstream, x, axis, keepdims: everywhere(upstream, x, axis, keepdims),
)
def sum(x, *, axis=None, keepdims=False):
    """Return the sum of the entries over `axis`."""
    return np.add.reduce(x, axis=axis, keepdims=keepdims)


@composed(np.sum)
def _sum(a, axis=None, *, dtype=None, keepdims=False, initial=None, where=True):
    if axis is dtype is initial is None and keepdims is False and where is True:
        # The usual call, in which all that is said below would take as long as a small sum.
        return sum(a)
    total = sum(chosen(in_dtype(a, dtype), where, 0.0), axis=axis, keepdims=keepdims)
    return total if initial is None else total + number(initial)


@primitive(
    notation=call("mean", shown={"axis": None}),
    x=lambda upstream, x, axis, keepdims: everywhere(upstream / count(x, axis), x, axis, keepdims),
)
def mean(x, *, axis=None, keepdims=False):
    """Return the mean of the entries over `axis`."""
    return np.mean(x, axis=axis, keepdims=keepdims)


@composed(np.mean)
def _mean(a, axis=None, *, dtype=None, keepdims=False, where=True):
    a = in_dtype(a, dtype)
    if where is True:
        return mean(a, axis=axis, keepdims=keepdims)
    return sum(chosen(a, where, 0.0), axis=axis, keepdims=keepdims) / chosen_count(a, axis, where, keepdims)


def _to_the_extremes(upstream, out, x, axis, keepdims):
    """Return upstream at the entries that attain the maximum or minimum, shared equally among them."""
    attained = x == spread(out, x, axis, keepdims)
    ties = np.sum(attained, axis=axis, keepdims=keepdims)
    return np.where(attained, spread(upstream / ties, x, axis, keepdims), 0.0)


@primitive(notation=call("max", latex=r"\max", shown={"axis": None}), x=_to_the_extremes)
def max(x, *, axis=None, keepdims=False):
    """Return the largest entry over `axis`."""
    return np.max(x, axis=axis, keepdims=keepdims)


@primitive(notation=call("min", latex=r"\min", shown={"axis": None}), x=_to_the_extremes)
def min(x, *, axis=None, keepdims=False):
    """Return the smallest entry over `axis`."""
    return np.min(x, axis=axis, keepdims=keepdims)


def _extreme(reduction, of_two, lowest, a, axis, keepdims, initial, where):
    """Return max or min where a mask chooses entries, or an initial number is one more of them."""
    if initial is None:
        if where is not True:
            name = f"np.{reduction.name}"
            raise UnsupportedError(f"{name}: where= needs initial=, which is the result where no entry is chosen.")
        return reduction(a, axis=axis, keepdims=keepdims)
    if np.size(a) == 0:
        # Sums of nothing are 0 and have the shape of the result.
        return sum(a, axis=axis, keepdims=keepdims) + number(initial)
    return of_two(reduction(chosen(a, where, lowest), axis=axis, keepdims=keepdims), number(initial))


@composed(np.max, np.amax)
def _max(a, axis=None, *, keepdims=False, initial=None, where=True):
    return _extreme(max, maximum, -np.inf, a, axis, keepdims, initial, where)


@composed(np.min, np.amin)
def _min(a, axis=None, *, keepdims=False, initial=None, where=True):
    return _extreme(min, minimum, np.inf, a, axis, keepdims, initial, where)


@composed(np.ptp)
def _ptp(a, axis=None, *, keepdims=False):
    return max(a, axis=axis, keepdims=keepdims) - min(a, axis=axis, keepdims=keepdims)
