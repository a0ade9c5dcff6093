"""check_backward when it is called wrongly, and functions that raise, print, or return what is no gradient."""

import json

import course_layers as course
import numpy as np
import pytest
from right_backwards import PAIRS

import autograd_mini as am

# Errors.


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: am.check_backward(lambda x: x, course.relu_backward, np.ones(3)),
            am.UnsupportedError,
            "check_backward: the forward function must return a tuple (out, cache); got ndarray. A layer that keeps "
            "all it needs in itself returns (out, None).",
        ),
        (
            lambda: am.check_backward(lambda x: np.sum(x), None, np.ones(3)),
            am.UnsupportedError,
            "check_backward: the forward function must return a tuple (loss, gradients); got float64.",
        ),
        (
            lambda: am.check_backward(course.relu_forward, course.relu_backward, np.array([1, 2])),
            am.DtypeError,
            "check_backward: there is no input to differentiate by; got x of dtype int64. Give an array of floats, "
            "or shapes=.",
        ),
        (
            lambda: am.check_backward(lambda x: (np.log(x), x), course.relu_backward, np.array([-1.0])),
            am.NotFiniteError,
            "check_backward: the forward function's output must be finite at the inputs; got NaN or infinity. "
            "Give inputs in its domain.",
        ),
        (
            lambda: am.check_backward(lambda x: ("out", x), course.relu_backward, np.array([-1.0])),
            am.DtypeError,
            "check_backward: all that the forward function returns before the cache must be arrays of floating-point "
            "numbers; got str 'out'.",
        ),
        (
            lambda: am.check_backward(course.relu_forward, course.relu_backward, shapes={"y": (3,)}),
            am.UnsupportedError,
            "check_backward: shapes names 'y'; the inputs of relu_forward are x.",
        ),
        (
            lambda: am.check_backward(course.relu_forward, course.relu_backward, shapes={"x": (3, 0)}),
            am.ShapeError,
            "check_backward: the shape of x must be made of lengths of at least 1 and of at most 8 different names, "
            "such as ('N', 3); got (3, 0).",
        ),
        (
            lambda: am.check_backward(course.relu_forward, course.relu_backward, np.ones(3), wrt=["w"]),
            am.UnsupportedError,
            "check_backward: wrt names 'w'; the inputs are x.",
        ),
        (
            lambda: am.check_backward(course.svm_loss, None, np.ones((2, 3)), np.array([0, 1]), wrt=["y"]),
            am.DtypeError,
            "check_backward: input y must be an array of floats to be differentiated by.",
        ),
        (
            lambda: am.check_backward(course.relu_forward, course.relu_backward, np.ones(3), names=["x", "w"]),
            am.UnsupportedError,
            "check_backward: names must be 1 different texts, one for each input; got ['x', 'w'].",
        ),
        (
            lambda: am.check_backward(course.relu_forward, course.relu_backward, np.ones(3), language="fr"),
            am.QuestionError,
            "the language must be one of 'en', 'ko'; got 'fr'.",
        ),
    ],
    ids=lambda part: part if isinstance(part, str) else None,
)  # fmt: skip
def test_errors(call, error, message):
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message


def test_an_error_of_the_forward_function_is_raised():
    with pytest.raises(ValueError, match="matmul") as caught:
        am.check_backward(course.affine_forward, course.affine_backward, np.ones((2, 3)), np.ones((4, 5)), np.ones(5))
    assert caught.value.__notes__ == ["check_backward called the forward function at x (2, 3), w (4, 5), b (5,)."]


def affine(**options):
    return am.check_backward(course.affine_forward, course.affine_backward, **options)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: affine(),
            am.UnsupportedError,
            "check_backward: affine_forward takes x, w, b; got 0 arrays and 0 shapes. Give an array, or a shape in "
            "shapes=, for each; the forward function comes first.",
        ),
        (
            lambda: am.check_backward(course.affine_backward, course.affine_forward, shapes=course.AFFINE),
            am.UnsupportedError,
            "check_backward: affine_backward takes dout, cache; got 0 arrays and 3 shapes. Give an array, or a shape "
            "in shapes=, for each; the forward function comes first.",
        ),
        (
            lambda: am.check_backward(None, course.affine_backward, np.ones(3)),
            am.UnsupportedError,
            "check_backward: forward must be a function; got NoneType. Call it as check_backward(affine_forward, "
            "affine_backward, x, w, b).",
        ),
        (
            lambda: am.check_backward(course.relu_forward, np.ones(3), np.ones(3)),
            am.UnsupportedError,
            "check_backward: backward must be a function; got ndarray. Call it as check_backward(affine_forward, "
            "affine_backward, x, w, b).",
        ),
        (
            lambda: affine(shapes=course.AFFINE, names=["x", "x", "b"]),
            am.UnsupportedError,
            "check_backward: names must be 3 different texts, one for each input; got ['x', 'x', 'b'].",
        ),
        (
            lambda: affine(shapes=[(4, 3)]),
            am.ShapeError,
            'check_backward: shapes must be a dict of shapes by the inputs\' names, such as {"x": ("N", 3)}; got list.',
        ),
        (
            lambda: affine(shapes={"x": 4, "w": "DM", "b": "M"}),
            am.ShapeError,
            "check_backward: the shape of x must be made of lengths of at least 1 and of at most 8 different names, "
            "such as ('N', 3); got 4.",
        ),
        (
            lambda: affine(shapes={"x": "ABCD", "w": "EFGH", "b": "I"}),
            am.ShapeError,
            "check_backward: the shape of b must be made of lengths of at least 1 and of at most 8 different names, "
            "such as ('N', 3); got 'I'.",
        ),
        (
            lambda: affine(shapes=course.AFFINE, wrt=["x", "x"]),
            am.UnsupportedError,
            "check_backward: wrt names 'x' twice.",
        ),
        (
            lambda: affine(shapes=course.AFFINE, seed=-1),
            am.UnsupportedError,
            "check_backward: the seed must be a whole number of at least 0; got -1.",
        ),
        (
            lambda: am.check_backward(lambda x: (2 * x, x), None, np.ones(3)),
            am.UnsupportedError,
            "check_backward: without a backward function the forward function returns (loss, gradients), and the loss "
            "is one number; got an output of shape (3,). Give the backward function too.",
        ),
    ],
    ids=lambda part: part[:60] if isinstance(part, str) else None,
)
def test_calls_that_do_not_fit(call, error, message):
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message


# Results that are none.


def told(backward, forward=course.affine_forward, **options):
    """Return the lines of a report on a function that is given the right gradients beside dout and the cache."""
    report = am.check_backward(forward, backward, **{"shapes": course.AFFINE, **options})
    assert not report
    assert str(report.in_language("ko"))
    assert json.loads(report.to_json())["is_right"] is False
    return str(report).splitlines()


def test_what_is_raised_is_told_with_its_line():
    def missing_transpose(dout, cache):
        return dout @ cache[1], cache[0].T @ dout, dout.sum(axis=0)

    lines = told(missing_transpose)
    assert lines[0] == "missing_transpose: raised an error."
    line = missing_transpose.__code__.co_firstlineno + 1
    start = f"missing_transpose raised ValueError in line {line}, return dout @ cache[1], cache[0].T @ dout, dout.sum"
    assert lines[5].startswith(start)
    assert lines[5].endswith("It is called as missing_transpose(dout (4, 5), cache).")


def test_too_few_arguments_are_told_with_the_call():
    lines = told(lambda dout: dout)
    assert lines[5] == (
        "<lambda> raised TypeError: test_too_few_arguments_are_told_with_the_call.<locals>.<lambda>() takes 1 "
        "positional argument but 2 were given. It is called as <lambda>(dout (4, 5), cache)."
    )


NO_NUMBERS = "dx: this is no array of real numbers. Return one of floats, of shape (4, 3)."


@pytest.mark.parametrize(
    ("change", "verdicts", "line"),
    [
        (lambda dx: "dx", "no numbers", NO_NUMBERS),
        (lambda dx: dx + 0j, "no numbers", NO_NUMBERS),
        (lambda dx: dx.astype(object), "no numbers", NO_NUMBERS),
        (lambda dx: None, "missing", "dx: None was returned, and it is not 0. Return an array of shape (4, 3)."),
        (lambda dx: dx[:3], "wrong shape", "dx: its shape is (3, 3); a gradient has the shape of its input, (4, 3)."),
        (lambda dx: dx * np.inf, "wrong",
         "dx: nothing that is known explains these numbers. The entries that are furthest off:"),
    ],
)  # fmt: skip
def test_a_gradient_that_is_none(change, verdicts, line):
    def backward(dout, cache):
        dx, dw, db = course.affine_backward(dout, cache)
        return change(dx), dw, db

    report = am.check_backward(course.affine_forward, backward, shapes=course.AFFINE)
    assert [mark.verdict for mark in report.gradients] == [verdicts, "right", "right"]
    assert line in told(backward)


def test_gradients_left_out_are_missing_and_not_wrong():
    lines = told(lambda dout, cache: course.affine_backward(dout, cache)[1:])
    assert lines[0] == "<lambda>: 1 of 3 gradients missing."
    assert lines[5] == (
        "gradients returned: 2; expected: 3, dx, dw, db. Return one for each input, in their order; where only some "
        "have one, name these: wrt=[...]."
    )
    assert told(lambda dout, cache: None)[0] == "<lambda>: 3 of 3 gradients missing."
    assert told(lambda dout, cache: (*course.affine_backward(dout, cache), 1))[5].startswith("gradients returned: 4;")


# How often the functions are called shows nowhere.


def test_functions_print_once(capsys):
    def forward(x):
        print("forward")
        return np.array([np.sin(entry) for entry in np.ravel(x)]).reshape(np.shape(x)), x

    def backward(dout, x):
        print("backward")
        return dout * np.cos(x)

    assert am.check_backward(forward, backward, shapes={"x": "ND"})
    assert capsys.readouterr().out == "forward\nbackward\n"


def test_a_cache_that_is_used_up_is_a_remark():
    forward, backward, given, options = PAIRS["softmax that uses up its cache"]
    report = am.check_backward(forward, backward, *given, **options)
    assert report.is_right
    assert "A second call with the same cache fails or gives other numbers" in str(report)
    report = am.check_backward(course.affine_forward, course.affine_backward, shapes=course.AFFINE)
    assert "A second call" not in str(report)


def test_zeros_that_a_mask_lets_pass_are_named():
    x = np.array([[0.0, 1, -1], [2, 0, -3]])

    def remarks(backward):
        return str(am.check_backward(course.relu_forward, backward, x))

    named = "dx: where x is exactly 0 (2 entries), dout is passed on, as a mask `x < 0` does;"
    assert named in remarks(lambda dout, x: np.where(x < 0, 0, dout))
    assert named not in remarks(lambda dout, x: np.where(x <= 0, 0, dout))
    assert "2 entries lie at a kink" in remarks(lambda dout, x: np.where(x <= 0, 0, dout))
