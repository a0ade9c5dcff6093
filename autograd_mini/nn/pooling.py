"""MaxPool and AvgPool over windows, in (N, C, L) and (N, C, H, W) layout."""

import math
from collections.abc import Callable
from typing import Any, ClassVar

from .. import functional as F  # noqa: N812 (as everybody calls it)
from ..errors import ShapeError
from ..functional.arguments import per_axis
from .accounts import Account, equation, window_length
from .module import Module


class _Pool(Module):
    """One number for each window; the stride is the window's length when left out."""

    axes: ClassVar[int]
    function: ClassVar[Callable[..., Any]]
    # What a window of n numbers takes: the largest n − 1 comparisons, a mean n − 1 additions and a division.
    compares: ClassVar[bool] = False

    def __init__(self, kernel_size: Any, stride: Any = None, padding: Any = 0) -> None:
        """Make a layer.

        Args:
            kernel_size: the window's length, a number or one for each axis.
            stride: step between windows, likewise.
            padding: what is put before and after, likewise: entries that are never the largest, zeros in a mean.
        """
        name = type(self).__name__
        self.kernel_size = per_axis(kernel_size, self.axes, "kernel_size", name)
        self.stride = self.kernel_size if stride is None else per_axis(stride, self.axes, "stride", name)
        self.padding = per_axis(padding, self.axes, "padding", name, least=0)

    def forward(self, x: Any) -> Any:
        return type(self).function(x, self.kernel_size, self.stride, self.padding)

    def account(self, shape: tuple[int, ...]) -> Account:
        if len(shape) != self.axes + 1:
            raise ShapeError(f"{self!r}: the input must have channels and {self.axes} axes more; got shape {shape}.")
        pairs = [
            window_length(*numbers)
            for numbers in zip(shape[1:], self.kernel_size, self.stride, self.padding, strict=True)
        ]
        lengths = tuple(count for count, _ in pairs)
        if min(lengths) < 1:
            raise ShapeError(f"{self!r}: the window must not be longer than the padded input; got shape {shape}.")
        outputs, window = shape[0] * math.prod(lengths), math.prod(self.kernel_size)
        each = window - 1 if self.compares else window
        return Account(
            (shape[0], *lengths),
            lengths=", ".join(dict.fromkeys(formula for _, formula in pairs)),
            flops=outputs * each,
            flops_formula=equation(f"{outputs}·{each}", outputs * each),
        )

    def label(self) -> str:
        def short(values: tuple[int, ...]) -> str:
            return str(values[0] if len(set(values)) == 1 else values)

        parts = [short(self.kernel_size)]
        parts += [f"stride={short(self.stride)}"] if self.stride != self.kernel_size else []
        parts += [f"padding={short(self.padding)}"] if any(self.padding) else []
        return f"{type(self).__name__}({', '.join(parts)})"


class MaxPool1d(_Pool):
    """The largest entry of each window, the first of equal ones: from shape (N, C, L) to (N, C, L').

    Formula and layout are those of `torch.nn.MaxPool1d`.

    L' = ⌊(L − window + 2·pad)/stride⌋ + 1.
    """

    axes, function, compares = 1, staticmethod(F.max_pool1d), True


class MaxPool2d(_Pool):
    """The largest entry of each window, the first of equal ones: from shape (N, C, H, W) to (N, C, H', W').

    Formula and layout are those of `torch.nn.MaxPool2d`.

    H' = ⌊(H − window + 2·pad)/stride⌋ + 1, and W' likewise.
    """

    axes, function, compares = 2, staticmethod(F.max_pool2d), True


class AvgPool1d(_Pool):
    """The mean of each window: from shape (N, C, L) to (N, C, L').

    Formula and layout are those of `torch.nn.AvgPool1d`.

    L' = ⌊(L − window + 2·pad)/stride⌋ + 1.
    """

    axes, function = 1, staticmethod(F.avg_pool1d)


class AvgPool2d(_Pool):
    """The mean of each window: from shape (N, C, H, W) to (N, C, H', W').

    Formula and layout are those of `torch.nn.AvgPool2d`.

    H' = ⌊(H − window + 2·pad)/stride⌋ + 1, and W' likewise.
    """

    axes, function = 2, staticmethod(F.avg_pool2d)
