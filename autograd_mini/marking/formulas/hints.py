"""What a wrong formula has to do with the right one, where that is the same at every point compared.

Each hint is a measurement: it is given only if it holds at all random points, and never for an answer that is right.
"""

import ast
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from ...numerals import number
from .claims import Claim
from .comparing import ENOUGH, Sample, differing

_LARGEST_DENOMINATOR = 64
# What differs by less than this part may be right but for a rounded number.
_NEARLY = 1e-3


def hints_of(group: Sequence[Sample], claim: Claim, is_gradient: bool) -> list[str]:
    """Return what is the same at every random point at which a wrong formula is defined; [] if nothing is.

    Args:
        group: the claim at all points.
        claim: the claim.
        is_gradient: whether a gradient is claimed.
    """
    usable = [
        sample
        for sample in group
        if sample.is_defined and (sample.is_complete or claim.missing) and not sample.point.is_special
    ]
    if len(usable) < ENOUGH or not any(np.any(sample.right) for sample in usable):
        return []
    if not any(np.any(sample.differs()) for sample in usable if sample.point.is_generic):
        return ["it agrees at every point of random reals; it differs only at points with zeros, ones or ties"]
    claimed, right = [sample.claimed for sample in usable], [sample.right for sample in usable]

    scales = [sample.scale for sample in usable]

    def same(first: Sequence[Any], second: Sequence[Any]) -> bool:
        return all(
            np.shape(a) == np.shape(b) and not np.any(differing(a, b, scale))
            for a, b, scale in zip(first, second, scales, strict=True)
        )

    if claim.missing:
        # What is not there is NaN, and NaN does not differ.
        return list(_arrangements(claimed, right, same))
    nearly = _nearly(claimed, right)
    if nearly:
        return nearly
    found = [*_multiples(claimed, right, same), *_arrangements(claimed, right, same)]
    if not found and is_gradient:
        found += _missing_upstream(usable, claim, same)
        found += [
            f"it is the gradient of {other}"
            for other, gradient in usable[0].state.gradients.items()
            if other != claim.asked.wire and not claim.asked.key and np.shape(gradient) == np.shape(right[0])
            if same(claimed, [sample.state.gradients[other] for sample in usable])
        ][:1]
    return found or _right_entries(usable)


def _multiples(claimed: Sequence[Any], right: Sequence[Any], same: Any) -> Iterator[str]:
    """Yield the constant factor or the constant difference."""
    ours, theirs = (np.concatenate([np.ravel(part) for part in parts]) for parts in (claimed, right))
    # Divided by the largest, so that no square overflows.
    unit = float(np.max(np.abs(theirs)))
    factor = float((ours / unit) @ (theirs / unit) / ((theirs / unit) @ (theirs / unit)))
    if not np.any(ours):
        yield "it is 0 at every point"
    elif factor and np.isfinite(factor) and same(claimed, [factor * part for part in right]):
        yield (
            "it has the opposite sign"
            if abs(factor + 1) < 1e-6
            else f"it is {_fraction(factor)} times the right one at every point"
        )
    shift = float(np.median(ours - theirs))
    if shift and np.isfinite(shift) and same(claimed, [part + shift for part in right]):
        word = "more" if shift > 0 else "less"
        yield f"it is {_fraction(abs(shift))} {word} than the right one at every point"


def _arrangements(claimed: Sequence[Any], right: Sequence[Any], same: Any) -> Iterator[str]:
    """Yield how the right entries stand in the wrong places."""
    axes = np.ndim(right[0])
    if axes == 2 and same([part.T for part in claimed], right):
        yield "it is the transpose of the right one"
    if axes != 1:
        return
    there = np.isfinite(claimed[0])
    if np.sum(there) > 1 and same([part[::-1] for part in claimed], right):
        yield "it has the right entries in reverse order"
        return
    for shift in (1, 2):
        # An entry that asks for what is not there is NaN, which never differs: some other has to agree.
        ours, theirs = [part[:-shift] for part in claimed], [part[shift:] for part in right]
        if np.any(there[:-shift]) and same(ours, theirs):
            yield f"each entry is the right one for an index higher by {shift}"
        ours, theirs = [part[shift:] for part in claimed], [part[:-shift] for part in right]
        if np.any(there[shift:]) and same(ours, theirs):
            yield f"each entry is the right one for an index lower by {shift}"


def _missing_upstream(usable: Sequence[Sample], claim: Claim, same: Any) -> Iterator[str]:
    """Yield the wire whose gradient is missing as a factor."""
    # The nearest wire is the one made last before the output.
    for wire, gradient in reversed(usable[0].state.gradients.items()):
        if wire == claim.asked.wire or np.shape(gradient) not in ((), np.shape(usable[0].right)):
            continue
        upstream = [sample.state.gradients[wire] for sample in usable]
        if same([s.claimed * g for s, g in zip(usable, upstream, strict=True)], [s.right for s in usable]):
            yield f"it lacks one factor, the gradient of {wire}"
            return


def _nearly(claimed: Sequence[Any], right: Sequence[Any]) -> list[str]:
    """Return to how many digits a formula is right, if that is by rounded numbers in it."""
    ours, theirs = (np.concatenate([np.ravel(part) for part in parts]) for parts in (claimed, right))
    error = float(np.max(np.abs(ours - theirs) / np.maximum(np.abs(theirs), np.finfo(float).tiny)))
    if not error <= _NEARLY:
        return []
    digits = int(-np.log10(2 * error))
    return [f"it is right to {digits} digits at every point; write exact numbers in place of rounded ones"]


def _right_entries(usable: Sequence[Sample]) -> list[str]:
    wrong = np.any([sample.differs() for sample in usable], axis=0)
    count = int(np.sum(~wrong))
    if not wrong.ndim or not count or wrong.all():
        return []
    return [f"{count} of its {wrong.size} entries {'is' if count == 1 else 'are'} right at every random point"]


def _fraction(value: float) -> str:
    fraction = Fraction(value).limit_denominator(_LARGEST_DENOMINATOR)
    return (
        number(float(value), ".6g")
        if abs(float(fraction) - value) > 1e-6 * abs(value)
        else str(fraction).replace("-", "−")
    )


def reshaped(claim: Claim) -> Iterator[tuple[Claim, str]]:
    """Yield what a formula of the wrong shape may be short of, with the hint that says so if that is right."""
    expression = claim.formula.expression
    yield claim.of(ast.Attribute(expression, "T", ast.Load())), "it is the transpose of the right one"
    total = ast.Name("sum", ast.Load())
    yield claim.of(ast.Call(total, [expression], [])), "it lacks the sum over all its entries"
    for axis in (0, 1):
        along = ast.keyword("axis", ast.Constant(axis))
        yield claim.of(ast.Call(total, [expression], [along])), f"it lacks the sum over axis {axis}, counted from 0"
