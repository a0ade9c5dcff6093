"""What a marked sheet says: the same in every language, and in nothing but that language."""

import json
import re
import string

import pytest
from circuits import fork, midterm
from test_sheets import UNREADABLE

import autograd_mini as am
from autograd_mini.marking.explaining import Alias, Cause
from autograd_mini.marking.messages import LANGUAGES, Message, say
from autograd_mini.marking.misconceptions import MISCONCEPTIONS
from autograd_mini.marking.report import Report, width
from autograd_mini.marking.sheets import read_number

ENGLISH, KOREAN = LANGUAGES["en"], LANGUAGES["ko"]
CLAUSES = sorted({misconception.id for misconception in MISCONCEPTIONS} | {"forward.wrong_input"})
# A Korean particle that goes by the last sound of the word before it, which for a name or a number is not known.
UNSURE_PARTICLE = re.compile(r"\}(을|를|은|는|이|가|과|와|으로|로|이나|나|이라|라)(?![가-힣])")
NAMES = {"w0", "x0", "w1", "x1", "w2", "p0", "p1"}


def placeholders(template):
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


def latin_words(text):
    """Return the words of a text in Latin letters: several letters in a row, and no name of the midterm's wires."""
    return set(re.findall(r"[A-Za-z][A-Za-z0-9]+", text)) - NAMES


class TestTemplates:
    def test_languages_have_the_same_messages(self):
        assert list(KOREAN) == list(ENGLISH)

    @pytest.mark.parametrize("key", ENGLISH)
    def test_languages_fill_in_the_same_parts(self, key):
        assert placeholders(KOREAN[key]) == placeholders(ENGLISH[key])

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_no_brace_is_left_over(self, language):
        for key, template in LANGUAGES[language].items():
            said = say(language, key, **dict.fromkeys(placeholders(template), "3"))
            assert not set(said) & set("{}"), said
            assert said == said.strip()

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("misconception", CLAUSES)
    def test_every_misconception_has_a_clause(self, language, misconception):
        clause = LANGUAGES[language][misconception]
        assert not placeholders(clause)
        assert not clause.endswith(".")
        assert misconception not in clause

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_no_two_misconceptions_are_said_alike(self, language):
        clauses = [LANGUAGES[language][misconception] for misconception in CLAUSES]
        assert len(set(clauses)) == len(CLAUSES)

    @pytest.mark.parametrize("misconception", CLAUSES)
    def test_korean_clauses_are_polite_sentences(self, misconception):
        for sentence in KOREAN[misconception].split(". "):
            assert sentence.endswith("니다")

    @pytest.mark.parametrize("key", KOREAN)
    def test_korean_has_no_latin_words_and_no_particle_that_may_be_wrong(self, key):
        said = KOREAN[key].format(**dict.fromkeys(placeholders(KOREAN[key]), "3"))
        assert latin_words(said) == set()
        assert not UNSURE_PARTICLE.search(KOREAN[key])

    def test_what_is_filled_in_is_not_read_as_a_template(self):
        assert say("en", "cause.at.fork", at="{q}", what="{0}") == "At the fork of {q}: {0}."


class TestWhyAnAnswerCannotBeRead:
    @pytest.mark.parametrize(("given", "english"), UNREADABLE, ids=[repr(row[0])[:20] for row in UNREADABLE])
    def test_in_both_languages(self, given, english):
        remark = read_number(given).remark
        assert remark.said() == remark.said("en") == english
        assert re.search("[가-힣]", remark.said("ko"))
        assert latin_words(remark.said("ko")) == set()

    def test_a_number_has_no_remark(self):
        assert read_number("39/100").remark is None

    def test_answers_are_still_hashable(self):
        assert len({read_number("1/0"), read_number("1/0"), read_number("0,39")}) == 2

    def test_wrong_shape(self):
        report = am.check(am.parse("sum(W @ x)", W=[[1, 2], [3, 4]], x=[5, 6]), {"W": ["5", "6", "5"]}, language="ko")
        (mark,) = report.marks
        assert mark.remark == Message("problem.shape", {"given": "(3,)", "wanted": (2, 2)})
        assert mark.note == "shape (3,) for (2, 2)"
        assert "답의 형상 (3,), 필요한 형상 (2, 2)" in report.table()
        assert report.to_dict()["marks"][0]["note"] == "답의 형상 (3,), 필요한 형상 (2, 2)"


class TestKoreanReports:
    def test_right_sheet(self):
        report = am.check(midterm(), {"w0": "-3.00", "x0": "-1"}, language="ko")
        assert str(report) == (
            "와이어  답     정답  판정\nw0      -3.00  −3    맞음\nx0      -1     −1    맞음\n2개 중 2개가 맞았습니다."
        )

    def test_wrong_sheet(self):
        sheet = {"w0": "-1", "x0": "-3", "w1": "2", "x1": "-2", "w2": "-1"}
        lines = str(am.check(midterm(), sheet, language="ko")).splitlines()
        assert lines[6:8] == [
            "5개 중 3개가 맞았습니다. 역전파에서 처음 틀린 곳: w0의 기울기 (답 -1, 정답 −3).",
            "다음 한 가지로 모든 답이 설명됩니다:",
        ]
        assert lines[8:] == [
            "- 출력이 p0인 × 게이트: 업스트림 기울기에 상대 인수의 값이 아니라 자기 자신의 값을 곱했습니다.",
            "  w0의 기울기: 답 -1, 정답 −3. 사용한 식: 업스트림 × w0. 올바른 식: 업스트림 × x0.",
        ]

    def test_wrong_value(self):
        report = am.check(midterm(), {"w0": "0"}, values={"p1": "3", "s": "1"}, language="ko")
        assert "순전파에서 처음 틀린 곳: p1의 값 (답 3, 정답 −4)." in report.summary()
        assert report.explanation() == "여러 곳이 틀렸으며, 그 까닭은 설명할 수 없습니다."

    def test_blank_sheet(self):
        report = am.check(midterm(), {"w0": "", "x0": None}, language="ko")
        assert str(report) == (
            "와이어  답  정답  판정\n"
            "w0          −3    빈칸\n"
            "x0          −1    빈칸\n"
            "2개 중 0개가 맞았습니다."
        )  # fmt: skip

    def test_unreadable_sheet(self):
        report = am.check(midterm(), {"w0": "0,39", "x0": "3..", "w1": "1/0"}, language="ko")
        assert str(report) == (
            "와이어  답    정답  판정\n"
            "w1      1/0   2     읽을 수 없음: 분수의 분모가 0입니다\n"
            "w0      0,39  −3    읽을 수 없음: 소수점 자리에 쉼표가 있습니다. 0.39처럼 쓰면 됩니다\n"
            "x0      3..   −1    읽을 수 없음: 수가 아닙니다. "
            "-0.20 같은 소수, 39/100 같은 분수, 또는 1e-3처럼 쓰면 됩니다\n"
            "3개 중 0개가 맞았습니다. 역전파에서 처음 틀린 곳: w1의 기울기 (답 1/0, 정답 2)."
        )

    @pytest.mark.parametrize(
        "sheet",
        [
            {"w0": "-3", "x0": "-1"},
            {"w0": "-1", "x0": "-3", "w1": "2"},
            {"w0": "3", "x0": "1", "w1": "-2", "x1": "2", "w2": "1"},
            {"w0": "", "x0": "1/0", "w1": "1e999"},
            {"w0": "0", "x0": "0", "w1": "5", "w2": "0"},
        ],
    )
    @pytest.mark.parametrize("form", ["to_text", "to_markdown"])
    def test_nothing_is_left_in_english(self, sheet, form):
        report = am.check(midterm(), sheet, language="ko")
        assert latin_words(getattr(report, form)()) <= {"e999"}

    def test_a_fork_is_told_from_a_gate(self):
        lines = am.check(fork(), {"x": "-2"}, language="ko").explanation().splitlines()
        at = lines.index("- x의 분기점: 처음에 온 기울기만 반영했습니다. 분기점에서는 기울기를 모두 더합니다.")
        assert lines[at + 1].endswith(
            "사용한 식: [q × x]. 올바른 식: [q × x] + [q]. 대괄호는 기울기를 보낸 게이트입니다."
        )

    def test_two_mistakes_are_told_from_two_explanations(self):
        first = Alias("mul.own_value", "p0", "×", "w0", "gradient", "-1", -3.0, "", "", "", "", 1.0, 1)
        second = Alias("fanout.mean", "x", "", "", "", "", None, "", "", "", "", 1.0, 1)
        every = Alias("recip.no_minus", "u, v", "1/x", "", "", "", None, "", "", "", "", 1.0, 2)
        copied = Alias("forward.wrong_input", "x0", "", "", "", "", 3.0, "", "", "", "−3", 1.0, 1)
        causes = [Cause((first,), (second,)), Cause((every, copied), (second,))]
        report = am.check(midterm(), {"w0": "-1"}, language="ko")
        assert Report(report.marks, causes, language="ko").explanation().splitlines() == [
            "다음 두 가지가 겹쳤다고 보면 모든 답이 설명됩니다:",
            "- 출력이 p0인 × 게이트: 업스트림 기울기에 상대 인수의 값이 아니라 자기 자신의 값을 곱했습니다.",
            "  w0의 기울기: 답 -1, 정답 −3.",
            "그리고",
            "- x의 분기점: 갈래별 기울기를 더하지 않고 평균을 냈습니다.",
            "또는",
            "다음 두 목록에서 하나씩 겹쳤다고 보면 모든 답이 설명됩니다:",
            "- 모든 1/x 게이트(출력 u, v): 국소 도함수(−1/x²)에서 음의 부호가 빠졌습니다.",
            "- 입력 x0의 값을 잘못 옮겼습니다 (쓴 값 −3, 문제의 값 3).",
            "그리고",
            "- x의 분기점: 갈래별 기울기를 더하지 않고 평균을 냈습니다.",
        ]
        assert Report(report.marks, causes).explanation().splitlines()[6:9] == [
            "Two mistakes together, one of each list, explain every number:",
            "- At every 1/x gate (u, v): the minus sign of the local derivative −1/x² was left out.",
            "- x0 was taken to be −3; it is 3.",
        ]

    def test_words_of_a_rule_are_translated(self):
        report = am.check(am.parse("m = max(x, y)\nf = 2*m", x=3, y=1), {"x": "1", "y": "1"}, language="ko")
        assert report.explanation().splitlines()[1:3] == [
            "- 출력이 m인 max 게이트: 기울기를 반씩 나누었습니다. 선택된 쪽이 기울기를 온전히 받습니다.",
            "  x의 기울기: 답 1, 정답 2. "
            "사용한 식: 업스트림/2. 올바른 식: 업스트림 × (0.5 만약 x = y, 아니면 [x > y]).",
        ]

    def test_large_arrays_are_shown_by_their_shape(self):
        report = am.check(am.parse("sum(x*x)", x=list(range(20))), {"x": "?"}, language="ko")
        assert "배열 (20,)" in report.table()
        assert "array (20,)" in report.in_language("en").table()

    def test_json(self):
        report = am.check(midterm(), {"w0": "0,39", "w1": "-2"}, language="ko")
        data = json.loads(report.to_json())
        assert [mark["note"] for mark in data["marks"]] == ["", "소수점 자리에 쉼표가 있습니다. 0.39처럼 쓰면 됩니다"]
        assert data["summary"].startswith("2개 중 0개가 맞았습니다.")

    def test_columns_line_up_in_a_terminal(self):
        sheet = {"w0": "0,39", "x0": "", "w1": "-2", "x1": "2", "w2": "1", "s": "1"}
        report = am.check(midterm(), sheet, values={"p1": "-4"}, language="ko")
        header, *rows = report.table().splitlines()
        column = width(header.partition("판정")[0])
        verdicts = "맞음|앞의 오답에서 이어짐|틀림|빈칸|읽을 수 없음"
        for row in rows:
            assert width(re.split(verdicts, row, maxsplit=1)[0]) == column, row


def test_wide_characters_take_two_columns():
    assert [width(text) for text in ("w0", "와이어", "−3", "ｗ")] == [2, 6, 2, 2]


@pytest.mark.parametrize("language", ["xx", None, ["ko"]])
def test_language_that_is_not_there(language):
    with pytest.raises(am.QuestionError) as caught:
        am.check(midterm(), {"w0": "-3"}, language=language)
    assert str(caught.value) == f"the language must be one of 'en', 'ko'; got {language!r}."


def test_the_same_report_in_another_language():
    report = am.check(midterm(), {"w0": "-3"}, language="ko")
    assert str(report.in_language("en")) == str(am.check(midterm(), {"w0": "-3"}))
