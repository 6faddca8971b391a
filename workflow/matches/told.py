"""What the other side is told of a suggestion that ended: that it did, and why.

A supplier is told of suggestions for needs of which others may know at least a card, and of the need no more than it
may read now. Nobody is told who decided, who else was considered, where one stood, or what is only the enterprise's to
know: a reason that would tell of its money, its ties or a rival is told as another one.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlmodel import SQLModel, col, select

from catalog.demand.needs import NeedFilter, NeedRow, select_needs
from core.database import ReadSession, WriteSession
from core.errors import Refused
from models.access import SUMMARY, Viewer, is_told_of_its_end
from models.capability import CapabilityRevision
from models.deal import DealParty
from models.deal_enums import PartyRole
from models.enums import ReasonCode
from models.match import Judgement, Match
from models.match_enums import MatchStatus, Verdict
from models.match_public import ResponseTimes
from models.need import Need, NeedSummary
from tracking.reasons import told_to_supplier
from workflow.days import day_of
from workflow.endings import SuggestionsEnd, end_some
from workflow.matches.rights import need_to_look_at
from workflow.matches.store import deals_of, last_judgements, lock_need
from workflow.needs import summarise_need


class ToldSuggestion(SQLModel):
    """A suggestion of one of the reader's own suppliers that has ended; the need only as far as it may be read."""

    need: NeedSummary | None = None
    capability_title: str = ""
    proposed_on: date
    ended_on: date
    reason: ReasonCode


def list_told(session: ReadSession, viewer: Viewer) -> list[ToldSuggestion]:
    """How suggestions of the viewer's own suppliers ended, the last first: one for each need and supplier."""
    matches = session.exec(select(Match).where(is_told_of_its_end(viewer)).order_by(col(Match.id))).all()
    ended = _ended(session, matches)
    needs = _needs(session, viewer, {match.need_id for match, _, _ in ended})
    titles = _titles(session, {match.capability_revision_id for match, _, _ in ended})
    told = [
        ToldSuggestion(
            need=needs.get(match.need_id),
            capability_title=titles.get(match.capability_revision_id or 0, ""),
            proposed_on=day_of(match.proposed_at),
            ended_on=day_of(at),
            reason=told_to_supplier(reason),
        )
        for match, at, reason in ended
    ]
    return sorted(told, key=lambda line: line.ended_on, reverse=True)


def end_suggestions(session: WriteSession, viewer: Viewer, need_id: str, form: SuggestionsEnd, *, now: datetime) -> int:
    """The open suggestions of the need that the form means have ended, for its reason; how many.

    Raises NotFound, Refused for anybody but the need's staff, Invalid for a reason that does not fit.
    """
    row = need_to_look_at(session, viewer, need_id)
    if not viewer.is_society or row.level < SUMMARY:
        raise Refused("match.refused")
    need = lock_need(session, row.need.key)
    return len(end_some(session, need, form, actor_id=viewer.person_id, now=now))


def ends_of(session: ReadSession, matches: Sequence[Match]) -> dict[int, tuple[datetime, ReasonCode]]:
    """When and why those of these matches ended that have, by the match's id."""
    judgements = last_judgements(session, [match.key for match in matches])
    found = {}
    for match in matches:
        judgement = judgements.get(match.key)
        if match.ended_at is not None and match.end_reason is not None:
            found[match.key] = (match.ended_at, match.end_reason)
        elif match.status is MatchStatus.DECLINED and judgement is not None:
            found[match.key] = (judgement.judged_at, judgement.reason)
    return found


def once_accepted(session: ReadSession, matches: Iterable[Match]) -> set[int]:
    """Those of these matches that the staff accepted at some time, so that the asking side knew of them."""
    keys = [match.key for match in matches]
    accepted = select(Judgement.match_id).where(Judgement.verdict == Verdict.ACCEPT, col(Judgement.match_id).in_(keys))
    return set(session.exec(accepted))


def response_times(session: ReadSession, matches: Sequence[Match]) -> ResponseTimes:
    """Of these matches, for the staff."""
    judged, answered = days_to_judgement(session, matches), days_to_answer(session, matches)
    waiting = [m for m in matches if m.status is MatchStatus.PROPOSED and m.ended_at is None]
    return ResponseTimes(
        judged=len(judged),
        judged_median=_median(judged.values()),
        answered=len(answered),
        answered_median=_median(answered.values()),
        waiting=len(waiting),
    )


def days_to_judgement(session: ReadSession, matches: Sequence[Match]) -> dict[int, int]:
    """Days from the proposal to the first judgement, of the matches that were judged."""
    proposed = {match.key: match.proposed_at for match in matches}
    rows = session.exec(
        select(Judgement).where(col(Judgement.match_id).in_(proposed)).order_by(col(Judgement.id).desc())
    )
    return {row.match_id: max((row.judged_at - proposed[row.match_id]).days, 0) for row in rows}


def days_to_answer(session: ReadSession, matches: Sequence[Match]) -> dict[int, int]:
    """Days from the introduction to the first answer of the supply side, of the matches where it answered."""
    deals = {deal.key: deal for deal in deals_of(session, [match.key for match in matches]).values()}
    parties = session.exec(
        select(DealParty).where(col(DealParty.deal_id).in_(deals), DealParty.role == PartyRole.SUPPLY)
    )
    found: dict[int, int] = {}
    for party in parties:
        deal = deals[party.deal_id]
        if party.answered_on is not None and deal.match_id is not None:
            days = (party.answered_on - day_of(deal.opened_at)).days
            found[deal.match_id] = min(found.get(deal.match_id, days), days)
    return found


def _ended(session: ReadSession, matches: Sequence[Match]) -> list[tuple[Match, datetime, ReasonCode]]:
    """The last end of each supplier for each need."""
    ends = ends_of(session, matches)
    known = [match for match in matches if match.key in ends]
    last: dict[tuple[int, int], Match] = {}
    for match in sorted(known, key=lambda match: (ends[match.key][0], match.key)):
        last[match.need_id, match.supplier_id] = match
    return [(match, *ends[match.key]) for match in last.values()]


def _needs(session: ReadSession, viewer: Viewer, keys: Iterable[int]) -> dict[int, NeedSummary]:
    """The needs among these that the viewer may see now, cut to the level at which it does."""
    statement = select_needs(viewer, NeedFilter()).where(col(Need.id).in_(keys))
    rows = [NeedRow.of(row) for row in session.execute(statement)]
    return {row.need.key: summarise_need(row) for row in rows}


def _titles(session: ReadSession, keys: Iterable[int | None]) -> dict[int, str]:
    """The titles of what was offered; it is the reader's own."""
    rows = session.execute(
        select(CapabilityRevision.id, CapabilityRevision.title).where(
            col(CapabilityRevision.id).in_([key for key in keys if key is not None])
        )
    )
    return {key: title for key, title in rows if key is not None}


def _median(values: Iterable[int]) -> float | None:
    from statistics import median

    known = list(values)
    return float(median(known)) if known else None
