"""Pages for the browser, each one file: `page` runs a circuit gate by gate, `quiz` asks for its numbers.

lessons     page
questions   what a quiz asks, cell by cell
working     the rules by which a page follows the student's own numbers (following.js)
hidden      right answers as hashes (hashing.js)
quizzes     quiz (quiz.js; reading.js reads what is written)
"""

from ..circuit.html import Page
from .lessons import page
from .quizzes import quiz

__all__ = ["Page", "page", "quiz"]
