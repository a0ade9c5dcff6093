"""The verb `grade` of the command line: mark a class and write its marks, page and feedback.

autograd-mini grade question.toml answers.csv -o marks.csv --report report.html --feedback feedback
autograd-mini grade variants answers.csv
"""

import argparse
import dataclasses
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path

from ...errors import QuestionError
from ...files import check_folder, write_folder, write_whole
from ..counts import count
from ..messages import LANGUAGES
from ..questions.question import Question
from .classes import grade
from .feedback import feedback_files, gradescope_files
from .progress import shown

DESCRIPTION = "mark the answers of a class and write marks, a page and feedback"
VARIANTS = "a folder of variants in place of the question is marked as one class; the column variant says who had which"
EXIT_CODES = "exit code: 0 all rows were marked, 1 some rows need a look (the others were marked), 2 nothing was marked"
# A spreadsheet knows by this mark that a file is UTF-8.
_MARK = "\ufeff"


def add_arguments(verb: argparse.ArgumentParser) -> None:
    """Add what the verb takes besides the question."""
    verb.epilog = f"{VARIANTS}; {EXIT_CODES}"
    verb.add_argument("answers", help="the CSV file; its first line names the wires")
    verb.add_argument("-o", "--output", default="marks.csv", help="the marks (default: %(default)s)")
    verb.add_argument("--report", metavar="FILE.html", help="write the class as a page")
    verb.add_argument("--feedback", metavar="FOLDER", help="write each student's report as Markdown")
    verb.add_argument("--gradescope", metavar="FOLDER", help="write each student's results.json for Gradescope")
    verb.add_argument(
        "--jobs", type=count("processes", most=999), default=1, metavar="N", help="how many processes mark (default: 1)"
    )
    verb.add_argument("--language", choices=LANGUAGES, default="en", help="of the reports (default: %(default)s)")
    verb.add_argument("--strict", action="store_true", help="no marks for what follows from a mistake")


def run(question: Question | dict[str, Question], options: argparse.Namespace) -> int:
    """Mark a class, write what is wished, print the class and return the exit code: 1 if rows need a look.

    Args:
        question: what was asked, or the variants of it by name.
        options: of the command line.

    Raises:
        AutogradMiniError: if a file is refused; then nothing is written.
        OSError: if a file cannot be written.
    """
    _check_places(options)
    first = question if isinstance(question, Question) else next(iter(question.values()))
    marking = dataclasses.replace(first.marking, follow_through=False) if options.strict else None
    with shown() as progress, _executor(options.jobs) as executor:
        report = grade(
            question,
            options.answers,
            marking=marking,
            executor=executor,
            progress=progress,
            language=options.language,
        )
    wished = [(options.feedback, feedback_files), (options.gradescope, gradescope_files)]
    folders = {folder: files(report) for folder, files in wished if folder}
    for folder, files in folders.items():
        check_folder(folder, files)
    for folder, files in folders.items():
        write_folder(folder, files)
    if options.report:
        report.page().save(options.report)
    write_whole(options.output, _MARK + report.to_csv())
    print(report)
    return 1 if report.problems else 0


def _check_places(options: argparse.Namespace) -> None:
    """Refuse what cannot be written before the marking, which may take a while."""
    written = [name for name in (options.output, options.report, options.feedback, options.gradescope) if name]
    places = [Path(name).resolve() for name in written]
    for i, place in enumerate(places):
        if place in places[:i]:
            raise QuestionError(f"two outputs are called {written[i]}. Choose another name for one of them.")
        if place == Path(options.answers).resolve() or place == Path(options.question).resolve():
            raise QuestionError(f"{written[i]} is what is read. Choose another name for what is written.")
        if not place.parent.is_dir():
            raise FileNotFoundError(f"cannot write {written[i]}: there is no folder {place.parent}. Make it first.")
    if options.report and Path(options.report).suffix.lower() != ".html":
        raise QuestionError(f"a page is saved as .html; got {options.report!r}.")


@contextmanager
def _executor(jobs: int) -> Iterator[Executor | None]:
    """Give an executor of so many processes; None for one, which is this."""
    if jobs == 1:
        yield None
    else:
        # A process that is started afresh inherits no threads and no locks.
        with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as executor:
            yield executor
