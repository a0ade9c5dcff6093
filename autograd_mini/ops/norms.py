"""Norms of vectors and matrices, and the condition number.

The derivative of the Euclidean norm at zero is 0, to every order; the nuclear norm and the largest singular value have
a subgradient there. The largest and the smallest share a tie equally.
"""

import numpy as np

from ..errors import ShapeError
from ..notation import Notation, Style
from ..primitive import composed, primitive
from .decompositions import svdvals
from .linear_algebra import inv
from .reductions import spread


def _direction(upstream, out, x, axis, keepdims):
    """Return upstream · x / norm, and 0 where the norm is 0."""
    nonzero = out != 0
    return x * spread(np.where(nonzero, upstream / np.where(nonzero, out, 1.0), 0.0), x, axis, keepdims)


def _written(text, latex):
    def style(template):
        return Style(
            lambda x, axis=None, **_: template % x + ("" if axis is None else f" (axis={axis})"), takes_options=True
        )

    return Notation(style(text), style(latex))


@primitive(symbol="‖x‖", notation=_written("‖%s‖", r"\left\|%s\right\|"), x=_direction)
def norm(x, *, axis=None, keepdims=False):
    """Return the Euclidean norm over `axis`: the square root of the sum of squares."""
    return np.sqrt(np.sum(np.square(x), axis=axis, keepdims=keepdims))


@composed(np.linalg.norm)
def _norm(x, ord=None, axis=None, keepdims=False):
    dimensions = np.ndim(x)
    if axis is None:
        if ord is None or (ord in ("f", "fro") and dimensions == 2) or (ord == 2 and dimensions == 1):
            return norm(x, keepdims=keepdims)
        axes = tuple(range(dimensions))
    else:
        axes = tuple(axis) if isinstance(axis, tuple | list) else (axis,)
    if len(axes) == 1:
        return _vector_norm(x, axes[0], keepdims, ord)
    if len(axes) == 2:
        return _matrix_norm(x, axes, keepdims, ord)
    raise ShapeError(f"norm: expected one axis or two; got axis {axis} of shape {np.shape(x)}.")


@composed(np.linalg.vector_norm)
def vector_norm(x, *, axis=None, keepdims=False, ord=2):
    """Return the norm of vectors that lie along one axis, or along several read as one."""
    axes = tuple(range(np.ndim(x))) if axis is None else tuple(axis) if isinstance(axis, tuple | list) else (axis,)
    axes = tuple(a % np.ndim(x) for a in axes) if np.ndim(x) else ()
    lined_up = np.reshape(np.moveaxis(x, axes, range(len(axes))), (-1, *_rest(x, axes)))
    out = _vector_norm(lined_up, 0, False, ord)
    return np.expand_dims(out, axes) if keepdims else out


@composed(np.linalg.matrix_norm)
def matrix_norm(x, *, keepdims=False, ord="fro"):
    """Return the norms of the matrices in the last two axes."""
    return _matrix_norm(x, (-2, -1), keepdims, ord)


def _rest(x, axes):
    return tuple(length for i, length in enumerate(np.shape(x)) if i not in axes)


def _vector_norm(x, axis, keepdims, ord):
    if ord is None or ord == 2:
        return norm(x, axis=axis, keepdims=keepdims)
    if isinstance(ord, str):
        raise ShapeError(f"norm: order {ord!r} is for matrices; vectors have None, 0, inf, -inf or a number.")
    if ord == 0:
        return np.sum((x != 0).astype(x.dtype), axis=axis, keepdims=keepdims)
    size = np.abs(x)
    if ord == np.inf:
        return np.max(size, axis=axis, keepdims=keepdims)
    if ord == -np.inf:
        return np.min(size, axis=axis, keepdims=keepdims)
    if ord == 1:
        return np.sum(size, axis=axis, keepdims=keepdims)
    power = float(ord)
    zero = x == 0
    # 1 stands in for 0, so that no power of 0 meets a derivative.
    powers = np.where(zero, 0.0 if power > 0 else np.inf, np.where(zero, 1.0, size) ** power)
    total = np.sum(powers, axis=axis, keepdims=keepdims)
    regular = (total != 0) & (total != np.inf)
    return np.where(regular, np.where(regular, total, 1.0) ** (1 / power), total if power > 0 else 0.0)


def _matrix_norm(x, axes, keepdims, ord):
    if np.ndim(x) < 2 or len({a % np.ndim(x) for a in axes}) < 2:
        raise ShapeError(f"norm: a matrix norm needs two axes; got axes {axes} of shape {np.shape(x)}.")
    if ord is None or ord in ("fro", "f"):
        return norm(x, axis=axes, keepdims=keepdims)
    matrices = np.moveaxis(x, axes, (-2, -1))
    if ord == "nuc":
        out = np.sum(svdvals(matrices), axis=-1)
    elif ord == 2:
        out = np.max(svdvals(matrices), axis=-1)
    elif ord == -2:
        out = np.min(svdvals(matrices), axis=-1)
    elif ord in (1, -1, np.inf, -np.inf):
        sums = np.sum(np.abs(matrices), axis=-2 if abs(ord) == 1 else -1)
        out = np.max(sums, axis=-1) if ord > 0 else np.min(sums, axis=-1)
    else:
        raise ShapeError(
            f"norm: order {ord!r} is not one of a matrix; those are None, 'fro', 'nuc', 2, -2, 1, -1, inf and -inf."
        )
    return np.expand_dims(out, tuple(a % np.ndim(x) for a in axes)) if keepdims else out


@composed(np.linalg.cond)
def cond(x, p=None):
    """Return the condition number: the norm of x times the norm of its inverse; by singular values for None, 2, -2."""
    if p is None or p in (2, -2):
        values = svdvals(x)
        return values[..., -1] / values[..., 0] if p == -2 else values[..., 0] / values[..., -1]
    return _matrix_norm(x, (-2, -1), False, p) * _matrix_norm(inv(x), (-2, -1), False, p)
