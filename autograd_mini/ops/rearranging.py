"""Gates that put the same entries elsewhere or repeat them: flip, roll, rot90, repeat, tile.

flip, roll and rot90 are undone by themselves, run backwards; what repeats an entry adds up what comes back for it.
"""

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from ..errors import ShapeError
from ..notation import call
from ..primitive import composed, primitive
from .indexing import scatter
from .joining import along
from .shaping import reshaped


@primitive(
    notation=call("flip", shown={"axis": None}), numpy=(np.flip,), x=lambda upstream, axis: np.flip(upstream, axis)
)
def flip(x, *, axis=None):
    """Return x with the entries in reverse order along `axis`: all axes, one, or a tuple of them."""
    return np.flip(x, axis)


@primitive(
    notation=call("roll", shown={"shift": None, "axis": None}),
    numpy=(np.roll,),
    x=lambda upstream, shift, axis: np.roll(upstream, np.negative(shift).tolist(), axis),
)
def roll(x, *, shift, axis=None):
    """Return x with the entries moved on by `shift` along `axis`, the last ones to the front."""
    return np.roll(x, shift, axis)


@primitive(
    notation=call("rot90", shown={"k": 1, "axes": (0, 1)}),
    numpy=(np.rot90,),
    x=lambda upstream, k, axes: np.rot90(upstream, -k, axes),
)
def rot90(x, *, k=1, axes=(0, 1)):
    """Return x turned by k quarters in the plane of two axes, from the first towards the second."""
    return np.rot90(x, k, axes)


@composed(np.fliplr)
def _fliplr(m):
    if np.ndim(m) < 2:
        raise ShapeError(f"np.fliplr: expected at least 2 axes; got shape {np.shape(m)}.")
    return flip(m, axis=1)


@composed(np.flipud)
def _flipud(m):
    if np.ndim(m) < 1:
        raise ShapeError(f"np.flipud: expected at least 1 axis; got shape {np.shape(m)}.")
    return flip(m, axis=0)


def _sum_of_repeats(upstream, x, repeats, axis):
    """Return upstream summed over the repeats of each entry."""
    if axis is None:
        return reshaped(_sum_of_repeats(upstream, np.empty(np.size(x)), repeats, 0), np.shape(x))
    axis = normalize_axis_index(axis, np.ndim(x))
    shape = np.shape(x)
    if np.size(repeats) == 1:
        apart = reshaped(upstream, (*shape[: axis + 1], int(np.max(repeats)), *shape[axis + 1 :]))
        return np.sum(apart, axis=axis + 1)
    return scatter(upstream, key=along(axis, np.repeat(np.arange(shape[axis]), repeats)), shape=shape)


@primitive(
    notation=call("repeat", shown={"repeats": None, "axis": None}),
    numpy=(np.repeat,),
    x=_sum_of_repeats,
)
def repeat(x, *, repeats, axis=None):
    """Return x with every entry repeated along `axis`: all as often, or each as often as an array of counts says."""
    return np.repeat(x, repeats, axis)


def _sum_of_tiles(upstream, x, reps):
    """Return upstream summed over the tiles."""
    times = np.atleast_1d(reps).tolist()
    axes = max(len(times), np.ndim(x))
    times = [1] * (axes - len(times)) + times
    lengths = [1] * (axes - np.ndim(x)) + list(np.shape(x))
    apart = reshaped(upstream, tuple(long for pair in zip(times, lengths, strict=True) for long in pair))
    return reshaped(np.sum(apart, axis=tuple(range(0, 2 * axes, 2))), np.shape(x))


@primitive(notation=call("tile", shown={"reps": None}), numpy=(np.tile,), x=_sum_of_tiles)
def tile(x, *, reps):
    """Return x laid side by side, `reps` times along each axis; missing axes are put in front."""
    return np.tile(x, reps)


@composed(np.resize)
def _resize(a, new_shape):
    flat = np.ravel(a)
    total = int(np.prod(new_shape))
    if np.any(np.less(new_shape, 0)):
        raise ShapeError(f"np.resize: the lengths must be at least 0; got {new_shape}.")
    if np.size(a) == 0:
        return np.reshape(np.pad(flat, (0, total)), new_shape)
    return np.reshape(np.tile(flat, -(-total // np.size(a)))[:total], new_shape)
