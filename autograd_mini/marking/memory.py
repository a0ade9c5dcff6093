"""What walks through one circuit have in common, worked out once.

Hundreds of walks go over the same sheet, and most of their steps start from numbers that another walk had. A step is
looked up by the numbers it starts from, which are told apart by identity, so what is found is made one object for one
number. Nothing depends on what is remembered but the time it takes.
"""

from collections.abc import Callable, Hashable

from .spreads import Spread

# Everything is forgotten when so many numbers are remembered: about 100 MB.
_MOST_NUMBERS = 200_000
_NUMBERS_IN_A_KEY = 4


class Memory:
    """Spreads by what they were worked out from."""

    def __init__(self) -> None:
        self._found: dict[Hashable, Spread] = {}
        self._same: dict[Hashable, Spread] = {}
        self._room = _MOST_NUMBERS

    def recall(self, key: Hashable, work_out: Callable[[], Spread]) -> Spread:
        """Return what was found for a key; when it is new, work it out."""
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = self._one(work_out())
        return found

    def _one(self, spread: Spread) -> Spread:
        """Return the first spread that had these numbers."""
        self._room -= spread.middle.size + _NUMBERS_IN_A_KEY
        if self._room < 0:
            self._found.clear()
            self._same.clear()
            self._room = _MOST_NUMBERS
        ends = () if spread.is_exact else (spread.low.tobytes(), spread.high.tobytes())
        return self._same.setdefault((spread.shape, spread.middle.tobytes(), *ends), spread)
