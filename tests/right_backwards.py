"""Right pairs in other forms than those of `course_layers`: other formulas, other ways to return, other inputs.

None of them may be called wrong.
"""

import functools
import random

import course_layers as course
import numpy as np
from numpy.lib.stride_tricks import as_strided, sliding_window_view

# name -> forward, backward, the inputs that are given, the options.
PAIRS = {}


def right(name, forward, backward, *given, **options):
    PAIRS[name] = (forward, backward, given, options)


def draw(*shape):
    return np.random.default_rng(len(PAIRS)).normal(size=shape)


# Ways to return gradients.


def affine(change=lambda gradients: gradients):
    return lambda dout, cache: change(course.affine_backward(dout, cache))


AFFINE = {"shapes": course.AFFINE}
for name, change in {
    "list": list,
    "dict by inputs": lambda gradients: dict(zip("xwb", gradients, strict=True)),
    "dict by gradients": lambda gradients: dict(zip(["dx", "dw", "db"], gradients, strict=True)),
    "columns first": lambda gradients: tuple(np.asfortranarray(part) for part in gradients),
    "float32": lambda gradients: tuple(part.astype(np.float32) for part in gradients),
    "float16": lambda gradients: tuple(part.astype(np.float16) for part in gradients),
    "longdouble": lambda gradients: tuple(part.astype(np.longdouble) for part in gradients),
    "views": lambda gradients: tuple(part[..., ::-1][..., ::-1] for part in gradients),
    "nested lists": lambda gradients: tuple(part.tolist() for part in gradients),
}.items():
    right(f"affine, {name}", course.affine_forward, affine(change), **AFFINE)


def affine_by_einsum(dout, cache):
    x, w, _ = cache
    return np.einsum("nm,dm->nd", dout, w), np.einsum("nd,nm->dm", x, dout), np.ones(len(dout)) @ dout


def affine_on_own_copy(dout, cache):
    dout = dout.copy()
    gradients = course.affine_backward(dout, cache)
    dout[:] = 0
    return gradients


right("affine by einsum", course.affine_forward, affine_by_einsum, **AFFINE)
right("affine on a copy of its own", course.affine_forward, affine_on_own_copy, **AFFINE)
right("affine, some", course.affine_forward, affine(lambda parts: parts[1:]), wrt=["w", "b"], **AFFINE)
right("affine, one", course.affine_forward, affine(lambda parts: parts[0]), wrt="x", **AFFINE)
right("affine in float32", course.affine_forward, course.affine_backward,
      *(draw(*shape).astype(np.float32) for shape in ((4, 3), (3, 5), (5,))))  # fmt: skip
right("affine on large images", course.affine_forward, course.affine_backward,
      1e6 * draw(4, 2, 3), 1e-6 * draw(6, 5), draw(5))  # fmt: skip


# ReLU and its like.


def relu_written(x):
    out = x.copy()
    out[out < 0] = 0
    return out, x


def relu_copied(dout, x):
    dx = dout.copy()
    dx[x <= 0] = 0
    return dx


ZEROS = np.array([[0.0, 1, -1], [2, 0, -3]])
right("relu written into a copy", relu_written, relu_copied, shapes={"x": "ND"})
right("relu by its absolute value", lambda x: ((x + abs(x)) / 2, {"x": x}), lambda dout, cache: dout * (cache["x"] > 0),
      shapes={"x": "ND"})  # fmt: skip
right("relu at 0", course.relu_forward, relu_copied, ZEROS)
right("relu that lets 0 pass", course.relu_forward, lambda dout, x: np.where(x < 0, 0, dout), ZEROS)
right("leaky relu", lambda x, slope=0.01: (np.where(x > 0, x, slope * x), (x, slope)),
      lambda dout, cache: dout * np.where(cache[0] > 0, 1, cache[1]), 0.2, shapes={"x": "ND"})  # fmt: skip


# Dropout: where the mask comes from.


def dropout_from(numbers):
    def forward(x, *settings):
        mask = (numbers(*x.shape, *settings) < 0.6) / 0.6
        return x * mask, mask

    return forward


def python_numbers(rows, columns):
    return np.array([[random.random() for _ in range(columns)] for _ in range(rows)])


DROPPED = {"shapes": {"x": (5, 6)}, "names": ["x"]}
right("dropout from a generator", dropout_from(lambda n, d, rng: rng.random((n, d))), np.multiply,
      np.random.default_rng(3), shapes={"x": (5, 6)}, names=["x", "rng"])  # fmt: skip
right("dropout from Python's numbers", dropout_from(python_numbers), np.multiply, **DROPPED)
right("dropout seeded inside", dropout_from(lambda n, d: np.random.default_rng(7).random((n, d))), np.multiply,
      **DROPPED)  # fmt: skip
right("dropout with the mask given", lambda x, mask: (x * mask / 0.5, mask), lambda dout, mask: dout * mask / 0.5,
      draw(5, 6) > 0, shapes={"x": (5, 6)})  # fmt: skip


# Batch normalisation with running statistics that are updated in place.


def batchnorm_forward(x, gamma, beta, bn_param):
    mean = bn_param.setdefault("running_mean", np.zeros(x.shape[1]))
    variance = bn_param.setdefault("running_var", np.zeros(x.shape[1]))
    if bn_param["mode"] == "test":
        std = np.sqrt(variance + 1e-5)
        xhat = (x - mean) / std
        return gamma * xhat + beta, ("test", gamma, None, std, xhat)
    mu, centred = x.mean(axis=0), x - x.mean(axis=0)
    std = np.sqrt(np.mean(centred**2, axis=0) + 1e-5)
    mean *= 0.9
    mean += 0.1 * mu
    variance *= 0.9
    variance += 0.1 * std**2
    return gamma * centred / std + beta, ("train", gamma, centred, std, centred / std)


def batchnorm_backward(dout, cache):
    mode, gamma, centred, std, xhat = cache
    dxhat = dout * gamma
    if mode == "test":
        return dxhat / std, (dout * xhat).sum(axis=0), dout.sum(axis=0)
    dvariance = -0.5 * np.sum(dxhat * centred, axis=0) / std**3
    dcentred = dxhat / std + 2 / len(dout) * centred * dvariance
    return dcentred - dcentred.mean(axis=0), (dout * xhat).sum(axis=0), dout.sum(axis=0)


RUNNING = {"running_mean": np.arange(3.0), "running_var": np.full(3, 2.0)}
right("batchnorm, running", batchnorm_forward, batchnorm_backward, {"mode": "train"}, shapes=course.NORM)
right("batchnorm in test mode", batchnorm_forward, batchnorm_backward, {"mode": "test", **RUNNING}, shapes=course.NORM)
right("batchnorm far from 0", batchnorm_forward, batchnorm_backward, 1e4 + draw(6, 3), np.ones(3), np.zeros(3),
      {"mode": "train"})  # fmt: skip
right("batchnorm of constant columns", course.batchnorm_forward, course.batchnorm_backward, np.ones((4, 2)), np.ones(2),
      np.zeros(2), {})  # fmt: skip


# Convolution and pooling by other means.


def conv_by_strides(x, w, b, conv_param):
    stride, pad = conv_param["stride"], conv_param["pad"]
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    N, C, H, W = padded.shape
    _, _, HH, WW = w.shape
    shape = (N, C, (H - HH) // stride + 1, (W - WW) // stride + 1, HH, WW)
    n, c, h, v = padded.strides
    windows = as_strided(padded, shape, (n, c, h * stride, v * stride, h, v))
    return np.einsum("nchwij,fcij->nfhw", windows, w) + b[:, None, None], (x, w, b, conv_param)


right("convolution by strides", conv_by_strides, course.conv_backward, {"stride": 2, "pad": 1}, shapes=course.CONV)
right("convolution with its settings bound", functools.partial(course.conv_forward, conv_param={"stride": 1, "pad": 0}),
      course.conv_backward, shapes=course.CONV)  # fmt: skip


def one_channel(x, k):
    return np.einsum("hwij,ij->hw", sliding_window_view(x, k.shape), k), (x, k)


def one_channel_backward(dout, cache):
    x, k = cache
    dx = np.zeros_like(x)
    for i, j in np.ndindex(k.shape):
        dx[i : i + dout.shape[0], j : j + dout.shape[1]] += k[i, j] * dout
    return dx, one_channel(x, dout)[0]


right("convolution of one channel", one_channel, one_channel_backward, shapes={"x": (6, 5), "k": (3, 2)})
right("np.convolve", lambda x, k: (np.convolve(x, k, "valid"), (x, k)),
      lambda dout, cache: (np.correlate(dout, cache[1], "full"), np.correlate(cache[0], dout, "valid")[::-1]),
      shapes={"x": (7,), "k": (3,)})  # fmt: skip


def pool_by_reshape(x):
    N, C, H, W = x.shape
    windows = x.reshape(N, C, H // 2, 2, W // 2, 2)
    out = windows.max(axis=(3, 5))
    return out, (windows, out)


def pool_by_reshape_backward(dout, cache):
    windows, out = cache
    mask = windows == out[:, :, :, None, :, None]
    shared = mask / mask.sum(axis=(3, 5), keepdims=True)
    N, C, H, _, W, _ = windows.shape
    return (shared * dout[:, :, :, None, :, None]).reshape(N, C, 2 * H, 2 * W)


right("max-pool by reshaping", pool_by_reshape, pool_by_reshape_backward, shapes={"x": (2, 3, 4, 6)})
right("max-pool of what a ReLU left", course.max_pool_forward, course.max_pool_backward,
      np.maximum(draw(2, 2, 4, 4), 0), course.POOL)  # fmt: skip


# Losses.


def softmax_pair(x, y):
    shifted = x - x.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return -log_p[np.arange(len(y)), y].mean(), (np.exp(log_p), y)


def softmax_of_cache(cache):
    p, y = cache
    return (p - np.eye(p.shape[1])[y]) / len(y)


def softmax_in_place(dout, cache):
    p, y = cache
    p[np.arange(len(y)), y] -= 1
    return dout * p / len(y)


def squares(x, y):
    difference = x - y
    return np.mean(difference**2), 2 * difference / x.size, -2 * difference / x.size


def svm_of_weights(W, X, y, reg):
    scores = X @ W
    margins = np.maximum(0, scores - scores[np.arange(len(y)), y][:, None] + 1)
    margins[np.arange(len(y)), y] = 0
    mask = (margins > 0).astype(float)
    mask[np.arange(len(y)), y] = -mask.sum(axis=1)
    return margins.sum() / len(y) + reg * np.sum(W * W), X.T @ mask / len(y) + 2 * reg * W


def masked_softmax(x, y, mask):
    """The loss over words of a caption, where the mask leaves out what is padding."""
    N, T, V = x.shape
    loss, dx = 0.0, np.zeros_like(x)
    for n, t in np.ndindex(N, T):
        p = np.exp(x[n, t] - x[n, t].max())
        p /= p.sum()
        loss -= mask[n, t] * np.log(p[y[n, t]]) / N
        dx[n, t] = mask[n, t] * (p - np.eye(V)[y[n, t]]) / N
    return loss, dx


IMAGES, CLASSES = draw(6, 4), np.array([0, 1, 2, 1, 0, 2])
CAPTIONS, MASK = np.array([[0, 1, 2], [3, 1, 0]]), np.array([[True, True, False], [True, False, True]])
SCORES = {"shapes": {"x": (5, 4)}}
right("softmax as a pair", softmax_pair, lambda dout, cache: dout * softmax_of_cache(cache), course.LABELS, **SCORES)
right("softmax of the cache alone", softmax_pair, softmax_of_cache, course.LABELS, **SCORES)
right("softmax that uses up its cache", softmax_pair, softmax_in_place, course.LABELS, **SCORES)
right("softmax of large scores", course.softmax_loss, None, 50 * draw(5, 4), course.LABELS)
right("softmax of small scores", course.softmax_loss, None, 1e-3 * draw(50, 10), np.arange(50) % 10)
right("svm of small scores", course.svm_loss, None, 1e-3 * draw(50, 10), np.arange(50) % 10)
right("svm of equal scores", course.svm_loss, None, np.zeros((5, 4)), course.LABELS)
right("svm of weights", svm_of_weights, None, 0.1 * draw(4, 3), IMAGES, CLASSES, 0.1, wrt=["W"])
right("svm of weights that are 0", svm_of_weights, None, np.zeros((4, 3)), IMAGES, CLASSES, 0.1, wrt="W")
right("squares, with their gradients in a row", squares, None, shapes={"x": (3, 4), "y": (3, 4)})
right("captions", masked_softmax, None, CAPTIONS, MASK, shapes={"x": (2, 3, 4)})
right("a loss without shape", lambda x: (float(np.sum(x)), x.shape), lambda dout, shape: np.full(shape, dout),
      shapes={"x": (3, 4)})  # fmt: skip
right("a gradient that is spread", lambda x: (np.sum(x), x.shape), np.broadcast_to, shapes={"x": (3, 4)})


# Sequences, and several outputs.


def rnn_in_place(x, h0, Wx, Wh, b):
    N, T, _ = x.shape
    h, caches, previous = np.zeros((N, T, h0.shape[1])), [], h0
    for t in range(T):
        h[:, t], cache = course.rnn_step_forward(x[:, t], previous, Wx, Wh, b)
        previous = h[:, t]
        caches.append(cache)
    return h, caches


def states(x, h0, W):
    found = [h0]
    for row in x:
        found.append(np.tanh(row @ W + found[-1]))
    return (*found[1:], (x, W, found))


def states_backward(*arguments):
    *douts, (x, W, found) = arguments
    dx, dW, dh = np.zeros_like(x), np.zeros_like(W), 0
    for t in reversed(range(len(x))):
        dh = (douts[t] + dh) * (1 - found[t + 1] ** 2)
        dx[t], dW = dh @ W.T, dW + x[t].T @ dh
    return dx, dh, dW


def grouped(x, h0, W):
    *outs, cache = states(x, h0, W)
    return tuple(outs), cache


def of_two_shapes(x, w):
    return (x @ w, np.sum(x, axis=0)), (x, w)


def of_two_shapes_backward(douts, cache):
    (dproduct, dsum), (x, w) = douts, cache
    return dproduct @ w.T + dsum, x.T @ dproduct


def beside_a_constant(x):
    return np.tanh(x), np.arange(3.0), np.tanh(x)


def beside_a_constant_backward(dout, dconstant, h):
    return dout * (1 - h**2)


STATES = {"shapes": {"x": (3, 2, 4), "h0": (2, 5), "W": (4, 5)}}
right("rnn written in place", rnn_in_place, course.rnn_backward, shapes=course.SEQUENCE)
right("several outputs", states, states_backward, **STATES)
right("several outputs, one argument", states, lambda douts, cache: states_backward(*douts, cache), **STATES)
right("a tuple of outputs", grouped, lambda douts, cache: states_backward(*douts, cache), **STATES)
right("an output that is a constant", beside_a_constant, beside_a_constant_backward, shapes={"x": "ND"})
right("outputs of two shapes", of_two_shapes, of_two_shapes_backward, shapes={"x": "ND", "w": "DM"})


# Words and other whole numbers.


def embedding_loop(dout, cache):
    x, W = cache
    dW = np.zeros_like(W)
    for place in np.ndindex(x.shape):
        dW[x[place]] += dout[place]
    return dW


def by_float_words(x, W):
    return course.embedding_forward(x.astype(int), W)


WORDS = {"shapes": {"W": (5, 4)}}
right("words by a loop", course.embedding_forward, embedding_loop, course.WORDS, **WORDS)
right("words as int32", course.embedding_forward, embedding_loop, course.WORDS.astype(np.int32), **WORDS)
right("words as floats, with None", by_float_words, lambda dout, cache: (None, embedding_loop(dout, cache)),
      course.WORDS.astype(float), **WORDS)  # fmt: skip
right("words as floats, left out", by_float_words, embedding_loop, course.WORDS.astype(float), **WORDS)


# Caches and layers of other kinds.


class Layer:
    """A layer whose cache is itself."""

    def forward(self, x, w):
        self.x, self.w = x, w
        return x @ w, self

    def backward(self, dout, cache):
        return dout @ self.w.T, self.x.T @ dout


def popped(dout, cache):
    return dout * (cache.pop() > 0)


def sorted_rows(x):
    order = np.argsort(x, axis=1)
    return np.take_along_axis(x, order, 1), order


def sorted_rows_backward(dout, order):
    dx = np.zeros_like(dout)
    np.put_along_axis(dx, order, dout, 1)
    return dx


right("a cache that is popped", lambda x: (np.maximum(x, 0), [x]), popped, shapes={"x": (3, 2)})
right("sorting", sorted_rows, sorted_rows_backward, shapes={"x": (3, 4)})
right("a module among the inputs", lambda x, lib: (lib.tanh(x), lib.tanh(x)), lambda dout, h: dout * (1 - h * h), np,
      shapes={"x": (3, 2)})  # fmt: skip
LAYER = Layer()
right("a layer that is its cache", LAYER.forward, LAYER.backward, shapes={"x": "ND", "w": "DM"})
