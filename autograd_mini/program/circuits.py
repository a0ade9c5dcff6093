"""A recorded circuit at other inputs, and as a function of them, to be traced like any other."""

import inspect
from collections.abc import Callable, Sequence
from typing import Any

from ..errors import UnsupportedError
from ..graph import Frozen, Graph
from ..tensor import Tensor


def of_circuit(root: Tensor) -> Callable[..., Any]:
    """Return a circuit as a function of its inputs."""
    graph = Graph(root)

    def circuit(*inputs: Any) -> Any:
        return wires_at(graph, inputs)[root]

    circuit.__name__ = root.name or "circuit"
    circuit.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [
            inspect.Parameter(
                wire.name if wire.name and wire.name.isidentifier() else f"x{i}", inspect.Parameter.POSITIONAL_ONLY
            )
            for i, wire in enumerate(graph.leaves)
        ]
    )
    return circuit


def wires_at(graph: Graph, inputs: Sequence[Any]) -> dict[Tensor, Any]:
    """Return what is on every wire of a circuit at other inputs, given in the order of its leaves.

    Raises:
        UnsupportedError: if truth values of wires are among its constants, which cannot follow the inputs.
    """
    made = dict(zip(graph.leaves, inputs, strict=True))
    for gate in graph.gates:
        for operand in gate.operands:
            if isinstance(operand, Frozen):
                raise UnsupportedError(
                    f"compile: the gate {gate.primitive.name!r} uses truth values that were worked out once. "
                    "Write the circuit with max, relu, abs or clip, or compile a function."
                )
        operands = [made[part] if isinstance(part, Tensor) else part for part in gate.operands]
        result = made[gate.output] = gate.primitive(*operands, **gate.options)
        if gate.output.name is not None and isinstance(result, Tensor):
            result.name = gate.output.name
    return made
