"""Products of matrices and vectors."""

import numpy as np

from rows.line import VECTOR, A, Line, numbers

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
]
