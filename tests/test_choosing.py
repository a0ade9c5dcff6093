"""better_numbers and variants: other inputs, as easy as before, that hide fewer mistakes."""

import numpy as np
import pytest

import autograd_mini as am

MIDTERM = am.Question(
    "p0 = w0*x0\np1 = w1*x1\ns = p0 + p1\nt = s + w2\nu = t + 1\nf = 1/u",
    {"w0": 1, "x0": 3, "w1": 2, "x1": -2, "w2": -1},
    title="3.1",
)
NET = am.Question(
    "z = W @ x + b\nL = sum((relu(z) - y)**2)",
    {"W": [[1.0, 1.0], [1.0, 2.0]], "x": [2.0, 3.0], "b": [1.0, -1.0], "y": [0, 1]},
)


def digits(question):
    """Return the digits of the longest answer, leading and trailing zeros apart."""
    return max(len(answer.lstrip("-").replace(".", "").strip("0")) for answer in question.key().values())


def test_the_midterm_at_better_numbers_hides_nothing():
    better = am.better_numbers(MIDTERM)
    findings = am.lint(better)
    assert (findings.invisible, findings.alike) == ((), ())
    assert better.note == (
        "Of 69 mistakes, 0 are invisible and 0 look like another. "
        "With the old numbers: Of 69 mistakes, 7 are invisible and 33 look like another."
    )


@pytest.mark.parametrize("seed", range(3))
def test_better_numbers_are_as_easy(seed):
    better = am.better_numbers(MIDTERM, seed=seed)
    numbers = better.inputs.values()
    assert all(isinstance(number, int) and 1 <= abs(number) <= 6 for number in numbers)
    assert min(numbers) < 0 < max(numbers)
    assert digits(better) <= 4
    # None is right that was rounded to 0.0.
    assert all(0.05 <= abs(float(answer)) <= 40 for answer in better.key().values())
    assert "/" not in "".join(better.key().values())
    assert (better.program, better.title, better.asked) == (MIDTERM.program, MIDTERM.title, MIDTERM.asked)


def test_the_same_seed_gives_the_same_numbers():
    assert am.better_numbers(MIDTERM, seed=5) == am.better_numbers(MIDTERM, seed=5)
    # Few sets of inputs are tried, so that the best of them is not the best of all.
    few = [am.better_numbers(MIDTERM, seed=seed, effort=0.005).inputs for seed in (5, 6)]
    assert few[0] != few[1]


def test_question_that_hides_nothing_stays_as_it_is():
    question = am.Question("q = x + y\nf = q*z", {"x": -2, "y": 5, "z": -4})
    kept = am.better_numbers(question)
    assert kept == question
    assert kept.note == "No better numbers were found. Of 23 mistakes, 0 are invisible and 0 look like another."


def test_better_arrays():
    before, better = am.lint(NET), am.better_numbers(NET)
    assert len(am.lint(better).invisible) < len(before.invisible)
    assert [np.shape(better.inputs[name]) for name in "Wxby"] == [(2, 2), (2,), (2,), (2,)]
    assert len(set(np.ravel(better.inputs["W"]))) > 1
    # Labels stay labels.
    assert better.inputs["y"] == [0, 1]


def test_decimals_keep_their_places_and_positive_inputs_their_sign():
    question = am.Question("a = x*y\nf = a*z", {"x": 0.5, "y": 0.5, "z": 2})
    better = am.better_numbers(question)
    assert better != question
    assert all(better.inputs[name] == round(better.inputs[name], 1) > 0 for name in "xy")
    assert better.inputs["z"] > 0


def test_minus_signs_where_they_show_a_mask():
    # All that enters the relu is positive, so that nothing shows its mask.
    question = am.Question("z = w*x\nh = relu(z)\nf = h*y", {"w": 2, "x": 3, "y": 5})
    better = am.better_numbers(question)
    assert min(better.inputs.values()) < 0
    assert len(am.lint(better).invisible) < len(am.lint(question).invisible)
    # Variants are no harder than the question: they have no minus sign where it has none.
    assert all(min(sheet.inputs.values()) > 0 for sheet in am.variants(question, 10))


def test_fixed_input_keeps_its_value():
    better = am.better_numbers(MIDTERM, fixed=["x0"])
    assert better.inputs["x0"] == 3
    assert better.inputs != MIDTERM.inputs


def test_input_that_cannot_be_fixed():
    with pytest.raises(am.QuestionError) as caught:
        am.better_numbers(MIDTERM, fixed=["w3"])
    assert str(caught.value) == (
        "fixed: 'w3' is no input of the question; these are: w0, x0, w1, x1, w2. Did you mean 'w2'?"
    )


@pytest.mark.parametrize("effort", [0, "all"])
def test_effort_must_be_positive(effort):
    with pytest.raises(am.QuestionError) as caught:
        am.better_numbers(MIDTERM, effort=effort)
    assert str(caught.value) == f"the effort must be a positive number; got {effort!r}."


@pytest.mark.parametrize("seed", [-1, 1.5, None])
def test_seed_must_be_whole(seed):
    with pytest.raises(am.QuestionError) as caught:
        am.better_numbers(MIDTERM, seed=seed)
    assert str(caught.value) == f"the seed must be a whole number of at least 0; got {seed!r}."


def test_variants_differ_and_are_equally_hard():
    sheets = am.variants(MIDTERM, 30, seed=1)
    assert [sheet.title for sheet in sheets[:2]] == ["3.1, variant 1", "3.1, variant 2"]
    assert len({tuple(sheet.inputs.items()) for sheet in sheets}) == 30
    keys = [sheet.key() for sheet in sheets]
    assert len({tuple(key.items()) for key in keys}) == 30
    findings = [am.lint(sheet) for sheet in sheets]
    assert all(found.invisible == () and found.of_kind("kink") == () for found in findings)
    lengths = [digits(sheet) for sheet in sheets]
    assert max(lengths) - min(lengths) <= 1
    assert max(lengths) <= 4


def test_each_key_is_right_for_its_variant_only():
    first, second = am.variants(MIDTERM, 2)
    assert first.marker().mark(first.key()).score == 1
    assert second.marker().mark(first.key()).score < 1


def test_variants_are_the_same_for_the_same_seed():
    assert am.variants(MIDTERM, 3, seed=4) == am.variants(MIDTERM, 3, seed=4)
    assert am.variants(MIDTERM, 3, seed=4) != am.variants(MIDTERM, 3, seed=5)


def test_variants_without_a_title():
    question = am.Question("f = x*y", {"x": 2, "y": 3})
    assert [sheet.title for sheet in am.variants(question, 2)] == ["Variant 1", "Variant 2"]


def test_variants_keep_off_kinks():
    question = am.Question("h = x - y\nf = relu(h)*z", {"x": 2, "y": 2, "z": 3})
    assert all(am.lint(sheet).of_kind("kink") == () for sheet in am.variants(question, 10))


def test_rounded_answers_stay_of_a_size():
    # The answers are 0.1966 twice, and 1: at most 10 times larger, or 20 times smaller.
    question = am.Question("z = w*x\nf = sigmoid(z)", {"w": 1, "x": 1})
    for sheet in am.variants(question, 5):
        assert all(0.0098 <= abs(float(answer)) <= 10 for answer in sheet.key().values())


def test_too_many_variants():
    question = am.Question("f = x*y", {"x": 2, "y": 3})
    # Of whole numbers from 1 to 6, for which x = y hides two mistakes.
    with pytest.raises(am.QuestionError) as caught:
        am.variants(question, 100)
    assert str(caught.value) == (
        "variants: only 30 of 100 variants of equal difficulty were found. Ask for fewer, fix fewer inputs, "
        "or raise the effort, which is 1."
    )


@pytest.mark.parametrize("n", [0, 2.0, True])
def test_number_of_variants_must_be_whole(n):
    with pytest.raises(am.QuestionError) as caught:
        am.variants(MIDTERM, n)
    assert str(caught.value) == f"variants: n must be a whole number of at least 1; got {n!r}."


def test_what_a_question_prints_is_worked_out_anew():
    printed = am.Question("p = x*y\nf = p*p", {"x": 2, "y": 2}, asked=("x", "y"), given={"value:p": 4, "p": "8.0"})
    better = am.better_numbers(printed)
    x, y = better.inputs.values()
    assert better.given == {"value:p": str(x * y), "p": str(2 * x * y)}
    assert all(am.lint(sheet).errors == () for sheet in am.variants(printed, 3))


def test_numbers_at_a_kink_or_not_finite_are_worse_than_any():
    at_kink = am.Question("h = relu(x - y)\nf = h*z", {"x": 3, "y": 3, "z": 2}, asked=("z",))
    assert am.lint(am.better_numbers(at_kink)).of_kind("kink") == ()
    by_nothing = am.Question("d = x - y\nf = z/d", {"x": 3, "y": 3, "z": 2})
    assert am.lint(am.better_numbers(by_nothing)).errors == ()
