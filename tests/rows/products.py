"""Products of matrices and vectors."""

import numpy as np

from rows.line import VECTOR, A, B, Line, numbers

SPACE = numbers(4, 3, seed=21)

LINES = [
    Line("matmul, matrices", lambda x, y: x @ y, (A, numbers(4, 2))),
    Line("matmul, vector and matrix", lambda x, y: x @ y, (VECTOR, numbers(4, 2))),
    Line("matmul, matrix and vector", lambda x, y: x @ y, (A, VECTOR)),
    Line("matmul, vectors", lambda x, y: x @ y, (VECTOR, numbers(4, seed=7))),
    Line("matmul, same operand twice", lambda x: x @ x, (numbers(3, 3),)),
    Line("matmul, batches", lambda x, y: x @ y, (numbers(2, 3, 4), numbers(2, 4, 2))),
    Line("matmul, one matrix for a batch", lambda x, y: x @ y, (numbers(2, 3, 4), numbers(4, 2))),
    Line("matmul, batches that broadcast", lambda x, y: x @ y, (numbers(2, 1, 3, 4), numbers(5, 4, 2))),
    Line("matmul, vector and batch", lambda x, y: x @ y, (VECTOR, numbers(2, 4, 3))),
    Line("matmul, batch and vector", lambda x, y: x @ y, (numbers(2, 3, 4), VECTOR)),
    Line("dot, vectors", lambda x, y: np.dot(x, y), (VECTOR, numbers(4, seed=8))),
    Line("dot, number and array", lambda x, y: np.dot(x, y), (0.7, A)),
    Line("dot, more axes", lambda x, y: np.dot(x, y), (numbers(2, 3, 4), numbers(5, 4, 2))),
    Line("dot, many axes", lambda x, y: np.dot(x, y), (A, numbers(2, 3, 4, 2))),
    Line("np.linalg.matmul", lambda x, y: np.linalg.matmul(x, y), (A, numbers(4, 2))),
    Line("inner, vectors", lambda x, y: np.inner(x, y), (VECTOR, numbers(4, seed=8))),
    Line("inner, matrices", lambda x, y: np.inner(x, y), (A, numbers(2, 4))),
    Line("inner, number and array", lambda x, y: np.inner(x, y), (0.7, A)),
    Line("inner, more axes", lambda x, y: np.inner(x, y), (numbers(2, 3, 4), A)),
    Line("vdot, matrices", lambda x, y: np.vdot(x, y), (A, B)),
    Line("vdot, numbers", lambda x, y: np.vdot(x, y), (0.7, 0.4)),
    Line("outer, vectors", lambda x, y: np.outer(x, y) ** 2, (VECTOR, numbers(3))),
    Line("outer, matrices are read as rows", lambda x, y: np.outer(x, y) ** 2, (A, B)),
    Line("outer, same operand twice", lambda x: np.outer(x, x), (VECTOR,)),
    Line("np.linalg.outer", lambda x, y: np.linalg.outer(x, y) ** 2, (VECTOR, numbers(3))),
    Line("tensordot, 2 axes", lambda x, y: np.tensordot(x, y), (numbers(2, 3, 4), numbers(3, 4, 2))),
    Line("tensordot, 1 axis", lambda x, y: np.tensordot(x, y, 1), (numbers(2, 3, 4), numbers(4, 2))),
    Line("tensordot, no axes", lambda x, y: np.tensordot(x, y, axes=0), (VECTOR, A)),
    Line("tensordot, a pair of axes", lambda x, y: np.tensordot(x, y, (0, -1)), (A, numbers(2, 3))),
    Line("tensordot, lists", lambda x, y: np.tensordot(x, y, ([0, 2], [-1, 0])), (numbers(2, 3, 4), numbers(4, 5, 2))),
    Line("tensordot, no entries", lambda x, y: np.tensordot(x, y, 1), (np.zeros((2, 0)), np.zeros((0, 3)))),
    Line("np.linalg.tensordot", lambda x, y: np.linalg.tensordot(x, y, axes=1), (A, numbers(4, 2))),
    Line("kron, matrices", lambda x, y: np.kron(x, y) ** 2, (A, numbers(2, 3))),
    Line("kron, vector and matrix", lambda x, y: np.kron(x, y) ** 2, (VECTOR, numbers(2, 3))),
    Line("kron, number", lambda x, y: np.kron(x, y) ** 2, (0.7, A)),
    Line("kron, same operand twice", lambda x: np.kron(x, x), (VECTOR,)),
    Line("cross, rows", lambda x, y: np.cross(x, y) ** 2, (SPACE, numbers(4, 3, seed=9))),
    Line("cross, one vector with every row", lambda x, y: np.cross(x, y) ** 2, (SPACE, numbers(3))),
    Line("cross, axis", lambda x, y: np.cross(x, y, axis=0) ** 2, (SPACE.T, numbers(3, 4))),
    Line("cross, three axes", lambda x, y: np.cross(x, y, 0, 1, 0) ** 2, (SPACE.T, numbers(4, 3))),
    Line("cross, same operand twice", lambda x: np.cross(x, x[::-1]) ** 2, (SPACE,)),
    Line("np.linalg.cross", lambda x, y: np.linalg.cross(x, y, axis=0) ** 2, (SPACE.T, numbers(3, 4))),
    Line("vecdot", lambda x, y: np.vecdot(x, y) ** 2, (A, VECTOR)),
    Line("vecdot, vectors", lambda x, y: np.vecdot(x, y), (VECTOR, numbers(4, seed=8))),
    Line("np.linalg.vecdot, axis", lambda x, y: np.linalg.vecdot(x, y, axis=0) ** 2, (A, B)),
    Line("multi_dot, two", lambda x, y: np.linalg.multi_dot([x, y]), (A, numbers(4, 2))),
    Line(
        "multi_dot, vectors at the ends",
        lambda x, y, z, w: np.linalg.multi_dot([x, y, z, w]),
        (numbers(3), A, numbers(4, 2), numbers(2)),
    ),
    Line("multi_dot, same operand", lambda x: np.linalg.multi_dot([x, x, x]), (numbers(3, 3),)),
    Line("np.linalg.diagonal", lambda x: np.linalg.diagonal(x, offset=1) ** 2, (numbers(2, 3, 4),)),
]
if hasattr(np, "matvec"):
    LINES += [
        Line("matvec", lambda x, y: np.matvec(x, y), (numbers(2, 3, 4), VECTOR)),
        Line("vecmat", lambda x, y: np.vecmat(x, y), (numbers(5, 4), numbers(4, 2))),
    ]
