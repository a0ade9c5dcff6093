"""Gates of neural networks: activations, softmax and logsumexp.

Derivatives at kinks: relu'(0) = 0, leaky_relu'(0) = its slope, elu'(0) = alpha; logsumexp has derivative 0 where all
entries are -inf. Every value is computed in a form that neither overflows nor loses small numbers.
"""

import numpy as np

from ..notation import Notation, Style, call
from ..primitive import primitive
from .reductions import spread


@primitive(
    symbol="σ",
    notation=Notation(Style("σ(%s)"), Style(r"\sigma\left(%s\right)")),
    x=lambda out: out * (1 - out),
)
def sigmoid(x):
    """Return the logistic function σ(x) = 1/(1 + e⁻ˣ), entry by entry; σ' = σ(1 − σ)."""
    shrunk = np.exp(-np.abs(x))
    # [x ≥ 0] where that is 1, else e⁻ˡˣˡ, which is at most 1: choosing by np.where takes several times as long.
    return np.maximum(x >= 0, shrunk) / (1 + shrunk)


@primitive(symbol="ReLU", x=lambda x: x > 0)
def relu(x):
    """Return max(0, x), entry by entry; the derivative is [x > 0], 0 at x = 0."""
    return np.maximum(x, 0)


@primitive(symbol="LReLU", x=lambda x, negative_slope: np.where(x > 0, 1, negative_slope))
def leaky_relu(x, *, negative_slope=0.01):
    """Return x where x > 0 and negative_slope·x elsewhere."""
    return np.where(x > 0, x, negative_slope * x)


@primitive(symbol="ELU", x=lambda out, x, alpha: np.where(x > 0, 1, out + alpha))
def elu(x, *, alpha=1.0):
    """Return x where x > 0 and alpha·(eˣ − 1) elsewhere."""
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))


@primitive(x=lambda x: sigmoid(x))
def softplus(x):
    """Return log(1 + eˣ), entry by entry; the derivative is σ(x)."""
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


@primitive(
    notation=call("softmax", shown={"axis": -1}),
    x=lambda upstream, out, axis: out * (upstream - np.add.reduce(upstream * out, axis=axis, keepdims=True)),
)
def softmax(x, *, axis=-1):
    """Return e^xᵢ / Σ e^xⱼ along `axis`: positive numbers that sum to 1. `axis=None` sums over all entries."""
    shifted = np.exp(x - np.maximum.reduce(x, axis=axis, keepdims=True))
    return shifted / np.add.reduce(shifted, axis=axis, keepdims=True)


@primitive(
    notation=call("log_softmax", shown={"axis": -1}),
    x=lambda upstream, out, axis: upstream - np.exp(out) * np.add.reduce(upstream, axis=axis, keepdims=True),
)
def log_softmax(x, *, axis=-1):
    """Return log softmax(x) = x − log Σ e^xⱼ along `axis`, without overflow."""
    shifted = x - np.maximum.reduce(x, axis=axis, keepdims=True)
    return shifted - np.log(np.add.reduce(np.exp(shifted), axis=axis, keepdims=True))


@primitive(
    notation=call("softmax", shown={"axis": -1}),
    internal=True,
    x=lambda upstream, out, axis: out * (upstream - np.add.reduce(upstream * out, axis=axis, keepdims=True)),
)
def shares(x, *, axis=-1):
    """Return each term's share of Σ exp(x): softmax, but 0 where all terms are 0, because all x are -inf."""
    largest = np.maximum.reduce(x, axis=axis, keepdims=True)
    return softmax.value(np.where(largest == -np.inf, 0.0, x), axis=axis) * (largest != -np.inf)


@primitive(
    notation=call("logsumexp", shown={"axis": None}),
    x=lambda upstream, x, axis, keepdims: spread(upstream, x, axis, keepdims) * shares(x, axis=axis),
)
def logsumexp(x, *, axis=None, keepdims=False):
    """Return log Σ exp(x) over `axis`, without overflow.

    The largest entry is taken out first: log Σ exp(x) = m + log Σ exp(x − m), m = max x.
    """
    largest = np.maximum.reduce(x, axis=axis, keepdims=True)
    largest = np.where(np.isfinite(largest), largest, 0)
    with np.errstate(divide="ignore"):
        total = np.log(np.add.reduce(np.exp(x - largest), axis=axis, keepdims=True)) + largest
    return total if keepdims else np.squeeze(total, axis=axis)
