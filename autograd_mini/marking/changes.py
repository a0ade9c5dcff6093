"""Changes: what somebody does otherwise than rightly on the way through a circuit."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..primitive import Primitive
from ..tensor import Tensor
from .steps import Step


@dataclass(frozen=True, eq=False)
class Rule:
    """What a gate sends to its operands, in place of the right thing.

    Attributes:
        function: the rule, of one step.
        position: the operand that alone it is used for; None for all.
        is_whole: whether it is a function of whole arrays, of the operand's shape.
        source: the wire that it reads besides, with whether its "value" or its "gradient".
    """

    function: Callable[[Step], Any]
    position: int | None = None
    is_whole: bool = False
    source: tuple[str, Tensor] | None = None


# An answer's place: whether it is for the value or the gradient, and the wire.
Place = tuple[str, Tensor]

# A contribution that leaves more room than this, though nothing is rounded, comes from a kink.
_KINK = 1e-6


@dataclass(frozen=True, eq=False)
class Changes:
    """What is done otherwise than rightly, by the output of the gate, or the wire, where it is done.

    Attributes:
        sends: what a gate sends to its operands.
        adds: what a fork makes of its contributions.
        pushes: what a fork sends on, if not its gradient.
        reads: the gate that a gate is taken for.
        inputs: the number that an input is taken for.
        ends: what is taken for the gradient of a gate's output, from what it should be.
        turned: the wires whose gradient is written with rows for columns.
    """

    sends: Mapping[Tensor, Rule] = field(default_factory=dict)
    adds: Mapping[Tensor, Callable[..., Any]] = field(default_factory=dict)
    pushes: Mapping[Tensor, Callable[..., Any]] = field(default_factory=dict)
    reads: Mapping[Tensor, Primitive] = field(default_factory=dict)
    inputs: Mapping[Tensor, Any] = field(default_factory=dict)
    ends: Mapping[Tensor, Callable[[Step], Any]] = field(default_factory=dict)
    turned: frozenset[Tensor] = frozenset()

    def touches(self, wire: Tensor) -> bool:
        """Return whether the gradient of a wire is changed where its contributions are added."""
        return wire in self.adds or wire in self.pushes or wire in self.ends

    def __or__(self, other: "Changes") -> "Changes":
        """Return both."""
        return Changes(
            {**self.sends, **other.sends},
            {**self.adds, **other.adds},
            {**self.pushes, **other.pushes},
            {**self.reads, **other.reads},
            {**self.inputs, **other.inputs},
            {**self.ends, **other.ends},
            self.turned | other.turned,
        )


NOTHING = Changes()
