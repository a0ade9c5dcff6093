"""The backward pass: visit consumers first, send each operand upstream × local, add at forks.

There is no other. It has two seams, `send` (what a gate gives its operands) and `add` (what a fork does with two
contributions); it knows neither drawing nor marking, and it changes nothing it visits unless told to release it.
"""

import functools
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from . import watching
from .errors import BackwardError, DtypeError, NotFiniteError, ReleasedError, SeedError
from .primitive import Operand
from .sending import filled, fit, numpys, senders
from .watching import watched

if TYPE_CHECKING:
    from .tensor import Tensor

Send = Callable[["Tensor", Any], list[Any]]
Add = Callable[[Any, Any], Any]


# Stands in a Tensor's slot `by_second` where its operands and local derivatives are tuples; see `Tensor`.
SEVERAL: Any = ("several",)
_RECORDED = operator.attrgetter("order")


class Region(NamedTuple):
    """The part of a graph that a pass visits: what was recorded from `since` on, up to and including `inputs`.

    A transform differentiates by wires it has made itself; all that was recorded earlier is constant to it.
    """

    since: int = 0
    inputs: frozenset["Tensor"] = frozenset()

    def has(self, operand: Any) -> bool:
        """Return whether a gradient flows to an operand."""
        return (
            isinstance(operand, Operand)
            and operand.requires_grad
            and (operand.order >= self.since or operand in self.inputs)
        )


EVERYTHING = Region()


def consumers_first(*roots: "Tensor", region: Region = EVERYTHING) -> list["Tensor"]:
    """Return the recorded gates that lead to `roots`, each before the ones it consumes.

    The order is that of recording, backwards: a gate's operands exist before it does. No recursion, any depth.

    Raises:
        ReleasedError: if a gate on the way was released by an earlier backward pass.
    """
    everything = region is EVERYTHING
    found: set[Any] = set(roots)
    # This list grows while it is gone through.
    unvisited: list[Any] = [root for root in found if region.has(root)]
    gates: list[Any] = []
    for tensor in unvisited:
        if tensor.gate is None:
            if tensor.released:
                raise ReleasedError(
                    f"the graph behind {tensor.label()} was released by backward(release=True). "
                    "Record it again, keep it with release=False, or cut it off with .detach()."
                )
            continue
        if not everything and tensor in region.inputs:
            continue
        gates.append(tensor)
        for operand in tensor.first if tensor.by_second is SEVERAL else tensor.operands:
            if (
                isinstance(operand, Operand)
                and operand.requires_grad
                and operand not in found
                and (everything or region.has(operand))
            ):
                found.add(operand)
                unvisited.append(operand)
    gates.sort(key=_RECORDED, reverse=True)
    return gates


def send(gate: "Tensor", upstream: Any, region: Region = EVERYTHING) -> list[Any]:
    """Return what a gate sends to each operand, in its shape and dtype: upstream × local; None to a constant."""
    if gate.by_second is not SEVERAL or gate.by_first is not None:
        # A truth value selects, so that 0 × inf cannot make a NaN.
        return [
            None if local is None else upstream if local is True else 0.0 if local is False else upstream * local
            for local in gate.partials  # type: ignore[union-attr]
        ]
    out = gate if gate.is_let_go else gate.data
    if out.__class__ is float:
        out, upstream = np.float64(out), np.float64(upstream)
    row: Any = gate.gate
    # What no rule reads may have been let go, and is not asked for.
    values = tuple(
        [
            numpys(operand, out) if row.operands[0 if row.variadic else i] in row.reads else operand
            for i, operand in enumerate(gate.first)
        ]
    )
    return [
        fit(row.pull(position, upstream, out, values, gate.options), operand, gate)
        if region.has(operand) and row.rule_for(position) is not None
        else None
        for position, operand in enumerate(gate.first)
    ]


_send = send


def send_recorded(gate: "Tensor", upstream: Any, region: Region = EVERYTHING) -> list[Any]:
    """Return what `send` does, but computed on Tensors, so that the gradient can be differentiated again."""
    return [
        fit(gate.gate.pull(position, upstream, gate, gate.operands, gate.options), operand, gate)  # type: ignore[union-attr]
        if region.has(operand) and gate.gate.rule_for(position) is not None  # type: ignore[union-attr]
        else None
        for position, operand in enumerate(gate.operands)
    ]


def sweep(
    seeds: Mapping["Tensor", Any],
    *,
    send: Send | None = None,
    add: Add = operator.add,
    region: Region = EVERYTHING,
    contributions: MutableMapping[tuple["Tensor", int], Any] | None = None,
    release: bool = False,
) -> dict["Tensor", Any]:
    """Return the gradient on every wire that leads to the outputs.

    Args:
        seeds: the outputs, each with the gradient that arrives at it, as `seed_for` gives it.
        send: what a gate gives its operands, if not upstream × local, as the function `send` does.
        add: what a fork makes of what has arrived and what arrives now, in the order of arrival.
        region: the part of the graph to visit, all of it unless given; a `send` may spare itself the rest.
        contributions: where to put what each gate sends along each wire, by gate and position of the operand.
        release: whether to forget each gate when it has been visited, and its gradient with it.
    """
    is_watched = watching.open_withs and watching.sees_backward()
    if is_watched or contributions is not None or add is not operator.add:
        send = send or functools.partial(_send, region=region)
    if is_watched:
        send, add = watched(send, add)  # type: ignore[arg-type]
    totals = dict(seeds)
    # A sum that was made here, of a wire that is still to be visited, is in no other hand and may be added to in place.
    sums: set[Any] = set()

    def add_to(operand: "Tensor", contribution: Any) -> None:
        if operand in sums:
            totals[operand] += contribution
            return
        totals[operand] = total = add(totals[operand], contribution)
        if add is operator.add and total.__class__ is np.ndarray:
            sums.add(operand)

    visited = None if region is EVERYTHING else region
    for gate in consumers_first(*seeds, region=region):
        upstream = totals.pop(gate, None) if release else totals.get(gate)
        if upstream is None:
            # All its consumers use it without a rule, as where() uses its condition.
            continue
        if send is None and gate.by_second is SEVERAL and gate.by_first is None:
            out = gate if gate.is_let_go else gate.data
            if out.__class__ is float:
                out, upstream = np.float64(out), np.float64(upstream)
            senders[gate.gate](gate, upstream, out, visited, totals, add_to)  # type: ignore[index]
        else:
            sent = (send or _send)(gate, upstream)
            for position, operand in enumerate(gate.operands):
                contribution = sent[position]
                if contribution is None:
                    continue
                if operand in totals:
                    add_to(operand, contribution)
                else:
                    totals[operand] = contribution
                if contributions is not None:
                    contributions[gate, position] = contribution
        if release:
            gate.release()
    if send is None:
        # What came as a number for an array, and was nowhere added to an array.
        for wire, total in totals.items():
            if total.__class__ is not np.ndarray and wire.shape:
                totals[wire] = filled(total, wire.shape)
    return totals


def sweep_numbers(root: "Tensor", seed: Any, *, release: bool) -> bool:
    """Put the gradients of a circuit of single numbers on its wires: `sweep`, `send` and `add` in one loop.

    Returns:
        Whether that was possible. Where an array or a released gate is on the way, or somebody looks on, it was not,
        and `sweep` must do it.
    """
    if root.gate is None or (root.by_second is SEVERAL and root.by_first is None):
        return False
    if watching.open_withs and watching.sees_backward():
        return False
    # A wire that has been found holds this very object, which is no other wire's; −0.0 is what anything is added to
    # without changing it.
    mark = -float(0)
    root.grad = mark
    gates = [root]
    for gate in gates:
        if gate.by_second is SEVERAL:
            if gate.by_first is None:
                break
            for operand, local in zip(gate.first, gate.by_first):
                if local is not None and operand.grad is not mark:
                    operand.grad = mark
                    # A leaf has nothing to visit; a released gate stops the search like an array.
                    if operand.gate is not None or operand.first is None:
                        gates.append(operand)
            continue
        if gate.by_first is not None:
            operand = gate.first
            if operand.grad is not mark:
                operand.grad = mark
                if operand.gate is not None or operand.first is None:
                    gates.append(operand)
        if gate.by_second is not None:
            operand = gate.second
            if operand.grad is not mark:
                operand.grad = mark
                if operand.gate is not None or operand.first is None:
                    gates.append(operand)
    else:
        gates.sort(key=_RECORDED, reverse=True)
        root.grad = seed
        for gate in gates:
            upstream = gate.grad
            by_first, by_second = gate.by_first, gate.by_second
            if by_second is SEVERAL:
                for operand, local in zip(gate.first, by_first):
                    if local is not None:
                        operand.grad += 0.0 if local is False else upstream * local
            else:
                # A truth value selects, so that 0 × inf cannot make a NaN.
                if by_first is not None:
                    gate.first.grad += 0.0 if by_first is False else upstream * by_first
                if by_second is not None:
                    gate.second.grad += 0.0 if by_second is False else upstream * by_second
            if release:
                gate.release()
                gate.grad = None
        return True
    for gate in gates:
        gate.grad = None
        for operand in gate.operands or ():
            if getattr(operand, "grad", None) is mark:
                operand.grad = None
    return False


def separate(gradients: Iterable[Any]) -> Iterator[Any]:
    """Yield gradients such that no two share memory.

    A gate may pass its upstream on as it is, or a view of it; each wire's gradient is to be its own array.
    """
    owned: set[int] = set()
    for gradient in gradients:
        if isinstance(gradient, np.ndarray):
            if gradient.base is not None or id(gradient) in owned:
                gradient = gradient.copy()
            owned.add(id(gradient))
        yield gradient


def seed_for(root: "Tensor", upstream: Any = None) -> Any:
    """Return the gradient that arrives at `root`: 1 for a single number unless given, in the output's dtype.

    Raises:
        BackwardError: if the output depends on nothing that requires a gradient.
        SeedError: if the output is no single number and `upstream` is missing, or has another shape.
        DtypeError: if `upstream` is not made of real numbers.
        NotFiniteError: if `upstream` has NaN or infinity.
    """
    if not root.requires_grad:
        raise BackwardError(
            f"backward: {root.label()} depends on no Tensor with requires_grad=True, so it has no gradient. "
            "Was it computed under no_grad(), or only from constants?"
        )
    if upstream is None:
        if root.shape == ():
            # A program is traced without reading its numbers, so `data` is not looked at.
            return 1.0 if root.dtype == np.float64 else root.dtype.type(1.0)
        raise SeedError(
            f"backward: {root.label()} has shape {root.shape}; an upstream gradient of 1 is implied only for a "
            f"single number. Reduce it first (np.sum), or give backward(upstream=...) of shape {root.shape}."
        )
    try:
        seed = np.array(upstream.data if isinstance(upstream, Operand) else upstream, root.dtype)
    except (TypeError, ValueError):
        raise DtypeError(
            f"backward: the upstream gradient must be a number or an array of numbers; got {upstream!r:.60}."
        ) from None
    if seed.shape != root.shape:
        raise SeedError(
            f"backward: the upstream gradient must have the shape of {root.label()}, {root.shape}; got {seed.shape}."
        )
    if not np.isfinite(seed).all():
        raise NotFiniteError("backward: the upstream gradient must be finite; got NaN or infinity.")
    return float(seed) if root.data.__class__ is float else seed if seed.ndim else seed[()]
