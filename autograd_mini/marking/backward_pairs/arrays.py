"""What may have been done to one gradient's array: suspicions that need no recorded circuit.

Each is a pair of arrays that are equal if it is so: mostly the gradient as it was returned, and the right one after
what is suspected was done to it.
"""

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np

from .findings import Diagnosis
from .trial import Trial

Suspicion = tuple[Diagnosis, np.ndarray, np.ndarray]

_MOST_PERMUTED = 5
_CONSTANT = 1e-6


def suspicions(trial: Trial, position: int) -> Iterator[Suspicion]:
    """Yield what may have been done to a gradient, with what must then be equal."""
    part = trial.results[position]
    assert part is not None
    name = trial.pair.gradients[position]
    for id, likelihood, parts, ours, theirs in itertools.chain(
        _of_shape(trial, position, part),
        _of_factor(trial, position, part),
        _of_place(trial, position, part),
        _of_source(trial, position, part),
        _of_sums(trial, position, part),
        _of_upstream(trial, position, part),
        _of_labels(trial, position, part),
    ):
        yield Diagnosis(id, (name,), parts, likelihood), np.asarray(ours), np.asarray(theirs)


Guess = tuple[str, float, dict[str, Any], Any, Any]


def _of_shape(trial: Trial, position: int, part: np.ndarray) -> Iterator[Guess]:
    """The right numbers in another arrangement."""
    right = trial.right[position].middle
    if right.ndim == 2:
        yield "shape.transposed", 4, {}, part, right.T
    if 3 <= right.ndim <= _MOST_PERMUTED:
        for axes in itertools.permutations(range(right.ndim)):
            if axes != tuple(range(right.ndim)):
                yield "shape.permuted", 3, {"axes": str(axes)}, part, right.transpose(axes)
    if part.ndim == 1 and right.ndim > 1 and part.size < right.size:
        yield "shape.picked", 3, {}, part, right[right != 0]
    if part.shape != right.shape and part.size == right.size:
        yield "shape.reshaped", 3, {"given": part.shape, "wanted": right.shape}, part, right.reshape(part.shape)
        if right.ndim == 2:
            yield "shape.transposed", 3, {}, part, right.T.reshape(part.shape)
    if part.ndim == right.ndim and part.shape != right.shape:
        margins = [(given - wanted) // 2 for given, wanted in zip(part.shape, right.shape, strict=True)]
        if all(margin >= 0 for margin in margins):
            inner = tuple(slice(m, m + wanted) for m, wanted in zip(margins, right.shape, strict=True))
            yield "shape.padded", 3, {"margin": max(margins)}, part[inner], right


def _of_factor(trial: Trial, position: int, part: np.ndarray) -> Iterator[Guess]:
    """The right numbers times a constant."""
    right = trial.right[position].middle
    size = float(np.sum(right * right))
    if part.shape != right.shape or not size:
        return
    factor = float(np.sum(part * right)) / size
    if not factor or not np.isfinite(factor):
        return
    named = {round(value, 12): (id, parts) for id, value, parts in reversed(list(_factors(trial, position)))}
    found = [entry for value, entry in named.items() if abs(factor - value) <= _CONSTANT * abs(factor)]
    for id, parts in found or [("factor.other", {"factor": f"{factor:.6g}"})]:
        yield id, 4 if found else 2, parts, part, factor * right


def _factors(trial: Trial, position: int) -> Iterator[tuple[str, float, dict[str, Any]]]:
    """Yield the factors that have a name, likeliest first."""
    yield "factor.sign", -1.0, {}
    inputs = [trial.inputs[i].shape for i in trial.pair.chosen if isinstance(trial.inputs[i], np.ndarray)]
    outs = [out.shape for out in trial.run.outs]
    shapes = [shape for shape in (*inputs, *outs) if shape]
    # The batch comes first in the output, or, of a loss, in the first input.
    batch = next((shape[0] for shape in (*outs, *inputs) if shape), 1)
    if batch > 1:
        count = batch
        yield "factor.not_averaged", count, {"count": count}
        yield "factor.averaged", 1 / count, {"count": count}
        yield "factor.bessel", count / (count - 1), {"count": count}
        yield "factor.bessel", (count - 1) / count, {"count": count}
    yield "factor.twice", 2.0, {}
    yield "factor.half", 0.5, {}
    for name, value in _settings(trial):
        yield "factor.setting_twice", value, {"name": name}
        yield "factor.setting_missing", 1 / value, {"name": name}
        if value != 1:
            yield "factor.setting_complement", (1 - value) / value, {"name": name}
            yield "factor.setting_complement", value / (1 - value), {"name": name}
    for shape in shapes:
        for axes in (shape[1:2], shape[2:], (shape[0], *shape[2:]), shape):
            yield from _counted(int(np.prod(axes)))
    for inside, outside in itertools.product(inputs, outs):
        # So many entries make one of the output, as in pooling.
        yield from _counted(int(np.prod(inside)) // max(1, int(np.prod(outside))))


def _counted(count: int) -> Iterator[tuple[str, float, dict[str, Any]]]:
    if count > 1:
        yield "factor.not_averaged_over", count, {"count": count}
        yield "factor.averaged_over", 1 / count, {"count": count}


def _settings(trial: Trial) -> Iterator[tuple[str, float]]:
    """Yield the numbers among the inputs that are not differentiated by, such as a probability."""
    for i, given in enumerate(trial.inputs):
        for name, value in given.items() if isinstance(given, dict) else [(trial.pair.names[i], given)]:
            if i not in trial.pair.chosen and isinstance(value, int | float) and not isinstance(value, bool) and value:
                yield str(name), float(value)


def _of_place(trial: Trial, position: int, part: np.ndarray) -> Iterator[Guess]:
    """The right numbers in the wrong places."""
    right = trial.right[position].middle
    if part.shape != right.shape:
        return
    spatial = range(2, right.ndim) if right.ndim > 2 else range(right.ndim)
    for count in range(1, len(spatial) + 1):
        for axes in itertools.combinations(spatial, count):
            yield "place.flipped", 2 + count / 2, {"axes": _axes(axes)}, part, np.flip(right, axes)
    for axis in spatial:
        if right.shape[axis] > 2:
            ahead = np.moveaxis(part, axis, 0)[1:], np.moveaxis(right, axis, 0)[:-1]
            behind = np.moveaxis(part, axis, 0)[:-1], np.moveaxis(right, axis, 0)[1:]
            yield "place.shifted", 2, {"axis": axis}, *ahead
            yield "place.shifted", 2, {"axis": axis}, *behind
    if len(spatial) == 2 and min(right.shape[axis] for axis in spatial) > 2:
        yield "place.shifted", 2, {"axis": _axes(spatial)}, part[..., 1:, 1:], right[..., :-1, :-1]
        yield "place.shifted", 2, {"axis": _axes(spatial)}, part[..., :-1, :-1], right[..., 1:, 1:]


def _of_source(trial: Trial, position: int, part: np.ndarray) -> Iterator[Guess]:
    """Something else in place of the gradient."""
    for other, name in enumerate(trial.pair.gradients):
        if other != position:
            yield "results.exchanged", 4, {"other": name}, part, trial.right[other].middle
    if part.size:
        yield "gradient.zero", 4.2, {}, part, np.zeros(part.shape)
    right = trial.right[position].middle
    if np.any(np.trunc(right)):
        yield "gradient.whole_numbers", 4, {}, part, np.trunc(right)
    if len(trial.upstreams) == 1 and not trial.is_loss:
        (upstream,) = trial.upstreams
        # Of another shape it is the output's, and a sum is missing.
        yield "gradient.passed_on", 4 if part.shape == right.shape else 2.5, {}, part, upstream
        yield "gradient.upstream_masked", 4, {}, part, upstream * (upstream > 0)
        if upstream.ndim == part.ndim == 4 and upstream.size:
            times = [inside // outside for inside, outside in zip(part.shape, upstream.shape, strict=True)]
            spread = upstream.repeat(times[2], axis=2).repeat(times[3], axis=3)
            yield "gradient.whole_window", 3.5, {}, part, spread
            yield "gradient.shared_window", 3.5, {}, part, spread / (times[2] * times[3])
    for name, value in _arrays(trial):
        yield "gradient.copied", 3, {"name": name}, part, value


def _of_sums(trial: Trial, position: int, part: np.ndarray) -> Iterator[Guess]:
    """Contributions of the outputs that are summed otherwise than they should be."""
    right = trial.right[position].middle
    if right.size > 1:
        yield "sum.over_all", 3, {}, part, np.sum(right)
        for axis in range(right.ndim):
            yield "sum.too_far", 3, {"axis": axis}, part, np.sum(right, axis=axis)
            yield "sum.spread", 2, {"axis": axis}, part, np.sum(right, axis=axis, keepdims=True) + 0 * right
            yield "sum.averaged", 2, {"axis": axis}, part, np.mean(right, axis=axis, keepdims=True) + 0 * right
    if trial.contributions is None or trial.is_loss:
        return
    shape = trial.upstreams[0].shape
    apart = np.reshape(trial.contributions[position], (*shape, *right.shape))
    rest = tuple(range(len(shape), apart.ndim))
    yield from _kept_sums(part, right, apart.sum(axis=rest))
    totals_along = [
        apart.sum(axis=tuple(other for other in range(apart.ndim) if other != axis)) for axis in range(len(shape))
    ]
    for count in range(1, len(shape) + 1):
        for axes in itertools.combinations(range(len(shape)), count):
            others = tuple(axis for axis in range(len(shape)) if axis not in axes)
            groups = apart.sum(axis=others)
            if count < len(shape) or right.ndim == 0:
                yield "sum.missing", 4, {"axis": _axes(axes)}, part, groups
            if right.ndim == 1:
                totals = apart.sum(axis=(*others, *rest))
                # Each output goes with one entry, along an axis that the sum rightly keeps.
                missing = tuple(axis for axis in axes if not _is_alike(totals_along[axis], right))
                if count == 1:
                    yield "sum.wrong_axis", 4, {"axis": axes[0]}, part, totals
                elif len(missing) == count - 1:
                    yield "sum.missing", 4, {"axis": _axes(missing)}, part, totals
            if count == 1:
                yield "sum.first_only", 3.5, {"axis": axes[0]}, part, groups[0]
                yield "sum.last_only", 3.45, {"axis": axes[0]}, part, groups[-1]
            flat = groups.reshape(-1, *right.shape)
            yield "sum.overwritten", 3.4, {}, part, _written_last(flat)
            yield "sum.overwritten", 3.4, {}, part, flat[-1]
            yield "sum.written_first", 2, {}, part, _written_last(flat[::-1])


def _kept_sums(part: np.ndarray, right: np.ndarray, each: np.ndarray) -> Iterator[Guess]:
    """Sums of a gradient that keeps the output's axes, as one of shape (1, C, 1, 1) does, of what each place sends."""
    if each.ndim != right.ndim or 1 not in right.shape:
        return
    for count in range(1, each.ndim + 1):
        for kept in itertools.combinations(range(each.ndim), count):
            others = tuple(axis for axis in range(each.ndim) if axis not in kept)
            missing = [axis for axis in kept if right.shape[axis] == 1]
            if missing and len(kept) - len(missing) == sum(length > 1 for length in right.shape):
                yield "sum.missing", 4, {"axis": _axes(missing)}, part, each.sum(axis=others, keepdims=True)
            elif missing and count == 1:
                yield "sum.wrong_axis", 4, {"axis": kept[0]}, part, each.sum(axis=others, keepdims=True)


def _of_upstream(trial: Trial, position: int, part: np.ndarray) -> Iterator[Guess]:
    """The right rule with something else for the upstream gradient."""
    if len(trial.upstreams) != 1 or trial.is_loss:
        return
    (upstream,), (out,) = trial.upstreams, trial.run.outs
    others: list[tuple[str, float, dict[str, Any], np.ndarray]] = [
        ("upstream.replaced_by_ones", 4, {}, np.ones(upstream.shape)),
        ("upstream.only_positive", 3, {}, upstream * (upstream > 0)),
        ("upstream.only_negative", 2, {}, upstream * (upstream < 0)),
        ("upstream.squared", 2, {}, upstream**2),
        ("upstream.size_only", 1, {}, np.abs(upstream)),
        ("upstream.times_output", 3, {}, upstream * out),
        ("upstream.replaced_by_output", 3, {}, out),
    ]
    for axis in range(upstream.ndim):
        others.append(("upstream.flipped", 2, {"axis": axis}, np.flip(upstream, axis)))
        others.append(("upstream.summed", 2, {"axis": axis}, _spread(np.sum, upstream, axis)))
        others.append(("upstream.averaged", 2, {"axis": axis}, _spread(np.mean, upstream, axis)))
    if upstream.ndim == 4:
        others.append(("upstream.flipped", 3, {"axis": "2 and 3"}, np.flip(upstream, (2, 3))))
    if upstream.ndim > 1 and upstream.shape[-1] == upstream.shape[-2]:
        others.append(("upstream.transposed", 3, {}, np.swapaxes(upstream, -1, -2)))
    for id, likelihood, parts, other in others:
        yield id, likelihood, parts, part, trial.truth.pull([other])[position]
    if upstream.ndim == 4:
        # dout.reshape(-1, C) where the channels are not last.
        mixed = trial.truth.pull([_channels_from_last(upstream)])[position]
        ours = _channels_from_last(part) if part.shape == upstream.shape else part
        yield "upstream.reshaped", 4, {}, ours, mixed


def _of_labels(trial: Trial, position: int, part: np.ndarray) -> Iterator[Guess]:
    """The entries at the true classes, apart from the others."""
    right = trial.right[position].middle
    for i, given in enumerate(trial.inputs):
        labels = np.asarray(given)
        is_label = labels.dtype.kind in "iu" and right.ndim == 2 and labels.shape == right.shape[:1]
        if not is_label or part.shape != right.shape or np.any((labels < 0) | (labels >= right.shape[1])):
            continue
        at_label = np.eye(right.shape[1])[labels]
        name = {"name": trial.pair.names[i]}
        yield "labels.true_only", 3.5, name, part, right * at_label
        yield "labels.others_only", 3.5, name, part, right * (1 - at_label)
        yield "labels.true_class_off", 1.5, name, part * (1 - at_label), right * (1 - at_label)
        yield "labels.others_off", 1.5, name, part * at_label, right * at_label


def _arrays(trial: Trial) -> Iterator[tuple[str, np.ndarray]]:
    for i in trial.pair.chosen:
        yield trial.pair.names[i], np.asarray(trial.inputs[i])
    for out in trial.run.outs:
        yield "out", out


def _spread(reduce: Any, array: np.ndarray, axis: int) -> np.ndarray:
    return np.broadcast_to(reduce(array, axis=axis, keepdims=True), array.shape)


def _channels_from_last(array: np.ndarray) -> np.ndarray:
    """Return an array (N, C, H, W) whose numbers were taken for one with the channels last."""
    return array.reshape(*np.array(array.shape)[[0, 2, 3, 1]]).transpose(0, 3, 1, 2)


def _is_alike(one: np.ndarray, other: np.ndarray) -> bool:
    return one.shape == other.shape and bool(np.allclose(one, other))


def _written_last(groups: np.ndarray) -> np.ndarray:
    """Return what stands in the end where each group is written over the ones before, in its own places."""
    found = np.zeros(groups.shape[1:])
    for group in groups:
        found = np.where(group != 0, group, found)
    return found


def _axes(axes: Any) -> str:
    return " and ".join(map(str, axes))
