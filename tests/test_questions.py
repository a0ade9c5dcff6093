"""Question and answer files: what they say, and errors that name the file and the line."""

import pytest

from autograd_mini import QuestionError, UnknownWireError
from autograd_mini.marking import read_answers, read_question

QUESTION = """
title = "Product"
program = '''
q = x + y
f = q*z
'''
asked = ["x", "z"]

[inputs]
x = -2
y = 5
z = -4
"""


@pytest.fixture
def question_file(tmp_path):
    path = tmp_path / "question.toml"
    path.write_text(QUESTION, encoding="utf-8")
    return path


@pytest.fixture
def question(question_file):
    return read_question(question_file)


def test_question(question):
    assert (question.title, question.asked, question.inputs) == ("Product", ("x", "z"), {"x": -2, "y": 5, "z": -4})
    assert question.circuit().data == -12.0


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("asked", "aksed", "'aksed' is no part of a question; these are: title, program, asked, inputs, marks, given, "
                           "conventions, marking. Did you mean 'asked'?"),
        ('title = "Product"', "title = 3", "'title' must be a text; got 3."),
        ('["x", "z"]', "[1]", "'asked' must be a list of wires' names; got [1]."),
        ("program", "# program", "there is no program. Write program = '''...''' with one gate per line."),
    ],
)  # fmt: skip
def test_question_that_says_something_else(question_file, old, new, message):
    text = QUESTION.replace(old, new)
    if new == "# program":
        text = 'title = "Product"\n'
    question_file.write_text(text, encoding="utf-8")
    with pytest.raises(QuestionError) as caught:
        read_question(question_file)
    assert str(caught.value) == f"{question_file}: {message}"


def test_question_that_is_not_toml(question_file):
    question_file.write_text("title = \n", encoding="utf-8")
    with pytest.raises(QuestionError, match=r"question\.toml: this is not TOML: .*line 1"):
        read_question(question_file)


def test_question_that_is_not_there(tmp_path):
    with pytest.raises(QuestionError, match=r"the file cannot be read: No such file"):
        read_question(tmp_path / "nothing.toml")


def test_question_that_is_not_utf8(question_file):
    question_file.write_bytes(b"title = '\xff'\n")
    with pytest.raises(QuestionError, match="is not UTF-8"):
        read_question(question_file)


def test_asked_wire_that_the_circuit_does_not_have(question_file):
    question_file.write_text(QUESTION.replace('"z"]', '"w"]'), encoding="utf-8")
    with pytest.raises(UnknownWireError):
        read_question(question_file).circuit()


def sheets(tmp_path, question, text):
    path = tmp_path / "answers.csv"
    path.write_text(text, encoding="utf-8-sig")
    return read_answers(path, question)


def test_answers_keep_their_text(tmp_path, question):
    ada, bo = sheets(tmp_path, question, "student,x,z,value:q\nAda, -4.0 ,3,3\n\nBo,39/100,,\n")
    assert (ada.student, ada.gradients, ada.values) == ("Ada", {"x": "-4.0", "z": "3"}, {"q": "3"})
    assert (bo.student, bo.gradients, bo.values) == ("Bo", {"x": "39/100", "z": ""}, {"q": ""})


def test_answers_without_a_students_column_are_named_by_line(tmp_path, question):
    first, second = sheets(tmp_path, question, "x,z\n1,2\n3\n")
    assert (first.student, second.student) == ("line 2", "line 3")
    assert second.gradients == {"x": "3", "z": ""}


def test_cell_of_an_array_is_a_list(tmp_path, question):
    (sheet,) = sheets(tmp_path, question, 'x,z\n"[1, [0.50, 1/3]]","[1"\n')
    assert sheet.gradients == {"x": ["1", ["0.50", "1/3"]], "z": "[1"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the file is empty. The first line must name the wires, such as student,w0,x0."),
        ("student,x,zz\n", "column 'zz' is no wire; the circuit has x, y, z, q, f. Did you mean 'z'?"),
        ("x,x,z\n", "there are two columns 'x'."),
        ("student,x\n", "there is no column for the asked wire 'z'."),
    ],
)
def test_answers_that_do_not_fit_the_question(tmp_path, question, text, message):
    with pytest.raises(QuestionError) as caught:
        sheets(tmp_path, question, text)
    assert str(caught.value) == f"{tmp_path / 'answers.csv'}: {message}"


def test_row_that_is_too_long_is_named_by_its_line(tmp_path, question):
    with pytest.raises(QuestionError, match=r"answers\.csv, line 3: 3 cells for 2 columns; a cell with"):
        sheets(tmp_path, question, "x,z\n1,2\n1,2,3\n")


def test_quote_that_is_not_closed_is_named_by_its_line(tmp_path, question):
    with pytest.raises(QuestionError, match=r"answers\.csv, line 2: this is not CSV"):
        sheets(tmp_path, question, 'x,z\n"1,2\n')
