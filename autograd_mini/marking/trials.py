"""Trials: what every mistake makes of a sheet, at a question's own inputs or at many others at once.

A walk on which nothing is written simulates the whole sheet of somebody who makes one mistake. Sheets are compared as
they are seen, to four significant digits. A mistake is invisible if its sheet is the right one, and mistakes look alike
if they have one sheet. Those for which that is so whatever the inputs are cannot be helped by better numbers; they are
found by trying random ones. A circuit of single numbers is walked at all the inputs together, as arrays.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..expression import parse
from ..graph import Graph
from .faults import Fault, single_faults
from .questions import Question
from .work import Ground, Place, Walk

# Numbers are compared to this many significant digits; what is smaller than this is 0.
DIGITS = 4
NOTHING = 1e-12
# Floating point takes two equal numbers to two sides of a rounding boundary, unless both are moved off it first.
_OFF_BOUNDARY = 1 + 1e-10
# A right number that may be any of several, this far apart relatively, is at a kink.
_KINK = 1e-6
# How many random sets of inputs tell what is so whatever the inputs are, where they are walked together and one by one.
_TOGETHER, _ONE_BY_ONE = 24, 6

# Many values for every input, the sets of inputs along the first axis.
Inputs = Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Trials:
    """What is written on the sheets of a question at several sets of inputs.

    Attributes:
        right: the right numbers, entry by entry of what is asked, shape (entries, sets).
        usable: for each set whether they are finite and not at a kink.
        sheets: a number for every sheet, shape (1 + mistakes, sets), the right sheet first: the same for the same.
    """

    right: Any
    usable: Any
    sheets: Any


def mistakes(ground: Ground) -> list[Fault]:
    """Return every misconception at every place, but for those made at one operand of a gate alone."""
    return [fault for fault in single_faults(ground) if fault.operand is None]


def own_trial(question: Question, ground: Ground) -> Trials:
    """Return the trial of a question at its own inputs."""
    places = list(question.places(ground).values())
    return _trials(ground, mistakes(ground), places, None, None)


def trials(question: Question, inputs: Inputs, wanted: Callable[[Any], Any] | None = None) -> Trials:
    """Return the trials of a question at other inputs.

    Args:
        question: the question; its own inputs are not tried.
        inputs: many values for each of its inputs.
        wanted: from the right numbers, shape (entries, sets), which of the sets may be used.
    """
    sets = len(next(iter(inputs.values())))
    with np.errstate(all="ignore"):
        if _is_of_single_numbers(question):
            return _trials_at(question, inputs, sets, wanted)
        parts = [
            _trials_at(question, {name: values[i] for name, values in inputs.items()}, None, wanted)
            for i in range(sets)
        ]
    return Trials(
        np.concatenate([part.right for part in parts], axis=1),
        np.concatenate([part.usable for part in parts]),
        np.concatenate([part.sheets for part in parts], axis=1),
    )


def random_trials(question: Question) -> Trials:
    """Return the trials of a question at random inputs of the size of its own."""
    sets = _TOGETHER if _is_of_single_numbers(question) else _ONE_BY_ONE
    return trials(question, _random_inputs(question, sets))


def same_always(random: Trials) -> Any:
    """Return a number for every sheet, the same for sheets that are the same whatever the inputs, 0 for the right one.

    Where none of the random inputs can be used, no two sheets are taken for the same.
    """
    seen = np.ascontiguousarray(random.sheets[:, random.usable])
    if not seen.shape[1]:
        return np.arange(len(seen))
    first: dict[bytes, int] = {}
    return np.array([first.setdefault(row.tobytes(), i) for i, row in enumerate(seen)])


def input_arrays(question: Question) -> dict[str, Any]:
    """Return the question's inputs as arrays of floats."""
    return {wire.name: np.asarray(wire.data, float) for wire in Graph(question.circuit()).leaves if wire.name}


def significant(numbers: Any, digits: int = DIGITS) -> Any:
    """Return numbers rounded to significant digits, entry by entry; what is next to nothing is 0."""
    numbers = np.asarray(numbers, float)
    with np.errstate(all="ignore"):
        unit = 10.0 ** (np.floor(np.log10(np.abs(numbers))) - (digits - 1))
        rounded = np.round(numbers * _OFF_BOUNDARY / unit) * unit
    return np.where(np.abs(numbers) < NOTHING, 0.0, np.where(np.isfinite(rounded), rounded, np.nan))


def _is_of_single_numbers(question: Question) -> bool:
    graph = Graph(question.circuit())
    return all(wire.shape == () for wire in graph.wires) and all(gate.primitive.elementwise for gate in graph.gates)


def _random_inputs(question: Question, sets: int) -> Inputs:
    """Return random inputs of the size of the question's own, of the same signs in every second set."""
    rng = np.random.default_rng(0)
    inputs = {}
    for name, own in input_arrays(question).items():
        size = np.where(own == 0, 1.0, np.abs(own)) * rng.uniform(0.4, 1.8, (sets, *own.shape))
        sign = rng.choice([-1.0, 1.0], (sets, *own.shape))
        sign[::2] = np.where(own < 0, -1.0, 1.0)
        inputs[name] = size * sign
    return inputs


def _trials_at(question: Question, inputs: Inputs, sets: int | None, wanted: Callable[[Any], Any] | None) -> Trials:
    """Return the trials at one set of inputs, or, where every wire is a single number, at many together."""
    root = parse(question.program, inputs)
    ground = Ground(root, question.conventions, None if sets is None else np.ones(sets))
    places = list(question.places(ground).values())
    return _trials(ground, mistakes(ground), places, sets, wanted)


def _trials(
    ground: Ground, faults: Sequence[Fault], places: list[Place], sets: int | None,
    wanted: Callable[[Any], Any] | None,
) -> Trials:  # fmt: skip
    right = _entries(ground.right, places, sets, "middle")
    low, high = _entries(ground.right, places, sets, "low"), _entries(ground.right, places, sets, "high")
    usable = np.isfinite(right).all(axis=0)
    with np.errstate(invalid="ignore"):
        usable &= (high - low <= _KINK * np.maximum(1.0, np.abs(right))).all(axis=0)
    if wanted is not None:
        usable &= wanted(right)
    if wanted is not None and not usable.any():
        return Trials(right, usable, np.zeros((1 + len(faults), len(usable)), np.uint64))
    walks = (ground.walk({}, fault.changes, base=ground.right) for fault in faults)
    rows = [_fingerprint(right), *(_fingerprint(_entries(walk, places, sets, "middle")) for walk in walks)]
    return Trials(right, usable, np.stack(rows))


def _entries(walk: Walk, places: list[Place], sets: int | None, part: str) -> Any:
    """Return what is written on a sheet, shape (entries, sets)."""
    rows = []
    for place in places:
        numbers = np.broadcast_to(getattr(walk.prediction(place), part), place[1].shape)
        rows.append(numbers.reshape(-1, 1) if sets is None else np.broadcast_to(numbers, (1, sets)))
    return np.concatenate(rows) if rows else np.zeros((0, sets or 1))


def _fingerprint(entries: Any) -> Any:
    """Return a number for each sheet, from its entries, shape (entries, sets): the same for the same entries."""
    # + 0.0 makes one of the two zeros; a number that is not finite is like every other such.
    bits = np.ascontiguousarray(significant(entries) + 0.0).view(np.uint64)
    weights = np.random.default_rng(1).integers(0, 2**63, (len(entries), 1), np.uint64) * np.uint64(2) + np.uint64(1)
    # The bits of a round number end in zeros; they are mixed before they are weighed and added up.
    bits = (bits ^ (bits >> np.uint64(29))) * np.uint64(0x9E3779B97F4A7C15)
    bits = (bits ^ (bits >> np.uint64(32))) * weights
    return (bits ^ (bits >> np.uint64(31))).sum(axis=0, dtype=np.uint64)
