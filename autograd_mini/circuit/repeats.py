"""Repeated inputs: an input that feeds many gates is drawn once at each of them, with a table of totals.

Each copy shows its own contribution; the table has the sum. So a convolution's weights make no tangle of wires.
"""

from dataclasses import replace

from ..errors import RenderError
from .model import Model, Node, Total

# From this many gates on, an input makes a tangle; then all inputs that fork are repeated, unless told otherwise.
_MANY = 3


def repeat_inputs(model: Model, repeat: str | bool) -> Model:
    """Return the circuit with inputs repeated at each use.

    Args:
        model: the circuit.
        repeat: True for every input that forks, False for none; "auto" for all if one of them feeds three gates or
            more and all have names, else for none.

    Raises:
        RenderError: if `repeat` is something else.
    """
    if repeat not in (True, False, "auto"):
        raise RenderError(f"repeat must be 'auto', True or False; got {repeat!r}.")
    uses = {
        i: len(consumers)
        for i, consumers in enumerate(model.consumers())
        if model.nodes[i].symbol is None and len(consumers) > 1
    }
    if repeat == "auto" and not (max(uses.values(), default=0) >= _MANY and all(model.nodes[i].name for i in uses)):
        return model
    repeated = uses.keys() if repeat else set()
    if not repeated:
        return model
    nodes: list[Node] = []
    place: dict[int, int] = {}
    for i, node in enumerate(model.nodes):
        if i in repeated:
            continue
        operands = []
        for operand, branch in zip(node.operands, node.branches, strict=True):
            if operand in repeated:
                operands.append(len(nodes))
                nodes.append(replace(model.nodes[operand], label=branch, is_repeated=True))
            else:
                operands.append(place[operand])
        place[i] = len(nodes)
        nodes.append(replace(node, operands=operands))
    totals = [Total(model.nodes[i].wire, model.nodes[i].label, model.nodes[i].wires) for i in sorted(repeated)]
    return replace(model, nodes=nodes, totals=totals)
