"""Things of one kind, such as wires, in nested tuples, lists, dicts and slices: the operands and options of a gate."""

from collections.abc import Callable, Iterator
from typing import Any


def within(kind: type, tree: Any) -> Iterator[Any]:
    """Yield what is of a kind, from left to right."""
    if isinstance(tree, kind):
        yield tree
    elif isinstance(tree, tuple | list):
        for part in tree:
            yield from within(kind, part)
    elif isinstance(tree, dict):
        yield from within(kind, tuple(tree.values()))
    elif isinstance(tree, slice):
        yield from within(kind, (tree.start, tree.stop, tree.step))


def replaced(kind: type, tree: Any, function: Callable[[Any], Any]) -> Any:
    """Return the same nesting with `function` of what is of a kind in its place."""
    if isinstance(tree, kind):
        return function(tree)
    if tree.__class__ is float:
        return tree
    if tree.__class__ in (tuple, list):
        return tree.__class__([replaced(kind, part, function) for part in tree])
    if isinstance(tree, dict):
        return {key: replaced(kind, part, function) for key, part in tree.items()}
    if isinstance(tree, slice):
        return slice(*[replaced(kind, part, function) for part in (tree.start, tree.stop, tree.step)])
    return tree
