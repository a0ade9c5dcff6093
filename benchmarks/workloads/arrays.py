"""Networks and formulas on arrays: dense layers, a formula entry by entry, a recurrence. Floors are plain NumPy."""

import itertools
from typing import Any

import numpy as np

from ..workload import Workload

_STEPS = 50


def workloads() -> tuple[Workload, ...]:
    """Return W4, W5, W8 at four sizes, and W9."""
    rng = np.random.default_rng(0)
    entries = ((10, "10"), (10**3, "10³"), (10**5, "10⁵"), (10**6, "10⁶"))
    return (
        _dense("W4", "two-layer step, 64×64-100-10, float64", rng, 64, (64, 100, 10), np.float64, 1e-9),
        _dense("W5", "MLP step, 256×3072-512-512-10, float32", rng, 256, (3072, 512, 512, 10), np.float32, 1e-3),
        *[_formula(f"W8-{text}", f"Σ tanh(x·w + b)·σ(x), n = {text}", rng, n) for n, text in entries],
        _recurrence("W9", f"tanh RNN, {_STEPS} steps of 32×64, float64", rng),
    )


def _dense(
    name: str, title: str, rng: Any, batch: int, sizes: tuple[int, ...], dtype: Any, tolerance: float
) -> Workload:
    x = rng.normal(size=(batch, sizes[0])).astype(dtype)
    wanted = np.eye(sizes[-1], dtype=dtype)[rng.integers(sizes[-1], size=batch)]
    parameters: list[Any] = []
    for n, m in itertools.pairwise(sizes):
        parameters += [(rng.normal(size=(n, m)) / np.sqrt(n)).astype(dtype), np.zeros(m, dtype)]
    layers = len(sizes) - 1

    def loss(library: Any, h: Any, wanted: Any, *parameters: Any) -> Any:
        for i in range(layers):
            h = h @ parameters[2 * i] + parameters[2 * i + 1]
            if i < layers - 1:
                h = library.relu(h)
        return -library.sum(library.log_softmax(h) * wanted) / batch

    def by_hand(x: Any, wanted: Any, *parameters: Any) -> list[Any]:
        inputs = [x]
        for i in range(layers):
            h = inputs[-1] @ parameters[2 * i] + parameters[2 * i + 1]
            inputs.append(np.maximum(h, 0) if i < layers - 1 else h)
        scores = inputs.pop()
        scores = scores - scores.max(axis=1, keepdims=True)
        exponentials = np.exp(scores)
        sums = exponentials.sum(axis=1, keepdims=True)
        -np.sum((scores - np.log(sums)) * wanted) / batch
        upstream = (exponentials / sums - wanted) / batch
        gradients: list[Any] = []
        for i in reversed(range(layers)):
            h = inputs.pop()
            gradients[:0] = [h.T @ upstream, upstream.sum(0)]
            if i:
                upstream = upstream @ parameters[2 * i].T * (h > 0)
        return gradients

    return Workload(name, title, tuple(parameters), loss, by_hand, (x, wanted), tolerance=tolerance)


def _formula(name: str, title: str, rng: Any, n: int) -> Workload:
    def loss(library: Any, x: Any, w: Any, b: Any) -> Any:
        return library.sum(library.tanh(x * w + b) * library.sigmoid(x))

    def by_hand(x: Any, w: Any, b: Any) -> list[Any]:
        t = np.tanh(x * w + b)
        shrunk = np.exp(-np.abs(x))
        s = np.maximum(x >= 0, shrunk) / (1 + shrunk)
        np.sum(t * s)
        db = s * (1 - t * t)
        return [db * w + t * s * (1 - s), db * x, db]

    return Workload(name, title, tuple(rng.normal(size=(3, n))), loss, by_hand)


def _recurrence(name: str, title: str, rng: Any) -> Workload:
    sequence = rng.normal(size=(_STEPS, 32, 64))
    parameters = (rng.normal(size=(64, 64)) / 8, rng.normal(size=(64, 64)) / 8, np.zeros(64))
    return Workload(name, title, parameters, _unrolled, _recurrence_by_hand, (np.zeros((32, 64)), sequence))


def _unrolled(library: Any, h: Any, sequence: Any, w: Any, u: Any, b: Any) -> Any:
    for x in sequence:
        h = library.tanh(h @ w + x @ u + b)
    return library.mean(h**2)


def _recurrence_by_hand(h: Any, sequence: Any, w: Any, u: Any, b: Any) -> list[Any]:
    states = [h]
    for x in sequence:
        states.append(np.tanh(states[-1] @ w + x @ u + b))
    dw, du, db = np.zeros_like(w), np.zeros_like(u), np.zeros_like(b)
    upstream = states[-1] * (2 / states[-1].size)
    for x, before, h in zip(sequence[::-1], states[-2::-1], states[::-1]):
        slope = upstream * (1 - h * h)
        dw += before.T @ slope
        du += x.T @ slope
        db += slope.sum(0)
        upstream = slope @ w.T
    return [dw, du, db]
