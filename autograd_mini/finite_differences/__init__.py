"""Check recorded derivatives against differences of values: `gradcheck(f, x)`."""

from .checking import gradcheck
from .report import Comparison, GradcheckReport

__all__ = ["Comparison", "GradcheckReport", "gradcheck"]
