"""A traced program as data: inputs, gates in order, outputs. It can be printed, pickled and run gate by gate.

It holds no Tensors, and knows neither how it was traced nor what it is written in.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ..errors import DivergedError, UnsupportedError
from ..notation import index_text
from ..numerals import SIGNIFICANT, numbers
from ..primitive import TRUTH, Primitive, table
from ..tensor import Tensor, recording
from ..transforms.trees import mapped
from .nesting import replaced, within

OTHER_PATH = "the program was traced for numbers that take another path; trace the function again for these."


class Wire(int):
    """A wire of a program: the number of the step that drives it."""

    def __repr__(self) -> str:
        return f"#{int(self)}"


class Kind(NamedTuple):
    """What is on a wire.

    Attributes:
        shape: the lengths of its axes.
        dtype: its dtype.
        owned: whether the array is nobody else's: no view, no input, no constant.
    """

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    owned: bool

    @property
    def is_float(self) -> bool:
        """Whether it is a single float64 number, which a program holds as a Python float."""
        return self is FLOAT or (not self.shape and self.dtype == _FLOAT64)

    @property
    def is_scalar(self) -> bool:
        """Whether Python's own operators compute with it: a single float64 number or truth value."""
        return self is FLOAT or (not self.shape and (self.dtype == _FLOAT64 or self.dtype == TRUTH))

    @classmethod
    def of(cls, value: Any, *, owned: bool = False) -> "Kind":
        """Return the kind of a value."""
        if value.__class__ is float:
            return FLOAT
        if isinstance(value, np.ndarray | np.generic) and value.dtype.isnative:
            return cls(value.shape, value.dtype, owned)
        return cls(np.shape(value), np.result_type(value), owned)

    def __str__(self) -> str:
        return "float" if self.is_float else f"{self.dtype} {self.shape}"


_FLOAT64 = np.dtype(np.float64)
FLOAT = Kind((), _FLOAT64, False)


@dataclass(frozen=True)
class Pull:
    """A gate's rule called as a function, where it cannot be written out: what the gate sends to one operand."""

    gate: Primitive
    position: int

    @property
    def __name__(self) -> str:
        place = self.position if self.gate.variadic else self.gate.operands[self.position]
        return f"pull_{self.gate.name}_{place}"

    def __call__(self, upstream: Any, out: Any, *operands: Any, **options: Any) -> Any:
        """Return upstream × local derivative, as the backward pass computes it."""
        values = tuple(map(_as_numpy, operands))
        return self.gate.pull(self.position, _as_numpy(upstream), _as_numpy(out), values, options)


def assume(found: Any, seen: Any) -> None:
    """Raise DivergedError unless a value is the one that was seen when the program was traced."""
    if not np.array_equal(found, seen, equal_nan=np.result_type(seen).kind == "f"):
        raise DivergedError(OTHER_PATH)


class Step(NamedTuple):
    """One step of a program.

    Attributes:
        gate: the gate, a `Pull`, `assume`, or one of NumPy's functions that pass no gradient; None for an input or a
            constant.
        operands: wires and constants in order; a constant's own step has its value.
        options: the gate's options; wires may stand in them.
        kind: what is on the wire.
        name: the wire's name, or None.
        note: what a comment says about it.
    """

    gate: Any
    operands: tuple[Any, ...]
    options: dict[str, Any]
    kind: Kind
    name: str | None = None
    note: str = ""

    @property
    def is_constant(self) -> bool:
        """Whether the step stands for a number or an array that is known."""
        return self.gate is None and bool(self.operands)

    @property
    def is_input(self) -> bool:
        """Whether the step stands for an input."""
        return self.gate is None and not self.operands

    def wires(self) -> list[Wire]:
        """Return the wires that the step reads, one that is read twice twice."""
        found: list[Wire] = []
        for operand in self.operands:
            if operand.__class__ is Wire:
                found.append(operand)
            elif operand.__class__ is not float:
                found += within(Wire, operand)
        return found + within(Wire, self.options) if self.options else found

    def moved(self, numbers: Sequence[Wire]) -> "Step":
        """Return the step with the new number of each wire that it reads."""
        if self.gate is None:
            return self
        operands = tuple(
            [
                numbers[operand] if operand.__class__ is Wire else replaced(Wire, operand, numbers.__getitem__)
                for operand in self.operands
            ]
        )
        options = self.options and replaced(Wire, self.options, numbers.__getitem__)
        return Step(self.gate, operands, options, self.kind, self.name, self.note)

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (_gate_name(self.gate), *self[1:])


@dataclass(frozen=True, eq=False)
class Program:
    """A function as a list of gates: `print(program)`, `pickle.dumps(program)`, `program(*inputs)`, `program.source`.

    It is what the function did when it was traced, for inputs of these shapes and dtypes.

    Attributes:
        name: the function's name.
        steps: the steps in order; a step reads only earlier ones.
        inputs: the wires of the inputs, in order.
        arguments: the function's arguments, with a wire in place of each number and array that is an input; what else
            stands in them is part of the program.
        outputs: a tree of wires: the value, or (value, gradients).
    """

    name: str
    steps: tuple[Step, ...]
    inputs: tuple[Wire, ...]
    arguments: tuple[Any, ...]
    outputs: Any
    _made: dict[str, Any] = field(default_factory=dict, repr=False)

    def __call__(self, *args: Any) -> Any:
        """Return the outputs for arguments that are nested as those of the function; a dict's keys may be in any order.

        Raises:
            ShapeError, DtypeError: if the arguments are not of the nesting, shapes and dtypes of the trace.
            UnsupportedError: if a whole number, truth value or text is another one than in the trace.
            DivergedError: if the function would take another path.
        """
        from .binding import as_held, bound, require_dtype
        from .running import run

        inputs = bound(self, args)
        for value, wire in zip(inputs, self.inputs, strict=True):
            require_dtype(self, wire, str(self.steps[wire].kind.dtype), str(np.result_type(value)))
        return run(self, [as_held(value, self.steps[wire].kind) for value, wire in zip(inputs, self.inputs)])

    @property
    def source(self) -> str:
        """The program as Python source."""
        from .running import written

        return written(self).source

    @property
    def function(self) -> Callable[..., Any]:
        """The function that `source` defines, without any checks of its inputs."""
        from .running import written

        return written(self).function

    def to(self, library: str) -> Callable[..., Any]:
        """Return the program as a function of another library's arrays: "jax" or "torch".

        It is called with arguments that are nested as those of the traced function, of the same shapes and dtypes, and
        returns what the program returns. It can be differentiated, and compiled under `jax.jit`.

        Raises:
            UnsupportedError: if the library is another one or is not installed, or the program reads numbers that are
                computed. A gate that has no form there is named when the function is called.
        """
        from .libraries import ported

        return ported(self, library)

    def to_onnx(self, path: str | Path) -> None:
        """Save the program as an ONNX model, for inputs of these shapes and dtypes.

        Its inputs and outputs are named as in `source`; nested outputs are numbered from left to right.

        Raises:
            UnsupportedError: if onnx is not installed, or a gate has no form in ONNX; it is named.
            OSError: if the file cannot be written. What was there before is there still.
        """
        from .libraries import saved_as_onnx

        saved_as_onnx(self, Path(path))

    def interpreted(self, inputs: Sequence[Any]) -> Any:
        """Return the outputs, computed gate by gate as an unrecorded Tensor would: slow, and right at every corner."""
        values: list[Any] = []
        given = iter(inputs)
        with recording(False):
            for step in self.steps:
                if step.is_input:
                    values.append(next(given))
                elif step.is_constant:
                    values.append(step.operands[0])
                else:
                    values.append(_applied(step, values))
        return mapped(lambda wire: values[wire] if isinstance(wire, Wire) else wire, self.outputs)

    def __str__(self) -> str:
        lines = []
        for number, step in enumerate(self.steps):
            kind = f"#{number}: {step.kind}"
            name = f" '{step.name}'" if step.name else ""
            if step.is_input:
                lines.append(f"{kind}{name} = input")
            else:
                lines.append(f"{kind}{name} = {_call_text(step)}")
        return "\n".join([*lines, f"return {_tree_text(self.outputs)}"])

    def __repr__(self) -> str:
        gates = sum(step.gate is not None for step in self.steps)
        return f"<Program of {self.name}: {len(self.inputs)} inputs, {gates} gates>"

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"_made": {}}


def pruned(steps: Sequence[Step], outputs: Any, inputs: Sequence[Wire]) -> tuple[tuple[Step, ...], list[Wire]]:
    """Return the steps that lead to the outputs, renumbered, and the new number of each wire. Inputs all stay."""
    alive = [False] * len(steps)
    for wire in (*inputs, *within(Wire, outputs)):
        alive[wire] = True
    for number in range(len(steps) - 1, -1, -1):
        step = steps[number]
        if step.gate is assume:
            alive[number] = True
        if alive[number] and step.gate is not None:
            for wire in step.wires():
                alive[wire] = True
    if all(alive):
        return tuple(steps), list(map(Wire, range(len(steps))))
    # A step that is not kept has the number of the next one that is; nobody asks for it.
    numbers: list[Wire] = []
    kept: list[Step] = []
    for step, stays in zip(steps, alive, strict=True):
        numbers.append(Wire(len(kept)))
        if stays:
            kept.append(step.moved(numbers))
    return tuple(kept), numbers


def renumbered(tree: Any, numbers: Any) -> Any:
    """Return a tree of outputs or arguments with each wire's new number, or what else stands for it, in its place."""
    return mapped(lambda leaf: numbers[leaf] if isinstance(leaf, Wire) else leaf, tree)


def plain(value: Any) -> Any:
    """Return what a gate gave as plain numbers."""
    return value.data if isinstance(value, Tensor) else value


def _applied(step: Step, values: list[Any]) -> Any:
    """Return a step's value by the gate itself, on Tensors that are not recorded."""

    def given(operand: Any) -> Any:
        if not isinstance(operand, Wire):
            return operand
        value = values[operand]
        is_wire = step.gate.__class__ is Primitive and np.result_type(value).kind == "f"
        return Tensor(value, requires_grad=False) if is_wire else value

    options = replaced(Wire, step.options, lambda wire: values[wire])
    return plain(step.gate(*[given(operand) for operand in step.operands], **options))


def _as_numpy(value: Any) -> Any:
    return np.float64(value) if value.__class__ is float else value


def _gate_name(gate: Any) -> Any:
    """Return a gate as it is pickled: a row by its name, because its rules are functions without one."""
    if isinstance(gate, Primitive):
        return ("row", gate.name)
    if isinstance(gate, Pull):
        return ("pull", gate.gate.name, gate.position)
    return gate


def _restored(gate: Any, *fields: Any) -> Step:
    return Step(_named_gate(gate), *fields)


def _named_gate(given: Any) -> Any:
    if not isinstance(given, tuple):
        return given
    kind, name, *position = given
    if name not in table:
        raise UnsupportedError(
            f"the program has a gate '{name}', which is not in the table; import the module that makes it first."
        )
    return table[name] if kind == "row" else Pull(table[name], *position)


def _call_text(step: Step) -> str:
    """Return a step as it is printed: add(#0, 1), sum(#3, axis=0)."""
    if step.is_constant:
        return _constant_text(step.operands[0])
    parts = [_constant_text(operand) for operand in step.operands]
    defaults = getattr(step.gate, "options", {})
    for option, given in step.options.items():
        if given is not defaults.get(option, given) or option not in defaults:
            parts.append(f"{option}={_constant_text(given)}")
    return f"{step.gate.__name__}({', '.join(parts)})"


def _constant_text(value: Any) -> str:
    if isinstance(value, Wire):
        return repr(value)
    if isinstance(value, float | int | np.ndarray | np.generic) and not isinstance(value, bool):
        return numbers(value, SIGNIFICANT)
    return (
        repr(value) if isinstance(value, tuple) and all(isinstance(part, int) for part in value) else index_text(value)
    )


def _tree_text(tree: Any) -> str:
    if isinstance(tree, dict):
        return "{" + ", ".join(f"{key!r}: {_tree_text(part)}" for key, part in tree.items()) + "}"
    if isinstance(tree, tuple | list):
        inner = ", ".join(map(_tree_text, tree))
        return f"({inner})" if isinstance(tree, tuple) else f"[{inner}]"
    return repr(tree)
