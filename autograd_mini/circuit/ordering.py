"""In which order the rows of each layer stand, so that few wires cross."""

import bisect

from .items import Item, entering, mean
from .model import Model

_SWEEPS = 12
# Items times walks back from the output that are tried for a better order.
_TRIES = 20_000


def ordered_layers(items: list[Item], model: Model) -> list[list[Item]]:
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


def _walk(items: list[Item], exchanged: set[int]) -> list[list[Item]]:
    """Return the layers in the order in which a walk back from the output, top operand first, meets their items."""
    layers: list[list[Item]] = [[] for _ in range(max(item.layer for item in items) + 1)]
    met = set()
    stack = [item for item in reversed(items) if item.kind == "node" and not item.after]
    while stack:
        item = stack.pop()
        if item not in met:
            met.add(item)
            layers[item.layer].append(item)
            stack.extend(item.before if item.node in exchanged else reversed(item.before))
    return layers


def _sweep(layers: list[list[Item]], fewest: int, model: Model) -> list[list[Item]]:
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
            layer.sort(key=lambda item: mean([other.row for other in getattr(item, neighbours)], item.row))
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
    for layer in layers[1:]:
        seen: list[int] = []
        for item in layer:
            for source in entering(item, model):
                count += len(seen) - bisect.bisect_right(seen, source.row)
                bisect.insort(seen, source.row)
    return count
