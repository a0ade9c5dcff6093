"""The rows and columns of a picture, settled: where lines are drawn and where text is printed."""

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
    items, enclosures, entwined = items_of(model)
    layers = ordered_layers(items, enclosures, model)
    settle(layers, enclosures)
    straighten(items, layers, enclosures)
    return Grid(items, layers, enclosures, entwined)
