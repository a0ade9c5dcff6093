"""Compiled and eager agree on random circuits in which wires fork: single numbers and arrays, float64 and float32."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from test_random_graphs import circuits, run

import autograd_mini as am


def agree(circuit, make, rounding):
    inputs, gates = circuit
    given = [make(x) for x in inputs]

    def function(*args):
        return np.sum(run(args, gates))

    with np.errstate(all="ignore"):
        value, gradients = am.value_and_grad(function, tuple(range(len(given))))(*given)
        step = am.compile(function)
        for _ in range(2):
            ours, ours_gradients = step.value_and_grad(*given)
            np.testing.assert_allclose(ours, value, rtol=rounding, atol=0)
            for mine, theirs in zip(ours_gradients, gradients, strict=True):
                assert np.result_type(mine) == np.result_type(theirs)
                np.testing.assert_allclose(mine, theirs, rtol=rounding, atol=0)


@settings(max_examples=150, deadline=None)
@given(circuits())
def test_single_numbers_agree_bit_for_bit_but_for_squares(circuit):
    # 1/b has derivative −a/b², which is compiled as b*b and computed by C's pow in the eager engine.
    agree(circuit, float, 0 if all(name != "/" for name, _, _ in circuit[1]) else 1e-9)


@settings(max_examples=100, deadline=None)
@given(circuits(), st.sampled_from([np.float64, np.float32]))
def test_arrays_agree_bit_for_bit(circuit, dtype):
    agree(circuit, lambda x: np.array([x, x + 1, -x], dtype), 0)


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
    np.testing.assert_allclose([value, *gradients], [expected_value, *expected], rtol=1e-9)
