"""Backward functions that are wrong, as students write them: the pair's name, the function, what is wrong, and why.

Each is the right function of `course_layers` with one mistake. `ids` are the diagnoses of which one must be among
those that are reported first for the gradient; none where no diagnosis is claimed.
"""

import numpy as np
from course_layers import (
    affine_backward,
    attention_backward,
    batchnorm_backward_alt,
    conv_backward,
    embedding_backward,
    lstm_step_backward,
    max_pool_backward,
    max_pool_forward,
    rnn_backward,
    rnn_step_backward,
    spatial_batchnorm_backward,
)

WRONG = []


def wrong(pair, gradients, *ids):
    """Note a backward function of a pair whose gradients, given as one text, are wrong."""

    def note(function):
        WRONG.append((pair, function, gradients.split(), ids))
        return function

    return note


# Affine.


@wrong("affine", "dx dw db", "input.not_transposed")
def affine_no_transpose(dout, cache):
    x, w, _ = cache
    return dout @ w, x.T @ dout, dout.sum(axis=0)


@wrong("affine", "dw", "shape.transposed")
def affine_transposed(dout, cache):
    x, w, _ = cache
    return dout @ w.T, dout.T @ x, dout.sum(axis=0)


@wrong("affine", "db", "sum.missing")
def affine_no_sum(dout, cache):
    x, w, _ = cache
    return dout @ w.T, x.T @ dout, dout


@wrong("affine", "db", "factor.averaged")
def affine_mean(dout, cache):
    x, w, _ = cache
    return dout @ w.T, x.T @ dout, dout.mean(axis=0)


@wrong("affine", "db", "sum.wrong_axis")
def affine_wrong_axis(dout, cache):
    x, w, _ = cache
    return dout @ w.T, x.T @ dout, dout.sum(axis=1)


@wrong("affine", "db", "sum.over_all")
def affine_sum_of_all(dout, cache):
    x, w, _ = cache
    return dout @ w.T, x.T @ dout, dout.sum()


@wrong("affine", "db", "shape.reshaped")
def affine_keepdims(dout, cache):
    x, w, _ = cache
    return dout @ w.T, x.T @ dout, dout.sum(axis=0, keepdims=True)


@wrong("affine", "dw", "factor.averaged")
def affine_one_over_n_again(dout, cache):
    x, w, _ = cache
    return dout @ w.T, x.T @ dout / len(x), dout.sum(axis=0)


@wrong("affine", "dx dw", "results.exchanged")
def affine_results_in_another_order(dout, cache):
    dx, dw, db = affine_backward(dout, cache)
    return dw, dx, db


@wrong("affine", "db", "results.count")
def affine_two_results(dout, cache):
    return affine_backward(dout, cache)[:2]


@wrong("affine", "dw", "upstream.ignored", "upstream.replaced_by_ones")
def affine_upstream_ignored(dout, cache):
    x, w, _ = cache
    return dout @ w.T, x.T @ np.ones_like(dout), dout.sum(axis=0)


@wrong("affine", "dx", "factor.sign")
def affine_sign(dout, cache):
    dx, dw, db = affine_backward(dout, cache)
    return -dx, dw, db


@wrong("affine", "dw", "sum.overwritten", "sum.last_only")
def affine_loop_without_plus(dout, cache):
    x, w, _ = cache
    dw = np.zeros_like(w)
    for row, d in zip(x, dout, strict=True):
        dw = np.outer(row, d)
    return dout @ w.T, dw, dout.sum(axis=0)


@wrong("affine", "dw db", "sum.first_only")
def affine_first_example(dout, cache):
    x, w, _ = cache
    return dout @ w.T, np.outer(x[0], dout[0]), dout[0]


@wrong("affine", "dw", "gradient.copied")
def affine_weights_for_gradient(dout, cache):
    dx, _, db = affine_backward(dout, cache)
    return dx, cache[1], db


@wrong("affine", "dw", "gradient.zero")
def affine_never_written(dout, cache):
    dx, dw, db = affine_backward(dout, cache)
    return dx, np.zeros_like(dw), db


@wrong("affine", "db", "upstream.added")
def affine_bias_regularised(dout, cache):
    dx, dw, db = affine_backward(dout, cache)
    return dx, dw, db + 0.1 * cache[2]


@wrong("affine of images", "dx", "shape.reshaped")
def affine_not_reshaped(dout, cache):
    x, w, _ = cache
    return dout @ w.T, x.reshape(len(x), -1).T @ dout, dout.sum(axis=0)


@wrong("affine", "dx")
def affine_two_mistakes(dout, cache):
    dx, dw, db = affine_backward(dout, cache)
    dx[0] *= 2
    return dx[::-1], dw, db


# ReLU.


@wrong("relu", "", "upstream.changed")
def relu_in_place(dout, x):
    dout[x < 0] = 0
    return dout


@wrong("relu", "dx", "gradient.passed_on")
def relu_no_mask(dout, x):
    return dout


@wrong("relu", "dx", "gradient.upstream_masked")
def relu_mask_from_upstream(dout, x):
    return np.where(dout > 0, dout, 0)


@wrong("relu", "dx", "upstream.replaced_by_ones")
def relu_mask_only(dout, x):
    return (x > 0).astype(float)


@wrong("relu", "dx", "input.negated")
def relu_inverted(dout, x):
    return dout * (x < 0)


@wrong("relu", "dx", "upstream.times_output")
def relu_times_value(dout, x):
    return dout * np.maximum(x, 0)


@wrong("relu", "dx", "upstream.squared")
def relu_upstream_twice(dout, x):
    return dout * dout * (x > 0)


@wrong("relu", "dx", "upstream.only_positive")
def relu_clipped(dout, x):
    return np.maximum(dout, 0) * (x > 0)


@wrong("affine and relu", "dx dw db", "hidden.no_activation_derivative", "any.pass_through")
def affine_relu_no_mask(dout, cache):
    return affine_backward(dout, cache[0])


@wrong("affine and relu", "dx dw db", "input.left_out", "any.times_output")
def affine_relu_value_for_mask(dout, cache):
    fc_cache, a = cache
    return affine_backward(dout * np.maximum(a, 0), fc_cache)


@wrong("affine and relu", "", "upstream.changed")
def affine_relu_in_place(dout, cache):
    fc_cache, a = cache
    dout *= a > 0
    return affine_backward(dout, fc_cache)


@wrong("sigmoid", "dx")
def sigmoid_of_output(dout, out):
    s = 1 / (1 + np.exp(-out))
    return dout * s * (1 - s)


@wrong("sigmoid", "dx")
def sigmoid_half_of_it(dout, out):
    return dout * (1 - out)


@wrong("sigmoid", "", "output.changed")
def sigmoid_cache_in_place(dout, out):
    out *= 1 - out
    return dout * out


# Batch normalisation.


def batchnorm(mean_path=True, variance_path=True, n=0, gamma_used=True, eps=0.0, axis=0):
    def backward(dout, cache):
        x, mu, std, xhat, gamma = cache
        N = dout.shape[0] + n
        dxhat = dout * gamma if gamma_used else dout
        dvar = np.sum(dxhat * (x - mu) * -0.5 * (std + eps) ** -3, axis=0)
        dmu = -np.sum(dxhat, axis=0) / std
        dx = dxhat / std + variance_path * dvar * 2 * (x - mu) / N + mean_path * dmu / dout.shape[0]
        return dx, np.sum(dout * xhat, axis=axis), np.sum(dout, axis=0)

    return backward


wrong("batchnorm", "dx", "path.forgotten", "bn.mean_path_forgotten")(batchnorm(mean_path=False))
wrong("batchnorm", "dx", "bn.variance_path_forgotten", "path.forgotten")(batchnorm(variance_path=False))
wrong("batchnorm", "dx")(batchnorm(mean_path=False, variance_path=False))
wrong("batchnorm", "dx", "reduction.bessel", "bn.bessel")(batchnorm(n=-1))
wrong("batchnorm", "dx", "input.left_out")(batchnorm(gamma_used=False))
wrong("batchnorm", "dgamma", "sum.wrong_axis")(batchnorm(axis=1))
wrong("batchnorm", "dx")(batchnorm(eps=1e-4))


@wrong("batchnorm", "dgamma", "product.other_factor")
def batchnorm_gamma_of_x(dout, cache):
    dx, _, dbeta = batchnorm()(dout, cache)
    return dx, np.sum(dout * cache[0], axis=0), dbeta


@wrong("batchnorm", "dgamma", "sum.missing")
def batchnorm_gamma_not_summed(dout, cache):
    dx, _, dbeta = batchnorm()(dout, cache)
    return dx, dout * cache[3], dbeta


@wrong("batchnorm", "dgamma dbeta", "results.exchanged")
def batchnorm_exchanged(dout, cache):
    dx, dgamma, dbeta = batchnorm()(dout, cache)
    return dx, dbeta, dgamma


@wrong("batchnorm, simplified", "dx", "factor.not_averaged")
def batchnorm_no_1_over_n(dout, cache):
    _, _, std, xhat, gamma = cache
    dbeta, dgamma = dout.sum(axis=0), (dout * xhat).sum(axis=0)
    return gamma / std * (len(dout) * dout - dbeta - xhat * dgamma), dgamma, dbeta


# Layer normalisation and spatial batch normalisation.


def layernorm(mean_path=True, variance_path=True, axis=0):
    def backward(dout, cache):
        std, xhat, gamma = cache
        dxhat = dout * gamma
        dx = dxhat - mean_path * dxhat.mean(axis=1, keepdims=True)
        dx -= variance_path * xhat * (dxhat * xhat).mean(axis=1, keepdims=True)
        return dx / std, np.sum(dout * xhat, axis=axis), np.sum(dout, axis=axis)

    return backward


wrong("layernorm", "dx", "path.forgotten", "bn.mean_path_forgotten")(layernorm(mean_path=False))
wrong("layernorm", "dx", "bn.variance_path_forgotten", "path.forgotten")(layernorm(variance_path=False))
wrong("layernorm", "dgamma dbeta", "sum.wrong_axis")(layernorm(axis=1))


@wrong("spatial batchnorm", "dx", "shape.permuted")
def spatial_wrong_order(dout, cache):
    N, C, H, W = dout.shape
    dx, dgamma, dbeta = batchnorm_backward_alt(dout.transpose(0, 2, 3, 1).reshape(-1, C), cache)
    return dx.reshape(N, H, W, C), dgamma, dbeta


@wrong("spatial batchnorm", "dbeta", "sum.missing")
def spatial_batch_only(dout, cache):
    dx, dgamma, _ = spatial_batchnorm_backward(dout, cache)
    return dx, dgamma, dout.sum(axis=0)


# Dropout.


@wrong("dropout", "dx", "backward.random")
def dropout_new_mask(dout, cache):
    p = cache[0]["p"]
    return dout * (np.random.rand(*dout.shape) < p) / p


@wrong("dropout", "dx", "factor.setting_twice")
def dropout_no_scale(dout, cache):
    return dout * (cache[1] > 0)


@wrong("dropout", "dx", "gradient.passed_on")
def dropout_no_mask(dout, cache):
    return dout


@wrong("dropout", "dx", "factor.setting_missing")
def dropout_scaled_twice(dout, cache):
    return dout * cache[1] / cache[0]["p"]


@wrong("dropout with a seed", "dx", "backward.random")
def dropout_seed_forgotten(dout, cache):
    p = cache[0]["p"]
    return dout * (np.random.rand(*dout.shape) < p) / p


@wrong("dropout", "dx", "upstream.replaced_by_ones")
def dropout_mask_only(dout, cache):
    return cache[1]


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


# Recurrence.


def rnn(slope=lambda h: 1 - h**2, turned=False, summed=True, hidden_from="prev_h"):
    def backward(dnext_h, cache):
        x, prev_h, Wx, Wh, next_h = cache
        da = dnext_h * slope(next_h)
        dWh = (prev_h if hidden_from == "prev_h" else next_h).T @ da
        return da @ Wx.T, da @ (Wh if turned else Wh.T), x.T @ da, dWh, np.sum(da, axis=0) if summed else da

    return backward


EVERYTHING = "dx dprev_h dWx dWh db"
wrong("rnn step", EVERYTHING, "hidden.no_activation_derivative", "any.pass_through")(rnn(lambda h: 1))
wrong("rnn step", EVERYTHING, "tanh.no_square")(rnn(lambda h: 1 - h))
wrong("rnn step", EVERYTHING, "tanh.as_sigmoid")(rnn(lambda h: h * (1 - h)))
wrong("rnn step", EVERYTHING, "tanh.at_output")(rnn(lambda h: 1 - np.tanh(h) ** 2))
wrong("rnn step", "dprev_h", "hidden.no_transpose")(rnn(turned=True))
wrong("rnn step", "db", "sum.missing")(rnn(summed=False))
wrong("rnn step", "dWh", "product.other_factor")(rnn(hidden_from="next_h"))


@wrong("rnn", "dx dh0 dWx dWh db", "path.forgotten_everywhere")
def rnn_nothing_carried(dh, caches):
    steps = [rnn_step_backward(dh[:, t], cache) for t, cache in enumerate(caches)]
    dxs, dprevs, *others = zip(*steps, strict=True)
    return np.stack(dxs, axis=1), dprevs[0], *(sum(parts) for parts in others)


@wrong("rnn", "dWx dWh db", "fanout.last")
def rnn_not_added_up(dh, caches):
    dprev, dxs = 0, []
    for t in reversed(range(len(caches))):
        dx, dprev, dWx, dWh, db = rnn_step_backward(dh[:, t] + dprev, caches[t])
        dxs.insert(0, dx)
    return np.stack(dxs, axis=1), dprev, dWx, dWh, db


@wrong("rnn", "dx", "place.flipped", "place.shifted")
def rnn_time_reversed(dh, caches):
    dx, *others = rnn_backward(dh, caches)
    return dx[:, :, ::-1], *others


@wrong("attention", "dq dk", "mulc.dropped")
def attention_no_scale(dout, cache):
    dq, dk, dv = attention_backward(dout, cache)
    scale = np.sqrt(cache[1].shape[1])
    return dq * scale, dk * scale, dv


@wrong("attention", "dq dk", "path.forgotten")
def attention_diagonal_of_softmax(dout, cache):
    q, k, v, p = cache
    dscores = p * (dout @ v.T) / np.sqrt(k.shape[1])
    return dscores @ k, dscores.T @ q, p.T @ dout


@wrong("attention", "dv", "sum.first_only", "product.other_factor", "shape.transposed")
def attention_values_transposed(dout, cache):
    dq, dk, dv = attention_backward(dout, cache)
    return dq, dk, dv.T


@wrong("lstm step", "dprev_c")
def lstm_cell_of_hidden_only(dnext_h, dnext_c, cache):
    dx, dprev_h, _, dWx, dWh, db = lstm_step_backward(dnext_h, dnext_c, cache)
    return dx, dprev_h, lstm_step_backward(dnext_h, 0 * dnext_c, cache)[2], dWx, dWh, db


@wrong("lstm step", "dx dprev_h dprev_c dWx dWh db", "path.forgotten")
def lstm_one_path(dnext_h, dnext_c, cache):
    return lstm_step_backward(dnext_h, 0 * dnext_c, cache)


# Words.


@wrong("word embedding", "dW", "sum.overwritten")
def embedding_plus_at_repeats(dout, cache):
    x, W = cache
    dW = np.zeros_like(W)
    dW[x] += dout
    return dW


@wrong("word embedding", "dW", "factor.sign")
def embedding_minus(dout, cache):
    return -embedding_backward(dout, cache)


@wrong("word embedding", "dW", "upstream.replaced_by_ones")
def embedding_counts(dout, cache):
    return embedding_backward(np.ones_like(dout), cache)


# Losses, which return their own gradients.


def probabilities(x):
    p = np.exp(x - np.max(x, axis=1, keepdims=True))
    return p / np.sum(p, axis=1, keepdims=True)


def softmax(change):
    """The softmax loss with another gradient: `change` makes it from p, the one-hot labels and N."""

    def loss_and_gradient(x, y):
        N, p = len(x), probabilities(x)
        onehot = np.eye(x.shape[1])[y]
        loss = -np.sum(np.log(p[range(N), y])) / N
        return loss, change(p, onehot, N)

    return loss_and_gradient


def svm(change):
    """The SVM loss with another gradient: `change` makes it from the 0-1 matrix of margins, the labels and N."""

    def loss_and_gradient(x, y):
        N = len(x)
        margins = np.maximum(0, x - x[range(N), y][:, None] + 1)
        margins[range(N), y] = 0
        return np.sum(margins) / N, change((margins > 0).astype(float), np.eye(x.shape[1])[y], N)

    return loss_and_gradient


wrong("softmax loss", "dx", "softmax.no_minus_one")(softmax(lambda p, y, N: p / N))
wrong("softmax loss", "dx", "factor.not_averaged")(softmax(lambda p, y, N: p - y))
wrong("softmax loss", "dx", "factor.sign")(softmax(lambda p, y, N: (y - p) / N))
wrong("softmax loss", "dx", "softmax.true_class_only")(softmax(lambda p, y, N: (p - y) * y / N))
wrong("softmax loss", "dx", "softmax.elementwise_p1mp")(softmax(lambda p, y, N: (p - y) * p * (1 - p) / N))
wrong("softmax loss", "dx", "softmax.minus_log_only")(softmax(lambda p, y, N: -y / p / N))
wrong("softmax loss", "dx", "factor.averaged")(softmax(lambda p, y, N: (p - y) / N**2))
wrong("softmax loss", "dx", "factor.averaged_over")(softmax(lambda p, y, N: (p - y) / N / p.shape[1]))
wrong("svm loss", "dx", "labels.others_only")(svm(lambda m, y, N: m / N))
wrong("svm loss", "dx", "factor.not_averaged")(svm(lambda m, y, N: m - y * m.sum(axis=1, keepdims=True)))
wrong("svm loss", "dx", "labels.true_class_off")(svm(lambda m, y, N: (m - y) / N))
wrong("svm loss", "dx", "labels.true_only")(svm(lambda m, y, N: -y * m.sum(axis=1, keepdims=True) / N))


# What belongs to no layer.


@wrong("affine", "dx dw db", "backward.raised_in_line")
def affine_raises(dout, cache):
    raise KeyError("mask")


@wrong("affine", "dx dw db", "results.count")
def affine_returns_nothing(dout, cache):
    affine_backward(dout, cache)


@wrong("affine", "dx")
def affine_none(dout, cache):
    return None, *affine_backward(dout, cache)[1:]


@wrong("affine", "dx")
def affine_not_a_number(dout, cache):
    dx, dw, db = affine_backward(dout, cache)
    dx[1, 1] = np.nan
    return dx, dw, db


@wrong("affine", "dx")
def affine_text(dout, cache):
    return "dx", *affine_backward(dout, cache)[1:]


@wrong("affine", "dw")
def affine_whole_numbers(dout, cache):
    dx, dw, db = affine_backward(dout, cache)
    return dx, dw.astype(int), db


@wrong("affine", "", "inputs.changed")
def affine_changes_weights(dout, cache):
    _, w, _ = cache
    gradients = affine_backward(dout, cache)
    w -= 0.1 * gradients[1]
    return gradients


@wrong("affine", "dx", "inputs.changed", "hidden.updated_weights")
def affine_updated_weights(dout, cache):
    x, w, _ = cache
    dw = x.T @ dout
    w -= 0.1 * dw
    return dout @ w.T, dw, dout.sum(axis=0)
