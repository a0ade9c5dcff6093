"""Circuits that several tests draw, explain and look through."""

import numpy as np
from oracles import load

import autograd_mini as am

PUBLISHED = {case["id"]: case for case in load("published.json")}


def published(name):
    """Return the output of a published question's circuit."""
    return am.parse("\n".join(PUBLISHED[name]["program"]), PUBLISHED[name]["inputs"])


def midterm():
    """Return question 3.1 of the midterm."""
    return published("cs231n-2017-sample-midterm-3.1")


def fork():
    """Return a circuit in which an input and a gate's wire fork."""
    return am.parse("q = x + y\nf = q*z + q*x", x=2, y=-4, z=3)


def mlp_of_arrays():
    """Return a two-layer network on arrays that show their shapes."""
    rng = np.random.default_rng(0)
    inputs = {"X": rng.normal(size=(32, 4)), "W1": rng.normal(size=(4, 8)), "b1": np.zeros(8)}
    inputs |= {"W2": rng.normal(size=(8, 3)), "b2": np.zeros(3), "Y": rng.normal(size=(32, 3))}
    return am.parse("H = relu(X @ W1 + b1)\nS = H @ W2 + b2\nL = mean((S - Y)**2)", inputs)


def unrolled_rnn():
    """Return a tanh recurrence of one number over five steps."""
    h = am.Tensor(0.1, name="h0")
    w, u = am.Tensor(0.5, name="w"), am.Tensor(-0.7, name="u")
    for step, x in enumerate([1.0, -0.5, 0.3, 0.8, -1.0], start=1):
        h = np.tanh(w * h + u * am.Tensor(x, name=f"x{step}", requires_grad=False)).named(f"h{step}")
    return h


def scoped():
    """Return a neuron and its loss, a scope each; one input enters both."""
    x, w, b = (am.Tensor(value, name=name) for name, value in (("x", 1.0), ("w", 2.0), ("b", 1.0)))
    with am.scope("neuron"):
        z = (w * x + b).named("z")
        h = am.relu(z).named("h")
    with am.scope("loss"):
        return (0.5 * (h - 2 * x) ** 2).named("L")


def scalar_mlp():
    """Return a network of single numbers with about 300 gates."""
    rng = np.random.default_rng(0)
    layer = [am.Tensor(x, name=f"x{i}") for i, x in enumerate(rng.normal(size=4))]
    for width in (10, 8, 1):
        layer = [
            np.tanh(sum((am.Tensor(w) * x for w, x in zip(rng.normal(size=len(layer)), layer)), am.Tensor(0.1)))
            for _ in range(width)
        ]
    return layer[0]


CIRCUITS = {
    "midterm 3.1": midterm,
    "sigmoid neuron": lambda: am.parse("f = 1/(1 + exp(-(w0*x0 + w1*x1 + w2)))", w0=2, x0=-1, w1=-3, x1=-2, w2=-3),
    "convnet of 3.3": lambda: published("blog-midterm-short-3.3-net"),
    "fork": fork,
    "diamond": lambda: am.parse("b = a + a\nf = b*b + b", a=3),
    "a*a": lambda: am.parse("a*a", a=3),
    "a*b + b*a": lambda: am.parse("f = a*b + b*a", a=2, b=-4),
    "a*b - b*a": lambda: am.parse("f = a/b - b/a", a=2, b=-4),
    "staged": lambda: published("cs231n-notes-staged"),
    "micrograd's readme": lambda: published("micrograd-readme"),
    "mazur": lambda: published("mazur"),
    "network of arrays": mlp_of_arrays,
    "recurrence": unrolled_rnn,
    "300 gates": scalar_mlp,
    "one input": lambda: am.Tensor(3.0, name="x"),
    "constants among wires": lambda: am.parse("f = max(x, y, 0)*clip(x, -1, y)", x=1, y=2),
    "long names": lambda: am.parse("reward = discount*value_of_next_state + immediate_reward",
                                   discount=0.9, value_of_next_state=10, immediate_reward=-1),
    "large numbers": lambda: am.parse("f = x*y + x", x=-123456.789, y=98765.4321),
}  # fmt: skip
TREES = ("midterm 3.1", "sigmoid neuron", "long names")
