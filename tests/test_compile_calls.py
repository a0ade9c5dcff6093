"""compile: calls one after another, each begins with the code of the last, and none may take what is not for it."""

import copy
import importlib
import math
import pickle
import sys
import threading
from collections import OrderedDict

import numpy as np
import pytest

import autograd_mini as am
from autograd_mini.program import compiled

scale = 2.0


class Celsius(float):
    """A number that behaves otherwise than a float where the function asks for it."""


def doubled(x):
    return x * scale


def with_default(x, y=2.0, z=3.0):
    return x * y + z


def first_value(table):
    return next(iter(table.values())) - 3.0 * table.get("a", 0.5)


def sloped(len, all, map, float):
    return len * all[0] - map["float"] * float


class Scaled:
    def __init__(self, factor):
        self.factor = factor

    def __call__(self, x):
        return x * self.factor


@pytest.mark.parametrize(
    ("function", "calls"),
    [
        (lambda x: x * x, [(3.0,), (Celsius(3.0),), (np.float64(3.0),), (np.float32(3.0),), (3.0,)]),
        (lambda x: x * 2.0, [(3.0,), (3,), (True,), (np.array(3.0),), (am.Tensor(3.0),), (3.0,)]),
        (lambda x: np.sum(x * x), [(np.ones(2),), (np.ones(3),), (np.ones((2, 1)),), (np.ones(2, np.float32),)]),
        (lambda x: np.sum(x * 2.0), [(np.array(3.0),), (np.array(3.0, np.float32),), (np.array([3.0]),), (3.0,)]),
        (lambda x, n: x**n, [(3.0, 2), (3.0, 3), (3.0, 2.0), (3.0, True), (3.0, 2)]),
        (lambda x, how: x if how == "a" else -x, [(3.0, "a"), (3.0, "b"), (3.0, None), (3.0, "a")]),
        (lambda x, n: x if type(n) is int else -x, [(3.0, 1), (3.0, True), (3.0, np.int64(1)), (3.0, 1)]),
        (
            lambda pair: pair[0] - pair[-1] * isinstance(pair, list),
            [([1.0, 2.0],), ((1.0, 2.0),), ([1.0, 2.0, 5.0],), ([1.0, 2.0],)],
        ),
        (first_value, [({"a": 1.0, "b": 2.0},), ({"b": 2.0, "a": 1.0},), (OrderedDict(b=5.0, a=1.0),), ({"b": 7.0},)]),
        (lambda x, rest: x + len(rest), [(3.0, []), (3.0, ()), (3.0, {}), (3.0, []), (3.0, [1.0]), (3.0, {})]),
        (lambda x, inner: x * inner["w"][0], [(3.0, {"w": [2.0]}), (3.0, {"w": (5.0,)}), (3.0, {"w": [7.0]})]),
        (with_default, [(1.0,), (1.0, 5.0), (1.0, 5.0, 7.0), (1.0,), (1.0, 5.0)]),
        (lambda *numbers: sum(numbers), [(1.0, 2.0), (1.0,), (1.0, 2.0, 4.0), (1.0, 2.0)]),
        (sloped, [(3.0, [2.0], {"float": 5.0}, 0.5), (4.0, [2.0], {"float": 5.0}, np.float64(1.5))]),
    ],
    ids=[
        "class of number", "whole number, array, Tensor", "shape and dtype", "array of no axes", "exponent", "text",
        "class of whole number",
        "list and tuple", "order of keys", "empty", "nested", "defaults", "any number", "called like Python's own",
    ],
)  # fmt: skip
def test_arguments_that_look_otherwise(function, calls):
    step = am.compile(function)
    for args in calls * 2:
        plain = [arg.data if isinstance(arg, am.Tensor) else arg for arg in args]
        found, expected = step(*args), function(*plain)
        assert found == expected
        assert np.result_type(found) == np.result_type(expected * 1.0)


def test_array_of_no_axes_that_is_returned_is_a_number():
    step = am.compile(lambda x: x)
    for _ in range(3):
        assert type(step(np.array(3.0, np.float32))) is np.float32


def test_arguments_of_many_kinds_at_once():
    def f(*pairs):
        return sum(x * factor["w"] ** power for x, factor, power in pairs)

    def pairs(power):
        return [(float(i), {"w": np.float64(2.0)}, power) for i in range(20)]

    step = am.compile(f)
    for power in (1, 2, 2, 3, 1):
        assert step(*pairs(power)) == 190.0 * 2.0**power


def test_arguments_by_name_and_by_position():
    step = am.compile(with_default)
    for _ in range(2):
        assert step.value_and_grad(1.0, 5.0, 7.0) == (12.0, (5.0, 1.0, 1.0))
        assert step.value_and_grad(1.0, z=7.0) == (9.0, (2.0, 1.0, 1.0))
        assert step.value_and_grad(z=7.0, x=1.0, y=5.0) == (12.0, (5.0, 1.0, 1.0))
        assert step(1.0, z=7.0) == 9.0
        assert step.value_and_grad(1.0) == (5.0, (2.0,))


def test_too_many_arguments_and_unknown_names():
    step = am.compile(doubled)
    assert step.value_and_grad(1.0) == (2.0, (2.0,))
    with pytest.raises(TypeError, match="takes 1 positional argument but 2 were given"):
        step.value_and_grad(1.0, 2.0)
    with pytest.raises(TypeError, match="unexpected keyword argument 'y'"):
        step.value_and_grad(1.0, y=2.0)
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'x'"):
        step.value_and_grad()


def test_names_that_python_reads_as_one():
    def f(x, y):
        x.name, y.name = "\u00b5", "\u03bc"
        return x - 2.0 * y

    step = am.compile(f)
    assert step.value_and_grad(5.0, 1.0) == (3.0, (1.0, -2.0))
    assert step.value_and_grad(7.0, 1.0) == (5.0, (1.0, -2.0))


def test_names_with_two_underscores():
    def f(x, y):
        x.name, y.name = "__given0", "__otherwise"
        return x - 2.0 * y

    step = am.compile(f)
    assert [step(5.0, 1.0), step(7.0, 1.0), step(np.float64(7.0), 1.0)] == [3.0, 5.0, 5.0]
    assert step.source == "def f(_given0, _otherwise):\n    return _given0 - 2.0 * _otherwise\n"


@pytest.mark.parametrize(
    "change",
    [
        lambda patch: patch.setitem(globals(), "scale", 5.0),
        lambda patch: exec("scale = 5.0", globals()),
        lambda patch: patch.setattr(sys.modules[__name__], "scale", 5.0),
    ],
    ids=["setitem", "exec", "attribute of the module"],
)
def test_global_that_changes_behind_what_is_held(change, monkeypatch):
    monkeypatch.setitem(globals(), "scale", 2.0)
    step = am.compile(doubled)
    held_before = step.value_and_grad
    assert held_before(3.0) == (6.0, (2.0,))
    held_after = step.value_and_grad
    change(monkeypatch)
    for held in (held_before, held_after, step.value_and_grad):
        assert held(3.0) == (15.0, (5.0,))
    assert step(3.0) == 15.0


def test_global_that_is_deleted_and_comes_back(monkeypatch):
    monkeypatch.setitem(globals(), "scale", 2.0)
    step = am.compile(doubled)
    assert step.value_and_grad(3.0) == (6.0, (2.0,))
    del globals()["scale"]
    with pytest.raises(NameError, match="name 'scale' is not defined"):
        step.value_and_grad(3.0)
    globals()["scale"] = 7.0
    assert step.value_and_grad(3.0) == (21.0, (7.0,))


def test_module_that_is_loaded_again(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    file = tmp_path / "reloaded_model.py"
    file.write_text("factor = 2.0\n\n\ndef inner(x):\n    return x * factor\n")
    import reloaded_model

    step = am.compile(lambda x: reloaded_model.inner(x))
    assert [step(1.0), step(3.0)] == [2.0, 6.0]
    file.write_text("factor = 5.0\n\n\ndef inner(x):\n    return x * factor + 1.0\n")
    importlib.reload(reloaded_model)
    assert [step(1.0), step(3.0)] == [6.0, 16.0]


def test_default_by_name_that_is_replaced():
    def scaled(x, *, by=2.0):
        return x * by

    step = am.compile(lambda x: scaled(x))
    assert [step(1.0), step(3.0)] == [2.0, 6.0]
    scaled.__kwdefaults__ = {"by": 5.0}
    assert [step(1.0), step(3.0)] == [5.0, 15.0]


@pytest.mark.filterwarnings("ignore:overflow")
def test_with_that_opens_between_calls():
    step = am.compile(lambda x: x * x)
    held = step.value_and_grad
    # Python multiplies these floats without a word.
    assert held(1e200) == (math.inf, (2e200,))
    with am.detect_anomaly(), pytest.raises(am.AnomalyError, match=r"gate 'mul\w*' gives ∞"):
        held(1e200)
    with am.no_grad():
        assert held(3.0) == (9.0, (6.0,))
    assert held(1e200) == (math.inf, (2e200,))


@pytest.mark.filterwarnings("ignore:divide by zero")
def test_numbers_for_which_python_raises_between_others():
    step = am.compile(lambda x: 1.0 / x)
    for _ in range(2):
        assert step(4.0) == 0.25
        assert step(0.0) == math.inf
        assert step.value_and_grad(4.0) == (0.25, (-0.0625,))
        assert step.value_and_grad(-0.0) == (-math.inf, (-math.inf,))


def test_two_paths_in_turn_are_written_once(monkeypatch):
    written = []
    monkeypatch.setattr(compiled, "checked", lambda *given: written.append(given) or checked(*given))
    checked = importlib.import_module("autograd_mini.program.checked").checked
    step = am.compile(lambda x: np.sum(x * x) if np.sum(x) > 0 else -np.sum(x))
    for _ in range(3):
        assert step(np.ones(2)) == 2.0
        assert step(-np.ones(2)) == 2.0
        assert step(np.ones(3)) == 3.0
        assert step(np.float64(2.0)) == 4.0
        assert step(2.0) == 4.0
    assert len(written) == 5


def test_ever_other_classes_of_numbers_are_written_for_some_choices_only(monkeypatch):
    written = []
    monkeypatch.setattr(compiled, "checked", lambda *given: written.append(given) or checked(*given))
    checked = importlib.import_module("autograd_mini.program.checked").checked
    step = am.compile(lambda *numbers: sum(numbers))
    for i in range(32):
        assert step(*[np.float64(1.0) if i >> place & 1 else 1.0 for place in range(5)]) == 5.0
    assert len(written) == compiled.MOST_FORMS


def test_source_is_of_what_ran_last():
    step = am.compile(lambda x: np.exp(x))
    for _ in range(2):
        step(1.0)
        value = step.source
        step.value_and_grad(1.0)
        assert "return exp(x)\n" in value
        assert step.source != value


def test_what_is_held_inside_another_compiled_function():
    factors = [2.0]
    inner = am.compile(lambda x: np.sum(x) * factors[0]).value_and_grad
    outer = am.compile(lambda x: inner(x)[0] + 1.0)
    for shape in (2, 3, 4):
        inner(np.ones(shape))
        assert outer(3.0) == 7.0
    assert repr(outer) == "<compiled <lambda>: 1 program>"
    factors[0] = 5.0
    assert outer(3.0) == 16.0


def test_what_is_held_explains_itself():
    step = am.compile(doubled)
    assert step.value_and_grad.__doc__ == type(step).value_and_grad.__doc__


@pytest.mark.parametrize(
    "copied", [copy.copy, copy.deepcopy, lambda step: pickle.loads(pickle.dumps(step))], ids=["copy", "deep", "pickle"]
)
def test_copy_is_traced_anew(copied):
    step = am.compile(Scaled(2.0))
    assert step.value_and_grad(3.0) == (6.0, (2.0,))
    twin = copied(step)
    held = copied(step.value_and_grad)
    assert repr(twin).endswith(": 0 programs>")
    assert twin.value_and_grad(3.0) == held(3.0) == (6.0, (2.0,))
    twin._function.factor = 5.0
    assert twin.value_and_grad(3.0) == (15.0, (5.0,))
    assert step.value_and_grad(3.0)[0] == 3.0 * step._function.factor
    assert held(3.0)[0] == 3.0 * (5.0 if copied is copy.copy else 2.0)


def test_circuit_with_a_constant_that_is_written_into():
    x, weights = am.Tensor(np.ones(2)), np.array([1.0, 2.0])
    step = am.compile(np.sum(x * weights))
    assert step(np.ones(2)) == 3.0
    assert am.compile(x)(5.0) == 5.0
    weights[0] = 5.0
    assert step(np.ones(2)) == 7.0


def test_threads_with_arguments_of_different_shapes():
    step = am.compile(lambda x: np.sum(x))
    wrong = []

    def call(shape):
        for i in range(200):
            value, (gradient,) = step.value_and_grad(np.full(shape, float(i)))
            if value != i * np.prod(shape) or gradient.shape != shape:
                wrong.append((shape, i, value))

    threads = [threading.Thread(target=call, args=(shape,)) for shape in ((2,), (3,), (2, 2))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_names_that_stand_for_something_else_in_the_code():
    # Each stands in the generated code for something else, so Python cannot be left to find these arguments by name.
    def f(abs, np, w):
        return abs * w + np * np

    step = am.compile(f)
    for _ in range(2):
        assert step.value_and_grad(2.0, 3.0, 5.0) == (19.0, (5.0, 6.0, 2.0))
        assert step.value_and_grad(w=5.0, np=3.0, abs=2.0) == (19.0, (5.0, 6.0, 2.0))
        assert step(2.0, np=3.0, w=5.0) == 19.0


def test_attributes_that_an_object_gains():
    class Model:
        pass

    model = Model()
    step = am.compile(lambda x: x * getattr(model, "scale", 1.0))
    assert step.value_and_grad(3.0) == (3.0, (1.0,))
    assert step.value_and_grad(3.0) == (3.0, (1.0,))
    model.scale = 2.0
    assert step.value_and_grad(3.0) == (6.0, (2.0,))


def test_no_arguments():
    numbers = np.array([1.0, 2.0])
    step, total = am.compile(lambda: np.sum(numbers * numbers)), am.compile(lambda *xs: sum(xs, 0.0 * numbers[0]))
    for _ in range(3):
        assert step() == 5.0
        assert step.value_and_grad() == (5.0, ())
        assert total() == 0.0
        assert total.value_and_grad(1.0, 2.0) == (3.0, (1.0, 1.0))
    numbers[0] = 3.0
    assert step() == 13.0


def test_attributes_that_a_function_gains():
    def scale(x):
        return x * getattr(scale, "by", 1.0)

    def guarded(x):
        try:
            return x * scale.by
        except AttributeError:
            return x

    for f in (scale, guarded):
        vars(scale).clear()
        step = am.compile(f)
        for _ in range(2):
            assert step.value_and_grad(3.0) == (3.0, (1.0,))
        scale.by = 2.0
        assert step.value_and_grad(3.0) == (6.0, (2.0,))
        del scale.by
        assert step.value_and_grad(3.0) == (3.0, (1.0,))
