"""How one step is written: by Python's operators and `math` for single numbers, by NumPy's calls for arrays.

The text comes from the rows: the notation of a gate where its operands are single numbers, else the one NumPy call
that its value consists of. A gate that is more than that is called by its name.
"""

import inspect
import itertools
import math
import re
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any, NamedTuple

import numpy as np

from ..notation import ANY, ATOM, NEGATIVE, POWER, PRODUCT, SUM, TEST
from ..ops.comparing import where
from ..primitive import Primitive, selected
from .steps import Kind, Pull, Step, Wire, assume

# Wires stand in a form between these marks, with the weakest binding strength that needs no parentheses there.
OPEN, CLOSE = "\x01", "\x02"
_MARK = re.compile(f"{OPEN}(\\d+):(\\d+){CLOSE}")

# NumPy's functions that have a sign in Python: the sign, its strength, and its operands' weakest ones.
_SIGNS: dict[Any, tuple[str, int, tuple[int, int]]] = {
    np.add: ("+", SUM, (SUM, PRODUCT)),
    np.subtract: ("-", SUM, (SUM, PRODUCT)),
    np.multiply: ("*", PRODUCT, (NEGATIVE, POWER)),
    np.divide: ("/", PRODUCT, (NEGATIVE, POWER)),
    np.matmul: ("@", PRODUCT, (NEGATIVE, POWER)),
    np.greater: (">", TEST, (SUM, SUM)),
    np.greater_equal: (">=", TEST, (SUM, SUM)),
    np.less: ("<", TEST, (SUM, SUM)),
    np.less_equal: ("<=", TEST, (SUM, SUM)),
    np.equal: ("==", TEST, (SUM, SUM)),
    np.not_equal: ("!=", TEST, (SUM, SUM)),
}

# A ufunc's `reduce` is a method of arrays.
_REDUCTIONS: dict[Any, str] = {np.add: "sum", np.multiply: "prod", np.maximum: "max", np.minimum: "min"}

# From so many entries on, `selected` is faster than np.where, which takes a branch at each of them.
_MANY_ENTRIES = 1 << 14


class Form(NamedTuple):
    """A step's text, with marks for its wires, and its binding strength."""

    text: str
    level: int


class Pattern(NamedTuple):
    """A form taken apart at its wires.

    Attributes:
        before: the text before the first wire.
        places: for each place where a wire stands: the wire, the weakest binding strength that needs no parentheses
            there, and the text behind it.
        level: the form's binding strength.
    """

    before: str
    places: list[tuple[Wire, int, str]]
    level: int

    @classmethod
    def of(cls, form: Form) -> "Pattern":
        """Return a form's pattern."""
        before, *rest = _MARK.split(form.text)
        wires, slots, behind = map(Wire, rest[::3]), map(int, rest[1::3]), rest[2::3]
        return cls(before, list(zip(wires, slots, behind, strict=True)), form.level)

    def on(self, operands: tuple[Any, ...]) -> "Pattern":
        """Return the pattern with an operand in place of its number."""
        return Pattern(self.before, [(operands[i], slot, behind) for i, slot, behind in self.places], self.level)


class UnwritableError(Exception):
    """What has no text: an object among the options."""


Pool = Callable[[str, Any], str]


def mark(wire: Wire, slot: int = ANY) -> str:
    """Return the mark of a wire."""
    return f"{OPEN}{int(wire)}:{slot}{CLOSE}"


def literal(value: Any, pool: Pool) -> str:
    """Return a constant as Python text; an array, or what has no text, by the name that `pool` gives it.

    Args:
        value: the constant, an option or a part of one; wires become marks.
        pool: the function from a kind of thing and the thing to its name.
    """
    if isinstance(value, Wire):
        return mark(value)
    if isinstance(value, _Text):
        return value.text
    if value is None or (isinstance(value, bool | int | str) and not isinstance(value, np.generic)):
        return repr(value)
    if value is Ellipsis:
        return "..."
    if value.__class__ is float:
        return float_literal(value)
    if type(value) is tuple:
        return "(" + ", ".join(literal(part, pool) for part in value) + ("," if len(value) == 1 else "") + ")"
    if type(value) is list:
        return "[" + ", ".join(literal(part, pool) for part in value) + "]"
    if isinstance(value, slice):
        return "slice(" + ", ".join(literal(part, pool) for part in (value.start, value.stop, value.step)) + ")"
    if isinstance(value, np.dtype) or (isinstance(value, type) and issubclass(value, np.generic)):
        return f"np.{np.dtype(value).name}"
    if isinstance(value, np.float64 | np.float32 | np.float16) and np.isfinite(value):
        return f"np.{value.dtype.name}({value.item()!r})"
    if isinstance(value, np.integer):
        return repr(int(value))
    return pool("constant", value)


def float_literal(value: float) -> str:
    """Return a number as Python text."""
    return repr(value) if math.isfinite(value) else f"float('{value}')"


def index_literal(key: Any, pool: Pool) -> str:
    """Return an index as it stands between brackets: "0, 1:3"."""
    if isinstance(key, tuple) and key:
        return ", ".join(index_literal(part, pool) for part in key) + ("," if len(key) == 1 else "")
    if isinstance(key, slice):
        ends = ["" if end is None else literal(end, pool) for end in (key.start, key.stop)]
        return ":".join(ends) + ("" if key.step is None else f":{literal(key.step, pool)}")
    return literal(key, pool)


@lru_cache(maxsize=1024)
def scalar_pattern(gate: Primitive, given: tuple[Kind | str, ...]) -> Pattern | None:
    """Return a gate of single numbers in Python's operators and `math`, or None where its row has no such form.

    Args:
        gate: the gate.
        given: its operands: the kind of a wire, which has the operand's number in the pattern, or a constant's text.
    """
    style = gate.notation.python
    if style is None:
        return None
    texts, levels = [], []
    for i, operand in enumerate(given):
        if isinstance(operand, str):
            texts.append(operand)
            levels.append(NEGATIVE if operand.startswith("-") else ATOM)
        else:
            text = mark(Wire(i), style.slots[min(i, len(style.slots) - 1)])
            # Where one of two numbers is a truth value, it counts as 1.0 or 0.0.
            is_truth = gate is where and i > 0 and operand.dtype == np.bool_
            texts.append(f"(1.0 if {mark(Wire(i), TEST)} else 0.0)" if is_truth else text)
            levels.append(ATOM)
    return Pattern.of(Form(style.fill(texts, levels, ("(", ")")), ATOM if style.level is None else style.level))


def array_form(step: Step, kinds: list[Kind], pool: Pool) -> Form:
    """Return a step as a NumPy call, or as a call of its row or its rule."""
    gate = step.gate
    if gate is assume:
        wire, seen = step.operands
        if np.result_type(seen) == np.bool_ and np.shape(seen) == ():
            return Form(f"not {mark(wire, TEST)}" if seen else mark(wire), ANY)
        return Form(f"not np.array_equal({mark(wire)}, {literal(seen, pool)}, equal_nan=True)", ANY)
    operands = [_strong(operand, step, kinds, pool) for operand in step.operands]
    if _is_selection(step, kinds):
        return Form(f"{pool('function', selected)}({', '.join(operands[:2])})", ATOM)
    if isinstance(gate, Primitive):
        if isinstance(gate.value, np.ufunc):
            return _ufunc_form(gate.value, operands, pool)
        try:
            return _one_call(step, kinds, operands, pool)
        except Exception:
            # The row's value is more than one call of NumPy's: it is called as a whole.
            name = pool("row", gate)
            # What a row does with a number may be what only NumPy's numbers have: x[None].
            operands = [
                _numpys_own(text, kinds[operand]) if isinstance(operand, Wire) else text
                for operand, text in zip(step.operands, operands, strict=True)
            ]
    elif isinstance(gate, Pull):
        name = pool("rule", gate)
    else:
        name = _numpy_name(gate)
    defaults = (gate.value.__kwdefaults__ or {}) if isinstance(gate, Primitive) else {}
    return Form(f"{name}({', '.join([*operands, *_options(step.options, defaults, pool)])})", ATOM)


def _is_selection(step: Step, kinds: list[Kind]) -> bool:
    """Return whether a step is np.where(mask, x, 0.0) on large arrays of one shape."""
    if step.gate is not where or step.operands[2].__class__ is not float or str(step.operands[2]) != "0.0":
        return False
    if not all(isinstance(operand, Wire) for operand in step.operands[:2]):
        return False
    mask, x = (kinds[operand] for operand in step.operands[:2])
    is_alike = (x.shape, x.dtype) == (step.kind.shape, step.kind.dtype) and x.dtype.itemsize in (2, 4, 8)
    return is_alike and mask.dtype == np.bool_ and math.prod(x.shape) >= _MANY_ENTRIES


def _ufunc_form(ufunc: np.ufunc, operands: list[str], pool: Pool) -> Form:
    if ufunc in _SIGNS:
        sign, strength, slots = _SIGNS[ufunc]
        left, right = (
            text.replace(f":{ANY}{CLOSE}", f":{slot}{CLOSE}") if text.startswith(OPEN) else _bracketed(text, slot)
            for text, slot in zip(operands, slots, strict=True)
        )
        return Form(f"{left} {sign} {right}", strength)
    if ufunc is np.negative and operands[0].startswith(OPEN):
        return Form("-" + operands[0].replace(f":{ANY}{CLOSE}", f":{PRODUCT}{CLOSE}"), NEGATIVE)
    if getattr(np, ufunc.__name__, None) is ufunc:
        return Form(f"np.{ufunc.__name__}({', '.join(operands)})", ATOM)
    return Form(f"{pool('ufunc', ufunc)}({', '.join(operands)})", ATOM)


def _bracketed(text: str, slot: int) -> str:
    return f"({text})" if text.startswith("-") and slot > NEGATIVE else text


def _strong(operand: Any, step: Step, kinds: list[Kind], pool: Pool) -> str:
    """Return an operand's text. Beside float32 arrays a float64 number must say that it is one."""
    text = literal(operand, pool)
    if isinstance(operand, Wire) and kinds[operand].is_float:
        others = [kinds[wire].dtype for wire in step.wires()]
        if any(dtype.kind == "f" and dtype != np.float64 for dtype in others):
            return f"np.float64({text})"
    return text


def _options(given: dict[str, Any], defaults: dict[str, Any], pool: Pool) -> list[str]:
    """Return the options that differ from their usual values."""
    return [f"{name}={literal(value, pool)}" for name, value in given.items() if not _is_usual(name, value, defaults)]


def _is_usual(name: str, value: Any, defaults: dict[str, Any]) -> bool:
    if name not in defaults:
        return False
    usual = defaults[name]
    if usual is np._NoValue:
        return value is False
    return value is usual or (type(value) is type(usual) and isinstance(value, int | str | float) and value == usual)


class _Text(np.lib.mixins.NDArrayOperatorsMixin):
    """Stands for an operand of a row's value, and writes down what NumPy is asked to do with it."""

    def __init__(self, text: str, kind: Kind | None, pool: Pool) -> None:
        self.text = text
        self.kind = kind
        self.pool = pool
        self.level = ATOM

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if function is np.shape:
            return self.shape
        if function is np.ndim:
            return len(self.shape)
        if _transposes(function, args) and not kwargs and isinstance(args[0], _Text) and args[0].ndim == 2:
            return _Text(f"{_as_atom(args[0].text)}.T", None, self.pool)
        parameters = _parameters(function)
        texts: list[str] = []
        for i, (arg, name) in enumerate(itertools.zip_longest(args, list(parameters)[: len(args)])):
            if i == 0 or not _is_usual(name, arg, parameters):
                text = literal(arg, self.pool)
                # Behind an argument that is left out, the others are named.
                texts.append(text if len(texts) == i else f"{name}={text}")
        texts += _options(kwargs, parameters, self.pool)
        return _Text(f"{_numpy_name(function)}({', '.join(texts)})", None, self.pool)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if method == "reduce" and ufunc in _REDUCTIONS:
            return self._reduced(_REDUCTIONS[ufunc], **kwargs)
        if method != "__call__" or kwargs:
            raise UnwritableError
        texts = [
            f"({given.text})" if isinstance(given, _Text) and given.level != ATOM else literal(given, self.pool)
            for given in inputs
        ]
        form = _ufunc_form(ufunc, texts, self.pool)
        written = _Text(form.text, None, self.pool)
        written.level = form.level
        return written

    def _reduced(self, method: str, *, axis: Any = 0, keepdims: bool = False, **others: Any) -> Any:
        if others:
            raise UnwritableError
        axis = axis[0] if isinstance(axis, tuple) and len(axis) == 1 else axis
        options = ([] if axis is None else [f"axis={axis!r}"]) + ["keepdims=True"] * keepdims
        return _Text(f"{_as_atom(_bracketed_text(self))}.{method}({', '.join(options)})", None, self.pool)

    def __getitem__(self, key: Any) -> Any:
        return _Text(f"{_as_atom(_bracketed_text(self))}[{index_literal(key, self.pool)}]", None, self.pool)

    def reshape(self, shape: Any) -> Any:
        """Write down a change of shape."""
        return _Text(f"{_as_atom(_bracketed_text(self))}.reshape({literal(shape, self.pool)})", None, self.pool)

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape, of an operand only."""
        if self.kind is None:
            raise UnwritableError
        return self.kind.shape

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.shape)

    @property
    def dtype(self) -> Any:
        """The dtype, of an operand only."""
        if self.kind is None:
            raise UnwritableError
        return self.kind.dtype

    def __array__(self, *_: Any, **__: Any) -> Any:
        raise UnwritableError

    def __bool__(self) -> bool:
        raise UnwritableError

    def __iter__(self) -> Any:
        raise UnwritableError


def _transposes(function: Any, args: tuple[Any, ...]) -> bool:
    """Return whether a call exchanges the axes of a matrix."""
    if function is np.swapaxes:
        return sorted(axis % 2 for axis in args[1:]) == [0, 1]
    return function is np.transpose and (len(args) == 1 or args[1] is None)


def _bracketed_text(written: _Text) -> str:
    if written.kind is not None and written.kind.is_scalar:
        return _numpys_own(written.text, written.kind)
    return written.text if written.level == ATOM else f"({written.text})"


def _numpys_own(text: str, kind: Kind) -> str:
    """Return the text of a number or truth value of Python's as NumPy's, which has the methods of arrays."""
    if not kind.is_scalar:
        return text
    return f"np.float64({text})" if kind.is_float else f"np.bool_({text})"


def _as_atom(text: str) -> str:
    """Return the mark of a wire as one that an index or a method may follow."""
    return text.replace(f":{ANY}{CLOSE}", f":{ATOM}{CLOSE}") if text.startswith(OPEN) else text


def _one_call(step: Step, kinds: list[Kind], operands: list[str], pool: Pool) -> Form:
    """Return the one NumPy call that a row's value consists of.

    Raises:
        Exception: of any kind, if it is more than that.
    """

    # Pooled names that a failed attempt asks for are not wanted.
    pooled: list[tuple[str, Any]] = []

    def noted(what: str, value: Any) -> str:
        pooled.append((what, value))
        return pool(what, value)

    def text(given: Any) -> Any:
        if isinstance(given, Wire):
            return _Text(mark(given), kinds[given], noted)
        return given

    options = {name: _with_texts(given, text) for name, given in step.options.items()}
    given = [
        _Text(written, kinds[operand], noted) if isinstance(operand, Wire) else operand
        for operand, written in zip(step.operands, operands, strict=True)
    ]
    result = step.gate.value(*given, **options)
    marks = result.text.count(OPEN) if isinstance(result, _Text) else 0
    if not isinstance(result, _Text) or marks > len(given) + len(step.options) or any(result is x for x in given):
        raise UnwritableError
    return Form(result.text, result.level)


def _with_texts(given: Any, text: Callable[[Any], Any]) -> Any:
    if type(given) in (tuple, list):
        return type(given)([_with_texts(part, text) for part in given])
    return text(given)


@cache
def _parameters(function: Any) -> dict[str, Any]:
    try:
        found = inspect.signature(function).parameters.values()
    except ValueError:
        return {}
    if any(p.kind in (p.VAR_POSITIONAL, p.POSITIONAL_ONLY) for p in found):
        return {}
    return {p.name: p.default for p in found}


@cache
def _numpy_name(function: Any) -> str:
    module = getattr(function, "__module__", None) or "numpy"
    name = f"{module}.{function.__name__}".removeprefix("numpy.")
    found: Any = np
    for part in name.split("."):
        found = getattr(found, part, None)
    if found is not function:
        raise UnwritableError
    return f"np.{name}"
