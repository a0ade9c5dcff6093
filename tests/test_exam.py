"""Exams and keys: blanks tell nothing, geometry stays, printed numbers of forks add up, themes keep their contrast."""

import re
from decimal import Decimal

import numpy as np
import pytest
from circuits import CIRCUITS, fork, midterm

import autograd_mini as am
from autograd_mini.circuit.cells import Style, fork_cells
from autograd_mini.circuit.themes import THEMES, Theme
from autograd_mini.numerals import number


def decimal(text):
    return Decimal(text.replace("−", "-"))


class TestBlank:
    @pytest.mark.parametrize("name", CIRCUITS)
    def test_exam_and_key_have_the_same_geometry(self, name):
        key = am.draw(CIRCUITS[name]())
        exam = key.blank("values", "gradients")
        assert (exam.drawing.width, exam.drawing.height) == (key.drawing.width, key.drawing.height)
        assert exam.drawing.gates == key.drawing.gates
        assert exam.drawing.paths == key.drawing.paths
        centres = {(round(blank.centre.x, 6), blank.role) for blank in exam.drawing.blanks}
        assert centres <= {(round(text.at.x, 6), text.role) for text in key.drawing.texts}
        assert len(exam.drawing.texts) + len(exam.drawing.blanks) == len(key.drawing.texts)

    @pytest.mark.parametrize("suffix", [".svg", ".dot"])
    def test_no_answer_is_anywhere_in_the_file(self, suffix, tmp_path):
        # Numbers that occur nowhere else: neither as coordinates nor as inputs.
        root = am.parse("q = x*y\nf = q*z + x", x=7.31, y=-3.77, z=11.13)
        key = am.draw(root, number_format=".4f")
        exam = key.blank("gradients").blank("values", except_=["x", "y", "z"])
        answers = [f"{abs(number):.4f}" for number in (7.31 * 3.77, 7.31 * 11.13, 7.31 - 7.31 * 3.77 * 11.13)]
        with_answers = key.save(tmp_path / f"key{suffix}").read_text(encoding="utf-8")
        without = exam.save(tmp_path / f"exam{suffix}").read_text(encoding="utf-8")
        assert all(answer in with_answers for answer in answers)
        assert not any(answer[:-1] in without for answer in answers)
        assert not any(answer in str(exam.drawing) + exam.drawing.title + repr(exam) for answer in answers)

    def test_width_of_a_blank_does_not_tell_the_digits(self):
        exam = am.draw(am.parse("f = x*y", x=1, y=-123.456)).blank("gradients", except_=["f"])
        assert len({blank.width for blank in exam.drawing.blanks}) == 1

    def test_branches_go_with_their_wire(self):
        exam = am.draw(fork()).blank("gradients", except_=["x"])
        shown = [text.text for text in exam.drawing.texts if text.role == "gradient"]
        # The total of x and what arrives along its two branches.
        assert sorted(shown) == ["3.00", "5.00", "−2.00"]
        assert {blank.wire for blank in exam.drawing.blanks} >= {"y", "z", "q", "f"}

    def test_local_derivatives_are_left_out_with_the_gradients(self):
        key = am.draw(midterm(), local=True)
        assert "∂: −1/x²" in [text.text for text in key.drawing.texts]
        assert [text for text in key.blank("gradients").drawing.texts if text.role == "local"] == []
        assert key.blank("gradients").drawing.gates == key.drawing.gates
        assert key.blank("gradients").drawing.height == key.drawing.height

    def test_shapes_are_not_asked_for(self):
        exam = am.draw(am.parse("f = sum(W @ x)", W=np.ones((3, 4)), x=np.ones(4))).blank("values", "gradients")
        assert "(3, 4)" in [text.text for text in exam.drawing.texts]

    def test_gradients_are_left_out_unless_told_otherwise(self):
        exam = am.draw(midterm()).blank()
        assert {blank.role for blank in exam.drawing.blanks} == {"gradient"}
        assert len(exam.drawing.blanks) == 11

    def test_refusals(self):
        circuit = am.draw(midterm())
        with pytest.raises(am.RenderError) as caught:
            circuit.blank("grads")
        assert str(caught.value) == "blank: what is left out is 'values', 'gradients' or both; got 'grads'."
        for except_ in ("w0", 3):
            with pytest.raises(am.RenderError) as caught:
                circuit.blank(except_=except_)
            assert str(caught.value) == f"blank: except_ is a list of wires, such as ['w0']; got {except_!r}."
        with pytest.raises(am.UnknownWireError) as unknown:
            circuit.blank(except_=["w3"])
        assert str(unknown.value).startswith("no wire is named 'w3'; the circuit has w0, x0, w1")


class TestArrays:
    ROOT = staticmethod(lambda: am.parse("f = sum(W @ x)", W=[[1, 2, 3], [4, -5, 6]], x=[1, 0, -1]))

    @pytest.mark.parametrize(
        ("arrays", "value", "gradient"),
        [
            ("shape", "(2, 3)", "(2, 3)"),
            ("mean", "(2, 3) mean 1.83", "(2, 3) mean 0.00"),
            ("range", "(2, 3) −5.00 … 6.00", "(2, 3) −1.00 … 1.00"),
            (
                "full",
                "[[1.00, 2.00, 3.00], [4.00, −5.00, 6.00]]",
                "[[1.00, 0.00, −1.00], [1.00, 0.00, −1.00]]",
            ),
        ],
    )
    def test_what_stands_for_an_array(self, arrays, value, gradient):
        texts = [(text.text, text.role) for text in am.draw(self.ROOT(), arrays=arrays).drawing.texts]
        assert (value, "value") in texts
        assert (gradient, "gradient") in texts

    def test_numbers_of_an_array_can_be_asked_for(self):
        exam = am.draw(self.ROOT(), arrays="mean").blank("values", "gradients")
        assert not any("mean" in text.text for text in exam.drawing.texts)

    def test_other_choices_are_refused(self):
        with pytest.raises(am.RenderError) as caught:
            am.draw(self.ROOT(), arrays="all")
        assert str(caught.value) == "arrays are shown by shape, mean, range, full, heat; got 'all'."


class TestForks:
    @pytest.mark.parametrize(
        ("parts", "number_format"),
        [
            ((0.335, 0.335), ".2f"),
            ((1 / 3, 1 / 3, 1 / 3), ".2f"),
            ((0.005, 0.005, 0.005, -0.01), ".2f"),
            ((-0.126, 0.126), ".1f"),
            ((12.3456, 0.0123456), ".3g"),
            ((2.5, 2.5), ".0f"),
        ],
    )
    def test_printed_contributions_add_up_to_the_printed_total(self, parts, number_format):
        total = sum(parts)
        whole, cells = fork_cells(total, parts, Style(number_format))
        assert sum(decimal(cell.text) for cell in cells) == decimal(whole.text)
        assert abs(decimal(whole.text) - Decimal(total)) <= abs(decimal(number(total, number_format)) - Decimal(total))
        # Each stays within one unit of its last digit.
        unit = Decimal(1).scaleb(min(decimal(cell.text).as_tuple().exponent for cell in cells))
        assert all(abs(decimal(cell.text) - Decimal(part)) < unit for cell, part in zip(cells, parts, strict=True))

    def test_in_every_circuit(self):
        for name, build in CIRCUITS.items():
            model = am.draw(build()).model
            for i, node in enumerate(model.nodes):
                branches = [model.nodes[gate].branches[place] for gate, place in model.consumers()[i]]
                cells = [branch.gradient for branch in branches if branch.gradient is not None]
                if len(branches) > 1 and cells and node.label.gradient.is_answer:
                    if "[" in node.label.gradient.text:
                        continue
                    total = decimal(node.label.gradient.text)
                    assert sum(decimal(cell.text) for cell in cells) == total, (name, node.wire)


class TestNumbers:
    def test_fractions(self):
        texts = [text.text for text in am.draw(am.parse("f = x/y", x=1, y=-3), number_format="fraction").drawing.texts]
        assert "−1/3" in texts
        assert "−1/9" in texts
        assert "1" in texts

    def test_what_is_no_fraction_is_shown_in_significant_digits(self):
        texts = [text.text for text in am.draw(am.parse("exp(x)", x=1), number_format="fraction").drawing.texts]
        assert texts.count("2.718") == 2

    def test_fractions_in_a_worked_solution(self):
        lines = str(am.explain(am.parse("u = x + 2\nf = 1/u", x=1), number_format="fraction"))
        assert "local −1/u² = −1/3² = −1/9" in lines.replace("x²", "u²")


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a, b):
    light, dark = sorted((luminance(a), luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


class TestThemes:
    @pytest.mark.parametrize("theme", [*THEMES.values(), *[t.dark for t in THEMES.values() if t.dark]])
    def test_every_colour_can_be_read_on_its_paper(self, theme):
        for colour in (theme.value, theme.gradient, theme.ink):
            # WCAG 2.1 asks for 4.5 to 1 for text of this size.
            assert contrast(colour, theme.paper) >= 4.5
            assert contrast(colour, theme.blank) >= 4.5

    def test_exam_is_black_on_white(self):
        svg = am.draw(midterm(), theme="exam").to_svg()
        assert set(re.findall(r"#[0-9a-f]{6}", svg)) == {"#000000", "#ffffff"}
        assert "<style" not in svg

    def test_own_colours_reach_svg_and_dot(self):
        circuit = am.draw(midterm(), theme=Theme(value="#123456"))
        assert "#123456" in circuit.to_svg()
        assert "#123456" in circuit.to_dot()

    def test_same_drawing_in_every_theme(self):
        circuit = am.draw(midterm())
        assert circuit.in_theme("dark").drawing == circuit.drawing

    def test_unknown_theme(self):
        with pytest.raises(am.RenderError) as caught:
            am.draw(midterm(), theme="darc")
        assert str(caught.value) == (
            "there is no theme 'darc'; the themes are default, exam, safe, dark, high contrast, "
            "or give a Theme of your own colours. Did you mean 'dark'?"
        )
