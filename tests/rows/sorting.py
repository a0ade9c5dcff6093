"""Sorting and quantiles."""

import numpy as np

from rows.line import DISTINCT, VECTOR, A, Line, numbers, weighed

METHODS = [
    "inverted_cdf", "averaged_inverted_cdf", "closest_observation", "interpolated_inverted_cdf", "hazen", "weibull",
    "linear", "median_unbiased", "normal_unbiased", "lower", "higher", "midpoint", "nearest",
]  # fmt: skip
LEVELS = np.array([[0.0, 0.1, 0.25], [0.5, 0.77, 1.0]])
HOLES = np.where(np.abs(A) < 0.6, np.nan, A)


def with_holes(x):
    """Return x with NaN at the holes, whose derivative is 0."""
    return np.where(np.isnan(HOLES), np.nan, x)


LINES = [
    Line("sort", lambda x: weighed(np.sort(x)), (A,)),
    Line("sort, first axis", lambda x: weighed(np.sort(x, axis=0)), (A,)),
    Line("sort, flattened", lambda x: weighed(np.sort(x, axis=None)), (A,)),
    Line("sort, kind", lambda x: weighed(np.sort(x, 1, "mergesort")), (A,)),
    Line("sort, stable", lambda x: weighed(np.sort(x, stable=True)), (A,)),
    Line("sort of one entry", lambda x: weighed(np.sort(x)), (numbers(1),)),
    Line("sort of nothing", lambda x: np.sort(x), (numbers(0),)),
    Line("partition", lambda x: weighed(np.partition(x, 3)), (DISTINCT,)),
    Line("partition, first axis", lambda x: weighed(np.partition(x, 1, axis=0)), (A,)),
    Line("partition, several places", lambda x: weighed(np.partition(x, (1, -2))), (DISTINCT,)),
    Line("partition, flattened", lambda x: weighed(np.partition(x, 5, axis=None)), (A,)),
    Line("median, odd count", lambda x: np.median(x) ** 2, (numbers(5),)),
    Line("median, even count", lambda x: np.median(x) ** 2, (A,)),
    Line("median, axis kept", lambda x: weighed(np.median(x, axis=0, keepdims=True)), (A,)),
    Line("median, two axes", lambda x: weighed(np.median(x, axis=(0, -1))), (DISTINCT,)),
    Line("median of a number", lambda x: np.median(x) ** 2, (0.7,)),
    Line("quantile", lambda x: np.quantile(x, 0.3) ** 2, (A,)),
    Line("quantile, whole number", lambda x: np.quantile(x, 1, axis=1) ** 2, (A,)),
    Line("quantile, several, axis kept", lambda x: weighed(np.quantile(x, [0.2, 0.9], axis=1, keepdims=True)), (A,)),
    Line("quantile, several, all axes kept", lambda x: weighed(np.quantile(x, LEVELS, keepdims=True)), (A,)),
    Line("quantile, two axes", lambda x: weighed(np.quantile(x, LEVELS, axis=(0, 2))), (DISTINCT,)),
    Line("quantile of a number", lambda x: np.quantile(x, 0.3) ** 2, (0.7,)),
    Line("percentile", lambda x: np.percentile(x, 30) ** 2, (A,)),
    Line("percentile, several", lambda x: weighed(np.percentile(x, [10, 50, 95], axis=-1)), (DISTINCT,)),
    Line("percentile, method", lambda x: weighed(np.percentile(x, 40.0, 0, method="lower")), (A,)),
    Line("nanmedian", lambda x: np.nanmedian(with_holes(x)) ** 2, (A,)),
    Line("nanmedian, rows with other counts", lambda x: weighed(np.nanmedian(with_holes(x), axis=1)), (A,)),
    Line("nanmedian without NaN", lambda x: np.nanmedian(x, axis=0, keepdims=True) ** 2, (A,)),
    Line("nanquantile, rows with other counts", lambda x: weighed(np.nanquantile(with_holes(x), LEVELS, axis=1)), (A,)),
    Line("nanquantile, method", lambda x: weighed(np.nanquantile(with_holes(x), 0.4, axis=0, method="hazen")), (A,)),
    Line("nanpercentile", lambda x: np.nanpercentile(with_holes(x), 40) ** 2, (A,)),
    *(
        Line(f"quantile, {method}", lambda x, m=method: weighed(np.quantile(x, LEVELS, axis=-1, method=m)), (DISTINCT,))
        for method in METHODS
    ),
    Line("sort, row of wires", lambda x: weighed(np.sort(np.stack([x[2], x[0]]))), (VECTOR,)),
]
