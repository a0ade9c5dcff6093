"""Numbers as a person wrote them: the text, what it says exactly, and how much its last digit leaves open.

Nothing is evaluated: a number is digits with an optional point and exponent, or a fraction of two such numbers.
"""

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from .messages import Message

# A number that computed its way here through floating point may differ this much, relatively and absolutely.
_RELATIVE_SLACK = Fraction(1, 10**9)
_ABSOLUTE_SLACK = Fraction(1, 10**12)
# A whole number rounds what is off by no more than this share.
_LARGEST_SHARE = Fraction(1, 20)
_HALF = Fraction(1, 2)
_MOST_CHARACTERS = 100
_LARGEST_EXPONENT = 400

_DECIMAL = r"(?P<{0}whole>[0-9]*)(?:\.(?P<{0}part>[0-9]*))?(?:[eE](?P<{0}exponent>[+-]?[0-9]+))?"
_NUMBER = re.compile(rf"(?P<sign>[+-]?)\s*{_DECIMAL.format('')}(?:\s*/\s*(?P<under>[+-]?)\s*{_DECIMAL.format('d')})?")
_MINUS_SIGNS = str.maketrans("−–－", "---")


@dataclass(frozen=True)
class Written:
    """An answer as it was written.

    Attributes:
        text: the text, as given.
        value: the number it says; None if it is blank or cannot be read.
        half_unit: half a unit of its last digit, 0 for a fraction such as 1/3, which is exact.
        remark: why it cannot be read; None if it can.
    """

    text: str
    value: Fraction | None = None
    half_unit: Fraction = Fraction(0)
    remark: Message | None = None

    @property
    def is_blank(self) -> bool:
        """Whether nothing was written. A blank is not a zero."""
        return self.value is None and self.remark is None

    @property
    def problem(self) -> str:
        """Why it cannot be read, in English; "" if it can."""
        return "" if self.remark is None else self.remark.said()

    def agrees_with(self, right: float) -> bool:
        """Return whether `right`, rounded as the answer was, is the answer."""
        if self.value is None:
            return False
        exact = Fraction(right)
        return abs(exact - self.value) <= room_of(self.half_unit, exact) + slack_of(exact)


def room_of(half_unit: Fraction, exact: Fraction) -> Fraction:
    """Return how far an answer may be from the right number, given half a unit of its last digit.

    A whole number may stand for one that it rounds, but not for any: 0 is no answer for 0.39, and 1 is none for 0.73.
    """
    return min(half_unit, _LARGEST_SHARE * abs(exact)) if half_unit >= _HALF else half_unit


def slack_of(exact: Fraction) -> Fraction:
    """Return how far a right number may be from what it would be without floating point."""
    return max(_RELATIVE_SLACK * abs(exact), _ABSOLUTE_SLACK)


def read_number(given: Any) -> Written:
    """Return an answer: a text such as "-3", "39/100", "−0.20" or "1e-3", a number, or nothing.

    A Python or NumPy number is read as the digits that it prints. None, NaN and blank text are blanks.
    """
    if given is None:
        return Written("")
    if isinstance(given, bool | np.bool_):
        return Written(str(given), remark=Message("problem.truth_value"))
    if isinstance(given, np.floating | np.integer):
        given = given.item()
    if isinstance(given, float) and given != given:
        return Written("")
    text = given if isinstance(given, str) else str(given) if isinstance(given, Fraction) else repr(given)
    shown = text.strip()
    if not shown:
        return Written(text)
    if len(shown) > _MOST_CHARACTERS:
        return Written(text, remark=Message("problem.too_long", {"most": _MOST_CHARACTERS}))
    match = _NUMBER.fullmatch(shown.translate(_MINUS_SIGNS))
    if match is None or not _has_digits(match, ""):
        return Written(text, remark=_advice(shown))
    return _number(text, match)


def _number(text: str, match: re.Match[str]) -> Written:
    """Return what a number or a fraction says."""
    for name in ("exponent", "dexponent"):
        if abs(int(match[name] or 0)) > _LARGEST_EXPONENT:
            return Written(text, remark=Message("problem.exponent", {"most": _LARGEST_EXPONENT}))
    value, unit = _decimal(match, "")
    if match["sign"] == "-":
        value = -value
    if match["under"] is None:
        return Written(text, value, unit / 2)
    if not _has_digits(match, "d"):
        return Written(text, remark=Message("problem.nothing_below"))
    below, _ = _decimal(match, "d")
    if match["under"] == "-":
        below = -below
    if below == 0:
        return Written(text, remark=Message("problem.zero_below"))
    # 39/100 is 0.39 in another spelling, two decimals of it; 1/3 is exact.
    digits = _power_of_ten(abs(below))
    return Written(text, value / below, Fraction(0) if digits is None else Fraction(1, 2 * 10**digits))


def _decimal(match: re.Match[str], prefix: str) -> tuple[Fraction, Fraction]:
    """Return an unsigned decimal number and the unit of its last digit."""
    part = match[f"{prefix}part"] or ""
    unit = Fraction(10) ** (int(match[f"{prefix}exponent"] or 0) - len(part))
    return int((match[f"{prefix}whole"] or "") + part) * unit, unit


def _has_digits(match: re.Match[str], prefix: str) -> bool:
    return bool(match[f"{prefix}whole"] or match[f"{prefix}part"])


def _power_of_ten(number: Fraction) -> int | None:
    """Return n where the number is 10ⁿ with n at least 1, else None."""
    digits = str(number)
    return len(digits) - 1 if re.fullmatch("10+", digits) else None


def _advice(shown: str) -> Message:
    """Return why a text is no number, and what to write."""
    if re.fullmatch(r"[+−-]?[0-9]+,[0-9]+", shown):
        return Message("problem.decimal_comma", {"instead": shown.replace(",", ".")})
    return Message("problem.no_number")
