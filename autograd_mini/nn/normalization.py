"""BatchNorm1d, BatchNorm2d and LayerNorm."""

import math
from typing import Any, ClassVar

import numpy as np

from .. import functional as F  # noqa: N812 (as everybody calls it)
from ..errors import ShapeError
from ..tensor import Tensor
from .accounts import Account, counted, equation, per_entry
from .effects import current
from .module import Module
from .settings import number, probability, whole


class _BatchNorm(Module):
    """Batch normalisation; the layers below say of which shapes."""

    ranks: ClassVar[tuple[int, ...]]
    layout: ClassVar[str]
    batch_statistics = ("running_mean", "running_var")

    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float = 0.1, affine: bool = True) -> None:
        """Make a layer for `num_features` channels; `affine` says whether it has a weight and a bias."""
        name = type(self).__name__
        self.num_features = whole(name, "num_features", num_features)
        self.eps, self.momentum = number(name, "eps", eps, 0.0), probability(name, "momentum", momentum)
        self.weight = Tensor(np.ones(num_features), name="weight") if affine else None
        self.bias = Tensor(np.zeros(num_features), name="bias") if affine else None
        self.running_mean = np.zeros(num_features)
        self.running_var = np.ones(num_features)

    def forward(self, x: Any) -> Any:
        if np.ndim(x) not in self.ranks or np.shape(x)[1] != self.num_features:
            raise ShapeError(
                f"the input must have shape {self.layout} with C = {self.num_features}; got {np.shape(x)}."
            )
        outside = current()
        if outside is not None and self.training:
            axes = (0, *range(2, np.ndim(x)))
            outside.saw(self, np.mean(x, axis=axes), np.var(x, axis=axes), np.size(x) // np.shape(x)[1])
            return F.batch_norm(x, None, None, self.weight, self.bias, True, self.momentum, self.eps)
        return F.batch_norm(
            x, self.running_mean, self.running_var, self.weight, self.bias, self.training, self.momentum, self.eps
        )

    def account(self, shape: tuple[int, ...]) -> Account:
        if len(shape) + 1 not in self.ranks or shape[0] != self.num_features:
            raise ShapeError(
                f"{self!r}: the input must have shape {self.layout} with C = {self.num_features}; got {shape} after N."
            )
        count = 0 if self.weight is None else 2 * self.num_features
        # Out of training it is x·a + b.
        return Account(
            shape,
            parameters=count,
            parameters_formula=equation(f"2·{self.num_features}", count) if count else "",
            **per_entry(shape, 2),
        )

    def label(self) -> str:
        return f"{type(self).__name__}({self.num_features}{'' if self.weight is not None else ', affine=False'})"


class BatchNorm1d(_BatchNorm):
    """Batch normalisation of (N, C) or (N, C, L): (x − mean)/√(var + eps)·weight + bias for each of the C columns.

    In training the statistics are the batch's, and the running ones move towards them by `momentum`; out of training
    the running ones are used. `momentum` is the weight of the new statistics, as in PyTorch; the course's, 0.9, is
    that of the old ones. Ioffe and Szegedy, "Batch normalization", 2015.

    Attributes:
        weight: shape (C,), the paper's gamma.
        bias: shape (C,), beta.
        running_mean: shape (C,).
        running_var: shape (C,), moved towards the unbiased variance.
    """

    ranks, layout = (2, 3), "(N, C) or (N, C, L)"


class BatchNorm2d(_BatchNorm):
    """Batch normalisation of images (N, C, H, W), with statistics over N, H and W; else as `BatchNorm1d`.

    The course's spatial batch normalisation.
    """

    ranks, layout = (4,), "(N, C, H, W)"


class LayerNorm(Module):
    """(x − mean)/√(var + eps)·weight + bias, with statistics over the last axes of each example, of any shape (N, ...).

    Ba, Kiros and Hinton, "Layer normalization", 2016.

    Attributes:
        weight: shape `normalized_shape`.
        bias: likewise.
    """

    def __init__(self, normalized_shape: int | tuple[int, ...], eps: float = 1e-5) -> None:
        """Make a layer that normalises over last axes of the shape `normalized_shape`."""
        lengths = normalized_shape if isinstance(normalized_shape, tuple | list) else (normalized_shape,)
        self.normalized_shape = tuple(whole("LayerNorm", "normalized_shape", length) for length in lengths)
        self.eps = number("LayerNorm", "eps", eps, 0.0)
        self.weight = Tensor(np.ones(self.normalized_shape), name="weight")
        self.bias = Tensor(np.zeros(self.normalized_shape), name="bias")

    def forward(self, x: Any) -> Any:
        return F.layer_norm(x, self.normalized_shape, self.weight, self.bias, self.eps)

    def account(self, shape: tuple[int, ...]) -> Account:
        if shape[-len(self.normalized_shape) :] != self.normalized_shape:
            raise ShapeError(f"{self!r}: the input must end in {self.normalized_shape}; got shape {shape}.")
        # For each entry: add to the mean, subtract it, square, add; divide, scale, shift. For each mean: + eps, root.
        inner = math.prod(self.normalized_shape)
        rows = math.prod(shape) // inner if inner else 0
        work = rows * (7 * inner + 2)
        return Account(shape, **counted(self), flops=work, flops_formula=equation(f"{rows}·(7·{inner} + 2)", work))

    def label(self) -> str:
        return f"LayerNorm({self.normalized_shape[0] if len(self.normalized_shape) == 1 else self.normalized_shape})"
