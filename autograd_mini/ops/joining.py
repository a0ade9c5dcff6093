"""Joining and splitting: concatenate and stack, and NumPy's other functions made of these two and of indexing.

Lists may mix Tensors, arrays and numbers, and may be nested. What splits gives Tensors that are parts of one wire.
"""

import operator

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from ..errors import ShapeError
from ..notation import call
from ..primitive import Operand, composed, primitive
from .indexing import settled_key
from .shaping import astype, reshaped


def along(axis, part):
    """Return the index that takes `part` of the entries along one axis, counted from the front."""
    return (slice(None),) * axis + (part,)


def _part(upstream, operands, position, axis):
    """Return the slice of a joined array that came from one operand."""
    start = sum(np.shape(operand)[axis] for operand in operands[:position])
    stop = start + np.shape(operands[position])[axis]
    return upstream[along(axis % np.ndim(upstream), slice(start, stop))]


@primitive(notation=call("concatenate", shown={"axis": 0}), operands=_part)
def concatenate(*operands, axis=0):
    """Return the operands joined along an existing axis."""
    return np.concatenate(operands, axis)


@primitive(
    notation=call("stack", shown={"axis": 0}),
    operands=lambda upstream, position, axis: upstream[along(axis % np.ndim(upstream), position)],
)
def stack(*operands, axis=0):
    """Return the operands joined along a new axis."""
    return np.stack(operands, axis)


@composed(np.concatenate)
def _concatenate(arrays, axis=0):
    arrays = _each(arrays)
    if axis is None:
        arrays, axis = [np.ravel(array) for array in arrays], 0
    return concatenate(*arrays, axis=axis)


@composed(np.stack)
def _stack(arrays, axis=0):
    return stack(*_each(arrays), axis=axis)


@composed(np.vstack)
def _vstack(tup):
    return concatenate(*[np.atleast_2d(array) for array in _each(tup)], axis=0)


@composed(np.hstack)
def _hstack(tup):
    arrays = [np.atleast_1d(array) for array in _each(tup)]
    return concatenate(*arrays, axis=0 if np.ndim(arrays[0]) == 1 else 1)


@composed(np.dstack)
def _dstack(tup):
    return concatenate(*[np.atleast_3d(array) for array in _each(tup)], axis=2)


@composed(np.column_stack)
def _column_stack(tup):
    columns = [array if np.ndim(array) > 1 else np.reshape(array, (-1, 1)) for array in _each(tup)]
    return concatenate(*columns, axis=1)


@composed(np.block)
def _block(arrays):
    depth = _depth(arrays)
    axes = max(depth, _most_axes(arrays))

    def join(part, level):
        if level == depth:
            return reshaped(part, (1,) * (axes - np.ndim(part)) + np.shape(part))
        return concatenate(*[join(inner, level + 1) for inner in part], axis=level - depth)

    return join(arrays, 0)


def _depth(arrays):
    """Return how deep np.block's lists are nested; all of them must be nested as deep."""
    if isinstance(arrays, tuple):
        raise ShapeError("np.block: expected lists, because only lists are nested blocks; got a tuple.")
    if not isinstance(arrays, list):
        return 0
    depths = {_depth(part) for part in arrays}
    if len(depths) != 1:
        raise ShapeError(f"np.block: expected lists nested equally deep and none empty; got depths {sorted(depths)}.")
    return 1 + depths.pop()


def _most_axes(arrays):
    """Return how many axes the block with the most axes has."""
    return max(map(_most_axes, arrays)) if isinstance(arrays, list) else np.ndim(arrays)


def _each(arrays):
    """Return the operands in a list."""
    return [gathered(array) for array in arrays]


def gathered(part):
    """Return an operand as it is, or stacked where it is a nested list with Tensors in it."""
    if isinstance(part, list | tuple) and any(isinstance(inner, Operand | list | tuple) for inner in part):
        parts = _each(part)
        return stack(*parts) if any(isinstance(inner, Operand) for inner in parts) else np.array(parts)
    return part


@composed(np.append)
def _append(arr, values, axis=None):
    if axis is None:
        arr, values, axis = np.ravel(arr), np.ravel(gathered(values)), 0
    return concatenate(arr, gathered(values), axis=axis)


@composed(np.insert)
def _insert(arr, obj, values, axis=None):
    if axis is None:
        arr, axis = np.ravel(arr), 0
    arr, values = arr if isinstance(arr, Operand) else np.asarray(arr), gathered(values)
    axis, obj = normalize_axis_index(axis, np.ndim(arr)), settled_key(obj)
    length = np.shape(arr)[axis]
    values = reshaped(values, (1,) * (np.ndim(arr) - np.ndim(values)) + np.shape(values))
    if not isinstance(obj, slice) and np.ndim(obj) == 0:
        # At one place the first axis of the values is the one along which they are inserted.
        values = np.moveaxis(values, 0, axis)
    inserted = np.insert(np.arange(length), obj, 0).size - length
    count = inserted if inserted != 1 else np.shape(values)[axis]
    shape = [count if i == axis else long for i, long in enumerate(np.shape(arr))]
    joined = concatenate(arr, _like(arr, np.broadcast_to(values, shape)), axis=axis)
    places = np.insert(np.arange(length), obj, np.arange(length, length + count))
    return joined[along(axis, places)]


def _like(arr, values):
    """Return values in the dtype of the array they are put into."""
    same = values.dtype == arr.dtype or arr.dtype.kind != "f"
    return values if same else astype(values, arr.dtype)


@composed(np.delete)
def _delete(arr, obj, axis=None):
    if axis is None:
        arr, axis = np.ravel(arr), 0
    axis = normalize_axis_index(axis, np.ndim(arr))
    length = np.shape(arr)[axis]
    kept = np.zeros(length, np.bool_)
    kept[np.delete(np.arange(length), settled_key(obj))] = True
    return arr[along(axis, kept)]


@composed(np.array_split)
def _array_split(ary, indices_or_sections, axis=0):
    axis, indices_or_sections = normalize_axis_index(axis, np.ndim(ary)), settled_key(indices_or_sections)
    length = np.shape(ary)[axis]
    if np.ndim(indices_or_sections) == 0:
        pieces = np.array_split(np.empty(length, np.bool_), indices_or_sections)
        ends = np.cumsum([len(piece) for piece in pieces]).tolist()
    else:
        ends = [*map(operator.index, indices_or_sections), length]
    return [ary[along(axis, slice(start, end))] for start, end in zip([0, *ends[:-1]], ends, strict=True)]


@composed(np.split)
def _split(ary, indices_or_sections, axis=0):
    length = np.shape(ary)[normalize_axis_index(axis, np.ndim(ary))]
    if np.ndim(indices_or_sections) == 0 and length % max(indices_or_sections, 1):
        raise ShapeError(
            f"np.split: an axis of length {length} has no {indices_or_sections} equal parts; "
            "np.array_split makes nearly equal ones."
        )
    return np.array_split(ary, indices_or_sections, axis)


def _split_along(function, least, axis_of):
    """Stand in for hsplit, vsplit or dsplit, which split arrays of at least `least` axes along one of them."""

    @composed(function)
    def composition(ary, indices_or_sections):
        if np.ndim(ary) < least:
            raise ShapeError(
                f"np.{function.__name__}: expected an array of at least {least} axes; got shape {np.shape(ary)}."
            )
        return np.split(ary, indices_or_sections, axis_of(np.ndim(ary)))


_split_along(np.hsplit, 1, lambda axes: 0 if axes == 1 else 1)
_split_along(np.vsplit, 2, lambda axes: 0)
_split_along(np.dsplit, 3, lambda axes: 2)


# NumPy has unstack since 2.1.
@composed(*filter(None, [getattr(np, "unstack", None)]))
def _unstack(x, *, axis=0):
    axis = normalize_axis_index(axis, np.ndim(x))
    return tuple(x[along(axis, i)] for i in range(np.shape(x)[axis]))


@composed(np.meshgrid)
def _meshgrid(*xi, copy=True, sparse=False, indexing="xy"):
    if indexing not in ("xy", "ij"):
        raise ShapeError(f"np.meshgrid: indexing must be 'xy' or 'ij'; got {indexing!r}.")
    places = list(range(len(xi)))
    if indexing == "xy":
        places[:2] = places[1::-1]
    grids = [
        np.reshape(x, [-1 if place == axis else 1 for axis in range(len(xi))])
        for x, place in zip(xi, places, strict=True)
    ]
    return tuple(grids) if sparse else np.broadcast_arrays(*grids)
