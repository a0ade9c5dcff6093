"""Gates of square and other matrices: inv, solve, pinv, determinants; all take batches of matrices (..., m, n).

The derivative of det goes through cofactors, so that it holds at singular matrices too, to second order; beyond that it
needs the inverse. pinv and lstsq are differentiated at constant rank: a change that raises the rank has no derivative.
"""

import math

import numpy as np

from ..errors import ShapeError, UnsupportedError
from ..notation import ATOM, Notation, Style, written
from ..primitive import composed, plain, primitive, refuse
from .shaping import expand_dims, swapaxes

plain(np.linalg.matrix_rank)
SlogdetResult = type(np.linalg.slogdet(np.eye(1)))


def transposed(x):
    """Return the transposes of the matrices that stand in the last two axes."""
    return swapaxes(x, axis1=-1, axis2=-2)


def _per_matrix(x):
    """Return numbers, one per matrix of a batch, as 1×1 matrices that multiply them."""
    return expand_dims(x, axis=(-2, -1))


@primitive(
    numpy=(np.linalg.inv,),
    notation=Notation(Style("%s⁻¹", ATOM, (ATOM,)), Style("%s^{-1}", ATOM, (ATOM,))),
    a=lambda upstream, out: -transposed(out) @ upstream @ transposed(out),
)
def inv(a):
    """Return the inverses of square matrices (..., n, n)."""
    return np.linalg.inv(a)


def _matrices(x, b):
    """Return a vector as a matrix of one column where solve's b is a vector."""
    return expand_dims(x, axis=-1) if np.ndim(b) == 1 else x


def _to_right_hand_side(upstream, a, b):
    gradient = solve(transposed(a), _matrices(upstream, b))
    return gradient[..., 0] if np.ndim(b) == 1 else gradient


@primitive(
    numpy=(np.linalg.solve,),
    a=lambda upstream, out, a, b: -solve(transposed(a), _matrices(upstream, b)) @ transposed(_matrices(out, b)),
    b=_to_right_hand_side,
)
def solve(a, b):
    """Return x with a @ x = b, for square matrices a (..., n, n).

    Args:
        a: matrices, shape (..., n, n).
        b: one vector, shape (n,), or matrices (..., n, k), whose batches broadcast with a's.
    """
    # Before NumPy 2, b was a stack of vectors whenever it had one axis less than a.
    return np.linalg.solve(a, b)


def _to_pseudo_inverted(upstream, out, a):
    """Return the gradient of a: the inverse's, and what turns its row and column spaces."""
    turned, opposite = transposed(upstream), transposed(out)
    rows = turned @ out @ opposite
    columns = opposite @ out @ turned
    return rows - a @ (out @ rows) + columns - (columns @ out) @ a - opposite @ upstream @ opposite


@primitive(
    notation=Notation(Style("%s⁺", ATOM, (ATOM,)), Style("%s^{+}", ATOM, (ATOM,))),
    a=_to_pseudo_inverted,
)
def pinv(a, *, rcond=None):
    """Return the pseudo-inverses of matrices (..., m, n); singular values below rcond × the largest count as 0."""
    return np.linalg.pinv(a) if rcond is None else np.linalg.pinv(a, rcond)


@composed(np.linalg.pinv)
def _pinv(a, rcond=None, hermitian=False, *, rtol=None):
    if hermitian:
        raise UnsupportedError("np.linalg.pinv: hermitian=True has no rule for Tensors; leave it out.")
    if rcond is not None and rtol is not None:
        raise ShapeError("np.linalg.pinv: give rcond or rtol, not both.")
    return pinv(a, rcond=rtol if rcond is None else rcond)


def _without_one(numbers):
    """Return, for each number along the last axis, the product of all others: nothing is divided, so 0 may stand."""
    ones = np.ones_like(numbers[..., :1])
    before = np.cumprod(np.concatenate([ones, numbers[..., :-1]], -1), -1)
    after = np.cumprod(np.concatenate([ones, numbers[..., :0:-1]], -1), -1)[..., ::-1]
    return before * after


def _turned_to_diagonal(a):
    """Return u, s, vᵀ with a = u·s·vᵀ, and det u · det v, which is 1 or -1."""
    u, s, vt = np.linalg.svd(a)
    return u, s, vt, np.rint(np.linalg.det(u) * np.linalg.det(vt)).astype(s.dtype)[..., None, None]


@primitive(internal=True, a=lambda upstream, a: cofactors_change(upstream, a))
def cofactors(a):
    """Return ∂det a / ∂a, the matrices of cofactors: det(a)·a⁻ᵀ where a has an inverse."""
    if np.shape(a)[-1] == 0:
        return np.zeros_like(a)
    u, s, vt, sign = _turned_to_diagonal(a)
    return sign * ((u * _without_one(s)[..., None, :]) @ vt)


def _third_derivative(upstream, g, a):
    """Return the gradient of a: the third derivative of det along g and upstream, where a has an inverse."""
    b = transposed(inv(a))
    first, second = b @ transposed(g) @ b, b @ transposed(upstream) @ b
    along_g, along_upstream = np.sum(g * b, axis=(-2, -1)), np.sum(upstream * b, axis=(-2, -1))
    both = along_g * along_upstream - np.sum(upstream * first, axis=(-2, -1))
    turned = first @ transposed(upstream) @ b + second @ transposed(g) @ b
    sum_of_all = _per_matrix(both) * b - _per_matrix(along_upstream) * first - _per_matrix(along_g) * second + turned
    return _per_matrix(det(a)) * sum_of_all


@primitive(internal=True, g=lambda upstream, a: cofactors_change(upstream, a), a=_third_derivative)
def cofactors_change(g, a):
    """Return the derivative of cofactors(a) in the direction g; as a second derivative of det it is symmetric."""
    if np.shape(a)[-1] == 0:
        return np.zeros_like(a)
    u, s, vt, sign = _turned_to_diagonal(a)
    h = np.swapaxes(u, -1, -2) @ g @ np.swapaxes(vt, -1, -2)
    on_diagonal = np.eye(s.shape[-1], dtype=bool)
    # pairs[i, j]: the product of all singular values but i and j.
    pairs = np.where(
        on_diagonal, s.dtype.type(0), _without_one(np.where(on_diagonal, s.dtype.type(1), s[..., None, :]))
    )
    diagonal = (pairs @ np.diagonal(h, axis1=-2, axis2=-1)[..., None]) * on_diagonal
    return sign * (u @ (diagonal - pairs * np.swapaxes(h, -1, -2)) @ vt)


@primitive(
    numpy=(np.linalg.det,),
    a=lambda upstream, a: _per_matrix(upstream) * cofactors(a),
)
def det(a):
    """Return the determinants of square matrices (..., n, n)."""
    return np.linalg.det(a)


@primitive(
    notation=written("ln|det %s|", r"\ln\left|\det %s\right|"),
    a=lambda upstream, a: _per_matrix(upstream) * transposed(inv(a)),
)
def logabsdet(a):
    """Return ln |det a| of square matrices (..., n, n), the second part of np.linalg.slogdet."""
    return np.linalg.slogdet(a)[1]


@primitive(internal=True)
def sign_of_det(a):
    """Return the sign of the determinants, which passes no gradient."""
    return np.linalg.slogdet(a)[0]


@composed(np.linalg.slogdet)
def slogdet(a):
    """Return the sign of the determinants, as plain numbers, and ln |det a|."""
    return SlogdetResult(sign_of_det(a), logabsdet(a))


@composed(np.linalg.tensorinv)
def tensorinv(a, ind=2):
    """Return the inverse of a as a map from its last axes to its first `ind` axes."""
    if ind <= 0:
        raise ShapeError(f"tensorinv: ind must be at least 1; got {ind}.")
    first, last = np.shape(a)[:ind], np.shape(a)[ind:]
    if math.prod(first) != math.prod(last):
        raise ShapeError(f"tensorinv: the axes {first} and {last} must have equally many entries.")
    return np.reshape(inv(np.reshape(a, (math.prod(first), math.prod(last)))), last + first)


@composed(np.linalg.tensorsolve)
def tensorsolve(a, b, axes=None):
    """Return x with tensordot(a, x, x.ndim) = b; `axes` of a are put last first."""
    if axes is not None:
        moved = [axis % np.ndim(a) for axis in axes]
        a = np.transpose(a, [i for i in range(np.ndim(a)) if i not in moved] + moved)
    unknown = np.shape(a)[np.ndim(b) :]
    if np.shape(a)[: np.ndim(b)] != np.shape(b) or math.prod(unknown) != np.size(b):
        raise ShapeError(
            f"tensorsolve: a must have the axes of b and then as many entries again; "
            f"got a {np.shape(a)} and b {np.shape(b)}."
        )
    return np.reshape(solve(np.reshape(a, (np.size(b), -1)), np.ravel(b)), unknown)


for _function in (np.linalg.eig, np.linalg.eigvals):
    refuse(_function, "the results are complex. For a symmetric matrix use np.linalg.eigh or eigvalsh.")
