"""How suggestions end that come to no deal: with a coded reason, in the transaction of what ends them.

Rules a maintainer must keep: a suggestion is open while nobody declined it, no deal grew from it and it has not ended.
Whoever closes or archives a need, archives a supplier, refuses one, or makes a newer list, ends what is open by one of
the functions here; so nothing ends in silence, and the supplier's people are told. A judgement that takes it up again
opens it; one that declines tells them too.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, exists
from sqlmodel import Field, col, select

from core.database import WriteSession
from models.columns import Form
from models.deal import Deal
from models.enums import NeedStatus, ReasonCode, SubjectKind
from models.match import Match
from models.match_enums import MatchStatus
from models.need import Need
from models.supplier import Supplier
from tracking.reasons import SUGGESTION_ENDS, require_one_of
from workflow.history import record_event
from workflow.telling import tell_of_ends


class EndScope(StrEnum):
    """Which of a need's open suggestions end."""

    UNJUDGED = "unjudged"
    ACCEPTED = "accepted"
    ALL = "all"


class SuggestionsEnd(Form):
    """That open suggestions of a need end, and why; with `older_than_days` only those made so long ago."""

    reason: ReasonCode
    scope: EndScope = EndScope.UNJUDGED
    older_than_days: int | None = Field(default=None, ge=1, le=3650)


_STATUSES = {
    EndScope.UNJUDGED: (MatchStatus.PROPOSED, MatchStatus.DEFERRED),
    EndScope.ACCEPTED: (MatchStatus.ACCEPTED,),
    EndScope.ALL: tuple(status for status in MatchStatus if status is not MatchStatus.DECLINED),
}


def is_open_suggestion() -> ColumnElement[bool]:
    """The matches that wait for something."""
    return (
        (col(Match.status) != MatchStatus.DECLINED)
        & col(Match.ended_at).is_(None)
        & ~exists().where(col(Deal.match_id) == col(Match.id))
    )


def end_some(
    session: WriteSession, need: Need, form: SuggestionsEnd, *, actor_id: int | None, now: datetime
) -> Sequence[Match]:
    """The open suggestions of a need that the form means have ended. Raises Invalid for a reason that does not fit."""
    require_one_of(SUGGESTION_ENDS, form.reason)
    clauses: list[Any] = [col(Match.status).in_(_STATUSES[form.scope])]
    if form.older_than_days:
        clauses.append(col(Match.proposed_at) <= now - timedelta(days=form.older_than_days))
    return _end(session, [Match.need_id == need.key, *clauses], form.reason, actor_id, now)


def end_for_need(
    session: WriteSession, need: Need, reason: ReasonCode, *, actor_id: int | None, now: datetime
) -> Sequence[Match]:
    """Every open suggestion of a need has ended: it was met or withdrawn."""
    return _end(session, [Match.need_id == need.key], reason, actor_id, now)


def end_for_supplier(
    session: WriteSession,
    supplier: Supplier,
    reason: ReasonCode,
    *,
    actor_id: int | None,
    now: datetime,
    needs: ColumnElement[bool] | None = None,
) -> Sequence[Match]:
    """Every open suggestion of a supplier, or those for the needs that the clause selects, has ended."""
    clauses: list[Any] = [Match.supplier_id == supplier.key]
    if needs is not None:
        clauses.append(exists().where(col(Need.id) == col(Match.need_id), needs))
    return _end(session, clauses, reason, actor_id, now)


def end_left_behind(
    session: WriteSession, need: Need, listed: Sequence[Match], *, actor_id: int | None, now: datetime
) -> Sequence[Match]:
    """What earlier runs proposed, nobody judged and the list no longer holds has ended."""
    stays = col(Match.id).not_in([match.key for match in listed])
    clauses = [Match.need_id == need.key, Match.status == MatchStatus.PROPOSED, stays]
    return _end(session, clauses, ReasonCode.NOT_PURSUED, actor_id, now)


def end_for_side(session: WriteSession, deal: Deal, supplier_id: int, reason: ReasonCode, *, now: datetime) -> None:
    """What the deal, or one that joined it, grew from has ended for a supplier that is no longer a side of it."""
    grew = exists().where(col(Deal.match_id) == col(Match.id), col(Deal.id).in_(_with_joined(session, deal)))
    for match in session.exec(select(Match).where(Match.supplier_id == supplier_id, grew)):
        match.ended_at, match.end_reason = now, reason
    session.flush()


def wanted_from(supplier: Supplier) -> ColumnElement[bool]:
    """The suggestions of a supplier for needs that still look for somebody."""
    of_need = exists().where(col(Need.id) == col(Match.need_id), looks_for_somebody())
    return (col(Match.supplier_id) == supplier.key) & of_need


def looks_for_somebody() -> ColumnElement[bool]:
    """The needs for which a suggestion may wait."""
    return col(Need.archived_at).is_(None) & (col(Need.status) != NeedStatus.CLOSED)


def reopen(session: WriteSession, clause: Any, reason: ReasonCode) -> None:
    """What ended for this reason among the matches the clause selects waits again: the reason has gone.

    The clause also says when that was: the same reason may have ended others before.
    """
    for match in session.exec(select(Match).where(clause, Match.end_reason == reason)):
        match.ended_at, match.end_reason = None, None
    session.flush()


def _with_joined(session: WriteSession, deal: Deal) -> set[int]:
    """The ids of the deal and of all that joined it, at first hand or with another."""
    found = fresh = {deal.key}
    while fresh:
        joined = session.exec(select(Deal).where(col(Deal.merged_into_id).in_(fresh)))
        fresh = {other.key for other in joined} - found
        found = found | fresh
    return found


def _end(
    session: WriteSession, clauses: Sequence[Any], reason: ReasonCode, actor_id: int | None, now: datetime
) -> Sequence[Match]:
    statement = select(Match).where(*clauses, is_open_suggestion()).order_by(col(Match.id))
    matches = session.exec(statement.with_for_update(of=Match)).all()
    by_need: dict[int, int] = {}
    for match in matches:
        match.ended_at, match.end_reason = now, reason
        by_need[match.need_id] = by_need.get(match.need_id, 0) + 1
    for need_id, count in by_need.items():
        params = {"count": count, "reason": reason.value}
        record_event(
            session, SubjectKind.NEED, need_id, "need.suggestions_ended", actor_id=actor_id, now=now, params=params
        )
    session.flush()
    tell_of_ends(session, matches, reason, at=now, actor_id=actor_id)
    return matches
