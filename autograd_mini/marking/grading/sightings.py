"""The causes of all sheets, counted: what a class should be told again."""

from collections.abc import Iterable
from dataclasses import dataclass

from ..explaining import Alias
from ..messages import say
from ..report import Report


@dataclass(frozen=True)
class Sighting:
    """A cause, with the sheets on which it is the likeliest.

    Attributes:
        misconception: its id, such as "recip.at_output"; "" for mistakes that nothing explains.
        at: the output wire of the gate, the forked wire, or the input; "" if unexplained.
        sentence: what was done and where.
        students: who did it, in the order of the file.
        ambiguous: on how many of their sheets another cause gives the same numbers.
    """

    misconception: str
    at: str
    sentence: str
    students: tuple[str, ...]
    ambiguous: int


def count_causes(reports: Iterable[tuple[str, Report]], language: str) -> tuple[Sighting, ...]:
    """Return the likeliest cause of each student's sheet, counted, most frequent first.

    Where it takes two mistakes to explain a sheet, the student stands under both.

    Args:
        reports: students with their reports.
        language: of the sentences.
    """
    found: dict[tuple[str, str, str], tuple[list[str], list[bool]]] = {}
    for student, report in reports:
        for key, is_ambiguous in _causes(report, language):
            students, ambiguous = found.setdefault(key, ([], []))
            students.append(student)
            ambiguous.append(is_ambiguous)
    sightings = [
        Sighting(*key, students=tuple(students), ambiguous=sum(ambiguous))
        for key, (students, ambiguous) in found.items()
    ]
    return tuple(sorted(sightings, key=lambda sighting: -len(sighting.students)))


def cause_of_sheet(report: Report, language: str) -> str:
    """Return the likeliest cause of a sheet's mistakes in a sentence or two; "" for a sheet without any."""
    return " ".join(sentence for (_, _, sentence), _ in _causes(report, language))


def _causes(report: Report, language: str) -> list[tuple[tuple[str, str, str], bool]]:
    """Return the likeliest mistakes behind a sheet: misconception, place and sentence, and whether there are others."""
    if report.causes:
        first = report.causes[0]
        parts: list[tuple[Alias, ...]] = [first.aliases, *([first.also] if first.also else [])]
        is_ambiguous = len(report.causes) > 1
        return [
            ((part[0].misconception, part[0].at, part[0].what(language)), is_ambiguous or len(part) > 1)
            for part in parts
        ]
    if not any(mark.verdict == "slip" for mark in report.marks):
        return []
    slips = sum(mark.verdict == "slip" for mark in report.marks)
    key = "cause.unexplained.one" if slips == 1 else "cause.unexplained.several"
    return [(("", "", say(language, key)), False)]
