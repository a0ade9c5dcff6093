"""What a function reads besides its arguments: globals, closure, defaults, and the functions it calls, as they stand.

A compiled function compares them at each call, so that a changed array, list or attribute is never overlooked. What can
be changed in place is held, and must have the same parts; what cannot must be the same object; numbers in arrays must
be the same bit for bit. Files, and what NumPy, this package and the standard library have inside, are taken to stay as
they are.
"""

import array
import builtins
import collections
import functools
import io
import random
import sys
import types
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from ..errors import UnsupportedError
from ..primitive import Primitive
from ..tensor import Tensor
from .checks import Checks

_TRUSTED = sys.stdlib_module_names | {"autograd_mini", "numpy", "scipy"}
_MISSING = object()
_IMMUTABLE = (
    int, float, complex, str, bytes, bool, type(None), type(Ellipsis), np.generic, np.dtype, np.ufunc, type(np.sum),
    range, slice, types.CodeType,
)  # fmt: skip
# Who looks up none of these does not ask for an attribute that may not be there.
_ASKING = {"getattr", "hasattr", "vars", "__dict__", "AttributeError"}
_LISTS = (list, set, collections.deque)
# Arrays of more bytes than this are compared without a copy.
_LARGE = 1 << 16


class Wrapper:
    """A callable that reads what the function inside reads; what it notes for itself may come and go."""

    __wrapped__: Any


class Environment:
    """The state of what a function reads besides its arguments.

    Attributes:
        checks: the tests that it is as it was.
        unchanged: a function that says whether they hold.
        arrays: the name of each array that it reads, by the array's identity.

    Raises:
        UnsupportedError: if an iterator is among it, whose state cannot be seen.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self.checks = Checks("read")
        self.checks.scope |= {
            "__asarray": np.asarray, "__contents": contents, "__slots": slots, "__state": generator_state,
            "__same_bits": same_bits,
        }  # fmt: skip
        # What is read, and how many lines of tests come before those about it.
        self._read: list[tuple[str, int]] = []
        self._seen: dict[int, Any] = {}
        self._asked: set[tuple[int, str]] = set()
        # What each array is called, by its identity.
        self.arrays: dict[int, str] = {}
        # Modules that are passed on, and the names that some function looks up, maybe in one of them.
        self._modules: list[tuple[str, types.ModuleType]] = []
        self._names: set[str] = set()
        # Functions that have no attributes.
        self._bare: list[tuple[str, Any]] = []
        self._watch(getattr(function, "__name__", "the function"), function)
        self._watch_modules()
        if self._names & _ASKING:
            for called, bare in self._bare:
                self._test(called, f"not {self._held(bare)}.__dict__")
        self.unchanged = self.checks.holds(self.checks.lines)

    def changed(self) -> str | None:
        """Return the name of the first thing that is not as it was, or None."""
        if self.unchanged():
            return None
        ends = [*[start for _, start in self._read[1:]], len(self.checks.lines)]
        for (name, start), end in zip(self._read, ends, strict=True):
            if not self.checks.holds(self.checks.lines[start:end])():
                return name
        return None

    def _held(self, value: Any) -> str:
        """Return the name of a value in the tests."""
        return self.checks.held(value)

    def _test(self, name: str, condition: str) -> None:
        self._read.append((name, len(self.checks.lines)))
        self.checks.require(condition)

    def _same_parts(self, name: str, text: str, parts: Any) -> None:
        """Test that what a text gives has the parts it had, in that order, and watch each of them."""
        self._read.append((name, len(self.checks.lines)))
        self.checks.require_parts(text, parts)
        for part in parts:
            self._watch(name, part)

    def _same_entries(self, name: str, text: str, entries: Any, template: str = "{}.{}") -> None:
        """Test that a mapping has the same keys and values, in that order, and watch each of them under its key."""
        for key, value in entries.items():
            self._watch(name, key)
            self._watch(template.format(name, key) if isinstance(key, str) else name, value)
        self._read.append((name, len(self.checks.lines)))
        self.checks.require_entries(text, entries)

    def _watch(self, name: str, value: Any) -> None:
        """Test that a value has not changed inside. Who holds it tests that it is still the same object."""
        if id(value) in self._seen or isinstance(value, _IMMUTABLE):
            return
        self._seen[id(value)] = value
        if isinstance(value, types.FunctionType):
            self._function(name, value)
        elif isinstance(value, types.ModuleType):
            if not _is_trusted(value.__name__):
                self._modules.append((name, value))
        elif isinstance(value, Wrapper):
            self._test(name, f"{self._held(value)}.__wrapped__ is {self._held(value.__wrapped__)}")
            self._watch(name, value.__wrapped__)
        elif isinstance(value, type):
            self._class(value)
        elif isinstance(value, types.MethodType):
            self._watch(name, value.__func__)
            self._watch(name, value.__self__)
        elif isinstance(value, types.BuiltinFunctionType | types.MethodWrapperType):
            self._watch(name, value.__self__)
        elif isinstance(value, functools.partial):
            for part in (value.func, value.args, value.keywords):
                self._watch(name, part)
        elif isinstance(value, property):
            self._watch(name, value.fget)
        elif isinstance(value, staticmethod | classmethod):
            self._watch(name, value.__func__)
        elif isinstance(value, Primitive):
            for part in (value.value, *(rule.function for rule in value.rules.values())):
                self._watch(name, part)
        elif isinstance(value, Tensor):
            self._test(name, f"{self._held(value)}.data is {self._held(value.data)}")
            self._watch(name, value.data)
        elif isinstance(value, np.ndarray):
            self._array(name, value)
        elif _is_array(value):
            self._foreign_array(name, value)
        elif isinstance(value, np.random.Generator | np.random.RandomState | random.Random):
            self._test(name, f"__state({self._held(value)}) == {self._held(generator_state(value))}")
        elif isinstance(value, bytearray | array.array):
            self._test(name, f"__bytes({self._held(value)}) == {bytes(value)!r}")
        else:
            self._object(name, value)

    def _watch_modules(self) -> None:
        """Watch modules that any function may have been given, for the names that functions look up."""
        known = (-1, -1)
        while known != (len(self._names), len(self._modules)):
            # What is found may be functions that look up further names.
            known = (len(self._names), len(self._modules))
            for name, module in list(self._modules):
                self._lookups(f"{name}.", vars(module), self._names.copy(), set())

    def _object(self, name: str, value: Any) -> None:
        """Watch what a container holds, and the attributes of an object."""
        held = self._held(value)
        if isinstance(value, dict | types.MappingProxyType):
            self._same_entries(name, held, value, "{}[{!r}]")
        elif isinstance(value, _LISTS):
            self._same_parts(name, held, value)
        elif isinstance(value, tuple | frozenset):
            for part in value:
                self._watch(name, part)
        elif isinstance(value, Iterator) and not isinstance(value, io.IOBase):
            raise UnsupportedError(
                f"compile: the function reads the iterator {name!r}, which may give something else at each call. "
                "Use a list instead."
            )
        if hasattr(value, "__dict__"):
            self._test(name, f"{held}.__class__ is {self._held(type(value))}")
            self._same_entries(name, f"{held}.__dict__", vars(value))
        if slots(value):
            self._same_parts(name, f"__slots({held})", slots(value))
        self._class(type(value))

    def _array(self, name: str, value: Any) -> None:
        held = self._held(value)
        self.arrays[id(value)] = name
        if value.dtype.hasobject:
            self._same_parts(name, f"{held}.ravel().tolist()", value.ravel().tolist())
            return
        self._test(name, f"{held}.shape == {value.shape} and {held}.dtype is {self._held(value.dtype)}")
        if value.nbytes > _LARGE and value.dtype.itemsize in (1, 2, 4, 8):
            self._test(name, f"__same_bits({held}, {self._held(np.array(value))})")
        else:
            self._test(name, f"{held}.tobytes() == {self._held(value.tobytes())}")

    def _foreign_array(self, name: str, value: Any) -> None:
        try:
            numbers = np.asarray(value)
        except (TypeError, ValueError, RuntimeError):
            # It is on a device, or does not let itself be read: it is then only tested to be the same object.
            return
        self._test(name, f"__asarray({self._held(value)}).tobytes() == {self._held(numbers.tobytes())}")

    def _class(self, cls: type) -> None:
        for base in cls.__mro__:
            if (id(base), "class") not in self._asked and not _is_trusted(base.__module__):
                self._asked.add((id(base), "class"))
                self._same_entries(base.__name__, self._held(vars(base)), vars(base))

    def _function(self, name: str, function: Any) -> None:
        code = function.__code__
        scope = function.__globals__
        is_trusted = _is_trusted(scope.get("__name__"))
        if not is_trusted:
            self._test(name, f"{self._held(function)}.__code__ is {self._held(code)}")
        for attribute in ("__defaults__", "__kwdefaults__"):
            if getattr(function, attribute) is not None and not is_trusted:
                self._test(name, f"{self._held(function)}.{attribute} is {self._held(getattr(function, attribute))}")
        if not vars(function) and not is_trusted:
            self._bare.append((name, function))
        for part in (function.__defaults__, function.__kwdefaults__, vars(function)):
            if part and not is_trusted:
                self._watch(name, part)
        names = set(_names(code))
        for variable, cell in zip(code.co_freevars, function.__closure__ or (), strict=True):
            content = contents(cell)
            read = f"__contents({self._held(cell)})" if content is _MISSING else f"{self._held(cell)}.cell_contents"
            self._test(variable, f"{read} is {self._held(content)}")
            self._named(variable, content, names, set())
        if is_trusted:
            return
        self._names |= names
        self._lookups("", scope, names, set())
        for variable in sorted(names & vars(builtins).keys() - scope.keys()):
            # A global of that name would come before Python's own function.
            self._once(variable, scope, "{name} not in {scope}")

    def _lookups(self, prefix: str, scope: dict[str, Any], names: set[str], above: set[int]) -> None:
        """Watch what is found under those of the names that a module has."""
        if id(scope) not in above:
            above.add(id(scope))
            for variable in sorted(names & scope.keys()):
                value = scope[variable]
                self._once(f"{prefix}{variable}", scope, "{scope}[{name}] is {value}")
                self._named(f"{prefix}{variable}", value, names, above)

    def _once(self, called: str, scope: dict[str, Any], test: str) -> None:
        """Test a name of a module, which many functions may ask for."""
        variable = called.rpartition(".")[2]
        if (id(scope), variable) not in self._asked:
            self._asked.add((id(scope), variable))
            held = {"name": variable, "scope": scope, "value": scope.get(variable)}
            self._test(called, test.format(**{name: self._held(value) for name, value in held.items()}))

    def _named(self, called: str, value: Any, names: set[str], above: set[int]) -> None:
        """Watch what a function finds under a name: of a module, the attributes that it may ask for."""
        if not isinstance(value, types.ModuleType):
            self._watch(called, value)
        elif not _is_trusted(value.__name__):
            self._lookups(f"{called}.", vars(value), names, above)


def random_states() -> Any:
    """Return the states of Python's and NumPy's global random numbers."""
    name, keys, *rest = np.random.get_state(legacy=True)
    return random.getstate(), name, keys.tobytes(), rest  # type: ignore[union-attr]


def contents(cell: Any) -> Any:
    """Return what a closure's variable stands for; a marker while it stands for nothing."""
    try:
        return cell.cell_contents
    except ValueError:
        return _MISSING


def slots(value: Any) -> tuple[Any, ...]:
    """Return what an object holds in its slots; a marker for one that is empty."""
    found = []
    for base in type(value).__mro__:
        if "__slots__" in vars(base):
            for member in vars(base).values():
                if isinstance(member, types.MemberDescriptorType):
                    try:
                        found.append(member.__get__(value))
                    except AttributeError:
                        found.append(_MISSING)
    return tuple(found)


def generator_state(generator: Any) -> str:
    """Return the state of a generator of random numbers."""
    if isinstance(generator, np.random.Generator):
        return repr(generator.bit_generator.state)
    return repr(generator.getstate() if isinstance(generator, random.Random) else generator.get_state(legacy=False))


def same_bits(numbers: Any, kept: Any) -> bool:
    """Return whether two arrays hold the same bits: NaN is itself, and -0.0 is not 0.0."""
    bits = f"u{numbers.dtype.itemsize}"
    return np.array_equal(numbers.view(bits), kept.view(bits))


def _names(code: types.CodeType) -> Iterator[str]:
    """Yield the names that a function and those defined in it look up."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _names(constant)
        elif isinstance(constant, str):
            # getattr(model, "scale")
            yield constant


def _is_trusted(module: Any) -> bool:
    return isinstance(module, str) and module.split(".")[0] in _TRUSTED - {"__main__"}


def _is_array(value: Any) -> bool:
    """Return whether a value is an array of another library, whose inside is nobody's business."""
    return hasattr(type(value), "__array__") and not isinstance(value, np.ndarray | np.generic | Tensor)
