"""LaTeX as a list of tokens with their places. Spacing is left out; what is no token is refused."""

import re
from typing import NamedTuple

from ...errors import ExpressionError

_TOKEN = re.compile(
    r"(?P<command>\\[A-Za-z]+|\\.)|(?P<number>[0-9]+(?:\.[0-9]+)?|\.[0-9]+)|(?P<word>[^\W\d_]+[0-9]*)"
    r"|(?P<sign>[-+*/^_(){}\[\]<>=,'|!])",
    re.DOTALL,
)
_ONLY_LATEX = re.compile(r"\\|_\s*\{|\^\s*\{|\^\s*T\b")
_SPACING = {
    *(r"\,", r"\;", r"\:", r"\!", r"\ ", r"\quad", r"\qquad", r"\displaystyle", r"\limits", r"\left", r"\right"),
    *(r"\big", r"\Big", r"\bigg", r"\Bigg", r"\bigl", r"\bigr", r"\Bigl", r"\Bigr"),
}
_FENCES = (("$$", "$$"), ("$", "$"), (r"\(", r"\)"), (r"\[", r"\]"))
_TWO_SIGNS = {("<", "="): r"\leq", (">", "="): r"\geq", ("!", "="): r"\neq", ("=", "="): "=", ("*", "*"): "^"}


class Token(NamedTuple):
    r"""A command such as \frac, a word, a number or a sign.

    Attributes:
        kind: "command", "word", "number", "sign", or "end" behind the last.
        text: as written.
        column: where it stands, from 1.
    """

    kind: str
    text: str
    column: int


def looks_like_latex(text: str) -> bool:
    """Return whether a text has a backslash, a power or subscript in braces, or ^T, which only LaTeX has."""
    return _ONLY_LATEX.search(text) is not None


def tokens_of(text: str) -> list[Token]:
    """Return the tokens of a text.

    Raises:
        ExpressionError: if a character is none of LaTeX's that are read here.
    """
    start, stop = 0, len(text)
    for opening, closing in _FENCES:
        inner = text.strip()
        if len(inner) >= len(opening + closing) and inner.startswith(opening) and inner.endswith(closing):
            start = text.index(opening) + len(opening)
            stop = text.rindex(closing)
            break
    found: list[Token] = []
    while start < stop:
        if text[start].isspace() or text[start] == "~":
            start += 1
            continue
        match = _TOKEN.match(text, start, stop)
        if match is None:
            raise ExpressionError(f"the character {text[start]!r} is not read in LaTeX.", 1, start + 1)
        token = Token(match.lastgroup or "", match[0], start + 1)
        start = match.end()
        if token.text in _SPACING:
            continue
        # <= and >= are typed for \leq and \geq.
        adjacent = found and found[-1].column + 1 == token.column
        if adjacent and (found[-1].text, token.text) in _TWO_SIGNS:
            joined = _TWO_SIGNS[found[-1].text, token.text]
            found[-1] = Token("command" if joined[0] == "\\" else "sign", joined, found[-1].column)
            continue
        found.append(token)
    return found
