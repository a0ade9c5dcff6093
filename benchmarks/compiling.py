"""How long `compile` takes, per gate of the circuit: tracing a function, writing its value and gradients as source."""

import statistics
import time
from typing import NamedTuple

import autograd_mini as am

from .engines import compiled, recorded
from .workload import Workload
from .workloads import workloads

TIMED = ("W1", "W2", "W6s", "W4", "W5", "W8-10", "W9", "W6b", "W7", "W10", "W10a")


class Compiling(NamedTuple):
    """What compiling a workload took.

    Attributes:
        gates: how many gates its circuit has, forward.
        seconds: median time from the function to the program that gives its value and gradients, ready to be called.
        low: the shortest.
        high: the longest.
    """

    gates: int
    seconds: float
    low: float
    high: float


def measure(names: tuple[str, ...] = TIMED, rounds: int = 5) -> dict[str, Compiling]:
    """Return the time of compiling each workload, after a round that writes what belongs to the gates themselves."""
    everything = workloads()
    found = {}
    for name in names:
        times = [_seconds(everything[name]) for _ in range(rounds + 1)][1:]
        gates = len(am.Graph(recorded(everything[name])))
        found[name] = Compiling(gates, statistics.median(times), min(times), max(times))
    return found


def _seconds(workload: Workload) -> float:
    given = (*workload.data, *workload.inputs)
    start = time.process_time()
    program = compiled(workload).program(*given)
    assert program.function
    return time.process_time() - start
