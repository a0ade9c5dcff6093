"""Selecting by number, by mask and by condition."""

import numpy as np

from rows.line import POSITIVE, SIGNAL, VECTOR, A, B, Line, numbers, weighed

ORDER = np.argsort(A, axis=1)
WHICH = np.array([[0, 1, 2, 1], [2, 2, 0, 0], [1, 0, 1, 2]])

LINES = [
    Line("take, flattened", lambda x: weighed(np.take(x, [0, 5, 5, -1])), (A,)),
    Line("take, an axis", lambda x: weighed(np.take(x, [[0, 1], [1, 1]], axis=1)), (SIGNAL,)),
    Line("take, one", lambda x: weighed(np.take(x, 1, axis=-1)), (A,)),
    Line("take, one of all, method", lambda x: x.take(7) ** 2, (A,)),
    Line("take, wrapped", lambda x: weighed(np.take(x, [4, -9, 1], axis=0, mode="wrap")), (A,)),
    Line("take, clipped", lambda x: weighed(np.take(x, [4, -9, 1], 1, None, "clip")), (A,)),
    Line("take, none", lambda x: np.take(x, np.zeros(0, int), axis=0) ** 2, (A,)),
    Line("take, truth values count as 0 and 1", lambda x: weighed(np.take(x, [True, False, True])), (VECTOR,)),
    Line("take from a number", lambda x: weighed(np.take(x, [0, 0])), (0.7,)),
    Line("take_along_axis", lambda x: weighed(np.take_along_axis(x, ORDER, axis=1)), (A,)),
    Line("take_along_axis, repeated", lambda x: weighed(np.take_along_axis(x, WHICH, axis=0)), (A,)),
    Line("take_along_axis, broadcast", lambda x: weighed(np.take_along_axis(x, WHICH[:, :1], axis=-1)), (A,)),
    Line(
        "take_along_axis, an array that broadcasts",
        lambda x: weighed(np.take_along_axis(x, WHICH, axis=1)),
        (numbers(1, 3),),
    ),
    Line("take_along_axis, flattened", lambda x: weighed(np.take_along_axis(x, np.array([3, 3, 11]), axis=None)), (A,)),
    Line(
        "take_along_axis, middle axis", lambda x: weighed(np.take_along_axis(x, WHICH[None, :, :1] + 1, 1)), (SIGNAL,)
    ),
    Line("compress, an axis", lambda x: weighed(np.compress([True, False, True], x, axis=0)), (A,)),
    Line("compress, a short condition", lambda x: weighed(np.compress([False, True], x, axis=-1)), (A,)),
    Line("compress, flattened", lambda x: weighed(np.compress(A.ravel() > 0, x)), (A,)),
    Line("compress, method, numbers as condition", lambda x: weighed(x.compress([1, 0, 2], axis=0)), (A,)),
    Line("compress by itself", lambda x: weighed(np.compress(x > 0, x)), (VECTOR,)),
    Line("extract", lambda x: weighed(np.extract(A > 0, x)), (A,)),
    Line("choose", lambda x, y: weighed(np.choose(WHICH, [x, y, 0.3])), (A, B)),
    Line("choose, broadcast", lambda x, y: weighed(np.choose(WHICH, (x, y, x))), (VECTOR, 0.7)),
    Line("choose, wrapped", lambda x, y: weighed(np.choose(WHICH - 1, [x, y], mode="wrap")), (A, B)),
    Line("choose, clipped", lambda x, y: weighed(np.choose(WHICH * 2 - 1, [x, y], None, "clip")), (A, B)),
    Line("choose among the rows of one", lambda x: weighed(np.choose([2, 0, 0, 1], x)), (A,)),
    Line("choose the only one", lambda x: weighed(np.choose(np.zeros((2, 4), int), [x])), (VECTOR,)),
    Line("select", lambda x, y: weighed(np.select([A > 1, A > 0], [x, y * x])), (A, B)),
    Line("select, default", lambda x, y: weighed(np.select([A > 1, A > 0], [x, 2.0], default=y)), (A, VECTOR)),
    Line("select by itself", lambda x: weighed(np.select([x > 1, x > 0], [x**2, 3 * x], -x)), (A,)),
    Line("select, one number", lambda x: np.select([np.array(True)], [x], 3.0) ** 2, (0.7,)),
    Line("piecewise", lambda x: np.piecewise(x, [x < 0, x >= 0], [lambda t: t**3, np.exp]), (A,)),
    Line("piecewise, the rest", lambda x: np.piecewise(x, [x < -1, x > 1], [-1.0, lambda t: t * t, np.sin]), (A,)),
    Line(
        "piecewise, conditions that overlap", lambda x: np.piecewise(x, [A > 0, A > 1], [np.exp, np.log]), (POSITIVE,)
    ),
    Line("piecewise, one condition", lambda x: np.piecewise(x, x > 0, [np.exp, 2.0]), (VECTOR,)),
    Line("piecewise, a number", lambda x: np.piecewise(x, [x < 1, x >= 1], [np.exp, np.log]), (0.7,)),
    Line("where gives places", lambda x: weighed(x[np.where(x > 0)]), (A,)),
    Line("nonzero gives places", lambda x: weighed(x[np.nonzero(x > 0)] * x[x.nonzero()][0]), (A,)),
]
