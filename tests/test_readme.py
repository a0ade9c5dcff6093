"""The README and the generated pages: what they print and show is what the package prints and draws."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from course_layers import RIGHT
from oracles import load
from right_backwards import PAIRS
from test_layout import DRAWN
from wrong_backwards import WRONG

import autograd_mini as am
from autograd_mini.primitive import implementations

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
sys.path.insert(0, str(ROOT / "docs"))
import make  # noqa: E402 (docs/ is no package)

MARKING = (ROOT / "docs" / "marking.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```\n\n```text\n(.*?)```", README + MARKING, re.DOTALL)


@pytest.mark.parametrize(("code", "printed"), BLOCKS)
def test_code_prints_what_stands_below_it(code, printed, tmp_path):
    result = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", code], cwd=tmp_path, capture_output=True, encoding="utf-8", check=True
    )
    assert result.stdout == printed


def test_every_code_block_shows_its_output():
    assert len(BLOCKS) == (README + MARKING).count("```python") == 10


def test_picture_is_first_and_current():
    assert README.splitlines()[2].endswith("](docs/midterm.svg)")
    assert (ROOT / "docs" / "midterm.svg").read_text(encoding="utf-8") == make.midterm_picture()


def test_gallery_is_current_and_complete(tmp_path):
    for script in sorted((ROOT / "examples").glob("gallery*.py")):
        subprocess.run([sys.executable, str(script)], cwd=tmp_path, capture_output=True, check=True)
    made = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()}
    kept = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "docs" / "gallery").iterdir()}
    assert made == kept
    page = (ROOT / "docs" / "gallery.md").read_text(encoding="utf-8")
    assert set(re.findall(r"\(gallery/(.*?)\)", page)) == set(made)


def test_tables_of_gates_are_current():
    assert make.readme(README) == README
    assert (ROOT / "docs" / "gates.md").read_text(encoding="utf-8") == make.gates_page()


def test_commands_run(tmp_path, monkeypatch):
    from autograd_mini.cli import main

    monkeypatch.chdir(tmp_path)
    commands = re.search(r"```sh\n(autograd-mini draw.*?)```", README, re.DOTALL)[1]
    for line in commands.splitlines():
        _, *arguments = re.findall(r'"[^"]*"|\S+', line.replace("examples/", f"{ROOT}/examples/"))
        assert main([argument.strip('"') for argument in arguments]) == 0
    written = {path.name for path in tmp_path.iterdir()}
    assert written == {"circuit.svg", "exam.svg", "exam-key.svg", "page.html", "quiz.html", "better.toml", "variants"}


def test_counts_are_true():
    assert f"{len(load('published.json'))} published questions" in README
    assert f"{len(load('traps.json'))} corners" in README
    assert "More than 270 of NumPy's functions" in README
    # NumPy before 2.1 lacks a handful of them.
    assert len([f for f in implementations if (getattr(f, "__module__", None) or "numpy").startswith("numpy")]) > 270
    assert f"{len(RIGHT)} layers of a course" in README
    assert f"{len(PAIRS)} more in other forms" in README
    assert len(WRONG) > 200
    assert f"has {len(am.functional.__all__)} functions" in README
    assert f"Geometry of {len(DRAWN)} circuits" in README


def test_links_lead_somewhere():
    for folder, text in ((ROOT, README), (ROOT / "docs", MARKING)):
        for target in re.findall(r"\]\(([^)#]+)\)", text):
            assert (folder / target).exists(), target


def test_question_of_the_page_on_marking():
    question = am.Question.from_toml(re.search(r"```toml\n(.*?)```", MARKING, re.DOTALL)[1])
    assert question.key() == {"value:u": "4", "u": "-0.0625", "x": "-0.0625", "y": "-0.1875"}
