"""Copies of a signal shifted along its columns, on plain arrays: what makes a convolution a few products of matrices.

A signal of one axis counts as one row, and a kernel is one matrix for each group of channels. There is a copy for each
column of taps; what a row of taps meets is then a slice of rows of the copies, in the order (column of taps, channel).
A few such slices are put beside each other if each is small, and one product sums over all their terms. This is done
for a few examples at a time, so that the copies stay in the processor's cache.
"""

import math

import numpy as np

# How many entries are copied at a time.
_AT_A_TIME = 2**18
# Terms over which a product of matrices must sum to be done at the processor's speed.
_TERMS = 64


class Slide:
    """A geometry in numbers of rows and columns; arrays have the axes (examples, groups, channels, rows, columns)."""

    def __init__(self, geometry):
        self.groups, self.kernel = geometry.groups, geometry.w
        has_channels = len(geometry.w) > geometry.axes
        self.channels = geometry.w[1] if has_channels else 1
        self.outputs_per_group = geometry.w[0] // geometry.groups if has_channels else 1
        self.has_batch = len(geometry.x) == geometry.axes + 2
        self.length, self.outputs, self.taps, self.stride, self.padding, self.dilation = self._along_rows_and_columns(
            geometry.x[-geometry.axes :],
            geometry.outputs,
            geometry.taps,
            geometry.stride,
            geometry.padding,
            geometry.dilation,
        )
        self.positions = self.outputs[0] * self.outputs[1]
        self.example = (self.groups, self.channels, *self.length)
        # Else the signal as it is would be the only copy.
        self.needs_copies = self.taps[1] > 1 or self.stride[1] > 1 or any(self.padding)
        # The channels of the shifted copies: terms of one row of taps.
        self.copied = self.taps[1] * self.channels

    def _along_rows_and_columns(self, length, outputs, taps, *steps):
        """Return lengths and steps along two axes; along an axis that is not there nothing moves."""
        numbers = [length, outputs, taps, *steps]
        if len(length) == 2:
            return numbers
        # A column where copies of a whole row, one for each tap, would be too large.
        is_row = self.groups * self.channels * taps[0] * outputs[0] <= _AT_A_TIME
        still = (1, 1, 1, 1, 0, 1)
        return [(one, *n) if is_row else (*n, one) for n, one in zip(numbers, still, strict=True)]

    def signals(self, x):
        """Return a signal with all five axes."""
        return np.reshape(x, (len(x) if self.has_batch else 1, *self.example))

    def upstream_of(self, g):
        """Return what has the shape of the output, with all five axes."""
        batch = len(g) if self.has_batch else 1
        return np.reshape(g, (batch, self.groups, self.outputs_per_group, *self.outputs))

    def in_positions(self, g):
        """Return what has the shape of the output as matrices (output channels, positions)."""
        batch = len(g) if self.has_batch else 1
        return np.reshape(g, (batch, self.groups, self.outputs_per_group, self.positions))

    def meetings(self, signal):
        """Yield for some examples and some terms of the kernel, in order, what they meet.

        Terms are in the order (tap row, tap column, channel); what they meet are matrices (terms, positions).
        """
        one_row = self.groups * self.copied * self.positions
        together = _rows_together(min(self.taps[0], math.ceil(_TERMS / max(1, self.copied))), one_row)
        rows = self.length[0] + 2 * self.padding[0]
        beside_each = together * one_row if together > 1 else 0
        at_a_time = _examples(len(signal), self.groups * self.copied * rows * self.outputs[1] + beside_each)
        # What is padding stays zero in the copies, whichever examples are copied into them.
        scratch = None
        if self.needs_copies:
            scratch = np.zeros((at_a_time, self.groups, self.copied, rows, self.outputs[1]), signal.dtype)
        beside = None
        if together > 1:
            beside = np.empty((at_a_time, self.groups, together * self.copied, *self.outputs), signal.dtype)
        for start in range(0, len(signal), at_a_time):
            part = slice(start, start + at_a_time)
            copies = self.shifted(signal[part], scratch)
            for first in range(0, self.taps[0], together):
                taps = range(first, min(first + together, self.taps[0]))
                seen = [copies[..., self._met_by(tap), :] for tap in taps]
                terms = slice(taps.start * self.copied, taps.stop * self.copied)
                met = seen[0]
                if len(seen) > 1:
                    met = np.concatenate(seen, axis=2, out=beside[: len(met), :, : terms.stop - terms.start])
                yield part, terms, np.reshape(met, (*met.shape[:3], self.positions))

    def _met_by(self, tap):
        """Return which rows of the padded signal a row of taps meets."""
        start, step = tap * self.dilation[0], self.stride[0]
        return slice(start, start + (self.outputs[0] - 1) * step + 1, step)

    def shifted(self, signal, scratch):
        """Return for each column of taps what it meets in each row of the padded signal, position by position.

        They are written into the first of the scratch copies, which are zero where they meet padding.
        """
        if not self.needs_copies:
            return signal
        copies = scratch[: len(signal)]
        apart = np.reshape(copies, (*copies.shape[:2], self.taps[1], self.channels, *copies.shape[3:]))
        inside = slice(self.padding[0], self.padding[0] + self.length[0])
        for tap, columns, met in self._columns():
            apart[:, :, tap, :, inside, met] = signal[..., columns]
        return copies

    def _columns(self):
        """Yield each column of taps, the columns of the signal that it meets, and at which positions."""
        step = self.stride[1]
        for tap in range(self.taps[1]):
            # Position i meets column i·step + first, which must be one of the signal's.
            first = tap * self.dilation[1] - self.padding[1]
            start = max(0, -(first // step))
            end = min(self.outputs[1], (self.length[1] - 1 - first) // step + 1)
            if start < end:
                yield tap, slice(first + start * step, first + (end - 1) * step + 1, step), slice(start, end)

    def arrivals(self, upstream, dtype):
        """Yield for some examples, some rows of the signal and some rows of taps what is sent through these to those.

        Every stride[0]-th row of the signal meets the same rows of taps. What is sent are matrices: terms in the order
        (tap row, output channel), and the rows' entries at the outputs' columns. With them comes a scratch array of
        that dtype, for what arrives.
        """
        step, columns = self.stride[0], self.outputs[1]
        for start in range(min(step, self.length[0])):
            rows = slice(start, None, step)
            count = len(range(start, self.length[0], step))
            # Row start + n·step of the signal meets a tap at output row n + first, where that is a whole number.
            meeting = [divmod(start + self.padding[0] - tap * self.dilation[0], step) for tap in range(self.taps[0])]
            taps = [(tap, first) for tap, (first, rest) in enumerate(meeting) if rest == 0]
            one_row = self.groups * self.outputs_per_group * count * columns
            together = _rows_together(len(taps), one_row)
            at_a_time = _examples(len(upstream), together * one_row + self.groups * self.copied * count * columns)
            arriving = np.empty((at_a_time, self.groups, self.copied, count * columns), dtype)
            for place in range(0, len(taps), together):
                some, firsts = zip(*taps[place : place + together], strict=True)
                for part, sent in self._sent(upstream, firsts, count, at_a_time):
                    yield part, rows, some, sent, arriving[: len(sent)]

    def _sent(self, upstream, firsts, count, at_a_time):
        """Yield for some examples the matrices of `count` output rows from each of some first ones on."""
        parts = [slice(start, start + at_a_time) for start in range(0, len(upstream), at_a_time)]
        terms, columns = len(firsts) * self.outputs_per_group, self.outputs[1]
        if firsts == (0,) and count == self.outputs[0]:
            for part in parts:
                g = upstream[part]
                yield part, np.reshape(g, (len(g), self.groups, terms, count * columns))
            return
        # Where there is no output row it stays zero, whichever examples are copied.
        scratch = np.zeros(
            (at_a_time, self.groups, len(firsts), self.outputs_per_group, count, columns), upstream.dtype
        )
        for part in parts:
            g = upstream[part]
            for place, first in enumerate(firsts):
                start, end = max(0, first), min(self.outputs[0], first + count)
                if start < end:
                    scratch[: len(g), :, place, :, start - first : end - first] = g[..., start:end, :]
            yield part, np.reshape(scratch[: len(g)], (len(g), self.groups, terms, count * columns))

    def put_back(self, copies, signal):
        """Add to rows of a signal the copies that belong to them, each shifted back."""
        shape = (len(signal), self.groups, self.taps[1], self.channels, signal.shape[3], self.outputs[1])
        copies = np.reshape(copies, shape)
        for tap, columns, met in self._columns():
            if self.stride == (1, 1) and self.outputs[1] == self.length[1]:
                _add_in_one_row(copies[:, :, tap], columns.start - met.start, signal)
            else:
                signal[..., columns] += copies[:, :, tap, ..., met]

    def by_output(self, w):
        """Return a kernel as matrices: a row for each output channel, terms in the order (tap row, column, channel)."""
        apart = np.reshape(w, (self.groups, self.outputs_per_group, self.channels, *self.taps))
        terms = np.transpose(apart, (0, 1, 3, 4, 2))
        return np.reshape(terms, (self.groups, self.outputs_per_group, self.taps[0] * self.copied))

    def by_copy(self, w):
        """Return a kernel as what a shifted copy takes from each row of taps and output channel: four axes."""
        apart = np.reshape(w, (self.groups, self.outputs_per_group, self.channels, *self.taps))
        by_copy = np.transpose(apart, (0, 4, 2, 3, 1))
        return np.reshape(by_copy, (self.groups, self.copied, self.taps[0], self.outputs_per_group))

    def as_kernel(self, sums):
        """Return as a kernel what is in the order (group, tap row, column, channel, output channel)."""
        apart = np.reshape(sums, (self.groups, *self.taps, self.channels, self.outputs_per_group))
        return np.reshape(np.transpose(apart, (0, 4, 3, 1, 2)), self.kernel)


def _rows_together(wanted, entries):
    """Return how many rows of taps, at most those wanted, share a product for which each takes so many entries."""
    return max(1, min(wanted, _AT_A_TIME // max(1, entries)))


def _add_in_one_row(copy, shift, signal):
    """Add a copy to a signal, `shift` columns further on, with all rows as one: short ones take several times as long.

    The columns of the copy that would leave the signal come to lie in the next row, and are set to zero.
    """
    for column in range(copy.shape[-1] - shift, copy.shape[-1]) if shift > 0 else range(-shift):
        copy[..., column] = 0
    count = math.prod(signal.shape[2:])
    copy, signal = (np.reshape(array, (*array.shape[:2], count)) for array in (copy, signal))
    signal[..., max(0, shift) : count + min(0, shift)] += copy[..., max(0, -shift) : count - max(0, shift)]


def _examples(count, entries):
    """Return how many of some examples are copied at a time, at so many entries each."""
    return max(1, min(count, _AT_A_TIME // max(1, entries)))
