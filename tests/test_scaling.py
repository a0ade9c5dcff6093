"""docs/scaling.md: what its examples print is what stands below them."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = (Path(__file__).parent.parent / "docs" / "scaling.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```\n\n```text\n(.*?)```", PAGE, re.DOTALL)
LIBRARIES = [re.search(r"^import (jax|dask|torch|onnxruntime)$", code, re.MULTILINE)[1] for code, _ in BLOCKS]


def test_page_begins_with_what_is_printed_below():
    first = re.search(r"```text\n(.*?)```", PAGE, re.DOTALL)[1]
    assert any(printed.endswith(first) for _, printed in BLOCKS)


def test_every_road_has_an_example():
    assert LIBRARIES == ["jax", "jax", "dask", "torch", "onnxruntime"]
    assert PAGE.count("```python") == len(BLOCKS)


@pytest.mark.parametrize(("library", "block"), list(zip(LIBRARIES, BLOCKS, strict=True)), ids=LIBRARIES)
def test_code_prints_what_stands_below_it(library, block, tmp_path):
    pytest.importorskip(library)
    if library == "onnxruntime":
        pytest.importorskip("onnx")
    code, printed = block
    # The processes that Dask starts import the file.
    (tmp_path / "example.py").write_text(code, encoding="utf-8")
    result = subprocess.run([sys.executable, "example.py"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert result.stdout == printed, result.stderr[-2000:]
