"""Hand-written backward functions, checked: `check_backward(affine_forward, affine_backward, x, w, b)`.

pair, naming                    the two functions, called on copies
choosing, trial                 inputs and upstream gradients, and the verdict on each gradient
columns, truth                  the right gradients: recorded, or by differences
twins                           layers known by their outputs, for functions that cannot be recorded
arrays, substitutions, wires    what may explain wrong numbers
diagnosing, conduct             what does explain them, and what else is wrong
findings, messages, report      what is told
arguments                       what it was called with
checking                        check_backward
"""

from .checking import check_backward
from .findings import Diagnosis
from .report import BackwardReport
from .trial import Entry, GradientMark

__all__ = ["BackwardReport", "Diagnosis", "Entry", "GradientMark", "check_backward"]
