"""Optimisers with a learning rate for each entry: RMSprop, AdaGrad, Adam, AdamW.

Each divides by √v + eps, with eps outside the root as in PyTorch and in CS231n's notes. Other notes write √(v + eps),
which makes steps of small gradients much smaller: with v = 1e-10 and eps = 1e-8, a tenth. `eps_inside=True` is that
formula.
"""

from typing import Any

import numpy as np

from ...errors import UnsupportedError
from ..settings import number
from .optimizer import Optimizer
from .schedules import ReduceOnPlateau, Schedule


class _Adaptive(Optimizer):
    """An optimiser that divides by the root of a mean or a sum of squared gradients."""

    def __init__(
        self, lr: float | Schedule | ReduceOnPlateau, weight_decay: float, eps: float, eps_inside: bool
    ) -> None:
        super().__init__(lr, weight_decay)
        self.eps, self.eps_inside = number(type(self).__name__, "eps", eps, 0.0), eps_inside

    def _decayed(self, x: Any, gradient: Any) -> Any:
        return gradient + self.weight_decay * x if self.weight_decay else gradient

    def _root(self, squares: Any) -> Any:
        return np.sqrt(squares + self.eps) if self.eps_inside else np.sqrt(squares) + self.eps


class RMSprop(_Adaptive):
    """v ← alpha·v + (1 − alpha)·g²; x ← x − lr·g/(√v + eps). With momentum, u ← momentum·u + g/(√v + eps) in its place.

    g is the gradient plus weight_decay·x; `eps_inside` divides by √(v + eps). Tieleman and Hinton, Coursera lecture
    6.5, 2012.
    """

    def __init__(
        self,
        lr: float | Schedule | ReduceOnPlateau = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        momentum: float = 0.0,
        *,
        eps_inside: bool = False,
    ) -> None:
        """Make an optimiser.

        Args:
            lr: learning rate, or a schedule.
            alpha: share of the mean of squares that is kept, the course's decay_rate.
            eps: keeps the divisor from 0.
            weight_decay: what times x is added to the gradient.
            momentum: share of the velocity that is kept.
            eps_inside: whether eps stands inside the root.
        """
        super().__init__(lr, weight_decay, eps, eps_inside)
        self.alpha, self.momentum = (
            number("RMSprop", "alpha", alpha, 0.0, 1.0),
            number("RMSprop", "momentum", momentum, 0.0),
        )

    def slots(self) -> dict[str, float]:
        return {"squares": 0.0} | ({"velocity": 0.0} if self.momentum else {})

    def update(self, x: Any, gradient: Any, slots: dict[str, Any], lr: float, step: int) -> tuple[Any, dict[str, Any]]:
        gradient = self._decayed(x, gradient)
        squares = self.alpha * slots["squares"] + (1 - self.alpha) * gradient**2
        direction = gradient / self._root(squares)
        if not self.momentum:
            return x - lr * direction, {"squares": squares}
        velocity = self.momentum * slots["velocity"] + direction
        return x - lr * velocity, {"squares": squares, "velocity": velocity}


class Adagrad(_Adaptive):
    """v ← v + g²; x ← x − lr/(1 + (step − 1)·lr_decay)·g/(√v + eps).

    g is the gradient plus weight_decay·x; `eps_inside` divides by √(v + eps). As v only grows, steps shrink. Duchi,
    Hazan and Singer, "Adaptive subgradient methods", 2011.
    """

    def __init__(
        self,
        lr: float | Schedule | ReduceOnPlateau = 1e-2,
        lr_decay: float = 0.0,
        weight_decay: float = 0.0,
        initial_accumulator_value: float = 0.0,
        eps: float = 1e-10,
        *,
        eps_inside: bool = False,
    ) -> None:
        """Make an optimiser.

        Args:
            lr: learning rate, or a schedule.
            lr_decay: how fast it falls besides.
            weight_decay: what times x is added to the gradient.
            initial_accumulator_value: v before the first step.
            eps: keeps the divisor from 0.
            eps_inside: whether eps stands inside the root.
        """
        super().__init__(lr, weight_decay, eps, eps_inside)
        self.lr_decay = number("Adagrad", "lr_decay", lr_decay, 0.0)
        self.initial_accumulator_value = number("Adagrad", "initial_accumulator_value", initial_accumulator_value, 0.0)

    def slots(self) -> dict[str, float]:
        return {"squares": self.initial_accumulator_value}

    def update(self, x: Any, gradient: Any, slots: dict[str, Any], lr: float, step: int) -> tuple[Any, dict[str, Any]]:
        gradient = self._decayed(x, gradient)
        squares = slots["squares"] + gradient**2
        return x - lr / (1 + (step - 1) * self.lr_decay) * gradient / self._root(squares), {"squares": squares}


class Adam(_Adaptive):
    """m ← β₁m + (1 − β₁)g; v ← β₂v + (1 − β₂)g²; x ← x − lr·m̂/(√v̂ + eps), m̂ = m/(1 − β₁ᵗ), v̂ = v/(1 − β₂ᵗ).

    g is the gradient plus weight_decay·x; `eps_inside` divides by √(v̂ + eps). Kingma and Ba, "Adam", 2015.
    """

    def __init__(
        self,
        lr: float | Schedule | ReduceOnPlateau = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        *,
        eps_inside: bool = False,
    ) -> None:
        """Make an optimiser.

        Args:
            lr: learning rate, or a schedule.
            betas: shares of the means of gradients and of their squares that are kept.
            eps: keeps the divisor from 0.
            weight_decay: what times x is added to the gradient.
            eps_inside: whether eps stands inside the root.
        """
        super().__init__(lr, weight_decay, eps, eps_inside)
        name = type(self).__name__
        if not (isinstance(betas, tuple | list) and len(betas) == 2):
            raise UnsupportedError(f"{name}: betas must be a pair, such as (0.9, 0.999); got {betas!r:.60}.")
        self.betas = tuple(number(name, "each of betas", beta, 0.0, 1.0) for beta in betas)

    def slots(self) -> dict[str, float]:
        return {"mean": 0.0, "squares": 0.0}

    def update(self, x: Any, gradient: Any, slots: dict[str, Any], lr: float, step: int) -> tuple[Any, dict[str, Any]]:
        gradient = self._decayed(x, gradient)
        beta1, beta2 = self.betas
        mean = beta1 * slots["mean"] + (1 - beta1) * gradient
        squares = beta2 * slots["squares"] + (1 - beta2) * gradient**2
        direction = mean / (1 - beta1**step) / self._root(squares / (1 - beta2**step))
        return x - lr * direction, {"mean": mean, "squares": squares}


class AdamW(Adam):
    """Adam whose weight decay does not go through the gradient: x ← x − lr·weight_decay·x before Adam's step.

    Loshchilov and Hutter, "Decoupled weight decay regularization", 2019.
    """

    def __init__(
        self,
        lr: float | Schedule | ReduceOnPlateau = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        *,
        eps_inside: bool = False,
    ) -> None:
        """Make an optimiser; the settings are those of `Adam`."""
        super().__init__(lr, betas, eps, weight_decay, eps_inside=eps_inside)

    def update(self, x: Any, gradient: Any, slots: dict[str, Any], lr: float, step: int) -> tuple[Any, dict[str, Any]]:
        return super().update(x * (1 - lr * self.weight_decay), gradient, slots, lr, step)

    def _decayed(self, x: Any, gradient: Any) -> Any:
        return gradient
