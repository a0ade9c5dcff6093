"""Gradients are added up in place where nobody else holds the sum. Here somebody might, and must not be written to."""

import itertools

import numpy as np
import pytest

import autograd_mini as am
from autograd_mini import Graph, Tensor
from autograd_mini.primitive import Filled, table

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


# Below a sum upstream is one number for all entries. Functions whose gates pass it on as one, or need the array.
BELOW_A_SUM = {
    "as it is": lambda x, w: x,
    "local derivative is an operand": lambda x, w: x * w,
    "local derivative is the output": lambda x, w: np.exp(x) * 1.0,
    "local derivative is the output, last": lambda x, w: np.exp(x),
    "twice the same operand": lambda x, w: x * x,
    "added": lambda x, w: x + w,
    "added to itself": lambda x, w: x + x + x,
    "subtracted": lambda x, w: x - w - (-x),
    "one row added": lambda x, w: x + w[0],
    "one row multiplied": lambda x, w: x * w[0],
    "row by column": lambda x, w: x[:1] * w[:, :1],
    "column plus row": lambda x, w: x[:1] + w[:, :1],
    "number": lambda x, w: 2.5 * (x + 1.0) - w / 4.0,
    "whole numbers": lambda x, w: x * np.arange(9).reshape(3, 3) + w,
    "truth value": lambda x, w: am.relu(x) + w * (np.abs(w.data) > 0.5),
    "entries": lambda x, w: x[::2] * w[1, 1],
    "matrices": lambda x, w: x @ w + x.T,
    "where": lambda x, w: np.where(w.data > 0, x, w),
    "joined": lambda x, w: np.concatenate([x, w, x]),
    "mean of rows": lambda x, w: np.mean(x, axis=0) * np.sum(w, axis=1),
    "of a sum": lambda x, w: np.sum(x) * w + np.mean(x),
    "degrees": lambda x, w: np.deg2rad(x) + w,
}


@pytest.mark.parametrize("reduce", [np.sum, np.mean, lambda t: -np.sum(t) / 2, lambda t: np.sum(t) + np.sum(t * t)])
@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.float16])
@pytest.mark.parametrize("function", BELOW_A_SUM.values(), ids=BELOW_A_SUM)
def test_one_number_for_all_entries(function, dtype, reduce):
    arrays = [(SQUARE.T @ SQUARE).astype(dtype) / 4, SQUARE.astype(dtype)]
    x, w = map(Tensor, arrays)
    f = reduce(function(x, w))
    f.backward()
    graph = Graph(f)
    # These are found gate by gate, from whole arrays.
    expected = graph.gradients().totals
    reached = [wire for wire in graph.wires if wire in expected]
    for wire in reached:
        assert type(wire.grad) is type(wire.data)
        assert np.shape(wire.grad) == wire.shape
        assert np.asarray(wire.grad).dtype == wire.dtype
        assert np.array_equal(wire.grad, expected[wire]) or dtype is not np.float64
        np.testing.assert_allclose(wire.grad, expected[wire], rtol=4 * np.finfo(dtype).eps)
    found = [wire.grad for wire in reached if type(wire.grad) is np.ndarray]
    for one, other in itertools.combinations(found, 2):
        assert not np.shares_memory(one, other)
    for gradient in found:
        assert gradient.flags.writeable
        assert not any(np.shares_memory(gradient, wire.data) for wire in graph.wires if wire.shape)
    kept = [np.copy(t.grad) for t in (x, w) if t.grad is not None]
    reduce(function(x, w)).backward(release=True)
    released = [t.grad for t in (x, w) if t.grad is not None]
    assert all(map(np.array_equal, kept, released))
    for gradient in released:
        gradient += 1
    assert all(map(np.array_equal, arrays, (x.data, w.data)))
    grads = am.grad(lambda x, w: reduce(function(x, w)), (0, 1))(*map(np.copy, arrays))
    assert all(np.array_equal(g, k) for g, k in zip(grads, kept)) or len(kept) == 1


def test_one_number_of_another_dtype_is_cast():
    @am.primitive(x=lambda: np.float64(2.0))
    def doubled(x):
        return x + x

    @am.primitive(x=lambda upstream, x: Filled(np.float64(upstream), x.shape))
    def total(x):
        return np.add.reduce(x, axis=None)

    try:
        for function in (lambda t: np.sum(doubled(t)), total, lambda t: total(doubled(t))):
            x = Tensor(np.ones((2, 3), np.float32))
            function(x).backward()
            assert x.grad.dtype == np.float32
            assert x.grad.shape == (2, 3)
    finally:
        del table["doubled"], table["total"]


@pytest.mark.parametrize("gate", ["sum", "mean"])
def test_who_asks_a_gate_gets_whole_arrays(gate):
    x = np.arange(6.0).reshape(2, 3)
    options = {"axis": None, "keepdims": False}
    sent = table[gate].pull(0, np.float64(3.0), np.float64(0.0), (x,), options)
    assert sent.shape == (2, 3)
    np.testing.assert_array_equal(sent, np.full((2, 3), 3.0 if gate == "sum" else 0.5))
    assert type(table["sum"].pull(0, np.float64(3.0), np.float64(2.0), (np.float64(2.0),), options)) is np.float64
