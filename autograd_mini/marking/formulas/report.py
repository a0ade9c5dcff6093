"""What came of comparing a formula: a verdict, what was understood, and a point where it fails."""

import json
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from ...numerals import SIGNIFICANT, numbers

# For two numbers that look alike.
_EXACT = ".10g"

FormulaVerdict = Literal["right", "right except at ties", "wrong", "unreadable", "blank", "not comparable"]


@dataclass(frozen=True)
class Counterexample:
    """A point where a formula is wrong.

    Attributes:
        inputs: the inputs' values by name.
        claimed: what the formula gives; None where it gives nothing.
        right: what is right.
        is_tie: whether the gradient jumps there.
        named: the values of what the formula names besides inputs, by name.
        entry: which entry of an array is meant, as written on paper: "k[2]"; "" for all.
    """

    inputs: dict[str, Any]
    claimed: Any
    right: Any
    is_tie: bool = False
    named: dict[str, Any] = field(default_factory=dict)
    entry: str = ""

    def __str__(self) -> str:
        where = ", ".join(f"{name} = {_shown(value)}" for name, value in self.inputs.items())
        seen = ", ".join(f"{name} = {_shown(value)}" for name, value in self.named.items())
        gives, right = ("nothing" if self.claimed is None else _shown(self.claimed)), _shown(self.right)
        if gives == right:
            gives, right = (numbers(value, _EXACT) for value in (self.claimed, self.right))
        entry = f" for {self.entry}" if self.entry else ""
        place = f"at the tie {where}" if self.is_tie else f"at {where}"
        return f"{place}{f' (so {seen})' if seen else ''} the formula gives {gives}{entry}; right is {right}"


@dataclass(frozen=True, repr=False)
class FormulaReport:
    """What came of comparing a formula with the circuit. `print(report)` tells all.

    Attributes:
        asked: what the formula is said to give: "gradient of w1".
        formula: the formula as it was written.
        verdict: "right"; "right except at ties", where it agrees but for points at which the gradient jumps; "wrong";
            "unreadable"; "blank"; or "not comparable", where too few points were left.
        understood: the formula as it was read, in the parser's syntax; "" if it was not.
        problem: why it cannot be read or compared, or what it asks for that is not there; "" if nothing is the matter.
        counterexample: a point where it is wrong; None if there is none.
        hints: what a wrong formula has to do with the right one at every point compared.
        notes: what the symbols mean, and what the comparison takes for granted or cannot tell.
        points: at how many points it was compared.
        ties: at how many of them the gradient jumps, counted where the formula compares wires or differs there.
    """

    asked: str
    formula: str
    verdict: FormulaVerdict
    understood: str = ""
    problem: str = ""
    counterexample: Counterexample | None = None
    hints: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    points: int = 0
    ties: int = 0

    @property
    def is_right(self) -> bool:
        """Whether the formula is right at every point, with any valid subgradient at ties."""
        return self.verdict == "right"

    def lines(self) -> list[tuple[str, str]]:
        """Return what there is to say, as pairs of a heading and a sentence."""
        found = [("read as", self.understood)] if self.understood else []
        if self.problem:
            found.append(("problem", self.problem))
        if self.counterexample is not None:
            found.append(("for example", str(self.counterexample)))
        found += [("hint", hint) for hint in self.hints]
        found += [("note", note) for note in self.notes]
        if self.points:
            ties = f", {self.ties} of them ties" if self.ties else ""
            found.append(("compared", f"at {self.points} points{ties}"))
        return found

    def __str__(self) -> str:
        lines = self.lines()
        width = max((len(heading) for heading, _ in lines), default=0)
        return "\n".join([self._title(), *[f"  {heading.ljust(width)}  {text}" for heading, text in lines]])

    def _title(self) -> str:
        return f"{self.asked}: {self.verdict}"

    def __repr__(self) -> str:
        return f"<FormulaReport: {self._title()}>"

    def to_markdown(self) -> str:
        """Return the report as Markdown."""
        items = [
            f"- {heading}: `{text}`" if heading == "read as" else f"- {heading}: {text}"
            for heading, text in self.lines()
        ]
        return "\n".join([f"**{self._title()}**", "", *items]) + "\n"

    def _repr_markdown_(self) -> str:
        return self.to_markdown()

    def to_json(self) -> str:
        """Return the report as a JSON object with its attributes as keys; arrays are lists, NaN is null."""
        data = {key: value for key, value in vars(self).items() if key != "counterexample"}
        data["is_right"] = self.is_right
        data["counterexample"] = None if self.counterexample is None else vars(self.counterexample)
        return json.dumps(_plain(data), ensure_ascii=False, allow_nan=False)


def _shown(value: Any) -> str:
    return numbers(value, SIGNIFICANT)


def _plain(value: Any) -> Any:
    """Return a value as JSON has it."""
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if isinstance(value, np.ndarray | np.generic | float):
        array = np.asarray(value)
        if array.ndim:
            return [_plain(part) for part in array]
        return array.item() if np.isfinite(array) else None
    return value
