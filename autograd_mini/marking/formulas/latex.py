r"""Read LaTeX as it is written in this field, and say it again in the parser's syntax.

Only what is listed here is read: fractions, roots, powers, transposes, sums with bounds, indices, indicators, cases,
the usual functions, and \frac{\partial L}{\partial z} for a gradient. Whatever else stands there is refused by name
and place, because a reader that guesses is silently wrong. Two arrays side by side are a matrix product; \odot goes
entry by entry.
"""

import ast
import functools

from ...primitive import table
from .latex_symbols import ARRAY, COLUMN, FONTS, MATRIX, ROW, SCALAR, Piece, SymbolReader
from .latex_tokens import PARTS_OF_FRACTION, Token, looks_like_latex, said, tokens_of
from .names import Names

__all__ = ["looks_like_latex", "plain_text"]

_MAX_NESTING = 40
_FUNCTIONS = {
    "tanh": "tanh", "exp": "exp", "ln": "log", "log": "log", "sin": "sin", "cos": "cos", "tan": "tan", "sinh": "sinh",
    "cosh": "cosh", "arcsin": "arcsin", "arccos": "arccos", "arctan": "arctan", "max": "max", "min": "min",
    "relu": "relu", "ReLU": "relu", "sigmoid": "sigmoid", "softmax": "softmax", "softplus": "softplus", "abs": "abs",
    "sqrt": "sqrt",
}  # fmt: skip
_OTHERWISE = ("else", "otherwise")
_COMMAND_FUNCTIONS = {
    *(r"\tanh", r"\exp", r"\ln", r"\log", r"\sin", r"\cos", r"\tan", r"\sinh", r"\cosh", r"\max", r"\min"),
    *(r"\arcsin", r"\arccos", r"\arctan"),
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


def plain_text(text: str, names: Names) -> str:
    """Return a formula in LaTeX in the parser's syntax.

    Raises:
        ExpressionError: if anything in it is not read here, with its column.
    """
    reader = _Reader(tokens_of(text), names, names.indices, len(text) + 1)
    piece = reader.sum()
    reader.finish()
    return ast.unparse(ast.fix_missing_locations(piece.node))


class _Reader(SymbolReader):
    """Reads sums, products, powers, functions and conditions, by recursive descent."""

    def finish(self) -> None:
        """Refuse what is left, with advice where a whole equation was written."""
        if self._next.text in _COMPARISONS:
            self._refuse(
                self._next,
                f"{said(self._next)} is not expected here; write the right-hand side only, "
                r"and a condition inside \mathbb{1}[...]",
            )
        super().finish()

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
            return token.text not in {*_COMPARISONS, *_JUNCTIONS, *_TIMES, r"\}", r"\rvert", r"\rbrack", r"\\", r"\end"}
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
        texts = [token.text for token in power if token.text not in ("{", "}") and token.text not in FONTS]
        if texts == [r"\prime"]:
            self._refuse(place, "a prime is not read; write the derivative out")
        if len(texts) != 1 or texts[0] not in _TRANSPOSE:
            return False
        if texts[0] == "T" and self._names.shape("T") is not None:
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
        if token.text == r"\begin":
            return self._cases(token)
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
        above, below = (self._group(part) for part in PARTS_OF_FRACTION)
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

    def _cases(self, token: Token) -> Piece:
        r"""Read \begin{cases} a & z > 0 \\ b & \text{otherwise} \end{cases}.

        The first row whose condition holds counts; where none holds, it is 0.
        """
        if [part.text for part in self._group("what begins")] != ["cases"]:
            self._refuse(token, r"of \begin{...} only \begin{cases} is read")
        rows: list[tuple[Piece, Piece | None]] = []
        while not rows or (rows[-1][1] is not None and self._took(r"\\") and self._next.text != r"\end"):
            value = self.sum()
            self._expect("&", "before the condition of the row")
            rows.append((value, self._row_condition()))
        self._took(r"\\")
        self._expect(r"\end", "to close the cases")
        if [part.text for part in self._group("what ends")] != ["cases"]:
            self._refuse(token, r"\begin{cases} is closed by \end{cases}")
        result: Piece | None = None
        for value, condition in reversed(rows):
            if condition is None:
                result = value
                continue
            kind = self._same(value, condition, token)
            if result is None:
                result = Piece(ast.BinOp(_call("I", condition.node), ast.Mult(), value.node), kind)
            else:
                node = _call("where", condition.node, value.node, result.node)
                result = Piece(node, self._same(Piece(node, kind), result, token))
        assert result is not None, "there is a first row"
        return result

    def _row_condition(self) -> Piece | None:
        """Read the condition of a row of cases, None for otherwise."""
        if self._next.text == r"\text":
            place = self._take()
            word = "".join(part.text for part in self._group("a word"))
            if word in _OTHERWISE:
                return None
            if word != "if":
                self._refuse(place, f"{word!r:.40} is no condition; write if, or otherwise")
        left = self.sum()
        # \mathbf{1}[z > 0] as a condition says z > 0.
        return left if _is_indicator(left.node) else self._condition(left)

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

    def _symbol(self, token: Token) -> Piece:
        """Read a name with what stands below it, or a function written as a name."""
        bases, is_upright = self._bases(token)
        if bases == ["1"] or (bases == ["I"] and self._next.text in ("(", "[", r"\{", "_")):
            if self._names.shape("I") is not None and bases == ["I"]:
                self._refuse(token, r"I is a name here; write \mathbb{1}[...] for an indicator")
            return self._indicator(token)
        if bases == ["sigma"] and self._names.shape("sigma") is None and self._next.text != "_":
            return self._sigmoid(token)
        function = _FUNCTIONS.get(bases[0], bases[0] if is_upright and bases[0] in _gates_of_one() else "")
        if function and self._names.shape(bases[0]) is None and (is_upright or self._next.text == "("):
            return self._applied(function, token)
        if token.kind == "word":
            bases = [self._known_beginning(token)]
        if bases == ["e"] and self._next.text == "^":
            if self._names.shape("e") is not None:
                self._refuse(token, r"e is a name here; write \exp(...)")
            self._take()
            inner = self._whole_group("a power", token)
            return Piece(_call("exp", inner.node), inner.kind)
        piece, power = self._letter(bases, token)
        return piece if power is None else self._raised(piece, power, token)

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

    # Conditions.

    def _condition(self, left: Piece | None = None) -> Piece:
        condition = self._comparison(self.sum() if left is None else left)
        while self._next.text in _JUNCTIONS:
            place = self._take()
            other = self._comparison(self.sum())
            joined = ast.BoolOp(_JUNCTIONS[place.text](), [condition.node, other.node])
            condition = Piece(joined, self._same(condition, other, place))
        return condition

    def _comparison(self, left: Piece) -> Piece:
        if self._next.text not in _COMPARISONS:
            self._refuse(self._next, f"expected a comparison, such as z > 0, got {said(self._next)}")
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
                self._refuse(opening, f"expected the condition of the indicator in brackets, got {said(opening)}")
            condition = self._condition()
            self._expect(_BRACKETS[opening.text], "to close the indicator")
        return Piece(_call("I", condition.node), condition.kind)


def _call(function: str, *arguments: ast.expr) -> ast.Call:
    return ast.Call(ast.Name(function, ast.Load()), list(arguments), [])


def _is_indicator(node: ast.expr) -> bool:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        return _is_indicator(node.left) and _is_indicator(node.right)
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "I"


@functools.cache
def _gates_of_one() -> frozenset[str]:
    r"""Return the gates that are written upright, as \operatorname{sign}(x): those of one operand, entry by entry."""
    return frozenset(
        name for name, gate in table.items() if gate.elementwise and not gate.internal and len(gate.operands) == 1
    )


def _is_number(piece: Piece) -> bool:
    return isinstance(piece.node, ast.Constant)


def _whole(token: Token) -> int | float:
    """Return a whole number; a very long one as a float, which says that it is too large later."""
    return int(token.text) if len(token.text) < 300 else float(token.text)
