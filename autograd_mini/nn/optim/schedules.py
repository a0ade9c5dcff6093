"""Learning rates that change: functions of the number of steps already taken.

A schedule given as an optimiser's `lr` is asked before each step. Counting is in steps of the optimiser; to change
once in an epoch, multiply by the number of batches.
"""

import math
from dataclasses import dataclass
from typing import Any

from ...errors import UnsupportedError
from ..settings import number, whole


class Schedule:
    """A learning rate as a function of the steps already taken."""

    def __call__(self, step: int) -> float:
        """Return the learning rate for the next step, when `step` of them have been taken."""
        raise NotImplementedError


@dataclass(frozen=True)
class StepDecay(Schedule):
    """lr·factor^⌊step/every⌋: PyTorch's StepLR."""

    lr: float
    every: int
    factor: float = 0.1

    def __post_init__(self) -> None:
        number("StepDecay", "lr", self.lr, 0.0)
        whole("StepDecay", "every", self.every)
        number("StepDecay", "factor", self.factor, 0.0)

    def __call__(self, step: int) -> float:
        return self.lr * self.factor ** (step // self.every)


@dataclass(frozen=True)
class Exponential(Schedule):
    """lr·factor^step: PyTorch's ExponentialLR, and the course's lr_decay where a step is an epoch."""

    lr: float
    factor: float

    def __post_init__(self) -> None:
        number("Exponential", "lr", self.lr, 0.0)
        number("Exponential", "factor", self.factor, 0.0)

    def __call__(self, step: int) -> float:
        return self.lr * self.factor**step


@dataclass(frozen=True)
class Cosine(Schedule):
    """least + ½(lr − least)(1 + cos(π·step/steps)), and `least` from then on: PyTorch's CosineAnnealingLR up to there.

    Loshchilov and Hutter, "SGDR", 2017.
    """

    lr: float
    steps: int
    least: float = 0.0

    def __post_init__(self) -> None:
        number("Cosine", "lr", self.lr, 0.0)
        whole("Cosine", "steps", self.steps)
        number("Cosine", "least", self.least, 0.0)

    def __call__(self, step: int) -> float:
        share = min(step, self.steps) / self.steps
        return self.least + 0.5 * (self.lr - self.least) * (1 + math.cos(math.pi * share))


@dataclass(frozen=True)
class WarmUp(Schedule):
    """Rises evenly from start·lr to lr over `steps`, then follows another schedule from its own beginning.

    PyTorch's LinearLR, followed by another in SequentialLR.

    Attributes:
        then: a schedule, or a number that stays.
        steps: how many steps the rise takes.
        start: share of the learning rate to begin with.
    """

    then: Schedule | float
    steps: int
    start: float = 0.0

    def __post_init__(self) -> None:
        if not isinstance(self.then, Schedule):
            number("WarmUp", "then", self.then, 0.0)
        whole("WarmUp", "steps", self.steps, least=0)
        number("WarmUp", "start", self.start, 0.0)

    def __call__(self, step: int) -> float:
        if step < self.steps:
            share = self.start + (1 - self.start) * step / self.steps
            return share * rate(self.then, 0)
        return rate(self.then, step - self.steps)


@dataclass(frozen=True)
class ReduceOnPlateau:
    """Multiplies the learning rate by `factor` when a loss has not fallen for more than `patience` observations.

    The optimiser keeps what was observed in its state; `state = optimizer.observe(state, loss)` tells it a loss.
    PyTorch's ReduceLROnPlateau with threshold_mode="rel".

    Attributes:
        lr: learning rate to begin with.
        factor: what it is multiplied by.
        patience: observations without a new best that are put up with.
        threshold: a loss counts as new best below best·(1 − threshold).
        least: the learning rate does not fall below this.
    """

    lr: float
    factor: float = 0.1
    patience: int = 10
    threshold: float = 1e-4
    least: float = 0.0

    def __post_init__(self) -> None:
        for name in ("lr", "factor", "threshold", "least"):
            number("ReduceOnPlateau", name, getattr(self, name), 0.0)
        whole("ReduceOnPlateau", "patience", self.patience, least=0)

    def init(self) -> dict[str, Any]:
        """Return what is known before the first observation."""
        return {"lr": self.lr, "best": math.inf, "waited": 0}

    def observed(self, state: dict[str, Any], loss: float) -> dict[str, Any]:
        """Return what is known after a loss."""
        if loss < state["best"] * (1 - self.threshold):
            return {**state, "best": loss, "waited": 0}
        waited = state["waited"] + 1
        if waited <= self.patience:
            return {**state, "waited": waited}
        return {**state, "lr": max(state["lr"] * self.factor, self.least), "waited": 0}


def rate(lr: Schedule | float, step: int) -> float:
    """Return a learning rate that is a number or a schedule."""
    return lr(step) if isinstance(lr, Schedule) else lr


def checked_rate(lr: Any) -> Any:
    """Return a learning rate.

    Raises:
        UnsupportedError: if it is no positive number or schedule.
    """
    if isinstance(lr, Schedule | ReduceOnPlateau):
        return lr
    if isinstance(lr, bool) or not isinstance(lr, int | float) or not 0 <= lr < math.inf:
        raise UnsupportedError(
            f"lr must be a number of at least 0, or a schedule such as Cosine(0.1, steps=1000); got {lr!r:.60}."
        )
    return lr
