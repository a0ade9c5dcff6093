"""The inputs at which a pair is tried: drawn so that nothing hides, or as given, with what they hide."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from ...errors import ShapeError, UnsupportedError
from ...finite_differences.subject import random_signs

# Lengths for dimensions that have names: all different, and none is 1.
_LENGTHS = (4, 3, 5, 6, 7, 8, 9, 10)
_SQUARE = 4

Shapes = Mapping[str, Sequence[int | str]]


def sizes(shapes: Shapes, names: Sequence[str]) -> dict[str, tuple[int, ...]]:
    """Return shapes in numbers: each dimension that has a name gets a length of its own.

    Raises:
        ShapeError: if a shape is not made of lengths of at least 1 and names, or there are too many names.
        UnsupportedError: if a shape is given for an input that is not there.
    """
    given = {length for shape in shapes.values() for length in shape if isinstance(length, int)}
    free = iter([length for length in _LENGTHS if length not in given])
    lengths: dict[str, int] = {}
    found = {}
    for name, shape in shapes.items():
        if name not in names:
            raise UnsupportedError(f"check_backward: shapes names {name!r}; the inputs are {', '.join(names)}.")
        for length in shape:
            if isinstance(length, str) and length not in lengths:
                lengths[length] = next(free, 0)
            if not isinstance(length, int | str) or (lengths[length] if isinstance(length, str) else length) < 1:
                raise ShapeError(
                    f"check_backward: the shape of {name} must be made of lengths of at least 1 and of at most "
                    f"{len(_LENGTHS)} different names, such as ('N', 3); got {tuple(shape)!r}."
                )
        found[name] = tuple(lengths[length] if isinstance(length, str) else length for length in shape)
    return found


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
        if array.ndim == 2 and array.shape[0] == array.shape[1] > 1:
            yield "warning.square", names[i]
        if array.ndim > 1 and array.shape[0] == 1:
            yield "warning.one", names[i]
        if array.size and not np.any(array):
            yield "warning.zero", names[i]
        elif np.unique(array).size < array.size:
            yield "warning.equal", names[i]
        elif array.ndim > 1 and np.all(array > 0):
            yield "warning.positive", names[i]
