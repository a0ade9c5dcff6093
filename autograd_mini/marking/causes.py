"""The causes of a sheet's mistakes: the smallest changes of the work after which every number fits.

Tried in this order, until something explains the whole sheet: one misconception at one gate or fork, or one gate read
as another; the same at every gate of its kind; one input copied wrongly; two of these. Faults that give the same sheet
cannot be told apart by it, so all of them are reported, likeliest first.
"""

import functools
import operator
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ..tensor import Tensor
from .answers import Answer
from .changes import Changes
from .copying import copied_inputs
from .faults import Fault, repeated_faults, single_faults
from .reach import Reach
from .work import Ground, Place, Walk

# Pairs are looked for among at most this many first faults, and fewer if there is no time for so many second ones.
_MOST_FIRST = 40
_SECONDS = 20
# As many gates are walked through in search of one fault, and again of two.
_MOST_STEPS = 100_000


@dataclass(frozen=True)
class Explanation:
    """Faults that explain a whole sheet.

    Attributes:
        faults: the faults that do so equally well, likeliest first; none if nothing was found.
        also: where it takes two faults, those that can be the second.
        walk: the work with the likeliest of them.
    """

    faults: tuple[Fault, ...]
    also: tuple[Fault, ...]
    walk: Walk


class Suspects:
    """The faults that can be made in a circuit, found once for all its sheets, when the first of them is wrong.

    Attributes:
        ground: the circuit.
    """

    def __init__(self, ground: Ground) -> None:
        self.ground = ground

    @functools.cached_property
    def single(self) -> list[Fault]:
        """Every misconception at every place."""
        return single_faults(self.ground)

    @functools.cached_property
    def repeated(self) -> list[Fault]:
        """Every misconception at all places of its kind together, where there are several."""
        return repeated_faults(self.ground)

    def explain(self, answers: Mapping[Place, Answer], base: Walk) -> tuple[list[Explanation], bool]:
        """Return the smallest explanations of a sheet whose plain walk is `base`, likeliest first.

        Beside them, whether everything was tried.
        """
        if not base.failures:
            return [], True
        search = _Search(self.ground, answers, base)
        for faults in (self.single, self.repeated, copied_inputs(self.ground, answers, base)):
            found = search.fitting(faults)
            if found:
                return [Explanation(tuple(found), (), search.walk(found[0].changes))], search.is_complete
        pairs = list(search.pairs(self.single))
        pairs.sort(key=lambda pair: -pair.faults[0].likelihood - pair.also[0].likelihood)
        return pairs, search.is_complete


class _Search:
    """The search for what explains one sheet.

    Of a circuit of a hundred gates everything is tried. Of a large one only so much that a sheet takes seconds: what is
    made near the first wrong number comes first.
    """

    def __init__(self, ground: Ground, answers: Mapping[Place, Answer], base: Walk) -> None:
        assert base.first_failure is not None
        self._ground = ground
        self._answers = answers
        self._base = base
        self._reach = Reach(ground, answers)
        self._distances = _distances(ground, base.first_failure)
        # Whether everything was tried so far.
        self.is_complete = True

    def walk(self, changes: Changes, stop: bool = False) -> Walk:
        """Return the work with changes."""
        return self._ground.walk(self._answers, changes, base=self._base, stop=stop)

    def fitting(self, faults: Iterable[Fault]) -> list[Fault]:
        """Return the faults with which every number fits, likeliest first; of equally likely ones, the nearest."""
        tried = self._nearest(self._reaching(faults, self._base.failures))
        return _likeliest_first([fault for fault in tried if not self.walk(fault.changes, stop=True).failures])

    def pairs(self, single: list[Fault]) -> Iterator[Explanation]:
        """Yield the pairs of faults with which every number fits, grouped by where they are made."""
        first_failure = self._base.first_failure
        assert first_failure is not None
        firsts = []
        for fault in self._nearest(self._reaching(single, [first_failure])):
            walk = self.walk(fault.changes)
            if first_failure not in walk.failures:
                firsts.append((len(walk.failures), -fault.likelihood, fault, walk))
        most = min(_MOST_FIRST, 1 + _MOST_STEPS // (_SECONDS * (len(self._ground.graph) + 1)))
        firsts = sorted(firsts, key=operator.itemgetter(0, 1))[:most]
        found: dict[tuple[Tensor, Tensor], tuple[list[Fault], list[Fault]]] = {}
        for *_, first, walk in firsts:
            for second in self._nearest(self._reaching(single, walk.failures), share=len(firsts)):
                changes = first.changes | second.changes
                if second.at[0] is not first.at[0] and not self.walk(changes, stop=True).failures:
                    pair = found.setdefault((first.at[0], second.at[0]), ([], []))
                    pair[0].append(first)
                    pair[1].append(second)
        for ones, others in found.values():
            faults, also = _likeliest_first(ones), _likeliest_first(others)
            yield Explanation(tuple(faults), tuple(also), self.walk(faults[0].changes | also[0].changes))

    def _reaching(self, faults: Iterable[Fault], failures: Iterable[Place]) -> list[Fault]:
        """Return the faults that can change every one of some numbers."""
        wanted = self._reach.bits(failures)
        reached = ((fault, self._reach.of(fault.changes)) for fault in faults)
        return [fault for fault, bits in reached if bits is None or not wanted & ~bits]

    def _nearest(self, faults: list[Fault], share: int = 1) -> list[Fault]:
        """Return the faults made nearest to the first wrong number, as many as there is time for, nearest first."""
        gates = len(self._ground.graph) + 1
        nearest = sorted(faults, key=lambda fault: min(self._distances.get(wire, gates) for wire in fault.at))
        most = 1 + _MOST_STEPS // (gates * share)
        # Of pairs only likely ones are tried, whatever the size.
        self.is_complete &= share > 1 or len(nearest) <= most
        return nearest[:most]


def _distances(ground: Ground, place: Place) -> dict[Tensor, int]:
    """Return for each wire how many gates away from a place it is, along the work before it."""
    kind, wire = place
    found = {wire: 0}
    edge = [wire]
    while edge:
        following = []
        for reached in edge:
            if kind == "gradient":
                before = [gate.output for gate, _ in ground.arrivals.get(reached, ())]
            else:
                gate = ground.graph.driver(reached)
                before = [operand for _, operand in gate.inputs] if gate else []
            for other in before:
                if other not in found:
                    found[other] = found[reached] + 1
                    following.append(other)
        edge = following
    return found


def _likeliest_first(faults: Iterable[Fault]) -> list[Fault]:
    """Return each fault once, likeliest first."""
    return sorted(dict.fromkeys(faults), key=lambda fault: -fault.likelihood)
