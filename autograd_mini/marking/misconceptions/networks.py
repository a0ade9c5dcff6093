"""Misconceptions about networks: losses, softmax, layers, biases, convolutions, regularisation, batch normalisation.

The gates here work on whole arrays, so most rules are functions of whole arrays.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from ...graph import Gate, Graph
from ...ops import arithmetic, neural
from ...ops.shaping import sum_to
from ...tensor import Tensor
from ..steps import Step
from .kinds import KINDS
from .statement import COMMON, PLAUSIBLE, RARE, VERY_COMMON, Misconception


def _count(step: Step) -> Any:
    """Return how many numbers a mean or a division by a constant is over."""
    return np.size(step.operand) / np.size(step.out) if len(step.operands) == 1 else step.operands[1]


def _first_only(array: Any) -> Any:
    """Return an array with nothing but its first row."""
    kept = np.zeros(np.shape(array))
    kept[:1] = 1
    return array * kept


def _flipped(array: Any) -> Any:
    """Return a kernel read from its end."""
    axes = tuple(range(np.ndim(array)))
    return np.flip(array, axes if len(axes) < 3 else axes[2:])


def _at_true_class(step: Step) -> Any:
    return np.where(step.upstream != 0, step.right(), 0.0)


def _probabilities(step: Step) -> Any:
    """Return the probabilities that a softmax, or a log of one, is about."""
    return np.exp(step.out) if step.row is neural.log_softmax else step.out


def _times_slope(step: Step) -> Any:
    p = _probabilities(step)
    return step.right() * (p * (1 - p))


def _whole_probabilities(step: Step) -> Any:
    """Return the part of the gradient that is proportional to the probabilities: nothing is taken off the true one."""
    if step.row is neural.log_softmax:
        return step.right() - step.upstream
    return step.right() - step.upstream * step.out


def _to_the_scores(step: Step) -> Any:
    return step.upstream / _probabilities(step) if step.row is neural.log_softmax else step.upstream


def _first_of_the_batch(step: Step) -> Any:
    """Return the sum over broadcast axes with the first entry of each for the sum."""
    sent = step.upstream
    while np.ndim(sent) > np.ndim(step.operand):
        sent = sent[0]
    return sent


def _mean_of_the_batch(step: Step) -> Any:
    summed = sum_to(step.upstream, shape=np.shape(step.operand))
    return summed * (np.size(summed) / np.size(step.upstream))


def _first_rows(step: Step) -> Any:
    return step.right(upstream=_first_only(step.upstream))


def _first_unit(step: Step) -> Any:
    """Return what goes back along the first unit's connections alone."""
    unit = np.zeros(np.shape(step.upstream))
    unit[..., :1] = 1
    return step.right(upstream=step.upstream * unit)


def _mean_of_units(step: Step) -> Any:
    return step.right() / np.shape(step.upstream)[-1]


def _turned(step: Step) -> Any:
    return step.right(other=np.swapaxes(step.other, -1, -2))


def _with_source(step: Step) -> Any:
    return step.right(other=step.source)


def _with_new_weights(step: Step) -> Any:
    """Return what goes back through weights that have already been updated."""
    assert step.learning_rate is not None
    return step.right(other=step.other - step.learning_rate * step.right(position=1 - step.position))


def _sigmoid_slope(step: Step) -> Any:
    out = neural.sigmoid(step.operand)
    return neural.sigmoid.pull(0, step.upstream, out, (step.operand,), {})


def _one_off(step: Step) -> Any:
    """Return the gradient of a kernel for a signal that is read one place too far."""
    moved = np.zeros(np.shape(step.operands[0]))
    moved[..., :-1] = step.operands[0][..., 1:]
    return step.row.pull(step.position, step.upstream, step.out, (moved, *step.operands[1:]), step.options)


def _over_taps(step: Step) -> Any:
    """Return the gradient of a kernel when the sum has as many terms as there are taps."""
    taps = np.shape(step.operand)[-1]
    kept = np.zeros(np.shape(step.upstream))
    kept[..., :taps] = 1
    return step.right(upstream=step.upstream * kept)


def _with_regularized_bias(step: Step) -> Any:
    """Return a bias's gradient with the regulariser's, which is for weights alone, added to it."""
    strength = np.ravel(step.source)[0] * np.ones(np.shape(step.operand))
    return sum_to(step.right(), shape=np.shape(step.operand)) + arithmetic.square.pull(
        0, strength, None, (step.operand,), {}
    )


def _kernel_flipped(step: Step) -> Any:
    return _flipped(step.right()) if step.position == 1 else step.right()


def _signal_flipped(step: Step) -> Any:
    if step.position != 0:
        return step.right()
    operands = (step.operands[0], _flipped(step.operands[1]), *step.operands[2:])
    return step.row.pull(0, step.upstream, step.out, operands, step.options)


def _kernel_only(rule: Any) -> Any:
    return lambda step: rule(step) if step.position == 1 else step.right()


def _first_place(step: Step) -> Any:
    """Return a bias's gradient without its sum: the first output's alone."""
    if step.position != 2:
        return step.right()
    kept = np.zeros(np.shape(step.upstream))
    kept[..., :1] = 1
    return step.right(upstream=step.upstream * kept)


def _parts(gate: Gate, position: int, graph: Graph) -> Iterator[tuple[str, Tensor]]:
    """Yield the terms of the difference that a gate squares."""
    wire = gate.operands[position]
    for operand in wire.operands if wire.gate is not None else ():
        if isinstance(operand, Tensor) and operand.shape == wire.shape:
            yield "value", operand


def _inputs_like_hidden(gate: Gate, position: int, graph: Graph) -> Iterator[tuple[str, Tensor]]:
    """Yield the inputs that have the shape of the hidden layer that enters a product with weights."""
    hidden = gate.operands[1 - position]
    if gate.operands[position].gate is None and hidden.gate is not None:
        for wire in graph.leaves:
            if wire.shape == hidden.shape and wire is not gate.operands[position]:
                yield "value", wire


def _preactivation(gate: Gate, position: int, graph: Graph) -> Iterator[tuple[str, Tensor]]:
    """Yield what the hidden layer that enters a product with weights was before its activation."""
    hidden = gate.operands[1 - position]
    is_activation = hidden.gate is not None and hidden.gate.elementwise and len(hidden.operands) == 1
    if gate.operands[position].gate is None and is_activation:
        yield "value", hidden.operands[0]


def _factors_beside(gate: Gate, position: int, graph: Graph) -> Iterator[tuple[str, Tensor]]:
    """Yield the factors of the product that a bias is added to."""
    bias, beside = gate.operands[position], gate.operands[1 - position]
    if bias.gate is None and beside.gate is not None and beside.gate.name in ("multiply", "matmul"):
        for operand in beside.operands:
            if isinstance(operand, Tensor):
                yield "value", operand


def _other_masks(gate: Gate, position: int, graph: Graph) -> Iterator[tuple[str, Tensor]]:
    """Yield what enters the other relu layers of the same shape."""
    for other in graph.gates:
        is_alike = other.primitive is gate.primitive and other.operands[0].shape == gate.operands[0].shape
        if is_alike and other is not gate:
            yield "value", other.operands[0]


def _averaged(gate: Gate, position: int, graph: Graph) -> Iterator[tuple[str, Tensor]]:
    """Yield what the network takes a mean of over the batch."""
    for other in graph.gates:
        if KINDS["average"](other, graph):
            yield "value", other.operands[0]


def _regularized(gate: Gate, position: int, graph: Graph) -> Iterator[tuple[str, Tensor]]:
    """Yield the squared weights of each regulariser, where a bias is added to a product."""
    beside = gate.operands[1 - position]
    if gate.operands[position].gate is None and beside.gate is not None:
        for other in graph.gates:
            if KINDS["regularizer"](other, graph):
                yield "gradient", other.output


def _whole(id: str, where: str, frequency: int, sends: Any, **more: Any) -> Misconception:
    return Misconception(id, where, frequency, sends, is_whole=True, **more)


NETWORKS: tuple[Misconception, ...] = (
    Misconception("loss.sign", "difference", COMMON, lambda step: -step.right()),
    _whole("loss.forgot_1_over_N", "average", COMMON, lambda step: step.right() * _count(step)),
    _whole("loss.twice_1_over_N", "average", PLAUSIBLE, lambda step: step.right() / _count(step)),
    Misconception(
        "loss.target_not_subtracted",
        "squared error",
        PLAUSIBLE,
        lambda step: step.right(operand=step.source),
        sources=_parts,
    ),
    Misconception("loss.half_y", "squared error", RARE, lambda step: step.upstream),
    *(
        _whole(f"softmax.{name}", where, frequency, rule)
        for where in ("softmax", "log_softmax")
        for name, frequency, rule in (
            ("true_class_only", COMMON, _at_true_class),
            ("no_minus_one", COMMON, _whole_probabilities),
            ("elementwise_p1mp", COMMON, _times_slope),
            ("minus_log_only", PLAUSIBLE, _to_the_scores),
        )
    ),
    Misconception("dW.transposed", "matmul", COMMON, is_each=True, is_turned=True),
    _whole(
        "dW.uses_input_not_hidden", "array product", PLAUSIBLE, _with_source, is_each=True, sources=_inputs_like_hidden
    ),
    _whole("dW.uses_preactivation", "array product", COMMON, _with_source, is_each=True, sources=_preactivation),
    _whole("bias.mean_not_sum", "bias", COMMON, _mean_of_the_batch, is_each=True),
    _whole("bias.first_row", "bias", PLAUSIBLE, _first_of_the_batch, is_each=True),
    Misconception(
        "bias.times_hidden",
        "sum of a product",
        PLAUSIBLE,
        lambda step: step.upstream * step.source,
        is_each=True,
        sources=_factors_beside,
    ),
    _whole("hidden.no_transpose", "matmul", COMMON, _turned, is_each=True),
    _whole("hidden.first_path_only", "matmul", PLAUSIBLE, _first_unit, is_each=True),
    _whole("hidden.mean_of_paths", "matmul", PLAUSIBLE, _mean_of_units, is_each=True),
    _whole("hidden.updated_weights", "product", COMMON, _with_new_weights, is_each=True),
    Misconception("hidden.no_activation_derivative", "activation layer", VERY_COMMON, lambda step: step.upstream),
    Misconception("relu.no_mask", "relu layer", COMMON, lambda step: step.upstream),
    Misconception("relu.mask_from_upstream", "relu layer", PLAUSIBLE, lambda step: step.right(operand=step.upstream)),
    Misconception("relu.multiplies_by_value", "relu layer", PLAUSIBLE, lambda step: step.upstream * step.out),
    Misconception("relu.sigmoid_prime", "relu layer", PLAUSIBLE, _sigmoid_slope),
    Misconception(
        "relu.mask_next_layer",
        "relu layer",
        RARE,
        lambda step: step.right(operand=step.source),
        sources=_other_masks,
    ),
    _whole("conv.kernel_flipped", "conv", COMMON, _kernel_flipped),
    _whole("conv.off_by_one", "conv", COMMON, _kernel_only(_one_off)),
    _whole("conv.sum_over_taps", "conv", PLAUSIBLE, _kernel_only(_over_taps)),
    _whole("conv.dx_not_flipped", "conv", COMMON, _signal_flipped),
    _whole("conv.db_forgot_sum", "conv", PLAUSIBLE, _first_place),
    _whole("batch.first_sample_only", "matmul", PLAUSIBLE, _first_rows, is_each=True),
    Misconception("reg.forgotten", "regularizer", COMMON, lambda step: 0.0),
    Misconception("reg.twice", "regularizer", COMMON, lambda step: 2 * step.right()),
    Misconception("reg.constant", "regularizer", RARE, lambda step: step.upstream),
    _whole("reg.on_bias", "sum of a product", PLAUSIBLE, _with_regularized_bias, is_each=True, sources=_regularized),
    _whole(
        "reg.divided_by_N",
        "regularizer",
        PLAUSIBLE,
        lambda step: step.right() / (np.shape(step.source) or (1,))[0],
        sources=_averaged,
    ),
    Misconception("bn.mean_path_forgotten", "centring mean", COMMON, lambda step: 0.0),
    Misconception(
        "bn.variance_path_forgotten", "scaling", COMMON, lambda step: step.right() if step.position == 0 else 0.0
    ),
    Misconception(
        "bn.bessel",
        "divided sum",
        PLAUSIBLE,
        lambda step: step.right() * (step.operands[1] / (step.operands[1] - 1)),
    ),
)
