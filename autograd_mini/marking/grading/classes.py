"""grade: mark the answers of a class, and what it returns: the class in numbers, and each sheet's report."""

import functools
import os
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...circuit.html.document import Page
from ...errors import QuestionError
from ..marks import RIGHT, Marking
from ..messages import check_language, say
from ..questions.answer_files import Problem, Sheet, read_answer_file
from ..questions.question import VALUE_PREFIX, Question, expect_question, read_question
from ..questions.variant_files import check_finite, check_variants, common_title, read_variants
from ..report import Report, padded, width
from . import statistics
from .sightings import Sighting, count_causes
from .workers import mark_all, prepare

# The columns of the class's table. A number that is right by rounding counts as right.
COUNTED = ("right", "follows", "slip", "blank", "unreadable")
_MOST_NAMES = 10


@dataclass(frozen=True)
class GradedSheet:
    """One student's sheet, marked.

    Attributes:
        student: who wrote it.
        line: where in the file it stands.
        report: the marks; students with the same answers to the same numbers share one.
        variant: which variant of the question it answers; "" where there is one question.
    """

    student: str
    line: int
    report: Report
    variant: str = ""


@dataclass(frozen=True)
class ClassReport:
    """A marked class. `print(report)` shows the wires, the scores and the causes, counted.

    Attributes:
        title: the question's title.
        columns: the wires that were answered: "x", and "value:q" for a value.
        sheets: the sheets, in the order of the file.
        problems: what was wrong with rows of the file, by line and column.
        language: "en" or "ko".
    """

    title: str
    columns: tuple[str, ...]
    sheets: tuple[GradedSheet, ...]
    problems: tuple[Problem, ...] = ()
    language: str = "en"

    @property
    def scores(self) -> list[float]:
        """Each sheet's score, from 0 to 1."""
        return [sheet.report.score for sheet in self.sheets]

    @property
    def mean(self) -> float:
        """The mean score; 0 of no sheets."""
        return statistics.mean(self.scores)

    @property
    def median(self) -> float:
        """The median score; 0 of no sheets."""
        return statistics.median(self.scores)

    @functools.cached_property
    def counts(self) -> dict[str, dict[str, int]]:
        """For each wire how many answers are right, follow, are slips, blank and unreadable."""
        found = {column: dict.fromkeys(COUNTED, 0) for column in self.columns}
        for sheet in self.sheets:
            for mark in sheet.report.marks:
                column = mark.wire if mark.kind == "gradient" else f"{VALUE_PREFIX}{mark.wire}"
                found[column]["right" if mark.verdict in RIGHT else mark.verdict] += 1
        return found

    @functools.cached_property
    def causes(self) -> tuple[Sighting, ...]:
        """The likeliest causes of the mistakes, most frequent first, each with its students."""
        return count_causes(((sheet.student, sheet.report) for sheet in self.sheets), self.language)

    def table(self) -> str:
        """Return a line for each wire: how many answers are right, follow, are slips, blank and unreadable."""
        header = [self.say("column.wire"), *(self.say(f"verdict.{verdict}") for verdict in COUNTED)]
        rows = [[self.called(column), *map(str, counts.values())] for column, counts in self.counts.items()]
        widths = [max(map(width, column)) for column in zip(header, *rows, strict=True)]
        lines = [
            [padded(first, widths[0]), *(" " * (wide - width(cell)) + cell for wide, cell in zip(widths[1:], rest))]
            for first, *rest in [header, *rows]
        ]
        return "\n".join("  ".join(line) for line in lines)

    def histogram(self) -> str:
        """Return the scores as a histogram of text, ten per cent to a line."""
        return statistics.histogram(self.scores)

    def summary(self) -> str:
        """Return how many sheets were marked, and the mean and the median score."""
        mean, median = f"{100 * self.mean:.0f}", f"{100 * self.median:.0f}"
        parts = [self.say("class.marked", count=len(self.sheets))]
        parts += [self.say("class.problems", count=len(self.problems))] if self.problems else []
        parts += [self.say("class.scores", mean=mean, median=median)] if self.sheets else []
        return " ".join(parts)

    def to_text(self) -> str:
        """Return the class as text: summary, table, histogram, causes with their students, and rows to look at."""
        lines = [self.summary(), "", self.table(), "", self.histogram()]
        if self.causes:
            lines += ["", self.say("class.causes")]
            for sighting in self.causes:
                lines += [f"- {self.share(sighting)}: {sighting.sentence}", f"  {self._names(sighting.students)}"]
                if sighting.ambiguous:
                    lines.append(f"  {self.doubt(sighting)}")
        if self.problems:
            lines += ["", self.say("class.rows"), *(f"- {problem}" for problem in self.problems)]
        return "\n".join(lines)

    def to_csv(self) -> str:
        """Return the marks as CSV: a row per student, with each wire's verdict and credit, score and cause."""
        from .tables import to_csv

        return to_csv(self)

    def page(self) -> Page:
        """Return the class as a page for the browser: what `to_text` says, and every student's report."""
        from .page import class_page

        return class_page(self)

    def share(self, sighting: Sighting) -> str:
        """Return on how many of the sheets a cause is seen."""
        return self.say("class.of", count=len(sighting.students), total=len(self.sheets))

    def doubt(self, sighting: Sighting) -> str:
        """Return on how many of its sheets other causes give the same numbers; "" for none."""
        return self.say("class.ambiguous", count=sighting.ambiguous) if sighting.ambiguous else ""

    def called(self, column: str) -> str:
        """Return what a column is called in a table."""
        kind = "value" if column.startswith(VALUE_PREFIX) else "gradient"
        return self.say(f"kind.{kind}", wire=column.removeprefix(VALUE_PREFIX))

    def say(self, key: str, **parts: Any) -> str:
        """Return a message in the report's language."""
        return say(self.language, key, **parts)

    def __str__(self) -> str:
        return self.to_text()

    def __repr__(self) -> str:
        return f"<ClassReport: {self.summary()}>"

    def _names(self, students: tuple[str, ...]) -> str:
        shown = ", ".join(students[:_MOST_NAMES])
        rest = len(students) - _MOST_NAMES
        return shown if rest <= 0 else f"{shown}, {self.say('class.more', count=rest)}"


def grade(
    question: Question | Mapping[str, Question] | str | os.PathLike[str],
    answers: str | os.PathLike[str],
    *,
    marking: Marking | None = None,
    executor: Executor | None = None,
    progress: Callable[[int, int], None] | None = None,
    language: str = "en",
) -> ClassReport:
    """Mark the answers of a class: a CSV file with a row per student and a column per wire.

        report = grade("question.toml", "answers.csv")
        report = grade("variants", "answers.csv")  # a folder of variants; the column `variant` says who had which

    Rows that cannot be marked are reported by line and column, and the others are marked. Sheets with the same answers
    are marked once. What comes out is the same, and in the same order, with every executor.

    Args:
        question: what was asked, or the path of its file; where students had variants of it, these by name, or the
            path of their folder.
        answers: path of the answer file.
        marking: how verdicts become marks; as the question says when left out.
        executor: who marks: anything with the interface of `concurrent.futures.Executor`, such as a
            ProcessPoolExecutor or Dask's `client.get_executor()`; this process when left out.
        progress: called with the number of sheets that are marked and the number of all.
        language: of the reports: "en" or "ko".

    Raises:
        QuestionError: if a file cannot be read, a column is no wire, an asked wire has none, the questions are no
            variants of each other, or the language is none of those.
        ExpressionError: if the program is refused.
        UnknownWireError: if the wire of a column takes no gradient.
        NotFiniteError: if the right number of a wire is NaN or infinite.
    """
    check_language(language)
    if isinstance(question, str | os.PathLike):
        question = read_variants(question) if Path(question).is_dir() else read_question(question)
    variants = check_variants(question) if isinstance(question, Mapping) else {"": expect_question(question, "grade")}
    if not isinstance(answers, str | os.PathLike):
        raise QuestionError(
            f"grade: expected the path of an answer file, such as 'answers.csv'; got {type(answers).__name__}. "
            "For the answers of one student use check."
        )
    if not isinstance(marking, Marking | None):
        raise QuestionError(f"grade: marking must be a Marking; got {type(marking).__name__}.")
    first = next(iter(variants.values()))
    read = read_answer_file(answers, first, [name for name in variants if name])
    if read.sheets:
        # A wire that cannot be marked is refused once, not by every worker.
        sheet = read.sheets[0]
        prepare(first, marking).mark(dict.fromkeys(sheet.gradients), dict.fromkeys(sheet.values))
        if len(variants) > 1:
            check_finite(variants, read.columns)
    same: dict[str, list[Sheet]] = {}
    for sheet in read.sheets:
        same.setdefault(repr((sheet.variant, sheet.gradients, sheet.values)), []).append(sheet)
    groups = list(same.values())
    done = 0

    def mark_done(index: int) -> None:
        nonlocal done
        done += len(groups[index])
        if progress is not None:
            progress(done, len(read.sheets))

    different = [(variants[sheet.variant], (sheet.gradients, sheet.values)) for sheet, *_ in groups]
    reports = mark_all(marking, different, executor, language, mark_done)
    graded = [
        GradedSheet(sheet.student, sheet.line, report, sheet.variant)
        for sheets, report in zip(groups, reports, strict=True)
        for sheet in sheets
    ]
    graded.sort(key=lambda sheet: sheet.line)
    title = first.title if isinstance(question, Question) else common_title(variants)
    return ClassReport(title, read.columns, tuple(graded), read.problems, language)
