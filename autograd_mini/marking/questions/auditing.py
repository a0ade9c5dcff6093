"""audit: a published answer key is a sheet too. What in it is wrong and why, and what a question prints that is."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..answers import expect_answers
from ..report import Report
from .advice import say
from .findings import Finding
from .linting import printed_otherwise
from .question import Question, expect_question, name_of, parted


@dataclass(frozen=True, eq=False)
class Audit:
    """A key held against its question. `print(audit)` shows what is wrong, where it begins, and what explains it.

    Attributes:
        report: the key, marked as a student's sheet.
        findings: the numbers that the question prints which are not its program's.
        missing: what the question asks and the key does not say.
    """

    report: Report
    findings: tuple[Finding, ...]
    missing: tuple[str, ...]

    @property
    def is_right(self) -> bool:
        """Whether every number of the key and of the question is right."""
        return not self.findings and self.report.first_mistake is None

    def summary(self) -> str:
        """Return in sentences whether the key is right, and what it leaves out."""
        wrong = sum(mark.is_mistake for mark in self.report.marks)
        total = sum(mark.verdict != "blank" for mark in self.report.marks)
        lines = [say("audit.wrong" if wrong else "audit.right", wrong=wrong, total=total)]
        if self.missing:
            lines.append(say("audit.missing", wires=", ".join(self.missing)))
        return " ".join([*lines, *(finding.sentence for finding in self.findings)])

    def to_text(self) -> str:
        """Return the summary, and the report on a key that is wrong, as text."""
        return "\n".join([self.summary(), *([self.report.to_text()] if self.report.first_mistake else [])])

    def to_markdown(self) -> str:
        """Return the summary, and the report on a key that is wrong, as Markdown."""
        parts = [self.summary(), *([self.report.to_markdown()] if self.report.first_mistake else [])]
        return "\n\n".join(parts).rstrip() + "\n"

    def to_json(self) -> str:
        """Return the audit as JSON."""
        return json.dumps(self.to_dict(), ensure_ascii=False)

    def to_dict(self) -> dict[str, Any]:
        """Return the audit as what JSON knows: numbers, texts, lists and dicts."""
        return {
            "is_right": self.is_right,
            "summary": self.summary(),
            "missing": list(self.missing),
            "findings": [finding.to_dict() for finding in self.findings],
            "report": self.report.to_dict(),
        }

    def __str__(self) -> str:
        return self.to_text()

    def __repr__(self) -> str:
        return f"<Audit: {self.summary()}>"

    def _repr_markdown_(self) -> str:
        return self.to_markdown()


def audit(question: Question, key: Mapping[str, Any]) -> Audit:
    """Return what is wrong in a published key, and why: a key is a sheet too.

        audit(question, {"value:f": "0.953", "r": "-1.101"})

    Whoever wrote a key may have had a misconception, and then every number after it follows. Numbers that the question
    itself prints (`given`) are held against its program as well.

    Args:
        question: the question.
        key: its answers: a number, text or nested lists for "q", the gradient of q, and for "value:q", its value.

    Raises:
        UnknownWireError: if a name is no wire of the circuit.
        QuestionError: if the key is empty, or no mapping.
        ExpressionError: if the program is refused.
    """
    expect_question(question, "audit")
    expect_answers(key, "audit")
    report = question.marker().mark(*parted(key))
    said = {name_of(mark.wire, mark.kind) for mark in report.marks if mark.verdict != "blank"}
    missing = tuple(name for name in question.asked if name not in said)
    return Audit(report, tuple(printed_otherwise(question)), missing)
