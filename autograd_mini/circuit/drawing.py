"""A drawing: gates, texts and wires with every place settled, as the writers draw it.

All lengths are points. Widths of texts come from a table, not from fonts, so that the same circuit has the same
geometry everywhere.
"""

from dataclasses import dataclass, field, replace
from typing import NamedTuple

from ..numerals import name_parts
from ..scopes import Scope
from .heat import Heat

RADIUS = 17.0
# The corners of a long gate: what Graphviz makes of a rounded box of this height.
CORNER = 2 * RADIUS / 3
# The size of a name's index as a part of the name's.
INDEX = 0.7
# Advances at size 1, the widest of Helvetica, DejaVu Sans and Computer Modern; LaTeX has the latter only at certain
# sizes and takes 17.28 points for 16, which is 8 per cent more.
_WIDTHS = {
    **dict.fromkeys("0123456789", 0.64),
    **dict.fromkeys(".,:;'|!il[]()/ ", 0.40),
    **dict.fromkeys("IJLSTj", 0.77),
    **dict.fromkeys("ABCDEFGOPQRUVYZ", 0.91),
    **dict.fromkeys("HKNXmw", 0.98),
    **dict.fromkeys("MW", 1.15),
    **dict.fromkeys("−+×÷=<>±", 0.84),
    **dict.fromkeys("@…", 1.20),
    **dict.fromkeys("²³⁰¹⁴⁵⁶⁷⁸⁹⁻ᵀ", 0.50),
}


class Point(NamedTuple):
    """A place, x to the right and y down."""

    x: float
    y: float


@dataclass(frozen=True)
class GateShape:
    """A gate: a circle, or a rounded box as long as its symbol needs."""

    node: int
    centre: Point
    half_width: float
    symbol: str
    size: float


@dataclass(frozen=True)
class Text:
    """A text.

    Attributes:
        at: a point on the baseline.
        text: the text.
        role: "value", "gradient", "name" (of an input or of the output), "wire name" (above a gate), "constant",
            "local" (derivatives, below a gate) "heading" (of a column in the table of totals) or
            "scope" (the name of a frame).
        anchor: which end of the text the point is: "start", "middle" or "end".
        size: font size.
        end: the end of a wire that the text stands for, as in `Path`; "" for none.
        piece: the piece of wire that a number stands on: "n3" for the wire of node 3, "n3-n5.0" for its branch to the
            first operand of node 5; "t0" for the first line of the table of totals; "" for none.
    """

    at: Point
    text: str
    role: str
    anchor: str
    size: float
    end: str = ""
    piece: str = ""

    @property
    def width(self) -> float:
        """About how wide the text is; the index of a name is drawn smaller."""
        return name_width(self.text, self.size) if "name" in self.role else text_width(self.text, self.size)


@dataclass(frozen=True)
class Blank:
    """An empty cell for a number that an exam asks for.

    Attributes:
        centre: its middle.
        width: its width, which tells nothing about the number.
        height: its height.
        role: "value" or "gradient".
        wire: what the wire is called.
        piece: the piece of wire that it stands on, as in `Text`.
    """

    centre: Point
    width: float
    height: float
    role: str
    wire: str
    piece: str = ""


@dataclass(frozen=True)
class HeatMap:
    """A heat map of an array's entries.

    Attributes:
        corner: its upper left corner.
        heat: its shades, all white in an exam that asks for them.
        role: "value" or "gradient".
        piece: the piece of wire that it stands on, as in `Text`.
    """

    corner: Point
    heat: Heat
    role: str
    piece: str = ""


@dataclass(frozen=True)
class Frame:
    """A frame around the gates of a scope, by its upper left corner and its size."""

    corner: Point
    width: float
    height: float


@dataclass(frozen=True)
class Path:
    """A wire, or one branch of it, drawn through its points.

    Attributes:
        tail: where it starts: "n3" for node 3, "f3" for the fork of its wire.
        head: where it ends: "n4", "f3", or "out".
        points: its corners.
    """

    tail: str
    head: str
    points: tuple[Point, ...]


@dataclass
class Drawing:
    """A circuit with every place settled, as the writers draw it; `tangled` has the scopes that found no frame."""

    width: float = 0.0
    height: float = 0.0
    gates: list[GateShape] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    blanks: list[Blank] = field(default_factory=list)
    maps: list[HeatMap] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)
    tangled: list[Scope] = field(default_factory=list)
    paths: list[Path] = field(default_factory=list)
    dots: dict[str, Point] = field(default_factory=dict)
    title: str = ""
    description: str = ""

    def with_texts(self, texts: list[Text]) -> "Drawing":
        """Return the drawing with these texts only; a heat map whose shape and scale are not among them is white."""
        shown = {(text.piece, text.role) for text in texts}
        maps = [one if (one.piece, one.role) in shown else replace(one, heat=one.heat.blanked()) for one in self.maps]
        return replace(self, texts=texts, maps=maps)


def text_width(text: str, size: float) -> float:
    """Return about how wide a text is in a sans-serif font, rather too much than too little."""
    return size * sum(_WIDTHS.get(character, 0.66 if character.isascii() else 0.95) for character in text)


def name_width(name: str | None, size: float) -> float:
    """Return the width of a name, whose index is drawn smaller."""
    base, index = name_parts(name or "")
    return text_width(base, size) + text_width(index, INDEX * size)
