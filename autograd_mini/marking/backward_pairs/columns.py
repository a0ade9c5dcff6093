"""How a forward function's outputs change with one entry of an input, by differences, for all outputs at once.

Where nothing is recorded, this gives the right gradient for every upstream gradient: the outputs' slopes do not depend
on it. Central differences at shrinking steps are extrapolated twice (Richardson); each output keeps the step at which
the estimated error is least. At a kink the slopes of both sides are kept.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

_LARGEST = 1e-2
_RATIO = 4.0
_STEPS = 6
# Errors of no more than so many roundings are not made smaller by a smaller step.
_ENOUGH = 3
# Slopes of both sides that differ by more than this many times their rounding, and do not approach, make a kink.
_SIGNIFICANT = 100
_APPROACH = 0.5
# Errors beyond this share of the slope make it doubtful.
_DOUBTFUL = 1e-6
# The step, as a share of the number, at which a kink beside the point is told from one at it.
_NEAREST = 1e-8
# Differences that grow by more than this factor from step to step are those of a jump, which has no slope.
_GROWTH = 2.0


class Column(NamedTuple):
    """The slopes of all outputs.

    Attributes:
        middle: the slope of each output.
        error: its estimated error; infinite at a jump.
        low: the smaller of the slopes on both sides, at a kink; else the slope.
        high: the larger of them.
    """

    middle: np.ndarray
    error: np.ndarray
    low: np.ndarray
    high: np.ndarray


def column(outputs: Callable[[float], np.ndarray], scale: float, epsilon: float) -> Column:
    """Return the slopes at 0 of a function of one number.

    Args:
        outputs: the function, which gives an array.
        scale: the size of the number that is moved.
        epsilon: the relative rounding error of the outputs.
    """
    middle = outputs(0.0)
    # What an output was computed from may have been larger than it: −log p is, where p is nearly 1.
    size = np.maximum(np.abs(middle), 1.0)
    central: list[np.ndarray] = []
    left: list[np.ndarray] = []
    right: list[np.ndarray] = []
    once: list[np.ndarray] = []
    twice: list[np.ndarray] = []
    errors: list[np.ndarray] = []
    for step in scale * _LARGEST / _RATIO ** np.arange(_STEPS):
        before, after = outputs(-step), outputs(step)
        size = np.maximum(size, np.maximum(np.abs(before), np.abs(after)))
        noise = 4 * epsilon * size / step
        central.append((after - before) / (2 * step))
        left.append((middle - before) / step)
        right.append((after - middle) / step)
        if len(central) > 1:
            once.append(_extrapolated(central[-2], central[-1], 2))
        if len(once) > 1:
            twice.append(_extrapolated(once[-2], once[-1], 4))
            spread = np.maximum(np.abs(twice[-1] - once[-1]), np.abs(twice[-1] - once[-2]))
            errors.append(spread + noise)
            if np.all(errors[-1] <= _ENOUGH * noise):
                break
    best = np.argmin(np.nan_to_num(np.stack(errors), nan=np.inf), axis=0)
    value = np.take_along_axis(np.stack(twice), best[None], axis=0)[0]
    error = np.take_along_axis(np.stack(errors), best[None], axis=0)[0]
    gap, gap_before = (np.abs(right[k] - left[k]) for k in (-1, -2))
    is_kink = (gap > _SIGNIFICANT * noise) & (gap > _APPROACH * gap_before)
    error = np.where(is_kink, noise, error)
    is_doubtful = is_kink | (error > _DOUBTFUL * np.abs(value) + _SIGNIFICANT * noise)
    if np.any(is_doubtful):
        # A kink may lie beside the point, nearer than the steps; from very near it is seen to.
        step = scale * _NEAREST
        before, after = outputs(-step), outputs(step)
        noise_near = 4 * epsilon * size / step
        is_beside = is_doubtful & (np.abs(before + after - 2 * middle) / step <= _SIGNIFICANT * noise_near)
        value = np.where(is_beside, (after - before) / (2 * step), value)
        # Slopes of both sides that rounding hides are at most so far from their mean.
        error = np.where(is_beside, _SIGNIFICANT * noise_near / 2, error)
        is_kink &= ~is_beside
    sizes = np.abs(np.stack(central[-3:]))
    is_jump = (sizes[0] > _SIGNIFICANT * noise) & np.all(sizes[1:] > _GROWTH * sizes[:-1], axis=0)
    error = np.where(is_jump, np.inf, error)
    low = np.where(is_kink, np.minimum(left[-1], right[-1]), value)
    high = np.where(is_kink, np.maximum(left[-1], right[-1]), value)
    # At a kink, the error is that of the slopes on its sides.
    return Column(value, error, low, high)


def _extrapolated(before: np.ndarray, now: np.ndarray, order: int) -> np.ndarray:
    """Return what differences whose error goes with step^order tend to."""
    return now + (now - before) / (_RATIO**order - 1)
