"""People put a ranker in force that won its trial, and take it back: recorded acts, one at a time."""

from datetime import datetime

from core.database import WriteSession
from core.errors import Conflict
from models.access import Viewer
from models.enums import SubjectKind
from models.learning import ModelVersion
from models.learning_public import FiguresPublic
from models.match_enums import ModelState
from workflow.history import record_event
from workflow.learning.in_force import InForce, promoted_version, ranker_in_force, read_ranker
from workflow.learning.rights import require_learner
from workflow.learning.store import find_version, queue_for_models
from workflow.versions import expect_version


def promote_version(
    session: WriteSession, viewer: Viewer, name: str, *, now: datetime, version: int | None = None
) -> ModelVersion:
    """The version ranks from now on, in every process from its next search.

    Raises NotFound, Refused, and Conflict for one that is in force, that did not win its trial, that won it against
    another ranker than the one in force, or that cannot be read.
    """
    require_learner(viewer)
    queue_for_models(session)
    row, before = find_version(session, name), ranker_in_force(session)
    expect_version(row, version)
    obstacle = obstacle_to(row, before)
    if obstacle is not None:
        raise Conflict(f"learning.{obstacle}", name=row.name, compared=row.compared_with, current=before.ranker.name)
    if before.version is not None:
        _end(session, viewer, before.version, now)
    row.state, row.replaces_id = ModelState.PROMOTED, before.version.key if before.version else None
    row.promoted_at, row.promoted_by_id, row.ended_at, row.ended_by_id = now, viewer.person_id, None, None
    _record(session, viewer, row, "model.promoted", before.ranker.name, now)
    return row


def roll_back(session: WriteSession, viewer: Viewer, *, now: datetime, expected: str | None = None) -> InForce:
    """What ranked before the version in force ranks again; the answer is what that is.

    `expected` is the version that the person wants to take back. Raises Refused, and Conflict where nothing was
    promoted, or another version is in force meanwhile.
    """
    require_learner(viewer)
    queue_for_models(session)
    version = promoted_version(session)
    if version is None:
        raise Conflict("learning.nothing_promoted")
    if expected is not None and expected not in (version.public_id, version.name):
        raise Conflict("learning.meanwhile")
    _end(session, viewer, version, now)
    if version.replaces_id is not None:
        former = session.get_one(ModelVersion, version.replaces_id, populate_existing=True)
        former.state, former.ended_at, former.ended_by_id = ModelState.PROMOTED, None, None
        session.flush()
    back = ranker_in_force(session)
    _record(session, viewer, version, "model.rolled_back", back.ranker.name, now)
    return back


def obstacle_to(row: ModelVersion, current: InForce) -> str | None:
    """Why a version cannot be promoted now, as the end of an error code; None where it can."""
    if row.state is ModelState.PROMOTED:
        return "in_force"
    if not FiguresPublic.model_validate(row.figures).is_won:
        return "lost"
    if row.compared_with != current.ranker.name:
        return "won_against_another"
    return "unreadable" if read_ranker(row) is None else None


def _end(session: WriteSession, viewer: Viewer, version: ModelVersion, now: datetime) -> None:
    """The version is no more in force; written at once, because only one may be."""
    version.state, version.ended_at, version.ended_by_id = ModelState.RETIRED, now, viewer.person_id
    session.flush()


def _record(session: WriteSession, viewer: Viewer, row: ModelVersion, code: str, other: str, now: datetime) -> None:
    session.flush()
    record_event(
        session,
        SubjectKind.MODEL,
        row.key,
        code,
        actor_id=viewer.person_id,
        now=now,
        params={"name": row.name, "other": other},
    )
    session.flush()
