"""Random circuits against another algorithm: forward-mode dual numbers, one direction per input.

Tables of single gates cannot see a broken fork; circuits in which wires fork at random do, as the last tests show.
"""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import Dual

import autograd_mini as am
from autograd_mini.backward import send

BINARY = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "max": lambda a, b: a.maximum(b) if isinstance(a, Dual) else np.maximum(a, b),
}
UNARY = {
    "neg": lambda a: -a,
    "tanh": lambda a: a.tanh() if isinstance(a, Dual) else np.tanh(a),
    "sin": lambda a: a.sin() if isinstance(a, Dual) else np.sin(a),
}


@st.composite
def circuits(draw):
    """Draw (input values, gates); a gate is (name, wire, wire), and wires may be used any number of times."""
    inputs = draw(st.lists(st.floats(-2, 2).map(lambda x: round(x, 3)), min_size=1, max_size=4))
    gates = []
    for _ in range(draw(st.integers(1, 14))):
        wire = st.integers(0, len(inputs) + len(gates) - 1)
        gates.append((draw(st.sampled_from([*BINARY, *UNARY])), draw(wire), draw(wire)))
    return inputs, gates


def run(inputs, gates):
    """Return the last wire of a circuit whose inputs are Tensors or dual numbers; every wire leads to it."""
    wires = list(inputs)
    for name, a, b in gates:
        wires.append(BINARY[name](wires[a], wires[b]) if name in BINARY else UNARY[name](wires[a]))
    total = wires[0]
    for wire in wires[1:]:
        total = total + wire
    return total


def tangents(inputs, gates):
    """Return the output's derivative by each input, by dual numbers; None where it is not finite or at a tie."""
    found = []
    for i in range(len(inputs)):
        try:
            output = run([Dual(x, float(i == j)) for j, x in enumerate(inputs)], gates)
        except (ZeroDivisionError, OverflowError):
            return None
        if not math.isfinite(output.derivative) or abs(output.derivative) > 1e8 or abs(output.value) > 1e8:
            return None
        found.append(output.derivative)
    return found


def has_a_tie(inputs, gates):
    wires = [Dual(x) for x in inputs]
    for name, a, b in gates:
        if name == "max" and abs(wires[a].value - wires[b].value) < 1e-9 and a != b:
            return True
        wires.append(BINARY[name](wires[a], wires[b]) if name in BINARY else UNARY[name](wires[a]))
    return False


@settings(max_examples=400, deadline=None)
@given(circuits())
def test_gradients_agree_with_dual_numbers(circuit):
    expected = tangents(*circuit)
    if expected is None or has_a_tie(*circuit):
        return
    inputs, gates = circuit
    tensors = [am.Tensor(x) for x in inputs]
    run(tensors, gates).backward()
    np.testing.assert_allclose([t.grad for t in tensors], expected, rtol=1e-9, atol=1e-9)


@settings(max_examples=150, deadline=None)
@given(circuits())
def test_arrays_give_the_gradients_of_their_entries(circuit):
    expected = tangents(*circuit)
    if expected is None or has_a_tie(*circuit):
        return
    inputs, gates = circuit
    tensors = [am.Tensor(np.array([x, x])) for x in inputs]
    np.sum(run(tensors, gates)).backward()
    for tensor, wanted in zip(tensors, expected, strict=True):
        np.testing.assert_allclose(tensor.grad, [wanted, wanted], rtol=1e-9, atol=1e-9)


FORK = ([2.0, -4.0, 3.0], [("+", 0, 1), ("*", 3, 2), ("*", 3, 0)])


def test_broken_fork_is_caught():
    inputs, gates = FORK
    tensors = [am.Tensor(x) for x in inputs]
    overwritten = am.Graph(run(tensors, gates)).gradients(add=lambda arrived, arriving: arriving).totals
    found = [overwritten[t] for t in tensors]
    assert np.max(np.abs(np.subtract(found, tangents(inputs, gates)))) > 0.5


def test_wrong_rule_is_caught():
    def forgets_the_other_factor(gate, upstream):
        return [upstream, upstream] if gate.gate.name == "multiply" else send(gate, upstream)

    inputs, gates = FORK
    tensors = [am.Tensor(x) for x in inputs]
    wrong = am.Graph(run(tensors, gates)).gradients(send=forgets_the_other_factor).totals
    assert np.max(np.abs(np.subtract([wrong[t] for t in tensors], tangents(inputs, gates)))) > 0.5


def test_wrong_row_is_caught_by_central_differences():
    from oracles import central_differences, recorded_gradients

    from autograd_mini.primitive import table

    wrong_cube = am.primitive(x=lambda x: 3 * x)(lambda x: x**3)
    try:
        inputs = [np.array([0.7, -1.3])]
        (ours,), (theirs,) = recorded_gradients(wrong_cube, inputs), central_differences(wrong_cube, inputs)
        with pytest.raises(AssertionError):
            np.testing.assert_allclose(ours, theirs, rtol=1e-7, atol=1e-8)
    finally:
        del table["<lambda>"]
