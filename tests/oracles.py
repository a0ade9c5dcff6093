"""What the tests compare with: central differences, and forward-mode dual numbers.

Neither uses the package's rules or its backward pass. Dual numbers carry a value and its derivative in one direction
through the same program, so they see a fork that the backward pass sums wrongly.
"""

import json
import math
from pathlib import Path

import numpy as np

from autograd_mini import Graph, Tensor

DATA = Path(__file__).parent / "data"


def load(name):
    """Return a list of facts from tests/data."""
    return json.loads((DATA / name).read_text(encoding="utf-8"))


def central_differences(function, inputs, step=1e-6):
    """Return the gradient of sum(function(*inputs)) for each input, entry by entry."""
    gradients = []
    for i, chosen in enumerate(inputs):
        gradient = np.zeros(np.shape(chosen))
        for entry in np.ndindex(np.shape(chosen)):
            sides = []
            for sign in (1, -1):
                moved = [np.array(x, float) for x in inputs]
                moved[i][entry] += sign * step
                sides.append(plain(function(*moved)))
            # Entries are subtracted before they are summed, so that large ones do not drown the difference.
            gradient[entry] = np.sum(np.subtract(*sides)) / (2 * step)
        gradients.append(gradient)
    return gradients


def recorded_gradients(function, inputs):
    """Return the gradient of sum(function(*inputs)) for each input by the backward pass."""
    tensors = [Tensor(x) for x in inputs]
    np.sum(function(*tensors)).backward()
    return [np.zeros(np.shape(x)) if t.grad is None else t.grad for t, x in zip(tensors, inputs, strict=True)]


def second_gradients(function, inputs, weights):
    """Return the gradient of Σ weights · (gradient of sum(function)) by differentiating the backward pass itself."""
    from autograd_mini.backward import send_recorded, sweep

    tensors = [Tensor(x) for x in inputs]
    output = np.sum(function(*tensors))
    totals = sweep({output: Tensor(1.0, requires_grad=False)}, send=send_recorded)
    product = sum(np.sum(totals[t] * w) for t, w in zip(tensors, weights, strict=True) if t in totals)
    if not isinstance(product, Tensor) or not product.requires_grad:
        return [np.zeros(np.shape(x)) for x in inputs]
    product.backward()
    return [np.zeros(np.shape(x)) if t.grad is None else t.grad for t, x in zip(tensors, inputs, strict=True)]


def plain(value):
    """Return a Tensor's numbers, or plain numbers as they are."""
    return value.data if isinstance(value, Tensor) else value


class Dual:
    """A number with its derivative in one direction: value + derivative·ε, ε² = 0."""

    def __init__(self, value, derivative=0.0):
        self.value = value
        self.derivative = derivative

    def __add__(self, other):
        return Dual(self.value + other.value, self.derivative + other.derivative)

    def __sub__(self, other):
        return Dual(self.value - other.value, self.derivative - other.derivative)

    def __mul__(self, other):
        return Dual(self.value * other.value, self.derivative * other.value + self.value * other.derivative)

    def __truediv__(self, other):
        quotient = self.value / other.value
        return Dual(quotient, (self.derivative - quotient * other.derivative) / other.value)

    def __neg__(self):
        return Dual(-self.value, -self.derivative)

    def tanh(self):
        return Dual(math.tanh(self.value), self.derivative / math.cosh(self.value) ** 2)

    def sin(self):
        return Dual(math.sin(self.value), self.derivative * math.cos(self.value))

    def maximum(self, other):
        return self if self.value > other.value else other


def gradients_of(root):
    """Return {name: gradient} for the named wires of a circuit."""
    totals = Graph(root).gradients().totals
    return {name: totals[wire] for name, wire in Graph(root).names.items()}
