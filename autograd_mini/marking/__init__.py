"""Marking answers: `sheets` reads numbers as written, `verdicts` compares them, `questions` reads the files.

Answers that are formulas are in `formulas`.
"""

from .formulas import FormulaReport, check_formula, check_formulas, same_formula
from .questions import Question, read_answers, read_question
from .verdicts import Mark, Report, check

__all__ = [
    "FormulaReport",
    "Mark",
    "Question",
    "Report",
    "check",
    "check_formula",
    "check_formulas",
    "read_answers",
    "read_question",
    "same_formula",
]
