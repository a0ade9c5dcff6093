"""Selecting entries by number, by mask or by condition: take, compress, choose, select, piecewise.

All are made of indexing, where and set_at, so an entry that is selected twice gets the sum of what comes back, and one
that is not selected gets 0, whatever its value.
"""

import functools

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from ..errors import ShapeError
from ..primitive import Operand, composed, plain
from .indexing import index, set_at, settled_key
from .joining import along, gathered

plain(np.nonzero, np.flatnonzero, np.argwhere, np.ix_, np.lexsort, np.shares_memory, np.may_share_memory)
plain(np.diag_indices_from, np.tril_indices_from, np.triu_indices_from)


def _along_one_axis(a, axis):
    """Return a and the axis, counted from the front, or a as one row and its axis where the axis is None."""
    return (np.ravel(a), 0) if axis is None else (a, normalize_axis_index(axis, np.ndim(a)))


@composed(np.take)
def _take(a, indices, axis=None, *, mode="raise"):
    a, axis = _along_one_axis(a, axis)
    # NumPy itself says which entries are meant, whatever the mode.
    indices = settled_key(indices)
    if isinstance(indices, Operand) and mode == "raise":
        return _at(a, indices, along(axis, indices))
    return a[along(axis, np.take(np.arange(np.shape(a)[axis]), indices, mode=mode))]


def _at(a, indices, key):
    """Return a[key], by a gate where the indices in it are computed by a program."""
    return indices.apply(index, (a,), {"key": key}) if isinstance(indices, Operand) else a[key]


@composed(np.take_along_axis)
def _take_along_axis(arr, indices, axis=-1):
    arr, axis = _along_one_axis(arr, axis)
    # Whole numbers on a wire, of a program that is being compiled, stay there.
    indices = indices if isinstance(indices, Operand) and indices.dtype.kind in "iu" else settled_key(indices)
    if np.ndim(indices) != np.ndim(arr):
        raise ShapeError(
            f"np.take_along_axis: the indices must have as many axes as the array; got {np.shape(indices)} for an "
            f"array of shape {np.shape(arr)}."
        )
    places = np.ogrid[tuple(map(slice, np.shape(arr)))]
    key = tuple(indices if i == axis else place for i, place in enumerate(places))
    return _at(arr, indices, key)


@composed(np.compress)
def _compress(condition, a, axis=None):
    a, axis = _along_one_axis(a, axis)
    chosen = np.zeros(np.shape(a)[axis], np.bool_)
    chosen[np.compress(_numbers(condition), np.arange(len(chosen)))] = True
    return a[along(axis, chosen)]


@composed(np.extract)
def _extract(condition, arr):
    return np.compress(np.ravel(_numbers(condition)), np.ravel(arr))


@composed(np.choose)
def _choose(a, choices, *, mode="raise"):
    choices = [gathered(choice) for choice in choices]
    which = np.choose(settled_key(a), range(len(choices)), mode=mode)
    shape = np.broadcast_shapes(np.shape(which), *map(np.shape, choices))
    return functools.reduce(
        lambda chosen, i: np.where(which == i, choices[i], chosen),
        range(1, len(choices)),
        np.broadcast_to(choices[0], shape),
    )


@composed(np.select)
def _select(condlist, choicelist, default=0):
    conditions = [np.asarray(_numbers(condition)) for condition in condlist]
    if len(conditions) != len(choicelist):
        raise ShapeError(
            f"np.select: expected a choice for each condition; got {len(conditions)} conditions and "
            f"{len(choicelist)} choices."
        )
    if any(condition.dtype != np.bool_ for condition in conditions):
        raise ShapeError("np.select: the conditions must be arrays of truth values; write x > 0, not x.")
    pairs = zip(reversed(conditions), map(gathered, reversed(choicelist)), strict=True)
    # The first condition that holds decides, so it is asked last.
    return functools.reduce(lambda rest, pair: np.where(pair[0], pair[1], rest), pairs, default)


@composed(np.piecewise)
def _piecewise(x, condlist, funclist):
    if np.ndim(x) and (np.ndim(condlist) == 0 or np.ndim(condlist[0]) == 0):
        condlist = [condlist]
    conditions = np.asarray(_numbers(condlist), np.bool_)
    if len(funclist) == len(conditions) + 1:
        conditions = np.concatenate([conditions, ~np.any(conditions, axis=0, keepdims=True)])
    if len(funclist) != len(conditions):
        raise ShapeError(
            f"np.piecewise: expected a function for each condition and at most one more; got {len(conditions)} "
            f"conditions and {len(funclist)} functions."
        )
    out = np.zeros(np.shape(x), x.dtype)
    for condition, function in zip(conditions, funclist, strict=True):
        out = set_at(out, function(x[condition]) if callable(function) else function, key=condition)
    return out


def _numbers(condition):
    """Return the numbers of a condition, which passes no gradient."""
    if isinstance(condition, list | tuple):
        return [_numbers(part) for part in condition]
    return condition.data if isinstance(condition, Operand) else condition
