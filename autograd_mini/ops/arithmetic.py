"""Gates of arithmetic: + − × ÷, negation, 1/x and powers.

Derivatives at special points: x⁰ has derivative 0 everywhere; 0ʸ has derivative 0 in the exponent.
"""

import numpy as np

from ..notation import ANY, ATOM, NEGATIVE, POWER, PRODUCT, SUM, Notation, Style, infix, superscript
from ..primitive import composed, primitive

add = primitive(
    np.add,
    symbol="+",
    notation=infix("+", "+", "+", SUM),
    commutative=True,
    neutral=0,
    x=lambda: 1,
    y=lambda: 1,
)
subtract = primitive(
    np.subtract,
    symbol="−",
    notation=infix("−", "-", "-", SUM),
    neutral=0,
    x=lambda: 1,
    y=lambda: -1,
)
multiply = primitive(
    np.multiply,
    symbol="×",
    notation=infix("×", r"\times", "*", PRODUCT),
    commutative=True,
    neutral=1,
    x=lambda y: y,
    y=lambda x: x,
)
divide = primitive(
    np.divide,
    symbol="÷",
    notation=Notation(
        Style("%s/%s", PRODUCT, (NEGATIVE, POWER)),
        Style(r"\frac{%s}{%s}", POWER, (ANY,)),
        Style("%s / %s", PRODUCT, (NEGATIVE, POWER)),
        Style("%s / %s", PRODUCT, (NEGATIVE, POWER)),
    ),
    neutral=1,
    x=lambda y: 1 / y,
    y=lambda x, y: -x / y**2,
)
negative = primitive(
    np.negative,
    symbol="−x",
    notation=Notation(
        Style("−%s", NEGATIVE, (PRODUCT,)),
        Style("-%s", NEGATIVE, (PRODUCT,)),
        Style("-%s", NEGATIVE, (PRODUCT,)),
        Style("-%s", NEGATIVE, (PRODUCT,)),
    ),
    x=lambda: -1,
)
reciprocal = primitive(
    np.reciprocal,
    symbol="1/x",
    notation=Notation(
        Style("1/%s", PRODUCT, (POWER,)),
        Style(r"\frac{1}{%s}", POWER),
        Style("1.0 / %s", PRODUCT, (POWER,)),
        Style("1 / %s", PRODUCT, (POWER,)),
    ),
    x=lambda x: -1 / x**2,
)


def _slope_of_power(x, y):
    """Return y·xʸ⁻¹, and 0 where y = 0."""
    # [y ≠ 0] keeps 0·x⁻¹ from becoming NaN at x = y = 0.
    lowered = y != 0
    if getattr(y, "requires_grad", False):
        # The derivative by y, if it is asked for, is 1/x where y = 0: there x⁻¹ must stand after all.
        lowered = np.where(lowered, True, np.abs(x) > 0)
    return y * x ** (y - lowered)


power = primitive(
    np.power,
    symbol="xʸ",
    notation=Notation(
        Style(superscript, POWER, (ATOM, ANY)),
        Style("%s^{%s}", POWER, (ATOM, ANY)),
        Style("pow(%s, %s)", ATOM),
        Style("Math.pow(%s, %s)", ATOM),
    ),
    neutral=1,
    x=lambda x, y: _slope_of_power(x, y),
    # log 1 stands in for log 0.
    y=lambda out, x: out * np.log(np.where(x == 0, 1, x)),
)
square = primitive(
    np.square,
    symbol="x²",
    notation=Notation(
        Style("%s²", POWER, (ATOM,)),
        Style("%s^2", POWER, (ATOM,)),
        Style(lambda x: f"{x} * {x}", PRODUCT, (POWER,)),
        Style(lambda x: f"{x} * {x}", PRODUCT, (POWER,)),
    ),
    x=lambda x: 2 * x,
)


@composed(np.positive)
def positive(x):
    """Return x itself: +x is no gate."""
    return x
