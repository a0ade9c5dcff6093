"""The command line: draw, page, quiz, explain, check, grade, lint and variants, on an expression or a question file.

autograd-mini draw "f = (x + y)*z" x=-2 y=5 z=-4 -o circuit.svg
autograd-mini draw question.toml --blank gradients --key -o exam.pdf
autograd-mini page question.toml -o page.html
autograd-mini quiz question.toml --answers hidden -o quiz.html
autograd-mini explain question.toml
autograd-mini check question.toml answers.csv
autograd-mini grade question.toml answers.csv -o marks.csv --report report.html
autograd-mini lint question.toml --better better.toml
autograd-mini variants question.toml -n 30 -o variants
autograd-mini grade variants answers.csv
"""

import argparse
import json
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from . import __version__
from .circuit import draw
from .circuit.figure import FORMATS
from .errors import AutogradMiniError, ExpressionError, RenderError
from .files import write_whole
from .marking import Question, read_answers, read_question
from .marking.grading import command as grading
from .marking.questions import command as questions
from .marking.questions.variant_files import read_variants
from .marking.sheets import read_number
from .numerals import EXAM, SIGNIFICANT
from .pages import page, quiz
from .solution import explain

# What `--blank` leaves out.
_BLANK = {"values": ("values",), "gradients": ("gradients",), "all": ("values", "gradients")}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return the exit code: 0; 1 from `grade` when rows need a look; 2 when the input is refused."""
    options = _parser().parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show "−" or "×" gets a question mark in its place, not a crash.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    with warnings.catch_warnings():
        warnings.showwarning = _show_warning  # type: ignore[assignment]
        try:
            return options.run(options) or 0
        except (AutogradMiniError, OSError, ValueError) as error:
            print(f"autograd-mini: {error}", file=sys.stderr)
            return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="autograd-mini", description="Draw, explain and check the backpropagation of a circuit."
    )
    parser.add_argument("--version", action="version", version=f"autograd-mini {__version__}")
    verbs = parser.add_subparsers(
        required=True, metavar="draw | page | quiz | explain | check | grade | lint | variants"
    )

    verb = _verb(verbs, "draw", _draw, "draw the circuit with its values and gradients")
    verb.add_argument(
        "-o", "--output", default="circuit.svg", help=f"{', '.join(FORMATS)} by its ending (default: %(default)s)"
    )
    verb.add_argument("--no-values", action="store_true", help="leave out the values")
    verb.add_argument("--no-gradients", action="store_true", help="leave out the gradients")
    verb.add_argument("--local", action="store_true", help="write each gate's local derivatives")
    verb.add_argument("--blank", choices=_BLANK, help="leave these numbers to be filled in, as an exam")
    verb.add_argument("--except", dest="except_", type=_names, metavar="x,y", help="wires that keep their numbers")
    verb.add_argument("--key", action="store_true", help="write the key too, beside the exam: exam-key.svg")
    _add_choices(verb)

    verb = _verb(verbs, "page", _page, "write a page that runs the circuit gate by gate")
    verb.add_argument("-o", "--output", default="page.html", help="the page (default: %(default)s)")
    verb.add_argument("--local", action="store_true", help="write each gate's local derivatives")
    _add_choices(verb)

    verb = _verb(verbs, "quiz", _quiz, "write a page that asks for the circuit's numbers and marks them")
    verb.add_argument("-o", "--output", default="quiz.html", help="the page (default: %(default)s)")
    verb.add_argument(
        "--asked",
        metavar="gradients | values | x,value:y",
        help="what is asked: all gradients, all values, or the gradient of x and the value of y "
        "(default: what the question file asks, else gradients)",
    )
    verb.add_argument("--given", type=_names, default=[], metavar="x,y", help="wires that keep their numbers")
    verb.add_argument(
        "--answers",
        choices=("plain", "hidden"),
        default="plain",
        help="the right numbers in the page, or hashes of them",
    )
    verb.add_argument("--salt", default="", help="what is hashed with hidden answers")
    _add_choices(verb)

    verb = _verb(verbs, "explain", _explain, "print the worked solution, step by step")
    verb.add_argument("--format", default=SIGNIFICANT, help="format of the numbers (default: %(default)s)")
    verb.add_argument("--as", dest="style", choices=("text", "markdown", "latex"), default="text", help="default: text")
    verb.add_argument("-o", "--output", help="write to a file instead of the terminal")

    verb = _verb(verbs, "check", _check, "mark answers: a CSV file with a row per student and a column per wire")
    verb.add_argument("answers", help="the CSV file; its first line names the wires")

    grading.add_arguments(_verb(verbs, "grade", _grade, grading.DESCRIPTION))
    questions.add_lint_arguments(_verb(verbs, "lint", _lint, questions.LINT))
    questions.add_variants_arguments(_verb(verbs, "variants", _variants, questions.VARIANTS))
    return parser


def _verb(verbs: Any, name: str, run: Any, description: str) -> argparse.ArgumentParser:
    """Add a command with the arguments that all have in common."""
    verb: argparse.ArgumentParser = verbs.add_parser(name, help=description, description=description)
    verb.set_defaults(run=run)
    verb.add_argument("question", help="a question file (.toml), or an expression such as 'f = (x + y)*z'")
    verb.add_argument("inputs", nargs="*", metavar="name=value", help="inputs of an expression: x=-2, v=[1, 2]")
    return verb


def _add_choices(verb: argparse.ArgumentParser) -> None:
    """Add the choices of every picture: what is drawn, and how it is written."""
    verb.add_argument("--format", default=EXAM, help="format of the numbers (default: %(default)s)")
    verb.add_argument("--arrays", default="shape", help="shape, mean, range, full or heat (default: %(default)s)")
    verb.add_argument("--upstream", help="the gradient that arrives at the output: a number or a list (default: 1)")
    on_off = argparse.BooleanOptionalAction
    verb.add_argument("--repeat", action=on_off, default="auto", help="draw an input at each gate that it feeds")
    verb.add_argument("--group", action=on_off, default="auto", help="draw gates without names in groups")
    verb.add_argument("--fold", action=on_off, default="auto", help="draw scopes that repeat as one gate")
    verb.add_argument("--depth", type=int, metavar="N", help="how many levels of scopes are drawn as frames")
    verb.add_argument("--focus", metavar="WIRE", help="draw only what is around a wire")
    verb.add_argument("--steps", type=int, default=2, metavar="N", help="how many gates away from the focus")
    verb.add_argument("--theme", default="default", help="default, exam, safe, dark or 'high contrast'")
    verb.add_argument("--title", help="the title (default: the question file's)")


def _choices(options: argparse.Namespace, question: Question) -> dict[str, Any]:
    """Return the choices of a picture as `draw`, `page` and `quiz` take them."""
    return {
        "upstream": None if options.upstream is None else _value("--upstream", options.upstream),
        "number_format": options.format,
        "title": options.title or question.title or None,
        **{
            name: getattr(options, name)
            for name in ("arrays", "repeat", "group", "fold", "depth", "focus", "steps", "theme")
        },
    }


def _draw(options: argparse.Namespace) -> None:
    if options.blank is None and (options.key or options.except_):
        raise RenderError("--key and --except are for an exam; say with --blank what it leaves out.")
    question = _question(options)
    circuit = draw(
        question.circuit(),
        values=not options.no_values,
        gradients=not options.no_gradients,
        local=options.local,
        **_choices(options, question),
    )
    drawn = circuit if options.blank is None else circuit.blank(*_BLANK[options.blank], except_=options.except_ or ())
    output = Path(options.output)
    written = [drawn.save(output)]
    if options.key:
        written.append(circuit.save(output.with_stem(f"{output.stem}-key")))
    print(f"wrote {' and '.join(map(str, written))}")


def _page(options: argparse.Namespace) -> None:
    question = _question(options)
    made = page(question.circuit(), local=options.local, **_choices(options, question))
    print(f"wrote {made.save(options.output)}")


def _quiz(options: argparse.Namespace) -> None:
    question = _question(options)
    asked = (question.asked or "gradients") if options.asked is None else options.asked
    if isinstance(asked, str) and asked not in ("gradients", "values"):
        asked = _names(asked)
    made = quiz(
        question.circuit(),
        asked=asked,
        given=options.given,
        answers=options.answers,
        salt=options.salt,
        **_choices(options, question),
    )
    print(f"wrote {made.save(options.output)}")


def _names(text: str) -> list[str]:
    """Return wires' names from a list with commas."""
    return [name.strip() for name in text.split(",") if name.strip()]


def _explain(options: argparse.Namespace) -> None:
    solution = explain(_question(options).circuit(), number_format=options.format)
    text = {"text": solution.__str__, "markdown": solution.to_markdown, "latex": solution.to_latex}[options.style]()
    if options.output:
        print(f"wrote {write_whole(options.output, text)}")
    else:
        print(text)


def _check(options: argparse.Namespace) -> None:
    question = _question(options)
    marker = question.marker()
    sheets = read_answers(options.answers, question)
    for sheet in sheets:
        print(f"{sheet.student}\n{marker.mark(sheet.gradients, sheet.values)}\n")
    print(f"{len(sheets)} sheet{'' if len(sheets) == 1 else 's'} marked.")


def _grade(options: argparse.Namespace) -> int:
    is_folder = Path(options.question).is_dir() and not options.inputs
    return grading.run(read_variants(options.question) if is_folder else _question(options), options)


def _lint(options: argparse.Namespace) -> int:
    return questions.run_lint(_question(options), options)


def _variants(options: argparse.Namespace) -> int:
    return questions.run_variants(_question(options), options)


def _question(options: argparse.Namespace) -> Question:
    """Return the question that the command line names: a file, or an expression with its inputs."""
    if options.question.endswith(".toml") or Path(options.question).is_file():
        if options.inputs:
            raise ExpressionError(f"a question file has its own inputs; got {' '.join(options.inputs)}.")
        return read_question(options.question)
    inputs: dict[str, Any] = {}
    for name, value in map(_input, options.inputs):
        if name in inputs:
            raise ExpressionError(f"input {name!r} is given twice. Give each input one value.")
        inputs[name] = value
    return Question(options.question, inputs)


def _input(argument: str) -> tuple[str, Any]:
    """Return an input from name=value, where the value is a number, a fraction or a list."""
    name, equals, text = argument.partition("=")
    if not equals:
        raise ExpressionError(f"expected an input such as x=-2, got {argument!r}.")
    return name.strip(), _value(f"input {name.strip()!r}", text)


def _value(what: str, text: str) -> Any:
    """Return a number, a fraction or a list from its text."""
    number = read_number(text)
    if number.value is not None:
        try:
            return float(number.value)
        except OverflowError:
            raise ExpressionError(f"{what}: expected a number up to 1.8e308; got {text!r}.") from None
    try:
        return json.loads(text)
    except ValueError:
        raise ExpressionError(f"{what}: expected a number or a list such as [1, 2]; got {text!r}.") from None


def _show_warning(message: Any, *_: Any) -> None:
    print(f"autograd-mini: warning: {message}", file=sys.stderr)
