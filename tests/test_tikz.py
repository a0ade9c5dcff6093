"""Circuits as TikZ: mathematics in the labels, nothing that LaTeX stumbles over, and the real programs take it."""

import re
import shutil
import subprocess

import numpy as np
import pytest
from circuits import ARRAYS, CIRCUITS, fork, midterm

import autograd_mini as am
from autograd_mini.circuit.tikz import mathematics
from autograd_mini.primitive import table

HAS_TIKZ = (
    shutil.which("kpsewhich") is not None
    and subprocess.run(["kpsewhich", "tikz.sty"], capture_output=True).returncode == 0
)


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("1/x", "1/x"),
        ("×−1", r"\times -1"),
        ("x²", "x^{2}"),
        ("x⁻¹", "x^{-1}"),
        ("√x", r"\sqrt{x}"),
        ("∛x", r"\sqrt[3]{x}"),
        ("σ", r"\sigma "),
        ("tanh", r"\mathrm{tanh}"),
        ("w0", "w_{0}"),
        ("∂: −1/x²", r"\partial :\ -1/x^{2}"),
        ("−1.00", "-1.00"),
        ("[1.00, −2.00]", r"[1.00,\ -2.00]"),
        ("(3,) ±1.20", r"(3{,})\ {\pm}1.20"),
        ("(2, 3) −5.00 … −6.00", r"(2,\ 3)\ {-}5.00\ \ldots \ {-}6.00"),
        ("log_softmax", r"\mathrm{log\_softmax}"),
        ("⌊÷⌋", r"\lfloor \div \rfloor "),
        ("100%", r"100\%"),
    ],
)
def test_mathematics(text, latex):
    assert mathematics(text) == latex


def test_every_symbol_of_the_table_becomes_plain_latex():
    for gate in table.values():
        assert mathematics(gate.symbol).isascii(), gate.name


@pytest.mark.parametrize("name", CIRCUITS)
def test_every_text_gate_and_wire_is_there(name):
    circuit = am.draw(CIRCUITS[name]())
    tikz = circuit.to_tikz()
    drawing = circuit.drawing
    assert tikz.count(r"\node") == len(drawing.texts) + len(drawing.gates)
    assert tikz.count("line join=round") == len(drawing.paths)
    assert tikz.count("{") == tikz.count("}")


def test_exam_gives_no_answer_away():
    root = am.parse("q = x*y\nf = q*z", x=7.31, y=-3.77, z=11.13)
    exam = am.draw(root, number_format=".4f").blank("gradients").blank("values", except_=["x", "y", "z"])
    assert "27.558" in am.draw(root, number_format=".4f").to_tikz()
    assert "27.558" not in exam.to_tikz()


def test_saved_by_its_ending_and_the_same_every_time(tmp_path):
    path = am.draw(midterm()).save(tmp_path / "midterm.tex")
    assert path.read_text(encoding="utf-8") == am.draw(midterm()).to_tikz()
    assert path.read_text(encoding="utf-8").startswith(r"% needs \usepackage{tikz} and \usepackage{amsmath}")


def odd_names():
    """Return a circuit whose names have all that LaTeX treats in its own way."""
    total = am.Tensor(1.0, name="a_b%c#d&e{f}g\\h~i^j$k")
    with am.scope("50% & more"):
        total = total * am.Tensor(2.0, name="x_1") + am.Tensor(3.0, name="discount_rate")
    return total.named("out put")


def compiled(circuits, program, folder):
    """Make all.pdf with a circuit on each page, one centimetre from its edges, and return what LaTeX printed."""
    lines = [
        r"\documentclass{article}",
        r"\usepackage{tikz}",
        r"\usepackage{amsmath}",
        r"\usepackage[paperwidth=80cm,paperheight=40cm,margin=1cm]{geometry}",
        r"\pagestyle{empty}",
        r"\begin{document}\noindent",
        "\n\\newpage\\noindent\n".join(circuit.to_tikz() for circuit in circuits),
        r"\end{document}",
    ]
    (folder / "all.tex").write_text("\n".join(lines), encoding="utf-8")
    result = subprocess.run(
        [program, "-interaction=nonstopmode", "-halt-on-error", "all.tex"],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
    )
    assert result.returncode == 0, result.stdout[-2000:]
    return result.stdout


@pytest.mark.slow
@pytest.mark.skipif(not HAS_TIKZ, reason="LaTeX has no TikZ here: apt-get install texlive-pictures")
@pytest.mark.parametrize("program", ["pdflatex", "xelatex"])
def test_latex_takes_it(program, tmp_path):
    if shutil.which(program) is None:
        pytest.skip(f"there is no {program}: apt-get install texlive-latex-base texlive-xetex")
    circuits = [am.draw(build(), local=True) for name, build in CIRCUITS.items() if name != "300 gates"]
    circuits += [am.draw(build(), arrays="heat") for build in ARRAYS.values()]
    circuits += [am.draw(fork()).blank("gradients"), am.draw(fork(), theme="dark"), am.draw(odd_names())]
    printed = compiled(circuits, program, tmp_path)
    assert re.search(rf"Output written on all\.pdf \({len(circuits)} pages", printed), printed[-500:]
    assert "Missing character" not in (tmp_path / "all.log").read_text(encoding="utf-8", errors="replace")


WIDE = ["learning_rate_decay", "W_hidden_to_output", "mmmmWWWW", "LEARNING_RATE", "KXQHNBVOMD"]


def wide_names():
    """Return circuits whose names are long, or wider in Computer Modern than in a sans-serif font."""
    chain = am.Tensor(1.0, name=WIDE[2])
    for name in WIDE:
        chain = np.tanh(chain).named(f"{name}_of_{name}")
    tree = am.Tensor(1.0, name="M")
    for name in WIDE:
        tree = (tree * am.Tensor(2.0, name=name)).named(name[::-1].replace("_", "x"))
    row = am.Tensor(np.array([[1.0, -2.0, 3.0], [4.0, 5.0, -6.0]]), name="GOQ")
    for name in WIDE[3:]:
        row = np.exp(row * 0.1).named(name)
    return [chain, (-chain).named(WIDE[4]), tree, np.sum(row).named("BCDEGO")]


@pytest.mark.slow
@pytest.mark.skipif(not HAS_TIKZ, reason="LaTeX has no TikZ here: apt-get install texlive-pictures")
@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="there is no pdflatex: apt-get install texlive-latex-base")
@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="there is no pdftotext: apt-get install poppler-utils")
def test_words_do_not_overlap_as_latex_sets_them(tmp_path):
    choices = [{}, {"arrays": "range"}, {"arrays": "heat"}, {"local": True}]
    circuits = [am.draw(root, **choice) for root in wide_names() for choice in choices]
    compiled(circuits, "pdflatex", tmp_path)
    listing = subprocess.run(
        ["pdftotext", "-bbox", "all.pdf", "-"], cwd=tmp_path, capture_output=True, encoding="utf-8", check=True
    ).stdout
    pages = listing.split("<page ")[1:]
    assert len(pages) == len(circuits)
    pattern = r'<word xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">(.*?)</word>'
    # The picture begins at the margin of one centimetre.
    margin = 72 / 2.54
    for circuit, page in zip(circuits, pages):
        words = [(*map(float, word[:4]), word[4]) for word in re.findall(pattern, page)]
        assert len(words) >= len(circuit.drawing.texts)
        for i, (left, top, right, bottom, word) in enumerate(words):
            assert margin <= left, word
            assert right <= margin + circuit.drawing.width, word
            for others_left, others_top, others_right, others_bottom, other in words[i + 1 :]:
                # An index, an exponent or an accent touches what it belongs to.
                across = min(right, others_right) - max(left, others_left)
                assert across < 0.1 or min(bottom, others_bottom) - max(top, others_top) < 0.1, (word, other)
