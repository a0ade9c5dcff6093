"""Gates of one operand, entry by entry: exponentials, logarithms, roots and trigonometry.

Derivatives at special points: |x| has derivative 0 at 0; √x and log x have derivative inf at 0, as floating point says.
"""

import numpy as np

from ..notation import ATOM, Notation, Style, call, written
from ..primitive import primitive

exp = primitive(
    np.exp,
    notation=Notation(Style("exp(%s)"), Style("e^{%s}"), Style("exp(%s)")),
    x=lambda out: out,
)
expm1 = primitive(np.expm1, notation=call("expm1", python="expm1"), x=lambda out: out + 1)
log = primitive(
    np.log,
    symbol="ln",
    notation=Notation(Style("ln(%s)"), Style(r"\ln\left(%s\right)"), Style("log(%s)")),
    x=lambda x: 1 / x,
)
log1p = primitive(np.log1p, notation=call("log1p", python="log1p"), x=lambda x: 1 / (1 + x))
sqrt = primitive(
    np.sqrt,
    symbol="√x",
    notation=Notation(Style("√%s", ATOM, (ATOM,)), Style(r"\sqrt{%s}"), Style("sqrt(%s)")),
    x=lambda out: 1 / (2 * out),
)
absolute = primitive(
    np.absolute,
    symbol="|x|",
    notation=written("|%s|", r"\left|%s\right|", "abs(%s)"),
    numpy=(np.fabs,),
    x=lambda x: np.sign(x),
)
sign = primitive(
    np.sign,
    # x itself where it is 0 or NaN: 0 has sign 0 and NaN has none.
    notation=call("sign")._replace(
        python=Style(lambda x: f"(copysign(1.0, {x}) if {x} and {x} == {x} else {x})", slots=(ATOM,))
    ),
    operand_names=("x",),
)
sin = primitive(np.sin, notation=call("sin", latex=r"\sin", python="sin"), x=lambda x: np.cos(x))
cos = primitive(np.cos, notation=call("cos", latex=r"\cos", python="cos"), x=lambda x: -np.sin(x))
tan = primitive(np.tan, notation=call("tan", latex=r"\tan", python="tan"), x=lambda out: 1 + out**2)
tanh = primitive(np.tanh, notation=call("tanh", latex=r"\tanh", python="tanh"), x=lambda out: 1 - out**2)
floor = primitive(np.floor, notation=written("⌊%s⌋", r"\lfloor %s \rfloor"), operand_names=("x",))
ceil = primitive(np.ceil, notation=written("⌈%s⌉", r"\lceil %s \rceil"), operand_names=("x",))
trunc = primitive(np.trunc, operand_names=("x",))
rint = primitive(np.rint, operand_names=("x",))
isnan = primitive(np.isnan, operand_names=("x",))
isinf = primitive(np.isinf, operand_names=("x",))
isfinite = primitive(np.isfinite, operand_names=("x",))
