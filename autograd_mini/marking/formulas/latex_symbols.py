r"""The letters of a LaTeX formula: which wire, gradient or entry a letter with its accents and indices means.

\hat y_1 is yhat1 or the first entry of yhat, whichever there is; W_{ij} is an entry of a matrix; \frac{\partial
L}{\partial z} is the gradient of z. Where two things may be meant, or none is there, the letter is refused.
"""

import ast
from typing import NamedTuple, Self

from ...errors import ExpressionError
from .latex_tokens import Cursor, Token, said
from .names import Names

_GREEK = {
    "alpha", "beta", "gamma", "delta", "epsilon", "varepsilon", "zeta", "eta", "theta", "kappa", "lambda", "mu", "nu",
    "xi", "rho", "sigma", "tau", "phi", "varphi", "chi", "psi", "omega", "Delta", "Gamma", "Theta", "Lambda", "Sigma",
    "Phi", "Psi", "Omega", "ell",
}  # fmt: skip
# Python's own word cannot be a name.
_SPELLINGS = {"lambda": ("lambda_", "lam", "lmbda"), "ell": ("ell", "l")}
_ACCENTS = {r"\hat": "hat", r"\widehat": "hat", r"\bar": "bar", r"\overline": "bar", r"\tilde": "tilde"}
FONTS = {
    *(r"\mathbf", r"\boldsymbol", r"\bm", r"\mathrm", r"\mathit", r"\text", r"\vec", r"\operatorname", r"\mathcal"),
    *(r"\mathbb", r"\mathds", r"\mathbbm", r"\mathsf"),
}
_LOSSES = {"L", "J", "E", "C", "ell", "loss", "Loss"}

SCALAR, COLUMN, ROW, MATRIX, ARRAY = "a number", "a vector", "a transposed vector", "a matrix", "an array"


class Piece(NamedTuple):
    """A part of a formula: its syntax tree, and what it is, which decides what a product means."""

    node: ast.expr
    kind: str = SCALAR


class SymbolReader(Cursor):
    """Reads letters with what stands above and below them. Expressions in an index it leaves to a subclass."""

    def __init__(
        self,
        tokens: list[Token],
        names: Names,
        indices: tuple[str, ...],
        end: int,
        depth: int = 0,
        is_index: bool = False,
    ) -> None:
        super().__init__(tokens, end)
        self._names = names
        self._indices = indices
        self._depth = depth
        # In an index, letters side by side may be two indices, so no product is read into them.
        self._is_index = is_index

    def sum(self) -> Piece:
        """Read terms joined by + and −."""
        raise NotImplementedError

    def finish(self) -> None:
        """Refuse what is left."""
        if self._next.kind != "end":
            self._refuse(self._next, f"{said(self._next)} is not expected here")

    def _inside(self, tokens: list[Token], end: int, *, is_index: bool = False) -> Self:
        """Return a reader of the tokens of a group."""
        return type(self)(tokens, self._names, self._indices, end, self._depth + 1, is_index)

    def _letter(self, bases: list[str], token: Token, *, is_wire: bool = False) -> tuple[Piece, list[Token] | None]:
        """Read what stands above and below a letter; return what it means, and its power where that came first.

        Args:
            bases: how the letter may be spelt.
            token: the letter.
            is_wire: whether only a wire is looked for, so that nothing above it is read.
        """
        below: list[Token] | None = None
        layer = ""
        if not is_wire and self._next.text == "^":
            layer = self._layer(bases)
        if self._took("_"):
            below = self._group("a subscript")
        elif self._next.text == "^" and self._behind_power() == "_":
            # x^2_i is x_i^2.
            self._take()
            power = self._group("a power")
            self._take()
            below = self._group("a subscript")
            return self._reference(bases, below, layer, token), power
        return self._reference(bases, below, layer, token), None

    def _bases(self, token: Token) -> tuple[list[str], bool]:
        """Return how the letter of a symbol may be spelt as a name, and whether it was written upright."""
        if token.text in _ACCENTS:
            inner = self._inside(self._group("the letter under the accent"), token.column)
            bases, _ = inner._bases(inner._take())
            if inner._next.kind != "end":
                self._refuse(inner._next, f"one letter stands under {token.text}; write its index outside")
            accent = _ACCENTS[token.text]
            return [spelt for base in bases for spelt in (base + accent, f"{base}_{accent}")], False
        if token.text in FONTS:
            group = self._group("what is set in another font")
            written = "".join(part.text for part in group if part.text not in ("{", "}"))
            if len(group) == 1 and group[0].kind == "command" and token.text != r"\text":
                return self._bases(group[0])
            if not written.isalnum():
                self._refuse(token, f"{written!r:.40} in {token.text} is no name")
            return [written], True
        if token.kind == "word":
            return [token.text], False
        if token.kind == "command" and token.text[1:] in _GREEK:
            return list(_SPELLINGS.get(token.text[1:], (token.text[1:],))), False
        return self._refuse(token, f"{said(token)} is not known")

    def _known_beginning(self, token: Token) -> str:
        """Return the longest beginning of a word that is known; the rest of the word is left as the next token."""
        known = {*self._names.shapes, *self._names.gradients, *self._indices, "e"}
        letters = known | {name.rstrip("0123456789").rstrip("_") for name in known}
        for length in range(len(token.text), 0, -1):
            beginning = token.text[:length]
            # Only what is a letter with something below it may be short of being a name.
            follows = length == len(token.text) and self._next.text in ("_", "^")
            if beginning in known or (beginning in letters and follows):
                rest = token.text[length:]
                if rest.isdigit():
                    self._refuse(token, f"{token.text!r} is not known; write an index as {beginning}_{{{rest}}}")
                if rest:
                    self._put_back(token, "word", length)
                return beginning
        return self._refuse(token, self._names.unknown(token.text, self._indices))

    def _layer(self, bases: list[str]) -> str:
        """Take ^{(2)} or ^{[2]} and return the number, where the letter alone is no name."""
        place = self._place
        self._take()
        group = [part.text for part in self._group("a power")]
        if len(group) == 3 and (group[0], group[2]) in (("(", ")"), ("[", "]")) and group[1].isdigit():
            if any(self._names.shape(base) is not None for base in bases):
                self._refuse(
                    self._tokens[place],
                    f"^({group[1]}) may be a power or the number of a layer; write ^{group[1]}, or the wire's name",
                )
            return group[1]
        self._place = place
        return ""

    def _behind_power(self) -> str:
        place = self._place
        self._take()
        self._group("a power")
        behind = self._next.text
        self._place = place
        return behind

    def _reference(self, bases: list[str], below: list[Token] | None, layer: str, token: Token) -> Piece:
        """Return the name, or the entry of an array, that a letter with a subscript means."""
        written = "".join(part.text for part in below or ())
        spellings = [base + layer for base in bases] + ([f"{base}_{layer}" for base in bases] if layer else [])
        found: dict[str, ast.expr] = {}
        for spelling in spellings:
            # \delta_{z_1} is delta_z1.
            identifier = spelling if below is None else f"{spelling}_{written.replace('_', '')}"
            try:
                node = self._names.resolve(identifier, self._indices)
            except ExpressionError as error:
                self._refuse(token, str(error).rstrip("."))
            if node is None and below is not None and written.isalnum():
                node = self._names.entry(spelling, written, self._indices)
            if node is not None:
                found[ast.unparse(node)] = node
        if not found and below is not None and any(self._names.shape(spelling) for spelling in spellings):
            keys = self._keys(below, token)
            for spelling in spellings:
                axes = len(self._names.shape(spelling) or ())
                if axes and len(keys) != axes:
                    self._refuse(token, f"'{spelling}' has {axes} axes; put as many indices, with commas between them")
                if axes:
                    key = keys[0] if len(keys) == 1 else ast.Tuple(keys, ast.Load())
                    node = ast.Subscript(ast.Name(spelling, ast.Load()), key, ast.Load())
                    found[ast.unparse(node)] = node
        if len(found) > 1:
            self._refuse(token, f"{token.text} may be {' or '.join(found)}")
        if not found:
            shown = bases[0] + (f"^({layer})" if layer else "") + (f"_{written}" if written else "")
            self._refuse(token, self._names.unknown(shown, self._indices))
        (node,) = found.values()
        return Piece(node, self._kind(node))

    def _keys(self, below: list[Token], token: Token) -> list[ast.expr]:
        reader = self._inside(below, token.column, is_index=True)
        keys = [reader.sum().node]
        while reader._took(","):
            keys.append(reader.sum().node)
        reader.finish()
        return keys

    def _kind(self, node: ast.expr) -> str:
        axes = 0
        if isinstance(node, ast.Subscript):
            keys = len(node.slice.elts) if isinstance(node.slice, ast.Tuple) else 1
            name = node.value
            axes = -keys
        else:
            name = node
        if isinstance(name, ast.Name) and name.id not in self._indices:
            axes += len(self._names.shape(name.id) or ())
        return {0: SCALAR, 1: COLUMN, 2: MATRIX}.get(max(axes, 0), ARRAY)

    def _gradient(self, above: list[Token], below: list[Token], place: Token) -> Piece | None:
        r"""Read \frac{\partial L}{\partial z} or \frac{dL}{dz}; None for another fraction."""
        names = self._names
        has_partial = r"\partial" in (token.text for token in (*above, *below))
        upper, lower = (_after_d(part, names) for part in (above, below))
        if upper is None or lower is None:
            if has_partial:
                self._refuse(place, r"expected \frac{\partial L}{\partial z}")
            return None
        output = "".join(token.text.lstrip("\\") for token in upper if token.text not in ("{", "}", *FONTS))
        others = {*names.shapes, *names.gradients} - {names.root}
        if output != names.root and (output not in _LOSSES or output in others):
            self._refuse(
                place,
                f"the gradient of {output or 'nothing'} is not known here, only that of the output "
                f"{names.root or 'L'}; write a local derivative out",
            )
        reader = self._inside(lower, place.column)
        letter = reader._take()
        bases = [reader._known_beginning(letter)] if letter.kind == "word" else reader._bases(letter)[0]
        found, _ = reader._letter(bases, letter, is_wire=True)
        reader.finish()
        name = found.node.value if isinstance(found.node, ast.Subscript) else found.node
        symbol = names.symbol(name.id) if isinstance(name, ast.Name) else ""
        if not symbol or not isinstance(name, ast.Name):
            self._refuse(place, f"{ast.unparse(found.node)} is no wire whose gradient may be named")
        name.id = symbol
        return found


def _after_d(tokens: list[Token], names: Names) -> list[Token] | None:
    r"""Return what stands after \partial or d, None if a part of a fraction begins with neither."""
    if not tokens:
        return None
    first = tokens[0]
    if first.text == r"\partial":
        return tokens[1:]
    # d_1 is a letter with an index.
    is_letter = first.text in names.shapes or [token.text for token in tokens[:2]] == ["d", "_"]
    if first.kind == "word" and first.text[0] == "d" and not is_letter:
        rest = [Token("word", first.text[1:], first.column + 1)] if len(first.text) > 1 else []
        return [*rest, *tokens[1:]] or None
    return None
