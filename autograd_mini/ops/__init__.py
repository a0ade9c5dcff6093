"""The table of gates, by family. One row states a gate; every feature of the package runs that row.

Importing this package fills `primitive.table`. A derivative written anywhere else is a defect.
"""

from . import (
    arithmetic,
    comparing,
    convolution,
    decompositions,
    diagonals,
    einsum,
    elementwise,
    identity,
    in_place,
    indexing,
    joining,
    linear_algebra,
    neural,
    norms,
    padding,
    products,
    rearranging,
    reductions,
    selecting,
    shaping,
    signals,
    windows,
)

__all__ = [
    "arithmetic",
    "comparing",
    "convolution",
    "decompositions",
    "diagonals",
    "einsum",
    "elementwise",
    "identity",
    "in_place",
    "indexing",
    "joining",
    "linear_algebra",
    "neural",
    "norms",
    "padding",
    "products",
    "rearranging",
    "reductions",
    "selecting",
    "shaping",
    "signals",
    "windows",
]
