"""Where things stand: a layered layout, left to right, in which wires meet no text and no gate but their own.

Layers by longest path; in each layer an order with few crossings; heights by isotonic regression, so that gates centre
on their operands. A column holds gates or names, then one zone of labels where wires only run level, and between two
columns lies a gap where wires slant and nothing is written. Widths come from a table, not from fonts, so that the same
circuit has the same geometry everywhere.
"""

import bisect
import math
from dataclasses import dataclass, field
from typing import NamedTuple

from ..numerals import name_parts
from .model import Label, Model, Node

# All lengths are points.
RADIUS = 17.0
# The corners of a long gate: what Graphviz makes of a rounded box of this height.
CORNER = 2 * RADIUS / 3
NUMBER_SIZE = 14.0
NAME_SIZE = 16.0
WIRE_NAME_SIZE = 12.0
# The size of a name's index as a part of the name's.
INDEX = 0.7
MARGIN = 10.0
# From a wire to the baseline of the number above it, and to the top of the number below it.
_ABOVE, _BELOW = 5.0, 4.0
_LABEL_UP = _ABOVE + NUMBER_SIZE
_LABEL_DOWN = _BELOW + NUMBER_SIZE
_APART = 6.0
_PASSING = 7.0
_SHORTEST_LABEL = 46.0
_GAP = (26.0, 110.0)
_SWEEPS = 12
# Items times walks back from the output that are tried for a better order.
_TRIES = 40_000


class Point(NamedTuple):
    """A place, x to the right and y down."""

    x: float
    y: float


@dataclass(frozen=True)
class GateShape:
    """A gate: a circle, or a rounded box as long as its symbol needs."""

    node: int
    centre: Point
    half_width: float
    symbol: str
    size: float


@dataclass(frozen=True)
class Text:
    """A text.

    Attributes:
        at: a point on the baseline.
        text: the text.
        role: "value", "gradient", "name" (of an input or of the output), "wire name" (above a gate) or "constant".
        anchor: which end of the text the point is: "start", "middle" or "end".
        size: font size.
        end: the end of a wire that the text stands for, as in `Path`; "" for none.
    """

    at: Point
    text: str
    role: str
    anchor: str
    size: float
    end: str = ""

    @property
    def width(self) -> float:
        """About how wide the text is; the index of a name is drawn smaller."""
        return name_width(self.text, self.size) if "name" in self.role else text_width(self.text, self.size)


@dataclass(frozen=True)
class Path:
    """A wire, or one branch of it, drawn through its points.

    Attributes:
        tail: where it starts: "n3" for node 3, "f3" for the fork of its wire.
        head: where it ends: "n4", "f3", or "out".
        points: its corners.
    """

    tail: str
    head: str
    points: tuple[Point, ...]


@dataclass
class Drawing:
    """A circuit with every place settled, as the writers draw it."""

    width: float = 0.0
    height: float = 0.0
    gates: list[GateShape] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    paths: list[Path] = field(default_factory=list)
    dots: dict[str, Point] = field(default_factory=dict)
    title: str = ""
    description: str = ""


@dataclass(eq=False)
class _Item:
    """What takes a row of one layer: a node, one branch of a fork with its own label, or a wire passing through."""

    layer: int
    node: int
    kind: str
    label: Label | None = None
    up: float = _PASSING
    down: float = _PASSING
    before: list["_Item"] = field(default_factory=list)
    after: list["_Item"] = field(default_factory=list)
    row: int = 0
    y: float = 0.0


def text_width(text: str, size: float) -> float:
    """Return about how wide a text is in a sans-serif font, rather too much than too little."""
    return size * sum(_WIDTHS.get(character, 0.66 if character.isascii() else 0.95) for character in text)


def name_width(name: str | None, size: float) -> float:
    """Return the width of a name, whose index is drawn smaller."""
    base, index = name_parts(name or "")
    return text_width(base, size) + text_width(index, INDEX * size)


_WIDTHS = {
    **dict.fromkeys("0123456789", 0.64),
    **dict.fromkeys(".,:;'|!iljI[]()/ ", 0.40),
    **dict.fromkeys("mwMW@", 0.98),
    **dict.fromkeys("−+×÷=<>", 0.84),
    **dict.fromkeys("²³⁰¹⁴⁵⁶⁷⁸⁹⁻ᵀ", 0.50),
}


def lay_out(model: Model) -> Drawing:
    """Return the circuit with every place settled."""
    items = _items(model)
    layers = _order(items, model)
    _settle_heights(layers)
    _straighten(items, layers)
    return _draw(model, items, layers)


def _items(model: Model) -> list[_Item]:
    """Return an item for every node, branch and passing wire, joined as the wires run."""
    consumers = model.consumers()
    layer = [0] * len(model.nodes)
    for i, node in enumerate(model.nodes):
        # A forked wire needs a column for the labels of its branches.
        layer[i] = max((layer[o] + (2 if len(consumers[o]) > 1 else 1) for o in node.operands), default=0)
    items = [_node_item(node, i, layer[i]) for i, node in enumerate(model.nodes)]
    arriving: list[list[_Item]] = [[items[0]] * len(node.operands) for node in model.nodes]
    extra = []
    for i, taken_by in enumerate(consumers):
        for gate, place in taken_by:
            last = items[i]
            if len(taken_by) > 1:
                label = Label(model.nodes[i].label.value, model.nodes[gate].contributions[place])
                branch = _Item(layer[i] + 1, i, "branch", label, _LABEL_UP, _LABEL_DOWN, [last])
                last.after.append(branch)
                extra.append(branch)
                last = branch
            for passed in range(last.layer + 1, layer[gate]):
                passing = _Item(passed, i, "pass", before=[last])
                last.after.append(passing)
                extra.append(passing)
                last = passing
            last.after.append(items[gate])
            arriving[gate][place] = last
    for item, before in zip(items, arriving, strict=True):
        item.before = before
    return items + extra


def _node_item(node: Node, i: int, layer: int) -> _Item:
    up, down = _LABEL_UP, _LABEL_DOWN
    if node.symbol is not None:
        up = RADIUS + (4 + WIRE_NAME_SIZE if node.name else 2)
        down = max(down, RADIUS + 2)
    return _Item(layer, i, "node", node.label, up, down)


def _order(items: list[_Item], model: Model) -> list[list[_Item]]:
    """Return the layers, each in an order with few crossings.

    A walk back from the output gives each layer an order, without crossings if the circuit is a tree. Where wires
    fork, gates whose operands may be exchanged are walked the other way round if that helps; sweeps refine the rest.
    """
    exchanged: set[int] = set()
    layers = _walk(items, exchanged)
    fewest = _crossings(layers, model)
    exchangeable = [i for i, node in enumerate(model.nodes) if not node.ordered and len(node.operands) > 1]
    tries = _TRIES // len(items)
    for gate in exchangeable * 2:
        if fewest == 0 or tries <= 0:
            break
        tries -= 1
        candidate = _walk(items, exchanged ^ {gate})
        crossings = _crossings(candidate, model)
        if crossings < fewest:
            layers, fewest, exchanged = candidate, crossings, exchanged ^ {gate}
    return _sweep(layers, fewest, model)


def _walk(items: list[_Item], exchanged: set[int]) -> list[list[_Item]]:
    """Return the layers in the order in which a walk back from the output, top operand first, meets their items."""
    layers: list[list[_Item]] = [[] for _ in range(max(item.layer for item in items) + 1)]
    met = set()
    stack = [next(item for item in items if item.kind == "node" and not item.after)]
    while stack:
        item = stack.pop()
        if item not in met:
            met.add(item)
            layers[item.layer].append(item)
            stack.extend(item.before if item.node in exchanged else reversed(item.before))
    return layers


def _sweep(layers: list[list[_Item]], fewest: int, model: Model) -> list[list[_Item]]:
    """Return the layers after sweeps that put each item amid its neighbours, where that makes fewer crossings."""
    best = [list(layer) for layer in layers]
    for sweep in range(_SWEEPS):
        if fewest == 0:
            break
        _number(layers)
        for layer in layers[1:] if sweep % 2 == 0 else reversed(layers[:-1]):
            neighbours = "before" if sweep % 2 == 0 else "after"
            if sweep // 2 % 2:
                # Every other time ties are resolved the other way round, or a sweep would repeat itself.
                layer.reverse()
            layer.sort(key=lambda item: _mean([other.row for other in getattr(item, neighbours)], item.row))
            for row, item in enumerate(layer):
                item.row = row
        crossings = _crossings(layers, model)
        if crossings < fewest:
            best, fewest = [list(layer) for layer in layers], crossings
    _number(best)
    return best


def _number(layers: list[list[_Item]]) -> None:
    for layer in layers:
        for row, item in enumerate(layer):
            item.row = row


def _mean(numbers: list[float] | list[int], otherwise: float) -> float:
    return sum(numbers) / len(numbers) if numbers else otherwise


def _crossings(layers: list[list[_Item]], model: Model) -> int:
    """Return how many pairs of wires cross between neighbouring layers."""
    _number(layers)
    count = 0
    for layer in layers[1:]:
        seen: list[int] = []
        for item in layer:
            for source in _entering(item, model):
                count += len(seen) - bisect.bisect_right(seen, source.row)
                bisect.insort(seen, source.row)
    return count


def _entering(item: _Item, model: Model) -> list[_Item]:
    """Return what enters an item from top to bottom: operands in order where the order matters, else as they come."""
    if item.kind == "node" and model.nodes[item.node].ordered:
        return item.before
    return sorted(item.before, key=lambda source: source.row)


def _settle_heights(layers: list[list[_Item]]) -> None:
    """Give every item its height: sweeps in which each is drawn to its neighbours, operands having the last word."""
    for layer in layers:
        y = 0.0
        for item in layer:
            item.y = y + item.up
            y = item.y + item.down + _APART
    for sweep in range(_SWEEPS):
        for layer in reversed(layers[:-1]):
            _press(layer, [_mean([other.y for other in item.after], item.y) for item in layer])
        first = 0 if sweep < _SWEEPS - 1 else 1
        for layer in layers[max(first, 1) :]:
            _press(layer, [_wanted(item) for item in layer])


def _straighten(items: list[_Item], layers: list[list[_Item]]) -> None:
    """Make each long wire level where its neighbours leave room, then move the whole to the top margin."""
    for first in items:
        if first.kind == "pass":
            continue
        for item in first.after:
            run = [first] if len(first.after) == 1 and (first.kind == "branch" or not first.before) else []
            while item.kind == "pass":
                run.append(item)
                item = item.after[0]
            _level(run, first.y, layers)
    top = min(item.y - item.up for item in items)
    for item in items:
        item.y += MARGIN - top


def _level(run: list[_Item], wanted: float, layers: list[list[_Item]]) -> None:
    """Put the items of a run at one height, the nearest to the wanted one, if there is one that all can take."""
    lowest, highest = -math.inf, math.inf
    for item in run:
        layer = layers[item.layer]
        if item.row > 0:
            above = layer[item.row - 1]
            lowest = max(lowest, above.y + above.down + _APART + item.up)
        if item.row < len(layer) - 1:
            below = layer[item.row + 1]
            highest = min(highest, below.y - below.up - _APART - item.down)
    if lowest <= highest:
        for item in run:
            item.y = min(max(wanted, lowest), highest)


def _wanted(item: _Item) -> float:
    """Return the height at which an item would like to be: amid its operands; branches fan out from their fork."""
    if item.kind != "branch":
        return _mean([other.y for other in item.before], item.y)
    trunk = item.before[0]
    branches = sorted(trunk.after, key=lambda branch: branch.row)
    place = branches.index(item) - (len(branches) - 1) / 2
    return trunk.y + place * (_LABEL_UP + _LABEL_DOWN + _APART)


def _press(layer: list[_Item], wanted: list[float]) -> None:
    """Move a layer's items as near to the wanted heights as their order and distances allow (isotonic regression)."""
    offset = 0.0
    # Blocks of items that touch: weight, weighted mean of wanted height less offset, and how many items.
    blocks: list[list[float]] = []
    offsets = []
    for i, item in enumerate(layer):
        if i:
            offset += layer[i - 1].down + _APART + item.up
        offsets.append(offset)
        weight = 8.0 if item.kind == "pass" else 1.0
        blocks.append([weight, wanted[i] - offset, 1])
        while len(blocks) > 1 and blocks[-2][1] > blocks[-1][1]:
            weight, height, count = blocks.pop()
            last = blocks[-1]
            last[1] = (last[0] * last[1] + weight * height) / (last[0] + weight)
            last[0] += weight
            last[2] += count
    i = 0
    for _, height, count in blocks:
        for _ in range(int(count)):
            layer[i].y = height + offsets[i]
            i += 1


@dataclass(frozen=True)
class _Column:
    """The places of one layer: gates around `glyph`, labels between `left` and `right`."""

    start: float
    glyph: float
    left: float
    right: float


def _draw(model: Model, items: list[_Item], layers: list[list[_Item]]) -> Drawing:
    """Return the drawing: columns from left to right, then gates, texts and wires."""
    drawing = Drawing(title=model.title, description=model.description)
    columns = _columns(model, layers)
    for item in items:
        column = columns[item.layer]
        middle = (column.left + column.right) / 2
        if item.kind == "node":
            _draw_node(drawing, model, item, column)
        if item.label is not None:
            if item.label.value is not None:
                drawing.texts.append(
                    Text(Point(middle, item.y - _ABOVE), item.label.value, "value", "middle", NUMBER_SIZE)
                )
            if item.label.gradient is not None:
                below = item.y + _BELOW + NUMBER_SIZE * 0.8
                drawing.texts.append(Text(Point(middle, below), item.label.gradient, "gradient", "middle", NUMBER_SIZE))
    for item in items:
        if item.kind == "node":
            _draw_wires(drawing, model, item, columns)
    drawing.height = max(item.y + item.down for item in items) + MARGIN
    drawing.width = max(_right_end(text) for text in drawing.texts) + MARGIN
    drawing.width = max(drawing.width, columns[-1].right + MARGIN)
    return drawing


def _columns(model: Model, layers: list[list[_Item]]) -> list[_Column]:
    """Return the columns from left to right; a gap is wider where its wires are steeper."""
    columns: list[_Column] = []
    start = MARGIN
    for i, layer in enumerate(layers):
        if i:
            steepest = max(abs(item.y - other.y) for item in layer for other in item.before)
            start = columns[-1].right + min(max(_GAP[0], 0.6 * steepest), _GAP[1])
        nodes = [model.nodes[item.node] for item in layer if item.kind == "node"]
        if i:
            half = max((_half_width(node.symbol) for node in nodes if node.symbol), default=0.0)
        else:
            half = max(name_width(node.name, NAME_SIZE) for node in nodes) / 2 + 3
        labelled = [item.label for item in layer if item.label]
        texts = [text for label in labelled for text in (label.value, label.gradient) if text is not None]
        labels = max((text_width(text, NUMBER_SIZE) + 8 for text in texts), default=0.0)
        if any(item.label for item in layer):
            labels = max(labels, _SHORTEST_LABEL)
        columns.append(_Column(start, start + half, start + 2 * half, start + 2 * half + labels))
    return columns


def _half_width(symbol: str) -> float:
    return max(RADIUS, text_width(symbol, _symbol_size(symbol)) / 2 + 5)


def _symbol_size(symbol: str) -> float:
    return 19.0 if len(symbol) == 1 else 13.0


def _draw_node(drawing: Drawing, model: Model, item: _Item, column: _Column) -> None:
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
    if not item.after:
        if node.name and node.symbol is not None:
            at = Point(column.right + 6, item.y + NAME_SIZE / 3)
            drawing.texts.append(Text(at, node.name, "name", "start", NAME_SIZE, "out"))
    elif node.name and node.symbol is not None:
        # Right of the gate's top, where no wire enters it and above every number.
        at = Point(column.glyph - 3, item.y - RADIUS - 4)
        drawing.texts.append(Text(at, node.name, "wire name", "start", WIRE_NAME_SIZE))


def _draw_wires(drawing: Drawing, model: Model, item: _Item, columns: list[_Column]) -> None:
    """Add the wire that a node drives: its trunk, the dot of a fork, and every branch to its gate."""
    node, column = model.nodes[item.node], columns[item.layer]
    here = f"n{item.node}"
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
    drawing: Drawing, model: Model, tail: str, points: list[Point], last: _Item, item: _Item, columns: list[_Column]
) -> None:
    """Add a wire from the points it has so far, through the items it passes, to the gate it enters."""
    points = list(points)
    while item.kind != "node":
        points += [Point(columns[item.layer].start, item.y), Point(columns[item.layer].right, item.y)]
        last, item = item, item.after[0]
    points.append(_port(model, last, item, columns[item.layer]))
    drawing.paths.append(Path(tail, f"n{item.node}", tuple(_without_level_points(points))))


def _port(model: Model, source: _Item, gate: _Item, column: _Column) -> Point:
    """Return where a wire meets its gate: spread over the left side, from the top down."""
    entering = _entering(gate, model)
    node = model.nodes[gate.node]
    place = entering.index(source)
    # A wire that enters twice has two places; each of its branches is an item of its own, so `index` finds it.
    spread = 0.0 if len(entering) == 1 else (place / (len(entering) - 1) - 0.5) * math.radians(90)
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
