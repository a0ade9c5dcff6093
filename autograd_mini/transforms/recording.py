"""One call of a function on fresh wires: what every transform begins with."""

import functools
import inspect
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from ..backward import Region, consumers_first
from ..errors import DtypeError, UnsupportedError
from ..ops.identity import identity
from ..tensor import Tensor, is_recording, recording
from .trees import leaves, mapped

# What to differentiate by: a position, a name, or several of them.
ArgNums = int | str | Sequence[int | str]
_CHOICES = (int, np.integer, str)


class Recording(NamedTuple):
    """A function's result on fresh wires.

    Attributes:
        wires: for each chosen argument, a tree of its wires.
        output: what the function returned, with Tensors in it.
        region: the part of the graph between the wires and the output.
        is_nested: whether the result depends on Tensors from outside, so that derivatives have to be recorded too.
    """

    wires: tuple[Any, ...]
    output: Any
    region: Region
    is_nested: bool

    def plain(self, tree: Any) -> Any:
        """Return a result as it is handed out: as Tensors where outer Tensors are behind it, else as plain numbers."""
        if self.is_nested:
            return tree
        return mapped(lambda leaf: leaf.data if isinstance(leaf, Tensor) else leaf, tree)


def record(
    what: str, function: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any], chosen: Any
) -> Recording:
    """Call a function with fresh wires in place of the chosen arguments.

    Args:
        what: the transform's name, for error messages.
        function: the function.
        args: its positional arguments.
        kwargs: its keyword arguments.
        chosen: positions and names of the arguments to differentiate by.
    """
    outer_is_recording = is_recording()
    with recording(True):
        args, kwargs = list(args), dict(kwargs)
        wires = []
        for key in _keys(what, function, args, kwargs, chosen):
            arguments: Any = args if isinstance(key, int) else kwargs
            arguments[key] = mapped(lambda leaf, key=key: _wire(what, key, leaf), arguments[key])
            wires.append(arguments[key])
        inputs = frozenset(leaves(wires))
        region = Region(min((wire.order for wire in inputs), default=0), inputs)
        output = function(*args, **kwargs)
    is_nested = outer_is_recording and (
        any(wire.gate is not None for wire in inputs) or _reaches_outside(output, region)
    )
    return Recording(tuple(wires), output, region, is_nested)


def expect_function(what: str, function: Any, example: str) -> None:
    """Check that a transform is given a function.

    Args:
        what: the transform's name.
        function: what it is given.
        example: how it is called.

    Raises:
        UnsupportedError: if it is given something else.
    """
    if not callable(function):
        raise UnsupportedError(f"{what}: expected a function; got {type(function).__name__}. Call it as {example}.")


def checked_argnums(
    what: str, argnums: Any, kinds: tuple[type, ...] = _CHOICES, meant: str = "a position or a name"
) -> Any:
    """Return what to differentiate by.

    Args:
        what: the transform's name.
        argnums: one argument, or a list, tuple or range of them.
        kinds: the classes that say one argument.
        meant: what the message calls them.

    Raises:
        UnsupportedError: if it is something else.
    """
    if argnums.__class__ is int:
        # The usual one; a transform may be made at each step of a training loop.
        return argnums
    several = isinstance(argnums, Sequence) and not isinstance(argnums, str)
    if not all(isinstance(choice, kinds) for choice in (argnums if several else (argnums,))):
        raise UnsupportedError(
            f"{what}: argnums must be {meant}, or a tuple of these; got {argnums!r:.60}. The first argument is 0."
        )
    # Whole numbers of NumPy say a position too.
    return int(argnums) if isinstance(argnums, np.integer) else argnums


def called_like(function: Callable[..., Any]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorate what a transform returns: it has the name and the parameters of the function it was made from."""
    return functools.wraps(function, assigned=("__module__", "__name__", "__qualname__"), updated=())


def fresh(tensor: Tensor) -> Tensor:
    """Return a new wire with a Tensor's value, linked to it."""
    return identity(tensor)


def zeros(wire: Tensor) -> Any:
    """Return the gradient of a wire at which nothing arrives."""
    return 0.0 if wire.data.__class__ is float else np.zeros(wire.shape, wire.dtype)


def outputs(what: str, recording: Recording) -> list[Tensor]:
    """Return the output's leaves that depend on the wires.

    Raises:
        UnsupportedError: if the function returned something that is no number, array or Tensor.
    """
    found = []
    for leaf in leaves(recording.output):
        if not isinstance(leaf, Tensor | np.ndarray | np.generic | int | float):
            raise UnsupportedError(
                f"{what}: the function must return numbers, arrays or Tensors, or dicts, lists and tuples of them; "
                f"got {type(leaf).__name__} {leaf!r:.60}."
            )
        if isinstance(leaf, Tensor) and recording.region.has(leaf):
            found.append(leaf)
    return found


def _keys(
    what: str, function: Callable[..., Any], args: list[Any], kwargs: dict[str, Any], chosen: Any
) -> list[int | str]:
    """Return where the chosen arguments stand: positions among `args`, or keys of `kwargs`."""
    keys: list[int | str] = []
    for choice in (chosen,) if isinstance(chosen, int | str) else chosen:
        key = choice
        if isinstance(choice, str) and choice not in kwargs:
            names = list(_parameter_names(function))
            key = names.index(choice) if choice in names else choice
        elif isinstance(choice, int) and choice < 0:
            key = choice + len(args)
        if not (key in kwargs if isinstance(key, str) else 0 <= key < len(args)):
            known = ", ".join(["none"] if not (args or kwargs) else [*map(str, range(len(args))), *map(repr, kwargs)])
            raise UnsupportedError(f"{what}: argnums asks for argument {choice!r}; the call has these: {known}.")
        if key in keys:
            raise UnsupportedError(f"{what}: argnums names argument {choice!r} twice.")
        keys.append(key)
    return keys


def _parameter_names(function: Callable[..., Any]) -> tuple[str, ...]:
    try:
        return tuple(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        return ()


def _wire(what: str, key: int | str, leaf: Any) -> Tensor:
    """Return a fresh wire for a leaf of an argument, linked to it where it is a Tensor itself."""
    if isinstance(leaf, Tensor):
        return fresh(leaf) if leaf.requires_grad else Tensor(leaf.data)
    try:
        return Tensor(leaf)
    except DtypeError as error:
        raise DtypeError(f"{what}: argument {key!r} cannot be differentiated by. {error}") from None


def _reaches_outside(output: Any, region: Region) -> bool:
    """Return whether a Tensor recorded before the wires, which may be differentiated by later, is behind an output."""
    tensors = [leaf for leaf in leaves(output) if isinstance(leaf, Tensor) and leaf.requires_grad]
    if not all(region.has(tensor) for tensor in tensors):
        return True
    return any(
        isinstance(operand, Tensor) and operand.requires_grad and not region.has(operand)
        for gate in consumers_first(*tensors, region=region)
        for operand in gate.operands
    )
