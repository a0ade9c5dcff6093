"""The messages in Korean."""

MESSAGES: dict[str, str] = {}
