"""What one gate makes of numbers with room around them: its value, and what it sends back to each operand."""

from typing import Any

import numpy as np

from ..graph import Gate
from ..primitive import Primitive
from .changes import Rule
from .conventions import Conventions
from .spreads import Spread, entrywise, hair_at, whole
from .steps import Step


def value(gate: Gate, row: Primitive, operands: list[Spread]) -> Spread:
    """Return the value of a gate, or of the gate it is taken for, on what enters it along its wires."""
    options = gate.options if row is gate.primitive else {}

    def evaluate(*given: Any) -> Any:
        return row.value(*_filled(gate, given), **options)

    return entrywise(evaluate, operands) if row.elementwise else whole(evaluate, operands)


def sent(
    gate: Gate,
    position: int,
    row: Primitive,
    rule: Rule | None,
    upstream: Spread,
    out: Spread,
    operands: list[Spread],
    source: Spread | None,
    conventions: Conventions,
) -> Spread:
    """Return what a gate sends to an operand.

    Args:
        gate: the gate.
        position: the operand.
        row: the gate's row, or that of the gate it is taken for.
        rule: what is used in place of the row's rule, if anything.
        upstream: the gradient that arrives.
        out: the gate's value.
        operands: what enters along its wires.
        source: what the rule reads besides.
        conventions: what is right at a kink.
    """
    usual = row.rule_for(position)
    assert usual is not None
    shape = np.shape(gate.operands[position])
    if rule is None and usual.constant in (1, -1) and upstream.shape == shape:
        return upstream if usual.constant == 1 else -upstream
    options = gate.options if row is gate.primitive else {}
    places = [i for i, _ in gate.inputs]
    reads = [rule is not None or row.variadic or _name(row, i) in usual.reads for i in places]
    nudges = conventions.nudges(row, gate.operands)
    given = [
        _nudged(operand, nudges[i]) if nudges and i in nudges else operand if is_read else Spread(operand.middle)
        for i, operand, is_read in zip(places, operands, reads, strict=True)
    ]
    if rule is None and not row.variadic and "out" not in usual.reads:
        out = Spread(out.middle)
    sources = [] if source is None else [source]
    # A wrong rule says itself what it gives at a kink.
    probe = nudges is None and rule is None
    probed = [False, False, *(probe and is_read for is_read in reads), *(False for _ in sources)]

    def send(upstream: Any, out: Any, *rest: Any) -> Any:
        along = tuple(_filled(gate, rest[: len(places)]))
        read = rest[-1] if sources else None
        step = Step(row, options, position, upstream, out, along, read, conventions.learning_rate)
        if rule is None:
            return step.right()
        found = rule.function(step)
        return found if is_entrywise or np.ndim(found) else np.full(shape, found)

    is_entrywise = row.elementwise and not (rule is not None and rule.is_whole)
    evaluate = entrywise if is_entrywise else whole
    return evaluate(send, [upstream, out, *given, *sources], probed).sum_to(shape)


def sum_of_all_sent(gate: Gate, upstream: Spread, out: Spread, operands: list[Spread]) -> Spread:
    """Return the sum of all that a gate sends: at a tie it does not depend on who gets what."""
    places = [i for i, _ in gate.inputs]

    def send_all(upstream: Any, out: Any, *given: Any) -> Any:
        along = tuple(_filled(gate, given))
        return sum(np.sum(gate.primitive.pull(i, upstream, out, along, gate.options)) for i in places)

    return whole(send_all, [upstream, out, *operands], [False, False, *(True for _ in places)])


def _filled(gate: Gate, given: tuple[Any, ...]) -> list[Any]:
    """Return a gate's operands with what is given in place of its wires."""
    every = list(gate.operands)
    for (i, _), operand in zip(gate.inputs, given, strict=True):
        every[i] = operand
    return every


def _name(row: Primitive, position: int) -> str:
    return row.operands[0] if row.variadic else row.operands[position]


def _nudged(spread: Spread, way: int) -> Spread:
    """Return a spread moved a hair's breadth up or down, to one side of a kink."""
    hair = way * hair_at(spread.middle)
    return spread.map(lambda numbers: numbers + hair)
