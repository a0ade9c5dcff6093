"""Time contestants against a floor: interleaved in one process, in rounds, so that a busy machine hits all alike.

Times are the processor's, of all threads of this process: where it waits while others compute, nothing is counted.
"""

import gc
import statistics
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from .workload import Step, Workload


class Timing(NamedTuple):
    """What one contestant took.

    Attributes:
        seconds: median time of a step, divided by the gates it is quoted for.
        ratio: median over the rounds of its time over the floor's in the same round.
        low: first quartile of that ratio.
        high: third quartile of it.
    """

    seconds: float
    ratio: float
    low: float
    high: float


def check_gradients(workload: Workload, steps: dict[str, Step]) -> None:
    """Compare every contestant's gradients with the floor's, so that nothing wrong is timed.

    Raises:
        AssertionError: naming the contestant and the input.
    """
    expected = [np.asarray(gradient) for gradient in steps["floor"]()]
    for name, step in steps.items():
        for i, (gradient, wanted) in enumerate(zip(step(), expected, strict=True)):
            largest = np.max(np.abs(wanted))
            np.testing.assert_allclose(
                np.asarray(gradient), wanted, rtol=workload.tolerance, atol=workload.tolerance * largest,
                err_msg=f"{workload.name}: the gradient of {name} by input {i}",
            )  # fmt: skip


def time_steps(steps: dict[str, Step], *, gates: int = 1, budget: float = 6.0) -> dict[str, Timing]:
    """Return the timing of each contestant.

    Args:
        steps: contestants, "floor" among them; each was called before, so that nothing is compiled any more.
        gates: how many gates a step's time is divided by.
        budget: seconds that all rounds together may take.
    """
    repeats = {name: _repeats(step) for name, step in steps.items()}
    cost = sum(_timed(step, repeats[name]) * repeats[name] for name, step in steps.items())
    rounds = max(3, min(101, int(budget / cost)))
    times: dict[str, list[float]] = {name: [] for name in steps}
    gc.collect()
    gc.freeze()
    try:
        for _ in range(rounds):
            for name, step in steps.items():
                times[name].append(_timed(step, repeats[name]))
    finally:
        gc.unfreeze()
    found = {}
    for name, taken in times.items():
        ratios = [ours / floor for ours, floor in zip(taken, times["floor"], strict=True)]
        low, _, high = statistics.quantiles(ratios, n=4)
        found[name] = Timing(statistics.median(taken) / gates, statistics.median(ratios), low, high)
    return found


def _timed(step: Callable[[], Any], repeats: int) -> float:
    """Return the time of one call in seconds, measured over several."""
    start = time.process_time()
    for _ in range(repeats):
        step()
    return (time.process_time() - start) / repeats


def _repeats(step: Callable[[], Any]) -> int:
    """Return how many calls take about 5 ms."""
    step()
    return max(1, int(0.005 / _timed(step, 3)))
