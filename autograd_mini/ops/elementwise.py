"""Gates of one operand, entry by entry: exponentials, logarithms, roots, trigonometry, rounding.

Derivatives at special points: |x| has derivative 0 at 0; √x, ∛x and log x have derivative inf at 0, as floating point
says; outside a function's domain the derivative is NaN or what the formula gives. Rounding gives plain arrays.
"""

import math

import numpy as np

from ..errors import UnsupportedError
from ..notation import ANY, ATOM, Notation, Style, call, written
from ..primitive import composed, primitive

exp = primitive(
    np.exp,
    notation=Notation(Style("exp(%s)"), Style("e^{%s}"), Style("exp(%s)"), Style("Math.exp(%s)")),
    x=lambda out: out,
)
exp2 = primitive(
    np.exp2,
    notation=Notation(Style("exp2(%s)"), Style("2^{%s}"), Style("exp2(%s)"), Style("Math.pow(2, %s)")),
    x=lambda out: math.log(2) * out,
)
expm1 = primitive(np.expm1, notation=call("expm1", python="expm1"), x=lambda out: out + 1)
log = primitive(
    np.log,
    symbol="ln",
    notation=Notation(Style("ln(%s)"), Style(r"\ln\left(%s\right)"), Style("log(%s)"), Style("Math.log(%s)")),
    x=lambda x: 1 / x,
)
log1p = primitive(np.log1p, notation=call("log1p", python="log1p"), x=lambda x: 1 / (1 + x))
log2 = primitive(np.log2, notation=call("log2", latex=r"\log_{2}", python="log2"), x=lambda x: 1 / (math.log(2) * x))
log10 = primitive(
    np.log10, notation=call("log10", latex=r"\log_{10}", python="log10"), x=lambda x: 1 / (math.log(10) * x)
)
sqrt = primitive(
    np.sqrt,
    symbol="√x",
    notation=Notation(Style("√%s", ATOM, (ATOM,)), Style(r"\sqrt{%s}"), Style("sqrt(%s)"), Style("Math.sqrt(%s)")),
    x=lambda out: 1 / (2 * out),
)
cbrt = primitive(
    np.cbrt,
    symbol="∛x",
    notation=Notation(Style("∛%s", ATOM, (ATOM,)), Style(r"\sqrt[3]{%s}"), Style("cbrt(%s)"), Style("Math.cbrt(%s)")),
    x=lambda out: 1 / (3 * out**2),
)
absolute = primitive(
    np.absolute,
    symbol="|x|",
    notation=written("|%s|", r"\left|%s\right|", "abs(%s)", "Math.abs(%s)"),
    numpy=(np.fabs,),
    x=lambda x: np.sign(x),
)
sign = primitive(
    np.sign,
    # 0 and NaN stay what they are, but for the sign of −0.
    notation=call("sign")._replace(
        python=Style(lambda x: f"copysign(1.0, {x}) if {x} and {x} == {x} else {x} + 0.0", ANY, (ATOM,)),
        javascript=Style("Math.sign(%s)"),
    ),
    operand_names=("x",),
)
sin = primitive(np.sin, notation=call("sin", latex=r"\sin", python="sin"), x=lambda x: np.cos(x))
cos = primitive(np.cos, notation=call("cos", latex=r"\cos", python="cos"), x=lambda x: -np.sin(x))
tan = primitive(np.tan, notation=call("tan", latex=r"\tan", python="tan"), x=lambda out: 1 + out**2)
# (1 − x)(1 + x) keeps its digits near ±1, where 1 − x² has lost them.
arcsin = primitive(
    np.arcsin,
    notation=call("arcsin", latex=r"\arcsin", python="asin"),
    x=lambda x: 1 / np.sqrt((1 - x) * (1 + x)),
)
arccos = primitive(
    np.arccos,
    notation=call("arccos", latex=r"\arccos", python="acos"),
    x=lambda x: -1 / np.sqrt((1 - x) * (1 + x)),
)
arctan = primitive(np.arctan, notation=call("arctan", latex=r"\arctan", python="atan"), x=lambda x: 1 / (1 + x**2))
sinh = primitive(np.sinh, notation=call("sinh", latex=r"\sinh", python="sinh"), x=lambda x: np.cosh(x))
cosh = primitive(np.cosh, notation=call("cosh", latex=r"\cosh", python="cosh"), x=lambda x: np.sinh(x))
tanh = primitive(np.tanh, notation=call("tanh", latex=r"\tanh", python="tanh"), x=lambda out: 1 - out**2)
# √(1 + x²) as a hypotenuse and √(x² − 1) as a product, because x² may overflow.
arcsinh = primitive(np.arcsinh, notation=call("arcsinh", python="asinh"), x=lambda x: 1 / np.hypot(1, x))
arccosh = primitive(
    np.arccosh, notation=call("arccosh", python="acosh"), x=lambda x: 1 / (np.sqrt(x - 1) * np.sqrt(x + 1))
)
arctanh = primitive(np.arctanh, notation=call("arctanh", python="atanh"), x=lambda x: 1 / ((1 - x) * (1 + x)))
deg2rad = primitive(
    np.deg2rad, notation=call("deg2rad", python="radians"), numpy=(np.radians,), x=lambda: math.pi / 180
)
rad2deg = primitive(
    np.rad2deg, notation=call("rad2deg", python="degrees"), numpy=(np.degrees,), x=lambda: 180 / math.pi
)
floor = primitive(np.floor, notation=written("⌊%s⌋", r"\lfloor %s \rfloor"), operand_names=("x",))
ceil = primitive(np.ceil, notation=written("⌈%s⌉", r"\lceil %s \rceil"), operand_names=("x",))
trunc = primitive(np.trunc, operand_names=("x",))
rint = primitive(
    np.rint,
    notation=call("rint")._replace(python=Style("float(round(%s))")),
    operand_names=("x",),
)
spacing = primitive(np.spacing, operand_names=("x",))
signbit = primitive(np.signbit, operand_names=("x",))
isnan = primitive(np.isnan, notation=call("isnan", python="isnan"), operand_names=("x",))
isinf = primitive(np.isinf, notation=call("isinf", python="isinf"), operand_names=("x",))
isfinite = primitive(np.isfinite, notation=call("isfinite", python="isfinite"), operand_names=("x",))


@primitive(numpy=(np.nan_to_num,), x=lambda x: np.isfinite(x))
def nan_to_num(x, *, copy=True, nan=0.0, posinf=None, neginf=None):
    """Return x with numbers in place of NaN and ±inf; the gradient passes where x is finite.

    `copy` is taken as NumPy takes it, and a Tensor is copied either way.
    """
    return np.nan_to_num(x, nan=nan, posinf=posinf, neginf=neginf)


@primitive(numpy=(np.unwrap,), x=lambda upstream: upstream)
def unwrap(x, *, discont=None, axis=-1, period=2 * math.pi):
    """Return x with multiples of `period` added where it jumps along `axis`; the derivative is 1."""
    return np.unwrap(x, discont, axis, period=period)


@primitive(
    notation=Notation(
        Style(lambda x, exponent: f"ldexp({x}, {_whole(exponent)})", takes_options=True),
        Style(lambda x, exponent: rf"\operatorname{{ldexp}}\left({x}, {_whole(exponent)}\right)", takes_options=True),
    ),
    internal=True,
    x=lambda upstream, exponent: ldexp(upstream, exponent=exponent),
)
def ldexp(x, *, exponent):
    """Return x·2ⁿ without rounding, for whole numbers n = `exponent`."""
    return np.ldexp(x, exponent)


def _whole(exponent):
    """Return the exponent as it is written: a number, or … for an array."""
    return str(exponent) if np.ndim(exponent) == 0 else "…"


@composed(np.ldexp)
def _ldexp(x, exponent):
    if np.result_type(exponent).kind not in "iu":
        raise UnsupportedError("np.ldexp: the exponent must be made of whole numbers; write x * 2**y for a power.")
    return ldexp(x, exponent=exponent)


@composed(np.frexp)
def frexp(x):
    """Return the mantissa, with 1/2 ≤ |mantissa| < 1, and the plain exponent n: x = mantissa · 2ⁿ."""
    exponent = np.frexp(x.data)[1]
    return ldexp(x, exponent=-exponent), exponent


@composed(np.modf)
def modf(x):
    """Return the part behind the point, which has derivative 1 (NaN for ±inf), and the plain whole part."""
    whole = np.trunc(x)
    return x - whole, whole


@composed(np.real, np.conjugate)
def real(val):
    """Return x itself: a Tensor's numbers are real."""
    return val


@composed(np.real_if_close)
def real_if_close(a, tol=100):
    """Return a itself: a Tensor's numbers are real."""
    return a
