"""Labels from what reviewers saw and decided, and from how far the deals came.

Rules a maintainer must keep:
- features are those stored with the match, never computed anew; texts are only compared with each other (twins of a
  need), nothing of them is kept;
- only what the matcher proposed and somebody was shown counts, with the chance the impression log has: whoever was
  added by hand was chosen by other means, with a chance that nobody knows;
- a decision counts from `FOLLOW_UP` on, a yes and a no alike, however quickly its deal ended: to count those that end
  quickly sooner would teach that what is slow is good. Within a need every deal is looked at for the same time, that of
  the youngest, so that an older one is not better for being older.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func
from sqlmodel import col, select

from core.database import ReadSession
from matching.learning.labels import LEVELS, Reached, furthest
from models.enums import ReasonCode
from models.match import Impression, Judgement, Match
from models.match_enums import Verdict
from models.need import NeedRevision
from workflow.learning.reached import Steps, steps_of

if TYPE_CHECKING:
    from matching.learning.scale import JudgedNeed
    from matching.learning.trial import LabelledNeed
    from matching.types import Floats, Query

FOLLOW_UP: Final = timedelta(days=180)
"""How old a decision must be: by then most deals have come beyond a first contact, or never will."""
NOT_ABOUT_FIT: Final = frozenset(
    {ReasonCode.CAPACITY, ReasonCode.CONFLICT_OF_INTEREST, ReasonCode.CIRCUMSTANCES_CHANGED}
)
"""Reasons to decline that say nothing of how well a supplier fits a need."""


class LeftOut(StrEnum):
    """Why a decision is no label. Labels are the catalogue's `learning.left_out.<name>`."""

    by_hand = "by_hand"
    not_shown = "not_shown"
    no_features = "no_features"
    put_off = "put_off"
    not_about_fit = "not_about_fit"
    too_young = "too_young"
    not_introduced = "not_introduced"


@dataclass(frozen=True, slots=True)
class Gathered:
    """What there is to learn from: needs with levels, needs with yes and no, and how many decisions are neither."""

    labelled: "Sequence[LabelledNeed]"
    judged: "Sequence[JudgedNeed]"
    left_out: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Decision:
    """The decision that holds about one supplier that was proposed for a need."""

    need: int
    revision: int
    supplier: int
    at: datetime
    is_yes: bool
    features: Sequence[float]
    shown_with: float
    steps: Steps | None
    """How far its deal came; None where there is none."""


def gather(session: ReadSession, *, now: datetime) -> Gathered:
    """Everything people decided, of all needs: for figures about all of them, never for anybody to read."""
    left_out: Counter[str] = Counter()
    decisions = list(_decisions(session, now, left_out))
    old = [one for one in decisions if _may_label(one, now, left_out)]
    queries = _queries(session, {one.revision for one in decisions})
    return Gathered(
        labelled=[_labelled(one, queries, now) for one in _by_need(old)],
        judged=[_judged(one, queries) for one in _by_need(decisions)],
        left_out=dict(left_out),
    )


def _decisions(session: ReadSession, now: datetime, left_out: Counter[str]) -> Iterable[_Decision]:
    """The last decision about each supplier of a need, where it says something about the two.

    One that says nothing takes the earlier one away as well: that holds no more.
    """
    shown = _shown(session)
    judged = list(_judgements(session, now))
    steps = steps_of(session, {match.key for match, _ in judged})
    latest: dict[tuple[int, int], _Decision] = {}
    for match, judgement in judged:
        pair = match.need_id, match.supplier_id
        latest.pop(pair, None)
        why = _why_not(match, judgement, shown)
        if why is not None:
            left_out[why] += 1
            continue
        latest[pair] = _Decision(
            need=match.need_id,
            revision=match.need_revision_id,
            supplier=match.supplier_id,
            at=judgement.judged_at,
            is_yes=judgement.verdict is Verdict.ACCEPT,
            features=features_of(match.evidence) or (),
            shown_with=shown[match.key],
            steps=steps.get(match.key),
        )
    return latest.values()


def _judgements(session: ReadSession, now: datetime) -> Iterable[tuple[Match, Judgement]]:
    """Every match with the judgement that holds, in the order of judging."""
    last = select(func.max(Judgement.id)).where(col(Judgement.judged_at) <= now).group_by(col(Judgement.match_id))
    found = session.execute(
        select(Match, Judgement)
        .join(Judgement, col(Judgement.match_id) == col(Match.id))
        .where(col(Judgement.id).in_(last))
        .order_by(col(Judgement.judged_at), col(Judgement.id))
    )
    return ((match, judgement) for match, judgement in found)


def _why_not(match: Match, judgement: Judgement, shown: Mapping[int, float]) -> LeftOut | None:
    if match.run_id is None:
        return LeftOut.by_hand
    if match.key not in shown:
        return LeftOut.not_shown
    if judgement.verdict is Verdict.DEFER:
        return LeftOut.put_off
    if judgement.verdict is Verdict.DECLINE and judgement.reason in NOT_ABOUT_FIT:
        return LeftOut.not_about_fit
    return LeftOut.no_features if features_of(match.evidence) is None else None


def features_of(evidence: Mapping[str, Any]) -> tuple[float, ...] | None:
    """The features of the best capability as they were shown; None where one is missing or no number."""
    from math import isfinite

    from matching.ranker import FEATURES

    best = evidence.get("best")
    stored = best.get("features") if isinstance(best, Mapping) else None
    if not isinstance(stored, Mapping):
        return None
    values = [stored.get(name) for name in FEATURES]
    numbers = [float(v) for v in values if isinstance(v, int | float) and not isinstance(v, bool) and isfinite(v)]
    return tuple(numbers) if len(numbers) == len(FEATURES) else None


def _shown(session: ReadSession) -> dict[int, float]:
    """By match, the smallest chance with which it was shown to anybody."""
    rows = session.execute(
        select(Impression.match_id, func.min(Impression.probability)).group_by(col(Impression.match_id))
    )
    return {match: float(chance) for match, chance in rows}


def _may_label(decision: _Decision, now: datetime, left_out: Counter[str]) -> bool:
    why = None
    if now - decision.at < FOLLOW_UP:
        why = LeftOut.too_young
    elif decision.is_yes and decision.steps is None:
        why = LeftOut.not_introduced
    if why is not None:
        left_out[why] += 1
    return why is None


def _by_need(decisions: Iterable[_Decision]) -> list[list[_Decision]]:
    ordered = sorted(decisions, key=lambda one: (one.need, one.supplier))
    return [list(group) for _, group in groupby(ordered, key=lambda one: one.need)]


def _labelled(decisions: Sequence[_Decision], queries: "Mapping[int, Query]", now: datetime) -> "LabelledNeed":
    import numpy as np

    from matching.learning.trial import LabelledNeed

    looked_at_for = min((now - one.at for one in decisions if one.is_yes), default=timedelta(0))
    first = min(decisions, key=lambda one: one.at)
    return LabelledNeed(
        query=queries[first.revision],
        at=first.at,
        features=_columns(decisions),
        levels=np.array([LEVELS[_reached(one, looked_at_for)] for one in decisions]),
        shown_with=np.array([one.shown_with for one in decisions]),
    )


def _judged(decisions: Sequence[_Decision], queries: "Mapping[int, Query]") -> "JudgedNeed":
    import numpy as np

    from matching.learning.scale import JudgedNeed

    first = min(decisions, key=lambda one: one.at)
    return JudgedNeed(
        query=queries[first.revision],
        at=first.at,
        features=_columns(decisions),
        wanted=np.array([one.is_yes for one in decisions], dtype=np.bool_),
    )


def _columns(decisions: Sequence[_Decision]) -> "Floats":
    import numpy as np

    return np.array([one.features for one in decisions], dtype=np.float32).T


def _reached(decision: _Decision, looked_at_for: timedelta) -> Reached:
    """How far it came in that time; a deal in which the two never met came no further than a no."""
    if not decision.is_yes or decision.steps is None:
        return Reached.declined
    until = decision.at + looked_at_for
    return furthest([Reached.declined, *(step for step, at in decision.steps.items() if at <= until)])


def _queries(session: ReadSession, revisions: set[int]) -> "dict[int, Query]":
    from workflow.matches.step import query_of

    rows = session.exec(select(NeedRevision).where(col(NeedRevision.id).in_(revisions)))
    return {row.key: query_of(row) for row in rows}
