"""Statistics, with and without NaN."""

import numpy as np

from rows.line import POSITIVE, SIGNAL, VECTOR, A, B, Line, numbers, weighed

MASK = A > -0.5
HOLES = np.abs(A) < 0.6
TIMES = np.array([1, 3, 2, 1])


def with_holes(x):
    """Return x with NaN at the holes, whose derivative is 0."""
    return np.where(HOLES, np.nan, x)


LINES = [
    Line("var", lambda x: np.var(x), (A,)),
    Line("var, axis kept", lambda x: weighed(np.var(x, axis=0, keepdims=True)), (A,)),
    Line("var, two axes, ddof", lambda x: weighed(np.var(x, axis=(0, -1), ddof=1)), (SIGNAL,)),
    Line("var, correction", lambda x: weighed(np.var(x, axis=1, correction=1)), (A,)),
    Line("var, half a degree of freedom", lambda x: weighed(np.var(x, 1, ddof=0.5)), (A,)),
    Line("var, mask", lambda x: weighed(np.var(x, axis=1, ddof=1, where=MASK)), (A,)),
    Line("var, mean that is another wire", lambda x, m: weighed(np.var(x, axis=0, mean=m)), (A, numbers(1, 4))),
    Line("var, no axis", lambda x: np.var(x, axis=()), (A,)),
    Line("var, method", lambda x: weighed(x.var(1, ddof=1)), (A,)),
    Line("std", lambda x: np.std(x), (A,)),
    Line("std, axis kept", lambda x: weighed(np.std(x, axis=-1, keepdims=True)), (A,)),
    Line("std, ddof", lambda x: weighed(np.std(x, axis=0, ddof=1)), (A,)),
    Line("std, correction", lambda x: weighed(np.std(x, 0, correction=1)), (A,)),
    Line("std, mask", lambda x: weighed(np.std(x, axis=1, where=MASK)), (A,)),
    Line("std, mean given", lambda x: np.std(x, axis=1, mean=np.mean(x, 1, keepdims=True)) ** 3, (A,)),
    Line("std, method", lambda x: weighed(x.std(axis=0, keepdims=True)), (A,)),
    Line("average", lambda x: np.average(x) ** 2, (A,)),
    Line("average, axis kept", lambda x: weighed(np.average(x, 1, keepdims=True)), (A,)),
    Line("average, weights", lambda x, w: np.average(x, weights=w) ** 2, (A, POSITIVE)),
    Line("average, weights of an axis", lambda x, w: weighed(np.average(x, 1, w)), (A, numbers(4, low=0.3))),
    Line("average, only the weights a wire", lambda w: weighed(np.average(A, axis=0, weights=w)), (POSITIVE,)),
    Line("average, weights constant", lambda x: weighed(np.average(x, axis=-1, weights=[1, 2, 3, 4])), (A,)),
    Line(
        "average, weights of two axes in another order",
        lambda x, w: weighed(np.average(x, axis=(2, 0), weights=w)),
        (numbers(2, 3, 4), numbers(4, 2, low=0.3)),
    ),
    Line(
        "average, sum of weights",
        lambda x, w: np.multiply(*np.average(x, 1, w, returned=True)),
        (A, POSITIVE),
    ),
    Line("average, count", lambda x: np.multiply(*np.average(x, 1, returned=True)) ** 2, (A,)),
    Line("cov", lambda x: weighed(np.cov(x)), (A,)),
    Line("cov of one variable", lambda x: np.cov(x) ** 2, (VECTOR,)),
    Line("cov of columns", lambda x: weighed(np.cov(x, rowvar=False)), (A,)),
    Line("cov, bias", lambda x: weighed(np.cov(x, bias=True)), (A,)),
    Line("cov, ddof", lambda x: weighed(np.cov(x, ddof=2)), (A,)),
    Line("cov of two", lambda x, y: weighed(np.cov(x, y)), (VECTOR, numbers(4, seed=5))),
    Line("cov of two, columns", lambda x, y: weighed(np.cov(x, y, False)), (A, B)),
    Line("cov, frequencies", lambda x: weighed(np.cov(x, fweights=TIMES)), (A,)),
    Line("cov, weights", lambda x, w: weighed(np.cov(x, aweights=w)), (A, numbers(4, low=0.3))),
    Line("cov, weights, ddof 0", lambda x, w: weighed(np.cov(x, aweights=w, ddof=0)), (A, numbers(4, low=0.3))),
    Line(
        "cov, both weights",
        lambda x, w: weighed(np.cov(x, fweights=TIMES, aweights=w, ddof=1)),
        (A, numbers(4, low=0.3)),
    ),
    Line("corrcoef", lambda x: weighed(np.corrcoef(x)), (A,)),
    Line("corrcoef of two", lambda x, y: weighed(np.corrcoef(x, y)), (VECTOR, numbers(4, seed=5))),
    Line("corrcoef of columns", lambda x: weighed(np.corrcoef(x, rowvar=False)), (numbers(5, 3),)),
    Line("corrcoef of one variable", lambda x: np.corrcoef(x) * np.sum(x) ** 2, (VECTOR,)),
    Line("nansum", lambda x: np.nansum(with_holes(x)) ** 2, (A,)),
    Line("nansum, axis kept", lambda x: weighed(np.nansum(with_holes(x), axis=1, keepdims=True)), (A,)),
    Line("nansum, initial and mask", lambda x: weighed(np.nansum(with_holes(x), 1, initial=2, where=MASK)), (A,)),
    Line("nanprod", lambda x: np.nanprod(with_holes(x)) ** 2, (A,)),
    Line("nanprod, axis, initial", lambda x: weighed(np.nanprod(with_holes(x), axis=0, initial=2)), (A,)),
    Line("nanmean", lambda x: np.nanmean(with_holes(x)) ** 2, (A,)),
    Line("nanmean, axis kept", lambda x: weighed(np.nanmean(with_holes(x), axis=1, keepdims=True)), (A,)),
    Line("nanmean, mask", lambda x: np.nanmean(with_holes(x), where=MASK) ** 2, (A,)),
    Line("nanmean without NaN", lambda x: weighed(np.nanmean(x, axis=0)), (A,)),
    Line("nanvar", lambda x: np.nanvar(with_holes(x)), (A,)),
    Line("nanvar, axis kept, ddof", lambda x: weighed(np.nanvar(with_holes(x), axis=1, ddof=1, keepdims=True)), (A,)),
    Line("nanvar, mask", lambda x: np.nanvar(with_holes(x), where=MASK), (A,)),
    Line("nanstd", lambda x: np.nanstd(with_holes(x)), (A,)),
    Line("nanstd, axis, correction", lambda x: weighed(np.nanstd(with_holes(x), axis=1, correction=1)), (A,)),
    Line("nanmax", lambda x: np.nanmax(with_holes(x)) ** 2, (A,)),
    Line("nanmax, axis kept", lambda x: weighed(np.nanmax(with_holes(x), axis=0, keepdims=True)), (A,)),
    Line("nanmax without NaN", lambda x: weighed(np.nanmax(x, axis=0)), (A,)),
    Line("nanmax, initial and mask", lambda x: weighed(np.nanmax(with_holes(x), 1, initial=-3, where=MASK)), (A,)),
    Line("nanmin, axis", lambda x: weighed(np.nanmin(with_holes(x), axis=1)), (A,)),
    Line("nancumsum", lambda x: weighed(np.nancumsum(with_holes(x))), (A,)),
    Line("nancumsum, axis", lambda x: weighed(np.nancumsum(with_holes(x), axis=1)), (A,)),
    Line("nancumprod", lambda x: weighed(np.nancumprod(with_holes(x), axis=1)), (A,)),
]
