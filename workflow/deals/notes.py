"""What happened between people, written down on a deal."""

from datetime import datetime

from core.database import WriteSession
from core.errors import Invalid, Problem
from models.access import Viewer
from models.deal import StageEvidence
from models.deal_enums import EvidenceKind, NoteKind
from models.deal_forms import NoteCreate
from models.enums import SubjectKind
from models.history import Event
from tracking.store import find_deal_to_change
from workflow.days import day_of
from workflow.history import record_event
from workflow.visibility import check_visibility


def add_note(session: WriteSession, viewer: Viewer, deal_id: str, form: NoteCreate, *, now: datetime) -> Event:
    """The note is in the deal's timeline, at the time it happened, for those it is meant for.

    A visit is the evidence of one, too. Closed deals take notes as well, archived ones do not. Raises NotFound,
    Refused, Conflict, and Invalid for something that has not happened yet or that nobody could read.
    """
    deal = find_deal_to_change(session, viewer, deal_id)
    check_visibility(session, viewer, deal, form.visibility)
    occurred_at = form.occurred_at or now
    if occurred_at > now:
        raise Invalid("deal.note_in_future", (Problem("field.in_future", field="occurred_at"),))
    deal.last_activity_at = max(deal.last_activity_at, occurred_at)
    event = record_event(
        session,
        SubjectKind.DEAL,
        deal.key,
        f"deal.{form.kind}",
        actor_id=viewer.person_id,
        now=now,
        text=form.text,
        visibility=form.visibility,
        occurred_at=occurred_at,
        precision=form.precision,
    )
    if form.kind is NoteKind.VISIT:
        session.add(
            StageEvidence(
                deal_id=deal.key,
                kind=EvidenceKind.VISIT_NOTE,
                dated_on=day_of(occurred_at),
                recorded_by_id=viewer.person_id,
                recorded_at=now,
            )
        )
    session.flush()
    return event
