"""A class as a page for the browser: one file without scripts, each student's report to be opened.

Every text from the answer file is data: it is escaped here, and the page's content-security policy runs nothing.
"""

import html
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ...circuit.html.document import Page, resource
from ...circuit.themes import THEMES
from . import statistics
from .classes import COUNTED

if TYPE_CHECKING:
    from ..report import Report
    from .classes import ClassReport, GradedSheet

_BAR = 100
_LONGEST = 120
# A few lines more than its headings, for the frame in a notebook.
_HEIGHT = 900.0


def class_page(report: "ClassReport") -> Page:
    """Return a marked class as a page: summary, rows to look at, wires, scores, causes, and the students."""
    parts = [f'<p class="lead">{_text(report.summary())}</p>']
    if report.problems:
        parts.append(_section(report.say("class.rows").rstrip(":"), _problems(report)))
    parts.append(_section(report.say("class.wires"), _wires(report)))
    parts.append(_section(report.say("class.histogram"), _histogram(report)))
    if report.causes:
        parts.append(_section(report.say("class.causes").rstrip(":"), _causes(report)))
    students = "\n".join(_student(report, sheet) for sheet in report.sheets)
    parts.append(_section(report.say("class.students"), students))
    return Page(
        title=report.title or report.say("class.students"),
        body="\n".join(parts),
        style=resource(__package__, "class.css"),
        script="",
        theme=THEMES["default"],
        height=_HEIGHT,
        language=report.language,
    )


def _section(heading: str, body: str) -> str:
    return f"<section>\n<h2>{_text(heading)}</h2>\n{body}\n</section>"


def _problems(report: "ClassReport") -> str:
    items = []
    for problem in report.problems:
        lost = f" <b>({_text(report.say('class.not_marked'))})</b>" if problem.is_lost else ""
        items.append(f"<li>{_text(str(problem))}{lost}</li>")
    return f'<ul class="problems">{"".join(items)}</ul>'


def _wires(report: "ClassReport") -> str:
    columns = [report.say("column.wire"), *(report.say(f"verdict.{verdict}") for verdict in COUNTED)]
    rows = [
        (report.called(column), *(f'<span class="count {verdict}">{count}</span>' for verdict, count in counts.items()))
        for column, counts in report.counts.items()
    ]
    return _table(columns, [[_text(name), *counts] for name, *counts in rows], "numbers")


def _histogram(report: "ClassReport") -> str:
    bars = statistics.bars(report.scores)
    most = max(1, *(bar.size for bar in bars))
    rows = [
        [
            _text(bar.label),
            f'<svg class="bar" viewBox="0 0 {_BAR} 10" preserveAspectRatio="none" aria-hidden="true">'
            f'<rect width="{_BAR * bar.size / most:.4g}" height="10"/></svg>',
            str(bar.size),
        ]
        for bar in bars
    ]
    columns = [report.say("class.histogram"), "", report.say("class.sheets")]
    return _table(columns, rows, "bars")


def _causes(report: "ClassReport") -> str:
    lines = {sheet.student: sheet.line for sheet in report.sheets}
    items = []
    for sighting in report.causes:
        links = ", ".join(f'<a href="#line-{lines[student]}">{_name(student)}</a>' for student in sighting.students)
        items.append(
            f"<details><summary><b>{_text(report.share(sighting))}</b>: {_text(sighting.sentence)}</summary>"
            f'<p class="names">{links}</p>{_paragraph(report.doubt(sighting), "help")}</details>'
        )
    return "\n".join(items)


def _student(report: "ClassReport", sheet: "GradedSheet") -> str:
    found = sheet.report
    columns, *rows = found.rows()
    cells = [[_text(_short(cell)) for cell in row] for row in rows]
    verdicts = [mark.verdict for mark in found.marks]
    text = "\n".join([_paragraph(found.summary()), *map(_line, found.explanation().splitlines())])
    variant = f' <span class="variant">{_text(_short(sheet.variant))}</span>' if sheet.variant else ""
    score = f'<span class="score">{_score(found)}</span>'
    return (
        f'<details class="student"><summary>{_name(sheet.student)}{variant} {score}</summary>'
        f'<div id="line-{sheet.line}">{_table(columns, cells, "sheet", verdicts)}{text}</div></details>'
    )


def _score(report: "Report") -> str:
    return f"{report.points:.4g}/{report.total:.4g}"


def _table(columns: list[str], rows: list[list[str]], kind: str, verdicts: Sequence[str] | None = None) -> str:
    """Return a table of cells that are HTML already, with headings that are text."""
    head = "".join(f'<th scope="col">{_text(column)}</th>' for column in columns)
    body = []
    for i, (first, *rest) in enumerate(rows):
        attribute = f' class="{verdicts[i].replace(" ", "-")}"' if verdicts else ""
        cells = "".join(f"<td>{cell}</td>" for cell in rest)
        body.append(f'<tr{attribute}><th scope="row">{first}</th>{cells}</tr>')
    return (
        f'<div class="wide" tabindex="0"><table class="{kind}"><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(body)}</tbody></table></div>"
    )


def _paragraph(text: str, kind: str = "said") -> str:
    return f'<p class="{kind}">{_text(text)}</p>' if text else ""


def _line(line: str) -> str:
    """Return a line of an explanation: a sentence, an item of a list, or what else there is to say of an item."""
    kind = "item" if line.startswith("- ") else "more" if line.startswith(" ") else "said"
    return _paragraph(line.removeprefix("- ").strip(), kind)


def _name(student: str) -> str:
    """Return a student's name, isolated from the text around it whatever direction it is written in."""
    return f"<bdi>{_text(_short(student))}</bdi>"


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _text(text: str) -> str:
    return html.escape(text)
