"""The scalar path: a gate's value and local derivatives as one function of Python floats, written from its row.

A teaching circuit is made of single numbers, for which NumPy's own overhead is most of the time. So each elementwise
gate is run once on symbols, printed as Python with the functions of `math`, and compiled, on first use.
"""

import math
from collections.abc import Callable
from typing import Any

from .errors import RuleError, UnsupportedError
from .formula import Symbol, derivative, variable
from .notation import ATOM
from .ops.arithmetic import power, square
from .primitive import Primitive

_FUNCTION = "scalar_path"

# (out, local derivatives); an operand that needs no gradient has None in place of its derivative.
ScalarPath = Callable[..., tuple[float, tuple[float | bool | None, ...]]]


class _ScalarPaths(dict[tuple[Primitive, int], ScalarPath | None]):
    """Scalar paths by gate and by which operands need a gradient; each is written when it is first asked for."""

    def __missing__(self, key: tuple[Primitive, int]) -> ScalarPath | None:
        gate, bits = key
        # The bits of `needs`, first operand lowest, below a leading 1 that tells how many operands there are.
        needs = tuple(bool(bits >> i & 1) for i in range(bits.bit_length() - 1))
        source = scalar_source(gate, needs)
        if source is None:
            self[key] = None
        else:
            # The source is made of the rows' templates and of names made here; no text of a user's reaches it.
            scope: dict[str, Any] = dict(vars(math))
            exec(compile(source, f"<scalar path of {gate.name}>", "exec"), scope)
            self[key] = scope[_FUNCTION]
        return self[key]


# scalar_paths[gate, bits] is the gate as a function of Python floats, or None for a gate that has no such form. It
# takes the operands and then the options. Where Python raises and NumPy gives inf or nan (1/0.0, log 0), it raises too;
# the caller then takes the path of arrays.
scalar_paths = _ScalarPaths()


def scalar_source(gate: Primitive, needs: tuple[bool, ...]) -> str | None:
    """Return the Python source of a gate's scalar path, or None for a gate that has no such form.

    Args:
        gate: the gate.
        needs: for each operand, whether its derivative is wanted.
    """
    if not gate.elementwise or not gate.rules:
        return None
    count = len(needs)
    operands = tuple(variable(f"x{i}") for i in range(count)) if gate.variadic else tuple(map(variable, gate.operands))
    options = {name: variable(name) for name in gate.options}
    out, upstream = variable("out"), variable("upstream")
    try:
        value = _in_atoms(Symbol(gate, operands, options))
        locals_ = [
            _in_atoms(derivative(gate, i, operands, options, out, upstream)) if needed and gate.rule_for(i) else None
            for i, needed in enumerate(needs)
        ]
    except _NoFormError:
        return None
    program = _Program()
    program.names[out.write("python")] = program.name(value)
    results = ", ".join("None" if local is None else program.name(local) for local in locals_)
    parameters = ", ".join(symbol.write("python") for symbol in (*operands, *options.values()))
    return "\n    ".join(
        [f"def {_FUNCTION}({parameters}):", *program.lines, f"return {program.name(value)}, ({results},)\n"]
    )


def in_atoms(gate: Primitive, count: int, options: dict[str, Any]) -> Symbol | None:
    """Return a gate's value on `count` single numbers x0, x1, … in gates that Python has a form for.

    None for a gate that is not made of functions that Python has for floats.
    """
    try:
        return _in_atoms(Symbol(gate, tuple(variable(f"x{i}") for i in range(count)), options))
    except _NoFormError:
        return None


class _NoFormError(Exception):
    """A gate that is not made of functions that Python has for floats."""


def _in_atoms(symbol: Symbol) -> Symbol:
    """Return an expression with each gate that Python has no form for (sigmoid) replaced by what its row says."""
    gate = symbol.gate
    if gate is None:
        return symbol
    if gate.notation.python is None:
        try:
            stated = gate.value(*symbol.operands, **symbol.options)
        except (UnsupportedError, RuleError):
            # The row's value computes with what only arrays have, or asks what its operands are.
            raise _NoFormError from None
        if stated.gate is gate:
            # NumPy's own function is the value, and leads back here.
            raise _NoFormError
        return _in_atoms(stated)
    if gate is power and symbol.operands[1].is_number(2):
        # As NumPy computes it: C's pow may round the last digit differently.
        return Symbol(square, (_in_atoms(symbol.operands[0]),))
    return Symbol(gate, tuple(map(_in_atoms, symbol.operands)))


class _Program:
    """Straight-line Python under construction: one line per distinct operation, so nothing is computed twice."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.names: dict[str, str] = {}

    def name(self, symbol: Symbol) -> str:
        """Return the name of a symbol's value, adding the lines that compute it."""
        if symbol.gate is None:
            text = symbol.write("python")
            return self.names.get(text, text)
        style = symbol.gate.notation.python
        assert style is not None
        text = style.fill([self.name(operand) for operand in symbol.operands], [ATOM] * len(symbol.operands), ("", ""))
        if text not in self.names:
            self.names[text] = f"_{len(self.lines)}"
            self.lines.append(f"{self.names[text]} = {text}")
        return self.names[text]
