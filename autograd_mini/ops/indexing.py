"""Gates of x[key]: index, its adjoint scatter, and set_at and add_at, which return a changed copy.

Entries that a key names more than once are added up by scatter and add_at; in set_at the last one written stays, as in
NumPy, and the others get no gradient.
"""

from typing import Any

import numpy as np

from ..errors import IndexingError, UnsupportedError
from ..notation import ANY, ATOM, Notation, Style, index_text
from ..primitive import Operand, primitive
from .shaping import expand_dims

# Parts of an index that no one can change.
_FIXED = frozenset((int, bool, slice, type(None), type(...)))


def _with_key(text, latex, level=ATOM, slots=(ATOM,)):
    """Write a gate by templates that have the place {key} for its index."""

    def style(template, dots):
        def fill(*operands, key, **_):
            return template.format(*operands, key=index_text(key).replace("…", dots))

        return Style(fill, level, slots, takes_options=True)

    return Notation(style(text, "…"), style(latex, r"\ldots"))


@primitive(
    symbol="[ ]",
    notation=_with_key("{}[{key}]", "{}[{key}]"),
    internal=True,
    x=lambda upstream, x, key: scatter(upstream, key=key, shape=np.shape(x)),
)
def index(x, *, key):
    """Return x[key], for every kind of NumPy index: integers, slices, None, ..., masks, integer arrays."""
    return x[key]


@primitive(
    notation=_with_key("zeros with {} at [{key}]", r"\text{{zeros with }} {} \text{{ at }} [{key}]", ANY, (ANY,)),
    internal=True,
    x=lambda upstream, key: upstream[key],
)
def scatter(x, *, key, shape):
    """Return zeros of `shape` with x added at [key]; entries that the key names twice are added twice."""
    out = np.zeros(shape, np.result_type(x))
    if _names_an_entry_once(key):
        out[key] = x
    else:
        # For a million entries np.add.at takes 1 ms, np.bincount 10 ms, and sorting 100 ms.
        np.add.at(out, key, x)
    return out


@primitive(
    symbol="[ ]=",
    notation=_with_key("{} with {} at [{key}]", r"{} \text{{ with }} {} \text{{ at }} [{key}]", ANY),
    x=lambda upstream, key: set_at(upstream, 0.0, key=key),
    value=lambda upstream, value, key: _of_what_stays(upstream, value, key),
)
def set_at(x, value, *, key):
    """Return a copy of x with `value` at [key]; of entries that the key names twice the last one stays."""
    out = _own_copy(x, value)
    if _names_an_entry_once(key):
        out[key] = value
    else:
        places = _places(np.shape(x), key)
        written = np.empty(places.shape, out.dtype)
        written[...] = value
        out.reshape(-1)[places.reshape(-1)] = written.reshape(-1)
    return out


@primitive(
    symbol="[ ]+=",
    notation=_with_key("{} plus {} at [{key}]", r"{} \text{{ plus }} {} \text{{ at }} [{key}]", ANY),
    x=lambda upstream: upstream,
    value=lambda upstream, key: upstream[key],
)
def add_at(x, value, *, key):
    """Return a copy of x with `value` added at [key]; entries that the key names twice are added twice."""
    out = _own_copy(x, value)
    if _names_an_entry_once(key):
        out[key] += value
    else:
        np.add.at(out, key, value)
    return out


def settled_key(key: Any) -> Any:
    """Return an index that no one can change afterwards: lists and arrays are copied.

    Raises:
        UnsupportedError: if a Tensor is used as an index.
        IndexingError: if nested lists do not make an array.
    """
    if key.__class__ in _FIXED or isinstance(key, np.integer) or _is_computed(key):
        return key
    if isinstance(key, Operand) and key.dtype.kind in "iub":  # type: ignore[attr-defined]
        # Whole numbers that a program computes stay on its wires.
        return key
    if isinstance(key, tuple):
        return key if _FIXED.issuperset(map(type, key)) else tuple(map(settled_key, key))
    try:
        array = np.array(key)
    except UnsupportedError:
        raise UnsupportedError(
            "an index is made of whole numbers or truth values, and a Tensor holds neither. "
            "Use a comparison (t > 0), or t.data.astype(int)."
        ) from None
    except ValueError as error:
        raise IndexingError(f"index: {error}") from None
    # As for NumPy, an empty list names no entries, although an array made of it holds floats.
    return array.astype(np.intp) if array.size == 0 and not isinstance(key, np.ndarray) else array


def _is_computed(key):
    """Return whether an index is an array of a traced program's whole numbers or truth values."""
    return isinstance(key, Operand) and key.dtype.kind in "iub"


def _own_copy(x, value):
    """Return a copy of x that `value` can be written into: x's dtype, unless that cannot hold fractions."""
    array = np.asarray(x)
    return np.array(array, array.dtype if array.dtype.kind == "f" else np.result_type(array, value), order="C")


def _of_what_stays(upstream, value, key):
    """Return the gradient of what set_at wrote: upstream at the key, 0 for what was written over."""
    gradient = upstream[key]
    if not _names_an_entry_once(key):
        places = _places(np.shape(upstream), key)
        order = np.arange(places.size).reshape(places.shape)
        last = np.empty(np.size(upstream), np.intp)
        last[places.reshape(-1)] = order.reshape(-1)
        gradient = np.where(last[places] == order, gradient, 0.0)
    # NumPy lets what is assigned have more axes of length 1 in front than there is room for.
    extra = np.ndim(value) - np.ndim(gradient)
    return expand_dims(gradient, axis=tuple(range(extra))) if extra > 0 else gradient


def _places(shape, key):
    """Return the numbers, counted row by row, of the entries that a key names in an array of `shape`."""
    return np.arange(np.prod(shape, dtype=np.intp)).reshape(shape)[key]


def _names_an_entry_once(key):
    """Return whether no entry can stand twice in x[key]: only arrays of integers can name one twice."""
    parts = key if isinstance(key, tuple) else (key,)
    plain = int | np.integer | slice | None | type(...)
    return all(isinstance(part, plain) or np.asarray(part).dtype == np.bool_ for part in parts)
