"""How many deals get through each stage and how long it takes them, and what the open ones may come to.

Only deals that the reader may see are counted.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import func
from sqlmodel import Field, SQLModel, col, select

from core.database import ReadSession
from core.errors import Refused
from models.access import Viewer, works_on
from models.organisation import Organisation
from models.person import Person
from models.user import User
from tracking.extra_stages import is_extra
from tracking.stall.incidence import conversion
from tracking.templates import COMMON, template_of
from workflow.reports.expected import LEAST_ENDED, expect_sum
from workflow.reports.histories import Stay, quarter_of, read_stays

EXTRA: Final = "extra"
"""What stages that only single deals have are counted as: a line of their own, since they are no two alike."""


class Dimension(StrEnum):
    """By what the deals are told apart."""

    ALL = "all"
    KIND = "kind"
    FIELD = "field"
    BRANCH = "branch"
    OWNER = "owner"
    QUARTER = "quarter"


class FunnelLine(SQLModel):
    """One stage of one group. Shares and days are null where fewer than ten stays have ended."""

    group: str = Field(
        description="A code of the dimension: kind, field, name of branch or owner, quarter; may be empty."
    )
    template: str
    stage: str
    entered: int
    ended: int
    share: float | None = Field(default=None, description="Moves on in the end; open stays count until now.")
    share_from: float | None = None
    share_to: float | None = None
    median_days: float | None = None
    median_from: float | None = None
    median_to: float | None = None


class FunnelPublic(SQLModel):
    """The funnel, stage by stage; sums in 分, null where the history is too short to expect anything."""

    by: Dimension
    deals: int
    lines: list[FunnelLine]
    expected_sum: int | None = Field(default=None, description="What the open deals may be signed for, to two digits.")
    expected_from: int | None = Field(default=None, description="With expected_to, an interval of 95 %.")
    expected_to: int | None = None
    open_before_signing: int = 0
    without_budget: int = 0
    ended_before_signing: int = Field(default=0, description="Ended stays before signing that the sum rests on.")
    least_ended: int = Field(default=LEAST_ENDED, description="How many there must be before a sum is expected.")


def funnel(session: ReadSession, viewer: Viewer, by: Dimension = Dimension.ALL, *, now: datetime) -> FunnelPublic:
    """Of the deals the viewer works on, for staff. Raises Refused."""
    if not viewer.is_society:
        raise Refused("deal.refused")
    stays = read_stays(session, now=now, seen=works_on(viewer))
    grouped: dict[tuple[str, str, str], list[Stay]] = {}
    group_of = _grouping(session, by, stays)
    for stay in stays:
        stage = EXTRA if is_extra(stay.row.code) else stay.row.code
        grouped.setdefault((group_of(stay), stay.row.template, stage), []).append(stay)
    expected = expect_sum(session, viewer, stays, now=now)
    least, most = expected.interval or (None, None)
    return FunnelPublic(
        by=by,
        deals=len({stay.deal.key for stay in stays}),
        lines=[
            _line(group, template, code, found)
            for (group, template, code), found in sorted(grouped.items(), key=_place)
        ],
        expected_sum=expected.amount,
        expected_from=least,
        expected_to=most,
        open_before_signing=expected.waiting,
        without_budget=expected.without_budget,
        ended_before_signing=expected.ended,
    )


def _line(group: str, template: str, stage: str, stays: Sequence[Stay]) -> FunnelLine:
    found = conversion([stay.spell for stay in stays])
    share, median = found.share_interval or (None, None), found.median_interval or (None, None)
    return FunnelLine(
        group=group,
        template=template,
        stage=stage,
        entered=found.entered,
        ended=found.ended,
        share=found.share,
        share_from=share[0],
        share_to=share[1],
        median_days=found.median_days,
        median_from=median[0],
        median_to=median[1],
    )


def _place(entry: tuple[tuple[str, str, str], list[Stay]]) -> tuple[str, bool, str, int]:
    """Groups by name; in each the stages before signing first, every template's in their order."""
    (group, template, stage), stays = entry
    row = stays[0].row
    codes = template_of(row.template, row.template_version).codes
    return group, template != COMMON.name, template, codes.index(stage) - len(codes) if stage in codes else 0


def _grouping(session: ReadSession, by: Dimension, stays: Sequence[Stay]) -> Callable[[Stay], str]:
    if by is Dimension.KIND:
        return lambda stay: stay.spell.group.kind
    if by is Dimension.FIELD:
        return lambda stay: stay.field
    if by is Dimension.QUARTER:
        return lambda stay: quarter_of(stay.row.entered_at)
    if by is Dimension.BRANCH:
        branches = _branches(session, {stay.deal.branch_id for stay in stays})
        return lambda stay: branches.get(stay.deal.branch_id or 0, "")
    if by is Dimension.OWNER:
        owners = _owners(session, {stay.deal.owner_id for stay in stays})
        return lambda stay: owners.get(stay.deal.owner_id, "")
    return lambda _: ""


def _branches(session: ReadSession, keys: set[int | None]) -> Mapping[int, str]:
    named = select(Organisation.id, Organisation.name, Organisation.public_id)
    rows = session.execute(named.where(col(Organisation.id).in_(keys - {None})))
    return _told_apart([(key, name, mark) for key, name, mark in rows])


def _owners(session: ReadSession, keys: set[int | None]) -> Mapping[int, str]:
    named = select(Person.id, Person.name, func.coalesce(User.login, Person.public_id))
    with_login = named.outerjoin(User, col(User.person_id) == col(Person.id))
    rows = session.execute(with_login.where(col(Person.id).in_(keys - {None})))
    return _told_apart([(key, name, mark) for key, name, mark in rows])


def _told_apart(rows: Sequence[tuple[int, str, str]]) -> dict[int, str]:
    """By key, the name; where several have the same one, with what marks each."""
    often = Counter(name for _, name, _ in rows)
    return {key: f"{name} ({mark})" if name and often[name] > 1 else name for key, name, mark in rows}
