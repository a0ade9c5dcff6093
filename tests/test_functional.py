"""Functions of neural networks: what PyTorch has no counterpart for, random ones, corners, and refusals."""

import numpy as np
import pytest
from oracles import recorded_gradients

import autograd_mini as am
from autograd_mini import functional as F  # noqa: N812 (as everybody calls it)

X = np.random.default_rng(0).normal(size=(4, 5))
IMAGE = np.random.default_rng(1).normal(size=(2, 3, 5, 4))


class TestHandValues:
    def test_svm_loss_of_the_courses_example(self):
        # The cat image of CS231n's notes on linear classification: max(0, 5.1 - 3.2 + 1) + max(0, -1.7 - 3.2 + 1).
        assert F.svm_loss(np.array([[3.2, 5.1, -1.7]]), np.array([0])) == pytest.approx(2.9)
        scores = am.Tensor([[3.2, 5.1, -1.7], [1.3, 4.9, 2.0]])
        F.svm_loss(scores, np.array([0, 1])).backward()
        np.testing.assert_array_equal(scores.grad, [[-0.5, 0.5, 0.0], [0.0, 0.0, 0.0]])

    def test_cross_entropy_of_equal_scores(self):
        scores = am.Tensor(np.zeros((2, 4)))
        loss = F.cross_entropy(scores, np.array([1, 3]))
        loss.backward()
        assert loss.data == pytest.approx(np.log(4))
        np.testing.assert_allclose(scores.grad, (0.25 - np.eye(4)[[1, 3]]) / 2)

    def test_max_pool_gives_a_tie_to_the_first(self):
        x = am.Tensor(np.ones((1, 2, 2)))
        F.max_pool2d(x, 2).backward(np.ones((1, 1, 1)))
        np.testing.assert_array_equal(x.grad, [[[1, 0], [0, 0]]])

    def test_one_hot(self):
        np.testing.assert_array_equal(F.one_hot([2, 0]), [[0, 0, 1], [1, 0, 0]])
        assert F.one_hot(np.array([[1]]), 4).shape == (1, 1, 4)

    def test_far_from_zero_nothing_overflows(self):
        far = np.array([-1000.0, 1000.0])
        with np.errstate(all="raise", under="ignore"):
            np.testing.assert_array_equal(F.soft_margin_loss(far, np.ones(2), reduction="none"), [1000, 0])
            np.testing.assert_array_equal(
                F.binary_cross_entropy_with_logits(far, np.ones(2), reduction="none"), [1000, 0]
            )
            np.testing.assert_array_equal(F.logsigmoid(far), [-1000, 0])

    def test_certain_and_wrong_probability_costs_a_hundred(self):
        x = am.Tensor([0.0, 1.0, 0.25])
        F.binary_cross_entropy(x, np.array([1.0, 1.0, 1.0]), reduction="sum").backward()
        np.testing.assert_array_equal(x.grad, [0.0, -1.0, -4.0])
        assert F.binary_cross_entropy(np.array([0.0]), np.array([1.0])) == 100.0


class TestRandom:
    def test_dropout_keeps_the_mean_and_passes_gradients_where_it_keeps(self):
        x = am.Tensor(np.ones(10_000))
        y = F.dropout(x, 0.3, rng=np.random.default_rng(0))
        np.sum(y).backward()
        np.testing.assert_array_equal(y.data, x.grad)
        assert set(np.unique(y.data)) == {0.0, 1 / 0.7}
        assert abs(np.mean(y.data) - 1) < 0.03

    def test_dropout_repeats_with_the_same_generator_and_does_nothing_out_of_training(self):
        one, two = (F.dropout(X, rng=np.random.default_rng(5)) for _ in range(2))
        np.testing.assert_array_equal(one, two)
        np.testing.assert_array_equal(F.dropout(X, training=False), X)
        np.testing.assert_array_equal(F.dropout(X, p=0.0), X)
        np.testing.assert_array_equal(F.dropout(X, p=1.0, rng=np.random.default_rng(0)), np.zeros((4, 5)))

    def test_rrelu_draws_slopes_in_training(self):
        x = am.Tensor(-np.ones(1000))
        y = F.rrelu(x, 0.1, 0.3, training=True, rng=np.random.default_rng(0))
        np.sum(y).backward()
        assert 0.1 <= x.grad.min() < 0.11
        assert 0.29 < x.grad.max() <= 0.3
        np.testing.assert_array_equal(y.data, -x.grad)


class TestDtypes:
    @pytest.mark.parametrize(
        "function",
        [
            F.gelu,
            F.selu,
            F.hardswish,
            lambda x: F.max_pool2d(x, 2),
            lambda x: F.avg_pool2d(x, 2, padding=1),
            lambda x: F.conv2d(x, np.ones((2, 3, 2, 2), np.float32)),
            lambda x: F.batch_norm(x, training=True),
            lambda x: F.layer_norm(x, 4),
            lambda x: F.dropout(x, rng=np.random.default_rng(0)),
            lambda x: F.softplus(x, 2.0),
        ],
    )
    def test_float32_stays(self, function):
        x = am.Tensor(IMAGE.astype(np.float32))
        y = function(x)
        assert y.dtype == np.float32
        np.sum(y).backward()
        assert x.grad.dtype == np.float32

    def test_plain_arrays_give_plain_arrays(self):
        assert type(F.conv2d(IMAGE, np.ones((2, 3, 2, 2)))) is np.ndarray
        assert type(F.cross_entropy(X, np.array([0, 1, 2, 3]))) is np.float64


def test_running_statistics_are_left_alone_out_of_training():
    mean, var = np.zeros(3), np.ones(3)
    F.batch_norm(IMAGE, mean, var)
    np.testing.assert_array_equal(mean, np.zeros(3))
    F.batch_norm(IMAGE, mean, var, training=True)
    assert np.all(mean != 0)


def test_activations_are_single_gates_in_a_picture():
    x = am.Tensor(0.5, name="x")
    for function, symbol in ((F.gelu, "GELU"), (F.silu, "SiLU"), (F.relu6, "ReLU6"), (F.mish, "mish")):
        (gate,) = am.Graph(function(x)).gates
        assert gate.symbol == symbol


def test_gradient_of_a_small_convolutional_net():
    rng = np.random.default_rng(3)
    kernel, weight = rng.normal(size=(4, 3, 2, 2)), rng.normal(size=(3, 8))

    def loss(kernel, weight):
        hidden = F.max_pool2d(F.relu(F.conv2d(IMAGE, kernel)), 2, ceil_mode=False)
        return F.cross_entropy(F.linear(np.reshape(hidden, (2, -1)), weight), np.array([0, 2]))

    report = am.gradcheck(loss, kernel, weight, order=1)
    assert report, report
    assert all(np.any(g) for g in recorded_gradients(loss, [kernel, weight]))


REFUSED = [
    (
        lambda: F.conv2d(IMAGE, np.ones((2, 4, 2, 2))),
        am.ShapeError,
        "conv2d: w must be (out_channels, channels / groups, tap rows, tap columns) with out_channels a multiple of "
        "groups; got x (2, 3, 5, 4), w (2, 4, 2, 2) and groups 1.",
    ),
    (
        lambda: F.conv2d(X, np.ones((2, 4, 2, 2))),
        am.ShapeError,
        "conv2d: input must have shape (N, C, H, W) or (C, H, W); got (4, 5).",
    ),
    (
        lambda: F.conv2d(IMAGE, np.ones((2, 3, 2, 2)), stride=2, padding="same"),
        am.UnsupportedError,
        "conv2d: padding='same' needs stride 1; got (2, 2). Give the padding in numbers.",
    ),
    (
        lambda: F.conv2d(IMAGE, np.ones((2, 3, 2, 2)), stride=(1, 1, 1)),
        am.ShapeError,
        "conv2d: stride must be a whole number of at least 1, or 2 of them; got (1, 1, 1).",
    ),
    (
        lambda: F.conv2d(IMAGE, np.ones((2, 3, 9, 2))),
        am.ShapeError,
        "conv2d: the kernel must not be longer than the signal; got x (2, 3, 5, 4) and w (2, 3, 9, 2). "
        "Swap the arguments or pad x.",
    ),
    (
        lambda: F.conv_transpose2d(IMAGE, np.ones((2, 3, 2, 2))),
        am.ShapeError,
        "conv_transpose2d: weight must be (channels, out_channels / groups, taps), with channels a multiple of groups; "
        "got input (2, 3, 5, 4), weight (2, 3, 2, 2) and groups 1.",
    ),
    (
        lambda: F.max_pool2d(IMAGE, 9),
        am.ShapeError,
        "max_pool2d: the window must not be longer than the padded input; got input (2, 3, 5, 4), "
        "kernel_size (9, 9), padding (0, 0).",
    ),
    (
        lambda: F.max_pool2d(IMAGE, 2, padding=2),
        am.ShapeError,
        "max_pool2d: padding must be at most half of kernel_size; got (2, 2) for (2, 2).",
    ),
    (
        lambda: F.cross_entropy(X, np.array([0.0, 1.0, 2.0, 3.0])),
        am.DtypeError,
        "cross_entropy: class indices must be whole numbers in a plain array; got dtype float64.",
    ),
    (
        lambda: F.cross_entropy(X, np.array([0, 1, 2, 5])),
        am.ShapeError,
        "cross_entropy: class indices must be from 0 to 4; got 5.",
    ),
    (
        lambda: F.cross_entropy(X, np.array([0, 1, 2])),
        am.ShapeError,
        "cross_entropy: target must have shape (4,) for input (4, 5); got (3,).",
    ),
    (
        lambda: F.mse_loss(X, X[:, 0]),
        am.ShapeError,
        "mse_loss: expected equal shapes; got input (4, 5), target (4,).",
    ),
    (
        lambda: F.mse_loss(X, X, reduction="average"),
        am.UnsupportedError,
        "mse_loss: reduction must be 'mean', 'sum' or 'none'; got 'average'.",
    ),
    (
        lambda: F.binary_cross_entropy(X, X),
        am.ShapeError,
        "binary_cross_entropy: input must be probabilities, from 0 to 1. For scores use "
        "binary_cross_entropy_with_logits.",
    ),
    (
        lambda: F.dropout(X),
        am.UnsupportedError,
        "dropout: training draws at random; give rng=np.random.default_rng(seed).",
    ),
    (
        lambda: F.dropout(X, p=1.5),
        am.UnsupportedError,
        "dropout: p is a probability, from 0 to 1; got 1.5.",
    ),
    (
        lambda: F.embedding(np.array([[0.5]]), X),
        am.DtypeError,
        "embedding: class indices must be whole numbers in a plain array; got dtype float64.",
    ),
    (
        lambda: F.batch_norm(IMAGE),
        am.ShapeError,
        "batch_norm: without training, running_mean is needed; got None.",
    ),
    (
        lambda: F.layer_norm(X, (4,)),
        am.ShapeError,
        "layer_norm: input must end in normalized_shape (4,); got shape (4, 5).",
    ),
    (
        lambda: F.group_norm(IMAGE, 2),
        am.ShapeError,
        "group_norm: the number of channels must be a multiple of num_groups; got shape (2, 3, 5, 4) and 2.",
    ),
    (
        lambda: F.linear(X, np.ones((3, 4))),
        am.ShapeError,
        "linear: the last axes of input and weight must be equally long; got (4, 5) and (3, 4).",
    ),
    (
        lambda: F.glu(X),
        am.ShapeError,
        "glu: the axis to be halved must have an even length; got shape (4, 5), dim -1.",
    ),
]


@pytest.mark.parametrize(("call", "kind", "message"), REFUSED, ids=[message[:45] for _, _, message in REFUSED])
def test_refusal(call, kind, message):
    with pytest.raises(kind) as caught:
        call()
    assert str(caught.value) == message
