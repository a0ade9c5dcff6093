"""The house: which module may import which, and the names that are public."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import autograd_mini as am

PACKAGE = Path(am.__file__).parent
# Each module imports only from the ones above it.
LAYERS = [
    "errors", "notation", "numerals", "files", "primitive", "ops", "numpy_calls", "operators", "methods", "formula",
    "scalar", "watching", "scopes", "sending", "backward", "tensor", "saving", "transforms", "functional", "graph",
    "program", "nn", "finite_differences", "expression", "solution", "circuit", "marking", "pages", "cli", "__main__",
]  # fmt: skip


def room(path):
    """Return the layer a file belongs to: its name, or the folder it is in."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return parts[0]


def imports(path):
    """Return the layers of this package that a file imports, anywhere in it, except for type checkers only."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    skipped = {
        id(node)
        for branch in ast.walk(tree)
        if isinstance(branch, ast.If) and getattr(branch.test, "id", "") == "TYPE_CHECKING"
        for node in ast.walk(branch)
    }
    depth = len(path.relative_to(PACKAGE).parts) - 1
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and id(node) not in skipped and node.level == depth + 1:
            found |= {node.module.split(".")[0]} if node.module else {alias.name for alias in node.names}
        elif isinstance(node, ast.Import | ast.ImportFrom) and not getattr(node, "level", 0):
            names = [node.module] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
            assert not any(name.split(".")[0] == "autograd_mini" for name in names), f"{path}: import relatively"
    return found


def test_every_module_has_a_layer():
    rooms = {room(path) for path in PACKAGE.rglob("*.py")}
    assert rooms == {*LAYERS, "__init__"}


def test_modules_import_only_from_above():
    for path in PACKAGE.rglob("*.py"):
        if path.name == "__init__.py" and path.parent == PACKAGE:
            continue
        here = LAYERS.index(room(path))
        for layer in imports(path) - {"__version__"}:
            assert LAYERS.index(layer) < here, f"{path.relative_to(PACKAGE)} imports {layer}, which stands below it"


def test_the_layer_rule_sees_imports():
    assert {"graph", "formula"} <= imports(PACKAGE / "solution.py")
    assert {"primitive", "sending"} <= imports(PACKAGE / "backward.py")
    assert "tensor" not in imports(PACKAGE / "backward.py")


def test_networks_know_no_derivative():
    for path in (PACKAGE / "nn").rglob("*.py"):
        assert not imports(path) & {"primitive", "ops", "backward", "graph"}, path.name


@pytest.mark.parametrize(
    "package",
    ["circuit", "finite_differences", "marking", "marking/backward_pairs", "marking/formulas", "marking/grading",
     "marking/questions", "pages", "program"],
)  # fmt: skip
def test_every_module_is_on_the_map_of_its_package(package):
    folder = PACKAGE / package
    docstring = ast.get_docstring(ast.parse((folder / "__init__.py").read_text(encoding="utf-8")))
    # A line of the map is names, two spaces or more, and what they are.
    listed = ", ".join(re.findall(r"^(\w+(?:, \w+)*)  +\S", docstring, re.MULTILINE)).split(", ")
    modules = [path.stem for path in folder.glob("*.py")] + [path.parent.name for path in folder.glob("*/__init__.py")]
    assert sorted(listed) == sorted(set(modules) - {"__init__"})


def test_public_names():
    assert sorted(am.__all__) == am.__all__
    assert set(am.__all__) == {
        # the engine
        "Tensor", "no_grad", "collector_paused", "only_saved_values", "supports", "Graph", "Gate", "primitive",
        # gates that NumPy has no function for
        "conv1d", "elu", "leaky_relu", "log_softmax", "logsumexp", "max_of", "min_of", "relu", "sigmoid", "softmax",
        "softplus",
        # in place of writing into a Tensor
        "add_at", "set_at",
        # functions of neural networks
        "functional", "nn",
        # transforms
        "checkpoint", "elementwise_grad", "grad", "hessian", "hvp", "jacobian", "jvp", "stop_gradient",
        "value_and_grad", "vjp",
        # checking and finding trouble
        "gradcheck", "GradcheckReport", "detect_anomaly", "detect_mutation",
        # compiled programs
        "compile", "Program",
        # reading, drawing, explaining, marking
        "parse", "scope", "draw", "Circuit", "explain", "Solution", "check", "Report", "Question",
        # looking at questions before they are set
        "lint", "Findings", "better_numbers", "variants", "right_answers", "separate", "audit",
        "check_formula", "FormulaReport",
        # a class
        "grade", "ClassReport",
        # hand-written backward functions
        "check_backward", "BackwardReport",
        # pages for the browser
        "page", "quiz", "Page",
        # errors
        "AnomalyError", "AutogradMiniError", "BackwardError", "DtypeError", "ExpressionError", "IndexingError",
        "DivergedError", "LinearAlgebraError", "MissingExtraError", "MissingInputError", "MutationError",
        "NotFiniteError", "QuestionError", "ReleasedError", "RenderError", "RuleError", "SeedError",
        "ShapeError", "StateError", "UnknownWireError", "UnsupportedError",
    }  # fmt: skip


def test_every_public_name_is_there_and_documented():
    for name in am.__all__:
        assert getattr(am, name).__doc__, name
    assert set(am.__all__) <= set(dir(am))


def test_name_that_is_not_there():
    with pytest.raises(AttributeError) as caught:
        am.nothing  # noqa: B018
    assert str(caught.value) == "module 'autograd_mini' has no attribute 'nothing'"


def test_star_import_brings_all():
    scope = {}
    exec("from autograd_mini import *", scope)
    assert set(am.__all__) <= set(scope)


def test_import_brings_in_nothing_optional():
    script = (
        "import sys, autograd_mini\n"
        "names = ('graphviz', 'pygraphviz', 'argparse', 'tomllib', 'autograd_mini.circuit', 'autograd_mini.cli')\n"
        "print([name for name in names if name in sys.modules])\n"
    )
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_svg_needs_no_graphviz():
    script = (
        "import sys\n"
        "sys.modules['graphviz'] = sys.modules['pygraphviz'] = None\n"
        "import autograd_mini as am\n"
        "print(am.draw(am.parse('x*y', x=1, y=2)).to_svg()[:4])\n"
    )
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout == "<svg\n"
