"""The layers of a course on neural networks, each as a forward and a backward function in plain NumPy.

Written as a student would: loops where loops are clear, masks written into arrays, a cache of what is needed.
"""

import numpy as np

# Affine and ReLU.


def affine_forward(x, w, b):
    out = x.reshape(x.shape[0], -1) @ w + b
    return out, (x, w, b)


def affine_backward(dout, cache):
    x, w, _ = cache
    dx = (dout @ w.T).reshape(x.shape)
    dw = x.reshape(x.shape[0], -1).T @ dout
    db = np.sum(dout, axis=0)
    return dx, dw, db


def relu_forward(x):
    return np.maximum(0, x), x


def relu_backward(dout, cache):
    return dout * (cache > 0)


def affine_relu_forward(x, w, b):
    a, fc_cache = affine_forward(x, w, b)
    out, relu_cache = relu_forward(a)
    return out, (fc_cache, relu_cache)


def affine_relu_backward(dout, cache):
    fc_cache, relu_cache = cache
    return affine_backward(relu_backward(dout, relu_cache), fc_cache)


def sigmoid_forward(x):
    out = 1 / (1 + np.exp(-x))
    return out, out


def sigmoid_backward(dout, out):
    return dout * out * (1 - out)


# Normalisation.


def batchnorm_forward(x, gamma, beta, bn_param):
    eps, momentum = bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    mu = np.mean(x, axis=0)
    var = np.var(x, axis=0)
    std = np.sqrt(var + eps)
    xhat = (x - mu) / std
    out = gamma * xhat + beta
    bn_param["running_mean"] = momentum * bn_param.get("running_mean", 0) + (1 - momentum) * mu
    bn_param["running_var"] = momentum * bn_param.get("running_var", 0) + (1 - momentum) * var
    return out, (x, mu, std, xhat, gamma)


def batchnorm_backward(dout, cache):
    x, mu, std, xhat, gamma = cache
    N = dout.shape[0]
    dbeta = np.sum(dout, axis=0)
    dgamma = np.sum(dout * xhat, axis=0)
    dxhat = dout * gamma
    dvar = np.sum(dxhat * (x - mu) * -0.5 * std**-3, axis=0)
    dmu = -np.sum(dxhat, axis=0) / std
    dx = dxhat / std + dvar * 2 * (x - mu) / N + dmu / N
    return dx, dgamma, dbeta


def batchnorm_backward_alt(dout, cache):
    _, _, std, xhat, gamma = cache
    N = dout.shape[0]
    dbeta = dout.sum(axis=0)
    dgamma = (dout * xhat).sum(axis=0)
    dx = gamma / (N * std) * (N * dout - dbeta - xhat * dgamma)
    return dx, dgamma, dbeta


def layernorm_forward(x, gamma, beta):
    mu = x.mean(axis=1, keepdims=True)
    std = np.sqrt(x.var(axis=1, keepdims=True) + 1e-5)
    xhat = (x - mu) / std
    return gamma * xhat + beta, (std, xhat, gamma)


def layernorm_backward(dout, cache):
    std, xhat, gamma = cache
    dxhat = dout * gamma
    centred = dxhat - dxhat.mean(axis=1, keepdims=True)
    dx = (centred - xhat * (dxhat * xhat).mean(axis=1, keepdims=True)) / std
    return dx, np.sum(dout * xhat, axis=0), np.sum(dout, axis=0)


def spatial_batchnorm_forward(x, gamma, beta):
    N, C, H, W = x.shape
    flat = x.transpose(0, 2, 3, 1).reshape(-1, C)
    out, cache = batchnorm_forward(flat, gamma, beta, {})
    return out.reshape(N, H, W, C).transpose(0, 3, 1, 2), cache


def spatial_batchnorm_backward(dout, cache):
    N, C, H, W = dout.shape
    dx, dgamma, dbeta = batchnorm_backward_alt(dout.transpose(0, 2, 3, 1).reshape(-1, C), cache)
    return dx.reshape(N, H, W, C).transpose(0, 3, 1, 2), dgamma, dbeta


def group_norm_forward(x, gamma, beta, G, gn_param):
    N, C, H, W = x.shape
    grouped = x.reshape(N, G, C // G, H, W)
    mu = grouped.mean(axis=(2, 3, 4), keepdims=True)
    std = np.sqrt(grouped.var(axis=(2, 3, 4), keepdims=True) + gn_param.get("eps", 1e-5))
    xhat = ((grouped - mu) / std).reshape(N, C, H, W)
    return gamma * xhat + beta, (G, xhat, std, gamma)


def group_norm_backward(dout, cache):
    G, xhat, std, gamma = cache
    N, C, H, W = dout.shape
    dgamma = np.sum(dout * xhat, axis=(0, 2, 3), keepdims=True)
    dbeta = np.sum(dout, axis=(0, 2, 3), keepdims=True)
    dxhat, grouped = (array.reshape(N, G, C // G, H, W) for array in (dout * gamma, xhat))
    size = C // G * H * W
    sums = [np.sum(array, axis=(2, 3, 4), keepdims=True) for array in (dxhat, dxhat * grouped)]
    dx = (size * dxhat - sums[0] - grouped * sums[1]) / (size * std)
    return dx.reshape(N, C, H, W), dgamma, dbeta


# Dropout.


def dropout_forward(x, dropout_param):
    p = dropout_param["p"]
    if "seed" in dropout_param:
        np.random.seed(dropout_param["seed"])
    mask = (np.random.rand(*x.shape) < p) / p
    return x * mask, (dropout_param, mask)


def dropout_backward(dout, cache):
    _, mask = cache
    return dout * mask


# Convolution and pooling.


def conv_forward(x, w, b, conv_param):
    stride, pad = conv_param["stride"], conv_param["pad"]
    N, _, H, W = x.shape
    F, _, HH, WW = w.shape
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    out = np.zeros((N, F, 1 + (H + 2 * pad - HH) // stride, 1 + (W + 2 * pad - WW) // stride))
    for n in range(N):
        for f in range(F):
            for i in range(out.shape[2]):
                for j in range(out.shape[3]):
                    window = padded[n, :, i * stride : i * stride + HH, j * stride : j * stride + WW]
                    out[n, f, i, j] = np.sum(window * w[f]) + b[f]
    return out, (x, w, b, conv_param)


def conv_backward(dout, cache):
    x, w, _, conv_param = cache
    stride, pad = conv_param["stride"], conv_param["pad"]
    _, _, H, W = x.shape
    _, _, HH, WW = w.shape
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    dpadded, dw = np.zeros_like(padded), np.zeros_like(w)
    for n, f, i, j in np.ndindex(dout.shape):
        rows, columns = slice(i * stride, i * stride + HH), slice(j * stride, j * stride + WW)
        dw[f] += dout[n, f, i, j] * padded[n, :, rows, columns]
        dpadded[n, :, rows, columns] += dout[n, f, i, j] * w[f]
    return dpadded[:, :, pad : pad + H, pad : pad + W], dw, dout.sum(axis=(0, 2, 3))


def max_pool_forward(x, pool_param):
    height, width, stride = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    N, C, H, W = x.shape
    out = np.zeros((N, C, 1 + (H - height) // stride, 1 + (W - width) // stride))
    for i in range(out.shape[2]):
        for j in range(out.shape[3]):
            window = x[:, :, i * stride : i * stride + height, j * stride : j * stride + width]
            out[:, :, i, j] = np.max(window, axis=(2, 3))
    return out, (x, pool_param)


def max_pool_backward(dout, cache):
    x, pool_param = cache
    height, width, stride = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    dx = np.zeros_like(x)
    for n, c, i, j in np.ndindex(dout.shape):
        window = x[n, c, i * stride : i * stride + height, j * stride : j * stride + width]
        row, column = np.unravel_index(np.argmax(window), window.shape)
        dx[n, c, i * stride + row, j * stride + column] += dout[n, c, i, j]
    return dx


def conv1d_forward(x, k):
    out = np.array([np.sum(x[i : i + len(k)] * k) for i in range(len(x) - len(k) + 1)])
    return out, (x, k)


def conv1d_backward(dout, cache):
    x, k = cache
    dx, dk = np.zeros_like(x), np.zeros_like(k)
    for i, d in enumerate(dout):
        dx[i : i + len(k)] += d * k
        dk += d * x[i : i + len(k)]
    return dx, dk


# Losses, which return their own gradient.


def softmax_loss(x, y):
    N = x.shape[0]
    p = np.exp(x - np.max(x, axis=1, keepdims=True))
    p /= np.sum(p, axis=1, keepdims=True)
    loss = -np.sum(np.log(p[np.arange(N), y])) / N
    dx = p.copy()
    dx[np.arange(N), y] -= 1
    return loss, dx / N


def svm_loss(x, y):
    N = x.shape[0]
    margins = np.maximum(0, x - x[np.arange(N), y][:, None] + 1)
    margins[np.arange(N), y] = 0
    loss = np.sum(margins) / N
    dx = (margins > 0).astype(float)
    dx[np.arange(N), y] -= np.sum(margins > 0, axis=1)
    return loss, dx / N


# Recurrence, words and attention.


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(x @ Wx + prev_h @ Wh + b)
    return next_h, (x, prev_h, Wx, Wh, next_h)


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h * (1 - next_h**2)
    return da @ Wx.T, da @ Wh.T, x.T @ da, prev_h.T @ da, np.sum(da, axis=0)


def rnn_forward(x, h0, Wx, Wh, b):
    h, hs, caches = h0, [], []
    for t in range(x.shape[1]):
        h, cache = rnn_step_forward(x[:, t], h, Wx, Wh, b)
        hs.append(h)
        caches.append(cache)
    return np.stack(hs, axis=1), caches


def rnn_backward(dh, caches):
    dprev, dxs = np.zeros(dh[:, 0].shape), []
    dWx, dWh, db = 0, 0, 0
    for t in reversed(range(len(caches))):
        dx, dprev, step_dWx, step_dWh, step_db = rnn_step_backward(dh[:, t] + dprev, caches[t])
        dWx, dWh, db = dWx + step_dWx, dWh + step_dWh, db + step_db
        dxs.insert(0, dx)
    return np.stack(dxs, axis=1), dprev, dWx, dWh, db


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    H = prev_h.shape[1]
    a = x @ Wx + prev_h @ Wh + b
    i, f, o = (1 / (1 + np.exp(-a[:, k * H : (k + 1) * H])) for k in range(3))
    g = np.tanh(a[:, 3 * H :])
    next_c = f * prev_c + i * g
    next_h = o * np.tanh(next_c)
    return next_h, next_c, (x, prev_h, prev_c, Wx, Wh, i, f, o, g, next_c)


def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, i, f, o, g, next_c = cache
    t = np.tanh(next_c)
    dc = dnext_c + dnext_h * o * (1 - t**2)
    da = np.hstack([dc * g * i * (1 - i), dc * prev_c * f * (1 - f), dnext_h * t * o * (1 - o), dc * i * (1 - g**2)])
    return da @ Wx.T, da @ Wh.T, dc * f, x.T @ da, prev_h.T @ da, da.sum(axis=0)


def embedding_forward(x, W):
    return W[x], (x, W)


def embedding_backward(dout, cache):
    x, W = cache
    dW = np.zeros_like(W)
    np.add.at(dW, x, dout)
    return dW


def attention_forward(q, k, v):
    scores = q @ k.T / np.sqrt(k.shape[1])
    e = np.exp(scores - np.max(scores, axis=1, keepdims=True))
    p = e / np.sum(e, axis=1, keepdims=True)
    return p @ v, (q, k, v, p)


def attention_backward(dout, cache):
    q, k, v, p = cache
    dp = dout @ v.T
    dscores = p * (dp - np.sum(dp * p, axis=1, keepdims=True)) / np.sqrt(k.shape[1])
    return dscores @ k, dscores.T @ q, p.T @ dout


# The pairs that are right: name -> forward, backward, the inputs that are given, the shapes of the others.
POOL = {"pool_height": 2, "pool_width": 2, "stride": 2}
LABELS = np.array([0, 3, 1, 3, 2])
WORDS = np.array([[0, 3, 1], [3, 3, 2]])
AFFINE = {"x": "ND", "w": "DM", "b": "M"}
NORM = {"x": "ND", "gamma": "D", "beta": "D"}
CONV = {"x": (2, 3, 5, 4), "w": (4, 3, 3, 2), "b": (4,)}
RNN = {"x": "ND", "prev_h": "NH", "Wx": "DH", "Wh": "HH", "b": "H"}
SEQUENCE = {"x": (2, 4, 3), "h0": (2, 5), "Wx": (3, 5), "Wh": (5, 5), "b": (5,)}
LSTM = {"x": (2, 3), "prev_h": (2, 4), "prev_c": (2, 4), "Wx": (3, 16), "Wh": (4, 16), "b": (16,)}
RIGHT = {
    "affine": (affine_forward, affine_backward, (), AFFINE),
    "affine of images": (affine_forward, affine_backward, (), {"x": (4, 2, 3), "w": (6, 5), "b": (5,)}),
    "relu": (relu_forward, relu_backward, (), {"x": "ND"}),
    "affine and relu": (affine_relu_forward, affine_relu_backward, (), AFFINE),
    "sigmoid": (sigmoid_forward, sigmoid_backward, (), {"x": "ND"}),
    "batchnorm": (batchnorm_forward, batchnorm_backward, ({"mode": "train"},), NORM),
    "batchnorm, simplified": (batchnorm_forward, batchnorm_backward_alt, ({"mode": "train"},), NORM),
    "layernorm": (layernorm_forward, layernorm_backward, (), NORM),
    "spatial batchnorm": (
        spatial_batchnorm_forward, spatial_batchnorm_backward, (), {"x": (2, 3, 4, 5), "gamma": (3,), "beta": (3,)},
    ),
    "group norm": (
        group_norm_forward, group_norm_backward, (2, {}),
        {"x": (2, 4, 3, 2), "gamma": (1, 4, 1, 1), "beta": (1, 4, 1, 1)},
    ),
    "dropout": (dropout_forward, dropout_backward, ({"p": 0.7, "mode": "train"},), {"x": "ND"}),
    "dropout with a seed": (dropout_forward, dropout_backward, ({"p": 0.4, "seed": 3},), {"x": "ND"}),
    "convolution": (conv_forward, conv_backward, ({"stride": 1, "pad": 1},), CONV),
    "convolution in strides": (conv_forward, conv_backward, ({"stride": 2, "pad": 0},), {**CONV, "x": (2, 3, 7, 6)}),
    "max-pool": (max_pool_forward, max_pool_backward, (POOL,), {"x": (2, 3, 4, 6)}),
    "overlapping max-pool": (max_pool_forward, max_pool_backward, ({**POOL, "stride": 1},), {"x": (2, 3, 4, 5)}),
    "conv1d": (conv1d_forward, conv1d_backward, (), {"x": (7,), "k": (3,)}),
    "softmax loss": (softmax_loss, None, (LABELS,), {"x": (5, 4)}),
    "svm loss": (svm_loss, None, (LABELS,), {"x": (5, 4)}),
    "rnn step": (rnn_step_forward, rnn_step_backward, (), RNN),
    "rnn": (rnn_forward, rnn_backward, (), SEQUENCE),
    "attention": (attention_forward, attention_backward, (), {"q": ("N", "D"), "k": ("M", "D"), "v": ("M", "E")}),
    "lstm step": (lstm_step_forward, lstm_step_backward, (), LSTM),
    "word embedding": (embedding_forward, embedding_backward, (WORDS,), {"W": (5, 4)}),
}  # fmt: skip
