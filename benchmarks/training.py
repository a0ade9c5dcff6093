"""How long a step of nn.Trainer takes, eager and compiled: the nets of examples/networks on digits, with made images.

The optimiser, the look-up of a batch and the accuracy are the same in both, and count.
"""

import statistics
import time

import numpy as np

from autograd_mini import functional as F  # noqa: N812
from autograd_mini import nn

_ROUNDS, _STEPS = 9, 23


def two_layers(rng: np.random.Generator) -> nn.Module:
    """Return the two-layer net, for (64,)."""
    return nn.Sequential(nn.Linear(64, 100, rng=rng), nn.ReLU(), nn.Linear(100, 10, rng=rng))


def five_layers(rng: np.random.Generator) -> nn.Module:
    """Return the net of five layers with batch normalisation and dropout, for (64,)."""
    return nn.parse_architecture("FC-100 BN RELU DROPOUT0.1 " * 4 + "FC-10", (64,), rng=rng)


def convnet(rng: np.random.Generator) -> nn.Module:
    """Return the convolutional net, for (1, 8, 8)."""
    return nn.parse_architecture("CONV3-16 BN RELU CONV3-32 BN RELU POOL2 DROPOUT0.3 FC-10", (1, 8, 8), rng=rng)


NETS = {
    "two layers": (two_layers, (64,)),
    "five layers, batch norm, dropout": (five_layers, (64,)),
    "convnet": (convnet, (1, 8, 8)),
}


def measure(name: str) -> dict[bool, list[float]]:
    """Return the times of a step in ms, one for each round, by whether it is compiled; epochs take turns."""
    make, shape = NETS[name]
    data = np.random.default_rng(1)
    x, y = data.normal(size=(_STEPS * 64, *shape)), data.integers(0, 10, _STEPS * 64)
    trainers, times = {}, {}
    for compiled in (False, True):
        rng = np.random.default_rng(0)
        trainers[compiled] = nn.Trainer(make(rng), F.cross_entropy, nn.optim.Adam(1e-3), rng=rng, compiled=compiled)
        trainers[compiled].fit(x, y, 1)
        times[compiled] = []
    for epoch in range(2, _ROUNDS + 2):
        for compiled, trainer in trainers.items():
            start = time.perf_counter()
            trainer.fit(x, y, epoch)
            times[compiled].append((time.perf_counter() - start) * 1000 / _STEPS)
    if trainers[False].history != trainers[True].history:
        raise AssertionError(f"{name}: compiled steps learn something else")
    return times


def report() -> str:
    """Return a table: median time of an eager and a compiled step on 64 images, and how many times faster it is."""
    rows = ["| net | eager, ms | compiled, ms | faster |", "|---|---|---|---|"]
    for name in NETS:
        times = measure(name)
        eager, compiled = statistics.median(times[False]), statistics.median(times[True])
        rows.append(f"| {name} | {eager:.2f} | {compiled:.2f} | {eager / compiled:.1f}× |")
    return "\n".join(rows)
