"""Compiled and eager agree on random circuits in which wires fork: single numbers and arrays, float64 and float32."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from test_random_graphs import circuits, run

import autograd_mini as am


def agree(circuit, make):
    inputs, gates = circuit
    given = [make(x) for x in inputs]

    def function(*args):
        return np.sum(run(args, gates))

    with np.errstate(all="ignore"):
        value, gradients = am.value_and_grad(function, tuple(range(len(given))))(*given)
        if not np.isfinite(value):
            # Behind an infinity max sends the loser 0 among the engine's single numbers, and 0 × ∞ among arrays and in
            # compiled code.
            return
        step = am.compile(function)
        for _ in range(2):
            ours, ours_gradients = step.value_and_grad(*given)
            np.testing.assert_array_equal(ours, value)
            for mine, theirs in zip(ours_gradients, gradients, strict=True):
                assert np.result_type(mine) == np.result_type(theirs)
                np.testing.assert_array_equal(mine, theirs)


@settings(max_examples=150, deadline=None)
@given(circuits())
def test_single_numbers_agree_bit_for_bit(circuit):
    agree(circuit, float)


@settings(max_examples=100, deadline=None)
@given(circuits(), st.sampled_from([np.float64, np.float32]))
def test_arrays_agree_bit_for_bit(circuit, dtype):
    agree(circuit, lambda x: np.array([x, x + 1, -x], dtype))


@settings(max_examples=50, deadline=None)
@given(circuits(), st.randoms(use_true_random=False))
def test_a_compiled_circuit_is_right_at_other_numbers(circuit, random):
    inputs, gates = circuit
    others = [round(random.uniform(-2, 2), 3) for _ in inputs]

    def function(*args):
        return run(args, gates)

    step = am.compile(function)
    with np.errstate(all="ignore"):
        step.value_and_grad(*inputs)
        value, gradients = step.value_and_grad(*others)
        expected_value, expected = am.value_and_grad(function, tuple(range(len(inputs))))(*others)
    if np.isfinite(expected_value):
        np.testing.assert_array_equal([value, *gradients], [expected_value, *expected])
