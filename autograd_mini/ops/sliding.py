"""How a kernel slides over a signal, on plain arrays: the three sums over positions and taps that convolutions need.

A signal of one axis counts as one of rows with a single column. Only copies shifted along the columns are made, as many
as the kernel has columns, and of a few examples at a time so that they stay in the processor's cache; a row of taps is
then one matrix product with a slice of rows of these copies, which at stride 1 is not copied again.
"""

from typing import NamedTuple

import numpy as np

# Bytes of shifted copies made at a time.
_AT_A_TIME = 2**20


class Geometry(NamedTuple):
    """The shapes and steps of one convolution; the steps have one number for each axis that the kernel slides along."""

    x: tuple[int, ...]
    w: tuple[int, ...]
    stride: tuple[int, ...]
    padding: tuple[int, ...]
    dilation: tuple[int, ...]
    groups: int

    @property
    def axes(self):
        """How many axes the kernel slides along."""
        return len(self.stride)

    @property
    def taps(self):
        """The lengths of the kernel along these axes."""
        return self.w[-self.axes :]

    @property
    def outputs(self):
        """How many positions the kernel takes along each axis of the padded signal."""
        steps = zip(self.x[-self.axes :], self.taps, self.stride, self.padding, self.dilation, strict=True)
        return tuple(
            (n + 2 * padded - dilation * (taps - 1) - 1) // step + 1 for n, taps, step, padded, dilation in steps
        )

    @property
    def output_shape(self):
        """The shape of the output, with channels and batch where the signal has them."""
        leading = len(self.x) - self.axes
        return self.outputs if leading == 0 else (*self.x[: leading - 1], self.w[0], *self.outputs)

    def correlated(self, x, w):
        """Return Σ x[i·stride + j·dilation − padding] · w[j] over taps j and channels, for every position i."""
        slide = _Slide(self)
        signal, taps = slide.examples(x, slide.length), slide.rows_of_taps(w)
        out = np.empty((len(signal), *taps.shape[1:3], slide.positions), np.result_type(x, w))
        for part in slide.parts(signal):
            copies, sums = slide.shifted(signal[part]), out[part]
            for row, seen in enumerate(slide.rows_met()):
                rows = slide.in_one_row(copies[seen])
                if row:
                    sums += taps[row] @ rows
                else:
                    np.matmul(taps[row], rows, out=sums)
        return np.reshape(out, self.output_shape)

    def scattered(self, g, w):
        """Return Σ g[i] · w[j] placed where position i and tap j meet the signal: `correlated` transposed by x."""
        slide = _Slide(self)
        upstream = slide.examples(g, slide.outputs)
        upstream = np.reshape(upstream, (*upstream.shape[:3], slide.positions))
        taps = np.swapaxes(slide.rows_of_taps(w), -1, -2)
        out = np.zeros((len(upstream), *slide.example), np.result_type(g, w))
        for part in slide.parts(out):
            copies = out[part] if slide.needs_no_copies else np.zeros(slide.copies_shape(out[part]), out.dtype)
            for row, seen in enumerate(slide.rows_met()):
                copies[seen] += np.reshape(taps[row] @ upstream[part], copies[seen].shape)
            if not slide.needs_no_copies:
                slide.put_back(copies, out[part])
        return np.reshape(out, self.x)

    def summed_for_taps(self, x, g):
        """Return Σ g[i] · x[i·stride + j·dilation − padding] over positions i, for tap j: `correlated` by w."""
        slide = _Slide(self)
        signal, upstream = slide.examples(x, slide.length), slide.examples(g, slide.outputs)
        upstream = np.reshape(upstream, (*upstream.shape[:3], slide.positions))
        rows = np.zeros(slide.rows_of_taps_shape(), np.result_type(x, g))
        for part in slide.parts(signal):
            copies = slide.shifted(signal[part])
            for row, seen in enumerate(slide.rows_met()):
                rows[row] += np.sum(upstream[part] @ np.swapaxes(slide.in_one_row(copies[seen]), -1, -2), axis=0)
        return slide.as_kernel(rows)


class _Slide:
    """A geometry in numbers of rows and columns; arrays have the axes (examples, groups, channels, rows, columns)."""

    def __init__(self, geometry):
        # Along a second axis that is not there nothing moves.
        self.length = (*geometry.x[-geometry.axes :], 1)[:2]
        self.outputs = (*geometry.outputs, 1)[:2]
        self.taps = (*geometry.taps, 1)[:2]
        self.stride, self.dilation = ((*steps, 1)[:2] for steps in (geometry.stride, geometry.dilation))
        self.padding = (*geometry.padding, 0)[:2]
        self.positions = self.outputs[0] * self.outputs[1]
        self.groups = geometry.groups
        self.kernel = geometry.w
        has_channels = len(geometry.w) > geometry.axes
        self.channels = geometry.w[1] if has_channels else 1
        self.outputs_per_group = geometry.w[0] // geometry.groups if has_channels else 1
        self.example = (self.groups, self.channels, *self.length)
        # The signal as it is would be the only copy.
        self.needs_no_copies = self.taps[1] == self.stride[1] == 1 and self.padding == (0, 0)
        self.has_batch = len(geometry.x) == geometry.axes + 2

    def examples(self, array, lengths):
        """Return a signal or an output with all five axes."""
        batch = len(array) if self.has_batch else 1
        return np.reshape(array, (batch, self.groups, -1, *lengths))

    def parts(self, array):
        """Yield slices of examples whose shifted copies are small enough together."""
        size = np.prod(self.copies_shape(array)[1:]) * array.itemsize
        step = max(1, int(_AT_A_TIME // max(size, 1)))
        return [slice(start, start + step) for start in range(0, len(array), step)]

    def copies_shape(self, signal):
        """Return the shape of the shifted copies: one for each column of taps, with the padding's rows."""
        rows = self.length[0] + 2 * self.padding[0]
        return (len(signal), self.groups, self.taps[1] * self.channels, rows, self.outputs[1])

    def shifted(self, signal):
        """Return for each column of taps what it meets in each row of the padded signal, position by position."""
        if self.needs_no_copies:
            return signal
        copies = np.zeros(self.copies_shape(signal), signal.dtype)
        for copy, columns, met in self._columns(copies):
            copy[..., met] = signal[..., columns]
        return copies

    def put_back(self, copies, signal):
        """Add shifted copies to a signal where they came from."""
        for copy, columns, met in self._columns(copies):
            signal[..., columns] += copy[..., met]

    def _columns(self, copies):
        """Yield each copy without the padding's rows, the signal's columns that are in it, and where they are."""
        apart = np.reshape(copies, (*copies.shape[:2], self.taps[1], self.channels, *copies.shape[3:]))
        rows = slice(self.padding[0], self.padding[0] + self.length[0])
        step = self.stride[1]
        for tap in range(self.taps[1]):
            # Position i meets column i·step + first, which must be one of the signal's.
            first = tap * self.dilation[1] - self.padding[1]
            start = max(0, -(first // step))
            end = min(self.outputs[1], (self.length[1] - 1 - first) // step + 1)
            if start < end:
                columns = slice(first + start * step, first + (end - 1) * step + 1, step)
                yield apart[:, :, tap, :, rows], columns, slice(start, end)

    def rows_met(self):
        """Return for each row of taps the rows of the padded signal that it meets."""
        span = (self.outputs[0] - 1) * self.stride[0] + 1
        starts = [tap * self.dilation[0] for tap in range(self.taps[0])]
        return [(..., slice(start, start + span, self.stride[0]), slice(None)) for start in starts]

    def in_one_row(self, seen):
        """Return rows and columns of positions as one axis."""
        return np.reshape(seen, (*seen.shape[:3], self.positions))

    def rows_of_taps_shape(self):
        """Return the shape of a kernel as `rows_of_taps` gives it."""
        return (self.taps[0], self.groups, self.outputs_per_group, self.taps[1] * self.channels)

    def rows_of_taps(self, w):
        """Return a kernel as a matrix for each row of taps and each group, in the order of the shifted copies."""
        kernel = np.reshape(w, (self.groups, self.outputs_per_group, self.channels, *self.taps))
        return np.reshape(np.transpose(kernel, (3, 0, 1, 4, 2)), self.rows_of_taps_shape())

    def as_kernel(self, rows):
        """Return what has the form of `rows_of_taps` as a kernel."""
        apart = np.reshape(rows, (*rows.shape[:3], self.taps[1], self.channels))
        return np.reshape(np.transpose(apart, (1, 2, 4, 0, 3)), self.kernel)
