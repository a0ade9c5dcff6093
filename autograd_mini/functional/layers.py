"""Layers without parameters of their own: linear, bilinear, embedding, dropout."""

import numpy as np

from ..errors import DtypeError, ShapeError, UnsupportedError
from ..transforms import stop_gradient
from .arguments import array, class_indices


def linear(input, weight, bias=None):
    """Return x @ weightᵀ + bias.

    Args:
        input: shape (..., in).
        weight: shape (out, in), or (in,) for a single output without its axis.
        bias: shape (out,), or None.
    """
    x, weight = array(input), array(weight)
    if np.shape(x)[-1:] != np.shape(weight)[-1:]:
        raise ShapeError(
            f"linear: the last axes of input and weight must be equally long; got {np.shape(x)} and {np.shape(weight)}."
        )
    product = x @ np.swapaxes(weight, 0, 1) if np.ndim(weight) == 2 else x @ weight
    return product if bias is None else product + bias


def bilinear(input1, input2, weight, bias=None):
    """Return Σᵢⱼ x1ᵢ·weightₒᵢⱼ·x2ⱼ + biasₒ.

    Args:
        input1: shape (..., in1).
        input2: shape (..., in2).
        weight: shape (out, in1, in2).
        bias: shape (out,), or None.
    """
    product = np.einsum("...i,oij,...j->...o", array(input1), array(weight), array(input2))
    return product if bias is None else product + bias


def embedding(input, weight, padding_idx=None):
    """Return the rows of `weight` that `input` names; equal names add up in the gradient.

    Args:
        input: whole numbers of any shape.
        weight: shape (number of rows, width).
        padding_idx: a row that gets no gradient.
    """
    weight = array(weight)
    names = class_indices(input, np.shape(weight)[0], "embedding")
    rows = weight[names]
    if padding_idx is None:
        return rows
    padding = padding_idx % np.shape(weight)[0]
    return np.where(np.expand_dims(names == padding, -1), stop_gradient(rows), rows)


def dropout(input, p=0.5, training=True, rng=None):
    """Return x with each entry set to 0 with probability p and the others divided by 1 − p; x itself out of training.

    Args:
        input: any shape.
        p: probability, from 0 to 1.
        training: whether anything is dropped.
        rng: the np.random.Generator to draw from; needed in training.
    """
    if not 0 <= p <= 1:
        raise UnsupportedError(f"dropout: p is a probability, from 0 to 1; got {p}.")
    x = array(input)
    if not training or p == 0:
        return x
    if rng is None:
        raise UnsupportedError("dropout: training draws at random; give rng=np.random.default_rng(seed).")
    if not isinstance(rng, np.random.Generator):
        raise DtypeError(f"dropout: rng must be an np.random.Generator; got {type(rng).__name__}.")
    return dropped(x, p, rng.random(np.shape(x)))


def dropped(x, p, drawn):
    """Return x with 0 where a number drawn from [0, 1) is below p, and the rest divided by 1 − p."""
    return np.where(drawn >= p, x / (1 - p) if p < 1 else 0 * x, 0.0)


def one_hot(input, num_classes=None):
    """Return rows with a 1 at each class index and 0 elsewhere, as a plain float64 array."""
    input = array(input)
    classes = int(np.max(input, initial=-1)) + 1 if num_classes is None else num_classes
    indices = class_indices(input, classes, "one_hot")
    return np.where(np.expand_dims(indices, -1) == np.arange(classes), 1.0, 0.0)
