"""Reading the history of one object of the catalogue; the timeline of a deal is read by workflow.deals."""

from sqlmodel import col, select

from core.database import ReadSession
from models.access import visible_events
from models.deal_public import EventPublic
from models.enums import SubjectKind
from models.history import Event
from models.person import Person
from workflow.paging import Page, read_page

TIMELINE_SIZE = 50


def read_timeline(
    session: ReadSession,
    subject_kind: SubjectKind,
    subject_id: int,
    *,
    works_on_it: bool,
    page: int = 1,
    size: int = TIMELINE_SIZE,
) -> Page[EventPublic]:
    """What happened to an object that the caller has already found for its reader, the newest first.

    Who does not work on it reads only what is meant for both sides.
    """
    statement = (
        select(Event, Person.name)
        .join(Person, col(Person.id) == col(Event.actor_id), isouter=True)
        .where(
            Event.subject_kind == subject_kind,
            Event.subject_id == subject_id,
            visible_events(works_on_subject=works_on_it),
        )
        .order_by(col(Event.occurred_at).desc(), col(Event.id).desc())
    )
    rows = read_page(session, statement, number=page, size=size)
    return rows.map(lambda row: EventPublic.model_validate(row[0].model_dump() | {"actor_name": row[1]}))
