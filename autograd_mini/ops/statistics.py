"""Statistics made of reductions: var, std, average, cov, corrcoef; the same over entries that are no NaN.

std has derivative 0 where it is 0, of every order. NaN entries that a function leaves out get gradient 0, and so does
every entry of a result that is NaN because nothing is left.
"""

import numpy as np

from ..errors import LinearAlgebraError, ShapeError, UnsupportedError
from ..primitive import Operand, composed
from .reductions import chosen, chosen_count, count, floats, in_dtype, mask_for
from .shaping import expand_dims


def _degrees(name, ddof, correction):
    """Return what is taken off the number of entries: `ddof`, or `correction`, the array API's name for it."""
    if correction is None:
        return ddof
    if ddof != 0:
        raise UnsupportedError(f"np.{name}: give ddof or correction, not both; got {ddof} and {correction}.")
    return correction


def _variance(a, axis, ddof, keepdims, where, mean):
    if mean is None:
        mean = np.mean(a, axis, keepdims=True, where=where)
    total = np.sum((a - mean) ** 2, axis, keepdims=keepdims, where=where)
    left = chosen_count(a, axis, where, keepdims) - ddof
    return total / (max(left, 0) if where is True else np.maximum(left, 0))


@composed(np.var)
def _var(a, axis=None, *, dtype=None, ddof=0, keepdims=False, where=True, mean=None, correction=None):
    return _variance(in_dtype(a, dtype), axis, _degrees("var", ddof, correction), keepdims, where, mean)


@composed(np.std)
def _std(a, axis=None, *, dtype=None, ddof=0, keepdims=False, where=True, mean=None, correction=None):
    return _root(_variance(in_dtype(a, dtype), axis, _degrees("std", ddof, correction), keepdims, where, mean))


def _root(variance):
    """Return the square root with derivative 0 at 0: the root of another number is taken there, and not used."""
    is_zero = variance == 0
    # A traced program has to hold for other numbers, too.
    if not isinstance(is_zero, Operand) and not np.any(is_zero):
        return np.sqrt(variance)
    return np.where(is_zero, 0.0, np.sqrt(np.where(is_zero, 1.0, variance)))


@composed(np.average)
def _average(a, axis=None, weights=None, returned=False, *, keepdims=False):
    a = floats(a)
    if weights is None:
        result = np.mean(a, axis, keepdims=keepdims)
        total = np.full(np.shape(result), count(a, axis), result.dtype)[()]
        return (result, total) if returned else result
    weights = _weights_like(a, axis, floats(weights))
    total = np.sum(weights, axis, keepdims=keepdims)
    if np.any(total == 0):
        raise LinearAlgebraError("np.average: the weights sum to 0, so there is no average.")
    result = np.sum(a * weights, axis, keepdims=keepdims) / total
    return (result, total) if returned else result


def _weights_like(a, axis, weights):
    """Return the weights in the shape of a: they have it, or are given for the entries along `axis`."""
    if np.shape(weights) == np.shape(a):
        return weights
    axes = () if axis is None else np.lib.array_utils.normalize_axis_tuple(axis, np.ndim(a))
    if not axes or np.shape(weights) != tuple(np.shape(a)[i] for i in axes):
        raise ShapeError(
            f"np.average: the weights must have the shape of a or the lengths of its axes {axis}; "
            f"got a {np.shape(a)} and weights {np.shape(weights)}."
        )
    in_order = np.transpose(weights, np.argsort(axes))
    rest = tuple(i for i in range(np.ndim(a)) if i not in axes)
    return np.broadcast_to(expand_dims(in_order, axis=rest) if rest else in_order, np.shape(a))


@composed(np.cov)
def _cov(m, y=None, rowvar=True, bias=False, ddof=None, fweights=None, aweights=None, *, dtype=None):
    variables = [_as_variables(given, rowvar) for given in ((m,) if y is None else (m, y))]
    # As in NumPy, float64 unless asked otherwise.
    x = in_dtype(np.concatenate(variables), np.float64 if dtype is None else dtype)
    if ddof is None:
        ddof = 0 if bias else 1
    weights = _sample_weights(x, fweights, aweights)
    if weights is None:
        samples = np.shape(x)[1]
        left, centred = samples - ddof, x - np.mean(x, 1, keepdims=True)
        products = centred @ np.transpose(centred)
    else:
        samples = np.sum(weights)
        taken = np.sum(weights * floats(aweights)) / samples if aweights is not None else 1.0
        left, centred = samples - ddof * taken, x - np.expand_dims(np.average(x, 1, weights), 1)
        products = centred @ np.transpose(centred * weights)
    if left <= 0:
        raise ShapeError(f"np.cov: the number of samples must be above ddof={ddof}; got {np.shape(x)[1]} samples.")
    return np.squeeze(products / left)


def _as_variables(given, rowvar):
    """Return what np.cov is given as a matrix with one row for each variable."""
    given = floats(given)
    if np.ndim(given) > 2:
        raise ShapeError(f"np.cov: expected at most 2 axes, variables and samples; got shape {np.shape(given)}.")
    return np.transpose(given) if np.ndim(given) == 2 and not rowvar else np.atleast_2d(given)


def _sample_weights(x, fweights, aweights):
    """Return the weight of each sample: how often it was seen, times its importance; None when all weigh 1."""
    for name, weights in (("fweights", fweights), ("aweights", aweights)):
        if weights is not None and np.shape(weights) != np.shape(x)[1:]:
            raise ShapeError(
                f"np.cov: {name} must have one number for each of {np.shape(x)[1]} samples; got {np.shape(weights)}."
            )
    if fweights is not None:
        numbers = np.asarray(fweights)
        if np.any(numbers < 0) or np.any(numbers != np.round(numbers)):
            raise ShapeError("np.cov: fweights say how often a sample was seen; they must be whole and not negative.")
        fweights = floats(numbers)
    if aweights is None or fweights is None:
        return fweights if aweights is None else floats(aweights)
    return fweights * floats(aweights)


@composed(np.corrcoef)
def _corrcoef(x, y=None, rowvar=True, *, dtype=None):
    covariance = np.cov(x, y, rowvar, dtype=dtype)
    if np.ndim(covariance) == 0:
        return covariance / covariance
    deviations = np.sqrt(np.diagonal(covariance))
    return np.clip(covariance / np.expand_dims(deviations, 1) / deviations, -1, 1)


def _numbers_of(a, where):
    """Return the mask of the entries that are no NaN and that `where` does not leave out."""
    is_number = ~np.isnan(a)
    return is_number if where is True else is_number & mask_for(a, where)


@composed(np.nansum)
def _nansum(a, axis=None, *, dtype=None, keepdims=False, initial=None, where=True):
    return np.sum(_without_nan(a, 0.0), axis, dtype=dtype, keepdims=keepdims, initial=initial, where=where)


@composed(np.nanprod)
def _nanprod(a, axis=None, *, dtype=None, keepdims=False, initial=None, where=True):
    return np.prod(_without_nan(a, 1.0), axis, dtype=dtype, keepdims=keepdims, initial=initial, where=where)


def _without_nan(a, otherwise):
    return chosen(a, ~np.isnan(a), otherwise)


@composed(np.nancumsum)
def _nancumsum(a, axis=None, *, dtype=None):
    return np.cumsum(_without_nan(a, 0.0), axis, dtype=dtype)


@composed(np.nancumprod)
def _nancumprod(a, axis=None, *, dtype=None):
    return np.cumprod(_without_nan(a, 1.0), axis, dtype=dtype)


@composed(np.nanmean)
def _nanmean(a, axis=None, *, dtype=None, keepdims=False, where=True):
    return np.mean(a, axis, dtype=dtype, keepdims=keepdims, where=_numbers_of(a, where))


@composed(np.nanvar)
def _nanvar(a, axis=None, *, dtype=None, ddof=0, keepdims=False, where=True, mean=None, correction=None):
    ddof = _degrees("nanvar", ddof, correction)
    return _nan_variance(in_dtype(a, dtype), axis, ddof, keepdims, _numbers_of(a, where), mean)


@composed(np.nanstd)
def _nanstd(a, axis=None, *, dtype=None, ddof=0, keepdims=False, where=True, mean=None, correction=None):
    ddof = _degrees("nanstd", ddof, correction)
    return _root(_nan_variance(in_dtype(a, dtype), axis, ddof, keepdims, _numbers_of(a, where), mean))


def _nan_variance(a, axis, ddof, keepdims, is_number, mean):
    """Return the variance of the entries that are numbers; as in NumPy, NaN where there are not more than ddof."""
    if mean is None:
        counted = chosen_count(a, axis, is_number, True)
        mean = np.sum(a, axis, keepdims=True, where=is_number) / np.maximum(counted, 1)
    total = np.sum((chosen(a, is_number, 0.0) - mean) ** 2, axis, keepdims=keepdims, where=is_number)
    left = chosen_count(a, axis, is_number, keepdims) - ddof
    return np.where(left > 0, total / np.where(left > 0, left, 1).astype(a.dtype), np.nan)


def _nan_extreme(reduction, lowest, a, axis, keepdims, initial, where):
    """Return max or min of the entries that are numbers; NaN where none is, unless there is an initial number."""
    if where is not True or initial is not None:
        return reduction(_without_nan(a, lowest), axis, keepdims=keepdims, initial=initial, where=where)
    is_nan = np.isnan(a)
    if not np.any(is_nan):
        return reduction(a, axis, keepdims=keepdims)
    extreme = reduction(chosen(a, ~is_nan, lowest), axis, keepdims=keepdims)
    return np.where(np.all(is_nan, axis=axis, keepdims=keepdims), np.nan, extreme)


@composed(np.nanmax)
def _nanmax(a, axis=None, *, keepdims=False, initial=None, where=True):
    return _nan_extreme(np.max, -np.inf, a, axis, keepdims, initial, where)


@composed(np.nanmin)
def _nanmin(a, axis=None, *, keepdims=False, initial=None, where=True):
    return _nan_extreme(np.min, np.inf, a, axis, keepdims, initial, where)
