"""gradcheck: recorded derivatives against differences, entry by entry and in random directions.

Random directions move all entries at once and so miss nothing; entries say where. A direction that differs is halved
until the entries to blame are found. The tolerance of each number is the estimated error of its own difference.
"""

import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from ..errors import UnsupportedError
from .report import Comparison, GradcheckReport
from .slopes import Slope, slope
from .subject import Arrays, Subject, check_outputs, random_signs

# A number differs when it is further off than this many estimated errors, and agrees only if those are small.
_ERRORS = 10
_COARSE = 1e-2
# Where a number does not agree by the first steps, it is measured again by steps that are smaller by these factors.
_SHIFTS = (1.0, 3e-2, 1e-3, 3e-5)
_COMPLEX_STEP = 1e-30
_COMPLEX_ERROR = 1e-11
# The recorded number's own rounding, in units of the dtype's.
_ROUNDINGS = 1e3
# A direction that differs is traced to so many entries at most.
_MOST_LOCATED = 4
# An entry smaller than this share of the others may be moved by more than itself.
_SMALL = 1e-2

# An entry of an input: the input's position, and the entry's place in it when read in a row.
Place = tuple[int, int]


class Probe:
    """Derivatives of one order of a subject: by differences along any direction, and as recorded.

    Attributes:
        subject: the function and where it is checked.
        order: 1 or 2.
        spared: the entries at a kink or without a slope, which directions leave alone.
    """

    def __init__(self, subject: Subject, order: int, rng: np.random.Generator) -> None:
        self.subject = subject
        self.order = order
        self.spared: set[Place] = set()
        self._scales = [_scale(array) for array in subject.arrays]
        self._is_analytic = order == 1
        # The weight of a single output is taken out of the numbers that are shown.
        self._weight = subject.only_weight()
        if order == 1:
            self._terms: Callable[[Arrays], np.ndarray] = subject.terms
            self._derivative = subject.gradient(subject.arrays)
            return
        weights = [random_signs(rng, np.shape(array)) for array in subject.arrays]
        if len(weights) == 1 and np.ndim(weights[0]) == 0:
            self._weight *= float(weights[0])

        def terms(arrays: Arrays) -> np.ndarray:
            gradient = subject.gradient(arrays).arrays
            return np.concatenate([np.ravel(g * w) for g, w in zip(gradient, weights, strict=True)])

        self._terms = terms
        self._derivative = subject.second(subject.arrays, weights)

    @property
    def recorded(self) -> Arrays:
        """The recorded derivative by each input."""
        return self._derivative.arrays

    def places(self) -> Iterator[Place]:
        """Return every entry of every input."""
        return ((i, at) for i, array in enumerate(self.subject.arrays) for at in range(np.size(array)))

    def entry(self, place: Place) -> Comparison:
        """Compare the derivative by one entry."""
        i, at = place
        scale = float(np.ravel(self._scales[i])[at])
        found = self._compare({place: 1.0}, scale, float(np.ravel(self.recorded[i])[at]))
        index = tuple(map(int, np.unravel_index(at, np.shape(self.subject.arrays[i]))))
        if found["verdict"] in ("kink", "jump", "unmeasured"):
            self.spared.add(place)
        return Comparison(order=self.order, input=self.subject.names[i], entry=index, **found)

    def direction(self, direction: dict[Place, float], name: str = "") -> Comparison:
        """Compare the derivative along a direction, given as a factor for each entry that moves."""
        recorded = sum(
            factor * float(np.ravel(self.recorded[i])[at] * np.ravel(self._scales[i])[at])
            for (i, at), factor in direction.items()
        )
        return Comparison(order=self.order, input=name, entry=None, **self._compare(direction, 1.0, recorded))

    def random_direction(self, rng: np.random.Generator, only: int | None = None) -> dict[Place, float]:
        """Return a direction that moves every entry, or those of one input; the spared ones excepted."""
        places = [p for p in self.places() if p not in self.spared and only in (None, p[0])]
        return dict(zip(places, map(float, random_signs(rng, (len(places),))), strict=True))

    def located(self, direction: dict[Place, float]) -> list[Comparison]:
        """Return the entries that keep a direction from agreeing, found by halving it."""
        found: list[Comparison] = []
        parts = [direction]
        while parts and len(found) < _MOST_LOCATED:
            part = parts.pop()
            if len(part) == 1:
                comparison = self.entry(*part)
                if comparison.verdict != "agrees":
                    found.append(comparison)
                continue
            entries = list(part.items())
            halves = [dict(half) for half in (entries[len(entries) // 2 :], entries[: len(entries) // 2])]
            parts += [half for half in halves if self.direction(half).verdict != "agrees"]
        return found

    def _compare(self, direction: dict[Place, float], scale: float, recorded: float) -> dict[str, Any]:
        """Return the findings of one comparison, whose slopes are `scale` times the derivative."""
        target = recorded * scale
        tried: list[tuple[str, Slope, str]] = []
        for shift in _SHIFTS:
            measured, method = self._measured(direction, shift)
            tried.append((self._verdict(measured, target), measured, method))
            if tried[-1][0] == "agrees":
                break
        decisive = [one for one in tried if one[0] != "unmeasured"]
        verdict, measured, method = (
            tried[-1]
            if tried[-1][0] == "agrees"
            else min(decisive or tried, key=lambda one: one[1].error / (abs(one[1].value) + abs(target) + 1e-300))
        )
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

    def _measured(self, direction: dict[Place, float], shift: float) -> tuple[Slope, str]:
        """Return the slope along a direction, by the complex step where the function allows it."""
        measured = slope(
            lambda t: self._at(direction, t),
            epsilon=self._derivative.epsilon,
            rounding=self._derivative.rounding,
            shift=shift,
        )
        if self._is_analytic and measured.kind == "smooth":
            value = self._complex_slope(direction)
            if value is not None and abs(value - measured.value) <= _ERRORS * measured.error:
                error = _COMPLEX_ERROR * max(measured.unit, abs(value))
                return measured._replace(value=value, error=error), "complex step"
        return measured, "central differences"

    def _complex_slope(self, direction: dict[Place, float]) -> float | None:
        """Return the slope by f(x + ih), which has no cancellation; None where f does not take complex arrays."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                moved = self._moved(direction, complex(0, _COMPLEX_STEP))
                value = float(np.sum(np.imag(self.subject.complex_terms(moved)))) / _COMPLEX_STEP
        except Exception:
            # Whatever f raises on complex arrays, it says that the complex step is not for it.
            self._is_analytic = False
            return None
        return value if np.isfinite(value) else None

    def _at(self, direction: dict[Place, float], t: float) -> np.ndarray:
        """Return the terms at t along a direction; none where f has no value: outside its domain it may raise."""
        try:
            return self._terms(self._moved(direction, t))
        except (ArithmeticError, ValueError, np.linalg.LinAlgError):
            if t == 0:
                raise
            return np.empty(0)

    def _moved(self, direction: dict[Place, float], t: complex) -> Arrays:
        """Return the inputs moved by t along a direction."""
        moved = [np.array(array, np.result_type(array, t), order="C") for array in self.subject.arrays]
        for (i, at), factor in direction.items():
            moved[i].reshape(-1)[at] += t * factor * np.ravel(self._scales[i])[at]
        return moved

    def _verdict(self, measured: Slope, target: float) -> str:
        tolerance = _ERRORS * measured.error + _ROUNDINGS * self._derivative.epsilon * max(measured.unit, abs(target))
        if np.isnan(target):
            return "differs"
        if measured.kind in ("unknown", "jump"):
            return "unmeasured" if measured.kind == "unknown" else "jump"
        if measured.kind == "kink":
            low, high = sorted((measured.left, measured.right))
            return "kink" if low - tolerance <= target <= high + tolerance else "differs"
        if not abs(measured.value - target) <= tolerance:
            return "differs"
        return "agrees" if tolerance <= _COARSE * max(measured.unit, abs(target)) else "unmeasured"


@np.errstate(all="ignore")
def gradcheck(
    function: Callable[..., Any],
    *inputs: Any,
    order: int = 2,
    seed: int = 0,
    entries: int = 64,
    directions: int = 3,
) -> GradcheckReport:
    """Check the recorded derivatives of a function against differences of its values.

        report = gradcheck(lambda x, w: np.tanh(x @ w), x, w)
        assert report, report

    The function's outputs are summed with random weights. That sum's gradient is compared with differences in random
    directions and entry by entry; so is, for `order=2`, the derivative of a random combination of the gradient, which
    the backward pass of the recorded backward pass gives. Differences are Richardson-extrapolated central differences,
    confirmed by the complex step where the function also takes plain complex arrays and is analytic. A number differs
    when it is more than ten estimated errors of its own difference away.

    Args:
        function: takes Tensors in the inputs' places, and returns a Tensor of any shape, or several in a tuple, list or
            dict. It must give the same values each time.
        inputs: floats, arrays of floats, Tensors, or lists, tuples and dicts of these. A Tensor that requires no
            gradient, a text and None are handed on as they are. All is computed in float64.
        order: 1, or 2 for second derivatives as well.
        seed: of the random weights, directions and entries.
        entries: how many entries of each input are compared one by one; of a larger one a random choice.
        directions: how many random directions are compared.

    Returns:
        A report, which is true when nothing differs. Numbers at a kink (relu at 0) are not judged, unless the recorded
        one lies outside the slopes of both sides.

    Raises:
        BackwardError: if no output is recorded as depending on an input.
        DtypeError: if an input is made of whole numbers, or an output of no numbers.
        NotFiniteError: if an input or an output is NaN or infinite.
        UnsupportedError: if `order` is neither 1 nor 2.
    """
    if order not in (1, 2):
        raise UnsupportedError(f"gradcheck: order must be 1 or 2; got {order!r}.")
    subject = Subject(function, inputs, seed)
    notes = [f"input {name} was promoted to float64." for name in subject.promoted]
    try:
        first, again = subject.values(subject.arrays), subject.values(subject.arrays)
    except Exception as error:
        error.add_note("gradcheck: the function raised this at its inputs, given as Tensors.")
        raise
    check_outputs(first)
    if not all(np.array_equal(one, other) for one, other in zip(first, again, strict=True)):
        return GradcheckReport(problems=(_not_deterministic(first, again),))

    from .blame import culprits
    from .doubts import doubts

    comparisons: list[Comparison] = []
    problems: list[str] = []
    blamed: list[str] = []
    spared: set[Place] = set()
    for degree in range(1, order + 1):
        rng = np.random.default_rng([seed, degree])
        try:
            probe = Probe(subject, degree, rng)
        except Exception as error:
            if degree == 1:
                raise
            problems.append(_not_recorded(error))
            break
        probe.spared |= spared
        comparisons += checked(probe, rng, entries, directions)
        spared |= probe.spared
        if any(comparison.verdict == "differs" for comparison in comparisons):
            blamed = culprits(subject, degree, seed)
            break
        if not all(np.all(np.isfinite(recorded)) for recorded in probe.recorded):
            break
    if degree < order and not problems:
        notes.append("order 2 was not checked, because order 1 differs or is not finite.")
    if subject.only_weight() == 1:
        notes.append("the numbers are those of a sum of all output entries with random weights.")
    for name, array in zip(subject.names, subject.arrays, strict=True):
        if np.size(array) > entries:
            notes.append(f"of input {name}, {entries} entries of {np.size(array)} were compared one by one.")
    return GradcheckReport(
        tuple(comparisons), tuple(problems), tuple(blamed), tuple(doubts(subject, seed)), tuple(notes)
    )


def checked(probe: Probe, rng: np.random.Generator, entries: int, directions: int) -> list[Comparison]:
    """Compare entries, then directions, and trace a direction that does not agree to its entries."""
    found: list[Comparison] = []
    for i, array in enumerate(probe.subject.arrays):
        size = int(np.size(array))
        chosen = range(size) if size <= entries else sorted(map(int, rng.choice(size, entries, replace=False)))
        found += [probe.entry((i, at)) for at in chosen if (i, at) not in probe.spared]
    seen = {(comparison.input, comparison.entry) for comparison in found}
    for _ in range(directions):
        direction = probe.random_direction(rng)
        if not direction:
            break
        comparison = probe.direction(direction)
        if comparison.verdict != "agrees":
            traced = probe.located(direction)
            found += [one for one in traced if (one.input, one.entry) not in seen]
            seen |= {(one.input, one.entry) for one in traced}
            if traced and all(one.verdict != "differs" for one in traced):
                comparison = probe.direction(probe.random_direction(rng))
        found.append(comparison)
    return found


def _scale(array: Any) -> Any:
    """Return how far a step of 1 moves each entry: by its size, or by the others' if it is much smaller."""
    sizes = np.abs(array)
    usual = float(np.median(sizes[sizes > 0])) if np.any(sizes > 0) else 1.0
    return np.where(sizes > _SMALL * usual, sizes, usual)


def _not_recorded(error: Exception) -> str:
    """Say why there is no second derivative."""
    told = " ".join([f"{type(error).__name__}: {error}", *getattr(error, "__notes__", ())])
    return f"order 2: the backward pass cannot be recorded: {told}"


def _not_deterministic(first: list[Any], again: list[Any]) -> str:
    """Say by how much two evaluations at the same inputs differ."""
    if [np.shape(value) for value in first] != [np.shape(value) for value in again]:
        return "the function is not deterministic: two evaluations at the same inputs gave different shapes."
    apart = max(float(np.max(np.abs(np.subtract(a, b)), initial=0)) for a, b in zip(first, again, strict=True))
    return f"the function is not deterministic: two evaluations at the same inputs differ by up to {apart:.3g}."
