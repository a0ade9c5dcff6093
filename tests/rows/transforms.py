"""Functions of derivatives as parts of a longer computation."""

import numpy as np

import autograd_mini as am
from rows.line import VECTOR, A, Line, numbers

LINES = [
    Line("grad inside", lambda x: am.grad(lambda y: np.sum(np.tanh(y) * y))(x) ** 2, (A,)),
    Line("jvp inside", lambda x: am.jvp(np.tanh, (x,), (x,))[1], (A,)),
    Line("checkpoint", lambda x, w: am.checkpoint(lambda x, w: np.tanh(x @ w))(x, w) ** 2, (A, numbers(4, 2))),
    Line("checkpoint, one operand twice", lambda x: am.checkpoint(lambda x, y: x * np.exp(y))(x, x), (VECTOR,)),
]
