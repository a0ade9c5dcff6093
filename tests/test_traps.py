"""Gradients at corners: ties, zeros, saturation, repeated indices, empty arrays.

Each trap is a line of NumPy code with the gradient of the sum of its output. `exact` ones follow from mathematics,
`convention` ones are the choices that the gates' docstrings state, `ieee` ones are what floating point gives.
"""

import numpy as np
import pytest
from oracles import load

import autograd_mini as am

TRAPS = load("traps.json")


def arrays(trap):
    return [np.array(x, float).reshape(shape) for x, shape in zip(trap["inputs"], trap["shapes"], strict=True)]


def evaluate(trap, inputs):
    """Run the trap's line of code; the lines are ours, in tests/data."""
    scope = {"np": np} | {f"a{i}": x for i, x in enumerate(inputs)}
    with np.errstate(all="ignore"):
        return eval(trap["expr"], scope)


@pytest.mark.parametrize("trap", TRAPS, ids=lambda trap: trap["name"])
def test_gradient_at_a_corner(trap):
    inputs = [am.Tensor(x) for x in arrays(trap)]
    output = evaluate(trap, inputs)
    with np.errstate(all="ignore"):
        np.sum(output).backward()
    for tensor, expected in zip(inputs, trap["expected"], strict=True):
        wanted = np.array(expected, float).reshape(tensor.shape)
        assert np.shape(tensor.grad) == tensor.shape
        np.testing.assert_allclose(tensor.grad, wanted, rtol=1e-12, atol=1e-12)


def test_every_trap_is_here():
    assert len(TRAPS) == 85


@pytest.mark.parametrize(
    ("function", "x", "expected"),
    [
        (am.relu, 0.0, 0.0),
        (lambda x: abs(x), 0.0, 0.0),
        (am.leaky_relu, 0.0, 0.01),
        (am.elu, 0.0, 1.0),
        (lambda x: np.clip(x, 0.0, 1.0), 0.0, 1.0),
        (lambda x: np.clip(x, 0.0, 1.0), 1.0, 1.0),
        (lambda x: np.maximum(x, 0.0), 0.0, 0.5),
        (lambda x: am.max_of(x, 0.0, 0.0), 0.0, 1 / 3),
        (am.softplus, -800.0, 0.0),
        (am.softplus, 800.0, 1.0),
        (am.sigmoid, -800.0, 0.0),
        (am.sigmoid, 800.0, 0.0),
        (am.sigmoid, -40.0, 4.248354255291589e-18),
        (am.elu, -800.0, 0.0),
    ],
)
@pytest.mark.parametrize("as_array", [False, True], ids=["number", "array"])
def test_convention_at_a_kink_or_far_out(function, x, expected, as_array):
    tensor = am.Tensor(np.array([x])) if as_array else am.Tensor(x)
    np.sum(function(tensor)).backward()
    np.testing.assert_allclose(tensor.grad, [expected] if as_array else expected, rtol=1e-14, atol=0)


@pytest.mark.parametrize("as_array", [False, True], ids=["number", "array"])
def test_closed_gate_stops_an_infinite_upstream(as_array):
    # relu is constant left of 0, so what arrives from log's pole must not become 0 × inf.
    x = am.Tensor(np.array([-1.0])) if as_array else am.Tensor(-1.0)
    with np.errstate(divide="ignore"):
        np.sum(np.log(am.relu(x))).backward()
    assert np.all(np.asarray(x.grad) == 0)


def test_softmax_and_logsumexp_of_large_numbers():
    x = am.Tensor([1000.0, 1000.0])
    am.logsumexp(x).backward()
    np.testing.assert_array_equal(x.grad, [0.5, 0.5])
    am.log_softmax(am.Tensor([-1000.0, 1000.0]))[0].backward()
    np.testing.assert_array_equal(am.softmax(x).data, [0.5, 0.5])
