"""Whom a reminder is told: its owner; when nobody acts, a lead; then the branch.

Rule a maintainer must keep: nobody is told of what is not (any more) his or hers to work on, nor who is disabled. When
it is no longer the owner's, the first lead whose it is, is told in the owner's stead, and without one the branch; when
it is nobody's, nobody.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from sqlmodel import col, select

from core.database import ReadSession
from models.notice_enums import Channel, ReminderRung
from models.work import OutboxMessage
from tracking.occasions import Occasion
from workflow.notifications.reading import reader_of
from workflow.reminders.people import leads_of, people_of_branch
from workflow.reminders.subjects import Subject


def people_to_tell(
    session: ReadSession, subject: Subject, occasion: Occasion, rung: ReminderRung, *, now: datetime
) -> list[int]:
    """The persons on this rung, in order; who was told on a rung below is not told again.

    Without a lead to tell, the branch is told at once.
    """
    if rung is ReminderRung.OWNER and _may(session, subject, occasion.person_id, now):
        return [occasion.person_id]
    leads, branch = leads_of(session, subject.branch_id, now), people_of_branch(session, subject.branch_id, now)
    told = _told(session, subject, occasion, {*leads, *branch})
    if rung is not ReminderRung.BRANCH:
        found = list(_first(session, subject, [lead for lead in leads if lead not in told], now))
        if found:
            return found
    return [person for person in branch if person not in told and _may(session, subject, person, now)]


def _told(session: ReadSession, subject: Subject, occasion: Occasion, people: Iterable[int]) -> set[int]:
    """Who of these was told of the occasion before."""
    keys = {
        f"{occasion.key(subject.kind, subject.key, rung)}:{person}:{Channel.IN_APP}": person
        for rung in ReminderRung
        for person in people
    }
    found = session.exec(select(OutboxMessage.dedupe_key).where(col(OutboxMessage.dedupe_key).in_(keys)))
    return {keys[key] for key in found}


def _first(session: ReadSession, subject: Subject, people: list[int], now: datetime) -> Iterator[int]:
    for person in people:
        if _may(session, subject, person, now):
            yield person
            return


def _may(session: ReadSession, subject: Subject, person_id: int, now: datetime) -> bool:
    reader = reader_of(session, person_id, now)
    return reader is not None and subject.may_be_told(session, reader)
