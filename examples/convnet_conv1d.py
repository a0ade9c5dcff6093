"""The ConvNet of question 3.3 of the CS231n midterm of 2017 on arrays, with the gate conv1d.

Prints:

    loss 6.6248
    dL/dk: [ -3.276 -12.376  19.292]
    dL/dx: [ 2.184 -1.638  2.657  0.874 -2.038]
    wrote convnet_conv1d.svg
"""

import numpy as np

from autograd_mini import Tensor, conv1d, draw, relu

x = Tensor([1.0, -2.0, 3.0, 0.5, -1.0], name="x")
k, b = Tensor([0.4, -0.3, 0.7], name="k"), Tensor(0.1, name="b")
w, a = Tensor([1.5, -0.8], name="w"), Tensor(0.2, name="a")

z = conv1d(x, k, b).named("z")
v = relu(np.maximum(z[:2], z[1:])).named("v")
yh = (np.dot(w, v) + a).named("yh")
loss = (0.5 * (1.0 - yh) ** 2).named("L")
loss.backward()
print(f"loss {loss.data:.4f}")
print("dL/dk:", np.round(k.grad, 3))
print("dL/dx:", np.round(x.grad, 3))
print("wrote", draw(loss).save("convnet_conv1d.svg"))
