"""Scopes: `with scope("layer1"):` says which gates belong together, for pictures.

A scope looks on while gates are recorded and notes on each where it belongs; the engine knows nothing of it.
"""

import contextlib
import itertools
from collections.abc import Iterator
from typing import Any, NamedTuple

from .errors import DtypeError
from .primitive import Primitive
from .watching import Watcher, watching

_next_number = itertools.count().__next__


class Scope(NamedTuple):
    """One `with scope(...)`: the same name entered again is another scope."""

    name: str
    number: int


class _Noting(Watcher):
    """Notes the scopes that are open on every gate that is recorded, the outermost first."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def recorded(self, result: Any, gate: Primitive, operands: tuple[Any, ...], options: dict[str, Any]) -> None:
        result.notes.scopes += (self._scope,)


@contextlib.contextmanager
def scope(name: str) -> Iterator[None]:
    """Draw the gates recorded in this `with` in a frame with a name, or collapsed into one gate: `draw(f, depth=0)`.

    Scopes may be nested, and a function may open one each time it is called.

    Raises:
        DtypeError: if the name is not a text with something in it.
    """
    if not isinstance(name, str) or not name.strip():
        raise DtypeError(f"scope: the name must be a text with something in it; got {name!r}.")
    with watching(_Noting(Scope(name, _next_number()))):
        yield


def scopes_of(wire: Any) -> tuple[Scope, ...]:
    """Return the scopes in which a wire's gate was recorded, the outermost first."""
    notes = getattr(wire, "notes", None)
    return () if notes is None else notes.scopes
