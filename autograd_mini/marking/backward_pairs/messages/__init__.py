"""Every sentence that a report on a backward function says, in each language.

A diagnosis has a sentence under its id, and what to change under the id with ".do". The marker's misconceptions have
theirs among the marker's messages.
"""

from typing import Any

from ...messages import LANGUAGES as MISCONCEPTIONS
from . import english, korean

LANGUAGES = {"en": english.MESSAGES, "ko": korean.MESSAGES}


def say(language: str, key: str, /, **parts: Any) -> str:
    """Return a message in a language, with its parts filled in."""
    return LANGUAGES[language][key].format(**parts)


def sentence(language: str, id: str, parts: dict[str, Any]) -> str:
    """Return what a diagnosis says was done."""
    if id in LANGUAGES[language]:
        return say(language, id, **parts)
    what = MISCONCEPTIONS[language][id].format(**parts)
    key = "where.fork" if "fork" in parts else "where.operand" if "operand" in parts else "where.gate"
    return say(language, key, what=what, **parts)


def remedy(language: str, id: str, parts: dict[str, Any]) -> str:
    """Return what a diagnosis says is to be changed; "" if it says nothing."""
    key = f"{id}.do"
    return say(language, key, **parts) if key in LANGUAGES[language] else ""
