"""The table of gates, by family. One row states a gate; every feature of the package runs that row.

Importing this package fills `primitive.table`. A derivative written anywhere else is a defect.
"""

from . import arithmetic, comparing, convolution, elementwise, neural, products, reductions, shaping

__all__ = ["arithmetic", "comparing", "convolution", "elementwise", "neural", "products", "reductions", "shaping"]
