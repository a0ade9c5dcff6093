"""Python's operators and NumPy's two protocols, all leading to the table of gates.

`Tensor` and the symbols of `formula` are written with the same operators; what applying a gate does is theirs to say.
"""

from collections.abc import Callable
from typing import Any, NoReturn

import numpy as np

from .errors import UnsupportedError
from .numpy_calls import call_function, call_ufunc
from .ops import arithmetic, binary, comparing, elementwise, indexing, products, shaping
from .primitive import Operand, Primitive

_NONE: dict[str, Any] = {}


def _binary(gate: Primitive) -> tuple[Callable[[Any, Any], Any], Callable[[Any, Any], Any]]:
    """Return the operator of a gate with two operands, and the one for the operand on the right."""

    def operator(self: Any, other: Any) -> Any:
        return self.apply(gate, (self, other), _NONE)

    def reflected(self: Any, other: Any) -> Any:
        return self.apply(gate, (other, self), _NONE)

    return operator, reflected


class Operators(Operand):
    """An operand that can be written with Python's operators and NumPy's functions."""

    __slots__ = ()

    __add__, _add_to = _binary(arithmetic.add)
    __sub__, __rsub__ = _binary(arithmetic.subtract)
    __mul__, __rmul__ = _binary(arithmetic.multiply)
    __truediv__, __rtruediv__ = _binary(arithmetic.divide)
    __floordiv__, __rfloordiv__ = _binary(binary.floor_divide)
    __mod__, __rmod__ = _binary(binary.remainder)
    _power, __rpow__ = _binary(arithmetic.power)
    __matmul__, __rmatmul__ = _binary(products.matmul)
    # Python itself turns a < b round into b > a, so comparisons need no reflected form.
    __gt__ = _binary(comparing.greater)[0]
    __ge__ = _binary(comparing.greater_equal)[0]
    __lt__ = _binary(comparing.less)[0]
    __le__ = _binary(comparing.less_equal)[0]
    __eq__ = _binary(comparing.equal)[0]
    __ne__ = _binary(comparing.not_equal)[0]
    __and__ = _binary(comparing.logical_and)[0]
    __or__ = _binary(comparing.logical_or)[0]

    # == compares entries; as the key of a dict an operand is only itself.
    __hash__ = object.__hash__

    def __radd__(self, other: Any) -> Any:
        # Python's sum() starts with 0, and should not put a gate "+0" into every circuit.
        return self if other.__class__ is int and other == 0 else self._add_to(other)

    def __divmod__(self, other: Any) -> Any:
        return self // other, self % other

    def __rdivmod__(self, other: Any) -> Any:
        return other // self, other % self

    def __pow__(self, other: Any, modulo: Any = None) -> Any:
        if modulo is not None:
            raise UnsupportedError(
                "pow: a third argument, the modulus, is for whole numbers only; write x**y % modulus."
            )
        return self._power(other)

    def __neg__(self) -> Any:
        return self.apply(arithmetic.negative, (self,), _NONE)

    def __pos__(self) -> Any:
        return self

    def __abs__(self) -> Any:
        return self.apply(elementwise.absolute, (self,), _NONE)

    @property
    def mT(self) -> Any:
        """The operand with its last two axes exchanged."""
        return shaping.matrix_transpose(self)

    def __getitem__(self, key: Any) -> Any:
        return self.apply(indexing.index, (self,), {"key": indexing.settled_key(key)})

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **arguments: Any) -> Any:
        return call_ufunc(ufunc, method, inputs, arguments)

    def __array_function__(self, function: Callable[..., Any], types: Any, args: Any, kwargs: Any) -> Any:
        return call_function(function, args, kwargs)

    def __array__(self, dtype: Any = None, copy: Any = None) -> NoReturn:
        raise UnsupportedError(
            f"a {type(self).__name__} does not turn into a plain array by itself, because its gradient would be lost. "
            "Use .data for the numbers, np.stack([...]) to join Tensors, or a NumPy function that has a rule."
        )
