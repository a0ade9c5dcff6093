"""The gates conv1d and conv2d, and the two gates that their gradients need; one mechanism for any number of axes.

As in every deep-learning library the kernel is not flipped: y[i] = Σⱼ w[j] · x[i·stride + j·dilation − padding] + b.
The sum Σ g[i] · w[j] · x[i + j] over a gradient g is linear in g, w and x, and the three gates are its derivatives by
each. So each one's rules are the other two, and derivatives of any order stay among them.
"""

import itertools
import math
import operator
from typing import Any, NamedTuple

import numpy as np

from ..errors import ShapeError
from ..notation import call
from ..primitive import primitive


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

    def convolved(self, x, w):
        """Return the convolution of these shapes and steps, as its gate."""
        gate, steps = (conv1d, [s[0] for s in self[2:5]]) if self.axes == 1 else (conv2d, self[2:5])
        stride, padding, dilation = steps
        return gate(x, w, stride=stride, padding=padding, dilation=dilation, groups=self.groups)

    def places(self):
        """Yield each tap of the kernel with the entries of the padded signal that it meets, position by position."""
        for tap in itertools.product(*map(range, self.taps)):
            starts = [t * dilation for t, dilation in zip(tap, self.dilation, strict=True)]
            ends = [s + step * (n - 1) + 1 for s, step, n in zip(starts, self.stride, self.outputs, strict=True)]
            yield (..., *tap), (..., *map(slice, starts, ends, self.stride))

    def signal(self, x):
        """Return a signal or an output as (batch, groups, channels per group, entries along each axis)."""
        leading = np.shape(x)[: np.ndim(x) - self.axes]
        batch = leading[0] if len(leading) == 2 else 1
        channels = leading[-1] if leading else 1
        return np.reshape(x, (batch, self.groups, channels // self.groups, *np.shape(x)[len(leading) :]))

    def kernel(self, w):
        """Return a kernel as (groups, outputs per group, channels per group, taps along each axis)."""
        channels = self.w[1] if len(self.w) > self.axes else 1
        outputs = self.w[0] if len(self.w) > self.axes else 1
        return np.reshape(w, (self.groups, outputs // self.groups, channels, *self.taps))

    def padded(self, x):
        """Return a signal as `signal` does, with zeros around."""
        return np.pad(self.signal(x), [(0, 0)] * 3 + [(padding, padding) for padding in self.padding])

    def in_rows(self, x):
        """Return what lies at the positions of the kernel as rows: the last axes as one."""
        return np.reshape(x, (*np.shape(x)[:3], math.prod(self.outputs)))


def _geometry(x, w, stride, padding, dilation, groups):
    steps = [step if isinstance(step, tuple) else (step,) for step in (stride, padding, dilation)]
    return Geometry(np.shape(x), np.shape(w), *steps, groups)


def _sum_over_positions(upstream, x, stride):
    """Return the gradient of the bias: every output position of every example shares it."""
    axes = len(stride) if isinstance(stride, tuple) else 1
    leading = np.ndim(x) - axes
    positions = tuple(range(-axes, 0))
    return np.sum(upstream, axis={0: None, 1: positions, 2: (0, *positions)}[leading])


_RULES: dict[str, Any] = {
    "x": lambda upstream, x, w, stride, padding, dilation, groups: conv_transpose(
        upstream, w, geometry=_geometry(x, w, stride, padding, dilation, groups)
    ),
    "w": lambda upstream, x, w, stride, padding, dilation, groups: conv_kernel(
        x, upstream, geometry=_geometry(x, w, stride, padding, dilation, groups)
    ),
    "b": _sum_over_positions,
}


def _convolved(geometry, x, w, b):
    signal, kernel = geometry.padded(x), geometry.kernel(w)
    # One matrix product per tap: along one axis the signal is read in place, never copied into a matrix of windows.
    out = sum(kernel[tap] @ geometry.in_rows(signal[seen]) for tap, seen in geometry.places())
    if b is not None:
        out = out + np.reshape(b, (geometry.groups, -1, 1))
    return np.reshape(out, geometry.output_shape)


@primitive(symbol="conv1d", notation=call("conv1d"), **_RULES)
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
    _check("conv1d", geometry, None if b is None else np.shape(b), "x (n,) with w (taps,), or ", "n", "taps")
    return _convolved(geometry, x, w, b)


@primitive(symbol="conv2d", notation=call("conv2d"), **_RULES)
def conv2d(x, w, b=None, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1), groups=1):
    """Return the cross-correlation of images with a kernel: the sum that conv1d is, along two axes.

    Args:
        x: images, shape (channels, rows, columns) or (batch, channels, rows, columns).
        w: kernel, shape (out_channels, channels / groups, tap rows, tap columns). It is not flipped.
        b: bias, shape (out_channels,); none when left out.
        stride: steps between outputs, along rows and columns.
        padding: zeros put before and after, along each.
        dilation: steps between the entries that neighbouring taps meet, along each.
        groups: number of groups of channels that do not mix.

    Raises:
        ShapeError: if shapes, steps or groups do not fit each other.
    """
    geometry = _geometry(x, w, stride, padding, dilation, groups)
    _check("conv2d", geometry, None if b is None else np.shape(b), "", "rows, columns", "tap rows, tap columns")
    return _convolved(geometry, x, w, b)


@primitive(
    internal=True,
    notation=call("conv_transpose"),
    g=lambda upstream, w, geometry: geometry.convolved(upstream, w),
    w=lambda upstream, g, geometry: conv_kernel(upstream, g, geometry=geometry),
)
def conv_transpose(g, w, *, geometry):
    """Return Σ g[i] · w[j] placed where output i and tap j met the signal: the gradient of a convolution's x."""
    upstream, kernel = geometry.signal(g), np.swapaxes(geometry.kernel(w), 1, 2)
    rows = geometry.in_rows(upstream)
    lengths = [n + 2 * padding for n, padding in zip(geometry.x[-geometry.axes :], geometry.padding, strict=True)]
    channels = kernel.shape[1]
    padded = np.zeros((*upstream.shape[:2], channels, *lengths), np.result_type(upstream, kernel))
    for tap, seen in geometry.places():
        padded[seen] += np.reshape(kernel[tap] @ rows, (*upstream.shape[:2], channels, *geometry.outputs))
    inside = [slice(padding, length - padding) for padding, length in zip(geometry.padding, lengths, strict=True)]
    return np.reshape(padded[(..., *inside)], geometry.x)


@primitive(
    internal=True,
    notation=call("conv_kernel"),
    x=lambda upstream, g, geometry: conv_transpose(g, upstream, geometry=geometry),
    g=lambda upstream, x, geometry: geometry.convolved(x, upstream),
)
def conv_kernel(x, g, *, geometry):
    """Return Σ g[i] · x[i + j] for every tap j: the gradient of a convolution's w."""
    signal, rows = geometry.padded(x), geometry.in_rows(geometry.signal(g))
    taps = [np.sum(rows @ np.swapaxes(geometry.in_rows(signal[seen]), -1, -2), axis=0) for _, seen in geometry.places()]
    return np.reshape(np.stack(taps, axis=-1), geometry.w)


def _check(name, geometry, bias, alone, lengths, taps):
    """Raise ShapeError, naming both shapes, if one convolution cannot be computed."""
    x, w, stride, padding, dilation, groups = geometry
    for option, given, least in (
        ("stride", stride, 1),
        ("padding", padding, 0),
        ("dilation", dilation, 1),
        ("groups", (groups,), 1),
    ):
        for number in given:
            if not hasattr(number, "__index__") or operator.index(number) < least:
                raise ShapeError(f"{name}: {option} must be a whole number of at least {least}; got {number!r}.")
    axes = geometry.axes
    leading = len(x) - axes
    if leading not in (0, 1, 2) or (leading == 0 and not alone) or len(w) != (axes if leading == 0 else axes + 2):
        raise ShapeError(
            f"{name}: expected {alone}x (channels, {lengths}) or (batch, channels, {lengths}) with "
            f"w (out_channels, channels, {taps}); got x {x} and w {w}."
        )
    if leading and (x[leading - 1] != w[1] * groups or w[0] % groups):
        raise ShapeError(
            f"{name}: w must be (out_channels, channels / groups, {taps}) with out_channels a multiple of groups; "
            f"got x {x}, w {w} and groups {groups}."
        )
    if 0 in geometry.taps:
        raise ShapeError(f"{name}: the kernel needs at least one tap; got w {w}.")
    if min(geometry.outputs) < 1:
        if not any(padding) and set(dilation) == {1}:
            raise ShapeError(
                f"{name}: the kernel must not be longer than the signal; got x {x} and w {w}. "
                "Swap the arguments or pad x."
            )
        spans = [step * (length - 1) + 1 for step, length in zip(dilation, geometry.taps, strict=True)]
        shown = [value[0] if axes == 1 else value for value in (tuple(spans), padding, dilation)]
        raise ShapeError(
            f"{name}: the kernel spans {shown[0]} entries, more than the padded signal has; "
            f"got x {x}, w {w}, padding {shown[1]} and dilation {shown[2]}."
        )
    wanted = (w[0],) if leading else ()
    if bias is not None and bias != wanted:
        raise ShapeError(f"{name}: the bias must have shape {wanted}, one number per output channel; got b {bias}.")
