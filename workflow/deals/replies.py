"""Sides of a deal write to the society on its page.

Rules a maintainer must keep: who writes is told by person and side, and who reads it is that side's choice, which the
society may narrow and never widen; a reply ends no waiting (ADR 0019); it is no act of the society, so that it neither
postpones what somebody is to be told of nor keeps a pause from being looked at.
"""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm.attributes import flag_modified
from sqlmodel import col, select

from core.database import ReadSession, WriteSession
from core.errors import Conflict, Invalid, Problem
from models.access import Viewer
from models.deal import Deal, DealParty
from models.deal_enums import PartyRole, Visibility
from models.deal_forms import ReplyCreate
from models.enums import SubjectKind
from models.file import Attachment, FileRights
from models.history import Event
from models.notice_enums import Channel, NoticeKind
from models.work import OutboxMessage
from tracking.lifecycle import CLOSED
from tracking.replies import REPLY, untaken_replies
from tracking.store import find_deal_to_reply
from workflow.files.attaching import keep_file
from workflow.files.storage import FileStore, Received
from workflow.files.subjects import Subject
from workflow.history import record_event
from workflow.notifications import notify
from workflow.reminders import schedule_reminders

_TOLD: Final = "deal.reply"
"""The code of the message."""
_TOLD_AGAIN_AFTER: Final = timedelta(days=1)
"""How long a side's further replies are not told, while the first lies there and the owner has not read of it."""


def send_reply(
    session: WriteSession,
    viewer: Viewer,
    deal_id: str,
    form: ReplyCreate,
    received: Received | None = None,
    *,
    store: FileStore,
    now: datetime,
) -> Event:
    """The reply, with its file, is in the deal's timeline, and the deal's owner is told.

    Whether that was the answer that is waited for, the society says. Raises NotFound, Refused for who
    acts for no side, Conflict for a closed or archived deal, Invalid for readers who are not the side's to choose.
    """
    deal, parties = find_deal_to_reply(session, viewer, deal_id)
    if deal.status in CLOSED:
        raise Conflict("deal.reply_too_late", status=deal.status.value)
    side = _side(parties, form)
    visibility = _readers(side, form.visibility)
    event = record_event(
        session,
        SubjectKind.DEAL,
        deal.key,
        REPLY,
        actor_id=viewer.person_id,
        now=now,
        params={"side": side.value},
        text=form.text,
        visibility=visibility,
    )
    session.flush()
    if received is not None:
        on_deal = Subject(SubjectKind.DEAL, deal.key, deal.public_id, may_change=False, deal=deal)
        rights, attachment = (
            FileRights(visibility=visibility),
            Attachment(subject_kind=on_deal.kind, subject_id=deal.key),
        )
        keep_file(session, viewer, on_deal, attachment, received, rights, event, store=store, now=now)
    flag_modified(deal, "waiting_for")  # who changes the deal from a page without the reply reads it first
    schedule_reminders(session, deal, now=now)
    _tell_owner(session, viewer, deal, side, event, now)
    return event


def _side(parties: list[DealParty], form: ReplyCreate) -> PartyRole:
    sides = {party.role for party in parties}
    if form.side is None and len(sides) > 1:
        raise Invalid("invalid", (Problem("field.required", field="side"),))
    if form.side is not None and form.side not in sides:
        raise Invalid("deal.not_your_side", (Problem("deal.not_your_side", field="side"),))
    return form.side or parties[0].role


def _readers(side: PartyRole, wanted: Visibility | None) -> Visibility:
    own = Visibility(side.value)
    if wanted not in (None, own, Visibility.PARTIES):
        raise Invalid("deal.reply_readers", (Problem("deal.reply_readers", field="visibility"),))
    return wanted or own


def _tell_owner(
    session: WriteSession, viewer: Viewer, deal: Deal, side: PartyRole, event: Event, now: datetime
) -> None:
    """Once, for what a side writes on the same day: a side cannot use up the weekly budget of the owner."""
    lies_already = untaken_replies(session, [deal.key])[deal.key][side].key != event.key
    if deal.owner_id == viewer.person_id or (lies_already and _has_unread(session, deal, side, now)):
        return
    notify(
        session,
        deal.owner_id,
        _TOLD,
        kind=NoticeKind.REPLY,
        params={
            "deal": deal.public_id,
            "side": side.value,
            "path": f"/deals/{deal.public_id}/events/{event.public_id}",
        },
        subject_kind=SubjectKind.DEAL,
        subject_id=deal.key,
        dedupe_key=f"reply:{event.public_id}:{deal.owner_id}",
        now=now,
    )


def _has_unread(session: ReadSession, deal: Deal, side: PartyRole, now: datetime) -> bool:
    told = select(OutboxMessage.id).where(
        OutboxMessage.person_id == deal.owner_id,
        OutboxMessage.channel == Channel.IN_APP,
        OutboxMessage.code == _TOLD,
        OutboxMessage.subject_kind == SubjectKind.DEAL,
        OutboxMessage.subject_id == deal.key,
        col(OutboxMessage.params)["side"].as_string() == side.value,
        col(OutboxMessage.read_at).is_(None),
        col(OutboxMessage.created_at) > now - _TOLD_AGAIN_AFTER,
    )
    return session.exec(told).first() is not None
