"""NumPy functions that pass no gradient: questions with yes or no, places, counts, shapes and dtypes, printing.

They work on a Tensor's numbers and give plain results. Also the few that stand between: np.full_like and np.linspace
with its kin make a Tensor of what they are filled with, np.bincount of its weights, np.unique of the entries that it
keeps (of equal ones, the first gets the gradient).
"""

import inspect

import numpy as np

from ..errors import ShapeError, UnsupportedError
from ..primitive import Operand, Plain, composed, implementations, plain
from .binary import in_float64
from .indexing import scatter
from .shaping import broadcast_to, cast, ravel

plain(
    # yes or no
    np.all, np.any, np.allclose, np.isclose, np.array_equal, np.array_equiv, np.isposinf, np.isneginf, np.isreal,
    np.iscomplex, np.isrealobj, np.iscomplexobj, np.isin, np.shares_memory, np.may_share_memory,
    # places and counts
    np.argmax, np.argmin, np.nanargmax, np.nanargmin, np.argwhere, np.nonzero, np.flatnonzero, np.count_nonzero,
    np.searchsorted, np.digitize, np.diag_indices_from, np.tril_indices_from, np.triu_indices_from,
    # rounding, and the parts of a real number that are constant
    np.round, np.around, np.fix, np.imag, np.angle,
    # shapes and dtypes
    np.zeros_like, np.ones_like, np.empty_like, np.result_type, np.can_cast, np.min_scalar_type, np.common_type,
    # text
    np.array_repr, np.array_str, np.array2string,
)  # fmt: skip


class _Unweighted(Plain):
    """A histogram: its counts and edges are plain, and weights are refused, whose gradient it would lose."""

    def __call__(self, *args, **kwargs):
        if isinstance(inspect.signature(self.function).bind(*args, **kwargs).arguments.get("weights"), Operand):
            raise UnsupportedError(
                f"np.{self.__name__}: weights that are a Tensor have no rule; "
                "use np.bincount(np.digitize(x, edges) - 1, weights)."
            )
        return super().__call__(*args, **kwargs)


for _function in (np.histogram, np.histogram2d, np.histogramdd, np.histogram_bin_edges):
    implementations[_function] = _Unweighted(_function)


@composed(np.full_like)
def full_like(a, fill_value, dtype=None, shape=None):
    """Return `fill_value` in the shape of a: a Tensor if the value is one, else a plain array."""
    numbers = a.data if isinstance(a, Operand) else a
    if not isinstance(fill_value, Operand):
        return np.full_like(numbers, fill_value, dtype=dtype, shape=shape)
    like = np.empty_like(numbers, dtype=dtype, shape=shape)
    if like.dtype.kind != "f":
        raise UnsupportedError(f"np.full_like: a Tensor's gradient is lost in dtype {like.dtype}; give its .data.")
    return broadcast_to(cast(fill_value, dtype=like.dtype), shape=like.shape)


def _fractions(like, num, endpoint, axis):
    """Return `num` numbers from 0 to 1 along `axis`, of the dtype of `like`."""
    shape = [1] * np.ndim(like)
    shape[axis] = num
    return np.linspace(0, 1, num, endpoint, dtype=like.dtype).reshape(shape)


@composed(np.linspace)
def linspace(start, stop, num=50, endpoint=True, axis=0):
    """Return `num` numbers from start to stop, equally spaced along a new axis."""
    way = np.expand_dims(stop - start, axis)
    return np.expand_dims(start, axis) + _fractions(way, num, endpoint, axis) * way


@composed(np.logspace)
def logspace(start, stop, num=50, endpoint=True, base=10.0, axis=0):
    """Return base to the power of what linspace gives."""
    if np.ndim(base):
        base = np.expand_dims(base, axis)
    return np.power(base, np.linspace(start, stop, num, endpoint, axis=axis))


@composed(np.geomspace)
def geomspace(start, stop, num=50, endpoint=True, axis=0):
    """Return `num` numbers, in float64, from start to stop of the same sign, with equal ratios along a new axis."""
    start, stop = in_float64(start), in_float64(stop)
    ratio = np.expand_dims(stop / start, axis)
    return np.expand_dims(start, axis) * ratio ** _fractions(ratio, num, endpoint, axis)


@composed(np.bincount)
def bincount(x, weights=None, minlength=0):
    """Return the sum, in float64, of the weights that belong to each whole number in x."""
    if not isinstance(weights, Operand):
        raise UnsupportedError("np.bincount: expected whole numbers to count, got a Tensor; only weights can be one.")
    if np.shape(weights) != np.shape(x):
        raise ShapeError(f"np.bincount: expected a weight for each of x {np.shape(x)}, got weights {weights.shape}.")
    counts = np.bincount(x, minlength=minlength)
    return scatter(in_float64(weights), key=np.asarray(x), shape=counts.shape)


@composed(np.unique)
def unique(ar, return_index=False, return_inverse=False, return_counts=False, axis=None, equal_nan=True):
    """Return the distinct entries in order, as a Tensor, and what else is asked for as plain arrays."""
    given = np.unique(ar.data, True, return_inverse, return_counts, axis, equal_nan=equal_nan)
    first = given[1]
    kept = ravel(ar)[first] if axis is None else ar[(slice(None),) * (axis % ar.ndim) + (first,)]
    results = (kept, *(first,) * return_index, *given[2:])
    return results if len(results) > 1 else kept
