"""Losses, which return their own gradients."""

import numpy as np

from .noting import wrong


def probabilities(x):
    p = np.exp(x - np.max(x, axis=1, keepdims=True))
    return p / np.sum(p, axis=1, keepdims=True)


def softmax(change):
    """The softmax loss with another gradient: `change` makes it from p, the one-hot labels and N."""

    def loss_and_gradient(x, y):
        N, p = len(x), probabilities(x)
        onehot = np.eye(x.shape[1])[y]
        loss = -np.sum(np.log(p[range(N), y])) / N
        return loss, change(p, onehot, N)

    return loss_and_gradient


def svm(change):
    """The SVM loss with another gradient: `change` makes it from the 0-1 matrix of margins, the labels and N."""

    def loss_and_gradient(x, y):
        N = len(x)
        margins = np.maximum(0, x - x[range(N), y][:, None] + 1)
        margins[range(N), y] = 0
        return np.sum(margins) / N, change((margins > 0).astype(float), np.eye(x.shape[1])[y], N)

    return loss_and_gradient


wrong("softmax loss", "dx", "softmax.no_minus_one")(softmax(lambda p, y, N: p / N))
wrong("softmax loss", "dx", "factor.not_averaged")(softmax(lambda p, y, N: p - y))
wrong("softmax loss", "dx", "factor.sign")(softmax(lambda p, y, N: (y - p) / N))
wrong("softmax loss", "dx", "softmax.true_class_only")(softmax(lambda p, y, N: (p - y) * y / N))
wrong("softmax loss", "dx", "softmax.elementwise_p1mp")(softmax(lambda p, y, N: (p - y) * p * (1 - p) / N))
wrong("softmax loss", "dx", "softmax.minus_log_only")(softmax(lambda p, y, N: -y / p / N))
wrong("softmax loss", "dx", "factor.averaged")(softmax(lambda p, y, N: (p - y) / N**2))
wrong("softmax loss", "dx", "factor.averaged_over")(softmax(lambda p, y, N: (p - y) / N / p.shape[1]))
wrong("svm loss", "dx", "labels.others_only")(svm(lambda m, y, N: m / N))
wrong("svm loss", "dx", "factor.not_averaged")(svm(lambda m, y, N: m - y * m.sum(axis=1, keepdims=True)))
wrong("svm loss", "dx", "labels.true_class_off")(svm(lambda m, y, N: (m - y) / N))
wrong("svm loss", "dx", "labels.true_only")(svm(lambda m, y, N: -y * m.sum(axis=1, keepdims=True) / N))

wrong("softmax loss", "dx", "any.sign_flip")(softmax(lambda p, y, N: (p + y) / N))
wrong("softmax loss", "dx")(softmax(lambda p, y, N: (np.log(p) - y) / N))
wrong("softmax loss", "dx", "labels.others_off")(softmax(lambda p, y, N: (p - 1) / N))
wrong("softmax loss", "dx")(softmax(lambda p, y, N: p - y / N))
wrong("softmax loss", "dx", "labels.true_class_off")(softmax(lambda p, y, N: p / N - y))
wrong("softmax loss", "dx")(softmax(lambda p, y, N: (p / p.sum(axis=0) - y) / N))
wrong("svm loss", "dx", "factor.sign")(svm(lambda m, y, N: -(m - y * m.sum(axis=1, keepdims=True)) / N))
wrong("svm loss", "dx", "sub.no_minus", "labels.true_class_off")(
    svm(lambda m, y, N: (m + y * m.sum(axis=1, keepdims=True)) / N)
)
wrong("svm loss", "dx", "labels.true_class_off")(svm(lambda m, y, N: (m - y * m.sum(axis=0, keepdims=True)) / N))
wrong("svm loss", "dx", "labels.true_class_off")(svm(lambda m, y, N: (m - y * (m.shape[1] - 1)) / N))
wrong("svm loss", "dx", "relu.no_mask")(svm(lambda m, y, N: (1 - y - y * (m.shape[1] - 1)) / N))
wrong("svm loss", "dx", "factor.averaged_over")(
    svm(lambda m, y, N: (m - y * m.sum(axis=1, keepdims=True)) / N / m.shape[1])
)
wrong("svm loss", "dx", "gradient.zero")(svm(lambda m, y, N: np.zeros_like(m)))


@wrong("svm loss", "dx", "relu.multiplies_by_value")
def svm_margins_for_mask(x, y):
    """The margins themselves, where 1 is wanted at each that is positive."""
    N = len(x)
    margins = np.maximum(0, x - x[range(N), y][:, None] + 1)
    margins[range(N), y] = 0
    dx = margins.copy()
    dx[range(N), y] -= margins.sum(axis=1)
    return np.sum(margins) / N, dx / N


@wrong("svm loss", "dx", "labels.true_class_off")
def svm_true_class_in_its_own_sum(x, y):
    """The margin of the true class is 1, and is counted."""
    N = len(x)
    margins = np.maximum(0, x - x[range(N), y][:, None] + 1)
    dx = (margins > 0).astype(float)
    margins[range(N), y] = 0
    dx[range(N), y] -= np.sum(margins > 0, axis=1)
    return np.sum(margins) / N, dx / N
