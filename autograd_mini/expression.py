"""The safe parser: from program text to a recorded graph, without eval.

A program is one expression, or one gate per line (`q = x + y`); every assigned name names a wire, and the last line is
the root. Text is read as Python's syntax tree and walked over a short list of allowed forms; whatever is not on the
list is refused with its place. Length, nesting, exponents and the work a program may ask for are limited.
"""

import ast
import contextlib
import functools
import math
import warnings
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

import numpy as np

from .errors import (
    AutogradMiniError,
    ExpressionError,
    MissingInputError,
    NotFiniteError,
    did_you_mean,
)
from .graph import Frozen
from .numpy_calls import call_function
from .ops import comparing, convolution, products
from .primitive import implementations, table
from .tensor import Tensor

# A program may have this many characters, ...
MAX_CHARACTERS = 100_000
# ... an expression may be nested this deep, ...
MAX_DEPTH = 100
# ... a constant exponent may be this large, ...
MAX_EXPONENT = 1000
# ... and all wires together may have this many entries and ask for this many multiplications inside products.
MAX_ENTRIES = 10_000_000
MAX_MULTIPLICATIONS = 1_000_000_000

ALLOWED = "+ - * / ** @, comparisons, indexing, .T and calls of gates such as exp(x) or max(a, b)"

OPERATORS: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.divide,
    ast.Pow: np.power,
    ast.MatMult: np.matmul,
    ast.Lt: np.less,
    ast.LtE: np.less_equal,
    ast.Gt: np.greater,
    ast.GtE: np.greater_equal,
    ast.Eq: np.equal,
    ast.NotEq: np.not_equal,
}


# What a program may call besides the gates that work entry by entry: only what makes no more entries than it is given,
# or whose work is foreseen in `_work`, so that a short text cannot ask for a huge array.
_GATES = ("conv1d", "softmax", "log_softmax", "logsumexp")
_FUNCTIONS = (
    *("sum", "prod", "mean", "var", "std", "max", "min", "amax", "amin", "ptp", "median", "average", "sort", "trace"),
    *("nansum", "nanmean", "nanmax", "nanmin", "cumsum", "cumprod", "sinc", "nan_to_num", "where", "clip"),
    *("matmul", "dot", "broadcast_to", "concatenate", "stack", "vstack", "hstack", "reshape", "ravel", "transpose"),
    *("swapaxes", "moveaxis", "squeeze", "expand_dims", "flip", "roll", "diagonal"),
)


def parse(text: str, inputs: Mapping[str, Any] | None = None, **more: Any) -> Tensor:
    """Return the output of a program as a Tensor whose graph has a named wire for every name in the text.

        parse("q = x + y\\nf = q * z", x=-2, y=5, z=-4)

    Args:
        text: one expression, or one gate per line; blank lines and # comments are skipped. Python's syntax with
            + - * / ** @, comparisons, indexing, `.T`, and calls of gates by NumPy's name or the library's.
        inputs: a value for every name that no line assigns: a number, nested lists, an array or a Tensor.
        more: further inputs by keyword.

    Raises:
        ExpressionError: if the text is refused, with line, column and what is allowed; or the inputs are no mapping.
        MissingInputError: if a name has no value.
        NotFiniteError: if an input is NaN or infinite.
        DtypeError: if an input is not made of real numbers.
        ShapeError: if the operands of a gate do not fit each other, with line and column.
    """
    tree = syntax_tree(text)
    if not isinstance(inputs, Mapping | None):
        raise ExpressionError(f"expected inputs by name, such as {{'x': 2}}; got {type(inputs).__name__}.")
    given = dict(inputs or {})
    for name in more:
        if name in given:
            raise ExpressionError(f"input '{name}' is given twice.")
    given |= more
    return _Program(text, {name: _input(name, value) for name, value in given.items()}).run(tree)


def syntax_tree(text: str) -> ast.Module:
    """Return the text as Python's syntax tree, which nobody has looked through yet.

    Raises:
        ExpressionError: if it is too long, nested too deeply, or not Python's syntax.
    """
    if not isinstance(text, str):
        raise ExpressionError(f"expected the text of a program, got {type(text).__name__}.")
    if len(text) > MAX_CHARACTERS:
        raise ExpressionError(f"the program has {len(text)} characters; at most {MAX_CHARACTERS} are allowed.")
    try:
        with warnings.catch_warnings():
            # Python would warn of what is refused here anyway, such as 'a' is 1.
            warnings.simplefilter("ignore")
            # Programs often come indented, from a triple-quoted string or a file.
            return ast.parse("\n".join(line.strip() for line in text.splitlines()))
    except SyntaxError as error:
        raise ExpressionError(
            f"this is not an expression ({error.msg}); allowed are {ALLOWED}.", error.lineno or 0, error.offset or 0
        ) from None
    except (RecursionError, MemoryError):
        raise ExpressionError(f"the program is nested too deeply; at most {MAX_DEPTH} levels are allowed.") from None
    except ValueError as error:
        raise ExpressionError(f"this is not an expression ({error}).") from None


def _input(name: str, value: Any) -> Tensor:
    """Return an input as a named wire."""
    if not isinstance(name, str) or not name.isidentifier():
        raise ExpressionError(f"an input's name must be a word such as x or w0; got {name!r}.")
    if isinstance(value, Tensor):
        if value.name not in (None, name):
            raise ExpressionError(f"input '{name}' is a Tensor named '{value.name}'; give it under its own name.")
        tensor = value
    else:
        if isinstance(value, np.ndarray | np.generic) and value.dtype.kind in "iu":
            value = value.astype(float)
        try:
            tensor = Tensor(value)
        except AutogradMiniError as error:
            raise type(error)(f"input '{name}': {error}") from None
    if not np.all(np.isfinite(tensor.data)):
        raise NotFiniteError(f"input '{name}' must be finite; got {_shown(tensor.data)}.")
    return tensor.named(name)


def _shown(data: Any) -> str:
    return str(data) if np.ndim(data) == 0 else f"an array with {int(np.sum(~np.isfinite(data)))} entries that are not"


class Walker:
    """Walks the syntax tree of an expression and applies its gates, within the limits.

    What a name, an index and a comparison mean, and what becomes of a gate's result, a subclass may say for itself.

    Attributes:
        what: what the text is called in an error.
        max_entries: how many entries all values together may have.
        max_multiplications: how many multiplications all products together may ask for.
    """

    what = "program"
    max_entries = MAX_ENTRIES
    max_multiplications = MAX_MULTIPLICATIONS

    def __init__(self, text: str, values: Mapping[str, Any]) -> None:
        self._lines = text.splitlines()
        self._values: dict[str, Any] = dict(values)
        self._used: set[str] = set()
        self._entries = 0
        self._multiplications = 0

    def _expression(self, node: ast.expr, depth: int) -> Any:
        """Return the value of an expression: a Tensor, a float, or a plain array."""
        if depth > MAX_DEPTH:
            self._refuse(
                node, f"the expression is nested deeper than {MAX_DEPTH} levels; name its parts on lines of their own"
            )
        if isinstance(node, ast.Constant):
            return self._number(node)
        if isinstance(node, ast.Name):
            return self._name(node)
        if isinstance(node, ast.BinOp):
            return self._chain(node, depth)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
            value = self._expression(node.operand, depth + 1)
            if isinstance(node.op, ast.UAdd):
                return value
            return -value if isinstance(value, float) else self._apply(node, np.negative, [value])
        if isinstance(node, ast.Compare):
            return self._comparison(node, depth)
        if isinstance(node, ast.Subscript):
            return self._index(node, self._expression(node.value, depth + 1), depth)
        if isinstance(node, ast.Attribute):
            if node.attr != "T":
                self._refuse(node, f"'.{node.attr}' is not allowed; the only attribute is .T")
            return self._apply(node, np.transpose, [self._expression(node.value, depth + 1)])
        if isinstance(node, ast.Call):
            return self._call(node, depth)
        if isinstance(node, ast.List | ast.Tuple):
            return self._list(node, depth)
        return self._refuse(node, f"{described(node)} is not allowed; allowed are {ALLOWED}")

    def _chain(self, node: ast.BinOp, depth: int) -> Any:
        """Return the value of a + b + c + ..., whose left side may be long without being nested."""
        spine = [node]
        while isinstance(spine[-1].left, ast.BinOp):
            spine.append(spine[-1].left)
        value = self._expression(spine[-1].left, depth + 1)
        for link in reversed(spine):
            value = self._binary(link, value, self._expression(link.right, depth + 1))
        return value

    def _binary(self, node: ast.BinOp, left: Any, right: Any) -> Any:
        """Return what an operator makes of two values."""
        function = OPERATORS.get(type(node.op))
        if function is None:
            self._refuse(node, f"'{_operator_sign(node.op)}' is not allowed; allowed are {ALLOWED}")
        if (
            isinstance(node.op, ast.Pow)
            and self._is_constant(node.right, right)
            and np.any(np.abs(right) > MAX_EXPONENT)
        ):
            self._refuse(node.right, f"an exponent may be at most {MAX_EXPONENT}")
        operands = [left, right]
        if not any(isinstance(operand, Tensor) for operand in operands):
            # Truth values count as 1 and 0: two of them add up to 2.
            operands = [operand.astype(float) if isinstance(operand, np.ndarray) else operand for operand in operands]
        return self._apply(node, function, operands)

    def _is_constant(self, node: ast.expr, value: Any) -> bool:
        """Return whether a value is the same for all inputs."""
        return not isinstance(value, Tensor)

    def _number(self, node: ast.Constant) -> float:
        if isinstance(node.value, bool) or not isinstance(node.value, int | float):
            self._refuse(node, f"{node.value!r:.40} is not a real number; allowed are {ALLOWED}")
        try:
            value = float(node.value)
        except OverflowError:
            value = math.inf
        if math.isinf(value):
            self._refuse(node, "the number is too large for a float")
        return value

    def _name(self, node: ast.Name) -> Any:
        self._used.add(node.id)
        if node.id in self._values:
            return self._values[node.id]
        if node.id == "pi":
            return math.pi
        line, column = self._place(node)
        known = ", ".join(self._values) or "none"
        hint = f" '{node.id}' is a gate; call it: {node.id}(x)." if node.id in functions() else ""
        raise MissingInputError(
            f"'{node.id}' has no value. Give it as an input, or assign it on a line above; names with a value: {known}."
            f"{did_you_mean(node.id, self._values) or hint}",
            line,
            column,
        )

    def _call(self, node: ast.Call, depth: int) -> Any:
        if not isinstance(node.func, ast.Name):
            self._refuse(node.func, "only gates are called, by their names: exp(x)")
        name = node.func.id
        function = functions().get(name)
        if function is None:
            hint = did_you_mean(name, functions(), likeness=0.7) or f" The gates are {', '.join(sorted(functions()))}."
            raise ExpressionError(f"there is no gate '{name}'.{hint}", *self._place(node.func))
        arguments = [self._argument(argument, depth) for argument in node.args]
        options = {}
        for keyword in node.keywords:
            if keyword.arg is None:
                self._refuse(keyword.value, "** is not allowed in a call")
            options[keyword.arg] = self._argument(keyword.value, depth)
        return self._apply(node, function, arguments, options)

    def _argument(self, node: ast.expr, depth: int) -> Any:
        """Return an argument: a value, a list of values, or an option written out, such as axis=(0, 1)."""
        if isinstance(node, ast.Starred):
            self._refuse(node, "* is not allowed in a call")
        if isinstance(node, ast.Constant) and (node.value is None or isinstance(node.value, bool)):
            return node.value
        whole = _whole_numbers(node)
        if whole is not None:
            return whole
        if isinstance(node, ast.List | ast.Tuple):
            return [self._expression(part, depth + 1) for part in node.elts]
        return self._expression(node, depth + 1)

    def _list(self, node: ast.List | ast.Tuple, depth: int) -> Any:
        """Return nested lists of numbers as an array."""
        parts = [self._expression(part, depth + 1) for part in node.elts]
        if any(isinstance(part, Tensor) for part in parts):
            self._refuse(node, "a list of wires is allowed in stack([a, b]) and concatenate([a, b]) only")
        try:
            return np.array(parts, float)
        except ValueError:
            self._refuse(node, "expected nested lists of equal lengths")

    def _comparison(self, node: ast.Compare, depth: int) -> Any:
        """Return the truth value of one comparison."""
        if len(node.ops) > 1 or type(node.ops[0]) not in OPERATORS:
            self._refuse(node, "one comparison of two values is allowed: x > 0; join two with *")
        values = [self._expression(part, depth + 1) for part in (node.left, node.comparators[0])]
        return self._apply(node, OPERATORS[type(node.ops[0])], values)

    def _index(self, node: ast.Subscript, value: Any, depth: int) -> Any:
        """Return value[key] for a key of whole numbers, slices, None, ... and at most one list of whole numbers."""
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        key: list[Any] = []
        listed = 0
        for part in parts:
            if isinstance(part, ast.Slice):
                ends = [None if end is None else self._whole(end) for end in (part.lower, part.upper, part.step)]
                key.append(slice(*ends))
            elif isinstance(part, ast.Constant) and (part.value is None or part.value is ...):
                key.append(part.value)
            elif isinstance(part, ast.List):
                key.append([self._whole(number) for number in part.elts])
                listed += len(part.elts)
            else:
                key.append(self._whole(part))
        if sum(isinstance(part, list) for part in key) > 1:
            self._refuse(node, "an index may have one list")
        if isinstance(value, float):
            self._refuse(node, "a number has no entries")
        # A list repeats the rest of the array once per entry: that much is asked for before any of it is made.
        if listed:
            rest = np.empty(np.shape(value), bool)[
                tuple(slice(0, 1) if isinstance(part, list) else part for part in key)
            ]
            self._spend(node, listed * rest.size)
        return self._apply(node, lambda array: array[tuple(key) if len(key) > 1 else key[0]], [value])

    def _whole(self, node: ast.expr) -> int:
        number = _whole_numbers(node)
        if not isinstance(number, int):
            self._refuse(node, "an index is made of whole numbers, slices, None and ...")
        return number

    def _apply(
        self, node: ast.expr, function: Callable[..., Any], arguments: list[Any], options: dict[str, Any] | None = None
    ) -> Any:
        """Apply a gate, within the limits; an error of the gate gets the place in the text."""
        options = options or {}
        try:
            entries, multiplications = _work(function, arguments, options)
            self._spend(node, entries, multiplications)
            value = _call_gate(function, arguments, options)
        except AutogradMiniError as error:
            if isinstance(error, ExpressionError):
                raise
            line, column = self._place(node)
            raise type(error)(f"line {line}, column {column}: {error}") from None
        except (ValueError, TypeError, IndexError, ArithmeticError) as error:
            self._refuse(node, str(error))
        except AttributeError:
            self._refuse(node, "a list is expected in stack([a, b]) and concatenate([a, b]) only")
        return value if isinstance(value, Tensor) else self._plain(node, value, arguments)

    def _plain(self, node: ast.expr, value: Any, arguments: list[Any]) -> Any:
        """Return a gate's result that is no wire: a float or an array."""
        if not np.all(np.isfinite(value)):
            self._refuse(node, "this constant is no finite number")
        if any(isinstance(part, Tensor | Frozen) for part in _parts(arguments)):
            return np.asarray(value).view(Frozen)
        return float(value) if np.ndim(value) == 0 else value

    def _spend(self, node: ast.expr, entries: int, multiplications: int = 0) -> None:
        self._entries += entries
        self._multiplications += multiplications
        if self._entries > self.max_entries or self._multiplications > self.max_multiplications:
            self._refuse(
                node,
                f"the {self.what} is too large; its values may have {self.max_entries} entries in all, "
                f"and its products {self.max_multiplications} multiplications",
            )

    def _place(self, node: ast.AST) -> tuple[int, int]:
        """Return the line and column of a node in the text as it was given, both from 1."""
        line = getattr(node, "lineno", 1)
        text = self._lines[line - 1] if line <= len(self._lines) else ""
        # Python counts columns in bytes, of a line that was stripped.
        before = text.strip().encode()[: getattr(node, "col_offset", 0)].decode(errors="ignore")
        return line, len(text) - len(text.lstrip()) + len(before) + 1

    def _refuse(self, node: ast.AST, message: str) -> NoReturn:
        raise ExpressionError(f"{message}.", *self._place(node))


class _Program(Walker):
    """Walks the syntax tree of a program, line by line."""

    def __init__(self, text: str, inputs: dict[str, Tensor]) -> None:
        super().__init__(text, inputs)
        self._inputs = inputs

    def run(self, tree: ast.Module) -> Tensor:
        """Apply every line in order and return the value of the last."""
        result: Any = None
        for statement in tree.body:
            if isinstance(statement, ast.Assign):
                result = self._assignment(statement)
            elif isinstance(statement, ast.Expr) and statement is tree.body[-1]:
                result = self._expression(statement.value, 0)
            elif isinstance(statement, ast.Expr):
                self._refuse(statement, "only the last line may be an expression without a name; write name = ... here")
            else:
                self._refuse(
                    statement, f"'{_keyword(statement)}' is not allowed; a line is an expression or name = expression"
                )
        if not tree.body:
            raise ExpressionError("the program is empty; write an expression such as (x + y)*z.")
        for name in self._inputs:
            if name not in self._used:
                known = ", ".join(sorted(self._used)) or "no input"
                raise ExpressionError(
                    f"input '{name}' is not used; the program uses {known}.{did_you_mean(name, self._used)}"
                )
        if not isinstance(result, Tensor):
            raise ExpressionError("the last line depends on no input, so there is nothing to differentiate.")
        return result

    def _assignment(self, statement: ast.Assign) -> Any:
        target = statement.targets[0]
        if len(statement.targets) > 1 or not isinstance(target, ast.Name):
            self._refuse(statement, "a line assigns one name: q = x + y")
        if target.id in self._values:
            self._refuse(target, f"'{target.id}' is a wire already; give the new wire a name of its own")
        value = self._expression(statement.value, 0)
        if isinstance(value, float):
            value = Tensor(value)
        if isinstance(value, Tensor):
            if value.name is not None:
                self._refuse(
                    statement, f"'{target.id}' would be a second name of the wire '{value.name}'; use that name"
                )
            value.named(target.id)
        self._values[target.id] = value
        return value


def _whole_numbers(node: ast.expr) -> Any:
    """Return a whole number, or a tuple of them, that is written out; None for anything else."""
    if isinstance(node, ast.Constant) and type(node.value) is int:
        return node.value
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        number = _whole_numbers(node.operand)
        return -number if isinstance(number, int) else None
    if isinstance(node, ast.Tuple):
        numbers = tuple(_whole_numbers(part) for part in node.elts)
        return numbers if all(isinstance(number, int) for number in numbers) else None
    return None


@functools.cache
def functions() -> dict[str, Callable[..., Any]]:
    """Return what text may call, by name: NumPy's names that have a row, and the library's own gates."""
    functions: dict[str, Callable[..., Any]] = {
        name: gate for name, gate in table.items() if gate.elementwise and not gate.internal
    }
    functions |= {name: table[name] for name in _GATES}
    functions |= {name: function for name in _FUNCTIONS if (function := getattr(np, name)) in implementations}
    functions |= {"abs": np.absolute, "pow": np.power, "ln": np.log}
    functions |= {"max": _extreme(np.max, comparing.maximum, comparing.max_of)}
    functions |= {"min": _extreme(np.min, comparing.minimum, comparing.min_of)}
    functions |= {"maximum": functions["max"], "minimum": functions["min"]}
    return functions


def _call_gate(function: Callable[..., Any], arguments: list[Any], options: dict[str, Any]) -> Any:
    """Return what a gate gives; numbers among themselves are worked out without a word from NumPy."""
    recorded = any(isinstance(part, Tensor) for part in _parts(arguments))
    with contextlib.nullcontext() if recorded else np.errstate(all="ignore"):
        if function in implementations:
            return call_function(function, arguments, options)
        return function(*arguments, **options)


def _parts(arguments: list[Any]) -> list[Any]:
    """Return a call's operands; some gates take them as one list: stack([a, b])."""
    return [part for argument in arguments for part in (argument if isinstance(argument, list) else [argument])]


def _extreme(
    reduction: Callable[..., Any], of_two: Callable[..., Any], of_many: Callable[..., Any]
) -> Callable[..., Any]:
    """Return max or min as Python has it: of an array's entries, of two values, or of several."""

    def extreme(*operands: Any, **options: Any) -> Any:
        if len(operands) == 1:
            return call_function(reduction, operands, options)
        return (of_two if len(operands) == 2 else of_many)(*operands, **options)

    return extreme


def _work(function: Callable[..., Any], arguments: list[Any], options: dict[str, Any]) -> tuple[int, int]:
    """Return at most how many entries a gate's output has, and how many multiplications a product asks for.

    Shapes that do not fit count nothing: the gate itself refuses them with a better message.
    """
    gate = implementations.get(function, function)
    if gate in (convolution.conv1d, products.matmul, products.dot):
        return _product_work(gate, [np.shape(argument) for argument in arguments], options)
    shapes = [np.shape(part) for part in _parts(arguments)]
    written_out = [part for part in (*arguments, *options.values()) if isinstance(part, tuple)]
    if getattr(function, "__name__", "") == "broadcast_to" and written_out:
        return math.prod(max(length, 1) for length in written_out[0]), 0
    try:
        return math.prod(np.broadcast_shapes(*shapes)) if getattr(gate, "elementwise", False) else sum(
            map(math.prod, shapes)
        ), 0
    except ValueError:
        return 0, 0


def _product_work(gate: Any, shapes: list[tuple[int, ...]], options: dict[str, Any]) -> tuple[int, int]:
    """Return what `_work` does, for a convolution or a matrix product."""
    if len(shapes) < 2 or not (shapes[0] and shapes[1]):
        return sum(map(math.prod, shapes)), 0
    x, y = shapes[:2]
    if gate is convolution.conv1d:
        padding = options.get("padding", 0)
        length = x[-1] + 2 * (padding if isinstance(padding, int) else 0)
        outputs = math.prod(x[:-1]) * length * (y[0] if len(y) == 3 else 1)
        return outputs, outputs * y[-1]
    entries = math.prod(x[:-1]) * (math.prod(y) // max(x[-1], 1))
    if gate is products.matmul and len(x) > 2 and len(y) > 2:
        # Batches are paired, not multiplied with each other.
        entries //= max(min(math.prod(x[:-2]), math.prod(y[:-2])), 1)
    return entries, entries * x[-1]


_SIGNS = {
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.BitAnd: "&",
    ast.BitOr: "|",
    ast.BitXor: "^",
    ast.LShift: "<<",
    ast.RShift: ">>",
}


def _operator_sign(operator: ast.operator) -> str:
    return _SIGNS.get(type(operator), type(operator).__name__)


def _keyword(statement: ast.stmt) -> str:
    """Return what a refused line begins with, as its writer would call it."""
    words = {
        "FunctionDef": "def",
        "ClassDef": "class",
        "AugAssign": "+=",
        "AnnAssign": "name: type",
        "ImportFrom": "from",
    }
    name = type(statement).__name__
    return words.get(name, name.lower())


def described(node: ast.expr) -> str:
    """Return what a refused expression is called."""
    names = {"BoolOp": "and/or", "IfExp": "if/else", "Lambda": "lambda", "JoinedStr": "an f-string", "NamedExpr": ":="}
    return f"'{names.get(type(node).__name__, type(node).__name__)}'"
