"""The scalar path against the path of arrays: every elementwise gate, at ordinary and at special numbers."""

import itertools
import math

import numpy as np
import pytest

import autograd_mini as am
from autograd_mini.primitive import table
from autograd_mini.scalar import scalar_paths, scalar_source

ELEMENTWISE = [gate for gate in table.values() if gate.elementwise and gate.rules]
# What `math` has no function for, or not with NumPy's answers.
WITHOUT_A_PATH = {"i0", "i0_derivative", "logaddexp", "logaddexp2", "nan_to_num", "sinc", "sinc_derivative"}
SPECIAL = [0.0, 1.0, -1.0, 0.5, -2.0, 3.0, 1e-300, -1e-300, 40.0, -800.0, 800.0, math.inf, -math.inf, math.nan]


def by_scalars(gate, values):
    tensors = [am.Tensor(x) for x in values]
    output = gate(*tensors)
    output.backward()
    return output, [t.grad for t in tensors]


def by_arrays(gate, values):
    tensors = [am.Tensor(np.array([x])) for x in values]
    output = gate(*tensors)
    output.backward(np.ones(1))
    return output, [None if t.grad is None else t.grad[0] for t in tensors]


@pytest.mark.parametrize("gate", ELEMENTWISE, ids=lambda gate: gate.name)
def test_same_value_and_derivatives_as_arrays(gate):
    count = 3 if gate.variadic else len(gate.operands)
    points = SPECIAL if count == 1 else SPECIAL[:9] if count == 2 else SPECIAL[:6]
    for values in itertools.product(points, repeat=count):
        with np.errstate(all="ignore"):
            scalar, gradients = by_scalars(gate, values)
            array, expected = by_arrays(gate, values)
        assert type(scalar.data) is float
        # math and NumPy may round the last digit of exp, tan and their kin differently.
        np.testing.assert_allclose(scalar.data, array.data[0], rtol=1e-14, err_msg=str(values))
        for ours, theirs in zip(gradients, expected, strict=True):
            if theirs is None:
                assert ours is None
            else:
                np.testing.assert_allclose(ours, theirs, rtol=1e-13, err_msg=str(values))
                assert type(ours) is float


@pytest.mark.parametrize("gate", ELEMENTWISE, ids=lambda gate: gate.name)
def test_elementwise_gate_has_a_scalar_path_where_python_has_the_functions(gate):
    source = scalar_source(gate, (True,) * (3 if gate.variadic else len(gate.operands)))
    assert (source is None) == (gate.name in WITHOUT_A_PATH)


def test_source_computes_nothing_twice_and_no_derivative_that_is_not_wanted():
    assert scalar_source(table["sigmoid"], (True,)) == (
        "def scalar_path(x):\n"
        "    _0 = x >= 0.0\n"
        "    _1 = abs(x)\n"
        "    _2 = -_1\n"
        "    _3 = exp(_2)\n"
        "    _4 = _0 if _0 >= _3 or _0 != _0 else _3\n"
        "    _5 = 1.0 + _3\n"
        "    _6 = _4 / _5\n"
        "    _7 = 1.0 - _6\n"
        "    _8 = _6 * _7\n"
        "    return _6, (_8,)\n"
    )
    assert scalar_source(table["divide"], (False, False)) == (
        "def scalar_path(x, y):\n    _0 = x / y\n    return _0, (None, None,)\n"
    )


def test_gates_of_arrays_have_none():
    assert scalar_paths[table["sum"], 0b11] is None


@pytest.mark.parametrize("gate", ["relu", "where", "maximum", "absolute"])
def test_derivative_of_a_number_is_stored_once_recorded(gate):
    tensors = [am.Tensor(0.5) for _ in table[gate].operands]
    assert table[gate](*tensors).partials is not None
