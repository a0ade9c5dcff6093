"""What is timed: a computation, the same written by hand, and the contestants that differentiate it by themselves."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

Step = Callable[[], list[Any]]


class Workload(NamedTuple):
    """One line of the table.

    Attributes:
        name: "W1".
        title: what is computed.
        inputs: the numbers or arrays that the loss is differentiated by, in order.
        loss: the computation on a library's functions and its own arrays: `loss(library, *data, *inputs)`.
        floor: the gradients written by hand: `floor(*data, *inputs)`.
        data: the arrays that nobody differentiates by.
        gates: how many gates the time is divided by; 1 for a whole step.
        is_scalar: whether the inputs are Python floats.
        is_training: whether the graph may be forgotten during the backward pass.
        is_entrywise: whether the loss is an array; the gradient that arrives at each entry is 1.
        leaves_out: libraries that have no function for it, or none that takes part within reason.
        tolerance: relative difference of gradients allowed between libraries: the rounding of the dtype.
    """

    name: str
    title: str
    inputs: tuple[Any, ...]
    loss: Callable[..., Any]
    floor: Callable[..., list[Any]]
    data: tuple[Any, ...] = ()
    gates: int = 1
    is_scalar: bool = False
    is_training: bool = True
    is_entrywise: bool = False
    leaves_out: tuple[str, ...] = ()
    tolerance: float = 1e-9

    @property
    def argnums(self) -> tuple[int, ...]:
        """The positions of the inputs among the arguments of `loss`, behind the data."""
        return tuple(range(len(self.data), len(self.data) + len(self.inputs)))

    def contestants(self, engines: "Mapping[str, Engine]") -> dict[str, Step]:
        """Return a step for the floor and for each engine that takes part, by name."""
        steps: dict[str, Step] = {"floor": lambda: self.floor(*self.data, *self.inputs)}
        for name, engine in engines.items():
            if name not in self.leaves_out and (self.is_scalar or not engine.only_scalars):
                steps[name] = engine.step(self)
        return steps


class Engine(NamedTuple):
    """A library that differentiates: how it makes a step of a workload's loss, and what it cannot take."""

    step: Callable[[Workload], Step]
    only_scalars: bool = False
