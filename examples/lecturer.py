"""A lecturer's way from an idea to an exam: what the numbers hide, better ones, a figure for LaTeX, its key, variants.

Prints:

    Of 69 mistakes, 7 are invisible and 33 look like another.
    hidden at the 1/x gate: any.copies_value, any.divides_by_local, any.times_output, recip.at_output, recip.minus_square
    {'w0': 2, 'x0': -1, 'w1': 2, 'x1': 4, 'w2': -3} Of 69 mistakes, 0 are invisible and 0 look like another.
    wrote key.svg
    Backpropagation through 1/x, variant 1 {'w0': -2, 'x0': 4, 'w1': 2, 'x1': -3, 'w2': 3} w0: -0.04
    Backpropagation through 1/x, variant 2 {'w0': 2, 'x0': -5, 'w1': -2, 'x1': -3, 'w2': -2} w0: 0.2
    Backpropagation through 1/x, variant 3 {'w0': 2, 'x0': 3, 'w1': -4, 'x1': -2, 'w2': -5} w0: -0.03
"""

from autograd_mini import Question, better_numbers, draw, lint, variants

program = "p0 = w0*x0\np1 = w1*x1\ns = p0 + p1\nt = s + w2\nu = t + 1\nf = 1/u"
idea = Question(program, {"w0": 1, "x0": 3, "w1": 2, "x1": -2, "w2": -1}, title="Backpropagation through 1/x")
findings = lint(idea)
print(findings.summary())
print("hidden at the 1/x gate:", ", ".join(sorted({one.misconception for one in findings.invisible if one.at == "f"})))

question = better_numbers(idea)
print(question.inputs, lint(question).summary())

key = draw(question.circuit(), title=question.title)
key.blank("gradients", except_=["f"]).save("exam.tex")
key.save("key.tex")
print("wrote", key.save("key.svg"))

for variant in variants(question, 3, seed=1):
    print(variant.title, variant.inputs, "w0:", variant.key()["w0"])
