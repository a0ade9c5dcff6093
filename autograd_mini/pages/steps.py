"""The lesson: a circuit run forward and backward, gate by gate, with the sentences of its worked solution.

The page is complete without its script: the whole picture and every sentence. The script only hides what comes later.
"""

import html
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from ..circuit.drawing import CORNER, RADIUS, Text
from ..circuit.svg import length
from ..circuit.themes import Theme
from ..numerals import EXAM
from ..solution import Solution, explain, forward_step
from ..tensor import Tensor
from .document import Page
from .figure import frame, scale_for, size_rule
from .places import Places, sent

# About how high everything but the figure is while the list of steps is closed.
_ABOUT = 420.0
_INSET = 1.0


@dataclass
class _Stage:
    """One step of the lesson: its heading, its sentences, the gate at work, and the numbers that it writes."""

    heading: str
    lines: list[str]
    node: int | None = None
    writes: list[tuple[str, str]] = field(default_factory=list)


def page(
    root: Tensor,
    *,
    upstream: Any = None,
    number_format: str = EXAM,
    title: str | None = None,
    theme: str | Theme = "default",
) -> Page:
    """Return a page that runs a circuit gate by gate, forward and backward, as numbers appear on its wires.

        page(f).save("lesson.html")

    The page is one file that needs no network. It is stepped through by buttons or arrow keys.

    Args:
        root: the output of the circuit.
        upstream: gradient that arrives at the output; 1 for a single number when left out.
        number_format: how numbers are shown, as in `format`: ".2f" for two decimals; "fraction" for 1/3.
        title: what stands at the top of the page.
        theme: the colours, as for `draw`.

    Raises:
        BackwardError: if the output depends on nothing that requires a gradient.
        SeedError: if the output is no single number and `upstream` is missing, or does not fit.
        RenderError: if there is no theme of that name.
    """
    places = Places(root, upstream=upstream, number_format=number_format, title=title, theme=theme)
    solution = explain(root, upstream=upstream, number_format=number_format)
    stages = [_start(places), *_forward(places, solution), *_backward(places, solution, upstream)]
    scale = scale_for(places, 1.0, 1.5)
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
        title=title or f"{places.drawing.title}, step by step",
        body=body,
        style=size_rule(places, scale),
        script=("steps.js",),
        theme=places.key.theme,
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


def _start(places: Places) -> _Stage:
    """Return the beginning, at which the inputs are known."""
    inputs = [wire for wire in places.graph.leaves if wire.name]
    known = ", ".join(f"{wire.name} = {places.text(places.trunk(wire), 'value')}" for wire in inputs)
    writes = [written for wire in places.graph.leaves for written in _value(places, wire)]
    return _Stage("Start", [f"The inputs: {known}." if known else "The inputs have no names."], writes=writes)


def _forward(places: Places, solution: Solution) -> list[_Stage]:
    """Return a step for each gate, in the order of the work."""
    stages = []
    for gate in places.graph.gates:
        step = forward_step(places.graph, gate)
        line = f"{step.wire.write()}: {step.gate} gate: {solution.worked_value(step)}"
        writes = _value(places, gate.output)
        stages.append(_Stage(f"Forward, {gate.symbol} gate", [line], places.node[gate.output], writes))
    return stages


def _value(places: Places, wire: Tensor) -> list[tuple[str, str]]:
    """Return the cells that hold a wire's value: on the wire and on its branches."""
    branches = [places.branch[gate.output, position] for gate, position in places.graph.consumers[wire]]
    return [(piece, "value") for piece in (places.trunk(wire), *branches)]


def _backward(places: Places, solution: Solution, upstream: Any) -> list[_Stage]:
    """Return the gradient that arrives, then a step for each gate that passes one on."""
    graph = places.graph
    stages = [_Stage("Backward, the output", [solution.seed_line()], writes=[(places.trunk(graph.root), "gradient")])]
    contributions = sent(graph, graph.gradients(upstream))
    awaited = Counter(wire for _, _, wire in contributions)
    arrived: dict[Tensor, list[str]] = {}
    for (gate, position, wire), step in zip(contributions, solution.steps, strict=True):
        if stages[-1].node != places.node[gate.output]:
            stages.append(_Stage(f"Backward, {gate.symbol} gate", [], places.node[gate.output]))
        stage, branch = stages[-1], places.branch[gate.output, position]
        stage.lines.append(solution.gradient_line(step))
        stage.writes.append((branch, "gradient"))
        arrived.setdefault(wire, []).append(places.text(branch, "gradient"))
        if awaited[wire] > 1:
            stage.lines.append(_sum(places, wire, arrived[wire], awaited[wire]))
        if len(arrived[wire]) == awaited[wire]:
            stage.writes.append((places.trunk(wire), "gradient"))
    return stages


def _sum(places: Places, wire: Tensor, arrived: list[str], awaited: int) -> str:
    """Return the sentence on a fork's sum as it runs, in the numbers of the picture, which add up as printed."""
    begun = f"{places.graph.label(wire)}: fork: {sum_text(arrived)}"
    if len(arrived) < awaited:
        return f"{begun} so far, from {len(arrived)} of {awaited} branches"
    return f"{begun} = {places.text(places.trunk(wire), 'gradient')}"


def sum_text(numbers: list[str]) -> str:
    """Return numbers as a sum: "5.00 + (−2.00)"."""
    first, *others = numbers
    return " + ".join([first, *[f"({number})" if number.startswith("−") else number for number in others]])


def _item(stage: _Stage, number: int) -> str:
    lines = "".join(f"<p>{html.escape(line)}</p>" for line in stage.lines)
    return f'<li value="{number}"><p class="heading">{html.escape(stage.heading)}</p>{lines}</li>'


def _overlay(places: Places, stages: list[_Stage]) -> str:
    """Return the numbers with the step at which each appears, and what lights up at which steps."""
    at_work: dict[int, list[int]] = {}
    appears: dict[tuple[str, str], int] = {}
    for i, stage in enumerate(stages):
        if stage.node is not None:
            at_work.setdefault(stage.node, []).append(i)
        for written in stage.writes:
            appears[written] = i
    lines = ['<g class="lit">']
    for path in places.drawing.paths:
        ends = {int(end[1:]) for end in (path.tail, path.head) if end[0] == "n"}
        steps = sorted(i for node in ends for i in at_work.get(node, []))
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
    lines += [_number(text, appears[key]) for key, text in places.numbers.items()]
    return "\n".join(lines) + "\n"


def _number(text: Text, step: int) -> str:
    return (
        f'<text class="number {text.role}" x="{length(text.at.x)}" y="{length(text.at.y)}" data-step="{step}" '
        f'font-size="{length(text.size)}" text-anchor="{text.anchor}">{html.escape(text.text)}</text>'
    )


def _numbers(steps: list[int]) -> str:
    return " ".join(map(str, steps))
