"""The command line, as a user types it."""

import subprocess
import sys
from pathlib import Path

import pytest

import autograd_mini as am
from autograd_mini.cli import main
from autograd_mini.marking import read_answers, read_question

EXAMPLES = Path(__file__).parent.parent / "examples"


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def run(capsys, *arguments):
    """Return the exit code and what was printed to stdout and stderr."""
    code = main(arguments)
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def test_draw_an_expression(capsys):
    assert run(capsys, "draw", "f = (x + y)*z", "x=-2", "y=5", "z=-4") == (0, "wrote circuit.svg\n", "")
    assert "−12.00" in Path("circuit.svg").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["m.svg", "m.dot", "m.png", "m.pdf"])
def test_draw_a_question_file(capsys, name):
    assert run(capsys, "draw", str(EXAMPLES / "midterm.toml"), "-o", name) == (0, f"wrote {name}\n", "")
    assert Path(name).stat().st_size > 1000


def test_draw_without_gradients_in_another_format(capsys):
    run(capsys, "draw", "x/3", "x=1", "--no-gradients", "--format", ".4f")
    text = Path("circuit.svg").read_text(encoding="utf-8")
    assert text.count("0.3333") == 1


def test_draw_with_every_choice(capsys):
    program = "q = x*y*x; f = q*x + x"
    choices = [
        "--theme", "safe", "--local", "--arrays", "mean", "--no-repeat", "--no-group", "--no-fold", "--depth", "1",
        "--title", "Mine", "--upstream", "1/2", "--focus", "q", "--steps", "1", "--format", ".3f",
    ]  # fmt: skip
    assert run(capsys, "draw", program, "x=2", "y=3", *choices, "-o", "f.svg") == (0, "wrote f.svg\n", "")
    drawn = am.draw(
        am.parse(program, x=2, y=3), theme="safe", local=True, arrays="mean", repeat=False, group=False, fold=False,
        depth=1, title="Mine", upstream=0.5, focus="q", steps=1, number_format=".3f",
    )  # fmt: skip
    assert Path("f.svg").read_text(encoding="utf-8") == drawn.to_svg()
    run(capsys, "draw", program, "x=2", "y=3", "--repeat", "--group", "-o", "g.svg")
    grouped = am.draw(am.parse(program, x=2, y=3), repeat=True, group=True)
    assert Path("g.svg").read_text(encoding="utf-8") == grouped.to_svg()
    assert grouped.to_svg() != drawn.to_svg()


@pytest.mark.parametrize(
    ("blank", "what"), [("values", ["values"]), ("gradients", ["gradients"]), ("all", ["values", "gradients"])]
)
def test_draw_an_exam_and_its_key(capsys, blank, what):
    arguments = ["draw", str(EXAMPLES / "midterm.toml"), "--blank", blank, "--except", "f, u", "--key", "-o", "m.svg"]
    assert run(capsys, *arguments) == (0, "wrote m.svg and m-key.svg\n", "")
    question = read_question(EXAMPLES / "midterm.toml")
    key = am.draw(question.circuit(), title=question.title)
    assert Path("m-key.svg").read_text(encoding="utf-8") == key.to_svg()
    assert Path("m.svg").read_text(encoding="utf-8") == key.blank(*what, except_=["f", "u"]).to_svg()


@pytest.mark.parametrize("suffix", ["dot", "tex", "txt", "html"])
def test_draw_by_suffix(capsys, suffix):
    assert run(capsys, "draw", "x*y", "x=1", "y=2", "-o", f"f.{suffix}")[0] == 0
    circuit = am.draw(am.parse("x*y", x=1, y=2))
    made = {"dot": circuit.to_dot, "tex": circuit.to_tikz, "txt": circuit.to_text, "html": circuit.to_html}[suffix]()
    assert Path(f"f.{suffix}").read_text(encoding="utf-8") == made


def test_page(capsys):
    midterm = str(EXAMPLES / "midterm.toml")
    question = read_question(midterm)
    assert run(capsys, "page", midterm) == (0, "wrote page.html\n", "")
    made = am.page(question.circuit(), title=question.title)
    assert Path("page.html").read_text(encoding="utf-8") == made.to_html()
    run(capsys, "page", midterm, "--local", "--focus", "u", "--steps", "1", "--theme", "dark", "-o", "u.html")
    made = am.page(question.circuit(), title=question.title, local=True, focus="u", steps=1, theme="dark")
    assert Path("u.html").read_text(encoding="utf-8") == made.to_html()


def test_quiz(capsys):
    midterm = str(EXAMPLES / "midterm.toml")
    question = read_question(midterm)
    assert run(capsys, "quiz", midterm) == (0, "wrote quiz.html\n", "")
    # What the file asks is asked.
    made = am.quiz(question.circuit(), asked=question.asked, title=question.title)
    assert Path("quiz.html").read_text(encoding="utf-8") == made.to_html()
    run(capsys, "quiz", midterm, "--asked", "gradients", "--given", "f,u", "--answers", "hidden", "--salt", "a")
    made = am.quiz(question.circuit(), given=["f", "u"], answers="hidden", salt="a", title=question.title)
    assert Path("quiz.html").read_text(encoding="utf-8") == made.to_html()
    run(capsys, "quiz", "f = x*x*x", "x=2", "--asked", "x, value:f", "--title", "Mine", "--repeat", "-o", "x.html")
    made = am.quiz(am.parse("f = x*x*x", x=2), asked=["x", "value:f"], title="Mine", repeat=True)
    assert Path("x.html").read_text(encoding="utf-8") == made.to_html()
    assert sorted(path.name for path in Path().iterdir()) == ["quiz.html", "x.html"]


def test_explain_as_text_markdown_and_latex(capsys):
    code, out, _ = run(capsys, "explain", "u = x + 1; f = 1/u", "x=-2")
    assert code == 0
    assert "  u: 1/x gate: local −1/x² = −1/(−1)² = −1; upstream 1 × local −1 = −1\n" in out
    assert run(capsys, "explain", "x*y", "x=1", "y=1/4", "--as", "markdown")[1].startswith("| wire | forward |")
    assert run(capsys, "explain", "x*y", "x=1", "y=2", "--as", "latex", "-o", "f.tex") == (0, "wrote f.tex\n", "")
    assert Path("f.tex").read_text(encoding="utf-8").startswith("\\begin{align*}")


def test_check_a_class(capsys):
    code, out, err = run(capsys, "check", str(EXAMPLES / "midterm.toml"), str(EXAMPLES / "midterm_answers.csv"))
    assert (code, err) == (0, "")
    assert out == (EXPECTED := Path(__file__).parent / "data" / "midterm_marks.txt").read_text(encoding="utf-8"), (
        EXPECTED
    )


def test_check_an_expression(capsys):
    Path("answers.csv").write_text("x,y\n3,2\n", encoding="utf-8")
    code, out, _ = run(capsys, "check", "x*y", "x=2", "y=3", "answers.csv")
    assert code == 0
    assert "2 of 2 right." in out


def test_lint_and_better_numbers(capsys):
    code, out, err = run(capsys, "lint", str(EXAMPLES / "midterm.toml"), "--better", "better.toml")
    assert (code, err) == (0, "")
    assert out.startswith("Of 69 mistakes, 7 are invisible and 33 look like another.\n")
    assert out.endswith("wrote better.toml\n")
    better = am.lint(read_question("better.toml"))
    assert (len(better.invisible), len(better.alike)) == (0, 0)


def test_variants_and_their_answers(capsys):
    arguments = ["variants", "f = x*v", "x=2", "v=[3, 5]", "-n", "10", "-o", "sheets"]
    # An output that is an array has a gradient only if it is said which arrives.
    assert run(capsys, *arguments)[0] == 2
    arguments[1] = "f = sum(x*v)"
    assert run(capsys, *arguments) == (0, "wrote 10 questions and key.csv to sheets\n", "")
    lines = Path("sheets/key.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "name,x,v,f"
    assert [line.split(",")[0] for line in lines[1:]] == [f"variant-{i:02}" for i in range(1, 11)]
    # The table is a file of answers, and each row is right for its question.
    for i in range(1, 11):
        question = read_question(f"sheets/variant-{i:02}.toml")
        Path("one.csv").write_text("\n".join([lines[0], lines[i]]), encoding="utf-8")
        (sheet,) = read_answers("one.csv", question)
        assert question.marker().mark(sheet.gradients, sheet.values).score == 1
    # What was written may be written again; nothing else is overwritten.
    assert run(capsys, *arguments)[0] == 0
    Path("sheets/thesis.md").write_text("mine", encoding="utf-8")
    assert run(capsys, *arguments) == (
        2,
        "",
        "autograd-mini: the folder sheets holds 'thesis.md', which is none of the files to be written there. "
        "Choose a new folder.\n",
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["lint", "f = x*y", "x=1"], "line 1, column 7: 'y' has no value. Give it as an input, or assign it on a line "
                                     "above; names with a value: x."),
        (["lint", "f = x*y", "x=1", "y=2", "--better", "no/b.toml"],
         "cannot write no/b.toml: there is no folder no. Make it first."),
        (["variants", "x*y", "x=1", "y=2", "-n", "2", "-o", "no/where"],
         "cannot write no/where: there is no folder no. Make it first."),
        (["draw", "(x + y)*z", "x=1", "y=2"], "line 1, column 9: 'z' has no value. Give it as an input, "
                                              "or assign it on a line above; names with a value: x, y."),
        (["draw", "x*y", "x=1", "y"], "expected an input such as x=-2, got 'y'."),
        (["draw", "x*y", "x=1", "y=abc"], "input 'y': expected a number or a list such as [1, 2]; got 'abc'."),
        (["draw", "x*2", "x=1", "-o", "f.jpg"],
         "a circuit is saved as .svg, .html, .dot, .tex, .txt, .png or .pdf; got 'f.jpg'."),
        (["draw", "x*2", "x=1", "--format", "wide"], "number_format must be a format for a number, such as '.2f' or "
                                                     "'.4g', or 'fraction'; got 'wide'."),
        (["draw", "x*2", "x=1", "--key"], "--key and --except are for an exam; say with --blank what it leaves out."),
        (["draw", "x*2", "x=1", "--except", "x"],
         "--key and --except are for an exam; say with --blank what it leaves out."),
        (["draw", "f = x*2", "x=1", "--blank", "all", "--except", "y"],
         "no wire is named 'y'; the circuit has x, f."),
        (["draw", "x*2", "x=1", "--blank", "all", "-o", "f.html"],
         "a circuit with empty cells is no page: its steps would fill them in. Make a page of the circuit that has its "
         "numbers, or a quiz, which asks for them."),
        (["draw", "x*2", "x=1", "--upstream", "one"],
         "--upstream: expected a number or a list such as [1, 2]; got 'one'."),
        (["draw", "x*2", "x=1", "--steps", "0", "--focus", "x"], "steps must be a whole number of at least 1; got 0."),
        (["draw", "x*2", "x=1", "--theme", "drak"],
         "there is no theme 'drak'; the themes are default, exam, safe, dark, high contrast, or give a Theme of your "
         "own colours. Did you mean 'dark'?"),
        (["page", "x*2", "x=1", "-o", "f.svg"], "a page is saved as .html; got 'f.svg'."),
        (["page", "f = x*2", "x=1", "--focus", "y"], "no wire is named 'y'; the circuit has x, f."),
        (["quiz", "f = x*2", "x=1", "--asked", "y"], "no wire is named 'y'; the circuit has x, f."),
        (["quiz", "f = x*2", "x=1", "--asked", ""],
         "quiz: nothing is asked; ask for a wire with a single number that takes a gradient."),
        (["quiz", "f = x*2", "x=1", "--asked", "x", "--given", "x"],
         "quiz: the gradient of 'x' is both asked and given. Leave it out of one of the two lists."),
        (["quiz", "x*2", "x=1", "-o", "nowhere/f.html"],
         "cannot write nowhere/f.html: there is no folder nowhere. Make it first."),
        (["explain", "nothing.toml"], "nothing.toml: the file cannot be read: No such file or directory."),
        (["explain", "x.real", "x=1"], "line 1, column 1: '.real' is not allowed; the only attribute is .T."),
        (["explain", str(EXAMPLES / "midterm.toml"), "x=1"], "a question file has its own inputs; got x=1."),
        (["check", str(EXAMPLES / "midterm.toml"), "nothing.csv"],
         "nothing.csv: the file cannot be read: No such file or directory."),
        (["draw", "x*2", "x=1", "-o", "nowhere/f.svg"],
         "cannot write nowhere/f.svg: there is no folder nowhere. Make it first."),
        (["draw", "x*2", 'x="a"'], "input 'x': Tensor: expected a number or an array of numbers, got str 'a'."),
        (["draw", "x*2", "x=NaN"], "input 'x' must be finite; got nan."),
        (["draw", "x*2", "x=1e400"], "input 'x': expected a number up to 1.8e308; got '1e400'."),
        (["draw", "x*y", "x=1", "y=2", "x=3"], "input 'x' is given twice. Give each input one value."),
        (["explain", "x*2", "x=1", "-o", ".."], "cannot write ..: it is a folder. Give the name of a file."),
        (["variants", "x*y", "x=1", "y=2", "-n", "2", "--seed", "-1"],
         "the seed must be a whole number of at least 0; got -1."),
    ],
)  # fmt: skip
def test_refusal_is_one_line_and_exit_code_2(capsys, arguments, message):
    assert run(capsys, *arguments) == (2, "", f"autograd-mini: {message}\n")
    assert list(Path().iterdir()) == []


@pytest.mark.filterwarnings("default")
def test_warning_is_one_line(capsys):
    code, _, err = run(capsys, "explain", "log(x)", "x=0")
    assert code == 0
    assert err.splitlines()[0] == "autograd-mini: warning: divide by zero encountered in log"
    assert all(line.startswith("autograd-mini: warning: ") for line in err.splitlines())


def test_unknown_command_shows_the_usage(capsys):
    with pytest.raises(SystemExit) as caught:
        main(["paint"])
    assert caught.value.code == 2
    assert "usage: autograd-mini" in capsys.readouterr().err


@pytest.mark.parametrize(
    "command", [["autograd-mini"], [sys.executable, "-m", "autograd_mini"]], ids=["script", "module"]
)
def test_both_ways_to_start_it(command):
    if command == ["autograd-mini"]:
        command = [str(Path(sys.executable).parent / "autograd-mini")]
    result = subprocess.run([*command, "--version"], capture_output=True, text=True, check=True)
    assert result.stdout.startswith("autograd-mini 0.")


def test_terminal_that_cannot_show_the_signs_gets_question_marks():
    result = subprocess.run(
        [sys.executable, "-m", "autograd_mini", "explain", "x*y", "x=1", "y=-2"],
        env={"PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=True,
    )
    assert b"? gate" in result.stdout
