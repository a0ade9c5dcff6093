"""A claim: the wire, or the entries of it, that a formula is said to give, and the formula's numbers at a point."""

import ast
import re
import warnings
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from ...errors import AutogradMiniError, IndexingError, QuestionError, ShapeError
from ...graph import Graph
from ...numerals import shape as shape_text
from .circuits import State
from .evaluating import Evaluation
from .reading import Formula

_SPECIFICATION = re.compile(
    r"(?P<name>.+?)\s*(?:\[(?P<key>[^\[\]]*)\]|_\{(?P<braces>[^{}]*)\}|_(?P<below>\w))", re.DOTALL
)
# All entries of a claim by index together may take so many operations at all points; beyond, some are drawn at each.
MAX_OPERATIONS = 80_000
_POINTS = 85


class Asked(NamedTuple):
    """What is asked: a whole wire, or the entry at an index of letters and numbers.

    Attributes:
        wire: its name.
        key: a number, counted from 0, or a letter for each axis; () for the whole wire.
        written: as it was written.
    """

    wire: str
    key: tuple[int | str, ...] = ()
    written: str = ""

    @property
    def letters(self) -> tuple[str, ...]:
        """The free indices."""
        return tuple(part for part in self.key if isinstance(part, str))

    def part(self, value: Any) -> Any:
        """Return the entries that are asked: one axis for each free index."""
        return value[tuple(slice(None) if isinstance(part, str) else part for part in self.key)] if self.key else value


def asked_of(graph: Graph, written: str, first_index: int) -> Asked:
    """Return what "w", "k[j]", "k_j", "W[i, j]" or "k[2]" asks of a circuit.

    Raises:
        UnknownWireError: if there is no such wire.
        QuestionError: if the index does not fit the wire.
    """
    match = _SPECIFICATION.fullmatch(written.strip()) if isinstance(written, str) else None
    if match is None or written in graph or match["name"] not in graph:
        graph[written]
        return Asked(written, (), written)
    name = match["name"]
    shape = graph[name].shape
    index = match["key"] or match["braces"] or match["below"] or ""
    parts = [part.strip() for part in index.split(",")]
    if len(parts) == 1 and len(shape) > 1 and len(index) == len(shape):
        parts = list(index)
    key: list[int | str] = []
    for part in parts:
        if re.fullmatch("[0-9]{1,6}", part):
            key.append(int(part) - first_index)
        elif re.fullmatch("[A-Za-z]", part) and part not in key and part not in graph:
            key.append(part)
        else:
            raise QuestionError(
                f"the index of {written!r} must be a number or a letter of its own for each axis, which is no wire; "
                f"got {part!r}."
            )
    if len(key) != len(shape):
        raise QuestionError(
            f"{written!r} has {len(key)} indices; the wire {name!r} has shape {shape_text(graph[name])}."
        )
    for part_key, length in zip(key, shape, strict=True):
        if isinstance(part_key, int) and not 0 <= part_key < length:
            raise QuestionError(
                f"{written!r} is no entry; {name!r} has the entries {first_index} to {length - 1 + first_index}."
            )
    return Asked(name, tuple(key), written)


class RefusedError(Exception):
    """Why a formula gives no numbers, as its cause: an error of the formula's, not of the circuit's."""

    def __init__(self, cause: AutogradMiniError) -> None:
        super().__init__(str(cause))
        self.cause = cause


class Claim:
    """A formula said to give what is asked.

    Attributes:
        asked: what it is said to give.
        formula: the formula.
        gradients: for each symbol of a gradient in it, the wire.
        is_broadcast: whether one number was given for all entries of an array.
        steps: how many operations it has taken at all points so far.
        missing: which entry the formula asks for that an array does not have; "" if none.
    """

    def __init__(
        self,
        asked: Asked,
        formula: Formula,
        gradients: Mapping[str, str],
        constants: Mapping[str, Any],
        first_index: int,
    ) -> None:
        self.asked = asked
        self.formula = formula
        self.gradients = {symbol: gradients[symbol] for symbol in formula.gradients}
        self.is_broadcast = False
        self.missing = ""
        self.steps = 0
        self._all_gradients = gradients
        self._constants = constants
        self._first = first_index
        self._at_most: int | None = None

    def again(self) -> "Claim":
        """Return the same claim, of which nothing has been worked out yet."""
        return self.of(self.formula.expression)

    def of(self, expression: ast.expr) -> "Claim":
        """Return the claim with another expression of the same names in place of its own."""
        expression = ast.fix_missing_locations(ast.copy_location(expression, self.formula.expression))
        formula = replace(self.formula, expression=expression)
        return Claim(self.asked, formula, self._all_gradients, self._constants, self._first)

    def at(self, state: State, shape: tuple[int, ...], rng: np.random.Generator) -> tuple[Any, Any]:
        """Return the numbers claimed, NaN where the formula is not defined, and which of them were worked out.

        Of a large array claimed by index some entries are drawn; entries that ask for what is not there are left out.

        Raises:
            RefusedError: if it asks for too much work, its shapes do not fit, in itself or to what is asked, or no
                entry can be worked out without one that is not there.
        """
        try:
            with warnings.catch_warnings():
                # NumPy warns of means of nothing; they are NaN, and so is the formula there.
                warnings.simplefilter("ignore", RuntimeWarning)
                return self._numbers(state, shape, rng)
        except AutogradMiniError as error:
            raise RefusedError(error) from None

    def _numbers(self, state: State, shape: tuple[int, ...], rng: np.random.Generator) -> tuple[Any, Any]:
        values = {name: state.values[name] for name in self.formula.wires if name in state.values}
        values |= {symbol: state.gradients[wire] for symbol, wire in self.gradients.items()}
        values |= self._constants
        if self.asked.letters:
            return self._by_entry(values, shape, rng)
        evaluation = Evaluation(self.formula, values, self._first)
        value = np.asarray(evaluation.at({}), float)
        self.steps += evaluation.steps
        if value.shape != shape:
            if value.size != 1:
                raise ShapeError(f"the formula has shape {value.shape}; {self.asked.written} has shape {shape}.")
            self.is_broadcast = int(np.prod(shape)) > 1
            value = np.broadcast_to(value.reshape(()), shape)
        return value, np.ones(shape, bool)

    def entry(self, where: tuple[int, ...]) -> str:
        """Return what an entry of what is asked is called: "k[2]"."""
        places = iter(where)
        key = self.asked.key or ("",) * len(where)
        numbers = [part if isinstance(part, int) else int(next(places)) for part in key]
        return f"{self.asked.wire}[{', '.join(str(number + self._first) for number in numbers)}]"

    def _by_entry(self, values: Mapping[str, Any], shape: tuple[int, ...], rng: np.random.Generator) -> tuple[Any, Any]:
        result, worked = np.full(shape, np.nan), np.zeros(shape, bool)
        entries = list(np.ndindex(shape))
        if self._at_most is not None and self._at_most < len(entries):
            chosen = rng.choice(len(entries), self._at_most, replace=False)
            entries = [entries[number] for number in sorted(chosen)]
        for done, entry in enumerate(entries):
            evaluation = Evaluation(self.formula, values, self._first)
            indices = {letter: place + self._first for letter, place in zip(self.asked.letters, entry, strict=True)}
            try:
                value = evaluation.at(indices)
            except IndexingError as error:
                # The other entries are compared all the same: they show what is wrong.
                self.missing = str(error)
                self.steps += evaluation.steps
                if self.steps > MAX_OPERATIONS:
                    break
                continue
            if np.ndim(value):
                raise ShapeError(
                    f"the formula has shape {np.shape(value)} at each {', '.join(self.asked.letters)}; "
                    f"expected one number for {self.asked.written}."
                )
            self.steps += evaluation.steps
            result[entry], worked[entry] = value, True
            if self._at_most is None:
                self._at_most = max(2, MAX_OPERATIONS // (_POINTS * evaluation.steps))
            if done + 1 >= self._at_most:
                break
        if self.missing and not worked.any():
            raise IndexingError(self.missing)
        return result, worked
