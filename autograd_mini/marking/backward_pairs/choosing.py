"""The inputs at which a pair is tried: drawn so that nothing hides, or as given, with what they hide."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from ...errors import ShapeError
from ...finite_differences.subject import random_signs

# Lengths for dimensions that have names: all different, and none is 1.
_LENGTHS = (4, 3, 5, 6, 7, 8, 9, 10)
_SQUARE = 4

Shapes = Mapping[str, Sequence[int | str]]


def checked_shapes(shapes: Any) -> dict[str, tuple[int | str, ...]]:
    """Return shapes as a dict of tuples of lengths and names.

    Raises:
        ShapeError: if a shape is not made of lengths of at least 1 and names, or there are too many names.
    """
    if not isinstance(shapes, Mapping | None):
        raise ShapeError(
            'check_backward: shapes must be a dict of shapes by the inputs\' names, such as {"x": ("N", 3)}; got '
            f"{type(shapes).__name__}."
        )
    found: dict[str, tuple[int | str, ...]] = {}
    names: set[str] = set()
    for name, shape in (shapes or {}).items():
        lengths = tuple(shape) if isinstance(shape, str | Sequence) else (None,)
        names |= {length for length in lengths if isinstance(length, str)}
        is_whole = [isinstance(n, int | np.integer) and not isinstance(n, bool) and n > 0 for n in lengths]
        if not all(whole or isinstance(n, str) for whole, n in zip(is_whole, lengths, strict=True)) or len(names) > len(
            _LENGTHS
        ):
            raise ShapeError(
                f"check_backward: the shape of {name} must be made of lengths of at least 1 and of at most "
                f"{len(_LENGTHS)} different names, such as ('N', 3); got {shape!r}."
            )
        found[name] = tuple(n if isinstance(n, str) else int(n) for n in lengths)
    return found


def sizes(shapes: Mapping[str, tuple[int | str, ...]]) -> dict[str, tuple[int, ...]]:
    """Return shapes in numbers: each dimension that has a name gets a length of its own."""
    given = {length for shape in shapes.values() for length in shape}
    # Lengths that are given come last.
    lengths = sorted(_LENGTHS, key=lambda length: length in given)
    names = dict.fromkeys(length for shape in shapes.values() for length in shape if isinstance(length, str))
    length_of = dict(zip(names, lengths, strict=False))
    return {name: tuple(length_of[n] if isinstance(n, str) else n for n in shape) for name, shape in shapes.items()}


def drawn(shape: tuple[int, ...], rng: np.random.Generator, positive: bool = False) -> np.ndarray:
    """Return random numbers of either sign, none near 0, no two of them equal."""
    array = np.asarray(random_signs(rng, shape))
    return np.abs(array) if positive else array


def filled(
    names: Sequence[str], inputs: Sequence[Any], shapes: Mapping[str, tuple[int, ...]], seed: int, positive: bool
) -> list[Any]:
    """Return the inputs, with those that have a shape drawn; the others are taken in order."""
    rng = np.random.default_rng([seed, 3])
    given = iter(inputs)
    return [drawn(shapes[name], rng, positive) if name in shapes else next(given) for name in names]


def squared(shapes: Mapping[str, tuple[int, ...]]) -> dict[str, tuple[int, ...]]:
    """Return the shapes with all lengths equal."""
    return {name: (_SQUARE,) * len(shape) for name, shape in shapes.items()}


def hidden(names: Sequence[str], inputs: Sequence[Any], chosen: Sequence[int]) -> Iterator[tuple[str, str]]:
    """Yield what given inputs cannot show: a message and the input's name."""
    for i in chosen:
        array = np.asarray(inputs[i])
        if not array.size:
            yield "warning.empty", names[i]
            continue
        if array.ndim == 2 and array.shape[0] == array.shape[1] > 1:
            yield "warning.square", names[i]
        if array.ndim > 1 and array.shape[0] == 1:
            yield "warning.one", names[i]
        if not np.any(array):
            yield "warning.zero", names[i]
        elif np.unique(array).size < array.size:
            yield "warning.equal", names[i]
        elif array.ndim > 1 and np.all(array > 0):
            yield "warning.positive", names[i]
