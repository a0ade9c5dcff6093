"""The layers of a Transformer's encoder and decoder."""

from collections.abc import Callable
from typing import Any

import numpy as np

from .. import functional as F  # noqa: N812 (as everybody calls it)
from ..errors import ShapeError, UnsupportedError
from .accounts import Account, equation, total
from .attention import MultiHeadAttention
from .linear import Dropout, Linear
from .module import Module
from .normalization import LayerNorm

_ACTIVATIONS: dict[str, Callable[..., Any]] = {"relu": F.relu, "gelu": F.gelu}


class _Layer(Module):
    """What encoder and decoder layers share: attention to themselves, and two linear layers at each position."""

    def __init__(
        self,
        width: int,
        heads: int,
        hidden: int = 2048,
        dropout: float = 0.1,
        activation: str = "relu",
        norm_first: bool = False,
        *,
        rng: np.random.Generator,
    ) -> None:
        """Make a layer.

        Args:
            width: length of inputs and outputs.
            heads: number of heads of attention.
            hidden: width of the layer between the two linear ones.
            dropout: probability with which an entry is dropped in training.
            activation: "relu" or "gelu".
            norm_first: whether each part normalises its input, instead of its output added to its input.
            rng: the np.random.Generator that draws the weights, and what is dropped.
        """
        if activation not in _ACTIVATIONS:
            raise UnsupportedError(f"{type(self).__name__}: activation must be 'relu' or 'gelu'; got {activation!r}.")
        self.norm_first, self.activation = norm_first, activation
        self.attention = MultiHeadAttention(width, heads, dropout, rng=rng)
        self.inner, self.outer = Linear(width, hidden, rng=rng), Linear(hidden, width, rng=rng)
        self.attention_norm, self.feed_norm = LayerNorm(width), LayerNorm(width)
        self.dropout = Dropout(dropout, rng=rng)

    def account(self, shape: tuple[int, ...]) -> Account:
        width, hidden = self.inner.in_features, self.inner.out_features
        if len(shape) != 2 or shape[1] != width:
            raise ShapeError(f"{self.label()}: the input must have shape (T, {width}) after N; got {shape}.")
        length = shape[0]
        parts = self.children().values()
        attentions = [part.sizes(length) for part in parts if isinstance(part, MultiHeadAttention)]
        norms = sum(isinstance(part, LayerNorm) for part in parts)
        # Each norm stands beside a sum of a part's output and its input.
        counts = [count for count, _ in attentions] + [
            (f"{norms}·2·{width}", norms * 2 * width),
            (f"{hidden}·({width} + 1)", hidden * (width + 1)),
            (f"{width}·({hidden} + 1)", width * (hidden + 1)),
        ]
        works = [work for _, work in attentions] + [
            (f"{norms}·{length}·(8·{width} + 2)", norms * length * (8 * width + 2)),
            (f"{length}·{hidden}·(2·{width} + 1)", length * hidden * (2 * width + 1)),
            (f"{length}·{width}·2·{hidden}", length * width * 2 * hidden),
        ]
        (counted, count), (worked, work) = total(counts), total(works)
        return Account(shape, "", count, equation(counted, count), work, equation(worked, work))

    def label(self) -> str:
        inner = self.inner
        return f"{type(self).__name__}({inner.in_features}, {self.attention.heads}, {inner.out_features})"

    def _around(self, x: Any, norm: Module, part: Callable[[Any], Any]) -> Any:
        """Return x plus what a part makes of it, normalised before the part or after the sum."""
        if self.norm_first:
            return x + self.dropout(part(norm(x)))
        return norm(x + self.dropout(part(x)))

    def _feed(self, x: Any) -> Any:
        return self.outer(self.dropout(_ACTIVATIONS[self.activation](self.inner(x))))


class TransformerEncoderLayer(_Layer):
    """x + attention(x), normalised; then x + outer(activation(inner(x))), normalised. Shape (N, T, width) throughout.

    Vaswani et al., "Attention is all you need", 2017; norm_first as in Xiong et al., 2020.
    """

    def forward(self, x: Any, mask: Any = None) -> Any:
        """Return the layer's outputs.

        Args:
            x: shape (N, T, width).
            mask: True where a position must not be seen: (T, T), (N, T, T) or (N, 1, T).
        """
        x = self._around(x, self.attention_norm, lambda x: self.attention(x, mask=mask))
        return self._around(x, self.feed_norm, self._feed)


class TransformerDecoderLayer(_Layer):
    """An encoder layer with a second attention between its parts: to the encoder's outputs, the memory.

    Source: A. Vaswani et al., Attention Is All You Need (2017), section 3.1.

    x + attention(x), normalised; then x + attention(x, memory), normalised; then as in `TransformerEncoderLayer`. From
    (N, T, width) and a memory (N, S, width) to (N, T, width). `summary` counts it for a memory as long as the input.
    """

    def __init__(self, width: int, heads: int, *settings: Any, rng: np.random.Generator, **named: Any) -> None:
        """Make a layer; the settings are those of `TransformerEncoderLayer`."""
        super().__init__(width, heads, *settings, rng=rng, **named)
        self.memory_attention = MultiHeadAttention(width, heads, self.dropout.p, rng=rng)
        self.memory_norm = LayerNorm(width)

    def forward(self, x: Any, memory: Any, mask: Any = None, memory_mask: Any = None) -> Any:
        """Return the layer's outputs, shape (N, T, width).

        Args:
            x: shape (N, T, width).
            memory: the encoder's outputs, shape (N, S, width).
            mask: True where a position must not be seen; `causal_mask(T)` hides later ones.
            memory_mask: likewise of the memory: (T, S), (N, T, S) or (N, 1, S).
        """
        x = self._around(x, self.attention_norm, lambda x: self.attention(x, mask=mask))
        x = self._around(x, self.memory_norm, lambda x: self.memory_attention(x, memory, mask=memory_mask))
        return self._around(x, self.feed_norm, self._feed)
