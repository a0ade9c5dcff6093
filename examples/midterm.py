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
sheet = {"u": "-1", "w0": "-3.00", "x0": "−1", "w1": "-2", "x1": "2", "w2": ""}
print(check(f, sheet))
