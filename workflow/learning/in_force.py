"""The ranker in force: the one that people promoted last, or the one that ships.

A stored ranker that cannot be read is never used and never passed over in silence: the shipped one ranks, the log says
so, and so do the lists, `keqiao doctor` and the page of those who can roll back.
"""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog
from sqlmodel import select

from core.database import ReadSession
from models.learning import ModelVersion
from models.match_enums import ModelState

if TYPE_CHECKING:
    from matching.ranker import Ranker

log = structlog.get_logger()

Mark = tuple[int, int]
"""Id and version of a row: another one, or a changed one, has another mark."""


@dataclass(frozen=True, slots=True)
class InForce:
    """What ranks now; `version` is None for the shipped ranker, `is_unreadable` where that stands in for a version."""

    ranker: "Ranker"
    version: ModelVersion | None = None
    is_unreadable: bool = False


def promoted_version(session: ReadSession) -> ModelVersion | None:
    """The version that was promoted last and not rolled back."""
    promoted = select(ModelVersion).where(ModelVersion.state == ModelState.PROMOTED)
    return session.exec(promoted.execution_options(populate_existing=True)).first()


def mark_in_force(session: ReadSession) -> Mark | None:
    """By what a process sees that another ranker is in force; None: the shipped one."""
    row = session.exec(
        select(ModelVersion.id, ModelVersion.version).where(ModelVersion.state == ModelState.PROMOTED)
    ).first()
    return None if row is None or row[0] is None else (row[0], row[1])


def ranker_in_force(session: ReadSession) -> InForce:
    """The ranker with which everything is ranked now."""
    from matching.ranker import SHIPPED

    version = promoted_version(session)
    if version is None:
        return InForce(SHIPPED)
    ranker = read_ranker(version)
    if ranker is None:
        log.warning("ranker_unreadable", version=version.public_id, name=version.name, used=SHIPPED.name)
        return InForce(SHIPPED, version, is_unreadable=True)
    return InForce(ranker, version)


def read_ranker(version: ModelVersion) -> "Ranker | None":
    """The ranker that a version holds; None where its numbers are not those it was stored with."""
    from matching.ranker import Ranker

    try:
        ranker = Ranker.from_json(json.dumps(version.content))
    except (ValueError, TypeError):
        return None
    return ranker if ranker.name == version.name else None
