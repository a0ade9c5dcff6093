"""Transcripts: a recorded circuit written as a program reads back as the same circuit."""

import numpy as np
import pytest
from oracles import load

import autograd_mini as am
from autograd_mini.marking.questions.transcripts import new_name, transcript

CASES = [("\n".join(case["program"]), case["inputs"]) for case in load("published.json")]
CASES += [
    ("(-x)**3 + x**-2 - 0.1*x", {"x": 2}),
    ("1/(x/y) - -3*x", {"x": 2, "y": 5}),
    ("sum(relu(W @ x + [1, -2]), axis=0)", {"W": [[1, 2], [3, 4]], "x": [5, -6]}),
    ("mean(softmax(z, axis=1)*z)", {"z": [[1, 2], [3, 5]]}),
    ("max(x, y, 3)*x", {"x": 2, "y": 5}),
    ("p = softmax(z)\nL = p[1]*sum(p[:2])*p[-1]*sum(p[[0, 2]])*sum(p[None, ::2])", {"z": [1, 2, 3]}),
    ("sum(stack([x, y])*concatenate([z, z])[1:3])", {"x": 1, "y": 2, "z": [3, 4]}),
    ("sum(conv1d(x, k))", {"x": [1, 2, 3], "k": [1, -1]}),
]


@pytest.mark.parametrize(("program", "inputs"), CASES)
def test_a_transcript_reads_back_as_the_circuit(program, inputs):
    root = am.parse(program, inputs)
    graph = am.Graph(root)
    found = transcript(graph, graph.gates)
    again = am.parse(found.program, {found.names[wire]: wire.data for wire in graph.leaves})
    root.backward()
    again.backward()
    there = am.Graph(again)
    assert len(there.gates) == len(graph.gates)
    for wire, name in found.names.items():
        np.testing.assert_array_equal(there[name].data, wire.data)
        np.testing.assert_array_equal(there[name].grad, wire.grad)


def test_part_of_a_circuit_has_what_enters_it_as_inputs():
    graph = am.Graph(am.parse("p = x*y\nf = sigmoid(p - 2) + x", x=2, y=3))
    (sigmoid,) = (gate for gate in graph.gates if gate.primitive.name == "sigmoid")
    found = transcript(graph, [sigmoid])
    assert found.program == "v1 = sigmoid(v)"
    assert [found.names[wire] for wire in (*sigmoid.operands, sigmoid.output)] == ["v", "v1"]


def test_names_that_are_taken_are_left_alone():
    graph = am.Graph(am.parse("f = v*v1 + v", v=2, v1=3))
    assert transcript(graph, graph.gates).program == "v2 = v*v1\nf = v2 + v"
    assert new_name("c", []) == "c"
    assert new_name("c", ["c", "c1"]) == "c2"


def test_only_unusual_options_are_written():
    graph = am.Graph(am.parse("p = softmax(z)\ns = sum(p, axis=1)\nL = mean(s)", z=[[1, 2], [3, 5]]))
    assert transcript(graph, graph.gates).program == "p = softmax(z)\ns = sum(p, axis=1)\nL = mean(s)"
