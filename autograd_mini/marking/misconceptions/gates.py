"""Misconceptions about single gates, about forks, and about reading the circuit."""

from typing import Any

import numpy as np

from ...ops import arithmetic
from ..steps import Step
from .statement import COMMON, PLAUSIBLE, RARE, VERY_COMMON, Misconception


def _exponent(step: Step) -> Any:
    return 2 if step.row is arithmetic.square else step.operands[1]


def _nothing(step: Step) -> Any:
    return 0.0


def _second(step: Step) -> Any:
    return step.upstream * step.operands[1]


def _times_output(step: Step) -> Any:
    return step.upstream * step.out


def _times_operand(step: Step) -> Any:
    return step.upstream * step.operand


def _unchanged(step: Step) -> Any:
    return step.upstream


def _no_minus(step: Step) -> Any:
    return -step.right()


def _minus_output(step: Step) -> Any:
    return -(step.upstream * step.out)


def _masked_by_upstream(step: Step) -> Any:
    return step.right(operand=step.upstream)


def _minus_square(step: Step) -> Any:
    return -(step.upstream * step.operand**2)


def _prefix_sums(*parts: Any) -> Any:
    """Return the sum of what has arrived so far, added up over the arrivals."""
    return sum((len(parts) - i) * part for i, part in enumerate(parts))


def _largest(*parts: Any) -> Any:
    largest = parts[0]
    for part in parts[1:]:
        largest = np.where(np.abs(part) > np.abs(largest), part, largest)
    return largest


def _product(*parts: Any) -> Any:
    product = parts[0]
    for part in parts[1:]:
        product = product * part
    return product


GATES: tuple[Misconception, ...] = (
    Misconception("any.no_upstream", "any", COMMON, lambda step: step.local),
    Misconception("any.add_upstream", "any", PLAUSIBLE, lambda step: step.upstream + step.local),
    Misconception("any.sign_flip", "any", COMMON, _no_minus),
    Misconception("any.pass_through", "any", COMMON, _unchanged),
    Misconception("any.zero", "any", PLAUSIBLE, _nothing),
    Misconception("any.copies_value", "any", PLAUSIBLE, lambda step: step.operand),
    Misconception("any.times_output", "any", COMMON, _times_output),
    Misconception("any.divides_by_local", "any", RARE, lambda step: step.upstream / step.local),
    Misconception("mul.own_value", "mul", COMMON, _times_operand),
    Misconception("mul.only_first_swapped", "mul", PLAUSIBLE, _second),
    Misconception("add.multiplies_other", "add", PLAUSIBLE, lambda step: step.upstream * step.other),
    Misconception("add.own_value", "add", RARE, _times_operand),
    Misconception("add.splits_half", "add", PLAUSIBLE, lambda step: step.upstream / 2),
    Misconception("add.only_first", "add", PLAUSIBLE, lambda step: _nothing(step) if step.position else step.right()),
    Misconception("sub.no_minus", "sub", COMMON, _unchanged),
    Misconception("neg.no_minus", "neg", COMMON, _unchanged),
    Misconception("addc.zero", "addc", COMMON, _nothing),
    Misconception("addc.scales_by_c", "addc", PLAUSIBLE, lambda step: step.upstream * step.other),
    Misconception("addc.adds_c", "addc", RARE, lambda step: step.upstream + step.other),
    Misconception("mulc.dropped", "mulc", COMMON, _unchanged),
    Misconception("mulc.uses_input", "mulc", PLAUSIBLE, _times_operand),
    Misconception("div.no_minus", "div", COMMON, lambda step: -step.right() if step.position else step.right()),
    Misconception(
        "div.no_square",
        "div",
        COMMON,
        lambda step: -(step.upstream * step.out) if step.position else step.right(),
    ),
    Misconception("div.swapped", "div", PLAUSIBLE, lambda step: step.right(position=1 - step.position)),
    Misconception("recip.no_minus", "recip", COMMON, _no_minus),
    Misconception("recip.no_square", "recip", COMMON, _minus_output),
    Misconception("recip.at_output", "recip", COMMON, lambda step: step.right(operand=step.out)),
    Misconception("recip.as_log", "recip", RARE, lambda step: step.upstream * np.log(np.abs(step.operand))),
    Misconception("recip.minus_square", "recip", PLAUSIBLE, _minus_square),
    Misconception("recip.minus_output_only", "recip", RARE, _minus_output),
    Misconception("exp.dropped", "exp", COMMON, _unchanged),
    Misconception("exp.uses_input", "exp", PLAUSIBLE, _times_operand),
    Misconception(
        "exp.power_rule", "exp", PLAUSIBLE, lambda step: step.upstream * (step.operand * step.value(step.operand - 1))
    ),
    Misconception("exp.at_output", "exp", PLAUSIBLE, lambda step: step.upstream * step.value(step.out)),
    Misconception("log.at_output", "log", PLAUSIBLE, lambda step: step.right(operand=step.out)),
    Misconception("log.keeps_log", "log", PLAUSIBLE, _times_output),
    Misconception("sigmoid.input_for_output", "sigmoid", VERY_COMMON, lambda step: step.right(out=step.operand)),
    Misconception("sigmoid.no_one_minus", "sigmoid", PLAUSIBLE, _times_output),
    Misconception("sigmoid.one_minus_only", "sigmoid", PLAUSIBLE, lambda step: step.upstream * (1 - step.out)),
    Misconception("sigmoid.applied_twice", "sigmoid", VERY_COMMON, lambda step: step.right(upstream=step.right())),
    Misconception("sigmoid.applied_twice", "sigmoid", COMMON, ends=lambda step: step.right()),
    Misconception("sigmoid.at_output", "sigmoid", COMMON, lambda step: step.right(out=step.value(step.out))),
    Misconception("sigmoid.one_minus_square", "sigmoid", PLAUSIBLE, lambda step: step.upstream * (1 - step.out**2)),
    Misconception("sigmoid.minus_for_times", "sigmoid", RARE, lambda step: step.upstream * (step.out - (1 - step.out))),
    Misconception("tanh.input_for_output", "tanh", COMMON, lambda step: step.right(out=step.operand)),
    Misconception("tanh.no_square", "tanh", PLAUSIBLE, lambda step: step.upstream * (1 - step.out)),
    Misconception("tanh.at_output", "tanh", PLAUSIBLE, lambda step: step.right(out=step.value(step.out))),
    Misconception("tanh.as_sigmoid", "tanh", PLAUSIBLE, lambda step: step.upstream * (step.out * (1 - step.out))),
    Misconception("tanh.plus", "tanh", PLAUSIBLE, lambda step: step.upstream * (1 + step.out**2)),
    Misconception("relu.ignored", "relu of a number", COMMON, _unchanged),
    Misconception("relu.inverted", "relu", RARE, lambda step: step.right(operand=-step.operand)),
    Misconception("relu.value", "relu of a number", PLAUSIBLE, _times_operand),
    Misconception("relu.mask_on_upstream", "relu of a number", PLAUSIBLE, _masked_by_upstream),
    Misconception("max.loser", "max", PLAUSIBLE, lambda step: step.upstream - step.right()),
    Misconception("max.both", "max", COMMON, _unchanged),
    Misconception("max.half", "max", PLAUSIBLE, lambda step: step.upstream / 2),
    Misconception("max.value", "max", PLAUSIBLE, lambda step: step.right() * step.out),
    Misconception(
        "pow.no_coefficient", "pow", COMMON, lambda step: step.upstream * step.operand ** (_exponent(step) - 1)
    ),
    Misconception("pow.coefficient_only", "pow", COMMON, lambda step: step.upstream * _exponent(step)),
    Misconception("pow.same_exponent", "pow", COMMON, lambda step: step.upstream * (_exponent(step) * step.out)),
    Misconception("pow.not_differentiated", "pow", PLAUSIBLE, _times_output),
    Misconception(
        "pow.no_decrement_coef",
        "pow",
        PLAUSIBLE,
        lambda step: step.upstream * ((_exponent(step) - 1) * step.operand ** (_exponent(step) - 1)),
    ),
    Misconception("sin.sign", "sin", PLAUSIBLE, _no_minus),
    Misconception("cos.no_minus", "cos", COMMON, _no_minus),
    Misconception("trig.not_differentiated", "trig", PLAUSIBLE, _times_output),
    Misconception("fanout.last", "fork", VERY_COMMON, adds=lambda *parts: parts[-1]),
    Misconception("fanout.first", "fork", COMMON, adds=lambda *parts: parts[0]),
    Misconception("fanout.mean", "fork", PLAUSIBLE, adds=lambda *parts: sum(parts) / len(parts)),
    Misconception("fanout.product", "fork", PLAUSIBLE, adds=_product),
    Misconception("fanout.largest", "fork", RARE, adds=_largest),
    Misconception("fanout.pushed_twice", "fork", RARE, pushes=_prefix_sums),
    Misconception("misread.mul_as_add", "mul", COMMON, reads=arithmetic.add),
    Misconception("misread.add_as_mul", "add", COMMON, reads=arithmetic.multiply),
    Misconception("misread.mul_as_sub", "mul", RARE, reads=arithmetic.subtract),
    Misconception("misread.add_as_sub", "add", PLAUSIBLE, reads=arithmetic.subtract),
    Misconception("misread.sub_as_add", "sub", PLAUSIBLE, reads=arithmetic.add),
    Misconception("misread.sub_as_mul", "sub", RARE, reads=arithmetic.multiply),
    Misconception("misread.max_as_add", "max", RARE, reads=arithmetic.add),
    Misconception("misread.max_as_mul", "max", RARE, reads=arithmetic.multiply),
    Misconception("misread.max_as_sub", "max", RARE, reads=arithmetic.subtract),
)
