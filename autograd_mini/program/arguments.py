"""The arguments of a compiled function: taken apart into inputs, told apart by form, shape and dtype."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from ..errors import DtypeError
from ..tensor import Tensor
from ..transforms.trees import leaves

Accept = Callable[[tuple[Any, ...]], tuple[Any, ...] | None]


class Signed(NamedTuple):
    """The arguments of a call: the program's inputs, and the signature that calls of the same program share."""

    inputs: list[Any]
    key: tuple[Any, ...]


def signed(args: tuple[Any, ...]) -> Signed:
    """Return the inputs among the arguments, and their signature.

    Raises:
        DtypeError: if an argument is made of something else than numbers, arrays and texts.
    """
    found: list[Any] = []
    key: list[Any] = []
    for arg in args:
        _sign(arg, found, key)
    return Signed(found, tuple(key))


def _sign(tree: Any, found: list[Any], key: list[Any]) -> None:
    if isinstance(tree, Tensor):
        tree = tree.data
    if isinstance(tree, np.ndarray):
        if tree.dtype.kind not in "fiub" or isinstance(tree, np.ma.MaskedArray | np.matrix):
            raise DtypeError(f"compile: expected plain arrays of real numbers, got {tree.dtype} {type(tree).__name__}.")
        is_number = not tree.shape and tree.dtype == np.float64
        found.append(float(tree) if is_number else tree if tree.shape else tree[()])
        key.append(float if is_number else (tree.shape, tree.dtype))
    elif isinstance(tree, float):
        found.append(float(tree))
        key.append(float)
    elif isinstance(tree, np.floating):
        found.append(tree)
        key.append(tree.dtype)
    elif isinstance(tree, Mapping):
        key.append((dict, *tree))
        for part in tree.values():
            _sign(part, found, key)
    elif isinstance(tree, list | tuple):
        key.append((type(tree), len(tree)))
        for part in tree:
            _sign(part, found, key)
    elif tree is None or isinstance(tree, int | str | np.integer | np.bool_):
        key.append((type(tree), tree))
    else:
        raise DtypeError(
            "compile: arguments must be numbers, arrays, texts, or dicts, lists and tuples of them; "
            f"got {type(tree).__name__}. Use it in the function without passing it, or pass what it holds."
        )


def names(arg: Any, parameter: str) -> Iterator[str]:
    """Yield a name for each leaf of an argument: the parameter's, or the key under which it stands."""
    if isinstance(arg, Mapping):
        for key, part in arg.items():
            yield from names(part, key if isinstance(key, str) else f"{parameter}_{key}")
    elif isinstance(arg, list | tuple):
        for i, part in enumerate(arg):
            yield from names(part, f"{parameter}_{i}")
    elif arg is not None:
        yield parameter


def require_gradients(args: tuple[Any, ...]) -> bool:
    """Return whether a Tensor that requires a gradient is among the arguments."""
    return any(isinstance(leaf, Tensor) and leaf.requires_grad for leaf in leaves(args))


def acceptor(args: tuple[Any, ...]) -> Accept:
    """Return a function that gives the inputs of arguments that look like these, and None for all others.

    It is written out for these arguments, because looking at each of a thousand numbers takes longer than using it.
    """
    lines = ["def accept(args):", "    try:"]
    scope: dict[str, Any] = {"ndarray": np.ndarray}
    tests: list[str] = []
    inputs: list[str] = []

    def known(value: Any) -> str:
        scope[f"known_{len(scope)}"] = value
        return f"known_{len(scope) - 1}"

    def take(tree: Any, name: str) -> None:
        cls = known(type(tree))
        if isinstance(tree, Mapping | list | tuple):
            lines.append(f"        if {name}.__class__ is not {cls} or len({name}) != {len(tree)}: return None")
            parts = [f"{name}_{i}" for i in range(len(tree))]
            if isinstance(tree, Mapping):
                lines.extend(f"        {part} = {name}[{known(key)}]" for part, key in zip(parts, tree, strict=True))
            elif parts:
                lines.append(f"        {', '.join(parts)}, = {name}")
            for part, inner in zip(parts, tree.values() if isinstance(tree, Mapping) else tree, strict=True):
                take(inner, part)
        elif isinstance(tree, np.ndarray):
            tests.append(
                f"{name}.__class__ is {cls} and {name}.shape == {known(tree.shape)} "
                f"and {name}.dtype is {known(tree.dtype)}"
            )
            is_number = not tree.shape and tree.dtype == np.float64
            inputs.append(f"float({name})" if is_number else name if tree.shape else f"{name}[()]")
        elif isinstance(tree, float | np.floating):
            tests.append(f"{name}.__class__ is {cls}")
            inputs.append(f"float({name})" if isinstance(tree, float) and type(tree) is not float else name)
        elif isinstance(tree, Tensor):
            # It may require a gradient the next time.
            tests.append("False")
        else:
            tests.append(f"{name}.__class__ is {cls} and {name} == {known(tree)}")

    take(args, "args")
    lines += ["    except KeyError:", "        return None"]
    lines += [f"    if {' and '.join(tests)}:"] if tests else ["    if True:"]
    lines += [f"        return ({', '.join(inputs)}{',' if inputs else ''})", "    return None"]
    # Keys, types and shapes come in by names made here; no text of a user's reaches the source.
    exec("\n".join(lines), scope)
    return scope["accept"]
