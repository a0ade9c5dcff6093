"""A class whose students have different numbers: each sheet is marked as the variant's own marker does."""

import concurrent.futures
import csv
import io
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import autograd_mini as am
from autograd_mini.cli import main
from autograd_mini.marking import Question, read_question
from autograd_mini.marking.questions.variant_files import called, read_variants
from autograd_mini.program import Compiled

MIDTERM = Path(__file__).parent.parent / "examples" / "midterm.toml"
ASKED = ("w0", "x0", "w1", "x1", "w2")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Return a folder with twelve variants of the midterm's question, the working folder being the one around it."""
    monkeypatch.chdir(tmp_path)
    assert main(["variants", str(MIDTERM), "-n", "12", "-o", "sheets"]) == 0
    return tmp_path / "sheets"


def class_of(variants, students=40):
    """Return the answers of students who had one variant or another, a third of them with one number wrong."""
    rng = random.Random(0)
    rows = []
    for i in range(students):
        name = rng.choice(list(variants))
        answers = variants[name].key()
        if i % 3 == 0:
            wire = rng.choice(ASKED)
            answers[wire] = f"{-2 * float(answers[wire]):g}"
        rows.append([f"student {i}", rng.choice([name, str(int(name[-2:]))]), *(answers[wire] for wire in ASKED)])
    return rows


def written(rows, path="answers.csv"):
    text = io.StringIO()
    csv.writer(text).writerows([["student", "variant", *ASKED], *rows])
    Path(path).write_text(text.getvalue(), encoding="utf-8")
    return path


@pytest.mark.parametrize("threads", [0, 2])
def test_each_sheet_is_marked_as_its_variant(folder, threads):
    variants = read_variants(folder)
    rows = class_of(variants)
    with concurrent.futures.ThreadPoolExecutor(threads or 1) as executor:
        report = am.grade(folder, written(rows), executor=executor if threads else None)
    assert (report.title, report.problems, report.columns) == ("CS231n midterm 2017, question 3.1", (), ASKED)
    assert len(report.sheets) == len(rows)
    for sheet, (student, _, *answers) in zip(report.sheets, rows, strict=True):
        alone = variants[sheet.variant].marker().mark(dict(zip(ASKED, answers, strict=True)))
        assert (sheet.student, sheet.report.to_dict()) == (student, alone.to_dict())
        assert f'<bdi>{student}</bdi> <span class="variant">{sheet.variant}</span>' in report.page().body
    assert [sheet.report.score == 1 for sheet in report.sheets] == [i % 3 != 0 for i in range(len(rows))]
    assert [sheet.variant[-2:] for sheet in report.sheets] == [f"{int(row[1][-2:].strip('-')):02}" for row in rows]


def test_the_right_numbers_of_all_variants_are_looked_at_in_one_batch(folder, monkeypatch):
    batches = []
    batched = Compiled.batched
    monkeypatch.setattr(
        Compiled, "batched", lambda self, *a, **k: batches.append(np.size(a[0])) or batched(self, *a, **k)
    )
    am.grade(folder, written(class_of(read_variants(folder), 3)))
    assert batches == [12]


def test_command(folder, capsys):
    rows = class_of(read_variants(folder), 4)
    rows[2][1] = "99"
    capsys.readouterr()
    assert main(["grade", "sheets", written(rows), "-o", "marks.csv", "--feedback", "feedback"]) == 1
    assert "line 4, column variant: there is no variant '99'." in capsys.readouterr().out
    marks = list(csv.DictReader(io.StringIO(Path("marks.csv").read_text(encoding="utf-8-sig"))))
    assert [(row["student"], row["variant"][:-2]) for row in marks] == [
        (f"student {i}", "variant-") for i in (0, 1, 3)
    ]  # fmt: skip
    title = Path("feedback/student_1.md").read_text(encoding="utf-8").splitlines()[0]
    assert title == f"# student 1: CS231n midterm 2017, question 3.1: {marks[1]['variant']}"


@pytest.mark.parametrize("names", [(1, 2), ("a", "b")], ids=str)
def test_questions_by_name_or_number(names, tmp_path):
    variants = dict(zip(names, am.variants(read_question(MIDTERM), 2), strict=True))
    rows = [["Ada", name, *variant.key().values()] for name, variant in variants.items()]
    rows[1][0] = "Bo"
    report = am.grade(variants, written(rows, tmp_path / "answers.csv"))
    assert [(sheet.variant, sheet.report.score) for sheet in report.sheets] == [(str(name), 1) for name in names]


def test_what_a_variant_may_be_called():
    assert called(["variant-07"]) == {"variant-07": "variant-07", "07": "variant-07", "7": "variant-07"}
    # A number that two names end in is nobody's.
    assert called(["a1", "b1", "b2"]) == {"a1": "a1", "b1": "b1", "b2": "b2", "2": "b2"}


def refused(question, path):
    with pytest.raises(am.AutogradMiniError) as caught:
        am.grade(question, path)
    return f"{type(caught.value).__name__}: {caught.value}"


def test_what_is_refused(folder):
    path = written([["Ada", "1", "1", "1", "1", "1", "1"]])
    one = read_question(folder / "variant-01.toml")
    assert refused({}, path) == "QuestionError: expected at least one variant of a question; got none."
    assert refused({"a": one, "b": replace(one, program=one.program.replace("1/u", "2/u"))}, path) == (
        "QuestionError: 'b' is no variant of 'a': they differ in more than titles and the values of their inputs."
    )
    assert refused({"a": one, "b": 3}, path) == (
        "QuestionError: variant 'b': expected a Question, such as Question(program, inputs) or read_question(path); "
        "got int."
    )
    sums = [Question("f = sum(v)", {"v": [1] * length}) for length in (2, 3)]
    assert refused(dict(zip("ab", sums, strict=True)), path) == (
        "QuestionError: 'b' is no variant of 'a': they differ in more than titles and the values of their inputs."
    )
    (folder.parent / "empty").mkdir()
    assert refused("empty", path) == (
        "QuestionError: empty: there is no question in the folder, no file that ends in .toml."
    )
    Path("plain.csv").write_text("student,w0,x0,w1,x1,w2\nAda,1,1,1,1,1\n", encoding="utf-8")
    assert refused(folder, "plain.csv") == (
        "QuestionError: plain.csv: there is no column 'variant', which says which variant a student had."
    )
    # A question alone has no variants.
    assert refused(one, path).startswith("QuestionError: answers.csv: column 'variant' is no wire; ")


def test_variant_without_a_right_number(folder):
    one = Question("f = x/y", {"x": 1, "y": 2})
    Path("y.csv").write_text("student,variant,x\nAda,a,0.5\n", encoding="utf-8")
    assert refused({"a": one, "b": replace(one, inputs={"x": 1, "y": 0})}, "y.csv") == (
        "NotFiniteError: variant 'b': the right number for x is not finite; change its inputs."
    )
