"""Peak memory of a training step beside its hand-written twin, what `checkpoint` trades, and the time of the import."""

import statistics
import subprocess
import sys
import time
import tracemalloc
from typing import Any

import numpy as np

import autograd_mini as am

from .engines import engines
from .workload import Step
from .workloads import workloads

TRAINED = ("W4", "W5", "W7", "W8-10⁶", "W9")


def peaks(names: tuple[str, ...] = TRAINED) -> dict[str, tuple[float, float]]:
    """Return for each workload the peak in bytes of its floor and of our step with release, as tracemalloc counts."""
    ours, everything = engines()["autograd_mini"], workloads()
    found = {}
    for name in names:
        steps = everything[name].contestants({"autograd_mini": ours})
        found[name] = (_peak(steps["floor"]), _peak(steps["autograd_mini"]))
    return found


def checkpointed(steps: int = 400, segment: int = 20) -> dict[str, tuple[float, float]]:
    """Return (seconds, peak bytes) of a long tanh RNN, plain and with `checkpoint` around segments of its steps."""
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(steps, 32, 64))
    w = am.Tensor(rng.normal(size=(64, 64)) / 8)

    def part(h: Any, xs: Any, w: Any) -> Any:
        for x in xs:
            h = np.tanh(h @ w + x)
        return h

    def run(function: Any) -> Any:
        h: Any = np.zeros((32, 64))
        for start in range(0, steps, segment):
            h = function(h, inputs[start : start + segment], w)
        np.mean(h**2).backward(release=True)
        return w.grad

    ways: dict[str, Step] = {"plain": lambda: run(part), "checkpoint": lambda: run(am.checkpoint(part))}
    np.testing.assert_allclose(ways["plain"](), ways["checkpoint"](), rtol=1e-12)
    return {name: (_median_seconds(way), _peak(way)) for name, way in ways.items()}


def import_seconds(rounds: int = 5) -> tuple[float, float]:
    """Return the time of `import numpy`, and of `import autograd_mini` besides, each in a fresh interpreter."""
    script = (
        "import time; start = time.perf_counter(); import numpy; middle = time.perf_counter(); import autograd_mini; "
        "print(middle - start, time.perf_counter() - middle)"
    )
    times = []
    for _ in range(rounds):
        shown = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
        times.append([float(part) for part in shown.split()])
    numpy_seconds, our_seconds = (statistics.median(column) for column in zip(*times, strict=True))
    return numpy_seconds, our_seconds


def _peak(step: Step) -> float:
    step()
    tracemalloc.start()
    result = step()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    del result
    return peak


def _median_seconds(step: Step, rounds: int = 5) -> float:
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        step()
        times.append(time.perf_counter() - start)
    return statistics.median(times)
