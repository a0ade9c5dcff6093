"""True or false, by running: claims of exams, course notes and published answers, each with numbers that decide it.

Where a published answer or its reason is wrong, a line says so.

Prints:

    a gradient that vanishes through a chain of tanh gates keeps its sign: false
      through a weight −0.9 it is -0.44, through −0.9 and −0.8 it is 0.26
    a gradient through tanh gets smaller or stays equal in magnitude: true
      factors at 0, 0.5, 1, 2: [1.    0.786 0.42  0.071]; at 0 it is 1, so "smaller" alone would be false
      published: the reason compares with tanh's range; what counts is that 1 − tanh² is at most 1
    a gradient through a sigmoid always decreases in magnitude: false, strictly
      upstream 1 becomes 0.25, the most there is; upstream 0 becomes 0
      published: the answer is true; a gradient of 0 stays 0, and smaller or equal is what holds
    a step along minus the gradient always lowers the loss: false
      L = w² with learning rate 1.1: from 1 to 1.44
    at a derivative of −3 a smaller weight gives a smaller loss: false
      L = exp(−3w) has derivative -3 at 0; w + 0.01 changes L by -0.030, w − 0.01 by 0.030
      published: the reason says the loss falls by 3 for a small increase; it falls by 3·ε
    a centred difference avoids kinks better than a forward difference: false
      ReLU at h/2: centred 0.75, forward 1.00, derivative 1
    a gradient check depends on the optimiser: false
      gradcheck passed; order 1: 5 agree; order 2: 5 agree
      published: the reason names plain SGD instead of AdaGrad; no update takes part in a check
    max pooling makes gradient checking harder: true
      entries 1e-5 apart: difference 0.45, derivative 0
      published: a translation has it add to the diversity of gradient checking, for its difficulties
    a random convolutional net gives a zero image equal probabilities: false: it has biases
      probabilities [0.24 0.2  0.18 0.21 0.17]
    with all weights 0 and random biases a net still learns distinct units: true for tanh, half true for ReLU
      Tanh: 8 of 8 units have learned; ReLU: 4 of 8 units have learned
      published: the answer is true; ReLU units whose bias began negative stay dead and alike
    AdaGrad's steps shrink: true
      steps 1, 4, 25, 100 with the same gradient: [1.  0.5 0.2 0.1]
    epsilon inside RMSprop's root makes no difference: false
      first step for a gradient of 1e-4: 0.100 outside, 0.00995 inside
    strong regularisation leaves the data loss changing, so that only the total is flat: false in this run
      data loss at steps 10 and 60: 1.60 and 1.60; ln 5 = 1.61
      published: the official reason relies on it; with λ = 50 the data loss too stays at ln 5
    batch normalisation standardises the data before training: false
      with gamma 2 and beta 3: mean 3.00, standard deviation 2.00
      published: this is the answer; batch norm acts on activations in training, and gamma and beta undo it
    pruning makes weights sparse and smaller: contestable: L1 does both, pruning the first
      [ 0.05 -0.3   2.  ] becomes [ 0.  -0.3  2. ] by pruning, [ 0.  -0.2  1.9] by an L1 step of 0.1
      published: the answer is pruning
    a sigmoid of a ReLU always says the positive class: true
      smallest over [−9, 9]: 0.5
    the derivative of the step function is 0 for x < 0: half the answer
      (H(x + h) − H(x − h))/2h at −1 and 1: [0.0, 0.0]
      published: the answer stops there; it is 0 for x > 0 too, and not defined at 0
    a character RNN needs more parameters because its sequences are longer: false
      [7424, 7424] for sequences of 5 and 500
      published: the answer is yes; but weights are shared over time, and the vocabulary decides
    of sigmoid, ReLU and leaky ReLU only the sigmoid can have a gradient of 0: false
      derivatives at −800: [0.0, 0.0, 0.01]
      published: the list has the sigmoid alone, though its own sentence names ReLU
"""

import numpy as np

import autograd_mini as am
from autograd_mini import functional as F  # noqa: N812
from autograd_mini import nn

RNG = np.random.default_rng(0)
CLAIMS = []


def claim(text, verdict, wrong=""):
    """Note a claim with its verdict, the published slip if any, and the function that prints numbers for it."""
    return lambda numbers: CLAIMS.append((text, verdict, wrong, numbers))


@claim("a gradient that vanishes through a chain of tanh gates keeps its sign", "false")
def signs():
    once, twice = am.grad(lambda x: np.tanh(-0.9 * x)), am.grad(lambda x: np.tanh(-0.8 * np.tanh(-0.9 * x)))
    return f"through a weight −0.9 it is {once(1.0):.2f}, through −0.9 and −0.8 it is {twice(1.0):.2f}"


@claim("a gradient through tanh gets smaller or stays equal in magnitude", "true",
       "the reason compares with tanh's range; what counts is that 1 − tanh² is at most 1")  # fmt: skip
def tanh_shrinks():
    factors = am.elementwise_grad(np.tanh)(np.array([0.0, 0.5, 1.0, 2.0]))
    return f'factors at 0, 0.5, 1, 2: {np.round(factors, 3)}; at 0 it is 1, so "smaller" alone would be false'


@claim("a gradient through a sigmoid always decreases in magnitude", "false, strictly",
       "the answer is true; a gradient of 0 stays 0, and smaller or equal is what holds")  # fmt: skip
def sigmoid_shrinks():
    pull = am.vjp(am.sigmoid, 0.0)[1]
    return f"upstream 1 becomes {pull(1.0)[0]:.2f}, the most there is; upstream 0 becomes {pull(0.0)[0]:.0f}"


@claim("a step along minus the gradient always lowers the loss", "false")
def descent_rises():
    w = 1.0 - 1.1 * am.grad(lambda w: w**2)(1.0)
    return f"L = w² with learning rate 1.1: from 1 to {w**2:.2f}"


@claim("at a derivative of −3 a smaller weight gives a smaller loss", "false",
       "the reason says the loss falls by 3 for a small increase; it falls by 3·ε")  # fmt: skip
def derivative_minus_three():
    loss, w = lambda w: np.exp(-3 * w), 0.0
    up, down = (loss(w + step) - loss(w) for step in (0.01, -0.01))
    slope = am.grad(loss)(w)
    return f"L = exp(−3w) has derivative {slope:.0f} at 0; w + 0.01 changes L by {up:.3f}, w − 0.01 by {down:.3f}"


@claim("a centred difference avoids kinks better than a forward difference", "false")
def centred_difference():
    x, h = 0.0005, 0.001
    forward, centred = (am.relu(x + h) - am.relu(x)) / h, (am.relu(x + h) - am.relu(x - h)) / (2 * h)
    return f"ReLU at h/2: centred {centred:.2f}, forward {forward:.2f}, derivative {am.grad(am.relu)(x):.0f}"


@claim("a gradient check depends on the optimiser", "false",
       "the reason names plain SGD instead of AdaGrad; no update takes part in a check")  # fmt: skip
def check_without_optimiser():
    return str(am.gradcheck(lambda w: np.sum(np.tanh(w)), np.array([1.0, -2.0])))


@claim("max pooling makes gradient checking harder", "true",
       "a translation has it add to the diversity of gradient checking, for its difficulties")  # fmt: skip
def pooling_has_kinks():
    near = np.array([1.0, 1.0 - 1e-5])
    step = np.array([0.0, 1e-4])
    slope = (np.max(near + step) - np.max(near - step)) / 2e-4
    return f"entries 1e-5 apart: difference {slope:.2f}, derivative {am.grad(np.max)(near)[1]:.0f}"


@claim("a random convolutional net gives a zero image equal probabilities", "false: it has biases")
def zero_image():
    net = nn.parse_architecture("CONV3-4 RELU POOL2 FC-5", (1, 8, 8), rng=np.random.default_rng(0))
    return f"probabilities {np.round(F.softmax(net.predict(np.zeros((1, 1, 8, 8))), 1)[0], 2)}"


@claim("with all weights 0 and random biases a net still learns distinct units", "true for tanh, half true for ReLU",
       "the answer is true; ReLU units whose bias began negative stay dead and alike")  # fmt: skip
def zero_weights():
    found = []
    for activation in (nn.Tanh, nn.ReLU):
        net = nn.Sequential(nn.Linear(2, 8, init=nn.init.zeros), activation(), nn.Linear(8, 2, init=nn.init.zeros))
        biases = np.array([0.5, -0.4, 0.9, -1.1, 0.2, -0.7, 1.3, -0.1])
        net.update(net.parameters() | {"0": {"weight": np.zeros((8, 2)), "bias": biases}})
        x = np.random.default_rng(0).normal(size=(60, 2))
        trainer = nn.Trainer(net, F.cross_entropy, nn.optim.SGD(0.5), rng=np.random.default_rng(0))
        trainer.fit(x, (x[:, 0] > 0).astype(int), 300)
        moved = np.any(net.parameters()["0"]["weight"] != 0, axis=1)
        found.append(f"{activation.__name__}: {np.sum(moved)} of 8 units have learned")
    return "; ".join(found)


@claim("AdaGrad's steps shrink", "true")
def adagrad_shrinks():
    optimiser, w = nn.optim.Adagrad(1.0), {"w": np.zeros(1)}
    state, steps = optimiser.init(w), []
    for _ in range(100):
        following, state = optimiser.step(w, {"w": np.ones(1)}, state)
        steps.append(w["w"][0] - following["w"][0])
        w = following
    return f"steps 1, 4, 25, 100 with the same gradient: {np.round(np.array(steps)[[0, 3, 24, 99]], 3)}"


@claim("epsilon inside RMSprop's root makes no difference", "false")
def epsilon():
    steps = []
    for inside in (False, True):
        optimiser, w = nn.optim.RMSprop(0.01, eps=1e-8, eps_inside=inside), {"w": np.zeros(1)}
        steps.append(-optimiser.step(w, {"w": np.array([1e-4])}, optimiser.init(w))[0]["w"][0])
    return f"first step for a gradient of 1e-4: {steps[0]:.3f} outside, {steps[1]:.5f} inside"


@claim("strong regularisation leaves the data loss changing, so that only the total is flat", "false in this run",
       "the official reason relies on it; with λ = 50 the data loss too stays at ln 5")  # fmt: skip
def strong_regularisation():
    x, y, w = np.random.default_rng(0).normal(size=(100, 8)), np.arange(100) % 5, np.zeros((8, 5))
    x[np.arange(100), y] += 2
    data = []
    for _ in range(60):
        data.append(float(F.cross_entropy(x @ w, y)))
        w = w - 0.01 * am.grad(lambda w: F.cross_entropy(x @ w, y) + 50 * np.sum(w**2))(w)
    return f"data loss at steps 10 and 60: {data[9]:.2f} and {data[-1]:.2f}; ln 5 = {np.log(5):.2f}"


@claim("batch normalisation standardises the data before training", "false",
       "this is the answer; batch norm acts on activations in training, and gamma and beta undo it")  # fmt: skip
def batch_norm():
    layer = nn.BatchNorm1d(2).update({"weight": np.full(2, 2.0), "bias": np.full(2, 3.0)})
    out = layer(RNG.normal(size=(50, 2)) * 7 + 1).data
    return f"with gamma 2 and beta 3: mean {np.mean(out):.2f}, standard deviation {np.std(out):.2f}"


@claim("pruning makes weights sparse and smaller", "contestable: L1 does both, pruning the first",
       "the answer is pruning")  # fmt: skip
def pruning():
    w = np.array([0.05, -0.3, 2.0])
    shrunk = np.sign(w) * np.maximum(np.abs(w) - 0.1, 0)
    return f"{w} becomes {np.where(np.abs(w) > 0.1, w, 0)} by pruning, {shrunk} by an L1 step of 0.1"


@claim("a sigmoid of a ReLU always says the positive class", "true")
def sigmoid_of_relu():
    return f"smallest over [−9, 9]: {np.min(am.sigmoid(am.relu(np.linspace(-9, 9, 99)))):.1f}"


@claim("the derivative of the step function is 0 for x < 0", "half the answer",
       "the answer stops there; it is 0 for x > 0 too, and not defined at 0")  # fmt: skip
def step_function():
    return f"(H(x + h) − H(x − h))/2h at −1 and 1: {[float((x + 0.1 > 0) - float(x - 0.1 > 0)) for x in (-1.0, 1.0)]}"


@claim("a character RNN needs more parameters because its sequences are longer", "false",
       "the answer is yes; but weights are shared over time, and the vocabulary decides")  # fmt: skip
def shared_weights():
    layer = nn.RNN(50, 64, rng=RNG)
    return f"{[nn.summary(layer, (length, 50)).parameters for length in (5, 500)]} for sequences of 5 and 500"


@claim("of sigmoid, ReLU and leaky ReLU only the sigmoid can have a gradient of 0", "false",
       "the list has the sigmoid alone, though its own sentence names ReLU")  # fmt: skip
def zero_gradients():
    gradients = [am.grad(f)(-800.0) for f in (am.sigmoid, am.relu, am.leaky_relu)]
    return f"derivatives at −800: {gradients}"


for text, verdict, wrong, numbers in CLAIMS:
    print(f"{text}: {verdict}\n  {numbers()}" + (f"\n  published: {wrong}" if wrong else ""))
