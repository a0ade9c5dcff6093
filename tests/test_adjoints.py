"""What moves entries is linear, so its gradient is its adjoint: Σ w · f(v) = Σ fᵀ(w) · v for every w and v.

Each family of functions is tried with random arguments on arrays of random shapes, empty ones among them. NumPy
computes the left side and says which arguments are refused.
"""

import numpy as np
import pytest

import autograd_mini as am

# Each test starts it anew.
RNG = np.random.default_rng()


def whole(low, high):
    return int(RNG.integers(low, high))


def some_axes(axes, at_most):
    return tuple(RNG.permutation(axes)[: whole(1, at_most + 1)].tolist())


def one_axis_or_none(x):
    """Return an axis or None, and how many entries lie along it."""
    axis = None if RNG.random() < 0.3 else whole(-x.ndim, x.ndim)
    return axis, x.size if axis is None else x.shape[axis]


def pad(x):
    mode = str(RNG.choice(["constant", "edge", "wrap", "reflect", "symmetric", "mean", "linear_ramp"]))
    widths = RNG.integers(0, 6, (x.ndim, 2))
    options = {}
    if mode in ("reflect", "symmetric"):
        options["reflect_type"] = str(RNG.choice(["even", "odd"]))
    if mode == "mean":
        options["stat_length"] = RNG.integers(1, 5, (x.ndim, 2)).tolist()
    return lambda x: np.pad(x, widths, mode, **options)


def take(x):
    axis, length = one_axis_or_none(x)
    mode = str(RNG.choice(["raise", "wrap", "clip"]))
    # From an empty array NumPy takes entries that are not there, as long as the result is empty.
    places = RNG.integers(-length - 2, length + 2, [(), (3,), (2, 2)][whole(0, 3)]) if x.size else np.zeros(0, int)
    return lambda x: np.take(x, places, axis, mode=mode)


def take_along_axis(x):
    axis = whole(-x.ndim, x.ndim)
    shape = [1 if RNG.random() < 0.2 else length for length in x.shape]
    shape[axis] = whole(0, 4)
    places = RNG.integers(-x.shape[axis] - 1, x.shape[axis] + 1, shape)
    return lambda x: np.take_along_axis(x, places, axis)


def repeat(x):
    axis, length = one_axis_or_none(x)
    repeats = whole(0, 4) if RNG.random() < 0.5 else RNG.integers(0, 4, length)
    return lambda x: np.repeat(x, repeats, axis)


def tile(x):
    times = tuple(RNG.integers(0, 3, whole(1, 5)).tolist())
    return lambda x: np.tile(x, times)


def roll(x):
    axes = tuple(RNG.integers(-x.ndim, x.ndim, whole(1, 4)).tolist())
    shifts = RNG.integers(-6, 7, len(axes)).tolist() if RNG.random() < 0.7 else whole(-6, 7)
    return lambda x: np.roll(x, shifts, axes)


def rot90(x):
    times, axes = whole(-5, 6), some_axes(x.ndim, 2)
    return lambda x: np.rot90(x, times, axes)


def diagonal(x):
    offset, axes = whole(-4, 5), some_axes(x.ndim, 2)
    return lambda x: np.diagonal(x, offset, *axes)


def triangle_and_diagonal(x):
    k = whole(-4, 5)
    return lambda x: np.diagflat(np.tril(x, k) + np.triu(x, -k), k)


def places_to_insert_or_delete(length):
    return [
        lambda: whole(-length - 1, length + 1),
        lambda: RNG.integers(-length - 1, length + 1, whole(0, 4)).tolist(),
        lambda: slice(whole(-length - 1, length + 1), None, whole(1, 3)),
    ][whole(0, 3)]()


def insert(x):
    axis, length = one_axis_or_none(x)
    places = places_to_insert_or_delete(length)
    return lambda x: np.insert(x, places, np.sum(x), axis)


def delete(x):
    axis, length = one_axis_or_none(x)
    places = places_to_insert_or_delete(length)
    return lambda x: np.delete(x, places, axis)


def array_split(x):
    axis = whole(-x.ndim, x.ndim)
    places = whole(0, 5) if RNG.random() < 0.5 else RNG.integers(-6, 7, whole(1, 4)).tolist()
    return lambda x: np.array_split(x, places, axis)[-1]


def axes_moved(x):
    sources, targets = some_axes(x.ndim, x.ndim), some_axes(x.ndim, x.ndim)
    axis, start = whole(-x.ndim, x.ndim), whole(-x.ndim, x.ndim + 1)
    return lambda x: np.rollaxis(np.moveaxis(x, sources, targets), axis, start)


def read_in_an_order(x):
    axes, order = RNG.permutation(x.ndim), str(RNG.choice(["C", "F", "A", "K"]))
    return lambda x: np.ravel(np.transpose(x, axes), order)


def resize(x):
    shape = tuple(RNG.integers(-1 if RNG.random() < 0.1 else 0, 5, whole(0, 4)).tolist())
    return lambda x: np.resize(x, shape)


def windows(x):
    axes = tuple(RNG.integers(-x.ndim, x.ndim, whole(1, 3)).tolist())
    lengths = tuple(RNG.integers(1, 4, len(axes)).tolist())
    return lambda x: np.lib.stride_tricks.sliding_window_view(x, lengths, axes)


FAMILIES = [
    pad, take, take_along_axis, repeat, tile, roll, rot90, diagonal, triangle_and_diagonal, insert, delete,
    array_split, axes_moved, read_in_an_order, resize, windows,
]  # fmt: skip


@pytest.mark.parametrize("family", FAMILIES)
def test_gradient_is_the_adjoint(family):
    RNG.bit_generator.state = np.random.default_rng(3).bit_generator.state
    compared = 0
    for _ in range(150):
        lengths = RNG.integers(0 if RNG.random() < 0.1 else 1, 5, whole(1, 4))
        x, v = (np.array(RNG.normal(size=lengths), order=order) for order in [str(RNG.choice(["C", "F"]))] * 2)
        function = family(x)
        tensor = am.Tensor(x)
        try:
            expected = function(x)
        except (ValueError, IndexError, TypeError):
            with pytest.raises(am.AutogradMiniError):
                function(tensor)
            continue
        output = function(tensor)
        assert output.shape == expected.shape
        np.testing.assert_allclose(output.data, expected, rtol=1e-13, atol=1e-14)
        w = RNG.normal(size=expected.shape)
        output.backward(w)
        np.testing.assert_allclose(np.sum(tensor.grad * v), np.sum(w * function(v)), rtol=1e-10, atol=1e-11)
        compared += 1
    assert compared > 30
