"""The right gradients of a forward function: recorded where it takes Tensors or is a known layer, else by differences.

What is recorded is trusted only if it gives the function's own outputs, and agrees with differences along a random
direction: a function may take its inputs out of their Tensors on the way.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from ...backward import seed_for, sweep
from ...tensor import Tensor
from ..work import Ground
from .columns import Column, column
from .naming import locals_named
from .pair import Pair, Run, apart, copies
from .twins import Twin, is_same_output, twin_of

# Of each input so many entries are moved, where differences have to do.
MOST_ENTRIES = 400
# A right number may be off by so many estimated errors of its differences.
_ERRORS = 10
# Rounding, as a share of the largest number of a gradient, in double, single and half precision.
_DOUBLE, _SINGLE, _HALF = 1e-8, 1e-4, 1e-2
# So many roundings of the largest number on the way back stay where others cancel.
_CANCELLED = 1e3
_NEAR = 1e-6
# A number that is 0 is moved as if it were so large.
_SMALLEST = 1e-3


class Right(NamedTuple):
    """The right gradient by one input.

    Attributes:
        middle: the gradient.
        low: the least that is right, which is less at a kink.
        high: the most that is right.
        slack: how far off rounding, or the error of differences, may bring a number.
        known: whether each entry was worked out.
    """

    middle: np.ndarray
    low: np.ndarray
    high: np.ndarray
    slack: np.ndarray
    known: np.ndarray


class Recorded:
    """The right gradients from the graph that a forward function records on Tensors."""

    def __init__(self, pair: Pair, inputs: Sequence[Any], run: Run, twin: Twin | None = None) -> None:
        self.pair, self.inputs, self.run, self.twin = pair, list(inputs), run, twin
        self.method = "recorded" if twin is None else "twin"
        given = copies(inputs)
        self.leaves = [Tensor(np.array(inputs[i])[()], name=pair.names[i]) for i in pair.chosen]
        for position, leaf in zip(pair.chosen, self.leaves, strict=True):
            given[position] = leaf
        if twin is None:
            with locals_named(pair.forward, pair.names):
                outs = apart(pair.call(given)[0])
        else:
            with locals_named(twin.layer, pair.names):
                outs = [twin.layer(*self.leaves)]
        self.outs = outs
        for out, value in zip(outs, run.outs, strict=True):
            data = out.data if isinstance(out, Tensor) else out
            if not is_same_output(data, value):
                raise ValueError("the recorded output is another than the plain one")
        if not any(isinstance(out, Tensor) and out.requires_grad for out in outs):
            raise ValueError("nothing is recorded")

    def elsewhere(self, inputs: Sequence[Any]) -> "Recorded":
        """Return the same at other inputs."""
        return Recorded(self.pair, inputs, self.pair.run(inputs), self.twin)

    def pull(self, upstreams: Sequence[np.ndarray]) -> list[np.ndarray]:
        """Return the gradients for upstream gradients."""
        seeds: dict[Tensor, Any] = {}
        for out, upstream in zip(self.outs, upstreams, strict=True):
            if isinstance(out, Tensor) and out.requires_grad:
                seed = seed_for(out, upstream[()])
                seeds[out] = seeds[out] + seed if out in seeds else seed
        totals = sweep(seeds)
        return [np.array(totals.get(leaf, np.zeros(leaf.shape)), np.float64) for leaf in self.leaves]

    def ground(self, upstreams: Sequence[np.ndarray]) -> Ground:
        """Return the recorded circuit, ready to be walked with mistakes."""
        first, *others = self.outs
        if not others:
            return Ground(first, upstream=upstreams[0][()])
        # A name tells the way out of the function from the ways within it.
        weighed = [
            (out * upstream).named(f"output {i}")
            for i, (out, upstream) in enumerate(zip(self.outs, upstreams, strict=True))
            if isinstance(out, Tensor)
        ]
        return Ground(sum(map(np.sum, weighed)))

    def right(self, upstreams: Sequence[np.ndarray]) -> list[Right]:
        """Return the gradients with what else is right at kinks."""
        right = self.ground(upstreams).right
        walk = right.predicted["gradient"]
        # What is left where large numbers cancel has their rounding errors.
        largest = max((float(np.max(np.abs(p.middle), initial=0.0)) for p in right.contributions.values()), default=0.0)
        found = []
        for leaf, middle in zip(self.leaves, self.pull(upstreams), strict=True):
            spread = walk.get(leaf)
            low, high = (middle, middle) if spread is None else (spread.low, spread.high)
            share = share_of_rounding(self.run.epsilon)
            cancelled = min(_CANCELLED * self.run.epsilon, share) * largest
            slack = share * np.max(np.abs(middle), initial=0.0) + cancelled
            found.append(
                Right(middle, np.minimum(low, middle), np.maximum(high, middle), np.array(slack), np.array(True))
            )
        return found

    def is_confirmed(self, upstreams: Sequence[np.ndarray], rng: np.random.Generator) -> bool:
        """Return whether differences along a random direction agree, as far as kinks allow to tell."""
        directions = [rng.normal(size=leaf.shape) for leaf in self.leaves]
        slope = along(self.pair, self.inputs, upstreams, directions, self.run.epsilon)
        pulled = self.pull(upstreams)
        recorded = sum(float(np.sum(part * way)) for part, way in zip(pulled, directions, strict=True))
        is_kink = slope.high > slope.low
        return bool(is_kink or abs(slope.middle - recorded) <= _ERRORS * slope.error + _NEAR * abs(recorded))


class Differenced:
    """The right gradients by differences of the forward function's outputs."""

    method = "differences"

    def __init__(self, pair: Pair, inputs: Sequence[Any], run: Run, rng: np.random.Generator) -> None:
        self.pair, self.inputs, self.run = pair, list(inputs), run
        self.places: list[np.ndarray] = []
        self.columns: list[Column] = []
        for position in pair.chosen:
            size = np.size(inputs[position])
            places = np.arange(size)
            if size > MOST_ENTRIES:
                places = np.sort(rng.choice(size, MOST_ENTRIES, replace=False))
            every = [moved_entry(pair, inputs, position, int(place), run.epsilon) for place in places]
            self.places.append(places)
            self.columns.append(Column(*(np.stack(parts) for parts in zip(*every, strict=True))))

    def pull(self, upstreams: Sequence[np.ndarray]) -> list[np.ndarray]:
        """Return the gradients for upstream gradients; 0 at entries that were not moved."""
        return [right.middle for right in self.right(upstreams)]

    def right(self, upstreams: Sequence[np.ndarray]) -> list[Right]:
        """Return the gradients with what else is right at kinks."""
        upstream = _flat(upstreams)
        found = []
        for position, places, slopes in zip(self.pair.chosen, self.places, self.columns, strict=True):
            low, high = slopes.low * upstream, slopes.high * upstream
            parts = [
                slopes.middle @ upstream,
                np.minimum(low, high).sum(axis=1),
                np.maximum(low, high).sum(axis=1),
                _ERRORS * np.sum(np.where(upstream != 0, slopes.error, 0) * np.abs(upstream), axis=1),
            ]
            shape = np.shape(self.inputs[position])
            middle, low, high, slack = (_placed(part, places, shape) for part in parts)
            slack = slack + share_of_rounding(self.run.epsilon) * np.max(np.abs(middle), initial=0.0)
            known = (_placed(np.ones(len(places)), places, shape) > 0) & np.isfinite(slack)
            found.append(Right(middle, np.minimum(low, middle), np.maximum(high, middle), slack, known))
        return found


def share_of_rounding(epsilon: float) -> float:
    """Return how far off rounding may bring a number, as a share of the largest of its gradient."""
    if epsilon <= np.finfo(np.float64).eps:
        return _DOUBLE
    return _SINGLE if epsilon <= np.finfo(np.float32).eps else _HALF


def moved_entry(pair: Pair, inputs: Sequence[Any], position: int, place: int, epsilon: float) -> Column:
    """Return the slopes of all outputs as one entry of an input moves."""
    array = np.asarray(inputs[position], np.float64)
    scale = max(abs(float(array.flat[place])), float(np.mean(np.abs(array))), _SMALLEST)
    moved = list(inputs)

    def outputs(step: float) -> np.ndarray:
        other = array.copy()
        other.flat[place] += step
        moved[position] = other if isinstance(inputs[position], np.ndarray) else float(other)
        return _flat(pair.run(moved).outs)

    return column(outputs, scale, epsilon)


def with_kinks(
    right: Right,
    places: np.ndarray,
    pair: Pair,
    run: Run,
    inputs: Sequence[Any],
    position: int,
    upstreams: Sequence[np.ndarray],
) -> Right:
    """Return a recorded gradient with what else is right at entries where the forward function has a kink.

    A mask, `x * (x > 0)`, is a constant to the recording, which sees no kink then.
    """
    upstream, array = _flat(upstreams), np.asarray(inputs[position], np.float64)
    low, high = right.low.copy(), right.high.copy()
    direction = np.zeros(array.shape)
    direction.flat[places] = np.random.default_rng(0).uniform(0.5, 1.5, len(places))

    def outputs(step: float) -> np.ndarray:
        moved = list(inputs)
        moved[position] = inputs[position] + step * direction
        return _flat(pair.run(moved).outs)

    together = column(outputs, max(float(np.mean(np.abs(array))), _SMALLEST), run.epsilon)
    if not np.any(together.high > together.low):
        return right
    for place in places[:MOST_ENTRIES]:
        slopes = moved_entry(pair, inputs, position, int(place), run.epsilon)
        if np.any(slopes.high > slopes.low):
            ends = slopes.low * upstream, slopes.high * upstream
            low.flat[place] = min(low.flat[place], np.sum(np.minimum(*ends)))
            high.flat[place] = max(high.flat[place], np.sum(np.maximum(*ends)))
    return right._replace(low=low, high=high)


def along(
    pair: Pair,
    inputs: Sequence[Any],
    upstreams: Sequence[np.ndarray],
    directions: Sequence[np.ndarray],
    epsilon: float,
) -> Column:
    """Return the slope of Σ upstream × output as all chosen inputs move along directions."""

    def total(step: float) -> np.ndarray:
        moved = list(inputs)
        for position, direction in zip(pair.chosen, directions, strict=True):
            moved[position] = inputs[position] + step * direction
        return np.array([_flat(pair.run(moved).outs) @ _flat(upstreams)])

    return Column(*(part[0] for part in column(total, 0.1, epsilon)))


def truth_of(
    pair: Pair, inputs: Sequence[Any], run: Run, upstreams: Sequence[np.ndarray], seed: int
) -> Recorded | Differenced:
    """Return the right gradients of a pair at inputs: recorded if that can be trusted, else by differences."""
    rng = np.random.default_rng([seed, 7])
    try:
        recorded = Recorded(pair, inputs, run)
    except Exception:
        # Whatever a NumPy program raises on Tensors, it says that it is not for them.
        twin = twin_of(pair, inputs, run, rng)
        if twin is None:
            return Differenced(pair, inputs, run, rng)
        recorded = Recorded(pair, inputs, run, twin)
    return recorded if recorded.is_confirmed(upstreams, rng) else Differenced(pair, inputs, run, rng)


def _flat(arrays: Sequence[np.ndarray]) -> np.ndarray:
    return np.concatenate([np.ravel(array) for array in arrays])


def _placed(values: np.ndarray, places: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Return an array of a shape with values at places, and 0 elsewhere."""
    array = np.zeros(int(np.prod(shape)))
    array[places] = values
    return array.reshape(shape)
