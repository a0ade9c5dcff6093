"""Pooling and windows under torch.nn.functional's names, in (N, C, L) and (N, C, H, W) layout; N may be left out.

max_pool gives a tie to the first entry of its window, in row order.
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from ..errors import ShapeError
from ..ops.pooling import Windows, max_pool
from .arguments import array, per_axis


def max_pool1d(input, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False):
    """Return the largest entry of each window; the stride is the window's length when left out."""
    return _max_pool("max_pool1d", 1, input, kernel_size, stride, padding, dilation, ceil_mode)


def max_pool2d(input, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False):
    """Return the largest entry of each window; the stride is the window's lengths when left out."""
    return _max_pool("max_pool2d", 2, input, kernel_size, stride, padding, dilation, ceil_mode)


def _max_pool(name, axes, x, kernel_size, stride, padding, dilation, ceil_mode):
    x = array(x)
    steps = _Steps(name, x, axes, kernel_size, stride, padding, dilation, ceil_mode)
    windows = Windows(steps.kernel, steps.stride, steps.dilation, tuple(steps.outputs))
    return max_pool(steps.padded(x, -np.inf), windows=windows)


def _first_largest(rows):
    """Return the largest entry along the last axis, the first of equal ones."""
    places = np.expand_dims(np.argmax(rows, axis=-1), -1)
    return np.take_along_axis(rows, places, axis=-1)[..., 0]


def avg_pool1d(input, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True):
    """Return the mean of each window; zeros put around count as entries unless `count_include_pad` is False."""
    return _avg_pool("avg_pool1d", 1, input, kernel_size, stride, padding, ceil_mode, count_include_pad, None)


def avg_pool2d(
    input, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True, divisor_override=None
):
    """Return the mean of each window, or its sum divided by `divisor_override`; see `avg_pool1d`."""
    return _avg_pool(
        "avg_pool2d", 2, input, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override
    )


def _avg_pool(name, axes, x, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor):
    x = array(x)
    steps = _Steps(name, x, axes, kernel_size, stride, padding, 1, ceil_mode)
    window = tuple(range(-axes, 0))
    sums = np.sum(steps.windows(x, 0.0), axis=window)
    if divisor is not None:
        return sums / divisor
    # What ceil_mode adds at the end never counts.
    inside = np.ones(np.shape(x)[-axes:])
    if count_include_pad:
        inside = np.pad(inside, [(padding, padding) for padding in steps.padding], constant_values=1)
    counts = np.sum(steps.windows(inside, 0.0, padded=count_include_pad), axis=window)
    return sums / counts.astype(x.dtype)


class _Steps:
    """The windows of a pooling: their lengths and steps along each axis, as PyTorch reads them."""

    def __init__(self, name, x, axes, kernel_size, stride, padding, dilation, ceil_mode):
        if np.ndim(x) not in (axes + 1, axes + 2):
            layout = "(N, C, L) or (C, L)" if axes == 1 else "(N, C, H, W) or (C, H, W)"
            raise ShapeError(f"{name}: input must have shape {layout}; got {np.shape(x)}.")
        self.axes = axes
        self.kernel = per_axis(kernel_size, axes, "kernel_size", name)
        self.stride = self.kernel if stride is None else per_axis(stride, axes, "stride", name)
        self.padding = per_axis(padding, axes, "padding", name, least=0)
        self.dilation = per_axis(dilation, axes, "dilation", name)
        if any(2 * padded > taps for padded, taps in zip(self.padding, self.kernel, strict=True)):
            raise ShapeError(
                f"{name}: padding must be at most half of kernel_size; got {self.padding} for {self.kernel}."
            )
        self.outputs = []
        for n, taps, step, padded, spread in zip(
            np.shape(x)[-axes:], self.kernel, self.stride, self.padding, self.dilation, strict=True
        ):
            room = n + 2 * padded - spread * (taps - 1) - 1
            count = (-(-room // step) if ceil_mode else room // step) + 1
            # A window must start inside the input or what is put before it.
            if ceil_mode and (count - 1) * step >= n + padded:
                count -= 1
            if count < 1:
                raise ShapeError(
                    f"{name}: the window must not be longer than the padded input; got input {np.shape(x)}, "
                    f"kernel_size {self.kernel}, padding {self.padding}."
                )
            self.outputs.append(count)

    def windows(self, x, fill, padded=False):
        """Return the windows of x, one axis of positions and one of entries for each axis; `fill` is put around."""
        spans = [dilation * (taps - 1) + 1 for dilation, taps in zip(self.dilation, self.kernel, strict=True)]
        views = sliding_window_view(self.padded(x, fill, padded), tuple(spans), axis=tuple(range(-self.axes, 0)))
        places = [
            slice(None, (count - 1) * step + 1, step) for count, step in zip(self.outputs, self.stride, strict=True)
        ]
        entries = [slice(None, None, spread) for spread in self.dilation]
        return views[(..., *places, *entries)]

    def padded(self, x, fill, padded=False):
        """Return x with `fill` around, as far as windows reach; only at the end if it is `padded` already."""
        axes = self.axes
        around = []
        for n, taps, step, padding, spread, count in zip(
            np.shape(x)[-axes:], self.kernel, self.stride, self.padding, self.dilation, self.outputs, strict=True
        ):
            span = spread * (taps - 1) + 1
            before = 0 if padded else padding
            after = (count - 1) * step + span - n - before
            around.append((before, max(after, 0)))
        if any(map(any, around)):
            around = [(0, 0)] * (np.ndim(x) - axes) + around
            x = np.pad(x, around, constant_values=fill)
        return x


def adaptive_avg_pool1d(input, output_size):
    """Return `output_size` means over stretches of nearly equal length that cover the input."""
    return _adaptive("adaptive_avg_pool1d", 1, input, output_size, lambda part, axes: np.mean(part, axis=axes))


def adaptive_avg_pool2d(input, output_size):
    """Return means over rectangles of nearly equal size, `output_size` of them along each axis (None: as it is)."""
    return _adaptive("adaptive_avg_pool2d", 2, input, output_size, lambda part, axes: np.mean(part, axis=axes))


def adaptive_max_pool1d(input, output_size):
    """Return the largest entries of `output_size` stretches of nearly equal length that cover the input."""
    return _adaptive("adaptive_max_pool1d", 1, input, output_size, _largest_of)


def adaptive_max_pool2d(input, output_size):
    """Return the largest entries of rectangles of nearly equal size, `output_size` of them along each axis."""
    return _adaptive("adaptive_max_pool2d", 2, input, output_size, _largest_of)


def _largest_of(part, axes):
    return _first_largest(np.reshape(part, (*np.shape(part)[: np.ndim(part) - len(axes)], -1)))


def _adaptive(name, axes, x, output_size, reduce):
    """Return a reduction over stretches whose ends are ⌊i·n/m⌋ and ⌈(i + 1)·n/m⌉."""
    x = array(x)
    if np.ndim(x) not in (axes + 1, axes + 2):
        raise ShapeError(f"{name}: input must have channels and {axes} axes more; got shape {np.shape(x)}.")
    lengths = np.shape(x)[-axes:]
    sizes = output_size if isinstance(output_size, tuple | list) else (output_size,) * axes
    sizes = per_axis([n if m is None else m for n, m in zip(lengths, sizes, strict=False)], axes, "output_size", name)
    stretches = [
        [slice(i * n // m, -(-(i + 1) * n // m)) for i in range(m)] for n, m in zip(lengths, sizes, strict=True)
    ]
    window = tuple(range(-axes, 0))
    if axes == 1:
        return np.stack([reduce(x[..., stretch], window) for stretch in stretches[0]], axis=-1)
    rows = [np.stack([reduce(x[..., row, column], window) for column in stretches[1]], axis=-1) for row in stretches[0]]
    return np.stack(rows, axis=-2)


def unfold(input, kernel_size, dilation=1, padding=0, stride=1):
    """Return the windows of images as columns: (N, C, H, W) to (N, C·taps, positions)."""
    x = array(input)
    if np.ndim(x) not in (3, 4):
        raise ShapeError(f"unfold: input must have shape (N, C, H, W) or (C, H, W); got {np.shape(x)}.")
    dilation = per_axis(dilation, 2, "dilation", "unfold")
    padding = per_axis(padding, 2, "padding", "unfold", least=0)
    x = np.pad(x, [(0, 0)] * (np.ndim(x) - 2) + [(padded, padded) for padded in padding])
    steps = _Steps("unfold", x, 2, kernel_size, stride, 0, dilation, False)
    windows = steps.windows(x, 0.0)
    # (..., C, rows, columns, tap rows, tap columns) to (..., C, taps, positions)
    windows = np.moveaxis(windows, (-2, -1), (-4, -3))
    leading = np.shape(x)[:-3]
    taps = int(np.prod(steps.kernel))
    return np.reshape(windows, (*leading, np.shape(x)[-3] * taps, int(np.prod(steps.outputs))))
