"""The engines that take part: ours, and the peers that are installed, each with its own functions and way of calling.

Inputs are made once, as parameters of a network are; a step records the loss and finds the gradient of every input.
"""

import functools
import importlib
import importlib.metadata
from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np

import autograd_mini as am

from . import functions
from .workload import Engine, Step, Workload

# Our own ways: recorded at each step, compiled with its checks at each call, and the written code without them.
EAGER, COMPILED, CODE = "eager", "compiled", "code alone"
# Package, as it is installed, for each peer.
_PACKAGES = {
    "micrograd": "micrograd",
    "HIPS autograd": "autograd",
    "MyGrad": "mygrad",
    "PyTorch": "torch",
    "JAX jit": "jax",
}


def engines() -> dict[str, Engine]:
    """Return the engines that can be imported here, ours first."""
    found = {EAGER: Engine(_ours), COMPILED: Engine(_compiled), CODE: Engine(_program)}
    for name, (step, only_scalars) in {
        "micrograd": (_micrograd, True),
        "HIPS autograd": (_autograd, False),
        "MyGrad": (_mygrad, False),
        "PyTorch": (_torch, False),
        "JAX jit": (_jax, False),
    }.items():
        try:
            importlib.import_module(_PACKAGES[name])
        except ImportError:
            continue
        found[name] = Engine(step, only_scalars)
    return found


def versions() -> dict[str, str]:
    """Return the version of each peer that is installed."""
    found = {}
    for name, package in _PACKAGES.items():
        try:
            found[name] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def _ours(workload: Workload) -> Step:
    leaves = [am.Tensor(given) for given in workload.inputs]

    def step() -> list[Any]:
        output = workload.loss(functions, *workload.data, *leaves)
        output.backward(np.ones(output.shape) if output.shape else None, release=workload.is_training)
        return [leaf.grad for leaf in leaves]

    return step


def recorded(workload: Workload) -> am.Tensor:
    """Return the output of a workload, recorded."""
    return workload.loss(functions, *workload.data, *map(am.Tensor, workload.inputs))


def compiled(workload: Workload) -> Any:
    """Return the compiled function of a workload, whose program is not written yet."""

    function = functools.partial(workload.loss, functions)
    if workload.is_entrywise:
        return am.compile(lambda *args: np.sum(function(*args)), workload.argnums)
    return am.compile(function, workload.argnums)


def _compiled(workload: Workload) -> Step:
    step, given = compiled(workload).value_and_grad, (*workload.data, *workload.inputs)
    return lambda: step(*given)[1]


def _program(workload: Workload) -> Step:
    given = (*workload.data, *workload.inputs)
    step = compiled(workload).program(*given).function
    return lambda: step(*given)[1]


def _micrograd(workload: Workload) -> Step:
    engine = importlib.import_module("micrograd.engine")

    def maximum(x: Any, y: Any) -> Any:
        # micrograd has no maximum; this is one for numbers that do not tie.
        return x + (y - x).relu()

    library = SimpleNamespace(relu=lambda x: x.relu(), maximum=maximum)
    leaves = [engine.Value(given) for given in workload.inputs]

    def step() -> list[Any]:
        for leaf in leaves:
            leaf.grad = 0
        workload.loss(library, *leaves).backward()
        return [leaf.grad for leaf in leaves]

    return step


def _autograd(workload: Workload) -> Step:
    autograd = importlib.import_module("autograd")
    anp: Any = importlib.import_module("autograd.numpy")
    convolve = importlib.import_module("autograd.scipy.signal").convolve
    library = _numpy_like(anp)
    library.sigmoid = lambda x: 0.5 * (anp.tanh(0.5 * x) + 1)

    def convolved(axes: tuple[int, ...]) -> Callable[..., Any]:
        def conv(x: Any, w: Any, b: Any, padding: int = 0) -> Any:
            if padding:
                x = anp.pad(x, [(0, 0), (0, 0), *[(padding, padding)] * len(axes)], mode="constant")
            # A true convolution turns the kernel round.
            turned = w[(..., *[slice(None, None, -1)] * len(axes))]
            out = convolve(x, turned, axes=(axes, axes), dot_axes=([1], [1]), mode="valid")
            return out + anp.reshape(b, (-1, *[1] * len(axes)))

        return conv

    library.conv1d, library.conv2d = convolved((2,)), convolved((2, 3))
    gradient = autograd.value_and_grad(lambda *args: anp.sum(workload.loss(library, *args)), workload.argnums)
    return lambda: gradient(*workload.data, *workload.inputs)[1]


def _mygrad(workload: Workload) -> Step:
    mg: Any = importlib.import_module("mygrad")
    nnet = importlib.import_module("mygrad.nnet")

    def conv(axes: int) -> Callable[..., Any]:
        def layer(x: Any, w: Any, b: Any, padding: int = 0) -> Any:
            return nnet.conv_nd(x, w, stride=1, padding=padding) + mg.reshape(b, (-1, *[1] * axes))

        return layer

    library = SimpleNamespace(
        tanh=mg.tanh, sigmoid=nnet.sigmoid, relu=nnet.relu, sum=mg.sum, mean=mg.mean, maximum=mg.maximum,
        reshape=mg.reshape, conv1d=conv(1), conv2d=conv(2), max_pool2=lambda x: nnet.max_pool(x, (2, 2), 2),
        log_softmax=nnet.logsoftmax,
    )  # fmt: skip
    if workload.is_scalar:
        library.relu = lambda x: mg.maximum(x, 0)
    leaves = [mg.tensor(given) for given in workload.inputs]

    def step() -> list[Any]:
        workload.loss(library, *workload.data, *leaves).backward()
        return [leaf.grad for leaf in leaves]

    return step


def _torch(workload: Workload) -> Step:
    torch: Any = importlib.import_module("torch")
    torch.set_num_threads(1)
    functional = torch.nn.functional
    library = SimpleNamespace(
        tanh=torch.tanh, sigmoid=torch.sigmoid, relu=torch.relu, sum=torch.sum, mean=torch.mean, maximum=torch.maximum,
        reshape=torch.reshape, conv1d=functional.conv1d, conv2d=functional.conv2d,
        max_pool2=lambda x: functional.max_pool2d(x, 2), log_softmax=lambda x: functional.log_softmax(x, dim=1),
    )  # fmt: skip
    leaves = [torch.tensor(given, dtype=_torch_dtype(torch, given), requires_grad=True) for given in workload.inputs]
    data = [torch.from_numpy(given) for given in workload.data]

    def step() -> list[Any]:
        output = workload.loss(library, *data, *leaves)
        return torch.autograd.grad(output, leaves, torch.ones_like(output) if output.ndim else None)

    return step


def _torch_dtype(torch: ModuleType, given: Any) -> Any:
    return torch.float32 if getattr(given, "dtype", None) == np.float32 else torch.float64


def _jax(workload: Workload) -> Step:
    jax: Any = importlib.import_module("jax")
    jax.config.update("jax_enable_x64", True)
    jnp = importlib.import_module("jax.numpy")
    library = _numpy_like(jnp)
    library.sigmoid, library.relu = jax.nn.sigmoid, jax.nn.relu

    def conv(x: Any, w: Any, b: Any, padding: int = 0) -> Any:
        axes = x.ndim - 2
        out = jax.lax.conv_general_dilated(x, w, (1,) * axes, [(padding, padding)] * axes)
        return out + b.reshape(-1, *[1] * axes)

    library.conv1d = library.conv2d = conv
    gradient = jax.jit(jax.value_and_grad(lambda *args: jnp.sum(workload.loss(library, *args)), workload.argnums))
    given = [jnp.asarray(array) for array in (*workload.data, *workload.inputs)]
    return lambda: jax.block_until_ready(gradient(*given))[1]


def _numpy_like(numpy: Any) -> SimpleNamespace:
    """Return the functions of a module that is written like NumPy, with what NumPy lacks."""

    def max_pool2(x: Any) -> Any:
        rows = numpy.maximum(x[..., ::2, :], x[..., 1::2, :])
        return numpy.maximum(rows[..., ::2], rows[..., 1::2])

    def log_softmax(x: Any) -> Any:
        shifted = x - numpy.max(x, axis=1, keepdims=True)
        return shifted - numpy.log(numpy.sum(numpy.exp(shifted), axis=1, keepdims=True))

    return SimpleNamespace(
        tanh=numpy.tanh, relu=lambda x: numpy.maximum(x, 0), sum=numpy.sum, mean=numpy.mean, maximum=numpy.maximum,
        reshape=numpy.reshape, max_pool2=max_pool2, log_softmax=log_softmax,
    )  # fmt: skip
