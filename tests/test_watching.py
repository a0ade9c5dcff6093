"""detect_anomaly and detect_mutation: which gate, which numbers, which of the user's lines."""

import inspect
import threading

import numpy as np
import pytest

import autograd_mini as am
from autograd_mini import Tensor, no_grad, watching
from autograd_mini.backward import send_recorded, sweep
from autograd_mini.errors import AnomalyError, AutogradMiniError, MutationError
from autograd_mini.primitive import table
from autograd_mini.watching import detect_anomaly, detect_mutation, watchers

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")


def line_of(text):
    """Return "file:line: source" of the caller's line that holds a text, as an error message gives it."""
    frame = inspect.currentframe().f_back
    lines, first = inspect.getsourcelines(frame.f_code)
    offset = next(i for i, line in enumerate(lines) if text in line)
    return f"{__file__}:{first + offset}: {lines[offset].strip()}"


def advice(masked):
    return f"If np.where masks this later, mask the operands too, or the gradient becomes NaN as 0 × ∞: {masked}."


def array():
    return Tensor(np.array([1.0, 0.0, 2.0]), name="x")


def raised(kind, call):
    with pytest.raises(kind) as caught:
        call()
    return str(caught.value)


def test_forward_in_an_array():
    def call():
        with detect_anomaly():
            np.log(array() * 1) * 3

    assert raised(AnomalyError, call) == (
        "forward: gate 'log' gives −∞ at entry (1,) of shape (3,).\n"
        "  operands there: x = 0\n"
        f"  at {line_of('np.log(array() * 1)')}\n"
        f"  {advice('np.where(ok, log(np.where(ok, x, 1)), 0)')}"
    )


def test_forward_of_a_single_number():
    def call():
        with detect_anomaly():
            1 / Tensor(0.0, name="u")

    assert raised(FloatingPointError, call) == (
        f"forward: gate 'divide' gives ∞.\n  operands: x = 1, 'u' = 0\n  at {line_of('1 / Tensor(0.0')}"
    )


def test_forward_with_a_broadcast_operand():
    def call():
        with detect_anomaly():
            Tensor(np.ones((2, 2)), name="a") / Tensor(np.array([1.0, 0.0]), name="b")

    assert raised(AnomalyError, call) == (
        "forward: gate 'divide' gives ∞ at entry (0, 1) of shape (2, 2).\n"
        "  operands there: 'a' = 1, 'b' = 0\n"
        f"  at {line_of('Tensor(np.ones((2, 2))')}\n"
        f"  {advice('np.where(ok, divide(np.where(ok, x, 1), np.where(ok, y, 1)), 0)')}"
    )


def test_forward_of_a_gate_that_is_not_entry_by_entry():
    def call():
        with detect_anomaly():
            np.sum(Tensor(np.full(20, 1e308), name="big"))

    assert raised(AnomalyError, call) == (
        "forward: gate 'sum' gives ∞.\n"
        "  operands: 'big' = array (20,) of entries from 1e308 to 1e308\n"
        f"  at {line_of('np.full(20, 1e308)')}"
    )


def test_forward_under_no_grad():
    def call():
        with detect_anomaly(), no_grad():
            np.exp(Tensor(1000.0, name="u"))

    assert raised(AnomalyError, call) == (
        f"forward: gate 'exp' gives ∞.\n  operands: 'u' = 1000\n  at {line_of('np.exp(Tensor(1000.0')}"
    )


def test_a_masked_infinity_is_reported_and_the_advice_helps():
    x = array()
    with pytest.raises(AnomalyError), detect_anomaly():
        np.where(x.data > 0, np.log(x), 0)
    with detect_anomaly():
        ok = x.data > 0
        np.sum(np.where(ok, np.log(np.where(ok, x, 1)), 0)).backward()
    np.testing.assert_array_equal(x.grad, [1, 0, 0.5])


def test_an_input_that_is_nan_is_blamed_itself():
    def call():
        with detect_anomaly():
            Tensor([[1.0, np.nan]], name="data") * 2

    assert raised(AnomalyError, call) == (
        "the input 'data' is nan at entry (0, 1) of shape (1, 2).\n"
        f"  first met by gate 'multiply': at {line_of('Tensor([[1.0, np.nan]]')}"
    )


def test_an_input_of_a_single_number_without_a_name():
    def call():
        with detect_anomaly():
            np.sin(Tensor(np.inf))

    assert raised(AnomalyError, call) == (
        f"the input without a name is ∞.\n  first met by gate 'sin': at {line_of('np.sin(Tensor(np.inf))')}"
    )


def test_a_constant_that_is_infinite_is_blamed_itself():
    def call():
        with detect_anomaly():
            array() + np.array([0.0, 0.0, -np.inf])

    assert raised(AnomalyError, call) == (
        "the constant y of gate 'add' is −∞ at entry (2,) of shape (3,).\n"
        f"  first met by gate 'add': at {line_of('array() + np.array')}"
    )


def test_infinities_that_change_nothing_pass():
    x = Tensor([0.5, np.nan])
    with detect_anomaly():
        np.sum(np.clip(np.where([True, False], x, 0), 0, None)).backward()
    np.testing.assert_array_equal(x.grad, [1, 0])


def test_a_gate_recorded_outside_is_found():
    y = np.log(array()) * 3

    def call():
        with detect_anomaly():
            y.sum()

    assert raised(AnomalyError, call) == (
        "forward: gate 'log' gave −∞ at entry (1,) of shape (3,).\n"
        "  operands: 'x' = [1, 0, 2]\n"
        "  its line is not known, because it was recorded outside the with\n"
        f"  first met by gate 'sum': at {line_of('y.sum()')}"
    )


def test_backward():
    def call():
        with detect_anomaly():
            x = Tensor([4.0, 0.0], name="x")
            y = np.sqrt(x)
            y.backward([2.0, 3.0])

    assert raised(AnomalyError, call) == (
        "backward: the rule of gate 'sqrt' sends ∞ at entry (1,) of shape (2,) to its operand 'x'.\n"
        "  upstream there: 3; operands there: 'x' = 0; output there: 0\n"
        f"  recorded at {line_of('np.sqrt(x)')}"
    )


def test_backward_behind_a_mask_recorded_outside():
    x = array()
    y = np.sum(np.where(x.data > 0, np.log(x), 0))

    def call():
        with detect_anomaly():
            y.backward()

    assert raised(AnomalyError, call) == (
        "backward: the rule of gate 'log' sends nan at entry (1,) of shape (3,) to its operand 'x'.\n"
        "  upstream there: 0; operands there: 'x' = 0; output there: −∞\n"
        "  its line is not known, because it was recorded outside the with\n"
        f"  {advice('np.where(ok, log(np.where(ok, x, 1)), 0)')}"
    )


def test_backward_of_single_numbers_on_the_scalar_path():
    def call():
        with detect_anomaly():
            u = Tensor(1e-200, name="u")
            (np.log(u) * 1e200).backward()

    assert raised(AnomalyError, call) == (
        "backward: the rule of gate 'log' sends ∞ to its operand 'u'.\n"
        "  upstream: 1e200; operands: 'u' = 1e−200; output: −460.5\n"
        f"  recorded at {line_of('np.log(u)')}"
    )


def test_backward_of_an_operand_that_was_nan_before():
    x = Tensor([np.nan, 1.0], name="x")
    y = np.sum(np.sin(x))

    def call():
        with detect_anomaly():
            y.backward()

    assert raised(AnomalyError, call) == (
        "the input 'x' is nan at entry (0,) of shape (2,).\n"
        "  first met by gate 'sin': its line is not known, because it was recorded outside the with"
    )


def test_backward_that_overflows_where_broadcast_axes_are_summed():
    def call():
        with detect_anomaly():
            y = Tensor(np.float64(1.0), name="s") * np.full(2, 1e308)
            y.backward(np.ones(2))

    assert raised(AnomalyError, call) == (
        "backward: the rule of gate 'multiply' sends ∞ to its operand 's'.\n"
        "  upstream: [1, 1]; operands: 's' = 1, y = [1e308, 1e308]; output: [1e308, 1e308]\n"
        f"  recorded at {line_of('np.full(2, 1e308)')}"
    )


def test_backward_that_overflows_at_a_fork():
    def call():
        with detect_anomaly():
            small = Tensor(1.0, name="u") * 1e-300
            (small * 1e308 + small * 1e308).backward()

    assert raised(AnomalyError, call) == (
        "backward: at a fork 1e308 + 1e308 gives ∞; the last came from gate 'multiply'.\n"
        f"  recorded at {line_of('small * 1e308 + small')}"
    )


def test_an_upstream_gradient_that_is_not_finite_is_blamed_itself():
    y = Tensor(2.0, name="x") * 3

    def call():
        with detect_anomaly():
            sweep({y: np.inf})

    assert raised(AnomalyError, call) == (
        "backward: the upstream gradient given to gate 'multiply' is ∞.\n"
        "  its line is not known, because it was recorded outside the with"
    )


def test_second_order_is_watched_too():
    def call():
        with detect_anomaly():
            x = Tensor(0.0, name="x")
            y = x**1.5
            first = sweep({y: Tensor(1.0, requires_grad=False)}, send=send_recorded)[x]
            first.backward()

    message = raised(AnomalyError, call)
    assert message.startswith("backward: the rule of gate 'power' sends ∞ to its operand 'x'.\n")
    assert message.endswith(f"  recorded at {line_of('sweep({y: Tensor')}")


def test_what_a_rule_masks_itself_is_no_trouble():
    @am.primitive(x=lambda x: np.where(x == 0, 0, 1 / (2 * np.sqrt(x))))
    def root(x):
        return np.sqrt(x)

    try:
        x = Tensor([0.0, 4.0])
        with detect_anomaly():
            total = sweep({np.sum(root(x)): Tensor(1.0, requires_grad=False)}, send=send_recorded)[x]
        np.testing.assert_array_equal(total.data, [0, 0.25])
    finally:
        del table["root"]


def test_a_program_keeps_its_line_and_column():
    with pytest.raises(AnomalyError) as caught, detect_anomaly():
        am.parse("q = x*2\nlog(x - x)", x=1.0)
    assert str(caught.value).startswith("line 2, column 1: forward: gate 'log' gives −∞.\n")


def test_no_watching_after_the_with_nor_after_an_error():
    for manager in (detect_anomaly, detect_mutation):
        with pytest.raises(KeyError), manager():
            raise KeyError
        assert watchers.get() == ()
    assert np.isinf(np.log(Tensor(0.0)).data)


def test_withs_nest():
    with detect_anomaly():
        with detect_anomaly(), detect_mutation():
            assert len(watchers.get()) == 2
            assert watching.open_withs == 3
        with pytest.raises(AnomalyError):
            np.log(Tensor(0.0))
    assert not hasattr(np.log(Tensor(2.0)), "notes")
    assert watching.open_withs == 0


def test_each_thread_watches_for_itself():
    found = []
    with detect_anomaly():
        thread = threading.Thread(target=lambda: found.append(np.log(Tensor(0.0)).data))
        thread.start()
        thread.join()
    assert found == [-np.inf]


def test_the_gradient_is_the_same_under_both():
    def gradient():
        x = Tensor(np.linspace(0.5, 2, 6).reshape(2, 3))
        np.sum(np.tanh(x @ x.T) * x[:, :2] + 0.5).backward()
        return x.grad

    plain = gradient()
    with detect_anomaly(), detect_mutation():
        np.testing.assert_array_equal(gradient(), plain)


def change_constant():
    x, a = array(), np.ones(3)
    t = x * a
    a[0] = 5
    return t


def change_leaf():
    x = array()
    t = np.sin(x)
    x.data[0] = 5
    return t


def rebind_single_number():
    x = Tensor(2.0, name="x")
    t = x * x
    x.data = 3.0
    return t


def change_output():
    t = np.tanh(array())
    t.data[0] = 5
    return t


def weighted(x, weights):
    @am.primitive(x=lambda weights: sum(weights))
    def weighted(x, *, weights):
        return sum(weights) * x

    del table["weighted"]
    return weighted(x, weights=weights)


def change_option():
    weights = np.ones(2)
    t = weighted(array(), weights)
    weights[0] = 2
    return t


def change_option_in_a_list():
    weights = [1, np.ones(3)]
    t = weighted(array(), weights)
    weights[1][0] = 2
    return t


def change_one_of_many():
    x, a = array(), np.ones(3)
    t = am.max_of(x, a)
    a[1] = 0.5
    return t


def change_view():
    base = np.arange(6.0).reshape(2, 3)
    t = array() * base[:, ::-1].T[:, 0]
    base[0, 1] = -1
    return t


@pytest.mark.parametrize(
    ("record", "gate", "what", "recorded"),
    [
        (change_constant, "multiply", "operand y", "t = x * a"),
        (change_leaf, "sin", "operand 'x'", "t = np.sin(x)"),
        (rebind_single_number, "multiply", "operand 'x'", "t = x * x"),
        (change_output, "tanh", "output", "t = np.tanh(array())"),
        (change_option, "weighted", "option 'weights'", "weights=weights)"),
        (change_option_in_a_list, "weighted", "option 'weights'", "weights=weights)"),
        (change_one_of_many, "max_of", "operand operands[1]", "t = am.max_of(x, a)"),
        (change_view, "multiply", "operand y", "t = array() * base[:, ::-1].T[:, 0]"),
    ],
)
def test_mutation(record, gate, what, recorded):
    with pytest.raises(MutationError) as caught, detect_mutation():
        np.sum(record()).backward()
    lines, first = inspect.getsourcelines(weighted if gate == "weighted" else record)
    line = next(first + i for i, text in enumerate(lines) if recorded in text)
    recorded = lines[line - first].strip()
    assert str(caught.value) == (
        f"gate '{gate}': its {what} changed after the gate was recorded, so the gradient would be wrong.\n"
        f"  recorded at {__file__}:{line}: {recorded}\n"
        "  Change a copy, or change it after backward()."
    )
    assert isinstance(caught.value, AutogradMiniError)
    assert isinstance(caught.value, RuntimeError)


def test_mutation_in_the_second_backward_pass():
    x = Tensor(np.ones(3), name="x")
    a = np.ones(3)
    with detect_mutation():
        y = np.sum((a * x) ** 2)
        first = sweep({y: Tensor(1.0, requires_grad=False)}, send=send_recorded)[x]
        a[0] = 2
        with pytest.raises(MutationError):
            np.sum(first).backward()


def test_change_that_no_rule_reads_passes():
    x, a, b = array(), np.ones(3), np.ones(3)
    with detect_mutation():
        y = np.sum((x + a) * b)
        a[:] = 7
        x.data[0] = 4
        y.backward()
    np.testing.assert_array_equal(x.grad, b)


def test_change_after_backward_passes():
    x, a = array(), np.ones(3)
    with detect_mutation():
        for step in range(3):
            np.sum(x * x * a).backward()
            a[0] = step
            x.data[:] -= 0.1 * x.grad


def test_nan_is_equal_to_itself():
    x = Tensor([np.nan, 1.0])
    with detect_mutation():
        np.sum(x * x).backward()
    assert np.isnan(x.grad[0])


def test_what_was_recorded_outside_is_not_verified():
    t = change_constant()
    with detect_mutation():
        np.sum(t).backward()
