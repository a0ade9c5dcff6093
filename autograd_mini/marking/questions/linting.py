"""lint: what in a question's numbers hides mistakes, cannot be marked, or is needlessly hard to work out by hand.

Nothing here computes a derivative: the right numbers and those of every mistake come from walks through the circuit.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from ...graph import Gate
from ...numerals import SIGNIFICANT, numbers
from ...ops import arithmetic, products, reductions
from ...tensor import Tensor
from ..marks import RIGHT
from ..work import Ground
from .digits import DIGITS, MOST_DIGITS, NOTHING, is_rational, significant, significant_digits
from .findings import Finding, Findings, Mistake
from .question import VALUE_PREFIX, Question, expect_question, name_of, parted
from .trials import mistakes, own_sheets, random_trials, same_always

# Gradients below this pass for 0 under the usual absolute tolerance of numpy.allclose.
_TOLERANCE = 1e-8
_MEANS = (reductions.sum, reductions.mean)
_PRODUCTS = (products.matmul, products.dot)
_FACTORS = (arithmetic.multiply, *_PRODUCTS)


def lint(question: Question) -> Findings:
    """Return what in a question's numbers hides mistakes, cannot be marked, or is hard to work out by hand.

    Every misconception at every gate and fork is simulated, and its sheet compared with the right one and the others',
    to four significant digits, on what the question asks. What would be so at any inputs counts for nothing: what
    passes 1 on unchanged is rightly done at an add gate.

    Raises:
        ExpressionError: if the program is refused.
        UnknownWireError: if a wire that is asked, given or worth marks is none of the circuit's.
    """
    ground = expect_question(question, "lint").ground()
    found = list(_not_finite(question, ground))
    if found:
        return Findings(found)
    right = _right_numbers(question, ground)
    found += printed_otherwise(question)
    found += _gradients(ground, right)
    found += _gates(ground)
    found += _digits(question, ground, right)
    random = random_trials(question)
    found += _coincidences(question, ground, right, random.right)
    return _with_sheets(found, question, ground, same_always(random))


def _right_numbers(question: Question, ground: Ground) -> dict[str, Any]:
    return {name: ground.right.prediction(place).middle for name, place in question.places(ground).items()}


def _not_finite(question: Question, ground: Ground) -> Iterator[Finding]:
    for name, number in _right_numbers(question, ground).items():
        if not np.all(np.isfinite(number)):
            yield Finding("not finite", (name,))


def printed_otherwise(question: Question) -> Iterator[Finding]:
    """Yield the printed numbers that are not the program's."""
    if not question.given:
        return
    report = question.marker().mark(*parted(question.given))
    for mark in report.marks:
        if mark.verdict not in (*RIGHT, "blank"):
            kind = "given follows" if mark.verdict == "follows" else "given"
            right = numbers(mark.right, SIGNIFICANT)
            yield Finding(kind, (name_of(mark.wire, mark.kind),), parts=(("printed", mark.answer), ("right", right)))


def _gradients(ground: Ground, right: dict[str, Any]) -> Iterator[Finding]:
    """Yield gradients that are next to nothing, or arrive unchanged."""
    largest = {
        name: float(np.max(np.abs(number), initial=0.0))
        for name, number in right.items()
        if not name.startswith(VALUE_PREFIX) and ground.graph[name] is not ground.graph.root
    }
    if largest and max(largest.values()) < _TOLERANCE:
        yield Finding("degenerate", tuple(largest), parts=(("largest", f"{max(largest.values()):.1g}"),))
        return
    for name, size in largest.items():
        if NOTHING < size < _TOLERANCE:
            yield Finding("tiny", (name,), parts=(("largest", f"{size:.1g}"),))
    zeros = tuple(name for name, size in largest.items() if size <= NOTHING)
    if zeros:
        yield Finding("zero gradient", zeros)
    outputs = [gate.output for gate in ground.graph.gates if gate.output in ground.arrivals]
    if len(outputs) > 1 and all(np.all(ground.right.gradients[wire].middle == 1) for wire in outputs):
        yield Finding("upstream of one", tuple(ground.graph.label(wire) for wire in outputs))


def _gates(ground: Ground) -> Iterator[Finding]:
    """Yield what the operands of single gates hide."""
    graph = ground.graph
    for gate in graph.gates:
        at = (graph.label(gate.output),)
        if gate.output in ground.kinks:
            yield Finding("kink", at, parts=(("gate", gate.symbol),))
        if gate.primitive in _MEANS and 1 in _reduced(gate):
            yield Finding("batch of one", at, parts=(("gate", gate.symbol),))
        # a*a is one operand twice.
        operands = {id(operand): operand for operand in gate.operands} if gate.primitive in _FACTORS else {}
        for operand in operands.values():
            number = np.asarray(operand.data if isinstance(operand, Tensor) else operand, float)
            parts = (("factor", graph.symbol(operand).write()), ("gate", gate.symbol))
            if not np.any(number):
                yield Finding("zero", at, parts=parts)
            elif np.all(number == 1) and isinstance(operand, Tensor):
                yield Finding("one", at, parts=parts)
            if gate.primitive in _PRODUCTS and number.ndim >= 2 and number.shape[-1] == number.shape[-2] > 1:
                yield Finding("square", at, parts=parts)


def _reduced(gate: Gate) -> list[int]:
    """Return the lengths of the axes that a sum or a mean runs over."""
    lengths = np.shape(gate.operands[0].data)
    axis = gate.options["axis"]
    axes = range(len(lengths)) if axis is None else np.atleast_1d(axis).tolist()
    return [lengths[i] for i in axes]


def _digits(question: Question, ground: Ground, right: dict[str, Any]) -> Iterator[Finding]:
    """Yield inputs and answers with more digits than a person likes to work with."""
    for wire in ground.graph.leaves:
        digits = int(np.max(significant_digits(wire.data), initial=1))
        if digits > DIGITS and wire.name in question.inputs:
            shown = f"at least {digits}" if digits == MOST_DIGITS else str(digits)
            yield Finding("long input", (str(wire.name),), parts=(("digits", shown),))
    if not is_rational(ground):
        return
    for name, number in right.items():
        if int(np.max(significant_digits(number), initial=1)) > DIGITS:
            yield Finding("long answer", (name,), parts=(("number", numbers(number, SIGNIFICANT)), ("digits", DIGITS)))


def _with_sheets(found: list[Finding], question: Question, ground: Ground, same: Any) -> Findings:
    """Return the findings with what the simulated sheets show.

    Args:
        found: the other findings.
        question: the question.
        ground: its circuit.
        same: a number for every sheet, the same for sheets that are the same whatever the inputs.
    """
    label = ground.graph.label
    named = [Mistake(fault.misconception.id, label(fault.at[0])) for fault in mistakes(ground)]
    sheet = own_sheets(question, ground)
    now: dict[int, list[int]] = {}
    always: dict[int, list[int]] = {}
    for i in np.flatnonzero(same).tolist():
        now.setdefault(int(sheet[i]), []).append(i)
        always.setdefault(int(same[i]), []).append(i)
    hidden: dict[str, list[Mistake]] = {}
    for i in now.pop(int(sheet[0]), []):
        hidden.setdefault(named[i - 1].at, []).append(named[i - 1])
    found += [Finding("invisible", (wire,), tuple(group)) for wire, group in hidden.items()]
    for group in now.values():
        if len({int(same[i]) for i in group}) > 1:
            found.append(Finding("alike", mistakes=tuple(named[i - 1] for i in group)))
    inseparable = [tuple(named[i - 1] for i in group) for group in always.values() if len(group) > 1]
    return Findings(found, sum(map(len, always.values())), inseparable)


def _coincidences(question: Question, ground: Ground, right: dict[str, Any], random: Any) -> Iterator[Finding]:
    """Yield the numbers that are another asked number, or the wire's value, by chance."""
    places = question.places(ground)
    rows = np.split(random, np.cumsum([np.size(number) for number in right.values()])[:-1])
    groups: dict[float, dict[bytes, str]] = {}
    for (name, number), row in zip(right.items(), rows, strict=True):
        wire = places[name][1]
        seen = significant(number)
        if not name.startswith(VALUE_PREFIX) and np.any(seen) and np.array_equal(seen, significant(wire.data)):
            yield Finding("value is gradient", (name,), parts=(("number", numbers(number, SIGNIFICANT)),))
        if np.size(number) == 1 and np.any(seen):
            # One name for each number that is the same whatever the inputs.
            groups.setdefault(float(np.ravel(seen)[0]), {}).setdefault(significant(row).tobytes(), name)
    for number, names in groups.items():
        if len(names) > 1:
            yield Finding("same answer", tuple(names.values()), parts=(("number", numbers(number, SIGNIFICANT)),))
