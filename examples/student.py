"""A student's way: a sheet and a formula are checked, and a question is made that tells two explanations apart.

Prints:

    wire  answer  right  follows from yours  verdict
    u     1       −1                         slip
    w2    1       −1     1                   follows
    w1    -2      2      −2                  follows
    x1    2       −2     2                   follows
    w0    3       −3     3                   follows
    x0    1       −1     1                   follows
    0 of 6 right. Following from earlier mistakes: 5. Score: 83 %. First mistake, from the output back: the gradient of u (answer 1, right −1).
    Each of these explains every number:
    - At the 1/x gate of f: the minus sign of the local derivative −1/x² was left out.
      You wrote 1 for the gradient of u; it is −1. Yours: −upstream × (−1/u²). Right: upstream × (−1/u²).
    - At the 1/x gate of f: the x in the local derivative −1/x² was not squared.
      Yours: −upstream × f. Right: upstream × (−1/u²).
    - At the 1/x gate of f: the upstream gradient was passed on unchanged, as an add gate would do.
      Yours: upstream. Right: upstream × (−1/u²).
    Ask for u, value:f:
    f = 1/u
    L = c*f
    with u = -2, c = 2
    0.5 for u: recip.no_minus at f, any.sign_flip at f
    1 for u: recip.no_square at f, recip.minus_output_only at f
    2 for u: any.pass_through at f
    Whatever the numbers, these give the same answers, so no question tells them apart: recip.no_minus at f, any.sign_flip at f.
    Whatever the numbers, these give the same answers, so no question tells them apart: recip.no_square at f, recip.minus_output_only at f.
    gradient of u: wrong
      read as      1 / u ** 2
      for example  at w0 = 1, x0 = 1, w1 = 1, x1 = 1, w2 = 1 (so u = 4) the formula gives 0.0625; right is −0.0625
      hint         it has the opposite sign
      compared     at 70 points
    right
"""

from autograd_mini import Question, check_formula, separate

program = "p0 = w0*x0\np1 = w1*x1\ns = p0 + p1\nt = s + w2\nu = t + 1\nf = 1/u"
question = Question(program, {"w0": 1, "x0": 3, "w1": 2, "x1": -2, "w2": -1})
report = question.marker().mark({"u": "1", "w2": "1", "w1": "-2", "x1": "2", "w0": "3", "x0": "1"})
print(report)
print(separate(question, report))

print(check_formula(question.circuit(), "u", r"\frac{1}{u^2}"))
print(check_formula(question.circuit(), "w0", "-x0/u**2").verdict)
