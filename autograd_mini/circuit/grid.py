"""The rows and columns of a picture, settled: where lines are drawn and where text is printed."""

import itertools
from dataclasses import dataclass

from ..scopes import Scope
from .heights import settle, straighten
from .items import Enclosure, Item, items_of
from .model import Model
from .ordering import ordered_layers


@dataclass(frozen=True)
class Grid:
    """Where everything stands.

    Attributes:
        items: what stands in the columns, each with its height.
        layers: the items by column, from the top down, with the sides of frames among them.
        enclosures: the frames, the outer ones before those inside.
        entwined: the scopes that can have no frame.
    """

    items: list[Item]
    layers: list[list[Item]]
    enclosures: list[Enclosure]
    entwined: list[Scope]


def grid_of(model: Model) -> Grid:
    """Return where everything in a circuit stands, from the top at 0."""
    alone: set[Scope] = set()
    while True:
        items, enclosures, entwined = items_of(model, alone)
        layers = ordered_layers(items, enclosures, model)
        crossed = [frame.scopes[-1] for frame in enclosures if _is_crossed(frame, layers)]
        if alone.issuperset(crossed):
            break
        # Past a scope that has its columns for itself, single wires run, each above its frame or below.
        alone.update(crossed)
    settle(layers, enclosures)
    straighten(items, layers, enclosures)
    return Grid(items, layers, enclosures, [*entwined, *crossed])


def _is_crossed(enclosure: Enclosure, layers: list[list[Item]]) -> bool:
    """Return whether a wire from above a frame runs to below it, or from below to above, within the frame's columns."""
    scope = enclosure.scopes[-1]
    return any(
        (item.row < here.row) != (other.row < there.row)
        for here, there in itertools.pairwise(enclosure.top)
        for item in layers[here.layer]
        for other in item.after
        if scope not in item.scopes and scope not in other.scopes
    )
