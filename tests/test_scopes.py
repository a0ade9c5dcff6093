"""Scopes: what is noted while recording, frames around their gates, and scopes drawn as one gate."""

import numpy as np
import pytest
from test_layout import gate_box, text_box

import autograd_mini as am
from autograd_mini.scopes import scopes_of


def neuron():
    """Return a sigmoid neuron whose sigmoid is a scope."""
    s = am.parse("s = w0*x0 + w1*x1 + w2", w0=2, x0=-1, w1=-3, x1=-2, w2=-3)
    with am.scope("sigmoid"):
        return (1 / (1 + np.exp(-s))).named("f")


def recurrence():
    """Return three steps of a recurrence, each a scope with another inside."""
    w, u, h = am.Tensor(0.5, name="w"), am.Tensor(-0.7, name="u"), am.Tensor(0.1, name="h0")
    for step, x in enumerate([1.0, -0.5, 0.3], start=1):
        with am.scope(f"step {step}"):
            total = w * h + u * am.Tensor(x, name=f"x{step}")
            with am.scope("squash"):
                h = np.tanh(total).named(f"h{step}")
    return h


def within(text, frame):
    return (
        frame.corner.x <= text.at.x <= frame.corner.x + frame.width
        and frame.corner.y <= text.at.y <= frame.corner.y + frame.height
    )


def symbols(circuit):
    return [node.symbol for node in circuit.model.nodes if node.symbol]


class TestNotes:
    def test_nested_scopes_are_noted_from_the_outermost(self):
        h = recurrence()
        assert [scope.name for scope in scopes_of(h)] == ["step 3", "squash"]
        assert [scope.name for scope in scopes_of(h.operands[0])] == ["step 3"]
        assert scopes_of(am.Tensor(1.0)) == ()

    def test_a_name_used_again_is_another_scope(self):
        x = am.Tensor(1.0)
        found = []
        for _ in range(2):
            with am.scope("again"):
                found.append(scopes_of(x * 2))
        assert found[0] != found[1]

    def test_outside_nothing_is_noted_and_gradients_are_the_same(self):
        root = neuron()
        assert scopes_of(root) != ()
        root.backward()
        assert am.Graph(root)["w0"].grad == pytest.approx(-0.1966, abs=1e-4)

    def test_name_must_say_something(self):
        with pytest.raises(am.DtypeError) as caught, am.scope(" "):
            pass
        assert str(caught.value) == "scope: the name must be a text with something in it; got ' '."


class TestFrames:
    def test_frame_holds_its_gates_and_no_other(self):
        drawing = am.draw(neuron()).drawing
        (frame,) = drawing.frames
        right, bottom = frame.corner.x + frame.width, frame.corner.y + frame.height
        inside = [
            gate.symbol
            for gate in drawing.gates
            if frame.corner.x < gate.centre.x < right and frame.corner.y < gate.centre.y < bottom
        ]
        assert inside == ["−x", "exp", "+1", "1/x"]
        assert [text.text for text in drawing.texts if text.role == "scope"] == ["sigmoid"]

    @pytest.mark.parametrize("build", [neuron, recurrence])
    def test_no_side_of_a_frame_runs_through_a_text_or_a_gate(self, build):
        drawing = am.draw(build()).drawing
        assert drawing.frames
        for frame in drawing.frames:
            left, top = frame.corner
            box = (left, top, left + frame.width, top + frame.height)
            for other in [*map(text_box, drawing.texts), *map(gate_box, drawing.gates)]:
                apart = other[0] >= box[2] or other[2] <= box[0] or other[1] >= box[3] or other[3] <= box[1]
                within = box[0] <= other[0] and other[2] <= box[2] and box[1] <= other[1] and other[3] <= box[3]
                assert apart or within

    def test_every_step_of_a_recurrence_has_its_frame_and_its_inputs_in_it(self):
        drawing = am.draw(recurrence()).drawing
        steps = [text.text for text in drawing.texts if text.role == "scope"]
        assert sorted(steps) == ["squash"] * 3 + ["step 1", "step 2", "step 3"]
        held = {
            text.text: sorted(other.text for other in drawing.texts if other.role == "name" and within(other, frame))
            for text, frame in zip(
                [text for text in drawing.texts if text.role == "scope"], drawing.frames, strict=True
            )
        }
        assert held["step 2"] == ["u", "w", "x2"]

    def test_scope_that_a_wire_leaves_and_enters_again_is_drawn_as_gates_with_its_name(self):
        x = am.Tensor(0.5, name="x")
        with am.scope("outer"), am.scope("split"):
            p = x * 2
            q = np.exp(p)
            f = q * p
        # As if the exponential had been recorded outside.
        q.notes.scopes = q.notes.scopes[:1]
        circuit = am.draw(f)
        assert symbols(circuit) == ["split", "exp", "split"]
        assert [text.text for text in circuit.drawing.texts if text.role == "scope"] == ["outer"]
        assert circuit.drawing.tangled == []

    def test_frame_is_as_wide_as_its_name(self):
        x = am.Tensor(0.5, name="x")
        with am.scope("a name that is far longer than what is in it"):
            y = np.exp(x * x)
        drawing = am.draw(np.sin(y * 2)).drawing
        (frame,) = drawing.frames
        (name,) = [text for text in drawing.texts if text.role == "scope"]
        assert frame.corner.x < name.at.x
        assert name.at.x + name.width < frame.corner.x + frame.width

    def test_frames_reach_svg_dot_exam_and_key(self):
        circuit = am.draw(neuron())
        assert circuit.to_svg().count('class="frame"') == 1
        assert "frame0" in circuit.to_dot()
        exam = circuit.blank("gradients")
        assert exam.drawing.frames == circuit.drawing.frames


class TestDepth:
    def test_collapsed_scope_is_one_gate_with_its_name(self):
        circuit = am.draw(neuron(), depth=0)
        assert symbols(circuit) == ["×", "×", "+", "+", "sigmoid"]
        assert circuit.drawing.frames == []
        (f,) = [node for node in circuit.model.nodes if node.name == "f"]
        assert f.label.value.text == "0.73"

    def test_depth_counts_levels(self):
        assert symbols(am.draw(recurrence(), depth=0)) == ["step 1", "step 2", "step 3"]
        assert "squash" in symbols(am.draw(recurrence(), depth=1))

    def test_contributions_into_a_collapsed_scope_are_summed(self):
        x = am.Tensor(3.0, name="x")
        with am.scope("cube"):
            y = x * x * x
        model = am.draw(y + x, depth=0, repeat=False).model
        (x_node,) = [i for i, node in enumerate(model.nodes) if node.name == "x"]
        consumers = [(model.nodes[gate], place) for gate, place in model.consumers()[x_node]]
        sent = {gate.symbol: gate.branches[place].gradient.text for gate, place in consumers}
        assert sent == {"cube": "27.00", "+": "1.00"}

    @pytest.mark.parametrize("depth", [-1, 1.5, "all"])
    def test_other_depths_are_refused(self, depth):
        with pytest.raises(am.RenderError) as caught:
            am.draw(neuron(), depth=depth)
        assert str(caught.value) == f"depth must be a whole number of at least 0, or None; got {depth!r}."
