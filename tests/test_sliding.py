"""The three sums of a convolution against their definition, whatever is copied at a time."""

import itertools

import numpy as np
import pytest

from autograd_mini.ops import shifted_copies
from autograd_mini.ops.sliding import Geometry

# x, w, stride, padding, dilation, groups.
GEOMETRIES = {
    "keeps the size": ((3, 2, 6, 5), (4, 2, 3, 3), (1, 1), (1, 1), (1, 1), 1),
    "keeps the columns only": ((3, 2, 6, 5), (4, 2, 2, 5), (1, 1), (0, 2), (1, 1), 1),
    "keeps the size, dilated": ((2, 1, 5, 7), (2, 1, 3, 3), (1, 1), (2, 2), (2, 2), 1),
    "kernel wider than the signal": ((2, 1, 3, 2), (2, 1, 5, 5), (1, 1), (2, 2), (1, 1), 1),
    "no padding": ((3, 3, 7, 6), (2, 3, 3, 2), (1, 1), (0, 0), (1, 1), 1),
    "one tap": ((3, 4, 5, 5), (2, 4, 1, 1), (1, 1), (0, 0), (1, 1), 1),
    "stride that passes over rows": ((2, 2, 9, 8), (2, 2, 2, 1), (3, 2), (0, 0), (1, 1), 1),
    "stride and dilation with a common factor": ((2, 2, 12, 9), (3, 2, 3, 2), (4, 2), (1, 1), (2, 3), 1),
    "stride and padding": ((2, 2, 8, 9), (3, 2, 4, 3), (2, 3), (2, 1), (1, 1), 1),
    "groups": ((3, 4, 6, 6), (6, 2, 3, 3), (2, 1), (1, 1), (1, 2), 2),
    "depthwise": ((2, 3, 5, 5), (3, 1, 3, 3), (1, 1), (1, 1), (1, 1), 3),
    "no batch": ((2, 6, 5), (3, 2, 2, 3), (1, 1), (1, 1), (1, 1), 1),
    "no examples": ((0, 2, 6, 5), (3, 2, 2, 3), (1, 1), (1, 1), (1, 1), 1),
    "one axis": ((3, 2, 11), (4, 2, 5), (1,), (0,), (1,), 1),
    "one axis, keeps the length": ((3, 2, 11), (4, 2, 5), (1,), (2,), (1,), 1),
    "one axis with everything": ((3, 4, 13), (4, 2, 3), (3,), (2,), (2,), 2),
    "one axis, no channels": ((13,), (4,), (2,), (1,), (2,), 1),
}


def meetings(geometry):
    """Yield every position with every tap and the entries of the unpadded signal where they meet."""
    for position in itertools.product(*map(range, geometry.outputs)):
        for tap in itertools.product(*map(range, geometry.taps)):
            steps = zip(position, tap, geometry.stride, geometry.dilation, geometry.padding, strict=True)
            met = tuple(i * step + j * apart - before for i, j, step, apart, before in steps)
            if all(0 <= place < length for place, length in zip(met, geometry.x[-geometry.axes :], strict=True)):
                yield position, tap, met


def by_definition(geometry, x, w, g):
    """Return the three sums, term by term."""
    batch = geometry.x[0] if len(geometry.x) == geometry.axes + 2 else 1
    axes, groups = geometry.axes, geometry.groups
    x, out, dx = (a.reshape(batch, groups, -1, *geometry.x[-axes:]) for a in (x, g, x) if a is not g or a.size < 0)
    return x, out, dx


@pytest.mark.parametrize("name", GEOMETRIES)
def test_placeholder(name):
    assert Geometry(*GEOMETRIES[name]).axes
