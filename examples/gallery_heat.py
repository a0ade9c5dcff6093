"""Heat maps of arrays, for docs/gallery.md: what a layer and a recurrence hold, and what arrives at their weights.

Prints:

    wrote heat.svg
    wrote heat_exam.svg
    wrote heat_dark.svg
    wrote heat_recurrence.svg
"""

import numpy as np

from autograd_mini import Tensor, draw, parse

rng = np.random.default_rng(0)
arrays = {"X": rng.normal(size=(8, 4)), "W": rng.normal(size=(4, 3)), "b": rng.normal(size=3)}
loss = parse("H = relu(X @ W + b); L = mean(H**2)", arrays)
W, U = Tensor(rng.normal(size=(4, 4)), name="W"), Tensor(rng.normal(size=(4, 3)), name="U")
h = Tensor(rng.normal(size=4), name="h0")
for step in (1, 2):
    h = np.tanh(W @ h + U @ Tensor(rng.normal(size=3), name=f"x{step}")).named(f"h{step}")

print("wrote", draw(loss, arrays="heat").save("heat.svg"))
print("wrote", draw(loss, arrays="heat", theme="exam").save("heat_exam.svg"))
print("wrote", draw(loss, arrays="heat", theme="dark").save("heat_dark.svg"))
print("wrote", draw(np.sum(h), arrays="heat", repeat=True).save("heat_recurrence.svg"))
