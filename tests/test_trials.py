"""Trials: many sets of inputs walked together give what each gives alone."""

import numpy as np
import pytest
from oracles import load

import autograd_mini as am
from autograd_mini.marking.questions.digits import significant_digits
from autograd_mini.marking.questions.trials import (
    input_arrays,
    is_of_single_numbers,
    mistakes,
    own_sheets,
    random_trials,
    same_always,
    trials,
)

CASES = {
    case["id"]: am.Question("\n".join(case["program"]), case["inputs"])
    for case in load("published.json")
    if np.all([np.ndim(value) == 0 for value in case["inputs"].values()])
}
NUMBERS = {name: question for name, question in CASES.items() if is_of_single_numbers(question.ground())}


def drawn(question, sets):
    rng = np.random.default_rng(3)
    return {
        name: np.where(own == 0, 1.0, own) * rng.uniform(0.5, 1.5, sets) for name, own in input_arrays(question).items()
    }


def test_most_published_questions_can_be_walked_together():
    assert len(NUMBERS) > 20


@pytest.mark.parametrize("name", NUMBERS)
def test_together_as_one_by_one(name):
    question = NUMBERS[name]
    inputs = drawn(question, 4)
    together = trials(question, inputs)
    assert len(together.kept) > 0
    for column, i in enumerate(together.kept):
        alone = am.Question(question.program, {name: float(values[i]) for name, values in inputs.items()})
        ground = alone.ground()
        right = [float(ground.right.prediction(place).middle) for place in alone.places(ground).values()]
        np.testing.assert_allclose(together.right[:, column], right, rtol=1e-12, atol=1e-15)
        assert together.sheets[:, column].tolist() == own_sheets(alone, ground).tolist()


def test_sets_that_are_at_a_kink_or_not_finite_are_left_out():
    question = am.Question("h = relu(x)\nf = h/y", {"x": 1, "y": 1})
    found = trials(question, {"x": np.array([1.0, 0.0, 2.0, 3.0]), "y": np.array([1.0, 1.0, 0.0, 2.0])})
    assert found.kept.tolist() == [0, 3]
    assert found.right.shape[1] == found.sheets.shape[1] == 2


def test_unwanted_sets_are_left_out_of_arrays_too():
    question = am.Question("f = sum(x)*y", {"x": [1, 2], "y": 1})
    inputs = {"x": np.array([[1.0, 2.0], [3.0, 4.0]]), "y": np.array([5.0, 6.0])}
    found = trials(question, inputs, lambda right: right.max(axis=0) > 5.5)
    # What is asked: x (two entries), y and f.
    assert (found.kept.tolist(), found.right.shape) == ([1], (4, 1))


def test_no_set_is_left():
    question = am.Question("f = x*y", {"x": 1, "y": 1})
    found = trials(question, {"x": np.zeros(2), "y": np.ones(2)}, lambda right: right[0] > 10)
    assert (len(found.kept), found.sheets.shape) == (0, (1 + len(mistakes(question.ground())), 0))
    # Where nothing is known, no two sheets are taken for the same.
    assert len(set(same_always(found).tolist())) == len(found.sheets)


def test_what_is_the_same_whatever_the_inputs():
    question = am.Question("f = 1/x", {"x": 2})
    same = dict(zip([fault.misconception.id for fault in mistakes(question.ground())],
                    same_always(random_trials(question))[1:].tolist(), strict=True))  # fmt: skip
    assert same["recip.at_output"] == same["recip.minus_square"] != same["recip.no_square"]
    # 1 arrives at the output, so that it can be left out.
    assert same["any.no_upstream"] == 0


@pytest.mark.parametrize(
    ("number", "digits"), [(0, 1), (3, 1), (-0.25, 2), (0.3125, 4), (120, 2), (1 / 3, 12), (0.1 + 0.2, 1)]
)
def test_significant_digits(number, digits):
    assert significant_digits(number) == digits
