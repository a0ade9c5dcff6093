"""What is said about questions and keys: one sentence for every finding, follow-up and audit, in one place."""

from typing import Any

SENTENCES: dict[str, str] = {
    # lint
    "lint.summary": "Of {possible} mistakes, {invisible} are invisible and {alike} look like another.",
    "lint.not finite": "The right number of {wires} is not finite. Choose other inputs.",
    "lint.given": "The question prints {printed} for {wires}; its program gives {right}. Correct one of them.",
    "lint.given follows": (
        "The question prints {printed} for {wires}; its program gives {right}. It follows from the other printed "
        "numbers, so these belong to another program."
    ),
    "lint.degenerate": (
        "Every gradient that is asked is at most {largest}: nothing but rounding, and zeros pass for it. "
        "Choose inputs whose output is not already at its best."
    ),
    "lint.invisible": (
        "At {wires} these mistakes change no number that is asked: {misconceptions}. Choose better numbers."
    ),
    "lint.kink": (
        "The {gate} gate of {wires} is at a kink, where several derivatives are right. Fix one by the conventions "
        "relu_at_zero or ties, or move the inputs off it."
    ),
    "lint.tiny": (
        "The gradient of {wires} is at most {largest}, which a rounded answer writes as 0. Choose larger inputs."
    ),
    "lint.zero": (
        "{factor} is 0 and hides whatever else enters the {gate} gate of {wires}. Choose a number that is not 0."
    ),
    "lint.batch of one": (
        "{gate} of {wires} runs over an axis of length 1, so nothing shows whether it divides by the right number. "
        "Take at least two examples."
    ),
    "lint.square": (
        "{factor}, which enters the product of {wires}, is square, so its transpose fits too. "
        "Take another number of rows than of columns."
    ),
    "lint.zero gradient": "The gradient of {wires} is 0, from which anything follows. Choose other inputs.",
    "lint.one": (
        "{factor} is 1, so nothing shows whether the {gate} gate of {wires} multiplies by it. Choose another number."
    ),
    "lint.upstream of one": (
        "1 arrives at every gate, so nothing shows whether it is multiplied by. Let the output pass another gate."
    ),
    "lint.alike": "Alike at these numbers, though not at others: {misconceptions}.",
    "lint.same answer": "{wires} have the same answer, {number}, though only by chance. Choose other inputs.",
    "lint.value is gradient": "The gradient of {wires} is the same as its value, {number}. Choose other inputs.",
    "lint.long input": "{wires} has {digits} significant digits. Fewer are enough to work with by hand.",
    "lint.long answer": (
        "The right answer for {wires}, {number}, does not end within {digits} significant digits. "
        "Choose inputs with which it does."
    ),
    # better_numbers
    "better.found": "{after} With the old numbers: {before}",
    "better.none": "No better numbers were found. {before}",
    # separate
    "separate.ask": "Ask for {asked}:",
    "separate.inputs": "with {inputs}",
    "separate.answer": "{answer} for {name}",
    "separate.answers": "{answers}: {aliases}",
    "separate.inseparable": (
        "Whatever the numbers, these give the same answers, so no question tells them apart: {aliases}."
    ),
    "separate.none": "No question was found that tells these apart: {aliases}.",
    # audit
    "audit.right": "The key is right in all its numbers ({total}).",
    "audit.wrong": "The key is wrong in {wrong} of {total} numbers.",
    "audit.missing": "The key says nothing of {wires}.",
}


def say(key: str, /, **parts: Any) -> str:
    """Return a sentence with its parts filled in."""
    return SENTENCES[key].format(**parts)
