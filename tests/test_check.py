"""check: verdicts, the first mistake, the score and the table."""

import numpy as np
import pytest
from circuits import fork, midterm, published

import autograd_mini as am

RIGHT = {"f": "1", "u": "-1", "t": "-1", "s": "-1", "p0": "-1", "p1": "-1"} | {
    "w0": "-3.00", "x0": "−1.0", "w1": "2", "x1": "-2", "w2": "-1",
}  # fmt: skip


def test_right_sheet():
    report = am.check(midterm(), RIGHT)
    assert set(report.verdicts.values()) == {"right"}
    assert (report.first_mistake, report.score) == (None, 1.0)
    assert repr(report) == "<Report: 11 of 11 right.>"


def test_wrong_and_blank():
    report = am.check(midterm(), {"w0": "-3", "x0": "", "w1": "-2", "x1": "2", "w2": None})
    assert report.verdicts == {"w2": "blank", "w1": "slip", "x1": "slip", "w0": "right", "x0": "blank"}
    assert (report.first_mistake.wire, report.first_mistake.kind) == ("w1", "gradient")
    assert report.first_mistake.right == 2.0
    assert report.score == 0.2


def test_first_mistake_is_counted_from_the_output():
    sheet = RIGHT | {"x0": "5", "s": "5", "w0": "5"}
    assert am.check(midterm(), sheet).first_mistake.wire == "s"


def test_fork_is_reached_after_all_its_consumers():
    report = am.check(fork(), {"x": "0", "y": "0", "q": "0", "z": "0"})
    assert [mark.wire for mark in report.marks] == ["q", "z", "x", "y"]


def test_values_come_first_and_in_forward_order():
    report = am.check(midterm(), {"f": "2"}, values={"s": "-1", "p1": "4", "u": "-1.0"})
    assert report.value_verdicts == {"p1": "slip", "s": "right", "u": "right"}
    assert (report.first_mistake.wire, report.first_mistake.kind) == ("p1", "value")
    assert str(report).splitlines()[1] == "p1 (value)  4       −4     slip"


def test_table():
    assert str(am.check(midterm(), {"u": "-1", "w0": "39/100", "w1": "two", "w2": ""})) == (
        "wire  answer  right  verdict\n"
        "u     -1      −1     right\n"
        "w2            −1     blank\n"
        "w1    two     2      unreadable: not a number; write digits such as -0.20, a fraction such as 39/100, "
        "or 1e-3\n"
        "w0    39/100  −3     slip\n"
        "1 of 4 right. First mistake, from the output back: the gradient of w1 (answer two, right 2).\n"
        "No known misconception explains this slip."
    )


def test_markdown_for_notebooks():
    report = am.check(midterm(), {"w0": "-3"})
    assert report._repr_markdown_() == (
        "| wire | answer | right | verdict |\n| --- | --- | --- | --- |\n| w0 | -3 | −3 | right |\n\n1 of 1 right.\n"
    )


def test_rounded_answers_of_the_sigmoid_neuron():
    sheet = {"w0": "-0.20", "x0": "39/100", "w1": "-0.39", "x1": "-0.59", "w2": 0.2}
    assert set(am.check(published("cs231n-notes-sigmoid-circuit"), sheet).verdicts.values()) == {"right"}


class TestArrays:
    root = staticmethod(lambda: am.parse("sum(W @ x)", W=[[1, 2], [3, 4]], x=[5, 6]))

    @pytest.mark.parametrize(
        ("answer", "verdict", "share"),
        [
            ([["5", "6"], ["5.0", "6"]], "right", 1.0),
            (np.array([[5.0, 6.0], [5.0, 6.0]]), "right", 1.0),
            ([["5", "6"], ["5", "7"]], "slip", 0.75),
            ([["5", "6"], ["5", ""]], "blank", 0.75),
            ([["", ""], [None, ""]], "blank", 0.0),
            ([["5", "6"], ["5", "?"]], "unreadable", 0.75),
            ([["5", "5"], ["6"]], "slip", 0.0),
            (["5", "6"], "slip", 0.0),
        ],
    )
    def test_entry_by_entry(self, answer, verdict, share):
        report = am.check(self.root(), {"W": answer})
        assert (report.verdicts["W"], report.score) == (verdict, share)

    def test_wrong_shape_is_named(self):
        (mark,) = am.check(self.root(), {"W": ["5", "6", "5"]}).marks
        assert mark.note == "shape (3,) for (2, 2)"

    def test_one_number_may_stand_without_brackets(self):
        assert am.check(am.parse("sum(v*v)", v=[3]), {"v": "6"}).verdicts == {"v": "right"}


def test_unknown_wire_is_refused():
    with pytest.raises(am.UnknownWireError) as caught:
        am.check(midterm(), {"w3": "1"})
    assert str(caught.value) == (
        "no wire is named 'w3'; the circuit has w0, x0, w1, x1, w2, p0, p1, s, t, u, f. Did you mean 'w2'?"
    )


def test_wire_without_a_gradient_is_refused():
    x, c = am.Tensor(2.0, name="x"), am.Tensor(3.0, name="c", requires_grad=False)
    with pytest.raises(am.UnknownWireError, match="takes no gradient"):
        am.check(x * c, {"c": "2"})


def test_nothing_asked_and_no_mapping_are_refused():
    with pytest.raises(am.QuestionError, match="no answer was given"):
        am.check(midterm(), {})
    with pytest.raises(am.QuestionError, match="expected answers by wire"):
        am.check(midterm(), ["-3"])
    with pytest.raises(am.QuestionError) as caught:
        am.check(midterm(), {"w0": "-3"}, weights=3)
    assert str(caught.value) == "check: expected marks by wire, such as {'w0': 2}; got int."


def test_answer_that_is_not_finite_cannot_be_marked():
    with np.errstate(all="ignore"):
        root = am.parse("f = 1/x", x=0)
    with pytest.raises(am.NotFiniteError) as caught, np.errstate(all="ignore"):
        am.check(root, {"x": "0"})
    assert str(caught.value) == (
        "check: the right gradient of 'x' is −∞, so no answer can be marked there. Choose other inputs."
    )


def test_upstream_is_a_choice():
    assert am.check(am.parse("x*y", x=1, y=3), {"x": "-6"}, upstream=-2.0).score == 1.0
