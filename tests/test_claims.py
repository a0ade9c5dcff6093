"""examples/true_false*.py decide every claim of tests/data/claims.json, and say where the published answer is wrong.

The claims and answers are copied as facts from exams, keys, course notes and blogs; each entry names its source.
"""

import ast
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CLAIMS = json.loads((ROOT / "tests" / "data" / "claims.json").read_text(encoding="utf-8"))


def blocks(name):
    """Return what an example prints for each claim: its first line and the rest."""
    source = (ROOT / "examples" / f"{name}.py").read_text(encoding="utf-8")
    said = ast.get_docstring(ast.parse(source)).partition("Prints:\n\n")[2]
    return [block.split("\n", 1) for block in re.split(r"\n(?=    \S)", f"\n{said}") if block.strip()]


ANSWERS, FORMULAS = blocks("true_false"), blocks("true_false_formulas")


def found(claim):
    """Return the verdict and the numbers printed for a claim, and whether it is about a formula."""
    for is_formula, printed in ((False, ANSWERS), (True, FORMULAS)):
        for first, rest in printed:
            if first.strip().startswith(f"{claim}: "):
                return first.strip()[len(claim) + 2 :], rest, is_formula
    raise AssertionError(f"no example decides {claim!r}")


@pytest.mark.parametrize("entry", CLAIMS, ids=lambda entry: entry["id"])
def test_claim_is_decided(entry):
    verdict, numbers, is_formula = found(entry["claim"])
    assert re.search(r"\d|True", numbers)
    if is_formula:
        assert verdict.startswith("true" if entry["verdict"] == "right" else "false")
    elif entry["verdict"] != "convention":
        assert ("published:" in numbers) == (entry["verdict"] != "right")


def test_there_are_claims():
    assert len(CLAIMS) == 41
    assert len({entry["claim"] for entry in CLAIMS}) == 41
