"""Frames of scopes: each holds what belongs to it and nothing else, and two overlap only if one is inside the other."""

import itertools

import pytest
from circuits import FRAMED
from test_layout import enters, gate_box, segments, text_box

import autograd_mini as am

CHOICES = {"": {}, ", inputs once": {"repeat": False}, ", local derivatives": {"local": True}}
FIGURES = {name + choice: (build, CHOICES[choice]) for choice in CHOICES for name, build in FRAMED.items()}


def frame_box(frame):
    return frame.corner.x, frame.corner.y, frame.corner.x + frame.width, frame.corner.y + frame.height


def holds(outer, inner):
    return outer[0] <= inner[0] and outer[1] <= inner[1] and inner[2] <= outer[2] and inner[3] <= outer[3]


def meets(a, b):
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def frames(circuit):
    """Return the frames with the scope of each, which stand in the order of their names."""
    names = [text.text for text in circuit.drawing.texts if text.role == "scope"]
    return list(zip(names, map(frame_box, circuit.drawing.frames), strict=True))


def nodes_in(circuit, name):
    """Return the nodes that belong in a scope: its gates, and inputs that feed nothing else."""
    nodes = circuit.model.nodes
    gates = {i for i, node in enumerate(nodes) if name in [scope.name for scope in node.scopes]}
    consumers = circuit.model.consumers()
    return gates | {i for i, taken_by in enumerate(consumers) if taken_by and {gate for gate, _ in taken_by} <= gates}


def assert_frames_are_right(circuit):
    drawing = circuit.drawing
    assert drawing.tangled == []
    boxes = frames(circuit)
    for (_, a), (_, b) in itertools.combinations(boxes, 2):
        assert not meets(a, b) or holds(a, b) or holds(b, a)
    for name, box in boxes:
        inside = set().union(*(nodes_in(circuit, other) for other, _ in boxes if other == name))
        for gate in drawing.gates:
            if meets(box, gate_box(gate)):
                assert gate.node in inside
                assert holds(box, gate_box(gate))
        for text in drawing.texts:
            if meets(box, text_box(text)):
                assert holds(box, text_box(text))
                assert not text.end.startswith("n") or int(text.end[1:]) in inside
        for path, start, end in segments(drawing.paths):
            if enters(box, start, end):
                ends = [int(name[1:]) for name in (path.tail, path.head) if name[1:].isdigit()]
                assert inside.intersection(ends)


@pytest.mark.parametrize("figure", FIGURES)
def test_every_scope_has_a_frame_that_holds_its_own_and_nothing_else(figure):
    build, choices = FIGURES[figure]
    circuit = am.draw(build(), **choices)
    scopes = {scope for node in circuit.model.nodes for scope in node.scopes}
    assert sorted(name for name, _ in frames(circuit)) == sorted(scope.name for scope in scopes)
    assert not {scope.name for scope in scopes} & {node.symbol for node in circuit.model.nodes}
    assert_frames_are_right(circuit)
