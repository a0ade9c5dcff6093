"""Marking answers: numbers as written, the work walked again on them, verdicts, causes, and the files of questions.

sheets, answers          numbers as somebody wrote them, with the room that rounding leaves
spreads, sending, work   gates and whole walks through the circuit, on such numbers
conventions, marks       what counts as right, and what it earns
misconceptions, faults   ways to be wrong, and where in a circuit they can be made
copying, causes          which of them explain a sheet
explaining, messages     what the student is told
verdicts, report         check and what it returns
questions, answer_files  what is asked, the numbers that students wrote, and the files of both
digits, trials           every mistake's sheet, simulated
findings, linting        what in a question's numbers hides mistakes
drawing, choosing        other numbers, which hide fewer
transcripts, separating  a follow-up that tells misconceptions apart
auditing                 what is wrong in a published key
advice                   what the author of a question is told
formulas                 answers that are formulas
"""

from .answer_files import read_answers
from .auditing import Audit, audit
from .choosing import better_numbers, variants
from .conventions import Conventions
from .findings import Finding, Findings, Mistake
from .formulas import FormulaReport, check_formula, check_formulas, same_formula
from .linting import lint
from .marks import Mark, Marking
from .questions import Question, read_question
from .report import Report
from .separating import FollowUp, separate
from .verdicts import Marker, check

__all__ = [
    "Audit",
    "Conventions",
    "Finding",
    "Findings",
    "FollowUp",
    "FormulaReport",
    "Mark",
    "Marker",
    "Marking",
    "Mistake",
    "Question",
    "Report",
    "audit",
    "better_numbers",
    "check",
    "check_formula",
    "check_formulas",
    "lint",
    "read_answers",
    "read_question",
    "same_formula",
    "separate",
    "variants",
]
