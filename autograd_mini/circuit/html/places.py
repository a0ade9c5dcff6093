"""Where a graph's wires and gates stand in its drawing: which piece of wire, which blank, which gate.

A piece may carry what several gates send back, where they are drawn as one; a wire or a gate may stand nowhere.
"""

import functools
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ...graph import Gradients
from ...tensor import Tensor
from ..cells import cell
from ..drawing import Blank, Drawing, Text
from ..model import Label
from ..svg import to_svg
from ..units import Entry, Unit

if TYPE_CHECKING:
    from ..figure import Circuit

# What is known of a wire, and what is known of a gate.
NUMBERS = ("value", "gradient")
LOCAL = "local"


class Places:
    """A circuit's drawing, by the wires and gates of its graph.

    Attributes:
        key: the drawn circuit with all its numbers.
        graph: its graph.
        trunks: the piece that carries a wire's own numbers, by wire; for a repeated input, its line in the table.
        table: the lines of the table of repeated inputs, which are the trunks of these.
        branches: the piece along which a gate's operand enters, by entry.
        units: what is drawn as one gate, by its node, operands before the units they enter.
        elsewhere: the nodes that stand for gates which are not drawn.
        beyond: the pieces that enter those.
        wires: the wire that a piece belongs to.
        bundles: the pieces of inputs that are drawn as one, with those inputs.
        numbers: what appears as the work goes on, by piece and role.
    """

    def __init__(self, circuit: "Circuit") -> None:
        self.key = circuit
        self.graph = circuit.model.graph
        self.trunks: dict[Tensor, str] = {}
        self.branches: dict[Entry, str] = {}
        self.units: dict[int, Unit] = {}
        self.elsewhere: list[int] = []
        self.beyond: set[str] = set()
        self.wires: dict[str, Tensor] = {}
        self.bundles: dict[str, tuple[Tensor, ...]] = {}
        self._labels: dict[str, Label] = {}
        self.table = [f"t{i}" for i, _ in enumerate(circuit.model.totals)]
        for piece, total in zip(self.table, circuit.model.totals, strict=True):
            self._place_trunk(piece, total.wires, total.label)
        for i, node in enumerate(circuit.model.nodes):
            if not node.is_repeated:
                self._place_trunk(f"n{i}", node.wires, node.label)
            if node.unit is not None:
                self._place_unit(i, node.unit)
        self.numbers: dict[tuple[str, str], Text] = {
            (text.piece, text.role): text for text in self.drawing.texts if text.role in (*NUMBERS, LOCAL)
        }

    def _place_trunk(self, piece: str, wires: tuple[Tensor, ...], label: Label) -> None:
        if len(wires) > 1:
            self.bundles[piece] = wires
        for wire in wires if len(wires) == 1 else ():
            self.trunks[wire] = piece
            self.wires[piece] = wire
            self._labels[piece] = label

    def _place_unit(self, i: int, unit: Unit) -> None:
        nodes = self.key.model.nodes
        if unit.gates:
            self.units[i] = unit
        else:
            self.elsewhere.append(i)
        for place, (operand, entries) in enumerate(zip(nodes[i].operands, unit.entries, strict=True)):
            if len(nodes[operand].wires) != 1:
                continue
            piece = f"n{operand}" if nodes[operand].is_repeated else f"n{operand}-n{i}.{place}"
            (self.wires[piece],) = nodes[operand].wires
            self._labels[piece] = nodes[operand].label if nodes[operand].is_repeated else nodes[i].branches[place]
            self.branches |= dict.fromkeys(entries, piece)
            if not unit.gates:
                self.beyond.add(piece)

    @functools.cached_property
    def blanks(self) -> dict[tuple[str, str], Blank]:
        """The cells that an exam would leave empty, by piece and role."""
        exam = self.key.blank("values", "gradients").drawing
        return {(blank.piece, blank.role): blank for blank in exam.blanks}

    @functools.cached_property
    def homes(self) -> dict[Tensor, int]:
        """The node in which a gate is drawn, by the wire it drives."""
        return {gate.output: i for i, unit in self.units.items() for gate in unit.gates}

    @functools.cached_property
    def pieces(self) -> dict[Tensor, list[str]]:
        """Every piece of a wire, its trunk first."""
        found: dict[Tensor, list[str]] = {}
        for piece, wire in self.wires.items():
            found.setdefault(wire, []).append(piece)
        return found

    @property
    def drawing(self) -> Drawing:
        """The drawing of the key."""
        return self.key.drawing

    def ways(self, wire: Tensor, gradients: Gradients) -> dict[str, list[Entry]]:
        """Return what sends a wire its gradient, by the pieces that carry it; "" for what is not drawn.

        The last gates come first, as in the backward pass.
        """
        found: dict[str, list[Entry]] = {}
        for gate, position in reversed(self.graph.consumers[wire]):
            entry = (gate.output, position)
            if entry in gradients.contributions:
                found.setdefault(self.branches.get(entry, ""), []).append(entry)
        return found

    def follows(self, wire: Tensor, gradients: Gradients) -> bool:
        """Return whether a wire's gradient follows from the picture: it is the output, or a drawn gate sends it."""
        sources = self.ways(wire, gradients).keys() - self.beyond - {""}
        return wire in self.trunks and (wire is self.graph.root or bool(sources))

    def text(self, piece: str, role: str) -> str:
        """Return what is written on a piece of wire; "" for nothing, or if the piece is not drawn."""
        number = getattr(self._labels.get(piece), role, None)
        if number is None:
            return ""
        return number.text if number.is_answer else f"array {number.text}"

    def sent(self, wire: Tensor, piece: str, gradients: Gradients) -> str:
        """Return what a wire is sent along a piece of it, as it is written there, or would be."""
        entries = self.ways(wire, gradients)
        written = self.text(self.trunks[wire] if len(entries) == 1 else piece, "gradient")
        return written or self.written(sum(gradients.contributions[entry] for entry in entries[piece]))

    def written(self, value: Any) -> str:
        """Return a value as it is written on a wire."""
        one = cell(value, self.key.model.style)
        return one.text if one.is_answer else f"array {one.text}"

    def svg(self, shown: list[Text], overlay: str = "") -> str:
        """Return the drawing with some of what appears as the work goes on, and `overlay` on top of it."""
        others = [text for text in self.drawing.texts if (text.piece, text.role) not in self.numbers]
        picture = to_svg(self.drawing.with_texts(others + shown), replace(self.key.theme, dark=None))
        return picture.replace("</svg>", overlay + "</svg>")
