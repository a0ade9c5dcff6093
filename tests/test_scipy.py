"""SciPy's ufuncs on Tensors; without SciPy these tests are skipped, and the package works all the same."""

import subprocess
import sys

import numpy as np
import pytest

import autograd_mini as am

special = pytest.importorskip("scipy.special")


def test_ufuncs_are_supported():
    assert am.supports(special.erf)
    assert am.supports(special.digamma)
    assert not am.supports(special.ellipk)


def test_the_packages_own_gates_stand_in():
    x = am.Tensor(0.3)
    assert special.expit(x).gate is am.sigmoid
    assert special.erf(x).gate.name == "erf"


@pytest.mark.parametrize(
    ("function", "slope"),
    [
        (special.gammaln, special.psi),
        (special.psi, lambda x: special.polygamma(1, x)),
        (special.j0, lambda x: -special.j1(x)),
        (special.i0, special.i1),
        (special.ndtr, lambda x: np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi)),
        (special.erfc, lambda x: -2 / np.sqrt(np.pi) * np.exp(-(x**2))),
    ],
)
def test_single_number(function, slope):
    x = am.Tensor(0.7)
    y = function(x)
    y.backward()
    assert type(y.data) is float
    np.testing.assert_allclose([y.data, x.grad], [function(0.7), slope(0.7)], rtol=1e-14)


def test_operand_without_a_rule_may_be_a_tensor_that_needs_no_gradient():
    order, x = am.Tensor(1.0, requires_grad=False), am.Tensor(2.0)
    special.jv(order, x).backward()
    np.testing.assert_allclose(x.grad, special.jvp(1, 2.0), rtol=1e-13)


def test_third_derivative_of_gammaln_is_a_polygamma():
    x = np.array([0.7, 2.0])
    third = special.gammaln
    for _ in range(3):
        third = am.elementwise_grad(third)
    np.testing.assert_allclose(third(x), special.polygamma(2, x), rtol=1e-13)


@pytest.mark.parametrize(
    ("function", "inputs", "expected"),
    [
        (special.xlogy, (0.0, 0.0), (-np.inf, 0)),
        (special.xlogy, (0.0, 2.0), (np.log(2), 0)),
        (special.xlog1py, (0.0, -1.0), (-np.inf, 0)),
        (special.entr, (0.0,), (np.inf,)),
        (special.exprel, (0.0,), (0.5,)),
        (special.i1, (0.0,), (0.5,)),
        (special.log_ndtr, (-30.0,), (30.03325966,)),
        (special.log_expit, (-800.0,), (1,)),
    ],
)
def test_derivative_at_a_corner(function, inputs, expected):
    tensors = [am.Tensor(x) for x in inputs]
    with np.errstate(all="ignore"):
        function(*tensors).backward()
    np.testing.assert_allclose([t.grad for t in tensors], expected, rtol=1e-9)


def test_mixed_derivative_of_rel_entr_where_x_is_0():
    # The derivative by y is −x/y, whose derivative by x is −1/y, though that by x is infinite.
    by_y = am.elementwise_grad(special.rel_entr, 1)
    with np.errstate(divide="ignore"):
        mixed = am.elementwise_grad(by_y, 0)(np.array([0.0]), np.array([2.0]))
    np.testing.assert_array_equal(mixed, [-0.5])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda x: special.jv(x, 2.0),
            "scipy.special.jv: the derivative by 'v' has no rule; give plain numbers there, such as .data.",
        ),
        (
            lambda x: special.erf(x, out=np.zeros(1)),
            "scipy.special.erf: a Tensor's result cannot be written into an existing array "
            "(out=, or array += tensor); write result = ... instead.",
        ),
        (
            lambda x: special.ellipk(x),
            "scipy.special.ellipk has no rule for Tensors; write it with gates that have one "
            "(np.sum, np.exp, np.where), or apply it to .data where no gradient is needed.",
        ),
    ],
)
def test_message(call, message):
    with pytest.raises(am.UnsupportedError) as caught:
        call(am.Tensor(0.3))
    assert str(caught.value) == message


def test_scipy_is_imported_only_by_those_who_use_it():
    script = (
        "import sys, numpy as np, autograd_mini as am\n"
        "am.supports(np.linalg.eig)\n"
        "print('scipy' in sys.modules)\n"
        "import scipy.special\n"
        "print(scipy.special.gammaln(am.Tensor(1.0)).gate.name)\n"
    )
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert result.stdout.split() == ["False", "gammaln"]
