"""First values of weights: functions of a shape and an np.random.Generator that return an array.

A weight has shape (out, in, taps...): it adds fan_in = in·taps inputs to each output, and each input goes to
fan_out = out·taps of them.
"""

import math
from typing import Any, Protocol

import numpy as np

from ..errors import DtypeError, ShapeError, UnsupportedError


class Initializer(Protocol):
    """A function of a shape and a Generator that returns the first values of a weight."""

    def __call__(self, shape: tuple[int, ...], rng: np.random.Generator) -> Any:
        """Return an array of the shape."""


def fans(shape: tuple[int, ...]) -> tuple[int, int]:
    """Return (fan_in, fan_out) of a weight of shape (out, in, taps...).

    Raises:
        ShapeError: if it has fewer than two axes.
    """
    if len(shape) < 2:
        raise ShapeError(f"init: a weight must have shape (out, in, ...); got {shape}.")
    taps = math.prod(shape[2:])
    return shape[1] * taps, shape[0] * taps


def zeros(shape: tuple[int, ...], rng: np.random.Generator | None = None) -> Any:
    """Return zeros."""
    return np.zeros(shape)


def normal(scale: float = 0.01) -> Initializer:
    """Return an initialiser that draws from N(0, scale²): the course's weight_scale."""

    def draw(shape: tuple[int, ...], rng: np.random.Generator) -> Any:
        return checked_generator(rng).normal(0.0, scale, shape)

    return draw


def uniform_by_fan_in(shape: tuple[int, ...], rng: np.random.Generator) -> Any:
    """Return values of U(−1/√fan_in, 1/√fan_in): PyTorch's first values of linear and convolutional layers."""
    bound = 1 / math.sqrt(max(fans(shape)[0], 1))
    return checked_generator(rng).uniform(-bound, bound, shape)


def xavier_uniform(shape: tuple[int, ...], rng: np.random.Generator, gain: float = 1.0) -> Any:
    """Return values of U(−a, a), a = gain·√(6/(fan_in + fan_out)).

    Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010.
    """
    bound = gain * math.sqrt(6 / sum(fans(shape)))
    return checked_generator(rng).uniform(-bound, bound, shape)


def xavier_normal(shape: tuple[int, ...], rng: np.random.Generator, gain: float = 1.0) -> Any:
    """Return values of N(0, s²), s = gain·√(2/(fan_in + fan_out)); source as for `xavier_uniform`."""
    return checked_generator(rng).normal(0.0, gain * math.sqrt(2 / sum(fans(shape))), shape)


def he_uniform(shape: tuple[int, ...], rng: np.random.Generator, gain: float = math.sqrt(2)) -> Any:
    """Return values of U(−a, a), a = gain·√(3/fan_in); the gain √2 is ReLU's.

    He, Zhang, Ren and Sun, "Delving deep into rectifiers", 2015.
    """
    bound = gain * math.sqrt(3 / fans(shape)[0])
    return checked_generator(rng).uniform(-bound, bound, shape)


def he_normal(shape: tuple[int, ...], rng: np.random.Generator, gain: float = math.sqrt(2)) -> Any:
    """Return values of N(0, s²), s = gain/√fan_in; source as for `he_uniform`."""
    return checked_generator(rng).normal(0.0, gain / math.sqrt(fans(shape)[0]), shape)


def checked_generator(rng: Any, owner: str = "a layer with random numbers") -> np.random.Generator:
    """Return `rng`.

    Args:
        rng: what was given.
        owner: whose generator it is.

    Raises:
        UnsupportedError: if it is None.
        DtypeError: if it is no np.random.Generator.
    """
    if rng is None:
        raise UnsupportedError(f"{owner} needs its generator; give rng=np.random.default_rng(seed).")
    if not isinstance(rng, np.random.Generator):
        raise DtypeError(f"rng must be an np.random.Generator; got {type(rng).__name__}.")
    return rng
