"""How a sheet rounds, which says how far numbers that do not stand on it may have been rounded too."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from .answers import Answer
from .spreads import Spread

# Of numbers with fewer digits than both of these the rounding leaves room for too many mistakes.
_FEWEST_DECIMALS, _FEWEST_DIGITS = 2, 3
# A number is written with at most so many digits on purpose; more come from a machine.
_MOST_DIGITS = 12


@dataclass(frozen=True)
class Rounding:
    """Somebody's way to round: to decimals, or to significant digits; a sheet does not tell which.

    Attributes:
        decimals: how many a number has at most after the point.
        digits: how many significant digits a number has at most.
    """

    decimals: int
    digits: int

    @classmethod
    def of(cls, answers: Iterable[Answer]) -> "Rounding | None":
        """Return how the numbers of a sheet that have decimals are rounded; None if that says too little."""
        written = [entry for answer in answers for entry in answer.written if 0 < entry.half_unit < 0.5]
        if not written:
            return None
        # A unit is a power of ten: 1/100 has two decimals.
        decimals = max(len(str((2 * entry.half_unit).denominator)) - 1 for entry in written)
        digits = max(len(str(abs(round((entry.value or 0) / (2 * entry.half_unit))))) for entry in written)
        if digits > _MOST_DIGITS or (decimals < _FEWEST_DECIMALS and digits < _FEWEST_DIGITS):
            return None
        return cls(decimals, digits)

    def around(self, spread: Spread) -> Spread:
        """Return numbers with the room that rounding them leaves; what it does not change has none."""
        middle = spread.middle
        with np.errstate(all="ignore"):
            magnitude = np.floor(np.log10(np.abs(middle)))
            half = 0.5 * np.maximum(10.0**-self.decimals, 10.0 ** (magnitude + 1 - self.digits))
            steps = middle / (2 * half)
            changes = np.abs(steps - np.round(steps)) > 1e-9 * np.maximum(1.0, np.abs(steps))
            half = np.where(np.isfinite(half) & changes, half, 0.0)
        return Spread(middle, spread.low - half, spread.high + half) if np.any(half) else spread
