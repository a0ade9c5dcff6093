"""Things of one kind, such as wires, in nested tuples, lists, dicts and slices: the operands and options of a gate."""

from collections.abc import Callable
from typing import Any

# What most operands and options are, besides what is looked for.
_PLAIN = frozenset((float, int, bool, str, type(None)))


def within(kind: type, tree: Any) -> list[Any]:
    """Return what is of a kind, from left to right."""
    found: list[Any] = []
    _collect(kind, tree, found)
    return found


def _collect(kind: type, tree: Any, found: list[Any]) -> None:
    if tree.__class__ in _PLAIN:
        return
    if isinstance(tree, kind):
        found.append(tree)
    elif isinstance(tree, tuple | list):
        for part in tree:
            _collect(kind, part, found)
    elif isinstance(tree, dict):
        for part in tree.values():
            _collect(kind, part, found)
    elif isinstance(tree, slice):
        for part in (tree.start, tree.stop, tree.step):
            _collect(kind, part, found)


def replaced(kind: type, tree: Any, function: Callable[[Any], Any]) -> Any:
    """Return the same nesting with `function` of what is of a kind in its place."""
    if tree.__class__ in _PLAIN:
        return tree
    if isinstance(tree, kind):
        return function(tree)
    if tree.__class__ in (tuple, list):
        return tree.__class__([replaced(kind, part, function) for part in tree])
    if isinstance(tree, dict):
        return {key: replaced(kind, part, function) for key, part in tree.items()}
    if isinstance(tree, slice):
        return slice(*[replaced(kind, part, function) for part in (tree.start, tree.stop, tree.step)])
    return tree
