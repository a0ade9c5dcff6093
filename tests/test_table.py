"""The table of gates, row by row, against central differences, to first and second order.

One line per operation and corner; the id says why it is there. Adding a gate means adding its lines here.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from oracles import central_differences, plain, recorded_gradients, second_gradients

import autograd_mini as am
from autograd_mini.primitive import table


@dataclass(frozen=True)
class Row:
    """One line of the specification: a function of arrays, where to try it, and the gates it stands for."""

    name: str
    function: Any
    inputs: tuple
    gates: tuple = ()


def numbers(*shape, seed=0, low=-2.0, high=2.0):
    """Return numbers without ties, away from 0 and from ±1, where the table's kinks lie."""
    drawn = np.random.default_rng(seed).uniform(low, high, shape)
    return np.where(np.abs(drawn) < 0.05, 0.3, drawn)


A = numbers(3, 4, seed=1)
B = numbers(3, 4, seed=2)
POSITIVE = numbers(3, 4, seed=3, low=0.3, high=2.0)
VECTOR = numbers(4, seed=4)
SIGNAL = numbers(2, 4, 9, seed=5)
KERNEL = numbers(6, 2, 3, seed=6)
ROWS = [
    Row("add", lambda x, y: x + y, (A, B), ("add",)),
    Row("add, same operand twice", lambda x: x + x, (A,)),
    Row("add, a row to every row", lambda x, y: x + y, (A, VECTOR)),
    Row("add, a number to an array", lambda x, y: x + y, (A, 0.7)),
    Row("add, two length-1 axes", lambda x, y: x + y, (numbers(3, 1), numbers(1, 4))),
    Row("subtract", lambda x, y: x - y, (A, B), ("subtract",)),
    Row("subtract from a constant", lambda x: 1 - x, (A,)),
    Row("multiply", lambda x, y: x * y, (A, B), ("multiply",)),
    Row("multiply, same operand twice", lambda x: x * x, (A,)),
    Row("multiply, column by row", lambda x, y: x * y, (numbers(3, 1), numbers(4))),
    Row("divide", lambda x, y: x / y, (A, POSITIVE), ("divide",)),
    Row("divide a constant", lambda x: 1 / x, (A,)),
    Row("divide by a constant", lambda x: x / 3, (A,)),
    Row("negative", lambda x: -x, (A,), ("negative",)),
    Row("reciprocal", lambda x: np.reciprocal(x), (A,), ("reciprocal",)),
    Row("power, both operands", lambda x, y: x**y, (POSITIVE, A), ("power",)),
    Row("power 2 of negative numbers", lambda x: x**2, (A,)),
    Row("power 3", lambda x: x**3, (A,)),
    Row("power -2", lambda x: x**-2, (A,)),
    Row("power 0.5", lambda x: x**0.5, (POSITIVE,)),
    Row("power of a constant", lambda x: 2**x, (A,)),
    Row("square", lambda x: np.square(x), (A,), ("square",)),
    Row("sqrt", lambda x: np.sqrt(x), (POSITIVE,), ("sqrt",)),
    Row("exp", lambda x: np.exp(x), (A,), ("exp",)),
    Row("expm1", lambda x: np.expm1(x), (A,), ("expm1",)),
    Row("log", lambda x: np.log(x), (POSITIVE,), ("log",)),
    Row("log1p", lambda x: np.log1p(x), (POSITIVE,), ("log1p",)),
    Row("absolute", lambda x: abs(x), (A,), ("absolute",)),
    Row("sin", lambda x: np.sin(x), (A,), ("sin",)),
    Row("cos", lambda x: np.cos(x), (A,), ("cos",)),
    Row("tan", lambda x: np.tan(x), (A / 2,), ("tan",)),
    Row("tanh", lambda x: np.tanh(x), (A,), ("tanh",)),
    Row("sigmoid", lambda x: am.sigmoid(x), (A,), ("sigmoid",)),
    Row("relu", lambda x: am.relu(x), (A,), ("relu",)),
    Row("leaky_relu", lambda x: am.leaky_relu(x), (A,), ("leaky_relu",)),
    Row("leaky_relu, a whole number for its slope", lambda x: am.leaky_relu(x, negative_slope=2), (A,)),
    Row("elu", lambda x: am.elu(x), (A,), ("elu",)),
    Row("elu, alpha 0.3", lambda x: am.elu(x, alpha=0.3), (A,)),
    Row("softplus", lambda x: am.softplus(x), (A,), ("softplus",)),
    Row("maximum", lambda x, y: np.maximum(x, y), (A, B), ("maximum",)),
    Row("maximum with a constant", lambda x: np.maximum(x, 0.1), (A,)),
    Row("maximum, a row against every row", lambda x, y: np.maximum(x, y), (A, VECTOR)),
    Row("minimum", lambda x, y: np.minimum(x, y), (A, B), ("minimum",)),
    Row("max_of three", lambda x, y, z: am.max_of(x, y, z), (A, B, VECTOR), ("max_of",)),
    Row("min_of three", lambda x, y, z: am.min_of(x, y, z), (A, B, VECTOR), ("min_of",)),
    Row("where", lambda x, y: np.where(A > 0, x, y), (A, B), ("where",)),
    Row("where, branches of other shapes", lambda x, y: np.where(A > 0, x, y), (VECTOR, 0.5)),
    Row("where, a condition of the Tensor itself", lambda x: np.where(x > 0, x * x, -x), (A,)),
    Row("clip", lambda x: np.clip(x, -1, 1), (A,), ("clip",)),
    Row("clip, one side", lambda x: np.clip(x, None, 0.5), (A,)),
    Row("clip, bounds that are wires", lambda x, a, b: np.clip(x, a, b), (A, numbers(4, low=-1.5, high=-0.5), 0.8)),
    Row("sum", lambda x: np.sum(x), (A,), ("sum",)),
    Row("sum, last axis", lambda x: np.sum(x, axis=-1) ** 2, (A,)),
    Row("sum, first axis kept", lambda x: np.sum(x, axis=0, keepdims=True) ** 2, (A,)),
    Row("sum, two axes", lambda x: np.sum(x, axis=(0, -1)) ** 2, (SIGNAL,)),
    Row("sum, no axis", lambda x: np.sum(x, axis=()) ** 2, (A,)),
    Row("sum of a number", lambda x: np.sum(x) ** 2, (0.7,)),
    Row("mean", lambda x: np.mean(x) ** 2, (A,), ("mean",)),
    Row("mean, middle axis", lambda x: np.mean(x, axis=1) ** 2, (SIGNAL,)),
    Row("max", lambda x: np.max(x) ** 2, (A,), ("max",)),
    Row("max, axis kept", lambda x: np.max(x, axis=1, keepdims=True) ** 2, (A,)),
    Row("min, two axes", lambda x: np.min(x, axis=(0, 2)) ** 2, (SIGNAL,), ("min",)),
    Row("logsumexp", lambda x: am.logsumexp(x), (A,), ("logsumexp",)),
    Row("logsumexp, axis", lambda x: am.logsumexp(x, axis=0) ** 2, (A,)),
    Row("logsumexp, axis kept", lambda x: am.logsumexp(x, axis=1, keepdims=True) ** 2, (A,)),
    Row("softmax", lambda x: am.softmax(x) ** 2, (A,), ("softmax",)),
    Row("softmax, first axis", lambda x: am.softmax(x, axis=0) ** 2, (A,)),
    Row("softmax, all entries", lambda x: am.softmax(x, axis=None) ** 2, (A,)),
    Row("log_softmax", lambda x: am.log_softmax(x) * B, (A,), ("log_softmax",)),
    Row("log_softmax, first axis", lambda x: am.log_softmax(x, axis=0) * B, (A,)),
    Row("matmul, matrices", lambda x, y: x @ y, (A, numbers(4, 2)), ("matmul",)),
    Row("matmul, vector and matrix", lambda x, y: x @ y, (VECTOR, numbers(4, 2))),
    Row("matmul, matrix and vector", lambda x, y: x @ y, (A, VECTOR)),
    Row("matmul, vectors", lambda x, y: x @ y, (VECTOR, numbers(4, seed=7))),
    Row("matmul, same operand twice", lambda x: x @ x, (numbers(3, 3),)),
    Row("matmul, batches", lambda x, y: x @ y, (numbers(2, 3, 4), numbers(2, 4, 2))),
    Row("matmul, one matrix for a batch", lambda x, y: x @ y, (numbers(2, 3, 4), numbers(4, 2))),
    Row("matmul, batches that broadcast", lambda x, y: x @ y, (numbers(2, 1, 3, 4), numbers(5, 4, 2))),
    Row("matmul, vector and batch", lambda x, y: x @ y, (VECTOR, numbers(2, 4, 3))),
    Row("matmul, batch and vector", lambda x, y: x @ y, (numbers(2, 3, 4), VECTOR)),
    Row("dot, vectors", lambda x, y: np.dot(x, y), (VECTOR, numbers(4, seed=8))),
    Row("dot, number and array", lambda x, y: np.dot(x, y), (0.7, A)),
    Row("dot, more axes", lambda x, y: np.dot(x, y), (numbers(2, 3, 4), numbers(5, 4, 2))),
    Row("dot, many axes", lambda x, y: np.dot(x, y), (A, numbers(2, 3, 4, 2))),
    Row("reshape", lambda x: np.reshape(x, (2, -1)) ** 2, (A,), ("reshape",)),
    Row("reshape, method", lambda x: x.reshape(12) ** 2, (A,)),
    Row("ravel", lambda x: np.ravel(x) ** 2, (A,)),
    Row("squeeze", lambda x: np.squeeze(x) ** 2, (numbers(1, 3, 1),)),
    Row("expand_dims", lambda x: np.expand_dims(x, (0, 2)) ** 2, (A,), ("expand_dims",)),
    Row("transpose", lambda x: np.transpose(x) * A.T, (A,), ("transpose",)),
    Row("transpose, axes", lambda x: np.transpose(x, (2, 0, 1)) ** 2, (SIGNAL,)),
    Row("transpose, negative axes", lambda x: np.transpose(x, (-1, 0, 1)) ** 2, (SIGNAL,)),
    Row("swapaxes", lambda x: np.swapaxes(x, 0, -1) ** 2, (SIGNAL,), ("swapaxes",)),
    Row("broadcast_to", lambda x: np.broadcast_to(x, (3, 4)) * A, (VECTOR,), ("broadcast_to",)),
    Row("index, a number", lambda x: x[1, 2] ** 2, (A,), ("index",)),
    Row("index, a row", lambda x: x[1] ** 2, (A,)),
    Row("index, slices backwards", lambda x: x[::-2, 1:] ** 2, (A,)),
    Row("index, new axis and ellipsis", lambda x: x[None, ..., 0] ** 2, (A,)),
    Row("index, a list that repeats", lambda x: x[[0, 2, 0]] ** 2, (A,)),
    Row("index, pairs of arrays", lambda x: x[np.array([0, 0]), np.array([1, 1])] ** 2, (A,)),
    Row("index, a mask", lambda x: x[A > 0] ** 2, (A,)),
    Row("concatenate", lambda x, y: np.concatenate([x, y]) ** 2, (A, numbers(2, 4)), ("concatenate",)),
    Row("concatenate, last axis", lambda x, y: np.concatenate([x, y], axis=-1) ** 2, (A, numbers(3, 2))),
    Row("concatenate, flattened", lambda x, y: np.concatenate([x, y], axis=None) ** 2, (A, VECTOR)),
    Row("concatenate with itself and a constant", lambda x: np.concatenate([x, x, B]) ** 2, (A,)),
    Row("stack", lambda x, y: np.stack([x, y]) ** 2, (A, B), ("stack",)),
    Row("stack, last axis", lambda x, y: np.stack([x, y], axis=-1) ** 2, (A, B)),
    Row("stack of numbers", lambda x, y: np.stack([x, y, x]) ** 2, (0.3, 0.7)),
    Row("conv1d", lambda x, w: am.conv1d(x, w), (numbers(7), numbers(3)), ("conv1d",)),
    Row("conv1d, bias", lambda x, w, b: am.conv1d(x, w, b) ** 2, (numbers(7), numbers(3), 0.4)),
    Row("conv1d, one tap", lambda x, w: am.conv1d(x, w), (numbers(7), numbers(1))),
    Row("conv1d, kernel as long as the signal", lambda x, w: am.conv1d(x, w), (numbers(4), numbers(4, seed=9))),
    Row("conv1d, stride that leaves a rest", lambda x, w: am.conv1d(x, w, stride=3), (numbers(9), numbers(2))),
    Row("conv1d, padding", lambda x, w: am.conv1d(x, w, padding=2) ** 2, (numbers(5), numbers(3))),
    Row("conv1d, dilation", lambda x, w: am.conv1d(x, w, dilation=2) ** 2, (numbers(8), numbers(3))),
    Row("conv1d, channels", lambda x, w: am.conv1d(x, w) ** 2, (SIGNAL[0], numbers(3, 4, 2))),
    Row(
        "conv1d, batch with everything",
        lambda x, w, b: am.conv1d(x, w, b, stride=2, padding=1, dilation=2, groups=2) ** 2,
        (SIGNAL, KERNEL, numbers(6)),
    ),
]
# Gates that only rules use are reached by the second derivatives of others.
INTERNAL = {"sum_to", "cast", "scatter", "lined_up", "conv1d_transpose", "conv1d_kernel"}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_value_is_numpys(row):
    recorded = row.function(*map(am.Tensor, row.inputs))
    expected = plain(row.function(*[np.float64(x) if np.ndim(x) == 0 else x for x in row.inputs]))
    # dot sums in another order than NumPy's, which shows in the last digit of an entry that cancels.
    np.testing.assert_allclose(recorded.data, expected, rtol=1e-13, atol=1e-15)
    assert recorded.shape == np.shape(expected)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_gradient_agrees_with_central_differences(row):
    # Central differences with step 1e-6 are exact to about 1e-9 here.
    expected = central_differences(row.function, row.inputs)
    for ours, theirs, x in zip(recorded_gradients(row.function, row.inputs), expected, row.inputs, strict=True):
        assert np.shape(ours) == np.shape(x)
        np.testing.assert_allclose(ours, theirs, rtol=1e-7, atol=1e-8)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_second_derivative_agrees_with_central_differences(row):
    rng = np.random.default_rng(11)
    weights = [rng.normal(size=np.shape(x)) for x in row.inputs]

    def along_weights(*inputs):
        gradients = recorded_gradients(row.function, inputs)
        return sum(np.sum(g * w) for g, w in zip(gradients, weights, strict=True))

    expected = central_differences(along_weights, row.inputs)
    for ours, theirs in zip(second_gradients(row.function, row.inputs, weights), expected, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-6, atol=1e-7)


def test_every_gate_with_a_rule_has_a_line():
    covered = {gate for row in ROWS for gate in row.gates} | INTERNAL
    assert covered == {name for name, gate in table.items() if gate.rules}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_dtype_is_numpys_and_the_gradients_dtype_is_the_operands(row):
    arrays = [np.asarray(x, np.float32)[()] for x in row.inputs]
    tensors = [am.Tensor(x) for x in arrays]
    output = row.function(*tensors)
    assert output.dtype == plain(row.function(*arrays)).dtype
    np.sum(output).backward()
    for tensor in tensors:
        assert tensor.grad.dtype == np.float32
        assert np.shape(tensor.grad) == tensor.shape
