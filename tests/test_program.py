"""A program as data: printed, pickled, run by JAX and PyTorch."""

import pickle
import subprocess
import sys

import numpy as np
import pytest
from rows import LINES

import autograd_mini as am
from autograd_mini.transforms.trees import leaves, mapped

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


def flat(tree):
    """Return the leaves of (value, gradients) as arrays."""
    return [np.asarray(leaf) for leaf in leaves(tree)]


def same(ours, theirs):
    for mine, other in zip(flat(ours), flat(theirs), strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-10, atol=1e-12)


def inputs(args):
    """Return a program's inputs: the arguments one by one."""
    return flat(args)


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
    same(step.program(*args).interpreted(inputs(args)), step.value_and_grad(*args))


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
    gradients = function is not convolution
    outputs = step.program(*args, gradients=gradients).to("torch")(*mapped(torch.tensor, args))
    assert isinstance(outputs[0] if gradients else outputs, torch.Tensor)
    same(outputs, step.value_and_grad(*args) if gradients else step(*args))


@pytest.mark.parametrize("line", [line for line in LINES if "checkpoint" not in line.name], ids=lambda line: line.name)
@pytest.mark.filterwarnings("ignore")
def test_torch_computes_the_same_or_names_the_gate(line):
    torch = pytest.importorskip("torch")
    step = am.compile(lambda *args: np.sum(line.function(*args)))
    try:
        expected = step.value_and_grad(*line.inputs)
    except (am.AutogradMiniError, np.linalg.LinAlgError):
        return
    try:
        outputs = step.program(*line.inputs).to("torch")(*[torch.tensor(np.array(x, float)) for x in line.inputs])
    except am.UnsupportedError as error:
        refused = str(error)
    else:
        refused = None
    if refused:
        assert "has no form in torch" in refused or "reads numbers that are computed" in refused
        return
    for ours, theirs in zip(flat(outputs), flat(expected), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-8, atol=1e-9)


@pytest.mark.parametrize(("function", "args"), FUNCTIONS, ids=IDS)
def test_jax_computes_the_same_under_jit(function, args):
    jax = pytest.importorskip("jax")
    step = am.compile(function)
    jax.config.update("jax_enable_x64", True)
    try:
        gradients = function is not convolution
        ported = jax.jit(step.program(*args, gradients=gradients).to("jax"))
        same(ported(*args), step.value_and_grad(*args) if gradients else step(*args))
    finally:
        jax.config.update("jax_enable_x64", False)


@pytest.mark.parametrize(("function", "args"), FUNCTIONS, ids=IDS)
def test_onnx_model_computes_the_same(function, args, tmp_path):
    onnxruntime = pytest.importorskip("onnxruntime")
    pytest.importorskip("onnx")
    step = am.compile(function)
    gradients = function is not convolution
    step.program(*args, gradients=gradients).to_onnx(tmp_path / "model.onnx")
    session = onnxruntime.InferenceSession(tmp_path / "model.onnx")
    names = [node.name for node in session.get_inputs()]
    assert names == (["W1", "W2", "b1", "b2", "x", "labels"] if function is network else ["x", "w"])
    outputs = session.run(None, dict(zip(names, inputs(args), strict=True)))
    same(outputs, step.value_and_grad(*args) if gradients else step(*args))


def test_gate_without_a_form_in_onnx_is_named(tmp_path):
    pytest.importorskip("onnx")
    program = am.compile(lambda x: np.linalg.det(x)).program(np.eye(3))
    with pytest.raises(am.UnsupportedError) as caught:
        program.to_onnx(tmp_path / "model.onnx")
    assert str(caught.value) == (
        "to: the gate 'det' has no form in ONNX (there is no node for np.det). Write it with other gates."
    )


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
    assert str(caught.value) == "to: there is no library 'tensorflow'; the libraries are 'jax' and 'torch'."
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
