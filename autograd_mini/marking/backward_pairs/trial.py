"""One trial of a pair: inputs, upstream gradients, what came out, what is right, and the verdict on each gradient."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...finite_differences.subject import random_signs
from .pair import Pair, Run, as_numbers
from .truth import Recorded, Right, along, share_of_rounding, truth_of, with_kinks
from .twins import twin_of

# Where outputs and inputs have more pairs of entries than this, contributions are not told apart.
_MOST_CONTRIBUTIONS = 2_000_000
_MOST_OUTPUTS = 1500
# How many decimals of the largest difference decide which entry is further off.
_RANKING_DIGITS = 6
_SHOWN = 5


@dataclass(frozen=True)
class Entry:
    """One number of a gradient.

    Attributes:
        index: where it stands.
        yours: the number that the backward function gives.
        right: the right one.
    """

    index: tuple[int, ...]
    yours: float
    right: float


@dataclass(frozen=True, eq=False)
class GradientMark:
    """The verdict on one gradient.

    Attributes:
        name: what it is called: "dw".
        verdict: "right", "wrong", "wrong shape", "missing" or "no numbers".
        shape: the shape it has; None if there is none.
        expected: the shape it should have.
        wrong: how many entries are wrong.
        judged: how many entries were compared.
        worst: the entries that are furthest off, the worst first.
        kinks: how many entries lie at a kink, where several numbers are right.
    """

    name: str
    verdict: str
    shape: tuple[int, ...] | None
    expected: tuple[int, ...]
    wrong: int = 0
    judged: int = 0
    worst: tuple[Entry, ...] = ()
    kinks: int = 0


class Trial:
    """A pair, tried at inputs.

    Attributes:
        pair: the two functions.
        inputs: the inputs.
        run: the forward call.
        is_loss: whether the gradients are those of the outputs themselves.
        upstreams: the upstream gradient of each output, random.
        truth: where the right gradients come from.
        right: the right gradients.
        results: the gradients that the backward function returned, as arrays; None where there is none.
        count: how many gradients it returned.
        raised: what it raised instead; None if it returned.
        marks: the verdicts.
    """

    def __init__(self, pair: Pair, inputs: Sequence[Any], seed: int) -> None:
        self.pair, self.inputs = pair, list(inputs)
        rng = np.random.default_rng([seed, 11])
        self.run = pair.run(inputs)
        self.is_loss = pair.is_loss(self.run)
        if self.is_loss:
            self.upstreams: list[np.ndarray] = [np.ones(out.shape) for out in self.run.outs]
        else:
            self.upstreams = [np.asarray(random_signs(rng, out.shape)) for out in self.run.outs]
        self.results: list[np.ndarray | None] = [None] * len(pair.chosen)
        self.count = 0
        self.raised: Exception | None = None
        self.left = [upstream.copy() for upstream in self.upstreams]
        try:
            found, self.count = pair.gradients_of(self.run, [self._scalar(d) for d in self.left])
        except Exception as error:
            self.raised = error
            found = self.results
        self.results = [None if part is None else as_array(part) for part in found]
        # The forward function is called again only now: a layer may keep what it needs in itself.
        self.truth = truth_of(pair, self.inputs, self.run, self.upstreams, seed)
        self.right: list[Right] = self.truth.right(self.upstreams)
        self.marks = [self._marked(i) for i in range(len(pair.chosen))]

    def _marked(self, i: int) -> GradientMark:
        """Return the verdict on a gradient; numbers that the recording calls wrong may still be right at a kink."""
        name, part = self.pair.gradients[i], self.results[i]
        mark = _marked(name, part, self.right[i])
        if mark.verdict != "wrong" or part is None or not isinstance(self.truth, Recorded):
            return mark
        places = np.flatnonzero(_distance(part, self.right[i]) > 0)
        position = self.pair.chosen[i]
        self.right[i] = with_kinks(self.right[i], places, self.pair, self.run, self.inputs, position, self.upstreams)
        return _marked(name, part, self.right[i])

    @property
    def twin(self) -> str:
        """The name of the known layer that was recorded in place of the forward function; "" if none was."""
        twin = self.truth.twin if isinstance(self.truth, Recorded) else None
        return twin.name if twin else ""

    @property
    def is_right(self) -> bool:
        """Whether every gradient is right."""
        return all(mark.verdict == "right" for mark in self.marks)

    @staticmethod
    def _scalar(upstream: np.ndarray) -> Any:
        return upstream if upstream.ndim else float(upstream)

    def gradients(self, upstreams: Sequence[np.ndarray], run: Run | None = None) -> list[np.ndarray | None]:
        """Return what the pair gives for upstream gradients, after a forward call; None for each if it raises.

        The forward call is a fresh one when left out.
        """
        run = run or self.pair.run(self.inputs)
        try:
            found, _ = self.pair.gradients_of(run, [self._scalar(np.array(d)) for d in upstreams])
        except Exception:
            # It did not raise for the first upstream gradients; what it needs of them is its own affair.
            return [None] * len(self.pair.chosen)
        return [None if part is None else as_array(part) for part in found]

    @functools.cached_property
    def circuits(self) -> list[Recorded]:
        """The recorded circuits in which mistakes can be made: the forward function's own, and a known layer's."""
        own = [self.truth] if isinstance(self.truth, Recorded) else []
        rng = np.random.default_rng(0)
        twin = twin_of(self.pair, self.inputs, self.run, rng, is_recorded=bool(own)) if not self.twin else None
        return own + ([] if twin is None else [Recorded(self.pair, self.inputs, self.run, twin)])

    @functools.cached_property
    def contributions(self) -> list[np.ndarray] | None:
        """For each gradient, what each place of the output contributes: shape (places, *gradient); None if too many.

        Outputs of the same shape, as those of an LSTM's step, contribute together; of others nothing is known.
        """
        shape = self.upstreams[0].shape
        size = int(np.prod(shape))
        largest = max(right.middle.size for right in self.right)
        is_alike = all(upstream.shape == shape for upstream in self.upstreams)
        if not is_alike or size > _MOST_OUTPUTS or size * largest > _MOST_CONTRIBUTIONS:
            return None
        every = []
        for place in np.ndindex(shape):
            alone = [np.zeros(shape) for _ in self.upstreams]
            for upstream, given in zip(alone, self.upstreams, strict=True):
                upstream[place] = given[place]
            every.append(self.truth.pull(alone))
        return [np.stack(parts) for parts in zip(*every, strict=True)]

    def slope_elsewhere(self, inputs: Sequence[Any], position: int, direction: np.ndarray) -> float:
        """Return the right gradient by one chosen input, elsewhere, along a direction; NaN if there is none."""
        try:
            if isinstance(self.truth, Recorded):
                pulled = self.truth.elsewhere(inputs).pull(self.upstreams)
                return float(np.sum(pulled[position] * direction))
            directions = [np.zeros(right.middle.shape) for right in self.right]
            directions[position] = direction
            return float(along(self.pair, inputs, self.upstreams, directions, self.run.epsilon).middle)
        except Exception:
            # At inputs that make no sense to it the function may raise anything.
            return np.nan


def tolerance(part: np.ndarray, right: Right) -> np.ndarray:
    """Return how far each number of a gradient may be off."""
    is_coarse = part.dtype.kind == "f" and part.dtype.itemsize < 8
    share = share_of_rounding(float(np.finfo(part.dtype).eps)) if is_coarse else 0.0
    return right.slack + share * np.max(np.abs(right.middle), initial=0.0)


def as_array(part: Any) -> np.ndarray:
    array = np.array(as_numbers(part))
    return array.astype(np.float64) if array.dtype.kind in "biu" else array


def _distance(part: np.ndarray, right: Right) -> np.ndarray:
    """Return by how much each number is off, beyond what is right; not more than 0 if it is right or not known."""
    room = tolerance(part, right)
    with np.errstate(invalid="ignore"):
        off = np.maximum(right.low - room - part, part - right.high - room)
    return np.where(right.known, np.where(np.isnan(part), np.inf, off), -np.inf)


def _marked(name: str, part: np.ndarray | None, right: Right) -> GradientMark:
    """Return the verdict on a gradient."""
    expected = right.middle.shape
    if part is None:
        # Where the gradient is 0, as that of a position in a table, None says so.
        is_right = np.all(_distance(np.zeros(expected), right) <= 0)
        return GradientMark(name, "right" if is_right else "missing", None, expected)
    if part.dtype.kind != "f":
        return GradientMark(name, "no numbers", part.shape, expected)
    if part.shape != expected:
        return GradientMark(name, "wrong shape", part.shape, expected)
    room, off = tolerance(part, right), _distance(part, right)
    wrong = int(np.count_nonzero(off > 0))
    # Of entries that are equally far off, but for floating point, the first come first.
    finite = np.isfinite(off)
    most = np.max(off, where=finite, initial=0.0) or 1.0
    ranks = np.where(finite, np.round(off / most, _RANKING_DIGITS), off)
    order = np.argsort(-ranks, axis=None, kind="stable")[: min(wrong, _SHOWN)]
    places = [tuple(map(int, np.unravel_index(place, expected))) for place in order]
    worst = tuple(Entry(place, float(part[place]), float(right.middle[place])) for place in places)
    judged = int(np.count_nonzero(np.broadcast_to(right.known, expected)))
    kinks = int(np.count_nonzero(right.high - right.low > 2 * room + 1e-9))
    return GradientMark(name, "wrong" if wrong else "right", part.shape, expected, wrong, judged, worst, kinks)
