"""The gates of max-pooling against one look at each window, with ties, NaN and windows that overlap."""

import itertools

import numpy as np
import pytest

from autograd_mini.ops.pooling import Windows, at_the_first_largest, max_pool, of_the_first_largest

WINDOWS = {
    "apart": Windows((2, 2), (2, 2), (1, 1), (3, 4)),
    "apart, with a rest": Windows((2, 3), (3, 3), (1, 1), (2, 2)),
    "overlapping": Windows((3, 2), (2, 1), (1, 1), (2, 7)),
    "dilated": Windows((2, 3), (1, 2), (3, 2), (3, 2)),
    "of one entry": Windows((1, 1), (2, 2), (1, 1), (3, 4)),
    "one axis": Windows((3,), (2,), (1,), (3,)),
}


def places(windows):
    """Yield each window's number and where its entries are, in row order."""
    for number in np.ndindex(windows.counts):
        steps = zip(number, windows.lengths, windows.stride, windows.dilation, strict=True)
        yield number, list(itertools.product(*([n * s + j * d for j in range(k)] for n, k, s, d in steps)))


@pytest.mark.parametrize("values", [[0, 1, 2], [0, 0, np.nan, 1], [-np.inf, np.inf, np.nan], [-1, -1, -0.0, 0.0]])
@pytest.mark.parametrize("name", WINDOWS)
def test_the_first_largest_entry_counts(name, values):
    windows = WINDOWS[name]
    rng = np.random.default_rng(0)
    x = rng.choice(values, size=(2, 3, *(6, 8)[-len(windows.lengths) :])).astype(float)
    g = rng.normal(size=(2, 3, *windows.counts))
    of_x = rng.normal(size=x.shape)
    largest, placed, found = np.zeros_like(g), np.zeros_like(x), np.zeros_like(g)
    for example in np.ndindex(2, 3):
        for number, entries in places(windows):
            first = entries[np.argmax([x[example][entry] for entry in entries])]
            largest[example][number] = x[example][first]
            placed[example][first] += g[example][number]
            found[example][number] = of_x[example][first]
    out = max_pool(x, windows=windows)
    np.testing.assert_array_equal(out, largest)
    np.testing.assert_allclose(at_the_first_largest(g, x, out, windows=windows), placed, rtol=1e-14)
    np.testing.assert_array_equal(of_the_first_largest(of_x, x, out, windows=windows), found)
