"""What a misconception is: a name, the gates it is had at, and the part of the backward pass it replaces."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from ...graph import Gate, Graph
from ...primitive import Primitive
from ...tensor import Tensor
from ..steps import Step

# How likely a mistake is, by what is known of people's work: the greater, the likelier.
VERY_COMMON, COMMON, PLAUSIBLE, RARE = 4, 3, 2, 1


class Misconception(NamedTuple):
    """A way to be wrong.

    Attributes:
        id: its name: the kind of gate and what is done there, as in "recip.at_output".
        where: the kind of gate it is made at (a key of `KINDS`), "fork", or "input".
        frequency: how likely it is, from RARE to VERY_COMMON.
        sends: what the gate sends to an operand, in place of the right thing.
        adds: what a fork makes of the contributions, in the order in which they arrive, in place of their sum.
        pushes: what a fork sends on, in place of its gradient.
        reads: the gate that the gate is taken for.
        ends: what is taken for the gradient of the gate's output, from what it should be (`upstream`).
        is_each: whether it is made at one operand of a gate at a time.
        is_whole: whether `sends` is a function of whole arrays, of the operand's shape, and not entry by entry.
        is_turned: whether the gradient of the operand is written with rows for columns.
        sources: the wires that `sends` reads besides, with whether their "value" or their "gradient", by gate and
            operand; a fault for each.
    """

    id: str
    where: str
    frequency: int
    sends: Callable[[Step], Any] | None = None
    adds: Callable[..., Any] | None = None
    pushes: Callable[..., Any] | None = None
    reads: Primitive | None = None
    ends: Callable[[Step], Any] | None = None
    is_each: bool = False
    is_whole: bool = False
    is_turned: bool = False
    sources: Callable[[Gate, int, Graph], Iterable[tuple[str, Tensor]]] | None = None
