"""Derivatives by reverse mode: grad, value_and_grad, elementwise_grad, vjp; and stop_gradient."""

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from ..backward import seed_for, send_recorded, separate, sweep
from ..errors import SeedError
from ..tensor import Tensor, is_recording
from .recording import ArgNums, Recording, called_like, checked_argnums, expect_function, outputs, record, zeros
from .trees import check_same_form, filled, leaves, mapped


def grad(f: Callable[..., Any], argnums: ArgNums = 0, has_aux: bool = False) -> Callable[..., Any]:
    """Return a function that gives the gradient of `f`, which returns a single number.

        grad(lambda x: np.sum(x**2))(np.array([1.0, 2.0]))  # [2. 4.]

    Args:
        f: a function of numbers, arrays, Tensors, and dicts, lists and tuples of them.
        argnums: the argument to differentiate by, a position or a name; or a tuple of them, which gives a tuple.
        has_aux: whether `f` returns (number, anything else); the gradient then comes as (gradient, anything else).

    Returns:
        A function with the arguments of `f`. Its result is nested like the argument.

    Raises:
        UnsupportedError: if `f` is no function, or `argnums` says no argument; when called, if there is none there.
        SeedError: when called, if `f` does not return a single number.
        DtypeError: when called, if an argument to differentiate by is not made of floating-point numbers.
    """
    both = value_and_grad(f, argnums, has_aux, _what="grad")

    @called_like(f)
    def gradient(*args: Any, **kwargs: Any) -> Any:
        value, found = both(*args, **kwargs)
        return (found, value[1]) if has_aux else found

    return gradient


def value_and_grad(
    f: Callable[..., Any], argnums: ArgNums = 0, has_aux: bool = False, *, _what: str = "value_and_grad"
) -> Callable[..., Any]:
    """Return a function that gives (value, gradient) of `f`; see `grad`. With `has_aux`, ((value, aux), gradient)."""
    expect_function(_what, f, f"{_what}(f)(x)")
    argnums = checked_argnums(_what, argnums)

    @called_like(f)
    def both(*args: Any, **kwargs: Any) -> Any:
        call = record(_what, f, args, kwargs, argnums)
        output, aux = with_aux(_what, call.output) if has_aux else (call.output, None)
        call = call._replace(output=output)
        value = _single_number(_what, call)
        seeds = {} if value is None else {value: seed_for(value)}
        # Nobody can reach this graph again, so it is forgotten on the way.
        gradients = pulled(call, seeds, release=not call.is_nested and not has_aux)
        found = gradients[0] if isinstance(argnums, int | str) else gradients
        shown = call.plain(output)
        return ((shown, call.plain(aux)) if has_aux else shown), found

    return both


def elementwise_grad(f: Callable[..., Any], argnums: ArgNums = 0) -> Callable[..., Any]:
    """Return a function that gives f' for an `f` that works entry by entry: the gradient of the sum of its outputs.

    elementwise_grad(np.tanh)(x) is 1 − tanh² x at every entry of x.
    """
    expect_function("elementwise_grad", f, "elementwise_grad(f)(x)")

    @called_like(f)
    def total(*args: Any, **kwargs: Any) -> Any:
        return np.sum(f(*args, **kwargs))

    return grad(total, argnums)


def vjp(f: Callable[..., Any], *primals: Any, has_aux: bool = False) -> Any:
    """Return f(*primals), and the function that pulls a cotangent of the output back to the primals.

        value, pull = vjp(f, x, y)
        x_gradient, y_gradient = pull(cotangent)

    Args:
        f: a function; its result may be nested.
        primals: where to differentiate.
        has_aux: whether `f` returns (output, anything else); the result is then (output, pull, anything else).

    Returns:
        (output, pull). `pull` takes numbers or arrays nested like the output, of the same shapes, and returns a tuple
        with the vector-Jacobian product for each primal. It may be called many times.
    """
    expect_function("vjp", f, "vjp(f, x)")
    call = record("vjp", f, primals, {}, range(len(primals)))
    output, aux = with_aux("vjp", call.output) if has_aux else (call.output, None)
    call = call._replace(output=output)
    outputs("vjp", call)

    def pull(cotangent: Any) -> tuple[Any, ...]:
        check_same_form(cotangent, output, "vjp: the cotangent")
        seeds: dict[Tensor, Any] = {}
        recorded = False
        for tensor, given in zip(leaves(output), leaves(cotangent), strict=True):
            if not call.region.has(tensor):
                continue
            if isinstance(given, Tensor) and given.requires_grad and is_recording():
                recorded = True
                seed = given
                seed_for(tensor, given.data)
            else:
                seed = seed_for(tensor, given)
            # Two outputs may be one and the same Tensor.
            seeds[tensor] = seeds[tensor] + seed if tensor in seeds else seed
        return pulled(call._replace(is_nested=call.is_nested or recorded), seeds)

    shown = call.plain(output)
    return (shown, pull, call.plain(aux)) if has_aux else (shown, pull)


def stop_gradient(x: Any) -> Any:
    """Return x with its Tensors cut off from their graph: no gradient passes. Nested containers keep their form."""
    return mapped(lambda leaf: leaf.detach() if isinstance(leaf, Tensor) else leaf, x)


def pulled(call: Recording, seeds: dict[Tensor, Any], *, release: bool = False) -> tuple[Any, ...]:
    """Return the gradient for each chosen argument, nested like it; zeros where nothing arrives.

    Args:
        call: a call of the function.
        seeds: outputs with the gradients that arrive at them.
        release: whether the graph is not needed any more.
    """
    sender = functools.partial(send_recorded, region=call.region) if call.is_nested else None
    if call.is_nested:
        seeds = {
            tensor: seed if isinstance(seed, Tensor) else Tensor(seed, requires_grad=False)
            for tensor, seed in seeds.items()
        }
    totals = sweep(seeds, send=sender, region=call.region, release=release)
    gradients = [totals.get(wire) for wire in leaves(call.wires)]
    found = separate(
        zeros(wire) if gradient is None else gradient
        for wire, gradient in zip(leaves(call.wires), gradients, strict=True)
    )
    return tuple(filled(call.wires, found))


def _single_number(what: str, call: Recording) -> Tensor | None:
    """Return the output where it depends on the wires, None where it is constant.

    Raises:
        SeedError: if the function returned no single number.
    """
    output = call.output
    if isinstance(output, dict | list | tuple) or output is None or np.shape(output) != ():
        got = (
            "None"
            if output is None
            else (
                f"a {type(output).__name__}" if isinstance(output, dict | list | tuple) else f"shape {np.shape(output)}"
            )
        )
        raise SeedError(
            f"{what}: the function must return a single number; got {got}. "
            "Reduce it (np.sum), use has_aux=True for more results, or use vjp or jacobian."
        )
    found = outputs(what, call)
    return found[0] if found else None


def with_aux(what: str, output: Any) -> tuple[Any, Any]:
    """Return a function's (output, aux) pair."""
    if not (isinstance(output, tuple) and len(output) == 2):
        raise SeedError(f"{what}: with has_aux=True the function must return a pair (output, aux).")
    return output
