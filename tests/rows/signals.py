"""Convolution, correlation, interpolation and polynomials."""

import numpy as np

from rows.line import A, Line, numbers

LONG = numbers(7, seed=61)
SHORT = numbers(3, seed=62)
EVEN = numbers(4, seed=63)
NODES = np.array([-2.0, -0.5, 0.4, 1.9])
VALUES = numbers(4, seed=64)
POINTS = np.array([[-3.0, -1.1, 0.1], [1.2, 1.7, 2.5]])

LINES = [
    *[
        Line(f"{name}, {mode}, {why}", lambda x, y, f=f, m=mode: f(x, y, m) ** 2, inputs)
        for name, f in (("convolve", np.convolve), ("correlate", np.correlate))
        for mode in ("full", "same", "valid")
        for why, inputs in (
            ("odd kernel", (LONG, SHORT)),
            ("even kernel", (LONG, EVEN)),
            ("kernel first", (SHORT, LONG)),
            ("even kernel first", (EVEN, LONG)),
            ("equal lengths", (EVEN, VALUES)),
            ("one entry", (LONG, numbers(1))),
        )
    ],
    Line("convolve, default mode", lambda x, y: np.convolve(x, y) ** 2, (LONG, SHORT)),
    Line("correlate, default mode", lambda x, y: np.correlate(x, y) ** 2, (LONG, SHORT)),
    Line("convolve with itself", lambda x: np.convolve(x, x), (SHORT,)),
    Line("convolve numbers", lambda x, y: np.convolve(x, y), (0.7, 0.4)),
    Line("interp", lambda x, xp, fp: np.interp(x, xp, fp) ** 2, (POINTS, NODES, VALUES)),
    Line(
        "interp, left and right",
        lambda x, fp: np.interp(x, NODES.astype(x.dtype), fp, left=3.0, right=-1.0) ** 2,
        (POINTS, VALUES),
    ),
    Line(
        "interp, left and right that are wires",
        lambda x, a, b: np.interp(x, NODES.astype(x.dtype), VALUES.astype(x.dtype), a, b) ** 2,
        (POINTS, 0.3, 0.4),
    ),
    Line("interp of a number", lambda x, fp: np.interp(x, [1.0, 2.0], fp[:2]) ** 2, (1.3, VALUES)),
    Line("interp, one node", lambda fp: np.interp(POINTS, [0.5], fp) ** 2, (numbers(1),)),
    Line(
        "interp, period",
        lambda x, xp, fp: np.interp(x, xp, fp, period=3.0) ** 2,
        (POINTS + 0.05, NODES[[1, 0, 2]], SHORT),
    ),
    Line("polyval", lambda p, x: np.polyval(p, x) ** 2, (EVEN, A)),
    Line("polyval, a constant", lambda p, x: np.polyval(p, x) ** 2, (numbers(1), A)),
    Line("polyfit", lambda x, y: np.polyfit(x, y, 2) ** 2, (LONG, numbers(7, seed=65))),
    Line("polyfit, several columns", lambda x, y: np.polyfit(x, y, 1) ** 2, (LONG, numbers(7, 2, seed=65))),
]
