"""Which of NumPy's functions work on Tensors: the list, and a line of specification for each that has a rule."""

import numpy as np
import pytest
from oracles import DATA
from rows import LINES

import autograd_mini as am
from autograd_mini.primitive import Plain, implementations

NAMES = (DATA / "covered.txt").read_text(encoding="utf-8").split("\n", 1)[1].split()
# These came with later releases of NumPy 2.
LATER = ["vecdot", "matvec", "vecmat", "unstack", "cumulative_sum", "cumulative_prod", "astype"]
# These give plain results.
PLAIN = [
    "argmax",
    "argmin",
    "argsort",
    "argpartition",
    "isnan",
    "isinf",
    "isfinite",
    "isclose",
    "allclose",
    "array_equal",
    "any",
    "all",
    "count_nonzero",
    "nonzero",
    "flatnonzero",
    "argwhere",
    "zeros_like",
    "ones_like",
    "empty_like",
    "searchsorted",
    "digitize",
    "histogram",
    "shape",
    "ndim",
    "size",
]  # fmt: skip


def function(name):
    found = np
    for part in name.split("."):
        found = getattr(found, part)
    return found


@pytest.mark.parametrize("name", [*NAMES, *[name for name in LATER if hasattr(np, name)], *PLAIN])
def test_function_works_on_tensors(name):
    assert am.supports(function(name))


@pytest.mark.parametrize("name", ["fft.fft", "linalg.eig", "apply_along_axis", "save"])
def test_function_without_a_rule_is_refused_with_advice(name):
    assert not am.supports(function(name))


def test_every_function_with_a_rule_has_a_line(monkeypatch):
    called = set()

    def noticing(protocol):
        def noticed(self, function, *rest, **arguments):
            called.add(function)
            return protocol(self, function, *rest, **arguments)

        return noticed

    for protocol in ("__array_function__", "__array_ufunc__"):
        monkeypatch.setattr(am.Tensor, protocol, noticing(getattr(am.Tensor, protocol)))
    for line in LINES:
        line.function(*map(am.Tensor, line.inputs))
    # Operators lead to their rows directly, and rows without a rule are compared with NumPy's values elsewhere.
    by_operators = {np.add, np.subtract, np.multiply, np.divide, np.negative, np.matmul, np.power}
    # Methods of ufuncs are reached through their ufunc.
    by_operators |= {np.maximum.accumulate, np.minimum.accumulate}
    with_rules = {
        function
        for function, implementation in implementations.items()
        if not isinstance(implementation, Plain) and getattr(implementation, "rules", True)
    }
    missing = with_rules - called - by_operators
    assert sorted(f.__name__ for f in missing if (getattr(f, "__module__", None) or "numpy").startswith("numpy")) == []
