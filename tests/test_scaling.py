"""docs/scaling.md: what its examples print is what stands below them."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = (Path(__file__).parent.parent / "docs" / "scaling.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```\n\n```text\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize(("library", "block"), list(zip(["jax", "dask"], BLOCKS, strict=True)))
def test_code_prints_what_stands_below_it(library, block, tmp_path):
    pytest.importorskip(library)
    code, printed = block
    # The processes that Dask starts import the file.
    (tmp_path / "example.py").write_text(code, encoding="utf-8")
    result = subprocess.run([sys.executable, "example.py"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert result.stdout == printed, result.stderr[-2000:]
