"""Models and other nested dicts of arrays in .npz files, without pickle; written whole or not at all."""

import io
import os
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import StateError
from ..files import write_whole
from .entries import flat
from .module import Module
from .settings import of_kind


def save(model: Module, path: str | os.PathLike[str]) -> Path:
    """Write a model's parameters and buffers to an .npz file, and return its path.

    The entries are "parameters.hidden.weight", "buffers.norm.running_mean", ...: plain arrays that np.load reads.

    Raises:
        DtypeError: if `model` is no Module.
        OSError: if the file cannot be written. What was there before is there still.
    """
    return write_entries(
        path, of_kind("save", "the model", model, Module, "a Module, as in nn.save(model, path)").state()
    )


def load(model: Module, path: str | os.PathLike[str]) -> Module:
    """Give a model the parameters and buffers that `save` wrote, and return it.

    Raises:
        DtypeError: if `model` is no Module.
        StateError: if the file is none of `save`'s, or an entry is missing, superfluous or of another shape. The
            model has not changed then.
        FileNotFoundError: if there is no such file.
    """
    of_kind("load", "the model", model, Module, "a Module, as in nn.load(model, path)")
    return model.load_state(read_entries(path))


def write_entries(path: str | os.PathLike[str], tree: Any) -> Path:
    """Write nested dicts of arrays, numbers and texts to an .npz file, each leaf under its path."""
    buffer = io.BytesIO()
    # Written entry by entry, as np.savez takes no entry called "file".
    with zipfile.ZipFile(buffer, "w", allowZip64=True) as archive:
        for name, leaf in flat(tree).items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as entry:
                np.lib.format.write_array(entry, np.asarray(leaf), allow_pickle=False)
    return write_whole(path, buffer.getvalue())


def read_entries(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Return the entries of an .npz file by path.

    Raises:
        StateError: if it is no such file, is cut off, or holds pickled objects.
        FileNotFoundError: if there is none.
    """
    # Opened here, as np.load leaves a broken archive open. A Path, as `open` takes a whole number for an open file.
    with open(Path(path), "rb") as file:
        if not zipfile.is_zipfile(file):
            raise StateError(f"{path} cannot be read as saved entries: it is no .npz file, or it is cut off.")
        try:
            archive = np.load(file, allow_pickle=False)
            return {name: archive[name] for name in archive.files}
        except (zipfile.BadZipFile, ValueError, EOFError) as error:
            raise StateError(f"{path} cannot be read as saved entries: {error}") from error
