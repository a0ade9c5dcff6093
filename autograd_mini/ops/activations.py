"""More activations, entry by entry, each one gate in a picture.

Derivatives at kinks are PyTorch's: 0 at both ends of relu6, hardtanh and hardsigmoid and at the threshold of
hardshrink, softshrink and threshold; celu and selu have the left-hand one at 0.
"""

import math

import numpy as np

from ..notation import Notation, Style
from ..primitive import primitive
from .neural import sigmoid, softplus
from .special import erfc

_SELU_ALPHA = 1.6732632423543772
_SELU_SCALE = 1.0507009873554805
_SQRT_HALF = math.sqrt(0.5)
_DENSITY = 1 / math.sqrt(2 * math.pi)
_GELU_SCALE = math.sqrt(2 / math.pi)
_GELU_CUBE = 0.044715


@primitive(symbol="ReLU6", x=lambda x: (x > 0) & (x < 6))
def relu6(x):
    """Return min(max(0, x), 6)."""
    return np.minimum(np.maximum(x, 0), 6)


@primitive(symbol="CELU", x=lambda x, alpha: np.where(x > 0, 1, np.exp(np.minimum(x, 0) / alpha)))
def celu(x, *, alpha=1.0):
    """Return max(0, x) + min(0, alpha·(exp(x/alpha) − 1))."""
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0) / alpha))


@primitive(symbol="SELU", x=lambda x, out: np.where(x > 0, _SELU_SCALE, out + _SELU_SCALE * _SELU_ALPHA))
def selu(x):
    """Return s·x where x > 0, and s·a·(eˣ − 1) elsewhere, with s = 1.0507 and a = 1.6733 (Klambauer et al. 2017)."""
    return _SELU_SCALE * np.where(x > 0, x, _SELU_ALPHA * np.expm1(np.minimum(x, 0)))


@primitive(
    symbol="GELU",
    x=lambda x: 0.5 * erfc(-_SQRT_HALF * x) + x * (_DENSITY * np.exp(-0.5 * x**2)),
)
def gelu(x):
    """Return x·Φ(x), with Φ the distribution function of the standard normal distribution."""
    return 0.5 * x * erfc(-_SQRT_HALF * x)


def _gelu_inner(x):
    return _GELU_SCALE * (x + _GELU_CUBE * x**3)


def _gelu_tanh_slope(x):
    bent = np.tanh(_gelu_inner(x))
    return 0.5 * (1 + bent) + 0.5 * x * (1 - bent**2) * (_GELU_SCALE * (1 + 3 * _GELU_CUBE * x**2))


@primitive(symbol="GELU", x=_gelu_tanh_slope)
def gelu_tanh(x):
    """Return ½x(1 + tanh(√(2/π)(x + 0.044715x³))), which is nearly gelu."""
    return 0.5 * x * (1 + np.tanh(_gelu_inner(x)))


@primitive(symbol="SiLU", x=lambda x: sigmoid(x) * (1 + x * (1 - sigmoid(x))))
def silu(x):
    """Return x·σ(x), also called swish."""
    return x * sigmoid(x)


def _mish_slope(x):
    bent = np.tanh(softplus(x))
    return bent + x * sigmoid(x) * (1 - bent**2)


@primitive(symbol="mish", x=_mish_slope)
def mish(x):
    """Return x·tanh(log(1 + eˣ))."""
    return x * np.tanh(softplus(x))


@primitive(symbol="softsign", x=lambda x: 1 / (1 + np.abs(x)) ** 2)
def softsign(x):
    """Return x/(1 + |x|)."""
    return x / (1 + np.abs(x))


@primitive(symbol="hardtanh", x=lambda x, min_val, max_val: (x > min_val) & (x < max_val))
def hardtanh(x, *, min_val=-1.0, max_val=1.0):
    """Return x limited to [min_val, max_val]."""
    return np.minimum(np.maximum(x, min_val), max_val)


@primitive(symbol="hardσ", x=lambda x: np.where((x > -3) & (x < 3), 1 / 6, 0.0))
def hardsigmoid(x):
    """Return x/6 + ½ limited to [0, 1]."""
    return np.minimum(np.maximum(x + 3, 0), 6) / 6


@primitive(symbol="hardswish", x=lambda x: np.where(x <= -3, 0.0, np.where(x < 3, x / 3 + 0.5, 1.0)))
def hardswish(x):
    """Return x·hardsigmoid(x)."""
    return x * (np.minimum(np.maximum(x + 3, 0), 6) / 6)


@primitive(symbol="hardshrink", x=lambda x, lambd: np.abs(x) > lambd)
def hardshrink(x, *, lambd=0.5):
    """Return x where |x| > lambd, and 0 elsewhere."""
    return np.where(np.abs(x) > lambd, x, 0.0)


@primitive(symbol="softshrink", x=lambda x, lambd: np.abs(x) > lambd)
def softshrink(x, *, lambd=0.5):
    """Return x − lambd where x > lambd, x + lambd where x < −lambd, and 0 between."""
    return np.where(x > lambd, x - lambd, np.where(x < -lambd, x + lambd, 0.0))


@primitive(symbol="x − tanh x", x=lambda x: np.tanh(x) ** 2)
def tanhshrink(x):
    """Return x − tanh x."""
    return x - np.tanh(x)


@primitive(
    symbol="threshold",
    notation=Notation(
        Style(lambda x, threshold, value: f"threshold({x})", takes_options=True),
        Style(lambda x, threshold, value: rf"\operatorname{{threshold}}\left({x}\right)", takes_options=True),
    ),
    x=lambda x, threshold: x > threshold,
)
def threshold(x, *, threshold=0.0, value=0.0):
    """Return x where x > threshold, and `value` elsewhere."""
    return np.where(x > threshold, x, value)


@primitive(symbol="ln σ", x=lambda x: sigmoid(-x))
def logsigmoid(x):
    """Return log σ(x) = −log(1 + e⁻ˣ), without losing small values."""
    return -softplus(-x)
