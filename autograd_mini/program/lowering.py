"""Gates of single numbers that Python has no form for, replaced by what their rows say: max(x, 0) for relu.

What is replaced becomes steps like any others, so that what two gates have in common is computed once.
"""

from functools import cache
from typing import Any, NamedTuple

import numpy as np

from ..formula import Symbol
from ..ops.arithmetic import power, square
from ..primitive import TRUTH, Primitive
from ..scalar import in_atoms
from ..transforms.trees import leaves
from .steps import FLOAT, Kind, Program, Step, Wire, pruned, renumbered

_TRUTHS = {
    np.greater, np.greater_equal, np.less, np.less_equal, np.equal, np.not_equal, np.logical_and, np.logical_or,
    np.logical_not, np.isnan, np.isinf, np.isfinite,
}  # fmt: skip


class _Statement(NamedTuple):
    """What a row says of a gate of single numbers.

    Attributes:
        gates: gates in order, with their operands: numbers, and wires, of which the gate's own operands are the first
            and the results of these gates follow.
        value: the wire or the number that is the gate's value.
    """

    gates: list[tuple[Primitive, tuple[Any, ...]]]
    value: Any


class Lowered(NamedTuple):
    """A program with other steps: those steps, and the wires of its outputs and inputs among them."""

    steps: tuple[Step, ...]
    outputs: Any
    inputs: list[Wire]


def lowered(program: Program, *, batched: bool) -> Lowered:
    """Return a program with each gate of single numbers that Python has no form for replaced by what its row says.

    Args:
        program: the program.
        batched: whether single numbers are arrays of many, for which NumPy has all forms.
    """
    steps: list[Step] = []
    kinds: list[Kind] = []
    known: dict[Any, Wire] = {}
    places: list[Wire] = []
    is_lowered = is_moved = False
    for number, step in enumerate(program.steps):
        if is_moved:
            step = step.moved(places)
        if step.gate is power and step.operands[1].__class__ is float and step.operands[1] == 2.0:
            # As NumPy computes x**2.0. C's pow may round differently.
            step = step._replace(gate=square, operands=step.operands[:1])
        statement = None if batched else _statement(step, kinds)
        if statement is not None:
            is_lowered = True
            note = f"part of the {step.note}" if step.note else ""
            wires = list(step.operands)
            for gate, operands in statement.gates:
                operands = tuple([wires[x] if x.__class__ is Wire else x for x in operands])
                key = (gate, *[(operand.__class__, operand, str(operand)) for operand in operands])
                if key not in known:
                    known[key] = Wire(len(steps))
                    kinds.append(Kind((), TRUTH, False) if gate.value in _TRUTHS else FLOAT)
                    steps.append(Step(gate, operands, {}, kinds[-1], None, note))
                wires.append(known[key])
            value = wires[statement.value] if statement.value.__class__ is Wire else statement.value
            if value.__class__ is Wire:
                steps[value] = steps[value]._replace(name=steps[value].name or step.name, note=step.note)
                places.append(value)
                is_moved = is_moved or value != number
                continue
        places.append(Wire(len(steps)))
        kinds.append(step.kind)
        steps.append(step)
    if not is_lowered:
        return Lowered(tuple(steps), program.outputs, list(program.inputs))
    outputs = renumbered(program.outputs, places)
    inputs = [places[wire] for wire in program.inputs]
    kept, numbers = pruned(steps, list(leaves(outputs)), inputs)
    return Lowered(kept, renumbered(outputs, numbers), [numbers[wire] for wire in inputs])


def is_scalar(step: Step, kinds: list[Kind]) -> bool:
    """Return whether a step computes with single numbers only."""
    if not step.kind.is_scalar or not isinstance(step.gate, Primitive):
        return False
    for operand in step.operands:
        if operand.__class__ is Wire:
            if not kinds[operand].is_scalar:
                return False
        elif operand.__class__ not in (float, int, bool):
            return False
    return True


def _statement(step: Step, kinds: list[Kind]) -> _Statement | None:
    """Return what the row says of a gate of single numbers that Python has no form for; None for any other step."""
    gate = step.gate
    if gate.__class__ is not Primitive or gate.notation.python is not None or not gate.elementwise:
        return None
    if not is_scalar(step, kinds):
        return None
    count = len(step.operands)
    return _taken_apart(in_atoms(gate, count, step.options), count) if step.options else _usual(gate, count)


@cache
def _usual(gate: Primitive, count: int) -> _Statement | None:
    return _taken_apart(in_atoms(gate, count, {}), count)


def _taken_apart(symbol: Symbol | None, count: int) -> _Statement | None:
    """Return an expression of x0, x1, … as gates, one after the other."""
    if symbol is None:
        return None
    gates: list[tuple[Primitive, tuple[Any, ...]]] = []
    numbers = {f"x{i}": Wire(i) for i in range(count)}
    return _Statement(gates, _added(symbol, gates, numbers))


def _added(symbol: Symbol, gates: list[tuple[Primitive, tuple[Any, ...]]], numbers: dict[str, Wire]) -> Any:
    """Add the gates of an expression, and return its wire or number."""
    if symbol.gate is None:
        return numbers[symbol.write("python")] if symbol.written is not None else float(symbol.value)
    gates.append((symbol.gate, tuple([_added(operand, gates, numbers) for operand in symbol.operands])))
    return Wire(len(numbers) + len(gates) - 1)
