"""Derivatives of one order, by differences along any direction and as recorded, and whether they agree.

All entries of all inputs are counted through in one row; a direction is an array with a factor for each.
"""

import copy
import warnings
from typing import Any

import numpy as np

from .report import Comparison
from .slopes import Slope, slope
from .subject import Arrays, Derivative, Subject, random_signs

# A number differs when it is further off than this many estimated errors, and agrees only if those are small.
_ERRORS = 10
_COARSE = 1e-2
# The recorded number's own rounding, in units of the dtype's.
_ROUNDINGS = 1e3
# Where a number does not agree by the first steps, it is measured again by steps that are smaller by these factors.
_SHIFTS = (1.0, 3e-2, 1e-3, 3e-5)
# Errors count as shares of the derivative, or of this share of the values if that is larger.
_NEGLIGIBLE = 1e-3
_COMPLEX_STEP = 1e-30
_COMPLEX_ERROR = 1e-11
# An entry smaller than this share of the others may be moved by more than itself.
_SMALL = 1e-2
# How far inputs are moved off kinks, as a share of their size.
_BESIDE = 0.03
# By these shares all inputs are moved to see how fast the recorded numbers change; the change must shrink as they do.
_NUDGES = (1e-7, 1e-8)
_STEADY = 0.3
# A direction that differs is traced to so many entries at most.
_MOST_LOCATED = 4


class Probe:
    """Derivatives of one order of a subject: by differences along any direction, and as recorded.

    Attributes:
        subject: the function and where it is checked.
        order: 1 or 2.
        recorded: the recorded derivative by each entry.
        spared: whether each entry is at a kink or without a slope, so that directions leave it alone.
    """

    def __init__(self, subject: Subject, order: int, rng: np.random.Generator) -> None:
        self.subject = subject
        self.order = order
        self._inputs = _in_a_row(subject.arrays)
        self._scales = _in_a_row([_scale(array) for array in subject.arrays])
        self._starts = np.cumsum([0, *map(np.size, subject.arrays)])
        self.spared = np.zeros(self._inputs.size, bool)
        self._is_analytic = order == 1
        self._weights: Arrays = [random_signs(rng, np.shape(array)) for array in subject.arrays]
        self._derivative = self._recorded_at(subject.arrays)
        self.recorded = _in_a_row(self._derivative.arrays)
        self._bend = self._bend_of_recorded(random_signs(rng, self._inputs.shape))
        # A weight that stands alone is taken out of the numbers that are shown.
        self._weight = subject.only_weight() or 1.0
        if order == 2 and len(self._weights) == 1 and np.ndim(self._weights[0]) == 0:
            self._weight *= float(self._weights[0])

    def _recorded_at(self, arrays: Arrays) -> Derivative:
        return self.subject.gradient(arrays) if self.order == 1 else self.subject.second(arrays, self._weights)

    def _bend_of_recorded(self, direction: np.ndarray) -> float:
        """Return how fast the recorded numbers change when all inputs move together; 0 where they jump, as at a tie."""
        changes = []
        for step in _NUDGES:
            try:
                nudged = _in_a_row(self._recorded_at(self._moved(direction, step)).arrays)
            except (ArithmeticError, ValueError, np.linalg.LinAlgError):
                return 0.0
            changes.append(float(np.max(np.abs(nudged - self.recorded) * self._scales, initial=0.0)))
        steady = np.all(np.isfinite(changes)) and changes[1] <= _STEADY * changes[0]
        return changes[0] / _NUDGES[0] if steady else 0.0

    def entries_of(self, position: int) -> range:
        """Return the places of one input's entries in the row."""
        return range(self._starts[position], self._starts[position + 1])

    def entry(self, place: int) -> Comparison:
        """Compare the derivative by one entry, and spare it from now on if it is at a kink or has no slope."""
        direction = np.zeros(self._inputs.size)
        direction[place] = 1
        found = self._compare(direction, float(self._scales[place]), float(self.recorded[place]))
        self.spared[place] = found["verdict"] in ("kink", "jump", "unmeasured")
        position = int(np.searchsorted(self._starts, place, side="right")) - 1
        shape = np.shape(self.subject.arrays[position])
        index = tuple(map(int, np.unravel_index(place - self._starts[position], shape)))
        return Comparison(order=self.order, input=self.subject.names[position], entry=index, **found)

    def direction(self, direction: np.ndarray) -> Comparison:
        """Compare the derivative along a direction."""
        recorded = float(np.sum(self.recorded * self._scales * direction, where=direction != 0))
        return Comparison(order=self.order, input="", entry=None, **self._compare(direction, 1.0, recorded))

    def random_direction(self, rng: np.random.Generator, only: int | None = None) -> np.ndarray:
        """Return a direction that moves every entry, or those of one input; the spared ones excepted."""
        direction = np.where(self.spared, 0.0, random_signs(rng, self.spared.shape))
        if only is not None:
            places = self.entries_of(only)
            direction[: places.start] = direction[places.stop :] = 0
        return direction

    def beside(self, rng: np.random.Generator) -> "Probe":
        """Return the same probe at inputs that are moved a little, off any kink."""
        subject = copy.copy(self.subject)
        subject.arrays = self._moved(random_signs(rng, self.spared.shape), _BESIDE)
        return Probe(subject, self.order, rng)

    def located(self, direction: np.ndarray) -> list[Comparison]:
        """Return the entries that keep a direction from agreeing, found by halving it."""
        found: list[Comparison] = []
        parts = [np.flatnonzero(direction)]
        while parts and len(found) < _MOST_LOCATED:
            places = parts.pop()
            if places.size == 1:
                comparison = self.entry(int(places[0]))
                if comparison.verdict != "agrees":
                    found.append(comparison)
                continue
            for half in np.array_split(places, 2)[::-1]:
                moved = np.zeros(direction.size)
                moved[half] = direction[half]
                if self.direction(moved).verdict != "agrees":
                    parts.append(half)
        return found

    def _compare(self, direction: np.ndarray, scale: float, recorded: float) -> dict[str, Any]:
        """Return the findings of one comparison, whose slopes are `scale` times the derivative."""
        target = recorded * scale
        tried: list[tuple[float, str, Slope, str]] = []
        for shift in _SHIFTS:
            measured, method = self._measured(direction, shift)
            size = abs(measured.value) + _NEGLIGIBLE * measured.unit
            share = measured.error / size if size > 0 else np.inf
            tried.append((share, _verdict(measured, target, self._derivative.epsilon, self._bend), measured, method))
            surest = min([one for one in tried if one[1] != "unmeasured"] or tried, key=lambda one: one[0])
            # A measurement that is much less sure than another does not excuse the number.
            agreeing = [one for one in tried if one[1] == "agrees" and one[0] <= _ERRORS * surest[0]]
            if agreeing:
                surest = agreeing[0]
                break
        _, verdict, measured, method = surest
        unit = scale * self._weight
        return {
            "numerical": measured.value / unit,
            "error": measured.error / abs(unit),
            "recorded": recorded / self._weight,
            "method": method,
            "left": measured.left / unit,
            "right": measured.right / unit,
            "verdict": verdict,
        }

    def _measured(self, direction: np.ndarray, shift: float) -> tuple[Slope, str]:
        """Return the slope along a direction, by the complex step where the function allows it."""
        measured = slope(
            lambda t: self._at(direction, t),
            epsilon=self._derivative.epsilon,
            rounding=self._derivative.rounding,
            shift=shift,
        )
        if self._is_analytic and measured.kind == "smooth":
            value, error = self._complex_slope(direction)
            if abs(value - measured.value) <= _ERRORS * measured.error:
                return measured._replace(value=value, error=error), "complex step"
        return measured, "central differences"

    def _complex_slope(self, direction: np.ndarray) -> tuple[float, float]:
        """Return the slope by f(x + ih), which has no cancellation, and its error; NaN if f takes no complex arrays."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                terms = self.subject.complex_terms(self._moved(direction, complex(0, _COMPLEX_STEP)))
        except Exception:
            # Whatever f raises on complex arrays, it says that the complex step is not for it.
            self._is_analytic = False
            return np.nan, np.inf
        value = float(np.sum(np.imag(terms))) / _COMPLEX_STEP
        return value, _COMPLEX_ERROR * max(float(np.sum(np.abs(terms))), abs(value))

    def _at(self, direction: np.ndarray, t: float) -> np.ndarray:
        """Return the terms at t along a direction; none where f has no value: outside its domain it may raise."""
        try:
            moved = self._moved(direction, t)
            if self.order == 1:
                return self.subject.terms(moved)
            return _in_a_row(self.subject.gradient(moved).arrays) * _in_a_row(self._weights)
        except (ArithmeticError, ValueError, np.linalg.LinAlgError):
            if t == 0:
                raise
            return np.empty(0)

    def _moved(self, direction: np.ndarray, t: complex) -> Arrays:
        """Return the inputs moved by t along a direction."""
        parts = np.split(self._inputs + t * (direction * self._scales), self._starts[1:-1])
        return [part.reshape(np.shape(array)) for part, array in zip(parts, self.subject.arrays, strict=True)]


def _verdict(measured: Slope, target: float, epsilon: float, bend: float) -> str:
    """Return what a recorded slope is, beside a measured one."""
    if np.isnan(target):
        return "differs"
    if measured.kind in ("unknown", "jump"):
        return "unmeasured" if measured.kind == "unknown" else "jump"
    # A slope that is 0 here counts by what it becomes when the inputs move.
    size = max(measured.unit, abs(target), bend)
    # Inputs are known to ε of their size, and so the recorded slope to ε times the bend.
    tolerance = _ERRORS * (measured.error + epsilon * measured.bend) + _ROUNDINGS * epsilon * size
    if measured.kind == "kink":
        low, high = sorted((measured.left, measured.right))
        return "kink" if low - tolerance <= target <= high + tolerance else "differs"
    if not abs(measured.value - target) <= tolerance:
        return "differs"
    return "agrees" if tolerance <= _COARSE * size else "unmeasured"


def _in_a_row(arrays: Arrays) -> np.ndarray:
    return np.concatenate([np.ravel(array) for array in arrays])


def _scale(array: Any) -> Any:
    """Return how far a step of 1 moves each entry: by its size, or by the others' if it is much smaller."""
    sizes = np.abs(array)
    usual = float(np.median(sizes[sizes > 0])) if np.any(sizes > 0) else 1.0
    return np.where(sizes > _SMALL * usual, sizes, usual)
