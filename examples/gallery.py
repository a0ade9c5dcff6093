"""The gallery of docs/gallery.md: one picture for each thing that a circuit can be drawn with.

Prints:

    wrote steps5.svg
    wrote steps50.svg
    wrote midterm.svg
    wrote exam.svg
    wrote local.svg
    wrote dark.svg
    wrote repeated.svg
    wrote scope.svg
    wrote grouped.svg
    wrote arrays.svg
"""

import numpy as np

from autograd_mini import Tensor, draw, parse, scope

f = parse("p0=w0*x0; p1=w1*x1; s=p0+p1; t=s+w2; u=t+1; f=1/u", w0=1, x0=3, w1=2, x1=-2, w2=-1)
convolution = parse("z1 = k1*x1 + k2*x2; z2 = k1*x2 + k2*x3; f = max(z1, z2)", k1=0.4, k2=-0.3, x1=1, x2=-2, x3=3)
neuron = parse("s = w*x + b", w=2, x=-1, b=3)
with scope("sigmoid"):
    neuron = 1 / (1 + np.exp(-neuron))
layer = [Tensor(x, name=f"x{i}") for i, x in enumerate([0.5, -1.0, 2.0])]
for width in (4, 3):
    layer = [np.tanh(sum(Tensor(0.1 * (i + j) - 0.2) * x for j, x in enumerate(layer))) for i in range(width)]
arrays = {"X": np.sin(np.arange(32.0)).reshape(8, 4), "W": np.linspace(-1, 1, 12).reshape(4, 3), "b": np.zeros(3)}

for steps in (5, 50):
    h, wx, wh, b = (Tensor(value, name=name) for name, value in (("h0", 0.1), ("wx", 0.5), ("wh", -0.7), ("b", 0.2)))
    for i in range(1, steps + 1):
        with scope(f"step {i}"):
            h = np.tanh(Tensor(np.sin(i), name=f"x{i}") * wx + h * wh + b).named(f"h{i}")
    print("wrote", draw(h).save(f"steps{steps}.svg"))
print("wrote", draw(f).save("midterm.svg"))
print("wrote", draw(f, theme="exam").blank("gradients", except_=["f"]).save("exam.svg"))
print("wrote", draw(f, local=True, number_format="fraction").save("local.svg"))
print("wrote", draw(f, theme="dark").save("dark.svg"))
print("wrote", draw(convolution, repeat=True).save("repeated.svg"))
print("wrote", draw(neuron).save("scope.svg"))
print("wrote", draw(sum(layer), group=True).save("grouped.svg"))
print("wrote", draw(parse("H = relu(X @ W + b); L = mean(H**2)", arrays), arrays="range").save("arrays.svg"))
