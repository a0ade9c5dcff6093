"""Convolution and correlation as NumPy defines them, piecewise linear interpolation, and polynomials.

The derivative of interp by x is the slope to the right of a node, and at the last node the slope to its left;
outside it is 0. A convolution's derivatives are convolutions again.
"""

import numpy as np

from ..errors import ShapeError
from ..notation import call
from ..primitive import Operand, composed, plain, primitive
from .decompositions import lstsq
from .shaping import astype

plain(np.searchsorted, np.argsort)


def _to_signal(upstream, w, mode):
    return convolve(upstream, w[::-1], mode="valid" if mode == "full" else "full")


def _to_kernel(upstream, x, mode):
    if mode == "full":
        return convolve(upstream, x[::-1], mode="valid")
    return convolve(x, upstream[::-1], mode="valid")[::-1]


@primitive(symbol="∗", notation=call("convolve", shown={"mode": "full"}), x=_to_signal, w=_to_kernel)
def convolve(x, w, *, mode="full"):
    """Return y[k] = Σ w[j] · x[k − j], wherever they meet ("full") or overlap wholly ("valid"; w no longer than x)."""
    return np.convolve(x, w, mode)


@composed(np.convolve)
def _convolve(a, v, mode="full"):
    a, v = _signal("convolve", a), _signal("convolve", v)
    return _in_mode(v, a, mode) if np.shape(v)[0] > np.shape(a)[0] else _in_mode(a, v, mode)


@composed(np.correlate)
def correlate(a, v, mode="valid"):
    """Return c[k] = Σ a[n + k] · v[n]."""
    a, v = _signal("correlate", a), _signal("correlate", v)
    if np.shape(v)[0] > np.shape(a)[0]:
        return _in_mode(v, a[::-1], mode)[::-1]
    return _in_mode(a, v[::-1], mode)


def _signal(function, x):
    """Return a signal; a number is one of length 1."""
    if np.ndim(x) > 1 or np.size(x) == 0:
        raise ShapeError(f"{function}: expected signals with one axis and at least one entry; got shape {np.shape(x)}.")
    return np.reshape(x, -1)


def _in_mode(x, w, mode):
    """Return the convolution with a kernel that is no longer than the signal."""
    if mode in ("full", "valid"):
        return convolve(x, w, mode=mode)
    if mode != "same":
        raise ShapeError(f"convolve and correlate: mode must be 'full', 'same' or 'valid'; got {mode!r}.")
    start = (np.shape(w)[0] - 1) - np.shape(w)[0] // 2
    return convolve(x, w)[start : start + np.shape(x)[0]]


def _double(x):
    """Return x in double precision, in which NumPy interpolates whatever it is given."""
    if isinstance(x, Operand):
        return x if x.dtype == np.float64 else astype(x, np.float64)
    return np.asarray(x, np.float64)


@composed(np.interp)
def interp(x, xp, fp, left=None, right=None, period=None):
    """Return the value at x of the straight lines through the points (xp, fp), and `left` and `right` outside.

    Args:
        x: where.
        xp: the nodes, in ascending order unless there is a period.
        fp: the values at the nodes.
        left: value before the first node; fp[0] when left out.
        right: value behind the last node; fp[-1] when left out.
        period: length after which the nodes repeat; then there is no outside.
    """
    x, xp, fp = map(_double, (x, xp, fp))
    if np.ndim(xp) != 1 or np.shape(xp) != np.shape(fp) or np.size(xp) == 0:
        raise ShapeError(f"interp: xp and fp must have one axis and one length; got {np.shape(xp)}, {np.shape(fp)}.")
    if period is not None:
        if period == 0:
            raise ShapeError("interp: the period must not be 0.")
        period, left, right = abs(period), None, None
        x, xp = x - period * np.floor(x / period), xp - period * np.floor(xp / period)
        order = np.argsort(xp)
        xp, fp = xp[order], fp[order]
        xp = np.concatenate([xp[-1:] - period, xp, xp[:1] + period])
        fp = np.concatenate([fp[-1:], fp, fp[:1]])
    left, right = fp[0] if left is None else left, fp[-1] if right is None else right
    inside = fp[0]
    if np.size(xp) > 1:
        node = np.clip(np.searchsorted(xp, x, "right") - 1, 0, np.size(xp) - 2)
        slope = (fp[node + 1] - fp[node]) / (xp[node + 1] - xp[node])
        inside = slope * (x - xp[node]) + fp[node]
    return np.where(x < xp[0], left, np.where(x > xp[-1], right, inside))


@composed(np.polyval)
def polyval(p, x):
    """Return p[0]·xⁿ + … + p[n] by Horner's scheme."""
    x = x if isinstance(x, Operand) else np.asarray(x)
    out = 0 * x
    for i in range(np.shape(p)[0]):
        out = out * x + p[i]
    return out


@composed(np.polyfit)
def polyfit(x, y, deg, rcond=None):
    """Return the coefficients of the polynomial that fits the points (x, y) best by least squares, highest power first.

    Weights, the covariance and full results have no rule.
    """
    if np.ndim(x) != 1 or np.ndim(y) not in (1, 2) or np.shape(x)[0] != np.shape(y)[0]:
        raise ShapeError(f"polyfit: expected x (m,) and y (m,) or (m, k); got {np.shape(x)} and {np.shape(y)}.")
    powers = np.vander(x, deg + 1)
    scale = np.sqrt(np.sum(powers * powers, axis=0))
    cutoff = len(x) * float(np.finfo(powers.dtype).eps) if rcond is None else rcond
    solution = lstsq(powers / scale, y, cutoff)[0]
    return solution / (scale if np.ndim(solution) == 1 else scale[:, None])
