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
from ..notation import ATOM, NEGATIVE
from ..primitive import table
from ..transforms.trees import leaves
from .forms import Form, Pattern, array_form, float_literal, literal, scalar_pattern
from .lowering import is_scalar, lowered
from .steps import OTHER_PATH, Kind, Program, Pull, Step, Wire, assume

# Expressions of more gates than this are split, so that a long sum does not become one line.
_LONGEST = 8
# Arrays of so many bytes are let go when they have been read for the last time.
_LARGE = 1 << 14
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


class Text(NamedTuple):
    """What stands for a wire where it is read.

    Attributes:
        text: its name, or the expression that computes it.
        level: the binding strength of the expression.
        size: how many gates are in it.
        large: the large arrays that it reads.
    """

    text: str
    level: int
    size: int = 0
    large: tuple[str, ...] = ()


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
        self.steps, self.outputs, self.inputs = lowered(program, batched=batched)
        self.kinds = [step.kind for step in self.steps]
        self.scope: dict[str, Any] = {name: getattr(math, name) for name in _MATH}
        self.scope |= {"np": np, "table": table, "Pull": Pull, "DivergedError": DivergedError, "OTHER_PATH": OTHER_PATH}
        self.head: dict[str, str] = {}
        self.pooled: dict[tuple[str, Any], str] = {}
        self.taken = set(_RESERVED) | _MATH
        self.alike: dict[str, int] = {}
        self.patterns: dict[Any, Pattern] = {}
        self.texts: dict[int, Text] = {}
        self.lines: list[str] = []
        # Where each large array was read for the last time, by its name.
        self.last_read: dict[str, int] = {}
        self.is_backward = False
        self.numbered = {"v": 0, "g": 0}

    def written(self) -> Written:
        name = re.sub(r"\W", "_", self.program.name)
        name = f"{name}_" if name in self.taken or not name.isidentifier() else name
        parameters: list[str] = []
        for wire in self.inputs:
            parameters.append(self.unused(self.steps[wire].name or f"x{len(parameters)}"))
            self.texts[wire] = Text(parameters[-1], ATOM)
        # Names that users gave come before names that are made up.
        self.names = {
            number: self.unused(step.name)
            for number, step in enumerate(self.steps)
            if step.name is not None and step.gate is not None
        }
        self.called = {id(step.operands[0]): step.name for step in self.steps if step.is_constant}
        patterns = [None if step.gate is None else self.pattern(step) for step in self.steps]
        uses = [0] * len(self.steps)
        for pattern in patterns:
            if pattern is not None:
                for wire, _, _ in pattern.places:
                    uses[wire] += 1
        returned = list(leaves(self.outputs))
        for wire in returned:
            if isinstance(wire, Wire):
                uses[wire] += 1
        for number, (step, pattern) in enumerate(zip(self.steps, patterns, strict=True)):
            if pattern is not None:
                self.step(number, step, pattern, uses[number])
            elif step.is_constant:
                value = step.operands[0]
                self.texts[number] = self.constant(float(value) if step.kind.is_float else value)
        text = self.tree(self.outputs, returned)
        is_pair = type(self.outputs) is tuple and len(self.outputs) > 1
        for wire in returned:
            if isinstance(wire, Wire):
                self.note_reading(self.texts[wire].large)
        self.lines.append(f"return {text[1:-1] if is_pair else text}")
        self.lines = _with_releases(self.lines, self.last_read)
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

    def pattern(self, step: Step) -> Pattern:
        """Return how a step is written. A gate is written alike wherever it stands on wires of the same kinds."""
        kinds, operands = self.kinds, step.operands
        if not self.batched and is_scalar(step, kinds):
            found = scalar_pattern(
                step.gate, tuple([kinds[x] if x.__class__ is Wire else float_literal(float(x)) for x in operands])
            )
            if found is not None:
                return found.on(operands)
        if step.options or any(x.__class__ is not Wire for x in operands):
            return Pattern.of(self.form(step, kinds))
        given = [kinds[wire] for wire in operands]
        key = (step.gate, step.kind, *given)
        if key not in self.patterns:
            numbered = tuple(map(Wire, range(len(operands))))
            self.patterns[key] = Pattern.of(self.form(step._replace(operands=numbered), given))
        return self.patterns[key].on(operands)

    def form(self, step: Step, kinds: list[Kind]) -> Form:
        """Return a step's text, as NumPy computes it."""
        form = array_form(step, kinds, self.pool)
        if step.kind.is_float and not self.batched and step.gate is not assume:
            return Form(f"float({form.text})", ATOM)
        return form

    def step(self, number: int, step: Step, pattern: Pattern, uses: int) -> None:
        """Write a step as a line, or keep its text for where it is used."""
        size = 1
        large: tuple[str, ...] = ()
        text = pattern.before
        for wire, slot, behind in pattern.places:
            operand = self.texts[wire]
            size += operand.size
            large += operand.large
            # A strong one that begins with a minus may not stand right behind another.
            is_clear = operand.level >= slot and not (text.endswith("-") and operand.text.startswith("-"))
            text += operand.text + behind if is_clear else f"({operand.text}){behind}"
        if step.gate is assume:
            self.lines.append(f"if {text}:")
            # What it raises stands behind the test.
            self.note_reading(large)
            self.lines.append("    raise DivergedError(OTHER_PATH)")
            self.head["DivergedError"] = "from autograd_mini.program.steps import OTHER_PATH, DivergedError"
            return
        if number not in self.names and uses <= 1 and size <= _LONGEST:
            self.texts[number] = Text(text, pattern.level, size, large)
            return
        is_forward = step.note.endswith("gate")
        if not is_forward and not self.is_backward:
            self.is_backward = True
            self.lines.append("# backward")
        name = self.names.get(number) or self.numbered_name("v" if is_forward else "g")
        if math.prod(step.kind.shape) * step.kind.dtype.itemsize >= _LARGE:
            self.texts[number] = Text(name, ATOM, large=(name,))
            large += (name,)
        else:
            self.texts[number] = Text(name, ATOM)
        self.note_reading(large)
        self.lines.append(f"{name} = {text}" + (f"  # {step.note}" if step.note else ""))

    def note_reading(self, large: tuple[str, ...]) -> None:
        """Note that the line which is written next reads these large arrays, or makes them."""
        for name in large:
            self.last_read[name] = len(self.lines)

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

    def constant(self, value: Any) -> Text:
        if isinstance(value, np.integer):
            # Beside float32 it makes the result float64, as Python's do not.
            return Text(f"np.{value.dtype.name}({int(value)})", ATOM)
        text = literal(value, self.pool)
        return Text(text, NEGATIVE if text.startswith("-") else ATOM)

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
            text = self.texts[tree].text
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


def _with_releases(lines: list[str], last_read: dict[str, int]) -> list[str]:
    """Return lines with `del` after the one that reads a large array for the last time, if others follow."""
    dead: dict[int, list[str]] = {}
    for name, number in last_read.items():
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
