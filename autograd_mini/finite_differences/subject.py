"""The function that is checked, as a function of flat lists of arrays: its values, its gradient, its second derivative.

Inputs may stand in lists, tuples and dicts, and so may outputs. Outputs are summed with random weights, so that every
entry of every output counts and no upstream gradient is 1 by chance.
"""

import inspect
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from ..backward import seed_for, send_recorded, sweep
from ..errors import BackwardError, DtypeError, NotFiniteError
from ..tensor import Tensor, no_grad

Arrays = list[Any]


class Subject:
    """A function with the inputs at which it is checked.

    Attributes:
        names: the inputs' names, with their place inside a container: "x", "params['w']".
        arrays: the inputs' values, in float64.
        promoted: the names of inputs that were of another floating-point dtype.
    """

    def __init__(self, function: Callable[..., Any], inputs: tuple[Any, ...], seed: int) -> None:
        self._function = function
        self._inputs = inputs
        self._seed = seed
        self._weights: list[Any] | None = None
        self.names: list[str] = []
        self.arrays: Arrays = []
        self.promoted: list[str] = []
        for name, given in zip(_parameter_names(function, len(inputs)), inputs, strict=True):
            for path, leaf in _leaves(given, name):
                if _is_varied(leaf, path):
                    self._take(leaf, path)
        if not any(np.size(array) for array in self.arrays):
            raise BackwardError("gradcheck: there is no input to differentiate by; give a float, an array or a Tensor.")

    def _take(self, leaf: Any, path: str) -> None:
        data = leaf.data if isinstance(leaf, Tensor) else leaf
        array = np.array(data, np.float64, order="C")
        if np.result_type(data) != np.float64:
            self.promoted.append(path)
        if not np.all(np.isfinite(array)):
            raise NotFiniteError(f"gradcheck: input {path} must be finite; got NaN or infinity.")
        self.names.append((isinstance(leaf, Tensor) and leaf.name) or path)
        self.arrays.append(array)

    def record(self, arrays: Arrays) -> tuple[list[Tensor], list[Any]]:
        """Return the inputs as Tensors, and the outputs that the function computes from them."""
        tensors = [Tensor(np.array(array)[()], name=name) for array, name in zip(arrays, self.names, strict=True)]
        return tensors, self._call(iter(tensors))

    def values(self, arrays: Arrays) -> list[Any]:
        """Return the outputs as plain arrays."""
        with no_grad():
            return [_plain(output) for output in self.record(arrays)[1]]

    def complex_values(self, arrays: Arrays) -> list[Any]:
        """Return what the function makes of plain complex arrays; it may raise anything."""
        return [_plain(output) for output in self._call(iter([array[()] for array in arrays]))]

    def _call(self, leaves: Iterator[Any]) -> list[Any]:
        arguments = [_rebuilt(given, leaves) for given in self._inputs]
        return [output for _, output in _leaves(self._function(*arguments), "output")]

    def weights(self, outputs: list[Any]) -> list[Any]:
        """Return the random weight of each output entry, between ½ and 1½, of either sign: always the same."""
        if self._weights is None:
            rng = np.random.default_rng(self._seed)
            self._weights = [random_signs(rng, np.shape(output)) for output in outputs]
        return self._weights

    def only_weight(self) -> float | None:
        """Return the weight of the output if it is one number, else None."""
        weights = self._weights or []
        return float(weights[0]) if len(weights) == 1 and np.ndim(weights[0]) == 0 else None

    def terms(self, arrays: Arrays) -> np.ndarray:
        """Return the weighted entries of all outputs, whose sum is differentiated."""
        return self._weighted(self.values(arrays))

    def complex_terms(self, arrays: Arrays) -> np.ndarray:
        """Return `terms` at complex inputs."""
        return self._weighted(self.complex_values(arrays))

    def _weighted(self, values: list[Any]) -> np.ndarray:
        weights = self.weights(values)
        if [np.shape(value) for value in values] != [np.shape(weight) for weight in weights]:
            return np.empty(0)
        return np.concatenate([np.ravel(value * weight) for value, weight in zip(values, weights, strict=True)])

    def roots(self, arrays: Arrays) -> tuple[list[Tensor], list[tuple[Tensor, Any]]]:
        """Return the inputs as Tensors, and each recorded output with its weights.

        Raises:
            BackwardError: if no output is recorded as depending on an input.
        """
        tensors, outputs = self.record(arrays)
        recorded = [
            (output, weight)
            for output, weight in zip(outputs, self.weights(outputs), strict=True)
            if isinstance(output, Tensor) and output.requires_grad
        ]
        if not recorded:
            raise BackwardError(
                "gradcheck: the output is recorded as depending on no input. Is it computed from .data, under "
                "no_grad(), or from constants only?"
            )
        return tensors, recorded

    def gradient(self, arrays: Arrays) -> "Derivative":
        """Return the recorded gradient of the weighted sum by each input."""
        return _derivative(*self.roots(arrays))

    def recorded_gradient(self, arrays: Arrays) -> tuple[list[Tensor], list[tuple[int, Tensor]], list[Tensor]]:
        """Return the inputs, their gradients as Tensors with the inputs' positions, and the outputs.

        Gradients that are constant are left out.
        """
        tensors, roots = self.roots(arrays)
        seeds = {
            root: Tensor(np.asarray(weight, root.dtype)[()], requires_grad=False)
            for root, weight in _together(roots).items()
        }
        totals = sweep(seeds, send=_send_and_tell)
        gradients = [(i, totals[tensor]) for i, tensor in enumerate(tensors) if tensor in totals]
        return tensors, [(i, total) for i, total in gradients if total.requires_grad], [root for root, _ in roots]

    def second(self, arrays: Arrays, weights: Arrays) -> "Derivative":
        """Return the recorded gradient of Σ weights · gradient by each input."""
        tensors, gradients, _ = self.recorded_gradient(arrays)
        return _derivative(tensors, [(total, weights[i]) for i, total in gradients])


class Derivative(NamedTuple):
    """A recorded derivative.

    Attributes:
        arrays: the derivative by each input; 0 where nothing arrives.
        epsilon: the relative rounding error of the coarsest dtype on the way.
        rounding: what the rounding of every wire's value together may change in the value that is differentiated.
    """

    arrays: Arrays
    epsilon: float
    rounding: float


def _derivative(tensors: list[Tensor], roots: list[tuple[Tensor, Any]]) -> Derivative:
    """Return the gradient of Σ weight · root by each Tensor."""
    totals = sweep({root: seed_for(root, weight) for root, weight in _together(roots).items()})
    arrays = [np.array(totals.get(tensor, np.zeros(tensor.shape)), np.float64) for tensor in tensors]
    epsilons = [float(np.finfo(wire.dtype).eps) for wire in totals]
    # A wire's rounding error reaches the output multiplied by the wire's gradient.
    rounding = sum(e * float(np.sum(np.abs(t * w.data))) for e, (w, t) in zip(epsilons, totals.items(), strict=True))
    coarsest = max(epsilons, default=float(np.finfo(np.float64).eps))
    return Derivative(arrays, coarsest, rounding if np.isfinite(rounding) else 0.0)


def _together(roots: list[tuple[Tensor, Any]]) -> dict[Tensor, Any]:
    """Return each root once, with the sum of its weights: a function may return one Tensor twice."""
    together: dict[Tensor, Any] = {}
    for root, weight in roots:
        together[root] = together[root] + weight if root in together else weight
    return together


def _send_and_tell(gate: Tensor, upstream: Any) -> list[Any]:
    """Return what `send_recorded` does; an error of the rule says which gate's it is."""
    try:
        return send_recorded(gate, upstream)
    except Exception as error:
        assert gate.gate is not None
        error.add_note(f"(in the rule of gate '{gate.gate.name}')")
        raise


def random_signs(rng: np.random.Generator, shape: tuple[int, ...]) -> Any:
    """Return numbers between ½ and 1½, of either sign."""
    return rng.uniform(0.5, 1.5, shape) * rng.choice([-1.0, 1.0], shape)


def check_outputs(outputs: list[Any]) -> None:
    """Refuse outputs that cannot be differentiated.

    Raises:
        DtypeError: if an output is no Tensor and no number.
        NotFiniteError: if an output has NaN or infinity.
    """
    for output in outputs:
        value = _plain(output)
        if not isinstance(value, float | int | np.ndarray | np.generic):
            raise DtypeError(
                "gradcheck: the function must return a Tensor, or a tuple, list or dict of them; "
                f"got {type(output).__name__}."
            )
        if not np.all(np.isfinite(value)):
            raise NotFiniteError(
                "gradcheck: the function's output must be finite at the given inputs; got NaN or infinity. "
                "detect_anomaly() finds the gate."
            )
    if not outputs:
        raise DtypeError("gradcheck: the function returned no output.")


def _parameter_names(function: Callable[..., Any], count: int) -> list[str]:
    """Return what the inputs are called: the function's parameters, or input 0, input 1."""
    try:
        parameters = [
            p.name for p in inspect.signature(function).parameters.values()
            if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)
        ]  # fmt: skip
    except (TypeError, ValueError):
        parameters = []
    return [parameters[i] if i < len(parameters) else f"input {i}" for i in range(count)]


def _leaves(given: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Return what stands in nested containers, with its place."""
    if isinstance(given, dict):
        for key, part in given.items():
            yield from _leaves(part, f"{path}[{key!r}]")
    elif isinstance(given, list | tuple):
        for i, part in enumerate(given):
            yield from _leaves(part, f"{path}[{i}]")
    else:
        yield path, given


def _rebuilt(given: Any, leaves: Iterator[Any]) -> Any:
    """Return the same containers with the next leaves in place of those that are varied."""
    if isinstance(given, dict):
        return {key: _rebuilt(part, leaves) for key, part in given.items()}
    if isinstance(given, list | tuple):
        parts = [_rebuilt(part, leaves) for part in given]
        return type(given)(*parts) if hasattr(given, "_fields") else type(given)(parts)
    return next(leaves) if _is_varied(given, "") else given


def _is_varied(leaf: Any, path: str) -> bool:
    """Return whether an input is one to differentiate by.

    Raises:
        DtypeError: if it is made of whole numbers, which have no derivative.
    """
    if isinstance(leaf, Tensor):
        return leaf.requires_grad
    if not isinstance(leaf, float | int | np.ndarray | np.generic):
        return False
    kind = np.result_type(leaf).kind
    if kind != "f":
        held = {"b": "truth values", "c": "complex numbers"}.get(
            kind, "whole numbers" if kind in "iu" else "no numbers"
        )
        raise DtypeError(
            f"gradcheck: input {path} must hold floating-point numbers; it holds {held}. "
            "What is not varied can be left out: gradcheck(lambda x: f(x, 3), x)."
        )
    return True


def _plain(value: Any) -> Any:
    return value.data if isinstance(value, Tensor) else value
