"""The arguments of a program: nested as those of the traced function, and of the shapes for which it was traced."""

from collections.abc import Iterator, Mapping
from typing import Any

from ..errors import DtypeError, ShapeError, UnsupportedError
from ..tensor import Tensor
from .steps import Kind, Program, Wire


def bound(program: Program, args: tuple[Any, ...]) -> list[Any]:
    """Return a program's inputs in order, out of the arguments that it is called with.

    Raises:
        ShapeError: if arguments are missing or superfluous, nested otherwise, or of another shape.
        UnsupportedError: if a whole number, truth value or text that is part of the program is another one.
    """
    if len(args) != len(program.arguments):
        raise ShapeError(
            f"{program.name}: expected {len(program.arguments)} arguments as in the trace, got {len(args)}."
        )
    found: dict[Wire, Any] = {}
    for i, (arg, traced) in enumerate(zip(args, program.arguments, strict=True)):
        found |= _taken(program, arg, traced, f"argument {i}")
    return [found[wire] for wire in program.inputs]


def require_dtype(program: Program, wire: Wire, expected: str, got: str) -> None:
    """Raise DtypeError unless an input has the dtype that a program expects, both by their names."""
    if got != expected:
        raise DtypeError(
            f"{program.name}: {_called(program, wire)} is {expected} in the program, got {got}. "
            "Convert it, or trace the function for arguments of this dtype."
        )


def as_held(value: Any, kind: Kind) -> Any:
    """Return an input as a program holds it: a single float64 number as Python's float."""
    return float(value) if kind.is_float else value


def _taken(program: Program, arg: Any, traced: Any, place: str) -> dict[Wire, Any]:
    if isinstance(traced, Wire):
        if isinstance(arg, Mapping | list | tuple) or arg is None:
            raise ShapeError(
                f"{program.name}: {place} must be a number or an array as in the trace, got {type(arg).__name__}."
            )
        arg = arg.data if isinstance(arg, Tensor) else arg
        shape, expected = tuple(getattr(arg, "shape", ())), program.steps[traced].kind.shape
        if shape != expected:
            raise ShapeError(
                f"{program.name}: {_called(program, traced)} has shape {expected} in the program, got {shape}. "
                "Trace the function for arguments of this shape."
            )
        return {traced: arg}
    if isinstance(traced, Mapping | list | tuple):
        keys, given = dict(_entries(traced)), dict(_entries(arg))
        if isinstance(arg, Mapping) != isinstance(traced, Mapping) or keys.keys() != given.keys():
            raise ShapeError(
                f"{program.name}: {place} must have the entries {list(keys)} as in the trace, got "
                f"{list(given) or type(arg).__name__}."
            )
        found: dict[Wire, Any] = {}
        for key, part in keys.items():
            found |= _taken(program, given[key], part, f"{place}, entry {key!r}")
        return found
    if type(arg) is not type(traced) or arg != traced:
        raise UnsupportedError(
            f"{program.name}: {place} is {traced!r}, which is part of the program, got {arg!r:.40}. "
            "Trace the function for this one."
        )
    return {}


def _entries(tree: Any) -> Iterator[tuple[Any, Any]]:
    """Yield the entries of a dict, a list or a tuple, with their keys or numbers; none of anything else."""
    if isinstance(tree, Mapping):
        yield from tree.items()
    elif isinstance(tree, list | tuple):
        yield from enumerate(tree)


def _called(program: Program, wire: Wire) -> str:
    return f"input '{program.steps[wire].name or program.inputs.index(wire)}'"
