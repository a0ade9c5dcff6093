"""From a NumPy call to a row of the table: which gate, which operands, which options.

Reads NumPy's own signatures, so that `np.sum(t, 0)` and `np.sum(t, axis=0)` mean what they mean on arrays, and refuses
by name a function or an argument that has no rule. Nothing is computed here.
"""

import functools
import importlib
import inspect
import itertools
import sys
from collections.abc import Callable, Sequence
from types import FunctionType
from typing import Any

import numpy as np

from .errors import AutogradMiniError, IndexingError, LinearAlgebraError, ShapeError, UnsupportedError, did_you_mean
from .numerals import shape as shape_text
from .primitive import Operand, Plain, Primitive, implementations, instead

# Signatures that NumPy before 2.4 does not publish for functions written in C.
_C_SIGNATURES: dict[Callable[..., Any], tuple[str, ...]] = {
    np.concatenate: ("arrays", "axis", "out", "dtype", "casting"),
    np.where: ("condition", "x", "y"),
}


# ufunc methods over axis 0 that a NumPy function does for Tensors.
_METHODS: dict[tuple[str, str], Callable[..., Any]] = {
    ("add", "reduce"): np.sum,
    ("multiply", "reduce"): np.prod,
    ("maximum", "reduce"): np.max,
    ("minimum", "reduce"): np.min,
    ("add", "accumulate"): np.cumsum,
    ("multiply", "accumulate"): np.cumprod,
    ("maximum", "accumulate"): np.maximum.accumulate,
    ("minimum", "accumulate"): np.minimum.accumulate,
}


def supports(function: Callable[..., Any]) -> bool:
    """Return whether a function of NumPy's, or a ufunc of SciPy's, may be called on Tensors: `supports(np.tanh)`."""
    return _find(function) is not None


def call_ufunc(ufunc: np.ufunc, method: str, inputs: tuple[Any, ...], arguments: dict[str, Any]) -> Any:
    """Apply the gate of `ufunc`, as called through `__array_ufunc__`.

    Raises:
        UnsupportedError: if the ufunc, the method or an argument has no rule.
    """
    if not arguments and method == "__call__" and ufunc in implementations:
        return implementations[ufunc](*inputs)
    if arguments.get("out") is not None:
        raise UnsupportedError(
            f"{_public(ufunc)}: a Tensor's result cannot be written into an existing array "
            "(out=, or array += tensor); write result = ... instead."
        )
    if method != "__call__":
        return _call_method(ufunc, method, inputs, arguments)
    implementation = _implementation(ufunc)
    for argument, given in arguments.items():
        if argument == "where" and given is not True:
            raise UnsupportedError(
                f"{_public(ufunc)}: where= leaves the other entries undefined; "
                f"write np.where(mask, {_public(ufunc)}(...), other) instead."
            )
        if argument not in ("where", "out") and given is not None:
            raise _no_argument(ufunc, argument)
    return implementation(*inputs)


def _call_method(ufunc: np.ufunc, method: str, inputs: tuple[Any, ...], arguments: dict[str, Any]) -> Any:
    """Apply what stands for `np.add.reduce` and kin, whose axis is 0 unless given."""
    if method == "outer" and ufunc.nin == 2 and not arguments:
        x, y = inputs
        return _implementation(ufunc)(np.reshape(x, np.shape(x) + (1,) * np.ndim(y)), y)
    function = _METHODS.get((ufunc.__name__, method))
    if function is None or not supports(function):
        advice = "; write it with set_at or add_at" if method == "at" else ""
        raise UnsupportedError(f"{_public(ufunc)}.{method} has no rule for Tensors{advice}.")
    names = ("array", "axis", "dtype", "out", "keepdims", "initial", "where")
    bound = dict(zip(names, inputs, strict=False)) | arguments
    array, axis = bound.pop("array"), bound.pop("axis", 0)
    return call_function(function, (array,), {"axis": axis, **bound})


def call_function(function: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
    """Apply what stands for NumPy's `function`, as called through `__array_function__` or by a program's text.

    Raises:
        UnsupportedError: if the function or an argument has no rule.
    """
    implementation = implementations.get(function) or _implementation(function)
    if implementation.__class__ is FunctionType and not isinstance(function, np.ufunc):
        return _compose(function, implementation, args, kwargs)
    if isinstance(implementation, Plain):
        return implementation(*args, **kwargs)
    if isinstance(function, np.ufunc):
        for argument in kwargs:
            raise _no_argument(function, argument)
        return implementation(*args)
    assert isinstance(implementation, Primitive)
    return _apply(function, implementation, args, kwargs)


def _bound(
    function: Callable[..., Any], names: Sequence[str], args: Sequence[Any], kwargs: dict[str, Any]
) -> dict[str, Any]:
    """Return the arguments of a call by name."""
    if len(args) > len(names):
        raise UnsupportedError(f"{_public(function)}: expected at most {len(names)} arguments, got {len(args)}.")
    bound = dict(zip(names, args, strict=False))
    for argument, given in kwargs.items():
        if argument in bound:
            raise UnsupportedError(f"{_public(function)}: argument '{argument}' was given twice.")
        bound[argument] = given
    return bound


def _compose(
    function: Callable[..., Any], composition: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any]
) -> Any:
    """Call a composition, which takes NumPy's arguments under NumPy's names; what it leaves out must say nothing."""
    # Most calls look alike; sorting out the arguments would take as long as a small reduction.
    operands, bound = args, kwargs
    if not _is_called_alike(function, composition, len(args), tuple(kwargs)):
        operands, bound = _sorted_out(function, composition, args, kwargs)
    try:
        return composition(*operands, **bound)
    except (ValueError, IndexError, TypeError) as error:
        if isinstance(error, AutogradMiniError):
            raise
        known = () if composition.__code__.co_flags & inspect.CO_VARARGS else _signature(composition)[0]
        names = itertools.chain(known, (f"operand {i}" for i in itertools.count()))
        named = dict(zip(names, operands)) | bound
        shapes = ", ".join(f"{name} {shape_text(given)}" for name, given in named.items() if isinstance(given, Operand))
        raise _kind_of(error)(f"{_public(function)}: {str(error).rstrip('.')}{shapes and '; got '}{shapes}.") from error


@functools.cache
def _is_called_alike(
    function: Callable[..., Any], composition: Callable[..., Any], places: int, keywords: tuple[str, ...]
) -> bool:
    """Return whether a composition takes what a call gives, by place and by name, as NumPy's function does."""
    code, ours = composition.__code__, _signature(composition)[0]
    return (
        not code.co_flags & inspect.CO_VARARGS
        and places <= code.co_argcount
        and ours[:places] == _signature(function)[0][:places]
        and all(keyword in ours[places:] for keyword in keywords)
    )


def _sorted_out(
    function: Callable[..., Any], composition: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any]
) -> tuple[Sequence[Any], dict[str, Any]]:
    """Return a composition's operands, if it takes any number of them, and its arguments by name."""
    names, defaults = _signature(function)
    ours, _ = _signature(composition)
    operands: Sequence[Any] = ()
    if composition.__code__.co_flags & inspect.CO_VARARGS:
        operands, bound = args, dict(kwargs)
    else:
        # NumPy may have other names for arguments that the composition takes by place (newshape, before 2.1).
        positional = ours[: composition.__code__.co_argcount]
        bound = _bound(function, positional if len(args) <= len(positional) else names, args, kwargs)
    for argument in [argument for argument in bound if argument not in ours]:
        if argument not in defaults or not _is_default(bound.pop(argument), defaults[argument]):
            raise _no_argument(function, argument)
    return operands, bound


def _kind_of(error: Exception) -> type[AutogradMiniError]:
    """Return which of this package's errors says what NumPy's error says."""
    if isinstance(error, np.linalg.LinAlgError):
        return LinearAlgebraError
    # An axis that is not there is an IndexError and a ValueError.
    return IndexingError if isinstance(error, IndexError) and not isinstance(error, ValueError) else ShapeError


def _apply(function: Callable[..., Any], gate: Primitive, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
    """Apply `gate` to NumPy's arguments: operands lead, the others must be options of the gate or say nothing."""
    names, defaults = _signature(function)
    bound = _bound(function, names, args, kwargs)
    leading = names[: 1 if gate.variadic else len(gate.operands)]
    missing = [name for name in leading if name not in bound]
    if missing:
        raise UnsupportedError(f"{_public(function)}: argument '{missing[0]}' is missing.")
    operands = tuple(bound.pop(leading[0])) if gate.variadic else tuple(bound.pop(name) for name in leading)
    options = {}
    for argument, given in bound.items():
        if argument in gate.options:
            options[argument] = given
        elif not _is_default(given, defaults.get(argument)):
            raise _no_argument(function, argument)
    options = {name: given for name, given in options.items() if given is not np._NoValue}
    return gate(*operands, **options)


def _implementation(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the row or the composition of rows that stands for a NumPy function."""
    implementation = _find(function)
    if implementation is not None:
        return implementation
    if function in instead:
        raise UnsupportedError(f"{_public(function)} has no rule for Tensors; {instead[function]}")
    hint = did_you_mean(function.__name__, (known.__name__ for known in implementations), likeness=0.7)
    raise UnsupportedError(
        f"{_public(function)} has no rule for Tensors; write it with gates that have one (np.sum, np.exp, np.where), "
        f"or apply it to .data where no gradient is needed.{hint}"
    )


def _find(function: Callable[..., Any]) -> Callable[..., Any] | None:
    """Return what stands for a function, or None. SciPy's rows are read once a ufunc of SciPy's is met."""
    if function not in implementations and _is_scipys(function):
        importlib.import_module(f"{__package__}.ops.scipy_special")
    return implementations.get(function)


def _is_scipys(function: Callable[..., Any]) -> bool:
    special = sys.modules.get("scipy.special")
    return special is not None and isinstance(function, np.ufunc) and vars(special).get(function.__name__) is function


def _public(function: Callable[..., Any]) -> str:
    """Return the name a user writes: "np.sum", "np.linalg.norm", "scipy.special.erf"."""
    if _is_scipys(function):
        return f"scipy.special.{function.__name__}"
    module = getattr(function, "__module__", None) or "numpy"
    return f"{module.replace('numpy', 'np', 1)}.{function.__name__}"


def _is_default(given: Any, default: Any) -> bool:
    """Return whether an argument was given but says nothing: None, or NumPy's default written out."""
    return given is None or given is default or (isinstance(given, str | bool) and given == default)


def _no_argument(function: Callable[..., Any], argument: str) -> UnsupportedError:
    """Return the error for an argument without a rule."""
    implementation = implementations[function]
    known: Sequence[str] = ()
    if isinstance(implementation, Primitive):
        known = list(implementation.options)
    elif not isinstance(function, np.ufunc):
        known = _signature(implementation)[0]
    supported = ", ".join(known) or "none"
    return UnsupportedError(
        f"{_public(function)}: argument '{argument}' has no rule for Tensors; options with one: {supported}."
    )


@functools.cache
def _signature(function: Callable[..., Any]) -> tuple[tuple[str, ...], dict[str, Any]]:
    """Return a function's parameter names in order, and the defaults of those that have one."""
    if function in _C_SIGNATURES:
        return _C_SIGNATURES[function], {}
    try:
        parameters = inspect.signature(function).parameters.values()
    except ValueError:
        # A function written in C that does not say: then only what its composition takes is known.
        return (), {}
    return tuple(p.name for p in parameters), {p.name: p.default for p in parameters if p.default is not p.empty}
