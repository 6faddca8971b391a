"""`keqiao retrain`: a candidate is fitted, stands its trial, and is kept with what the trial found.

In three steps, because fitting takes seconds and nobody may wait for it with a lock: what there is to learn from is
read, trials are held on it, and their ends are kept, if nobody kept others meanwhile. A trial uses its held-out needs
up, whatever it ends in: the next one needs others.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from core.database import ReadSession, WriteSession
from core.errors import Conflict
from models.access import Viewer
from models.enums import SubjectKind
from models.learning import ModelVersion
from models.learning_public import FiguresPublic
from models.match_enums import ModelKind, ModelState
from workflow.history import record_event
from workflow.learning.gathering import Gathered, gather
from workflow.learning.in_force import InForce, ranker_in_force
from workflow.learning.rights import require_learner
from workflow.learning.store import queue_for_models, tried_until
from workflow.matches.plain import plain

if TYPE_CHECKING:
    from matching.learning.scale import ScaleTrial
    from matching.learning.trial import Trial
    from matching.ranker import Ranker


@dataclass(frozen=True, slots=True)
class Prepared:
    """What trials are held on: labels, the ranker in force, and up to when needs were held out before, by kind."""

    gathered: Gathered
    in_force: InForce
    tried_until: dict[ModelKind, datetime | None]


@dataclass(frozen=True, slots=True)
class Tried:
    """How the trials ended. A ranker with a scale of its own is in the first where decisions were enough for one."""

    prepared: Prepared
    order: "Trial"
    scale: "ScaleTrial"
    scaled_on: int = 0
    """Decisions to which the scale of the new order was fitted; 0 where it kept the current one."""


def prepare_trials(session: ReadSession, viewer: Viewer, *, now: datetime) -> Prepared:
    """Everything there is to learn from, of all needs. Raises Refused."""
    require_learner(viewer)
    return Prepared(
        gathered=gather(session, now=now),
        in_force=ranker_in_force(session),
        tried_until={kind: tried_until(session, kind) for kind in ModelKind},
    )


def hold_trials(prepared: Prepared) -> Tried:
    """An order fitted to how far deals came, and a scale fitted to yes and no, each against the ranker in force."""
    from matching.learning.scale import hold_scale_trial
    from matching.learning.trial import hold_trial

    gathered, current = prepared.gathered, prepared.in_force.ranker
    order = hold_trial(current, gathered.labelled, tried_until=prepared.tried_until[ModelKind.ORDER])
    scale = hold_scale_trial(current, gathered.judged, tried_until=prepared.tried_until[ModelKind.SCALE])
    if order.ranker is None or order.compared_on is None:
        return Tried(prepared, order, scale)
    ranker, decisions = _with_scale(order.ranker, current, gathered, order.compared_on.since)
    return Tried(prepared, replace(order, ranker=ranker), scale, decisions)


def keep_trials(session: WriteSession, viewer: Viewer, tried: Tried, *, now: datetime) -> list[ModelVersion]:
    """A version for each trial that was held. Raises Refused, and Conflict where the state is another than it was."""
    require_learner(viewer)
    queue_for_models(session)
    before = tried.prepared
    same_force = ranker_in_force(session).ranker == before.in_force.ranker
    if not same_force or any(tried_until(session, kind) != at for kind, at in before.tried_until.items()):
        raise Conflict("learning.meanwhile")
    versions = list(_versions(viewer, tried, now))
    session.add_all(versions)
    session.flush()
    for version in versions:
        record_event(
            session,
            SubjectKind.MODEL,
            version.key,
            "model.won" if version.state is ModelState.CANDIDATE else "model.lost",
            actor_id=viewer.person_id,
            now=now,
            params={"name": version.name, "other": version.compared_with},
        )
    session.flush()
    return versions


def order_figures(tried: Tried) -> FiguresPublic:
    """What the trial of the order found."""
    trial = tried.order
    return FiguresPublic(
        verdict=trial.verdict.value,
        needs=trial.needs,
        labels=trial.labels,
        held_out=trial.held_out,
        current=trial.current,
        candidate=trial.candidate,
        low=trial.low,
        high=trial.high,
        p=trial.p,
        scaled_on=tried.scaled_on,
        left_out=dict(tried.prepared.gathered.left_out),
    )


def scale_figures(tried: Tried) -> FiguresPublic:
    """What the trial of the scale found."""
    trial = tried.scale
    return FiguresPublic(
        verdict=trial.verdict.value,
        needs=trial.needs,
        labels=trial.decisions,
        held_out=trial.held_out,
        current=trial.current,
        candidate=trial.candidate,
        current_error=trial.current_error,
        candidate_error=trial.candidate_error,
        p=trial.p,
        scaled_on=trial.decisions,
    )


def _with_scale(ranker: "Ranker", current: "Ranker", gathered: Gathered, until: datetime) -> "tuple[Ranker, int]":
    """The new weights with everything else of the current ranker, and a scale of their own where there is one."""
    from matching.learning.scale import rescaled, scale_shortfalls

    whole = replace(current, kind=ranker.kind, weights=ranker.weights)
    earlier = [need for need in gathered.judged if need.at < until]
    scaled = None if scale_shortfalls(earlier) else rescaled(whole, earlier)
    return (whole, 0) if scaled is None else (scaled, sum(len(need.wanted) for need in earlier))


def _versions(viewer: Viewer, tried: Tried, now: datetime) -> Iterator[ModelVersion]:
    """The trials that were held, as rows."""
    order, scale = tried.order, tried.scale
    ends: Sequence[tuple[ModelKind, Trial | ScaleTrial, FiguresPublic]] = (
        (ModelKind.ORDER, order, order_figures(tried)),
        (ModelKind.SCALE, scale, scale_figures(tried)),
    )
    for kind, trial, figures in ends:
        if trial.ranker is not None and trial.fitted_to is not None and trial.compared_on is not None:
            yield ModelVersion(
                kind=kind,
                name=trial.ranker.name,
                content=_content(trial.ranker),
                state=ModelState.CANDIDATE if figures.is_won else ModelState.REFUSED,
                compared_with=tried.prepared.in_force.ranker.name,
                figures=plain(figures.model_dump()),
                made_at=now,
                made_by_id=viewer.person_id,
                fitted_from=trial.fitted_to.since,
                fitted_to=trial.fitted_to.until,
                held_out_from=trial.compared_on.since,
                held_out_to=trial.compared_on.until,
            )


def _content(ranker: "Ranker") -> dict[str, Any]:
    content: dict[str, Any] = json.loads(ranker.to_json())
    return content
