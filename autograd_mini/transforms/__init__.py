"""Transforms: from a function of arrays to a function that gives its derivatives, with JAX's calling conventions.

A transform calls the function on fresh wires and differentiates by those; what was recorded before the call is constant
to it, but stays recorded, so that transforms nest to any order. Arguments and results are numbers, arrays, Tensors, and
dicts, lists and tuples of them. Results are plain arrays, or Tensors where they depend on a Tensor from outside.
"""

from .checkpointing import checkpoint
from .forward import jvp
from .jacobians import hessian, hvp, jacobian
from .reverse import elementwise_grad, grad, stop_gradient, value_and_grad, vjp

__all__ = [
    "checkpoint",
    "elementwise_grad",
    "grad",
    "hessian",
    "hvp",
    "jacobian",
    "jvp",
    "stop_gradient",
    "value_and_grad",
    "vjp",
]
