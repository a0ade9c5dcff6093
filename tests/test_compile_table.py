"""Compiled and eager agree on every line of the specification, in float64 and float32."""

import numpy as np
import pytest
from rows import LINES

import autograd_mini as am
from autograd_mini.primitive import table

# Written out in other NumPy calls than the rule makes on arrays, so that the last digit may differ.
OTHER_CALLS = ("scipy.special.i1", "norm, vector, order -1")


def in_dtype(x, dtype):
    """Return an input in a dtype; a single number stays a Python float where that is float64."""
    if np.ndim(x) == 0:
        return float(x) if dtype == np.float64 else np.float32(x)
    return np.asarray(x, dtype)


def eager(function, inputs):
    """Return the value and the gradients of the sum of a line's entries, as the engine computes them."""

    def total(*args):
        return np.sum(function(*args))

    return am.value_and_grad(total, tuple(range(len(inputs))))(*inputs)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("line", LINES, ids=lambda line: line.name)
def test_compiled_and_eager_agree(line, dtype):
    inputs = [in_dtype(x, dtype) for x in line.inputs]
    with np.errstate(all="ignore"):
        try:
            value, gradients = eager(line.function, inputs)
        except (am.AutogradMiniError, np.linalg.LinAlgError) as error:
            with pytest.raises(type(error)):
                am.compile(lambda *args: np.sum(line.function(*args))).value_and_grad(*inputs)
            return
        step = am.compile(lambda *args: np.sum(line.function(*args)))
        for _ in range(2):
            ours, ours_gradients = step.value_and_grad(*inputs)
            rounding = 4 * np.finfo(dtype).eps if line.name in OTHER_CALLS else 0
            np.testing.assert_allclose(ours, value, rtol=rounding)
            for mine, theirs in zip(ours_gradients, gradients, strict=True):
                assert np.result_type(mine) == np.result_type(theirs)
                assert (type(mine) is float) == (type(theirs) is float)
                np.testing.assert_allclose(mine, theirs, rtol=rounding)
    assert sum(map(len, step._programs.values())) == 1


WITHOUT_DERIVATIVES = {
    "signbit": lambda x, y: np.sum(np.where(np.signbit(x), x * y, y)),
    "logical_xor": lambda x, y: np.sum(np.where(np.logical_xor(x > 0, y > 0), x * y, y)),
    "spacing": lambda x, y: np.sum(np.spacing(x) * y),
}


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", WITHOUT_DERIVATIVES)
def test_gates_that_no_line_is_about(name, dtype):
    step = am.compile(WITHOUT_DERIVATIVES[name])
    for inputs in ((1.5, -2.0), ([1.0, -1.0, -0.0], [-1.0, -1.0, 2.0])):
        given = [in_dtype(x, dtype) for x in inputs]
        value, gradients = step.value_and_grad(*given)
        expected_value, expected = am.value_and_grad(WITHOUT_DERIVATIVES[name], (0, 1))(*given)
        np.testing.assert_array_equal(value, expected_value)
        for mine, theirs in zip(gradients, expected, strict=True):
            np.testing.assert_array_equal(mine, theirs)


def test_every_gate_is_compiled():
    """Every row of the table is in the program of some line; those of `checkpoint` never are."""
    found = set(WITHOUT_DERIVATIVES)
    for line in LINES:
        step = am.compile(lambda *args, line=line: np.sum(line.function(*args)))
        try:
            program = step.program(*[in_dtype(x, np.float64) for x in line.inputs])
        except (am.AutogradMiniError, np.linalg.LinAlgError):
            continue
        found |= {getattr(step.gate, "gate", step.gate).__name__ for step in program.steps if step.gate is not None}
    # Other tests make gates of their own; a ufunc has no module.
    own = ("autograd_mini.", "numpy", "scipy")
    rows = {name for name, row in table.items() if getattr(row.value, "__module__", "numpy").startswith(own)}
    assert rows - found <= {"recomputed", "backward_again"}
    assert len(rows) > 200


@pytest.mark.parametrize(
    "function", [np.sum, np.mean, np.prod, np.max, np.min, np.ptp, np.var, np.median, np.cumsum, am.logsumexp]
)
@pytest.mark.parametrize("x", [1.5, np.float32(1.5)], ids=["float64", "float32"])
def test_reductions_of_a_single_number(function, x):
    def f(x):
        return np.sum(function(x) * x)

    leaf = am.Tensor(x)
    output = f(leaf)
    output.backward()
    value, (gradient,) = am.compile(f).value_and_grad(x)
    assert (value, gradient) == (output.data, leaf.grad)
