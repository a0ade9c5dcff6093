"""Diagonals and triangles."""

import numpy as np

from rows.line import POSITIVE, SIGNAL, VECTOR, A, Line, numbers, weighed

LINES = [
    Line("tril", lambda x: weighed(np.tril(x)), (A,)),
    Line("tril, above the diagonal", lambda x: weighed(np.tril(x, 2)), (SIGNAL,)),
    Line("tril, far below", lambda x: np.tril(x, k=-9) * x, (A,)),
    Line("tril of a vector", lambda x: weighed(np.tril(x)), (VECTOR,)),
    Line("triu", lambda x: weighed(np.triu(x)), (A,)),
    Line("triu, below the diagonal", lambda x: weighed(np.triu(x, k=-1)), (SIGNAL,)),
    Line("triu of a vector", lambda x: weighed(np.triu(x)), (VECTOR,)),
    Line("diagonal", lambda x: weighed(np.diagonal(x)), (A,)),
    Line("diagonal above", lambda x: weighed(np.diagonal(x, 1)), (A,)),
    Line("diagonal below, method", lambda x: weighed(x.diagonal(-1)), (A,)),
    Line("diagonal out of the matrix", lambda x: np.diagonal(x, 9) ** 2, (A,)),
    Line("diagonal of other axes", lambda x: weighed(np.diagonal(x, 2, 0, 2)), (SIGNAL,)),
    Line("diagonal of axes in reverse", lambda x: weighed(np.diagonal(x, axis1=-1, axis2=0)), (SIGNAL,)),
    Line("diagonal, linalg", lambda x: weighed(np.linalg.diagonal(x, offset=-1)), (SIGNAL,)),
    Line("diag of a vector", lambda x: weighed(np.diag(x)), (VECTOR,)),
    Line("diag of a vector, above", lambda x: weighed(np.diag(x, 2)), (VECTOR,)),
    Line("diag of a vector, below", lambda x: weighed(np.diag(x, k=-1)), (VECTOR,)),
    Line("diag of a matrix", lambda x: weighed(np.diag(x)), (A,)),
    Line("diag of a matrix, below", lambda x: weighed(np.diag(x, -2)), (A,)),
    Line("diag of nothing", lambda x: np.diag(x) ** 2, (np.zeros(0),)),
    Line("diagflat", lambda x: weighed(np.diagflat(x, 1)), (numbers(2, 2),)),
    Line("diagflat of a number", lambda x: weighed(np.diagflat(x, -1)), (0.7,)),
    Line("vander", lambda x: weighed(np.vander(x)), (VECTOR,)),
    Line("vander, increasing", lambda x: weighed(np.vander(x, 3, increasing=True)), (POSITIVE[0],)),
    Line("vander with 0", lambda x: np.vander(x, 4), (np.array([0.0, 2.0]),)),
    Line("vander of no powers", lambda x: np.vander(x, 0) ** 2, (VECTOR,)),
]
