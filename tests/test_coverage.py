"""Which of NumPy's functions work on Tensors: the list, and a line of specification for each that has a rule."""

import numpy as np
import pytest
from rows import LINES

import autograd_mini as am
from autograd_mini import operators
from autograd_mini.primitive import Plain, implementations

NAMES = """
add subtract multiply divide true_divide power float_power remainder mod floor_divide divmod negative positive
exp exp2 expm1 log log1p log2 log10 logaddexp logaddexp2 sqrt cbrt square reciprocal abs absolute fabs sign
sin cos tan arcsin arccos arctan sinh cosh tanh arcsinh arccosh arctanh arctan2 hypot sinc deg2rad rad2deg degrees
radians copysign fmod fmax fmin maximum minimum clip floor ceil trunc fix round rint nan_to_num i0 heaviside
sum prod mean var std max min amax amin ptp median quantile percentile average nansum nanmean nanmax nanmin nanvar
nanstd nanprod nanmedian nanquantile nanpercentile cumsum cumprod nancumsum nancumprod diff ediff1d gradient trapezoid
trace cov corrcoef
where take take_along_axis compress choose select extract sort partition flip fliplr flipud roll rot90 tril triu diag
diagonal diagflat
reshape ravel transpose swapaxes moveaxis rollaxis squeeze expand_dims broadcast_to broadcast_arrays atleast_1d
atleast_2d atleast_3d repeat tile pad resize concatenate stack vstack hstack dstack column_stack block append insert
delete split array_split hsplit vsplit dsplit meshgrid vander copy
matmul dot vdot inner outer cross tensordot einsum kron convolve correlate interp polyval
linalg.multi_dot linalg.matrix_power linalg.inv linalg.pinv linalg.solve linalg.det linalg.slogdet linalg.norm
linalg.cholesky linalg.eigh linalg.eigvalsh linalg.svd linalg.qr linalg.lstsq linalg.tensorinv linalg.tensorsolve
linalg.cond linalg.outer linalg.cross linalg.vecdot linalg.tensordot linalg.matmul linalg.trace linalg.diagonal
linalg.matrix_transpose linalg.vector_norm linalg.matrix_norm linalg.svdvals
""".split()
# These came with later releases of NumPy 2.
LATER = ["vecdot", "matvec", "vecmat", "unstack", "cumulative_sum", "cumulative_prod", "astype"]
PLAIN = """
argmax argmin argsort argpartition isnan isinf isfinite isclose allclose array_equal any all count_nonzero nonzero
flatnonzero argwhere zeros_like ones_like empty_like searchsorted digitize histogram shape ndim size
""".split()


def function(name):
    found = np
    for part in name.split("."):
        found = getattr(found, part)
    return found


@pytest.mark.parametrize("name", [*NAMES, *[name for name in LATER if hasattr(np, name)], *PLAIN])
def test_function_works_on_tensors(name):
    assert am.supports(function(name))


@pytest.mark.parametrize("name", ["fft.fft", "linalg.eig", "linalg.eigvals", "apply_along_axis", "save"])
def test_function_without_a_rule_is_refused_with_advice(name):
    assert not am.supports(function(name))


def test_every_function_with_a_rule_has_a_line(monkeypatch):
    called = set()

    def noticing(call):
        def noticed(function, *rest):
            called.add(function)
            return call(function, *rest)

        return noticed

    monkeypatch.setattr(operators, "call_function", noticing(operators.call_function))
    monkeypatch.setattr(operators, "call_ufunc", noticing(operators.call_ufunc))
    for line in LINES:
        line.function(*map(am.Tensor, line.inputs))
    # Operators lead to their rows directly, and rows without a rule are compared with NumPy's values elsewhere.
    by_operators = {np.add, np.subtract, np.multiply, np.divide, np.negative, np.matmul, np.power}
    with_rules = {
        function
        for function, implementation in implementations.items()
        if not isinstance(implementation, Plain) and getattr(implementation, "rules", True)
    }
    missing = with_rules - called - by_operators
    assert sorted(f.__name__ for f in missing if f.__module__.startswith("numpy")) == []
