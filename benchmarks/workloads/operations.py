"""What one operation costs: six gates in a row, on numbers and on ten entries. The floor is the same by hand."""

from typing import Any

import numpy as np

from ..workload import Workload

# A block of six gates, and how many blocks follow each other, so that starting and ending a pass hardly counts.
_GATES, _BLOCKS = 6, 20


def workloads() -> tuple[Workload, ...]:
    """Return W10 on numbers and on arrays of 10 entries."""
    rng = np.random.default_rng(0)
    arrays = tuple(rng.uniform(0.5, 2, 10) for _ in range(2))
    return (
        Workload(
            "W10", "one operation on numbers", (1.3, 0.7), _operations, _by_hand,
            gates=_GATES * _BLOCKS, is_scalar=True, is_training=False, leaves_out=("JAX jit",),
        ),
        Workload(
            "W10a", "one operation on 10 entries", arrays, _operations, _by_hand_on_arrays,
            gates=_GATES * _BLOCKS, is_entrywise=True, leaves_out=("JAX jit",),
        ),
    )  # fmt: skip


def _operations(library: Any, x: Any, y: Any) -> Any:
    z = x
    for _ in range(_BLOCKS):
        z = library.relu((z * y - x) / y + x * y)
    return z


def _by_hand(x: float, y: float) -> list[float]:
    before, tops, sums = [], [], []
    z = x
    for _ in range(_BLOCKS):
        top = z * y - x
        total = top / y + x * y
        before.append(z)
        tops.append(top)
        sums.append(total)
        z = total if total > 0 else 0.0
    dz, dx, dy = 1.0, 0.0, 0.0
    for z, top, total in zip(reversed(before), reversed(tops), reversed(sums)):
        dtotal = dz if total > 0 else 0.0
        dx += dtotal * y
        dy += dtotal * x
        dtop = dtotal / y
        dy -= dtotal * top / y**2
        dx -= dtop
        dy += dtop * z
        dz = dtop * y
    return [dx + dz, dy]


def _by_hand_on_arrays(x: Any, y: Any) -> list[Any]:
    before, tops, sums = [], [], []
    z = x
    for _ in range(_BLOCKS):
        top = z * y - x
        total = top / y + x * y
        before.append(z)
        tops.append(top)
        sums.append(total)
        z = np.maximum(total, 0)
    dz, dx, dy = np.ones_like(x), np.zeros_like(x), np.zeros_like(y)
    for z, top, total in zip(reversed(before), reversed(tops), reversed(sums)):
        dtotal = dz * (total > 0)
        dx += dtotal * y
        dy += dtotal * x
        dtop = dtotal / y
        dy -= dtotal * top / y**2
        dx -= dtop
        dy += dtop * z
        dz = dtop * y
    return [dx + dz, dy]
