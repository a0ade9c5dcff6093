"""Gates that compare and choose: comparisons, max and min, where, clip.

Comparisons are truth values: they pass no gradient and give plain arrays. Derivatives at ties: maximum and minimum
split equally; clip passes at its edges.
"""

import functools

import numpy as np

from ..errors import ShapeError, UnsupportedError
from ..notation import ANY, ATOM, TEST, Notation, Style, call, comparison, written
from ..primitive import composed, primitive


def _logical(text, latex, python, javascript):
    """Write a connection of truth values."""
    return written(text, latex, python, javascript)._replace(python=Style(python, ANY, (TEST,)))


greater = primitive(np.greater, symbol=">", notation=comparison(">", ">", ">"), operand_names=("x", "y"))
greater_equal = primitive(
    np.greater_equal, symbol="≥", notation=comparison("≥", r"\ge", ">="), operand_names=("x", "y")
)
less = primitive(np.less, symbol="<", notation=comparison("<", "<", "<"), operand_names=("x", "y"))
less_equal = primitive(np.less_equal, symbol="≤", notation=comparison("≤", r"\le", "<="), operand_names=("x", "y"))
equal = primitive(np.equal, symbol="=", notation=comparison("=", "=", "=="), operand_names=("x", "y"))
not_equal = primitive(np.not_equal, symbol="≠", notation=comparison("≠", r"\ne", "!="), operand_names=("x", "y"))
logical_and = primitive(
    np.logical_and,
    symbol="and",
    notation=_logical("%s·%s", r"%s\,%s", "%s and %s", "(%s && %s)"),
    operand_names=("x", "y"),
)
logical_or = primitive(
    np.logical_or,
    symbol="or",
    notation=_logical("%s or %s", r"%s \lor %s", "%s or %s", "(%s || %s)"),
    operand_names=("x", "y"),
)
logical_not = primitive(
    np.logical_not, symbol="not", notation=_logical("not %s", r"\neg %s", "not %s", "!%s"), operand_names=("x",)
)


@primitive(
    symbol="where",
    notation=Notation(
        Style(lambda condition, x, y: f"{x} if {_unbracketed(condition)}, else {y}", ANY, (ANY,)),
        Style(
            lambda condition, x, y: rf"\begin{{cases}} {x} & {condition} \\ {y} & \text{{else}} \end{{cases}}",
            ANY,
            (ANY,),
        ),
        Style(lambda condition, x, y: f"{x} if {condition} else {y}", ANY, (TEST,)),
        Style(lambda condition, x, y: f"({condition} ? {x} : {y})"),
    ),
    x=lambda condition: condition != 0,
    y=lambda condition: condition == 0,
)
def where(condition, x, y):
    """Return x where the condition holds and y elsewhere. Shapes broadcast; the condition passes no gradient."""
    return np.where(condition, x, y)


@composed(np.where)
def _where(condition, x=None, y=None):
    if x is None and y is None:
        return np.nonzero(condition)
    if x is None or y is None:
        raise ShapeError("np.where: expected either the condition alone, or the condition, x and y.")
    return where(condition, x, y)


def _unbracketed(condition):
    """Return [x > 0] as x > 0: after "if" a truth value needs no bracket."""
    return condition[1:-1] if condition.startswith("[") and condition.find("]") == len(condition) - 1 else condition


def _extreme(name, wins, loses):
    """Write max(x, y) or min(x, y); in code NaN wins, as it does in NumPy."""

    def written(x, y):
        # A number that stands in the code is not NaN, so one comparison tells.
        if y.replace(".", "", 1).isdigit():
            return f"{y} if {x} {loses} {y} else {x}"
        return f"{x} if {x} {wins} {y} or {x} != {x} else {y}"

    python = Style(written, ANY, (ATOM,))
    javascript = Style(lambda x, y: f"({x} {wins} {y} || {x} != {x} ? {x} : {y})", ATOM, (ATOM,))
    return call(name, latex="\\" + name)._replace(python=python, javascript=javascript)


maximum = primitive(
    np.maximum,
    symbol="max",
    notation=_extreme("max", ">=", "<"),
    commutative=True,
    x=lambda x, y: np.where(x == y, 0.5, x > y),
    y=lambda x, y: np.where(x == y, 0.5, y > x),
)
minimum = primitive(
    np.minimum,
    symbol="min",
    notation=_extreme("min", "<=", ">"),
    commutative=True,
    x=lambda x, y: np.where(x == y, 0.5, x < y),
    y=lambda x, y: np.where(x == y, 0.5, y < x),
)


def _equal_share(out, operands, position):
    """Return the local derivative of max and min of any number: operands that tie share it equally."""
    # 1.0 times, because NumPy's truth values do not add up.
    wins = [1.0 * (operand == out) for operand in operands]
    return wins[position] / sum(wins)


@primitive(symbol="max", notation=call("max", latex=r"\max"), commutative=True, operands=_equal_share)
def max_of(*operands):
    """Return the entrywise maximum of any number of operands; at a tie the gradient is shared equally."""
    return functools.reduce(np.maximum, operands)


@primitive(symbol="min", notation=call("min", latex=r"\min"), commutative=True, operands=_equal_share)
def min_of(*operands):
    """Return the entrywise minimum of any number of operands; at a tie the gradient is shared equally."""
    return functools.reduce(np.minimum, operands)


@primitive(
    notation=Notation(
        Style(lambda x, low, high: f"clip({x}, {low}, {high})"),
        Style(lambda x, low, high: rf"\operatorname{{clip}}\left({x}, {low}, {high}\right)"),
    ),
    x=lambda x, low, high: (x >= low) & (x <= high),
    low=lambda x, low, high: (x < low) & (low <= high),
    high=lambda x, low, high: (x > high) | (low > high),
)
def clip(x, low, high):
    """Return x limited to [low, high]. Shapes broadcast; the gradient passes at the edges."""
    return np.minimum(np.maximum(x, low), high)


@composed(np.clip)
def _clip(a, a_min=None, a_max=None, *, min=None, max=None):
    for old, new, name in ((a_min, min, "min"), (a_max, max, "max")):
        if old is not None and new is not None:
            raise UnsupportedError(f"np.clip: the bound was given twice, as a_{name} and as {name}; give one of them.")
    low = min if a_min is None else a_min
    high = max if a_max is None else a_max
    return clip(a, -np.inf if low is None else low, np.inf if high is None else high)
