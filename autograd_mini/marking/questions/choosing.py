"""better_numbers and variants: other inputs for a question, as easy to work with, that hide fewer mistakes."""

from collections.abc import Iterable
from dataclasses import replace

from ...errors import QuestionError
from .advice import say
from .drawing import Chooser
from .findings import Findings
from .linting import lint
from .question import Question, expect_question

# How often more inputs are drawn for variants.
_MOST_ROUNDS = 5


def better_numbers(question: Question, *, seed: int = 0, effort: float = 1.0, fixed: Iterable[str] = ()) -> Question:
    """Return the question with inputs of the same difficulty at which the fewest mistakes are invisible or look alike.

    Inputs keep their number of digits and decimals. Their signs stay mixed; where there was no minus sign there is one
    only if it shows more. Right answers that end still end, within four digits or as many as before, and none becomes
    much larger or smaller. Arrays of zeros and ones, such as labels, stay as they are, and what the question prints
    besides its inputs (`given`) is worked out anew. The returned question's `note` says what is gained; where nothing
    better was found it is the question as it was.

    Args:
        question: the question.
        seed: of the numbers drawn: the same seed gives the same numbers.
        effort: how many sets of inputs to try; 2 for twice as many.
        fixed: inputs that keep their values.

    Raises:
        QuestionError: if the seed is no whole number of at least 0, the effort is not positive, or a fixed input is
            none of the question's.
        ExpressionError: if the program is refused.
    """
    chooser = Chooser(expect_question(question, "better_numbers"), seed, effort, fixed, may_get_signs=True)
    pool = chooser.draw()
    before = lint(question)
    if pool.order:
        better = chooser.question_at(pool, pool.order[0])
        after = lint(better)
        if _hidden(after) < _hidden(before):
            return replace(better, note=say("better.found", after=after.summary(), before=before.summary()))
    return replace(question, note=say("better.none", before=before.summary()))


def variants(
    question: Question, n: int, *, seed: int = 0, effort: float = 1.0, fixed: Iterable[str] = ()
) -> list[Question]:
    """Return the question for n students: different inputs and answers, none harder than another.

    At no variant's inputs are more mistakes invisible than at the best that were found, and the longest answers have
    the same number of digits, or one less. The title says which variant it is; `variant.key()` are its answers.

    Args:
        question: the question.
        n: how many.
        seed: of the numbers drawn: the same seed gives the same variants.
        effort: how many sets of inputs to try; 2 for twice as many.
        fixed: inputs that keep their values.

    Raises:
        QuestionError: if n is not a whole number of at least 1, the seed none of at least 0, or not enough variants
            were found.
        ExpressionError: if the program is refused.
    """
    if isinstance(n, bool) or not isinstance(n, int) or n < 1:
        raise QuestionError(f"variants: n must be a whole number of at least 1; got {n!r}.")
    chooser = Chooser(expect_question(question, "variants"), seed, effort, fixed)
    found: list[int] = []
    pool = chooser.draw()
    for _ in range(_MOST_ROUNDS):
        found = pool.alike(n)
        if len(found) >= n:
            break
        pool = pool.joined(chooser.draw())
    if len(found) < n:
        raise QuestionError(
            f"variants: only {len(found)} of {n} variants of equal difficulty were found. Ask for fewer, fix fewer "
            f"inputs, or raise the effort, which is {effort:g}."
        )
    title = f"{question.title}, variant" if question.title else "Variant"
    return [
        replace(chooser.question_at(pool, i), title=f"{title} {number}")
        for number, i in enumerate(pool.most_different(found, n), start=1)
    ]


def _hidden(findings: Findings) -> tuple[int, ...]:
    """Return how bad a question's numbers are: what cannot be marked, is at a kink, is invisible, looks alike."""
    unmarked = len(findings.of_kind("not finite")) + len(findings.of_kind("degenerate"))
    return unmarked, len(findings.of_kind("kink")), len(findings.invisible), sum(map(len, findings.alike))
