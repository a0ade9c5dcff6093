"""How numbers and names are shown: in text with a real minus sign, in LaTeX, in Python.

A number format is a format specification of Python's `format`: ".2f" as in an exam (two decimals), ".4g" for four
significant digits without trailing zeros; or "fraction", which writes 1/3 where a number is a simple fraction.
"""

import math
import re
from fractions import Fraction
from typing import Any

import numpy as np

from .notation import ATOM, MINUS, NEGATIVE, PRODUCT

EXAM = ".2f"
SIGNIFICANT = ".4g"
FRACTION = "fraction"
# A number counts as a fraction if one with at most this denominator is as near as rounding errors allow.
_LARGEST_DENOMINATOR = 1000
_NEAR = 1e-12
# Arrays with more entries than this are shown by their shape.
MOST_ENTRIES = 12

_NAME = re.compile(r"([A-Za-z]+?)_?(\d+)$")
_GREEK = {
    "alpha", "beta", "gamma", "delta", "epsilon", "eta", "theta", "lambda", "mu", "nu", "rho", "sigma", "tau", "phi",
    "psi", "omega",
}  # fmt: skip


def check_number_format(number_format: str) -> str:
    """Return `number_format` if it formats a number.

    Raises:
        ValueError: if it is neither "fraction" nor a format that Python's `format` accepts.
    """
    if number_format == FRACTION:
        return number_format
    try:
        format(0.5, number_format)
    except (ValueError, TypeError):
        raise ValueError(
            "number_format must be a format for a number, such as '.2f' or '.4g', or 'fraction'; "
            f"got {number_format!r}."
        ) from None
    return number_format


def number(value: float, number_format: str, style: str = "text") -> str:
    """Return one number in a style: "−0.53", or "-0.53" in LaTeX. Zero never shows a sign."""
    value = float(value)
    if style == "python":
        return repr(value)
    if not math.isfinite(value):
        name = {"text": "∞", "latex": r"\infty"}[style]
        return "nan" if value != value else name if value > 0 else _minus(style) + name
    if number_format == FRACTION:
        fraction = Fraction(value).limit_denominator(_LARGEST_DENOMINATOR)
        if abs(fraction - Fraction(value)) <= _NEAR * abs(Fraction(value)):
            return _fraction(fraction, style)
        number_format = SIGNIFICANT
    shown = format(value, number_format)
    if float(shown) == 0:
        shown = shown.lstrip("-")
    mantissa, _, exponent = shown.partition("e")
    mantissa = mantissa.replace("-", _minus(style))
    if not exponent:
        return mantissa
    power = f"{int(exponent)}".replace("-", _minus(style))
    return f"{mantissa}e{power}" if style == "text" else rf"{mantissa} \times 10^{{{power}}}"


def level(shown: str) -> int:
    """Return the binding strength of a number as shown: a negative one needs parentheses before a power."""
    return PRODUCT if r"\times" in shown or "/" in shown else NEGATIVE if shown[:1] in ("-", MINUS) else ATOM


def numbers(value: Any, number_format: str, style: str = "text", most: int = MOST_ENTRIES) -> str:
    """Return a number, the entries of a small array, or the shape of another: "[1.00, −2.00]", "array (32, 8)"."""
    if np.ndim(value) == 0:
        return number(float(value), number_format, style)
    if not 0 < np.size(value) <= most:
        return (r"\text{array }" if style == "latex" else "array ") + shape(value)
    return "[" + ", ".join(numbers(part, number_format, style, most) for part in value) + "]"


def shape(value: Any) -> str:
    """Return an array's shape as text: "(3,)", "(2, 3)"."""
    return str(tuple(int(length) for length in np.shape(value)))


def name_parts(name: str) -> tuple[str, str]:
    """Return a name's base and the index that is drawn as a subscript: ("w", "0") for "w0" and "w_0"."""
    match = _NAME.fullmatch(name)
    if match is None or (len(match[1]) > 2 and match[1] not in _GREEK):
        return name, ""
    return match[1], match[2]


def latex_name(name: str) -> str:
    """Return a name as LaTeX: w_{0}, \\alpha, \\mathit{price}."""
    base, index = name_parts(name)
    if base in _GREEK:
        base = "\\" + base
    elif len(base) > 1:
        base = r"\mathit{" + re.sub(r"([_&%$#{}])", r"\\\1", base) + "}"
    return f"{base}_{{{index}}}" if index else base


def _fraction(fraction: Fraction, style: str) -> str:
    """Return 1/3, or \\tfrac{1}{3} in LaTeX; a whole number without a denominator."""
    sign = _minus(style) if fraction < 0 else ""
    numerator = abs(fraction.numerator)
    if fraction.denominator == 1:
        return f"{sign}{numerator}"
    shown = (
        rf"\tfrac{{{numerator}}}{{{fraction.denominator}}}"
        if style == "latex"
        else f"{numerator}/{fraction.denominator}"
    )
    return sign + shown


def _minus(style: str) -> str:
    return MINUS if style == "text" else "-"
