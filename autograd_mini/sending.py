"""What a gate sends to its operands: upstream × local, in each operand's shape and dtype.

For arrays this is one function per gate, written from its rules on first use: looking up which operand has which rule,
and what that reads, would take as long as a small array's arithmetic. It knows nothing of the order of a pass.
"""

import textwrap
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from .errors import RuleError
from .formula import variable
from .ops.shaping import broadcast_to, cast, sum_to
from .primitive import TRUTH, Filled, Operand, Primitive, Rule, selected

if TYPE_CHECKING:
    from .tensor import Tensor

# Takes the gate's output; the gradient that arrives there; the output's value, or the output itself where that was let
# go and only its shape and dtype are wanted; the `Region` to visit, None for all; the totals so far, by operand; and a
# function that adds a contribution to the total that an operand has.
Sender = Callable[["Tensor", Any, Any, Any, dict["Tensor", Any], Callable[["Tensor", Any], None]], None]


class _Senders(dict[Primitive, Sender]):
    """Senders by gate; each is written when it is first asked for."""

    def __missing__(self, gate: Primitive) -> Sender:
        scope: dict[str, Any] = {
            "LinAlgError": np.linalg.LinAlgError, "Operand": Operand, "by_number": _by_number, "filled": filled,
            "fit": _fit_or_number, "ndarray": np.ndarray, "numpys": numpys, "selected": selected,
            "truth": TRUTH,
        }  # fmt: skip
        scope |= {f"rule_{i}": rule.function for i, rule in enumerate(_rules(gate)) if rule is not None}
        # The source is made of names made here and of parameters' names, which are identifiers.
        exec(compile(sender_source(gate), __file__, "exec"), scope)
        self[gate] = scope["send"]
        return self[gate]


senders = _Senders()


def sender_source(gate: Primitive) -> str:
    """Return the Python source of a gate's sender."""
    if gate.variadic:
        taken = "tuple([numpys(operand, out) for operand in gate.first])" if "operands" in gate.reads else "gate.first"
        body = [
            f"operands = {taken}",
            "for position, operand_0 in enumerate(gate.first):",
            "    value_0 = operands[position]",
            "    needs_0 = isinstance(operand_0, Operand) and operand_0.requires_grad",
            textwrap.indent(_block(gate, 0), "    "),
        ]
    else:
        places = range(gate.arity)
        body = [f"{''.join(f'operand_{i}, ' for i in places)}= gate.first"]
        for i, name in enumerate(gate.operands):
            # A value that no rule reads may have been let go; its shape and dtype are enough.
            data = f"operand_{i}.data"
            if name not in gate.reads:
                data = f"operand_{i} if operand_{i}.is_let_go else {data}"
            body += [
                f"if isinstance(operand_{i}, Operand):",
                f"    value_{i}, needs_{i} = {data}, operand_{i}.requires_grad",
                "else:",
                f"    value_{i}, needs_{i} = operand_{i}, False",
                f"if value_{i}.__class__ is float:",
                f"    value_{i} = numpys(operand_{i}, out)",
            ]
        if _keeps_shape(gate):
            shapes = " == ".join(f"value_{i}.shape" for i in places)
            arrays = " is ".join(f"value_{i}.__class__" for i in places)
            body.append(f"alike = {arrays} is ndarray" + (f" and {shapes}" if gate.arity > 1 else ""))
        for i in places:
            body += [f"position = {i}", _block(gate, i)]
    is_number = "upstream.__class__ is not ndarray and out.shape != ()"
    if _takes_numbers(gate):
        body.insert(0, f"is_number = {is_number}")
    else:
        body.insert(0, f"if {is_number}:\n    upstream = filled(upstream, out.shape)")
    lines = textwrap.indent("\n".join(body), "        ")
    return (
        "def send(gate, upstream, out, region, totals, add):\n"
        f"    options = gate.second\n    position = 0\n    try:\n{lines}\n"
        "    except LinAlgError as error:\n        raise gate.gate.no_derivative(position, error) from error\n"
    )


def _block(gate: Primitive, i: int) -> str:
    """Return the lines that send one operand what it gets."""
    rule = _rules(gate)[i]
    if rule is None:
        return ""
    alike = f"sent.__class__ is value_{i}.__class__ is ndarray and sent.shape == value_{i}.shape"
    if _keeps_shape(gate):
        alike = f"(alike or {alike})"
    value = "operands[{}]" if gate.variadic else "value_{}"
    downstream = (
        f"upstream * {rule.called('', value)}" if _hands_back(rule, gate) else rule.downstream(f"rule_{i}", value)
    )
    lines = [
        f"sent = {downstream}",
        f"if not ({alike} and sent.dtype is value_{i}.dtype):",
        f"    sent = fit(sent, operand_{i}, gate)",
    ]
    if _takes_numbers(gate):
        local = rule.called(f"rule_{i}", value)
        body = "\n".join(lines)
        lines = [
            "if is_number:",
            f"    sent = by_number({local}, upstream, out, operand_{i}, gate)",
            "else:",
            textwrap.indent(body, "    "),
        ]
    lines += [f"if operand_{i} in totals:", f"    add(operand_{i}, sent)", "else:", f"    totals[operand_{i}] = sent"]
    return f"if needs_{i} and (region is None or region.has(operand_{i})):\n" + textwrap.indent(
        "\n".join(lines), "    "
    )


def _hands_back(rule: Rule, gate: Primitive) -> bool:
    """Return whether a local derivative is just what it reads, as those of × and exp are: then no call is needed.

    What has no rule of its own, such as where()'s condition, may hold truth values, which select.
    """
    if not rule.is_local or len(rule.reads) != 1 or not ({*rule.reads} <= {"out", *gate.rules}):
        return False
    read = variable(rule.reads[0])
    try:
        return rule.function(read) is read
    except Exception:
        # A rule may ask what only arrays have.
        return False


def _takes_numbers(gate: Primitive) -> bool:
    """Return whether upstream may come as a single number: no rule reads it, all are local derivatives."""
    return not gate.variadic and all(rule.is_local for rule in gate.rules.values())


def _by_number(local: Any, upstream: Any, out: Any, operand: "Tensor", gate: "Tensor") -> Any:
    """Return upstream × local for an upstream that is a single number at each entry of an array `out`.

    The result is again a number where the local derivative is one and the operand has the output's shape. Where
    upstream is 1, as below a sum, it is the local derivative: as a view, which tells that the memory is another's.
    """
    if _is_like(operand, out.dtype, out.shape):
        if local.__class__ is np.ndarray:
            if local.shape == out.shape and local.dtype is out.dtype:
                return local.view() if upstream == 1 else upstream * local
        elif (number := upstream * local).dtype is out.dtype:
            return number
    whole = filled(upstream, out.shape)
    return fit(selected(local, whole) if getattr(local, "dtype", None) is TRUTH else whole * local, operand, gate)


def _fit_or_number(contribution: Any, operand: "Tensor", gate: "Tensor") -> Any:
    """Return a contribution as `fit` does, but let one number for an array be one until the array is needed."""
    if contribution.__class__ is Filled:
        if _is_like(operand, contribution.number.dtype, contribution.shape):
            return contribution.number
        contribution = filled(contribution.number, contribution.shape)
    return fit(contribution, operand, gate)


def _is_like(operand: "Tensor", dtype: Any, shape: tuple[int, ...]) -> bool:
    """Return whether an operand is an array of a dtype and a shape."""
    data = operand if operand.is_let_go else operand.data
    return data.__class__ is not float and data.dtype is dtype and data.shape == shape


def filled(number: Any, shape: tuple[int, ...]) -> Any:
    """Return an array filled with a number of NumPy's; it is not to be written to."""
    return broadcast_to.value(number, shape=shape)


def _keeps_shape(gate: Primitive) -> bool:
    """Return whether upstream × local has the operands' shape wherever they have one and the same.

    So it is for NumPy's functions entry by entry, whose local derivatives are entry by entry too: one comparison does
    for all operands, and none for one.
    """
    return isinstance(gate.value, np.ufunc) and gate.elementwise and all(rule.is_local for rule in gate.rules.values())


def _rules(gate: Primitive) -> list[Any]:
    return [gate.rule_for(i) for i in range(gate.arity)]


def numpys(operand: Any, out: Any) -> Any:
    """Return an operand's value as rules take it.

    NumPy's numbers divide by zero without raising; a constant beside arrays stays one that adapts to their dtype.
    """
    value = operand.data if isinstance(operand, Operand) else operand
    if value.__class__ is not float:
        return value
    if value is not operand or out.__class__ is np.float64:
        return np.float64(value)
    return value if value else out.dtype.type(value)


def fit(contribution: Any, operand: "Tensor", gate: "Tensor") -> Any:
    """Return a contribution in the shape and dtype of its operand: broadcast axes are summed. Settled here, once.

    Raises:
        RuleError: if the contribution has a shape that cannot come from broadcasting the operand.
    """
    shape, dtype = operand.shape, operand.dtype
    if contribution.__class__ is float:
        contribution = np.float64(contribution)
    given = contribution.shape
    if given != shape:
        tail = given[len(given) - len(shape) :]
        if tail != shape and (
            len(given) < len(shape) or any(ours not in (1, theirs) for ours, theirs in zip(shape, tail, strict=True))
        ):
            raise RuleError(
                f"the rule of gate '{gate.gate.name}' gave a gradient of shape {given} "  # type: ignore[union-attr]
                f"for an operand of shape {shape}."
            )
        # An array needs no look at what it is.
        summed = sum_to.value if contribution.__class__ is np.ndarray else sum_to
        contribution = summed(contribution, shape=shape)
    if contribution.dtype != dtype:
        contribution = cast(contribution, dtype=dtype)
    if not shape and isinstance(contribution, np.ndarray | np.generic) and operand.data.__class__ is float:
        return float(contribution)
    return contribution
