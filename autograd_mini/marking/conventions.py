"""Conventions: what a question means by its numbers, and what it takes for right at a kink."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ..errors import QuestionError
from ..ops import comparing, neural
from ..primitive import Primitive
from ..tensor import Tensor

_MOST = {comparing.maximum: 1, comparing.max_of: 1, comparing.minimum: -1, comparing.min_of: -1}


@dataclass(frozen=True)
class Conventions:
    """What the numbers of a sheet mean. What is left out is not fixed.

    Attributes:
        relu_at_zero: the derivative of relu at 0: 0 or 1; anything between is right when left out.
        ties: who gets the gradient of max and min at a tie: "split" equally, the "first" operand or the "last";
            any shares that add up are right when left out.
        quantity: what is written for an input's gradient g: the "gradient"; the "delta" −g; the "update"
            −learning_rate·g; or the "new value", the value after the update.
        learning_rate: for "update" and "new value".
        half: whether the sheet's loss has a factor ½ that the program's has not: its gradients are half as large.
        mean: over how many the sheet's loss takes a mean where the program's takes a sum: gradients that much smaller.
        layout: "transposed" if matrices of two axes are written with rows for columns.
        slack: by how much the room that rounding leaves is multiplied: 2 for a whole unit of the last digit.

    Raises:
        QuestionError: if a choice is none of these.
    """

    relu_at_zero: float | None = None
    ties: Literal["split", "first", "last"] | None = None
    quantity: Literal["gradient", "delta", "update", "new value"] = "gradient"
    learning_rate: float | None = None
    half: bool = False
    mean: int = 1
    layout: Literal["as recorded", "transposed"] = "as recorded"
    slack: float = 1.0

    def __post_init__(self) -> None:
        choices: dict[str, tuple[Any, ...]] = {
            "relu_at_zero": (None, 0, 1),
            "ties": (None, "split", "first", "last"),
            "quantity": ("gradient", "delta", "update", "new value"),
            "half": (True, False),
            "layout": ("as recorded", "transposed"),
        }
        for name, allowed in choices.items():
            if getattr(self, name) not in allowed:
                known = ", ".join("not given" if choice is None else repr(choice) for choice in allowed)
                raise QuestionError(f"convention '{name}' must be one of: {known}; got {getattr(self, name)!r}.")
        if self.quantity in ("update", "new value") and not _is_positive(self.learning_rate):
            raise QuestionError(
                f"convention quantity = {self.quantity!r} needs a positive learning_rate; got {self.learning_rate!r}."
            )
        if not _is_positive(self.mean) or self.mean != int(self.mean):
            raise QuestionError(f"convention 'mean' must be a whole number of at least 1; got {self.mean!r}.")
        if not _is_positive(self.slack):
            raise QuestionError(f"convention 'slack' must be a positive number; got {self.slack!r}.")

    def nudges(self, row: Primitive, operands: Sequence[Any]) -> dict[int, int] | None:
        """Return how to step off a kink: the wires to move, up (1) or down (−1); None if both sides are right.

        Args:
            row: the gate's row.
            operands: its operands, wires and constants.
        """
        if row is neural.relu and self.relu_at_zero is not None:
            return {0: 1} if self.relu_at_zero else {}
        if row in _MOST and self.ties is not None:
            if self.ties == "split":
                return {}
            chosen = 0 if self.ties == "first" else len(operands) - 1
            if isinstance(operands[chosen], Tensor):
                return {chosen: _MOST[row]}
            # A constant stays where it is, as in max(0, x); it wins where every wire loses.
            return {i: -_MOST[row] for i, operand in enumerate(operands) if isinstance(operand, Tensor)}
        return None

    def written_as(self, value: Any, is_input: bool) -> tuple[float, Any]:
        """Return what a gradient is multiplied by, and what is then added, to be written on the sheet.

        Args:
            value: the wire's value.
            is_input: whether it is an input, which alone has an update.
        """
        factor = (0.5 if self.half else 1.0) / self.mean
        if self.quantity == "delta":
            return -factor, 0.0
        if self.quantity == "gradient" or not is_input:
            return factor, 0.0
        assert self.learning_rate is not None
        return -self.learning_rate * factor, value if self.quantity == "new value" else 0.0


def _is_positive(given: Any) -> bool:
    return isinstance(given, int | float) and not isinstance(given, bool) and 0 < given < float("inf")


# Nothing is fixed.
ANY = Conventions()
