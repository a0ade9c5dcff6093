"""Where things stand: a layered layout, left to right, in which wires meet no text and no gate but their own.

Layers by longest path; in each layer an order with few crossings (`ordering`) and heights at which gates centre on
their operands (`heights`). A column holds gates or names, then one zone of labels where wires only run level; between
two columns lies a gap where wires slant and nothing is written.
"""

import math
from dataclasses import dataclass

from .cells import Cell
from .drawing import RADIUS, Blank, Drawing, GateShape, Path, Point, Text, name_width, text_width
from .frames import draw_frames
from .heights import settle, straighten
from .items import (
    ABOVE,
    BELOW,
    FRAME_SIDE,
    LABEL_DOWN,
    LOCAL_SIZE,
    NUMBER_SIZE,
    WIRE_NAME_SIZE,
    Item,
    entering,
    items_of,
)
from .model import Model
from .ordering import ordered_layers

NAME_SIZE = 16.0
HEADING_SIZE = 11.0
MARGIN = 10.0
_SHORTEST_LABEL = 46.0
_TABLE_GAP = 16.0
_TABLE_LINE = 21.0
# How wide a gap between columns is, at least and at most.
_GAP = (26.0, 110.0)


def lay_out(model: Model) -> Drawing:
    """Return the circuit with every place settled."""
    items = items_of(model)
    layers = ordered_layers(items, model)
    settle(layers)
    straighten(items, layers)
    for item in items:
        item.y += MARGIN
    return _draw(model, items, layers)


@dataclass(frozen=True)
class _Column:
    """The places of one layer: gates around `glyph`, labels between `left` and `right`."""

    start: float
    glyph: float
    left: float
    right: float


def _draw(model: Model, items: list[Item], layers: list[list[Item]]) -> Drawing:
    """Return the drawing: columns from left to right, then gates, texts and wires."""
    drawing = Drawing(title=model.title, description=model.description)
    widest = model.widest
    columns = _columns(model, layers, widest)
    for item in items:
        column = columns[item.layer]
        middle = (column.left + column.right) / 2
        if item.kind == "node":
            _draw_node(drawing, model, item, column)
        if item.label is not None:
            above, below = item.y - ABOVE, item.y + BELOW + NUMBER_SIZE * 0.8
            for role, cell, baseline in (("value", item.label.value, above), ("gradient", item.label.gradient, below)):
                if cell is not None:
                    wire = model.nodes[item.node].wire
                    _draw_cell(drawing, cell, role, Point(middle, baseline), widest, wire, item.piece)
    for item in items:
        if item.kind == "node":
            _draw_wires(drawing, model, item, columns)
    places = [(item, columns[item.layer].start, columns[item.layer].right) for item in items if item.kind == "node"]
    draw_frames(drawing, model, places)
    drawing.height = max(item.y + item.down for item in items) + MARGIN
    _draw_totals(drawing, model, widest)
    drawing.width = max(_right_end(text) for text in drawing.texts) + MARGIN
    drawing.width = max(drawing.width, columns[-1].right + MARGIN)
    return drawing


def _draw_totals(drawing: Drawing, model: Model, widest: str) -> None:
    """Add the table of repeated inputs below the circuit: name, value, and the sum of its gradients."""
    if not model.totals:
        return
    names = max(name_width(total.wire, NAME_SIZE) for total in model.totals)
    columns = [("value", "value"), ("gradient", "gradient, in all")]
    columns = [(role, heading) for role, heading in columns if any(getattr(t.label, role) for t in model.totals)]
    top = drawing.height + _TABLE_GAP
    x = MARGIN + names + _TABLE_GAP
    for role, heading in columns:
        cells = [getattr(total.label, role) for total in model.totals]
        room = max(_cell_width(cell, widest) for cell in cells if cell is not None)
        room = max(room, text_width(heading, HEADING_SIZE))
        drawing.texts.append(Text(Point(x + room / 2, top), heading, "heading", "middle", HEADING_SIZE))
        for i, (total, cell) in enumerate(zip(model.totals, cells, strict=True), start=1):
            if cell is not None:
                at = Point(x + room / 2, top + i * _TABLE_LINE)
                _draw_cell(drawing, cell, role, at, widest, total.wire, f"t{i - 1}")
        x += room + _TABLE_GAP
    for i, total in enumerate(model.totals, start=1):
        at = Point(MARGIN + names, top + i * _TABLE_LINE)
        drawing.texts.append(Text(at, total.wire, "name", "end", NAME_SIZE))
    drawing.height = top + len(model.totals) * _TABLE_LINE + MARGIN


def _draw_cell(drawing: Drawing, cell: Cell, role: str, at: Point, widest: str, wire: str, piece: str = "") -> None:
    """Add a number on a wire, or the empty cell that an exam has in its place."""
    if cell.is_blank:
        width = _cell_width(cell, widest) - 4
        centre = Point(at.x, at.y - 0.36 * NUMBER_SIZE)
        drawing.blanks.append(Blank(centre, width, NUMBER_SIZE, role, wire, piece))
    else:
        drawing.texts.append(Text(at, cell.text, role, "middle", NUMBER_SIZE, piece=piece))


def _cell_width(cell: Cell, widest: str) -> float:
    """Return the room that a cell takes, which does not depend on its own digits."""
    return max(text_width(cell.with_numbers_as(widest), NUMBER_SIZE) + 8, _SHORTEST_LABEL)


def _columns(model: Model, layers: list[list[Item]], widest: str) -> list[_Column]:
    """Return the columns from left to right; a gap is wider where its wires are steeper."""
    columns: list[_Column] = []
    start = MARGIN
    for i, layer in enumerate(layers):
        if i:
            steepest = max(abs(item.y - other.y) for item in layer for other in item.before)
            start = columns[-1].right + min(max(_GAP[0], 0.6 * steepest), _GAP[1])
        nodes = [model.nodes[item.node] for item in layer if item.kind == "node"]
        half = max(
            (_half_width(node.symbol) if node.symbol else name_width(node.name, NAME_SIZE) / 2 + 3 for node in nodes),
            default=0.0,
        )
        labels = [item.label for item in layer if item.label]
        room = max((_cell_width(cell, widest) for label in labels for cell in label.cells), default=0.0)
        if labels:
            room = max(room, _SHORTEST_LABEL)
        room = max([room, *(text_width(node.local.text, LOCAL_SIZE) + 6 - half for node in nodes if node.local)])
        columns.append(_Column(start, start + half, start + 2 * half, start + 2 * half + room))
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
            at = Point(column.right + 6 + FRAME_SIDE * len(node.scopes), item.y + NAME_SIZE / 3)
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
    trunk = [Point(first, item.y), Point(column.right, item.y)]
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
        points += [Point(columns[item.layer].start, item.y), Point(columns[item.layer].right, item.y)]
        last, item = item, item.after[0]
    points.append(_port(model, last, item, columns[item.layer]))
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
