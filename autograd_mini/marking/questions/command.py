"""The verbs `lint` and `variants` of the command line: what a question's numbers hide, and a sheet for each student.

autograd-mini lint question.toml --better better.toml
autograd-mini variants question.toml -n 30 -o sheets
"""

import argparse
import csv
import io

from ...files import check_folder, write_folder, write_whole
from ..counts import count
from ..marks import bracketed
from .choosing import better_numbers, variants
from .keys import keys
from .linting import lint
from .question import Question

LINT = "say which mistakes the numbers of a question hide or cannot tell apart, and what else is wrong with it"
VARIANTS = "write questions of equal difficulty, one for each student, and their answers"
_KEY = "key.csv"


def add_lint_arguments(verb: argparse.ArgumentParser) -> None:
    """Add what the verb `lint` takes besides the question."""
    verb.add_argument("--better", metavar="FILE.toml", help="write the question with numbers that hide fewer mistakes")
    verb.add_argument("--seed", type=int, default=0, help="of the numbers drawn (default: %(default)s)")


def add_variants_arguments(verb: argparse.ArgumentParser) -> None:
    """Add what the verb `variants` takes besides the question."""
    verb.add_argument("-n", type=count("variants", most=9999), required=True, metavar="N", help="how many")
    verb.add_argument("-o", "--output", default="variants", metavar="FOLDER", help="where (default: %(default)s)")
    verb.add_argument(
        "--seed", type=int, default=0, help="the same seed gives the same variants (default: %(default)s)"
    )


def run_lint(question: Question, options: argparse.Namespace) -> int:
    """Print the findings, and write the question with better numbers if wished; return the exit code.

    Raises:
        AutogradMiniError: if the question is refused.
        OSError: if the file cannot be written.
    """
    lines = [str(lint(question))]
    if options.better:
        better = better_numbers(question, seed=options.seed)
        lines += [better.note, f"wrote {write_whole(options.better, better.to_toml())}"]
    print("\n".join(lines))
    return 0


def run_variants(question: Question, options: argparse.Namespace) -> int:
    """Write the variants and the table of their answers into a folder, and return the exit code.

    Raises:
        AutogradMiniError: if the question is refused, or the folder holds something else.
        OSError: if a file cannot be written.
    """
    check_folder(options.output, [*_names(options.n), _KEY])
    made = variants(question, options.n, seed=options.seed)
    names = _names(len(made))
    files = dict(zip(names, (variant.to_toml() for variant in made), strict=True))
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    answers = keys(made)
    writer.writerow(["name", *answers[0]])
    for name, key in zip(names, answers, strict=True):
        writer.writerow([name.removesuffix(".toml"), *map(bracketed, key.values())])
    write_folder(options.output, {**files, _KEY: table.getvalue()})
    print(f"wrote {len(made)} questions and {_KEY} to {options.output}")
    return 0


def _names(count: int) -> list[str]:
    return [f"variant-{number:0{len(str(count))}}.toml" for number in range(1, count + 1)]
