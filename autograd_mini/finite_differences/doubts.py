"""Where the chosen numbers cannot tell a right rule from a wrong one, however well they agree.

For each gate the right contribution is compared with plausible wrong ones made from its own row: at u = 1, 1/u has the
same derivative whether −1/x² is taken at the operand or at the output. A mistake that no numbers could show is none.
"""

from typing import Any

import numpy as np

from ..graph import Gate, Graph
from ..primitive import Primitive
from ..tensor import Tensor
from .subject import Subject, random_signs

_MOST_GATES = 500
_FLIPPED = "the sign flipped"


def doubts(subject: Subject, seed: int) -> list[str]:
    """Return what the numbers at which a function is checked cannot tell."""
    # A loop's gates may say the same many times.
    found: dict[str, None] = {}
    for root, weight in subject.roots(subject.arrays)[1]:
        graph = Graph(root)
        totals = graph.gradients(weight).totals
        for gate in graph.gates[:_MOST_GATES]:
            # Internal gates have no rule that a user writes.
            if not gate.primitive.internal:
                found |= dict.fromkeys(_doubts_of(gate, graph, totals.get(gate.output), seed))
        if len(graph) > _MOST_GATES:
            found[f"only the first {_MOST_GATES} of {len(graph)} gates were looked at for such doubts."] = None
    return list(found)


def _doubts_of(gate: Gate, graph: Graph, upstream: Any, seed: int) -> list[str]:
    if upstream is None:
        return []
    called = f"gate '{gate.primitive.name}' ({graph.rule(gate).write()})"
    if not np.any(upstream):
        return [f"{called}: its upstream is 0 everywhere, so its rule is not tested."]
    found = []
    for position, operand in gate.inputs:
        rule = gate.primitive.rule_for(position)
        if operand.requires_grad and rule is not None:
            name = f"operands[{position}]" if gate.primitive.variadic else gate.primitive.operands[position]
            same = _coinciding(gate, position, upstream, seed)
            if _FLIPPED in same:
                found.append(f"{called}: it sends 0 to {name} everywhere, so that rule is hardly tested.")
            elif same:
                found.append(
                    f"{called}: at these numbers mistakes in its rule for {name} would not show: {', '.join(same)}."
                )
    return found


def _coinciding(gate: Gate, position: int, upstream: Any, seed: int) -> list[str]:
    """Return the mistakes that give the right contribution at the recorded numbers, but not at other ones."""
    operands = tuple(_strong(operand) for operand in gate.operands)
    here = _contributions(gate.primitive, position, _strong(upstream), _strong(gate.output), operands, gate.options)
    same = [mistake for mistake, wrong in here.items() if mistake and _is_equal(wrong, here[""])]
    if not same:
        return []
    for low in (-1.5, 0.2):
        elsewhere = _elsewhere(gate, position, low, seed)
        if elsewhere and np.all(np.isfinite(elsewhere[""])):
            return [mistake for mistake in same if not _is_equal(elsewhere.get(mistake), elsewhere[""])]
    return []


def _elsewhere(gate: Gate, position: int, low: float, seed: int) -> dict[str, Any]:
    """Return the contributions at random operands; none where the gate has no value there."""
    rng = np.random.default_rng(seed)
    drawn: dict[int, Any] = {}
    operands = []
    for operand in gate.operands:
        # An operand used twice stays one number.
        value = _strong(operand)
        if value is not None and np.result_type(value).kind == "f":
            if id(operand) not in drawn:
                drawn[id(operand)] = rng.uniform(low, 0.8, np.shape(value))
            value = drawn[id(operand)]
        operands.append(value)
    try:
        out = gate.primitive.value(*operands, **gate.options)
    except (ArithmeticError, ValueError, np.linalg.LinAlgError):
        return {}
    return _contributions(
        gate.primitive, position, random_signs(rng, np.shape(out)), out, tuple(operands), gate.options
    )


def _contributions(
    row: Primitive, position: int, upstream: Any, out: Any, operands: tuple[Any, ...], options: dict[str, Any]
) -> dict[str, Any]:
    """Return the right contribution under "", and those of plausible mistakes by what each is."""

    def pull(upstream: Any, operands: tuple[Any, ...]) -> Any:
        try:
            return row.pull(position, upstream, out, operands, options)
        except (ArithmeticError, ValueError, IndexError, np.linalg.LinAlgError):
            # A rule need not work on operands that are exchanged.
            return np.nan

    operand = operands[position]
    right = pull(upstream, operands)
    found = {
        "": right,
        "the upstream ignored": pull(np.ones(np.shape(upstream)), operands),
        "the upstream passed on as it is": upstream,
        _FLIPPED: -right,
    }
    if np.shape(out) == np.shape(operand):
        at_output = (*operands[:position], out, *operands[position + 1 :])
        found["the derivative taken at the output"] = pull(upstream, at_output)
        found["the output taken for the derivative"] = upstream * out
        found["the operand taken for the derivative"] = upstream * operand
    if len(operands) == 2 and np.shape(operands[0]) == np.shape(operands[1]):
        found["the operands exchanged"] = pull(upstream, operands[::-1])
    return found


def _strong(operand: Any) -> Any:
    """Return an operand's numbers, NumPy's own, which divide by zero without raising."""
    value = operand.data if isinstance(operand, Tensor) else operand
    return np.float64(value) if isinstance(value, float) else value


def _is_equal(one: Any, other: Any) -> bool:
    return np.shape(one) == np.shape(other) and np.allclose(one, other, rtol=1e-9, atol=0)
