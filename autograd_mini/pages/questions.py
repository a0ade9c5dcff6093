"""What a quiz asks: the cells to be filled in, in the order of the work, each with its hints and its right number."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..circuit.html.places import Places
from ..circuit.html.steps import forward_line, solved, sum_along, sum_text, unit_name
from ..circuit.units import Entry
from ..errors import NotFiniteError, QuestionError
from ..graph import Gradients, Graph
from ..marking.questions.question import VALUE_PREFIX
from ..numerals import SIGNIFICANT, numbers
from ..solution import forward_step
from ..tensor import Tensor


@dataclass(frozen=True)
class Ask:
    """A cell to be filled in.

    Attributes:
        name: what it is called: "gradient of w0", "gradient of x by way of q", "value of q".
        kind: "value" or "gradient".
        piece: the piece of wire it stands on.
        right: the right number.
        rule: the first hint, which has no computed number.
        worked: the next ones, which have them: the worked step, or one for each of several gates drawn as one.
    """

    name: str
    kind: str
    piece: str
    right: float
    rule: str
    worked: tuple[str, ...]


# What `quiz` takes.
_TAKES = {
    "asked": "'gradients', 'values' or a list of wires, such as ['w0', 'value:q']",
    "given": "a list of wires, such as ['w0']",
}


def wires_of(what: str, names: Any) -> list[str]:
    """Return a list of wires' names, which the quiz takes as `what`.

    Raises:
        QuestionError: if it is something else; a text is not taken for its letters.
    """
    found = list(names) if isinstance(names, Iterable) and not isinstance(names, str) else [names]
    if isinstance(names, str) or not all(isinstance(name, str) for name in found):
        raise QuestionError(f"quiz: {what} is {_TAKES[what]}; got {names!r:.60}.")
    return found


def choose(graph: Graph, asked: str | list[str], given: list[str]) -> tuple[set[Tensor], set[Tensor]]:
    """Return the wires whose values and those whose gradients are asked.

    Raises:
        QuestionError: if `asked` is neither "gradients" nor "values" nor a list of wires, or a gradient is both asked
            and given.
        UnknownWireError: if a wire is none of the circuit's.
    """
    kept = {graph[name] for name in given}
    if asked == "gradients":
        return set(), set(graph.wires) - kept
    if asked == "values":
        return {gate.output for gate in graph.gates} - kept, set()
    if isinstance(asked, str):
        raise QuestionError(f"quiz: asked is {_TAKES['asked']}; got {asked!r}.")
    values = {graph[name.removeprefix(VALUE_PREFIX)] for name in asked if name.startswith(VALUE_PREFIX)}
    gradients = {graph[name] for name in asked if not name.startswith(VALUE_PREFIX)}
    if both := [name for name in given if graph[name] in gradients]:
        raise QuestionError(
            f"quiz: the gradient of {both[0]!r} is both asked and given. Leave it out of one of the two lists."
        )
    return values, gradients


def in_the_picture(places: Places, values: set[Tensor], gradients: set[Tensor]) -> tuple[set[Tensor], set[Tensor]]:
    """Return those of the wires whose value, or whose gradient, follows from what the picture shows."""
    sent = places.key.model.gradients
    found = set() if sent is None else {wire for wire in gradients if places.follows(wire, sent)}
    return {wire for wire in values if wire in places.trunks and wire in places.homes}, found


def questions(places: Places, values: set[Tensor], gradients: set[Tensor]) -> list[Ask]:
    """Return the cells to be filled in: values forward, then gradients from the output back.

    Only cells of one number are asked, each number once: a repeated input's own numbers in its table. At a fork, its
    branches come before their sum.

    Raises:
        NotFiniteError: if a right number is NaN or infinite.
    """
    drawn = [wire for wire in places.graph.wires if wire in places.trunks]
    found = [_value(places, wire) for wire in drawn if wire in values and np.ndim(wire.data) == 0]
    if gradients and places.key.model.gradients is not None:
        asking = _Gradients(places, places.key.model.gradients)
        for wire in places.graph.backward_order():
            if wire in gradients and wire in places.trunks and asking.is_number(wire):
                found += asking.questions(wire)
    for ask in found:
        if not np.isfinite(ask.right):
            raise NotFiniteError(
                f"quiz: the right {ask.name} is {numbers(ask.right, SIGNIFICANT)}, so no answer can be marked there. "
                "Choose other inputs."
            )
    return found


def check_asked(
    places: Places, asks: list[Ask], values: set[Tensor], gradients: set[Tensor], *, all_of_them: bool
) -> None:
    """Check that something is asked, and, where wires are listed, every one of them.

    Raises:
        QuestionError: if nothing is left to ask; if a listed wire is not drawn or is an array, or its gradient is
            asked and it takes none.
    """
    found = {(ask.piece, ask.kind) for ask in asks}
    for kind, wires in (("value", values), ("gradient", gradients)):
        for wire in places.graph.wires:
            if all_of_them and wire in wires and (places.trunks.get(wire), kind) not in found:
                why = "it was made with requires_grad=False"
                if np.ndim(wire.data):
                    why = "it is an array"
                if wire not in places.trunks:
                    why = "it is not in the picture"
                raise QuestionError(
                    f"quiz: the {kind} of {wire.name!r} cannot be asked: {why}. Ask for wires with a single number."
                )
    if not asks:
        raise QuestionError("quiz: nothing is asked; ask for a wire with a single number that takes a gradient.")


def _value(places: Places, wire: Tensor) -> Ask:
    graph = places.graph
    name, right, piece = graph.label(wire), float(wire.data), places.trunks[wire]
    gate = graph.driver(wire)
    if gate is None:
        known = f"{name} = {numbers(right, places.key.model.style.number_format)}"
        return Ask(f"value of {name}", "value", piece, right, f"{name} is an input.", (f"{known} is an input.",))
    node = places.homes.get(wire)
    gates = [gate] if node is None else places.units[node].gates
    if node is None or len(gates) == 1:
        rule = f"{gate.symbol} gate: {forward_step(graph, gate).rule.write()}"
    else:
        operands = ", ".join(graph.label(operand) for operand in places.units[node].wires)
        rule = f"{unit_name(places, node)}: {name} from {operands}"
    worked = tuple(forward_line(places, one) for one in gates)
    return Ask(f"value of {name}", "value", piece, right, f"{name}: {rule}", worked)


class _Gradients:
    """The gradients asked, with their hints: a gate's rule, then the worked step of the solution."""

    def __init__(self, places: Places, gradients: Gradients) -> None:
        self._places = places
        self._gradients = gradients
        self._solution, self._steps = solved(places, gradients)

    def is_number(self, wire: Tensor) -> bool:
        """Return whether a wire takes a gradient that is a single number."""
        return wire in self._gradients.totals and np.ndim(self._gradients.totals[wire]) == 0

    def questions(self, wire: Tensor) -> list[Ask]:
        """Return what is asked about a wire's gradient: each branch of a fork, then the gradient itself."""
        graph, places = self._places.graph, self._places
        name, trunk = f"gradient of {graph.label(wire)}", places.trunks[wire]
        ways = places.ways(wire, self._gradients)
        if len(ways) == 1:
            ((_, entries),) = ways.items()
            return [self._ask(name, trunk, wire, entries)]
        if not ways:
            rule = "the output, where the backward pass starts: its gradient is what arrives from outside"
            return [self._total(wire, name, rule, self._solution.seed_line())]
        through = {piece: self._output(entries) for piece, entries in ways.items()}
        found = []
        for piece, entries in ways.items():
            # What gates send that are not drawn is given, or has no cell.
            if piece not in places.beyond and (piece, "gradient") in places.numbers:
                way = f"{name} by way of {graph.label(through[piece])}"
                again = sum(output is through[piece] for output in through.values()) > 1
                found.append(self._ask(f"{way}, operand {entries[0][1] + 1}" if again else way, piece, wire, entries))
        texts = [places.sent(wire, piece, self._gradients) for piece in ways]
        rule = f"fork: the sum of what its {len(ways)} branches send back"
        worked = f"{graph.label(wire)}: fork: {sum_text(texts)} = {places.text(trunk, 'gradient')}"
        return [*found, self._total(wire, name, rule, worked)]

    def _total(self, wire: Tensor, name: str, rule: str, worked: str) -> Ask:
        right = float(self._gradients.totals[wire])
        label = self._places.graph.label(wire)
        return Ask(name, "gradient", self._places.trunks[wire], right, f"{label}: {rule}", (worked,))

    def _output(self, entries: list[Entry]) -> Tensor:
        """Return the wire that is driven by what sends a contribution: a gate, or gates drawn as one."""
        output, _ = entries[0]
        node = self._places.homes.get(output)
        return output if node is None else self._places.units[node].output

    def _ask(self, name: str, piece: str, wire: Tensor, entries: list[Entry]) -> Ask:
        """Return the question for what one gate, or gates drawn as one, send along a piece of wire."""
        places = self._places
        right = float(sum(self._gradients.contributions[entry] for entry in entries))
        node = places.homes.get(entries[0][0])
        if len(entries) == 1 and (node is None or len(places.units[node].gates) == 1):
            step = self._steps[entries[0]]
            rule = step.rule.write()
            sent = f"upstream × local, where local is {rule}" if step.is_local else rule
            return Ask(
                name, "gradient", piece, right, f"{step.gate} gate: {sent}", (self._solution.gradient_line(step),)
            )
        what = "gates not in the picture" if node is None else unit_name(places, node)
        output = places.graph.label(self._output(entries))
        rule = f"{what}: the chain rule from {output} back to {places.graph.label(wire)}"
        worked = [self._solution.gradient_line(self._steps[entry]) for entry in self._chain(entries)]
        if len(entries) > 1:
            worked.append(sum_along(places, wire, entries, self._gradients))
        return Ask(name, "gradient", piece, right, rule, tuple(worked))

    def _chain(self, entries: list[Entry]) -> list[Entry]:
        """Return the steps in a group that lead to some entries, in the order of the backward pass."""
        places = self._places
        node = places.homes.get(entries[0][0])
        if node is None:
            return entries
        leading = {output for output, _ in entries}
        found = list(reversed(entries))
        for gate in places.units[node].gates:
            if gate.output in leading and gate.output is not places.units[node].output:
                outer = [(one.output, position) for one, position in places.graph.consumers[gate.output]]
                leading |= {output for output, _ in outer}
                found += [entry for entry in outer if entry in self._steps]
        return found[::-1]
