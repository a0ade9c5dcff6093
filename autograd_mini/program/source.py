"""Write a program as Python source that a person could have written: a line per wire that has a name or is used twice.

Single numbers are Python floats with the functions of `math`, arrays are NumPy's; expressions that are used once stand
where they are used. The source is made of the rows' texts and of names made here; no text of a user's reaches it.
"""

import keyword
import math
import re
import unicodedata
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from ..errors import DivergedError
from ..formula import Symbol
from ..notation import ANY, ATOM, NEGATIVE
from ..ops.arithmetic import power, square
from ..primitive import Primitive, table
from ..scalar import in_atoms
from ..transforms.trees import leaves
from .forms import CLOSE, OPEN, Form, array_form, literal, scalar_form
from .nesting import replaced
from .steps import OTHER_PATH, Kind, Program, Pull, Step, Wire, assume, pruned, renumbered

# Expressions of more gates than this are split, so that a long sum does not become one line.
_LONGEST = 8
# Arrays of so many bytes are let go when they have been read for the last time.
_LARGE = 1 << 14
_NAME = re.compile(r"[^\W\d]\w*")
_MARK = re.compile(f"{OPEN}(\\d+):(\\d+){CLOSE}")
_MATH = {name for name in vars(math) if not name.startswith("_")} - {"e", "pi", "tau", "inf", "nan"}
_RESERVED = {*keyword.kwlist, "np", "table", "Pull", "DivergedError", "OTHER_PATH", "abs", "float", "round", "slice"}


class Written(NamedTuple):
    """A program in Python.

    Attributes:
        source: the text of the function, with what it needs above it.
        function: the function.
        parameters: the names of its inputs.
        lines: what stands inside it.
    """

    source: str
    function: Callable[..., Any]
    parameters: tuple[str, ...]
    lines: tuple[str, ...]


def write(program: Program, *, batched: bool = False) -> Written:
    """Return a program as Python source and as the function that it defines.

    Args:
        program: the program.
        batched: whether single numbers are arrays of many, so that NumPy computes with them too.
    """
    return _Writer(program, batched).written()


class _Writer:
    def __init__(self, program: Program, batched: bool) -> None:
        self.program = program
        self.batched = batched
        self.steps, outputs, inputs = _lowered(program, batched)
        self.inputs = inputs
        self.kinds = [step.kind for step in self.steps]
        self.scope: dict[str, Any] = {name: getattr(math, name) for name in _MATH}
        self.scope |= {"np": np, "table": table, "Pull": Pull, "DivergedError": DivergedError, "OTHER_PATH": OTHER_PATH}
        self.head: dict[str, str] = {}
        self.pooled: dict[tuple[str, Any], str] = {}
        self.taken = set(_RESERVED) | _MATH
        self.alike: dict[str, int] = {}
        self.texts: dict[int, tuple[str, int]] = {}
        self.sizes: dict[int, int] = {}
        self.lines: list[str] = []
        self.large: set[str] = set()
        self.outputs = outputs
        self.numbered = {"v": 0, "g": 0}

    def written(self) -> Written:
        name = re.sub(r"\W", "_", self.program.name)
        name = f"{name}_" if name in self.taken or not name.isidentifier() else name
        parameters: list[str] = []
        for wire in self.inputs:
            parameters.append(self.unused(self.steps[wire].name or f"x{len(parameters)}"))
            self.texts[wire] = (parameters[-1], ATOM)
        # Names that users gave come before names that are made up.
        self.names = {
            number: self.unused(step.name)
            for number, step in enumerate(self.steps)
            if step.name is not None and step.gate is not None
        }
        self.called = {id(step.operands[0]): step.name for step in self.steps if step.is_constant}
        forms = [None if step.gate is None else self.form(step) for step in self.steps]
        uses = [0] * len(self.steps)
        for form in forms:
            if form is not None:
                for found in _MARK.finditer(form.text):
                    uses[int(found[1])] += 1
        returned = list(leaves(self.outputs))
        for wire in returned:
            if isinstance(wire, Wire):
                uses[wire] += 1
        backward = False
        for number, (step, form) in enumerate(zip(self.steps, forms, strict=True)):
            if form is None:
                if step.is_constant:
                    value = step.operands[0]
                    self.texts[number] = self.constant(float(value) if step.kind.is_float else value)
                continue
            before = len(self.lines)
            self.step(number, step, form, uses[number])
            if not backward and len(self.lines) > before and not step.note.endswith("gate") and step.gate is not assume:
                backward = True
                self.lines.insert(before, "# backward")
        text = self.tree(self.outputs, returned)
        is_pair = type(self.outputs) is tuple and len(self.outputs) > 1
        self.lines.append(f"return {text[1:-1] if is_pair else text}")
        self.lines = _with_releases(self.lines, self.large)
        source = self.source(name, parameters)
        exec(compile(source, f"<compiled {self.program.name}>", "exec"), self.scope)
        return Written(source, self.scope[name], tuple(parameters), tuple(self.lines))

    def source(self, name: str, parameters: list[str]) -> str:
        body = "\n    ".join(self.lines)
        head = []
        math_names = sorted(set(re.findall(r"(?<![.\w])([a-z]\w*)\(", body)) & _MATH)
        if math_names:
            head.append(f"from math import {', '.join(math_names)}")
        if "np." in body:
            head.append("import numpy as np")
        head += sorted(self.head.values(), key=_rank)
        above = "\n".join(head) + "\n\n\n" if head else ""
        return f"{above}def {name}({', '.join(parameters)}):\n    {body}\n"

    def form(self, step: Step) -> Form:
        """Return a step's text."""
        if _is_scalar(step, self.kinds) and not self.batched:
            form = scalar_form(step, self.kinds)
            if form is not None:
                return form
        form = array_form(step, self.kinds, self.pool)
        if step.kind.is_float and not self.batched and step.gate is not assume:
            return Form(f"float({form.text})", ATOM)
        return form

    def step(self, number: int, step: Step, form: Form, uses: int) -> None:
        """Write a step as a line, or keep its text for where it is used."""
        size = 1
        for found in _MARK.finditer(form.text):
            size += self.sizes.get(int(found[1]), 0)
        text = _MARK.sub(self.operand, form.text)
        if step.gate is assume:
            self.lines.append(f"if {text}:")
            self.lines.append("    raise DivergedError(OTHER_PATH)")
            self.head["DivergedError"] = "from autograd_mini.program.steps import OTHER_PATH, DivergedError"
            return
        if number not in self.names and uses <= 1 and size <= _LONGEST:
            self.texts[number], self.sizes[number] = (text, form.level), size
            return
        name = self.names.get(number) or self.numbered_name("v" if step.note.endswith("gate") else "g")
        self.texts[number] = (name, ATOM)
        self.lines.append(f"{name} = {text}" + (f"  # {step.note}" if step.note else ""))
        if math.prod(step.kind.shape) * step.kind.dtype.itemsize >= _LARGE:
            self.large.add(name)

    def operand(self, found: re.Match[str]) -> str:
        text, level = self.texts[int(found[1])]
        if text.startswith("-") and found.start() > 0 and found.string[found.start() - 1] == "-":
            level = ANY
        return text if level >= int(found[2]) else f"({text})"

    def numbered_name(self, letter: str) -> str:
        self.numbered[letter] += 1
        return self.unused(f"{letter}{self.numbered[letter]}")

    def unused(self, wanted: str) -> str:
        """Return a name like the wanted one that is no other thing's."""
        # Python reads µ (micro) and μ (mu) as one name. Two underscores are left to the tests around a program.
        name = re.sub(r"\W", "_", unicodedata.normalize("NFKC", wanted)) if wanted else "_"
        name = re.sub("^__+", "_", name)
        name = f"_{name}" if name[0].isdigit() else name
        given = name
        while name in self.taken or not name.isidentifier():
            self.alike[given] = self.alike.get(given, 1) + 1
            name = f"{given}_{self.alike[given]}"
        self.taken.add(name)
        return name

    def constant(self, value: Any) -> tuple[str, int]:
        if isinstance(value, np.integer):
            # Beside float32 it makes the result float64, as Python's do not.
            return f"np.{value.dtype.name}({int(value)})", ATOM
        text = literal(value, self.pool)
        return text, NEGATIVE if text.startswith("-") else ATOM

    def pool(self, what: str, value: Any) -> str:
        """Return the name of what the source cannot write itself, put into its scope."""
        key = (what, id(value)) if what == "constant" else (what, value)
        if key not in self.pooled:
            wanted = getattr(value, "__name__", "value") if what != "constant" else self.called.get(id(value))
            wanted = re.sub(r"\W+", "_", wanted or "constant").strip("_")
            name = self.pooled[key] = self.unused(f"{wanted}_gate" if wanted == self.program.name else wanted)
            if what == "row":
                self.scope[name] = value.value
                self.head["table"] = "from autograd_mini.primitive import table"
                self.head[name] = f'{name} = table["{value.name}"].value  # the gate\'s row'
            elif what == "rule":
                self.scope[name] = value
                self.head["table"] = "from autograd_mini.primitive import table"
                self.head["Pull"] = "from autograd_mini.program.steps import Pull"
                self.head[name] = f'{name} = Pull(table["{value.gate.name}"], {value.position})  # its rule'
            elif what == "function":
                self.scope[name] = value
                self.head[name] = f"from {value.__module__} import {name}"
            else:
                self.scope[name] = value
                kind = Kind.of(value) if isinstance(value, np.ndarray) else type(value).__name__
                self.head[name] = f"# {name}: {kind}"
        return self.pooled[key]

    def tree(self, tree: Any, returned: list[Any]) -> str:
        """Return the outputs as they are nested. No two arrays that are returned share memory."""
        if isinstance(tree, Wire):
            text, _ = self.texts[tree]
            kind = self.kinds[tree]
            if kind.shape and not self.batched and (not kind.owned or returned.count(tree) > 1):
                return f"np.array({text})"
            return text
        if isinstance(tree, dict):
            return "{" + ", ".join(f"{literal(k, self.pool)}: {self.tree(v, returned)}" for k, v in tree.items()) + "}"
        if isinstance(tree, tuple | list):
            inner = ", ".join(self.tree(part, returned) for part in tree)
            if hasattr(tree, "_fields"):
                return f"{self.pool('type', type(tree))}({inner})"
            if isinstance(tree, list):
                return f"[{inner}]"
            return f"({inner},)" if len(tree) == 1 else f"({inner})"
        return literal(tree, self.pool)


def _with_releases(lines: list[str], large: set[str]) -> list[str]:
    """Return lines with `del` after the one that reads a large array for the last time, if others follow."""
    last: dict[str, int] = {}
    for number, line in enumerate(lines if large else ()):
        for name in _NAME.findall(line.partition("  # ")[0]):
            if name in large:
                # Behind a test stands what it raises.
                last[name] = number + line.startswith("if ")
    dead: dict[int, list[str]] = {}
    for name, number in last.items():
        if number < len(lines) - 2:
            dead.setdefault(number, []).append(name)
    released = []
    for number, line in enumerate(lines):
        released.append(line)
        if number in dead:
            released.append(f"del {', '.join(dead[number])}")
    return released


def _rank(line: str) -> int:
    """Return where a line stands above the function: imports first, then what is taken from them, then remarks."""
    return 0 if line.startswith("from ") else 2 if line.startswith("#") else 1


def _is_scalar(step: Step, kinds: Any) -> bool:
    """Return whether a step computes with single numbers only."""
    return (
        isinstance(step.gate, Primitive)
        and step.kind.is_scalar
        and all(
            kinds[operand].is_scalar if isinstance(operand, Wire) else operand.__class__ in (float, int, bool)
            for operand in step.operands
        )
    )


def _stated(step: Step, kinds: Any) -> Symbol | None:
    """Return what the row says of a gate of single numbers that Python has no form for; None for any other step."""
    if not _is_scalar(step, kinds) or step.gate.notation.python is not None or not step.gate.elementwise:
        return None
    return in_atoms(step.gate, len(step.operands), step.options)


def _lowered(program: Program, batched: bool) -> tuple[tuple[Step, ...], Any, list[Wire]]:
    """Return the steps with each gate of single numbers that Python has no form for replaced by what its row says."""
    steps: list[Step] = []
    known: dict[Any, Wire] = {}
    places: dict[Wire, Wire] = {}

    def add(gate: Any, operands: tuple[Any, ...], note: str) -> Wire:
        key = (gate, *[(operand.__class__, operand, str(operand)) for operand in operands])
        if key not in known:
            truth = gate.notation.python is not None and gate.value in _TRUTHS
            kind = Kind((), np.dtype(np.bool_ if truth else np.float64), False)
            steps.append(Step(gate, operands, {}, kind, note=note))
            known[key] = Wire(len(steps) - 1)
        return known[key]

    def lower(symbol: Any, wires: dict[str, Any], note: str) -> Any:
        if symbol.gate is None:
            return wires[symbol.write("python")] if symbol.written is not None else float(symbol.value)
        operands = tuple(lower(operand, wires, note) for operand in symbol.operands)
        return add(symbol.gate, operands, note)

    for number, step in enumerate(program.steps):
        if step.gate is not None:
            step = step._replace(
                operands=replaced(Wire, step.operands, places.__getitem__),
                options=step.options and replaced(Wire, step.options, places.__getitem__),
            )
        if step.gate is power and step.operands[1].__class__ is float and step.operands[1] == 2.0:
            # As NumPy computes x**2.0. C's pow may round differently.
            step = step._replace(gate=square, operands=step.operands[:1])
        symbol = None if batched or step.gate is None else _stated(step, _Kinds(steps))
        if symbol is not None:
            wires = {f"x{i}": operand for i, operand in enumerate(step.operands)}
            last = lower(symbol, wires, f"part of the {step.note}" if step.note else "")
            if isinstance(last, Wire):
                steps[last] = steps[last]._replace(name=steps[last].name or step.name, note=step.note)
                places[Wire(number)] = last
                continue
        steps.append(step)
        places[Wire(number)] = Wire(len(steps) - 1)
    outputs = renumbered(program.outputs, places)
    inputs = [places[wire] for wire in program.inputs]
    kept, numbers = pruned(steps, list(leaves(outputs)), inputs)
    return kept, renumbered(outputs, numbers), [numbers[wire] for wire in inputs]


_TRUTHS = {
    np.greater, np.greater_equal, np.less, np.less_equal, np.equal, np.not_equal, np.logical_and, np.logical_or,
    np.logical_not, np.isnan, np.isinf, np.isfinite,
}  # fmt: skip


class _Kinds:
    """The kinds of steps under construction."""

    def __init__(self, steps: list[Step]) -> None:
        self._steps = steps

    def __getitem__(self, wire: int) -> Kind:
        return self._steps[wire].kind
