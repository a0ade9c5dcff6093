"""Why gradients are wrong: every suspicion that reproduces the returned numbers, in every trial, likeliest first."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from .arrays import Suspicion, suspicions
from .conduct import about_upstream
from .findings import Diagnosis, Key
from .substitutions import substitutions
from .trial import Trial
from .wires import wire_suspicions

# A suspicion fits if it is nearer to the returned numbers than the right ones are, by this factor, and than this share.
_NEARER = 1e-3
_NEAR = 1e-6
# What explains every wrong gradient at once is likelier, by so much for each; nothing but a fact about the upstream
# gradient alone is less likely.
_TOGETHER = 0.25
_MOST = 5
# Mistakes that may be made at any gate say less than what is known of this one.
_OF_ANY_GATE = "any."
# Below this likelihood a diagnosis says where numbers are wrong, and not what was done.
_CAUSE = 2

# For each wrong gradient the diagnoses that fit so far, by key; None before the first trial.
Fitting = dict[int, dict[Key, Diagnosis] | None]


def diagnoses(trials: Sequence[Trial]) -> list[Diagnosis]:
    """Return what explains the wrong gradients, likeliest first, with all the gradients that it explains."""
    wrong = {
        i
        for trial in trials
        for i, (mark, part) in enumerate(zip(trial.marks, trial.results, strict=True))
        if mark.verdict in ("wrong", "wrong shape") and part is not None
    }
    found = []
    fitting: Fitting = dict.fromkeys(wrong)
    for trial in trials:
        fitting = _fitting(trial, fitting)
    for position in sorted(wrong):
        found += list((fitting[position] or {}).values())
        if not _has(found, trials[0].pair.gradients[position]):
            found += list(about_upstream(trials[0], position))
    return _together(found)


def _has(found: list[Diagnosis], gradient: str) -> bool:
    return any(gradient in diagnosis.gradients for diagnosis in found)


def _fitting(trial: Trial, before: Fitting) -> Fitting:
    """Return, for each wrong gradient, the suspicions that reproduce its numbers here and did so before."""
    found: dict[int, dict[Key, Diagnosis]] = {position: {} for position in before}
    with np.errstate(all="ignore"):
        for position, (diagnosis, ours, theirs) in _suspected(trial, before):
            known, key = before[position], diagnosis.key
            if (known is None or key in known) and key not in found[position] and _fits(trial, position, ours, theirs):
                found[position][key] = diagnosis
    return dict(found)


def _suspected(trial: Trial, before: Fitting) -> Iterator[tuple[int, Suspicion]]:
    """Yield all suspicions of the wrong gradients that are arrays of numbers, as long as any fitted before."""
    judged = {
        i
        for i, known in before.items()
        if known != {} and (part := trial.results[i]) is not None and part.dtype.kind == "f"
    }
    for position in sorted(judged):
        for suspicion in (*suspicions(trial, position), *substitutions(trial, position)):
            yield position, suspicion
    if judged:
        known = [before[position] for position in judged]
        only = None if None in known else {key for keys in known for key in keys or ()}
        yield from ((place, suspicion) for place, suspicion in wire_suspicions(trial, only) if place in judged)


def _fits(trial: Trial, position: int, ours: np.ndarray, theirs: np.ndarray) -> bool:
    """Return whether what is suspected is what was returned, and not by chance the right gradient itself."""
    right, part = trial.right[position], trial.results[position]
    if ours.shape != theirs.shape or not ours.size or not np.all(np.isfinite(theirs) & np.isfinite(ours)):
        return False
    if not np.all(right.known) and part is not None and part.shape == right.middle.shape and ours.shape == part.shape:
        ours, theirs = ours[right.known], theirs[right.known]
    room = _NEAR * float(np.max(np.abs(ours), initial=0.0))
    if part is not None and part.shape == right.middle.shape:
        room = min(room, _NEARER * float(np.max(np.abs(part - right.middle))))
    room += 2 * float(np.max(right.slack, initial=0.0))
    return bool(np.max(np.abs(ours - theirs)) <= room)


def _together(found: Sequence[Diagnosis]) -> list[Diagnosis]:
    """Return each diagnosis once, with all its gradients, likeliest first; at most so many for a gradient."""
    joined: dict[Key, Diagnosis] = {}
    for diagnosis in found:
        before = joined.get(diagnosis.key)
        names = diagnosis.gradients if before is None else before.gradients + diagnosis.gradients
        likelihood = max(diagnosis.likelihood, before.likelihood if before else 0)
        joined[diagnosis.key] = Diagnosis(diagnosis.id, tuple(dict.fromkeys(names)), diagnosis.parts, likelihood)
    ranked = sorted(joined.values(), key=lambda diagnosis: -diagnosis.likelihood - _TOGETHER * len(diagnosis.gradients))
    counts: dict[str, int] = {}
    kept = []
    named = [d for d in ranked if d.likelihood >= _CAUSE and not d.id.startswith(_OF_ANY_GATE)]
    specific = {name for diagnosis in named for name in diagnosis.gradients}
    once = {_without_places(diagnosis) for diagnosis in ranked if "places" not in diagnosis.parts}
    for diagnosis in ranked:
        if "places" in diagnosis.parts and _without_places(diagnosis) in once:
            # That it is done at one place explains it.
            continue
        if diagnosis.id.startswith(_OF_ANY_GATE) and specific.issuperset(diagnosis.gradients):
            continue
        if any(counts.get(name, 0) < _MOST for name in diagnosis.gradients):
            kept.append(diagnosis)
            for name in diagnosis.gradients:
                counts[name] = counts.get(name, 0) + 1
    return kept


def _without_places(diagnosis: Diagnosis) -> tuple[Any, ...]:
    return (diagnosis.id.removesuffix("_everywhere"), diagnosis.gradients)
