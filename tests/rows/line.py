"""One line of the specification, and the operands that many lines share."""

from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Line:
    """One line of the specification: a function of arrays and where to try it; the name says why it is there."""

    name: str
    function: Any
    inputs: tuple


def numbers(*shape, seed=0, low=-2.0, high=2.0):
    """Return numbers without ties, away from 0 and from ±1, where the table's kinks lie."""
    drawn = np.random.default_rng(seed).uniform(low, high, shape)
    return np.where(np.abs(drawn) < 0.05, 0.3, drawn)


def weighed(y):
    """Return the entries squared and weighed, each differently, so that one in the wrong place shows."""
    return y**2 * numbers(*np.shape(y), seed=12).astype(y.dtype)


A = numbers(3, 4, seed=1)
B = numbers(3, 4, seed=2)
POSITIVE = numbers(3, 4, seed=3, low=0.3, high=2.0)
VECTOR = numbers(4, seed=4)
SIGNAL = numbers(2, 4, 9, seed=5)
KERNEL = numbers(6, 2, 3, seed=6)
# No two of these are closer than 0.05.
DISTINCT = np.random.default_rng(7).permutation(72).reshape(2, 4, 9) / 20 - 1.77
