"""Pages for the browser, each one file: `page` runs a circuit gate by gate, `quiz` asks for its numbers."""

from ..circuit.html import Page
from .lessons import page
from .quizzes import quiz

__all__ = ["Page", "page", "quiz"]
