"""gradcheck: wrong rules of every kind are caught and blamed, right ones pass, and kinks are not judged."""

import numpy as np
import pytest
from rows import LINES

import autograd_mini as am
from autograd_mini import Tensor
from autograd_mini.finite_differences import Comparison, GradcheckReport, gradcheck
from autograd_mini.primitive import primitive, table
from autograd_mini.scalar import scalar_paths

SUMMED = "  note: the numbers are those of a sum of all output entries with random weights."
NOT_SECOND = "  note: order 2 was not checked, because order 1 differs or is not finite."


@pytest.fixture(autouse=True)
def _table_as_it_was():
    """Forget the gates that a test makes, and the broken rules' scalar paths."""
    yield
    for name in [name for name, gate in table.items() if gate.__module__ == __name__]:
        del table[name]
    scalar_paths.clear()


def numbers(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


WITH_ENTRIES = [line for line in LINES if any(np.size(x) for x in line.inputs)]


@pytest.mark.parametrize("line", WITH_ENTRIES, ids=lambda line: line.name)
def test_every_row_of_the_table_passes(line):
    report = gradcheck(line.function, *[float(x) if np.ndim(x) == 0 else x for x in line.inputs], entries=4)
    assert report, report
    assert not report.kinks
    assert not report.unmeasured
    assert {c.order for c in report.comparisons} == {1, 2}


# Wrong rules: each is caught, and blamed on the gate and the operand.


def wrong_sign():
    return primitive(x=lambda x: -np.cos(x))(named("wrong", np.sin))


def missing_factor():
    return primitive(x=lambda x: x)(named("wrong", np.square))


def half_a_percent():
    return primitive(x=lambda x: 1.005 * np.cos(x))(named("wrong", np.sin))


def one_in_a_million():
    return primitive(x=lambda x: 1.000001 * np.cos(x))(named("wrong", np.sin))


def upstream_ignored():
    return primitive(x=lambda upstream, x: np.cos(x))(named("wrong", np.sin))


def derivative_at_the_output():
    return primitive(x=lambda out: np.cos(out))(named("wrong", np.sin))


def transposed():
    return primitive(x=lambda upstream: upstream)(named("wrong", np.transpose))


def one_entry():
    return primitive(x=lambda x: np.where(np.arange(3) == 1, 2.0, np.cos(x)))(named("wrong", np.sin))


def named(name, function):
    def value(x):
        return function(x)

    value.__name__ = name
    return value


@pytest.mark.parametrize(
    "broken",
    [
        wrong_sign,
        missing_factor,
        half_a_percent,
        one_in_a_million,
        upstream_ignored,
        derivative_at_the_output,
        transposed,
        one_entry,
    ],
)
def test_wrong_rule_is_caught_and_blamed(broken):
    wrong = broken()
    report = gradcheck(lambda x: np.tanh(wrong(np.exp(x) * 0.5)) * 3.0, numbers(3, 3))
    assert not report
    assert report.failures
    assert len(report.culprits) == 1
    assert report.culprits[0].startswith("culprit: gate 'wrong' (wrong(exp(x) × 0.5)): its rule for x gives ")


def test_operands_exchanged():
    wrong = primitive(x=lambda x: x, y=lambda y: y)(lambda x, y: x * y)
    report = gradcheck(lambda a, b: wrong(a, b), 2.0, 3.0)
    assert str(report) == (
        "gradcheck failed; order 1: 5 differ\n"
        "  order 1, a: numerical 3 ± 3.0e−11 (complex step), recorded 2, difference −1\n"
        "  order 1, b: numerical 2 ± 2.0e−11 (complex step), recorded 3, difference 1\n"
        "  culprit: gate '<lambda>' (<lambda>(a, b)): its rule for x gives 2 at x, where differences give 3 "
        "(checked alone, with a random upstream).\n"
        f"{NOT_SECOND}"
    )


def test_whole_report_of_a_wrong_rule():
    @primitive(x=lambda x: 2 * x**2)
    def cube(x):
        return x**3

    report = gradcheck(lambda x: cube(x), np.array([1.0, 2.0], np.float32))
    assert str(report) == (
        "gradcheck failed; order 1: 5 differ\n"
        "  order 1, x[0]: numerical −3.410885062 ± 7.3e−11 (complex step), recorded −2.273923375, difference 1.14\n"
        "  order 1, x[1]: numerical −9.237440565 ± 9.2e−11 (complex step), recorded −6.15829371, difference 3.08\n"
        "  culprit: gate 'cube' (cube(x)): its rule for x gives −2.273923375 at x[0], where differences give "
        "−3.410885062 (checked alone, with a random upstream).\n"
        f"{NOT_SECOND}\n"
        "  note: input x was promoted to float64.\n"
        f"{SUMMED}"
    )


def test_wrong_rule_among_many_entries_is_found_by_halving():
    @primitive(x=lambda x: np.where(np.arange(5000) == 4321, 2.0, np.cos(x)))
    def wrong(x):
        return np.sin(x)

    report = gradcheck(lambda x: wrong(x), numbers(5000), order=1, entries=8)
    assert [(c.input, c.entry) for c in report.failures if c.entry is not None] == [("x", (4321,))]
    assert report.culprits[0].startswith("culprit: gate 'wrong' (wrong(x)): its rule for x gives ")
    assert "at x[4321]" in report.culprits[0]
    assert report.notes[-1] == "of input x, 8 entries of 5000 were compared one by one."


def test_wrong_in_second_order_only():
    @primitive(x=lambda x: 3 * (x.data if isinstance(x, Tensor) else x) ** 2)
    def cube(x):
        return x**3

    report = gradcheck(lambda x: np.sin(cube(x)), 0.7)
    assert [c.verdict for c in report.comparisons if c.order == 1] == ["agrees"]
    assert {c.verdict for c in report.comparisons if c.order == 2} == {"differs"}
    assert report.culprits == (
        "culprit: gate 'cube' (cube(x)): its rule for x, differentiated again, gives 0 at x, where differences give "
        "4.2 (checked alone, with a random upstream).",
    )
    assert gradcheck(lambda x: np.sin(cube(x)), 0.7, order=1)


def test_wrong_rule_of_a_gate_that_only_a_rule_uses():
    inner = primitive(x=lambda x: np.sin(x))(named("inner", np.cos))
    outer = primitive(x=lambda x: inner(x))(named("outer", np.sin))
    report = gradcheck(lambda x: outer(x), 0.7)
    assert report.culprits == (
        "culprit: gate 'inner' (in a derivative rule): its rule for x gives 0.6442176872 at x, where differences give "
        "−0.6442176872 (checked alone, with a random upstream).",
    )


def test_rule_that_cannot_be_recorded():
    @primitive(x=lambda x: 2 * np.asarray(x))
    def wrong(x):
        return x**2

    report = gradcheck(lambda x: wrong(x), numbers(2))
    assert not report
    (problem,) = report.problems
    assert problem.startswith("order 2: the backward pass cannot be recorded: UnsupportedError: a Tensor does not turn")
    assert problem.endswith("(in the rule of gate 'wrong')")


def test_broadcasting_is_the_engines_not_the_rules():
    product = primitive(x=lambda y: y, y=lambda x: x)(lambda x, y: x * y)
    assert gradcheck(lambda x, y: product(x, y), numbers(3, 1), numbers(1, 4, seed=1))


def test_accumulation_at_a_fork(monkeypatch):
    from autograd_mini.finite_differences import subject

    monkeypatch.setattr(subject, "sweep", overwriting(subject.sweep))
    report = gradcheck(lambda x: np.sin(x) * x, 0.7, order=1)
    assert not report
    assert report.culprits == (
        "no gate's own rule is wrong, and the recorded graph computes what the function does: contributions are lost "
        "or counted twice where they are summed at a fork.",
    )


def overwriting(sweep):
    return lambda seeds, **seams: sweep(seeds, add=lambda arrived, arriving: arriving, **seams)


def test_checkpointed_function():
    right = am.checkpoint(lambda x: np.sin(x) * x)
    assert gradcheck(lambda x: np.tanh(right(x)), numbers(3))
    broken = wrong_sign()
    wrong = am.checkpoint(lambda x: broken(x) * x)
    assert gradcheck(lambda x: np.tanh(wrong(x)), numbers(3)).culprits == (
        "no gate's own rule is wrong outside checkpointed functions; check those alone, without checkpoint().",
    )


# Functions that are not what is recorded.


def test_path_that_is_not_recorded():
    report = gradcheck(lambda u: u * u.data, 2.0)
    assert report.culprits[0].startswith(
        "no gate's own rule is wrong, but the recorded graph is not all of the function: moved inputs change the "
    )
    assert report.culprits[0].endswith("Look for .data, .item(), .detach(), no_grad() or outputs that are no Tensors.")


def test_output_that_is_no_tensor():
    report = gradcheck(lambda x: (x * 3, float(np.sum(x.data**2))), numbers(2))
    assert not report
    assert "is not all of the function" in report.culprits[0]


def test_function_that_is_not_deterministic():
    rng = np.random.default_rng(0)
    report = gradcheck(lambda x: x * rng.uniform(), 1.0)
    assert str(report) == (
        "gradcheck failed\n"
        "  the function is not deterministic: two evaluations at the same inputs differ by up to 0.367."
    )
    shapes = iter([2, 3])
    report = gradcheck(lambda x: x * np.ones(next(shapes)), 1.0)
    assert report.problems == (
        "the function is not deterministic: two evaluations at the same inputs gave different shapes.",
    )


# Kinks.


def test_kinks_are_not_judged():
    report = gradcheck(lambda x: am.relu(x), 0.0)
    assert report
    assert str(report) == (
        "gradcheck passed; order 1: 1 not judged\n"
        "  not judged: order 1, x: at a kink: left slope 0, right slope 1, recorded 0\n"
        "  warning: gate 'relu' (relu(x)): at these numbers mistakes in its rule for x would not show: "
        "the operand taken for the derivative."
    )


@pytest.mark.parametrize(
    ("function", "left", "right", "recorded"),
    [
        (np.abs, -1, 1, 0),
        (lambda x: np.maximum(x, 0.0), 0, 1, 0.5),
        (lambda x: np.minimum(x, 2 * x), 2, 1, 1.5),
        (lambda x: np.max(np.stack([x, -x, 3 * x])), -1, 3, 1),
    ],
    ids=["abs", "maximum at a tie", "minimum at a tie", "max at a tie"],
)
def test_kink_with_its_slopes(function, left, right, recorded):
    report = gradcheck(function, 0.0)
    (comparison,) = report.kinks
    assert report
    assert comparison.verdict == "kink"
    np.testing.assert_allclose([comparison.left, comparison.right], [left, right], atol=1e-9)
    assert comparison.recorded == pytest.approx(recorded)


def test_kink_whose_number_is_outside_fails():
    wrong = primitive(x=lambda x: np.where(x > 0, 1.0, -0.2))(lambda x: np.maximum(x, 0))
    report = gradcheck(lambda x: wrong(x), 0.0)
    assert not report
    assert [c.recorded for c in report.failures] == [-0.2]


def test_kink_in_the_first_derivative():
    report = gradcheck(lambda x: am.relu(x) ** 2, 0.0)
    assert report
    (comparison,) = report.kinks
    assert str(comparison) == "order 2, x: at a kink: left slope 0, right slope 2, recorded 0"


def test_entries_beside_a_kink_are_judged():
    report = gradcheck(lambda x: am.relu(x), np.array([1e-8, 1.0, -1e-5]))
    assert report
    assert not report.kinks
    wrong = primitive(x=lambda x: np.where(x > 0, 1.1, 0))(lambda x: np.maximum(x, 0))
    assert not gradcheck(lambda x: wrong(x), np.array([1e-8]))


def test_a_jump_is_not_judged():
    def step(x):
        return np.where(x.data >= 0, 1.0, 0.0) + 0.0 * x

    report = gradcheck(step, 0.0, order=1)
    (comparison,) = report.kinks
    assert str(comparison) == ("order 1, x: at a jump: the difference quotient grows as the step shrinks; recorded 0")


def test_many_kinks_hide_no_wrong_entry():
    x = np.where(np.arange(500) % 7 == 0, 0.0, 1.5)
    assert gradcheck(lambda x: am.relu(x), x, entries=16)
    wrong = primitive(x=lambda x: np.where(np.arange(500) == 300, 1.2, x > 0))(lambda x: np.maximum(x, 0))
    assert not gradcheck(lambda x: wrong(x), x, entries=16)


def test_slope_that_does_not_exist():
    report = gradcheck(lambda x: np.sqrt(x), np.array([0.0, 1.0]))
    (comparison,) = report.unmeasured
    assert str(comparison) == "order 1, x[0]: no difference quotient there settles on a number; recorded ∞".replace(
        "∞", "−∞" if comparison.recorded < 0 else "∞"
    )
    assert report
    assert report.notes[0] == "order 2 was not checked, because order 1 differs or is not finite."


def test_nan_is_found():
    report = gradcheck(lambda x: np.sqrt(x) * x, np.array([0.0, 1.0]))
    assert not report
    assert report.culprits[0].startswith("backward: the rule of gate 'sqrt' sends nan at entry (0,) of shape (2,)")


# Numbers that cannot tell.


@pytest.mark.parametrize(
    ("function", "inputs", "warning"),
    [
        (
            lambda u: np.reciprocal(u),
            (-1.0,),
            "gate 'reciprocal' (1/u): at these numbers mistakes in its rule for x would not show: the derivative taken "
            "at the output, the output taken for the derivative, the operand taken for the derivative.",
        ),
        (
            lambda x: np.square(x),
            (2.0,),
            "gate 'square' (x²): at these numbers mistakes in its rule for x would not show: the output taken for the "
            "derivative.",
        ),
        (
            lambda x: x * 1.0,
            (2.0,),
            "gate 'multiply' (x × 1): at these numbers mistakes in its rule for x would not show: the upstream passed "
            "on as it is.",
        ),
        (
            lambda x, y: np.tanh(x) * y,
            (0.7, 0.0),
            "gate 'tanh' (tanh(x)): its upstream is 0 everywhere, so its rule is not tested.",
        ),
        (
            lambda x, y: x * y,
            (0.7, 0.0),
            "gate 'multiply' (x × y): it sends 0 to x everywhere, so that rule is hardly tested.",
        ),
    ],
)
def test_doubt(function, inputs, warning):
    report = gradcheck(function, *inputs)
    assert report
    assert warning in report.warnings


def test_doubt_about_equal_operands():
    report = gradcheck(lambda x, y: x * y, 2.0, 2.0)
    mistakes = "the operand taken for the derivative, the operands exchanged"
    assert report.warnings == tuple(
        f"gate 'multiply' (x × y): at these numbers mistakes in its rule for {name} would not show: {mistakes}."
        for name in "xy"
    )


def test_no_doubt_where_no_numbers_could_tell():
    # In x·x and x + y the operands may be exchanged, and exp is its own derivative.
    assert gradcheck(lambda x, y: np.exp(x * x + y), 0.7, 0.7).warnings == ()


def test_random_numbers_leave_no_doubt():
    report = gradcheck(lambda x, w: np.sum(am.sigmoid(np.tanh(x @ w) / 3)), numbers(3, 4), numbers(4, 2))
    assert report.warnings == ()


# Differences that are hard to take.


@pytest.mark.parametrize(
    "function",
    [
        lambda x: (np.sin(x) + 1e8) - 1e8,
        lambda x: np.exp(5 * x) * np.sin(30 * x),
        lambda x: np.sum(x**2) + 1e6,
        lambda x: 1 / (x * x + 1e-6),
        lambda x: (np.exp(x) - 1 - x) / x**2,
        lambda x: np.log(np.sum(np.exp(20 * x))),
        lambda x: np.sin(1e6 * x),
        lambda x: np.log(np.abs(x) * 1e-8),
    ],
)
def test_right_rules_never_fail(function):
    for seed in range(5):
        report = gradcheck(function, numbers(6, seed=seed), seed=seed)
        assert report, report


def test_constant_and_linear_functions():
    assert gradcheck(lambda x: x, 2.0)
    assert gradcheck(lambda x: 3 * x - 1, np.zeros(3))
    assert gradcheck(lambda x: np.sum(x**2), np.zeros(2))
    assert gradcheck(lambda x, y: (x + 1, x * 0 + y * 0), 1.0, 2.0)


def test_complex_step_is_used_where_the_function_is_analytic():
    functions = np.sin, lambda x: abs(x), lambda x: np.sin(x.named("x"))
    methods = [{c.method for c in gradcheck(f, 0.7, order=1).comparisons} for f in functions]
    assert methods == [{"complex step"}, {"central differences"}, {"central differences"}]


# Inputs and outputs.


def test_an_output_that_is_returned_twice():
    def twice(x):
        y = np.sin(x)
        return y, y, y * 2

    assert gradcheck(twice, numbers(3))


def test_containers_in_and_out():
    parameters = {"w": [numbers(3, 2), 0.5], "b": (numbers(2, seed=1),)}
    report = gradcheck(lambda p, x: {"y": x @ p["w"][0] * p["w"][1], "z": [p["b"][0] ** 2]}, parameters, numbers(4, 3))
    assert report
    assert {c.input for c in report.comparisons} == {"p['w'][0]", "p['w'][1]", "p['b'][0]", "x", ""}


def test_tensors_keep_their_names_and_constants_stay():
    x, k = Tensor(numbers(3), name="signal"), Tensor(numbers(3, seed=1), requires_grad=False)
    report = gradcheck(
        lambda a, b, mode, axis: a * b if mode == "product" and axis is None else a, x, k, "product", None
    )
    assert report
    assert {c.input for c in report.comparisons} == {"signal", ""}
    assert x.grad is None


def test_float32_is_promoted():
    report = gradcheck(lambda x: np.sin(x), np.float32(0.7))
    assert report
    assert report.notes == ("input x was promoted to float64.",)


def test_float32_on_the_way_is_known_to_be_coarse():
    assert gradcheck(lambda x: np.sin(x.astype(np.float32)), numbers(3), order=1)


def test_random_choice_is_repeatable():
    one, other = (gradcheck(lambda x: np.sin(x), numbers(100), entries=5, seed=3) for _ in range(2))
    assert one == other
    assert one != gradcheck(lambda x: np.sin(x), numbers(100), entries=5, seed=4)


def test_inputs_are_left_alone():
    x = numbers(3)
    before = x.copy()

    def changing(t):
        t.data[0] = t.data[0] + 0.0
        return np.sin(t)

    gradcheck(changing, x)
    np.testing.assert_array_equal(x, before)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: gradcheck(lambda x: x, np.array([1, 2])),
            am.DtypeError,
            "gradcheck: input x must hold floating-point numbers; it holds whole numbers. "
            "What is not varied can be left out: gradcheck(lambda x: f(x, 3), x).",
        ),
        (
            lambda: gradcheck(lambda x, p: x, 1.0, {"k": [True]}),
            am.DtypeError,
            "gradcheck: input p['k'][0] must hold floating-point numbers; it holds truth values. "
            "What is not varied can be left out: gradcheck(lambda x: f(x, 3), x).",
        ),
        (
            lambda: gradcheck(lambda x: x, np.array([1.0, np.nan])),
            am.NotFiniteError,
            "gradcheck: input x must be finite; got NaN or infinity.",
        ),
        (
            lambda: gradcheck(lambda x: np.log(x), -1.0),
            am.NotFiniteError,
            "gradcheck: the function's output must be finite at the given inputs; got NaN or infinity. "
            "detect_anomaly() finds the gate.",
        ),
        (
            lambda: gradcheck(lambda x: x.data * 2, 1.0),
            am.BackwardError,
            "gradcheck: the output is recorded as depending on no input. Is it computed from .data, under no_grad(), "
            "or from constants only?",
        ),
        (
            lambda: gradcheck(lambda: Tensor(1.0)),
            am.BackwardError,
            "gradcheck: there is no input to differentiate by; give a float, an array or a Tensor.",
        ),
        (
            lambda: gradcheck(lambda x: np.sum(x), np.zeros((0, 3))),
            am.BackwardError,
            "gradcheck: there is no input to differentiate by; give a float, an array or a Tensor.",
        ),
        (
            lambda: gradcheck(lambda x: None, 1.0),
            am.DtypeError,
            "gradcheck: the function must return a Tensor, or a tuple, list or dict of them; got NoneType.",
        ),
        (
            lambda: gradcheck(lambda x: [], 1.0),
            am.DtypeError,
            "gradcheck: the function returned no output.",
        ),
        (
            lambda: gradcheck(lambda x: x, 1.0, order=3),
            am.UnsupportedError,
            "gradcheck: order must be 1 or 2; got 3.",
        ),
        (
            lambda: gradcheck("x", 1.0),
            am.UnsupportedError,
            "gradcheck: expected a function; got str. Call it as gradcheck(f, x).",
        ),
        (
            lambda: gradcheck(np.sin, 1.0, seed=-1),
            am.UnsupportedError,
            "gradcheck: seed must be a whole number of at least 0; got -1.",
        ),
        (
            lambda: gradcheck(np.sin, 1.0, entries="all"),
            am.UnsupportedError,
            "gradcheck: entries must be a whole number of at least 0; got 'all'.",
        ),
        (
            lambda: gradcheck(np.sin, 1.0, directions=1.5),
            am.UnsupportedError,
            "gradcheck: directions must be a whole number of at least 0; got 1.5.",
        ),
    ],
)
def test_refused(call, error, message):
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message


def test_function_that_raises():
    with pytest.raises(KeyError) as caught:
        gradcheck(lambda x: {}["w"], 1.0)
    assert caught.value.__notes__ == ["gradcheck: the function raised this at its inputs, given as Tensors."]


def test_function_that_raises_beside_its_inputs():
    def picky(x):
        if abs(x.data - 1.0) > 1e-3:
            raise ValueError("out of its domain")
        return x**2

    assert gradcheck(picky, 1.0)


# The report.


def comparison(verdict, **changes):
    facts = {
        "order": 1, "input": "x", "entry": (0, 1), "numerical": 1.5, "error": 1e-11, "recorded": 1.25,
        "method": "central differences", "left": 1.0, "right": 2.0, "verdict": verdict,
    }  # fmt: skip
    return Comparison(**facts | changes)


def test_report_in_words():
    report = GradcheckReport(
        comparisons=(
            comparison("agrees"),
            *[comparison("differs", entry=(i,)) for i in range(12)],
            comparison("differs", input="", entry=None, order=2),
            comparison("kink"),
            comparison("unmeasured", order=2),
        ),
        culprits=("culprit: gate 'cube'",),
        warnings=("doubtful",),
        notes=("noted",),
    )
    line = "numerical 1.5 ± 1.0e−11 (central differences), recorded 1.25, difference −0.25"
    assert repr(report) == "\n".join(
        [
            "gradcheck failed; order 1: 1 agree, 12 differ, 1 not judged; order 2: 1 differ, 1 not judged",
            *[f"  order 1, x[{i}]: {line}" for i in range(10)],
            "  ... and 2 more",
            "  culprit: gate 'cube'",
            "  not judged: order 1, x[0, 1]: at a kink: left slope 1, right slope 2, recorded 1.25",
            "  not judged: order 2, x[0, 1]: no difference quotient there settles on a number; recorded 1.25",
            "  warning: doubtful",
            "  note: noted",
        ]
    )


def test_report_is_true_only_if_something_was_compared():
    assert GradcheckReport((comparison("agrees"),))
    assert GradcheckReport((comparison("kink"),))
    assert not GradcheckReport((comparison("unmeasured"),))
    assert not GradcheckReport()
    assert not GradcheckReport((comparison("agrees"), comparison("differs")))
    assert not GradcheckReport((comparison("agrees"),), problems=("wrong",))
