"""Conv1d and Conv2d, in (N, C, L) and (N, C, H, W) layout."""

import math
from typing import Any, ClassVar

import numpy as np

from .. import functional as F  # noqa: N812 (as everybody calls it)
from ..errors import ShapeError
from ..functional.arguments import per_axis
from .accounts import Account, equation, window_length
from .init import Initializer
from .linear import weight_and_bias
from .module import Module
from .settings import whole


class _Conv(Module):
    """The cross-correlation of signals with kernels, plus a bias for each kernel."""

    axes: ClassVar[int]

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Any,
        stride: Any = 1,
        padding: Any = 0,
        dilation: Any = 1,
        groups: int = 1,
        bias: bool = True,
        *,
        init: Initializer | None = None,
        rng: np.random.Generator | None = None,
    ) -> None:
        """Make a layer.

        Args:
            in_channels: channels of the input.
            out_channels: number of kernels, and channels of the output.
            kernel_size: taps, a number or one for each axis.
            stride: step between outputs, likewise.
            padding: zeros put before and after, likewise; or "same".
            dilation: step between taps, likewise.
            groups: groups of channels that do not mix.
            bias: whether something is added to each channel.
            init: first values of the weight, from `nn.init`; the bias is 0 then. U(±1/√fan_in) when left out.
            rng: the np.random.Generator to draw from.

        Raises:
            ShapeError: if the channels are no multiples of groups, or a length is no whole number.
        """
        name = type(self).__name__
        for label, value in (("in_channels", in_channels), ("out_channels", out_channels), ("groups", groups)):
            whole(name, label, value)
        if isinstance(padding, str) and padding not in ("same", "valid"):
            raise ShapeError(f"{name}: padding must be 'same', 'valid' or whole numbers; got {padding!r}.")
        if in_channels % groups or out_channels % groups:
            raise ShapeError(
                f"{name}: channels must be multiples of groups; got {in_channels} and {out_channels}, groups {groups}."
            )
        self.in_channels, self.out_channels, self.groups = in_channels, out_channels, groups
        self.kernel_size = per_axis(kernel_size, self.axes, "kernel_size", name)
        self.stride = per_axis(stride, self.axes, "stride", name)
        self.dilation = per_axis(dilation, self.axes, "dilation", name)
        self.padding = padding if isinstance(padding, str) else per_axis(padding, self.axes, "padding", name, least=0)
        shape = (out_channels, in_channels // groups, *self.kernel_size)
        self.weight, self.bias = weight_and_bias(shape, bias, init, rng)

    def forward(self, x: Any) -> Any:
        if np.shape(x)[-self.axes - 1 : -self.axes] != (self.in_channels,):
            raise ShapeError(f"the input must have {self.in_channels} channels; got shape {np.shape(x)}.")
        function = F.conv1d if self.axes == 1 else F.conv2d
        return function(x, self.weight, self.bias, self.stride, self.padding, self.dilation, self.groups)

    def account(self, shape: tuple[int, ...]) -> Account:
        if len(shape) != self.axes + 1 or shape[0] != self.in_channels:
            raise ShapeError(
                f"{self!r}: the input must have {self.in_channels} channels and {self.axes} axes more; "
                f"got shape {shape}."
            )
        if isinstance(self.padding, str):
            lengths = shape[1:] if self.padding == "same" else ()
            formulas = [f"{n}, padding 'same'" for n in lengths]
            padding: tuple[int, ...] = (0,) * self.axes
        else:
            lengths, formulas, padding = (), [], self.padding
        if not lengths:
            pairs = [
                window_length(*numbers)
                for numbers in zip(shape[1:], self.kernel_size, self.stride, padding, self.dilation, strict=True)
            ]
            lengths, formulas = tuple(count for count, _ in pairs), [formula for _, formula in pairs]
        if min(lengths) < 1:
            raise ShapeError(f"{self!r}: the kernel must not be longer than the padded input; got shape {shape}.")
        bias = self.bias is not None
        per_kernel = math.prod(self.kernel_size) * (self.in_channels // self.groups)
        taps = "·".join(map(str, (*self.kernel_size, self.in_channels // self.groups)))
        outputs = self.out_channels * math.prod(lengths)
        count = self.out_channels * (per_kernel + bias)
        work = outputs * (2 * per_kernel - (not bias))
        return Account(
            (self.out_channels, *lengths),
            lengths=", ".join(dict.fromkeys(formulas)),
            parameters=count,
            parameters_formula=equation(f"{self.out_channels}·({taps}{' + 1' if bias else ''})", count),
            flops=work,
            flops_formula=equation(f"{outputs}·(2·{taps}{'' if bias else ' − 1'})", work),
        )

    def label(self) -> str:
        def short(values: Any) -> str:
            return str(values[0] if isinstance(values, tuple) and len(set(values)) == 1 else repr(values))

        parts = [str(self.in_channels), str(self.out_channels), short(self.kernel_size)]
        plain = {"stride": 1, "padding": 0, "dilation": 1, "groups": 1}
        parts += [
            f"{name}={short(getattr(self, name))}"
            for name, usual in plain.items()
            if short(getattr(self, name)) != str(usual)
        ]
        parts += [] if self.bias is not None else ["bias=False"]
        return f"{type(self).__name__}({', '.join(parts)})"


class Conv1d(_Conv):
    """The cross-correlation of signals with kernels: from shape (N, C, L) to (N, C_out, L').

    Formula and layout are those of `torch.nn.Conv1d`.

    out[n, o, i] = bias[o] + Σ_{c, p} weight[o, c, p]·x[n, c, i·stride + p − pad], and
    L' = ⌊(L − taps + 2·pad)/stride⌋ + 1.

    Attributes:
        weight: shape (C_out, C / groups, taps).
        bias: shape (C_out,), or None.
    """

    axes = 1


class Conv2d(_Conv):
    """The cross-correlation of images with kernels: from shape (N, C, H, W) to (N, C_out, H', W').

    out[n, o, i, j] = bias[o] + Σ_{c, p, q} weight[o, c, p, q]·x[n, c, i·stride + p − pad, j·stride + q − pad], and
    H' = ⌊(H − taps + 2·pad)/stride⌋ + 1, W' likewise. LeCun et al., "Backpropagation applied to handwritten zip code
    recognition", 1989.

    Attributes:
        weight: shape (C_out, C / groups, tap rows, tap columns).
        bias: shape (C_out,), or None.
    """

    axes = 2
