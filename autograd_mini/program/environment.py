"""What a function reads besides its arguments: globals, closure, defaults, and the functions it calls, as they stand.

A compiled function compares them at each call, so that a changed array, list or attribute is never overlooked. Modules,
methods, and what NumPy, this package and the standard library have inside are taken to stay as they are; so are files.
"""

import functools
import random
import sys
import types
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from ..primitive import Primitive
from ..tensor import Tensor

_TRUSTED = sys.stdlib_module_names | {"autograd_mini", "numpy", "scipy"}
_MISSING = object()
_CALLABLE = (types.BuiltinFunctionType, types.ModuleType, type, np.ufunc, types.MethodWrapperType)
_IMMUTABLE = (int, float, complex, str, bytes, bool, type(None), type(Ellipsis), np.generic, np.dtype, range)


class Environment:
    """The state of what a function reads besides its arguments."""

    def __init__(self, function: Callable[..., Any]) -> None:
        # Where a name is looked up, and what was found there.
        self._bindings: list[tuple[str, Callable[[], Any], Any]] = []
        # The same for what may change inside: where, and a summary of the state.
        self._states: list[tuple[str, Callable[[], Any], Any]] = []
        self._seen: set[int] = set()
        self._asked: set[tuple[int, str]] = set()
        name = getattr(function, "__name__", "the function")
        if isinstance(function, types.FunctionType):
            # It is the function itself that is held: only what it reads may change.
            self._function(function)
        else:
            self._watch(name, lambda: function)

    def changed(self) -> str | None:
        """Return the name of the first thing that is not as it was, or None."""
        for name, find, value in self._bindings:
            if find() is not value:
                return name
        for name, find, state in self._states:
            if _state(find(), set()) != state:
                return name
        return None

    def _watch(self, name: str, find: Callable[[], Any]) -> None:
        value = find()
        if isinstance(value, types.FunctionType):
            self._bindings.append((name, find, value))
            self._function(value)
        elif isinstance(value, types.MethodType):
            self._function(value.__func__)
            self._watch(name, lambda: value.__self__)
        elif isinstance(value, functools.partial):
            self._bindings.append((name, find, value))
            for part in (value.func, *value.args, *value.keywords.values()):
                self._watch(name, lambda part=part: part)  # type: ignore[misc]
        elif isinstance(value, Primitive):
            self._bindings.append((name, find, value))
            for part in (value.value, *(rule.function for rule in value.rules.values())):
                self._watch(name, lambda part=part: part)  # type: ignore[misc]
        elif isinstance(value, type):
            self._bindings.append((name, find, value))
            self._class(value)
        elif isinstance(value, _CALLABLE) or value is _MISSING:
            self._bindings.append((name, find, value))
        else:
            self._states.append((name, find, _state(value, set())))
            self._inside(name, value)

    def _inside(self, name: str, value: Any) -> None:
        """Watch the functions that stand in containers and objects."""
        if id(value) in self._seen or isinstance(value, (*_IMMUTABLE, np.ndarray, Tensor)) or _is_array(value):
            return
        self._seen.add(id(value))
        self._class(type(value))
        for part in _parts(value):
            if callable(part):
                self._watch(name, lambda part=part: part)  # type: ignore[misc]
            else:
                self._inside(name, part)

    def _class(self, cls: type) -> None:
        for base in cls.__mro__:
            if id(base) in self._seen or _is_trusted(base.__module__):
                continue
            self._seen.add(id(base))
            for attribute in vars(base).values():
                attribute = getattr(attribute, "__func__", getattr(attribute, "fget", attribute))
                if isinstance(attribute, types.FunctionType):
                    self._function(attribute)
            for name, attribute in tuple(vars(base).items()):
                if not (name.startswith("__") or callable(attribute) or hasattr(attribute, "__get__")):
                    self._watch(f"{base.__name__}.{name}", lambda base=base, name=name: vars(base).get(name, _MISSING))  # type: ignore[misc]

    def _function(self, function: Any) -> None:
        if id(function) in self._seen:
            return
        self._seen.add(id(function))
        names = set(_names(function.__code__))
        for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
            self._lookup(name, lambda cell=cell: _content(cell), names)  # type: ignore[misc]
        for part in (*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()):
            self._watch(function.__name__, lambda part=part: part)  # type: ignore[misc]
        scope = function.__globals__
        if _is_trusted(scope.get("__name__")):
            return
        for name in names & scope.keys():
            self._lookup(name, lambda name=name: scope.get(name, _MISSING), names)  # type: ignore[misc]

    def _lookup(self, called: str, find: Callable[[], Any], names: set[str]) -> None:
        """Watch what a function finds under a name: of a module, the attributes that it may ask for."""
        value = find()
        if not isinstance(value, types.ModuleType):
            self._watch(called, find)
        elif not _is_trusted(value.__name__) and (id(value), called) not in self._asked:
            self._asked.add((id(value), called))
            for name in names & vars(value).keys():
                self._lookup(f"{called}.{name}", lambda name=name: vars(value).get(name, _MISSING), names)  # type: ignore[misc]


def random_states() -> Any:
    """Return the states of Python's and NumPy's global random numbers."""
    name, keys, *rest = np.random.get_state(legacy=True)
    return random.getstate(), name, keys.tobytes(), rest  # type: ignore[union-attr]


def _names(code: types.CodeType) -> Iterator[str]:
    """Yield the names that a function and those defined in it look up."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _names(constant)


def _content(cell: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:
        return _MISSING


def _is_trusted(module: Any) -> bool:
    return isinstance(module, str) and module.split(".")[0] in _TRUSTED - {"__main__"}


def _is_array(value: Any) -> bool:
    """Return whether a value is an array of another library, whose inside is nobody's business."""
    return hasattr(type(value), "__array__") and not isinstance(value, np.ndarray | np.generic | Tensor)


def _parts(value: Any) -> Iterator[Any]:
    """Yield what a container or an object holds."""
    if isinstance(value, dict):
        yield from value.values()
    elif isinstance(value, list | tuple | set | frozenset):
        yield from value
    else:
        yield from getattr(value, "__dict__", {}).values()
        for base in type(value).__mro__:
            slots = vars(base).get("__slots__", ())
            for slot in (slots,) if isinstance(slots, str) else slots:
                if hasattr(value, slot):
                    yield getattr(value, slot)


def _state(value: Any, above: set[int]) -> Any:
    """Return a summary of a value that changes when it does: a checksum (CRC-32) of an array."""
    if isinstance(value, _IMMUTABLE):
        return type(value), repr(value) if isinstance(value, float | np.floating) else value
    if isinstance(value, np.ndarray):
        if value.dtype.hasobject:
            return id(value), tuple(_state(part, above) for part in value.ravel().tolist())
        return value.shape, value.dtype, zlib.crc32(np.ascontiguousarray(value).data)
    if isinstance(value, Tensor):
        return "Tensor", _state(value.data, above)
    if _is_array(value):
        try:
            return type(value), _state(np.asarray(value), above)
        except (TypeError, ValueError, RuntimeError):
            # It is on a device, or does not let itself be read.
            return id(value)
    if isinstance(value, np.random.Generator):
        return repr(value.bit_generator.state)
    if isinstance(value, np.random.RandomState):
        return repr(value.get_state())
    if isinstance(value, random.Random):
        return value.getstate()
    if isinstance(value, (types.FunctionType, Primitive, *_CALLABLE)) or id(value) in above:
        return id(value)
    above = above | {id(value)}
    keys = tuple(value) if isinstance(value, dict) else ()
    own = () if isinstance(value, dict | list | tuple | set | frozenset) else (id(value),)
    return type(value), keys, own, tuple(_state(part, above) for part in _parts(value))
