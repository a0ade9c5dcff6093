"""Run a rule on symbols: the derivative as text, as LaTeX, as a worked step in numbers, as Python source.

A symbol is a name, a number, or a gate applied to symbols. It carries its value where that is known, so that one run
of a rule gives "−1/x²", "−1/(−1)²" and −1 at once, and so that a rule may ask for shapes.
"""

from typing import Any, NoReturn

import numpy as np

from .errors import RuleError
from .notation import ATOM, STYLES
from .numerals import SIGNIFICANT, latex_name, level, numbers
from .operators import Operators
from .ops.arithmetic import power
from .ops.comparing import where
from .primitive import Primitive

_UNKNOWN = object()
_PARENTHESES = {"text": ("(", ")"), "latex": (r"\left(", r"\right)"), "python": ("(", ")")}


class Symbol(Operators):
    """A name, a number, or a gate applied to symbols.

    Attributes:
        gate: the gate, or None for a name or a number.
        operands: the gate's operands.
        options: the gate's options.
        written: for a name, its text and binding strength in each style; else None.
        value: the value, where it is known.
    """

    __slots__ = ("gate", "operands", "options", "value", "written")

    def __init__(
        self,
        gate: Primitive | None = None,
        operands: tuple["Symbol", ...] = (),
        options: dict[str, Any] | None = None,
        *,
        written: dict[str, tuple[str, int]] | None = None,
        value: Any = _UNKNOWN,
    ) -> None:
        self.gate = gate
        self.operands = operands
        self.options = options or {}
        self.written = written
        self.value = value

    @staticmethod
    def apply(gate: Primitive, operands: tuple[Any, ...], options: dict[str, Any]) -> Any:
        """Return the gate applied to symbols; numbers among themselves are worked out, and x·1, x + 0, x¹ are x."""
        symbols = tuple(operand if isinstance(operand, Symbol) else constant(operand) for operand in operands)
        value = _value(gate, symbols, options)
        if all(symbol.is_constant for symbol in symbols):
            return constant(value)
        if len(symbols) == 2 and gate.neutral is not None:
            first, second = symbols
            if second.is_number(gate.neutral):
                return first
            if gate is power and second.is_number(0):
                return constant(1.0)
            if gate.commutative and first.is_number(gate.neutral):
                return second
        if gate is where and symbols[0].is_constant and np.ndim(symbols[0].value) == 0:
            return symbols[1] if symbols[0].value else symbols[2]
        return Symbol(gate, symbols, options, value=value)

    @property
    def is_constant(self) -> bool:
        """Whether this is a number, not a name or an expression."""
        return self.gate is None and self.written is None

    def is_number(self, wanted: float) -> bool:
        """Return whether this is the given number."""
        return self.is_constant and np.ndim(self.value) == 0 and self.value is not None and self.value == wanted

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the value."""
        return np.shape(self._known())

    @property
    def ndim(self) -> int:
        """Number of axes of the value."""
        return np.ndim(self._known())

    @property
    def size(self) -> int:
        """Number of entries of the value."""
        return np.size(self._known())

    @property
    def dtype(self) -> np.dtype[Any]:
        """Dtype of the value."""
        return np.result_type(self._known())

    def _known(self) -> Any:
        if self.value is _UNKNOWN:
            raise RuleError("this rule needs to know the shape of its operands; give the symbols values.")
        return self.value

    def __bool__(self) -> NoReturn:
        raise RuleError("a rule may not branch on its operands' values; use np.where.")

    def has_form(self, style: str) -> bool:
        """Return whether every gate of the expression can be written in a style."""
        if self.gate is None:
            return self.written is None or style in self.written
        return getattr(self.gate.notation, style) is not None and all(part.has_form(style) for part in self.operands)

    def write(self, style: str = "text", number_format: str = SIGNIFICANT, *, in_numbers: bool = False) -> str:
        """Return the expression in a style, with names, or with each name's value where that is one number.

        Args:
            style: "text", "latex" or "python".
            number_format: how numbers are shown.
            in_numbers: whether to write values for names: −1/(−1)² for −1/x².
        """
        return self._write(style, number_format, in_numbers)[0]

    def _write(self, style: str, number_format: str, in_numbers: bool) -> tuple[str, int]:
        if self.gate is None:
            is_number = self.value is not _UNKNOWN and np.ndim(self.value) == 0 and self.value is not None
            if self.written is not None and not (in_numbers and is_number):
                return self.written[style]
            # A formula's own constants are not rounded like the numbers put into it.
            return _shown(self.value, SIGNIFICANT if self.written is None else number_format, style)
        if in_numbers and self.gate is where and np.ndim(self.operands[0].value) == 0:
            chosen = self.operands[1] if self.operands[0].value else self.operands[2]
            return chosen._write(style, number_format, in_numbers)
        parts = [
            operand._write(style, number_format, in_numbers) for operand in self.operands if operand.value is not None
        ]
        notation = getattr(self.gate.notation, style)
        texts, levels = [text for text, _ in parts], [strength for _, strength in parts]
        text = notation.fill(texts, levels, _PARENTHESES[style], self.options)
        return text, levels[0] if notation.level is None else notation.level


def _shown(value: Any, number_format: str, style: str) -> tuple[str, int]:
    """Return a number or an array as it is written, with its binding strength."""
    shown = numbers(value, number_format, style)
    return shown, level(shown) if np.ndim(value) == 0 else ATOM


def figure(value: Any, number_format: str) -> Symbol:
    """Return a computed number or array as a symbol that is written in the given format."""
    return Symbol(written={style: _shown(value, number_format, style) for style in STYLES}, value=value)


def constant(value: Any) -> Symbol:
    """Return a number, an array or None as a symbol."""
    return Symbol(value=value)


def variable(name: str, value: Any = _UNKNOWN) -> Symbol:
    """Return a name as a symbol, with its value where that is known."""
    return Symbol(
        written={"text": (name, ATOM), "latex": (latex_name(name), ATOM), "python": (name, ATOM)}, value=value
    )


def known(expression: Symbol, value: Any) -> Symbol:
    """Return a symbol that reads as `expression` but counts as one value: in numbers it is that number."""
    if expression.written is not None:
        return Symbol(written=expression.written, value=value)
    styles = [style for style in STYLES if expression.has_form(style)]
    return Symbol(written={style: expression._write(style, SIGNIFICANT, False) for style in styles}, value=value)


def derivative(
    gate: Primitive,
    position: int,
    operands: tuple[Symbol, ...],
    options: dict[str, Any],
    out: Symbol,
    upstream: Symbol,
) -> Symbol:
    """Run one rule of a gate on symbols: its local derivative, or what it makes of `upstream`.

    Args:
        gate: the gate.
        position: which operand the derivative is for.
        operands: the operands as symbols.
        options: every option with its value.
        out: the output as a symbol.
        upstream: the upstream gradient as a symbol, for a rule that turns it into downstream itself.
    """
    rule = gate.rule_for(position)
    assert rule is not None, f"{gate.name} has no rule for operand {position}"
    result = rule(upstream, out, operands, options, position)
    return result if isinstance(result, Symbol) else constant(result)


def _value(gate: Primitive, symbols: tuple[Symbol, ...], options: dict[str, Any]) -> Any:
    """Return the gate's value where the values of all its operands are known."""
    if any(symbol.value is _UNKNOWN for symbol in symbols):
        return _UNKNOWN
    with np.errstate(all="ignore"):
        # NumPy's numbers, because Python's 1/0.0 raises where NumPy's gives inf.
        value = gate.value(*[_as_numpy(symbol.value) for symbol in symbols], **options)
    # In a formula a truth value is 1 or 0, and two of them add up.
    return value.astype(np.float64) if getattr(value, "dtype", None) == np.bool_ else value


def _as_numpy(value: Any) -> Any:
    return np.float64(value) if isinstance(value, float | int) else value
