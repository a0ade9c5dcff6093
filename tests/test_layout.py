"""Geometry of drawn circuits: nothing overlaps, wires meet no text and no foreign gate, forks add up in place."""

import itertools
import math

import pytest
from circuits import ARRAYS, CIRCUITS, FRAMED, TREES, steps

import autograd_mini as am
from autograd_mini.circuit.drawing import RADIUS, text_width
from autograd_mini.circuit.layout import lay_out

# Every circuit as it is drawn by itself, and with each choice that adds texts.
CHOICES = {
    "": {},
    ", local derivatives": {"local": True, "group": False},
    ", repeated inputs": {"repeat": True, "arrays": "range"},
}
HEAT = {", heat maps": {"arrays": "heat"}, ", heat maps, local": {"arrays": "heat", "local": True, "repeat": False}}
SCALARS = CIRCUITS | FRAMED | {"fifty steps": lambda: steps(50)}
DRAWN = SCALARS | ARRAYS
FIGURES = {name + choice: (name, choice) for choice in CHOICES for name in SCALARS}
FIGURES |= {name + choice: (name, choice) for choice in HEAT for name in FRAMED | ARRAYS}
DRAWINGS = {}


def drawing(figure):
    if figure not in DRAWINGS:
        name, choice = FIGURES[figure]
        DRAWINGS[figure] = am.draw(DRAWN[name](), **(CHOICES | HEAT)[choice]).drawing
    return DRAWINGS[figure]


def text_box(text):
    """Return the box of a text's letters: left, top, right, bottom."""
    left = text.at.x - {"start": 0, "middle": 0.5, "end": 1}[text.anchor] * text.width
    below = 0.25 if "name" in text.role or text.role == "local" else 0.0
    return left, text.at.y - 0.75 * text.size, left + text.width, text.at.y + below * text.size


def map_box(shown):
    return (*shown.corner, shown.corner.x + shown.heat.width, shown.corner.y + shown.heat.height)


def written(figure):
    """Return what is written, with its box: texts and heat maps."""
    return [(text, text_box(text)) for text in figure.texts] + [(shown, map_box(shown)) for shown in figure.maps]


def gate_box(gate):
    x, y = gate.centre
    return x - gate.half_width, y - RADIUS, x + gate.half_width, y + RADIUS


def overlap(a, b):
    return min(a[2], b[2]) - max(a[0], b[0]) > 0.01 and min(a[3], b[3]) - max(a[1], b[1]) > 0.01


def segments(paths):
    for path in paths:
        for start, end in itertools.pairwise(path.points):
            yield path, start, end


def enters(box, start, end):
    """Return whether a segment runs through a box (Liang and Barsky's clipping)."""
    low, high = 0.0, 1.0
    for here, there, least, most in ((start.x, end.x, box[0], box[2]), (start.y, end.y, box[1], box[3])):
        step = there - here
        if step == 0:
            if not least < here < most:
                return False
            continue
        first, second = sorted(((least - here) / step, (most - here) / step))
        low, high = max(low, first), min(high, second)
    return high - low > 1e-9


@pytest.mark.parametrize("name", FIGURES)
def test_texts_do_not_overlap(name):
    boxes = sorted(box for _, box in written(drawing(name)))
    for i, box in enumerate(boxes):
        for other in boxes[i + 1 :]:
            if other[0] > box[2]:
                break
            assert not overlap(box, other)


@pytest.mark.parametrize("name", FIGURES)
def test_texts_stay_clear_of_gates(name):
    gates = [gate_box(gate) for gate in drawing(name).gates]
    for text, box in written(drawing(name)):
        assert not any(overlap(box, gate) for gate in gates), text


@pytest.mark.parametrize("name", FIGURES)
def test_gates_do_not_overlap(name):
    boxes = sorted(gate_box(gate) for gate in drawing(name).gates)
    for a, b in itertools.combinations(boxes, 2):
        assert not overlap(a, b)


@pytest.mark.parametrize("name", FIGURES)
def test_wires_run_through_no_text(name):
    boxes = written(drawing(name))
    for _, start, end in segments(drawing(name).paths):
        left, right = min(start.x, end.x), max(start.x, end.x)
        for text, box in boxes:
            if box[0] < right and box[2] > left:
                assert not enters(box, start, end), text


@pytest.mark.parametrize("name", FIGURES)
def test_wires_run_through_no_gate_but_their_own(name):
    for path, start, end in segments(drawing(name).paths):
        for gate in drawing(name).gates:
            if f"n{gate.node}" not in (path.tail, path.head):
                assert not enters(gate_box(gate), start, end)


@pytest.mark.parametrize("name", [name for name in FIGURES if FIGURES[name][1] in HEAT])
def test_frames_cut_no_text_and_no_map(name):
    figure = drawing(name)
    for frame in figure.frames:
        left, top = frame.corner
        box = (left, top, left + frame.width, top + frame.height)
        for shown, (x, y, right, bottom) in written(figure):
            inside = box[0] <= x and right <= box[2] and box[1] <= y and bottom <= box[3]
            assert inside or not overlap(box, (x, y, right, bottom)), shown


@pytest.mark.parametrize("name", FIGURES)
def test_everything_is_inside_the_picture(name):
    figure = drawing(name)
    for left, top, right, bottom in [*(box for _, box in written(figure)), *map(gate_box, figure.gates)]:
        assert left >= 0
        assert top >= 0
        assert right <= figure.width
        assert bottom <= figure.height


@pytest.mark.parametrize("name", FIGURES)
def test_wires_end_on_their_gates(name):
    gates = {f"n{gate.node}": gate for gate in drawing(name).gates}
    for path in drawing(name).paths:
        if path.head in gates:
            gate, end = gates[path.head], path.points[-1]
            cap = gate.centre.x - gate.half_width + RADIUS
            assert math.isclose(math.hypot(end.x - cap, end.y - gate.centre.y), RADIUS, abs_tol=1e-6)


def crossings(figure):
    """Return how many pairs of wires cross away from their common ends."""
    parts = list(segments(figure.paths))
    count = 0
    for (_, a, b), (_, c, d) in itertools.combinations(parts, 2):
        if max(a.x, b.x) <= min(c.x, d.x) or max(c.x, d.x) <= min(a.x, b.x):
            continue
        if len({a, b, c, d}) < 4:
            continue
        side = [
            (q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x)
            for p, q, r in ((a, b, c), (a, b, d), (c, d, a), (c, d, b))
        ]
        count += side[0] * side[1] < -1e-9 and side[2] * side[3] < -1e-9
    return count


@pytest.mark.parametrize(
    "name",
    [*TREES, "fork", "diamond", "a*a", "network of arrays", "steps", "layers of arrays", "nested scopes", "lstm cell"],
)
def test_no_wires_cross_where_they_need_not(name):
    assert crossings(drawing(name)) == 0


def test_crossings_are_counted():
    # A difference keeps the order of its operands, so here two wires must cross.
    assert crossings(drawing("a*b - b*a")) >= 1


def test_operands_of_a_difference_enter_in_order():
    figure = am.draw(am.parse("f = y - x", x=1, y=2)).drawing
    names = {text.text: text.end for text in figure.texts if text.role == "name"}
    entry = {path.tail: path.points[-1].y for path in figure.paths}
    assert entry[names["y"]] < entry[names["x"]]


@pytest.mark.parametrize("name", TREES)
def test_gates_centre_on_their_operands(name):
    figure = drawing(name)
    for gate in figure.gates:
        arriving = [path.points[-2].y for path in figure.paths if path.head == f"n{gate.node}"]
        assert math.isclose(sum(arriving) / len(arriving), gate.centre.y, abs_tol=1e-6)


def test_fork_shows_the_total_on_its_trunk_and_a_contribution_on_each_branch():
    figure = am.draw(am.parse("q = x + y\nf = q*z + q*x", x=2, y=-4, z=3)).drawing
    below = [text.text for text in figure.texts if text.role == "gradient"]
    assert sorted(below) == sorted(
        ["3.00", "5.00", "−2.00", "5.00", "−2.00", "5.00", "3.00", "2.00", "1.00", "1.00", "1.00"]
    )
    assert len(figure.dots) == 2


def test_same_geometry_without_numbers():
    with_numbers, without = am.draw(CIRCUITS["fork"]()), am.draw(CIRCUITS["fork"](), values=False, gradients=False)
    assert [text.role for text in without.drawing.texts if text.role in ("value", "gradient")] == []
    assert with_numbers.drawing.height == without.drawing.height


def test_layout_is_the_same_every_time():
    assert lay_out(am.draw(CIRCUITS["mazur"]()).model) == drawing("mazur")


def test_text_width_is_generous_enough_for_common_fonts():
    # Widths of Helvetica at size 1, from its metrics file; the table must not promise less.
    helvetica = {
        "0": 0.556,
        "−": 0.584,
        ".": 0.278,
        "m": 0.833,
        "W": 0.944,
        "e": 0.556,
        "×": 0.584,
        "@": 1.015,
        "l": 0.222,
    }
    for text in ("−1.00", "0.39", "[1.00, −2.00]", "eee"):
        real = sum(helvetica.get(letter, 0.278 if letter in "[], " else 0.556) for letter in text)
        assert text_width(text, 1.0) >= real


def test_operands_keep_their_order_where_it_matters():
    """a − b and b − a: the wires of one of them cross, so that each gate has its first operand on top."""

    def entering(program):
        root = am.parse(program, a=1, b=3)
        circuit = am.draw(root, repeat=False)
        wires = am.Graph(root).wires
        drawn = circuit.drawing
        ends = {}
        for path in drawn.paths:
            if path.head.startswith("n"):
                ends.setdefault(path.head, []).append((path.points[-1].y, path.tail))
        names = {f"n{i}": wire.name for i, wire in enumerate(wires)}
        return {names[head]: [names["n" + tail[1:]] for _, tail in sorted(entering)] for head, entering in ends.items()}

    assert entering("p = a - b\nq = b - a\nf = p*q") == {"p": ["a", "b"], "q": ["b", "a"], "f": ["p", "q"]}
    # The operands of a sum come as they stand.
    found = entering("p = a + b\nq = b + a\nf = p*q")
    assert found["p"] == found["q"]
