"""Pages for the browser: `steps` runs a circuit gate by gate, `quiz` asks for its numbers; each is one file, offline."""

from .document import Page
from .quiz import quiz
from .steps import page

__all__ = ["Page", "page", "quiz"]
