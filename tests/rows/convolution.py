"""Convolutions."""

import autograd_mini as am
from rows.line import KERNEL, SIGNAL, Line, numbers

LINES = [
    Line("conv1d", lambda x, w: am.conv1d(x, w), (numbers(7), numbers(3))),
    Line("conv1d, bias", lambda x, w, b: am.conv1d(x, w, b) ** 2, (numbers(7), numbers(3), 0.4)),
    Line("conv1d, one tap", lambda x, w: am.conv1d(x, w), (numbers(7), numbers(1))),
    Line("conv1d, kernel as long as the signal", lambda x, w: am.conv1d(x, w), (numbers(4), numbers(4, seed=9))),
    Line("conv1d, stride that leaves a rest", lambda x, w: am.conv1d(x, w, stride=3), (numbers(9), numbers(2))),
    Line("conv1d, padding", lambda x, w: am.conv1d(x, w, padding=2) ** 2, (numbers(5), numbers(3))),
    Line("conv1d, dilation", lambda x, w: am.conv1d(x, w, dilation=2) ** 2, (numbers(8), numbers(3))),
    Line("conv1d, channels", lambda x, w: am.conv1d(x, w) ** 2, (SIGNAL[0], numbers(3, 4, 2))),
    Line(
        "conv1d, batch with everything",
        lambda x, w, b: am.conv1d(x, w, b, stride=2, padding=1, dilation=2, groups=2) ** 2,
        (SIGNAL, KERNEL, numbers(6)),
    ),
]
