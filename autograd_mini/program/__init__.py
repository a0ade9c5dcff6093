"""Compiled programs: trace a function once, write its value and gradients as straight-line code, run that."""

from .compiled import Compiled, compile
from .steps import Program

__all__ = ["Compiled", "Program", "compile"]
