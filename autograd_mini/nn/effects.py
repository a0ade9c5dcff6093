"""What layers do in training beside computing: draw random numbers, and move running statistics.

A layer called as it is draws from its generator and writes into its arrays. In `with effects(...)` it does neither: the
numbers come in, and the batch's statistics go out, so that the whole step is a function that can be compiled.
"""

import contextlib
from collections.abc import Iterator, Sequence
from contextvars import ContextVar
from typing import Any

import numpy as np

from ..errors import UnsupportedError

_current: ContextVar["Effects | None"] = ContextVar("effects", default=None)


class Effects:
    """What the layers of one call have drawn, and what statistics they have seen.

    Attributes:
        asked: the path and the shape of every drawing of random numbers, in order.
        statistics: mean, variance and count of every batch that was normalised, in order, by the layer's path.
    """

    def __init__(self, paths: dict[int, str], drawn: Sequence[dict[str, Any]] | None) -> None:
        """Begin a call.

        Args:
            paths: the layers' paths by their identity.
            drawn: {path: numbers} for each drawing, in order; None to find out what will be asked for.
        """
        self.asked: list[tuple[str, tuple[int, ...]]] = []
        self.statistics: dict[str, list[tuple[Any, Any, int]]] = {}
        self._paths, self._drawn = paths, drawn

    def uniform(self, layer: Any, shape: tuple[int, ...]) -> Any:
        """Return what a layer draws from [0, 1).

        Raises:
            UnsupportedError: if something else was drawn when it was found out what would be.
        """
        path = self._paths[id(layer)]
        self.asked.append((path, shape))
        if self._drawn is None:
            return np.full(shape, 0.5)
        given = self._drawn[len(self.asked) - 1] if len(self.asked) <= len(self._drawn) else {}
        if path not in given or np.shape(given[path]) != shape:
            raise _other_numbers(f"{layer!r} asks for numbers of shape {shape}")
        return given[path]

    def saw(self, layer: Any, mean: Any, var: Any, count: int) -> None:
        """Note the statistics of a batch that a layer normalises."""
        self.statistics.setdefault(self._paths[id(layer)], []).append((mean, var, count))

    def check_all_drawn(self) -> None:
        """Raise UnsupportedError if numbers were given that no layer asked for."""
        if self._drawn is not None and len(self.asked) != len(self._drawn):
            raise _other_numbers(f"its layers drew {len(self.asked)} times, where {len(self._drawn)} were expected")


@contextlib.contextmanager
def effects(paths: dict[int, str], drawn: Sequence[dict[str, Any]] | None) -> Iterator[Effects]:
    """Let the layers that run in this `with` take and leave what they would draw and write; see `Effects`."""
    found = Effects(paths, drawn)
    token = _current.set(found)
    try:
        yield found
        found.check_all_drawn()
    finally:
        _current.reset(token)


def current() -> Effects | None:
    """Return the effects of the innermost `with effects(...)`, or None."""
    return _current.get()


def _other_numbers(what: str) -> UnsupportedError:
    return UnsupportedError(
        f"Trainer: a compiled step must draw the same random numbers for every batch of a shape; {what}. "
        "Use compiled=False for a model whose dropout depends on its data."
    )
