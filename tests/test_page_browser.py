"""Lessons and quizzes in headless Chromium: stepping, typing, marking, both colour schemes, a narrow screen, axe.

Needs Chromium on the path and the packages playwright and axe-playwright-python, which brings axe along; no network.
"""

import hashlib
import random
from importlib.resources import files

import pytest
from chromium import NARROW, WIDE
from circuits import CIRCUITS, fork, midterm, published, scalar_mlp, scoped, unrolled_rnn

import autograd_mini as am
from autograd_mini.marking.sheets import read_number
from autograd_mini.pages import page, quiz
from autograd_mini.pages.hidden import hidden

pytestmark = pytest.mark.slow


def seen(sheet):
    """Return the numbers that can be seen on the wires."""
    numbers = sheet.locator("text.number").all()
    return [number.text_content() for number in numbers if number.is_visible()]


def said(sheet):
    """Return the heading and the sentences of the step."""
    return sheet.locator("#now p").all_text_contents()


class TestLesson:
    def test_numbers_appear_as_the_steps_run(self, show):
        sheet = show(page(am.parse("q = x + y\nf = q*z", x=-2, y=5, z=-4)))
        assert sorted(seen(sheet)) == sorted(["−2.00", "5.00", "−4.00"])
        assert sheet.locator("#progress").text_content() == "Step 0 of 5"
        sheet.click("text=Next")
        assert said(sheet) == [
            "Forward, + gate",
            "q: + gate: x + y = −2.00 + 5.00 = 3.00",
        ]
        assert sorted(seen(sheet)) == sorted(["−2.00", "5.00", "−4.00", "3.00"])
        # The gate at work and its three wires.
        assert sheet.locator(".lit rect.on").count() == 1
        assert sheet.locator(".lit polyline.on").count() == 3
        sheet.click("text=Last")
        assert len(seen(sheet)) == 10
        assert sheet.locator("#progress").text_content() == "Step 5 of 5"
        sheet.click("text=First")
        assert len(seen(sheet)) == 3

    def test_keyboard(self, show):
        sheet = show(page(fork()))

        def progress():
            return sheet.locator("#progress").text_content()

        for key, reached in (("ArrowRight", 1), ("ArrowRight", 2), ("ArrowLeft", 1), ("End", 9), ("ArrowRight", 9),
                             ("ArrowLeft", 8), ("Home", 0), ("ArrowLeft", 0)):  # fmt: skip
            sheet.keyboard.press(key)
            assert progress() == f"Step {reached} of 9"
        # Tab goes to the figure, then to the buttons in order; at the last step the button keeps the focus.
        for name in ("scroll", "first", "back", "next"):
            sheet.keyboard.press("Tab")
            assert sheet.evaluate("() => document.activeElement.id") == name
        for _ in range(12):
            sheet.keyboard.press("Enter")
        assert progress() == "Step 9 of 9"
        assert sheet.evaluate("() => document.activeElement.id") == "next"
        assert sheet.locator("#next").get_attribute("aria-disabled") == "true"

    def test_sums_at_forks_and_live_region(self, show):
        sheet = show(page(fork()))
        sheet.keyboard.press("End")
        assert said(sheet) == [
            "Backward, + gate",
            "x via q: + gate: local 1.00; upstream 5.00 × local 1.00 = 5.00",
            "x: fork: −2.00 + 5.00 = 3.00",
            "y: + gate: local 1.00; upstream 5.00 × local 1.00 = 5.00",
        ]
        assert sheet.locator("#now").get_attribute("aria-live") == "polite"

    def test_totals_of_repeated_inputs_run(self, show):
        sheet = show(page(am.parse("f = x*x*x", x=2), number_format=".4g"))
        # x at its three uses and in the table.
        assert seen(sheet) == ["2"] * 4

        def others():
            return sorted(text for text in seen(sheet) if text != "2")

        for _ in range(4):
            sheet.keyboard.press("ArrowRight")
        # The values 4 and 8, the gradient 1, and what the last gate sends: 4 to x, and 2 to x × x.
        assert others() == sorted(["4", "8", "1", "4", "4 + …"])
        sheet.keyboard.press("ArrowRight")
        assert others() == sorted(["4", "8", "1", "4", "4", "4", "12"])
        sheet.keyboard.press("ArrowLeft")
        assert others() == sorted(["4", "8", "1", "4", "4 + …"])

    @pytest.mark.parametrize(
        "made",
        [
            lambda: page(published("blog-midterm-short-3.3-net"), local=True),
            lambda: page(scalar_mlp()),
            lambda: page(scoped(), depth=0),
            lambda: page(scoped(), local=True),
            lambda: page(unrolled_rnn(), focus="h3", steps=1),
        ],
        ids=["repeated inputs", "groups", "collapsed scopes", "scopes", "part"],
    )
    def test_each_step_marks_its_gate_and_at_the_end_everything_is_there(self, show, made):
        sheet = show(made())
        last = sheet.locator("#steps > li").count() - 1
        for step in range(1, last + 1):
            sheet.keyboard.press("ArrowRight")
            heading, *lines = said(sheet)
            assert lines
            own = not heading.endswith(("the output", "not in the picture"))
            assert sheet.locator(".lit rect.on").count() == own or "not in the picture" in heading, (step, heading)
        later = sheet.locator("text.number.later").evaluate_all("all => all.map(number => number.dataset.until)")
        assert None not in later
        sheet.keyboard.press("Home")
        assert sheet.locator(".lit .on").count() == 0

    def test_narrow_screen_scrolls_the_figure_and_follows_the_gate(self, show):
        sheet = show(page(midterm()), viewport=NARROW)
        assert sheet.evaluate("() => document.documentElement.scrollWidth") == NARROW["width"]
        frame, figure = sheet.locator("#scroll").bounding_box(), sheet.locator("#figure").bounding_box()
        assert figure["width"] > 2 * frame["width"]
        for _ in range(6):
            sheet.keyboard.press("ArrowRight")
        sheet.wait_for_function("() => document.getElementById('scroll').scrollLeft > 300")
        sheet.wait_for_timeout(400)
        gate = sheet.locator(".lit rect.on").bounding_box()
        assert frame["x"] < gate["x"]
        assert gate["x"] + gate["width"] < frame["x"] + frame["width"]

    def test_arrow_keys_scroll_a_figure_that_is_too_wide_and_in_focus(self, show):
        sheet = show(page(midterm()), viewport=NARROW)
        sheet.locator("#scroll").focus()
        sheet.keyboard.press("ArrowRight")
        sheet.wait_for_function("() => document.getElementById('scroll').scrollLeft > 0")
        assert sheet.locator("#progress").text_content() == "Step 0 of 13"

    def test_without_its_script_everything_is_there(self, browser, tmp_path):
        path = page(midterm()).save(tmp_path / "lesson.html")
        context = browser.new_context(java_script_enabled=False)
        sheet = context.new_page()
        sheet.goto(path.as_uri())
        assert len(sheet.locator("text.number:visible").all()) == 22
        assert sheet.locator("#steps > li").last.is_visible()
        assert not sheet.locator("#next").is_visible()
        context.close()


class TestQuiz:
    def write(self, sheet, name, text):
        field = sheet.get_by_label(name, exact=True)
        field.fill(text)
        field.press("Tab")

    def verdict(self, sheet, name):
        cell = sheet.locator(".cell", has=sheet.get_by_label(name, exact=True))
        return cell.get_attribute("data-verdict")

    @pytest.mark.parametrize("answers", ["plain", "hidden"])
    def test_marks_at_once(self, show, answers):
        root = midterm()
        sheet = show(quiz(root, answers=answers))
        assert sheet.locator("#score").text_content() == "0 of 11 right"
        given = {"f": "1", "u": "−1.0", "t": "5", "s": "0,5", "w1": "-6/-3", "x1": " -2.00 ", "w0": ""}
        report = am.check(root, given)
        for wire, text in given.items():
            self.write(sheet, f"gradient of {wire}", text)
        # A quiz says wrong for a slip; one with hidden answers does not know what follows.
        words = {"slip": "wrong"} | ({"follows": "wrong"} if answers == "hidden" else {})
        expected = {wire: words.get(v, v) for wire, v in report.verdicts.items()}
        assert {wire: self.verdict(sheet, f"gradient of {wire}") or "blank" for wire in given} == expected
        assert sheet.locator("#score").text_content() == "4 of 11 right"
        assert sheet.locator("#first-mistake").text_content() == (
            "First mistake, from the output back: the gradient of t."
        )
        sheet.click("text=Go to the first mistake")
        assert sheet.evaluate("() => document.activeElement.getAttribute('aria-invalid')") == "true"
        field = sheet.get_by_label("gradient of s", exact=True)
        described = sheet.locator(f"#{field.get_attribute('aria-describedby')}").text_content()
        assert described == "gradient of s: unreadable: a decimal comma; write 0.5."
        # What is corrected is marked anew.
        self.write(sheet, "gradient of t", "-1")
        assert sheet.locator("#status").text_content() == "gradient of t: right."
        assert sheet.locator("#first-mistake").text_content() == (
            "First mistake, from the output back: the gradient of s."
        )

    def test_verdict_is_in_words_and_in_shapes(self, show):
        sheet = show(quiz(midterm()))
        styles = set()
        for wire, text, word, shape in (("f", "1", "right", "solid"), ("u", "7", "wrong", "dashed"),
                                        ("t", "x", "unreadable", "dotted")):  # fmt: skip
            self.write(sheet, f"gradient of {wire}", text)
            cell = sheet.locator(".cell", has=sheet.get_by_label(f"gradient of {wire}", exact=True))
            styles.add(cell.locator("input").evaluate("field => getComputedStyle(field).borderTopStyle"))
            assert cell.locator(f"path.{word}").is_visible()
            assert cell.locator("path:visible").count() == 1
            assert sheet.locator(".sheet li", has_text=f"gradient of {wire}").locator("b").text_content() == word
            assert shape in styles
        assert styles == {"solid", "dashed", "dotted"}

    def test_enter_marks_and_typing_takes_the_verdict_back(self, show):
        sheet = show(quiz(midterm()))
        field = sheet.get_by_label("gradient of f", exact=True)
        field.fill("2")
        assert self.verdict(sheet, "gradient of f") is None
        field.press("Enter")
        assert self.verdict(sheet, "gradient of f") == "wrong"
        field.press_sequentially("3")
        assert self.verdict(sheet, "gradient of f") is None

    def test_hints(self, show):
        sheet = show(quiz(midterm()))
        sheet.get_by_label("gradient of u", exact=True).focus()
        assert sheet.locator("#hints").inner_text() == ""
        sheet.click("#hint")
        assert sheet.locator("#hints").inner_text() == "1/x gate: upstream × local, where local is −1/x²"
        sheet.click("#hint")
        assert sheet.locator("#hints").inner_text().splitlines()[1] == (
            "u: 1/x gate: local −1/x² = −1/(−1.00)² = −1.00; upstream 1.00 × local −1.00 = −1.00"
        )
        assert sheet.locator("#hint").get_attribute("aria-disabled") == "true"

    def test_hints_for_gates_drawn_as_one_go_gate_by_gate(self, show):
        sheet = show(quiz(scoped(), depth=0, number_format=".2g"))
        sheet.get_by_label("gradient of w", exact=True).focus()
        for count in range(1, 5):
            sheet.click("#hint")
            assert sheet.locator("#hints span").count() == count
        assert sheet.locator("#hints span").last.text_content() == ("w: × gate: local x = 1; upstream 1 × local 1 = 1")
        assert sheet.locator("#hint").get_attribute("aria-disabled") == "true"

    def test_hidden_hints_stop_at_the_rule(self, show):
        sheet = show(quiz(midterm(), answers="hidden"))
        sheet.get_by_label("gradient of u", exact=True).focus()
        sheet.click("#hint")
        assert sheet.locator("#hint").text_content() == "No more hints: gradient of u"
        assert sheet.locator("#hints").inner_text() == "1/x gate: upstream × local, where local is −1/x²"

    def test_all_right(self, show):
        root = fork()
        made = quiz(root, answers="hidden")
        sheet = show(made)
        for name, text in (("f", "1"), ("q", "5"), ("z", "-2"), ("x", "3"), ("y", "5.00"), ("q × z", "1"),
                           ("q × x", "1.0"), ("q by way of q × x", "2"), ("q by way of q × z", "3"),
                           ("x by way of q", "5"), ("x by way of q × x", "-2")):  # fmt: skip
            self.write(sheet, f"gradient of {name}", text)
        assert sheet.locator("#score").text_content() == "11 of 11 right"
        assert not sheet.locator("#mistake").is_visible()
        assert not sheet.locator("#empty").is_visible()

    @pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
    def test_cells_stand_apart_and_inside_the_figure(self, show, viewport):
        for name in ("midterm 3.1", "fork", "a*b - b*a", "mazur", "large numbers", "convnet of 3.3", "300 gates"):
            sheet = show(quiz(CIRCUITS[name]()), viewport=viewport)
            assert sheet.evaluate("() => document.documentElement.scrollWidth") <= viewport["width"]
            boxes = "all => all.map(one => one.getBoundingClientRect().toJSON())"
            figure = sheet.locator("#figure").evaluate_all(boxes)[0]
            cells = sheet.locator(".cell input").evaluate_all(boxes)
            for i, a in enumerate(cells):
                # As high as a finger needs, by WCAG 2.2.
                assert a["height"] >= 24
                assert figure["x"] <= a["x"]
                assert a["x"] + a["width"] <= figure["x"] + figure["width"]
                assert a["y"] + a["height"] <= figure["y"] + figure["height"]
                for b in cells[:i]:
                    assert (
                        a["x"] + a["width"] <= b["x"]
                        or b["x"] + b["width"] <= a["x"]
                        or a["y"] + a["height"] <= b["y"]
                        or b["y"] + b["height"] <= a["y"]
                    ), name


def test_two_lessons_in_one_notebook_step_apart(show):
    made = [page(published("blog-midterm-short-3.3-net")), page(scoped(), depth=0)]
    cells = "".join(f"<div>{one._repr_mimebundle_()['text/html']}</div>" for one in made)
    sheet = show(f"<!DOCTYPE html><html lang=en><title>Notebook</title><body>{cells}</body></html>")
    first, second = (sheet.frame_locator("iframe").nth(i) for i in range(2))
    second.locator("#next").click()
    assert first.locator("#progress").text_content() == "Step 0 of 59"
    assert second.locator("#progress").text_content() == "Step 1 of 5"
    assert second.locator("#now p").first.text_content() == "Forward, neuron, 3 gates"


def test_two_quizzes_in_one_notebook_leave_each_other_alone(show):
    bundles = [quiz(midterm())._repr_mimebundle_(), quiz(midterm(), answers="hidden")._repr_mimebundle_()]
    cells = "".join(f"<div>{bundle['text/html']}</div>" for bundle in bundles)
    sheet = show(f"<!DOCTYPE html><html lang=en><title>Notebook</title><body>{cells}</body></html>")
    first, second = (sheet.frame_locator("iframe").nth(i) for i in range(2))
    for frame, text in ((first, "1"), (second, "2")):
        field = frame.get_by_label("gradient of f", exact=True)
        field.fill(text)
        field.press("Enter")
    assert first.locator("#score").text_content() == "1 of 11 right"
    assert second.locator("#score").text_content() == "0 of 11 right"
    assert first.locator("#status").text_content() == "gradient of f: right."
    assert second.locator("#status").text_content() == "gradient of f: wrong."


WRITTEN = """
0 -0 00 7 -3 − - + . .. .5 3. -.5 −0.20 –1 －1 +2.50 1e-3 1.5E2 1e+2 1e5 1e 1e400 1e401 1e-400 1e-401 e5 39/100
-39/100 1/3 2/-4 1/-3 -1/-3 1.5/3 1.5/10 1/0 1/0.0 0/5 1/ /2 1//2 1/10 1/1e2 1/100.0 1/0.1 1/1e401 0,39 -0,39
−0,39 1,2,3 abc inf nan 0x10 1_000 9**9 ３ ٣ 1e３ 10/3 100/300 0.333 0.3333 0.33333333 0.1666666666667 −0.1966
12345.678 1.2e4 0e5 0e-9 --1 +-1 1/+3 -1e-5/3
"""


def texts():
    """Return what people write, what they should not, and random pieces of both."""
    written = WRITTEN.split()
    written += [
        "", "   ", " 7 ", "- 3", "1 / 3", "1 /- 3", "1 000", "\u00a05\u2003", "\ufeff1", "\x1c2", "\x1f",
        "1\u2009/\u20093", "9" * 100, "9" * 101, "0." + "0" * 98, "😀" * 60, "😀" * 101, "1\n", "1\n2", "1e-\u00a03",
        "/", "1e5/1e5",
    ]  # fmt: skip
    chance = random.Random(0)
    written += ["".join(chance.choices("0123456789.-/e−+ ,", k=chance.randint(1, 7))) for _ in range(1500)]
    return written


RIGHTS = [
    0.0, -0.0, 1.0, -3.0, 0.5, 0.125, 2.5, 1 / 3, -1 / 6, 0.1 + 0.2, -0.1966119332414819, 39.0, 12345.678, 1e-7, 6e23,
    5e-324, 1.7976931348623157e308,
]  # fmt: skip


class TestReading:
    def test_reads_and_marks_as_the_marker_does(self, show):
        sheet = show(quiz(midterm()), bypass_csp=True)
        rows = [(text, right) for text in texts() for right in RIGHTS]
        # Just inside and outside of what floating point may be off by.
        rows += [
            (f"{right * (1 + off):.25e}", right)
            for right in RIGHTS[2:-1]
            for off in (9e-10, 1.1e-9, -9e-10, -1.1e-9, 5e-9)
        ]
        rows += [(f"{off:.3e}", 0.0) for off in (9.1e-13, 1.1e-12, -9.1e-13, -1.1e-12)]
        read = """rows => rows.map(([text, right]) => {
            const written = reading.read(text);
            if (written.blank) return "blank";
            return written.problem ?? (reading.agrees(written, right) ? "right" : "wrong");
        })"""
        marked = sheet.evaluate(read, rows)
        counts = {}
        for (text, right), mark in zip(rows, marked, strict=True):
            written = read_number(text)
            verdict = "right" if written.agrees_with(right) else "wrong"
            assert mark == ("blank" if written.is_blank else written.problem or verdict), (text, right)
            verdict = mark if mark in ("blank", "right", "wrong") else "unreadable"
            counts[verdict] = counts.get(verdict, 0) + 1
        assert min(counts.values()) > 50

    def test_hidden_answers_are_marked_alike_or_not_at_all(self, show):
        sheet = show(quiz(midterm(), answers="hidden"), bypass_csp=True)
        rights = [right for right in RIGHTS if abs(right) < 1e20]
        held = {right: hidden(right, "salt") for right in rights}
        rows = [(text, held[right], right) for text in texts() for right in rights]
        marked = sheet.evaluate("rows => rows.map(([text, held]) => hashing.mark(text, held))", rows)
        limits = {
            "too fine a fraction for this page; write decimals",
            "a fraction of decimals; write it as one decimal number",
            "more digits than this page knows; write fewer",
            "too large an exponent for this page; write the digits",
        }
        met, counts = set(), {}
        for (text, _, right), mark in zip(rows, marked, strict=True):
            written = read_number(text)
            if mark["note"] in limits:
                met.add(mark["note"])
                continue
            if mark["verdict"] in ("right", "wrong"):
                assert (mark["verdict"] == "right") == written.agrees_with(right), (text, right)
            else:
                assert (mark["verdict"], mark["note"]) == (
                    "blank" if written.is_blank else "unreadable",
                    written.problem,
                )
            counts[mark["verdict"]] = counts.get(mark["verdict"], 0) + 1
        assert met == limits
        assert counts["right"] > 50

    def test_sha256(self, show):
        sheet = show(quiz(midterm(), answers="hidden"), bypass_csp=True)
        messages = ["", "abc", "−0.20 é 😀", *["a" * length for length in range(50, 70)], "b" * 119, "c" * 1000]
        made = sheet.evaluate("messages => messages.map(hashing.sha256)", messages)
        assert made == [hashlib.sha256(message.encode()).hexdigest() for message in messages]


@pytest.fixture(scope="module")
def axe():
    try:
        return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
    except ModuleNotFoundError:
        pytest.skip("needs the package axe-playwright-python")


MADE = {
    "lesson": lambda: page(midterm()),
    "lesson of scopes": lambda: page(scoped(), local=True),
    "lesson of groups": lambda: page(scalar_mlp()),
    "quiz": lambda: quiz(fork()),
    "quiz of repeated inputs": lambda: quiz(published("blog-midterm-short-3.3-net")),
}


LOOKS = {
    "wide-light": (WIDE, False),
    "narrow-dark": (NARROW, True),
    "narrow-light": (NARROW, False),
    "wide-dark": (WIDE, True),
}


# One lesson and one quiz in every look; what the others add to them is in two.
@pytest.mark.parametrize(
    ("kind", "look"), [(kind, look) for kind in MADE for look in list(LOOKS)[: 4 if kind in ("lesson", "quiz") else 2]]
)
def test_axe_finds_no_violation(show, axe, kind, look):
    viewport, dark = LOOKS[look]
    # The policy lets no foreign script in, not even axe; every other test runs under it.
    sheet = show(MADE[kind](), dark=dark, viewport=viewport, bypass_csp=True)
    if "lesson" in kind:
        sheet.click("text=All steps")
        sheet.click("text=Next")
    else:
        for i, text in enumerate(("1", "8", "0,5", "2", "24")):
            sheet.fill(f"#answer{i}", text)
            sheet.press(f"#answer{i}", "Enter")
        if kind == "quiz":
            assert sheet.locator(".cell[data-verdict]").evaluate_all("all => all.map(one => one.dataset.verdict)") == [
                "right", "wrong", "unreadable", "right", "follows",
            ]  # fmt: skip
        sheet.click("#hint")
    sheet.add_script_tag(content=axe)
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = sheet.evaluate("tags => axe.run({ runOnly: { type: 'tag', values: tags } })", tags)
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found["violations"]] == []
    assert len(found["passes"]) > 15


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_paper_is_of_the_scheme(show, dark):
    sheet = show(page(midterm()), dark=dark)
    fill = sheet.locator(".paper").evaluate("paper => getComputedStyle(paper).fill")
    ground = sheet.evaluate("() => getComputedStyle(document.body).backgroundColor")
    ink = sheet.locator("h1").evaluate("title => getComputedStyle(title).color")
    assert (fill, ground, ink) == (
        ("rgb(28, 25, 23)", "rgb(15, 13, 12)", "rgb(231, 229, 228)")
        if dark
        else ("rgb(255, 255, 255)", "rgb(244, 243, 239)", "rgb(26, 26, 26)")
    )
