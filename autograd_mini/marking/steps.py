"""One backward step as a rule of the marker reads it: upstream, operands, output, and the gate's own right rule."""

from typing import Any, NamedTuple

from ..formula import Symbol
from ..primitive import Primitive


class Step(NamedTuple):
    """What a gate sends to one operand: on arrays it is a number, on symbols a formula.

    Attributes:
        row: the gate's row of the table.
        options: the gate's options.
        position: which operand the step leads to.
        upstream: the gradient that arrives at the gate's output.
        out: the gate's output.
        operands: the gate's operands.
        source: what a rule reads besides: the number of a wire that its misconception names.
        learning_rate: of the question, if it has one.
    """

    row: Primitive
    options: dict[str, Any]
    position: int
    upstream: Any
    out: Any
    operands: tuple[Any, ...]
    source: Any = None
    learning_rate: float | None = None

    @property
    def operand(self) -> Any:
        """The operand that the step leads to."""
        return self.operands[self.position]

    @property
    def other(self) -> Any:
        """The other operand of a gate of two."""
        return self.operands[1 - self.position]

    @property
    def local(self) -> Any:
        """The local derivative: what the gate sends when 1 arrives."""
        return self.right(upstream=1.0 if isinstance(self.upstream, Symbol) else self.upstream * 0 + 1)

    def value(self, operand: Any) -> Any:
        """Return the gate's value at another operand."""
        operands = list(self.operands)
        operands[self.position] = operand
        return self.row(*operands, **self.options)

    def right(
        self,
        *,
        upstream: Any = None,
        out: Any = None,
        operand: Any = None,
        other: Any = None,
        position: int | None = None,
    ) -> Any:
        """Return what the gate rightly sends, with parts of it replaced by something else."""
        operands = list(self.operands)
        if operand is not None:
            operands[self.position] = operand
        if other is not None:
            operands[1 - self.position] = other
        return self.row.pull(
            self.position if position is None else position,
            self.upstream if upstream is None else upstream,
            self.out if out is None else out,
            tuple(operands),
            self.options,
        )
