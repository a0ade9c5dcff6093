"""What was aimed at: ratios to the floor, and to the peers' times."""

# How many times the floor's time a step may take.
EAGER = {
    "W1": 22, "W2": 10, "W6s": 28, "W4": 1.35, "W5": 1.05, "W8-10": 2, "W8-10³": 1.7, "W8-10⁵": 1.25, "W8-10⁶": 1.15,
    "W9": 1.35, "W6b": 1.1, "W7": 1.08, "W10": 6.5, "W10a": 1.8,
}  # fmt: skip
COMPILED = dict.fromkeys(EAGER, 1.05) | {"W2": 0.5, "W4": 1, "W8-10": 1, "W8-10³": 1, "W8-10⁶": 1.15, "W9": 1}

# How many times as fast as a peer a step is to be at least, where that is not 1: eager beside eager, ...
_SCALARS = ("W1", "W2", "W6s", "W10")
FASTER = {
    "micrograd": dict.fromkeys(_SCALARS, 2.5),
    "PyTorch": dict.fromkeys(_SCALARS, 15) | {"W4": 2, "W5": 1 / 1.3, "W6b": 1 / 1.2, "W7": 1 / 1.6, "W8-10⁶": 1 / 1.2},
    "HIPS autograd": {},
    "MyGrad": {},
}
# ... and the lines where compiled code is to be as fast as JAX's.
AS_JAX = ("W1", "W2", "W6s", "W4", "W8-10", "W8-10³", "W9", "W7")

# Microseconds of compiling, and bytes, per gate; the exponent with which time may grow; gates of the largest chain.
MICROSECONDS_TO_COMPILE = 80
BYTES = 200
EXPONENT = 1.12
CHAIN = 20

# Peak memory over the floor's: of a step that is recorded and released, of the recurrent network's, of a compiled one.
PEAK, PEAKS, PEAK_COMPILED = 1.6, {"W9": 3.0}, 1.2
