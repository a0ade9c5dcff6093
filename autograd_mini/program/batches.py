"""Evaluate a program of single numbers at many inputs at once: the same steps, written in NumPy's calls on arrays."""

from typing import Any

import numpy as np

from ..errors import UnsupportedError
from ..primitive import Primitive
from ..tensor import Tensor
from ..transforms.trees import filled, leaves, mapped
from .running import written
from .steps import Program, assume


def spread_out(args: tuple[Any, ...]) -> tuple[tuple[int, ...], list[Any], tuple[Any, ...]]:
    """Return the shape of a batch, its arrays, and the arguments of its first entry.

    Raises:
        UnsupportedError: if the arguments are no numbers, or arrays of one axis and one length.
    """
    args = mapped(lambda leaf: leaf.data if isinstance(leaf, Tensor) else leaf, args)
    given = [np.asarray(leaf, np.float64) for leaf in leaves(args)]
    lengths = {array.shape for array in given if array.shape}
    if len(lengths) > 1 or any(len(shape) > 1 for shape in lengths):
        raise UnsupportedError(
            f"batched: expected numbers, and arrays of one axis and one length; got shapes {sorted(lengths)}."
        )
    if (0,) in lengths:
        raise UnsupportedError("batched: expected at least one entry; got none.")
    shape = lengths.pop() if lengths else ()
    return shape, given, filled(args, iter([float(array.ravel()[0]) for array in given]))


def evaluated(program: Program, given: list[Any], shape: tuple[int, ...]) -> Any:
    """Return a program's outputs, each with one entry for each of the batch.

    Raises:
        UnsupportedError: if the program assumes values, or computes with arrays.
    """
    for step in program.steps:
        if step.gate is assume:
            raise UnsupportedError(
                f"batched: {program.name} reads numbers that are computed, and might take another path for each entry. "
                "Write it with np.where and gates."
            )
        if step.gate is not None and not (_is_entrywise(step.gate) and step.kind.is_scalar):
            raise UnsupportedError(
                f"batched: {program.name} has the gate '{step.gate.__name__}' on arrays; only functions of single "
                "numbers are evaluated on many at once."
            )
    outputs = written(program, batched=True).function(*given)
    return mapped(lambda leaf: np.array(np.broadcast_to(leaf, shape)), outputs)


def _is_entrywise(gate: Any) -> bool:
    return isinstance(gate, Primitive) and gate.elementwise
