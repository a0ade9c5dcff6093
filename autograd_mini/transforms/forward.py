"""Forward mode: push a direction through the gates in the order of recording. No rule is stated for it.

A gate with local derivatives multiplies the direction by them. A gate whose rule turns upstream into downstream is
linear in upstream: its rule is run on a fresh wire, and differentiating the result by that wire transposes it.
"""

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..backward import Region, consumers_first, send_recorded, sweep
from ..errors import DtypeError, ShapeError
from ..ops.shaping import broadcast_to
from ..sending import fit
from ..tensor import Tensor
from .recording import Recording, expect_function, outputs, record, zeros
from .trees import check_same_form, filled, leaves


def jvp(f: Callable[..., Any], primals: Sequence[Any], tangents: Sequence[Any], has_aux: bool = False) -> Any:
    """Return f(*primals) and its derivative in the direction of `tangents`, by forward mode.

        value, slope = jvp(f, (x,), (v,))

    Args:
        f: a function; its result may be nested.
        primals: a tuple or list of arguments, where to differentiate.
        tangents: the direction, nested like `primals`, with the same shapes.
        has_aux: whether `f` returns (output, anything else); the result is then (output, tangent, anything else).

    Raises:
        ShapeError: if primals and tangents do not fit each other.
    """
    expect_function("jvp", f, "jvp(f, (x,), (v,))")
    if not isinstance(primals, list | tuple) or not isinstance(tangents, list | tuple):
        raise DtypeError("jvp: primals and tangents must be tuples or lists of arguments: jvp(f, (x,), (v,)).")
    check_same_form(list(tangents), list(primals), "jvp: the tangents")
    call = record("jvp", f, primals, {}, range(len(primals)))
    aux = None
    if has_aux:
        output, aux = call.output
        call = call._replace(output=output)
    directions = dict(zip(leaves(call.wires), leaves(tangents), strict=True))
    for wire, direction in directions.items():
        if np.shape(direction) != wire.shape:
            raise ShapeError(
                f"jvp: a tangent must have the shape of its primal, {wire.shape}; got {np.shape(direction)}."
            )
    if any(isinstance(direction, Tensor) and direction.requires_grad for direction in directions.values()):
        call = call._replace(is_nested=True)
    pushed = filled(call.output, iter(tangents_of(call, directions)))
    return (call.plain(call.output), pushed, call.plain(aux)) if has_aux else (call.plain(call.output), pushed)


def tangents_of(call: Recording, directions: dict[Tensor, Any]) -> list[Any]:
    """Return the tangent of every leaf of a call's output.

    Args:
        call: a call of the function.
        directions: the direction at each wire, of its shape.
    """
    recorded = call.is_nested
    tangents: dict[Tensor, Any] = {wire: _settled(direction, wire, recorded) for wire, direction in directions.items()}
    for gate in reversed(consumers_first(*outputs("jvp", call), region=call.region)):
        tangent = _pushed(gate, tangents, recorded)
        if tangent is not None:
            tangents[gate] = tangent
    return [
        tangents[leaf] if isinstance(leaf, Tensor) and leaf in tangents else _no_tangent(leaf)
        for leaf in leaves(call.output)
    ]


def _pushed(gate: Tensor, tangents: dict[Tensor, Any], recorded: bool) -> Any:
    """Return the tangent at a gate's output, from those of its operands; None where none arrives."""
    if recorded:
        out, operands = gate, gate.operands
    else:
        out = _plain(gate)
        operands = tuple(map(_plain, gate.operands))
    total: Any = None
    for position, operand in enumerate(gate.operands):
        rule = gate.gate.rule_for(position)  # type: ignore[union-attr]
        if rule is None or not isinstance(operand, Tensor) or operand not in tangents:
            continue
        if rule.is_local:
            # The rule of a local derivative only multiplies what it is given by it.
            part = gate.gate.pull(position, tangents[operand], out, operands, gate.options)  # type: ignore[union-attr]
        else:
            part = _transposed(gate, position, tangents[operand], out, operands, recorded)
        total = part if total is None else total + part
    if total is None:
        return None
    if np.shape(total) != gate.shape:
        total = broadcast_to(total, shape=gate.shape)
    return _settled(total, gate, recorded)


def _transposed(gate: Tensor, position: int, tangent: Any, out: Any, operands: tuple[Any, ...], recorded: bool) -> Any:
    """Return J v for a gate whose rule computes Jᵀu: the gradient, by u, of ⟨Jᵀu, v⟩."""
    upstream = Tensor(np.zeros(gate.shape, gate.dtype))
    contribution = gate.gate.pull(position, upstream, out, operands, gate.options)  # type: ignore[union-attr]
    if not isinstance(contribution, Tensor):
        return zeros(gate)
    contribution = fit(contribution, gate.operands[position], gate)
    region = Region(upstream.order, frozenset([upstream]))
    sender = functools.partial(send_recorded, region=region) if recorded else None
    totals = sweep({contribution: tangent}, send=sender, region=region)
    return totals[upstream] if upstream in totals else zeros(gate)


def _settled(tangent: Any, wire: Tensor, recorded: bool) -> Any:
    """Return a tangent in its wire's dtype, as a Tensor where it is to be recorded."""
    if recorded:
        return tangent if isinstance(tangent, Tensor) else Tensor(np.asarray(tangent, wire.dtype), requires_grad=False)
    if isinstance(tangent, Tensor):
        tangent = tangent.data
    return float(tangent) if wire.data.__class__ is float else np.asarray(tangent, wire.dtype)


def _plain(operand: Any) -> Any:
    if not isinstance(operand, Tensor):
        return operand
    return np.float64(operand.data) if operand.data.__class__ is float else operand.data


def _no_tangent(leaf: Any) -> Any:
    """Return the tangent of an output that does not depend on the wires."""
    return zeros(leaf) if isinstance(leaf, Tensor) else np.zeros(np.shape(leaf))[()]
