"""Affine layers, and affine layers with a ReLU."""

import numpy as np
from course_layers import affine_backward

from .noting import wrong


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
