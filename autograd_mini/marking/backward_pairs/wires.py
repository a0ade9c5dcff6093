"""Mistakes at one gate or fork of the recorded circuit: the marker's misconceptions, and paths that were forgotten.

The circuit is walked with each; a mistake is suspected of a gradient that comes out as the backward function gives it.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...graph import Gate
from ...ops import reductions
from ...ops.arithmetic import multiply
from ...ops.elementwise import sqrt
from ...ops.products import matmul
from ...tensor import Tensor
from ..changes import NOTHING, Changes, Rule
from ..faults import repeated_faults, single_faults
from ..steps import Step
from ..work import Ground
from .arrays import Suspicion
from .findings import Diagnosis, Key
from .trial import Trial

# Dropped branches of forks are said as paths, means as factors, and other factors by their names.
_SAID_OTHERWISE = {
    "fanout.first", "fanout.last", "fanout.largest", "bias.mean_not_sum",
    "dW.uses_input_not_hidden", "dW.uses_preactivation",
}  # fmt: skip
# So many places are named.
_MOST_NAMED = 3
_NUMBERED = re.compile(r"#\d+")
# A misconception about any gate is this much less likely than one about this very kind, one about a layer likelier.
_GENERAL, _LAYER = -0.5, 1.0


@dataclass(frozen=True, eq=False)
class WireFault:
    """A mistake at a gate or a fork.

    Attributes:
        id: the misconception's.
        parts: what the sentence is filled in with: where it is.
        changes: how the walk is changed.
        likelihood: how likely it is.
    """

    id: str
    parts: dict[str, Any]
    changes: Changes
    likelihood: float


def wire_suspicions(trial: Trial, only: Collection[Key] | None = None) -> Iterator[tuple[int, Suspicion]]:
    """Yield the positions of gradients, each with a mistake and what must be equal if it was made.

    Args:
        trial: the trial.
        only: the keys of the diagnoses that are looked for; all when left out.
    """
    for circuit in trial.circuits:
        ground = circuit.ground(trial.upstreams)
        unneeded = _unneeded(ground, circuit.leaves)
        for fault in _faults(ground):
            if only is not None and Diagnosis(fault.id, (), fault.parts).key not in only:
                continue
            try:
                walk = ground.walk({}, unneeded | fault.changes, base=ground.right)
            except Exception:
                # A wrong rule may ask for shapes that do not fit, and then nobody can have used it.
                continue
            for position, leaf in enumerate(circuit.leaves):
                part, spread = trial.results[position], walk.predicted["gradient"].get(leaf)
                if part is not None and spread is not None:
                    diagnosis = Diagnosis(fault.id, (trial.pair.gradients[position],), fault.parts, fault.likelihood)
                    yield position, (diagnosis, part, spread.middle)


def _unneeded(ground: Ground, leaves: list[Tensor]) -> Changes:
    """Return the paths through a maximum that the gradients do not need: that of the shift in exp(x − max x).

    Nobody writes them down, so every mistake is made without them.
    """
    found = NOTHING
    for gate in ground.graph.gates:
        if gate.primitive is reductions.max and gate.output in ground.arrivals:
            without = Changes(sends={gate.output: Rule(lambda step: 0.0, is_whole=True)})
            gradients = ground.walk({}, without, base=ground.right).predicted["gradient"]
            rights = ground.right.predicted["gradient"]
            if all(np.allclose(gradients[leaf].middle, rights[leaf].middle) for leaf in leaves if leaf in rights):
                found = found | without
    return found


def _faults(ground: Ground) -> Iterator[WireFault]:
    yield from _marker_faults(ground)
    yield from _path_faults(ground)
    yield from _reduction_faults(ground)
    yield from _factor_faults(ground)


def _marker_faults(ground: Ground) -> Iterator[WireFault]:
    for fault in (*single_faults(ground), *repeated_faults(ground)):
        changes, id = fault.changes, fault.misconception.id
        if changes.reads or changes.turned or id in _SAID_OTHERWISE:
            continue
        if id == "bn.variance_path_forgotten" and not _is_standard_deviation(ground, fault.at[0]):
            continue
        parts: dict[str, Any] = {"at": _listed(ground, fault.at)}
        if fault.misconception.where == "fork":
            parts = {"fork": _listed(ground, fault.at)}
        elif fault.operand is not None:
            gate = ground.graph.driver(fault.at[0])
            assert gate is not None
            parts["operand"] = _written(ground, gate.operands[fault.operand])
        if len(fault.at) > 1:
            parts["places"] = len(fault.at)
        bonus = _GENERAL if id.startswith("any.") else _LAYER if id.startswith("bn.") else 0.0
        yield WireFault(id, parts, changes, fault.likelihood + bonus)


def _is_standard_deviation(ground: Ground, quotient: Tensor) -> bool:
    """Return whether a quotient's denominator is a square root: a softmax is one of a sum."""
    gate = ground.graph.driver(quotient)
    return gate is not None and gate.operands[1].gate is sqrt


def _path_faults(ground: Ground) -> Iterator[WireFault]:
    """Yield each way out of a fork, left out or alone; and left out of all forks alike, as in a recurrence."""
    alike: dict[tuple[Any, ...], list[WireFault]] = {}
    for wire in ground.backward:
        arriving = ground.arrivals[wire]
        if len(arriving) < 2:
            continue
        for i, (gate, position) in enumerate(arriving):

            def others(*parts: Any, i: int = i) -> Any:
                return sum(part for j, part in enumerate(parts) if j != i)

            parts = {"fork": _written(ground, wire), "through": _written(ground, gate.output)}
            fault = WireFault("path.forgotten", parts, Changes(adds={wire: others}), 3.9)
            yield fault
            alike.setdefault((wire.gate, wire.shape, gate.primitive, position), []).append(fault)
            if len(arriving) > 2:
                told = _listed(ground, [other.output for j, (other, _) in enumerate(arriving) if j != i])
                alone = Changes(adds={wire: lambda *parts, i=i: parts[i]})
                yield WireFault("path.only", {**parts, "missing": told}, alone, 3.7)
    for faults in alike.values():
        if len(faults) > 1:
            changes = NOTHING
            for fault in faults:
                changes = changes | fault.changes
            yield WireFault("path.forgotten_everywhere", {**faults[-1].parts, "places": len(faults)}, changes, 3.8)


def _reduction_faults(ground: Ground) -> Iterator[WireFault]:
    """Yield sums and means over which a wrong number is divided, and constant factors that were left out."""
    for gate in ground.graph.gates:
        if gate.output not in ground.arrivals or not gate.inputs:
            continue
        parts = {"at": _written(ground, gate.output)}
        count = np.size(gate.operands[0]) / max(1, np.size(gate.output.data))
        if gate.primitive in (reductions.sum, reductions.mean) and count > 1:
            id = "reduction.mean_for_sum" if gate.primitive is reductions.sum else "reduction.not_divided"
            factor = 1 / count if gate.primitive is reductions.sum else count
            yield WireFault(id, {**parts, "count": int(count)}, _scaled(gate, factor), 3)
        divided = _divisor(gate)
        if divided is not None and divided > 1:
            yield WireFault(
                "reduction.bessel", {**parts, "count": int(divided)}, _scaled(gate, divided / (divided - 1)), 3
            )


def _factor_faults(ground: Ground) -> Iterator[WireFault]:
    """Yield products on whose way back another wire of the same shape stands for a factor."""
    for gate in ground.graph.gates:
        if gate.primitive not in (multiply, matmul) or len(gate.inputs) != 2 or gate.output not in ground.arrivals:
            continue
        for position in (0, 1):
            factor = gate.operands[1 - position]
            for wire in ground.graph.wires:
                if wire is factor or wire.shape != factor.shape or np.array_equal(wire.data, factor.data):
                    continue
                names = (gate.output, gate.operands[position], factor, wire)
                parts = dict(
                    zip(("at", "operand", "factor", "instead"), (_written(ground, w) for w in names), strict=True)
                )
                rule = Rule(_with_source, position, is_whole=True, source=("value", wire))
                yield WireFault("product.other_factor", parts, Changes(sends={gate.output: rule}), 2.5)


def _with_source(step: Step) -> Any:
    return step.right(other=step.source)


def _divisor(gate: Gate) -> float | None:
    """Return the whole number that a gate divides a sum by."""
    first, *others = gate.operands
    by = [operand for operand in gate.operands if not isinstance(operand, Tensor) and np.ndim(operand) == 0]
    if len(gate.operands) != 2 or len(by) != 1 or gate.primitive.name not in ("divide", "multiply"):
        return None
    summed = [operand for operand in (first, *others) if isinstance(operand, Tensor)]
    if not summed or summed[0].gate is not reductions.sum:
        return None
    number = float(by[0])
    number = 1 / number if gate.primitive is multiply and number else number
    return number if abs(number - round(number)) < 1e-9 else None


def _scaled(gate: Gate, factor: float) -> Changes:
    def scaled(step: Step) -> Any:
        return step.right() * factor

    return Changes(sends={gate.output: Rule(scaled, None, is_whole=True)})


def _listed(ground: Ground, wires: Sequence[Tensor]) -> str:
    told = [_written(ground, wire) for wire in wires[:_MOST_NAMED]]
    return ", ".join(told) + (", …" if len(wires) > _MOST_NAMED else "")


def _written(ground: Ground, wire: Tensor) -> str:
    """Return what a wire is called: its name, with its formula where it has one."""
    gate = ground.graph.driver(wire)
    if gate is None:
        return ground.graph.label(wire)
    # The numbers of wires without a name are nowhere to be seen.
    rule = _NUMBERED.sub("…", ground.graph.rule(gate).write())
    return f"{wire.name} = {rule}" if wire.name else rule
