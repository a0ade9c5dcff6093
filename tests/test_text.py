"""Circuits as text for a terminal: small ones as they are printed, and in all of them every text and every wire."""

from collections import Counter

import numpy as np
import pytest
from circuits import CIRCUITS, fork, midterm

import autograd_mini as am
from autograd_mini.circuit import text as text_writer
from autograd_mini.circuit.text import to_text

MIDTERM = """\
     1.00
w0 ────────┐
    −3.00  │  p0  3.00
           ├─(×)────────┐
     3.00  │     −1.00  │
x0 ────────┘            │  s  −1.00
    −1.00               ├─(+)────────┐
     2.00               │     −1.00  │
w1 ────────┐            │            │
     2.00  │  p1 −4.00  │            │
    −2.00  ├─(×)────────┘            │  t  −2.00     u   −1.00          −1.00
x1 ────────┘     −1.00               ├─(+)──────────(+1)──────────(1/x)─────── f
    −2.00                            │     −1.00         −1.00           1.00
                                     │
    −1.00                            │
w2 ──────────────────────────────────┘
    −1.00"""
FORK = """\
    3.00
z ────────────────────────────────────────┐
    ____                                  │     −6.00
                                          ├─(×)────────┐
   −4.00                           −2.00  │      ____  │
y ─────────────────┐  q  −2.00  ┌─────────┘            │     −10.00
    ____           ├─(+)────────●   ____               ├─(+)──────── f
             2.00  │      ____  │  −2.00               │      ____
    2.00  ┌────────┘            └─────────┐     −4.00  │
x ────────●  ____                   ____  ├─(×)────────┘
    ____  │  2.00                         │      ____
          └───────────────────────────────┘
             ____"""
# Which way the lines of a character lead.
WAYS = {sign: ways for ways, sign in text_writer._LINES.items()} | {"●": "ENSW"}
STEPS = {"N": (-1, 0), "S": (1, 0), "E": (0, 1), "W": (0, -1)}
BACK = {"N": "S", "S": "N", "E": "W", "W": "E"}


def test_midterm():
    assert str(am.draw(midterm())) == MIDTERM


def test_exam_with_forks():
    assert str(am.draw(fork()).blank("gradients")) == FORK


@pytest.mark.parametrize("name", CIRCUITS)
def test_every_text_is_written_in_full(name):
    circuit = am.draw(CIRCUITS[name]())
    page = circuit.to_text()
    wanted = Counter(text.text for text in circuit.drawing.texts if text.role in ("value", "gradient"))
    for text, count in wanted.items():
        # Another number may contain this one: 1.00 stands in 11.00 too.
        assert page.count(text) >= count, text
    for gate in circuit.drawing.gates:
        assert f"({gate.symbol})" in page


def ends_of_wires(page):
    """Return how many ends of lines lead to nothing: neither to another line nor to a text."""
    lines = page.split("\n")
    width = max(map(len, lines))
    grid = [line.ljust(width) for line in lines]
    loose = 0
    for row, line in enumerate(grid):
        for column, sign in enumerate(line):
            for way in WAYS.get(sign, "") if sign != " " else "":
                down, right = STEPS[way]
                i, j = row + down, column + right
                there = grid[i][j] if 0 <= i < len(grid) and 0 <= j < width else " "
                leads_back = BACK[way] in WAYS[there] if there in WAYS and there != " " else there != " "
                loose += not leads_back
    return loose


@pytest.mark.parametrize("name", [name for name in CIRCUITS if name != "one input"])
def test_wires_lead_from_gate_to_gate(name):
    circuit = am.draw(CIRCUITS[name](), repeat=False)
    page = circuit.to_text().rpartition("\n\n   ")[0] or circuit.to_text()
    # A name stands one place before its wire, at inputs and at the output; a fork's dot has one side without a wire.
    texts = circuit.drawing.texts
    names = sum(text.role in ("name", "constant") for text in texts)
    unnamed = sum(node.symbol is None and not node.name for node in circuit.model.nodes)
    root_unnamed = 0 if circuit.model.nodes[-1].name else 1
    dots = page.count("●")
    assert names <= ends_of_wires(page) <= names + unnamed + root_unnamed + 2 * dots


def test_loose_ends_are_counted():
    assert ends_of_wires(MIDTERM) == 6
    assert ends_of_wires(MIDTERM.replace("┘", " ", 1)) == 8


def test_saved_as_text_and_the_same_every_time(tmp_path):
    path = am.draw(midterm()).save(tmp_path / "midterm.txt")
    assert path.read_text(encoding="utf-8") == MIDTERM + "\n" == to_text(am.draw(midterm()).model)


def test_table_of_totals_stands_below():
    lines = am.draw(CIRCUITS["recurrence"]()).to_text().splitlines()
    assert lines[-3:] == ["   value  gradient, in all", "w   0.50             −0.56", "u  −0.70             −0.59"]


def test_arrays_and_single_inputs():
    assert str(am.draw(am.Tensor(3.0, name="x"), gradients=False)) == "   3.00\nx ──────"
    page = str(am.draw(am.parse("f = sum(W @ x)", W=np.ones((3, 4)), x=np.ones(4))))
    assert "(3, 4)" in page
    assert "(@)" in page
