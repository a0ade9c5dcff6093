"""ReLU, sigmoid and dropout."""

import numpy as np
from course_layers import affine_backward

from .noting import wrong

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


@wrong("relu", "dx", "sum.spread")
def relu_summed(dout, x):
    return np.sum(dout * (x > 0), axis=0, keepdims=True) + np.zeros_like(x)


@wrong("relu", "dx", "factor.averaged")
def relu_over_batch(dout, x):
    return dout * (x > 0) / len(x)


@wrong("relu", "dx", "gradient.copied")
def relu_forward_again(dout, x):
    return np.maximum(0, x)


@wrong("relu", "dx")
def relu_threshold_at_one(dout, x):
    return dout * (x > 1)


@wrong("relu", "dx", "shape.reshaped")
def relu_flat(dout, x):
    return dout[x > 0] if np.all(x > 0) else (dout * (x > 0)).ravel()


@wrong("relu", "dx", "shape.picked")
def relu_entries_picked(dout, x):
    return dout[x > 0]


@wrong("relu", "dx", "factor.sign")
def relu_minus(dout, x):
    return np.where(x > 0, -dout, 0)


@wrong("relu", "dx", "gradient.zero")
def relu_never_filled(dout, x):
    dx = np.zeros_like(x)
    dx[x <= 0] = 0
    return dx


@wrong("affine and relu", "dx dw db", "hidden.no_activation_derivative", "any.pass_through")
def affine_relu_no_mask(dout, cache):
    return affine_backward(dout, cache[0])


@wrong("affine and relu", "dx dw db", "upstream.times_output")
def affine_relu_value_for_mask(dout, cache):
    fc_cache, a = cache
    return affine_backward(dout * np.maximum(a, 0), fc_cache)


@wrong("affine and relu", "", "upstream.changed")
def affine_relu_in_place(dout, cache):
    fc_cache, a = cache
    dout *= a > 0
    return affine_backward(dout, fc_cache)


@wrong("sigmoid", "dx", "input.output")
def sigmoid_of_output(dout, out):
    s = 1 / (1 + np.exp(-out))
    return dout * s * (1 - s)


@wrong("sigmoid", "dx", "recip.no_square")
def sigmoid_half_of_it(dout, out):
    return dout * (1 - out)


@wrong("sigmoid", "", "output.changed")
def sigmoid_cache_in_place(dout, out):
    out *= 1 - out
    return dout * out


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


@wrong("dropout", "dx", "factor.setting_missing")
def dropout_scaled_again_on_the_way_back(dout, cache):
    param, mask = cache
    dx = dout * mask
    dx /= param["p"]
    return dx


@wrong("dropout", "dx")
def dropout_dropped_units_kept(dout, cache):
    return dout * (cache[1] == 0)


@wrong("dropout", "dx", "factor.setting_complement")
def dropout_divided_by_one_minus_p(dout, cache):
    param, mask = cache
    return dout * (mask > 0) / (1 - param["p"])


@wrong("dropout", "", "upstream.changed")
def dropout_in_place(dout, cache):
    dout *= cache[1]
    return dout


@wrong("dropout", "dx", "factor.setting_twice")
def dropout_scaled_by_p(dout, cache):
    param, mask = cache
    return dout * mask * param["p"]


@wrong("dropout", "dx", "any.add_upstream")
def dropout_plus_mask(dout, cache):
    return dout + cache[1]


@wrong("dropout with a seed", "dx", "gradient.passed_on")
def dropout_in_test_mode(dout, cache):
    param, mask = cache
    return dout * mask if param.get("mode") == "train" else dout


@wrong("dropout", "dx", "upstream.squared")
def dropout_upstream_twice(dout, cache):
    return dout * cache[1] * dout
