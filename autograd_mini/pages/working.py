"""What the numbers of a quiz are worked out from, so that the page can predict each from the student's earlier ones.

The work is a list of numbers, each given or worked out from those before it by rules. The rules are the gates' own rows,
run on symbols and written as JavaScript.
"""

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from ..circuit.drawing import Text
from ..circuit.html.places import Places
from ..circuit.units import Entry
from ..errors import RuleError, UnsupportedError
from ..formula import Symbol, constant, variable
from ..graph import Gate
from ..marking.sheets import read_number
from ..scalar import straight
from ..tensor import Tensor
from .questions import Ask

_SOURCES = "rules"
_OUT, _UPSTREAM = "out", "upstream"


class Working:
    """The work of a quiz.

    Attributes:
        numbers: each number as JSON knows it, after all that it is worked out from: `given`, the number itself and, if
            the picture shows it rounded, the least and the most that it may be taken for; or `parts` that add up, each
            with a `rule` (the number itself if there is none), with what the rule takes `from`, by place in this list,
            and with whether the last of these is `probed` for a kink. Besides, the `cell` in which the number is asked,
            and whether it stands `apart`: worked out from asked numbers, but by what has no form in JavaScript.
        script: the rules in JavaScript.
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
        self._sent = places.key.model.gradients
        for wire in places.graph.backward_order() if self._sent is not None else []:
            if wire in self._sent.totals and np.ndim(self._sent.totals[wire]) == 0:
                self._gradients[wire] = self._gradient(wire)
        self._keep_what_is_needed()

    @property
    def script(self) -> str:
        """The rules, a list by the name that the page's script knows."""
        rules = "".join(f"  {rule},\n" for rule in self._rules)
        # Numbers are written as Python does, except that JavaScript has other names for these two.
        return f'"use strict";\nconst {_SOURCES} = ((inf, nan) => [\n{rules}])(Infinity, NaN);\n'

    def _value(self, wire: Tensor) -> int:
        piece, gate = self._places.trunks.get(wire, ""), self._places.graph.driver(wire)
        right = float(wire.data)
        if gate is None or wire not in self._places.homes or (piece, "value") in self._shown:
            return self._given(right, piece, "value")
        part = self._part(gate, lambda operands: Symbol(gate.primitive, operands, gate.options))
        if part is None:
            return self._given(right, piece, "value", apart=self._asks_values)
        return self._worked([part], piece, "value")

    def _gradient(self, wire: Tensor) -> int:
        assert self._sent is not None
        piece = self._places.trunks.get(wire, "")
        if wire is self._places.graph.root or (piece, "gradient") in self._shown:
            return self._given(float(self._sent.totals[wire]), piece, "gradient")
        ways = self._places.ways(wire, self._sent)
        if len(ways) == 1:
            ((way, entries),) = ways.items()
            return self._worked([self._contribution(entry, way) for entry in entries], piece, "gradient")
        return self._worked([{"from": [self._way(way, entries)]} for way, entries in ways.items()], piece, "gradient")

    def _way(self, piece: str, entries: list[Entry]) -> int:
        """Return the place of what is sent along one branch of a fork."""
        assert self._sent is not None
        if (piece, "gradient") in self._shown:
            return self._given(float(sum(self._sent.contributions[entry] for entry in entries)), piece, "gradient")
        return self._worked([self._contribution(entry, piece) for entry in entries], piece, "gradient")

    def _contribution(self, entry: Entry, piece: str) -> dict[str, Any]:
        """Return the part of a gradient that a gate sends along a piece of wire."""
        assert self._sent is not None
        output, position = entry
        gate = self._places.graph.driver(output)
        assert gate is not None
        is_drawn = output in self._places.homes
        part = None
        if is_drawn and output in self._gradients:
            upstream, out = variable(_UPSTREAM, 1.0), variable(_OUT, float(output.data))
            part = self._part(
                gate, lambda operands: gate.primitive.pull(position, upstream, out, operands, gate.options)
            )
        if part is None:
            # What comes from outside the picture is given.
            return {"from": [self._given(float(self._sent.contributions[entry]), "", "gradient", apart=is_drawn)]}
        return part

    def _part(self, gate: Gate, made: Any) -> dict[str, Any] | None:
        """Return what a gate makes of symbols for its operands as a part of a number; None if that has no form."""
        wires = {f"x{i}": operand for i, operand in gate.inputs}
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
        places = {name: self._values[wire] for name, wire in wires.items()}
        if _OUT in code.reads:
            places[_OUT] = self._values[gate.output]
        if _UPSTREAM in code.reads:
            places[_UPSTREAM] = self._gradients[gate.output]
        part = {"rule": self._rules.setdefault(text, len(self._rules)), "from": [places[name] for name in code.reads]}
        # At a tie of several operands the shares must add up, which one gradient by itself does not show.
        if _UPSTREAM in code.reads and len(wires) == 1 and wires.keys() & set(code.reads):
            part["probed"] = True
        return part

    def _given(self, right: float, piece: str, role: str, *, apart: bool = False) -> int:
        shown = read_number(self._shown.get((piece, role), "")).value
        ends = sorted({right, right if shown is None else float(shown)})
        number: dict[str, Any] = {"given": [_json_number(end) for end in ([right, *ends] if len(ends) > 1 else ends)]}
        return self._placed(number | ({"apart": True} if apart else {}), piece, role)

    def _worked(self, parts: list[dict[str, Any]], piece: str, role: str) -> int:
        return self._placed({"parts": parts}, piece, role)

    def _placed(self, number: dict[str, Any], piece: str, role: str) -> int:
        if (piece, role) in self._cells:
            number["cell"] = self._cells[piece, role]
        self.numbers.append(number)
        return len(self.numbers) - 1

    def _keep_what_is_needed(self) -> None:
        """Leave out the numbers that none which is asked is worked out from."""
        needed: set[int] = set()
        for i in reversed(range(len(self.numbers))):
            if i in needed or "cell" in self.numbers[i]:
                needed |= {i, *(source for part in self.numbers[i].get("parts", ()) for source in part["from"])}
        place = {i: new for new, i in enumerate(sorted(needed))}
        self.numbers = [self.numbers[i] for i in place]
        for number in self.numbers:
            for part in number.get("parts", ()):
                part["from"] = [place[source] for source in part["from"]]


def _json_number(number: float) -> float | str:
    """Return a number as JSON has it, which has no infinity."""
    return number if math.isfinite(number) else "NaN" if number != number else f"{number:+}".replace("inf", "Infinity")
