"""Write down the backward pass: the engine's own, whose rules run on traced Tensors and so become steps themselves."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..backward import Region, sweep
from ..errors import SeedError
from ..sending import fit
from ..tensor import Tensor
from .steps import Kind, Pull, Wire
from .tracing import Tape, Traced, as_traced, numbers_of, wires_of


def differentiated(tape: Tape, root: Any, inputs: Sequence[Traced]) -> list[Wire]:
    """Write down the backward pass from `root` and return the wire of each input's gradient.

    Raises:
        SeedError: if the root is no single number.
    """
    if isinstance(root, dict | list | tuple) or root is None or np.shape(root) != ():
        is_array = isinstance(root, Traced | np.ndarray)
        got = f"shape {np.shape(root)}" if is_array else f"a {type(root).__name__}"
        raise SeedError(
            f"value_and_grad: the compiled function must return a single number; got {got}. Reduce it (np.sum)."
        )
    region = Region(min((wire.order for wire in inputs), default=0), frozenset(inputs))
    if not isinstance(root, Traced):
        root = as_traced(tape, root)
    one = root.dtype.type(1.0) if root.dtype != np.float64 else 1.0
    seed = Traced.on(tape, tape.constant(one), one, requires_grad=False)
    tape.in_rule = True
    try:
        with np.errstate(all="ignore"):
            totals = sweep({root: seed}, send=_send, region=region) if root.requires_grad else {}
        found = [totals.get(wire) for wire in inputs]
        _name_gradients(tape, totals)
        return [
            tape.constant(_zeros(wire)) if total is None else total.wire
            for wire, total in zip(inputs, found, strict=True)
        ]
    finally:
        tape.in_rule = False


def _zeros(wire: Traced) -> Any:
    """Return the gradient of an input at which nothing arrives."""
    zeros = np.zeros(wire.shape, wire.dtype)
    return 0.0 if Kind.of(zeros).is_float else zeros[()]


def _send(gate: Tensor, upstream: Any) -> list[Any]:
    """Return what a gate sends to its operands, written down."""
    row, operands = gate.gate, gate.operands
    assert isinstance(gate, Traced)
    assert row is not None
    values: tuple[Any, ...] = ()
    sent: list[Any] = []
    for position, operand in enumerate(operands):
        rule = row.rule_for(position) if getattr(operand, "requires_grad", False) else None
        if rule is None:
            sent.append(None)
            continue
        if not values and rule.constant is None:
            values = tuple([_value(given, gate.dtype) for given in operands])
        try:
            raw = row.pull(position, upstream, _detached(gate), values, gate.options)
            raw = raw if isinstance(raw, Traced) else as_traced(gate.tape, raw)
        except Exception:
            # It reads numbers, loops over them, or asks what only arrays have: the rule is called as a function.
            raw = _pulled(gate, position, upstream, values)
        sent.append(raw if raw.kind[:2] == operand.kind[:2] else fit(raw, operand, gate))
    return sent


def _detached(tensor: Traced) -> Traced:
    """Return a wire as rules read it, the same whenever one does: they may ask whether it is differentiated by."""
    known = tensor.tape.detached
    if tensor.wire not in known:
        known[tensor.wire] = tensor.detach()
    return known[tensor.wire]


def _value(operand: Any, dtype: np.dtype[Any]) -> Any:
    """Return an operand as rules read it, constants as the backward pass of arrays and of single numbers has them."""
    if isinstance(operand, Traced):
        return _detached(operand)
    if operand.__class__ is float and (dtype == np.float64 or not operand):
        # NumPy's numbers divide by zero without raising.
        return dtype.type(operand)
    return operand


def _pulled(gate: "Traced", position: int, upstream: Any, values: tuple[Any, ...]) -> Traced:
    """Return what a gate sends to one operand, by a call of its rule."""
    row = gate.gate
    assert row is not None
    pull = Pull(row, position)
    rule = row.rule_for(position)
    assert rule is not None
    read = [
        value if name in rule.reads or (row.variadic and "operands" in rule.reads) else None
        for value, name in zip(values, row.operands * (len(values) if row.variadic else 1), strict=False)
    ]
    operands = (upstream, _detached(gate) if "out" in rule.reads else None, *read)
    # Local derivatives of a rule that is called are multiplied inside the call, so `upstream` is always read.
    value = pull(*map(numbers_of, operands), **numbers_of(gate.options))
    wire = gate.tape.call(pull, tuple(map(wires_of, operands)), wires_of(gate.options), value, operands)
    return Traced.on(gate.tape, wire, value, requires_grad=False)


def _name_gradients(tape: Tape, totals: dict[Tensor, Any]) -> None:
    """Name each gradient after its wire: d_q. One that a gate passes on unchanged belongs to several."""
    for tensor, total in totals.items():
        if isinstance(total, Traced) and isinstance(tensor, Traced):
            tape.gradients.setdefault(total.wire, []).append(tensor.wire)
