"""Reductions at their corners: ties, zeros, NaN and infinities, long rows, and what is refused."""

import numpy as np
import pytest

import autograd_mini as am
from autograd_mini import Tensor, errors

INF, NAN = np.inf, np.nan


def gradient(function, x):
    """Return the gradient of the sum of a function's output."""
    tensor = Tensor(x)
    with np.errstate(all="ignore"):
        np.sum(function(tensor)).backward()
    return tensor.grad


@pytest.mark.parametrize(
    ("function", "x", "expected"),
    [
        pytest.param(np.ptp, [1.0, 3.0, 3.0], [-1.0, 0.5, 0.5], id="ptp, a tie"),
        pytest.param(np.ptp, [2.0, 2.0], [0.0, 0.0], id="ptp, all equal"),
        pytest.param(lambda t: np.max(t, initial=3.0), [1.0, 3.0, 3.0], [0.0, 0.25, 0.25], id="max ties with initial"),
        pytest.param(
            lambda t: np.max(t, where=t < 3, initial=-INF), [1.0, 2.0, 3.0], [0.0, 1.0, 0.0], id="largest is masked"
        ),
        pytest.param(lambda t: np.sum(t, where=np.isfinite(t)), [INF, 2.0], [0.0, 1.0], id="infinity is masked"),
        pytest.param(lambda t: np.mean(t, where=t > 9), [1.0, 2.0], [0.0, 0.0], id="mean, no entry chosen"),
        pytest.param(np.std, [2.0, 2.0, 2.0], [0.0, 0.0, 0.0], id="std of equal entries"),
        pytest.param(
            lambda t: np.std(t, axis=1),
            [[2.0, 2.0], [1.0, 3.0]],
            [[0.0, 0.0], [-0.5, 0.5]],
            id="std, one row of equals",
        ),
        pytest.param(np.nanstd, [2.0, NAN, 2.0], [0.0, 0.0, 0.0], id="nanstd of equal entries"),
        pytest.param(np.prod, [0.0, 2.0, 3.0], [6.0, 0.0, 0.0], id="prod with a zero"),
        pytest.param(np.prod, [0.0, 0.0, 3.0], [0.0, 0.0, 0.0], id="prod with two zeros"),
        pytest.param(np.cumprod, [2.0, 0.0, 3.0], [1.0, 8.0, 0.0], id="cumprod with a zero"),
        pytest.param(
            np.maximum.accumulate, [1.0, 1.0, 3.0, 2.0, 3.0], [1.5, 0.5, 2.5, 0.0, 0.5], id="running max, ties"
        ),
        pytest.param(np.minimum.accumulate, [2.0, 2.0, 2.0], [11 / 6, 5 / 6, 1 / 3], id="running min, all equal"),
        pytest.param(lambda t: np.sort(t) * [1, 10, 100], [2.0, 1.0, 1.0], [100.0, 1.0, 10.0], id="sort, a tie"),
        pytest.param(lambda t: np.sort(t)[:2], [2.0, NAN, 1.0], [1.0, 0.0, 1.0], id="sort puts NaN last"),
        pytest.param(
            lambda t: np.partition(t, 1) * [1, 10, 100], [2.0, 2.0, 2.0], [1.0, 10.0, 100.0], id="partition of equals"
        ),
        pytest.param(np.median, [3.0, 1.0, 2.0, 9.0], [0.5, 0.0, 0.5, 0.0], id="median of an even count"),
        pytest.param(np.median, [1.0, 1.0, 1.0], [0.0, 1.0, 0.0], id="median of equals"),
        pytest.param(np.median, [1.0, NAN, 2.0], [0.0, 0.0, 0.0], id="median with NaN"),
        pytest.param(np.median, [1.0, INF, INF], [0.0, 1.0, 0.0], id="median that is infinite"),
        pytest.param(np.nanmedian, [NAN, NAN], [0.0, 0.0], id="nanmedian of NaN only"),
        pytest.param(np.nanmax, [NAN, NAN], [0.0, 0.0], id="nanmax of NaN only"),
        pytest.param(np.nanmin, [NAN, 1.0, 1.0], [0.0, 0.5, 0.5], id="nanmin, a tie"),
        pytest.param(
            lambda t: np.nanmean(t, axis=1), [[NAN, 1.0], [NAN, NAN]], [[0.0, 1.0], [0.0, 0.0]], id="nanmean, no number"
        ),
        pytest.param(lambda t: np.nanvar(t, ddof=1), [NAN, 1.0], [0.0, 0.0], id="nanvar of too few"),
        pytest.param(lambda t: np.nansum(t**2), [NAN, 3.0], [NAN, 6.0], id="NaN made before nansum"),
        pytest.param(am.logsumexp, [-INF, 0.0, 0.0], [0.0, 0.5, 0.5], id="logsumexp, one entry -inf"),
        pytest.param(am.logsumexp, [-INF, -INF], [0.0, 0.0], id="logsumexp, all entries -inf"),
        pytest.param(
            lambda t: am.logsumexp(t, axis=1), [[-INF, -INF], [0.0, -INF]], [[0.0, 0.0], [1.0, 0.0]], id="one row -inf"
        ),
        pytest.param(np.max, [1.0, NAN], [0.0, 0.0], id="max is NaN"),
    ],
)
def test_convention(function, x, expected):
    np.testing.assert_allclose(gradient(function, x), expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(
    ("function", "x", "expected"),
    [
        pytest.param(np.prod, [0.0, 0.0, 3.0], [[0, 3, 0], [3, 0, 0], [0, 0, 0]], id="prod with two zeros"),
        pytest.param(np.std, [2.0, 2.0], np.zeros((2, 2)), id="std of equal entries"),
        pytest.param(am.logsumexp, [-INF, -INF], np.zeros((2, 2)), id="logsumexp, all entries -inf"),
        pytest.param(
            lambda t: np.sum(np.cumprod(t)), [0.0, 0.0, 3.0], [[0, 4, 0], [4, 0, 0], [0, 0, 0]], id="cumprod, two zeros"
        ),
    ],
)
def test_second_derivative_at_a_corner(function, x, expected):
    np.testing.assert_allclose(am.hessian(function)(np.array(x)), expected, rtol=1e-12, atol=1e-12)


def test_third_derivative_of_a_product_of_zeros():
    third = am.jacobian(am.hessian(np.prod))(np.zeros(3))
    expected = np.zeros((3, 3, 3))
    for order in ((0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)):
        expected[order] = 1
    np.testing.assert_array_equal(third, expected)


def test_long_products_agree_with_division_by_the_entry():
    x = np.random.default_rng(0).uniform(0.999, 1.001, 100_000)
    np.testing.assert_allclose(gradient(np.prod, x), np.prod(x) / x, rtol=1e-9)
    sums_behind = np.cumsum(np.cumprod(x)[::-1])[::-1]
    np.testing.assert_allclose(gradient(np.cumprod, x), sums_behind / x, rtol=1e-9)


def test_overflow_far_behind_does_not_reach_the_first_entries():
    expected = np.zeros(300)
    expected[0] = 1
    found = gradient(lambda t: np.cumprod(t)[0], np.full(500, 10.0))
    np.testing.assert_array_equal(found[:300], expected)


@pytest.mark.parametrize(
    "function",
    [
        np.all, np.any, np.count_nonzero, np.argmax, np.argmin, np.nanargmax, np.nanargmin, np.argsort,
        lambda x: np.argpartition(x, 1), lambda x: np.digitize(x, [0.0, 2.5]),
        lambda x: np.searchsorted(np.sort(x), 0.5),
        lambda x: x.all(axis=0), lambda x: x.any(keepdims=True), lambda x: x.argmax(), lambda x: x.argmin(0),
        lambda x: x.argsort(stable=True), lambda x: x.argpartition(2),
    ],
)  # fmt: skip
def test_plain_results(function):
    x = np.array([0.0, 3.0, -1.0, 2.0])
    result = function(Tensor(x))
    assert not isinstance(result, Tensor)
    np.testing.assert_array_equal(result, function(x))


def test_nothing_is_summed_to_0_and_multiplied_to_1_and_has_no_median():
    nothing = Tensor(np.zeros(0))
    assert (np.sum(nothing).data, np.prod(nothing).data, np.max(nothing, initial=2).data) == (0, 1, 2)
    assert np.isnan(np.median(nothing).data)
    np.testing.assert_array_equal(np.quantile(Tensor(np.zeros((2, 0))), [0.1, 0.2], axis=1).data, np.full((2, 2), NAN))


def test_a_dtype_may_be_chosen():
    x = Tensor(np.array([1.0, 2.0], np.float32))
    total = np.sum(x, dtype=np.float64)
    total.backward()
    assert (total.dtype, x.grad.dtype) == (np.float64, np.float32)
    assert np.cumprod(x, dtype=np.float64).dtype == x.var(dtype="float64").dtype == np.float64


ROW = Tensor([1.0, 2.0, 3.0], name="x")
REFUSED = [
    (
        lambda: np.quantile(ROW, ROW),
        errors.UnsupportedError,
        "np.quantile: argument 'q' has no rule for Tensors; only a has one.",
    ),
    (
        lambda: np.quantile(ROW, 1.5),
        errors.ShapeError,
        "np.quantile: Quantiles must be in the range [0, 1]; got a (3,).",
    ),
    (
        lambda: np.max(ROW, where=ROW > 0),
        errors.UnsupportedError,
        "np.max: where= needs initial=, which is the result where no entry is chosen.",
    ),
    (
        lambda: np.sum(ROW, where=[1, 0, 1]),
        errors.DtypeError,
        "where= is made of truth values, got dtype int64; write where=x > 0.",
    ),
    (
        lambda: np.mean(ROW, where=np.ones((2, 3), bool)),
        errors.ShapeError,
        "where= must broadcast to the array, (3,); got shape (2, 3).",
    ),
    (
        lambda: np.prod(ROW, initial=[1, 2]),
        errors.ShapeError,
        "initial= must be a single number; got shape (2,).",
    ),
    (
        lambda: np.sum(ROW, dtype=int),
        errors.DtypeError,
        "astype: a Tensor holds float64, float32 or float16, got int64. "
        "Use t.data.astype(int64) where no gradient is needed.",
    ),
    (
        lambda: ROW.sort(),
        errors.UnsupportedError,
        "sort: a Tensor is not changed in place, because its earlier value is part of the graph. Write t = np.sort(t).",
    ),
    (
        lambda: np.sort(ROW, order="a"),
        errors.UnsupportedError,
        "np.sort: order= names the fields of a structured array, and a Tensor has none.",
    ),
    (
        lambda: np.max(ROW[:0]),
        errors.ShapeError,
        "max: zero-size array to reduction operation maximum which has no identity; got x (0,).",
    ),
    (
        lambda: np.average(ROW, weights=[1, 2]),
        errors.ShapeError,
        "np.average: the weights must have the shape of a or the lengths of its axes None; "
        "got a (3,) and weights (2,).",
    ),
    (
        lambda: np.average(ROW, weights=[1, -1, 0]),
        errors.LinearAlgebraError,
        "np.average: the weights sum to 0, so there is no average.",
    ),
    (
        lambda: np.var(ROW, ddof=1, correction=1),
        errors.UnsupportedError,
        "np.var: give ddof or correction, not both; got 1 and 1.",
    ),
    (
        lambda: np.diff(ROW, -1),
        errors.ShapeError,
        "np.diff: n, how often differences are taken, must not be negative; got -1.",
    ),
    (
        lambda: np.gradient(ROW, 1.0, 2.0),
        errors.ShapeError,
        "np.gradient: expected a spacing for each of 1 axes, or a number for all.",
    ),
    (lambda: np.gradient(ROW[:1]), errors.ShapeError, "np.gradient: axis 0 needs at least 2 entries; got 1."),
    (lambda: np.gradient(ROW, [1, 2]), errors.ShapeError, "np.gradient: axis 0 needs 3 places; got shape (2,)."),
    (
        lambda: np.gradient(ROW, edge_order=3),
        errors.UnsupportedError,
        "np.gradient: edge_order must be 1 or 2; got 3.",
    ),
    (
        lambda: np.cov(ROW, fweights=[1, 2]),
        errors.ShapeError,
        "np.cov: fweights must have one number for each of 3 samples; got (2,).",
    ),
    (
        lambda: np.cov(ROW, fweights=[1, 2, 0.5]),
        errors.ShapeError,
        "np.cov: fweights say how often a sample was seen; they must be whole and not negative.",
    ),
    (
        lambda: np.cov(ROW[:1]),
        errors.ShapeError,
        "np.cov: the number of samples must be above ddof=1; got 1 samples.",
    ),
    (
        lambda: np.cov(np.reshape(ROW, (3, 1, 1))),
        errors.ShapeError,
        "np.cov: expected at most 2 axes, variables and samples; got shape (3, 1, 1).",
    ),
    (
        lambda: np.subtract.accumulate(ROW),
        errors.UnsupportedError,
        "np.subtract.accumulate has no rule for Tensors.",
    ),
]


@pytest.mark.parametrize(("call", "kind", "message"), REFUSED, ids=[message for _, _, message in REFUSED])
def test_refused(call, kind, message):
    with pytest.raises(kind) as caught:
        call()
    assert str(caught.value) == message


@pytest.mark.skipif(not hasattr(np, "cumulative_sum"), reason="NumPy has it from 2.1 on")
def test_cumulative_sum_of_more_axes_needs_the_axis():
    with pytest.raises(errors.ShapeError) as caught:
        np.cumulative_sum(np.stack([ROW, ROW]))
    assert str(caught.value) == "np.cumulative_sum: give the axis; got shape (2, 3)."
