"""Spreads: a number with the room that rounding leaves it, and gates evaluated on them.

A sheet's numbers are rounded, and whoever wrote it went on with rounded numbers, with the exact ones, or with something
between. A spread holds all of these, entry by entry: a middle, a lowest and a highest number. A gate is evaluated on
spreads by evaluating it at their middles and ends, so that the table's rows serve here as everywhere else.

An exact number is tried a hair's breadth to both sides as well. Where that changes much the gate has a kink there, and
the spread holds every subgradient.
"""

import functools
import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..ops.shaping import sum_to

# How far a number is moved to get to one side of a kink, relative to it and at least absolutely.
_HAIR = 1e-9
# Up to this many spreads every combination of middles and ends is tried, else one spread after the other.
_MOST_COMBINED = 4
# A gate that does not work entry by entry is tried entry by entry up to this many, else in random directions.
_MOST_ENTRIES = 200
_DIRECTIONS = 16
# A difference beyond this share of the number, from a hair's breadth, is a kink.
_KINK = 1e-5


class Spread:
    """Numbers, each from `low` to `high`, most likely `middle`.

    Attributes:
        middle: the numbers most likely meant, as an array.
        low: the least they may be.
        high: the most they may be.
    """

    __slots__ = ("high", "low", "middle")

    def __init__(self, middle: Any, low: Any = None, high: Any = None) -> None:
        self.middle = np.asarray(middle, np.float64)
        self.low = self.middle if low is None else low
        self.high = self.middle if high is None else high

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the numbers."""
        return self.middle.shape

    @property
    def is_exact(self) -> bool:
        """Whether rounding leaves no room."""
        return self.low is self.middle and self.high is self.middle

    def __add__(self, other: "Spread") -> "Spread":
        if self.is_exact and other.is_exact:
            return Spread(self.middle + other.middle)
        return Spread(self.middle + other.middle, self.low + other.low, self.high + other.high)

    def __repr__(self) -> str:
        return f"Spread({self.middle}, {self.low}, {self.high})"

    def map(self, function: Callable[[Any], Any]) -> "Spread":
        """Return the spread with a function applied that keeps order, such as a sum over an axis or a reshape."""
        if self.is_exact:
            return Spread(function(self.middle))
        return Spread(function(self.middle), function(self.low), function(self.high))

    def __neg__(self) -> "Spread":
        return Spread(-self.middle) if self.is_exact else Spread(-self.middle, -self.high, -self.low)

    def with_exact(self, exact: Any) -> "Spread":
        """Return the spread widened so that it holds `exact`."""
        return Spread(self.middle, np.minimum(self.low, exact), np.maximum(self.high, exact))

    def where(self, chosen: Any, other: "Spread") -> "Spread":
        """Return these numbers where `chosen` says so, and the other's elsewhere."""
        if self.is_exact and other.is_exact:
            return Spread(np.where(chosen, self.middle, other.middle))
        parts = ((self.middle, other.middle), (self.low, other.low), (self.high, other.high))
        return Spread(*(np.where(chosen, ours, theirs) for ours, theirs in parts))

    def sum_to(self, shape: tuple[int, ...]) -> "Spread":
        """Return the sum over the axes that broadcasting added to `shape`."""
        return self if self.shape == shape else self.map(lambda part: np.asarray(sum_to(part, shape=shape)))


def hair_at(numbers: Any) -> Any:
    """Return by how much numbers are moved to get to one side of a kink."""
    return _HAIR * np.maximum(1.0, np.abs(numbers))


def entrywise(function: Callable[..., Any], spreads: Sequence[Spread], kinks: Sequence[bool] = ()) -> Spread:
    """Return the spread of a function that works entry by entry and broadcasts.

    Args:
        function: takes as many arrays as there are spreads.
        spreads: its arguments.
        kinks: for each argument, whether to try it to both sides where it is exact; no when left out.
    """
    shape = np.broadcast_shapes(*(spread.shape for spread in spreads))
    probed = list(kinks) or [False] * len(spreads)
    moving = [i for i, spread in enumerate(spreads) if probed[i] or not spread.is_exact]
    arguments: list[Any] = [spread.middle for spread in spreads]
    if moving:
        choices = _combinations(len(moving))
        for column, i in enumerate(moving):
            levels = np.stack(_levels(spreads[i], probed[i]))
            levels = levels.reshape(3, *(1,) * (len(shape) - spreads[i].middle.ndim), *spreads[i].shape)
            arguments[i] = levels[choices[:, column]]
    with np.errstate(all="ignore"):
        found = np.asarray(function(*arguments), np.float64)
    if not moving:
        return Spread(np.broadcast_to(found, shape))
    found = np.broadcast_to(found, (len(choices), *shape))
    if all(spread.is_exact for spread in spreads):
        return _beside_the_kink(found)
    return _around(found[0], found[1:]) if len(moving) > _MOST_COMBINED else _held(found)


def whole(function: Callable[..., Any], spreads: Sequence[Spread], kinks: Sequence[bool] = ()) -> Spread:
    """Return the spread of a function of whole arrays, such as a matrix product or a sum, as `entrywise` does."""
    middles = [spread.middle for spread in spreads]
    with np.errstate(all="ignore"):
        middle = np.asarray(function(*middles), np.float64)
        probed = list(kinks) or [False] * len(spreads)
        rounded = [i for i, spread in enumerate(spreads) if not spread.is_exact]
        low, high = middle, middle
        if rounded:
            arguments, reach = _moved(spreads, rounded)
            spread = reach(middle, np.stack([np.asarray(function(*given), np.float64) for given in arguments]))
            low, high = spread.low, spread.high
        for i, wanted in enumerate(probed):
            if wanted and spreads[i].is_exact:
                low, high = _beside_kinks(function, middles, i, middle, low, high)
    return Spread(middle, low, high)


@functools.cache
def _combinations(count: int) -> Any:
    """Return the choices of middle (0), low (1) and high (2) to try: all, or one argument after the other."""
    if count <= _MOST_COMBINED:
        return np.array(list(itertools.product(range(3), repeat=count)))
    rows = [[0] * count]
    rows += [[level if i == j else 0 for i in range(count)] for j in range(count) for level in (1, 2)]
    return np.array(rows)


def _levels(spread: Spread, probed: bool) -> tuple[Any, Any, Any]:
    """Return the middles, lows and highs to try."""
    if not probed:
        return spread.middle, spread.low, spread.high
    hair = hair_at(spread.middle)
    return spread.middle, spread.low - hair, spread.high + hair


def _held(found: Any) -> Spread:
    """Return the spread of all that was found; what is not finite says nothing."""
    finite = np.isfinite(found)
    if not finite.all():
        found = np.where(finite, found, found[0])
    return Spread(found[0], found.min(axis=0), found.max(axis=0))


def _beside_the_kink(found: Any) -> Spread:
    """Return the spread of what was found a hair's breadth around exact numbers: exact where there is no kink."""
    spread = _held(found)
    with np.errstate(invalid="ignore"):
        is_kink = spread.high - spread.low > _KINK * np.maximum(1.0, np.abs(spread.middle))
    if not is_kink.any():
        return Spread(spread.middle)
    return spread.where(is_kink, Spread(spread.middle))


def _around(middle: Any, moved: Any) -> Spread:
    """Return the spread whose half-widths are the sum of what each rounded number moved, two rows for each."""
    moves = np.abs(moved - middle)
    moves = np.where(np.isfinite(moves), moves, 0.0)
    reach = moves.reshape(-1, 2, *moves.shape[1:]).max(axis=1).sum(axis=0)
    return Spread(middle, middle - reach, middle + reach)


def _sampled(middle: Any, moved: Any) -> Spread:
    """Return a spread estimated from random places: three times as wide as what was seen."""
    moves = np.abs(moved - middle)
    reach = 3 * np.where(np.isfinite(moves), moves, 0.0).max(axis=0)
    return Spread(middle, middle - reach, middle + reach)


def _moved(spreads: Sequence[Spread], rounded: list[int]) -> tuple[list[list[Any]], Callable[[Any, Any], Spread]]:
    """Return the arguments to try, and what makes a spread of the results.

    Each rounded entry is tried at its low and its high; where there are many, all at once at random places.
    """
    middles = [spread.middle for spread in spreads]
    count = sum(spreads[i].middle.size for i in rounded)
    tried: list[list[Any]] = []
    if count > _MOST_ENTRIES:
        rng = np.random.default_rng(0)
        for _ in range(_DIRECTIONS):
            arguments = list(middles)
            for i in rounded:
                share = rng.uniform(size=spreads[i].shape)
                arguments[i] = spreads[i].low + share * (spreads[i].high - spreads[i].low)
            tried.append(arguments)
        return tried, _sampled
    for i in rounded:
        for place in np.ndindex(spreads[i].shape):
            for end in (spreads[i].low, spreads[i].high):
                arguments = list(middles)
                arguments[i] = middles[i].copy()
                arguments[i][place] = end[place]
                tried.append(arguments)
    return tried, _around


def _beside_kinks(
    function: Callable[..., Any], middles: list[Any], i: int, middle: Any, low: Any, high: Any
) -> tuple[Any, Any]:
    """Return `low` and `high` widened by what the function gives to both sides of a kink in argument `i`, if any."""
    hair = hair_at(middles[i])
    rng = np.random.default_rng(0)
    slanted = hair * rng.uniform(0.5, 1.0, middles[i].shape)

    def at(move: Any) -> Any:
        return np.asarray(function(*middles[:i], middles[i] + move, *middles[i + 1 :]), np.float64)

    scale = np.maximum(1.0, np.max(np.abs(middle), initial=0.0))
    tried = [at(slanted), at(-slanted)]
    if max(np.max(np.abs(found - middle), initial=0.0) for found in tried) <= _KINK * scale:
        return low, high
    if middles[i].size <= _MOST_ENTRIES:
        for place in np.ndindex(middles[i].shape):
            for sign in (1, -1):
                move = np.zeros(middles[i].shape)
                move[place] = sign * hair[place]
                tried.append(at(move))
    tried = [found for found in tried if np.all(np.isfinite(found))]
    return np.minimum.reduce([low, *tried]), np.maximum.reduce([high, *tried])
