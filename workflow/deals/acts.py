"""What acts on a deal begin and end with: the deal, locked for who may act on it, and its line in the history."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from core.database import ReadSession, WriteSession
from core.errors import Conflict, Refused
from models.access import Viewer
from models.deal import Deal
from models.enums import SubjectKind
from models.history import Event
from tracking.lifecycle import CLOSED, Standing
from tracking.store import find_deal_to_change
from workflow.deals.tracks import standing_of
from workflow.history import record_event
from workflow.reminders import schedule_reminders


def find_live_deal(session: WriteSession, viewer: Viewer, deal_id: str, version: int | None = None) -> Deal:
    """The deal, locked. Raises NotFound, Refused, Conflict for a closed or archived one."""
    deal = find_deal_to_change(session, viewer, deal_id, version=version)
    if deal.status in CLOSED:
        raise Conflict("deal.closed", status=deal.status.value)
    return deal


def find_owned_deal(session: WriteSession, viewer: Viewer, deal_id: str, version: int | None = None) -> Deal:
    """The deal, locked. Raises as `find_live_deal` does, and Refused for who is neither owner nor lead."""
    deal = find_live_deal(session, viewer, deal_id, version)
    require_owner(session, viewer, deal)
    return deal


def require_owner(session: ReadSession, viewer: Viewer, deal: Deal) -> None:
    """Nothing, for the deal's owner and for a lead. Raises Refused."""
    if standing_of(session, viewer, deal) < Standing.OWNER:
        raise Refused("deal.needs_owner")


def record_act(
    session: WriteSession,
    viewer: Viewer,
    deal: Deal,
    code: str,
    params: Mapping[str, Any],
    text: str = "",
    *,
    now: datetime,
) -> Event:
    """The act is in the deal's history, for the society; the deal's reminders are those it asks for after it."""
    deal.last_activity_at = now
    event = record_event(
        session, SubjectKind.DEAL, deal.key, code, actor_id=viewer.person_id, now=now, params=params, text=text
    )
    schedule_reminders(session, deal, now=now)
    return event
