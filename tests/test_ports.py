"""Programs in JAX, PyTorch and ONNX: gates of every kind, networks and training steps give the numbers that ours do."""

import functools
import re
from pathlib import Path

import numpy as np
import pytest
from ports import CLOSE, FLOAT32_NODES, LIBRARIES, assert_same, flat, in_dtype, in_each, run_in, sixty_four_bits
from rows import LINES

import autograd_mini as am
from autograd_mini import functional as F  # noqa: N812 (as everybody calls it)
from autograd_mini import nn
from autograd_mini.program.steps import assume
from autograd_mini.transforms.trees import mapped

RNG = np.random.default_rng(0)
X, Y, W = RNG.normal(size=(4, 6)), RNG.normal(size=(4, 6)), RNG.normal(size=(6, 5))
LABELS = np.array([0, 2, 5, 1])
IMAGES = RNG.normal(size=(4, 2, 6, 6))
SEQUENCE = RNG.normal(size=(3, 4, 5))
MASK = np.array([2.0, 0.0, 2.0, 2.0, 0.0, 2.0])


def attention(q, k, v):
    scores = q @ np.swapaxes(k, -1, -2) / np.sqrt(5)
    return am.softmax(np.where(np.tril(np.ones((4, 4))) > 0, scores, -1e9)) @ v


def gru_step(x, h, w):
    z, r = am.sigmoid(x @ w), am.sigmoid(h @ w)
    return (1 - z) * np.tanh((r * h) @ w) + z * h


def lstm_step(x, w, c):
    i, f, o, g = np.split(x @ w, 4, axis=1)
    c = am.sigmoid(f) * c + am.sigmoid(i) * np.tanh(g)
    return am.sigmoid(o) * np.tanh(c)


COMMON = {
    "softmax": (lambda x: am.softmax(x) ** 2, X),
    "log_softmax": (lambda x: am.log_softmax(x, axis=0), X),
    "logsumexp": (lambda x: am.logsumexp(x, axis=1), X),
    "relu": (lambda x: am.relu(x) ** 2, X),
    "leaky relu": (lambda x: am.leaky_relu(x), X),
    "elu": (lambda x: am.elu(x), X),
    "gelu": (lambda x: F.gelu(x), X),
    "gelu by tanh": (lambda x: F.gelu(x, approximate="tanh"), X),
    "silu": (lambda x: F.silu(x), X),
    "softplus": (lambda x: am.softplus(x), X),
    "sigmoid": (lambda x: am.sigmoid(x), X),
    "tanh": (lambda x: np.tanh(x), X),
    "max": (lambda x: np.max(x, axis=1), X),
    "mean": (lambda x: np.mean(x, axis=0) ** 2, X),
    "var": (lambda x: np.var(x, axis=1), X),
    "std": (lambda x: np.std(x, axis=1), X),
    "matmul": (lambda x, w: (x @ w) ** 2, X, W),
    "matmul of batches": (lambda x, w: x @ w, SEQUENCE, RNG.normal(size=(3, 5, 2))),
    "einsum": (lambda x, w: np.einsum("bi,ij->bj", x, w) ** 2, X, W),
    "slices": (lambda x: x[1:, ::2] * x[:-1, 1::2], X),
    "slices backwards": (lambda x: x[::-1, 3] ** 2, X),
    "index by a known array": (lambda x: x[[0, 0, 2]] ** 2, X),
    "index by a mask": (lambda x: x[np.arange(4) > 1] ** 2, X),
    "embedding": (lambda w, names: F.embedding(names, w) ** 2, W, LABELS),
    "embedding, negative numbers": (lambda w, names: w[names] ** 2, W, LABELS - 6),
    "take_along_axis": (lambda x, names: np.take_along_axis(x, names[:, None], 1) ** 2, X, LABELS),
    "set_at": (lambda x, y: am.set_at(x, 2, y[0]) ** 2, X, Y),
    "add_at": (lambda x, y: am.add_at(x, [1, 1], y[:2]) ** 2, X, Y),
    "concatenate": (lambda x, y: np.concatenate([x, y], axis=1) ** 2, X, Y),
    "stack": (lambda x, y: np.stack([x, y], axis=1) ** 2, X, Y),
    "split": (lambda x: np.split(x, 3, axis=1)[1] ** 2, X),
    "where": (lambda x, y: np.where(x > y, x * y, y), X, Y),
    "clip": (lambda x: np.clip(x, -0.5, 0.5) ** 2, X),
    "pad": (lambda x: np.pad(x, ((1, 0), (2, 3)), constant_values=((1, 2), (3, 4))) ** 2, X),
    "pad by reflection": (lambda x: np.pad(x, 2, mode="reflect") ** 2, X),
    "cumsum": (lambda x: np.cumsum(x, axis=1) ** 2, X),
    "log1p and expm1 of small numbers": (lambda x: 1e12 * (np.log1p(1e-12 * x) + np.expm1(1e-12 * x)), X),
    "log1p and expm1": (lambda x: np.log1p(x**2) * np.expm1(x), X),
    "logaddexp": (lambda x, y: np.logaddexp(x, y), X, Y),
    "sort": (lambda x: np.sort(x, axis=1) * np.arange(6), X),
    "layer norm": (lambda x, w, b: F.layer_norm(x, (6,), w, b) ** 2, X, Y[0], Y[1]),
    "batch norm": (lambda x, w, b: F.batch_norm(x, weight=w, bias=b, training=True) ** 2, X, Y[0], Y[1]),
    "max_pool": (lambda x: F.max_pool2d(x, 2) ** 2, IMAGES),
    "max_pool, overlapping, padded, ties": (lambda x: F.max_pool2d(x, 3, 2, 1) ** 2, np.round(IMAGES)),
    "avg_pool": (lambda x: F.avg_pool2d(x, 2) ** 2, IMAGES),
    "attention": (attention, SEQUENCE, SEQUENCE + 1, SEQUENCE * 2),
    "dropout by a given mask": (lambda x, mask: x**2 * mask, X, MASK),
    "GRU": (gru_step, X, Y, RNG.normal(size=(6, 6))),
    "LSTM": (lstm_step, X, RNG.normal(size=(6, 24)), Y),
    "cross_entropy": (lambda x, labels: F.cross_entropy(x, labels), X, LABELS),
    "cross_entropy, weights, an ignored label, smoothing": (
        lambda x, labels, w: F.cross_entropy(x, labels, w, ignore_index=2, label_smoothing=0.1),
        X,
        LABELS,
        np.abs(Y[0]),
    ),
    "binary_cross_entropy_with_logits": (lambda x, t: F.binary_cross_entropy_with_logits(x, t), X, np.round(Y) > 0),
}


def gradients_of(function):
    """Return a compiled function of the sum of the entries."""
    return am.compile(lambda *args: np.sum(function(*args)))


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@in_each()
@pytest.mark.parametrize("name", COMMON)
def test_common_gates_have_the_same_gradients(name, library, dtype, tmp_path):
    function, *given = COMMON[name]
    if library == "onnx" and name in FLOAT32_NODES:
        dtype = np.float32
    args = in_dtype(given, dtype)
    step = gradients_of(function)
    assert_same(step.value_and_grad(*args), run_in(library, step.program(*args), args, tmp_path), dtype)


# Shapes of x and w, then options.
CONVOLUTIONS = {
    "1d, a signal alone": ((9,), (3,), {}),
    "1d, a signal alone, everything": ((12,), (3,), {"stride": 2, "padding": 3, "dilation": 2}),
    "1d, channels": ((2, 9), (4, 2, 3), {}),
    "1d, a batch": ((3, 2, 9), (4, 2, 3), {"padding": 1}),
    "1d, a stride that leaves a rest": ((3, 2, 9), (4, 2, 2), {"stride": 3}),
    "1d, groups": ((3, 4, 9), (6, 2, 3), {"groups": 2, "stride": 2}),
    "1d, each channel by itself": ((3, 4, 9), (4, 1, 3), {"groups": 4, "dilation": 2}),
    "1d, more padding than the kernel is long": ((3, 2, 4), (4, 2, 2), {"padding": 3}),
    "2d, channels": ((2, 6, 7), (4, 2, 3, 2), {}),
    "2d, a batch": ((3, 2, 6, 7), (4, 2, 3, 2), {"padding": (1, 2)}),
    "2d, everything": (
        (3, 4, 9, 8),
        (6, 2, 3, 2),
        {"stride": (2, 3), "padding": (2, 1), "dilation": (2, 1), "groups": 2},
    ),
}


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@in_each()
@pytest.mark.parametrize("name", CONVOLUTIONS)
def test_convolutions_have_the_same_gradients(name, library, dtype, tmp_path):
    shape, taps, options = CONVOLUTIONS[name]
    convolve = F.conv2d if name.startswith("2d") else am.conv1d
    bias = RNG.normal(size=taps[:1] if len(taps) > 1 else ())
    args = in_dtype((RNG.normal(size=shape), RNG.normal(size=taps), bias), dtype)
    step = gradients_of(lambda x, w, b: np.tanh(convolve(x, w, b, **options)))
    assert_same(step.value_and_grad(*args), run_in(library, step.program(*args), args, tmp_path), dtype)


@in_each()
def test_second_derivatives_of_convolution_and_pooling(library, tmp_path):
    def penalty(x, w):
        gradient = am.grad(lambda w: np.sum(F.max_pool1d(am.conv1d(x, w, stride=2, padding=1), 2) ** 2))(w)
        return np.sum(gradient**2)

    args = (RNG.normal(size=(2, 3, 9)), RNG.normal(size=(4, 3, 2)))
    step = am.compile(penalty)
    assert_same(step.value_and_grad(*args), run_in(library, step.program(*args), args, tmp_path))


CONV_NET = nn.Sequential(
    nn.Conv2d(2, 3, 3, padding=1, rng=RNG), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(27, 6, rng=RNG)
)
TRANSFORMER = nn.TransformerEncoderLayer(8, 2, 16, rng=RNG).eval()
NORMALISED = nn.Sequential(nn.Linear(6, 5, rng=RNG), nn.LayerNorm(5), nn.GELU(), nn.Linear(5, 6, rng=RNG))


class Language(nn.Module):
    """Says which word comes next."""

    def __init__(self):
        self.words = nn.Embedding(7, 4, rng=RNG)
        self.recurrent = nn.LSTM(4, 5, rng=RNG)
        self.scores = nn.Linear(5, 7, rng=RNG)

    def forward(self, names):
        return np.reshape(self.scores(self.recurrent(self.words(names))[0]), (-1, 7))


LANGUAGE = Language()
MODELS = {
    "ConvNet": (CONV_NET, lambda p, x, y: F.cross_entropy(CONV_NET.apply(p, x), y), IMAGES, LABELS),
    "Transformer layer": (
        TRANSFORMER,
        lambda p, x, y: F.mse_loss(TRANSFORMER.apply(p, x), y),
        RNG.normal(size=(2, 5, 8)),
        RNG.normal(size=(2, 5, 8)),
    ),
    "LSTM": (
        LANGUAGE,
        lambda p, x, y: F.cross_entropy(LANGUAGE.apply(p, x), np.reshape(y, -1)),
        RNG.integers(0, 7, (4, 3)),
        RNG.integers(0, 7, (4, 3)),
    ),
    "normalised": (NORMALISED, lambda p, x, y: F.cross_entropy(NORMALISED.apply(p, x), y), X, LABELS),
}


def trained(gradients, parameters, batch, rate):
    """Return the losses and the parameters of three steps downhill."""
    losses = []
    for _ in range(3):
        loss, slopes = gradients(parameters, *batch)
        losses.append(loss)
        parameters = mapped(lambda p, slope: p - rate * slope, parameters, slopes)
    return losses, parameters


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", MODELS)
def test_torch_trains_a_model_likewise(name, dtype):
    torch = pytest.importorskip("torch")
    model, loss, *batch = MODELS[name]
    parameters, batch = in_dtype(model.parameters(), dtype), in_dtype(batch, dtype)
    step = am.compile(loss, 0)
    ported = step.program(parameters, *batch).to("torch")
    theirs = trained(ported, *mapped(lambda leaf: torch.tensor(np.array(leaf)), (parameters, batch)), dtype(0.1))
    assert_same(trained(step.value_and_grad, parameters, batch, dtype(0.1)), theirs, dtype)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", MODELS)
def test_jax_trains_a_model_likewise_under_jit(name, dtype):
    model, loss, *batch = MODELS[name]
    parameters, batch = in_dtype(model.parameters(), dtype), in_dtype(batch, dtype)
    step = am.compile(loss, 0)
    with sixty_four_bits() as jax:
        ported = jax.jit(step.program(parameters, *batch).to("jax"))
        losses, theirs = trained(ported, parameters, batch, dtype(0.1))
        # JAX sorts the keys of dicts.
        theirs = mapped(lambda _, leaf: leaf, parameters, theirs)
        assert_same(trained(step.value_and_grad, parameters, batch, dtype(0.1)), (losses, theirs), dtype)


@pytest.mark.parametrize("name", MODELS)
def test_onnx_has_the_same_gradients_of_a_model(name, tmp_path):
    model, loss, *batch = MODELS[name]
    args = in_dtype((model.parameters(), *batch), np.float32)
    step = am.compile(loss, 0)
    assert_same(step.value_and_grad(*args), run_in("onnx", step.program(*args), args, tmp_path), np.float32)


# What docs/scaling.md says is refused: the gates that have no form in each library.
PAGE = (Path(__file__).parent.parent / "docs" / "scaling.md").read_text(encoding="utf-8")
REFUSED = {
    library: set(re.findall(r"`(\w+)`", re.search(rf"^\| {called} \| (.*) \|$", PAGE, re.MULTILINE)[1]))
    for library, called in zip(LIBRARIES, ["JAX", "PyTorch", "ONNX"], strict=True)
}
TRACED = [line for line in LINES if "checkpoint" not in line.name]


def traced(line, dtype=np.float64):
    """Return the arguments of a line, the value and gradients of the sum of its entries, and their program."""
    args = in_dtype([np.asarray(x, float) if np.ndim(x) else float(x) for x in line.inputs], dtype)
    step = gradients_of(line.function)
    with np.errstate(all="ignore"):
        return args, step.value_and_grad(*args), step.program(*args)


def refusal(program, library):
    """Return how a library refuses a program; None if it should not."""
    gates = [step.gate for step in program.steps if step.gate is not None]
    if assume in gates:
        return "reads numbers that are computed"
    names = {gate.__name__ for gate in gates} & REFUSED[library]
    return f"the gate '({'|'.join(names)})' has no form" if names else None


def check(line, library, folder):
    """Compare a library's numbers with ours, or see that it names a gate that docs/scaling.md says it has not."""
    args, expected, program = traced(line)
    dtype = np.float64
    if library == "onnx" and any(
        step.gate is not None and step.gate.__name__ in FLOAT32_NODES for step in program.steps
    ):
        dtype = np.float32
        args, expected, program = traced(line, dtype)
    if refused := refusal(program, library):
        with pytest.raises(am.UnsupportedError, match=refused):
            run_in(library, program, args, folder)
        return
    for ours, theirs in zip(flat(expected), run_in(library, program, args, folder), strict=True):
        np.testing.assert_allclose(theirs, ours, **CLOSE[dtype], err_msg=line.name)


@in_each("torch", "onnx")
@pytest.mark.parametrize("line", TRACED, ids=lambda line: line.name)
@pytest.mark.filterwarnings("ignore")
def test_every_line_computes_the_same_or_names_the_gate(line, library, tmp_path):
    check(line, library, tmp_path)


@functools.cache
def lines_for_jax():
    """Return lines that have all gates in their programs; JAX compiles for each shape, so all lines would take long."""
    seen, chosen = set(), []
    for line in TRACED:
        gates = {step.gate for step in traced(line)[2].steps}
        if gates - seen:
            seen |= gates
            chosen.append(line)
    return chosen


@pytest.mark.parametrize("part", range(4))
@pytest.mark.filterwarnings("ignore")
def test_jax_computes_the_same_with_each_gate_or_names_it(part, tmp_path):
    pytest.importorskip("jax")
    for line in lines_for_jax()[part::4]:
        check(line, "jax", tmp_path)
