"""What check_backward was called with: functions, names, shapes and a seed that make sense, or a clear error."""

import inspect
from collections.abc import Callable, Sequence
from typing import Any

from ...errors import UnsupportedError
from .choosing import Shapes


def check_functions(forward: Any, backward: Any, seed: Any) -> None:
    """Raise UnsupportedError unless there are functions to call, and a seed."""
    for role, function in (("forward", forward), ("backward", backward)):
        if not callable(function) and (role == "forward" or function is not None):
            raise UnsupportedError(
                f"check_backward: {role} must be a function; got {type(function).__name__}. Call it as "
                "check_backward(affine_forward, affine_backward, x, w, b)."
            )
    if not isinstance(seed, int) or seed < 0:
        raise UnsupportedError(f"check_backward: the seed must be a whole number of at least 0; got {seed!r}.")


def input_names(
    forward: Callable[..., Any], inputs: Sequence[Any], names: Sequence[str] | None, shapes: Shapes
) -> list[str]:
    """Return the inputs' names: as given, else the forward function's parameters, as many as there are inputs.

    Raises:
        UnsupportedError: if the function takes more inputs, or fewer, or the names are not as many, or not distinct.
    """
    count = len(inputs) + len(shapes)
    known = parameter_names(forward)
    if not takes(forward, count):
        raise UnsupportedError(
            f"check_backward: {_title(forward)} takes {', '.join(known) or 'nothing'}; got {len(inputs)} arrays and "
            f"{len(shapes)} shapes. Give an array, or a shape in shapes=, for each; the forward function comes first."
        )
    if names is None:
        # Parameters with a default may be left out at the end.
        return ((known or list(shapes)) + [f"input{i}" for i in range(len(known), count)])[:count]
    if len(names) != count or len(set(names)) != count or not all(isinstance(name, str) for name in names):
        raise UnsupportedError(
            f"check_backward: names must be {count} different texts, one for each input; got {list(names)!r}."
        )
    return list(names)


def check_shapes_named(forward: Callable[..., Any], shapes: Shapes, names: Sequence[str]) -> None:
    """Raise UnsupportedError if a shape is given for an input that is not there."""
    for name in shapes:
        if name not in names:
            raise UnsupportedError(
                f"check_backward: shapes names {name!r}; the inputs of {_title(forward)} are {', '.join(names)}."
            )


def parameter_names(function: Callable[..., Any]) -> list[str]:
    """Return the names of a function's positional parameters."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return []
    return [p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]


def takes(function: Callable[..., Any], count: int) -> bool:
    """Return whether a function can be called with so many arguments, as far as is known."""
    try:
        inspect.signature(function).bind(*range(count))
    except TypeError:
        return False
    except ValueError:
        # Of a function that is not written in Python nothing is known.
        return True
    return True


def _title(function: Callable[..., Any]) -> str:
    return str(getattr(function, "__name__", "forward"))
