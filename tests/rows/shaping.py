"""Reshaping, indexing and joining."""

import numpy as np

from rows.line import SIGNAL, VECTOR, A, B, Line, numbers

LINES = [
    Line("astype", lambda x: x.astype(np.float64) ** 2, (A,)),
    Line("reshape", lambda x: np.reshape(x, (2, -1)) ** 2, (A,)),
    Line("reshape, method", lambda x: x.reshape(12) ** 2, (A,)),
    Line("ravel", lambda x: np.ravel(x) ** 2, (A,)),
    Line("squeeze", lambda x: np.squeeze(x) ** 2, (numbers(1, 3, 1),)),
    Line("expand_dims", lambda x: np.expand_dims(x, (0, 2)) ** 2, (A,)),
    Line("transpose", lambda x: np.transpose(x) * A.T, (A,)),
    Line("transpose, axes", lambda x: np.transpose(x, (2, 0, 1)) ** 2, (SIGNAL,)),
    Line("transpose, negative axes", lambda x: np.transpose(x, (-1, 0, 1)) ** 2, (SIGNAL,)),
    Line("swapaxes", lambda x: np.swapaxes(x, 0, -1) ** 2, (SIGNAL,)),
    Line("broadcast_to", lambda x: np.broadcast_to(x, (3, 4)) * A, (VECTOR,)),
    Line("index, a number", lambda x: x[1, 2] ** 2, (A,)),
    Line("index, a row", lambda x: x[1] ** 2, (A,)),
    Line("index, slices backwards", lambda x: x[::-2, 1:] ** 2, (A,)),
    Line("index, new axis and ellipsis", lambda x: x[None, ..., 0] ** 2, (A,)),
    Line("index, a list that repeats", lambda x: x[[0, 2, 0]] ** 2, (A,)),
    Line("index, pairs of arrays", lambda x: x[np.array([0, 0]), np.array([1, 1])] ** 2, (A,)),
    Line("index, a mask", lambda x: x[A > 0] ** 2, (A,)),
    Line("concatenate", lambda x, y: np.concatenate([x, y]) ** 2, (A, numbers(2, 4))),
    Line("concatenate, last axis", lambda x, y: np.concatenate([x, y], axis=-1) ** 2, (A, numbers(3, 2))),
    Line("concatenate, flattened", lambda x, y: np.concatenate([x, y], axis=None) ** 2, (A, VECTOR)),
    Line("concatenate with itself and a constant", lambda x: np.concatenate([x, x, B]) ** 2, (A,)),
    Line("stack", lambda x, y: np.stack([x, y]) ** 2, (A, B)),
    Line("stack, last axis", lambda x, y: np.stack([x, y], axis=-1) ** 2, (A, B)),
    Line("stack of numbers", lambda x, y: np.stack([x, y, x]) ** 2, (0.3, 0.7)),
]
