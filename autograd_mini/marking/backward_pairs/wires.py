"""Mistakes at one gate or fork of the recorded circuit: the marker's misconceptions, and paths that were forgotten.

The circuit is walked with each; a mistake is suspected of a gradient that comes out as the backward function gives it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...graph import Gate
from ...ops import reductions
from ...ops.arithmetic import multiply
from ...tensor import Tensor
from ..changes import Changes, Rule
from ..faults import single_faults
from ..steps import Step
from ..work import Ground
from .arrays import Suspicion
from .findings import Diagnosis
from .trial import Trial
from .truth import Recorded


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


def wire_suspicions(trial: Trial) -> Iterator[tuple[int, Suspicion]]:
    """Yield the gradients that a mistake changes, each with the mistake and what must be equal if it was made."""
    if not isinstance(trial.truth, Recorded):
        return
    ground = trial.truth.ground(trial.upstreams)
    for fault in (*_marker_faults(ground), *_path_faults(ground), *_reduction_faults(ground)):
        try:
            walk = ground.walk({}, fault.changes)
        except Exception:
            # A wrong rule may ask for shapes that do not fit, and then nobody can have used it.
            continue
        for position, leaf in enumerate(trial.truth.leaves):
            part, spread = trial.results[position], walk.predicted["gradient"].get(leaf)
            if part is not None and spread is not None:
                diagnosis = Diagnosis(fault.id, (trial.pair.gradients[position],), fault.parts, fault.likelihood)
                yield position, (diagnosis, part, spread.middle)


def _marker_faults(ground: Ground) -> Iterator[WireFault]:
    for fault in single_faults(ground):
        changes = fault.changes
        if changes.reads or changes.turned:
            continue
        parts = {"at": _written(ground, fault.at[0])}
        if fault.misconception.where == "fork":
            parts = {"fork": _written(ground, fault.at[0])}
        elif fault.operand is not None:
            gate = ground.graph.driver(fault.at[0])
            assert gate is not None
            parts["operand"] = _written(ground, gate.operands[fault.operand])
        yield WireFault(fault.misconception.id, parts, changes, fault.likelihood)


def _path_faults(ground: Ground) -> Iterator[WireFault]:
    """Yield each way out of a fork, left out."""
    for wire in ground.backward:
        arriving = ground.arrivals[wire]
        if len(arriving) < 2:
            continue
        for i, (gate, _) in enumerate(arriving):

            def others(*parts: Any, i: int = i) -> Any:
                return sum(part for j, part in enumerate(parts) if j != i)

            parts = {"fork": _written(ground, wire), "through": _written(ground, gate.output)}
            yield WireFault("path.forgotten", parts, Changes(adds={wire: others}), 3.2)


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


def _written(ground: Ground, wire: Tensor) -> str:
    """Return what a wire is called: its name, with its formula where it has one."""
    gate = ground.graph.driver(wire)
    if gate is None:
        return ground.graph.label(wire)
    rule = ground.graph.rule(gate).write()
    return f"{wire.name} = {rule}" if wire.name else rule
