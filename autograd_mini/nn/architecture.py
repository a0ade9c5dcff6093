"""Networks from the exams' notation: "CONV5-10 POOL2 CONV5-10 POOL2 FC-10"."""

import re
from collections.abc import Callable

import numpy as np

from ..errors import ExpressionError, did_you_mean
from .accounts import Account
from .activations import ReLU, Sigmoid, Softmax, Tanh
from .convolution import Conv2d
from .init import Initializer
from .linear import Dropout, Flatten, FullyConnected
from .module import Module
from .normalization import BatchNorm1d, BatchNorm2d
from .pooling import AvgPool2d, MaxPool2d
from .sequential import Sequential
from .settings import of_kind, shape_of_example

_WORD = re.compile(r"([A-Za-z]+)(\d+(?:\.\d+)?)?(?:-(\d+))?")
_FORMS = {
    "CONV": "CONV5-10",
    "POOL": "POOL2",
    "AVGPOOL": "AVGPOOL2",
    "FC": "FC-10",
    "DROPOUT": "DROPOUT0.5",
    "RELU": "RELU",
    "TANH": "TANH",
    "SIGMOID": "SIGMOID",
    "SOFTMAX": "SOFTMAX",
    "BN": "BN",
    "FLATTEN": "FLATTEN",
}
_PLAIN: dict[str, Callable[[], Module]] = {
    "RELU": ReLU,
    "TANH": Tanh,
    "SIGMOID": Sigmoid,
    "SOFTMAX": Softmax,
    "FLATTEN": Flatten,
}


def parse_architecture(
    text: str,
    input_shape: tuple[int, ...],
    *,
    init: Initializer | None = None,
    rng: np.random.Generator | None = None,
) -> Sequential:
    """Return the network that a text in the exams' notation describes.

    CONV5-10 is a convolution of 5×5 with 10 kernels, stride 1 and padding 2, so that the size stays; POOL2 takes the
    largest of 2×2 with stride 2, AVGPOOL2 their mean; FC-10 is fully connected with 10 outputs, and flattens its input;
    RELU, TANH, SIGMOID, SOFTMAX, BN (batch norm), FLATTEN and DROPOUT0.5 are what they say. Words stand apart by
    spaces, commas or arrows (->, →).

    Args:
        text: the words.
        input_shape: shape of one example: (channels, height, width), or (features,).
        init: first values of the weights, from `nn.init`.
        rng: the np.random.Generator that draws them, and what is dropped.

    Raises:
        ExpressionError: if a word is not known or lacks its numbers; has the column.
        ShapeError: if a layer does not fit the one before it.
    """
    of_kind("parse_architecture", "the description", text, str, "a text such as 'CONV5-10 POOL2 FC-10'")
    layers: list[Module] = []
    shape = shape_of_example("parse_architecture", input_shape)
    # Both arrows become blanks of the same length, so that columns stay right.
    for found in re.finditer(r"[^\s,]+", text.replace("->", "  ").replace("→", " ")):
        layer = _layer(found[0], found.start() + 1, shape, init, rng)
        account: Account = layer.account(shape)
        layers.append(layer)
        shape = account.shape
    if not layers:
        raise ExpressionError("parse_architecture: expected words such as CONV5-10 POOL2 FC-10; got an empty text.")
    return Sequential(*layers)


def _layer(
    word: str, column: int, shape: tuple[int, ...], init: Initializer | None, rng: np.random.Generator | None
) -> Module:
    match = _WORD.fullmatch(word)
    kind = match[1].upper() if match else ""
    if match is None or kind not in _FORMS:
        known = ", ".join(_FORMS.values())
        hint = did_you_mean(kind, _FORMS)
        raise ExpressionError(
            f"parse_architecture: {word!r} is no layer; known are {known}.{hint}", line=1, column=column
        )
    size, count = match[2], int(match[3]) if match[3] else 0
    given = (size is not None, count > 0)
    form = _WORD.fullmatch(_FORMS[kind])
    assert form is not None
    if given != (form[2] is not None, form[3] is not None) or (size and kind != "DROPOUT" and not size.isdigit()):
        raise ExpressionError(f"parse_architecture: {word!r} should look like {_FORMS[kind]}.", line=1, column=column)
    if kind in _PLAIN:
        return _PLAIN[kind]()
    if kind == "FC":
        return FullyConnected(int(np.prod(shape)), count, init=init, rng=rng)
    if kind == "BN":
        return BatchNorm2d(shape[0]) if len(shape) == 3 else BatchNorm1d(shape[0])
    if kind == "DROPOUT":
        return Dropout(float(size), rng=rng)
    window = int(size)
    if window == 0:
        raise ExpressionError(f"parse_architecture: {word!r} has a window of size 0.", line=1, column=column)
    if kind == "CONV":
        if window % 2 == 0:
            raise ExpressionError(
                f"parse_architecture: {word!r}: a size that stays needs an odd kernel; got {window}. "
                "Build it with nn.Conv2d.",
                line=1,
                column=column,
            )
        return Conv2d(shape[0], count, window, padding=(window - 1) // 2, init=init, rng=rng)
    return (MaxPool2d if kind == "POOL" else AvgPool2d)(window)
