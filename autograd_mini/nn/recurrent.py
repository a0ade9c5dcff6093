"""RNN, LSTM and GRU over sequences (N, T, D), and their single steps.

A step is a composition of gates, and a sequence is the same step T times with the same parameters. A cell that goes
through inputs that are Tensors, under `frames`, is drawn as one step ×T: `draw(h, fold=True)`.
"""

import math
from typing import Any, ClassVar

import numpy as np

from .. import functional as F  # noqa: N812 (as everybody calls it)
from ..errors import ShapeError
from ..tensor import Tensor
from .accounts import Account, equation, total
from .init import checked_generator
from .module import Module
from .settings import whole


class _Cell(Module):
    """One step of a recurrent layer.

    Attributes:
        weight_ih: input to gates, shape (gates·hidden, input).
        weight_hh: state to gates, shape (gates·hidden, hidden).
        bias_ih: shape (gates·hidden,).
        bias_hh: likewise.
    """

    gates: ClassVar[int] = 1
    # Operations for each entry of the state beside the two matrix products with their biases.
    operations: ClassVar[int]

    def __init__(self, input_size: int, hidden_size: int, *, rng: np.random.Generator) -> None:
        """Make a step from inputs of length `input_size` to states of length `hidden_size`.

        All parameters are drawn from U(±1/√hidden_size), as in PyTorch, with the generator `rng`.
        """
        name = type(self).__name__
        self.input_size = whole(name, "input_size", input_size)
        self.hidden_size = whole(name, "hidden_size", hidden_size)
        bound = 1 / math.sqrt(hidden_size)
        rows = self.gates * hidden_size
        shapes = {
            "weight_ih": (rows, input_size),
            "weight_hh": (rows, hidden_size),
            "bias_ih": (rows,),
            "bias_hh": (rows,),
        }
        for name, shape in shapes.items():
            setattr(self, name, Tensor(checked_generator(rng).uniform(-bound, bound, shape), name=name))

    def first_state(self, count: int, dtype: Any) -> Any:
        """Return the state before the first of `count` sequences: zeros."""
        return np.zeros((count, self.hidden_size), dtype)

    def output(self, state: Any) -> Any:
        """Return what of a state the next layer sees: the hidden state."""
        return state

    def _parts(self, x: Any, h: Any) -> tuple[list[Any], list[Any]]:
        """Return x @ weight_ihᵀ + bias_ih and h @ weight_hhᵀ + bias_hh, each cut into the gates."""
        own = vars(self)
        sums = F.linear(x, own["weight_ih"], own["bias_ih"]), F.linear(h, own["weight_hh"], own["bias_hh"])
        width = self.hidden_size
        from_input, from_state = ([s[:, i * width : (i + 1) * width] for i in range(self.gates)] for s in sums)
        return from_input, from_state

    def account(self, shape: tuple[int, ...]) -> Account:
        if shape != (self.input_size,):
            raise ShapeError(f"{self!r}: the input must have shape ({self.input_size},) after N; got {shape}.")
        count, work = self.sizes()
        return Account((self.hidden_size,), "", count[1], equation(*count), work[1], equation(*work))

    def sizes(self) -> tuple[tuple[str, int], tuple[str, int]]:
        """Return how many numbers are learned, and how many operations a step takes, each with its formula."""
        inputs, width = self.input_size, self.hidden_size
        rows, shown = self.gates * width, f"{self.gates}·{width}" if self.gates > 1 else str(width)
        return (
            (f"{shown}·({inputs} + {width} + 2)", rows * (inputs + width + 2)),
            (
                f"({shown}·(2·{inputs} + 2·{width}) + {self.operations}·{width})",
                rows * 2 * (inputs + width) + self.operations * width,
            ),
        )

    def label(self) -> str:
        return f"{type(self).__name__}({self.input_size}, {self.hidden_size})"


class RNNCell(_Cell):
    """One step of a vanilla RNN: h' = tanh(x @ weight_ihᵀ + bias_ih + h @ weight_hhᵀ + bias_hh).

    Source: J. L. Elman, Finding Structure in Time, Cognitive Science 14 (1990).

    x has shape (N, D), h and h' have shape (N, H). Attributes: weight_ih (H, D), weight_hh (H, H), bias_ih (H,),
    bias_hh (H,).
    """

    # The sum, tanh.
    operations = 2

    def forward(self, x: Any, h: Any) -> Any:
        own = vars(self)
        from_input = F.linear(x, own["weight_ih"], own["bias_ih"])
        return np.tanh(from_input + F.linear(h, own["weight_hh"], own["bias_hh"]))


class LSTMCell(_Cell):
    """One step of an LSTM: c' = f·c + i·g, h' = o·tanh(c'), with i, f, o = σ(...) and g = tanh(...) of x and h.

    x has shape (N, D); the state is the pair (h, c), each (N, H). The four gates i, f, g, o stand one below the other
    in weight_ih (4H, D), weight_hh (4H, H), bias_ih (4H,), bias_hh (4H,), as in PyTorch.
    Hochreiter and Schmidhuber, "Long short-term memory", 1997, with the forget gate of Gers et al., 2000.
    """

    gates = 4
    # Four sums and four nonlinearities, f·c + i·g, tanh(c'), the product with o.
    operations = 13

    def forward(self, x: Any, state: Any) -> Any:
        h, c = state
        sums = [a + b for a, b in zip(*self._parts(x, h), strict=True)]
        i, f, o = (F.sigmoid(sums[k]) for k in (0, 1, 3))
        c = f * c + i * np.tanh(sums[2])
        return o * np.tanh(c), c

    def first_state(self, count: int, dtype: Any) -> Any:
        return super().first_state(count, dtype), super().first_state(count, dtype)

    def output(self, state: Any) -> Any:
        return state[0]


class GRUCell(_Cell):
    """One step of a GRU: h' = (1 − z)·n + z·h, with r, z = σ(...) and n = tanh(x's part + r·(h's part)).

    x has shape (N, D), h and h' have shape (N, H). The gates r, z, n stand one below the other in weight_ih (3H, D),
    weight_hh (3H, H), bias_ih (3H,), bias_hh (3H,), as in PyTorch; bias_hh of n is inside the product with r.
    Cho et al., "Learning phrase representations using RNN encoder-decoder", 2014.
    """

    gates = 3
    # Two sums and two σ; n_x + r·n_h, tanh; 1 − z, two products, their sum.
    operations = 11

    def forward(self, x: Any, h: Any) -> Any:
        (r_x, z_x, n_x), (r_h, z_h, n_h) = self._parts(x, h)
        r, z = F.sigmoid(r_x + r_h), F.sigmoid(z_x + z_h)
        n = np.tanh(n_x + r * n_h)
        return (1 - z) * n + z * h


class _Recurrent(Module):
    """A step repeated over sequences (N, T, D), layer upon layer, in one direction or in both."""

    cell: ClassVar[type[_Cell]]

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bidirectional: bool = False,
        *,
        rng: np.random.Generator,
    ) -> None:
        """Make a layer.

        Args:
            input_size: D, length of an input.
            hidden_size: H, length of a state.
            num_layers: how many steps stand above each other, each with parameters of its own.
            bidirectional: whether each layer has a second step that reads its inputs from the last to the first; its
                output stands behind the first one's.
            rng: the np.random.Generator that draws the parameters.

        Raises:
            ShapeError: if a size is no whole number, or there is no layer.
        """
        whole(type(self).__name__, "num_layers", num_layers)
        self.input_size, self.hidden_size, self.bidirectional = input_size, hidden_size, bidirectional
        self.cells: list[_Cell] = []
        self.reverse_cells: list[_Cell] = []
        width = input_size
        for _ in range(num_layers):
            for cells in self._directions():
                cells.append(self.cell(width, hidden_size, rng=rng))
            width = hidden_size * len(self._directions())

    def forward(self, x: Any, states: Any = None) -> Any:
        """Return the outputs (N, T, H), or (N, T, 2H) in both directions, and the last states, to go on from.

        Args:
            x: sequences, shape (N, T, D).
            states: states to begin with, a list in the order of what is returned: one for each layer from below, in
                both directions one for each of them; zeros when left out.
        """
        if np.ndim(x) != 3 or np.shape(x)[2] != self.input_size or not np.shape(x)[1]:
            raise ShapeError(
                f"{type(self).__name__}: the input must have shape (N, T, {self.input_size}), T at least 1; "
                f"got {np.shape(x)}."
            )
        layers = list(zip(*self._directions(), strict=True))
        cells = [cell for layer in layers for cell in layer]
        zeros = [cell.first_state(len(x), vars(cell)["weight_ih"].dtype) for cell in cells]
        states = zeros if states is None else states
        if list(map(_shapes, states)) != list(map(_shapes, zeros)):
            raise ShapeError(
                f"{type(self).__name__}: expected a state for each layer and direction, with shapes "
                f"{list(map(_shapes, zeros))}; got {list(map(_shapes, states))}."
            )
        steps, first, last = [x[:, t] for t in range(np.shape(x)[1])], iter(states), []
        for layer in layers:
            found = []
            for cell, forth in zip(layer, (True, False), strict=False):
                state, outputs = next(first), []
                for step in steps if forth else reversed(steps):
                    state = cell(step, state)
                    outputs.append(cell.output(state))
                last.append(state)
                found.append(outputs if forth else outputs[::-1])
            steps = [np.concatenate(pair, axis=-1) for pair in zip(*found, strict=True)] if found[1:] else found[0]
        return np.stack(steps, axis=1), last

    def account(self, shape: tuple[int, ...]) -> Account:
        if len(shape) != 2 or shape[1] != self.input_size:
            raise ShapeError(f"{self!r}: the input must have shape (T, {self.input_size}) after N; got {shape}.")
        sizes = [cell.sizes() for layer in zip(*self._directions(), strict=True) for cell in layer]
        (counted, count), (worked, work) = (total([pair[i] for pair in sizes]) for i in (0, 1))
        inner = worked if len(sizes) == 1 else f"({worked})"
        return Account(
            (shape[0], self.hidden_size * len(self._directions())),
            parameters=count,
            parameters_formula=equation(counted, count),
            flops=shape[0] * work,
            flops_formula=equation(f"{shape[0]}·{inner}", shape[0] * work),
        )

    def _directions(self) -> tuple[list[_Cell], ...]:
        """Return the steps of all layers, for each direction."""
        return (self.cells, self.reverse_cells) if self.bidirectional else (self.cells,)

    def label(self) -> str:
        layers = f", num_layers={len(self.cells)}" if len(self.cells) > 1 else ""
        both = ", bidirectional=True" if self.bidirectional else ""
        return f"{type(self).__name__}({self.input_size}, {self.hidden_size}{layers}{both})"


def _shapes(state: Any) -> Any:
    """Return a state's shape; the shapes of a pair."""
    return tuple(map(np.shape, state)) if isinstance(state, tuple) else np.shape(state)


class RNN(_Recurrent):
    """A vanilla RNN over sequences: h_t = tanh(x_t @ weight_ihᵀ + bias_ih + h_{t−1} @ weight_hhᵀ + bias_hh).

    From (N, T, D) to the outputs (N, T, H) and the last states; PyTorch's with batch_first=True. Elman, "Finding
    structure in time", 1990; in both directions Schuster and Paliwal, "Bidirectional recurrent neural networks", 1997.

    Attributes:
        cells: a step for each layer.
        reverse_cells: likewise for the other direction, or empty.
    """

    cell = RNNCell


class LSTM(_Recurrent):
    """An LSTM over sequences, see `LSTMCell`: from (N, T, D) to the outputs (N, T, H) and the last pairs (h, c).

    Formula and layout are those of `torch.nn.LSTM`.

    Attributes are those of `RNN`.
    """

    cell = LSTMCell


class GRU(_Recurrent):
    """A GRU over sequences, see `GRUCell`: from (N, T, D) to the outputs (N, T, H) and the last states.

    Formula and layout are those of `torch.nn.GRU`.

    Attributes are those of `RNN`.
    """

    cell = GRUCell
