"""What optimisers share: they go through nested parameters leaf by leaf, and keep their memory in a plain dict."""

from typing import Any

import numpy as np

from ...errors import ShapeError, StateError
from ...transforms.trees import check_same_form, filled, leaves, mapped
from ..settings import number
from .schedules import ReduceOnPlateau, Schedule, checked_rate, rate


class Optimizer:
    """A rule for the next parameters from the present ones and their gradients.

    A subclass names its `slots`, the arrays it remembers for every parameter, and says in `update` what happens to one
    parameter.
    """

    def __init__(self, lr: float | Schedule | ReduceOnPlateau, weight_decay: float) -> None:
        self.lr = checked_rate(lr)
        self.weight_decay = number(type(self).__name__, "weight_decay", weight_decay, 0.0)

    def slots(self) -> dict[str, float]:
        """Return the names of what is remembered for every parameter, with its first value."""
        return {}

    def update(self, x: Any, gradient: Any, slots: dict[str, Any], lr: float, step: int) -> tuple[Any, dict[str, Any]]:
        """Return the next value of a parameter, and of what is remembered for it.

        Args:
            x: the parameter.
            gradient: its gradient.
            slots: what is remembered.
            lr: the learning rate.
            step: which step this is, from 1.
        """
        raise NotImplementedError

    def init(self, parameters: Any) -> dict[str, Any]:
        """Return the state before the first step: {"step": 0, slot: nested like the parameters, ...}."""
        state: dict[str, Any] = {"step": 0}
        for name, first in self.slots().items():
            state[name] = mapped(lambda x, first=first: np.full_like(x, first), parameters)
        if isinstance(self.lr, ReduceOnPlateau):
            state["plateau"] = self.lr.init()
        return state

    def step(self, parameters: Any, gradients: Any, state: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        """Return the next parameters and the next state; those given stay as they were.

        Args:
            parameters: nested dicts, lists and tuples of arrays.
            gradients: nested likewise.
            state: from `init` or the step before.

        Raises:
            ShapeError: if the gradients are nested otherwise, or one has another shape than its parameter.
            StateError: if the state is that of another optimiser.
        """
        check_same_form(gradients, parameters, "step: the gradients")
        for x, gradient in zip(leaves(parameters), leaves(gradients), strict=True):
            if np.shape(x) != np.shape(gradient):
                raise ShapeError(
                    f"step: a gradient must have its parameter's shape {np.shape(x)}; got {np.shape(gradient)}."
                )
        missing = {"step", *self.slots()} - state.keys()
        if missing:
            raise StateError(
                f"step: the state is none of {type(self).__name__}'s, it lacks {', '.join(sorted(missing))}. "
                "Begin with state = optimizer.init(parameters)."
            )
        lr, step, names = self.rate(state), int(state["step"]) + 1, list(self.slots())
        remembered = [leaves(state[name]) for name in names]
        values: list[Any] = []
        kept: list[dict[str, Any]] = []
        for x, gradient, *slots in zip(leaves(parameters), leaves(gradients), *remembered, strict=True):
            value, after = self.update(x, gradient, dict(zip(names, slots, strict=True)), lr, step)
            values.append(value)
            kept.append(after)
        following = state | {"step": step}
        for name in names:
            following[name] = filled(parameters, iter([after[name] for after in kept]))
        return filled(parameters, iter(values)), following

    def __repr__(self) -> str:
        settings = ", ".join(f"{name}={value!r}" for name, value in vars(self).items())
        return f"{type(self).__name__}({settings})"

    def rate(self, state: dict[str, Any]) -> float:
        """Return the learning rate of the next step."""
        if isinstance(self.lr, ReduceOnPlateau):
            return float(state["plateau"]["lr"])
        return rate(self.lr, int(state["step"]))

    def observe(self, state: dict[str, Any], loss: float) -> dict[str, Any]:
        """Return the state after a validation loss was seen, which only `ReduceOnPlateau` heeds."""
        if isinstance(self.lr, ReduceOnPlateau):
            return state | {"plateau": self.lr.observed(state["plateau"], loss)}
        return state
