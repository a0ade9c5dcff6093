"""Other shapes, dtypes and orders of axes."""

import numpy as np

from rows.line import SIGNAL, VECTOR, A, Line, numbers, weighed

TURNED = np.asfortranarray(A)
SHUFFLED = SIGNAL.transpose(2, 0, 1)

LINES = [
    Line("astype", lambda x: x.astype(np.float64) ** 2, (A,)),
    Line("astype the same dtype without a copy", lambda x: x.astype(x.dtype, copy=False) ** 2, (A,)),
    Line("copy", lambda x: weighed(np.copy(x)), (A,)),
    Line("copy, method, of a number", lambda x: np.exp(x.copy()), (0.7,)),
    Line("copy, column by column", lambda x: weighed(np.copy(x, order="F").ravel("K")), (A,)),
    Line("reshape", lambda x: np.reshape(x, (2, -1)) ** 2, (A,)),
    Line("reshape, method", lambda x: weighed(x.reshape(12)), (A,)),
    Line("reshape, method, column by column", lambda x: weighed(x.reshape((2, 6), order="F")), (A,)),
    Line("reshape, column by column to a length left open", lambda x: weighed(np.reshape(x, (2, -1), "F")), (A,)),
    Line("reshape to one length, column by column", lambda x: weighed(np.reshape(x, -1, order="F")), (SIGNAL,)),
    Line("reshape as it lies, column by column", lambda x: weighed(np.reshape(x, (2, 6), order="A")), (TURNED,)),
    Line("reshape as it lies, row by row", lambda x: weighed(np.reshape(x, (2, 6), order="A")), (A,)),
    Line("reshape a number", lambda x: np.reshape(x, (1, 1)) ** 2, (0.7,)),
    Line("reshape nothing", lambda x: np.reshape(x, (3, 0)) ** 2, (np.zeros((0, 3)),)),
    Line("ravel", lambda x: weighed(np.ravel(x)), (A,)),
    Line("ravel, column by column", lambda x: weighed(np.ravel(x, "F")), (SIGNAL,)),
    Line("ravel as it lies, column by column", lambda x: weighed(np.ravel(x, order="A")), (TURNED,)),
    Line("ravel in the order of memory", lambda x: weighed(np.ravel(x, order="K")), (SHUFFLED,)),
    Line("ravel in the order of memory, after transpose", lambda x: weighed(x.T.ravel("K")), (SIGNAL,)),
    Line("ravel in the order of memory, row by row", lambda x: weighed(np.ravel(x, order="K")), (A,)),
    Line("flatten", lambda x: weighed(x.flatten("F")), (A,)),
    Line("flat", lambda x: np.sum(np.stack([2 * x.flat[3], x.flat[-1] ** 2])), (A,)),
    Line("squeeze", lambda x: weighed(np.squeeze(x)), (numbers(1, 3, 1),)),
    Line("squeeze, one axis", lambda x: weighed(x.squeeze(-1)), (numbers(1, 3, 1),)),
    Line("squeeze, two axes", lambda x: weighed(np.squeeze(x, axis=(0, 2))), (numbers(1, 3, 1, 1),)),
    Line("expand_dims", lambda x: weighed(np.expand_dims(x, (0, 2))), (A,)),
    Line("transpose", lambda x: np.transpose(x) * A.T, (A,)),
    Line("transpose, axes", lambda x: weighed(np.transpose(x, (2, 0, 1))), (SIGNAL,)),
    Line("transpose, negative axes", lambda x: weighed(np.transpose(x, (-1, 0, 1))), (SIGNAL,)),
    Line("transpose a number", lambda x: np.transpose(x) ** 2, (0.7,)),
    Line("permute_dims", lambda x: weighed(np.permute_dims(x, (1, 2, 0))), (SIGNAL,)),
    Line("matrix_transpose", lambda x: weighed(np.matrix_transpose(x)), (SIGNAL,)),
    Line("matrix_transpose, linalg", lambda x: weighed(np.linalg.matrix_transpose(x)), (A,)),
    Line("mT", lambda x: weighed(x.mT), (SIGNAL,)),
    Line("swapaxes", lambda x: weighed(np.swapaxes(x, 0, -1)), (SIGNAL,)),
    Line("moveaxis", lambda x: weighed(np.moveaxis(x, 0, -1)), (SIGNAL,)),
    Line("moveaxis, several", lambda x: weighed(np.moveaxis(x, (0, -1), (1, 0))), (SIGNAL,)),
    Line("rollaxis", lambda x: weighed(np.rollaxis(x, 2)), (SIGNAL,)),
    Line("rollaxis, to the back", lambda x: weighed(np.rollaxis(x, 0, 3)), (SIGNAL,)),
    Line("rollaxis, negative", lambda x: weighed(np.rollaxis(x, -1, -2)), (SIGNAL,)),
    Line("broadcast_to", lambda x: np.broadcast_to(x, (3, 4)) * A, (VECTOR,)),
    Line("broadcast_to, an axis of length 1", lambda x: weighed(np.broadcast_to(x, (2, 3, 4))), (numbers(3, 1),)),
    Line("broadcast_to, a number", lambda x: weighed(np.broadcast_to(x, (2, 3))), (0.7,)),
    Line("broadcast_to nothing", lambda x: np.broadcast_to(x, (0, 4)) ** 2, (VECTOR,)),
    Line(
        "broadcast_arrays",
        lambda x, y: np.multiply(*np.broadcast_arrays(x, y)) ** 2,
        (numbers(3, 1), VECTOR),
    ),
    Line(
        "broadcast_arrays, one with a constant and a number",
        lambda x, y: weighed(sum(np.broadcast_arrays(x, A, y))),
        (VECTOR, 0.7),
    ),
    Line("atleast_1d", lambda x: weighed(np.atleast_1d(x)), (0.7,)),
    Line("atleast_1d that changes nothing", lambda x: weighed(np.atleast_1d(x)), (A,)),
    Line("atleast_2d, a number", lambda x: weighed(np.atleast_2d(x)), (0.7,)),
    Line("atleast_2d, a vector", lambda x: weighed(np.atleast_2d(x)), (VECTOR,)),
    Line("atleast_3d, a number", lambda x: weighed(np.atleast_3d(x)), (0.7,)),
    Line("atleast_3d, a vector", lambda x: weighed(np.atleast_3d(x)), (VECTOR,)),
    Line("atleast_3d, a matrix", lambda x: weighed(np.atleast_3d(x)), (A,)),
    Line("atleast_2d, several", lambda x, y: np.multiply(*np.atleast_2d(x, y)), (0.7, VECTOR)),
]
if hasattr(np, "astype"):
    LINES.append(Line("np.astype", lambda x: np.astype(x, np.float64) ** 2, (A,)))
