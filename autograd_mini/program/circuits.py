"""A recorded circuit as a function of its inputs, to be traced like any other."""

import inspect
from collections.abc import Callable
from typing import Any

from ..errors import UnsupportedError
from ..graph import Frozen, Graph
from ..tensor import Tensor


class _Place(int):
    """Which wire of a circuit an operand is: the inputs come first, and then the gates in order."""


def of_circuit(root: Tensor) -> Callable[..., Any]:
    """Return a circuit as a function of its inputs."""
    graph = Graph(root)
    places = {wire: place for place, wire in enumerate([*graph.leaves, *[gate.output for gate in graph.gates]])}
    answer = places[root]
    # A circuit does not change, so it is written as what cannot: the wires by their places, not the graph.
    gates = tuple(
        (
            gate.primitive,
            tuple(_Place(places[part]) if isinstance(part, Tensor) else part for part in gate.operands),
            tuple(gate.options.items()),
            gate.output.name,
        )
        for gate in graph.gates
    )

    def circuit(*inputs: Any) -> Any:
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
        return made[answer]

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
