"""Heat maps: the entries of an array as shades around zero, which tell their sign in grey too.

A map holds levels of shade, not numbers: how strong each cell is, and which sign it has. A negative cell has a colour
of its own and carries a small bar, a minus sign, so that the sign survives a printer without colours.
"""

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

# The strongest shade; an entry of less than half a level is left white, as zero is.
LEVELS = 5
# A map has at most this many cells each way; a longer array is averaged over blocks.
MOST_CELLS = 16
# Slices of an array of three dimensions or more stand side by side, as long as they have no more columns in all.
_MOST_ACROSS = 2 * MOST_CELLS
# How wide and how high a map would be, and between which bounds the sides of its cells are.
_WIDTH, _HEIGHT = 64.0, 44.0
_SMALLEST, _LARGEST = 3.5, 8.0
_BETWEEN_SLICES = 3.0
# A negative cell's bar, as a part of the cell.
_BAR, _THICKNESS = 0.56, 0.2
LEGEND = (
    "Arrays are drawn as heat maps: the stronger its colour, the further an entry is from zero, up to the number after "
    f"±; a bar marks a negative entry, a cross one that is not finite. Where an axis has more than {MOST_CELLS} "
    "entries, each cell is the mean of a block."
)


class Box(NamedTuple):
    """A rectangle, by its upper left corner."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Heat:
    """An array as shades.

    Attributes:
        slices: for each slice, its rows of levels: from −5 to 5, 0 being white; None for an entry that is not finite.
    """

    slices: tuple[tuple[tuple[int | None, ...], ...], ...]

    @property
    def cell(self) -> tuple[float, float]:
        """The width and the height of a cell."""
        rows, columns = len(self.slices[0]), len(self.slices) * len(self.slices[0][0])
        return _side(_WIDTH / columns), _side(_HEIGHT / rows)

    @property
    def width(self) -> float:
        """The width of all slices together."""
        return len(self.slices) * (len(self.slices[0][0]) * self.cell[0] + _BETWEEN_SLICES) - _BETWEEN_SLICES

    @property
    def height(self) -> float:
        """The height of a slice."""
        return len(self.slices[0]) * self.cell[1]

    def blanked(self) -> "Heat":
        """Return the map as it is before anything is known: as large, and white."""
        return Heat(tuple(tuple((0,) * len(row) for row in rows) for rows in self.slices))

    def outlines(self, corner: tuple[float, float]) -> list[Box]:
        """Return the outline of each slice, for a map with its upper left corner there."""
        width = len(self.slices[0][0]) * self.cell[0]
        step = width + _BETWEEN_SLICES
        return [Box(corner[0] + i * step, corner[1], width, self.height) for i in range(len(self.slices))]

    def shades(self, corner: tuple[float, float]) -> list[tuple[int, list[Box]]]:
        """Return the coloured cells by level; neighbours of one level make one box, without a seam between them."""
        found: dict[int, list[Box]] = {}
        width, height = self.cell
        for outline, rows in zip(self.outlines(corner), self.slices, strict=True):
            # The boxes that reach down to the row above, by where they stand.
            open_: dict[tuple[int | None, int, int], int] = {}
            for i, row in enumerate([*rows, ()]):
                runs = set(_runs(row))
                for run in sorted(open_.keys() - runs, key=lambda run: run[1]):
                    (level, first, count), top = run, open_.pop(run)
                    box = Box(outline.x + first * width, outline.y + top * height, count * width, (i - top) * height)
                    if level:
                        found.setdefault(level, []).append(box)
                for run in runs - open_.keys():
                    open_[run] = i
        return sorted(found.items())

    def bars(self, corner: tuple[float, float]) -> dict[bool, list[Box]]:
        """Return the bars of the negative cells: True for those on a strong shade, which must be light."""
        found: dict[bool, list[Box]] = {}
        length, thickness = _BAR * min(self.cell), _THICKNESS * min(self.cell)
        for cell, level in self._cells(corner):
            if level is not None and level < 0:
                left, top = cell.x + (cell.width - length) / 2, cell.y + (cell.height - thickness) / 2
                found.setdefault(abs(level) > LEVELS / 2, []).append(Box(left, top, length, thickness))
        return found

    def crossed(self, corner: tuple[float, float]) -> list[Box]:
        """Return the cells whose entries are not finite."""
        return [cell for cell, level in self._cells(corner) if level is None]

    def _cells(self, corner: tuple[float, float]) -> Iterator[tuple[Box, int | None]]:
        width, height = self.cell
        for outline, rows in zip(self.outlines(corner), self.slices, strict=True):
            for i, row in enumerate(rows):
                for j, level in enumerate(row):
                    yield Box(outline.x + j * width, outline.y + i * height, width, height), level


def heat(value: Any) -> tuple[Heat, float] | None:
    """Return an array as shades, and its scale: the largest size of a cell, which has the strongest shade;
    nan where no cell is finite.

    A vector is a row, a matrix a grid; what has more dimensions is a row of grids, by its last two. Along an axis of
    more than 16 entries each cell is the mean of a block. None for an array of one entry or none, and for one whose
    slices would be too wide.
    """
    array = np.asarray(value, dtype=float)
    if array.size < 2:
        return None
    array = array.reshape((-1, *array.shape[-2:])) if array.ndim > 1 else array.reshape((1, 1, -1))
    cells = _averaged(_averaged(array, 1), 2)
    if len(cells) > 1 and len(cells) * cells.shape[2] > _MOST_ACROSS:
        return None
    is_finite = np.isfinite(cells)
    largest = float(np.max(np.abs(cells), where=is_finite, initial=0.0))
    shades = np.round(np.where(is_finite, cells, 0.0) / (largest or 1.0) * LEVELS)
    levels = shades.astype(int).astype(object)
    levels[~is_finite] = None
    return Heat(tuple(tuple(map(tuple, rows)) for rows in levels.tolist())), largest if is_finite.any() else math.nan


def _side(wanted: float) -> float:
    return round(min(max(wanted, _SMALLEST), _LARGEST), 2)


def _averaged(array: Any, axis: int) -> Any:
    """Return the array with at most 16 entries along an axis, each the mean of a block."""
    length = array.shape[axis]
    block = math.ceil(length / MOST_CELLS)
    if block == 1:
        return array
    starts = np.arange(0, length, block)
    counts = np.diff([*starts, length]).reshape([-1 if i == axis else 1 for i in range(array.ndim)])
    with np.errstate(invalid="ignore", over="ignore"):
        return np.add.reduceat(array, starts, axis=axis) / counts


def _runs(row: tuple[int | None, ...]) -> Iterator[tuple[int | None, int, int]]:
    """Yield runs of one level: the level, where it starts, and how many cells it has."""
    first = 0
    for level, cells in itertools.groupby(row):
        count = len(list(cells))
        yield level, first, count
        first += count
