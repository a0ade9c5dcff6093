"""The sums of a convolution in ONNX: its own nodes for float32, and tap by tap where runtimes have no node.

A tap meets a slice of the padded signal, with one matrix product for all positions.
"""

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np

from ..ops.indexing import scatter
from ..ops.sliding import Geometry
from .onnx_nodes import node


def correlated(x: Any, w: Any, geometry: Geometry) -> Any:
    """Return what `Geometry.correlated` gives."""
    if _has_nodes(x, w):
        return node("Conv", x, w, like=np.zeros(geometry.output_shape, x.dtype), **_attributes(geometry))
    padded, taps = _padded(x, geometry), _in_groups(w, geometry)
    total = sum(taps[(..., *tap)] @ _seen(padded, met, geometry) for tap, met in _meetings(geometry))
    return np.reshape(total, geometry.output_shape)


def scattered(g: Any, w: Any, geometry: Geometry) -> Any:
    """Return what `Geometry.scattered` gives."""
    if _has_nodes(g, w):
        # What the last position of the kernel leaves over at the end of the signal.
        rests = [
            n + 2 * padding - dilation * (taps - 1) - 1 - (m - 1) * stride
            for n, padding, dilation, taps, m, stride in zip(
                geometry.x[2:], geometry.padding, geometry.dilation, geometry.taps, geometry.outputs, geometry.stride
            )
        ]
        like = np.zeros(geometry.x, g.dtype)
        return node("ConvTranspose", g, w, like=like, output_padding=rests, **_attributes(geometry))
    upstream, taps = _positions(g, geometry), np.swapaxes(_in_groups(w, geometry), 1, 2)
    lengths = _padded_lengths(geometry)
    total = sum(
        scatter(
            np.reshape(taps[(..., *tap)] @ upstream, (*geometry.x[:2], *geometry.outputs)),
            key=met,
            shape=(*geometry.x[:2], *lengths),
        )
        for tap, met in _meetings(geometry)
    )
    return total[(..., *[slice(padding, n - padding) for padding, n in zip(geometry.padding, lengths)])]


def summed_for_taps(x: Any, g: Any, geometry: Geometry) -> Any:
    """Return what `Geometry.summed_for_taps` gives."""
    padded, upstream = _padded(x, geometry), _positions(g, geometry)
    sums = [
        np.sum(upstream @ np.swapaxes(_seen(padded, met, geometry), -1, -2), axis=0) for _, met in _meetings(geometry)
    ]
    return np.reshape(np.stack(sums, axis=-1), geometry.w)


def _has_nodes(*operands: Any) -> bool:
    return all(operand.dtype == np.float32 for operand in operands)


def _attributes(geometry: Geometry) -> dict[str, Any]:
    return {
        "strides": geometry.stride,
        "pads": geometry.padding * 2,
        "dilations": geometry.dilation,
        "group": geometry.groups,
    }


def _meetings(geometry: Geometry) -> Iterator[tuple[tuple[int, ...], tuple[Any, ...]]]:
    """Yield each tap, and the index of what it meets in the padded signal, position by position."""
    for tap in itertools.product(*map(range, geometry.taps)):
        starts = [place * dilation for place, dilation in zip(tap, geometry.dilation)]
        steps = zip(starts, geometry.outputs, geometry.stride)
        yield tap, (..., *[slice(start, start + (m - 1) * stride + 1, stride) for start, m, stride in steps])


def _padded_lengths(geometry: Geometry) -> tuple[int, ...]:
    return tuple(n + 2 * padding for n, padding in zip(geometry.x[2:], geometry.padding))


def _padded(x: Any, geometry: Geometry) -> Any:
    return np.pad(x, [(0, 0), (0, 0), *[(padding, padding) for padding in geometry.padding]])


def _in_groups(w: Any, geometry: Geometry) -> Any:
    """Return a kernel with the axes (groups, outputs, channels, taps ...)."""
    return np.reshape(w, (geometry.groups, -1, *geometry.w[1:]))


def _positions(g: Any, geometry: Geometry) -> Any:
    """Return an output, or what a tap meets, with the axes (examples, groups, channels, positions)."""
    return np.reshape(g, (geometry.x[0], geometry.groups, -1, int(np.prod(geometry.outputs))))


def _seen(padded: Any, met: Any, geometry: Geometry) -> Any:
    return _positions(padded[met], geometry)
