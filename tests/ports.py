"""Run a program in another library, on NumPy's arrays."""

import contextlib
from importlib.util import find_spec

import numpy as np
import pytest

from autograd_mini.transforms.trees import leaves, mapped

LIBRARIES = {"jax": ["jax"], "torch": ["torch"], "onnx": ["onnx", "onnxruntime"]}


def in_each(*libraries):
    """Run a test in each of these libraries; a test is skipped before it does anything where one is missing."""

    def parameter(library):
        missing = [module for module in LIBRARIES[library] if find_spec(module) is None]
        return pytest.param(
            library, marks=pytest.mark.skipif(bool(missing), reason=f"{', '.join(missing)} not installed")
        )

    return pytest.mark.parametrize("library", [parameter(library) for library in libraries or LIBRARIES])


# Gates whose nodes onnxruntime has for float32 only.
FLOAT32_NODES = {
    "arccos", "arccosh", "arcsin", "arctan", "arctanh", "cosh", "erf", "erfc", "gelu", "sinh", "tan",
}  # fmt: skip
# For functions whose numbers are of size 1.
CLOSE = {np.float64: {"rtol": 1e-9, "atol": 1e-10}, np.float32: {"rtol": 1e-4, "atol": 1e-5}}


def flat(tree):
    """Return the leaves of a tree as arrays."""
    return [np.asarray(leaf) for leaf in leaves(tree)]


def in_dtype(tree, dtype):
    """Return arguments with floating-point numbers in a dtype; whole numbers stay."""

    def converted(leaf):
        return leaf if np.result_type(leaf).kind != "f" else np.asarray(leaf, dtype) if np.ndim(leaf) else dtype(leaf)

    return mapped(converted, tree)


@contextlib.contextmanager
def sixty_four_bits():
    """Let JAX compute in float64."""
    jax = pytest.importorskip("jax")
    # Small programs take longer to optimise than to run.
    settings = ("jax_enable_x64", "jax_disable_most_optimizations")
    for setting in settings:
        jax.config.update(setting, True)
    try:
        yield jax
    finally:
        for setting in settings:
            jax.config.update(setting, False)


def run_in(library, program, args, folder):
    """Return what a library makes of a program: its outputs from left to right, as NumPy's arrays.

    Args:
        library: one of LIBRARIES.
        program: the program.
        args: arguments of NumPy's.
        folder: where a model is saved.
    """
    if library == "jax":
        with sixty_four_bits() as jax:
            return flat(jax.jit(program.to("jax"))(*args))
    if library == "torch":
        torch = pytest.importorskip("torch")
        return flat(program.to("torch")(*mapped(lambda leaf: torch.tensor(np.array(leaf)), args)))
    return run_in_onnx(program, args, folder / "model.onnx")


def run_in_onnx(program, args, path):
    """Return the outputs of a saved ONNX model, by onnxruntime."""
    onnx = pytest.importorskip("onnx")
    runtime = pytest.importorskip("onnxruntime")
    program.to_onnx(path)
    given = dict(zip([one.name for one in onnx.load(path).graph.input], flat(args), strict=True))
    options = runtime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = 1
    # Optimised, it divides a product of matrices by a float32 number, whatever their dtype.
    options.graph_optimization_level = runtime.GraphOptimizationLevel.ORT_DISABLE_ALL
    return runtime.InferenceSession(path, options).run(None, given)


def assert_same(ours, theirs, dtype=np.float64):
    """Compare two trees of numbers, with their dtypes."""
    for mine, other in zip(flat(ours), flat(theirs), strict=True):
        assert np.result_type(mine) == np.result_type(other)
        np.testing.assert_allclose(other, mine, **CLOSE[dtype])
