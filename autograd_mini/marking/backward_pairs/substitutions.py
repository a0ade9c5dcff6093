"""The right rule with one input replaced: the weights turned, a signal shifted, the upstream gradient in its place.

Each is tried along a random direction: the gradient at the replaced inputs times the direction must be the returned
gradient times it.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from .arrays import Suspicion
from .findings import Diagnosis
from .trial import Trial


def substitutions(trial: Trial, position: int) -> Iterator[Suspicion]:
    """Yield which input may have been taken for something else in one gradient, with what must then be equal."""
    part, right = trial.results[position], trial.right[position].middle
    if part is None or part.shape != right.shape or trial.is_loss or not np.all(trial.right[position].known):
        return
    # More than one number, so that nothing agrees by chance.
    directions = np.random.default_rng(5).normal(size=(3, *right.shape))
    ours = np.array([np.sum(part * direction) for direction in directions])
    for index in trial.pair.chosen:
        array = np.asarray(trial.inputs[index])
        for id, likelihood, parts, other in _replaced(trial, index, array):
            if other.shape != array.shape or np.array_equal(other, array):
                continue
            inputs = list(trial.inputs)
            inputs[index] = other if isinstance(trial.inputs[index], np.ndarray) else float(other)
            first = trial.slope_elsewhere(inputs, position, directions[0])
            if not np.isclose(first, ours[0], rtol=1e-4, atol=1e-8):
                continue
            rest = [trial.slope_elsewhere(inputs, position, direction) for direction in directions[1:]]
            diagnosis = Diagnosis(
                id, (trial.pair.gradients[position],), {"input": trial.pair.names[index], **parts}, likelihood
            )
            yield diagnosis, ours, np.array([first, *rest])


def _replaced(trial: Trial, index: int, array: np.ndarray) -> Iterator[tuple[str, float, dict[str, Any], np.ndarray]]:
    """Yield what may stand in an input's place."""
    if len(trial.upstreams) == 1:
        yield "input.upstream", 3, {}, trial.upstreams[0]
        yield "input.output", 3, {}, trial.run.outs[0]
    yield "input.negated", 2, {}, -array
    yield "input.left_out", 3, {}, np.ones(array.shape)
    if array.ndim == 2 and array.shape[0] == array.shape[1]:
        yield "input.not_transposed", 4, {}, array.T
    for other in trial.pair.chosen:
        if other != index:
            yield "input.exchanged", 2.5, {"other": trial.pair.names[other]}, np.asarray(trial.inputs[other])
    spatial = tuple(range(2, array.ndim)) if array.ndim > 2 else (array.ndim - 1,) if array.ndim else ()
    if spatial:
        yield "input.flipped", 3.5, {}, np.flip(array, spatial)
    for axis in spatial:
        for step in (1, -1):
            yield "input.shifted", 3, {"axis": axis}, _shifted(array, (axis,), step)
    if len(spatial) == 2:
        for step in (1, -1):
            yield "input.shifted", 3, {"axis": "2 and 3"}, _shifted(array, spatial, step)
    if array.ndim and array.shape[0] > 1:
        yield "input.first_only", 2, {}, np.broadcast_to(array[:1], array.shape)


def _shifted(array: np.ndarray, axes: tuple[int, ...], step: int) -> np.ndarray:
    """Return an array moved by one place, with 0 where nothing comes in."""
    moved = array
    for axis in axes:
        moved = np.roll(moved, step, axis)
        place = [slice(None)] * array.ndim
        place[axis] = slice(0, 1) if step > 0 else slice(-1, None)
        moved[tuple(place)] = 0
    return moved
