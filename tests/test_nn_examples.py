"""The networks of examples/networks learn what their docstrings say, and the CIFAR-10 reader reads only images."""

import ast
import json
import os
import pickle
import re
import subprocess
import sys
import textwrap
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest

from autograd_mini import nn
from autograd_mini.errors import StateError

ROOT = Path(__file__).parent.parent
EXAMPLES = sorted((ROOT / "examples" / "networks").glob("*.py"))
# On a machine that is busy, threads of the linear algebra wait for each other longer than these networks compute.
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


@pytest.mark.slow
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_network_learns_what_it_says(path, tmp_path):
    source = path.read_text(encoding="utf-8")
    if "import sklearn" in source or "from sklearn" in source:
        pytest.importorskip("sklearn", reason="scikit-learn is not installed: pip install 'autograd-mini[data]'")
    if ".plot()" in source:
        pytest.importorskip("matplotlib", reason="matplotlib is not installed: pip install 'autograd-mini[plots]'")
    said = textwrap.dedent(ast.get_docstring(ast.parse(source), clean=False).partition("Prints:\n\n")[2])
    result = subprocess.run(
        [sys.executable, "-X", "utf8", str(path)],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=True,
        env=os.environ | ONE_THREAD,
    )
    assert result.stdout == said
    assert result.stderr == ""
    names = re.findall(r"^wrote (.*)$", said, re.MULTILINE)
    assert names == [f"{path.stem}.svg"]
    assert ET.parse(tmp_path / names[0]).getroot().tag.endswith("svg")


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_network_is_short(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert sum((node.end_lineno or 0) - node.lineno + 1 for node in tree.body[1:]) <= 35


def test_there_are_networks():
    assert {path.stem for path in EXAMPLES} == {
        "captions", "char_rnn", "cifar10", "digits", "digits_convnet", "reverse_transformer",
    }  # fmt: skip


def test_net_of_the_gallery_is_as_accurate_as_it_says():
    datasets = pytest.importorskip(
        "sklearn.datasets", reason="scikit-learn is not installed: pip install 'autograd-mini[data]'"
    )
    data = json.loads((ROOT / "docs" / "data" / "digits_convnet.json").read_text(encoding="utf-8"))
    images, classes = datasets.load_digits(return_X_y=True)
    assert images[data["number"]].reshape(8, 8).tolist() == data["pixels"]
    assert classes[data["number"]] == data["class"]
    net = nn.parse_architecture(data["architecture"], (1, 8, 8), init=nn.init.zeros).update(data["weights"])
    tested = np.random.default_rng(0).permutation(1797)[1437:]
    found = np.argmax(net.predict(images[tested].reshape(-1, 1, 8, 8) / 16), axis=1)
    assert np.mean(found == classes[tested]) == pytest.approx(data["accuracy"], abs=5e-5)
    assert data["accuracy"] >= 0.985


def write_batch(path, images, labels, protocol=2):
    """Write a file as CIFAR-10's are: a pickled dict with bytes for keys."""
    batch = {b"batch_label": b"made", b"labels": labels, b"data": images, b"filenames": [b"a.png"] * len(labels)}
    path.write_bytes(pickle.dumps(batch, protocol))


@pytest.mark.parametrize("protocol", [2, 5])
def test_cifar10_is_read(tmp_path, protocol):
    rng = np.random.default_rng(0)
    counts = {"data_batch_1": 3, "data_batch_2": 2, "test_batch": 4}
    images = {name: rng.integers(0, 256, (count, 3072), np.uint8) for name, count in counts.items()}
    for name, array in images.items():
        write_batch(tmp_path / name, array, list(range(len(array))), protocol)
    data = nn.load_cifar10(tmp_path)
    assert data.train_images.shape == (5, 3, 32, 32)
    assert data.train_images.dtype == np.float32
    assert data.test_images.shape == (4, 3, 32, 32)
    assert data.train_labels.tolist() == [0, 1, 2, 0, 1]
    # Red first, then green and blue, each row by row.
    assert data.train_images[3, 1, 2, 5] == pytest.approx(images["data_batch_2"][0, 1024 + 2 * 32 + 5] / 255)


def test_cifar10_written_by_python_2(tmp_path):
    """The files of 2009 name NumPy's modules as they were then."""
    old = (
        b"(dp0\nS'data'\np1\ncnumpy.core.multiarray\n_reconstruct\np2\n(cnumpy\nndarray\np3\n(I0\ntp4\nS'b'\np5\ntp6\n"
        b"Rp7\n(I1\n(I1\nI3072\ntp8\ncnumpy\ndtype\np9\n(S'u1'\np10\nI0\nI1\ntp11\nRp12\n(I3\nS'|'\np13\nNNNI-1\nI-1\n"
        b"I0\ntp14\nbI00\nS'" + b"A" * 3072 + b"'\np15\ntp16\nbsS'labels'\np17\n(lp18\nI7\nas."
    )
    for name in ("data_batch_1", "test_batch"):
        (tmp_path / name).write_bytes(old)
    data = nn.load_cifar10(tmp_path)
    assert data.train_labels.tolist() == [7]
    assert np.all(data.train_images == np.float32(65) / np.float32(255))


class Evil:
    def __reduce__(self):
        return print, ("code from a file was run",)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (pickle.dumps({b"data": Evil(), b"labels": []}), "it asks for builtins.print, which no batch of images needs."),
        (pickle.dumps({b"labels": []}), "b'data'."),
        (b"no pickle", "invalid load key, 'n'."),
        (
            pickle.dumps({b"data": np.zeros((2, 5), np.uint8), b"labels": [0, 1]}),
            "expected bytes of shape (N, 3072) and N labels; got (2, 5), (2,).",
        ),
    ],
    ids=["code", "no images", "text", "other shape"],
)
def test_what_is_no_batch_is_refused(tmp_path, capsys, content, message):
    for name in ("data_batch_1", "test_batch"):
        (tmp_path / name).write_bytes(content)
    with pytest.raises(StateError) as caught:
        nn.load_cifar10(tmp_path)
    assert str(caught.value) == f"{tmp_path / 'data_batch_1'} cannot be read as a batch of CIFAR-10: {message}"
    assert capsys.readouterr().out == ""


def test_folder_without_batches(tmp_path):
    with pytest.raises(FileNotFoundError, match="should hold data_batch_1 to data_batch_5 and test_batch"):
        nn.load_cifar10(tmp_path)
