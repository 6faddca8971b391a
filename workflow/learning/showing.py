"""Learning as those see it who may promote: what ranks, how each trial ended, and what is missing for the next one."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlmodel import col, select

from core.database import ReadSession
from models.access import Viewer
from models.deal_public import EventPublic
from models.enums import SubjectKind
from models.history import Event
from models.learning import ModelVersion
from models.learning_public import (
    FiguresPublic,
    LearningPublic,
    ModelVersionPublic,
    RetrainedPublic,
    ShortfallPublic,
)
from models.match_enums import ModelKind
from models.person import Person
from workflow.learning.gathering import gather
from workflow.learning.in_force import InForce, ranker_in_force, read_ranker
from workflow.learning.promoting import obstacle_to
from workflow.learning.rights import require_learner
from workflow.learning.store import all_versions, tried_until

if TYPE_CHECKING:
    from matching.learning.scale import ScaleShortfall
    from matching.learning.trial import Shortfall
    from workflow.learning.retraining import Tried

_EVENTS = 50


def show_learning(session: ReadSession, viewer: Viewer, *, now: datetime) -> LearningPublic:
    """The state of learning, counted over all needs. Raises Refused."""
    from matching.learning.scale import scale_shortfalls
    from matching.learning.trial import rankable, shortfalls

    require_learner(viewer)
    found, in_force = gather(session, now=now), ranker_in_force(session)
    needs = rankable(found.labelled)
    until = {kind: tried_until(session, kind) for kind in ModelKind}
    return LearningPublic(
        ranker=in_force.ranker.name,
        in_force=in_force.version.public_id if in_force.version else None,
        is_unreadable=in_force.is_unreadable,
        needs=len(needs),
        labels=sum(len(need.levels) for need in needs),
        decisions=sum(len(need.wanted) for need in found.judged),
        left_out=dict(found.left_out),
        missing_for_order=_short(shortfalls(found.labelled, tried_until=until[ModelKind.ORDER])),
        missing_for_scale=_short(scale_shortfalls(found.judged, tried_until=until[ModelKind.SCALE])),
        versions=public_versions(session, all_versions(session), in_force),
        events=_events(session),
    )


def show_retrained(session: ReadSession, tried: "Tried", versions: Sequence[ModelVersion]) -> RetrainedPublic:
    """How trials ended that were just kept."""
    return RetrainedPublic(
        versions=public_versions(session, versions, ranker_in_force(session)),
        missing_for_order=_short(tried.order.shortfalls),
        missing_for_scale=_short(tried.scale.shortfalls),
    )


def public_versions(
    session: ReadSession, versions: Iterable[ModelVersion], in_force: InForce
) -> list[ModelVersionPublic]:
    """Versions as people see them."""
    rows = list(versions)
    people = {key for row in rows for key in (row.made_by_id, row.promoted_by_id, row.ended_by_id) if key is not None}
    names = {row.key: row.name for row in session.exec(select(Person).where(col(Person.id).in_(people)))}
    return [_public(row, names, in_force) for row in rows]


def _public(row: ModelVersion, names: dict[int, str], in_force: InForce) -> ModelVersionPublic:
    from dataclasses import asdict

    ranker = read_ranker(row)
    return ModelVersionPublic.model_validate(
        row.model_dump(exclude={"figures"}),
        update={
            "figures": FiguresPublic.model_validate(row.figures),
            "weights": asdict(ranker.weights) if ranker else {},
            "made_by_name": names.get(row.made_by_id or 0, ""),
            "promoted_by_name": names.get(row.promoted_by_id or 0, ""),
            "ended_by_name": names.get(row.ended_by_id or 0, ""),
            "obstacle": obstacle_to(row, in_force),
        },
    )


def _short(shortfalls: "Iterable[Shortfall | ScaleShortfall]") -> list[ShortfallPublic]:
    return [ShortfallPublic(code=one.verdict.value, found=one.found, least=one.least) for one in shortfalls]


def _events(session: ReadSession) -> list[EventPublic]:
    found = session.execute(
        select(Event, Person.name)
        .outerjoin(Person, col(Person.id) == col(Event.actor_id))
        .where(Event.subject_kind == SubjectKind.MODEL)
        .order_by(col(Event.id).desc())
        .limit(_EVENTS)
    )
    return [EventPublic.model_validate(event.model_dump(), update={"actor_name": name or ""}) for event, name in found]
