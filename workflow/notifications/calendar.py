"""The private calendar of a person: a feed that whoever knows its address can read.

Rules a maintainer must keep: calendars are read by services outside, so nothing confidential stands in one: a title is
there only of a deal open to the society all of whose needs whoever signs in may read in summary now, otherwise the
id; of no deal the next step in words. Only a digest of the address is stored; whoever no longer works on a deal finds
nothing of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any

from sqlmodel import col, delete, func, select

from core.database import ReadSession, WriteSession
from core.errors import NotFound
from core.i18n import Translator, translator
from core.settings import get_settings
from models.access import SUMMARY, Viewer, visible_needs, works_on
from models.deal import Contract, Deal, Milestone, Payment, ReturnVisit
from models.deal_enums import DealStatus
from models.enums import Role
from models.need import Need
from models.notice import CalendarFeed
from models.user import User
from tracking.calendar import Entry, calendar_text
from tracking.store import needs_to_meet
from workflow.notifications.people import signed_in
from workflow.notifications.reading import reader_of

_ANYBODY = Viewer(roles=frozenset({Role.SUPPLIER}))
"""Somebody who signs in and knows nothing of anybody else's."""


@dataclass(frozen=True, slots=True)
class _Line:
    """A day of a deal, and what it is."""

    deal: Deal
    kind: str
    number: int
    day: date


def calendar_since(session: ReadSession, viewer: Viewer) -> datetime | None:
    """When the address of the viewer's calendar was made; None where there is none."""
    return session.exec(select(CalendarFeed.created_at).where(CalendarFeed.person_id == signed_in(viewer))).first()


def open_calendar(session: WriteSession, viewer: Viewer, *, now: datetime) -> str:
    """The address of the viewer's calendar, which is told this once; an earlier one leads nowhere any more."""
    close_calendar(session, viewer)
    token = token_urlsafe(32)
    session.add(CalendarFeed(person_id=signed_in(viewer), token_digest=_digest(token), created_at=now))
    session.flush()
    return f"{get_settings().effective_public_url}/calendar/{token}.ics"


def close_calendar(session: WriteSession, viewer: Viewer) -> None:
    """The address of the viewer's calendar leads nowhere any more."""
    session.exec(delete(CalendarFeed).where(col(CalendarFeed.person_id) == signed_in(viewer)))
    session.flush()


def read_calendar(session: ReadSession, token: str, *, now: datetime) -> bytes:
    """The calendar at this address. Raises NotFound, also for one of somebody who can no longer sign in."""
    feed = session.exec(select(CalendarFeed).where(CalendarFeed.token_digest == _digest(token))).first()
    reader = reader_of(session, feed.person_id, now) if feed else None
    if reader is None or reader.person_id is None:
        raise NotFound("calendar.not_found")
    language = session.exec(select(User.language).where(User.person_id == reader.person_id)).first()
    t = translator(language or get_settings().language)
    entries = (_entry(session, line, t) for line in _lines(session, reader))
    return calendar_text(entries, name=t("calendar.name"), now=now)


def _lines(session: ReadSession, reader: Viewer) -> Iterator[_Line]:
    own = (
        Deal.owner_id == reader.person_id,
        works_on(reader),
        Deal.status == DealStatus.OPEN,
        col(Deal.archived_at).is_(None),
    )
    for deal in session.exec(select(Deal).where(*own, col(Deal.next_step_due).is_not(None)).order_by(col(Deal.id))):
        if deal.next_step_due:
            yield _Line(deal, "next_step", 0, deal.next_step_due)
    of_contract = col(Contract.deal_id) == col(Deal.id)
    parts: tuple[tuple[str, Any, Any], ...] = (
        ("milestone", Milestone, col(Milestone.reached_on)),
        ("payment", Payment, col(Payment.paid_on)),
        ("visit", ReturnVisit, col(ReturnVisit.done_on)),
    )
    after = (Deal.owner_id == reader.person_id, works_on(reader), col(Deal.archived_at).is_(None))
    for kind, table, done in parts:
        # visits come when the deal is won
        held = after if table is ReturnVisit else (*own, table.removed_at.is_(None))
        found = session.exec(
            select(Deal, table)
            .join(Contract, of_contract)
            .join(table, table.contract_id == Contract.id)
            .where(*held, done.is_(None))
            .order_by(table.id)
        )
        for deal, part in found:
            yield _Line(deal, kind, part.key, part.due_on)


def _entry(session: ReadSession, line: _Line, t: Translator) -> Entry:
    deal = line.deal
    name = deal.public_id if _is_confidential(session, deal) else deal.title
    return Entry(
        uid=f"{line.kind}.{deal.public_id}.{line.number}@keqiao",
        day=line.day,
        title=t(f"calendar.{line.kind}", deal=name),
        link=f"{get_settings().effective_public_url}/deals/{deal.public_id}",
    )


def _is_confidential(session: ReadSession, deal: Deal) -> bool:
    """Whether the title tells what not everybody may know: it is often that of the need."""
    needs = needs_to_meet(session, deal)
    published = select(func.count()).select_from(Need).where(col(Need.id).in_(needs), visible_needs(_ANYBODY, SUMMARY))
    return deal.team_only or not needs or session.exec(published).one() < len(needs)


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
