"""Rows for the ufuncs of scipy.special, read when a Tensor first meets one; the package itself does without SciPy.

An operand whose derivative has no closed form (the order of a Bessel function, the shape of an incomplete gamma
function) must be given as plain numbers. Derivatives at special points: xlogy has derivative 0 by its second operand at
(0, 0) and xlog1py at (0, −1); elsewhere they are what floating point says.
"""

import math

import numpy as np
from scipy import special

from ..errors import UnsupportedError
from ..notation import call
from ..primitive import composed, implementations, primitive
from .elementwise import cbrt, exp2, expm1, log1p
from .neural import sigmoid
from .special import erf, erfc, i0

_ROOT_PI, _ROOT_TAU = math.sqrt(math.pi), math.sqrt(2 * math.pi)

for _function, _gate in [
    (special.expit, sigmoid),
    (special.erf, erf),
    (special.erfc, erfc),
    (special.i0, i0),
    (special.exp2, exp2),
    (special.expm1, expm1),
    (special.log1p, log1p),
    (special.cbrt, cbrt),
]:
    implementations[_function] = _gate


def _row(ufunc, *names, **rules):
    """State the row of a ufunc whose operands are `names`; a Tensor where there is no rule is refused."""
    gate = primitive(ufunc, operand_names=names or tuple(rules), **rules)
    without = [name for name in gate.operands if name not in rules]
    if not without:
        return

    @composed(ufunc)
    def checked(*operands):
        for name, operand in zip(gate.operands, operands, strict=True):
            if name in without and getattr(operand, "requires_grad", False):
                raise UnsupportedError(
                    f"scipy.special.{gate.name}: the derivative by '{name}' has no rule; "
                    "give plain numbers there, such as .data."
                )
        return gate(*operands)


# The logistic function and its kin.
_row(special.log_expit, x=lambda x: sigmoid(-x))
_row(special.logit, x=lambda x: 1 / (x * (1 - x)))
_row(special.exp10, x=lambda out: math.log(10) * out)
_row(special.exprel, x=lambda x: special.hyp1f1(2, 3, x) / 2)
_row(special.hyp1f1, "a", "b", "x", x=lambda a, b, x: a / b * special.hyp1f1(a + 1, b + 1, x))

# The normal distribution and the error functions.
_row(special.ndtr, x=lambda x: np.exp(-(x**2) / 2) / _ROOT_TAU)
_row(special.log_ndtr, x=lambda x: math.sqrt(2 / math.pi) / special.erfcx(-math.sqrt(0.5) * x))
_row(special.ndtri, x=lambda out: np.exp(out**2 / 2) * _ROOT_TAU)
_row(special.erfinv, x=lambda out: np.exp(out**2) * (_ROOT_PI / 2))
_row(special.erfcinv, x=lambda out: -np.exp(out**2) * (_ROOT_PI / 2))
_row(special.erfcx, x=lambda out, x: 2 * x * out - 2 / _ROOT_PI)
_row(special.erfi, x=lambda x: np.exp(x**2) * (2 / _ROOT_PI))
_row(special.dawsn, x=lambda out, x: 1 - 2 * x * out)


# Gamma functions.
@primitive(
    notation=call("polygamma", shown={"order": None}), internal=True, x=lambda x, order: polygamma(x, order=order + 1)
)
def polygamma(x, *, order=1):
    """Return the derivative of the digamma function of the given order, entry by entry."""
    return special.polygamma(order, x).astype(np.result_type(x), copy=False)[()]


_row(special.gammaln, x=lambda x: special.psi(x))
_row(special.loggamma, x=lambda x: special.psi(x))
_row(special.gamma, x=lambda out, x: out * special.psi(x))
_row(special.psi, x=lambda x: polygamma(x, order=1))
_row(
    special.beta,
    a=lambda out, a, b: out * (special.psi(a) - special.psi(a + b)),
    b=lambda out, a, b: out * (special.psi(b) - special.psi(a + b)),
)
_row(
    special.betaln,
    a=lambda a, b: special.psi(a) - special.psi(a + b),
    b=lambda a, b: special.psi(b) - special.psi(a + b),
)


def _gamma_density(a, x):
    """Return xᵃ⁻¹e⁻ˣ/Γ(a), the derivative of the regularized incomplete gamma function."""
    return np.exp(special.xlogy(a - 1, x) - x - special.gammaln(a))


def _beta_density(a, b, x):
    """Return xᵃ⁻¹(1 − x)ᵇ⁻¹/B(a, b), the derivative of the regularized incomplete beta function."""
    return np.exp(special.xlogy(a - 1, x) + special.xlog1py(b - 1, -x) - special.betaln(a, b))


_row(special.gammainc, "a", "x", x=lambda a, x: _gamma_density(a, x))
_row(special.gammaincc, "a", "x", x=lambda a, x: -_gamma_density(a, x))
_row(special.betainc, "a", "b", "x", x=lambda a, b, x: _beta_density(a, b, x))

# Entropies: x log y is 0 where x = 0.
_row(special.xlogy, x=lambda y: np.log(y), y=lambda x, y: x / np.where((x == 0) & (y == 0), 1, y))
_row(special.xlog1py, x=lambda y: np.log1p(y), y=lambda x, y: x / np.where((x == 0) & (y == -1), 1, 1 + y))
_row(special.entr, x=lambda x: -np.log(x) - 1)
_row(special.rel_entr, x=lambda x, y: np.log(x) - np.log(y) + 1, y=lambda x, y: -x / y)
_row(special.kl_div, x=lambda x, y: np.log(x) - np.log(y), y=lambda x, y: 1 - x / y)

# Exponential integrals.
_row(special.expi, x=lambda x: np.exp(x) / x)
_row(special.exp1, x=lambda x: -np.exp(-x) / x)

# Bessel functions: 2 J' = J of the order below − J of the order above, and so on.
_row(special.jv, "v", "z", z=lambda v, z: (special.jv(v - 1, z) - special.jv(v + 1, z)) / 2)
_row(special.yv, "v", "z", z=lambda v, z: (special.yv(v - 1, z) - special.yv(v + 1, z)) / 2)
_row(special.iv, "v", "z", z=lambda v, z: (special.iv(v - 1, z) + special.iv(v + 1, z)) / 2)
_row(special.kv, "v", "z", z=lambda v, z: -(special.kv(v - 1, z) + special.kv(v + 1, z)) / 2)
_row(
    special.ive,
    "v",
    "z",
    z=lambda out, v, z: (special.ive(v - 1, z) + special.ive(v + 1, z)) / 2 - np.sign(z) * out,
)
_row(special.j0, x=lambda x: -special.j1(x))
_row(special.j1, x=lambda x: (special.j0(x) - special.jv(2, x)) / 2)
_row(special.y0, x=lambda x: -special.y1(x))
_row(special.y1, x=lambda x: (special.y0(x) - special.yv(2, x)) / 2)
_row(special.i1, x=lambda x: (special.i0(x) + special.iv(2, x)) / 2)
_row(special.k0, x=lambda x: -special.k1(x))
_row(special.k1, x=lambda x: -(special.k0(x) + special.kv(2, x)) / 2)
_row(special.i0e, x=lambda out, x: special.i1e(x) - np.sign(x) * out)
_row(special.i1e, x=lambda out, x: (special.i0e(x) + special.ive(2, x)) / 2 - np.sign(x) * out)

_row(special.pseudo_huber, "delta", "r", r=lambda delta, r: r / np.hypot(1, r / delta))
_row(special.huber, "delta", "r", r=lambda delta, r: np.clip(r, -delta, delta))
