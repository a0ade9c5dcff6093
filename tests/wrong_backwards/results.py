"""What may be wrong with any layer: errors, results that are no gradients, arrays that are changed."""

import numpy as np
from course_layers import affine_backward

from .noting import wrong


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


@wrong("affine", "dw", "gradient.whole_numbers")
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
