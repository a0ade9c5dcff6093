"""Compiled and eager agree on constants of every type, 0 and −0 among them, on either side of every binary gate."""

import operator

import numpy as np
import pytest

import autograd_mini as am

CONSTANTS = [
    0, 2, -1, True, 10**20, -0.0, 1.5, np.float64(0), np.float32(2), np.int64(3), np.int8(0), np.bool_(True), np.inf,
    np.array(0), np.array(2.0, np.float32), np.array([0.0, 2.0]), np.array([1, 0], np.int32), np.array([True, False]),
]  # fmt: skip
INPUTS = [1.5, -0.0, np.float32(1.5), np.array([1.0, -2.0]), np.array([0.0, 2.0], np.float32)]
OPERATORS = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "**": operator.pow,
    "%": operator.mod, "//": operator.floordiv, "divide": np.divide, "maximum": np.maximum, "minimum": np.minimum,
    "fmax": np.fmax, "hypot": np.hypot, "arctan2": np.arctan2, "copysign": np.copysign, "logaddexp": np.logaddexp,
    "heaviside": np.heaviside, "max_of": am.max_of, "where": lambda x, y: np.where(x >= y, x * y, y),
    "clip": lambda x, y: np.clip(x, None, y), "sum": lambda x, y: np.sum(x) / y,
}  # fmt: skip
# NumPy and the C library round these differently in the last digit.
ROUNDED = ("**", "arctan2")


def result(function):
    """Return what a function returns, or the class of what it raises."""
    try:
        return function()
    except am.AutogradMiniError as error:
        return type(error)


@pytest.mark.parametrize("constant", CONSTANTS, ids=repr)
@pytest.mark.parametrize("name", OPERATORS)
def test_constant_on_either_side(name, constant):
    for x in INPUTS:
        for order in (1, -1):

            def function(x, order=order):
                return np.sum(OPERATORS[name](*(x, constant)[::order]))

            with np.errstate(all="ignore"):
                expected = result(lambda function=function, x=x: am.value_and_grad(function, (0,))(x))
                ours = result(lambda function=function, x=x: am.compile(function, (0,)).value_and_grad(x))
            if isinstance(expected, type):
                assert ours is expected
                continue
            (value, (gradient,)), (expected_value, (expected_gradient,)) = ours, expected
            for mine, theirs in ((value, expected_value), (gradient, expected_gradient)):
                dtype = np.result_type(theirs)
                assert (np.result_type(mine), np.shape(mine)) == (dtype, np.shape(theirs))
                np.testing.assert_allclose(mine, theirs, rtol=2 * np.finfo(dtype).eps if name in ROUNDED else 0)
                # The sign of a zero shows where one divides by it.
                np.testing.assert_array_equal(np.signbit(mine), np.signbit(np.where(np.isnan(theirs), mine, theirs)))


def test_constant_zero_divides_as_in_numpy():
    step = am.compile(lambda x: np.sum(np.divide(x, 0)))
    with np.errstate(all="ignore"):
        value, (gradient,) = step.value_and_grad(np.array([1.0, 2.0]))
    assert value == np.inf
    np.testing.assert_array_equal(gradient, [np.inf, np.inf])
