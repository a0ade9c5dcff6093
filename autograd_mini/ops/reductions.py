"""Gates that reduce an array over axes: sum, mean, max, min.

`axis` is None (all axes), an int or a tuple of ints; `keepdims` keeps reduced axes with length 1. Derivatives at ties:
max and min split equally among the entries that attain them.
"""

import numpy as np

from ..notation import call
from ..primitive import primitive
from .shaping import broadcast_to, expand_dims


def spread(reduced, x, axis, keepdims):
    """Return a reduced array repeated along the reduced axes, so that it has the shape of `x`."""
    if not keepdims and axis is not None and np.ndim(reduced):
        axes = axis if isinstance(axis, tuple) else (axis,)
        reduced = expand_dims(reduced, axis=tuple(a % np.ndim(x) for a in axes))
    return broadcast_to(reduced, shape=np.shape(x))


def count(x, axis):
    """Return how many entries of `x` go into each entry of a reduction over `axis`."""
    axes = range(np.ndim(x)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    return int(np.prod([np.shape(x)[a] for a in axes]))


@primitive(
    symbol="Σ",
    notation=call("sum", shown={"axis": None}),
    numpy=(np.sum,),
    x=lambda upstream, x, axis, keepdims: spread(upstream, x, axis, keepdims),
)
def sum(x, *, axis=None, keepdims=False):
    """Return the sum of the entries over `axis`."""
    return np.sum(x, axis=axis, keepdims=keepdims)


@primitive(
    notation=call("mean", shown={"axis": None}),
    numpy=(np.mean,),
    x=lambda upstream, x, axis, keepdims: spread(upstream / count(x, axis), x, axis, keepdims),
)
def mean(x, *, axis=None, keepdims=False):
    """Return the mean of the entries over `axis`."""
    return np.mean(x, axis=axis, keepdims=keepdims)


def _to_the_extremes(upstream, out, x, axis, keepdims):
    """Return upstream at the entries that attain the maximum or minimum, shared equally among them."""
    attained = x == spread(out, x, axis, keepdims)
    ties = np.sum(attained, axis=axis, keepdims=keepdims)
    return np.where(attained, spread(upstream / ties, x, axis, keepdims), 0.0)


@primitive(notation=call("max", latex=r"\max", shown={"axis": None}), numpy=(np.max, np.amax), x=_to_the_extremes)
def max(x, *, axis=None, keepdims=False):
    """Return the largest entry over `axis`."""
    return np.max(x, axis=axis, keepdims=keepdims)


@primitive(notation=call("min", latex=r"\min", shown={"axis": None}), numpy=(np.min, np.amin), x=_to_the_extremes)
def min(x, *, axis=None, keepdims=False):
    """Return the smallest entry over `axis`."""
    return np.min(x, axis=axis, keepdims=keepdims)
