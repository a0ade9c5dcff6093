"""Frames around the gates of a scope, with its name.

The rows and columns of the layout keep a place for each. Scopes that can have none are left to `draw`, in `tangled`.
"""

from collections.abc import Callable

from ..scopes import Scope
from .drawing import Drawing, Frame, Point, Text, text_width
from .grid import Grid
from .items import FRAME_SIDE, Enclosure

SCOPE_SIZE = 11.0
_BEFORE_NAME = 5.0


def name_room(enclosure: Enclosure) -> float:
    """Return how wide a frame must be for its name."""
    return text_width(enclosure.scopes[-1].name, SCOPE_SIZE) + 2 * _BEFORE_NAME


def nested(enclosures: list[Enclosure], side: int) -> dict[Scope, int]:
    """Return how many frames around each one begin (side 0) or end (side 1) in the same column, itself included."""
    spans = {enclosure.scopes[-1]: enclosure.span for enclosure in enclosures}
    return {
        enclosure.scopes[-1]: sum(spans[scope][side] == enclosure.span[side] for scope in enclosure.scopes)
        for enclosure in enclosures
    }


def draw_frames(drawing: Drawing, grid: Grid, ends: Callable[[int], tuple[float, float]]) -> None:
    """Add a frame for every scope, and note the scopes that cannot have one.

    Args:
        drawing: all else of the drawing.
        grid: the rows and columns.
        ends: gives where a column begins and ends.
    """
    drawing.tangled.extend(grid.entwined)
    begins, finishes = nested(grid.enclosures, 0), nested(grid.enclosures, 1)
    for enclosure in grid.enclosures:
        scope = enclosure.scopes[-1]
        first, last = enclosure.span
        left = ends(first)[0] + FRAME_SIDE * begins[scope]
        right = ends(last)[1] - FRAME_SIDE * finishes[scope]
        top, bottom = enclosure.top[0].y, enclosure.bottom[0].y
        drawing.frames.append(Frame(Point(left, top), right - left, bottom - top))
        at = Point(left + _BEFORE_NAME, top + SCOPE_SIZE)
        drawing.texts.append(Text(at, scope.name, "scope", "start", SCOPE_SIZE))
