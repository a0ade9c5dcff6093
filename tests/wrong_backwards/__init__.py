"""Backward functions that are wrong, as students write them: the pair's name, the function, what is wrong, and why.

Each is the right function of `course_layers` with one mistake. `ids` are the diagnoses of which one must be among
those that are reported first for the gradient; none where no diagnosis is claimed.
"""

from . import activations, affine, convolutions, losses, norms, recurrence, results
from .noting import WRONG

__all__ = ["WRONG", "activations", "affine", "convolutions", "losses", "norms", "recurrence", "results"]
