"""Tests that something is as it was, as lines of Python that raise where it is not, with the values they compare with.

They are written out because looking at each of a thousand things in a loop takes longer than using it. A value comes in
under a name made here, so no text of a user's reaches the source. Names made here begin with two underscores, which the
names in a program's own code do not: both can stand in one function.
"""

from collections.abc import Callable
from operator import is_
from typing import Any

from ..errors import DivergedError

# What a test, or the code behind it, raises where it is not for what it meets: a name that was deleted, another length.
ELSEWHERE = (DivergedError, ArithmeticError, ValueError, LookupError)
# So many parts are compared one by one, in half the time of a loop; more would make long code.
_FEW = 64


def required(condition: str) -> str:
    """Return a line that tests that a condition holds."""
    return f"if not ({condition}): raise __Changed"


class Checks:
    """Tests in Python.

    Attributes:
        lines: the tests, in order.
        scope: what the names in them stand for.
    """

    def __init__(self, prefix: str) -> None:
        self.lines: list[str] = []
        # Python's own functions too: an argument of the function that is compiled may be called `len`.
        self.scope: dict[str, Any] = {
            "__Changed": DivergedError, "__elsewhere": ELSEWHERE, "__is": is_,
            "__len": len, "__all": all, "__map": map, "__bytes": bytes, "__float": float,
        }  # fmt: skip
        self._prefix = prefix

    def held(self, value: Any) -> str:
        """Return the name of a value in the tests."""
        name = f"__{self._prefix}{len(self.scope)}"
        self.scope[name] = value
        return name

    def require(self, condition: str) -> None:
        """Test that a condition holds."""
        self.lines.append(required(condition))

    def require_parts(self, text: str, parts: Any) -> None:
        """Test that what a text gives has these very objects as its parts, in this order."""
        self.lines.append(f"__all_parts = {text}")
        self._require_each("__all_parts", tuple(parts))

    def require_entries(self, text: str, entries: Any) -> None:
        """Test that the mapping that a text gives has these very objects as its keys and values, in this order."""
        if type(entries) is dict and not entries:
            self.require(f"not {text}")
            return
        self.lines.append(f"__all_parts = {text}")
        self._require_each("__all_parts", tuple(entries))
        if entries:
            self._require_each("__all_parts.values()", tuple(entries.values()))

    def _require_each(self, text: str, parts: tuple[Any, ...]) -> None:
        if not parts or len(parts) > _FEW:
            same = f"__len({text}) == {len(parts)}"
            self.require(same + f" and __all(__map(__is, {text}, {self.held(parts)}))" * bool(parts))
            return
        found = [f"__part{i}" for i in range(len(parts))]
        self.lines.append(f"{', '.join(found)}, = {text}")
        self.require(" and ".join(f"{name} is {self.held(part)}" for name, part in zip(found, parts, strict=True)))

    def holds(self, lines: list[str]) -> Callable[[], bool]:
        """Return a function that says whether the given ones of these tests hold."""
        body = "".join(f"        {line}\n" for line in lines) or "        pass\n"
        source = f"def holds():\n    try:\n{body}    except __elsewhere:\n        return False\n    return True\n"
        scope = dict(self.scope)
        exec(source, scope)
        holds: Callable[[], bool] = scope["holds"]
        return holds
