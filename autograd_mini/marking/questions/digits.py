"""Digits: numbers rounded to significant digits, how many they have, and whether those of a circuit ever end."""

from typing import Any

import numpy as np

from ...ops import arithmetic, comparing, neural, products, reductions
from ...tensor import Tensor
from ..work import Ground

# Numbers are compared to this many significant digits; what is smaller than this is 0.
DIGITS = 4
NOTHING = 1e-12
# A number is looked at for its end to this many digits, up to what floating point adds.
MOST_DIGITS = 12
_SAME = 1e-11
# Floating point takes two equal numbers to two sides of a rounding boundary, unless both are moved off it first.
_OFF_BOUNDARY = 1 + 1e-10
# Gates that make fractions of fractions: what is worked out with them by hand need not be rounded.
_RATIONAL = (
    arithmetic.add, arithmetic.subtract, arithmetic.multiply, arithmetic.divide, arithmetic.negative,
    arithmetic.reciprocal, arithmetic.square, neural.relu, comparing.maximum, comparing.minimum, comparing.max_of,
    comparing.min_of, reductions.sum, reductions.mean, products.matmul, products.dot,
)  # fmt: skip


def significant(numbers: Any, digits: int = DIGITS) -> Any:
    """Return numbers rounded to significant digits, entry by entry; what is next to nothing is 0."""
    numbers = np.asarray(numbers, float)
    with np.errstate(all="ignore"):
        unit = 10.0 ** (np.floor(np.log10(np.abs(numbers))) - (digits - 1))
        rounded = np.round(numbers * _OFF_BOUNDARY / unit) * unit
    return np.where(np.abs(numbers) < NOTHING, 0.0, np.where(np.isfinite(rounded), rounded, np.nan))


def significant_digits(numbers: Any) -> Any:
    """Return how many significant digits numbers have, entry by entry, up to `MOST_DIGITS`."""
    numbers = np.asarray(numbers, float)
    found = np.full(numbers.shape, MOST_DIGITS)
    for digits in range(MOST_DIGITS - 1, 0, -1):
        found[have_at_most(numbers, digits)] = digits
    return found


def have_at_most(numbers: Any, digits: int) -> Any:
    """Return whether numbers have at most so many significant digits, fewer than `MOST_DIGITS`, entry by entry."""
    return np.abs(significant(numbers, digits) - numbers) <= _SAME * np.abs(numbers)


def is_rational(ground: Ground) -> bool:
    """Return whether a circuit makes fractions of fractions."""
    return all(
        gate.primitive in _RATIONAL
        or (
            gate.primitive is arithmetic.power
            and not isinstance(gate.operands[1], Tensor)
            and bool(np.all(np.mod(gate.operands[1], 1) == 0))
        )
        for gate in ground.graph.gates
    )
