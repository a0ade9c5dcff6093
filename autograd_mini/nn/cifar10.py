"""The CIFAR-10 images, from the Python batches in a folder; nothing is downloaded.

The batches are pickles. They are read by an unpickler that makes arrays, bytes, lists and dicts, and refuses
everything else, so that a file from somewhere cannot run code.
"""

import importlib
import os
import pickle
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ..errors import StateError

_ALLOWED = {
    ("numpy", "ndarray"),
    ("numpy", "dtype"),
    ("numpy._core.multiarray", "_reconstruct"),
    ("numpy._core.numeric", "_frombuffer"),
    ("_codecs", "encode"),
}


class Cifar10(NamedTuple):
    """Images in [0, 1] of dtype float32, shape (N, 3, 32, 32), and their classes from 0 to 9, shape (N,)."""

    train_images: Any
    train_labels: Any
    test_images: Any
    test_labels: Any


class _ArraysOnly(pickle.Unpickler):
    """Reads pickles of arrays, bytes, lists and dicts."""

    def find_class(self, module: str, name: str) -> Any:
        # The files were written when these modules had no underscore.
        module = module.replace("numpy.core.", "numpy._core.")
        if (module, name) not in _ALLOWED:
            raise pickle.UnpicklingError(f"it asks for {module}.{name}, which no batch of images needs")
        return getattr(importlib.import_module(module), name)


def load_cifar10(folder: str | os.PathLike[str]) -> Cifar10:
    """Return the images of a folder with data_batch_1, data_batch_2, ... and test_batch.

    Args:
        folder: the unpacked cifar-10-batches-py of https://www.cs.toronto.edu/~kriz/cifar.html.

    Raises:
        FileNotFoundError: if a batch is not there.
        StateError: if a file is no batch of images.
    """
    folder = Path(folder)
    batches = sorted(folder.glob("data_batch_*"))
    if not batches or not (folder / "test_batch").is_file():
        raise FileNotFoundError(
            f"{folder} should hold data_batch_1 to data_batch_5 and test_batch. Unpack cifar-10-python.tar.gz and give "
            "the folder cifar-10-batches-py."
        )
    parts = [_batch(path) for path in batches]
    train_images, train_labels = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    return Cifar10(train_images, train_labels, *_batch(folder / "test_batch"))


def _batch(path: Path) -> tuple[Any, Any]:
    """Return the images and the labels of one file."""
    try:
        with open(path, "rb") as file:
            batch = _ArraysOnly(file, encoding="bytes").load()
        images, labels = np.asarray(batch[b"data"]), np.asarray(batch[b"labels"])
        if images.dtype != np.uint8 or images.shape != (len(labels), 3 * 32 * 32) or labels.dtype.kind != "i":
            raise ValueError(f"expected bytes of shape (N, 3072) and N labels; got {images.shape}, {labels.shape}")
    except (pickle.UnpicklingError, EOFError, KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise StateError(f"{path} cannot be read as a batch of CIFAR-10: {str(error).rstrip('.')}.") from error
    return images.reshape(-1, 3, 32, 32).astype(np.float32) / 255, labels
