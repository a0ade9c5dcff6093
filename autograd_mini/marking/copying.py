"""Inputs copied wrongly: the numbers that an input may have been taken for, given what the sheet says.

Tried are its neighbours on the page: another input's number, a lost minus sign, a shifted point. Then the number is
solved for from the first answer that does not fit; any one answer can be explained so, hence at least two must be.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from ..tensor import Tensor
from .answers import Answer
from .changes import Changes
from .faults import Fault
from .misconceptions import COMMON, PLAUSIBLE, RARE, Misconception
from .work import Ground, Place, Walk

_NEIGHBOUR = Misconception("forward.wrong_input", "input", COMMON)
_MOST_STEPS = 30
_NEAR = 1e-10


def copied_inputs(ground: Ground, answers: Mapping[Place, Answer], base: Walk) -> Iterator[Fault]:
    """Yield for each named input that is a single number the numbers that it may have been taken for."""
    # What has no name does not stand on the page.
    inputs = [wire for wire in ground.graph.leaves if wire.shape == () and wire.name]
    numbers = [float(wire.data) for wire in inputs]
    for wire, number in zip(inputs, numbers, strict=True):
        likely = {-number: COMMON, 10 * number: PLAUSIBLE, number / 10: PLAUSIBLE}
        for taken in dict.fromkeys([*likely, *numbers]):
            if taken != number:
                yield _fault(wire, taken, likely.get(taken, COMMON))
        if len(base.failures) > 1:
            solved = _solved(ground, answers, base, wire)
            if solved is not None and solved not in (number, *likely, *numbers):
                yield _fault(wire, solved, RARE)


def _fault(wire: Tensor, taken: float, likelihood: float) -> Fault:
    return Fault(_NEIGHBOUR, (wire,), Changes(inputs={wire: taken}), likelihood, taken=taken)


def _solved(ground: Ground, answers: Mapping[Place, Answer], base: Walk, wire: Tensor) -> float | None:
    """Return the number of an input with which the first answer that does not fit would, if there is one."""
    place = base.first_failure
    assert place is not None
    answer = answers[place]
    wrong = np.flatnonzero(~np.ravel(answer.fits(base.prediction(place))))
    if not answer.has_shape or not len(wrong):
        return None
    wanted = float(np.ravel(answer.spread.middle)[wrong[0]])

    def missed(taken: float) -> float:
        walk = ground.walk(answers, Changes(inputs={wire: taken}), base=base)
        return float(np.ravel(walk.prediction(place).middle)[wrong[0]]) - wanted

    before = float(wire.data)
    now = before + 0.5 + 0.1 * abs(before)
    misses: list[Any] = [missed(before), missed(now)]
    for _ in range(_MOST_STEPS):
        if not np.all(np.isfinite(misses)) or misses[1] == misses[0]:
            return None
        if abs(misses[1]) <= _NEAR * max(1.0, abs(wanted)):
            # What was copied has few digits.
            return float(f"{now:.6g}")
        before, now = now, now - misses[1] * (now - before) / (misses[1] - misses[0])
        misses = [misses[1], missed(now)]
    return None
