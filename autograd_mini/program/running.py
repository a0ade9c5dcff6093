"""Run a program: its source is written when it is first needed, and NumPy answers where Python's floats raise."""

from collections.abc import Sequence
from typing import Any

from ..tensor import collector_paused
from .source import Written, write
from .steps import Program

# 1/0.0, overflow, log(-1.0): Python raises where NumPy has an answer.
UNLIKE_NUMPY = (ArithmeticError, ValueError)


@collector_paused()
def written(program: Program, *, batched: bool = False) -> Written:
    """Return a program's source and function, written once."""
    key = "batched" if batched else "plain"
    if key not in program._made:
        program._made[key] = write(program, batched=batched)
    return program._made[key]


def run(program: Program, inputs: Sequence[Any]) -> Any:
    """Return a program's outputs.

    Raises:
        DivergedError: if the program assumes what is not so for these inputs.
    """
    function = (program._made.get("plain") or written(program)).function
    try:
        return function(*inputs)
    except UNLIKE_NUMPY:
        return program.interpreted(inputs)
