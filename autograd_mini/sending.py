"""What a gate sends to its operands: upstream × local, in each operand's shape and dtype.

For arrays this is one function per gate, written from its rules on first use: looking up which operand has which rule,
and what that reads, would take as long as a small array's arithmetic. It knows nothing of the order of a pass.
"""

import textwrap
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from .errors import RuleError
from .ops.shaping import cast, sum_to
from .primitive import TRUTH, Operand, Primitive, selected

if TYPE_CHECKING:
    from .tensor import Tensor

# Takes the gate's output, the gradient that arrives there, and the `Region` to visit or None for all; returns what each
# operand gets, None for a constant.
Sender = Callable[["Tensor", Any, Any], list[Any]]


class _Senders(dict[Primitive, Sender]):
    """Senders by gate; each is written when it is first asked for."""

    def __missing__(self, gate: Primitive) -> Sender:
        scope: dict[str, Any] = {
            "LinAlgError": np.linalg.LinAlgError, "Operand": Operand, "fit": fit, "float64": np.float64,
            "ndarray": np.ndarray, "numpys": _numpys, "selected": selected, "truth": TRUTH,
        }  # fmt: skip
        scope |= {f"rule_{i}": rule.function for i, rule in enumerate(_rules(gate)) if rule is not None}
        # The source is made of names made here and of parameters' names, which are identifiers.
        exec(compile(sender_source(gate), __file__, "exec"), scope)
        self[gate] = scope["send"]
        return self[gate]


senders = _Senders()


def sender_source(gate: Primitive) -> str:
    """Return the Python source of a gate's sender."""
    read = {name for rule in gate.rules.values() for name in rule.reads}
    if gate.variadic:
        taken = "tuple([numpys(operand, upstream) for operand in gate.first])" if "operands" in read else "gate.first"
        body = [
            f"operands = {taken}",
            "everything = []",
            "for position, operand_0 in enumerate(gate.first):",
            "    value_0 = operands[position]",
            "    sent_0 = None",
            textwrap.indent(_block(gate, 0), "    "),
            "    everything.append(sent_0)",
            "return everything",
        ]
    else:
        places = range(gate.arity)
        body = [f"{''.join(f'operand_{i}, ' for i in places)}= gate.first"]
        for i, name in enumerate(gate.operands):
            # A value that no rule reads may have been let go; its shape and dtype are enough.
            data = f"operand_{i}.data"
            if name not in read:
                data = f"(operand_{i} if operand_{i}.is_let_go else {data})"
            body += [
                f"value_{i} = {data} if isinstance(operand_{i}, Operand) else operand_{i}",
                f"if value_{i}.__class__ is float:",
                f"    value_{i} = numpys(operand_{i}, upstream)",
            ]
        body.append(f"operands = ({''.join(f'value_{i}, ' for i in places)})")
        for i in places:
            body += [f"sent_{i} = None", f"position = {i}", _block(gate, i)]
        body.append(f"return [{', '.join(f'sent_{i}' for i in places)}]")
    if "out" in read:
        body[:0] = ["out = gate.data", "if out.__class__ is float:", "    out = float64(out)"]
    lines = textwrap.indent("\n".join(body), "        ")
    return (
        f"def send(gate, upstream, region):\n    options = gate.second\n    position = 0\n    try:\n{lines}\n"
        "    except LinAlgError as error:\n        raise gate.gate.no_derivative(position, error) from error\n"
    )


def _block(gate: Primitive, i: int) -> str:
    """Return the lines that find what one operand gets."""
    rule = _rules(gate)[i]
    if rule is None:
        return ""
    operand, value, sent = f"operand_{i}", f"value_{i}", f"sent_{i}"
    return (
        f"if isinstance({operand}, Operand) and {operand}.requires_grad"
        f" and (region is None or region.has({operand})):\n"
        f"    {sent} = {rule.downstream(f'rule_{i}')}\n"
        f"    if not ({sent}.__class__ is {value}.__class__ is ndarray\n"
        f"            and {sent}.shape == {value}.shape and {sent}.dtype is {value}.dtype):\n"
        f"        {sent} = fit({sent}, {operand}, gate)"
    )


def _rules(gate: Primitive) -> list[Any]:
    return [gate.rule_for(i) for i in range(gate.arity)]


def _numpys(operand: Any, upstream: Any) -> Any:
    """Return an operand's value as rules take it, beside the gradient of the output.

    NumPy's numbers divide by zero without raising; a constant beside arrays stays one that adapts to their dtype.
    """
    value = operand.data if isinstance(operand, Operand) else operand
    if value.__class__ is not float:
        return value
    if value is not operand or upstream.__class__ is np.float64:
        return np.float64(value)
    return value if value else upstream.dtype.type(value)


def fit(contribution: Any, operand: "Tensor", gate: "Tensor") -> Any:
    """Return a contribution in the shape and dtype of its operand: broadcast axes are summed. Settled here, once.

    Raises:
        RuleError: if the contribution has a shape that cannot come from broadcasting the operand.
    """
    shape, dtype = operand.shape, operand.dtype
    if contribution.__class__ is float:
        contribution = np.float64(contribution)
    if contribution.shape != shape:
        given = contribution.shape
        tail = given[len(given) - len(shape) :]
        if tail != shape and (
            len(given) < len(shape) or any(ours not in (1, theirs) for ours, theirs in zip(shape, tail, strict=True))
        ):
            raise RuleError(
                f"the rule of gate '{gate.gate.name}' gave a gradient of shape {given} "  # type: ignore[union-attr]
                f"for an operand of shape {shape}."
            )
        contribution = sum_to(contribution, shape=shape)
    if contribution.dtype != dtype:
        contribution = cast(contribution, dtype=dtype)
    if not shape and isinstance(contribution, np.ndarray | np.generic) and operand.data.__class__ is float:
        return float(contribution)
    return contribution
