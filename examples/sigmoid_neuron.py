"""The sigmoid neuron of CS231n lecture 4, built of single gates and as one gate: the gradients are the same.

Prints:

    by gates:   w0 -0.20, w1 -0.39, w2 0.20, x0 0.39, x1 -0.59
    as one gate: w0 -0.20, w1 -0.39, w2 0.20, x0 0.39, x1 -0.59
    wrote sigmoid_neuron.svg
"""

import numpy as np

import autograd_mini as am

w = [am.Tensor(value, name=f"w{i}") for i, value in enumerate([2, -3, -3])]
x = [am.Tensor(value, name=f"x{i}") for i, value in enumerate([-1, -2])]
d = (w[0] * x[0] + w[1] * x[1] + w[2]).named("d")
gates = 1 / (1 + np.exp(-d))
gates.backward()
print("by gates:  ", ", ".join(f"{t.name} {t.grad:.2f}" for t in w + x))
am.sigmoid(d).backward()
print("as one gate:", ", ".join(f"{t.name} {t.grad:.2f}" for t in w + x))
print("wrote", am.draw(gates).save("sigmoid_neuron.svg"))
