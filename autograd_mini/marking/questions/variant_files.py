"""A folder of variants, as the verb `variants` writes it: questions that differ in their inputs only, a file each."""

import os
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from ...errors import NotFiniteError, QuestionError
from .keys import answers_of_variants
from .question import Question, expect_question, read_question
from .trials import input_arrays

# How `variants` ends its titles.
_NUMBERED = re.compile("(^Variant|, variant) [0-9]+$")


def read_variants(folder: str | os.PathLike[str]) -> dict[str, Question]:
    """Return the questions in a folder's TOML files by the files' names, without the ending.

    Raises:
        QuestionError: if there is none, a file cannot be read, or the questions differ in more than their inputs.
    """
    paths = sorted(Path(folder).glob("*.toml"))
    if not paths:
        raise QuestionError(f"{folder}: there is no question in the folder, no file that ends in .toml.")
    return check_variants({path.stem: read_question(path) for path in paths})


def check_variants(variants: Mapping[Any, Question]) -> dict[str, Question]:
    """Return questions by name if they are variants of each other.

    Raises:
        QuestionError: if there is none, or they differ in more than titles and the values of inputs.
    """
    for i, (name, variant) in enumerate(variants.items()):
        common = _common(expect_question(variant, f"variant '{name}'"))
        if i == 0:
            first, wanted = name, common
        elif common != wanted:
            raise QuestionError(
                f"'{name}' is no variant of '{first}': they differ in more than titles and the values of their inputs."
            )
    if not variants:
        raise QuestionError("expected at least one variant of a question; got none.")
    return {str(name): variant for name, variant in variants.items()}


def common_title(variants: Mapping[str, Question]) -> str:
    """Return the title that variants have but for their numbers; "" if they have several."""
    titles = {_NUMBERED.sub("", variant.title) for variant in variants.values()}
    return titles.pop() if len(titles) == 1 else ""


def called(variants: Iterable[str]) -> dict[str, str]:
    """Return the variants' names by what students may call them: "variant-07", "07" and "7" for variant-07.

    A number that stands at the end of several names is none of them.
    """
    by_number: dict[str, list[str]] = {}
    for name in variants:
        digits = name[len(name.rstrip("0123456789")) :]
        for number in {digits, digits.lstrip("0")} - {""}:
            by_number.setdefault(number, []).append(name)
    names = {number: found[0] for number, found in by_number.items() if len(found) == 1}
    return names | {name: name for name in variants}


def check_finite(variants: Mapping[str, Question], columns: Collection[str]) -> None:
    """Refuse variants of which a right answer is NaN or infinite.

    Args:
        variants: questions that differ in their inputs only.
        columns: what is answered.

    Raises:
        NotFiniteError: if there is such a variant; it is named.
    """
    asked = [replace(variant, asked=tuple(columns)) for variant in variants.values()]
    for column, numbers in answers_of_variants(asked).items():
        for name, number in zip(variants, numbers, strict=True):
            if not np.all(np.isfinite(number)):
                raise NotFiniteError(
                    f"variant '{name}': the right number for {column} is not finite; change its inputs."
                )


def _common(variant: Question) -> tuple[Question, dict[str, tuple[int, ...]]]:
    """Return what variants have in common: all but titles, inputs, and what is printed of these."""
    shapes = {name: array.shape for name, array in sorted(input_arrays(variant).items())}
    return replace(variant, title="", inputs={}, given=dict.fromkeys(variant.given)), shapes
