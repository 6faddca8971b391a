"""The work queue of one person: which deals ask for something, and why.

A deal may stand in several parts of it at once: what waits for the other side can be overdue as well.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement
from sqlmodel import SQLModel, col, or_, select

from core.database import ReadSession
from core.errors import Refused
from core.settings import get_settings
from models.access import Viewer, works_on
from models.deal import Deal, DealMember, ReturnVisit
from models.deal_enums import DealStatus, PartyRole
from models.deal_outcome import ActionPublic
from models.deal_public import DealSummary
from models.enums import Role
from workflow.days import day_of
from workflow.deals.actions import propose_for
from workflow.deals.reading import summarise
from workflow.people import person_named
from workflow.reports.learned import Standing, standings

SOON: Final = timedelta(days=7)
"""How far ahead a step counts as due."""


class QueueLine(SQLModel):
    """A deal that asks for something.

    `days` counts what its part of the queue is about: days overdue, days left, days waited, days in the
    stage, days without an act, or days since a side replied.
    """

    deal: DealSummary
    days: int
    stage: str = ""
    usual_days: int | None = None
    """By when the stage is usually over."""
    slower_than: float | None = None
    """The share of its kind that had left the stage by now, between 0 and 1."""
    rests_on: int | None = None
    """How many ended stays of its kind that share rests on, beside the usual time."""
    is_thin: bool = False
    """Whether these are so few that the usual time decides."""
    year: int | None = None
    """Of a return visit: how many years after the acceptance."""
    actions: list[ActionPublic] = []
    """What may be done next, the most worthwhile first."""


class WorkQueue(SQLModel):
    """What waits for a person, in the order in which it presses."""

    overdue: list[QueueLine]
    replied: list[QueueLine]
    """Deals, also paused ones, on whose page a side replied and nobody has taken that up."""
    due: list[QueueLine]
    without_step: list[QueueLine]
    waiting: list[QueueLine]
    stalled: list[QueueLine]
    paused: list[QueueLine]
    """Paused deals about which nobody has done anything for so long that the pause is to be looked at again."""
    visits: list[QueueLine]
    """Return visits whose day has come; also of deals that were won."""


def read_queue(session: ReadSession, viewer: Viewer, *, now: datetime, person: str = "") -> WorkQueue:
    """The deals of the viewer, or of somebody else (a name, a login or an id), that ask for something.

    Whoever works at the machine itself and names nobody gets those of everybody. Raises NotFound for a person that is
    not known, Refused for another's queue to who is no lead.
    """
    if not viewer.is_society or (person and Role.LEAD not in viewer.roles):
        raise Refused("deal.refused")
    of = person_named(session, person).key if person else viewer.person_id
    deals, today = _deals(session, viewer, of, DealStatus.OPEN), day_of(now)
    visits = _visits(session, viewer, of, today)
    resting = _deals(session, viewer, of, DealStatus.PAUSED)
    paused = [deal for deal in resting if _is_long_paused(deal, today)]
    lines = _lines(session, viewer, [*deals, *resting, *(deal for _, deal in visits)], now)
    places = standings(session, viewer, (deal.key for deal in deals), now=now)
    waiting = [deal for deal in deals if deal.waiting_since and not _has_reply_of(lines[deal.key], deal.waiting_for)]
    replied = [deal for deal in [*deals, *resting] if lines[deal.key].replies]
    queue = WorkQueue(
        overdue=_by_days(_line(lines, deal, today, deal.next_step_due) for deal in deals if _is_overdue(deal, today)),
        replied=_by_days(_line(lines, deal, today, _replied_on(lines[deal.key])) for deal in replied),
        due=_by_days(_line(lines, deal, today, deal.next_step_due) for deal in deals if _is_due(deal, today))[::-1],
        without_step=_by_days(_line(lines, deal, today, day_of(deal.opened_at)) for deal in deals if _lacks_step(deal)),
        waiting=_by_days(_line(lines, deal, today, deal.waiting_since) for deal in waiting),
        stalled=_by_days(_stalled(lines, place) for place in places if place.is_stalled),
        paused=_by_days(_line(lines, deal, today, day_of(deal.last_activity_at)) for deal in paused),
        visits=_by_days(_visit(lines, visit, today) for visit, _ in visits),
    )
    _advise(session, viewer, queue, deals, places, now)
    return queue


def _lines(session: ReadSession, viewer: Viewer, deals: Sequence[Deal], now: datetime) -> dict[int, DealSummary]:
    each = list({deal.key: deal for deal in deals}.values())
    return dict(zip((deal.key for deal in each), summarise(session, viewer, each, day_of(now)), strict=True))


def _advise(
    session: ReadSession,
    viewer: Viewer,
    queue: WorkQueue,
    deals: Sequence[Deal],
    places: Sequence[Standing],
    now: datetime,
) -> None:
    """Each line says what may be done next."""
    proposed = propose_for(session, viewer, deals, now=now, known=places)
    by_id = {deal.public_id: proposed.get(deal.key, []) for deal in deals}
    for part in WorkQueue.model_fields:
        for line in getattr(queue, part):
            line.actions = by_id.get(line.deal.public_id, [])


def _visits(
    session: ReadSession, viewer: Viewer, person_id: int | None, today: date
) -> Sequence[tuple[ReturnVisit, Deal]]:
    statement = (
        select(ReturnVisit, Deal)
        .join(Deal, col(Deal.id) == col(ReturnVisit.deal_id))
        .where(
            works_on(viewer),
            col(Deal.status).in_([DealStatus.OPEN, DealStatus.PAUSED, DealStatus.WON]),
            col(Deal.archived_at).is_(None),
            col(ReturnVisit.done_on).is_(None),
            col(ReturnVisit.due_on) <= today,
        )
        .order_by(col(ReturnVisit.due_on), col(ReturnVisit.id))
    )
    if person_id is not None:
        statement = statement.where(_is_of(person_id))
    return [(visit, deal) for visit, deal in session.execute(statement)]


def _is_of(person_id: int) -> ColumnElement[bool]:
    on_team = select(DealMember.deal_id).where(DealMember.person_id == person_id)
    return or_(col(Deal.owner_id) == person_id, col(Deal.id).in_(on_team))


def _deals(session: ReadSession, viewer: Viewer, person_id: int | None, status: DealStatus) -> Sequence[Deal]:
    statement = select(Deal).where(works_on(viewer), Deal.status == status, col(Deal.archived_at).is_(None))
    if person_id is not None:
        statement = statement.where(_is_of(person_id))
    return session.exec(statement.order_by(col(Deal.id))).all()


def _is_long_paused(deal: Deal, today: date) -> bool:
    return day_of(deal.last_activity_at) + timedelta(days=get_settings().pause_days) <= today


def _is_overdue(deal: Deal, today: date) -> bool:
    return deal.next_step_due is not None and deal.next_step_due < today


def _is_due(deal: Deal, today: date) -> bool:
    return deal.next_step_due is not None and today <= deal.next_step_due <= today + SOON


def _lacks_step(deal: Deal) -> bool:
    return not deal.no_step_reason and not (deal.next_step and deal.next_step_due)


def _line(lines: dict[int, DealSummary], deal: Deal, today: date, day: date | None) -> QueueLine:
    return QueueLine(deal=lines[deal.key], days=abs((today - day).days) if day else 0)


def _replied_on(line: DealSummary) -> date:
    return min(reply.on for reply in line.replies)


def _has_reply_of(line: DealSummary, side: PartyRole | None) -> bool:
    return any(reply.side is side for reply in line.replies)


def _by_days(lines: Iterable[QueueLine]) -> list[QueueLine]:
    """The longest first."""
    return sorted(lines, key=lambda line: -line.days)


def _stalled(lines: dict[int, DealSummary], place: Standing) -> QueueLine:
    return QueueLine(
        deal=lines[place.stay.deal.key],
        days=int(place.stay.spell.days),
        stage=place.stay.row.code,
        usual_days=place.usual_days[1] if place.usual_days else None,
        slower_than=place.forecast.percentile / 100.0,
        rests_on=place.forecast.own_spells,
        is_thin=place.forecast.is_thin,
    )


def _visit(lines: dict[int, DealSummary], visit: ReturnVisit, today: date) -> QueueLine:
    return QueueLine(deal=lines[visit.deal_id], days=(today - visit.due_on).days, year=visit.number)
