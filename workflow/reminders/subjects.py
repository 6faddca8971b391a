"""What reminders are about: a deal, a need or a supplier, with what it asks for as it stands now.

A rule a maintainer must keep: a subject is locked before its reminders are touched, by people's changes and by the
worker alike, so that they come one after the other and never wait for each other crosswise.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import ColumnElement
from sqlmodel import col, func, select

from catalog.demand.needs import current_need_revision
from core.database import ReadSession, WriteSession
from core.settings import get_settings
from models.access import FULL, Viewer, may_edit_supplier, visible_needs, works_on
from models.columns import Published
from models.deal import Deal, Milestone, Payment, ReturnVisit
from models.enums import NeedStatus, SubjectKind
from models.match import Judgement, Match, MatchRun
from models.match_enums import MatchStatus
from models.need import Need
from models.supplier import Supplier
from tracking.occasions import DealParts, Occasion, occasions_of_deal, occasions_of_need, occasions_of_supplier
from tracking.reminders import Waits
from tracking.replies import untaken_replies
from tracking.store import contracts_of, parties_of, stages_of, templates_of
from workflow.days import day_of
from workflow.reminders.people import keepers_of, leads_of


@dataclass(frozen=True, slots=True)
class Subject:
    """Something that reminders are about, and what it asks for now."""

    kind: SubjectKind
    key: int
    branch_id: int | None
    named: Mapping[str, str]
    """How messages name it: its public id under its kind, and the path of its page."""
    acted_on: date
    """The last day on which somebody did something about it."""
    occasions: Sequence[Occasion] = ()

    def may_be_told(self, session: ReadSession, viewer: Viewer) -> bool:
        """Whether it is (still) the viewer's to work on."""
        table, own = _OWN[self.kind]
        return session.exec(select(table.id).where(table.id == self.key, own(viewer))).first() is not None


_OWN: Final[Mapping[SubjectKind, tuple[type[Published], Callable[[Viewer], ColumnElement[bool]]]]] = {
    SubjectKind.DEAL: (Deal, works_on),
    SubjectKind.NEED: (Need, lambda viewer: visible_needs(viewer, FULL)),
    SubjectKind.SUPPLIER: (Supplier, may_edit_supplier),
}
"""What reminders can be about, and whose it is."""


def waits() -> Waits:
    """How long this installation waits."""
    settings = get_settings()
    return Waits(
        feedback=settings.feedback_days,
        lead=settings.escalate_lead_days,
        branch=settings.escalate_branch_days,
        pause=settings.pause_days,
    )


def find_subject(session: WriteSession, kind: SubjectKind, key: int, *, now: datetime) -> Subject | None:
    """The subject, locked; None when there is none, or when somebody is changing it at this moment."""
    if kind not in _OWN:
        return None
    table = _OWN[kind][0]
    statement = select(table).where(table.id == key).with_for_update(of=table, skip_locked=True)
    row = session.exec(statement.execution_options(populate_existing=True)).first()
    if isinstance(row, Deal):
        return deal_subject(session, row)
    if isinstance(row, Need):
        return need_subject(session, row, now)
    return supplier_subject(session, row, now) if isinstance(row, Supplier) else None


def is_there(session: ReadSession, kind: SubjectKind, key: int) -> bool:
    """Whether there is such a subject, be it changed at this moment or not."""
    table = _OWN[kind][0] if kind in _OWN else None
    return table is not None and session.exec(select(table.id).where(table.id == key)).first() is not None


def deal_subject(session: ReadSession, deal: Deal) -> Subject:
    """The deal and what it asks for."""
    return Subject(
        kind=SubjectKind.DEAL,
        key=deal.key,
        branch_id=deal.branch_id,
        named={"deal": deal.public_id, "path": f"/deals/{deal.public_id}"},
        acted_on=day_of(deal.last_activity_at),
        occasions=occasions_of_deal(deal, _parts(session, deal), waits(), get_settings().time_zone),
    )


def need_subject(session: ReadSession, need: Need, now: datetime) -> Subject:
    """The need and what it asks for; what is nobody's task is a lead's."""
    proposed_at, reviewer = _unjudged(session, need)
    leads = leads_of(session, need.branch_id, now)
    zone = get_settings().time_zone
    return Subject(
        kind=SubjectKind.NEED,
        key=need.key,
        branch_id=need.branch_id,
        named={"need": need.public_id, "path": f"/needs/{need.public_id}"},
        acted_on=day_of(proposed_at or need.submitted_at),
        occasions=occasions_of_need(
            need,
            current_need_revision(session, need.key),
            day_of(proposed_at) if proposed_at else None,
            waits(),
            zone,
            today=day_of(now),
            reviewer_id=next(iter([reviewer] if reviewer else leads), None),
            contact_id=next(iter([need.contact_id] if need.contact_id else leads), None),
        ),
    )


def supplier_subject(session: ReadSession, supplier: Supplier, now: datetime) -> Subject:
    """The supplier and what it asks for; of an organisation it is the task of who acts for it, else of a lead."""
    keepers = [*keepers_of(session, supplier), *leads_of(session, supplier.branch_id, now)]
    zone = get_settings().time_zone
    return Subject(
        kind=SubjectKind.SUPPLIER,
        key=supplier.key,
        branch_id=supplier.branch_id,
        named={"supplier": supplier.public_id, "path": f"/suppliers/{supplier.public_id}"},
        acted_on=day_of(supplier.created_at),
        occasions=occasions_of_supplier(supplier, zone, today=day_of(now), keeper_id=next(iter(keepers), None)),
    )


def _parts(session: ReadSession, deal: Deal) -> DealParts:
    templates, contracts = templates_of(session, [deal.key]), contracts_of(session, deal.key)
    stages = [row for row in stages_of(session, [deal.key]) if row.left_at is None]
    keys = [contract.key for contract in contracts]
    milestones = select(Milestone).where(col(Milestone.contract_id).in_(keys)).order_by(col(Milestone.id))
    payments = select(Payment).where(col(Payment.contract_id).in_(keys)).order_by(col(Payment.id))
    visits = select(ReturnVisit).where(ReturnVisit.deal_id == deal.key).order_by(col(ReturnVisit.id))
    lying = untaken_replies(session, [deal.key]).get(deal.key, {})
    return DealParts(
        parties=[party for party, _, _ in parties_of(session, [deal.key])],
        stages=[(row, templates.stage(row)) for row in stages],
        contracts=contracts,
        milestones=session.exec(milestones).all() if keys else (),
        payments=session.exec(payments).all() if keys else (),
        visits=session.exec(visits).all() if keys else (),
        replies={side: day_of(event.recorded_at) for side, event in lying.items()},
    )


def _unjudged(session: ReadSession, need: Need) -> tuple[datetime | None, int | None]:
    """Since when nobody has gone on judging the need's open proposals, and who asked for the oldest of them."""
    if need.status is not NeedStatus.MATCHED:
        return None, None
    proposed = (Match.status == MatchStatus.PROPOSED, col(Match.ended_at).is_(None))
    rows = select(Match).where(Match.need_id == need.key, *proposed)
    oldest = session.exec(rows.order_by(col(Match.proposed_at), col(Match.id)).limit(1)).first()
    if oldest is None:
        return None, None
    of_need = select(func.max(Judgement.judged_at)).join(Match, col(Match.id) == col(Judgement.match_id))
    judged_at = session.exec(of_need.where(Match.need_id == need.key)).one()
    run = session.get(MatchRun, oldest.run_id) if oldest.run_id else None
    since = max(oldest.proposed_at, judged_at or oldest.proposed_at)
    return since, run.requested_by_id if run else oldest.proposed_by_id
