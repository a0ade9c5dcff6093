"""Read a formula: from text, in the parser's syntax or in LaTeX, to a syntax tree in which every name is known.

Nothing is worked out here and nothing is eval'ed. What was understood is written out again, for its writer to compare.
"""

import ast
import contextlib
import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any, NoReturn

from ...errors import ExpressionError
from ...expression import described, functions, syntax_tree
from .latex import looks_like_latex, plain_text
from .names import Names

# A formula may have this many characters and be nested this deep, long sums included.
MAX_CHARACTERS = 2000
MAX_DEPTH = 100

ALLOWED = "+ - * / ** @, comparisons, I(z > 0), sum(i, 1, n, ...), x[i], .T and functions such as exp(x) or max(a, b)"
INDICATOR, SUM, LENGTH, OUTER = "I", "sum", "len", "outer"

# What is beyond is no place to compare formulas at.
_LARGEST_CONSTANT = 1e6

_SUBSCRIPT = re.compile(r"_\{([^{}]*)\}")
_SUPERSCRIPT = re.compile(r"\^\{([^{}]*)\}")

_NODES = (
    ast.IfExp,
    *(ast.BinOp, ast.UnaryOp, ast.Name, ast.Constant, ast.Compare, ast.BoolOp, ast.Call, ast.keyword, ast.Subscript),
    *(
        ast.Tuple,
        ast.List,
        ast.Slice,
        ast.Attribute,
        ast.expr_context,
        ast.operator,
        ast.unaryop,
        ast.cmpop,
        ast.boolop,
    ),
)
_SIGNS = str.maketrans({"−": "-", "–": "-", "×": "*", "·": "*", "⋅": "*", "≤": "<=", "≥": ">=", "≠": "!=", "√": "sqrt"})
_SAME = {"sigma": "sigmoid", "σ": "sigmoid", "ReLU": "relu", "Relu": "relu"}


@dataclass(frozen=True)
class Formula:
    """A formula as it was understood.

    Attributes:
        text: as it was written.
        understood: as it was read, in the parser's syntax.
        expression: its syntax tree.
        wires: the wires and constants it names, in order.
        gradients: the symbols of gradients it names, in order.
    """

    text: str
    understood: str
    expression: ast.expr = field(repr=False)
    wires: tuple[str, ...] = ()
    gradients: tuple[str, ...] = ()

    @property
    def constants(self) -> tuple[float, ...]:
        """The numbers in it, besides 0 and 1: where it may change its mind."""
        parts = (part.value for part in ast.walk(self.expression) if isinstance(part, ast.Constant))
        numbers = (abs(part) for part in parts if isinstance(part, int | float))
        return tuple(float(number) for number in numbers if number not in (0, 1) and number < _LARGEST_CONSTANT)

    @property
    def has_cases(self) -> bool:
        """Whether it compares wires, and so may say one thing on this side of a tie and another on that."""
        compared = (node for node in ast.walk(self.expression) if isinstance(node, ast.Compare))
        named = {part.id for node in compared for part in ast.walk(node) if isinstance(part, ast.Name)}
        return not named.isdisjoint({*self.wires, *self.gradients})


def read_formula(text: str, names: Names, latex: bool | None = None) -> Formula:
    """Return a formula.

    Args:
        text: the formula, in the parser's syntax or in LaTeX.
        names: what it may name.
        latex: whether it is LaTeX; when left out, it is if it has a backslash, or braces after _ or ^ and is no formula
            in the parser's syntax, in which x_{i+j-1} and x^{2} may stand too.

    Raises:
        ExpressionError: if it cannot be read, with what and where.
    """
    if not isinstance(text, str):
        raise ExpressionError(f"expected the text of a formula, got {type(text).__name__}.")
    if len(text) > MAX_CHARACTERS:
        raise ExpressionError(f"the formula has {len(text)} characters; at most {MAX_CHARACTERS} are allowed.")
    if any(unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Co") for letter in text if letter not in "\n\t\r"):
        raise ExpressionError("the formula has characters that cannot be seen; type it again.")
    written = text.translate(_SIGNS)
    if unicodedata.normalize("NFKC", written) != written:
        strange = next((letter for letter in written if unicodedata.normalize("NFKC", letter) != letter), written[0])
        raise ExpressionError(
            f"{strange!r} (U+{ord(strange):04X}) only looks like another character; type it on the keyboard.",
            *(1, written.find(strange) + 1),
        )
    try:
        if latex is None and "\\" not in written and looks_like_latex(written):
            # x_{i+j-1} is read in a formula of either syntax; what only LaTeX leaves out, a times sign, decides.
            with contextlib.suppress(ExpressionError):
                return _understood(text, _without_braces(written), names)
        if latex or (latex is None and looks_like_latex(written)):
            written = plain_text(written, names)
        return _understood(text, written.replace("^", "**"), names)
    except RecursionError:
        raise ExpressionError(f"the formula is nested too deeply; at most {MAX_DEPTH} levels are allowed.") from None


def _without_braces(written: str) -> str:
    """Return x[i+j-1] for x_{i+j-1}, W[i, j] for W_{ij} and x**(2) for x^{2}."""
    indexed = _SUBSCRIPT.sub(lambda match: f"[{_indices(match[1])}]", written)
    return _SUPERSCRIPT.sub(r"**(\1)", indexed).replace("^", "**")


def _indices(subscript: str) -> str:
    return ", ".join(subscript) if subscript.isalpha() else subscript


def _understood(text: str, written: str, names: Names) -> Formula:
    # A formula may stand on several lines; Python's syntax ends at the first without brackets.
    written = " ".join(written.split())
    tree = syntax_tree(written)
    if len(tree.body) != 1 or not isinstance(tree.body[0], ast.Expr):
        raise ExpressionError("expected one expression, such as (yhat - y)*v1, without = and without a name for it.")
    expression = tree.body[0].value
    _check_depth(expression)
    resolver = _Resolver(names)
    for node in ast.walk(expression):
        if not isinstance(node, _NODES):
            resolver.refuse(node, f"{described(node)} is not allowed; allowed are {ALLOWED}")  # type: ignore[arg-type]
    expression = resolver.visit(expression)
    understood = ast.unparse(expression)
    return Formula(text, understood, expression, tuple(resolver.wires), tuple(resolver.gradients))


def _check_depth(expression: ast.expr) -> None:
    """Refuse a tree that is too deep, without going down into it by recursion."""
    level: list[ast.AST] = [expression]
    for _ in range(MAX_DEPTH):
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        if not level:
            return
    raise ExpressionError(f"the formula is nested too deeply; at most {MAX_DEPTH} levels are allowed.")


def is_condition(node: ast.expr) -> bool:
    """Return whether an expression says something true or false."""
    return isinstance(node, ast.Compare | ast.BoolOp) or (
        isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not) and is_condition(node.operand)
    )


def is_sum_over_index(node: ast.AST) -> bool:
    """Return whether a call is sum(i, 1, n, ...)."""
    return isinstance(node, ast.Call) and _called(node) == SUM and len(node.args) == 4 and not node.keywords


def _called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else ""


class _Resolver(ast.NodeTransformer):
    """Puts in place of every name what it stands for, and notes what was named."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._indices: list[str] = list(names.indices)
        # Dictionaries keep the order and each name once.
        self.wires: dict[str, None] = {}
        self.gradients: dict[str, None] = {}

    def visit_Name(self, node: ast.Name) -> ast.expr:
        try:
            found = self._names.resolve(node.id, self._indices)
        except ExpressionError as error:
            self.refuse(node, str(error).rstrip("."))
        if found is None:
            if node.id == "pi":
                return node
            hint = f" '{node.id}' is a function; call it: {node.id}(x)." if node.id in functions() else ""
            hint = " For e to the power of x write exp(x)." if node.id == "e" else hint
            self.refuse(node, self._names.unknown(node.id, self._indices) + hint)
        for part in ast.walk(found):
            ast.copy_location(part, node)
            if isinstance(part, ast.Name) and part.id not in self._indices:
                self._note(part)
        return found

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        """Read dL/dz as the gradient of z; what stands before it is multiplied by it."""
        below = node.right.id if isinstance(node.op, ast.Div) and isinstance(node.right, ast.Name) else ""
        wire = self._names.wire_below(below)
        if not wire:
            return self.generic_visit(node)  # type: ignore[return-value]
        upper, before = node.left, None
        if isinstance(node.left, ast.BinOp) and isinstance(node.left.op, ast.Mult | ast.MatMult):
            upper, before = node.left.right, node.left
        if not (isinstance(upper, ast.Name) and self._names.is_output_gradient(upper.id)):
            self.refuse(
                node.right,
                f"'/{below}' is read as part of a gradient, such as dL/{below} of the output L; "
                f"for a quotient write /({self._names.symbol(wire)}), for a local derivative write it out",
            )
        gradient = ast.copy_location(ast.Name(self._names.symbol(wire), ast.Load()), node.right)
        self._note(gradient)
        if before is None:
            return gradient
        return ast.copy_location(ast.BinOp(self.visit(before.left), before.op, gradient), node)

    def visit_List(self, node: ast.List) -> ast.expr:
        """Read [z > 0] as an indicator."""
        if len(node.elts) == 1 and is_condition(node.elts[0]):
            name = ast.copy_location(ast.Name(INDICATOR, ast.Load()), node)
            return ast.copy_location(ast.Call(name, [self.visit(node.elts[0])], []), node)
        return self.generic_visit(node)  # type: ignore[return-value]

    def visit_IfExp(self, node: ast.IfExp) -> ast.expr:
        """Read `a if z > 0 else b` as where(z > 0, a, b)."""
        if not is_condition(node.test):
            self.refuse(node.test, "after if stands a condition, such as z > 0")
        name = ast.copy_location(ast.Name("where", ast.Load()), node)
        parts = [self.visit(part) for part in (node.test, node.body, node.orelse)]
        return ast.copy_location(ast.Call(name, parts, []), node)

    def visit_Call(self, node: ast.Call) -> ast.expr:
        called = _called(node)
        if not called:
            self.refuse(node.func, "only functions are called, by their names: exp(x); write a product with *")
        if called in self._names.shapes or called in self._indices:
            self.refuse(node.func, f"'{called}' is no function; write a product with *: {called}*(...)")
        if is_sum_over_index(node):
            return self._sum(node)
        if called == INDICATOR and (len(node.args) != 1 or node.keywords or not is_condition(node.args[0])):
            self.refuse(node, "I(...) takes a condition, such as I(z > 0) or I(a >= b and a > 0)")
        node.func = ast.copy_location(ast.Name(_SAME.get(called, called), ast.Load()), node.func)
        node.args = [self.visit(argument) for argument in node.args]
        for keyword in node.keywords:
            # True and None are options, not names.
            keyword.value = self.visit(keyword.value)
        return node

    def _sum(self, node: ast.Call) -> ast.Call:
        """Read sum(i, from, to, term); the index means something in the term only."""
        index = node.args[0]
        if not isinstance(index, ast.Name):
            self.refuse(node, "a sum is written sum(i, 1, n, term), its index first")
        if index.id in self._indices or self._names.shape(index.id) is not None:
            self.refuse(index, f"'{index.id}' has a meaning already; take another letter as the index of the sum")
        bounds = [self.visit(bound) for bound in node.args[1:3]]
        self._indices.append(index.id)
        term = self.visit(node.args[3])
        self._indices.pop()
        node.args = [index, *bounds, term]
        return node

    def _note(self, name: ast.Name) -> None:
        names = self._names
        wire = names.gradients.get(name.id, "") if name.id not in names.shapes else ""
        if (wire if names.asked_is_gradient else name.id) == names.asked != "":
            what = "gradient" if names.asked_is_gradient else "value"
            self.refuse(name, f"'{name.id}' is the {what} of {names.asked} itself, which is asked")
        (self.gradients if wire else self.wires)[name.id] = None

    def refuse(self, node: Any, message: str) -> NoReturn:
        stop = "" if message.endswith(("?", ".")) else "."
        raise ExpressionError(message + stop, 1, getattr(node, "col_offset", 0) + 1)
