"""Special functions, without SciPy and with it."""

import importlib.util

import numpy as np

from autograd_mini.ops.special import erf, erfc
from rows.line import POSITIVE, A, B, Line

ZEROS = np.array([0.0, 1.0, -1.0, 1e-3, 2.0])
LINES = [
    Line("erf", lambda x: erf(x), (A,)),
    Line("erfc", lambda x: erfc(x), (A,)),
    Line("sinc", lambda x: np.sinc(x), (A,)),
    Line("sinc at 0 and at whole numbers", lambda x: np.sinc(x), (ZEROS,)),
    Line("sinc, far out", lambda x: np.sinc(x), (9 * A,)),
    Line("i0", lambda x: np.i0(x), (A,)),
    Line("i0 at 0", lambda x: np.i0(x), (ZEROS,)),
]
if importlib.util.find_spec("scipy"):
    from scipy import special

    PART = POSITIVE / 2.5
    LINES += [
        Line(f"scipy.special.{name}", getattr(special, name), inputs)
        for name, inputs in {
            "expit": (A,), "log_expit": (A,), "logit": (PART,), "exp10": (A / 2,), "exprel": (A,), "exp2": (A,),
            "expm1": (A,), "log1p": (POSITIVE,), "cbrt": (A,),
            "erf": (A,), "erfc": (A,), "erfinv": (A / 3,), "erfcinv": (PART,), "erfcx": (A,), "erfi": (A / 2,),
            "dawsn": (A,), "ndtr": (A,), "log_ndtr": (A,), "ndtri": (PART,),
            "gamma": (POSITIVE,), "gammaln": (POSITIVE,), "loggamma": (POSITIVE,),
            "psi": (POSITIVE,), "beta": (POSITIVE, PART), "betaln": (POSITIVE, PART),
            "xlogy": (A, POSITIVE), "xlog1py": (A, POSITIVE), "entr": (POSITIVE,), "rel_entr": (POSITIVE, PART),
            "kl_div": (POSITIVE, PART), "expi": (POSITIVE,), "exp1": (POSITIVE,),
            "i0": (A,), "i1": (A,), "i0e": (A,), "i1e": (A,), "j0": (A,), "j1": (A,),
            "y0": (POSITIVE,), "y1": (POSITIVE,), "k0": (POSITIVE,), "k1": (POSITIVE,),
        }.items()
    ]  # fmt: skip
    LINES += [
        Line(
            "scipy.special.xlogy where x = 0", lambda y: special.xlogy(np.array([0.0, 2.0]), y), (np.array([0.5, 0.7]),)
        ),
        Line("scipy.special.xlogy at x = 0, mixed", special.xlogy, (ZEROS[:2], np.array([0.5, 0.7]))),
        Line("scipy.special.xlog1py at x = 0, mixed", special.xlog1py, (ZEROS[:2], np.array([0.5, 0.7]))),
        Line("scipy.special.exprel at 0", special.exprel, (ZEROS,)),
        Line("scipy.special.hyp1f1", lambda x: special.hyp1f1(0.5, 1.5, x), (A,)),
        Line("scipy.special.gammainc", lambda x: special.gammainc(1.7, x), (POSITIVE,)),
        Line("scipy.special.gammaincc", lambda x: special.gammaincc(0.5, x), (POSITIVE,)),
        Line("scipy.special.betainc", lambda x: special.betainc(1.5, 0.7, x), (PART,)),
        Line("scipy.special.jv", lambda x: special.jv(1.5, x), (POSITIVE,)),
        Line("scipy.special.yv", lambda x: special.yv(0.5, x), (POSITIVE,)),
        Line("scipy.special.iv", lambda x: special.iv(3, x), (A,)),
        Line("scipy.special.ive", lambda x: special.ive(2, x), (A,)),
        Line("scipy.special.kv", lambda x: special.kv(1.5, x), (POSITIVE,)),
        Line("scipy.special.jn", lambda x: special.jn(0, x), (POSITIVE,)),
        Line("scipy.special.huber", lambda x: special.huber(0.7, x), (A,)),
        Line("scipy.special.pseudo_huber", lambda x: special.pseudo_huber(0.7, x), (A,)),
        Line(
            "scipy.special.psi, the same operand twice", lambda x: special.psi(x) * special.psi(x + B**2), (POSITIVE,)
        ),
    ]
