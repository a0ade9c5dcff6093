"""Follow-through on the quiz page, in Chromium: its verdicts are the marker's, its predictions the circuit's."""

import collections
import itertools
import json
import random

import numpy as np
import pytest
from circuits import CIRCUITS, fork, midterm, published, scalar_mlp, scoped, unrolled_rnn
from oracles import load

import autograd_mini as am
from autograd_mini.formula import Symbol, variable
from autograd_mini.marking import Marker
from autograd_mini.marking.answers import Answer
from autograd_mini.pages import quiz
from autograd_mini.primitive import table
from autograd_mini.scalar import straight

pytestmark = pytest.mark.slow

SHEETS = collections.defaultdict(list)
for one in load("fault_sheets.json"):
    SHEETS[one["circuit"]].append(one)
# Listed before other tests add gates of their own and SciPy's.
GATES = [gate for gate in table.values() if gate.elementwise and gate.rules]
# What is computed by functions that JavaScript lacks or has otherwise.
NO_VALUE = {
    "copysign", "deg2rad", "erf", "erfc", "fmax", "fmin", "fmod", "gelu", "heaviside", "i0", "logaddexp",
    "logaddexp2", "nan_to_num", "nextafter", "rad2deg", "remainder", "sinc", "sinc_derivative",
}  # fmt: skip
# Of the gates that have a value, all have their derivatives too.
NO_DERIVATIVE = NO_VALUE - {"deg2rad", "erf", "erfc", "fmax", "fmin", "heaviside", "i0", "nextafter", "rad2deg"}

WRITE = """texts => {
    texts.forEach((text, i) => {
        const field = document.getElementById(`answer${i}`);
        field.value = text;
        field.dispatchEvent(new Event("change"));
    });
    return texts.map((_, i) => document.getElementById(`cell${i}`).dataset.verdict);
}"""


def names_of(sheet):
    """Return what the cells of a quiz are called, in order."""
    return [one["name"] for one in json.loads(sheet.locator("#questions").text_content())]


def write(sheet, answers, prefix="gradient of "):
    """Write answers into cells, none into the others; return all verdicts by the cells' names."""
    names = names_of(sheet)
    texts = {prefix + wire: text for wire, text in answers.items()}
    assert texts.keys() <= set(names)
    return dict(zip(names, sheet.evaluate(WRITE, [texts.get(name, "") for name in names]), strict=True))


def status(sheet, name, text):
    """Write one answer as a person does; return what is said."""
    field = sheet.get_by_label(name, exact=True)
    field.fill(text)
    field.press("Enter")
    return sheet.locator("#status").text_content()


def score(report, cells):
    """Return the line of the score for a report."""
    verdicts = [mark.verdict for mark in report.marks]
    right, follows = sum(verdict.startswith("right") for verdict in verdicts), verdicts.count("follows")
    earned = f"{sum(mark.credit for mark in report.marks):g}"
    more = f", {follows} follow{'s' if follows == 1 else ''}: {earned} of {cells} marks" if follows else ""
    return f"{right} of {cells} right{more}"


@pytest.mark.parametrize("circuit", SHEETS)
def test_fault_sheets_are_marked_as_the_marker_does(show, circuit):
    case = {case["id"]: case for case in load("published.json")}[circuit]
    root = am.parse("\n".join(case["program"]), case["inputs"])
    # The sheets were worked out to six digits; the picture shows as many.
    marker, sheet = Marker(root), show(quiz(root, number_format=".6g"))
    cells, seen = len(names_of(sheet)), set()
    for one in SHEETS[circuit][::6]:
        answers = {wire: f"{number:#.6g}" for wire, number in one["gradients"].items()}
        report, verdicts = marker.mark(answers), write(sheet, answers)
        expected = {wire: {"slip": "wrong"}.get(verdict, verdict) for wire, verdict in report.verdicts.items()}
        found = {wire: verdicts[f"gradient of {wire}"] for wire in answers}
        if one["fault"].startswith("misread."):
            # Values that do not stand on a sheet may have been others, says the marker; the page shows them.
            expected = {wire: "wrong" if found[wire] == "wrong" else verdict for wire, verdict in expected.items()}
            assert found == expected, one
            continue
        assert found == expected, one
        assert sheet.locator("#score").text_content() == score(report, cells), one
        seen |= set(found.values())
    assert {"right", "wrong"} <= seen


def rounded(*forms):
    """Return ways to write numbers, each by a format."""
    return [lambda number, form=form: format(number, form) for form in forms]


def cut(number):
    """Return a number with its digits after the second cut off."""
    return f"{number:.6f}"[:-4]


FINE = rounded(".2f", ".4g", "#.6g")
# Digits that are cut off, and few of them.
ROUGH = [*rounded(".0f", ".1f", ".2f"), cut, cut]


FORKED = ["cs231n-notes-staged", "micrograd-lecture-fork", "baydin-survey", "nanograd-cubic"]
TREES = [
    "cs231n-2017-sample-midterm-3.1", "cs231n-notes-sigmoid-circuit", "micrograd-lecture-neuron",
    "saitoh-apples-oranges",
]  # fmt: skip


@pytest.mark.parametrize(
    ("circuit", "forms"),
    [(circuit, FINE) for circuit in FORKED + TREES] + [(circuit, ROUGH) for circuit in TREES],
)
def test_sheets_with_values_are_marked_as_the_marker_does(show, circuit, forms):
    root = published(circuit)
    marker, chance = Marker(root), random.Random(circuit)
    right = marker.ground.right
    graph = marker.ground.graph
    places = [("value", gate.output) for gate in graph.gates] + [("gradient", wire) for wire in marker.ground.backward]
    asked = [f"value:{wire.name}" if kind == "value" else wire.name for kind, wire in places]
    sheet = show(quiz(root, asked=asked, number_format=".6g"))
    counts = collections.Counter()
    for _ in range(8):
        mistakes = {}
        for place in chance.sample(places, 2):
            number = float(right.prediction(place).middle)
            mistakes[place] = chance.choice([-number, 2 * number, number + 1, 0.0, 1.3 * number])
        # Somebody who makes these mistakes and works on rightly.
        work = marker.ground.walk({place: Answer(number, ()) for place, number in mistakes.items()})
        write_number = chance.choice(forms)
        texts = {
            f"{kind} of {wire.name}": write_number(
                mistakes.get((kind, wire), float(work.prediction((kind, wire)).middle))
            )
            for kind, wire in places
        }
        verdicts = write(sheet, texts, prefix="")
        values, gradients = (
            {wire.name: texts[f"{kind} of {wire.name}"] for kind, wire in places if kind == wanted}
            for wanted in ("value", "gradient")
        )
        report = marker.mark(gradients, values)
        for mark in report.marks:
            expected = {"slip": "wrong"}.get(mark.verdict, mark.verdict)
            found = verdicts[f"{mark.kind} of {mark.wire}"]
            assert found == expected, (mark, mistakes)
            counts[found] += 1
    assert min(counts[verdict] for verdict in ("right", "follows", "wrong")) > 2


@pytest.mark.parametrize("name", CIRCUITS)
def test_predictions_are_the_circuit_s_numbers(show, name):
    """Against right numbers that are none, only what follows from the others is right: by rounding."""
    root = CIRCUITS[name]()
    graph = am.Graph(root)
    named = [wire for wire in graph.wires if wire.name and wire.ndim == 0]
    listed = [f"value:{wire.name}" for wire in named if graph.driver(wire)] + [
        wire.name for wire in named if wire.requires_grad
    ]
    for asked in ("gradients", *([listed] if listed else [])):
        sheet = show(quiz(root, asked=asked), bypass_csp=True)
        rights = [one["right"] for one in json.loads(sheet.locator("#questions").text_content())]
        marks = sheet.evaluate(
            "([texts, rights]) => following.mark(texts, rights)",
            [[repr(right) for right in rights], [right + 1000 for right in rights]],
        )
        assert {mark["verdict"] for mark in marks} == {"right by rounding"}


@pytest.mark.parametrize(
    "made",
    [
        lambda: quiz(scalar_mlp()),
        lambda: quiz(scoped(), depth=0),
        lambda: quiz(unrolled_rnn(), focus="h3", steps=1),
        lambda: quiz(midterm(), asked=["w0"], given=["t"]),
        lambda: quiz(published("blog-midterm-short-3.3-net")),
        lambda: quiz(fork(), upstream=-2.5),
    ],
    ids=["groups", "collapsed scopes", "part", "few", "repeated inputs", "upstream"],
)
def test_predictions_however_it_is_drawn(show, made):
    sheet = show(made(), bypass_csp=True)
    rights = [one["right"] for one in json.loads(sheet.locator("#questions").text_content())]
    marks = sheet.evaluate(
        "([texts, rights]) => following.mark(texts, rights)",
        [[repr(right) for right in rights], [right + 1000 for right in rights]],
    )
    assert {mark["verdict"] for mark in marks} == {"right by rounding"}


class TestGates:
    def test_forms_give_the_numbers_of_the_rows(self, show):
        forms, wanted, without = [], [], {"value": set(), "derivative": set()}
        for gate in GATES:
            count = 3 if gate.variadic else len(gate.operands)
            operands = tuple(variable(f"x{i}", 1.0) for i in range(count))
            points = [0.0, 1.0, -1.0, 0.5, -2.0, 3.0, 40.0, -800.0] if count < 3 else [0.0, 1.0, -0.5]
            given = list(itertools.product(points, repeat=count))
            made = [("value", straight(Symbol(gate, operands, gate.options), "javascript"), None)]
            for position in range(count):
                if gate.rule_for(position) is not None:
                    sent = gate.pull(position, variable("upstream", 1.0), variable("out", 1.0), operands, gate.options)
                    made.append(("derivative", straight(sent, "javascript"), position))
            for kind, code, position in made:
                if code is None:
                    without[kind].add(gate.name)
                    continue
                lines = "".join(f"const {line};" for line in code.lines)
                parameters = ["upstream", "out", *(f"x{i}" for i in range(count))]
                for values in given:
                    with np.errstate(all="ignore"):
                        numbers = tuple(map(np.float64, values))
                        out = gate.value(*numbers, **gate.options)
                        expected = (
                            out
                            if position is None
                            else gate.pull(position, np.float64(2.5), out, numbers, gate.options)
                        )
                    if not np.isfinite(out) or not np.isfinite(expected):
                        continue
                    forms.append([parameters, f"{lines} return {code.value};", [2.5, float(out), *values]])
                    wanted.append((gate.name, kind, values, float(expected)))
        assert without == {"value": NO_VALUE, "derivative": NO_DERIVATIVE}
        found = show(quiz(midterm()), bypass_csp=True).evaluate(
            """forms => forms.map(([parameters, body, given]) =>
                Number(new Function(...parameters, `"use strict"; const inf = Infinity; ${body}`)(...given)))""",
            forms,
        )
        assert len(found) > 2000
        for number, (name, kind, values, expected) in zip(found, wanted, strict=True):
            # Browsers round exp and its kin otherwise in the last digits.
            np.testing.assert_allclose(
                float(number), expected, rtol=1e-13, atol=1e-300, err_msg=f"{name} {kind} {values}"
            )

    def test_what_has_no_form_is_never_said_to_follow(self, show):
        root = am.parse("q = x*y\ns = sum(v*q)\nf = s*z", x=2, y=3, z=4, v=np.array([1.0, 2.0]))
        sheet = show(quiz(root, asked=["f", "s", "q", "x"]))
        assert status(sheet, "gradient of s", "5") == "gradient of s: wrong."
        # From 5 it would be 15, but the arrays between are not followed.
        assert status(sheet, "gradient of q", "15") == "gradient of q: wrong."
        assert status(sheet, "gradient of q", "12") == "gradient of q: right."
        assert status(sheet, "gradient of x", "37") == "gradient of x: wrong."

    def test_shares_at_a_tie_must_add_up(self, show):
        root = am.parse("m = max(x, y)\nf = 3*m", x=2, y=2)
        marker, sheet = Marker(root), show(quiz(root))
        for x, y, m in (("3", "0", ""), ("1.5", "1.5", "3"), ("3", "3", ""), ("4", "-1", "3"), ("2", "2", "4"),
                        ("2", "", "3"), ("", "3.5", ""), ("1", "?", "")):  # fmt: skip
            answers = {"m": m, "x": x, "y": y}
            verdicts = write(sheet, answers)
            expected = {wire: {"slip": "wrong"}.get(v, v) for wire, v in marker.mark(answers).verdicts.items()}
            assert {wire: verdicts[f"gradient of {wire}"] or "blank" for wire in answers} == expected, answers
        write(sheet, {"x": "3", "m": ""})
        assert status(sheet, "gradient of y", "3") == (
            "gradient of y: wrong: at a tie the parts must add up to what arrives."
        )
        assert status(sheet, "gradient of y", "0") == "gradient of y: right."

    def test_a_wire_that_also_chooses(self, show):
        x, y = am.Tensor(2.0, name="x"), am.Tensor(5.0, name="y")
        root = np.where(x, y, x * 3).named("f")
        sheet = show(quiz(root, asked=["f", "y", "x"]))
        assert status(sheet, "gradient of y", "1") == "gradient of y: right."
        assert status(sheet, "gradient of f", "2") == "gradient of f: wrong."
        assert status(sheet, "gradient of y", "2").startswith("gradient of y: follows from your gradient of f.")
        assert status(sheet, "gradient of x", "0") == "gradient of x: right."

    def test_any_subgradient_is_right_at_a_kink_of_one_operand(self, show):
        root = am.parse("r = relu(x)\nf = 3*r", x=0)
        sheet = show(quiz(root, asked=["f", "r", "x"]))
        for text in ("0", "3", "1.2"):
            assert status(sheet, "gradient of x", text) == "gradient of x: right."
            assert am.check(root, {"x": text}).verdicts["x"] == "right"
        for text in ("-1", "4"):
            assert status(sheet, "gradient of x", text) == "gradient of x: wrong."


class TestWords:
    def test_an_earlier_answer_that_is_corrected_marks_the_later_ones_anew(self, show):
        root = am.parse("q = x + y\nf = q*z", x=-2, y=5, z=-4)
        sheet = show(quiz(root))
        assert status(sheet, "gradient of f", "1") == "gradient of f: right."
        assert status(sheet, "gradient of q", "4") == "gradient of q: wrong."
        assert status(sheet, "gradient of x", "4") == (
            "gradient of x: follows from your gradient of q. Right rule, earlier number wrong."
        )
        assert status(sheet, "gradient of y", "-5") == (
            "gradient of y: wrong, and it does not follow from your gradient of q either."
        )
        assert sheet.locator("#score").text_content() == "1 of 5 right, 1 follows: 2 of 5 marks"
        assert sheet.locator("#first-mistake").text_content() == (
            "First mistake, from the output back: the gradient of q."
        )
        field = sheet.get_by_label("gradient of x", exact=True)
        description = sheet.locator(f"#{field.get_attribute('aria-describedby')}")
        assert "follows from your gradient of q" in description.text_content()
        assert field.get_attribute("aria-invalid") == "false"
        cell = sheet.locator(".cell", has=field)
        assert cell.locator("path.follows").is_visible()
        assert cell.locator("path:visible").count() == 1
        assert field.evaluate("field => getComputedStyle(field).borderTopStyle") == "double"
        said = status(sheet, "gradient of q", "-4")
        assert said == "gradient of q: right. Marked anew: gradient of x: wrong."
        assert sheet.locator(".sheet li", has_text="gradient of x").locator("b").text_content() == "wrong"
        assert description.text_content() == "gradient of x: wrong."
        assert field.get_attribute("aria-invalid") == "true"
        sheet.click("text=Go to the first mistake")
        assert sheet.evaluate("() => document.activeElement.title") == "gradient of x"
        # Emptied, it has no verdict, and those after it follow from what it should be.
        assert status(sheet, "gradient of q", "") == "gradient of q: blank."
        assert status(sheet, "gradient of y", "-4") == "gradient of y: right."

    def test_a_branch_and_the_sum_at_a_fork(self, show):
        sheet = show(quiz(fork()))
        assert status(sheet, "gradient of q by way of q × x", "4") == "gradient of q by way of q × x: wrong."
        assert status(sheet, "gradient of q", "7") == (
            "gradient of q: follows from your gradient of q by way of q × x. Right rule, earlier number wrong."
        )
        assert status(sheet, "gradient of q by way of q × z", "-3") == (
            "gradient of q by way of q × z: wrong. Marked anew: gradient of q: wrong."
        )
        assert sheet.locator("#verdict5").text_content() == (
            "gradient of q: wrong, and it does not follow from your gradient of q by way of q × x and your gradient "
            "of q by way of q × z either."
        )

    def test_nothing_is_said_about_what_follows_from_what_cannot_be_read(self, show):
        sheet = show(quiz(am.parse("q = x + y\nf = q*z", x=-2, y=5, z=-4)))
        status(sheet, "gradient of q", "-4,0")
        assert status(sheet, "gradient of x", "7") == "gradient of x: wrong."
        assert status(sheet, "gradient of x", "-4") == "gradient of x: right."

    def test_many_changes_are_not_all_read_out(self, show):
        root = am.parse("q = a + b + c + d + e\nf = q*z", a=1, b=1, c=1, d=1, e=1, z=3)
        sheet = show(quiz(root, asked=["q", "a", "b", "c", "d", "e"]))
        verdicts = write(sheet, dict.fromkeys(["q", "a", "b", "c", "d", "e"], "4"))
        assert collections.Counter(verdicts.values()) == {"wrong": 1, "follows": 5}
        assert status(sheet, "gradient of q", "3") == (
            "gradient of q: right. Marked anew: gradient of e: wrong; gradient of d: wrong; gradient of c: wrong; "
            "and 2 more."
        )

    def test_numbers_worked_out_from_rounded_ones_are_right(self, show):
        root = am.parse("d = x + y\nf = sigmoid(d)", x=0.4, y=0.6)
        sheet = show(quiz(root))
        # 0.73 stands at f: 0.73 × 0.27 = 0.1971, not 0.1966.
        assert status(sheet, "gradient of d", "0.1971") == (
            "gradient of d: right by rounding: as near as rounded numbers come."
        )
        assert status(sheet, "gradient of x", "0.1971") == (
            "gradient of x: right by rounding: as near as rounded numbers come."
        )
        assert status(sheet, "gradient of d", "0.1981") == ("gradient of d: wrong. Marked anew: gradient of x: wrong.")
        assert sheet.locator("#score").text_content() == "0 of 4 right"

    def test_what_became_easier_earns_half_and_zero_after_zero_nothing(self, show):
        root = am.parse("q = x*y\nf = q*z", x=2, y=3, z=-4)
        sheet = show(quiz(root))
        assert status(sheet, "gradient of q", "1") == "gradient of q: wrong."
        assert status(sheet, "gradient of x", "3") == (
            "gradient of x: follows from your gradient of q. Right rule, earlier number wrong. "
            "This earns 0.5 of a mark, because with 0, 1 or −1 the rest is easier."
        )
        assert sheet.locator("#score").text_content() == "0 of 5 right, 1 follows: 0.5 of 5 marks"
        status(sheet, "gradient of q", "0")
        assert status(sheet, "gradient of x", "0") == (
            "gradient of x: follows from your gradient of q. Right rule, earlier number wrong. "
            "A 0 that follows from a 0 earns nothing."
        )
        assert sheet.locator("#score").text_content() == "0 of 5 right, 1 follows: 0 of 5 marks"

    def test_values_and_gradients_follow_from_wrong_values(self, show):
        sheet = show(quiz(am.parse("q = x + y\nf = q*z", x=-2, y=5, z=-4), asked=["value:q", "value:f", "z", "q"]))
        assert status(sheet, "value of q", "7") == "value of q: wrong."
        assert status(sheet, "value of f", "-28") == (
            "value of f: follows from your value of q. Right rule, earlier number wrong."
        )
        assert status(sheet, "gradient of z", "7") == (
            "gradient of z: follows from your value of q. Right rule, earlier number wrong."
        )
        assert sheet.locator("#first-mistake").text_content() == "First mistake, forward: the value of q."
        assert status(sheet, "value of q", "3") == (
            "value of q: right. Marked anew: value of f: wrong; gradient of z: wrong."
        )
