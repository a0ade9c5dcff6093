"""Gates of products and running totals: prod, cumsum, cumprod, running max and min.

Nothing is divided by an entry, so products are right at zeros to any order: prod([0, 0, 3]) has gradient 0 and a mixed
second derivative of 3. Running max and min split ties equally among the entries that attain them so far.
"""

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from ..errors import ShapeError
from ..notation import call
from ..primitive import composed, primitive
from .comparing import equal
from .reductions import chosen, from_rows, in_dtype, in_rows, number, spread
from .shaping import reshaped


@primitive(notation=call("delayed", shown={"first": 0.0}), internal=True, x=lambda upstream: advanced(upstream))
def delayed(x, *, first=0.0):
    """Return x moved on by one place along the last axis, with `first` in front and without its last entry."""
    out = np.full_like(x, first)
    out[..., 1:] = x[..., :-1]
    return out


@primitive(notation=call("advanced"), internal=True, x=lambda upstream: delayed(upstream))
def advanced(x):
    """Return x moved back by one place along the last axis, with 0 at its end."""
    out = np.zeros_like(x)
    out[..., :-1] = x[..., 1:]
    return out


@primitive(
    notation=call("recurrence"),
    internal=True,
    x=lambda upstream, out, x: recurrence_back(x, upstream) * delayed(out),
    added=lambda upstream, x: recurrence_back(x, upstream),
)
def recurrence(x, added):
    """Return h with h[i] = x[i]·h[i − 1] + added[i] along the last axis, where h[−1] = 0.

    Each pass doubles how many places back an entry reaches, so a row of n takes log n passes.
    """
    out, reach = np.array(added), np.array(x)
    step = 1
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        while step < out.shape[-1]:
            # What is 0 adds nothing, also where the product over many entries overflows.
            earlier = out[..., :-step]
            out[..., step:] += np.where(earlier == 0, 0.0, reach[..., step:] * earlier)
            reach[..., step:] = reach[..., step:] * reach[..., :-step]
            step *= 2
    return out


@primitive(
    notation=call("recurrence_back"),
    internal=True,
    x=lambda upstream, out, x: delayed(recurrence(x, upstream)) * out,
    added=lambda upstream, x: recurrence(x, upstream),
)
def recurrence_back(x, added):
    """Return g with g[i] = x[i + 1]·g[i + 1] + added[i] along the last axis: recurrence from the end, its adjoint."""
    return np.flip(recurrence(np.flip(advanced(x), -1), np.flip(added, -1)), -1)


def _before(rows):
    """Return the product of the entries before each one."""
    return delayed(np.cumprod(rows, -1), first=1.0)


def _through_before(upstream, rows):
    """Return what comes back to the entries through the products of `_before`."""
    return recurrence_back(rows, advanced(upstream)) * _before(rows)


def _through_others(upstream, x):
    """Return what comes back through the product of the entries before times that of the entries behind."""
    mirrored = np.flip(x, -1)
    before, behind = _before(x), np.flip(_before(mirrored), -1)
    through_behind = _through_before(np.flip(upstream * before, -1), mirrored)
    return _through_before(upstream * behind, x) + np.flip(through_behind, -1)


@primitive(notation=call("product_of_others"), internal=True, x=_through_others)
def product_of_others(x):
    """Return, for each entry, the product of all others along the last axis."""
    return _before(x) * np.flip(_before(np.flip(x, -1)), -1)


@primitive(
    symbol="Π",
    notation=call("prod", shown={"axis": None}),
    x=lambda upstream, x, axis, keepdims: (
        spread(upstream, x, axis, keepdims) * from_rows(product_of_others(in_rows(x, axis)), np.shape(x), axis)
    ),
)
def prod(x, *, axis=None, keepdims=False):
    """Return the product of the entries over `axis`."""
    return np.prod(x, axis=axis, keepdims=keepdims)


@composed(np.prod)
def _prod(a, axis=None, *, dtype=None, keepdims=False, initial=None, where=True):
    product = prod(chosen(in_dtype(a, dtype), where, 1.0), axis=axis, keepdims=keepdims)
    return product if initial is None else product * number(initial)


@primitive(
    notation=call("cumsum", shown={"axis": None}),
    x=lambda upstream, x, axis: reshaped(np.flip(np.cumsum(np.flip(upstream, axis), axis), axis), np.shape(x)),
)
def cumsum(x, *, axis=None):
    """Return the sum of the entries up to each one along `axis`; of all entries in one row when it is None."""
    return np.cumsum(x, axis)


def _through_running_products(upstream, out, x, axis):
    """Return what comes back to the entries through their running products."""
    place, shape = -1 if axis is None else axis, np.shape(out)
    rows, upstream, out = (in_rows(y, place) for y in (reshaped(x, shape), upstream, out))
    sent = recurrence_back(rows, upstream) * delayed(out, first=1.0)
    return reshaped(from_rows(sent, shape, place), np.shape(x))


@primitive(notation=call("cumprod", shown={"axis": None}), x=_through_running_products)
def cumprod(x, *, axis=None):
    """Return the product of the entries up to each one along `axis`; of all entries in one row when it is None."""
    return np.cumprod(x, axis)


@composed(np.cumsum)
def _cumsum(a, axis=None, *, dtype=None):
    return cumsum(in_dtype(a, dtype), axis=axis)


@composed(np.cumprod)
def _cumprod(a, axis=None, *, dtype=None):
    return cumprod(in_dtype(a, dtype), axis=axis)


def _array_api(gate, first):
    """Return the array API's form of a running total, which can start with the total of nothing."""

    def composition(x, *, axis=None, dtype=None, include_initial=False):
        if axis is None and np.ndim(x) > 1:
            raise ShapeError(f"np.cumulative_{gate.name[3:]}: give the axis; got shape {np.shape(x)}.")
        axis = 0 if axis is None else normalize_axis_index(axis, max(np.ndim(x), 1))
        totals = gate(in_dtype(x, dtype), axis=axis)
        if not include_initial:
            return totals
        shape = tuple(1 if i == axis else length for i, length in enumerate(totals.shape))
        return np.concatenate([np.full(shape, first, totals.dtype), totals], axis=axis)

    return composition


# NumPy has them from 2.1 on.
if hasattr(np, "cumulative_sum"):
    composed(np.cumulative_sum)(_array_api(cumsum, 0))
    composed(np.cumulative_prod)(_array_api(cumprod, 1))


def _to_the_running_extremes(upstream, out, x, axis):
    """Return what comes back to the entries that attain the running extreme, shared equally among those so far."""
    rows, out, upstream = (np.moveaxis(y, axis, -1) for y in (x, out, upstream))
    attains = 1.0 * equal(rows, out)
    # The running extreme stays the same over a stretch of places; 1 within a stretch, 0 where one begins.
    stays = 1.0 * equal(out, delayed(out, first=np.nan))
    sharing = recurrence(stays, attains)
    return np.moveaxis(attains * recurrence_back(stays, upstream / sharing), -1, axis)


@primitive(notation=call("running_max", shown={"axis": 0}), internal=True, x=_to_the_running_extremes)
def running_max(x, *, axis=0):
    """Return the largest entry up to each one along `axis`: np.maximum.accumulate."""
    return np.maximum.accumulate(x, axis)


@primitive(notation=call("running_min", shown={"axis": 0}), internal=True, x=_to_the_running_extremes)
def running_min(x, *, axis=0):
    """Return the smallest entry up to each one along `axis`: np.minimum.accumulate."""
    return np.minimum.accumulate(x, axis)


@composed(np.maximum.accumulate)
def _maximum_accumulate(array, axis=0):
    return running_max(array, axis=axis)


@composed(np.minimum.accumulate)
def _minimum_accumulate(array, axis=0):
    return running_min(array, axis=axis)
