"""Trees: nested dicts, lists and tuples of numbers, arrays and Tensors, taken apart into leaves and put together again.

None is a tree without leaves. A dict's leaves come in the order of its keys as they stand.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ..errors import ShapeError


def leaves(tree: Any) -> Iterator[Any]:
    """Yield the leaves of a tree from left to right."""
    if isinstance(tree, Mapping):
        for part in tree.values():
            yield from leaves(part)
    elif isinstance(tree, list | tuple):
        for part in tree:
            yield from leaves(part)
    elif tree is not None:
        yield tree


def mapped(function: Callable[..., Any], tree: Any, *others: Any) -> Any:
    """Return a tree of the same form whose leaves are `function` of the leaves of all trees at that place."""
    if isinstance(tree, Mapping):
        return {key: mapped(function, part, *[other[key] for other in others]) for key, part in tree.items()}
    if isinstance(tree, list | tuple):
        parts = [mapped(function, *group) for group in zip(tree, *others, strict=True)]
        # A named tuple takes its fields one by one.
        return type(tree)(*parts) if hasattr(tree, "_fields") else type(tree)(parts)
    return None if tree is None else function(tree, *others)


def filled(tree: Any, values: Iterator[Any]) -> Any:
    """Return a tree of the same form with other leaves, taken from `values` from left to right."""
    return mapped(lambda _: next(values), tree)


def check_same_form(tree: Any, like: Any, what: str) -> None:
    """Raise ShapeError if a tree is not nested as another is.

    Args:
        tree: the tree that was given.
        like: the tree whose form it must have.
        what: what the message calls it: "jvp: the tangents".
    """
    if form(tree) != form(like):
        raise ShapeError(f"{what} must be nested like {form(like)}; got {form(tree)}.")


def form(tree: Any) -> str:
    """Return how a tree is nested, with * for each leaf: "(*, {'w': *})"."""
    if isinstance(tree, Mapping):
        return "{" + ", ".join(f"{key!r}: {form(part)}" for key, part in tree.items()) + "}"
    if isinstance(tree, list | tuple):
        opening, closing = "[]" if isinstance(tree, list) else "()"
        inner = ", ".join(map(form, tree))
        return opening + inner + ("," if closing == ")" and len(tree) == 1 else "") + closing
    return "None" if tree is None else "*"
