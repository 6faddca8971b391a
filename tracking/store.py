"""Queries on deals and what belongs to them; each cut to what the viewer may see."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_
from sqlmodel import col, select

from core.database import ReadSession, WriteSession
from core.errors import Conflict, NotFound, Refused
from models.access import SUMMARY, Viewer, acts_for, is_waited_for, need_level, visible_deals, visible_needs, works_on
from models.deal import (
    Contract,
    Deal,
    DealNeed,
    DealParty,
    DealStage,
    ExtraStage,
    Milestone,
    Outcome,
    Payment,
    StageEvidence,
)
from models.deal_enums import DealStatus
from models.enums import Role
from models.need import Need
from models.organisation import Organisation
from models.person import Person
from models.supplier import Supplier
from models.user import Membership
from tracking.extra_stages import Extra, code_of_extra, extended
from tracking.templates import Stage, Template, template_of
from tracking.terms import numbers_of

Planned = TypeVar("Planned", Milestone, Payment)

AnySelect = Select[*tuple[Any, ...]]
"""A statement of any columns."""


def find_deal(session: ReadSession, viewer: Viewer, public_id: str) -> tuple[Deal, bool]:
    """The deal, and whether the viewer works on it. Raises NotFound, also for what may not be seen."""
    return _one(session, _with_right(viewer, public_id), public_id)


def find_deal_to_change(
    session: WriteSession, viewer: Viewer, public_id: str, *, version: int | None = None, even_archived: bool = False
) -> Deal:
    """The deal, locked until the transaction ends, so that two people who move it come one after the other.

    Raises NotFound, Refused for somebody who only takes part in it, Conflict when it is no longer at `version` or, but
    for who asks for it `even_archived`, is archived.
    """
    statement = _with_right(viewer, public_id).with_for_update(of=Deal).execution_options(populate_existing=True)
    deal, may_change = _one(session, statement, public_id)
    if not may_change:
        raise Refused("deal.refused")
    if version is not None and deal.version != version:
        raise Conflict("conflict.changed_meanwhile", version=deal.version, seen=version)
    if deal.archived_at is not None and not even_archived:
        raise Conflict("deal.archived" if deal.merged_into_id is None else "deal.merged")
    return deal


def find_deal_to_reply(session: WriteSession, viewer: Viewer, public_id: str) -> tuple[Deal, list[DealParty]]:
    """The deal, locked until the transaction ends, and the sides of it for which the viewer acts.

    Raises NotFound, Refused for who only works on it, Conflict when it is archived.
    """
    statement = _with_right(viewer, public_id).with_for_update(of=Deal).execution_options(populate_existing=True)
    deal, _ = _one(session, statement, public_id)
    parties = own_parties(session, viewer, [deal.key])
    if not parties:
        raise Refused("deal.reply_of_sides")
    if deal.archived_at is not None:
        raise Conflict("deal.put_away")
    return deal, parties


def own_parties(session: ReadSession, viewer: Viewer, deals: Iterable[int]) -> list[DealParty]:
    """The sides of these deals for which the viewer acts."""
    own = select(DealParty).where(col(DealParty.deal_id).in_(deals), acts_for(viewer))
    return list(session.exec(own.order_by(col(DealParty.id))))


def _with_right(viewer: Viewer, public_id: str) -> AnySelect:
    right = case((works_on(viewer), 1), else_=0)
    return select(Deal, right).where(Deal.public_id == public_id, visible_deals(viewer))


def _one(session: ReadSession, statement: AnySelect, public_id: str) -> tuple[Deal, bool]:
    row = session.execute(statement).first()
    if row is None:
        raise NotFound("deal.not_found", id=public_id)
    return row[0], bool(row[1])


def title_is_readable(viewer: Viewer) -> ColumnElement[bool]:
    """The deals whose title `viewer` may read: it may repeat the need's, so parties read it with the need's summary."""
    knows_need = exists().where(col(Need.id) == col(Deal.need_id), need_level(viewer) >= SUMMARY)
    return or_(works_on(viewer), col(Deal.need_id).is_(None), knows_need)


def stages_of(session: ReadSession, deals: Iterable[int]) -> Sequence[DealStage]:
    """Every stage these deals and their contracts have entered, oldest first, but for what was undone."""
    return session.exec(
        select(DealStage)
        .where(col(DealStage.deal_id).in_(deals), col(DealStage.undone_at).is_(None))
        .order_by(col(DealStage.entered_at), col(DealStage.id))
    ).all()


@dataclass(frozen=True, slots=True)
class Templates:
    """What these deals and their contracts follow: the stored template with the stages that only they have."""

    extras: Mapping[tuple[int, int | None], Sequence[ExtraStage]]
    """By the ids of the deal and, if it is of one, of the contract."""

    def of(self, row: DealStage) -> Template:
        """The template that a stored stage belongs to."""
        extras = self.extras.get((row.deal_id, row.contract_id), ())
        template = template_of(row.template, row.template_version)
        return extended(template, map(_extra, extras)) if extras else template

    def stage(self, row: DealStage) -> Stage | None:
        """The stage that was entered."""
        return self.of(row).stage(row.code)


def templates_of(session: ReadSession, deals: Iterable[int]) -> Templates:
    """The templates of these deals."""
    found: dict[tuple[int, int | None], list[ExtraStage]] = {}
    for extra in extra_stages_of(session, deals):
        found.setdefault((extra.deal_id, extra.contract_id), []).append(extra)
    return Templates(found)


def extra_stages_of(session: ReadSession, deals: Iterable[int]) -> Sequence[ExtraStage]:
    """The stages that only these deals have, in the order in which they were added."""
    return session.exec(
        select(ExtraStage)
        .where(col(ExtraStage.deal_id).in_(deals), col(ExtraStage.removed_at).is_(None))
        .order_by(col(ExtraStage.id))
    ).all()


def extra_code(row: ExtraStage) -> str:
    """The code of a stored extra stage."""
    return code_of_extra(row.after, row.key)


def _extra(row: ExtraStage) -> Extra:
    return Extra(extra_code(row), row.after, (row.usual_from, row.usual_to), row.opened_by)


def contracts_of(session: ReadSession, deal_id: int) -> Sequence[Contract]:
    """The contracts of a deal; their places in this order are their numbers."""
    return session.exec(select(Contract).where(Contract.deal_id == deal_id).order_by(col(Contract.id))).all()


def contracts_of_deals(session: ReadSession, deal_ids: Iterable[int]) -> Sequence[Contract]:
    """The contracts of several deals, those of each in the order of their numbers."""
    theirs = select(Contract).where(col(Contract.deal_id).in_(list(deal_ids)))
    return session.exec(theirs.order_by(col(Contract.id))).all()


def contract_numbers(session: ReadSession, deal_id: int) -> dict[int, int]:
    """The numbers of a deal's contracts, from 1, by their ids."""
    return numbers_of(contracts_of(session, deal_id))


def contract_numbered(session: ReadSession, deal_id: int, number: int) -> Contract:
    """The contract of a deal with this number. Raises NotFound."""
    contracts = contracts_of(session, deal_id)
    if not 0 < number <= len(contracts):
        raise NotFound("contract.not_found", number=number)
    return contracts[number - 1]


def milestones_of(session: ReadSession, contract: Contract) -> list[tuple[int, Milestone]]:
    """The milestones that stand under a contract, with their numbers."""
    return _numbered(session, Milestone, contract)


def payments_of(session: ReadSession, contract: Contract) -> list[tuple[int, Payment]]:
    """The payments that stand under a contract, with their numbers."""
    return _numbered(session, Payment, contract)


def _numbered(session: ReadSession, kind: type[Planned], contract: Contract) -> list[tuple[int, Planned]]:
    rows = session.exec(select(kind).where(kind.contract_id == contract.key).order_by(col(kind.id)))
    return [(number, row) for number, row in enumerate(rows, start=1) if row.removed_at is None]


def evidence_of(session: ReadSession, deals: Iterable[int]) -> Sequence[StageEvidence]:
    """The evidence that is recorded on these deals and their contracts and holds, oldest first."""
    return session.exec(
        select(StageEvidence)
        .where(col(StageEvidence.deal_id).in_(deals), col(StageEvidence.withdrawn_at).is_(None))
        .order_by(col(StageEvidence.dated_on), col(StageEvidence.id))
    ).all()


def leads_it(viewer: Viewer, deal: Deal) -> ColumnElement[bool]:
    """The memberships by which `viewer` is a lead over this deal: of the society's centre, or of its branch."""
    place = col(Membership.organisation_id)
    return and_(
        col(Membership.person_id) == viewer.person_id,
        col(Membership.role) == Role.LEAD,
        or_(place.is_(None), place == deal.branch_id),
        col(Membership.valid_from) <= viewer.at,
        or_(col(Membership.valid_to).is_(None), col(Membership.valid_to) > viewer.at),
    )


def outcome_of(session: ReadSession, deal_id: int) -> Outcome | None:
    """What came of a deal, once that is recorded."""
    return session.exec(select(Outcome).where(Outcome.deal_id == deal_id)).first()


def parties_of(
    session: ReadSession, deals: Iterable[int]
) -> Sequence[tuple[DealParty, Organisation | None, Supplier | None]]:
    """Who takes part in these deals, with the organisation and supplier each row names."""
    rows = session.execute(
        select(DealParty, Organisation, Supplier)
        .join(Organisation, col(Organisation.id) == col(DealParty.organisation_id), isouter=True)
        .join(Supplier, col(Supplier.id) == col(DealParty.supplier_id), isouter=True)
        .where(col(DealParty.deal_id).in_(deals))
        .order_by(col(DealParty.id))
    )
    return [(party, organisation, supplier) for party, organisation, supplier in rows]


def names_of(session: ReadSession, persons: Iterable[int]) -> dict[int, str]:
    """The names of these persons by id."""
    rows = session.execute(select(Person.id, Person.name).where(col(Person.id).in_(persons)))
    return {key: name for key, name in rows if key is not None}


def deals_of_need(session: ReadSession, need_id: int, *statuses: DealStatus) -> int:
    """How many deals of these statuses are to meet a need; one that joined another counts no more."""
    alive = and_(col(Deal.status).in_(statuses), col(Deal.merged_into_id).is_(None))
    further = exists().where(col(DealNeed.deal_id) == col(Deal.id), col(DealNeed.need_id) == need_id)
    meets = or_(col(Deal.need_id) == need_id, further)
    return session.exec(select(func.count()).select_from(Deal).where(meets, alive)).one()


def needs_to_meet(session: ReadSession, deal: Deal) -> list[int]:
    """The ids of the needs a deal is to meet, in order: the one it began with and those that were added."""
    further = session.exec(select(DealNeed.need_id).where(DealNeed.deal_id == deal.key))
    return sorted({*further, *([deal.need_id] if deal.need_id is not None else [])})


def readable_titles(session: ReadSession, viewer: Viewer, deals: Iterable[int]) -> set[int]:
    """Which of these deals' titles the viewer may read."""
    return _those(session, deals, title_is_readable(viewer))


def worked_on(session: ReadSession, viewer: Viewer, deals: Iterable[int]) -> set[int]:
    """Which of these deals the viewer works on."""
    return _those(session, deals, works_on(viewer))


def waiting_for_viewer(session: ReadSession, viewer: Viewer, deals: Iterable[int]) -> set[int]:
    """Which of these deals wait for a side of the viewer's."""
    return _those(session, deals, is_waited_for(viewer))


def needs_of(session: ReadSession, viewer: Viewer, deals: Iterable[int]) -> dict[int, str]:
    """The public ids of the needs behind these deals, of those the viewer may see."""
    rows = session.execute(
        select(Deal.id, Need.public_id)
        .join(Need, col(Need.id) == col(Deal.need_id))
        .where(col(Deal.id).in_(deals), visible_needs(viewer))
    )
    return {key: public_id for key, public_id in rows if key is not None}


def _those(session: ReadSession, deals: Iterable[int], clause: ColumnElement[bool]) -> set[int]:
    return {key for key in session.exec(select(Deal.id).where(col(Deal.id).in_(deals), clause)) if key is not None}
