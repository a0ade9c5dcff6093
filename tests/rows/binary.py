"""Gates of two operands beyond arithmetic, entry by entry."""

import numpy as np

from rows.line import POSITIVE, VECTOR, A, B, Line, numbers

LINES = [
    Line("remainder, both signs", lambda x, y: np.mod(x, y) ** 2, (3 * A, B)),
    Line("remainder, operator", lambda x: x % 0.7 + 5.0 % x, (A,)),
    Line("remainder, a column by a row", lambda x, y: x % y, (numbers(3, 1), VECTOR)),
    Line("floor_divide passes nothing", lambda x: (x // B) * x + 3.1 // x * x, (A,)),
    Line("divmod", lambda x, y: divmod(x, y)[0] * x + divmod(x, y)[1] ** 2, (3 * A, B)),
    Line("divmod, function", lambda x: np.divmod(x, 0.7)[1] ** 2 + np.divmod(5.0, x)[1], (A,)),
    Line("fmod, both signs", lambda x, y: np.fmod(x, y) ** 2, (3 * A, B)),
    Line("hypot", lambda x, y: np.hypot(x, y), (A, B)),
    Line("hypot of an operand with itself", lambda x: np.hypot(x, x), (A,)),
    Line("hypot, a number and an array", lambda x, y: np.hypot(x, y), (0.7, A)),
    Line("arctan2, all quadrants", lambda x, y: np.arctan2(x, y), (A, B)),
    Line("arctan2, a constant", lambda x: np.arctan2(x, 1.0) + np.arctan2(-1.0, x), (A,)),
    Line("logaddexp", lambda x, y: np.logaddexp(x, y), (A, B)),
    Line("logaddexp at ties", lambda x, y: np.logaddexp(x, y), (A, A)),
    Line("logaddexp of an operand with itself", lambda x: np.logaddexp(x, x) ** 2, (A,)),
    Line("logaddexp2", lambda x, y: np.logaddexp2(x, y), (A, B)),
    Line("copysign", lambda x: np.copysign(x, B) ** 3, (A,)),
    Line("fmax", lambda x, y: np.fmax(x, y) ** 2, (A, B)),
    Line("fmin", lambda x, y: np.fmin(x, y) ** 2, (A, VECTOR)),
    Line("heaviside", lambda y: np.heaviside(np.array([-1.0, 0.0, 2.0, 0.0]), y) ** 2, (A,)),
    Line("nextafter", lambda x: np.nextafter(x, np.float32(9)) ** 2, (POSITIVE,)),
]
