r"""Read LaTeX as it is written in this field, and say it again in the parser's syntax.

Only what is listed here is read: fractions, roots, powers, transposes, sums with bounds, indices, indicators, the usual
functions, and \frac{\partial L}{\partial z} for a gradient. Whatever else stands there is refused by name and place,
because a reader that guesses is silently wrong. Two arrays side by side are a matrix product; \odot goes entry by
entry.
"""

import ast
from typing import NamedTuple, NoReturn

from ...errors import ExpressionError
from .latex_tokens import Token, looks_like_latex, tokens_of
from .names import Names

__all__ = ["looks_like_latex", "plain_text"]

_MAX_NESTING = 40
_FUNCTIONS = {
    "tanh": "tanh", "exp": "exp", "ln": "log", "log": "log", "sin": "sin", "cos": "cos", "sinh": "sinh",
    "cosh": "cosh", "max": "max", "min": "min", "relu": "relu", "ReLU": "relu", "sigmoid": "sigmoid",
    "softmax": "softmax", "softplus": "softplus", "abs": "abs", "sqrt": "sqrt",
}  # fmt: skip
_COMMAND_FUNCTIONS = {"\\" + name for name in ("tanh", "exp", "ln", "log", "sin", "cos", "sinh", "cosh", "max", "min")}
_GREEK = {
    "alpha", "beta", "gamma", "delta", "epsilon", "varepsilon", "zeta", "eta", "theta", "kappa", "lambda", "mu", "nu",
    "xi", "rho", "sigma", "tau", "phi", "varphi", "chi", "psi", "omega", "Delta", "Gamma", "Theta", "Lambda", "Sigma",
    "Phi", "Psi", "Omega", "ell",
}  # fmt: skip
# Python's own word cannot be a name.
_SPELLINGS = {"lambda": ("lambda_", "lam", "lmbda"), "ell": ("ell", "l")}
_ACCENTS = {r"\hat": "hat", r"\widehat": "hat", r"\bar": "bar", r"\overline": "bar", r"\tilde": "tilde"}
_FONTS = {
    *(r"\mathbf", r"\boldsymbol", r"\bm", r"\mathrm", r"\mathit", r"\text", r"\vec", r"\operatorname", r"\mathcal"),
    *(r"\mathbb", r"\mathds", r"\mathbbm", r"\mathsf"),
}
_BRACKETS = {"(": ")", "[": "]", r"\{": r"\}", r"\lbrack": r"\rbrack", "{": "}"}
_COMPARISONS: dict[str, type[ast.cmpop]] = {
    "<": ast.Lt, r"\lt": ast.Lt, ">": ast.Gt, r"\gt": ast.Gt, "=": ast.Eq, r"\le": ast.LtE, r"\leq": ast.LtE,
    r"\leqslant": ast.LtE, r"\ge": ast.GtE, r"\geq": ast.GtE, r"\geqslant": ast.GtE, r"\ne": ast.NotEq,
    r"\neq": ast.NotEq,
}  # fmt: skip
_JUNCTIONS: dict[str, type[ast.boolop]] = {
    ",": ast.And, r"\wedge": ast.And, r"\land": ast.And, r"\vee": ast.Or, r"\lor": ast.Or,
}  # fmt: skip
_TIMES = {"*", r"\cdot", r"\times", r"\odot", r"\circ"}
_TRANSPOSE = {"T", r"\top", r"\intercal"}
_PARTS_OF_FRACTION = ("the numerator", "the denominator")
_LOSSES = {"L", "J", "E", "C", "ell", "loss", "Loss"}

SCALAR, COLUMN, ROW, MATRIX, ARRAY = "a number", "a vector", "a transposed vector", "a matrix", "an array"


class Piece(NamedTuple):
    """A part of a formula: its syntax tree, and what it is, which decides what a product means."""

    node: ast.expr
    kind: str = SCALAR


def plain_text(text: str, names: Names) -> str:
    """Return a formula in LaTeX in the parser's syntax.

    Raises:
        ExpressionError: if anything in it is not read here, with its column.
    """
    reader = _Reader(tokens_of(text), names, names.indices, len(text) + 1)
    piece = reader.sum()
    reader.finish()
    return ast.unparse(ast.fix_missing_locations(piece.node))


class _Reader:
    """A recursive-descent reader of a list of tokens."""

    def __init__(
        self,
        tokens: list[Token],
        names: Names,
        indices: tuple[str, ...],
        end: int,
        depth: int = 0,
        is_index: bool = False,
    ) -> None:
        self._tokens = tokens
        self._names = names
        self._indices = indices
        self._end = Token("end", "", end)
        self._depth = depth
        self._place = 0
        # In an index, letters side by side may be two indices, so no product is read into them.
        self._is_index = is_index

    # The tokens.

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
            self._refuse(self._next, f"expected {text} {what}, got {_said(self._next)}")

    def _refuse(self, token: Token, message: str) -> NoReturn:
        stop = "" if message.endswith(("?", ".")) else "."
        raise ExpressionError(message + stop, 1, token.column)

    def finish(self) -> None:
        """Refuse what is left."""
        if self._next.kind == "end":
            return
        advice = ""
        if self._next.text in _COMPARISONS:
            advice = r"; write the right-hand side only, and a condition inside \mathbb{1}[...]"
        self._refuse(self._next, f"{_said(self._next)} is not expected here{advice}")

    def _inside(self, tokens: list[Token], end: int, *, is_index: bool = False) -> "_Reader":
        """Return a reader of the tokens of a group."""
        return _Reader(tokens, self._names, self._indices, end, self._depth + 1, is_index)

    def _group(self, what: str) -> list[Token]:
        """Take { ... }, or one token, and return what is in it."""
        first = self._take()
        if first.kind == "end":
            self._refuse(first, f"{what} is missing")
        if first.text != "{":
            if first.text.isdigit() and first.text.isascii() and len(first.text) > 1 and what in _PARTS_OF_FRACTION:
                # \frac12 is one half.
                self._place -= 1
                rest = Token("number", first.text[1:], first.column + 1)
                self._tokens = [*self._tokens[: self._place], rest, *self._tokens[self._place + 1 :]]
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

    # Sums and products.

    def sum(self) -> Piece:
        """Read terms joined by + and −."""
        self._depth += 1
        if self._depth > _MAX_NESTING:
            self._refuse(self._next, f"the formula is nested deeper than {_MAX_NESTING} levels")
        total: Piece | None = None
        while total is None or self._next.text in ("+", "-"):
            sign = self._take() if self._next.text in ("+", "-") else None
            term = self._product()
            if total is None:
                total = Piece(ast.UnaryOp(ast.USub(), term.node), term.kind) if sign and sign.text == "-" else term
            else:
                operator = ast.Sub() if sign is not None and sign.text == "-" else ast.Add()
                total = Piece(ast.BinOp(total.node, operator, term.node), self._same(total, term, sign or self._next))
        self._depth -= 1
        return total

    def _same(self, first: Piece, second: Piece, place: Token) -> str:
        kinds = {first.kind, second.kind} - {SCALAR}
        if len(kinds) > 1 and kinds & {ROW} and kinds & {COLUMN}:
            self._refuse(place, "a vector and a transposed vector do not go entry by entry")
        return next((kind for kind in (ARRAY, MATRIX, ROW, COLUMN) if kind in kinds), SCALAR)

    def _product(self) -> Piece:
        product = self._factor()
        slash: Token | None = None
        while True:
            sign = self._next
            if self._took("/"):
                if slash is not None:
                    self._refuse(sign, r"a/b/c has two readings; write \frac{a}{b}")
                below = self._factor()
                slash = None if _is_number(product) and _is_number(below) else sign
                product = Piece(ast.BinOp(product.node, ast.Div(), below.node), self._same(product, below, sign))
            elif self._took(*_TIMES):
                product = self._times(product, self._factor(), sign)
            elif self._begins_factor():
                if slash is not None:
                    self._refuse(slash, r"a/b c has two readings; write \frac{a}{b} c or \frac{a}{b c}")
                if self._is_index and not _is_number(product):
                    self._refuse(sign, "letters side by side in an index; put a comma between two indices")
                product = self._times(product, self._factor(), None, sign)
            else:
                return product

    def _times(self, first: Piece, second: Piece, sign: Token | None, place: Token | None = None) -> Piece:
        """Return a product: by a number, entry by entry, or of matrices and vectors."""
        where = sign or place or self._next
        if SCALAR in (first.kind, second.kind) or (sign is not None and sign.text in ("*", r"\odot", r"\circ")):
            return Piece(ast.BinOp(first.node, ast.Mult(), second.node), self._same(first, second, where))
        if sign is not None and sign.text == r"\times":
            self._refuse(where, r"\times between arrays has two readings; write \odot, or nothing for matrices")
        kinds = (first.kind, second.kind)
        if kinds == (COLUMN, ROW):
            return Piece(_call("outer", first.node, second.node), MATRIX)
        kind = {
            (MATRIX, MATRIX): MATRIX, (MATRIX, COLUMN): COLUMN, (ROW, MATRIX): ROW, (ROW, COLUMN): SCALAR,
        }.get(kinds)  # fmt: skip
        if kind is None:
            self._refuse(
                where,
                f"the product of {first.kind} and {second.kind} has no reading; "
                r"write \odot for entry by entry, ^T for a transpose, or indices",
            )
        return Piece(ast.BinOp(first.node, ast.MatMult(), second.node), kind)

    def _begins_factor(self) -> bool:
        token = self._next
        if token.kind in ("word", "number"):
            return True
        if token.kind == "command":
            return token.text not in {*_COMPARISONS, *_JUNCTIONS, *_TIMES, r"\}", r"\rvert", r"\rbrack", r"\\"}
        return token.text in ("(", "[", "{")

    def _factor(self) -> Piece:
        """Read one factor with its power or transpose."""
        if self._next.text in ("+", "-"):
            sign = self._take()
            self._depth += 1
            if self._depth > _MAX_NESTING:
                self._refuse(sign, f"the formula is nested deeper than {_MAX_NESTING} levels")
            factor = self._factor()
            self._depth -= 1
            return Piece(ast.UnaryOp(ast.USub(), factor.node), factor.kind) if sign.text == "-" else factor
        piece = self._base()
        while self._next.text in ("^", "'", "_", "!"):
            token = self._take()
            if token.text != "^":
                self._refuse(token, f"{token.text} is not expected here")
            piece = self._raised(piece, self._group("a power"), token)
        return piece

    def _raised(self, piece: Piece, power: list[Token], place: Token) -> Piece:
        if self._is_transpose(power, place):
            if piece.kind in (COLUMN, ROW):
                # Here an array of one axis is neither; which it is decides what a product means.
                return Piece(piece.node, ROW if piece.kind == COLUMN else COLUMN)
            return Piece(ast.Attribute(piece.node, "T", ast.Load()), piece.kind) if piece.kind != SCALAR else piece
        reader = self._inside(power, place.column + 1)
        exponent = reader.sum()
        reader.finish()
        if piece.kind in (MATRIX, ARRAY):
            self._refuse(place, f"a power of {piece.kind} has two readings; write \\odot for entry by entry")
        if exponent.kind != SCALAR:
            self._refuse(place, f"{exponent.kind} as a power is not read")
        return Piece(ast.BinOp(piece.node, ast.Pow(), exponent.node), piece.kind)

    def _is_transpose(self, power: list[Token], place: Token) -> bool:
        said = [token.text for token in power if token.text not in ("{", "}") and token.text not in _FONTS]
        if said == [r"\prime"]:
            self._refuse(place, "a prime is not read; write the derivative out")
        if len(said) != 1 or said[0] not in _TRANSPOSE:
            return False
        if said[0] == "T" and self._names.shape("T") is not None:
            self._refuse(place, r"T is a name here; write ^\top for the transpose")
        return True

    # What a factor begins with.

    def _base(self) -> Piece:
        token = self._take()
        if token.kind == "end":
            self._refuse(token, "something is missing here")
        if token.kind == "number":
            return Piece(ast.Constant(float(token.text) if "." in token.text else _whole(token)))
        if token.text in ("(", "[", r"\{", "{"):
            return self._bracketed(token)
        if token.text in ("|", r"\lvert"):
            inner = self.sum()
            self._expect("|" if token.text == "|" else r"\rvert", "to close the absolute value")
            return Piece(_call("abs", inner.node), inner.kind)
        if token.text in (r"\frac", r"\tfrac", r"\dfrac"):
            return self._fraction(token)
        if token.text == r"\sqrt":
            if self._next.text == "[":
                self._refuse(self._next, "only the square root is read; write a power")
            inner = self._whole_group("the root", token)
            return Piece(_call("sqrt", inner.node), inner.kind)
        if token.text == r"\sum":
            return self._summed(token)
        if token.text in _COMMAND_FUNCTIONS:
            return self._applied(_FUNCTIONS[token.text[1:]], token)
        if token.text == r"\pi" and self._names.shape("pi") is None:
            return Piece(ast.Name("pi", ast.Load()))
        return self._symbol(token)

    def _bracketed(self, opening: Token) -> Piece:
        inner = self.sum()
        if opening.text == "[" and self._next.text in _COMPARISONS:
            condition = self._comparison(inner)
            inner = Piece(_call("I", condition.node), condition.kind)
        self._expect(_BRACKETS[opening.text], f"to close {opening.text}")
        return inner

    def _whole_group(self, what: str, place: Token) -> Piece:
        reader = self._inside(self._group(what), self._next.column)
        inner = reader.sum()
        reader.finish()
        return inner

    def _fraction(self, token: Token) -> Piece:
        above, below = (self._group(part) for part in _PARTS_OF_FRACTION)
        gradient = self._gradient(above, below, token)
        if gradient is not None:
            return gradient
        parts = []
        for tokens in (above, below):
            reader = self._inside(tokens, token.column)
            parts.append(reader.sum())
            reader.finish()
        kind = self._same(parts[0], parts[1], token)
        return Piece(ast.BinOp(parts[0].node, ast.Div(), parts[1].node), kind)

    def _gradient(self, above: list[Token], below: list[Token], place: Token) -> Piece | None:
        r"""Read \frac{\partial L}{\partial z} or \frac{dL}{dz}; None for another fraction."""
        names = self._names
        has_partial = r"\partial" in (token.text for token in (*above, *below))
        upper, lower = (_after_d(part, names) for part in (above, below))
        if upper is None or lower is None:
            if has_partial:
                self._refuse(place, r"expected \frac{\partial L}{\partial z}")
            return None
        output = "".join(token.text.lstrip("\\") for token in upper if token.text not in ("{", "}", *_FONTS))
        others = {*names.shapes, *names.gradients} - {names.root}
        if output != names.root and (output not in _LOSSES or output in others):
            self._refuse(
                place,
                f"the gradient of {output or 'nothing'} is not known here, only that of the output "
                f"{names.root or 'L'}; write a local derivative out",
            )
        reader = self._inside(lower, place.column)
        found = reader._symbol(reader._take(), is_wire=True)
        reader.finish()
        name = found.node.value if isinstance(found.node, ast.Subscript) else found.node
        symbol = names.symbol(name.id) if isinstance(name, ast.Name) else ""
        if not symbol or not isinstance(name, ast.Name):
            self._refuse(place, f"{ast.unparse(found.node)} is no wire whose gradient may be named")
        name.id = symbol
        return found

    def _summed(self, token: Token) -> Piece:
        scripts = self._scripts(token)
        below, above = scripts.get("_"), scripts.get("^")
        if not below or not above:
            self._refuse(token, r"a sum needs an index and both bounds: \sum_{i=1}^{n}")
        if len(below) < 3 or below[0].kind != "word" or below[1].text != "=":
            self._refuse(token, r"below a sum stands its index with the first number: \sum_{i=1}^{n}")
        index = below[0].text
        if index in self._indices or self._names.shape(index) is not None:
            self._refuse(below[0], f"'{index}' has a meaning already; take another letter as the index of the sum")
        bounds = []
        for tokens in (below[2:], above):
            reader = self._inside(tokens, token.column)
            bounds.append(reader.sum().node)
            reader.finish()
        self._depth += 1
        self._indices = (*self._indices, index)
        term = self._product()
        self._indices = self._indices[:-1]
        self._depth -= 1
        return Piece(_call("sum", ast.Name(index, ast.Load()), *bounds, term.node), term.kind)

    def _scripts(self, token: Token) -> dict[str, list[Token]]:
        """Take what stands below and above, in either order."""
        scripts: dict[str, list[Token]] = {}
        while self._next.text in ("_", "^"):
            sign = self._take()
            if sign.text in scripts:
                self._refuse(sign, f"a second {sign.text} needs braces")
            scripts[sign.text] = self._group("a subscript" if sign.text == "_" else "a power")
        return scripts

    def _applied(self, function: str, token: Token) -> Piece:
        """Read a function's argument: in brackets, in braces, or one factor."""
        power = self._scripts(token)
        if "_" in power:
            self._refuse(token, f"a subscript at {token.text} is not read")
        exponent = power.get("^")
        if exponent is not None and (len(exponent) != 1 or not exponent[0].text.isdigit()):
            self._refuse(token, f"after {token.text} only a power such as ^2 is read")
        arguments = self._arguments(token)
        kind = arguments[0].kind
        if function in ("max", "min") and len(arguments) == 1 and kind == SCALAR:
            self._refuse(token, f"{token.text} of one number; write what it is compared with: {token.text}(a, b)")
        if function not in ("max", "min") and len(arguments) > 1:
            self._refuse(token, f"{token.text} takes one argument")
        if len(arguments) == 1 and function in ("max", "min"):
            kind = SCALAR
        for argument in arguments[1:]:
            kind = self._same(Piece(argument.node, kind), argument, token)
        result = Piece(_call(function, *[argument.node for argument in arguments]), kind)
        if exponent is None:
            return result
        return Piece(ast.BinOp(result.node, ast.Pow(), ast.Constant(_whole(exponent[0]))), kind)

    def _arguments(self, token: Token) -> list[Piece]:
        opening = self._next.text
        if opening not in _BRACKETS:
            argument = self._factor()
            if self._begins_factor():
                self._refuse(self._next, f"where the argument of {token.text} ends is not clear; put it in brackets")
            return [argument]
        self._take()
        arguments = [self.sum()]
        while self._took(","):
            arguments.append(self.sum())
        self._expect(_BRACKETS[opening], f"to close the argument of {token.text}")
        return arguments

    # Conditions.

    def _condition(self) -> Piece:
        condition = self._comparison(self.sum())
        while self._next.text in _JUNCTIONS:
            place = self._take()
            other = self._comparison(self.sum())
            joined = ast.BoolOp(_JUNCTIONS[place.text](), [condition.node, other.node])
            condition = Piece(joined, self._same(condition, other, place))
        return condition

    def _comparison(self, left: Piece) -> Piece:
        if self._next.text not in _COMPARISONS:
            self._refuse(self._next, f"expected a comparison, such as z > 0, got {_said(self._next)}")
        operators, parts, kind = [], [], left.kind
        while self._next.text in _COMPARISONS:
            place = self._take()
            operators.append(_COMPARISONS[place.text]())
            part = self.sum()
            kind = self._same(Piece(part.node, kind), part, place)
            parts.append(part.node)
        return Piece(ast.Compare(left.node, operators, parts), kind)

    def _indicator(self, token: Token) -> Piece:
        if self._took("_"):
            group = self._group("the condition")
            if group and group[0].text in (r"\{", "[", "("):
                group = group[1:-1]
            reader = self._inside(group, self._next.column)
            condition = reader._condition()
            reader.finish()
        else:
            opening = self._take()
            if opening.text not in _BRACKETS:
                self._refuse(opening, f"expected the condition of the indicator in brackets, got {_said(opening)}")
            condition = self._condition()
            self._expect(_BRACKETS[opening.text], "to close the indicator")
        return Piece(_call("I", condition.node), condition.kind)

    # Names.

    def _symbol(self, token: Token, *, is_wire: bool = False) -> Piece:
        """Read a name with what stands below it, or a function written as a name."""
        bases, is_upright = self._bases(token)
        if bases == ["1"] or (bases == ["I"] and self._next.text in ("(", "[", r"\{", "_")):
            if self._names.shape("I") is not None and bases == ["I"]:
                self._refuse(token, r"I is a name here; write \mathbb{1}[...] for an indicator")
            return self._indicator(token)
        if bases == ["sigma"] and self._names.shape("sigma") is None and self._next.text != "_":
            return self._sigmoid(token)
        if bases[0] in _FUNCTIONS and self._names.shape(bases[0]) is None and (is_upright or self._next.text == "("):
            return self._applied(_FUNCTIONS[bases[0]], token)
        if token.kind == "word":
            bases = [self._known_beginning(token)]
        if bases == ["e"] and self._next.text == "^":
            if self._names.shape("e") is not None:
                self._refuse(token, r"e is a name here; write \exp(...)")
            self._take()
            inner = self._whole_group("a power", token)
            return Piece(_call("exp", inner.node), inner.kind)
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
            return self._raised(self._reference(bases, below, layer, token), power, token)
        return self._reference(bases, below, layer, token)

    def _bases(self, token: Token) -> tuple[list[str], bool]:
        """Return how the letter of a symbol may be spelt as a name, and whether it was written upright."""
        if token.text in _ACCENTS:
            inner = self._inside(self._group("the letter under the accent"), token.column)
            bases, _ = inner._bases(inner._take())
            if inner._next.kind != "end":
                self._refuse(inner._next, f"one letter stands under {token.text}; write its index outside")
            accent = _ACCENTS[token.text]
            return [spelt for base in bases for spelt in (base + accent, f"{base}_{accent}")], False
        if token.text in _FONTS:
            group = self._group("what is set in another font")
            said = "".join(part.text for part in group if part.text not in ("{", "}"))
            if len(group) == 1 and group[0].kind == "command" and token.text != r"\text":
                return self._bases(group[0])
            if not said.isalnum():
                self._refuse(token, f"{said!r:.40} in {token.text} is no name")
            return [said], True
        if token.kind == "word":
            return [token.text], False
        if token.kind == "command" and token.text[1:] in _GREEK:
            return list(_SPELLINGS.get(token.text[1:], (token.text[1:],))), False
        return self._refuse(token, f"{_said(token)} is not known")

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
                if rest:
                    self._place -= 1
                    kind = "number" if rest.isdigit() else "word"
                    self._tokens = [
                        *self._tokens[: self._place],
                        Token(kind, rest, token.column + length),
                        *self._tokens[self._place + 1 :],
                    ]
                    if kind == "number":
                        self._refuse(token, f"{token.text!r} is not known; write an index as {beginning}_{{{rest}}}")
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
        said = "".join(part.text for part in below or ())
        spellings = [base + layer for base in bases] + ([f"{base}_{layer}" for base in bases] if layer else [])
        found: dict[str, ast.expr] = {}
        for spelling in spellings:
            # \delta_{z_1} is delta_z1.
            identifier = spelling if below is None else f"{spelling}_{said.replace('_', '')}"
            try:
                node = self._names.resolve(identifier, self._indices)
            except ExpressionError as error:
                self._refuse(token, str(error).rstrip("."))
            if node is None and below is not None and said.isalnum():
                node = self._names.entry(spelling, said, self._indices)
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
            written = bases[0] + (f"^({layer})" if layer else "") + (f"_{said}" if said else "")
            self._refuse(token, self._names.unknown(written, self._indices))
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

    def _sigmoid(self, token: Token) -> Piece:
        r"""Read \sigma(z), and \sigma'(z), which is σ(z)(1 − σ(z))."""
        is_derivative = self._took("'")
        if self._next.text not in _BRACKETS and not self._begins_factor() and self._next.text != "^":
            self._refuse(token, r"\sigma is the sigmoid here and needs an argument: \sigma(z)")
        result = self._applied("sigmoid", token)
        if not is_derivative:
            return result
        rest = ast.BinOp(ast.Constant(1), ast.Sub(), result.node)
        return Piece(ast.BinOp(result.node, ast.Mult(), rest), result.kind)


def _after_d(tokens: list[Token], names: Names) -> list[Token] | None:
    r"""Return what stands after \partial or d, None if a part of a fraction begins with neither."""
    if not tokens:
        return None
    first = tokens[0]
    if first.text == r"\partial":
        return tokens[1:]
    if first.kind == "word" and first.text[0] == "d" and first.text not in names.shapes:
        rest = [Token("word", first.text[1:], first.column + 1)] if len(first.text) > 1 else []
        return [*rest, *tokens[1:]] or None
    return None


def _call(function: str, *arguments: ast.expr) -> ast.Call:
    return ast.Call(ast.Name(function, ast.Load()), list(arguments), [])


def _is_number(piece: Piece) -> bool:
    return isinstance(piece.node, ast.Constant)


def _whole(token: Token) -> int | float:
    """Return a whole number; a very long one as a float, which says that it is too large later."""
    return int(token.text) if len(token.text) < 300 else float(token.text)


def _said(token: Token) -> str:
    return "the end" if token.kind == "end" else f"'{token.text:.40}'"
