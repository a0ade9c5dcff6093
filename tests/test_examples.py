"""Every example runs as it stands, prints what its docstring says, and writes the picture it names."""

import ast
import re
import subprocess
import sys
import textwrap
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

EXAMPLES = sorted((Path(__file__).parent.parent / "examples").glob("*.py"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_example_prints_what_it_says(path, tmp_path):
    source = path.read_text(encoding="utf-8")
    said = textwrap.dedent(ast.get_docstring(ast.parse(source), clean=False).partition("Prints:\n\n")[2])
    result = subprocess.run(
        [sys.executable, "-X", "utf8", str(path)], cwd=tmp_path, capture_output=True, encoding="utf-8", check=True
    )
    assert result.stdout == said
    assert result.stderr == ""
    for name in re.findall(r"^wrote (.*)$", said, re.MULTILINE):
        assert ET.parse(tmp_path / name).getroot().tag.endswith("svg")


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_example_is_short(path):
    parts = ast.parse(path.read_text(encoding="utf-8")).body[1:]
    lengths = [(node.end_lineno or 0) - node.lineno + 1 for node in parts]
    # A list of claims is as long as there are claims; each of them is short.
    assert max(lengths) <= 14 if path.stem.startswith("true_false") else sum(lengths) <= 25


def test_there_are_examples():
    names = {path.stem for path in EXAMPLES}
    assert names >= {"midterm", "xyz", "sigmoid_neuron", "convnet_scalars", "convnet_conv1d"}
