"""Reminders as people read them: those of a deal, and those that are coming up for oneself."""

from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import select as sql
from sqlmodel import SQLModel, and_, col, or_, select

from core.database import ReadSession
from models.access import FULL, Viewer, may_edit_supplier, visible_needs, works_on
from models.deal import Deal
from models.enums import SubjectKind
from models.need import Need, NeedRevision
from models.notice_enums import ReminderKind, ReminderRung
from models.supplier import Supplier
from models.work import Reminder
from tracking.store import find_deal, names_of
from workflow.reminders.firing import waiting

SOON: Final = timedelta(days=14)
"""How far ahead one's own reminders are shown."""
_TOLD_SHOWN: Final = 10
_TITLES: Final[dict[SubjectKind, Callable[[Sequence[int]], Any]]] = {
    SubjectKind.DEAL: lambda keys: sql(col(Deal.id), col(Deal.public_id), col(Deal.title)).where(
        col(Deal.id).in_(keys)
    ),
    SubjectKind.NEED: lambda keys: (
        sql(col(Need.id), col(Need.public_id), col(NeedRevision.title))
        .join(NeedRevision, col(NeedRevision.need_id) == col(Need.id))
        .where(col(Need.id).in_(keys), col(NeedRevision.valid_to).is_(None))
    ),
    SubjectKind.SUPPLIER: lambda keys: sql(col(Supplier.id), col(Supplier.public_id), col(Supplier.name)).where(
        col(Supplier.id).in_(keys)
    ),
}
"""How the keys, public ids and titles of what reminders are about are read."""


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
    subjects = _subjects(session, {(row.subject_kind, row.subject_id) for row in rows})
    return [
        _one(row, names.get(row.person_id, ""), *subjects[row.subject_kind, row.subject_id])
        for row in rows
        if (row.subject_kind, row.subject_id) in subjects
    ]


def _subjects(
    session: ReadSession, keys: Collection[tuple[SubjectKind, int]]
) -> dict[tuple[SubjectKind, int], tuple[str, str]]:
    """The public id and the title of each."""
    found = {}
    for kind, statement in _TITLES.items():
        of_kind = [key for each, key in keys if each is kind]
        rows = session.execute(statement(of_kind)).all() if of_kind else ()
        found.update({(kind, key): (public_id, title) for key, public_id, title in rows})
    return found


def _one(row: Reminder, name: str, subject: str, title: str) -> ReminderPublic:
    return ReminderPublic(
        kind=row.kind,
        rung=row.rung,
        about=row.subject_kind,
        subject=subject,
        title=title,
        due_on=row.due_on,
        remind_at=row.due_at,
        provisional=row.is_provisional,
        told_at=row.fired_at,
        person_name=name,
        params=row.params,
    )
