"""Answers that are formulas: read without eval, compared with the circuit at points, reported with a counterexample.

reading, names                      the text, and what it may name
latex, latex_symbols, latex_tokens  the same in LaTeX
claims, evaluating                  what it is said to give, and its numbers at a point
points, circuits                    where it is compared, and what is right there
comparing, judging, hints           from numbers to a verdict
report                              what is told
checking, identities                check_formula, check_formulas, and same_formula
"""

from .checking import check_formula, check_formulas
from .identities import same_formula
from .report import Counterexample, FormulaReport

__all__ = ["Counterexample", "FormulaReport", "check_formula", "check_formulas", "same_formula"]
