"""Normalisation under torch.nn.functional's names: batch, instance, layer, group, RMS, local response, and norms."""

import numpy as np

from ..errors import DtypeError, ShapeError
from ..primitive import Operand
from .arguments import array


def batch_norm(
    input, running_mean=None, running_var=None, weight=None, bias=None, training=False, momentum=0.1, eps=1e-5
):
    """Return (x − mean)/√(var + eps)·weight + bias, channel by channel.

    Args:
        input: shape (N, C, ...); the channels stand on axis 1.
        running_mean: shape (C,), used as the mean unless `training`. In training this array is updated in place to
            (1 − momentum)·running_mean + momentum·mean, as in PyTorch; None for no such record.
        running_var: likewise for the variance, updated with the unbiased one.
        weight: shape (C,), or None for 1.
        bias: shape (C,), or None for 0.
        training: whether mean and variance are those of the batch.
        momentum: weight of the new statistics.
        eps: added to the variance.
    """
    x = array(input)
    if np.ndim(x) < 2:
        raise ShapeError(f"batch_norm: input must have shape (N, C, ...); got {np.shape(x)}.")
    _check_running("batch_norm", running_mean, running_var, np.shape(x)[1], training)
    axes = (0, *range(2, np.ndim(x)))
    if training:
        if np.size(x) == np.shape(x)[1]:
            raise ShapeError(f"batch_norm: training needs more than one value per channel; got shape {np.shape(x)}.")
        mean, var = np.mean(x, axis=axes), np.var(x, axis=axes)
        update_running(running_mean, running_var, mean, var, np.size(x) // np.shape(x)[1], momentum)
    else:
        mean, var = running_mean, running_var
    along = (-1, *(1,) * (np.ndim(x) - 2))
    normal = (x - np.reshape(mean, along)) / np.sqrt(np.reshape(var, along) + eps)
    return _scaled("batch_norm", normal, weight, bias, np.shape(x)[1:2], along)


def _check_running(name, running_mean, running_var, channels, training):
    """Raise an error if running statistics are missing, no plain arrays, or of another shape."""
    for label, given in (("running_mean", running_mean), ("running_var", running_var)):
        if given is None:
            if not training:
                raise ShapeError(f"{name}: without training, {label} is needed; got None.")
        elif isinstance(given, Operand) or not isinstance(given, np.ndarray):
            raise DtypeError(f"{name}: {label} must be a plain NumPy array, which training updates in place.")
        elif given.shape != (channels,):
            raise ShapeError(f"{name}: {label} must have shape ({channels},); got {given.shape}.")


def update_running(running_mean, running_var, mean, var, count, momentum):
    """Move running statistics, in place, towards a batch's mean and the unbiased form of its variance.

    Args:
        running_mean: array that is written into, shape (C,), or None.
        running_var: likewise.
        mean: the batch's mean, shape (C,).
        var: the batch's variance, Σ(x − mean)²/count, shape (C,).
        count: how many numbers of each channel they are taken over.
        momentum: weight of the new statistics.
    """
    if running_mean is not None:
        running_mean[...] = (1 - momentum) * running_mean + momentum * _numbers(mean)
    if running_var is not None:
        running_var[...] = (1 - momentum) * running_var + momentum * (_numbers(var) * (count / max(count - 1, 1)))


def _numbers(x):
    return x.data if isinstance(x, Operand) else x


def _scaled(name, normal, weight, bias, shape, along):
    """Return normal·weight + bias, each of the given shape and lined up along its axes."""
    for label, given in (("weight", weight), ("bias", bias)):
        if given is not None and np.shape(given) != tuple(shape):
            raise ShapeError(f"{name}: {label} must have shape {tuple(shape)}; got {np.shape(given)}.")
    if weight is not None:
        normal = normal * np.reshape(array(weight), along)
    return normal if bias is None else normal + np.reshape(array(bias), along)


def instance_norm(
    input, running_mean=None, running_var=None, weight=None, bias=None, use_input_stats=True, momentum=0.1, eps=1e-5
):
    """Return batch_norm of every example by itself: statistics over the axes after the channels.

    Running statistics, where given, are updated in place with the means over the batch, as in PyTorch.
    """
    x = array(input)
    if np.ndim(x) < 3:
        raise ShapeError(f"instance_norm: input must have shape (N, C, ...) with something after C; got {np.shape(x)}.")
    if not use_input_stats:
        return batch_norm(x, running_mean, running_var, weight, bias, False, momentum, eps)
    _check_running("instance_norm", running_mean, running_var, np.shape(x)[1], True)
    axes = tuple(range(2, np.ndim(x)))
    count = int(np.prod(np.shape(x)[2:]))
    if count < 2:
        raise ShapeError(f"instance_norm: there must be more than one value per channel; got shape {np.shape(x)}.")
    mean, var = np.mean(x, axis=axes, keepdims=True), np.var(x, axis=axes, keepdims=True)
    batch_mean, batch_var = (np.mean(np.reshape(_numbers(s), np.shape(x)[:2]), axis=0) for s in (mean, var))
    update_running(running_mean, running_var, batch_mean, batch_var, count, momentum)
    along = (-1, *(1,) * (np.ndim(x) - 2))
    return _scaled("instance_norm", (x - mean) / np.sqrt(var + eps), weight, bias, np.shape(x)[1:2], along)


def layer_norm(input, normalized_shape, weight=None, bias=None, eps=1e-5):
    """Return (x − mean)/√(var + eps)·weight + bias, with statistics over the last axes, of shape `normalized_shape`."""
    x = array(input)
    shape, axes = _last_axes("layer_norm", x, normalized_shape)
    mean, var = np.mean(x, axis=axes, keepdims=True), np.var(x, axis=axes, keepdims=True)
    return _scaled("layer_norm", (x - mean) / np.sqrt(var + eps), weight, bias, shape, shape)


def rms_norm(input, normalized_shape, weight=None, eps=None):
    """Return x/√(mean x² + eps)·weight over the last axes; eps is that of the dtype when None."""
    x = array(input)
    shape, axes = _last_axes("rms_norm", x, normalized_shape)
    eps = float(np.finfo(x.dtype).eps) if eps is None else eps
    normal = x / np.sqrt(np.mean(x * x, axis=axes, keepdims=True) + eps)
    return _scaled("rms_norm", normal, weight, None, shape, shape)


def _last_axes(name, x, normalized_shape):
    shape = tuple(normalized_shape) if isinstance(normalized_shape, tuple | list) else (normalized_shape,)
    if not shape or np.shape(x)[-len(shape) :] != shape:
        raise ShapeError(f"{name}: input must end in normalized_shape {shape}; got shape {np.shape(x)}.")
    return shape, tuple(range(-len(shape), 0))


def group_norm(input, num_groups, weight=None, bias=None, eps=1e-5):
    """Return (x − mean)/√(var + eps)·weight + bias, with statistics over groups of channels of each example."""
    x = array(input)
    if np.ndim(x) < 2 or np.shape(x)[1] % num_groups:
        raise ShapeError(
            f"group_norm: the number of channels must be a multiple of num_groups; got shape {np.shape(x)} and "
            f"{num_groups}."
        )
    grouped = np.reshape(x, (np.shape(x)[0], num_groups, -1))
    mean, var = np.mean(grouped, axis=-1, keepdims=True), np.var(grouped, axis=-1, keepdims=True)
    normal = np.reshape((grouped - mean) / np.sqrt(var + eps), np.shape(x))
    return _scaled("group_norm", normal, weight, bias, np.shape(x)[1:2], (-1, *(1,) * (np.ndim(x) - 2)))


def local_response_norm(input, size, alpha=1e-4, beta=0.75, k=1.0):
    """Return x/(k + alpha·mean of x² over `size` neighbouring channels)^beta; channels outside count as 0."""
    x = array(input)
    if np.ndim(x) < 3:
        raise ShapeError(f"local_response_norm: input must have at least 3 axes; got shape {np.shape(x)}.")
    around = [(0, 0)] * np.ndim(x)
    around[1] = (size // 2, (size - 1) // 2)
    squares = np.pad(x * x, around)
    channels = np.shape(x)[1]
    total = sum(squares[:, i : i + channels] for i in range(size))
    return x / (k + alpha * (total / size)) ** beta


def normalize(input, p=2.0, dim=1, eps=1e-12):
    """Return x/max(‖x‖ₚ, eps) along the axis `dim`."""
    x = array(input)
    return x / np.maximum(np.linalg.norm(x, p, axis=dim, keepdims=True), eps)


def cosine_similarity(x1, x2, dim=1, eps=1e-8):
    """Return x1·x2/(max(‖x1‖, eps)·max(‖x2‖, eps)) along the axis `dim`."""
    x1, x2 = array(x1), array(x2)
    lengths = [np.maximum(np.linalg.norm(x, axis=dim, keepdims=True), eps) for x in (x1, x2)]
    return np.sum((x1 / lengths[0]) * (x2 / lengths[1]), axis=dim)


def pairwise_distance(x1, x2, p=2.0, eps=1e-6, keepdim=False):
    """Return ‖x1 − x2 + eps‖ₚ along the last axis."""
    return np.linalg.norm(array(x1) - array(x2) + eps, p, axis=-1, keepdims=keepdim)
