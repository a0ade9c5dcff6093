"""Products of matrices and vectors: the matmul gate, and what is written with it.

Vectors of 2 entries have a cross product, as in NumPy; the power 0 of a matrix has derivative 0.
"""

import itertools
import math
import operator
import string

import numpy as np

from ..errors import ShapeError
from ..notation import NEGATIVE, POWER, PRODUCT, Notation, Style
from ..primitive import composed, primitive
from .einsum import einsum
from .shaping import expand_dims, reshaped, sum_to


def _left(upstream, x, y):
    """Return upstream @ yᵀ in the shape of x."""
    if x.ndim > 1 and y.ndim > 1:
        # Axes along which x was broadcast are summed by the engine.
        return upstream @ y.mT
    return _of_vectors(_left, 0, upstream, x, y)


def _right(upstream, x, y):
    """Return xᵀ @ upstream in the shape of y."""
    if x.ndim > 1 and y.ndim > 1:
        return x.mT @ upstream
    return _of_vectors(_right, 1, upstream, x, y)


def _of_vectors(rule, position, upstream, x, y):
    """Return what a rule of matrices gives with the axis put back that matmul gave a 1-D operand and took away."""
    shape = np.shape((x, y)[position])
    if np.ndim(y) == 1:
        y, upstream = expand_dims(y, axis=-1), expand_dims(upstream, axis=-1)
    if np.ndim(x) == 1:
        x, upstream = expand_dims(x, axis=0), expand_dims(upstream, axis=-2)
    return reshaped(sum_to(rule(upstream, x, y), shape=np.shape((x, y)[position])), shape)


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


@composed(np.linalg.matmul)
def _matmul(x1, x2):
    return x1 @ x2


@composed(np.inner)
def inner(a, b):
    """Return the sum over the last axes of a and b; a product of numbers is ×."""
    return a * b if np.ndim(a) == 0 or np.ndim(b) == 0 else tensordot(a, b, (-1, -1))


@composed(np.vdot)
def vdot(a, b):
    """Return the dot product of all entries of a with all entries of b."""
    return np.ravel(a) @ np.ravel(b)


@composed(np.outer)
def outer(a, b):
    """Return a[i] · b[j] for all pairs of entries."""
    return np.ravel(a)[:, None] * np.ravel(b)


@composed(np.linalg.outer)
def _outer_of_vectors(x1, x2):
    if np.ndim(x1) != 1 or np.ndim(x2) != 1:
        raise ShapeError(f"np.linalg.outer: expected two vectors; got shapes {np.shape(x1)} and {np.shape(x2)}.")
    return outer(x1, x2)


@composed(np.tensordot)
def tensordot(a, b, axes=2):
    """Return the sum over pairs of axes: the last `axes` of a with the first of b, or the pairs that `axes` lists."""
    if hasattr(axes, "__index__"):
        first, second = list(range(np.ndim(a) - int(axes), np.ndim(a))), list(range(int(axes)))
    else:
        first, second = ([int(i) for i in np.atleast_1d(part)] for part in axes)
    lengths, other = ([np.shape(x)[i] for i in part] for x, part in ((a, first), (b, second)))
    if lengths != other or min([*first, 0]) < -np.ndim(a) or (hasattr(axes, "__index__") and len(first) > np.ndim(a)):
        raise ShapeError(
            f"tensordot: the axes {axes} do not match; got shapes {np.shape(a)} and {np.shape(b)}. "
            "Axes that are summed together must be equally long."
        )
    rows = [i for i in range(np.ndim(a)) if i not in np.mod(first, np.ndim(a) or 1)]
    columns = [i for i in range(np.ndim(b)) if i not in np.mod(second, np.ndim(b) or 1)]
    shape = tuple(np.shape(a)[i] for i in rows) + tuple(np.shape(b)[i] for i in columns)
    summed = math.prod(lengths)
    left = np.reshape(np.transpose(a, rows + first), (math.prod(np.shape(a)[i] for i in rows), summed))
    right = np.reshape(np.transpose(b, second + columns), (summed, math.prod(np.shape(b)[i] for i in columns)))
    return np.reshape(left @ right, shape)


@composed(np.linalg.tensordot)
def _tensordot(x1, x2, axes=2):
    return tensordot(x1, x2, axes)


@composed(np.kron)
def kron(a, b):
    """Return the Kronecker product: a copy of b for each entry of a, multiplied by it."""
    axes = max(np.ndim(a), np.ndim(b))
    blocks, block = ((1,) * (axes - np.ndim(x)) + np.shape(x) for x in (a, b))
    spread = np.reshape(a, tuple(length for pair in zip(blocks, (1,) * axes, strict=True) for length in pair))
    copied = np.reshape(b, tuple(length for pair in zip((1,) * axes, block, strict=True) for length in pair))
    return np.reshape(spread * copied, tuple(i * j for i, j in zip(blocks, block, strict=True)))


@composed(np.cross)
def cross(a, b, axisa=-1, axisb=-1, axisc=-1, axis=None):
    """Return the cross product of vectors of 3 entries; one of 2 entries lies in the plane.

    Two vectors in the plane give the third entry of their product alone, as NumPy does (deprecated there).
    """
    if axis is not None:
        axisa = axisb = axisc = axis
    a, b = np.moveaxis(a, axisa, -1), np.moveaxis(b, axisb, -1)
    sizes = np.shape(a)[-1], np.shape(b)[-1]
    if not set(sizes) <= {2, 3}:
        raise ShapeError(f"cross: vectors have 2 or 3 entries; got {sizes[0]} and {sizes[1]} along the given axes.")
    a1, a2, b1, b2 = a[..., 0], a[..., 1], b[..., 0], b[..., 1]
    third = a1 * b2 - a2 * b1
    if sizes == (2, 2):
        return third
    if sizes == (3, 3):
        a3, b3 = a[..., 2], b[..., 2]
        first, second = a2 * b3 - a3 * b2, a3 * b1 - a1 * b3
    elif sizes == (3, 2):
        first, second = -a[..., 2] * b2, a[..., 2] * b1
    else:
        first, second = a2 * b[..., 2], -a1 * b[..., 2]
    return np.moveaxis(np.stack([first, second, third], axis=-1), -1, axisc)


@composed(np.linalg.cross)
def _cross_in_space(x1, x2, axis=-1):
    if {np.shape(x1)[axis], np.shape(x2)[axis]} != {3}:
        raise ShapeError(
            f"np.linalg.cross: vectors must have 3 entries along axis {axis}; "
            f"got shapes {np.shape(x1)} and {np.shape(x2)}."
        )
    return cross(x1, x2, axis=axis)


@composed(np.vecdot)
def vecdot(x1, x2):
    """Return the dot products of the vectors along the last axes."""
    return (np.expand_dims(x1, -2) @ np.expand_dims(x2, -1))[..., 0, 0]


@composed(np.linalg.vecdot)
def _vecdot(x1, x2, axis=-1):
    return vecdot(np.moveaxis(x1, axis, -1), np.moveaxis(x2, axis, -1))


def matvec(x1, x2):
    """Return the products of matrices and the vectors along x2's last axis."""
    return (x1 @ np.expand_dims(x2, -1))[..., 0]


def vecmat(x1, x2):
    """Return the products of the vectors along x1's last axis and matrices."""
    return (np.expand_dims(x1, -2) @ x2)[..., 0, :]


# NumPy has them since 2.2.
for _name, _composition in (("matvec", matvec), ("vecmat", vecmat)):
    if hasattr(np, _name):
        composed(getattr(np, _name))(_composition)


@composed(np.linalg.multi_dot)
def multi_dot(arrays):
    """Return the product of matrices, multiplied in the fastest order; the first and the last may be vectors."""
    shapes = [np.shape(array) for array in arrays]
    inner = [len(shape) for shape in shapes[1:-1]]
    ends = [len(shapes[0]), len(shapes[-1])]
    if len(shapes) < 2 or set(inner) - {2} or set(ends) - {1, 2}:
        raise ShapeError(
            f"multi_dot: expected at least 2 matrices, of which only the ends may be vectors; got {shapes}."
        )
    if any(left[-1] != right[0] for left, right in itertools.pairwise(shapes)):
        raise ShapeError(f"multi_dot: neighbours must have a length in common, as for @; got shapes {shapes}.")
    letters = string.ascii_letters
    terms = [letters[i : i + 2] for i in range(len(shapes))]
    if ends[0] == 1:
        terms[0] = terms[0][1:]
    if ends[1] == 1:
        terms[-1] = terms[-1][:1]
    output = (terms[0][0] if ends[0] == 2 else "") + (terms[-1][1] if ends[1] == 2 else "")
    return einsum(*arrays, subscripts=",".join(terms) + "->" + output)


@composed(np.linalg.matrix_power)
def matrix_power(a, n):
    """Return the matrix a to a whole power: a @ a @ … by repeated squaring, of its inverse where n is negative."""
    if np.ndim(a) < 2 or np.shape(a)[-1] != np.shape(a)[-2]:
        raise ShapeError(f"matrix_power: expected square matrices, got shape {np.shape(a)}.")
    n = operator.index(n)
    if n == 0:
        # The identity for every a; where() keeps the wire, with derivative 0.
        return np.where(False, a, np.eye(np.shape(a)[-1], dtype=a.dtype))
    if n < 0:
        a, n = np.linalg.inv(a), -n
    result = None
    while n:
        if n % 2:
            result = a if result is None else result @ a
        n //= 2
        if n:
            a = a @ a
    return result
