"""Trainer(compiled=True): the same numbers as eager steps, bit for bit; what cannot be compiled is refused."""

import numpy as np
import pytest

import autograd_mini as am
from autograd_mini import functional as F  # noqa: N812 (as everybody calls it)
from autograd_mini import nn
from autograd_mini.errors import ShapeError, UnsupportedError
from autograd_mini.nn.entries import flat

DATA = np.random.default_rng(3)
ROWS, IMAGES = DATA.normal(size=(50, 6)), DATA.normal(size=(50, 1, 4, 4))
CLASSES = DATA.integers(0, 3, 50)
WORDS = DATA.integers(0, 5, (50, 6))


class Letters(nn.Module):
    """Scores of the next letter, with the classes on axis 1."""

    def __init__(self, body, width, rng):
        self.letters, self.body, self.out = nn.Embedding(5, 4, rng=rng), body, nn.Linear(width, 5, rng=rng)

    def forward(self, words):
        encoded = self.body(self.letters(words))
        return np.swapaxes(self.out(encoded[0] if isinstance(encoded, tuple) else encoded), 1, 2)


class OneHot(nn.Module):
    def __init__(self, rng):
        self.rnn, self.out = nn.RNN(5, 4, rng=rng), nn.Linear(4, 5, rng=rng)

    def forward(self, words):
        return np.swapaxes(self.out(self.rnn(F.one_hot(words, 5))[0]), 1, 2)


class Shared(nn.Module):
    """A batch normalisation and a dropout that run twice."""

    def __init__(self, rng):
        self.linear, self.norm, self.dropout = nn.Linear(6, 6, rng=rng), nn.BatchNorm1d(6), nn.Dropout(0.4, rng=rng)

    def forward(self, x):
        for _ in range(2):
            x = self.dropout(np.tanh(self.norm(self.linear(x))))
        return x


def normalised(rng):
    return nn.Sequential(
        nn.Linear(6, 8, rng=rng), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(0.3, rng=rng), nn.Linear(8, 3, rng=rng)
    )


NETS = {
    "two layers": (
        lambda rng: nn.Sequential(nn.Linear(6, 8, rng=rng), nn.ReLU(), nn.Linear(8, 3, rng=rng)), ROWS, CLASSES,
    ),
    "batch norm and dropout": (normalised, ROWS, CLASSES),
    "convnet": (
        lambda rng: nn.parse_architecture("CONV3-4 BN RELU POOL2 DROPOUT0.3 FC-3", (1, 4, 4), rng=rng), IMAGES, CLASSES,
    ),
    "layers that run twice": (Shared, ROWS, CLASSES),
    "rnn on one-hot letters": (OneHot, WORDS[:, :-1], WORDS[:, 1:]),
    "lstm": (lambda rng: Letters(nn.LSTM(4, 4, rng=rng), 4, rng), WORDS[:, :-1], WORDS[:, 1:]),
    "gru": (lambda rng: Letters(nn.GRU(4, 4, rng=rng), 4, rng), WORDS[:, :-1], WORDS[:, 1:]),
    "transformer with dropout": (
        lambda rng: Letters(nn.TransformerEncoderLayer(4, 2, 8, 0.2, rng=rng), 4, rng), WORDS, WORDS[:, ::-1],
    ),
}  # fmt: skip


def trainer(make, *, compiled, loss=F.cross_entropy, **settings):
    # One generator for weights, order and dropout: a number drawn too often would show everywhere.
    rng = np.random.default_rng(0)
    settings = {"batch_size": 16} | settings
    return nn.Trainer(make(rng), loss, nn.optim.Adam(0.01), rng=rng, compiled=compiled, **settings)


def assert_same(one, other):
    assert one.history == other.history
    for mine, theirs in ((one.model.state(), other.model.state()), (one.state, other.state)):
        for name, x in flat(theirs).items():
            np.testing.assert_array_equal(flat(mine)[name], x, err_msg=name)
    assert one.rng.random() == other.rng.random()


@pytest.mark.parametrize("name", NETS)
def test_same_as_eager_steps_bit_for_bit(name):
    make, x, y = NETS[name]
    eager, compiled = trainer(make, compiled=False), trainer(make, compiled=True)
    for each in (eager, compiled):
        each.fit(x, y, 4, validation=(x[:20], y[:20]))
    assert eager.history["loss"][-1] < eager.history["loss"][0]
    assert_same(compiled, eager)
    # One program for the batches of 16, one for the last of 2.
    assert repr(compiled._compiled_step._compiled) == "<compiled step: 2 programs>"


WEIGHTS = np.array([1.0, 2.0, 0.5])


def regularised(model):
    return lambda outputs, targets: F.cross_entropy(outputs, targets) + 0.1 * np.sum(model[0].weight ** 2)


LOSSES = {
    "class weights": lambda model: lambda outputs, targets: F.cross_entropy(outputs, targets, weight=WEIGHTS),
    "label smoothing": lambda model: lambda outputs, targets: F.cross_entropy(outputs, targets, label_smoothing=0.1),
    "hinge": lambda model: F.multi_margin_loss,
    "one-hot": lambda model: lambda outputs, targets: F.cross_entropy(outputs, F.one_hot(targets, 3)),
    "a parameter's square": regularised,
}


@pytest.mark.parametrize("name", LOSSES)
def test_losses(name):
    runs = []
    for compiled in (False, True):
        run = trainer(NETS["two layers"][0], compiled=compiled)
        run.loss = LOSSES[name](run.model)
        run.fit(ROWS, CLASSES, 5)
        runs.append(run)
    assert_same(*runs)
    assert repr(runs[1]._compiled_step._compiled) == "<compiled step: 2 programs>"


def test_loss_that_reads_a_parameter_sends_it_a_gradient():
    plain, heavy = (trainer(NETS["two layers"][0], compiled=False) for _ in range(2))
    heavy.loss = regularised(heavy.model)
    before = heavy.model[0].weight.data
    gradients = [am.value_and_grad(run._loss_of, has_aux=True)(run.model.parameters(), (ROWS,), CLASSES)[1]
                 for run in (plain, heavy)]  # fmt: skip
    np.testing.assert_allclose(
        gradients[1]["0"]["weight"], gradients[0]["0"]["weight"] + 0.2 * before, rtol=0, atol=1e-12
    )


def test_float32():
    def make(rng):
        return normalised(rng).astype(np.float32)

    eager, compiled = trainer(make, compiled=False), trainer(make, compiled=True)
    for each in (eager, compiled):
        each.fit(ROWS.astype(np.float32), CLASSES, 3)
    assert_same(compiled, eager)
    assert flat(compiled.model.parameters())["0.weight"].dtype == np.float32


def test_several_inputs():
    class Product(nn.Module):
        def __init__(self, rng):
            self.scale = am.Tensor(rng.normal(size=1))

        def forward(self, a, b):
            return self.scale * a * b

    runs = [trainer(Product, compiled=compiled, loss=F.mse_loss, metric=None) for compiled in (False, True)]
    for each in runs:
        each.fit((ROWS[:, 0], ROWS[:, 1]), ROWS[:, 2], 3)
    assert_same(*runs)


def test_resumed_run_is_the_uninterrupted_one(tmp_path):
    whole, first, resumed = (trainer(normalised, compiled=True) for _ in range(3))
    whole.fit(ROWS, CLASSES, 5)
    first.fit(ROWS, CLASSES, 2, checkpoint=tmp_path / "run.npz")
    resumed.resume(tmp_path / "run.npz").fit(ROWS, CLASSES, 5)
    assert_same(resumed, whole)


def test_eager_run_may_be_continued_compiled(tmp_path):
    whole, first, resumed = (trainer(normalised, compiled=compiled) for compiled in (True, False, True))
    whole.fit(ROWS, CLASSES, 4)
    first.fit(ROWS, CLASSES, 2, checkpoint=tmp_path / "run.npz")
    resumed.resume(tmp_path / "run.npz").fit(ROWS, CLASSES, 4)
    assert_same(resumed, whole)


def more_dropout(run):
    run.model[3].p = 0.6


def no_dropout(run):
    run.model[3].p = 0.0


def other_momentum(run):
    run.model[1].momentum = 0.5


def other_layer(run):
    run.model.layers["2"] = nn.Tanh()


def other_loss(run):
    run.loss = lambda outputs, targets: 2 * F.cross_entropy(outputs, targets)


def other_numbers(run):
    run.model[0].weight = am.Tensor(np.ones((8, 6)))


@pytest.mark.parametrize(
    "change", [more_dropout, no_dropout, other_momentum, other_layer, other_loss, other_numbers],
    ids=lambda change: change.__name__,
)  # fmt: skip
def test_change_between_epochs_is_noticed(change):
    runs = [trainer(normalised, compiled=compiled) for compiled in (False, True)]
    for run in runs:
        run.fit(ROWS, CLASSES, 2)
        change(run)
        run.fit(ROWS, CLASSES, 4)
    assert_same(*runs)
    untouched = trainer(normalised, compiled=True)
    untouched.fit(ROWS, CLASSES, 4)
    assert flat(untouched.model.state())["buffers.1.running_mean"][0] != runs[1].model[1].running_mean[0]


def test_change_in_the_middle_of_an_epoch_is_noticed():
    def halved(outputs, targets):
        # The metric is called once for every batch.
        run.model[3].p /= 2
        return 0.0

    runs = []
    for compiled in (False, True):
        run = trainer(normalised, compiled=compiled, metric=halved)
        run.fit(ROWS, CLASSES, 2)
        runs.append(run)
    assert_same(*runs)


def test_clipping_and_early_stopping_are_as_ever():
    settings = {"clip": lambda gradients: nn.optim.clip_by_norm(gradients, 0.1)}
    runs = [trainer(normalised, compiled=compiled, **settings) for compiled in (False, True)]
    for run in runs:
        run.fit(ROWS, CLASSES, 30, validation=(ROWS[:20], (CLASSES[:20] + 1) % 3), patience=2)
    assert runs[0].history.epochs < 30
    assert_same(*runs)


def test_trouble_is_found():
    run = trainer(normalised, compiled=True)
    run.fit(ROWS, CLASSES, 1)
    with pytest.raises(ShapeError) as caught:
        run.fit(ROWS, CLASSES + 1, 2)
    assert str(caught.value) == "cross_entropy: class indices must be from 0 to 2; got 3."
    # A step that fails leaves the model whole.
    assert np.shape(run.model.parameters()["0"]["weight"]) == (8, 6)
    assert isinstance(run.model[3].rng, np.random.Generator)
    assert run.model.predict(ROWS).shape == (50, 3)
    with pytest.raises(am.AnomalyError), am.detect_anomaly():
        run.fit(np.where(ROWS > 1, np.nan, ROWS), CLASSES, 2)


class Noisy(nn.Module):
    """Draws from its own generator."""

    def __init__(self, rng):
        self.rng, self.linear = rng, nn.Linear(6, 3, rng=rng)

    def forward(self, x):
        return self.linear(x + self.rng.normal(size=np.shape(x)))


class Counting(nn.Module):
    """Keeps a count of its calls."""

    def __init__(self, rng):
        self.calls, self.linear = 0, nn.Linear(6, 3, rng=rng)

    def forward(self, x):
        self.calls += 1
        return self.linear(x)


class OwnStatistics(nn.Module):
    """Normalises a batch with arrays of its own."""

    def __init__(self, rng):
        self.mean, self.var, self.linear = np.zeros(6), np.ones(6), nn.Linear(6, 3, rng=rng)

    def forward(self, x):
        return F.batch_norm(self.linear(x), self.mean[:3], self.var[:3], training=True)


class Wavering(nn.Module):
    """Drops only where the data say so."""

    def __init__(self, rng):
        self.linear, self.dropout = nn.Linear(6, 3, rng=rng), nn.Dropout(0.5, rng=rng)

    def forward(self, x):
        return self.linear(self.dropout(x) if x[0, 0] > 0 else x)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            Noisy,
            "Trainer: in a compiled step only nn.Dropout may draw random numbers. Draw them outside and give them as "
            "inputs, or use compiled=False.",
        ),
        (
            Counting,
            "compile: step changes 'model', which it reads; a compiled function may not. Return the new value instead.",
        ),
        (
            OwnStatistics,
            "compile: step changes 'model.mean', which it reads; a compiled function may not. "
            "Return the new value instead.",
        ),
        (
            Wavering,
            "Trainer: a compiled step must draw the same random numbers for every batch of a shape; ",
        ),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else "",
)
def test_what_cannot_be_compiled_is_refused(make, message):
    run = trainer(make, compiled=True)
    with pytest.raises(UnsupportedError) as caught:
        run.fit(ROWS, CLASSES, 20)
    assert str(caught.value).startswith(message)
    trainer(make, compiled=False).fit(ROWS, CLASSES, 1)
