"""Every error this package raises on purpose.

Each is an `AutogradMiniError` and also the built-in a caller would guess, so both `except` clauses work. A message
says what was wrong, what was expected, what was given, and what to do.

    AutogradMiniError
    ├── DtypeError (TypeError)             data that is not made of floating-point numbers
    ├── NotFiniteError (ValueError)        NaN or infinity where a number was asked for
    ├── ShapeError (ValueError)            shapes that do not fit
    │   └── IndexingError (IndexError)     an index outside the array
    ├── LinearAlgebraError (np.linalg.LinAlgError)  a matrix that has no inverse or no such factors
    ├── BackwardError (RuntimeError)       a backward pass that cannot start
    │   ├── SeedError (also ValueError)    an upstream gradient that is missing or does not fit the output
    │   └── ReleasedError                  a graph that an earlier backward pass released
    ├── AnomalyError (FloatingPointError)  the first NaN or infinity, under detect_anomaly()
    ├── MutationError (RuntimeError)       an array changed after it was recorded, under detect_mutation()
    ├── DivergedError (RuntimeError)       a program run on numbers for which its function takes another path
    ├── UnsupportedError (TypeError)       a NumPy function or argument that has no rule
    ├── RuleError (TypeError)              a gate's row that contradicts itself
    ├── UnknownWireError (KeyError)        a wire name that the circuit does not have
    ├── ExpressionError (ValueError)       program text that is refused; has .line and .column
    │   └── MissingInputError              a name in the program that has no value
    ├── QuestionError (ValueError)         a question or answer file that cannot be read
    ├── StateError (ValueError)            saved parameters that do not fit the model, or cannot be read
    ├── MissingExtraError (ImportError)    an optional package that is not installed
    └── RenderError (RuntimeError)         Graphviz is missing or refused a drawing
"""

from collections.abc import Iterable

import numpy as np


class AutogradMiniError(Exception):
    """Any error raised on purpose by autograd_mini."""


class DtypeError(AutogradMiniError, TypeError):
    """Data that is not made of floating-point numbers."""


class NotFiniteError(AutogradMiniError, ValueError):
    """NaN or infinity where a number was asked for."""


class ShapeError(AutogradMiniError, ValueError):
    """Shapes that do not fit."""


class IndexingError(ShapeError, IndexError):
    """An index outside the array."""


class LinearAlgebraError(AutogradMiniError, np.linalg.LinAlgError):
    """A matrix that has no inverse, or that a factorisation does not take."""


class BackwardError(AutogradMiniError, RuntimeError):
    """A backward pass that cannot start."""


class SeedError(BackwardError, ValueError):
    """An upstream gradient that is missing or does not fit the output."""


class ReleasedError(BackwardError):
    """A graph that an earlier `backward(release=True)` has released."""


class AnomalyError(AutogradMiniError, FloatingPointError):
    """The first NaN or infinity, under `detect_anomaly()`."""


class MutationError(AutogradMiniError, RuntimeError):
    """An array that changed after it was recorded, under `detect_mutation()`."""


class DivergedError(AutogradMiniError, RuntimeError):
    """A program was run on numbers for which its function takes another path than the one that was traced."""


class UnsupportedError(AutogradMiniError, TypeError):
    """A NumPy function or argument that has no rule."""


class RuleError(AutogradMiniError, TypeError):
    """A gate's row that contradicts itself."""


class UnknownWireError(AutogradMiniError, KeyError):
    """A wire name that the circuit does not have."""

    def __str__(self) -> str:
        # KeyError would show the repr of the message, quotes and all.
        return str(self.args[0]) if self.args else ""


class ExpressionError(AutogradMiniError, ValueError):
    """Program text that is refused.

    Attributes:
        line: line of the text, from 1; 0 when the text as a whole is meant.
        column: column of that line, from 1; 0 when the whole line is meant.
    """

    def __init__(self, message: str, line: int = 0, column: int = 0) -> None:
        place = f"line {line}, column {column}: " if column else f"line {line}: " if line else ""
        super().__init__(place + message)
        self.line = line
        self.column = column


class MissingInputError(ExpressionError):
    """A name in the program that has no value."""


class QuestionError(AutogradMiniError, ValueError):
    """A question or answer file that cannot be read."""


class StateError(AutogradMiniError, ValueError):
    """Saved parameters that do not fit the model, or cannot be read."""


class MissingExtraError(AutogradMiniError, ImportError):
    """An optional package that is not installed."""


class RenderError(AutogradMiniError, RuntimeError):
    """Graphviz is missing or refused a drawing."""


def did_you_mean(name: str, known: Iterable[str], *, likeness: float = 0.5) -> str:
    """Return " Did you mean 'w2'?" for the known name closest to `name`, or nothing when none is close.

    Short names of wires differ in one letter of two; for names of functions ask for more `likeness`, at most 1.
    """
    import difflib

    close = difflib.get_close_matches(name, list(known), n=1, cutoff=likeness)
    return f" Did you mean {close[0]!r}?" if close else ""
