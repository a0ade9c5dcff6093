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


for text, verdict, numbers in CLAIMS:
    print(f"{text}: {verdict}\n  {numbers()}")
