"""The scalar path: a gate's value and local derivatives as one function of Python floats, written from its row.

A teaching circuit is made of single numbers, for which NumPy's own overhead is most of the time. So each elementwise
gate is run once on symbols, printed as Python with the functions of `math`, and compiled, on first use. The function
that records a gate is written with it, and has a case for arrays too.
"""

import math
import os
import textwrap
from collections.abc import Callable
from typing import Any, Literal, NamedTuple

import numpy as np

from .errors import AutogradMiniError, RuleError, UnsupportedError
from .formula import Symbol, derivative, variable
from .notation import ATOM
from .ops.arithmetic import power, square
from .primitive import Primitive

_FUNCTION = "scalar_path"
_RECORDER = "record"
_OPERANDS = ("first", "second")
_IS_NUMBER = "{0}.__class__ is float or {0}.__class__ is int"
_IS_ARRAY = "{0}.__class__ is ndarray and {0}.dtype.kind in 'fiu'"
# What is written here counts as a file of this package, so that the line blamed for a NaN is the user's.
_HERE = os.path.dirname(__file__) + os.sep

# The languages that a gate may be written in as code: the names of styles in its notation.
Code = Literal["python", "javascript"]
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
            exec(compile(source, f"{_HERE}<scalar path of {gate.name}>", "exec"), scope)
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
    form = _form(gate, needs)
    if form is None:
        return None
    results = ", ".join(map(str, form.locals))
    return "\n    ".join(
        [f"def {_FUNCTION}({', '.join(form.parameters)}):", *form.lines, f"return {form.value}, ({results},)\n"]
    )


def recorder(gate: Primitive, scope: dict[str, Any], *, reflected: bool = False) -> Callable[..., Any] | None:
    """Return a gate as a function of Tensors and numbers that records what it often meets with no call in between.

    Args:
        gate: the gate.
        scope: what the function refers to: the class `Tensor`, `new` (object.__new__), `next_order`, the module
            `watching`, `SEVERAL`, `ndarray`, `settled(data)`, which makes a result what a Tensor holds,
            `every_option(gate, options)`, which adds what was left out, and `general(gate, operands, options)`, which
            takes every case that is not written out here.
        reflected: whether the function takes the second operand first, as the operator of an operand on the right does.

    Returns:
        The function of the operands, and of a dict of options for a gate that has any; None for a gate of more than two
        operands, of two operands with options, or without rules.
    """
    source = recorder_source(gate, reflected=reflected)
    if source is None:
        return None
    names: dict[str, Any] = vars(math) | scope | {"gate": gate, "value": gate.value, "none": gate.options}
    # As above: no text of a user's reaches the source.
    exec(compile(source, f"{_HERE}<recorder of {gate.name}>", "exec"), names)
    return names[_RECORDER]


def recorder_source(gate: Primitive, *, reflected: bool = False) -> str | None:
    """Return the Python source of a gate's recorder: each case of Tensors and constants written out."""
    count = len(gate.operands)
    if gate.variadic or gate.defaults or count > (1 if gate.options else 2) or len(gate.rules) < count:
        return None
    if count == 1:
        lines = _indented(_cases(gate, (True,), numbers=not gate.options))
        case = f"if first.__class__ is Tensor and not watching.open_withs:\n{lines}"
        return _function("first, options" if gate.options else "first", "first,", [case])
    cases = [
        "if watching.open_withs:\n    pass\n"
        f"elif first.__class__ is Tensor:\n"
        f"    if second.__class__ is Tensor:\n{_indented(_cases(gate, (True, True)), 2)}\n"
        f"    elif {_IS_NUMBER.format('second')}:\n{_indented(_cases(gate, (True, False)), 2)}\n"
        f"    elif {_IS_ARRAY.format('second')}:\n{_indented(_cases(gate, (True, False), numbers=False), 2)}\n"
        f"elif {_IS_NUMBER.format('first')}:\n{_indented(_cases(gate, (False, True)))}\n"
        f"elif {_IS_ARRAY.format('first')}:\n{_indented(_cases(gate, (False, True), numbers=False))}"
    ]
    return _function("second, first" if reflected else "first, second", "first, second", cases)


def _function(parameters: str, operands: str, cases: list[str]) -> str:
    options = "options" if parameters.endswith("options") else "none"
    body = _indented("\n".join([*cases, f"return general(gate, ({operands}), {options})"]))
    return f"def {_RECORDER}({parameters}):\n{body}\n"


def _cases(gate: Primitive, needs: tuple[bool, ...], *, numbers: bool = True) -> str:
    """Return the lines that record a gate whose operands that need a gradient are Tensors, and the others constants.

    One case is for single numbers, if the gate has a form for them and the constants are `numbers`; one is for arrays.
    """
    operands = _OPERANDS[: len(needs)]
    lines = [f"x{i} = {operand}.data" for i, operand in enumerate(operands) if needs[i]]
    # A whole number too large for a float is refused where all constants are.
    constant = "x{0} = {1} = float({1})" if numbers else "x{0} = {1}"
    constants = [constant.format(i, operand) for i, operand in enumerate(operands) if not needs[i]]
    form = _form(gate, needs, named=("x0", "x1")[: len(needs)]) if numbers else None
    if form is not None:
        second, by_second = ("second", str(form.locals[1])) if len(needs) == 2 else ("None", "None")
        node = _node(form.value, "first", second, str(form.locals[0]), by_second)
        lines += [f"if {_hold('float', needs)}:", _indented(_guarded([*constants, *form.lines], node))]
    # What NumPy finds wrong with the operands is said by the general way.
    given = ", ".join(f"x{i}" for i in range(len(needs)))
    if gate.options:
        computed = ["every = every_option(gate, options) if options else none", f"data = value({given}, **every)"]
    else:
        computed = [*constants, f"data = value({given})"]
    # NumPy's functions entry by entry give a number where others may give an array without axes.
    is_number = "data.__class__ is not ndarray" + ("" if isinstance(gate.value, np.ufunc) else " or not data.ndim")
    settled = f"if {is_number}:\n    data = settled(data)\n"
    options = "every" if gate.options else "none"
    node = settled + _node("data", f"({', '.join(operands)},)", options, "None", "SEVERAL")
    lines += [f"if {_hold('ndarray', needs)}:", _indented(_guarded(computed, node))]
    return "\n".join(lines)


def _hold(cls: str, needs: tuple[bool, ...]) -> str:
    """Return the condition that the operands that are Tensors hold data of a class, and need a gradient."""
    return " and ".join(
        f"x{i}.__class__ is {cls} and {_OPERANDS[i]}.requires_grad" for i in range(len(needs)) if needs[i]
    )


def _node(value: str, first: str, second: str, by_first: str, by_second: str) -> str:
    """Return the lines that make the Tensor of a gate's output: see `Tensor` for its slots."""
    return (
        f"made = new(Tensor)\nmade.data = {value}\nmade.grad = made.name = None\nmade.requires_grad = True\n"
        f"made.gate = gate\nmade.first = {first}\nmade.second = {second}\n"
        f"made.by_first = {by_first}\nmade.by_second = {by_second}\nmade.order = next_order()\nreturn made"
    )


def _guarded(lines: list[str], then: str) -> str:
    """Return lines that may raise, and what follows if they do not."""
    if not lines:
        return then
    guarded = _indented("\n".join(lines))
    # 1/0.0, overflow, log(-1.0): Python raises where NumPy has an answer.
    errors = "ArithmeticError, LookupError, TypeError, ValueError"
    return f"try:\n{guarded}\nexcept ({errors}):\n    pass\nelse:\n{_indented(then)}"


def _indented(text: str, levels: int = 1) -> str:
    return textwrap.indent(text, "    " * levels)


class _Form(NamedTuple):
    """A gate in plain Python: the lines that compute it, and the names of its value and its local derivatives."""

    parameters: list[str]
    lines: list[str]
    value: str
    locals: list[str | None]


def _form(gate: Primitive, needs: tuple[bool, ...], named: tuple[str, ...] | None = None) -> _Form | None:
    """Return a gate in plain Python, its operands `named` so if not as in its row; None if it has no such form."""
    if not gate.elementwise or not gate.rules:
        return None
    numbered = tuple(f"x{i}" for i in range(len(needs))) if gate.variadic else gate.operands
    operands = tuple(map(variable, named or numbered))
    options = {name: variable(name) for name in gate.options}
    out, upstream = variable("out"), variable("upstream")
    try:
        value = _in_atoms(Symbol(gate, operands, options))
        locals_ = [
            _in_atoms(derivative(gate, i, operands, options, out, upstream)) if needed and gate.rule_for(i) else None
            for i, needed in enumerate(needs)
        ]
    except (_NoFormError, AutogradMiniError, AttributeError, TypeError, ValueError):
        # A rule, like a value, may compute with what only arrays have, or ask what its operands are.
        return None
    program = _Program()
    program.names[out.write("python")] = program.name(value)
    names = [None if local is None else program.name(local) for local in locals_]
    parameters = [symbol.write("python") for symbol in (*operands, *options.values())]
    return _Form(parameters, program.lines, program.name(value), names)


def in_atoms(gate: Primitive, count: int, options: dict[str, Any]) -> Symbol | None:
    """Return a gate's value on `count` single numbers x0, x1, … in gates that Python has a form for.

    None for a gate that is not made of functions that Python has for floats.
    """
    try:
        return _in_atoms(Symbol(gate, tuple(variable(f"x{i}") for i in range(count)), options))
    except _NoFormError:
        return None


class Straight(NamedTuple):
    """An expression on single numbers as straight-line code.

    Attributes:
        reads: the names that it reads, in order.
        lines: one distinct operation each, "_0 = x * y".
        value: the name or number of its value.
    """

    reads: list[str]
    lines: list[str]
    value: str


def straight(symbol: Symbol, style: Code) -> Straight | None:
    """Return an expression as straight-line code; None if it has an operation that the language has no form for."""
    try:
        symbol = _in_atoms(symbol, style)
    except _NoFormError:
        return None
    program = _Program(style)
    value = program.name(symbol)
    return Straight(sorted(program.reads), program.lines, value)


class _NoFormError(Exception):
    """A gate that is not made of functions that the language has for single numbers."""


def _in_atoms(symbol: Symbol, style: Code = "python") -> Symbol:
    """Return an expression with each gate that there is no form for (sigmoid) replaced by what its row says."""
    gate = symbol.gate
    if gate is None:
        return symbol
    if getattr(gate.notation, style) is None:
        try:
            stated = gate.value(*symbol.operands, **symbol.options)
        except (UnsupportedError, RuleError):
            # The row's value computes with what only arrays have, or asks what its operands are.
            raise _NoFormError from None
        if stated.gate is gate:
            # NumPy's own function is the value, and leads back here.
            raise _NoFormError
        return _in_atoms(stated, style)
    if gate is power and symbol.operands[1].is_number(2):
        # As NumPy computes it: C's pow may round the last digit differently.
        return Symbol(square, (_in_atoms(symbol.operands[0], style),))
    return Symbol(gate, tuple(_in_atoms(operand, style) for operand in symbol.operands))


class _Program:
    """Straight-line code under construction: one line per distinct operation, so nothing is computed twice."""

    def __init__(self, style: Code = "python") -> None:
        self.style = style
        self.lines: list[str] = []
        self.names: dict[str, str] = {}
        self.reads: set[str] = set()

    def name(self, symbol: Symbol) -> str:
        """Return the name of a symbol's value, adding the lines that compute it."""
        if symbol.gate is None:
            # Names and numbers are written alike in both languages.
            text = symbol.write("python")
            if symbol.written is not None:
                self.reads.add(text)
            return self.names.get(text, text)
        style = getattr(symbol.gate.notation, self.style)
        assert style is not None
        text = style.fill([self.name(operand) for operand in symbol.operands], [ATOM] * len(symbol.operands), ("", ""))
        if text not in self.names:
            self.names[text] = f"_{len(self.lines)}"
            self.lines.append(f"{self.names[text]} = {text}")
        return self.names[text]
