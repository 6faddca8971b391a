"""Whom a reminder is told: its owner; when nobody acts, a lead; then the branch.

Rule a maintainer must keep: nobody is told of what is not (any more) his or hers to work on, nor who is disabled. When
it is no longer the owner's, the first lead whose it is, is told in the owner's stead; when it is nobody's, nobody.
"""

from collections.abc import Iterator
from datetime import datetime

from core.database import ReadSession
from models.enums import ReminderRung
from workflow.notifications.reading import reader_of
from workflow.reminders.people import leads_of, people_of_branch
from workflow.reminders.subjects import Subject


def people_to_tell(
    session: ReadSession, subject: Subject, owner_id: int, rung: ReminderRung, told: set[int], *, now: datetime
) -> list[int]:
    """The persons on this rung, in order; `told` are those on the rungs below, who are not told again.

    Without a lead to tell, the branch is told at once.
    """
    if rung is ReminderRung.OWNER and _may(session, subject, owner_id, now):
        return [owner_id]
    leads = leads_of(session, subject.branch_id, now)
    if rung is ReminderRung.OWNER:
        return list(_first(session, subject, leads, now))
    if rung is ReminderRung.LEAD:
        found = list(_first(session, subject, [lead for lead in leads if lead not in told], now))
        if found:
            return found
    branch = people_of_branch(session, subject.branch_id, now)
    return [person for person in branch if person not in told and _may(session, subject, person, now)]


def _first(session: ReadSession, subject: Subject, people: list[int], now: datetime) -> Iterator[int]:
    for person in people:
        if _may(session, subject, person, now):
            yield person
            return


def _may(session: ReadSession, subject: Subject, person_id: int, now: datetime) -> bool:
    reader = reader_of(session, person_id, now)
    return reader is not None and subject.may_be_told(session, reader)
