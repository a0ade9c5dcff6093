"""Gates of sliding windows: sliding_window_view and its adjoint, which adds the windows up where they lay."""

import itertools

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from ..notation import call
from ..primitive import primitive


def _windows(window_shape, axis, count):
    """Return the windows' lengths and the axes along which they slide, an axis possibly more than once."""
    lengths = tuple(np.atleast_1d(window_shape).tolist())
    axes = range(count) if axis is None else axis
    return lengths, normalize_axis_tuple(axes, count, allow_duplicate=True)


@primitive(
    notation=call("sliding_window_view", shown={"window_shape": None, "axis": None}),
    numpy=(np.lib.stride_tricks.sliding_window_view,),
    x=lambda upstream, x, window_shape, axis: overlap_add(
        upstream, shape=np.shape(x), window_shape=window_shape, axis=axis
    ),
)
def sliding_window_view(x, *, window_shape, axis=None):
    """Return every window of x: the windows' places along the axes of x, then the axes of one window.

    Args:
        x: the array.
        window_shape: length of the windows along each of the axes they slide along.
        axis: these axes, all of them when None.
    """
    return np.lib.stride_tricks.sliding_window_view(x, window_shape, axis)


@primitive(
    notation=call("overlap_add"),
    internal=True,
    x=lambda upstream, window_shape, axis: sliding_window_view(upstream, window_shape=window_shape, axis=axis),
)
def overlap_add(x, *, shape, window_shape, axis=None):
    """Return zeros of `shape` with every window added where it lay: the gradient of sliding_window_view's x."""
    lengths, axes = _windows(window_shape, axis, len(shape))
    out = np.zeros(shape, np.result_type(x))
    places = np.shape(x)[: len(shape)]
    # One addition per entry of a window, each for all windows at once.
    for entry in itertools.product(*map(range, lengths)):
        starts = [0] * len(shape)
        for along, step in zip(axes, entry, strict=True):
            starts[along] += step
        out[tuple(slice(start, start + count) for start, count in zip(starts, places, strict=True))] += x[(..., *entry)]
    return out
