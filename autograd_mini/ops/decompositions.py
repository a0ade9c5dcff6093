"""Factors of matrices: cholesky, eigh, svd, qr, and the least-squares solution; all take batches (..., m, n).

eigh and cholesky read one triangle, as NumPy's do, and the gradient is that of this triangle: 0 in the other.
Vectors are defined up to sign. Where eigenvalues or singular values coincide, their own first derivative is finite;
the vectors' derivative and all second derivatives are inf or NaN there.
"""

import numpy as np

from ..errors import LinearAlgebraError, ShapeError, UnsupportedError
from ..primitive import composed, primitive
from .linear_algebra import inv, pinv, solve, transposed

EighResult = type(np.linalg.eigh(np.eye(1)))
QRResult = type(np.linalg.qr(np.eye(1)))
SVDResult = type(np.linalg.svd(np.eye(1)))


def _on_triangle(x, lower):
    """Return the gradient of the triangle that was read, from that of a symmetric matrix: each entry stands for two."""
    both = x + transposed(x)
    diagonal = np.eye(np.shape(x)[-1], dtype=bool)
    return np.where(diagonal, 0.5, 1.0) * (np.tril(both) if lower else np.triu(both))


def _to_factored(upstream, out):
    """Return the gradient of a matrix from that of its Cholesky factor."""
    length = np.shape(out)[-1]
    lower = np.tri(length, dtype=out.dtype) - np.eye(length, dtype=out.dtype) / 2
    inverse = inv(out)
    return _on_triangle(transposed(inverse) @ (lower * (transposed(out) @ upstream)) @ inverse, True)


@primitive(a=_to_factored)
def cholesky(a):
    """Return the lower triangular l with l @ lᵀ = a, of symmetric positive definite matrices (..., n, n)."""
    return np.linalg.cholesky(a)


@composed(np.linalg.cholesky)
def _cholesky(a, *, upper=False):
    return transposed(cholesky(transposed(a))) if upper else cholesky(a)


def _gaps(numbers):
    """Return numbers[j] - numbers[i] at [i, j], with inf on the diagonal, where no vector turns into itself."""
    differences = numbers[..., None, :] - numbers[..., None]
    return np.where(np.eye(np.shape(numbers)[-1], dtype=bool), np.inf, differences)


def _to_symmetric(upstream, a, lower):
    vectors = eigenvectors(a, lower=lower)
    return _on_triangle((vectors * upstream[..., None, :]) @ transposed(vectors), lower)


@primitive(a=_to_symmetric)
def eigvalsh(a, *, lower=True):
    """Return the eigenvalues of symmetric matrices (..., n, n), ascending, from the lower or upper triangle."""
    return np.linalg.eigvalsh(a, "L" if lower else "U")


def _to_turned(upstream, out, a, lower):
    turns = (transposed(out) @ upstream) / _gaps(eigvalsh(a, lower=lower))
    return _on_triangle(out @ turns @ transposed(out), lower)


@primitive(a=_to_turned)
def eigenvectors(a, *, lower=True):
    """Return the eigenvectors of symmetric matrices as columns, in the order of eigvalsh, up to sign."""
    return np.linalg.eigh(a, "L" if lower else "U")[1]


def _is_lower(function, uplo):
    if str(uplo).upper() not in ("L", "U"):
        raise ShapeError(f"{function}: UPLO must be 'L' or 'U'; got {uplo!r}.")
    return str(uplo).upper() == "L"


@composed(np.linalg.eigh)
def eigh(a, UPLO="L"):
    """Return eigenvalues and eigenvectors of symmetric matrices."""
    lower = _is_lower("eigh", UPLO)
    return EighResult(eigvalsh(a, lower=lower), eigenvectors(a, lower=lower))


@composed(np.linalg.eigvalsh)
def _eigvalsh(a, UPLO="L"):
    return eigvalsh(a, lower=_is_lower("eigvalsh", UPLO))


def _to_stretched(upstream, a):
    vectors = singular_vectors(a)
    rows = np.shape(a)[-2]
    return (vectors[..., :rows, :] * upstream[..., None, :]) @ transposed(vectors[..., rows:, :])


@primitive(numpy=(np.linalg.svdvals,), x=lambda upstream, x: _to_stretched(upstream, x))
def svdvals(x):
    """Return the singular values of matrices (..., m, n), in descending order."""
    return np.linalg.svd(x, compute_uv=False)


def _to_singular_vectors(upstream, out, x):
    """Return the gradient of x: from vectors that turn among themselves, and out of the space that they span."""
    rows, columns = np.shape(x)[-2:]
    u, v, to_u, to_v = out[..., :rows, :], out[..., rows:, :], upstream[..., :rows, :], upstream[..., rows:, :]
    s = svdvals(x)
    gaps = _gaps(s**2)
    turns_u, turns_v = transposed(u) @ to_u, transposed(v) @ to_v
    turned = (turns_u - transposed(turns_u)) / gaps * s[..., None, :]
    turned = turned + s[..., None] * ((turns_v - transposed(turns_v)) / gaps)
    gradient = u @ turned @ transposed(v)
    if rows > columns:
        gradient = gradient + ((to_u - u @ turns_u) / s[..., None, :]) @ transposed(v)
    if columns > rows:
        gradient = gradient + (u / s[..., None, :]) @ transposed(to_v - v @ turns_v)
    return gradient


@primitive(internal=True, x=_to_singular_vectors)
def singular_vectors(x):
    """Return the left singular vectors as columns, and below them the right ones: shape (..., m + n, min(m, n))."""
    u, _, vt = np.linalg.svd(x, full_matrices=False)
    return np.concatenate([u, np.swapaxes(vt, -1, -2)], axis=-2)


@composed(np.linalg.svd)
def svd(a, full_matrices=True, compute_uv=True):
    """Return u, s, vᵀ with a = (u * s) @ vᵀ, or s alone."""
    if not compute_uv:
        return svdvals(a)
    rows, columns = _matrix_shape("svd", a)
    if full_matrices and rows != columns:
        raise UnsupportedError(
            f"np.linalg.svd: full_matrices=True has no rule for a matrix that is not square, whose further vectors "
            f"are arbitrary; got shape {np.shape(a)}. Write full_matrices=False."
        )
    vectors = singular_vectors(a)
    return SVDResult(vectors[..., :rows, :], svdvals(a), transposed(vectors[..., rows:, :]))


def _matrix_shape(function, a):
    if np.ndim(a) < 2:
        raise LinearAlgebraError(f"{function}: expected matrices, with at least 2 axes; got shape {np.shape(a)}.")
    return np.shape(a)[-2:]


def _upper(x):
    """Return x with zeros below the diagonal, where only rounding stands."""
    return np.where(np.tri(*np.shape(x)[-2:], -1, dtype=bool), 0.0, x)


def _to_independent_columns(upstream, out, x):
    triangle = _upper(transposed(out) @ x)
    below = transposed(upstream) @ out * np.tri(np.shape(out)[-1], dtype=out.dtype)
    above = transposed(below) * np.tri(np.shape(out)[-1], k=-1, dtype=out.dtype).T
    return transposed(solve(triangle, transposed(upstream - out @ (below + above))))


@primitive(x=_to_independent_columns)
def orthonormal(x):
    """Return the orthonormal columns q of x = q @ r, of matrices (..., m, n) with m ≥ n of full rank."""
    return np.linalg.qr(x)[0]


@composed(np.linalg.qr)
def qr(a, mode="reduced"):
    """Return q and r, or r alone; r is qᵀ @ a."""
    rows, columns = _matrix_shape("qr", a)
    if mode not in ("reduced", "r", "complete"):
        raise UnsupportedError(f"np.linalg.qr: mode {mode!r} has no rule for Tensors; modes with one: 'reduced', 'r'.")
    if mode == "complete" and rows > columns:
        raise UnsupportedError(
            "np.linalg.qr: mode 'complete' has no rule for a matrix with more rows than columns, whose further columns "
            f"of q are arbitrary; got shape {np.shape(a)}. Use mode='reduced'."
        )
    q = orthonormal(a[..., :rows])
    r = _upper(transposed(q) @ a)
    return r if mode == "r" else QRResult(q, r)


@composed(np.linalg.lstsq)
def lstsq(a, b, rcond=None):
    """Return the least-squares solution of a @ x = b, the sums of squared residuals, the rank and singular values.

    The rank is plain. There are residuals only for full rank and more equations than unknowns, as in NumPy.
    """
    rows, columns = _matrix_shape("lstsq", a)
    if np.ndim(a) != 2 or np.ndim(b) not in (1, 2) or np.shape(b)[0] != rows:
        raise ShapeError(f"lstsq: expected a (m, n) and b (m,) or (m, k); got shapes {np.shape(a)} and {np.shape(b)}.")
    singular = svdvals(a)
    precision = np.finfo(singular.dtype).eps
    cutoff = float(precision * max(rows, columns) if rcond is None else precision if rcond < 0 else rcond)
    rank = np.sum(singular > cutoff * np.max(singular)) if np.size(a) else 0
    solution = pinv(a, rcond=cutoff) @ b
    if rank == columns < rows:
        residuals = np.sum(np.reshape(b - a @ solution, (rows, -1)) ** 2, axis=0)
    else:
        residuals = np.empty(0, singular.dtype)
    return solution, residuals, int(rank), singular
