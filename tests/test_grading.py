"""Grading a class: hostile files, executors, what is counted, and what is written for lecturer and students."""

import concurrent.futures
import contextlib
import csv
import html
import io
import json
import multiprocessing
import pickle
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import autograd_mini as am
from autograd_mini.cli import main
from autograd_mini.errors import AutogradMiniError
from autograd_mini.marking import Marking, Question, read_answers, read_question
from autograd_mini.marking.grading import feedback, statistics
from autograd_mini.marking.questions.answer_files import Problem

EXAMPLES = Path(__file__).parent.parent / "examples"
MIDTERM = EXAMPLES / "midterm.toml"
HEADER = "student,w0,x0,w1,x1,w2\n"
RIGHT = "-3,-1,2,-2,-1"


@pytest.fixture
def file(tmp_path):
    """Return a function that writes an answer file and returns its path."""

    def write(content):
        path = tmp_path / "answers.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.fixture
def graded(file):
    """Return a function that grades the midterm's answers, given as the rows below the header."""
    return lambda rows, **options: am.grade(MIDTERM, file(HEADER + rows), **options)


def students(report):
    return [sheet.student for sheet in report.sheets]


def said(report):
    return [str(problem) for problem in report.problems]


# What can be wrong with a row: its text, what is said, and who is marked besides Zoe, who stands below it.
BAD_ROWS = {
    "too many cells": (
        "Ada,1,2,3,4,5,6",
        ["line 2: 7 cells for 6 columns; a cell with a comma, a semicolon or a tab in it is put in quotes."], [],
    ),
    "too few cells": ("Ada,-3", ["line 2: 2 cells for 6 columns; the missing ones count as blank."], ["Ada"]),
    "an open quote": ('"Ada,-3,-1,2,-2,-1', ["line 2: this is not CSV: a quote is not closed."], []),
    "a quote inside": ('Ada,"-3"3,-1,2,-2,-1', ["line 2: this is not CSV: ',' expected after '\"'."], []),
    "Latin-1": (
        b"Ada,-3,\xe9,2,-2,-1", ["line 2, column x0: the byte 0xE9 is not UTF-8. Save the file as UTF-8."], [],
    ),
    "the same student twice": (f"Bo,{RIGHT}\nBo,1,1,1,1,1", ["line 3, column student: 'Bo' stands in line 2 already."],
                               ["Bo"]),
    "an empty row": (",,,,,", ["line 2: the row is empty."], []),
    "no name": (
        f",{RIGHT}", ["line 2, column student: no student is named; the sheet is called 'line 2'."], ["line 2"],
    ),
    "a cell of a million characters": (
        "Ada," + "1" * 10**6, ["line 2: the line has 1000004 bytes; at most 100000 are read."], [],
    ),
    "a long cell": (
        "Ada," + "1" * 20_000 + ",1,1,1,1",
        ["line 2, column w0: the cell has 20000 characters; at most 10000 are read."], [],
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", BAD_ROWS)
def test_bad_row_is_reported_and_the_rest_is_marked(file, kind):
    row, expected, marked = BAD_ROWS[kind]
    content = HEADER.encode() + (row if isinstance(row, bytes) else row.encode()) + f"\nZoe,{RIGHT}\n".encode()
    report = am.grade(MIDTERM, file(content))
    assert said(report) == expected
    assert students(report) == [*marked, "Zoe"]
    assert report.sheets[-1].report.score == 1


# How a good file may be written.
DIALECTS = {
    "plain": lambda text: text.encode(),
    "with a byte order mark": lambda text: text.encode("utf-8-sig"),
    "CRLF": lambda text: text.replace("\n", "\r\n").encode(),
    "CR": lambda text: text.replace("\n", "\r").encode(),
    "UTF-16": lambda text: text.encode("utf-16"),
    "semicolons": lambda text: text.replace(",", ";").encode(),
    "tabs": lambda text: text.replace(",", "\t").encode(),
    "quoted": lambda text: re.sub(r"[^,\n]+", r'"\g<0>"', text).encode(),
    "commas behind": lambda text: text.replace("\n", ",,,\n").encode(),
    "empty rows behind": lambda text: (text + ",,,,,\n\n,,,,,\n").encode(),
    "no line break at the end": lambda text: text.rstrip("\n").encode(),
}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_dialects_say_the_same(file, dialect):
    text = HEADER + f"김은지,{RIGHT}\nAda,-3,-1,,-2,-1\n"
    report = am.grade(MIDTERM, file(DIALECTS[dialect](text)))
    assert [(sheet.student, sheet.report.score) for sheet in report.sheets] == [("김은지", 1.0), ("Ada", 0.8)]
    assert report.problems == ()


def test_quoted_cell_may_go_on_in_the_next_line(graded):
    report = graded(f'"Ada\nLovelace",{RIGHT}\nZoe,{RIGHT}\n')
    assert students(report) == ["Ada Lovelace", "Zoe"]
    assert report.sheets[1].line == 4


@pytest.mark.parametrize(
    ("answer", "remark"),
    [
        ("__import__('os').system('true')", "not a number"),
        ("9**9**9**9", "not a number"),
        ("1e5000", "the exponent is beyond 400"),
        ("9" * 200, "longer than 100 characters"),
        ("٣", "not a number"),
        ("½", "not a number"),
        ("１", "not a number"),
        ("inf", "not a number"),
        ("0x10", "not a number"),
        ("1_000", "not a number"),
        ("-3\x00", "not a number"),
        ("=1+1", "not a number"),
        ("{{7*7}}", "not a number"),
        ("%s%n${x}", "not a number"),
        ("[" * 5000 + "]" * 5000, "longer than 100 characters"),
        ("<img src=x onerror=alert(1)>", "not a number"),
    ],
)
def test_hostile_answers_are_unreadable(graded, answer, remark):
    (sheet,) = graded(f'Ada,"{answer}",-1,2,-2,-1\n').sheets
    assert sheet.report.verdicts["w0"] == "unreadable"
    assert remark in sheet.report.to_text()
    assert sheet.report.score == 0.8


@pytest.mark.parametrize("answer", ["1e308", "-1.79e308", "1e200", "1e399", "-9999999e399", "1/1e-390", "123456789e-3"])
def test_extreme_numbers_are_only_wrong(graded, answer):
    (sheet,) = graded(f"Ada,{answer},-1,2,{answer},-1\n").sheets
    assert sheet.report.verdicts["w0"] == "slip"
    assert sheet.report.causes == []


@pytest.mark.parametrize("answer", ["5e-324", "1e-400", "-0", "0e-9", "0e9", "0e399"])
def test_tiny_numbers_are_zeros(graded, answer):
    (sheet,) = graded(f"Ada,{answer},{answer},2,-2,-1\n").sheets
    assert sheet.report.score == 0.6
    assert "any.zero" in [alias.misconception for cause in sheet.report.causes for alias in cause.aliases]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty. The first line must name the wires, such as student,w0,x0."),
        (b"student\n", "there is no column for the asked wire 'w0'."),
        (b"student,w0,x0,w1,x1\n", "there is no column for the asked wire 'w2'."),
        (b"student,w0,w0\n", "there are two columns 'w0'."),
        (b"student,w0,x0,w1,x1,w2,q\n", "column 'q' is no wire; the circuit has "),
        (b"\x1c\n", "the file is empty. The first line must name the wires, such as student,w0,x0."),
        (b"\xff\xfe\x00", "the file is neither UTF-8 nor UTF-16. Save it as UTF-8."),
        (b"student\xe9,w0\n", "the file is not UTF-8 (byte 7). Save it as UTF-8."),
        (b"x" * 10_000_001, "the file has 10000001 bytes; at most 10000000 are read."),
    ],
)  # fmt: skip
def test_bad_header_refuses_the_file(file, content, message):
    path = file(content)
    with pytest.raises(am.QuestionError) as caught:
        am.grade(MIDTERM, path)
    assert str(caught.value).removeprefix(f"{path}: ").startswith(message)


def test_header_of_a_student_alone_is_refused(file):
    with pytest.raises(am.QuestionError, match="there is no column for a wire, only 'student'"):
        am.grade(Question("f = x*y", {"x": 1, "y": 2}), file("student\nAda\n"))


def test_wire_without_a_gradient_is_refused_once(file):
    question = Question("f = maximum(x, 0)*y", {"x": float("inf"), "y": 1.0})
    with pytest.raises(am.NotFiniteError):
        am.grade(question, file("student,y\nAda,1\n"))


def test_strict_reader_raises_what_the_tolerant_one_reports(file):
    path = file(HEADER + f"Ada,{RIGHT}\nBo,1,2,3,4,5,6\n")
    with pytest.raises(am.QuestionError) as caught:
        read_answers(path, read_question(MIDTERM))
    assert str(caught.value).startswith(f"{path}, line 3: 7 cells for 6 columns; ")
    with pytest.raises(am.QuestionError) as caught:
        read_answers(path, 3)
    assert str(caught.value) == (
        "read_answers: expected a Question, such as Question(program, inputs) or read_question(path); got int."
    )


@settings(max_examples=300, derandomize=True, deadline=None, database=None)
@given(st.binary(max_size=80) | st.text('",;\n\r\t[]-1.e/ax\x00é', max_size=80).map(str.encode))
@example(b'"\n' * 40)
@example(b'"a\n",1\n"b')
def test_any_bytes_are_graded_or_refused(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("fuzz") / "answers.csv"
    question = Question("f = x*y", {"x": 2, "y": 3})
    path.write_bytes(b"student,x,y\n" + content)
    report = am.grade(question, path)
    assert len({sheet.line for sheet in report.sheets}) == len(report.sheets)
    assert all(isinstance(problem, Problem) and 2 <= problem.line <= content.count(b"\n") + content.count(b"\r") + 2
               for problem in report.problems)  # fmt: skip
    text = report.to_csv()
    assert len(list(csv.reader(io.StringIO(text), strict=True))) == len(report.sheets) + 1
    assert "<script" not in report.page().to_html()
    path.write_bytes(content)
    with contextlib.suppress(AutogradMiniError):
        am.grade(question, path)


# ---------------------------------------------------------------------------------------------------------------------

CLASS = """\
Ada,-3,-1,2,-2,-1
Bo,3,1,-2,2,1
Cleo,-1,-3,2,-2,-1
Dov,-3,-1,2.5,-2,-1
Eun-ji,-1,-3,2,-2,-1
Fay,,,,,
Gus,-3,-1,?,-2,-1
Hal,-3.0,-1.0,2.0,-2.0,-1.0
Ida,-3.7,-1.3,2.5,-2.8,-1
"""


def test_class_is_counted(graded):
    report = graded(CLASS)
    assert report.counts["w0"] == {"right": 4, "follows": 1, "slip": 3, "blank": 1, "unreadable": 0}
    assert report.counts["w1"] == {"right": 4, "follows": 1, "slip": 2, "blank": 1, "unreadable": 1}
    assert [sum(counts.values()) for counts in report.counts.values()] == [9] * 5
    first = report.causes[0]
    assert (first.misconception, first.at, first.students) == ("mul.own_value", "p0", ("Cleo", "Eun-ji"))
    counted = [len(sighting.students) for sighting in report.causes]
    assert counted == sorted(counted, reverse=True)
    unexplained = {student for sighting in report.causes if not sighting.misconception for student in sighting.students}
    assert unexplained == {"Dov", "Ida"}
    assert "2 of 9: At the × gate of p0: each factor got the upstream gradient times its own value" in str(report)
    assert "  Cleo, Eun-ji\n" in str(report)


def test_scores_in_numbers():
    assert (statistics.mean([]), statistics.median([])) == (0, 0)
    assert statistics.median([0.2, 1.0, 0.6, 0.8]) == pytest.approx(0.7)
    # 0.1 + 0.2 is 30 %, though in floating point it is not quite 0.3, and 100 % has no bar of its own.
    assert [bar.size for bar in statistics.bars([0, 0.05, 0.1 + 0.2, 0.3, 0.6 - 1e-16, 0.95, 1])] == [
        2, 0, 0, 2, 0, 0, 1, 0, 0, 2,
    ]  # fmt: skip
    assert statistics.histogram([1.0] * 500 + [0.0]).splitlines() == [
        "   0–9 %  █ 1",
        *(f"{f'{i}–{i + 9} %':>8}   0" for i in range(10, 90, 10)),
        f"90–100 %  {'█' * 40} 500",
    ]


def test_same_sheets_are_marked_once(graded):
    seen = []
    report = graded("Ada,1,2,3,4,5\nBo,-3,-1,2,-2,-1\nCleo,1,2,3,4,5\n", progress=lambda *done: seen.append(done))
    assert report.sheets[0].report is report.sheets[2].report
    assert seen == [(2, 3), (3, 3)]


def test_marking_can_be_chosen(graded):
    lenient, strict = graded(CLASS), graded(CLASS, marking=Marking(follow_through=False))
    assert lenient.sheets[1].report.score == 0.8
    assert strict.sheets[1].report.score == 0
    with pytest.raises(am.QuestionError, match="marking must be a Marking; got str"):
        graded(CLASS, marking="strict")


@pytest.mark.parametrize(
    ("question", "answers", "message"),
    [
        (Question("f = x", {"x": 1}), {}, "expected the path of an answer file, such as 'answers.csv'; got dict. "
         "For the answers of one student use check."),
        (3, "answers.csv", "expected a Question, such as Question(program, inputs) or read_question(path); got int."),
    ],
)  # fmt: skip
def test_what_is_no_question_or_no_file_is_refused(question, answers, message):
    with pytest.raises(am.QuestionError) as caught:
        am.grade(question, answers)
    assert str(caught.value) == f"grade: {message}"


def test_weights_and_values(file):
    question = Question("q = x + y; f = q*z", {"x": -2, "y": 5, "z": -4}, marks={"value:q": 3})
    report = am.grade(question, file("student,value:q,x\nAda,3,4\n"))
    assert report.columns == ("value:q", "x")
    assert (report.sheets[0].report.points, report.sheets[0].report.total) == (3, 4)
    assert report.to_csv().splitlines()[0].startswith("student,line,value:q,value:q credit,x,x credit,score")


def test_languages(graded):
    report = graded(CLASS, language="ko")
    assert report.summary() == "채점한 답안: 9개. 점수: 평균 64 %, 중앙값 80 %."
    assert 'lang="ko"' in report.page().to_html()
    with pytest.raises(am.QuestionError, match="the language must be one of 'en', 'ko'; got 'fr'"):
        graded(CLASS, language="fr")


def test_class_without_sheets(graded):
    report = graded("")
    assert str(report).startswith("Sheets marked: 0.\n")
    assert report.to_csv().count("\n") == 1
    assert "<table" in report.page().to_html()


# ---------------------------------------------------------------------------------------------------------------------


def everything(report):
    return str(report), report.to_csv(), report.page().to_html(), [sheet.report.to_json() for sheet in report.sheets]


class InThisThread(concurrent.futures.Executor):
    """An executor that marks when it is asked to, and sends everything as bytes, as other machines need it."""

    def submit(self, function, /, *arguments):
        future = concurrent.futures.Future()
        sent, given = pickle.loads(pickle.dumps((function, arguments)))
        future.set_result(pickle.loads(pickle.dumps(sent(*given))))
        return future


def processes():
    return concurrent.futures.ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn"))


@pytest.mark.parametrize(
    "executor",
    [InThisThread, lambda: concurrent.futures.ThreadPoolExecutor(3), processes],
    ids=["bytes", "threads", "processes"],
)
def test_every_executor_gives_the_same(graded, executor):
    rows = CLASS + "".join(f"student {i},-3,-1,2,-2,{i / 7:.3f}\n" for i in range(25))
    alone = graded(rows)
    seen = []
    with executor() as pool:
        together = graded(rows, executor=pool, progress=lambda done, total: seen.append(done))
    assert everything(together) == everything(alone)
    assert seen == sorted(seen)
    assert seen[-1] == 34


@pytest.mark.slow
# How the cluster gets along with Python's version and closes its sockets is not ours.
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_a_dask_cluster_gives_the_same(graded):
    distributed = pytest.importorskip("distributed")
    rows = CLASS + "".join(f"student {i},-3,-1,2,-2,{i / 7:.3f}\n" for i in range(25))
    with (
        # At any free port: the usual one may be that of another run.
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0") as cluster,
        distributed.Client(cluster) as client,
        client.get_executor() as pool,
    ):
        together = graded(rows, executor=pool)
    assert everything(together) == everything(graded(rows))


def test_a_worker_that_fails_is_heard(graded):
    class Broken(concurrent.futures.Executor):
        def submit(self, function, /, *arguments):
            future = concurrent.futures.Future()
            future.set_exception(OSError("the machine is gone"))
            return future

    with pytest.raises(OSError, match="the machine is gone"):
        graded(CLASS, executor=Broken())


# ---------------------------------------------------------------------------------------------------------------------

NAMES = [
    "<script>alert(1)</script>",
    "=HYPERLINK(\"http://example.org\",\"x\")",
    "@SUM(A1)",
    "+1",
    "-2+3",
    "../../etc/passwd",
    "/etc/passwd",
    "..",
    "a/b",
    "a\\b",
    "A/B",
    "CON",
    "nul",
    "x" * 300,
    "x" * 301,
    "김은지",
    "\u202egnp.exe",
    "Ada | Bo `rm` [x](javascript:alert(1)) & Co",
    "𝒜da",
    "...",
    "~root",
    "$(reboot)",
    "café",
    "cafe\u0301!",
]  # fmt: skip


@pytest.fixture
def hostile(file):
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerows([name, "<b>", "-1", "=1+1", "-2", "[x](y)"] for name in NAMES)
    return am.grade(MIDTERM, file(HEADER + text.getvalue()))


def test_hostile_names_all_are_marked(hostile):
    assert len(hostile.sheets) == len(NAMES)
    assert hostile.problems == ()


def test_page_escapes_every_name_and_answer(hostile):
    page = hostile.page().to_html()
    assert "<script" not in page
    assert "<b>&" not in page
    assert "&lt;b&gt;" in page
    assert html.escape(NAMES[0]) in page
    assert "\u202e" not in page
    assert "script-src 'none'" in page
    assert re.findall(r'(?:href|src)="(?!#line-)[^"]*"', page) == []


def test_csv_has_no_formula(hostile):
    rows = list(csv.reader(io.StringIO(hostile.to_csv())))
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for row in rows for cell in row)
    assert rows[2][0] == "'" + NAMES[1]
    assert {len(row) for row in rows} == {17}


def test_file_names_stay_in_their_folder_and_differ(hostile):
    names = feedback.file_names(hostile)
    assert len({name.casefold() for name in names}) == len(NAMES)
    for name in names:
        assert re.fullmatch(r"[\w-]+", name), name
        assert len(name.encode()) < 240
    assert names[11:13] == ["CON_line_13", "nul_line_14"]


def test_feedback_opens_no_tag_and_no_link(hostile):
    text = feedback.feedback_files(hostile)["Ada_Bo_rm_x_javascript_alert_1_Co.md"]
    assert text.startswith(r"# Ada | Bo \`rm\` \[x](javascript:alert(1)) &amp; Co: CS231n midterm 2017, question 3.1")
    assert "<" not in text


def test_gradescope_reads_scores_and_tests(graded):
    files = feedback.gradescope_files(graded(CLASS))
    assert list(files)[:2] == ["Ada/results.json", "Bo/results.json"]
    found = json.loads(files["Dov/results.json"])
    assert set(found) == {"score", "output", "output_format", "visibility", "tests"}
    assert (found["score"], found["output_format"], found["visibility"]) == (4, "text", "visible")
    assert sum(test["score"] for test in found["tests"]) == found["score"]
    assert found["tests"][1] == {
        "name": "w1", "score": 0.0, "max_score": 1.0, "output": "slip (answer 2.5, right 2)", "output_format": "text",
    }  # fmt: skip


# ---------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("answers.csv").write_text(HEADER + CLASS, encoding="utf-8")
    return tmp_path


def run(capsys, *arguments):
    """Return the exit code of `grade`, and what was printed to stdout and stderr."""
    code = main(["grade", str(MIDTERM), *arguments])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def test_command_writes_marks_page_and_feedback(capsys, folder):
    outputs = ["--report", "report.html", "--feedback", "feedback", "--gradescope", "gradescope"]
    for _ in range(2):
        code, out, err = run(capsys, "answers.csv", "-o", "out.csv", *outputs)
        assert (code, err) == (0, "")
        assert out == f"{am.grade(MIDTERM, 'answers.csv')}\n"
    marks = list(csv.DictReader(io.StringIO(Path("out.csv").read_text(encoding="utf-8-sig"))))
    assert [row["student"] for row in marks][:3] == ["Ada", "Bo", "Cleo"]
    assert (marks[2]["w0"], marks[2]["score"], marks[2]["first mistake"]) == ("slip", "0.6", "w0: -1 for −3")
    assert Path("report.html").read_text(encoding="utf-8").count("<details") == 9 + len(
        am.grade(MIDTERM, "answers.csv").causes
    )
    assert len(list(Path("feedback").iterdir())) == len(list(Path("gradescope").glob("*/results.json"))) == 9


def test_command_tells_of_bad_rows_by_its_exit_code(capsys, folder):
    Path("answers.csv").write_text(HEADER + f"Ada,{RIGHT}\nBo,1,2,3,4,5,6\n", encoding="utf-8")
    code, out, _ = run(capsys, "answers.csv")
    assert code == 1
    assert "- line 3: 7 cells for 6 columns; " in out
    assert Path("marks.csv").read_text(encoding="utf-8-sig").count("\n") == 2


def test_command_strict_and_korean(capsys, folder):
    code, out, _ = run(capsys, "answers.csv", "--strict", "--language", "ko")
    assert code == 0
    assert out.startswith("채점한 답안: 9개. 점수: 평균 56 %, 중앙값 60 %")


def test_command_tells_how_far_it_is(capsys, folder):
    # The same numbers in 120 spellings.
    rows = "".join(f"student {i},-3.{'0' * (i % 60)},-1.{'0' * (i // 60)},2,-2,-1\n" for i in range(120))
    Path("answers.csv").write_text(HEADER + rows, encoding="utf-8")
    _, _, err = run(capsys, "answers.csv")
    assert err.splitlines() == [f"{10 * i} %: {12 * i} of 120 sheets" for i in range(1, 11)]


def test_command_with_processes(capsys, folder):
    alone = run(capsys, "answers.csv", "-o", "one.csv")
    assert run(capsys, "answers.csv", "-o", "two.csv", "--jobs", "2") == alone
    assert Path("one.csv").read_bytes() == Path("two.csv").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-o", "answers.csv"], "answers.csv is what is read. Choose another name for what is written."),
        (["-o", "x.html", "--report", "x.html"], "two outputs are called x.html. Choose another name for one of them."),
        (["--report", "report.pdf"], "a page is saved as .html; got 'report.pdf'."),
        (["--feedback", "taken"],
         "the folder taken holds 'thesis.md', which is none of the files to be written there. Choose a new folder."),
        (["--feedback", "linked"],
         "the folder linked holds 'Ada.md', which is none of the files to be written there. Choose a new folder."),
        (["--gradescope", "answers.txt"], "answers.txt is no folder. Choose another name."),
    ],
)  # fmt: skip
def test_command_refuses_and_writes_nothing(capsys, folder, arguments, message):
    Path("answers.txt").write_text("")
    Path("taken").mkdir()
    Path("taken/thesis.md").write_text("years of work")
    Path("linked").mkdir()
    Path("linked/Ada.md").symlink_to(folder / "answers.txt")
    before = sorted(folder.rglob("*"))
    assert run(capsys, "answers.csv", *arguments) == (2, "", f"autograd-mini: {message}\n")
    assert sorted(folder.rglob("*")) == before


def test_command_refuses_a_folder_that_is_not_there(capsys, folder):
    code, _, err = run(capsys, "answers.csv", "-o", "none/marks.csv")
    assert code == 2
    assert err.endswith("none. Make it first.\n")


@pytest.mark.parametrize("jobs", ["0", "-1", "x", "1000", "9" * 50, "２"])
def test_command_refuses_a_number_of_processes(capsys, folder, jobs):
    with pytest.raises(SystemExit) as caught:
        run(capsys, "answers.csv", f"--jobs={jobs}")
    assert caught.value.code == 2
    assert "expected a number of processes from 1 to 999" in capsys.readouterr().err


# ---------------------------------------------------------------------------------------------------------------------

LESSON = (EXAMPLES / "class" / "README.md").read_text(encoding="utf-8")


@pytest.fixture
def class_folder(tmp_path, monkeypatch):
    for name in ("question.toml", "answers.csv"):
        (tmp_path / name).write_bytes((EXAMPLES / "class" / name).read_bytes())
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_example_prints_and_writes_what_it_says(capsys, class_folder):
    command, printed = re.search(r"```sh\n(.*?)\n```\n\n```text\n(.*?)```", LESSON, re.DOTALL).groups()
    assert main(command.split()[1:]) == 1
    assert capsys.readouterr().out == printed
    assert re.search(r"```markdown\n(.*?)```", LESSON, re.DOTALL)[1] == Path("feedback/Bora.md").read_text("utf-8")
    assert {path.name for path in class_folder.iterdir()} == {
        "question.toml", "answers.csv", "marks.csv", "class.html", "feedback",
    }  # fmt: skip


def test_example_in_python_prints_what_it_says(class_folder):
    code, printed = re.search(r"```python\n(.*?)```\n\n```text\n(.*?)```", LESSON, re.DOTALL).groups()
    Path("lesson.py").write_text(code, encoding="utf-8")
    result = subprocess.run([sys.executable, "-X", "utf8", "lesson.py"], capture_output=True, encoding="utf-8")
    assert (result.stdout, result.returncode) == (printed, 0), result.stderr


def test_readme_shows_what_is_printed(capsys, tmp_path, monkeypatch):
    readme = (EXAMPLES.parent / "README.md").read_text(encoding="utf-8")
    command, shown = re.search(r"```sh\n(autograd-mini grade.*?)\n```\n\n```text\n(.*?)```", readme, re.DOTALL).groups()
    monkeypatch.chdir(tmp_path)
    main([part.replace("examples", str(EXAMPLES)) for part in command.split()[1:]])
    printed = capsys.readouterr().out
    assert shown.count("...\n") == 1
    first, last = shown.split("...\n")
    assert printed.startswith(first)
    assert printed.endswith(last)
