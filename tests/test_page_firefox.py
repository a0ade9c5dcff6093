"""Lessons and quizzes in Firefox, the second engine: what test_page_browser.py tests at length, once each here."""

import firefox
import pytest
from circuits import midterm

import autograd_mini as am
from autograd_mini.pages import page, quiz

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(firefox.PROGRAM is None, reason="needs Firefox on the path: apt-get install firefox-esr"),
]
# Keys as WebDriver calls them.
ENTER, TAB, LEFT, RIGHT, HOME, END = "\ue007", "\ue004", "\ue012", "\ue014", "\ue011", "\ue010"


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    browser = firefox.Firefox(tmp_path_factory.mktemp("profile"))
    yield browser
    browser.close()


def test_lesson_steps_by_buttons_and_keys(browser, tmp_path):
    root = am.parse("q = x + y\nf = q*z", x=-2, y=5, z=-4)
    browser.open(page(root).save(tmp_path / "lesson.html"))
    assert browser.texts("#progress") == ["Step 0 of 5"]
    assert sorted(browser.texts("text.number")) == sorted(["−2.00", "5.00", "−4.00"])
    browser.click("#next")
    assert browser.texts("#now p") == ["Forward, + gate", "q: + gate: x + y = −2.00 + 5.00 = 3.00"]
    browser.press(RIGHT, RIGHT, LEFT)
    assert browser.texts("#progress") == ["Step 2 of 5"]
    browser.press(END)
    assert len(browser.texts("text.number")) == 10
    browser.press(HOME)
    assert browser.texts("#progress") == ["Step 0 of 5"]


def test_totals_of_repeated_inputs_fill_in(browser, tmp_path):
    browser.open(page(am.parse("f = x*x*x", x=3), number_format=".4g").save(tmp_path / "lesson.html"))
    # Three uses of x with its value, and its line in the table.
    assert browser.texts("text.number") == ["3"] * 4
    browser.press(END)
    assert sorted(browser.texts("text.number.gradient")) == ["1", "27", "3", "9", "9", "9"]


@pytest.mark.parametrize("answers", ["plain", "hidden"])
def test_quiz_marks_at_once(browser, tmp_path, answers):
    browser.open(quiz(midterm(), answers=answers).save(tmp_path / "quiz.html"))
    browser.evaluate("document.getElementById('answer0').focus()")
    # The output's gradient, then that of u, t and s.
    browser.press("1", TAB, "7", TAB, "x", ENTER)
    verdicts = browser.evaluate("[...document.querySelectorAll('.sheet b')].map(word => word.textContent)")
    assert verdicts[:4] == ["right", "wrong", "unreadable", "blank"]
    assert browser.texts("#score") == ["1 of 11 right"]


def test_quiz_tells_what_follows(browser, tmp_path):
    browser.open(quiz(midterm()).save(tmp_path / "quiz.html"))
    browser.evaluate("document.getElementById('answer1').focus()")
    # The gradient of u, wrong, and that of t, to which it is passed on.
    browser.press("7", TAB, "7", ENTER)
    assert browser.texts("#status") == [
        "gradient of t: follows from your gradient of u. Right rule, earlier number wrong."
    ]
    assert browser.texts("#score") == ["0 of 11 right, 1 follows: 1 of 11 marks"]


def test_narrow_window_scrolls_the_figure_only(browser, tmp_path):
    browser.open(page(midterm()).save(tmp_path / "lesson.html"), width=500)
    browser.press(RIGHT, RIGHT, RIGHT)
    assert browser.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert browser.evaluate("(box => box.scrollWidth > box.clientWidth)(document.querySelector('.scroll'))")
