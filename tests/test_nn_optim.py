"""Optimisers, schedules and clipping by hand; test_nn_torch.py compares them with PyTorch, step for step."""

import numpy as np
import pytest

from autograd_mini.errors import ShapeError, UnsupportedError
from autograd_mini.nn import optim


def run(optimizer, gradients, first=1.0):
    """Return the values of a single parameter after each of the given gradients."""
    parameters, values = {"x": np.array([first])}, []
    state = optimizer.init(parameters)
    for gradient in gradients:
        parameters, state = optimizer.step(parameters, {"x": np.array([gradient])}, state)
        values.append(float(parameters["x"][0]))
    return values


def test_sgd_by_hand():
    assert run(optim.SGD(0.1), [2.0, -1.0]) == pytest.approx([0.8, 0.9])
    assert run(optim.SGD(0.1, momentum=0.5), [2.0, -1.0]) == pytest.approx([0.8, 0.8])
    # d = g + ½v: 2 + 1 and −1 + 0
    assert run(optim.SGD(0.1, momentum=0.5, nesterov=True), [2.0, -1.0]) == pytest.approx([0.7, 0.8])
    assert run(optim.SGD(0.1, weight_decay=0.5), [2.0]) == pytest.approx([0.75])


def course_momentum(gradients, rates, momentum, nesterov):
    """Return the values of the course's update: v = mu·v − lr·g, with the learning rate inside the velocity."""
    x, v, values = 1.0, 0.0, []
    for gradient, lr in zip(gradients, rates, strict=True):
        before, v = v, momentum * v - lr * gradient
        x += -momentum * before + (1 + momentum) * v if nesterov else v
        values.append(x)
    return values


@pytest.mark.parametrize("nesterov", [False, True])
def test_the_course_has_the_learning_rate_inside_the_velocity(nesterov):
    gradients, schedule = [2.0, -1.0, 0.5, 3.0], optim.StepDecay(0.1, every=2, factor=0.1)
    wanted = course_momentum(gradients, [0.1, 0.1, 0.01, 0.01], 0.9, nesterov)
    assert run(optim.SGD(schedule, 0.9, nesterov=nesterov, lr_inside=True), gradients) == pytest.approx(wanted)
    assert run(optim.SGD(schedule, 0.9, nesterov=nesterov), gradients)[:2] == pytest.approx(wanted[:2])
    assert run(optim.SGD(schedule, 0.9, nesterov=nesterov), gradients)[2:] != pytest.approx(wanted[2:])


@pytest.mark.parametrize(
    ("optimizer", "outside", "inside"),
    [
        # The mean of squares after one step is 1e-10, as in the notes' example: 0.0999 and 0.00995.
        (lambda **form: optim.RMSprop(1.0, 0.99, 1e-8, **form), 1e-4 / (1e-5 + 1e-8), 1e-4 / np.sqrt(1.01e-8)),
        (lambda **form: optim.Adagrad(1.0, eps=1e-8, **form), 1e-4 / (1e-4 + 1e-8), 1e-4 / np.sqrt(2e-8)),
        (lambda **form: optim.Adam(1.0, eps=1e-8, **form), 1e-4 / (1e-4 + 1e-8), 1e-4 / np.sqrt(2e-8)),
    ],
    ids=["RMSprop", "Adagrad", "Adam"],
)  # fmt: skip
def test_epsilon_inside_the_root(optimizer, outside, inside):
    assert run(optimizer(), [1e-4], 0.0)[0] == pytest.approx(-outside, rel=1e-9)
    assert run(optimizer(eps_inside=True), [1e-4], 0.0)[0] == pytest.approx(-inside, rel=1e-9)


OPTIMIZERS = [optim.SGD(0.1, 0.9), optim.RMSprop(momentum=0.5), optim.Adagrad(), optim.Adam(), optim.AdamW()]


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=lambda optimizer: type(optimizer).__name__)
def test_nothing_is_changed_in_place(optimizer):
    parameters, gradients = {"a": {"w": np.ones(2)}}, {"a": {"w": np.array([1.0, -2.0])}}
    state = optimizer.init(parameters)
    _, second = optimizer.step(parameters, gradients, state)
    np.testing.assert_array_equal(parameters["a"]["w"], np.ones(2))
    np.testing.assert_array_equal(gradients["a"]["w"], [1.0, -2.0])
    assert (state["step"], second["step"]) == (0, 1)
    for name in optimizer.slots():
        assert not np.any(state[name]["a"]["w"])
        assert np.any(second[name]["a"]["w"])


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=lambda optimizer: type(optimizer).__name__)
def test_float32_stays_float32(optimizer):
    parameters = {"w": np.ones(2, np.float32)}
    state = optimizer.init(parameters)
    parameters, state = optimizer.step(parameters, {"w": np.ones(2, np.float32)}, state)
    assert {parameters["w"].dtype} | {state[name]["w"].dtype for name in optimizer.slots()} == {np.dtype(np.float32)}


def test_gradients_nested_otherwise_are_refused():
    optimizer = optim.SGD(0.1)
    with pytest.raises(ShapeError) as caught:
        optimizer.step({"w": np.ones(2)}, {"b": np.ones(2)}, optimizer.init({"w": np.ones(2)}))
    assert str(caught.value) == "step: the gradients must be nested like {'w': *}; got {'b': *}."


@pytest.mark.parametrize(
    ("schedule", "rates"),
    [
        (optim.StepDecay(1.0, every=2, factor=0.5), [1.0, 1.0, 0.5, 0.5, 0.25]),
        (optim.Exponential(1.0, 0.5), [1.0, 0.5, 0.25, 0.125, 0.0625]),
        (optim.Cosine(1.0, steps=2, least=0.2), [1.0, 0.6, 0.2, 0.2, 0.2]),
        (optim.WarmUp(0.8, steps=4), [0.0, 0.2, 0.4, 0.6, 0.8]),
        (optim.WarmUp(optim.Exponential(1.0, 0.5), steps=2, start=0.5), [0.5, 0.75, 1.0, 0.5, 0.25]),
    ],
    ids=lambda value: type(value).__name__,
)
def test_schedule(schedule, rates):
    assert [schedule(step) for step in range(5)] == pytest.approx(rates)


def test_optimizer_follows_its_schedule():
    assert run(optim.SGD(optim.StepDecay(1.0, every=1, factor=0.5)), [1.0, 1.0, 1.0]) == [0.0, -0.5, -0.75]


def test_plateau():
    optimizer = optim.SGD(optim.ReduceOnPlateau(1.0, factor=0.5, patience=1, least=0.3))
    state, rates = optimizer.init({"x": np.ones(1)}), []
    for loss in [3.0, 2.0, 2.0, 2.0, 2.5, 1.0, 1.0, 1.0, 1.0, 1.0]:
        state = optimizer.observe(state, loss)
        rates.append(optimizer.rate(state))
    assert rates == [1.0, 1.0, 1.0, 0.5, 0.5, 0.5, 0.5, 0.3, 0.3, 0.3]
    assert optim.SGD(0.1).observe({"step": 3}, 1.0) == {"step": 3}


def test_clipping():
    gradients = {"w": np.array([3.0, 0.0]), "b": [np.array(-4.0)]}
    assert optim.global_norm(gradients) == 5.0
    clipped = optim.clip_by_norm(gradients, 1.0)
    assert optim.global_norm(clipped) == pytest.approx(1.0, rel=1e-6)
    np.testing.assert_allclose(clipped["w"], [0.6, 0.0], rtol=1e-6)
    np.testing.assert_array_equal(optim.clip_by_norm(gradients, 10.0)["w"], gradients["w"])
    by_value = optim.clip_by_value(gradients, 3.5)
    np.testing.assert_array_equal(by_value["w"], [3.0, 0.0])
    assert by_value["b"][0] == -3.5
    np.testing.assert_array_equal(gradients["w"], [3.0, 0.0])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: optim.SGD(nesterov=True), "SGD: nesterov=True needs momentum; got momentum 0."),
        (
            lambda: optim.Adam(lr="fast"),
            "lr must be a number of at least 0, or a schedule such as Cosine(0.1, steps=1000); got 'fast'.",
        ),
        (lambda: optim.clip_by_norm({}, 0), "clip_by_norm: the most that is let through must be positive; got 0."),
    ],
)
def test_refusals(make, message):
    with pytest.raises(UnsupportedError) as caught:
        make()
    assert str(caught.value) == message
