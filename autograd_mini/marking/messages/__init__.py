"""Every sentence that a marked sheet says, in each language, in one place."""

from dataclasses import dataclass, field
from typing import Any

from ...errors import QuestionError
from . import english, korean

LANGUAGES = {"en": english.MESSAGES, "ko": korean.MESSAGES}


@dataclass(frozen=True)
class Message:
    """Something to say, in a language that is chosen later.

    Attributes:
        key: which message.
        parts: what it is filled in with.
    """

    key: str
    parts: dict[str, Any] = field(default_factory=dict, hash=False)

    def said(self, language: str = "en") -> str:
        """Return the message in a language."""
        return say(language, self.key, **self.parts)


def say(language: str, key: str, /, **parts: Any) -> str:
    """Return a message in a language, with its parts filled in."""
    return LANGUAGES[language][key].format(**parts)


def check_language(language: str) -> str:
    """Return `language` if there are messages in it.

    Raises:
        QuestionError: if there are none.
    """
    if not isinstance(language, str) or language not in LANGUAGES:
        known = ", ".join(map(repr, LANGUAGES))
        raise QuestionError(f"the language must be one of {known}; got {language!r}.")
    return language
