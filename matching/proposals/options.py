"""Which changes each side could make to a candidate, easiest first: answers and words before work, work before rights.

They are read off what the rules and the evidence found. Not among them is what nobody decides: whose people belong
where, where somebody is, a grade, or how alike the texts are.
"""

from collections.abc import Callable, Iterator
from typing import Final

from core.language.clauses import RequirementKind
from core.taxonomy import trl_range
from matching.evidence.types import Finding, Requirement, Verdict
from matching.proposals.changes import asked_of, words_at
from matching.proposals.standing import Candidate, Standing
from matching.proposals.types import Change, Side
from matching.proposals.types import ChangeCode as Code
from matching.rules import IprStance, RuleResult
from matching.rules import Verdict as Ruled
from matching.rules.hard import possible_levels

_EASIEST_FIRST: Final = {code: place for place, code in enumerate(Code)}


def options(candidate: Candidate, standing: Standing, side: Side) -> tuple[Change, ...]:
    """The changes that `side` could make to `candidate`, which stands at `standing`; for `even`, both sides'."""
    if side is Side.even:
        return options(candidate, standing, Side.supplier) + options(candidate, standing, Side.need)
    results = {result.rule: result for result in standing.outcome.results}
    found = [
        change for rule, find in _BY_RULE[side].items() if rule in results for change in find(candidate, results[rule])
    ]
    found += _by_evidence(candidate, side)
    distinct = {change.code: change for change in found if change.requirement is None}
    about_requirements = [change for change in found if change.requirement is not None]
    return tuple(sorted([*distinct.values(), *about_requirements], key=lambda change: _EASIEST_FIRST[change.code]))


Changes = Iterator[Change]


def _supplier(code: Code, **params: str | int | float) -> Change:
    return Change(code, Side.supplier, params)


def _need(code: Code, **params: str | int | float) -> Change:
    return Change(code, Side.need, params)


def _confirmation(_: Candidate, result: RuleResult) -> Changes:
    if result.verdict is not Ruled.PASS:
        yield _supplier(Code.confirm_profile)


def _fresh_confirmation(_: Candidate, result: RuleResult) -> Changes:
    if result.params.get("days") != 0:
        yield _supplier(Code.confirm_profile)


def _room(candidate: Candidate, result: RuleResult) -> Changes:
    taken = candidate.supplier.open_deals
    if result.code == "open_deals_unknown" and candidate.supplier.load_limit != 0:
        yield _supplier(Code.state_load)
    elif result.verdict is not Ruled.PASS and taken is not None:
        yield _supplier(Code.raise_limit, limit=taken + 1)


def _clearance(_: Candidate, result: RuleResult) -> Changes:
    if result.verdict is Ruled.UNKNOWN:
        yield _supplier(Code.clear_exclusion)


def _region_served(candidate: Candidate, result: RuleResult) -> Changes:
    if result.verdict is not Ruled.PASS:
        yield _supplier(Code.serve_region, region=min(asked_of(candidate).regions))


def _region_accepted(candidate: Candidate, result: RuleResult) -> Changes:
    if result.verdict is Ruled.FAIL and candidate.supplier.regions:
        yield _need(Code.accept_region, region=min(candidate.supplier.regions))


def _stance_offered(candidate: Candidate, result: RuleResult) -> Changes:
    if result.verdict is not Ruled.PASS:
        yield _supplier(Code.accept_rights, stance=_first(asked_of(candidate).ipr_stances))


def _stance_accepted(candidate: Candidate, result: RuleResult) -> Changes:
    offered = candidate.capability.ipr_stances
    offered = candidate.supplier.ipr_stances if offered is None else offered
    if result.verdict is Ruled.FAIL and offered:
        yield _need(Code.accept_rights, stance=_first(offered))


def _first(stances: frozenset[IprStance]) -> str:
    """The first in the list of arrangements, which goes from the asker's side to the supplier's."""
    return next(stance.value for stance in IprStance if stance in stances)


def _state_reached(candidate: Candidate, result: RuleResult) -> Changes:
    if result.verdict is not Ruled.PASS:
        yield _supplier(Code.obtain_rights, state=min(asked_of(candidate).ipr_states))


def _state_accepted(candidate: Candidate, result: RuleResult) -> Changes:
    if result.verdict is Ruled.FAIL and candidate.capability.ipr_state is not None:
        yield _need(Code.accept_rights_state, state=candidate.capability.ipr_state)


def _maturity_raised(candidate: Candidate, result: RuleResult) -> Changes:
    if result.verdict is Ruled.PASS:
        return
    need, offer = asked_of(candidate), candidate.capability
    from_word = trl_range(need.least_maturity)[0] if need.least_maturity else None
    levels = [level for level in (need.least_trl, need.wanted_trl, from_word, offer.trl) if level is not None]
    if offer.trl is None and offer.maturity is None:
        yield _supplier(Code.state_maturity, to=max(levels))
    else:
        yield _supplier(Code.raise_maturity, **{"from": possible_levels(offer)[0], "to": max(levels)})


def _maturity_accepted(candidate: Candidate, result: RuleResult) -> Changes:
    offer = candidate.capability
    if result.verdict is not Ruled.PASS and (offer.trl is not None or offer.maturity is not None):
        level = possible_levels(offer)[0]
        yield _need(Code.accept_maturity, to=level, word=(offer.maturity or words_at(level)[0]).value)


def _mode_offered(candidate: Candidate, result: RuleResult) -> Changes:
    if result.verdict is not Ruled.PASS:
        yield _supplier(Code.accept_mode, mode=min(asked_of(candidate).modes))


def _mode_accepted(candidate: Candidate, result: RuleResult) -> Changes:
    offered = candidate.capability.modes
    offered = candidate.supplier.modes if offered is None else offered
    if result.verdict is Ruled.FAIL and offered:
        yield _need(Code.accept_mode, mode=min(offered))


def _floor_lowered(candidate: Candidate, result: RuleResult) -> Changes:
    need = asked_of(candidate)
    budget = max(need.budget_from or 0, need.budget_to or 0)
    same = need.currency == candidate.supplier.currency
    if result.verdict is not Ruled.PASS and candidate.supplier.min_budget and budget and same:
        yield _supplier(Code.lower_floor, amount=budget, currency=need.currency)


def _budget_raised(candidate: Candidate, result: RuleResult) -> Changes:
    need, least = asked_of(candidate), candidate.supplier.min_budget
    if result.verdict is Ruled.PASS or not least:
        return
    if need.budget_to is None and need.budget_from is None:
        yield _need(Code.state_budget, amount=least, currency=candidate.supplier.currency)
    elif need.currency == candidate.supplier.currency:
        yield _need(Code.raise_budget, amount=least, currency=need.currency)


Find = Callable[[Candidate, RuleResult], Changes]

_BY_RULE: Final[dict[Side, dict[str, Find]]] = {
    Side.supplier: {
        "expired": _confirmation,
        "freshness": _fresh_confirmation,
        "capacity": _room,
        "exclusion": _clearance,
        "required_region": _region_served,
        "ipr_stance": _stance_offered,
        "ipr_state": _state_reached,
        "minimum_maturity": _maturity_raised,
        "maturity_gap": _maturity_raised,
        "mode_fit": _mode_offered,
        "budget_gap": _floor_lowered,
    },
    Side.need: {
        "required_region": _region_accepted,
        "ipr_stance": _stance_accepted,
        "ipr_state": _state_accepted,
        "minimum_maturity": _maturity_accepted,
        "maturity_gap": _maturity_accepted,
        "mode_fit": _mode_accepted,
        "budget_gap": _budget_raised,
    },
}


def _by_evidence(candidate: Candidate, side: Side) -> Changes:
    pairs = zip(candidate.requirements, candidate.findings or (), strict=True) if candidate.findings else ()
    for place, (requirement, finding) in enumerate(pairs):
        if _is_open(requirement, finding):
            code = (_shown if side is Side.supplier else _relaxed)(requirement, finding)
            yield Change(code, side, requirement=place)


def _is_open(requirement: Requirement, finding: Finding) -> bool:
    """Whether the finding lowers the band: silence on a must, or a contradiction of what is not a mere wish."""
    if requirement.kind is RequirementKind.SHOULD:
        return False
    silent = requirement.kind is RequirementKind.MUST and finding.verdict is Verdict.no_evidence
    return silent or finding.verdict is Verdict.contradicted


_BY_REASON: Final = {
    "evidence.figure_missed": Code.meet_figure,
    "evidence.level_missed": Code.meet_requirement,
    "evidence.place_missed": Code.add_partner,
    "evidence.date_missed": Code.keep_date,
    "evidence.denied": Code.add_partner,
    "evidence.present": Code.do_without,
}


def _shown(_: Requirement, finding: Finding) -> Code:
    if finding.verdict is Verdict.no_evidence:
        return Code.add_evidence
    return _BY_REASON.get(finding.reason.code, Code.meet_requirement)


def _relaxed(requirement: Requirement, finding: Finding) -> Code:
    if requirement.kind is RequirementKind.EXCLUDE:
        return Code.allow_excluded
    return Code.relax_indicator if finding.reason.code == "evidence.figure_missed" else Code.relax_requirement
