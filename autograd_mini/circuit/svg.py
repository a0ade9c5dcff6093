"""Write a drawing as SVG: literal attributes, so that every viewer and converter shows the same."""

from ..numerals import name_parts
from .drawing import CORNER, INDEX, RADIUS, Drawing, GateShape, Path, Text

FONTS = "Helvetica, Arial, 'DejaVu Sans', sans-serif"
INK = "#1a1a1a"
COLOURS = {"value": "#00695c", "gradient": "#c2410c", "name": INK, "wire name": INK, "constant": INK}
_BACKGROUND = "#ffffff"
_WIRE = 1.5
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def to_svg(drawing: Drawing) -> str:
    """Return the drawing as the text of an SVG file."""
    width, height = _number(drawing.width), _number(drawing.height)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'role="img" font-family="{FONTS}">',
        f"<title>{drawing.title.translate(_ESCAPES)}</title>",
        f"<desc>{drawing.description.translate(_ESCAPES)}</desc>",
        f'<rect width="{width}" height="{height}" fill="{_BACKGROUND}"/>',
        f'<g fill="none" stroke="{INK}" stroke-width="{_WIRE}" stroke-linejoin="round">',
        *[_path(path) for path in drawing.paths],
        "</g>",
        f'<g fill="{INK}">',
        *[f'<circle cx="{_number(dot.x)}" cy="{_number(dot.y)}" r="3"/>' for dot in drawing.dots.values()],
        "</g>",
        f'<g fill="{_BACKGROUND}" stroke="{INK}" stroke-width="{_WIRE}">',
        *[_outline(gate) for gate in drawing.gates],
        "</g>",
        f'<g fill="{INK}" text-anchor="middle">',
        *[_symbol(gate) for gate in drawing.gates],
        "</g>",
        *[_text(text) for text in drawing.texts],
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _path(path: Path) -> str:
    points = " ".join(f"{_number(point.x)},{_number(point.y)}" for point in path.points)
    return f'<polyline points="{points}"/>'


def _outline(gate: GateShape) -> str:
    x, y = gate.centre
    if gate.half_width == RADIUS:
        return f'<circle cx="{_number(x)}" cy="{_number(y)}" r="{_number(RADIUS)}"/>'
    return (
        f'<rect x="{_number(x - gate.half_width)}" y="{_number(y - RADIUS)}" width="{_number(2 * gate.half_width)}" '
        f'height="{_number(2 * RADIUS)}" rx="{_number(CORNER)}"/>'
    )


def _symbol(gate: GateShape) -> str:
    baseline = gate.centre.y + 0.35 * gate.size
    return (
        f'<text x="{_number(gate.centre.x)}" y="{_number(baseline)}" font-size="{_number(gate.size)}">'
        f"{gate.symbol.translate(_ESCAPES)}</text>"
    )


def _text(text: Text) -> str:
    style = ' font-style="italic"' if "name" in text.role else ""
    content = text.text.translate(_ESCAPES)
    if "name" in text.role:
        base, index = name_parts(text.text)
        lowered = f'<tspan dy="{_number(0.25 * text.size)}" font-size="{_number(INDEX * text.size)}">{index}</tspan>'
        content = base.translate(_ESCAPES) + (lowered if index else "")
    return (
        f'<text x="{_number(text.at.x)}" y="{_number(text.at.y)}" font-size="{_number(text.size)}" '
        f'text-anchor="{text.anchor}" fill="{COLOURS[text.role]}"{style}>{content}</text>'
    )


def _number(value: float) -> str:
    """Return a length with at most two decimals, the same in every process."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
