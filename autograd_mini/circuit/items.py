"""The rows of a layered layout: what takes a place of its own in a layer, joined as the wires run."""

from dataclasses import dataclass, field

from .drawing import RADIUS, name_width
from .model import Label, Model, Node

NUMBER_SIZE = 14.0
WIRE_NAME_SIZE = 12.0
LOCAL_SIZE = 11.0
# The room that each frame around a gate takes above it, for the frame's name, and on the other sides.
FRAME_TOP, FRAME_SIDE = 16.0, 4.0
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
# Circuits of more gates than this have no room for inputs at the left, far from their gates.
_LARGE = 60


@dataclass(eq=False)
class Item:
    """What takes a row of one layer: a node, one branch of a fork with its own label, or a wire passing through.

    Attributes:
        layer: its column, from the left.
        node: the node, or the node whose wire it is.
        kind: "node", "branch" or "pass".
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

    def make_room_for_maps(self) -> None:
        """Take the room that the heat maps of the label need."""
        value, gradient = (self.label.value, self.label.gradient) if self.label else (None, None)
        if value is not None and value.heat is not None:
            self.up = max(self.up, self.map_up + value.heat.height + _BEYOND_MAP)
        if gradient is not None and gradient.heat is not None:
            self.down = max(self.down, self.map_down + gradient.heat.height + _BEYOND_MAP)


def items_of(model: Model) -> list[Item]:
    """Return an item for every node, branch and passing wire, joined as the wires run."""
    consumers = model.consumers()
    layer = _layers(model, consumers)
    items = [_node_item(node, i, layer[i]) for i, node in enumerate(model.nodes)]
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
                last.after.append(branch)
                extra.append(branch)
                last = branch
            for passed in range(last.layer + 1, layer[gate]):
                passing = Item(passed, i, "pass", before=[last])
                last.after.append(passing)
                extra.append(passing)
                last = passing
            last.after.append(items[gate])
            arriving[gate][place] = last
    for item, before in zip(items, arriving, strict=True):
        item.before = before
    return items + extra


def _layers(model: Model, consumers: list[list[tuple[int, int]]]) -> list[int]:
    """Return each node's column: inputs at the left, each gate as soon as its operands are there.

    Copies of repeated inputs, constants and inputs without a name stand next to their gate; in a large circuit every
    input does that feeds one gate only. A gate that is fed by nothing but inputs, one of them a copy, stands next to
    its own consumer.
    """
    nodes = model.nodes
    layer = [0] * len(nodes)
    # A forked wire needs a column for the labels of its branches.
    step = [2 if len(taken_by) > 1 else 1 for taken_by in consumers]
    for i, node in enumerate(nodes):
        layer[i] = max((layer[operand] + step[operand] for operand in node.operands), default=0)
    is_large = sum(node.symbol is not None for node in nodes) > _LARGE
    for i, node in enumerate(nodes):
        single = [operand for operand in node.operands if nodes[operand].symbol is None and step[operand] == 1]
        from_copies = any(nodes[operand].is_repeated for operand in single)
        if from_copies and len(single) == len(node.operands) and consumers[i]:
            layer[i] = min(layer[gate] for gate, _ in consumers[i]) - step[i]
            moved = single
        else:
            moved = [operand for operand in single if is_large or nodes[operand].stands_by_its_gate]
        for operand in moved:
            layer[operand] = layer[i] - 1
    return layer


def _node_item(node: Node, i: int, layer: int) -> Item:
    item = Item(layer, i, "node", node.label, LABEL_UP, LABEL_DOWN, piece=f"n{i}")
    if node.symbol is not None:
        item.up = RADIUS + (4 + WIRE_NAME_SIZE if node.name else 2)
        below = LOCAL_SIZE + 3 if node.local else 0
        item.down = max(item.down, RADIUS + 2) + below
        item.map_down += below
        if name_width(node.name, WIRE_NAME_SIZE) > RADIUS:
            # A long name reaches to the right of its gate, over the numbers; the map stands above it.
            item.map_up = item.up
    item.make_room_for_maps()
    item.up += FRAME_TOP * len(node.scopes)
    item.down += FRAME_SIDE * len(node.scopes)
    return item


def entering(item: Item, model: Model) -> list[Item]:
    """Return what enters an item from top to bottom: operands in order where the order matters, else as they come."""
    if item.kind == "node" and model.nodes[item.node].ordered:
        return item.before
    return sorted(item.before, key=lambda source: source.row)


def mean(numbers: list[float] | list[int], otherwise: float) -> float:
    """Return the mean, or `otherwise` where there are no numbers."""
    return sum(numbers) / len(numbers) if numbers else otherwise
