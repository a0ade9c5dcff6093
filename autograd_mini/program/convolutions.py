"""The gates of convolution by a library's own, which wants a batch and channels: they are put in front for it."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ..ops.convolution import conv1d, conv2d, conv_kernel, conv_transpose, geometry_of
from ..ops.sliding import Geometry

# Of two arrays and the geometry that they have.
Sum = Callable[[Any, Any, Geometry], Any]


def convolutions(correlated: Sum, scattered: Sum, summed_for_taps: Sum) -> dict[Any, Callable[..., Any]]:
    """Return the forms of the gates of convolution, given a library's three sums.

    Args:
        correlated: what `Geometry.correlated` gives, for stand-ins of signal and kernel in full geometry.
        scattered: what `Geometry.scattered` gives, of output and kernel.
        summed_for_taps: what `Geometry.summed_for_taps` gives, of signal and output.
    """

    def convolution(x: Any, w: Any, b: Any, *, stride: Any, padding: Any, dilation: Any, groups: int) -> Any:
        geometry = geometry_of(x, w, stride, padding, dilation, groups)
        full = _full(geometry)
        out = np.reshape(correlated(np.reshape(x, full.x), np.reshape(w, full.w), full), geometry.output_shape)
        if b is None:
            return out
        return out + (np.reshape(b, (-1, *[1] * geometry.axes)) if np.ndim(b) else b)

    def transpose(g: Any, w: Any, *, geometry: Geometry) -> Any:
        full = _full(geometry)
        g, w = np.reshape(g, full.output_shape), np.reshape(w, full.w)
        return np.reshape(scattered(g, w, full), geometry.x)

    def kernel(x: Any, g: Any, *, geometry: Geometry) -> Any:
        full = _full(geometry)
        x, g = np.reshape(x, full.x), np.reshape(g, full.output_shape)
        return np.reshape(summed_for_taps(x, g, full), geometry.w)

    return {conv1d: convolution, conv2d: convolution, conv_transpose: transpose, conv_kernel: kernel}


def _full(geometry: Geometry) -> Geometry:
    """Return a geometry with a batch and channels."""
    missing = geometry.axes + 2 - len(geometry.x)
    w = geometry.w if len(geometry.w) > geometry.axes else (1, 1, *geometry.w)
    return geometry._replace(x=(1,) * missing + geometry.x, w=w)
