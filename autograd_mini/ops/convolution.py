"""The conv1d gate and the two gates that its gradient needs.

As in every deep-learning library the kernel is not flipped: y[i] = Σⱼ w[j] · x[i·stride + j·dilation − padding] + b.
The sum Σ g[i] · w[j] · x[i + j] over a gradient g is linear in g, w and x, and the three gates are its derivatives by
each. So each one's rules are the other two, and derivatives of any order stay among the three.
"""

import operator
from typing import NamedTuple

import numpy as np

from ..errors import ShapeError
from ..notation import call
from ..primitive import primitive


class Geometry(NamedTuple):
    """The shapes and steps of one convolution."""

    x: tuple[int, ...]
    w: tuple[int, ...]
    stride: int
    padding: int
    dilation: int
    groups: int

    @property
    def steps(self):
        """The options of conv1d."""
        return {"stride": self.stride, "padding": self.padding, "dilation": self.dilation, "groups": self.groups}

    @property
    def outputs(self):
        """How many positions the kernel takes along the padded signal."""
        return (self.x[-1] + 2 * self.padding - self.dilation * (self.w[-1] - 1) - 1) // self.stride + 1

    def seen_by(self, tap):
        """Return the entries of the padded signal that one tap of the kernel meets, position by position."""
        start = tap * self.dilation
        return slice(start, start + self.stride * (self.outputs - 1) + 1, self.stride)

    def signal(self, x):
        """Return a signal as (batch, groups, channels per group, n)."""
        batch = self.x[0] if len(self.x) == 3 else 1
        return np.reshape(x, (batch, self.groups, -1, np.shape(x)[-1]))

    def kernel(self, w):
        """Return a kernel as (groups, outputs per group, channels per group, taps)."""
        return np.reshape(w, (self.groups, -1, self.w[-2] if len(self.w) == 3 else 1, self.w[-1]))

    def padded(self, x):
        """Return a signal as `signal` does, with zeros before and after."""
        return np.pad(self.signal(x), [(0, 0)] * 3 + [(self.padding, self.padding)])


def _geometry(x, w, stride, padding, dilation, groups):
    return Geometry(np.shape(x), np.shape(w), stride, padding, dilation, groups)


def _sum_over_positions(upstream, x, b):
    """Return the gradient of the bias: every output position of every example shares it."""
    return np.sum(upstream, axis={1: None, 2: -1, 3: (0, -1)}[np.ndim(x)])


@primitive(
    symbol="conv1d",
    notation=call("conv1d"),
    x=lambda upstream, x, w, stride, padding, dilation, groups: conv1d_transpose(
        upstream, w, geometry=_geometry(x, w, stride, padding, dilation, groups)
    ),
    w=lambda upstream, x, w, stride, padding, dilation, groups: conv1d_kernel(
        x, upstream, geometry=_geometry(x, w, stride, padding, dilation, groups)
    ),
    b=_sum_over_positions,
)
def conv1d(x, w, b=None, *, stride=1, padding=0, dilation=1, groups=1):
    """Return the cross-correlation of a signal with a kernel: y[i] = Σⱼ w[j] · x[i·stride + j·dilation − padding] + b.

    Args:
        x: signal, shape (n,), (channels, n) or (batch, channels, n).
        w: kernel, shape (taps,) for a signal (n,), else (out_channels, channels / groups, taps). It is not flipped.
        b: bias, a number for a signal (n,), else shape (out_channels,); none when left out.
        stride: step between outputs.
        padding: zeros put before and after the signal.
        dilation: step between the entries that neighbouring taps meet.
        groups: number of groups of channels that do not mix.

    Returns:
        Shape (m,), (out_channels, m) or (batch, out_channels, m), with
        m = ⌊(n + 2·padding − dilation·(taps − 1) − 1) / stride⌋ + 1.

    Raises:
        ShapeError: if shapes, steps or groups do not fit each other.
    """
    geometry = _geometry(x, w, stride, padding, dilation, groups)
    _check(geometry, None if b is None else np.shape(b))
    signal, kernel = geometry.padded(x), geometry.kernel(w)
    # One matrix product per tap: the signal is read in place, never copied into a matrix of windows.
    out = sum(kernel[..., tap] @ signal[..., geometry.seen_by(tap)] for tap in range(geometry.w[-1]))
    if b is not None:
        out = out + np.reshape(b, (geometry.groups, -1, 1))
    return np.reshape(out, _output_shape(geometry))


@primitive(
    internal=True,
    notation=call("conv1d_transpose"),
    g=lambda upstream, w, geometry: conv1d(upstream, w, **geometry.steps),
    w=lambda upstream, g, geometry: conv1d_kernel(upstream, g, geometry=geometry),
)
def conv1d_transpose(g, w, *, geometry):
    """Return Σ g[i] · w[j] placed where output i and tap j met the signal: the gradient of conv1d's x."""
    upstream, kernel = geometry.signal(g), np.swapaxes(geometry.kernel(w), -3, -2)
    length = geometry.x[-1] + 2 * geometry.padding
    padded = np.zeros((*upstream.shape[:2], kernel.shape[1], length), np.result_type(upstream, kernel))
    for tap in range(geometry.w[-1]):
        padded[..., geometry.seen_by(tap)] += kernel[..., tap] @ upstream
    return np.reshape(padded[..., geometry.padding : length - geometry.padding], geometry.x)


@primitive(
    internal=True,
    notation=call("conv1d_kernel"),
    x=lambda upstream, g, geometry: conv1d_transpose(g, upstream, geometry=geometry),
    g=lambda upstream, x, geometry: conv1d(x, upstream, **geometry.steps),
)
def conv1d_kernel(x, g, *, geometry):
    """Return Σ g[i] · x[i + j] for every tap j: the gradient of conv1d's w."""
    signal, upstream = geometry.padded(x), geometry.signal(g)
    taps = [
        np.sum(upstream @ np.swapaxes(signal[..., geometry.seen_by(tap)], -1, -2), axis=0)
        for tap in range(geometry.w[-1])
    ]
    return np.reshape(np.stack(taps, axis=-1), geometry.w)


def _output_shape(geometry):
    if len(geometry.x) == 1:
        return (geometry.outputs,)
    return (*geometry.x[:-2], geometry.w[0], geometry.outputs)


def _check(geometry, bias):
    """Raise ShapeError, naming both shapes, if one convolution cannot be computed."""
    x, w, stride, padding, dilation, groups = geometry
    for name, number, least in (
        ("stride", stride, 1),
        ("padding", padding, 0),
        ("dilation", dilation, 1),
        ("groups", groups, 1),
    ):
        if not hasattr(number, "__index__") or operator.index(number) < least:
            raise ShapeError(f"conv1d: {name} must be a whole number of at least {least}; got {number!r}.")
    if len(x) not in (1, 2, 3) or len(w) != (1 if len(x) == 1 else 3):
        raise ShapeError(
            "conv1d: expected x (n,) with w (taps,), or x (channels, n) or (batch, channels, n) with "
            f"w (out_channels, channels, taps); got x {x} and w {w}."
        )
    if len(x) > 1 and (x[-2] != w[1] * groups or w[0] % groups):
        raise ShapeError(
            f"conv1d: w must be (out_channels, channels / groups, taps) with out_channels a multiple of groups; "
            f"got x {x}, w {w} and groups {groups}."
        )
    if w[-1] == 0:
        raise ShapeError(f"conv1d: the kernel needs at least one tap; got w {w}.")
    if geometry.outputs < 1:
        if padding == 0 and dilation == 1:
            raise ShapeError(
                f"conv1d: the kernel must not be longer than the signal; got x {x} and w {w}. "
                "Swap the arguments or pad x."
            )
        raise ShapeError(
            f"conv1d: the kernel spans {dilation * (w[-1] - 1) + 1} entries, more than the padded signal has; "
            f"got x {x}, w {w}, padding {padding} and dilation {dilation}."
        )
    wanted = () if len(x) == 1 else (w[0],)
    if bias is not None and bias != wanted:
        raise ShapeError(f"conv1d: the bias must have shape {wanted}, one number per output channel; got b {bias}.")
