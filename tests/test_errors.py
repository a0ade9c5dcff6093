"""What the package says when it refuses: whole messages, and the built-in exception that a caller would guess."""

import inspect

import numpy as np
import pytest

import autograd_mini as am
from autograd_mini import errors

A = am.Tensor(np.ones((2, 3)), name="A")
B = am.Tensor(np.ones((4, 5)), name="B")
ADVICE = (
    "a Tensor does not turn into a plain array by itself, because its gradient would be lost. "
    "Use .data for the numbers, np.stack([...]) to join Tensors, or a NumPy function that has a rule."
)
REFUSED = [
    (
        "whole-number array",
        lambda: am.Tensor(np.array([1, 2])),
        (errors.DtypeError, TypeError),
        "Tensor: expected data of dtype float64, float32 or float16, got int64. "
        "Whole numbers have no derivative; write Tensor(x.astype(float)).",
    ),
    (
        "object array",
        lambda: am.Tensor(np.array([None, 1])),
        (errors.DtypeError, TypeError),
        "Tensor: expected data of dtype float64, float32 or float16, got object. Give an array of numbers.",
    ),
    (
        "complex array",
        lambda: am.Tensor(np.array([1j])),
        (errors.DtypeError, TypeError),
        "Tensor: expected data of dtype float64, float32 or float16, got complex128. "
        "Give the real and the imaginary part as two Tensors.",
    ),
    (
        "text",
        lambda: am.Tensor("3"),
        (errors.DtypeError, TypeError),
        "Tensor: expected a number or an array of numbers, got str '3'.",
    ),
    (
        "ragged lists",
        lambda: am.Tensor([[1.0], [1.0, 2.0]]),
        (errors.ShapeError, ValueError),
        "Tensor: expected nested lists of equal lengths, got [[1.0], [1.0, 2.0]].",
    ),
    (
        "truth value",
        lambda: am.Tensor(True),
        (errors.DtypeError, TypeError),
        "Tensor: expected a floating-point number, got True. Write float(True).",
    ),
    (
        "Tensor of a Tensor",
        lambda: am.Tensor(A),
        (errors.DtypeError, TypeError),
        "Tensor: expected numbers, got a Tensor. Use it as it is, or .detach() for a copy without a graph.",
    ),
    (
        "empty name",
        lambda: am.Tensor(1.0, name=" "),
        (errors.DtypeError, TypeError),
        "a wire's name must be a text with something in it; got ' '.",
    ),
    (
        "adding shapes that do not fit",
        lambda: A + B,
        (errors.ShapeError, ValueError),
        "add: the shapes do not fit; got 'A' (2, 3), 'B' (4, 5). "
        "Axes are matched from the last; their lengths must be equal, or one of them 1.",
    ),
    (
        "multiplying matrices that do not fit",
        lambda: A @ B,
        (errors.ShapeError, ValueError),
        "matmul: the shapes do not fit; got 'A' (2, 3), 'B' (4, 5). The last axis of the first must be as long as the "
        "last but one of the second, and neither a single number.",
    ),
    (
        "reshaping to another size",
        lambda: A.reshape(4),
        (errors.ShapeError, ValueError),
        "reshape: cannot reshape array of size 6 into shape (4,); got 'A' (2, 3).",
    ),
    (
        "index outside",
        lambda: A[5],
        (errors.IndexingError, IndexError),
        "index: index 5 is out of bounds for axis 0 with size 2; got 'A' (2, 3).",
    ),
    (
        "axis outside",
        lambda: A.sum(axis=3),
        (errors.ShapeError, ValueError),
        "sum: axis 3 is out of bounds for array of dimension 2; got 'A' (2, 3).",
    ),
    (
        "kernel longer than the signal",
        lambda: am.conv1d(am.Tensor(np.ones(3)), am.Tensor(np.ones(5))),
        (errors.ShapeError, ValueError),
        "conv1d: the kernel must not be longer than the signal; got x (3,) and w (5,). Swap the arguments or pad x.",
    ),
    (
        "kernel of other channels",
        lambda: am.conv1d(am.Tensor(np.ones((2, 5))), am.Tensor(np.ones((4, 3, 2)))),
        (errors.ShapeError, ValueError),
        "conv1d: w must be (out_channels, channels / groups, taps) with out_channels a multiple of groups; "
        "got x (2, 5), w (4, 3, 2) and groups 1.",
    ),
    (
        "bias per position",
        lambda: am.conv1d(am.Tensor(np.ones(5)), np.ones(2), np.ones(4)),
        (errors.ShapeError, ValueError),
        "conv1d: the bias must have shape (), one number per output channel; got b (4,).",
    ),
    (
        "backward of an array without a seed",
        lambda: (A * 2).named("y").backward(),
        (errors.SeedError, ValueError),
        "backward: 'y' has shape (2, 3); an upstream gradient of 1 is implied only for a single number. "
        "Reduce it first (np.sum), or give backward(upstream=...) of shape (2, 3).",
    ),
    (
        "seed of another shape",
        lambda: (A * 2).backward(np.ones(3)),
        (errors.SeedError, ValueError),
        "backward: the upstream gradient must have the shape of the result of gate '×', (2, 3); got (3,).",
    ),
    (
        "seed that is NaN",
        lambda: A.sum().backward(np.nan),
        (errors.NotFiniteError, ValueError),
        "backward: the upstream gradient must be finite; got NaN or infinity.",
    ),
    (
        "seed that is no number",
        lambda: A.sum().backward("one"),
        (errors.DtypeError, TypeError),
        "backward: the upstream gradient must be a number or an array of numbers; got 'one'.",
    ),
    (
        "backward of a constant",
        lambda: (am.Tensor(1.0, name="c", requires_grad=False)).backward(),
        (errors.BackwardError, RuntimeError),
        "backward: 'c' depends on no Tensor with requires_grad=True, so it has no gradient. "
        "Was it computed under no_grad(), or only from constants?",
    ),
    (
        "NumPy function without a rule",
        lambda: np.fft.fft(A),
        (errors.UnsupportedError, TypeError),
        "np.fft.fft has no rule for Tensors; write it with gates that have one (np.sum, np.exp, np.where), "
        "or apply it to .data where no gradient is needed.",
    ),
    (
        "argument without a rule",
        lambda: np.sum(A, out=np.zeros(())),
        (errors.UnsupportedError, TypeError),
        "np.sum: argument 'out' has no rule for Tensors; options with one: a, axis, dtype, keepdims, initial, where.",
    ),
    (
        "writing into an array",
        lambda: np.add(A, 1, out=np.zeros((2, 3))),
        (errors.UnsupportedError, TypeError),
        "np.add: a Tensor's result cannot be written into an existing array (out=, or array += tensor); "
        "write result = ... instead.",
    ),
    (
        "ufunc method",
        lambda: np.add.reduceat(A, [0]),
        (errors.UnsupportedError, TypeError),
        "np.add.reduceat has no rule for Tensors.",
    ),
    ("becoming an array", lambda: np.asarray(A), (errors.UnsupportedError, TypeError), ADVICE),
    (
        "array of Tensors",
        lambda: np.array([am.Tensor(1.0), am.Tensor(2.0)]),
        (errors.UnsupportedError, TypeError),
        ADVICE,
    ),
    (
        "float() that loses the gradient",
        lambda: float(am.Tensor(1.0, name="x")),
        (errors.UnsupportedError, TypeError),
        "float() of 'x' would lose its gradient. Use .item() for the number, "
        "NumPy's function in place of math's (np.sin(t)), and np.stack or np.where in place of array[i] = t.",
    ),
    (
        "truth of an array",
        lambda: bool(A),
        (errors.ShapeError, ValueError),
        "the truth of 'A', which has shape (2, 3), is not defined. Use np.any(t.data) or np.all(t.data).",
    ),
    (
        "assignment to an entry",
        lambda: A.__setitem__(0, 1.0),
        (errors.UnsupportedError, TypeError),
        "a Tensor is not changed in place, because its earlier value is part of the graph. "
        "For t[key] = value write t = autograd_mini.set_at(t, key, value); "
        "for t[key] += value write t = autograd_mini.add_at(t, key, value).",
    ),
    (
        "item of an array",
        lambda: A.item(),
        (errors.ShapeError, ValueError),
        "item: expected a Tensor of one number; 'A' has shape (2, 3).",
    ),
    (
        "adding a text",
        lambda: A + "1",
        (errors.DtypeError, TypeError),
        "add: expected a number, an array or a Tensor, got str '1'.",
    ),
    (
        "too many operands",
        lambda: am.sigmoid(A, A),
        (errors.UnsupportedError, TypeError),
        "sigmoid: expected 1 operand (x), got 2; options are given by name.",
    ),
    (
        "unknown option",
        lambda: am.softmax(A, dim=1),
        (errors.UnsupportedError, TypeError),
        "softmax: there is no option 'dim'; its options are: axis.",
    ),
    (
        "operand left out",
        lambda: am.conv1d(A),
        (errors.UnsupportedError, TypeError),
        "conv1d: operand 'w' is missing; the operands are x, w, b.",
    ),
    (
        "no operand at all",
        lambda: am.max_of(),
        (errors.UnsupportedError, TypeError),
        "max_of: expected at least 1 operand, got none.",
    ),
    (
        "a Tensor as index",
        lambda: A[B],
        (errors.UnsupportedError, TypeError),
        "an index is made of whole numbers or truth values, and a Tensor holds neither. "
        "Use a comparison (t > 0), or t.data.astype(int).",
    ),
    (
        "rule for no operand",
        lambda: am.primitive(y=lambda x: x)(lambda x: x),
        (errors.RuleError, TypeError),
        "gate '<lambda>': there is a rule for 'y'; the operands are x.",
    ),
    (
        "rule that reads what is not there",
        lambda: am.primitive(x=lambda z: z)(lambda x: x),
        (errors.RuleError, TypeError),
        "gate '<lambda>': a rule reads 'z'; a rule of this gate may read upstream, out, x.",
    ),
    (
        "number format",
        lambda: am.draw(am.Tensor(1.0), number_format="2 decimals"),
        (ValueError,),
        "number_format must be a format for a number, such as '.2f' or '.4g', or 'fraction'; got '2 decimals'.",
    ),
    (
        "graph of a number",
        lambda: am.Graph(3.0),
        (errors.DtypeError, TypeError),
        "expected a Tensor, the output of a circuit; got float.",
    ),
]


@pytest.mark.parametrize(("call", "kinds", "message"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_message(call, kinds, message):
    with pytest.raises(kinds[0]) as caught:
        call()
    assert str(caught.value) == message
    assert all(isinstance(caught.value, kind) for kind in kinds)


def test_released_graph():
    x = am.Tensor(3.0)
    h = (x * x).named("h")
    (h * 2).backward(release=True)
    for call in (h.backward, lambda: am.Graph(h * 1), (h * 1).backward):
        with pytest.raises(am.ReleasedError) as caught:
            call()
        assert str(caught.value) == (
            "the graph behind 'h' was released by backward(release=True). "
            "Record it again, keep it with release=False, or cut it off with .detach()."
        )


def test_unknown_wire():
    root = am.parse("q = x + y\nw2 = q*z", x=1, y=2, z=3)
    with pytest.raises(KeyError) as caught:
        am.Graph(root)["w3"]
    assert str(caught.value) == "no wire is named 'w3'; the circuit has x, y, z, q, w2. Did you mean 'w2'?"


def test_ambiguous_wire():
    x = am.Tensor(1.0, name="x")
    root = (x * 2).named("h") + (x * 3).named("h")
    with pytest.raises(am.UnknownWireError) as caught:
        am.Graph(root)["h"]
    assert str(caught.value) == (
        "2 wires are named 'h', so the name says too little. Give each wire its own: .named('h1'), .named('h2')."
    )


def test_rule_of_the_wrong_shape():
    from autograd_mini.primitive import table

    @am.primitive(x=lambda upstream, x: upstream)
    def total(x):
        return np.sum(x)

    try:
        with pytest.raises(am.RuleError) as caught:
            total(A).backward()
        assert (
            str(caught.value) == "the rule of gate 'total' gave a gradient of shape () for an operand of shape (2, 3)."
        )
    finally:
        del table["total"]


def test_every_error_stands_in_the_tree_and_derives_from_a_built_in():
    classes = [c for _, c in inspect.getmembers(errors, inspect.isclass) if issubclass(c, errors.AutogradMiniError)]
    for error in classes:
        assert error.__name__ in errors.__doc__
        if error is not errors.AutogradMiniError:
            built_in = [c for c in error.__mro__ if c.__module__ == "builtins"]
            assert built_in[0] is not Exception
