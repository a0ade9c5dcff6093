"""Answer files (CSV): a row per student, a column per wire; what is wrong with a row is said by line and column.

student,x,z,value:q
Ada,-4.0,3,3

A file is read row by row, so that a bad row costs no other one.
"""

import csv
import os
import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from ...errors import QuestionError, did_you_mean
from ...graph import Graph
from .question import VALUE_PREFIX, Question, expect_question, parted, read_bytes
from .variant_files import called

_STUDENT_COLUMNS = ("student", "name", "id")
_VARIANT_COLUMN = "variant"
_DELIMITERS = ",;\t"
_MOST_IN_A_LINE = 100_000
_MOST_IN_A_CELL = 10_000
# A quoted cell may go on over so many lines; a quote that is still open then was never closed.
_MOST_LINES_OF_A_ROW = 20
# A list nested deeper than any array is no answer.
_MOST_NESTED = 32
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
# Line breaks and other control characters, and those that turn the direction of writing.
_INVISIBLE = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]+")


@dataclass(frozen=True)
class Sheet:
    """One student's answers.

    Attributes:
        student: who wrote it; "line 2" where the file does not say.
        gradients: the answers for gradients, by wire, as text.
        values: the answers for forward values, by wire, as text.
        line: where in the file it stands.
        variant: which variant of the question it answers; "" where there is one question.
    """

    student: str
    gradients: dict[str, Any]
    values: dict[str, Any]
    line: int = field(default=0, compare=False)
    variant: str = ""


@dataclass(frozen=True)
class Problem:
    """Something wrong with a row of an answer file.

    Attributes:
        line: its line, from 1.
        column: the column's name; "" where it is the whole row.
        message: what is wrong.
        is_lost: whether the row is therefore left out.
    """

    line: int
    column: str
    message: str
    is_lost: bool = True

    def __str__(self) -> str:
        where = f"line {self.line}" + (f", column {self.column}" if self.column else "")
        return f"{where}: {self.message}"


@dataclass(frozen=True)
class AnswerFile:
    """What an answer file says.

    Attributes:
        columns: the wires that are answered, as the first line names them: "x", "value:q".
        sheets: the rows that can be marked.
        problems: what is wrong with the rows, in the order of the lines.
    """

    columns: tuple[str, ...]
    sheets: tuple[Sheet, ...]
    problems: tuple[Problem, ...]


def read_answers(path: str | os.PathLike[str], question: Question) -> list[Sheet]:
    """Return the sheets in a CSV file: a row per student, a column per wire, cells kept as text.

    A column may be headed student, name or id; `value:q` holds answers for the forward value of q. A cell for an array
    holds a list: [1, 2], [[1, 2], [3, 4]]. What parts the cells is a comma, a semicolon or a tab.

    Raises:
        QuestionError: if the file cannot be read, a column is no wire, an asked wire has none, or a row is bad.
    """
    read = read_answer_file(path, expect_question(question, "read_answers"))
    for problem in read.problems:
        if problem.is_lost:
            raise QuestionError(f"{path}, {problem}")
    return list(read.sheets)


def read_answer_file(path: str | os.PathLike[str], question: Question, variants: Collection[str] = ()) -> AnswerFile:
    """Return the sheets in a CSV file as `read_answers` does, and beside them what is wrong with the other rows.

    Args:
        path: the file's path.
        question: what was asked.
        variants: the names of its variants; if there are any, the column `variant` says which of them a student had.

    Raises:
        QuestionError: if the file cannot be read, a column is no wire, or an asked wire or the variants have none.
    """
    lines = _lines(path)
    first = next((i for i, line in enumerate(lines) if line.strip()), 0)
    header, delimiter = _header(path, lines, first)
    if not header:
        raise QuestionError(f"{path}: the file is empty. The first line must name the wires, such as student,w0,x0.")
    student_column, variant_column = _check_header(path, header, question, bool(variants))
    names = called(variants)
    sheets: list[Sheet] = []
    problems: list[Problem] = []
    empty: list[Problem] = []
    lines_by_student: dict[str, int] = {}
    for line, row in _rows(lines, first + 1, delimiter, header):
        if isinstance(row, Problem):
            problems.append(row)
            continue
        if not any(row):
            # A spreadsheet leaves empty rows behind the last one; between others they are worth a word.
            empty.append(Problem(line, "", "the row is empty.", is_lost=False))
            continue
        problems += empty
        empty = []
        sheet = _sheet(line, row, header, student_column, variant_column, problems)
        if sheet is None:
            continue
        if names and sheet.variant not in names:
            advice = did_you_mean(sheet.variant, variants)
            problems.append(Problem(line, variant_column, f"there is no variant '{_short(sheet.variant)}'.{advice}"))
            continue
        sheet = replace(sheet, variant=names.get(sheet.variant, ""))
        before = lines_by_student.setdefault(unicodedata.normalize("NFC", sheet.student), line)
        if before != line:
            problems.append(
                Problem(line, student_column, f"'{_short(sheet.student)}' stands in line {before} already.")
            )
        else:
            sheets.append(sheet)
    problems.sort(key=lambda problem: problem.line)
    wires = tuple(name for name in header if name not in (student_column, variant_column))
    return AnswerFile(wires, tuple(sheets), tuple(problems))


def _lines(path: str | os.PathLike[str]) -> list[bytes]:
    """Return the lines of a file in UTF-8, or in UTF-16 with its mark."""
    data = read_bytes(path)
    if data.startswith(_UTF16_MARKS):
        try:
            data = data.decode("utf-16").encode()
        except UnicodeError:
            raise QuestionError(f"{path}: the file is neither UTF-8 nor UTF-16. Save it as UTF-8.") from None
    data = data.removeprefix(b"\xef\xbb\xbf")
    return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")


def _header(path: str | os.PathLike[str], lines: list[bytes], first: int) -> tuple[list[str], str]:
    """Return the columns' names, and what parts the cells of this file."""
    try:
        text = lines[first].decode()
    except UnicodeDecodeError as error:
        raise QuestionError(f"{path}: the file is not UTF-8 (byte {error.start}). Save it as UTF-8.") from None
    delimiter = max(_DELIMITERS, key=text.count)
    try:
        header = next(csv.reader([text], strict=True, delimiter=delimiter), [])
    except csv.Error as error:
        raise QuestionError(f"{path}, line {first + 1}: this is not CSV: {error}.") from None
    header = [name.strip() for name in header]
    while header and not header[-1]:
        header.pop()
    return header, delimiter


def _rows(
    lines: list[bytes], start: int, delimiter: str, header: list[str]
) -> Iterator[tuple[int, list[str] | Problem]]:
    """Yield the rows with the line each begins in, as stripped cells, or as what is wrong with its bytes or quotes."""
    i = start
    while i < len(lines):
        line = i + 1
        if not lines[i].strip():
            i += 1
        elif len(lines[i]) > _MOST_IN_A_LINE:
            message = f"the line has {len(lines[i])} bytes; at most {_MOST_IN_A_LINE} are read."
            yield line, Problem(line, "", message)
            i += 1
        else:
            texts = []
            try:
                for raw in lines[i : i + (_MOST_LINES_OF_A_ROW if b'"' in lines[i] else 1)]:
                    if len(raw) > _MOST_IN_A_LINE:
                        break
                    texts.append(raw.decode() + "\n")
            except UnicodeDecodeError as error:
                if not texts:
                    column = _column(lines[i][: error.start].decode(), delimiter, header)
                    found = f"0x{lines[i][error.start]:02X}"
                    yield line, Problem(line, column, f"the byte {found} is not UTF-8. Save the file as UTF-8.")
                    i += 1
                    continue
            rows = csv.reader(texts, strict=True, delimiter=delimiter)
            try:
                yield line, [cell.strip() for cell in next(rows)]
                i += rows.line_num
            except csv.Error as error:
                what = "a quote is not closed" if "unexpected end" in str(error) else str(error)
                yield line, Problem(line, "", f"this is not CSV: {what}.")
                i += 1


def _column(before: str, delimiter: str, header: list[str]) -> str:
    """Return the column that a line has come to."""
    place = len(next(csv.reader([before], delimiter=delimiter), [""])) - 1
    return header[place] if 0 <= place < len(header) else ""


def _sheet(
    line: int, row: list[str], header: list[str], student_column: str, variant_column: str, problems: list[Problem]
) -> Sheet | None:  # fmt: skip
    """Return a row as a sheet, or None where it cannot be marked; note what is wrong with it."""
    if any(row[len(header) :]):
        advice = "a cell with a comma, a semicolon or a tab in it is put in quotes."
        problems.append(Problem(line, "", f"{len(row)} cells for {len(header)} columns; {advice}"))
        return None
    if len(row) < len(header):
        message = f"{len(row)} cells for {len(header)} columns; the missing ones count as blank."
        problems.append(Problem(line, "", message, is_lost=False))
    answers = dict(zip(header, row + [""] * (len(header) - len(row)), strict=False))
    for column, text in answers.items():
        if len(text) > _MOST_IN_A_CELL:
            message = f"the cell has {len(text)} characters; at most {_MOST_IN_A_CELL} are read."
            problems.append(Problem(line, column, message))
            return None
    student = _INVISIBLE.sub(" ", answers.pop(student_column, "")).strip()
    if student_column and not student:
        message = f"no student is named; the sheet is called 'line {line}'."
        problems.append(Problem(line, student_column, message, is_lost=False))
    variant = answers.pop(variant_column, "")
    gradients, values = parted({column: _cell(text) for column, text in answers.items()})
    return Sheet(student or f"line {line}", gradients, values, line, variant)


def _short(name: str) -> str:
    return name if len(name) <= 40 else f"{name[:39]}…"


def _check_header(
    path: str | os.PathLike[str], header: list[str], question: Question, has_variants: bool
) -> tuple[str, str]:
    """Return the columns that name the student and the variant, "" for none.

    Raises:
        QuestionError: if another column is none of the wires, an asked wire has none, or the variants have none.
    """
    wires = Graph(question.circuit()).names
    others = [column for column in header if column not in wires]
    student_column = next((column for column in others if column.lower() in _STUDENT_COLUMNS), "")
    variant_column = next((column for column in others if has_variants and column.lower() == _VARIANT_COLUMN), "")
    if has_variants and not variant_column:
        raise QuestionError(f"{path}: there is no column '{_VARIANT_COLUMN}', which says which variant a student had.")
    for i, column in enumerate(header):
        name = column.removeprefix(VALUE_PREFIX)
        if column in header[:i]:
            raise QuestionError(f"{path}: there are two columns '{_short(column)}'.")
        if name not in wires and column not in (student_column, variant_column):
            raise QuestionError(
                f"{path}: column '{_short(column)}' is no wire; the circuit has {', '.join(wires)}."
                f"{did_you_mean(name, wires)}"
            )
    for name in question.asked:
        if name not in header:
            raise QuestionError(f"{path}: there is no column for the asked wire '{name}'.")
    if not set(header) - {student_column, variant_column}:
        raise QuestionError(f"{path}: there is no column for a wire, only {', '.join(map(repr, header))}.")
    return student_column, variant_column


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
        if len(stack) > _MOST_NESTED:
            return text
    return stack[0][0] if len(stack) == 1 and len(stack[0]) == 1 else text
