"""Indexing of every kind, and set_at and add_at."""

import numpy as np

from autograd_mini.ops.in_place import add_at, set_at
from rows.line import SIGNAL, VECTOR, A, B, Line, numbers, weighed

TWICE = ([0, 2, 0], [1, 3, 1])


def assigned(x, key, value):
    """Return what x[key] = value leaves in x: by set_at for Tensors, in a copy for arrays."""
    if isinstance(x, np.ndarray | np.generic) and isinstance(value, np.ndarray | np.generic | float):
        x = np.array(x)
        x[key] = value
        return x
    return set_at(x, key, value)


def added(x, key, value):
    """Return what np.add.at(x, key, value) leaves in x: by add_at for Tensors, in a copy for arrays."""
    if isinstance(x, np.ndarray | np.generic) and isinstance(value, np.ndarray | np.generic | float):
        x = np.array(x)
        np.add.at(x, key, value)
        return x
    return add_at(x, key, value)


LINES = [
    Line("index, a number", lambda x: x[1, 2] ** 2, (A,)),
    Line("index, a negative number", lambda x: x[-1, -4] ** 2, (A,)),
    Line("index, NumPy's whole number", lambda x: weighed(x[np.int64(1)]), (A,)),
    Line("index, a row", lambda x: weighed(x[1]), (A,)),
    Line("index, a column", lambda x: weighed(x[:, 1]), (A,)),
    Line("index, a tuple in a name", lambda x: weighed(x[(slice(1, None), 2)]), (A,)),
    Line("index, np.s_", lambda x: weighed(x[np.s_[1:, ::2]]), (A,)),
    Line("index, slices backwards", lambda x: weighed(x[::-2, 1:]), (A,)),
    Line("index, a slice of nothing", lambda x: x[2:2] ** 2, (A,)),
    Line("index, a slice past the end", lambda x: weighed(x[1:99]), (A,)),
    Line("index, new axis and ellipsis", lambda x: weighed(x[None, ..., 0]), (A,)),
    Line("index, np.newaxis in the middle", lambda x: weighed(x[:, np.newaxis]), (A,)),
    Line("index, ellipsis alone", lambda x: weighed(x[...]), (A,)),
    Line("index, ellipsis in front", lambda x: weighed(x[..., 1:3]), (SIGNAL,)),
    Line("index, nothing at all", lambda x: weighed(x[()]), (A,)),
    Line("index a number by nothing", lambda x: x[()] ** 2, (0.7,)),
    Line("index a number by a new axis", lambda x: x[None] ** 2, (0.7,)),
    Line("index a number by a truth value", lambda x: x[True] ** 2, (0.7,)),
    Line("index, a list that repeats", lambda x: weighed(x[[0, 2, 0]]), (A,)),
    Line("index, an entry and its negative name", lambda x: weighed(x[[-1, 2]]), (A,)),
    Line("index, an empty list", lambda x: x[[]] ** 2, (A,)),
    Line("index, an empty list in a tuple", lambda x: x[:, []] ** 2, (A,)),
    Line("index, a range", lambda x: weighed(x[range(2)]), (A,)),
    Line("index, a matrix of numbers", lambda x: weighed(x[np.array([[0, 1], [1, 2]])]), (A,)),
    Line("index, whole numbers without a sign", lambda x: weighed(x[np.array([0, 0], np.uint8)]), (A,)),
    Line("index, an array of one number", lambda x: weighed(x[np.array(1)]), (A,)),
    Line("index, pairs of arrays", lambda x: weighed(x[np.array([0, 0]), np.array([1, 1])]), (A,)),
    Line("index, a tuple of lists", lambda x: weighed(x[[0, 1, 0], [2, 1, 2]]), (A,)),
    Line("index, arrays that broadcast", lambda x: weighed(x[np.array([[0], [2]]), np.array([1, 1, 3])]), (A,)),
    Line("index, arrays apart", lambda x: weighed(x[[0, 1, 0], :, [2, 2, 2]]), (SIGNAL,)),
    Line("index, an array and a slice", lambda x: weighed(x[1:, [0, 0, 3]]), (A,)),
    Line("index, a number, a slice and an array", lambda x: weighed(x[0, :, [2, 2, 5]]), (SIGNAL,)),
    Line("index, an array and a new axis", lambda x: weighed(x[[0, 0], None]), (A,)),
    Line("index, np.ix_", lambda x: weighed(x[np.ix_([0, 2, 2], [1, 3])]), (A,)),
    Line("index, a mask", lambda x: weighed(x[A > 0]), (A,)),
    Line("index, a mask of its own", lambda x: weighed(x[x > 0]), (A,)),
    Line("index, a mask of rows", lambda x: weighed(x[[True, False, True]]), (A,)),
    Line("index, a mask and a number", lambda x: weighed(x[np.array([True, False, True]), 1]), (A,)),
    Line("index, a mask and an array", lambda x: weighed(x[np.array([True, False, True]), [1, 1]]), (A,)),
    Line("index, a mask that chooses nothing", lambda x: x[A > 9] ** 2, (A,)),
    Line("index, a truth value", lambda x: weighed(x[True]), (A,)),
    Line("index, one after the other", lambda x: weighed(x[[0, 0, 1]][1:, [2, 2]]), (A,)),
    Line("set_at, a number", lambda x, v: weighed(assigned(x, (1, 2), v)), (A, 0.7)),
    Line("set_at, a row", lambda x, v: weighed(assigned(x, 1, v)), (A, VECTOR)),
    Line("set_at, a number for a whole slice", lambda x, v: weighed(assigned(x, np.s_[::-2, 1:], v)), (A, 0.7)),
    Line("set_at, a column that broadcasts", lambda x, v: weighed(assigned(x, np.s_[:, 1:3], v)), (A, numbers(3, 1))),
    Line("set_at, an axis of length 1 too many", lambda x, v: weighed(assigned(x, 0, v)), (A, numbers(1, 4))),
    Line("set_at, everything", lambda x, v: weighed(assigned(x, ..., v)), (A, B)),
    Line("set_at, a mask", lambda x, v: weighed(assigned(x, A > 0, v)), (A, numbers(int(np.sum(A > 0))))),
    Line("set_at, a mask and one number", lambda x, v: weighed(assigned(x, A > 0, v)), (A, 0.7)),
    Line("set_at, an array", lambda x, v: weighed(assigned(x, [2, 0], v)), (A, numbers(2, 4))),
    Line("set_at, an array that repeats", lambda x, v: weighed(assigned(x, [0, 2, 0], v)), (A, numbers(3, 4))),
    Line("set_at, pairs that repeat", lambda x, v: weighed(assigned(x, TWICE, v)), (A, numbers(3))),
    Line("set_at, pairs that repeat and one number", lambda x, v: weighed(assigned(x, TWICE, v)), (A, 0.7)),
    Line(
        "set_at, an array that repeats, too many axes",
        lambda x, v: weighed(assigned(x, [0, 2, 0], v)),
        (VECTOR, numbers(1, 3)),
    ),
    Line("set_at, column by column in memory", lambda x, v: weighed(assigned(x.T, [0, 0], v)), (A, numbers(2, 3))),
    Line("set_at, an empty list", lambda x, v: weighed(assigned(x, [], v)), (A, numbers(0, 4))),
    Line("set_at, itself", lambda x: weighed(assigned(x, 0, x[1])), (A,)),
    Line("set_at, a constant value", lambda x: weighed(assigned(x, 0, 0.3)), (A,)),
    Line("set_at, into a constant", lambda v: weighed(assigned(A.astype(v.dtype), 0, v)), (VECTOR,)),
    Line("set_at, into a number", lambda x, v: assigned(x, (), v) ** 2, (0.3, 0.7)),
    Line("add_at, a row", lambda x, v: weighed(added(x, 1, v)), (A, VECTOR)),
    Line("add_at, a slice and one number", lambda x, v: weighed(added(x, np.s_[1:, ::2], v)), (A, 0.7)),
    Line("add_at, a mask", lambda x, v: weighed(added(x, A > 0, v)), (A, 0.7)),
    Line("add_at, an array that repeats", lambda x, v: weighed(added(x, [0, 2, 0], v)), (A, numbers(3, 4))),
    Line("add_at, an array that repeats, one row", lambda x, v: weighed(added(x, [0, 2, 0], v)), (A, VECTOR)),
    Line("add_at, pairs that repeat", lambda x, v: weighed(added(x, TWICE, v)), (A, numbers(3))),
    Line("add_at, into a constant", lambda v: weighed(added(A.astype(v.dtype), [0, 0], v)), (VECTOR,)),
    Line("add_at, itself", lambda x: weighed(added(x, [0, 0], x[1] * x[2])), (A,)),
]
