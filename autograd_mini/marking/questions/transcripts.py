"""Transcripts: a recorded circuit, or a part of it, written as a program that the parser reads."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...graph import Gate, Graph
from ...notation import index_text
from ...ops import arithmetic, products
from ...tensor import Tensor

_SIGNS = {
    arithmetic.add: "{} + {}",
    arithmetic.subtract: "{} - {}",
    arithmetic.multiply: "{}*{}",
    arithmetic.divide: "{}/{}",
    arithmetic.power: "{}**{}",
    arithmetic.negative: "-{}",
    products.matmul: "{} @ {}",
}
# Gates that are given their operands as one list.
_OF_A_LIST = ("stack", "concatenate")


@dataclass(frozen=True, eq=False)
class Transcript:
    """A program with what its names stand for.

    Attributes:
        program: one gate per line.
        names: what each wire of the circuit is called in it.
    """

    program: str
    names: dict[Tensor, str]


def transcript(graph: Graph, gates: Sequence[Gate]) -> Transcript:
    """Return gates of a circuit as a program; what enters them from outside is its inputs.

    Wires keep their names; a wire without one is called v, v1, v2, and so on.
    """
    wires = [wire for gate in gates for wire in (*(wire for _, wire in gate.inputs), gate.output)]
    names: dict[Tensor, str] = {}
    for wire in wires:
        if wire not in names:
            usual = wire.name if wire.name and wire.name.isidentifier() and wire.name in graph.names else None
            names[wire] = usual or new_name("v", {*names.values(), *graph.names})
    return Transcript("\n".join(f"{names[gate.output]} = {_statement(gate, names)}" for gate in gates), names)


def new_name(stem: str, taken: Collection[str]) -> str:
    """Return a name that is not taken: the stem, or else the stem and the first number that makes it one."""
    return next(name for i in range(len(taken) + 1) if (name := f"{stem}{i or ''}") not in taken)


def _statement(gate: Gate, names: dict[Tensor, str]) -> str:
    # An operand that is left out, such as a convolution's bias, is recorded as None.
    given = [operand for operand in gate.operands if operand is not None]
    operands = [names[operand] if isinstance(operand, Tensor) else _constant(operand) for operand in given]
    if gate.primitive.name == "index":
        return f"{operands[0]}[{_key(gate.options['key'])}]"
    usual = gate.primitive.options
    options = [f"{name}={value!r}" for name, value in gate.options.items() if repr(value) != repr(usual[name])]
    if gate.primitive in _SIGNS and not options:
        return _SIGNS[gate.primitive].format(*operands)
    if gate.primitive.name in _OF_A_LIST:
        operands = [f"[{', '.join(operands)}]"]
    return f"{gate.primitive.name}({', '.join([*operands, *options])})"


def _key(key: Any) -> str:
    """Return what stands between the brackets of an index, with lists written out."""
    if isinstance(key, tuple):
        return ", ".join(map(_key, key))
    return str(key.tolist()) if isinstance(key, np.ndarray) else index_text(key)


def _constant(value: Any) -> str:
    number = np.asarray(value, float).tolist()
    if isinstance(number, list):
        return str(number)
    shown = f"{number:g}" if float(f"{number:g}") == number else repr(number)
    return f"({shown})" if number < 0 else shown
