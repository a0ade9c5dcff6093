"""Marking answers: `sheets` reads numbers as written, `verdicts` compares them, `questions` reads the files."""

from .questions import Question, read_answers, read_question
from .verdicts import Mark, Report, check

__all__ = ["Mark", "Question", "Report", "check", "read_answers", "read_question"]
