"""The training loop: it learns, stops, continues bit for bit, and shows what it did."""

import functools
import sys

import numpy as np
import pytest

import autograd_mini as am
from autograd_mini import functional as F  # noqa: N812 (as everybody calls it)
from autograd_mini import nn
from autograd_mini.errors import MissingExtraError, NotFiniteError, ShapeError, StateError, UnsupportedError
from autograd_mini.nn.entries import flat
from autograd_mini.nn.history import History, sparkline


def rings(count, seed=0):
    """Return points in the plane, and in which of two rings each lies."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 2, count)
    angle, radius = rng.uniform(0, 2 * np.pi, count), 1 + y + rng.normal(size=count) * 0.1
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1), y


X, Y = rings(100)
VALIDATION = rings(60, seed=1)


def make(seed=0, lr=None, **settings):
    """Return a trainer with everything in it that a resumed run has to continue."""
    rng = np.random.default_rng(seed)
    model = nn.Sequential(
        nn.Linear(2, 16, rng=rng), nn.BatchNorm1d(16), nn.ReLU(), nn.Dropout(0.2, rng=rng), nn.Linear(16, 2, rng=rng)
    )
    lr = nn.optim.ReduceOnPlateau(0.05, 0.5, patience=0) if lr is None else lr
    return nn.Trainer(model, F.cross_entropy, nn.optim.AdamW(lr), rng=rng, batch_size=16, **settings)


def test_it_learns():
    trainer = make(lr=0.02)
    history = trainer.fit(X, Y, 40, validation=VALIDATION)
    assert list(history) == ["loss", "accuracy", "lr", "validation_loss", "validation_accuracy"]
    assert history.epochs == 40
    assert history["loss"][-1] < 0.5 * history["loss"][0]
    assert history["validation_accuracy"][-1] >= 0.95
    loss, accuracy = trainer.evaluate(*VALIDATION)
    assert (loss, accuracy) == (history["validation_loss"][-1], history["validation_accuracy"][-1])
    outputs = trainer.model.predict(VALIDATION[0])
    assert accuracy == pytest.approx(np.mean(np.argmax(outputs, axis=1) == VALIDATION[1]))
    assert loss == pytest.approx(F.cross_entropy(outputs, VALIDATION[1]))


def test_the_first_epoch_is_what_a_loop_by_hand_does():
    trainer = make(lr=0.02, metric=None)
    other = make(lr=0.02)
    history = trainer.fit(X, Y, 1)
    order, losses = other.rng.permutation(100), []
    parameters, state = other.model.parameters(), other.state
    for i in range(0, 100, 16):
        places = order[i : i + 16]

        def loss(parameters, places=places):
            return F.cross_entropy(other.model.apply(parameters, X[places]), Y[places])

        value, gradients = am.value_and_grad(loss)(parameters)
        parameters, state = other.optimizer.step(parameters, gradients, state)
        losses.append(value * len(places))
    for name, x in flat(parameters).items():
        np.testing.assert_array_equal(flat(trainer.model.parameters())[name], x)
    assert list(history) == ["loss", "lr"]
    assert history["loss"] == [pytest.approx(sum(losses) / 100)]


class KilledError(Exception):
    pass


@pytest.mark.parametrize("patience", [None, 50])
def test_killed_and_resumed_is_bit_for_bit_the_uninterrupted_run(tmp_path, patience):
    settings = {"validation": VALIDATION, "patience": patience}
    whole = make()
    whole.fit(X, Y, 6, **settings)

    killed, calls = make(), iter(range(10**6))

    def fail_in_the_fourth_epoch(outputs, targets):
        if next(calls) == 36:
            raise KilledError
        return F.cross_entropy(outputs, targets)

    killed.loss = fail_in_the_fourth_epoch
    with pytest.raises(KilledError):
        killed.fit(X, Y, 6, checkpoint=tmp_path / "run.npz", **settings)
    assert killed.history.epochs == 3

    # Another seed: everything that matters comes from the file.
    resumed = make(seed=5).resume(tmp_path / "run.npz")
    assert resumed.history == killed.history
    resumed.fit(X, Y, 6, **settings)
    assert resumed.history == whole.history
    for mine, other in ((resumed.model.state(), whole.model.state()), (resumed.state, whole.state)):
        assert flat(mine).keys() == flat(other).keys()
        for name, x in flat(other).items():
            np.testing.assert_array_equal(flat(mine)[name], x, err_msg=name)
    assert resumed.rng.random() == whole.rng.random()
    assert min(whole.history["lr"]) < 0.05  # the plateau's state was at work


def test_resume_takes_all_or_nothing(tmp_path):
    trainer = make()
    trainer.fit(X, Y, 1)
    path = trainer.save(tmp_path / "run.npz")
    other = nn.Trainer(
        nn.Sequential(nn.Linear(2, 2, rng=np.random.default_rng(0))), F.cross_entropy, nn.optim.SGD(0.1),
        rng=np.random.default_rng(0),
    )  # fmt: skip
    before = other.model.parameters()["0"]["weight"].copy()
    with pytest.raises(StateError, match=r"superfluous optimizer\.mean\.0\.weight"):
        other.resume(path)
    np.testing.assert_array_equal(other.model.parameters()["0"]["weight"], before)
    assert other.history == {}


def test_generators_of_another_kind_are_refused(tmp_path):
    def trainer(bits):
        rng = np.random.Generator(bits(3))
        model = nn.Linear(2, 2, rng=np.random.default_rng(0))
        return nn.Trainer(model, F.cross_entropy, nn.optim.SGD(0.1), rng=rng)

    for bits in (np.random.PCG64, np.random.MT19937, np.random.Philox, np.random.SFC64):
        first = trainer(bits)
        first.fit(X, Y, 1)
        second = trainer(bits).resume(first.save(tmp_path / "run.npz"))
        assert first.rng.random() == second.rng.random()
    with pytest.raises(StateError, match="the saved generator is a SFC64; this one is a PCG64"):
        trainer(np.random.PCG64).resume(tmp_path / "run.npz")


def test_early_stopping_takes_back_the_best():
    trainer = make(lr=1.0)  # much too high: the validation loss jumps up and down
    history = trainer.fit(X, Y, 50, validation=VALIDATION, patience=3)
    losses = history["validation_loss"]
    assert len(losses) < 50
    assert len(losses) - 1 - int(np.argmin(losses)) == 3
    assert trainer.evaluate(*VALIDATION)[0] == min(losses)
    assert trainer.fit(X, Y, 50, validation=VALIDATION, patience=3).epochs == len(losses)


def test_several_inputs():
    class Product(nn.Module):
        def __init__(self):
            self.scale = am.Tensor(np.ones(1))

        def forward(self, a, b):
            return self.scale * a * b

    a, b = X[:, 0], X[:, 1]
    trainer = nn.Trainer(Product(), F.mse_loss, nn.optim.SGD(0.1), rng=np.random.default_rng(0), metric=None)
    trainer.fit((a, b), 3 * a * b, 30)
    assert trainer.model.scale.data[0] == pytest.approx(3, rel=1e-3)
    assert trainer.evaluate((a, b), 3 * a * b)[1] is None


def test_metric_without_a_name_is_called_metric():
    trainer = make(metric=functools.partial(nn.accuracy))
    trainer.fit(X, Y, 1, validation=(X, Y))
    assert {"metric", "validation_metric"} <= set(trainer.history)


def test_clipping_is_done_before_the_step():
    norms = []

    def clip(gradients):
        norms.append(nn.optim.global_norm(gradients))
        return nn.optim.clip_by_norm(gradients, 1e-3)

    trainer = nn.Trainer(
        nn.Linear(2, 2, rng=np.random.default_rng(0)), F.cross_entropy, nn.optim.SGD(1.0), rng=np.random.default_rng(0),
        batch_size=100, clip=clip,
    )  # fmt: skip
    before = flat(trainer.model.parameters())
    trainer.fit(X, Y, 1)
    moved = nn.optim.global_norm({name: x - before[name] for name, x in flat(trainer.model.parameters()).items()})
    assert norms[0] > 0.01
    assert moved == pytest.approx(1e-3, rel=1e-2)


def test_loss_that_is_not_finite_stops_the_run():
    trainer = make()
    with pytest.raises(NotFiniteError) as caught:
        trainer.fit(np.where(X > 1.5, np.nan, X), Y, 1)
    assert str(caught.value) == (
        "fit: the loss is nan at step 1. Lower the learning rate, clip the gradients, or run the step under "
        "detect_anomaly() to see where it begins."
    )


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: make().fit(X, Y[:3], 1),
            ShapeError,
            "Trainer: expected as many inputs as targets, at least one; got [100] and 3.",
        ),
        (
            lambda: make().fit(X[:0], Y[:0], 1),
            ShapeError,
            "Trainer: expected as many inputs as targets, at least one; got [0] and 0.",
        ),
        (
            lambda: make().fit(X, Y, 1, patience=1),
            UnsupportedError,
            "fit: patience asks for a validation set; give validation=(inputs, targets).",
        ),
    ],
)
def test_refusals(call, error, message):
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message


def test_progress_bar(capsys):
    pytest.importorskip("tqdm", reason="tqdm is not installed: pip install 'autograd-mini[progress]'")
    shown, plain = make(), make()
    shown.fit(X, Y, 2, progress=True)
    plain.fit(X, Y, 2)
    assert "epoch 2/2" in capsys.readouterr().err
    assert shown.history == plain.history


def test_optional_packages_that_are_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "tqdm", None)
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(MissingExtraError) as caught:
        make().fit(X, Y, 1, progress=True)
    assert str(caught.value) == (
        "progress=True needs tqdm, which is not installed: pip install 'autograd-mini[progress]'."
    )
    with pytest.raises(MissingExtraError) as caught:
        History(loss=[1.0]).plot()
    assert str(caught.value) == (
        "plot needs matplotlib, which is not installed: pip install 'autograd-mini[plots]'. "
        "print(history) shows the numbers without it."
    )


HISTORY = History(
    loss=[2.0, 1.0, 0.5], accuracy=[0.25, 0.5, 1.0], lr=[0.1] * 3, validation_loss=[2.5, float("inf"), 0.75]
)


def test_history_as_text():
    assert str(HISTORY) == (
        "epoch  loss  accuracy   lr  validation_loss\n"
        "    1     2      0.25  0.1              2.5\n"
        "    2     1       0.5  0.1              inf\n"
        "    3   0.5         1  0.1             0.75\n"
        "        █▃▁       ▁▃█  ▁▁▁              █ ▁"
    )
    long = str(History(loss=[float(i) for i in range(100)])).splitlines()
    assert [line.split()[0] for line in long[1:-1]] == ["1", "12", "23", "34", "45", "56", "67", "78", "89", "100"]
    assert len(sparkline(range(100))) == 20
    assert sparkline([float("nan")]) == " "
    assert str(History()) == "epoch\n"


def test_history_as_plot(tmp_path):
    pytest.importorskip("matplotlib", reason="matplotlib is not installed: pip install 'autograd-mini[plots]'")
    figure = HISTORY.plot()
    losses, others = figure.axes
    assert [line.get_label() for line in losses.lines] == ["loss", "validation loss"]
    assert [line.get_label() for line in others.lines] == ["accuracy"]
    np.testing.assert_array_equal(losses.lines[0].get_ydata(), HISTORY["loss"])
    assert losses.get_xlabel() == "epoch"
    figure.savefig(tmp_path / "run.svg")
    assert "<svg" in (tmp_path / "run.svg").read_text()
    assert len(History(loss=[1.0]).plot().axes) == 1


def test_grid_search():
    found = nn.grid_search(lambda lr, hidden: hidden - lr, {"lr": [0.1, 0.01], "hidden": [10, 20]})
    assert found.best == {"lr": 0.01, "hidden": 20}
    assert found.score == 19.99
    assert str(found) == (
        "lr    hidden  score\n0.01  20      19.99\n0.1   20      19.9\n0.01  10      9.99\n0.1   10      9.9"
    )
    worst = nn.grid_search(lambda x: float("nan") if x == 2 else x, {"x": [2, 1, 3]})
    assert [choice["x"] for choice, _ in worst.results] == [3, 1, 2]
    with pytest.raises(UnsupportedError) as caught:
        nn.grid_search(lambda x: x, {"x": []})
    assert str(caught.value) == "grid_search: expected at least one value for each choice; got {'x': []}."
