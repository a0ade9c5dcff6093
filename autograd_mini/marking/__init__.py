"""Marking answers: numbers as written, the work walked again on them, verdicts, causes, and the files of questions.

sheets, rounding, answers       numbers as somebody wrote them, with the room that rounding leaves
spreads, sending, work, memory  gates and whole walks through the circuit, on such numbers
conventions, marks              what counts as right, and what it earns
steps, misconceptions           one backward step, and ways to be wrong about it
changes, faults, reach          where in a circuit they can be made, and where that shows
copying, causes                 which of them explain a sheet
explaining, messages            what the student is told
verdicts, report, html          check and what it returns
questions                       what is asked: files, what their numbers hide, better numbers, variants, published keys
formulas                        answers that are formulas
backward_pairs                  hand-written backward functions
grading                         a whole class
counts                          numbers of things on the command line
"""

from .backward_pairs import BackwardReport, check_backward
from .conventions import Conventions
from .formulas import FormulaReport, check_formula, check_formulas, same_formula
from .marks import Mark, Marking
from .questions import (
    Audit,
    Finding,
    Findings,
    FollowUp,
    Mistake,
    Question,
    audit,
    better_numbers,
    lint,
    read_answers,
    read_question,
    right_answers,
    separate,
    variants,
)
from .report import Report
from .verdicts import Marker, check

__all__ = [
    "Audit",
    "BackwardReport",
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
    "check_backward",
    "check_formula",
    "check_formulas",
    "lint",
    "read_answers",
    "read_question",
    "right_answers",
    "same_formula",
    "separate",
    "variants",
]
