"""Differences of neighbours and sums over them: diff, ediff1d, gradient, trapezoid; and trace.

All are made of slices; places on an axis (`x`, spacings) may be wires too.
"""

import numpy as np
from numpy.lib.array_utils import normalize_axis_index, normalize_axis_tuple

from ..errors import ShapeError, UnsupportedError
from ..primitive import composed
from .joining import along
from .reductions import floats, in_dtype


@composed(np.diff)
def _diff(a, n=1, axis=-1, prepend=None, append=None):
    a = floats(a)
    if n < 0:
        raise ShapeError(f"np.diff: n, how often differences are taken, must not be negative; got {n}.")
    axis = normalize_axis_index(axis, np.ndim(a))
    ends = [_end(end, a, axis) for end in (prepend, append)]
    if n and any(end is not None for end in ends):
        a = np.concatenate([part for part in (ends[0], a, ends[1]) if part is not None], axis=axis)
    for _ in range(n):
        a = a[along(axis, slice(1, None))] - a[along(axis, slice(None, -1))]
    return a


def _end(end, a, axis):
    """Return what is joined to one end of a: a number is repeated along the other axes."""
    if end is None or np.ndim(end):
        return end if end is None else floats(end)
    shape = tuple(1 if i == axis else length for i, length in enumerate(np.shape(a)))
    return np.broadcast_to(end, shape)


@composed(np.ediff1d)
def _ediff1d(ary, to_end=None, to_begin=None):
    row = np.ravel(floats(ary))
    parts = [to_begin, row[1:] - row[:-1], to_end]
    joined = [np.ravel(in_dtype(floats(part), row.dtype)) for part in parts if part is not None]
    return np.concatenate(joined) if len(joined) > 1 else joined[0]


@composed(np.trapezoid)
def _trapezoid(y, x=None, dx=1.0, axis=-1):
    y = floats(y)
    axis = normalize_axis_index(axis, np.ndim(y))
    if x is not None and np.ndim(x) > 1:
        width = np.diff(floats(x), axis=axis)
    else:
        width = dx if x is None else np.diff(floats(x))
        if np.ndim(width):
            width = np.reshape(width, [-1 if i == axis else 1 for i in range(np.ndim(y))])
    return np.sum(width * (y[along(axis, slice(1, None))] + y[along(axis, slice(None, -1))]) / 2.0, axis)


@composed(np.gradient)
def _gradient(f, *varargs, axis=None, edge_order=1):
    f = floats(f)
    axes = normalize_axis_tuple(range(np.ndim(f)) if axis is None else axis, np.ndim(f))
    if edge_order not in (1, 2):
        raise UnsupportedError(f"np.gradient: edge_order must be 1 or 2; got {edge_order}.")
    if len(varargs) not in (0, 1, len(axes)) or (len(varargs) == 1 < len(axes) and np.ndim(varargs[0])):
        raise ShapeError(f"np.gradient: expected a spacing for each of {len(axes)} axes, or a number for all.")
    spacings = varargs if len(varargs) == len(axes) else (varargs or (1.0,)) * len(axes)
    slopes = tuple(_slope(f, along_axis, spacing, edge_order) for along_axis, spacing in zip(axes, spacings))
    return slopes[0] if len(slopes) == 1 else slopes


def _slope(f, axis, spacing, edge_order):
    """Return the slope of f along one axis: central differences, and one-sided ones at both ends."""
    length = np.shape(f)[axis]
    if length < edge_order + 1:
        raise ShapeError(f"np.gradient: axis {axis} needs at least {edge_order + 1} entries; got {length}.")

    def part(*ends):
        return f[along(axis, slice(*ends))]

    if np.ndim(spacing) == 0:
        inner = (part(2, None) - part(None, -2)) / (2.0 * spacing)
        widths = [spacing] * 4
    else:
        if np.shape(spacing) != (length,):
            raise ShapeError(f"np.gradient: axis {axis} needs {length} places; got shape {np.shape(spacing)}.")
        steps = np.diff(floats(spacing))
        shape = [-1 if i == axis else 1 for i in range(np.ndim(f))]
        inner = _parabola(
            *(part(start, start + length - 2) for start in range(3)),
            np.reshape(steps[:-1], shape),
            np.reshape(steps[1:], shape),
        )
        widths = [steps[0], steps[min(1, length - 2)], steps[-1], steps[max(-2, 1 - length)]]
    if edge_order == 1:
        first = (part(1, 2) - part(0, 1)) / widths[0]
        last = (part(-1, None) - part(-2, -1)) / widths[2]
    else:
        first = _parabola_end(part(0, 1), part(1, 2), part(2, 3), widths[0], widths[1])
        last = -_parabola_end(part(-1, None), part(-2, -1), part(-3, -2), widths[2], widths[3])
    return np.concatenate([first, inner, last], axis=axis)


def _parabola(before, here, behind, left, right):
    """Return the slope, in the middle, of the parabola through three points that lie `left` and `right` apart."""
    total = left + right
    return -right / (left * total) * before + (right - left) / (left * right) * here + left / (right * total) * behind


def _parabola_end(here, next_one, one_further, near, far):
    """Return the slope, at its first point, of the parabola through three points that lie `near` and `far` apart."""
    total = near + far
    return (
        -(2.0 * near + far) / (near * total) * here
        + total / (near * far) * next_one
        - near / (far * total) * one_further
    )


@composed(np.trace)
def _trace(a, offset=0, axis1=0, axis2=1, *, dtype=None):
    return np.sum(np.diagonal(a, offset, axis1, axis2), -1, dtype=dtype)


@composed(np.linalg.trace)
def _trace_of_matrices(x, *, offset=0, dtype=None):
    return np.trace(x, offset, -2, -1, dtype=dtype)
