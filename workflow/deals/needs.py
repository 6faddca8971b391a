"""What deals mean for the needs they are to meet: introduced, met, or looking for somebody again."""

from datetime import datetime

from sqlalchemy import and_
from sqlmodel import col, select

from core.database import ReadSession, WriteSession
from models.access import Viewer
from models.deal import Deal
from models.deal_enums import DealStatus, Visibility
from models.enums import NeedStatus, ReasonCode, SubjectKind
from models.history import Event
from models.match import Match
from models.need import Need
from tracking.store import deals_of_need
from workflow.endings import end_for_need, reopen
from workflow.history import record_event
from workflow.matches.store import lock_need


def introduce_need(session: WriteSession, viewer: Viewer, need_id: int, deal: Deal, now: datetime) -> None:
    """The need counts as introduced, and its history names the deal."""
    need = lock_need(session, need_id)
    if need.status is not NeedStatus.CLOSED:  # another deal has met it: a further one does not open it again
        need.status = NeedStatus.INTRODUCED
    _record(session, viewer, need, "need.introduced", deal, now)


def settle_need(session: WriteSession, viewer: Viewer, deal: Deal, need_id: int, now: datetime) -> None:
    """A need is closed by a deal that was won, and is back among the matched ones when its last deal was lost."""
    need = lock_need(session, need_id)
    if deal.status is not DealStatus.WON or need.status is NeedStatus.CLOSED:
        look_again(session, viewer, need, deal, now)
        return
    need.status = NeedStatus.CLOSED
    end_for_need(session, need, ReasonCode.NEED_MET, actor_id=viewer.person_id, now=now)
    _record(session, viewer, need, "need.closed", deal, now)
    session.flush()


def look_again(session: WriteSession, viewer: Viewer, need: Need, deal: Deal, now: datetime) -> None:
    """A need that counts as introduced looks for somebody again if no deal that goes on is to meet it."""
    if need.status is NeedStatus.INTRODUCED and not deals_of_need(
        session, need.key, DealStatus.OPEN, DealStatus.PAUSED
    ):
        need.status = NeedStatus.MATCHED
        _record(session, viewer, need, "need.back_to_matched", deal, now)
        session.flush()


def take_up_need(session: WriteSession, viewer: Viewer, need_id: int, deal: Deal, now: datetime) -> None:
    """The need counts as introduced again with a deal that had ended, also where winning that deal had closed it."""
    need = lock_need(session, need_id)
    closed = _closed_by_a_deal(session, need)
    if need.status is NeedStatus.CLOSED and closed and not deals_of_need(session, need.key, DealStatus.WON):
        need.status = NeedStatus.INTRODUCED
        ended_then = and_(col(Match.need_id) == need.key, col(Match.ended_at) == closed.recorded_at)
        reopen(session, ended_then, ReasonCode.NEED_MET)
    introduce_need(session, viewer, need_id, deal, now)


def _closed_by_a_deal(session: ReadSession, need: Need) -> Event | None:
    """That it was closed last, if by a deal that was won, not by people."""
    about = (Event.subject_kind == SubjectKind.NEED, Event.subject_id == need.key, Event.code == "need.closed")
    closed = session.exec(select(Event).where(*about).order_by(col(Event.id).desc())).first()
    return closed if closed is not None and "deal" in closed.params else None


def _record(session: WriteSession, viewer: Viewer, need: Need, code: str, deal: Deal, now: datetime) -> None:
    record_event(
        session,
        SubjectKind.NEED,
        need.key,
        code,
        actor_id=viewer.person_id,
        now=now,
        params={"deal": deal.public_id},
        visibility=Visibility.PARTIES,
    )
