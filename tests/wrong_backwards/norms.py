"""Batch, layer, spatial batch and group normalisation."""

import numpy as np
from course_layers import (
    batchnorm_backward_alt,
    group_norm_backward,
    layernorm_backward,
    spatial_batchnorm_backward,
)

from .noting import wrong

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
wrong("batchnorm", "dx", "path.only")(batchnorm(mean_path=False, variance_path=False))
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


@wrong("batchnorm", "dx")
def batchnorm_scaled_only(dout, cache):
    _, _, _, xhat, gamma = cache
    return dout * gamma, np.sum(dout * xhat, axis=0), np.sum(dout, axis=0)


@wrong("batchnorm", "dx")
def batchnorm_variance_for_deviation(dout, cache):
    x, mu, std, xhat, gamma = cache
    return batchnorm()(dout, (x, mu, std**2, xhat, gamma))


@wrong("batchnorm", "dbeta", "factor.averaged")
def batchnorm_beta_averaged(dout, cache):
    dx, dgamma, _ = batchnorm()(dout, cache)
    return dx, dgamma, dout.mean(axis=0)


@wrong("batchnorm", "dgamma", "upstream.replaced_by_ones")
def batchnorm_gamma_without_upstream(dout, cache):
    dx, _, dbeta = batchnorm()(dout, cache)
    return dx, np.sum(cache[3], axis=0), dbeta


@wrong("batchnorm, simplified", "dx")
def batchnorm_simplified_without_normalised(dout, cache):
    _, _, std, xhat, gamma = cache
    N, dbeta, dgamma = len(dout), dout.sum(axis=0), (dout * xhat).sum(axis=0)
    return gamma / (N * std) * (N * dout - dbeta - dgamma), dgamma, dbeta


@wrong("batchnorm, simplified", "dx")
def batchnorm_simplified_signs(dout, cache):
    _, _, std, xhat, gamma = cache
    N, dbeta, dgamma = len(dout), dout.sum(axis=0), (dout * xhat).sum(axis=0)
    return gamma / (N * std) * (N * dout + dbeta + xhat * dgamma), dgamma, dbeta


# More of layer normalisation.


def layernorm_changed(dx=None, dgamma=None, dbeta=None):
    """Layer normalisation's right gradients, with some made by other functions of dout and the cache."""

    def backward(dout, cache):
        rights = layernorm_backward(dout, cache)
        made = zip((dx, dgamma, dbeta), rights, strict=True)
        return tuple(right if make is None else make(dout, cache, right) for make, right in made)

    return backward


def layernorm_over_the_batch(dout, cache, right):
    std, xhat, gamma = cache
    dxhat = dout * gamma
    return (dxhat - dxhat.mean(axis=0) - xhat * (dxhat * xhat).mean(axis=0)) / std


wrong("layernorm", "dx")(layernorm_changed(dx=layernorm_over_the_batch))
wrong("layernorm", "dgamma", "sum.missing")(layernorm_changed(dgamma=lambda dout, cache, _: dout * cache[1]))
wrong("layernorm", "dbeta", "factor.averaged")(layernorm_changed(dbeta=lambda dout, cache, _: dout.mean(axis=0)))
wrong("layernorm", "dx", "input.left_out")(
    layernorm_changed(dx=lambda dout, cache, _: layernorm_backward(dout / cache[2], cache)[0])
)
wrong("layernorm", "dx", "path.only")(layernorm_changed(dx=lambda dout, cache, _: dout * cache[2] / cache[0]))
wrong("layernorm", "dx")(layernorm_changed(dx=lambda dout, cache, right: right * cache[0]))
wrong("layernorm", "dx", "factor.not_averaged_over")(
    layernorm_changed(dx=lambda dout, cache, right: right * dout.shape[1])
)
wrong("layernorm", "dx", "factor.averaged_over")(layernorm_changed(dx=lambda dout, cache, right: right / dout.shape[1]))
wrong("layernorm", "dx", "shape.transposed")(layernorm_changed(dx=lambda dout, cache, right: right.T))
wrong("layernorm", "dbeta", "sum.over_all")(layernorm_changed(dbeta=lambda dout, cache, _: dout.sum()))
wrong("layernorm", "dgamma", "upstream.replaced_by_ones")(
    layernorm_changed(dgamma=lambda dout, cache, _: cache[1].sum(axis=0))
)


# More of spatial batch normalisation, and group normalisation.


def spatial_changed(dx=None, dgamma=None, dbeta=None):
    """Spatial batch normalisation's right gradients, with some made by other functions of dout and the cache."""

    def backward(dout, cache):
        rights = spatial_batchnorm_backward(dout, cache)
        made = zip((dx, dgamma, dbeta), rights, strict=True)
        return tuple(right if make is None else make(dout, cache, right) for make, right in made)

    return backward


def channels_first(flat, dout):
    N, C, H, W = dout.shape
    return flat.reshape(N, H, W, C).transpose(0, 3, 1, 2)


def spatial_reshaped_straight(dout, cache, right):
    return batchnorm_backward_alt(dout.reshape(-1, dout.shape[1]), cache)[0].reshape(dout.shape)


def spatial_one_path(dout, cache, right):
    _, _, std, _, gamma = cache
    flat = dout.transpose(0, 2, 3, 1).reshape(-1, dout.shape[1])
    return channels_first(flat * gamma / std, dout)


def spatial_mean_over_batch_size(dout, cache, right):
    """N is the batch size, where the mean is over N·H·W numbers."""
    _, _, std, xhat, gamma = cache
    flat = dout.transpose(0, 2, 3, 1).reshape(-1, dout.shape[1])
    N = len(dout)
    dx = gamma / (N * std) * (N * flat - flat.sum(axis=0) - xhat * (flat * xhat).sum(axis=0))
    return channels_first(dx, dout)


def spatial_normalised(cache, dout):
    return channels_first(cache[3], dout)


wrong("spatial batchnorm", "dx", "upstream.reshaped")(spatial_changed(dx=spatial_reshaped_straight))
wrong("spatial batchnorm", "dx", "path.only")(spatial_changed(dx=spatial_one_path))
wrong("spatial batchnorm", "dx")(spatial_changed(dx=spatial_mean_over_batch_size))
wrong("spatial batchnorm", "dbeta", "sum.wrong_axis")(
    spatial_changed(dbeta=lambda dout, cache, _: dout.sum(axis=(1, 2, 3)))
)
wrong("spatial batchnorm", "dbeta", "sum.missing")(spatial_changed(dbeta=lambda dout, cache, _: dout.sum(axis=(2, 3))))
wrong("spatial batchnorm", "dbeta", "factor.averaged_over")(
    spatial_changed(dbeta=lambda dout, cache, _: dout.mean(axis=(0, 2, 3)))
)
wrong("spatial batchnorm", "dgamma", "factor.averaged")(
    spatial_changed(dgamma=lambda dout, cache, right: right / len(dout))
)
wrong("spatial batchnorm", "dgamma", "sum.missing")(
    spatial_changed(dgamma=lambda dout, cache, _: (dout * spatial_normalised(cache, dout)).sum(axis=0))
)
wrong("spatial batchnorm", "dgamma", "upstream.replaced_by_ones")(
    spatial_changed(dgamma=lambda dout, cache, _: spatial_normalised(cache, dout).sum(axis=(0, 2, 3)))
)
wrong("spatial batchnorm", "dx", "input.left_out")(
    spatial_changed(dx=lambda dout, cache, _: spatial_batchnorm_backward(dout, (*cache[:4], np.ones_like(cache[4])))[0])
)
wrong("spatial batchnorm", "dx", "shape.permuted")(
    spatial_changed(dx=lambda dout, cache, right: right.transpose(0, 1, 3, 2))
)


@wrong("spatial batchnorm", "dgamma dbeta", "results.exchanged")
def spatial_exchanged(dout, cache):
    dx, dgamma, dbeta = spatial_batchnorm_backward(dout, cache)
    return dx, dbeta, dgamma


def groupnorm(axes=(2, 3, 4), mean_path=True, variance_path=True, gamma_used=True, kept=True, summed=(0, 2, 3)):
    def backward(dout, cache):
        groups, xhat, std, gamma = cache
        N, C, H, W = dout.shape
        dxhat = (dout * gamma if gamma_used else dout).reshape(N, groups, C // groups, H, W)
        grouped = xhat.reshape(dxhat.shape)
        dx = dxhat - mean_path * dxhat.mean(axis=axes, keepdims=True)
        dx = dx - variance_path * grouped * (dxhat * grouped).mean(axis=axes, keepdims=True)
        dgamma = np.sum(dout * xhat, axis=summed, keepdims=kept)
        return (dx / std).reshape(dout.shape), dgamma, np.sum(dout, axis=(0, 2, 3), keepdims=True)

    return backward


wrong("group norm", "dx", "path.forgotten", "bn.mean_path_forgotten")(groupnorm(mean_path=False))
wrong("group norm", "dx", "bn.variance_path_forgotten", "path.forgotten")(groupnorm(variance_path=False))
wrong("group norm", "dx", "path.only")(groupnorm(mean_path=False, variance_path=False))
wrong("group norm", "dx", "input.left_out")(groupnorm(gamma_used=False))
wrong("group norm", "dx")(groupnorm(axes=(3, 4)))
wrong("group norm", "dx")(groupnorm(axes=(0, 2, 3, 4)))
wrong("group norm", "dgamma", "shape.reshaped")(groupnorm(kept=False))
wrong("group norm", "dgamma", "sum.missing")(groupnorm(summed=(2, 3)))
wrong("group norm", "dgamma", "sum.wrong_axis")(groupnorm(summed=(0, 1, 2)))


@wrong("group norm", "dbeta", "sum.over_all")
def groupnorm_beta_of_all(dout, cache):
    dx, dgamma, _ = group_norm_backward(dout, cache)
    return dx, dgamma, dout.sum()


@wrong("group norm", "dbeta", "factor.averaged_over")
def groupnorm_beta_averaged(dout, cache):
    dx, dgamma, _ = group_norm_backward(dout, cache)
    return dx, dgamma, dout.mean(axis=(0, 2, 3), keepdims=True)


@wrong("group norm", "dx", "factor.sign")
def groupnorm_sign(dout, cache):
    dx, dgamma, dbeta = group_norm_backward(dout, cache)
    return -dx, dgamma, dbeta
