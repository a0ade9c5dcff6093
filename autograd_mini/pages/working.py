"""What the numbers of a quiz are worked out from, so that the page can predict each from the student's earlier ones.

The work is a list of numbers, each given or worked out from those before it by rules. The rules are the gates' own
rows, run on symbols and written as JavaScript.
"""

import functools
import math
import operator
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from ..circuit.drawing import Text
from ..circuit.html.places import Places
from ..circuit.units import Entry
from ..errors import RuleError, UnsupportedError
from ..formula import Symbol, constant, variable
from ..graph import Gate
from ..marking.conventions import ANY
from ..marking.sending import sent
from ..marking.sheets import read_number
from ..marking.spreads import Spread
from ..scalar import straight
from ..tensor import Tensor
from .questions import Ask

# What rules read besides operands x0, x1, …
_UPSTREAM, _OUT = "upstream", "out"


class Working:
    """The work of a quiz.

    Attributes:
        numbers: each number as JSON knows it, after all that it is worked out from: `given`, the number itself and, if
            the picture shows it rounded, the least and the most that it may be taken for; or `parts` that add up, each
            with a `rule` (the number itself if there is none), with what the rule takes `from`, by place in this list,
            and with how many of these, the last ones, are `probed` for a kink. Besides, the `cell` in which the number
            is asked; whether it stands `apart`: worked out from asked numbers, but by what has no form in JavaScript;
            and a `tie`: a part to which this number and those `among` which it is the last must add up.
    """

    def __init__(self, places: Places, asks: list[Ask], shown: Iterable[Text]) -> None:
        self._places = places
        self._cells = {(ask.piece, ask.kind): i for i, ask in enumerate(asks)}
        self._shown = {(text.piece, text.role): text.text for text in shown}
        self._asks_values = any(ask.kind == "value" for ask in asks)
        self._rules: dict[str, int] = {}
        self._values: dict[Tensor, int] = {}
        self._gradients: dict[Tensor, int] = {}
        self.numbers: list[dict[str, Any]] = []
        for wire in places.graph.wires:
            if np.ndim(wire.data) == 0:
                self._values[wire] = self._value(wire)
        gradients = places.key.model.gradients
        if gradients is not None:
            self._sent = gradients
            for wire in places.graph.backward_order():
                if wire in gradients.totals and np.ndim(gradients.totals[wire]) == 0:
                    self._gradients[wire] = self._gradient(wire)
            for gate in places.graph.gates:
                self._let_shares_add_up(gate)
        self._keep_what_is_needed()

    @property
    def script(self) -> str:
        """The rules in JavaScript: a list called `rules`."""
        rules = "".join(f"  {rule},\n" for rule in self._rules)
        # Numbers are written as Python does, except that JavaScript has other names for these two.
        return f'"use strict";\nconst rules = ((inf, nan) => [\n{rules}])(Infinity, NaN);\n'

    def _value(self, wire: Tensor) -> int:
        piece, gate = self._places.trunks.get(wire, ""), self._places.graph.driver(wire)
        right = float(wire.data)
        if gate is None or wire not in self._places.homes or (piece, "value") in self._shown:
            return self._given(right, piece, "value")
        part = self._part(gate, lambda operands: Symbol(gate.primitive, operands, gate.options))
        if part is None:
            return self._given(right, piece, "value", apart=self._asks_values)
        return self._placed({"parts": [part]}, piece, "value")

    def _gradient(self, wire: Tensor) -> int:
        piece = self._places.trunks.get(wire, "")
        if wire is self._places.graph.root or (piece, "gradient") in self._shown:
            return self._given(float(self._sent.totals[wire]), piece, "gradient")
        ways = self._places.ways(wire, self._sent)
        if len(ways) == 1:
            (entries,) = ways.values()
            return self._placed({"parts": list(map(self._contribution, entries))}, piece, "gradient")
        branches = [{"from": [self._way(way, entries)]} for way, entries in ways.items()]
        return self._placed({"parts": branches}, piece, "gradient")

    def _way(self, piece: str, entries: list[Entry]) -> int:
        """Return the place of what is sent along one branch of a fork."""
        if (piece, "gradient") in self._shown:
            return self._given(float(sum(self._sent.contributions[entry] for entry in entries)), piece, "gradient")
        return self._placed({"parts": list(map(self._contribution, entries))}, piece, "gradient")

    def _contribution(self, entry: Entry) -> dict[str, Any]:
        """Return what a gate sends to an operand as a part of a gradient."""
        output, position = entry
        gate = self._places.graph.driver(output)
        assert gate is not None
        is_drawn = output in self._places.homes
        part = None
        if is_drawn and output in self._gradients:
            part = self._part(gate, lambda given: _sent(gate, position, given))
        # What comes from outside the picture is given.
        return part or {"from": [self._given(float(self._sent.contributions[entry]), "", "gradient", apart=is_drawn)]}

    def _part(self, gate: Gate, made: Callable[[tuple[Symbol, ...]], Symbol]) -> dict[str, Any] | None:
        """Return what is made of symbols for a gate's operands as a part of a number; None if that has no form."""
        if not gate.primitive.elementwise or any(np.ndim(operand) for operand in gate.operands):
            return None
        operands = tuple(
            variable(f"x{i}", float(operand.data)) if isinstance(operand, Tensor) else constant(operand)
            for i, operand in enumerate(gate.operands)
        )
        try:
            code = straight(made(operands), "javascript")
        except (RuleError, UnsupportedError):
            code = None
        if code is None:
            return None
        steps = "".join(f"const {line}; " for line in code.lines)
        text = f"({', '.join(code.reads)}) => {{ {steps}return {code.value}; }}"
        places = {f"x{i}": self._values[operand] for i, operand in gate.inputs}
        if _UPSTREAM in code.reads:
            places[_UPSTREAM] = self._gradients[gate.output]
        if _OUT in code.reads:
            places[_OUT] = self._values[gate.output]
        part = {"rule": self._rules.setdefault(text, len(self._rules)), "from": [places[name] for name in code.reads]}
        operands_read = len(set(code.reads) - {_UPSTREAM, _OUT})
        if _UPSTREAM in code.reads and operands_read:
            part["probed"] = operands_read
        return part

    def _let_shares_add_up(self, gate: Gate) -> None:
        """Let what a gate at a tie sends its operands add up, where each of them has a cell and gets nothing else."""
        if len(gate.inputs) < 2 or not all(self._is_only(gate, i) for i, _ in gate.inputs) or not _is_tie(gate):
            return
        among = sorted(self._gradients[operand] for _, operand in gate.inputs)
        part = self._part(gate, lambda given: functools.reduce(operator.add, _all_sent(gate, given)))
        if part is not None and all("cell" in self.numbers[place] for place in among):
            self.numbers[among[-1]]["tie"] = part | {"among": among}

    def _is_only(self, gate: Gate, position: int) -> bool:
        """Return whether what a gate sends to an operand is all of its gradient, and a single number."""
        wire = gate.operands[position]
        arriving = [
            (one.output, i)
            for one, i in self._places.graph.consumers[wire]
            if (one.output, i) in self._sent.contributions
        ]
        # By identity, because == between wires compares their values.
        return wire in self._gradients and len(arriving) == 1 and arriving[0][0] is gate.output

    def _given(self, right: float, piece: str, role: str, *, apart: bool = False) -> int:
        """Return the place of a number that is not worked out from others."""
        shown = read_number(self._shown.get((piece, role), "")).value
        ends = sorted({right, right if shown is None else float(shown)})
        number: dict[str, Any] = {"given": [_json_number(end) for end in ([right, *ends] if len(ends) > 1 else ends)]}
        return self._placed(number | ({"apart": True} if apart else {}), piece, role)

    def _placed(self, number: dict[str, Any], piece: str, role: str) -> int:
        """Add a number to the list, with its cell if it is asked; return its place."""
        if (piece, role) in self._cells:
            number["cell"] = self._cells[piece, role]
        self.numbers.append(number)
        return len(self.numbers) - 1

    def _keep_what_is_needed(self) -> None:
        """Leave out the numbers that none which is asked is worked out from."""
        needed: set[int] = set()
        for i in reversed(range(len(self.numbers))):
            if i in needed or "cell" in self.numbers[i]:
                needed |= {i, *(source for part in _parts(self.numbers[i]) for source in part["from"])}
        place = {i: new for new, i in enumerate(sorted(needed))}
        self.numbers = [self.numbers[i] for i in place]
        for number in self.numbers:
            for part in _parts(number):
                for key in ("from", "among"):
                    if key in part:
                        part[key] = [place[i] for i in part[key]]


def _sent(gate: Gate, position: int, operands: tuple[Symbol, ...]) -> Symbol:
    """Return what a gate sends to an operand, in symbols."""
    upstream, out = variable(_UPSTREAM, 1.0), variable(_OUT, float(gate.output.data))
    return gate.primitive.pull(position, upstream, out, operands, gate.options)


def _all_sent(gate: Gate, operands: tuple[Symbol, ...]) -> list[Symbol]:
    return [_sent(gate, position, operands) for position, _ in gate.inputs]


def _is_tie(gate: Gate) -> bool:
    """Return whether what a gate of single numbers sends jumps a hair's breadth beside its operands."""
    if not gate.primitive.elementwise or any(np.ndim(operand) for operand in gate.operands):
        return False
    entering = [Spread(operand.data) for _, operand in gate.inputs]
    out = Spread(gate.output.data)
    return not all(
        sent(gate, position, gate.primitive, None, Spread(1.0), out, entering, None, ANY).is_exact
        for position, _ in gate.inputs
    )


def _parts(number: dict[str, Any]) -> list[dict[str, Any]]:
    """Return all of a number that is worked out from others."""
    return [*number.get("parts", ()), *([number["tie"]] if "tie" in number else [])]


def _json_number(number: float) -> float | str:
    """Return a number as JSON has it, which has no infinity."""
    return number if math.isfinite(number) else "NaN" if number != number else f"{number:+}".replace("inf", "Infinity")
