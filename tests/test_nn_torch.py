"""autograd_mini.nn against PyTorch in float64: layers at equal weights, optimisers and schedules step for step, and
whole networks over a hundred steps.
"""

import copy

import numpy as np
import pytest

import autograd_mini as am
from autograd_mini import functional as F  # noqa: N812 (as everybody calls it)
from autograd_mini import nn
from autograd_mini.nn.entries import flat

torch = pytest.importorskip("torch", reason="PyTorch is not installed: pip install 'autograd-mini[peers]'")

# Threads that wait for each other take far longer than these small matrices.
torch.set_num_threads(1)

CLOSE = {"rtol": 1e-10, "atol": 1e-10}


def numbers(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def generator():
    return np.random.default_rng(7)


def randomised(theirs, seed=1):
    """Return a PyTorch module in float64 with every parameter drawn anew."""
    theirs = theirs.double()
    rng = np.random.default_rng(seed)
    with torch.no_grad():
        for parameter in theirs.parameters():
            parameter.copy_(torch.tensor(rng.normal(size=tuple(parameter.shape)) * 0.5))
    return theirs


def same_names(theirs):
    return dict(theirs.named_parameters())


def of_recurrent(theirs):
    """Return PyTorch's "weight_ih_l0" under our name, "cells.0.weight_ih"; "..._reverse" is in "reverse_cells"."""
    found = {}
    for name, parameter in theirs.named_parameters():
        kind, place = name.removesuffix("_reverse").rsplit("_l", 1)
        cells = "reverse_cells" if name.endswith("_reverse") else "cells"
        found[f"{cells}.{place}.{kind}"] = parameter
    return found


def of_attention(theirs, prefix=""):
    """Return what PyTorch keeps of attention in one array for query, key and value, as three."""
    found = {f"{prefix}out.weight": theirs.out_proj.weight, f"{prefix}out.bias": theirs.out_proj.bias}
    for part, name in zip(("in_proj_weight", "in_proj_bias"), ("weight", "bias"), strict=True):
        for i, ours in enumerate(("query", "key", "value")):
            found[f"{prefix}{ours}.{name}"] = (getattr(theirs, part), i)
    return found


def of_transformer(theirs):
    found = of_attention(theirs.self_attn, "attention.")
    parts = {
        "inner": theirs.linear1,
        "outer": theirs.linear2,
        "attention_norm": theirs.norm1,
        "feed_norm": theirs.norm2,
    }
    if hasattr(theirs, "multihead_attn"):
        found |= of_attention(theirs.multihead_attn, "memory_attention.")
        parts |= {"memory_norm": theirs.norm2, "feed_norm": theirs.norm3}
    return found | {
        f"{name}.{kind}": getattr(part, kind) for name, part in parts.items() for kind in ("weight", "bias")
    }


def array_of(parameter, read):
    """Return a parameter's array, or the i-th third of it."""
    if isinstance(parameter, tuple):
        whole, i = parameter
        return np.split(read(whole), 3)[i]
    return read(parameter)


T = torch.nn
IMAGE, SIGNAL, ROWS, STEPS = numbers(3, 4, 7, 6), numbers(3, 4, 9), numbers(5, 4), numbers(3, 5, 4)
MASK = np.triu(np.ones((5, 5), bool), 1)
SWITCH = {"rng": generator()}

# id: ours, PyTorch's, the inputs, our names of PyTorch's parameters
LAYERS = {
    "linear": (nn.Linear(4, 3, **SWITCH), T.Linear(4, 3), ROWS, same_names),
    "linear without bias": (nn.Linear(4, 3, bias=False, **SWITCH), T.Linear(4, 3, bias=False), STEPS, same_names),
    "conv1d": (nn.Conv1d(4, 6, 3, 2, 1, 2, 2, **SWITCH), T.Conv1d(4, 6, 3, 2, 1, 2, 2), SIGNAL, same_names),
    "conv1d same": (
        nn.Conv1d(4, 2, 3, padding="same", **SWITCH), T.Conv1d(4, 2, 3, padding="same"), SIGNAL, same_names,
    ),
    "conv2d": (nn.Conv2d(4, 5, 3, padding=1, **SWITCH), T.Conv2d(4, 5, 3, padding=1), IMAGE, same_names),
    "conv2d of unequal axes": (
        nn.Conv2d(4, 5, (3, 2), (2, 1), (1, 0), bias=False, **SWITCH),
        T.Conv2d(4, 5, (3, 2), (2, 1), (1, 0), bias=False), IMAGE, same_names,
    ),
    "max pool 1d": (nn.MaxPool1d(3, 2, 1), T.MaxPool1d(3, 2, 1), SIGNAL, same_names),
    "max pool 2d": (nn.MaxPool2d(2), T.MaxPool2d(2), IMAGE, same_names),
    "avg pool 1d": (nn.AvgPool1d(3, 2, 1), T.AvgPool1d(3, 2, 1), SIGNAL, same_names),
    "avg pool 2d": (nn.AvgPool2d((3, 2), 2), T.AvgPool2d((3, 2), 2), IMAGE, same_names),
    "batch norm 1d": (nn.BatchNorm1d(4), T.BatchNorm1d(4), ROWS, same_names),
    "batch norm 1d of signals": (nn.BatchNorm1d(4, momentum=0.3), T.BatchNorm1d(4, momentum=0.3), SIGNAL, same_names),
    "batch norm 2d": (nn.BatchNorm2d(4), T.BatchNorm2d(4), IMAGE, same_names),
    "batch norm 2d not affine": (nn.BatchNorm2d(4, affine=False), T.BatchNorm2d(4, affine=False), IMAGE, same_names),
    "layer norm": (nn.LayerNorm(4), T.LayerNorm(4), STEPS, same_names),
    "layer norm of two axes": (nn.LayerNorm((7, 6)), T.LayerNorm((7, 6)), IMAGE, same_names),
    "relu": (nn.ReLU(), T.ReLU(), ROWS, same_names),
    "tanh": (nn.Tanh(), T.Tanh(), ROWS, same_names),
    "sigmoid": (nn.Sigmoid(), T.Sigmoid(), ROWS, same_names),
    "silu": (nn.SiLU(), T.SiLU(), ROWS, same_names),
    "gelu": (nn.GELU(), T.GELU(), ROWS, same_names),
    "softplus": (nn.Softplus(), T.Softplus(), ROWS, same_names),
    "leaky relu": (nn.LeakyReLU(0.2), T.LeakyReLU(0.2), ROWS, same_names),
    "elu": (nn.ELU(0.7), T.ELU(0.7), ROWS, same_names),
    "softmax": (nn.Softmax(-1), T.Softmax(-1), ROWS, same_names),
    "flatten": (nn.Flatten(), T.Flatten(), IMAGE, same_names),
    "rnn": (nn.RNN(4, 6, **SWITCH), T.RNN(4, 6, batch_first=True), STEPS, of_recurrent),
    "rnn of two layers": (nn.RNN(4, 6, 2, **SWITCH), T.RNN(4, 6, 2, batch_first=True), STEPS, of_recurrent),
    "lstm": (nn.LSTM(4, 6, **SWITCH), T.LSTM(4, 6, batch_first=True), STEPS, of_recurrent),
    "lstm of two layers": (nn.LSTM(4, 6, 2, **SWITCH), T.LSTM(4, 6, 2, batch_first=True), STEPS, of_recurrent),
    "gru": (nn.GRU(4, 6, **SWITCH), T.GRU(4, 6, batch_first=True), STEPS, of_recurrent),
    "gru of two layers": (nn.GRU(4, 6, 2, **SWITCH), T.GRU(4, 6, 2, batch_first=True), STEPS, of_recurrent),
    **{
        f"{kind.lower()} in both directions, {layers} layers": (
            getattr(nn, kind)(4, 6, layers, True, **SWITCH),
            getattr(T, kind)(4, 6, layers, batch_first=True, bidirectional=True), STEPS, of_recurrent,
        )
        for kind in ("RNN", "LSTM", "GRU") for layers in (1, 3)
    },
    "sequential": (
        nn.Sequential(nn.Conv2d(4, 2, 3, **SWITCH), nn.ReLU(), nn.Flatten(), nn.Linear(40, 3, **SWITCH)),
        T.Sequential(T.Conv2d(4, 2, 3), T.ReLU(), T.Flatten(), T.Linear(40, 3)), IMAGE, same_names,
    ),
    "encoder layer": (
        nn.TransformerEncoderLayer(4, 2, 8, 0.0, **SWITCH),
        T.TransformerEncoderLayer(4, 2, 8, 0.0, batch_first=True), STEPS, of_transformer,
    ),
    "encoder layer, norm first, gelu": (
        nn.TransformerEncoderLayer(4, 2, 8, 0.0, "gelu", True, **SWITCH),
        T.TransformerEncoderLayer(4, 2, 8, 0.0, "gelu", batch_first=True, norm_first=True), STEPS, of_transformer,
    ),
}  # fmt: skip


def equal_weights(ours, theirs, names):
    """Give our layer PyTorch's weights, and return our names of its parameters."""
    theirs = randomised(theirs)
    parameters = names(theirs)
    ours.update({name: array_of(parameter, lambda p: p.detach().numpy()) for name, parameter in parameters.items()})
    return parameters


def compare(ours, parameters, output, inputs, their_output, their_inputs):
    """Compare outputs, and the gradients of the outputs' sum weighted at random."""
    np.testing.assert_allclose(output.data, their_output.detach().numpy(), **CLOSE)
    weights = numbers(*np.shape(output), seed=3)
    np.sum(output * weights).backward()
    (their_output * torch.tensor(weights)).sum().backward()
    for mine, other in zip(inputs, their_inputs, strict=True):
        np.testing.assert_allclose(mine.grad, other.grad.numpy(), **CLOSE)
    gradients = flat(ours.gradients())
    assert set(gradients) == set(parameters)
    for name, parameter in parameters.items():
        np.testing.assert_allclose(
            gradients[name], array_of(parameter, lambda p: p.grad.numpy()), **CLOSE, err_msg=name
        )


@pytest.mark.parametrize("name", LAYERS)
def test_layer(name):
    ours, theirs, x, names = LAYERS[name]
    parameters = equal_weights(ours, theirs, names)
    mine, other = am.Tensor(x), torch.tensor(x, requires_grad=True)
    output, their_output = ours(mine), theirs(other)
    if isinstance(output, tuple):
        output, their_output = output[0], their_output[0]
    compare(ours, parameters, output, [mine], their_output, [other])


@pytest.mark.parametrize("name", ["batch norm 1d", "batch norm 1d of signals", "batch norm 2d"])
def test_running_statistics(name):
    _, theirs, x, _ = LAYERS[name]
    ours = type(LAYERS[name][0])(4, momentum=theirs.momentum)
    theirs = type(theirs)(4, momentum=theirs.momentum).double()
    for i in range(3):
        ours(x * (i + 1) + i), theirs(torch.tensor(x * (i + 1) + i))
    np.testing.assert_allclose(ours.running_mean, theirs.running_mean.numpy(), **CLOSE)
    np.testing.assert_allclose(ours.running_var, theirs.running_var.numpy(), **CLOSE)
    np.testing.assert_allclose(ours.eval()(x).data, theirs.eval()(torch.tensor(x)).detach().numpy(), **CLOSE)


@pytest.mark.parametrize("both", [False, True], ids=["one direction", "both directions"])
@pytest.mark.parametrize("kind", ["RNN", "GRU", "LSTM"])
def test_states_go_in_and_come_out_in_order(kind, both):
    ours = getattr(nn, kind)(4, 6, 2, both, rng=generator())
    theirs = getattr(T, kind)(4, 6, 2, batch_first=True, bidirectional=both)
    equal_weights(ours, theirs, of_recurrent)
    first, states = ours(STEPS[:, :2])
    second, states = ours(STEPS[:, 2:], states)
    their_first, their_states = theirs(torch.tensor(STEPS[:, :2]))
    their_second, their_states = theirs(torch.tensor(STEPS[:, 2:]), their_states)
    for mine, other in ((first, their_first), (second, their_second)):
        np.testing.assert_allclose(mine.data, other.detach().numpy(), **CLOSE)
    for i, their_state in enumerate(their_states if kind == "LSTM" else (their_states,)):
        stacked = np.stack([(state[i] if kind == "LSTM" else state).data for state in states])
        np.testing.assert_allclose(stacked, their_state.detach().numpy(), **CLOSE)


@pytest.mark.parametrize("mask", [None, MASK[:, :4]], ids=["no mask", "causal"])
def test_attention_to_something_else(mask):
    ours, theirs = nn.MultiHeadAttention(4, 2, rng=generator()), T.MultiheadAttention(4, 2, batch_first=True)
    parameters = equal_weights(ours, theirs, of_attention)
    arrays = [numbers(3, 5, 4), numbers(3, 4, 4, seed=4), numbers(3, 4, 4, seed=5)]
    mine, others = [am.Tensor(x) for x in arrays], [torch.tensor(x, requires_grad=True) for x in arrays]
    their_output, _ = theirs(*others, attn_mask=None if mask is None else torch.tensor(mask))
    compare(ours, parameters, ours(*mine, mask=mask), mine, their_output, others)


def test_attention_to_some_examples_only():
    ours, theirs = nn.MultiHeadAttention(4, 2, rng=generator()), T.MultiheadAttention(4, 2, batch_first=True)
    parameters = equal_weights(ours, theirs, of_attention)
    x, padding = am.Tensor(STEPS), np.arange(5) >= np.array([[5], [3], [1]])
    other = torch.tensor(STEPS, requires_grad=True)
    their_output, _ = theirs(other, other, other, key_padding_mask=torch.tensor(padding))
    compare(ours, parameters, ours(x, mask=padding[:, None]), [x], their_output, [other])


@pytest.mark.parametrize("norm_first", [False, True])
def test_decoder_layer(norm_first):
    ours = nn.TransformerDecoderLayer(4, 2, 8, 0.0, norm_first=norm_first, rng=generator())
    theirs = T.TransformerDecoderLayer(4, 2, 8, 0.0, batch_first=True, norm_first=norm_first)
    parameters = equal_weights(ours, theirs, of_transformer)
    arrays = [STEPS, numbers(3, 6, 4, seed=4)]
    mine, others = [am.Tensor(x) for x in arrays], [torch.tensor(x, requires_grad=True) for x in arrays]
    their_output = theirs(*others, tgt_mask=torch.tensor(MASK))
    compare(ours, parameters, ours(*mine, mask=nn.causal_mask(5)), mine, their_output, others)


def test_embedding():
    ours, theirs = nn.Embedding(6, 3, rng=generator()), T.Embedding(6, 3)
    parameters = equal_weights(ours, theirs, same_names)
    names = np.array([[1, 2, 2], [5, 0, 1]])
    compare(ours, parameters, ours(names), [], theirs(torch.tensor(names)), [])


O = torch.optim  # noqa: E741 (beside T for torch.nn)
WEIGHT_DECAY = {"weight_decay": 0.05}
OPTIMIZERS = {
    "sgd": (nn.optim.SGD(0.05), O.SGD, {"lr": 0.05}),
    "sgd, weight decay": (nn.optim.SGD(0.05, weight_decay=0.05), O.SGD, {"lr": 0.05, **WEIGHT_DECAY}),
    "sgd, momentum alone": (nn.optim.SGD(0.02, 0.9), O.SGD, {"lr": 0.02, "momentum": 0.9}),
    "sgd, momentum": (nn.optim.SGD(0.02, 0.9, 0.05), O.SGD, {"lr": 0.02, "momentum": 0.9, **WEIGHT_DECAY}),
    "sgd, nesterov": (
        nn.optim.SGD(0.02, 0.9, 0.05, True),
        O.SGD,
        {"lr": 0.02, "momentum": 0.9, "nesterov": True, **WEIGHT_DECAY},
    ),
    "rmsprop": (nn.optim.RMSprop(0.01, 0.9), O.RMSprop, {"lr": 0.01, "alpha": 0.9}),
    "rmsprop, momentum": (
        nn.optim.RMSprop(weight_decay=0.05, momentum=0.5),
        O.RMSprop,
        {"momentum": 0.5, **WEIGHT_DECAY},
    ),
    "rmsprop, epsilon": (nn.optim.RMSprop(0.01, 0.95, 1e-3), O.RMSprop, {"lr": 0.01, "alpha": 0.95, "eps": 1e-3}),
    "adagrad by default": (nn.optim.Adagrad(), O.Adagrad, {}),
    "adagrad, epsilon": (nn.optim.Adagrad(0.1, eps=1e-3), O.Adagrad, {"lr": 0.1, "eps": 1e-3}),
    "adagrad": (
        nn.optim.Adagrad(0.1, 0.01, 0.05, 0.2),
        O.Adagrad,
        {"lr": 0.1, "lr_decay": 0.01, "initial_accumulator_value": 0.2, **WEIGHT_DECAY},
    ),
    "adam": (nn.optim.Adam(0.01), O.Adam, {"lr": 0.01}),
    "adam, weight decay": (
        nn.optim.Adam(0.01, (0.8, 0.99), 1e-6, 0.05),
        O.Adam,
        {"lr": 0.01, "betas": (0.8, 0.99), "eps": 1e-6, **WEIGHT_DECAY},
    ),
    "adamw": (nn.optim.AdamW(0.01, weight_decay=0.05), O.AdamW, {"lr": 0.01, **WEIGHT_DECAY}),
    "adamw by default": (nn.optim.AdamW(), O.AdamW, {}),
    "adamw, betas and epsilon": (
        nn.optim.AdamW(0.01, (0.8, 0.99), 1e-6),
        O.AdamW,
        {"lr": 0.01, "betas": (0.8, 0.99), "eps": 1e-6},
    ),
}


def noisy_gradients(parameters, rng):
    """Return gradients of a bowl at the parameters, with noise."""
    return {name: x * (1 + i) + rng.normal(size=x.shape) for i, (name, x) in enumerate(parameters.items())}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_optimizer_step_for_step(name):
    ours, theirs, settings = OPTIMIZERS[name]
    parameters = {"w": numbers(3, 4), "b": numbers(4, seed=1)}
    others = {name: torch.nn.Parameter(torch.tensor(x)) for name, x in parameters.items()}
    other, state, rng = theirs(others.values(), **settings), ours.init(parameters), generator()
    for _ in range(200):
        gradients = noisy_gradients(parameters, rng)
        parameters, state = ours.step(parameters, gradients, state)
        for key, gradient in gradients.items():
            others[key].grad = torch.tensor(gradient)
        other.step()
        for key, x in parameters.items():
            np.testing.assert_allclose(x, others[key].detach().numpy(), rtol=0, atol=1e-12)


S = torch.optim.lr_scheduler
SCHEDULES = {
    "step": (nn.optim.StepDecay(0.1, 30, 0.5), lambda o: S.StepLR(o, 30, 0.5)),
    "exponential": (nn.optim.Exponential(0.1, 0.98), lambda o: S.ExponentialLR(o, 0.98)),
    "cosine": (nn.optim.Cosine(0.1, 200, 0.01), lambda o: S.CosineAnnealingLR(o, 200, 0.01)),
    "warm-up": (nn.optim.WarmUp(0.1, 20, 0.25), lambda o: S.LinearLR(o, 0.25, 1.0, 20)),
    "warm-up, then cosine": (
        nn.optim.WarmUp(nn.optim.Cosine(0.1, 180), 20, 0.25),
        lambda o: S.SequentialLR(o, [S.LinearLR(o, 0.25, 1.0, 20), S.CosineAnnealingLR(o, 180)], [20]),
    ),
}


@pytest.mark.parametrize("name", SCHEDULES)
@pytest.mark.filterwarnings("ignore:The epoch parameter")  # PyTorch's SequentialLR warns of its own call
def test_schedule_step_for_step(name):
    ours, theirs = SCHEDULES[name]
    parameter = torch.nn.Parameter(torch.zeros(1))
    parameter.grad = torch.zeros(1)
    optimizer = O.SGD([parameter], lr=0.1)
    schedule = theirs(optimizer)
    for step in range(100):
        assert ours(step) == pytest.approx(schedule.get_last_lr()[0], rel=0, abs=1e-12)
        optimizer.step()
        schedule.step()


CLIPPED = {
    "norm": (lambda g: nn.optim.clip_by_norm(g, 1.0), lambda p: torch.nn.utils.clip_grad_norm_(p, 1.0)),
    "value": (lambda g: nn.optim.clip_by_value(g, 0.5), lambda p: torch.nn.utils.clip_grad_value_(p, 0.5)),
}


@pytest.mark.parametrize("clipping", CLIPPED)
@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.filterwarnings("ignore:The epoch parameter")
def test_optimizer_with_schedule_and_clipping_step_for_step(schedule, clipping):
    ours_lr, their_schedule = SCHEDULES[schedule]
    clip, their_clip = CLIPPED[clipping]
    ours, parameters = nn.optim.Adam(ours_lr), {"w": numbers(3, 4), "b": numbers(4, seed=1)}
    others = {name: torch.nn.Parameter(torch.tensor(x)) for name, x in parameters.items()}
    other, state, rng = O.Adam(others.values(), lr=0.1), ours.init(parameters), generator()
    following = their_schedule(other)
    for _ in range(200):
        gradients = noisy_gradients(parameters, rng)
        parameters, state = ours.step(parameters, clip(gradients), state)
        for key, gradient in gradients.items():
            others[key].grad = torch.tensor(gradient)
        their_clip(list(others.values()))
        other.step()
        following.step()
        for key, x in parameters.items():
            np.testing.assert_allclose(x, others[key].detach().numpy(), rtol=0, atol=1e-12)


def test_plateau_step_for_step():
    optimizer = O.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.1)
    theirs = S.ReduceLROnPlateau(optimizer, factor=0.5, patience=3, min_lr=0.01)
    ours = nn.optim.SGD(nn.optim.ReduceOnPlateau(0.1, 0.5, 3, least=0.01))
    state, rng = ours.init({}), generator()
    for loss in np.exp(-np.arange(60) / 10) + 0.1 * rng.random(60):
        state = ours.observe(state, loss)
        theirs.step(loss)
        assert ours.rate(state) == optimizer.param_groups[0]["lr"]


@pytest.mark.parametrize("most", [0.5, 100.0])
def test_clipping_is_the_same(most):
    gradients = {"w": numbers(3, 4), "b": numbers(4, seed=1)}
    for ours, theirs in (
        (nn.optim.clip_by_norm, torch.nn.utils.clip_grad_norm_),
        (nn.optim.clip_by_value, torch.nn.utils.clip_grad_value_),
    ):
        others = [torch.nn.Parameter(torch.zeros(x.shape, dtype=torch.float64)) for x in gradients.values()]
        for other, gradient in zip(others, gradients.values(), strict=True):
            other.grad = torch.tensor(gradient)
        theirs(others, most)
        for clipped, other in zip(ours(gradients, most).values(), others, strict=True):
            np.testing.assert_allclose(clipped, other.grad.numpy(), rtol=1e-12)


class Scores(nn.Module):
    """A net on letters, whose scores have the classes on axis 1."""

    def __init__(self, body, width):
        self.letters, self.body, self.out = nn.Embedding(7, 8, **SWITCH), body, nn.Linear(width, 7, **SWITCH)

    def forward(self, x):
        encoded = self.body(self.letters(x))
        return np.swapaxes(self.out(encoded[0] if isinstance(encoded, tuple) else encoded), 1, 2)


class TheirScores(T.Module):
    def __init__(self, body, width):
        super().__init__()
        self.letters, self.body, self.out = T.Embedding(7, 8), body, T.Linear(width, 7)

    def forward(self, x):
        encoded = self.body(self.letters(x))
        return self.out(encoded[0] if isinstance(encoded, tuple) else encoded).swapaxes(1, 2)


def of_scores(theirs):
    body = (of_recurrent if isinstance(theirs.body, T.RNNBase) else of_transformer)(theirs.body)
    found = {"letters.weight": theirs.letters.weight, "out.weight": theirs.out.weight, "out.bias": theirs.out.bias}
    return found | {f"body.{name}": parameter for name, parameter in body.items()}


class TheirDropout(T.Module):
    """PyTorch's dropout, with the numbers that ours draws."""

    def __init__(self, p, rng):
        super().__init__()
        self.p, self.rng = p, rng

    def forward(self, x):
        return x * torch.tensor(self.rng.random(tuple(x.shape)) >= self.p) / (1 - self.p)


def five_layers(kit, dropout, **made):
    hidden = [
        layer
        for width in (20, 16, 16, 16)
        for layer in (kit.Linear(width, 16, **made), kit.BatchNorm1d(16), kit.ReLU(), dropout(0.1, rng=DROPPED))
    ]
    return kit.Sequential(*hidden, kit.Linear(16, 7, **made))


def small_convnet(kit, **made):
    return kit.Sequential(
        kit.Conv2d(1, 4, 3, padding=1, **made), kit.BatchNorm2d(4), kit.ReLU(), kit.MaxPool2d(2), kit.Flatten(),
        kit.Linear(16, 7, **made),
    )  # fmt: skip


def two_layers(kit, **made):
    return kit.Sequential(kit.Linear(20, 16, **made), kit.ReLU(), kit.Linear(16, 7, **made))


# Copied with each net, so that both draw the same.
DROPPED = generator()
ROWS_OF_20, IMAGES_OF_4 = numbers(40, 20, seed=8), numbers(40, 1, 4, 4, seed=9)
CLASS_OF_ROW = np.random.default_rng(1).integers(0, 7, 40)
WRITTEN = np.random.default_rng(2).integers(0, 7, (40, 6))
TWINS = {
    "two layers": (two_layers(nn, **SWITCH), two_layers(T), ROWS_OF_20, CLASS_OF_ROW, same_names),
    "five layers, batch norm and dropout": (
        five_layers(nn, nn.Dropout, **SWITCH), five_layers(T, TheirDropout), ROWS_OF_20, CLASS_OF_ROW, same_names,
    ),
    "convnet": (small_convnet(nn, **SWITCH), small_convnet(T), IMAGES_OF_4, CLASS_OF_ROW, same_names),
    "character RNN": (
        Scores(nn.RNN(8, 12, **SWITCH), 12), TheirScores(T.RNN(8, 12, batch_first=True), 12),
        WRITTEN[:, :-1], WRITTEN[:, 1:], of_scores,
    ),
    "LSTM": (
        Scores(nn.LSTM(8, 12, **SWITCH), 12), TheirScores(T.LSTM(8, 12, batch_first=True), 12),
        WRITTEN[:, :-1], WRITTEN[:, 1:], of_scores,
    ),
    "GRU of two layers in both directions": (
        Scores(nn.GRU(8, 6, 2, True, **SWITCH), 12),
        TheirScores(T.GRU(8, 6, 2, batch_first=True, bidirectional=True), 12),
        WRITTEN[:, :-1], WRITTEN[:, 1:], of_scores,
    ),
    "transformer": (
        Scores(nn.TransformerEncoderLayer(8, 2, 16, 0.0, **SWITCH), 8),
        TheirScores(T.TransformerEncoderLayer(8, 2, 16, 0.0, batch_first=True), 8),
        WRITTEN, WRITTEN[:, ::-1], of_scores,
    ),
}  # fmt: skip


@pytest.mark.parametrize("compiled", [False, True], ids=["eager", "compiled"])
@pytest.mark.parametrize("name", TWINS)
def test_trained_like_its_twin(name, compiled):
    """The same weights and data: 100 steps of momentum give the same losses."""
    ours, theirs, x, y, names = [copy.deepcopy(part) for part in TWINS[name]]
    equal_weights(ours, theirs, names)
    trainer = nn.Trainer(
        ours, F.cross_entropy, nn.optim.SGD(0.02, 0.9), rng=generator(), batch_size=40, metric=None, compiled=compiled
    )
    history = trainer.fit(x, y, 100)
    optimizer, order, losses = O.SGD(theirs.parameters(), 0.02, 0.9), generator(), []
    for _ in range(100):
        places = order.permutation(40)
        optimizer.zero_grad()
        loss = T.functional.cross_entropy(theirs(torch.tensor(x[places])), torch.tensor(y[places]))
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < losses[0] - 0.1
    np.testing.assert_allclose(history["loss"], losses, rtol=0, atol=1e-9)
