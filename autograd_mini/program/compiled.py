"""compile: a function that is traced once for each signature of its arguments, and then runs as straight-line code."""

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from .. import watching
from ..errors import AutogradMiniError, DivergedError, UnsupportedError
from ..graph import Gate
from ..primitive import Primitive
from ..tensor import Tensor, collector_paused, is_recording, recording
from ..transforms.recording import called_like, checked_argnums
from ..transforms.reverse import value_and_grad, with_aux
from ..transforms.trees import leaves, mapped
from .arguments import Signed, names, require_gradients, signed
from .batches import evaluated, spread_out
from .checked import ABSENT, Entry, checked
from .circuits import of_circuit
from .differentiating import differentiated
from .environment import Environment, Wrapper, random_states
from .nesting import replaced
from .running import run
from .steps import Program, Step, Wire, pruned, renumbered
from .tracing import Tape, Traced, read_only, tracing

# So many ways through a function are traced for arguments of one signature; more say that it depends on its data.
MOST_PATHS = 16
# For so many choices of float, np.float64 and their kin among the arguments a program's tests are written out.
MOST_FORMS = 16
_NOTHING = object()


def compile(
    f: Callable[..., Any] | Tensor, argnums: int | tuple[int, ...] | None = None, has_aux: bool = False
) -> "Compiled":
    """Return a function that computes what `f` does, and its gradients, as straight-line Python and NumPy code.

        step = compile(loss)
        value, gradients = step.value_and_grad(parameters, x)
        print(step.source)

    Args:
        f: a function of numbers, arrays, and dicts, lists and tuples of them; or the output of a circuit, whose inputs
            then are the arguments, in the order in which they were made.
        argnums: the positions of the arguments to differentiate by; all of them when left out.
        has_aux: whether `f` returns (number, anything else); `value_and_grad` then gives ((number, anything else),
            gradients).

    Returns:
        A function that is traced at its first call for arguments of each nesting, shape and dtype. Floats and arrays
        are its inputs. Whole numbers, truth values and texts are part of the code, which is traced again for others.

    Raises:
        UnsupportedError: if `f` is neither a function nor a Tensor, or `argnums` no position and no tuple of them.
    """
    if not isinstance(f, Tensor) and not callable(f):
        raise UnsupportedError(
            f"compile: expected a function, or a Tensor, the output of a circuit; got {type(f).__name__}. "
            "Call it as compile(f)(x)."
        )
    if argnums is not None:
        argnums = checked_argnums("compile", argnums, (int, np.integer), "a position")
    return Compiled(of_circuit(f) if isinstance(f, Tensor) else f, argnums, has_aux)


class Compiled(Wrapper):
    """A compiled function: `step(*args)`, `step.value_and_grad(*args)`, `step.source`.

    What could make its code stale is noticed. A truth value or a number of a Tensor that Python reads is compared at
    each call, and another path is traced where it differs, up to 16 of them. Globals, closure, attributes and arrays
    that the function reads besides its arguments are compared at each call, and it is traced again where one changed.
    A function that draws random numbers, changes what it reads, or writes into an argument is refused.

    Files that it reads, and what it does besides computing its result, are not repeated.

    On Tensors that require a gradient, and under `with detect_anomaly():` and kin, the function is called as it is.
    """

    def __init__(self, function: Callable[..., Any], argnums: int | tuple[int, ...] | None, has_aux: bool) -> None:
        called_like(function)(self)
        self._function = function
        self._argnums = argnums
        self._has_aux = has_aux
        self._environment: Environment | None = None
        self._programs: dict[Any, list[Program]] = {}
        # The functions that were made of a program, by the classes of what the arguments are made of.
        self._checked: dict[int, dict[tuple[type, ...], Callable[..., Any]]] = {}
        self._ran = _Ran()
        parameters = _signature(function)
        self._parameters = [p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
        # The arguments that may be given by name, if all may and there are no others.
        self._by_name = self._parameters if all(p.kind == p.POSITIONAL_OR_KEYWORD for p in parameters) else []
        # Each is called by way of what finds a program or traces one, and then, who holds it from before too, by way of
        # the program that ran last, with its tests.
        self._entries = {"value": Entry(self._value), "gradients": Entry(self.value_and_grad)}
        self.__dict__["value_and_grad"] = self._entries["gradients"]

    def __reduce__(self) -> tuple[Any, ...]:
        # What was traced is not copied: its tests are of what this function reads, and not a copy of it.
        return Compiled, (self._function, self._argnums, self._has_aux)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Return the function's value at the arguments, as plain numbers."""
        return self._entries["value"](*args, **kwargs)

    def _value(self, *args: Any, **kwargs: Any) -> Any:
        args, kwargs = self._present(args, kwargs)
        if kwargs:
            return self(*self._bound(args, kwargs))
        if _is_looked_at(args):
            return self._function(*args)
        return self._run("value", args)

    def value_and_grad(self, *args: Any, **kwargs: Any) -> Any:
        """Return the value and the gradients, nested like the arguments; None for what is no floating-point number.

        Without `argnums` the gradients are a tuple, one for each argument.

        Raises:
            SeedError: if the function does not return a single number.
        """
        args, kwargs = self._present(args, kwargs)
        if kwargs:
            return self._entries["gradients"](*self._bound(args, kwargs))
        if _is_looked_at(args):
            chosen = range(len(args)) if self._argnums is None else self._argnums
            chosen = tuple(chosen) if isinstance(chosen, range) else chosen
            return value_and_grad(self._function, chosen, self._has_aux)(*args)
        return self._run("gradients", args)

    def program(self, *args: Any, gradients: bool = True) -> Program:
        """Return the program for the given arguments: (value, gradients), or the value alone.

        It is what the function does now. Called, it looks at the form, shapes and dtypes of its arguments and at the
        numbers that Python read, not at what the function reads from outside.
        """
        given = signed(args)
        mode = "gradients" if gradients else "value"
        self._forget_stale()
        program, _ = self._found(mode, args, given)
        return program or self._traced(mode, args, given)

    def batched(self, *args: Any, gradients: bool = True) -> Any:
        """Return the function's values, and gradients, at many arguments at once; each number may be an array of them.

            values, gradients = compile(f).batched(np.linspace(0, 1, 1000), 2.0)

        Args:
            args: numbers or arrays of one axis and one length, in place of the function's numbers.
            gradients: whether to return (values, gradients) or the values alone.

        Raises:
            UnsupportedError: if the function takes another path for other numbers, or computes with arrays.
        """
        shape, given, first = spread_out(args)
        return evaluated(self.program(*first, gradients=gradients), given, shape)

    @property
    def source(self) -> str:
        """The code that ran last.

        Raises:
            UnsupportedError: if nothing has run yet.
        """
        if self._ran.latest is None:
            raise UnsupportedError(f"source: call {self._name} first; its code depends on the arguments' shapes.")
        return self._ran.latest.source

    @property
    def _name(self) -> str:
        return getattr(self._function, "__name__", "function")

    def __repr__(self) -> str:
        count = sum(map(len, self._programs.values()))
        return f"<compiled {self._name}: {count} program{'' if count == 1 else 's'}>"

    def _say_more(self, args: tuple[Any, ...]) -> None:
        """Call the function itself where its code met an index that is not there: its own error says which."""
        with recording(False):
            self._function(*args)

    def _outputs(self, program: Program, inputs: Any, args: tuple[Any, ...]) -> Any:
        """Return a program's outputs, or _NOTHING if it assumes what is not so for these inputs."""
        try:
            return run(program, inputs)
        except DivergedError:
            return _NOTHING
        except IndexError:
            self._say_more(args)
            raise

    def _run(self, mode: str, args: tuple[Any, ...]) -> Any:
        given = signed(args)
        environment = self._forget_stale()
        program, outputs = self._found(mode, args, given)
        if program is None:
            program = self._traced(mode, args, given)
            outputs = self._outputs(program, given.inputs, args)
        # Where another thread has met a change meanwhile, the program may be from before it or from after.
        if self._environment is environment and not any(issubclass(cls, Tensor) for cls in given.types):
            self._enter(mode, program, args, given, environment)
        return outputs

    def _enter(
        self, mode: str, program: Program, args: tuple[Any, ...], given: Signed, environment: Environment
    ) -> None:
        """Let later calls begin with the program that has just run."""
        entry = self._entries[mode]
        forms = self._checked.setdefault(id(program), {})
        if given.types not in forms:
            if len(forms) == MOST_FORMS:
                return
            forms[given.types] = checked(program, args, environment.checks, self._ran, entry.__wrapped__, self._by_name)
        entry.begin_with(forms[given.types])

    def _found(self, mode: str, args: tuple[Any, ...], given: Signed) -> tuple[Program | None, Any]:
        """Return the program that was traced for such arguments, with its outputs; (None, None) if there is none."""
        for program in self._programs.get((mode, given.key), ()):
            outputs = self._outputs(program, given.inputs, args)
            if outputs is not _NOTHING:
                self._ran.latest = program
                return program, outputs
        return None, None

    def _forget_stale(self) -> Environment:
        """Forget the programs if something that the function reads has changed since; return what it reads now."""
        if self._environment is None or not self._environment.unchanged():
            self._programs.clear()
            self._checked.clear()
            self._environment = Environment(self._function)
        return self._environment

    @collector_paused()
    def _traced(self, mode: str, args: tuple[Any, ...], given: Signed) -> Program:
        paths = self._programs.setdefault((mode, given.key), [])
        if len(paths) == MOST_PATHS:
            raise UnsupportedError(
                f"compile: {self._name} took {MOST_PATHS} different paths for arguments of one signature, because it "
                "reads numbers that are computed (if x > 0, float(x), .data). Write it with np.where and gates."
            )
        assert self._environment is not None
        drawn = random_states()
        try:
            tape, output, inputs, taken = self._recorded(args, plain_integers=False)
        except (AutogradMiniError, TypeError, ValueError):
            if not any(isinstance(leaf, np.ndarray) and leaf.dtype.kind in "iub" for leaf in given.inputs):
                raise
            # Some functions take whole numbers as plain arrays only: the program then assumes these numbers.
            tape, output, inputs, taken = self._recorded(args, plain_integers=True)
            plain_integers = True
        else:
            plain_integers = False
        again = self._recorded(args, plain_integers=plain_integers)[0]
        again.forget()
        changed = self._environment.changed()
        if random_states() != drawn or list(tape.known) != list(again.known):
            raise UnsupportedError(
                f"compile: {self._name} did something else when it was called twice with the same arguments. "
                "Draw random numbers outside and pass them in, and keep no count of calls inside."
            )
        if changed is not None:
            raise UnsupportedError(
                f"compile: {self._name} changes '{changed}', which it reads; a compiled function may not. "
                "Return the new value instead."
            )
        outputs = mapped(lambda leaf: _output(tape, leaf), output)
        if mode == "gradients":
            wires = [wire for wire in inputs if wire.requires_grad]
            number = with_aux("value_and_grad", output)[0] if self._has_aux else output
            by_wire = dict(zip(map(id, wires), differentiated(tape, number, wires), strict=True))
            chosen = [mapped(lambda leaf: _gradient_of(leaf, by_wire), taken[i]) for i in self._chosen(len(args))]
            outputs = (outputs, chosen[0] if isinstance(self._argnums, int) else tuple(chosen))
        left = iter(inputs)
        arguments = mapped(lambda leaf: next(left).wire if _is_input(leaf) else leaf, args)
        program = _program(self._name, tape, [wire.wire for wire in inputs], arguments, outputs)
        tape.forget()
        paths.append(program)
        self._ran.latest = program
        return program

    def _recorded(self, args: tuple[Any, ...], *, plain_integers: bool) -> tuple[Tape, Any, list[Traced], list[Any]]:
        """Return the tape of one call, the function's output, its inputs, and the arguments with these in them."""
        assert self._environment is not None
        tape = Tape(self._environment.arrays)
        inputs: list[Traced] = []
        chosen = self._chosen(len(args))
        taken = []
        with recording(True):
            for position, arg in enumerate(args):
                called = names(arg, self._parameters[position] if position < len(self._parameters) else f"x{position}")

                def wire(leaf: Any, position: int = position, called: Any = called) -> Any:
                    name = next(called)
                    if not _is_input(leaf):
                        return leaf
                    leaf = leaf.data if isinstance(leaf, Tensor) else leaf
                    is_float = leaf.__class__ is float or np.result_type(leaf).kind == "f"
                    traced = tape.input(leaf, requires_grad=is_float and position in chosen)
                    traced.name = name
                    inputs.append(traced)
                    if is_float or not plain_integers:
                        return traced
                    tape.assume(traced.wire)
                    return read_only(leaf) if isinstance(leaf, np.ndarray) else leaf

                taken.append(mapped(wire, arg))
            with tracing():
                try:
                    output = self._function(*taken)
                except ValueError as error:
                    if "read-only" not in str(error):
                        raise
                    raise UnsupportedError(
                        f"compile: {self._name} writes into an array that it was given, or into .data; a compiled "
                        "function may not. Copy it first, or return the new value instead."
                    ) from error
        return tape, output, inputs, taken

    def _chosen(self, count: int) -> dict[int, None]:
        if self._argnums is None:
            return dict.fromkeys(range(count))
        asked = (self._argnums,) if isinstance(self._argnums, int) else self._argnums
        for position in asked:
            if not -count <= position < count:
                raise UnsupportedError(f"compile: argnums asks for argument {position}; the call has {count}.")
        return dict.fromkeys(position % count for position in asked)

    def _present(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Return the arguments that were given; what stands behind a missing one was given by name."""
        for i, arg in enumerate(args):
            if arg is ABSENT:
                # Where a function has no names for its arguments, nothing stands behind a missing one.
                behind = dict(zip(self._parameters[i:], args[i:], strict=False))
                return args[:i], kwargs | {name: given for name, given in behind.items() if given is not ABSENT}
        return args, kwargs

    def _bound(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, ...]:
        """Return all arguments by position."""
        bound = inspect.signature(self._function).bind(*args, **kwargs)
        bound.apply_defaults()
        if bound.kwargs:
            raise UnsupportedError(
                f"compile: {self._name} takes {', '.join(bound.kwargs)} by name only; use a partial."
            )
        return bound.args


class _Ran:
    """Which program ran last. Its attribute is a slot: that is set at each call."""

    __slots__ = ("latest",)

    def __init__(self) -> None:
        self.latest: Program | None = None


def _is_looked_at(args: tuple[Any, ...]) -> bool:
    """Return whether the gates of a call matter to somebody: a larger graph, a tape, `with detect_anomaly():`."""
    return bool(watching.watchers.get()) or (is_recording() and require_gradients(args))


def _signature(function: Callable[..., Any]) -> list[inspect.Parameter]:
    try:
        return list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return []


def _output(tape: Tape, leaf: Any) -> Any:
    if isinstance(leaf, Traced):
        return leaf.wire
    if isinstance(leaf, Tensor):
        leaf = leaf.data
    if not isinstance(leaf, np.ndarray | np.generic | float | int):
        raise UnsupportedError(
            "compile: the function must return numbers, arrays or Tensors, or dicts, lists and tuples of them; "
            f"got {type(leaf).__name__} {leaf!r:.60}."
        )
    return tape.constant(leaf)


def _is_input(leaf: Any) -> bool:
    """Return whether a leaf of an argument is an input of the program, and not part of it."""
    return leaf.__class__ is float or isinstance(leaf, Tensor | float | np.floating | np.ndarray)


def _gradient_of(leaf: Any, by_wire: dict[int, Wire]) -> Wire | None:
    return by_wire.get(id(leaf))


def _program(name: str, tape: Tape, inputs: list[Wire], arguments: Any, outputs: Any) -> Program:
    """Return what is on a tape and leads to the outputs, with names."""
    steps = list(tape.steps)
    names = {number: tensor.name for number, tensor in enumerate(tape.tensors) if tensor is not None and tensor.name}
    for number, named in names.items():
        step = steps[number]
        if not step.is_constant:
            steps[number] = step._replace(name=named, note=step.note if step.is_input else f"{_drawn(step)} gate")
    for number, wires in tape.gradients.items():
        belongs = [names[wire] for wire in wires if wire in names]
        if belongs and tape.steps[number].gate is not None and tape.steps[number].note == "":
            others = f", passed on to {', '.join(belongs[1:])}" if belongs[1:] else ""
            note = f"gradient of {belongs[0]}{others}"
            steps[number] = tape.steps[number]._replace(name=f"d_{belongs[0]}", note=note)
    wires = [leaf for leaf in leaves(outputs) if isinstance(leaf, Wire)]
    kept, numbers = pruned(steps, wires, inputs)
    return Program(
        name,
        kept,
        tuple(numbers[wire] for wire in inputs),
        renumbered(arguments, numbers),
        renumbered(outputs, numbers),
    )


def _drawn(step: Step) -> str:
    """Return what is drawn in a step's gate, a constant folded in: +1, 1/x."""
    if not isinstance(step.gate, Primitive) or not step.gate.elementwise:
        return getattr(step.gate, "symbol", step.gate.__name__)
    stub = Tensor(1.0)
    return Gate(stub, step.gate, replaced(Wire, step.operands, lambda _: stub), step.options).symbol
