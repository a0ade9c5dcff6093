"""Each student's report as a file of its own: Markdown to send back, and results.json for Gradescope."""

import json
import re
import unicodedata
from typing import TYPE_CHECKING, Any

from ...numerals import SIGNIFICANT, numbers

if TYPE_CHECKING:
    from .classes import ClassReport, GradedSheet

_LONGEST_NAME = 50
# Names that Windows keeps for devices, whatever their ending.
_DEVICES = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])")
_GRADESCOPE_NAME = "results.json"


def feedback_files(report: "ClassReport") -> dict[str, str]:
    """Return each student's report as Markdown, by file name."""
    names = file_names(report)
    return {f"{name}.md": _markdown(report, sheet) for name, sheet in zip(names, report.sheets, strict=True)}


def gradescope_files(report: "ClassReport") -> dict[str, str]:
    """Return each student's results.json as Gradescope reads it, by the path in a folder of the student's own."""
    names = file_names(report)
    return {
        f"{name}/{_GRADESCOPE_NAME}": json.dumps(_results(report, sheet), ensure_ascii=False, indent=1) + "\n"
        for name, sheet in zip(names, report.sheets, strict=True)
    }


def file_names(report: "ClassReport") -> list[str]:
    """Return a name for each sheet's file: letters, digits, - and _ of the student's name, no two the same."""
    found: list[str] = []
    taken: set[str] = set()
    for sheet in report.sheets:
        letters = re.sub(r"[^\w-]+", "_", unicodedata.normalize("NFC", sheet.student)).strip("_-")
        name = letters[:_LONGEST_NAME] or f"line_{sheet.line}"
        if _DEVICES.fullmatch(name) or name.casefold() in taken:
            name = f"{name}_line_{sheet.line}"
        while name.casefold() in taken:
            name += "_"
        taken.add(name.casefold())
        found.append(name)
    return found


def _markdown(report: "ClassReport", sheet: "GradedSheet") -> str:
    title = ": ".join(part for part in (sheet.student, report.title, sheet.variant) if part)
    return _harmless(f"# {title}\n\n{sheet.report.to_markdown()}")


def _harmless(text: str) -> str:
    """Return Markdown in which a name or an answer opens no tag, link or code."""
    return re.sub(r"[`\[]", r"\\\g<0>", text.replace("&", "&amp;").replace("<", "&lt;"))


def _results(report: "ClassReport", sheet: "GradedSheet") -> dict[str, Any]:
    """Return what Gradescope's autograder reads: the score, and a test for each wire."""
    found = sheet.report
    tests = []
    for mark in found.marks:
        column = mark.wire if mark.kind == "gradient" else f"value:{mark.wire}"
        weight = found.weights.get(column, 1.0)
        verdict = report.say(f"verdict.{mark.verdict}")
        answer = f"{report.say('column.answer')} {mark.answer}, {report.say('column.right')}"
        tests.append(
            {
                "name": report.called(column),
                "score": weight * mark.credit,
                "max_score": weight,
                "output": f"{verdict} ({answer} {numbers(mark.right, SIGNIFICANT)})",
                "output_format": "text",
            }
        )
    return {
        "score": found.points,
        "output": found.to_text(),
        "output_format": "text",
        "visibility": "visible",
        "tests": tests,
    }
