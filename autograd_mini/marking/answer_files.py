"""Answer files (CSV): a row per student, a column per wire; errors name the file and the line.

student,x,z,value:q
Ada,-4.0,3,3
"""

import io
import os
from dataclasses import dataclass
from typing import Any

from ..errors import QuestionError, did_you_mean
from ..graph import Graph
from .questions import VALUE_PREFIX, Question, read_text

_STUDENT_COLUMNS = ("student", "name", "id")


@dataclass(frozen=True)
class Sheet:
    """One student's answers.

    Attributes:
        student: who wrote it; "row 2" where the file does not say.
        gradients: the answers for gradients, by wire, as text.
        values: the answers for forward values, by wire, as text.
    """

    student: str
    gradients: dict[str, Any]
    values: dict[str, Any]


def read_answers(path: str | os.PathLike[str], question: Question) -> list[Sheet]:
    """Return the sheets in a CSV file: a row per student, a column per wire, cells kept as text.

    A column may be headed student, name or id; `value:q` holds answers for the forward value of q. A cell for an array
    holds a list: [1, 2], [[1, 2], [3, 4]].

    Raises:
        QuestionError: if the file cannot be read, a column is no wire, an asked wire has none, or a row is too long.
    """
    import csv

    rows = csv.reader(io.StringIO(read_text(path)), strict=True)
    try:
        numbered = [
            (rows.line_num, [cell.strip() for cell in row]) for row in rows if any(cell.strip() for cell in row)
        ]
    except csv.Error as error:
        raise QuestionError(f"{path}, line {rows.line_num}: this is not CSV: {error}.") from None
    if not numbered:
        raise QuestionError(f"{path}: the file is empty. The first line must name the wires, such as student,w0,x0.")
    (_, header), *body = numbered
    student_column = _check_header(path, header, question)
    sheets = []
    for line, row in body:
        if len(row) > len(header):
            raise QuestionError(f"{path}, line {line}: {len(row)} cells for {len(header)} columns.")
        cells = dict(zip(header, row + [""] * (len(header) - len(row)), strict=True))
        student = cells.pop(student_column, "")
        answers = {column: _cell(text) for column, text in cells.items()}
        values = {
            name.removeprefix(VALUE_PREFIX): answers.pop(name) for name in header if name.startswith(VALUE_PREFIX)
        }
        sheets.append(Sheet(student or f"line {line}", answers, values))
    return sheets


def _check_header(path: str | os.PathLike[str], header: list[str], question: Question) -> str:
    """Return the column that names the student, "" for none; raise QuestionError if another is none of the wires."""
    wires = Graph(question.circuit()).names
    student_column = next(
        (column for column in header if column.lower() in _STUDENT_COLUMNS and column not in wires), ""
    )
    for i, column in enumerate(header):
        name = column.removeprefix(VALUE_PREFIX)
        if column in header[:i]:
            raise QuestionError(f"{path}: there are two columns '{column}'.")
        if name not in wires and column != student_column:
            raise QuestionError(
                f"{path}: column '{column}' is no wire; the circuit has {', '.join(wires)}.{did_you_mean(name, wires)}"
            )
    for name in question.asked:
        if name not in header:
            raise QuestionError(f"{path}: there is no column for the asked wire '{name}'.")
    return student_column


def _cell(text: str) -> Any:
    """Return a cell's answer: its text, or nested lists of texts for a list."""
    if not text.startswith("["):
        return text
    stack: list[list[Any]] = [[]]
    for part in text.replace("[", " [ ").replace("]", " ] ").replace(",", " ").split():
        if part == "[":
            stack.append([])
        elif part != "]":
            stack[-1].append(part)
        elif len(stack) > 1:
            closed = stack.pop()
            stack[-1].append(closed)
        else:
            return text
    return stack[0][0] if len(stack) == 1 and len(stack[0]) == 1 else text
