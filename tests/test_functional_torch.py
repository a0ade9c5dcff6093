"""Every function of autograd_mini.functional against PyTorch's of the same name: values and gradients in float64.

A case is a name, the arrays that gradients are taken by, and the other arguments. Outputs are weighted at random before
they are summed.
"""

from dataclasses import dataclass, field

import numpy as np
import pytest

import autograd_mini as am
from autograd_mini import functional as F  # noqa: N812 (as everybody calls it)

torch = pytest.importorskip("torch", reason="PyTorch is not installed: pip install 'autograd-mini[peers]'")


@dataclass(frozen=True)
class Case:
    """A call: `arrays` are differentiated by, `plain` follow them, `options` go by name."""

    name: str
    arrays: tuple
    plain: tuple = ()
    options: dict = field(default_factory=dict)

    def __str__(self):
        shapes = " ".join(str(np.shape(x)) for x in self.arrays)
        options = ", ".join(f"{k}={np.shape(v) if isinstance(v, np.ndarray) else v}" for k, v in self.options.items())
        return f"{self.name} {shapes} {options}".strip()


def numbers(*shape, seed=0, scale=2.0):
    return np.random.default_rng(seed).normal(size=shape) * scale


def probabilities(*shape, seed=0):
    return np.random.default_rng(seed).uniform(0.05, 0.95, size=shape)


X = numbers(4, 5)
# Kinks of every activation, besides ordinary numbers.
KINKS = np.array([-6.0, -3.0, -1.0, -0.5, 0.0, 0.5, 1.0, 3.0, 6.0, 0.3, -2.2, 25.0, -25.0])
FAR = np.array([-800.0, -40.0, 40.0, 800.0])
CLASSES = np.array([0, 4, 2, 1])
SPATIAL = np.array([[[0, 1, 2], [3, 4, 0]], [[1, 1, 1], [2, 0, 4]]])
SIGNS = np.array([1.0, -1.0, -1.0, 1.0])
SIGNAL, IMAGE = numbers(2, 4, 9, seed=1), numbers(2, 4, 7, 6, seed=2)
KERNEL1, KERNEL2 = numbers(6, 4, 3, seed=3), numbers(6, 4, 3, 2, seed=4)
BIAS = numbers(6, seed=5)

ACTIVATIONS = (
    "relu",
    "relu6",
    "celu",
    "selu",
    "gelu",
    "silu",
    "mish",
    "softplus",
    "softsign",
    "hardtanh",
    "hardsigmoid",
    "hardswish",
    "hardshrink",
    "softshrink",
    "tanhshrink",
    "logsigmoid",
    "sigmoid",
    "tanh",
    "leaky_relu",
    "elu",
)

CASES = [
    *[Case(name, (x,)) for name in ACTIVATIONS for x in (X, KINKS, FAR)],
    Case("leaky_relu", (X,), (), {"negative_slope": 0.3}),
    Case("elu", (X,), (0.7,)),
    Case("celu", (KINKS,), (0.7,)),
    Case("gelu", (X,), (), {"approximate": "tanh"}),
    Case("gelu", (FAR,), (), {"approximate": "tanh"}),
    Case("softplus", (KINKS,), (2.0, 3.0)),
    Case("hardtanh", (X,), (-0.5, 1.5)),
    Case("hardshrink", (X,), (0.8,)),
    Case("softshrink", (X,), (0.8,)),
    Case("threshold", (KINKS,), (0.5, -7.0)),
    Case("softmax", (X,), (1,)),
    Case("softmax", (X,), (), {"dim": 0}),
    Case("softmin", (X,), (-1,)),
    Case("log_softmax", (X,), (0,)),
    Case("glu", (numbers(3, 4),)),
    Case("glu", (numbers(3, 4, 2),), (1,)),
    Case("prelu", (X, np.array([0.3]))),
    Case("prelu", (SIGNAL, numbers(4, seed=6))),
    Case("rrelu", (X,)),
    Case("rrelu", (X,), (0.1, 0.2)),
    Case("conv1d", (SIGNAL, KERNEL1)),
    Case("conv1d", (SIGNAL, KERNEL1, BIAS)),
    Case("conv1d", (SIGNAL[0], KERNEL1, BIAS), (2, 1)),
    Case("conv1d", (SIGNAL, KERNEL1), (), {"padding": 2, "dilation": 2, "stride": 3}),
    Case("conv1d", (SIGNAL, KERNEL1[:, :2], BIAS), (), {"groups": 2}),
    Case("conv1d", (SIGNAL, KERNEL1), (), {"padding": "same"}),
    Case("conv1d", (SIGNAL, KERNEL1), (), {"padding": "valid"}),
    Case("conv2d", (IMAGE, KERNEL2)),
    Case("conv2d", (IMAGE, KERNEL2, BIAS), (), {"padding": 1}),
    Case("conv2d", (IMAGE[0], KERNEL2, BIAS), (), {"stride": 2, "padding": (1, 2)}),
    Case("conv2d", (IMAGE, KERNEL2), (), {"dilation": (2, 3), "stride": (2, 1), "padding": (2, 0)}),
    Case("conv2d", (IMAGE, KERNEL2[:, :2], BIAS), (), {"groups": 2, "padding": 1}),
    Case("conv2d", (IMAGE, KERNEL2), (), {"padding": "same", "dilation": (1, 2)}),
    Case("conv2d", (IMAGE, KERNEL2), (), {"padding": "same"}),
    Case("conv_transpose1d", (SIGNAL, numbers(4, 3, 3, seed=7))),
    Case("conv_transpose1d", (SIGNAL[0], numbers(4, 3, 3, seed=7), BIAS[:3])),
    Case("conv_transpose1d", (SIGNAL, numbers(4, 3, 3, seed=7), BIAS), (2, 1, 1, 2)),
    Case("conv_transpose1d", (SIGNAL, numbers(4, 3, 3, seed=7)), (), {"dilation": 3, "padding": 2}),
    Case("conv_transpose2d", (IMAGE, numbers(4, 3, 3, 2, seed=8), BIAS[:3])),
    Case(
        "conv_transpose2d",
        (IMAGE, numbers(4, 3, 3, 2, seed=8), BIAS),
        (),
        {"stride": (2, 3), "padding": (1, 0), "output_padding": (1, 2), "groups": 2, "dilation": (1, 2)},
    ),
    *[
        Case(f"{kind}_pool{n}d", (x,), (), options)
        for kind in ("max", "avg")
        for n, x in ((1, SIGNAL), (2, IMAGE))
        for options in (
            {"kernel_size": 2},
            {"kernel_size": 3, "stride": 2},
            {"kernel_size": 3, "stride": 2, "padding": 1},
            {"kernel_size": 2, "ceil_mode": True},
            {"kernel_size": 3, "stride": 2, "padding": 1, "ceil_mode": True},
            {"kernel_size": 2, "stride": 3, "padding": 1, "ceil_mode": True},
        )
    ],
    Case("max_pool2d", (IMAGE,), (), {"kernel_size": (3, 2), "stride": (1, 2), "dilation": (2, 1), "padding": (1, 0)}),
    Case("max_pool1d", (SIGNAL[0],), (3,), {"dilation": 2}),
    Case("max_pool2d", (np.ones((1, 1, 4, 4)),), (2,)),
    Case("avg_pool1d", (SIGNAL,), (3,), {"padding": 1, "count_include_pad": False, "stride": 2}),
    Case("avg_pool2d", (IMAGE,), ((3, 2),), {"padding": (1, 1), "count_include_pad": False, "ceil_mode": True}),
    Case("avg_pool2d", (IMAGE[0],), (2,), {"divisor_override": 3}),
    *[
        Case(f"adaptive_{kind}_pool{n}d", (x,), (size,))
        for kind in ("max", "avg")
        for n, x, size in ((1, SIGNAL, 4), (1, SIGNAL, 9), (2, IMAGE, 3), (2, IMAGE, (5, 1)), (2, IMAGE[0], (2, None)))
    ],
    Case("unfold", (IMAGE,), (2,)),
    Case("unfold", (IMAGE,), ((3, 2),), {"dilation": (1, 2), "padding": (1, 2), "stride": (2, 1)}),
    Case("unfold", (IMAGE[0],), (3,)),
    Case("layer_norm", (X,), ((5,),)),
    Case("layer_norm", (SIGNAL, numbers(4, 9, seed=9), numbers(4, 9, seed=10))),
    Case("rms_norm", (X,), ((5,),)),
    Case("group_norm", (SIGNAL,), (2,)),
    Case("local_response_norm", (IMAGE,), (3,), {"alpha": 0.1, "beta": 0.5, "k": 2.0}),
    Case("local_response_norm", (SIGNAL,), (2,)),
    Case("normalize", (X,)),
    Case("normalize", (SIGNAL,), (), {"p": 1.0, "dim": -1}),
    Case("cosine_similarity", (X, numbers(4, 5, seed=11))),
    Case("cosine_similarity", (SIGNAL, numbers(2, 4, 9, seed=11)), (), {"dim": 2}),
    Case("pairwise_distance", (X, numbers(4, 5, seed=11))),
    Case("pairwise_distance", (X, numbers(4, 5, seed=11)), (), {"p": 1.0, "keepdim": True}),
    Case("linear", (X, numbers(3, 5, seed=12))),
    Case("linear", (SIGNAL, numbers(3, 9, seed=12), BIAS[:3])),
    Case("linear", (X, numbers(5, seed=12))),
    Case("bilinear", (X, numbers(4, 3, seed=13), numbers(2, 5, 3, seed=14))),
    Case("bilinear", (X, numbers(4, 3, seed=13), numbers(2, 5, 3, seed=14), BIAS[:2])),
    *[
        Case(name, (X, numbers(4, 5, seed=15)), (), {"reduction": reduction})
        for name in ("mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss")
        for reduction in ("mean", "sum", "none")
    ],
    Case("smooth_l1_loss", (X, numbers(4, 5, seed=15)), (), {"beta": 0.3}),
    Case("smooth_l1_loss", (X, numbers(4, 5, seed=15)), (), {"beta": 0.0}),
    Case("huber_loss", (X, numbers(4, 5, seed=15)), (), {"delta": 2.5}),
    *[Case("cross_entropy", (X,), (CLASSES,), {"reduction": r}) for r in ("mean", "sum", "none")],
    Case("cross_entropy", (X[0],), (np.array(3),)),
    Case("cross_entropy", (numbers(2, 5, 2, 3, seed=16),), (SPATIAL,)),
    *[
        Case("cross_entropy", (X,), (CLASSES,), {"weight": probabilities(5), "label_smoothing": s, "reduction": r})
        for s in (0.0, 0.2)
        for r in ("mean", "sum", "none")
    ],
    Case("cross_entropy", (X,), (CLASSES,), {"ignore_index": 2, "label_smoothing": 0.1}),
    Case("cross_entropy", (X,), (CLASSES,), {"ignore_index": 2, "weight": probabilities(5), "label_smoothing": 0.1}),
    Case("cross_entropy", (X,), (np.array([0, -100, 2, 1]),)),
    Case("cross_entropy", (FAR[None] * np.ones((2, 1)),), (np.array([0, 3]),)),
    *[
        Case("cross_entropy", (X, probabilities(4, 5)), (), options)
        for options in (
            {},
            {"reduction": "sum"},
            {"reduction": "none"},
            {"label_smoothing": 0.2},
            {"weight": probabilities(5)},
            {"weight": probabilities(5), "label_smoothing": 0.2, "reduction": "none"},
        )
    ],
    Case("cross_entropy", (numbers(2, 3, 4), probabilities(2, 3, 4))),
    *[Case("nll_loss", (-probabilities(4, 5),), (CLASSES,), {"reduction": r}) for r in ("mean", "sum", "none")],
    Case("nll_loss", (-probabilities(4, 5),), (CLASSES,), {"weight": probabilities(5), "ignore_index": 1}),
    *[
        Case("binary_cross_entropy", (probabilities(4, 5), probabilities(4, 5, seed=1)), (), {"reduction": r})
        for r in ("mean", "sum", "none")
    ],
    Case("binary_cross_entropy", (probabilities(4, 5),), (probabilities(4, 5, seed=1), probabilities(4, 5, seed=2))),
    *[
        Case("binary_cross_entropy_with_logits", (X, probabilities(4, 5)), (), {"reduction": r})
        for r in ("mean", "sum", "none")
    ],
    Case("binary_cross_entropy_with_logits", (FAR,), (probabilities(4),)),
    Case(
        "binary_cross_entropy_with_logits",
        (X, probabilities(4, 5)),
        (),
        {"weight": probabilities(5, seed=3), "pos_weight": 3 * probabilities(5, seed=4)},
    ),
    *[
        Case("kl_div", (-probabilities(4, 5), probabilities(4, 5, seed=1)), (), {"reduction": r, "log_target": log})
        for r in ("batchmean", "sum", "none")
        for log in (False, True)
    ],
    Case("kl_div", (-probabilities(4),), (np.array([0.0, 0.3, 0.7, 0.0]),), {"reduction": "sum"}),
    Case("hinge_embedding_loss", (numbers(4),), (SIGNS,)),
    Case("hinge_embedding_loss", (numbers(4),), (SIGNS,), {"margin": 0.3, "reduction": "none"}),
    Case("margin_ranking_loss", (numbers(4), numbers(4, seed=1)), (SIGNS,)),
    Case("margin_ranking_loss", (numbers(4), numbers(4, seed=1)), (SIGNS,), {"margin": 0.7, "reduction": "sum"}),
    Case("soft_margin_loss", (numbers(4),), (SIGNS,)),
    Case("soft_margin_loss", (numbers(4, seed=1),), (SIGNS,), {"reduction": "none"}),
    Case("triplet_margin_loss", (X, numbers(4, 5, seed=1), numbers(4, 5, seed=2))),
    Case(
        "triplet_margin_loss",
        (X, numbers(4, 5, seed=1), numbers(4, 5, seed=2)),
        (),
        {"swap": True, "p": 1, "margin": 4.0, "reduction": "none"},
    ),
    Case("cosine_embedding_loss", (X, numbers(4, 5, seed=1)), (SIGNS,)),
    Case("cosine_embedding_loss", (X, X + 0.1 * numbers(4, 5, seed=1)), (SIGNS,), {"margin": 0.2}),
    Case("poisson_nll_loss", (X, 3 * probabilities(4, 5))),
    Case("poisson_nll_loss", (X,), (3 * probabilities(4, 5),), {"full": True, "reduction": "sum"}),
    Case("poisson_nll_loss", (probabilities(4, 5),), (3 * probabilities(4, 5),), {"log_input": False}),
    Case("gaussian_nll_loss", (X, numbers(4, 5, seed=1), probabilities(4, 5))),
    Case("gaussian_nll_loss", (X, numbers(4, 5, seed=1), probabilities(4, 5)), (), {"full": True, "reduction": "none"}),
    Case("multi_margin_loss", (X,), (CLASSES,)),
    Case(
        "multi_margin_loss", (X,), (CLASSES,), {"p": 2, "margin": 0.5, "weight": probabilities(5), "reduction": "sum"}
    ),
]
# Arguments that stand between an input and its parameters.
LAYER_NORM_SHAPE = (4, 9)
# PyTorch itself rounds 1/6 and 1/alpha to float32 in these.
PRECISION = {"hardsigmoid": 1e-7, "celu": 2e-7}


def in_torch(value):
    return torch.tensor(value) if isinstance(value, np.ndarray) else value


def arguments(case, tensors):
    """Return a call's arguments in order; layer_norm has its shape before its parameters."""
    if case.name == "layer_norm" and len(tensors) > 1:
        return [tensors[0], LAYER_NORM_SHAPE, *tensors[1:]]
    return [*tensors, *case.plain]


@pytest.mark.parametrize("case", CASES, ids=str)
@pytest.mark.filterwarnings("ignore")
def test_value_and_gradients_are_pytorchs(case):
    ours = [am.Tensor(x) for x in case.arrays]
    theirs = [torch.tensor(x, requires_grad=True) for x in case.arrays]
    result = getattr(F, case.name)(*arguments(case, ours), **case.options)
    options = {name: in_torch(value) for name, value in case.options.items()}
    expected = getattr(torch.nn.functional, case.name)(*map(in_torch, arguments(case, theirs)), **options)
    np.testing.assert_allclose(result.data, expected.detach().numpy(), rtol=PRECISION.get(case.name, 1e-11), atol=1e-12)
    weights = np.random.default_rng(9).normal(size=result.shape)
    np.sum(result * weights).backward()
    torch.sum(expected * torch.tensor(weights)).backward()
    precision = PRECISION.get(case.name, 1e-10)
    for x, y in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(x.grad, y.grad.numpy(), rtol=precision, atol=1e-11)


@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize("affine", [False, True])
@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("batch_norm", (6, 4)),
        ("batch_norm", (3, 4, 5)),
        ("batch_norm", (2, 4, 3, 5)),
        ("instance_norm", (3, 4, 5)),
        ("instance_norm", (2, 4, 3, 5)),
    ],
)
def test_normalisation_with_running_statistics(name, training, shape, affine):
    x = numbers(*shape)
    parameters = [numbers(4, seed=1), numbers(4, seed=2)] if affine else []
    running = [numbers(4, seed=3), probabilities(4)]
    ours, theirs = [r.copy() for r in running], [torch.tensor(r) for r in running]
    tensors = [am.Tensor(a) for a in (x, *parameters)]
    peers = [torch.tensor(a, requires_grad=True) for a in (x, *parameters)]
    result = getattr(F, name)(tensors[0], *ours, *(tensors[1:] or [None, None]), training, 0.3)
    expected = getattr(torch.nn.functional, name)(peers[0], *theirs, *(peers[1:] or [None, None]), training, 0.3)
    np.testing.assert_allclose(result.data, expected.detach().numpy(), rtol=1e-11, atol=1e-12)
    weights = np.random.default_rng(9).normal(size=shape)
    np.sum(result * weights).backward()
    torch.sum(expected * torch.tensor(weights)).backward()
    for tensor, peer in zip(tensors, peers, strict=True):
        np.testing.assert_allclose(tensor.grad, peer.grad.numpy(), rtol=1e-9, atol=1e-10)
    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(one, other.numpy(), rtol=1e-12)


def test_group_norm_with_parameters():
    tensors = [am.Tensor(a) for a in (SIGNAL, numbers(4, seed=1), numbers(4, seed=2))]
    peers = [torch.tensor(t.data, requires_grad=True) for t in tensors]
    result = F.group_norm(tensors[0], 2, *tensors[1:])
    expected = torch.nn.functional.group_norm(peers[0], 2, *peers[1:])
    np.testing.assert_allclose(result.data, expected.detach().numpy(), rtol=1e-11)
    np.sum(result**2).backward()
    torch.sum(expected**2).backward()
    for tensor, peer in zip(tensors, peers, strict=True):
        np.testing.assert_allclose(tensor.grad, peer.grad.numpy(), rtol=1e-9, atol=1e-10)


@pytest.mark.parametrize("padding_idx", [None, 2, -1])
def test_embedding(padding_idx):
    names = np.array([[0, 2, 2], [3, 3, 3]])
    weight, peer = am.Tensor(numbers(4, 5)), torch.tensor(numbers(4, 5), requires_grad=True)
    result = F.embedding(names, weight, padding_idx)
    expected = torch.nn.functional.embedding(torch.tensor(names), peer, padding_idx)
    np.testing.assert_array_equal(result.data, expected.detach().numpy())
    np.sum(result**2).backward()
    torch.sum(expected**2).backward()
    np.testing.assert_allclose(weight.grad, peer.grad.numpy(), rtol=1e-12)


def test_erf():
    x = numbers(20)
    np.testing.assert_allclose(F.erf(x), torch.erf(torch.tensor(x)).numpy(), rtol=1e-14)


def test_every_function_is_compared():
    compared = {case.name for case in CASES} | {"batch_norm", "instance_norm", "embedding", "erf"}
    # These have no counterpart, or draw random numbers: tests/test_functional.py.
    assert set(F.__all__) - compared == {"dropout", "one_hot", "svm_loss"}
