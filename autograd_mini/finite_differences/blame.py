"""Whom to blame for a derivative that differs: gates whose own rule fails at the operands they were recorded with.

Each gate is checked alone, as a function of one gate. If none fails, the recorded graph is run again at other inputs:
either it is not all of the function, or contributions are summed wrongly.
"""

from collections import Counter
from typing import Any

import numpy as np

from ..backward import consumers_first
from ..errors import AnomalyError, NotFiniteError
from ..graph import Graph
from ..numerals import number
from ..tensor import Tensor
from ..transforms.checkpointing import recomputed
from ..watching import detect_anomaly
from .probe import Probe
from .subject import Subject, random_signs

# So many gates of a kind are checked alone: a wrong rule is wrong at most operands.
_MOST_OF_A_KIND = 20
_DIGITS = ".10g"


def culprits(subject: Subject, order: int, seed: int) -> list[str]:
    """Return who is to blame, likeliest first, for a derivative of `order` that differs."""
    if order == 1:
        tensors, weighted = subject.roots(subject.arrays)
        roots = [root for root, _ in weighted]
    else:
        tensors, gradients, roots = subject.recorded_gradient(subject.arrays)
    graphs = [Graph(root) for root in roots]
    written = {gate.output: graph.rule(gate).write() for graph in graphs for gate in graph.gates}
    forward = sorted(written, key=_order)
    if order == 1:
        return _guilty(forward, 1, written, seed) or [_where_to_look(subject, tensors, graphs, seed)]
    backward = {gate for _, total in gradients for gate in consumers_first(total) if gate.order > _order(forward[-1])}
    return (
        _guilty(sorted(backward, key=_order), 1, written, seed)
        or _guilty(forward, 2, written, seed)
        or ["no gate's rule is wrong when differentiated alone: the gradient's own graph is not summed rightly."]
    )


def nan_found(subject: Subject, order: int) -> str:
    """Return where a derivative that is NaN became so, as detect_anomaly tells it."""
    try:
        with detect_anomaly():
            if order == 1:
                subject.gradient(subject.arrays)
            else:
                subject.second(subject.arrays, subject.arrays)
    except AnomalyError as error:
        return str(error).replace("\n", "\n  ")
    return "the recorded derivative is NaN, which detect_anomaly() does not find again."


def _order(gate: Tensor) -> int:
    return gate.order


def _guilty(gates: list[Tensor], order: int, written: dict[Tensor, str], seed: int) -> list[str]:
    """Return what is wrong with each kind of gate whose own rule fails, where it was first seen to fail."""
    found: dict[str, str] = {}
    checked: Counter[str] = Counter()
    for gate in gates:
        assert gate.gate is not None
        checked[gate.gate.name] += 1
        if gate.gate.name not in found and checked[gate.gate.name] <= _MOST_OF_A_KIND:
            failure = _own_failure(gate, order, seed)
            if failure:
                shown = f" ({written[gate]})" if gate in written else " (in a derivative rule)"
                found[gate.gate.name] = f"culprit: gate '{gate.gate.name}'{shown}: {failure}"
    return list(found.values())


def _own_failure(output: Tensor, order: int, seed: int) -> str | None:
    """Return how a gate's own rule fails, checked alone with a random upstream; None if it does not."""
    gate, operands, options = output.gate, output.operands, output.options
    assert gate is not None
    varied = [i for i, o in enumerate(operands) if isinstance(o, Tensor) and o.requires_grad and gate.rule_for(i)]

    def alone(*moved: Any) -> Any:
        given = [o.data if isinstance(o, Tensor) else o for o in operands]
        for i, value in zip(varied, moved, strict=True):
            given[i] = value
        return gate(*given, **options)

    if gate is recomputed:
        # A checkpointed function's value is not computed by its gate.
        return None
    try:
        subject = Subject(alone, tuple(operands[i].data for i in varied), seed)
        subject.names = [f"operands[{i}]" if gate.variadic else gate.operands[i] for i in varied]
        probe = Probe(subject, order, np.random.default_rng([seed, order]))
        for i, name in enumerate(subject.names):
            direction = probe.random_direction(np.random.default_rng(seed), only=i)
            if probe.direction(direction).verdict != "agrees":
                for entry in probe.located(direction):
                    if entry.verdict == "differs":
                        return _failure(name, entry.entry, entry.recorded, entry.numerical, order)
    except NotFiniteError:
        # An operand that is not finite cannot be moved.
        return None
    except Exception as error:
        return f"checked alone it raises {type(error).__name__}: {error}"
    return None


def _failure(name: str, entry: tuple[int, ...] | None, recorded: float, numerical: float, order: int) -> str:
    place = f"{name}[{', '.join(map(str, entry))}]" if entry else name
    rule = f"its rule for {name}" if order == 1 else f"its rule for {name}, differentiated again,"
    return (
        f"{rule} gives {number(recorded, _DIGITS)} at {place}, where differences give {number(numerical, _DIGITS)} "
        "(checked alone, with a random upstream)."
    )


def _where_to_look(subject: Subject, tensors: list[Tensor], graphs: list[Graph], seed: int) -> str:
    """Say what is wrong when every gate's own rule is right: the recording, or the sums at forks."""
    if any(gate.primitive is recomputed for graph in graphs for gate in graph.gates):
        return "no gate's own rule is wrong outside checkpointed functions; check those alone, without checkpoint()."
    rng = np.random.default_rng(seed)
    moved = [array + 1e-4 * random_signs(rng, np.shape(array)) for array in subject.arrays]
    values: dict[Tensor, Any] = dict(zip(tensors, moved, strict=True))
    replayed = 0.0
    for graph, (_, weight) in zip(graphs, subject.roots(subject.arrays)[1], strict=True):
        for gate in graph.gates:
            operands = [values.get(o, o.data) if isinstance(o, Tensor) else o for o in gate.operands]
            values[gate.output] = gate.primitive.value(*operands, **gate.options)
        replayed += float(np.sum((values[graph.root] - graph.root.data) * weight))
    before, after = subject.terms(subject.arrays), subject.terms(moved)
    change = float(np.sum(after - before)) if before.shape == after.shape else np.nan
    if abs(change - replayed) <= 1e-6 * abs(change):
        return (
            "no gate's own rule is wrong, and the recorded graph computes what the function does: contributions are "
            "lost or counted twice where they are summed at a fork."
        )
    return (
        "no gate's own rule is wrong, but the recorded graph is not all of the function: moved inputs change the "
        f"function by {number(change, '.6g')} and the recorded graph by {number(replayed, '.6g')}. Look for .data, "
        ".item(), .detach(), no_grad() or outputs that are no Tensors."
    )
