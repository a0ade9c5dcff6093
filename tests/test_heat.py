"""Heat maps: what a map shows of an array, and that every writer shows the same map and gives nothing away."""

import itertools
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from circuits import ARRAYS, mlp_of_arrays, recurrence_of_arrays

import autograd_mini as am
from autograd_mini.circuit.cells import Style, cell
from autograd_mini.circuit.heat import LEVELS, MOST_CELLS, heat
from autograd_mini.circuit.themes import THEMES, Theme

SVG = "{http://www.w3.org/2000/svg}"
SIGNS = np.array([[-2.0, -1.0, 0.0], [0.5, 1.0, 2.0]])


def signs(**options):
    """Return a circuit with a map of both signs, on the wire of W."""
    return am.draw(am.parse("f = sum(W*W)", W=SIGNS), arrays="heat", **options)


def value_map(circuit, piece="n0"):
    return next(shown for shown in circuit.drawing.maps if (shown.piece, shown.role) == (piece, "value"))


class TestLevels:
    def test_matrix_is_a_grid_of_levels_up_to_its_largest_entry(self):
        shown, scale = heat(SIGNS)
        assert shown.slices == (((-5, -2, 0), (1, 2, 5)),)
        assert scale == 2.0

    def test_vector_is_a_row(self):
        assert heat([1.0, -1.0])[0].slices == (((5, -5),),)

    def test_slices_stand_side_by_side(self):
        shown, _ = heat(np.ones((2, 3, 4, 5)))
        assert (len(shown.slices), len(shown.slices[0]), len(shown.slices[0][0])) == (6, 4, 5)
        assert len(shown.outlines((0.0, 0.0))) == 6

    def test_zeros_are_white(self):
        assert heat(np.zeros(3)) == (heat([1.0, 1.0, 1.0])[0].blanked(), 0.0)

    @pytest.mark.parametrize("length", [16, 17, 31, 32, 33, 100, 1000])
    def test_long_axes_are_averaged_over_blocks(self, length):
        values = np.linspace(-1.0, 3.0, length)
        shown, scale = heat(values)
        block = -(-length // MOST_CELLS)
        means = [np.mean(values[i : i + block]) for i in range(0, length, block)]
        assert len(shown.slices[0][0]) == len(means) <= MOST_CELLS
        assert scale == pytest.approx(np.max(np.abs(means)), rel=1e-12)
        assert all(abs(level - LEVELS * mean / scale) <= 0.5 for level, mean in zip(shown.slices[0][0], means))

    def test_both_axes_of_a_matrix_are_averaged(self):
        rows, columns = np.indices((40, 20))
        shown, scale = heat(np.where((rows < 3) & (columns < 2), 6.0, 0.0))
        assert (len(shown.slices[0]), len(shown.slices[0][0])) == (14, 10)
        assert scale == 6.0
        assert sum(map(abs, itertools.chain(*shown.slices[0]))) == LEVELS

    def test_entries_that_are_not_finite_are_crossed_and_leave_the_scale_alone(self):
        shown, scale = heat([np.nan, -np.inf, 2.0, -1.0])
        assert shown.slices == (((None, None, 5, -2),),)
        assert scale == 2.0
        assert len(shown.crossed((0.0, 0.0))) == 2
        assert np.isnan(heat([np.nan, np.inf])[1])

    @pytest.mark.parametrize("value", [3.0, [3.0], [[3.0]], np.zeros((0, 3)), np.ones((64, 3, 32, 32))])
    def test_no_map_of_one_entry_of_none_or_of_too_many_slices(self, value):
        assert heat(value) is None

    def test_boxes_cover_each_cell_once(self):
        values = np.random.default_rng(0).normal(size=(2, 9, 7))
        shown, _ = heat(values)
        width, height = shown.cell
        found = {}
        for level, boxes in shown.shades((0.0, 0.0)):
            for x, y, across, down in boxes:
                for i, j in itertools.product(range(round(down / height)), range(round(across / width))):
                    place = (round((y + i * height) / height), round((x + j * width) * 10))
                    assert found.setdefault(place, level) is level
                    found[place] = level
        assert len(found) == sum(level != 0 for rows in shown.slices for row in rows for level in row)
        for (row, left), level in found.items():
            part, x = divmod(left / 10, 7 * width + 3.0)
            assert shown.slices[int(part)][row][round(x / width)] == level


class TestCells:
    @pytest.mark.parametrize(
        ("value", "text"),
        [
            (SIGNS, "(2, 3) ±2.00"),
            (np.zeros((4, 2)), "(4, 2) ±0.00"),
            (np.full((3, 2), 1e-5), "(3, 2) ±1e−5"),
            (np.full(3, np.nan), "(3,) ±nan"),
            (np.ones((64, 3, 32, 32)), "(64, 3, 32, 32) mean 1.00"),
            ([[3.0]], "[[3.00]]"),
            (3.0, "3.00"),
            (np.zeros((0, 3)), "(0, 3)"),
        ],
    )
    def test_shape_and_scale(self, value, text):
        assert cell(value, Style(".2f", "heat")).text == text

    def test_digits_of_a_shape_are_no_numbers(self):
        one = cell(SIGNS, Style(".2f", "heat"))
        assert one.numbers == ["2.00"]
        assert one.with_numbers_as("−1234.00") == "(2, 3) ±−1234.00"

    def test_values_stand_above_and_gradients_below(self):
        for circuit in (am.draw(build(), arrays="heat") for build in ARRAYS.values()):
            wires = {(text.piece, text.role): text.at.y for text in circuit.drawing.texts if text.piece}
            on_wires = [shown for shown in circuit.drawing.maps if shown.piece.startswith("n")]
            assert on_wires
            for shown in on_wires:
                baseline = wires[shown.piece, shown.role]
                if shown.role == "value":
                    assert shown.corner.y + shown.heat.height < baseline - 10
                else:
                    assert shown.corner.y > baseline

    def test_table_of_totals_has_maps(self):
        circuit = am.draw(recurrence_of_arrays(), arrays="heat")
        in_table = [shown.role for shown in circuit.drawing.maps if shown.piece.startswith("t")]
        assert in_table == ["value"] * 2 + ["gradient"] * 2

    def test_text_has_shape_and_scale_and_no_room_for_maps(self):
        page = signs().to_text()
        assert "(2, 3) ±2.00" in page
        assert len(page.splitlines()) == len(am.draw(am.parse("f = sum(W*W)", W=SIGNS)).to_text().splitlines())

    def test_described_for_who_cannot_see_it(self):
        desc = "heat maps"
        assert desc in signs().drawing.description
        assert desc not in am.draw(am.parse("f = x*y", x=1, y=2), arrays="heat").drawing.description


class TestExam:
    @pytest.mark.parametrize("name", ARRAYS)
    def test_exam_and_key_have_the_same_geometry(self, name):
        key = am.draw(ARRAYS[name](), arrays="heat")
        exam = key.blank("values", "gradients")
        assert (exam.drawing.width, exam.drawing.height) == (key.drawing.width, key.drawing.height)
        assert exam.drawing.gates == key.drawing.gates
        assert exam.drawing.paths == key.drawing.paths
        places = [[(m.corner, m.role, m.heat.width, m.heat.height) for m in c.drawing.maps] for c in (exam, key)]
        assert places[0] == places[1]
        assert all(shown.heat == shown.heat.blanked() for shown in exam.drawing.maps)

    @pytest.mark.parametrize("suffix", [".svg", ".dot", ".tex", ".txt"])
    def test_exams_of_equal_shapes_are_equal_to_the_byte(self, suffix, tmp_path):
        # Every answer is hidden if other entries, of scales as long, give the same file.
        files = []
        for name, sign in (("one", 1.0), ("other", -1.0)):
            rng = np.random.default_rng(len(name))
            inputs = {"X": rng.uniform(1, 1.4, size=(6, 4)) * sign, "W": rng.uniform(1, 1.4, size=(4, 3)) * sign}
            exam = am.draw(am.parse("f = sum(X @ W)*0.01", inputs), arrays="heat").blank("values", "gradients")
            files.append(exam.save(tmp_path / f"{name}{suffix}").read_bytes())
        assert files[0] == files[1]
        key = am.draw(am.parse("f = sum(X @ W)*0.01", inputs), arrays="heat")
        assert key.save(tmp_path / f"key{suffix}").read_bytes() != files[1]

    def test_wires_that_keep_their_numbers_keep_their_maps(self):
        exam = signs().blank("values", except_=["W"])
        assert value_map(exam).heat == heat(SIGNS)[0]

    def test_map_goes_with_its_text(self):
        drawing = signs().drawing
        assert drawing.with_texts(drawing.texts) == drawing
        kept = [text for text in drawing.texts if (text.piece, text.role) == ("n0", "value")]
        levels = {
            (shown.piece, shown.role): {level for row in shown.heat.slices[0] for level in row}
            for shown in drawing.with_texts(kept).maps
        }
        assert levels.pop(("n0", "value")) == {-5, -2, 0, 1, 2, 5}
        assert set().union(*levels.values()) == {0}

    def test_no_level_of_a_blank_map_is_in_the_drawing(self):
        exam = signs().blank("values", "gradients")
        assert all(set(itertools.chain(*shown.heat.slices[0])) == {0} for shown in exam.drawing.maps)
        assert not re.search("fill-opacity", exam.to_svg())


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a, b):
    light, dark = sorted((luminance(a), luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


# What is left of linear red, green and blue without one kind of cone (Machado, Oliveira and Fernandes 2009).
SIGHTS = {
    "usual": np.eye(3),
    "no long cones": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "no medium cones": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
    "no short cones": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
}


def seen(colour, sight):
    """Return a colour's place in CIELAB as somebody sees it."""
    parts = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    linear = np.clip(np.array(SIGHTS[sight]) @ linear, 0, 1)
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    xyz = to_xyz @ linear / (to_xyz @ np.ones(3))
    x, y, z = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


class TestThemes:
    @pytest.mark.parametrize("theme", [*THEMES.values(), *[t.dark for t in THEMES.values() if t.dark]])
    def test_bars_can_be_seen_on_every_shade(self, theme):
        # WCAG 2.1 asks for 3 to 1 between parts of a picture.
        for level in range(1, LEVELS + 1):
            shade = theme.mixed(theme.negative, level / LEVELS)
            assert contrast(theme.paper if level > LEVELS / 2 else theme.negative, shade) >= 2.9

    @pytest.mark.parametrize("theme", [*THEMES.values(), *[t.dark for t in THEMES.values() if t.dark]])
    def test_shades_go_from_paper_to_colour_by_steps_of_lightness(self, theme):
        for colour in (theme.value, theme.gradient, theme.negative):
            steps = [contrast(theme.mixed(colour, level / LEVELS), theme.paper) for level in range(LEVELS + 1)]
            assert steps == sorted(set(steps))

    @pytest.mark.parametrize("sight", SIGHTS)
    @pytest.mark.parametrize("name", [name for name in THEMES if name != "exam"])
    def test_colours_differ_with_sign(self, name, sight):
        for theme in filter(None, (THEMES[name], THEMES[name].dark)):
            for colour in (theme.value, theme.gradient):
                # About ten times what the eye can just tell apart; the bar says the same without colour.
                assert np.linalg.norm(seen(theme.negative, sight) - seen(colour, sight)) > 25

    def test_exam_is_black_on_white(self):
        assert set(re.findall(r"#[0-9a-f]{6}", signs(theme="exam").to_svg())) == {"#000000", "#ffffff"}

    def test_mixing(self):
        theme = Theme(paper="#ffffff")
        assert [theme.mixed("#204060", part) for part in (0, 0.5, 1)] == ["#ffffff", "#90a0b0", "#204060"]


class TestSvg:
    def test_one_path_for_each_shade_and_bars_for_negative_cells(self):
        root = ET.fromstring(signs(gradients=False, repeat=False).to_svg())
        paths = list(root.iter(f"{SVG}path"))
        shades = [(path.get("class"), path.get("fill-opacity")) for path in paths if path.get("fill-opacity")]
        # W's map; its square's has four levels, none below zero.
        assert shades[:5] == [
            ("negative", "1"),
            ("negative", "0.4"),
            ("value", "0.2"),
            ("value", "0.4"),
            ("value", "1"),
        ]
        bars = [path.get("class") for path in paths if not path.get("fill-opacity") and path.get("fill") != "none"]
        assert bars[:2] == ["paper", "negative"]
        assert all(path.get("fill").startswith("#") or path.get("fill") == "none" for path in paths)

    def test_dark_style_recolours_the_maps(self):
        svg = signs().to_svg()
        style = re.search(r"<style>(.*)</style>", svg)[1]
        assert all(f" .{kind}{{" in style for kind in ("negative", "map-value", "map-gradient"))
        assert "var(" not in svg
        assert "map-" not in re.search(r"<style>(.*)</style>", am.draw(am.parse("x*y", x=1, y=2)).to_svg())[1]

    def test_same_bytes_in_another_process(self):
        script = (
            "import numpy as np, autograd_mini as am\n"
            "W = np.arange(-20.0, 22.0).reshape(2, 3, 7)\n"
            "c = am.draw(am.parse('f = sum(W*W)', W=W), arrays='heat')\n"
            "print(c.to_svg(), c.to_tikz(), c.to_dot())\n"
        )
        outputs = {
            subprocess.run(
                [sys.executable, "-X", "utf8", "-c", script],
                env={"PYTHONHASHSEED": seed},
                capture_output=True,
                encoding="utf-8",
                check=True,
            ).stdout
            for seed in ("1", "2")
        }
        assert len(outputs) == 1


def rgb(colour):
    return tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5))


def by_librsvg(circuit, folder):
    if shutil.which("rsvg-convert") is None:
        pytest.skip("there is no rsvg-convert (apt-get install librsvg2-bin)")
    (folder / "c.svg").write_text(circuit.to_svg(), encoding="utf-8")
    subprocess.run(["rsvg-convert", "-z", "2", folder / "c.svg", "-o", folder / "c.png"], check=True)
    return 2.0, (0.0, 0.0)


def by_resvg(circuit, folder):
    resvg = pytest.importorskip("resvg_py", reason="needs the package resvg-py")
    (folder / "c.png").write_bytes(bytes(resvg.svg_to_bytes(svg_string=circuit.to_svg(), zoom=2)))
    return 2.0, (0.0, 0.0)


def by_graphviz(circuit, folder):
    circuit.save(folder / "c.png")
    return 192 / 72, None


@pytest.mark.parametrize(
    ("convert", "theme"),
    [
        *[(by_librsvg, theme) for theme in ("default", "exam", "dark", "safe", "high contrast")],
        *[(convert, theme) for convert in (by_resvg, by_graphviz) for theme in ("default", "dark")],
    ],
)
def test_converters_draw_every_cell_in_its_colour(convert, theme, tmp_path):
    image_module = pytest.importorskip("PIL.Image", reason="needs the package Pillow")
    circuit = am.draw(mlp_of_arrays(), arrays="heat", theme=theme)
    scale, origin = convert(circuit, tmp_path)
    image = image_module.open(tmp_path / "c.png").convert("RGB")
    if origin is None:
        # Graphviz's picture starts where its first node does: found by a map.
        origin = graphviz_origin(image, circuit, scale)
    pixels = np.asarray(image)
    seen = set()
    for shown in circuit.drawing.maps:
        width, height = shown.heat.cell
        for i, row in enumerate(shown.heat.slices[0]):
            for j, level in enumerate(row):
                # Beside the bar of a negative cell and away from the neighbours.
                x = (shown.corner.x + (j + 0.5) * width) * scale + origin[0]
                y = (shown.corner.y + (i + 0.25) * height) * scale + origin[1]
                colour = circuit.theme.colour(shown.role) if level > 0 else circuit.theme.negative
                wanted = rgb(circuit.theme.mixed(colour, abs(level) / LEVELS))
                near = pixels[int(y) - 1 : int(y) + 2, int(x) - 1 : int(x) + 2]
                assert np.abs(near.astype(int) - wanted).max(axis=2).min() <= 3, (shown.piece, i, j)
                seen.add((shown.role, level))
    assert len(seen) == 2 * (2 * LEVELS + 1)


def graphviz_origin(image, circuit, scale):
    """Return where the drawing's corner lies in Graphviz's picture, by the one map that has the same shade all over."""
    full = next(m for m in circuit.drawing.maps if {level for row in m.heat.slices[0] for level in row} == {LEVELS})
    is_shaded = np.all(np.asarray(image) == rgb(circuit.theme.colour(full.role)), axis=2)
    # Its inner pixels are amid forty by forty of the same colour, which no others are.
    windows = np.lib.stride_tricks.sliding_window_view
    is_shaded = windows(is_shaded, 40, axis=0)[::2].all(axis=2)
    rows, columns = np.nonzero(windows(is_shaded, 40, axis=1)[:, ::2].all(axis=2))
    middle = (columns.min() + columns.max() + 20.5, rows.min() + rows.max() + 20.5)
    centre = (full.corner.x + full.heat.width / 2, full.corner.y + full.heat.height / 2)
    return tuple(m - c * scale for m, c in zip(middle, centre))


class TestDot:
    @pytest.mark.parametrize("file_format", ["png", "pdf"])
    @pytest.mark.parametrize("name", ARRAYS)
    def test_graphviz_takes_it_without_complaint(self, name, file_format, tmp_path):
        pytest.importorskip("pygraphviz", reason="needs the package pygraphviz")
        circuit = am.draw(ARRAYS[name](), arrays="heat")
        assert circuit.save(tmp_path / f"c.{file_format}").stat().st_size > 1000

    def test_no_string_is_longer_than_graphviz_reads(self):
        dot = am.draw(mlp_of_arrays(), arrays="heat").to_dot()
        assert len(dot) > 3 * 16384
        assert max(map(len, dot.split("\\\n"))) < 16384

    def test_maps_need_positions(self):
        free = signs().to_dot(positions=False)
        assert "(2, 3) ±2.00" in free
        assert "_background" not in free


class TestTikz:
    def test_shades_bars_crosses_and_outlines(self):
        root = am.Tensor(np.array([[1.0, -1.0], [-0.4, np.nan]]), name="W")
        tikz = am.draw(root, arrays="heat", gradients=False).to_tikz()
        assert re.findall(r"\\fill\[(.*?)\]", tikz) == [
            "paper",
            "negative!100!paper",
            "negative!40!paper",
            "value!100!paper",
            "paper",
            "negative",
        ]
        outline = re.search(r"\\draw\[value, line width=0.6bp\](.*?);", tikz, re.DOTALL)[1]
        assert (outline.count("rectangle"), outline.count("--")) == (1, 2)
