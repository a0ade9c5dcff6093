"""Write a drawing as TikZ: the same places as in SVG, with real mathematics in the labels.

The result is a `tikzpicture` for a document that loads the packages tikz and amsmath; pdflatex and xelatex take it.
"""

import re

from ..numerals import latex_name
from .drawing import CORNER, RADIUS, Drawing, GateShape, HeatMap, Path, Point, Text
from .heat import LEVELS, Box
from .themes import Theme

_SIGNS = {
    "−": "-", "×": r"\times ", "÷": r"\div ", "·": r"\cdot ", "∗": r"\ast ", "∂": r"\partial ", "∞": r"\infty ",
    "σ": r"\sigma ", "Σ": r"\Sigma ", "Π": r"\Pi ", "≤": r"\le ", "≥": r"\ge ", "≠": r"\ne ", "±": r"{\pm}", "‖": r"\|",
    "⌊": r"\lfloor ", "⌋": r"\rfloor ", "⌈": r"\lceil ", "⌉": r"\rceil ", "…": r"\ldots ", "′": "'",
    "%": r"\%", "#": r"\#", "&": r"\&", "$": r"\$", "_": r"\_", "{": r"\{", "}": r"\}",
    "~": r"\sim ", "^": r"\hat{\ }", "\\": r"\backslash ", " ": r"\ ",
}  # fmt: skip
_RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺ʸᵀ", [*"0123456789-+y", r"\top "], strict=True))
_LOWERED = dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True))
_TOKEN = re.compile(
    rf"(?P<root>[√∛])(?P<inside>\w?)|(?P<raised>[{''.join(_RAISED)}]+)|(?P<lowered>[{''.join(_LOWERED)}]+)"
    # A comma that ends a tuple needs no room behind it, nor has a sign any before its number.
    r"|(?P<last>,(?=\)))|(?P<negative>(?<=[^,:] )−(?=\d))"
    r"|(?P<name>[A-Za-z]+(?:_[A-Za-z]+)*_?\d*)|(?P<sign>.)",
    re.DOTALL,
)
_SPECIAL = {
    "\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    **{sign: "\\" + sign for sign in "%#&$_{}"},
}  # fmt: skip
_ANCHORS = {"start": "base west", "middle": "base", "end": "base east"}


def to_tikz(drawing: Drawing, theme: Theme) -> str:
    """Return the drawing as a tikzpicture."""
    colours = {"value": theme.value, "gradient": theme.gradient, "ink": theme.ink, "paper": theme.paper}
    colours["negative"] = theme.negative
    lines = [
        r"% needs \usepackage{tikz} and \usepackage{amsmath}",
        r"\begin{tikzpicture}[x=1bp, y=-1bp, line width=1.2bp, every node/.style={inner sep=0bp}]",
        *[rf"\definecolor{{{name}}}{{HTML}}{{{colour[1:].upper()}}}" for name, colour in colours.items()],
        rf"\definecolor{{blank}}{{HTML}}{{{theme.blank[1:].upper()}}}",
        rf"\fill[paper] (0,0) rectangle {_at(Point(drawing.width, drawing.height))};",
    ]
    for frame in drawing.frames:
        end = Point(frame.corner.x + frame.width, frame.corner.y + frame.height)
        style = "ink!50!paper, dashed, line width=0.8bp, rounded corners=6bp"
        lines.append(rf"\draw[{style}] {_at(frame.corner)} rectangle {_at(end)};")
    lines += [*map(_path, drawing.paths)]
    lines += [rf"\fill[ink] {_at(dot)} circle[radius=3bp];" for dot in drawing.dots.values()]
    for gate in drawing.gates:
        lines += _gate(gate)
    for shown in drawing.maps:
        lines += _heat_map(shown)
    for blank in drawing.blanks:
        x, y = blank.centre
        first = Point(x - blank.width / 2, y - blank.height / 2)
        last = Point(x + blank.width / 2, y + blank.height / 2)
        style = f"{blank.role}, fill=blank, line width=0.8bp, rounded corners=2bp"
        lines.append(rf"\draw[{style}] {_at(first)} rectangle {_at(last)};")
    lines += [*map(_text, drawing.texts), r"\end{tikzpicture}"]
    return "\n".join(lines) + "\n"


def mathematics(text: str) -> str:
    """Return a symbol or a formula as LaTeX for math mode: "x²" is x^{2}, "√x" \\sqrt{x}, "tanh" upright."""

    def written(found: re.Match[str]) -> str:
        if found["root"]:
            degree = "[3]" if found["root"] == "∛" else ""
            return rf"\sqrt{degree}{{{found['inside']}}}"
        if found["raised"]:
            return "^{" + "".join(_RAISED[sign] for sign in found["raised"]) + "}"
        if found["lowered"]:
            return "_{" + "".join(_LOWERED[sign] for sign in found["lowered"]) + "}"
        if found["last"]:
            return "{,}"
        if found["negative"]:
            return "{-}"
        if found["name"]:
            name = found["name"]
            upright = len(re.match("[A-Za-z]+", name)[0]) > 1  # type: ignore[index]
            return rf"\mathrm{{{name.replace('_', chr(92) + '_')}}}" if upright else latex_name(name)
        return _SIGNS.get(found["sign"], found["sign"])

    return _TOKEN.sub(written, text)


def _at(point: Point) -> str:
    return f"({point.x:.2f},{point.y:.2f})"


def _path(path: Path) -> str:
    return rf"\draw[ink, line join=round] {' -- '.join(map(_at, path.points))};"


def _gate(gate: GateShape) -> list[str]:
    x, y = gate.centre
    if gate.half_width == RADIUS:
        outline = rf"\draw[ink, fill=paper] {_at(gate.centre)} circle[radius={RADIUS:g}bp];"
    else:
        first, last = Point(x - gate.half_width, y - RADIUS), Point(x + gate.half_width, y + RADIUS)
        outline = rf"\draw[ink, fill=paper, rounded corners={CORNER:.2f}bp] {_at(first)} rectangle {_at(last)};"
    return [outline, _node(gate.centre, "center", "ink", gate.size, f"${mathematics(gate.symbol)}$")]


def _heat_map(shown: HeatMap) -> list[str]:
    """Return a heat map's lines: shades, the bars of negative cells, outlines and crosses."""
    heat, corner = shown.heat, shown.corner
    lines = []
    for level, boxes in heat.shades(corner):
        colour = shown.role if level > 0 else "negative"
        lines.append(rf"\fill[{colour}!{100 * abs(level) // LEVELS}!paper]{_boxes(boxes)};")
    for is_strong, bars in heat.bars(corner).items():
        lines.append(rf"\fill[{'paper' if is_strong else 'negative'}]{_boxes(bars)};")
    crosses = [
        f"\n  {_at(Point(x, y))} -- {_at(Point(x + w, y + h))} {_at(Point(x + w, y))} -- {_at(Point(x, y + h))}"
        for x, y, w, h in heat.crossed(corner)
    ]
    lines.append(rf"\draw[{shown.role}, line width=0.6bp]{_boxes(heat.outlines(corner))}{''.join(crosses)};")
    return lines


def _boxes(boxes: list[Box]) -> str:
    # Each on a line of its own: TeX reads lines of limited length.
    return "".join(f"\n  {_at(Point(x, y))} rectangle {_at(Point(x + w, y + h))}" for x, y, w, h in boxes)


def _text(text: Text) -> str:
    colour = text.role if text.role in ("value", "gradient") else "ink"
    if "name" in text.role:
        # latex_name takes letters and digits; any other name is set as text.
        plain = re.fullmatch(r"[A-Za-z]\w*", text.text, re.ASCII)
        content = f"${latex_name(text.text)}$" if plain else rf"\textit{{{_words(text.text)}}}"
    elif text.role in ("heading", "scope"):
        content = _words(text.text)
    else:
        content = f"${mathematics(text.text)}$"
    return _node(text.at, _ANCHORS[text.anchor], colour, text.size, content)


def _words(text: str) -> str:
    return "".join(_SPECIAL.get(sign, sign) for sign in text)


def _node(at: Point, anchor: str, colour: str, size: float, content: str) -> str:
    font = rf"\fontsize{{{size:g}bp}}{{{size:g}bp}}\selectfont"
    return rf"\node[{colour}, anchor={anchor}, font={font}] at {_at(at)} {{{content}}};"
