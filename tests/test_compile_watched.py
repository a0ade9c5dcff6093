"""compile notices whatever changes in what a function reads: each case is right before the change and after it."""

import array
import collections
import functools
import types

import numpy as np
import pytest

import autograd_mini as am

factor = 2.0


def by_attribute(x):
    return x * by_attribute.factor


def by_name(x):
    return x * globals()["factor"]


def by_builtin(x):
    return x * abs(-2.0)


def by_default(x, factors=[2.0]):  # noqa: B006
    return x * factors[0]


def by_code(x):
    return x * 2.0


class Slotted:
    __slots__ = ("__hidden", "open")

    def __init__(self):
        self.__hidden, self.open = 1.0, 2.0

    def hide(self, value):
        self.__hidden = value

    def __call__(self, x):
        return x * self.__hidden * self.open


class Model:
    def __init__(self):
        self._factor = 2.0

    @property
    def factor(self):
        return self._factor

    @staticmethod
    def scaled(x):
        return x * 2.0

    def method(self, x):
        return x * 2.0


def _swap_keys(table):
    """Give a dict of two entries the same values in the same order, each under the other's key."""
    (first, one), (second, other) = table.items()
    table.clear()
    table.update({second: one, first: other})


def closures():
    """Yield the name of a place, a function that is 2x, and what changes the place so that it is 5x."""
    queue = collections.deque([2.0])
    yield "deque", lambda x: x * queue[0], lambda: queue.appendleft(5.0)
    numbers = [2.0]
    yield (
        "bound method of a list",
        functools.partial(lambda get, x: x * get(0), numbers.__getitem__),
        (lambda: numbers.__setitem__(0, 5.0)),
    )
    table = {"w": 2.0}
    yield (
        "bound method of a dict",
        functools.partial(lambda get, x: x * get("w"), table.get),
        (lambda: table.update(w=5.0)),
    )
    swapped = {"w": 2.0, "v": 5.0}
    yield "keys in each other's place", lambda x: x * swapped["w"], lambda: _swap_keys(swapped)
    packed = array.array("d", [2.0])
    yield "array.array", lambda x: x * packed[0], lambda: packed.__setitem__(0, 5.0)
    plain = np.array([0.0, 2.0])
    yield (
        "view of an array",
        functools.partial(lambda view, x: x * view[0], plain[1:]),
        (lambda: plain.__setitem__(1, 5.0)),
    )
    written = np.array([0.0, 2.0])
    locked = written[1:]
    locked.flags.writeable = False
    yield "read-only view", lambda x: np.sum(x * locked), lambda: written.__setitem__(1, 5.0)
    defaults = [2.0]
    yield "default", lambda x, given=defaults: x * given[0], lambda: defaults.__setitem__(0, 5.0)
    large = np.full(20_000, 2.0)
    yield "large array", lambda x: x * large[-1], lambda: large.__setitem__(-1, 5.0)
    turned = np.full((200, 100), 2.0).T
    yield "large array, not contiguous", lambda x: x * turned[3, 5], lambda: turned.__setitem__((3, 5), 5.0)
    objects = np.array([2.0, None])
    yield "array of objects", lambda x: x * objects[0], lambda: objects.__setitem__(0, 5.0)
    deep = types.SimpleNamespace(inner={"list": (0, [2.0])})
    yield "deep inside", lambda x: x * deep.inner["list"][1][0], lambda: deep.inner["list"][1].__setitem__(0, 5.0)
    yield "attribute that was not there", lambda x: x * getattr(deep, "late", 2.0), lambda: setattr(deep, "late", 5.0)
    slotted = Slotted()
    yield "slot", lambda x: slotted(x), lambda: setattr(slotted, "open", 5.0)
    hidden = Slotted()
    yield "private slot", hidden, lambda: hidden.hide(2.5)
    wire = am.Tensor(np.array([2.0]))
    yield "Tensor's numbers", lambda x: x * wire.data[0], lambda: wire.data.__setitem__(0, 5.0)
    module = types.ModuleType("mine")
    module.inner = types.ModuleType("mine.inner")
    module.inner.factors = [2.0]
    yield (
        "module in a module",
        lambda x: x * module.inner.factors[0],
        (lambda: module.inner.factors.__setitem__(0, 5.0)),
    )
    held = types.ModuleType("held")
    held.factor = 2.0
    yield (
        "module as an argument of a partial",
        functools.partial(lambda library, x: x * library.factor, held),
        (lambda: setattr(held, "factor", 5.0)),
    )
    further = types.ModuleType("further")
    further.chosen = lambda library, x: x * library.late
    held.late = 2.0
    yield (
        "module that a function from another module reads",
        functools.partial(lambda libraries, x: libraries[1].chosen(libraries[0], x), [held, further]),
        (lambda: setattr(held, "late", 5.0)),
    )
    made = types.SimpleNamespace(step=am.compile(lambda x: x * numbers_of_inner[0]))
    numbers_of_inner = [2.0]
    yield "what a compiled function reads", lambda x: made.step(x), lambda: numbers_of_inner.__setitem__(0, 5.0)


@pytest.mark.parametrize("place", list(closures()), ids=lambda place: place[0])
def test_change_in_a_closure(place):
    _, function, change = place
    step = am.compile(function)
    assert [step(1.0), step(3.0)] == [2.0, 6.0]
    change()
    expected = function(1.0)
    assert expected != 2.0
    assert step(1.0) == expected
    assert step(1.0) == expected


@pytest.mark.parametrize(
    ("function", "change"),
    [
        (by_attribute, lambda patch: patch.setattr(by_attribute, "factor", 5.0, raising=False)),
        (by_name, lambda patch: patch.setitem(globals(), "factor", 5.0)),
        (by_builtin, lambda patch: patch.setitem(globals(), "abs", lambda _: 5.0)),
        (by_default, lambda patch: patch.setattr(by_default, "__defaults__", ([5.0],))),
        (by_code, lambda patch: patch.setattr(by_code, "__code__", (lambda x: x * 5.0).__code__)),
    ],
    ids=["attribute of a function", "globals()", "Python's own function", "defaults", "code"],
)
def test_change_of_a_function(function, change, monkeypatch):
    by_attribute.factor = 2.0
    step = am.compile(function)
    assert [step(1.0), step(3.0)] == [2.0, 6.0]
    change(monkeypatch)
    assert [step(1.0), step(3.0)] == [5.0, 15.0]


@pytest.mark.parametrize(
    ("read", "change"),
    [
        (lambda model, x: x * model.factor, lambda patch, model: patch.setattr(model, "_factor", 5.0)),
        (lambda model, x: model.method(x), lambda patch, model: patch.setattr(Model, "method", lambda _, x: x * 5.0)),
        (lambda model, x: model.method(x), lambda patch, model: patch.setattr(model, "method", lambda x: x * 5.0)),
        (
            lambda model, x: model.scaled(x),
            lambda patch, model: patch.setattr(Model, "scaled", staticmethod(lambda x: x * 5.0)),
        ),
    ],
    ids=["behind a property", "method", "method of one object", "static method"],
)
def test_change_of_an_object(read, change, monkeypatch):
    model = Model()
    step = am.compile(lambda x: read(model, x))
    assert [step(1.0), step(3.0)] == [2.0, 6.0]
    change(monkeypatch, model)
    assert step(1.0) == read(model, 1.0)


def test_what_stays_is_not_traced_again():
    model, numbers = Model(), [2.0, np.ones(3)]
    step = am.compile(lambda x: np.sum(model.method(x) * numbers[1]) * numbers[0])
    for x in (1.0, 2.0, 3.0):
        step(x)
    assert repr(step) == "<compiled <lambda>: 1 program>"


def test_negative_zero_in_a_list_is_another_number():
    numbers = [0.0, np.zeros(1)]
    step = am.compile(lambda x: np.copysign(x, numbers[0]) + np.copysign(x, numbers[1][0]))
    assert step(1.0) == 2.0
    numbers[0] = -0.0
    assert step(1.0) == 0.0
    numbers[1][0] = -0.0
    assert step(1.0) == -2.0


def test_deleted_global(monkeypatch):
    step = am.compile(by_name)
    step(1.0)
    monkeypatch.delitem(globals(), "factor")
    with pytest.raises(KeyError):
        step(1.0)
