"""How high each row stands: gates amid their operands, long wires level (isotonic regression, layer by layer).

The sides of a frame are level across all its columns. Once they are, they are walls: each layer is pressed between
them, and in turns they give way to what is inside and draw close around it.
"""

import itertools
import math
from collections.abc import Callable

from .items import APART, LABEL_DOWN, LABEL_UP, Enclosure, Item, mean

Press = Callable[[list[Item], list[float]], None]
_SWEEPS = 12
# How often operands alone have a say in the end.
_LAST_SWEEPS = 6


def settle(layers: list[list[Item]], enclosures: list[Enclosure]) -> None:
    """Give every item its height: sweeps in which each is drawn to its neighbours, operands having the last word."""
    for layer in layers:
        y = 0.0
        for item in layer:
            item.y = y + item.up
            y = item.y + item.down + APART
    for _ in range(_SWEEPS):
        _sweep(layers, _press)
    if enclosures:
        _square(layers)
        for sweep in range(_SWEEPS):
            _give_way(layers, enclosures, upwards=sweep % 2 == 0)
            _sweep(layers, _press_between_sides)
            _draw_close(layers, enclosures)
        for sweep in range(_LAST_SWEEPS):
            _give_way(layers, enclosures, upwards=sweep % 2 == 0)
            _sweep_right(layers, _press_between_sides)
            _draw_close(layers, enclosures)


def straighten(items: list[Item], layers: list[list[Item]], enclosures: list[Enclosure]) -> None:
    """Make each long wire level where its neighbours leave room, then move everything so that the top is at 0."""
    for first in items:
        if first.kind == "pass":
            continue
        for item in first.after:
            run = [first] if len(first.after) == 1 and (first.kind == "branch" or not first.before) else []
            while item.kind == "pass":
                run.append(item)
                item = item.after[0]
            _level(run, first.y, layers)
    _draw_close(layers, enclosures)
    top = min(item.y - item.up for layer in layers for item in layer)
    for layer in layers:
        for item in layer:
            item.y -= top


def _sweep(layers: list[list[Item]], press: Press) -> None:
    """Press each layer once towards what its wires enter, from right to left, and once towards what enters it."""
    for layer in reversed(layers[:-1]):
        press(layer, [mean([other.y for other in item.after], item.y) for item in layer])
    _sweep_right(layers, press)


def _sweep_right(layers: list[list[Item]], press: Press) -> None:
    """Press each layer towards what enters it, from left to right."""
    for layer in layers[1:]:
        press(layer, [_wanted(item) for item in layer])


def _square(layers: list[list[Item]]) -> None:
    """Make every side of a frame level, moving things down until nothing touches."""
    moved = True
    while moved:
        moved = False
        for layer in layers:
            for above, item in itertools.pairwise(layer):
                least = _least(above, item)
                if item.y < least:
                    item.y, moved = least, True
        for layer in layers:
            for item in layer:
                lowest = max((piece.y for piece in item.side), default=item.y)
                if item.y < lowest:
                    item.y, moved = lowest, True


def _give_way(layers: list[list[Item]], enclosures: list[Enclosure], *, upwards: bool) -> None:
    """Move the upper sides of frames up, or the lower ones down, as far as there is room."""
    for enclosure in enclosures:
        side = enclosure.top if upwards else enclosure.bottom
        place = _highest(side, layers) if upwards else _lowest(side, layers)
        for piece in side:
            piece.y = place


def _draw_close(layers: list[list[Item]], enclosures: list[Enclosure]) -> None:
    """Move the sides of frames, the inner ones first, as close to what is inside as they come."""
    for enclosure in reversed(enclosures):
        for side, place in (
            (enclosure.top, _lowest(enclosure.top, layers)),
            (enclosure.bottom, _highest(enclosure.bottom, layers)),
        ):
            for piece in side:
                piece.y = place


def _highest(side: list[Item], layers: list[list[Item]]) -> float:
    """Return how far up a side can move."""
    above = [(layers[piece.layer][piece.row - 1], piece) for piece in side if piece.row > 0]
    return max((_least(other, piece) for other, piece in above), default=-math.inf)


def _lowest(side: list[Item], layers: list[list[Item]]) -> float:
    """Return how far down a side can move."""
    rows = [(layers[piece.layer], piece) for piece in side]
    below = [(layer[piece.row + 1], piece) for layer, piece in rows if piece.row + 1 < len(layer)]
    return min((_most(other, piece) for other, piece in below), default=math.inf)


def _least(above: Item, item: Item) -> float:
    """Return the highest place of an item below another."""
    return above.y + above.down + APART + item.up


def _most(below: Item, item: Item) -> float:
    """Return the lowest place of an item above another."""
    return below.y - below.up - APART - item.down


def _level(run: list[Item], wanted: float, layers: list[list[Item]]) -> None:
    """Put the items of a run at one height, the nearest to the wanted one, if there is one that all can take."""
    lowest, highest = -math.inf, math.inf
    for item in run:
        layer = layers[item.layer]
        if item.row > 0:
            lowest = max(lowest, _least(layer[item.row - 1], item))
        if item.row < len(layer) - 1:
            highest = min(highest, _most(layer[item.row + 1], item))
    if lowest <= highest:
        for item in run:
            item.y = min(max(wanted, lowest), highest)


def _wanted(item: Item) -> float:
    """Return the height at which an item would like to be: amid its operands; branches fan out from their fork."""
    if item.side:
        return mean([piece.y for piece in item.side], item.y)
    if item.kind != "branch":
        return mean([other.y for other in item.before], item.y)
    trunk = item.before[0]
    branches = sorted(trunk.after, key=lambda branch: branch.row)
    place = branches.index(item) - (len(branches) - 1) / 2
    return trunk.y + place * (LABEL_UP + LABEL_DOWN + APART)


def _press_between_sides(layer: list[Item], wanted: list[float]) -> None:
    """Move a layer's items as `_press` does, each between the sides of frames that it stands between."""
    walls = [row for row, item in enumerate(layer) if item.side]
    for first, last in itertools.pairwise((-1, *walls, len(layer))):
        run = layer[first + 1 : last]
        if run:
            lowest = _least(layer[first], run[0]) if first >= 0 else -math.inf
            highest = _most(layer[last], run[-1]) if last < len(layer) else math.inf
            _press(run, wanted[first + 1 : last], lowest, highest)


def _press(layer: list[Item], wanted: list[float], lowest: float = -math.inf, highest: float = math.inf) -> None:
    """Move a layer's items as near to the wanted heights as their order and distances allow (isotonic regression).

    The first item stands no higher than `lowest`, the last no lower than `highest`.
    """
    offset = 0.0
    # Blocks of items that touch: weight, weighted mean of wanted height less offset, and how many items.
    blocks: list[list[float]] = []
    offsets = []
    for i, item in enumerate(layer):
        if i:
            offset += layer[i - 1].down + APART + item.up
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
        height = min(max(height, lowest), highest - offset)
        for _ in range(int(count)):
            layer[i].y = height + offsets[i]
            i += 1
