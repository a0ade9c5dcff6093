"""Compare claims with what is right at many points, and tell a mistake from another choice at a tie.

At a tie (z1 = z2 in max, 0 in relu) the gradient jumps, and every mean of the gradients around the point is a valid
subgradient. A claim is held against all of them, and claims for several wires together: their parts must add up.
"""

import itertools
from collections.abc import Hashable, Iterator, Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np

from .circuits import UPSTREAM, State
from .claims import MAX_OPERATIONS, Claim
from .points import Input, Point, beside, random_points, reserve_points, special_points

# Two numbers agree if they differ by this much of the larger, or by what rounding makes of the largest number that the
# circuit has at the point, or of 1.
_RELATIVE, _ROUNDING = 1e-7, 1e-12
# Fewer random points than this say too little.
ENOUGH = 10
# Around a tie so many points are looked at, so far away; gradients that differ by less than a jump are one.
_AROUND, _STEP, _JUMP = 24, 1e-7, 1e-4
_MOST_CORNERS = 8


class Side(Protocol):
    """What is right: a circuit, or another formula."""

    inputs: dict[Hashable, Input]
    labels: dict[Hashable, str]
    is_gradient: bool
    constants: tuple[float, ...]

    def at(self, point: Point) -> State | None:
        """Return what is right at a point; None where it is not defined."""


class Sample(NamedTuple):
    """One claim at one point.

    Attributes:
        point: the point.
        state: what the circuit says there.
        claimed: the numbers claimed.
        worked: which of them were worked out.
        right: the right ones.
    """

    point: Point
    state: State
    claimed: Any
    worked: Any
    right: Any

    @property
    def is_defined(self) -> bool:
        """Whether the formula is defined here."""
        return bool(np.all(np.isfinite(self.claimed[self.worked])))

    @property
    def is_complete(self) -> bool:
        """Whether every entry was worked out."""
        return bool(np.all(self.worked))

    @property
    def scale(self) -> float:
        """The largest number that the circuit has at the point, at least 1."""
        known = (*self.state.values.values(), *self.state.gradients.values(), *self.state.right)
        return max((float(np.max(np.abs(part), initial=1.0)) for part in known), default=1.0)

    def differs(self) -> Any:
        """Return for each entry whether it was worked out and differs."""
        return self.worked & differing(self.claimed, self.right, self.scale)


def differing(first: Any, second: Any, scale: float) -> Any:
    """Return where two arrays differ by more than rounding, when numbers up to `scale` went into them."""
    return np.abs(first - second) > _RELATIVE * np.maximum(np.abs(first), np.abs(second)) + _ROUNDING * scale


def samples(side: Side, claims: Sequence[Claim], rng: np.random.Generator) -> list[list[Sample]]:
    """Return every claim at every point at which what is right is defined, a list for each claim.

    Raises:
        RefusedError: as `Claim.at`.
    """
    found: list[list[Sample]] = [[] for _ in claims]
    for point in _points(side, claims, found, rng):
        if any(claim.steps > MAX_OPERATIONS for claim in claims):
            break
        state = side.at(point)
        if state is None:
            continue
        for number, claim in enumerate(claims):
            right = np.asarray(claim.asked.part(state.right[number]), float)
            claimed, worked = claim.at(state, right.shape, rng)
            found[number].append(Sample(point, state, claimed, worked, right))
    return found


def _points(
    side: Side, claims: Sequence[Claim], found: list[list[Sample]], rng: np.random.Generator
) -> Iterator[Point]:
    """Yield random and special points by turns, then those in reserve until the formulas are defined often enough."""
    thresholds = sorted({abs(number) for claim in claims for number in (*side.constants, *claim.formula.constants)})
    by_turns = itertools.zip_longest(random_points(side.inputs, rng), special_points(side.inputs, thresholds, rng))
    yield from filter(None, itertools.chain.from_iterable(by_turns))
    for point in reserve_points(side.inputs, rng):
        random = [[sample for sample in group if not sample.point.is_special] for group in found]
        if all(sum(sample.is_defined for sample in group) >= 2 * ENOUGH for group in random):
            break
        yield point


class Corner(NamedTuple):
    """What the gradient may be at a point.

    Attributes:
        extremes: the gradients around it, each once, those of all claims one after the other.
        is_tie: whether they differ, so that the gradient jumps there.
    """

    extremes: Any
    is_tie: bool

    def allows(self, claimed: Any, worked: Any) -> bool:
        """Return whether a gradient, as far as it was worked out, is a mean of those around the point."""
        return Corner(self.extremes[:, worked], self.is_tie)._contains(claimed[worked])

    def _contains(self, claimed: Any) -> bool:
        scale = 1.0 + float(np.max(np.abs(self.extremes), initial=0.0))
        if len(self.extremes) > _MOST_CORNERS:
            low, high = np.min(self.extremes, axis=0), np.max(self.extremes, axis=0)
            return bool(np.all(claimed >= low - _JUMP * scale) and np.all(claimed <= high + _JUMP * scale))
        # A point of a convex hull is a mean of some of the corners, with weights ≥ 0 that add up to 1.
        for size in range(1, len(self.extremes) + 1):
            for chosen in itertools.combinations(self.extremes, size):
                corners = np.array(chosen).T
                system = np.vstack([corners, scale * np.ones(size)])
                wanted = np.append(claimed, scale)
                weights = np.linalg.lstsq(system, wanted, rcond=None)[0]
                is_near = np.max(np.abs(system @ weights - wanted)) <= _JUMP * scale
                if is_near and np.all(weights >= -_JUMP):
                    return True
        return False


def corner(
    side: Side, claims: Sequence[Claim], sample: Sample, rng: np.random.Generator, around: int = _AROUND
) -> Corner:
    """Return the gradients around a point."""
    movable = [key for key, one in side.inputs.items() if one.domain not in ("fixed", "one-hot") and key != UPSTREAM]
    here = _joined(claims, sample.state)
    if not side.is_gradient or not movable:
        return Corner(here[None], False)
    scale = 1.0 + float(np.max(np.abs(here), initial=0.0))
    found: list[Any] = []
    for _ in range(around):
        state = side.at(beside(sample.point, movable, rng, _STEP))
        if state is None:
            continue
        gradient = _joined(claims, state)
        if all(np.max(np.abs(gradient - other), initial=0.0) > _JUMP * scale for other in found):
            found.append(gradient)
    is_tie = any(np.max(np.abs(gradient - here), initial=0.0) > _JUMP * scale for gradient in found)
    return Corner(np.array(found or [here]), is_tie)


def _joined(claims: Sequence[Claim], state: State) -> Any:
    """Return what is right for all claims as one vector."""
    return np.concatenate(
        [np.ravel(claim.asked.part(part)) for claim, part in zip(claims, state.right, strict=True)]
    ).astype(float)
