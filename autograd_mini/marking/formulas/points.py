"""Where a formula is compared: random points of reals and of whole numbers, and points with ties, zeros and ones.

At random real points z1 > z2 and z1 >= z2 are the same; small whole numbers make ties, and zeros make corners.
"""

from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple, get_args

import numpy as np

from ...errors import QuestionError, did_you_mean

Domain = Literal["real", "positive", "unit", "probabilities", "one-hot", "fixed"]

# So many points of each sort are tried; those at which nothing is defined are left out.
_REALS, _WHOLE, _WIDE, _NEAR, _IN_RESERVE = 16, 12, 4, 6, 30
_SMALL_RANGES = ((0, 2), (-1, 2), (-1, 2), (-1, 2), (-2, 3), (-1, 2), (0, 3), (-1, 2))
_MOST_ZEROED, _MOST_THRESHOLDS = 8, 6


class Input(NamedTuple):
    """A number or array that a formula depends on.

    Attributes:
        value: its recorded value, which has its shape.
        domain: what it may be: "real"; "positive"; "unit", between 0 and 1; "probabilities", which add up to 1 along
            the last axis; "one-hot", of which one in each row is 1; "fixed", as recorded.
    """

    value: Any
    domain: Domain = "real"


class Point(NamedTuple):
    """Values for all inputs.

    Attributes:
        sort: how they were chosen: "reals", "whole numbers", "near the recorded numbers", "special", ...
        values: a value for each input.
    """

    sort: str
    values: dict[Hashable, Any]

    @property
    def is_special(self) -> bool:
        """Whether it was chosen for its ties and zeros."""
        return self.sort == "special"

    @property
    def is_generic(self) -> bool:
        """Whether nothing at it is by chance 0, 1 or the same as another."""
        return self.sort not in ("special", "whole numbers")


def check_domain(name: str, domain: str) -> Domain:
    """Return a domain that there is.

    Raises:
        QuestionError: if there is none of that name.
    """
    if domain not in get_args(Domain):
        known = get_args(Domain)
        raise QuestionError(
            f"the domain of {name!r} must be one of {', '.join(known)}; got {domain!r}."
            f"{did_you_mean(str(domain), known)}"
        )
    return domain  # type: ignore[return-value]


def random_points(inputs: Mapping[Hashable, Input], rng: np.random.Generator) -> Iterator[Point]:
    """Yield points of reals, of whole numbers, and near the recorded numbers."""
    for _ in range(_REALS):
        yield _point("reals", inputs, lambda one: rng.normal(size=np.shape(one.value)) * 1.5, rng)
    for _ in range(_WHOLE):
        yield _point("whole numbers", inputs, lambda one: rng.integers(-3, 4, np.shape(one.value)), rng)
    for _ in range(_WIDE):
        # What happens beyond a threshold is seen from farther away only.
        yield _point("reals", inputs, lambda one: rng.normal(size=np.shape(one.value)) * 10, rng)
        yield _point("whole numbers", inputs, lambda one: rng.integers(-20, 21, np.shape(one.value)), rng)
    for _ in range(_NEAR):
        yield _point("near the recorded numbers", inputs, lambda one: _near(one.value, rng), rng)


def reserve_points(inputs: Mapping[Hashable, Input], rng: np.random.Generator) -> Iterator[Point]:
    """Yield points for formulas with logarithms and roots: all positive, all between 0 and 1, near the recorded."""
    for _ in range(_IN_RESERVE):
        yield _point("positive numbers", inputs, lambda one: rng.uniform(0.2, 2.5, np.shape(one.value)), rng)
        yield _point("numbers between 0 and 1", inputs, lambda one: rng.uniform(0.05, 0.95, np.shape(one.value)), rng)
        yield _point("near the recorded numbers", inputs, lambda one: _near(one.value, rng), rng)


def special_points(
    inputs: Mapping[Hashable, Input], thresholds: Sequence[float], rng: np.random.Generator
) -> Iterator[Point]:
    """Yield points with ties, zeros, ones and changes of sign, and with numbers at and beside thresholds."""
    for constant in (0.0, 1.0, -1.0):
        yield _point("special", inputs, lambda one, c=constant: np.full(np.shape(one.value), c), rng)
    for low, high in _SMALL_RANGES * 2:
        yield _point("special", inputs, lambda one, a=low, b=high: rng.integers(a, b, np.shape(one.value)), rng)
    for _ in range(4):
        # All entries of an array are equal.
        yield _point("special", inputs, lambda one: np.full(np.shape(one.value), rng.integers(-2, 3)), rng)
    for threshold in list(thresholds)[:_MOST_THRESHOLDS]:
        for sign in (1, -1):
            beyond = sign * (threshold + 1)
            yield _point("special", inputs, lambda one, c=beyond: np.full(np.shape(one.value), c), rng)
            yield _point("special", inputs, lambda one, t=sign * threshold: t + _beside_whole(one.value, rng), rng)
            yield _point("special", inputs, lambda one, t=sign * threshold: t * _signs(one.value, rng), rng)
    for chosen in list(inputs)[:_MOST_ZEROED]:
        point = _point("special", inputs, lambda one: rng.integers(-3, 4, np.shape(one.value)), rng)
        if inputs[chosen].domain == "real":
            yield point._replace(values=point.values | {chosen: np.zeros(np.shape(inputs[chosen].value))})


def beside(point: Point, movable: Collection[Hashable], rng: np.random.Generator, step: float) -> Point:
    """Return a point a small step away, the movable inputs in a random direction."""
    moved = {
        key: value + step * rng.normal(size=np.shape(value)) if key in movable else value
        for key, value in point.values.items()
    }
    return Point("beside another", moved)


def _point(sort: str, inputs: Mapping[Hashable, Input], draw: Any, rng: np.random.Generator) -> Point:
    return Point(sort, {key: _fitted(one, np.asarray(draw(one), float), rng) for key, one in inputs.items()})


def _beside_whole(value: Any, rng: np.random.Generator) -> Any:
    return rng.integers(-1, 2, np.shape(value))


def _signs(value: Any, rng: np.random.Generator) -> Any:
    return rng.choice([-1.0, 1.0], np.shape(value))


def _near(value: Any, rng: np.random.Generator) -> Any:
    shape = np.shape(value)
    return np.asarray(value, float) * (1 + 0.2 * rng.normal(size=shape)) + 0.1 * rng.normal(size=shape)


def _fitted(one: Input, drawn: Any, rng: np.random.Generator) -> Any:
    """Return drawn numbers as the domain asks for them."""
    if one.domain == "fixed":
        return np.asarray(one.value, float)
    if one.domain == "positive":
        return np.where(drawn == 0, 1.0, np.abs(drawn))
    if one.domain == "unit":
        return np.clip(np.abs(drawn) % 1 + 0.25 * (drawn % 1 == 0) * (1 + np.abs(drawn) % 3), 0.02, 0.98)
    if one.domain == "probabilities":
        weights = np.abs(drawn) + 0.5
        return weights / np.sum(weights, axis=-1, keepdims=True)
    if one.domain == "one-hot":
        shape = np.shape(one.value)
        return np.eye(shape[-1])[rng.integers(0, shape[-1], shape[:-1])] if shape else np.float64(rng.integers(0, 2))
    return drawn
