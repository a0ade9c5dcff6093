"""NumPy's methods that reduce, accumulate or search: each is the NumPy function of the same name.

Arguments are those of `np.ndarray`; what they may be is checked where the function is.
"""

from typing import Any

import numpy as np

from .operators import Operators


class ReductionMethods(Operators):
    """An operand that can be reduced by methods: t.sum(axis=0)."""

    __slots__ = ()

    def sum(
        self,
        axis: Any = None,
        dtype: Any = None,
        out: None = None,
        keepdims: bool = False,
        initial: Any = None,
        where: Any = True,
    ) -> Any:
        """Return the sum of the entries over `axis`, as np.sum."""
        return np.sum(self, axis, dtype, out, keepdims, initial, where)

    def prod(
        self,
        axis: Any = None,
        dtype: Any = None,
        out: None = None,
        keepdims: bool = False,
        initial: Any = None,
        where: Any = True,
    ) -> Any:
        """Return the product of the entries over `axis`, as np.prod."""
        return np.prod(self, axis, dtype, out, keepdims, initial, where)

    def mean(
        self, axis: Any = None, dtype: Any = None, out: None = None, keepdims: bool = False, *, where: Any = True
    ) -> Any:
        """Return the mean of the entries over `axis`, as np.mean."""
        return np.mean(self, axis, dtype, out, keepdims, where=where)

    def var(
        self,
        axis: Any = None,
        dtype: Any = None,
        out: None = None,
        ddof: float = 0,
        keepdims: bool = False,
        *,
        where: Any = True,
        mean: Any = None,
    ) -> Any:
        """Return the variance of the entries over `axis`, as np.var."""
        return np.var(self, axis, dtype, out, ddof, keepdims, where=where, mean=mean)

    def std(
        self,
        axis: Any = None,
        dtype: Any = None,
        out: None = None,
        ddof: float = 0,
        keepdims: bool = False,
        *,
        where: Any = True,
        mean: Any = None,
    ) -> Any:
        """Return the standard deviation of the entries over `axis`, as np.std."""
        return np.std(self, axis, dtype, out, ddof, keepdims, where=where, mean=mean)

    def max(
        self, axis: Any = None, out: None = None, keepdims: bool = False, initial: Any = None, where: Any = True
    ) -> Any:
        """Return the largest entry over `axis`, as np.max."""
        return np.max(self, axis, out, keepdims, initial, where)

    def min(
        self, axis: Any = None, out: None = None, keepdims: bool = False, initial: Any = None, where: Any = True
    ) -> Any:
        """Return the smallest entry over `axis`, as np.min."""
        return np.min(self, axis, out, keepdims, initial, where)

    def cumsum(self, axis: Any = None, dtype: Any = None, out: None = None) -> Any:
        """Return the sum of the entries up to each one along `axis`, as np.cumsum."""
        return np.cumsum(self, axis, dtype, out)

    def cumprod(self, axis: Any = None, dtype: Any = None, out: None = None) -> Any:
        """Return the product of the entries up to each one along `axis`, as np.cumprod."""
        return np.cumprod(self, axis, dtype, out)

    def trace(self, offset: int = 0, axis1: int = 0, axis2: int = 1, dtype: Any = None, out: None = None) -> Any:
        """Return the sum along a diagonal of two axes, as np.trace."""
        return np.trace(self, offset, axis1, axis2, dtype, out)

    def all(self, axis: Any = None, out: Any = None, keepdims: bool = False, *, where: Any = True) -> Any:
        """Return whether no entry over `axis` is 0, as np.all: plain truth values."""
        return np.all(self, axis, out, keepdims, where=where)

    def any(self, axis: Any = None, out: Any = None, keepdims: bool = False, *, where: Any = True) -> Any:
        """Return whether an entry over `axis` is not 0, as np.any: plain truth values."""
        return np.any(self, axis, out, keepdims, where=where)

    def argmax(self, axis: Any = None, out: Any = None, *, keepdims: bool = False) -> Any:
        """Return where the largest entry over `axis` stands, as np.argmax: plain whole numbers."""
        return np.argmax(self, axis, out, keepdims=keepdims)

    def argmin(self, axis: Any = None, out: Any = None, *, keepdims: bool = False) -> Any:
        """Return where the smallest entry over `axis` stands, as np.argmin: plain whole numbers."""
        return np.argmin(self, axis, out, keepdims=keepdims)

    def argsort(self, axis: Any = -1, kind: Any = None, order: None = None, *, stable: bool | None = None) -> Any:
        """Return where the entries of the sorted Tensor stand in this one, as np.argsort: plain whole numbers."""
        return np.argsort(self, axis, kind, order, stable=stable)

    def argpartition(self, kth: Any, axis: Any = -1, kind: Any = "introselect", order: None = None) -> Any:
        """Return where the entries of the partitioned Tensor stand in this one, as np.argpartition."""
        return np.argpartition(self, kth, axis, kind, order)
