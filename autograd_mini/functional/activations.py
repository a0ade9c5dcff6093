"""Activations under torch.nn.functional's names. Derivatives at kinks are PyTorch's."""

import numpy as np

from ..errors import ShapeError, UnsupportedError
from ..ops import activations as rows
from ..ops import neural, special
from .arguments import array


def _one(row, name=None):
    """Return a gate of one operand as a function of `input`."""

    def function(input):
        return row(array(input))

    function.__name__ = function.__qualname__ = name or row.name
    function.__doc__ = row.__doc__
    return function


relu = _one(neural.relu)
relu6 = _one(rows.relu6)
selu = _one(rows.selu)
silu = _one(rows.silu)
mish = _one(rows.mish)
hardsigmoid = _one(rows.hardsigmoid)
hardswish = _one(rows.hardswish)
softsign = _one(rows.softsign)
tanhshrink = _one(rows.tanhshrink)
logsigmoid = _one(rows.logsigmoid)
sigmoid = _one(neural.sigmoid)
erf = _one(special.erf)


def tanh(input):
    """Return tanh(x)."""
    return np.tanh(array(input))


def leaky_relu(input, negative_slope=0.01):
    """Return x where x > 0, and negative_slope·x elsewhere."""
    return neural.leaky_relu(array(input), negative_slope=negative_slope)


def elu(input, alpha=1.0):
    """Return x where x > 0, and alpha·(eˣ − 1) elsewhere."""
    return neural.elu(array(input), alpha=alpha)


def celu(input, alpha=1.0):
    """Return max(0, x) + min(0, alpha·(exp(x/alpha) − 1))."""
    return rows.celu(array(input), alpha=alpha)


def gelu(input, approximate="none"):
    """Return x·Φ(x); with approximate="tanh", ½x(1 + tanh(√(2/π)(x + 0.044715x³)))."""
    if approximate not in ("none", "tanh"):
        raise UnsupportedError(f"gelu: approximate must be 'none' or 'tanh'; got {approximate!r}.")
    return (rows.gelu if approximate == "none" else rows.gelu_tanh)(array(input))


def softplus(input, beta=1.0, threshold=20.0):
    """Return log(1 + exp(beta·x))/beta, and x itself where beta·x > threshold."""
    x = array(input)
    return np.where(x * beta > threshold, x, neural.softplus(beta * x) / beta)


def hardtanh(input, min_val=-1.0, max_val=1.0):
    """Return x limited to [min_val, max_val]."""
    return rows.hardtanh(array(input), min_val=min_val, max_val=max_val)


def hardshrink(input, lambd=0.5):
    """Return x where |x| > lambd, and 0 elsewhere."""
    return rows.hardshrink(array(input), lambd=lambd)


def softshrink(input, lambd=0.5):
    """Return x drawn towards 0 by lambd, and 0 within lambd of it."""
    return rows.softshrink(array(input), lambd=lambd)


def threshold(input, threshold, value):
    """Return x where x > threshold, and `value` elsewhere."""
    return rows.threshold(array(input), threshold=threshold, value=value)


def softmax(input, dim):
    """Return e^xᵢ / Σ e^xⱼ along the axis `dim`."""
    return neural.softmax(array(input), axis=dim)


def softmin(input, dim):
    """Return softmax(−x) along the axis `dim`."""
    return neural.softmax(-array(input), axis=dim)


def log_softmax(input, dim):
    """Return log softmax(x) along the axis `dim`."""
    return neural.log_softmax(array(input), axis=dim)


def glu(input, dim=-1):
    """Return a·σ(b), with a and b the two halves of x along `dim`."""
    x = array(input)
    if np.shape(x)[dim] % 2:
        raise ShapeError(f"glu: the axis to be halved must have an even length; got shape {np.shape(x)}, dim {dim}.")
    first, second = np.split(x, 2, axis=dim)
    return first * neural.sigmoid(second)


def prelu(input, weight):
    """Return x where x > 0, and weight·x elsewhere; one weight, or one for each channel (axis 1)."""
    x, weight = array(input), array(weight)
    if np.size(weight) > 1:
        channels = np.shape(x)[1] if np.ndim(x) > 1 else np.size(x)
        if np.shape(weight) != (channels,):
            raise ShapeError(f"prelu: weight must have shape (1,) or ({channels},); got {np.shape(weight)}.")
        weight = np.reshape(weight, (-1, *(1,) * (np.ndim(x) - 2)))
    elif np.ndim(weight):
        weight = np.reshape(weight, ())
    return np.where(x > 0, x, weight * x)


def rrelu(input, lower=1 / 8, upper=1 / 3, training=False, rng=None):
    """Return x where x > 0, and a·x elsewhere: a is drawn from [lower, upper] in training, and else their mean.

    Args:
        input: any shape.
        lower: least slope.
        upper: largest slope.
        training: whether to draw the slopes, one for each entry.
        rng: the np.random.Generator to draw from; needed in training.
    """
    x = array(input)
    if not training:
        return neural.leaky_relu(x, negative_slope=(lower + upper) / 2)
    if rng is None:
        raise UnsupportedError("rrelu: training draws random slopes; give rng=np.random.default_rng(seed).")
    return np.where(x > 0, x, rng.uniform(lower, upper, np.shape(x)).astype(x.dtype) * x)
