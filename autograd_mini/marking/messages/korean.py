"""The messages in Korean."""

from . import english

MESSAGES: dict[str, str] = dict(english.MESSAGES)
