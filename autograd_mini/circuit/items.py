"""The rows of a layered layout: what takes a place of its own in a layer, joined as the wires run."""

import itertools
from collections.abc import Collection
from dataclasses import dataclass, field

from ..scopes import Scope
from .columns import Columns, columns_of
from .drawing import RADIUS, name_width
from .model import Label, Model, Node

NUMBER_SIZE = 14.0
WIRE_NAME_SIZE = 12.0
LOCAL_SIZE = 11.0
# The room that a frame has below its upper side, for its name, and inside its other sides.
FRAME_TOP, FRAME_SIDE = 16.0, 6.0
# From a wire to the baseline of the number above it, and to the top of the number below it.
ABOVE, BELOW = 5.0, 4.0
LABEL_UP = ABOVE + NUMBER_SIZE
LABEL_DOWN = BELOW + NUMBER_SIZE
# From a wire to the heat map above the value, and to the one below the gradient; what is kept free beyond them.
MAP_UP = LABEL_UP
MAP_DOWN = LABEL_DOWN + 3.0
_BEYOND_MAP = 2.0
# Between neighbours of a layer, and half the height that a passing wire takes.
APART = 6.0
PASSING = 7.0


@dataclass(eq=False)
class Item:
    """What takes a row of one layer: a node, one branch of a fork with its own label, a wire passing through, or a
    piece of a frame's upper or lower side.

    Attributes:
        layer: its column, from the left.
        node: the node, or the node whose wire it is; -1 for a side of a frame.
        kind: "node", "branch", "pass", "top" or "bottom".
        label: the texts on its piece of wire; None for a passing wire.
        up: how much room it takes above its wire.
        down: how much room it takes below.
        before: what enters it from the layer to the left, in the order of a gate's operands.
        after: what it enters in the layer to the right.
        row: its place in its layer, from the top.
        y: the height of its wire.
        piece: the piece of wire that its label stands on, as in `drawing.Text`; "" for a passing wire.
        map_up: how far above its wire a heat map ends.
        map_down: how far below its wire one begins.
        scopes: the scopes whose frames are around it, the outermost first; a side belongs to its own frame.
        side: the side of a frame that it is a piece of, all of one height; empty for all else.
    """

    layer: int
    node: int
    kind: str
    label: Label | None = None
    up: float = PASSING
    down: float = PASSING
    before: list["Item"] = field(default_factory=list)
    after: list["Item"] = field(default_factory=list)
    row: int = 0
    y: float = 0.0
    piece: str = ""
    map_up: float = MAP_UP
    map_down: float = MAP_DOWN
    scopes: tuple[Scope, ...] = ()
    side: list["Item"] = field(default_factory=list)

    def make_room_for_maps(self) -> None:
        """Take the room that the heat maps of the label need."""
        value, gradient = (self.label.value, self.label.gradient) if self.label else (None, None)
        if value is not None and value.heat is not None:
            self.up = max(self.up, self.map_up + value.heat.height + _BEYOND_MAP)
        if gradient is not None and gradient.heat is not None:
            self.down = max(self.down, self.map_down + gradient.heat.height + _BEYOND_MAP)


@dataclass(frozen=True)
class Enclosure:
    """The frame of a scope, as rows: its upper and its lower side, a piece in each of its columns.

    Attributes:
        scopes: the scopes around it and its own, the outermost first.
        top: its upper side, from left to right.
        bottom: its lower side.
    """

    scopes: tuple[Scope, ...]
    top: list[Item]
    bottom: list[Item]

    @property
    def span(self) -> tuple[int, int]:
        """Its first and its last column."""
        return self.top[0].layer, self.top[-1].layer


def items_of(model: Model, alone: Collection[Scope] = ()) -> tuple[list[Item], list[Enclosure], list[Scope]]:
    """Return an item for every node, branch and passing wire, joined as the wires run, the frames of the scopes, and
    the scopes that can have none. Scopes that stand alone share their columns with no gates but their own.
    """
    consumers = model.consumers()
    columns = columns_of(model, consumers, alone)
    layer = columns.layer
    items = [_node_item(node, i, layer[i], columns.scopes[i]) for i, node in enumerate(model.nodes)]
    arriving: list[list[Item]] = [[items[0]] * len(node.operands) for node in model.nodes]
    extra = []
    for i, taken_by in enumerate(consumers):
        for gate, place in taken_by:
            last = items[i]
            if len(taken_by) > 1:
                label = model.nodes[gate].branches[place]
                branch = Item(layer[i] + 1, i, "branch", label, LABEL_UP, LABEL_DOWN, [last])
                branch.piece = f"n{i}-n{gate}.{place}"
                branch.make_room_for_maps()
                branch.scopes = columns.around(branch.layer, i, gate)
                last.after.append(branch)
                extra.append(branch)
                last = branch
            for passed in range(last.layer + 1, layer[gate]):
                passing = Item(passed, i, "pass", before=[last], scopes=columns.around(passed, i, gate))
                last.after.append(passing)
                extra.append(passing)
                last = passing
            last.after.append(items[gate])
            arriving[gate][place] = last
    for item, before in zip(items, arriving, strict=True):
        item.before = before
    return items + extra, _enclosures(columns), columns.entwined


def _enclosures(columns: Columns) -> list[Enclosure]:
    """Return the frames, the outer ones before those inside."""
    found: dict[Scope, Enclosure] = {}
    for path in sorted(columns.scopes, key=len):
        for depth, scope in enumerate(path, start=1):
            if scope not in found:
                first, last = columns.spans[scope]
                found[scope] = Enclosure(
                    path[:depth],
                    _side("top", path[:depth], range(first, last + 1), down=FRAME_TOP - APART),
                    _side("bottom", path[:depth], range(first, last + 1)),
                )
    return list(found.values())


def _side(kind: str, scopes: tuple[Scope, ...], span: range, down: float = 0.0) -> list[Item]:
    """Return the pieces of a frame's upper or lower side, joined like a wire."""
    side = [Item(column, -1, kind, up=0.0, down=down, scopes=scopes) for column in span]
    for piece in side:
        piece.side = side
    for left, right in itertools.pairwise(side):
        left.after.append(right)
        right.before.append(left)
    return side


def _node_item(node: Node, i: int, layer: int, scopes: tuple[Scope, ...]) -> Item:
    item = Item(layer, i, "node", node.label, LABEL_UP, LABEL_DOWN, piece=f"n{i}", scopes=scopes)
    if node.symbol is not None:
        item.up = RADIUS + (4 + WIRE_NAME_SIZE if node.name else 2)
        below = LOCAL_SIZE + 3 if node.local else 0
        item.down = max(item.down, RADIUS + 2) + below
        item.map_down += below
        if name_width(node.name, WIRE_NAME_SIZE) > RADIUS:
            # A long name reaches to the right of its gate, over the numbers; the map stands above it.
            item.map_up = item.up
    item.make_room_for_maps()
    return item


def keeps_order(item: Item, model: Model) -> bool:
    """Return whether what enters an item does so in the order of operands; else it enters as it comes, uncrossed."""
    return item.kind == "node" and model.nodes[item.node].ordered


def entering(item: Item, model: Model) -> list[Item]:
    """Return what enters an item from top to bottom."""
    return item.before if keeps_order(item, model) else sorted(item.before, key=lambda source: source.row)


def mean(numbers: list[float] | list[int], otherwise: float) -> float:
    """Return the mean, or `otherwise` where there are no numbers."""
    return sum(numbers) / len(numbers) if numbers else otherwise
