"""Functions entry by entry: kinks, plain results, refusals, and that no Tensor ever sits in an array of objects."""

import contextlib
import math

import numpy as np
import pytest

import autograd_mini as am
from autograd_mini.ops.special import erf, erfc, i0_derivative, sinc_derivative

V = am.Tensor([3.0, -1.0, 2.5, -1.0], name="v")
T = am.Tensor(2.5, name="t")
INF, NAN = math.inf, math.nan


def gradients(function, *inputs, as_array=False):
    tensors = [am.Tensor(np.array([x]) if as_array else x) for x in inputs]
    with np.errstate(all="ignore"):
        np.sum(function(*tensors)).backward()
    return [None if t.grad is None else np.asarray(t.grad).item() for t in tensors]


@pytest.mark.parametrize("as_array", [False, True], ids=["number", "array"])
@pytest.mark.parametrize(
    ("function", "inputs", "expected"),
    [
        (np.hypot, (0.0, 0.0), (0, 0)),
        (np.hypot, (0.0, -3.0), (0, -1)),
        (np.hypot, (3e300, 4e300), (0.6, 0.8)),
        (np.arctan2, (0.0, 0.0), (NAN, NAN)),
        (np.arctan2, (1e300, 1e300), (5e-301, -5e-301)),
        (np.copysign, (0.0, -2.0), (0, None)),
        (np.copysign, (-3.0, -2.0), (1, None)),
        (np.fmax, (3.0, 3.0), (0.5, 0.5)),
        (np.fmax, (NAN, 2.0), (0, 1)),
        (np.fmin, (2.0, NAN), (1, 0)),
        (np.fmin, (1.0, 2.0), (1, 0)),
        (np.heaviside, (0.0, 0.5), (None, 1)),
        (np.heaviside, (-1.0, 0.5), (None, 0)),
        (np.mod, (4.0, 2.0), (1, -2)),
        (np.mod, (-3.5, 2.0), (1, 2)),
        (np.mod, (3.5, INF), (1, 0)),
        (np.fmod, (4.0, 2.0), (1, -2)),
        (np.fmod, (-3.5, 2.0), (1, 1)),
        # x/y is rounded up to 3, though y goes into x only twice.
        (np.fmod, (np.nextafter(0.3, 0), 0.1), (1, -2)),
        (np.logaddexp, (-INF, -INF), (0.5, 0.5)),
        (np.logaddexp, (INF, INF), (0.5, 0.5)),
        (np.logaddexp, (-INF, 0.0), (0, 1)),
        (np.logaddexp, (INF, 0.0), (1, 0)),
        (np.logaddexp, (1000.0, 999.0), (1 / (1 + math.exp(-1)), 1 / (1 + math.e))),
        (np.logaddexp2, (-INF, -INF), (0.5, 0.5)),
        (np.nextafter, (1.0, 2.0), (1, None)),
        (np.cbrt, (0.0,), (INF,)),
        (np.arcsin, (1.0,), (INF,)),
        (np.arccos, (-1.0,), (-INF,)),
        (np.arcsin, (1 - 2.0**-40,), (1 / math.sqrt(2.0**-40 * (2 - 2.0**-40)),)),
        (np.arcsinh, (1e200,), (1e-200,)),
        (np.arccosh, (1e200,), (1e-200,)),
        (np.arccosh, (-2.0,), (NAN,)),
        (np.nan_to_num, (NAN,), (0,)),
        (np.nan_to_num, (INF,), (0,)),
        (lambda x: np.nan_to_num(x, False, 2.0, posinf=3.0), (1.5,), (1,)),
        (np.sinc, (0.0,), (0,)),
        (np.i0, (0.0,), (0,)),
        (erf, (-INF,), (0,)),
        (lambda x: np.modf(x)[0], (-1.5,), (1,)),
        (lambda x: np.frexp(x)[0], (12.0,), (1 / 16,)),
        (lambda x, y: x**y, (0.0, 0.0), (0, 0)),
        (lambda x, y: x**y, (NAN, 0.0), (0, NAN)),
        (lambda x: x**0.5, (0.0,), (INF,)),
        (lambda x: x**-1, (0.0,), (-INF,)),
        (lambda x, y: np.clip(x, y, 1.0), (0.5, 0.5), (1, 0)),
        (lambda x: np.clip(x, NAN, 1.0), (0.5,), (0,)),
        (lambda x: np.clip(x, None, None), (0.5,), (1,)),
    ],
)
def test_derivative_at_a_kink_or_far_out(function, inputs, expected, as_array):
    found = gradients(function, *inputs, as_array=as_array)
    for ours, wanted in zip(found, expected, strict=True):
        if wanted is None:
            assert ours is None
        else:
            np.testing.assert_allclose(ours, wanted, rtol=1e-14)


class TestSpecialFunctions:
    def test_erf_and_erfc_are_maths(self):
        x = np.array([0.0, -0.0, 1e-300, 0.3, -2.0, 5.0, 30.0, INF, -INF, NAN])
        for ours, theirs in ((erf, math.erf), (erfc, math.erfc)):
            np.testing.assert_array_equal(ours(x), [theirs(number) for number in x])
        assert erf(np.float32(0.5)).dtype == np.float32
        assert erf(np.zeros((0, 3))).shape == (0, 3)

    @pytest.mark.parametrize("order", range(1, 9))
    def test_derivatives_of_sinc_at_0(self, order):
        expected = 0 if order % 2 else (-1) ** (order // 2) * math.pi**order / (order + 1)
        np.testing.assert_allclose(sinc_derivative(0.0, order=order), expected, rtol=1e-13, atol=1e-12)

    @pytest.mark.parametrize("order", range(1, 9))
    def test_two_ways_of_sinc_meet(self, order):
        edge = (order + 1) / math.pi
        inside, outside = sinc_derivative(np.array([edge * (1 - 1e-14), edge * (1 + 1e-14)]), order=order)
        np.testing.assert_allclose(inside, outside, atol=2e-13 * math.pi**order)

    @pytest.mark.parametrize("order", [2, 4, 6])
    def test_derivatives_of_i0_at_0(self, order):
        np.testing.assert_allclose(i0_derivative(0.0, order=order), math.comb(order, order // 2) / 2**order, rtol=1e-14)

    @pytest.mark.parametrize("x", [1e-3, 0.5, 3.0, -20.0, 100.0, 700.0])
    def test_i0_solves_bessels_equation(self, x):
        np.testing.assert_allclose(i0_derivative(x, order=2) + i0_derivative(x, order=1) / x, np.i0(x), rtol=1e-13)


def test_every_ufunc_on_floats_is_supported():
    products = {"matvec", "vecdot", "vecmat"}
    ufuncs = {u for u in vars(np).values() if isinstance(u, np.ufunc) and any("d" in t.split("->")[0] for t in u.types)}
    assert len(ufuncs) >= 75
    assert {u.__name__ for u in ufuncs if not am.supports(u)} <= products


PLAIN = [
    np.floor, np.ceil, np.trunc, np.rint, np.fix, np.round, np.around, np.sign, np.signbit, np.spacing, np.angle,
    np.imag, np.isnan, np.isinf, np.isfinite, np.isposinf, np.isneginf, np.isreal, np.iscomplex, np.isrealobj,
    np.iscomplexobj, np.logical_not, np.all, np.any, np.argmax, np.argmin, np.nanargmax, np.nanargmin, np.argwhere,
    np.nonzero, np.flatnonzero, np.count_nonzero, np.zeros_like, np.ones_like, np.shape, np.ndim, np.size,
    np.result_type, np.array_repr, np.array_str, np.array2string, np.min_scalar_type, np.common_type,
    np.histogram, np.histogram_bin_edges,
    lambda x: np.argmax(x, axis=0),
    lambda x: np.round(x, 1),
    lambda x: np.isclose(x, -1.0),
    lambda x: np.allclose(x, x),
    lambda x: np.array_equal(x, x),
    lambda x: np.array_equiv(x, -1.0),
    lambda x: np.isin(x, [-1.0]),
    lambda x: np.searchsorted([0.0, 2.0], x),
    lambda x: np.searchsorted(np.sort([1.0, 2.0, 3.0]), x, side="right"),
    lambda x: np.digitize(x, [0.0, 2.0]),
    lambda x: np.zeros_like(x, dtype=int, shape=(2,)),
    lambda x: np.full_like(x, 7),
    lambda x: np.empty_like(x).shape,
    lambda x: np.logical_xor(x, 0.0),
    lambda x: np.logical_and(x, 0.0),
    lambda x: x // 2.0,
    lambda x: 7.0 // x,
    lambda x: np.floor_divide(x, 2.0),
    lambda x: divmod(x, 2.0)[0],
    lambda x: np.frexp(x)[1],
    lambda x: np.modf(x)[1],
    lambda x: np.floor_divide.outer(x, x),
]  # fmt: skip


@pytest.mark.parametrize("function", PLAIN, ids=lambda function: function.__name__)
@pytest.mark.parametrize("tensor", [V, am.Tensor(np.float32([[0.5, -2.0]]))], ids=["1-D", "2-D float32"])
def test_result_is_plain_and_numpys(function, tensor):
    check_plain(function(tensor), function(tensor.data))


@pytest.mark.parametrize(
    "function", [f for f in PLAIN if f not in (np.argwhere, np.nonzero, np.histogram)], ids=lambda f: f.__name__
)
def test_result_on_a_number_is_plain_and_numpys(function):
    if function.__name__ == "<lambda>":
        with contextlib.suppress(np.exceptions.AxisError):
            check_plain(function(T), function(np.array(T.data)))
    else:
        check_plain(function(T), function(np.array(T.data)))


def check_plain(ours, theirs):
    assert not isinstance(ours, am.Tensor)
    assert type(ours) is type(theirs)
    for part, wanted in zip(ours, theirs, strict=True) if isinstance(ours, tuple) else [(ours, theirs)]:
        np.testing.assert_array_equal(part, wanted)
        assert getattr(part, "dtype", None) == getattr(wanted, "dtype", None)


def test_unique_gives_the_first_of_equal_entries_the_gradient():
    v = am.Tensor(V.data)
    values, first, counts = np.unique(v, return_index=True, return_counts=True)
    np.sum(values * np.array([1.0, 10.0, 100.0])).backward()
    np.testing.assert_array_equal(v.grad, [100, 1, 10, 0])
    np.testing.assert_array_equal(first, [1, 2, 0])
    np.testing.assert_array_equal(counts, [2, 1, 1])


@pytest.mark.skipif(np.lib.NumpyVersion(np.__version__) < "2.1.0", reason="np.clip has min and max from NumPy 2.1 on")
def test_clip_takes_the_names_of_numpy_2_1():
    v = am.Tensor(V.data)
    clipped = np.clip(v, min=-0.5, max=2.7)
    np.testing.assert_array_equal(clipped.data, [2.7, -0.5, 2.5, -0.5])
    np.sum(clipped).backward()
    np.testing.assert_array_equal(v.grad, [0, 0, 1, 0])


class TestOperators:
    def test_both_orders(self):
        x = am.Tensor(3.5)
        results = [x // 2, 7 // x, x % 2, 7 % x, divmod(x, 2)[1], divmod(7, x)[1], pow(x, 2), pow(2, x)]
        assert [r.item() for r in results] == [1, 2, 1.5, 0, 1.5, 0, 12.25, 2**3.5]
        assert [isinstance(r, am.Tensor) for r in results] == [False, False, True, True, True, True, True, True]

    def test_augmented(self):
        x = am.Tensor(3.5)
        y = x
        y %= 2
        assert (x.data, y.data) == (3.5, 1.5)

    def test_plus_is_no_gate(self):
        assert +T is T

    def test_membership_and_hash(self):
        assert V in [V, T]
        assert {V: 1}[V] == 1
        assert len({V, V, T}) == 2
        assert 2.5 in V
        assert 9.0 not in V


LOST = (
    " would lose its gradient. Use .item() for the number, NumPy's function in place of math's (np.sin(t)), "
    "and np.stack or np.where in place of array[i] = t."
)
PLAIN_ARRAY = (
    "a Tensor does not turn into a plain array by itself, because its gradient would be lost. "
    "Use .data for the numbers, np.stack([...]) to join Tensors, or a NumPy function that has a rule."
)
REFUSED = {
    "pow with a modulus": (
        lambda: pow(T, 2, 3),
        "pow: a third argument, the modulus, is for whole numbers only; write x**y % modulus.",
    ),
    "and": (
        lambda: V & V,
        "& is for truth values, and 'v' holds numbers; compare first, in brackets: (t > 0) & (t < 1).",
    ),
    "or, on the right": (
        lambda: True | V,
        "| is for truth values, and 'v' holds numbers; compare first, in brackets: (t > 0) | (t < 1).",
    ),
    "brackets forgotten": (
        lambda: V > 0 & V < 1,
        "& is for truth values, and 'v' holds numbers; compare first, in brackets: (t > 0) & (t < 1).",
    ),
    "not": (lambda: ~V, "~ is for truth values, and 'v' holds numbers; compare first, in brackets: ~(t > 0)."),
    "round": (lambda: round(T), "round() of 't': rounding passes no gradient; np.round(t) gives it as a plain array."),
    "round to digits": (
        lambda: round(T, 2),
        "round() of 't': rounding passes no gradient; np.round(t) gives it as a plain array.",
    ),
    "math.floor": (
        lambda: math.floor(T),
        "math.floor() of 't': rounding passes no gradient; np.floor(t) gives it as a plain array.",
    ),
    "math.ceil": (
        lambda: math.ceil(V),
        "math.ceil() of 'v': rounding passes no gradient; np.ceil(t) gives it as a plain array.",
    ),
    "float": (lambda: float(T), "float() of 't'" + LOST),
    "int": (lambda: int(T), "int() of 't'" + LOST),
    "complex": (lambda: complex(T), "complex() of 't'" + LOST),
    "math.sin": (lambda: math.sin(T), "float() of 't'" + LOST),
    "ldexp by a fraction": (
        lambda: np.ldexp(V, 0.5),
        "np.ldexp: the exponent must be made of whole numbers; write x * 2**y for a power.",
    ),
    "full_like in whole numbers": (
        lambda: np.full_like(V, T, dtype=int),
        "np.full_like: a Tensor's gradient is lost in dtype int64; give its .data.",
    ),
    "histogram with weights": (
        lambda: np.histogram(V, weights=V),
        "np.histogram: weights that are a Tensor have no rule; use np.bincount(np.digitize(x, edges) - 1, weights).",
    ),
    "bincount of a Tensor": (
        lambda: np.bincount(V),
        "np.bincount: expected whole numbers to count, got a Tensor; only weights can be one.",
    ),
    "copyto": (
        lambda: np.copyto(np.zeros(4), V),
        "np.copyto has no rule for Tensors; a Tensor is not changed in place. "
        "Write t = src, or t = np.where(mask, src, t).",
    ),
    "clip into an array": (
        lambda: np.clip(V, 0, 1, out=np.zeros(4)),
        "np.clip: argument 'out' has no rule for Tensors; options with one: a, a_min, a_max, min, max.",
    ),
    "clip with a bound given twice": (
        lambda: np.clip(V, 0, 1, min=0.5),
        "np.clip: the bound was given twice, as a_min and as min; give one of them.",
    ),
    "masked array as an operand": (
        lambda: V + np.ma.array(np.ones(4), mask=[0, 1, 0, 0]),
        "add: expected a plain array, got a MaskedArray. Write m.filled(0), or np.where(m.mask, ...).",
    ),
    "masked array as data": (
        lambda: am.Tensor(np.ma.array([1.0])),
        "Tensor: expected a plain array, got a MaskedArray. Write m.filled(0), or np.where(m.mask, ...).",
    ),
    "option that is a Tensor": (
        lambda: np.nan_to_num(V, nan=T),
        "nan_to_num: there is no derivative by the option 'nan'; give plain numbers, such as .data.",
    ),
    "iterating over a number": (lambda: list(T), "'t' is a single number and cannot be iterated over."),
    "weights of another length": (
        lambda: np.bincount([1, 2], T),
        "np.bincount: expected a weight for each of x (2,), got weights ().",
    ),
}


@pytest.mark.parametrize(("call", "message"), REFUSED.values(), ids=REFUSED)
def test_message(call, message):
    with pytest.raises(am.AutogradMiniError) as caught:
        call()
    assert str(caught.value) == message


@pytest.mark.parametrize("tensor", [T, V], ids=["number", "array"])
def test_entry_of_an_array_is_not_set_to_a_tensor(tensor):
    array = np.zeros(3)
    with pytest.raises(ValueError, match="sequence") as caught:
        array[0] = tensor
    assert str(caught.value.__cause__) == f"float() of '{tensor.name}'" + LOST
    with pytest.raises(am.UnsupportedError, match="plain array"):
        np.zeros((3, 4))[0] = tensor


NEVER_OBJECTS = {
    "array of one": lambda t: np.array([t]),
    "array of two": lambda t: np.array([t, t]),
    "array of tuples": lambda t: np.array([(t, 1.0)]),
    "array, dtype object": lambda t: np.array([t], dtype=object),
    "array, dtype float": lambda t: np.array(t, float),
    "asarray": np.asarray,
    "full": lambda t: np.full(3, t),
    "arange": np.arange,
    "float64": np.float64,
    "float32": np.float32,
    "vectorize": lambda t: np.vectorize(lambda x: x)(t),
    "frompyfunc": lambda t: np.frompyfunc(lambda x: x, 1, 1)(t),
    "masked array": np.ma.array,
    "masked array on the left": lambda t: np.ma.array([1.0, 2.0, 3.0, 4.0]) * t,
    "mean of a list": lambda t: np.mean([t, t]),
    "r_": lambda t: np.r_[t, t],
    "mgrid": lambda t: np.mgrid[0:t],
    "method of an array": lambda t: np.ones(4).dot(t),
    "full_like an array": lambda t: np.full_like(np.zeros(4), t),
    "bitwise and": lambda t: np.array([True]) & t,
    "array as an index": lambda t: np.zeros(3)[t],
}


@pytest.mark.parametrize("call", NEVER_OBJECTS.values(), ids=NEVER_OBJECTS)
@pytest.mark.parametrize("tensor", [T, V], ids=["number", "array"])
def test_tensor_never_ends_in_an_array_of_objects(call, tensor):
    with pytest.raises(am.UnsupportedError):
        call(tensor)


@pytest.mark.parametrize("tensor", [T, V], ids=["number", "array"])
def test_arrays_and_numpy_numbers_on_the_left_give_tensors(tensor):
    for result in (np.zeros(4) + tensor, np.float64(2) * tensor, np.float32(2) / tensor, [1.0, 2.0, 3.0, 4.0] % tensor):
        assert isinstance(result, am.Tensor)
        assert result.dtype == np.float64
