"""The number of a formula at one point, by the parser's walk over allowed forms, on plain numbers.

Indices count from 1, as on paper. A product with an indicator that is 0 is 0 whatever stands beside it, so that
I(j <= i)*x[i-j+1] asks for no entry that is not there.
"""

import ast
import itertools
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ...errors import IndexingError
from ...expression import OPERATORS, Walker, functions
from .reading import INDICATOR, LENGTH, OUTER, Formula, is_condition, is_sum_over_index

# A sum may have this many terms, and a formula ask for this many operations at one point.
MAX_TERMS = 1000
MAX_STEPS = 3000


class Evaluation(Walker):
    """Works out a formula at one point.

    Attributes:
        steps: how many operations it has taken.
    """

    what = "formula"
    max_entries = 1_000_000
    max_multiplications = 50_000_000

    def __init__(self, formula: Formula, values: Mapping[str, Any], first_index: int = 1) -> None:
        """Take the values of all names; arrays and floats.

        Args:
            formula: the formula.
            values: a value for each name.
            first_index: the number of an array's first entry.
        """
        super().__init__(formula.understood, values)
        self._formula = formula.expression
        self._first = first_index
        self.steps = 0

    def at(self, indices: Mapping[str, int]) -> Any:
        """Return the value for the given free indices: a float or an array, NaN where it is not defined.

        Raises:
            ExpressionError: if it asks for too much work, or for what is no number.
            IndexingError: if it asks for an entry that an array does not have.
            ShapeError: if the shapes of a gate's operands do not fit.
        """
        self._values.update({name: float(number) for name, number in indices.items()})
        with np.errstate(all="ignore"):
            return self._expression(self._formula, 0)

    def _expression(self, node: ast.expr, depth: int) -> Any:
        self.steps += 1
        if self.steps > MAX_STEPS:
            self._refuse(node, f"the formula asks for more than {MAX_STEPS} operations")
        if isinstance(node, ast.BoolOp):
            return self._junction([self._truth(part, depth) for part in node.values], node)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return 1.0 - self._truth(node.operand, depth)
        return super()._expression(node, depth)

    def _truth(self, node: ast.expr, depth: int) -> Any:
        if not is_condition(node):
            self._refuse(node, "and, or and not take conditions, such as a > 0")
        return self._expression(node, depth + 1)

    def _junction(self, truths: list[Any], node: ast.BoolOp) -> Any:
        result = truths[0]
        for truth in truths[1:]:
            result = self._apply(node, np.minimum if isinstance(node.op, ast.And) else np.maximum, [result, truth])
        return result

    def _comparison(self, node: ast.Compare, depth: int) -> Any:
        """Return 1 or 0 for a comparison; a chain a < b < c holds where each part does."""
        values = [self._expression(part, depth + 1) for part in (node.left, *node.comparators)]
        result: Any = 1.0
        for operator, (left, right) in zip(node.ops, itertools.pairwise(values), strict=True):
            if type(operator) not in OPERATORS:
                self._refuse(node, "the comparisons are <, <=, >, >=, == and !=")
            truth = self._apply(node, OPERATORS[type(operator)], [left, right])
            # What is undefined is neither true nor false.
            truth = np.where(np.isnan(left) | np.isnan(right), np.nan, truth)
            result = self._apply(node, np.multiply, [result, truth])
        return result

    def _chain(self, node: ast.BinOp, depth: int) -> Any:
        if not isinstance(node.op, ast.Mult):
            return self._binary(node, self._expression(node.left, depth + 1), self._expression(node.right, depth + 1))
        factors: list[ast.expr] = [node.right]
        left = node.left
        while isinstance(left, ast.BinOp) and isinstance(left.op, ast.Mult):
            factors.append(left.right)
            left = left.left
        factors = [left, *reversed(factors)]
        switch: Any = 1.0
        for factor in filter(_is_indicator, factors):
            switch = self._binary(node, switch, self._expression(factor, depth + 1))
            if np.ndim(switch) == 0 and switch == 0:
                return 0.0
        rest: Any = 1.0
        for factor in itertools.filterfalse(_is_indicator, factors):
            rest = self._binary(node, rest, self._expression(factor, depth + 1))
        product = self._binary(node, switch, rest)
        return np.where(np.equal(switch, 0), 0.0, product) if np.ndim(switch) else product

    def _apply(
        self, node: ast.expr, function: Callable[..., Any], arguments: list[Any], options: dict[str, Any] | None = None
    ) -> Any:
        # NumPy's numbers, because Python's 1/0.0 raises where NumPy's gives inf.
        strong = [np.float64(argument) if isinstance(argument, float) else argument for argument in arguments]
        return super()._apply(node, function, strong, options)

    def _is_constant(self, node: ast.expr, value: Any) -> bool:
        return not any(isinstance(part, ast.Name) for part in ast.walk(node))

    def _plain(self, node: ast.expr, value: Any, arguments: list[Any]) -> Any:
        """Return a result whatever it is: at a point where a formula is not defined it is NaN or infinite."""
        return float(value) if np.ndim(value) == 0 else np.asarray(value, float)

    def _index(self, node: ast.Subscript, value: Any, depth: int) -> Any:
        """Return the entry, or the row, at indices that count from `first_index`; `:` means all."""
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        if np.ndim(value) < len(parts):
            self._refuse(node, f"'{ast.unparse(node.value)}' has {np.ndim(value)} axes, and {len(parts)} indices here")
        key: list[Any] = []
        for axis, part in enumerate(parts):
            if isinstance(part, ast.Slice):
                if part.lower or part.upper or part.step:
                    self._refuse(node, "of slices only : is allowed, for all entries of an axis; write a sum over i")
                key.append(slice(None))
                continue
            number = self._whole_number(part, depth)
            length = np.shape(value)[axis]
            if not self._first <= number < self._first + length:
                name = ast.unparse(node.value)
                place = "" if np.ndim(value) == 1 else f" along axis {axis + 1}"
                raise IndexingError(
                    f"{name} has the entries {self._first} to {self._first + length - 1}{place}; "
                    f"{ast.unparse(node)} asks for entry {number}."
                )
            key.append(number - self._first)
        return self._apply(node, lambda array: array[tuple(key)], [value])

    def _whole_number(self, node: ast.expr, depth: int) -> int:
        number = self._expression(node, depth + 1)
        if np.ndim(number) or not np.isfinite(number) or number != round(number):
            self._refuse(node, f"expected a whole number; '{ast.unparse(node)}' is {number!s:.40}")
        return int(number)

    def _call(self, node: ast.Call, depth: int) -> Any:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if is_sum_over_index(node):
            return self._sum(node, depth)
        if name == INDICATOR:
            return self._expression(node.args[0], depth + 1)
        if name in (LENGTH, OUTER) and name not in functions():
            if len(node.args) != (1 if name == LENGTH else 2) or node.keywords:
                self._refuse(node, "len takes one array, outer two vectors")
            values = [self._expression(argument, depth + 1) for argument in node.args]
            if name == LENGTH:
                if np.ndim(values[0]) == 0:
                    self._refuse(node, "a number has no length")
                return float(len(values[0]))
            return self._apply(node, np.multiply, [np.ravel(values[0])[:, None], np.ravel(values[1])])
        return super()._call(node, depth)

    def _sum(self, node: ast.Call, depth: int) -> Any:
        index = node.args[0]
        assert isinstance(index, ast.Name), "the reader lets no other sum through"
        start, stop = (self._whole_number(bound, depth) for bound in node.args[1:3])
        if stop - start >= MAX_TERMS:
            self._refuse(node, f"a sum may have at most {MAX_TERMS} terms")
        total: Any = 0.0
        for number in range(start, stop + 1):
            self._values[index.id] = float(number)
            total = self._apply(node, np.add, [total, self._expression(node.args[3], depth + 1)])
        self._values.pop(index.id, None)
        return total


def _is_indicator(node: ast.expr) -> bool:
    return is_condition(node) or (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == INDICATOR
    )
