"""Losses under torch.nn.functional's names; `reduction` is "mean", "sum" or "none"."""

import math

import numpy as np

from ..errors import ShapeError, UnsupportedError
from ..ops.neural import log_softmax, relu, softplus
from .arguments import array, class_indices, reduced, same_shape
from .normalization import cosine_similarity, pairwise_distance

# Logarithms of probabilities are not taken below this, as in PyTorch.
_LOWEST_LOG = -100.0


def mse_loss(input, target, reduction="mean"):
    """Return (x − t)²."""
    x, t = _pair("mse_loss", input, target)
    return reduced((x - t) ** 2, reduction, "mse_loss")


def l1_loss(input, target, reduction="mean"):
    """Return |x − t|."""
    x, t = _pair("l1_loss", input, target)
    return reduced(np.abs(x - t), reduction, "l1_loss")


def smooth_l1_loss(input, target, reduction="mean", beta=1.0):
    """Return ½(x − t)²/beta where |x − t| < beta, and |x − t| − ½beta elsewhere."""
    x, t = _pair("smooth_l1_loss", input, target)
    if beta == 0:
        return reduced(np.abs(x - t), reduction, "smooth_l1_loss")
    distance = np.abs(x - t)
    losses = np.where(distance < beta, 0.5 * distance**2 / beta, distance - 0.5 * beta)
    return reduced(losses, reduction, "smooth_l1_loss")


def huber_loss(input, target, reduction="mean", delta=1.0):
    """Return ½(x − t)² where |x − t| ≤ delta, and delta·(|x − t| − ½delta) elsewhere."""
    x, t = _pair("huber_loss", input, target)
    distance = np.abs(x - t)
    losses = np.where(distance <= delta, 0.5 * distance**2, delta * (distance - 0.5 * delta))
    return reduced(losses, reduction, "huber_loss")


def cross_entropy(input, target, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0):
    """Return −Σ_c weight_c·target_c·log softmax(x)_c.

    Args:
        input: scores, shape (C,), (N, C) or (N, C, d1, ...).
        target: class indices, shape (), (N,) or (N, d1, ...); or probabilities in the shape of `input`.
        weight: a weight for each class. The mean over class indices is weighted with it.
        ignore_index: class index that counts nothing.
        reduction: "mean", "sum" or "none".
        label_smoothing: share of every target that is spread evenly over the classes.
    """
    x, target = array(input), array(target)
    if not 0 <= label_smoothing <= 1:
        raise UnsupportedError(f"cross_entropy: label_smoothing must be from 0 to 1; got {label_smoothing}.")
    axis = 0 if np.ndim(x) == 1 else 1
    log_probabilities = log_softmax(x, axis=axis)
    if np.shape(target) != np.shape(x):
        return _of_indices(
            "cross_entropy", log_probabilities, target, weight, ignore_index, reduction, label_smoothing, axis
        )
    classes = np.shape(x)[axis]
    smoothed = target * (1 - label_smoothing) + label_smoothing / classes
    losses = -np.sum(smoothed * log_probabilities * _along(weight, x, axis, "cross_entropy"), axis=axis)
    if reduction == "mean":
        # Classes given as probabilities are averaged over examples, whatever their weights.
        return np.sum(losses) / max(np.size(losses), 1)
    return reduced(losses, reduction, "cross_entropy")


def nll_loss(input, target, weight=None, ignore_index=-100, reduction="mean"):
    """Return −weight_y·x_y for log-probabilities x and class indices y; shapes as in `cross_entropy`."""
    x = array(input)
    return _of_indices("nll_loss", x, target, weight, ignore_index, reduction, 0.0, 0 if np.ndim(x) == 1 else 1)


def _along(weight, x, axis, name):
    """Return class weights lined up along the axis of classes; 1 for none."""
    if weight is None:
        return 1.0
    weight = array(weight)
    if np.shape(weight) != (np.shape(x)[axis],):
        raise ShapeError(f"{name}: weight must have shape ({np.shape(x)[axis]},); got {np.shape(weight)}.")
    return np.reshape(weight, (-1, *(1,) * (np.ndim(x) - axis - 1)))


def _of_indices(name, log_probabilities, target, weight, ignore_index, reduction, smoothing, axis):
    """Return the cross-entropy with class indices."""
    shape = np.shape(log_probabilities)
    if np.shape(target) != shape[:axis] + shape[axis + 1 :]:
        raise ShapeError(
            f"{name}: target must have shape {shape[:axis] + shape[axis + 1 :]} for input {shape}; "
            f"got {np.shape(target)}."
        )
    target = class_indices(target, shape[axis], name, ignore_index)
    counted = target != ignore_index
    places = np.expand_dims(np.where(counted, target, 0), axis)
    weights = _along(weight, log_probabilities, axis, name)
    classes = np.reshape(np.arange(shape[axis]), (-1, *(1,) * (len(shape) - axis - 1)))
    chosen = np.sum(np.where(places == classes, weights, 0.0), axis=axis, keepdims=True) if weight is not None else 1.0
    losses = -chosen * np.take_along_axis(log_probabilities, places, axis=axis)
    if smoothing:
        spread = -np.sum(weights * log_probabilities, axis=axis, keepdims=True) / shape[axis]
        losses = (1 - smoothing) * losses + smoothing * spread
    losses = np.where(counted, np.squeeze(losses, axis), 0.0)
    if reduction != "mean":
        return reduced(losses, reduction, name)
    total = np.sum(np.where(counted, 1.0 if weight is None else np.squeeze(chosen, axis), 0.0))
    return np.sum(losses) / total


def binary_cross_entropy(input, target, weight=None, reduction="mean"):
    """Return −weight·(t·log x + (1 − t)·log(1 − x)), logarithms at least −100, for probabilities x."""
    x, t = _pair("binary_cross_entropy", input, target)
    plain = getattr(x, "data", x)
    if np.any((np.asarray(plain) < 0) | (np.asarray(plain) > 1)):
        raise ShapeError(
            "binary_cross_entropy: input must be probabilities, from 0 to 1. For scores use "
            "binary_cross_entropy_with_logits."
        )
    losses = -(t * _log(x) + (1 - t) * _log(1 - x))
    return reduced(losses if weight is None else losses * weight, reduction, "binary_cross_entropy")


def _log(x):
    """Return log x, and −100 where it would be less."""
    positive = x > math.exp(_LOWEST_LOG)
    return np.where(positive, np.log(np.where(positive, x, 1.0)), _LOWEST_LOG)


def binary_cross_entropy_with_logits(input, target, weight=None, reduction="mean", pos_weight=None):
    """Return −weight·(pos_weight·t·log σ(x) + (1 − t)·log(1 − σ(x))) for scores x, without overflow."""
    x, t = _pair("binary_cross_entropy_with_logits", input, target)
    factor = 1.0 if pos_weight is None else 1 + (array(pos_weight) - 1) * t
    losses = (1 - t) * x + factor * softplus(-x)
    return reduced(losses if weight is None else losses * weight, reduction, "binary_cross_entropy_with_logits")


def kl_div(input, target, reduction="mean", log_target=False):
    """Return t·(log t − x) for log-probabilities x; `target` is log t where `log_target`.

    Beside "mean", "sum" and "none", `reduction` may be "batchmean": the sum divided by the length of axis 0.
    """
    x, t = array(input), array(target)
    if log_target:
        losses = np.exp(t) * (t - x)
    else:
        positive = t > 0
        losses = np.where(positive, t * np.log(np.where(positive, t, 1.0)), 0.0) - t * x
    if reduction == "batchmean":
        return np.sum(losses) / np.shape(x)[0]
    return reduced(losses, reduction, "kl_div")


def hinge_embedding_loss(input, target, margin=1.0, reduction="mean"):
    """Return x where t = 1, and max(0, margin − x) where t = −1."""
    x, t = _pair("hinge_embedding_loss", input, target)
    losses = np.where(t == 1, 0.0, relu(margin - x)) + np.where(t == -1, 0.0, x)
    return reduced(losses, reduction, "hinge_embedding_loss")


def margin_ranking_loss(input1, input2, target, margin=0.0, reduction="mean"):
    """Return max(0, −t·(x1 − x2) + margin)."""
    losses = relu(-array(target) * (array(input1) - array(input2)) + margin)
    return reduced(losses, reduction, "margin_ranking_loss")


def soft_margin_loss(input, target, reduction="mean"):
    """Return log(1 + exp(−t·x))."""
    x, t = _pair("soft_margin_loss", input, target)
    return reduced(softplus(-t * x), reduction, "soft_margin_loss")


def triplet_margin_loss(anchor, positive, negative, margin=1.0, p=2, eps=1e-6, swap=False, reduction="mean"):
    """Return max(0, d(anchor, positive) − d(anchor, negative) + margin), with d the p-norm of a difference.

    With `swap`, the nearer of anchor and positive counts as the distance to the negative.
    """
    near, far = pairwise_distance(anchor, positive, p, eps), pairwise_distance(anchor, negative, p, eps)
    if swap:
        far = np.minimum(far, pairwise_distance(positive, negative, p, eps))
    return reduced(relu(near - far + margin), reduction, "triplet_margin_loss")


def cosine_embedding_loss(input1, input2, target, margin=0.0, reduction="mean"):
    """Return 1 − cos(x1, x2) where t = 1, and max(0, cos(x1, x2) − margin) where t = −1."""
    cosine, t = cosine_similarity(input1, input2, dim=-1), array(target)
    losses = np.where(t == 1, 1 - cosine, 0.0) + np.where(t == -1, relu(cosine - margin), 0.0)
    return reduced(losses, reduction, "cosine_embedding_loss")


def poisson_nll_loss(input, target, log_input=True, full=False, eps=1e-8, reduction="mean"):
    """Return eˣ − t·x, or x − t·log(x + eps) unless `log_input`; `full` adds Stirling's t·log t − t + ½log(2πt)."""
    x, t = array(input), array(target)
    losses = np.exp(x) - t * x if log_input else x - t * np.log(x + eps)
    if full:
        large = t > 1
        safe = np.where(large, t, 1.0)
        losses = losses + np.where(large, safe * np.log(safe) - safe + 0.5 * np.log(2 * math.pi * safe), 0.0)
    return reduced(losses, reduction, "poisson_nll_loss")


def gaussian_nll_loss(input, target, var, full=False, eps=1e-6, reduction="mean"):
    """Return ½(log v + (x − t)²/v), with v the variance, at least eps; `full` adds ½log 2π."""
    x, t = array(input), array(target)
    var = np.maximum(array(var), eps)
    losses = 0.5 * (np.log(var) + (x - t) ** 2 / var)
    return reduced(losses + 0.5 * math.log(2 * math.pi) if full else losses, reduction, "gaussian_nll_loss")


def multi_margin_loss(input, target, p=1, margin=1.0, weight=None, reduction="mean"):
    """Return Σ_{j≠y} weight_y·max(0, margin − x_y + x_j)^p / C for scores x, shape (N, C) or (C,)."""
    x = array(input)
    target = class_indices(target, np.shape(x)[-1], "multi_margin_loss")
    places = np.expand_dims(target, -1)
    right = np.take_along_axis(x, places, axis=-1)
    others = np.arange(np.shape(x)[-1]) != places
    hinges = np.where(others, relu(margin - right + x) ** p, 0.0)
    if weight is not None:
        hinges = hinges * np.expand_dims(array(weight)[target], -1)
    return reduced(np.sum(hinges, axis=-1) / np.shape(x)[-1], reduction, "multi_margin_loss")


def svm_loss(scores, y, margin=1.0):
    """Return the multiclass hinge loss of CS231n: the mean over examples of Σ_{j≠y} max(0, s_j − s_y + margin).

    Args:
        scores: shape (N, C).
        y: class indices, shape (N,).
        margin: by how much the right score must be the largest.
    """
    scores = array(scores)
    if np.ndim(scores) != 2 or np.shape(y) != np.shape(scores)[:1]:
        raise ShapeError(f"svm_loss: expected scores (N, C) and y (N,); got {np.shape(scores)} and {np.shape(y)}.")
    return multi_margin_loss(scores, y, margin=margin) * np.shape(scores)[1]


def _pair(name, input, target):
    """Return input and target as arrays of equal shape."""
    x, t = array(input), array(target)
    same_shape(name, input=x, target=t)
    return x, t
