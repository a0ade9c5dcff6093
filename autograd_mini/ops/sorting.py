"""Gates that put entries in order: sort and partition.

Each entry's gradient goes where the entry came from. Entries that tie are taken in the order in which they stand, so
each has a derivative of its own; NaN comes last.
"""

import numpy as np

from ..errors import UnsupportedError
from ..notation import ATOM, Notation, Style, call
from ..primitive import composed, plain, primitive

plain(np.argsort, np.argpartition, np.argmax, np.argmin, np.nanargmax, np.nanargmin, np.searchsorted, np.digitize)


@primitive(notation=call("argsort"), internal=True)
def argsort(x, *, axis=-1):
    """Return where each entry of the sorted x stands in x; entries that tie keep their order."""
    return np.argsort(x, axis=axis, kind="stable")


@primitive(
    notation=Notation(Style("%s[%s]", ATOM, (ATOM,)), Style("%s[%s]", ATOM, (ATOM,))),
    internal=True,
    x=lambda upstream, order, axis: permuted(upstream, argsort(order, axis=axis), axis=axis),
)
def permuted(x, order, *, axis=-1):
    """Return x[order] along an axis, for an order that names each place once."""
    return np.take_along_axis(x, order, axis)


def _unsorted(upstream, x, axis):
    """Return upstream, which has the order of the sorted x, in the order of x."""
    return permuted(upstream, argsort(argsort(x, axis=axis), axis=axis), axis=axis)


@primitive(notation=call("sort", shown={"axis": -1}), x=_unsorted)
def sort(x, *, axis=-1):
    """Return the entries along `axis` in rising order."""
    return np.sort(x, axis)


@primitive(
    notation=call("partition", shown={"kth": None, "axis": -1}),
    x=lambda upstream, out, x, axis: _unsorted(permuted(upstream, argsort(out, axis=axis), axis=axis), x, axis),
)
def partition(x, *, kth, axis=-1):
    """Return the entries along `axis` with those numbered `kth` in their places of the sorted order.

    No entry before one of these places is larger than it, and none behind is smaller.
    """
    return np.partition(x, kth, axis)


@composed(np.sort)
def _sort(a, axis=-1, kind=None, order=None, *, stable=None):
    # All kinds of sorting give the same entries.
    _refuse_fields("sort", order)
    return sort(np.ravel(a), axis=-1) if axis is None else sort(a, axis=axis)


@composed(np.partition)
def _partition(a, kth, axis=-1, kind="introselect", order=None):
    _refuse_fields("partition", order)
    return partition(np.ravel(a), kth=kth) if axis is None else partition(a, kth=kth, axis=axis)


def _refuse_fields(name, order):
    if order is not None:
        raise UnsupportedError(f"np.{name}: order= names the fields of a structured array, and a Tensor has none.")
