"""Gates of two operands beyond arithmetic, entry by entry: remainders, hypot, arctan2, logaddexp, fmax.

Conventions: remainder and fmod have derivative −⌊x/y⌋ and −trunc(x/y) by the divisor, at jumps too; fmax and fmin split
a tie equally and pass NaN over; logaddexp of equal infinities splits equally; hypot has derivative 0 at (0, 0), where
arctan2 has none (NaN); copysign has derivative 0 at x = 0. What is constant between jumps passes no gradient: x // y,
the sign that copysign takes, the step that heaviside makes, the direction of nextafter.
"""

import math

import numpy as np

from ..notation import ANY, ATOM, POWER, PRODUCT, Notation, Style, call, written
from ..primitive import Operand, composed, primitive
from .neural import sigmoid
from .shaping import cast

floor_divide = primitive(
    np.floor_divide,
    symbol="⌊÷⌋",
    notation=Notation(
        Style("⌊%s/%s⌋", ATOM, (PRODUCT, POWER)),
        Style(r"\left\lfloor \frac{%s}{%s} \right\rfloor"),
        Style("(%s // %s)", ATOM, (PRODUCT, POWER)),
    ),
    operand_names=("x", "y"),
)
remainder = primitive(
    np.remainder,
    symbol="%",
    notation=Notation(
        Style("%s %% %s", PRODUCT, (POWER,)),
        Style(r"%s \bmod %s", PRODUCT, (POWER,)),
        Style("%s %% %s", PRODUCT, (POWER,)),
    ),
    x=lambda: 1,
    y=lambda x, y: -np.floor_divide(x, y),
)
fmod = primitive(
    np.fmod,
    notation=call("fmod", python="fmod"),
    x=lambda: 1,
    # x − out is a multiple of y, whereas x/y may have been rounded up to the next whole number.
    y=lambda out, x, y: -np.rint((x - out) / y),
)
hypot = primitive(
    np.hypot,
    notation=Notation(
        Style("√(%s² + %s²)", ATOM, (ATOM,)),
        Style(r"\sqrt{%s^2 + %s^2}", ATOM, (ATOM,)),
        Style("hypot(%s, %s)"),
        Style("Math.hypot(%s, %s)"),
    ),
    commutative=True,
    x=lambda out, x: x / np.where(out == 0, np.inf, out),
    y=lambda out, y: y / np.where(out == 0, np.inf, out),
)
arctan2 = primitive(
    np.arctan2,
    notation=call("arctan2", python="atan2"),
    # Divided twice, because x² + y² may overflow.
    y=lambda y, x: x / np.hypot(y, x) / np.hypot(y, x),
    x=lambda y, x: -y / np.hypot(y, x) / np.hypot(y, x),
)


def _lead(x, y):
    """Return x − y, and 0 for equal infinities, so that they share equally."""
    return np.where((x == y) & np.isinf(x), 0, x - y)


logaddexp = primitive(
    np.logaddexp,
    notation=Notation(Style("ln(exp(%s) + exp(%s))"), Style(r"\ln\left(e^{%s} + e^{%s}\right)")),
    commutative=True,
    x=lambda x, y: sigmoid(_lead(x, y)),
    y=lambda x, y: sigmoid(_lead(y, x)),
)
logaddexp2 = primitive(
    np.logaddexp2,
    notation=Notation(Style("log2(exp2(%s) + exp2(%s))"), Style(r"\log_{2}\left(2^{%s} + 2^{%s}\right)")),
    commutative=True,
    x=lambda x, y: sigmoid(math.log(2) * _lead(x, y)),
    y=lambda x, y: sigmoid(math.log(2) * _lead(y, x)),
)
copysign = primitive(
    np.copysign,
    notation=call("copysign", python="copysign"),
    operand_names=("x", "y"),
    x=lambda x, y: np.sign(x) * np.copysign(1.0, y),
)


def _ignoring_nan(name, wins):
    """Write fmax(x, y) or fmin(x, y); for Python floats a number wins over NaN."""
    return call(name)._replace(python=Style(lambda x, y: f"{x} if {x} {wins} {y} or {y} != {y} else {y}", ANY, (ATOM,)))


# y ≠ y says that y is NaN.
fmax = primitive(
    np.fmax,
    notation=_ignoring_nan("fmax", ">="),
    commutative=True,
    x=lambda x, y: np.where(x == y, 0.5, (x > y) | ((x == x) & (y != y))),
    y=lambda x, y: np.where(x == y, 0.5, (y > x) | ((y == y) & (x != x))),
)
fmin = primitive(
    np.fmin,
    notation=_ignoring_nan("fmin", "<="),
    commutative=True,
    x=lambda x, y: np.where(x == y, 0.5, (x < y) | ((x == x) & (y != y))),
    y=lambda x, y: np.where(x == y, 0.5, (y < x) | ((y == y) & (x != x))),
)
heaviside = primitive(
    np.heaviside,
    notation=call("heaviside")._replace(
        python=Style(lambda x, y: f"{y} if {x} == 0 else float({x} > 0) if {x} == {x} else {x}", ANY, (ATOM,))
    ),
    operand_names=("x", "y"),
    y=lambda x: x == 0,
)
nextafter = primitive(
    np.nextafter, notation=call("nextafter", python="nextafter"), operand_names=("x", "y"), x=lambda: 1
)
logical_xor = primitive(
    np.logical_xor, symbol="xor", notation=written("%s xor %s", r"%s \oplus %s"), operand_names=("x", "y")
)


@composed(np.divmod)
def divmod(x, y):
    """Return (x // y, x % y): the quotient is plain, the remainder has a gradient."""
    return np.floor_divide(x, y), np.remainder(x, y)


@composed(np.float_power)
def float_power(x, y):
    """Return xʸ in float64, whatever the dtypes of x and y."""
    return np.power(in_float64(x), in_float64(y))


def in_float64(x):
    """Return a Tensor or numbers in float64."""
    if isinstance(x, Operand):
        return x if x.dtype == np.float64 else cast(x, dtype=np.float64)
    return np.asarray(x, np.float64)
