"""Nested dicts of arrays as a flat list of named entries: "hidden.weight", and whether two of them fit."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..errors import StateError


def flat(tree: Any, path: str = "") -> dict[str, Any]:
    """Return the leaves of nested dicts by their paths, joined with dots."""
    if not isinstance(tree, Mapping):
        return {path: tree}
    found: dict[str, Any] = {}
    for key, part in tree.items():
        found |= flat(part, f"{path}.{key}" if path else str(key))
    return found


def checked(given: Any, like: Any) -> Any:
    """Return given entries nested and ordered like others.

    Args:
        given: nested dicts, or a flat dict of paths.
        like: nested dicts whose leaves have the expected shapes.

    Raises:
        StateError: if an entry is missing, superfluous, of another shape, or no number where one is expected; all of
            them are named.
    """
    entries, expected = flat(given), flat(like)
    faults = [f"missing {name} {np.shape(leaf)}" for name, leaf in expected.items() if name not in entries]
    faults += [f"superfluous {name} {np.shape(leaf)}" for name, leaf in entries.items() if name not in expected]
    faults += [
        f"{name} has shape {np.shape(entries[name])}, expected {np.shape(leaf)}"
        for name, leaf in expected.items()
        if name in entries and np.shape(entries[name]) != np.shape(leaf)
    ]
    faults += [
        f"{name} is {'made of numbers' if _is_real(entries[name]) else 'not made of real numbers'}"
        for name, leaf in expected.items()
        if name in entries and _is_real(entries[name]) != _is_real(leaf)
    ]
    if faults:
        raise StateError(f"the entries do not fit the model: {'; '.join(faults)}. Nothing was changed.")
    return nested(entries, like)


def _is_real(leaf: Any) -> bool:
    """Return whether a leaf is made of real numbers, and not of text or objects."""
    dtype = leaf.dtype if hasattr(leaf, "dtype") else np.asarray(leaf).dtype
    return dtype.kind in "fiub"


def nested(entries: Mapping[str, Any], like: Any, path: str = "") -> Any:
    """Return entries by path, nested as `like` is."""
    if not isinstance(like, Mapping):
        return entries[path]
    return {key: nested(entries, part, f"{path}.{key}" if path else str(key)) for key, part in like.items()}
