"""Random shapes that broadcast, and random axes: every entrywise gate, matmul, and the reductions.

The derivative along a random direction is compared with a central difference; the operands stay between 0.2 and 0.9,
inside every domain and away from kinks.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, mutually_broadcastable_shapes

import autograd_mini as am
from autograd_mini.primitive import table

STEP = 1e-5
# What is added to each operand: arccosh is defined from 1 on, remainders jump where the quotient is a whole number, and
# shrinking has a kink at 0.5.
MOVED = {"arccosh": (1.5,), "fmod": (0, 1), "remainder": (0, 1), "hardshrink": (1,), "softshrink": (1,)}
ENTRYWISE = sorted(
    name for name, gate in table.items() if gate.elementwise and gate.rules and not gate.variadic and not gate.internal
)


def operands(shapes, seed):
    """Return arrays in (0.2, 0.9) whose entries all differ, so that nothing ties."""
    rng = np.random.default_rng(seed)
    total = sum(int(np.prod(shape)) for shape in shapes)
    drawn = rng.permutation(np.linspace(0.2, 0.9, max(total, 1)))
    ends = np.cumsum([int(np.prod(shape)) for shape in shapes])
    return [drawn[end - int(np.prod(shape)) : end].reshape(shape) for end, shape in zip(ends, shapes, strict=True)]


def check(function, inputs, seed):
    """Compare the derivative along random directions with a central difference, operand by operand."""
    rng = np.random.default_rng(seed + 1)
    tensors = [am.Tensor(x) for x in inputs]
    output = function(*tensors)
    weights = rng.normal(size=output.shape)
    np.sum(output * weights).backward()
    for i, (tensor, x) in enumerate(zip(tensors, inputs, strict=True)):
        if tensor.grad is None:
            # A gate may have no rule for an operand, such as the condition of where.
            continue
        assert np.shape(tensor.grad) == x.shape
        direction = rng.normal(size=x.shape)
        sides = [
            np.sum(weights * np.asarray(function(*inputs[:i], x + step * direction, *inputs[i + 1 :])))
            for step in (STEP, -STEP)
        ]
        expected = (sides[0] - sides[1]) / (2 * STEP)
        scale = np.sum(np.abs(tensor.grad * direction)) + np.sum(np.abs(weights))
        np.testing.assert_allclose(np.sum(tensor.grad * direction), expected, rtol=1e-6, atol=1e-7 * (1 + scale))


@pytest.mark.parametrize("name", ENTRYWISE)
@settings(max_examples=15, deadline=None)
@given(data=st.data(), seed=st.integers(0, 1000))
def test_entrywise_gate_on_shapes_that_broadcast(name, data, seed):
    gate = table[name]
    count = len(gate.operands) - len(gate.defaults)
    shapes = data.draw(mutually_broadcastable_shapes(num_shapes=count, max_dims=3, min_side=0, max_side=3)).input_shapes
    moved = MOVED.get(name, (0,) * count)
    check(gate, [x + by for x, by in zip(operands(shapes, seed), moved, strict=True)], seed)


@settings(max_examples=60, deadline=None)
@given(
    shapes=mutually_broadcastable_shapes(signature="(m?,n),(n,p?)->(m?,p?)", max_dims=2, max_side=3),
    seed=st.integers(0, 1000),
)
def test_matmul_of_batches_and_vectors(shapes, seed):
    check(np.matmul, operands(shapes.input_shapes, seed), seed)


@pytest.mark.parametrize("function", [np.sum, np.mean, np.max, np.min, am.logsumexp], ids=lambda f: f.__name__)
@settings(max_examples=25, deadline=None)
@given(shape=array_shapes(min_dims=1, max_dims=4, max_side=3), data=st.data(), keepdims=st.booleans())
def test_reduction_over_random_axes(function, shape, data, keepdims):
    axes = st.sets(st.integers(0, len(shape) - 1), min_size=1).map(
        lambda chosen: tuple(axis - len(shape) * (axis % 2) for axis in sorted(chosen))
    )
    axis = data.draw(st.none() | st.integers(-len(shape), len(shape) - 1) | axes)
    check(lambda x: function(x, axis=axis, keepdims=keepdims), operands([shape], 3), 3)


def test_the_comparison_sees_a_wrong_rule():
    with pytest.raises(AssertionError):
        check(lambda x: am.stop_gradient(x) * x, operands([(3,)], 1), 1)
