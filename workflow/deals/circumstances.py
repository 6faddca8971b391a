"""What the rules of the next best action ask of deals beside their stages."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from sqlmodel import col, select

from core.database import ReadSession
from models.capability import CapabilityRevision
from models.deal import ActionTaken, Contract, Deal, DealNeed, DealParty
from models.deal_enums import EvidenceKind, NotNow, PartyRole
from models.enums import Currency
from models.match import Match
from models.need import Need
from tracking.actions.choosing import resting, worn_out
from tracking.actions.facts import Facts
from tracking.lifecycle import State, missing_evidence
from tracking.reasons import phase_of
from tracking.replies import untaken_replies
from tracking.store import contracts_of_deals, evidence_of
from tracking.terms import numbers_of
from workflow.days import day_of
from workflow.reports.budgets import Budget, budgets_of
from workflow.reports.learned import Standing

K = TypeVar("K")
V = TypeVar("V")
Shown = Mapping[tuple[int, int | None], frozenset[EvidenceKind]]

_HELPS = frozenset({PartyRole.PARTNER, PartyRole.SERVICE})


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Of some deals, by the ids of deals, contracts, needs and matches."""

    contracts: Mapping[int, tuple[int, Contract]]
    """With the number under which people know each."""
    evidence: Shown
    parties: Mapping[int, Sequence[PartyRole]]
    further_needs: Mapping[int, int]
    needs: Mapping[int, Need]
    budgets: Mapping[int, Budget]
    trl: Mapping[int, int | None]
    """Of what was proposed in each match."""
    decided: Mapping[int, Sequence[ActionTaken]]
    replied: Mapping[int, Collection[PartyRole]]
    """The sides of which a reply lies with the society: before it is taken up, nobody is to be reminded."""

    @classmethod
    def read(cls, session: ReadSession, deals: Sequence[Deal]) -> "Circumstances":
        """Of these deals, in as many queries as there are kinds of circumstances."""
        keys = [deal.key for deal in deals]
        decided = session.exec(select(ActionTaken).where(col(ActionTaken.deal_id).in_(keys)))
        return cls(
            contracts=_contracts(session, keys),
            evidence=_evidence(session, keys),
            parties=_roles(session, keys),
            further_needs=Counter(session.exec(select(DealNeed.deal_id).where(col(DealNeed.deal_id).in_(keys))).all()),
            needs=_needs(session, {deal.need_id for deal in deals if deal.need_id is not None}),
            budgets=budgets_of(session, deals),
            trl=_readiness(session, [deal.match_id for deal in deals if deal.match_id is not None]),
            decided=_grouped((row.deal_id, row) for row in decided),
            replied={deal: lying.keys() for deal, lying in untaken_replies(session, keys).items()},
        )

    def facts(self, deal: Deal, place: Standing, contract: Contract | None, today: date) -> Facts:
        """What the rules know of a track of one of the deals."""
        row = place.stay.row
        need, (_, budget) = self.needs.get(deal.need_id or 0), self.budgets.get(deal.key, (None, None))
        parties, decided = self.parties.get(deal.key, ()), self.decided.get(deal.key, ())
        shown = _shown(self.evidence, deal, contract)
        here = [one for one in decided if one.decided_at >= row.entered_at]
        taken = [one.action for one in here if one.not_now is None]
        replied = self.replied.get(deal.key, ())
        awaited = None if deal.waiting_for in replied else deal.waiting_for
        useless = {one.action for one in here if one.not_now is NotNow.NO_USE} | worn_out(taken)
        return Facts(
            stage=row.code,
            phase=phase_of(row.code),
            today=today,
            status=deal.status,
            days=place.stay.spell.days,
            percentile=place.forecast.percentile,
            ends_well=place.forecast.ends_well,
            remaining=place.forecast.remaining,
            value=_value(contract) if contract else budget,
            waiting_for=awaited,
            waiting_days=_since(deal.waiting_since, today) if awaited else 0,
            overdue_days=_since(deal.next_step_due, today),
            silent_days=0 if replied else _since(day_of(deal.last_activity_at), today),
            missing=missing_evidence(State(place.stay.template, row.code, deal.status, shown)),
            shown=shown,
            names_contact=need is None or need.contact_id is not None,
            needs=(deal.need_id is not None) + self.further_needs.get(deal.key, 0),
            suppliers=sum(role is PartyRole.SUPPLY for role in parties),
            has_partner=any(role in _HELPS for role in parties),
            kind=contract.kind if contract else None,
            trl=self.trl.get(deal.match_id or 0),
            tried=frozenset(taken),
            resting=resting(((one.action, day_of(one.decided_at)) for one in decided), today) | useless,
        )


def _shown(evidence: Shown, deal: Deal, contract: Contract | None) -> frozenset[EvidenceKind]:
    """What is recorded; a contract with a registration number is registered, whoever has the certificate."""
    shown = evidence.get((deal.key, contract.key if contract else None), frozenset())
    registered = contract is not None and contract.registration_number
    return shown | {EvidenceKind.REGISTRATION_CERTIFICATE} if registered else shown


def _value(contract: Contract) -> int | None:
    return contract.amount if contract.currency is Currency.CNY else None


def _since(day: date | None, today: date) -> int:
    return max((today - day).days, 0) if day else 0


def _contracts(session: ReadSession, deals: Sequence[int]) -> dict[int, tuple[int, Contract]]:
    rows = contracts_of_deals(session, deals)
    numbers = numbers_of(rows)
    return {row.key: (numbers[row.key], row) for row in rows}


def _evidence(session: ReadSession, deals: Sequence[int]) -> dict[tuple[int, int | None], frozenset[EvidenceKind]]:
    kinds = _grouped(((row.deal_id, row.contract_id), row.kind) for row in evidence_of(session, deals))
    return {key: frozenset(found) for key, found in kinds.items()}


def _roles(session: ReadSession, deals: Sequence[int]) -> dict[int, list[PartyRole]]:
    rows = session.exec(select(DealParty).where(col(DealParty.deal_id).in_(deals)))
    return _grouped((row.deal_id, row.role) for row in rows)


def _needs(session: ReadSession, needs: set[int]) -> dict[int, Need]:
    return {need.key: need for need in session.exec(select(Need).where(col(Need.id).in_(needs)))}


def _readiness(session: ReadSession, matches: Sequence[int]) -> dict[int, int | None]:
    rows = session.execute(
        select(Match.id, CapabilityRevision.trl)
        .join(CapabilityRevision, col(CapabilityRevision.id) == col(Match.capability_revision_id))
        .where(col(Match.id).in_(matches))
    )
    return {key: trl for key, trl in rows if key is not None}


def _grouped(pairs: Iterable[tuple[K, V]]) -> dict[K, list[V]]:
    found: dict[K, list[V]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found
