"""The table of gates, row by row, against central differences, to first and second order.

The lines stand in tests/rows, family by family.
"""

import numpy as np
import pytest
from oracles import central_differences, plain, recorded_gradients, second_gradients
from rows import LINES

import autograd_mini as am
from autograd_mini import Tensor
from autograd_mini.backward import consumers_first, send_recorded, sweep
from autograd_mini.primitive import table


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.name)
def test_value_is_numpys(line):
    recorded = line.function(*map(am.Tensor, line.inputs))
    expected = plain(line.function(*[np.float64(x) if np.ndim(x) == 0 else x for x in line.inputs]))
    # dot sums in another order than NumPy's, which shows in the last digit of an entry that cancels.
    np.testing.assert_allclose(recorded.data, expected, rtol=1e-13, atol=1e-15)
    assert recorded.shape == np.shape(expected)


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.name)
def test_gradient_agrees_with_central_differences(line):
    # Central differences with step 1e-6 are exact to about 1e-9 here.
    expected = central_differences(line.function, line.inputs)
    for ours, theirs, x in zip(recorded_gradients(line.function, line.inputs), expected, line.inputs, strict=True):
        assert np.shape(ours) == np.shape(x)
        np.testing.assert_allclose(ours, theirs, rtol=1e-7, atol=1e-8)


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.name)
def test_second_derivative_agrees_with_central_differences(line):
    rng = np.random.default_rng(11)
    weights = [rng.normal(size=np.shape(x)) for x in line.inputs]

    def along_weights(*inputs):
        gradients = recorded_gradients(line.function, inputs)
        return sum(np.sum(g * w) for g, w in zip(gradients, weights, strict=True))

    expected = central_differences(along_weights, line.inputs)
    for ours, theirs in zip(second_gradients(line.function, line.inputs, weights), expected, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-6, atol=1e-7)


def gates_reached(line):
    """Return the names of the gates that a line uses, in its value and in its first derivative."""
    tensors = [am.Tensor(x) for x in line.inputs]
    output = np.sum(line.function(*tensors))
    totals = sweep({output: Tensor(1.0, requires_grad=False)}, send=send_recorded)
    recorded = [output, *(total for total in totals.values() if total.requires_grad)]
    return {gate.gate.name for root in recorded for gate in consumers_first(root)}


def test_every_gate_with_a_rule_has_a_line():
    reached = set().union(*map(gates_reached, LINES))
    assert {name for name, gate in table.items() if gate.rules} - reached == set()


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.name)
def test_dtype_is_numpys_and_the_gradients_dtype_is_the_operands(line):
    arrays = [np.asarray(x, np.float32)[()] for x in line.inputs]
    tensors = [am.Tensor(x) for x in arrays]
    output = line.function(*tensors)
    assert output.dtype == plain(line.function(*arrays)).dtype
    np.sum(output).backward()
    for tensor in tensors:
        assert tensor.grad.dtype == np.float32
        assert np.shape(tensor.grad) == tensor.shape
