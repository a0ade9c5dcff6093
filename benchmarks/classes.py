"""A made class: sheets as students hand them in, right ones and wrong ones, from a fixed seed."""

import csv
import io
import random

import numpy as np

from autograd_mini.marking import Marker, Question
from autograd_mini.marking.work import NOTHING, Changes

# How a sheet comes about, and how many of a hundred do.
_SHARES = {
    "right": 40,
    "one fault": 24,
    "two faults": 10,
    "a slip of arithmetic": 10,
    "rounded": 6,
    "blanks": 6,
    "unreadable": 4,
}
_UNREADABLE = ("?", "see back", "-3,0", "1/0", "2x", "−−1", "0.5 or 1")


def answers(question: Question, students: int, seed: int = 0) -> str:
    """Return a CSV file of a class that answers a question whose wires are single numbers.

    Args:
        question: what is asked.
        students: how many hand in a sheet.
        seed: which class it is.
    """
    rng = random.Random(seed)
    marker = Marker(question.circuit())
    wires = question.asked or tuple(marker.ground.graph.names)
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(["student", *wires])
    for i in range(students):
        rows.writerow([f"student {i + 1:03}", *_sheet(marker, wires, rng)])
    return text.getvalue()


def _sheet(marker: Marker, wires: tuple[str, ...], rng: random.Random) -> list[str]:
    kind = rng.choices(list(_SHARES), list(_SHARES.values()))[0]
    count = {"one fault": 1, "two faults": 2}.get(kind, 0)
    changes = NOTHING
    suspects = marker.suspects.single
    for fault in rng.choices(suspects, [suspect.likelihood**2 for suspect in suspects], k=count):
        changes = changes | fault.changes
    numbers = _numbers(marker, wires, changes)
    if not np.all(np.isfinite(numbers)):
        return ["" for _ in wires]
    digits = rng.choice((1, 2)) if kind == "rounded" else 10
    cells = [f"{number:.{digits}f}" if kind == "rounded" else f"{number:.6g}" for number in numbers]
    place = rng.randrange(len(cells))
    if kind == "a slip of arithmetic":
        cells[place] = f"{numbers[place] + rng.choice((-2, -1, -0.5, 0.1, 1, 10)):.6g}"
    elif kind == "unreadable":
        cells[place] = rng.choice(_UNREADABLE)
    elif kind == "blanks":
        for empty in rng.sample(range(len(cells)), rng.randint(1, len(cells))):
            cells[empty] = ""
    return cells


def _numbers(marker: Marker, wires: tuple[str, ...], changes: Changes) -> list[float]:
    """Return the gradients that somebody works out who makes these mistakes."""
    walk = marker.ground.walk({}, changes)
    return [float(walk.gradients[marker.ground.graph[name]].middle) for name in wires]
