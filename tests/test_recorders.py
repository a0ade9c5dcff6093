"""What is recorded and swept by code written for each gate agrees with the general way, for numbers and for arrays."""

import math

import numpy as np
import pytest
from rows import LINES

import autograd_mini as am
from autograd_mini import Tensor
from autograd_mini.backward import consumers_first
from autograd_mini.errors import DtypeError, ReleasedError, ShapeError
from autograd_mini.ops import arithmetic
from autograd_mini.primitive import table
from autograd_mini.scalar import recorder_source

BINARY = [arithmetic.add, arithmetic.subtract, arithmetic.multiply, arithmetic.divide, arithmetic.power]
BINARY += [table["maximum"], table["arctan2"]]
NUMBERS = [2.5, -0.0, 3, 0, -1, 10**400, math.inf, math.nan, True, np.float64(1.5), np.float32(0.5), np.int64(2)]


def outcome(call):
    """Return what a call gives, its gradients and whether they are floats; or which error it raises."""
    try:
        with np.errstate(all="ignore"):
            output, leaves = call()
            output.backward(np.ones(output.shape) if output.shape else None)
    except DtypeError as error:
        return str(error)
    return [np.asarray(x, np.float64).reshape(-1)[0] for x in (output.data, *(leaf.grad for leaf in leaves))]


@pytest.mark.parametrize("gate", BINARY, ids=lambda gate: gate.name)
@pytest.mark.parametrize("constant", NUMBERS, ids=repr)
@pytest.mark.parametrize("constant_first", [False, True])
def test_constants_on_either_side(gate, constant, constant_first):
    def at(x):
        leaf = Tensor(x)
        return gate(*((constant, leaf) if constant_first else (leaf, constant))), [leaf]

    # Twice, because the first meeting of a gate with numbers writes the code that the second uses.
    for _ in range(2):
        for x in (1.5, -2.0, 0.0):
            ours, expected = outcome(lambda x=x: at(x)), outcome(lambda x=x: at(np.array([x])))
            if isinstance(expected, str):
                assert ours == expected
            else:
                np.testing.assert_allclose(ours, expected, rtol=1e-13)


def test_operators_and_gates_record_the_same():
    x, y = Tensor(1.5), Tensor(-0.7)
    for by_operator, by_gate in (
        (x + y, arithmetic.add(x, y)),
        (x - 2, arithmetic.subtract(x, 2)),
        (3 * x, arithmetic.multiply(3, x)),
        (1 / x, arithmetic.divide(1, x)),
        (x**2, arithmetic.power(x, 2)),
        (-x, arithmetic.negative(x)),
        (abs(y), table["absolute"](y)),
    ):
        assert by_operator.gate is by_gate.gate
        assert by_operator.operands == by_gate.operands or by_operator.operands[0] is by_gate.operands[0]
        assert by_operator.partials == by_gate.partials
        assert by_operator.data == by_gate.data
        assert by_operator.options == {}


ROW, COLUMN = np.array([1.5, -2.0, 0.5]), np.array([[0.7], [1.2]])
BESIDE_ARRAYS = {
    "Tensor": lambda: Tensor(COLUMN),
    "Tensor of float32": lambda: Tensor(ROW.astype(np.float32)),
    "Tensor of a number": lambda: Tensor(2.0),
    "Tensor without gradient": lambda: Tensor(COLUMN, requires_grad=False),
    "float": lambda: 2.0,
    "whole number": lambda: 3,
    "NumPy number": lambda: np.float64(2.0),
    "array": lambda: COLUMN,
    "whole numbers": lambda: np.array([1, 2, 3]),
    "truth values": lambda: np.array([True, False, True]),
    "array of no axis": lambda: np.array(2.0),
    "list": lambda: [1.0, 2.0, 3.0],
}


@pytest.mark.parametrize("gate", BINARY, ids=lambda gate: gate.name)
@pytest.mark.parametrize("beside", BESIDE_ARRAYS.values(), ids=BESIDE_ARRAYS)
@pytest.mark.parametrize("is_first", [False, True])
def test_arrays_are_recorded_as_in_general(gate, beside, is_first):
    x, y = Tensor(ROW), beside()
    operands = (y, x) if is_first else (x, y)
    with np.errstate(all="ignore"):
        ours, general = gate(*operands), Tensor.recorded(gate, operands, {})
    np.testing.assert_array_equal(ours.data, general.data)
    assert ours.dtype == general.dtype
    assert ours.requires_grad is general.requires_grad is True
    assert ours.options == general.options
    assert ours.partials is general.partials is None
    for one, other in zip(ours.operands, general.operands, strict=True):
        assert type(one) is type(other)
        assert one is other or np.array_equal(one, other)


def test_arrays_that_do_not_fit_are_refused_alike():
    x, y = Tensor(np.ones(3)), Tensor(np.ones(2), name="y")
    for call in (lambda: x * y, lambda: np.multiply(x, y), lambda: Tensor.recorded(arithmetic.multiply, (x, y), {})):
        with pytest.raises(ShapeError) as caught:
            call()
        assert str(caught.value) == (
            "multiply: the shapes do not fit; got x (3,), 'y' (2,). "
            "Axes are matched from the last; their lengths must be equal, or one of them 1."
        )


def test_matrix_products_that_give_a_number_hold_a_float():
    x, y = Tensor(np.array([1.0, 2.0])), Tensor(np.array([3.0, 4.0]))
    for product in (x @ y, x @ y.data, x.data @ y):
        assert type(product.data) is float
        product.backward()
        if product.operands[0] is x:
            np.testing.assert_array_equal(x.grad, [3.0, 4.0])
        if product.operands[1] is y:
            np.testing.assert_array_equal(y.grad, [1.0, 2.0])


def test_gate_that_only_arrays_can_be_given_to():
    @am.primitive(x=lambda x: 1.0 * (x.real > 0))
    def positive_part(x):
        return x.clip(0, None)

    try:
        x = Tensor(np.array([1.0, -2.0]))
        for _ in range(2):
            np.sum(positive_part(x)).backward()
            np.testing.assert_array_equal(x.grad, [1.0, 0.0])
    finally:
        del table["positive_part"]


def test_constants_stay_visible_as_floats():
    x = Tensor(1.5)
    assert (x + 1).operands[1] == 1.0
    assert type((x + 1).operands[1]) is float
    assert type((2 * x).operands[0]) is float
    assert (2 * x).partials == (None, 2.0)


def test_what_requires_no_gradient_is_not_recorded():
    x, fixed = Tensor(1.5), Tensor(2.0, requires_grad=False)
    assert (x * fixed).partials == (2.0, None)
    assert (fixed * fixed).gate is None
    with am.no_grad():
        assert (x * x).gate is None
        assert am.sigmoid(x).gate is None
    assert (x * x).gate is arithmetic.multiply


def test_own_gate_whose_operands_have_the_names_of_the_code_around_it():
    @am.primitive(first=lambda made: made, made=lambda first: first)
    def product(first, made):
        return first * made

    try:
        for _ in range(2):
            x, y = Tensor(3.0), Tensor(4.0)
            product(x, y).backward()
            assert (x.grad, y.grad) == (4.0, 3.0)
        assert "made = new(Tensor)" in recorder_source(product)
    finally:
        del table["product"]


def test_random_circuits_agree_with_arrays_of_one_entry():
    unary = [np.tanh, am.relu, np.exp, am.sigmoid, lambda t: -t, abs, lambda t: t**2, lambda t: am.leaky_relu(t)]
    binary = [
        lambda s, t: s + t, lambda s, t: s - t, lambda s, t: s * t, np.maximum, lambda s, t: s / (1 + t * t),
        lambda s, t: np.where(s.data > t.data, s, t), lambda s, t: am.max_of(s, t, 0.1 * s),
        lambda s, t: np.clip(s, -0.5, t), np.hypot,
    ]  # fmt: skip
    for seed in range(60):
        made = []
        for shape in ((), (1,)):
            rng = np.random.default_rng(seed)
            leaves = [Tensor(np.full(shape, x) if shape else float(x)) for x in rng.normal(size=4)]
            wires = list(leaves)
            for _ in range(25):
                one, other = (wires[i] for i in rng.integers(len(wires), size=2))
                step = rng.integers(len(unary) + len(binary))
                made_now = unary[step](one) if step < len(unary) else binary[step - len(unary)](one, other)
                wires.append(np.tanh(made_now))
            total = wires[-1] + wires[-2] * wires[-3]
            for _ in range(2):
                total.backward(np.ones(shape) if shape else None)
            made.append([wire.grad for wire in wires])
        for number, array in zip(*made, strict=True):
            assert (number is None) == (array is None)
            if number is not None:
                assert type(number) is float
                np.testing.assert_allclose(number, array[0], rtol=1e-11, atol=1e-13)


def test_closed_gate_stops_infinity():
    x, y = Tensor(-1.0), Tensor(2.0)
    (am.relu(x) * math.inf + y).backward()
    assert x.grad == 0.0
    assert y.grad == 1.0


def test_wire_that_nothing_arrives_at_has_no_gradient_and_others_keep_theirs():
    x, y, apart = Tensor(1.0), Tensor(2.0), Tensor(3.0)
    (apart * 2).backward()
    np.where(x, y * 1.0, 0.0).backward()
    assert x.grad is None
    assert y.grad == 1.0
    assert apart.grad == 2.0


def test_released_part_is_refused_and_leaves_no_half_sums():
    x = Tensor(2.0)
    q = x * x
    (q + 1.0).backward(release=True)
    assert x.grad == 4.0
    y = Tensor(3.0)
    with pytest.raises(ReleasedError):
        (q * y + y).backward()
    assert y.grad is None


def test_upstream_and_accumulation():
    x, y = Tensor(2.0), Tensor(5.0)
    f = x * y + x
    f.backward(3.0)
    assert (x.grad, y.grad, f.grad) == (18.0, 6.0, 3.0)
    f.backward(accumulate=True)
    assert (x.grad, y.grad, f.grad) == (24.0, 8.0, 4.0)
    f.backward(release=True)
    assert (x.grad, y.grad) == (6.0, 2.0)
    assert f.released


def test_numbers_lead_to_arrays_and_back():
    x = Tensor(0.5)
    v = Tensor(np.array([1.0, 2.0]))
    f = (x * x) * np.sum(v * (x + 1.0)) + x
    f.backward()
    # d/dx (3x²(x + 1) + x) = 9x² + 6x + 1
    assert x.grad == pytest.approx(9 * 0.25 + 6 * 0.5 + 1)
    np.testing.assert_allclose(v.grad, 0.25 * 1.5)


def test_operators_of_an_operand_on_the_right_record_the_same():
    x = Tensor(1.5, name="x")
    row = Tensor(np.array([1.5, 2.5]))
    # Twice, because the first meeting of a gate writes the code that the second uses.
    for _ in range(2):
        for reflected, gate, at in (
            (lambda t: 3 + t, arithmetic.add, 1.0),
            (lambda t: 3 - t, arithmetic.subtract, -1.0),
            (lambda t: 3 * t, arithmetic.multiply, 3.0),
            (lambda t: 3 / t, arithmetic.divide, -3 / 1.5**2),
            (lambda t: 3**t, arithmetic.power, 3**1.5 * math.log(3)),
        ):
            for t in (x, row):
                made = reflected(t)
                assert made.gate is gate
                assert made.operands[0] == 3.0
                assert made.operands[1] is t
                np.sum(made).backward()
                np.testing.assert_allclose(np.ravel(t.grad)[0], at, rtol=1e-14)
    product = [[1.0, 2.0], [3.0, 4.0]] @ row
    assert product.operands[1] is row
    np.testing.assert_array_equal(product.data, [6.5, 14.5])


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.name)
def test_a_single_number_is_a_python_float(line):
    # Twice, because the first meeting of a gate writes the code that the second uses.
    for _ in range(2):
        output = line.function(*map(Tensor, line.inputs))
        wires = [output, *(operand for gate in consumers_first(output) for operand in gate.operands)]
        for wire in wires:
            if isinstance(wire, Tensor):
                assert wire.data.__class__ is float or (wire.data.__class__ is np.ndarray and wire.data.ndim > 0)
