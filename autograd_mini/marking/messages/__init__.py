"""Every sentence that a marked sheet says, in each language, in one place."""

from typing import Any

from ...errors import QuestionError
from . import english, korean

LANGUAGES = {"en": english.MESSAGES, "ko": korean.MESSAGES}


def say(language: str, key: str, /, **parts: Any) -> str:
    """Return a message in a language, with its parts filled in."""
    return LANGUAGES[language][key].format(**parts)


def check_language(language: str) -> str:
    """Return `language` if there are messages in it.

    Raises:
        QuestionError: if there are none.
    """
    if language not in LANGUAGES:
        known = ", ".join(map(repr, LANGUAGES))
        raise QuestionError(f"the language must be one of {known}; got {language!r}.")
    return language
