"""Reminders as people read them: those of a deal, and those that are coming up for oneself."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlmodel import SQLModel, and_, col, or_, select

from core.database import ReadSession
from models.access import FULL, Viewer, may_edit_supplier, visible_needs, works_on
from models.deal import Deal
from models.enums import ReminderKind, ReminderRung, SubjectKind
from models.need import Need
from models.supplier import Supplier
from models.work import Reminder
from tracking.store import find_deal, names_of
from workflow.notifications.wording import words_of
from workflow.reminders.firing import waiting

SOON: Final = timedelta(days=14)
"""How far ahead one's own reminders are shown."""
_TOLD_SHOWN: Final = 10
_TABLES: Final[dict[SubjectKind, type[Deal] | type[Need] | type[Supplier]]] = {
    SubjectKind.DEAL: Deal,
    SubjectKind.NEED: Need,
    SubjectKind.SUPPLIER: Supplier,
}


class ReminderPublic(SQLModel):
    """A reminder as its readers see it; `params` are codes and numbers, as in messages."""

    kind: ReminderKind
    rung: ReminderRung
    about: SubjectKind
    subject: str
    title: str
    due_on: date
    remind_at: datetime
    provisional: bool
    told_at: datetime | None = None
    person_name: str
    params: dict[str, str | int]


def list_deal_reminders(session: ReadSession, viewer: Viewer, deal_id: str) -> list[ReminderPublic]:
    """The reminders of a deal that wait, the next first, then the last that were told.

    Who does not work on the deal reads none. Raises NotFound.
    """
    deal, works = find_deal(session, viewer, deal_id)
    if not works:
        return []
    of_deal = (Reminder.subject_kind == SubjectKind.DEAL, Reminder.subject_id == deal.key)
    coming = select(Reminder).where(*of_deal, *waiting()).order_by(col(Reminder.due_at), col(Reminder.id))
    told = select(Reminder).where(*of_deal, col(Reminder.fired_at).is_not(None))
    told = told.order_by(col(Reminder.fired_at).desc(), col(Reminder.id).desc()).limit(_TOLD_SHOWN)
    return _public(session, [*session.exec(coming), *session.exec(told)])


def list_my_reminders(
    session: ReadSession, viewer: Viewer, *, now: datetime, ahead: timedelta = SOON, limit: int = 50
) -> list[ReminderPublic]:
    """What the viewer will be reminded of, as far as it is still the viewer's to work on, the next first."""
    own = (
        (SubjectKind.DEAL, select(Deal.id).where(works_on(viewer))),
        (SubjectKind.NEED, select(Need.id).where(visible_needs(viewer, FULL))),
        (SubjectKind.SUPPLIER, select(Supplier.id).where(may_edit_supplier(viewer))),
    )
    allowed: Any = or_(*(and_(Reminder.subject_kind == kind, col(Reminder.subject_id).in_(keys)) for kind, keys in own))
    statement = select(Reminder).where(
        Reminder.person_id == viewer.person_id,
        Reminder.rung == ReminderRung.OWNER,
        *waiting(),
        col(Reminder.due_at) <= now + ahead,
        allowed,
    )
    return _public(session, session.exec(statement.order_by(col(Reminder.due_at), col(Reminder.id)).limit(limit)).all())


def _public(session: ReadSession, rows: Sequence[Reminder]) -> list[ReminderPublic]:
    names = names_of(session, {row.person_id for row in rows})
    return [_one(session, row, names.get(row.person_id, "")) for row in rows]


def _one(session: ReadSession, row: Reminder, name: str) -> ReminderPublic:
    subject = session.get_one(_TABLES[row.subject_kind], row.subject_id).public_id
    return ReminderPublic(
        kind=row.kind,
        rung=row.rung,
        about=row.subject_kind,
        subject=subject,
        title=words_of(session, {row.subject_kind.value: subject})["title"],
        due_on=row.due_on,
        remind_at=row.due_at,
        provisional=row.is_provisional,
        told_at=row.fired_at,
        person_name=name,
        params=row.params,
    )
