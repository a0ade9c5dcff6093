"""only_saved_values: the same gradients, less memory, and values that are there again when somebody asks."""

import threading
import tracemalloc
import weakref

import numpy as np
import pytest
from oracles import recorded_gradients, second_gradients
from rows import LINES

import autograd_mini as am
from autograd_mini import Tensor, only_saved_values, saving
from autograd_mini.errors import ReleasedError
from autograd_mini.primitive import primitive, table


@pytest.fixture
def every_size(monkeypatch):
    monkeypatch.setattr(saving, "_SMALLEST_BYTES", 0)


def let_go(*tensors):
    return [tensor.is_let_go for tensor in tensors]


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.name)
def test_derivatives_are_the_same(line, every_size):
    # Twice x is a value that is let go wherever the gate's rule does not read it; half its sum reads no output.
    def around(*inputs):
        return np.sum(line.function(*[x + x for x in inputs]) / 2)

    rng = np.random.default_rng(3)
    halves = [np.asarray(x) / 2 for x in line.inputs]
    weights = [rng.normal(size=np.shape(x)) for x in line.inputs]
    expected = recorded_gradients(around, halves) + second_gradients(around, halves, weights)
    with only_saved_values():
        found = recorded_gradients(around, halves) + second_gradients(around, halves, weights)
    for ours, theirs in zip(found, expected, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def dense(x, w, b):
    product = x @ w
    shifted = product + b
    out = np.tanh(shifted)
    return product, shifted, out


@pytest.fixture
def layer():
    rng = np.random.default_rng(0)
    return [Tensor(rng.normal(size=shape)) for shape in ((8, 16), (16, 32), (32,))]


def test_what_rules_read_stays_and_the_rest_goes(layer):
    with only_saved_values():
        product, shifted, out = dense(*layer)
        loss = np.sum(out * out)
    assert let_go(product, shifted, out, *layer, loss) == [True, True, False, False, False, False, False]


def test_memory_of_the_array_is_free(layer):
    freed = []
    with only_saved_values():
        product = layer[0] @ layer[1]
        weakref.finalize(product.data, freed.append, "array")
        assert not freed
        shifted = product + layer[2]
        assert freed == ["array"]
    assert shifted.shape == product.shape == (8, 32)


def test_a_value_is_computed_again_bit_for_bit(layer):
    expected = [wire.data for wire in dense(*layer)]
    with only_saved_values():
        wires = dense(*layer)
    assert let_go(*wires) == [True, True, False]
    # The second needs the first, which then is there too.
    np.testing.assert_array_equal(wires[1].data, expected[1])
    assert let_go(*wires) == [False, False, False]
    np.testing.assert_array_equal(wires[0].data, expected[0])
    assert type(wires[0]) is Tensor


def test_shape_dtype_and_size_are_known_without_computing(layer):
    with only_saved_values():
        product, *_ = dense(*(Tensor(leaf.data.astype(np.float32)) for leaf in layer))
    assert (product.shape, product.dtype, product.ndim, product.size) == ((8, 32), np.float32, 2, 256)
    assert let_go(product) == [True]


def test_nothing_is_computed_twice_in_the_backward_pass(layer):
    calls = []

    @primitive(internal=True, x=lambda upstream: 2 * upstream)
    def counted_double(x):
        calls.append(x.shape)
        return 2 * x

    del table["counted_double"]
    with only_saved_values():
        doubled = counted_double(layer[0])
        loss = np.sum(np.tanh((doubled + 1) @ layer[1]))
    assert let_go(doubled) == [True]
    loss.backward()
    assert (len(calls), let_go(doubled)) == (1, [True])
    assert doubled.data.shape == (8, 16)
    assert len(calls) == 2
    calls.clear()
    with only_saved_values():
        # The rule for the constant would read the wire, though nobody asks it.
        loss = np.sum(np.tanh((counted_double(layer[0]) * 3.0 + 1) @ layer[1]))
    loss.backward()
    am.Graph(loss).gradients()
    assert len(calls) == 1


def test_a_wire_that_is_used_again_has_its_value_again(layer):
    x, w, b = layer
    with only_saved_values():
        product = x @ w
        first = product + b
        assert let_go(product) == [True]
        second = product * first
        assert let_go(product, first) == [False, False]
        third = product + 1
        # × reads it.
        assert let_go(product) == [False]
        np.sum(second + third).backward()
    found = [leaf.grad for leaf in layer]
    product = x @ w
    np.sum(product * (product + b) + (product + 1)).backward()
    for ours, leaf in zip(found, layer, strict=True):
        np.testing.assert_array_equal(ours, leaf.grad)


def test_what_was_recorded_before_stays(layer):
    out = np.tanh(layer[0])
    with only_saved_values():
        after = out + 1
        np.sum(after + 1)
    assert let_go(out, after) == [False, True]


def test_constants_and_small_arrays_stay(layer):
    with only_saved_values():
        small = layer[2][:8] + 1
        small + 1
        with am.no_grad():
            plain = layer[0] + 1
            plain + 1
    assert let_go(small, plain) == [False, False]


def test_after_release_there_is_nothing_to_compute_from(layer):
    with only_saved_values():
        product, _, out = dense(*layer)
        named = (product + 1).named("shifted")
        loss = np.sum(out) + np.sum(named + 1)
    loss.backward(release=True)
    assert layer[0].grad is not None
    with pytest.raises(ReleasedError, match=r"the value of 'shifted' was let go under only_saved_values\(\)"):
        named.data  # noqa: B018
    assert out.data.shape == (8, 32)


def test_a_long_chain_is_computed_again_without_recursion(every_size):
    x = Tensor(np.zeros(3))
    with only_saved_values():
        wires = [x]
        for _ in range(5000):
            wires.append(wires[-1] + 1)
    assert let_go(*wires[1:-1]) == [True] * 4999
    np.testing.assert_array_equal(wires[-2].data, np.full(3, 4999.0))


def test_pictures_and_explanations_have_all_values(every_size):
    def circuit():
        x, y = Tensor(np.array([1.0, 2.0]), name="x"), Tensor(np.array([3.0, -1.0]), name="y")
        q = (x + y).named("q")
        return np.sum(np.tanh(q - 1).named("t")), q

    expected, _ = circuit()
    with only_saved_values():
        found, q = circuit()
    assert let_go(q) == [True]
    assert am.draw(found).to_svg() == am.draw(expected).to_svg()
    assert str(am.explain(circuit()[0])) == str(am.explain(found))


def test_beside_other_watchers(layer):
    def loss(*leaves):
        with am.scope("layer"):
            return np.sum(dense(*leaves)[-1] ** 2)

    np.sum(loss(*layer)).backward()
    expected = [leaf.grad for leaf in layer]
    with only_saved_values(), am.detect_anomaly(), am.detect_mutation(), only_saved_values():
        loss(*layer).backward()
        found = [leaf.grad for leaf in layer]
        am.checkpoint(loss)(*layer).backward()
    for ours, again, theirs in zip(found, [leaf.grad for leaf in layer], expected, strict=True):
        np.testing.assert_array_equal(ours, theirs)
        np.testing.assert_array_equal(again, theirs)


def test_only_this_thread(layer):
    entered, done = threading.Event(), threading.Event()

    def elsewhere():
        with only_saved_values():
            entered.set()
            done.wait(10)

    thread = threading.Thread(target=elsewhere)
    thread.start()
    assert entered.wait(10)
    product, *_ = dense(*layer)
    done.set()
    thread.join()
    assert let_go(product) == [False]


def peak(step):
    step()
    tracemalloc.start()
    step()
    found = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return found


def test_a_recurrent_network_keeps_one_array_a_step():
    rng = np.random.default_rng(0)
    w, u, b = (Tensor(rng.normal(size=shape) / 8) for shape in ((64, 64), (64, 64), (64,)))
    inputs = rng.normal(size=(30, 32, 64))

    def step():
        h = np.zeros((32, 64))
        for x in inputs:
            h = np.tanh(h @ w + x @ u + b)
        np.mean(h**2).backward(release=True)

    def sparing():
        with only_saved_values():
            step()

    states = 30 * 32 * 64 * 8
    assert peak(step) > 4.5 * states
    assert peak(sparing) < 1.7 * states
