"""The engine: what a Tensor holds, what it records, and what backward() puts on the wires."""

import copy
import gc
import subprocess
import sys
import threading
import tracemalloc

import numpy as np
import pytest

import autograd_mini as am
from autograd_mini.backward import send_recorded, sweep


class TestData:
    def test_whole_numbers_become_floats(self):
        assert type(am.Tensor(3).data) is float
        assert am.Tensor([[1, 2], [3, 4]]).dtype == np.float64

    def test_float32_and_float64_are_kept(self):
        for dtype in (np.float32, np.float64):
            assert am.Tensor(np.ones(3, dtype)).dtype == dtype
            assert am.Tensor(dtype(2)).dtype == dtype
            assert am.Tensor(np.array(2, dtype)).shape == ()

    def test_array_is_copied(self):
        array = np.ones(2)
        tensor = am.Tensor(array)
        array[0] = 5
        assert tensor.data[0] == 1

    def test_a_tensors_float64_makes_float64_and_a_python_number_does_not(self):
        # As np.float64(2) * array does in NumPy 2, against 2.0 * array.
        array = am.Tensor(np.ones(2, np.float32))
        assert (am.Tensor(2.0) * array).dtype == np.float64
        assert (2.0 * array).dtype == np.float32
        assert (np.sum(am.Tensor([1.0, 2.0])) * array).dtype == np.float64

    def test_repr(self):
        assert repr(am.Tensor(2, name="x")) == "Tensor(2.0, name='x')"
        assert repr(am.Tensor(np.ones(2, np.float32), requires_grad=False)) == (
            "Tensor([1., 1.], dtype=float32, requires_grad=False)"
        )
        assert f"{am.Tensor(2.5):.2f}" == "2.50"

    def test_properties(self):
        tensor = am.Tensor(np.zeros((2, 3)))
        assert (tensor.shape, tensor.ndim, tensor.size, len(tensor)) == ((2, 3), 2, 6, 2)
        assert tensor.T.shape == (3, 2)
        assert [row.shape for row in tensor] == [(3,), (3,)]


class TestOperators:
    def test_both_operand_orders(self):
        x = am.Tensor(3.0)
        assert [t.data for t in (x + 1, 1 + x, x - 1, 1 - x, x * 2, 2 * x, x / 2, 2 / x, x**2, 2**x)] == [
            4, 4, 2, -2, 6, 6, 1.5, 2 / 3, 9, 8,
        ]  # fmt: skip

    def test_pythons_sum_adds_no_gate(self):
        x, y = am.Tensor(3.0), am.Tensor(4.0)
        (gate,) = am.Graph(sum([x, y])).gates
        assert gate.operands == (x, y)
        assert (1 + x).data == 4.0

    @pytest.mark.parametrize("order", ["array first", "tensor first"])
    def test_plain_arrays_on_either_side(self, order):
        tensor, array = am.Tensor([1.0, 2.0]), np.array([10.0, 20.0])
        result = array - tensor if order == "array first" else tensor - array
        assert isinstance(result, am.Tensor)
        np.testing.assert_array_equal(result.data, [9, 18] if order == "array first" else [-9, -18])

    def test_numpy_scalar_on_the_left(self):
        result = np.float64(2) * am.Tensor(3.0)
        assert isinstance(result, am.Tensor)
        assert result.data == 6.0

    def test_comparisons_give_plain_arrays(self):
        x = am.Tensor([1.0, 2.0])
        assert (x > 1.5).tolist() == [False, True]
        assert (1.5 > x).tolist() == [True, False]  # noqa: SIM300 (the number stands on the left on purpose)
        assert (x == x).tolist() == [True, True]

    def test_augmented_assignment_makes_a_new_tensor(self):
        x = am.Tensor(3.0)
        y = x
        y += 1
        y *= x
        y.backward()
        assert (x.data, y.data, x.grad) == (3.0, 12.0, 7.0)

    def test_methods_are_numpys(self):
        data = np.arange(6.0).reshape(2, 3)
        x = am.Tensor(data)
        for ours, theirs in [
            (x.sum(axis=0), data.sum(axis=0)),
            (x.mean(), data.mean()),
            (x.max(axis=1, keepdims=True), data.max(axis=1, keepdims=True)),
            (x.min(), data.min()),
            (x.reshape(3, 2), data.reshape(3, 2)),
            (x.reshape((6,)), data.reshape(6)),
            (x.transpose(1, 0), data.T),
            (x.swapaxes(0, 1), data.T),
            (x.ravel(), data.ravel()),
            (x.flatten(), data.ravel()),
            (x.dot(data.T), data @ data.T),
            (x.clip(1, 4), data.clip(1, 4)),
            (x[None].squeeze(0), data),
        ]:
            assert isinstance(ours, am.Tensor)
            np.testing.assert_array_equal(ours.data, theirs)

    def test_library_gates_take_plain_arrays_too(self):
        np.testing.assert_allclose(am.sigmoid(np.array([0.0])), [0.5])
        np.testing.assert_allclose(am.conv1d(np.array([1.0, 2.0, 3.0]), np.array([1.0, 1.0])), [3, 5])


class TestBackward:
    def test_twice_gives_the_same(self):
        x = am.Tensor(3.0)
        y = x * x
        y.backward()
        y.backward()
        assert (x.grad, y.grad) == (6.0, 1.0)

    def test_accumulate_adds(self):
        x = am.Tensor(3.0)
        (x * x).backward()
        (x * 2).backward(accumulate=True)
        assert x.grad == 8.0

    def test_intermediates_keep_their_gradients(self):
        x = am.Tensor(3.0)
        y = x * x
        (2 * y).backward()
        assert y.grad == 2.0

    def test_upstream_has_the_outputs_shape(self):
        x = am.Tensor([1.0, 2.0])
        (x * x).backward(np.array([1.0, 10.0]))
        np.testing.assert_array_equal(x.grad, [2, 40])
        (x * x).backward(upstream=am.Tensor([1.0, 1.0]))
        np.testing.assert_array_equal(x.grad, [2, 4])

    def test_leaf(self):
        x = am.Tensor(3.0)
        x.backward()
        assert x.grad == 1.0

    def test_constants_get_no_gradient(self):
        x, c = am.Tensor(3.0), am.Tensor(2.0, requires_grad=False)
        (x * c).backward()
        assert (x.grad, c.grad) == (2.0, None)

    def test_wire_that_is_only_compared_gets_no_gradient(self):
        x, y = am.Tensor([1.0, -1.0]), am.Tensor([3.0, 4.0])
        for release in (False, True):
            np.sum(np.where(x * 2 + 2, y, 10 * y)).backward(release=release)
            assert x.grad is None
            np.testing.assert_array_equal(y.grad, [1, 10])

    def test_diamond(self):
        x = am.Tensor(3.0)
        b = x + x
        (b * b + b).backward()
        assert x.grad == 26.0

    def test_every_wire_has_a_gradient_array_of_its_own(self):
        x, y = am.Tensor([1.0, 2.0]), am.Tensor([3.0, 4.0])
        q = x + y
        seed = np.array([1.0, 1.0])
        q.backward(seed)
        x.grad *= 5
        seed *= 7
        np.testing.assert_array_equal(y.grad, [1, 1])
        np.testing.assert_array_equal(q.grad, [1, 1])

    def test_gradients_can_be_written_to(self):
        x = am.Tensor(np.ones((2, 3)))
        np.sum(x).backward()
        x.grad += 1
        np.sum(x.T.reshape(6)).backward()
        x.grad += 1

    def test_repeated_backward_leaves_earlier_gradients_alone(self):
        x = am.Tensor([1.0, 2.0])
        y = np.sum(x * x)
        y.backward()
        first = x.grad
        y.backward()
        x.grad += 1
        np.testing.assert_array_equal(first, [2, 4])

    def test_detach_and_no_grad_cut_the_graph(self):
        x = am.Tensor(3.0)
        (x * (x * x).detach()).backward()
        assert x.grad == 9.0
        with am.no_grad():
            y = x * x
        assert not y.requires_grad
        assert (x * x).requires_grad

    def test_no_grad_is_left_after_an_error_and_belongs_to_its_thread(self):
        with pytest.raises(ZeroDivisionError), am.no_grad():
            raise ZeroDivisionError
        recorded = []
        with am.no_grad():
            thread = threading.Thread(target=lambda: recorded.append((am.Tensor(1.0) * 2).requires_grad))
            thread.start()
            thread.join()
        assert recorded == [True]

    def test_changing_a_leafs_data_after_backward_trains_it(self):
        w = am.Tensor(np.array([1.0, -1.0]))
        for _ in range(200):
            loss = np.sum((w * np.array([2.0, 3.0]) - np.array([4.0, 6.0])) ** 2)
            loss.backward(release=True)
            w.data = w.data - 0.05 * w.grad
        np.testing.assert_allclose(w.data, [2, 2], atol=1e-6)

    def test_division_by_zero_and_overflow_are_numpys(self):
        with np.errstate(all="ignore"):
            x = am.Tensor(0.0)
            y = 1 / x
            y.backward()
            assert (y.data, x.grad) == (np.inf, -np.inf)
            assert np.exp(am.Tensor(1000.0)).data == np.inf
            assert np.isnan(np.log(am.Tensor(-1.0)).data)
            assert np.isnan((am.Tensor(-2.0) ** 0.5).data)

    def test_recorded_gradients_differentiate_again(self):
        x = am.Tensor(2.0)
        first = sweep({x**4: am.Tensor(1.0, requires_grad=False)}, send=send_recorded)[x]
        second = sweep({first: am.Tensor(1.0, requires_grad=False)}, send=send_recorded)[x]
        second.backward()
        assert (first.data, second.data, x.grad) == (32.0, 48.0, 48.0)


class TestMemory:
    def test_release_forgets_the_graph_but_not_the_leaves(self):
        x = am.Tensor(3.0)
        h = x * x
        y = h * 2
        y.backward(release=True)
        assert (x.grad, h.grad) == (12.0, None)
        assert h.released
        assert not x.released

    def test_graph_has_no_reference_cycles(self):
        gc.collect()
        before = recorded_tensors()
        gc.disable()
        try:
            y = am.sigmoid(am.Tensor(2.0) * 3)
            y.backward()
            assert recorded_tensors() > before
            del y
            assert recorded_tensors() == before
        finally:
            gc.enable()

    @pytest.mark.slow
    def test_a_million_gates(self):
        # A chain builds, differentiates and is freed without recursion; in a process of its own, so that a crash shows.
        script = (
            "import autograd_mini as am\n"
            "x = am.Tensor(1.0)\n"
            "y = x\n"
            "with am.collector_paused():\n"
            "    for _ in range(500_000):\n"
            "        y = y * 1.000001 + 1e-9\n"
            "    y.backward()\n"
            "    print(len(am.Graph(y).gates), round(x.grad, 6))\n"
            "    del y\n"
            "    print('freed')\n"
        )
        result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
        assert result.stdout.split() == ["1000000", f"{round(1.000001**500_000, 6)}", "freed"]

    @pytest.mark.slow
    def test_collector_is_paused_and_goes_on_as_it_was(self):
        assert gc.isenabled()
        with am.collector_paused():
            assert not gc.isenabled()
            with am.collector_paused():
                pass
            assert not gc.isenabled()
        assert gc.isenabled()
        with pytest.raises(KeyError), am.collector_paused():
            raise KeyError
        assert gc.isenabled()

    def test_gate_of_single_numbers_is_one_object_that_the_collector_sees(self):
        x = y = am.Tensor(0.5)
        # The code that records × and + is written when they are first met.
        x = x * y + y
        gc.collect()
        before = len(gc.get_objects())
        for _ in range(500):
            x = x * y + y
        # Two gates each time.
        assert 1000 <= len(gc.get_objects()) - before < 1010

    def test_released_training_keeps_memory_flat(self):
        w = am.Tensor(np.zeros(1000))
        for _ in range(50):
            np.sum(np.tanh(w) * w).backward(release=True)
        gc.collect()
        before = recorded_tensors()
        for _ in range(500):
            np.sum(np.tanh(w) * w).backward(release=True)
        gc.collect()
        assert recorded_tensors() <= before

    @pytest.mark.parametrize("release", [True, False])
    def test_a_thousand_steps_of_an_array_network_leave_memory_flat(self, release):
        rng = np.random.default_rng(0)
        x, wanted = rng.normal(size=(8, 6)), rng.normal(size=(8, 3))
        parameters = [am.Tensor(rng.normal(size=shape)) for shape in ((6, 5), (5,), (5, 3), (3,))]

        def steps(count):
            for _ in range(count):
                w1, b1, w2, b2 = parameters
                scores = am.relu(x @ w1 + b1) @ w2 + b2
                np.mean((scores - wanted) ** 2).backward(release=release)
                for parameter in parameters:
                    parameter.data -= 0.01 * parameter.grad

        steps(20)
        gc.collect()
        tracemalloc.start()
        steps(20)
        before = tracemalloc.get_traced_memory()[0]
        steps(1000)
        # What Python keeps of freed floats and tuples for later is given back.
        gc.collect()
        after = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
        # One graph of this size takes about 5 kB; a thousand that stayed would take a thousand times that.
        assert after - before < 20_000


def recorded_tensors():
    """Return how many Tensors are alive."""
    # By type, because isinstance asks lazy modules of other packages for attributes.
    return sum(type(thing) is am.Tensor for thing in gc.get_objects())


def test_name_is_kept_and_given():
    x = am.Tensor(1.0, name="x")
    q = (x + 1).named("q")
    assert (x.name, q.name) == ("x", "q")
    assert copy.copy(x).name == "x"


def test_operands_may_be_given_by_name():
    x, w = am.Tensor([1.0, 2.0, 4.0], name="x"), am.Tensor([1.0, -1.0], name="w")
    am.conv1d(w=w, x=x, stride=1).backward(np.array([1.0, 1.0]))
    np.testing.assert_array_equal(w.grad, [3.0, 6.0])
    assert am.relu(x=am.Tensor(-1.0)).data == 0.0


@pytest.mark.parametrize("truth", [True, np.True_, np.array(True), np.array([True, False])], ids=repr)
@pytest.mark.parametrize("x", [2.0, np.array([0.5, -2.0]), np.array([0.5, -2.0], np.float32)], ids=repr)
def test_truth_values_count_as_one_and_zero(truth, x):
    for name in ("add", "subtract", "multiply", "divide", "power", "maximum", "arctan2"):
        ufunc = getattr(np, name)
        for order in (1, -1):
            leaf, plain = am.Tensor(x), am.Tensor(x)
            with np.errstate(all="ignore"):
                ours = ufunc(*(leaf, truth)[::order])
                theirs = ufunc(*(plain, np.asarray(truth, plain.dtype))[::order])
                np.sum(ours).backward()
                np.sum(theirs).backward()
            assert ours.dtype == theirs.dtype
            np.testing.assert_allclose(leaf.grad, plain.grad, rtol=1e-6, err_msg=name)
