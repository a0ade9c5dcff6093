"""The table of gates, by family. One row states a gate; every feature of the package runs that row.

Importing this package fills `primitive.table`. A derivative written anywhere else is a defect.
"""

from . import (
    arithmetic,
    comparing,
    convolution,
    diagonals,
    elementwise,
    identity,
    in_place,
    indexing,
    joining,
    neural,
    padding,
    products,
    rearranging,
    reductions,
    selecting,
    shaping,
    windows,
)

__all__ = [
    "arithmetic",
    "comparing",
    "convolution",
    "diagonals",
    "elementwise",
    "identity",
    "in_place",
    "indexing",
    "joining",
    "neural",
    "padding",
    "products",
    "rearranging",
    "reductions",
    "selecting",
    "shaping",
    "windows",
]
