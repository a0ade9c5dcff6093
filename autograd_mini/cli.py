"""The command line: draw, explain and check, on an expression or a question file.

autograd-mini draw "f = (x + y)*z" x=-2 y=5 z=-4 -o circuit.svg
autograd-mini explain question.toml
autograd-mini check question.toml answers.csv
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
from .errors import AutogradMiniError, ExpressionError
from .files import write_whole
from .marking import Question, check, read_answers, read_question
from .marking.sheets import read_number
from .numerals import EXAM, SIGNIFICANT
from .solution import explain


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit code: 0, or 2 with a message on stderr when the input is refused."""
    options = _parser().parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show "−" or "×" gets a question mark in its place, not a crash.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    with warnings.catch_warnings():
        warnings.showwarning = _show_warning  # type: ignore[assignment]
        try:
            options.run(options)
        except (AutogradMiniError, OSError, ValueError) as error:
            print(f"autograd-mini: {error}", file=sys.stderr)
            return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="autograd-mini", description="Draw, explain and check the backpropagation of a circuit."
    )
    parser.add_argument("--version", action="version", version=f"autograd-mini {__version__}")
    verbs = parser.add_subparsers(required=True, metavar="draw | explain | check")

    verb = _verb(verbs, "draw", _draw, "draw the circuit with its values and gradients")
    verb.add_argument("-o", "--output", default="circuit.svg", help=".svg, .dot, .png or .pdf (default: %(default)s)")
    verb.add_argument("--format", default=EXAM, help="format of the numbers (default: %(default)s)")
    verb.add_argument("--no-values", action="store_true", help="leave out the values")
    verb.add_argument("--no-gradients", action="store_true", help="leave out the gradients")

    verb = _verb(verbs, "explain", _explain, "print the worked solution, step by step")
    verb.add_argument("--format", default=SIGNIFICANT, help="format of the numbers (default: %(default)s)")
    verb.add_argument("--as", dest="style", choices=("text", "markdown", "latex"), default="text", help="default: text")
    verb.add_argument("-o", "--output", help="write to a file instead of the terminal")

    verb = _verb(verbs, "check", _check, "mark answers: a CSV file with a row per student and a column per wire")
    verb.add_argument("answers", help="the CSV file; its first line names the wires")
    return parser


def _verb(verbs: Any, name: str, run: Any, description: str) -> argparse.ArgumentParser:
    """Add a command with the arguments that all have in common."""
    verb: argparse.ArgumentParser = verbs.add_parser(name, help=description, description=description)
    verb.set_defaults(run=run)
    verb.add_argument("question", help="a question file (.toml), or an expression such as 'f = (x + y)*z'")
    verb.add_argument("inputs", nargs="*", metavar="name=value", help="inputs of an expression: x=-2, v=[1, 2]")
    return verb


def _draw(options: argparse.Namespace) -> None:
    question = _question(options)
    circuit = draw(
        question.circuit(),
        values=not options.no_values,
        gradients=not options.no_gradients,
        number_format=options.format,
        title=question.title or None,
    )
    print(f"wrote {circuit.save(options.output)}")


def _explain(options: argparse.Namespace) -> None:
    solution = explain(_question(options).circuit(), number_format=options.format)
    text = {"text": solution.__str__, "markdown": solution.to_markdown, "latex": solution.to_latex}[options.style]()
    if options.output:
        print(f"wrote {write_whole(options.output, text)}")
    else:
        print(text)


def _check(options: argparse.Namespace) -> None:
    question = _question(options)
    root = question.circuit()
    sheets = read_answers(options.answers, question)
    for sheet in sheets:
        print(f"{sheet.student}\n{check(root, sheet.gradients, values=sheet.values)}\n")
    print(f"{len(sheets)} sheet{'' if len(sheets) == 1 else 's'} marked.")


def _question(options: argparse.Namespace) -> Question:
    """Return the question that the command line names: a file, or an expression with its inputs."""
    if options.question.endswith(".toml") or Path(options.question).is_file():
        if options.inputs:
            raise ExpressionError(f"a question file has its own inputs; got {' '.join(options.inputs)}.")
        return read_question(options.question)
    return Question(options.question, dict(map(_input, options.inputs)))


def _input(argument: str) -> tuple[str, Any]:
    """Return an input from name=value, where the value is a number, a fraction or a list."""
    name, equals, text = argument.partition("=")
    if not equals:
        raise ExpressionError(f"expected an input such as x=-2, got {argument!r}.")
    number = read_number(text)
    if number.value is not None:
        return name.strip(), float(number.value)
    try:
        return name.strip(), json.loads(text)
    except ValueError:
        raise ExpressionError(
            f"input {name.strip()!r}: expected a number or a list such as [1, 2]; got {text!r}."
        ) from None


def _show_warning(message: Any, *_: Any) -> None:
    print(f"autograd-mini: warning: {message}", file=sys.stderr)
