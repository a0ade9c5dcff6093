"""Functions of derivatives: against closed forms, central differences, and each other, to any order."""

import inspect
import tracemalloc

import numpy as np
import pytest
from oracles import central_differences, recorded_gradients
from rows import LINES

import autograd_mini as am

X = np.array([0.3, -0.7, 1.1])
M = np.random.default_rng(3).normal(size=(3, 2))


def net(parameters, x):
    """A small net with its parameters in a nested container."""
    (w, b), scale = parameters["layer"], parameters["scale"]
    return scale * np.sum(np.tanh(x @ w + b) ** 2)


PARAMETERS = {"layer": (M, np.array([0.1, -0.2])), "scale": 0.5}


class TestGrad:
    def test_any_order_of_a_function_of_a_number(self):
        derivative = np.sin
        for order in range(1, 9):
            derivative = am.grad(derivative)
            np.testing.assert_allclose(derivative(0.3), np.sin(0.3 + order * np.pi / 2), rtol=1e-13)

    def test_number_in_number_out(self):
        slope = am.grad(np.tanh)(0.5)
        assert type(slope) is float
        assert type(am.grad(lambda x: np.sum(x))(X)) is np.ndarray

    def test_nested_arguments(self):
        gradient = am.grad(net)(PARAMETERS, X)
        assert gradient.keys() == PARAMETERS.keys()
        assert type(gradient["layer"]) is tuple
        w, b, scale = central_differences(
            lambda w, b, scale: net({"layer": (w, b), "scale": scale}, X), [M, PARAMETERS["layer"][1], 0.5]
        )
        np.testing.assert_allclose(gradient["layer"][0], w, rtol=1e-7)
        np.testing.assert_allclose(gradient["layer"][1], b, rtol=1e-7)
        np.testing.assert_allclose(gradient["scale"], scale, rtol=1e-7)

    def test_argument_by_position_by_name_and_several(self):
        def f(x, y, z=1.0):
            return x * y**2 * z

        assert am.grad(f)(2.0, 3.0) == 9.0
        assert am.grad(f, 1)(2.0, 3.0) == 12.0
        assert am.grad(f, -1)(2.0, 3.0, 5.0) == 18.0
        assert am.grad(f, "y")(2.0, 3.0) == 12.0
        assert am.grad(f, "z")(2.0, 3.0, z=5.0) == 18.0
        assert am.grad(f, ("z", 0))(2.0, y=3.0, z=5.0) == (18.0, 45.0)

    def test_value_and_aux(self):
        def f(x):
            y = x * x
            return np.sum(y), {"squares": y, "count": 3}

        (value, aux), gradient = am.value_and_grad(f, has_aux=True)(X)
        np.testing.assert_allclose(value, np.sum(X**2))
        np.testing.assert_array_equal(aux["squares"], X**2)
        assert aux["count"] == 3
        np.testing.assert_array_equal(gradient, 2 * X)
        gradient, aux = am.grad(f, has_aux=True)(X)
        np.testing.assert_array_equal(gradient, 2 * X)
        assert type(aux["squares"]) is np.ndarray

    def test_constant_and_identity(self):
        assert am.grad(lambda x: 5.0)(3.0) == 0.0
        assert am.grad(lambda x: x)(3.0) == 1.0
        np.testing.assert_array_equal(am.grad(lambda x: 2.0)(X), np.zeros(3))

    def test_gradients_do_not_share_memory(self):
        x, y = am.grad(lambda x, y: np.sum(x + y), (0, 1))(X, X)
        x[0] = 7.0
        assert y[0] == 1.0

    def test_float32_stays_float32(self):
        assert am.grad(lambda x: np.sum(np.tanh(x)))(X.astype(np.float32)).dtype == np.float32

    def test_signature_is_that_of_the_function(self):
        assert str(inspect.signature(am.grad(net))) == "(parameters, x)"
        assert am.grad(net).__name__ == "net"

    def test_leaves_no_gradient_behind_and_runs_under_no_grad(self):
        w = am.Tensor(2.0)
        with am.no_grad():
            assert am.grad(lambda x: w * x * x)(3.0) == 12.0
        assert w.grad is None


class TestNesting:
    def test_inner_derivative_does_not_see_the_outer_variable(self):
        # d/dx [x · d/dy (x + y)] = 1; an engine that confuses the two perturbations gives 2.
        assert am.grad(lambda x: x * am.grad(lambda y: x + y)(2.0))(3.0) == 1.0

    def test_inner_variable_at_the_outer_value(self):
        # d/dy (x y²) at y = x is 2x²; its derivative is 4x.
        assert am.grad(lambda x: am.grad(lambda y: x * y * y)(x))(3.0) == 12.0

    @pytest.mark.parametrize("outer", ["grad", "jvp", "forward"])
    @pytest.mark.parametrize("inner", ["grad", "jvp", "forward"])
    def test_modes_within_modes(self, outer, inner):
        modes = {
            "grad": am.grad,
            "jvp": lambda f: lambda x: am.jvp(f, (x,), (1.0,))[1],
            "forward": lambda f: am.jacobian(f, mode="forward"),
        }
        second = modes[outer](modes[inner](lambda x: np.exp(x) * np.sin(x)))(0.4)
        np.testing.assert_allclose(second, 2 * np.exp(0.4) * np.cos(0.4), rtol=1e-14)

    def test_three_levels_through_closures(self):
        def f(x):
            return am.grad(lambda y: am.grad(lambda z: x**2 * y**2 * z**3)(y))(x)

        # 3 z² x² y² at z = y is 3 x² y⁴, by y 12 x² y³, at y = x 12 x⁵.
        assert f(2.0) == 12 * 2.0**5
        assert am.grad(f)(2.0) == 60 * 2.0**4

    def test_a_tensor_from_outside_is_recorded(self):
        w = am.Tensor(2.0)
        slope = am.grad(lambda x: w**3 * x)(5.0)
        assert isinstance(slope, am.Tensor)
        slope.backward()
        assert w.grad == 12.0
        x = am.Tensor(3.0)
        am.grad(lambda y: y**3)(x).backward()
        assert x.grad == 18.0

    def test_a_constant_tensor_gives_plain_numbers(self):
        constant = am.Tensor(2.0, requires_grad=False)
        assert am.grad(lambda x: constant * x)(constant) == 2.0


class TestVjpAndJvp:
    def test_vjp_pulls_a_nested_cotangent_back_many_times(self):
        value, pull = am.vjp(lambda x, y: {"product": x * y, "sum": np.sum(x)}, X, 3.0)
        np.testing.assert_array_equal(value["product"], 3 * X)
        for weight in (1.0, 2.0):
            x, y = pull({"product": np.full(3, weight), "sum": 1.0})
            np.testing.assert_allclose(x, np.full(3, 3 * weight + 1))
            np.testing.assert_allclose(y, weight * np.sum(X))

    def test_vjp_with_aux_and_with_an_output_that_is_returned_twice(self):
        value, pull, aux = am.vjp(lambda x: ((x, x), "note"), 2.0, has_aux=True)
        assert value == (2.0, 2.0)
        assert aux == "note"
        assert pull((1.0, 10.0)) == (11.0,)

    def test_vjp_of_a_recorded_cotangent(self):
        seed = am.Tensor(1.5)
        _, pull = am.vjp(np.sin, 0.3)
        (slope,) = pull(seed)
        slope.backward()
        np.testing.assert_allclose(seed.grad, np.cos(0.3))

    def test_jvp_of_nested_arguments(self):
        value, slope = am.jvp(net, (PARAMETERS, X), (PARAMETERS, -X))
        step = 1e-6
        moved = [
            net({"layer": (M * (1 + s), PARAMETERS["layer"][1] * (1 + s)), "scale": 0.5 * (1 + s)}, X * (1 - s))
            for s in (step, -step)
        ]
        np.testing.assert_allclose(value, net(PARAMETERS, X))
        np.testing.assert_allclose(slope, (moved[0] - moved[1]) / (2 * step), rtol=1e-7)

    def test_jvp_of_outputs_that_do_not_depend(self):
        value, slope = am.jvp(lambda x: (x, 2.0, np.ones(2)), (1.0,), (3.0,))
        assert value[:2] == (1.0, 2.0)
        assert slope[:2] == (3.0, 0.0)
        np.testing.assert_array_equal(slope[2], np.zeros(2))

    @pytest.mark.parametrize("line", LINES, ids=lambda line: line.name)
    def test_forward_mode_agrees_with_reverse_mode_on_every_line_of_the_table(self, line):
        rng = np.random.default_rng(5)
        directions = tuple(rng.normal(size=np.shape(x)) for x in line.inputs)
        _, slope = am.jvp(lambda *xs: np.sum(line.function(*xs)), line.inputs, directions)
        gradients = recorded_gradients(line.function, line.inputs)
        along = sum(np.sum(g * v) for g, v in zip(gradients, directions, strict=True))
        scale = sum(np.sum(np.abs(g * v)) for g, v in zip(gradients, directions, strict=True))
        np.testing.assert_allclose(slope, along, rtol=1e-11, atol=1e-11 * scale)


class TestJacobianAndHessian:
    @pytest.mark.parametrize("mode", ["reverse", "forward", None])
    def test_jacobian(self, mode):
        rows = am.jacobian(lambda x: np.tanh(x) @ M, mode=mode)(X)
        np.testing.assert_allclose(rows, (M * (1 - np.tanh(X) ** 2)[:, None]).T, rtol=1e-13)

    @pytest.mark.parametrize("mode", ["reverse", "forward"])
    def test_jacobian_of_nested_outputs_by_nested_arguments(self, mode):
        found = am.jacobian(lambda p, y: (p["x"] * y, y), argnums=(0, 1), mode=mode)({"x": X}, 2.0)
        (by_p, by_y), (none, one) = found
        np.testing.assert_array_equal(by_p["x"], 2 * np.eye(3))
        np.testing.assert_array_equal(by_y, X)
        np.testing.assert_array_equal(none["x"], np.zeros(3))
        assert one == 1.0

    def test_hessian_and_its_product_with_a_vector(self):
        def f(x):
            return np.sum(x**3) * x[0] + np.exp(x[1] * x[2])

        found = am.hessian(f)(X)
        rows = np.array([central_differences(lambda x, i=i: am.grad(f)(x)[i], [X])[0] for i in range(3)])
        np.testing.assert_allclose(found, rows, rtol=1e-7, atol=1e-8)
        np.testing.assert_allclose(am.jacobian(am.jacobian(f, mode="forward"), mode="forward")(X), found, rtol=1e-13)
        v = np.array([1.0, -2.0, 0.5])
        np.testing.assert_allclose(am.hvp(f, (X,), (v,)), found @ v, rtol=1e-13)

    def test_hessian_of_nested_arguments(self):
        found = am.hessian(lambda p: p["a"] ** 2 * p["b"])({"a": 3.0, "b": 5.0})
        assert found == {"a": {"a": 10.0, "b": 6.0}, "b": {"a": 6.0, "b": 0.0}}

    def test_jacobian_of_an_empty_output(self):
        assert am.jacobian(lambda x: x[:0])(X).shape == (0, 3)

    def test_elementwise_grad(self):
        np.testing.assert_allclose(am.elementwise_grad(np.tanh)(X), 1 - np.tanh(X) ** 2, rtol=1e-14)
        second = am.elementwise_grad(am.elementwise_grad(np.tanh))(X)
        np.testing.assert_allclose(second, -2 * np.tanh(X) * (1 - np.tanh(X) ** 2), rtol=1e-13)

    def test_stop_gradient(self):
        assert am.grad(lambda x: am.stop_gradient(x) * x)(3.0) == 3.0
        assert am.grad(lambda x: am.stop_gradient({"x": [x, 2.0]})["x"][0] * x)(3.0) == 3.0


class TestCheckpoint:
    def plain(self, a, b):
        hidden = np.tanh(a @ b)
        return np.sum(hidden**2), hidden

    def both(self, f):
        def total(a, b):
            value, hidden = f(a, b)
            return value + np.sum(hidden[0] ** 3)

        return total

    def test_same_derivatives_of_first_and_second_order(self):
        kept, again = self.both(self.plain), self.both(am.checkpoint(self.plain))
        a, b = M.T, M
        for first, second in zip(am.grad(kept, (0, 1))(a, b), am.grad(again, (0, 1))(a, b), strict=True):
            np.testing.assert_array_equal(first, second)
        np.testing.assert_allclose(am.hessian(again)(a, b), am.hessian(kept)(a, b), rtol=1e-12, atol=1e-14)
        forward = am.jacobian(am.grad(again), mode="forward")(a, b)
        np.testing.assert_allclose(forward, am.hessian(kept)(a, b), rtol=1e-12, atol=1e-14)

    def test_tensors_from_outside_get_their_gradient(self):
        w, unused = am.Tensor([1.0, 2.0]), am.Tensor(1.0)
        product, total = am.checkpoint(lambda x: (x * w, np.sum(w) * x[0]))(am.Tensor([3.0, 4.0]))
        (np.sum(product) + total).backward()
        np.testing.assert_array_equal(w.grad, [6.0, 7.0])
        assert unused.grad is None

    def test_dtypes_of_several_results_are_kept(self):
        single, double = am.Tensor(X.astype(np.float32)), am.Tensor(X)
        one, two = am.checkpoint(lambda x, y: (x * 2, y * 2))(single, double)
        assert (one.dtype, two.dtype) == (np.float32, np.float64)
        (np.sum(one) + np.sum(two)).backward()
        assert single.grad.dtype == np.float32
        np.testing.assert_array_equal(double.grad, np.full(3, 2.0))

    def test_result_that_is_no_tensor_and_arguments_that_are_none(self):
        assert am.checkpoint(lambda x: 3.0)(1.0) == 3.0
        x = am.Tensor(2.0)
        value, note = am.checkpoint(lambda x, factor, note: (x * factor, note))(x, factor=4.0, note="kept")
        value.backward()
        assert (x.grad, note) == (4.0, "kept")

    def test_explained_as_one_gate(self):
        x = am.Tensor([0.0, 1.0], name="x")
        lines = str(am.explain(am.checkpoint(lambda x: np.sum(x**2))(x).named("y"))).splitlines()
        assert lines[-1] == "  x: again gate: backward_again(upstream) = [0, 2]"

    def test_random_function_is_refused(self):
        rng = np.random.default_rng(0)

        def noisy(x):
            return np.sum(x * rng.normal(size=3))

        value = am.checkpoint(noisy)(am.Tensor(X))
        with pytest.raises(am.BackwardError) as caught:
            value.backward()
        assert str(caught.value) == (
            "checkpoint: noisy gave another result when it was called again for the backward pass. It must not be "
            "random, nor depend on what has changed since; draw random numbers outside and pass them in."
        )

    def test_inner_wires_are_not_kept(self):
        def deep(x):
            for _ in range(20):
                x = np.tanh(x)
            return x

        def peak(step):
            x = am.Tensor(np.ones(50_000))
            tracemalloc.start()
            for _ in range(5):
                x = step(x)
            np.sum(x).backward()
            reached = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
            return reached

        # Five stretches of twenty gates: five results and one stretch at a time, instead of a hundred.
        assert peak(am.checkpoint(deep)) < 0.6 * peak(deep)


REFUSED = [
    (
        "output that is an array",
        lambda: am.grad(lambda x: x)(X),
        am.SeedError,
        "grad: the function must return a single number; got shape (3,). "
        "Reduce it (np.sum), use has_aux=True for more results, or use vjp or jacobian.",
    ),
    (
        "output that is a pair",
        lambda: am.value_and_grad(lambda x: (x, x))(1.0),
        am.SeedError,
        "value_and_grad: the function must return a single number; got a tuple. "
        "Reduce it (np.sum), use has_aux=True for more results, or use vjp or jacobian.",
    ),
    (
        "has_aux without a pair",
        lambda: am.grad(lambda x: x, has_aux=True)(1.0),
        am.SeedError,
        "grad: with has_aux=True the function must return a pair (output, aux).",
    ),
    (
        "output that is a text",
        lambda: am.jacobian(lambda x: "x")(1.0),
        am.UnsupportedError,
        "jacobian: the function must return numbers, arrays or Tensors, or dicts, lists and tuples of them; "
        "got str 'x'.",
    ),
    (
        "argument of whole numbers",
        lambda: am.grad(np.sum)(np.arange(3)),
        am.DtypeError,
        "grad: argument 0 cannot be differentiated by. Tensor: expected data of dtype float64, float32 or float16, "
        "got int64. Whole numbers have no derivative; write Tensor(x.astype(float)).",
    ),
    (
        "position that is not there",
        lambda: am.grad(lambda x: x, 2)(1.0),
        am.UnsupportedError,
        "grad: argnums asks for argument 2; the call has these: 0.",
    ),
    (
        "name that is not there",
        lambda: am.grad(lambda x, y=1.0: x, "w")(1.0, y=2.0),
        am.UnsupportedError,
        "grad: argnums asks for argument 'w'; the call has these: 0, 'y'.",
    ),
    (
        "argument named twice",
        lambda: am.grad(lambda x: x, (0, "x"))(1.0),
        am.UnsupportedError,
        "grad: argnums names argument 'x' twice.",
    ),
    *(
        (
            f"{called.split('(')[0]} of a number",
            make,
            am.UnsupportedError,
            f"{called.split('(')[0]}: expected a function; got int. Call it as {called}.",
        )
        for make, called in (
            (lambda: am.grad(3), "grad(f)(x)"),
            (lambda: am.value_and_grad(3), "value_and_grad(f)(x)"),
            (lambda: am.elementwise_grad(3), "elementwise_grad(f)(x)"),
            (lambda: am.vjp(3, X), "vjp(f, x)"),
            (lambda: am.jvp(3, (X,), (X,)), "jvp(f, (x,), (v,))"),
            (lambda: am.jacobian(3), "jacobian(f)(x)"),
            (lambda: am.hessian(3), "hessian(f)(x)"),
            (lambda: am.hvp(3, (X,), (X,)), "hvp(f, (x,), (v,))"),
            (lambda: am.checkpoint(3), "checkpoint(f)(x)"),
        )
    ),
    (
        "mode that is not there",
        lambda: am.jacobian(np.sin, mode="backward"),
        am.UnsupportedError,
        "jacobian: mode must be 'reverse', 'forward' or None; got 'backward'.",
    ),
    *(
        (
            f"{transform.__name__} by no argument",
            lambda transform=transform: transform(np.sum, (0, 0.5)),
            am.UnsupportedError,
            f"{transform.__name__}: argnums must be a position or a name, or a tuple of these; got (0, 0.5). "
            "The first argument is 0.",
        )
        for transform in (am.grad, am.value_and_grad, am.jacobian, am.hessian)
    ),
    (
        "jvp without tuples",
        lambda: am.jvp(np.sin, 1.0, 1.0),
        am.DtypeError,
        "jvp: primals and tangents must be tuples or lists of arguments: jvp(f, (x,), (v,)).",
    ),
    (
        "tangents of another form",
        lambda: am.jvp(lambda p: p["x"], ({"x": 1.0},), ({"y": 1.0},)),
        am.ShapeError,
        "jvp: the tangents must be nested like [{'x': *}]; got [{'y': *}].",
    ),
    (
        "tangent of another shape",
        lambda: am.jvp(np.sin, (X,), (X[:2],)),
        am.ShapeError,
        "jvp: a tangent must have the shape of its primal, (3,); got (2,).",
    ),
    (
        "cotangent of another form",
        lambda: am.vjp(lambda x: (x,), 1.0)[1](1.0),
        am.ShapeError,
        "vjp: the cotangent must be nested like (*,); got *.",
    ),
]


@pytest.mark.parametrize(("call", "kind", "message"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_message(call, kind, message):
    with pytest.raises(kind) as caught:
        call()
    assert str(caught.value) == message
