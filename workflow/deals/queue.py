"""The work queue of one person: which deals ask for something, and why.

A deal may stand in several parts of it at once: what waits for the other side can be overdue as well.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from sqlmodel import SQLModel, col, or_, select

from core.database import ReadSession
from core.errors import Refused
from models.access import Viewer, works_on
from models.deal import Deal, DealMember, DealStage
from models.deal_forms import DealSummary
from models.enums import DealStatus, Role
from tracking.stall.usual import usual_of
from tracking.store import stages_of, templates_of
from tracking.templates import Stage
from workflow.days import day_of
from workflow.deals.reading import summarise
from workflow.people import person_named

SOON: Final = timedelta(days=7)
"""How far ahead a step counts as due."""
_DAY: Final = timedelta(days=1)


class QueueLine(SQLModel):
    """A deal that asks for something.

    `days` counts what its part of the queue is about: days overdue, days left, days waited, or days in the stage.
    """

    deal: DealSummary
    days: int
    stage: str = ""
    usual_days: int | None = None
    """By when the stage is usually over."""
    slower_than: float | None = None
    """The share of deals that usually have left the stage by now, between 0 and 1."""


class WorkQueue(SQLModel):
    """What waits for a person, in the order in which it presses."""

    overdue: list[QueueLine]
    due: list[QueueLine]
    without_step: list[QueueLine]
    waiting: list[QueueLine]
    stalled: list[QueueLine]


def read_queue(session: ReadSession, viewer: Viewer, *, now: datetime, person: str = "") -> WorkQueue:
    """The open deals of the viewer, or of somebody else (a login or an id), that ask for something.

    Whoever works at the machine itself and names nobody gets those of everybody. Raises NotFound for a person that is
    not known, Refused for another's queue to who is no lead.
    """
    if not viewer.is_society or (person and Role.LEAD not in viewer.roles):
        raise Refused("deal.refused")
    of = person_named(session, person).key if person else viewer.person_id
    deals, today = _open_deals(session, viewer, of), day_of(now)
    lines = dict(zip((deal.key for deal in deals), summarise(session, viewer, deals, today), strict=True))
    return WorkQueue(
        overdue=_by_days(_line(lines, deal, today, deal.next_step_due) for deal in deals if _is_overdue(deal, today)),
        due=_by_days(_line(lines, deal, today, deal.next_step_due) for deal in deals if _is_due(deal, today))[::-1],
        without_step=_by_days(_line(lines, deal, today, day_of(deal.opened_at)) for deal in deals if _lacks_step(deal)),
        waiting=_by_days(_line(lines, deal, today, deal.waiting_since) for deal in deals if deal.waiting_since),
        stalled=_by_days(_stalled(session, deals, lines, now)),
    )


def _open_deals(session: ReadSession, viewer: Viewer, person_id: int | None) -> Sequence[Deal]:
    statement = select(Deal).where(works_on(viewer), Deal.status == DealStatus.OPEN, col(Deal.archived_at).is_(None))
    if person_id is not None:
        on_team = select(DealMember.deal_id).where(DealMember.person_id == person_id)
        statement = statement.where(or_(col(Deal.owner_id) == person_id, col(Deal.id).in_(on_team)))
    return session.exec(statement.order_by(col(Deal.id))).all()


def _is_overdue(deal: Deal, today: date) -> bool:
    return deal.next_step_due is not None and deal.next_step_due < today


def _is_due(deal: Deal, today: date) -> bool:
    return deal.next_step_due is not None and today <= deal.next_step_due <= today + SOON


def _lacks_step(deal: Deal) -> bool:
    return not deal.no_step_reason and not (deal.next_step and deal.next_step_due)


def _line(lines: dict[int, DealSummary], deal: Deal, today: date, day: date | None) -> QueueLine:
    return QueueLine(deal=lines[deal.key], days=abs((today - day).days) if day else 0)


def _by_days(lines: Iterable[QueueLine]) -> list[QueueLine]:
    """The longest first."""
    return sorted(lines, key=lambda line: -line.days)


def _stalled(
    session: ReadSession, deals: Sequence[Deal], lines: dict[int, DealSummary], now: datetime
) -> list[QueueLine]:
    """The deals that stand in a stage for longer than is usual; time paused does not count."""
    current: dict[tuple[int, int | None], DealStage] = {}
    for row in sorted(stages_of(session, lines), key=lambda row: row.key):
        current[row.deal_id, row.contract_id] = row
    templates = templates_of(session, lines)
    found = (
        _over_usual(row, templates.stage(row), lines[row.deal_id], now)
        for row in current.values()
        if row.left_at is None
    )
    return [line for line in found if line is not None]


def _over_usual(row: DealStage, stage: Stage | None, deal: DealSummary, now: datetime) -> QueueLine | None:
    days = (now - row.entered_at - timedelta(seconds=row.paused_seconds)) / _DAY
    if stage is None or days <= stage.usual_days[1]:
        return None
    share = usual_of(stage.usual_days).left_by(days)
    return QueueLine(deal=deal, days=int(days), stage=row.code, usual_days=stage.usual_days[1], slower_than=share)
