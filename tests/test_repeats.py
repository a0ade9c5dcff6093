"""Inputs drawn once at each gate they feed, with a table of their totals."""

import itertools
from decimal import Decimal

import pytest
from circuits import CIRCUITS, fork
from test_layout import crossings

import autograd_mini as am


def numbers_in(drawing, role):
    return sorted(text.text for text in drawing.texts if text.role == role)


def test_every_use_has_its_contribution_and_the_table_their_sum():
    circuit = am.draw(fork(), repeat=True)
    copies = [node for node in circuit.model.nodes if node.name == "x"]
    assert [copy.label.gradient.text for copy in copies] == ["5.00", "−2.00"]
    (total,) = circuit.model.totals
    assert (total.wire, total.label.value.text, total.label.gradient.text) == ("x", "2.00", "3.00")
    assert [text.text for text in circuit.drawing.texts if text.role == "heading"] == ["value", "gradient, in all"]


@pytest.mark.parametrize("name", CIRCUITS)
def test_totals_are_the_sums_of_the_copies(name):
    model = am.draw(CIRCUITS[name](), repeat=True).model
    for total in model.totals:
        copies = [node.label.gradient for node in model.nodes if node.is_repeated and node.wire == total.wire]
        if total.label.gradient is None or "(" in total.label.gradient.text or "[" in total.label.gradient.text:
            continue
        texts = [copy.text.replace("−", "-") for copy in copies]
        assert sum(map(Decimal, texts)) == Decimal(total.label.gradient.text.replace("−", "-"))


def test_auto_repeats_where_an_input_makes_a_tangle():
    assert am.draw(fork()).model.totals == []
    assert [total.wire for total in am.draw(CIRCUITS["recurrence"]()).model.totals] == ["w", "u"]
    assert am.draw(CIRCUITS["recurrence"](), repeat=False).model.totals == []
    # Copies of inputs without a name could not be told apart.
    x = am.Tensor(2.0)
    assert am.draw(x * x * x).model.totals == []


@pytest.mark.parametrize("name", ["recurrence", "fork", "a*b + b*a", "a*b - b*a", "convnet of 3.3"])
def test_no_wires_cross_once_inputs_are_repeated(name):
    assert crossings(am.draw(CIRCUITS[name](), repeat=True).drawing) == 0


def test_copies_stand_next_to_their_gates():
    drawing = am.draw(CIRCUITS["recurrence"]()).drawing
    for gate in drawing.gates:
        for path in drawing.paths:
            names = [text for text in drawing.texts if text.end == path.tail and text.text in ("w", "u")]
            if path.head == f"n{gate.node}" and names:
                assert gate.centre.x - path.points[0].x < 150


def test_blanks_reach_copies_and_table():
    exam = am.draw(fork(), repeat=True).blank("gradients")
    assert numbers_in(exam.drawing, "gradient") == []
    assert [blank.wire for blank in exam.drawing.blanks].count("x") == 3
    kept = am.draw(fork(), repeat=True).blank("gradients", except_=["x"])
    assert numbers_in(kept.drawing, "gradient") == ["3.00", "5.00", "−2.00"]


def test_without_numbers_the_table_is_left_out():
    drawing = am.draw(CIRCUITS["recurrence"](), values=False, gradients=False).drawing
    assert [text for text in drawing.texts if text.role == "heading"] == []


def test_lines_of_the_table_are_level_and_apart():
    drawing = am.draw(CIRCUITS["convnet of 3.3"]()).drawing
    (heading,) = {text.at.y for text in drawing.texts if text.role == "heading"}
    rows = sorted({text.at.y for text in drawing.texts if text.at.y > heading})
    assert len(rows) == 7
    assert all(later - earlier >= 16 for earlier, later in itertools.pairwise(rows))


def test_other_choices_are_refused():
    with pytest.raises(am.RenderError) as caught:
        am.draw(fork(), repeat="always")
    assert str(caught.value) == "repeat must be 'auto', True or False; got 'always'."
