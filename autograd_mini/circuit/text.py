"""Write a circuit as plain text for a terminal: the layers of the picture, drawn with box characters.

Rows follow the heights of the picture. Between two columns every gate and every fork has an upright of its own, placed
so that no two wires lie on each other; where they only cross stands ┼, at a fork ●.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from .cells import Cell
from .grid import grid_of
from .items import Item
from .model import Model

# How many points of the picture make a row of text: numbers above and below a wire stay apart from the next wire's.
_ROW = 13.0
_BLANK = "____"
_LINES = {
    "": " ", "E": "╶", "W": "╴", "N": "╵", "S": "╷", "EW": "─", "NS": "│", "ES": "┌", "SW": "┐", "EN": "└", "NW": "┘",
    "ENS": "├", "NSW": "┤", "ESW": "┬", "ENW": "┴", "ENSW": "┼",
}  # fmt: skip


def to_text(model: Model) -> str:
    """Return a circuit as lines of text: values above the wires, gradients below, gates in parentheses.

    Of a heat map it has the shape and the scale.
    """
    model = model.without_maps()
    layers = [[item for item in layer if not item.side] for layer in grid_of(model).layers]
    page = _Page()
    right = 0
    for i, layer in enumerate(layers):
        stars = list(_stars(layer)) if i else []
        tracks = _tracks(stars)
        start = right + max(tracks, default=-1) + 3 if i else 0
        for star, track in zip(stars, tracks, strict=True):
            page.star(star, right, right + 1 + track, start)
        right = _column(page, model, layer, start)
    lines = [line.rstrip() for line in page.lines()]
    while lines and not lines[0]:
        lines.pop(0)
    return "\n".join(lines + _totals(model)) + "\n"


def _row(item: Item) -> int:
    return round(item.y / _ROW)


@dataclass(eq=False)
class _Star:
    """Wires that meet between two columns: those into one gate, or the branches of one fork."""

    sources: list[int] = field(default_factory=list)
    targets: list[int] = field(default_factory=list)
    is_fork: bool = False

    @property
    def ends(self) -> tuple[int, int]:
        rows = self.sources + self.targets
        return min(rows), max(rows)


def _stars(layer: list[Item]) -> Iterator[_Star]:
    """Yield the stars of the wires that enter a layer."""
    forks: dict[Item, _Star] = {}
    for item in layer:
        for source in item.before:
            if len(source.after) > 1 and source not in forks:
                forks[source] = _Star([_row(source)], [], True)
                yield forks[source]
            if len(source.after) > 1:
                forks[source].targets.append(_row(item))
        sources = [_row(source) for source in item.before if len(source.after) == 1]
        if sources:
            yield _Star(sources, [_row(item)])


def _tracks(stars: list[_Star]) -> list[int]:
    """Return a track for each star's upright, counted from the left.

    Where one star ends on the row on which another begins, the latter's upright must stand further left.
    """
    tracks: dict[int, int] = {}
    waiting = list(range(len(stars)))
    while waiting:
        free = [i for i in waiting if not any(_must_precede(stars[j], stars[i]) for j in waiting if j != i)]
        chosen = (free or waiting)[0]
        waiting.remove(chosen)
        track = 1 + max((tracks[j] for j in tracks if _must_precede(stars[j], stars[chosen])), default=-1)
        while any(tracks[j] == track and _overlap(stars[j], stars[chosen]) for j in tracks):
            track += 1
        tracks[chosen] = track
    return [tracks[i] for i in range(len(stars))]


def _must_precede(star: _Star, other: _Star) -> bool:
    return not set(star.sources).isdisjoint(other.targets)


def _overlap(star: _Star, other: _Star) -> bool:
    return star.ends[0] <= other.ends[1] and other.ends[0] <= star.ends[1]


def _column(page: "_Page", model: Model, layer: list[Item], start: int) -> int:
    """Write a layer's gates, names and numbers, and return where its wires end."""
    glyphs = [_glyph(model, item) for item in layer]
    middle = start + max(map(len, glyphs))
    cells = [cell for item in layer if item.label for cell in item.label.cells]
    right = middle + max([len(_shown(cell)) + 2 for cell in cells] or [2])
    for item, glyph in zip(layer, glyphs, strict=True):
        row, node = _row(item), model.nodes[item.node]
        is_gate = item.kind == "node" and node.symbol is not None
        first = start + len(glyph) if is_gate else middle if item.kind == "node" else start
        if not (item.kind == "node" and node.is_elsewhere):
            page.across(row, first, right)
        page.write(row, start if is_gate else middle - len(glyph), glyph)
        if is_gate and node.name and item.after:
            page.write(row - 1, start + 1, node.name)
        if is_gate and node.name and not item.after:
            page.write(row, right + 1, node.name)
        above, below = (item.label.value, item.label.gradient) if item.label else (None, None)
        for line, cell in ((row - 1, above), (row + 1, below)):
            if cell is not None:
                page.write(line, middle + (right - middle - len(_shown(cell)) + 1) // 2, _shown(cell))
    return right


def _glyph(model: Model, item: Item) -> str:
    node = model.nodes[item.node]
    if item.kind != "node":
        return ""
    return f"{node.name or ''} " if node.symbol is None else f"({node.symbol})"


def _shown(cell: Cell) -> str:
    return _BLANK if cell.is_blank else cell.text


def _totals(model: Model) -> list[str]:
    """Return the table of repeated inputs as lines."""
    if not model.totals:
        return []
    rows = [["", "value", "gradient, in all"]]
    for total in model.totals:
        cells = (total.label.value, total.label.gradient)
        rows.append([total.wire, *("" if cell is None else _shown(cell) for cell in cells)])
    widths = [max(len(row[i]) for row in rows) for i in range(3)]
    return [
        "",
        *("  ".join(text.rjust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows),
    ]


class _Page:
    """A page of characters: texts, and lines that join where they meet."""

    def __init__(self) -> None:
        self._texts: dict[tuple[int, int], str] = {}
        self._lines: dict[tuple[int, int], set[str]] = {}

    def write(self, row: int, column: int, text: str) -> None:
        """Write a text from a place on."""
        for i, letter in enumerate(text):
            self._texts[row, column + i] = letter

    def across(self, row: int, first: int, last: int) -> None:
        """Draw a level line from one column up to another."""
        for column in range(first, last):
            self._lines.setdefault((row, column), set()).update("EW")

    def star(self, star: _Star, left: int, track: int, right: int) -> None:
        """Draw the wires that meet at an upright."""
        top, bottom = star.ends
        if top == bottom:
            self.across(top, left, right)
            return
        for row in star.sources:
            self.across(row, left, track)
            self._join(row, track, "W")
        for row in star.targets:
            self.across(row, track + 1, right)
            self._join(row, track, "E")
        for row in range(top, bottom + 1):
            self._join(row, track, ("N" if row > top else "") + ("S" if row < bottom else ""))
        if star.is_fork:
            self._texts[star.sources[0], track] = "●"

    def _join(self, row: int, column: int, directions: str) -> None:
        self._lines.setdefault((row, column), set()).update(directions)

    def lines(self) -> Iterator[str]:
        """Yield the lines of the page."""
        places = self._texts.keys() | self._lines.keys()
        rows, columns = [row for row, _ in places], [column for _, column in places]
        for row in range(min(rows), max(rows) + 1):
            yield "".join(
                self._texts.get((row, column)) or _LINES["".join(sorted(self._lines.get((row, column), ())))]
                for column in range(max(columns) + 1)
            )
