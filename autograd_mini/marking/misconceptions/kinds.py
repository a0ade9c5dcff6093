"""The kinds of gates that misconceptions are had at."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ...graph import Gate, Graph
from ...ops import arithmetic, comparing, convolution, elementwise, neural, products, reductions
from ...tensor import Tensor


def _wires(gate: Gate, count: int) -> bool:
    return len(gate.inputs) == count and len(gate.operands) == 2


def _constant_exponent(gate: Gate) -> bool:
    return gate.primitive is arithmetic.power and [i for i, _ in gate.inputs] == [0]


def _divides(gate: Gate) -> bool:
    """Return whether a gate divides by a constant."""
    return gate.primitive is arithmetic.divide and [i for i, _ in gate.inputs] == [0]


def _squares(gate: Gate) -> bool:
    if gate.primitive is arithmetic.square:
        return True
    return _constant_exponent(gate) and np.ndim(gate.operands[1]) == 0 and gate.operands[1] == 2


def _of_arrays(gate: Gate) -> bool:
    return any(np.ndim(_data(operand)) > 0 for operand in gate.operands)


def _data(operand: Any) -> Any:
    return operand.data if isinstance(operand, Tensor) else operand


def _ends_in_the_loss(gate: Gate, graph: Graph) -> bool:
    """Return whether only sums, means and constant factors lie between a gate and the output."""
    while gate.output is not graph.root:
        consumers = graph.consumers[gate.output]
        if len(consumers) != 1:
            return False
        gate = consumers[0][0]
        is_sum = gate.primitive in (reductions.sum, reductions.mean, arithmetic.add)
        if not is_sum and len(gate.inputs) > 1:
            return False
        if not is_sum and gate.primitive not in (arithmetic.multiply, arithmetic.divide):
            return False
    return True


def _is_difference(gate: Gate, graph: Graph) -> bool:
    """Return whether a gate is the difference that a squared error squares."""
    consumers = graph.consumers[gate.output]
    return (
        gate.primitive is arithmetic.subtract
        and len(gate.inputs) == 2
        and len(consumers) == 1
        and _is_squared_error(consumers[0][0], graph)
    )


def _is_squared_error(gate: Gate, graph: Graph) -> bool:
    return _squares(gate) and _ends_in_the_loss(gate, graph)


def _is_regularizer(gate: Gate, graph: Graph) -> bool:
    """Return whether a gate squares weights that the network uses elsewhere."""
    return any(
        _squares(gate) and wire.gate is None and len(graph.consumers[wire]) > 1 for _, wire in gate.inputs
    ) and _ends_in_the_loss(gate, graph)


def _is_mean_of_what_it_centres(gate: Gate, graph: Graph) -> bool:
    """Return whether a gate is the mean that is subtracted from what it is the mean of."""
    if gate.primitive is not reductions.mean:
        return False
    (_, wire), *_ = gate.inputs
    return any(
        consumer.primitive is arithmetic.subtract and any(operand is wire for _, operand in consumer.inputs)
        for consumer, _ in graph.consumers[gate.output]
    )


_MOST = (comparing.maximum, comparing.minimum, comparing.max_of, comparing.min_of)

# Kind of gate -> whether a gate is of that kind.
KINDS: dict[str, Callable[[Gate, Graph], bool]] = {
    "any": lambda gate, graph: gate.primitive.elementwise,
    "mul": lambda gate, graph: gate.primitive is arithmetic.multiply and _wires(gate, 2),
    "mulc": lambda gate, graph: _divides(gate) or (gate.primitive is arithmetic.multiply and _wires(gate, 1)),
    "add": lambda gate, graph: gate.primitive is arithmetic.add and _wires(gate, 2),
    "addc": lambda gate, graph: gate.primitive is arithmetic.add and _wires(gate, 1),
    "sub": lambda gate, graph: gate.primitive is arithmetic.subtract and _wires(gate, 2),
    "neg": lambda gate, graph: (
        gate.primitive is arithmetic.negative
        or (gate.primitive is arithmetic.subtract and [i for i, _ in gate.inputs] == [1])
    ),
    "div": lambda gate, graph: gate.primitive is arithmetic.divide and _wires(gate, 2),
    "recip": lambda gate, graph: (
        gate.primitive is arithmetic.reciprocal
        or (gate.primitive is arithmetic.divide and [i for i, _ in gate.inputs] == [1])
    ),
    "pow": lambda gate, graph: gate.primitive is arithmetic.square or _constant_exponent(gate),
    "exp": lambda gate, graph: gate.primitive is elementwise.exp,
    "log": lambda gate, graph: gate.primitive is elementwise.log,
    "sigmoid": lambda gate, graph: gate.primitive is neural.sigmoid,
    "tanh": lambda gate, graph: gate.primitive is elementwise.tanh,
    "relu": lambda gate, graph: gate.primitive is neural.relu,
    "max": lambda gate, graph: gate.primitive in _MOST and len(gate.inputs) > 1,
    "sin": lambda gate, graph: gate.primitive is elementwise.sin,
    "cos": lambda gate, graph: gate.primitive is elementwise.cos,
    "trig": lambda gate, graph: gate.primitive in (elementwise.sin, elementwise.cos),
    "relu of a number": lambda gate, graph: gate.primitive is neural.relu and not _of_arrays(gate),
    # of networks
    "difference": _is_difference,
    "squared error": _is_squared_error,
    "average": lambda gate, graph: (
        (gate.primitive is reductions.mean or _divides(gate)) and _ends_in_the_loss(gate, graph)
    ),
    "softmax": lambda gate, graph: gate.primitive is neural.softmax,
    "log_softmax": lambda gate, graph: gate.primitive is neural.log_softmax,
    "matmul": lambda gate, graph: gate.primitive is products.matmul and len(gate.inputs) == 2,
    "product": lambda gate, graph: gate.primitive in (products.matmul, arithmetic.multiply) and len(gate.inputs) == 2,
    "array product": lambda gate, graph: (
        gate.primitive in (products.matmul, arithmetic.multiply) and len(gate.inputs) == 2 and _of_arrays(gate)
    ),
    "bias": lambda gate, graph: gate.primitive is arithmetic.add and len(gate.inputs) == 2 and _of_arrays(gate),
    "sum of a product": lambda gate, graph: gate.primitive is arithmetic.add and len(gate.inputs) == 2,
    "activation layer": lambda gate, graph: (
        gate.primitive in (neural.sigmoid, elementwise.tanh, neural.relu) and _of_arrays(gate)
    ),
    "relu layer": lambda gate, graph: gate.primitive is neural.relu and _of_arrays(gate),
    "conv": lambda gate, graph: gate.primitive in (convolution.conv1d, convolution.conv2d),
    "regularizer": _is_regularizer,
    "centring mean": _is_mean_of_what_it_centres,
    "scaling": lambda gate, graph: gate.primitive is arithmetic.divide and _wires(gate, 2) and _of_arrays(gate),
    "divided sum": lambda gate, graph: _divides(gate) and gate.operands[0].gate is reductions.sum,
}
