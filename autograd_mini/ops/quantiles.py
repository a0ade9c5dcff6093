"""Quantiles: median, quantile, percentile, and the same over entries that are no NaN.

A quantile is one entry of the sorted row, or a mixture of two neighbours, and its gradient goes to these. Entries that
tie are taken in the order in which they stand. How much is to be taken of the data is a constant.
"""

import numpy as np

from ..errors import UnsupportedError
from ..primitive import Operand, composed
from .reductions import in_dtype, in_rows
from .sorting import sort


def _quantile_of(name, a, q, axis, method, keepdims, *, skips_nan, weights=None):
    """Return quantiles of the rows of a: the axes of q first, then those that stay of a."""
    if isinstance(q, Operand) or weights is not None:
        given = "weights" if weights is not None else "q"
        raise UnsupportedError(f"np.{name}: argument '{given}' has no rule for Tensors; only a has one.")
    q = np.asarray(q, a.dtype) if isinstance(q, int | float) else np.asarray(q)
    # NumPy's dtype is that of q too, except where a method takes entries as they are.
    dtype = np.quantile(np.zeros(1, a.dtype), q, method=method).dtype
    rows = in_rows(a, axis)
    is_nan = np.isnan(rows)
    counts = np.sum(~is_nan, axis=-1)
    missing = (counts == 0) if skips_nan else (counts < rows.shape[-1]) | (counts == 0)
    if rows.shape[-1] == 0:
        result = np.sum(rows, -1) + np.full(q.shape + rows.shape[:-1], np.nan, dtype)
    else:
        below, share = _places(q, np.maximum(counts, 1), method)
        result = _between(sort(rows), below, share.astype(dtype), q.ndim)
        result = in_dtype(np.where(missing, np.nan, result) if np.any(missing) else result, dtype)
    if not keepdims:
        return result
    kept = np.sum(np.zeros(np.shape(a)), axis=axis, keepdims=True).shape
    return np.reshape(result, q.shape + kept)


def _places(q, counts, method):
    """Return where the quantiles lie in sorted rows of `counts` entries: the place below, and how far above it.

    A quantile of 0, 1, 2, ... is its own place, so NumPy itself says where each method puts it.
    """
    places = np.empty(q.shape + counts.shape)
    for length in np.unique(counts):
        found = np.quantile(np.arange(length, dtype=np.float64), q, method=method)
        places[..., counts == length] = np.expand_dims(found, -1)
    below = np.floor(places).astype(np.intp)
    return below, places - below


def _between(ordered, below, share, extra):
    """Return the entries of sorted rows at the places `below`, mixed with `share` of the ones above."""
    which = np.ogrid[tuple(map(slice, below.shape[extra:]))]
    low = ordered[(*which, below)]
    if not np.any(share):
        return low
    high = ordered[(*which, below + (share > 0))]
    # An infinite neighbour of which nothing is taken would give 0·inf.
    mixed = (1 - share) * low + share * high
    return mixed if np.all(share) else np.where(share == 0, low, mixed)


@composed(np.quantile)
def _quantile(a, q, axis=None, *, method="linear", keepdims=False, weights=None):
    return _quantile_of("quantile", a, q, axis, method, keepdims, skips_nan=False, weights=weights)


@composed(np.nanquantile)
def _nanquantile(a, q, axis=None, *, method="linear", keepdims=False, weights=None):
    return _quantile_of("nanquantile", a, q, axis, method, keepdims, skips_nan=True, weights=weights)


@composed(np.percentile)
def _percentile(a, q, axis=None, *, method="linear", keepdims=False, weights=None):
    return _quantile_of("percentile", a, _hundredth(q, a), axis, method, keepdims, skips_nan=False, weights=weights)


@composed(np.nanpercentile)
def _nanpercentile(a, q, axis=None, *, method="linear", keepdims=False, weights=None):
    return _quantile_of("nanpercentile", a, _hundredth(q, a), axis, method, keepdims, skips_nan=True, weights=weights)


def _hundredth(q, a):
    if isinstance(q, Operand):
        return q
    return q / 100 if isinstance(q, int | float) else np.asarray(q) / 100


@composed(np.median)
def _median(a, axis=None, *, keepdims=False):
    return _quantile_of("median", a, 0.5, axis, "linear", keepdims, skips_nan=False)


@composed(np.nanmedian)
def _nanmedian(a, axis=None, *, keepdims=False):
    return _quantile_of("nanmedian", a, 0.5, axis, "linear", keepdims, skips_nan=True)
