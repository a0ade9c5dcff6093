"""The table of gates, by family. One row states a gate; every feature of the package runs that row.

Importing this package fills `primitive.table`. A derivative written anywhere else is a defect. `scipy_special` is left
out: it is imported when a Tensor first meets a function of SciPy's.
"""

from . import (
    arithmetic,
    binary,
    comparing,
    convolution,
    elementwise,
    neural,
    products,
    reductions,
    shaping,
    special,
    without_gradient,
)

__all__ = [
    "arithmetic",
    "binary",
    "comparing",
    "convolution",
    "elementwise",
    "neural",
    "products",
    "reductions",
    "shaping",
    "special",
    "without_gradient",
]
