"""What stands for another library's array in a row: it answers each of NumPy's calls with the library's own.

A row that runs on stand-ins needs no second statement. Only where it writes into an array, or loops over numbers, the
library's own way (`special`) or one that all libraries share (`shared`) takes its place.
"""

import operator
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import Any, ClassVar, NoReturn

import numpy as np

from ..errors import UnsupportedError
from ..primitive import Operand, Primitive
from .nesting import replaced
from .shared_forms import MOVES, entry_numbers, shared

_SHAPE = (np.shape, np.ndim, np.size)
_JOINING = {np.concatenate: None, np.stack: None, np.where: 1, np.einsum: 1}
_FILLED = (np.zeros_like, np.ones_like, np.full_like, np.empty_like)
# What rows write as a ufunc's method, which NumPy does faster than its function.
_REDUCTIONS = {np.add: np.sum, np.maximum: np.max}


class Ported(np.lib.mixins.NDArrayOperatorsMixin, Operand):
    """Stands for an array of another library."""

    # Gates that the library computes in its own way.
    special: ClassVar[dict[Any, Callable[..., Any]]] = {}

    def __init__(self, array: Any) -> None:
        self.array = array

    @classmethod
    def of(cls, value: Any, dtype: np.dtype[Any]) -> "Ported":
        """Return numbers, or an array of the library, as an operand; a dtype is taken where there is none."""
        raise NotImplementedError

    @classmethod
    def call(cls, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Return what the library's function of the same meaning gives; UnsupportedError if it has none."""
        raise NotImplementedError

    def astype(self, dtype: Any) -> Any:
        """Return the entries in another dtype."""
        raise NotImplementedError

    @classmethod
    def held(cls, dtype: np.dtype[Any]) -> np.dtype[Any]:
        """Return the dtype in which the library holds numbers of a dtype."""
        return dtype

    @classmethod
    def on_device_of(cls, given: "list[Ported]") -> AbstractContextManager[Any]:
        """Return a `with` in which arrays are made on the device of the given ones."""
        return nullcontext()

    @staticmethod
    def apply(gate: Primitive, operands: tuple[Any, ...], options: dict[str, Any]) -> Any:
        """Return what a gate gives: in the library's own form, in the one that all share, or in its row's."""
        port = next(type(operand) for operand in operands if isinstance(operand, Ported))
        form = port.special.get(gate) or shared.get(gate) or gate.value
        return form(*operands, **gate.options | options)

    @property
    def shape(self) -> tuple[int, ...]:
        """Lengths of the axes."""
        return tuple(self.array.shape)

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """Number of entries."""
        return int(np.prod(self.shape))

    @property
    def dtype(self) -> np.dtype[Any]:
        """Dtype, as NumPy's."""
        return np.dtype(self.dtype_name)

    @property
    def dtype_name(self) -> str:
        """Name of the dtype, which NumPy need not know: bfloat16."""
        return str(self.array.dtype).removeprefix("torch.")

    @property
    def T(self) -> Any:
        """The array with its axes reversed."""
        return np.transpose(self)

    def __len__(self) -> int:
        return self.shape[0]

    def reshape(self, *shape: Any) -> Any:
        """Return the entries in another shape."""
        return np.reshape(self, shape[0] if len(shape) == 1 else shape)

    def __getitem__(self, key: Any) -> Any:
        return type(self)(self.array[bare(key)])

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if method == "reduce" and ufunc in _REDUCTIONS:
            return self.__array_function__(_REDUCTIONS[ufunc], (), inputs, kwargs)
        if method != "__call__" or kwargs:
            raise UnsupportedError(f"np.{ufunc.__name__}.{method}")
        # NumPy's dtypes, not the library's own opinion of what a float32 and a whole number make.
        given = [type(x) if type(x) in (int, float) else np.result_type(x) for x in inputs]
        dtypes = ufunc.resolve_dtypes((*given, *[None] * ufunc.nout))
        return type(self)(self.call(ufunc, tuple(map(self._in_dtype, inputs, dtypes)), {}))

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if function in _SHAPE:
            return getattr(args[0], function.__name__)
        if function is np.result_type:
            return np.result_type(*[arg.dtype if isinstance(arg, Ported) else arg for arg in args])
        if function in _FILLED:
            numbers = function(np.empty(self.shape, self.dtype), *args[1:], **kwargs)
            return type(self).of(numbers, numbers.dtype)
        if function in _JOINING:
            args = self._alike(args, _JOINING[function])
        try:
            found = self.call(function, bare(tuple(args)), {key: bare(part) for key, part in kwargs.items()})
        except (UnsupportedError, TypeError):
            if function not in MOVES:
                raise
            # Such a function only moves entries, so that the numbers of the entries say where each one goes.
            return np.reshape(self, -1)[function(entry_numbers(self.shape), *args[1:], **kwargs)]
        return tuple(map(type(self), found)) if isinstance(found, tuple) else type(self)(found)

    @classmethod
    def _in_dtype(cls, x: Any, dtype: np.dtype[Any]) -> Any:
        """Return an operand as an array of the library, in a dtype."""
        stand_in = x if isinstance(x, Ported) else cls.of(x, dtype)
        return (stand_in if stand_in.dtype == cls.held(dtype) else stand_in.astype(dtype)).array

    def _alike(self, args: Any, first: int | None) -> Any:
        """Return arguments with operands in the one dtype that NumPy would give the result.

        Args:
            args: the arguments.
            first: where the operands begin; None if they are the first argument.
        """
        operands = args[0] if first is None else args[first:]
        dtype = np.result_type(*operands)
        converted = [type(self)(self._in_dtype(operand, dtype)) for operand in operands]
        return (converted, *args[1:]) if first is None else (*args[:first], *converted)

    def __array__(self, *_: Any, **__: Any) -> NoReturn:
        raise UnsupportedError("it needs plain numbers")

    def __bool__(self) -> NoReturn:
        raise UnsupportedError("it looks at numbers")

    def __iter__(self) -> Iterator[Any]:
        return (self[i] for i in range(len(self)))


def bare(given: Any) -> Any:
    """Return an argument with the library's arrays in place of what stands for them."""
    return replaced(Ported, given, operator.attrgetter("array"))


def is_plain(key: Any) -> bool:
    """Return whether an index is made of whole numbers, slices that go forwards, None and ... only."""
    parts = key if isinstance(key, tuple) else (key,)
    return all(
        part is None
        or part is Ellipsis
        or (isinstance(part, int | np.integer) and not isinstance(part, bool))
        or (isinstance(part, slice) and (part.step is None or part.step > 0))
        for part in parts
    )


def is_known(key: Any) -> bool:
    """Return whether no part of an index is computed by the program."""
    return not any(isinstance(part, Ported) for part in (key if isinstance(key, tuple) else (key,)))
