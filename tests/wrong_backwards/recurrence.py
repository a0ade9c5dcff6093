"""Recurrent steps, sequences, attention and words."""

import numpy as np
from course_layers import attention_backward, embedding_backward, lstm_step_backward, rnn_backward, rnn_step_backward

from .noting import wrong

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


@wrong("rnn", "dWx dWh db", "path.only")
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


@wrong("lstm step", "dprev_c", "path.forgotten")
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


# More of the recurrent steps.


def rnn_step_changed(**made):
    """The step's right gradients, with some made by other functions of da and the cache."""
    names = ["dx", "dprev_h", "dWx", "dWh", "db"]

    def backward(dnext_h, cache):
        da = dnext_h * (1 - cache[4] ** 2)
        rights = zip(names, rnn_step_backward(dnext_h, cache), strict=True)
        return tuple(made[name](da, cache, right) if name in made else right for name, right in rights)

    return backward


wrong("rnn step", "dx")(rnn_step_changed(dx=lambda da, cache, right: da[:, : cache[0].shape[1]]))
wrong("rnn step", "dWx", "shape.transposed")(rnn_step_changed(dWx=lambda da, cache, right: da.T @ cache[0]))
wrong("rnn step", "dWh", "shape.transposed")(rnn_step_changed(dWh=lambda da, cache, right: da.T @ cache[1]))
wrong("rnn step", "db", "factor.averaged")(rnn_step_changed(db=lambda da, cache, right: da.mean(axis=0)))
wrong("rnn step", "db", "sum.wrong_axis")(rnn_step_changed(db=lambda da, cache, right: da.sum(axis=1)))
wrong("rnn step", "dWx", "upstream.replaced_by_ones")(
    rnn_step_changed(dWx=lambda da, cache, right: cache[0].T @ (1 - cache[4] ** 2))
)


@wrong("rnn step", "dWx dWh", "results.exchanged")
def rnn_step_weights_exchanged(dnext_h, cache):
    dx, dprev_h, dWx, dWh, db = rnn_step_backward(dnext_h, cache)
    return dx, dprev_h, dWh, dWx, db


def rnn_over_time(carried=lambda dprev: dprev, step=rnn_step_backward, shared=lambda before, now: before + now):
    """Back through time with another gradient carried on, another step, or another way to add up."""

    def backward(dh, caches):
        dprev, dxs, totals = np.zeros(dh[:, 0].shape), [], None
        for t in reversed(range(len(caches))):
            dx, dprev, *weights = step(dh[:, t] + carried(dprev), caches[t])
            totals = weights if totals is None else [shared(a, b) for a, b in zip(totals, weights, strict=True)]
            dxs.insert(0, dx)
        return np.stack(dxs, axis=1), dprev, *totals

    return backward


def step_without_slope(dnext_h, cache):
    x, prev_h, Wx, Wh, _ = cache
    return dnext_h @ Wx.T, dnext_h @ Wh.T, x.T @ dnext_h, prev_h.T @ dnext_h, dnext_h.sum(axis=0)


def step_turned(dnext_h, cache):
    da = dnext_h * (1 - cache[4] ** 2)
    dx, _, *others = rnn_step_backward(dnext_h, cache)
    return dx, da @ cache[3], *others


SEQUENCE = "dx dh0 dWx dWh db"
wrong("rnn", SEQUENCE)(rnn_over_time(carried=lambda dprev: -dprev))
wrong("rnn", SEQUENCE)(rnn_over_time(carried=lambda dprev: 2 * dprev))
wrong("rnn", SEQUENCE, "hidden.no_activation_derivative")(rnn_over_time(step=step_without_slope))
wrong("rnn", SEQUENCE, "hidden.no_transpose")(rnn_over_time(step=step_turned))
wrong("rnn", "dWx dWh db", "path.only")(rnn_over_time(shared=lambda before, now: before))


@wrong("rnn", "dWx dWh db", "factor.averaged_over")
def rnn_averaged_over_time(dh, caches):
    dx, dh0, *others = rnn_backward(dh, caches)
    return dx, dh0, *(total / len(caches) for total in others)


@wrong("rnn", SEQUENCE)
def rnn_forward_in_time(dh, caches):
    dprev, dxs, totals = 0, [], [0, 0, 0]
    for t, cache in enumerate(caches):
        dx, dprev, *weights = rnn_step_backward(dh[:, t] + dprev, cache)
        totals = [a + b for a, b in zip(totals, weights, strict=True)]
        dxs.append(dx)
    return np.stack(dxs, axis=1), dprev, *totals


@wrong("rnn", SEQUENCE, "sum.last_only")
def rnn_last_output_only(dh, caches):
    last = np.zeros_like(dh)
    last[:, -1] = dh[:, -1]
    return rnn_backward(last, caches)


@wrong("rnn", "dx", "shape.permuted")
def rnn_time_first(dh, caches):
    dx, *others = rnn_backward(dh, caches)
    return dx.transpose(1, 0, 2), *others


@wrong("rnn", "dh0", "gradient.zero")
def rnn_state_never_written(dh, caches):
    dx, dh0, *others = rnn_backward(dh, caches)
    return dx, np.zeros_like(dh0), *others


@wrong("rnn", "", "upstream.changed")
def rnn_carried_into_the_upstream(dh, caches):
    dxs, totals = [], [0, 0, 0]
    for t in reversed(range(len(caches))):
        dx, dprev, *weights = rnn_step_backward(dh[:, t], caches[t])
        if t:
            dh[:, t - 1] += dprev
        totals = [a + b for a, b in zip(totals, weights, strict=True)]
        dxs.insert(0, dx)
    return np.stack(dxs, axis=1), dprev, *totals


def lstm_step(
    cell=lambda dnext_h, dnext_c, o, t: dnext_c + dnext_h * o * (1 - t**2),
    gates=lambda i, f, o, g: (i * (1 - i), f * (1 - f), o * (1 - o), 1 - g**2),
    order=(0, 1, 2, 3),
    previous=lambda dc, f: dc * f,
    inner=lambda dc, prev_c, next_c, i, g: (dc * g, dc * prev_c, dc * i),
):
    """The step of an LSTM with one of its parts replaced."""

    def backward(dnext_h, dnext_c, cache):
        x, prev_h, prev_c, Wx, Wh, i, f, o, g, next_c = cache
        t = np.tanh(next_c)
        dc = cell(dnext_h, dnext_c, o, t)
        di, df, dg = inner(dc, prev_c, next_c, i, g)
        slopes = gates(i, f, o, g)
        parts = [d * slope for d, slope in zip((di, df, dnext_h * t, dg), slopes, strict=True)]
        da = np.hstack([parts[k] for k in order])
        return da @ Wx.T, da @ Wh.T, previous(dc, f), x.T @ da, prev_h.T @ da, da.sum(axis=0)

    return backward


ALL_OF_LSTM = "dx dprev_h dprev_c dWx dWh db"
ALL_BUT_CELL = "dx dprev_h dWx dWh db"
wrong("lstm step", ALL_OF_LSTM, "hidden.no_activation_derivative")(lstm_step(cell=lambda dh, dc, o, t: dc + dh * o))
wrong("lstm step", ALL_OF_LSTM, "path.forgotten")(lstm_step(cell=lambda dh, dc, o, t: dc))
wrong("lstm step", ALL_OF_LSTM, "any.pass_through")(lstm_step(cell=lambda dh, dc, o, t: dc + dh * (1 - t**2)))
wrong("lstm step", ALL_OF_LSTM, "tanh.no_square")(lstm_step(cell=lambda dh, dc, o, t: dc + dh * o * (1 - t)))
wrong("lstm step", ALL_BUT_CELL)(lstm_step(gates=lambda i, f, o, g: (1 - i**2, 1 - f**2, 1 - o**2, 1 - g**2)))
wrong("lstm step", ALL_BUT_CELL, "hidden.no_activation_derivative")(
    lstm_step(gates=lambda i, f, o, g: (i * (1 - i), f * (1 - f), o * (1 - o), 1))
)
wrong("lstm step", ALL_BUT_CELL, "tanh.as_sigmoid")(
    lstm_step(gates=lambda i, f, o, g: (i * (1 - i), f * (1 - f), o * (1 - o), g * (1 - g)))
)
wrong("lstm step", ALL_BUT_CELL)(lstm_step(order=(1, 0, 2, 3)))
wrong("lstm step", "dprev_c", "any.pass_through")(lstm_step(previous=lambda dc, f: dc))
wrong("lstm step", ALL_BUT_CELL, "product.other_factor")(
    lstm_step(inner=lambda dc, prev_c, next_c, i, g: (dc * g, dc * next_c, dc * i))
)
wrong("lstm step", ALL_BUT_CELL, "mul.own_value")(
    lstm_step(inner=lambda dc, prev_c, next_c, i, g: (dc * i, dc * prev_c, dc * g))
)


@wrong("lstm step", "db", "sum.missing")
def lstm_bias_not_summed(dnext_h, dnext_c, cache):
    dx, dprev_h, dprev_c, dWx, dWh, _ = lstm_step_backward(dnext_h, dnext_c, cache)
    _, _, _, _, _, i, f, o, g, next_c = cache
    t = np.tanh(next_c)
    dc = dnext_c + dnext_h * o * (1 - t**2)
    da = [dc * g * i * (1 - i), dc * cache[2] * f * (1 - f), dnext_h * t * o * (1 - o), dc * i * (1 - g**2)]
    return dx, dprev_h, dprev_c, dWx, dWh, np.hstack(da)


# More of words.


def embedding_loop(write):
    """The loop over words, with another way to write a row."""

    def backward(dout, cache):
        x, W = cache
        dW = np.zeros_like(W)
        for place in np.ndindex(x.shape):
            write(dW, x[place], dout[place])
        return dW

    return backward


def assigned(dW, word, d):
    dW[word] = d


def to_the_word_before(dW, word, d):
    dW[word - 1] += d


def averaged(dW, word, d):
    dW[word] = (dW[word] + d) / 2


wrong("word embedding", "dW", "sum.overwritten")(embedding_loop(assigned))
wrong("word embedding", "dW", "place.shifted")(embedding_loop(to_the_word_before))
wrong("word embedding", "dW")(embedding_loop(averaged))


@wrong("word embedding", "dW", "gradient.zero")
def embedding_copied_rows(dout, cache):
    x, W = cache
    dW = np.zeros_like(W)
    rows = dW[x]
    rows += dout
    return dW


@wrong("word embedding", "dW", "gradient.passed_on")
def embedding_passed_on(dout, cache):
    return dout


@wrong("word embedding", "dW", "factor.averaged")
def embedding_over_batch(dout, cache):
    return embedding_backward(dout, cache) / len(dout)


@wrong("word embedding", "dW", "shape.transposed")
def embedding_transposed(dout, cache):
    return embedding_backward(dout, cache).T


@wrong("word embedding", "dW", "sum.first_only")
def embedding_first_sentence(dout, cache):
    x, W = cache
    return embedding_backward(dout[:1], (x[:1], W))


@wrong("word embedding", "dW", "sum.last_only")
def embedding_last_word(dout, cache):
    x, W = cache
    return embedding_backward(dout[:, -1:], (x[:, -1:], W))


@wrong("word embedding", "dW", "gradient.copied")
def embedding_of_the_words(dout, cache):
    return cache[1]


@wrong("word embedding", "dW")
def embedding_per_frequency(dout, cache):
    x, W = cache
    counts = np.maximum(np.bincount(x.ravel(), minlength=len(W)), 1)
    return embedding_backward(dout, cache) / counts[:, None]
