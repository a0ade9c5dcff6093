"""Check recorded derivatives against differences of values: `gradcheck(f, x)`.

subject, slopes     the function, of flat lists of arrays, and its slope with an estimate of the error
probe               derivatives of one order, both ways, compared
blame, doubts       gates whose rule is wrong, and numbers that cannot tell
checking, report    gradcheck and what it returns
"""

from .checking import gradcheck
from .report import Comparison, GradcheckReport

__all__ = ["Comparison", "GradcheckReport", "gradcheck"]
