"""Question 3.1 of the CS231n midterm of 2017: draw the circuit, work it out, mark a sheet of answers.

Prints:

    wrote midterm.svg
    Forward
      p0 = w0 × x0 = 1 × 3 = 3
      p1 = w1 × x1 = 2 × (−2) = −4
      s = p0 + p1 = 3 + (−4) = −1
      t = s + w2 = −1 + (−1) = −2
      u = t + 1 = −2 + 1 = −1
      f = 1/u = 1/(−1) = −1
    Backward
      f: upstream 1
      u: 1/x gate: local −1/x² = −1/(−1)² = −1; upstream 1 × local −1 = −1
      t: +1 gate: local 1; upstream −1 × local 1 = −1
      s: + gate: local 1; upstream −1 × local 1 = −1
      w2: + gate: local 1; upstream −1 × local 1 = −1
      p0: + gate: local 1; upstream −1 × local 1 = −1
      p1: + gate: local 1; upstream −1 × local 1 = −1
      w1: × gate: local x1 = −2; upstream −1 × local −2 = 2
      x1: × gate: local w1 = 2; upstream −1 × local 2 = −2
      w0: × gate: local x0 = 3; upstream −1 × local 3 = −3
      x0: × gate: local w0 = 1; upstream −1 × local 1 = −1
    wire  answer  right  verdict
    u     -1      −1     right
    w2            −1     blank
    w1    2       2      right
    x1    -2.0    −2     right
    w0    -1      −3     slip
    x0    −3      −1     slip
    3 of 6 right. First mistake, from the output back: the gradient of w0 (answer -1, right −3).
    This explains every number:
    - At the × gate of p0: each factor got the upstream gradient times its own value instead of the other one's.
      You wrote -1 for the gradient of w0; it is −3. Yours: upstream × w0. Right: upstream × x0.
"""

from autograd_mini import check, draw, explain, parse

program = """
p0 = w0*x0
p1 = w1*x1
s = p0 + p1
t = s + w2
u = t + 1
f = 1/u
"""
f = parse(program, w0=1, x0=3, w1=2, x1=-2, w2=-1)
print("wrote", draw(f, title="CS231n midterm 2017, question 3.1").save("midterm.svg"))
print(explain(f))
sheet = {"u": "-1", "w0": "-1", "x0": "−3", "w1": "2", "x1": "-2.0", "w2": ""}
print(check(f, sheet))
