"""Inverses, determinants, factors and norms."""

import numpy as np

import autograd_mini as am
from autograd_mini.ops.linear_algebra import cofactors, cofactors_change
from rows.line import A, Line, numbers

SQUARE = numbers(3, 3, seed=31) + 3 * np.eye(3)
SQUARES = numbers(2, 3, 3, seed=32) + 3 * np.eye(3)
TALL = numbers(4, 2, seed=33)
TALLS = numbers(2, 4, 3, seed=34)
WIDE = numbers(2, 4, seed=35)
VECTOR = numbers(3, seed=36)
RIGHT = numbers(3, 2, seed=37)
WEIGHTS = numbers(3, 3, seed=38)
RANK_1 = np.outer([1.0, 2.0, -1.0], [0.5, -1.0, 2.0])
RANK_2 = RANK_1 + np.outer([0.0, 1.0, 1.0], [1.0, 1.0, 0.5])


def symmetric(x):
    """Return symmetric matrices that depend on all entries of x."""
    return x + np.swapaxes(x, -1, -2)


def positive(x):
    """Return symmetric positive definite matrices that depend on all entries of x."""
    return x @ np.swapaxes(x, -1, -2) + np.eye(np.shape(x)[-1])


def sum_of_projections(vectors, weights):
    """Return Σ weights · v vᵀ over the columns v: their signs do not matter."""
    return (vectors * weights) @ np.swapaxes(vectors, -1, -2)


def solution(a, b):
    return np.linalg.lstsq(a, b)[0]


def svd_without_signs(x):
    u, s, vt = np.linalg.svd(x, full_matrices=False)
    weights = np.arange(1.0, 1 + np.shape(s)[-1]).astype(x.dtype)
    return np.sum((u * weights) @ vt * np.cos(x)) + np.sum((u * s[..., None, :]) @ vt * np.sin(x))


def qr_without_signs(x):
    q, r = np.linalg.qr(x)
    weights = np.arange(1.0, 1 + np.shape(q)[-1]).astype(x.dtype)
    return np.sum(sum_of_projections(q, weights) ** 3) + np.sum(r**2 * np.arange(np.shape(r)[-1]).astype(x.dtype))


def eigh_without_signs(x, uplo="L"):
    values, vectors = np.linalg.eigh(symmetric(x), uplo)
    weights = np.arange(1.0, 1 + np.shape(values)[-1]).astype(x.dtype)
    return sum_of_projections(vectors, weights) ** 2 + np.sum(values**3)


LINES = [
    Line("inv", lambda x: np.linalg.inv(x) ** 2, (SQUARE,)),
    Line("inv, batch", lambda x: np.linalg.inv(x) ** 2, (SQUARES,)),
    Line("inv, no rows", lambda x: np.sum(np.linalg.inv(x)), (np.zeros((0, 0)),)),
    Line("pinv, tall", lambda x: np.linalg.pinv(x) ** 2, (TALL,)),
    Line("pinv, wide", lambda x: np.linalg.pinv(x) ** 2, (WIDE,)),
    Line("pinv, batch and rcond", lambda x: np.linalg.pinv(x, 1e-5) ** 2, (TALLS,)),
    Line("pinv, rtol", lambda x: np.linalg.pinv(x, rtol=1e-5) ** 2, (TALL,)),
    Line("solve, vector", lambda a, b: np.linalg.solve(a, b) ** 2, (SQUARE, VECTOR)),
    Line("solve, matrix", lambda a, b: np.linalg.solve(a, b) ** 2, (SQUARE, RIGHT)),
    Line("solve, one vector for a batch", lambda a, b: np.linalg.solve(a, b) ** 2, (SQUARES, VECTOR)),
    Line("solve, two axes are a matrix for every batch", lambda a, b: np.linalg.solve(a, b) ** 2, (SQUARES, RIGHT)),
    Line("solve, batches that broadcast", lambda a, b: np.linalg.solve(a, b) ** 2, (SQUARE, numbers(2, 3, 2))),
    Line("solve, same operand twice", lambda a: np.linalg.solve(a, a @ a) ** 2, (SQUARE,)),
    Line("det", lambda x: np.linalg.det(x) ** 2, (SQUARE,)),
    Line("det, batch", lambda x: np.linalg.det(x) ** 2, (SQUARES,)),
    Line("det, one number", lambda x: np.linalg.det(x) ** 2, (numbers(1, 1),)),
    Line("det, 5 rows", lambda x: np.linalg.det(x), (numbers(5, 5, seed=9),)),
    Line("det, third derivative", lambda x: np.linalg.det(x) ** 3 / np.linalg.det(x @ x), (SQUARE,)),
    Line("det, rank one less", lambda x: np.linalg.det(x) + np.linalg.det(x) ** 2, (RANK_2,)),
    Line("det, rank two less", lambda x: np.linalg.det(x), (RANK_1,)),
    Line("det, zeros", lambda x: np.linalg.det(x), (np.zeros((2, 2)),)),
    Line("det, batch of which one is singular", lambda x: np.linalg.det(x), (np.stack([SQUARE, RANK_1]),)),
    Line("cofactors", lambda x: cofactors(x / 3) ** 2, (SQUARES,)),
    Line("change of cofactors", lambda g, x: cofactors_change(g, x) ** 2, (WEIGHTS, SQUARE)),
    Line("slogdet", lambda x: np.linalg.slogdet(x).logabsdet ** 2, (SQUARES,)),
    Line(
        "slogdet, both parts",
        lambda x: (
            np.prod(np.stack(tuple(np.linalg.slogdet(x))), axis=0)
            if isinstance(x, np.ndarray)
            else np.linalg.slogdet(x)[0] * np.linalg.slogdet(x)[1]
        ),
        (-SQUARE,),
    ),
    Line("cholesky", lambda x: np.linalg.cholesky(positive(x)) ** 3, (WEIGHTS,)),
    Line("cholesky, batch", lambda x: np.linalg.cholesky(positive(x)) ** 3, (SQUARES,)),
    Line("cholesky, upper", lambda x: np.linalg.cholesky(positive(x), upper=True) ** 3, (WEIGHTS,)),
    Line("eigh", eigh_without_signs, (WEIGHTS,)),
    Line("eigh, batch, upper triangle", lambda x: eigh_without_signs(x, "U"), (SQUARES,)),
    Line("eigvalsh", lambda x: np.linalg.eigvalsh(symmetric(x)) ** 3, (WEIGHTS,)),
    Line("eigvalsh, batch, upper triangle", lambda x: np.linalg.eigvalsh(symmetric(x), UPLO="U") ** 3, (SQUARES,)),
    Line("svd, square", svd_without_signs, (SQUARE,)),
    Line("svd, square, full matrices", lambda x: np.linalg.svd(x).S ** 3, (SQUARE,)),
    Line("svd, tall", svd_without_signs, (TALL,)),
    Line("svd, wide", svd_without_signs, (WIDE,)),
    Line("svd, batch", svd_without_signs, (TALLS,)),
    Line("svd, values only", lambda x: np.linalg.svd(x, compute_uv=False) ** 3, (A,)),
    Line("svdvals", lambda x: np.linalg.svdvals(x) ** 3, (TALLS,)),
    Line("qr, square", qr_without_signs, (SQUARE,)),
    Line("qr, tall", qr_without_signs, (TALL,)),
    Line("qr, wide", qr_without_signs, (WIDE,)),
    Line("qr, batch", qr_without_signs, (TALLS,)),
    Line("qr, r alone", lambda x: np.linalg.qr(x, "r") ** 2 * numbers(2, 1), (TALL,)),
    Line("qr, complete of a wide matrix", lambda x: np.linalg.qr(x, mode="complete").R ** 4, (WIDE,)),
    Line("lstsq, tall", solution, (TALL, numbers(4, seed=39))),
    Line("lstsq, wide", solution, (WIDE, numbers(2, 3, seed=40))),
    Line("lstsq, residuals", lambda a, b: np.linalg.lstsq(a, b)[1] ** 2, (TALL, numbers(4, 2, seed=41))),
    Line(
        "lstsq, singular values and rcond",
        lambda a: np.linalg.lstsq(a, np.ones(4, a.dtype), rcond=1e-3)[3] ** 2,
        (TALL,),
    ),
    Line("tensorinv", lambda x: np.linalg.tensorinv(np.reshape(x, (2, 2, 4)), 2) ** 2, (numbers(4, 4, seed=42),)),
    Line("tensorinv, ind 1", lambda x: np.linalg.tensorinv(np.reshape(x, (4, 2, 2)), ind=1), (numbers(4, 4, seed=42),)),
    Line("tensorsolve", lambda a, b: np.linalg.tensorsolve(a, b) ** 2, (numbers(2, 2, 4, seed=43), numbers(2, 2))),
    Line(
        "tensorsolve, axes",
        lambda a, b: np.linalg.tensorsolve(a, b, axes=(0,)) ** 2,
        (numbers(4, 2, 2, seed=43), numbers(2, 2)),
    ),
    Line("norm", lambda x: np.linalg.norm(x), (A,)),
    Line("norm of a number", lambda x: np.linalg.norm(x), (0.7,)),
    Line("norm, many axes read as one", lambda x: np.linalg.norm(x, keepdims=True), (SQUARES,)),
    Line("norm, axis", lambda x: np.linalg.norm(x, axis=-1), (A,)),
    Line("norm, two axes", lambda x: np.linalg.norm(x, axis=(0, -1), keepdims=True), (SQUARES,)),
    Line("norm, vector of one entry", lambda x: np.linalg.norm(x), (numbers(1),)),
    Line("vector_norm", lambda x: np.linalg.vector_norm(x), (SQUARES,)),
    Line("vector_norm, axes kept", lambda x: np.linalg.vector_norm(x, axis=(0, -1), keepdims=True, ord=3), (SQUARES,)),
    Line("vector_norm, axis", lambda x: np.linalg.vector_norm(x, axis=1, ord=1) ** 2, (SQUARES,)),
    Line("matrix_norm", lambda x: np.linalg.matrix_norm(x), (SQUARES,)),
    Line("matrix_norm, nuclear, kept", lambda x: np.linalg.matrix_norm(x, keepdims=True, ord="nuc"), (SQUARES,)),
    *[
        Line(f"norm, vector, order {order}", lambda x, p=order: np.linalg.norm(x, p) ** 2, (VECTOR,))
        for order in (1, 2, 3, 1.5, 0.5, -1, -2, np.inf, -np.inf)
    ],
    *[
        Line(f"norm, axis kept, order {order}", lambda x, p=order: np.linalg.norm(x, p, 0, True) ** 2, (A,))
        for order in (1, 3, np.inf)
    ],
    *[
        Line(f"norm, matrix, order {order}", lambda x, p=order: np.linalg.norm(x, p) ** 2, (A,))
        for order in ("fro", "nuc", 2, -2, 1, -1, np.inf, -np.inf)
    ],
    *[
        Line(f"norm, axes (2, 0), order {order}", lambda x, p=order: np.linalg.norm(x, p, (2, 0), True), (TALLS,))
        for order in ("nuc", 2, 1, -np.inf)
    ],
    *[
        Line(f"cond, order {order}", lambda x, p=order: np.linalg.cond(x, p), (SQUARES,))
        for order in (None, 2, -2, "fro", 1, np.inf)
    ],
    Line("cond, tall", lambda x: np.linalg.cond(x), (TALL,)),
    Line("matrix_power 3", lambda x: np.linalg.matrix_power(x, 3), (SQUARE,)),
    Line("matrix_power 6, batch", lambda x: np.linalg.matrix_power(x / 3, 6), (SQUARES,)),
    Line("matrix_power 1", lambda x: np.linalg.matrix_power(x, 1) ** 2, (SQUARE,)),
    Line("matrix_power 0", lambda x: np.linalg.matrix_power(x, 0), (SQUARES,)),
    Line("matrix_power -2", lambda x: np.linalg.matrix_power(x, -2), (SQUARE,)),
]

# What reads one triangle only, at matrices whose entries are moved one by one; and a gradient of third order.
LINES += [
    Line("eigh, the lower triangle", lambda x: np.linalg.eigh(x)[1] ** 4, (symmetric(WEIGHTS),)),
    Line("eigh, the upper triangle", lambda x: np.linalg.eigh(x, "U").eigenvectors ** 4, (symmetric(WEIGHTS),)),
    Line("eigvalsh, the lower triangle", lambda x: np.linalg.eigvalsh(x) ** 3, (symmetric(WEIGHTS),)),
    Line("eigvalsh, the upper triangle of a batch", lambda x: np.linalg.eigvalsh(x, "U") ** 3, (symmetric(SQUARES),)),
    Line("cholesky, the lower triangle", lambda x: np.linalg.cholesky(x) ** 2, (WEIGHTS @ WEIGHTS.T + np.eye(3),)),
    Line("det, its gradient", lambda x: am.grad(np.linalg.det)(x) ** 2, (WEIGHTS + 2 * np.eye(3),)),
]
