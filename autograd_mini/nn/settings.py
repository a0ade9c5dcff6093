"""Checks of what layers, optimisers and the training loop are made with: each returns the setting, or says what it is.

Errors name the object and the setting, what was expected, and what was given.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ..errors import DtypeError, SeedError, ShapeError, UnsupportedError


def whole(owner: str, name: str, value: Any, least: int = 1) -> int:
    """Return a whole number of at least `least`.

    Raises:
        ShapeError: if it is something else.
    """
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
        raise ShapeError(f"{owner}: {name} must be a whole number of at least {least}; got {_shown(value)}.")
    return int(value)


def number(owner: str, name: str, value: Any, least: float, below: float = math.inf) -> Any:
    """Return a number from `least`, and below another.

    Raises:
        UnsupportedError: if it is something else.
    """
    is_number = isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
    if not is_number or not least <= value < below:
        limits = f"of at least {least:g}" + (f" and below {below:g}" if below < math.inf else "")
        raise UnsupportedError(f"{owner}: {name} must be a number {limits}; got {_shown(value)}.")
    return value


def probability(owner: str, name: str, value: Any) -> Any:
    """Return a number from 0 to 1.

    Raises:
        UnsupportedError: if it is something else.
    """
    if not isinstance(value, int | float | np.floating) or not 0 <= value <= 1:
        raise UnsupportedError(f"{owner}: {name} is a probability, from 0 to 1; got {_shown(value)}.")
    return value


def shape_of_example(owner: str, value: Any) -> tuple[int, ...]:
    """Return a shape as a tuple.

    Raises:
        ShapeError: if it is no tuple of whole numbers.
    """
    if not isinstance(value, tuple | list):
        raise ShapeError(
            f"{owner}: input_shape must be a tuple, the shape of one example without the batch axis; "
            f"got {_shown(value)}." + (f" Write ({value},)." if isinstance(value, int) else "")
        )
    return tuple(whole(owner, "each length of input_shape", length) for length in value)


def of_kind(owner: str, name: str, value: Any, kind: type | Callable[[Any], bool], meant: str) -> Any:
    """Return a value of a class, or for which a function holds.

    Args:
        owner: whose setting it is.
        name: what the setting is called.
        value: the setting.
        kind: the class, or the function.
        meant: what the message says was expected: "an optimiser, such as nn.optim.Adam(1e-3)".

    Raises:
        DtypeError: if it is something else.
    """
    if not (isinstance(value, kind) if isinstance(kind, type) else kind(value)):
        raise DtypeError(f"{owner}: {name} must be {meant}; got {_shown(value)}.")
    return value


def _shown(value: Any) -> str:
    """Return a setting in one line."""
    return f"an array of shape {value.shape}" if isinstance(value, np.ndarray) else f"{value!r:.60}"


def single_loss(value: Any) -> Any:
    """Return a batch's loss.

    Raises:
        SeedError: if it is no single number.
    """
    if value is None or isinstance(value, tuple | list | dict) or np.shape(value) != ():
        is_array = value is not None and not isinstance(value, tuple | list | dict)
        got = f"shape {np.shape(value)}" if is_array else type(value).__name__
        raise SeedError(f"Trainer: the loss must return a single number, a mean over the batch; got {got}.")
    return value
