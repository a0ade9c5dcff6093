"""The two functions as they are called here: on copies of the inputs, with what they return put in order.

`out, cache = forward(x, w, b)` and `dx, dw, db = backward(dout, cache)`; with several outputs, `next_h, next_c, cache`
and `backward(dnext_h, dnext_c, cache)`, or `(next_h, next_c), cache` and `backward((dnext_h, dnext_c), cache)`. A loss
that returns its own gradients, `loss, dx = f(x, y)`, has no second function; that of a loss may take the cache alone.
"""

import copy
import io
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, redirect_stdout
from typing import Any, NamedTuple

import numpy as np

from ...errors import DtypeError, NotFiniteError, UnsupportedError
from ...tensor import Tensor
from .arguments import takes


class Run(NamedTuple):
    """One call of the forward function.

    Attributes:
        inputs: the copies that it was called with.
        returned: its outputs, as it returned them.
        outs: the same, as arrays of float64.
        cache: what it returned last, for the backward function.
        epsilon: the relative rounding error of the coarsest output.
    """

    inputs: list[Any]
    returned: list[Any]
    outs: list[np.ndarray]
    cache: Any
    epsilon: float


class Pair:
    """Somebody's forward and backward function.

    Attributes:
        forward: the forward function.
        backward: the backward function; None where the forward function returns the gradients itself.
        names: the inputs' names.
        chosen: the positions of the inputs to differentiate by.
        seed: of NumPy's global random numbers, before each forward call.
    """

    def __init__(
        self,
        forward: Callable[..., Any],
        backward: Callable[..., Any] | None,
        names: Sequence[str],
        chosen: Sequence[int],
        seed: int,
    ) -> None:
        self.forward, self.backward = forward, backward
        self.names, self.chosen, self.seed = list(names), list(chosen), seed
        self._heard: set[Callable[..., Any]] = set()

    @property
    def gradients(self) -> list[str]:
        """What the gradients are called: dx, dw, db."""
        return [f"d{self.names[position]}" for position in self.chosen]

    @property
    def title(self) -> str:
        """What the function that gives the gradients is called."""
        return str(getattr(self.backward or self.forward, "__name__", "backward"))

    def call(self, inputs: Sequence[Any]) -> tuple[list[Any], Any]:
        """Return the outputs as the forward function returned them, and the cache.

        Raises:
            UnsupportedError: if it does not return a tuple of at least an output and a cache.
        """
        # The course's dropout draws its mask from the global generator.
        np.random.seed(self.seed)
        random.seed(self.seed)
        with self._heard_once(self.forward):
            result = self.forward(*inputs)
        if not isinstance(result, tuple) or len(result) < 2:
            wanted = "(loss, gradients)" if self.backward is None else "(out, cache)"
            advice = "" if self.backward is None else " A layer that keeps all it needs in itself returns (out, None)."
            raise UnsupportedError(
                f"check_backward: the forward function must return a tuple {wanted}; got "
                f"{type(result).__name__}.{advice}"
            )
        if self.backward is None:
            # `loss, dx` or `loss, grads`, and also `loss, dx, dw`.
            loss, *gradients = result
            return [loss], gradients[0] if len(gradients) == 1 else tuple(gradients)
        *outs, cache = result
        return outs, cache

    def _heard_once(self, function: Callable[..., Any]) -> AbstractContextManager[Any]:
        """Let a function print the first time only: it is called many times."""
        if function in self._heard:
            return redirect_stdout(io.StringIO())
        self._heard.add(function)
        return nullcontext()

    def run(self, inputs: Sequence[Any]) -> Run:
        """Call the forward function on copies.

        Raises:
            DtypeError: if an output is not made of numbers.
            NotFiniteError: if an output has NaN or infinity.
            UnsupportedError: if it does not return a tuple of at least an output and a cache.
        """
        given = copies(inputs)
        returned, cache = self.call(given)
        arrays, epsilon = [], float(np.finfo(np.float64).eps)
        for out in apart(returned):
            dtype = as_numbers(out).dtype
            if dtype.kind not in "fiu":
                raise DtypeError(
                    "check_backward: all that the forward function returns before the cache must be arrays of "
                    f"floating-point numbers; got {type(out).__name__} {out!r:.60}."
                )
            if dtype.kind == "f":
                epsilon = max(epsilon, float(np.finfo(dtype).eps))
            arrays.append(np.array(as_numbers(out), np.float64))
        if not all(np.all(np.isfinite(array)) for array in arrays):
            raise NotFiniteError(
                "check_backward: the forward function's output must be finite at the inputs; got NaN or infinity. "
                "Give inputs in its domain."
            )
        if self.backward is None and arrays[0].size != 1:
            raise UnsupportedError(
                "check_backward: without a backward function the forward function returns (loss, gradients), and the "
                f"loss is one number; got an output of shape {arrays[0].shape}. Give the backward function too."
            )
        return Run(given, returned, arrays, cache, epsilon)

    def is_loss(self, run: Run) -> bool:
        """Return whether no upstream gradient is taken: the gradients are those of the outputs themselves."""
        if self.backward is None:
            return True
        is_number = all(out.size == 1 for out in run.outs)
        return is_number and not takes(self.backward, len(run.outs) + 1) and takes(self.backward, 1)

    def arguments(self, run: Run, upstreams: Sequence[Any]) -> tuple[Any, ...]:
        """Return what the backward function is called with."""
        if self.is_loss(run):
            return (run.cache,)
        assert self.backward is not None
        is_one = len(run.returned) != len(run.outs) or not takes(self.backward, len(upstreams) + 1)
        if len(upstreams) > 1 and is_one and takes(self.backward, 2):
            return (tuple(upstreams), run.cache)
        return (*upstreams, run.cache)

    def gradients_of(self, run: Run, upstreams: Sequence[np.ndarray]) -> tuple[list[Any], int]:
        """Return a gradient, or None, for each chosen input, and how many were returned; it may raise anything."""
        if self.backward is None:
            return self._in_order(run.cache, run)
        with self._heard_once(self.backward):
            results = self.backward(*self.arguments(run, upstreams))
        return self._in_order(results, run)

    def _in_order(self, results: Any, run: Run) -> tuple[list[Any], int]:
        if isinstance(results, dict):
            found = [results.get(self.names[i], results.get(f"d{self.names[i]}")) for i in self.chosen]
            return found, sum(part is not None for part in found)
        # A list of numbers is one gradient that was not made an array.
        is_one = isinstance(results, list) and not any(isinstance(part, np.ndarray | Tensor) for part in results)
        parts = [results] if is_one or not isinstance(results, tuple | list) else list(results)
        if len(parts) == len(self.names) > len(self.chosen):
            # A place is kept for every input, also for those that have no gradient.
            parts = [parts[i] for i in self.chosen]
        count = 0 if results is None else len(parts)
        if count < len(self.chosen):
            parts = _in_places(parts, [np.shape(run.inputs[i]) for i in self.chosen])
        return parts[: len(self.chosen)], count


def copies(inputs: Sequence[Any]) -> list[Any]:
    """Return copies of inputs."""
    return [_copied(value) for value in inputs]


def _copied(value: Any) -> Any:
    try:
        return copy.deepcopy(value)
    except Exception:
        # A module, a lock or a file is handed on itself.
        return value


def apart(returned: Sequence[Any]) -> Sequence[Any]:
    """Return outputs one by one, also where they were returned as one tuple or list of arrays."""
    (first, *others) = returned
    is_many = (
        isinstance(first, tuple | list) and bool(first) and all(isinstance(part, np.ndarray | Tensor) for part in first)
    )
    return first if is_many and not others else returned


def _in_places(parts: Sequence[Any], shapes: Sequence[tuple[int, ...]]) -> list[Any]:
    """Return too few gradients, each where the next input of its shape has its place; in order where one has none."""
    found: list[Any] = [None] * len(shapes)
    place = 0
    for part in parts:
        while place < len(shapes) and np.shape(as_numbers(part)) != shapes[place]:
            place += 1
        if place == len(shapes):
            return [*parts, *[None] * (len(shapes) - len(parts))]
        found[place] = part
        place += 1
    return found


def as_numbers(part: Any) -> np.ndarray:
    """Return anything as an array; one of an object where it is none."""
    try:
        return np.asarray(part.data if isinstance(part, Tensor) else part)
    except ValueError:
        # Rows of different lengths are no array.
        return np.array(None)


def prepared(given: Any) -> Any:
    """Return an input as it is handed to the functions: floating-point arrays in float64."""
    value = given.data if isinstance(given, Tensor) else given
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return np.array(value, np.float64)
    return value


def chosen_inputs(inputs: Sequence[Any], names: Sequence[str], wrt: Sequence[str] | None) -> list[int]:
    """Return the positions of the inputs to differentiate by: those asked for, or all arrays of floats.

    Raises:
        DtypeError: if there is none, or one that is asked for is not made of floats.
        UnsupportedError: if an input that is asked for is not there.
    """
    arrays = [i for i, given in enumerate(inputs) if isinstance(given, np.ndarray) and given.dtype.kind == "f"]
    floats = [i for i, given in enumerate(inputs) if isinstance(given, float)]
    wrt = [wrt] if isinstance(wrt, str) else wrt
    if not wrt:
        # Beside arrays a float is a setting: a step, a probability.
        found = arrays or floats
        if not found:
            got = ", ".join(f"{name} of {_kind(given)}" for name, given in zip(names, inputs, strict=True)) or "none"
            raise DtypeError(
                f"check_backward: there is no input to differentiate by; got {got}. Give an array of floats, or "
                "shapes=."
            )
        return found
    for name in wrt:
        if name not in names:
            raise UnsupportedError(f"check_backward: wrt names {name!r}; the inputs are {', '.join(names)}.")
        if list(wrt).count(name) > 1:
            raise UnsupportedError(f"check_backward: wrt names {name!r} twice.")
        if names.index(name) not in arrays + floats:
            raise DtypeError(f"check_backward: input {name} must be an array of floats to be differentiated by.")
    return [names.index(name) for name in wrt]


def _kind(given: Any) -> str:
    return f"dtype {given.dtype}" if isinstance(given, np.ndarray) else f"type {type(given).__name__}"


@contextmanager
def global_random_numbers_kept() -> Iterator[None]:
    """Leave the global random numbers of NumPy and of Python as they were found."""
    state, plain = np.random.get_state(), random.getstate()
    try:
        yield
    finally:
        np.random.set_state(state)
        random.setstate(plain)
