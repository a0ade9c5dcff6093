"""Array programs: each misconception about networks, made at each place, is found among the first cause's aliases."""

import numpy as np
import pytest

import autograd_mini as am
from autograd_mini.marking import Conventions, Marker
from autograd_mini.marking.misconceptions.networks import NETWORKS


def tenths(seed, **shapes):
    """Return random inputs of one decimal."""
    rng = np.random.default_rng(seed)
    return {name: np.round(rng.normal(size=shape), 1) for name, shape in shapes.items()}


PROGRAMS = {
    "two layers, mean of squares, weight decay": (
        "Z1 = X @ W1 + b1\nH = relu(Z1)\nZ2 = H @ W2 + b2\nE = Z2 - Y\nD = mean(E**2)\nR = 0.05*sum(W1**2)\nL = D + R",
        tenths(0, X=(3, 2), W1=(2, 4), b1=4, W2=(4, 2), b2=2, Y=(3, 2)),
        Conventions(),
    ),
    "square matrices, updated weights": (
        "Z1 = X @ W1 + b1\nH = relu(Z1)\nZ2 = H @ W2 + b2\nA = relu(Z2)\nE = A - Y\nL = sum(E**2)/6",
        tenths(0, X=(3, 3), W1=(3, 3), b1=3, W2=(3, 3), b2=3, Y=(3, 3)),
        Conventions(learning_rate=0.1),
    ),
    "softmax": ("z = h @ W\np = softmax(z)\nL = -log(p[1])", tenths(1, h=3, W=(3, 4)), Conventions()),
    "log softmax": ("z = x @ W + b\nlp = log_softmax(z)\nL = -lp[2]", tenths(2, x=3, W=(3, 4), b=4), Conventions()),
    "convolution": (
        "z = conv1d(x, k, b)\nv = relu(z)\nyh = dot(w, v) + a\nL = 0.5*(y - yh)**2",
        {"x": [1, -2, 3, 0.5, -1, 2, 0.7], "k": [0.4, -0.3, 0.7], "b": 0.1, "w": [1.5, -0.8, 0.5, 0.9, -0.3]}
        | {"a": 0.2, "y": 1.0},
        Conventions(),
    ),
    "batch normalisation": (
        "mu = mean(x)\nc = x - mu\nv = sum(c**2)/4\ns = sqrt(v + 0.1)\nh = c/s\no = g*h + b\nL = sum(o*t)",
        {"x": [1.0, -0.5, 2.0, 0.3], "g": 1.5, "b": 0.2, "t": [1.0, -2.0, 0.5, 3.0]},
        Conventions(),
    ),
}  # fmt: skip


def marker_of(name):
    program, inputs, conventions = PROGRAMS[name]
    return Marker(am.parse(program, inputs), conventions=conventions)


def written(number):
    return np.vectorize(lambda entry: f"{entry:#.6g}", otypes=[object])(number).tolist()


def sheet_of(marker, fault):
    """Return the gradients of all named wires that somebody with a misconception writes."""
    walk = marker.ground.walk({}, fault.changes)
    numbers = {wire: walk.predicted["gradient"][wire].middle for wire in marker.ground.backward if wire.name}
    return {
        wire.name: written(number.T if wire in fault.changes.turned else number)
        for wire, number in numbers.items()
        if np.all(np.isfinite(number))
    }


@pytest.mark.parametrize("name", PROGRAMS)
def test_every_misconception_is_found_wherever_it_shows(name):
    marker = marker_of(name)
    ids = {misconception.id for misconception in NETWORKS}
    shown = 0
    for fault in marker.suspects.single:
        if fault.misconception.id not in ids:
            continue
        report = marker.mark(sheet_of(marker, fault))
        if report.first_mistake is None:
            continue
        shown += 1
        label = marker.ground.graph.label(fault.at[0])
        assert (fault.misconception.id, label) in {
            (alias.misconception, alias.at) for alias in report.causes[0].aliases
        }
    assert shown >= 4


def test_every_misconception_is_seen_in_one_of_the_programs():
    """Each is suspected somewhere, and there makes a sheet wrong."""
    seen = set()
    for name in PROGRAMS:
        marker = marker_of(name)
        for fault in marker.suspects.single:
            if fault.misconception.id not in seen and marker.mark(sheet_of(marker, fault)).first_mistake:
                seen.add(fault.misconception.id)
    assert {misconception.id for misconception in NETWORKS} <= seen


def test_a_shape_that_does_not_fit_is_not_suspected():
    """W cannot be used in place of its transpose where it is no square."""
    marker = marker_of("two layers, mean of squares, weight decay")
    assert "hidden.no_transpose" not in {fault.misconception.id for fault in marker.suspects.single}


def test_right_sheets_of_networks():
    for name in PROGRAMS:
        marker = marker_of(name)
        right = marker.ground.right.predicted["gradient"]
        report = marker.mark({wire.name: written(right[wire].middle) for wire in marker.ground.backward if wire.name})
        assert report.score == 1.0
        assert report.causes == []
