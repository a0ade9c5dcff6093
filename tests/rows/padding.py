"""np.pad in every mode."""

import numpy as np

import autograd_mini as am
from rows.line import SIGNAL, VECTOR, A, Line, numbers, weighed

BOTH = ((2, 1), (0, 3))
FAR = ((5, 7), (9, 4))

LINES = [
    Line("pad", lambda x: weighed(np.pad(x, 1)), (A,)),
    Line("pad, one pair", lambda x: weighed(np.pad(x, (2, 1))), (SIGNAL,)),
    Line("pad, a pair for each axis", lambda x: weighed(np.pad(x, BOTH)), (A,)),
    Line("pad, a number for each axis", lambda x: weighed(np.pad(x, [[1], [2]])), (A,)),
    Line("pad, one number in a list", lambda x: weighed(np.pad(x, [2])), (A,)),
    Line("pad, one pair in a list", lambda x: weighed(np.pad(x, [(0, 2)])), (A,)),
    Line("pad nothing", lambda x: weighed(np.pad(x, 0)), (A,)),
    Line("pad an empty array", lambda x: np.pad(x, 1) ** 2, (np.zeros((0, 2)),)),
    Line("pad a number", lambda x: np.pad(x, 1) ** 2, (0.7,)),
    Line("pad, constant", lambda x: weighed(np.pad(x, 2, constant_values=0.3)), (A,)),
    Line("pad, constants", lambda x: weighed(np.pad(x, 2, "constant", constant_values=((1, 2), (3, 4)))), (A,)),
    Line("pad, constants that are wires", lambda x, c: weighed(np.pad(x, BOTH, constant_values=c)), (A, 0.7)),
    Line(
        "pad, a wire and a number",
        lambda x, c: weighed(np.pad(x, 1, constant_values=((c, 2.0), (c * c, 0)))),
        (A, 0.7),
    ),
    Line("pad, edge", lambda x: weighed(np.pad(x, BOTH, "edge")), (A,)),
    Line("pad, edge of length 1", lambda x: weighed(np.pad(x, BOTH, "edge")), (numbers(1, 4),)),
    Line("pad, reflect", lambda x: weighed(np.pad(x, BOTH, mode="reflect")), (A,)),
    Line("pad, reflect often", lambda x: weighed(np.pad(x, FAR, mode="reflect")), (A,)),
    Line("pad, reflect, length 1", lambda x: weighed(np.pad(x, BOTH, mode="reflect")), (numbers(1, 4),)),
    Line("pad, reflect, even", lambda x: weighed(np.pad(x, 1, mode="reflect", reflect_type="even")), (A,)),
    Line("pad, reflect, odd", lambda x: weighed(np.pad(x, BOTH, mode="reflect", reflect_type="odd")), (A,)),
    Line("pad, reflect, odd, often", lambda x: weighed(np.pad(x, FAR, mode="reflect", reflect_type="odd")), (A,)),
    Line(
        "pad, reflect, odd, length 1",
        lambda x: weighed(np.pad(x, 2, mode="reflect", reflect_type="odd")),
        (numbers(1, 4),),
    ),
    Line("pad, symmetric", lambda x: weighed(np.pad(x, BOTH, mode="symmetric")), (A,)),
    Line("pad, symmetric, often", lambda x: weighed(np.pad(x, FAR, mode="symmetric")), (A,)),
    Line("pad, symmetric, odd", lambda x: weighed(np.pad(x, BOTH, mode="symmetric", reflect_type="odd")), (A,)),
    Line("pad, symmetric, odd, often", lambda x: weighed(np.pad(x, FAR, "symmetric", reflect_type="odd")), (A,)),
    Line(
        "pad, symmetric, odd, length 1", lambda x: weighed(np.pad(x, 3, "symmetric", reflect_type="odd")), (numbers(1),)
    ),
    Line("pad, wrap", lambda x: weighed(np.pad(x, BOTH, mode="wrap")), (A,)),
    Line("pad, wrap often", lambda x: weighed(np.pad(x, FAR, mode="wrap")), (A,)),
    Line("pad, linear ramp", lambda x: weighed(np.pad(x, BOTH, mode="linear_ramp")), (A,)),
    Line(
        "pad, linear ramp to values",
        lambda x: weighed(np.pad(x, 3, mode="linear_ramp", end_values=((1, 2), (3, 4)))),
        (A,),
    ),
    Line(
        "pad, linear ramp to a wire",
        lambda x, c: weighed(np.pad(x, 2, mode="linear_ramp", end_values=(c, 1))),
        (A, 0.7),
    ),
    Line("pad, maximum", lambda x: weighed(np.pad(x, BOTH, mode="maximum")), (A,)),
    Line("pad, minimum", lambda x: weighed(np.pad(x, BOTH, mode="minimum")), (A,)),
    Line("pad, mean", lambda x: weighed(np.pad(x, BOTH, mode="mean")), (A,)),
    Line("pad, mean of some", lambda x: weighed(np.pad(x, BOTH, mode="mean", stat_length=2)), (A,)),
    Line("pad, maximum of some", lambda x: weighed(np.pad(x, 2, "maximum", stat_length=((1, 2), (3, 99)))), (A,)),
    Line("pad by axis", lambda x: weighed(np.pad(x, 1, "mean", stat_length=(1, 2))), (VECTOR,)),
]
if am.supports(np.median):
    LINES.append(Line("pad, median", lambda x: weighed(np.pad(x, BOTH, mode="median")), (A,)))
