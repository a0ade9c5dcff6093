"""Trials: what every mistake makes of a sheet, at a question's own inputs or at many others at once.

A walk on which nothing is written simulates the whole sheet of somebody who makes one mistake. Sheets are compared as
they are seen, to four significant digits. A mistake is invisible if its sheet is the right one, and mistakes look alike
if they have one sheet. Those for which that is so whatever the inputs are cannot be helped by better numbers; they are
found by trying random ones. A circuit of single numbers is walked at all the inputs together, as arrays.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...expression import parse
from ...tensor import Tensor
from ..changes import Changes
from ..faults import Fault, single_faults
from ..work import Ground, Place, Walk
from .digits import DIGITS, significant
from .question import Question

# A right number that may be any of several, this far apart relatively, is at a kink.
_KINK = 1e-6
# How many random sets of inputs tell what is so whatever the inputs are, where they are walked together and one by one.
_TOGETHER, _ONE_BY_ONE = 48, 6

# Many values for every input, the sets of inputs along the first axis.
Inputs = Mapping[str, Any]
# What says which faults of a circuit are tried.
Suspected = Callable[[Ground], list[Fault]]


@dataclass(frozen=True, eq=False)
class Trials:
    """What is written on the sheets of a question at several sets of inputs.

    Attributes:
        kept: the places of the sets that can be used: their right numbers are finite, not at a kink, and as wanted.
        right: the right numbers, entry by entry of what is asked, shape (entries, kept sets).
        sheets: a number for every sheet, shape (1 + mistakes, kept sets), the right sheet first: the same for the same.
    """

    kept: Any
    right: Any
    sheets: Any


def mistakes(ground: Ground) -> list[Fault]:
    """Return every misconception at every place, but for those made by chance at one operand of a gate alone.

    Among single numbers, those are left out that ask for the shape of another wire.
    """
    of_numbers = is_of_single_numbers(ground)
    return [
        fault
        for fault in single_faults(ground)
        if (fault.operand is None or fault.misconception.is_each)
        and not (of_numbers and fault.misconception.is_whole and fault.misconception.sources)
    ]


def own_sheets(question: Question, ground: Ground) -> Any:
    """Return a number for every sheet at the question's own inputs, the right one first: the same for the same."""
    places = list(question.places(ground).values())
    with np.errstate(all="ignore"):
        return _sheets(ground, places, None, [fault.changes for fault in mistakes(ground)], DIGITS)[:, 0]


def trials(
    question: Question,
    inputs: Inputs,
    wanted: Callable[[Any], Any] | None = None,
    *,
    of: Suspected = mistakes,
    digits: int = DIGITS,
) -> Trials:
    """Return the trials of a question at other inputs.

    Args:
        question: the question; its own inputs are not tried.
        inputs: many values for each of its inputs.
        wanted: from the right numbers, shape (entries, sets), which of the sets to keep.
        of: the faults whose sheets are written, from the circuit.
        digits: how many significant digits are looked at.
    """
    count = len(next(iter(inputs.values())))
    own = question.ground()
    changes = [fault.changes for fault in of(own)]
    with np.errstate(all="ignore"):
        if is_of_single_numbers(own):
            ground, places = _prepared(question, inputs, count)
            kept = np.flatnonzero(_usable(ground, places, count, wanted))
            ground, places = _prepared(question, {name: values[kept] for name, values in inputs.items()}, len(kept))
            sheets = _sheets(ground, places, len(kept), _moved(changes, own, ground), digits)
            return Trials(kept, _entries(ground.right, places, len(kept)), sheets)
        used: list[int] = []
        right = [np.zeros((len(right_entries(question, own)), 0))]
        columns = [np.zeros((1 + len(changes), 0), np.uint64)]
        for i in range(count):
            ground, places = _prepared(question, {name: values[i] for name, values in inputs.items()}, None)
            if _usable(ground, places, None, wanted)[0]:
                used.append(i)
                right.append(_entries(ground.right, places, None))
                columns.append(_sheets(ground, places, None, _moved(changes, own, ground), digits))
    return Trials(np.array(used, int), np.concatenate(right, 1), np.concatenate(columns, 1))


def random_trials(question: Question, of: Suspected = mistakes) -> Trials:
    """Return the trials of a question at random inputs of the size of its own; see `trials`."""
    sets = _TOGETHER if is_of_single_numbers(question.ground()) else _ONE_BY_ONE
    return trials(question, _random_inputs(question, sets), of=of)


def same_always(random: Trials) -> Any:
    """Return a number for every sheet, the same for sheets that are the same whatever the inputs, 0 for the right one.

    Where none of the random inputs can be used, no two sheets are taken for the same.
    """
    seen = np.ascontiguousarray(random.sheets)
    if not seen.shape[1]:
        return np.arange(len(seen))
    first: dict[bytes, int] = {}
    return np.array([first.setdefault(row.tobytes(), i) for i, row in enumerate(seen)])


def input_arrays(question: Question) -> dict[str, Any]:
    """Return the question's inputs as arrays of floats."""
    return {
        name: np.asarray(value.data if isinstance(value, Tensor) else value, float)
        for name, value in question.inputs.items()
    }


def right_entries(question: Question, ground: Ground) -> Any:
    """Return the right numbers at the question's own inputs, entry by entry of what is asked."""
    return _entries(ground.right, list(question.places(ground).values()), None)[:, 0]


def is_of_single_numbers(ground: Ground) -> bool:
    """Return whether every wire is a single number, so that many sets of inputs can be walked together."""
    graph = ground.graph
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


def _prepared(question: Question, inputs: Inputs, sets: int | None) -> tuple[Ground, list[Place]]:
    """Return the circuit at one set of inputs, or, where every wire is a single number, at many together."""
    own = question.inputs
    constant = {name for name, value in own.items() if isinstance(value, Tensor) and not value.requires_grad}
    given = {name: Tensor(values, requires_grad=name not in constant) for name, values in inputs.items()}
    root = parse(question.program, given)
    ground = Ground(root, question.conventions, None if sets is None else np.ones(sets))
    return ground, list(question.places(ground).values())


def _usable(ground: Ground, places: list[Place], sets: int | None, wanted: Callable[[Any], Any] | None) -> Any:
    """Return for each set whether its right numbers are finite, not at a kink, and as wanted."""
    right = _entries(ground.right, places, sets)
    room = _entries(ground.right, places, sets, "high") - _entries(ground.right, places, sets, "low")
    usable = np.isfinite(right).all(axis=0) & (room <= _KINK * np.maximum(1.0, np.abs(right))).all(axis=0)
    return usable if wanted is None else usable & wanted(right)


def _moved(changes: list[Changes], own: Ground, ground: Ground) -> list[Changes]:
    """Return changes as they are in another recording of the same program.

    The kinds of its gates may not be asked for there: in one that stands for many sets of inputs numbers are arrays.
    """
    wires = dict(zip(own.graph.wires, ground.graph.wires, strict=True))
    return [change.moved(wires) for change in changes]


def _sheets(ground: Ground, places: list[Place], sets: int | None, changes: list[Changes], digits: int) -> Any:
    walks = [ground.walk({}, change, base=ground.right) for change in changes]
    return np.stack([_fingerprint(_entries(walk, places, sets), digits) for walk in [ground.right, *walks]])


def _entries(walk: Walk, places: list[Place], sets: int | None, part: str = "middle") -> Any:
    """Return what is written on a sheet, shape (entries, sets)."""
    rows = []
    for place in places:
        numbers = np.broadcast_to(getattr(walk.prediction(place), part), place[1].shape)
        rows.append(numbers.reshape(-1, 1) if sets is None else np.broadcast_to(numbers, (1, sets)))
    return np.concatenate(rows) if rows else np.zeros((0, sets or 1))


def _fingerprint(entries: Any, digits: int) -> Any:
    """Return a number for each sheet, from its entries, shape (entries, sets): the same for the same entries."""
    # + 0.0 makes one of the two zeros; a number that is not finite is like every other such.
    bits = np.ascontiguousarray(significant(entries, digits) + 0.0).view(np.uint64)
    weights = np.random.default_rng(1).integers(0, 2**63, (len(entries), 1), np.uint64) * np.uint64(2) + np.uint64(1)
    # The bits of a round number end in zeros; they are mixed before they are weighed and added up.
    bits = (bits ^ (bits >> np.uint64(29))) * np.uint64(0x9E3779B97F4A7C15)
    bits = (bits ^ (bits >> np.uint64(32))) * weights
    return (bits ^ (bits >> np.uint64(31))).sum(axis=0, dtype=np.uint64)
