"""Lessons and quizzes as files: whole, offline, the same in every process, and telling no more than they should."""

import base64
import hashlib
import html
import inspect
import json
import re
import subprocess
import sys
from fractions import Fraction
from html.parser import HTMLParser

import numpy as np
import pytest
from circuits import CIRCUITS, fork, midterm, published, recurrence_of_arrays, scoped, unrolled_rnn

import autograd_mini as am
from autograd_mini.circuit.html import steps
from autograd_mini.circuit.html.places import Places
from autograd_mini.circuit.themes import Theme
from autograd_mini.marking.sheets import read_number
from autograd_mini.pages import page, quiz
from autograd_mini.pages.hidden import hidden
from autograd_mini.pages.questions import questions as ask_for

HOSTILE = "</script><script>alert(1)</script>\"'&<img src=x onerror=alert(2)>"
PAGES = {
    "lesson": lambda: page(midterm()),
    "quiz": lambda: quiz(midterm()),
    "hidden quiz": lambda: quiz(midterm(), answers="hidden"),
    "quiz of values": lambda: quiz(midterm(), asked="values"),
    "lesson of repeated inputs": lambda: page(published("blog-midterm-short-3.3-net"), local=True),
    "lesson of groups": lambda: page(scoped(), depth=0),
    "hidden quiz of repeated inputs": lambda: quiz(published("blog-midterm-short-3.3-net"), answers="hidden"),
    "quiz of a part": lambda: quiz(unrolled_rnn(), focus="h3"),
    "hostile lesson": lambda: page(hostile(), title=HOSTILE),
    "hostile quiz": lambda: quiz(hostile(), title=HOSTILE),
}


def hostile():
    return (am.Tensor(2.0, name=HOSTILE) * am.Tensor(3.0, name="$title")).named("</style>")


def asked(root, number_format=".2f", **choices):
    """Return all the gradients that are asked of a drawn circuit."""
    places = Places(am.draw(root, number_format=number_format, **choices))
    return ask_for(places, set(), set(places.graph.wires))


class Elements(HTMLParser):
    """Collects the elements of a page: names, attributes and texts; complains about what is not closed."""

    VOID = ("meta", "input")

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.found, self.open = [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        element = [tag, dict(attributes), ""]
        self.found.append(element)
        if tag not in self.VOID:
            self.open.append(element)

    def handle_startendtag(self, tag, attributes):
        self.found.append([tag, dict(attributes), ""])

    def handle_endtag(self, tag):
        assert self.open.pop()[0] == tag

    def handle_data(self, data):
        if self.open:
            self.open[-1][2] += data

    def of(self, tag):
        return [(attributes, text) for name, attributes, text in self.found if name == tag]


def questions(made):
    ((_, text),) = [one for one in Elements(made.to_html()).of("script") if one[0].get("id") == "questions"]
    return json.loads(text)


@pytest.mark.parametrize("name", PAGES)
class TestFile:
    def test_policy_names_the_script_and_the_style_by_their_hashes(self, name):
        elements = Elements(PAGES[name]().to_html())
        ((policy, _),) = [one for one in elements.of("meta") if "http-equiv" in one[0]]
        ((_, style),) = elements.of("style")
        ((_, script),) = [one for one in elements.of("script") if not one[0]]
        digests = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in (script, style)]
        assert policy["content"] == (
            f"default-src 'none'; script-src 'sha256-{digests[0]}'; style-src 'sha256-{digests[1]}'; "
            "base-uri 'none'; form-action 'none'"
        )

    def test_nothing_is_loaded_and_nothing_is_inline(self, name):
        for _, attributes, _ in Elements(PAGES[name]().to_html()).found:
            assert not {"src", "href", "style", "srcset", "action"} & set(attributes)
            assert not [attribute for attribute in attributes if attribute.startswith("on")]

    def test_ids_are_there_once(self, name):
        elements = Elements(PAGES[name]().to_html())
        ids = [attributes["id"] for _, attributes, _ in elements.found if "id" in attributes]
        assert len(ids) == len(set(ids))
        labels = {attributes["for"] for attributes, _ in elements.of("label")}
        assert labels == {attributes["id"] for attributes, _ in elements.of("input")}

    def test_tells_nothing_of_the_machine(self, name):
        assert not re.search(r"/home|/tmp|/usr|/root|20[2-9]\d-\d\d", PAGES[name]().to_html())


@pytest.mark.parametrize("name", ["hostile lesson", "hostile quiz"])
def test_hostile_names_and_titles_stay_text(name):
    elements = Elements(PAGES[name]().to_html())
    assert elements.of("title")[0] == ({}, HOSTILE)
    assert elements.of("h1") == [({}, HOSTILE)]
    assert not elements.of("img")
    assert len(elements.of("script")) == (3 if "quiz" in name else 1)
    # Browsers end a script at more than </script>, so its data has no < at all.
    assert not [text for attributes, text in elements.of("script") if attributes and "<" in text]


@pytest.mark.parametrize("number", [0, 2])
def test_same_bytes_in_every_process(number):
    script = (
        "import sys; sys.path.insert(0, 'tests')\n"
        "from test_page import PAGES\n"
        f"sys.stdout.buffer.write(list(PAGES.values())[{number}]().to_html().encode())"
    )
    texts = {
        subprocess.run(
            [sys.executable, "-c", script], capture_output=True, check=True, env={"PYTHONHASHSEED": seed, **ENVIRONMENT}
        ).stdout
        for seed in ("1", "2")
    }
    assert texts == {list(PAGES.values())[number]().to_html().encode()}


ENVIRONMENT = {"PYTHONPATH": ":".join(sys.path)}


class TestPlaces:
    @pytest.mark.parametrize(
        "choices", [{}, {"repeat": True}, {"group": True}, {"repeat": False, "group": False}], ids=str
    )
    @pytest.mark.parametrize("name", CIRCUITS)
    def test_numbers_stand_where_the_graph_has_them(self, name, choices):
        places = Places(am.draw(CIRCUITS[name](), **choices))
        graph, gradients = places.graph, places.graph.gradients()
        numbers = {key: text.text for key, text in places.numbers.items()}
        # Every number of the drawing is on exactly one piece of wire.
        assert len(numbers) == sum(text.role in ("value", "gradient") for text in places.drawing.texts)
        on_pieces = {(piece, "value"): wire.data for piece, wire in places.wires.items()}
        on_pieces |= {(piece, "gradient"): gradients.totals.get(wire) for wire, piece in places.trunks.items()}
        branches = {}
        for entry, piece in places.branches.items():
            if (part := gradients.contributions.get(entry)) is not None:
                branches.setdefault(piece, []).append(part)
        on_pieces |= {(piece, "gradient"): sum(parts) for piece, parts in branches.items()}
        assert numbers.keys() <= on_pieces.keys()
        for key, text in numbers.items():
            if np.ndim(on_pieces[key]) == 0:
                # A contribution may give way by less than one unit so that the printed sum is right.
                assert abs(read_number(text).value - Fraction(float(on_pieces[key]))) < Fraction(1, 100), key
        # Nothing that flows is missing: each wire outside groups has its numbers, each fork its branches.
        for wire, piece in places.trunks.items():
            assert (piece, "value") in numbers
            assert ((piece, "gradient") in numbers) == (wire in gradients.totals)
            entries = [(gate.output, position) for gate, position in graph.consumers[wire]]
            pieces = {places.branches[entry] for entry in entries if entry in gradients.contributions}
            assert all((branch, "gradient") in numbers for branch in pieces if len(pieces) > 1)

    def test_blanks_stand_on_the_same_pieces(self):
        places = Places(am.draw(fork()))
        assert places.blanks.keys() == places.numbers.keys()
        for key, blank in places.blanks.items():
            assert (blank.centre.x, blank.role) == (places.numbers[key].at.x, places.numbers[key].role)


class TestLesson:
    def items(self, made):
        text = made.to_html()
        items = re.findall(r"<li value=\"\d+\">(.*?)</li>", text)
        return [[html.unescape(line) for line in re.findall(r"<p[^>]*>(.*?)</p>", item)] for item in items]

    def test_sentences(self):
        f = am.parse("q = x + y\nf = q*z", x=-2, y=5, z=-4)
        assert self.items(page(f, number_format=".4g")) == [
            ["Start", "The inputs: x = −2, y = 5, z = −4."],
            ["Forward, + gate", "q: + gate: x + y = −2 + 5 = 3"],
            ["Forward, × gate", "f: × gate: q × z = 3 × (−4) = −12"],
            ["Backward, the output", "f: upstream 1"],
            [
                "Backward, × gate",
                "q: × gate: local z = −4; upstream 1 × local −4 = −4",
                "z: × gate: local q = 3; upstream 1 × local 3 = 3",
            ],
            [
                "Backward, + gate",
                "x: + gate: local 1; upstream −4 × local 1 = −4",
                "y: + gate: local 1; upstream −4 × local 1 = −4",
            ],
        ]

    def test_sums_at_a_fork_as_they_run(self):
        lines = [line for item in self.items(page(fork())) for line in item if "fork" in line]
        assert lines == [
            "q: fork: 2.00 so far, from 1 of 2 branches",
            "x: fork: −2.00 so far, from 1 of 2 branches",
            "q: fork: 2.00 + 3.00 = 5.00",
            "x: fork: −2.00 + 5.00 = 3.00",
        ]

    @pytest.mark.parametrize("name", CIRCUITS)
    def test_backward_sentences_are_those_of_explain(self, name, monkeypatch):
        monkeypatch.setattr(steps, "MOST_SENTENCES", 10_000)
        root = CIRCUITS[name]()
        explained = str(am.explain(root, number_format=".2f")).partition("Backward\n")[2].splitlines()
        expected = [line.strip() for line in explained if ": fork: " not in line]
        said = [
            line
            for heading, *lines in self.items(page(root))
            if heading.startswith("Backward")
            for line in lines
            if ": fork: " not in line
        ]
        assert said == expected

    @pytest.mark.parametrize("name", CIRCUITS)
    def test_every_number_appears_at_a_step(self, name):
        root = CIRCUITS[name]()
        made, places = page(root), Places(am.draw(root))
        last = len(self.items(made)) - 1
        elements = Elements(made.to_html())
        texts = [attributes for attributes, _ in elements.of("text") if "data-step" in attributes]
        # Besides sums that run, which go when their number comes.
        assert sum("data-until" not in attributes for attributes in texts) == len(places.numbers)
        gradients = [int(attributes["data-step"]) for attributes in texts if "gradient" in attributes["class"]]
        forward = sum(heading.startswith("Forward") for heading, *_ in self.items(made))
        assert all(forward < step <= last for step in gradients)

    def test_repeated_inputs(self):
        root = am.parse("f = x*x*x", x=3)
        made = page(root, number_format=".4g")
        assert self.items(made)[3:] == [
            ["Backward, the output", "f: upstream 1"],
            [
                "Backward, × gate",
                "x × x: × gate: local x = 3; upstream 1 × local 3 = 3",
                "x via f: × gate: local x × x = 9; upstream 1 × local 9 = 9",
                "x: fork: 9 so far, from 1 of 3 branches",
            ],
            [
                "Backward, × gate",
                "x via x × x: × gate: local x = 3; upstream 3 × local 3 = 9",
                "x: fork: 9 + 9 so far, from 2 of 3 branches",
                "x via x × x: × gate: local x = 3; upstream 3 × local 3 = 9",
                "x: fork: 9 + 9 + 9 = 27",
            ],
        ]
        texts = [(text, attributes) for attributes, text in Elements(made.to_html()).of("text")]
        appear = [
            (text, attributes["data-step"])
            for text, attributes in texts
            if "number gradient" in attributes.get("class", "").replace("later ", "")
        ]
        # At each use of x what comes along it, and in the table the sum as it runs, then as it is.
        assert sorted(appear) == sorted(
            [("1", "3"), ("3", "4"), ("9", "4"), ("9 + …", "4"), ("9", "5"), ("9", "5"), ("27", "5")]
        )
        assert [attributes["data-until"] for text, attributes in texts if text == "9 + …"] == ["5"]

    def test_gates_drawn_as_one_make_one_step(self):
        assert self.items(page(scoped(), depth=0, number_format=".2g")) == [
            ["Start", "The inputs: x = 1, w = 2, b = 1."],
            [
                "Forward, neuron, 3 gates",
                "w × x: × gate: w × x = 2 × 1 = 2",
                "z: + gate: w × x + b = 2 + 1 = 3",
                "h: ReLU gate: relu(z) = relu(3) = 3",
            ],
            [
                "Forward, loss, 4 gates",
                "2 × x: ×2 gate: 2 × x = 2 × 1 = 2",
                "h − 2 × x: − gate: h − 2 × x = 3 − 2 = 1",
                "#1: x² gate: (h − 2 × x)² = 1² = 1",
                "L: ×0.5 gate: 0.5 × #1 = 0.5 × 1 = 0.5",
            ],
            ["Backward, the output", "L: upstream 1"],
            [
                "Backward, loss, 4 gates",
                "#1: ×0.5 gate: local 0.5; upstream 1 × local 0.5 = 0.5",
                "h − 2 × x: x² gate: local 2 × x = 2 × 1 = 2; upstream 0.5 × local 2 = 1",
                "h: − gate: local 1; upstream 1 × local 1 = 1",
                "2 × x: − gate: local −1; upstream 1 × local −1 = −1",
                "x via 2 × x: ×2 gate: local 2; upstream −1 × local 2 = −2",
                "x: fork: −2 so far, from 1 of 2 branches",
            ],
            [
                "Backward, neuron, 3 gates",
                "z: ReLU gate: local [x > 0] = [3 > 0] = 1; upstream 1 × local 1 = 1",
                "w × x: + gate: local 1; upstream 1 × local 1 = 1",
                "b: + gate: local 1; upstream 1 × local 1 = 1",
                "w: × gate: local x = 1; upstream 1 × local 1 = 1",
                "x via w × x: × gate: local w = 2; upstream 1 × local 2 = 2",
                "x: fork: −2 + 2 = 0",
            ],
        ]

    def test_a_step_of_very_many_gates_says_the_first_and_the_last(self):
        root = am.Tensor(0.5, name="x")
        for _ in range(100):
            root = np.sin(root)
        _, forward, _, backward = self.items(page(root.named("f"), group=True, number_format=".4g"))
        assert (len(forward), len(backward)) == (62, 62)
        assert forward[:2] == ["Forward, 99 gates, sin", "sin(x): sin gate: sin(x) = sin(0.5) = 0.4794"]
        assert forward[31] == backward[31] == "… 40 more sentences …"
        assert forward[-1].startswith("f: sin gate: ")
        assert backward[-1].startswith("x: sin gate: local cos(x) = cos(0.5) = 0.8776; ")

    def test_sums_along_one_wire_into_gates_drawn_as_one(self):
        root = am.parse("h = a*b; f = (h*h + 3*h)*c", a=1, b=2, c=5)
        lines = [line for item in self.items(page(root, group=True, number_format=".4g")) for line in item]
        # h enters the group three times along one wire, which carries what they send in all.
        assert [line for line in lines if "fork" in line] == ["h: fork: 15 + 10 + 10 = 35"]

    @pytest.mark.parametrize("choices", [{"group": True}, {"repeat": True}, {"group": True, "repeat": False}], ids=str)
    @pytest.mark.parametrize("name", CIRCUITS)
    def test_every_gate_runs_once_and_after_what_it_needs(self, name, choices, monkeypatch):
        monkeypatch.setattr(steps, "MOST_SENTENCES", 10_000)
        root = CIRCUITS[name]()
        graph, solution = am.Graph(root), am.explain(root, number_format=".2f")
        items = self.items(page(root, **choices))
        forward = [line for heading, *lines in items if heading.startswith("Forward") for line in lines]
        assert len(forward) == len(graph)
        said = [
            line
            for heading, *lines in items
            if heading.startswith("Backward")
            for line in lines[heading == "Backward, the output" :]
            if ": fork: " not in line
        ]
        assert sorted(said) == sorted(solution.gradient_line(step) for step in solution.steps)
        # No gate passes on what has not all arrived.
        entries = [
            (gate.output, wire) for gate in reversed(graph.gates) for _, wire in gate.inputs
            if wire in graph.gradients().totals
        ]  # fmt: skip
        if len(set(said)) == len(said):
            of_line = {solution.gradient_line(step): entry for step, entry in zip(solution.steps, entries, strict=True)}
            arrived = set()
            for line in said:
                output, wire = of_line[line]
                assert all((consumer.output, output) in arrived for consumer, _ in graph.consumers[output])
                arrived.add((output, wire))

    def test_input_without_a_name_that_also_stands_inside_a_group(self):
        w, x, y = am.Tensor(2.0), am.Tensor(3.0, name="x"), am.Tensor(5.0, name="y")
        a = (w * x).named("a")
        root = (a * (y * w)).named("f")
        lines = [line for item in self.items(page(root, group=True, number_format=".4g")) for line in item]
        # The group of y × w and × hides what it sends to w; the sum says it.
        assert [line for line in lines if "fork" in line] == [
            "#1: fork: 30 so far, from 1 of 2 branches",
            "#1: fork: 30 + 30 = 60",
        ]
        asks = asked(root, ".4g", group=True)
        assert [(ask.name, ask.right) for ask in asks if "#1" in ask.name] == [("gradient of #1", 60)]
        quiz(root, group=True)

    def test_inputs_drawn_as_one_get_their_gradient_with_the_last_of_them(self):
        h, w = am.Tensor(0.5, name="h0"), am.Tensor(2.0, name="w")
        for i in (1, 2, 3):
            with am.scope(f"step {i}"):
                h = w * h + am.Tensor(1.0 * i, name=f"x{i}")
        made = page(h.named("f"), fold=True, number_format=".4g")
        headings = [heading for heading, *_ in self.items(made)]
        assert headings == ["Start", "Forward, step ×3, 6 gates", "Backward, the output", "Backward, step ×3, 6 gates"]
        appear = {
            (text, attributes["data-step"])
            for attributes, text in Elements(made.to_html()).of("text")
            if "data-step" in attributes
        }
        # h is 2, then 6, then 15; a step passes on twice what it is sent, and w gets 4·0.5 + 2·2 + 1·6.
        assert appear == {
            ("0.5", "0"), ("2", "0"), ("[1, 2, 3]", "0"), ("15", "1"), ("1", "2"), ("8", "3"), ("12", "3"),
            ("[4, 2, 1]", "3"),
        }  # fmt: skip
        assert [one["name"] for one in questions(quiz(h, fold=True))] == [
            "gradient of f", "gradient of w", "gradient of h0",
        ]  # fmt: skip

    def test_gates_not_in_the_picture_are_summed_up(self):
        items = self.items(page(unrolled_rnn(), focus="h3", steps=1))
        assert [item for item in items if "not in the picture" in item[0]] == [
            ["Forward, gates not in the picture", "11 gates not in the picture: w × h2 + u × x3 = −0.18"],
            ["Forward, gates not in the picture", "7 gates not in the picture: h5 = 0.39"],
            ["Backward, gates not in the picture", "7 gates not in the picture: w × h3 receives 0.29"],
            [
                "Backward, gates not in the picture",
                "11 gates not in the picture: w receives −0.51",
                "w: fork: −0.05 + (−0.51) = −0.56",
            ],
        ]
        assert [heading for heading, *_ in items if "not in the picture" not in heading] == [
            "Start", "Forward, tanh gate", "Forward, × gate",
            "Backward, the output", "Backward, × gate", "Backward, tanh gate",
        ]  # fmt: skip

    def test_heat_maps_appear_with_their_numbers(self):
        root = recurrence_of_arrays()
        made, places = page(root, arrays="heat"), Places(am.draw(root, arrays="heat"))
        found = re.findall(r'<g class="number" data-step="(\d+)">', made.to_html())
        assert len(found) == len(places.drawing.maps) > 20
        texts = [attributes["data-step"] for attributes, text in Elements(made.to_html()).of("text")
                 if "±" in text and "data-step" in attributes and "data-until" not in attributes]  # fmt: skip
        assert sorted(found) == sorted(texts)

    def test_of_a_circuit_is_that_of_its_tensor(self, tmp_path):
        circuit = am.draw(fork(), theme="safe", repeat=True)
        made = page(fork(), theme="safe", repeat=True).to_html()
        assert circuit.to_html() == page(circuit).to_html() == made
        assert circuit.save(tmp_path / "fork.html").read_text(encoding="utf-8") == made

    def test_of_a_circuit_without_gradients_runs_forward(self):
        headings = [heading for heading, *_ in self.items(page(am.draw(fork(), gradients=False)))]
        assert headings == [
            "Start",
            *["Forward, × gate" if i else "Forward, + gate" for i in range(3)],
            "Forward, + gate",
        ]

    def test_refusals(self):
        circuit = am.draw(fork())
        with pytest.raises(am.RenderError) as caught:
            circuit.blank("values").to_html()
        assert str(caught.value) == (
            "a circuit with empty cells is no page: its steps would fill them in. Make a page of the circuit that has "
            "its numbers, or a quiz, which asks for them."
        )
        with pytest.raises(am.RenderError) as caught:
            page(circuit, depth=0, theme="dark")
        assert str(caught.value) == "page: a drawn circuit has its choices made; give depth, theme to draw."

    def test_choices_are_those_of_draw(self):
        def choices(function):
            return {
                name: parameter.default
                for name, parameter in inspect.signature(function).parameters.items()
                if name != "root"
            }

        drawn = {name: default for name, default in choices(am.draw).items() if name not in ("values", "gradients")}
        assert choices(page) == drawn
        asking = {name: choices(quiz)[name] for name in ("asked", "given", "answers", "salt")}
        assert choices(quiz) == {name: drawn[name] for name in drawn if name != "local"} | asking


class TestQuiz:
    def test_asks_in_the_order_of_the_work(self):
        names = [one["name"] for one in questions(quiz(am.parse("q = x + y\nf = q*z", x=-2, y=5, z=-4)))]
        assert names == [f"gradient of {wire}" for wire in ("f", "q", "z", "x", "y")]

    def test_asks_for_the_branches_of_a_fork_before_their_sum(self):
        names = [one["name"] for one in questions(quiz(fork(), asked=["x"]))]
        assert names == ["gradient of x by way of q × x", "gradient of x by way of q", "gradient of x"]
        assert [one["right"] for one in questions(quiz(fork(), asked=["x"]))] == [-2.0, 5.0, 3.0]

    def test_tells_apart_two_branches_into_one_gate(self):
        names = [one["name"] for one in questions(quiz(am.parse("f = a/a", a=3), asked=["a"]))]
        assert names == [
            "gradient of a by way of f, operand 2",
            "gradient of a by way of f, operand 1",
            "gradient of a",
        ]

    def test_asks_for_values_and_gradients(self):
        made = quiz(midterm(), asked=["value:p0", "w0"], given=["u"])
        assert [one["name"] for one in questions(made)] == ["value of p0", "gradient of w0"]
        texts = [
            text for attributes, text in Elements(made.to_html()).of("text") if attributes.get("class") == "gradient"
        ]
        # Only the gradient of u is given.
        assert texts == ["−1.00"]

    def test_right_numbers_are_those_of_the_marker(self):
        root = midterm()
        asked = questions(quiz(root))
        report = am.check(root, {one["name"].removeprefix("gradient of "): "0" for one in asked})
        assert [(mark.wire, float(mark.right)) for mark in report.marks] == [
            (one["name"].removeprefix("gradient of "), one["right"]) for one in asked
        ]

    def test_hints(self):
        by_name = {one["name"]: one["hints"] for one in questions(quiz(midterm(), number_format=".4g"))}
        assert by_name["gradient of u"] == [
            "1/x gate: upstream × local, where local is −1/x²",
            "u: 1/x gate: local −1/x² = −1/(−1)² = −1; upstream 1 × local −1 = −1",
        ]
        values = {one["name"]: one["hints"] for one in questions(quiz(midterm(), asked="values", number_format=".4g"))}
        assert values["value of s"] == ["s: + gate: p0 + p1", "s: + gate: p0 + p1 = 3 + (−4) = −1"]
        forked = {one["name"]: one["hints"] for one in questions(quiz(fork()))}
        assert forked["gradient of x"] == [
            "x: fork: the sum of what its 2 branches send back",
            "x: fork: −2.00 + 5.00 = 3.00",
        ]

    def test_values_asked_are_not_shown(self):
        root = am.parse("q = x*y\nf = q*q", x=7.31, y=-3.77)
        made = quiz(root, asked="values", answers="hidden", number_format=".4f").to_html()
        assert "7.3100" in made
        assert "27.558" not in made

    def test_arrays_are_not_asked(self):
        root = CIRCUITS["network of arrays"]()
        assert [one["name"] for one in questions(quiz(root))] == ["gradient of L"]

    def test_repeated_inputs_are_asked_at_each_use_and_in_the_table(self):
        root = published("blog-midterm-short-3.3-net")
        places = Places(am.draw(root))
        asks = asked(root)
        assert len({(ask.piece, ask.kind) for ask in asks}) == len(asks)
        # Every gradient of the picture is asked, once.
        assert {ask.piece for ask in asks} == {piece for piece, role in places.numbers if role == "gradient"}
        k1 = [ask for ask in asks if ask.name.startswith("gradient of k1") and "k1 × x" in ask.name.partition("way")[2]]
        (total,) = [ask for ask in asks if ask.name == "gradient of k1"]
        assert len(k1) == 3
        assert total.piece in places.table
        assert sum(ask.right for ask in k1) == pytest.approx(total.right, rel=1e-12)

    def test_value_of_a_repeated_input_is_asked_in_the_table_and_shown_nowhere(self):
        made = quiz(am.parse("f = x*x*x", x=7.31), asked=["value:x"], answers="hidden", number_format=".4f")
        assert [one["name"] for one in questions(made)] == ["value of x"]
        assert "7.31" not in made.to_html()

    def test_gates_drawn_as_one_are_asked_from_outside(self):
        by_name = {ask.name: ask for ask in asked(scoped(), depth=0, number_format=".2g")}
        assert {name: ask.right for name, ask in by_name.items()} == {
            "gradient of L": 1,
            "gradient of h": 1,
            "gradient of b": 1,
            "gradient of w": 1,
            "gradient of x by way of L": -2,
            "gradient of x by way of h": 2,
            "gradient of x": 0,
        }
        assert by_name["gradient of w"].rule == "neuron, 3 gates: the chain rule from h back to w"
        # The gates on the way, no others.
        assert by_name["gradient of w"].worked == (
            "z: ReLU gate: local [x > 0] = [3 > 0] = 1; upstream 1 × local 1 = 1",
            "w × x: + gate: local 1; upstream 1 × local 1 = 1",
            "w: × gate: local x = 1; upstream 1 × local 1 = 1",
        )
        (value,) = questions(quiz(scoped(), depth=0, asked=["value:h"], number_format=".2g"))
        assert value["hints"] == [
            "h: neuron, 3 gates: h from w, x, b",
            "w × x: × gate: w × x = 2 × 1 = 2",
            "z: + gate: w × x + b = 2 + 1 = 3",
            "h: ReLU gate: relu(z) = relu(3) = 3",
        ]
        for name in ("z", "value:z"):
            with pytest.raises(am.QuestionError) as caught:
                quiz(scoped(), depth=0, asked=[name])
            assert str(caught.value) == (
                f"quiz: the {'value' if 'value' in name else 'gradient'} of 'z' cannot be asked: it is not in the "
                "picture. Ask for wires with a single number."
            )

    def test_numbers_from_outside_the_picture_are_given(self):
        root = unrolled_rnn()
        made = quiz(root, focus="h3", steps=1, number_format=".4f")
        assert [one["name"] for one in questions(made)] == [
            "gradient of h3",
            "gradient of w × h2 + u × x3",
            "gradient of w by way of w × h3",
            "gradient of w",
        ]
        gradients, graph = am.Graph(root).gradients(), am.Graph(root)
        onward = graph.consumers[graph["h3"]][0][0].output
        elsewhere = sum(
            float(gradients.contributions[gate.output, position])
            for gate, position in graph.consumers[graph["w"]]
            if gate.output is not onward
        )
        shown = [
            text for attributes, text in Elements(made.to_html()).of("text") if attributes.get("class") == "gradient"
        ]
        expected = [float(gradients.totals[onward]), elsewhere]
        assert sorted(float(text.replace("−", "-")) for text in shown) == pytest.approx(sorted(expected), abs=1e-4)

    def test_refusals(self):
        for call, error, message in (
            (
                lambda: quiz(midterm(), asked="grads"),
                am.QuestionError,
                "quiz: asked is 'gradients', 'values' or a list of wires, such as ['w0', 'value:q']; got 'grads'.",
            ),
            *(
                (
                    lambda asked=asked: quiz(midterm(), asked=asked),
                    am.QuestionError,
                    "quiz: asked is 'gradients', 'values' or a list of wires, such as ['w0', 'value:q']; "
                    f"got {asked!r}.",
                )
                for asked in (3, ["w0", 3])
            ),
            *(
                (
                    lambda given=given: quiz(midterm(), given=given),
                    am.QuestionError,
                    f"quiz: given is a list of wires, such as ['w0']; got {given!r}.",
                )
                for given in (3, "w0", [3])
            ),
            (
                lambda: quiz(midterm(), asked=["x0", "w0"], given=["w0"]),
                am.QuestionError,
                "quiz: the gradient of 'w0' is both asked and given. Leave it out of one of the two lists.",
            ),
            (
                lambda: quiz(midterm(), answers="none"),
                am.QuestionError,
                "quiz: answers is 'plain' or 'hidden'; got 'none'.",
            ),
            (
                lambda: quiz(midterm(), asked=[]),
                am.QuestionError,
                "quiz: nothing is asked; ask for a wire with a single number that takes a gradient.",
            ),
            (
                lambda: quiz(am.parse("u = x*0\nf = log(u)", x=1), asked="values"),
                am.NotFiniteError,
                "quiz: the right value of f is −∞, so no answer can be marked there. Choose other inputs.",
            ),
            (lambda: page(midterm()).save("a.htm"), am.RenderError, "a page is saved as .html; got 'a.htm'."),
        ):
            with pytest.raises(error) as caught, np.errstate(all="ignore"):
                call()
            assert str(caught.value) == message
        with pytest.raises(am.UnknownWireError):
            quiz(midterm(), asked=["w9"])
        root = am.parse("f = sum(v)*x", v=np.ones(3), x=2)
        for name, why in (("v", "it is an array"), ("k", "it was made with requires_grad=False")):
            with pytest.raises(am.QuestionError) as caught:
                quiz(root * am.Tensor(3.0, name="k", requires_grad=False), asked=(one for one in ["x", name]))
            assert str(caught.value) == (
                f"quiz: the gradient of {name!r} cannot be asked: {why}. Ask for wires with a single number."
            )


class TestHidden:
    def test_no_answer_is_anywhere_in_the_file(self):
        # Numbers that occur nowhere else: neither as coordinates nor as inputs.
        root = am.parse("q = x*y\nf = q*z + x", x=7.31, y=-3.77, z=11.13)
        answers = [7.31 * 3.77, 7.31 * 11.13, 3.77 * 11.13, 1 - 3.77 * 11.13]
        texts = {f"{abs(number):.{digits}f}" for number in answers for digits in (2, 3, 4)}
        open_ = quiz(root, number_format=".4f").to_html()
        assert any(text in open_ for text in texts)
        made = quiz(root, answers="hidden", number_format=".4f", given=[])
        # What stands on the wires: values are shown, and the value of q is the gradient of z.
        shown = {"27.5587", "27.559", "27.56"}
        assert not [text for text in texts - shown if text in made.to_html()]
        for one in questions(made):
            assert one.keys() == {"name", "kind", "hidden", "hints"}
            assert len(one["hints"]) == 1

    def test_nothing_is_told_of_what_answers_are_worked_out_from(self):
        plain, made = (quiz(midterm(), answers=kind).to_html() for kind in ("plain", "hidden"))
        for told in (
            'id="working"',
            "upstream) =>",
            "const rules",
            "const following",
            "One that is right from your own earlier numbers",
        ):
            assert told in plain
            assert told not in made

    @pytest.mark.parametrize(
        "choices", [{"repeat": True}, {"group": True}, {"depth": 0}, {"focus": "q", "steps": 1}], ids=str
    )
    def test_no_answer_is_in_the_file_however_it_is_drawn(self, choices):
        x, y, z = (am.Tensor(number, name=name) for name, number in (("x", 7.31), ("y", -3.77), ("z", 11.13)))
        with am.scope("part"):
            q = (x * y * x).named("q")
        root = (q * z + x * x * 0.37).named("f")
        asks = asked(root, **choices)
        # What the question gives is no secret: the values on the wires and the constant in its gate.
        given = [0.37, *[float(wire.data) for wire in am.Graph(root).wires]]
        names = {one["name"] for one in questions(quiz(root, **choices))}
        rights = {abs(ask.right) for ask in asks if ask.name in names} - {1.0, *map(abs, given)}
        texts = {f"{right:.{digits}f}" for right in rights for digits in (2, 3, 4)}
        plain, made = (
            quiz(root, number_format=".4f", answers=kind, **choices).to_html() for kind in ("plain", "hidden")
        )
        assert sum(text in plain for text in texts) >= 6
        assert not [text for text in texts if text in made]

    def test_salts_differ(self):
        first, second = (questions(quiz(midterm(), answers="hidden", salt=salt)) for salt in ("a", "b"))
        assert not {h for one in first for h in one["hidden"]["hashes"]} & {
            h for one in second for h in one["hidden"]["hashes"]
        }
        # Equal answers of one quiz, such as all the −1 of this circuit, do not show that they are equal.
        hashes = [h for one in first for h in one["hidden"]["hashes"]]
        assert len(hashes) == len(set(hashes))

    @pytest.mark.parametrize(
        "right", [0.0, -1.0, -0.1966119332414819, 1 / 3, 0.125, 2.5, 39.0, -1234.5678, 6.02e23, 1e-7]
    )
    def test_hashes_are_those_of_what_the_marker_accepts(self, right):
        held = hidden(right, "s")

        def is_held(spelling):
            return hashlib.sha256(f"s:{spelling}".encode()).hexdigest()[:16] in held["hashes"]

        for places in range(held["fewest"], held["most"] + 1):
            nearest = round(Fraction(right) * Fraction(10) ** places)
            for digits in range(nearest - 3, nearest + 4):
                assert is_held(f"{digits}e{-places}") == read_number(f"{digits}e{-places}").agrees_with(right)
        for bottom in range(2, min(held["bottom"], 50) + 1):
            top = round(right * bottom)
            fraction = Fraction(top, bottom)
            text = f"{3 * top}/{3 * bottom}"
            assert is_held(f"{fraction.numerator}/{fraction.denominator}") == read_number(text).agrees_with(right)


class TestPage:
    def test_is_saved_whole_and_returns_its_path(self, tmp_path):
        made = page(midterm())
        path = made.save(tmp_path / "lesson.html")
        assert path.read_text(encoding="utf-8") == made.to_html()
        with pytest.raises(FileNotFoundError):
            made.save(tmp_path / "nowhere" / "lesson.html")

    def test_in_a_notebook_stands_in_a_frame_of_its_own(self):
        made = quiz(midterm(), title="Gradients of 3.1")
        bundle = made._repr_mimebundle_()
        assert bundle["text/plain"] == repr(made) == "<Page: Gradients of 3.1>"
        ((frame, _),) = Elements(bundle["text/html"]).of("iframe")
        assert frame["srcdoc"] == made.to_html()
        assert frame["sandbox"] == "allow-scripts"
        assert frame["title"] == "Gradients of 3.1"

    def test_themes(self):
        assert "prefers-color-scheme: dark" in page(midterm()).to_html()
        printed = page(midterm(), theme="exam").to_html()
        assert "prefers-color-scheme: dark" not in printed
        assert '<meta name="color-scheme" content="light">' in printed
        own = Theme(value="#123456", gradient="#654321")
        for made in (page(midterm(), theme=own), quiz(midterm(), theme=own), page(am.draw(midterm(), theme=own))):
            assert "--value:#123456;--gradient:#654321;" in made.to_html()
        assert '<meta name="color-scheme" content="dark">' in page(midterm(), theme="dark").to_html()
