"""right_answers: many inputs evaluated together give what each set of inputs gives alone, kinks and all."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import load

import autograd_mini as am
from autograd_mini.marking import Conventions
from autograd_mini.marking.questions.digits import is_rational
from autograd_mini.marking.questions.keys import keys
from autograd_mini.marking.questions.trials import input_arrays, is_of_single_numbers
from autograd_mini.program import Compiled

PUBLISHED = {case["id"]: am.Question("\n".join(case["program"]), case["inputs"]) for case in load("published.json")}
NUMBERS = [name for name, question in PUBLISHED.items() if is_of_single_numbers(question.ground())]
MIDTERM = PUBLISHED["cs231n-2017-sample-midterm-3.1"]
# Questions whose inputs lie at kinks as often as beside them, with gates that take whole numbers.
KINKS = {
    "relu": "h = relu(x - y)\nf = h*z",
    "max of two": "m = max(x, y)\nf = m*z + x",
    "max with a constant first": "m = max(0, x)\nf = m*z*y",
    "min of three": "m = min(x, y, 0)\nf = m*z",
    "one wire twice": "q = x + y\nm = max(q, q)\nf = m*z",
    "abs": "a = abs(x*y)\nf = a + z",
    "clip at its edges": "c = clip(x, -1, 1)\nf = c*y*z",
    "whole powers": "p = x**2\nq = y**3\nf = p*q + z**1",
    "division by zero": "q = x/y\nf = q*z",
    "leaky_relu with an option": "h = leaky_relu(x, negative_slope=0.25)\nf = h*y*z",
}
WHOLE = st.integers(-2, 2).map(float)


@pytest.fixture
def batches(monkeypatch):
    """Return the number of entries of every batch that compiled functions evaluate."""
    sizes = []
    batched = Compiled.batched

    def counted(self, *args, **kwargs):
        sizes.append(max(np.size(arg) for arg in args))
        return batched(self, *args, **kwargs)

    monkeypatch.setattr(Compiled, "batched", counted)
    return sizes


def one_by_one(question, inputs):
    """Return the right answers of every single sheet."""
    sheets = []
    for i in range(len(next(iter(inputs.values())))):
        own = question.inputs | {name: np.asarray(values[i]).tolist() for name, values in inputs.items()}
        sheets.append(replace(question, inputs=own).right_answers())
    return {name: np.array([sheet[name] for sheet in sheets]) for name in sheets[0]}


def every_wire(question):
    """Return a question with the value and the gradient of every named wire asked."""
    graph = am.Graph(question.circuit())
    return replace(question, asked=(*graph.names, *(f"value:{name}" for name in graph.names)))


def drawn(question, sets=5):
    rng = np.random.default_rng(4)
    return {
        name: np.where(own == 0, 1.0, own) * rng.uniform(0.5, 1.5, (sets, *own.shape))
        for name, own in input_arrays(question).items()
    }


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_questions(name, batches):
    question = every_wire(PUBLISHED[name])
    inputs = drawn(question)
    together, alone = am.right_answers(question, inputs), one_by_one(question, inputs)
    assert list(together) == list(question.asked) == list(alone)
    assert batches == ([5] if name in NUMBERS else [])
    is_exact = is_rational(question.ground()) and "**" not in question.program
    for asked, right in alone.items():
        # NumPy's exp and power of many numbers may differ from those of one in the last digit.
        np.testing.assert_allclose(together[asked], right, rtol=0 if is_exact else 1e-13)


@pytest.mark.parametrize("program", KINKS.values(), ids=KINKS)
@pytest.mark.parametrize("ties", [None, "split", "first", "last"])
@pytest.mark.parametrize("relu_at_zero", [None, 1])
def test_at_kinks_as_the_single_sheets(program, ties, relu_at_zero, batches):
    conventions = Conventions(ties=ties, relu_at_zero=relu_at_zero)
    question = every_wire(am.Question(program, {"x": 1, "y": 1, "z": 1}, conventions=conventions))
    grid = np.meshgrid([-2.0, -1.0, 0.0, 1.0, 3.0], [-1.0, 0.0, 1.0], [-1.0, 2.0])
    inputs = {name: values.ravel() for name, values in zip("xyz", grid, strict=True)}
    together, alone = am.right_answers(question, inputs), one_by_one(question, inputs)
    assert batches == [30]
    for asked, right in alone.items():
        np.testing.assert_array_equal(together[asked], right, err_msg=asked)


@st.composite
def programs(draw):
    """Draw a program of single numbers in which wires fork at random and ties are common."""
    wires = ["a", "b", "c"]
    lines = []
    for i in range(draw(st.integers(1, 8))):
        operands = [draw(st.sampled_from([*wires, "0", "2"])), draw(st.sampled_from(wires))]
        left, right = draw(st.permutations(operands))
        form = draw(st.sampled_from(
            ["{0} + {1}", "{0} - {1}", "{0}*{1}", "max({0}, {1})", "min({0}, {1})", "relu({2})", "abs({2})", "{2}*{2}"]
        ))  # fmt: skip
        lines.append(f"v{i} = " + form.format(left, right, operands[1]))
        wires.append(f"v{i}")
    return "\n".join([*lines, "f = " + " + ".join(wires)])


@settings(max_examples=60, deadline=None)
@given(
    programs(),
    st.lists(st.tuples(WHOLE, WHOLE, WHOLE), min_size=1, max_size=4),
    st.builds(
        Conventions,
        ties=st.sampled_from([None, "split", "first", "last"]),
        relu_at_zero=st.sampled_from([None, 0, 1]),
        quantity=st.sampled_from(["gradient", "delta", "update", "new value"]),
        learning_rate=st.just(0.5),
        half=st.booleans(),
    ),
)
def test_random_circuits_as_the_single_sheets(program, sets, conventions):
    question = every_wire(am.Question(program, dict.fromkeys("abc", 1), conventions=conventions))
    inputs = {name: np.array(values) for name, values in zip("abc", zip(*sets, strict=True), strict=True)}
    together, alone = am.right_answers(question, inputs), one_by_one(question, inputs)
    for asked, right in alone.items():
        np.testing.assert_array_equal(together[asked], right, err_msg=asked)


def test_inputs_that_are_left_out_keep_their_values():
    answers = am.right_answers(am.Question("f = x*y", {"x": 2, "y": 5}), {"x": [3, 4]})
    assert {name: numbers.tolist() for name, numbers in answers.items()} == {
        "x": [5.0, 5.0], "y": [3.0, 4.0], "f": [1.0, 1.0]
    }  # fmt: skip


def test_fixed_array_as_long_as_the_sets_is_no_batch(batches):
    question = am.Question("f = sum(x)*a", {"x": [1, 2, 3], "a": 2})
    assert am.right_answers(question, {"a": [1, 2, 3]})["x"].tolist() == [[1] * 3, [2] * 3, [3] * 3]
    assert batches == []


@pytest.mark.parametrize("program", ["f = x*c", "f = sum(stack([x*c, x]))"])
def test_constants_stay_constants(program):
    question = am.Question(program, {"x": 2, "c": am.Tensor(5.0, requires_grad=False)})
    answers = am.right_answers(question, {"x": [3, 4], "c": [6, 7]})
    assert list(answers) == ["x", "f"]
    assert answers["x"].tolist() == ([6, 7] if program == "f = x*c" else [7, 8])
    assert keys([question]) == [question.key()]


def test_transposed_matrices():
    question = am.Question("f = sum(W @ x)", {"W": [[1, 2], [3, 4]], "x": [5, 6]}, asked=["W"])
    question = replace(question, conventions=Conventions(layout="transposed"))
    answers = am.right_answers(question, {"x": [[5, 6], [7, 8]]})
    assert answers["W"].tolist() == [[[5, 5], [6, 6]], [[7, 7], [8, 8]]]


def test_gate_that_does_something_else_at_other_numbers():
    question = am.Question("f = where(x > 0, x*y, y)", {"x": 1, "y": 3})
    assert am.right_answers(question, {"x": [2.0, -1.0]})["y"].tolist() == [2, 1]


def test_keys_of_variants_come_from_one_batch(batches):
    made = am.variants(MIDTERM, 200, seed=3)
    assert keys(made) == [variant.key() for variant in made]
    assert batches == [200]


@pytest.mark.parametrize("name", ["saitoh-apples-oranges", "cs231n-notes-sigmoid-circuit", "dsc140b-142"])
def test_keys_of_other_variants(name):
    made = am.variants(PUBLISHED[name], 5, seed=3)
    assert keys(made) == [variant.key() for variant in made]


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ({"w": [1, 2]}, "right_answers: 'w' is no input of the question; these are: x, v."),
        ({"x": 3}, "right_answers: 'x' needs an array of shape (sets,); got ()."),
        ({"v": [1, 2]}, "right_answers: 'v' needs an array of shape (sets, 2); got (2,)."),
        ({"x": [1, 2], "v": [[1, 2]]}, "right_answers: each input needs as many values as the others, at least one; "
                                       "got x: 2, v: 1."),
        ({"x": []}, "right_answers: each input needs as many values as the others, at least one; got x: 0."),
        ({}, "right_answers: no input is given. Give many values for at least one of x, v."),
        (3, "right_answers: expected many values by input, such as {'x': [1, 2, 3]}; got int."),
        ({"x": ["one"]}, "right_answers: 'x' is not made of numbers: could not convert string to float: 'one'."),
    ],
)  # fmt: skip
def test_inputs_that_do_not_fit_are_refused(inputs, message):
    with pytest.raises(am.QuestionError) as caught:
        am.right_answers(am.Question("f = sum(x*v)", {"x": 2, "v": [1, 2]}), inputs)
    assert str(caught.value) == message
