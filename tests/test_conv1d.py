"""conv1d against the sum written out, over shapes, strides, paddings, dilations and groups."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import central_differences, recorded_gradients

import autograd_mini as am


def written_out(x, w, b, stride, padding, dilation, groups):
    """Return y[o, i] = b[o] + Σ w[o, c, j] · x[c, i·stride + j·dilation − padding], term by term."""
    outputs, channels, taps = w.shape
    padded = np.pad(x, ((0, 0), (padding, padding)))
    positions = (padded.shape[1] - dilation * (taps - 1) - 1) // stride + 1
    y = np.zeros((outputs, positions))
    for o, i in itertools.product(range(outputs), range(positions)):
        first = o // (outputs // groups) * channels
        for c, j in itertools.product(range(channels), range(taps)):
            y[o, i] += w[o, c, j] * padded[first + c, i * stride + j * dilation]
        y[o, i] += b[o]
    return y


@st.composite
def convolutions(draw):
    groups = draw(st.integers(1, 2))
    channels, outputs = groups * draw(st.integers(1, 2)), groups * draw(st.integers(1, 3))
    taps, stride, padding, dilation = (draw(st.integers(low, 3)) for low in (1, 1, 0, 1))
    shortest = max(dilation * (taps - 1) + 1 - 2 * padding, 1)
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    x = rng.normal(size=(2, channels, draw(st.integers(shortest, shortest + 6))))
    w = rng.normal(size=(outputs, channels // groups, taps))
    options = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
    return x, w, rng.normal(size=outputs), options


@settings(max_examples=150, deadline=None)
@given(convolutions())
def test_value_is_the_sum_written_out(convolution):
    x, w, b, options = convolution
    y = am.conv1d(x, w, b, **options)
    for signal, result in zip(x, y, strict=True):
        np.testing.assert_allclose(result, written_out(signal, w, b, **options), rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(am.conv1d(x[0], w, b, **options), y[0], rtol=1e-12, atol=1e-13)


@settings(max_examples=25, deadline=None)
@given(convolutions())
def test_gradients(convolution):
    x, w, b, options = convolution
    weights = np.random.default_rng(1).normal(size=am.conv1d(x, w, b, **options).shape)

    def weighted(*operands):
        return am.conv1d(*operands, **options) * weights

    expected = central_differences(weighted, [x, w, b])
    for ours, theirs in zip(recorded_gradients(weighted, [x, w, b]), expected, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-7, atol=1e-7)


def test_one_signal_one_kernel():
    x, w = np.arange(1.0, 6.0), np.array([1.0, -2.0, 3.0])
    expected = written_out(x[None], w[None, None], [0.5], 1, 0, 1, 1)[0]
    np.testing.assert_allclose(am.conv1d(x, w, 0.5), expected)


def test_kernel_is_not_flipped():
    np.testing.assert_array_equal(am.conv1d(np.array([0.0, 0.0, 1.0]), np.array([1.0, 2.0, 3.0])), [3])
    np.testing.assert_array_equal(np.convolve([0.0, 0.0, 1.0], [1.0, 2.0, 3.0], "valid"), [1])


def test_published_index_faults_are_told_apart():
    # Three taps on five inputs with a given upstream: the gradients that a flip or an off-by-one index would not give.
    x, k = am.Tensor([1.0, 2.0, -3.0, 2.0, 0.0]), am.Tensor([1.0, -2.0, 3.0])
    b = am.Tensor(0.0)
    am.conv1d(x, k, b).backward([0.5, -1.0, 2.0])
    np.testing.assert_allclose(k.grad, [-7.5, 8.0, -3.5])
    np.testing.assert_allclose(x.grad, [0.5, -2.0, 5.5, -7.0, 6.0])
    assert b.grad == 1.5


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"stride": 0}, "conv1d: stride must be a whole number of at least 1; got 0."),
        ({"padding": -1}, "conv1d: padding must be a whole number of at least 0; got -1."),
        ({"dilation": 1.5}, "conv1d: dilation must be a whole number of at least 1; got 1.5."),
        ({"dilation": 5}, "conv1d: the kernel spans 11 entries, more than the padded signal has; "
                          "got x (5,), w (3,), padding 0 and dilation 5."),
    ],
)  # fmt: skip
def test_steps_that_cannot_be(options, message):
    with pytest.raises(am.ShapeError) as caught:
        am.conv1d(am.Tensor(np.ones(5)), np.ones(3), **options)
    assert str(caught.value) == message


def test_ranks_that_cannot_be():
    with pytest.raises(am.ShapeError, match=r"got x \(2, 5\) and w \(3,\)\.$"):
        am.conv1d(np.ones((2, 5)), np.ones(3))
