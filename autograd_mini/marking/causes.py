"""The causes of a sheet's mistakes: the smallest changes of the work after which every number fits.

Tried in this order, until something explains the whole sheet: one misconception at one gate or fork, or one gate read
as another; the same at every gate of its kind; one input copied wrongly; two of these. Faults that give the same sheet
cannot be told apart by it, so all of them are reported, likeliest first.
"""

import operator
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ..tensor import Tensor
from .answers import Answer
from .changes import Changes
from .copying import copied_inputs
from .faults import Fault, repeated_faults, single_faults
from .work import Ground, Place, Walk

# Pairs are looked for among at most this many first faults.
_MOST_FIRST = 40


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
    """The faults that can be made in a circuit, found once for all its sheets.

    Attributes:
        ground: the circuit.
        single: every misconception at every place.
        repeated: every misconception at all places of its kind together, where there are several.
    """

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.single = single_faults(ground)
        self.repeated = repeated_faults(ground)

    def explain(self, answers: Mapping[Place, Answer], base: Walk) -> list[Explanation]:
        """Return the smallest explanations of a sheet whose plain walk is `base`, likeliest first."""
        if not base.failures:
            return []
        for faults in (self.single, self.repeated, copied_inputs(self.ground, answers, base)):
            found = self._fitting(faults, answers, base)
            if found:
                return [Explanation(tuple(found), (), self._walk(found[0].changes, answers, base))]
        pairs = self._pairs(answers, base)
        return sorted(pairs, key=lambda pair: -pair.faults[0].likelihood - pair.also[0].likelihood)

    def _fitting(self, faults: Iterable[Fault], answers: Mapping[Place, Answer], base: Walk) -> list[Fault]:
        """Return the faults with which every number fits, likeliest first."""
        found = [fault for fault in faults if not self._walk(fault.changes, answers, base, stop=True).failures]
        assert base.first_failure is not None
        _, wire = base.first_failure
        # Of equally likely gates, the one that the first wrong number comes from.
        senders = {gate.output for gate, _ in self.ground.arrivals.get(wire, ())}
        found.sort(key=lambda fault: senders.isdisjoint(fault.at))
        return _likeliest_first(found)

    def _walk(self, changes: Changes, answers: Mapping[Place, Answer], base: Walk, stop: bool = False) -> Walk:
        return self.ground.walk(answers, changes, base=base, stop=stop)

    def _pairs(self, answers: Mapping[Place, Answer], base: Walk) -> Iterator[Explanation]:
        """Yield the pairs of faults with which every number fits, grouped by where they are made."""
        firsts = []
        for fault in self.single:
            failures = self._walk(fault.changes, answers, base).failures
            if base.first_failure not in failures:
                firsts.append((len(failures), -fault.likelihood, fault))
        firsts.sort(key=operator.itemgetter(0, 1))
        found: dict[tuple[Tensor, Tensor], tuple[list[Fault], list[Fault]]] = {}
        for *_, first in firsts[:_MOST_FIRST]:
            for second in self.single:
                changes = first.changes | second.changes
                if second.at[0] is not first.at[0] and not self._walk(changes, answers, base, stop=True).failures:
                    pair = found.setdefault((first.at[0], second.at[0]), ([], []))
                    pair[0].append(first)
                    pair[1].append(second)
        for ones, others in found.values():
            faults, also = _likeliest_first(ones), _likeliest_first(others)
            walk = self._walk(faults[0].changes | also[0].changes, answers, base)
            yield Explanation(tuple(faults), tuple(also), walk)


def _likeliest_first(faults: Iterable[Fault]) -> list[Fault]:
    """Return each fault once, likeliest first."""
    return sorted(dict.fromkeys(faults), key=lambda fault: -fault.likelihood)
