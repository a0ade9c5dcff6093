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


@pytest.mark.parametrize("name", CIRCUITS)
def test_replay_at_the_recorded_numbers_gives_the_same_circuit(name):
    graph = am.Graph(CIRCUITS[name]())
    again = am.Graph(graph.replay({}))
    assert [gate.primitive for gate in again] == [gate.primitive for gate in graph]
    assert [wire.name for wire in again.wires] == [wire.name for wire in graph.wires]
    np.testing.assert_array_equal(again.root.data, graph.root.data)
    assert not set(again.wires) & set(graph.wires)


def test_replay_at_other_numbers():
    graph = am.Graph(fork())
    root = graph.replay({"x": 1.0, graph["z"]: -2.0})
    assert (root.data, am.Graph(root)["q"].data, am.Graph(root)["y"].data) == (3.0, -3.0, -4.0)
    assert graph.root.data == fork().data


def test_replay_from_a_wire_inside():
    graph = am.Graph(fork())
    assert graph.replay({"q": 10.0}).data == 10.0 * 3.0 + 10.0 * 2.0


def test_replay_records_under_no_grad():
    graph = am.Graph(fork())
    with am.no_grad():
        assert graph.replay({}).requires_grad


def test_replay_refuses_another_shape():
    with pytest.raises(am.ShapeError) as caught:
        am.Graph(fork()).replay({"x": [1.0, 2.0]})
    assert str(caught.value) == "replay: the wire 'x' has shape (); got a value of shape (2,)."


@pytest.mark.parametrize(
    "root",
    [
        am.parse("x*(x > 0)", x=1),
        am.parse("x*(1 - 2*(x > 0))", x=1),
        am.parse("c = x > 0\nc*x", x=1),
        am.parse("sum(x*(x > 0))", x=[1.0, 2.0]),
        am.parse("where(x > 0, x, 0)", x=1),
        np.where(am.Tensor([1.0, 2.0]) > 0, am.Tensor([1.0, 2.0]), 0.0),
    ],
    ids=["product", "arithmetic", "named", "array", "where", "mask of one's own"],
)
def test_replay_refuses_truth_values_worked_out_once(root):
    with pytest.raises(am.UnsupportedError, match=r"^replay: the gate '\w+' uses truth values that were worked out"):
        am.Graph(root).replay({})
