"""Question files: every part read and written, errors that name the file and the key, and the key of right answers."""

import contextlib
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd_mini import AutogradMiniError, Question, QuestionError, Tensor, UnknownWireError
from autograd_mini.marking import Conventions, Marking, read_question

TEXT = """
title = "Product"
program = '''
q = x + y
f = q*z
'''
asked = ["x", "value:q"]

[inputs]
x = -2
y = 5
z = -4

[marks]
x = 2
"value:q" = 0.5

[given]
"value:f" = "-12"

[conventions]
quantity = "update"
learning_rate = 0.5

[marking]
follow_through = false
trivial_cap = 0.25
"""
QUESTION = Question(
    "q = x + y\nf = q*z\n", {"x": -2, "y": 5, "z": -4}, "Product", ("x", "value:q"), {"x": 2, "value:q": 0.5},
    Conventions(quantity="update", learning_rate=0.5), Marking(follow_through=False, trivial_cap=0.25),
    {"value:f": "-12"},
)  # fmt: skip


def test_every_part_is_read():
    assert Question.from_toml(TEXT) == QUESTION


def test_a_question_is_written_as_a_person_would():
    assert QUESTION.to_toml() == TEXT.removeprefix("\n")


def test_what_is_written_is_read_from_its_file(tmp_path):
    path = tmp_path / "question.toml"
    path.write_text(QUESTION.to_toml(), encoding="utf-8")
    assert read_question(path) == QUESTION


def test_what_is_not_said_is_not_written():
    assert Question("x*y", {"x": 1, "y": 2}).to_toml() == 'program = "x*y"\n\n[inputs]\nx = 1\ny = 2\n'


def test_arrays_and_tensors_are_written_as_lists():
    question = Question("sum(W@x)", {"W": np.eye(2), "x": Tensor([1.0, 2.0])})
    assert "W = [[1.0, 0.0], [0.0, 1.0]]\nx = [1.0, 2.0]\n" in question.to_toml()


def test_input_that_is_no_number_is_not_written():
    with pytest.raises(QuestionError) as caught:
        Question("x", {"x": None}).to_toml()
    assert str(caught.value) == "a question file holds text, numbers and lists of these; got None. Write it as text."


NUMBERS = st.one_of(st.integers(), st.floats(allow_nan=False, allow_infinity=False))
ARRAYS = st.recursive(NUMBERS, lambda parts: st.lists(parts, max_size=3), max_leaves=6)
TEXTS = st.text(max_size=40)
MARKINGS = st.builds(Marking, st.booleans(), st.floats(0, 1), st.floats(0, 1))
CONVENTIONS = st.builds(
    Conventions,
    relu_at_zero=st.sampled_from([None, 0, 1]),
    ties=st.sampled_from([None, "split", "first", "last"]),
    quantity=st.sampled_from(["gradient", "delta", "update", "new value"]),
    learning_rate=st.floats(1e-6, 10),
    half=st.booleans(),
    mean=st.integers(1, 100),
    layout=st.sampled_from(["as recorded", "transposed"]),
    slack=st.floats(0.5, 4),
)
QUESTIONS = st.builds(
    Question,
    program=TEXTS,
    inputs=st.dictionaries(TEXTS, ARRAYS, max_size=4),
    title=TEXTS,
    asked=st.lists(TEXTS, max_size=4).map(tuple),
    marks=st.dictionaries(TEXTS, st.floats(0, 100), max_size=3),
    conventions=CONVENTIONS,
    marking=MARKINGS,
    given=st.dictionaries(TEXTS, st.one_of(TEXTS, ARRAYS), max_size=3),
)


@given(QUESTIONS)
def test_any_question_reads_back_as_itself(question):
    assert Question.from_toml(question.to_toml()) == question


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("quantity", "quantitty", "'quantitty' is no part of [conventions]; these are: relu_at_zero, ties, quantity, "
         "learning_rate, half, mean, layout, slack. Did you mean 'quantity'?"),
        ('"update"', '"upgrade"', "convention 'quantity' must be one of: 'gradient', 'delta', 'update', 'new value'; "
         "got 'upgrade'."),
        ('"update"', '["update"]', "'quantity' in [conventions] must be a single choice; got ['update']."),
        ("learning_rate = 0.5", "", "convention quantity = 'update' needs a positive learning_rate; got None."),
        ("trivial_cap = 0.25", "trivial = 0.25",
         "'trivial' is no part of [marking]; these are: follow_through, penalty, trivial_cap. "
         "Did you mean 'trivial_cap'?"),
        ("= false", '= "no"', "'follow_through' in [marking] must be true or false; got 'no'."),
        ("trivial_cap = 0.25", "trivial_cap = 2", "marking: 'trivial_cap' must be a share from 0 to 1; got 2."),
        ("x = 2", 'x = "two"', "the marks for 'x' must be a number of at least 0; got 'two'."),
        ("x = 2", "x = -1", "the marks for 'x' must be a number of at least 0; got -1."),
        ("y = 5", 'y = "five"', "'y' in [inputs] must be a number or nested lists of numbers; got 'five'."),
        ("y = 5", "y = [5, [true]]", "'y' in [inputs] must be a number or nested lists of numbers; got [5, [True]]."),
        ('"-12"', "1979-05-27", "'value:f' in [given] must be a number, a text or nested lists of these; "
         "got datetime.date(1979, 5, 27)."),
        ("[marks]\nx = 2\n", "marks = 3\n[other]\n", "'other' is no part of a question; these are: title, program, "
         "asked, inputs, marks, given, conventions, marking."),
        ('["x", "value:q"]', '"x"', "'asked' must be a list of wires; got 'x'."),
    ],
)  # fmt: skip
def test_part_that_says_something_else(old, new, message):
    assert old in TEXT
    with pytest.raises(QuestionError) as caught:
        Question.from_toml(TEXT.replace(old, new), "exam.toml")
    assert str(caught.value) == f"exam.toml: {message}"


def test_what_is_asked_may_be_a_list():
    assert Question("f = x*y", {"x": 1, "y": 2}, asked=["x"]) == Question("f = x*y", {"x": 1, "y": 2}, asked=("x",))


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"asked": "x"}, "'asked' must be a list of wires; got 'x'."),
        ({"asked": 3}, "'asked' must be a list of wires; got 3."),
        ({"asked": ["x", 3]}, "'asked' must be a list of wires' names; got ('x', 3)."),
        ({"program": 3}, "'program' must be a text; got 3."),
        ({"title": None}, "'title' must be a text; got None."),
        ({"inputs": [1]}, "'inputs' must be a table of values; got [1]."),
        ({"inputs": {3: 1}}, "'inputs' must be a table of values by name; got {3: 1}."),
        ({"marks": 2}, "'marks' must be a table of values; got 2."),
        ({"given": ["f"]}, "'given' must be a table of values; got ['f']."),
        ({"conventions": "delta"}, "'conventions' must be Conventions(...); got 'delta'."),
        ({"marking": "strict"}, "'marking' must be Marking(...); got 'strict'."),
    ],
)
def test_part_of_another_kind_is_refused_at_once(parts, message):
    with pytest.raises(QuestionError) as caught:
        Question(**{"program": "f = x*y", "inputs": {"x": 1, "y": 2}} | parts)
    assert str(caught.value) == f"Question: {message}"


def test_path_of_no_file():
    with pytest.raises(QuestionError) as caught:
        read_question(3)
    assert str(caught.value) == "expected the path of a file, such as 'midterm.toml'; got int."


def test_text_of_no_question():
    with pytest.raises(QuestionError) as caught:
        Question.from_toml(3)
    assert str(caught.value) == "question: expected the text of a question; got int."


@pytest.mark.parametrize("part", ["asked", "marks", "given"])
def test_wire_that_is_not_there(part):
    wires = ("value:p",) if part == "asked" else {"value:p": 1}
    with pytest.raises(UnknownWireError):
        Question("f = x*y", {"x": 1, "y": 2}, **{part: wires}).circuit()


def test_the_marker_knows_marks_conventions_and_marking():
    marker = QUESTION.marker()
    # The update is −0.5 · ∂f/∂x = −0.5 · −4.
    report = marker.mark({"x": "2"}, {"q": "4"})
    assert (report.verdicts, report.value_verdicts) == ({"x": "right"}, {"q": "slip"})
    assert (report.points, report.total) == (2, 2.5)
    assert marker.marking == QUESTION.marking


KEYS = [
    ("1/(x + y)", {"x": 1, "y": 2}, {}, {"x": "-1/9", "y": "-1/9"}),
    ("f = x*y", {"x": -3, "y": 0.25}, {"asked": ("x", "value:f")}, {"x": "0.25", "value:f": "-0.75"}),
    ("f = 0*x + y", {"x": 1, "y": 1}, {}, {"x": "0", "y": "1", "f": "1"}),
    ("f = x*y", {"x": 2, "y": 3}, {"given": {"f": 1}}, {"x": "3", "y": "2"}),
    ("sigmoid(x)", {"x": 1}, {}, {"x": "0.196612"}),
    ("sum(W@x)", {"W": [[1, 2], [3, 4]], "x": [5, 6]}, {"conventions": Conventions(layout="transposed")},
     {"W": [["5", "5"], ["6", "6"]], "x": ["4", "6"]}),
    ("f = x*y", {"x": 2, "y": 3}, {"conventions": Conventions(quantity="new value", learning_rate=0.1)},
     {"x": "1.7", "y": "2.8", "f": "1"}),
]  # fmt: skip


@pytest.mark.parametrize(("program", "inputs", "more", "key"), KEYS, ids=[row[0] for row in KEYS])
def test_key(program, inputs, more, key):
    question = Question(program, inputs, **more)
    assert question.key() == key
    values = {name.removeprefix("value:"): answer for name, answer in key.items() if name.startswith("value:")}
    gradients = {name: answer for name, answer in key.items() if not name.startswith("value:")}
    assert question.marker().mark(gradients, values).score == 1


# Values that a TOML file can hold: whoever writes one by hand, or makes one, may put any of them anywhere.
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.floats() | st.text(max_size=12)
    | st.sampled_from(["x", "value:u", "9**9**9**9", "__import__('os')", "()" * 200, "u = x\nf = u*u", "f = x/0"]),
    lambda parts: st.lists(parts, max_size=3) | st.dictionaries(st.text("xyuf_: ", max_size=3), parts, max_size=3),
    max_leaves=6,
)  # fmt: skip
KEYS = st.sampled_from(["title", "program", "inputs", "asked", "marks", "conventions", "marking", "given", "note", "x"])


def written(value):
    """Return a value as TOML, or raise ValueError where it has none."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return json.dumps(value)
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {written(part)}" for key, part in value.items()) + "}"
    if value is None:
        return '""'
    return repr(value)


@settings(max_examples=300)
@given(st.dictionaries(KEYS, VALUES, max_size=6), st.text(max_size=30))
def test_any_file_is_a_question_or_is_refused(data, rest):
    # Most of a right file is left, so that what is wrong is found deep inside.
    data = {"program": "u = x*y\nf = 1/u", "inputs": {"x": 2, "y": 3}} | data
    text = "\n".join(f"{key} = {written(value)}" for key, value in data.items())
    for candidate in (text, text + "\n" + rest, rest):
        with contextlib.suppress(AutogradMiniError), np.errstate(all="ignore"):
            Question.from_toml(candidate).marker()
