"""check_backward: a hand-written backward function against the derivative of its forward function."""

import traceback
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ...errors import AutogradMiniError
from ..messages import check_language
from .arguments import check_functions, check_shapes_named, input_names
from .choosing import Shapes, checked_shapes, filled, hidden, sizes, squared
from .conduct import conduct, passed_at_zero, uses_up_cache
from .diagnosing import diagnoses
from .findings import Diagnosis
from .pair import Pair, chosen_inputs, global_random_numbers_kept, prepared
from .report import BackwardReport
from .trial import GradientMark, Trial
from .truth import share_of_rounding

_MOST_CHARACTERS = 200
# Where outputs differ by more than this share at the same inputs, the forward function draws random numbers.
_SAME = 1e-12


def check_backward(
    forward: Callable[..., Any],
    backward: Callable[..., Any] | None,
    *inputs: Any,
    names: Sequence[str] | None = None,
    shapes: Shapes | None = None,
    wrt: Sequence[str] | None = None,
    seed: int = 0,
    language: str = "en",
) -> BackwardReport:
    """Check a hand-written backward function: which gradient is wrong, in which entries, by how much, and why.

        report = check_backward(affine_forward, affine_backward, shapes={"x": "ND", "w": "DM", "b": "M"})
        assert report, report

    The functions are NumPy programs as a course writes them: `out, cache = affine_forward(x, w, b)` and
    `dx, dw, db = affine_backward(dout, cache)`. The right gradients Σ dout · ∂out/∂input come from the forward function
    alone: recorded where it takes Tensors or has the outputs of a known layer, else by extrapolated central
    differences, with a tolerance of ten estimated errors. A diagnosis is reported only if it reproduces the returned
    numbers, with two different upstream gradients.

    By differences the forward function runs about fifteen times for each of at most 400 entries of an input: give small
    arrays to one that loops. What the functions print is let through the first time only.

    Args:
        forward: returns a tuple whose last part is the cache and whose others are outputs.
        backward: takes the upstream gradient of each output, then the cache, and returns a gradient for each input
            that is an array of floats, in their order; or a dict of them by the inputs' names. None for a loss that
            returns its own gradients: `loss, dx = softmax_loss(x, y)`, `loss, grads = loss_of(W1, b1)`. That of a loss
            may take the cache alone; None stands for a gradient of 0.
        inputs: arrays of floats to differentiate by; whole numbers, dicts, texts and None are handed on as they are.
        names: the inputs' names; those of the forward function's parameters when left out.
        shapes: the shapes of inputs that are to be drawn: lengths, or names of dimensions, each of which gets a length
            of its own, so that no matrix is square: {"x": ("N", "D"), "w": ("D", 5)}. The other inputs are given.
        wrt: the names of the inputs that have a gradient; all arrays of floats when left out. Beside arrays a Python
            float is a setting.
        seed: of the inputs that are drawn, the upstream gradients, and NumPy's global random numbers before each
            forward call.
        language: "en" or "ko".

    Returns:
        A report, which is true when every gradient is right, nothing that belongs to the caller was changed, and the
        numbers depend on the upstream gradient and the cache alone. At a kink every number between the slopes of both
        sides is right.

    Raises:
        DtypeError: if there is no input to differentiate by, or an output is not made of numbers.
        NotFiniteError: if an output is NaN or infinite.
        QuestionError: if there are no messages in the language.
        ShapeError: if a shape is not made of lengths and names.
        UnsupportedError: if the forward function does not return a tuple, or functions, names, or the number of inputs
            do not fit each other.
    """
    check_language(language)
    check_functions(forward, backward, seed)
    shapes = checked_shapes(shapes)
    names = input_names(forward, inputs, names, shapes)
    check_shapes_named(forward, shapes, names)
    drawn = sizes(shapes)
    with global_random_numbers_kept(), np.errstate(all="ignore"):
        return _checked(forward, backward, [prepared(given) for given in inputs], names, drawn, wrt, seed, language)


def _checked(
    forward: Callable[..., Any],
    backward: Callable[..., Any] | None,
    given: Sequence[Any],
    names: list[str],
    drawn: dict[str, tuple[int, ...]],
    wrt: Sequence[str] | None,
    seed: int,
    language: str,
) -> BackwardReport:
    inputs = filled(names, given, drawn, seed, positive=False)
    pair = Pair(forward, backward, names, chosen_inputs(inputs, names, wrt), seed)
    title = pair.title
    positive = bool(drawn) and not _has_values(pair, inputs)
    if positive:
        inputs = filled(names, given, drawn, seed, positive=True)
    try:
        is_repeatable = _is_repeatable(pair, inputs)
    except Exception as error:
        if not isinstance(error, AutogradMiniError):
            error.add_note(f"check_backward called the forward function at {_told(names, inputs)}.")
        raise
    if not is_repeatable:
        return BackwardReport(title, behaviour=(Diagnosis("forward.random"),), language=language)
    trials = [Trial(pair, inputs, seed)]
    if backward is not None or drawn:
        others = filled(names, given, drawn, seed + 1, positive)
        trials.append(Trial(pair, others, seed + 1))
    behaviour = _behaviour(trials)
    found: list[Diagnosis] = []
    raised = next((trial.raised for trial in trials if trial.raised is not None), None)
    if raised is None:
        found = diagnoses(trials)
    elif square := _at_equal_lengths(pair, given, drawn, seed, positive):
        told = ", ".join(f"{name} {shape}" for name, shape in squared(drawn).items())
        behaviour.append(Diagnosis("shape.square_only", (), {"shapes": told}))
        found = diagnoses(square)
    marks = tuple(_worse(parts) for parts in zip(*(trial.marks for trial in trials), strict=True))
    return BackwardReport(
        title,
        marks,
        tuple(found),
        tuple(behaviour),
        tuple(hidden(names, inputs, [i for i in pair.chosen if names[i] not in drawn])),
        trials[0].truth.method,
        trials[0].twin,
        _told([names[i] for i in pair.chosen], [inputs[i] for i in pair.chosen]),
        tuple(_notes(trials[0], is_well_behaved=not behaviour)),
        language,
    )


def _told(names: Sequence[str], inputs: Sequence[Any]) -> str:
    """Return the inputs' names, each with its shape where it is an array or a number."""
    shapes = [f" {np.shape(given)}" if isinstance(given, np.ndarray | float) else "" for given in inputs]
    return ", ".join(name + shape for name, shape in zip(names, shapes, strict=True))


def _has_values(pair: Pair, inputs: Sequence[Any]) -> bool:
    """Return whether the forward function has finite values at inputs."""
    try:
        pair.run(inputs)
    except (ArithmeticError, ValueError):
        return False
    return True


def _is_repeatable(pair: Pair, inputs: Sequence[Any]) -> bool:
    pairs = zip(pair.run(inputs).outs, pair.run(inputs).outs, strict=True)
    return all(np.allclose(one, other, rtol=_SAME, atol=0) for one, other in pairs)


def _behaviour(trials: Sequence[Trial]) -> list[Diagnosis]:
    """Return what is wrong with how the function behaves, in any trial."""
    pair = trials[0].pair
    found: dict[tuple[Any, ...], Diagnosis] = {}
    for trial in trials:
        if trial.raised is not None:
            return [_raised(trial, trial.raised)]
        if trial.count > len(pair.chosen) or (trial.count < len(pair.chosen) and not trial.is_right):
            counts: dict[str, Any] = {
                "given": trial.count,
                "wanted": len(pair.chosen),
                "names": ", ".join(pair.gradients),
            }
            found.setdefault(("results.count",), Diagnosis("results.count", (), counts))
        for diagnosis in conduct(trial):
            found.setdefault((diagnosis.id,), diagnosis)
    return list(found.values())


def _raised(trial: Trial, error: Exception) -> Diagnosis:
    """Return what a backward function raised, where, and how it was called."""
    pair = trial.pair
    parts: dict[str, Any] = {
        "title": pair.title,
        "error": type(error).__name__,
        "message": str(error)[:_MOST_CHARACTERS].rstrip("."),
    }
    shapes = [f"dout {upstream.shape}" for upstream in trial.upstreams]
    upstreams = len(pair.arguments(trial.run, trial.upstreams)) - 1 if pair.backward is not None else 0
    if len(shapes) > 1:
        shapes = [f"dout{i} {upstream.shape}" for i, upstream in enumerate(trial.upstreams)]
    if upstreams == 1 and len(shapes) > 1:
        shapes = [f"({', '.join(shapes)})"]
    parts["call"] = ", ".join([*shapes[:upstreams], "cache"])
    code = getattr(pair.backward, "__code__", None)
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if code is not None and frame.filename == code.co_filename and frame.line:
            parts |= {"line": frame.lineno, "text": frame.line}
            return Diagnosis("backward.raised_in_line", (), parts)
    return Diagnosis("backward.raised", (), parts)


def _at_equal_lengths(
    pair: Pair, given: Sequence[Any], drawn: dict[str, tuple[int, ...]], seed: int, positive: bool
) -> list[Trial]:
    """Return trials with all drawn lengths equal, of a function that raises where they differ; none if it does too."""
    shapes = squared(drawn)
    if shapes == drawn:
        return []
    try:
        trials = [Trial(pair, filled(pair.names, given, shapes, seed + i, positive), seed + i) for i in range(2)]
    except Exception:
        # The forward function itself need not run there.
        return []
    return [] if any(trial.raised is not None for trial in trials) else trials


def _worse(marks: Sequence[GradientMark]) -> GradientMark:
    """Return the worst of the verdicts on one gradient."""
    return next((mark for mark in marks if mark.verdict != "right"), marks[0])


def _notes(trial: Trial, is_well_behaved: bool) -> list[tuple[str, dict[str, Any]]]:
    """Return what else there is to say about each gradient, and about the cache."""
    notes: list[tuple[str, dict[str, Any]]] = []
    for i, (mark, part) in enumerate(zip(trial.marks, trial.results, strict=True)):
        size = int(np.prod(mark.expected))
        if mark.verdict in ("right", "wrong") and part is not None and mark.judged < size:
            notes.append(("note.some", {"gradient": mark.name, "judged": mark.judged, "size": size}))
        passed = passed_at_zero(trial, i)
        if passed:
            notes.append(("note.passed_at_zero", {"gradient": mark.name, "count": passed, "input": mark.name[1:]}))
        elif mark.kinks:
            notes.append(("note.kink", {"gradient": mark.name, "count": mark.kinks}))
        if part is not None and part.dtype.kind == "f" and part.dtype.itemsize < 8:
            share = share_of_rounding(float(np.finfo(part.dtype).eps))
            digits = round(-np.log10(share))
            notes.append(("note.coarse", {"gradient": mark.name, "dtype": str(part.dtype), "digits": digits}))
    # Last, for it leaves the cache in another state.
    if is_well_behaved and uses_up_cache(trial):
        notes.append(("note.cache", {}))
    return notes
