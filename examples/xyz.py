"""(x + y)·z, the first circuit of CS231n: values, gradients, and four answers checked.

Prints:

    f = -12.0, df/dx = -4.0, df/dy = -4.0, df/dz = 3.0, df/dq = -4.0
    4 of 4 right.
"""

import autograd_mini as am

x, y, z = am.Tensor(-2, name="x"), am.Tensor(5, name="y"), am.Tensor(-4, name="z")
q = (x + y).named("q")
f = (q * z).named("f")
f.backward()
print(f"f = {f.data}, df/dx = {x.grad}, df/dy = {y.grad}, df/dz = {z.grad}, df/dq = {q.grad}")
print(am.check(f, {"q": "-4", "z": "3", "x": "-4", "y": "-4"}).summary())
