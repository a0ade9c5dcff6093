"""Right answers that are not in plain sight: salted hashes of every spelling that the marker accepts.

An answer is spelled by its digits and the place of the last one, "-20e-2" for −0.20, or as a fraction in lowest terms.
This hides answers from a glance, not from a determined reader, who can hash every number of two decimals in a second.
"""

import hashlib
import math
from fractions import Fraction
from typing import Any

from ..marking.sheets import Written, room_of, slack_of

# The places of a last digit that are tried: from 1e12 to six decimals.
_FEWEST, _MOST = -12, 6
# More spellings than this of one length are not listed: the rounding error allowed is then larger than the last digit.
_MOST_SPELLINGS = 6
_LARGEST_BOTTOM = 1000
_LENGTH = 16


def hidden(right: float, salt: str) -> dict[str, Any]:
    """Return the hashes of the accepted spellings of a number, and how far they reach.

    Args:
        right: the right number.
        salt: what is hashed in front of each spelling, so that equal numbers have different hashes.

    Returns:
        `hashes` in their own order, which tells nothing; `fewest` and `most`, the places of a last digit that they
        cover, negative ones standing left of the point; `bottom`, the largest denominator of a fraction.
    """
    spellings, most = _decimals(right)
    fractions, bottom = _fractions(right)
    hashes = sorted(hashlib.sha256(f"{salt}:{text}".encode()).hexdigest()[:_LENGTH] for text in spellings + fractions)
    return {"salt": salt, "hashes": hashes, "fewest": _FEWEST, "most": most, "bottom": bottom}


def _decimals(right: float) -> tuple[list[str], int]:
    """Return the accepted spellings in decimals, and how many decimals they reach."""
    exact = Fraction(right)
    found: list[str] = []
    for places in range(_FEWEST, _MOST + 1):
        unit = Fraction(1, 10) ** places
        room = room_of(unit / 2, exact) + slack_of(exact)
        lowest, highest = math.ceil((exact - room) / unit), math.floor((exact + room) / unit)
        if highest - lowest >= _MOST_SPELLINGS:
            return found, places - 1
        found += [f"{digits}e{-places}" for digits in range(lowest, highest + 1)]
    return found, _MOST


def _fractions(right: float) -> tuple[list[str], int]:
    """Return the accepted fraction, if any, and up to which denominator there is no other."""
    exact = Fraction(right)
    # Two fractions with denominators up to n differ by 1/n² or more, so that at most one of them is near enough.
    bottom = min(_LARGEST_BOTTOM, max(1, math.isqrt(math.ceil(1 / (2 * slack_of(exact))) - 1)))
    nearest = exact.limit_denominator(bottom)
    accepted = Written("", nearest).agrees_with(right)
    return [f"{nearest.numerator}/{nearest.denominator}"] if accepted else [], bottom
