"""True or false, by running: formulas of published answers, each compared with what the engine computes.

Where a published formula is wrong, the numbers of both stand there.

Prints:

    tanh(x) = 2σ(2x) − 1: true
      largest difference on [−4, 4] below 1e-15: True
    d tanh(x)/dx = 1 − y², with y the output: true
      at 0.5: 0.7864 and 0.7864
    ½(y − ŷ)² = ½y − yŷ + ½ŷ²: false: ½y²
      at y = 2, ŷ = 3: 0.5 and -0.5
    max(z1, z2, 0) = max(z1, z2)·max(z1, 0): false: max(z1, z2)·[max(z1, z2) ≥ 0]
      at z1 = 2, z2 = 1: 2 and 4
    max(z1, z2) sends all of its gradient to both at a tie: [z1 ≥ z2] and [z2 ≥ z1]: false
      sum of both by that rule: 2; here (0.5, 0.5), sum 1; the slope along z1 = z2 is 1
    a 2×2 pool with stride 2 on 16 gives (16 − 2)/1 + 1 = 8: false: the value is right, the formula is not
      (16 − 2)/2 + 1 = 8; with stride 1, (16 − 2)/1 + 1 = 15
    the second CONV5-10 has 10·(5·5·1 + 1) = 260 parameters, as the first: false: its input has 10 channels
      10·(5·5·10 + 1) = 2510
    softmax and cross-entropy: dL/dz_k = −y_k(1 − ŷ_k): false but for the true class: ŷ − y
      gradient [ 0.16 -0.82  0.3   0.36], ŷ − y [ 0.16 -0.82  0.3   0.36], that formula [ 0.   -0.82  0.    0.  ]
    f = x @ w: df/dx = f @ wᵀ: false: upstream @ wᵀ
      for upstream [[1. 1.]]: [[ 4. -1.]] = upstream @ wᵀ [[ 4. -1.]]; f @ wᵀ is [[8. 1.]]
    a sum of y·log ŷ + (1 − y)·log(1 − ŷ) may do without its brackets after the minus: false
      with brackets 2.919, without 0.511
    dL/dk_j = Σᵢ δᵢ·x_{i+j−1}, with as many terms as the kernel has taps: false: as many as there are outputs
      gradient [-5.5  8. ]; over 4 outputs [-5.5  8. ], over 2 taps [-1.5  4. ]
    a gradient check of 2θ³ + 2 at 1 with ε = 0.01 gives 6.0002: true
      6.0002; the derivative is 6
    ReLU backward: dout[x < 0] = 0: false at x = 0, and it writes into the caller's dout
      at x = [-1.  0.  2.]: [0. 1. 1.]; here [0. 0. 1.], as PyTorch has it
    dL/dk_j = Σᵢ δᵢ·x_{i+j+1}: false: x_{i+j−1}; two entries further it leaves the signal
      gradient [-5.5  8.5]; with x_{i+j−1} [-5.5, 8.5], with x_{i+j+1} [-2.5, 0.5]
    dL/dz of max(z1, z2, 0), max(z2, z3, 0) with one strict inequality: I(z1 ≥ z2)·I(z1 ≥ 0), …: true
      at [ 0.4  1.5 -2. ]: [0.0, -2.0, 0.0] and [0.0, -2.0, 0.0]
    the same with dL/dz3 = δ3·I(z3 > z2)·I(z3 ≥ 0): false: δ2; z3 enters the second maximum, and there is no third
      at z = (0.4, 1.5, 2) with δ1 = 3, δ2 = -5: -5
    that network's parameters are k1, k2, k3, v1, v2, a, b: false: w1, w2; v1 and v2 are computed
      7 leaves of its circuit: a, b, k1, k2, k3, w1, w2
    dL/db of a shared bias needs no line of its own: false: it is the sum of the δ
      δ = [ 0.5 -1.   2. ]: 1.5 and 1.5
    the backward pass of 1/u puts the final value of the node into −1/u²: false: the input u
      at u = −1 and 2: [-1.0, -0.25]; with the output [-1.0, -4.0], right only where u = 1/u
    f = |Wᵀx|² and q = W x, f = |q|² are the same question: false
      0.1864 and 0.1160
    o = c(a − b)², a = (w + x + y)², b = (x − y − z)²: do/dx = 4c(a − b)((w + x + y) − (x − y − z)): true
      at w, x, y, z, c = 1, 3, 2, −1, ½: 256 and 256.0
    STAT 433's table has 448, 32, 2320 and 10250 parameters: true
      16·(3·3·3 + 1) = 448; 2·16 = 32; 16·(3·3·16 + 1) = 2320; 10·(1024 + 1) = 10250
    with λ/2·‖W‖² added: dJ/dW2 = dJ/do hᵀ + λW2, dJ/dW1 = (W2ᵀ dJ/do ⊙ φ'(z)) xᵀ + λW1: true
      largest difference below 1e-12: True
    BP1 to BP4: δᴸ = ∇ₐC ⊙ σ'(zᴸ), δˡ = (wˡ⁺¹ᵀ δˡ⁺¹) ⊙ σ'(zˡ), ∂C/∂b = δ, ∂C/∂w = δ aᵀ: true
      largest difference below 1e-12: True
    batch normalisation's backward pass, step by step, has two more paths, through mean and variance: true
      with all three below 1e-12: True; without them off by 1.17
"""

import numpy as np

import autograd_mini as am
from autograd_mini import functional as F  # noqa: N812
from autograd_mini import nn

CLAIMS = []


def claim(text, verdict):
    """Note a claim with its verdict, and the function that gives numbers for it."""
    return lambda numbers: CLAIMS.append((text, verdict, numbers))


@claim("tanh(x) = 2σ(2x) − 1", "true")
def tanh_is_a_sigmoid():
    x = np.linspace(-4, 4, 81)
    return (
        f"largest difference on [−4, 4] below 1e-15: {np.max(np.abs(np.tanh(x) - 2 * am.sigmoid(2 * x) + 1)) < 1e-15}"
    )


@claim("d tanh(x)/dx = 1 − y², with y the output", "true")
def tanh_from_its_output():
    return f"at 0.5: {am.grad(np.tanh)(0.5):.4f} and {1 - np.tanh(0.5) ** 2:.4f}"


@claim("½(y − ŷ)² = ½y − yŷ + ½ŷ²", "false: ½y²")
def square_expanded():
    y, guess = 2, 3
    return f"at y = 2, ŷ = 3: {(y - guess) ** 2 / 2} and {y / 2 - y * guess + guess**2 / 2}"


@claim("max(z1, z2, 0) = max(z1, z2)·max(z1, 0)", "false: max(z1, z2)·[max(z1, z2) ≥ 0]")
def product_for_an_indicator():
    return f"at z1 = 2, z2 = 1: {max(2, 1, 0)} and {max(2, 1) * max(2, 0)}"


@claim("max(z1, z2) sends all of its gradient to both at a tie: [z1 ≥ z2] and [z2 ≥ z1]", "false")
def tie():
    gradients = am.grad(np.maximum, (0, 1))(2.0, 2.0)
    return f"sum of both by that rule: 2; here {gradients}, sum 1; the slope along z1 = z2 is 1"


@claim("a 2×2 pool with stride 2 on 16 gives (16 − 2)/1 + 1 = 8", "false: the value is right, the formula is not")
def pool():
    right, other = (nn.MaxPool2d(2, stride).account((1, 16, 16)).lengths for stride in (2, 1))
    return f"{right}; with stride 1, {other}"


@claim("the second CONV5-10 has 10·(5·5·1 + 1) = 260 parameters, as the first", "false: its input has 10 channels")
def depth():
    layer = nn.Conv2d(10, 10, 5, init=nn.init.zeros)
    return layer.account((10, 16, 16)).parameters_formula


@claim("softmax and cross-entropy: dL/dz_k = −y_k(1 − ŷ_k)", "false but for the true class: ŷ − y")
def softmax_and_cross_entropy():
    z = np.array([0.1, 0.2, 0.7, 0.9])
    gradient, guess, y = am.grad(lambda z: F.cross_entropy(z, np.array(1)))(z), F.softmax(z, 0), np.eye(4)[1]
    right, published = np.round(guess - y, 2), np.round(-y * (1 - guess) + 0.0, 2)
    return f"gradient {np.round(gradient, 2)}, ŷ − y {right}, that formula {published}"


@claim("f = x @ w: df/dx = f @ wᵀ", "false: upstream @ wᵀ")
def product_by_its_output():
    x, w, upstream = np.array([[1.0, 2.0]]), np.array([[3.0, 1.0], [0.0, -1.0]]), np.array([[1.0, 1.0]])
    gradient = am.vjp(lambda x: x @ w, x)[1](upstream)[0]
    return f"for upstream {upstream}: {gradient} = upstream @ wᵀ {upstream @ w.T}; f @ wᵀ is {x @ w @ w.T}"


@claim("a sum of y·log ŷ + (1 − y)·log(1 − ŷ) may do without its brackets after the minus", "false")
def brackets():
    y, guess = np.array([1.0, 0.0, 1.0]), np.array([0.6, 0.7, 0.3])
    literal = -np.sum(y * np.log(guess)) + np.sum((1 - y) * np.log(1 - guess))
    return f"with brackets {F.binary_cross_entropy(guess, y, reduction='sum'):.3f}, without {literal:.3f}"


@claim("dL/dk_j = Σᵢ δᵢ·x_{i+j−1}, with as many terms as the kernel has taps", "false: as many as there are outputs")
def terms_of_a_convolution():
    x, k, delta = np.array([1.0, 2.0, -3.0, 2.0, 0.0]), np.array([1.0, -2.0]), np.array([0.5, -1.0, 2.0, 1.0])
    right = am.vjp(lambda k: am.conv1d(x, k), k)[1](delta)[0]
    sums = [[sum(delta[i] * x[i + j] for i in range(terms)) for j in range(2)] for terms in (4, 2)]
    return f"gradient {right}; over 4 outputs {np.array(sums[0])}, over 2 taps {np.array(sums[1])}"


@claim("a gradient check of 2θ³ + 2 at 1 with ε = 0.01 gives 6.0002", "true")
def centred_difference():
    f = lambda t: 2 * t**3 + 2  # noqa: E731
    return f"{(f(1.01) - f(0.99)) / 0.02:.4f}; the derivative is {am.grad(f)(1.0):.0f}"


@claim("ReLU backward: dout[x < 0] = 0", "false at x = 0, and it writes into the caller's dout")
def relu_at_zero():
    x, dout = np.array([-1.0, 0.0, 2.0]), np.ones(3)
    published = dout.copy()
    published[x < 0] = 0
    return f"at x = {x}: {published}; here {am.vjp(am.relu, x)[1](dout)[0]}, as PyTorch has it"


@claim("dL/dk_j = Σᵢ δᵢ·x_{i+j+1}", "false: x_{i+j−1}; two entries further it leaves the signal")
def off_by_two():
    x, k, delta = np.array([1.0, 2.0, -3.0, 2.0, 0.5]), np.array([1.0, -2.0]), np.array([0.5, -1.0, 2.0, 1.0])
    right = am.vjp(lambda k: am.conv1d(x, k), k)[1](delta)[0]
    padded = np.append(x, [0.0, 0.0])
    sums = [[float(sum(delta[i] * padded[i + j + more] for i in range(4))) for j in range(2)] for more in (0, 2)]
    return f"gradient {right}; with x_{{i+j−1}} {sums[0]}, with x_{{i+j+1}} {sums[1]}"


@claim("dL/dz of max(z1, z2, 0), max(z2, z3, 0) with one strict inequality: I(z1 ≥ z2)·I(z1 ≥ 0), …", "true")
def max_gates():
    z, (d1, d2) = np.array([0.4, 1.5, -2.0]), (3.0, -5.0)
    f = lambda z1, z2, z3: d1 * am.max_of(z1, z2, 0) + d2 * am.max_of(z2, z3, 0)  # noqa: E731
    (z1, z2, z3), found = z, am.grad(f, (0, 1, 2))(*map(float, z))
    second = d1 * (z2 > z1) * (z2 >= 0) + d2 * (z2 >= z3) * (z2 >= 0)
    rule = (d1 * (z1 >= z2) * (z1 >= 0), second, d2 * (z3 > z2) * (z3 >= 0))
    return f"at {z}: {[float(d) + 0.0 for d in found]} and {[float(d) + 0.0 for d in rule]}"


@claim(
    "the same with dL/dz3 = δ3·I(z3 > z2)·I(z3 ≥ 0)", "false: δ2; z3 enters the second maximum, and there is no third"
)
def wrong_index():
    found = am.grad(lambda z3: 3.0 * am.max_of(0.4, 1.5, 0) - 5.0 * am.max_of(1.5, z3, 0))(2.0)
    return f"at z = (0.4, 1.5, 2) with δ1 = 3, δ2 = -5: {found:.0f}"


@claim("that network's parameters are k1, k2, k3, v1, v2, a, b", "false: w1, w2; v1 and v2 are computed")
def parameters():
    names = ("k1", "k2", "k3", "b", "w1", "w2", "a")
    values = dict(zip(names, (0.5, -1.0, 2.0, 0.1, 1.5, -0.5, 0.2), strict=True))
    z = [f"k1*{a} + k2*{b} + k3*{c} + b" for a, b, c in ((1, 2, 3), (2, 3, 4), (3, 4, 5))]
    f = am.parse(f"v1 = max({z[0]}, {z[1]}, 0); v2 = max({z[1]}, {z[2]}, 0); f = w1*v1 + w2*v2 + a", values)
    inputs = [gate.name for gate in am.Graph(f).leaves if gate.name]
    return f"{len(inputs)} leaves of its circuit: {', '.join(sorted(inputs))}"


@claim("dL/db of a shared bias needs no line of its own", "false: it is the sum of the δ")
def shared_bias():
    x, k, delta = np.array([1.0, 2.0, -3.0, 2.0]), np.array([1.0, -2.0]), np.array([0.5, -1.0, 2.0])
    found = am.vjp(lambda b: am.conv1d(x, k, b), 0.3)[1](delta)[0]
    return f"δ = {delta}: {found} and {np.sum(delta)}"


@claim("the backward pass of 1/u puts the final value of the node into −1/u²", "false: the input u")
def value_of_a_reciprocal():
    found = [am.grad(lambda u: 1 / u)(u) for u in (-1.0, 2.0)]
    by_output = [-1 / (1 / u) ** 2 for u in (-1.0, 2.0)]
    return f"at u = −1 and 2: {found}; with the output {by_output}, right only where u = 1/u"


@claim("f = |Wᵀx|² and q = W x, f = |q|² are the same question", "false")
def transposed():
    w, x = np.array([[0.1, 0.5], [-0.3, 0.8]]), np.array([0.2, 0.4])
    return f"{np.sum((w.T @ x) ** 2):.4f} and {np.sum((w @ x) ** 2):.4f}"


@claim("o = c(a − b)², a = (w + x + y)², b = (x − y − z)²: do/dx = 4c(a − b)((w + x + y) − (x − y − z))", "true")
def chain():
    f = lambda x, w=1.0, y=2.0, z=-1.0, c=0.5: c * ((w + x + y) ** 2 - (x - y - z) ** 2) ** 2  # noqa: E731
    a, b = (1 + 3 + 2) ** 2, (3 - 2 + 1) ** 2
    return f"at w, x, y, z, c = 1, 3, 2, −1, ½: {am.grad(f)(3.0):.0f} and {4 * 0.5 * (a - b) * (6 - 2)}"


@claim("STAT 433's table has 448, 32, 2320 and 10250 parameters", "true")
def table():
    net = nn.parse_architecture("CONV3-16 RELU POOL2 BN CONV3-16 RELU POOL2 FC-10", (3, 32, 32), init=nn.init.zeros)
    rows = nn.summary(net, (3, 32, 32)).rows
    return "; ".join(row.account.parameters_formula for row in rows if row.account.parameters)


@claim("with λ/2·‖W‖² added: dJ/dW2 = dJ/do hᵀ + λW2, dJ/dW1 = (W2ᵀ dJ/do ⊙ φ'(z)) xᵀ + λW1", "true")
def regularised():
    rng = np.random.default_rng(0)
    x, w1, w2, y = rng.normal(size=(3, 1)), rng.normal(size=(4, 3)), rng.normal(size=(2, 4)), np.ones((2, 1))
    square = lambda w: 0.05 * np.sum(w**2)  # noqa: E731
    loss = lambda w1, w2: 0.5 * np.sum((w2 @ np.tanh(w1 @ x) - y) ** 2) + square(w1) + square(w2)  # noqa: E731
    h = np.tanh(w1 @ x)
    do = w2 @ h - y
    by_rule = (((w2.T @ do) * (1 - h**2)) @ x.T + 0.1 * w1, do @ h.T + 0.1 * w2)
    found = am.grad(loss, (0, 1))(w1, w2)
    worst = max(np.max(np.abs(a - b)) for a, b in zip(found, by_rule, strict=True))
    return f"largest difference below 1e-12: {worst < 1e-12}"


@claim("BP1 to BP4: δᴸ = ∇ₐC ⊙ σ'(zᴸ), δˡ = (wˡ⁺¹ᵀ δˡ⁺¹) ⊙ σ'(zˡ), ∂C/∂b = δ, ∂C/∂w = δ aᵀ", "true")
def four_equations():
    net = nn.parse_architecture("FC-4 SIGMOID FC-2 SIGMOID", (3,), rng=np.random.default_rng(0))
    x, y, (w1, b1), (w2, b2) = np.ones((1, 3)), np.eye(2)[:1], *(p.values() for p in net.parameters().values())
    np.sum(0.5 * (net(x) - y) ** 2).backward()
    hidden = am.sigmoid(x @ w1.T + b1)
    out = am.sigmoid(hidden @ w2.T + b2)
    last = (out - y) * out * (1 - out)
    first = (last @ w2) * hidden * (1 - hidden)
    found = [gradient for layer in net.gradients().values() for gradient in layer.values()]
    rules = (first.T @ x, first[0], last.T @ hidden, last[0])
    worst = max(np.max(np.abs(gradient - rule)) for gradient, rule in zip(found, rules, strict=True))
    return f"largest difference below 1e-12: {worst < 1e-12}"


@claim("batch normalisation's backward pass, step by step, has two more paths, through mean and variance", "true")
def batch_norm_paths():
    rng = np.random.default_rng(0)
    x, upstream = rng.normal(size=(6, 3)), rng.normal(size=(6, 3))
    found = am.vjp(lambda x: F.batch_norm(x, training=True, eps=0.0), x)[1](upstream)[0]
    centred, deviation = x - x.mean(0), x.std(0)
    direct = upstream / deviation
    by_variance = -centred * np.mean(upstream * centred, axis=0) / deviation**3
    by_mean = -np.mean(upstream, axis=0) / deviation
    worst = np.max(np.abs(direct + by_variance + by_mean - found))
    return f"with all three below 1e-12: {worst < 1e-12}; without them off by {np.max(np.abs(direct - found)):.2f}"


for text, verdict, numbers in CLAIMS:
    print(f"{text}: {verdict}\n  {numbers()}")
