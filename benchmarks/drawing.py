"""How long it takes to draw a circuit to SVG, from three gates' worth of exam to thousands of gates."""

import gc
import statistics
import time
from collections.abc import Callable

import numpy as np

import autograd_mini as am

# Gates, and the time in ms that a reader waits for at most.
SIZES = {6: 5, 100: 50, 1000: 500, 5000: 3000}
_ROUNDS = 5


def midterm() -> am.Tensor:
    """Return the circuit of the midterm's question 3.1, six gates."""
    return am.parse("f = 1/(w0*x0 + w1*x1 + w2 + 1)", w0=1, x0=3, w1=2, x1=-2, w2=-1)


def network(gates: int) -> am.Tensor:
    """Return a network of single numbers, layers of six neurons, with at least so many gates."""
    rng = np.random.default_rng(0)
    layer = [am.Tensor(float(x), name=f"x{i}") for i, x in enumerate(rng.normal(size=6))]
    count = 0
    while count < gates - 6:
        neurons = []
        for _ in range(min(6, -(-(gates - 6 - count) // 13))):
            total = am.Tensor(float(rng.normal()))
            for wire in layer:
                total = total + am.Tensor(float(rng.normal())) * wire
            neurons.append(np.tanh(total))
            count += 2 * len(layer) + 1
        layer = neurons
    return sum(layer[1:], layer[0])


def measure(call: Callable[[], object]) -> list[float]:
    """Return the times of several calls in ms. What else is in the process is out of the garbage collector's sight."""
    times = []
    gc.collect()
    gc.freeze()
    for _ in range(_ROUNDS):
        start = time.perf_counter()
        call()
        times.append((time.perf_counter() - start) * 1000)
    gc.unfreeze()
    return times


def report() -> str:
    """Return a table: gates, median time from Tensor to SVG, each gate drawn by itself, and the aim."""
    rows = ["| gates | median ms | from | to | aim, ms |", "|---|---|---|---|---|"]
    points = []
    for size, aim in SIZES.items():
        root = midterm() if size == 6 else network(size)
        gates = len(am.Graph(root))
        times = measure(lambda root=root: am.draw(root, group=False).to_svg())
        points.append((gates, statistics.median(times)))
        rows.append(f"| {gates} | {points[-1][1]:.1f} | {min(times):.1f} | {max(times):.1f} | {aim} |")
    (first, fast), (last, slow) = points[1], points[-1]
    growth = np.log(slow / fast) / np.log(last / first)
    return "\n".join([*rows, "", f"From {first} to {last} gates the time grows as gates^{growth:.2f}."])
