"""What a forward function calls the wires that it records: its own local variables."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from ...tensor import Tensor


@contextmanager
def locals_named(forward: Callable[..., Any], taken: Sequence[str]) -> Iterator[None]:
    """Give each Tensor that stands in a local variable of `forward`, when it returns, the name of that variable.

    A name that is `taken` is not given. What is in a list is called hidden[2].

    A sentence can then say "mu" where it would have to say "mean(x, axis=0)".
    """
    if sys.getprofile() is not None:
        # Somebody measures the program: names matter less.
        yield
        return
    code = getattr(forward, "__code__", None)

    def named(frame: Any, event: str, argument: Any) -> None:
        if event == "return" and frame.f_code is code:
            for name, value in _with_parts(frame.f_locals):
                if isinstance(value, Tensor) and value.gate is not None and not value.name and name not in taken:
                    value.named(name)

    sys.setprofile(named)
    try:
        yield
    finally:
        sys.setprofile(None)


def _with_parts(variables: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield variables, and then the parts of those that are lists: hidden[0], hidden[1]."""
    yield from variables.items()
    for name, value in variables.items():
        if isinstance(value, list):
            yield from ((f"{name}[{i}]", part) for i, part in enumerate(value))
