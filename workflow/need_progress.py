"""An enterprise is told how its needs go on, and the staff what the enterprise changed of a need they work on.

Rules a maintainer must keep: as in `workflow.progress`; the enterprise learns that suppliers were found, never which;
what happens to a need many times a day is told once, until it was read.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from sqlmodel import col, func, select

from core.database import ReadSession, WriteSession
from models.access import FULL, Viewer, curates, viewer_of, visible_needs
from models.deal import Deal, DealNeed
from models.deal_enums import DealStatus
from models.enums import NeedStatus, SubjectKind
from models.history import Event
from models.match import MatchRun
from models.need import Need
from models.notice_enums import Channel, NoticeKind
from models.work import OutboxMessage
from workflow.notifications import notify
from workflow.recipients import people_of_enterprise
from workflow.reminders.people import leads_of, people_of_branch

_TOLD_AGAIN_AFTER: Final = timedelta(days=1)
"""How long the same is not told again while the first message of it lies there unread."""


def tell_askers(session: WriteSession, need: Need, event: Event, code: str) -> None:
    """The need's contact, and who administers the enterprise, find `need.<code>` in their messages."""
    contacts = [need.contact_id] if need.contact_id is not None else []
    people = people_of_enterprise(session, need.organisation_id, contacts, now=event.recorded_at)
    _tell(session, need, event, code, NoticeKind.NEED_PROGRESS, people)


def tell_curators(session: WriteSession, viewer: Viewer, need: Need, event: Event, code: str) -> None:
    """Who of the society works on the need finds `need.<code>` among the messages, if the viewer does not.

    A need that nobody has focused yet waits in the lists of the staff anyway.
    """
    if need.status is NeedStatus.SUBMITTED or curates(viewer, need.branch_id):
        return
    now = event.recorded_at
    working = _readers(session, need, _working_on(session, need), now)
    anybody = (*leads_of(session, need.branch_id, now), *people_of_branch(session, need.branch_id, now))
    people = working or _readers(session, need, anybody, now)[:1]
    _tell(session, need, event, code, NoticeKind.NEED_CHANGED, people)


def _working_on(session: ReadSession, need: Need) -> list[int]:
    """Who owns the deals that are to meet the need, and who asked for its last list, or focused it."""
    further = select(DealNeed.deal_id).where(DealNeed.need_id == need.key)
    meets = (col(Deal.need_id) == need.key) | col(Deal.id).in_(further)
    goes_on = (col(Deal.status).in_([DealStatus.OPEN, DealStatus.PAUSED]), col(Deal.archived_at).is_(None))
    owners = session.exec(select(Deal.owner_id).where(meets, *goes_on).order_by(col(Deal.id))).all()
    last = select(MatchRun.requested_by_id).where(MatchRun.need_id == need.key).order_by(col(MatchRun.id).desc())
    focused = (Event.subject_kind == SubjectKind.NEED, Event.subject_id == need.key, Event.code == "need.focused")
    asked = (
        session.exec(last.limit(1)).first()
        or session.exec(select(Event.actor_id).where(*focused).order_by(col(Event.id).desc()).limit(1)).first()
    )
    return list(dict.fromkeys([*owners, *([asked] if asked is not None else [])]))


def _readers(session: ReadSession, need: Need, people: Iterable[int], now: datetime) -> list[int]:
    """Those of the people who are of the society and may read the need in full."""
    found = []
    for person in dict.fromkeys(people):
        viewer = viewer_of(session, person, now)
        may = select(func.count()).select_from(Need).where(Need.id == need.key, visible_needs(viewer, FULL))
        if viewer.is_society and session.exec(may).one():
            found.append(person)
    return found


def _tell(session: WriteSession, need: Need, event: Event, code: str, kind: NoticeKind, people: Iterable[int]) -> None:
    for person in people:
        if person == event.actor_id or _lies_unread(session, person, need, f"need.{code}", event.recorded_at):
            continue
        notify(
            session,
            person,
            f"need.{code}",
            kind=kind,
            params={"need": need.public_id, "path": f"/needs/{need.public_id}"},
            subject_kind=SubjectKind.NEED,
            subject_id=need.key,
            dedupe_key=f"need.{code}:{event.public_id}:{person}",
            now=event.recorded_at,
        )


def _lies_unread(session: ReadSession, person: int, need: Need, code: str, now: datetime) -> bool:
    told = select(OutboxMessage.id).where(
        OutboxMessage.person_id == person,
        OutboxMessage.channel == Channel.IN_APP,
        OutboxMessage.code == code,
        OutboxMessage.subject_kind == SubjectKind.NEED,
        OutboxMessage.subject_id == need.key,
        col(OutboxMessage.read_at).is_(None),
        col(OutboxMessage.created_at) > now - _TOLD_AGAIN_AFTER,
    )
    return session.exec(told.limit(1)).first() is not None
