"""The worked solution: each forward value, then each backward step with its rule, its numbers and its result.

The text of a rule is the rule itself run on symbols; no derivative is written here. A solution is data first (`forward`
and `steps`) and prints as text, Markdown and LaTeX.
"""

import functools
from dataclasses import dataclass
from typing import Any

import numpy as np

from .formula import Symbol, figure, known, variable
from .graph import Gate, Graph
from .numerals import SIGNIFICANT, check_number_format, numbers, shape
from .ops.arithmetic import add, multiply
from .tensor import Tensor


@dataclass(frozen=True, eq=False)
class ForwardStep:
    """One value of the forward pass.

    Attributes:
        wire: the output wire as a symbol that reads as its label.
        gate: the gate's symbol: "×", "1/x"; "" for an input without a name.
        rule: the gate on its operands.
        value: the output's value.
    """

    wire: Symbol
    gate: str
    rule: Symbol
    value: Any


@dataclass(frozen=True, eq=False)
class Step:
    """One backward step: what one gate sends along one wire.

    Attributes:
        wire: the wire that receives the gradient, as a symbol that reads as its label.
        output: the wire that the gate drives, as a symbol.
        gate: the gate's symbol: "×", "1/x".
        formal: the gate on names for its operands, as a symbol.
        rule: the gate's rule on symbols: its local derivative, or what it makes of upstream.
        is_local: whether `rule` is the local derivative.
        local: the local derivative's value; None if `rule` is not one.
        upstream: the gradient that arrives at the gate's output.
        contribution: what the gate sends along the wire.
        is_summed: whether the contribution was summed over axes along which the operand was broadcast.
        arrived: all contributions to the wire, if it is a fork and this was the last of them; else ().
        total: the wire's gradient, if this contribution completes it; else None.
        is_fork: whether the wire has other consumers.
    """

    wire: Symbol
    output: Symbol
    gate: str
    formal: Symbol
    rule: Symbol
    is_local: bool
    local: Any
    upstream: Any
    contribution: Any
    is_summed: bool
    arrived: tuple[Any, ...]
    total: Any
    is_fork: bool


class Solution:
    """A worked solution. `print(solution)` shows it as text; `to_markdown()` and `to_latex()` make documents.

    Attributes:
        output: the output as a symbol that reads as its label.
        upstream: the gradient that arrives at the output.
        forward: the forward values in order.
        steps: the backward steps in order, the output's gate first.
        number_format: how numbers are shown.
    """

    def __init__(
        self, output: Symbol, upstream: Any, forward: list[ForwardStep], steps: list[Step], number_format: str
    ) -> None:
        self.output = output
        self.upstream = upstream
        self.forward = forward
        self.steps = steps
        self.number_format = number_format

    def __str__(self) -> str:
        lines = ["Forward"] if self.forward else []
        lines += [f"  {step.wire.write()} = {self.worked_value(step)}" for step in self.forward]
        lines += ["Backward", f"  {self.seed_line()}"]
        for step in self.steps:
            lines.append(f"  {self.gradient_line(step)}")
            if step.arrived:
                lines.append(f"  {step.wire.write()}: fork: {self._sum(step)}")
        return "\n".join(lines)

    def worked_value(self, step: ForwardStep) -> str:
        """Return how a value comes about: "x + y = −2 + 5 = 3"."""
        return self._chain(step.rule, step.value)

    def seed_line(self) -> str:
        """Return the line of the gradient that arrives at the output: "f: upstream 1"."""
        return f"{self.output.write()}: upstream {self._number(self.upstream)}"

    def gradient_line(self, step: Step) -> str:
        """Return the line of one backward step: "u: 1/x gate: local −1/x² = −1; upstream 1 × local −1 = −1"."""
        path = f" via {step.output.write()}" if step.is_fork else ""
        return f"{step.wire.write()}{path}: {step.gate} gate: {self._worked(step)}"

    def __repr__(self) -> str:
        return f"<Solution of {self.output.write()}: {len(self.forward)} gates, {len(self.steps)} backward steps>"

    def _repr_markdown_(self) -> str:
        return self.to_markdown()

    def to_markdown(self) -> str:
        """Return the solution as two tables of GitHub's Markdown."""
        rows = ["| wire | forward |", "|---|---|"]
        rows += [f"| {step.wire.write()} | {_cell(self._chain(step.rule, step.value))} |" for step in self.forward]
        rows += ["", "| wire | gate | backward |", "|---|---|---|"]
        rows.append(f"| {_cell(self.output.write())} | | upstream {self._number(self.upstream)} |")
        for step in self.steps:
            path = f" via {step.output.write()}" if step.is_fork else ""
            rows.append(f"| {_cell(step.wire.write() + path)} | {_cell(step.gate)} | {_cell(self._worked(step))} |")
            if step.arrived:
                rows.append(f"| {_cell(step.wire.write())} | fork | {_cell(self._sum(step))} |")
        return "\n".join(rows) + "\n"

    def to_latex(self) -> str:
        """Return the solution as an `align*` environment, which needs the package amsmath."""
        lines = [
            f"{step.wire.write('latex')} &= {self._chain(step.rule, step.value, 'latex')}" for step in self.forward
        ]
        lines.append(f"{self._partial(self.output)} &= {self._number(self.upstream, 'latex')}")
        for step in self.steps:
            path = rf"\Big|_{{\text{{via }} {step.output.write('latex')}}}" if step.is_fork else ""
            gate = rf" && \text{{gate }} {step.formal.write('latex')}"
            lines.append(f"{self._partial(step.wire)}{path} &= {self._worked(step, 'latex')}{gate}")
            if step.arrived:
                lines.append(rf"{self._partial(step.wire)} &= {self._sum(step, 'latex')} && \text{{fork}}")
        return "\\begin{align*}\n" + " \\\\\n".join(lines) + "\n\\end{align*}\n"

    def _partial(self, wire: Symbol) -> str:
        text = wire.write("latex")
        if wire.gate is not None:
            text = rf"\left({text}\right)"
        return rf"\frac{{\partial {self.output.write('latex')}}}{{\partial {text}}}"

    def _worked(self, step: Step, style: str = "text") -> str:
        """Return one step: "local −1/x² = −1/(−1)² = −1; upstream 1 × local −1 = −1"."""
        sent = self._number(step.contribution, style)
        if not step.is_local:
            return f"{step.rule.write(style, self.number_format)} = {sent}"
        if style == "latex":
            product = Symbol(multiply, (figure(step.upstream, self.number_format), step.rule))
            return self._chain(product, step.contribution, style)
        worked = f"upstream {self._number(step.upstream)} × local {self._number(step.local)}"
        if step.is_summed:
            worked += f", summed to {shape(step.contribution)}," if np.ndim(step.contribution) else ", summed,"
        return f"local {self._chain(step.rule, step.local)}; {worked} = {sent}"

    def _chain(self, rule: Symbol, value: Any, style: str = "text") -> str:
        """Return "in names = in numbers = value", without repeating what reads the same."""
        if rule.is_constant:
            return self._number(value, style)
        texts = [
            rule.write(style, self.number_format),
            rule.write(style, self.number_format, in_numbers=True),
            self._number(value, style),
        ]
        return " = ".join(text for i, text in enumerate(texts) if text not in texts[:i])

    def _sum(self, step: Step, style: str = "text") -> str:
        """Return the contributions at a fork and their sum: "3 + (−2) = 1"."""
        parts = (figure(part, self.number_format) for part in step.arrived)
        arrived = functools.reduce(lambda total, part: Symbol(add, (total, part)), parts)
        return f"{arrived.write(style, self.number_format)} = {self._number(step.total, style)}"

    def _number(self, value: Any, style: str = "text") -> str:
        return numbers(value, self.number_format, style)


def explain(root: Tensor, *, upstream: Any = None, number_format: str = SIGNIFICANT) -> Solution:
    """Return the worked solution of a circuit: every forward value and every backward step, in order.

        print(explain(f))
        ...
          u: 1/x gate: local −1/x² = −1/(−1)² = −1; upstream 1 × local −1 = −1

    Args:
        root: the output of the circuit.
        upstream: gradient that arrives at the output; 1 for a single number when left out.
        number_format: how numbers are shown, as in `format`: ".4g" for four significant digits, ".2f" for two decimals.

    Raises:
        BackwardError: if the output depends on nothing that requires a gradient.
        SeedError: if the output is no single number and `upstream` is missing, or does not fit.
    """
    check_number_format(number_format)
    graph = Graph(root)
    gradients = graph.gradients(upstream)
    forward = [
        ForwardStep(wire=graph.symbol(wire), gate="", rule=figure(wire.data, number_format), value=wire.data)
        for wire in graph.leaves
        if wire.name is None
    ]
    forward += [forward_step(graph, gate) for gate in graph.listed]
    steps = []
    arrived: dict[Tensor, list[Any]] = {}
    for gate in reversed(graph.gates):
        for position, wire in gate.inputs:
            contribution = gradients.contributions.get((gate.output, position))
            if contribution is None:
                continue
            arrived.setdefault(wire, []).append(contribution)
            is_last = len(arrived[wire]) == len(graph.consumers[wire])
            steps.append(
                _step(
                    graph,
                    gate,
                    position,
                    upstream=gradients.totals[gate.output],
                    contribution=contribution,
                    arrived=tuple(arrived[wire]) if is_last and len(arrived[wire]) > 1 else (),
                    total=gradients.totals[wire] if is_last else None,
                )
            )
    return Solution(graph.symbol(root), gradients.totals[root], forward, steps, number_format)


def forward_step(graph: Graph, gate: Gate) -> ForwardStep:
    """Return the forward step of one gate, with the gate on symbols for its operands."""
    return ForwardStep(
        wire=graph.symbol(gate.output),
        gate=gate.symbol,
        rule=Symbol(gate.primitive, _operands(graph, gate), gate.options),
        value=gate.output.data,
    )


def _step(
    graph: Graph, gate: Gate, position: int, *, upstream: Any, contribution: Any, arrived: Any, total: Any
) -> Step:
    """Return one backward step, with the gate's rule run on symbols."""
    rule = graph.derivative(gate, position, variable("upstream", upstream))
    row = gate.primitive.rule_for(position)
    is_local = row is not None and row.is_local
    wire = gate.operands[position]
    return Step(
        wire=graph.symbol(wire),
        output=graph.symbol(gate.output),
        gate=gate.symbol,
        formal=gate.formal(),
        rule=rule,
        is_local=is_local,
        local=rule.value if is_local else None,
        upstream=upstream,
        contribution=contribution,
        is_summed=is_local and np.shape(contribution) != np.shape(upstream),
        arrived=arrived,
        total=total,
        is_fork=len(graph.consumers[wire]) > 1,
    )


def _operands(graph: Graph, gate: Gate) -> tuple[Symbol, ...]:
    """Return a gate's operands as symbols that read as the wires are called and count as their values."""
    return tuple(
        known(graph.symbol(operand), operand.data) if isinstance(operand, Tensor) else graph.symbol(operand)
        for operand in gate.operands
    )


def _cell(text: str) -> str:
    """Return text for a cell of a Markdown table, where | would end the cell."""
    return text.replace("|", "\\|")
