"""Memory of a step beside its hand-written twin, and over many steps; what `checkpoint` trades; the import's time."""

import gc
import statistics
import subprocess
import sys
import time
import tracemalloc
from typing import Any

import numpy as np

import autograd_mini as am

from .engines import COMPILED, EAGER, engines
from .workload import Step
from .workloads import workloads

# A recorded step that keeps only the values that rules read.
SAVING = "only_saved_values"
TRAINED = ("W4", "W5", "W7", "W8-10⁶", "W9")


def peaks(names: tuple[str, ...] = TRAINED) -> dict[str, dict[str, float]]:
    """Return for each workload the peaks in bytes of its floor, of our step with release and of the compiled one.

    Recorded steps are measured twice, the second time under `only_saved_values`. Peaks are what NumPy and Python
    allocate during a step, gradients included, as tracemalloc counts.
    """
    ours, everything = {name: engines()[name] for name in (EAGER, COMPILED)}, workloads()
    found = {}
    for name in names:
        steps = everything[name].contestants(ours)
        found[name] = {way: _peak(step) for way, step in steps.items()} | {SAVING: _peak(_saving(steps[EAGER]))}
    return found


def after_steps(steps: int = 1000, name: str = "W4") -> dict[str, list[float]]:
    """Return the bytes in use after a few training steps and after `steps` more, recorded and compiled."""
    workload = workloads()[name]
    found = {}
    for way in (EAGER, COMPILED):
        step = engines()[way].step(workload)
        tracemalloc.start()
        in_use = []
        for count in (10, steps):
            for _ in range(count):
                step()
            # Tracing leaves reference cycles, which are no growth.
            gc.collect()
            in_use.append(tracemalloc.get_traced_memory()[0])
        tracemalloc.stop()
        found[way] = in_use
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


def _saving(step: Step) -> Step:
    """Return a step under `only_saved_values`, which gives the same gradients."""
    saving = am.only_saved_values()(step)
    for ours, plain in zip(saving(), step(), strict=True):
        np.testing.assert_array_equal(ours, plain)
    return saving


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
        start = time.process_time()
        step()
        times.append(time.process_time() - start)
    return statistics.median(times)
