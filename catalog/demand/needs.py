"""Queries for needs and their revisions; every one for people carries the viewer's clause.

A rule a maintainer must keep: a search or filter looks only into what the viewer may read of that need, so that neither
a hit nor a count tells what a page would hide.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import and_, or_
from sqlmodel import col, select

from catalog.search import CHUNK, AnySelect, search_words
from core.database import ReadSession
from models.access import CARD, FULL, SUMMARY, Viewer, need_level, visible_needs
from models.enums import AskerKind, DisclosureLevel, NeedStatus
from models.need import Need, NeedRevision
from models.organisation import Organisation
from models.requirement import Indicator, Requirement


class NeedOrder(StrEnum):
    """In which order needs are listed."""

    NEWEST = "newest"
    OLDEST = "oldest"


@dataclass(frozen=True, slots=True)
class NeedFilter:
    """Which needs a list shows."""

    query: str = ""
    status: NeedStatus | None = None
    technical_field: str = ""
    industry: str = ""
    region: str = ""
    asker: AskerKind | None = None
    clarity_kind: str = ""
    organisation: str = ""
    mine: bool = False
    archived: bool = False
    order: NeedOrder = NeedOrder.NEWEST


class NeedRow(NamedTuple):
    """A need with what it says now, who asks, and how much of it the viewer sees."""

    need: Need
    revision: NeedRevision
    organisation: Organisation
    level: DisclosureLevel

    @classmethod
    def of(cls, row: Any) -> "NeedRow":
        """The row as it came from the database."""
        need, revision, organisation, level = row
        return cls(need, revision, organisation, DisclosureLevel(level))


def find_need(session: ReadSession, viewer: Viewer, public_id: str, at_least: int = CARD) -> NeedRow | None:
    """The need, if `viewer` sees it at this level or more."""
    statement = _rows(viewer).where(col(Need.public_id) == public_id, visible_needs(viewer, at_least))
    row = session.execute(statement).first()
    return None if row is None else NeedRow.of(row)


def current_need_revision(session: ReadSession, need_id: int) -> NeedRevision:
    """What the need says now."""
    return session.exec(
        select(NeedRevision).where(col(NeedRevision.need_id) == need_id, col(NeedRevision.valid_to).is_(None))
    ).one()


def current_need_revisions(session: ReadSession, need_ids: Sequence[int]) -> dict[int, NeedRevision]:
    """What some needs say now, by their ids."""
    found: dict[int, NeedRevision] = {}
    for start in range(0, len(need_ids), CHUNK):
        chunk = need_ids[start : start + CHUNK]
        statement = select(NeedRevision).where(
            col(NeedRevision.need_id).in_(chunk), col(NeedRevision.valid_to).is_(None)
        )
        found.update({revision.need_id: revision for revision in session.exec(statement)})
    return found


def select_needs(viewer: Viewer, wanted: NeedFilter) -> AnySelect:
    """The `NeedRow`s of a list."""
    is_archived = col(Need.archived_at).is_not(None)
    statement = _rows(viewer).where(
        visible_needs(viewer),
        is_archived if wanted.archived else ~is_archived,
        *_says(viewer, wanted.query),
        *_fits(wanted),
    )
    if wanted.organisation:
        statement = statement.where(col(Organisation.public_id) == wanted.organisation, visible_needs(viewer, FULL))
    if wanted.mine:
        statement = statement.where(belongs_to(viewer))
    if wanted.order is NeedOrder.OLDEST:
        return statement.order_by(col(Need.submitted_at), col(Need.id))
    return statement.order_by(col(Need.submitted_at).desc(), col(Need.id).desc())


def select_readable(viewer: Viewer, *, limit: int) -> AnySelect:
    """The newest current needs whose content the viewer may read, as `NeedRow`s."""
    return (
        _rows(viewer)
        .where(visible_needs(viewer, SUMMARY), col(Need.archived_at).is_(None))
        .order_by(col(Need.submitted_at).desc(), col(Need.id).desc())
        .limit(limit)
    )


def belongs_to(viewer: Viewer) -> Any:
    """The needs of the viewer's enterprises and branches; for people of the centre, those of no branch."""
    own = or_(col(Need.organisation_id).in_(viewer.organisations), col(Need.branch_id).in_(viewer.branches))
    return or_(own, col(Need.branch_id).is_(None)) if viewer.central else own


def requirements_of(session: ReadSession, revision_id: int) -> Sequence[Requirement]:
    """The requirements of a revision that hold, in order."""
    return session.exec(
        select(Requirement)
        .where(Requirement.need_revision_id == revision_id, col(Requirement.ended_at).is_(None))
        .order_by(col(Requirement.position), col(Requirement.id))
    ).all()


def removed_requirements(session: ReadSession, revision_id: int) -> Sequence[Requirement]:
    """What people took out of a revision's requirements, oldest first."""
    return session.exec(
        select(Requirement)
        .where(Requirement.need_revision_id == revision_id, col(Requirement.removed))
        .order_by(col(Requirement.id))
    ).all()


def indicators_of(session: ReadSession, requirement_ids: Iterable[int]) -> Sequence[Indicator]:
    """The indicators of some requirements, in order of the text."""
    return session.exec(
        select(Indicator)
        .where(col(Indicator.requirement_id).in_(list(requirement_ids)))
        .order_by(col(Indicator.requirement_id), col(Indicator.start))
    ).all()


def _rows(viewer: Viewer) -> AnySelect:
    return (
        select(Need, NeedRevision, Organisation, need_level(viewer))
        .join(NeedRevision, col(NeedRevision.need_id) == col(Need.id))
        .join(Organisation, col(Organisation.id) == col(Need.organisation_id))
        .where(col(NeedRevision.valid_to).is_(None))
    )


def _fits(wanted: NeedFilter) -> list[Any]:
    """Conditions on what the card shows anyway."""
    columns: list[tuple[Any, Any]] = [
        (Need.status, wanted.status),
        (Need.clarity_kind, wanted.clarity_kind),
        (NeedRevision.technical_field, wanted.technical_field),
        (NeedRevision.industry, wanted.industry),
        (NeedRevision.asker, wanted.asker),
        (Organisation.region, wanted.region),
    ]
    return [col(column) == value for column, value in columns if value]


def _says(viewer: Viewer, query: str) -> list[Any]:
    readable, full = visible_needs(viewer, SUMMARY), visible_needs(viewer, FULL)
    content = (NeedRevision.title, NeedRevision.problem, NeedRevision.indicators, NeedRevision.goal)
    return [
        or_(
            col(NeedRevision.public_title).icontains(word, autoescape=True),
            and_(readable, or_(*(col(text).icontains(word, autoescape=True) for text in content))),
            and_(full, col(Organisation.name).icontains(word, autoescape=True)),
        )
        for word in search_words(query)
    ]
