"""audit: published answer keys, the wrong ones with what explains them, and numbers a question prints."""

import json

import pytest
from oracles import load

import autograd_mini as am

CASES = {case["id"]: case for case in load("published.json")}


def question(case, **more):
    return am.Question("\n".join(case["program"]), case["inputs"], **more)


def key(case):
    return case["published_gradients"] | {f"value:{name}": value for name, value in case["published_forward"].items()}


def audited(id):
    return am.audit(question(CASES[id]), key(CASES[id]))


def causes(audit):
    return {(alias.misconception, alias.at) for cause in audit.report.causes for alias in cause.aliases}


RIGHT = [id for id, case in CASES.items() if case["verdict"] == "right" and case["published_gradients"]]


@pytest.mark.parametrize("id", RIGHT)
def test_right_key(id):
    assert audited(id).is_right


WRONG = [
    # Officially −1/r² was taken at the output, 0.953, instead of the input, 1.0498; the rest follows from it.
    ("bits-2023-makeup-q5", "r", ["r"], ["q", "p", "z"], ("recip.at_output", "f")),
    # The cosine's minus sign is missing from a table whose rule says −sin y.
    ("cs107-pp6-ex1", "y", ["y"], [], ("cos.no_minus", "v2")),
    # a − y is the gradient of z2 already; then the sigmoid's derivative was multiplied in again.
    ("interviewprep-double-sigma", "a2", ["a2"], ["z2", "w2"], ("sigmoid.applied_twice", "a2")),
]


@pytest.mark.parametrize(("id", "first", "slips", "follows", "cause"), WRONG, ids=[row[0] for row in WRONG])
def test_wrong_key(id, first, slips, follows, cause):
    audit = audited(id)
    assert not audit.is_right
    assert (audit.report.first_mistake.wire, audit.report.first_mistake.kind) == (first, "gradient")
    assert [wire for wire, verdict in audit.report.verdicts.items() if verdict == "slip"] == slips
    assert [wire for wire, verdict in audit.report.verdicts.items() if verdict == "follows"] == follows
    assert cause in causes(audit)
    assert audit.summary() == (
        f"The key is wrong in {len(slips) + len(follows)} of {len(audit.report.marks)} numbers."
    )  # fmt: skip


def test_key_that_no_misconception_explains():
    # (x + y) = 3 + 2 was written with x = 1.
    audit = audited("studymate-mcq")
    assert audit.report.verdicts == {"z": "slip"}
    assert audit.report.causes == []
    assert audit.to_text().splitlines()[0] == "The key is wrong in 1 of 2 numbers."


def test_printed_numbers_of_another_program():
    # The exam prints f = |Wᵀx|² with q = Wx, and the numbers of |Wx|².
    inputs = {"W": [[0.1, 0.5], [-0.3, 0.8]], "x": [0.2, 0.4]}
    printed = {"value:q": ["0.22", "0.26"], "value:f": "0.116"}
    wrong = am.Question("q = W.T @ x\nf = sum(q**2)", inputs, asked=("x",), given=printed)
    audit = am.audit(wrong, {"x": ["-0.112", "0.636"]})
    assert [finding.kind for finding in audit.findings] == ["given", "given follows"]
    assert not audit.is_right
    meant = am.Question("q = W @ x\nf = sum(q**2)", inputs, asked=("x",), given=printed)
    assert am.audit(meant, {"x": ["-0.112", "0.636"]}).is_right


def test_what_the_key_leaves_out():
    product = am.Question("f = x*y", {"x": 2, "y": 3}, asked=("x", "y", "value:f"))
    audit = am.audit(product, {"x": "3", "y": ""})
    assert audit.missing == ("y", "value:f")
    assert str(audit) == "The key is right in all its numbers (1). The key says nothing of y, value:f."


def test_own_key_is_right():
    product = am.Question("f = x*y", {"x": 2, "y": 3}, asked=("x", "y", "value:f"))
    assert am.audit(product, product.key()).is_right


def test_audit_as_text_markdown_and_json():
    audit = audited("bits-2023-makeup-q5")
    text = audit.to_text()
    assert text.splitlines()[:2] == ["The key is wrong in 4 of 9 numbers.", audit.report.to_text().splitlines()[0]]
    assert audit.to_markdown() == f"{audit.summary()}\n\n{audit.report.to_markdown()}"
    data = json.loads(audit.to_json())
    assert (data["is_right"], data["missing"], data["findings"]) == (False, [], [])
    assert data["report"]["first_mistake"] == {"wire": "r", "kind": "gradient"}


def test_key_for_a_wire_that_is_not_there():
    with pytest.raises(am.UnknownWireError):
        am.audit(am.Question("f = x*y", {"x": 2, "y": 3}), {"z": 1})


@pytest.mark.parametrize(("key", "got"), [(3, "int"), (["1"], "list"), ({3: "1"}, "the key 3")])
def test_key_that_is_none(key, got):
    with pytest.raises(am.QuestionError) as caught:
        am.audit(am.Question("f = x*y", {"x": 2, "y": 3}), key)
    assert str(caught.value) == f"audit: expected answers by wire, such as {{'w0': '-3'}}; got {got}."
