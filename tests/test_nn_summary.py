"""The exam's table of shapes, activations, parameters and work, and networks in the exam's notation."""

import numpy as np
import pytest

import autograd_mini as am
from autograd_mini import nn
from autograd_mini.errors import ExpressionError, ShapeError

RNG = np.random.default_rng(0)
VGG16 = (
    "CONV3-64 RELU CONV3-64 RELU POOL2 CONV3-128 RELU CONV3-128 RELU POOL2 "
    "CONV3-256 RELU CONV3-256 RELU CONV3-256 RELU POOL2 CONV3-512 RELU CONV3-512 RELU CONV3-512 RELU POOL2 "
    "CONV3-512 RELU CONV3-512 RELU CONV3-512 RELU POOL2 FC-4096 RELU FC-4096 RELU FC-1000"
)

MIDTERM = """\
layer                            output shape  from                       activations       parameters              FLOPs
input                            1×32×32
0: Conv2d(1, 10, 5, padding=2)   10×32×32      (32 − 5 + 2·2)/1 + 1 = 32  10·32·32 = 10240  10·(5·5·1 + 1) = 260    10240·(2·5·5·1) = 512000
1: MaxPool2d(2)                  10×16×16      (32 − 2)/2 + 1 = 16        10·16·16 = 2560   0                       2560·3 = 7680
2: Conv2d(10, 10, 5, padding=2)  10×16×16      (16 − 5 + 2·2)/1 + 1 = 16  10·16·16 = 2560   10·(5·5·10 + 1) = 2510  2560·(2·5·5·10) = 1280000
3: MaxPool2d(2)                  10×8×8        (16 − 2)/2 + 1 = 8         10·8·8 = 640      0                       640·3 = 1920
4: FullyConnected(640, 10)       10            10·8·8 = 640 inputs        10                10·(640 + 1) = 6410     10·(2·640) = 12800
total                                                                     16010             9180                    1814400
"""  # noqa: E501 (the table as it is printed)


def columns(table, *names):
    return [[getattr(row.account, name) for row in table.rows] for name in names]


def test_midterm():
    """Question 3.2 of the CS231n midterm of 2017, with the formulas that its answers have."""
    net = nn.parse_architecture("CONV5-10 POOL2 CONV5-10 POOL2 FC-10", (1, 32, 32), rng=RNG)
    table = nn.summary(net, (1, 32, 32))
    assert columns(table, "parameters") == [[260, 0, 2510, 0, 6410]]
    assert str(table) + "\n" == MIDTERM
    assert (table.parameters, table.memory, table.flops) == (9180, 16010, 1814400)


def test_stat_433():
    """Question 10 of the STAT 433 midterm."""
    net = nn.Sequential(
        nn.Conv2d(3, 16, 3, padding=1, rng=RNG), nn.ReLU(), nn.MaxPool2d(2), nn.BatchNorm2d(16),
        nn.Conv2d(16, 16, 3, padding=1, rng=RNG), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(1024, 10, rng=RNG),
    )  # fmt: skip
    table = nn.summary(net, (3, 32, 32))
    parameters, shapes = columns(table, "parameters", "shape")
    assert parameters == [448, 0, 0, 32, 2320, 0, 0, 0, 10250]
    assert shapes == [
        (16, 32, 32), (16, 32, 32), (16, 16, 16), (16, 16, 16), (16, 16, 16), (16, 16, 16), (16, 8, 8), (1024,), (10,),
    ]  # fmt: skip
    assert [row.account.parameters_formula for row in table.rows if row.account.parameters] == [
        "16·(3·3·3 + 1) = 448", "2·16 = 32", "16·(3·3·16 + 1) = 2320", "10·(1024 + 1) = 10250",
    ]  # fmt: skip
    same = nn.parse_architecture("CONV3-16 RELU POOL2 BN CONV3-16 RELU POOL2 FLATTEN FC-10", (3, 32, 32), rng=RNG)
    assert columns(nn.summary(same, (3, 32, 32)), "parameters", "shape") == [parameters, shapes]


@pytest.mark.slow  # the weights fill a gigabyte
def test_vgg_16():
    net = nn.parse_architecture(VGG16, (3, 224, 224), init=nn.init.zeros)
    table = nn.summary(net, (3, 224, 224))
    assert table.parameters == 138_357_544
    assert table.rows[30].account.shape == (512, 7, 7)
    with pytest.raises(ShapeError) as caught:
        nn.summary(net, (3, 32, 32))
    assert str(caught.value) == (
        "summary: layer 31, FullyConnected(25088, 4096): expected 25088 inputs for each example, as the weight "
        "(4096, 25088) asks; got shape (512, 1, 1), which is 512."
    )
    with pytest.raises(ShapeError) as caught:
        net.predict(np.zeros((1, 3, 32, 32)))
    assert str(caught.value) == (
        "FullyConnected(25088, 4096): expected 25088 inputs for each example, as the weight (4096, 25088) asks; "
        "got shape (512, 1, 1), which is 512."
    )


SOME = {"rng": RNG}
LAYERS = [
    (nn.Linear(6, 4, **SOME), (3, 6)),
    (nn.Linear(6, 4, bias=False, **SOME), (6,)),
    (nn.FullyConnected(12, 4, **SOME), (3, 4)),
    (nn.Conv1d(4, 6, 3, 2, 1, 2, 2, **SOME), (4, 9)),
    (nn.Conv1d(4, 6, 4, padding="same", bias=False, **SOME), (4, 9)),
    (nn.Conv2d(2, 6, 3, padding="valid", **SOME), (2, 7, 6)),
    (nn.Conv2d(2, 6, (3, 2), (2, 3), (1, 0), **SOME), (2, 7, 6)),
    (nn.MaxPool1d(3, 2, 1), (4, 8)),
    (nn.AvgPool1d(2), (4, 9)),
    (nn.MaxPool2d((3, 2)), (2, 7, 6)),
    (nn.AvgPool2d(2, 1), (2, 7, 6)),
    (nn.BatchNorm1d(4), (4, 9)),
    (nn.BatchNorm2d(2, affine=False), (2, 7, 6)),
    (nn.LayerNorm((7, 6)), (2, 7, 6)),
    (nn.Flatten(), (2, 7, 6)),
    (nn.Dropout(0.5, **SOME), (5,)),
    (nn.Softmax(), (5,)),
    (nn.LeakyReLU(), (5,)),
    (nn.ELU(), (5,)),
    (nn.RNN(4, 3, 2, **SOME), (5, 4)),
    (nn.LSTM(4, 3, **SOME), (5, 4)),
    (nn.LSTM(4, 3, 2, bidirectional=True, **SOME), (5, 4)),
    (nn.GRU(4, 3, 3, **SOME), (5, 4)),
    (nn.RNNCell(4, 3, **SOME), (4,)),
    (nn.LSTMCell(4, 3, **SOME), (4,)),
    (nn.GRUCell(4, 3, **SOME), (4,)),
    (nn.MultiHeadAttention(4, 2, **SOME), (5, 4)),
    (nn.TransformerEncoderLayer(4, 2, 8, **SOME), (5, 4)),
    (nn.TransformerEncoderLayer(4, 2, 8, norm_first=True, **SOME), (6, 4)),
    (nn.TransformerDecoderLayer(4, 2, 8, **SOME), (5, 4)),
]


def called(layer, x):
    """Return a layer's output for a batch; where it needs a state or a memory, made ones."""
    if isinstance(layer, nn.LSTMCell):
        return layer(x, (np.ones((len(x), 3)), np.ones((len(x), 3))))[0]
    if isinstance(layer, nn.RNNCell | nn.GRUCell):
        return layer(x, np.ones((len(x), 3)))
    output = layer(x, x) if isinstance(layer, nn.TransformerDecoderLayer) else layer(x)
    return output[0] if isinstance(output, tuple) else output


@pytest.mark.parametrize(("layer", "shape"), LAYERS, ids=lambda value: str(value).split("\n")[0])
def test_table_says_what_the_layer_does(layer, shape):
    account = layer.account(shape)
    x = RNG.normal(size=(2, *shape))
    output = called(layer, x)
    assert (2, *account.shape) == np.shape(output)
    assert account.parameters == sum(np.size(x) for x in nn.entries.flat(layer.parameters()).values())
    assert layer.training


def value_of(formula):
    """Return both sides of a printed equation as numbers."""
    left, right = formula.removesuffix(" inputs").split(" = ")
    for shown, meant in (("−", "-"), ("·", "*"), ("⌊", "int("), ("⌋", ")")):
        left = left.replace(shown, meant)
    return eval(left, {"int": int}), int(right)


@pytest.mark.parametrize(("layer", "shape"), LAYERS, ids=lambda value: str(value).split("\n")[0])
def test_printed_formulas_hold(layer, shape):
    account = layer.account(shape)
    formulas = [account.parameters_formula, account.flops_formula, account.memory_formula, *account.lengths.split(", ")]
    for formula in formulas:
        if " = " in formula:
            left, right = value_of(formula)
            assert left == right, formula
    assert value_of(account.flops_formula)[1] == account.flops if account.flops_formula else not account.flops


def test_windows_that_leave_a_rest():
    layer = nn.Conv1d(1, 1, 3, 2, rng=RNG)
    assert layer.account((1, 8)).lengths == "⌊(8 − 3)/2⌋ + 1 = 3"
    assert nn.Conv1d(1, 1, 3, dilation=2, rng=RNG).account((1, 8)).lengths == "(8 − (2·(3 − 1) + 1))/1 + 1 = 4"


COUNTED_BY_GATES = [
    pair for pair in LAYERS
    if isinstance(
        pair[0],
        nn.Linear | nn.RNN | nn.LSTM | nn.GRU | nn.RNNCell | nn.LSTMCell | nn.GRUCell | nn.MultiHeadAttention
        | nn.TransformerEncoderLayer | nn.TransformerDecoderLayer | nn.LayerNorm | nn.Softmax | nn.ELU,
    )
]  # fmt: skip
MOVES = {
    "identity", "reshape", "swapaxes", "transpose", "expand_dims", "squeeze", "index", "stack", "concatenate",
    "broadcast_to",
}  # fmt: skip


def operations(gate):
    """Return the operations of one recorded gate by the convention of `summary`."""
    name, size, first = gate.primitive.name, gate.output.size, gate.operands[0]
    if name in MOVES:
        return 0
    if name == "matmul":
        return size * (2 * np.shape(first)[-1] - 1)
    if name == "softmax":
        return 3 * size
    if name == "mean":
        return np.size(first)
    if name == "sum":
        return np.size(first) - size
    assert gate.primitive.elementwise, name
    return size


def different(gates):
    """Return the gates without those that compute again what another has: the mean inside a variance."""
    number, found = {}, {}
    for gate in gates:
        key = (gate.primitive, *[number.get(id(x), id(x)) for x in gate.operands], repr(gate.options))
        found.setdefault(key, gate)
        number[id(gate.output)] = id(found[key].output)
    return found.values()


@pytest.mark.parametrize(("layer", "shape"), COUNTED_BY_GATES, ids=lambda value: str(value).split("\n")[0])
def test_work_is_that_of_the_recorded_gates(layer, shape):
    x = am.Tensor(RNG.normal(size=(1, *shape)))
    for _, part in layer.walk():
        part.training = False
    gates = different(am.Graph(called(layer, x)).gates)
    assert sum(operations(gate) for gate in gates) == layer.account(shape).flops
    layer.train()


def test_recurrent_layers():
    table = nn.summary(
        nn.Sequential(nn.Embedding(9, 4, rng=RNG), nn.RNN(4, 3, rng=RNG), nn.Linear(3, 2, rng=RNG)), (5,)
    )
    assert [row.account.flops for row in table.rows] == [0, 240, 60]
    account = table.rows[1].account
    assert (account.parameters_formula, account.flops_formula) == (
        "3·(4 + 3 + 2) = 27",
        "5·(3·(2·4 + 2·3) + 2·3) = 240",
    )
    account = nn.GRU(4, 3, 3, bidirectional=True, rng=RNG).account((5, 4))
    assert account.parameters_formula == "2·3·3·(4 + 3 + 2) + 4·3·3·(6 + 3 + 2) = 558"
    assert account.flops_formula == "5·(2·(3·3·(2·4 + 2·3) + 11·3) + 4·(3·3·(2·6 + 2·3) + 11·3)) = 5490"


def test_layers_of_a_users_own_are_run_and_not_counted():
    class Doubled(nn.Module):
        def __init__(self):
            self.linear, self.norm = nn.Linear(3, 2, rng=RNG), nn.BatchNorm1d(2)

        def forward(self, x):
            return 2 * self.norm(self.linear(x))

    table = nn.summary(nn.Sequential(body=Doubled(), out=nn.Linear(2, 1, rng=RNG)), (3,))
    assert [row.path for row in table.rows] == ["body", "out"]
    assert table.rows[0].account.parameters_formula == "2·3 + 2 + 2 + 2 = 12"
    assert table.rows[0].account.flops is None
    assert "not counted" in str(table)
    assert table.flops == 4


def test_single_layer_and_nested_layers():
    assert str(nn.summary(nn.Linear(3, 2, rng=RNG), (3,))).splitlines()[2].startswith("Linear(3, 2)  2")
    nested = nn.Sequential(body=nn.Sequential(nn.Linear(3, 2, rng=RNG), nn.ReLU()), out=nn.Linear(2, 1, rng=RNG))
    assert [row.path for row in nn.summary(nested, (3,)).rows] == ["body.0", "body.1", "out"]


@pytest.mark.parametrize(
    ("layer", "shape", "message"),
    [
        (
            nn.Conv2d(3, 4, 3, rng=RNG),
            (1, 8, 8),
            "summary: Conv2d(3, 4, 3): the input must have 3 channels and 2 axes more; got shape (1, 8, 8).",
        ),
        (
            nn.Conv2d(1, 4, 3, rng=RNG),
            (1, 2, 8),
            "summary: Conv2d(1, 4, 3): the kernel must not be longer than the padded input; got shape (1, 2, 8).",
        ),
        (
            nn.MaxPool2d(2),
            (1, 8),
            "summary: MaxPool2d(2): the input must have channels and 2 axes more; got shape (1, 8).",
        ),
        (
            nn.MaxPool1d(4),
            (1, 3),
            "summary: MaxPool1d(4): the window must not be longer than the padded input; got shape (1, 3).",
        ),
        (
            nn.BatchNorm2d(3),
            (4, 8, 8),
            "summary: BatchNorm2d(3): the input must have shape (N, C, H, W) with C = 3; got (4, 8, 8) after N.",
        ),
        (
            nn.Sequential(nn.ReLU(), nn.Linear(3, 2, rng=RNG)),
            (4,),
            "summary: layer 1, Linear(3, 2): the input's last axis must have length 3, as the weight (2, 3) asks; "
            "got shape (4,).",
        ),
        (nn.LayerNorm(3), (4,), "summary: LayerNorm(3): the input must end in (3,); got shape (4,)."),
    ],
)
def test_input_that_does_not_fit(layer, shape, message):
    with pytest.raises(ShapeError) as caught:
        nn.summary(layer, shape)
    assert str(caught.value) == message


def test_notation_with_arrows_and_small_letters():
    text = "conv3-4 -> tanh → avgpool2, bn, dropout0.5 fc-8 sigmoid bn fc-2 softmax"
    net = nn.parse_architecture(text, (1, 4, 4), rng=RNG)
    assert [layer.label() for layer in net.children().values()] == [
        "Conv2d(1, 4, 3, padding=1)", "Tanh()", "AvgPool2d(2)", "BatchNorm2d(4)", "Dropout(0.5)",
        "FullyConnected(16, 8)", "Sigmoid()", "BatchNorm1d(8)", "FullyConnected(8, 2)", "Softmax(-1)",
    ]  # fmt: skip
    assert net.predict(np.ones((3, 1, 4, 4))).shape == (3, 2)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "CONV3-4 POL2",
            "line 1, column 9: parse_architecture: 'POL2' is no layer; known are CONV5-10, POOL2, "
            "AVGPOOL2, FC-10, DROPOUT0.5, RELU, TANH, SIGMOID, SOFTMAX, BN, FLATTEN. Did you mean "
            "'POOL'?",
        ),
        ("CONV3", "line 1, column 1: parse_architecture: 'CONV3' should look like CONV5-10."),
        ("FC10", "line 1, column 1: parse_architecture: 'FC10' should look like FC-10."),
        ("POOL2-3", "line 1, column 1: parse_architecture: 'POOL2-3' should look like POOL2."),
        ("POOL0", "line 1, column 1: parse_architecture: 'POOL0' has a window of size 0."),
        ("CONV1.5-3", "line 1, column 1: parse_architecture: 'CONV1.5-3' should look like CONV5-10."),
        (
            "CONV4-3",
            "line 1, column 1: parse_architecture: 'CONV4-3': a size that stays needs an odd "
            "kernel; got 4. Build it with nn.Conv2d.",
        ),
        (
            "CONV3-4 → __import__('os')",
            "line 1, column 11: parse_architecture: \"__import__('os')\" is no layer; known are "
            "CONV5-10, POOL2, AVGPOOL2, FC-10, DROPOUT0.5, RELU, TANH, SIGMOID, SOFTMAX, BN, "
            "FLATTEN.",
        ),
        (" → ", "parse_architecture: expected words such as CONV5-10 POOL2 FC-10; got an empty text."),
    ],
)
def test_notation_that_is_refused(text, message):
    with pytest.raises(ExpressionError) as caught:
        nn.parse_architecture(text, (1, 8, 8), rng=RNG)
    assert str(caught.value) == message


def test_layers_that_do_not_fit_each_other():
    with pytest.raises(ShapeError, match="the window must not be longer"):
        nn.parse_architecture("POOL2 POOL2 POOL2", (1, 4, 4))
