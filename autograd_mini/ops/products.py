"""Gates of matrix products: matmul and dot."""

import numpy as np

from ..notation import NEGATIVE, POWER, PRODUCT, Notation, Style
from ..primitive import composed, primitive
from .shaping import expand_dims, reshaped, sum_to, swapaxes


def _as_matrices(upstream, x, y):
    """Return upstream, x and y with the axis that matmul gave a 1-D operand, and took from the output, put back."""
    if np.ndim(y) == 1:
        y, upstream = expand_dims(y, axis=-1), expand_dims(upstream, axis=-1)
    if np.ndim(x) == 1:
        x, upstream = expand_dims(x, axis=0), expand_dims(upstream, axis=-2)
    return upstream, x, y


def _left(upstream, x, y):
    """Return upstream @ yᵀ in the shape of x."""
    upstream, rows, columns = _as_matrices(upstream, x, y)
    return reshaped(sum_to(upstream @ swapaxes(columns, axis1=-1, axis2=-2), shape=np.shape(rows)), np.shape(x))


def _right(upstream, x, y):
    """Return xᵀ @ upstream in the shape of y."""
    upstream, rows, columns = _as_matrices(upstream, x, y)
    return reshaped(sum_to(swapaxes(rows, axis1=-1, axis2=-2) @ upstream, shape=np.shape(columns)), np.shape(y))


matmul = primitive(
    np.matmul,
    symbol="@",
    notation=Notation(
        Style("%s @ %s", PRODUCT, (NEGATIVE, POWER)),
        Style(r"%s\,%s", PRODUCT, (NEGATIVE, POWER)),
    ),
    x=_left,
    y=_right,
)


@composed(np.dot)
def dot(a, b):
    """Return NumPy's dot product: × of numbers, @ of matrices, else the sum over a's last axis and b's last but one."""
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return a * b
    if np.ndim(b) <= 2:
        return a @ b
    # dot(a, b)[i, j, k, m] = Σ a[i, j, :] · b[k, :, m], whereas matmul would pair i with k.
    rest = np.shape(b)[:-2] + np.shape(b)[-1:]
    summed_first = np.transpose(b, (np.ndim(b) - 2, *range(np.ndim(b) - 2), np.ndim(b) - 1))
    return np.reshape(a @ np.reshape(summed_first, (np.shape(b)[-2], -1)), np.shape(a)[:-1] + rest)
