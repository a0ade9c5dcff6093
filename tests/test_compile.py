"""compile: what the code looks like, and that it is never stale."""

import math
import random
import re
import time
import tracemalloc
from types import SimpleNamespace

import numpy as np
import pytest
from circuits import midterm

import autograd_mini as am
from autograd_mini.primitive import table


def programs(step):
    """Return how many programs a compiled function has traced: "<compiled f: 2 programs>"."""
    return int(repr(step).split(": ")[1].split()[0])


def neuron(w, x, b):
    return np.tanh(w * x + b)


def test_code_is_what_a_person_would_write():
    step = am.compile(midterm())
    assert step.value_and_grad(1.0, 3.0, 2.0, -2.0, -1.0) == (-1.0, (-3.0, -1.0, 2.0, -2.0, -1.0))
    assert step.source == (
        "def f(w0, x0, w1, x1, w2):\n"
        "    p0 = w0 * x0  # × gate\n"
        "    p1 = w1 * x1  # × gate\n"
        "    s = p0 + p1  # + gate\n"
        "    t = s + w2  # + gate\n"
        "    u = t + 1.0  # +1 gate\n"
        "    f = 1.0 / u  # 1/x gate\n"
        "    # backward\n"
        "    d_u = -1.0 / (u * u)  # gradient of u, passed on to t, s, w2, p0, p1\n"
        "    d_w1 = d_u * x1  # gradient of w1\n"
        "    d_x1 = d_u * w1  # gradient of x1\n"
        "    d_w0 = d_u * x0  # gradient of w0\n"
        "    d_x0 = d_u * w0  # gradient of x0\n"
        "    return f, (d_w0, d_x0, d_w1, d_x1, d_u)\n"
    )


def test_constant_is_not_taken_for_the_wire_of_that_number():
    # The wires of a, b, c and d are 0, 1, 2 and 3.
    assert am.compile(lambda a, b, c, d: a * d + a * 3.0)(2.0, 1.0, 1.0, 5.0) == 16.0


def test_no_minus_stands_right_behind_another():
    step = am.compile(lambda a, b: -((-a) * b))
    assert step(2.0, 3.0) == 6.0
    assert "return -(-a * b)" in step.source


def test_value_alone_computes_no_gradient():
    step = am.compile(neuron)
    assert step(0.5, 2.0, -1.0) == math.tanh(0.5 * 2.0 - 1.0)
    assert step.source == "from math import tanh\n\n\ndef neuron(w, x, b):\n    return tanh(w * x + b)\n"


def test_gradients_are_those_of_the_eager_engine():
    step = am.compile(neuron)
    assert step.value_and_grad(0.5, 2.0, -0.3) == am.value_and_grad(neuron, (0, 1, 2))(0.5, 2.0, -0.3)


def test_chosen_arguments_and_nesting():
    def loss(parameters, x, power):
        return np.sum((x @ parameters["w"] + parameters["b"]) ** power)

    x, parameters = np.ones((2, 3)), {"w": np.arange(3.0), "b": 0.5}
    value, gradient = am.compile(loss, 0).value_and_grad(parameters, x, 2)
    expected_value, expected = am.value_and_grad(loss)(parameters, x, 2)
    assert value == expected_value
    assert gradient.keys() == expected.keys()
    np.testing.assert_array_equal(gradient["w"], expected["w"])
    assert gradient["b"] == expected["b"]
    _, (_, x_gradient, power_gradient) = am.compile(loss).value_and_grad(parameters, x, 2)
    assert x_gradient.shape == (2, 3)
    assert power_gradient is None


def test_arguments_by_name():
    assert am.compile(neuron)(x=2.0, w=0.5, b=-1.0) == math.tanh(0.0)


def test_one_program_for_each_signature():
    step = am.compile(lambda x: np.sum(x * x))
    for x in (2.0, 3.0, np.ones(3), np.ones(3) + 1, np.ones(4), np.ones(3, np.float32)):
        assert step(x) == np.sum(x * x)
    assert programs(step) == 4


def test_whole_numbers_are_part_of_the_code():
    step = am.compile(lambda x, n: sum(x**k for k in range(n)))
    assert [step(2.0, n) for n in (3, 4, 3)] == [7.0, 15.0, 7.0]
    assert programs(step) == 2


def test_both_branches_of_an_if_are_right():
    def f(x):
        return x * x if x > 0 else -x

    step = am.compile(f)
    for x in (2.0, -3.0, 4.0, -5.0):
        assert step.value_and_grad(x) == am.value_and_grad(f, (0,))(x)
    assert programs(step) == 2
    assert "raise DivergedError(OTHER_PATH)" in step.source


def test_python_max_takes_another_path():
    step = am.compile(lambda x, y: max(x * x, y))
    for x, y in ((1.0, 3.0), (2.0, 3.0), (1.5, 5.0)):
        assert step.value_and_grad(x, y) == am.value_and_grad(lambda x, y: max(x * x, y), (0, 1))(x, y)
    assert programs(step) == 2


def test_entries_that_a_mask_chooses():
    def f(x):
        return np.sum(x[x > 0] ** 2)

    step = am.compile(f)
    for x in (np.array([1.0, -1.0]), np.array([1.0, 2.0]), np.array([3.0, -1.0])):
        value, (gradient,) = step.value_and_grad(x)
        assert value == f(x)
        np.testing.assert_array_equal(gradient, np.where(x > 0, 2 * x, 0.0))
    assert programs(step) == 2


def test_truth_values_as_an_argument_are_an_input():
    step = am.compile(lambda x, keep: np.sum(np.where(keep, x, -x)), 0)
    for keep in (np.array([True, False]), np.array([False, False])):
        np.testing.assert_array_equal(step.value_and_grad(np.ones(2), keep)[1], np.where(keep, 1.0, -1.0))
    assert programs(step) == 1


def test_loop_that_depends_on_data():
    def f(x):
        while x < 10:
            x = x * 2
        return x

    step = am.compile(f)
    for x in (1.0, 3.0, 12.0, 1.5):
        assert step.value_and_grad(x) == am.value_and_grad(f, (0,))(x)


@pytest.mark.parametrize("read", [lambda x: x.item(), lambda x: x.data, lambda x: float(x.data)])
def test_number_that_python_reads_is_compared(read):
    def f(x, y):
        return y * read(x * 2)

    step = am.compile(f)
    for x in (1.0, 2.0, 1.0):
        assert step.value_and_grad(x, 3.0) == (6 * x, (0.0, 2 * x))
    assert programs(step) == 2


def test_too_many_paths_are_refused():
    def f(x, y):
        return y * x.item()

    step = am.compile(f)
    for x in range(16):
        step(float(x), 1.0)
    with pytest.raises(am.UnsupportedError) as caught:
        step(16.0, 1.0)
    assert str(caught.value) == (
        "compile: f took 16 different paths for arguments of one signature, because it reads numbers that are computed "
        "(if x > 0, float(x), .data). Write it with np.where and gates."
    )


def test_where_needs_one_program_only():
    step = am.compile(lambda x: np.sum(np.where(x > 0, x * x, -x)))
    for x in (np.array([1.0, -2.0]), np.array([-1.0, 2.0])):
        value, (gradient,) = step.value_and_grad(x)
        assert value == np.sum(np.where(x > 0, x * x, -x))
        np.testing.assert_array_equal(gradient, np.where(x > 0, 2 * x, -1.0))
    assert programs(step) == 1


def test_indices_are_inputs():
    def f(table, rows):
        return np.sum(table[rows] ** 2)

    step = am.compile(f, 0)
    table = np.arange(6.0).reshape(3, 2)
    for rows in (np.array([0, 2]), np.array([1, 1])):
        value, gradient = step.value_and_grad(table, rows)
        expected_value, expected = am.value_and_grad(f)(table, rows)
        assert value == expected_value
        np.testing.assert_array_equal(gradient, expected)
    assert programs(step) == 1


def by_cross_entropy(x, labels):
    return am.functional.cross_entropy(x, labels)


def by_one_hot(x, labels):
    return -np.sum(am.functional.log_softmax(x, 1) * am.functional.one_hot(labels, 3))


def by_embedding(x, labels):
    return np.sum(am.functional.embedding(labels % 2, x, padding_idx=1) ** 2)


@pytest.mark.parametrize("f", [by_cross_entropy, by_one_hot, by_embedding], ids=lambda f: f.__name__)
def test_labels_are_inputs(f):
    step = am.compile(f, 0)
    x = np.random.default_rng(0).normal(size=(4, 3))
    for labels in (np.array([0, 1, 2, 0]), np.array([2, 1, 0, 0])):
        value, gradient = step.value_and_grad(x, labels)
        expected_value, expected = am.value_and_grad(f)(x, labels)
        assert value == expected_value
        np.testing.assert_array_equal(gradient, expected)
    assert programs(step) == 1


def test_labels_outside_the_classes_are_refused_later_too():
    step = am.compile(by_cross_entropy, 0)
    step.value_and_grad(np.ones((2, 3)), np.array([0, 1]))
    with pytest.raises(am.ShapeError) as caught:
        step.value_and_grad(np.ones((2, 3)), np.array([0, 3]))
    assert str(caught.value) == "cross_entropy: class indices must be from 0 to 2; got 3."


def test_whole_numbers_that_a_function_takes_as_plain_arrays():
    def f(x, counts):
        return np.sum(np.repeat(x, counts) ** 2)

    step = am.compile(f, 0)
    x = np.array([1.0, 2.0])
    for counts in (np.array([1, 3]), np.array([2, 0])):
        value, gradient = step.value_and_grad(x, counts)
        assert value == np.sum(counts * x**2)
        np.testing.assert_array_equal(gradient, 2 * counts * x)


def test_value_with_something_else():
    def f(x, scale):
        squares = scale * x**2
        return np.sum(squares), {"squares": squares, "count": 2}

    step, x = am.compile(f, 0, has_aux=True), np.array([1.0, 3.0])
    for scale in (0.5, 2.0):
        (value, aux), gradient = step.value_and_grad(x, scale)
        (expected_value, expected_aux), expected = am.value_and_grad(f, has_aux=True)(x, scale)
        assert value == expected_value
        assert aux["count"] == 2
        np.testing.assert_array_equal(aux["squares"], expected_aux["squares"])
        np.testing.assert_array_equal(gradient, expected)
    assert programs(step) == 1
    with am.detect_anomaly():
        assert step.value_and_grad(x, 2.0)[0][0] == 20.0
    with pytest.raises(am.SeedError) as caught:
        am.compile(np.sum, has_aux=True).value_and_grad(x)
    assert str(caught.value) == "value_and_grad: with has_aux=True the function must return a pair (output, aux)."


BATCHES = {
    "cross_entropy": lambda x, labels: am.functional.cross_entropy(x, labels, weight=np.array([1.0, 2.0, 0.5])),
    "embedding": lambda x, labels: np.sum(am.functional.embedding(labels, x, padding_idx=1) ** 2),
    "one_hot": lambda x, labels: np.sum(x * am.functional.one_hot(labels, 3)),
    "multi_margin_loss": am.functional.multi_margin_loss,
    "take": lambda x, labels: np.sum(np.take(x, labels, axis=0) ** 2),
    "index": lambda x, labels: -np.mean(am.log_softmax(x)[np.arange(len(labels)), labels]),
    "mask": lambda x, labels: np.sum(np.where((labels == 1)[:, None], x, x**2)),
}


@pytest.mark.parametrize("name", BATCHES)
def test_new_labels_are_no_new_path(name):
    step = am.compile(BATCHES[name], 0)
    rng = np.random.default_rng(0)
    for _ in range(3):
        x, labels = rng.normal(size=(4, 3)), rng.integers(0, 3, 4)
        value, gradient = step.value_and_grad(x, labels)
        expected_value, expected = am.value_and_grad(BATCHES[name])(x, labels)
        assert value == expected_value
        np.testing.assert_array_equal(gradient, expected)
    assert programs(step) == 1


def test_label_outside_the_classes_is_refused_in_a_later_batch():
    step = am.compile(am.functional.cross_entropy, 0)
    step(np.ones((2, 3)), np.array([0, 2]))
    with pytest.raises(am.ShapeError) as caught:
        step(np.ones((2, 3)), np.array([0, 3]))
    assert str(caught.value) == "cross_entropy: class indices must be from 0 to 2; got 3."


def test_training_with_nested_parameters_labels_and_a_mask_is_one_program():
    def loss(parameters, x, labels, kept):
        hidden = am.relu(x @ parameters["hidden"]["w"] + parameters["hidden"]["b"]) * kept / 0.5
        w, b = parameters["scores"]
        return am.functional.cross_entropy(hidden @ w + b, labels)

    rng = np.random.default_rng(0)
    parameters = {
        "hidden": {"w": rng.normal(size=(4, 6)), "b": np.zeros(6)},
        "scores": [rng.normal(size=(6, 3)), np.zeros(3)],
    }
    step = am.compile(loss, 0)
    for _ in range(3):
        batch = (rng.normal(size=(5, 4)), rng.integers(0, 3, 5), rng.random((5, 6)) < 0.5)
        value, gradients = step.value_and_grad(parameters, *batch)
        expected_value, expected = am.value_and_grad(loss)(parameters, *batch)
        assert value == expected_value
        np.testing.assert_array_equal(gradients["hidden"]["w"], expected["hidden"]["w"])
        np.testing.assert_array_equal(gradients["scores"][1], expected["scores"][1])
        parameters["hidden"]["w"] = parameters["hidden"]["w"] - 0.1 * gradients["hidden"]["w"]
    assert programs(step) == 1


def test_layers_from_outside_are_constants_that_are_watched():
    rng = np.random.default_rng(0)
    model = am.nn.Sequential(am.nn.Linear(3, 4, rng=rng), am.nn.BatchNorm1d(4), am.nn.Tanh())

    def total(x):
        return np.sum(model(x) ** 2)

    step = am.compile(total)
    x = rng.normal(size=(5, 3))
    with pytest.raises(am.UnsupportedError) as caught:
        step(x)
    assert str(caught.value) == (
        "compile: total changes 'model.layers['1'].running_mean', which it reads; a compiled function may not. "
        "Return the new value instead."
    )
    model.eval()
    for _ in range(2):
        value, (gradient,) = step.value_and_grad(x)
        expected_value, (expected,) = am.value_and_grad(total, (0,))(x)
        assert value == expected_value
        # The layers' own Tensors require gradients, so that this one could be differentiated again.
        np.testing.assert_array_equal(gradient, expected.data)
        linear = dict(model.walk())["0"]
        linear.weight.data = linear.weight.data + 0.1


scale = 2.0


def by_a_global(x):
    return scale * x


def test_changed_global(monkeypatch):
    step = am.compile(by_a_global)
    assert step(3.0) == 6.0
    monkeypatch.setitem(globals(), "scale", 5.0)
    assert step(3.0) == 15.0


def test_changed_closure():
    weights = np.array([1.0, 2.0])

    def f(x):
        return np.sum(2 * weights * x)

    step = am.compile(f)
    assert step(1.0) == 6.0
    weights[0] = 10.0
    assert step(1.0) == 24.0
    weights = np.array([1.0, 1.0, 1.0])
    assert step(1.0) == 6.0


def test_changed_list_attribute_default_and_helper():
    factors = [2.0]
    model = SimpleNamespace(bias=1.0)
    inner = SimpleNamespace(array=np.ones(1))
    model.inner = inner

    def helper(x):
        return x * factors[0]

    def f(x, offset=inner):
        return helper(x) + model.bias + offset.array[0]

    step = am.compile(f)
    assert step(1.0) == 4.0
    factors[0] = 5.0
    assert step(1.0) == 7.0
    model.bias = 2.0
    assert step(1.0) == 8.0
    inner.array[0] = 3.0
    assert step(1.0) == 10.0


class Layer:
    def __init__(self):
        self.w = 2.0

    def __call__(self, x):
        return self.w * x


def test_changed_attribute_of_a_callable_object():
    layer = Layer()
    for step in (am.compile(layer), am.compile(lambda x: layer(x))):
        layer.w = 2.0
        assert step(3.0) == 6.0
        layer.w = 4.0
        assert step(3.0) == 12.0


class Scaled:
    factor = 2.0

    def __call__(self, x):
        return self.factor * x


def test_changed_attribute_of_a_class(monkeypatch):
    step = am.compile(Scaled())
    assert step(3.0) == 6.0
    monkeypatch.setattr(Scaled, "factor", 5.0)
    assert step(3.0) == 15.0


def test_changed_module_attribute(monkeypatch):
    import circuits

    monkeypatch.setattr(circuits, "offset", 1.0, raising=False)
    step = am.compile(lambda x: x + circuits.offset)
    assert step(1.0) == 2.0
    circuits.offset = 5.0
    assert step(1.0) == 6.0


def test_compiled_function_inside_another():
    inner = am.compile(lambda x, y: x * y if y > 0 else x)
    outer = am.compile(lambda x, y: inner(x, y) ** 2, 0)
    for y in (2.0, 3.0, -1.0):
        assert outer.value_and_grad(3.0, y) == am.value_and_grad(lambda x, y: (x * y if y > 0 else x) ** 2)(3.0, y)
    assert programs(outer) == 2


def test_trouble_is_found_as_in_the_eager_engine():
    step = am.compile(lambda x: np.log(x))
    step(1.0)
    with pytest.raises(am.AnomalyError), np.errstate(all="ignore"), am.detect_anomaly():
        step(am.Tensor(0.0))


def test_numbers_of_numpy_and_tensors_without_gradient_are_numbers():
    step = am.compile(lambda x: x * x)
    for x in (2.0, np.float64(2.0), np.array(2.0), am.Tensor(2.0, requires_grad=False)):
        for _ in range(2):
            assert step(x) == 4.0
            assert type(step(x)) is float
    tensor = am.Tensor(np.ones(2), requires_grad=False)
    total = am.compile(lambda x: np.sum(x))
    assert [total(tensor), total(tensor)] == [2.0, 2.0]


def test_whole_number_after_a_float_and_truth_values():
    step = am.compile(lambda x, flag: x * 2 if flag else x * 3)
    assert [step(1.0, True), step(1.0, False), step(1.0, 1), step(1, True)] == [2.0, 3.0, 2.0, 2]


def test_gate_that_does_nothing_gives_memory_of_its_own():
    gate = am.primitive(x=lambda upstream: upstream)(nothing)
    step = am.compile(lambda x: np.sum(gate(gate(2.0 * x)) * gate(x)), 0)
    x = np.ones(2)
    first, second = step.value_and_grad(x)[1], step.value_and_grad(x)[1]
    first[0] = 9.0
    np.testing.assert_array_equal(second, [4.0, 4.0])

    def passed_on(x):
        y = 2.0 * x
        return y, gate(y)

    first, second = am.compile(passed_on)(x)
    first[0] = 9.0
    assert second[0] == 2.0
    del table["nothing"]


def nothing(x):
    return x


def test_arrays_written_into_between_calls():
    step = am.compile(lambda x, w: np.sum(x * w))
    x, w = np.ones(2), np.ones(2)
    assert step(x, w) == 2.0
    x[0] = 5.0
    assert step(x, w) == 6.0


def test_results_share_no_memory_with_anything():
    step = am.compile(lambda x, y: np.sum(x + y))
    x = np.ones(3)
    _, (first, second) = step.value_and_grad(x, x)
    first[0] = 9.0
    assert second[0] == 1.0
    same = am.compile(lambda x: x)
    same(x)[0] = 9.0
    assert x[0] == 1.0
    # The view is one of the second product, which is the first one's wire.
    whole, view = am.compile(lambda x: (2.0 * x, np.reshape(2.0 * x, (3, 1))))(x)
    view[0] = 9.0
    assert whole[0] == 2.0


def test_program_keeps_its_own_constants():
    constant = np.array([1.0, 2.0])
    program = am.compile(lambda x: np.sum(x * constant)).program(np.ones(2))
    constant[0] = 100.0
    assert program(np.ones(2))[0] == 3.0


RANDOM = {
    "NumPy's global": lambda x: x * np.random.normal(),
    "Python's": lambda x: x * random.random(),
    "fresh generator": lambda x: x * np.random.default_rng().normal(),
    "clock": lambda x: x * time.perf_counter(),
    "choice of path": lambda x: x if random.random() < 0.5 else 2 * x,
}


@pytest.mark.parametrize("name", RANDOM)
def test_random_functions_are_refused(name):
    with pytest.raises(am.UnsupportedError) as caught:
        am.compile(RANDOM[name])(1.0)
    assert str(caught.value) == (
        "compile: <lambda> did something else when it was called twice with the same arguments. "
        "Draw random numbers outside and pass them in, and keep no count of calls inside."
    )


def test_function_that_changes_what_it_reads_is_refused():
    seen = []
    buffer = np.zeros(2)
    generator = np.random.default_rng(0)

    def appends(x):
        seen.append(1)
        return x

    def writes(x):
        buffer[0] = 7.0
        return x * buffer[0]

    def draws_and_forgets(x):
        generator.normal()
        return x

    for function, name in ((appends, "seen"), (writes, "buffer"), (draws_and_forgets, "generator")):
        with pytest.raises(am.UnsupportedError) as caught:
            am.compile(function)(1.0)
        assert str(caught.value) == (
            f"compile: {function.__name__} changes {name!r}, which it reads; a compiled function may not. "
            "Return the new value instead."
        )


def test_writing_into_an_argument_is_refused():
    def labels(x, chosen):
        chosen[0] = 1
        return np.sum(x * chosen)

    def data(x, chosen):
        x.data[0] = 9.0
        return np.sum(x)

    chosen = np.array([0, 2])
    for function in (labels, data):
        with pytest.raises(am.UnsupportedError) as caught:
            am.compile(function, 0)(np.ones(2), chosen)
        assert str(caught.value) == (
            f"compile: {function.__name__} writes into an array that it was given, or into .data; a compiled function "
            "may not. Copy it first, or return the new value instead."
        )
    assert chosen[0] == 0


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ((3,), "expected a function, or a Tensor, the output of a circuit; got int. Call it as compile(f)(x)."),
        ((np.sin, "x"), "argnums must be a position, or a tuple of these; got 'x'. The first argument is 0."),
        ((np.sin, (0, None)), "argnums must be a position, or a tuple of these; got (0, None). "
         "The first argument is 0."),
    ],
)  # fmt: skip
def test_no_function_and_no_position_are_refused_at_once(args, message):
    with pytest.raises(am.UnsupportedError) as caught:
        am.compile(*args)
    assert str(caught.value) == f"compile: {message}"


def test_position_may_be_a_whole_number_of_numpy():
    product = am.compile(lambda x, y: x * y, np.int64(1))
    assert product.value_and_grad(2.0, 3.0) == (6.0, 2.0)


def test_iterator_is_refused():
    numbers = iter([2.0, 2.0, 2.0, 5.0])
    with pytest.raises(am.UnsupportedError) as caught:
        am.compile(lambda x: x * next(numbers))(1.0)
    assert str(caught.value) == (
        "compile: the function reads the iterator 'numbers', which may give something else at each call. "
        "Use a list instead."
    )


def test_index_that_is_computed_is_not_taken_for_known():
    step = am.compile(lambda x: x[np.argsort(x)[0]] * 2)
    for x in (np.array([3.0, 1.0]), np.array([1.0, 3.0])):
        value, (gradient,) = step.value_and_grad(x)
        assert value == 2.0
        np.testing.assert_array_equal(gradient, np.where(x == 1.0, 2.0, 0.0))


def test_tensor_from_outside_is_a_constant():
    w = am.Tensor(2.0, name="w")
    step = am.compile(lambda x: np.tanh(w * 2) * x + w)
    expected = np.tanh(4.0)
    assert step.value_and_grad(3.0) == (3.0 * expected + 2.0, (expected,))
    w.data = 0.5
    expected = np.tanh(1.0)
    assert step.value_and_grad(3.0) == (3.0 * expected + 0.5, (expected,))


def test_tensor_that_the_function_makes_is_refused_where_its_gradient_would_be_lost():
    for f in (lambda x: am.grad(lambda y: x * y)(3.0), lambda x: am.Tensor(3.0) * x):
        with pytest.raises(am.UnsupportedError) as caught:
            am.compile(f)(3.0)
        assert str(caught.value) == (
            "compile: the Tensor requires a gradient, was made inside the function, and meets an argument. "
            "Make it from an argument (0*x + 3), also where a derivative inside is taken, or with requires_grad=False."
        )
    inner = am.compile(lambda x: am.grad(lambda y: x * y * y)(0 * x + 3))
    assert inner.value_and_grad(5.0) == (30.0, (6.0,))


def test_tensor_before_an_argument_in_a_call_is_refused():
    w = am.Tensor(2.0, name="w")
    with pytest.raises(am.UnsupportedError) as caught:
        am.compile(lambda x: am.max_of(w, x))(3.0)
    assert str(caught.value).endswith("Pass it as an argument, or use its .data, which is a constant.")


def test_tensors_that_require_gradients_are_recorded():
    step = am.compile(neuron)
    x = am.Tensor(0.3)
    y = step(0.5, x, 0.1) * 2
    y.backward()
    assert x.grad == am.grad(lambda x: 2 * neuron(0.5, x, 0.1))(0.3)
    assert am.grad(am.grad(lambda x: step(0.5, x, 0.1)))(0.3) == am.grad(am.grad(lambda x: neuron(0.5, x, 0.1)))(0.3)


def test_derivatives_inside_a_compiled_function():
    def f(x):
        return am.grad(lambda y: np.tanh(y) * y)(x) ** 2

    step = am.compile(f)
    for x in (0.4, 0.7):
        (value, (gradient,)), (expected_value, (expected,)) = step.value_and_grad(x), am.value_and_grad(f, (0,))(x)
        np.testing.assert_allclose([value, gradient], [expected_value, expected], rtol=1e-14)


def test_backward_inside_is_refused():
    def backward(x):
        (x * x).backward()
        return x

    with pytest.raises(am.UnsupportedError) as caught:
        am.compile(backward)(1.0)
    assert str(caught.value) == (
        "compile: backward() has no place in a compiled function; return the output, and ask for value_and_grad."
    )


def test_checkpoint_inside_keeps_what_it_would_compute_again():
    weight = 3.0

    def f(x):
        return am.checkpoint(lambda y: np.tanh(y) * weight * x)(x)

    step = am.compile(f)
    assert step.value_and_grad(0.5) == am.compile(lambda x: np.tanh(x) * weight * x).value_and_grad(0.5)
    assert step.source.count("tanh(") == 1


CORNERS = {
    "1/0": (lambda x: 1 / x, 0.0),
    "overflow": (np.exp, 1000.0),
    "log of 0": (np.log, 0.0),
    "log of −1": (np.log, -1.0),
    "root of −1": (np.sqrt, -1.0),
    "0/0": (lambda x: x / x, 0.0),
    "power": (lambda x: x**0.5, -1.0),
    "NaN": (lambda x: np.maximum(x, 1.0), math.nan),
    "inf": (lambda x: x - x, math.inf),
    "sigmoid": (am.sigmoid, -800.0),
}


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("name", CORNERS)
def test_corners_give_what_numpy_gives(name):
    f, x = CORNERS[name]
    step = am.compile(lambda x: f(x))
    step.value_and_grad(0.5)
    value, (gradient,) = step.value_and_grad(x)
    expected_value, (expected,) = am.value_and_grad(f, (0,))(x)
    np.testing.assert_array_equal([value, gradient], [expected_value, expected])


def test_output_that_is_no_number_is_refused():
    with pytest.raises(am.SeedError) as caught:
        am.compile(lambda x: x * 2).value_and_grad(np.ones(2))
    assert str(caught.value) == (
        "value_and_grad: the compiled function must return a single number; got shape (2,). Reduce it (np.sum)."
    )
    with pytest.raises(am.UnsupportedError, match="must return numbers, arrays or Tensors"):
        am.compile(lambda x: "text")(1.0)


def test_constant_output_has_gradient_0():
    assert am.compile(lambda x: 3.0).value_and_grad(1.0) == (3.0, (0.0,))


def test_argument_that_is_no_number_is_refused():
    with pytest.raises(am.DtypeError) as caught:
        am.compile(lambda x: 1.0)(object())
    assert str(caught.value) == (
        "compile: arguments must be numbers, arrays, texts, or dicts, lists and tuples of them; "
        "got object. Use it in the function without passing it, or pass what it holds."
    )


def test_source_before_the_first_call():
    with pytest.raises(am.UnsupportedError) as caught:
        am.compile(neuron).source  # noqa: B018
    assert str(caught.value) == "source: call neuron first; its code depends on the arguments' shapes."


def test_names_of_wires_cannot_clash_with_functions():
    def f(x):
        return (np.exp(x).named("exp") * np.exp(2 * x).named("np") + x.named("lambda")).named("a b; import os")

    step = am.compile(f)
    assert step(0.5) == pytest.approx(math.exp(0.5) * math.exp(1.0) + 0.5)
    assert "import os" not in step.source


def test_long_sum_is_split():
    step = am.compile(lambda *x: sum(a * a for a in x))
    values = [float(i) for i in range(3000)]
    value, gradients = step.value_and_grad(*values)
    assert value == sum(a * a for a in values)
    assert gradients == tuple(2 * a for a in values)
    assert max(map(len, step.program(*values, gradients=False).source.splitlines()[1:])) < 200


def test_batched_evaluates_many_at_once():
    step = am.compile(lambda w, x: am.sigmoid(np.maximum(w, x) * x) - np.abs(w) / 2)
    w = np.linspace(-1, 1, 7)
    values, (w_gradients, x_gradients) = step.batched(w, 0.3)
    for i in range(7):
        value, gradients = step.value_and_grad(float(w[i]), 0.3)
        np.testing.assert_allclose(
            [values[i], w_gradients[i], x_gradients[i]], [value, *gradients], rtol=1e-14, atol=1e-16
        )
    np.testing.assert_array_equal(step.batched(w, 0.3, gradients=False), values)


def test_batched_refuses_what_it_cannot_evaluate():
    with pytest.raises(am.UnsupportedError) as caught:
        am.compile(lambda x: x if x > 0 else -x).batched(np.ones(2))
    assert str(caught.value) == (
        "batched: <lambda> reads numbers that are computed, and might take another path for each entry. "
        "Write it with np.where and gates."
    )
    with pytest.raises(am.UnsupportedError) as caught:
        am.compile(lambda x: np.sum(np.stack([x, x]))).batched(np.ones(2))
    assert str(caught.value) == (
        "batched: <lambda> has the gate 'stack' on arrays; "
        "only functions of single numbers are evaluated on many at once."
    )
    with pytest.raises(am.UnsupportedError) as caught:
        am.compile(neuron).batched(np.ones(2), np.ones(3), 0.0)
    assert str(caught.value) == (
        "batched: expected numbers, and arrays of one axis and one length; got shapes [(2,), (3,)]."
    )


def test_source_runs_by_itself_and_names_constants_as_the_function_does():
    weights = np.array([1.0, 2.0])
    model = SimpleNamespace(bias=np.array([3.0, 4.0]))

    def f(x):
        y = np.cumsum(x) * weights + model.bias
        return np.sum(am.log_softmax(y)) if y[0] > 0 else np.sum(y)

    step = am.compile(f)
    expected = step.value_and_grad(np.ones(2))
    assert "# weights: float64 (2,)\n# model_bias: float64 (2,)\n" in step.source
    scope = {"weights": weights, "model_bias": model.bias, "constant": np.array([2.0])}
    exec(step.source, scope)
    value, (gradient,) = scope["f"](np.ones(2))
    assert value == expected[0]
    np.testing.assert_array_equal(gradient, expected[1][0])


def peak(function, *args):
    """Return the most bytes that were in use while a function ran, as tracemalloc counts."""
    function(*args)
    tracemalloc.start()
    result = function(*args)
    found = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    del result
    return found


def test_large_array_that_a_test_reads_last_is_let_go_behind_it():
    def f(x):
        y = (2.0 * x).named("y")
        sign = 1.0 if y.data[0] > 0 else -1.0
        total = np.sum(x).named("total")
        return sign * total

    step = am.compile(f)
    assert step(np.ones(4096)) == 4096.0
    assert "        raise DivergedError(OTHER_PATH)\n    del y\n" in step.source


def test_large_arrays_are_let_go_as_by_hand():
    rng = np.random.default_rng(0)
    inputs, w = rng.normal(size=(20, 32, 64)), rng.normal(size=(64, 64)) / 8

    def loss(w, inputs):
        h = np.zeros((32, 64))
        for x in inputs:
            h = np.tanh(h @ w + x)
        return np.mean(h**2)

    def by_hand(w, inputs):
        states = [np.zeros((32, 64))]
        for x in inputs:
            states.append(np.tanh(states[-1] @ w + x))
        gradient, upstream = np.zeros_like(w), states[-1] * (2 / states[-1].size)
        while len(states) > 1:
            state = states.pop()
            slope = upstream * (1 - state * state)
            gradient += states[-1].T @ slope
            upstream = slope @ w.T
        return gradient

    step = am.compile(loss, 0)
    np.testing.assert_allclose(step.value_and_grad(w, inputs)[1], by_hand(w, inputs), rtol=1e-10)
    assert peak(step.value_and_grad, w, inputs) <= 1.2 * peak(by_hand, w, inputs)
    lines = step.source.splitlines()
    for number, line in enumerate(lines):
        if line.strip().startswith("del "):
            for name in line.strip()[4:].split(", "):
                assert not any(name in re.findall(r"\w+", later) for later in lines[number + 1 :])
