"""Gradients are added up in place where nobody else holds the sum. Here somebody might, and must not be written to."""

import itertools

import numpy as np
import pytest

import autograd_mini as am
from autograd_mini import Graph, Tensor

RNG = np.random.default_rng(5)
SQUARE = RNG.normal(size=(3, 3))

# Functions of one wire that send its upstream on as it is, as views of it, and as arrays of their own, in many orders.
FORKS = {
    "four times as it is": lambda q: q + q + q + q,
    "as it is and transposed": lambda q: q + q.T + q + q.T,
    "reshaped twice": lambda q: np.reshape(q, (9,)) + np.reshape(q, (9,)) + np.reshape(q.T, (9,)),
    "through a copy": lambda q: q + (q + 0.0) + q.copy() + q,
    "reversed": lambda q: q + q[::-1] + q[:, ::-1] + q,
    "own arrays first": lambda q: q * q + q + q + np.sin(q),
    "own arrays last": lambda q: q + q + np.sin(q) + q * q,
    "broadcast": lambda q: q + np.sum(q) + np.mean(q, axis=0) + np.sum(q, axis=1, keepdims=True) + q,
    "negated": lambda q: q - (-q) - q + q,
    "joined": lambda q: np.concatenate([q, q, q + q]),
    "selected": lambda q: am.relu(q) + np.where(SQUARE > 0, q, -q) + np.maximum(q, q) + q,
    "multiplied": lambda q: q @ q + q @ q.T + q,
}


def by_differences(function, weights):
    """Return the gradient of Σ weights · function(x) at SQUARE by central differences."""
    gradient = np.zeros_like(SQUARE)
    for entry in itertools.product(range(3), repeat=2):
        step = np.zeros_like(SQUARE)
        step[entry] = 1e-6
        up, down = (function(Tensor(SQUARE + sign * step)).data for sign in (1, -1))
        gradient[entry] = np.sum(weights * (up - down)) / 2e-6
    return gradient


@pytest.mark.parametrize("fork", FORKS.values(), ids=FORKS)
def test_forks(fork):
    x = Tensor(SQUARE, name="x")
    q = (x * 1.0).named("q")
    f = fork(q)
    upstream = RNG.normal(size=f.shape)
    given = upstream.copy()
    f.backward(given)
    np.testing.assert_allclose(x.grad, by_differences(fork, upstream), rtol=1e-7, atol=1e-8)
    assert np.array_equal(given, upstream)
    assert np.array_equal(q.grad, x.grad)
    # Every gradient on the way is an array of its own, and the pass can be repeated.
    wires = [wire for wire in Graph(f).wires if wire.grad is not None]
    for one, other in itertools.combinations([given, *(np.asarray(wire.grad) for wire in wires)], 2):
        assert not np.shares_memory(one, other)
    first = [np.array(wire.grad) for wire in wires]
    held = x.grad
    f.backward(given)
    for wire, expected in zip(wires, first, strict=True):
        assert np.array_equal(wire.grad, expected)
    assert np.array_equal(held, x.grad)


@pytest.mark.parametrize("fork", FORKS.values(), ids=FORKS)
def test_contributions_add_up_to_the_gradient(fork):
    x = Tensor(SQUARE, name="x")
    q = x * 1.0
    graph = Graph(np.sum(fork(q) * 1.5))
    gradients = graph.gradients()
    for wire, consumers in graph.consumers.items():
        arrived = [gradients.contributions[gate.output, position] for gate, position in consumers]
        if arrived:
            np.testing.assert_allclose(
                gradients.totals[wire], np.sum(np.stack(arrived), axis=0), rtol=1e-12, atol=1e-14
            )


@pytest.mark.parametrize("fork", FORKS.values(), ids=FORKS)
def test_released_and_transformed_gradients_are_the_same(fork):
    x = Tensor(SQUARE)
    np.sum(fork(x * 1.0)).backward(release=True)
    y = Tensor(SQUARE)
    np.sum(fork(y * 1.0)).backward()
    assert np.array_equal(x.grad, y.grad)
    assert np.array_equal(am.grad(lambda z: np.sum(fork(z * 1.0)))(SQUARE), y.grad)


def test_a_gradient_that_was_kept_is_not_written_to_by_a_later_pass():
    x = Tensor(SQUARE)
    (x + x + x + x).backward(np.ones((3, 3)))
    kept = x.grad
    (x * x + x + x).backward(np.ones((3, 3)), accumulate=True)
    assert np.array_equal(kept, np.full((3, 3), 4.0))
    np.testing.assert_allclose(x.grad, 4 + 2 * SQUARE + 2)


def test_nothing_passes_a_closed_gate_not_even_infinity():
    x = Tensor(np.array([-1.0, 2.0, -3.0, 0.0]))
    with np.errstate(all="ignore"):
        am.relu(x).backward(np.array([1.0, -2.0, 3.0, 4.0]))
        assert np.array_equal(x.grad, [0.0, -2.0, 0.0, 0.0])
        (am.relu(x) * np.array([np.inf, 1.0, np.nan, np.inf])).backward(np.ones(4))
    assert np.array_equal(x.grad, [0.0, 1.0, 0.0, 0.0])


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_a_closed_gate_keeps_dtype_and_broadcasts(dtype):
    x = Tensor(np.array([[-1.0], [2.0]], dtype))
    y = Tensor(np.array([1.0, 0.5, -3.0], dtype))
    upstream = np.arange(6, dtype=dtype).reshape(2, 3)[:, ::-1]
    np.where(x > 0, y, x).backward(upstream)
    assert x.grad.dtype == y.grad.dtype == dtype
    assert np.array_equal(x.grad, [[3.0], [0.0]])
    assert np.array_equal(y.grad, [5.0, 4.0, 3.0])
