"""The ConvNet of question 3.3 of the CS231n midterm of 2017, every number a wire of its own.

Prints:

    loss 6.6248
    dL/dk: -3.276, -12.376, 19.292
    dL/dx: 2.184, -1.638, 2.657, 0.874, -2.038
    wrote convnet_scalars.svg
"""

from autograd_mini import Graph, draw, parse

program = """
z1 = k1*x1 + k2*x2 + k3*x3 + b
z2 = k1*x2 + k2*x3 + k3*x4 + b
z3 = k1*x3 + k2*x4 + k3*x5 + b
v1 = relu(maximum(z1, z2))
v2 = relu(maximum(z2, z3))
yh = w1*v1 + w2*v2 + a
L = 0.5*(y - yh)**2
"""
signal = {"x1": 1.0, "x2": -2.0, "x3": 3.0, "x4": 0.5, "x5": -1.0}
weights = {"k1": 0.4, "k2": -0.3, "k3": 0.7, "b": 0.1, "w1": 1.5, "w2": -0.8, "a": 0.2}
loss = parse(program, signal | weights, y=1.0)
loss.backward()
graph = Graph(loss)
print(f"loss {loss.data:.4f}")
print("dL/dk:", ", ".join(f"{graph[name].grad:.3f}" for name in ("k1", "k2", "k3")))
print("dL/dx:", ", ".join(f"{graph[name].grad:.3f}" for name in signal))
print("wrote", draw(loss).save("convnet_scalars.svg"))
