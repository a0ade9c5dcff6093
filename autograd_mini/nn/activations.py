"""Activations as modules. One call of a nonlinearity counts as one operation in the table."""

from collections.abc import Callable
from typing import Any, ClassVar

from .. import functional as F  # noqa: N812 (as everybody calls it)
from .accounts import Account
from .linear import elementwise
from .module import Module


class _Activation(Module):
    """A function of one argument, entry by entry."""

    function: ClassVar[Callable[..., Any]]

    def forward(self, x: Any) -> Any:
        return type(self).function(x)

    def account(self, shape: tuple[int, ...]) -> Account:
        return elementwise(shape)


class ReLU(_Activation):
    """max(0, x), entry by entry, from any shape to the same; its derivative at 0 is 0. Nair and Hinton, 2010."""

    function = staticmethod(F.relu)


class Tanh(_Activation):
    """tanh(x) = (eˣ − e⁻ˣ)/(eˣ + e⁻ˣ), entry by entry, from any shape to the same.

    Formula and layout are those of `torch.nn.Tanh`.
    """

    function = staticmethod(F.tanh)


class Sigmoid(_Activation):
    """σ(x) = 1/(1 + e⁻ˣ), entry by entry, from any shape to the same.

    Formula and layout are those of `torch.nn.Sigmoid`.
    """

    function = staticmethod(F.sigmoid)


class SiLU(_Activation):
    """x·σ(x), entry by entry, from any shape to the same. Elfwing, Uchibe and Doya, 2018."""

    function = staticmethod(F.silu)


class GELU(_Activation):
    """x·Φ(x), Φ the normal distribution function, from any shape to the same. Hendrycks and Gimpel, 2016."""

    function = staticmethod(F.gelu)


class Softplus(_Activation):
    """log(1 + eˣ), entry by entry, from any shape to the same. Dugas et al., 2001."""

    function = staticmethod(F.softplus)


class LeakyReLU(Module):
    """x where x > 0, and negative_slope·x elsewhere, from any shape to the same. Maas, Hannun and Ng, 2013."""

    def __init__(self, negative_slope: float = 0.01) -> None:
        self.negative_slope = negative_slope

    def forward(self, x: Any) -> Any:
        return F.leaky_relu(x, self.negative_slope)

    def account(self, shape: tuple[int, ...]) -> Account:
        return elementwise(shape)

    def label(self) -> str:
        return f"LeakyReLU({self.negative_slope})"


class ELU(Module):
    """x where x > 0, and alpha·(eˣ − 1) elsewhere, from any shape to the same. Clevert et al., 2016."""

    def __init__(self, alpha: float = 1.0) -> None:
        self.alpha = alpha

    def forward(self, x: Any) -> Any:
        return F.elu(x, self.alpha)

    def account(self, shape: tuple[int, ...]) -> Account:
        return elementwise(shape)

    def label(self) -> str:
        return f"ELU({self.alpha})"


class Softmax(Module):
    """e^xᵢ / Σ e^xⱼ along the axis `dim`, from any shape to the same. Bridle, 1990."""

    def __init__(self, dim: int = -1) -> None:
        self.dim = dim

    def forward(self, x: Any) -> Any:
        return F.softmax(x, self.dim)

    def account(self, shape: tuple[int, ...]) -> Account:
        # An exponential, an addition and a division for each entry.
        return elementwise(shape, 3)

    def label(self) -> str:
        return f"Softmax({self.dim})"
