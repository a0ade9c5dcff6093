"""How time and memory grow with the number of gates: the chain x = x·a + b, from 10³ to 10⁶ gates (W3)."""

import gc
import math
import statistics
import time
import tracemalloc
from typing import Any, NamedTuple

import numpy as np

import autograd_mini as am

SIZES = (10**3, 10**4, 10**5, 10**6)
_X, _A, _B = 0.5, 0.999999, 1e-6


class Growth(NamedTuple):
    """What a chain took.

    Attributes:
        ratios: for each size, the median time over the floor's.
        paused: the same under `collector_paused()`.
        exponent: growth of the time with the gates, fitted log-log.
        paused_exponent: the same under `collector_paused()`.
        recorded_bytes: bytes of the graph per gate, as tracemalloc counts them.
        differentiated_bytes: the same once every wire has its gradient.
    """

    ratios: dict[int, float]
    paused: dict[int, float]
    exponent: float
    paused_exponent: float
    recorded_bytes: float
    differentiated_bytes: float


def measure(sizes: tuple[int, ...] = SIZES, rounds: int = 5) -> Growth:
    """Return how a chain of single numbers grows, having compared its gradients with the floor's."""
    ratios: dict[int, float] = {}
    paused: dict[int, float] = {}
    seconds: dict[bool, list[float]] = {False: [], True: []}
    for gates in sizes:
        repeats = max(1, min(200, sizes[-1] // gates // 10))
        for pause, found in ((False, ratios), (True, paused)):
            times = [_round(gates, repeats, pause) for _ in range(rounds)]
            found[gates] = statistics.median(ours / floor for ours, floor in times)
            seconds[pause].append(statistics.median(ours for ours, _ in times))
    slopes = [np.polyfit(np.log(sizes), np.log(seconds[pause]), 1)[0] for pause in (False, True)]
    return Growth(ratios, paused, *map(float, slopes), *_bytes(min(sizes[-1], 10**5)))


def _chain(x: Any, a: Any, b: Any, gates: int) -> Any:
    for _ in range(gates // 2):
        x = x * a + b
    return x


def _by_hand(x: float, a: float, b: float, gates: int) -> list[float]:
    values = []
    for _ in range(gates // 2):
        values.append(x)
        x = x * a + b
    dx, da, db = 1.0, 0.0, 0.0
    for x in reversed(values):
        db += dx
        da += dx * x
        dx *= a
    return [dx, da, db]


def _differentiated(leaves: list[am.Tensor], gates: int) -> list[float]:
    _chain(*leaves, gates).backward()
    return [leaf.grad for leaf in leaves]


def _round(gates: int, repeats: int, pause: bool) -> tuple[float, float]:
    """Return our time and the floor's for one chain."""
    leaves = [am.Tensor(x) for x in (_X, _A, _B)]
    gc.collect()
    gc.freeze()
    start = time.process_time()
    for _ in range(repeats):
        expected = _by_hand(_X, _A, _B, gates)
    middle = time.process_time()
    for _ in range(repeats):
        if pause:
            with am.collector_paused():
                found = _differentiated(leaves, gates)
        else:
            found = _differentiated(leaves, gates)
    end = time.process_time()
    gc.unfreeze()
    assert all(math.isclose(ours, floor, rel_tol=1e-9) for ours, floor in zip(found, expected, strict=True))
    return (end - middle) / repeats, (middle - start) / repeats


def _bytes(gates: int) -> tuple[float, float]:
    """Return bytes per gate of a recorded chain, before and after its backward pass."""
    leaves = [am.Tensor(x) for x in (_X, _A, _B)]
    tracemalloc.start()
    output = _chain(*leaves, gates)
    recorded = tracemalloc.get_traced_memory()[0]
    output.backward()
    differentiated = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return recorded / gates, differentiated / gates
