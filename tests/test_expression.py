"""The parser: what it reads, and what it refuses, with the place and what is allowed."""

import contextlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd_mini as am
from autograd_mini.expression import ALLOWED, MAX_CHARACTERS

V = [1.0, -2.0, 3.0]
M = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
READ = [
    ("x + 2*y - 1", {"x": 1, "y": 2}, 4),
    ("x/y/2", {"x": 8, "y": 2}, 2),
    ("-x**2", {"x": 3}, -9),
    ("2**-x", {"x": 1}, 0.5),
    ("+x*-1", {"x": 3}, -3),
    ("exp(0*x) + ln(x) + log(x)", {"x": 1}, 1),
    ("max(x, y)", {"x": 1, "y": 2}, 2),
    ("max(x, y, 5)", {"x": 1, "y": 2}, 5),
    ("min(a, b, c)", {"a": 3, "b": 1, "c": 2}, 1),
    ("max(v)", {"v": V}, 3),
    ("maximum(v, 0)", {"v": V}, [1, 0, 3]),
    ("sum(m, axis=0)", {"m": M}, [5, 7, 9]),
    ("sum(m, 1)", {"m": M}, [6, 15]),
    ("mean(m, axis=(0, 1), keepdims=True)", {"m": M}, [[3.5]]),
    ("reshape(m, (3, 2))", {"m": M}, [[1, 2], [3, 4], [5, 6]]),
    ("m.T", {"m": M}, np.array(M).T),
    ("m @ v", {"m": M, "v": V}, [6, 12]),
    ("dot(v, v)", {"v": V}, 14),
    ("v[1]", {"v": V}, -2),
    ("v[-1]", {"v": V}, 3),
    ("m[0, 1:]", {"m": M}, [2, 3]),
    ("m[:, [2, 0]]", {"m": M}, [[3, 1], [6, 4]]),
    ("v[None, ...]", {"v": V}, [V]),
    ("v[::-1]", {"v": V}, V[::-1]),
    ("stack([x, 2*x])", {"x": 3}, [3, 6]),
    ("concatenate([v, [7, 8]])", {"v": V}, [*V, 7, 8]),
    ("v * [[1], [2]]", {"v": V}, [V, [2, -4, 6]]),
    ("where(v > 0, v, 0)", {"v": V}, [1, 0, 3]),
    ("v*(v > 0)", {"v": V}, [1, 0, 3]),
    ("abs(v)", {"v": V}, [1, 2, 3]),
    ("clip(v, -1, 1)", {"v": V}, [1, -1, 1]),
    ("clip(v, max=1)", {"v": V}, [1, -2, 1]),
    ("pow(x, 3) + sin(pi*x)*0", {"x": 2}, 8),
    ("leaky_relu(v, negative_slope=0.5)", {"v": V}, [1, -1, 3]),
    ("softmax(v)[0]", {"v": [0.0, 0.0]}, 0.5),
    ("conv1d(v, k, stride=2, padding=1)", {"v": V, "k": [1.0, 1.0]}, [1, 1]),
    ("logsumexp(stack([x, x]))", {"x": 0}, np.log(2)),
    ("q = x + y; q*z", {"x": 1, "y": 2, "z": 3}, 9),
    ("\n  # a comment\n  q = x + y   # and another\n\n  f = q*z\n", {"x": 1, "y": 2, "z": 3}, 9),
    ("f = (x +\n     y)", {"x": 1, "y": 2}, 3),
    ("c = 2\nf = c*x", {"x": 3}, 6),
    ("가 = x + 1\n가*2", {"x": 1}, 4),
    ("x" + " + 1" * 250, {"x": 1}, 251),
]


@pytest.mark.parametrize(("text", "inputs", "value"), READ, ids=[text[:40] for text, *_ in READ])
def test_value(text, inputs, value):
    np.testing.assert_allclose(am.parse(text, inputs).data, value, atol=1e-15)


def test_every_assigned_name_is_a_wire():
    graph = am.Graph(am.parse("p = w*x\ns = p + b\nf = 1/s", w=2, x=3, b=-1))
    assert list(graph.names) == ["w", "x", "b", "p", "s", "f"]
    assert graph["s"].data == 5.0


def test_inputs_may_be_tensors_and_keywords():
    x = am.Tensor(3.0)
    root = am.parse("x*y", {"x": x}, y=np.array([1, 2]))
    root.backward(np.ones(2))
    assert (x.grad, x.name) == (3.0, "x")


def test_constant_on_the_right_is_no_wire():
    assert [gate.symbol for gate in am.Graph(am.parse("1/(x*-1 + 1)**2", x=3)).gates] == ["×−1", "+1", "x²", "1/x"]


REFUSED = [
    ("missing input", "(x + y)*z", {"x": 1, "y": 2}, (1, 9),
     "line 1, column 9: 'z' has no value. Give it as an input, or assign it on a line above; "
     "names with a value: x, y."),
    ("misspelt input", "weigth*x", {"weight": 1, "x": 2}, (1, 1),
     "line 1, column 1: 'weigth' has no value. Give it as an input, or assign it on a line above; "
     "names with a value: weight, x. Did you mean 'weight'?"),
    ("unused input", "x + 1", {"x": 1, "z": 2}, (0, 0), "input 'z' is not used; the program uses x."),
    ("attribute", "q = x\\\n + x.real", {"x": 1}, (2, 4),
     "line 2, column 4: '.real' is not allowed; the only attribute is .T."),
    ("unknown gate", "y = simgoid(x)", {"x": 1}, (1, 5),
     "line 1, column 5: there is no gate 'simgoid'. Did you mean 'sigmoid'?"),
    ("operator", "x % 2", {"x": 1}, (1, 1), f"line 1, column 1: '%' is not allowed; allowed are {ALLOWED}."),
    ("if", "x if x else 1", {"x": 1}, (1, 1), f"line 1, column 1: 'if/else' is not allowed; allowed are {ALLOWED}."),
    ("import", "import os", {}, (1, 1),
     "line 1, column 1: 'import' is not allowed; a line is an expression or name = expression."),
    ("name given twice", "q = x + 1\nq = q + 1", {"x": 1}, (2, 1),
     "line 2, column 1: 'q' is a wire already; give the new wire a name of its own."),
    ("second name", "q = x\nq + 1", {"x": 1}, (1, 1),
     "line 1, column 1: 'q' would be a second name of the wire 'x'; use that name."),
    ("line without a name", "x + 1\nx + 2", {"x": 1}, (1, 1),
     "line 1, column 1: only the last line may be an expression without a name; write name = ... here."),
    ("nothing", " \n# nothing", {}, (0, 0), "the program is empty; write an expression such as (x + y)*z."),
    ("no input", "2 + 3", {}, (0, 0), "the last line depends on no input, so there is nothing to differentiate."),
    ("unfinished", "x + ", {"x": 1}, (1, 4),
     f"line 1, column 4: this is not an expression (invalid syntax); allowed are {ALLOWED}."),
    ("large exponent", "x**1001", {"x": 1}, (1, 4), "line 1, column 4: an exponent may be at most 1000."),
    ("number too large", "x*1e999", {"x": 1}, (1, 3), "line 1, column 3: the number is too large for a float."),
    ("chained comparison", "0 < x < 1", {"x": 1}, (1, 1),
     "line 1, column 1: one comparison of two values is allowed: x > 0; join two with *."),
    ("index of a number", "(2)[0]*x", {"x": 1}, (1, 1), "line 1, column 1: a number has no entries."),
    ("index by a wire", "v[x]", {"x": 1, "v": V}, (1, 3),
     "line 1, column 3: an index is made of whole numbers, slices, None and ...."),
    ("name of an input", "x", {"x y": 1}, (0, 0), "an input's name must be a word such as x or w0; got 'x y'."),
    ("no text", 3, {}, (0, 0), "expected the text of a program, got int."),
]  # fmt: skip


@pytest.mark.parametrize(("text", "inputs", "place", "message"), [r[1:] for r in REFUSED], ids=[r[0] for r in REFUSED])
def test_refusal_names_the_place(text, inputs, place, message):
    with pytest.raises(am.ExpressionError) as caught:
        am.parse(text, inputs)
    assert str(caught.value) == message
    assert (caught.value.line, caught.value.column) == place


def test_inputs_without_names_are_refused():
    with pytest.raises(am.ExpressionError) as caught:
        am.parse("f = x", [1])
    assert str(caught.value) == "expected inputs by name, such as {'x': 2}; got list."


def test_missing_input_is_told_apart():
    with pytest.raises(am.MissingInputError):
        am.parse("x + y", x=1)


@pytest.mark.parametrize("value", [np.nan, np.inf, [1.0, np.nan]])
def test_input_that_is_no_number_is_refused(value):
    with pytest.raises(am.NotFiniteError, match=r"^input 'x' must be finite; got "):
        am.parse("x + 1", x=value)


def test_gates_errors_get_the_place():
    with pytest.raises(am.ShapeError) as caught:
        am.parse("s = 1 + x\nq = s @ w", x=V, w=[1, 2])
    assert str(caught.value).startswith("line 2, column 5: matmul: the shapes do not fit; got 's' (3,), 'w' (2,).")


def doubling(function, times):
    """Return a program that doubles an array again and again."""
    lines = ["a0 = stack([x, x])", *[f"a{i + 1} = {function.format(f'a{i}')}" for i in range(times)]]
    return "\n".join(lines)


HOSTILE = {
    "attribute chain": "x.__class__.__bases__[0].__subclasses__()",
    "dunder name": "__import__('os').system('echo')",
    "dunder call": "__builtins__",
    "eval": "eval('1')",
    "exec": "exec('import os')",
    "lambda": "(lambda: x)()",
    "comprehension": "[y for y in x]",
    "generator in a call": "sum(i for i in x)",
    "walrus": "(y := x)",
    "f-string": "f'{x.__class__}'",
    "format": "'{0.__class__}'.format(x)",
    "tower of powers": "9**9**9**9",
    "huge exponent": "x**999999999",
    "huge constant power": "9.9**999*9.9**999*9.9**99999",
    "ten thousand parentheses": "(" * 10_000 + "x" + ")" * 10_000,
    "ten thousand brackets": "[" * 10_000,
    "a hundred thousand minus signs": "-" * 99_990 + "x",
    "a megabyte of +1": "x" + "+1" * 524_288,
    "a line of +1 below the limit": "x" + "+1" * 45_000,
    "a hundred thousand digits": "x + " + "9" * 99_000,
    "a chain of indices": "x" + "[0]" * 30_000,
    "a chain of transposes": "x" + ".T" * 45_000,
    "a chain of powers": "x**" * 30_000 + "x",
    "a chain of calls": "exp(" * 20_000 + "x" + ")" * 20_000,
    "a chain of ifs": "x if x else " * 8_000 + "x",
    "a chain of nots": "not " * 20_000 + "x",
    "a null byte": "x\0+1",
    "doubling by concatenate": doubling("concatenate([{0}, {0}])", 60),
    "doubling by stack": doubling("stack([{0}, {0}])", 60),
    "squaring by broadcasting": doubling("ravel({0}[:, None]*{0})", 8),
    "squaring by matmul": doubling("ravel({0}[:, None] @ {0}[None])", 8),
    "squaring by dot": doubling("ravel(dot({0}[:, None], {0}[None]))", 8),
    "a list that repeats": "x[None][" + str([0] * 20_000) + "][None][" + "[" + "0," * 9_000 + "0]" + "]" * 1,
    "broadcast_to": "broadcast_to(x, (100000, 100000))",
    "padding": "conv1d(stack([x, x]), stack([x, x]), padding=1000000000)",
    "long convolution": doubling("concatenate([{0}, {0}])", 19) + "\nconv1d(concatenate([a19, a19]), a19)",
    "long convolution with a kernel in the text": doubling("concatenate([{0}, {0}])", 19)
    + "\nconv1d(a19, ["
    + "1," * 40_000
    + "1])",
    "star": "exp(*x)",
    "double star": "exp(**x)",
    "await": "await x",
    "yield": "yield x",
    "del": "del x",
    "global": "global x",
    "decorated class": "@x\nclass A: pass",
    "assignment to an attribute": "x.data = 3",
    "assignment to an entry": "x[0] = 3",
    "unpacking": "a, b = x, x",
    "text": "'a'*1000000000*x",
    "bytes": "b'a'*x",
    "complex": "1j*x",
    "ellipsis": "...",
    "surrogates": "x + \ud800",
    "set": "{x}",
    "dict": "{1: x}",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_is_refused(text):
    with pytest.raises(am.AutogradMiniError) as caught:
        am.parse(text, x=1.0)
    assert len(str(caught.value)) < 2000


def test_length_limit_is_named():
    with pytest.raises(am.ExpressionError) as caught:
        am.parse("x" + "+1" * 524_288, x=1)
    assert str(caught.value) == f"the program has 1048577 characters; at most {MAX_CHARACTERS} are allowed."


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="xyz()[]{}+-*/@=<>.,:'\"#\\ \n_T0123456789eijfordnltasumxp", max_size=60))
def test_any_text_is_read_or_refused(text):
    with np.errstate(all="ignore"), contextlib.suppress(am.AutogradMiniError):
        assert isinstance(am.parse(text, x=1.0, y=2.0, z=3.0), am.Tensor)


@pytest.mark.parametrize("inputs", [{"x": 3, "y": 2}, {"x": [3.0], "y": [2.0]}], ids=["numbers", "arrays"])
def test_two_truth_values_add_up_to_two(inputs):
    assert np.all(am.parse("x*((x > 0) + (y > 0)) + 0*y", inputs).data == 6.0)


def test_named_truth_value_of_wires_is_a_constant():
    assert [wire.name for wire in am.Graph(am.parse("c = x > 0\nf = c*x", x=3)).wires] == ["x", "f"]
