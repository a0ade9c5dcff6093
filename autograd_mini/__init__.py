"""autograd_mini: automatic differentiation that shows its work.

Records NumPy expressions into a graph of gates, differentiates it by reverse mode, draws it as an exam circuit,
explains each backward step, and marks answers computed by hand.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .errors import (
    AnomalyError,
    AutogradMiniError,
    BackwardError,
    DivergedError,
    DtypeError,
    ExpressionError,
    IndexingError,
    LinearAlgebraError,
    MissingExtraError,
    MissingInputError,
    MutationError,
    NotFiniteError,
    QuestionError,
    ReleasedError,
    RenderError,
    RuleError,
    SeedError,
    ShapeError,
    StateError,
    UnknownWireError,
    UnsupportedError,
)
from .graph import Gate, Graph
from .numpy_calls import supports
from .ops.comparing import max_of, min_of
from .ops.convolution import conv1d
from .ops.in_place import add_at, set_at
from .ops.neural import elu, leaky_relu, log_softmax, logsumexp, relu, sigmoid, softmax, softplus
from .primitive import primitive
from .saving import only_saved_values
from .scopes import scope
from .tensor import Tensor, collector_paused, no_grad
from .transforms import (
    checkpoint,
    elementwise_grad,
    grad,
    hessian,
    hvp,
    jacobian,
    jvp,
    stop_gradient,
    value_and_grad,
    vjp,
)
from .watching import detect_anomaly, detect_mutation

if TYPE_CHECKING:
    from . import functional, nn
    from .circuit import Circuit, draw
    from .expression import parse
    from .finite_differences import GradcheckReport, gradcheck
    from .marking import (
        BackwardReport,
        Findings,
        FormulaReport,
        Question,
        Report,
        audit,
        better_numbers,
        check,
        check_backward,
        check_formula,
        lint,
        right_answers,
        separate,
        variants,
    )
    from .marking.grading import ClassReport, grade
    from .pages import Page, page, quiz
    from .program import Program, compile
    from .solution import Solution, explain

__version__ = "0.1.0"

__all__ = [
    "AnomalyError",
    "AutogradMiniError",
    "BackwardError",
    "BackwardReport",
    "Circuit",
    "ClassReport",
    "DivergedError",
    "DtypeError",
    "ExpressionError",
    "Findings",
    "FormulaReport",
    "Gate",
    "GradcheckReport",
    "Graph",
    "IndexingError",
    "LinearAlgebraError",
    "MissingExtraError",
    "MissingInputError",
    "MutationError",
    "NotFiniteError",
    "Page",
    "Program",
    "Question",
    "QuestionError",
    "ReleasedError",
    "RenderError",
    "Report",
    "RuleError",
    "SeedError",
    "ShapeError",
    "Solution",
    "StateError",
    "Tensor",
    "UnknownWireError",
    "UnsupportedError",
    "add_at",
    "audit",
    "better_numbers",
    "check",
    "check_backward",
    "check_formula",
    "checkpoint",
    "collector_paused",
    "compile",
    "conv1d",
    "detect_anomaly",
    "detect_mutation",
    "draw",
    "elementwise_grad",
    "elu",
    "explain",
    "functional",
    "grad",
    "gradcheck",
    "grade",
    "hessian",
    "hvp",
    "jacobian",
    "jvp",
    "leaky_relu",
    "lint",
    "log_softmax",
    "logsumexp",
    "max_of",
    "min_of",
    "nn",
    "no_grad",
    "only_saved_values",
    "page",
    "parse",
    "primitive",
    "quiz",
    "relu",
    "right_answers",
    "scope",
    "separate",
    "set_at",
    "sigmoid",
    "softmax",
    "softplus",
    "stop_gradient",
    "supports",
    "value_and_grad",
    "variants",
    "vjp",
]

# What reads a graph is imported when it is first used, so that the engine alone is quick to import.
_IMPORTED_WHEN_USED = {
    "Circuit": ".circuit",
    "draw": ".circuit",
    "GradcheckReport": ".finite_differences",
    "gradcheck": ".finite_differences",
    "parse": ".expression",
    "Findings": ".marking",
    "lint": ".marking",
    "better_numbers": ".marking",
    "variants": ".marking",
    "right_answers": ".marking",
    "separate": ".marking",
    "audit": ".marking",
    "BackwardReport": ".marking",
    "FormulaReport": ".marking",
    "Question": ".marking",
    "Report": ".marking",
    "check": ".marking",
    "check_backward": ".marking",
    "check_formula": ".marking",
    "ClassReport": ".marking.grading",
    "grade": ".marking.grading",
    "Page": ".pages",
    "page": ".pages",
    "quiz": ".pages",
    "Program": ".program",
    "compile": ".program",
    "Solution": ".solution",
    "explain": ".solution",
}


def __getattr__(name: str) -> Any:
    if name in ("functional", "nn"):
        return import_module(f".{name}", __name__)
    if name not in _IMPORTED_WHEN_USED:
        raise AttributeError(f"module 'autograd_mini' has no attribute {name!r}")
    value = getattr(import_module(_IMPORTED_WHEN_USED[name], __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
