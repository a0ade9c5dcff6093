"""only_saved_values: a wire keeps its value only if a derivative rule will read it; others are computed again if asked.

It looks on while gates are recorded. A value that is let go leaves a Tensor of another class behind, which knows its
shape and dtype; the engine treats it as any other.
"""

import contextlib
from collections.abc import Iterator
from typing import Any

import numpy as np

from .errors import ReleasedError
from .primitive import Primitive
from .tensor import Tensor, recording
from .watching import Watcher, unwatched, watching

# A smaller array takes less room than what would stand for it saves.
_SMALLEST_BYTES = 512


@contextlib.contextmanager
def only_saved_values() -> Iterator[None]:
    """Keep, of the wires recorded in this `with`, only the values that a derivative rule has saved for backward.

        with only_saved_values():
            loss = f(x)
        loss.backward(release=True)

    A value that neither the rule of its own gate nor those of the gates it enters read is let go as soon as it has
    entered a gate: the products of a dense layer, of which + reads none. Gradients are the same bit for bit, and
    nothing is computed twice on the way to them. Asked for (`.data`, a picture, another gate), such a value is computed
    again from the gate's operands as they are then, and kept. Arrays under 512 bytes stay. `checkpoint` saves more, and
    takes a second forward computation.

    Raises:
        ReleasedError: if a value that was let go is asked for after backward(release=True).
    """
    with watching(_LettingGo()):
        yield


# Where a Tensor holds its value, one that was let go holds its shape and dtype.
_slot: Any = vars(Tensor)["data"]


class _Unsaved(Tensor):
    """A Tensor whose value was let go. It becomes a plain Tensor again when its value is asked for."""

    __slots__ = ()

    is_let_go = True

    @property
    def data(self) -> Any:
        """The value, computed again."""
        if self.gate is None:
            raise ReleasedError(
                f"the value of {self.label()} was let go under only_saved_values(), and backward(release=True) has "
                "forgotten how to compute it. Read it before, or keep the graph with release=False."
            )
        _compute_again(self)
        return self.data

    @data.setter
    def data(self, value: Any) -> None:
        _slot.__set__(self, value)
        self.__class__ = Tensor  # type: ignore[assignment]

    @property
    def shape(self) -> tuple[int, ...]:
        """Lengths of the axes."""
        return _slot.__get__(self)[0]

    @property
    def dtype(self) -> np.dtype[Any]:
        """Dtype of the value and of its gradient."""
        return _slot.__get__(self)[1]


class _LettingGo(Watcher):
    """Lets go of each value that has entered a gate and that no rule reads."""

    notes_lines = False

    def __init__(self) -> None:
        # When the wires were recorded whose values no rule reads that was seen here. What is recorded elsewhere stays.
        self._unread: set[int] = set()

    def recorded(self, result: Any, gate: Primitive, operands: tuple[Any, ...], options: dict[str, Any]) -> None:
        if result.gate is None:
            return
        if "out" not in gate.reads:
            self._unread.add(result.order)
        entering = [(i, operand) for i, operand in enumerate(operands) if isinstance(operand, Tensor)]
        self._unread -= {
            operand.order for i, operand in entering if gate.operands[0 if gate.variadic else i] in gate.reads
        }
        for _, operand in entering:
            if operand.order in self._unread:
                _let_go(operand)


def _let_go(tensor: Tensor) -> None:
    """Let go of the value of a recorded Tensor, unless it is small."""
    value = None if tensor.is_let_go else tensor.data
    if value.__class__ is np.ndarray and value.nbytes >= _SMALLEST_BYTES:
        tensor.data = (value.shape, value.dtype)
        tensor.__class__ = _Unsaved


def _compute_again(tensor: Tensor) -> None:
    """Put its value back on a wire, and on those that lead to it; no recursion, however long a chain of them is."""
    missing = [tensor]
    with recording(False), unwatched():
        while missing:
            wire = missing[-1]
            if wire.__class__ is not _Unsaved:
                missing.pop()
                continue
            before = [operand for operand in wire.operands if operand.__class__ is _Unsaved]
            if before:
                missing += before
            else:
                wire.data = wire.gate(*wire.operands, **wire.options).data  # type: ignore[misc]
