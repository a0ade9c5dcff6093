"""gradcheck: recorded derivatives against differences, entry by entry and in random directions.

Random directions move all entries at once and so miss nothing; entries say where. A direction that differs is halved
until the entries to blame are found. The tolerance of each number is the estimated error of its own difference.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from ..errors import UnsupportedError
from ..transforms.recording import expect_function
from .blame import culprits, nan_found
from .doubts import doubts
from .probe import Probe
from .report import Comparison, GradcheckReport
from .subject import Subject, check_outputs


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
        UnsupportedError: if `function` is none, `order` neither 1 nor 2, or another option no whole number of at
            least 0.
    """
    expect_function("gradcheck", function, "gradcheck(f, x)")
    if order not in (1, 2):
        raise UnsupportedError(f"gradcheck: order must be 1 or 2; got {order!r}.")
    for name, count in (("seed", seed), ("entries", entries), ("directions", directions)):
        if not isinstance(count, int | np.integer) or count < 0:
            raise UnsupportedError(f"gradcheck: {name} must be a whole number of at least 0; got {count!r}.")
    subject = Subject(function, inputs, seed)
    first, again = _outputs(subject), _outputs(subject)
    if not _is_same(first, again):
        return GradcheckReport(problems=(_not_deterministic(first, again),))
    comparisons: list[Comparison] = []
    findings: dict[str, tuple[str, ...]] = {}
    notes: list[str] = []
    spared: Any = False
    for degree in range(1, order + 1):
        rng = np.random.default_rng([seed, degree])
        try:
            probe = Probe(subject, degree, rng)
        except Exception as error:
            if degree == 1:
                raise
            findings["problems"] = (_not_recorded(error),)
            break
        probe.spared |= spared
        comparisons += _compared(probe, rng, entries, directions)
        spared = probe.spared
        failures = [comparison for comparison in comparisons if comparison.verdict == "differs"]
        if any(np.isnan(failure.recorded) for failure in failures):
            findings["culprits"] = (nan_found(subject, degree),)
        elif failures:
            findings["culprits"] = tuple(culprits(subject, degree, seed))
        if degree < order and (failures or not np.all(np.isfinite(probe.recorded))):
            notes.append("order 2 was not checked, because order 1 differs or is not finite.")
            break
    findings["warnings"] = tuple(doubts(subject, seed))
    findings["notes"] = (*notes, *_notes(subject, entries))
    return GradcheckReport(tuple(comparisons), **findings)


def _outputs(subject: Subject) -> list[Any]:
    """Return the function's outputs at its inputs, checked to be finite numbers."""
    try:
        outputs = subject.values(subject.arrays)
    except Exception as error:
        error.add_note("gradcheck: the function raised this at its inputs, given as Tensors.")
        raise
    check_outputs(outputs)
    return outputs


def _compared(probe: Probe, rng: np.random.Generator, entries: int, directions: int) -> list[Comparison]:
    """Compare entries, then directions, and trace a direction that does not agree to its entries."""
    places: list[int] = []
    for position in range(len(probe.subject.arrays)):
        own = probe.entries_of(position)
        places += own if len(own) <= entries else sorted(map(int, rng.choice(own, entries, replace=False)))
    found = [probe.entry(place) for place in places if not probe.spared[place]]
    seen = {(comparison.input, comparison.entry) for comparison in found}
    if probe.spared.size == 1 or np.all(probe.spared):
        # One number has no other direction.
        directions = 0
    for _ in range(directions):
        direction = probe.random_direction(rng)
        comparison = probe.direction(direction)
        if comparison.verdict != "agrees":
            traced = probe.located(direction)
            found += [one for one in traced if (one.input, one.entry) not in seen]
            seen |= {(one.input, one.entry) for one in traced}
            if traced and all(one.verdict != "differs" for one in traced):
                # Kinks are in the way, and there may be more of them than can be found: beside them there are none.
                comparison = _near_by(probe, rng) or replace(comparison, verdict="unmeasured")
        found.append(comparison)
    return found


def _near_by(probe: Probe, rng: np.random.Generator) -> Comparison | None:
    """Return the comparison along a random direction at inputs beside these; None where the function has no value."""
    try:
        near = probe.beside(rng)
    except (ArithmeticError, ValueError, np.linalg.LinAlgError):
        return None
    if not np.all(np.isfinite(near.recorded)):
        return None
    return replace(near.direction(near.random_direction(rng)), input="near by")


def _notes(subject: Subject, entries: int) -> list[str]:
    """Return what was done on the way."""
    notes = [f"input {name} was promoted to float64." for name in subject.promoted]
    if subject.only_weight() is None:
        notes.append("the numbers are those of a sum of all output entries with random weights.")
    return notes + [
        f"of input {name}, {entries} entries of {np.size(array)} were compared one by one."
        for name, array in zip(subject.names, subject.arrays, strict=True)
        if np.size(array) > entries
    ]


def _is_same(first: list[Any], again: list[Any]) -> bool:
    return len(first) == len(again) and all(map(np.array_equal, first, again))


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
