"""Products and running totals."""

import numpy as np

from autograd_mini.ops.cumulative import advanced, delayed, product_of_others, recurrence, recurrence_back
from rows.line import DISTINCT, SIGNAL, VECTOR, A, Line, numbers, weighed

ZEROS = np.array([[0.0, 0.5, 3.0, -1.5], [0.0, 0.0, 2.0, 0.7], [0.0, 1.3, 0.0, 0.0]])
MASK = A > -0.5

LINES = [
    Line("prod", lambda x: np.prod(x), (VECTOR,)),
    Line("prod of a matrix", lambda x: np.prod(x) ** 2, (A,)),
    Line("prod, rows with one, two and three zeros", lambda x: np.prod(x, axis=1), (ZEROS,)),
    Line("prod, columns with zeros, squared", lambda x: weighed(np.prod(x, axis=0)), (ZEROS,)),
    Line("prod, two zeros among three", lambda x: np.prod(x), (np.array([0.0, 0.0, 3.0]),)),
    Line("prod, axis kept", lambda x: weighed(np.prod(x, axis=-2, keepdims=True)), (A,)),
    Line("prod, two axes that are not neighbours", lambda x: weighed(np.prod(x, axis=(2, 0))), (numbers(2, 3, 2),)),
    Line("prod, no axis", lambda x: weighed(np.prod(x, axis=())), (A,)),
    Line("prod of a number", lambda x: np.prod(x) ** 2, (0.7,)),
    Line("prod of one entry", lambda x: np.prod(x) ** 2, (numbers(1),)),
    Line("prod of nothing", lambda x: np.prod(x), (numbers(0),)),
    Line("prod along an empty axis", lambda x: np.prod(x, axis=1), (numbers(2, 0),)),
    Line("prod, initial", lambda x: np.prod(x, axis=0, initial=3) ** 2, (A,)),
    Line("prod, initial that is a wire", lambda x, y: np.prod(x, initial=y) ** 2, (VECTOR, 0.7)),
    Line("prod, mask", lambda x: weighed(np.prod(x, axis=1, where=MASK)), (A,)),
    Line("prod, mask of one row", lambda x: np.prod(x, axis=1, where=MASK[0]) ** 2, (A,)),
    Line("prod, ufunc method", lambda x: weighed(np.multiply.reduce(x)), (A,)),
    Line("prod, method", lambda x: weighed(x.prod(1)), (A,)),
    Line("product of others, zeros", lambda x: weighed(product_of_others(x)), (ZEROS,)),
    Line("recurrence", lambda x, b: weighed(recurrence(x, b)), (A, numbers(3, 4, seed=2))),
    Line(
        "recurrence of seven, zeros in it",
        lambda x, b: recurrence(x, b),
        (np.array([1.5, 0, 2, 0, 0, -1, 3]), numbers(7)),
    ),
    Line("recurrence from the end", lambda x, b: weighed(recurrence_back(x, b)), (A, numbers(3, 4, seed=2))),
    Line("delayed", lambda x: weighed(delayed(x, first=1.5)), (A,)),
    Line("advanced", lambda x: weighed(advanced(x)), (A,)),
    Line("cumsum", lambda x: weighed(np.cumsum(x)), (VECTOR,)),
    Line("cumsum of a matrix", lambda x: weighed(np.cumsum(x)), (A,)),
    Line("cumsum, first axis", lambda x: weighed(np.cumsum(x, axis=0)), (A,)),
    Line("cumsum, last axis", lambda x: weighed(np.cumsum(x, -1)), (SIGNAL,)),
    Line("cumsum of a number", lambda x: np.cumsum(x) ** 2, (0.7,)),
    Line("cumsum of nothing", lambda x: np.cumsum(x), (numbers(0),)),
    Line("cumsum, ufunc method", lambda x: weighed(np.add.accumulate(x)), (A,)),
    Line("cumsum, method", lambda x: weighed(x.cumsum(1)), (A,)),
    Line("cumprod", lambda x: weighed(np.cumprod(x)), (VECTOR,)),
    Line("cumprod of a matrix", lambda x: weighed(np.cumprod(x)), (numbers(2, 3),)),
    Line("cumprod, first axis", lambda x: weighed(np.cumprod(x, axis=0)), (A,)),
    Line("cumprod, middle axis", lambda x: weighed(np.cumprod(x, axis=-2)), (numbers(2, 3, 2),)),
    Line("cumprod, zeros", lambda x: np.cumprod(x, axis=1), (ZEROS,)),
    Line("cumprod, zeros, squared", lambda x: weighed(np.cumprod(x, axis=1)), (ZEROS,)),
    Line("cumprod of one entry", lambda x: np.cumprod(x) ** 2, (numbers(1),)),
    Line("cumprod of a number", lambda x: np.cumprod(x) ** 2, (0.7,)),
    Line("cumprod of nothing", lambda x: np.cumprod(x), (numbers(0),)),
    Line("cumprod, ufunc method", lambda x: weighed(np.multiply.accumulate(x, 1)), (A,)),
    Line("cumprod, method", lambda x: weighed(x.cumprod(0)), (A,)),
    Line("running max", lambda x: weighed(np.maximum.accumulate(x)), (A,)),
    Line("running max, last axis", lambda x: weighed(np.maximum.accumulate(x, axis=-1)), (DISTINCT,)),
    Line("running min", lambda x: weighed(np.minimum.accumulate(x, 1)), (A,)),
    Line("running min of nothing", lambda x: np.minimum.accumulate(x), (numbers(0),)),
]
# NumPy has them from 2.1 on.
if hasattr(np, "cumulative_sum"):
    LINES += [
        Line("cumulative_sum", lambda x: weighed(np.cumulative_sum(x)), (VECTOR,)),
        Line(
            "cumulative_sum, initial",
            lambda x: weighed(np.cumulative_sum(x, axis=-1, include_initial=True)),
            (A,),
        ),
        Line("cumulative_prod", lambda x: weighed(np.cumulative_prod(x, axis=0)), (A,)),
        Line(
            "cumulative_prod, initial",
            lambda x: weighed(np.cumulative_prod(x, axis=0, include_initial=True)),
            (ZEROS,),
        ),
    ]
