"""Linear, FullyConnected, Flatten, Embedding and Dropout."""

import math
from typing import Any

import numpy as np

from .. import functional as F  # noqa: N812 (as everybody calls it)
from ..errors import ShapeError
from ..functional.layers import dropped
from ..tensor import Tensor
from .accounts import Account, counted, equation, per_entry
from .effects import current
from .init import Initializer, checked_generator, normal, uniform_by_fan_in
from .module import Module
from .settings import of_kind, probability, whole


def weight_and_bias(
    shape: tuple[int, ...], bias: bool, init: Initializer | None, rng: np.random.Generator | None
) -> tuple[Tensor, Tensor | None]:
    """Return a weight (out, in, taps...) and a bias (out,) or None.

    By default both are uniform as in PyTorch; with an initialiser the bias begins at 0.
    """
    weight = Tensor(drawn(uniform_by_fan_in if init is None else init, shape, rng), name="weight")
    if not bias:
        return weight, None
    if init is not None:
        return weight, Tensor(np.zeros(shape[0]), name="bias")
    bound = 1 / math.sqrt(max(math.prod(shape[1:]), 1))
    return weight, Tensor(checked_generator(rng).uniform(-bound, bound, shape[0]), name="bias")


def drawn(init: Initializer, shape: tuple[int, ...], rng: np.random.Generator | None) -> Any:
    """Return the first values that an initialiser gives.

    Raises:
        DtypeError: if it is no function.
        ShapeError: if they have another shape.
    """
    of_kind("init", "what draws a weight", init, callable, "a function of a shape and a generator, from nn.init")
    # An initialiser may need no generator; those that do say so.
    values = init(shape, rng)  # type: ignore[arg-type]
    if np.shape(values) != shape:
        raise ShapeError(f"init: expected first values of shape {shape}; got {np.shape(values)}.")
    return values


class Linear(Module):
    """x @ weightᵀ + bias, from shape (..., in) to (..., out): the affine layer.

    Formula and layout are those of `torch.nn.Linear`.

    Attributes:
        weight: shape (out, in).
        bias: shape (out,), or None.
    """

    def __init__(
        self,
        in_features: int,
        out_features: int,
        bias: bool = True,
        *,
        init: Initializer | None = None,
        rng: np.random.Generator | None = None,
    ) -> None:
        """Make a layer.

        Args:
            in_features: length of an input's last axis.
            out_features: length of the output's.
            bias: whether something is added.
            init: first values of the weight, from `nn.init`; the bias is 0 then. U(±1/√in) for both when left out.
            rng: the np.random.Generator to draw from.
        """
        name = type(self).__name__
        self.in_features = whole(name, "in_features", in_features)
        self.out_features = whole(name, "out_features", out_features)
        self.weight, self.bias = weight_and_bias((self.out_features, self.in_features), bias, init, rng)

    def forward(self, x: Any) -> Any:
        return F.linear(x, self.weight, self.bias)

    def account(self, shape: tuple[int, ...]) -> Account:
        if shape[-1:] != (self.in_features,):
            raise ShapeError(
                f"{self!r}: the input's last axis must have length {self.in_features}, as the weight "
                f"{(self.out_features, self.in_features)} asks; got shape {shape}."
            )
        rows, bias = math.prod(shape[:-1]), self.bias is not None
        count = self.out_features * (self.in_features + bias)
        work = rows * self.out_features * (2 * self.in_features - (not bias))
        inner = f"2·{self.in_features}" + ("" if bias else " − 1")
        return Account(
            (*shape[:-1], self.out_features),
            parameters=count,
            parameters_formula=equation(
                f"{self.out_features}·({self.in_features} + 1)" if bias else f"{self.out_features}·{self.in_features}",
                count,
            ),
            flops=work,
            flops_formula=equation(f"{rows * self.out_features}·({inner})", work),
        )

    def label(self) -> str:
        bias = ", bias=False" if self.bias is None else ""
        return f"{type(self).__name__}({self.in_features}, {self.out_features}{bias})"


class FullyConnected(Linear):
    """The exams' FC layer: each example flattened, then x @ weightᵀ + bias; from shape (N, ...) to (N, out)."""

    def forward(self, x: Any) -> Any:
        return super().forward(np.reshape(x, (len(x), self._inputs(np.shape(x)[1:]))))

    def _inputs(self, shape: tuple[int, ...]) -> int:
        """Return how many inputs an example of a shape has."""
        inputs = math.prod(shape)
        if inputs != self.in_features:
            raise ShapeError(
                f"expected {self.in_features} inputs for each example, as the weight "
                f"{(self.out_features, self.in_features)} asks; got shape {shape}, which is {inputs}."
            )
        return inputs

    def account(self, shape: tuple[int, ...]) -> Account:
        try:
            inputs = self._inputs(shape)
        except ShapeError as error:
            raise ShapeError(f"{self!r}: {error}") from error
        account = super().account((inputs,))
        if len(shape) == 1:
            return account
        lengths = equation("·".join(map(str, shape)), inputs) + " inputs"
        return Account(**vars(account) | {"lengths": lengths})


class Flatten(Module):
    """Each example in one row: from shape (N, ...) to (N, product of the rest).

    Formula and layout are those of `torch.nn.Flatten`.
    """

    def forward(self, x: Any) -> Any:
        return np.reshape(x, (len(x), math.prod(np.shape(x)[1:])))

    def account(self, shape: tuple[int, ...]) -> Account:
        length = math.prod(shape)
        return Account((length,), lengths=equation("·".join(map(str, shape)), length))


class Embedding(Module):
    """A row of `weight` for each whole number: from shape (...) to (..., width).

    Formula and layout are those of `torch.nn.Embedding`.

    Attributes:
        weight: shape (number of rows, width).
    """

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        *,
        init: Initializer | None = None,
        rng: np.random.Generator | None = None,
    ) -> None:
        """Make a layer whose rows are drawn from N(0, 1), or by `init`, with the generator `rng`."""
        self.num_embeddings = whole("Embedding", "num_embeddings", num_embeddings)
        self.embedding_dim = whole("Embedding", "embedding_dim", embedding_dim)
        shape = (self.num_embeddings, self.embedding_dim)
        self.weight = Tensor(drawn(normal(1.0) if init is None else init, shape, rng), name="weight")

    def forward(self, names: Any) -> Any:
        return F.embedding(names, self.weight)

    def account(self, shape: tuple[int, ...]) -> Account:
        return Account((*shape, self.embedding_dim), **counted(self))

    def label(self) -> str:
        return f"Embedding({self.num_embeddings}, {self.embedding_dim})"


class Dropout(Module):
    """In training, each entry 0 with probability p and the others divided by 1 − p; x itself out of training.

    From any shape to the same. Srivastava et al., "Dropout", 2014, in the inverted form of the course.
    """

    def __init__(self, p: float = 0.5, *, rng: np.random.Generator | None = None) -> None:
        """Make a layer.

        Args:
            p: the probability with which an entry is dropped.
            rng: the np.random.Generator to draw from in training.
        """
        self.p = probability("Dropout", "p", p)
        self.rng = rng if rng is None else checked_generator(rng)

    def forward(self, x: Any) -> Any:
        outside = current()
        if outside is None or self.rng is None or not self.training or self.p == 0:
            return F.dropout(x, self.p, self.training, self.rng)
        return dropped(x, self.p, outside.uniform(self, np.shape(x)))

    def account(self, shape: tuple[int, ...]) -> Account:
        return Account(shape)

    def label(self) -> str:
        return f"Dropout({self.p})"


def elementwise(shape: tuple[int, ...], operations: int = 1) -> Account:
    """Return the account of a layer without parameters that works entry by entry."""
    return Account(shape, **per_entry(shape, operations))
