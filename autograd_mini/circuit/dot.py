"""Write a drawing as DOT through the `graphviz` package: positions fixed, so that `neato -n2` draws what SVG shows.

Gates, inputs and forks are nodes, wires are edges between them, and each number is a node without a border; so the file
can be restyled, or laid out again by Graphviz, as any other. Only the cells of heat maps stay where they are: they are
the graph's background, and their outlines are nodes.
"""

import itertools
from typing import TYPE_CHECKING

from ..numerals import name_parts
from .drawing import RADIUS, Drawing, HeatMap, Point, Text
from .heat import LEVELS, Box
from .model import Label, Model
from .themes import Theme

if TYPE_CHECKING:
    import graphviz

_FONT = "Helvetica,Arial,sans-serif"
_POINTS_PER_INCH = 72


def to_dot(drawing: Drawing, theme: Theme, *, dpi: int | None = None) -> str:
    """Return the drawing as DOT.

    Args:
        drawing: the drawing.
        theme: its colours.
        dpi: resolution to ask of Graphviz; its own default when None.
    """
    import graphviz

    turned = _Turned(drawing)
    # Graphviz reads no more than 16384 characters between two escapes; an escaped newline stands for nothing.
    background = " \\\n".join(part for shown in drawing.maps for part in _heat_map(shown, turned, theme))
    graph = graphviz.Digraph(
        "circuit",
        comment=drawing.title,
        engine="neato",
        graph_attr={
            "outputorder": "edgesfirst",
            "bgcolor": theme.paper,
            "pad": "0.1",
            **({"_background": background} if background else {}),
            **({"dpi": str(dpi)} if dpi else {}),
        },
        node_attr={
            "fontname": _FONT,
            "color": theme.ink,
            "fontcolor": theme.ink,
            "fixedsize": "shape",
            "penwidth": "1.2",
        },
        edge_attr={"arrowhead": "none", "color": theme.ink, "penwidth": "1.2"},
    )
    names = {f"n{gate.node}" for gate in drawing.gates}
    for i, frame in enumerate(drawing.frames):
        middle = Point(frame.corner.x + frame.width / 2, frame.corner.y + frame.height / 2)
        graph.node(
            f"frame{i}",
            "",
            pos=turned.at(middle),
            shape="box",
            style="rounded,dashed",
            width=_inches(frame.width),
            height=_inches(frame.height),
        )
    for gate in drawing.gates:
        shape = {"shape": "circle"} if gate.half_width == RADIUS else {"shape": "box", "style": "rounded"}
        graph.node(
            f"n{gate.node}",
            graphviz.escape(gate.symbol),
            pos=turned.at(gate.centre),
            width=_inches(2 * gate.half_width),
            height=_inches(2 * RADIUS),
            fontsize=f"{gate.size:g}",
            fillcolor=theme.paper,
            **{**shape, "style": ",".join(filter(None, (shape.get("style"), "filled")))},
        )
    for name, dot in drawing.dots.items():
        graph.node(name, "", pos=turned.at(dot), shape="point", width=_inches(6))
        names.add(name)
    outlines = [(shown.role, box) for shown in drawing.maps for box in shown.heat.outlines(shown.corner)]
    for i, (role, box) in enumerate(outlines):
        graph.node(
            f"m{i}",
            "",
            pos=turned.at(Point(box.x + box.width / 2, box.y + box.height / 2)),
            shape="box",
            width=_inches(box.width),
            height=_inches(box.height),
            penwidth="0.6",
            color=theme.colour(role),
        )
    for i, blank in enumerate(drawing.blanks):
        graph.node(
            f"b{i}",
            "",
            pos=turned.at(blank.centre),
            shape="box",
            width=_inches(blank.width),
            height=_inches(blank.height),
            style="filled",
            fillcolor=theme.blank,
            color=theme.colour(blank.role),
        )
    for i, text in enumerate(drawing.texts):
        _add_text(graph, text.end or f"t{i}", text, turned, theme)
        names.add(text.end)
    for path in drawing.paths:
        for name, end in ((path.tail, path.points[0]), (path.head, path.points[-1])):
            if name not in names:
                graph.node(name, "", pos=turned.at(end), shape="none", width="0", height="0")
                names.add(name)
    for path in drawing.paths:
        graph.edge(path.tail, path.head, pos=turned.spline(path.points))
    return str(graph.source)


def to_free_dot(model: Model, theme: Theme) -> str:
    """Return the circuit as DOT without positions, which Graphviz lays out itself: gates, inputs and labelled edges."""
    import graphviz

    graph = graphviz.Digraph(
        "circuit",
        comment=model.title,
        graph_attr={"rankdir": "LR", "ordering": "in", "bgcolor": theme.paper},
        node_attr={"fontname": _FONT, "color": theme.ink, "fontcolor": theme.ink},
        edge_attr={"fontname": _FONT, "color": theme.ink, "arrowsize": "0.6"},
    )
    consumers = model.consumers()
    for i, node in enumerate(model.nodes):
        shape = "plaintext" if node.symbol is None else "circle" if len(node.symbol) < 4 else "box"
        graph.node(f"n{i}", graphviz.escape(node.symbol or node.name or ""), shape=shape)
        for place, operand in enumerate(node.operands):
            forked = len(consumers[operand]) > 1
            label = node.branches[place] if forked else model.nodes[operand].label
            graph.edge(f"n{operand}", f"n{i}", label=_both(label, theme))
    for i in [i for i, taken_by in enumerate(consumers) if not taken_by and not model.nodes[i].is_elsewhere]:
        graph.node(f"out{i}", graphviz.escape(model.nodes[i].name or ""), shape="plaintext")
        graph.edge(f"n{i}", f"out{i}", label=_both(model.nodes[i].label, theme))
    return str(graph.source)


def _both(label: Label, theme: Theme) -> str:
    """Return value above gradient as a label of an edge; a blank is a line to write on."""
    from html import escape

    lines = [
        f'<font color="{theme.colour(role)}">{"____" if cell.is_blank else escape(cell.text)}</font>'
        for role, cell in (("value", label.value), ("gradient", label.gradient))
        if cell is not None
    ]
    return f"<{'<br/>'.join(lines)}>" if lines else ""


def _heat_map(shown: HeatMap, turned: "_Turned", theme: Theme) -> list[str]:
    """Return a heat map's cells as operations of xdot, which Graphviz draws as the graph's background."""
    heat, corner = shown.heat, shown.corner
    colour = theme.colour(shown.role)
    # A filled polygon has a border too: without a colour of its own it would widen the cells.
    parts = ["c 9 -#00000000"]
    for level, boxes in heat.shades(corner):
        parts.append(f"C 7 -{theme.mixed(colour if level > 0 else theme.negative, abs(level) / LEVELS)}")
        parts += [f"P 4 {turned.corners(box)}" for box in boxes]
    for is_strong, bars in heat.bars(corner).items():
        parts.append(f"C 7 -{theme.paper if is_strong else theme.negative}")
        parts += [f"P 4 {turned.corners(bar)}" for bar in bars]
    crossed = heat.crossed(corner)
    if crossed:
        parts.append(f"S 17 -setlinewidth(0.6) c 7 -{colour}")
    for box in crossed:
        a, b, c, d = (turned.pair(point) for point in _corners(box))
        parts += [f"L 2 {a} {c}", f"L 2 {b} {d}"]
    return parts


def _corners(box: Box) -> list[Point]:
    right, bottom = box.x + box.width, box.y + box.height
    return [Point(box.x, box.y), Point(right, box.y), Point(right, bottom), Point(box.x, bottom)]


class _Turned:
    """DOT's coordinates: y runs up, and a path is a cubic spline."""

    def __init__(self, drawing: Drawing) -> None:
        self._height = drawing.height

    def at(self, point: Point) -> str:
        return f"{point.x:.2f},{self._height - point.y:.2f}"

    def pair(self, point: Point) -> str:
        return self.at(point).replace(",", " ")

    def corners(self, box: Box) -> str:
        return " ".join(map(self.pair, _corners(box)))

    def spline(self, points: tuple[Point, ...]) -> str:
        parts = [self.at(points[0])]
        for start, end in itertools.pairwise(points):
            third = Point((end.x - start.x) / 3, (end.y - start.y) / 3)
            parts += [
                self.at(Point(start.x + third.x, start.y + third.y)),
                self.at(Point(end.x - third.x, end.y - third.y)),
                self.at(end),
            ]
        return " ".join(parts)


def _add_text(graph: "graphviz.Digraph", name: str, text: Text, turned: _Turned, theme: Theme) -> None:
    """Add a text as a node without a border, centred where SVG's anchor and baseline put it."""
    from html import escape

    import graphviz

    shift = {"start": text.width / 2, "middle": 0.0, "end": -text.width / 2}[text.anchor]
    label = graphviz.escape(text.text)
    if "name" in text.role:
        base, index = name_parts(text.text)
        label = f"<<i>{escape(base)}{f'<sub>{index}</sub>' if index else ''}</i>>"
    graph.node(
        name,
        label,
        pos=turned.at(Point(text.at.x + shift, text.at.y - 0.35 * text.size)),
        shape="plaintext",
        width="0",
        height="0",
        fontsize=f"{text.size:g}",
        fontcolor=theme.colour(text.role),
    )


def _inches(points: float) -> str:
    return f"{points / _POINTS_PER_INCH:.4f}"
