"""Products and linear algebra beside the table: plain results, result classes, zeros, ties, refusals, random shapes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import recorded_gradients, second_gradients

import autograd_mini as am

SQUARE = np.array([[2.0, 1.0, 0.5], [0.3, 3.0, -1.0], [1.0, 0.2, 4.0]])
SYMMETRIC = SQUARE + SQUARE.T
TALL = np.array([[1.0, 2.0], [0.5, -1.0], [3.0, 0.1]])


@pytest.mark.parametrize(
    "function",
    [np.linalg.eigh, np.linalg.slogdet, np.linalg.qr, np.linalg.svd],
    ids=lambda function: function.__name__,
)
def test_result_is_of_numpys_class(function):
    ours, theirs = function(am.Tensor(SYMMETRIC)), function(SYMMETRIC)
    assert type(ours) is type(theirs)
    assert ours._fields == theirs._fields


def test_factors_multiply_to_the_matrix():
    u, s, vt = np.linalg.svd(am.Tensor(TALL), full_matrices=False)
    np.testing.assert_allclose(((u * s) @ vt).data, TALL, rtol=1e-13)
    q, r = np.linalg.qr(am.Tensor(TALL))
    np.testing.assert_allclose((q @ r).data, TALL, rtol=1e-13)
    assert r.data[1, 0] == 0
    values, vectors = np.linalg.eigh(am.Tensor(SYMMETRIC))
    np.testing.assert_allclose(((vectors * values) @ vectors.T).data, SYMMETRIC, rtol=1e-13)


def test_plain_results():
    assert np.linalg.matrix_rank(am.Tensor(SQUARE)) == 3
    assert np.linalg.slogdet(am.Tensor(-SQUARE)).sign == -1.0
    entries_counted = np.linalg.norm(am.Tensor([1.0, 0.0, 2.0]), 0)
    assert entries_counted == 2.0
    assert not isinstance(entries_counted, am.Tensor)


def test_lstsq_gives_what_numpy_gives():
    b = np.array([1.0, 2.0, 4.0])
    ours, theirs = np.linalg.lstsq(am.Tensor(TALL), am.Tensor(b)), np.linalg.lstsq(TALL, b)
    np.testing.assert_allclose(ours[0].data, theirs[0], rtol=1e-13)
    np.testing.assert_allclose(ours[1].data, theirs[1], rtol=1e-12)
    assert ours[2] == theirs[2] == 2
    np.testing.assert_allclose(ours[3].data, theirs[3], rtol=1e-13)


def test_lstsq_without_full_rank_has_no_residuals():
    solution, residuals, rank, _ = np.linalg.lstsq(am.Tensor(np.ones((4, 2))), am.Tensor([0.0, 1.0, 2.0, 3.0]))
    np.testing.assert_allclose(solution.data, [0.75, 0.75], rtol=1e-14)
    assert residuals.shape == (0,)
    assert rank == 1


@pytest.mark.parametrize("order", [None, 1, 2, 3, 1.5, 0.5, -1, -2, np.inf, -np.inf])
def test_norm_of_the_zero_vector_has_derivatives_zero(order):
    def function(x):
        return np.linalg.norm(x, order)

    zero = np.zeros(3)
    np.testing.assert_array_equal(recorded_gradients(function, [zero])[0], zero)
    np.testing.assert_array_equal(second_gradients(function, [zero], [np.ones(3)])[0], zero)


def test_norm_where_one_vector_of_many_is_zero():
    x = np.array([[3.0, 4.0], [0.0, 0.0]])
    [gradient] = recorded_gradients(lambda x: np.linalg.norm(x, axis=1), [x])
    np.testing.assert_allclose(gradient, [[0.6, 0.8], [0, 0]], rtol=1e-15)


def test_largest_column_sums_share_a_tie():
    [gradient] = recorded_gradients(lambda x: np.linalg.norm(x, 1), [np.ones((2, 2))])
    np.testing.assert_array_equal(gradient, np.full((2, 2), 0.5))


@pytest.mark.parametrize("function", [np.linalg.eigvalsh, lambda x: np.linalg.eigh(x).eigenvalues])
def test_equal_eigenvalues_have_the_right_derivative(function):
    # The sum of squared eigenvalues is the sum of squared entries.
    [gradient] = recorded_gradients(lambda x: function(x) ** 2, [3 * np.eye(3)])
    np.testing.assert_allclose(gradient, 6 * np.eye(3), rtol=1e-14, atol=1e-14)


def test_matrix_that_is_singular_only_to_the_rule():
    logabsdet = np.linalg.slogdet(am.Tensor(np.ones((2, 2))))[1]
    with np.errstate(all="ignore"), pytest.raises(am.LinearAlgebraError) as caught:
        logabsdet.backward()
    assert str(caught.value).endswith("there is no derivative by a: Singular matrix.")


def test_equal_singular_values_have_the_right_derivative():
    [gradient] = recorded_gradients(lambda x: np.linalg.svd(x).S ** 2, [3 * np.eye(3)])
    np.testing.assert_allclose(gradient, 6 * np.eye(3), rtol=1e-14, atol=1e-14)


def test_eigenvectors_of_equal_eigenvalues_have_no_derivative():
    with np.errstate(all="ignore"):
        [gradient] = recorded_gradients(lambda x: np.linalg.eigh(x).eigenvectors, [np.eye(2)])
    # The upper triangle is not read.
    assert not np.any(np.isfinite(gradient[np.tril_indices(2)]))


@pytest.mark.parametrize(("triangle", "empty"), [("L", np.triu), ("U", np.tril)])
def test_gradient_stands_on_the_triangle_that_is_read(triangle, empty):
    [gradient] = recorded_gradients(lambda x: np.linalg.eigh(x, triangle).eigenvectors ** 3, [SYMMETRIC])
    np.testing.assert_array_equal(empty(gradient, 1 if triangle == "L" else -1), np.zeros_like(SYMMETRIC))
    [gradient] = recorded_gradients(lambda x: np.linalg.eigh(x, triangle).eigenvalues ** 3, [SYMMETRIC])
    np.testing.assert_array_equal(empty(gradient, 1 if triangle == "L" else -1), np.zeros_like(SYMMETRIC))


@pytest.mark.parametrize(("x", "slope"), [(0.0, 2.0), (1.0, -3.0), (2.0, -3.0), (-1.0, 0.0), (3.0, 0.0)])
def test_interp_has_the_slope_to_the_right_and_none_outside(x, slope):
    [gradient] = recorded_gradients(lambda x: np.interp(x, [0.0, 1.0, 2.0], [0.0, 2.0, -1.0]), [x])
    assert gradient == slope


def test_cross_product_in_the_plane():
    a, b = am.Tensor([1.0, 2.0]), am.Tensor([3.0, 5.0])
    product = np.cross(a, b)
    product.backward()
    assert product.data == -1.0
    np.testing.assert_array_equal(a.grad, [5.0, -3.0])
    np.testing.assert_array_equal(np.cross(a, am.Tensor([3.0, 5.0, 2.0])).data, [4.0, -2.0, -1.0])
    np.testing.assert_array_equal(np.cross(am.Tensor([3.0, 5.0, 2.0]), a).data, [-4.0, 2.0, 1.0])


@pytest.mark.parametrize(
    "function",
    [np.dot, np.inner, np.vdot, np.outer, np.vecdot, np.kron, np.convolve, np.polyval, np.cross],
    ids=lambda function: function.__name__,
)
def test_a_list_may_be_an_operand(function):
    x = am.Tensor([0.5, 1.0, 2.0])
    np.testing.assert_allclose(function([1.0, 2.0, 3.0], x).data, function([1.0, 2.0, 3.0], x.data), rtol=1e-14)
    np.testing.assert_allclose(function(x, [1.0, 2.0, 3.0]).data, function(x.data, [1.0, 2.0, 3.0]), rtol=1e-14)


ZEROS = np.zeros((3, 3))
REFUSED = [
    (lambda: np.linalg.inv(am.Tensor(ZEROS)), am.LinearAlgebraError, "inv: Singular matrix; got a (3, 3)."),
    (
        lambda: np.linalg.solve(am.Tensor(ZEROS), am.Tensor(np.ones(3))),
        am.LinearAlgebraError,
        "solve: Singular matrix; got a (3, 3), b (3,).",
    ),
    (
        lambda: np.linalg.cholesky(am.Tensor(-SYMMETRIC)),
        am.LinearAlgebraError,
        "cholesky: Matrix is not positive definite; got a (3, 3).",
    ),
    (
        lambda: np.linalg.det(am.Tensor(TALL)),
        am.LinearAlgebraError,
        "det: Last 2 dimensions of the array must be square; got a (3, 2).",
    ),
    (
        lambda: np.linalg.eig(am.Tensor(SQUARE)),
        am.UnsupportedError,
        "np.linalg.eig has no rule for Tensors; the results are complex. "
        "For a symmetric matrix use np.linalg.eigh or eigvalsh.",
    ),
    (
        lambda: np.linalg.svd(am.Tensor(TALL)),
        am.UnsupportedError,
        "np.linalg.svd: full_matrices=True has no rule for a matrix that is not square, whose further vectors are "
        "arbitrary; got shape (3, 2). Write full_matrices=False.",
    ),
    (
        lambda: np.linalg.qr(am.Tensor(TALL), "complete"),
        am.UnsupportedError,
        "np.linalg.qr: mode 'complete' has no rule for a matrix with more rows than columns, whose further columns of "
        "q are arbitrary; got shape (3, 2). Use mode='reduced'.",
    ),
    (
        lambda: np.linalg.norm(am.Tensor(SQUARE), 3),
        am.ShapeError,
        "norm: order 3 is not one of a matrix; those are None, 'fro', 'nuc', 2, -2, 1, -1, inf and -inf.",
    ),
    (
        lambda: np.einsum("ij,jk", am.Tensor(SQUARE), am.Tensor(np.ones((2, 3)))),
        am.ShapeError,
        "einsum: the subscripts 'ij,jk' do not fit operands of shapes (3, 3), (2, 3): 'j' is 3 and 2 long.",
    ),
    (
        lambda: np.einsum("...->", am.Tensor(np.ones(3))),
        am.ShapeError,
        "einsum: the subscripts '...->' do not fit operands of shapes (3,): the output needs '...' too.",
    ),
    (
        lambda: np.tensordot(am.Tensor(TALL), am.Tensor(TALL), 1),
        am.ShapeError,
        "tensordot: the axes 1 do not match; got shapes (3, 2) and (3, 2). "
        "Axes that are summed together must be equally long.",
    ),
    (
        lambda: np.convolve(am.Tensor(np.ones(3)), np.zeros(0)),
        am.ShapeError,
        "convolve: expected signals with one axis and at least one entry; got shape (0,).",
    ),
]


@pytest.mark.parametrize(("call", "error", "message"), REFUSED, ids=[message[:40] for _, _, message in REFUSED])
def test_refusal(call, error, message):
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("subscripts", "shapes"),
    [("ij", [(3,)]), ("ij->ijk", [(2, 3)]), ("ii", [(2, 3)]), ("i,", [(3,)]), ("i->ii", [(3,)]), ("i$", [(3,)]),
     ("ij->i->j", [(2, 2)]), ("i...j...", [(2, 2)]), ("ij", [(2, 2, 2)])],
)  # fmt: skip
def test_einsum_refuses_what_numpy_refuses(subscripts, shapes):
    arrays = [np.ones(shape) for shape in shapes]
    with pytest.raises(ValueError, match=r"subscript|dimensions|operands"):
        np.einsum(subscripts, *arrays)
    with pytest.raises(am.ShapeError, match="do not fit operands"):
        np.einsum(subscripts, *map(am.Tensor, arrays))


LENGTHS = st.integers(1, 3)


def directional(function, inputs, seed):
    """Return the derivative of sum(function) along one random direction: by the rules, and by central differences."""
    rng = np.random.default_rng(seed)
    directions = [rng.normal(size=np.shape(x)) for x in inputs]
    ours = sum(np.sum(g * d) for g, d in zip(recorded_gradients(function, inputs), directions, strict=True))
    ahead, behind = (
        np.sum(function(*[x + step * d for x, d in zip(inputs, directions, strict=True)])) for step in (1e-6, -1e-6)
    )
    return ours, (ahead - behind) / 2e-6


def well_conditioned(rng, *shape):
    return rng.uniform(-0.5, 0.5, shape) + 3 * np.eye(shape[-1])


@settings(max_examples=60, deadline=None)
@given(
    n=st.integers(1, 4),
    k=st.integers(1, 3),
    batch=st.lists(LENGTHS, max_size=2),
    ones=st.lists(st.booleans(), min_size=2, max_size=2),
    missing=st.integers(0, 2),
    seed=st.integers(0, 1000),
)
def test_solve_inv_and_det_of_random_batches(n, k, batch, ones, missing, seed):
    rng = np.random.default_rng(seed)
    a = well_conditioned(rng, *[1 if one else length for one, length in zip(ones, batch, strict=False)], n, n)
    b = rng.normal(size=(*batch[missing:], n, k))
    vector = rng.normal(size=n)
    for function, inputs in [
        (lambda a, b: np.linalg.solve(a, b) ** 2, [a, b]),
        (lambda a, b: np.linalg.solve(a, b) ** 2, [a, vector]),
        (lambda a: np.linalg.inv(a) ** 2, [a]),
        (lambda a: np.linalg.det(a / 3) ** 2, [a]),
    ]:
        ours, expected = directional(function, inputs, seed)
        np.testing.assert_allclose(ours, expected, rtol=1e-6, atol=1e-7)


@settings(max_examples=150, deadline=None)
@given(
    terms=st.lists(st.text("abc", max_size=3), min_size=1, max_size=3),
    kept=st.sets(st.sampled_from("abc")),
    lengths=st.lists(LENGTHS, min_size=3, max_size=3),
    dots=st.booleans(),
    seed=st.integers(0, 1000),
)
def test_einsum_of_random_subscripts(terms, kept, lengths, dots, seed):
    length = dict(zip("abc", lengths, strict=True))
    rng = np.random.default_rng(seed)
    # The operands' ellipses have 0, 1, 2 axes, which broadcast.
    further = [(2, 3)[2 - i :] if dots else () for i in range(len(terms))]
    inputs = [
        rng.normal(size=(*extra, *(length[letter] for letter in term)))
        for term, extra in zip(terms, further, strict=True)
    ]
    output = "".join(sorted(kept & set("".join(terms))))
    prefix = "..." if dots else ""
    subscripts = ",".join(prefix + term for term in terms) + "->" + prefix + output

    def function(*operands):
        return np.einsum(subscripts, *operands) ** 2

    recorded = np.einsum(subscripts, *map(am.Tensor, inputs))
    np.testing.assert_allclose(recorded.data, np.einsum(subscripts, *inputs), rtol=1e-11, atol=1e-13)
    ours, expected = directional(function, inputs, seed)
    np.testing.assert_allclose(ours, expected, rtol=1e-6, atol=1e-6)
