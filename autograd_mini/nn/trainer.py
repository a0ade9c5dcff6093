"""Trainer, the course's Solver: mini-batches, validation, early stopping, checkpoints that continue exactly."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Self

import numpy as np

from ..errors import MissingExtraError, NotFiniteError, ShapeError, UnsupportedError
from ..tensor import Tensor, no_grad
from ..transforms import value_and_grad
from ..transforms.trees import mapped
from .compiled_step import CompiledStep
from .entries import checked, flat
from .files import read_entries, write_entries
from .generators import restore, written
from .history import History
from .init import checked_generator
from .module import Module
from .optim import Optimizer
from .settings import of_kind, single_loss, whole


def accuracy(outputs: Any, targets: Any) -> float:
    """Return the share of examples whose largest score is that of the target class.

    Args:
        outputs: scores with the classes on axis 1: shape (N, C) or (N, C, T).
        targets: classes, shape (N,) or (N, T); or probabilities of the classes, in the shape of the scores.

    Raises:
        ShapeError: if the shapes do not fit, as when the outputs are no scores of classes.
    """
    shape = np.shape(outputs)
    if len(shape) > 1 and shape[1] > 1 and np.shape(targets) == shape:
        targets = np.argmax(targets, axis=1)
    if len(shape) < 2 or np.shape(targets) != shape[:1] + shape[2:]:
        raise ShapeError(
            f"accuracy: outputs must be scores (N, C, ...) of classes, and targets classes (N, ...); got {shape} and "
            f"{np.shape(targets)}. For a loss without classes, give the Trainer metric=None."
        )
    return float(np.mean(np.argmax(outputs, axis=1) == targets))


class Trainer:
    """Trains a model on mini-batches.

        trainer = nn.Trainer(model, F.cross_entropy, nn.optim.Adam(1e-3), rng=np.random.default_rng(0))
        trainer.fit(x, y, epochs=10, validation=(x_val, y_val))
        print(trainer.history)

    Attributes:
        model: the model; its parameters are the latest, or after early stopping the best.
        state: the optimiser's state.
        history: numbers of every epoch: "loss", the metric and "lr"; "validation_..." where there is a validation set.
            Those of training are means over the epoch's batches, while the model was changing.
    """

    def __init__(
        self,
        model: Module,
        loss: Callable[[Any, Any], Any],
        optimizer: Optimizer,
        *,
        rng: np.random.Generator | None = None,
        batch_size: int = 64,
        clip: Callable[[Any], Any] | None = None,
        metric: Callable[[Any, Any], float] | None = accuracy,
        compiled: bool = False,
    ) -> None:
        """Make a trainer.

        Args:
            model: the model, called with a batch of inputs.
            loss: function of the model's outputs and the targets that returns a mean over the batch. It may read the
                model's parameters too, for the regularisation of the course: + reg*np.sum(model[0].weight**2).
            optimizer: from `nn.optim`.
            rng: the np.random.Generator that shuffles the examples; it has to be given.
            batch_size: number of examples of a step.
            clip: what is done to gradients before a step: lambda g: nn.optim.clip_by_norm(g, 1.0).
            metric: function of outputs and targets as plain arrays, a mean over the batch; larger is better. None for
                no such number.
            compiled: whether a step's loss and gradients are computed by compiled code (see `compile`), which is traced
                for the first batch of each shape. The history is the same, bit for bit; generators and running
                statistics go on as ever. Functions that `compile` refuses are refused here.

        Raises:
            DtypeError: if the model, the optimizer, the generator or one of the functions is something else.
            UnsupportedError: if there is no generator.
            ShapeError: if `batch_size` is no whole number of at least 1.
        """
        self.model = of_kind("Trainer", "the model", model, Module, "a Module")
        self.loss = of_kind("Trainer", "the loss", loss, callable, "a function, such as F.cross_entropy")
        meant = "an optimiser, such as nn.optim.Adam(1e-3)"
        self.optimizer = of_kind("Trainer", "the optimizer", optimizer, Optimizer, meant)
        self.rng, self.batch_size = checked_generator(rng, "a Trainer"), whole("Trainer", "batch_size", batch_size)
        self.clip = of_kind("Trainer", "clip", clip, _is_function_or_none, "a function of the gradients, or None")
        meant = "a function of outputs and targets, or None"
        self.metric = of_kind("Trainer", "metric", metric, _is_function_or_none, meant)
        self.compiled = compiled
        self.state = optimizer.init(model.parameters())
        self.history = History()
        self._best: dict[str, Any] | None = None
        self._waited = 0
        self._compiled_step: CompiledStep | None = None

    def fit(
        self,
        x: Any,
        y: Any,
        epochs: int,
        *,
        validation: tuple[Any, Any] | None = None,
        patience: int | None = None,
        checkpoint: str | os.PathLike[str] | None = None,
        progress: bool = False,
    ) -> History:
        """Train until `epochs` epochs have been done in all, those before `resume` included; return the history.

        Args:
            x: inputs, shape (N, ...), or a tuple of several that the model is called with.
            y: targets, shape (N, ...).
            epochs: how many times every example is seen.
            validation: inputs and targets that are not learned from.
            patience: stop when the validation loss has not reached a new low for this many epochs, and take back the
                parameters that had the lowest.
            checkpoint: file that is written after every epoch, whole or not at all; `resume` continues from it.
            progress: whether to show a bar (needs tqdm).

        Raises:
            ShapeError: if there are not as many inputs as targets, or none; or a number is none that makes sense.
            UnsupportedError: if there is patience without a validation set.
            NotFiniteError: if the loss becomes infinite or NaN.
            MissingExtraError: if there is to be a bar without tqdm.
        """
        x, y, count = _checked(x, y)
        whole("fit", "epochs", epochs, least=0)
        if patience is not None and whole("fit", "patience", patience) and validation is None:
            raise UnsupportedError("fit: patience asks for a validation set; give validation=(inputs, targets).")
        if validation is not None and not (isinstance(validation, tuple | list) and len(validation) == 2):
            raise ShapeError(
                f"fit: validation must be a pair (inputs, targets); got {type(validation).__name__} of length "
                f"{len(validation)}."
            )
        while self.history.epochs < epochs and not self._is_over(patience):
            order = self.rng.permutation(count)
            batches = [order[i : i + self.batch_size] for i in range(0, count, self.batch_size)]
            self._epoch(x, y, _shown(batches, f"epoch {self.history.epochs + 1}/{epochs}") if progress else batches)
            if validation is not None:
                self._validate(*validation, patience)
            if checkpoint is not None:
                self.save(checkpoint)
        if patience is not None and self._best is not None:
            self.model.load_state(self._best)
        return self.history

    def evaluate(self, x: Any, y: Any) -> tuple[float, float | None]:
        """Return the mean loss and the mean metric out of training; None where there is no metric."""
        x, y, count = _checked(x, y)
        total, score = 0.0, 0.0
        modes = {path: module.training for path, module in self.model.walk()}
        self.model.eval()
        try:
            with no_grad():
                for i in range(0, count, self.batch_size):
                    places = slice(i, i + self.batch_size)
                    inputs, targets = _part(x, places), y[places]
                    outputs = self.model(*inputs)
                    total += float(_plain(single_loss(self.loss(outputs, targets)))) * len(targets)
                    if self.metric is not None:
                        score += self.metric(_plain(outputs), targets) * len(targets)
        finally:
            for path, module in self.model.walk():
                module.training = modes[path]
        return total / count, None if self.metric is None else score / count

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write everything that a run depends on to an .npz file: model, optimiser, history, generators."""
        return write_entries(path, self._everything())

    def resume(self, path: str | os.PathLike[str]) -> Self:
        """Continue from a checkpoint, in a trainer made as the one that wrote it; the run is the same bit for bit.

        Raises:
            StateError: if the file does not fit this trainer. Nothing has changed then.
            FileNotFoundError: if there is none.
        """
        entries = read_entries(path)
        like = self._everything()
        # What depends on how far the run was has the length it has.
        like["history"] = {name[8:]: value for name, value in entries.items() if name.startswith("history.")}
        like["best"] = self.model.state() if any(name.startswith("best.") for name in entries) else {}
        found = checked(entries, like)
        generators = flat(self._generators())
        for name, text in flat(found["generators"]).items():
            # Tried on a copy first: whole or not at all.
            restore(np.random.Generator(type(generators[name].bit_generator)()), text)
        for name, text in flat(found["generators"]).items():
            restore(generators[name], text)
        self.model.load_state(found["model"])
        self.state = mapped(
            lambda old, new: type(old)(new) if isinstance(old, int | float) else new, self.state, found["optimizer"]
        )
        self.history = History({name: values.tolist() for name, values in found["history"].items()})
        self._best, self._waited = found["best"] or None, int(found["waited"])
        return self

    def _epoch(self, x: Any, y: Any, batches: Iterable[Any]) -> None:
        """Go once through all batches, and add the epoch's numbers to the history."""
        self.model.train()
        compiled_step = self._begun_step() if self.compiled else None
        total, score, count = 0.0, 0.0, 0
        lr = self.optimizer.rate(self.state)
        for places in batches:
            targets = y[places]
            loss, outputs = self._step(_part(x, places), targets, compiled_step)
            total, count = total + loss * len(targets), count + len(targets)
            if self.metric is not None:
                score += self.metric(outputs, targets) * len(targets)
        named = {} if self.metric is None else {_name(self.metric): score / count}
        self.history.add(loss=total / count, **named, lr=lr)

    def _begun_step(self) -> CompiledStep:
        """Return the compiled step of the model and the loss, ready for an epoch."""
        step = self._compiled_step
        if step is None or step.model is not self.model or step.loss is not self.loss:
            step = self._compiled_step = CompiledStep(self.model, self.loss)
        step.begin_epoch()
        return step

    def _step(self, inputs: tuple[Any, ...], targets: Any, compiled_step: CompiledStep | None) -> tuple[float, Any]:
        """Take one step, and return the loss and the outputs before it."""
        parameters = self.model.parameters()
        if compiled_step is not None:
            value, outputs, gradients = compiled_step(parameters, inputs, targets)
        else:
            (value, outputs), gradients = value_and_grad(self._loss_of, has_aux=True)(parameters, inputs, targets)
        if not np.isfinite(value):
            raise NotFiniteError(
                f"fit: the loss is {value} at step {int(self.state['step']) + 1}. Lower the learning rate, clip the "
                "gradients, or run the step under detect_anomaly() to see where it begins."
            )
        if self.clip is not None:
            gradients = self.clip(gradients)
        parameters, self.state = self.optimizer.step(parameters, gradients, self.state)
        self.model.update(parameters)
        return float(value), outputs

    def _loss_of(self, parameters: Any, inputs: tuple[Any, ...], targets: Any) -> tuple[Any, Any]:
        """Return the loss as a function of parameters, and the outputs."""
        with self.model.holding(parameters):
            outputs = self.model(*inputs)
            return single_loss(self.loss(outputs, targets)), outputs

    def _validate(self, x: Any, y: Any, patience: int | None) -> None:
        """Add the validation set's numbers to the history, and keep the best parameters."""
        lowest = min(self.history.get("validation_loss", ()), default=np.inf)
        loss, score = self.evaluate(x, y)
        named = {} if self.metric is None or score is None else {f"validation_{_name(self.metric)}": score}
        self.history.add(validation_loss=loss, **named)
        self.state = self.optimizer.observe(self.state, loss)
        self._waited = 0 if loss < lowest else self._waited + 1
        if patience is not None and loss < lowest:
            self._best = mapped(np.copy, self.model.state())

    def _is_over(self, patience: int | None) -> bool:
        return patience is not None and self._waited >= patience

    def _generators(self) -> dict[str, Any]:
        return {"trainer": self.rng, "model": self.model.generators()}

    def _everything(self) -> dict[str, Any]:
        """Return everything that a run depends on as nested dicts of arrays, numbers and texts."""
        return {
            "model": self.model.state(),
            "optimizer": self.state,
            "history": {name: np.array(values) for name, values in self.history.items()},
            "best": self._best or {},
            "waited": self._waited,
            "generators": mapped(written, self._generators()),
        }


def _is_function_or_none(value: Any) -> bool:
    return value is None or callable(value)


def _checked(x: Any, y: Any) -> tuple[Any, Any, int]:
    """Return inputs and targets as arrays, and the number of examples.

    Raises:
        ShapeError: if inputs and targets are not equally many, or there are none.
    """
    x, y = tuple(map(np.asarray, x)) if isinstance(x, tuple) else np.asarray(x), np.asarray(y)
    counts = [np.size(part, 0) if np.ndim(part) else 0 for part in (x if isinstance(x, tuple) else (x,))] + [
        np.size(y, 0) if np.ndim(y) else 0
    ]
    if len(set(counts)) > 1 or not counts[0]:
        raise ShapeError(
            f"Trainer: expected as many inputs as targets, at least one; got {counts[:-1]} and {counts[-1]}."
        )
    return x, y, counts[0]


def _part(x: Any, places: Any) -> tuple[Any, ...]:
    """Return the inputs of a batch as a tuple."""
    return tuple(part[places] for part in (x if isinstance(x, tuple) else (x,)))


def _name(metric: Callable[..., Any]) -> str:
    """Return what a metric is called in the history; a partial and an object that is called have no name."""
    return getattr(metric, "__name__", "metric")


def _plain(value: Any) -> Any:
    return value.data if isinstance(value, Tensor) else value


def _shown(batches: Iterable[Any], title: str) -> Iterable[Any]:
    """Return the batches with a progress bar."""
    try:
        from tqdm import tqdm
    except ImportError:
        raise MissingExtraError(
            "progress=True needs tqdm, which is not installed: pip install 'autograd-mini[progress]'."
        ) from None
    bar: Iterable[Any] = tqdm(batches, desc=title, leave=False)
    return bar
