"""What came of deals, line by line and in sums: for a society's yearly report, for grades and for the focus map.

Counted are the deals the reader works on, in the year in which they were closed here. Sums are in 分 of yuan; a deal
whose sum is in other money, or not known, counts among the deals but not in sums, and how many those are is said.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TypeVar

from sqlmodel import Field, SQLModel, col, select

from core.database import ReadSession
from core.errors import Refused
from models.access import Viewer, works_on
from models.deal import Contract, Deal, DealParty, Milestone, Outcome, ReturnVisit
from models.deal_enums import ContractKind, DealStatus, PartyRole
from models.enums import Currency, ReasonCode
from models.need import NeedRevision
from models.supplier import Supplier
from tracking.outcomes import sums_of
from tracking.reasons import Phase, phase_of
from tracking.store import parties_of
from workflow.days import day_of
from workflow.deals.figures import terms_of

R = TypeVar("R", Contract, ReturnVisit)


class OutcomeLine(SQLModel):
    """What came of one deal; `visited_on` and what follows are of its latest return visit."""

    deal: str
    title: str
    status: DealStatus
    closed_on: date
    technical_field: str
    demand: str
    supply: str
    kind: ContractKind | None
    contracts: int
    contract_sum: int | None
    technical_sum: int | None
    currency: Currency
    registration_numbers: str
    milestones: int
    milestones_met: int
    revenue: int | None
    jobs: int | None
    satisfaction_demand: int | None
    satisfaction_supply: int | None
    phase: Phase
    stage: str
    reason: ReasonCode | None
    visits: int
    visited_on: date | None
    visit_revenue: int | None
    visit_jobs: int | None
    visit_satisfaction_demand: int | None
    visit_satisfaction_supply: int | None


class OutcomeSums(SQLModel):
    """All lines together; means with the number of deals they rest on."""

    won: int = 0
    lost: int = 0
    contract_sum: int = 0
    technical_sum: int = 0
    without_sum: int = Field(default=0, description="Won deals whose sum in yuan is not known.")
    revenue: int = 0
    jobs: int = 0
    satisfaction_demand: float | None = None
    marks_demand: int = 0
    satisfaction_supply: float | None = None
    marks_supply: int = 0


class OutcomesPublic(SQLModel):
    """What came of the deals closed in a year, or ever."""

    year: int | None
    years: list[int] = Field(description="The years in which deals were closed, latest first.")
    sums: OutcomeSums
    lines: list[OutcomeLine]


class SupplierRecord(SQLModel):
    """What came of a supplier's deals in one technical field ("" where no need says which).

    Contracts and sums are those of won deals. `satisfaction` is the mean of the marks that the demand side gave,
    `marks` how many there were. A deal with several suppliers counts for each, with its whole sum.
    """

    supplier: str
    name: str
    technical_field: str
    deals: int = 0
    won: int = 0
    lost: int = 0
    contracts: int = 0
    contract_sum: int = 0
    technical_sum: int = 0
    satisfaction: float | None = None
    marks: int = 0


def read_outcomes(session: ReadSession, viewer: Viewer, year: int | None = None) -> OutcomesPublic:
    """What came of the deals the viewer works on. Raises Refused for who is not of the society."""
    lines = [line for line, _ in _lines(session, viewer)]
    chosen = [line for line in lines if year in (None, line.closed_on.year)]
    years = sorted({line.closed_on.year for line in lines}, reverse=True)
    return OutcomesPublic(year=year, years=years, sums=_sums(chosen), lines=chosen)


def supplier_records(session: ReadSession, viewer: Viewer) -> list[SupplierRecord]:
    """What came of each supplier's deals in each field, of those the viewer works on, by name. Raises Refused."""
    found: dict[tuple[str, str], SupplierRecord] = {}
    marks: dict[tuple[str, str], list[int]] = {}
    for line, suppliers in _lines(session, viewer):
        for supplier in suppliers:
            key = (supplier.public_id, line.technical_field)
            record = found.setdefault(
                key, SupplierRecord(supplier=key[0], name=supplier.name, technical_field=line.technical_field)
            )
            _count(record, line)
            mark = line.visit_satisfaction_demand or line.satisfaction_demand
            marks.setdefault(key, []).extend([mark] if mark is not None else [])
    for key, record in found.items():
        record.satisfaction, record.marks = _mean(marks[key])
    return sorted(found.values(), key=lambda record: (record.name, record.technical_field))


def _count(record: SupplierRecord, line: OutcomeLine) -> None:
    record.deals += 1
    record.won += line.status is DealStatus.WON
    record.lost += line.status is DealStatus.LOST
    if line.status is not DealStatus.WON:
        return
    record.contracts += line.contracts
    if line.currency is Currency.CNY and line.contracts:
        record.contract_sum += line.contract_sum or 0
        record.technical_sum += line.technical_sum or 0


def _sums(lines: Sequence[OutcomeLine]) -> OutcomeSums:
    won = [line for line in lines if line.status is DealStatus.WON]
    known = [line for line in won if line.contract_sum is not None and line.currency is Currency.CNY]
    demand, marks_demand = _mean([line.satisfaction_demand for line in lines])
    supply, marks_supply = _mean([line.satisfaction_supply for line in lines])
    return OutcomeSums(
        won=len(won),
        lost=len(lines) - len(won),
        contract_sum=sum(line.contract_sum or 0 for line in known),
        technical_sum=sum(line.technical_sum or 0 for line in known),
        without_sum=len(won) - len(known),
        revenue=sum(line.revenue or 0 for line in won),
        jobs=sum(line.jobs or 0 for line in won),
        satisfaction_demand=demand,
        marks_demand=marks_demand,
        satisfaction_supply=supply,
        marks_supply=marks_supply,
    )


def _mean(marks: Iterable[int | None]) -> tuple[float | None, int]:
    given = [mark for mark in marks if mark is not None]
    return (sum(given) / len(given) if given else None), len(given)


def _lines(session: ReadSession, viewer: Viewer) -> list[tuple[OutcomeLine, list[Supplier]]]:
    """Each closed deal with its suppliers, the latest first."""
    if not viewer.is_society:
        raise Refused("deal.refused")
    rows = session.execute(
        select(Outcome, Deal)
        .join(Deal, col(Deal.id) == col(Outcome.deal_id))
        .where(works_on(viewer), col(Deal.merged_into_id).is_(None), col(Deal.closed_at).is_not(None))
        .order_by(col(Deal.closed_at).desc(), col(Deal.id).desc())
    ).all()
    keys = [deal.key for _, deal in rows]
    contracts = _by_deal(session.exec(select(Contract).where(col(Contract.deal_id).in_(keys))).all())
    visits = _by_deal(
        session.exec(
            select(ReturnVisit)
            .where(col(ReturnVisit.deal_id).in_(keys), col(ReturnVisit.done_on).is_not(None))
            .order_by(col(ReturnVisit.done_on), col(ReturnVisit.id))
        ).all()
    )
    reached = _milestones(session, [contract.key for some in contracts.values() for contract in some])
    fields = _fields(session, [deal for _, deal in rows])
    sides: dict[int, list[tuple[DealParty, str, Supplier | None]]] = {}
    for party, organisation, supplier in parties_of(session, keys):
        name = supplier.name if supplier else organisation.name if organisation else ""
        sides.setdefault(party.deal_id, []).append((party, name, supplier))
    return [
        (
            _line(
                outcome,
                deal,
                fields.get(deal.key, ""),
                sides.get(deal.key, []),
                contracts.get(deal.key, []),
                reached,
                visits.get(deal.key, []),
            ),
            [one for party, _, one in sides.get(deal.key, []) if one is not None and party.role is PartyRole.SUPPLY],
        )
        for outcome, deal in rows
    ]


def _line(
    outcome: Outcome,
    deal: Deal,
    technical_field: str,
    sides: Sequence[tuple[DealParty, str, Supplier | None]],
    contracts: Sequence[Contract],
    reached: Mapping[int, Sequence[bool]],
    visits: Sequence[ReturnVisit],
) -> OutcomeLine:
    terms = [terms_of(contract) for contract in contracts]
    sums = sums_of(terms, outcome.contract_sum, outcome.technical_sum)
    milestones = [met for contract in contracts for met in reached.get(contract.key, ())]
    last = visits[-1] if visits else None
    return OutcomeLine(
        deal=deal.public_id,
        title=deal.title,
        closed_on=day_of(deal.closed_at or outcome.recorded_at),
        technical_field=technical_field,
        demand=_names(sides, PartyRole.DEMAND),
        supply=_names(sides, PartyRole.SUPPLY),
        kind=sums.kind,
        contracts=len(contracts),
        contract_sum=sums.contract,
        technical_sum=sums.technical,
        currency=sums.currency,
        registration_numbers="; ".join(row.registration_number for row in contracts if row.registration_number),
        milestones=len(milestones),
        milestones_met=sum(milestones),
        phase=phase_of(outcome.stage),
        visits=len(visits),
        visited_on=last.done_on if last else None,
        visit_revenue=last.revenue if last else None,
        visit_jobs=last.jobs if last else None,
        visit_satisfaction_demand=last.satisfaction_demand if last else None,
        visit_satisfaction_supply=last.satisfaction_supply if last else None,
        **outcome.model_dump(
            include={"status", "revenue", "jobs", "satisfaction_demand", "satisfaction_supply", "stage", "reason"}
        ),
    )


def _names(sides: Sequence[tuple[DealParty, str, Supplier | None]], role: PartyRole) -> str:
    return "; ".join(name for party, name, _ in sides if party.role is role)


def _milestones(session: ReadSession, contracts: Sequence[int]) -> dict[int, list[bool]]:
    found: dict[int, list[bool]] = {}
    stand = col(Milestone.removed_at).is_(None)
    for row in session.exec(select(Milestone).where(col(Milestone.contract_id).in_(contracts), stand)):
        found.setdefault(row.contract_id, []).append(row.reached_on is not None)
    return found


def _fields(session: ReadSession, deals: Sequence[Deal]) -> dict[int, str]:
    needs = {deal.need_id for deal in deals if deal.need_id is not None}
    rows = session.execute(
        select(NeedRevision.need_id, NeedRevision.technical_field).where(
            col(NeedRevision.valid_to).is_(None), col(NeedRevision.need_id).in_(needs)
        )
    )
    known: dict[int, str] = {row[0]: row[1] for row in rows}
    return {deal.key: known.get(deal.need_id or 0, "") for deal in deals}


def _by_deal(rows: Sequence[R]) -> dict[int, list[R]]:
    found: dict[int, list[R]] = {}
    for row in rows:
        found.setdefault(row.deal_id, []).append(row)
    return found
