"""What people change of a deal without moving it."""

from datetime import datetime

from core.database import WriteSession
from core.errors import Conflict, Invalid, Problem
from models.access import Viewer
from models.deal import Deal
from models.deal_forms import DealUpdate, NextStepUpdate
from models.enums import SubjectKind
from tracking.lifecycle import CLOSED
from tracking.next_step import check_step_day
from tracking.store import find_deal_to_change
from workflow.days import day_of
from workflow.deals.acts import find_live_deal, record_act
from workflow.deals.changes import from_to, record_changes
from workflow.history import record_event
from workflow.progress import tell_of_move
from workflow.reminders import schedule_reminders


def edit_deal(session: WriteSession, viewer: Viewer, deal_id: str, form: DealUpdate, *, now: datetime) -> Deal:
    """What the form names is changed. Raises NotFound, Refused, Conflict."""
    deal = find_deal_to_change(session, viewer, deal_id, version=form.version)
    changes = form.model_dump(exclude_unset=True, exclude={"version"})
    changed = {name: value for name, value in changes.items() if getattr(deal, name) != value}
    if changed:
        record_changes(session, viewer, deal, {name: getattr(deal, name) for name in changed}, changed, now=now)
        deal.sqlmodel_update(changed)
    session.flush()
    return deal


def set_next_step(session: WriteSession, viewer: Viewer, deal_id: str, form: NextStepUpdate, *, now: datetime) -> Deal:
    """The deal's next step is what the form says, and its owner is reminded on the day it is due.

    Without a step its day counts for nothing. Raises NotFound, Refused, Conflict (a closed deal has no next step), and
    Invalid for a step without its day, a day alone, neither a step nor the reason why nothing is to be done, both of
    them, and a day that is over, unless the step had it already.
    """
    deal = find_live_deal(session, viewer, deal_id, form.version)
    due_on = form.next_step_due if form.next_step or not form.no_step_reason else None
    if due_on and not form.next_step:
        raise Invalid("deal.step_needed", (Problem("field.required", field="next_step"),))
    if form.next_step and not form.next_step_due:
        raise Invalid("deal.step_needs_day", (Problem("field.required", field="next_step_due"),))
    if not form.next_step and not form.no_step_reason:
        raise Invalid("deal.step_or_reason", (Problem("field.required", field="no_step_reason"),))
    if form.next_step and form.no_step_reason not in ("", deal.no_step_reason):
        raise Invalid("deal.step_and_reason", (Problem("field.step_and_reason", field="no_step_reason"),))
    check_step_day(due_on, today=day_of(now), known=deal.next_step_due)
    changed = from_to(deal.next_step or deal.no_step_reason, form.next_step or form.no_step_reason)
    before = {"before": deal.next_step_due.isoformat()} if deal.next_step_due else {}
    deal.next_step, deal.next_step_due = form.next_step, due_on
    deal.no_step_reason = "" if form.next_step else form.no_step_reason
    due = {"due": due_on.isoformat()} if due_on else {}
    code = "deal.next_step_due" if due else "deal.no_next_step"
    record_act(session, viewer, deal, code, due | before, changed, now=now)
    session.flush()
    return deal


def archive_deal(
    session: WriteSession, viewer: Viewer, deal_id: str, *, now: datetime, version: int | None = None
) -> Deal:
    """The deal is out of the lists, reminds nobody and takes nothing until it is restored; twice changes nothing.

    Raises NotFound, Refused, Conflict.
    """
    deal = find_deal_to_change(session, viewer, deal_id, version=version, even_archived=True)
    if deal.archived_at is None:
        deal.archived_at = now
        _record(session, viewer, deal, "deal.archived", now)
    session.flush()
    return deal


def restore_deal(
    session: WriteSession, viewer: Viewer, deal_id: str, *, now: datetime, version: int | None = None
) -> Deal:
    """The deal is back in the lists, with its reminder.

    Raises NotFound, Refused, Conflict, also for one that became part of another.
    """
    deal = find_deal_to_change(session, viewer, deal_id, version=version, even_archived=True)
    if deal.merged_into_id is not None:
        raise Conflict("deal.merged")
    if deal.archived_at is not None:
        deal.archived_at = None
        _record(session, viewer, deal, "deal.restored", now)
    session.flush()
    return deal


def _record(session: WriteSession, viewer: Viewer, deal: Deal, code: str, now: datetime) -> None:
    """Putting a deal away, or taking it out again, is no act on it: it stays as long without one as it was."""
    event = record_event(session, SubjectKind.DEAL, deal.key, code, actor_id=viewer.person_id, now=now)
    if deal.status not in CLOSED:  # the sides no longer find it in their lists, or find it again
        tell_of_move(session, deal, event, None)
    schedule_reminders(session, deal, now=now)
