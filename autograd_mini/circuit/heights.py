"""How high each row stands: gates amid their operands, long wires level (isotonic regression, layer by layer)."""

import math

from .items import APART, LABEL_DOWN, LABEL_UP, Item, mean

_SWEEPS = 12


def settle(layers: list[list[Item]]) -> None:
    """Give every item its height: sweeps in which each is drawn to its neighbours, operands having the last word."""
    for layer in layers:
        y = 0.0
        for item in layer:
            item.y = y + item.up
            y = item.y + item.down + APART
    for _ in range(_SWEEPS):
        for layer in reversed(layers[:-1]):
            _press(layer, [mean([other.y for other in item.after], item.y) for item in layer])
        for layer in layers[1:]:
            _press(layer, [_wanted(item) for item in layer])


def straighten(items: list[Item], layers: list[list[Item]]) -> None:
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
    top = min(item.y - item.up for item in items)
    for item in items:
        item.y -= top


def _level(run: list[Item], wanted: float, layers: list[list[Item]]) -> None:
    """Put the items of a run at one height, the nearest to the wanted one, if there is one that all can take."""
    lowest, highest = -math.inf, math.inf
    for item in run:
        layer = layers[item.layer]
        if item.row > 0:
            above = layer[item.row - 1]
            lowest = max(lowest, above.y + above.down + APART + item.up)
        if item.row < len(layer) - 1:
            below = layer[item.row + 1]
            highest = min(highest, below.y - below.up - APART - item.down)
    if lowest <= highest:
        for item in run:
            item.y = min(max(wanted, lowest), highest)


def _wanted(item: Item) -> float:
    """Return the height at which an item would like to be: amid its operands; branches fan out from their fork."""
    if item.kind != "branch":
        return mean([other.y for other in item.before], item.y)
    trunk = item.before[0]
    branches = sorted(trunk.after, key=lambda branch: branch.row)
    place = branches.index(item) - (len(branches) - 1) / 2
    return trunk.y + place * (LABEL_UP + LABEL_DOWN + APART)


def _press(layer: list[Item], wanted: list[float]) -> None:
    """Move a layer's items as near to the wanted heights as their order and distances allow (isotonic regression)."""
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
        for _ in range(int(count)):
            layer[i].y = height + offsets[i]
            i += 1
