"""The marks of a class as CSV, for a spreadsheet or a gradebook."""

import csv
import io
from typing import TYPE_CHECKING

from ...numerals import SIGNIFICANT, numbers
from ..report import Report
from .sightings import cause_of_sheet

if TYPE_CHECKING:
    from .classes import ClassReport

# What begins with one of these is a formula to a spreadsheet, unless it is a number.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def to_csv(report: "ClassReport") -> str:
    """Return a class as CSV: student, line, each wire's verdict and credit, score, points, first mistake and cause.

    Where students had variants, the column behind the student says which.
    A text that a spreadsheet would take for a formula gets an apostrophe in front.
    """
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    wires = [part for column in report.columns for part in (column, f"{column} credit")]
    has_variants = any(sheet.variant for sheet in report.sheets)
    rows.writerow(
        [
            "student",
            *["variant"] * has_variants,
            "line",
            *map(_guarded, wires),
            "score",
            "points",
            "total",
            "first mistake",
            "cause",
        ]
    )
    for sheet in report.sheets:
        marks = {(mark.kind, mark.wire): mark for mark in sheet.report.marks}
        cells: list[str] = []
        for column in report.columns:
            kind = "value" if column.startswith("value:") else "gradient"
            mark = marks[kind, column.removeprefix("value:")]  # type: ignore[index]
            cells += [mark.verdict, _number(mark.credit)]
        found = sheet.report
        variant = [_guarded(sheet.variant)] if has_variants else []
        rows.writerow(
            [_guarded(sheet.student), *variant, sheet.line, *cells, _number(found.score), _number(found.points),
             _number(found.total), _guarded(_first_mistake(found)), _guarded(cause_of_sheet(found, report.language))]
        )  # fmt: skip
    return text.getvalue()


def _first_mistake(report: Report) -> str:
    mistake = report.first_mistake
    if mistake is None:
        return ""
    name = mistake.wire if mistake.kind == "gradient" else f"value:{mistake.wire}"
    return f"{name}: {mistake.answer} for {numbers(mistake.right, SIGNIFICANT)}"


def _number(number: float) -> str:
    return f"{number:.4g}"


def _guarded(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
