"""Right answers at many inputs at once: the keys of a thousand variants of a question.

The circuit's gates and its backward pass are compiled, with an output for every number that is asked, and evaluated at
all the inputs together. Gates on arrays are not evaluated so; where there are such, each set of inputs is worked out on
its own.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ...backward import send_recorded, sweep
from ...errors import QuestionError, UnsupportedError, did_you_mean
from ...graph import Graph
from ...program import compile
from ...program.circuits import wires_at
from ...sending import fit
from ...tensor import Tensor
from ..conventions import Conventions
from ..spreads import hair_at
from ..work import Ground, Place
from .question import Question, expect_question, written
from .trials import input_arrays, is_of_single_numbers


def right_answers(question: Question, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Return the right answers of a question at many inputs at once, as numbers, by name.

        right_answers(question, {"x": np.linspace(1, 2, 1000)})["x"]  # the gradients of x at 1000 values of x

    They are what `replace(question, inputs=...).right_answers()` gives for each set of inputs: written by the
    question's conventions, at a kink by the table's derivative unless these fix another, NaN or infinite where there is
    no number. The last digit may differ where NumPy computes exp, tanh and the like differently in arrays.

    Args:
        question: the question.
        inputs: for inputs by name many values each, shape (sets, *shape of the input). An input that is left out keeps
            its own value in every set.

    Returns:
        For each name that is asked an array, shape (sets, *shape of the answer).

    Raises:
        QuestionError: if a name is no input, the shapes do not fit, or there is no set.
        ExpressionError: if the program is refused.
        UnknownWireError: if an asked wire is none of the circuit's.
    """
    given = _arrays(expect_question(question, "right_answers"), inputs)
    ground = question.ground()
    if is_of_single_numbers(ground):
        try:
            return _together(question, ground, given)
        except UnsupportedError:
            # A gate reads the numbers on its wires, and may do something else at others.
            pass
    return _one_by_one(question, given)


def keys(variants: Sequence[Question]) -> list[dict[str, Any]]:
    """Return the keys of questions that differ in their inputs only, as `key` of each gives them."""
    columns = {name: numbers.tolist() for name, numbers in answers_of_variants(variants).items()}
    return [{name: written(column[i]) for name, column in columns.items()} for i in range(len(variants))]


def answers_of_variants(variants: Sequence[Question]) -> dict[str, Any]:
    """Return the right answers of questions that differ in their inputs only, by name, as `right_answers` does."""
    every = list(map(input_arrays, variants))
    return right_answers(variants[0], {name: [inputs[name] for inputs in every] for name in every[0]})


def _together(question: Question, ground: Ground, inputs: dict[str, Any]) -> dict[str, Any]:
    """Return the right answers of a circuit of single numbers.

    Raises:
        UnsupportedError: if a gate reads the numbers on its wires.
    """
    places = question.places(ground)
    answers = compile(_sheet(ground.graph, places, question.conventions))
    given = [inputs.get(str(wire.name), wire.data) for wire in ground.graph.leaves]
    with np.errstate(all="ignore"):
        found = answers.batched(*given, gradients=False)
    return dict(zip(places, found, strict=True))


def _sheet(graph: Graph, places: Mapping[str, Place], conventions: Conventions) -> Callable[..., Any]:
    """Return the function from the numbers on a circuit's leaves to the right answers at some places."""

    def send(gate: Tensor, upstream: Any) -> list[Any]:
        row, operands = gate.gate, gate.operands
        assert row is not None
        nudges = conventions.nudges(row, operands)
        if not nudges:
            return send_recorded(gate, upstream)
        beside = tuple(
            operand + nudges[i] * hair_at(operand) if i in nudges else operand for i, operand in enumerate(operands)
        )
        return [
            fit(row.pull(i, upstream, gate, beside, gate.options), operand, gate)
            if isinstance(operand, Tensor)
            else None
            for i, operand in enumerate(operands)
        ]

    at = wires_at(graph)

    def sheet(*inputs: Any) -> list[Any]:
        made = dict(zip(graph.wires, at(inputs), strict=True))
        gradients = sweep({made[graph.root]: Tensor(1.0, requires_grad=False)}, send=send)
        answers = []
        for kind, wire in places.values():
            if kind == "value":
                answers.append(made[wire])
                continue
            factor, offset = conventions.written_as(made[wire], graph.driver(wire) is None)
            answers.append(gradients[made[wire]] * factor + offset)
        return answers

    return sheet


def _one_by_one(question: Question, inputs: dict[str, Any]) -> dict[str, Any]:
    found = []
    for values in zip(*inputs.values(), strict=True):
        given = {name: _as_given(question.inputs[name], value) for name, value in zip(inputs, values, strict=True)}
        found.append(replace(question, inputs=question.inputs | given).right_answers())
    return {name: np.stack([answers[name] for answers in found]) for name in found[0]}


def _as_given(own: Any, value: Any) -> Any:
    """Return another value for an input, a constant if its own is one."""
    return Tensor(value, requires_grad=own.requires_grad) if isinstance(own, Tensor) else value


def _arrays(question: Question, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Return inputs as arrays of floats.

    Raises:
        QuestionError: if a name is no input, the shapes do not fit, or there is no set.
    """
    if not isinstance(inputs, Mapping):
        raise QuestionError(
            f"right_answers: expected many values by input, such as {{'x': [1, 2, 3]}}; got {type(inputs).__name__}."
        )
    if not inputs:
        known = ", ".join(question.inputs)
        raise QuestionError(f"right_answers: no input is given. Give many values for at least one of {known}.")
    arrays = {}
    for name, values in inputs.items():
        if name not in question.inputs:
            raise QuestionError(
                f"right_answers: '{name}' is no input of the question; these are: {', '.join(question.inputs)}."
                f"{did_you_mean(name, question.inputs)}"
            )
        try:
            arrays[name] = np.asarray(values, float)
        except (TypeError, ValueError) as error:
            raise QuestionError(f"right_answers: '{name}' is not made of numbers: {error}.") from None
        wanted = ("sets", *np.shape(question.inputs[name]))
        if arrays[name].ndim == 0 or arrays[name].shape[1:] != wanted[1:]:
            shape = f"({', '.join(map(str, wanted))}{',' * (len(wanted) == 1)})"
            raise QuestionError(f"right_answers: '{name}' needs an array of shape {shape}; got {arrays[name].shape}.")
    counts = {name: len(array) for name, array in arrays.items()}
    if len(set(counts.values())) > 1 or 0 in counts.values():
        got = ", ".join(f"{name}: {count}" for name, count in counts.items())
        raise QuestionError(f"right_answers: each input needs as many values as the others, at least one; got {got}.")
    return arrays
