"""Where a graph's wires and gates stand in its drawing: which piece of wire, which blank, which gate."""

import functools
from dataclasses import replace
from typing import Any

from ..circuit import Circuit, draw
from ..circuit.drawing import Blank, Drawing, Text
from ..circuit.model import Label
from ..circuit.svg import to_svg
from ..graph import Gate, Gradients, Graph
from ..tensor import Tensor

NUMBERS = ("value", "gradient")
# Where a contribution enters a gate: the gate's output wire and the operand's position.
Entry = tuple[Tensor, int]


class Places:
    """A circuit's drawing, by the wires and gates of its graph.

    Attributes:
        graph: the graph.
        key: the drawn circuit with all its numbers.
        node: each wire's node in the drawing.
        branch: for each operand of a gate, the piece of wire on which its branch is labelled.
        numbers: the numbers on the wires, by piece and role.
    """

    def __init__(self, root: Tensor, **options: Any) -> None:
        self.graph = Graph(root)
        # Every wire has one node and every gate its own, so that a step has one place.
        self.key: Circuit = draw(root, repeat=False, group=False, fold=False, **options)
        leaves, gates = iter(self.graph.leaves), iter(self.graph.gates)
        self.node: dict[Tensor, int] = {}
        self.branch: dict[Entry, str] = {}
        self._labels: dict[str, Label] = {}
        nodes = self.key.model.nodes
        for i, node in enumerate(nodes):
            self._labels[f"n{i}"] = node.label
            if node.symbol is None:
                if not node.is_constant:
                    self.node[next(leaves)] = i
                continue
            gate = next(gates)
            self.node[gate.output] = i
            entering = [place for place, operand in enumerate(node.operands) if not nodes[operand].is_constant]
            for place, (position, _) in zip(entering, gate.inputs, strict=True):
                piece = f"n{node.operands[place]}-n{i}.{place}"
                self.branch[gate.output, position] = piece
                self._labels[piece] = node.branches[place]
        self.numbers: dict[tuple[str, str], Text] = {
            (text.piece, text.role): text for text in self.key.drawing.texts if text.role in NUMBERS
        }

    @functools.cached_property
    def blanks(self) -> dict[tuple[str, str], Blank]:
        """The cells that an exam would leave empty, by piece and role."""
        exam = self.key.blank("values", "gradients").drawing
        return {(blank.piece, blank.role): blank for blank in exam.blanks}

    @property
    def drawing(self) -> Drawing:
        """The drawing of the key."""
        return self.key.drawing

    def trunk(self, wire: Tensor) -> str:
        """Return the piece of wire that carries a wire's own numbers."""
        return f"n{self.node[wire]}"

    def text(self, piece: str, role: str) -> str:
        """Return what is written on a piece of wire; "" for nothing."""
        number = getattr(self._labels[piece], role)
        if number is None:
            return ""
        return number.text if number.is_answer else f"array {number.text}"

    def svg(self, shown: list[Text], overlay: str = "") -> str:
        """Return the drawing with some of its numbers, and `overlay` on top of it."""
        others = [text for text in self.drawing.texts if text.role not in NUMBERS]
        picture = to_svg(self.drawing.with_texts(others + shown), replace(self.key.theme, dark=None))
        return picture.replace("</svg>", overlay + "</svg>")


def sent(graph: Graph, gradients: Gradients) -> list[tuple[Gate, int, Tensor]]:
    """Return what the gates send back: gate, operand's position and wire, in the order of a solution's steps."""
    return [
        (gate, position, wire)
        for gate in reversed(graph.gates)
        for position, wire in gate.inputs
        if (gate.output, position) in gradients.contributions
    ]
