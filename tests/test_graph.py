"""Graph: gates in order, wires by name, forks, contributions, and the listing that print() shows."""

import numpy as np
import pytest
from circuits import CIRCUITS, fork, midterm

import autograd_mini as am


def test_gates_stand_in_the_order_of_recording():
    graph = am.Graph(midterm())
    assert [gate.output.name for gate in graph.gates] == ["p0", "p1", "s", "t", "u", "f"]
    assert [gate.symbol for gate in graph] == ["×", "×", "+", "+", "+1", "1/x"]
    assert len(graph) == 6
    assert repr(graph) == "<Graph of f: 5 inputs, 6 gates>"


def test_wires_by_name():
    root = midterm()
    root.backward()
    graph = am.Graph(root)
    assert (graph["s"].data, graph["s"].grad, graph["w0"].grad) == (-1.0, -1.0, -3.0)
    assert list(graph.names) == ["w0", "x0", "w1", "x1", "w2", "p0", "p1", "s", "t", "u", "f"]
    assert "s" in graph
    assert "p2" not in graph


def test_operands_keep_order_and_repeat():
    a = am.Tensor(3.0, name="a")
    (gate,) = am.Graph(a * a).gates
    assert gate.operands == (a, a)
    (gate,) = am.Graph(2 - a).gates
    assert gate.operands[0] == 2.0
    assert gate.operands[1] is a


def test_forks_leaves_and_consumers():
    root = fork()
    graph = am.Graph(root)
    assert [wire.name for wire in graph.leaves] == ["x", "y", "z"]
    assert {wire.name for wire in graph.forks} == {"x", "q"}
    assert [(gate.symbol, position) for gate, position in graph.consumers[graph["q"]]] == [("×", 0), ("×", 0)]
    assert graph.consumers[root] == []
    assert graph.driver(graph["q"]).symbol == "+"
    assert graph.driver(graph["x"]) is None


def test_contributions_add_up_at_forks():
    for build in CIRCUITS.values():
        root = build()
        graph = am.Graph(root)
        flowing = graph.gradients()
        for wire, total in flowing.totals.items():
            if wire is root:
                continue
            parts = [flowing.contributions[gate.output, position] for gate, position in graph.consumers[wire]]
            np.testing.assert_allclose(sum(parts), total, rtol=1e-12, atol=1e-15)
            assert np.shape(total) == wire.shape


def test_gradients_leave_the_tensors_alone():
    root = fork()
    am.Graph(root).gradients()
    assert root.grad is None


def test_backward_order_starts_at_the_output_and_completes_forks_last():
    graph = am.Graph(midterm())
    assert [wire.name for wire in graph.backward_order()] == [
        "f", "u", "t", "s", "w2", "p0", "p1", "w1", "x1", "w0", "x0",
    ]  # fmt: skip
    names = [wire.name for wire in am.Graph(fork()).backward_order()]
    assert names[0] == "f"
    assert names.index("q") < names.index("x")


@pytest.mark.parametrize(
    ("build", "symbol"),
    [
        (lambda x: x + 1, "+1"),
        (lambda x: 1 + x, "+1"),
        (lambda x: x - 2, "−2"),
        (lambda x: 2 - x, "2−x"),
        (lambda x: x * -1, "×−1"),
        (lambda x: 0.5 * x, "×0.5"),
        (lambda x: x / 3, "÷3"),
        (lambda x: 1 / x, "1/x"),
        (lambda x: x**2, "x²"),
        (lambda x: x**-1, "x⁻¹"),
        (lambda x: 2**x, "2^x"),
        (lambda x: -x, "−x"),
        (lambda x: np.maximum(0, x), "max(0, x)"),
        (lambda x: np.exp(x), "exp"),
        (lambda x: am.sigmoid(x), "σ"),
        (lambda x: am.relu(x), "ReLU"),
        (lambda x: np.stack([x, x])[0], "[0]"),
        (lambda x: np.sum(x), "Σ"),
    ],
)
def test_symbol_folds_constants(build, symbol):
    assert am.Graph(build(am.Tensor(3.0, name="x"))).gates[-1].symbol == symbol


def test_label_of_a_wire_without_a_name_is_its_expression():
    x = am.Tensor(3.0, name="x")
    root = np.tanh(2 * x + 1)
    graph = am.Graph(root)
    assert [graph.label(gate.output) for gate in graph.gates] == ["2 × x", "2 × x + 1", "output"]
    assert graph.label(x) == "x"


def test_print_lists_the_program():
    assert str(am.Graph(am.parse("f = 1/(w*x + b)", w=2, x=-1, b=3))) == (
        "w = 2.0\nx = -1.0\nb = 3.0\nf = 1/(w × x + b)"
    )


def test_print_numbers_what_has_neither_a_name_nor_a_short_expression():
    x = am.Tensor(2.0, name="x")
    assert str(am.Graph(np.tanh(np.tanh(np.tanh(np.tanh(x * am.Tensor(0.5))))))) == (
        "x = 2.0\n#1 = 0.5\n#2 = tanh(tanh(x × #1))\noutput = tanh(tanh(#2))"
    )
