"""The misconceptions, as data: `gates` about single gates, forks and reading the circuit, `networks` about layers.

Each is the ordinary backward pass with one part replaced. A rule reads a `Step` and says what is wrong in terms of the
gate's own right rule wherever it can.
"""

from .gates import GATES
from .kinds import KINDS
from .networks import NETWORKS
from .statement import COMMON, PLAUSIBLE, RARE, Misconception

MISCONCEPTIONS: tuple[Misconception, ...] = GATES + NETWORKS

__all__ = ["COMMON", "KINDS", "MISCONCEPTIONS", "PLAUSIBLE", "RARE", "Misconception"]
