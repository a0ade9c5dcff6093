"""check_backward: right backward functions pass, wrong ones are found wrong, and what is said of them is so."""

import json
import sys

import course_layers as course
import numpy as np
import pytest
from right_backwards import PAIRS
from wrong_backwards import WRONG

import autograd_mini as am
from autograd_mini.marking.backward_pairs import messages
from autograd_mini.marking.backward_pairs.columns import column
from autograd_mini.marking.misconceptions import MISCONCEPTIONS

# Three diagnoses of a gradient are written out.
SHOWN = 3


def check_wrong(pair, function, **options):
    """Check a wrong function of a pair; a loss is a function of its own."""
    forward, backward, given, shapes = course.RIGHT[pair]
    functions = (function, None) if backward is None else (forward, function)
    return am.check_backward(*functions, *given, shapes=shapes, **options)


def by_differences(forward):
    """Return a forward function that takes no Tensors and is no known layer."""

    def plain(*inputs):
        assert not any(isinstance(given, am.Tensor) for given in inputs)
        return forward(*inputs)

    return plain


def names_of(forward):
    return list(forward.__code__.co_varnames[: forward.__code__.co_argcount])


# Right functions.


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", course.RIGHT)
def test_right_functions_pass(name, seed):
    forward, backward, given, shapes = course.RIGHT[name]
    report = am.check_backward(forward, backward, *given, shapes=shapes, seed=seed)
    assert report.is_right, report
    assert not report.diagnoses
    assert all(mark.judged == np.prod(mark.expected) for mark in report.gradients)


@pytest.mark.parametrize("name", PAIRS)
def test_right_functions_of_other_forms_pass(name):
    forward, backward, given, options = PAIRS[name]
    report = am.check_backward(forward, backward, *given, **options)
    assert report.is_right, report
    assert not report.diagnoses
    assert str(report.in_language("ko"))


OTHER_SHAPES = {
    "affine": [
        {"x": (1, 3), "w": (3, 2), "b": (2,)}, {"x": (3, 3), "w": (3, 3), "b": (3,)},
        {"x": (2, 1), "w": (1, 1), "b": (1,)},
    ],
    "relu": [{"x": (1,)}, {"x": (2, 3, 2, 3)}],
    "batchnorm": [{"x": (2, 2), "gamma": (2,), "beta": (2,)}, {"x": (7, 1), "gamma": (1,), "beta": (1,)}],
    "layernorm": [{"x": (1, 4), "gamma": (4,), "beta": (4,)}],
    "spatial batchnorm": [{"x": (1, 2, 3, 3), "gamma": (2,), "beta": (2,)}],
    "convolution": [
        {"x": (1, 1, 3, 3), "w": (1, 1, 3, 3), "b": (1,)},
        {"x": (2, 2, 4, 3), "w": (3, 2, 2, 3), "b": (3,)},
    ],
    "max-pool": [{"x": (1, 1, 2, 2)}, {"x": (3, 2, 4, 4)}],
    "rnn step": [{"x": (1, 2), "prev_h": (1, 1), "Wx": (2, 1), "Wh": (1, 1), "b": (1,)}],
    "softmax loss": [{"x": (5, 7)}],
    "svm loss": [{"x": (5, 7)}],
    "word embedding": [{"W": (4, 1)}],
}  # fmt: skip


@pytest.mark.parametrize(("name", "shapes"), [(name, shapes) for name, many in OTHER_SHAPES.items() for shapes in many])
def test_right_functions_pass_at_other_shapes(name, shapes):
    forward, backward, given, _ = course.RIGHT[name]
    report = am.check_backward(forward, backward, *given, shapes=shapes)
    assert report.is_right, report


@pytest.mark.parametrize("name", [name for name in course.RIGHT if not name.startswith(("conv", "lstm", "rnn"))])
def test_right_functions_pass_by_differences(name):
    forward, backward, given, shapes = course.RIGHT[name]
    report = am.check_backward(by_differences(forward), backward, *given, shapes=shapes, names=names_of(forward))
    assert report.method in ("differences", "twin")
    assert report.is_right, report


def test_where_the_right_gradients_come_from():
    methods = {}
    for name, (forward, backward, given, shapes) in course.RIGHT.items():
        report = am.check_backward(forward, backward, *given, shapes=shapes)
        methods.setdefault(report.method + report.twin, []).append(name)
    assert methods["differences"] == ["max-pool", "overlapping max-pool"]
    assert methods["twinconv2d"] == ["convolution", "convolution in strides"]
    assert methods["twinconv1d"] == ["conv1d"]
    assert "twinsoftmax loss" in methods
    assert "twinsvm loss" in methods
    assert len(methods["recorded"]) == len(course.RIGHT) - 7


def test_right_in_single_precision():
    def forward(x, w):
        x, w = x.astype(np.float32), w.astype(np.float32)
        return x @ w, (x, w)

    def backward(dout, cache):
        x, w = cache
        dout = np.asarray(dout, np.float32)
        return dout @ w.T, x.T @ dout

    for function in (forward, by_differences(forward)):
        report = am.check_backward(function, backward, shapes={"x": "ND", "w": "DM"}, names=["x", "w"])
        assert report.is_right, report
        assert "dx is in float32" in str(report)
    wrong = am.check_backward(forward, lambda dout, cache: (1.001 * backward(dout, cache)[0], backward(dout, cache)[1]),
                              shapes={"x": "ND", "w": "DM"})  # fmt: skip
    assert [mark.verdict for mark in wrong.gradients] == ["wrong", "right"]


def test_layers_that_keep_their_cache_in_themselves():
    class Affine:
        def forward(self, x, w):
            self.x, self.w = x, w
            return x @ w, None

        def backward(self, dout, cache):
            return dout @ self.w.T, self.x.T @ dout

    layer = Affine()
    report = am.check_backward(layer.forward, layer.backward, shapes={"x": "ND", "w": "DM"})
    assert report.is_right, report


def test_gradients_in_a_dict_and_a_loss_of_parameters():
    x, y = np.random.default_rng(0).normal(size=(6, 3)), np.array([0, 1, 2, 1, 0, 2])

    def net(W1, b1, W2, b2):
        h, first = course.affine_relu_forward(x, W1, b1)
        scores, second = course.affine_forward(h, W2, b2)
        loss, dscores = course.softmax_loss(scores, y)
        dh, dW2, db2 = course.affine_backward(dscores, second)
        _, dW1, db1 = course.affine_relu_backward(dh, first)
        return loss + 0.05 * (np.sum(W1**2) + np.sum(W2**2)), {
            "W1": dW1 + 0.1 * W1, "b1": db1, "W2": dW2 + 0.1 * W2, "b2": db2,
        }  # fmt: skip

    shapes = {"W1": (3, 5), "b1": (5,), "W2": (5, 4), "b2": (4,)}
    assert am.check_backward(net, None, shapes=shapes)

    def without_regularisation(W1, b1, W2, b2):
        loss, grads = net(W1, b1, W2, b2)
        return loss, {**grads, "W2": grads["W2"] - 0.1 * W2}

    report = am.check_backward(without_regularisation, None, shapes=shapes)
    assert [mark.name for mark in report.gradients if mark.verdict != "right"] == ["dW2"]
    report = am.check_backward(lambda W1, b1, W2, b2: (net(W1, b1, W2, b2)[0], {"W1": 0}), None, shapes=shapes)
    assert [mark.verdict for mark in report.gradients] == ["wrong shape", "missing", "missing", "missing"]
    assert report.behaviour[0].id == "results.count"


def test_plain_numbers():
    report = am.check_backward(lambda x, y: (x * y, (x, y)), lambda d, cache: (d * cache[1], d * cache[0]), 3.0, -2.0)
    assert report.is_right, report
    report = am.check_backward(lambda x, y: (x * y, (x, y)), lambda d, cache: (d * cache[0], d * cache[1]), 3.0, -2.0)
    assert [mark.verdict for mark in report.gradients] == ["wrong", "wrong"]
    assert "mul.own_value" in {diagnosis.id for diagnosis in report.diagnoses}


def test_results_that_are_no_arrays():
    def verdict(results):
        return am.check_backward(course.relu_forward, results, shapes={"x": (3, 2)})["dx"].verdict

    assert verdict(lambda dout, x: (dout * (x > 0)).tolist()) == "right"
    assert verdict(lambda dout, x: am.Tensor(dout * (x > 0))) == "right"
    assert verdict(lambda dout, x: ([[1, 2], [3]],)) == "no numbers"
    assert verdict(lambda dout, x: 1j * dout) == "no numbers"


def test_at_a_jump_nothing_is_judged():
    x = np.array([0.0, 1.0, -1.0])
    report = am.check_backward(lambda x: (np.sign(np.array(x, float)), x), lambda dout, x: 0 * dout, x)
    assert report.is_right, report
    assert report.method == "differences"
    assert "Of dx, 2 of 3 entries were compared." in str(report)


# Wrong functions.


@pytest.mark.parametrize(
    ("pair", "function", "gradients", "ids"),
    WRONG,
    ids=[f"{number} {pair} {function.__name__}" for number, (pair, function, *_) in enumerate(WRONG)],
)
def test_wrong_functions_are_found_wrong_and_why(pair, function, gradients, ids):
    report = check_wrong(pair, function)
    assert not report.is_right
    assert [mark.name for mark in report.gradients if mark.verdict != "right"] == gradients
    behaviour = {diagnosis.id for diagnosis in report.behaviour}
    shown = [[d.id for d in report.diagnoses if name in d.gradients][:SHOWN] for name in gradients]
    assert not ids or behaviour & set(ids) or any(set(ids) & set(some) for some in shown)
    for mark in report.gradients:
        own = [diagnosis for diagnosis in report.diagnoses if mark.name in diagnosis.gradients]
        assert mark.verdict != "right" or not own
    # Whatever is found can be said and written.
    for text in (str(report), report.to_markdown(), str(report.in_language("ko"))):
        assert "{" not in text.replace("{'", "")
    assert json.loads(report.to_json())["is_right"] is False


@pytest.mark.parametrize(
    ("name", "seed"),
    [("affine", 1), ("batchnorm", 2), ("layernorm", 1), ("rnn step", 2), ("word embedding", 1), ("max-pool", 2)],
)
def test_wrong_functions_are_found_at_other_seeds(name, seed):
    # At the first seed all of them are.
    for pair, function, gradients, _ in [line for line in WRONG if line[0] == name][::2]:
        report = check_wrong(pair, function, seed=seed)
        assert [mark.name for mark in report.gradients if mark.verdict != "right"] == gradients


def test_wrong_functions_are_found_by_differences():
    """Without a recorded circuit too, and with a diagnosis wherever the array alone shows it."""
    explained = 0
    for pair, function, gradients, ids in WRONG[::2]:
        forward, backward, given, shapes = course.RIGHT[pair]
        if backward is None or pair.startswith(("conv", "lstm", "rnn")):
            continue
        report = am.check_backward(by_differences(forward), function, *given, shapes=shapes, names=names_of(forward))
        assert [mark.name for mark in report.gradients if mark.verdict != "right"] == gradients, function
        explained += bool({diagnosis.id for diagnosis in report.diagnoses} & set(ids))
    assert explained > 30


def batchnorm_path_forgotten(path):
    def backward(dout, cache):
        _, gamma, centred, std, xhat = cache
        dcentred = dout * gamma / std
        if path != "variance":
            dcentred = dcentred - np.mean(dout * gamma * centred, axis=0) * centred / std**3
        dx = dcentred if path == "mean" else dcentred - dcentred.mean(axis=0)
        return dx, np.sum(dout * xhat, axis=0), np.sum(dout, axis=0)

    return backward


@pytest.mark.parametrize("path", ["mean", "variance"])
def test_paths_are_told_where_running_statistics_are_updated_in_place(path):
    forward, _, given, options = PAIRS["batchnorm, running"]
    report = am.check_backward(forward, batchnorm_path_forgotten(path), *given, **options)
    assert report.twin == "batchnorm"
    assert [mark.verdict for mark in report.gradients] == ["wrong", "right", "right"]
    assert report.diagnoses[0].id == f"bn.{path}_path_forgotten"


def test_nothing_carried_is_told_where_states_are_written_in_place():
    forward, _, given, options = PAIRS["rnn written in place"]
    backward = next(function for _, function, *_ in WRONG if function.__name__ == "rnn_nothing_carried")
    report = am.check_backward(forward, backward, *given, **options)
    assert report.twin == "rnn"
    assert report.diagnoses[0].id == "path.forgotten_everywhere"
    assert report.diagnoses[0].parts["fork"].startswith("h[1] = tanh")
    assert report.diagnoses[0].parts["places"] == 3


def test_a_diagnosis_reproduces_the_numbers_of_both_upstream_gradients():
    """A factor that is another one each time is no diagnosis."""

    def backward(dout, cache):
        dx, dw, db = course.affine_backward(dout, cache)
        return dx * (1 + np.sum(dout**2)), dw, db

    report = am.check_backward(course.affine_forward, backward, shapes=course.AFFINE)
    assert {diagnosis.id for diagnosis in report.diagnoses} == {"upstream.not_linear"}


@pytest.mark.parametrize("size", [1e-6, 1e-3, 1.0])
def test_one_wrong_entry_is_told_with_its_numbers(size):
    def backward(dout, cache):
        dx, dw, db = course.affine_backward(dout, cache)
        dw[2, 4] += size
        return dx, dw, db

    report = am.check_backward(course.affine_forward, backward, shapes=course.AFFINE)
    mark = report["dw"]
    assert (mark.verdict, mark.wrong, mark.judged) == ("wrong", 1, 15)
    assert mark.worst[0].index == (2, 4)
    assert mark.worst[0].yours - mark.worst[0].right == pytest.approx(size)
    assert report["dx"].verdict == report["db"].verdict == "right"


def test_a_missing_transpose_that_only_a_square_matrix_hides():
    forward, backward = (
        course.affine_forward,
        lambda dout, cache: (dout @ cache[1], cache[0].T @ dout, dout.sum(axis=0)),
    )
    rng = np.random.default_rng(0)
    square = am.check_backward(forward, backward, rng.normal(size=(4, 3)), rng.normal(size=(3, 3)), rng.normal(size=3))
    assert square.diagnoses[0].id == "input.not_transposed"
    assert "w is square: a transpose that is missing raises no error. Give shapes= that differ." in str(square)
    symmetric = am.check_backward(
        forward, backward, rng.normal(size=(4, 3)), np.diag([1.0, 2.0, 3.0]), rng.normal(size=3)
    )
    assert symmetric.is_right
    assert ("warning.square", "w") in symmetric.warnings
    drawn = am.check_backward(forward, backward, shapes=course.AFFINE)
    assert [diagnosis.id for diagnosis in drawn.behaviour] == ["backward.raised_in_line", "shape.square_only"]


def test_cache_of_the_last_call():
    kept = {}

    def forward(x, w):
        kept["x"] = x
        return x @ w, (w,)

    report = am.check_backward(
        forward, lambda dout, cache: (dout @ cache[0].T, kept["x"].T @ dout), shapes={"x": "ND", "w": "DM"}
    )
    assert [(diagnosis.id, diagnosis.gradients) for diagnosis in report.behaviour] == [("cache.stale", ("dw",))]
    assert all(mark.verdict == "right" for mark in report.gradients)


def test_forward_function_that_changes_its_input():
    def forward(x):
        x -= x.max(axis=1, keepdims=True)
        return np.exp(x), x

    x = np.random.default_rng(0).normal(size=(3, 4))
    before = x.copy()
    report = am.check_backward(forward, lambda dout, x: dout * np.exp(x), x)
    assert "inputs.changed" in {diagnosis.id for diagnosis in report.behaviour}
    np.testing.assert_array_equal(x, before)


def test_forward_function_that_draws_a_mask_of_its_own():
    rng = np.random.default_rng(0)

    def forward(x):
        mask = rng.random(x.shape) < 0.5
        return x * mask, mask

    report = am.check_backward(forward, lambda dout, mask: dout * mask, shapes={"x": (5, 6)})
    assert report.gradients == ()
    assert not report.is_right
    assert str(report) == (
        "<lambda>: not judged.\n"
        "the forward function gives other outputs at the same inputs each time. "
        "Seed it: give the mask, or a seed, as an input."
    )


# Kinks.


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("kind", ["recorded", "mask", "differences"])
def test_relu_at_zero_may_send_any_share(kind, share):
    def masked(x):
        return x * (x > 0), x

    forward = {"recorded": course.relu_forward, "mask": masked, "differences": by_differences(masked)}[kind]
    x = np.array([[1.0, 0.0, -2.0], [0.0, 3.0, 0.5]])
    report = am.check_backward(forward, lambda dout, x: dout * ((x > 0) + share * (x == 0)), x, names=["x"])
    assert report.is_right, report
    report = am.check_backward(forward, lambda dout, x: dout * ((x > 0) + 1.5 * (x == 0)), x, names=["x"])
    assert report["dx"].wrong == 2
    assert ("warning.equal", "x") in report.warnings


def test_max_pool_at_ties_may_send_any_share():
    x = np.zeros((1, 1, 2, 4))
    x[..., 2:] = [[1, 2], [2, 0]]

    def shared(weights):
        def backward(dout, cache):
            windows = dout.repeat(2, axis=2).repeat(2, axis=3)
            return windows * np.array(weights).reshape(x.shape)

        return backward

    for weights in (
        [[1, 0, 0, 1], [0, 0, 0, 0]],
        [[0, 0, 0, 0.5], [0, 1, 0.5, 0]],
        [[0.25, 0.25, 0, 0.5], [0.25, 0.25, 0.5, 0]],
    ):
        report = am.check_backward(course.max_pool_forward, shared(weights), x, course.POOL)
        assert report.is_right, report
        assert "lie at a kink" in str(report)
    assert am.check_backward(course.max_pool_forward, course.max_pool_backward, x, course.POOL)
    wrong = am.check_backward(course.max_pool_forward, shared([[1, 0, 0.1, 1], [0, 0, 0, 0]]), x, course.POOL)
    assert [entry.index for entry in wrong["dx"].worst] == [(0, 0, 0, 2)]


def test_hinge_at_its_edge():
    x, y = np.array([[2.0, 1.0, 0.0], [0.5, 1.5, 3.0]]), np.array([0, 1])
    assert am.check_backward(course.svm_loss, None, x, y)


def test_slopes_by_differences():
    """The table: smooth, curved, a kink at the point and beside it, a jump away from it."""
    found = column(
        lambda t: np.array([np.sin(1 + t), (2 + t) ** 7, abs(t), max(t, 3e-4), np.floor(0.5 + t)]), 1.0, 2e-16
    )
    right = [np.cos(1), 7 * 2**6, 0, 0, 0]
    assert np.all(np.abs(found.middle - right) <= 10 * found.error)
    assert np.all(found.error <= 1e-9)
    np.testing.assert_allclose(found.low, [np.cos(1), 448, -1, 0, 0], atol=1e-8)
    np.testing.assert_allclose(found.high, [np.cos(1), 448, 1, 0, 0], atol=1e-8)


@pytest.mark.parametrize("gap", [1e-3, 1e-5, 1e-6, 1e-7])
def test_max_pool_near_a_tie(gap):
    """The largest entry gets all, however near the second is."""
    x = np.array([[1.0, 1.0 + gap, 0.3, -1.0], [0.2, -0.4, 0.5, 0.1]])[None, None]
    assert am.check_backward(course.max_pool_forward, course.max_pool_backward, x, course.POOL)
    report = am.check_backward(
        course.max_pool_forward, lambda d, c: course.max_pool_backward(d, (-c[0], c[1])), x, course.POOL
    )
    assert report["dx"].wrong == 4


# What given inputs hide.


def test_warnings_about_given_inputs():
    def warned(x):
        backward = course.relu_backward
        return {key for key, _ in am.check_backward(course.relu_forward, backward, np.array(x, float)).warnings}

    assert warned([[1, -2], [3, 4]]) == {"warning.square"}
    assert warned([[1, -2, 3]]) == {"warning.one"}
    assert warned([1, 1, -2]) == {"warning.equal"}
    assert warned([[1, 2, 3], [4, 5, 6]]) == {"warning.positive"}
    assert warned([0, 0, 0]) == {"warning.zero"}
    assert warned([[1, -2, 3], [4, 5, 6]]) == set()


def test_drawn_inputs_are_rectangular_and_without_ties():
    seen = []

    def forward(x, w):
        seen.append((x, w))
        return x @ w, (x, w)

    am.check_backward(
        forward, lambda dout, cache: (dout @ cache[1].T, cache[0].T @ dout), shapes={"x": "ND", "w": "DM"}
    )
    x, w = seen[0]
    assert len({*x.shape, *w.shape}) == 3
    assert 1 not in x.shape
    assert min(np.abs(x).min(), np.abs(w).min()) >= 0.5
    assert np.unique(np.concatenate([x.ravel(), w.ravel()])).size == x.size + w.size


def test_inputs_are_drawn_positive_where_the_function_needs_it():
    report = am.check_backward(lambda x: (np.log(x), x), lambda dout, x: dout / x, shapes={"x": (3, 2)})
    assert report.is_right, report


def test_large_inputs_are_sampled_by_differences():
    def forward(x):
        return np.array([np.sum(np.asarray(x, float) ** 2)]), x

    x = np.random.default_rng(0).normal(size=(30, 40))
    report = am.check_backward(by_differences(forward), lambda dout, x: 2 * x * dout, x, names=["x"])
    assert report.is_right
    assert "Of dx, 400 of 1200 entries were compared." in str(report)
    report = am.check_backward(by_differences(forward), lambda dout, x: x * dout, x, names=["x"])
    assert next(diagnosis.id for diagnosis in report.diagnoses) == "factor.half"


# What belongs to the caller.


def test_nothing_of_the_caller_is_changed():
    x, param = np.random.default_rng(1).normal(size=(4, 3)), {"mode": "train"}
    gamma, beta = np.ones(3), np.zeros(3)
    before = x.copy()
    np.random.seed(5)
    expected = np.random.rand()
    np.random.seed(5)
    am.check_backward(course.batchnorm_forward, course.batchnorm_backward, x, gamma, beta, param)
    assert np.random.rand() == expected
    assert param == {"mode": "train"}
    np.testing.assert_array_equal(x, before)


def test_local_variables_name_the_wires_unless_a_profiler_runs():
    def backward(dout, cache):
        dq, dk, dv = course.attention_backward(dout, cache)
        scale = np.sqrt(dk.shape[1])
        return dq * scale, dk * scale, dv

    def said():
        report = am.check_backward(course.attention_forward, backward, shapes=course.RIGHT["attention"][3])
        return [diagnosis.parts.get("at", "") for diagnosis in report.diagnoses]

    assert any(at.startswith("scores = q @ k") for at in said())
    seen = []

    def watch(frame, event, argument):
        seen.append(event)

    sys.setprofile(watch)
    try:
        unnamed = said()
        assert sys.getprofile() is watch
    finally:
        sys.setprofile(None)
    assert seen
    assert not any("scores" in at for at in unnamed)


def test_choice_of_gradients():
    def backward(dout, cache):
        return course.affine_backward(dout, cache)[1:]

    report = am.check_backward(course.affine_forward, backward, shapes=course.AFFINE, wrt=["w", "b"])
    assert report.is_right
    assert [mark.name for mark in report.gradients] == ["dw", "db"]
    # A place may be kept for an input that has no gradient.
    report = am.check_backward(
        course.embedding_forward,
        lambda d, c: (None, course.embedding_backward(d, c)),
        course.WORDS,
        shapes={"W": (5, 3)},
    )
    assert report.is_right, report


# The report.


def test_report_in_full():
    def backward(dout, cache):
        x, w, _ = cache
        return dout @ w.T, dout.T @ x, np.mean(dout, axis=0)

    report = am.check_backward(course.affine_forward, backward, shapes=course.AFFINE)
    assert str(report) == (
        "backward: 2 of 3 gradients wrong.\n"
        "gradient  shape              verdict      wrong entries  worst  yours    right\n"
        "dx        (4, 3)             right\n"
        "dw        (5, 3) for (3, 5)  wrong shape\n"
        "db        (5,)               wrong        5 of 5         db[1]  1.03079  4.12314\n"
        "dw: the right numbers with rows and columns exchanged. Exchange the factors: (a.T @ b).T is b.T @ a.\n"
        "db: the right numbers divided by the batch size 4: a mean in place of a sum. "
        "Write np.sum, not np.mean; the 1/N of the loss is already in dout.\n"
        "Compared with the derivative recorded of the forward function, at x (4, 3), w (3, 5), b (5,)."
    )
    assert repr(report) == "<BackwardReport: backward: 2 of 3 gradients wrong.>"
    assert not report
    assert report.to_markdown().startswith("**backward: 2 of 3 gradients wrong.**\n\n| gradient | shape |")
    assert report._repr_markdown_() == report.to_markdown()
    data = json.loads(report.to_json())
    assert [gradient["verdict"] for gradient in data["gradients"]] == ["right", "wrong shape", "wrong"]
    assert data["gradients"][2]["worst"][0]["index"] == [1]
    assert data["diagnoses"][0] == {
        "id": "shape.transposed",
        "gradients": ["dw"],
        "sentence": "the right numbers with rows and columns exchanged.",
        "remedy": "Exchange the factors: (a.T @ b).T is b.T @ a.",
        "likelihood": 4,
    }


def test_tables_line_up_and_tags_are_escaped():
    """A Korean letter takes two columns of a terminal, and <lambda> is no tag."""
    report = am.check_backward(course.relu_forward, lambda dout, x: dout, shapes={"x": "ND"}, language="ko")
    header, row = report.table().splitlines()
    assert header.startswith("기울기  형상")
    assert row.startswith("dx      (4, 3)")
    assert report.to_markdown().startswith(r"**\<lambda>: ")


def test_numbers_that_are_not_explained_are_listed():
    def backward(dout, cache):
        dx, dw, db = course.affine_backward(dout, cache)
        dx[0, 1] *= 7
        dx[3, 2] = np.nan
        return dx, dw, db

    report = am.check_backward(course.affine_forward, backward, shapes=course.AFFINE)
    lines = str(report).splitlines()
    start = lines.index("dx: nothing that is known explains these numbers. The entries that are furthest off:")
    assert lines[start + 1].startswith("  dx[3, 2]: yours nan, right")
    assert lines[start + 2].startswith("  dx[0, 1]: yours ")
    assert json.loads(report.to_json())["gradients"][0]["worst"][0]["yours"] is None


def test_messages_agree_between_languages():
    english, korean = (messages.LANGUAGES[language] for language in ("en", "ko"))
    assert english.keys() == korean.keys()
    for key, text in english.items():
        fields = [{part.split("}")[0] for part in said.split("{")[1:]} for said in (text, korean[key])]
        assert fields[0] == fields[1], key
    assert not english.keys() & {misconception.id for misconception in MISCONCEPTIONS}
