"""What is drawn: gates, inputs and wires with their texts. Where they stand is the business of `layout`."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ..errors import UnknownWireError, did_you_mean
from ..formula import variable
from ..graph import Gate, Gradients, Graph
from ..numerals import SIGNIFICANT, numbers
from ..scopes import Scope, scopes_of
from ..tensor import Tensor
from .cells import Cell, Style, cell, fork_cells
from .folds import Bundle
from .heat import LEGEND
from .units import Entry, Unit, near

# Local derivatives with more characters than this are written as numbers.
_LONGEST_LOCAL = 16


@dataclass(frozen=True)
class Label:
    """What is written on a piece of wire.

    Attributes:
        value: above the wire; None for nothing.
        gradient: below the wire; None for nothing.
    """

    value: Cell | None
    gradient: Cell | None

    @property
    def cells(self) -> list[Cell]:
        """The cells that are there."""
        return [cell for cell in (self.value, self.gradient) if cell is not None]


@dataclass
class Node:
    """A gate or an input, with the wire it drives.

    Attributes:
        symbol: what stands in the gate; None for an input.
        name: the wire's name: left of an input, above a gate; None for none.
        wire: what the wire is called in text, its name or its expression.
        label: what is written on the wire, the gradient being the total at a fork.
        operands: the nodes whose wires enter the gate, in order; a wire that enters twice stands here twice.
        branches: for each operand, what is written on the branch of a forked wire that enters there.
        ordered: whether the order of the operands matters, so that they must enter from top to bottom.
        local: the gate's local derivatives; None for none.
        is_constant: whether this is a number of the program, whose name is the number.
        is_repeated: whether this is one of several copies of an input, each drawn next to its gate.
        is_elsewhere: whether this stands for gates that are not drawn, and drives nothing.
        scopes: the scopes that are drawn as frames around it, the outermost first.
        wires: the graph's wires that the node stands for: the one it drives, several for inputs drawn as one; none
            for a constant and for gates that are not drawn.
        unit: the gates of the graph that the node stands for, its operands being the node's; None for an input.
    """

    symbol: str | None
    name: str | None
    wire: str
    label: Label
    operands: list[int] = field(default_factory=list)
    branches: list[Label] = field(default_factory=list)
    ordered: bool = True
    local: Cell | None = None
    is_constant: bool = False
    is_repeated: bool = False
    is_elsewhere: bool = False
    scopes: tuple[Scope, ...] = ()
    wires: tuple[Tensor, ...] = ()
    unit: Unit | None = None

    @property
    def stands_by_its_gate(self) -> bool:
        """Whether this is no input of its own that belongs at the left: a copy, a constant, a number without a name."""
        return self.is_repeated or self.is_constant or not self.name


@dataclass(frozen=True)
class Total:
    """A line of the table of repeated inputs: the wire, its value and its whole gradient."""

    wire: str
    label: Label
    wires: tuple[Tensor, ...]


@dataclass(frozen=True)
class Model:
    """A circuit to draw.

    Attributes:
        nodes: gates and inputs, operands before the gates they enter.
        title: the figure's title.
        description: the figure in one sentence.
        graph: the graph of which it is drawn.
        gradients: what the backward pass put on the graph's wires; None if no gradients are drawn.
        style: how values are written.
        totals: the table of the inputs that are repeated.
    """

    nodes: list[Node]
    title: str
    description: str
    graph: Graph
    gradients: Gradients | None
    style: Style
    totals: list[Total] = field(default_factory=list)

    @property
    def labels(self) -> list[Label]:
        """Everything that is written on wires and on their branches."""
        on_wires = [label for node in self.nodes for label in (node.label, *node.branches)]
        return on_wires + [total.label for total in self.totals]

    @property
    def widest(self) -> str:
        """The longest number in the circuit."""
        every = [text for label in self.labels for cell in label.cells for text in cell.numbers]
        return max(every, key=lambda text: (len(text), text), default="")

    def without_maps(self) -> "Model":
        """Return the circuit with its arrays' heat maps left out; shapes and scales stay."""

        def plain(label: Label) -> Label:
            return Label(*(cell and replace(cell, heat=None) for cell in (label.value, label.gradient)))

        nodes = [replace(node, label=plain(node.label), branches=[*map(plain, node.branches)]) for node in self.nodes]
        return replace(self, nodes=nodes, totals=[replace(total, label=plain(total.label)) for total in self.totals])

    def consumers(self) -> list[list[tuple[int, int]]]:
        """Return, for each node, the gates its wire enters, with its place among each one's operands."""
        found: list[list[tuple[int, int]]] = [[] for _ in self.nodes]
        for i, node in enumerate(self.nodes):
            for place, operand in enumerate(node.operands):
                found[operand].append((i, place))
        return found

    def blanked(self, values: bool, gradients: bool, except_: Collection[str]) -> "Model":
        """Return the circuit with numbers left out on all wires but some.

        Raises:
            UnknownWireError: if a wire in `except_` is not there.
        """
        wires = [node.wire for node in self.nodes if not node.is_constant]
        for name in except_:
            if name not in wires:
                raise UnknownWireError(
                    f"no wire is named {name!r}; the circuit has {', '.join(wires)}.{did_you_mean(name, wires)}"
                )

        def without(label: Label, wire: str) -> Label:
            if wire in except_:
                return label
            return Label(
                label.value.blanked() if label.value and values else label.value,
                label.gradient.blanked() if label.gradient and gradients else label.gradient,
            )

        nodes = [
            replace(
                node,
                label=without(node.label, node.wire),
                # Times what is upstream, a local derivative is the answer.
                local=replace(node.local, is_blank=True) if node.local and gradients else node.local,
                branches=[
                    without(branch, self.nodes[operand].wire)
                    for branch, operand in zip(node.branches, node.operands, strict=True)
                ],
            )
            for node in self.nodes
        ]
        totals = [replace(total, label=without(total.label, total.wire)) for total in self.totals]
        return replace(self, nodes=nodes, totals=totals)


def build(
    graph: Graph,
    parts: list[Unit],
    gradients: Gradients | None,
    *,
    focus: tuple[Tensor, int] | None,
    values: bool,
    local: bool,
    style: Style,
    title: str | None,
) -> Model:
    """Return what is drawn of a graph.

    Args:
        graph: the recorded graph.
        parts: its gates, or groups of them, each drawn as one gate.
        gradients: what the backward pass put on its wires; None to draw no gradients.
        focus: a wire and how many gates around it are drawn; None for the whole circuit.
        values: whether to write the values.
        local: whether to write each gate's local derivatives.
        style: how values are written.
        title: the figure's title; one made from the output's name when None.
    """

    def label(wire: Tensor, gradient: Cell | None) -> Label:
        return Label(cell(wire.data, style) if values else None, gradient)

    shown = parts if focus is None else near(parts, *focus)
    gradients_on = _GradientCells(shown, gradients, style)
    nodes: list[Node] = []
    place: dict[Tensor, int] = {}
    driven = {unit.output for unit in shown if unit.gates}
    entering = {operand for unit in shown for operand in unit.operands if isinstance(operand, Tensor)}
    for wire in graph.wires:
        if wire not in driven and (wire in entering or not shown):
            place[wire] = len(nodes)
            written_on = label(wire, gradients_on.total(wire))
            nodes.append(Node(None, wire.name, graph.label(wire), written_on, wires=(wire,)))
    for unit in shown:
        if unit.gates:
            node = _node(graph, unit, label(unit.output, gradients_on.total(unit.output)), local, style)
        else:
            node = Node("…", None, "…", Label(None, None), is_elsewhere=True)
        node.unit = unit
        for operand, entries in zip(unit.operands, unit.entries, strict=True):
            if isinstance(operand, Tensor):
                node.operands.append(place[operand])
                node.branches.append(label(operand, gradients_on.branch(entries)))
            elif isinstance(operand, Bundle):
                node.operands.append(len(nodes))
                value = cell(np.stack([wire.data for wire in operand.wires]), style) if values else None
                nodes.append(
                    Node(
                        None,
                        operand.name,
                        operand.name,
                        Label(value, gradients_on.of_all(operand)),
                        wires=operand.wires,
                    )
                )
                node.branches.append(nodes[-1].label)
            else:
                # A constant that is not folded into the symbol is drawn as an input that has its number for a name.
                node.operands.append(len(nodes))
                node.branches.append(Label(None, None))
                written = numbers(operand, SIGNIFICANT)
                nodes.append(Node(None, written, written, Label(None, None), is_constant=True))
        if unit.gates:
            node.wires = (unit.output,)
            place[unit.output] = len(nodes)
        nodes.append(node)
    output = graph.label(graph.root)
    model = Model(nodes, title or f"Circuit of {output}", _description(graph, output), graph, gradients, style)
    has_maps = any(cell.heat for label in model.labels for cell in label.cells)
    return replace(model, description=f"{model.description} {LEGEND}") if has_maps else model


def _node(graph: Graph, unit: Unit, label: Label, local: bool, style: Style) -> Node:
    """Return a unit as it is drawn: a gate with its symbol, or a group by its last gate and how many come before."""
    gate = unit.gates[-1]
    scopes = scopes_of(gate.output)
    if unit.scope is not None:
        scopes = scopes[: scopes.index(unit.scope)]
        name = unit.fold.name if unit.fold else unit.scope.name
        return Node(name, gate.output.name, graph.label(gate.output), label, ordered=False, scopes=scopes)
    if len(unit.gates) == 1:
        derivatives = _local(graph, gate, style) if local else None
        ordered = not gate.primitive.commutative
        return Node(
            gate.symbol,
            gate.output.name,
            graph.label(gate.output),
            label,
            ordered=ordered,
            local=derivatives,
            scopes=scopes,
        )
    before = len(unit.gates) - 1
    symbol = f"{before} gate{'' if before == 1 else 's'}, {gate.symbol}"
    return Node(symbol, gate.output.name, graph.label(gate.output), label, ordered=False, scopes=scopes)


def _description(graph: Graph, output: str) -> str:
    """Return the figure in one sentence, for who hears it instead of seeing it."""
    count = len(graph.gates)
    inputs = ", ".join(wire.name for wire in graph.leaves if wire.name) or "unnamed inputs"
    return f"A circuit of {count} gate{'' if count == 1 else 's'} that computes {output} from {inputs}."


def _local(graph: Graph, gate: Gate, style: Style) -> Cell | None:
    """Return a gate's local derivatives by its wires in order: "−1/x²", "x0, w0"; in numbers where that is too long."""
    symbols = []
    for position, wire in gate.inputs:
        rule = gate.primitive.rule_for(position)
        if rule is not None and rule.is_local and wire.requires_grad:
            symbols.append(graph.derivative(gate, position, variable("upstream")))
    texts = [symbol.write() for symbol in symbols]
    if sum(map(len, texts)) > _LONGEST_LOCAL:
        texts = [cell(symbol.value, style).text for symbol in symbols]
    return Cell("∂: " + ", ".join(texts), is_answer=False) if texts else None


class _GradientCells:
    """What is written below the wires: a total on each, and contributions that add up to it on a fork's branches."""

    def __init__(self, parts: list[Unit], gradients: Gradients | None, style: Style) -> None:
        self._style = style
        self._gradients = {} if gradients is None else gradients.totals
        self._totals: dict[Tensor, Cell] = {}
        self._branches: dict[Entry, Cell] = {}
        if gradients is None:
            return
        self._totals = {wire: cell(total, style) for wire, total in gradients.totals.items()}
        # What each unit sends along each wire, by the wire.
        sent: dict[Tensor, list[tuple[Entry, Any]]] = {}
        for unit in parts:
            for operand, entries in zip(unit.operands, unit.entries, strict=True):
                arriving = [gradients.contributions[entry] for entry in entries if entry in gradients.contributions]
                if arriving and isinstance(operand, Tensor):
                    sent.setdefault(operand, []).append((entries[0], sum(arriving[1:], arriving[0])))
        for wire, branches in sent.items():
            if len(branches) > 1:
                parts_sent = [contribution for _, contribution in branches]
                self._totals[wire], cells = fork_cells(gradients.totals[wire], parts_sent, style)
                self._branches |= dict(zip([entry for entry, _ in branches], cells, strict=True))

    def total(self, wire: Tensor) -> Cell | None:
        """Return what is written below a wire."""
        return self._totals.get(wire)

    def of_all(self, bundle: Bundle) -> Cell | None:
        """Return what is written below inputs that are drawn as one."""
        if any(wire not in self._gradients for wire in bundle.wires):
            return None
        return cell(np.stack([self._gradients[wire] for wire in bundle.wires]), self._style)

    def branch(self, entries: list[Entry]) -> Cell | None:
        """Return what is written below the branch of a wire that enters a unit."""
        return self._branches.get(entries[0])
