"""Where a change of the work can show: which answers it can change, and how far away from one it is made.

From the wire where a change is made, wrong numbers run along wires on which nothing is written up to the first
answers; behind these the work goes on with what is written. A change that cannot show where the sheet is wrong need
not be tried.
"""

from collections.abc import Iterable, Mapping

from ..tensor import Tensor
from .answers import Answer
from .changes import Changes
from .work import Ground, Place


class Reach:
    """The answers that each wire's gradient leads to, as sets of bits, one for each answer."""

    def __init__(self, ground: Ground, answers: Mapping[Place, Answer]) -> None:
        self._ground = ground
        self._bits = {place: 1 << i for i, place in enumerate(answers)}
        self._below: dict[Tensor, int] = {}
        # Operands come after the gates that they enter, and so before them backwards.
        for wire in reversed(ground.backward):
            bit = self._bits.get(("gradient", wire))
            self._below[wire] = self._operands(wire) if bit is None else bit

    def bits(self, places: Iterable[Place]) -> int:
        """Return places as a set of bits."""
        found = 0
        for place in places:
            found |= self._bits[place]
        return found

    def of(self, changes: Changes) -> int | None:
        """Return where changes can show; None if it may be anywhere, because values are changed."""
        if changes.reads or changes.inputs:
            return None
        found = 0
        for wire, rule in changes.sends.items():
            found |= self._operands(wire, rule.position)
        for wire in (*changes.adds, *changes.ends):
            found |= self._below[wire]
        for wire in changes.pushes:
            found |= self._operands(wire)
        for wire in changes.turned:
            found |= self._bits.get(("gradient", wire), 0)
        return found

    def _operands(self, wire: Tensor, position: int | None = None) -> int:
        """Return where what a gate sends to its operands, or to one of them, can show."""
        gate = self._ground.graph.driver(wire)
        found = 0
        for i, operand in gate.inputs if gate is not None else ():
            if position in (None, i):
                found |= self._below.get(operand, 0)
        return found
