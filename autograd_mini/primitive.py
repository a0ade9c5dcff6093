"""What a gate is, and the one door through which every call of a gate passes.

A primitive is one row of the table: how the value is computed, and one derivative rule per operand. A rule names what
it reads, among `upstream`, `out`, the operands, the options and (in a gate of any number of operands) `position`:

    multiply = primitive(np.multiply, symbol="×", x=lambda y: y, y=lambda x: x)
    matmul = primitive(..., x=lambda upstream, y: upstream @ y.T, y=lambda upstream, x: x.T @ upstream)

A rule that does not read `upstream` is a local derivative: the engine multiplies it by the upstream gradient. A rule
that does read it turns upstream into downstream itself, for a gate whose Jacobian is not a product entry by entry. Its
result may be `Filled`, an array of one number that is not made before it is needed.
Nothing here knows what the operands are: numbers, arrays, or any `Operand`, which says itself how a gate applies to it.
"""

from collections.abc import Callable
from types import CodeType
from typing import Any

import numpy as np

from .errors import LinearAlgebraError, RuleError, UnsupportedError
from .notation import Notation, call

TRUTH = np.dtype(np.bool_)
_BITS = {2: np.dtype(np.int16), 4: np.dtype(np.int32), 8: np.dtype(np.int64)}


class Operand:
    """Anything besides numbers and arrays that a gate can be applied to: a Tensor, a symbol.

    In a recorded graph it is a Tensor, which has `data`, `requires_grad` and the `order` of recording. Where it
    `is_let_go`, only its shape and dtype are there; reading `data` computes it again.
    """

    __slots__ = ()

    is_let_go = False

    data: Any
    requires_grad: bool
    order: int

    @staticmethod
    def apply(gate: "Primitive", operands: tuple[Any, ...], options: dict[str, Any]) -> Any:
        """Return what `gate` gives on operands of which at least one is of this class."""
        raise NotImplementedError


class Filled:
    """What a rule may send in place of an array of `shape` that has one `number` of NumPy's at each entry."""

    __slots__ = ("number", "shape")

    def __init__(self, number: Any, shape: tuple[int, ...]) -> None:
        self.number = number
        self.shape = shape


class Rule:
    """One derivative rule of a gate, with what it reads.

    Attributes:
        is_local: whether it is the local derivative, which the engine multiplies by upstream.
        function: the rule as it was stated.
        constant: its number when it reads nothing (1 for +), else None.
        reads: the names of what it reads.
    """

    __slots__ = ("_call", "_places", "_pull", "constant", "function", "is_local", "reads")

    def __init__(self, function: Callable[..., Any], gate: "Primitive") -> None:
        places: dict[str, str | int] = {"upstream": "upstream", "out": "out"}
        if gate.variadic:
            places |= {"operands": "operands", "position": "position"}
        else:
            places |= {name: i for i, name in enumerate(gate.operands)}
        places |= {name: f"options[{name!r}]" for name in gate.options}
        read = _parameters(function.__code__)[0]
        for name in read:
            if name not in places:
                known = ", ".join(places)
                raise RuleError(f"gate '{gate.name}': a rule reads '{name}'; a rule of this gate may read {known}.")
        self.function = function
        self._places = [places[name] for name in read]
        self._call: Callable[..., Any] | None = None
        self._pull: Callable[..., Any] | None = None
        self.reads = read
        self.is_local = "upstream" not in read
        self.constant = None if read else function()

    def __call__(
        self, upstream: Any, out: Any, operands: tuple[Any, ...], options: dict[str, Any], position: int
    ) -> Any:
        """Return the local derivative, or the downstream gradient, at the given operands."""
        call = self._call
        if call is None:
            self._call = call = self._written(self.called("rule"))
        return call(upstream, out, operands, options, position)

    @property
    def pull(self) -> Callable[..., Any]:
        """What the gate sends to this operand, a function like the rule itself: see `Primitive.pull`."""
        if self._pull is None:
            self._pull = self._written(self.downstream("rule"))
        return self._pull

    def downstream(self, rule: str, operand: str = "operands[{}]") -> str:
        """Return as Python what the gate sends to this operand.

        It reads what a rule may read, `options` whole, and `selected` and `truth` of this module.

        Args:
            rule: the name of the rule's function.
            operand: what stands for the value of an operand, with {} for its position.
        """
        result = self.called(rule, operand)
        if self.constant is not None:
            return {1: "upstream", -1: "-upstream"}.get(self.constant, f"upstream * {result}")
        if not self.is_local:
            return result
        is_truth = f"getattr(local := {result}, 'dtype', None) is truth"
        return f"selected(local, upstream) if {is_truth} else upstream * local"

    def called(self, rule: str, operand: str = "operands[{}]") -> str:
        """Return as Python the call of the rule with what it reads."""
        sources = (operand.format(place) if isinstance(place, int) else place for place in self._places)
        return f"{rule}({', '.join(sources)})"

    def _written(self, result: str) -> Callable[..., Any]:
        """Return `result` as a function of everything that the rule might read.

        Picking by a loop what it reads would take as long as a small rule does. The text is made of the names of
        parameters, which are identifiers.
        """
        source = f"lambda upstream, out, operands, options, position: {result}"
        scope = {"rule": self.function, "selected": selected, "truth": TRUTH}
        return eval(compile(source, __file__, "eval"), scope)


class Primitive:
    """A gate: a row of the table. Calling it applies the gate to numbers, arrays, Tensors or symbols.

    Attributes:
        name: NumPy's name for the gate, or the field's.
        value: the function from operands and options, on plain floats and arrays, to the output.
        symbol: what is drawn in the circle.
        notation: how the gate is written as text, LaTeX and Python.
        operands: the operands' names, in order; `("operands",)` for a gate of any number.
        arity: how many names these are.
        defaults: what the last operands are when left out: None for conv1d's bias.
        options: the keyword options with their defaults.
        rules: operand name to `Rule`; an operand without a rule passes no gradient.
        reads: the names of what its rules read.
        variadic: whether the gate takes any number of operands.
        commutative: whether the order of the operands does not matter.
        neutral: the constant that changes nothing as second operand (1 for ×), or None.
        internal: whether only derivative rules use the gate.
        elementwise: whether operands broadcast against each other, entry by entry.
    """

    def __init__(
        self,
        value: Callable[..., Any],
        /,
        *,
        symbol: str | None = None,
        notation: Notation | None = None,
        operand_names: tuple[str, ...] = (),
        commutative: bool = False,
        neutral: float | None = None,
        internal: bool = False,
        **rules: Callable[..., Any],
    ) -> None:
        self.name = self.__name__ = value.__name__
        self.value = value
        self.symbol = symbol or self.name
        self.notation = notation or call(self.name)
        self.commutative = commutative
        self.neutral = neutral
        self.internal = internal
        self.options: dict[str, Any] = {}
        self.defaults: tuple[Any, ...] = ()
        self.variadic = False
        if isinstance(value, np.ufunc):
            self.operands = operand_names or tuple(rules)
        else:
            self.operands, keywords, self.variadic = _parameters(value.__code__)
            self.options = {keyword: (value.__kwdefaults__ or {}).get(keyword) for keyword in keywords}
            self.defaults = value.__defaults__ or ()
        for operand in rules:
            if operand not in self.operands:
                known = ", ".join(self.operands)
                raise RuleError(f"gate '{self.name}': there is a rule for '{operand}'; the operands are {known}.")
        self.rules = {operand: Rule(rule, self) for operand, rule in rules.items()}
        self.reads = frozenset(name for rule in self.rules.values() for name in rule.reads)
        self.arity = len(self.operands)
        self._rules_in_order = tuple(map(self.rules.get, self.operands))
        if isinstance(value, np.ufunc):
            self.elementwise = value.signature is None
        else:
            self.elementwise = bool(rules) and all(rule.is_local for rule in self.rules.values())
        # What help() and inspect.signature show.
        self.__doc__ = value.__doc__
        self.__module__ = getattr(value, "__module__", None) or __name__
        self.__wrapped__ = value

    def __call__(self, *operands: Any, **options: Any) -> Any:
        if len(operands) != self.arity or (options and not options.keys() <= self.options.keys()):
            operands, options = self._bound(operands, options)
        for operand in operands:
            if isinstance(operand, Operand):
                return operand.apply(self, operands, options)
        return self.value(*operands, **options)

    def _bound(self, given: tuple[Any, ...], named: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Return all operands in order, and the options, for a call that names operands or leaves some out."""
        operands = list(given)
        options = dict(named)
        known = ", ".join(self.operands)
        if not self.variadic:
            usual = dict(zip(reversed(self.operands), reversed(self.defaults), strict=False))
            for name in self.operands[len(given) :]:
                if name not in options and name not in usual:
                    raise UnsupportedError(f"{self.name}: operand '{name}' is missing; the operands are {known}.")
                operands.append(options.pop(name) if name in options else usual[name])
        for option in options:
            if option not in self.options:
                options_known = ", ".join(self.options) or "none"
                raise UnsupportedError(f"{self.name}: there is no option '{option}'; its options are: {options_known}.")
        if not operands:
            raise UnsupportedError(f"{self.name}: expected at least 1 operand, got none.")
        if len(operands) > len(self.operands) and not self.variadic:
            plural = "s" if len(self.operands) > 1 else ""
            raise UnsupportedError(
                f"{self.name}: expected {len(self.operands)} operand{plural} ({known}), got {len(operands)}; "
                "options are given by name."
            )
        return tuple(operands), options

    def __repr__(self) -> str:
        return f"<gate {self.name}>"

    def rule_for(self, position: int) -> Rule | None:
        """Return the rule of the operand at `position`, or None when it passes no gradient."""
        return self._rules_in_order[0 if self.variadic else position]

    def pull(self, position: int, upstream: Any, out: Any, operands: tuple[Any, ...], options: dict[str, Any]) -> Any:
        """Return what the gate sends to the operand at `position`: upstream × local derivative.

        Args:
            position: which operand, from 0.
            upstream: gradient that arrives at the output, of the output's shape.
            out: the output.
            operands: the operands in order.
            options: every option with its value.

        Returns:
            The contribution, before it is summed over broadcast axes: plain from plain operands, recorded from Tensors.
            The array, not to be written to, where a rule gives `Filled`.
        """
        rule = self.rules[self.operands[0 if self.variadic else position]]
        try:
            sent = rule.pull(upstream, out, operands, options, position)
        except np.linalg.LinAlgError as error:
            raise self.no_derivative(position, error) from error
        return np.broadcast_to(sent.number, sent.shape)[()] if sent.__class__ is Filled else sent

    def no_derivative(self, position: int, error: Exception) -> LinearAlgebraError:
        """Return the error for a derivative that does not exist at the operands, as NumPy's `error` says."""
        operand = self.operands[min(position, len(self.operands) - 1)]
        return LinearAlgebraError(f"{self.name}: there is no derivative by {operand}: {str(error).rstrip('.')}.")


def selected(mask: Any, upstream: Any) -> Any:
    """Return upstream where a mask holds and 0 elsewhere: 0 × inf must not become NaN behind a closed gate."""
    if upstream.__class__ is np.ndarray:
        # Multiplied as whole numbers, bits stay as they are or become 0, without the branch at each entry that makes
        # np.where ten times slower.
        bits: Any = upstream.view(_BITS[upstream.itemsize])
        return (bits * mask).view(upstream.dtype)
    return np.where(mask, upstream, 0.0)


# NumPy function -> the row, or the composition of rows, that a Tensor uses for it.
implementations: dict[Callable[..., Any], Callable[..., Any]] = {}
# NumPy function that is refused on Tensors -> what to do instead.
instead: dict[Callable[..., Any], str] = {}
# Every row by name: what the table of gates, the parser and the tests go through.
table: dict[str, Primitive] = {}


def primitive(
    value: Callable[..., Any] | None = None, /, *, numpy: tuple[Callable[..., Any], ...] = (), **row: Any
) -> Any:
    """Make a gate from its value and its derivative rules; with no `value`, decorate the function that computes it.

        @primitive(x=lambda out: out * (1 - out))
        def sigmoid(x):
            return 1 / (1 + np.exp(-x))

    Args:
        value: the function of the value. Its positional parameters are the operands, its keyword-only ones the options.
        numpy: the NumPy functions that lead to this gate (a ufunc given as `value` does so by itself).
        row: a rule for each operand, by its name; see the module's docstring. Besides, all optional:
            symbol: what is drawn in the circle; the name when left out.
            notation: how it is written; as a function of its operands when left out.
            commutative: whether the order of the operands does not matter.
            neutral: the constant that changes nothing as second operand.
            internal: whether only derivative rules use the gate; a program's text may not call it.
            operand_names: where `value` is a NumPy ufunc without rules, which would name its operands.

    Raises:
        RuleError: if a rule is for no operand, or reads what the gate does not have.
    """
    if value is None:
        return lambda function: primitive(function, numpy=numpy, **row)
    gate = Primitive(value, **row)
    table[gate.name] = gate
    for function in numpy:
        implementations[function] = gate
    if isinstance(value, np.ufunc):
        implementations[value] = gate
    return gate


def composed(*functions: Callable[..., Any]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorate a function of gates that stands in for NumPy's `functions`, with NumPy's parameter names."""

    def register(composition: Callable[..., Any]) -> Callable[..., Any]:
        for function in functions:
            implementations[function] = composition
        return composition

    return register


class Plain:
    """A function of NumPy's that passes no gradient, such as argmax: on a Tensor it works on the numbers."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.__name__ = function.__name__

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.function(*map(_numbers, args), **{name: _numbers(given) for name, given in kwargs.items()})


def plain(*functions: Callable[..., Any]) -> None:
    """Let NumPy's `functions`, which pass no gradient, give plain results on Tensors."""
    for function in functions:
        implementations[function] = Plain(function)


def refuse(function: Callable[..., Any], advice: str) -> None:
    """Say what to do instead of calling one of NumPy's functions on Tensors."""
    instead[function] = advice


def _numbers(given: Any) -> Any:
    """Return an argument with the numbers of each Tensor in it."""
    if isinstance(given, Operand):
        # A function may ask for .dtype or .size, which a Python float lacks.
        return np.asarray(given.data)
    if isinstance(given, list | tuple) and any(isinstance(part, Operand | list | tuple) for part in given):
        return type(given)(map(_numbers, given))
    return given


def _parameters(code: CodeType) -> tuple[tuple[str, ...], tuple[str, ...], bool]:
    """Return a function's positional parameters, its keyword-only ones, and whether it takes any number."""
    positional = code.co_varnames[: code.co_argcount]
    keywords = code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
    variadic = bool(code.co_flags & 0x04)
    if variadic:
        positional += (code.co_varnames[code.co_argcount + code.co_kwonlyargcount],)
    return positional, keywords, variadic
