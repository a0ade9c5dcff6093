"""Published questions: every value and gradient of every scalar and array program, and the printed answers."""

import numpy as np
import pytest
from oracles import load

import autograd_mini as am

CASES = load("published.json")
IDS = [case["id"] for case in CASES]


def circuit(case):
    return am.parse("\n".join(case["program"]), case["inputs"])


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_values_and_gradients(case):
    root = circuit(case)
    root.backward()
    graph = am.Graph(root)
    assert root.name == case["output"]
    # The verified figures have ten significant digits.
    for name, value in case["forward"].items():
        np.testing.assert_allclose(graph[name].data, value, rtol=1e-9, atol=1e-12)
    for name, gradient in case["gradients"].items():
        np.testing.assert_allclose(graph[name].grad, gradient, rtol=1e-9, atol=1e-12)
        assert np.shape(graph[name].grad) == graph[name].shape


ANSWERED = [case for case in CASES if case["published_gradients"] or case["published_forward"]]
# Right to the last digit, to that of single precision, or to the roundings on the way.
RIGHT = [case for case in ANSWERED if case["verdict"] != "wrong"]
# The first mistake and the misconceptions behind the keys that are wrong. The key of studymate-mcq adds other numbers
# than the question's, which is no misconception; what is wrong in lynch-program17c is a program, not a number.
WRONG = {
    "bits-2023-makeup-q5": ("r", {"recip.at_output"}),
    "studymate-mcq": ("z", set()),
    # The source differentiates forward; the wire of its d cos(y)/dy is y.
    "cs107-pp6-ex1": ("y", {"cos.no_minus"}),
    "interviewprep-double-sigma": ("a2", {"sigmoid.applied_twice"}),
}


def mark(case):
    return am.check(circuit(case), case["published_gradients"] or {}, values=case["published_forward"])


@pytest.mark.parametrize("case", RIGHT, ids=lambda case: case["id"])
def test_right_answers_are_right(case):
    report = mark(case)
    assert report.first_mistake is None
    assert report.causes == []
    assert report.score == 1.0


@pytest.mark.parametrize("case", [case for case in ANSWERED if case["verdict"] == "wrong"], ids=lambda case: case["id"])
def test_wrong_answers_are_wrong(case):
    report = mark(case)
    wire, misconceptions = WRONG[case["id"]]
    assert (report.first_mistake.wire, report.first_mistake.kind) == (wire, "gradient")
    assert misconceptions <= {alias.misconception for cause in report.causes[:1] for alias in cause.aliases}
    assert bool(report.causes) == bool(misconceptions)
    wrong = {f"gradients.{mark.wire}" for mark in report.marks if mark.is_mistake}
    assert wrong == set(case["wrong_entries"])


def test_the_midterm():
    w0, x0, w1, x1, w2 = (am.Tensor(x, name=n) for x, n in zip([1, 3, 2, -2, -1], ["w0", "x0", "w1", "x1", "w2"]))
    f = 1 / (w0 * x0 + w1 * x1 + w2 + 1)
    f.backward()
    assert f.data == -1.0
    assert [t.grad for t in (w0, x0, w1, x1, w2)] == [-3.0, -1.0, 2.0, -2.0, -1.0]


def test_the_midterms_convnet_as_an_array_program_agrees_with_its_scalars():
    scalars = next(case for case in CASES if case["id"] == "blog-midterm-short-3.3-net")["gradients"]
    inputs = {"x": [1.0, -2.0, 3.0, 0.5, -1.0], "k": [0.4, -0.3, 0.7], "b": 0.1, "w": [1.5, -0.8], "a": 0.2, "y": 1.0}
    root = am.parse(
        "z = conv1d(x, k, b)\nv = relu(maximum(z[:2], z[1:]))\nyh = dot(w, v) + a\nL = 0.5*(y - yh)**2", inputs
    )
    root.backward()
    graph = am.Graph(root)
    for name, parts in {"x": "x1 x2 x3 x4 x5", "k": "k1 k2 k3", "w": "w1 w2", "b": "b", "a": "a", "y": "y"}.items():
        expected = [scalars[part] for part in parts.split()]
        np.testing.assert_allclose(np.ravel(graph[name].grad), expected, rtol=1e-9, atol=1e-12)
