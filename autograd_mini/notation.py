"""How a gate is written: as text, as LaTeX, and as Python and JavaScript that compute it on single numbers.

A notation is part of a gate's row. It holds templates and binding strengths only, so that printed formulas get the
parentheses they need and no others; what is substituted into it is the business of `formula`.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

# Binding strengths, weakest first. An operand is put in parentheses where its strength is below that of its slot.
ANY, TEST, SUM, NEGATIVE, PRODUCT, POWER, ATOM = range(7)

STYLES = ("text", "latex", "python")
MINUS = "−"
# What JavaScript's Math has under the name that it has in Python's math.
_IN_BOTH = frozenset({
    "acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh", "cos", "cosh", "expm1", "log10", "log1p", "log2", "sin",
    "sinh", "tan", "tanh",
})  # fmt: skip
_NONE: Mapping[str, Any] = MappingProxyType({})
_SUPERSCRIPTS = str.maketrans("0123456789−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


class Style(NamedTuple):
    """One way of writing a gate.

    Attributes:
        template: `"%s + %s"`, filled with the operands in order, or a function of the operands' texts.
        level: binding strength of the result; that of the operand where None.
        slots: weakest strength each operand may have without parentheses; the last one repeats.
        takes_options: whether `template` is a function that also takes the gate's options, by name.
    """

    template: str | Callable[..., str]
    level: int | None = ATOM
    slots: tuple[int, ...] = (ANY,)
    takes_options: bool = False

    def fill(
        self, texts: list[str], levels: list[int], parentheses: tuple[str, str], options: Mapping[str, Any] = _NONE
    ) -> str:
        """Return the template with the operands' texts, in parentheses where they bind too weakly."""
        opening, closing = parentheses
        shown = []
        for i, (text, level) in enumerate(zip(texts, levels, strict=True)):
            slot = self.slots[min(i, len(self.slots) - 1)]
            shown.append(text if level >= slot else opening + text + closing)
        if isinstance(self.template, str):
            return self.template % tuple(shown)
        return self.template(*shown, **options) if self.takes_options else self.template(*shown)


class Notation(NamedTuple):
    """A gate in every style; `python` and `javascript` are None for a gate that these have no form for."""

    text: Style
    latex: Style
    python: Style | None = None
    javascript: Style | None = None


# What a student reads for a gate that only lines entries up: the operand itself.
UNSEEN = Notation(Style("%s", None), Style("%s", None))


def infix(text: str, latex: str, python: str, level: int) -> Notation:
    """Write a gate between its two operands: `infix("+", "+", "+", SUM)`."""
    # A weaker left operand would regroup; an equal right one too (a - (b - c)), and a negative one reads badly.
    slots = (SUM, PRODUCT) if level == SUM else (NEGATIVE, POWER)
    return Notation(
        Style(f"%s {text} %s", level, slots),
        Style(f"%s {latex} %s", level, slots),
        Style(f"%s {python} %s", level, slots),
        Style(f"%s {python} %s", level, slots),
    )


def comparison(text: str, latex: str, python: str) -> Notation:
    """Write a truth value as an Iverson bracket, [x > y], which is 1 or 0 in a formula."""
    return Notation(
        Style(f"[%s {text} %s]", ATOM, (SUM,)),
        Style(rf"\mathbf{{1}}[%s {latex} %s]", ATOM, (SUM,)),
        Style(f"%s {python} %s", TEST, (SUM,)),
        Style(f"(%s {python} %s)", ATOM, (SUM,)),
    )


def call(
    name: str, *, latex: str | None = None, python: str | None = None, shown: Mapping[str, Any] = _NONE
) -> Notation:
    """Write a gate as a function of its operands: `call("tanh", latex=r"\\tanh", python="tanh")`.

    A function that JavaScript has under Python's name is written in JavaScript too.
    Options named in `shown` are written too, where they differ from the value there: sum(x, axis=0).
    """

    def applied(function: str, opening: str, closing: str) -> Style:
        def template(*operands: str, **options: Any) -> str:
            given = [
                f"{option}={_option_text(options[option])}"
                for option, usual in shown.items()
                if _says_something(options.get(option, usual), usual)
            ]
            return function + opening + ", ".join([*operands, *given]) + closing

        return Style(template, takes_options=True)

    if latex is None:
        latex = rf"\operatorname{{{name}}}".replace("_", r"\_")
    return Notation(
        applied(name, "(", ")"),
        applied(latex, r"\left(", r"\right)"),
        None if python is None else applied(python, "(", ")"),
        applied(f"Math.{python}", "(", ")") if python in _IN_BOTH else None,
    )


def _says_something(given: Any, usual: Any) -> bool:
    """Return whether an option differs from its usual value; an array, whose == has no one answer, always does."""
    return given is not usual and not (isinstance(given, type(usual)) and given == usual)


def _option_text(given: Any) -> str:
    return "…" if getattr(given, "shape", ()) else str(given)


def written(text: str, latex: str, python: str | None = None, javascript: str | None = None) -> Notation:
    """Write a gate by templates that bracket their operands themselves: `written("|%s|", r"\\left|%s\\right|")`."""
    in_python, in_javascript = (None if code is None else Style(code) for code in (python, javascript))
    return Notation(Style(text), Style(latex), in_python, in_javascript)


def superscript(base: str, exponent: str) -> str:
    """Return base^exponent as text, with a raised exponent where it is a whole number: x², x^(y − 1)."""
    if exponent.lstrip(MINUS).isdigit():
        return base + exponent.translate(_SUPERSCRIPTS)
    return f"{base}^{exponent}" if exponent.isalnum() else f"{base}^({exponent})"


def index_text(key: Any) -> str:
    """Return an index as Python writes it: "1", "0:2, :"; "…" for a list or an array."""
    if isinstance(key, tuple):
        return ", ".join(index_text(part) for part in key)
    if isinstance(key, slice):
        ends = ":".join("" if end is None else str(end) for end in (key.start, key.stop))
        return ends if key.step is None else f"{ends}:{key.step}"
    if key is Ellipsis:
        return "..."
    is_number = hasattr(key, "__index__") and not getattr(key, "shape", ())
    return str(key) if key is None or is_number else "…"
