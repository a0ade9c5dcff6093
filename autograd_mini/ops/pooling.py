"""Gates of pooling: the largest entry of each window, its gradient placed at that entry, and the derivative of that.

Of equal entries in a window the first in row order counts, and NaN counts as largest. A window is looked at entry by
entry, each for all windows at once, so that nothing is gathered: its steps are (lengths, strides, dilations), with a
number for each of the last axes.
"""

import itertools
from typing import NamedTuple

import numpy as np

from ..notation import call
from ..primitive import primitive, selected


class Windows(NamedTuple):
    """How windows lie on the last axes of an array: for each axis a length, a stride, a dilation and their number."""

    lengths: tuple[int, ...]
    stride: tuple[int, ...]
    dilation: tuple[int, ...]
    counts: tuple[int, ...]

    def entries(self):
        """Return for each entry of a window, in row order, where it lies in all windows."""
        axes = zip(self.lengths, self.stride, self.dilation, self.counts, strict=True)
        along = [
            [slice(tap * dilation, tap * dilation + (count - 1) * stride + 1, stride) for tap in range(length)]
            for length, stride, dilation, count in axes
        ]
        return [(..., *entry) for entry in itertools.product(*along)]

    @property
    def are_apart(self):
        """Whether no entry lies in two windows."""
        axes = zip(self.lengths, self.stride, self.dilation, strict=True)
        return all(stride > dilation * (length - 1) for length, stride, dilation in axes)

    def firsts(self, x, out, *, may_be_nan):
        """Yield each entry of the windows with a mask of the windows whose first largest entry it is."""
        *entries, last = self.entries()
        undecided = True
        for entry in entries:
            wins = x[entry] == out
            if may_be_nan:
                # Where NaN is the largest, no entry equals it.
                wins = wins | (x[entry] != x[entry])
            wins = wins & undecided
            undecided = undecided & ~wins
            yield entry, wins
        # One of the entries is the largest: if no other, this one, which so need not be looked at.
        yield last, undecided


@primitive(
    symbol="max",
    internal=True,
    notation=call("max_pool"),
    x=lambda upstream, x, out, windows: at_the_first_largest(upstream, x, out, windows=windows),
)
def max_pool(x, *, windows):
    """Return the largest entry of each window on the last axes."""
    first, *others = windows.entries()
    out = np.array(x[first])
    for entry in others:
        np.maximum(out, x[entry], out=out)
    return out


@primitive(
    internal=True,
    notation=call("at_the_first_largest"),
    g=lambda upstream, x, largest, windows: of_the_first_largest(upstream, x, largest, windows=windows),
)
def at_the_first_largest(g, x, largest, *, windows):
    """Return zeros of x's shape with each window's g added at the first entry that is its `largest`."""
    scattered = np.zeros_like(x, dtype=np.result_type(g))
    for entry, wins in windows.firsts(x, largest, may_be_nan=np.isnan(largest).any()):
        if windows.are_apart:
            scattered[entry] = selected(wins, g)
        else:
            scattered[entry] += selected(wins, g)
    return scattered


@primitive(
    internal=True,
    notation=call("of_the_first_largest"),
    g=lambda upstream, x, largest, windows: at_the_first_largest(upstream, x, largest, windows=windows),
)
def of_the_first_largest(g, x, largest, *, windows):
    """Return for each window the entry of g at the place of the first entry of x that is its `largest`."""
    found = np.zeros_like(largest, dtype=np.result_type(g))
    for entry, wins in windows.firsts(x, largest, may_be_nan=np.isnan(largest).any()):
        found += selected(wins, g[entry])
    return found
