"""Questions: what is asked, its files, and what an author does with them.

question, toml           a question, and its file
answer_files             the numbers that students wrote
digits, trials           every mistake's sheet, simulated
findings, linting        what in a question's numbers hides mistakes
drawing, choosing        other numbers, which hide fewer
keys, variant_files      the right answers at many inputs at once; a folder of variants
transcripts, separating  a follow-up that tells misconceptions apart
auditing                 what is wrong in a published key
advice                   what the author of a question is told
command                  the command line's verbs
"""

from .answer_files import read_answers
from .auditing import Audit, audit
from .choosing import better_numbers, variants
from .findings import Finding, Findings, Mistake
from .keys import right_answers
from .linting import lint
from .question import Question, read_question
from .separating import FollowUp, separate

__all__ = [
    "Audit",
    "Finding",
    "Findings",
    "FollowUp",
    "Mistake",
    "Question",
    "audit",
    "better_numbers",
    "lint",
    "read_answers",
    "read_question",
    "right_answers",
    "separate",
    "variants",
]
