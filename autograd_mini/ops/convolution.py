"""The gates conv1d and conv2d, and the two gates that their gradients need; one mechanism for any number of axes.

As in every deep-learning library the kernel is not flipped: y[i] = Σⱼ w[j] · x[i·stride + j·dilation − padding] + b.
The sum Σ g[i] · w[j] · x[i + j] over a gradient g is linear in g, w and x, and the three gates are its derivatives by
each. So each one's rules are the other two, and derivatives of any order stay among them.
"""

import math
import operator
from typing import Any

import numpy as np

from ..errors import ShapeError
from ..notation import call
from ..primitive import primitive
from .sliding import Geometry


def geometry_of(x, w, stride, padding, dilation, groups):
    """Return the geometry of a convolution of x by w; each step is a number, or a tuple of one for each axis."""
    steps = [step if isinstance(step, tuple) else (step,) for step in (stride, padding, dilation)]
    return Geometry(np.shape(x), np.shape(w), *steps, groups)


def _sum_over_positions(upstream, x, stride):
    """Return the gradient of the bias: every output position of every example shares it."""
    axes = len(stride) if isinstance(stride, tuple) else 1
    leading = np.ndim(x) - axes
    # Examples first: they are added as they lie in memory.
    example = np.sum(upstream, axis=0) if leading == 2 else upstream
    return np.sum(example, axis=tuple(range(-axes, 0)) if leading else None)


_RULES: dict[str, Any] = {
    "x": lambda upstream, x, w, stride, padding, dilation, groups: conv_transpose(
        upstream, w, geometry=geometry_of(x, w, stride, padding, dilation, groups)
    ),
    "w": lambda upstream, x, w, stride, padding, dilation, groups: conv_kernel(
        x, upstream, geometry=geometry_of(x, w, stride, padding, dilation, groups)
    ),
    "b": _sum_over_positions,
}


def _convolved(geometry, x, w, b):
    out = geometry.correlated(x, w)
    if b is None:
        return out
    # Repeated for each position, it is added to an example in one go.
    bias = np.reshape(np.repeat(b, math.prod(geometry.outputs)), (-1, *geometry.outputs)) if np.ndim(b) else b
    # Into the output, which nobody else has seen, unless the bias is of a larger dtype.
    return np.add(out, bias, out=out if np.result_type(out, b) == out.dtype else None)


def _gate_on(geometry, x, w):
    """Return the convolution of these shapes and steps, as its gate."""
    gate, steps = (conv1d, [s[0] for s in geometry[2:5]]) if geometry.axes == 1 else (conv2d, geometry[2:5])
    stride, padding, dilation = steps
    return gate(x, w, stride=stride, padding=padding, dilation=dilation, groups=geometry.groups)


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
    geometry = geometry_of(x, w, stride, padding, dilation, groups)
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
    geometry = geometry_of(x, w, stride, padding, dilation, groups)
    _check("conv2d", geometry, None if b is None else np.shape(b), "", "rows, columns", "tap rows, tap columns")
    return _convolved(geometry, x, w, b)


@primitive(
    internal=True,
    notation=call("conv_transpose"),
    g=lambda upstream, w, geometry: _gate_on(geometry, upstream, w),
    w=lambda upstream, g, geometry: conv_kernel(upstream, g, geometry=geometry),
)
def conv_transpose(g, w, *, geometry):
    """Return Σ g[i] · w[j] placed where output i and tap j met the signal: the gradient of a convolution's x."""
    return geometry.scattered(g, w)


@primitive(
    internal=True,
    notation=call("conv_kernel"),
    x=lambda upstream, g, geometry: conv_transpose(g, upstream, geometry=geometry),
    g=lambda upstream, x, geometry: _gate_on(geometry, x, upstream),
)
def conv_kernel(x, g, *, geometry):
    """Return Σ g[i] · x[i + j] for every tap j: the gradient of a convolution's w."""
    return geometry.summed_for_taps(x, g)


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
