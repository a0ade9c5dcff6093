"""Module: a part of a network, found by looking at its attributes.

An attribute that is a Tensor made by hand, a leaf that requires a gradient, is learned; a NumPy array is kept and saved
but not learned; a Module, or a list or dict of them, is a part. Everything else is a setting. Nothing is registered,
and no derivative is known here.
"""

import contextlib
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Any, ClassVar, Self

import numpy as np

from ..errors import ShapeError
from ..scopes import scope
from ..tensor import Tensor, no_grad
from ..transforms.trees import mapped
from .accounts import Account, by_running
from .entries import checked, flat
from .settings import whole

# Labels of the modules whose calls are drawn as frames, by identity; None outside `frames`.
_labels: ContextVar[dict[int, str] | None] = ContextVar("labels", default=None)


class Module:
    """A part of a network: calling it runs `forward`.

        class TwoLayerNet(nn.Module):
            def __init__(self, rng):
                self.hidden = nn.Linear(4, 8, rng=rng)
                self.out = nn.Linear(8, 3, rng=rng)

            def forward(self, x):
                return self.out(F.relu(self.hidden(x)))

    The model keeps its parameters, so that `model(x)` runs it; and every transform can be given others:

        value_and_grad(lambda p: F.cross_entropy(model.apply(p, x), y))(model.parameters())

    To share parameters between two places, put the same Module in both; it is then counted, saved and learned once.

    Attributes:
        training: whether dropout drops and batch normalisation uses the batch; see `train` and `eval`.
    """

    training: bool = True
    forward: Callable[..., Any]
    # Names of the arrays into which a call in training writes what it saw.
    batch_statistics: ClassVar[tuple[str, ...]] = ()

    def __call__(self, *inputs: Any, **options: Any) -> Any:
        """Return what `forward` gives.

        Raises:
            ShapeError: if an input does not fit; the message begins with the layer.
        """
        labels = _labels.get()
        framed = scope(labels[id(self)]) if labels and id(self) in labels else contextlib.nullcontext()
        with framed:
            try:
                return self.forward(*inputs, **options)
            except ShapeError as error:
                if self.children():
                    # The part in which it happened has named itself.
                    raise
                raise type(error)(f"{self!r}: {error}") from error

    def children(self) -> dict[str, "Module"]:
        """Return the parts by name; those in a list `cells` are "cells.0", "cells.1", ..."""
        found: dict[str, Module] = {}
        for name, value in vars(self).items():
            if isinstance(value, Module):
                found[name] = value
            elif isinstance(value, list | tuple | dict):
                pairs = value.items() if isinstance(value, dict) else enumerate(value)
                found |= {f"{name}.{key}": part for key, part in pairs if isinstance(part, Module)}
        return found

    def walk(self, path: str = "") -> Iterator[tuple[str, "Module"]]:
        """Yield ("", this module), then every part below it with its path, each once."""
        seen: set[int] = set()
        waiting = [(path, self)]
        while waiting:
            path, module = waiting.pop()
            if id(module) in seen:
                continue
            seen.add(id(module))
            yield path, module
            below = [(f"{path}.{name}" if path else name, child) for name, child in module.children().items()]
            waiting += reversed(below)

    def parameters(self) -> dict[str, Any]:
        """Return what is learned: a nested dict of plain arrays, {"hidden": {"weight": ..., "bias": ...}, ...}."""
        return mapped(lambda tensor: tensor.data, self._learned())

    def gradients(self) -> dict[str, Any]:
        """Return the gradients that `backward()` left, nested as `parameters()`; zeros where none arrived."""
        return mapped(
            lambda tensor: np.zeros(tensor.shape, tensor.dtype) if tensor.grad is None else tensor.grad,
            self._learned(),
        )

    def buffers(self) -> dict[str, Any]:
        """Return what is kept but not learned, such as running statistics: a nested dict of the arrays themselves."""
        return self._gathered(lambda value: isinstance(value, np.ndarray))

    def generators(self) -> dict[str, Any]:
        """Return the random generators of the parts that draw while they run, nested likewise."""
        return self._gathered(lambda value: isinstance(value, np.random.Generator))

    def state(self) -> dict[str, Any]:
        """Return everything that is saved: {"parameters": ..., "buffers": ...}."""
        return {"parameters": self.parameters(), "buffers": self.buffers()}

    def update(self, parameters: dict[str, Any]) -> Self:
        """Take other parameters, and return this module. The old arrays stay as they were.

        Args:
            parameters: nested as `parameters()`; numbers are converted to the dtype of what they replace.

        Raises:
            StateError: if an entry is missing, superfluous, or of another shape. Nothing has changed then.
        """
        mine = self.parameters()
        self._put(
            mapped(lambda old, new: Tensor(np.asarray(new, np.asarray(old).dtype)), mine, checked(parameters, mine))
        )
        return self

    def load_state(self, state: dict[str, Any]) -> Self:
        """Take over what `state()` of an equal module gave, and return this module.

        Raises:
            StateError: if an entry is missing, superfluous, or of another shape. Nothing has changed then.
        """
        state = checked(state, self.state())
        self.update(state["parameters"])
        for old, new in zip(flat(self.buffers()).values(), flat(state["buffers"]).values(), strict=True):
            old[...] = new
        return self

    def apply(self, parameters: dict[str, Any], *inputs: Any, **options: Any) -> Any:
        """Return what the module gives with other parameters: a function of them, for `grad` and other transforms.

        Running statistics are updated as in a plain call.

        Args:
            parameters: nested as `parameters()`: arrays, or the wires of a transform.
            inputs: what the module is called with.
            options: likewise by name.

        Raises:
            StateError: if an entry is missing, superfluous, or of another shape.
        """
        with self.holding(checked(parameters, self._learned())):
            return self(*inputs, **options)

    @contextlib.contextmanager
    def holding(self, parameters: dict[str, Any]) -> Iterator[None]:
        """Let the module have other parameters in this `with`: for a loss that reads them beside the outputs.

        with model.holding(parameters):
            loss = F.cross_entropy(model(x), y) + 0.01 * np.sum(model[0].weight**2)

        Args:
            parameters: nested and shaped as `parameters()`, which is not checked here: arrays, or the wires of a
                transform.
        """
        own = self._learned()
        self._put(mapped(lambda leaf: leaf if isinstance(leaf, Tensor) else Tensor(leaf), parameters))
        try:
            yield
        finally:
            self._put(own)

    def predict(self, x: Any, *, batch_size: int = 256) -> Any:
        """Return the outputs as a plain array, batch by batch, out of training and without recording.

        Args:
            x: inputs, shape (N, ...).
            batch_size: how many go through at once.
        """
        whole("predict", "batch_size", batch_size)
        was_training = {path: module.training for path, module in self.walk()}
        self.eval()
        try:
            with no_grad():
                # Once even for no examples, so that the result has its shape.
                outputs = [self(x[i : i + batch_size]) for i in range(0, max(len(x), 1), batch_size)]
            return np.concatenate([getattr(output, "data", output) for output in outputs])
        finally:
            for path, module in self.walk():
                module.training = was_training[path]

    def train(self) -> Self:
        """Set this module and its parts to training, and return it."""
        return self._set_training(True)

    def eval(self) -> Self:
        """Set this module and its parts to use instead of training, and return it."""
        return self._set_training(False)

    def astype(self, dtype: Any) -> Self:
        """Convert parameters and buffers to a floating-point dtype, and return this module."""
        dtype = np.dtype(dtype)
        for _, module in self.walk():
            for name, value in list(vars(module).items()):
                if isinstance(value, Tensor):
                    setattr(module, name, Tensor(np.asarray(value.data, dtype), name=value.name))
                elif isinstance(value, np.ndarray) and value.dtype.kind == "f":
                    setattr(module, name, value.astype(dtype))
        return self

    def account(self, shape: tuple[int, ...]) -> Account:
        """Return what `summary` prints about this module for an input of a shape, without the batch axis.

        Raises:
            ShapeError: if the input does not fit.
        """
        return by_running(self, shape)

    def label(self) -> str:
        """Return the module in one line: "Linear(4, 3)"."""
        return f"{type(self).__name__}()"

    def __repr__(self) -> str:
        children = self.children()
        if not children:
            return self.label()
        lines = [f"({name}): {child!r}".replace("\n", "\n  ") for name, child in children.items()]
        return type(self).__name__ + "(\n  " + "\n  ".join(lines) + "\n)"

    def _set_training(self, training: bool) -> Self:
        for _, module in self.walk():
            module.training = training
        return self

    def _learned(self) -> dict[str, Any]:
        """Return the Tensors that are learned, as a nested dict; an output kept as an attribute is none of them."""
        return self._gathered(
            lambda value: (
                isinstance(value, Tensor) and value.requires_grad and value.gate is None and not value.released
            )
        )

    def _gathered(self, belongs: Callable[[Any], bool]) -> dict[str, Any]:
        """Return the attributes that belong, as a nested dict; a shared part stands at its first place only."""
        first = {id(module): path for path, module in self.walk()}

        def below(module: Module, path: str) -> dict[str, Any]:
            found: dict[str, Any] = {name: value for name, value in vars(module).items() if belongs(value)}
            for name, child in module.children().items():
                place = f"{path}.{name}" if path else name
                part = below(child, place) if first[id(child)] == place else {}
                if part:
                    found[name] = part
            return found

        return below(self, "")

    def _put(self, tensors: dict[str, Any]) -> None:
        """Set the attributes of a nested dict that has the form of `parameters()`."""
        children = self.children()
        for name, value in tensors.items():
            if name in children:
                children[name]._put(value)
            else:
                if value.name is None:
                    value.name = name
                setattr(self, name, value)


@contextlib.contextmanager
def frames(model: Module) -> Iterator[None]:
    """Draw every part of a model that runs in this `with` as a frame with its path and its settings.

    with nn.frames(model):
        loss = F.cross_entropy(model(x), y)
    draw(loss, depth=1)
    """
    labels = {
        id(module): f"{path}: {type(module).__name__ if module.children() else module.label()}"
        for path, module in model.walk()
        if path
    }
    token = _labels.set(labels)
    try:
        yield
    finally:
        _labels.reset(token)
