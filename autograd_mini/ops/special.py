"""Special functions that need no SciPy, entry by entry: erf, erfc, sinc, i0.

sinc and i0 have derivatives of every order: the n-th is an integral of the same form, ∫ tⁿ cos(πxt + nπ/2) dt over
[0, 1] and the mean of cosⁿθ exp(x cos θ), so one internal gate with n as its option is its own derivative.
"""

import math

import numpy as np

from ..notation import Notation, Style, call
from ..primitive import primitive

_SLOPE_OF_ERF = 2 / math.sqrt(math.pi)


@primitive(notation=call("erf", python="erf"), x=lambda x: _SLOPE_OF_ERF * np.exp(-(x**2)))
def erf(x):
    """Return the error function 2/√π ∫ exp(−t²) dt from 0 to x, entry by entry."""
    return _by_number(math.erf, x)


@primitive(notation=call("erfc", python="erfc"), x=lambda x: -_SLOPE_OF_ERF * np.exp(-(x**2)))
def erfc(x):
    """Return 1 − erf(x), entry by entry, without losing small values."""
    return _by_number(math.erfc, x)


def _by_number(function, x):
    """Return a function of `math` of every entry: correctly rounded almost everywhere, and some 60 ns for each."""
    x = np.asarray(x)
    values = np.fromiter(map(function, x.ravel().tolist()), np.float64, x.size)
    return values.reshape(x.shape).astype(np.result_type(x, np.float16), copy=False)[()]


def _primes(name):
    """Write a derivative of a function as its name with primes, or with (n) from the fourth on."""

    def style(function, opening, closing, raised):
        def template(x, order):
            return function + ("′" * order if order < 4 else raised % order) + opening + x + closing

        return Style(template, takes_options=True)

    return Notation(
        style(name, "(", ")", "^(%d)"),
        Style(
            lambda x, order: rf"\operatorname{{{name}}}^{{({order})}}\left({x}\right)",
            takes_options=True,
        ),
    )


@primitive(numpy=(np.sinc,), x=lambda x: sinc_derivative(x, order=1))
def sinc(x):
    """Return sin(πx)/(πx), and 1 at x = 0, entry by entry."""
    return np.sinc(x)


@primitive(
    notation=_primes("sinc"),
    internal=True,
    x=lambda x, order: sinc_derivative(x, order=order + 1),
)
def sinc_derivative(x, *, order=1):
    """Return the n-th derivative of sinc, n = `order` ≥ 1."""
    angle = math.pi * np.asarray(x)
    near = np.abs(angle) <= order + 1
    inside, outside = np.where(near, angle, 0), np.where(near, order + 1, angle)
    # From u·s(u) = sin u follows u·s⁽ⁿ⁾ + n·s⁽ⁿ⁻¹⁾ = sin(u + nπ/2): stable as long as u is not below n.
    far = np.sin(outside) / outside
    for n in range(1, order + 1):
        far = (_turned_sine(outside, n) - n * far) / outside
    # There the integrand is so smooth that Gauss's rule has no error left.
    nodes, weights = np.polynomial.legendre.leggauss(20 + order)
    close = sum(
        weight * node**order * _turned_sine(inside * node, order + 1)
        for node, weight in zip(((nodes + 1) / 2).tolist(), (weights / 2).tolist(), strict=True)
    )
    return math.pi**order * np.where(near, close, far)


def _turned_sine(angle, n):
    """Return sin(angle + nπ/2), exact in its quarter turns."""
    turned = np.cos(angle) if n % 2 else np.sin(angle)
    return -turned if n % 4 >= 2 else turned


@primitive(symbol="I₀", numpy=(np.i0,), x=lambda x: i0_derivative(x, order=1))
def i0(x):
    """Return the modified Bessel function I₀, the mean of exp(x cos θ), entry by entry."""
    return np.i0(x)[()]


@primitive(
    notation=_primes("i0"),
    internal=True,
    x=lambda x, order: i0_derivative(x, order=order + 1),
)
def i0_derivative(x, *, order=1):
    """Return the n-th derivative of I₀, n = `order`: the mean of cosⁿθ exp(x cos θ).

    The mean over equally spaced θ of a smooth periodic function converges faster than any power of their distance; 64
    angles in a quarter turn are enough up to |x| = 700, beyond which I₀ overflows.
    """
    count = 64
    cosines = [math.cos((k + 0.5) * math.pi / 2 / count) for k in range(count)]
    # θ and π − θ together give cosh or sinh: a sum without cancellation.
    paired = np.sinh if order % 2 else np.cosh
    return sum(cosine**order * paired(cosine * x) / count for cosine in cosines)
