"""The report on a backward function: verdicts, what explains the wrong gradients, warnings; as text, Markdown, JSON."""

import json
from dataclasses import dataclass, replace
from typing import Any

from ...numerals import number
from ..messages import check_language
from ..report import width
from .findings import Diagnosis
from .messages import say
from .trial import Entry, GradientMark

_DIGITS = ".6g"
_EXACT = ".12g"
# So many diagnoses of a gradient are written out; `diagnoses` has all.
_MOST_SHOWN = 3


@dataclass(frozen=True, repr=False)
class BackwardReport:
    """What was found about a backward function. It is true when all is right; `print(report)` tells all.

    Attributes:
        title: what the function is called.
        gradients: the verdict on each gradient, in the order of the inputs.
        diagnoses: what explains the wrong gradients, likeliest first.
        behaviour: what is wrong with how the function behaves: arrays that it changes, random numbers, too few results.
        warnings: what the given inputs cannot show, as keys of messages with an input's name.
        method: "recorded" where the right gradients come from the derivative recorded of the forward function, "twin"
            where they come from that of a known layer with the same outputs, "differences" where they come from
            differences of its outputs; "" if there are none.
        twin: the name of the known layer; "" if there is none.
        inputs: the shapes of the inputs that are differentiated by.
        notes: what else there is to say, as keys of messages with what they are filled in with.
        language: "en" or "ko".
    """

    title: str
    gradients: tuple[GradientMark, ...] = ()
    diagnoses: tuple[Diagnosis, ...] = ()
    behaviour: tuple[Diagnosis, ...] = ()
    warnings: tuple[tuple[str, str], ...] = ()
    method: str = ""
    twin: str = ""
    inputs: str = ""
    notes: tuple[tuple[str, dict[str, Any]], ...] = ()
    language: str = "en"

    @property
    def is_right(self) -> bool:
        """Whether every gradient is right and the function behaves."""
        return bool(self.gradients) and not self.behaviour and all(mark.verdict == "right" for mark in self.gradients)

    def __bool__(self) -> bool:
        return self.is_right

    def __getitem__(self, name: str) -> GradientMark:
        """Return the verdict on a gradient: report["dw"]."""
        return next(mark for mark in self.gradients if mark.name == name)

    def in_language(self, language: str) -> "BackwardReport":
        """Return the same report in another language: "en" or "ko"."""
        return replace(self, language=check_language(language))

    def summary(self) -> str:
        """Return the verdict in one sentence."""
        verdicts = [mark.verdict for mark in self.gradients if mark.verdict != "right"]
        wrong = len(verdicts)
        kind = "right" if self.is_right else "behaviour"
        if wrong:
            kind = "missing" if set(verdicts) == {"missing"} else "wrong"
        if any(diagnosis.id.startswith("backward.raised") for diagnosis in self.behaviour):
            kind = "raised"
        elif not self.gradients:
            kind = "unjudged"
        return self._say(f"title.{kind}", title=self.title, wrong=wrong, total=len(self.gradients))

    def table(self) -> str:
        """Return the verdicts as a table of text."""
        rows = self._rows()
        rooms = [max(map(width, column)) for column in zip(*rows, strict=True)]
        return "\n".join(
            "  ".join(cell + " " * (room - width(cell)) for cell, room in zip(row, rooms, strict=True)).rstrip()
            for row in rows
        )

    def explanation(self) -> list[str]:
        """Return what explains the wrong gradients, and how the function behaves, as lines of text."""
        lines = [diagnosis.said(self.language) for diagnosis in self.behaviour]
        told: set[str] = set()
        for mark in self.gradients:
            own = [diagnosis for diagnosis in self.diagnoses if mark.name in diagnosis.gradients]
            if mark.verdict == "right" or mark.name in told:
                continue
            if not own and mark.worst:
                lines.append(self._say("unexplained", gradient=mark.name))
                lines += [f"  {self._entry(mark.name, entry)}" for entry in mark.worst]
            if not own and mark.verdict == "wrong shape":
                lines.append(self._say("unexplained.shape", gradient=mark.name, given=mark.shape, wanted=mark.expected))
            if not own and mark.verdict in ("missing", "no numbers") and not self.behaviour:
                lines.append(self._say(f"unexplained.{mark.verdict}", gradient=mark.name, wanted=mark.expected))
            for i, diagnosis in enumerate(own[:_MOST_SHOWN]):
                lines.append((f"  {self._say('or')} " if i else "") + diagnosis.said(self.language))
            if len(own) > _MOST_SHOWN:
                lines.append("  " + self._say("more", count=len(own) - _MOST_SHOWN))
            if own:
                told |= set(own[0].gradients)
        return lines

    def remarks(self) -> list[str]:
        """Return notes, warnings, and what the gradients were compared with."""
        lines = [self._say(key, **parts) for key, parts in self.notes]
        lines += [self._say(key, input=name) for key, name in self.warnings]
        return [
            *lines,
            *([self._say(f"method.{self.method}", inputs=self.inputs, twin=self.twin)] if self.method else []),
        ]

    def to_text(self) -> str:
        """Return the verdicts, what explains them, and the remarks."""
        table = [self.table()] if self.gradients else []
        return "\n".join([self.summary(), *table, *self.explanation(), *self.remarks()])

    def to_markdown(self) -> str:
        """Return the report as Markdown."""
        parts = [f"**{_escaped(self.summary())}**"]
        if self.gradients:
            header, *rows = [[_escaped(cell).replace("|", r"\|") for cell in row] for row in self._rows()]
            parts.append("\n".join("| " + " | ".join(row) + " |" for row in [header, ["---"] * len(header), *rows]))
        told = map(_escaped, self.explanation())
        lines = [f"  - {line.strip()}" if line.startswith("  ") else f"- {line}" for line in told]
        parts += ["\n".join(lines)] if lines else []
        return "\n\n".join([*parts, *map(_escaped, self.remarks())]) + "\n"

    def _repr_markdown_(self) -> str:
        return self.to_markdown()

    def to_json(self) -> str:
        """Return the report as a JSON object: is_right, gradients, diagnoses, behaviour, warnings, notes, method."""
        return json.dumps(self.to_dict(), ensure_ascii=False, allow_nan=False)

    def to_dict(self) -> dict[str, Any]:
        """Return the report as what JSON knows; a number that is not finite is None."""
        return {
            "title": self.title,
            "is_right": self.is_right,
            "summary": self.summary(),
            "method": self.method,
            "inputs": self.inputs,
            "gradients": [
                {
                    "name": mark.name,
                    "verdict": mark.verdict,
                    "shape": None if mark.shape is None else list(mark.shape),
                    "expected": list(mark.expected),
                    "wrong": mark.wrong,
                    "judged": mark.judged,
                    "kinks": mark.kinks,
                    "worst": [
                        {"index": list(entry.index), "yours": _plain(entry.yours), "right": _plain(entry.right)}
                        for entry in mark.worst
                    ],
                }
                for mark in self.gradients
            ],
            "diagnoses": [self._diagnosis(diagnosis) for diagnosis in self.diagnoses],
            "behaviour": [self._diagnosis(diagnosis) for diagnosis in self.behaviour],
            "warnings": [self._say(key, input=name) for key, name in self.warnings],
            "notes": [self._say(key, **parts) for key, parts in self.notes],
        }

    def __str__(self) -> str:
        return self.to_text()

    def __repr__(self) -> str:
        return f"<BackwardReport: {self.summary()}>"

    def _say(self, key: str, **parts: Any) -> str:
        return say(self.language, key, **parts)

    def _diagnosis(self, diagnosis: Diagnosis) -> dict[str, Any]:
        return {
            "id": diagnosis.id,
            "gradients": list(diagnosis.gradients),
            "sentence": diagnosis.sentence(self.language),
            "remedy": diagnosis.remedy(self.language),
            "likelihood": diagnosis.likelihood,
        }

    def _entry(self, name: str, entry: Entry) -> str:
        place = _place(entry)
        return self._say("entry", gradient=name, place=place, yours=_pair(entry)[0], right=_pair(entry)[1])

    def _rows(self) -> list[list[str]]:
        columns = ("gradient", "shape", "verdict", "wrong", "worst", "yours", "right")
        rows = [[self._say(f"column.{column}") for column in columns]]
        for mark in self.gradients:
            given, wanted = mark.shape, mark.expected
            shape = str(wanted)
            if given is not None and given != wanted:
                shape = self._say("cell.shape", given=given, wanted=wanted)
            row = [mark.name, shape, self._say(f"verdict.{mark.verdict}"), "", "", "", ""]
            if mark.worst:
                entry = mark.worst[0]
                row[3:] = [self._say("cell.wrong", wrong=mark.wrong, judged=mark.judged), mark.name + _place(entry)]
                row += _pair(entry)
            rows.append(row)
        # Columns that are empty below their heading say nothing.
        used = [i for i, column in enumerate(zip(*rows, strict=True)) if any(column[1:])]
        return [[row[i] for i in used] for row in rows]


def _escaped(text: str) -> str:
    """Return text for Markdown, in which < begins a tag; what stands between backticks is left as it is."""
    parts = text.split("`")
    return "`".join(part if i % 2 else part.replace("<", r"\<").replace("*", r"\*") for i, part in enumerate(parts))


def _pair(entry: Entry) -> list[str]:
    """Return the two numbers of an entry, with as many digits as it takes to tell them apart."""
    shown = [number(value, _DIGITS) for value in (entry.yours, entry.right)]
    return shown if shown[0] != shown[1] else [number(value, _EXACT) for value in (entry.yours, entry.right)]


def _place(entry: Entry) -> str:
    return f"[{', '.join(map(str, entry.index))}]" if entry.index else ""


def _plain(value: float) -> float | None:
    return value if value - value == 0 else None
