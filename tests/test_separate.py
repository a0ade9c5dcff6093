"""separate: a follow-up question that tells the misconceptions apart which explain a sheet equally well."""

import pytest

import autograd_mini as am
from autograd_mini.marking.questions.trials import mistakes

MIDTERM = "p0 = w0*x0\np1 = w1*x1\ns = p0 + p1\nt = s + w2\nu = t + 1\nf = 1/u"
PRINTED = am.Question(MIDTERM, {"w0": 1, "x0": 3, "w1": 2, "x1": -2, "w2": -1})
NEURON = am.Question("z = w*x + b\na = sigmoid(z)\nL = (a - y)**2", {"w": 1, "x": 1, "b": -1, "y": 0})


def walked(question, misconception, at):
    """Return the numbers by name that somebody with one misconception writes for what is asked."""
    ground = question.ground()
    (fault,) = (
        fault
        for fault in mistakes(ground)
        if (fault.misconception.id, ground.graph.label(fault.at[0])) == (misconception, at)
    )
    walk = ground.walk({}, fault.changes)
    return {name: walk.prediction(place).middle.tolist() for name, place in question.places(ground).items()}


def marked(question, misconception, at):
    return question.marker().mark(walked(question, misconception, at))


def ids(group):
    return {alias.misconception for alias in group}


def test_the_same_rule_by_other_names_cannot_be_told_apart():
    # 1/x at its output: −1/(1/x)² = −x².
    question = am.Question(MIDTERM, {"w0": 5, "x0": 4, "w1": 5, "x1": -3, "w2": -2})
    follow_up = am.separate(question, marked(question, "recip.at_output", "f"))
    assert follow_up.question is None
    assert [ids(group) for group in follow_up.inseparable] == [
        {"recip.at_output", "recip.minus_square", "any.divides_by_local"}
    ]
    assert follow_up.to_text() == (
        "Whatever the numbers, these give the same answers, so no question tells them apart: "
        "recip.at_output at f, recip.minus_square at f, any.divides_by_local at f."
    )


CASES = [
    (PRINTED, "recip.no_square", "f", [{"recip.no_minus", "any.sign_flip"}, {"any.pass_through"},
                                       {"recip.no_square", "recip.minus_output_only"}]),
    (PRINTED, "mul.own_value", "p1", [{"mul.own_value"}, {"any.no_upstream"}, {"any.sign_flip"}]),
    (PRINTED, "any.zero", "s", [{"any.zero"}, {"any.add_upstream"}]),
    (NEURON, "sigmoid.input_for_output", "a", [{"sigmoid.input_for_output"}, {"any.zero"}, {"any.copies_value"},
                                               {"sigmoid.minus_for_times"}]),
    (NEURON, "sigmoid.one_minus_only", "a", [{"sigmoid.one_minus_only"},
                                             {"sigmoid.no_one_minus", "any.times_output"}]),
]  # fmt: skip


@pytest.mark.parametrize(("question", "misconception", "at", "groups"), CASES, ids=[case[1] for case in CASES])
def test_one_gate_tells_them_apart(question, misconception, at, groups):
    follow_up = am.separate(question, marked(question, misconception, at))
    assert sorted(map(sorted, map(ids, follow_up.groups))) == sorted(map(sorted, groups))
    # The gate, and a factor that makes its upstream gradient.
    assert len(follow_up.question.program.splitlines()) == 2
    assert follow_up.question.circuit().name == "L"
    answers = [str(answer) for answer in follow_up.answers]
    assert len(set(answers)) == len(answers)
    right = follow_up.question.key()
    assert all(answer != right for answer in follow_up.answers)


@pytest.mark.parametrize(("question", "misconception", "at", "groups"), CASES, ids=[case[1] for case in CASES])
def test_the_marker_reads_each_answer_as_its_group(question, misconception, at, groups):
    follow_up = am.separate(question, marked(question, misconception, at))
    for group, answers in zip(follow_up.groups, follow_up.answers, strict=True):
        gradients = {name: answer for name, answer in answers.items() if not name.startswith("value:")}
        values = {name.removeprefix("value:"): answer for name, answer in answers.items() if name not in gradients}
        report = follow_up.question.marker().mark(gradients, values)
        found = ids(alias for alias in report.causes[0].aliases if alias.at == at)
        assert ids(group) <= found
        assert not any(ids(other) & found for other in follow_up.groups if other is not group)


def test_forks_are_told_apart_in_the_whole_circuit():
    question = am.Question("s = x + y\nf = s*x", {"x": 2, "y": -1})
    report = marked(question, "fanout.product", "x")
    assert {"fanout.last", "fanout.product", "fanout.largest"} <= ids(report.causes[0].aliases)
    follow_up = am.separate(question, report)
    assert follow_up.question.program == "s = x + y\nf = s*x"
    assert all(isinstance(number, int) for number in follow_up.question.inputs.values())
    (alone,) = (group for group in follow_up.groups if "fanout.product" in ids(group))
    assert ids(alone) == {"fanout.product"}


def test_number_copied_wrongly_is_no_misconception():
    question = am.Question("p = w*x\nf = p*y", {"w": 3, "x": 2, "y": 5})
    report = question.marker().mark({"w": -10, "x": 15, "y": -6})
    assert report.causes[0].aliases[0].taken == "−2"
    with pytest.raises(am.QuestionError) as caught:
        am.separate(question, report)
    assert str(caught.value) == "separate: a number was copied wrongly, which says nothing about another question."


def test_an_array_gate_is_asked_with_arrays():
    inputs = {"W": [[1, 1], [2, -4]], "x": [1, 1], "v": [1, 3]}
    question = am.Question("z = W @ x\na = relu(z)\nL = sum(a*v)", inputs)
    report = marked(question, "relu.no_mask", "a")
    follow_up = am.separate(question, report)
    assert len(follow_up.groups) > 1
    assert follow_up.question.program == "a = relu(z)\nL = sum(c*a)"
    assert [len(follow_up.question.inputs[name]) for name in ("z", "c")] == [2, 2]


def test_follow_up_as_text():
    report = marked(PRINTED, "any.zero", "s")
    lines = am.separate(PRINTED, report).to_text().splitlines()
    assert lines[:3] == ["Ask for p0, p1, value:s:", "s = p0 + p1", "L = c*s"]
    assert lines[3].startswith("with p0 = ")
    assert lines[4].endswith("for p1: any.add_upstream at s")
    assert lines[5] == "0 for p0, 0 for p1: any.zero at s"


def test_the_same_seed_gives_the_same_question():
    report = marked(PRINTED, "mul.own_value", "p1")
    assert am.separate(PRINTED, report, seed=3) == am.separate(PRINTED, report, seed=3)


def test_right_sheet_has_nothing_to_tell_apart():
    with pytest.raises(am.QuestionError) as caught:
        am.separate(PRINTED, PRINTED.marker().mark(PRINTED.key()))
    assert str(caught.value) == "separate: the report has no cause whose aliases could be told apart."


def test_report_of_another_question():
    with pytest.raises(am.QuestionError) as caught:
        am.separate(am.Question("f = x*y", {"x": 2, "y": 3}), marked(NEURON, "sigmoid.one_minus_only", "a"))
    assert str(caught.value) == (
        "separate: any.times_output cannot be made at a; the report is of another question."
    )  # fmt: skip


@pytest.mark.parametrize(
    ("question", "report", "message"),
    [
        (PRINTED, 3, "expected a Report, such as check(f, answers) returns; got int."),
        (3, 3, "expected a Question, such as Question(program, inputs) or read_question(path); got int."),
    ],
)
def test_what_is_no_question_or_no_report(question, report, message):
    with pytest.raises(am.QuestionError) as caught:
        am.separate(question, report)
    assert str(caught.value) == f"separate: {message}"
