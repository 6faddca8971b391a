"""What a deal came to in figures: as recorded, and as its contracts have it where nothing was recorded."""

from collections.abc import Sequence

from sqlmodel import col, select

from core.database import ReadSession
from models.deal import Contract, Deal, Milestone, Outcome
from models.deal_outcome import OutcomePublic
from tracking.outcomes import Sums, Terms, sums_of
from tracking.reasons import phase_of
from tracking.store import contracts_of, names_of, outcome_of


def terms_of(contract: Contract) -> Terms:
    """What the contract says, as the rules see it."""
    return Terms(contract.kind, contract.amount, contract.technical_amount, contract.currency)


def deal_sums(session: ReadSession, deal: Deal, outcome: Outcome | None) -> Sums:
    """What the deal is worth: by its outcome where that says so, else by its contracts."""
    return _sums(contracts_of(session, deal.key), outcome)


def show_outcome(session: ReadSession, deal: Deal) -> OutcomePublic | None:
    """What came of a deal the caller has found for somebody who works on it; None while that is open."""
    outcome = outcome_of(session, deal.key)
    if outcome is None:
        return None
    contracts = contracts_of(session, deal.key)
    sums = _sums(contracts, outcome)
    milestones = session.exec(
        select(Milestone).where(
            col(Milestone.contract_id).in_([row.key for row in contracts]), col(Milestone.removed_at).is_(None)
        )
    ).all()
    facts = {
        "phase": phase_of(outcome.stage).value,
        "contract_sum": sums.contract,
        "technical_sum": sums.technical,
        "currency": sums.currency,
        "kind": sums.kind,
        "registration_numbers": [row.registration_number for row in contracts if row.registration_number],
        "milestones": len(milestones),
        "milestones_met": sum(row.reached_on is not None for row in milestones),
        "recorded_by": names_of(session, [outcome.recorded_by_id]).get(outcome.recorded_by_id, ""),
    }
    return OutcomePublic.model_validate(outcome.model_dump() | facts)


def _sums(contracts: Sequence[Contract], outcome: Outcome | None) -> Sums:
    terms = [terms_of(contract) for contract in contracts]
    return sums_of(terms, *((outcome.contract_sum, outcome.technical_sum) if outcome else (None, None)))
