"""What the functions share: reading arguments as PyTorch means them, and saying what is wrong with them."""

import numpy as np

from ..errors import DtypeError, ShapeError, UnsupportedError
from ..primitive import Operand


def reduced(losses, reduction, function):
    """Return losses as `reduction` says: "mean", "sum", or "none" of them.

    Raises:
        UnsupportedError: if it is something else.
    """
    if reduction not in ("mean", "sum", "none"):
        raise UnsupportedError(f"{function}: reduction must be 'mean', 'sum' or 'none'; got {reduction!r}.")
    return losses if reduction == "none" else np.mean(losses) if reduction == "mean" else np.sum(losses)


def per_axis(given, count, name, function, least=1):
    """Return a whole number, or a tuple with one for each axis, as a tuple.

    Raises:
        ShapeError: if it is no whole number of at least `least`, or a tuple of another length.
    """
    values = tuple(given) if isinstance(given, tuple | list) else (given,) * count
    if len(values) != count or not all(isinstance(v, int | np.integer) and v >= least for v in values):
        raise ShapeError(
            f"{function}: {name} must be a whole number of at least {least}, or {count} of them; got {given!r}."
        )
    return tuple(map(int, values))


def class_indices(target, classes, function, ignore_index=None):
    """Return class indices as an array of whole numbers.

    Raises:
        DtypeError: if they are not whole numbers.
        ShapeError: if one is outside the classes.
    """
    target = array(target)
    if target.dtype.kind not in "iu":
        raise DtypeError(f"{function}: class indices must be whole numbers in a plain array; got {kind_of(target)}.")
    valid = (target >= 0) & (target < classes)
    if ignore_index is not None:
        valid = valid | (target == ignore_index)
    if isinstance(target, Operand):
        # They are the input of a program, not known yet: one outside the classes becomes one that indexing refuses.
        return np.where(valid, target, classes)
    if not np.all(valid):
        wrong = np.asarray(target)[~np.asarray(valid)].ravel()[0]
        raise ShapeError(f"{function}: class indices must be from 0 to {classes - 1}; got {wrong}.")
    return target


def kind_of(given):
    """Return what an error message calls an argument: "a Tensor", "float64"."""
    return "a Tensor" if isinstance(given, Operand) else f"dtype {np.asarray(given).dtype}"


def array(given):
    """Return an argument as a Tensor or an array."""
    return given if isinstance(given, Operand) else np.asarray(given)


def same_shape(function, **given):
    """Raise ShapeError if two arguments have different shapes.

    Losses refuse what would broadcast: a (n,) prediction against a (n, 1) target is an error of the caller's.
    """
    shapes = [np.shape(value) for value in given.values()]
    if len(set(shapes)) > 1:
        shown = ", ".join(f"{name} {shape}" for name, shape in zip(given, shapes, strict=True))
        raise ShapeError(f"{function}: expected equal shapes; got {shown}.")
