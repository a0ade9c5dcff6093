"""The two functions as they are called here: on copies of the inputs, with what they return put in order.

`out, cache = forward(x, w, b)` and `dx, dw, db = backward(dout, cache)`; with several outputs, `next_h, next_c, cache`
and `backward(dnext_h, dnext_c, cache)`. A loss that returns its own gradients, `loss, dx = f(x, y)`, has no second
function.
"""

import copy
import inspect
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np

from ...errors import DtypeError, NotFiniteError, UnsupportedError
from ...tensor import Tensor


class Run(NamedTuple):
    """One call of the forward function.

    Attributes:
        inputs: the copies that it was called with.
        outs: its outputs, as arrays of float64.
        cache: what it returned last, for the backward function.
        epsilon: the relative rounding error of the coarsest output.
    """

    inputs: list[Any]
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
        result = self.forward(*inputs)
        if not isinstance(result, tuple) or len(result) < 2:
            wanted = "(loss, gradients)" if self.backward is None else "(out, cache)"
            raise UnsupportedError(
                f"check_backward: the forward function must return a tuple {wanted}; got {type(result).__name__}."
            )
        *outs, cache = result
        return outs, cache

    def run(self, inputs: Sequence[Any]) -> Run:
        """Call the forward function on copies.

        Raises:
            DtypeError: if an output is not made of numbers.
            NotFiniteError: if an output has NaN or infinity.
            UnsupportedError: if it does not return a tuple of at least an output and a cache.
        """
        given = copy.deepcopy(list(inputs))
        outs, cache = self.call(given)
        arrays, epsilon = [], float(np.finfo(np.float64).eps)
        for out in outs:
            dtype = np.asarray(out).dtype
            if dtype.kind == "f":
                epsilon = max(epsilon, float(np.finfo(dtype).eps))
            if dtype.kind not in "fiu":
                raise DtypeError(
                    "check_backward: all that the forward function returns before the cache must be arrays of "
                    f"floating-point numbers; got {type(out).__name__} {out!r:.60}."
                )
            arrays.append(np.array(out, np.float64))
        if not all(np.all(np.isfinite(array)) for array in arrays):
            raise NotFiniteError(
                "check_backward: the forward function's output must be finite at the inputs; got NaN or infinity. "
                "Give inputs in its domain."
            )
        return Run(given, arrays, cache, epsilon)

    def results(self, run: Run, upstreams: Sequence[np.ndarray]) -> Any:
        """Return what the backward function returns; it may raise anything."""
        if self.backward is None:
            return run.cache
        return self.backward(*upstreams, run.cache)

    def in_order(self, results: Any) -> tuple[list[Any], int]:
        """Return a gradient, or None, for each chosen input, and how many gradients were returned."""
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
        missing = [None] * max(0, len(self.chosen) - len(parts))
        return (parts + missing)[: len(self.chosen)], count


def parameter_names(forward: Callable[..., Any]) -> list[str]:
    """Return the names of a function's positional parameters."""
    try:
        parameters = inspect.signature(forward).parameters.values()
    except (TypeError, ValueError):
        return []
    return [p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]


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
    if wrt is None:
        # Beside arrays a float is a setting: a step, a probability.
        found = arrays or floats
        if not found:
            raise DtypeError("check_backward: there is no input to differentiate by; give an array of floats.")
        return found
    for name in wrt:
        if name not in names:
            raise UnsupportedError(f"check_backward: wrt names {name!r}; the inputs are {', '.join(names)}.")
        if names.index(name) not in arrays + floats:
            raise DtypeError(f"check_backward: input {name} must be an array of floats to be differentiated by.")
    return [names.index(name) for name in wrt]


@contextmanager
def global_random_numbers_kept() -> Iterator[None]:
    """Leave NumPy's global random numbers as they were found."""
    state = np.random.get_state()
    try:
        yield
    finally:
        np.random.set_state(state)
