"""Modules: what they learn and keep, as functions of their parameters, saved and loaded, drawn; and initialisers."""

import re

import numpy as np
import pytest

import autograd_mini as am
from autograd_mini import functional as F  # noqa: N812 (as everybody calls it)
from autograd_mini import nn
from autograd_mini.errors import DtypeError, ShapeError, StateError, UnsupportedError
from autograd_mini.nn.entries import flat

X = np.random.default_rng(0).normal(size=(5, 4))
Y = np.array([0, 2, 1, 1, 0])


def small_net(seed=0):
    rng = np.random.default_rng(seed)
    return nn.Sequential(
        nn.Linear(4, 6, rng=rng), nn.BatchNorm1d(6), nn.ReLU(), nn.Dropout(0.5, rng=rng), nn.Linear(6, 3, rng=rng)
    )


class TwoLayerNet(nn.Module):
    """A net that is written as a user would, with a list of parts, settings and a kept array."""

    def __init__(self, rng):
        self.scale = 2.0
        self.steps = np.zeros(())
        self.hidden = [nn.Linear(4, 6, rng=rng), nn.Linear(6, 6, rng=rng)]
        self.out = nn.Linear(6, 3, bias=False, rng=rng)

    def forward(self, x):
        self.steps += 1
        for layer in self.hidden:
            x = np.tanh(layer(x)) * self.scale
        return self.out(x)


def test_parameters_are_nested_dicts_of_plain_arrays():
    parameters = small_net().parameters()
    assert {name: {key: x.shape for key, x in part.items()} for name, part in parameters.items()} == {
        "0": {"weight": (6, 4), "bias": (6,)},
        "1": {"weight": (6,), "bias": (6,)},
        "4": {"weight": (3, 6), "bias": (3,)},
    }
    assert all(type(x) is np.ndarray for x in flat(parameters).values())


def test_parts_are_found_by_looking_at_attributes():
    net = TwoLayerNet(np.random.default_rng(0))
    assert [path for path, _ in net.walk()] == ["", "hidden.0", "hidden.1", "out"]
    assert list(flat(net.parameters())) == [
        "hidden.0.weight",
        "hidden.0.bias",
        "hidden.1.weight",
        "hidden.1.bias",
        "out.weight",
    ]
    net(X)
    assert net.buffers() == {"steps": np.array(1.0)}


def test_transforms_take_the_parameters():
    net = small_net().eval()

    def loss(parameters):
        return F.cross_entropy(net.apply(parameters, X), Y)

    value, gradients = am.value_and_grad(loss)(net.parameters())
    recorded = F.cross_entropy(net(X), Y)
    recorded.backward()
    assert value == recorded.item()
    assert flat(gradients).keys() == flat(net.parameters()).keys()
    for name, gradient in flat(net.gradients()).items():
        np.testing.assert_array_equal(flat(gradients)[name], gradient)
    assert am.gradcheck(loss, net.parameters())


def test_apply_leaves_the_model_as_it_was():
    net = small_net().eval()
    before = net(X).data
    other = small_net(1).parameters()
    assert not np.allclose(net.apply(other, X).data, before)
    np.testing.assert_array_equal(net(X).data, before)
    with pytest.raises(ShapeError):
        net.apply(other, X[:, :3])
    np.testing.assert_array_equal(net(X).data, before)


def test_update_keeps_the_old_arrays():
    net = small_net()
    old = net.parameters()
    copies = {name: x.copy() for name, x in flat(old).items()}
    net.update({name: x + 1 for name, x in flat(old).items()})
    for name, x in flat(net.parameters()).items():
        np.testing.assert_array_equal(x, copies[name] + 1)
        np.testing.assert_array_equal(flat(old)[name], copies[name])


def test_output_kept_as_an_attribute_is_not_learned():
    class Keeping(nn.Module):
        def __init__(self):
            self.scale = am.Tensor(np.ones(4))

        def forward(self, x):
            self.seen = x * self.scale
            return np.sum(self.seen)

    net = Keeping()
    net(X).backward(release=True)
    assert list(net.parameters()) == ["scale"]
    with am.no_grad():
        net(X)
    assert list(net.parameters()) == ["scale"]
    am.grad(lambda parameters: net.apply(parameters, X))(net.parameters())
    assert list(net.parameters()) == ["scale"]


def test_shared_part_is_learned_once():
    layer = nn.Linear(4, 4, rng=np.random.default_rng(0))
    net = nn.Sequential(layer, nn.Tanh(), layer)
    assert list(net.parameters()) == ["0"]

    def loss(parameters):
        return np.sum(net.apply(parameters, X) ** 2)

    assert am.gradcheck(loss, net.parameters())


def test_train_and_eval_reach_every_part():
    net = small_net()
    assert net.eval() is net
    assert not any(module.training for _, module in net.walk())
    np.testing.assert_array_equal(net(X).data, net(X).data)
    net.train()
    assert not np.array_equal(net(X).data, net(X).data)


def test_predict_is_out_of_training_and_changes_nothing():
    net = small_net()
    net[1].eval()
    running = net[1].running_mean.copy()
    whole, parts = net.predict(X), net.predict(X, batch_size=2)
    assert type(whole) is np.ndarray
    np.testing.assert_allclose(whole, parts, rtol=1e-14)
    np.testing.assert_array_equal(net[1].running_mean, running)
    assert net.training
    assert not net[1].training
    assert net.predict(X[:0]).shape == (0, 3)


def test_other_dtype():
    net = small_net().astype(np.float32)
    output = net(X.astype(np.float32))
    assert output.dtype == np.float32
    assert net[1].running_mean.dtype == np.float32
    np.sum(output).backward()
    assert {x.dtype for x in flat(net.gradients()).values()} == {np.dtype(np.float32)}
    net.update(small_net().parameters())
    assert net[0].weight.dtype == np.float32


def test_gradients_before_a_backward_pass_are_zero():
    assert all(not np.any(x) for x in flat(small_net().gradients()).values())


def test_repr_is_a_tree():
    net = nn.Sequential(
        body=nn.Sequential(nn.Conv2d(1, 4, 5, padding=2, init=nn.init.zeros), nn.MaxPool2d(3, 2)),
        out=nn.FullyConnected(16, 2, bias=False, init=nn.init.zeros),
    )
    assert repr(net) == (
        "Sequential(\n"
        "  (body): Sequential(\n"
        "    (0): Conv2d(1, 4, 5, padding=2)\n"
        "    (1): MaxPool2d(3, stride=2)\n"
        "  )\n"
        "  (out): FullyConnected(16, 2, bias=False)\n"
        ")"
    )


@pytest.mark.parametrize(
    ("layer", "shown"),
    [
        (nn.Conv1d(2, 4, 3, 2, groups=2, init=nn.init.zeros), "Conv1d(2, 4, 3, stride=2, groups=2)"),
        (
            nn.Conv2d(1, 1, (3, 2), padding="same", bias=False, init=nn.init.zeros),
            "Conv2d(1, 1, (3, 2), padding='same', bias=False)",
        ),
        (nn.AvgPool1d(4, padding=1), "AvgPool1d(4, padding=1)"),
        (nn.BatchNorm2d(3, affine=False), "BatchNorm2d(3, affine=False)"),
        (nn.LayerNorm((2, 3)), "LayerNorm((2, 3))"),
        (nn.Dropout(0.3), "Dropout(0.3)"),
        (nn.Embedding(5, 2, init=nn.init.zeros), "Embedding(5, 2)"),
        (nn.LeakyReLU(0.2), "LeakyReLU(0.2)"),
        (nn.ELU(), "ELU(1.0)"),
        (nn.Softmax(), "Softmax(-1)"),
        (nn.GELU(), "GELU()"),
    ],
)
def test_layers_show_their_settings(layer, shown):
    assert repr(layer) == shown


def test_saved_and_loaded(tmp_path):
    net, other = small_net(0), small_net(1)
    net(X)
    assert nn.save(net, tmp_path / "net.npz") == tmp_path / "net.npz"
    assert nn.load(other, tmp_path / "net.npz") is other
    for name, x in flat(net.state()).items():
        np.testing.assert_array_equal(flat(other.state())[name], x)
    assert "buffers.1.running_var" in flat(net.state())
    with np.load(tmp_path / "net.npz", allow_pickle=False) as archive:
        np.testing.assert_array_equal(archive["parameters.0.weight"], net[0].weight.data)


def test_load_takes_all_or_nothing(tmp_path):
    net = small_net()
    before = {name: np.copy(x) for name, x in flat(net.state()).items()}
    nn.save(
        nn.Sequential(nn.Linear(4, 6, init=nn.init.zeros), nn.ReLU(), nn.Linear(5, 3, init=nn.init.zeros)),
        tmp_path / "other.npz",
    )
    with pytest.raises(StateError) as caught:
        nn.load(net, tmp_path / "other.npz")
    assert str(caught.value) == (
        "the entries do not fit the model: missing parameters.1.weight (6,); missing parameters.1.bias (6,); "
        "missing parameters.4.weight (3, 6); missing parameters.4.bias (3,); missing buffers.1.running_mean (6,); "
        "missing buffers.1.running_var (6,); superfluous parameters.2.weight (3, 5); "
        "superfluous parameters.2.bias (3,). Nothing was changed."
    )
    for name, x in flat(net.state()).items():
        np.testing.assert_array_equal(x, before[name])


def test_update_with_a_wrong_shape():
    layer = nn.Linear(4, 3, init=nn.init.zeros)
    with pytest.raises(StateError) as caught:
        layer.update({"weight": np.ones((4, 3)), "bias": np.ones(3)})
    assert str(caught.value) == (
        "the entries do not fit the model: weight has shape (4, 3), expected (3, 4). Nothing was changed."
    )
    assert not np.any(layer.bias.data)


def test_load_refuses_what_is_no_saved_model(tmp_path):
    np.savez(tmp_path / "objects.npz", **{"parameters.weight": np.array([{}], object)})
    (tmp_path / "text.npz").write_text("no archive")
    np.save(tmp_path / "single.npy", np.ones(3))
    whole = nn.save(small_net(), tmp_path / "whole.npz").read_bytes()
    (tmp_path / "cut.npz").write_bytes(whole[: len(whole) // 2])
    for name in ("objects.npz", "text.npz", "single.npy", "cut.npz"):
        with pytest.raises(StateError, match="cannot be read as saved entries"):
            nn.load(small_net(), tmp_path / name)
    with pytest.raises(FileNotFoundError):
        nn.load(small_net(), tmp_path / "nowhere.npz")


def test_save_leaves_the_old_file_where_it_cannot_write(tmp_path, monkeypatch):
    path = nn.save(small_net(0), tmp_path / "net.npz")
    before = path.read_bytes()

    def fail(*_):
        raise OSError("disk full")

    monkeypatch.setattr("os.replace", fail)
    with pytest.raises(OSError, match="disk full"):
        nn.save(small_net(1), path)
    assert path.read_bytes() == before
    assert [found.name for found in tmp_path.iterdir()] == ["net.npz"]


def test_wrong_shape_names_the_layer_once():
    rng = np.random.default_rng(0)
    net = nn.Sequential(nn.Sequential(nn.Linear(4, 6, rng=rng), nn.ReLU()), nn.Linear(5, 3, rng=rng))
    with pytest.raises(ShapeError) as caught:
        net(X)
    assert str(caught.value) == (
        "Linear(5, 3): linear: the last axes of input and weight must be equally long; got (5, 6) and (3, 5)."
    )


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (
            lambda: nn.Linear(2, 3),
            UnsupportedError,
            "a layer with random numbers needs its generator; give rng=np.random.default_rng(seed).",
        ),
        (lambda: nn.Linear(2, 3, rng=0), DtypeError, "rng must be an np.random.Generator; got int."),
        (
            lambda: nn.Conv2d(3, 4, 2, groups=2),
            ShapeError,
            "Conv2d: channels must be multiples of groups; got 3 and 4, groups 2.",
        ),
        (
            lambda: nn.MultiHeadAttention(5, 2, rng=None),
            ShapeError,
            "MultiHeadAttention: width must be a multiple of heads; got 5 and 2.",
        ),
        (lambda: nn.RNN(2, 3, 0, rng=None), ShapeError, "RNN: num_layers must be a whole number of at least 1; got 0."),
        (
            lambda: nn.RNN(2, 3, rng=np.random.default_rng(0))(X),
            ShapeError,
            "RNN: the input must have shape (N, T, 2), T at least 1; got (5, 4).",
        ),
        (
            lambda: nn.BatchNorm2d(4)(X),
            ShapeError,
            "BatchNorm2d(4): the input must have shape (N, C, H, W) with C = 4; got (5, 4).",
        ),
        (
            lambda: nn.Dropout(0.5)(X),
            UnsupportedError,
            "dropout: training draws at random; give rng=np.random.default_rng(seed).",
        ),
        (
            lambda: nn.Sequential(nn.ReLU(), out=nn.ReLU()),
            UnsupportedError,
            "Sequential: give all layers names, or none of them.",
        ),
        (
            lambda: nn.Sequential(nn.ReLU(), np.tanh),
            DtypeError,
            "Sequential: layer 1 must be a Module; got <ufunc 'tanh'>. A function is made one by "
            "a class with `forward`; a class is called first: ReLU().",
        ),
        (
            lambda: nn.TransformerEncoderLayer(4, 2, activation="tanh", rng=None),
            UnsupportedError,
            "TransformerEncoderLayer: activation must be 'relu' or 'gelu'; got 'tanh'.",
        ),
        (
            lambda: nn.init.he_normal((3,), np.random.default_rng(0)),
            ShapeError,
            "init: a weight must have shape (out, in, ...); got (3,).",
        ),
    ],
)
def test_refusals(make, error, message):
    with pytest.raises(error) as caught:
        make()
    assert str(caught.value) == message


def test_mask_that_does_not_fit():
    attention = nn.MultiHeadAttention(4, 2, rng=np.random.default_rng(0))
    with pytest.raises(ShapeError, match=r"the mask must fit shape \(N, T, S\) = \(1, 5, 5\); got \(4, 4\)"):
        attention(X[None], mask=nn.causal_mask(4))


@pytest.mark.parametrize(
    ("initializer", "spread"),
    [
        (nn.init.uniform_by_fan_in, 1 / np.sqrt(3 * 60)),
        (nn.init.xavier_uniform, np.sqrt(2 / (60 + 120))),
        (nn.init.xavier_normal, np.sqrt(2 / (60 + 120))),
        (nn.init.he_uniform, np.sqrt(2 / 60)),
        (nn.init.he_normal, np.sqrt(2 / 60)),
        (nn.init.normal(0.05), 0.05),
    ],
)
def test_initialisers_have_their_spread(initializer, spread):
    # fan_in = 20·3, fan_out = 40·3
    values = np.concatenate([initializer((40, 20, 3), np.random.default_rng(seed)).ravel() for seed in range(20)])
    assert np.std(values) == pytest.approx(spread, rel=0.02)
    assert abs(np.mean(values)) < 0.02 * spread
    np.testing.assert_array_equal(
        initializer((4, 3), np.random.default_rng(1)), initializer((4, 3), np.random.default_rng(1))
    )


@pytest.mark.parametrize("initializer", [nn.init.xavier_uniform, nn.init.he_uniform, nn.init.uniform_by_fan_in])
def test_uniform_initialisers_stay_within_their_bound(initializer):
    values = initializer((40, 50), np.random.default_rng(0))
    assert np.max(np.abs(values)) <= np.sqrt(3) * np.std(values) * 1.05


def test_layers_are_drawn_as_frames():
    net = nn.Sequential(nn.Linear(4, 2, init=nn.init.he_normal, rng=np.random.default_rng(0)), nn.Tanh())
    with nn.frames(net):
        output = np.sum(net(X))
    drawn = am.draw(output).to_svg()
    assert "0: Linear(4, 2)" in drawn
    assert "1: Tanh()" in drawn
    assert "Linear(4, 2)" not in am.draw(np.sum(net(X))).to_svg()


def test_steps_of_a_cell_are_drawn_as_one():
    cell, h = nn.RNNCell(4, 2, rng=np.random.default_rng(0)), am.Tensor(np.zeros((5, 2)), name="h0")
    net = nn.Sequential(step=cell)
    with nn.frames(net):
        for i in range(6):
            h = cell(am.Tensor(X + i, name=f"x{i}"), h)
    drawn = am.draw(np.sum(h), fold=True).to_svg()
    assert "step: RNNCell(4, 2) ×6" in drawn
    assert "x0 … x5" in drawn


@pytest.mark.parametrize("kind", [nn.RNNCell, nn.LSTMCell, nn.GRUCell])
def test_single_step_is_a_sequence_of_one(kind):
    layers = {nn.RNNCell: nn.RNN, nn.LSTMCell: nn.LSTM, nn.GRUCell: nn.GRU}
    layer = layers[kind](4, 3, rng=np.random.default_rng(0))
    cell = kind(4, 3, rng=np.random.default_rng(0))
    state = cell.first_state(5, np.float64)
    np.testing.assert_array_equal(cell.output(cell(X, state)).data, layer(X[:, None])[0].data[:, 0])


def test_public_names():
    assert set(nn.__all__) == {
        # what networks are made of
        "Module", "Sequential", "frames", "Linear", "FullyConnected", "Flatten", "Embedding", "Dropout",
        "Conv1d", "Conv2d", "MaxPool1d", "MaxPool2d", "AvgPool1d", "AvgPool2d",
        "BatchNorm1d", "BatchNorm2d", "LayerNorm",
        "ELU", "GELU", "LeakyReLU", "ReLU", "SiLU", "Sigmoid", "Softmax", "Softplus", "Tanh",
        "RNN", "LSTM", "GRU", "RNNCell", "LSTMCell", "GRUCell",
        "MultiHeadAttention", "causal_mask", "TransformerEncoderLayer", "TransformerDecoderLayer",
        # beginnings and files
        "init", "save", "load",
        # learning
        "optim", "Trainer", "History", "accuracy", "GridSearch", "grid_search", "Cifar10", "load_cifar10",
        # the exam's table
        "Summary", "summary", "parse_architecture",
    }  # fmt: skip
    assert set(nn.optim.__all__) == {
        "Optimizer", "SGD", "RMSprop", "Adagrad", "Adam", "AdamW", "Schedule", "StepDecay", "Exponential", "Cosine",
        "WarmUp", "ReduceOnPlateau", "clip_by_norm", "clip_by_value", "global_norm",
    }  # fmt: skip
    for module in (nn, nn.optim):
        for name in module.__all__:
            assert getattr(module, name).__doc__, name


def test_every_layer_says_its_shapes():
    for name in nn.__all__:
        layer = getattr(nn, name)
        if isinstance(layer, type) and issubclass(layer, nn.Module) and layer not in (nn.Module, nn.Sequential):
            assert re.search(r"shape|\(N", layer.__doc__), name
