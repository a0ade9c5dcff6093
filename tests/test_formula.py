"""Rules run on symbols: derivatives as text, as LaTeX and in numbers, all printed from the table's own rules."""

import pytest

from autograd_mini.errors import RuleError
from autograd_mini.formula import Symbol, constant, derivative, known, variable
from autograd_mini.primitive import table

DERIVATIVES = [
    ("add", 0, "1", "1"),
    ("subtract", 1, "−1", "-1"),
    ("multiply", 0, "y", "y"),
    ("divide", 0, "1/y", r"\frac{1}{y}"),
    ("divide", 1, "−x/y²", r"\frac{-x}{y^{2}}"),
    ("negative", 0, "−1", "-1"),
    ("reciprocal", 0, "−1/x²", r"\frac{-1}{x^{2}}"),
    ("power", 0, "y × x^(y − [y ≠ 0])", r"y \times x^{y - \mathbf{1}[y \ne 0]}"),
    ("square", 0, "2 × x", r"2 \times x"),
    ("sqrt", 0, "1/(2 × √x)", r"\frac{1}{2 \times \sqrt{x}}"),
    ("exp", 0, "exp(x)", "e^{x}"),
    ("log", 0, "1/x", r"\frac{1}{x}"),
    ("absolute", 0, "sign(x)", r"\operatorname{sign}\left(x\right)"),
    ("sin", 0, "cos(x)", r"\cos\left(x\right)"),
    ("cos", 0, "−sin(x)", r"-\sin\left(x\right)"),
    ("tan", 0, "1 + tan(x)²", r"1 + \tan\left(x\right)^{2}"),
    ("tanh", 0, "1 − tanh(x)²", r"1 - \tanh\left(x\right)^{2}"),
    ("sigmoid", 0, "σ(x) × (1 − σ(x))", r"\sigma\left(x\right) \times \left(1 - \sigma\left(x\right)\right)"),
    ("softplus", 0, "σ(x)", r"\sigma\left(x\right)"),
    ("relu", 0, "[x > 0]", r"\mathbf{1}[x > 0]"),
    ("maximum", 0, "0.5 if x = y, else [x > y]", None),
    ("clip", 0, "[x ≥ low]·[x ≤ high]", None),
]


def run(name, position, *, values=None):
    """Return a gate's local derivative on the names of its operands."""
    gate = table[name]
    operands = tuple(
        variable(operand) if values is None else variable(operand, value)
        for operand, value in zip(gate.operands, values or gate.operands, strict=True)
    )
    applied = Symbol(gate, operands)
    out = known(applied, float(gate.value(*values))) if values else known(applied, 0.0)
    return derivative(gate, position, operands, gate.options, out, variable("upstream"))


@pytest.mark.parametrize(
    ("name", "position", "text", "latex"), DERIVATIVES, ids=[f"{d[0]} {d[1]}" for d in DERIVATIVES]
)
def test_printed_derivative(name, position, text, latex):
    symbol = run(name, position)
    assert symbol.write() == text
    if latex is not None:
        assert symbol.write("latex") == latex


@pytest.mark.parametrize(
    ("name", "position", "values", "text"),
    [
        ("reciprocal", 0, (-1.0,), "−1/(−1)²"),
        ("divide", 1, (3.0, -2.0), "−3/(−2)²"),
        ("sigmoid", 0, (1.0,), "0.7311 × (1 − 0.7311)"),
        ("maximum", 0, (3.2, -1.25), "[3.2 > −1.25]"),
        ("maximum", 0, (2.0, 2.0), "0.5"),
        ("power", 0, (3.0, 2.0), "2 × 3^(2 − [2 ≠ 0])"),
    ],
)
def test_worked_in_numbers(name, position, values, text):
    assert run(name, position, values=values).write(in_numbers=True) == text


def test_constant_exponent_is_worked_out():
    x = variable("x", 3.0)
    for exponent, text in [(2, "2 × x"), (3, "3 × x²"), (-1, "−1 × x⁻²"), (0.5, "0.5 × x^(−0.5)"), (1, "1"), (0, "0")]:
        operands = (x, constant(float(exponent)))
        symbol = derivative(table["power"], 0, operands, {}, variable("out", 1.0), variable("upstream"))
        assert symbol.write() == text


@pytest.mark.parametrize(
    ("build", "text"),
    [
        (lambda x, y: x - (y - x), "x − (y − x)"),
        (lambda x, y: (x + y) * x, "(x + y) × x"),
        (lambda x, y: x / (y * x), "x/(y × x)"),
        (lambda x, y: x / y / x, "x/y/x"),
        (lambda x, y: -(x + y), "−(x + y)"),
        (lambda x, y: (-x) ** 2, "(−x)²"),
        (lambda x, y: x * -y, "x × (−y)"),
        (lambda x, y: -x * y, "−x × y"),
        (lambda x, y: (x**y) ** 2, "(x^y)²"),
        (lambda x, y: x + y * 1 + 0, "x + y"),
        (lambda x, y: 2 * x**1, "2 × x"),
        (lambda x, y: 1 / (1 + (x - 3) ** -2), "1/(1 + (x − 3)⁻²)"),
    ],
)
def test_parentheses_where_needed_and_nowhere_else(build, text):
    assert build(variable("x"), variable("y")).write() == text


def test_a_rule_that_branches_on_values_is_refused():
    with pytest.raises(RuleError, match=r"may not branch"):
        bool(variable("x", 1.0) > 0)


def test_a_rule_that_needs_an_unknown_shape_is_refused():
    with pytest.raises(RuleError, match="needs to know the shape"):
        _ = variable("x").shape
