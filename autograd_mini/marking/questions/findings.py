"""What is found in a question: each finding with what it concerns, how bad it is, and what to do; as text and JSON."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from .advice import say

Severity = Literal["error", "warning", "note"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")

# Kind of finding -> how bad it is.
KINDS: dict[str, Severity] = {
    "not finite": "error",
    "given": "error",
    "given follows": "error",
    "degenerate": "error",
    "invisible": "warning",
    "kink": "warning",
    "tiny": "warning",
    "zero": "warning",
    "batch of one": "warning",
    "square": "warning",
    "zero gradient": "note",
    "one": "note",
    "upstream of one": "note",
    "alike": "note",
    "same answer": "note",
    "value is gradient": "note",
    "long input": "note",
    "long answer": "note",
}


class Mistake(NamedTuple):
    """A misconception at a place.

    Attributes:
        misconception: its id, such as "recip.at_output".
        at: the output wire of the gate, or the forked wire.
    """

    misconception: str
    at: str

    def __str__(self) -> str:
        return f"{self.misconception} at {self.at}"


@dataclass(frozen=True)
class Finding:
    """Something in a question that makes it hard to answer, or to mark.

    Attributes:
        kind: what it is, a key of `KINDS`.
        wires: the wires it concerns.
        mistakes: the mistakes it concerns.
        parts: what else its sentence says.
    """

    kind: str
    wires: tuple[str, ...] = ()
    mistakes: tuple[Mistake, ...] = ()
    parts: tuple[tuple[str, Any], ...] = ()

    @property
    def severity(self) -> Severity:
        """How bad it is: "error": no sheet can be marked fairly; "warning": mistakes stay hidden; "note"."""
        return KINDS[self.kind]

    @property
    def misconceptions(self) -> tuple[str, ...]:
        """The ids of the misconceptions it concerns."""
        return tuple(dict.fromkeys(mistake.misconception for mistake in self.mistakes))

    @property
    def sentence(self) -> str:
        """What is found, and what to do."""
        one_place = len({mistake.at for mistake in self.mistakes}) == 1
        named = self.misconceptions if one_place and self.wires else map(str, self.mistakes)
        parts = dict(self.parts)
        text = say(f"lint.{self.kind}", wires=", ".join(self.wires), misconceptions=", ".join(named), **parts)
        return text[:1].upper() + text[1:] if text.startswith("the ") else text

    def to_dict(self) -> dict[str, Any]:
        """Return the finding as what JSON knows."""
        return {
            "kind": self.kind,
            "severity": self.severity,
            "wires": list(self.wires),
            "mistakes": [mistake._asdict() for mistake in self.mistakes],
            "sentence": self.sentence,
        }

    def __str__(self) -> str:
        return f"{self.severity}: {self.sentence}"


class Findings:
    """What `lint` finds in a question. `print(findings)` lists it, the worst first.

    Attributes:
        all: every finding, the worst first.
        possible: how many mistakes can be made in the circuit that would make a difference at some inputs.
        invisible: the mistakes that change nothing at the question's inputs.
        alike: groups of mistakes with the same sheet at the question's inputs, though not at all inputs.
        inseparable: groups of mistakes with the same sheet whatever the inputs, which no numbers can help.
    """

    def __init__(
        self, findings: Sequence[Finding], possible: int = 0, inseparable: Sequence[tuple[Mistake, ...]] = ()
    ) -> None:
        self.all = tuple(sorted(findings, key=lambda finding: SEVERITIES.index(finding.severity)))
        self.possible = possible
        self.invisible = tuple(mistake for found in self.of_kind("invisible") for mistake in found.mistakes)
        self.alike = tuple(found.mistakes for found in self.of_kind("alike"))
        self.inseparable = tuple(inseparable)

    def of_kind(self, kind: str) -> tuple[Finding, ...]:
        """Return the findings of a kind, such as "invisible" or "kink"."""
        return tuple(finding for finding in self.all if finding.kind == kind)

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that keep a sheet from being marked fairly."""
        return tuple(finding for finding in self.all if finding.severity == "error")

    def summary(self) -> str:
        """Return in a sentence how many mistakes are hidden."""
        alike = sum(map(len, self.alike))
        return say("lint.summary", possible=self.possible, invisible=len(self.invisible), alike=alike)

    def to_text(self) -> str:
        """Return the findings as lines of text."""
        return "\n".join([self.summary(), *map(str, self.all)])

    def to_markdown(self) -> str:
        """Return the findings as Markdown."""
        lines = [f"- **{finding.severity}**: {finding.sentence}" for finding in self.all]
        return "\n".join([self.summary(), "", *lines]).rstrip() + "\n"

    def to_json(self) -> str:
        """Return the findings as JSON."""
        return json.dumps(self.to_dict(), ensure_ascii=False)

    def to_dict(self) -> dict[str, Any]:
        """Return the findings as what JSON knows: numbers, texts, lists and dicts."""
        return {
            "possible": self.possible,
            "invisible": [mistake._asdict() for mistake in self.invisible],
            "alike": [[mistake._asdict() for mistake in group] for group in self.alike],
            "inseparable": [[mistake._asdict() for mistake in group] for group in self.inseparable],
            "findings": [finding.to_dict() for finding in self.all],
        }

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.all)

    def __len__(self) -> int:
        return len(self.all)

    def __str__(self) -> str:
        return self.to_text()

    def __repr__(self) -> str:
        return f"<Findings: {len(self)}. {self.summary()}>"

    def _repr_markdown_(self) -> str:
        return self.to_markdown()
