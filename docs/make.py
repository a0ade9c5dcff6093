"""Make what is generated: the README's picture, its short table of gates, docs/gates.md with all of them, the gallery.

Run `python docs/make.py` after adding a gate. The tables are printed from the rows themselves, by running each rule on
symbols; nothing here knows a derivative.
"""

import importlib
import subprocess
import sys
from pathlib import Path

import numpy as np

import autograd_mini as am
from autograd_mini.formula import Symbol, derivative, known, variable
from autograd_mini.primitive import Primitive, table

ROOT = Path(__file__).parent.parent
BEGIN, END = "<!-- made by docs/make.py -->\n", "<!-- end of what docs/make.py makes -->\n"
PROGRAM = "p0 = w0*x0\np1 = w1*x1\ns = p0 + p1\nt = s + w2\nu = t + 1\nf = 1/u"
INPUTS = {"w0": 1, "x0": 3, "w1": 2, "x1": -2, "w2": -1}
IN_THE_README = [
    "add",
    "subtract",
    "multiply",
    "divide",
    "power",
    "exp",
    "log",
    "maximum",
    "relu",
    "sigmoid",
    "tanh",
    "matmul",
    "softmax",
    "conv1d",
]
# Rules of gates on arrays ask for shapes, so they are printed for operands of some shape, and with these options.
SHAPES = {
    "set_at": ((2, 3), (3,)),
    "add_at": ((2, 3), (3,)),
    "matmul": ((2, 3), (3, 4)),
    "conv1d": ((5,), (3,), ()),
    "conv2d": ((1, 3, 3), (1, 1, 2, 2), (1,)),
    "broadcast_to": ((3,),),
    "inv": ((1, 1),),
    "det": ((1, 1),),
    "logabsdet": ((1, 1),),
    "cholesky": ((1, 1),),
    "eigvalsh": ((1, 1),),
    "eigenvectors": ((1, 1),),
    "solve": ((1, 1), (1, 1)),
    "svdvals": ((2, 2),),
    "orthonormal": ((1, 1),),
    "einsum": ((2, 3), (3, 4)),
    "convolve": ((5,), (3,)),
}
OPTIONS = {
    "partition": {"kth": 1},
    "einsum": {"subscripts": "ij,jk->ik"},
    "reshape": {"shape": (3, 2)},
    "swapaxes": {"axis1": 0, "axis2": 1},
    "expand_dims": {"axis": 0},
    "broadcast_to": {"shape": (2, 3)},
    "index": {"key": 1},
    "set_at": {"key": 1},
    "add_at": {"key": 1},
    "roll": {"shift": 1},
    "repeat": {"repeats": 2, "axis": 0},
    "tile": {"reps": (2, 1)},
    "pad": {"pad_width": ((1, 1), (0, 0))},
    "sliding_window_view": {"window_shape": 2, "axis": 1},
}
GATES_PAGE = """\
# The gates

Printed from the rows by `docs/make.py`. A derivative is the local one, which is multiplied by what arrives from
upstream; one that says `upstream` is what the gate makes of it. `[x > 0]` is 1 where x > 0 and 0 elsewhere.

"""


def midterm_picture() -> str:
    """Return question 3.1 of the midterm as SVG."""
    return am.draw(am.parse(PROGRAM, INPUTS), title="CS231n midterm 2017, question 3.1").to_svg()


def gate_table(names: list[str]) -> str:
    """Return a table of gates in Markdown."""
    rows = ["| gate | drawn | value | derivative by each operand |", "|---|---|---|---|"]
    return "\n".join(rows + [_row(table[name]) for name in names]) + "\n"


def gates_page() -> str:
    """Return docs/gates.md, with SciPy's rows, which join the table when they are imported."""
    importlib.import_module("autograd_mini.ops.scipy_special")
    rules_only = [name for name, gate in table.items() if gate.internal and name != "index"]
    return GATES_PAGE + gate_table(
        sorted(name for name, gate in table.items() if gate.rules and name not in rules_only)
    )


def readme(text: str) -> str:
    """Return the README with its table brought up to date."""
    before, _, rest = text.partition(BEGIN)
    return before + BEGIN + gate_table(IN_THE_README) + END + rest.partition(END)[2]


def _row(gate: Primitive) -> str:
    names = ("x1", "x2") if gate.variadic else gate.operands
    options = gate.options | OPTIONS.get(gate.name, {})
    if gate.elementwise:
        operands, value = tuple(variable(name) for name in names), 0.0
    else:
        shapes = SHAPES.get(gate.name, ((2, 3),) * len(names))
        operands = tuple(variable(name, np.ones(shape)) for name, shape in zip(names, shapes, strict=True))
        value = gate.value(*[operand.value for operand in operands], **options)
    applied = Symbol(gate, operands, options)
    out, upstream = known(applied, value), variable("upstream", np.ones(np.shape(value)))
    derivatives = [
        f"{name}: {derivative(gate, position, operands, options, out, upstream).write()}"
        for position, name in enumerate(names)
        if gate.rule_for(position) is not None
    ]
    cells = [f"`{gate.name}`", gate.symbol, applied.write(), "<br>".join(derivatives)]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def main() -> None:
    """Write docs/midterm.svg, docs/gates.md and the gallery's pictures, and the table into README.md."""
    (ROOT / "docs" / "midterm.svg").write_text(midterm_picture(), encoding="utf-8")
    (ROOT / "docs" / "gates.md").write_text(gates_page(), encoding="utf-8")
    gallery = ROOT / "docs" / "gallery"
    gallery.mkdir(exist_ok=True)
    for script in sorted((ROOT / "examples").glob("gallery*.py")):
        subprocess.run([sys.executable, str(script)], cwd=gallery, check=True)
    page = ROOT / "README.md"
    page.write_text(readme(page.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
