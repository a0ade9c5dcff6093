"""A recorded circuit at other inputs, and as a function of them, to be traced like any other."""

import inspect
from collections.abc import Callable, Sequence
from typing import Any

from ..errors import UnsupportedError
from ..graph import Frozen, Graph
from ..tensor import Tensor


class _Place(int):
    """An operand of a gate that is a wire: its place among the circuit's wires."""


def of_circuit(root: Tensor) -> Callable[..., Any]:
    """Return a circuit as a function of its inputs."""
    graph = Graph(root)
    at = wires_at(graph)

    def circuit(*inputs: Any) -> Any:
        # All others lead to the output, so it comes last.
        return at(inputs)[-1]

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


def wires_at(graph: Graph) -> Callable[[Sequence[Any]], list[Any]]:
    """Return the function from a circuit's inputs, in the order of its leaves, to what is then on each of its wires.

    It raises UnsupportedError if truth values of wires are among the constants, which cannot follow the inputs.
    """
    places = {wire: place for place, wire in enumerate(graph.wires)}
    # A circuit does not change, so it is written as what cannot: a compiled function looks at what it reads.
    gates = tuple(
        (
            gate.primitive,
            tuple(_Place(places[part]) if isinstance(part, Tensor) else part for part in gate.operands),
            tuple(gate.options.items()),
            gate.output.name,
        )
        for gate in graph.gates
    )

    def at(inputs: Sequence[Any]) -> list[Any]:
        made = list(inputs)
        for gate, parts, options, name in gates:
            for part in parts:
                if isinstance(part, Frozen):
                    raise UnsupportedError(
                        f"compile: the gate {gate.name!r} uses truth values that were worked out once. "
                        "Write the circuit with max, relu, abs or clip, or compile a function."
                    )
            result = gate(*[made[part] if isinstance(part, _Place) else part for part in parts], **dict(options))
            if name is not None and isinstance(result, Tensor):
                result.name = name
            made.append(result)
        return made

    return at
