"""In which order the rows of each layer stand, so that few wires cross and frames hold what belongs to them."""

import bisect
import itertools

from ..scopes import Scope
from .items import Enclosure, Item, keeps_order, mean
from .model import Model

# What has a place of its own in the order of a frame's inside: a row, or a whole frame.
_Block = Item | Scope
_SWEEPS = 12
# Items times walks back from the output that are tried for a better order.
_TRIES = 20_000
# How many crossings of wires a wire through a frame that it has no end in is as bad as.
_THROUGH_A_FRAME = 20


def ordered_layers(items: list[Item], enclosures: list[Enclosure], model: Model) -> list[list[Item]]:
    """Return the layers, each in an order with few crossings; what a frame holds stands together, between its sides.

    A walk back from the output gives each layer an order, without crossings if the circuit is a tree. Where wires
    fork, gates whose operands may be exchanged are walked the other way round if that helps; sweeps refine the rest.
    """
    exchanged: set[int] = set()
    layers = _walk(items, enclosures, exchanged)
    fewest = _crossings(layers, model)
    exchangeable = [i for i, node in enumerate(model.nodes) if not node.ordered and len(node.operands) > 1]
    tries = _TRIES // len(items)
    for gate in exchangeable * 2:
        if fewest == 0 or tries <= 0:
            break
        tries -= 1
        candidate = _walk(items, enclosures, exchanged ^ {gate})
        crossings = _crossings(candidate, model)
        if crossings < fewest:
            layers, fewest, exchanged = candidate, crossings, exchanged ^ {gate}
    return _sweep(layers, fewest, model)


def _walk(items: list[Item], enclosures: list[Enclosure], exchanged: set[int]) -> list[list[Item]]:
    """Return the layers in the order in which a walk back from the output, top operand first, meets their items."""
    layers: list[list[Item]] = [[] for _ in range(max(item.layer for item in items) + 1)]
    met: dict[Item, int] = {}
    stack = [item for item in reversed(items) if item.kind == "node" and not item.after]
    while stack:
        item = stack.pop()
        if item not in met:
            met[item] = len(met)
            layers[item.layer].append(item)
            stack.extend(item.before if item.node in exchanged else reversed(item.before))
    if enclosures:
        _gather(layers, enclosures, met)
    return layers


def _gather(layers: list[list[Item]], enclosures: list[Enclosure], met: dict[Item, int]) -> None:
    """Put what a frame holds together between the frame's sides, frames in the same order in all layers."""
    # A frame stands where something in it was met first.
    order: list[_Block] = list(dict.fromkeys(itertools.chain.from_iterable((*item.scopes, item) for item in met)))
    for enclosure in enclosures:
        _keep_to_one_side(order, enclosure, layers)
    place = {block: number for number, block in enumerate(order)}
    ends = {"top": -1, "bottom": len(order)}
    for enclosure in enclosures:
        for piece in (*enclosure.top, *enclosure.bottom):
            layers[piece.layer].append(piece)
    for layer in layers:
        layer.sort(key=lambda item: (*(place[scope] for scope in item.scopes), ends.get(item.kind, place.get(item, 0))))


def _keep_to_one_side(order: list[_Block], enclosure: Enclosure, layers: list[list[Item]]) -> None:
    """Change the order so that wires beside a frame, and the gates and frames that they join, stay above it or below.

    A wire from above a frame to below it would run through it.
    """
    *outer, scope = enclosure.scopes
    depth = len(outer)
    beside: dict[Item, _Block] = {}
    for layer in layers[enclosure.span[0] : enclosure.span[1] + 1]:
        for item in layer:
            if not item.side and list(item.scopes[:depth]) == outer and scope not in item.scopes:
                beside[item] = item.scopes[depth] if len(item.scopes) > depth else item
    place = {block: number for number, block in enumerate(order)}
    for joined in _joined(beside):
        above = [block for block in joined if place[block] < place[scope]]
        below = [block for block in joined if place[block] > place[scope]]
        if above and below:
            moved = above if len(above) < len(below) else below
            moved.sort(key=place.__getitem__)
            leaving = set(moved)
            order[:] = [block for block in order if block not in leaving]
            at = order.index(scope) + (moved is above)
            order[at:at] = moved
            place = {block: number for number, block in enumerate(order)}


def _joined(beside: dict[Item, _Block]) -> list[set[_Block]]:
    """Return the sets of blocks that wires among the items join."""
    groups: dict[_Block, set[_Block]] = {block: {block} for block in beside.values()}
    for item, block in beside.items():
        for other in item.after:
            if other in beside and groups[beside[other]] is not groups[block]:
                merged = groups[block] | groups[beside[other]]
                groups.update(dict.fromkeys(merged, merged))
    return list({id(group): group for group in groups.values()}.values())


def _sweep(layers: list[list[Item]], fewest: int, model: Model) -> list[list[Item]]:
    """Return the layers after sweeps that put each item amid its neighbours, where that makes fewer crossings."""
    best = [list(layer) for layer in layers]
    for sweep in range(_SWEEPS):
        if fewest == 0:
            break
        _number(layers)
        for layer in layers[1:] if sweep % 2 == 0 else reversed(layers[:-1]):
            neighbours = "before" if sweep % 2 == 0 else "after"
            runs = [
                list(run)
                for _, run in itertools.groupby(layer, key=lambda item: (item.scopes, item.side and item.kind))
            ]
            for run in runs:
                if sweep // 2 % 2:
                    # Every other time ties are resolved the other way round, or a sweep would repeat itself.
                    run.reverse()
                run.sort(key=lambda item: mean([other.row for other in getattr(item, neighbours)], item.row))
            # Nothing moves past a side of a frame.
            layer[:] = itertools.chain.from_iterable(runs)
            for row, item in enumerate(layer):
                item.row = row
        crossings = _crossings(layers, model)
        if crossings < fewest:
            best, fewest = [list(layer) for layer in layers], crossings
    _number(best)
    return best


def _number(layers: list[list[Item]]) -> None:
    for layer in layers:
        for row, item in enumerate(layer):
            item.row = row


def _crossings(layers: list[list[Item]], model: Model) -> int:
    """Return how many pairs of wires cross between neighbouring layers."""
    _number(layers)
    count = 0
    place_of = bisect.bisect_right
    for layer in layers[1:]:
        seen: list[int] = []
        for item in layer:
            rows = [source.row for source in item.before]
            if len(rows) > 1 and not keeps_order(item, model):
                rows.sort()
            weight = _THROUGH_A_FRAME if item.side else 1
            for row in rows:
                place = place_of(seen, row)
                count += weight * (len(seen) - place)
                seen[place:place] = [row] * weight
    return count
