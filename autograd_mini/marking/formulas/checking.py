"""check_formula: hold a formula for a gradient, or for a value, against the circuit."""

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np

from ...errors import QuestionError
from ...graph import Graph
from ...tensor import Tensor
from .circuits import Questioned
from .claims import Claim, asked_of
from .judging import judge, judge_together, read_or_report
from .names import Names, symbols_of_gradients
from .report import FormulaReport

_SEED = 20


def check_formula(root: Tensor, wire: str, formula: str, **options: Any) -> FormulaReport:
    r"""Return whether a formula is the gradient of the output with respect to a wire.

        check_formula(L, "w1", "(yhat - y)*v1")
        check_formula(L, "k[j]", r"\sum_{i=1}^{3} \delta_i x_{i+j-1}", upstreams={"delta": "z"})

    The formula is read, never eval'ed, in the parser's syntax or in LaTeX, and compared with the circuit at random
    points and at points with ties and zeros. Its names are the circuit's wires, and the gradients of wires: delta_z,
    dz, d_z or dL/dz. Besides the parser's syntax there are I(z > 0), 1 or 0; sum(i, 1, 3, x[i]); and entries,
    counted from 1: x[i+j-1], W[i,j], x_i. At a tie every valid subgradient is right.

    Args:
        root: the output of the circuit.
        wire: a wire's name; or entries of it, "k[j]" for all and "k[2]" for one.
        formula: the formula, as text.
        upstreams: further symbols: {"delta1": "z"} where delta1 is the gradient of z.
        constants: further names with their numbers: {"n": 3}.
        kind: "gradient", or "value" if the formula is said to be the wire's value.
        domains: what an input may be, unless any real number: "positive", "unit" (between 0 and 1), "probabilities",
            "one-hot" or "fixed" (as recorded).
        ties: "any" if every valid subgradient is right at a tie, or "as recorded" for the library's own choice.
        first_index: the number of an array's first entry: 1, or 0.
        latex: whether the formula is LaTeX; when left out, it is if it has a backslash, or braces after _ or ^.
        seed: seed of the random points.

    Raises:
        UnknownWireError: if a name is no wire of the circuit, or its wire takes no gradient.
        UnsupportedError: if the circuit cannot be computed at other inputs (see `Graph.replay`).
        QuestionError: if the question contradicts itself. A formula that cannot be read is reported, not raised.
    """
    return check_formulas(root, {wire: formula}, **options)[wire]


def check_formulas(
    root: Tensor,
    formulas: Mapping[str, str],
    *,
    upstreams: Mapping[str, str] | None = None,
    constants: Mapping[str, Any] | None = None,
    kind: Literal["gradient", "value"] = "gradient",
    domains: Mapping[str, str] | None = None,
    ties: Literal["any", "as recorded"] = "any",
    first_index: int = 1,
    latex: bool | None = None,
    seed: int = _SEED,
) -> dict[str, FormulaReport]:
    """Return what `check_formula` does for several wires, whose parts at a tie must add up together.

    Where z1 and z2 tie in max(z1, z2), each may get all of the gradient, or half, but not both all of it.

    Args:
        root: the output of the circuit.
        formulas: a formula for each wire.
        upstreams: as in `check_formula`, like what follows.
        constants: further names with their numbers.
        kind: "gradient" or "value".
        domains: what an input may be.
        ties: "any" or "as recorded".
        first_index: 1 or 0.
        latex: whether the formulas are LaTeX.
        seed: seed of the random points.
    """
    for name, given, allowed in (("kind", kind, ("gradient", "value")), ("ties", ties, ("any", "as recorded"))):
        if given not in allowed:
            raise QuestionError(f"check_formula: {name} must be {' or '.join(map(repr, allowed))}; got {given!r}.")
    if first_index not in (0, 1):
        raise QuestionError(f"check_formula: entries are counted from 1 or from 0; got first_index={first_index!r}.")
    graph = Graph(root)
    numbers = _constants(constants or {}, graph)
    claims: dict[str, Claim] = {}
    reports: dict[str, FormulaReport] = {}
    for written, text in formulas.items():
        asked = asked_of(graph, written, first_index)
        names = Names(
            shapes=_shapes(graph) | {name: np.shape(value) for name, value in numbers.items()},
            gradients=_gradients(graph, upstreams or {}, numbers, asked.letters) if kind == "gradient" else {},
            root=root.name or "",
            asked=asked.wire,
            asked_is_gradient=kind == "gradient",
            indices=asked.letters,
            given=tuple(upstreams or ()),
        )
        label = f"{kind} of {written}"
        formula = read_or_report(label, text, names, latex)
        if isinstance(formula, FormulaReport):
            # The wire is looked at all the same, so that a mistake of the question's is found.
            Questioned(root, [asked.wire], is_gradient=kind == "gradient", domains=domains or {})
            reports[written] = formula
            continue
        claims[written] = Claim(asked, formula, names.gradients, numbers, first_index)
        side = Questioned(
            root,
            [asked.wire],
            is_gradient=kind == "gradient",
            domains=domains or {},
            has_free_upstream=root.name in claims[written].gradients.values(),
        )
        reports[written] = judge(label, side, claims[written], accepts_any=ties == "any", seed=seed)
    if len(claims) > 1 and kind == "gradient" and ties == "any":
        together = [written for written in claims if reports[written].is_right]
        side = Questioned(
            root,
            [claims[written].asked.wire for written in together],
            is_gradient=True,
            domains=domains or {},
            has_free_upstream=any(root.name in claims[written].gradients.values() for written in together),
        )
        reports |= judge_together(side, {written: (claims[written], reports[written]) for written in together}, seed)
    return {written: reports[written] for written in formulas}


def _shapes(graph: Graph) -> dict[str, tuple[int, ...]]:
    return {name: wire.shape for name, wire in graph.names.items() if graph.is_unique(name)}


def _constants(given: Mapping[str, Any], graph: Graph) -> dict[str, Any]:
    """Return the constants as floats and arrays."""
    numbers: dict[str, Any] = {}
    for name, value in given.items():
        if not isinstance(name, str) or not name.isidentifier() or name in graph:
            raise QuestionError(f"a constant's name must be a word that is no wire of the circuit; got {name!r}.")
        try:
            array = np.asarray(value, float)
        except (TypeError, ValueError):
            raise QuestionError(f"the constant {name!r} must be a number or an array; got {value!r:.60}.") from None
        if not np.all(np.isfinite(array)):
            raise QuestionError(f"the constant {name!r} must be finite; got {value!r:.60}.")
        numbers[name] = array if array.ndim else float(array)
    return numbers


def _gradients(
    graph: Graph, upstreams: Mapping[str, str], constants: Mapping[str, Any], letters: tuple[str, ...]
) -> dict[str, str]:
    """Return the symbols of gradients: those given, then the usual ones."""
    for symbol, wire in upstreams.items():
        graph[wire]
        if not isinstance(symbol, str) or not symbol.isidentifier() or symbol in graph or symbol in constants:
            raise QuestionError(f"a gradient's symbol must be a word that means nothing else; got {symbol!r}.")
    taken = {*_shapes(graph), *constants, *letters, *upstreams}
    usual = symbols_of_gradients(_shapes(graph), graph.root.name or "", taken)
    return {**upstreams, **usual}
