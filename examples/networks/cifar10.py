"""Two-layer net on CIFAR-10 with a grid search, as in the course: python cifar10.py cifar-10-batches-py.

Without a folder it makes a small one of the same format first, of images whose colour tells their class. Needs the
extra `plots` for the learning curves of the best run.

Prints:

    300 images to learn from, 100 to choose by, 100 to test
    best of 4: learning rate 0.01
    test accuracy at least 90 %: True
    wrote cifar10.svg
"""

import pickle
import sys
import tempfile
from pathlib import Path

import numpy as np

from autograd_mini import functional as F  # noqa: N812
from autograd_mini import nn

rng = np.random.default_rng(1)
folder = Path(sys.argv[1] if len(sys.argv) > 1 else tempfile.mkdtemp())
if len(sys.argv) == 1:
    colours = rng.integers(40, 215, (10, 3, 1))
    for name in ("data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "test_batch"):
        labels = rng.integers(0, 10, 100)
        images = np.clip(colours[labels] + rng.normal(0, 20, (100, 3, 1024)), 0, 255).astype(np.uint8)
        (folder / name).write_bytes(pickle.dumps({b"data": images.reshape(100, -1), b"labels": labels.tolist()}, 2))
x, y, test_x, test_y = nn.load_cifar10(folder)
x, test_x, held = x.reshape(len(x), -1) - x.mean(), test_x.reshape(len(test_x), -1) - x.mean(), len(x) // 4
trainers = {}


def run(lr, hidden):
    net = nn.Sequential(
        nn.Linear(3072, hidden, init=nn.init.he_normal, rng=rng), nn.ReLU(), nn.Linear(hidden, 10, rng=rng)
    ).astype(np.float32)
    trainers[lr, hidden] = nn.Trainer(net, F.cross_entropy, nn.optim.SGD(lr, 0.9, 1e-4), rng=rng)
    return trainers[lr, hidden].fit(x[held:], y[held:], 10, validation=(x[:held], y[:held]))["validation_accuracy"][-1]


print(f"{len(x) - held} images to learn from, {held} to choose by, {len(test_x)} to test")
search = nn.grid_search(run, {"lr": [1e-6, 1e-2], "hidden": [50, 100]})
print("best of 4: learning rate", search.best["lr"])
best = trainers[tuple(search.best.values())]
print("test accuracy at least 90 %:", best.evaluate(test_x, test_y)[1] >= 0.9)
best.history.plot().savefig("cifar10.svg")
print("wrote cifar10.svg")
