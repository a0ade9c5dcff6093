"""The slope of a function of one variable at 0, by differences, with an estimate of its own error.

Central differences at steps that shrink by 4 are extrapolated twice (Richardson); the estimate that its neighbours
confirm best is taken, and what it differs by from them, with the rounding of the values, is its error. The slopes of
both sides tell a kink from a smooth function. Nothing here knows Tensors.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

_RATIO = 4
# From a largest step of 0.1, 8 steps reach 6e-6.
_LARGEST_STEP = 0.1
_STEPS = 8
# Smaller than this share of the values, an error leaves nothing to improve.
_ENOUGH = 1e-11
# The two one-sided slopes of a smooth function approach each other by 4 when the step does; those of a kink do not.
_APPROACH = 0.5
# The difference quotient of a jump grows by 4.
_GROWTH = 2.0

# A function of t as its terms, whose sum is meant: differences are taken term by term, so that large ones do not
# drown small ones.
Terms = Callable[[float], np.ndarray]


class Slope(NamedTuple):
    """A slope by differences.

    Attributes:
        value: the slope; NaN where no step gave one.
        error: its estimated error.
        left: slope on the left.
        right: slope on the right.
        bend: how fast the slope changes, at the smallest step.
        kind: "smooth", "kink" (left and right differ), "jump" (it grows as the step shrinks) or "unknown".
        unit: the size of the terms, against which an error is large or small.
    """

    value: float
    error: float
    left: float
    right: float
    bend: float
    kind: str
    unit: float


def slope(terms: Terms, *, epsilon: float, rounding: float, shift: float = 1.0) -> Slope:
    """Return the slope of Σ terms(t) at t = 0.

    Args:
        terms: the function, scaled so that t = 1 is a change as large as the variable itself.
        epsilon: rounding error of the terms, relative to their size.
        rounding: rounding error of their sum, from what they were computed of.
        shift: factor to all steps, to measure again by smaller ones.
    """
    middle = terms(0.0)
    steps = _Steps(epsilon, rounding)
    best = Slope(np.nan, np.inf, np.nan, np.nan, np.nan, "unknown", float(np.sum(np.abs(middle))))
    for k in range(_STEPS):
        step = shift * _LARGEST_STEP / _RATIO**k
        steps.add(step, terms(-step), middle, terms(step))
        if len(steps.twice) > 1:
            now = steps.estimate()
            best = min(best, now, key=lambda found: found.error)
            if best.error <= _ENOUGH * best.unit:
                break
    return best


class _Steps:
    """Differences at shrinking steps, with what can be read off them."""

    def __init__(self, epsilon: float, rounding: float) -> None:
        self._epsilon, self._rounding = epsilon, rounding
        self._restart()

    def _restart(self) -> None:
        self._left: list[float] = []
        self._right: list[float] = []
        self._central: list[float] = []
        self._once: list[float] = []
        self.twice: list[float] = []

    def add(self, step: float, before: np.ndarray, middle: np.ndarray, after: np.ndarray) -> None:
        """Add the differences at one step; those at larger steps are dropped if the function has no value here."""
        if not before.shape == middle.shape == after.shape or not np.all(np.isfinite([before, after])):
            self._restart()
            return
        self._step = step
        self._unit = max(float(np.sum(np.abs(values))) for values in (before, middle, after))
        self._noise = 4 * max(self._rounding, self._epsilon * self._unit) / step
        self._left.append(float(np.sum(middle - before)) / step)
        self._right.append(float(np.sum(after - middle)) / step)
        self._central.append(float(np.sum(after - before)) / (2 * step))
        # The error of a central difference goes with step², that of the first extrapolation with step⁴.
        if len(self._central) > 1:
            self._once.append(_extrapolated(self._central, 2))
        if len(self._once) > 1:
            self.twice.append(_extrapolated(self._once, 4))

    def estimate(self) -> Slope:
        """Return the slope by the last steps."""
        value = self.twice[-1]
        error = max(abs(value - self.twice[-2]), abs(value - self._once[-1])) + self._noise
        left, right = _extrapolated(self._left, 1), _extrapolated(self._right, 1)
        bend = abs(self._right[-1] - self._left[-1]) / self._step
        return Slope(value, error, left, right, bend, self._kind(error), max(self._unit, abs(value)))

    def _kind(self, error: float) -> str:
        sizes = np.abs(self._central[-3:])
        if sizes[0] > 100 * self._noise and np.all(sizes[1:] > _GROWTH * sizes[:-1]):
            return "jump"
        apart, apart_before = (abs(self._right[i] - self._left[i]) for i in (-1, -2))
        significant = apart > 100 * self._noise and apart > 10 * error
        return "kink" if significant and apart > _APPROACH * apart_before else "smooth"


def _extrapolated(values: list[float], order: int) -> float:
    """Return what values whose error goes with step^order tend to."""
    return values[-1] + (values[-1] - values[-2]) / (_RATIO**order - 1)
