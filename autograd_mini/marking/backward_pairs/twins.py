"""Layers that are recognised by their outputs, and recorded in place of a forward function that cannot be.

A forward function that loops and writes into arrays, or updates running statistics in place, takes no Tensors. If its
outputs are those of a layer that is known, at the inputs and near them, that layer's recorded derivative is its
derivative. The layers' local variables have the names that students give them.
"""

import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from ... import functional
from ...ops.convolution import conv1d
from ...ops.neural import log_softmax, relu
from .pair import Pair, Run

# Written for anybody's arrays, without types.
_layers: Any = functional
_STEPS = (1, 2, 3)
_PADDINGS = (0, 1, 2, 3)
# As a share of the largest number of an output.
_NEAR = 1e-9


class Twin(NamedTuple):
    """A known layer.

    Attributes:
        name: what it is called.
        layer: the layer, of the inputs that are differentiated by.
    """

    name: str
    layer: Callable[..., Any]


def twin_of(
    pair: Pair, inputs: Sequence[Any], run: Run, rng: np.random.Generator, is_recorded: bool = False
) -> Twin | None:
    """Return the known layer that gives the same outputs as a forward function; None if there is none.

    Of a function that is recorded itself, its own gates say more than those of another of several gates.
    """
    moved = [_moved(pair, inputs, rng), _moved(pair, inputs, rng)]
    layers = _candidates(pair, inputs)
    for twin in layers if is_recorded else itertools.chain(layers, _networks(pair, inputs)):
        if _agrees(pair, twin, inputs, run) and all(_agrees(pair, twin, others) for others in moved):
            return twin
    return None


def _candidates(pair: Pair, inputs: Sequence[Any]) -> Iterator[Twin]:
    """Yield the layers that take inputs of such shapes."""
    shapes = [np.shape(inputs[i]) for i in pair.chosen]
    others = [np.asarray(given) for i, given in enumerate(inputs) if i not in pair.chosen]
    labels = [array for array in others if array.dtype.kind in "iu" and len(shapes[0]) == 2 and array.ndim == 1]
    if len(shapes) == 1:
        yield Twin("relu", relu)
        for y in labels:
            if len(y) == shapes[0][0]:
                places = (np.arange(len(y)), y)
                yield Twin("softmax loss", lambda x, places=places: -np.mean(log_softmax(x)[places]))
                yield Twin("softmax loss", lambda x, places=places: -np.sum(log_softmax(x)[places]))
                yield Twin("svm loss", _svm_loss(places))
    ranks = [len(shape) for shape in shapes]
    if ranks in ([1, 1], [1, 1, 0]):
        yield Twin("conv1d", conv1d)
    if ranks in ([4, 4], [4, 4, 1]):
        for stride in _STEPS:
            for padding in _PADDINGS:

                def layer(*operands: Any, stride: int = stride, padding: int = padding) -> Any:
                    return _layers.conv2d(*operands, stride=stride, padding=padding)

                yield Twin("conv2d", layer)


def _networks(pair: Pair, inputs: Sequence[Any]) -> Iterator[Twin]:
    """Yield the layers of several gates that take inputs of such shapes."""
    ranks = [np.ndim(inputs[i]) for i in pair.chosen]
    if ranks in ([2, 1, 1], [4, 1, 1]):
        axes = {"batchnorm": 0 if ranks[0] == 2 else (0, 2, 3), "layernorm": ranks[0] - 1}
        for (name, over), eps in itertools.product(axes.items(), _epsilons(inputs)):
            yield Twin(name, _normalised(over, eps))
    if ranks == [3, 2, 2, 2, 1]:
        yield Twin("rnn", _rnn)


def _svm_loss(places: tuple[np.ndarray, np.ndarray]) -> Callable[[Any], Any]:
    def layer(x: Any) -> Any:
        others = np.ones(np.shape(x))
        others[places] = 0
        correct = x[places][:, None]
        margins = relu(x - correct + 1)
        return np.sum(margins * others) / len(others)

    return layer


def _epsilons(inputs: Sequence[Any]) -> list[float]:
    """Return what may be added to a variance: what a dict among the inputs says, or what is usual."""
    said = [given["eps"] for given in inputs if isinstance(given, dict) and isinstance(given.get("eps"), float)]
    return [*said, 1e-5, 1e-8, 0.0]


def _normalised(axes: int | tuple[int, ...], eps: float) -> Callable[..., Any]:
    """Return a normalisation over some axes, with a scale and a shift along the second axis, or along the last one."""

    def layer(x: Any, gamma: Any, beta: Any) -> Any:
        mu = np.mean(x, axis=axes, keepdims=True)
        var = np.var(x, axis=axes, keepdims=True)
        std = np.sqrt(var + eps)
        xhat = (x - mu) / std
        if np.ndim(x) == 2:
            return gamma * xhat + beta
        return gamma[:, None, None] * xhat + beta[:, None, None]

    return layer


def _rnn(x: Any, h0: Any, Wx: Any, Wh: Any, b: Any) -> Any:
    h = [h0]
    for t in range(np.shape(x)[1]):
        h.append(np.tanh(x[:, t] @ Wx + h[-1] @ Wh + b))
    return np.stack(h[1:], axis=1)


def _agrees(pair: Pair, twin: Twin, inputs: Sequence[Any], run: Run | None = None) -> bool:
    try:
        (out,) = (run or pair.run(inputs)).outs
        found = np.asarray(twin.layer(*(np.asarray(inputs[i]) for i in pair.chosen)))
    except Exception:
        # A layer that does not take such inputs is not the one.
        return False
    return is_same_output(found, out)


def is_same_output(found: Any, out: np.ndarray) -> bool:
    """Return whether a recorded output is a plain one, up to rounding of its largest numbers."""
    near = _NEAR * np.max(np.abs(out), initial=0.0)
    return np.shape(found) == out.shape and bool(np.all(np.abs(found - out) <= near))


def _moved(pair: Pair, inputs: Sequence[Any], rng: np.random.Generator) -> list[Any]:
    others = list(inputs)
    for i in pair.chosen:
        others[i] = inputs[i] + 0.3 * rng.normal(size=np.shape(inputs[i]))
    return others
