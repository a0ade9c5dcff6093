"""All derivatives at once: jacobian, hessian, and the product of a Hessian with a vector."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal

import numpy as np

from ..errors import UnsupportedError
from ..tensor import Tensor
from .forward import jvp, tangents_of
from .recording import ArgNums, Recording, called_like, checked_argnums, expect_function, outputs, record
from .reverse import grad, pulled
from .trees import filled, leaves


def jacobian(
    f: Callable[..., Any], argnums: ArgNums = 0, *, mode: Literal["reverse", "forward"] | None = None
) -> Callable[..., Any]:
    """Return a function that gives the Jacobian of `f`: the derivative of each output entry by each input entry.

    Args:
        f: a function; its result may be nested.
        argnums: the argument to differentiate by, a position or a name; or a tuple of them, which gives a tuple.
        mode: "reverse" takes one pass per output entry, "forward" one per input entry; the fewer passes when left out.

    Returns:
        A function with the arguments of `f`. Its result is nested like the output of `f`, each leaf of it nested like
        the argument, with arrays of shape (*output shape, *input shape).
    """
    expect_function("jacobian", f, "jacobian(f)(x)")
    argnums = checked_argnums("jacobian", argnums)
    if mode not in ("reverse", "forward", None):
        raise UnsupportedError(f"jacobian: mode must be 'reverse', 'forward' or None; got {mode!r:.60}.")

    @called_like(f)
    def derivatives(*args: Any, **kwargs: Any) -> Any:
        call = record("jacobian", f, args, kwargs, argnums)
        outputs("jacobian", call)
        ends = sum(np.size(leaf) for leaf in leaves(call.output))
        starts = sum(wire.size for wire in leaves(call.wires))
        by_rows = mode == "reverse" or (mode is None and ends <= starts)
        blocks = list((_rows if by_rows else _columns)(call))
        single = isinstance(argnums, int | str)

        def nested(block: list[Any]) -> Any:
            trees = filled(call.wires, iter(block))
            return trees[0] if single else trees

        return filled(call.output, iter([nested(block) for block in blocks]))

    return derivatives


def hessian(f: Callable[..., Any], argnums: ArgNums = 0) -> Callable[..., Any]:
    """Return a function that gives the second derivatives of `f`, which returns a single number.

    For an argument of shape s the result has shape (*s, *s); for nested arguments it is nested twice.
    """
    expect_function("hessian", f, "hessian(f)(x)")
    argnums = checked_argnums("hessian", argnums)
    return jacobian(grad(f, argnums), argnums)


def hvp(f: Callable[..., Any], primals: Sequence[Any], tangents: Sequence[Any]) -> Any:
    """Return the Hessian of `f` times the vector `tangents`, without the Hessian: forward over reverse.

    Args:
        f: a function that returns a single number.
        primals: a tuple of arguments, where to differentiate.
        tangents: the vector, nested like `primals`.

    Returns:
        A tuple nested like `primals`; the product alone where there is one primal.
    """
    expect_function("hvp", f, "hvp(f, (x,), (v,))")
    _, product = jvp(grad(f, tuple(range(len(primals)))), primals, tangents)
    return product[0] if len(primals) == 1 else product


def _rows(call: Recording) -> Iterator[list[Any]]:
    """Yield, for each output, its Jacobian by each wire, one backward pass per entry."""
    for output in leaves(call.output):
        shape = np.shape(output)
        depends = call.region.has(output)
        rows: list[list[Any]] = [[] for _ in leaves(call.wires)]
        for entry in np.ndindex(shape):
            seeds = {output: _one_at(entry, output)} if depends else {}
            for row, gradient in zip(rows, leaves(pulled(call, seeds)), strict=True):
                row.append(gradient)
        yield [_joined(row, shape, wire.shape, wire.dtype) for row, wire in zip(rows, leaves(call.wires), strict=True)]


def _columns(call: Recording) -> Iterator[list[Any]]:
    """Yield, for each output, its Jacobian by each wire, one forward pass per entry of a wire."""
    wires = list(leaves(call.wires))
    columns: list[list[list[Any]]] = [[[] for _ in wires] for _ in leaves(call.output)]
    for place, wire in enumerate(wires):
        for entry in np.ndindex(wire.shape):
            pushed = tangents_of(call, {wire: _one_at(entry, wire)})
            for column, tangent in zip(columns, pushed, strict=True):
                column[place].append(tangent)
    for output, column in zip(leaves(call.output), columns, strict=True):
        yield [
            _turned(_joined(part, wire.shape, np.shape(output), wire.dtype), wire.ndim)
            for part, wire in zip(column, wires, strict=True)
        ]


def _one_at(entry: tuple[int, ...], wire: Tensor) -> Any:
    """Return zeros of a wire's shape with a 1 at one entry."""
    basis = np.zeros(wire.shape, wire.dtype)
    basis[entry] = 1
    return float(basis) if wire.data.__class__ is float else basis


def _joined(parts: list[Any], outer: tuple[int, ...], inner: tuple[int, ...], dtype: Any) -> Any:
    """Return parts of shape `inner`, one per entry of an array of shape `outer`, as one array."""
    if not parts:
        return np.zeros(outer + inner, dtype)
    return parts[0] if outer == () else np.reshape(np.stack(parts), outer + inner)


def _turned(block: Any, inputs: int) -> Any:
    """Return an array whose first `inputs` axes are put last."""
    axes = range(np.ndim(block))
    return np.transpose(block, (*axes[inputs:], *axes[:inputs])) if 0 < inputs < np.ndim(block) else block
