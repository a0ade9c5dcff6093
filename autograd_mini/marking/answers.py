"""The answer for one wire: the numbers as they were written, entry by entry, with the room that rounding leaves."""

import functools
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from ..errors import QuestionError
from ..numerals import shape
from ..tensor import Tensor
from .messages import Message
from .sheets import Written, read_number, room_of
from .spreads import Spread

# The last digit of a number with fewer digits than this is taken at its word.
_FEWEST_DIGITS = 2
# Roundings on the way leave a number off by no more units of its last digit.
_MOST_UNITS = 5
# Numbers may differ by this share, or by this much around 0: single precision works with seven digits.
_RELATIVE_SLACK = 5e-7
_ABSOLUTE_SLACK = 1e-12
# How far floating point alone takes a number from what it is.
_FLOATING_SLACK = 1e-12
# Numbers computed in single precision have been rounded about so often.
_ROUNDINGS = 16
_HALF = Fraction(1, 2)
_ZERO = Fraction(0)


def expect_answers(answers: Any, verb: str) -> None:
    """Check that answers come by wire.

    Raises:
        QuestionError: if they are no mapping with texts for keys.
    """
    is_mapping = isinstance(answers, Mapping)
    wrong = [key for key in answers if not isinstance(key, str)] if is_mapping else []
    if wrong or not is_mapping:
        got = f"the key {wrong[0]!r:.60}" if wrong else type(answers).__name__
        raise QuestionError(f"{verb}: expected answers by wire, such as {{'w0': '-3'}}; got {got}.")


class Answer:
    """What somebody wrote for one wire.

    Attributes:
        written: the entries in order, as written.
        remark: why the answer cannot be held against the wire: its shape or an entry; None if it can.
        there: for each entry of the wire, whether a number was written.
        spread: the numbers with half a unit of the last digit to both sides; 0 where none was written.
    """

    def __init__(
        self,
        given: Any,
        wanted: tuple[int, ...],
        slack: float = 1.0,
        *,
        factor: float = 1.0,
        offset: Any = 0.0,
        transposed: bool = False,
    ) -> None:
        """Read what was given for a wire.

        Args:
            given: text, a number, or nested lists of these.
            wanted: the wire's shape.
            slack: what the room that rounding leaves is multiplied by.
            factor: what is written is the wire's number times this ...
            offset: ... plus this.
            transposed: whether a matrix is written with rows for columns.
        """
        self._given = (given, wanted, slack, factor, offset, transposed)
        entries = _entries(given)
        if transposed and entries.ndim == 2:
            entries = entries.T
        self.written: tuple[Written, ...] = tuple(read_number(entry) for entry in entries.flat)
        self.remark = next((entry.remark for entry in self.written if entry.remark), None)
        self.has_shape = entries.shape == wanted or (entries.size == 1 and int(np.prod(wanted)) == 1)
        if not self.has_shape and not self.is_blank:
            self.remark = self.remark or Message("problem.shape", {"given": shape(entries), "wanted": wanted})
        used = self.written if self.has_shape else (Written(""),) * int(np.prod(wanted))
        self.there = np.array([entry.value is not None for entry in used], bool).reshape(wanted)
        middle = np.array([_nearest(entry.value or _ZERO) for entry in used]).reshape(wanted)
        half = np.array([_nearest(room_of(entry.half_unit, entry.value or _ZERO)) for entry in used]).reshape(wanted)
        half = slack * np.maximum(half, _precision(given) * np.max(np.abs(middle), initial=0.0))
        self._is_whole = np.array([entry.half_unit == _HALF for entry in used], bool).reshape(wanted)
        self._factor, self._offset = factor, offset
        # Hundreds of walks ask about the same predictions. What the work goes on with is also kept by which entries are
        # exact and by what stands for the blank ones: a walk recognises by its identity what it need not do again.
        self._fitting: dict[Spread, bool] = {}
        self._carried: dict[Spread, Spread] = {}
        self._made: dict[tuple[bytes, Spread | None], Spread] = {}
        # Digits that were cut off, or roundings inside a gate, leave the last digit wrong by less than one.
        has_digits = np.abs(middle) >= 10 ** (_FEWEST_DIGITS - 1) * 2 * half
        more = np.where(has_digits & ~self._is_whole, half * (1 - 1e-9), 0.0)
        low, high = middle - half, middle + half
        self.spread = self._number(middle, low, high)
        self._loose = self._number(middle, low - more, high + more)

    @functools.cached_property
    def turned(self) -> "Answer":
        """The answer read with rows for columns."""
        given, wanted, slack, factor, offset, transposed = self._given
        return Answer(given, wanted, slack, factor=factor, offset=offset, transposed=not transposed)

    @property
    def is_blank(self) -> bool:
        """Whether nothing was written."""
        return all(entry.is_blank for entry in self.written)

    @property
    def is_unreadable(self) -> bool:
        """Whether an entry is no number."""
        return any(entry.remark for entry in self.written)

    def _number(self, *written: Any) -> Spread:
        """Return the wire's number from what is written: middle, low and high."""
        middle, *ends = ((number - self._offset) / self._factor for number in written)
        return Spread(middle, np.minimum(*ends), np.maximum(*ends))

    def shown(self, number: Any) -> Any:
        """Return a number of the wire as it is to be written."""
        return number if self._factor == 1 and np.all(self._offset == 0) else number * self._factor + self._offset

    def agrees(self, exact: Any) -> Any:
        """Return for each entry whether `exact`, rounded as the answer was, is the answer. A blank agrees with none."""
        if not self.has_shape:
            return self.there
        numbers = np.ravel(self.shown(exact))
        agreeing = [entry.agrees_with(float(right)) for entry, right in zip(self.written, numbers, strict=True)]
        return np.array(agreeing, bool).reshape(self.there.shape)

    def fits(self, predicted: Spread) -> Any:
        """Return for each entry whether the answer is a number of the spread, to its last digit. A blank fits."""
        if not self.has_shape and not self.is_blank:
            return self.there
        return ~self.there | _meet(self._loose, predicted)

    def fits_wholly(self, predicted: Spread) -> bool:
        """Return whether every entry fits."""
        if predicted not in self._fitting:
            self._fitting[predicted] = bool(np.all(self.fits(predicted)))
        return self._fitting[predicted]

    def is_near(self, right: Spread, rounded: Spread) -> bool:
        """Return whether every entry is right, or rounds a number of `rounded` and is off by few units only.

        Args:
            right: the right numbers.
            rounded: what they may be where numbers that are not written were rounded on the way.
        """
        off = np.abs(self.spread.middle - right.middle) <= _MOST_UNITS * (self.spread.high - self.spread.low)
        return bool(np.all(self.fits(right) | (_meet(self.spread, rounded) & off)))

    def carried(self, predicted: Spread, right: Any) -> Spread:
        """Return the numbers that the work goes on with: what was written, and what was to be where nothing was.

        A number that is exactly what was to be written is not rounded, and neither is a whole number that is not even
        near it. Whoever wrote the right number, rounded or cut off, may go on with its further digits.

        Args:
            predicted: what was to be written.
            right: the right numbers.
        """
        if predicted not in self._carried:
            self._carried[predicted] = self._make(predicted, right)
        return self._carried[predicted]

    def _make(self, predicted: Spread, right: Any) -> Spread:
        with np.errstate(invalid="ignore"):
            is_exact = self._is_exactly(predicted) | (self._is_whole & ~self.fits(predicted))
        key = (is_exact.tobytes(), None if self.there.all() else predicted)
        if key not in self._made:
            spread = Spread(self.spread.middle)
            if not is_exact.all():
                held = np.where(_meet(self._loose, Spread(right)), right, self.spread.middle)
                spread = spread.where(is_exact, self.spread.with_exact(held))
            self._made[key] = spread if key[1] is None else spread.where(self.there, predicted)
        return self._made[key]

    def _is_exactly(self, predicted: Spread) -> Any:
        """Return for each entry whether the answer is the one number that was to be written, to all its digits."""
        reach = np.maximum(_FLOATING_SLACK * np.abs(predicted.middle), _ABSOLUTE_SLACK)
        middle = self.spread.middle
        return np.maximum(predicted.high, middle) - reach <= np.minimum(predicted.low, middle)


def _nearest(number: Fraction) -> float:
    """Return the nearest floating-point number, which beyond the largest is infinity."""
    try:
        return float(number)
    except OverflowError:
        return np.inf if number > 0 else -np.inf


def _precision(given: Any) -> float:
    """Return how far off, as a share of the largest, numbers are that were computed with few digits."""
    dtype = getattr(given, "dtype", None)
    if dtype is None or dtype.kind != "f" or dtype == np.float64:
        return 0.0
    return _ROUNDINGS * float(np.finfo(dtype).eps)


def _meet(ours: Spread, theirs: Spread) -> Any:
    """Return for each entry whether two spreads have a number in common, up to floating point."""
    slack = np.maximum(_RELATIVE_SLACK * np.maximum(np.abs(ours.middle), np.abs(theirs.middle)), _ABSOLUTE_SLACK)
    # What nobody can write down, infinity, fits nothing.
    return np.isfinite(theirs.middle) & (ours.low - slack <= theirs.high) & (theirs.low <= ours.high + slack)


def _entries(given: Any) -> Any:
    """Return an answer as an array of texts and numbers, of the shape in which it was given."""
    if isinstance(given, Tensor):
        given = given.data
    if isinstance(given, np.ndarray):
        return given.astype(object)
    if not isinstance(given, list | tuple):
        entries = np.empty((), object)
        entries[()] = given
        return entries
    parts = [_entries(part) for part in given]
    if len({part.shape for part in parts}) > 1:
        # Ragged: no array has this shape, but every number that was written is kept.
        parts = [np.concatenate([part.ravel() for part in parts])]
    return np.stack(parts) if parts else np.empty((0,), object)
