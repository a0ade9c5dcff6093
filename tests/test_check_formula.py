"""Formulas as answers: published ones, ties, hints, counterexamples, limits, and text that means harm."""

import functools
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import central_differences, load

import autograd_mini as am
from autograd_mini.marking import check_formulas, same_formula
from autograd_mini.marking.formulas.reading import MAX_CHARACTERS

CASES = {case["id"]: case for case in load("formulas.json")}
OPTIONS = ("upstreams", "constants", "domains", "kind", "ties")


def circuit(case):
    return am.parse("\n".join(case["program"]), case["inputs"])


@functools.cache
def reported(name):
    """Return the report on a case; two tests look at it."""
    case = CASES[name]
    options = {option: case[option] for option in OPTIONS if option in case}
    return am.check_formula(circuit(case), case["wire"], case["formula"], **options)


def product(**inputs):
    return am.parse("f = x*y", **({"x": 2, "y": 3} | inputs))


def convolution():
    return circuit(CASES["conv-index-db"])


def convnet():
    return circuit(CASES["midterm-3.3-w1"])


@pytest.mark.parametrize("name", CASES)
def test_published_formula(name):
    case = CASES[name]
    report = reported(name)
    assert report.verdict == case["verdict"], str(report)
    assert report.is_right == (case["verdict"] == "right")
    if case["verdict"] in ("wrong", "right except at ties"):
        assert report.counterexample is not None or "has shape" in report.problem
    else:
        assert report.counterexample is None
    if "hint" in case:
        assert report.hints == (case["hint"],)
    assert json.loads(report.to_json())["verdict"] == case["verdict"]


WRONG_GRADIENTS_OF_INPUTS = [
    name
    for name, case in CASES.items()
    if case["verdict"] == "wrong" and case["wire"].split("[")[0] in case["inputs"] and circuit(case).shape == ()
]


@pytest.mark.parametrize("name", WRONG_GRADIENTS_OF_INPUTS)
def test_right_number_of_a_counterexample_is_what_differences_give(name):
    case, report = CASES[name], reported(name)
    shown = report.counterexample
    if shown is None:
        assert "has shape" in report.problem
        return
    wire = case["wire"].split("[")[0]
    names = list(case["inputs"])
    inputs = [shown.inputs[name] for name in names]

    def output(*values):
        return am.parse("\n".join(case["program"]), dict(zip(names, values, strict=True)))

    gradient = central_differences(output, inputs)[names.index(wire)]
    entry = tuple(int(part) - 1 for part in shown.entry[len(wire) + 1 : -1].split(",")) if shown.entry else ()
    if case["wire"] == "k[2]":
        entry = (1,)
    np.testing.assert_allclose(shown.right, gradient[entry], rtol=1e-4, atol=1e-6)
    assert not np.isclose(shown.claimed, gradient[entry])


def test_report_in_words():
    report = am.check_formula(product(), "x", "2*y")
    assert str(report) == (
        "gradient of x: wrong\n"
        "  read as      2 * y\n"
        "  for example  at x = 1, y = 1 the formula gives 2; right is 1\n"
        "  hint         it is 2 times the right one at every point\n"
        "  compared     at 73 points"
    )
    assert repr(report) == "<FormulaReport: gradient of x: wrong>"
    assert report.to_markdown().startswith("**gradient of x: wrong**\n\n- read as: `2 * y`\n- for example: at x = 1")
    assert report._repr_markdown_() == report.to_markdown()
    data = json.loads(report.to_json())
    assert data["counterexample"]["inputs"] == {"x": 1.0, "y": 1.0}
    assert (data["is_right"], data["hints"]) == (False, ["it is 2 times the right one at every point"])


@pytest.mark.parametrize(
    ("formula", "understood"),
    [
        ("y", "y"),
        ("df*y", "df * y"),
        ("delta_f * y", "delta_f * y"),
        ("y*dL/df", "y * delta_f"),
        ("df/df*y", "delta_f * y"),
        ("y − 0", "y - 0"),
        ("y × 1", "y * 1"),
        ("y^1", "y ** 1"),
        ("f/x", "f / x"),
        ("(y +\n 0)", "y + 0"),
        ("y*[x >= x]", "y * I(x >= x)"),
        ("y*I(not x < x)", "y * I(not x < x)"),
        ("y*(1 < 2 < 3)", "y * (1 < 2 < 3)"),
        ("(1 if x > 0 else 1)*y", "where(x > 0, 1, 1) * y"),
        ("√(y*y)*I(y > 0) − √(y*y)*I(y < 0)", "sqrt(y * y) * I(y > 0) - sqrt(y * y) * I(y < 0)"),
        ("sum(i, 1, 3, i)*y/6", "sum(i, 1, 3, i) * y / 6"),
    ],
)
def test_right_formula_is_understood(formula, understood):
    report = am.check_formula(product(), "x", formula)
    assert (report.verdict, report.understood) == ("right", understood)


READINGS = [
    ("x_1", "k[1]", "sum(i, 1, 3, delta_i*x_i)", "sum(i, 1, 3, delta[i] * x[i])"),
    ("entries of an index", "k[j]", "sum(i, 1, 3, delta[i]*x[i + j - 1])", "sum(i, 1, 3, delta[i] * x[i + j - 1])"),
    ("k_j", "k_j", "sum(i, 1, 3, delta_i*x[i+j-1])", "sum(i, 1, 3, delta[i] * x[i + j - 1])"),
    ("len", "b", "sum(i, 1, len(z), delta[i])", "sum(i, 1, len(z), delta[i])"),
    ("indicator of an index", "x[n]", "sum(i, 1, 3, [1 <= n-i+1 <= 3]*delta[i]*k[n-i+1])",
     "sum(i, 1, 3, I(1 <= n - i + 1 <= 3) * delta[i] * k[n - i + 1])"),
]  # fmt: skip


@pytest.mark.parametrize(("wire", "formula", "understood"), [r[1:] for r in READINGS], ids=[r[0] for r in READINGS])
def test_entries_are_counted_from_one(wire, formula, understood):
    report = am.check_formula(convolution(), wire, formula, upstreams={"delta": "z"})
    assert (report.verdict, report.understood) == ("right", understood)


def test_entries_may_be_counted_from_zero():
    options = {"upstreams": {"delta": "z"}, "first_index": 0}
    assert am.check_formula(convolution(), "k[j]", "sum(i, 0, 2, delta[i]*x[i+j])", **options).is_right
    assert am.check_formula(convolution(), "k[0]", "sum(i, 0, 2, delta[i]*x[i])", **options).is_right


def test_two_indices():
    root = am.parse("f = sum(c*(W @ x))", W=np.ones((2, 3)), x=[1, 2, 3], c=[1, -1])
    for wire, formula in [
        ("W[i,j]", "c[i]*x[j]"),
        ("W_{ij}", "c_i*x_j"),
        ("W[2, j]", "c[2]*x[j]"),
        ("W", "outer(c, x)"),
    ]:
        assert am.check_formula(root, wire, formula).is_right, wire
    assert am.check_formula(root, "x[j]", "sum(i, 1, 2, c_i*W_ij)").understood == "sum(i, 1, 2, c[i] * W[i, j])"
    shown = am.check_formula(root, "W[i,j]", "c[i]*x[1]").counterexample
    assert shown.entry.startswith("W[")


def test_large_arrays_by_entry_are_compared_in_part():
    root = am.parse("L = sum((X @ W)**2)", X=np.ones((6, 8)), W=np.ones((8, 5)))
    formula = "2*sum(n, 1, 6, X[n,i]*sum(m, 1, 8, X[n,m]*W[m,j]))"
    assert am.check_formula(root, "W[i,j]", formula).is_right
    assert am.check_formula(root, "W[i,j]", formula.replace("1, 8", "2, 8")).verdict == "wrong"


def test_index_beyond_the_array_is_wrong_and_named():
    report = am.check_formula(convolution(), "k[j]", "sum(i, 1, 3, delta[i]*x[i+j])", upstreams={"delta": "z"})
    assert report.problem == "x has the entries 1 to 5; x[i + j] asks for entry 6."
    assert report.counterexample is not None


# Ties.


def test_any_subgradient_is_right_at_a_tie_and_said_so():
    for formula in ("I(x > y)", "I(x >= y)", "(I(x > y) + I(x >= y))/2"):
        report = am.check_formula(am.parse("f = max(x, y)", x=1, y=2), "x", formula)
        assert report.is_right
        assert report.ties > 0
    report = am.check_formula(am.parse("f = max(x, y)", x=1, y=2), "x", "I(x > y)")
    assert (
        report.notes[-1] == f"at {report.ties} of the ties it chooses another valid subgradient than the library does"
    )


def test_more_than_all_of_the_gradient_at_a_tie():
    report = am.check_formula(am.parse("f = max(x, y)", x=1, y=2), "x", "I(x > y) + 1.5*I(x == y)")
    assert report.verdict == "right except at ties"
    assert report.counterexample.is_tie
    assert report.counterexample.inputs["x"] == report.counterexample.inputs["y"]
    assert report.counterexample.claimed == 1.5


def test_the_librarys_own_choice_may_be_asked_for():
    root = am.parse("f = max(x, y)", x=1, y=2)
    assert am.check_formula(root, "x", "I(x >= y)", ties="as recorded").verdict == "right except at ties"
    assert am.check_formula(root, "x", "(I(x > y) + I(x >= y))/2", ties="as recorded").is_right


def test_parts_at_a_tie_add_up():
    upstreams = {"d1": "v1", "d2": "v2"}
    key = {name: CASES[f"midterm-3.3-{name}"]["formula"] for name in ("z1", "z2", "z3")}
    assert all(report.is_right for report in check_formulas(convnet(), key, upstreams=upstreams).values())
    both = key | {"z2": key["z2"].replace("z2>z1", "z2>=z1")}
    reports = check_formulas(convnet(), both, upstreams=upstreams)
    assert reports["z2"].verdict == "right except at ties"
    assert "not together with the formulas for z1" in reports["z2"].notes[-1]
    assert am.check_formula(convnet(), "z2", both["z2"], upstreams=upstreams).is_right


def test_difference_at_one_point_without_a_tie_is_wrong():
    report = am.check_formula(product(), "x", "y*I(x != 0)")
    assert report.verdict == "wrong"
    assert report.counterexample.inputs["x"] == 0.0
    assert report.hints == (
        "it agrees at every point of random reals; it differs only at points with zeros, ones or ties",
    )


def test_it_is_said_when_no_tie_was_met():
    root = am.parse("f = max(x, y + 0.12345)", x=1, y=2)
    report = am.check_formula(root, "x", "I(x > y + 0.12345)")
    assert report.notes == ("no tie was met, so that > and >= are not told apart",)


def test_ties_in_an_array_of_which_some_entries_are_compared():
    root = am.parse("v = maximum(x, y)\nf = sum(v*v)", x=np.ones((12, 12)), y=np.zeros((12, 12)))
    formula = "sum(m, 1, 9, 1)/9*dv[i,j]*I(x[i,j] >= y[i,j])"
    report = am.check_formula(root, "x[i,j]", formula)
    assert report.is_right
    assert report.ties > 0
    assert am.check_formula(root, "x[i,j]", formula.replace("x[i,j] >= y", "y[i,j] >= x")).verdict == "wrong"


# Hints.


@pytest.mark.parametrize(
    ("formula", "hint"),
    [
        ("-y", "it has the opposite sign"),
        ("y/3", "it is 1/3 times the right one at every point"),
        ("0.99996*y", "it is right to 4 digits at every point; write exact numbers in place of rounded ones"),
        ("2.123456*y", "it is 2.12346 times the right one at every point"),
        ("y + 1", "it is 1 more than the right one at every point"),
        ("y - 0.5", "it is 1/2 less than the right one at every point"),
        ("x", "it is the gradient of y"),
        ("0", "it is 0 at every point"),
        ("y*y", None),
    ],
)
def test_hint(formula, hint):
    assert am.check_formula(product(), "x", formula).hints == (() if hint is None else (hint,))


def test_hint_where_numbers_are_huge():
    root = am.parse("f = exp(x*x)*1e150", x=1)
    report = am.check_formula(root, "x", "-2*x*f")
    assert report.hints == ("it has the opposite sign",)
    assert am.check_formula(root, "x", "x*x*f*f").hints == ()


def test_no_hint_holds_of_a_right_formula():
    assert am.check_formula(product(), "x", "y").hints == ()


def test_missing_upstream():
    root = am.parse("q = x*y\nf = q*z", x=1, y=2, z=3)
    assert am.check_formula(root, "x", "y").hints == ("it lacks one factor, the gradient of q",)


def test_some_entries_are_right():
    root = am.parse("f = sum(x**2)", x=[1, 2, 3])
    report = am.check_formula(root, "x[i]", "2*x[i] + I(i == 2)")
    assert report.hints == ("2 of its 3 entries are right at every random point",)
    assert report.counterexample.entry == "x[2]"


def test_one_number_for_all_entries_is_said():
    report = am.check_formula(am.parse("f = sum(x)", x=[1, 2, 3]), "x", "1")
    assert report.is_right
    assert report.notes == ("one number is read as that number for every entry of x",)


@pytest.mark.parametrize(
    ("program", "right", "wrong"),
    [
        ("f = clip(x, 0, 6)", "I(0 <= x <= 6)", "I(x >= 0)"),
        ("f = max(x, 50)", "I(x > 50)", "0*x"),
        ("f = x*x", "2*x", "2*x*I(x < 1000)"),
        ("f = exp(x*x)", "2*x*exp(x*x)", "2*x*exp(x*x) + 0.001"),
    ],
)
def test_thresholds_far_from_zero_are_looked_at(program, right, wrong):
    root = am.parse(program, x=1.5)
    assert am.check_formula(root, "x", right).is_right
    assert am.check_formula(root, "x", wrong).verdict == "wrong"


# Where a formula is defined.


def test_formula_of_logarithms():
    root = am.parse("f = log(x)*y", x=1, y=2)
    assert am.check_formula(root, "x", "y/x").is_right
    assert am.check_formula(root, "y", "log(x)").is_right


def test_formula_that_is_defined_hardly_anywhere():
    report = am.check_formula(product(), "x", "log(-x*x)*y")
    assert report.verdict == "not comparable"
    assert report.problem.startswith("formula and circuit are both defined at 0 of the random points only")


def test_formula_that_is_undefined_where_the_circuit_is_not():
    report = am.check_formula(product(), "x", "y*exp(log(x))/x")
    assert report.is_right
    assert report.notes[0].startswith("the formula is not defined at ")


def test_upstream_of_an_output_that_is_an_array():
    root = am.parse("y = tanh(x)", x=[1, 2])
    report = am.check_formula(root, "x", "1 - y*y")
    assert "upstream of y" in report.counterexample.inputs


def test_a_tiny_gradient_is_not_taken_for_rounding():
    root = am.parse("f = x*y*1e-9", x=1, y=2)
    assert am.check_formula(root, "x", "y*1e-9").is_right
    assert am.check_formula(root, "x", "2*y*1e-9").verdict == "wrong"


def test_exponent_that_a_wire_gives_may_be_large():
    root = am.parse("f = exp(x**8)*y", x=0.5, y=1)
    assert am.check_formula(root, "y", "2.718281828459045**(x**8)").is_right


def test_wire_that_takes_no_gradient():
    root = am.Tensor(2.0, name="x") * am.Tensor(3.0, name="y", requires_grad=False)
    assert am.check_formula(root, "x", "y").is_right
    with pytest.raises(am.UnknownWireError) as caught:
        am.check_formula(root, "y", "x")
    assert str(caught.value) == "the wire 'y' takes no gradient."


def test_circuit_of_float32():
    root = np.tanh(am.Tensor(np.ones(3, np.float32), name="x"))
    assert am.check_formula(root, "x", "1 - tanh(x)**2").verdict == "wrong"
    assert am.check_formula(np.sum(root), "x", "1 - tanh(x)**2").is_right


# Values and identities.


def test_value():
    root = am.parse("p = x*y\nf = p + z", x=1, y=2, z=3)
    assert am.check_formula(root, "f", "x*y + z", kind="value").is_right
    assert am.check_formula(root, "f", "x*y - z", kind="value").verdict == "wrong"
    report = am.check_formula(root, "f", "f", kind="value")
    assert report.problem == "line 1, column 1: 'f' is the value of f itself, which is asked."


def test_same_formula():
    assert same_formula("tanh(x)", "2*sigmoid(2*x) - 1").is_right
    assert same_formula("log(x)", "log(x**3)/3", domains={"x": "positive"}).is_right
    assert same_formula("x.T @ A", "(A.T @ x)", shapes={"A": (3, 2), "x": (3,)}).is_right
    report = same_formula("max(z1, z2)*max(z1, 0)", "max(z1, z2, 0)")
    assert report.verdict == "wrong"
    assert same_formula(r"\frac{e^{x}}{1 + e^{x}}", "sigmoid(x)").is_right


# Text that cannot be read, and questions that contradict themselves.

UNREADABLE = [
    ("unknown name", "weigth*y", "line 1, column 1: 'weigth' is unknown; the names are x, y, f; the gradient of z is "
                                 "delta_z or dL/dz."),
    ("lookalike", "х*y", "line 1, column 1: 'х' is unknown; the names are x, y, f; the gradient of z is delta_z or "
                         "dL/dz. Its letter 'х' is U+0445."),
    ("letters that become others", "𝐱", "line 1, column 1: '𝐱' (U+1D431) only looks like another character; "
                                         "type it on the keyboard."),
    ("zero width", "y\u200b", "the formula has characters that cannot be seen; type it again."),
    ("itself", "dx", "line 1, column 1: 'dx' is the gradient of x itself, which is asked."),
    ("itself as a quotient", "dL/dx", "line 1, column 4: 'delta_x' is the gradient of x itself, which is asked."),
    ("local derivative", "df/dq*y", "line 1, column 4: 'dq' is unknown; the names are x, y, f; the gradient of z is "
                                    "delta_z or dL/dz. Did you mean 'dy'?"),
    ("local derivative of a wire", "2/dy", "line 1, column 3: '/dy' is read as part of a gradient, such as dL/dy of "
     "the output L; for a quotient write /(delta_y), for a local derivative write it out."),
    ("called", "y(3)", "line 1, column 1: 'y' is no function; write a product with *: y*(...)."),
    ("product without a sign", "2y", None),
    ("indicator of a number", "I(y)", "line 1, column 1: I(...) takes a condition, such as I(z > 0) or "
                                      "I(a >= b and a > 0)."),
    ("sum without an index", "sum(1, 2, 3, 4)", "line 1, column 1: a sum is written sum(i, 1, n, term), "
                                                "its index first."),
    ("index that is a wire", "sum(x, 1, 2, x)", "line 1, column 5: 'x' has a meaning already; take another letter as "
                                                "the index of the sum."),
    ("equation", "dx = y", "expected one expression, such as (yhat - y)*v1, without = and without a name for it."),
    ("slice", "y[1:2]", "line 1, column 1: 'y' has 0 axes, and 1 indices here."),
    ("e", "e**y", "line 1, column 1: 'e' is unknown; the names are x, y, f; the gradient of z is delta_z or dL/dz. "
                  "For e to the power of x write exp(x)."),
    ("if of a number", "1 if y else 2", "line 1, column 6: after if stands a condition, such as z > 0."),
    ("long sum", "sum(i, 1, 10**9, y)", "line 1, column 1: a sum may have at most 1000 terms."),
    ("sums in sums", "sum(i,1,1000,sum(j,1,1000,sum(k,1,1000,y)))",
     "line 1, column 40: the formula asks for more than 3000 operations."),
    ("bound that is no whole number", "sum(i, 1, 2.5, y)", "line 1, column 11: expected a whole number; '2.5' is 2.5."),
    ("tower", "9**9**9**9", "line 1, column 7: an exponent may be at most 1000."),
    ("deep", "-"*1500 + "y", "the formula is nested too deeply; at most 100 levels are allowed."),
    ("no text", 3, "expected the text of a formula, got int."),
]  # fmt: skip


@pytest.mark.parametrize(("formula", "problem"), [row[1:] for row in UNREADABLE], ids=[row[0] for row in UNREADABLE])
def test_unreadable(formula, problem):
    report = am.check_formula(product(), "x", formula)
    assert report.verdict == "unreadable"
    assert report.problem == problem or problem is None


@pytest.mark.parametrize("text", ["", "  \n", None])
def test_blank(text):
    report = am.check_formula(product(), "x", text)
    assert (report.verdict, report.is_right, report.points) == ("blank", False, 0)


def test_slices_and_zero_are_no_entries():
    root = am.parse("f = sum(x**2)", x=[1, 2, 3])
    report = am.check_formula(root, "x[i]", "2*x[i-1]")
    assert report.problem == "x has the entries 1 to 3; x[i - 1] asks for entry 0."
    report = am.check_formula(root, "x", "2*x[0:3]")
    assert report.verdict == "unreadable"
    assert "of slices only : is allowed" in report.problem


def test_name_with_two_meanings_is_refused():
    root = am.parse("f = sum(x)*x1", x=[1, 2], x1=3)
    report = am.check_formula(root, "x", "x_1")
    assert report.problem == "line 1, column 1: 'x_1' may be 'x1' or an entry of 'x'; write x1 or x[1]."


@pytest.mark.parametrize(
    ("wire", "options", "kind", "message"),
    [
        ("w", {}, am.UnknownWireError, "no wire is named 'w'; the circuit has x, y, f."),
        ("x[1]", {}, am.QuestionError, "'x[1]' has 1 indices; the wire 'x' has shape ()."),
        ("x", {"upstreams": {"d": "w"}}, am.UnknownWireError, "no wire is named 'w'; the circuit has x, y, f."),
        ("x", {"upstreams": {"y": "f"}}, am.QuestionError,
         "a gradient's symbol must be a word that means nothing else; got 'y'."),
        ("x", {"constants": {"y": 1}}, am.QuestionError,
         "a constant's name must be a word that is no wire of the circuit; got 'y'."),
        ("x", {"constants": {"n": np.nan}}, am.QuestionError, "the constant 'n' must be finite; got nan."),
        ("x", {"domains": {"x": "positiv"}}, am.QuestionError,
         "the domain of 'x' must be one of real, positive, unit, probabilities, one-hot, fixed; got 'positiv'. "
         "Did you mean 'positive'?"),
        ("x", {"domains": {"f": "positive"}}, am.UnknownWireError,
         "the wire 'f' is driven by a gate; only an input has a domain."),
        ("x", {"kind": "delta"}, am.QuestionError,
         "check_formula: kind must be 'gradient' or 'value'; got 'delta'."),
        ("x", {"ties": "none"}, am.QuestionError, "check_formula: ties must be 'any' or 'as recorded'; got 'none'."),
        ("x", {"first_index": 2}, am.QuestionError,
         "check_formula: entries are counted from 1 or from 0; got first_index=2."),
    ],
)  # fmt: skip
def test_question_that_contradicts_itself_is_raised(wire, options, kind, message):
    with pytest.raises(kind) as caught:
        am.check_formula(product(), wire, "y", **options)
    assert str(caught.value) == message


def test_circuit_that_cannot_be_replayed_is_raised_not_marked():
    with pytest.raises(am.UnsupportedError, match=r"^replay: "):
        am.check_formula(am.parse("f = x*(x > 0)", x=1), "x", "I(x > 0)")


HOSTILE = {
    "system": "__import__('os').system('echo')",
    "attribute chain": "().__class__.__bases__[0].__subclasses__()",
    "attribute of a wire": "x.__class__",
    "lambda": "(lambda: y)()",
    "comprehension": "[y for y in x]",
    "generator": "sum(i for i in x)",
    "tower": "9**9**9**9",
    "a million parentheses": "(" * 10**6 + "x" + ")" * 10**6,
    "parentheses within the limit": "(" * 900 + "x" + ")" * 900,
    "huge sum": "sum(i, 1, 10**9, 1)",
    "huge sum from below": "sum(i, -10**300, 10**300, 1)",
    "nested sums": "sum(i,1,999,sum(j,1,999,sum(k,1,999,y)))",
    "f-string": "f'{x.__class__}'",
    "walrus": "(q := x)",
    "star": "exp(*x)",
    "double star": "exp(**x)",
    "lookalike": "ехр(y)",
    "null byte": "y\0",
    "long name": "y" * (MAX_CHARACTERS - 1),
    "open": "open('/etc/passwd').read()",
    "repetition": "'a'*10**9",
    "giant number": "9" * (MAX_CHARACTERS - 1),
    "eval": "eval('1')",
    "large array": "broadcast_to(y, (100000, 100000))",
    "many large arrays": "+".join(["sum(broadcast_to(y, (900, 900)))"] * 40),
    "padding": "conv1d(stack([y, y]), stack([y, y]), padding=1000000000)",
    "chain": "y" + "+y" * 900,
    "chain of powers": "y**" * 600 + "y",
    "minus signs": "-" * 1900 + "y",
    "brackets": "[" * 1900,
    "surrogate": "y\ud800",
    "empty median": "median([])",
    "number of a gate": "roll(y, 10**400)",
    "await": "await y",
}


def test_many_entries_that_are_not_there_are_soon_given_up():
    root = am.parse("f = sum(x*x)", x=np.ones(100_000))
    report = am.check_formula(root, "x[i]", "sum(m, 1, 200, i)*x[i + 100000]")
    assert report.problem.startswith("x has the entries 1 to 100000; x[i + 100000] asks for entry ")
    assert report.verdict == "wrong"


def test_many_inputs_whose_rows_add_up_to_one():
    inputs = {f"y{i}": [0.0, 1.0, 0.0] for i in range(8)}
    root = am.parse("f = " + " + ".join(f"sum({name})**2" for name in inputs), inputs)
    assert am.check_formula(root, "y0", "2").hints == (
        "it is right if y0 is one-hot, as recorded: give domains={'y0': 'one-hot'}",
    )


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_is_refused(text):
    report = am.check_formula(product(), "x", text)
    assert report.verdict == "unreadable"
    assert len(report.problem) < 3000
    assert str(report)


ALPHABET = "xyfijd12[](){}+-*/@=<>.,:'\"#\\^ \n_TIsumexplogandrtIn"


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.text(alphabet=ALPHABET, max_size=40))
def test_any_text_gives_a_report(text):
    report = am.check_formula(product(), "x", text)
    assert report.verdict in ("right", "wrong", "right except at ties", "unreadable", "blank", "not comparable")
    json.loads(report.to_json())
    assert str(report)


PIECES = [
    *(
        "x",
        "y",
        "f",
        "df",
        "dL",
        "dy",
        "1",
        "2.5",
        "0",
        "i",
        "j",
        "I(",
        "sum(i,1,3,",
        "max(",
        "log(",
        "exp(",
        "x[",
        "]",
    ),
    *(
        ")",
        "(",
        "+",
        "-",
        "*",
        "/",
        "**",
        "@",
        ">",
        ">=",
        "==",
        ",",
        ".T",
        " and ",
        " not ",
        "[",
        "_1",
        "_i",
        " ",
        "len(",
    ),
    *("stack([", "])", "outer(", "softmax(", "axis=0", "mean(", "reshape(", ":", "where("),
]


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(PIECES), max_size=14), st.sampled_from(["x", "x[j]", "x[1]", "y"]))
def test_any_pieces_give_a_report(pieces, wire):
    root = am.parse("f = sum(x*x)*y", x=[1.0, 2.0], y=3.0)
    report = am.check_formula(root, wire, "".join(pieces))
    assert str(report)
    json.loads(report.to_json())
