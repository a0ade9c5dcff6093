"""Scores in numbers: mean, median and a histogram of ten bars."""

import statistics
from collections.abc import Sequence
from typing import NamedTuple

_BARS = 10
_WIDEST = 40


class Bar(NamedTuple):
    """Scores from one tenth to the next.

    Attributes:
        label: the tenth in per cent, such as "10–19 %"; the last holds 100 %.
        size: how many scores lie in it.
    """

    label: str
    size: int


def mean(scores: Sequence[float]) -> float:
    """Return the mean score, 0 of none."""
    return statistics.fmean(scores) if scores else 0.0


def median(scores: Sequence[float]) -> float:
    """Return the median score, 0 of none."""
    return statistics.median(scores) if scores else 0.0


def bars(scores: Sequence[float]) -> list[Bar]:
    """Return how many scores, from 0 to 1, lie in each tenth."""
    counts = [0] * _BARS
    for score in scores:
        # 0.3 is the end of a tenth and 0.1 + 0.2 is not quite: both are 30 %.
        counts[min(_BARS - 1, int(score * _BARS + 1e-9))] += 1
    labels = [f"{10 * i}–{10 * i + 9} %" for i in range(_BARS - 1)] + ["90–100 %"]
    return [Bar(label, count) for label, count in zip(labels, counts, strict=True)]


def histogram(scores: Sequence[float]) -> str:
    """Return the histogram as text: a line for each tenth, a sign for a score, fewer where there are very many."""
    found = bars(scores)
    most = max(bar.size for bar in found)
    scale = min(1.0, _WIDEST / max(most, 1))
    # A bar that is not empty shows.
    return "\n".join(f"{bar.label:>8}  {'█' * max(round(bar.size * scale), bar.size > 0)} {bar.size}" for bar in found)
