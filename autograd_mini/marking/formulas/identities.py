"""same_formula: whether two formulas are the same, as tanh x = 2σ(2x) − 1 is, compared at points."""

import ast
from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np

from ...errors import QuestionError
from ...expression import syntax_tree
from .circuits import State
from .claims import Asked, Claim
from .evaluating import Evaluation
from .judging import judge, read_or_report
from .names import Names
from .points import Input, Point, check_domain
from .reading import Formula, read_formula
from .report import FormulaReport

_SEED = 20


class _Other:
    """What is right where no circuit says it: another formula."""

    is_gradient = False

    def __init__(self, formula: Formula, inputs: dict[Hashable, Input]) -> None:
        self._formula = formula
        self.constants = formula.constants
        self.inputs = inputs
        self.labels = {key: str(key) for key in inputs}

    def at(self, point: Point) -> State | None:
        """Return the other formula's numbers; None where it is not defined."""
        values = {str(key): value if np.ndim(value) else float(value) for key, value in point.values.items()}
        right = Evaluation(self._formula, values).at({})
        return State(values, {}, (right,)) if np.all(np.isfinite(right)) else None


def same_formula(
    formula: str,
    other: str,
    *,
    shapes: Mapping[str, tuple[int, ...]] | None = None,
    domains: Mapping[str, str] | None = None,
    latex: bool | None = None,
    seed: int = _SEED,
) -> FormulaReport:
    """Return whether a formula equals another at every point: the report on `formula`, with `other` as right.

        same_formula("tanh(x)", "2*sigmoid(2*x) - 1")

    Args:
        formula: the formula in question.
        other: what it is held against, in the parser's syntax.
        shapes: the shape of each name that is no single number.
        domains: what a name may be, as in `check_formula`.
        latex: whether `formula` is LaTeX.
        seed: seed of the random points.

    Raises:
        ExpressionError: if `other` cannot be read.
        QuestionError: if `shapes` or `domains` has a name that is in neither formula.
    """
    given: dict[str, tuple[int, ...]] = {name: tuple(shape) for name, shape in (shapes or {}).items()}
    found = {node.id for node in ast.walk(syntax_tree(other)) if isinstance(node, ast.Name)}
    called = {
        node.func.id
        for node in ast.walk(syntax_tree(other))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    variables: dict[str, tuple[int, ...]] = dict.fromkeys(sorted(found - called - {"pi"}), ()) | given
    for name in domains or {}:
        if name not in variables:
            raise QuestionError(f"same_formula: {name!r} has a domain and stands in no formula.")
    names = Names(variables, {}, asked_is_gradient=False)
    right = read_formula(other, names, latex=False)
    label = f"same as {right.understood}"
    read = read_or_report(label, formula, names, latex)
    if isinstance(read, FormulaReport):
        return read
    inputs: dict[Hashable, Input] = {
        name: Input(np.zeros(shape), check_domain(name, (domains or {}).get(name, "real")))
        for name, shape in variables.items()
    }
    claim = Claim(Asked("the other"), read, {}, {}, 1)
    side: Any = _Other(right, inputs)
    return judge(label, side, claim, accepts_any=True, seed=seed)
