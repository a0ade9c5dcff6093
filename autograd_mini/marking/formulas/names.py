"""What a formula may name: wires, gradients of wires, constants and index variables; and what a spelling means.

On paper an index stands below the letter. x_1 is the wire x1 or the first entry of x, whichever there is; where both
are, nobody guesses.
"""

import ast
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ...errors import ExpressionError, did_you_mean

_SUBSCRIPT = re.compile(r"(?P<base>.*[^_])_(?P<below>[0-9]+|[A-Za-z]+)$")
_LETTER_AND_NUMBER = re.compile(r"(?P<base>[^\W\d]+)(?P<below>[0-9]+)$")


@dataclass(frozen=True)
class Names:
    """The names of one question.

    Attributes:
        shapes: the shape of every wire and constant that may be named.
        gradients: symbol of an upstream gradient to the wire whose gradient it is; several symbols may mean one wire.
        root: the output's name; "" if it has none.
        asked: the wire that is asked, which a formula may not be written in terms of.
        asked_is_gradient: whether its gradient is asked, not its value.
        indices: the free index variables.
        given: the symbols of gradients that the question names.
    """

    shapes: Mapping[str, tuple[int, ...]]
    gradients: Mapping[str, str]
    root: str = ""
    asked: str = ""
    asked_is_gradient: bool = True
    indices: tuple[str, ...] = ()
    given: tuple[str, ...] = ()

    def shape(self, name: str) -> tuple[int, ...] | None:
        """Return the shape of what a name stands for; None for an unknown name."""
        if name in self.shapes:
            return self.shapes[name]
        return self.shapes.get(self.gradients[name]) if name in self.gradients else None

    def is_output_gradient(self, name: str) -> bool:
        """Return whether a name reads dL for the output L, as the upper part of dL/dz."""
        return name not in self.shapes and name in {f"d{self.root}", "dL"} if self.root else name == "dL"

    def wire_below(self, name: str) -> str:
        """Return the wire z of a name dz, as the lower part of dL/dz; "" if it is none."""
        wire = name[1:] if name.startswith("d") and name not in self.shapes else ""
        return wire if wire in self.gradients.values() else ""

    def symbol(self, wire: str) -> str:
        """Return the first symbol of a wire's gradient; "" if it has none."""
        return next((symbol for symbol, named in self.gradients.items() if named == wire), "")

    def resolve(self, identifier: str, indices: Iterable[str]) -> ast.expr | None:
        """Return what an identifier stands for: a name, or an entry of an array; None if it is unknown.

        Args:
            identifier: as written: x1, x_1, x_i, delta_1.
            indices: the index variables at this place.

        Raises:
            ExpressionError: if it may stand for two things.
        """
        indices = tuple(indices)
        if identifier in indices or self.shape(identifier) is not None:
            return ast.Name(identifier, ast.Load())
        match = _SUBSCRIPT.fullmatch(identifier)
        if match is None:
            match = _LETTER_AND_NUMBER.fullmatch(identifier)
            spelling = f"{match['base']}_{match['below']}" if match else ""
            return ast.Name(spelling, ast.Load()) if self.shape(spelling) is not None else None
        base, below = match["base"], match["below"]
        joined = base + below
        entry = self.entry(base, below, indices)
        if self.shape(joined) is None:
            return entry
        if entry is not None:
            raise ExpressionError(
                f"'{identifier}' may be '{joined}' or an entry of '{base}'; write {joined} or {ast.unparse(entry)}."
            )
        return ast.Name(joined, ast.Load())

    def entry(self, base: str, below: str, indices: Iterable[str]) -> ast.expr | None:
        """Return base[below] for an array and an index written as letters or digits, one for each axis, or None."""
        shape = self.shape(base)
        if not shape:
            return None
        parts: list[str] = [below] if len(shape) == 1 else list(below)
        if len(parts) != len(shape) or not all(part.isdigit() or part in indices for part in parts):
            return None
        keys: list[ast.expr] = [
            ast.Constant(int(part)) if part.isdigit() else ast.Name(part, ast.Load()) for part in parts
        ]
        key = keys[0] if len(keys) == 1 else ast.Tuple(keys, ast.Load())
        return ast.Subscript(ast.Name(base, ast.Load()), key, ast.Load())

    def unknown(self, identifier: str, indices: Iterable[str]) -> str:
        """Return why an identifier cannot be read, and which names there are."""
        known = [*self.shapes, *self.given, *indices]
        strange = next((letter for letter in identifier if not letter.isascii()), "")
        code = f" Its letter {strange!r} is U+{ord(strange):04X}." if strange else ""
        shown = ", ".join(known[:30]) + (", …" if len(known) > 30 else "") or "none"
        gradients = "; the gradient of z is delta_z or dL/dz" if self.gradients else ""
        close = did_you_mean(identifier[:40], [*known, *self.gradients])
        return f"'{identifier:.40}' is unknown; the names are {shown}{gradients}.{code}{close}"


def symbols_of_gradients(wires: Iterable[str], root: str, taken: Iterable[str]) -> dict[str, str]:
    """Return the usual symbols of the wires' gradients: delta_z, dz, d_z and dL_dz, where no wire has that name."""
    wires, taken = tuple(wires), set(taken)
    found: dict[str, str] = {}
    doubtful: set[str] = set()
    outputs = dict.fromkeys([root or "L", "L"])
    for wire in wires:
        for symbol in [f"delta_{wire}", f"d{wire}", f"d_{wire}", *[f"d{output}_d{wire}" for output in outputs]]:
            if symbol in found and found[symbol] != wire:
                doubtful.add(symbol)
            elif symbol not in taken:
                found[symbol] = wire
    return {symbol: wire for symbol, wire in found.items() if symbol not in doubtful}
