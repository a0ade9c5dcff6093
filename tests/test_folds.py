"""Scopes that repeat, drawn as one gate: which do, what enters, and what is summed along the wires into it."""

import numpy as np
import pytest
from circuits import steps

import autograd_mini as am


def symbols(circuit):
    return [node.symbol for node in circuit.model.nodes if node.symbol]


def inputs(circuit):
    return {node.name: node.label for node in circuit.model.nodes if node.symbol is None}


def chain(*bodies, name=lambda step: f"step {step}"):
    """Return a chain of scopes, each a function of the wire before, a shared wire and an input of its own."""
    h, w = am.Tensor(0.3, name="h0"), am.Tensor(0.5, name="w")
    for step, body in enumerate(bodies, start=1):
        with am.scope(name(step)):
            h = body(h, w, am.Tensor(0.1 * step, name=f"x{step}"))
    return h.named("f")


def plain(h, w, x):
    return np.tanh(w * h + x)


class TestFiftySteps:
    def test_one_box_with_the_inputs_of_all_steps_on_one_wire(self):
        circuit = am.draw(steps(50))
        assert symbols(circuit) == ["step ×50"]
        assert set(inputs(circuit)) == {"x1 … x50", "wx", "wh", "b", "h0"}
        assert circuit.drawing.frames == []

    def test_totals_are_those_of_the_whole_recurrence(self):
        root = steps(50)
        circuit = am.draw(root, number_format=".6g")
        totals = am.Graph(root).gradients().totals
        names = {wire.name: total for wire, total in totals.items() if wire.gate is None}
        for name in ("wx", "wh", "b", "h0"):
            assert float(inputs(circuit)[name].gradient.text.replace("−", "-")) == pytest.approx(names[name], rel=1e-5)

    def test_many_inputs_are_written_as_an_array(self):
        label = inputs(am.draw(steps(50)))["x1 … x50"]
        assert (label.value.text, label.gradient.text) == ("(50,)", "(50,)")

    def test_few_inputs_are_written_out(self):
        root = steps(3)
        label = inputs(am.draw(root, fold=True))["x1 … x3"]
        gradients = am.Graph(root).gradients().totals
        written = [float(text) for text in label.gradient.text.strip("[]").replace("−", "-").split(", ")]
        leaves = [wire for wire in gradients if (wire.name or "").startswith("x")]
        expected = [gradients[wire] for wire in sorted(leaves, key=lambda wire: wire.name)]
        assert written == pytest.approx(expected, abs=0.005)
        assert label.value.text == "[0.84, 0.91, 0.14]"

    def test_every_writer_shows_it(self):
        circuit = am.draw(steps(50))
        for text in (circuit.to_svg(), circuit.to_text(), circuit.to_dot(), circuit.to_dot(positions=False)):
            assert "step ×50" in text
            assert "x1 … x50" in text
        assert r"\mathrm{step}\ \times 50" in circuit.to_tikz()

    def test_exam_has_the_geometry_of_its_key(self):
        key = am.draw(steps(4), fold=True)
        exam = key.blank("gradients", "values")
        assert exam.drawing.gates == key.drawing.gates
        assert exam.drawing.paths == key.drawing.paths
        assert "x1 … x4" in [blank.wire for blank in exam.drawing.blanks]

    def test_without_gradients_there_are_none(self):
        assert inputs(am.draw(steps(4), fold=True, gradients=False))["x1 … x4"].gradient is None


class TestWhatIsEqual:
    def test_equal_names_and_numbered_ones(self):
        assert symbols(am.draw(chain(plain, plain, plain, name=lambda step: "cell"), fold=True)) == ["cell ×3"]
        assert symbols(am.draw(chain(plain, plain, plain, name=lambda step: f"cell_{step}"), fold=True)) == ["cell ×3"]
        assert symbols(am.draw(chain(plain, plain, plain, name=str), fold=True)) == ["×3"]

    def test_other_names_are_not(self):
        root = chain(plain, plain, plain, name=lambda step: "abc"[step - 1])
        assert "×3" not in am.draw(root, fold=True).to_svg()

    @pytest.mark.parametrize(
        "other",
        [
            pytest.param(lambda h, w, x: np.sin(w * h + x), id="another gate"),
            pytest.param(lambda h, w, x: np.tanh(w * h + x) * 2, id="one gate more"),
            pytest.param(lambda h, w, x: np.tanh(w * x + h), id="other wiring"),
            pytest.param(lambda h, w, x: np.tanh(am.Tensor(0.5, name="v") * h + x), id="a weight of its own"),
            pytest.param(lambda h, w, x: np.tanh(w * h + 3), id="a constant"),
        ],
    )
    def test_a_step_that_differs_ends_the_chain(self, other):
        assert not any("×" in symbol[1:] for symbol in symbols(am.draw(chain(plain, plain, other), fold=True)))
        found = symbols(am.draw(chain(other, plain, plain, plain), fold=True))
        assert found[-1] == "step ×3"
        found = symbols(am.draw(chain(plain, plain, plain, other, plain, plain, plain, plain), fold=True))
        assert [symbol for symbol in found if symbol.startswith("step")] == ["step ×3", "step ×4"]

    def test_constants_and_options_must_be_equal(self):
        powers = [lambda h, w, x, power=power: w * h**power + x for power in (2, 2, 3)]
        assert "step ×3" not in symbols(am.draw(chain(*powers), fold=True))
        axes = [
            lambda h, w, x, axis=axis: np.sum(np.ones((2, 2)) * w * h * x, axis=axis, keepdims=True) for axis in (0, 1)
        ]
        assert "step ×4" not in symbols(am.draw(np.sum(chain(axes[0], axes[0], axes[0], axes[1])), fold=True))

    def test_shapes_must_be_equal(self):
        h = am.Tensor(np.ones(2), name="h0")
        for step, width in enumerate((2, 2, 3, 3), start=1):
            with am.scope(f"layer {step}"):
                h = np.tanh(am.Tensor(np.ones((width, np.size(h.data))), name=f"W{step}") @ h)
        assert "layer ×4" not in symbols(am.draw(np.sum(h), fold=True))

    def test_the_entry_taken_at_each_step_may_differ(self):
        x, w, h = am.Tensor(np.arange(4.0), name="x"), am.Tensor(0.5, name="w"), am.Tensor(0.1, name="h0")
        for step in range(4):
            with am.scope(f"step {step}"):
                h = np.tanh(w * h + x[step])
        circuit = am.draw(h, fold=True)
        assert symbols(circuit) == ["step ×4"]
        assert set(inputs(circuit)) == {"x", "w", "h0"}

    def test_a_step_whose_wire_is_used_elsewhere_is_not_hidden(self):
        h, w, loss = am.Tensor(0.1, name="h0"), am.Tensor(0.5, name="w"), 0.0
        for step in range(1, 5):
            with am.scope(f"step {step}"):
                h = np.tanh(w * h)
            loss = loss + h
        assert "step ×" not in am.draw(loss, fold=True).to_svg()

    def test_two_wires_may_be_handed_on_but_one_comes_out(self):
        h, c, w = am.Tensor(0.1, name="h0"), am.Tensor(0.2, name="c0"), am.Tensor(0.5, name="w")
        for step in range(1, 5):
            with am.scope(f"step {step}"):
                c = c + np.sin(w * h)
                h = np.tanh(c) * w
        assert symbols(am.draw(h, fold=True)) == ["step ×4"]
        assert "step ×4" not in symbols(am.draw(h + c, fold=True))

    def test_own_inputs_are_named_alike(self):
        circuit = am.draw(chain(plain, plain, plain), fold=True)
        assert set(inputs(circuit)) == {"h0", "w", "x1 … x3"}
        h, w = am.Tensor(0.3, name="h0"), am.Tensor(0.5, name="w")
        for name in ("x", "x", "x", "left", "right", "middle"):
            with am.scope("step"):
                h = plain(h, w, am.Tensor(0.1, name=name))
        circuit = am.draw(h, fold=True, repeat=False)
        assert symbols(circuit)[0] == "step ×3"
        assert set(inputs(circuit)) == {"h0", "w", "x ×3", "left", "right", "middle"}

    def test_inputs_without_a_name_stay_inside(self):
        h = am.Tensor(0.1, name="h0")
        for _ in range(3):
            with am.scope("step"):
                h = np.tanh(h * am.Tensor(0.5))
        assert set(inputs(am.draw(h, fold=True))) == {"h0"}


class TestNested:
    def test_the_outermost_is_folded(self):
        h = am.Tensor(0.1, name="h0")
        for block in range(1, 4):
            with am.scope(f"block {block}"):
                for step in range(1, 4):
                    with am.scope(f"step {step}"):
                        h = np.tanh(2 * h)
        assert symbols(am.draw(h, fold=True)) == ["block ×3"]

    def test_repetitions_inside_a_scope_stand_in_its_frame(self):
        h = am.Tensor(0.1, name="h0")
        with am.scope("network"):
            for _ in range(3):
                with am.scope("layer"):
                    h = np.tanh(h * h)
            h = np.exp(h)
        circuit = am.draw(h, fold=True)
        assert symbols(circuit) == ["layer ×3", "exp"]
        assert [text.text for text in circuit.drawing.texts if text.role == "scope"] == ["network"]
        assert symbols(am.draw(h, fold=True, depth=0)) == ["network"]
        assert symbols(am.draw(h, fold=True, depth=1)) == ["layer ×3", "exp"]


class TestChoice:
    def test_auto_folds_large_circuits_only(self):
        assert "step ×5" not in symbols(am.draw(steps(5)))
        assert "step ×5" in symbols(am.draw(steps(5), fold=True))
        assert len(am.draw(steps(20), fold=False, group=False).drawing.frames) == 20
        # Fifty boxes are few enough.
        assert len(symbols(am.draw(steps(50), depth=0))) == 50

    def test_two_are_no_repetition(self):
        assert "step ×2" not in symbols(am.draw(steps(2), fold=True))

    @pytest.mark.parametrize("wire", ["h7", "x7"])
    def test_focus_finds_a_wire_of_one_step(self, wire):
        for fold in ("auto", True):
            circuit = am.draw(steps(30), focus=wire, fold=fold, group=False)
            assert wire in [node.name for node in circuit.model.nodes]
            assert "step ×30" not in symbols(circuit)

    def test_other_choices_are_refused(self):
        with pytest.raises(am.RenderError) as caught:
            am.draw(steps(3), fold="steps")
        assert str(caught.value) == "fold must be 'auto', True or False; got 'steps'."
