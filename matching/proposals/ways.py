"""怎样才能匹配: the smallest set of changes of each side that lifts a match out of its band.

Exact, by two facts. No change ever makes a candidate stand lower (see `matching.proposals.changes`), so if all changes
of a side together do not lift it, no set of them does; and a change without which all the others do not lift it is in
every set that does. What is left is searched by size, easiest changes first. Every set is tried by making its changes
and taking the step from facts to a band again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Final

from matching.evidence.caps import ORDER, worst
from matching.proposals.changes import changed
from matching.proposals.options import options
from matching.proposals.standing import Candidate, Judges, Standing, limited, stand
from matching.proposals.types import Change, Side, Way
from matching.proposals.types import ChangeCode as Code
from matching.rules.kinds import ALWAYS_ON
from matching.types import Band, Reason

MOST_CHANGES: Final = 4
"""Nobody makes more changes than so many for one match."""


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
    standing = stand(candidate, judges)
    if not is_near_miss(candidate, standing):
        return ()
    search = _Search(candidate, judges, standing)
    found = [search.way(side) for side in (Side.supplier, Side.need)]
    if all(way.reason for way in found):
        both = search.way(Side.even)
        found += [both] if both.reason is None else []
    return tuple(found)


def made(candidate: Candidate, changes: Sequence[Change], judges: Judges) -> Candidate:
    """`candidate` with all `changes` made, today."""
    for change in changes:
        candidate = changed(candidate, change, judges.now.date())
    return candidate


@dataclass(frozen=True, slots=True)
class _Search:
    """The search for one candidate. Sets that change the same facts share what the rules say of them."""

    candidate: Candidate
    judges: Judges
    before: Standing
    ruled: dict[str, Standing] = field(default_factory=dict)

    def way(self, side: Side) -> Way:
        """See `ways`."""
        possible = options(self.candidate, self.before, side)
        if not self.lifts(possible):
            return self.none(side, self.hindrance(possible))
        changes = self.smallest(possible)
        if changes is None:
            return self.none(side, Reason("proposal.no_way.too_many", {"most": MOST_CHANGES}))
        least = self.with_least_effort(changes)
        return Way(side, self.after(least).band, least)

    def smallest(self, possible: tuple[Change, ...]) -> tuple[Change, ...] | None:
        """The first of the smallest sets that lift; None if all have more than `MOST_CHANGES`."""
        needed = [change for change in possible if not self.lifts([other for other in possible if other != change])]
        rest = [change for change in possible if change not in needed]
        for size in range(len(needed), MOST_CHANGES + 1):
            for more in combinations(rest, size - len(needed)):
                changes = [change for change in possible if change in needed or change in more]
                if self.lifts(changes):
                    return tuple(changes)
        return None

    def with_least_effort(self, changes: tuple[Change, ...]) -> tuple[Change, ...]:
        """The same changes, a readiness level raised only as far as lifts the match still."""
        for place, change in enumerate(changes):
            if change.code in (Code.raise_maturity, Code.state_maturity):
                for level in range(1 + int(change.params.get("from", 0)), int(change.params["to"])):
                    easier = replace(change, params={**change.params, "to": level})
                    tried = (*changes[:place], easier, *changes[place + 1 :])
                    if self.lifts(tried):
                        return tried
        return changes

    def after(self, changes: Sequence[Change]) -> Standing:
        """Where the candidate stands after `changes`: what `stand` says of it, rules and then evidence."""
        after = made(self.candidate, changes, self.judges)
        facts = repr([change for change in changes if change.requirement is None])
        if facts not in self.ruled:
            self.ruled[facts] = stand(replace(after, findings=None), self.judges)
        return (
            self.ruled[facts]
            if after.findings is None
            else limited(self.ruled[facts], after.requirements, after.findings)
        )

    def lifts(self, changes: Sequence[Change]) -> bool:
        return ORDER.index(self.after(changes).band) < ORDER.index(self.before.band)

    def hindrance(self, possible: Sequence[Change]) -> Reason:
        """What still holds the match down when a side has done all it can."""
        after = self.after(possible)
        by_texts = worst(after.text_band, self.before.band) is after.text_band
        return Reason("proposal.no_way.texts" if by_texts else "proposal.no_way.other_side")

    def none(self, side: Side, reason: Reason) -> Way:
        return Way(side, ORDER[ORDER.index(self.before.band) - 1], (), reason)
