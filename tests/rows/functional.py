"""Functions of neural networks: every gate of an activation, and what is composed, to second order."""

import numpy as np

from autograd_mini import functional as F  # noqa: N812 (as everybody calls it)
from autograd_mini.ops.pooling import Windows, max_pool, of_the_first_largest
from rows.line import A, B, Line, numbers

IMAGE, KERNEL = numbers(2, 2, 5, 4, seed=51), numbers(4, 2, 3, 2, seed=52)
PAIRS = Windows(lengths=(2, 2), stride=(1, 2), dilation=(1, 1), counts=(4, 2))
LARGEST = max_pool(IMAGE, windows=PAIRS)
LINES = [
    *[
        Line(name, lambda x, name=name: getattr(F, name)(x), (A,))
        for name in (
            "relu6",
            "celu",
            "selu",
            "gelu",
            "silu",
            "mish",
            "softsign",
            "hardtanh",
            "hardsigmoid",
            "hardswish",
            "hardshrink",
            "softshrink",
            "tanhshrink",
            "logsigmoid",
            "softplus",
        )
    ],
    Line("gelu by tanh", lambda x: F.gelu(x, approximate="tanh"), (A,)),
    Line("celu, alpha 0.3", lambda x: F.celu(x, 0.3), (A,)),
    Line("hardtanh, other ends", lambda x: F.hardtanh(x, -0.5, 1.5), (A,)),
    Line("threshold", lambda x: F.threshold(x, 0.1, 7.0) ** 2, (A,)),
    Line("prelu", lambda x, w: F.prelu(x, w), (A, numbers(4, seed=53))),
    Line("glu", lambda x: F.glu(x), (A,)),
    Line("conv2d", lambda x, w: F.conv2d(x, w) ** 2, (IMAGE, KERNEL)),
    Line(
        "conv2d with everything",
        lambda x, w, b: F.conv2d(x, w, b, stride=(2, 1), padding=(1, 2), dilation=(1, 2), groups=2) ** 2,
        (IMAGE, KERNEL[:, :1], numbers(4, seed=54)),
    ),
    Line("conv2d without a batch", lambda x, w: F.conv2d(x, w) ** 2, (IMAGE[0], KERNEL)),
    Line(
        "conv_transpose2d",
        lambda x, w: F.conv_transpose2d(x, w, stride=2, padding=1, output_padding=1) ** 2,
        (IMAGE, numbers(2, 3, 3, 2, seed=55)),
    ),
    Line("max_pool2d", lambda x: F.max_pool2d(x, 2, stride=1) ** 2, (IMAGE,)),
    Line("max_pool2d, overlapping, with steps", lambda x: F.max_pool2d(x, 3, 2, 1, ceil_mode=True) ** 2, (IMAGE,)),
    Line("max_pool2d, dilated", lambda x: F.max_pool2d(x, 2, 1, dilation=(2, 1)) ** 2, (IMAGE,)),
    Line("of_the_first_largest", lambda g: of_the_first_largest(g, IMAGE, LARGEST, windows=PAIRS) ** 2, (IMAGE[::-1],)),
    Line("avg_pool2d", lambda x: F.avg_pool2d(x, 2, padding=1) ** 2, (IMAGE,)),
    Line("adaptive_avg_pool2d", lambda x: F.adaptive_avg_pool2d(x, 2) ** 2, (IMAGE,)),
    Line("unfold", lambda x: F.unfold(x, 2, padding=1) ** 2, (IMAGE,)),
    Line("layer_norm", lambda x, w, b: F.layer_norm(x, 4, w, b) ** 2, (A, numbers(4), numbers(4, seed=1))),
    Line("batch_norm", lambda x: F.batch_norm(x, training=True) ** 3, (A,)),
    Line("group_norm", lambda x: F.group_norm(x, 2) ** 3, (numbers(2, 4, 3, seed=56),)),
    Line("local_response_norm", lambda x: F.local_response_norm(x, 3, alpha=0.5), (numbers(2, 4, 3, seed=56),)),
    Line("normalize", lambda x: F.normalize(x) ** 3, (A,)),
    Line("cosine_similarity", lambda x, y: F.cosine_similarity(x, y), (A, B)),
    Line("cross_entropy", lambda x: F.cross_entropy(x, np.array([0, 3, 1]), label_smoothing=0.1), (A,)),
    Line("smooth_l1_loss", lambda x, y: F.smooth_l1_loss(x, y), (A, B)),
    Line("binary_cross_entropy_with_logits", lambda x: F.binary_cross_entropy_with_logits(x, (B > 0) * 1.0), (A,)),
    Line("svm_loss", lambda x: F.svm_loss(x, np.array([0, 3, 1])) ** 2, (A,)),
    Line("triplet_margin_loss", lambda x, y: F.triplet_margin_loss(x, y, 1 - y, margin=5.0), (A, B)),
]
