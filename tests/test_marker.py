"""The marker: verdicts, causes, conventions, ties, rounding and marks on sheets made by hand."""

import json
from xml.etree import ElementTree

import numpy as np
import pytest
from circuits import CIRCUITS, midterm, published

import autograd_mini as am
from autograd_mini.marking import Conventions, Marker, Marking

PROGRAM = "p0 = w0*x0\np1 = w1*x1\ns = p0 + p1\nt = s + w2\nu = t + 1\nf = 1/u"
# At these numbers no misconception is invisible.
TELLING = {"w0": 5, "x0": 4, "w1": 5, "x1": -3, "w2": -2}
RIGHT = {"f": "1", "u": "-.0625", "t": "-.0625", "s": "-.0625", "w2": "-.0625", "p0": "-.0625", "p1": "-.0625"} | {
    "w0": "-.25", "x0": "-.3125", "w1": ".1875", "x1": "-.3125",
}  # fmt: skip


def telling():
    return am.parse(PROGRAM, TELLING)


def causes(report):
    return [{(alias.misconception, alias.at) for alias in cause.aliases} for cause in report.causes]


def flipped(sheet, *wires):
    """Return a sheet with the signs of some answers changed."""
    return sheet | {wire: sheet[wire][1:] if sheet[wire][0] == "-" else "-" + sheet[wire] for wire in wires}


class TestVerdicts:
    def test_a_right_sheet_has_no_cause(self):
        report = am.check(telling(), RIGHT)
        assert set(report.verdicts.values()) == {"right"}
        assert (report.first_mistake, report.causes, report.score) == (None, [], 1.0)

    def test_one_slip_and_what_follows(self):
        sheet = {"f": "1", "u": "-16", "t": "-16", "s": "-16", "w2": "-16", "p0": "-16", "p1": "-16"}
        report = am.check(telling(), sheet | {"w0": "-64", "x0": "-80", "w1": "48", "x1": "-80"})
        assert report.verdicts == dict.fromkeys(RIGHT, "follows") | {"f": "right", "u": "slip"}
        assert (report.first_mistake.wire, report.first_mistake.follows) == ("u", -0.0625)
        assert causes(report) == [
            {("recip.at_output", "f"), ("recip.minus_square", "f"), ("any.divides_by_local", "f")}
        ]
        mark = next(mark for mark in report.marks if mark.wire == "w0")
        assert (mark.right, mark.answer, mark.follows) == (-0.25, "-64", -64.0)

    def test_a_right_number_after_a_wrong_one_is_right(self):
        report = am.check(telling(), flipped(RIGHT, "s"))
        assert [wire for wire, verdict in report.verdicts.items() if verdict != "right"] == ["s"]
        assert report.verdicts["s"] == "slip"

    def test_values_come_before_gradients_and_follow_too(self):
        values = {"p0": "20", "p1": "15", "s": "35", "t": "33", "u": "34", "f": "0.02941"}
        report = am.check(telling(), {"u": "-0.000865"}, values=values)
        assert report.value_verdicts == {
            "p0": "right", "p1": "slip", "s": "follows", "t": "follows", "u": "follows", "f": "follows",
        }  # fmt: skip
        assert report.verdicts == {"u": "follows"}
        assert (report.first_mistake.wire, report.first_mistake.kind) == ("p1", "value")

    def test_only_the_inputs_are_asked(self):
        """The slip is on a wire that nobody asked for; the first wrong answer is the slip, the others follow."""
        report = am.check(telling(), {"w2": "-16", "w1": "48", "x1": "-80", "w0": "-64", "x0": "-80"})
        assert report.verdicts == {"w2": "slip", "w1": "follows", "x1": "follows", "w0": "follows", "x0": "follows"}
        assert ("recip.at_output", "f") in causes(report)[0]

    def test_a_blank_is_no_mistake_and_no_zero(self):
        report = am.check(telling(), RIGHT | {"s": "", "x0": None})
        assert (report.verdicts["s"], report.verdicts["x0"]) == ("blank", "blank")
        assert report.first_mistake is None
        assert report.causes == []
        assert report.score == pytest.approx(9 / 11)

    def test_unreadable_is_a_mistake_but_blames_no_gate(self):
        report = am.check(telling(), RIGHT | {"s": "-0,0625"})
        assert report.verdicts["s"] == "unreadable"
        assert report.first_mistake.note == "a decimal comma; write -0.0625"
        assert report.causes == []

    def test_after_a_wrong_zero_everything_follows_and_this_is_said(self):
        report = am.check(telling(), RIGHT | {"p0": "0.000", "w0": "0.000", "x0": "0.000"})
        assert (report.verdicts["p0"], report.verdicts["w0"]) == ("slip", "follows")
        assert "follows: everything follows from a 0" in report.table()

    def test_zeros_earn_nothing_where_nothing_is_zero(self):
        neuron = published("cs231n-notes-sigmoid-circuit")
        assert am.check(neuron, dict.fromkeys(("w0", "x0", "w1", "x1", "w2"), "0"), marking="strict").score == 0.0

    def test_arrays_entry_by_entry(self):
        root = am.parse("q = W @ x\nL = sum(q*q)", W=[[1, 2], [3, 4]], x=[5, 6])
        report = am.check(root, {"q": ["34", "78"], "W": [["170", "204"], ["390", ""]]})
        assert report.marks[1].entries.tolist() == [["right", "right"], ["right", "blank"]]
        report = am.check(root, {"q": ["34", "77"], "W": [["170", "204"], ["385", "468"]]})
        assert report.marks[1].entries.tolist() == [["right", "right"], ["follows", "right"]]
        assert (report.verdicts["q"], report.verdicts["W"]) == ("slip", "follows")


SIGMOID = {"r": "-0.53", "e": "-0.53", "n": "-0.20", "d": "0.20"}
SIGMOID_VALUES = {"n": "-1.00", "e": "0.37", "r": "1.37", "f": "0.73"}


class TestRounding:
    def test_roundings_are_carried(self):
        """−0.53 × 0.37 = −0.1961; with 1.37 for r, −1/1.37² = −0.5328; 0.20 × −2 = −0.40 for the right −0.39."""
        sheet = SIGMOID | {"s": "0.20", "p0": "0.20", "w1": "-0.40", "x1": "-0.60"}
        report = am.check(published("cs231n-notes-sigmoid-circuit"), sheet, values=SIGMOID_VALUES)
        assert report.verdicts["w1"] == "right by rounding"
        assert report.verdicts["x1"] == "right by rounding"
        assert report.score == 1.0

    def test_a_rounded_upstream_does_not_excuse_a_wrong_number(self):
        report = am.check(published("cs231n-notes-sigmoid-circuit"), SIGMOID | {"w1": "-0.45"})
        assert report.verdicts["w1"] == "slip"

    def test_digits_that_were_cut_off_at_a_fork(self):
        # 1/3 + 1/3: rounded 0.667, cut off 0.666.
        report = am.check(am.parse("x/3 + x/3", x=2), {"x": "0.666"})
        assert report.verdicts == {"x": "right by rounding"}
        assert am.check(am.parse("x/3 + x/3", x=2), {"x": "0.667"}).verdicts == {"x": "right"}

    def test_digits_that_were_cut_off(self):
        assert am.check(am.parse("x/3", x=2), {"x": "0.3333"}).verdicts == {"x": "right"}
        assert am.check(am.parse("2*x/3", x=2), {"x": "0.66"}).verdicts == {"x": "right by rounding"}
        assert am.check(am.parse("2*x/3", x=2), {"x": "0.65"}).verdicts == {"x": "slip"}

    def test_whole_numbers_are_not_rounded(self):
        report = am.check(midterm(), {"w0": "-2", "x0": "-1", "u": "-1"})
        assert report.verdicts["w0"] == "slip"

    def test_slack_is_a_setting(self):
        root = am.parse("x*0.4321", x=2)
        assert am.check(root, {"x": "0.440"}).verdicts == {"x": "slip"}
        assert am.check(root, {"x": "0.440"}, conventions=Conventions(slack=20)).verdicts == {"x": "right by rounding"}


class TestCauses:
    def test_the_same_mistake_at_every_gate_of_its_kind(self):
        sheet = RIGHT | {"w0": "-.3125", "x0": "-.25", "w1": "-.3125", "x1": ".1875"}
        (cause,) = am.check(telling(), sheet).causes
        assert [(alias.misconception, alias.at, alias.count) for alias in cause.aliases] == [
            ("mul.own_value", "p0, p1", 2)
        ]

    def test_a_product_read_as_a_sum(self):
        """The gradients of the circuit in which p0 = w0 + x0 = 9: u = −7."""
        g = -1 / 49
        sheet = {"u": g, "t": g, "s": g, "w2": g, "p0": g, "p1": g, "w0": g, "x0": g, "w1": -3 * g, "x1": 5 * g}
        report = am.check(telling(), {wire: f"{number:.6f}" for wire, number in sheet.items()})
        assert ("misread.mul_as_add", "p0") in causes(report)[0]
        alias = next(alias for alias in report.causes[0].aliases if alias.misconception == "misread.mul_as_add")
        assert (alias.wrong_rule, alias.right_rule) == ("w0 + x0", "w0 × x0")

    def test_an_input_copied_wrongly(self):
        """x0 = −4 for 4: u = −36."""
        g = -1 / 1296
        sheet = {"u": g, "t": g, "s": g, "w2": g, "p0": g, "p1": g, "w0": -4 * g, "x0": 5 * g, "w1": -3 * g}
        (cause,) = am.check(telling(), {wire: f"{number:.3e}" for wire, number in sheet.items()}).causes
        assert [(alias.misconception, alias.at, alias.taken) for alias in cause.aliases] == [
            ("forward.wrong_input", "x0", "−4")
        ]
        assert cause.aliases[0].sentence() == "x0 was taken to be −4; it is 4."

    def test_an_input_solved_for(self):
        values = {"p0": "17.5", "p1": "-15", "s": "2.5", "t": ".5", "u": "1.5", "f": "0.6667"}
        sheet = {"u": "-.4444", "w0": "-1.556", "x0": "-2.222", "w1": "1.333"}
        (cause,) = am.check(telling(), sheet, values=values).causes
        assert [(alias.at, alias.taken) for alias in cause.aliases] == [("x0", "3.5")]

    def test_two_mistakes(self):
        sheet = flipped(RIGHT, "u", "t", "s", "w2", "p0", "p1", "w1", "x1") | {"w0": ".3125", "x0": ".25"}
        (cause,) = am.check(telling(), sheet).causes
        assert {alias.misconception for alias in cause.aliases} == {"recip.no_minus", "any.sign_flip"}
        assert {(alias.misconception, alias.at) for alias in cause.also} == {("mul.own_value", "p0")}

    def test_what_nothing_explains(self):
        report = am.check(telling(), RIGHT | {"w0": "7.77"})
        assert report.causes == []
        assert str(report).endswith("No known misconception explains this slip.")
        report = am.check(telling(), RIGHT | {"w0": "7.77", "w1": "8.88", "u": "0.123"})
        assert str(report).endswith("Several mistakes, unexplained.")

    def test_circuit_without_gates(self):
        report = Marker(am.Tensor(3.0, name="x")).mark({"x": "2"}, {"x": "4"})
        assert report.value_verdicts == {"x": "slip"}
        assert report.verdicts == {"x": "slip"}

    def test_a_large_circuit_is_marked_in_the_time_there_is(self, monkeypatch):
        """Of 7,789 possible mistakes in 275 gates those near the first wrong number are tried, and this is said."""
        monkeypatch.setattr("autograd_mini.marking.causes._MOST_STEPS", 10_000)
        root = CIRCUITS["300 gates"]()
        report = am.check(root, {"x0": "7.77", "x1": "8.88"})
        assert (report.causes, report.is_complete) == ([], False)
        assert report.explanation().endswith("the circuit is too large to try all.")
        right = Marker(root).ground.right.predicted["gradient"][am.Graph(root)["x0"]].middle
        assert am.check(root, {"x0": f"{right:.4g}"}).is_complete

    def test_a_fork_that_was_overwritten(self):
        report = am.check(am.parse("d = a*b\ne = a + b\nf = d*e", a=-2, b=3), {"d": 1, "e": -6, "a": 3, "b": -2})
        assert causes(report)[0] >= {("fanout.last", "a")} or causes(report)[0] >= {("any.zero", "e")}
        assert all(alias.at in ("e", "a, b", "a", "b") for alias in report.causes[0].aliases)

    def test_sigma_prime_where_cross_entropy_has_cancelled_it(self):
        root = published("interviewprep-double-sigma")
        report = am.check(root, {"a2": "0.562", "z2": "0.138", "w2": "0.069"}, values={"z2": "0.25", "a2": "0.562"})
        assert ("sigmoid.applied_twice", "a2") in causes(report)[0]
        assert (report.first_mistake.wire, report.verdicts["z2"]) == ("a2", "follows")

    def test_sentence_and_both_rules(self):
        report = am.check(telling(), RIGHT | {"u": "-16"})
        assert report.first_mistake.wire == "u"
        report = am.check(telling(), {"u": "-16"})
        assert report.causes[0].aliases[0].sentence() == (
            "At the 1/x gate of f: the local derivative −1/x² was taken at the gate's output instead of its input. "
            "You wrote -16 for the gradient of u; it is −0.0625. "
            "Yours: upstream × (−1/f²). Right: upstream × (−1/u²)."
        )


class TestKinks:
    relu = staticmethod(lambda: am.parse("z = w*x\nh = relu(z)\nL = h*3", w=0, x=2))
    tie = staticmethod(lambda: am.parse("m = max(a, b)\nL = 5*m", a=2, b=2))

    @pytest.mark.parametrize("share", ["0", "3", "1.5"])
    def test_any_subgradient_is_right(self, share):
        report = am.check(self.relu(), {"h": "3", "z": share, "w": str(2 * float(share))})
        assert set(report.verdicts.values()) == {"right"}

    @pytest.mark.parametrize("share", ["4", "-1"])
    def test_beyond_the_subgradients_is_wrong(self, share):
        report = am.check(self.relu(), {"h": "3", "z": share})
        assert report.verdicts["z"] == "slip"

    @pytest.mark.parametrize(("at_zero", "right"), [(0, "0"), (1, "3")])
    def test_a_question_may_fix_it(self, at_zero, right):
        convention = Conventions(relu_at_zero=at_zero)
        assert am.check(self.relu(), {"z": right}, conventions=convention).verdicts == {"z": "right"}
        other = {"0": "3", "3": "0"}[right]
        assert am.check(self.relu(), {"z": other}, conventions=convention).verdicts == {"z": "slip"}

    @pytest.mark.parametrize(("a", "b"), [("5", "0"), ("0", "5"), ("2.5", "2.5"), ("1", "4")])
    def test_parts_at_a_tie_that_add_up(self, a, b):
        assert set(am.check(self.tie(), {"m": "5", "a": a, "b": b}).verdicts.values()) == {"right"}

    @pytest.mark.parametrize(("a", "b"), [("5", "5"), ("0", "0"), ("2.5", "0")])
    def test_parts_at_a_tie_that_do_not(self, a, b):
        report = am.check(self.tie(), {"m": "5", "a": a, "b": b})
        assert report.verdicts["b"] == "slip"
        assert report.first_mistake.note == "at a tie the parts must add up to what arrives"

    @pytest.mark.parametrize(
        ("program", "ties", "right"),
        [
            ("m = max(0, x)", "first", "0"),
            ("m = max(0, x)", "last", "1"),
            ("m = max(x, 0)", "last", "0"),
            ("m = min(0, x)", "first", "0"),
            ("m = min(x, 0)", "first", "1"),
            ("m = max(x, 2*x, 0)", "last", "0"),
        ],
    )
    def test_a_constant_may_win_a_tie(self, program, ties, right):
        root, convention = am.parse(program, x=0), Conventions(ties=ties)
        answers = {"0", "0.5", "1"}
        verdicts = {answer: am.check(root, {"x": answer}, conventions=convention).verdicts["x"] for answer in answers}
        assert {answer for answer, verdict in verdicts.items() if verdict == "right"} == {right}

    @pytest.mark.parametrize(("ties", "right"), [("first", "5"), ("last", "0"), ("split", "2.5")])
    def test_a_question_may_fix_ties(self, ties, right):
        convention = Conventions(ties=ties)
        for answer in ("5", "0", "2.5"):
            report = am.check(self.tie(), {"a": answer}, conventions=convention)
            assert report.verdicts["a"] == ("right" if answer == right else "slip")

    def test_abs_at_zero_and_the_largest_of_an_array(self):
        for answer in ("-2", "0", "2"):
            assert am.check(am.parse("2*abs(x)", x=0), {"x": answer}).verdicts == {"x": "right"}
        root = am.parse("m = max(v)\nL = 3*m", v=[1, 4, 4])
        for answer in (["0", "3", "0"], ["0", "0", "3"], ["0", "1.5", "1.5"]):
            assert am.check(root, {"m": "3", "v": answer}).verdicts["v"] == "right"
        assert am.check(root, {"m": "3", "v": ["0", "3", "3"]}).verdicts["v"] == "slip"
        assert am.check(root, {"m": "3", "v": ["3", "0", "0"]}).verdicts["v"] == "slip"


class TestConventions:
    root = staticmethod(lambda: am.parse("e = y - w*x\nL = e*e", w=2, x=3, y=5))

    @pytest.mark.parametrize(
        ("convention", "answers"),
        [
            (Conventions(), {"e": "-2", "w": "6"}),
            (Conventions(quantity="delta"), {"e": "2", "w": "-6"}),
            (Conventions(quantity="update", learning_rate=0.1), {"e": "-2", "w": "-0.6"}),
            (Conventions(quantity="new value", learning_rate=0.1), {"e": "-2", "w": "1.4"}),
            (Conventions(half=True), {"e": "-1", "w": "3"}),
            (Conventions(mean=4), {"e": "-0.5", "w": "1.5"}),
        ],
    )
    def test_what_the_numbers_mean(self, convention, answers):
        report = am.check(self.root(), answers, conventions=convention)
        assert set(report.verdicts.values()) == {"right"}
        assert [float(mark.right) for mark in report.marks] == pytest.approx([float(a) for a in answers.values()])

    def test_a_transposed_matrix(self):
        root = am.parse("L = sum((X @ W)*G)", X=[[1, 2, 3]], W=[[1, 2], [3, 4], [5, 6]], G=[[1, -1]])
        right = [["1", "-1"], ["2", "-2"], ["3", "-3"]]
        turned = [["1", "2", "3"], ["-1", "-2", "-3"]]
        assert am.check(root, {"W": right}).verdicts == {"W": "right"}
        assert am.check(root, {"W": turned}, conventions=Conventions(layout="transposed")).verdicts == {"W": "right"}
        report = am.check(root, {"W": turned})
        assert report.verdicts == {"W": "slip"}
        assert report.first_mistake.note == "shape (2, 3) for (3, 2)"
        assert [alias.misconception for alias in report.causes[0].aliases] == ["dW.transposed"]

    def test_what_is_no_conventions_is_refused(self):
        with pytest.raises(am.QuestionError, match=r"conventions must be a Conventions\(...\); got 'strict'"):
            am.check(self.root(), {"w": "6"}, conventions="strict")

    @pytest.mark.parametrize(
        ("choice", "message"),
        [
            ({"quantity": "step"}, "convention 'quantity' must be one of: 'gradient', 'delta', 'update', 'new value'"),
            ({"quantity": "update"}, "needs a positive learning_rate; got None"),
            ({"relu_at_zero": 2}, "convention 'relu_at_zero' must be one of: not given, 0, 1; got 2"),
            ({"ties": "both"}, "convention 'ties' must be one of: not given, 'split', 'first', 'last'; got 'both'"),
            ({"mean": 0}, "convention 'mean' must be a whole number of at least 1; got 0"),
            ({"slack": -1}, "convention 'slack' must be a positive number; got -1"),
        ],
    )
    def test_bad_conventions_are_refused(self, choice, message):
        with pytest.raises(am.QuestionError) as caught:
            Conventions(**choice)
        assert message in str(caught.value)


# One slip at u; nine numbers follow.
SLIPPED = dict(zip(RIGHT, ["1", "-16", "-16", "-16", "-16", "-16", "-16", "-64", "-80", "48", "-80"]))


class TestMarks:
    def test_strict_and_follow_through(self):
        assert am.check(telling(), SLIPPED).score == pytest.approx(10 / 11)
        assert am.check(telling(), SLIPPED, marking="strict").score == pytest.approx(1 / 11)
        marking = Marking(penalty=0.5)
        assert am.check(telling(), SLIPPED, marking=marking).score == pytest.approx((1 + 9 * 0.5) / 11)

    def test_a_sheet_of_zeros_earns_nothing(self):
        assert am.check(midterm(), dict.fromkeys(am.Graph(midterm()).names, "0")).score == 0.0
        assert am.check(telling(), dict.fromkeys(RIGHT, "0")).score == 0.0

    def test_what_follows_from_a_trivial_number_is_capped(self):
        sheet = RIGHT | {"p0": "1", "w0": "4", "x0": "5"}
        assert am.check(telling(), sheet).score == pytest.approx((8 + 2 * 0.5) / 11)
        assert am.check(telling(), sheet, marking=Marking(trivial_cap=0)).score == pytest.approx(8 / 11)

    def test_marks_per_wire(self):
        report = am.check(telling(), RIGHT | {"w0": "9.99"}, weights={"w0": 5, "x0": 2})
        assert (report.points, report.total) == (11.0, 16.0)
        assert "Score: 11/16." in report.summary()

    def test_bad_choices_are_refused(self):
        with pytest.raises(am.QuestionError, match="marking must be 'follow-through', 'strict' or a Marking"):
            am.check(telling(), RIGHT, marking="kind")
        with pytest.raises(am.QuestionError, match="'penalty' must be a share from 0 to 1; got 2"):
            Marking(penalty=2)
        with pytest.raises(am.QuestionError, match="the marks for 'w0' must be a number of at least 0"):
            am.check(telling(), RIGHT, weights={"w0": -1})
        with pytest.raises(am.UnknownWireError, match="no wire is named 'w9'"):
            am.check(telling(), RIGHT, weights={"w9": 1})


class TestReports:
    def test_json_says_all(self):
        report = am.check(telling(), SLIPPED)
        said = json.loads(report.to_json())
        assert said["first_mistake"] == {"wire": "u", "kind": "gradient"}
        assert said["score"] == report.score
        assert [mark["verdict"] for mark in said["marks"]] == list(report.verdicts.values())
        assert said["causes"][0]["aliases"][0]["misconception"] == "recip.at_output"
        assert said["causes"][0]["aliases"][0]["wrong_rule"] == "upstream × (−1/f²)"

    def test_markdown(self):
        lines = am.check(telling(), SLIPPED).to_markdown().splitlines()
        assert lines[0] == "| wire | answer | right | follows from yours | verdict |"
        assert lines[3] == "| u | -16 | −0.0625 |  | slip |"
        assert lines[4] == "| t | -16 | −0.0625 | −16 | follows |"

    def test_html_for_notebooks(self):
        html = am.check(telling(), SLIPPED)._repr_html_()
        tree = ElementTree.fromstring(html.replace("<br>", "<br/>"))
        assert [cell.text for cell in tree.findall(".//tr")[2].findall("td")] == ["u", "-16", "−0.0625", None, None]
        assert [word.text for word in tree.iter("b")] == ["right", "slip"] + ["follows"] * 9
        assert len(tree.findall(".//li")) == 3

    def test_html_of_hostile_text(self):
        html = am.check(telling(), {"u": "<script>alert(1)</script>", "t": '"&'}).to_html()
        ElementTree.fromstring(html.replace("<br>", "<br/>"))
        assert "<script" not in html

    def test_the_circuit_is_not_changed(self):
        root = telling()
        am.check(root, SLIPPED)
        assert all(wire.grad is None for wire in am.Graph(root).leaves)

    def test_float32_and_large_arrays(self):
        rng = np.random.default_rng(0)
        W, x = rng.normal(size=(40, 30)).astype(np.float32), rng.normal(size=30).astype(np.float32)
        root = am.parse("h = tanh(W @ x)\nL = sum(h*h)", W=W, x=x)
        root.backward()
        gradient = am.Graph(root)["W"].grad
        assert am.check(root, {"W": gradient}).score == 1.0
        wrong = gradient.copy()
        wrong[3, 4] += 1
        report = am.check(root, {"W": wrong})
        assert report.marks[0].entries[3, 4] == "slip"
        assert np.sum(report.marks[0].entries == "slip") == 1
