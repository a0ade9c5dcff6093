"""checkpoint: a function whose inner wires are not kept but computed again in the backward pass, to save memory."""

import functools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from ..backward import Region, consumers_first, send_recorded, sweep
from ..errors import BackwardError
from ..primitive import Operand, primitive
from ..tensor import Tensor, is_recording, recording
from ..watching import watchers
from .recording import called_like, expect_function, fresh, zeros
from .trees import leaves, mapped


def checkpoint(f: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that computes what `f` does but keeps none of its inner wires.

    The backward pass calls `f` again, so it takes one more forward computation and the memory of one such call at a
    time. Tensors that `f` uses without taking them as arguments get their gradients too. `f` must give the same result
    when it is called again; a random `f` is noticed and refused. Compiled code keeps the inner wires.

    Args:
        f: a function of anything that returns Tensors, or dicts, lists and tuples of them.

    Raises:
        UnsupportedError: if `f` is no function.
        BackwardError: in the backward pass, if `f` gives another result when it is called again.
    """
    expect_function("checkpoint", f, "checkpoint(f)(x)")

    @called_like(f)
    def checkpointed(*args: Any, **kwargs: Any) -> Any:
        if not is_recording() or any(watcher.keeps_inner_wires for watcher in watchers.get()):
            return f(*args, **kwargs)
        run = _Run(f, args, kwargs)
        output = run.first()
        if not (run.inputs or run.outside):
            return output
        row = recomputed(*run.inputs, *run.outside, run=run)
        parts = _unpacked(row, list(filter(_needs_gradient, leaves(output))))
        return mapped(lambda leaf: next(parts) if _needs_gradient(leaf) else leaf, output)

    return checkpointed


@primitive(internal=True)
def backward_again(x, *, shape):  # type: ignore[no-untyped-def]
    """Stand in explanations for what the function's own gates make of an upstream gradient."""
    return np.zeros(shape)


@primitive(
    symbol="again",
    internal=True,
    operands=lambda upstream, out, operands, position, run: run.pull(upstream, out, operands, position),
)
def recomputed(*operands, run):  # type: ignore[no-untyped-def]
    """Return the results of a checkpointed function, all in one row of entries; its rule calls the function again."""
    return run.value


class _Run:
    """One call of a checkpointed function, which can be repeated.

    Attributes:
        inputs: the Tensors among the arguments.
        outside: Tensors that the function uses besides.
        value: the results of the first call, in one row of entries.
    """

    def __init__(self, f: Callable[..., Any], args: Any, kwargs: Any) -> None:
        self._f = f
        self._arguments = (args, kwargs)
        self._gradients: tuple[Any, list[Any]] = (None, [])
        self.inputs = [leaf for leaf in leaves(self._arguments) if _needs_gradient(leaf)]
        self.outside: list[Tensor] = []
        self.value: Any = None

    def first(self) -> Any:
        """Return the output of the first call, having noted what it depends on."""
        output, region = self._called([fresh(tensor) for tensor in self.inputs])
        results = list(filter(_needs_gradient, leaves(output)))
        self.value = _packed(results)
        gates = consumers_first(*results, region=region)
        operands = [*results, *(operand for gate in gates for operand in gate.operands)]
        self.outside = list(
            dict.fromkeys(operand for operand in operands if _needs_gradient(operand) and not region.has(operand))
        )
        return output

    def pull(self, upstream: Any, out: Any, operands: tuple[Any, ...], position: int) -> Any:
        """Return the gradient of one operand. All are found in one call and handed out one by one."""
        if isinstance(upstream, Operand) and not isinstance(upstream, Tensor):
            # A symbol: the function calls NumPy and more, and is not run on symbols.
            return backward_again(upstream, shape=np.shape((*self.inputs, *self.outside)[position].data))
        if self._gradients[0] is not upstream:
            self._gradients = (upstream, self._all(upstream, out, operands))
        gradient, self._gradients[1][position] = self._gradients[1][position], None
        return gradient

    def _all(self, upstream: Any, out: Any, operands: tuple[Any, ...]) -> list[Any]:
        """Call the function again and return the gradient of every operand, recorded where anything is a Tensor."""
        recorded = isinstance(upstream, Tensor) or any(isinstance(operand, Tensor) for operand in operands)
        given = operands[: len(self.inputs)]
        wires = [
            fresh(operand) if isinstance(operand, Tensor) else tensor.detach(requires_grad=True)
            for operand, tensor in zip(given, self.inputs, strict=True)
        ]
        output, region = self._called(wires)
        results = list(filter(_needs_gradient, leaves(output)))
        if not np.array_equal(_packed(results), out.data if isinstance(out, Tensor) else out, equal_nan=True):
            raise BackwardError(
                f"checkpoint: {getattr(self._f, '__name__', 'the function')} gave another result when it was called "
                "again for the backward pass. It must not be random, nor depend on what has changed since; "
                "draw random numbers outside and pass them in."
            )
        region = region._replace(inputs=region.inputs | set(self.outside))
        seeds: dict[Tensor, Any] = {}
        for result, part in zip(results, _unpacked(upstream, results), strict=True):
            seeds[result] = seeds[result] + part if result in seeds else part
        sender = functools.partial(send_recorded, region=region) if recorded else None
        totals = sweep(seeds, send=sender, region=region, release=not recorded)
        return [totals[wire] if wire in totals else zeros(wire) for wire in (*wires, *self.outside)]

    def _called(self, wires: list[Tensor]) -> tuple[Any, Region]:
        """Return the function's output on the given wires in place of the Tensors among its arguments."""
        taken = iter(wires)
        arguments = mapped(lambda leaf: next(taken) if _needs_gradient(leaf) else leaf, self._arguments)
        region = Region(min((wire.order for wire in wires), default=Tensor(0.0).order), frozenset(wires))
        with recording(True):
            return self._f(*arguments[0], **arguments[1]), region


def _needs_gradient(leaf: Any) -> bool:
    return isinstance(leaf, Tensor) and leaf.requires_grad


def _packed(results: list[Tensor]) -> Any:
    """Return the values of several Tensors in one row of entries; a single one as it is."""
    if len(results) == 1:
        return np.asarray(results[0].data)
    return np.concatenate([np.ravel(result.data) for result in results] or [np.zeros(0)])


def _unpacked(row: Any, results: list[Tensor]) -> Iterator[Any]:
    """Yield the parts of a row that `_packed` made of `results`, each in its shape and dtype."""
    if len(results) == 1:
        yield row
        return
    start = 0
    for result in results:
        part = np.reshape(row[start : start + result.size], result.shape)
        yield part if result.dtype == row.dtype else part.astype(result.dtype)
        start += result.size
