"""Stochastic gradient descent, with momentum."""

from typing import Any

from ...errors import UnsupportedError
from ..settings import number
from .optimizer import Optimizer
from .schedules import ReduceOnPlateau, Schedule


class SGD(Optimizer):
    """x ← x − lr·d, where d = g, or with momentum v ← momentum·v + g and d = v, or Nesterov's d = g + momentum·v.

    g is the gradient plus weight_decay·x. In the course's notes the learning rate is inside the velocity,
    v ← momentum·v − lr·g and x ← x + v: the same while lr stays, another when a schedule changes it. `lr_inside=True`
    is that formula. Sutskever et al., "On the importance of initialization and momentum in deep learning", 2013.
    """

    def __init__(
        self,
        lr: float | Schedule | ReduceOnPlateau = 1e-3,
        momentum: float = 0.0,
        weight_decay: float = 0.0,
        nesterov: bool = False,
        *,
        lr_inside: bool = False,
    ) -> None:
        """Make an optimiser.

        Args:
            lr: learning rate, or a schedule.
            momentum: share of the velocity that is kept.
            weight_decay: what times x is added to the gradient: the gradient of ½·weight_decay·‖x‖².
            nesterov: whether to look ahead.
            lr_inside: whether velocities contain the learning rate, as in the course.

        Raises:
            UnsupportedError: if nesterov is asked for without momentum.
        """
        super().__init__(lr, weight_decay)
        if nesterov and not momentum:
            raise UnsupportedError("SGD: nesterov=True needs momentum; got momentum 0.")
        number("SGD", "momentum", momentum, 0.0)
        self.momentum, self.nesterov, self.lr_inside = momentum, nesterov, lr_inside

    def slots(self) -> dict[str, float]:
        return {"velocity": 0.0} if self.momentum else {}

    def update(self, x: Any, gradient: Any, slots: dict[str, Any], lr: float, step: int) -> tuple[Any, dict[str, Any]]:
        gradient = gradient + self.weight_decay * x if self.weight_decay else gradient
        if not self.momentum:
            return x - lr * gradient, {}
        inner, outer = (lr, 1.0) if self.lr_inside else (1.0, lr)
        velocity = self.momentum * slots["velocity"] + inner * gradient
        direction = inner * gradient + self.momentum * velocity if self.nesterov else velocity
        return x - outer * direction, {"velocity": velocity}
