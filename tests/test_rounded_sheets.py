"""Right work that is rounded at every step, and goes on with the rounded numbers, is accused of nothing."""

import numpy as np
import pytest
from oracles import load

import autograd_mini as am
from autograd_mini.marking import Marker


def scalar(case):
    return all(np.ndim(value) == 0 for value in case["inputs"].values())


CASES = {case["id"]: case for case in load("published.json") if scalar(case) and "softmax" not in str(case["program"])}
STYLES = {
    "two decimals": lambda number: f"{number:.2f}",
    "three decimals": lambda number: f"{number:.3f}",
    "three digits": lambda number: np.format_float_positional(
        float(f"{number:.3g}"), trim="k", precision=3, fractional=False
    ),
    "four digits": lambda number: np.format_float_positional(
        float(f"{number:.4g}"), trim="k", precision=4, fractional=False
    ),
}


def plain(operand, numbers):
    return np.float64(numbers[operand]) if isinstance(operand, am.Tensor) else operand


def worked_by_hand(marker, write):
    """Return values and gradients as somebody writes them who rounds each number and works on with it."""
    ground, graph = marker.ground, marker.ground.graph
    values, gradients, written = {}, {}, {}
    for wire in graph.wires:
        gate = graph.driver(wire)
        values[wire] = float(wire.data)
        if gate is not None:
            operands = [plain(operand, values) for operand in gate.operands]
            written["value", wire] = write(float(gate.primitive.value(*operands, **gate.options)))
            values[wire] = float(written["value", wire])
    for wire in ground.backward:
        total = 1.0 if wire is graph.root else 0.0
        for gate, position in ground.arrivals[wire]:
            operands = tuple(plain(operand, values) for operand in gate.operands)
            upstream, out = np.float64(gradients[gate.output]), np.float64(values[gate.output])
            total += float(gate.primitive.pull(position, upstream, out, operands, gate.options))
        written["gradient", wire] = write(total)
        gradients[wire] = float(written["gradient", wire])
    return ({wire.name: text for (kind, wire), text in written.items() if kind == wanted and wire.name}
            for wanted in ("gradient", "value"))  # fmt: skip


@pytest.mark.parametrize("values_are_written", [True, False], ids=["with values", "gradients only"])
@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", CASES)
def test_nothing_is_held_against_roundings(name, style, values_are_written):
    marker = Marker(am.parse("\n".join(CASES[name]["program"]), CASES[name]["inputs"]))
    gradients, values = worked_by_hand(marker, STYLES[style])
    report = marker.mark(gradients, values if values_are_written else None)
    assert report.first_mistake is None, str(report)
    assert report.score == 1.0
