"""Numbers as written: what a text says, how much its last digit leaves open, and what is no number."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd_mini.marking.sheets import read_number

READ = [
    ("-3", Fraction(-3), Fraction(1, 2)),
    ("−0.20", Fraction(-1, 5), Fraction(1, 200)),
    ("–1", Fraction(-1), Fraction(1, 2)),
    ("+2.50", Fraction(5, 2), Fraction(1, 200)),
    (" 7 ", Fraction(7), Fraction(1, 2)),
    ("- 3", Fraction(-3), Fraction(1, 2)),
    (".5", Fraction(1, 2), Fraction(1, 20)),
    ("3.", Fraction(3), Fraction(1, 2)),
    ("1e-3", Fraction(1, 1000), Fraction(1, 2000)),
    ("1.5E2", Fraction(150), Fraction(5)),
    ("39/100", Fraction(39, 100), Fraction(1, 200)),
    ("-39/100", Fraction(-39, 100), Fraction(1, 200)),
    ("1/3", Fraction(1, 3), Fraction(0)),
    ("2/-4", Fraction(-1, 2), Fraction(0)),
    ("1.5/3", Fraction(1, 2), Fraction(0)),
    (-3, Fraction(-3), Fraction(1, 2)),
    (0.39, Fraction(39, 100), Fraction(1, 200)),
    (np.float64(-0.5), Fraction(-1, 2), Fraction(1, 20)),
    (np.int64(4), Fraction(4), Fraction(1, 2)),
    (1e-05, Fraction(1, 100000), Fraction(1, 200000)),
    (Fraction(1, 3), Fraction(1, 3), Fraction(0)),
]


@pytest.mark.parametrize(("given_", "value", "half_unit"), READ, ids=[repr(row[0]) for row in READ])
def test_number(given_, value, half_unit):
    written = read_number(given_)
    assert (written.value, written.half_unit, written.problem) == (value, half_unit, "")


@pytest.mark.parametrize("given_", [None, "", "   ", float("nan"), np.nan])
def test_blank_is_not_zero(given_):
    written = read_number(given_)
    assert written.is_blank
    assert not written.agrees_with(0.0)


UNREADABLE = [
    ("0,39", "a decimal comma; write 0.39"),
    ("abc", "not a number; write digits such as -0.20, a fraction such as 39/100, or 1e-3"),
    (".", "not a number; write digits such as -0.20, a fraction such as 39/100, or 1e-3"),
    ("1/0", "a fraction with 0 below its bar"),
    ("1/", "nothing stands under the fraction bar"),
    ("1e999999999", "the exponent is beyond 400"),
    ("9" * 101, "longer than 100 characters"),
    (True, "a truth value is not a number"),
    ("inf", "not a number; write digits such as -0.20, a fraction such as 39/100, or 1e-3"),
    ("1 000", "not a number; write digits such as -0.20, a fraction such as 39/100, or 1e-3"),
    ("__import__('os')", "not a number; write digits such as -0.20, a fraction such as 39/100, or 1e-3"),
    ("9**9", "not a number; write digits such as -0.20, a fraction such as 39/100, or 1e-3"),
    ("３", "not a number; write digits such as -0.20, a fraction such as 39/100, or 1e-3"),
    ([1], "not a number; write digits such as -0.20, a fraction such as 39/100, or 1e-3"),
]


@pytest.mark.parametrize(("given_", "problem"), UNREADABLE, ids=[repr(row[0])[:20] for row in UNREADABLE])
def test_what_is_no_number_says_why(given_, problem):
    written = read_number(given_)
    assert (written.value, written.problem, written.is_blank) == (None, problem, False)


@pytest.mark.parametrize(
    ("text", "right", "agrees"),
    [
        ("-0.20", -0.1966119332414819, True),
        ("-0.19", -0.1966119332414819, False),
        ("-0.196", -0.1966119332414819, False),
        ("-0.197", -0.1966119332414819, True),
        ("39/100", 0.3932238664829637, True),
        ("2/5", 0.3932238664829637, False),
        ("1/3", 1 / 3, True),
        ("1/3", 0.3333, False),
        ("0.13", 0.125, True),
        ("0.12", 0.125, True),
        ("-3", -3.0, True),
        ("3", -3.0, False),
        ("0.00", 0.004, True),
        ("1e-3", 0.0014, True),
        ("1e-3", 0.0016, False),
        (0.1966119332414819, 0.19661193324148185, True),
        ("0.1", 0.1, True),
        # A whole number may stand for one that it rounds, but not for any.
        ("0", 0.39, False),
        ("0", 0.0, True),
        ("0", -0.01, False),
        ("1", 0.73, False),
        ("1", 0.98, True),
        ("646", 645.58, True),
        ("3", 2.4, False),
        ("1e3", 1400.0, False),
        ("1e3", 1040.0, True),
    ],
)
def test_half_a_unit_of_the_last_digit_is_right(text, right, agrees):
    assert read_number(text).agrees_with(right) is agrees


@given(st.floats(-1e6, 1e6), st.integers(1, 8))
def test_a_rounded_number_agrees_with_what_was_rounded(number, digits):
    assert read_number(f"{number:.{digits}f}").agrees_with(number)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_says_what_it_prints(number):
    assert read_number(number).value == Fraction(Decimal(repr(number)))


@given(st.text(max_size=30))
def test_any_text_is_a_number_a_blank_or_a_problem(text):
    written = read_number(text)
    assert sum([written.value is not None, written.is_blank, bool(written.problem)]) == 1
