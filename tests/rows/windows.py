"""Sliding windows."""

import numpy as np

from rows.line import SIGNAL, VECTOR, A, Line, weighed

windows = np.lib.stride_tricks.sliding_window_view
LINES = [
    Line("sliding_window_view", lambda x: weighed(windows(x, 2)), (VECTOR,)),
    Line("sliding_window_view, matrix", lambda x: weighed(windows(x, (2, 3))), (A,)),
    Line("sliding_window_view, an axis", lambda x: weighed(windows(x, 3, axis=-1)), (SIGNAL,)),
    Line(
        "sliding_window_view, two axes in reverse",
        lambda x: weighed(windows(x, (2, 3), axis=(2, 0)[:2])),
        (A[None].repeat(3, 0),),
    ),
    Line("sliding_window_view, an axis twice", lambda x: weighed(windows(x, (2, 3), axis=(1, 1))), (SIGNAL,)),
    Line("sliding_window_view, as long as the array", lambda x: weighed(windows(x, 4)), (VECTOR,)),
    Line("sliding_window_view, length 1", lambda x: weighed(windows(x, (1,), axis=0)), (A,)),
    Line("sliding_window_view, length 0", lambda x: windows(x, 0) ** 2, (VECTOR,)),
]
