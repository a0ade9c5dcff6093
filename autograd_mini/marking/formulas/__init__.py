"""Answers that are formulas: read without eval, compared with the circuit at points, reported with a counterexample.

`reading` and `latex` understand the text, `names` knows what it may name, `evaluating` works it out at one of the
`points`; `circuits` says what is right there, `comparing` and `judging` come to a verdict, and `report` tells it.
"""

from .checking import check_formula, check_formulas
from .identities import same_formula
from .report import Counterexample, FormulaReport

__all__ = ["Counterexample", "FormulaReport", "check_formula", "check_formulas", "same_formula"]
