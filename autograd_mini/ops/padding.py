"""np.pad: the gate pad for what only places and copies entries, and compositions for what computes with them.

The modes linear_ramp, maximum, minimum, mean and median, and an odd reflection, go axis by axis as in NumPy. Where
several entries tie for the maximum or minimum, they share its gradient. The mode empty has no value to differentiate.
"""

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from ..errors import ShapeError, UnsupportedError
from ..notation import call
from ..primitive import Operand, composed, primitive
from .indexing import scatter
from .joining import along
from .shaping import copy

# What each mode may be given besides the widths.
_ARGUMENTS = {
    "constant": "constant_values",
    "edge": None,
    "wrap": None,
    "reflect": "reflect_type",
    "symmetric": "reflect_type",
    "linear_ramp": "end_values",
    "maximum": "stat_length",
    "minimum": "stat_length",
    "mean": "stat_length",
    "median": "stat_length",
}
_STATISTICS = {"maximum": np.max, "minimum": np.min, "mean": np.mean, "median": np.median}


def _unpadded(upstream, x, pad_width, mode):
    """Return what comes back to x: what stands at its own place, and at the places its entries were copied to."""
    if mode == "constant":
        return upstream[tuple(slice(before, before + long) for (before, _), long in zip(pad_width, np.shape(x)))]
    sources = [np.pad(np.arange(long), widths, mode) for long, widths in zip(np.shape(x), pad_width)]
    return scatter(upstream, key=np.ix_(*sources), shape=np.shape(x))


@primitive(notation=call("pad", shown={"pad_width": None, "mode": "constant"}), x=_unpadded)
def pad(x, *, pad_width, mode="constant", constant_values=0):
    """Return x with entries put before and after it along each axis.

    Args:
        x: the array.
        pad_width: a pair (before, after) for each axis.
        mode: "constant", "edge", "reflect", "symmetric" or "wrap", as in np.pad.
        constant_values: what is put there in the mode "constant".
    """
    return np.pad(x, pad_width, mode, **({"constant_values": constant_values} if mode == "constant" else {}))


@composed(np.pad)
def _pad(
    array, pad_width, mode="constant", *, constant_values=None, end_values=None, stat_length=None, reflect_type=None
):
    arguments = {
        "constant_values": constant_values,
        "end_values": end_values,
        "stat_length": stat_length,
        "reflect_type": reflect_type,
    }
    _check(mode, arguments)
    if np.ndim(array) == 0:
        return copy(array)
    widths = _widths(pad_width, np.ndim(array))
    if mode == "constant":
        values = _pairs(0 if constant_values is None else constant_values, np.ndim(array))
        if any(isinstance(value, Operand) for pair in values for value in pair):
            return _by_axis(array, widths, values, _constants)
        return pad(array, pad_width=widths, constant_values=values)
    if mode == "linear_ramp":
        return _by_axis(array, widths, _pairs(0 if end_values is None else end_values, np.ndim(array)), _ramps)
    if mode in _STATISTICS:
        return _by_axis(array, widths, _pairs(stat_length, np.ndim(array)), _statistics(_STATISTICS[mode]))
    if reflect_type == "odd":
        return _by_axis(array, widths, [mode] * np.ndim(array), _odd_reflections)
    return pad(array, pad_width=widths, mode=mode)


def _check(mode, arguments):
    """Refuse a mode that is none or has no derivative, and arguments that the mode does not take."""
    if not isinstance(mode, str) or mode not in _ARGUMENTS:
        known = ", ".join(_ARGUMENTS)
        raise UnsupportedError(f"np.pad: mode {mode!r} has no rule for Tensors; modes with one: {known}.")
    for name, given in arguments.items():
        if given is not None and name != _ARGUMENTS[mode]:
            taken = _ARGUMENTS[mode] or "no further argument"
            raise UnsupportedError(f"np.pad: mode {mode!r} does not take {name}; it takes {taken}.")
    if arguments["reflect_type"] not in (None, "even", "odd"):
        raise UnsupportedError(f"np.pad: reflect_type must be 'even' or 'odd'; got {arguments['reflect_type']!r}.")


def _widths(pad_width, count):
    """Return how many entries are put before and after along each axis."""
    if isinstance(pad_width, dict):
        by_axis = {normalize_axis_index(axis, count): width for axis, width in pad_width.items()}
        pad_width = [np.broadcast_to(by_axis.get(axis, 0), 2) for axis in range(count)]
    widths = np.asarray(pad_width)
    if widths.dtype.kind != "i" or np.any(widths < 0):
        raise ShapeError(f"np.pad: pad_width must be whole numbers of at least 0; got {pad_width}.")
    return tuple(_pairs(widths.tolist(), count))


def _pairs(given, count):
    """Return a pair for each axis from one value, one pair, or one value or pair per axis, as np.pad reads them."""
    parts = _parts(given)
    each = [_parts(part) for part in parts]
    if not any(map(_is_many, parts)):
        each = [parts]
    if len(each) not in (1, count) or any(len(pair) not in (1, 2) for pair in each):
        raise ShapeError(f"np.pad: expected one value, one pair, or a pair for each of {count} axes; got {given}.")
    pairs = [pair if len(pair) == 2 else pair * 2 for pair in each]
    return pairs * count if len(pairs) == 1 else pairs


def _parts(given):
    return tuple(given) if _is_many(given) else (given,)


def _is_many(given):
    return isinstance(given, list | tuple) or (isinstance(given, np.ndarray) and given.ndim > 0)


def _by_axis(array, widths, settings, sides):
    """Return the array with what `sides` computes joined before and after it, one axis after the other."""
    for axis, (width, setting) in enumerate(zip(widths, settings, strict=True)):
        if width != (0, 0):
            if np.shape(array)[axis] == 0 and sides is not _constants:
                raise ShapeError(f"np.pad: axis {axis} is empty, so only the mode 'constant' can extend it.")
            before, after = sides(array, axis, width, setting)
            array = np.concatenate([before, array, after], axis=axis)
    return array


def _constants(array, axis, width, values):
    return [_like(array, np.broadcast_to(value, _side(array, axis, count))) for value, count in zip(values, width)]


def _side(array, axis, count):
    """Return the shape of what is put before or after along an axis."""
    return (*np.shape(array)[:axis], count, *np.shape(array)[axis + 1 :])


def _like(array, values):
    """Return values in the dtype of the array they are put beside."""
    return values if values.dtype == array.dtype else values.astype(array.dtype)


def _ramps(array, axis, width, ends):
    """Return straight lines from the end values to the array's edges."""
    up = [np.arange(count) / max(count, 1) for count in width]
    lines = []
    for steps, end, edge in ((up[0], ends[0], slice(0, 1)), (up[1][::-1], ends[1], slice(-1, None))):
        rise = _like(array, np.reshape(steps, (-1,) + (1,) * (np.ndim(array) - axis - 1)))
        lines.append(_like(array, end + (array[along(axis, edge)] - end) * rise))
    return lines


def _statistics(reduction):
    """Return what computes the maximum, minimum, mean or median of the entries next to each edge."""

    def sides(array, axis, width, lengths):
        long = np.shape(array)[axis]
        taken = [long if length is None else min(length, long) for length in lengths]
        if min(taken) < 1:
            raise ShapeError(f"np.pad: stat_length must be at least 1; got {lengths}.")
        parts = array[along(axis, slice(0, taken[0]))], array[along(axis, slice(long - taken[1], None))]
        return [
            np.broadcast_to(reduction(part, axis=axis, keepdims=True), _side(array, axis, count))
            for part, count in zip(parts, width)
        ]

    return sides


def _odd_reflections(array, axis, width, mode):
    """Return the array reflected at its edges and turned upside down there: 2·edge − reflection, again and again.

    Whatever the number of reflections, that is first · x[0] + last · x[-1] + (1 − first − last) · x[j], where x[j] is
    the even reflection; NumPy's own reflections of 1, 0, 0, ... and of ..., 0, 0, 1 tell the two weights.
    """
    long = np.shape(array)[axis]
    weights = np.zeros((2, long), array.dtype)
    weights[0, 0] = 1
    weights[1, -1] = long > 1
    first, last = np.pad(weights, ((0, 0), width), mode, reflect_type="odd")
    sources = np.pad(np.arange(long), width, mode)
    sides = []
    for places in (slice(0, width[0]), slice(width[0] + long, None)):
        a, b = (np.reshape(w[places], (-1,) + (1,) * (np.ndim(array) - axis - 1)) for w in (first, last))
        edges = a * array[along(axis, slice(0, 1))] + b * array[along(axis, slice(-1, None))]
        sides.append(edges + (1 - a - b) * array[along(axis, sources[places])])
    return sides
