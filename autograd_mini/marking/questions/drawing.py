"""Drawing inputs for a question in the style of its own, and ordering them by what they hide.

Small whole numbers stay small whole numbers, decimals keep their places, signs stay mixed. Each set of inputs is tried
on every mistake; the best are those at which the fewest are invisible, then those at which the fewest look alike.
"""

import functools
import operator
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ...errors import QuestionError, did_you_mean
from .digits import DIGITS, MOST_DIGITS, have_at_most, is_rational, significant, significant_digits
from .question import Question
from .trials import (
    Inputs,
    Suspected,
    input_arrays,
    is_of_single_numbers,
    mistakes,
    random_trials,
    right_entries,
    same_always,
    trials,
)

# How many sets of inputs are drawn at a time, where they are walked together and one by one.
_TOGETHER, _ONE_BY_ONE = 10_000, 60
# Fewer where there are so many mistakes in so many gates that sets × mistakes × gates would be more than this.
_MOST_TOGETHER, _MOST_ONE_BY_ONE = 20_000_000, 200_000
# Answers of up to this many digits are easy to write.
_EASY_DIGITS = 3
# The least room for whole numbers: from −5 to 5.
_LEAST_LIMIT = 5
# Answers are at most this many times larger, and this many times smaller, than the question's own and than 1: what
# rounds to 0.00 is right as 0.00.
_GROWTH, _SHRINKAGE = 10.0, 20.0


@dataclass(frozen=True, eq=False)
class Pool:
    """Sets of inputs that can be used, with what they hide.

    Attributes:
        inputs: the values of every input.
        right: the right numbers, shape (entries, sets).
        invisible: how many mistakes are invisible, for each set.
        lost: how many sheets are missing for every mistake to have its own.
        digits: the digits of the longest answer; 0 where answers are rounded.
        size: how large the inputs are.
    """

    inputs: Inputs
    right: Any
    invisible: Any
    lost: Any
    digits: Any
    size: Any

    @functools.cached_property
    def order(self) -> list[int]:
        """The sets, the best first, each once."""
        ordered = np.lexsort((self.size, self.digits, self.lost, self.invisible)).tolist()
        if not ordered:
            return []
        rows = np.concatenate([values[ordered].reshape(len(ordered), -1) for values in self.inputs.values()], axis=1)
        _, first = np.unique(rows, axis=0, return_index=True)
        return [ordered[i] for i in np.sort(first)]

    def joined(self, other: "Pool") -> "Pool":
        """Return both."""
        inputs = {name: np.concatenate([values, other.inputs[name]]) for name, values in self.inputs.items()}
        names = ("right", "invisible", "lost", "digits", "size")
        return Pool(inputs, *(np.concatenate([getattr(self, n), getattr(other, n)], axis=-1) for n in names))

    def alike(self, n: int) -> list[int]:
        """Return sets with different inputs and answers that hide as little as the best, n of them if there are.

        The longest answers have the same number of digits in all of them, or one less.
        """
        found: dict[bytes, int] = {}
        least = min(self.invisible, default=0)
        # + 0.0 makes one of the two zeros.
        seen = (significant(self.right) + 0.0).T
        for i in self.order:
            if self.invisible[i] == least:
                found.setdefault(seen[i].tobytes(), i)
        levels = []
        for longest in np.unique(self.digits).tolist():
            level = [i for i in found.values() if longest - 1 <= self.digits[i] <= longest]
            levels.append((len(level) >= n, longest <= _EASY_DIGITS, len(level), level))
        best = max(levels, key=operator.itemgetter(0, 1, 2))[3] if levels else []
        most_lost = np.sort(self.lost[best])[:n][-1] if best else 0
        return [i for i in best if self.lost[i] <= most_lost]

    def most_different(self, sets: list[int], n: int) -> list[int]:
        """Return n of the sets of inputs, chosen one after the other so that few answers are the same."""
        answers = significant(self.right[:, sets])
        chosen = [0]
        same = np.zeros(len(sets))
        while len(chosen) < n:
            same += (answers == answers[:, chosen[-1:]]).mean(axis=0)
            same[chosen[-1]] = np.inf
            chosen.append(int(np.argmin(same)))
        return [sets[i] for i in chosen]


class Chooser:
    """Draws inputs in the style of a question's own.

    Takes what `better_numbers` takes, and which faults are to be seen and told apart, by how many digits, and whether
    some inputs may be negative where none was.
    """

    def __init__(
        self,
        question: Question,
        seed: int = 0,
        effort: float = 1.0,
        fixed: Iterable[str] = (),
        *,
        of: Suspected = mistakes,
        digits: int = DIGITS,
        may_get_signs: bool = False,
    ) -> None:
        if not isinstance(seed, int | np.integer) or seed < 0:
            raise QuestionError(f"the seed must be a whole number of at least 0; got {seed!r}.")
        if not isinstance(effort, int | float) or not effort > 0:
            raise QuestionError(f"the effort must be a positive number; got {effort!r}.")
        self.question = question
        ground = question.ground()
        self.own = input_arrays(question)
        kept = set(fixed)
        for name in sorted(kept - set(self.own)):
            raise QuestionError(
                f"fixed: '{name}' is no input of the question; these are: {', '.join(self.own)}."
                f"{did_you_mean(name, self.own)}"
            )
        self._drawn = {name: own for name, own in self.own.items() if name not in kept and not _are_labels(own)}
        self._has_signs = any(np.any(own < 0) for own in self._drawn.values())
        self._rng = np.random.default_rng(seed)
        together = is_of_single_numbers(ground)
        sets = _TOGETHER if together else _ONE_BY_ONE
        work = len(of(ground)) * len(ground.graph)
        most = (_MOST_TOGETHER if together else _MOST_ONE_BY_ONE) // max(work, 1)
        self._count = max(1, round(effort * min(sets, most)))
        self._of, self._digits, self._may_get_signs = of, digits, may_get_signs
        self.same = same_always(random_trials(question, of))
        self._places = {name: _decimals(own) for name, own in self._drawn.items()}
        right = right_entries(question, ground)
        right = right[np.isfinite(right)]
        digits = int(np.max(significant_digits(right), initial=1))
        self._longest = max(digits, DIGITS) if is_rational(ground) and digits < MOST_DIGITS else 0
        self._largest = _GROWTH * np.max(np.abs(right), initial=1.0)
        self._smallest = np.min(np.abs(right[right != 0]), initial=1.0) / _SHRINKAGE

    def draw(self) -> Pool:
        """Return the usable ones among newly drawn sets of inputs."""
        inputs = self._inputs()
        found = trials(self.question, inputs, self._wanted, of=self._of, digits=self._digits)
        kept = {name: values[found.kept] for name, values in inputs.items()}
        sheets = found.sheets
        can_show = self.same[1:, None] != 0
        invisible = (can_show & (sheets[1:] == sheets[:1])).sum(axis=0)
        apart = np.sort(sheets[np.unique(self.same, return_index=True)[1]], axis=0)
        lost = (apart[1:] == apart[:-1]).sum(axis=0)
        digits = significant_digits(found.right).max(axis=0, initial=0) if self._longest else 0 * invisible
        return Pool(kept, found.right, invisible, lost, digits, self._size(kept, len(invisible)))

    def question_at(self, pool: Pool, i: int) -> Question:
        """Return the question at a set of inputs of a pool, with what it prints besides worked out anew."""
        question = replace(self.question, inputs=self._as_given(pool.inputs, i), given={})
        if not self.question.given:
            return question
        return replace(question, given=replace(question, asked=tuple(self.question.given)).key())

    def _as_given(self, inputs: Inputs, i: int) -> dict[str, Any]:
        """Return a set of inputs as a question has them: numbers and nested lists."""
        chosen = dict(self.question.inputs)
        for name, places in self._places.items():
            values = inputs[name][i]
            is_whole = _are_whole(self.question.inputs[name])
            chosen[name] = (values.astype(int) if is_whole else np.round(values, max(places, 0))).tolist()
        return chosen

    def _inputs(self) -> dict[str, Any]:
        """Return random inputs, in the same decimal places and of the same size as the question's own."""
        inputs = {name: np.broadcast_to(own, (self._count, *own.shape)) for name, own in self.own.items()}
        for name, own in self._drawn.items():
            unit = 10.0 ** -self._places[name]
            alike = [other for other in self._drawn if self._places[other] == self._places[name]]
            largest = max(round(float(np.max(np.abs(self._drawn[other]), initial=0)) / unit) for other in alike)
            limit = min(max(2 * largest, _LEAST_LIMIT), 10 ** len(str(largest)) - 1)
            steps = self._rng.integers(1, limit + 1, (self._count, *own.shape))
            signs = self._rng.choice([-1, 1], steps.shape)
            if not self._has_signs:
                # Every second set at most has signs if there was none before.
                signs[:: 2 if self._may_get_signs else 1] = 1
            inputs[name] = np.round(steps * signs * unit, 12)
        if self._has_signs and sum(own.size for own in self._drawn.values()) > 1:
            both = [np.sign(inputs[name]).reshape(self._count, -1) for name in self._drawn]
            mixed = np.ptp(np.concatenate(both, axis=1), axis=1) > 0
            inputs = {name: values[mixed] for name, values in inputs.items()}
        return inputs

    def _wanted(self, right: Any) -> Any:
        """Return which right numbers are no harder to write than the question's own."""
        size = np.abs(right)
        wanted = (size <= self._largest) & ((size == 0) | (size >= self._smallest))
        if self._longest:
            wanted &= have_at_most(right, self._longest)
        return wanted.all(axis=0)

    def _size(self, inputs: Inputs, sets: int) -> Any:
        """Return how large the inputs are.

        A 1 counts as much as a large number, as it hides what it multiplies, and so does a minus sign where there was
        none.
        """
        total = np.zeros(sets)
        for values in inputs.values():
            size = np.where(np.abs(values) == 1, _LEAST_LIMIT, np.abs(values))
            size = size + np.where((values < 0) & (not self._has_signs), _LEAST_LIMIT, 0)
            total += size.sum(axis=tuple(range(1, values.ndim)))
        return total


def _are_labels(own: Any) -> bool:
    """Return whether an array is made of zeros and ones, as labels are."""
    return np.unique(own).tolist() == [0, 1]


def _are_whole(given: Any) -> bool:
    """Return whether an input is given in whole numbers: 3 is, 3.0 is not."""
    if isinstance(given, list | tuple):
        return all(map(_are_whole, given))
    return np.asarray(given).dtype.kind in "iu"


def _decimals(own: Any) -> int:
    """Return the last decimal place of an input's entries; of long numbers, the second significant one."""
    shown = own[own != 0]
    if not shown.size:
        return 0
    lead = np.floor(np.log10(np.abs(shown)))
    digits = significant_digits(shown)
    if digits.max() > DIGITS:
        return int(1 - lead.max())
    return int(max(0, (digits - 1 - lead).max()))
