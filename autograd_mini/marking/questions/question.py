"""Questions, and the files they are kept in (TOML), with errors that name the file and the key.

title = "CS231n midterm 2017, 3.1"
program = '''
q = x + y
f = q*z
'''
asked = ["x", "y", "value:q"]

[inputs]
x = -2
y = 5
z = -4

[marks]
"value:q" = 2

A wire's name stands for its gradient, and `value:` before it for its value: in `asked`, `marks` and `given`, in the
columns of an answer file, and in a key.
"""

import dataclasses
import math
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from ...errors import QuestionError, UnknownWireError, did_you_mean
from ...expression import parse
from ...graph import Graph
from ...tensor import Tensor
from ..conventions import Conventions
from ..marks import Marking
from ..verdicts import Marker
from ..work import Ground, Place
from .toml import write_toml

VALUE_PREFIX = "value:"
_MOST_CHARACTERS = 10_000_000
# A number is written to this many digits, if it does not end within them as a fraction with at most this denominator.
_DIGITS = 6
_LARGEST_DENOMINATOR = 1000
# How near a number must be to count as exactly that, relatively: floating point alone takes it this far.
_NEAR = 1e-12


@dataclass(frozen=True)
class Question:
    """A question: a program, its inputs, and what is asked of them.

    In `asked`, `marks` and `given`, "q" is the gradient of the wire q and "value:q" its value.

    Attributes:
        program: one gate per line.
        inputs: a value for every input.
        title: the question's title.
        asked: what is asked; the gradient of every named wire that is not given when empty.
        marks: what an answer is worth; 1 each when left out.
        conventions: what the numbers mean and what is right at a kink.
        marking: how verdicts become marks.
        given: the numbers that the question prints besides its inputs.
        note: a remark on where the question comes from; no part of it.

    Raises:
        QuestionError: if a part is of another kind: a program that is no text, inputs that are no dict.
    """

    program: str
    inputs: dict[str, Any] = field(default_factory=dict)
    title: str = ""
    asked: tuple[str, ...] = ()
    marks: dict[str, float] = field(default_factory=dict)
    conventions: Conventions = field(default_factory=Conventions)
    marking: Marking = field(default_factory=Marking)
    given: dict[str, Any] = field(default_factory=dict)
    note: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        if isinstance(self.asked, Iterable) and not isinstance(self.asked, str):
            object.__setattr__(self, "asked", tuple(self.asked))
        for kind, given in ((Conventions, self.conventions), (Marking, self.marking)):
            if not isinstance(given, kind):
                name = kind.__name__
                raise QuestionError(f"Question: '{name.lower()}' must be {name}(...); got {given!r:.60}.")
        parts = ("title", "program", "asked", "inputs", "marks", "given")
        _check_parts({name: getattr(self, name) for name in parts}, "Question")

    @staticmethod
    def from_toml(text: str, source: str = "question") -> "Question":
        """Return the question that a TOML text says.

        Args:
            text: the text.
            source: what errors call it, such as the file's name.

        Raises:
            QuestionError: if it is not TOML, or no question.
        """
        if not isinstance(text, str):
            raise QuestionError(f"{source}: expected the text of a question; got {type(text).__name__}.")
        return _question(text, source)

    def to_toml(self) -> str:
        """Return the question as TOML, which `from_toml` and `read_question` read as the same question.

        Raises:
            QuestionError: if an input is no number and no list or array of numbers.
        """
        data: dict[str, Any] = {"title": self.title, "program": self.program, "asked": list(self.asked)}
        data = {key: value for key, value in data.items() if value or key == "program"}
        data["inputs"] = self.inputs
        tables = {"marks": self.marks, "given": self.given, "conventions": _changed(self.conventions)}
        tables["marking"] = _changed(self.marking)
        data |= {name: table for name, table in tables.items() if table}
        return write_toml(data)

    def circuit(self) -> Tensor:
        """Return the output of the circuit, freshly recorded.

        Raises:
            ExpressionError: if the program is refused.
            UnknownWireError: if a wire that is asked, given or worth marks is none of the circuit's.
        """
        root = parse(self.program, self.inputs)
        graph = Graph(root)
        for name in (*self.asked, *self.marks, *self.given):
            graph[name.removeprefix(VALUE_PREFIX)]
        return root

    def marker(self) -> Marker:
        """Return the marker of the question's sheets, which works the right numbers out once.

        Raises:
            ExpressionError: if the program is refused.
            UnknownWireError: if a wire is none of the circuit's.
            QuestionError: if the marks are no numbers.
        """
        return Marker(self.circuit(), conventions=self.conventions, marking=self.marking, weights=self.marks)

    def ground(self) -> Ground:
        """Return the circuit prepared for walks; numbers that are not finite stay as they are."""
        with np.errstate(all="ignore"):
            return Ground(self.circuit(), self.conventions)

    def places(self, ground: Ground) -> dict[str, Place]:
        """Return what is asked, by name, as places of a prepared circuit.

        Raises:
            UnknownWireError: if a wire is none of the circuit's, or its gradient is asked and it takes none.
        """
        if self.asked:
            return {name: _place(name, ground) for name in self.asked}
        named = [name for name, wire in ground.graph.names.items() if wire in ground.arrivals]
        return {name: ("gradient", ground.graph[name]) for name in named if name not in self.given}

    def right_answers(self) -> dict[str, Any]:
        """Return the right answers as numbers, by name, written by the question's conventions; arrays for arrays.

        `right_answers(question, inputs)` gives them at many inputs at once.

        Raises:
            ExpressionError: if the program is refused.
            UnknownWireError: if an asked wire is none of the circuit's.
        """
        ground = self.ground()
        answers = {}
        for name, place in self.places(ground).items():
            kind, wire = place
            number = ground.right.prediction(place).middle
            if kind == "gradient":
                factor, offset = self.conventions.written_as(wire.data, ground.graph.driver(wire) is None)
                number = number * factor + offset
            answers[name] = number.T if self.conventions.layout == "transposed" and np.ndim(number) == 2 else number
        return answers

    def key(self) -> dict[str, Any]:
        """Return the right answers as text, by name: "-3", "0.25", "1/3"; lists of texts for arrays.

        A number is exact if it ends within six digits or is a fraction with a denominator of at most 1000; other
        numbers are rounded to six significant digits. The key is written by the question's conventions.

        Raises:
            ExpressionError: if the program is refused.
            UnknownWireError: if an asked wire is none of the circuit's.
        """
        return {name: written(np.asarray(number).tolist()) for name, number in self.right_answers().items()}


def _place(name: str, ground: Ground) -> Place:
    """Return the place that a name stands for: "q" is a gradient, "value:q" a value."""
    kind = "value" if name.startswith(VALUE_PREFIX) else "gradient"
    wire = ground.graph[name.removeprefix(VALUE_PREFIX)]
    if wire not in ground.right.predicted[kind]:
        raise UnknownWireError(f"the wire {name!r} takes no gradient. Ask for its value, {VALUE_PREFIX + name!r}.")
    return kind, wire


def name_of(wire: str, kind: str) -> str:
    """Return the name of the value or the gradient of a wire."""
    return VALUE_PREFIX + wire if kind == "value" else wire


def parted(answers: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return answers by name as two mappings by wire: the gradients and the values."""
    values = {name: answer for name, answer in answers.items() if name.startswith(VALUE_PREFIX)}
    gradients = {name: answer for name, answer in answers.items() if name not in values}
    return gradients, {name.removeprefix(VALUE_PREFIX): answer for name, answer in values.items()}


def expect_question(given: Any, verb: str) -> Question:
    """Return `given` if it is a question.

    Raises:
        QuestionError: if it is something else.
    """
    if not isinstance(given, Question):
        raise QuestionError(
            f"{verb}: expected a Question, such as Question(program, inputs) or read_question(path); "
            f"got {type(given).__name__}."
        )
    return given


def read_question(path: str | os.PathLike[str]) -> Question:
    """Return the question in a TOML file.

    Raises:
        QuestionError: if the file cannot be read, or is no question.
    """
    return _question(read_text(path), str(path))


def read_text(path: str | os.PathLike[str]) -> str:
    """Return the text of a file, of a size that a question or a class can have.

    Raises:
        QuestionError: if the file cannot be read.
    """
    try:
        return read_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise QuestionError(f"{path}: the file is not UTF-8 (byte {error.start}). Save it as UTF-8.") from None


def read_bytes(path: str | os.PathLike[str]) -> bytes:
    """Return the bytes of a file, of a size that a question or a class can have.

    Raises:
        QuestionError: if the file cannot be read.
    """
    if not isinstance(path, str | os.PathLike):
        raise QuestionError(f"expected the path of a file, such as 'midterm.toml'; got {type(path).__name__}.")
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise QuestionError(f"{path}: the file cannot be read: {error.strerror}.") from None
    if len(data) > _MOST_CHARACTERS:
        raise QuestionError(f"{path}: the file has {len(data)} bytes; at most {_MOST_CHARACTERS} are read.")
    return data


# What a question file may say, with the type of each part.
_TEXT, _WIRES, _TABLE = (str, "a text"), (list | tuple, "a list of wires"), (Mapping, "a table of values")
_PARTS = {
    "title": _TEXT, "program": _TEXT, "asked": _WIRES, "inputs": _TABLE, "marks": _TABLE, "given": _TABLE,
    "conventions": _TABLE, "marking": _TABLE,
}  # fmt: skip


def _question(text: str, source: str) -> Question:
    """Return the question that a TOML text says; errors name the source and the key."""
    import tomllib

    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise QuestionError(f"{source}: this is not TOML: {error}.") from None
    _check_keys(data, _PARTS, source, "a question")
    _check_parts(data, source)
    if "program" not in data:
        raise QuestionError(f"{source}: there is no program. Write program = '''...''' with one gate per line.")
    for table, wanted, allowed in (
        ("inputs", "a number or nested lists of numbers", (int, float)),
        ("given", "a number, a text or nested lists of these", (int, float, str)),
    ):
        for name, value in data.get(table, {}).items():
            if not _is_made_of(value, allowed):
                raise QuestionError(f"{source}: '{name}' in [{table}] must be {wanted}; got {value!r:.60}.")
    for wire, mark in data.get("marks", {}).items():
        if isinstance(mark, bool) or not isinstance(mark, int | float) or not 0 <= mark < float("inf"):
            raise QuestionError(f"{source}: the marks for '{wire}' must be a number of at least 0; got {mark!r:.60}.")
    return Question(
        program=data["program"],
        inputs=data.get("inputs", {}),
        title=data.get("title", ""),
        asked=tuple(data.get("asked", ())),
        marks=data.get("marks", {}),
        conventions=_table(Conventions, data.get("conventions", {}), source, "conventions"),
        marking=_table(Marking, data.get("marking", {}), source, "marking"),
        given=data.get("given", {}),
    )


def _check_parts(parts: Mapping[str, Any], source: str) -> None:
    """Check that parts of a question are of their types, and that wires and inputs are called by texts."""
    for key, given in parts.items():
        kind, meant = _PARTS[key]
        if not isinstance(given, kind):
            raise QuestionError(f"{source}: '{key}' must be {meant}; got {given!r:.60}.")
        if kind is not str and not all(isinstance(name, str) for name in given):
            wanted = "a list of wires' names" if key == "asked" else f"{meant} by name"
            raise QuestionError(f"{source}: '{key}' must be {wanted}; got {given!r:.60}.")


def _is_made_of(value: Any, allowed: tuple[type, ...]) -> bool:
    """Return whether a value is of the allowed types, or nested lists of such values."""
    if isinstance(value, list):
        return all(_is_made_of(part, allowed) for part in value)
    return isinstance(value, allowed) and not isinstance(value, bool)


def _check_keys(data: Mapping[str, Any], known: Iterable[str], source: str, what: str) -> None:
    for key in data:
        if key not in known:
            raise QuestionError(
                f"{source}: '{key}' is no part of {what}; these are: {', '.join(known)}.{did_you_mean(key, known)}"
            )


def _table(kind: type[Any], table: Mapping[str, Any], source: str, name: str) -> Any:
    """Return what a table of choices makes: `Conventions`, or `Marking`."""
    _check_keys(table, [part.name for part in dataclasses.fields(kind)], source, f"[{name}]")
    for key, given in table.items():
        if isinstance(given, list | dict):
            raise QuestionError(f"{source}: '{key}' in [{name}] must be a single choice; got {given!r:.60}.")
        if isinstance(getattr(kind, key), bool) and not isinstance(given, bool):
            raise QuestionError(f"{source}: '{key}' in [{name}] must be true or false; got {given!r:.60}.")
    try:
        return kind(**table)
    except QuestionError as error:
        raise QuestionError(f"{source}: {error}") from None


def _changed(choices: Conventions | Marking) -> dict[str, Any]:
    """Return the choices that are not the usual ones."""
    usual = type(choices)()
    return {name: value for name, value in dataclasses.asdict(choices).items() if value != getattr(usual, name)}


def written(number: Any) -> Any:
    """Return a number as an answer key has it, "-3", "0.25" or "1/3", or nested lists of numbers."""
    if isinstance(number, list):
        return [written(part) for part in number]
    shown = f"{number:.{_DIGITS}g}"
    if math.isfinite(number) and abs(float(shown) - number) > _NEAR * abs(number):
        fraction = Fraction(number).limit_denominator(_LARGEST_DENOMINATOR)
        if abs(fraction - Fraction(number)) <= _NEAR * abs(Fraction(number)):
            return str(fraction)
    return "0" if float(shown) == 0 else shown
