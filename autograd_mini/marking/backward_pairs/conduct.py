"""What a backward function does besides its numbers: arrays it changes, the upstream gradient it does not use."""

import random
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from .findings import Diagnosis
from .pair import apart, as_numbers
from .trial import Trial, as_array

_SAME = 1e-9
# Other inputs, for a second forward call, are these times as large.
_OTHER = 0.7


def conduct(trial: Trial) -> list[Diagnosis]:
    """Return what is wrong with how the pair behaves, whatever its numbers are."""
    pair = trial.pair
    found = [Diagnosis("inputs.changed", (), {"input": name}) for name in _changed(trial)]
    if pair.backward is None or trial.raised is not None:
        return found
    for name, upstream, left in zip(_upstream_names(trial), trial.upstreams, trial.left, strict=True):
        if not np.array_equal(upstream, left):
            changed = int(np.count_nonzero(upstream != left))
            found.append(
                Diagnosis("upstream.changed", (), {"upstream": name, "count": changed, "total": upstream.size})
            )
    outs = zip(apart(trial.run.returned), trial.run.outs, strict=True)
    if not all(np.array_equal(as_numbers(out), before, equal_nan=True) for out, before in outs):
        found.append(Diagnosis("output.changed"))
    again = trial.gradients(trial.upstreams)
    once_more = _after_random_numbers(trial)
    if not (_all_same(again, once_more) and _all_same(again, trial.results)):
        return [*found, Diagnosis("backward.random", tuple(_differing(trial, again, once_more)))]
    return found + _stale(trial)


def uses_up_cache(trial: Trial) -> bool:
    """Return whether a second backward call for the same cache gives other numbers, or fails."""
    if trial.pair.backward is None or trial.raised is not None:
        return False
    return not _all_same(trial.results, trial.gradients(trial.upstreams, trial.run))


def passed_at_zero(trial: Trial, position: int) -> int:
    """Return at how many zeros of an input, which are kinks, the upstream gradient is passed on; 0 unless at all.

    A mask that is written `x < 0` for `x <= 0` does so.
    """
    part, right = trial.results[position], trial.right[position]
    array = np.asarray(trial.inputs[trial.pair.chosen[position]])
    if part is None or len(trial.upstreams) != 1 or not part.shape == array.shape == trial.upstreams[0].shape:
        return 0
    (upstream,) = trial.upstreams
    low, high, middle = (np.broadcast_to(end, array.shape) for end in (right.low, right.high, right.middle))
    at_kink = (array == 0) & (high > low)
    passes = np.all(part[at_kink] == upstream[at_kink]) and np.all(middle[at_kink] != upstream[at_kink])
    return int(np.count_nonzero(at_kink)) if passes else 0


def about_upstream(trial: Trial, position: int) -> Iterator[Diagnosis]:
    """Yield in what way a gradient does not go with the upstream gradient, which it must be proportional to."""
    part, name = trial.results[position], trial.pair.gradients[position]
    if part is None or trial.is_loss or part.dtype.kind != "f" or not np.all(np.isfinite(part)):
        return

    def given(factor: float) -> np.ndarray:
        found = trial.gradients([factor * upstream for upstream in trial.upstreams])[position]
        return np.full(part.shape, np.nan) if found is None or found.shape != part.shape else found

    double, opposite, none = given(2.0), given(-1.0), given(0.0)
    if _same(double, part) and _same(opposite, part):
        if np.any(part):
            yield Diagnosis("upstream.ignored", (name,), {}, 3.5)
    elif not _same(none, 0 * part):
        yield Diagnosis("upstream.added", (name,), {}, 2)
    elif _same(double, 2 * part) and not _same(opposite, -part):
        yield Diagnosis("upstream.sign", (name,), {}, 2)
    elif not _same(double, 2 * part):
        yield Diagnosis("upstream.not_linear", (name,), {}, 1.5)


def _upstream_names(trial: Trial) -> list[str]:
    return ["dout"] if len(trial.upstreams) == 1 else [f"upstream {i}" for i in range(len(trial.upstreams))]


def _changed(trial: Trial) -> list[str]:
    """Return the names of the inputs whose array was changed in place."""
    pairs = zip(trial.pair.names, trial.inputs, trial.run.inputs, strict=True)
    return [
        name for name, before, after in pairs if isinstance(before, np.ndarray) and not np.array_equal(before, after)
    ]


def _after_random_numbers(trial: Trial) -> list[np.ndarray | None]:
    """Return the gradients when other code has drawn random numbers between the two calls."""
    run = trial.pair.run(trial.inputs)
    np.random.random(3)
    random.random()
    return trial.gradients(trial.upstreams, run)


def _stale(trial: Trial) -> list[Diagnosis]:
    """Return whether the gradients are those of the forward call that came last, in place of the cache's."""
    pair, cache = trial.pair, trial.run.cache
    if cache is None or cache is getattr(pair.forward, "__self__", None):
        # The layer keeps what it needs in itself.
        return []
    others = [
        _OTHER * given if isinstance(given, np.ndarray) and given.dtype.kind == "f" else given for given in trial.inputs
    ]
    run = pair.run(trial.inputs)
    try:
        pair.run(others)
    except Exception:
        # At inputs that make no sense to it the function may raise anything.
        return []
    differing = _differing(trial, trial.results, trial.gradients(trial.upstreams, run))
    return [Diagnosis("cache.stale", tuple(differing))] if differing else []


def _differing(trial: Trial, one: Sequence[Any], other: Sequence[Any]) -> list[str]:
    names = zip(trial.pair.gradients, one, other, strict=True)
    return [name for name, first, second in names if not _all_same([first], [second])]


def _all_same(one: Sequence[Any], other: Sequence[Any]) -> bool:
    return all(
        first is second or (first is not None and second is not None and _same(as_array(first), as_array(second)))
        for first, second in zip(one, other, strict=True)
    )


def _same(one: np.ndarray, other: np.ndarray) -> bool:
    if one.shape != other.shape:
        return False
    if one.dtype.kind not in "fbiu" or other.dtype.kind not in "fbiu":
        return one.dtype == other.dtype
    scale = max(np.max(np.abs(one), initial=0.0), np.max(np.abs(other), initial=0.0))
    return bool(np.all(np.isclose(one, other, rtol=0, atol=_SAME * scale, equal_nan=True)))
