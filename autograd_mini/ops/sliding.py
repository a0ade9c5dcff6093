"""How a kernel slides over a signal, on plain arrays: the three sums over positions and taps that convolutions need."""

from typing import NamedTuple

import numpy as np

from .shifted_copies import Slide


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
        slide = Slide(self)
        signal, kernel = slide.signals(x), slide.by_output(w)
        out = np.empty(self.output_shape, np.result_type(x, w))
        sums = slide.in_positions(out)
        for part, terms, met in slide.meetings(signal):
            if terms.start:
                sums[part] += kernel[..., terms] @ met
            else:
                np.matmul(kernel[..., terms], met, out=sums[part])
        return out

    def scattered(self, g, w):
        """Return Σ g[i] · w[j] placed where position i and tap j meet the signal: `correlated` transposed by x."""
        slide = Slide(self)
        upstream, kernel = slide.upstream_of(g), slide.by_copy(w)
        out = np.zeros(self.x, np.result_type(g, w))
        signal = slide.signals(out)
        for part, rows, taps, sent, arriving in slide.arrivals(upstream, out.dtype):
            matrices = np.reshape(kernel[:, :, taps], (*kernel.shape[:2], len(taps) * kernel.shape[3]))
            slide.put_back(np.matmul(matrices, sent, out=arriving), signal[part][..., rows, :])
        return out

    def summed_for_taps(self, x, g):
        """Return Σ g[i] · x[i·stride + j·dilation − padding] over positions i, for tap j: `correlated` by w."""
        slide = Slide(self)
        signal, upstream = slide.signals(x), np.swapaxes(slide.in_positions(g), -1, -2)
        sums = np.zeros((slide.groups, slide.taps[0] * slide.copied, upstream.shape[-1]), np.result_type(x, g))
        for part, terms, met in slide.meetings(signal):
            sums[:, terms] += np.sum(met @ upstream[part], axis=0)
        return slide.as_kernel(sums)
