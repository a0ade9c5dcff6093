"""The report on a sheet: verdicts, the first mistake, the causes, and the marks; as text, Markdown and JSON."""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from ..numerals import SIGNIFICANT, numbers
from .explaining import Alias, Cause, say_numbers
from .html import report_html
from .marks import RIGHT, Mark, Verdict
from .messages import check_language, say


class Report:
    """A marked sheet. `print(report)` shows it as a table, with the first mistake and its causes.

    Attributes:
        marks: one for every wire that was asked: values in forward order, then gradients from the output back.
        verdicts: the verdict on each gradient, by wire.
        value_verdicts: the verdict on each value, by wire.
        first_mistake: the first answer that is wrong or cannot be read, in the order of the work: values first, then
            gradients from the output back; None if there is none.
        causes: the smallest explanations of the whole sheet, likeliest first; none of a right sheet, and none where
            nothing explains it.
        score: the share of the marks that is earned, from 0 to 1.
        points: the marks earned, of `total`.
        total: all marks.
        language: "en" or "ko".
        is_complete: whether every misconception was tried at every place; in a circuit of hundreds of gates only those
            near the first mistake are.
    """

    def __init__(
        self,
        marks: list[Mark],
        causes: list[Cause] | None = None,
        weights: Mapping[str, float] | None = None,
        language: str = "en",
        is_complete: bool = True,
    ) -> None:
        self.marks = marks
        self.causes = causes or []
        self.weights = dict(weights or {})
        self.language = check_language(language)
        self.is_complete = is_complete
        self.verdicts: dict[str, Verdict] = {mark.wire: mark.verdict for mark in marks if mark.kind == "gradient"}
        self.value_verdicts: dict[str, Verdict] = {mark.wire: mark.verdict for mark in marks if mark.kind == "value"}
        self.first_mistake = next((mark for mark in marks if mark.is_mistake), None)
        self.total = sum(self._weight(mark) for mark in marks)
        self.points = sum(self._weight(mark) * mark.credit for mark in marks)
        self.score = self.points / self.total if self.total else 0.0

    def in_language(self, language: str) -> "Report":
        """Return the same report in another language: "en" or "ko"."""
        return Report(self.marks, self.causes, self.weights, language, self.is_complete)

    def table(self) -> str:
        """Return the sheet as a table of text: wire, answer, right number, what follows from it, verdict."""
        rows = self.rows()
        widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
        return "\n".join("  ".join(map(padded, row, widths)).rstrip() for row in rows)

    def summary(self) -> str:
        """Return the score and the first mistake in sentences."""
        right = sum(mark.verdict in RIGHT for mark in self.marks)
        follows = sum(mark.verdict == "follows" for mark in self.marks)
        lines = [self._say("summary.right", count=right, total=len(self.marks))]
        if follows:
            lines.append(self._say("summary.follows", count=follows))
        if self.weights or follows:
            shown = f"{_short(self.points)}/{_short(self.total)}" if self.weights else f"{100 * self.score:.0f} %"
            lines.append(self._say("summary.score", score=shown))
        if self.first_mistake is not None:
            mistake = self.first_mistake
            answer = mistake.answer or self._say("summary.unread")
            lines.append(
                self._say(
                    f"summary.first.{mistake.kind}",
                    wire=mistake.wire,
                    answer=answer,
                    right=say_numbers(self.language, mistake.right),
                )
            )
        return " ".join(lines)

    def explanation(self) -> str:
        """Return the causes as text; "" for a sheet without mistakes."""
        if self.causes:
            either = f"\n{self._say('cause.or')}\n"
            return either.join("\n".join(cause.lines(self.language)) for cause in self.causes)
        slips = sum(mark.verdict == "slip" for mark in self.marks)
        if not slips:
            return ""
        if not self.is_complete:
            return self._say("cause.unexplained.large")
        return self._say("cause.unexplained.one" if slips == 1 else "cause.unexplained.several")

    def to_text(self) -> str:
        """Return the table, the summary and the causes as text."""
        return "\n".join(part for part in (self.table(), self.summary(), self.explanation()) if part)

    def to_markdown(self) -> str:
        """Return the report as Markdown."""
        header, *rows = [[cell.replace("|", r"\|") for cell in row] for row in self.rows()]
        lines = ["| " + " | ".join(row) + " |" for row in [header, ["---"] * len(header), *rows]]
        parts = ["\n".join(lines), self.summary(), self.explanation()]
        return "\n\n".join(part for part in parts if part) + "\n"

    def to_html(self) -> str:
        """Return the report as a fragment of HTML; a notebook shows it."""
        return report_html(self)

    def to_json(self) -> str:
        """Return the report as JSON: marks, score, first mistake and causes."""
        return json.dumps(self.to_dict(), ensure_ascii=False)

    def to_dict(self) -> dict[str, Any]:
        """Return the report as what JSON knows: numbers, texts, lists and dicts."""
        return {
            "score": self.score,
            "points": self.points,
            "total": self.total,
            "first_mistake": self.first_mistake and {"wire": self.first_mistake.wire, "kind": self.first_mistake.kind},
            "marks": [_mark_dict(mark, self.language) for mark in self.marks],
            "causes": [
                {
                    "aliases": [_alias_dict(alias, self.language) for alias in cause.aliases],
                    "also": [_alias_dict(alias, self.language) for alias in cause.also],
                }
                for cause in self.causes
            ],
            "summary": self.summary(),
        }

    def __str__(self) -> str:
        return self.to_text()

    def __repr__(self) -> str:
        return f"<Report: {self.summary()}>"

    def _repr_markdown_(self) -> str:
        return self.to_markdown()

    def _repr_html_(self) -> str:
        return self.to_html()

    def _say(self, key: str, **parts: Any) -> str:
        return say(self.language, key, **parts)

    def _weight(self, mark: Mark) -> float:
        key = mark.wire if mark.kind == "gradient" else f"value:{mark.wire}"
        return self.weights.get(key, 1.0)

    def rows(self) -> list[list[str]]:
        """Return the cells of the table, its headings first.

        What follows from wrong numbers has a column where there is any.
        """
        has_following = any(_follows_otherwise(mark) for mark in self.marks)
        columns = ["wire", "answer", "right", *(["follows"] if has_following else []), "verdict"]
        rows = [[self._say(f"column.{column}") for column in columns]]
        for mark in self.marks:
            verdict = self._say(f"verdict.{mark.verdict}")
            note = _note(mark, self.language)
            right = say_numbers(self.language, mark.right)
            row = [self._say(f"kind.{mark.kind}", wire=mark.wire), mark.answer, right]
            if has_following:
                row.append(say_numbers(self.language, mark.follows) if _follows_otherwise(mark) else "")
            rows.append([*row, f"{verdict}: {note}" if note else verdict])
        return rows


def _follows_otherwise(mark: Mark) -> bool:
    """Return whether what follows from the sheet's own numbers is not the right number."""
    if mark.verdict not in ("follows", "slip"):
        return False
    return numbers(mark.follows, SIGNIFICANT) != numbers(mark.right, SIGNIFICANT)


def _note(mark: Mark, language: str) -> str:
    return "" if mark.remark is None else mark.remark.said(language)


def _mark_dict(mark: Mark, language: str) -> dict[str, Any]:
    return {
        "wire": mark.wire,
        "kind": mark.kind,
        "verdict": mark.verdict,
        "entries": np.asarray(mark.entries, object).tolist(),
        "answer": [written.text for written in mark.written],
        "right": np.asarray(mark.right).tolist(),
        "follows": np.asarray(mark.follows).tolist(),
        "credit": mark.credit,
        "note": _note(mark, language),
    }


def _alias_dict(alias: Alias, language: str) -> dict[str, Any]:
    return {
        "misconception": alias.misconception,
        "at": alias.at,
        "sentence": alias.sentence(language),
        "wrong_rule": alias.wrong_rule,
        "right_rule": alias.right_rule,
    }


def _short(number: float) -> str:
    return f"{number:.4g}"


def width(text: str) -> int:
    """Return the room that a text takes in a terminal: a Hangul syllable or another wide character takes two."""
    import unicodedata

    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def padded(text: str, wanted: int) -> str:
    """Return a text with spaces behind it, so that it takes so much room."""
    return text + " " * (wanted - width(text))
