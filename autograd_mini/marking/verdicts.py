"""check: hold answers computed by hand against the circuit, wire by wire.

The right numbers come from the graph and its one backward pass; here they are only compared.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from ..errors import NotFiniteError, QuestionError, UnknownWireError
from ..graph import Graph
from ..numerals import SIGNIFICANT, numbers, shape
from ..tensor import Tensor
from .sheets import Written, read_number

Verdict = Literal["right", "wrong", "blank", "unreadable"]
Kind = Literal["value", "gradient"]


@dataclass(frozen=True)
class Mark:
    """One wire of a sheet.

    Attributes:
        wire: its name.
        kind: whether its value or its gradient was asked.
        verdict: "right", "wrong", "blank" or "unreadable". An array is right if all its entries are.
        written: the answer as it was written; for an array, its entries in order.
        right: the right number or array.
        share: the part of the entries that is right, from 0 to 1.
        note: what is the matter with an answer of the wrong shape, or one that cannot be read.
    """

    wire: str
    kind: Kind
    verdict: Verdict
    written: tuple[Written, ...]
    right: Any
    share: float
    note: str = ""

    @property
    def answer(self) -> str:
        """The answer as it was written."""
        texts = [written.text for written in self.written]
        return (
            texts[0] if np.ndim(self.right) == 0 and len(texts) == 1 else "[" + ", ".join(texts) + "]" if texts else ""
        )


class Report:
    """A marked sheet. `print(report)` shows it as a table.

    Attributes:
        marks: one for every wire that was asked: values in forward order, then gradients from the output back.
        verdicts: the verdict on each gradient, by wire.
        value_verdicts: the verdict on each value, by wire.
        first_mistake: the first wrong or unreadable answer in the order of the work: values first, then gradients
            from the output back; None if there is none.
        score: the part of the answers that is right, from 0 to 1.
    """

    def __init__(self, marks: list[Mark]) -> None:
        self.marks = marks
        self.verdicts: dict[str, Verdict] = {mark.wire: mark.verdict for mark in marks if mark.kind == "gradient"}
        self.value_verdicts: dict[str, Verdict] = {mark.wire: mark.verdict for mark in marks if mark.kind == "value"}
        self.first_mistake = next((mark for mark in marks if mark.verdict in ("wrong", "unreadable")), None)
        self.score = sum(mark.share for mark in marks) / len(marks)

    def table(self) -> str:
        """Return the sheet as a table of text: wire, answer, right number, verdict."""
        rows = [["wire", "answer", "right", "verdict"], *map(_row, self.marks)]
        widths = [max(len(row[column]) for row in rows) for column in range(4)]
        return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)

    def __str__(self) -> str:
        return f"{self.table()}\n{self.summary()}"

    def summary(self) -> str:
        """Return the score and the first mistake in a sentence."""
        count = sum(mark.verdict == "right" for mark in self.marks)
        lines = [f"{count} of {len(self.marks)} right."]
        if self.first_mistake is not None:
            mistake = self.first_mistake
            where = "forward" if mistake.kind == "value" else "from the output back"
            answer = mistake.answer or "none that can be read"
            lines.append(
                f"First mistake, {where}: the {mistake.kind} of {mistake.wire} "
                f"(answer {answer}, right {numbers(mistake.right, SIGNIFICANT)})."
            )
        return " ".join(lines)

    def __repr__(self) -> str:
        return f"<Report: {self.summary()}>"

    def _repr_markdown_(self) -> str:
        rows = [["wire", "answer", "right", "verdict"], ["---"] * 4, *map(_row, self.marks)]
        return "\n".join("| " + " | ".join(row) + " |" for row in rows) + f"\n\n{self.summary()}\n"


def check(
    root: Tensor,
    gradients: Mapping[str, Any],
    *,
    values: Mapping[str, Any] | None = None,
    upstream: Any = None,
) -> Report:
    """Mark answers that somebody computed by hand: for each wire, right, wrong or blank, with the right number.

        check(f, {"w0": "-3.00", "x0": "-1", "w1": "39/100", "w2": ""})

    An answer is text or a number. It is right if the right number, rounded to the last digit written, is the answer:
    "-0.20" for −0.1966. A fraction is exact, but 39/100 counts as 0.39. A blank is never a zero.

    Args:
        root: the output of the circuit.
        gradients: an answer for each wire asked, by the wire's name; nested lists of answers for an array.
        values: an answer for each wire whose forward value was asked.
        upstream: gradient that arrives at the output; 1 for a single number when left out.

    Raises:
        UnknownWireError: if a name is no wire of the circuit, or its wire takes no gradient.
        QuestionError: if nothing was asked, or the answers are no mapping.
        NotFiniteError: if the right number of an asked wire is NaN or infinite.
    """
    graph = Graph(root)
    for answers in (gradients, values or {}):
        if not isinstance(answers, Mapping):
            raise QuestionError(
                f"check: expected answers by wire, such as {{'w0': '-3'}}; got {type(answers).__name__}."
            )
    asked_values = {graph[name]: name for name in values or {}}
    asked_gradients = {graph[name]: name for name in gradients}
    if not asked_values and not asked_gradients:
        raise QuestionError("check: no answer was given; give at least one wire, such as {'w0': '-3'}.")
    marks = [
        _mark(name, "value", (values or {})[name], wire.data) for wire, name in _in_order(graph.wires, asked_values)
    ]
    if asked_gradients:
        totals = graph.gradients(upstream).totals
        for wire, name in _in_order(graph.backward_order(), asked_gradients):
            if wire not in totals:
                raise UnknownWireError(f"the wire {name!r} takes no gradient; it was made with requires_grad=False.")
            marks.append(_mark(name, "gradient", gradients[name], totals[wire]))
    return Report(marks)


def _in_order(wires: Iterable[Tensor], asked: dict[Tensor, str]) -> list[tuple[Tensor, str]]:
    return [(wire, asked[wire]) for wire in wires if wire in asked]


def _mark(wire: str, kind: Kind, given: Any, right: Any) -> Mark:
    """Return the mark of one answer."""
    if not np.all(np.isfinite(right)):
        raise NotFiniteError(
            f"check: the right {kind} of {wire!r} is {numbers(right, SIGNIFICANT)}, so no answer can be marked there. "
            "Choose other inputs."
        )
    answers = _entries(given)
    written = tuple(read_number(answer) for answer in answers.flat)
    if all(entry.is_blank for entry in written):
        return Mark(wire, kind, "blank", written, right, 0.0)
    if answers.shape != np.shape(right) and answers.size * np.size(right) != 1:
        return Mark(wire, kind, "wrong", written, right, 0.0, f"shape {shape(answers)} for {shape(right)}")
    agreeing = [entry.agrees_with(float(number)) for entry, number in zip(written, np.ravel(right), strict=True)]
    share = sum(agreeing) / len(agreeing)
    unreadable = next((entry for entry in written if entry.problem), None)
    if unreadable is not None:
        return Mark(wire, kind, "unreadable", written, right, share, unreadable.problem)
    if share == 1.0:
        return Mark(wire, kind, "right", written, right, share)
    missing = [entry for entry, agrees in zip(written, agreeing, strict=True) if not agrees]
    verdict: Verdict = "blank" if all(entry.is_blank for entry in missing) else "wrong"
    return Mark(wire, kind, verdict, written, right, share)


def _entries(given: Any) -> Any:
    """Return an answer as an array of texts and numbers, of the shape in which it was given."""
    if isinstance(given, Tensor):
        given = given.data
    if isinstance(given, np.ndarray):
        return given.astype(object)
    if not isinstance(given, list | tuple):
        entries = np.empty((), object)
        entries[()] = given
        return entries
    parts = [_entries(part) for part in given]
    if len({part.shape for part in parts}) > 1:
        # Ragged: no array has this shape, but every number that was written is kept.
        parts = [np.concatenate([part.ravel() for part in parts])]
    return np.stack(parts) if parts else np.empty((0,), object)


def _row(mark: Mark) -> list[str]:
    kind = "" if mark.kind == "gradient" else " (value)"
    note = f": {mark.note}" if mark.note else ""
    return [mark.wire + kind, mark.answer, numbers(mark.right, SIGNIFICANT), mark.verdict + note]
