"""Write a drawing as SVG: literal attributes, so that every viewer and converter shows the same.

The only style sheet is the dark theme, for viewers in dark mode. It is bound to the figure's own id, so that figures on
one page leave each other alone; the id is made from what the figure shows, the same in every process.
"""

import hashlib

from ..numerals import name_parts
from .drawing import CORNER, INDEX, RADIUS, Blank, Drawing, Frame, GateShape, HeatMap, Path, Text
from .heat import LEVELS, Box
from .themes import Theme

FONTS = "Helvetica, Arial, 'DejaVu Sans', sans-serif"
_WIRE = 1.5
MAP_LINE = 0.75
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def to_svg(drawing: Drawing, theme: Theme) -> str:
    """Return the drawing as the text of an SVG file."""
    body = "\n".join(_body(drawing, theme))
    width, height = length(drawing.width), length(drawing.height)
    figure = "figure-" + hashlib.sha256(body.encode()).hexdigest()[:10]
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" id="{figure}" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" role="img" aria-labelledby="{figure}-title {figure}-desc" '
        f'font-family="{FONTS}">',
        f'<title id="{figure}-title">{escaped(drawing.title)}</title>',
        f'<desc id="{figure}-desc">{escaped(drawing.description)}</desc>',
        *([_dark_style(figure, theme.dark, bool(drawing.maps))] if theme.dark else []),
        body,
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def escaped(text: str) -> str:
    """Return a text as it stands in SVG and HTML."""
    return text.translate(_ESCAPES)


def length(value: float) -> str:
    """Return a length with at most two decimals, the same in every process."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _body(drawing: Drawing, theme: Theme) -> list[str]:
    return [
        f'<rect class="paper" width="{length(drawing.width)}" height="{length(drawing.height)}" fill="{theme.paper}"/>',
        *[_frame(frame, theme) for frame in drawing.frames],
        f'<g class="wires" fill="none" stroke="{theme.ink}" stroke-width="{_WIRE}" stroke-linejoin="round">',
        *map(_path, drawing.paths),
        "</g>",
        f'<g class="ink" fill="{theme.ink}">',
        *[f'<circle cx="{length(dot.x)}" cy="{length(dot.y)}" r="3"/>' for dot in drawing.dots.values()],
        "</g>",
        f'<g class="gates" fill="{theme.paper}" stroke="{theme.ink}" stroke-width="{_WIRE}">',
        *map(_outline, drawing.gates),
        "</g>",
        f'<g class="ink" fill="{theme.ink}" text-anchor="middle">',
        *map(_symbol, drawing.gates),
        "</g>",
        *[line for shown in drawing.maps for line in heat_map(shown, theme)],
        *[_blank(blank, theme) for blank in drawing.blanks],
        *[_text(text, theme) for text in drawing.texts],
    ]


def _dark_style(figure: str, theme: Theme, has_maps: bool) -> str:
    """Return the style sheet of the dark theme, for this figure alone."""
    rules = {
        ".paper": f"fill:{theme.paper}",
        ".wires": f"stroke:{theme.ink}",
        ".gates": f"fill:{theme.paper};stroke:{theme.ink}",
        ".ink": f"fill:{theme.ink}",
        ".frame": f"stroke:{theme.ink}",
        ".value": f"fill:{theme.value}",
        ".gradient": f"fill:{theme.gradient}",
        ".blank-value": f"fill:{theme.blank};stroke:{theme.value}",
        ".blank-gradient": f"fill:{theme.blank};stroke:{theme.gradient}",
    }
    if has_maps:
        rules[".negative"] = f"fill:{theme.negative}"
        rules[".map-value"] = f"stroke:{theme.value}"
        rules[".map-gradient"] = f"stroke:{theme.gradient}"
    inner = "".join(f"#{figure} {selector}{{{rule}}}" for selector, rule in rules.items())
    return f"<style>@media (prefers-color-scheme: dark){{{inner}}}</style>"


def _path(path: Path) -> str:
    points = " ".join(f"{length(point.x)},{length(point.y)}" for point in path.points)
    return f'<polyline points="{points}"/>'


def _outline(gate: GateShape) -> str:
    x, y = gate.centre
    if gate.half_width == RADIUS:
        return f'<circle cx="{length(x)}" cy="{length(y)}" r="{length(RADIUS)}"/>'
    return (
        f'<rect x="{length(x - gate.half_width)}" y="{length(y - RADIUS)}" width="{length(2 * gate.half_width)}" '
        f'height="{length(2 * RADIUS)}" rx="{length(CORNER)}"/>'
    )


def _symbol(gate: GateShape) -> str:
    baseline = gate.centre.y + 0.35 * gate.size
    return (
        f'<text x="{length(gate.centre.x)}" y="{length(baseline)}" font-size="{length(gate.size)}">'
        f"{escaped(gate.symbol)}</text>"
    )


def _frame(frame: Frame, theme: Theme) -> str:
    return (
        f'<rect class="frame" x="{length(frame.corner.x)}" y="{length(frame.corner.y)}" '
        f'width="{length(frame.width)}" height="{length(frame.height)}" rx="6" fill="none" stroke="{theme.ink}" '
        'stroke-opacity="0.5" stroke-dasharray="4 3"/>'
    )


def _blank(blank: Blank, theme: Theme) -> str:
    x, y = blank.centre.x - blank.width / 2, blank.centre.y - blank.height / 2
    return (
        f'<rect class="blank-{blank.role}" x="{length(x)}" y="{length(y)}" width="{length(blank.width)}" '
        f'height="{length(blank.height)}" rx="2" fill="{theme.blank}" stroke="{theme.colour(blank.role)}"/>'
    )


def heat_map(shown: HeatMap, theme: Theme) -> list[str]:
    """Return a heat map's lines: one path for each shade, then the bars of negative cells, crosses and outlines."""
    colour = theme.colour(shown.role)
    heat, corner = shown.heat, shown.corner
    lines = [
        f'<path class="{kind}" fill="{fill}" fill-opacity="{length(abs(level) / LEVELS)}" '
        f'shape-rendering="crispEdges" d="{_boxes(boxes)}"/>'
        for level, boxes in heat.shades(corner)
        for kind, fill in [(shown.role, colour) if level > 0 else ("negative", theme.negative)]
    ]
    for is_strong, bars in heat.bars(corner).items():
        kind, fill = ("paper", theme.paper) if is_strong else ("negative", theme.negative)
        lines.append(f'<path class="{kind}" fill="{fill}" d="{_boxes(bars)}"/>')
    crosses = "".join(
        f"M{length(x)} {length(y)}l{length(w)} {length(h)}m{length(-w)} 0l{length(w)} {length(-h)}"
        for x, y, w, h in heat.crossed(corner)
    )
    lines.append(
        f'<path class="map-{shown.role}" fill="none" stroke="{colour}" stroke-width="{MAP_LINE}" '
        f'd="{_boxes(heat.outlines(corner))}{crosses}"/>'
    )
    return lines


def _boxes(boxes: list[Box]) -> str:
    return "".join(f"M{length(x)} {length(y)}h{length(w)}v{length(h)}h{length(-w)}z" for x, y, w, h in boxes)


def _text(text: Text, theme: Theme) -> str:
    style = ' font-style="italic"' if "name" in text.role else ""
    content = escaped(text.text)
    if "name" in text.role:
        base, index = name_parts(text.text)
        lowered = f'<tspan dy="{length(0.25 * text.size)}" font-size="{length(INDEX * text.size)}">{index}</tspan>'
        content = escaped(base) + (lowered if index else "")
    kind = text.role if text.role in ("value", "gradient") else "ink"
    return (
        f'<text class="{kind}" x="{length(text.at.x)}" y="{length(text.at.y)}" font-size="{length(text.size)}" '
        f'text-anchor="{text.anchor}" fill="{theme.colour(text.role)}"{style}>{content}</text>'
    )
