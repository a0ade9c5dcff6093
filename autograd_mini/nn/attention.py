"""Scaled dot-product attention with many heads."""

import math
from typing import Any

import numpy as np

from .. import functional as F  # noqa: N812 (as everybody calls it)
from ..errors import ShapeError
from .accounts import Account, equation
from .init import xavier_uniform
from .linear import Dropout, Linear
from .module import Module
from .settings import whole


def causal_mask(length: int) -> Any:
    """Return the mask that keeps each position from seeing later ones: shape (length, length), True where hidden."""
    whole("causal_mask", "length", length, least=0)
    return np.triu(np.ones((length, length), bool), 1)


class MultiHeadAttention(Module):
    """softmax(q @ kᵀ/√d + mask) @ v for each head, with q, k, v linear in their inputs; then a linear layer.

    From queries (N, T, width), keys and values (N, S, width) to shape (N, T, width);
    d = width/heads. Vaswani et al., "Attention is all you need", 2017.

    Attributes:
        query, key, value, out: the four linear layers, width to width.
    """

    def __init__(self, width: int, heads: int, dropout: float = 0.0, *, rng: np.random.Generator) -> None:
        """Make a layer.

        Args:
            width: length of inputs and outputs.
            heads: number of heads; `width` is a multiple of it.
            dropout: probability with which an attention weight is dropped in training.
            rng: the np.random.Generator that draws the weights, and what is dropped.

        Raises:
            ShapeError: if the width cannot be shared among the heads.
        """
        whole("MultiHeadAttention", "width", width)
        if width % whole("MultiHeadAttention", "heads", heads):
            raise ShapeError(f"MultiHeadAttention: width must be a multiple of heads; got {width} and {heads}.")
        self.width, self.heads = width, heads
        self.query, self.key, self.value, self.out = (
            Linear(width, width, init=xavier_uniform, rng=rng) for _ in range(4)
        )
        self.dropout = Dropout(dropout, rng=rng)

    def forward(self, query: Any, key: Any = None, value: Any = None, mask: Any = None) -> Any:
        """Return the attended values, shape (N, T, width).

        Args:
            query: shape (N, T, width).
            key: shape (N, S, width); `query` when left out.
            value: shape (N, S, width); `key` when left out.
            mask: True where something must not be seen, shape (T, S) or (N, T, S) or (N, 1, S).
        """
        key = query if key is None else key
        value = key if value is None else value
        shapes = [np.shape(part) for part in (query, key, value)]
        if any(len(shape) != 3 or shape[2] != self.width for shape in shapes):
            raise ShapeError(
                f"MultiHeadAttention: query, key and value must have shape (N, T, {self.width}); "
                f"got {', '.join(map(str, shapes))}."
            )
        q, k, v = self._split(self.query(query)), self._split(self.key(key)), self._split(self.value(value))
        scores = q @ np.swapaxes(k, -1, -2) / math.sqrt(self.width // self.heads)
        if mask is not None:
            mask = np.asarray(mask, bool)
            hidden = np.expand_dims(mask, 1) if mask.ndim == 3 else mask
            count, _, length, memory = scores.shape
            if any(have not in (1, want) for have, want in zip(hidden.shape[::-1], scores.shape[::-1], strict=False)):
                raise ShapeError(
                    f"MultiHeadAttention: the mask must fit shape (N, T, S) = ({count}, {length}, {memory}); "
                    f"got {mask.shape}."
                )
            scores = np.where(hidden, -np.inf, scores)
        attended = self.dropout(F.softmax(scores, -1)) @ v
        return self.out(np.reshape(np.swapaxes(attended, 1, 2), np.shape(query)))

    def _split(self, x: Any) -> Any:
        """Return (N, T, width) as (N, heads, T, width/heads)."""
        count, length, _ = np.shape(x)
        return np.swapaxes(np.reshape(x, (count, length, self.heads, self.width // self.heads)), 1, 2)

    def account(self, shape: tuple[int, ...]) -> Account:
        if len(shape) != 2 or shape[1] != self.width:
            raise ShapeError(f"{self!r}: the input must have shape (T, {self.width}) after N; got {shape}.")
        count, work = self.sizes(shape[0])
        return Account(shape, "", count[1], equation(*count), work[1], equation(*work))

    def sizes(self, length: int) -> tuple[tuple[str, int], tuple[str, int]]:
        """Return how many numbers are learned, and the operations of attention among `length` positions, with formulas.

        Four linear layers; products with the keys, scaled, and their softmax; sums of the values.
        """
        width, heads = self.width, self.heads
        each = width // heads
        formula = (
            f"4·{length}·{width}·2·{width} + {heads}·{length}·{length}·(2·{each} + 3) "
            f"+ {length}·{width}·(2·{length} − 1)"
        )
        work = 8 * length * width**2 + heads * length**2 * (2 * each + 3) + length * width * (2 * length - 1)
        return (f"4·{width}·({width} + 1)", 4 * width * (width + 1)), (formula, work)

    def label(self) -> str:
        return f"MultiHeadAttention({self.width}, {self.heads})"
