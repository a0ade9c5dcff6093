"""Circuits of single numbers: the midterm's two, and a network whose every weight is a wire. By hand in floats."""

import itertools
from typing import Any

import numpy as np

from ..workload import Workload

_SIZES = (2, 16, 16, 1)


def workloads() -> tuple[Workload, ...]:
    """Return W1, W2 and W6s."""
    rng = np.random.default_rng(0)
    weights = [float(w) for w in rng.uniform(-1, 1, sum((n + 1) * m for n, m in itertools.pairwise(_SIZES)))]
    convnet = (1.0, -2.0, 3.0, 0.5, -1.0, 0.4, -0.3, 0.7, 0.1, 1.5, -0.8, 0.2)
    return (
        Workload(
            "W1", "midterm 3.1, 5 numbers", (1.0, 3.0, 2.0, -2.0, -1.0), _midterm, _midterm_by_hand,
            is_scalar=True, is_training=False,
        ),
        Workload(
            "W2", "scalar MLP 2-16-16-1, 640 gates", tuple(weights), _mlp, _mlp_by_hand,
            is_scalar=True, is_training=False,
        ),
        Workload(
            "W6s", "midterm 3.3, a ConvNet of 12 numbers", convnet, _convnet, _convnet_by_hand,
            is_scalar=True, is_training=False,
        ),
    )  # fmt: skip


def _midterm(library: Any, w0: Any, x0: Any, w1: Any, x1: Any, w2: Any) -> Any:
    return 1 / (w0 * x0 + w1 * x1 + w2 + 1)


def _midterm_by_hand(w0: float, x0: float, w1: float, x1: float, w2: float) -> list[float]:
    out = 1 / (w0 * x0 + w1 * x1 + w2 + 1)
    slope = -out * out
    return [slope * x0, slope * w0, slope * x1, slope * w1, slope]


def _mlp(library: Any, *weights: Any) -> Any:
    given = iter(weights)
    layer: list[Any] = [0.5, -0.7]
    for size in _SIZES[1:]:
        sums = []
        for _ in range(size):
            total = next(given)
            for x in layer:
                total = total + next(given) * x
            sums.append(total)
        layer = sums if size == 1 else [library.relu(total) for total in sums]
    return layer[0]


def _mlp_by_hand(*weights: float) -> list[float]:
    layers: list[list[float]] = [[0.5, -0.7]]
    place = 0
    for size in _SIZES[1:]:
        below = layers[-1]
        layer = []
        for _ in range(size):
            total = weights[place]
            place += 1
            for x in below:
                total += weights[place] * x
                place += 1
            layer.append(total if size == 1 or total > 0 else 0.0)
        layers.append(layer)
    gradients = [0.0] * len(weights)
    upstream = [1.0]
    for below, size in zip(layers[-2::-1], _SIZES[:0:-1]):
        place -= size * (len(below) + 1)
        here = place
        downstream = [0.0] * len(below)
        for arriving in upstream:
            gradients[here] = arriving
            here += 1
            for i, x in enumerate(below):
                gradients[here + i] = arriving * x
                downstream[i] += arriving * weights[here + i]
            here += len(below)
        upstream = [slope if x > 0 else 0.0 for slope, x in zip(downstream, below)]
    return gradients


def _convnet(
    library: Any,
    x1: Any,
    x2: Any,
    x3: Any,
    x4: Any,
    x5: Any,
    k1: Any,
    k2: Any,
    k3: Any,
    b: Any,
    w1: Any,
    w2: Any,
    a: Any,
) -> Any:
    z1 = k1 * x1 + k2 * x2 + k3 * x3 + b
    z2 = k1 * x2 + k2 * x3 + k3 * x4 + b
    z3 = k1 * x3 + k2 * x4 + k3 * x5 + b
    v1 = library.relu(library.maximum(z1, z2))
    v2 = library.relu(library.maximum(z2, z3))
    return 0.5 * (1.0 - (w1 * v1 + w2 * v2 + a)) ** 2


def _convnet_by_hand(
    x1: float, x2: float, x3: float, x4: float, x5: float,
    k1: float, k2: float, k3: float, b: float, w1: float, w2: float, a: float,
) -> list[float]:  # fmt: skip
    z1 = k1 * x1 + k2 * x2 + k3 * x3 + b
    z2 = k1 * x2 + k2 * x3 + k3 * x4 + b
    z3 = k1 * x3 + k2 * x4 + k3 * x5 + b
    first, second = z1 >= z2, z2 >= z3
    m1 = z1 if first else z2
    m2 = z2 if second else z3
    v1 = m1 if m1 > 0 else 0.0
    v2 = m2 if m2 > 0 else 0.0
    da = w1 * v1 + w2 * v2 + a - 1.0
    dm1 = da * w1 if m1 > 0 else 0.0
    dm2 = da * w2 if m2 > 0 else 0.0
    dz1 = dm1 if first else 0.0
    dz2 = (0.0 if first else dm1) + (dm2 if second else 0.0)
    dz3 = 0.0 if second else dm2
    return [
        dz1 * k1,
        dz1 * k2 + dz2 * k1,
        dz1 * k3 + dz2 * k2 + dz3 * k1,
        dz2 * k3 + dz3 * k2,
        dz3 * k3,
        dz1 * x1 + dz2 * x2 + dz3 * x3,
        dz1 * x2 + dz2 * x3 + dz3 * x4,
        dz1 * x3 + dz2 * x4 + dz3 * x5,
        dz1 + dz2 + dz3,
        da * v1,
        da * v2,
        da,
    ]
