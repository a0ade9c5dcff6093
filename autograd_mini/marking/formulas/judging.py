"""From the comparison to the verdict: right, right except at ties, or wrong, with the point that shows it best."""

import copy
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ...errors import AutogradMiniError, IndexingError, ShapeError
from .circuits import UPSTREAM
from .claims import Claim, RefusedError
from .comparing import ENOUGH, Sample, Side, corner, samples
from .hints import hints_of, reshaped
from .names import Names
from .points import Domain, Input
from .reading import Formula, read_formula
from .report import Counterexample, FormulaReport

# Gradients around a point are looked at in so many places where only a tie is to be found.
_FEW = 4


def read_or_report(label: str, text: str, names: Names, latex: bool | None) -> Formula | FormulaReport:
    """Return a formula, or the report on a text that is blank or cannot be read."""
    if text is None or (isinstance(text, str) and not text.strip()):
        return FormulaReport(label, "" if text is None else text, "blank")
    try:
        return read_formula(text, names, latex)
    except AutogradMiniError as error:
        return FormulaReport(label, str(text), "unreadable", problem=str(error))


@np.errstate(all="ignore")
def judge(
    label: str, side: Side, claim: Claim, *, accepts_any: bool, seed: int, gives_hints: bool = True
) -> FormulaReport:
    """Return the report on one claim.

    Args:
        label: what the formula is said to give.
        side: what is right.
        claim: the claim.
        accepts_any: whether any valid subgradient is right at a tie.
        seed: seed of the random points.
        gives_hints: whether to look for what a wrong formula has to do with the right one.
    """
    rng = np.random.default_rng(seed)
    legend = tuple(f"{symbol} is the gradient of {wire}" for symbol, wire in claim.gradients.items())
    report = FormulaReport(label, claim.formula.text, "right", claim.formula.understood, notes=legend)
    try:
        group = samples(side, [claim], rng)[0]
    except RefusedError as error:
        # An entry that is not there, or shapes that do not fit: the formula says what it means, and it is wrong.
        if not isinstance(error.cause, ShapeError):
            return replace(report, verdict="unreadable", problem=str(error))
        others = () if isinstance(error.cause, IndexingError) else reshaped(claim)
        found = (hint for other, hint in others if _agrees(side, other, seed))
        return replace(report, verdict="wrong", problem=str(error), hints=tuple(itertools.islice(found, 1)))
    defined = [sample for sample in group if sample.is_defined]
    random = [sample for sample in defined if not sample.point.is_special]
    report = replace(report, points=len(defined), notes=(*legend, *_notes(side, claim, group)))
    if len(random) < ENOUGH:
        return replace(
            report,
            verdict="not comparable",
            problem=f"formula and circuit are both defined at {len(random)} of the random points only, fewer than "
            f"{ENOUGH}; say what the inputs may be, such as domains={{'x': 'positive'}}",
        )
    doubtful = sorted((s for s in defined if np.any(s.differs())), key=_simplicity)
    at_ties: list[Sample] = []
    choices: list[Sample] = []
    for sample in doubtful:
        place = corner(side, [claim], sample, rng)
        if not place.is_tie:
            shown = _counterexample(side, claim, sample, is_tie=False)
            report = replace(report, verdict="wrong", problem=claim.missing, counterexample=shown)
            if not gives_hints:
                return report
            hints = [*hints_of(group, claim, side.is_gradient), *_conditions(side, claim, accepts_any, seed)]
            return replace(report, hints=tuple(hints))
        if accepts_any and place.allows(np.ravel(sample.claimed), np.ravel(sample.worked)):
            choices.append(sample)
        else:
            at_ties.append(sample)
    ties = len(choices) + len(at_ties)
    if claim.formula.has_cases:
        agreeing = [sample for sample in defined if not np.any(sample.differs())]
        ties += _ties(side, claim, agreeing, rng)
    report = replace(report, ties=ties)
    if at_ties:
        shown = _counterexample(side, claim, at_ties[0], is_tie=True)
        return replace(report, verdict="right except at ties", counterexample=shown)
    if claim.missing:
        return replace(report, verdict="wrong", problem=claim.missing)
    if choices:
        note = f"at {len(choices)} of the ties it chooses another valid subgradient than the library does"
        report = replace(report, notes=(*report.notes, note))
    if not report.ties and claim.formula.has_cases:
        note = "no tie was met, so that > and >= are not told apart"
        report = replace(report, notes=(*report.notes, note))
    return report


def _agrees(side: Side, claim: Claim, seed: int) -> bool:
    """Return whether a claim is right, or right except at ties."""
    try:
        group = samples(side, [claim], np.random.default_rng(seed))[0]
    except RefusedError:
        return False
    random = [sample for sample in group if sample.is_defined and not sample.point.is_special]
    return len(random) >= ENOUGH and not any(np.any(sample.differs()) for sample in random)


def _conditions(side: Side, claim: Claim, accepts_any: bool, seed: int) -> list[str]:
    """Return under which condition on the inputs, which the recorded ones fulfil, a wrong formula is right."""
    found = []
    for key, one in side.inputs.items():
        domain = _recorded_domain(one)
        if domain is None:
            continue
        narrower = copy.copy(side)
        narrower.inputs = side.inputs | {key: one._replace(domain=domain)}
        if judge("", narrower, claim.again(), accepts_any=accepts_any, seed=seed, gives_hints=False).is_right:
            name = side.labels[key]
            found.append(f"it is right if {name} is {domain}, as recorded: give domains={{{name!r}: {domain!r}}}")
    return found


def _recorded_domain(one: Input) -> Domain | None:
    """Return the narrower domain of a recorded value whose rows add up to 1; None for any other."""
    value = np.asarray(one.value)
    if one.domain != "real" or not value.ndim or value.shape[-1] < 2:
        return None
    if np.any(value < 0) or not np.allclose(np.sum(value, axis=-1), 1):
        return None
    return "one-hot" if np.all((value == 0) | (value == 1)) else "probabilities"


@np.errstate(all="ignore")
def judge_together(
    side: Side, judged: Mapping[str, tuple[Claim, FormulaReport]], seed: int
) -> dict[str, FormulaReport]:
    """Return the reports on claims that are right one by one, with the ties at which they are not right together."""
    if len(judged) < 2:
        return {}
    rng = np.random.default_rng(seed)
    claims = [claim.again() for claim, _ in judged.values()]
    for group in sorted(zip(*samples(side, claims, rng), strict=True), key=lambda group: _simplicity(group[0])):
        if not all(sample.is_defined for sample in group):
            continue
        if not any(np.any(sample.differs()) for sample in group):
            continue
        place = corner(side, claims, group[0], rng)
        claimed, worked = (
            np.concatenate([np.ravel(part) for part in parts])
            for parts in zip(*((sample.claimed, sample.worked) for sample in group), strict=True)
        )
        if not place.allows(claimed, worked):
            return {
                written: replace(
                    report,
                    verdict="right except at ties",
                    counterexample=_counterexample(side, claim, sample, is_tie=True),
                    notes=(
                        *report.notes,
                        f"alone it is a valid choice at a tie, but not together with the formulas for "
                        f"{', '.join(other for other in judged if other != written)}: the parts do not add up",
                    ),
                )
                for sample, (written, (claim, report)) in zip(group, judged.items(), strict=True)
            }
    return {}


def _simplicity(sample: Sample) -> tuple[bool, float]:
    """Return a key that sorts points that are easy to work out by hand first: small whole numbers, but not all 0."""
    numbers = np.concatenate([np.ravel(value) for value in sample.point.values.values()] or [np.zeros(1)])
    is_whole = bool(np.all(numbers == np.round(numbers)))
    # A zero hides what it is multiplied by.
    return not is_whole, float(np.sum(np.abs(numbers)) + 3 * np.sum(numbers == 0))


def _ties(side: Side, claim: Claim, defined: Sequence[Sample], rng: np.random.Generator) -> int:
    """Return at how many special points the gradient jumps."""
    special = [sample for sample in defined if sample.point.is_special]
    return sum(corner(side, [claim], sample, rng, _FEW).is_tie for sample in special)


def _notes(side: Side, claim: Claim, group: Sequence[Sample]) -> list[str]:
    """Return what the comparison takes for granted."""
    found = []
    if claim.is_broadcast:
        found.append(f"one number is read as that number for every entry of {claim.asked.written}")
    undefined = sum(not sample.is_defined for sample in group if not sample.point.is_special)
    if undefined:
        count = sum(not sample.point.is_special for sample in group)
        found.append(f"the formula is not defined at {undefined} of {count} random points at which the circuit is")
    for key, one in side.inputs.items():
        if one.domain != "real":
            found.append(f"{side.labels[key]} is taken to be {one.domain}")
    return found


def _counterexample(side: Side, claim: Claim, sample: Sample, *, is_tie: bool) -> Counterexample:
    """Return a point as it is shown: inputs, what the formula names besides, both numbers."""
    inputs = {side.labels[key]: _plain(value) for key, value in sample.point.values.items()}
    named: dict[str, Any] = {
        name: _plain(sample.state.values[name])
        for name in claim.formula.wires
        if name in sample.state.values and name not in inputs
    }
    named |= {
        symbol: _plain(sample.state.gradients[wire])
        for symbol, wire in claim.gradients.items()
        if UPSTREAM not in sample.point.values or side.labels[UPSTREAM] != f"upstream of {wire}"
    }
    wrong = np.argwhere(sample.differs())
    entry, claimed, right, where = "", sample.claimed, sample.right, tuple(wrong[0]) if len(wrong) else ()
    if where:
        claimed, right = claimed[where], right[where]
        entry = claim.entry(where)
    return Counterexample(inputs, _plain(claimed), _plain(right), is_tie, named, entry)


def _plain(value: Any) -> Any:
    return float(value) if np.ndim(value) == 0 else np.asarray(value)
