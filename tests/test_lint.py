"""lint: what in a question's numbers hides mistakes, cannot be marked, or is needlessly hard."""

import json

import numpy as np
import pytest
from oracles import load

import autograd_mini as am
from autograd_mini.marking import Conventions
from autograd_mini.marking.questions.digits import significant

MIDTERM = "p0 = w0*x0\np1 = w1*x1\ns = p0 + p1\nt = s + w2\nu = t + 1\nf = 1/u"
PRINTED = {"w0": 1, "x0": 3, "w1": 2, "x1": -2, "w2": -1}
BETTER = {"w0": 5, "x0": 4, "w1": 5, "x1": -3, "w2": -2}


def midterm(inputs, **more):
    return am.Question(MIDTERM, inputs, **more)


def test_the_midterms_numbers_hide_seven_mistakes():
    findings = am.lint(midterm(PRINTED))
    # 77 mistakes can be made at a gate. Eight of them are none: to pass upstream on, or to divide by a local derivative
    # of 1, at the three add gates; to multiply +1 by its 1; and to leave out the upstream of 1 at the output.
    assert findings.possible == 77 - 8
    assert sorted(map(str, findings.invisible)) == [
        "any.copies_value at f", "any.copies_value at p1", "any.copies_value at t", "any.divides_by_local at f",
        "any.times_output at f", "recip.at_output at f", "recip.minus_square at f",
    ]  # fmt: skip
    assert ("any.no_upstream at p0", "any.sign_flip at p0") in [tuple(map(str, group)) for group in findings.alike]


def test_better_numbers_of_the_midterm_hide_none():
    findings = am.lint(midterm(BETTER))
    assert findings.invisible == ()
    assert findings.alike == ()
    # 1/x at its output is −x² whatever x is.
    assert ("any.divides_by_local at f", "recip.at_output at f", "recip.minus_square at f") in [
        tuple(map(str, group)) for group in findings.inseparable
    ]


def test_what_never_reaches_an_asked_wire_is_no_mistake_there():
    findings = am.lint(midterm(PRINTED, asked=("w2",)))
    assert findings.possible < 69
    assert {mistake.at for mistake in findings.invisible} == {"t", "f"}


def test_an_asked_value_shows_a_gate_that_is_misread():
    # 2 + 2 = 2·2, and each operand's gradient is not asked.
    inputs = {"x": 2, "y": 3, "z": 5}
    asked_gradient = am.lint(am.Question("p = x*y\nf = p + z", inputs, asked=("z",)))
    asked_value = am.lint(am.Question("p = x*y\nf = p + z", inputs, asked=("z", "value:p")))
    assert "misread.mul_as_add" not in {mistake.misconception for mistake in asked_value.invisible}
    assert asked_value.possible > asked_gradient.possible


# What the question is, its kinds of finding in question, and the sentence.
FOUND = [
    ("relu at 0", am.Question("h = x - y\nf = relu(h)*z", {"x": 2, "y": 2, "z": 3}), "kink",
     "The ReLU gate of relu(h) is at a kink, where several derivatives are right. Fix one by the conventions "
     "relu_at_zero or ties, or move the inputs off it."),
    ("tie", am.Question("m = max(x, y)\nf = m*3", {"x": 2, "y": 2}), "kink",
     "The max gate of m is at a kink, where several derivatives are right. Fix one by the conventions relu_at_zero or "
     "ties, or move the inputs off it."),
    ("sum over one example", am.Question("L = mean((X @ w)**2)", {"X": [[1, 2]], "w": [3, 4]}), "batch of one",
     "mean of L runs over an axis of length 1, so nothing shows whether it divides by the right number. Take at least "
     "two examples."),
    ("square weights", am.Question("L = sum(W @ x)", {"W": [[1, 2], [3, 4]], "x": [5, 6]}), "square",
     "W, which enters the product of W @ x, is square, so its transpose fits too. Take another number of rows than of "
     "columns."),
    ("no regularisation", am.Question("r = c*w\nL = w*w + r", {"w": 3, "c": 0}), "zero",
     "c is 0 and hides whatever else enters the × gate of r. Choose a number that is not 0."),
    ("constant of 0", am.Question("r = 0*w\nL = w*w + r", {"w": 3}), "zero",
     "0 is 0 and hides whatever else enters the ×0 gate of r. Choose a number that is not 0."),
    ("input of 1", am.Question("p = a*b\nf = p*p", {"a": 1, "b": 3}), "one",
     "a is 1, so nothing shows whether the × gate of p multiplies by it. Choose another number."),
    ("dead unit", am.Question("h = relu(x)\nf = h + y", {"x": -2, "y": 3}), "zero gradient",
     "The gradient of x is 0, from which anything follows. Choose other inputs."),
    ("1 arrives everywhere", am.Question("p = a*b\nf = p + c", {"a": 2, "b": 3, "c": 4}), "upstream of one",
     "1 arrives at every gate, so nothing shows whether it is multiplied by. Let the output pass another gate."),
    ("long input", am.Question("f = a*b", {"a": 1.23456, "b": 2}), "long input",
     "a has 6 significant digits. Fewer are enough to work with by hand."),
    ("input without an end", am.Question("f = a*b", {"a": np.pi, "b": 2}), "long input",
     "a has at least 12 significant digits. Fewer are enough to work with by hand."),
    ("thirds", am.Question("f = a/b", {"a": 1, "b": 3}, asked=("a",)), "long answer",
     "The right answer for a, 0.3333, does not end within 4 significant digits. Choose inputs with which it does."),
]  # fmt: skip


@pytest.mark.parametrize(("question", "kind", "sentence"), [row[1:] for row in FOUND], ids=[row[0] for row in FOUND])
def test_finding(question, kind, sentence):
    findings = am.lint(question)
    assert sentence in [finding.sentence for finding in findings.of_kind(kind)]


# The same questions with one thing changed have no such finding.
SOUND = [
    ("relu at 0", am.Question("h = x - y\nf = relu(h)*z", {"x": 2, "y": 2, "z": 3},
                              conventions=Conventions(relu_at_zero=0)), "kink"),
    ("relu off 0", am.Question("h = x - y\nf = relu(h)*z", {"x": 4, "y": 2, "z": 3}), "kink"),
    ("two examples", am.Question("L = mean((X @ w)**2)", {"X": [[1, 2], [3, 4]], "w": [3, 4]}), "batch of one"),
    ("oblong", am.Question("L = sum(W @ x)", {"W": [[1, 2]], "x": [5, 6]}), "square"),
    ("regularised", am.Question("r = c*w\nL = w*w + r", {"w": 3, "c": 2}), "zero"),
    ("upstream of 2", am.Question("p = a*b\nf = 2*p", {"a": 2, "b": 3}), "upstream of one"),
    ("quarters", am.Question("f = a/b", {"a": 1, "b": 4}), "long answer"),
    # Nobody expects the sigmoid of 2 to end.
    ("sigmoid", am.Question("f = sigmoid(a)", {"a": 2}), "long answer"),
    # An add gate sends the same to both whatever the inputs.
    ("add gate", am.Question("s = a + b\nf = s*c", {"a": 2, "b": 3, "c": 7}, asked=("a", "b")), "same answer"),
]  # fmt: skip


@pytest.mark.parametrize(("question", "kind"), [row[1:] for row in SOUND], ids=[row[0] for row in SOUND])
def test_no_finding(question, kind):
    assert am.lint(question).of_kind(kind) == ()


def test_the_same_answer_by_chance():
    findings = am.lint(am.Question("p = a*b\nq = c*d\nf = p + q", {"a": 2, "b": 3, "c": 3, "d": 5}, asked=("a", "d")))
    assert [finding.sentence for finding in findings.of_kind("same answer")] == [
        "a, d have the same answer, 3, though only by chance. Choose other inputs."
    ]


def test_a_gradient_that_is_the_wires_value_by_chance():
    findings = am.lint(am.Question("f = a*b", {"a": 3, "b": 3}, asked=("a",)))
    assert [finding.sentence for finding in findings.of_kind("value is gradient")] == [
        "The gradient of a is the same as its value, 3. Choose other inputs."
    ]


def test_an_answer_that_is_not_finite_is_an_error():
    findings = am.lint(am.Question("f = a*1e308*b", {"a": 10, "b": 2}, asked=("a", "b")))
    assert [str(finding) for finding in findings.errors] == [
        "error: The right number of a is not finite. Choose other inputs.",
        "error: The right number of b is not finite. Choose other inputs.",
    ]


def test_gradient_that_cannot_be_asked():
    inputs = {"x": am.Tensor(2.0, requires_grad=False), "y": 3}
    with pytest.raises(am.UnknownWireError) as caught:
        am.lint(am.Question("f = x*y", inputs, asked=("x",)))
    assert str(caught.value) == "the wire 'x' takes no gradient. Ask for its value, 'value:x'."
    # One that takes none stays so at other inputs.
    asked_all = am.lint(am.Question("f = x*y", inputs))
    asked_rest = am.lint(am.Question("f = x*y", inputs, asked=("y", "f")))
    assert asked_all.to_json() == asked_rest.to_json()


def test_a_quiz_whose_gradients_are_rounding_noise():
    # Udacity's MiniFlow quiz: the target is the rounded prediction.
    inputs = {
        "X": [[-1.0, -2.0], [-1.0, -2.0]], "W": [[2.0, -3.0], [2.0, -3.0]], "b": [-3.0, -5.0],
        "Y": [[0.000123394576, 0.98201379], [0.000123394576, 0.98201379]],
    }  # fmt: skip
    question = am.Question("Z = X @ W + b\nA = sigmoid(Z)\nL = sum((Y-A)**2)", inputs, asked=("W", "b"))
    assert [finding.kind for finding in am.lint(question).errors] == ["degenerate"]
    assert am.lint(question).errors[0].sentence == (
        "Every gradient that is asked is at most 5e-12: nothing but rounding, and zeros pass for it. "
        "Choose inputs whose output is not already at its best."
    )


def test_printed_numbers_of_another_program():
    # A printed exam: the program says |Wᵀx|², the numbers are those of |Wx|².
    question = am.Question(
        "q = W.T @ x\nf = sum(q**2)", {"W": [[0.1, 0.5], [-0.3, 0.8]], "x": [0.2, 0.4]}, asked=("W", "x"),
        given={"value:q": ["0.22", "0.26"], "value:f": "0.116"},
    )  # fmt: skip
    assert [str(finding) for finding in am.lint(question).errors] == [
        "error: The question prints [0.22, 0.26] for value:q; its program gives [−0.1, 0.42]. Correct one of them.",
        "error: The question prints 0.116 for value:f; its program gives 0.1864. It follows from the other printed "
        "numbers, so these belong to another program.",
    ]
    assert am.lint(am.Question("q = W @ x\nf = sum(q**2)", question.inputs, given=question.given)).errors == ()


def test_findings_as_text_markdown_and_json():
    findings = am.lint(midterm(PRINTED))
    first = "At p1 these mistakes change no number that is asked: any.copies_value. Choose better numbers."
    lines = findings.to_text().splitlines()
    assert lines[:2] == ["Of 69 mistakes, 7 are invisible and 33 look like another.", f"warning: {first}"]
    assert findings.to_markdown().splitlines()[:3] == [lines[0], "", f"- **warning**: {first}"]
    data = json.loads(findings.to_json())
    assert data["findings"][0] == {
        "kind": "invisible", "severity": "warning", "wires": ["p1"], "sentence": first,
        "mistakes": [{"misconception": "any.copies_value", "at": "p1"}],
    }  # fmt: skip
    assert (data["possible"], len(data["invisible"]), len(data["findings"])) == (69, 7, len(findings))
    assert [finding.severity for finding in findings] == sorted(
        (finding.severity for finding in findings), key=["error", "warning", "note"].index
    )


@pytest.mark.parametrize(
    ("number", "rounded"),
    [(0.0, 0.0), (-0.31254, -0.3125), (123456.0, 123500.0), (1e-13, 0.0), (0.00012344, 0.0001234), (np.nan, np.nan)],
)
def test_significant(number, rounded):
    np.testing.assert_allclose(significant(number), rounded, rtol=1e-14, atol=0)


def test_numbers_that_differ_by_floating_point_alone_round_alike():
    boundary = 0.12345
    assert significant(np.nextafter(boundary, 0)) == significant(np.nextafter(boundary, 1))


PUBLISHED = load("published.json")


@pytest.mark.parametrize("case", PUBLISHED, ids=[case["id"] for case in PUBLISHED])
def test_published_questions_can_be_linted(case):
    findings = am.lint(am.Question("\n".join(case["program"]), case["inputs"]))
    degenerate = case["id"] == "udacity-miniflow-key-v2"
    assert [finding.kind for finding in findings.errors] == (["degenerate"] if degenerate else [])
    assert findings.possible > 0
    assert len(json.loads(findings.to_json())["findings"]) == len(findings)


@pytest.mark.parametrize("verb", ["lint", "better_numbers", "variants", "separate", "audit"])
def test_what_is_no_question_is_refused(verb):
    more = {"variants": (3,), "separate": (am.check(am.parse("x*y", x=2, y=3), {"x": "4"}),), "audit": ({"x": "1"},)}
    with pytest.raises(am.QuestionError, match=rf"{verb}: expected a Question, such as .*; got str\."):
        getattr(am, verb)("f = x*y", *more.get(verb, ()))
