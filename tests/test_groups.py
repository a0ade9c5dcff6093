"""Gates drawn in one box: which ones, what enters, and what is summed along the wires into them."""

from decimal import Decimal

import numpy as np
import pytest
from circuits import CIRCUITS, fork, midterm

import autograd_mini as am
from autograd_mini.circuit.units import units


def test_unnamed_gates_join_the_only_gate_they_feed():
    root = am.parse("h = tanh(w*x + b)\nf = (h - y)**2 + h", w=1, x=2, b=3, y=4)
    found = [[gate.symbol for gate in unit.gates] for unit in units(am.Graph(root), group=True)]
    assert found == [["×", "+", "tanh"], ["−", "x²", "+"]]
    assert [len(unit.gates) for unit in units(am.Graph(root), group=False)] == [1] * 6


@pytest.mark.parametrize("name", CIRCUITS)
def test_every_gate_is_in_one_unit_and_operands_come_first(name):
    graph = am.Graph(CIRCUITS[name]())
    found = units(graph, group=True)
    assert sorted(gate.output.order for unit in found for gate in unit.gates) == [g.output.order for g in graph.gates]
    driven = set(graph.leaves)
    for unit in found:
        assert all(operand in driven for operand in unit.operands if isinstance(operand, am.Tensor))
        driven.add(unit.output)


def test_what_enters_a_group_is_summed_in_it():
    # x enters the group of f twice: 2x·y by the square and 3 by the product.
    model = am.draw(am.parse("q = x + 1\nf = x**2*y + 3*x + q", x=2, y=5), group=True).model
    (f,) = [node for node in model.nodes if node.name == "f"]
    assert f.symbol == "4 gates, +"
    sent = {model.nodes[o].name: b.gradient for o, b in zip(f.operands, f.branches, strict=True)}
    assert sent["x"].text == "23.00"
    (x,) = [node for node in model.nodes if node.name == "x"]
    assert x.label.gradient.text == "24.00"


def test_large_circuits_are_grouped_unless_told_otherwise():
    root = CIRCUITS["300 gates"]()
    gates = [node.symbol for node in am.draw(root).model.nodes if node.symbol]
    assert len(gates) == 11
    assert gates[-1] == "184 gates, tanh"
    assert sum(node.symbol is not None for node in am.draw(root, group=False).model.nodes) == 275
    assert "gates," not in am.draw(midterm()).to_svg()


def test_contributions_into_groups_add_up():
    model = am.draw(CIRCUITS["mazur"](), group=True, repeat=False).model
    for i, node in enumerate(model.nodes):
        cells = [model.nodes[gate].branches[place].gradient for gate, place in model.consumers()[i]]
        if len(cells) > 1:
            texts = [cell.text.replace("−", "-") for cell in cells if cell]
            assert sum(map(Decimal, texts)) == Decimal(node.label.gradient.text.replace("−", "-"))


def test_numbers_without_a_name_stay_inside():
    layer = am.Tensor(np.ones(3), name="x")
    h = np.tanh(layer * am.Tensor(2.0) + am.Tensor(1.0)).named("h")
    model = am.draw(np.sum(h), group=True).model
    assert [node.name for node in model.nodes if node.symbol is None] == ["x"]


def test_gates_of_a_scope_are_not_drawn_in_a_group_outside_it():
    x = am.Tensor(0.5, name="x")
    with am.scope("inside"):
        y = np.exp(np.sin(x * 2))
    circuit = am.draw(np.tanh(y + 1) * 3, group=True)
    assert [node.symbol for node in circuit.model.nodes if node.symbol] == ["2 gates, exp", "2 gates, ×3"]
    assert [text.text for text in circuit.drawing.texts if text.role == "scope"] == ["inside"]


def test_focus_draws_the_gates_around_a_wire():
    model = am.draw(CIRCUITS["convnet of 3.3"](), focus="v1").model
    assert [node.symbol for node in model.nodes if node.symbol] == ["max", "ReLU", "×", "+", "…"]
    # What is cut off on the left enters as an input, with its own numbers.
    assert [node.name for node in model.nodes if node.symbol is None] == ["w1", "z1", "z2", None]
    one = am.draw(CIRCUITS["convnet of 3.3"](), focus="v1", steps=1).model
    assert [node.symbol for node in one.nodes if node.symbol] == ["ReLU", "×"]


def test_focus_does_not_spread_through_an_input_that_feeds_everything():
    drawn = am.draw(CIRCUITS["recurrence"](), focus="h2", steps=2).model
    assert {node.name for node in drawn.nodes if node.symbol and node.name} == {"h2"}


def test_branches_that_are_cut_off_are_summed_in_one():
    model = am.draw(CIRCUITS["recurrence"](), focus="h2", steps=2, repeat=False).model
    (w,) = [i for i, node in enumerate(model.nodes) if node.name == "w"]
    branches = {model.nodes[gate].symbol: model.nodes[gate].branches[place] for gate, place in model.consumers()[w]}
    texts = [branch.gradient.text.replace("−", "-") for branch in branches.values()]
    assert "…" in branches
    assert sum(map(Decimal, texts)) == Decimal(model.nodes[w].label.gradient.text.replace("−", "-"))


def test_focus_elsewhere_is_refused():
    with pytest.raises(am.UnknownWireError):
        am.draw(fork(), focus="r")
    with pytest.raises(am.RenderError) as caught:
        am.draw(fork(), focus="q", steps=0)
    assert str(caught.value) == "steps must be a whole number of at least 1; got 0."


def test_other_choices_are_refused():
    with pytest.raises(am.RenderError) as caught:
        am.draw(fork(), group="names")
    assert str(caught.value) == "group must be 'auto', True or False; got 'names'."
