"""A training step as compiled code: the model's parameters, its random numbers and its statistics go in and out.

`compile` compares at each call what a function reads besides its arguments. What a step changes by its nature, the
parameters, the generators and the running statistics, is therefore taken out of the model while the code runs; every
other setting stays in and is watched, so that the code is never stale.
"""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from ..errors import UnsupportedError
from ..functional.normalization import update_running
from ..program import compile
from ..tensor import Tensor, no_grad
from .effects import effects
from .linear import Dropout
from .module import Module
from .settings import single_loss


class CompiledStep:
    """A model's loss, outputs and gradients by compiled code, traced once for each shape of a batch.

    Attributes:
        model: the model.
        loss: function of its outputs and the targets.
    """

    def __init__(self, model: Module, loss: Callable[[Any, Any], Any]) -> None:
        self.model, self.loss = model, loss
        self._compiled = compile(_without_effects(model, loss), 0, has_aux=True)
        self._layers: dict[str, Any] = {}
        self._drawings: dict[Any, list[tuple[str, tuple[int, ...]]]] = {}

    def begin_epoch(self) -> None:
        """Look at the model anew: which layers it has, and what they draw."""
        self._layers = dict(self.model.walk())
        self._drawings.clear()

    def __call__(self, parameters: dict[str, Any], inputs: tuple[Any, ...], targets: Any) -> tuple[Any, Any, Any]:
        """Return the loss, the outputs and the gradients of a batch, as an eager step computes them.

        Generators and running statistics are left as an eager step leaves them.

        Raises:
            UnsupportedError: if the model draws random numbers elsewhere than in `Dropout`, or changes what it reads.
        """
        drawn = [{path: self._layers[path].rng.random(shape)} for path, shape in self._asked(parameters, inputs)]
        with _set_aside(self._layers):
            (value, (outputs, statistics)), gradients = self._compiled.value_and_grad(
                parameters, drawn, inputs, targets
            )
        for path, batches in statistics.items():
            layer = self._layers[path]
            for mean, var, count in batches:
                update_running(layer.running_mean, layer.running_var, mean, var, count, layer.momentum)
        return value, outputs, gradients

    def _asked(self, parameters: dict[str, Any], inputs: tuple[Any, ...]) -> list[tuple[str, tuple[int, ...]]]:
        """Return what the layers draw for inputs of these shapes: where, and how much."""
        if not any(isinstance(layer, Dropout) for layer in self._layers.values()):
            return []
        key = tuple(np.shape(part) for part in inputs)
        if key not in self._drawings:
            # A call of the model alone tells; its results are not used.
            with _set_aside(self._layers), no_grad(), self.model.holding(parameters):
                with effects(_paths(self.model), None) as found:
                    self.model(*inputs)
                self._drawings[key] = found.asked
        return self._drawings[key]


def _without_effects(model: Module, loss: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    """Return a step as a function: of parameters, random numbers and a batch, to the loss and what else is wanted."""

    def step(parameters: Any, drawn: Any, inputs: Any, targets: Any) -> Any:
        with model.holding(parameters), effects(_paths(model), drawn) as found:
            outputs = model(*inputs)
            return single_loss(loss(outputs, targets)), (outputs, found.statistics)

    return step


def _paths(model: Module) -> dict[int, str]:
    """Return the paths of a model's layers by their identity."""
    return {id(layer): path for path, layer in model.walk()}


class _NoGenerator(np.random.Generator):
    """Stands for a generator while compiled code is traced and run, which must not draw from it."""

    def __init__(self) -> None:
        super().__init__(np.random.PCG64(0))

    def __getattribute__(self, name: str) -> Any:
        if not name.startswith("_") and name != "bit_generator":
            raise UnsupportedError(
                "Trainer: in a compiled step only nn.Dropout may draw random numbers. Draw them outside and give them "
                "as inputs, or use compiled=False."
            )
        return super().__getattribute__(name)


_NO_GENERATOR = _NoGenerator()
# One object, because compiled code looks whether it reads the same ones.
_NO_PARAMETER = Tensor(0.0)


@contextlib.contextmanager
def _set_aside(layers: dict[str, Module]) -> Iterator[None]:
    """Take out of the layers, in this `with`, what every step changes."""
    taken: list[tuple[dict[str, Any], str, Any, Any]] = []
    for layer in layers.values():
        settings = vars(layer)
        statistics = layer.batch_statistics if layer.training else ()
        for name, value in settings.items():
            if isinstance(value, Tensor) and value.requires_grad and value.gate is None:
                taken.append((settings, name, value, _NO_PARAMETER))
            elif isinstance(value, np.random.Generator):
                taken.append((settings, name, value, _NO_GENERATOR))
            elif name in statistics:
                taken.append((settings, name, value, None))
    for settings, name, _, instead in taken:
        settings[name] = instead
    try:
        yield
    finally:
        for settings, name, value, _ in taken:
            settings[name] = value
