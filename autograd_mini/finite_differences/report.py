"""What gradcheck found: the numbers it compared, whom it blames, and what the numbers cannot tell."""

import math
from dataclasses import dataclass

from ..numerals import number

_DIGITS = ".10g"
_ROUGH = ".1e"
# Of each kind of finding so many are written out.
_MOST_LINES = 10


@dataclass(frozen=True)
class Comparison:
    """One derivative, by differences and as recorded.

    Attributes:
        order: 1 or 2; the second is the derivative of a random combination of the first.
        input: the input's name; "" for a direction that moves all inputs, "near by" for one at inputs beside these.
        entry: the entry's index, () for a single number; None for a random direction.
        numerical: the number by differences.
        error: the estimated error of `numerical`.
        recorded: the number by the backward pass.
        method: "central differences" or "complex step".
        left: slope on the left.
        right: slope on the right.
        verdict: "agrees", "differs", "kink", "jump" or "unmeasured".
    """

    order: int
    input: str
    entry: tuple[int, ...] | None
    numerical: float
    error: float
    recorded: float
    method: str
    left: float
    right: float
    verdict: str

    def __str__(self) -> str:
        recorded = f"recorded {number(self.recorded, _DIGITS)}"
        if self.verdict == "kink":
            return (
                f"{self.place}: at a kink: left slope {_plain(self.left)}, right slope {_plain(self.right)}, {recorded}"
            )
        if self.verdict == "jump":
            return f"{self.place}: at a jump: the difference quotient grows as the step shrinks; {recorded}"
        if self.verdict == "unmeasured":
            return f"{self.place}: no difference quotient there settles on a number; {recorded}"
        if math.isnan(self.numerical):
            return f"{self.place}: no difference quotient there settles on a number; {recorded}"
        return (
            f"{self.place}: numerical {number(self.numerical, _DIGITS)} ± {number(self.error, _ROUGH)} "
            f"({self.method}), {recorded}, difference {number(self.recorded - self.numerical, '.3g')}"
        )

    @property
    def place(self) -> str:
        """Where it was compared: "order 1, x[0, 2]"."""
        if self.entry is None:
            return f"order {self.order}, a random direction {self.input}".rstrip()
        index = "[" + ", ".join(map(str, self.entry)) + "]" if self.entry else ""
        return f"order {self.order}, {self.input}{index}"


@dataclass(frozen=True, repr=False)
class GradcheckReport:
    """What gradcheck found. It is true when every compared number agrees; `print(report)` tells all.

    Attributes:
        comparisons: every number that was compared.
        problems: what is wrong besides: a function that gives other values each time, a pass that cannot be recorded.
        culprits: gates whose own rule is wrong, or else where to look.
        warnings: where the chosen numbers cannot tell a right rule from a wrong one.
        notes: what was done on the way: inputs promoted, entries chosen.
    """

    comparisons: tuple[Comparison, ...] = ()
    problems: tuple[str, ...] = ()
    culprits: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def failures(self) -> tuple[Comparison, ...]:
        """The numbers that differ."""
        return self._with("differs")

    @property
    def kinks(self) -> tuple[Comparison, ...]:
        """The numbers at a kink or a jump of the function, which are not judged."""
        return self._with("kink", "jump")

    @property
    def unmeasured(self) -> tuple[Comparison, ...]:
        """The numbers for which no difference quotient settles."""
        return self._with("unmeasured")

    def _with(self, *verdicts: str) -> tuple[Comparison, ...]:
        return tuple(comparison for comparison in self.comparisons if comparison.verdict in verdicts)

    def __bool__(self) -> bool:
        return not self.failures and not self.problems and bool(self._with("agrees", "kink", "jump"))

    def __str__(self) -> str:
        lines = ["; ".join([f"gradcheck {'passed' if self else 'failed'}", *self._counts()])]
        lines += _listed("", self.problems)
        # Directions differ too where entries do, and say less.
        lines += _listed("", tuple(c for c in self.failures if c.entry is not None) or self.failures)
        lines += _listed("", self.culprits)
        lines += _listed("not judged: ", (*self.kinks, *self.unmeasured))
        lines += _listed("warning: ", self.warnings)
        lines += _listed("note: ", self.notes)
        return "\n".join(lines)

    __repr__ = __str__

    def _counts(self) -> list[str]:
        """Return how many numbers of each order agree, differ and are not judged."""
        counts = []
        for order in (1, 2):
            kinds = {"agree": self._with("agrees"), "differ": self.failures, "not judged": self.kinks + self.unmeasured}
            numbers = {kind: sum(c.order == order for c in found) for kind, found in kinds.items()}
            if any(numbers.values()):
                told = ", ".join(f"{count} {kind}" for kind, count in numbers.items() if count)
                counts.append(f"order {order}: {told}")
        return counts


def _plain(value: float) -> str:
    """Return a slope without the digits that differences leave behind."""
    return number(value, ".6g")


def _listed(kind: str, findings: tuple[Comparison | str, ...]) -> list[str]:
    """Return findings as lines of text, at most so many."""
    lines = [f"  {kind}{finding}" for finding in findings[:_MOST_LINES]]
    rest = len(findings) - _MOST_LINES
    return [*lines, f"  {kind}... and {rest} more"] if rest > 0 else lines
