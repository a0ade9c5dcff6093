"""The exam's table of a network: shape, activations and parameters of each layer, with the formulas that give them."""

from dataclasses import dataclass
from typing import Any

from ..errors import ShapeError
from .accounts import Account
from .module import Module
from .sequential import Sequential
from .settings import of_kind, shape_of_example


@dataclass(frozen=True)
class Row:
    """One layer of the table.

    Attributes:
        path: the layer's name in the model.
        layer: its kind and settings.
        account: shape, parameters and work, with formulas.
    """

    path: str
    layer: str
    account: Account


@dataclass(frozen=True)
class Summary:
    """The table of a network; printed, it is text.

    Attributes:
        input_shape: the input's shape, without the batch axis.
        rows: one for each layer.
    """

    input_shape: tuple[int, ...]
    rows: tuple[Row, ...]

    @property
    def parameters(self) -> int:
        """Number of learned numbers of all layers."""
        return sum(row.account.parameters for row in self.rows)

    @property
    def memory(self) -> int:
        """Number of activations of one example, without the input."""
        return sum(row.account.memory for row in self.rows)

    @property
    def flops(self) -> int:
        """Floating-point operations of one example's forward pass, over the layers where they are counted."""
        return sum(row.account.flops or 0 for row in self.rows)

    def __str__(self) -> str:
        cells = [("layer", "output shape", "from", "activations", "parameters", "FLOPs")]
        cells.append(("input", _product(self.input_shape), "", "", "", ""))
        for row in self.rows:
            account = row.account
            work = "not counted" if account.flops is None else account.flops_formula or "0"
            cells.append(
                (
                    f"{row.path}: {row.layer}" if row.path else row.layer,
                    _product(account.shape),
                    account.lengths,
                    account.memory_formula,
                    account.parameters_formula or "0",
                    work,
                )
            )
        cells.append(("total", "", "", str(self.memory), str(self.parameters), str(self.flops)))
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        lines = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in cells]
        return "\n".join(line.rstrip() for line in lines)


def summary(model: Module, input_shape: tuple[int, ...]) -> Summary:
    """Return the table of a model: for each layer its output's shape, activations, parameters and work, with formulas.

    A Sequential is gone through layer by layer; any other model is one row, run on zeros to find its shape, its work
    not counted. FLOPs are those of one example's forward pass out of training. A multiplication and an addition are
    counted as two, so that a sum of n products with a bias takes 2·n; where they are counted as one, it is about half.
    Every other operation, and a call of a nonlinearity, is one; a softmax is three for each entry.

    Args:
        model: the model; nothing in it changes.
        input_shape: shape of one example, without the batch axis: (1, 32, 32).

    Raises:
        ShapeError: if an input does not fit its layer; the message has both shapes.
    """
    of_kind("summary", "the model", model, Module, "a Module")
    shape = shape_of_example("summary", input_shape)
    return Summary(shape, tuple(_rows(model, shape, "")))


def _rows(model: Module, shape: tuple[int, ...], path: str) -> list[Row]:
    if not isinstance(model, Sequential):
        try:
            return [Row(path, model.label(), model.account(shape))]
        except ShapeError as error:
            raise ShapeError(f"summary: layer {path}, {error}" if path else f"summary: {error}") from error
    rows: list[Row] = []
    for name, layer in model.children().items():
        rows += _rows(layer, shape, f"{path}.{name}" if path else name)
        shape = rows[-1].account.shape if rows else shape
    return rows


def _product(shape: tuple[Any, ...]) -> str:
    return "×".join(map(str, shape)) or "1"
