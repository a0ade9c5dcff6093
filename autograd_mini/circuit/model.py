"""What is drawn: gates, inputs and wires with their texts. Where they stand is the business of `layout`."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..graph import Gradients, Graph
from ..numerals import SIGNIFICANT, numbers, shape
from ..tensor import Tensor

# Arrays with at most this many entries are written out on their wire; larger ones show their shape.
MOST_ENTRIES = 5


@dataclass(frozen=True)
class Label:
    """The two texts of a piece of wire.

    Attributes:
        value: text above the wire; None for none.
        gradient: text below the wire; None for none.
    """

    value: str | None
    gradient: str | None


@dataclass
class Node:
    """A gate or an input, with the wire it drives.

    Attributes:
        symbol: what stands in the gate; None for an input.
        name: the wire's name: left of an input, above a gate; None for none.
        label: the texts on the wire, the gradient being the total at a fork.
        operands: the nodes whose wires enter the gate, in order; a wire that enters twice stands here twice.
        contributions: for each operand, the text of what the gate sends back along that wire.
        ordered: whether the order of the operands matters, so that they must enter from top to bottom.
        is_constant: whether this is a number of the program, whose name is the number.
    """

    symbol: str | None
    name: str | None
    label: Label
    operands: list[int] = field(default_factory=list)
    contributions: list[str | None] = field(default_factory=list)
    ordered: bool = True
    is_constant: bool = False


@dataclass(frozen=True)
class Model:
    """A circuit to draw: its nodes, operands before the gates they enter; the last one drives the output."""

    nodes: list[Node]
    title: str
    description: str

    def consumers(self) -> list[list[tuple[int, int]]]:
        """Return, for each node, the gates its wire enters, with its place among each one's operands."""
        found: list[list[tuple[int, int]]] = [[] for _ in self.nodes]
        for i, node in enumerate(self.nodes):
            for place, operand in enumerate(node.operands):
                found[operand].append((i, place))
        return found


def build(graph: Graph, gradients: Gradients | None, *, values: bool, number_format: str, title: str | None) -> Model:
    """Return what is drawn of a graph.

    Args:
        graph: the recorded graph.
        gradients: what the backward pass put on its wires; None to draw no gradients.
        values: whether to write the values.
        number_format: how numbers are shown.
        title: the figure's title; one made from the output's name when None.
    """

    def text(value: Any) -> str:
        # A truth value is a mask; its 1 and 0 need no decimals.
        return shape(value) if np.size(value) > MOST_ENTRIES else numbers(value, number_format, most=MOST_ENTRIES)

    def label(wire: Tensor) -> Label:
        gradient = gradients.totals.get(wire) if gradients is not None else None
        return Label(text(wire.data) if values else None, None if gradient is None else text(gradient))

    nodes: list[Node] = []
    place: dict[Tensor, int] = {}
    for wire in graph.leaves:
        place[wire] = len(nodes)
        nodes.append(Node(None, wire.name, label(wire)))
    for gate in graph.gates:
        node = Node(gate.symbol, gate.output.name, label(gate.output), ordered=not gate.primitive.commutative)
        for position, operand in enumerate(gate.operands):
            if isinstance(operand, Tensor):
                sent = None if gradients is None else gradients.contributions.get((gate.output, position))
                node.operands.append(place[operand])
                node.contributions.append(None if sent is None else text(sent))
            elif operand is not None and not gate.folds:
                # A constant that cannot be folded into the symbol is drawn as an input that has its number for a name.
                node.operands.append(len(nodes))
                node.contributions.append(None)
                nodes.append(Node(None, numbers(operand, SIGNIFICANT), Label(None, None), is_constant=True))
        place[gate.output] = len(nodes)
        nodes.append(node)
    output = graph.label(graph.root)
    return Model(nodes, title or f"Circuit of {output}", _description(graph, output))


def _description(graph: Graph, output: str) -> str:
    """Return the figure in one sentence, for who hears it instead of seeing it."""
    count = len(graph.gates)
    inputs = ", ".join(wire.name for wire in graph.leaves if wire.name) or "unnamed inputs"
    return f"A circuit of {count} gate{'' if count == 1 else 's'} that computes {output} from {inputs}."
