"""怎样才能匹配: the smallest set of changes of each side that lifts a match out of its band.

Exact, by two facts. No change ever makes a candidate stand lower (see `matching.proposals.changes`), so if all changes
of a side together do not lift it, no set of them does; and evidence limits a band by which kinds of limits there are,
not by how many (`matching.evidence.caps`), so that of what is open a smallest set settles nothing, all that is
contradicted for sure, or everything, each requirement once. What is left is searched by size, easiest changes first.
Every set is tried by making its changes and taking the step from facts to a band again.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from typing import Final

from matching.evidence.caps import ORDER, Limit, limit_of, worst
from matching.proposals.changes import changed
from matching.proposals.options import options
from matching.proposals.standing import Candidate, Judges, Standing, limited, stand
from matching.proposals.types import Change, Side, Way
from matching.proposals.types import ChangeCode as Code
from matching.rules import apply
from matching.rules.kinds import ALWAYS_ON
from matching.types import Band, Reason

MOST_CHANGES: Final = 3
"""Nobody makes more changes than so many for one match."""

Set = tuple[int, ...]


def is_near_miss(candidate: Candidate, standing: Standing) -> bool:
    """Whether changes could help: somebody asks, and the match is below strong.

    A conflict of interest and the asker's own exclusions are no near miss.
    """
    beyond = any(result.rule in ALWAYS_ON for result in standing.outcome.exclusions)
    return candidate.need is not None and standing.band is not Band.strong and not beyond


def ways(candidate: Candidate, judges: Judges) -> tuple[Way, ...]:
    """For each side its smallest set of changes that lifts `candidate` out of its band, or the reason why none does.

    Where neither side can alone but both together can, a third way with both sides' changes; empty where
    `is_near_miss` is not so. Equally small sets: the easiest changes, by the order of `ChangeCode`; a readiness level
    is raised no further than it takes.
    """
    return ways_from(stand(candidate, judges), candidate, judges)


def ways_from(standing: Standing, candidate: Candidate, judges: Judges) -> tuple[Way, ...]:
    """`ways` of a candidate of which it is known where it stands."""
    if not is_near_miss(candidate, standing):
        return ()
    found = [_Search(candidate, judges, standing, side).way() for side in (Side.supplier, Side.need)]
    if all(way.reason for way in found):
        both = _Search(candidate, judges, standing, Side.even).way()
        found += [both] if both.reason is None else []
    return tuple(found)


def made(candidate: Candidate, changes: Sequence[Change], judges: Judges) -> Candidate:
    """`candidate` with all `changes` made, today."""
    for change in changes:
        candidate = changed(candidate, change, judges.now.date())
    return candidate


class _Search:
    """The search among the changes of one side. Sets are ascending positions of `possible`."""

    def __init__(self, candidate: Candidate, judges: Judges, before: Standing, side: Side) -> None:
        self._candidate, self._judges, self._before, self._side = candidate, judges, before, side
        self._possible = options(candidate, before, side)
        self._everything = tuple(range(len(self._possible)))
        self._facts = tuple(i for i in self._everything if self._possible[i].requirement is None)
        self._about = tuple(i for i in self._everything if self._possible[i].requirement is not None)
        by_rules = replace(before, band=apply(before.text_band, before.outcome), questions=())
        self._ruled: dict[Set, tuple[Candidate, Standing]] = {(): (candidate, by_rules)}

    def way(self) -> Way:
        """See `ways`."""
        if not self._lifts(self._about) and not self._lifts(self._everything):
            return self._none(self._hindrance())
        smallest = self._smallest()
        if smallest is None:
            return self._none(Reason("proposal.no_way.too_many", {"most": MOST_CHANGES}))
        found = Way(self._side, self._after(smallest).band, tuple(self._possible[i] for i in smallest))
        return self._with_least_effort(found)

    def _smallest(self) -> Set | None:
        """The first of the smallest sets that lift; None if all have more than `MOST_CHANGES`."""
        settled = [group for group in self._settlements() if len(group) <= MOST_CHANGES]
        for size in range(MOST_CHANGES + 1):
            sets = {
                tuple(sorted((*group, *facts)))
                for group in settled
                if len(group) <= size
                for facts in combinations(self._facts, size - len(group))
            }
            for chosen in sorted(sets):
                if self._lifts(chosen):
                    return chosen
        return None

    def _settlements(self) -> tuple[Set, Set, Set]:
        """The changes that leave all limits of evidence, those that take away the gravest, and those that take all."""
        first: dict[int, int] = {}
        for i in self._about:
            first.setdefault(self._requirement(i), i)  # one change settles a requirement, the easiest first
        gravest = tuple(i for place, i in first.items() if self._limit(place) is Limit.CONTRADICTED)
        return (), gravest, tuple(first.values())

    def _requirement(self, chosen: int) -> int:
        place = self._possible[chosen].requirement
        if place is None:
            raise ValueError(f"{self._possible[chosen].code} is about no requirement")
        return place

    def _limit(self, place: int) -> Limit | None:
        requirement, found = self._candidate.requirements[place], (self._candidate.findings or ())[place]
        return limit_of(requirement.kind, found.verdict, found.support, confirmed=requirement.confirmed)

    def _with_least_effort(self, way: Way) -> Way:
        """The same changes, a readiness level raised only as far as lifts the match still."""
        for place, change in enumerate(way.changes):
            if change.code in (Code.raise_maturity, Code.state_maturity):
                for level in range(1 + int(change.params.get("from", 0)), int(change.params["to"])):
                    easier = replace(change, params={**change.params, "to": level})
                    tried = (*way.changes[:place], easier, *way.changes[place + 1 :])
                    after = stand(made(self._candidate, tried, self._judges), self._judges)
                    if self._is_better(after):
                        return replace(way, band=after.band, changes=tried)
        return way

    def _lifts(self, chosen: Set) -> bool:
        return self._is_better(self._after(chosen))

    def _is_better(self, after: Standing) -> bool:
        return ORDER.index(after.band) < ORDER.index(self._before.band)

    def _after(self, chosen: Set) -> Standing:
        """What `stand` says after changes; sets that change the same facts share what the rules say of them."""
        facts = tuple(i for i in chosen if self._possible[i].requirement is None)
        if facts not in self._ruled:
            ruled = made(self._candidate, [self._possible[i] for i in facts], self._judges)
            self._ruled[facts] = ruled, stand(replace(ruled, findings=None), self._judges)
        after, standing = self._ruled[facts]
        about = [self._possible[i] for i in chosen if self._possible[i].requirement is not None]
        after = made(after, about, self._judges)
        return standing if after.findings is None else limited(standing, after.requirements, after.findings)

    def _hindrance(self) -> Reason:
        """What still holds the match down when a side has done all it can."""
        text_band = self._after(self._everything).text_band
        by_texts = worst(text_band, self._before.band) is text_band
        return Reason("proposal.no_way.texts" if by_texts else "proposal.no_way.other_side")

    def _none(self, reason: Reason) -> Way:
        return Way(self._side, ORDER[ORDER.index(self._before.band) - 1], (), reason)
