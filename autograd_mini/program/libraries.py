"""A program as a function of another library's arrays, so that it runs on accelerators, under jit, in a larger model.

The rows are run as they are: their operands stand for arrays of the library, and answer each of NumPy's calls with the
library's function of the same meaning. Only how a function is called elsewhere is said here, no gate a second time.
"""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar, NoReturn

import numpy as np

from ..errors import UnsupportedError
from ..primitive import Primitive
from ..transforms.trees import mapped
from .steps import Program, Step, Wire, assume, with_wires


def ported(program: Program, library: str) -> Callable[..., Any]:
    """Return a program as a function of another library's arrays.

    Raises:
        UnsupportedError: if the library is neither "jax" nor "torch", or is not installed; or if the program assumes
            values, which these libraries cannot look at. A gate with no form there is named when the function runs.
    """
    if library not in ("jax", "torch"):
        raise UnsupportedError(f"to: there is no library {library!r}; the libraries are 'jax' and 'torch'.")
    module = _library(program, library)
    port: type[Ported] = module.Array

    def function(*inputs: Any) -> Any:
        given = [
            port.of(value, program.steps[wire].kind.dtype) for value, wire in zip(inputs, program.inputs, strict=True)
        ]
        return mapped(bare, _outputs(program, given, port, library))

    function.__name__ = program.name
    function.__doc__ = f"Return what {program.name} does, on arrays of {library}."
    return function


def saved_as_onnx(program: Program, path: Path) -> None:
    """Save a program as an ONNX model."""
    module = _library(program, "onnx")
    module.save(program, path, lambda given: _outputs(program, given, module.Array, "ONNX"))


def _library(program: Program, library: str) -> Any:
    """Return the module that knows a library's arrays.

    Raises:
        UnsupportedError: if the library is not installed, or the program assumes values.
    """
    if any(step.gate is assume for step in program.steps):
        raise UnsupportedError(
            f"to: {program.name} reads numbers that are computed (if x > 0, .item()), which {library} cannot follow. "
            "Write it with np.where and gates."
        )
    try:
        return import_module(f".{library}_arrays", __package__)
    except ImportError as error:
        raise UnsupportedError(f"to: {library} is not installed; pip install 'autograd-mini[{library}]'.") from error


def _outputs(program: Program, given: list[Any], port: type["Ported"], library: str) -> Any:
    """Return a program's outputs as stand-ins, computed from those of its inputs."""
    values: list[Any] = []
    inputs = iter(given)
    for step in program.steps:
        if step.is_input:
            values.append(next(inputs))
        elif step.is_constant:
            values.append(port.of(step.operands[0], step.kind.dtype))
        else:
            values.append(_applied(step, values, port, library))
    return mapped(lambda leaf: values[leaf] if isinstance(leaf, Wire) else leaf, program.outputs)


def _applied(step: Step, values: list[Any], port: type["Ported"], library: str) -> Any:
    """Return a step's value: the row's own, on stand-ins."""
    operands = [values[operand] if isinstance(operand, Wire) else operand for operand in step.operands]
    options = with_wires(step.options, lambda wire: values[wire])
    gate = step.gate
    try:
        value = gate.value if isinstance(gate, Primitive) else gate
        result = port.special.get(gate, value)(*operands, **options)
        result = result if isinstance(result, port) else port.of(result, step.kind.dtype)
    except (UnsupportedError, AttributeError, TypeError, ValueError, RuntimeError, IndexError) as error:
        raise UnsupportedError(
            f"to: the gate '{gate.__name__}' has no form in {library} ({error}). Write it with other gates."
        ) from error
    return result


class Ported(np.lib.mixins.NDArrayOperatorsMixin):
    """Stands for an array of another library in a row's value."""

    # Gates whose rows write into an array, which the library does in its own way.
    special: ClassVar[dict[Primitive, Callable[..., Any]]] = {}

    def __init__(self, array: Any) -> None:
        self.array = array

    @classmethod
    def of(cls, value: Any, dtype: np.dtype[Any]) -> "Ported":
        """Return numbers, or an array of the library, as an operand; a dtype is taken where there is none."""
        raise NotImplementedError

    @classmethod
    def call(cls, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Return what the library's function of the same meaning gives; UnsupportedError if it has none."""
        raise NotImplementedError

    @property
    def shape(self) -> tuple[int, ...]:
        """Lengths of the axes."""
        return tuple(self.array.shape)

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """Number of entries."""
        return int(np.prod(self.shape))

    @property
    def dtype(self) -> np.dtype[Any]:
        """Dtype, as NumPy's."""
        return np.dtype(str(self.array.dtype).removeprefix("torch."))

    @property
    def T(self) -> Any:
        """The array with its axes reversed."""
        return np.transpose(self)

    def reshape(self, *shape: Any) -> Any:
        """Return the entries in another shape."""
        return np.reshape(self, shape[0] if len(shape) == 1 else shape)

    def __getitem__(self, key: Any) -> Any:
        return type(self)(self.array[bare(key)])

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if method == "reduce" and ufunc is np.add:
            return self.__array_function__(np.sum, (), inputs, kwargs)
        if method != "__call__" or kwargs:
            raise UnsupportedError(f"np.{ufunc.__name__}.{method}")
        return type(self)(self.call(ufunc, bare(inputs), {}))

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if function in (np.shape, np.ndim, np.size):
            return getattr(args[0], function.__name__)
        if function is np.result_type:
            return np.result_type(*[arg.dtype if isinstance(arg, Ported) else arg for arg in args])
        return type(self)(self.call(function, bare(tuple(args)), {key: bare(part) for key, part in kwargs.items()}))

    def __array__(self, *_: Any, **__: Any) -> NoReturn:
        raise UnsupportedError("it needs plain numbers")

    def __bool__(self) -> NoReturn:
        raise UnsupportedError("it looks at numbers")


def bare(given: Any) -> Any:
    """Return an argument with the library's arrays in place of what stands for them."""
    if isinstance(given, Ported):
        return given.array
    if type(given) in (tuple, list):
        return type(given)(bare(part) for part in given)
    if isinstance(given, slice):
        return slice(*map(bare, (given.start, given.stop, given.step)))
    return given
