"""Compiled programs: trace a function once, write its value and gradients as straight-line code, run that.

arguments, environment      what a compiled function is called with, and what it reads besides: which program answers
tracing, differentiating    a function written down as steps, and its backward pass after it
checked, checks             a program's code with the tests of both in one function
circuits                    a recorded circuit as such a function
steps, binding, running     a program as data, its arguments, and how it is run
source, forms, lowering     the text of a program, step by step
batches                     a program of single numbers on many at once
nesting                     operands and options, however they are nested
libraries, stand_ins        a program as a function of another library's arrays
shared_forms, convolutions  what such libraries have in common
torch_arrays, jax_arrays    PyTorch's and JAX's
onnx_arrays, onnx_nodes, onnx_convolutions  a program as an ONNX model
compiled                    compile
"""

from .compiled import Compiled, compile
from .steps import Program

__all__ = ["Compiled", "Program", "compile"]
