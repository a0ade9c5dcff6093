"""The quiz: a circuit with empty cells to be filled in, each marked as soon as it is written, by the marker's rules."""

import hashlib
import html
import json
import math
from collections.abc import Collection, Iterable
from typing import Any, Literal

from ..circuit import draw
from ..circuit.drawing import Blank, Text
from ..circuit.html import Page
from ..circuit.html.document import resource
from ..circuit.html.frame import frame, scale_for, size_rule
from ..circuit.html.places import Places
from ..circuit.svg import length
from ..circuit.themes import Theme
from ..errors import QuestionError
from ..graph import Graph
from ..marking.marks import Marking
from ..numerals import EXAM
from ..tensor import Tensor
from .hidden import hidden
from .questions import Ask, check_asked, choose, in_the_picture, questions, wires_of
from .working import Working

# How high a cell is in pixels: what a finger hits.
_CELL = 26.0
# About how high everything but the figure and the list of answers is, and a line of that list.
_ABOUT, _LINE = 420.0, 40.0


def quiz(
    root: Tensor,
    *,
    asked: Literal["gradients", "values"] | Iterable[str] = "gradients",
    given: Collection[str] = (),
    answers: Literal["plain", "hidden"] = "plain",
    upstream: Any = None,
    number_format: str = EXAM,
    arrays: Literal["shape", "mean", "range", "full", "heat"] = "shape",
    repeat: Literal["auto"] | bool = "auto",
    group: Literal["auto"] | bool = "auto",
    fold: Literal["auto"] | bool = "auto",
    depth: int | None = None,
    focus: str | None = None,
    steps: int = 2,
    theme: str | Theme = "default",
    title: str | None = None,
    salt: str = "",
) -> Page:
    """Return a page that asks for the numbers of a circuit and marks them as they are written.

        quiz(f).save("quiz.html")
        quiz(f, asked=["w0", "x0"], given=["u"], answers="hidden").save("homework.html")

    An answer is read and marked as by `check`: right if the right number, rounded to the last digit written, is the
    answer; right by rounding; following from the student's own earlier numbers, which earns the mark that `Marking()`
    gives it; or wrong, where `check` says slip. A correction marks the later answers anew. Unlike `check`, the page
    knows which numbers it shows and how they are rounded there: a number worked out from these is right by rounding,
    and no gate is taken to have been read as another. Numbers that are neither asked nor shown are not taken to be
    rounded. What went through arrays, or through one of the few gates that JavaScript has no functions for (erf), is
    right or wrong.

    At a fork each branch is asked as well as their sum; a repeated input is asked at each of its uses and, for the sum,
    in its table. Arrays and wires without a gradient are not asked, nor is what does not follow from the picture: with
    `focus`, numbers that come from gates outside it are given.

    With `answers="hidden"`, the page holds salted hashes of the accepted spellings in place of the right numbers, and
    its hints hold no numbers. Answers are then right or wrong: what follows from a mistake would give others away. This
    hides answers from a glance, not from a determined reader. What such a page cannot tell it calls unreadable, never
    wrong: more than six decimals (fewer for numbers beyond 1000), an exponent beyond 12, a fraction of decimals such as
    1.5/10, a denominator beyond 1000 (less for numbers beyond 500).

    Args:
        root: the output of the circuit.
        asked: "gradients" of all wires; "values" of all gates; or a list of wires, "w0" for the gradient of w0 and
            "value:q" for the value of q. The page shows the values that are not asked.
        given: wires that keep their number; with a list in `asked`, wires whose gradient is shown.
        answers: whether the right numbers are in the page, or hashes of them.
        title: what stands at the top of the page.
        salt: what is hashed with hidden answers, so that no two quizzes have the same hashes; made from the circuit
            when left out.
        upstream, number_format, arrays, repeat, group, fold, depth, focus, steps, theme: as for `draw`.

    Raises:
        QuestionError: if `asked`, `given` or `answers` is none of these, a gradient is both asked and given, a listed
            wire cannot be asked, or nothing is left.
        UnknownWireError: if a wire is not there.
        NotFiniteError: if a right number is NaN or infinite.
        BackwardError: if gradients are asked and the output depends on nothing that requires one.
        SeedError: if the output is no single number and `upstream` is missing, or does not fit.
        RenderError: if there is no theme of that name.
    """
    if answers not in ("plain", "hidden"):
        raise QuestionError(f"quiz: answers is 'plain' or 'hidden'; got {answers!r}.")
    if not isinstance(asked, str):
        asked = wires_of("asked", asked)
    given = wires_of("given", given)
    values, gradients = choose(Graph(root), asked, given)
    circuit = draw(
        root,
        upstream=upstream,
        gradients=bool(gradients),
        number_format=number_format,
        arrays=arrays,
        repeat=repeat,
        group=group,
        fold=fold,
        depth=depth,
        focus=focus,
        steps=steps,
        theme=theme,
        title=title,
    )
    places = Places(circuit)
    if isinstance(asked, str):
        values, gradients = in_the_picture(places, values, gradients)
    asks = questions(places, values, gradients)
    check_asked(places, asks, values, gradients, all_of_them=not isinstance(asked, str))
    shown = _shown(places, values, gradients, {places.graph[name] for name in given})
    svg = places.svg(shown)
    scale = scale_for(places.drawing, 1.5, 1.7)
    boxes = [places.blanks[ask.piece, ask.kind] for ask in asks]
    cells = "\n".join(_cell(ask, i) for i, ask in enumerate(asks))
    is_hidden = answers == "hidden"
    salt = salt or hashlib.sha256((svg + cells).encode()).hexdigest()[:16]
    data = [_hidden(ask, f"{salt}:{i}") if is_hidden else _plain(ask) for i, ask in enumerate(asks)]
    # What numbers are worked out from would give hidden answers away.
    working = None if is_hidden else Working(places, asks, shown)
    body = "\n".join(
        [
            f'<p class="lead">{html.escape(places.drawing.description)} Fill in the empty cells: the '
            f"{_what(values, gradients)}.</p>",
            frame(svg, "The circuit with cells to fill in", f'<div class="cells">\n{cells}\n</div>\n'),
            _PANEL.format("" if is_hidden else _HELP_FOLLOWS),
            '<section aria-labelledby="sheet-title"><h2 id="sheet-title">Your answers</h2>',
            '<ol class="sheet" id="sheet">',
            *[f"<li><span>{html.escape(ask.name)}</span> <b>blank</b></li>" for ask in asks],
            "</ol></section>",
            _data("questions", data),
            *([] if working is None else [_data("working", _working(working))]),
        ]
    )
    return Page(
        title=title or f"{places.drawing.title}: fill in the {_what(values, gradients)}",
        body=body,
        style="\n".join(
            [
                resource(__package__, "quiz.css"),
                size_rule(places.drawing, scale),
                *[_place(box, i, scale) for i, box in enumerate(boxes)],
            ]
        ),
        script=("" if working is None else working.script)
        + resource(__package__, "reading.js", "hashing.js" if is_hidden else "following.js", "quiz.js"),
        theme=circuit.theme,
        height=places.drawing.height * scale + _ABOUT + _LINE * math.ceil(len(asks) / 3),
    )


_HELP_FOLLOWS = """
One that is right from your own earlier numbers follows: it earns its mark, and the earlier one is the mistake."""
_PANEL = """<section class="panel" aria-label="Marking">
<div class="now" id="status" role="status">Write a number in a cell and press Enter or Tab: it is marked at once.</div>
<div class="buttons">
<button type="button" id="hint" class="main">Hint</button>
<button type="button" id="mistake" hidden>Go to the first mistake</button>
<button type="button" id="empty">Go to the next blank</button>
<span class="progress" id="score"></span>
</div>
<p class="hints" id="hints" role="status"></p>
<p class="first" id="first-mistake"></p>
<p class="help">Numbers are written as in an exam: -0.20, 39/100, 1e-3. A number is right if the right one, rounded to
the last digit you wrote, is yours.{}</p>
</section>
<noscript><p class="first">Marking needs this page's script, which this browser does not run.</p></noscript>"""


def _what(values: set[Tensor], gradients: set[Tensor]) -> str:
    return " and ".join(what for what, wires in (("values", values), ("gradients", gradients)) if wires)


def _shown(places: Places, values: set[Tensor], gradients: set[Tensor], given: set[Tensor]) -> list[Text]:
    """Return the numbers that the page gives: values that are not asked, gradients of given wires and from outside."""
    sent = places.key.model.gradients

    def is_shown(piece: str, role: str) -> bool:
        if piece in places.bundles:
            return role != "gradient"
        wire = places.wires[piece]
        if role != "gradient" or sent is None:
            return wire not in values
        # An empty gradient cell that is not asked stays empty, as what others send would give it away.
        comes_from_outside = wire not in gradients and not places.follows(wire, sent)
        return wire in given or piece in places.beyond or comes_from_outside

    return [text for (piece, role), text in places.numbers.items() if is_shown(piece, role)]


def _cell(ask: Ask, number: int) -> str:
    name = html.escape(ask.name)
    return (
        f'<div class="cell {ask.kind}" id="cell{number}"><label class="unseen" for="answer{number}">{name}</label>'
        f'<input id="answer{number}" type="text" inputmode="text" autocomplete="off" autocapitalize="off" '
        f'spellcheck="false" maxlength="200" aria-describedby="verdict{number}" title="{name}">'
        f'<span class="unseen" id="verdict{number}">blank</span>'
        '<svg class="badge" viewBox="0 0 12 12" aria-hidden="true"><circle cx="6" cy="6" r="6"/>'
        '<path class="right" d="M3 6.3 5.2 8.5 9 3.8"/><path class="wrong" d="M3.7 3.7 8.3 8.3M8.3 3.7 3.7 8.3"/>'
        '<path class="rounding" d="M2.9 5.3C4 3.7 5 3.7 6 4.6S8 5.5 9.1 3.9M2.9 8.3C4 6.7 5 6.7 6 7.6S8 8.5 9.1 6.9"/>'
        '<path class="follows" d="M2.8 6H9.2M6.6 3.4 9.2 6 6.6 8.6"/>'
        '<path class="unreadable" d="M4.2 4.6C4.2 2.2 7.8 2.3 7.8 4.5 7.8 5.9 6 5.9 6 7.3M6 9v.6"/></svg></div>'
    )


def _place(box: Blank, number: int, scale: float) -> str:
    """Return the rule that puts a cell over its blank: grown to what a finger hits, on a wire away from it."""
    left = (box.centre.x - box.width / 2) * scale
    middle = box.centre.y * scale
    away = 0.0 if box.piece.startswith("t") else (_CELL - box.height * scale) / 2
    top = middle - _CELL / 2 + (away if box.role == "gradient" else -away)
    return f"#cell{number}{{left:{length(left)}px;top:{length(top)}px;width:{length(box.width * scale)}px}}"


def _plain(ask: Ask) -> dict[str, Any]:
    return {"name": ask.name, "kind": ask.kind, "right": ask.right, "hints": [ask.rule, *ask.worked]}


def _hidden(ask: Ask, salt: str) -> dict[str, Any]:
    return {"name": ask.name, "kind": ask.kind, "hidden": hidden(ask.right, salt), "hints": [ask.rule]}


def _working(working: Working) -> dict[str, Any]:
    """Return the work, and what a number earns that follows from a mistake, or from one that makes the rest easier."""
    marking = Marking()
    earned = {"follows": marking.credit("follows", False), "trivial": marking.credit("follows", True)}
    return {"numbers": working.numbers, **earned}


def _data(name: str, data: Any) -> str:
    """Return data for the page's script as JSON that cannot end the element it stands in."""
    text = json.dumps(data, ensure_ascii=True, separators=(",", ":"))
    text = text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return f'<script type="application/json" id="{name}">{text}</script>'
