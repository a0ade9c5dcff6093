"""The three sums of a convolution against their definition, whatever is copied at a time."""

import itertools

import numpy as np
import pytest

from autograd_mini.ops import shifted_copies
from autograd_mini.ops.sliding import Geometry

# x, w, stride, padding, dilation, groups.
GEOMETRIES = {
    "keeps the size": ((3, 2, 6, 5), (4, 2, 3, 3), (1, 1), (1, 1), (1, 1), 1),
    "keeps the columns only": ((3, 2, 6, 5), (4, 2, 2, 5), (1, 1), (0, 2), (1, 1), 1),
    "keeps the size, dilated": ((2, 1, 5, 7), (2, 1, 3, 3), (1, 1), (2, 2), (2, 2), 1),
    "kernel wider than the signal": ((2, 1, 3, 2), (2, 1, 5, 5), (1, 1), (2, 2), (1, 1), 1),
    "no padding": ((3, 3, 7, 6), (2, 3, 3, 2), (1, 1), (0, 0), (1, 1), 1),
    "one tap": ((3, 4, 5, 5), (2, 4, 1, 1), (1, 1), (0, 0), (1, 1), 1),
    "stride that passes over rows": ((2, 2, 9, 8), (2, 2, 2, 1), (3, 2), (0, 0), (1, 1), 1),
    "stride and dilation with a common factor": ((2, 2, 12, 9), (3, 2, 3, 2), (4, 2), (1, 1), (2, 3), 1),
    "stride and padding": ((2, 2, 8, 9), (3, 2, 4, 3), (2, 3), (2, 1), (1, 1), 1),
    "groups": ((3, 4, 6, 6), (6, 2, 3, 3), (2, 1), (1, 1), (1, 2), 2),
    "depthwise": ((2, 3, 5, 5), (3, 1, 3, 3), (1, 1), (1, 1), (1, 1), 3),
    "no batch": ((2, 6, 5), (3, 2, 2, 3), (1, 1), (1, 1), (1, 1), 1),
    "no examples": ((0, 2, 6, 5), (3, 2, 2, 3), (1, 1), (1, 1), (1, 1), 1),
    "one axis": ((3, 2, 11), (4, 2, 5), (1,), (0,), (1,), 1),
    "one axis, keeps the length": ((3, 2, 11), (4, 2, 5), (1,), (2,), (1,), 1),
    "one axis with everything": ((3, 4, 13), (4, 2, 3), (3,), (2,), (2,), 2),
    "one axis, no channels": ((13,), (4,), (2,), (1,), (2,), 1),
}


def meetings(geometry):
    """Yield every position with every tap and the entries of the unpadded signal where they meet."""
    for position in itertools.product(*map(range, geometry.outputs)):
        for tap in itertools.product(*map(range, geometry.taps)):
            steps = zip(position, tap, geometry.stride, geometry.dilation, geometry.padding, strict=True)
            met = tuple(i * step + j * apart - before for i, j, step, apart, before in steps)
            if all(0 <= place < length for place, length in zip(met, geometry.x[-geometry.axes :], strict=True)):
                yield position, tap, met


def by_definition(geometry, x, w, g):
    """Return the three sums, position by position and tap by tap."""
    axes, groups = geometry.axes, geometry.groups
    batch = geometry.x[0] if len(geometry.x) == axes + 2 else 1
    outputs, channels = geometry.w[:-axes] or (1, 1)
    x = np.reshape(x, (batch, groups, channels, *geometry.x[-axes:]))
    w = np.reshape(w, (groups, outputs // groups, channels, *geometry.taps))
    g = np.reshape(g, (batch, groups, outputs // groups, *geometry.outputs))
    y, dx, dw = np.zeros(g.shape), np.zeros(x.shape), np.zeros(w.shape)
    for position, tap, met in meetings(geometry):
        i, j, k = (..., *position), (..., *tap), (..., *met)
        y[i] += np.einsum("ngc,goc->ngo", x[k], w[j])
        dx[k] += np.einsum("ngo,goc->ngc", g[i], w[j])
        dw[j] += np.einsum("ngo,ngc->goc", g[i], x[k])
    return np.reshape(y, geometry.output_shape), np.reshape(dx, geometry.x), np.reshape(dw, geometry.w)


def sums(geometry, x, w, g):
    """Return the three sums."""
    return geometry.correlated(x, w), geometry.scattered(g, w), geometry.summed_for_taps(x, g)


def operands(geometry):
    """Return a signal, a kernel and an output for a geometry."""
    rng = np.random.default_rng(0)
    return [rng.normal(size=shape) for shape in (geometry.x, geometry.w, geometry.output_shape)]


# Entries copied at a time: one example and one row of taps; a few; everything. Terms: rows apart, some, all together.
@pytest.mark.parametrize("at_a_time", [1, 400, 2**18])
@pytest.mark.parametrize("terms", [1, 10, 64])
@pytest.mark.parametrize("name", GEOMETRIES)
def test_sums_are_those_of_the_definition(name, at_a_time, terms, monkeypatch):
    monkeypatch.setattr(shifted_copies, "_AT_A_TIME", at_a_time)
    monkeypatch.setattr(shifted_copies, "_TERMS", terms)
    geometry = Geometry(*GEOMETRIES[name])
    arrays = operands(geometry)
    for ours, expected in zip(sums(geometry, *arrays), by_definition(geometry, *arrays), strict=True):
        assert ours.shape == expected.shape
        np.testing.assert_allclose(ours, expected, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("name", GEOMETRIES)
def test_operands_of_any_layout_are_not_written_to(name):
    geometry = Geometry(*GEOMETRIES[name])
    arrays = operands(geometry)
    for layout in (np.asfortranarray, lambda array: array[..., ::-1].copy()[..., ::-1]):
        laid_out = [layout(array) for array in arrays]
        for array in laid_out:
            array.setflags(write=False)
        for ours, expected in zip(sums(geometry, *laid_out), sums(geometry, *arrays), strict=True):
            np.testing.assert_allclose(ours, expected, rtol=1e-12, atol=1e-13)
        np.testing.assert_array_equal(np.concatenate(arrays, axis=None), np.concatenate(laid_out, axis=None))


@pytest.mark.parametrize("name", ["keeps the size", "stride and padding", "one axis"])
@pytest.mark.parametrize(
    ("of_x", "of_w", "of_g"), [("f4", "f4", "f4"), ("f8", "f4", "f4"), ("f4", "f8", "f4"), ("f4", "f4", "f8")]
)
def test_sums_have_the_dtype_of_their_operands(name, of_x, of_w, of_g):
    geometry = Geometry(*GEOMETRIES[name])
    x, w, g = (array.astype(dtype) for array, dtype in zip(operands(geometry), (of_x, of_w, of_g), strict=True))
    pairs = ((x, w), (g, w), (x, g))
    for ours, expected, pair in zip(sums(geometry, x, w, g), by_definition(geometry, x, w, g), pairs, strict=True):
        assert ours.dtype == np.result_type(*pair)
        np.testing.assert_allclose(ours, expected, rtol=1e-4, atol=1e-5)


def test_infinity_stays_in_its_row():
    # Copies are shifted back as one long row of all rows: what leaves a row must not come to the next one.
    geometry = Geometry((1, 1, 3, 4), (1, 1, 3, 3), (1, 1), (1, 1), (1, 1), 1)
    g = np.zeros(geometry.output_shape)
    g[0, 0, 1, 3] = np.inf
    with np.errstate(invalid="ignore"):
        found = geometry.scattered(g, np.ones(geometry.w))
    np.testing.assert_array_equal(np.isfinite(found[0, 0]), [[True, True, False, False]] * 3)
