"""What a typed change does to a candidate: a pure function for each code, none of which ever makes it stand lower."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any, Final

from core.language.clauses import RequirementKind
from core.taxonomy import Maturity, trl_range
from matching.evidence.types import Finding, Proof, Requirement, Verdict
from matching.proposals.standing import Candidate
from matching.proposals.types import Change, Side
from matching.proposals.types import ChangeCode as Code
from matching.rules import IprStance, NeedFacts, Party
from matching.types import Reason

_WORDS: Final = tuple(Maturity)
"""Least mature first."""
_NOWHERE: Final = -1
"""The document that is yet to be written."""


def changed(candidate: Candidate, change: Change, day: date) -> Candidate:
    """`candidate` as it would be on `day` had `change` been made.

    Raises:
        ValueError: nobody asks, or the change is about a requirement that has no finding.

    """
    if candidate.need is None:
        raise ValueError(f"{change.code} needs somebody who asks")
    return _EFFECTS[change.code](candidate, change, day)


def words_at(level: int) -> tuple[Maturity, ...]:
    """The words of maturity that a readiness level goes by, least mature first."""
    return tuple(word for word in _WORDS if trl_range(word)[0] <= level <= trl_range(word)[1])


def asked_of(candidate: Candidate) -> NeedFacts:
    """What the need demands; nothing where nobody asks."""
    return candidate.need or NeedFacts()


def _by_supplier(candidate: Candidate, **facts: Any) -> Candidate:
    return replace(candidate, supplier=replace(candidate.supplier, **facts))


def _by_capability(candidate: Candidate, **facts: Any) -> Candidate:
    return replace(candidate, capability=replace(candidate.capability, **facts))


def _by_need(candidate: Candidate, **facts: Any) -> Candidate:
    return replace(candidate, need=replace(asked_of(candidate), **facts))


def _confirm_profile(candidate: Candidate, _: Change, day: date) -> Candidate:
    return _by_capability(candidate, confirmed_on=day)


def _state_load(candidate: Candidate, _: Change, __: date) -> Candidate:
    return _by_supplier(candidate, open_deals=0)


def _raise_limit(candidate: Candidate, change: Change, _: date) -> Candidate:
    return _by_supplier(candidate, load_limit=int(change.params["limit"]))


def _clear_exclusion(candidate: Candidate, _: Change, __: date) -> Candidate:
    party = candidate.supplier.party
    people = tuple(replace(one, affiliations=one.affiliations or (), maybe=frozenset()) for one in party.people or ())
    known = Party(party.organisations or frozenset(), people)
    named = _by_supplier(candidate, party=known, names=candidate.supplier.names or frozenset())
    return _by_capability(named, text="")


def _raise_maturity(candidate: Candidate, change: Change, _: date) -> Candidate:
    level = int(change.params["to"])
    words = [*words_at(level), *([candidate.capability.maturity] if candidate.capability.maturity else [])]
    return _by_capability(candidate, trl=level, maturity=max(words, key=_WORDS.index))


def _accept_maturity(candidate: Candidate, change: Change, _: date) -> Candidate:
    need, level = asked_of(candidate), int(change.params["to"])
    word = Maturity(str(change.params["word"]))
    least = None if need.least_maturity is None else min(need.least_maturity, word, key=_WORDS.index)
    return _by_need(
        candidate,
        least_trl=_at_most(need.least_trl, level),
        wanted_trl=_at_most(need.wanted_trl, level),
        least_maturity=least,
    )


def _at_most(value: int | None, most: int) -> int | None:
    return None if value is None else min(value, most)


def _serve_region(candidate: Candidate, change: Change, _: date) -> Candidate:
    return _by_supplier(candidate, regions=_with(candidate.supplier.regions, str(change.params["region"])))


def _accept_region(candidate: Candidate, change: Change, _: date) -> Candidate:
    return _by_need(candidate, regions=_with(asked_of(candidate).regions, str(change.params["region"])))


def _accept_mode(candidate: Candidate, change: Change, _: date) -> Candidate:
    mode = str(change.params["mode"])
    if change.side is Side.need:
        return _by_need(candidate, modes=_with(asked_of(candidate).modes, mode))
    if candidate.capability.modes is not None:
        return _by_capability(candidate, modes=_with(candidate.capability.modes, mode))
    return _by_supplier(candidate, modes=_with(candidate.supplier.modes, mode))


def _accept_rights(candidate: Candidate, change: Change, _: date) -> Candidate:
    stance = IprStance(str(change.params["stance"]))
    if change.side is Side.need:
        return _by_need(candidate, ipr_stances=asked_of(candidate).ipr_stances | {stance})
    if candidate.capability.ipr_stances is not None:
        return _by_capability(candidate, ipr_stances=candidate.capability.ipr_stances | {stance})
    return _by_supplier(candidate, ipr_stances=(candidate.supplier.ipr_stances or frozenset()) | {stance})


def _with(codes: frozenset[str] | None, code: str) -> frozenset[str]:
    return (codes or frozenset()) | {code}


def _obtain_rights(candidate: Candidate, change: Change, _: date) -> Candidate:
    return _by_capability(candidate, ipr_state=str(change.params["state"]))


def _accept_rights_state(candidate: Candidate, change: Change, _: date) -> Candidate:
    return _by_need(candidate, ipr_states=_with(asked_of(candidate).ipr_states, str(change.params["state"])))


def _lower_floor(candidate: Candidate, change: Change, _: date) -> Candidate:
    return _by_supplier(candidate, min_budget=int(change.params["amount"]))


def _raise_budget(candidate: Candidate, change: Change, _: date) -> Candidate:
    return _by_need(candidate, budget_to=int(change.params["amount"]), currency=str(change.params["currency"]))


def _show(candidate: Candidate, change: Change, day: date) -> Candidate:
    """The requirement is met, and a document says so."""
    place, findings = _place(change), list(candidate.findings or ())
    proof = findings[place].proof or Proof(_NOWHERE, day, 0, 0)
    findings[place] = Finding(Verdict.met, Reason("evidence.stated"), proof, 1.0)
    return replace(candidate, findings=tuple(findings))


def _relax(candidate: Candidate, change: Change, _: date) -> Candidate:
    """The requirement is a wish."""
    place, requirements = _place(change), list(candidate.requirements)
    requirements[place] = Requirement(requirements[place].text, RequirementKind.SHOULD, requirements[place].confirmed)
    return replace(candidate, requirements=tuple(requirements))


def _place(change: Change) -> int:
    if change.requirement is None:
        raise ValueError(f"{change.code} names no requirement")
    return change.requirement


_EFFECTS: Final[dict[Code, Callable[[Candidate, Change, date], Candidate]]] = {
    Code.confirm_profile: _confirm_profile,
    Code.state_load: _state_load,
    Code.clear_exclusion: _clear_exclusion,
    Code.state_maturity: _raise_maturity,
    Code.serve_region: _serve_region,
    Code.accept_mode: _accept_mode,
    Code.accept_rights: _accept_rights,
    Code.lower_floor: _lower_floor,
    Code.raise_limit: _raise_limit,
    Code.add_evidence: _show,
    Code.keep_date: _show,
    Code.meet_figure: _show,
    Code.meet_requirement: _show,
    Code.do_without: _show,
    Code.add_partner: _show,
    Code.raise_maturity: _raise_maturity,
    Code.obtain_rights: _obtain_rights,
    Code.state_budget: _raise_budget,
    Code.accept_region: _accept_region,
    Code.relax_indicator: _show,
    Code.relax_requirement: _relax,
    Code.allow_excluded: _relax,
    Code.raise_budget: _raise_budget,
    Code.accept_rights_state: _accept_rights_state,
    Code.accept_maturity: _accept_maturity,
}
