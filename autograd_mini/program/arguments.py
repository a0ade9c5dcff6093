"""The arguments of a compiled function: taken apart into inputs, told apart by form, shape and dtype."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from ..errors import DtypeError
from ..tensor import Tensor
from ..transforms.trees import leaves
from .checks import Checks, required


class Signed(NamedTuple):
    """The arguments of a call.

    Attributes:
        inputs: the program's inputs.
        key: the signature that calls of the same program share.
        types: the class of every part, which calls of the same checked function share.
    """

    inputs: list[Any]
    key: tuple[Any, ...]
    types: tuple[type, ...]


def signed(args: tuple[Any, ...]) -> Signed:
    """Return the inputs among the arguments, and their signature.

    Raises:
        DtypeError: if an argument is made of something else than numbers, arrays and texts.
    """
    found: list[Any] = []
    key: list[Any] = []
    types: list[type] = []
    for arg in args:
        _sign(arg, found, key, types)
    return Signed(found, tuple(key), tuple(types))


def _sign(tree: Any, found: list[Any], key: list[Any], types: list[type]) -> None:
    types.append(type(tree))
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
            _sign(part, found, key, types)
    elif isinstance(tree, list | tuple):
        key.append((type(tree), len(tree)))
        for part in tree:
            _sign(part, found, key, types)
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


def require_alike(checks: Checks, args: tuple[Any, ...], inputs: Sequence[str]) -> list[str]:
    """Write tests that arguments look like these, and lines that take the inputs out of them.

    Args:
        checks: where they are written.
        args: arguments without Tensors among them: whether one requires a gradient may change.
        inputs: the names that the inputs are given, in order.

    Returns:
        The names that the arguments have in the tests. What stands under them is still the argument afterwards.
    """
    left = iter(inputs)
    # Numbers and arrays by their class, all of one class in one comparison: x.__class__ is y.__class__ is float.
    alike: dict[type, list[str]] = {}
    tests: list[str] = []
    conversions: list[str] = []
    made = itertools.count()

    def leaf(value: Any) -> str:
        how = "{}"
        if isinstance(value, np.ndarray):
            how = "{}" if value.shape else "__float({})" if value.dtype == np.float64 else "{}[()]"
        elif isinstance(value, float) and type(value) is not float:
            how = "__float({})"
        name = wanted = next(left)
        if how != "{}":
            name = f"__arg{next(made)}"
            conversions.append(f"{wanted} = {how.format(name)}")
        if isinstance(value, np.ndarray):
            tests.append(f"{name}.dtype is {checks.held(value.dtype)} and {name}.shape == {checks.held(value.shape)}")
        alike.setdefault(type(value), []).append(name)
        return name

    def take(tree: Any) -> tuple[str, list[str]]:
        """Return the name of an argument or a part, and the lines that look at it and take it apart."""
        if isinstance(tree, np.ndarray | float | np.floating):
            return leaf(tree), []
        name = f"__arg{next(made)}"
        lines = [required(f"{name}.__class__ is {checks.held(type(tree))}")]
        if not isinstance(tree, Mapping | list | tuple):
            return name, [*lines, required(f"{name} == {checks.held(tree)}")]
        parts, text = list(tree), name
        if isinstance(tree, Mapping):
            # A function may go through a dict in the order of its keys.
            lines.append(required(f"[*{name}] == {checks.held(parts)}"))
            parts, text = list(tree.values()), f"{name}.values()"
        if not parts:
            return name, [*lines, required(f"not __len({name})")]
        taken = [take(part) for part in parts]
        lines.append(f"{', '.join(inner for inner, _ in taken)}, = {text}")
        return name, [*lines, *[line for _, inner in taken for line in inner]]

    parameters = []
    for arg in args:
        name, lines = take(arg)
        parameters.append(name)
        checks.lines += lines
    for cls, found in alike.items():
        checks.lines.append(required(f"{' is '.join(f'{name}.__class__' for name in found)} is {checks.held(cls)}"))
    checks.lines += [*map(required, tests), *conversions]
    return parameters
