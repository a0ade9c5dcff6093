"""Gates that move entries and compute nothing: reshape, transpose, indexing, joining, broadcasting.

They come in pairs that undo each other under differentiation: broadcast_to and sum_to, index and scatter.
"""

import numpy as np

from ..errors import UnsupportedError
from ..notation import ANY, ATOM, UNSEEN, Notation, Style, call, index_text
from ..primitive import composed, primitive


@primitive(
    notation=call("reshape", shown={"shape": None}),
    x=lambda upstream, x: reshaped(upstream, np.shape(x)),
)
def reshape(x, *, shape):
    """Return x in another shape with the same entries in row order; one length may be -1."""
    return np.reshape(x, shape)


@primitive(notation=UNSEEN, internal=True, x=lambda upstream, x: reshaped(upstream, np.shape(x)))
def lined_up(x, *, shape):
    """Return x in another shape: reshape as derivative rules use it, to line entries up again."""
    return np.reshape(x, shape)


def reshaped(x, shape):
    """Return x lined up in `shape`, or x itself when it has that shape: a gate that does nothing is not recorded."""
    return x if np.shape(x) == shape else lined_up(x, shape=shape)


@primitive(
    symbol="ᵀ",
    notation=Notation(Style("%sᵀ", ATOM, (ATOM,)), Style(r"%s^{\top}", ATOM, (ATOM,))),
    numpy=(np.transpose,),
    x=lambda upstream, axes: np.transpose(upstream, None if axes is None else np.argsort(np.mod(axes, len(axes)))),
)
def transpose(x, *, axes=None):
    """Return x with its axes permuted; reversed when `axes` is None."""
    return np.transpose(x, axes)


@primitive(
    notation=Notation(Style("%sᵀ", ATOM, (ATOM,)), Style(r"%s^{\top}", ATOM, (ATOM,))),
    numpy=(np.swapaxes,),
    x=lambda upstream, axis1, axis2: np.swapaxes(upstream, axis1, axis2),
)
def swapaxes(x, *, axis1, axis2):
    """Return x with two axes exchanged."""
    return np.swapaxes(x, axis1, axis2)


@primitive(notation=UNSEEN, numpy=(np.expand_dims,), x=lambda upstream, x: reshaped(upstream, np.shape(x)))
def expand_dims(x, *, axis):
    """Return x with axes of length 1 inserted at `axis`."""
    return np.expand_dims(x, axis)


@primitive(notation=UNSEEN, numpy=(np.broadcast_to,), x=lambda upstream, x: sum_to(upstream, shape=np.shape(x)))
def broadcast_to(x, *, shape):
    """Return x repeated along new and length-1 axes to `shape`."""
    return np.broadcast_to(x, shape)


@primitive(notation=UNSEEN, internal=True, x=lambda upstream, x: broadcast_to(upstream, shape=np.shape(x)))
def sum_to(x, *, shape):
    """Return x summed over the axes along which an array of `shape` was broadcast to x's shape."""
    if np.shape(x) == shape:
        return x
    extra = np.ndim(x) - len(shape)
    stretched = tuple(i + extra for i, length in enumerate(shape) if length == 1 and np.shape(x)[i + extra] != 1)
    return np.sum(x, axis=(*range(extra), *stretched)).reshape(shape)


@primitive(notation=UNSEEN, internal=True, x=lambda upstream, x: cast(upstream, dtype=x.dtype))
def cast(x, *, dtype):
    """Return x in another floating-point dtype."""
    return np.asarray(x).astype(dtype)


@primitive(
    symbol="[ ]",
    notation=Notation(
        Style(lambda x, key: f"{x}[{index_text(key)}]", ATOM, (ATOM,), takes_options=True),
        Style(lambda x, key: f"{x}[{index_text(key)}]".replace("…", r"\ldots"), ATOM, (ATOM,), takes_options=True),
    ),
    internal=True,
    x=lambda upstream, x, key: scatter(upstream, key=key, shape=np.shape(x)),
)
def index(x, *, key):
    """Return x[key], for every kind of NumPy index: integers, slices, None, ..., masks, integer arrays."""
    return x[key]


@primitive(
    notation=Notation(
        Style(lambda x, key, shape: f"zeros with {x} at [{index_text(key)}]", ANY, takes_options=True),
        Style(
            lambda x, key, shape: rf"\text{{zeros with }} {x} \text{{ at }} [{index_text(key)}]".replace(
                "…", r"\ldots"
            ),
            ANY,
            takes_options=True,
        ),
    ),
    internal=True,
    x=lambda upstream, key: upstream[key],
)
def scatter(x, *, key, shape):
    """Return zeros of `shape` with x added at [key]; entries that the key names twice are added twice."""
    out = np.zeros(shape, np.result_type(x))
    if _names_an_entry_once(key):
        out[key] = x
    else:
        np.add.at(out, key, x)
    return out


def _names_an_entry_once(key):
    """Return whether no entry can stand twice in x[key]: only arrays of integers can name one twice."""
    parts = key if isinstance(key, tuple) else (key,)
    plain = int | np.integer | slice | None | type(...)
    return all(isinstance(part, plain) or np.asarray(part).dtype == np.bool_ for part in parts)


def _part(upstream, operands, position, axis):
    """Return the slice of a joined array that came from one operand."""
    start = sum(np.shape(operand)[axis] for operand in operands[:position])
    stop = start + np.shape(operands[position])[axis]
    return upstream[(slice(None),) * (axis % np.ndim(upstream)) + (slice(start, stop),)]


@primitive(notation=call("concatenate", shown={"axis": 0}), operands=_part)
def concatenate(*operands, axis=0):
    """Return the operands joined along an existing axis."""
    return np.concatenate(operands, axis)


@composed(np.concatenate)
def _concatenate(arrays, axis=0):
    if axis is None:
        arrays, axis = [ravel(array) for array in arrays], 0
    return concatenate(*arrays, axis=axis)


@primitive(
    notation=call("stack", shown={"axis": 0}),
    numpy=(np.stack,),
    operands=lambda upstream, position, axis: upstream[(slice(None),) * (axis % np.ndim(upstream)) + (position,)],
)
def stack(*operands, axis=0):
    """Return the operands joined along a new axis."""
    return np.stack(operands, axis)


@composed(np.squeeze)
def squeeze(a, axis=None):
    """Return a without its axes of length 1, or without the ones named."""
    return np.reshape(a, np.squeeze(np.empty(np.shape(a)), axis).shape)


@composed(np.ravel)
def ravel(a, order="C"):
    """Return a as one row of entries, read row by row (C) or column by column (F)."""
    return np.reshape(a, -1, order)


@composed(np.reshape)
def _reshape(a, shape, order="C"):
    if order not in ("C", "F"):
        raise UnsupportedError(f"np.reshape: order {order!r} has no rule for Tensors; orders with one: 'C', 'F'.")
    if order == "C":
        return reshape(a, shape=shape)
    # Reading column by column is reading the transpose row by row.
    lengths = tuple(shape) if np.ndim(shape) else (shape,)
    return np.transpose(reshape(np.transpose(a), shape=lengths[::-1]))


@composed(np.shape)
def _shape(a):
    return a.shape


@composed(np.ndim)
def _ndim(a):
    return a.ndim


@composed(np.size)
def _size(a):
    return a.size
