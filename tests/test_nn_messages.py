"""What nn says to settings, shapes, data and files that make no sense: whole messages."""

import numpy as np
import pytest

import autograd_mini as am
from autograd_mini import functional as F  # noqa: N812 (as everybody calls it)
from autograd_mini import nn
from autograd_mini.errors import (
    DtypeError,
    ExpressionError,
    NotFiniteError,
    SeedError,
    ShapeError,
    StateError,
    UnsupportedError,
)

X, Y = np.random.default_rng(0).normal(size=(10, 4)), np.random.default_rng(0).integers(0, 3, 10)


def rng():
    return np.random.default_rng(0)


def linear(*sizes, **settings):
    return nn.Linear(*sizes, rng=rng(), **settings)


def trainer(model=None, *, opt=None, loss=F.cross_entropy, **settings):
    model = nn.Sequential(linear(4, 3)) if model is None else model
    return nn.Trainer(model, loss, nn.optim.SGD(0.1) if opt is None else opt, rng=rng(), **settings)


# id, what is done, the error, its message
CASES = [
    (
        "linear wrong width",
        lambda: linear(4, 3)(np.ones((2, 5))),
        ShapeError,
        "Linear(4, 3): linear: the last axes of input and weight must be equally long; got (2, 5) and (3, 4).",
    ),
    (
        "linear complex",
        lambda: linear(4, 3)(np.ones((2, 4), complex)),
        DtypeError,
        "matmul: expected real numbers, got an array of dtype complex128.",
    ),
    (
        "linear negative",
        lambda: linear(-4, 3),
        ShapeError,
        "Linear: in_features must be a whole number of at least 1; got -4.",
    ),
    (
        "linear float size",
        lambda: linear(4.0, 3),
        ShapeError,
        "Linear: in_features must be a whole number of at least 1; got 4.0.",
    ),
    (
        "linear no rng",
        lambda: nn.Linear(4, 3),
        UnsupportedError,
        "a layer with random numbers needs its generator; give rng=np.random.default_rng(seed).",
    ),
    (
        "trainer no rng",
        lambda: nn.Trainer(linear(4, 3), F.cross_entropy, nn.optim.SGD(0.1)),
        UnsupportedError,
        "a Trainer needs its generator; give rng=np.random.default_rng(seed).",
    ),
    (
        "trainer number for all",
        lambda: nn.Trainer(linear(4, 3), loss=3, optimizer=3),
        DtypeError,
        "Trainer: the loss must be a function, such as F.cross_entropy; got 3.",
    ),
    (
        "trainer clip number",
        lambda: trainer(clip=1.0),
        DtypeError,
        "Trainer: clip must be a function of the gradients, or None; got 1.0.",
    ),
    (
        "trainer metric text",
        lambda: trainer(metric="accuracy"),
        DtypeError,
        "Trainer: metric must be a function of outputs and targets, or None; got 'accuracy'.",
    ),
    (
        "load with the path first",
        lambda: nn.load("model.npz", linear(4, 3)),
        DtypeError,
        "load: the model must be a Module, as in nn.load(model, path); got 'model.npz'.",
    ),
    (
        "save with the path first",
        lambda: nn.save("model.npz", linear(4, 3)),
        DtypeError,
        "save: the model must be a Module, as in nn.save(model, path); got 'model.npz'.",
    ),
    ("linear seed as rng", lambda: nn.Linear(4, 3, rng=0), DtypeError, "rng must be an np.random.Generator; got int."),
    (
        "linear init array",
        lambda: nn.Linear(4, 3, init=np.zeros((3, 4)), rng=rng()),
        DtypeError,
        "init: what draws a weight must be a function of a shape and a generator, from nn.init; "
        "got an array of shape (3, 4).",
    ),
    (
        "linear init wrong shape",
        lambda: nn.Linear(4, 3, init=lambda s, r: np.zeros((4, 3)), rng=rng()),
        ShapeError,
        "init: expected first values of shape (3, 4); got (4, 3).",
    ),
    (
        "conv channels",
        lambda: nn.Conv2d(3, 4, 3, rng=rng())(np.ones((2, 1, 8, 8))),
        ShapeError,
        "Conv2d(3, 4, 3): the input must have 3 channels; got shape (2, 1, 8, 8).",
    ),
    (
        "conv negative kernel",
        lambda: nn.Conv2d(3, 4, -3, rng=rng()),
        ShapeError,
        "Conv2d: kernel_size must be a whole number of at least 1, or 2 of them; got -3.",
    ),
    (
        "conv negative channels",
        lambda: nn.Conv2d(-3, 4, 3, rng=rng()),
        ShapeError,
        "Conv2d: in_channels must be a whole number of at least 1; got -3.",
    ),
    (
        "conv zero groups",
        lambda: nn.Conv2d(3, 4, 3, groups=0, rng=rng()),
        ShapeError,
        "Conv2d: groups must be a whole number of at least 1; got 0.",
    ),
    (
        "conv padding text",
        lambda: nn.Conv2d(3, 4, 3, padding="sam", rng=rng()),
        ShapeError,
        "Conv2d: padding must be 'same', 'valid' or whole numbers; got 'sam'.",
    ),
    (
        "conv too big kernel",
        lambda: nn.Conv2d(1, 4, 9, rng=rng())(np.ones((1, 1, 8, 8))),
        ShapeError,
        "Conv2d(1, 4, 9): conv2d: the kernel must not be longer than the signal; got x (1, 1, 8, 8) and "
        "w (4, 1, 9, 9). Swap the arguments or pad x.",
    ),
    (
        "pool too big",
        lambda: nn.MaxPool2d(9)(np.ones((1, 1, 8, 8))),
        ShapeError,
        "MaxPool2d(9): max_pool2d: the window must not be longer than the padded input; got input (1, 1, "
        "8, 8), kernel_size (9, 9), padding (0, 0).",
    ),
    (
        "parse pool too big",
        lambda: nn.parse_architecture("POOL16", (1, 8, 8), rng=rng()),
        ShapeError,
        "MaxPool2d(16): the window must not be longer than the padded input; got shape (1, 8, 8).",
    ),
    (
        "parse unknown activation",
        lambda: nn.parse_architecture("CONV3-4 RELUU FC-2", (1, 8, 8), rng=rng()),
        ExpressionError,
        "line 1, column 9: parse_architecture: 'RELUU' is no layer; known are CONV5-10, POOL2, AVGPOOL2, "
        "FC-10, DROPOUT0.5, RELU, TANH, SIGMOID, SOFTMAX, BN, FLATTEN. Did you mean 'RELU'?",
    ),
    (
        "parse int shape",
        lambda: nn.parse_architecture("FC-4", 4, rng=rng()),
        ShapeError,
        "parse_architecture: input_shape must be a tuple, the shape of one example without the batch "
        "axis; got 4. Write (4,).",
    ),
    (
        "parse None",
        lambda: nn.parse_architecture(None, (4,), rng=rng()),
        DtypeError,
        "parse_architecture: the description must be a text such as 'CONV5-10 POOL2 FC-10'; got None.",
    ),
    (
        "parse negative shape",
        lambda: nn.parse_architecture("FC-4", (-4,), rng=rng()),
        ShapeError,
        "parse_architecture: each length of input_shape must be a whole number of at least 1; got -4.",
    ),
    (
        "parse dropout 5",
        lambda: nn.parse_architecture("FC-4 DROPOUT5", (4,), rng=rng()),
        UnsupportedError,
        "Dropout: p is a probability, from 0 to 1; got 5.0.",
    ),
    (
        "parse conv on vector",
        lambda: nn.parse_architecture("CONV3-4", (4,), rng=rng()),
        ShapeError,
        "Conv2d(4, 4, 3, padding=1): the input must have 4 channels and 2 axes more; got shape (4,).",
    ),
    (
        "dropout p",
        lambda: nn.Dropout(1.5, rng=rng()),
        UnsupportedError,
        "Dropout: p is a probability, from 0 to 1; got 1.5.",
    ),
    (
        "dropout no rng",
        lambda: nn.Dropout(0.5)(np.ones(3)),
        UnsupportedError,
        "dropout: training draws at random; give rng=np.random.default_rng(seed).",
    ),
    (
        "bn one example",
        lambda: nn.BatchNorm1d(4)(np.ones((1, 4))),
        ShapeError,
        "BatchNorm1d(4): batch_norm: training needs more than one value per channel; got shape (1, 4).",
    ),
    (
        "bn wrong C",
        lambda: nn.BatchNorm1d(4)(np.ones((3, 5))),
        ShapeError,
        "BatchNorm1d(4): the input must have shape (N, C) or (N, C, L) with C = 4; got (3, 5).",
    ),
    (
        "bn negative",
        lambda: nn.BatchNorm1d(-1),
        ShapeError,
        "BatchNorm1d: num_features must be a whole number of at least 1; got -1.",
    ),
    (
        "layernorm wrong",
        lambda: nn.LayerNorm(4)(np.ones((3, 5))),
        ShapeError,
        "LayerNorm(4): layer_norm: input must end in normalized_shape (4,); got shape (3, 5).",
    ),
    (
        "embedding floats",
        lambda: nn.Embedding(4, 2, rng=rng())(np.ones((2, 2))),
        DtypeError,
        "embedding: class indices must be whole numbers in a plain array; got dtype float64.",
    ),
    (
        "embedding out of range",
        lambda: nn.Embedding(4, 2, rng=rng())(np.array([1, 4])),
        ShapeError,
        "Embedding(4, 2): embedding: class indices must be from 0 to 3; got 4.",
    ),
    (
        "rnn 2d",
        lambda: nn.RNN(4, 3, rng=rng())(np.ones((2, 4))),
        ShapeError,
        "RNN: the input must have shape (N, T, 4), T at least 1; got (2, 4).",
    ),
    (
        "rnn zero hidden",
        lambda: nn.RNN(4, 0, rng=rng()),
        ShapeError,
        "RNNCell: hidden_size must be a whole number of at least 1; got 0.",
    ),
    (
        "rnn states",
        lambda: nn.LSTM(4, 3, 2, rng=rng())(np.ones((2, 5, 4)), [np.ones((2, 3))]),
        ShapeError,
        "LSTM: expected a state for each layer and direction, with shapes [((2, 3), (2, 3)), ((2, 3), "
        "(2, 3))]; got [(2, 3)].",
    ),
    (
        "rnn state shape",
        lambda: nn.RNN(4, 3, rng=rng())(np.ones((2, 5, 4)), [np.ones((3, 3))]),
        ShapeError,
        "RNN: expected a state for each layer and direction, with shapes [(2, 3)]; got [(3, 3)].",
    ),
    (
        "lstm bad state",
        lambda: nn.LSTM(4, 3, rng=rng())(np.ones((2, 5, 4)), [np.ones((2, 3))]),
        ShapeError,
        "LSTM: expected a state for each layer and direction, with shapes [((2, 3), (2, 3))]; got [(2, 3)].",
    ),
    (
        "rnn layers 0",
        lambda: nn.GRU(4, 3, 0, rng=rng()),
        ShapeError,
        "GRU: num_layers must be a whole number of at least 1; got 0.",
    ),
    (
        "attention heads",
        lambda: nn.MultiHeadAttention(4, 3, rng=rng()),
        ShapeError,
        "MultiHeadAttention: width must be a multiple of heads; got 4 and 3.",
    ),
    (
        "attention heads 0",
        lambda: nn.MultiHeadAttention(4, 0, rng=rng()),
        ShapeError,
        "MultiHeadAttention: heads must be a whole number of at least 1; got 0.",
    ),
    (
        "attention 2d",
        lambda: nn.MultiHeadAttention(4, 2, rng=rng())(np.ones((3, 4))),
        ShapeError,
        "MultiHeadAttention: query, key and value must have shape (N, T, 4); got (3, 4), (3, 4), (3, 4).",
    ),
    (
        "attention mask",
        lambda: nn.MultiHeadAttention(4, 2, rng=rng())(np.ones((1, 3, 4)), mask=np.zeros((2, 2))),
        ShapeError,
        "MultiHeadAttention: the mask must fit shape (N, T, S) = (1, 3, 3); got (2, 2).",
    ),
    (
        "transformer act",
        lambda: nn.TransformerEncoderLayer(4, 2, 8, activation="tanh", rng=rng()),
        UnsupportedError,
        "TransformerEncoderLayer: activation must be 'relu' or 'gelu'; got 'tanh'.",
    ),
    (
        "sequential fn",
        lambda: nn.Sequential(np.tanh),
        DtypeError,
        "Sequential: layer 0 must be a Module; got <ufunc 'tanh'>. A function is made one by a class "
        "with `forward`; a class is called first: ReLU().",
    ),
    (
        "summary int",
        lambda: nn.summary(linear(4, 3), 4),
        ShapeError,
        "summary: input_shape must be a tuple, the shape of one example without the batch axis; got 4. Write (4,).",
    ),
    (
        "summary batch given",
        lambda: nn.summary(nn.Conv2d(1, 2, 3, rng=rng()), (8, 1, 8, 8)),
        ShapeError,
        "summary: Conv2d(1, 2, 3): the input must have 1 channels and 2 axes more; got shape (8, 1, 8, 8).",
    ),
    (
        "update shape",
        lambda: linear(4, 3).update({"weight": np.ones((4, 3)), "bias": np.ones(3)}),
        StateError,
        "the entries do not fit the model: weight has shape (4, 3), expected (3, 4). Nothing was changed.",
    ),
    (
        "update missing",
        lambda: linear(4, 3).update({"weight": np.ones((3, 4))}),
        StateError,
        "the entries do not fit the model: missing bias (3,). Nothing was changed.",
    ),
    (
        "labels out of range",
        lambda: trainer().fit(X, Y + 5, 1),
        ShapeError,
        "cross_entropy: class indices must be from 0 to 2; got 5.",
    ),
    (
        "labels float",
        lambda: trainer().fit(X, Y.astype(float), 1),
        DtypeError,
        "cross_entropy: class indices must be whole numbers in a plain array; got dtype float64.",
    ),
    (
        "labels onehot wrong classes",
        lambda: trainer().fit(X, np.eye(4)[Y], 1),
        ShapeError,
        "cross_entropy: target must have shape (10,) for input (10, 3); got (10, 4).",
    ),
    (
        "empty data",
        lambda: trainer().fit(X[:0], Y[:0], 1),
        ShapeError,
        "Trainer: expected as many inputs as targets, at least one; got [0] and 0.",
    ),
    (
        "batch 0",
        lambda: trainer(batch_size=0).fit(X, Y, 1),
        ShapeError,
        "Trainer: batch_size must be a whole number of at least 1; got 0.",
    ),
    (
        "batch float",
        lambda: trainer(batch_size=2.5).fit(X, Y, 1),
        ShapeError,
        "Trainer: batch_size must be a whole number of at least 1; got 2.5.",
    ),
    (
        "epochs float",
        lambda: print(repr(trainer().fit(X, Y, 1.5))),
        ShapeError,
        "fit: epochs must be a whole number of at least 0; got 1.5.",
    ),
    (
        "patience no val",
        lambda: trainer().fit(X, Y, 1, patience=2),
        UnsupportedError,
        "fit: patience asks for a validation set; give validation=(inputs, targets).",
    ),
    (
        "patience 0",
        lambda: print(trainer().fit(X, Y, 3, patience=0, validation=(X, Y))),
        ShapeError,
        "fit: patience must be a whole number of at least 1; got 0.",
    ),
    (
        "validation X only",
        lambda: trainer().fit(X, Y, 1, validation=X),
        ShapeError,
        "fit: validation must be a pair (inputs, targets); got ndarray of length 10.",
    ),
    (
        "validation empty",
        lambda: trainer().fit(X, Y, 1, validation=(X[:0], Y[:0])),
        ShapeError,
        "Trainer: expected as many inputs as targets, at least one; got [0] and 0.",
    ),
    (
        "nan x",
        lambda: trainer().fit(X * np.nan, Y, 1),
        NotFiniteError,
        "fit: the loss is nan at step 1. Lower the learning rate, clip the gradients, or run the step "
        "under detect_anomaly() to see where it begins.",
    ),
    (
        "optimizer class",
        lambda: nn.Trainer(linear(4, 3), F.cross_entropy, nn.optim.SGD, rng=rng()),
        DtypeError,
        "Trainer: the optimizer must be an optimiser, such as nn.optim.Adam(1e-3); got <class "
        "'autograd_mini.nn.optim.sgd.SGD'>.",
    ),
    (
        "optimizer text",
        lambda: nn.Trainer(linear(4, 3), F.cross_entropy, "sgd", rng=rng()),
        DtypeError,
        "Trainer: the optimizer must be an optimiser, such as nn.optim.Adam(1e-3); got 'sgd'.",
    ),
    (
        "loss text",
        lambda: nn.Trainer(linear(4, 3), "ce", nn.optim.SGD(0.1), rng=rng()).fit(X, Y, 1),
        DtypeError,
        "Trainer: the loss must be a function, such as F.cross_entropy; got 'ce'.",
    ),
    (
        "loss none reduction",
        lambda: trainer(loss=lambda o, t: F.cross_entropy(o, t, reduction="none")).fit(X, Y, 1),
        SeedError,
        "Trainer: the loss must return a single number, a mean over the batch; got shape (10,).",
    ),
    (
        "loss None",
        lambda: trainer(loss=lambda o, t: None).fit(X, Y, 1),
        SeedError,
        "Trainer: the loss must return a single number, a mean over the batch; got NoneType.",
    ),
    (
        "grid scalar",
        lambda: nn.grid_search(lambda lr: 1, {"lr": 0.1}),
        DtypeError,
        "grid_search: the choice 'lr' must be a list of values to try; got 0.1.",
    ),
    (
        "grid None",
        lambda: nn.grid_search(lambda lr: None, {"lr": [1]}),
        DtypeError,
        "grid_search: the score of {'lr': 1} must be a number; got None.",
    ),
    (
        "momentum 2",
        lambda: nn.optim.SGD(0.1, momentum=-2),
        UnsupportedError,
        "SGD: momentum must be a number of at least 0; got -2.",
    ),
    (
        "betas",
        lambda: nn.optim.Adam(0.1, betas=(1.0, 0.9)),
        UnsupportedError,
        "Adam: each of betas must be a number of at least 0 and below 1; got 1.0.",
    ),
    (
        "betas one",
        lambda: nn.optim.Adam(0.1, betas=0.9),
        UnsupportedError,
        "Adam: betas must be a pair, such as (0.9, 0.999); got 0.9.",
    ),
    (
        "eps neg",
        lambda: nn.optim.RMSprop(0.1, eps=-1),
        UnsupportedError,
        "RMSprop: eps must be a number of at least 0; got -1.",
    ),
    (
        "alpha",
        lambda: nn.optim.RMSprop(0.1, alpha=3),
        UnsupportedError,
        "RMSprop: alpha must be a number of at least 0 and below 1; got 3.",
    ),
    (
        "schedule every 0",
        lambda: nn.optim.StepDecay(0.1, 0)(3),
        ShapeError,
        "StepDecay: every must be a whole number of at least 1; got 0.",
    ),
    (
        "cosine 0",
        lambda: nn.optim.Cosine(0.1, 0)(3),
        ShapeError,
        "Cosine: steps must be a whole number of at least 1; got 0.",
    ),
    (
        "schedule lr text",
        lambda: nn.optim.Exponential("a", 0.5)(2),
        UnsupportedError,
        "Exponential: lr must be a number of at least 0; got 'a'.",
    ),
    (
        "clip returns none",
        lambda: trainer(clip=lambda g: None).fit(X, Y, 1),
        ShapeError,
        "step: the gradients must be nested like {'0': {'weight': *, 'bias': *}}; got None.",
    ),
    (
        "step state of other",
        lambda: nn.optim.Adam().step({"w": np.ones(2)}, {"w": np.ones(2)}, nn.optim.SGD().init({"w": np.ones(2)})),
        StateError,
        "step: the state is none of Adam's, it lacks mean, squares. Begin with state = optimizer.init(parameters).",
    ),
    (
        "step grad shape",
        lambda: nn.optim.SGD(0.1).step(
            {"w": np.ones(2)}, {"w": np.ones((3, 2))}, nn.optim.SGD(0.1).init({"w": np.ones(2)})
        ),
        ShapeError,
        "step: a gradient must have its parameter's shape (2,); got (3, 2).",
    ),
    (
        "predict batch 0",
        lambda: linear(4, 3).predict(X, batch_size=0),
        ShapeError,
        "predict: batch_size must be a whole number of at least 1; got 0.",
    ),
    (
        "mse trainer with accuracy",
        lambda: print(trainer(nn.Sequential(linear(4, 1)), loss=F.mse_loss).fit(X, Y[:, None].astype(float), 1)),
        ShapeError,
        "accuracy: outputs must be scores (N, C, ...) of classes, and targets classes (N, ...); got (10, "
        "1) and (10, 1). For a loss without classes, give the Trainer metric=None.",
    ),
    (
        "accuracy 1d outputs",
        lambda: nn.accuracy(np.ones(3), np.ones(3)),
        ShapeError,
        "accuracy: outputs must be scores (N, C, ...) of classes, and targets classes (N, ...); got (3,) "
        "and (3,). For a loss without classes, give the Trainer metric=None.",
    ),
    (
        "tensor as data",
        lambda: print(trainer().fit(am.Tensor(X), Y, 1)),
        UnsupportedError,
        "a Tensor does not turn into a plain array by itself, because its gradient would be lost. Use "
        ".data for the numbers, np.stack([...]) to join Tensors, or a NumPy function that has a rule.",
    ),
    (
        "causal neg",
        lambda: nn.causal_mask(-1),
        ShapeError,
        "causal_mask: length must be a whole number of at least 0; got -1.",
    ),
]


@pytest.mark.parametrize(("call", "error", "message"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_message(call, error, message):
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
    assert type(caught.value) is error


def test_model_that_is_no_module():
    with pytest.raises(DtypeError, match=r"^Trainer: the model must be a Module; got <function"):
        nn.Trainer(lambda x: x, F.cross_entropy, nn.optim.SGD(0.1), rng=rng())


def test_what_is_no_mistake():
    assert trainer(batch_size=1000).fit(X, Y, 1).epochs == 1
    assert trainer().fit(X, Y, 0) == {}
    assert trainer().fit(X.tolist(), Y.tolist(), 1) == trainer().fit(X, Y, 1)
    assert linear(4, 3).predict(X[:0]).shape == (0, 3)
    assert nn.optim.WarmUp(0.1, 0)(3) == 0.1
    soft = np.eye(3)[Y]
    assert trainer().fit(X, soft, 1)["accuracy"] == trainer().fit(X, Y, 1)["accuracy"]


def test_model_that_begins_with_an_embedding_has_a_table():
    class Words(nn.Module):
        def __init__(self):
            self.words = nn.Embedding(3, 2, rng=rng())

        def forward(self, x):
            return self.words(x)

    assert nn.summary(Words(), (5,)).rows[0].account.shape == (5, 2)


@pytest.mark.parametrize("share", [0.0, 0.5, 0.95], ids=["empty", "half", "nearly whole"])
def test_file_that_is_cut_off(tmp_path, share):
    path = trainer().save(tmp_path / "run.npz")
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    with pytest.raises(StateError) as caught:
        trainer().resume(path)
    assert str(caught.value) == f"{path} cannot be read as saved entries: it is no .npz file, or it is cut off."


def test_file_with_a_byte_changed(tmp_path):
    path = nn.save(linear(4, 3), tmp_path / "model.npz")
    content = bytearray(path.read_bytes())
    content[200] ^= 255
    path.write_bytes(content)
    with pytest.raises(StateError, match=r"cannot be read as saved entries: Bad CRC-32 for file 'parameters\.weight"):
        nn.load(linear(4, 3), path)


def test_entries_that_are_no_numbers(tmp_path):
    np.savez(tmp_path / "m.npz", **{"parameters.weight": np.full((3, 4), "a"), "parameters.bias": np.ones(3)})
    with pytest.raises(StateError) as caught:
        nn.load(linear(4, 3), tmp_path / "m.npz")
    assert str(caught.value) == (
        "the entries do not fit the model: parameters.weight is not made of real numbers. Nothing was changed."
    )


def test_checkpoint_of_another_kind(tmp_path):
    nn.save(linear(4, 3), tmp_path / "model.npz")
    with pytest.raises(StateError, match=r"missing optimizer\.step \(\).*superfluous parameters\.weight \(3, 4\)"):
        trainer().resume(tmp_path / "model.npz")
    trainer().save(tmp_path / "run.npz")
    with pytest.raises(StateError, match=r"missing parameters\.0\.weight.*superfluous optimizer\.step"):
        nn.load(nn.Sequential(linear(4, 3)), tmp_path / "run.npz")


def test_optimisers_can_be_looked_at():
    assert (
        repr(nn.optim.SGD(0.1, 0.9)) == "SGD(lr=0.1, weight_decay=0.0, momentum=0.9, nesterov=False, lr_inside=False)"
    )


def test_whole_number_is_not_taken_for_an_open_file(tmp_path):
    path = nn.save(linear(4, 3), tmp_path / "model.npz")
    with open(path, "rb") as file:
        with pytest.raises(TypeError):
            nn.load(linear(4, 3), file.fileno())
        assert file.read()
