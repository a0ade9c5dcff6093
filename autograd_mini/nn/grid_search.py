"""Every combination of some choices, tried one after the other."""

import itertools
import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any

from ..errors import UnsupportedError
from .settings import of_kind


@dataclass(frozen=True)
class GridSearch:
    """What a grid search found; printed, it is a table.

    Attributes:
        results: pairs of choices and score, the best first; equal ones in the order they were tried.
    """

    results: tuple[tuple[dict[str, Any], float], ...]

    @property
    def best(self) -> dict[str, Any]:
        """The choices with the highest score."""
        return self.results[0][0]

    @property
    def score(self) -> float:
        """The highest score."""
        return self.results[0][1]

    def __str__(self) -> str:
        lines = [(*self.best, "score")]
        lines += [(*map(_shown, choice.values()), f"{score:.4g}") for choice, score in self.results]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        return "\n".join(
            "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
        )


def grid_search(run: Callable[..., float], choices: Mapping[str, Sequence[Any]]) -> GridSearch:
    """Call run(lr=..., hidden=...) for every combination of choices, and rank them by what it returns.

        nn.grid_search(run, {"lr": [1e-3, 1e-2], "hidden": [50, 100]})

    Args:
        run: trains with the choices, and returns a score, the higher the better. NaN counts as worst.
        choices: the values to try, by the name of run's argument; the last one changes fastest.

    Raises:
        UnsupportedError: if there is nothing to choose from.
        DtypeError: if a choice is no list of values, or `run` returns no number.
    """
    for name, values in choices.items():
        of_kind("grid_search", f"the choice {name!r}", values, Collection, "a list of values to try")
    if not choices or not all(map(len, choices.values())):
        raise UnsupportedError(f"grid_search: expected at least one value for each choice; got {dict(choices)}.")
    tried = []
    for values in itertools.product(*choices.values()):
        choice = dict(zip(choices, values, strict=True))
        score = run(**choice)
        of_kind("grid_search", f"the score of {choice}", score, Real, "a number")
        tried.append((choice, float(score)))
    tried.sort(key=lambda pair: -math.inf if math.isnan(pair[1]) else pair[1], reverse=True)
    return GridSearch(tuple(tried))


def _shown(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
