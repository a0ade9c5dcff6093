"""The lesson: a page on which a circuit runs forward and backward, step by step.

The page is complete without its script: the whole picture and every sentence. The script only hides what comes later.
"""

import html
from dataclasses import replace
from typing import TYPE_CHECKING

from ...errors import RenderError
from ..drawing import CORNER, RADIUS, Text
from ..svg import heat_map, length
from .document import Page, resource
from .frame import frame, scale_for, size_rule
from .places import Places
from .steps import Stage, steps_of

if TYPE_CHECKING:
    from ..figure import Circuit

# About how high everything but the figure is while the list of steps is closed.
_ABOUT = 420.0
_INSET = 1.0


def lesson(circuit: "Circuit", title: str | None = None) -> Page:
    """Return a page that runs a circuit gate by gate, forward and, if it has gradients, backward.

    Raises:
        RenderError: if the circuit has empty cells, which the page would fill in.
    """
    model = circuit.model
    if any(one.is_blank for label in model.labels for one in label.cells):
        raise RenderError(
            "a circuit with empty cells is no page: its steps would fill them in. Make a page of the circuit that has "
            "its numbers, or a quiz, which asks for them."
        )
    places = Places(circuit)
    stages = steps_of(places)
    scale = scale_for(places.drawing, 1.0, 1.5)
    svg = places.svg([], _overlay(places, stages))
    body = "\n".join(
        [
            f'<p class="lead">{html.escape(places.drawing.description)}</p>',
            frame(svg, "The circuit"),
            _CONTROLS,
            '<details open><summary>All steps</summary>\n<ol class="steps" id="steps" start="0">',
            *[_item(stage, i) for i, stage in enumerate(stages)],
            "</ol></details>",
        ]
    )
    return Page(
        title=title or f"{model.title}, step by step",
        body=body,
        style=size_rule(places.drawing, scale),
        script=resource(__package__, "lesson.js"),
        theme=circuit.theme,
        height=places.drawing.height * scale + _ABOUT,
    )


_CONTROLS = """<section class="controls" id="controls" aria-label="Steps" hidden>
<div class="buttons">
<button type="button" id="first">First</button>
<button type="button" id="back">Back</button>
<button type="button" id="next" class="main">Next</button>
<button type="button" id="last">Last</button>
<span class="progress" id="progress"></span>
</div>
<div class="now" id="now" aria-live="polite" aria-atomic="true"></div>
<p class="help">The arrow keys step as the buttons do; Home and End go to the first and last step. In a
figure too wide for its frame, Tab to it and they scroll.</p>
</section>"""


def _item(stage: Stage, number: int) -> str:
    lines = "".join(f"<p>{html.escape(line)}</p>" for line in stage.lines)
    return f'<li value="{number}"><p class="heading">{html.escape(stage.heading)}</p>{lines}</li>'


def _overlay(places: Places, stages: list[Stage]) -> str:
    """Return the numbers with the step at which each appears, and what lights up at which steps."""
    at_work: dict[int, list[int]] = {}
    appears: dict[tuple[str, str], int] = {}
    for i, stage in enumerate(stages):
        for node in stage.nodes:
            at_work.setdefault(node, []).append(i)
        for written in stage.writes:
            appears[written] = i
    lines = ['<g class="lit">']
    for path in places.drawing.paths:
        nodes = {int(end[1:]) for end in (path.tail, path.head) if end[0] == "n"}
        steps = sorted({i for node in nodes for i in at_work.get(node, [])})
        points = " ".join(f"{length(point.x)},{length(point.y)}" for point in path.points)
        lines.append(f'<polyline points="{points}" data-steps="{_numbers(steps)}"/>')
    for gate in places.drawing.gates:
        # Within the gate's own outline, so that it meets neither the wires' names nor the numbers.
        half, high = gate.half_width - _INSET, RADIUS - _INSET
        corner = (RADIUS if gate.half_width == RADIUS else CORNER) - _INSET
        lines.append(
            f'<rect x="{length(gate.centre.x - half)}" y="{length(gate.centre.y - high)}" width="{length(2 * half)}" '
            f'height="{length(2 * high)}" rx="{length(corner)}" data-steps="{_numbers(at_work.get(gate.node, []))}"/>'
        )
    lines.append("</g>")
    for shown in places.drawing.maps:
        lines.append(f'<g class="number" data-step="{appears[shown.piece, shown.role]}">')
        lines += [*heat_map(shown, places.key.theme), "</g>"]
    lines += [_number(text, appears[key]) for key, text in places.numbers.items()]
    for piece in places.table:
        sums = [(i, stage.running[piece]) for i, stage in enumerate(stages) if piece in stage.running]
        ends = [i for i, _ in sums[1:]] + [appears.get((piece, "gradient"), len(stages))]
        for (i, running), end in zip(sums, ends, strict=True):
            if i < end:
                lines.append(_number(replace(places.numbers[piece, "gradient"], text=running), i, end))
    return "\n".join(lines) + "\n"


def _number(text: Text, step: int, end: int | None = None) -> str:
    """Return a number that appears at a step, and is gone again at another if there is one."""
    kind, until = ("number", "") if end is None else ("number later", f' data-until="{end}"')
    return (
        f'<text class="{kind} {text.role}" x="{length(text.at.x)}" y="{length(text.at.y)}" data-step="{step}"{until} '
        f'font-size="{length(text.size)}" text-anchor="{text.anchor}">{html.escape(text.text)}</text>'
    )


def _numbers(steps: list[int]) -> str:
    return " ".join(map(str, steps))
