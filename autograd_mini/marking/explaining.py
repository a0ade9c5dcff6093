"""Causes and aliases, for the student: where, what was thought, and the two rules side by side."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import RuleError
from ..formula import Symbol, constant, known, variable
from ..graph import Gate
from ..numerals import MOST_ENTRIES, SIGNIFICANT, numbers, shape
from ..tensor import Tensor
from .answers import Answer
from .causes import Explanation
from .faults import Fault
from .marks import Mark
from .messages import say
from .steps import Step
from .work import Ground, Place, Walk

# What the upstream gradient is called in a rule.
_UPSTREAM = "upstream"
# The words in a rule that are no names of wires.
_WORDS = re.compile(rf"\b({_UPSTREAM}|if|else)\b")
# A longer rule is not told: the sentence before it says more.
_MOST_CHARACTERS = 100

# As many explanations are listed; the others are counted.
_MOST_LISTED = 5


@dataclass(frozen=True)
class Alias:
    """One misconception at one place, which by itself gives the sheet's numbers.

    Attributes:
        misconception: its id, such as "recip.at_output".
        at: the output wire of the faulty gate, or the forked wire, or the input; of several gates, joined by commas.
        gate: the faulty gate's symbol; "" for a fork or an input.
        wire: the first wire whose number shows it; "" if none was asked.
        kind: whether that is its value or its gradient; "" if none was asked.
        answer: what is written there.
        right: the number or array that is right there; None if no wire was asked.
        operand: the operand that alone it was done for; "" for all.
        wrong_rule: the rule that was used, in the names of the wires.
        right_rule: the rule in place of it.
        taken: the number an input was taken for.
        likelihood: how likely it is, against the other aliases.
        count: at how many places it was done.
    """

    misconception: str
    at: str
    gate: str
    wire: str
    kind: str
    answer: str
    right: Any
    operand: str
    wrong_rule: str
    right_rule: str
    taken: str
    likelihood: float
    count: int

    def sentence(self, language: str = "en") -> str:
        """Return what was done, with the student's number in it, and the two rules."""
        return " ".join(part for part in (self.what(language), self.numbers(language), self.rules(language)) if part)

    def what(self, language: str = "en") -> str:
        """Return what was done, and where."""
        if self.taken:
            return say(language, "cause.at.input", at=self.at, taken=self.taken, right=self._right(language))
        key = "cause.at.every" if self.count > 1 else "cause.at"
        key += "" if self.gate else ".fork"
        key += ".operand" if self.operand else ""
        what = say(language, self.misconception)
        return say(language, key, gate=self.gate, at=self.at, operand=self.operand, what=what)

    def numbers(self, language: str = "en") -> str:
        """Return the first number that shows it, beside the right one; "" if none was asked."""
        if not self.wire or self.taken:
            return ""
        key = f"cause.numbers.{self.kind}"
        return say(language, key, wire=self.wire, answer=self.answer, right=self._right(language))

    def rules(self, language: str = "en") -> str:
        """Return the rule that was used, beside the right one; "" where they are not short."""
        both = (self.wrong_rule, self.right_rule)
        if not self.wrong_rule or self.wrong_rule == self.right_rule or max(map(len, both)) > _MOST_CHARACTERS:
            return ""
        wrong, rule = (_in_language(rule, language) for rule in both)
        return say(language, "cause.rules" if self.gate else "cause.rules.fork", wrong=wrong, rule=rule)

    def _right(self, language: str) -> str:
        return "" if self.right is None else say_numbers(language, self.right)


@dataclass(frozen=True)
class Cause:
    """An explanation of a whole sheet.

    Attributes:
        aliases: the misconceptions that explain it equally well, likeliest first.
        also: where it takes two mistakes, what the second can be, likeliest first.
    """

    aliases: tuple[Alias, ...]
    also: tuple[Alias, ...] = ()

    def lines(self, language: str = "en") -> list[str]:
        """Return the cause as lines of text."""
        if self.also:
            key = "cause.two" if len(self.aliases) == len(self.also) == 1 else "cause.two.lists"
            return [
                say(language, key),
                *_listed(self.aliases, language),
                say(language, "cause.and"),
                *_listed(self.also, language),
            ]
        key = "cause.several" if len(self.aliases) > 1 else "cause.one"
        return [say(language, key), *_listed(self.aliases, language)]

    def __str__(self) -> str:
        return "\n".join(self.lines())


def say_numbers(language: str, value: Any) -> str:
    """Return a number, the entries of a small array, or the shape of another, in a language."""
    if np.ndim(value) and not 0 < np.size(value) <= MOST_ENTRIES:
        return say(language, "number.array", shape=shape(value))
    return numbers(value, SIGNIFICANT)


def _in_language(rule: str, language: str) -> str:
    """Return a rule with its words in a language."""
    return _WORDS.sub(lambda found: say(language, f"rule.{found[0]}"), rule)


def _listed(aliases: tuple[Alias, ...], language: str) -> list[str]:
    """Return the likeliest of several aliases as a list."""
    # The same rule at the same gate is one explanation, whatever it is called.
    different = {(alias.at, alias.wrong_rule or alias.misconception): alias for alias in reversed(aliases)}
    shown = [alias for alias in aliases if alias in different.values()]
    lines = []
    said = ""
    for alias in shown[:_MOST_LISTED]:
        numbers = alias.numbers(language)
        more = " ".join(part for part in (numbers if numbers != said else "", alias.rules(language)) if part)
        lines += [f"- {alias.what(language)}", *([f"  {more}"] if more else [])]
        said = numbers
    left = len(shown) - _MOST_LISTED
    return [*lines, "- " + say(language, "cause.more", count=left)] if left > 0 else lines


def cause_of(
    ground: Ground, explanation: Explanation, answers: Mapping[Place, Answer], marks: Mapping[Place, Mark], base: Walk
) -> Cause:
    """Return an explanation as a cause."""

    def aliases(faults: tuple[Fault, ...]) -> tuple[Alias, ...]:
        return tuple(_alias(ground, fault, answers, marks, base) for fault in faults)

    return Cause(aliases(explanation.faults), aliases(explanation.also))


def _alias(
    ground: Ground, fault: Fault, answers: Mapping[Place, Answer], marks: Mapping[Place, Mark], base: Walk
) -> Alias:
    graph = ground.graph
    walk = ground.walk(answers, fault.changes, base=base)
    shown = _shown_at(ground, fault, marks, walk, base)
    gate = graph.driver(fault.at[0]) if not fault.taken and fault.misconception.where != "fork" else None
    wrong, right = _rules(ground, fault, gate, shown)
    mark = marks.get(shown) if shown else None
    return Alias(
        misconception=fault.misconception.id,
        at=", ".join(graph.label(wire) for wire in fault.at),
        gate="" if gate is None else gate.symbol,
        wire=mark.wire if mark else "",
        kind=mark.kind if mark else "",
        answer=mark.answer if mark else "",
        right=fault.at[0].data if fault.taken is not None else mark.right if mark else None,
        operand="" if fault.operand is None or gate is None else graph.label(gate.operands[fault.operand]),
        wrong_rule=wrong,
        right_rule=right,
        taken="" if fault.taken is None else numbers(fault.taken, SIGNIFICANT),
        likelihood=fault.likelihood,
        count=len(fault.at),
    )


def _shown_at(ground: Ground, fault: Fault, marks: Mapping[Place, Mark], walk: Walk, base: Walk) -> Place | None:
    """Return the first wrong answer that the fault changes the prediction of."""
    for place, mark in marks.items():
        if mark.is_mistake and not np.array_equal(walk.prediction(place).middle, base.prediction(place).middle):
            return place
    return None


def _rules(ground: Ground, fault: Fault, gate: Gate | None, shown: Place | None) -> tuple[str, str]:
    """Return the rule that was used and the right one, written in the names of the wires; "" where there is none."""
    graph = ground.graph
    if fault.misconception.where == "fork":
        wire = fault.at[0]
        parts = [_via(graph.label(consumer.output), position) for consumer, position in ground.arrivals[wire]]
        added = fault.misconception.adds or fault.misconception.pushes
        assert added is not None
        return _written(lambda: added(*parts)), _written(lambda: sum(parts[1:], parts[0]))
    if gate is None or fault.taken is not None:
        return "", ""
    operands = tuple(_symbol(ground, operand) for operand in gate.operands)
    reads = fault.misconception.reads
    if reads is not None:
        return reads(*operands).write(), graph.rule(gate).write()
    seen = shown[1] if shown else None
    places = [i for i, operand in gate.inputs if operand is seen] or [i for i, _ in gate.inputs]
    position = places[0] if fault.operand is None else fault.operand
    out = _symbol(ground, gate.output)
    upstream = variable(_UPSTREAM, gate.output.data)
    step = Step(gate.primitive, gate.options, position, upstream, out, operands)
    rule = fault.changes.sends.get(gate.output)
    if rule is None or rule.is_whole:
        # On symbols, which have no shape, a sum over a batch cannot be told from what it sums.
        return "", ""
    source = None if rule.source is None else _symbol(ground, rule.source[1])
    step = step._replace(source=source, learning_rate=ground.conventions.learning_rate)
    return _written(lambda: rule.function(step)), _written(step.right)


def _via(label: str, position: int) -> Symbol:
    return variable(f"[{label}]", 1.0 + position)


def _symbol(ground: Ground, operand: Any) -> Symbol:
    symbol = ground.graph.symbol(operand)
    return known(symbol, operand.data) if isinstance(operand, Tensor) else symbol


def _written(rule: Any) -> str:
    """Return what a rule makes of symbols, as text; "" where it cannot be written."""
    try:
        found = rule()
    except (RuleError, TypeError):
        return ""
    return (found if isinstance(found, Symbol) else constant(found)).write()
