"""LaTeX as a list of tokens with their places, and a cursor that goes through them.

Spacing is left out; what is no token is refused.
"""

import re
from typing import NamedTuple, NoReturn

from ...errors import ExpressionError

_TOKEN = re.compile(
    r"(?P<command>\\[A-Za-z]+|\\.)|(?P<number>[0-9]+(?:\.[0-9]+)?|\.[0-9]+)|(?P<word>[^\W\d_]+[0-9]*)"
    r"|(?P<sign>[-+*/^_(){}\[\]<>=,'|!&])",
    re.DOTALL,
)
_ONLY_LATEX = re.compile(r"\\|_\s*\{|\^\s*\{|\^\s*T\b")
_SPACING = {
    *(r"\,", r"\;", r"\:", r"\!", r"\ ", r"\quad", r"\qquad", r"\displaystyle", r"\limits", r"\left", r"\right"),
    *(r"\big", r"\Big", r"\bigg", r"\Bigg", r"\bigl", r"\bigr", r"\Bigl", r"\Bigr"),
}
_FENCES = (("$$", "$$"), ("$", "$"), (r"\(", r"\)"), (r"\[", r"\]"))
_TWO_SIGNS = {("<", "="): r"\leq", (">", "="): r"\geq", ("!", "="): r"\neq", ("=", "="): "=", ("*", "*"): "^"}


PARTS_OF_FRACTION = ("the numerator", "the denominator")


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


class Cursor:
    """Goes through a list of tokens, one by one."""

    def __init__(self, tokens: list[Token], end: int) -> None:
        self._tokens = tokens
        self._end = Token("end", "", end)
        self._place = 0

    @property
    def _next(self) -> Token:
        return self._tokens[self._place] if self._place < len(self._tokens) else self._end

    def _take(self) -> Token:
        token = self._next
        self._place += 1
        return token

    def _took(self, *texts: str) -> bool:
        if self._next.kind != "end" and self._next.text in texts:
            self._place += 1
            return True
        return False

    def _expect(self, text: str, what: str) -> None:
        if not self._took(text):
            self._refuse(self._next, f"expected {text} {what}, got {said(self._next)}")

    def _refuse(self, token: Token, message: str) -> NoReturn:
        stop = "" if message.endswith(("?", ".")) else "."
        raise ExpressionError(message + stop, 1, token.column)

    def _put_back(self, token: Token, kind: str, length: int) -> None:
        """Put back what follows the first `length` characters of the token just taken."""
        self._place -= 1
        rest = Token(kind, token.text[length:], token.column + length)
        self._tokens = [*self._tokens[: self._place], rest, *self._tokens[self._place + 1 :]]

    def _group(self, what: str) -> list[Token]:
        """Take { ... }, or one token, and return what is in it."""
        first = self._take()
        if first.kind == "end":
            self._refuse(first, f"{what} is missing")
        if first.text != "{":
            if first.text.isdigit() and first.text.isascii() and len(first.text) > 1 and what in PARTS_OF_FRACTION:
                # \frac12 is one half.
                self._put_back(first, "number", 1)
                return [Token("number", first.text[0], first.column)]
            if first.kind in ("word", "number") and len(first.text) > 1:
                self._refuse(first, f"after {what} LaTeX takes one character only; write {{{first.text}}}")
            if first.text in "}^_)]&":
                self._refuse(first, f"{what} is missing before {first.text}")
            return [first]
        start, level = self._place, 1
        while level:
            token = self._take()
            if token.kind == "end":
                self._refuse(first, "the brace { is not closed")
            level += (token.text == "{") - (token.text == "}")
        return self._tokens[start : self._place - 1]


def said(token: Token) -> str:
    """Return what a token is called in an error."""
    return "the end" if token.kind == "end" else f"'{token.text:.40}'"
