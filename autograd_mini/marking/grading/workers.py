"""Sheets marked in chunks, by this process or by an executor's threads, processes or machines.

Circuits do not travel: what is sent is the question and the sheets' texts, and each worker prepares the circuit once.
"""

import functools
import pickle
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from typing import Any

from ..marks import Marking
from ..questions.question import Question
from ..report import Report
from ..verdicts import Marker

# Answers for gradients and for values.
Answers = tuple[dict[str, Any], dict[str, Any]]
# A question with its marking, pickled, and a sheet's answers to it.
Work = tuple[bytes, Answers]
# A chunk is small enough that workers finish about together, and so large that sending it costs little.
_MOST_IN_A_CHUNK = 20
_CHUNKS = 32


def prepare(question: Question, marking: Marking | None) -> Marker:
    """Return the marker of a question, with another marking than its own if one is given."""
    marker = question.marker()
    if marking is not None:
        marker.marking = marking
    return marker


def mark_all(
    marking: Marking | None,
    sheets: Sequence[tuple[Question, Answers]],
    executor: Executor | None,
    language: str,
    mark_done: Callable[[int], None],
) -> list[Report]:
    """Return the reports on sheets, in their order.

    Args:
        marking: how verdicts become marks; as the question says when None.
        sheets: what was asked, and the answers of each.
        executor: who marks; this process when None.
        language: of the reports.
        mark_done: called with the index of each sheet that is marked.
    """
    # Questions that are one object make one text, and a text is sent once with each chunk.
    jobs = {id(question): pickle.dumps((question, marking)) for question, _ in sheets}
    work = [(jobs[id(question)], answers) for question, answers in sheets]
    size = 1 if executor is None else max(1, min(_MOST_IN_A_CHUNK, -(-len(sheets) // _CHUNKS)))
    chunks = [work[start : start + size] for start in range(0, len(work), size)]
    reports: list[Report] = []
    for found in _in_order(chunks, executor, language):
        for report in found:
            mark_done(len(reports))
            reports.append(report)
    return reports


def _in_order(chunks: list[list[Work]], executor: Executor | None, language: str) -> Iterator[list[Report]]:
    if executor is None:
        for chunk in chunks:
            yield _mark(chunk, language)
        return
    futures = [executor.submit(_mark, chunk, language) for chunk in chunks]
    try:
        for future in futures:
            yield future.result()
    finally:
        for future in futures:
            future.cancel()


def _mark(sheets: list[Work], language: str) -> list[Report]:
    """Return the reports on a chunk of sheets: what a worker does."""
    thread = threading.get_ident()
    return [_marker(job, thread).mark(*answers, language=language) for job, answers in sheets]


@functools.lru_cache(maxsize=32)
def _marker(job: bytes, thread: int) -> Marker:
    """Return the marker of a question, prepared once by each thread: a marker remembers while it marks."""
    return prepare(*pickle.loads(job))
