"""Pages for the browser, each one file: `steps` runs a circuit gate by gate, `quiz` asks for its numbers."""

from .document import Page
from .quizzes import quiz
from .steps import page

__all__ = ["Page", "page", "quiz"]
