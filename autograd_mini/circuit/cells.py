"""Cells: what is written above or below a piece of wire, and the numbers of a fork, which add up as printed.

A cell's room follows from how many numbers it holds and from the widest number of the whole circuit. So a cell left
blank in an exam takes the same room as the number in its key, and its width tells nothing about the number.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import numpy as np

from ..errors import RenderError
from ..notation import MINUS
from ..numerals import SIGNIFICANT, check_number_format, number, numbers, shape
from .heat import Heat, heat

# Arrays with at most this many entries are written out on their wire, or this many where all are asked for.
MOST_ENTRIES = 5
MOST_IN_FULL = 16
ARRAYS = ("shape", "mean", "range", "full", "heat")

# How many decimals more than its format asks for a fork's total may get so that its contributions add up.
_MORE_DECIMALS = 4
_PLAIN = re.compile(r"−?\d+(\.\d+)?")
_NUMBER = re.compile(r"[−\d.∞/]+(?:e[−\d]+)?|nan")


@dataclass(frozen=True)
class Cell:
    """What is written on one side of a piece of wire.

    Attributes:
        text: the number, the entries of a small array, or the shape of another.
        is_answer: whether the text is made of numbers, which an exam may ask for.
        is_blank: whether the cell is left to be filled in.
        given: how the text begins, where it begins with what is no answer: an array's shape.
        heat: the map that stands beside the text; None for none.
    """

    text: str
    is_answer: bool = True
    is_blank: bool = False
    given: str = ""
    heat: Heat | None = None

    def blanked(self) -> "Cell":
        """Return the cell without its text, if it is one that can be asked for."""
        return replace(self, is_blank=True) if self.is_answer else self

    @property
    def numbers(self) -> list[str]:
        """The numbers in the text."""
        return _NUMBER.findall(self.text[len(self.given) :]) if self.is_answer else []

    def with_numbers_as(self, widest: str) -> str:
        """Return the text with every number replaced by the widest one of the circuit."""
        return self.given + _NUMBER.sub(widest, self.text[len(self.given) :]) if self.is_answer else self.text


@dataclass(frozen=True)
class Style:
    """How values are written on wires.

    Attributes:
        number_format: how numbers are shown.
        arrays: what stands for an array of more than a few entries: its "shape", its shape with the "mean" or the
            "range" of its entries, all entries ("full") up to a size, or a "heat" map with its shape and scale.
    """

    number_format: str
    arrays: str = "shape"

    def __post_init__(self) -> None:
        check_number_format(self.number_format)
        if self.arrays not in ARRAYS:
            raise RenderError(f"arrays are shown by {', '.join(ARRAYS)}; got {self.arrays!r}.")


def cell(value: Any, style: Style) -> Cell:
    """Return the cell of a value: its numbers, or what stands for an array too large to be written out."""
    size = np.size(value)
    given = shape(value)
    mapped = heat(value) if style.arrays == "heat" else None
    if mapped is not None:
        return Cell(f"{given} ±{_scale(mapped[1], style)}", given=given, heat=mapped[0])
    most = MOST_IN_FULL if style.arrays == "full" else MOST_ENTRIES
    if 0 < size <= most:
        return Cell(numbers(value, style.number_format, most=most))
    if size and style.arrays in ("mean", "heat"):
        return Cell(f"{given} mean {number(np.mean(value), style.number_format)}", given=given)
    if size and style.arrays == "range":
        ends = (number(end, style.number_format) for end in (np.min(value), np.max(value)))
        return Cell(f"{given} {' … '.join(ends)}", given=given)
    return Cell(given, is_answer=False)


def _scale(scale: float, style: Style) -> str:
    """Return a heat map's scale as shown; one that the format would round to zero is shown in significant digits."""
    shown = number(scale, style.number_format)
    return number(scale, SIGNIFICANT) if scale and not shown.strip("0.") else shown


def fork_cells(total: Any, parts: Sequence[Any], style: Style) -> tuple[Cell, list[Cell]]:
    """Return the cells of a fork's total and of its contributions, whose printed numbers add up.

    All have as many decimals as the finest of them, within reason. Contributions are rounded up or down by less than
    one unit of their last digit; the ones nearest to the other side give way. Arrays are rounded entry by entry, each
    for itself, fractions are exact, and numbers with an exponent are left alone.
    """
    cells = [cell(one, style) for one in (total, *parts)]
    if np.ndim(total) or not all(_PLAIN.fullmatch(one.text) for one in cells):
        return cells[0], cells[1:]
    decimals = [len(one.text.partition(".")[2]) for one in cells]
    places = min(max(decimals), decimals[0] + _MORE_DECIMALS)
    unit = Decimal(1).scaleb(-places)
    exact = [Decimal(float(one)) for one in (total, *parts)]
    wanted, *shown = [one.quantize(unit) for one in exact]
    missing = int((wanted - sum(shown)) / unit)
    step = unit if missing > 0 else -unit
    for i in sorted(range(len(shown)), key=lambda i: (exact[i + 1] - shown[i]) / step, reverse=True)[: abs(missing)]:
        shown[i] += step
    # Trailing zeros go where the format has none.
    short = style.number_format.endswith("g")
    return _cell(wanted, short), [_cell(one, short) for one in shown]


def _cell(value: Decimal, short: bool) -> Cell:
    text = f"{abs(value) if value == 0 else value:f}"
    if short and "." in text:
        text = text.rstrip("0").rstrip(".")
    return Cell(text.replace("-", MINUS))
