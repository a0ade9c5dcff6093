"""Shaping, selecting, joining, padding: what is plain, what is refused, and that no memory is shared by mistake."""

import numpy as np
import pytest
import rows.diagonals
import rows.indexing
import rows.joining
import rows.padding
import rows.rearranging
import rows.selecting
import rows.shaping
import rows.windows

import autograd_mini as am
from autograd_mini.ops.in_place import add_at, set_at

A = am.Tensor(np.arange(12.0).reshape(3, 4), name="A")
V = am.Tensor([1.0, 2.0, 3.0, 4.0], name="v")
S = am.Tensor(2.0, name="s")
OURS = [
    line
    for family in (
        rows.diagonals, rows.indexing, rows.joining, rows.padding, rows.rearranging, rows.selecting, rows.shaping,
        rows.windows,
    )
    for line in family.LINES
]  # fmt: skip
windows = np.lib.stride_tricks.sliding_window_view


def random_key(rng, shape):
    """Return an index of a random kind for every axis, with new axes and an ellipsis now and then."""
    count = int(rng.integers(1, 4))
    parts = []
    for length in shape:
        kind = rng.integers(6)
        if kind == 0:
            parts.append(int(rng.integers(-length, length)))
        elif kind == 1:
            start, stop = (int(end) for end in rng.integers(-length - 1, length + 2, 2))
            parts.append(slice(start, stop, int(rng.choice([-2, -1, 1, 2]))))
        elif kind == 2:
            parts.append(rng.integers(-length, length, count).tolist())
        elif kind == 3:
            parts.append(rng.integers(-length, length, (int(rng.integers(1, 3)), count)))
        elif kind == 4:
            mask = np.zeros(length, np.bool_)
            mask[rng.choice(length, min(count, length), replace=False)] = True
            parts.append(mask)
        else:
            parts.append(slice(None))
    if rng.integers(3) == 0:
        parts.insert(int(rng.integers(len(parts) + 1)), None)
    if rng.integers(3) == 0:
        parts[int(rng.integers(len(parts))) :] = [...]
    return tuple(parts)


def keys():
    """Yield indices of every kind and mixture, with the shape of the array and the shape of what they take."""
    rng = np.random.default_rng(5)
    shape = (3, 4, 2)
    for _ in range(300):
        key = random_key(rng, shape)
        try:
            taken = np.empty(shape)[key].shape
        except IndexError:
            continue
        yield key, shape, taken, rng


class TestKeys:
    def test_index_and_its_gradient(self):
        seen = 0
        for key, shape, taken, rng in keys():
            x, weights = am.Tensor(rng.normal(size=shape)), rng.normal(size=taken)
            y = x[key]
            np.testing.assert_array_equal(y.data, x.data[key])
            y.backward(weights)
            expected = np.zeros(shape)
            np.add.at(expected, key, weights)
            np.testing.assert_allclose(x.grad, expected, rtol=1e-13, atol=1e-15, err_msg=str(key))
            seen += 1
        assert seen > 150

    def test_set_at_leaves_what_assignment_leaves_and_only_that_has_a_gradient(self):
        overwritten = 0
        for key, shape, taken, rng in keys():
            x, value = am.Tensor(rng.normal(size=shape)), am.Tensor(rng.normal(size=taken))
            weights = rng.normal(size=shape)
            y = set_at(x, key, value)
            expected, writers = x.data.copy(), np.full(shape, -1)
            expected[key] = value.data
            # Each entry written gets the number of its writer; whoever was written over leaves no number.
            writers[key] = np.arange(value.size).reshape(taken)
            np.testing.assert_array_equal(y.data, expected, err_msg=str(key))
            y.backward(weights)
            np.testing.assert_array_equal(x.grad, np.where(writers < 0, weights, 0), err_msg=str(key))
            stays = np.zeros(value.size)
            stays[writers[writers >= 0]] = weights[writers >= 0]
            np.testing.assert_array_equal(np.ravel(value.grad), stays, err_msg=str(key))
            overwritten += np.sum(writers >= 0) < value.size
        assert overwritten > 20

    def test_add_at_leaves_what_np_add_at_leaves(self):
        for key, shape, taken, rng in keys():
            x, value = am.Tensor(rng.normal(size=shape)), am.Tensor(rng.normal(size=taken))
            weights = rng.normal(size=shape)
            y = add_at(x, key, value)
            expected = x.data.copy()
            np.add.at(expected, key, value.data)
            np.testing.assert_allclose(y.data, expected, rtol=1e-13, err_msg=str(key))
            y.backward(weights)
            np.testing.assert_array_equal(x.grad, weights)
            np.testing.assert_array_equal(value.grad, weights[key])

    def test_an_array_used_as_index_may_change_afterwards(self):
        places, mask, chosen = np.array([0, 1]), np.array([True, False, True, False]), [0, 1]
        y = V[places] * V[mask] * V[chosen] + set_at(V, places, S)[:2] + add_at(V, mask, S)[:2]
        places += 1
        mask[:] = True
        chosen.append(3)
        y.backward(np.ones(2))
        # v0³ + s + v0 + s, and v1²·v2 + s + v1.
        np.testing.assert_array_equal(V.grad, [4, 13, 4, 0])
        assert S.grad == 3.0


VIEWS = {
    "index": lambda x: x[1:],
    "reshape": lambda x: x.reshape(4, 3)[1:].reshape(3, 3),
    "transpose": lambda x: x.T[:, 1:],
    "swapaxes": lambda x: np.swapaxes(x, 0, 1),
    "expand_dims and squeeze": lambda x: np.squeeze(x[None], 0),
    "broadcast_to": lambda x: np.broadcast_to(x, (2, 3, 4)),
    "diagonal": lambda x: np.diagonal(x),
    "windows": lambda x: windows(x, 2, axis=0),
    "split": lambda x: np.split(x, 2, axis=1)[1],
    "flip": np.flip,
    "copy": lambda x: x.copy(),
    "add_at": lambda x: add_at(x, 0, 1.0),
}


class TestMemory:
    """A result may share memory with what it came from; nothing that can be seen may depend on it."""

    @pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
    def test_no_two_gradients_share_memory(self, view):
        x = am.Tensor(np.arange(12.0).reshape(3, 4))
        y = view(x)
        z = view(x) + y
        z.backward(np.ones(z.shape))
        gradients = [x.grad, y.grad, z.grad]
        expected = [gradient.copy() for gradient in gradients]
        for i, gradient in enumerate(gradients):
            gradient += 100
            expected[i] += 100
            for ours, theirs in zip(gradients, expected, strict=True):
                np.testing.assert_array_equal(ours, theirs)

    @pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
    def test_augmented_assignment_leaves_other_names_alone(self, view):
        x = am.Tensor(np.arange(12.0).reshape(3, 4))
        before = x.data.copy()
        y = view(x)
        seen = y.data.copy()
        kept, changed = y, y
        changed += 1
        changed *= 2
        x_new = x
        x_new -= 5
        np.testing.assert_array_equal(kept.data, seen)
        np.testing.assert_array_equal(x.data, before)
        np.testing.assert_array_equal(changed.data, 2 * (seen + 1))
        np.testing.assert_array_equal(view(x).data, seen)
        np.testing.assert_array_equal(x_new.data, before - 5)

    def test_a_view_of_a_view_is_differentiated_where_it_lies(self):
        x = am.Tensor(np.arange(12.0).reshape(3, 4))
        row = x.T[1:3].reshape(-1)[::2]
        np.sum(row * row[::-1] * x[0, 0:3].T).backward()
        # row is x01, x21, x12 and its products with the reverse: x01·x12, x21², x12·x01, times x00, x01, x02.
        expected = np.zeros((3, 4))
        expected[0, :3] = [6, 81, 6]
        expected[0, 1] += 6 * 0 + 6 * 2
        expected[1, 2] = 1 * 0 + 1 * 2
        expected[2, 1] = 2 * 9 * 1
        np.testing.assert_array_equal(x.grad, expected)

    def test_leaf_and_copy_have_memory_of_their_own(self):
        array = np.arange(4.0)
        x = am.Tensor(array[::2])
        y = x.copy()
        array += 100
        x.data[0] = 7.0
        assert x.data.tolist() == [7, 2]
        assert y.data.tolist() == [0, 2]

    def test_set_at_and_add_at_change_neither_operand(self):
        x, v = am.Tensor(np.zeros((2, 3))), am.Tensor(np.ones(3))
        for function in (set_at, add_at):
            for key in (0, [0, 0], slice(None)):
                function(x, key, v)
        assert x.tolist() == [[0, 0, 0], [0, 0, 0]]
        assert v.tolist() == [1, 1, 1]

    def test_a_copy_is_a_wire_with_a_name_of_its_own(self):
        x = am.Tensor([1.0, 2.0], name="x")
        y = x.copy().named("y")
        (3 * y).backward(np.ones(2))
        assert (x.name, y.name) == ("x", "y")
        assert x.grad.tolist() == [3, 3]


class TestDtype:
    def test_astype_and_back(self):
        x = am.Tensor(np.array([1.0, 2.0], np.float32))
        y = x.astype("float64") * np.array([1e-9, 1.0])
        y.backward(np.ones(2))
        assert (y.dtype, x.grad.dtype) == (np.float64, np.float32)
        np.testing.assert_array_equal(x.grad, np.array([1e-9, 1.0], np.float32))
        assert x.astype(np.float32, casting="safe", copy=False) is x
        assert x.astype(np.float32) is not x

    @pytest.mark.skipif(not hasattr(np, "astype"), reason="NumPy has astype since 2.1")
    def test_astype_as_a_function(self):
        x = am.Tensor([1.0, 2.0])
        assert np.astype(x, np.float32).dtype == np.float32
        assert np.astype(x, np.float64, copy=False) is x

    def test_what_is_written_takes_the_dtype_it_is_written_into(self):
        x, v = am.Tensor(np.zeros(3, np.float32)), am.Tensor([1.0])
        for y in (
            set_at(x, [0], v),
            set_at(x, [0, 0], v),
            add_at(x, 0, 1.0),
            add_at(x, [0], v),
            np.insert(x, 0, v),
            np.pad(x, 1, constant_values=0.5),
            np.pad(x, 1, constant_values=v[0]),
            np.pad(x, 2, mode="linear_ramp", end_values=1.0),
            np.pad(x, 2, mode="reflect", reflect_type="odd"),
        ):
            assert y.dtype == np.float32

    def test_whole_numbers_become_what_is_written_into_them(self):
        v = am.Tensor([0.5, 1.5])
        for y in (set_at(np.zeros(3, int), [0, 2], v), add_at(np.zeros(3, int), [0, 2], v)):
            assert y.tolist() == [0.5, 0, 1.5]
            assert y.dtype == np.float64

    def test_sum_of_many_repeats_stays_float32(self):
        x = am.Tensor(np.zeros(3, np.float32))
        x[np.zeros(1000, int)].backward(np.ones(1000))
        assert x.grad.dtype == np.float32
        assert x.grad.tolist() == [1000, 0, 0]


class TestPlain:
    @pytest.mark.parametrize(
        "function",
        [
            lambda x: np.where(x > 4),
            lambda x: np.where(x),
            lambda x: np.nonzero(x),
            lambda x: x.nonzero(),
            lambda x: np.argwhere(x > 4),
            lambda x: np.flatnonzero(x),
            lambda x: np.lexsort(x),
            lambda x: np.ix_(x[0], x[1]),
            lambda x: np.tril_indices_from(x),
            lambda x: np.triu_indices_from(x, 1),
            lambda x: np.diag_indices_from(x[:, :3]),
            lambda x: x.tolist(),
        ],
    )
    def test_passes_no_gradient_and_is_numpys(self, function):
        for ours, theirs in zip(function(A), function(A.data), strict=True):
            assert not isinstance(ours, am.Tensor)
            np.testing.assert_array_equal(ours, theirs)

    def test_set_at_and_add_at_of_plain_arrays_are_plain(self):
        assert set_at(np.zeros(3), [0, 0], [1.0, 2.0]).tolist() == [2, 0, 0]
        assert add_at(np.zeros(3), [0, 0], [1.0, 2.0]).tolist() == [3, 0, 0]

    def test_condition_that_is_a_tensor_passes_no_gradient(self):
        x, c = am.Tensor([1.0, 2.0]), am.Tensor([0.0, 3.0])
        for y in (np.compress(c, x), np.extract(c, x), np.piecewise(x, [c != 0], [lambda t: t])[1:]):
            y.backward(np.ones(1))
            assert x.grad.tolist() == [0, 1]
            assert c.grad is None

    def test_results_come_in_numpys_containers(self):
        assert isinstance(np.split(V, 2), list)
        assert isinstance(np.hsplit(V, 2), list)
        assert isinstance(np.meshgrid(V, V), tuple)
        assert isinstance(np.broadcast_arrays(V, S), tuple)
        assert isinstance(np.atleast_1d(V, S), tuple)


class TestLists:
    """Lists mix Tensors with numbers and arrays, and may be nested."""

    def test_nested_lists_with_tensors_in_them_are_stacked(self):
        x, y = am.Tensor(2.0), am.Tensor([1.0, 2.0])
        for z in (
            np.concatenate([[x, 3.0 * x], y]),
            np.hstack([y, [x, x * x]]),
            np.append(y, [x, 1.0]),
            np.insert(y, 0, [x, x]),
            np.stack([y, [x, 1.0]]),
            np.vstack([[x, 1.0], y, [[x, x], [1.0, 2.0]]]),
            np.choose([0, 1], [[x, x], y]),
            np.select([np.array([True, False])] * 2, [[x, x], y]),
        ):
            z.backward(np.ones(z.shape))
            assert isinstance(z, am.Tensor)
            assert x.grad > 0
            x.grad = None

    def test_numbers_alone_keep_their_dtype(self):
        x = am.Tensor(np.ones(2, np.float32))
        assert np.concatenate([x, np.ones(1, np.float32)]).dtype == np.float32
        assert np.concatenate([x, [1.0]]).dtype == np.float64


class TestKinks:
    def test_what_is_not_selected_gets_0_whatever_its_value(self):
        x = am.Tensor([-1.0, 0.0, 4.0])
        with np.errstate(all="ignore"):
            y = np.piecewise(x, [x > 0], [np.sqrt, 0.0])
            z = np.select([x > 0], [x], 1 / x)
        y.backward(np.ones(3))
        np.testing.assert_array_equal(x.grad, [0, 0, 0.25])
        with np.errstate(all="ignore"):
            z[2].backward()
        np.testing.assert_array_equal(x.grad, [0, np.nan, 1])

    def test_piecewise_differentiates_the_piece_that_was_written_last(self):
        x = am.Tensor([1.0, 3.0])
        np.piecewise(x, [x > 0, x > 2], [lambda t: 10 * t, lambda t: t**2]).backward(np.ones(2))
        assert x.grad.tolist() == [10, 6]

    @pytest.mark.parametrize("mode", ["maximum", "minimum"])
    def test_padding_with_an_extreme_shares_its_gradient_at_a_tie(self, mode):
        x = am.Tensor([1.0, 1.0])
        np.pad(x, (0, 2), mode=mode).backward(np.ones(4))
        assert x.grad.tolist() == [2, 2]

    def test_triangles_let_no_infinity_through(self):
        x = am.Tensor([[0.0, 0.0], [1.0, 0.0]])
        with np.errstate(all="ignore"):
            np.sum(np.log(np.tril(x, -1) + np.triu(np.ones((2, 2))))).backward()
            assert x.grad.tolist() == [[0, 0], [1, 0]]


NO_KEY = (
    "an index is made of whole numbers or truth values, and a Tensor holds neither. "
    "Use a comparison (t > 0), or t.data.astype(int)."
)
IN_PLACE = "has no rule for Tensors; a Tensor is not changed in place. Write t = "
METHOD = "a Tensor is not changed in place, because its earlier value is part of the graph. Write t = "
REFUSED = [
    (lambda: V[S], am.UnsupportedError, NO_KEY),
    (lambda: V[[S, S]], am.UnsupportedError, NO_KEY),
    (lambda: A[0, S], am.UnsupportedError, NO_KEY),
    (lambda: set_at(V, S, 1.0), am.UnsupportedError, NO_KEY),
    (lambda: np.take(V, S), am.UnsupportedError, NO_KEY),
    (lambda: np.take_along_axis(V, V, 0), am.UnsupportedError, NO_KEY),
    (lambda: np.delete(V, S), am.UnsupportedError, NO_KEY),
    (lambda: np.insert(V, S, 1.0), am.UnsupportedError, NO_KEY),
    (lambda: np.choose(V, [S, S]), am.UnsupportedError, NO_KEY),
    (lambda: V.choose([S, S]), am.UnsupportedError, NO_KEY),
    (lambda: np.split(V, V), am.UnsupportedError, NO_KEY),
    (
        lambda: np.piecewise(V, [V > 0], [lambda t: np.linalg.inv(np.zeros((2, 2)))]),
        am.LinearAlgebraError,
        "np.piecewise: Singular matrix; got x (4,).",
    ),
    (
        lambda: np.repeat(V, S),
        am.UnsupportedError,
        "repeat: there is no derivative by the option 'repeats'; give plain numbers, such as .data.",
    ),
    (
        lambda: A[5],
        am.IndexingError,
        "index: index 5 is out of bounds for axis 0 with size 3; got 'A' (3, 4).",
    ),
    (
        lambda: A["a"],
        am.IndexingError,
        "index: arrays used as indices must be of integer (or boolean) type; got 'A' (3, 4).",
    ),
    (lambda: A[[[1], [1, 2]]], am.IndexingError, None),
    (
        lambda: np.take(A, [0, 9], axis=0),
        am.IndexingError,
        "np.take: index 9 is out of bounds for axis 0 with size 3; got a (3, 4).",
    ),
    (
        lambda: np.take_along_axis(A, np.array([0]), axis=0),
        am.ShapeError,
        "np.take_along_axis: the indices must have as many axes as the array; got (1,) for an array of shape (3, 4).",
    ),
    (
        lambda: set_at(V, [0, 1], [1.0, 2.0, 3.0]),
        am.ShapeError,
        "set_at: could not broadcast input array from shape (3,) into shape (2,); got 'v' (4,), value (3,).",
    ),
    (lambda: add_at(V, [0, 0], [1.0, 2.0, 3.0]), am.ShapeError, None),
    (
        lambda: np.put(V, 0, 1.0),
        am.UnsupportedError,
        f"np.put {IN_PLACE}autograd_mini.set_at(np.ravel(t), indices, values).reshape(t.shape).",
    ),
    (
        lambda: np.place(V, V > 0, 1.0),
        am.UnsupportedError,
        f"np.place {IN_PLACE}autograd_mini.set_at(t, mask, values).",
    ),
    (lambda: np.copyto(V, 1.0), am.UnsupportedError, f"np.copyto {IN_PLACE}src, or t = np.where(mask, src, t)."),
    (
        lambda: np.copyto(np.zeros(4), V),
        am.UnsupportedError,
        f"np.copyto {IN_PLACE}src, or t = np.where(mask, src, t).",
    ),
    (
        lambda: np.putmask(V, V > 0, 1.0),
        am.UnsupportedError,
        f"np.putmask {IN_PLACE}np.where(mask, values, t).",
    ),
    (
        lambda: np.fill_diagonal(A, 1.0),
        am.UnsupportedError,
        f"np.fill_diagonal {IN_PLACE}autograd_mini.set_at(t, np.diag_indices_from(t), value).",
    ),
    (
        lambda: np.put_along_axis(A, np.array([[0]]), 1.0, 1),
        am.UnsupportedError,
        f"np.put_along_axis {IN_PLACE}autograd_mini.set_at(t, (np.arange(len(t))[:, None], indices), values) "
        "for axis 1.",
    ),
    (lambda: V.fill(0), am.UnsupportedError, f"fill: {METHOD}autograd_mini.set_at(t, ..., value)."),
    (
        lambda: V.put(0, 1.0),
        am.UnsupportedError,
        f"put: {METHOD}autograd_mini.set_at(t.ravel(), indices, values).reshape(t.shape).",
    ),
    (lambda: V.resize(2), am.UnsupportedError, f"resize: {METHOD}np.resize(t, shape)."),
    (lambda: V.itemset(0, 2.0), am.UnsupportedError, f"itemset: {METHOD}autograd_mini.set_at(t, key, value)."),
    (
        lambda: np.apply_along_axis(np.sum, 0, A),
        am.UnsupportedError,
        "np.apply_along_axis has no rule for Tensors; give the function the whole array and an axis, "
        "or write np.stack([function(row) for row in t]).",
    ),
    (
        lambda: np.apply_over_axes(np.sum, A, [0]),
        am.UnsupportedError,
        "np.apply_over_axes has no rule for Tensors; give the function the axes as a tuple: "
        "np.sum(t, axis=(0, 1), keepdims=True).",
    ),
    (lambda: np.lib.stride_tricks.as_strided(V, (2, 2), (8, 8)), am.UnsupportedError, None),
    (lambda: np.vectorize(abs)(V), am.UnsupportedError, None),
    (
        lambda: np.trim_zeros(V),
        am.UnsupportedError,
        "np.trim_zeros has no rule for Tensors; which entries are 0 is no question for a gate; write t[first:last].",
    ),
    (
        lambda: windows(V, 2, writeable=True),
        am.UnsupportedError,
        f"{windows.__module__.replace('numpy', 'np')}.sliding_window_view: argument 'writeable' has no rule "
        "for Tensors; options with one: window_shape, axis.",
    ),
    (
        lambda: V.astype(int),
        am.DtypeError,
        "astype: a Tensor holds float64, float32 or float16, got int64. "
        "Use t.data.astype(int64) where no gradient is needed.",
    ),
    (lambda: V.astype("nonsense"), am.DtypeError, None),
    (
        lambda: V.astype(np.float32, casting="safe"),
        am.DtypeError,
        "astype: float64 does not become float32 with casting='safe'.",
    ),
    (
        lambda: np.ravel(A, "Z"),
        am.UnsupportedError,
        "the order of reading must be 'C', 'F' or 'A', in np.ravel also 'K'; got 'Z'.",
    ),
    (
        lambda: np.reshape(A, (5, 2)),
        am.ShapeError,
        "reshape: cannot reshape array of size 12 into shape (5,2); got 'A' (3, 4).",
    ),
    (lambda: A.squeeze(0), am.ShapeError, None),
    (
        lambda: np.moveaxis(A, 0, 5),
        am.ShapeError,
        "np.moveaxis: destination: axis 5 is out of bounds for array of dimension 2; got a (3, 4).",
    ),
    (
        lambda: np.moveaxis(A, (0, 1), 0),
        am.ShapeError,
        "np.moveaxis: source (0, 1) and destination 0 must name as many axes.",
    ),
    (
        lambda: np.rollaxis(A, 7),
        am.ShapeError,
        "np.rollaxis: axis 7 and start 0 do not fit an array of 2 axes.",
    ),
    (lambda: V.mT, am.ShapeError, "np.matrix_transpose: expected at least 2 axes; got shape (4,)."),
    (lambda: np.fliplr(V), am.ShapeError, "np.fliplr: expected at least 2 axes; got shape (4,)."),
    (lambda: np.flipud(S), am.ShapeError, "np.flipud: expected at least 1 axis; got shape ()."),
    (lambda: np.diag(S), am.ShapeError, "np.diag: expected a vector or a matrix; got shape ()."),
    (lambda: np.vander(A), am.ShapeError, "np.vander: expected a vector; got shape (3, 4)."),
    (lambda: np.resize(A, (-1, 2)), am.ShapeError, "np.resize: the lengths must be at least 0; got (-1, 2)."),
    (
        lambda: np.block([A, [V]]),
        am.ShapeError,
        "np.block: expected lists nested equally deep and none empty; got depths [0, 1].",
    ),
    (
        lambda: np.block([A, (V, V)]),
        am.ShapeError,
        "np.block: expected lists, because only lists are nested blocks; got a tuple.",
    ),
    (
        lambda: np.split(V, 3),
        am.ShapeError,
        "np.split: an axis of length 4 has no 3 equal parts; np.array_split makes nearly equal ones.",
    ),
    (
        lambda: np.array_split(V, 0),
        am.ShapeError,
        "np.array_split: number sections must be larger than 0; got ary (4,).",
    ),
    (lambda: np.hsplit(S, 2), am.ShapeError, "np.hsplit: expected an array of at least 1 axes; got shape ()."),
    (
        lambda: np.broadcast_arrays(V, A[:, :2]),
        am.ShapeError,
        "np.broadcast_arrays: shape mismatch: objects cannot be broadcast to a single shape.  Mismatch is between "
        "arg 0 with shape (4,) and arg 1 with shape (3, 2); got operand 0 (4,), operand 1 (3, 2).",
    ),
    (
        lambda: np.meshgrid(V, V, indexing="ji"),
        am.ShapeError,
        "np.meshgrid: indexing must be 'xy' or 'ij'; got 'ji'.",
    ),
    (
        lambda: np.where(A > 0, A),
        am.ShapeError,
        "np.where: expected either the condition alone, or the condition, x and y.",
    ),
    (
        lambda: np.select([A > 0], [A, A]),
        am.ShapeError,
        "np.select: expected a choice for each condition; got 1 conditions and 2 choices.",
    ),
    (
        lambda: np.select([A.data], [A]),
        am.ShapeError,
        "np.select: the conditions must be arrays of truth values; write x > 0, not x.",
    ),
    (
        lambda: np.piecewise(V, [V > 0], [1, 2, 3]),
        am.ShapeError,
        "np.piecewise: expected a function for each condition and at most one more; got 1 conditions and 3 functions.",
    ),
    (
        lambda: np.piecewise(V, [V > 0], [np.power], 2),
        am.UnsupportedError,
        "np.piecewise: argument 'args' has no rule for Tensors; options with one: x, condlist, funclist.",
    ),
    (lambda: np.choose([0, 5], [S, S]), am.ShapeError, "np.choose: invalid entry in choice array."),
    (
        lambda: np.pad(A, 1, mode="empty"),
        am.UnsupportedError,
        "np.pad: mode 'empty' has no rule for Tensors; modes with one: constant, edge, wrap, reflect, symmetric, "
        "linear_ramp, maximum, minimum, mean, median.",
    ),
    (
        lambda: np.pad(A, 1, mode="edge", constant_values=3),
        am.UnsupportedError,
        "np.pad: mode 'edge' does not take constant_values; it takes no further argument.",
    ),
    (
        lambda: np.pad(A, 1, mode="reflect", reflect_type="weird"),
        am.UnsupportedError,
        "np.pad: reflect_type must be 'even' or 'odd'; got 'weird'.",
    ),
    (
        lambda: np.pad(A, [1, 2, 3]),
        am.ShapeError,
        "np.pad: expected one value, one pair, or a pair for each of 2 axes; got [1, 2, 3].",
    ),
    (lambda: np.pad(A, -1), am.ShapeError, "np.pad: pad_width must be whole numbers of at least 0; got -1."),
    (
        lambda: np.pad(A, 1, mode="mean", stat_length=0),
        am.ShapeError,
        "np.pad: stat_length must be at least 1; got (0, 0).",
    ),
    (
        lambda: np.pad(A[:0], 1, mode="mean"),
        am.ShapeError,
        "np.pad: axis 0 is empty, so only the mode 'constant' can extend it.",
    ),
]


@pytest.mark.parametrize(("call", "kind", "message"), REFUSED)
def test_refused(call, kind, message):
    with pytest.raises(kind) as caught:
        call()
    if message is not None:
        assert str(caught.value) == message


@pytest.mark.parametrize("line", OURS, ids=lambda line: line.name)
def test_every_line_can_be_explained_and_drawn(line):
    output = np.sum(line.function(*map(am.Tensor, line.inputs)))
    assert "Backward" in str(am.explain(output))
    assert am.draw(output).to_svg().startswith("<svg")


def test_options_that_are_arrays_are_not_written_out():
    graph = am.Graph(np.repeat(V, np.array([1, 2, 0, 1])) * 1)
    assert graph.label(graph.gates[0].output) == "repeat(v, repeats=…)"


def test_item_plus_equals_is_refused_with_what_to_write():
    x = am.Tensor([1.0, 2.0])
    with pytest.raises(am.UnsupportedError, match=r"for t\[key\] \+= value write t = autograd_mini.add_at"):
        x[0] += 1.0
    assert x.tolist() == [1, 2]


def test_gates_are_drawn_with_their_index():
    x = am.Tensor(np.ones(5), name="x")
    y = add_at(set_at(x, 0, 1.0), slice(1, 3), 2.0)[[0, 0]]
    graph = am.Graph(np.sum(y))
    assert [gate.symbol for gate in graph] == ["[0]=", "[1:3]+=", "[…]", "Σ"]
    assert str(am.Graph(set_at(x, (0,), x[1] * 2))) == "x = [1. 1. 1. 1. 1.]\noutput = x with (x[1] × 2) at [0]"


@pytest.mark.skipif(np.lib.NumpyVersion(np.__version__) < "2.3.0", reason="np.pad takes a dict since NumPy 2.3")
def test_pad_widths_by_axis():
    x = am.Tensor(np.ones((2, 2)))
    y = np.pad(x, {-1: (0, 2), 0: 1})
    np.testing.assert_array_equal(y.data, np.pad(x.data, {-1: (0, 2), 0: 1}))
    assert y.shape == (4, 4)
