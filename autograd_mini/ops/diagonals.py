"""Gates of diagonals and triangles: diagonal and its adjoint, diag, tril, triu; and the Vandermonde matrix."""

import numpy as np

from ..errors import ShapeError
from ..notation import call
from ..primitive import composed, primitive


@primitive(notation=call("tril", shown={"k": 0}), numpy=(np.tril,), x=lambda upstream, k: np.tril(upstream, k))
def tril(x, *, k=0):
    """Return x with 0 above the k-th diagonal of its last two axes."""
    return np.tril(x, k)


@primitive(notation=call("triu", shown={"k": 0}), numpy=(np.triu,), x=lambda upstream, k: np.triu(upstream, k))
def triu(x, *, k=0):
    """Return x with 0 below the k-th diagonal of its last two axes."""
    return np.triu(x, k)


@primitive(
    notation=call("diagonal", shown={"offset": 0, "axis1": 0, "axis2": 1}),
    numpy=(np.diagonal,),
    x=lambda upstream, x, offset, axis1, axis2: on_diagonal(
        upstream, shape=np.shape(x), offset=offset, axis1=axis1, axis2=axis2
    ),
)
def diagonal(x, *, offset=0, axis1=0, axis2=1):
    """Return the entries x[..., i, i + offset] of two axes, along a new last axis."""
    return np.diagonal(x, offset, axis1, axis2)


@primitive(
    notation=call("diag", shown={"offset": 0}),
    internal=True,
    x=lambda upstream, offset, axis1, axis2: diagonal(upstream, offset=offset, axis1=axis1, axis2=axis2),
)
def on_diagonal(x, *, shape, offset=0, axis1=0, axis2=1):
    """Return zeros of `shape` with the last axis of x on a diagonal."""
    out = np.zeros(shape, np.result_type(x))
    places = np.arange(np.shape(x)[-1])
    np.moveaxis(out, (axis1, axis2), (-2, -1))[..., places + max(-offset, 0), places + max(offset, 0)] = x
    return out


@composed(np.diag)
def _diag(v, k=0):
    if np.ndim(v) == 1:
        length = np.size(v) + abs(k)
        return on_diagonal(v, shape=(length, length), offset=k)
    if np.ndim(v) != 2:
        raise ShapeError(f"np.diag: expected a vector or a matrix; got shape {np.shape(v)}.")
    return diagonal(v, offset=k)


@composed(np.diagflat)
def _diagflat(v, k=0):
    return np.diag(np.ravel(v), k)


@composed(np.linalg.diagonal)
def _diagonal_of_matrices(x, *, offset=0):
    return diagonal(x, offset=offset, axis1=-2, axis2=-1)


@composed(np.vander)
def _vander(x, N=None, increasing=False):
    if np.ndim(x) != 1:
        raise ShapeError(f"np.vander: expected a vector; got shape {np.shape(x)}.")
    exponents = np.arange(np.size(x) if N is None else N)
    return np.power(np.expand_dims(x, 1), exponents if increasing else exponents[::-1])
