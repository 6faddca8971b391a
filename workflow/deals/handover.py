"""Deals that get another owner: one of them, or all of somebody who leaves."""

from datetime import datetime

from sqlmodel import col, or_, select

from core.database import WriteSession
from core.errors import Conflict, Invalid, Problem, Refused
from models.access import Viewer, leads_branch_of, viewer_of, works_on
from models.deal import Deal, DealMember
from models.deal_enums import DealStatus
from models.deal_forms import HandOver, HandOverAll
from models.enums import Role, SubjectKind
from models.notice_enums import NoticeKind
from models.person import Person
from models.user import User
from tracking.lifecycle import Standing
from tracking.store import find_deal_to_change
from workflow.days import day_of
from workflow.deals.acts import record_act, require_owner
from workflow.deals.tracks import standing_of
from workflow.notifications import notify
from workflow.people import person_named
from workflow.reminders import asks_after_its_end


def hand_over(session: WriteSession, viewer: Viewer, deal_id: str, form: HandOver, *, now: datetime) -> Deal:
    """The deal is somebody else's of the society, who is told, and reminded from now on; the note is in its history.

    Raises NotFound, Refused for who is neither owner nor lead, Conflict, Invalid for somebody not of the society, and
    for who has no login: nothing would reach that person.
    """
    deal = find_deal_to_change(session, viewer, deal_id, version=form.version)
    require_owner(session, viewer, deal)
    taker = _taker(session, form.person, now)
    if deal.owner_id == taker.key:
        raise Conflict("deal.owned_already")
    _give(session, viewer, deal, taker, form.note, now)
    return deal


def hand_over_all(session: WriteSession, viewer: Viewer, form: HandOverAll, *, now: datetime) -> list[str]:
    """Every deal of somebody who leaves that still asks for something belongs to somebody else; their ids, in order.

    These are those that have not ended, and won ones with return visits, payments or ends of contracts to come.
    One may give away all of one's own; a lead may give away those of others that leads may see. Deals closed to their
    team are not, but of somebody who cannot sign in any more, or is of the society no more, a lead gives them away too,
    without reading them: the note in their history says so. Raises NotFound, Refused, Invalid.
    """
    leaving, taker = person_named(session, form.leaving), _taker(session, form.person, now)
    if leaving.key == taker.key:
        raise Conflict("deal.owned_already")
    if viewer.person_id != leaving.key and Role.LEAD not in viewer.roles:
        raise Refused("deal.needs_lead")
    alive = or_(col(Deal.status).in_([DealStatus.OPEN, DealStatus.PAUSED]), asks_after_its_end(day_of(now)))
    is_gone = _has_left(session, leaving) or not viewer_of(session, leaving.key, now).is_society
    theirs = or_(works_on(viewer), leads_branch_of(viewer)) if is_gone else works_on(viewer)
    statement = select(Deal).where(Deal.owner_id == leaving.key, alive, theirs).order_by(col(Deal.id))
    deals = session.exec(statement.with_for_update(of=Deal)).all()
    for deal in deals:
        if standing_of(session, viewer, deal) >= Standing.OWNER:
            _give(session, viewer, deal, taker, form.note, now, one_of_many=len(deals) > 1)
    return [deal.public_id for deal in deals if deal.owner_id == taker.key]


def _has_left(session: WriteSession, person: Person) -> bool:
    """Whether the person has a login, and cannot sign in with it any more."""
    user = session.exec(select(User).where(User.person_id == person.key)).first()
    return user is not None and user.disabled_at is not None


def _taker(session: WriteSession, person: str, now: datetime) -> Person:
    found = person_named(session, person)
    if _has_left(session, found):
        raise Conflict("deal.taker_left", name=found.name)
    if not viewer_of(session, found.key, now).is_society:
        raise Invalid("deal.member_of_society", (Problem("deal.member_of_society", field="person"),))
    if session.exec(select(User.id).where(User.person_id == found.key)).first() is None:
        raise Invalid("deal.taker_without_login", (Problem("deal.taker_without_login", field="person"),))
    return found


def _give(
    session: WriteSession,
    viewer: Viewer,
    deal: Deal,
    taker: Person,
    note: str,
    now: datetime,
    *,
    one_of_many: bool = False,
) -> None:
    """The one who takes over is no longer among the helpers of the owner, and told; of many deals in one message."""
    helper = session.exec(
        select(DealMember).where(DealMember.deal_id == deal.key, DealMember.person_id == taker.key)
    ).first()
    if helper is not None:
        session.delete(helper)
    deal.owner_id = taker.key
    event = record_act(session, viewer, deal, "deal.handed_over", {"name": taker.name}, note, now=now)
    session.flush()
    if taker.key != viewer.person_id:
        notify(
            session,
            taker.key,
            "deal.handed_over",
            kind=NoticeKind.HAND_OVER,
            params={"deal": deal.public_id},
            subject_kind=SubjectKind.DEAL,
            subject_id=deal.key,
            dedupe_key=f"handed_over:{event.key}",
            now=now,
            for_digest=one_of_many,
        )
