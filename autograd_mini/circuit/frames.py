"""Frames around the gates of a scope, with its name.

A frame is drawn only where it holds no other gate and its name has room. For other scopes the drawing says so, in
`tangled`, and `draw` collapses them into one gate.
"""

import itertools

from ..scopes import Scope
from .drawing import Drawing, Frame, HeatMap, Path, Point, Text
from .items import FRAME_SIDE, FRAME_TOP, Item
from .model import Model

SCOPE_SIZE = 11.0
Box = tuple[float, float, float, float]


def draw_frames(drawing: Drawing, model: Model, places: list[tuple[Item, float, float]]) -> None:
    """Add a frame for every scope, and note the scopes that cannot have one.

    Args:
        drawing: all else of the drawing.
        model: what is drawn.
        places: each node's item with the left and right end of its column.
    """
    members: dict[Scope, list[tuple[Item, float, float, int]]] = {}
    for item, left, right in places:
        for level, scope in enumerate(model.nodes[item.node].scopes):
            members.setdefault(scope, []).append((item, left, right, level))
    # What is written inside a frame is looked at before any name of a frame is added.
    written, names = [*map(_box, drawing.texts), *map(_map_box, drawing.maps)], []
    consumers = model.consumers()
    for scope, inside in members.items():
        depth = max(len(model.nodes[item.node].scopes) - level for item, _, _, level in inside)
        box = (
            min(left for _, left, _, _ in inside) - FRAME_SIDE * depth,
            min(item.y - item.up + FRAME_TOP * level for item, _, _, level in inside) + 1,
            max(right for _, _, right, _ in inside) + FRAME_SIDE * depth - 1,
            max(item.y + item.down - FRAME_SIDE * level for item, _, _, level in inside) - 1,
        )
        name = Text(Point(box[0] + 5, box[1] + SCOPE_SIZE), scope.name, "scope", "start", SCOPE_SIZE)
        frame = Frame(Point(box[0], box[1]), box[2] - box[0], box[3] - box[1])
        nodes = {item.node for item, _, _, _ in inside}
        foreign = any(
            box[0] < right and left < box[2] and box[1] < item.y < box[3]
            for item, left, right in places
            if item.node not in nodes and not {gate for gate, _ in consumers[item.node]} <= nodes
        )
        if foreign or _cuts(box, written) or _is_crowded(name, box, written, drawing.paths):
            drawing.tangled.append(scope)
        else:
            drawing.frames.append(frame)
            names.append(name)
    drawing.texts.extend(names)


def _box(text: Text) -> Box:
    """Return the box of a text's letters."""
    left = text.at.x - {"start": 0.0, "middle": 0.5, "end": 1.0}[text.anchor] * text.width
    return left, text.at.y - 0.8 * text.size, left + text.width, text.at.y + 0.25 * text.size


def _map_box(shown: HeatMap) -> Box:
    """Return the box of a heat map."""
    left, top = shown.corner
    return left, top, left + shown.heat.width, top + shown.heat.height


def _cuts(frame: Box, written: list[Box]) -> bool:
    """Return whether a side of a frame runs through a text or a heat map."""
    for left, top, right, bottom in written:
        meets = left < frame[2] and right > frame[0] and top < frame[3] and bottom > frame[1]
        if meets and not (frame[0] <= left and right <= frame[2] and frame[1] <= top and bottom <= frame[3]):
            return True
    return False


def _is_crowded(name: Text, frame: Box, written: list[Box], paths: list[Path]) -> bool:
    """Return whether the name of a frame does not fit into it, or meets a text, a heat map or a wire."""
    box = _box(name)
    if box[2] > frame[2]:
        return True
    for left, top, right, bottom in written:
        if left < box[2] and right > box[0] and top < box[3] and bottom > box[1]:
            return True
    return any(_crosses(box, start, end) for path in paths for start, end in itertools.pairwise(path.points))


def _crosses(box: Box, start: Point, end: Point) -> bool:
    """Return whether a piece of wire runs through a box: which part of it lies between the box's sides."""
    low, high = 0.0, 1.0
    for here, there, least, most in ((start.x, end.x, box[0], box[2]), (start.y, end.y, box[1], box[3])):
        if here == there:
            if not least < here < most:
                return False
            continue
        first, second = sorted(((least - here) / (there - here), (most - here) / (there - here)))
        low, high = max(low, first), min(high, second)
    return high > low
