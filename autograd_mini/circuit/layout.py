"""Where things stand: a layered layout, left to right, in which wires meet no text and no gate but their own.

Layers by longest path (`columns`); in each layer an order with few crossings (`ordering`) and heights at which gates
centre on their operands (`heights`). A column holds gates or names, then one zone of labels where wires only run level;
between two columns lies a gap where wires slant and nothing is written.
"""

import itertools
import math
from dataclasses import dataclass

from .cells import Cell
from .drawing import RADIUS, Blank, Drawing, GateShape, HeatMap, Path, Point, Text, name_width, text_width
from .frames import draw_frames, name_room, nested
from .grid import Grid, grid_of
from .items import (
    ABOVE,
    APART,
    BELOW,
    FRAME_SIDE,
    LABEL_DOWN,
    LOCAL_SIZE,
    NUMBER_SIZE,
    WIRE_NAME_SIZE,
    Item,
    entering,
)
from .model import Model

NAME_SIZE = 16.0
HEADING_SIZE = 11.0
MARGIN = 10.0
_SHORTEST_LABEL = 46.0
_TABLE_GAP = 16.0
_TABLE_LINE = 21.0
_TABLE_APART = 8.0
# How wide a gap between columns is, at least and at most.
_GAP = (26.0, 110.0)


def lay_out(model: Model) -> Drawing:
    """Return the circuit with every place settled."""
    grid = grid_of(model)
    for layer in grid.layers:
        for item in layer:
            item.y += MARGIN
    return _draw(model, grid)


@dataclass(frozen=True)
class _Column:
    """The places of one layer: gates around `glyph`, labels between `left` and `right`.

    Sides of frames, if any, stand between `start` and the gates, and between the labels and `end`.
    """

    start: float
    glyph: float
    left: float
    right: float
    end: float


def _draw(model: Model, grid: Grid) -> Drawing:
    """Return the drawing: columns from left to right, then gates, texts and wires."""
    drawing = Drawing(title=model.title, description=model.description)
    widest = model.widest
    items = grid.items
    columns = _columns(model, grid, widest)
    for item in items:
        column = columns[item.layer]
        middle = (column.left + column.right) / 2
        if item.kind == "node":
            _draw_node(drawing, model, item, column)
        if item.label is not None:
            wire = model.nodes[item.node].wire
            value, gradient = item.label.value, item.label.gradient
            if value is not None:
                _draw_cell(drawing, value, "value", Point(middle, item.y - ABOVE), widest, wire, item.piece)
                height = value.heat.height if value.heat else 0.0
                _draw_map(drawing, value, "value", Point(middle, item.y - item.map_up - height), item.piece)
            if gradient is not None:
                baseline = item.y + BELOW + NUMBER_SIZE * 0.8
                _draw_cell(drawing, gradient, "gradient", Point(middle, baseline), widest, wire, item.piece)
                _draw_map(drawing, gradient, "gradient", Point(middle, item.y + item.map_down), item.piece)
    for item in items:
        if item.kind == "node":
            _draw_wires(drawing, model, item, columns)
    draw_frames(drawing, grid, lambda column: (columns[column].start, columns[column].end))
    drawing.height = max(layer[-1].y + layer[-1].down for layer in grid.layers) + MARGIN
    _draw_totals(drawing, model, widest)
    drawing.width = max(_right_end(text) for text in drawing.texts) + MARGIN
    ends = [shown.corner.x + shown.heat.width for shown in drawing.maps]
    drawing.width = max([drawing.width, *(end + MARGIN for end in (columns[-1].end, *ends))])
    return drawing


def _draw_totals(drawing: Drawing, model: Model, widest: str) -> None:
    """Add the table of repeated inputs below the circuit: name, value, and the sum of its gradients."""
    if not model.totals:
        return
    names = max(name_width(total.wire, NAME_SIZE) for total in model.totals)
    columns = [("value", "value"), ("gradient", "gradient, in all")]
    columns = [(role, heading) for role, heading in columns if any(getattr(t.label, role) for t in model.totals)]
    top = drawing.height + _TABLE_GAP
    lines = [
        max([_TABLE_LINE, *(cell.heat.height + _TABLE_APART for cell in total.label.cells if cell.heat)])
        for total in model.totals
    ]
    baselines = [
        top + (_TABLE_LINE - line) / 2 + end for line, end in zip(lines, itertools.accumulate(lines), strict=True)
    ]
    pieces = [f"t{i}" for i, _ in enumerate(model.totals)]
    x = MARGIN + names + _TABLE_GAP
    for role, heading in columns:
        cells = [getattr(total.label, role) for total in model.totals]
        room = max(_text_room(cell, widest) for cell in cells if cell is not None)
        room = max(room, text_width(heading, HEADING_SIZE))
        maps = max((cell.heat.width for cell in cells if cell is not None and cell.heat), default=0.0)
        drawing.texts.append(Text(Point(x + room / 2, top), heading, "heading", "middle", HEADING_SIZE))
        for piece, baseline, total, cell in zip(pieces, baselines, model.totals, cells, strict=True):
            if cell is not None:
                _draw_cell(drawing, cell, role, Point(x + room / 2, baseline), widest, total.wire, piece)
                height = cell.heat.height if cell.heat else 0.0
                # Beside its text, level with the middle of the digits.
                _draw_map(
                    drawing, cell, role, Point(x + room + maps / 2, baseline - 0.36 * NUMBER_SIZE - height / 2), piece
                )
        x += room + maps + _TABLE_GAP
    for baseline, total in zip(baselines, model.totals, strict=True):
        at = Point(MARGIN + names, baseline)
        drawing.texts.append(Text(at, total.wire, "name", "end", NAME_SIZE))
    drawing.height = top + sum(lines) + MARGIN


def _draw_cell(drawing: Drawing, cell: Cell, role: str, at: Point, widest: str, wire: str, piece: str = "") -> None:
    """Add a number on a wire, or the empty cell that an exam has in its place."""
    if cell.is_blank:
        width = _text_room(cell, widest) - 4
        centre = Point(at.x, at.y - 0.36 * NUMBER_SIZE)
        drawing.blanks.append(Blank(centre, width, NUMBER_SIZE, role, wire, piece))
    else:
        drawing.texts.append(Text(at, cell.text, role, "middle", NUMBER_SIZE, piece=piece))


def _draw_map(drawing: Drawing, cell: Cell, role: str, top: Point, piece: str = "") -> None:
    """Add a cell's heat map, if it has one, below the middle of its top; where the cell is blank, so is the map."""
    if cell.heat is not None:
        corner = Point(top.x - cell.heat.width / 2, top.y)
        drawing.maps.append(HeatMap(corner, cell.heat.blanked() if cell.is_blank else cell.heat, role, piece))


def _cell_width(cell: Cell, widest: str) -> float:
    """Return the room that a cell takes, which does not depend on its own digits."""
    return max(_text_room(cell, widest), cell.heat.width + 8 if cell.heat else 0.0)


def _text_room(cell: Cell, widest: str) -> float:
    """Return the room that a cell's text takes."""
    return max(text_width(cell.with_numbers_as(widest), NUMBER_SIZE) + 8, _SHORTEST_LABEL)


def _columns(model: Model, grid: Grid, widest: str) -> list[_Column]:
    """Return the columns from left to right; a gap is wider where its wires are steeper."""
    columns: list[_Column] = []
    start = MARGIN
    begins, finishes = nested(grid.enclosures, 0), nested(grid.enclosures, 1)
    for i, layer in enumerate(grid.layers):
        if i:
            steepest = max(abs(item.y - other.y) for item in layer for other in item.before)
            start = columns[-1].end + min(max(_GAP[0], 0.6 * steepest), _GAP[1])
        nodes = [model.nodes[item.node] for item in layer if item.kind == "node"]
        half = max(
            (_half_width(node.symbol) if node.symbol else name_width(node.name, NAME_SIZE) / 2 + 3 for node in nodes),
            default=0.0,
        )
        labels = [item.label for item in layer if item.label]
        room = max((_cell_width(cell, widest) for label in labels for cell in label.cells), default=0.0)
        if labels:
            room = max(room, _SHORTEST_LABEL)
        above = [model.nodes[item.node] for item in layer if item.kind == "node" and item.after]
        room = max([room, *(name_width(node.name, WIRE_NAME_SIZE) - 3 - half for node in above if node.symbol)])
        room = max([room, *(text_width(node.local.text, LOCAL_SIZE) + 6 - half for node in nodes if node.local)])
        beginning = [begins[frame.scopes[-1]] for frame in grid.enclosures if frame.span[0] == i]
        ending = [frame for frame in grid.enclosures if frame.span[1] == i]
        # A wire runs level through the sides of frames, and a little before and after.
        left = start + FRAME_SIDE * (max(beginning, default=-1) + 1)
        right = left + 2 * half + room
        for frame in ending:
            first = columns[frame.span[0]].start if frame.span[0] < i else start
            right = max(right, first + FRAME_SIDE * begins[frame.scopes[-1]] + name_room(frame))
        end = right + FRAME_SIDE * (max((finishes[frame.scopes[-1]] for frame in ending), default=-1) + 1)
        columns.append(_Column(start, left + half, left + 2 * half, right, end))
    return columns


def _half_width(symbol: str) -> float:
    return max(RADIUS, text_width(symbol, _symbol_size(symbol)) / 2 + 5)


def _symbol_size(symbol: str) -> float:
    return 19.0 if len(symbol) == 1 else 13.0


def _draw_node(drawing: Drawing, model: Model, item: Item, column: _Column) -> None:
    """Add a gate or an input's name, and the name of the wire."""
    node = model.nodes[item.node]
    if node.symbol is None:
        if node.name:
            at = Point(column.left - 6, item.y + NAME_SIZE / 3)
            role = "constant" if node.is_constant else "name"
            drawing.texts.append(Text(at, node.name, role, "end", NAME_SIZE, f"n{item.node}"))
    else:
        shape = GateShape(
            item.node, Point(column.glyph, item.y), _half_width(node.symbol), node.symbol, _symbol_size(node.symbol)
        )
        drawing.gates.append(shape)
        if node.local and not node.local.is_blank:
            # Right of the gate's foot, where no wire enters it, and below the gradient.
            at = Point(column.glyph + 3, item.y + LABEL_DOWN + LOCAL_SIZE)
            drawing.texts.append(Text(at, node.local.text, "local", "start", LOCAL_SIZE, piece=f"n{item.node}"))
    if not item.after:
        if node.name and node.symbol is not None:
            at = Point(column.end + 6, item.y + NAME_SIZE / 3)
            drawing.texts.append(Text(at, node.name, "name", "start", NAME_SIZE, "out"))
    elif node.name and node.symbol is not None:
        # Right of the gate's top, where no wire enters it and above every number.
        at = Point(column.glyph - 3, item.y - RADIUS - 4)
        drawing.texts.append(Text(at, node.name, "wire name", "start", WIRE_NAME_SIZE))


def _draw_wires(drawing: Drawing, model: Model, item: Item, columns: list[_Column]) -> None:
    """Add the wire that a node drives: its trunk, the dot of a fork, and every branch to its gate."""
    node, column = model.nodes[item.node], columns[item.layer]
    here = f"n{item.node}"
    if node.is_elsewhere:
        return
    first = column.left if node.symbol is None else column.glyph + _half_width(node.symbol)
    trunk = [Point(first, item.y), Point(column.end, item.y)]
    if len(item.after) == 1:
        _draw_branch(drawing, model, here, trunk, item, item.after[0], columns)
        return
    end = f"f{item.node}" if item.after else "out"
    drawing.paths.append(Path(here, end, tuple(trunk)))
    if item.after:
        drawing.dots[end] = trunk[-1]
    for branch in item.after:
        _draw_branch(drawing, model, end, trunk[1:], item, branch, columns)


def _draw_branch(
    drawing: Drawing, model: Model, tail: str, points: list[Point], last: Item, item: Item, columns: list[_Column]
) -> None:
    """Add a wire from the points it has so far, through the items it passes, to the gate it enters."""
    points = list(points)
    while item.kind != "node":
        points += [Point(columns[item.layer].start, item.y), Point(columns[item.layer].end, item.y)]
        last, item = item, item.after[0]
    port = _port(model, last, item, columns[item.layer])
    start = columns[item.layer].start
    slope = abs(port.y - points[-1].y) / (port.x - points[-1].x)
    if slope * (port.x - start) > 2 * APART:
        # Inside the column it would come too close to what stands above or below the gate.
        points.append(Point(start, port.y))
    points.append(port)
    drawing.paths.append(Path(tail, f"n{item.node}", tuple(_without_level_points(points))))


def _port(model: Model, source: Item, gate: Item, column: _Column) -> Point:
    """Return where a wire meets its gate: spread over the left side, from the top down."""
    sources = entering(gate, model)
    node = model.nodes[gate.node]
    place = sources.index(source)
    # A wire that enters twice has two places; each of its branches is an item of its own, so `index` finds it.
    spread = 0.0 if len(sources) == 1 else (place / (len(sources) - 1) - 0.5) * math.radians(90)
    cap = column.glyph - (_half_width(node.symbol or "") - RADIUS)
    return Point(cap - RADIUS * math.cos(spread), gate.y + RADIUS * math.sin(spread))


def _without_level_points(points: list[Point]) -> list[Point]:
    """Return the points without those in the middle of a level run."""
    return [
        point
        for i, point in enumerate(points)
        if i in (0, len(points) - 1) or not points[i - 1].y == point.y == points[i + 1].y
    ]


def _right_end(text: Text) -> float:
    return text.at.x + {"start": text.width, "middle": text.width / 2, "end": 0.0}[text.anchor]
