"""The messages in English."""

MESSAGES: dict[str, str] = {
    # the table
    "column.wire": "wire",
    "column.answer": "answer",
    "column.right": "right",
    "column.follows": "follows from yours",
    "column.verdict": "verdict",
    "kind.value": "{wire} (value)",
    "kind.gradient": "{wire}",
    "verdict.right": "right",
    "verdict.right by rounding": "right by rounding",
    "verdict.follows": "follows",
    "verdict.slip": "slip",
    "verdict.blank": "blank",
    "verdict.unreadable": "unreadable",
    "note.after_zero": "everything follows from a 0",
    # the summary
    "summary.right": "{count} of {total} right.",
    "summary.follows": "{count} follow from earlier mistakes.",
    "summary.score": "Score: {score}.",
    "summary.first.value": "First mistake, forward: the value of {wire} (answer {answer}, right {right}).",
    "summary.first.gradient": (
        "First mistake, from the output back: the gradient of {wire} (answer {answer}, right {right})."
    ),
    "summary.unread": "none that can be read",
    # causes
    "cause.one": "This explains every number:",
    "cause.several": "Each of these explains every number:",
    "cause.two": "Two mistakes together explain every number:",
    "cause.and": "and",
    "cause.or": "or",
    "cause.unexplained.one": "No known misconception explains this slip.",
    "cause.unexplained.several": "Several mistakes, unexplained.",
    "cause.at": "At the {gate} gate of {at}: {what}.",
    "cause.at.operand": "At the {gate} gate of {at}, on the way to {operand}: {what}.",
    "cause.at.every": "At every {gate} gate ({at}): {what}.",
    "cause.at.fork": "At the fork of {at}: {what}.",
    "cause.at.every.fork": "At every fork ({at}): {what}.",
    "cause.at.input": "{at} was taken to be {taken}; it is {right}.",
    "cause.numbers": "You wrote {answer} for {wire}; right is {right}.",
    "cause.rules": "Yours: {wrong}. Right: {rule}.",
}
