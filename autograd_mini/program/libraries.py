"""A program as a function of another library's arrays, so that it runs on accelerators, under jit, in a larger model.

The rows are run as they are: their operands stand for arrays of the library, and answer each of NumPy's calls with the
library's function of the same meaning. Only how a function is called elsewhere is said here, no gate a second time.
"""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from ..errors import UnsupportedError
from ..transforms.trees import mapped
from .binding import bound, require_dtype
from .nesting import replaced
from .stand_ins import Ported, bare
from .steps import Program, Step, Wire, assume, renumbered


def ported(program: Program, library: str) -> Callable[..., Any]:
    """Return a program as a function of another library's arrays.

    Raises:
        UnsupportedError: if the library is neither "jax" nor "torch", or is not installed; or if the program assumes
            values, which these libraries cannot look at. A gate with no form there is named when the function runs.
    """
    if library not in ("jax", "torch"):
        raise UnsupportedError(
            f"to: there is no library {library!r}; the libraries are 'jax' and 'torch'; for ONNX use to_onnx(path)."
        )
    module = _library(program, library)
    port: type[Ported] = module.Array

    def function(*args: Any) -> Any:
        given = _stand_ins(program, args, port)
        with port.on_device_of(given):
            return mapped(bare, _outputs(program, given, port, library))

    function.__name__ = program.name
    function.__doc__ = f"Return what {program.name} does, on arrays of {library}."
    return function


def saved_as_onnx(program: Program, path: Path) -> None:
    """Save a program as an ONNX model."""
    module = _library(program, "onnx")
    module.save(program, path, lambda given: _outputs(program, given, module.Array, "ONNX"))


def _stand_ins(program: Program, args: tuple[Any, ...], port: type[Ported]) -> list[Ported]:
    """Return what stands for the inputs.

    Raises:
        ShapeError, DtypeError, UnsupportedError: as when the program is called.
    """
    given = []
    for value, wire in zip(bound(program, args), program.inputs, strict=True):
        dtype = program.steps[wire].kind.dtype
        stand_in = port.of(value, dtype)
        require_dtype(program, wire, str(port.held(dtype)), stand_in.dtype_name)
        given.append(stand_in)
    return given


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
    return renumbered(program.outputs, values)


def _applied(step: Step, values: list[Any], port: type["Ported"], library: str) -> Any:
    """Return a step's value: the row's own, on stand-ins."""
    operands = [values[operand] if isinstance(operand, Wire) else operand for operand in step.operands]
    options = replaced(Wire, step.options, lambda wire: values[wire])
    gate = step.gate
    try:
        result = gate(*operands, **options)
        result = result if isinstance(result, port) else port.of(result, step.kind.dtype)
    except (UnsupportedError, AttributeError, TypeError, ValueError, RuntimeError, IndexError) as error:
        raise UnsupportedError(
            f"to: the gate '{gate.__name__}' has no form in {library} ({error}). Write it with other gates."
        ) from error
    return result
