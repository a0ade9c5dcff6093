"""The worked solution: the midterm's, word by word, and the parts that other circuits need."""

import shutil
import subprocess

import numpy as np
import pytest
from circuits import CIRCUITS, fork, midterm, published

import autograd_mini as am

MIDTERM = """\
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
  x0: × gate: local w0 = 1; upstream −1 × local 1 = −1"""


def lines(root, **options):
    return [line.strip() for line in str(am.explain(root, **options)).splitlines()]


def test_midterm_as_text():
    assert str(am.explain(midterm())) == MIDTERM


def test_fork_shows_each_path_and_the_sum():
    found = lines(fork())
    assert "q via q × z: × gate: local z = 3; upstream 1 × local 3 = 3" in found
    assert "q via q × x: × gate: local x = 2; upstream 1 × local 2 = 2" in found
    assert "q: fork: 2 + 3 = 5" in found
    assert found[-1] == "y: + gate: local 1; upstream 5 × local 1 = 5"
    assert "x: fork: −2 + 5 = 3" in found


def test_rounding_as_in_the_exam():
    found = lines(published("cs231n-notes-sigmoid-circuit"), number_format=".2f")
    assert "r: 1/x gate: local −1/x² = −1/1.37² = −0.53; upstream 1.00 × local −0.53 = −0.53" in found
    assert "n: exp gate: local exp(x) = 0.37; upstream −0.53 × local 0.37 = −0.20" in found
    assert "d: ×−1 gate: local −1.00; upstream −0.20 × local −1.00 = 0.20" in found


def test_kinks_are_told_as_they_are():
    assert "x: ReLU gate: local [x > 0] = [−2 > 0] = 0; upstream 1 × local 0 = 0" in lines(am.parse("relu(x)", x=-2))
    assert (
        "x: max gate: local 0.5 if x = y, else [x > y] = [3 > 1] = 1; upstream 1 × local 1 = 1"
        in lines(am.parse("max(x, y)", x=3, y=1))
    )  # fmt: skip
    assert (
        "x: max gate: local [x = max(x, y, z)]/([x = max(x, y, z)] + [y = max(x, y, z)] + [z = max(x, y, z)]) = "
        "[3 = 3]/([3 = 3] + [3 = 3] + [1 = 3]) = 0.5; upstream 1 × local 0.5 = 0.5"
        in lines(am.parse("max(x, y, z)", x=3, y=3, z=1))
    )  # fmt: skip


def test_arrays_show_entries_or_shapes():
    found = lines(published("bits-notes-2024-mid-q2"))
    assert "W1: @ gate: upstream @ xᵀ = [[2, 4], [−2, −4], [4, 8]]" in found
    assert "x: @ gate: W1ᵀ @ upstream = [4, 6]" in found
    found = lines(CIRCUITS["network of arrays"]())
    assert "W1: @ gate: Xᵀ @ upstream = array (4, 8)" in found


def test_summing_over_broadcast_axes_is_said():
    assert (
        "b: + gate: local 1; upstream [1, 1] × local 1, summed, = 2"
        in lines(am.parse("sum(x + b)", x=[1, 2], b=3))
    )  # fmt: skip


def test_upstream_is_a_choice():
    assert "x: × gate: local y = 3; upstream −2 × local 3 = −6" in lines(am.parse("x*y", x=1, y=3), upstream=-2.0)


def test_steps_are_data():
    solution = am.explain(midterm())
    step = solution.steps[0]
    assert (step.wire.write(), step.gate, step.upstream, step.local, step.contribution) == ("u", "1/x", 1.0, -1.0, -1.0)
    assert repr(solution) == "<Solution of f: 6 gates, 10 backward steps>"


@pytest.mark.parametrize("name", CIRCUITS)
def test_every_step_multiplies_out(name):
    for step in am.explain(CIRCUITS[name]()).steps:
        if step.is_local and not step.is_summed:
            product = np.multiply(step.upstream, step.local)
            np.testing.assert_allclose(product, step.contribution, rtol=1e-12, atol=1e-15)
        if step.arrived:
            np.testing.assert_allclose(sum(step.arrived), step.total, rtol=1e-12, atol=1e-15)


def test_markdown():
    text = am.explain(am.parse("f = abs(x)/y", x=-2, y=4)).to_markdown()
    assert text == (
        "| wire | forward |\n|---|---|\n| f | \\|x\\|/y = 2/4 = 0.5 |\n\n"
        "| wire | gate | backward |\n|---|---|---|\n| f | | upstream 1 |\n"
        "| \\|x\\| | ÷ | local 1/y = 1/4 = 0.25; upstream 1 × local 0.25 = 0.25 |\n"
        "| y | ÷ | local −\\|x\\|/y² = −2/4² = −0.125; upstream 1 × local −0.125 = −0.125 |\n"
        "| x | \\|x\\| | local sign(x) = sign(−2) = −1; upstream 0.25 × local −1 = −0.25 |\n"
    )


def test_latex():
    text = am.explain(am.parse("u = x0 + 1\nf = 1/u", x0=-2)).to_latex()
    assert text == (
        "\\begin{align*}\n"
        "u &= x_{0} + 1 = -2 + 1 = -1 \\\\\n"
        "f &= \\frac{1}{u} = \\frac{1}{-1} = -1 \\\\\n"
        "\\frac{\\partial f}{\\partial f} &= 1 \\\\\n"
        "\\frac{\\partial f}{\\partial u} &= 1 \\times \\frac{-1}{x^{2}} = "
        "1 \\times \\frac{-1}{\\left(-1\\right)^{2}} = -1 && \\text{gate } \\frac{1}{x} \\\\\n"
        "\\frac{\\partial f}{\\partial x_{0}} &= -1 \\times 1 = -1 && \\text{gate } x + 1\n"
        "\\end{align*}\n"
    )


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed (texlive-latex-base)")
def test_latex_compiles(tmp_path):
    every_gate = am.parse(
        "a = exp(x) + log(y) + sqrt(y) + abs(x) + sin(x)*cos(x)/tan(y)\n"
        "b = tanh(a) + sigmoid(x) + relu(x) + max(x, y) + min(x, y, 0.5) + where(x > 0, x, y) + clip(x, -1, 1)\n"
        "c = softmax(stack([b, x**2, 2**y]))\nd = sum(concatenate([c, c])[1:3]) + mean(reshape(c, (3, 1)).T)\n"
        "f = d + logsumexp(c) + max(c) + dot(c, c) + leaky_relu(x) + elu(x) + softplus(y)",
        {"x": -0.7, "y": 1.3},
    )
    bodies = [am.explain(root).to_latex() for root in (midterm(), fork(), every_gate, CIRCUITS["network of arrays"]())]
    document = "\\documentclass{article}\n\\usepackage{amsmath}\n\\allowdisplaybreaks\n\\begin{document}\n"
    (tmp_path / "solution.tex").write_text(document + "\n".join(bodies) + "\\end{document}\n", encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "solution.tex"]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, errors="replace", check=False)
    assert result.returncode == 0, result.stdout[-2000:]
    assert "Missing character" not in (tmp_path / "solution.log").read_text(errors="replace")
