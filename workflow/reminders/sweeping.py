"""What changes by time alone: once a day every subject that may ask for something is looked at anew.

So a deal from before its reminders were known gets them, proposals that lie unjudged and profiles and needs that run
out are found, and days beyond the calendar move when it has grown.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement
from sqlmodel import and_, col, or_, select

from core.database import ReadSession, WriteSession
from models.deal import Contract, Deal, Payment, ReturnVisit
from models.deal_enums import DealStatus
from models.enums import NeedStatus, SubjectKind
from models.match import Match
from models.match_enums import MatchStatus
from models.need import Need, NeedRevision
from models.supplier import PROFILE_VALID_DAYS, Supplier
from models.work import Reminder
from tracking.occasions import LET_GO
from workflow.days import day_of
from workflow.reminders.firing import waiting
from workflow.reminders.scheduling import bring_up_to_date
from workflow.reminders.subjects import find_subject

AHEAD: Final = timedelta(days=30)
"""How long before it runs out a profile or need gets its reminder."""
_VALID: Final = timedelta(days=PROFILE_VALID_DAYS)


def subjects_to_sweep(session: ReadSession, *, now: datetime) -> Sequence[tuple[SubjectKind, int]]:
    """Everything that may ask for a reminder, or has one waiting."""
    has_one = session.exec(select(Reminder.subject_kind, Reminder.subject_id).where(*waiting()).distinct()).all()
    alive = select(Deal.id).where(
        col(Deal.archived_at).is_(None),
        or_(col(Deal.status).in_([DealStatus.OPEN, DealStatus.PAUSED]), asks_after_its_end(day_of(now))),
    )
    found = {
        *((kind, key) for kind, key in has_one),
        *((SubjectKind.DEAL, key) for key in session.exec(alive)),
        *((SubjectKind.NEED, key) for key in _needs(session, now)),
        *((SubjectKind.SUPPLIER, key) for key in _suppliers(session, now)),
    }
    return sorted((SubjectKind(kind), key) for kind, key in found if key is not None)


def asks_after_its_end(today: date) -> ColumnElement[bool]:
    """The won deals of which a return visit, a payment or the end of a contract is still to come."""
    visits = select(ReturnVisit.deal_id).where(col(ReturnVisit.done_on).is_(None))
    unpaid = select(Contract.deal_id).join(Payment, col(Payment.contract_id) == col(Contract.id))
    unpaid = unpaid.where(col(Payment.paid_on).is_(None), col(Payment.removed_at).is_(None))
    running = select(Contract.deal_id).where(col(Contract.ends_on) >= today)
    return and_(Deal.status == DealStatus.WON, or_(*(col(Deal.id).in_(of) for of in (visits, unpaid, running))))


def sweep_subject(session: WriteSession, kind: SubjectKind, key: int, *, now: datetime) -> bool:
    """Exactly the reminders that the subject asks for wait; False when somebody is changing it, who sees to it."""
    subject = find_subject(session, kind, key, now=now)
    if subject is not None:
        bring_up_to_date(session, subject, now=now)
    return subject is not None


def _needs(session: ReadSession, now: datetime) -> set[int | None]:
    today = day_of(now)
    alive = (col(Need.archived_at).is_(None), col(Need.status) != NeedStatus.CLOSED)
    runs_out = or_(
        col(NeedRevision.deadline).between(today - LET_GO, today + AHEAD),
        and_(
            col(NeedRevision.deadline).is_(None),
            col(NeedRevision.valid_from).between(now - _VALID - LET_GO, now - _VALID + AHEAD),
        ),
    )
    ending = select(Need.id).join(NeedRevision, col(NeedRevision.need_id) == col(Need.id))
    ending = ending.where(*alive, col(NeedRevision.valid_to).is_(None), runs_out)
    proposed = select(Need.id).join(Match, col(Match.need_id) == col(Need.id))
    proposed = proposed.where(
        *alive,
        Need.status == NeedStatus.MATCHED,
        Match.status == MatchStatus.PROPOSED,
        col(Match.ended_at).is_(None),
    )
    return {*session.exec(ending), *session.exec(proposed.distinct())}


def _suppliers(session: ReadSession, now: datetime) -> Sequence[int | None]:
    today = day_of(now)
    confirmed = col(Supplier.confirmed_on).between(today - _VALID - LET_GO, today - _VALID + AHEAD)
    entered = col(Supplier.created_at).between(now - _VALID - LET_GO, now - _VALID + AHEAD)
    statement = select(Supplier.id).where(
        col(Supplier.archived_at).is_(None), or_(confirmed, and_(col(Supplier.confirmed_on).is_(None), entered))
    )
    return session.exec(statement).all()
