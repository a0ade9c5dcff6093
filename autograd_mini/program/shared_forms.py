"""Forms that all libraries share, of gates whose rows write into arrays: nothing is written into, in the same calls.

An index that is known is turned into the numbers of the entries it names, counted row by row.
"""

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from ..errors import UnsupportedError
from ..ops.convolution import conv1d
from ..ops.cumulative import advanced, delayed, recurrence
from ..ops.diagonals import on_diagonal, tril, triu
from ..ops.indexing import scatter, set_at
from ..ops.padding import pad
from ..ops.pooling import Windows, at_the_first_largest, max_pool, of_the_first_largest
from ..ops.signals import convolve
from ..ops.sorting import partition
from ..ops.windows import overlap_add
from ..primitive import Operand

# NumPy's functions that only move and repeat entries.
MOVES = frozenset(
    (np.diagonal, np.flip, np.repeat, np.roll, np.rot90, np.tile, np.lib.stride_tricks.sliding_window_view)
)


def entry_numbers(shape: tuple[int, ...]) -> Any:
    """Return the numbers of the entries of an array of a shape, counted row by row, in its shape."""
    return np.arange(np.prod(shape, dtype=np.intp)).reshape(shape)


def _max_pool(x: Any, *, windows: Windows) -> Any:
    return functools.reduce(np.maximum, [x[entry] for entry in windows.entries()])


def _at_the_first_largest(g: Any, x: Any, largest: Any, *, windows: Windows) -> Any:
    firsts = windows.firsts(x, largest, may_be_nan=True)
    return sum(scatter(np.where(wins, g, 0.0), key=entry, shape=np.shape(x)) for entry, wins in firsts)


def _of_the_first_largest(g: Any, x: Any, largest: Any, *, windows: Windows) -> Any:
    found: Any = 0.0
    for entry, wins in windows.firsts(x, largest, may_be_nan=True):
        found = found + np.where(wins, g[entry], 0.0)
    return found


def _overlap_add(x: Any, *, shape: Any, window_shape: Any, axis: Any) -> Any:
    windows = np.lib.stride_tricks.sliding_window_view(entry_numbers(shape), window_shape, axis)
    return _scattered(x, windows, shape)


def _on_diagonal(x: Any, *, shape: Any, offset: int, axis1: int, axis2: int) -> Any:
    return _scattered(x, np.diagonal(entry_numbers(shape), offset, axis1, axis2), shape)


def _scattered(x: Any, numbers: Any, shape: Any) -> Any:
    """Return zeros of a shape with x added at the entries of these numbers."""
    size = int(np.prod(shape))
    return np.reshape(scatter(np.reshape(x, -1), key=(numbers.reshape(-1),), shape=(size,)), shape)


def _set_at(x: Any, value: Any, *, key: Any) -> Any:
    if any(isinstance(part, Operand) for part in (key if isinstance(key, tuple) else (key,))):
        raise UnsupportedError("an index that is computed")
    numbers = entry_numbers(np.shape(x))[key]
    if not numbers.size:
        return x
    written, source = np.zeros(np.shape(x), bool), np.zeros(np.size(x), np.intp)
    written.reshape(-1)[numbers.reshape(-1)] = True
    # As in NumPy, the last of several stays.
    source[numbers.reshape(-1)] = np.arange(numbers.size)
    while np.ndim(value) > numbers.ndim:
        value = value[0]
    if np.ndim(value):
        value = np.reshape(np.broadcast_to(value, numbers.shape), -1)[source.reshape(np.shape(x))]
    return np.where(written, value, x)


def _pad(x: Any, *, pad_width: Any, mode: Any, constant_values: Any) -> Any:
    if mode != "constant":
        return np.reshape(x, -1)[np.pad(entry_numbers(np.shape(x)), pad_width, mode)]
    widths = np.reshape(pad_width, (-1, 2))
    values = np.broadcast_to(constant_values, widths.shape)
    if np.all(values == values.flat[0]):
        return np.pad(x, widths.tolist(), constant_values=values.flat[0].item())
    # As in NumPy, corners get what is put around the last axis.
    for side in np.ndindex(*widths.shape):
        one = np.zeros_like(widths)
        one[side] = widths[side]
        x = np.pad(x, one.tolist(), constant_values=values[side].item())
    return x


def _tril(x: Any, *, k: int) -> Any:
    return np.where(_below(x, k), x, 0.0)


def _triu(x: Any, *, k: int) -> Any:
    return np.where(_below(x, k - 1), 0.0, x)


def _below(x: Any, k: int) -> Any:
    """Return which places of a matrix are not above its k-th diagonal."""
    rows, columns = (np.shape(x) * 2)[:2] if np.ndim(x) == 1 else np.shape(x)[-2:]
    return np.tri(rows, columns, k, dtype=bool)


def _delayed(x: Any, *, first: float) -> Any:
    return np.concatenate([np.full_like(x[..., :1], first), x[..., :-1]], -1)


def _advanced(x: Any) -> Any:
    return np.concatenate([x[..., 1:], np.zeros_like(x[..., :1])], -1)


def _partition(x: Any, *, kth: Any, axis: int) -> Any:
    raise UnsupportedError("the order between the places that are asked for is NumPy's own")


def _recurrence(x: Any, added: Any) -> Any:
    out, reach, step = added, x, 1
    while step < np.shape(out)[-1]:
        earlier = out[..., :-step]
        further = out[..., step:] + np.where(earlier == 0, 0.0, reach[..., step:] * earlier)
        out = np.concatenate([out[..., :step], further], -1)
        reach = np.concatenate([reach[..., :step], reach[..., step:] * reach[..., :-step]], -1)
        step *= 2
    return out


def _convolve(x: Any, w: Any, *, mode: str) -> Any:
    x, w = (x, w) if np.size(x) >= np.size(w) else (w, x)
    return conv1d(x, np.flip(w), padding=np.size(w) - 1 if mode == "full" else 0)


shared: dict[Any, Callable[..., Any]] = {
    max_pool: _max_pool,
    at_the_first_largest: _at_the_first_largest,
    of_the_first_largest: _of_the_first_largest,
    overlap_add: _overlap_add,
    on_diagonal: _on_diagonal,
    set_at: _set_at,
    pad: _pad,
    partition: _partition,
    tril: _tril,
    triu: _triu,
    delayed: _delayed,
    advanced: _advanced,
    convolve: _convolve,
    recurrence: _recurrence,
}
