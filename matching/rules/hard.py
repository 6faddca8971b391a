"""The other hard rules: capacity, region, rights, expiry and maturity. What a need does not demand nobody can miss."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import inf
from typing import Annotated, ClassVar, Final

from core.taxonomy import Maturity, trl_range
from matching.rules.facts import CapabilityFacts, NeedFacts
from matching.rules.findings import (
    NOT_DEMANDED,
    NOTHING_DEMANDED,
    AskOf,
    Case,
    Finding,
    Range,
    Verdict,
    failed,
    passed,
    unknown,
)

Days = Annotated[int, Range(0, 36_600)]
Limit = Annotated[int | None, Range(1, 10_000)]

_WORDS: Final = tuple(Maturity)
"""Least mature first."""
_REACHED: Final = passed("reached")
_EMPTY_LEVELS: Final = re.compile(r"(?:00)+$")


@dataclass(frozen=True, slots=True)
class Capacity:
    """Fails when a supplier has as many open deals as it takes on: its own limit, else that of its kind.

    A kind whose limit is null has none. Unknown when the kind would decide and is not known.
    """

    codes: ClassVar[Mapping[str, Verdict]] = {
        "free": Verdict.PASS,
        "no_limit": Verdict.PASS,
        "full": Verdict.FAIL,
        "open_deals_unknown": Verdict.UNKNOWN,
        "limit_unknown": Verdict.UNKNOWN,
    }
    person: Limit
    team: Limit
    organisation: Limit

    def find(self, case: Case) -> Finding:
        """See the class."""
        limits = self._limits(case)
        least, most = min(limits), max(limits)
        if least == inf:
            return passed("no_limit")
        taken = case.supplier.open_deals
        if taken is None:
            return unknown("open_deals_unknown", AskOf.STAFF)
        if taken < least:
            return passed("free", open=taken, limit=int(least))
        if taken >= most:
            return failed("full", open=taken, limit=int(most))
        return unknown("limit_unknown", AskOf.SUPPLIER, open=taken)

    def _limits(self, case: Case) -> list[float]:
        """The limits that may apply, infinity for none."""
        if case.supplier.load_limit is not None:
            return [case.supplier.load_limit]
        by_kind = {"person": self.person, "team": self.team, "organisation": self.organisation}
        kind = case.supplier.kind
        chosen = [by_kind[kind]] if kind in by_kind else list(by_kind.values())
        return [inf if limit is None else limit for limit in chosen]


@dataclass(frozen=True, slots=True)
class RequiredRegion:
    """Fails when the need demands regions and the supplier works in none of them."""

    codes: ClassVar[Mapping[str, Verdict]] = {
        NOT_DEMANDED: Verdict.PASS,
        "anywhere": Verdict.PASS,
        "served": Verdict.PASS,
        "not_served": Verdict.FAIL,
        "regions_unknown": Verdict.UNKNOWN,
    }

    def find(self, case: Case) -> Finding:
        """See the class. Regions are codes of GB/T 2260; one inside the other counts as the same."""
        demanded, served = case.need.regions, case.supplier.regions
        if not demanded:
            return NOTHING_DEMANDED
        if served is None:
            return unknown("regions_unknown", AskOf.SUPPLIER, demanded=_joined(demanded))
        if not served:
            return passed("anywhere")
        if any(_overlap(ours, theirs) for ours in demanded for theirs in served):
            return passed("served")
        return failed("not_served", demanded=_joined(demanded), served=_joined(served))


def _overlap(one: str, other: str) -> bool:
    """Whether one region holds the other: a code without its trailing 00 pairs begins the codes of what it holds."""
    one, other = _EMPTY_LEVELS.sub("", one), _EMPTY_LEVELS.sub("", other)
    return bool(one and other) and (one.startswith(other) or other.startswith(one))


def _joined(codes: frozenset[str]) -> str:
    return ",".join(sorted(codes))


@dataclass(frozen=True, slots=True)
class RightsStance:
    """Fails when no arrangement about the rights that the need accepts is one the other side accepts."""

    codes: ClassVar[Mapping[str, Verdict]] = {
        NOT_DEMANDED: Verdict.PASS,
        "agreed": Verdict.PASS,
        "refused": Verdict.FAIL,
        "stance_unknown": Verdict.UNKNOWN,
    }

    def find(self, case: Case) -> Finding:
        """See the class. What the capability says comes before what its supplier says in general."""
        demanded, offered = case.need.ipr_stances, case.capability.ipr_stances
        if offered is None:
            offered = case.supplier.ipr_stances
        if not demanded:
            return NOTHING_DEMANDED
        if offered is None:
            return unknown("stance_unknown", AskOf.SUPPLIER, demanded=_joined(frozenset(demanded)))
        if demanded & offered:
            return passed("agreed", stances=_joined(frozenset(demanded & offered)))
        return failed("refused", demanded=_joined(frozenset(demanded)), offered=_joined(frozenset(offered)))


@dataclass(frozen=True, slots=True)
class RightsState:
    """Fails when the need demands a state of the rights (granted, applied…) and the capability has another."""

    codes: ClassVar[Mapping[str, Verdict]] = {
        NOT_DEMANDED: Verdict.PASS,
        "held": Verdict.PASS,
        "not_held": Verdict.FAIL,
        "state_unknown": Verdict.UNKNOWN,
    }

    def find(self, case: Case) -> Finding:
        """See the class."""
        demanded, state = case.need.ipr_states, case.capability.ipr_state
        if not demanded:
            return NOTHING_DEMANDED
        if state is None:
            return unknown("state_unknown", AskOf.SUPPLIER, demanded=_joined(demanded))
        return passed("held", state=state) if state in demanded else failed("not_held", state=state)


@dataclass(frozen=True, slots=True)
class Expiry:
    """Fails when the last confirmation of a capability no longer holds.

    It holds for the capability's own number of days, else for `valid_days`, the last of them included; during
    `grace_days` more it is unknown whether the offer still stands. The shipped 365 days are those of the profiles of
    the Enterprise Europe Network.
    """

    codes: ClassVar[Mapping[str, Verdict]] = {
        "current": Verdict.PASS,
        "expired": Verdict.FAIL,
        "lapsed": Verdict.UNKNOWN,
        "never_confirmed": Verdict.UNKNOWN,
        "confirmed_ahead": Verdict.UNKNOWN,
    }
    valid_days: Annotated[int, Range(1, 36_600)]
    grace_days: Days

    def find(self, case: Case) -> Finding:
        """See the class."""
        confirmed, own = case.capability.confirmed_on, case.capability.valid_days
        if confirmed is None:
            return unknown("never_confirmed", AskOf.SUPPLIER)
        if confirmed > case.today:
            return unknown("confirmed_ahead", AskOf.SUPPLIER)
        days = (case.today - confirmed).days
        left = (self.valid_days if own is None else own) - days
        if left >= 0:
            return passed("current", days=left)
        if left >= -self.grace_days:
            return unknown("lapsed", AskOf.SUPPLIER, days=-left)
        return failed("expired", days=-left)


@dataclass(frozen=True, slots=True)
class MinimumMaturity:
    """Fails when what is offered is surely less mature than the need demands; unknown when it may be.

    A word of maturity stands for several readiness levels and a level for one or two words: only when all that the
    capability may be lies on one side of the demand does the rule pass or fail.
    """

    codes: ClassVar[Mapping[str, Verdict]] = {
        NOT_DEMANDED: Verdict.PASS,
        "reached": Verdict.PASS,
        "too_early": Verdict.FAIL,
        "maturity_unknown": Verdict.UNKNOWN,
        "level_unclear": Verdict.UNKNOWN,
    }

    def find(self, case: Case) -> Finding:
        """See the class. Of a level and a word that are both demanded, both must be reached."""
        need, offer = case.need, case.capability
        lowest, highest = _margins(need, offer)
        if not highest:
            return NOTHING_DEMANDED
        if min(highest) < 0:
            return failed("too_early", missing=-min(highest))
        if min(lowest) >= 0:
            return _REACHED
        says_nothing = offer.trl is None and offer.maturity is None
        return unknown("maturity_unknown" if says_nothing else "level_unclear", AskOf.SUPPLIER)


def _margins(need: NeedFacts, offer: CapabilityFacts) -> tuple[list[int], list[int]]:
    """By how much the offer is above each demand, at the least and at the most that it may be."""
    lowest, highest = list[int](), list[int]()
    if need.least_trl is not None:
        levels = possible_levels(offer)
        lowest.append(levels[0] - need.least_trl)
        highest.append(levels[-1] - need.least_trl)
    if need.least_maturity is not None:
        words, least = _possible_words(offer), _WORDS.index(need.least_maturity)
        lowest.append(_WORDS.index(words[0]) - least)
        highest.append(_WORDS.index(words[-1]) - least)
    return lowest, highest


def possible_levels(offer: CapabilityFacts) -> range:
    """The readiness levels a capability may be at by what it says; all nine when it says nothing."""
    if offer.trl is not None:
        return range(offer.trl, offer.trl + 1)
    low, high = (1, 9) if offer.maturity is None else trl_range(offer.maturity)
    return range(low, high + 1)


def _possible_words(offer: CapabilityFacts) -> tuple[Maturity, ...]:
    return _words_within(offer.trl or 1, offer.trl or 9) if offer.maturity is None else (offer.maturity,)


@cache
def _words_within(least: int, most: int) -> tuple[Maturity, ...]:
    """The words that may stand for readiness levels `least` to `most`."""
    return tuple(word for word in _WORDS if trl_range(word)[0] <= most and least <= trl_range(word)[1])
