"""Convolutions under torch.nn.functional's names, in (N, C, L) and (N, C, H, W) layout; N may be left out."""

import numpy as np

from ..errors import ShapeError, UnsupportedError
from ..ops import convolution as gates
from .arguments import array, per_axis


def conv1d(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    """Return the cross-correlation of signals with kernels.

    Args:
        input: shape (N, C, L) or (C, L).
        weight: shape (C_out, C / groups, taps).
        bias: shape (C_out,), or None.
        stride: step between outputs, a number or a tuple of one.
        padding: zeros put before and after; "same" for outputs as long as the input, "valid" for none.
        dilation: step between taps.
        groups: number of groups of channels that do not mix.
    """
    return _conv("conv1d", 1, input, weight, bias, stride, padding, dilation, groups)


def conv2d(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    """Return the cross-correlation of images with kernels.

    Args:
        input: shape (N, C, H, W) or (C, H, W).
        weight: shape (C_out, C / groups, tap rows, tap columns).
        bias: shape (C_out,), or None.
        stride: step between outputs, a number or one for each axis.
        padding: zeros put before and after, a number or one for each axis; "same" for outputs as large as the input,
            "valid" for none.
        dilation: step between taps, a number or one for each axis.
        groups: number of groups of channels that do not mix.
    """
    return _conv("conv2d", 2, input, weight, bias, stride, padding, dilation, groups)


def _conv(name, axes, x, w, bias, stride, padding, dilation, groups):
    x, w = array(x), array(w)
    _expect(name, x, axes)
    stride = per_axis(stride, axes, "stride", name)
    dilation = per_axis(dilation, axes, "dilation", name)
    if isinstance(padding, str):
        x, padding = _padded_by_name(name, x, w, stride, padding, dilation)
    padding = per_axis(padding, axes, "padding", name, least=0)
    gate = (gates.conv1d, gates.conv2d)[axes - 1]
    steps = {"stride": stride, "padding": padding, "dilation": dilation}
    steps = {key: step[0] for key, step in steps.items()} if axes == 1 else steps
    return gate(x, w, bias, **steps, groups=groups)


def _padded_by_name(name, x, w, stride, padding, dilation):
    """Return a signal and its padding for "same" and "valid"."""
    axes = len(stride)
    if padding == "valid":
        return x, 0
    if padding != "same":
        raise UnsupportedError(f"{name}: padding must be whole numbers, 'same' or 'valid'; got {padding!r}.")
    if set(stride) != {1}:
        raise UnsupportedError(f"{name}: padding='same' needs stride 1; got {stride}. Give the padding in numbers.")
    spans = [step * (taps - 1) for step, taps in zip(dilation, np.shape(w)[-axes:], strict=True)]
    if all(span % 2 == 0 for span in spans):
        return x, tuple(span // 2 for span in spans)
    # What cannot be halved goes to the end, as in PyTorch.
    return np.pad(x, [(0, 0)] * (np.ndim(x) - axes) + [(span // 2, span - span // 2) for span in spans]), 0


def conv_transpose1d(input, weight, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1):
    """Return the transposed convolution: what conv1d with this kernel makes of a gradient.

    Args:
        input: shape (N, C, L) or (C, L).
        weight: shape (C, C_out / groups, taps).
        bias: shape (C_out,), or None.
        stride: step between the places where the kernel is added.
        padding: entries dropped at both ends.
        output_padding: entries added at the end, fewer than stride or dilation.
        groups: number of groups of channels that do not mix.
        dilation: step between taps.
    """
    return _transposed("conv_transpose1d", 1, input, weight, bias, stride, padding, output_padding, groups, dilation)


def conv_transpose2d(input, weight, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1):
    """Return the transposed convolution of images; see `conv_transpose1d`.

    Args:
        input: shape (N, C, H, W) or (C, H, W).
        weight: shape (C, C_out / groups, tap rows, tap columns).
        bias: shape (C_out,), or None.
        stride: a number, or one for each axis; so are padding, output_padding and dilation.
        padding: rows and columns dropped at both ends.
        output_padding: rows and columns added at the end.
        groups: number of groups of channels that do not mix.
        dilation: step between taps.
    """
    return _transposed("conv_transpose2d", 2, input, weight, bias, stride, padding, output_padding, groups, dilation)


def _transposed(name, axes, x, w, bias, stride, padding, output_padding, groups, dilation):
    x, w = array(x), array(w)
    _expect(name, x, axes)
    stride = per_axis(stride, axes, "stride", name)
    padding = per_axis(padding, axes, "padding", name, least=0)
    added = per_axis(output_padding, axes, "output_padding", name, least=0)
    dilation = per_axis(dilation, axes, "dilation", name)
    leading, lengths = np.shape(x)[:-axes], np.shape(x)[-axes:]
    if np.ndim(w) != axes + 2 or np.shape(w)[0] != leading[-1] or leading[-1] % groups:
        raise ShapeError(
            f"{name}: weight must be (channels, out_channels / groups, taps), with channels a multiple of groups; "
            f"got input {np.shape(x)}, weight {np.shape(w)} and groups {groups}."
        )
    if any(more >= max(step, spread) for more, step, spread in zip(added, stride, dilation, strict=True)):
        raise ShapeError(f"{name}: output_padding must be smaller than stride or dilation; got {added}.")
    outputs = tuple(
        (n - 1) * step - 2 * dropped + spread * (taps - 1) + more + 1
        for n, step, dropped, spread, taps, more in zip(
            lengths, stride, padding, dilation, np.shape(w)[2:], added, strict=True
        )
    )
    if min(outputs) < 1:
        raise ShapeError(f"{name}: the output would have shape {outputs}; use a smaller padding than {padding}.")
    channels = np.shape(w)[1] * groups
    shape = (*leading[:-1], channels, *outputs)
    geometry = gates.Geometry(shape, np.shape(w), stride, padding, dilation, groups)
    result = gates.conv_transpose(x, w, geometry=geometry)
    return result if bias is None else result + np.reshape(array(bias), (channels, *(1,) * axes))


def _expect(name, x, axes):
    """Raise ShapeError if the input has neither channels nor a batch of them."""
    if np.ndim(x) not in (axes + 1, axes + 2):
        layout = "(N, C, L) or (C, L)" if axes == 1 else "(N, C, H, W) or (C, H, W)"
        raise ShapeError(f"{name}: input must have shape {layout}; got {np.shape(x)}.")
