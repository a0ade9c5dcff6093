"""A report as HTML: a table whose verdicts have a word and a colour, then the summary and the causes.

Every text is escaped. Colours are written on each element, so that two reports in a notebook do not disturb each other,
and are legible on a light and on a dark page.
"""

from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .report import Report

# Contrast at least 3 on white and on black, for words that are bold.
_COLOURS = {
    "right": "#1a8a6e",
    "right by rounding": "#1a8a6e",
    "follows": "#a8761a",
    "slip": "#d9480f",
    "blank": "#808080",
    "unreadable": "#d9480f",
}


def report_html(report: "Report") -> str:
    """Return a report as a fragment of HTML."""
    header, *rows = report.rows()
    lines = ['<table style="color:inherit">', _row("th", map(escape, header))]
    for mark, row in zip(report.marks, rows, strict=True):
        *cells, verdict = map(escape, row)
        lines.append(_row("td", [*cells, f'<b style="color:{_COLOURS[mark.verdict]}">{verdict}</b>']))
    lines += ["</table>", f"<p>{escape(report.summary())}</p>"]
    explanation = report.explanation()
    if explanation:
        lines.append(_paragraphs(explanation.splitlines()))
    return f'<div lang="{report.language}">' + "\n".join(lines) + "</div>"


def _row(tag: str, cells: Iterable[str]) -> str:
    style = ' style="text-align:left"'
    return "<tr>" + "".join(f"<{tag}{style}>{cell}</{tag}>" for cell in cells) + "</tr>"


def _paragraphs(lines: list[str]) -> str:
    """Return lines of text as paragraphs and lists; what is indented belongs to the item before it."""
    parts: list[str] = []
    items: list[str] = []

    def close() -> None:
        if items:
            parts.append("<ul>" + "".join(f"<li>{item}</li>" for item in items) + "</ul>")
            items.clear()

    for line in lines:
        if line.startswith("- "):
            items.append(escape(line[2:]))
        elif line.startswith("  "):
            items[-1] += "<br>" + escape(line.strip())
        else:
            close()
            parts.append(f"<p>{escape(line)}</p>")
    close()
    return "".join(parts)
