"""What the exam's table says of one layer: its output's shape, its parameters and its work, each with its formula.

Work is counted in floating-point operations (FLOPs) of one forward pass of one example, out of training. A
multiplication and an addition are two, and so a sum of n products is 2·n − 1, and with a bias 2·n; papers that count
multiply-adds give half of it. Every division, root, comparison and call of a nonlinearity is one; a softmax is three
for each entry (exponential, sum, division). What only moves numbers, such as an embedding, is none.
"""

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import DtypeError
from ..tensor import no_grad

if TYPE_CHECKING:
    from .module import Module


@dataclass(frozen=True)
class Account:
    """One line of the table.

    Attributes:
        shape: the output's shape, without the batch axis.
        lengths: how its lengths come about, "(32 − 5 + 2·2)/1 + 1 = 32", or "" where they are the input's.
        parameters: number of learned numbers.
        parameters_formula: how they are counted, "10·(5·5·1 + 1) = 260", or "" where there are none.
        flops: floating-point operations, or None where they are not counted.
        flops_formula: how they are counted, or "".
    """

    shape: tuple[int, ...]
    lengths: str = ""
    parameters: int = 0
    parameters_formula: str = ""
    flops: int | None = 0
    flops_formula: str = ""

    @property
    def memory(self) -> int:
        """Number of activations: the product of the output's lengths."""
        return math.prod(self.shape)

    @property
    def memory_formula(self) -> str:
        """How they are counted: "10·32·32 = 10240"."""
        return equation("·".join(map(str, self.shape)), self.memory) if len(self.shape) > 1 else str(self.memory)


def equation(formula: str, value: Any) -> str:
    """Return "formula = value"."""
    return f"{formula} = {value}"


def total(parts: list[tuple[str, int]]) -> tuple[str, int]:
    """Return the sum of numbers with formulas, and its formula; equal ones are taken together: "2·(a + b) + c"."""
    counts = Counter(parts)
    formula = " + ".join(
        part if count == 1 else f"{count}·({part})" if _is_sum(part) else f"{count}·{part}"
        for (part, _), count in counts.items()
    )
    return formula, sum(value for _, value in parts)


def _is_sum(formula: str) -> bool:
    """Return whether a formula has a plus outside its parentheses."""
    return any(sign == "+" and formula.count("(", 0, i) == formula.count(")", 0, i) for i, sign in enumerate(formula))


def window_length(n: int, taps: int, stride: int, padding: int, dilation: int = 1) -> tuple[int, str]:
    """Return how many windows fit along an axis, ⌊(n − taps + 2·padding)/stride⌋ + 1, and the formula with numbers."""
    span = dilation * (taps - 1) + 1
    shown = str(span) if dilation == 1 else f"({dilation}·({taps} − 1) + 1)"
    room = n - span + 2 * padding
    count = room // stride + 1
    inner = f"({n} − {shown}" + (f" + 2·{padding}" if padding else "") + f")/{stride}"
    return count, equation((f"⌊{inner}⌋" if room % stride else inner) + " + 1", count)


def per_entry(shape: tuple[int, ...], operations: int) -> dict[str, Any]:
    """Return the account's `flops` and `flops_formula` of a function that works entry by entry."""
    count = math.prod(shape)
    return {"flops": count * operations, "flops_formula": equation(f"{count}·{operations}", count * operations)}


def by_running(module: "Module", shape: tuple[int, ...]) -> Account:
    """Return the account of a module without formulas of its own: run on zeros; its work is not counted."""
    modes = {path: part.training for path, part in module.walk()}
    module.eval()
    try:
        with no_grad():
            try:
                output = module(np.zeros((1, *shape)))
            except DtypeError:
                # It begins with an embedding, which takes whole numbers.
                output = module(np.zeros((1, *shape), int))
    finally:
        for path, part in module.walk():
            part.training = modes[path]
    # A recurrent layer gives its last state beside its outputs.
    output = output[0] if isinstance(output, tuple) else output
    return Account(np.shape(output)[1:], **counted(module), flops=None)


def counted(module: "Module") -> dict[str, Any]:
    """Return the account's `parameters` and their formula as the sum of the sizes of all arrays."""
    from ..transforms.trees import leaves

    shapes = [np.shape(leaf) for leaf in leaves(module.parameters())]
    total = sum(math.prod(shape) for shape in shapes)
    formula = " + ".join("·".join(map(str, shape)) or "1" for shape in shapes)
    return {"parameters": total, "parameters_formula": equation(formula, total) if shapes else ""}
