"""LaTeX formulas: what is understood, and what is refused by name and place."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd_mini as am
from autograd_mini.formula import variable
from autograd_mini.marking.formulas.latex_tokens import looks_like_latex
from autograd_mini.marking.formulas.names import Names, symbols_of_gradients
from autograd_mini.marking.formulas.reading import read_formula
from autograd_mini.primitive import table

SHAPES = {
    "x": (5,), "k": (3,), "z": (3,), "h": (2,), "W": (2, 3), "W2": (2, 2), "X": (4, 3), "s1": (), "s2": (), "v1": (),
    "w1": (), "y": (), "yhat": (), "a": (), "b": (), "n": (), "lam": (), "L": (),
}  # fmt: skip
NAMES = Names(
    SHAPES,
    {"delta": "z", "d1": "v1"} | symbols_of_gradients(SHAPES, "L", {*SHAPES, "delta", "d1"}),
    root="L",
    asked="k",
    indices=("j", "l"),
    given=("delta", "d1"),
)

READ = [
    (r"(\hat y - y) v_1", "(yhat - y) * v1"),
    (r"(\hat{y}-y)\cdot v_{1}", "(yhat - y) * v1"),
    (r"-\left(y-\hat{y}\right)v_1", "-((y - yhat) * v1)"),
    (r"\frac{1}{2}(y-\hat y)^2", "1 / 2 * (y - yhat) ** 2"),
    (r"\frac12 y", "1 / 2 * y"),
    (r"\dfrac{a}{b}", "a / b"),
    (r"1/2 y", "1 / 2 * y"),
    (r"\frac{y}{2}b", "y / 2 * b"),
    (r"2y w_1", "2 * y * w1"),
    (r"yw1", "y * w1"),
    (r"y\times b", "y * b"),
    (r"y\;\!\quad b", "y * b"),
    (r"$y$", "y"),
    (r"\[ y \]", "y"),
    (r"a b^{2}", "a * b ** 2"),
    (r"y^{-1}", "y ** (-1)"),
    (r"|y|", "abs(y)"),
    (r"\sqrt{y}", "sqrt(y)"),
    (r"\pi y", "pi * y"),
    (r"\lambda W", "lam * W"),
    (r"\lambda W_{2}", "lam * W2"),
    (r"\mathbf{x}", "x"),
    (r"\text{yhat} y", "yhat * y"),
    # sums and entries
    (r"\sum_{i=1}^{3} \delta_i x_{i+j-1}", "sum(i, 1, 3, delta[i] * x[i + j - 1])"),
    (r"\sum_{i=1}^n \delta_i\, x_{i+j-1} + b", "sum(i, 1, n, delta[i] * x[i + j - 1]) + b"),
    (r"\sum_{i=1}^{3} (\delta_i + 1) x_i", "sum(i, 1, 3, (delta[i] + 1) * x[i])"),
    (r"\sum_{i=1}^{3}\sum_{m=1}^{2} x_i k_m", "sum(i, 1, 3, sum(m, 1, 2, x[i] * k[m]))"),
    (r"x_j^2", "x[j] ** 2"),
    (r"x^2_j", "x[j] ** 2"),
    (r"x_{2j}", "x[2 * j]"),
    (r"W_{jl}", "W[j, l]"),
    (r"W_{j,l}", "W[j, l]"),
    (r"W_{1j}", "W[1, j]"),
    (r"W_{1,j+1}", "W[1, j + 1]"),
    (r"\mathbf x_1", "x[1]"),
    # gradients
    (r"\delta_1", "delta[1]"),
    (r"\delta_{s_1}", "delta_s1"),
    (r"\frac{\partial L}{\partial \hat y} v_1", "delta_yhat * v1"),
    (r"\frac{\partial L}{\partial v_1}", "d1"),
    (r"\sum_{i=1}^3\frac{\partial L}{\partial z_i}x_{i+j-1}", "sum(i, 1, 3, delta[i] * x[i + j - 1])"),
    (r"\frac{dL}{d\hat{y}}", "delta_yhat"),
    (r"\frac{\partial \mathcal{L}}{\partial v_1}", "d1"),
    # indicators
    (r"d_1 \mathbb{1}[s_1 \ge s_2]\,\mathbb 1\{s_1 \geq 0\}", "d1 * I(s1 >= s2) * I(s1 >= 0)"),
    (r"d_1 I(s_1 > s_2) I(s_1 \neq 0)", "d1 * I(s1 > s2) * I(s1 != 0)"),
    (r"d_1 \mathbf{1}_{s_1 > 0}", "d1 * I(s1 > 0)"),
    (r"\mathbf 1_{\{s_1=0\}} d_1", "I(s1 == 0) * d1"),
    (r"d_1 [s_1 <= 0]", "d1 * I(s1 <= 0)"),
    (r"\mathbb{1}[s_1 > 0 \land s_1 > s_2]", "I(s1 > 0 and s1 > s2)"),
    (r"\mathbb{1}[s_1 > 0 \lor s_1 > s_2]", "I(s1 > 0 or s1 > s2)"),
    (r"\mathbb{1}[0 < s_1 < s_2]", "I(0 < s1 < s2)"),
    (r"\delta \odot \mathbb{1}(z > 0)", "delta * I(z > 0)"),
    # functions
    (r"\sigma(s_1)(1-\sigma(s_1))", "sigmoid(s1) * (1 - sigmoid(s1))"),
    (r"\sigma'(s_1)", "sigmoid(s1) * (1 - sigmoid(s1))"),
    (r"1-\tanh^2(s_1)", "1 - tanh(s1) ** 2"),
    (r"\tanh s_1", "tanh(s1)"),
    (r"-y\log\hat{y}-(1-y)\ln(1-\hat{y})", "-(y * log(yhat)) - (1 - y) * log(1 - yhat)"),
    (r"\frac{1}{1+e^{-s_1}}", "1 / (1 + exp(-s1))"),
    (r"\exp\left(-s_1\right)", "exp(-s1)"),
    (r"\max(0, s_1)", "max(0, s1)"),
    (r"\max\{s_1,s_2,0\}", "max(s1, s2, 0)"),
    (r"\operatorname{relu}(s_1)", "relu(s1)"),
    (r"\mathrm{ReLU}(s_1)", "relu(s1)"),
    (r"\begin{cases} 1 & s_1 > 0 \\ a & \text{otherwise} \end{cases}", "where(s1 > 0, 1, a)"),
    (r"d_1 \begin{cases} 1 & \text{if } s_1 > 0 \\ a & \text{if } s_1 \leq 0 \\ \end{cases}",
     "d1 * where(s1 > 0, 1, I(s1 <= 0) * a)"),
    (r"\begin{cases} 1 & \mathbf{1}[s_1 > 0] \\ a & \text{else} \end{cases}", "where(I(s1 > 0), 1, a)"),
    (r"\operatorname{sign}(y)", "sign(y)"),
    # matrices and vectors
    (r"W^T h", "W.T @ h"),
    (r"W^\top h", "W.T @ h"),
    (r"W^{\mathsf T} h", "W.T @ h"),
    (r"h x^T", "outer(h, x)"),
    (r"x^T x", "x @ x"),
    (r"h^T W", "h @ W"),
    (r"X^T X", "X.T @ X"),
    (r"(W^T h) \odot k", "W.T @ h * k"),
    (r"W \cdot k", "W @ k"),
]  # fmt: skip


@pytest.mark.parametrize(("latex", "understood"), READ, ids=[latex for latex, _ in READ])
def test_understood(latex, understood):
    assert read_formula(latex, NAMES, latex=True).understood == understood


KNOWN = (
    "the names are x, k, z, h, W, W2, X, s1, s2, v1, w1, y, yhat, a, b, n, lam, L, delta, d1, j, l; "
    "the gradient of z is delta_z or dL/dz."
)
REFUSED = [
    (r"\int y", 1, r"'\int' is not known."),
    (r"\begin{matrix} 1 \end{matrix}", 1, r"of \begin{...} only \begin{cases} is read."),
    (r"\begin{cases} 1 \end{cases}", 17, r"expected & before the condition of the row, got '\end'."),
    (r"\begin{cases} 1 & y \end{cases}", 21, r"expected a comparison, such as z > 0, got '\end'."),
    (r"\begin{cases} 1 & \text{always} \end{cases}", 19, "'always' is no condition; write if, or otherwise."),
    (r"\nabla_z L", 1, r"'\nabla' is not known."),
    (r"\%", 1, r"'\%' is not known."),
    (r"y & b", 3, "'&' is not expected here."),
    (r"y ; b", 3, "the character ';' is not read in LaTeX."),
    (r"\alpha y", 1, f"'alpha' is unknown; {KNOWN} Did you mean 'lam'?"),
    (r"\bar y", 1, f"'ybar' is unknown; {KNOWN} Did you mean 'yhat'?"),
    (r"\psi'(y)", 1, f"'psi' is unknown; {KNOWN}"),
    (r"y'", 2, "' is not expected here."),
    (r"y = 2", 3, r"'=' is not expected here; write the right-hand side only, and a condition inside \mathbb{1}[...]."),
    (r"y/2 b", 2, r"a/b c has two readings; write \frac{a}{b} c or \frac{a}{b c}."),
    (r"a/b/n", 4, r"a/b/c has two readings; write \frac{a}{b}."),
    (r"\ln y b", 7, r"where the argument of \ln ends is not clear; put it in brackets."),
    (r"\max s_1", 1, r"\max of one number; write what it is compared with: \max(a, b)."),
    (r"\log(a, b)", 1, r"\log takes one argument."),
    (r"\tanh^{-1}(y)", 1, r"after \tanh only a power such as ^2 is read."),
    (r"\sqrt[3]{y}", 6, "only the square root is read; write a power."),
    (r"x_ij", 3, "after a subscript LaTeX takes one character only; write {ij}."),
    (r"y^10", 3, "after a power LaTeX takes one character only; write {10}."),
    (r"x_{jl}", 5, "letters side by side in an index; put a comma between two indices."),
    (r"W_{j}", 1, "'W' has 2 axes; put as many indices, with commas between them."),
    (r"\sum_i x_i", 1, r"a sum needs an index and both bounds: \sum_{i=1}^{n}."),
    (r"\sum_{y=1}^3 y", 7, "'y' has a meaning already; take another letter as the index of the sum."),
    (r"W^{(2)}", 2, "^(2) may be a power or the number of a layer; write ^2, or the wire's name."),
    (r"W^{-1}", 2, r"a power of a matrix has two readings; write \odot for entry by entry."),
    (r"h h", 3, r"the product of a vector and a vector has no reading; write \odot for entry by entry, ^T for a "
                r"transpose, or indices."),
    (r"h W", 3, r"the product of a vector and a matrix has no reading; write \odot for entry by entry, ^T for a "
                r"transpose, or indices."),
    (r"W \times W", 3, r"\times between arrays has two readings; write \odot, or nothing for matrices."),
    (r"x + x^T", 3, "a vector and a transposed vector do not go entry by entry."),
    (r"\frac{\partial v_1}{\partial s_1}", 1, "the gradient of v_1 is not known here, only that of the output L; "
                                              "write a local derivative out."),
    (r"\frac{\partial L}{\partial k}", 1, "'delta_k' is the gradient of k itself, which is asked."),
    (r"\frac{\partial L}{2}", 1, r"expected \frac{\partial L}{\partial z}."),
    (r"\frac{y}", 9, "the denominator is missing."),
    (r"\left(y", 8, "expected ) to close (, got the end."),
    (r"y\right)", 8, "')' is not expected here."),
    (r"y_{1", 3, "the brace { is not closed."),
    (r"\mathbb{1}", 11, "expected the condition of the indicator in brackets, got the end."),
    (r"\mathbb{1}(y)", 13, "expected a comparison, such as z > 0, got ')'."),
    (r"\hat{y_1}", 7, r"one letter stands under \hat; write its index outside."),
    (r"y +", 4, "something is missing here."),
    (r"\sigma", 1, r"\sigma is the sigmoid here and needs an argument: \sigma(z)."),
]  # fmt: skip


@pytest.mark.parametrize(("latex", "column", "message"), REFUSED, ids=[latex for latex, *_ in REFUSED])
def test_refusal_names_the_command_and_the_place(latex, column, message):
    with pytest.raises(am.ExpressionError) as caught:
        read_formula(latex, NAMES, latex=True)
    assert str(caught.value) == f"line 1, column {column}: {message}"


@pytest.mark.parametrize("name", ["e", "I", "T"])
def test_letter_with_two_meanings_is_refused(name):
    names = Names({name: (), "W": (2, 2), "y": ()}, {})
    text = {"e": "e^{y}", "I": r"\frac{1}{2} I(y > 0)", "T": "W^T"}[name]
    with pytest.raises(am.ExpressionError, match=f"{name} is a name here; write"):
        read_formula(text, names, latex=True)


@pytest.mark.parametrize(
    ("text", "is_latex"),
    [("x**2", False), ("x^2", False), (r"\frac{1}{2}", True), ("x_{j}", True), ("X^T X", True), ("y^{2}", True)],
)
def test_latex_is_told_from_the_parsers_syntax(text, is_latex):
    assert looks_like_latex(text) == is_latex
    assert read_formula(text, NAMES).understood == read_formula(text, NAMES, latex=True).understood


# The library's own LaTeX is a corpus that was not written for this reader. Some rows have rounded numbers, or say what
# a person would not: the rest is read back, and what is not read is refused, never misread.
ROUNDED = {"deg2rad", "rad2deg", "erf", "erfc", "exp2", "hardsigmoid", "log10", "log2"}
# Where the derivative crosses 0, a rounded number in it is right to no digit.
ROUNDED_WITH_ZEROS = {"gelu", "gelu_tanh", "selu"}
NOT_READ = {
    *("cbrt", "copysign", "fmax", "fmin", "fmod", "hypot", "i0", "logaddexp", "logaddexp2", "remainder", "sinc"),
}


def local_derivatives():
    """Yield each local derivative that the table of gates writes in LaTeX: gate, circuit, wire, text."""
    for name, row in sorted(table.items()):
        if row.elementwise and row.rules and not row.internal and not row.variadic and len(row.operands) <= 2:
            inputs = (
                dict(zip("xy", (0.4, 0.7), strict=False))
                if len(row.operands) == 2
                else {"x": 1.5 if name == "arccosh" else 0.4}
            )
            graph = am.Graph(am.parse(f"f = {name}({', '.join(inputs)})", inputs))
            for position, wire in graph.gates[0].inputs:
                if row.rule_for(position) is not None:
                    rule = graph.derivative(graph.gates[0], position, variable("df"))
                    yield name, graph.root, wire.name, rule.write("latex")


@pytest.mark.parametrize(
    ("name", "root", "wire", "latex"), [pytest.param(*row, id=f"{row[0]} by {row[2]}") for row in local_derivatives()]
)
def test_the_librarys_own_latex_is_read_back(name, root, wire, latex):
    report = am.check_formula(root, wire, latex, latex=True)
    if name in ROUNDED:
        assert report.verdict == "wrong"
        assert "right to" in report.hints[0]
    elif name in ROUNDED_WITH_ZEROS:
        assert report.verdict == "wrong"
    elif report.verdict == "unreadable":
        assert name in NOT_READ, report.problem
    else:
        assert report.is_right, str(report)


HOSTILE = {
    "backslashes": "\\" * 1900,
    "unknown command": r"\input{/etc/passwd}",
    "definition": r"\def\x{\x\x}\x",
    "braces": "{" * 1900,
    "fractions": r"\frac{" * 300,
    "roots": r"\sqrt{" * 200 + "y" + "}" * 200,
    "hats": r"\hat" * 400,
    "powers": "y^{" * 300 + "y" + "}" * 300,
    "minus signs": r"\cdot" + "-" * 1800 + "y",
    "brackets": r"\left(" * 200 + "y" + r"\right)" * 200,
    "long sum of terms": r"\pi" + "+y" * 900,
    "long product": r"\pi" + "y" * 1800,
    "nested sums": r"\sum_{i=1}^{999}\sum_{m=1}^{999} y",
    "huge sum": r"\sum_{i=1}^{10^9} y",
    "giant number": r"\pi" + "9" * 1900,
    "tower": "9^{9^{9^9}}",
    "absolute values": r"\pi" + "|" * 1500,
    "too long": r"\pi" * 1500,
    "surrogate": "\\\ud800",
    "functions": r"\exp" * 400 + "y",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_latex_is_refused(text):
    report = am.check_formula(am.parse("f = x*y", x=1, y=2), "x", text, latex=True)
    assert report.verdict == "unreadable"
    assert len(report.problem) < 3000


PIECES = [
    *(
        r"\frac",
        r"\hat",
        r"\sum_{i=1}^{3}",
        r"\sum",
        r"\delta",
        r"\sigma",
        r"\tanh",
        r"\max",
        r"\mathbb{1}",
        r"\mathbf",
    ),
    *(
        r"\left(",
        r"\right)",
        r"\cdot",
        r"\odot",
        r"\partial",
        r"\sqrt",
        r"\ge",
        r"\{",
        r"\}",
        r"\text",
        r"\land",
        r"\top",
    ),
    *(
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        "^",
        "_",
        "'",
        "|",
        ",",
        "+",
        "-",
        "/",
        "*",
        "=",
        "<",
        " ",
        "x",
        "y",
        "yhat",
        "W",
        "z",
    ),
    *(
        "i",
        "j",
        "1",
        "2.5",
        "T",
        "e",
        "I",
        "dL",
        "dz",
        "_{i}",
        "_{i+j-1}",
        "^{(2)}",
        "^T",
        "&",
        "$",
        r"\begin{cases}",
        r"\end{cases}",
        r"\\\\",
        r"\text{else}",
    ),
]


@settings(max_examples=600, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(PIECES), max_size=12))
def test_any_pieces_give_a_report(pieces):
    root = am.parse("z = W @ x\nL = sum(z**2)*y", W=[[1.0, 2.0], [3.0, 4.0]], x=[1.0, 2.0], y=3.0)
    for wire in ("x", "x[j]"):
        report = am.check_formula(root, wire, "".join(pieces), latex=True)
        assert str(report)
        json.loads(report.to_json())


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.text(max_size=30))
def test_any_text_gives_a_report(text):
    root = am.parse("f = x*y", x=1.0, y=2.0)
    for latex in (None, True, False):
        assert str(am.check_formula(root, "x", text, latex=latex))
