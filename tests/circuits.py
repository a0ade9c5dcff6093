"""Circuits that several tests draw, explain and look through."""

import functools

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


def recurrence_of_arrays():
    """Return a tanh recurrence on vectors over three steps."""
    rng = np.random.default_rng(1)
    w, u = am.Tensor(rng.normal(size=(4, 4)), name="W"), am.Tensor(rng.normal(size=(4, 3)), name="U")
    h = am.Tensor(np.zeros(4), name="h0", requires_grad=False)
    for step in (1, 2, 3):
        x = am.Tensor(rng.normal(size=3), name=f"x{step}", requires_grad=False)
        h = np.tanh(w @ h + u @ x).named(f"h{step}")
    return np.sum(h**2).named("L")


def arrays_in_scopes():
    """Return two layers on arrays, one scope in another, with a fork and long names."""
    rng = np.random.default_rng(2)
    x = am.Tensor(rng.normal(size=(20, 4)), name="X")
    with am.scope("network"):
        with am.scope("first"):
            h = np.tanh(x @ am.Tensor(rng.normal(size=(4, 5)), name="W1")).named("hidden_activations")
        g = (h * h).named("squares_of_hidden_activations")
        y = (g + h) @ am.Tensor(rng.normal(size=(5, 2)), name="W2")
    return np.mean(y**2).named("L")


def images():
    """Return a convolution of two channels, an array with too many slices to draw, and a sum of both."""
    rng = np.random.default_rng(3)
    x, w = am.Tensor(rng.normal(size=(1, 2, 5, 5)), name="x"), am.Tensor(rng.normal(size=(2, 2, 3, 3)), name="w")
    many = am.Tensor(rng.normal(size=(6, 2, 8, 8)), name="many")
    bias = am.Tensor(np.array([0.1, -0.2]), name="b")
    return (np.mean(am.functional.conv2d(x, w, bias) ** 2) + np.sum(many)).named("L")


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
# Circuits on arrays of every number of dimensions.
ARRAYS = {
    "network of arrays": mlp_of_arrays,
    "recurrence of arrays": recurrence_of_arrays,
    "arrays in scopes": arrays_in_scopes,
    "images": images,
}
TREES = ("midterm 3.1", "sigmoid neuron", "long names")


def steps(count, number=float):
    """Return a recurrence with a scope per step, of single numbers or of what else `number` makes of one."""
    w, u, b = (am.Tensor(number(x), name=name) for x, name in ((0.5, "wx"), (-0.7, "wh"), (0.1, "b")))
    h = am.Tensor(number(0.2), name="h0")
    for step in range(1, count + 1):
        with am.scope(f"step {step}"):
            h = np.tanh(am.Tensor(number(np.sin(step)), name=f"x{step}") * w + h * u + b).named(f"h{step}")
    return h


def steps_of_arrays():
    """Return a recurrence on arrays with a scope per step."""
    rng = np.random.default_rng(0)
    w, u, b = (
        am.Tensor(rng.normal(size=shape), name=name) for shape, name in (((3, 4), "Wx"), ((4, 4), "Wh"), ((4,), "b"))
    )
    h = am.Tensor(np.zeros((8, 4)), name="h0")
    for step in range(1, 6):
        with am.scope(f"step {step}"):
            h = np.tanh(am.Tensor(rng.normal(size=(8, 3)), name=f"x{step}") @ w + h @ u + b).named(f"h{step}")
    return np.mean(h**2).named("L")


def scoped_mlp():
    """Return a two-layer network of single numbers with a scope per layer."""
    layer = [am.Tensor(x, name=f"x{i}") for i, x in enumerate((0.5, -1.0))]
    for depth, width in enumerate((2, 1), start=1):
        with am.scope(f"layer {depth}"):
            layer = [
                np.tanh(
                    sum(am.Tensor(0.3 * i - 0.2 * j + 0.1, name=f"w{depth}{i}{j}") * x for j, x in enumerate(layer))
                )
                for i in range(width)
            ]
    return layer[0].named("f")


def scoped_mlp_of_arrays():
    """Return a two-layer network on arrays with a scope per layer."""
    rng = np.random.default_rng(0)
    h = am.Tensor(rng.normal(size=(32, 4)), name="X")
    for depth, (inner, outer) in enumerate(((4, 8), (8, 3)), start=1):
        with am.scope(f"layer {depth}"):
            w, b = (
                am.Tensor(rng.normal(size=(inner, outer)), name=f"W{depth}"),
                am.Tensor(np.zeros(outer), name=f"b{depth}"),
            )
            h = am.relu(h @ w + b)
    with am.scope("loss"):
        return np.mean((h - am.Tensor(np.ones((32, 3)), name="Y")) ** 2).named("L")


def nested_scopes():
    """Return two blocks in scopes, each with a scope in it, and a wire past the first."""
    x = am.Tensor(0.5, name="x")
    h = x
    for block in ("first", "second"):
        with am.scope(f"{block} block"):
            total = am.Tensor(0.7, name=f"w_{block}") * h + am.Tensor(0.1, name=f"b_{block}")
            with am.scope("squash"):
                h = 1 / (1 + np.exp(-total))
    return (h + x).named("f")


def lstm_cell(number=float):
    """Return an LSTM cell with a scope per gate and one for what they make of the state."""
    x, h, c = (am.Tensor(number(v), name=name) for v, name in ((0.5, "x"), (-0.3, "h"), (0.8, "c")))
    gates = {}
    for i, (name, squash) in enumerate({"i": am.sigmoid, "f": am.sigmoid, "g": np.tanh, "o": am.sigmoid}.items()):
        w, u, b = (am.Tensor(number(0.1 * i + 0.2 * k), name=f"{kind}_{name}") for k, kind in enumerate("wub"))
        with am.scope({"i": "input gate", "f": "forget gate", "g": "candidate", "o": "output gate"}[name]):
            gates[name] = squash(w * x + u * h + b).named(name)
    state = (gates["f"] * c + gates["i"] * gates["g"]).named("c1")
    return (gates["o"] * np.tanh(state)).named("h1")


def beside_a_scope():
    """Return a scope with gates, forks and passing wires beside it."""
    x, y, z = (am.Tensor(v, name=n) for v, n in ((0.5, "x"), (-1.2, "y"), (2.0, "z")))
    q = (x * y).named("q")
    with am.scope("a"):
        s = np.tanh(np.exp(q) + x)
    r = np.sin(q * z) * y
    with am.scope("b"):
        t = np.exp(r * s) - z
    return (t * r + s).named("f")


def scopes_of_two_outputs():
    """Return a chain of scopes each of which hands two wires on, as the steps of an LSTM do."""
    h, c = am.Tensor(0.1, name="h0"), am.Tensor(0.2, name="c0")
    w, u = am.Tensor(0.5, name="w"), am.Tensor(-0.4, name="u")
    for step in range(1, 4):
        with am.scope(f"step {step}"):
            f = am.sigmoid(w * h + am.Tensor(0.3 * step, name=f"x{step}"))
            c = (f * c + np.tanh(u * h)).named(f"c{step}")
            h = (f * np.tanh(c)).named(f"h{step}")
    return h + c


def entangled(seed):
    """Return a random circuit: scopes in sequence, side by side and nested, joined by wires of all lengths."""
    rng = np.random.default_rng(seed)
    wires = [am.Tensor(float(x), name=f"x{i}") for i, x in enumerate(rng.uniform(0.5, 1.5, size=4))]
    pick = lambda: wires[rng.integers(max(0, len(wires) - 7), len(wires))]  # noqa: E731

    def gates(count):
        for _ in range(count):
            wires.append(np.tanh(pick()) if rng.random() < 0.3 else pick() * pick())

    for block in range(5):
        gates(rng.integers(0, 3))
        with am.scope(f"block {block}"):
            gates(rng.integers(1, 4))
            if rng.random() < 0.5:
                with am.scope("inner"):
                    gates(rng.integers(1, 3))
            gates(rng.integers(0, 2))
    return sum(wires[-5:])


def dense(seed):
    """Return a random circuit of scopes that hand two wires on, among wires from anywhere to anywhere."""
    rng = np.random.default_rng(seed)
    wires = [am.Tensor(float(x), name=f"x{i}") for i, x in enumerate(rng.uniform(0.5, 1.5, size=6))]
    for block in range(rng.integers(4, 12)):
        inside = []
        with am.scope(f"block {block}"):
            for _ in range(rng.integers(2, 6)):
                near = wires[-12:] + inside * 3
                if rng.random() < 0.3:
                    inside.append(np.tanh(near[rng.integers(len(near))]))
                else:
                    inside.append(near[rng.integers(len(near))] * near[rng.integers(len(near))])
        wires += inside[-2:]
        for _ in range(rng.integers(0, 3)):
            wires.append(wires[rng.integers(len(wires))] * wires[rng.integers(len(wires))])
    return sum(wires[6:])


FRAMED = {
    "steps": lambda: steps(5),
    "steps of arrays": steps_of_arrays,
    "steps with short arrays": lambda: np.sum(steps(3, lambda x: np.array([x, -x]))),
    "layers": scoped_mlp,
    "layers of arrays": scoped_mlp_of_arrays,
    "nested scopes": nested_scopes,
    "lstm cell": lstm_cell,
    "beside a scope": beside_a_scope,
    "two outputs": scopes_of_two_outputs,
    **{f"random {seed}": functools.partial(entangled, seed) for seed in range(12)},
    # In some of these, frames can stand side by side with other gates only if a wire runs through one.
    **{f"dense {seed}": functools.partial(dense, seed) for seed in (18, 48, 132, 144)},
}
