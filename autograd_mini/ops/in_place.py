"""What stands in for code that writes into an array: set_at and add_at, which return a changed copy.

A Tensor is a wire and keeps its value, so NumPy's functions that write are refused, each with what to write instead.
"""

from typing import Any

import numpy as np

from ..primitive import refuse
from . import indexing


def set_at(x: Any, key: Any, value: Any) -> Any:
    """Return a copy of x in which `value` stands at [key]: `x[key] = value` without changing x.

    Args:
        x: a Tensor or an array.
        key: any NumPy index: integers, slices, None, ..., masks, integer arrays. Where it names an entry more than
            once, the last one written stays and the others get no gradient.
        value: what is written, a Tensor, an array or a number; it broadcasts to the shape of x[key].
    """
    return indexing.set_at(x, value, key=indexing.settled_key(key))


def add_at(x: Any, key: Any, value: Any) -> Any:
    """Return a copy of x with `value` added at [key]; where the key names an entry more than once, all are added.

    That is `np.add.at(x, key, value)` without changing x; `x[key] += value` would add only the last.

    Args:
        x: a Tensor or an array.
        key: any NumPy index.
        value: what is added, a Tensor, an array or a number; it broadcasts to the shape of x[key].
    """
    return indexing.add_at(x, value, key=indexing.settled_key(key))


_WRITES = "a Tensor is not changed in place. Write t = "
refuse(np.copyto, _WRITES + "src, or t = np.where(mask, src, t).")
refuse(np.putmask, _WRITES + "np.where(mask, values, t).")
refuse(np.place, _WRITES + "autograd_mini.set_at(t, mask, values).")
refuse(np.put, _WRITES + "autograd_mini.set_at(np.ravel(t), indices, values).reshape(t.shape).")
refuse(
    np.put_along_axis, _WRITES + "autograd_mini.set_at(t, (np.arange(len(t))[:, None], indices), values) for axis 1."
)
refuse(np.fill_diagonal, _WRITES + "autograd_mini.set_at(t, np.diag_indices_from(t), value).")
_WHOLE = "give the function the whole array and an axis, or write np.stack([function(row) for row in t])."
refuse(np.apply_along_axis, _WHOLE)
refuse(np.trim_zeros, "which entries are 0 is no question for a gate; write t[first:last].")
refuse(np.apply_over_axes, "give the function the axes as a tuple: np.sum(t, axis=(0, 1), keepdims=True).")
