"""Convolution and pooling."""

import numpy as np
from course_layers import conv_backward, max_pool_backward, max_pool_forward

from .noting import wrong

# Convolution.


@wrong("convolution", "dx", "input.flipped")
def conv_not_flipped(dout, cache):
    x, w, b, param = cache
    dx, _, _ = conv_backward(dout, (x, w[:, :, ::-1, ::-1], b, param))
    _, dw, db = conv_backward(dout, cache)
    return dx, dw, db


@wrong("convolution", "dw", "place.flipped")
def conv_dw_flipped(dout, cache):
    dx, dw, db = conv_backward(dout, cache)
    return dx, dw[:, :, ::-1, ::-1], db


@wrong("convolution", "dx", "place.shifted")
def conv_cut_one_off(dout, cache):
    dx, dw, db = conv_backward(dout, cache)
    return np.roll(dx, 1, axis=2), dw, db


@wrong("convolution", "dw", "input.shifted")
def conv_window_one_off(dout, cache):
    x, w, b, param = cache
    dx, _, db = conv_backward(dout, cache)
    moved = np.zeros_like(x)
    moved[:, :, :, :-1] = x[:, :, :, 1:]
    _, dw, _ = conv_backward(dout, (moved, w, b, param))
    return dx, dw, db


@wrong("convolution", "db", "sum.missing")
def conv_db_no_places(dout, cache):
    dx, dw, _ = conv_backward(dout, cache)
    return dx, dw, dout.sum(axis=0)


@wrong("convolution", "db", "sum.wrong_axis")
def conv_db_wrong_axis(dout, cache):
    dx, dw, _ = conv_backward(dout, cache)
    return dx, dw, dout.sum(axis=(1, 2, 3))


def conv_loop(written_x=True, written_w=True):
    """The convolution's loop with = in place of += for one of the arrays."""

    def backward(dout, cache):
        x, w, _, param = cache
        stride, pad = param["stride"], param["pad"]
        padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
        dpadded, dw = np.zeros_like(padded), np.zeros_like(w)
        for n, f, i, j in np.ndindex(dout.shape):
            rows = slice(i * stride, i * stride + w.shape[2])
            columns = slice(j * stride, j * stride + w.shape[3])
            dw[f] = dout[n, f, i, j] * padded[n, :, rows, columns] + (0 if written_w else dw[f])
            before = 0 if written_x else dpadded[n, :, rows, columns]
            dpadded[n, :, rows, columns] = dout[n, f, i, j] * w[f] + before
        return dpadded[:, :, pad : pad + x.shape[2], pad : pad + x.shape[3]], dw, dout.sum(axis=(0, 2, 3))

    return backward


wrong("convolution", "dx", "sum.overwritten")(conv_loop(written_w=False))
wrong("convolution", "dw", "sum.overwritten")(conv_loop(written_x=False))


@wrong("convolution", "dx", "shape.padded")
def conv_padding_kept(dout, cache):
    x, w, b, param = cache
    padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    return conv_backward(dout, (padded, w, b, {**param, "pad": 0}))


@wrong("convolution in strides", "dx dw")
def conv_stride_ignored(dout, cache):
    x, w, b, param = cache
    return conv_backward(dout, (x, w, b, {**param, "stride": 1}))


@wrong("conv1d", "dk", "place.flipped")
def conv1d_dk_flipped(dout, cache):
    x, k = cache
    return np.convolve(dout, k), np.convolve(x, dout[::-1], "valid")[::-1]


@wrong("conv1d", "dx", "input.flipped")
def conv1d_dx_not_flipped(dout, cache):
    x, k = cache
    return np.convolve(dout, k[::-1]), np.correlate(x, dout, "valid")


@wrong("conv1d", "dk", "conv.sum_over_taps")
def conv1d_sum_over_taps(dout, cache):
    x, k = cache
    dk = np.array([np.sum(dout[: len(k)] * x[i : i + len(k)]) for i in range(len(k))])
    return np.convolve(dout, k), dk


# Pooling.


@wrong("max-pool", "dx", "gradient.shared_window")
def max_pool_as_average(dout, cache):
    return np.repeat(np.repeat(dout, 2, axis=2), 2, axis=3) / 4


@wrong("max-pool", "dx", "gradient.whole_window")
def max_pool_everyone(dout, cache):
    return np.repeat(np.repeat(dout, 2, axis=2), 2, axis=3)


@wrong("max-pool", "dx", "input.negated")
def max_pool_of_the_least(dout, cache):
    x, param = cache
    return max_pool_backward(dout, (-x, param))


@wrong("max-pool", "dx", "upstream.replaced_by_ones")
def max_pool_mask_only(dout, cache):
    return max_pool_backward(np.ones_like(dout), cache)


@wrong("overlapping max-pool", "dx", "sum.overwritten")
def max_pool_overwritten(dout, cache):
    x, _ = cache
    dx = np.zeros_like(x)
    for n, c, i, j in np.ndindex(dout.shape):
        window = x[n, c, i : i + 2, j : j + 2]
        row, column = np.unravel_index(np.argmax(window), window.shape)
        dx[n, c, i + row, j + column] = dout[n, c, i, j]
    return dx


@wrong("max-pool", "dx", "gradient.copied", "upstream.replaced_by_output")
def max_pool_values(dout, cache):
    x, param = cache
    out, _ = max_pool_forward(x, param)
    return max_pool_backward(out, cache)


@wrong("max-pool", "dx", "gradient.zero")
def max_pool_never_written(dout, cache):
    return np.zeros_like(cache[0])


@wrong("max-pool", "dx", "factor.averaged_over")
def max_pool_divided(dout, cache):
    return max_pool_backward(dout, cache) / 4


@wrong("max-pool", "dx", "place.shifted")
def max_pool_place_in_window_off(dout, cache):
    return np.roll(max_pool_backward(dout, cache), 1, axis=3)


@wrong("max-pool", "dx")
def max_pool_first_of_window(dout, cache):
    dx = np.zeros_like(cache[0])
    dx[:, :, ::2, ::2] = dout
    return dx


@wrong("max-pool", "dx", "upstream.squared")
def max_pool_upstream_twice(dout, cache):
    return max_pool_backward(dout * dout, cache)


@wrong("max-pool", "dx", "upstream.summed")
def max_pool_channels_mixed(dout, cache):
    """The loop over channels is missing: the whole of them arrives at each."""
    return max_pool_backward(np.broadcast_to(dout.sum(axis=1, keepdims=True), dout.shape), cache)


@wrong("max-pool", "dx")
def max_pool_stride_for_width(dout, cache):
    """The windows of the way back step by 1."""
    x, param = cache
    return max_pool_backward(dout, (x, {**param, "stride": 1}))


@wrong("max-pool", "dx", "sum.first_only")
def max_pool_first_example(dout, cache):
    dx = max_pool_backward(dout, cache)
    dx[1:] = 0
    return dx


@wrong("convolution", "dx", "sum.last_only", "sum.overwritten")
def conv_last_filter(dout, cache):
    x, w, b, param = cache
    _, dw, db = conv_backward(dout, cache)
    return conv_backward(dout[:, -1:], (x, w[-1:], b[-1:], param))[0], dw, db


@wrong("convolution", "dw", "factor.averaged")
def conv_dw_averaged(dout, cache):
    dx, dw, db = conv_backward(dout, cache)
    return dx, dw / len(dout), db


@wrong("convolution", "dw", "upstream.replaced_by_ones")
def conv_dw_without_upstream(dout, cache):
    dx, _, db = conv_backward(dout, cache)
    return dx, conv_backward(np.ones_like(dout), cache)[1], db


@wrong("convolution", "db", "factor.averaged_over")
def conv_db_mean(dout, cache):
    dx, dw, _ = conv_backward(dout, cache)
    return dx, dw, dout.mean(axis=(0, 2, 3))


@wrong("convolution", "dx dw", "results.exchanged")
def conv_exchanged(dout, cache):
    dx, dw, db = conv_backward(dout, cache)
    return dw, dx, db


@wrong("convolution", "dx dw db", "backward.raised_in_line")
def conv_pad_from_nowhere(dout, cache):
    dx, dw, db = conv_backward(dout, cache)
    return dx + pad, dw, db  # noqa: F821
