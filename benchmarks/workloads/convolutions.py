"""Convolutions: a layer along one axis, and a small ConvNet on images. Floors are fast ones, not the textbook's im2col.

A layer along one axis takes a matmul per tap. On images only the copies shifted along the columns are made, once; each
row of taps is then a matmul on a slice of them shifted by rows, which is not copied.
"""

from typing import Any

import numpy as np

from ..workload import Workload


def workloads() -> tuple[Workload, ...]:
    """Return W6b and W7."""
    rng = np.random.default_rng(0)
    return (_along_one_axis(rng), _on_images(rng))


def _float32(rng: Any, *shape: int, scale: float = 1.0) -> Any:
    return (rng.normal(size=shape) * scale).astype(np.float32)


def _along_one_axis(rng: Any) -> Workload:
    inputs = (_float32(rng, 32, 16, 256), _float32(rng, 32, 16, 5, scale=0.1), _float32(rng, 32))
    weights = _float32(rng, 32, 32, 252)

    def loss(library: Any, weights: Any, x: Any, w: Any, b: Any) -> Any:
        return library.sum(library.conv1d(x, w, b) * weights)

    def by_hand(weights: Any, x: Any, w: Any, b: Any) -> list[Any]:
        taps, count = w.shape[2], x.shape[2] - w.shape[2] + 1
        out = w[:, :, 0] @ x[:, :, :count]
        for tap in range(1, taps):
            out += w[:, :, tap] @ x[:, :, tap : tap + count]
        out += b[:, None]
        np.sum(out * weights)
        dx, dw = np.zeros_like(x), np.empty_like(w)
        for tap in range(taps):
            seen = x[:, :, tap : tap + count]
            dx[:, :, tap : tap + count] += w[:, :, tap].T @ weights
            dw[:, :, tap] = np.sum(weights @ seen.transpose(0, 2, 1), axis=0)
        return [dx, dw, weights.sum((0, 2))]

    title = "conv1d 32×16×256, 5 taps, 32 out, float32"
    return Workload("W6b", title, inputs, loss, by_hand, (weights,), tolerance=1e-3)


def _on_images(rng: Any) -> Workload:
    images, wanted = _float32(rng, 32, 3, 32, 32), _float32(rng, 32, 10)
    inputs = (
        _float32(rng, 16, 3, 5, 5, scale=0.1),
        _float32(rng, 16),
        _float32(rng, 32, 16, 5, 5, scale=0.05),
        _float32(rng, 32),
        _float32(rng, 2048, 10, scale=0.02),
        _float32(rng, 10),
    )

    def loss(library: Any, images: Any, wanted: Any, k1: Any, b1: Any, k2: Any, b2: Any, w: Any, b: Any) -> Any:
        h = library.max_pool2(library.relu(library.conv2d(images, k1, b1, padding=2)))
        h = library.max_pool2(library.relu(library.conv2d(h, k2, b2, padding=2)))
        scores = library.reshape(h, (32, 2048)) @ w + b
        return library.mean((scores - wanted) ** 2)

    def by_hand(images: Any, wanted: Any, k1: Any, b1: Any, k2: Any, b2: Any, w: Any, b: Any) -> list[Any]:
        a1, columns1 = _conv(images, k1, b1)
        np.maximum(a1, 0, out=a1)
        p1 = _pooled(a1)
        a2, columns2 = _conv(p1, k2, b2)
        np.maximum(a2, 0, out=a2)
        p2 = _pooled(a2)
        rows = p2.reshape(32, 2048)
        upstream = (rows @ w + b - wanted) * np.float32(2 / wanted.size)
        dw, db = rows.T @ upstream, upstream.sum(0)
        da2 = _unpooled((upstream @ w.T).reshape(p2.shape), a2, p2)
        da2 *= a2 > 0
        dk2, db2 = _kernel_gradient(columns2, da2, k2), da2.sum((0, 2, 3))
        turned = np.ascontiguousarray(k2.transpose(1, 0, 2, 3)[:, :, ::-1, ::-1])
        da1 = _unpooled(_conv(da2, turned, np.zeros(16, np.float32))[0], a1, p1)
        da1 *= a1 > 0
        return [_kernel_gradient(columns1, da1, k1), da1.sum((0, 2, 3)), dk2, db2, dw, db]

    title = "ConvNet step 32×3×32×32, conv5-16, pool, conv5-32, pool, fc10, float32"
    return Workload("W7", title, inputs, loss, by_hand, (images, wanted), tolerance=1e-2)


def _shifted(x: Any, taps: int) -> Any:
    """Return the images with zeros around, copied once for each column of taps, rows and columns in one axis."""
    batch, channels, rows, columns = x.shape
    margin = taps // 2
    padded = np.zeros((batch, channels, rows + 2 * margin, columns + 2 * margin), x.dtype)
    padded[:, :, margin : margin + rows, margin : margin + columns] = x
    copies = np.empty((batch, taps, channels, rows + 2 * margin, columns), x.dtype)
    for tap in range(taps):
        copies[:, tap] = padded[..., tap : tap + columns]
    return copies.reshape(batch, taps * channels, (rows + 2 * margin) * columns)


def _conv(x: Any, kernel: Any, bias: Any) -> tuple[Any, Any]:
    """Return the convolution that keeps the images' size, and the shifted copies that its gradient needs too."""
    batch, _, rows, columns = x.shape
    outputs, _, taps, _ = kernel.shape
    copies = _shifted(x, taps)
    out = np.empty((batch, outputs, rows * columns), x.dtype)
    for start in range(0, batch, 8):
        part = copies[start : start + 8]
        for tap in range(taps):
            product = _row_of_taps(kernel, tap) @ part[:, :, tap * columns : (tap + rows) * columns]
            if tap:
                out[start : start + 8] += product
            else:
                out[start : start + 8] = product
    out += bias[:, None]
    return out.reshape(batch, outputs, rows, columns), copies


def _row_of_taps(kernel: Any, tap: int) -> Any:
    return np.ascontiguousarray(kernel[:, :, tap].transpose(0, 2, 1)).reshape(len(kernel), -1)


def _kernel_gradient(copies: Any, upstream: Any, kernel: Any) -> Any:
    batch, outputs, rows, columns = upstream.shape
    _, channels, taps, _ = kernel.shape
    g = upstream.reshape(batch, outputs, rows * columns)
    gradient = np.empty_like(kernel)
    for tap in range(taps):
        seen = copies[:, :, tap * columns : (tap + rows) * columns]
        summed = sum(
            (g[start : start + 8] @ seen[start : start + 8].transpose(0, 2, 1)).sum(0) for start in range(0, batch, 8)
        )
        gradient[:, :, tap] = summed.reshape(outputs, taps, channels).transpose(0, 2, 1)
    return gradient


def _pooled(x: Any) -> Any:
    rows = np.maximum(x[..., ::2, :], x[..., 1::2, :])
    return np.maximum(rows[..., ::2], rows[..., 1::2])


def _unpooled(upstream: Any, x: Any, pooled: Any) -> Any:
    """Return the upstream gradient at the first entry of each 2×2 window that is its largest."""
    out = np.zeros_like(x)
    free: Any = True
    for i in (0, 1):
        for j in (0, 1):
            wins = (x[..., i::2, j::2] == pooled) & free
            out[..., i::2, j::2] = upstream * wins
            free = free & ~wins
    return out
