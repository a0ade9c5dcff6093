"""A program as data: printed, pickled, run by JAX and PyTorch."""

import pickle
import subprocess
import sys

import numpy as np
import pytest
from ports import flat, run_in, sixty_four_bits

import autograd_mini as am
from autograd_mini import functional as F  # noqa: N812 (as everybody calls it)
from autograd_mini.transforms.trees import mapped

RNG = np.random.default_rng(0)
X, LABELS = RNG.normal(size=(6, 4)), np.eye(3)[RNG.integers(0, 3, 6)]
# JAX sorts the keys of dicts.
PARAMETERS = {"W1": RNG.normal(size=(4, 5)), "W2": RNG.normal(size=(5, 3)), "b1": np.zeros(5), "b2": np.zeros(3)}


def network(parameters, x, labels):
    h = np.tanh(x @ parameters["W1"] + parameters["b1"]).named("h")
    return -np.mean(np.sum(am.log_softmax(h @ parameters["W2"] + parameters["b2"]) * labels, axis=1))


def elementwise(x, w):
    y = np.where(x > 0, np.exp(-x) * w, am.sigmoid(x) / (1 + w**2))
    return np.sum(np.maximum(y, 0.1) + am.relu(x) * np.sqrt(np.abs(w) + 1))


def shapes(x, w):
    rows = x.reshape(2, 3, 4).transpose((0, 2, 1))[:, 1:]
    joined = np.concatenate([rows.reshape(-1), w])
    return np.sum(joined**2) + np.max(x) + np.mean(np.stack([w, w[::1]], axis=1))


def convolution(x, w):
    return np.sum(np.tanh(am.conv1d(x[0], w)) ** 2)


FUNCTIONS = [
    (network, (PARAMETERS, X, LABELS)),
    (elementwise, (X, RNG.normal(size=4))),
    (shapes, (X, RNG.normal(size=3))),
    (convolution, (X, RNG.normal(size=2))),
]
IDS = [function.__name__ for function, _ in FUNCTIONS]


def same(ours, theirs):
    for mine, other in zip(flat(ours), flat(theirs), strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-10, atol=1e-12)


def test_prints_itself():
    program = am.compile(lambda x, n: (x * 2 + 1) ** n).program(np.ones(2), 3, gradients=False)
    assert repr(program) == "<Program of <lambda>: 1 inputs, 3 gates>"
    assert str(program) == (
        "#0: float64 (2,) 'x' = input\n"
        "#1: float64 (2,) = multiply(#0, 2)\n"
        "#2: float64 (2,) = add(#1, 1)\n"
        "#3: float64 (2,) = power(#2, 3)\n"
        "return #3"
    )


@pytest.mark.parametrize(("function", "args"), FUNCTIONS, ids=IDS)
def test_pickled_program_computes_the_same(function, args):
    step = am.compile(function)
    program = pickle.loads(pickle.dumps(step.program(*args)))
    assert program.source == step.source
    same(program(*args), step.value_and_grad(*args))


@pytest.mark.parametrize(("function", "args"), FUNCTIONS, ids=IDS)
def test_gate_by_gate_computes_the_same(function, args):
    step = am.compile(function)
    same(step.program(*args).interpreted(flat(args)), step.value_and_grad(*args))


def test_pickled_program_needs_its_gates():
    cube = am.primitive(x=lambda x: 3 * x**2)(lambda x: x**3)
    try:
        pickled = pickle.dumps(am.compile(lambda x: cube(x)).program(2.0))
    finally:
        from autograd_mini.primitive import table

        del table["<lambda>"]
    with pytest.raises(am.UnsupportedError) as caught:
        pickle.loads(pickled)
    assert str(caught.value) == (
        "the program has a gate '<lambda>', which is not in the table; import the module that makes it first."
    )


def test_program_says_when_numbers_take_another_path():
    program = am.compile(lambda x: x if x > 0 else -x).program(1.0)
    with pytest.raises(am.DivergedError) as caught:
        program(-1.0)
    assert str(caught.value) == (
        "the program was traced for numbers that take another path; trace the function again for these."
    )


@pytest.mark.parametrize(("function", "args"), FUNCTIONS, ids=IDS)
def test_torch_computes_the_same(function, args):
    torch = pytest.importorskip("torch")
    step = am.compile(function)
    outputs = step.program(*args).to("torch")(*mapped(torch.tensor, args))
    assert isinstance(outputs[0], torch.Tensor)
    same(outputs, step.value_and_grad(*args))


@pytest.mark.parametrize(("function", "args"), FUNCTIONS, ids=IDS)
def test_jax_computes_the_same_under_jit(function, args):
    step = am.compile(function)
    with sixty_four_bits() as jax:
        same(jax.jit(step.program(*args).to("jax"))(*args), step.value_and_grad(*args))


@pytest.mark.parametrize(("function", "args"), FUNCTIONS, ids=IDS)
def test_onnx_model_computes_the_same(function, args, tmp_path):
    onnx = pytest.importorskip("onnx")
    step = am.compile(function)
    same(run_in("onnx", step.program(*args), args, tmp_path), step.value_and_grad(*args))
    names = [node.name for node in onnx.load(tmp_path / "model.onnx").graph.input]
    assert names == (["W1", "W2", "b1", "b2", "x", "labels"] if function is network else ["x", "w"])


def test_onnx_has_a_node_for_a_convolution(tmp_path):
    onnx = pytest.importorskip("onnx")
    args = (np.ones((2, 3, 8), np.float32), np.ones((4, 3, 3), np.float32))
    step = am.compile(lambda x, w: am.conv1d(x, w, stride=2))
    step.program(*args, gradients=False).to_onnx(tmp_path / "model.onnx")
    assert [node.op_type for node in onnx.load(tmp_path / "model.onnx").graph.node if node.op_type != "Reshape"] == [
        "Conv",
        "Identity",
    ]


def test_gate_without_a_form_in_onnx_is_named(tmp_path):
    pytest.importorskip("onnx")
    program = am.compile(lambda x: np.linalg.det(x)).program(np.eye(3))
    with pytest.raises(am.UnsupportedError) as caught:
        program.to_onnx(tmp_path / "model.onnx")
    assert str(caught.value) == (
        "to: the gate 'det' has no form in ONNX (there is no node for np.det). Write it with other gates."
    )


def test_onnx_model_is_written_whole_into_a_folder_that_is_there(tmp_path):
    onnx = pytest.importorskip("onnx")
    program = am.compile(np.sum).program(X)
    with pytest.raises(FileNotFoundError) as caught:
        program.to_onnx(tmp_path / "models" / "sum.onnx")
    assert str(caught.value) == (
        f"cannot write {tmp_path / 'models' / 'sum.onnx'}: there is no folder {tmp_path / 'models'}. Make it first."
    )
    for name in ("sum.onnx", "sum.json", "sum"):
        program.to_onnx(tmp_path / name)
        onnx.checker.check_model(onnx.load(tmp_path / name))


def test_jax_differentiates_a_program_of_the_value():
    jax = pytest.importorskip("jax")
    step = am.compile(elementwise)
    args = (X, RNG.normal(size=4))
    value = step.program(*args, gradients=False).to("jax")
    gradients = jax.grad(lambda x, w: value(x, w), (0, 1))(*args)
    for ours, theirs in zip(gradients, step.value_and_grad(*args)[1], strict=True):
        # JAX's float32.
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-5)


def test_what_cannot_be_ported_is_refused():
    program = am.compile(lambda x: x if x > 0 else -x).program(1.0)
    with pytest.raises(am.UnsupportedError) as caught:
        program.to("tensorflow")
    assert (
        str(caught.value)
        == "to: there is no library 'tensorflow'; the libraries are 'jax' and 'torch'; for ONNX use to_onnx(path)."
    )
    with pytest.raises(am.UnsupportedError) as caught:
        program.to("torch")
    assert str(caught.value) == (
        "to: <lambda> reads numbers that are computed (if x > 0, .item()), which torch cannot follow. "
        "Write it with np.where and gates."
    )


def test_library_that_is_not_installed_is_named():
    script = (
        "import sys\n"
        "sys.modules['torch'] = None\n"
        "import autograd_mini as am\n"
        "try:\n"
        "    am.compile(lambda x: x * x).program(1.0).to('torch')\n"
        "except am.UnsupportedError as error:\n"
        "    print(error)\n"
    )
    printed = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert printed == "to: torch is not installed; pip install 'autograd-mini[torch]'.\n"


def power_of_a_line(parameters, x, n):
    return np.sum((parameters["a"] * x + parameters["b"]) ** n)


LINE = ({"a": np.ones(3), "b": 2.0}, np.arange(3.0), 2)
# What does not fit the arguments above, with the error and its message after the function's name.
MISFITS = {
    "an argument is missing": (LINE[:2], am.ShapeError, "expected 3 arguments as in the trace, got 2."),
    "an entry is missing": (
        ({"a": np.ones(3)}, *LINE[1:]),
        am.ShapeError,
        "argument 0 must have the entries ['a', 'b'] as in the trace, got ['a'].",
    ),
    "entries one by one": (
        (np.ones(3), *LINE[1:]),
        am.ShapeError,
        "argument 0 must have the entries ['a', 'b'] as in the trace, got ndarray.",
    ),
    "a list in place of an array": (
        (LINE[0], [0.0, 1.0, 2.0], 2),
        am.ShapeError,
        "argument 1 must be a number or an array as in the trace, got list.",
    ),
    "another shape": (
        (LINE[0], np.ones(4), 2),
        am.ShapeError,
        "input 'x' has shape (3,) in the program, got (4,). Trace the function for arguments of this shape.",
    ),
    "another dtype": (
        (LINE[0], np.arange(3), 2),
        am.DtypeError,
        "input 'x' is float64 in the program, got int64. "
        "Convert it, or trace the function for arguments of this dtype.",
    ),
    "another whole number": (
        (*LINE[:2], 3),
        am.UnsupportedError,
        "argument 2 is 2, which is part of the program, got 3. Trace the function for this one.",
    ),
}


@pytest.mark.parametrize("name", MISFITS)
@pytest.mark.parametrize("library", ["NumPy", "torch"])
def test_arguments_that_do_not_fit_are_named(name, library):
    args, error, message = MISFITS[name]
    program = am.compile(power_of_a_line).program(*LINE)
    if library == "torch":
        torch = pytest.importorskip("torch")
        program = program.to("torch")
        args = mapped(lambda leaf: torch.tensor(leaf) if isinstance(leaf, np.ndarray) else leaf, args)
        message = message.replace("ndarray", "Tensor")
    with pytest.raises(error) as caught:
        program(*args)
    assert str(caught.value) == f"power_of_a_line: {message}"


def test_keys_may_stand_in_any_order():
    program = am.compile(power_of_a_line).program(*LINE)
    assert program({"b": 0.0, "a": np.ones(3)}, np.arange(3.0), 2)[0] == 5.0


def test_torch_stays_on_the_device_of_its_arguments():
    torch = pytest.importorskip("torch")
    args = (X, RNG.normal(size=4))
    ported = am.compile(elementwise).program(*args).to("torch")
    value, gradients = ported(*[torch.tensor(arg, device="meta") for arg in args])
    assert {part.device.type for part in (value, *gradients)} == {"meta"}


def test_labels_are_an_input_and_checked():
    step = am.compile(lambda x, labels: F.cross_entropy(x, labels), 0)
    for seed in range(20):
        labels = np.random.default_rng(seed).integers(0, 4, 6)
        np.testing.assert_allclose(step(X, labels), F.cross_entropy(X, labels))
    assert repr(step) == "<compiled <lambda>: 1 program>"
    for wrong in (4, -1):
        with pytest.raises(am.ShapeError, match=rf"class indices must be from 0 to 3; got {wrong}\."):
            step(X, np.array([0, 1, 2, 3, wrong, 0]))


def test_inner_gradient_reads_no_numbers():
    step = am.compile(lambda x: np.sum(am.grad(lambda y: np.sum(y**3))(x) ** 2))
    for seed in range(3):
        x = np.random.default_rng(seed).normal(size=3)
        np.testing.assert_allclose(step.value_and_grad(x)[1][0], 36 * x**3)
    assert repr(step) == "<compiled <lambda>: 1 program>"
