"""Differences of neighbours, sums over them, and traces."""

import numpy as np

from rows.line import SIGNAL, VECTOR, A, B, Line, numbers, weighed

PLACES = np.array([0.0, 0.5, 1.7, 2.0])

LINES = [
    Line("diff", lambda x: weighed(np.diff(x)), (A,)),
    Line("diff, first axis", lambda x: weighed(np.diff(x, axis=0)), (A,)),
    Line("diff, twice", lambda x: weighed(np.diff(x, 2)), (SIGNAL,)),
    Line("diff, not once", lambda x: weighed(np.diff(x, n=0)), (A,)),
    Line("diff of one entry", lambda x: np.diff(x), (numbers(1),)),
    Line("diff, more often than there are entries", lambda x: np.diff(x, 3), (numbers(2),)),
    Line("diff, numbers at both ends", lambda x: weighed(np.diff(x, prepend=0, append=1.5)), (A,)),
    Line("diff, wires at both ends", lambda x, y, z: weighed(np.diff(x, prepend=y, append=z)), (A, 0.3, numbers(3, 2))),
    Line("diff, only the end a wire", lambda y: weighed(np.diff(A, axis=0, append=y)), (0.3,)),
    Line("ediff1d", lambda x: weighed(np.ediff1d(x)), (A,)),
    Line("ediff1d, ends", lambda x, y: weighed(np.ediff1d(x, to_end=y, to_begin=[1.5, 2.0])), (VECTOR, 0.3)),
    Line("trapezoid", lambda y: np.trapezoid(y) ** 2, (VECTOR,)),
    Line("trapezoid, axis, dx", lambda y: weighed(np.trapezoid(y, dx=0.3, axis=0)), (A,)),
    Line("trapezoid, dx that is a wire", lambda y, dx: weighed(np.trapezoid(y, None, dx)), (A, 0.3)),
    Line("trapezoid, places", lambda y, x: weighed(np.trapezoid(y, x)), (A, PLACES)),
    Line("trapezoid, places on the first axis", lambda y, x: weighed(np.trapezoid(y, x, axis=0)), (A, PLACES[:3])),
    Line("trapezoid, places of every row", lambda y, x: weighed(np.trapezoid(y, x)), (A, B)),
    Line("trapezoid, only the places a wire", lambda x: np.trapezoid(VECTOR, x) ** 2, (PLACES,)),
    Line("gradient", lambda f: weighed(np.gradient(f)), (VECTOR,)),
    Line("gradient, two entries", lambda f: weighed(np.gradient(f)), (numbers(2),)),
    Line("gradient, two entries, places", lambda f, x: weighed(np.gradient(f, x)), (numbers(2), PLACES[:2])),
    Line("gradient, spacing", lambda f, h: weighed(np.gradient(f, h)), (VECTOR, 0.3)),
    Line("gradient, places", lambda f, x: weighed(np.gradient(f, x)), (VECTOR, PLACES)),
    Line("gradient, evenly spaced places", lambda f, x: weighed(np.gradient(f, x)), (VECTOR, np.arange(4.0))),
    Line("gradient, parabolas at the ends", lambda f, h: weighed(np.gradient(f, h, edge_order=2)), (VECTOR, 0.3)),
    Line("gradient, parabolas, places", lambda f, x: weighed(np.gradient(f, x, edge_order=2)), (VECTOR, PLACES)),
    Line(
        "gradient, parabolas of three", lambda f, x: weighed(np.gradient(f, x, edge_order=2)), (numbers(3), PLACES[:3])
    ),
    Line("gradient, one axis of two", lambda f: weighed(np.gradient(f, axis=0)), (A,)),
    Line("gradient, both axes", lambda f: np.multiply(*np.gradient(f)), (A,)),
    Line("gradient, one spacing for both axes", lambda f, h: np.multiply(*np.gradient(f, h)), (A, 0.3)),
    Line(
        "gradient, spacing and places, axes in another order",
        lambda f, h, x: np.multiply(*np.gradient(f, x, h, axis=(-1, 0))),
        (A, 0.3, PLACES),
    ),
    Line("gradient, only the places a wire", lambda x: weighed(np.gradient(VECTOR, x)), (PLACES,)),
    Line("trace", lambda x: np.trace(x) ** 2, (A,)),
    Line("trace, offset", lambda x: np.trace(x, offset=-1) ** 2, (A,)),
    Line("trace, axes", lambda x: weighed(np.trace(x, 1, 2, 0)), (SIGNAL,)),
    Line("trace, method", lambda x: x.trace(1) ** 2, (A,)),
    Line("trace of matrices", lambda x: weighed(np.linalg.trace(x)), (SIGNAL,)),
]
