"""What a quiz asks: the cells to be filled in, in the order of the work, each with its hints and its right number."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import NotFiniteError, QuestionError
from ..graph import Gradients, Graph
from ..marking.questions import VALUE_PREFIX
from ..numerals import SIGNIFICANT, numbers
from ..solution import Solution, Step, explain, forward_step
from ..tensor import Tensor
from .places import Entry, Places, sent
from .steps import sum_text


@dataclass(frozen=True)
class Ask:
    """A cell to be filled in.

    Attributes:
        name: what it is called: "gradient of w0", "gradient of x by way of q", "value of q".
        kind: "value" or "gradient".
        piece: the piece of wire it stands on.
        right: the right number.
        rule: the first hint, which has no computed number.
        worked: the second one, which has them.
    """

    name: str
    kind: str
    piece: str
    right: float
    rule: str
    worked: str


def choose(graph: Graph, asked: str | Iterable[str], given: Collection[str]) -> tuple[set[Tensor], set[Tensor]]:
    """Return the wires whose values and those whose gradients are asked.

    Raises:
        QuestionError: if `asked` is neither "gradients" nor "values" nor a list of wires.
        UnknownWireError: if a wire is none of the circuit's.
    """
    kept = {graph[name] for name in given}
    if asked == "gradients":
        return set(), set(graph.wires) - kept
    if asked == "values":
        return {gate.output for gate in graph.gates} - kept, set()
    if isinstance(asked, str):
        raise QuestionError(
            f"quiz: asked is 'gradients', 'values' or a list of wires, such as ['w0', 'value:q']; got {asked!r}."
        )
    names = list(asked)
    values = {graph[name.removeprefix(VALUE_PREFIX)] for name in names if name.startswith(VALUE_PREFIX)}
    return values, {graph[name] for name in names if not name.startswith(VALUE_PREFIX)}


def questions(
    root: Tensor, places: Places, values: set[Tensor], gradients: set[Tensor], upstream: Any, number_format: str
) -> list[Ask]:
    """Return the cells to be filled in: values forward, then gradients from the output back.

    Only cells of one number are asked; at a fork, its branches come before their sum.

    Raises:
        NotFiniteError: if a right number is NaN or infinite.
        QuestionError: if nothing is left to ask.
    """
    graph = places.graph
    solution = explain(root, upstream=upstream, number_format=number_format) if gradients else None
    found = [_value(places, wire, number_format) for wire in graph.wires if wire in values and np.ndim(wire.data) == 0]
    if solution is not None:
        hints = _Hints(places, solution, graph.gradients(upstream))
        for wire in graph.backward_order():
            if wire in gradients and wire in hints.totals and np.ndim(hints.totals[wire]) == 0:
                found += hints.questions(wire)
    if not found:
        raise QuestionError("quiz: nothing is asked; ask for a wire with a single number that takes a gradient.")
    for ask in found:
        if not np.isfinite(ask.right):
            raise NotFiniteError(
                f"quiz: the right {ask.name} is {numbers(ask.right, SIGNIFICANT)}, so no answer can be marked there. "
                "Choose other inputs."
            )
    return found


def check_all_asked(places: Places, asks: list[Ask], values: set[Tensor], gradients: set[Tensor]) -> None:
    """Check that every wire of a list can be asked.

    Raises:
        QuestionError: if one is an array, or its gradient is asked and it takes none.
    """
    found = {(ask.piece, ask.kind) for ask in asks}
    for kind, wires in (("value", values), ("gradient", gradients)):
        for wire in places.graph.wires:
            if wire in wires and (places.trunk(wire), kind) not in found:
                why = "it is an array" if np.ndim(wire.data) else "it was made with requires_grad=False"
                raise QuestionError(
                    f"quiz: the {kind} of {wire.name!r} cannot be asked: {why}. Ask for wires with a single number."
                )


def _value(places: Places, wire: Tensor, number_format: str) -> Ask:
    graph = places.graph
    name, right, piece = graph.label(wire), float(wire.data), places.trunk(wire)
    gate = graph.driver(wire)
    if gate is None:
        known = f"{name} = {numbers(right, number_format)}"
        return Ask(f"value of {name}", "value", piece, right, f"{name} is an input.", f"{known} is an input.")
    # The texts of a solution of nothing but this step.
    step = forward_step(graph, gate)
    worked = Solution(graph.symbol(wire), None, [step], [], number_format).worked_value(step)
    label = f"{name}: {gate.symbol} gate"
    return Ask(f"value of {name}", "value", piece, right, f"{label}: {step.rule.write()}", f"{label}: {worked}")


class _Hints:
    """The gradients asked, with their hints: a gate's rule, then the worked step of the solution."""

    def __init__(self, places: Places, solution: Solution, gradients: Gradients) -> None:
        self.totals = gradients.totals
        self._places = places
        self._solution = solution
        self._contributions = gradients.contributions
        self._steps: dict[Entry, Step] = {
            (gate.output, position): step
            for (gate, position, _), step in zip(sent(places.graph, gradients), solution.steps, strict=True)
        }

    def questions(self, wire: Tensor) -> list[Ask]:
        """Return what is asked about a wire's gradient: each branch of a fork, then the gradient itself."""
        graph, places = self._places.graph, self._places
        name = graph.label(wire)
        entries = [
            (gate.output, position)
            for gate, position in reversed(graph.consumers[wire])
            if (gate.output, position) in self._contributions
        ]
        found = []
        if len(entries) > 1:
            seen: dict[str, int] = {}
            for entry in entries:
                way = f"gradient of {name} by way of {graph.label(entry[0])}"
                seen[way] = seen.get(way, 0) + 1
                again = f", operand {entry[1] + 1}" if sum(other[0] is entry[0] for other in entries) > 1 else ""
                found.append(self._ask(way + again, places.branch[entry], self._contributions[entry], entry))
            texts = [places.text(places.branch[entry], "gradient") for entry in entries]
            rule = f"{name}: fork: the sum of what its {len(entries)} branches send back"
            worked = f"{name}: fork: {sum_text(texts)} = {places.text(places.trunk(wire), 'gradient')}"
            total = float(self.totals[wire])
            found.append(Ask(f"gradient of {name}", "gradient", places.trunk(wire), total, rule, worked))
        elif entries:
            found.append(self._ask(f"gradient of {name}", places.trunk(wire), self.totals[wire], entries[0]))
        else:
            rule = f"{name}: the output, where the backward pass starts: its gradient is what arrives from outside"
            total = float(self.totals[wire])
            worked = self._solution.seed_line()
            found.append(Ask(f"gradient of {name}", "gradient", places.trunk(wire), total, rule, worked))
        return found

    def _ask(self, name: str, piece: str, right: Any, entry: Entry) -> Ask:
        step = self._steps[entry]
        rule = step.rule.write()
        sent = f"upstream × local, where local is {rule}" if step.is_local else rule
        return Ask(
            name, "gradient", piece, float(right), f"{step.gate} gate: {sent}", self._solution.gradient_line(step)
        )
