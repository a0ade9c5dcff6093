"""Optimisers, learning-rate schedules and gradient clipping, as functions of nested dicts of arrays.

    optimizer = nn.optim.Adam(lr=1e-3)
    state = optimizer.init(parameters)
    parameters, state = optimizer.step(parameters, gradients, state)

Nothing is changed in place. The state is a plain dict of numbers and arrays. Formulas are PyTorch's, step for step.
"""

from .adaptive import Adagrad, Adam, AdamW, RMSprop
from .clipping import clip_by_norm, clip_by_value, global_norm
from .optimizer import Optimizer
from .schedules import Cosine, Exponential, ReduceOnPlateau, Schedule, StepDecay, WarmUp
from .sgd import SGD

__all__ = [
    "SGD",
    "Adagrad",
    "Adam",
    "AdamW",
    "Cosine",
    "Exponential",
    "Optimizer",
    "RMSprop",
    "ReduceOnPlateau",
    "Schedule",
    "StepDecay",
    "WarmUp",
    "clip_by_norm",
    "clip_by_value",
    "global_norm",
]
