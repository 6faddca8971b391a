"""Deals that end, with what came of them, also when nothing did."""

from datetime import datetime

from core.database import WriteSession
from core.errors import Invalid, Problem, Refused
from models.access import Viewer
from models.deal import Deal, Outcome
from models.deal_enums import DealStatus
from models.deal_forms import StatusMove
from models.deal_outcome import OutcomeCreate
from tracking.lifecycle import MoveKind
from tracking.outcomes import check_technical
from tracking.reasons import require_fitting
from tracking.store import find_deal_to_change, needs_to_meet, outcome_of
from workflow.deals.acts import record_act, require_owner
from workflow.deals.figures import deal_sums
from workflow.deals.moving import apply_status_move, end_pause, note_move, tell_reason
from workflow.deals.needs import settle_need
from workflow.deals.tracks import Track, tracks_of
from workflow.deals.unfinished import unfinished
from workflow.deals.visits import settle_visits
from workflow.reminders import schedule_reminders

_CLOSING = {DealStatus.WON: MoveKind.WIN, DealStatus.LOST: MoveKind.LOSE}
_FIGURES = (
    "text",
    "contract_sum",
    "technical_sum",
    "revenue",
    "jobs",
    "satisfaction_demand",
    "satisfaction_supply",
)


def lose_deal(session: WriteSession, viewer: Viewer, deal_id: str, form: StatusMove, *, now: datetime) -> Deal:
    """The deal is lost, for a reason, in the stage it stands at."""
    outcome = OutcomeCreate(status=DealStatus.LOST, reason=form.reason, text=form.text, version=form.version)
    return record_outcome(session, viewer, deal_id, outcome, now=now)


def record_outcome(session: WriteSession, viewer: Viewer, deal_id: str, form: OutcomeCreate, *, now: datetime) -> Deal:
    """The deal is closed with this outcome; what is learned of a closed deal later is added to its outcome.

    Raises NotFound, Refused, also for who is neither owner nor lead and ends the deal or changes why it ended, Conflict
    where the lifecycle does not allow the end, Invalid for a lost deal without a reason, for a reason that does not
    fit, for a success of which nothing is told, or which leaves something undone unless the form says that it ends all
    the same, for a status that is no end, and for a technical sum above the sum it is part of. Sums that are not given
    are those of its contracts, also when these are changed later.
    """
    kind = _CLOSING.get(form.status)
    if kind is None:
        raise Invalid("deal.outcome_is_no_end", (Problem("field.invalid", field="status"),))
    deal = find_deal_to_change(session, viewer, deal_id, version=form.version)
    if deal.status is form.status:
        return _amend(session, viewer, deal, form, now)
    deal, tracks = apply_status_move(session, viewer, deal_id, StatusMove(reason=form.reason), kind)
    undone = _require_told(session, deal, form) if form.status is DealStatus.WON else 0
    _leave(tracks, now)
    deal.closed_at = now
    outcome = _outcome(viewer, deal, tracks, form, now)
    _check(session, deal, outcome)
    session.add(outcome)
    settle_visits(session, deal, now=now)
    schedule_reminders(session, deal, now=now)
    stage = {"stage": tracks[0].row.code}
    note_move(session, viewer, deal, f"deal.{form.status}", kind, stage, form.reason, form.text, now)
    if form.status is DealStatus.LOST and form.reason is not None:
        tell_reason(session, deal, form.reason, now)
    if undone:
        record_act(session, viewer, deal, "deal.ended_unfinished", {"count": undone}, now=now)
    for need_id in needs_to_meet(session, deal):
        settle_need(session, viewer, deal, need_id, now)
    return deal


def _outcome(viewer: Viewer, deal: Deal, tracks: list[Track], form: OutcomeCreate, now: datetime) -> Outcome:
    if viewer.person_id is None:
        raise Refused("deal.refused")
    return Outcome(
        deal_id=deal.key,
        stage=tracks[0].row.code,
        recorded_by_id=viewer.person_id,
        recorded_at=now,
        **form.model_dump(exclude={"version", "despite_unfinished"}),
    )


def _require_told(session: WriteSession, deal: Deal, form: OutcomeCreate) -> int:
    """How much the success leaves undone, of which the form knows. Raises Invalid, with everything that is missing."""
    left = unfinished(session, deal)
    silent = [] if form.text.strip() else [Problem("field.outcome_untold", field="text")]
    unaware = [] if form.despite_unfinished else left
    if unaware:
        raise Invalid("deal.unfinished", (*silent, *unaware), count=len(unaware))
    if silent:
        raise Invalid("deal.outcome_untold", tuple(silent))
    return len(left)


def _check(session: WriteSession, deal: Deal, outcome: Outcome) -> None:
    sums = deal_sums(session, deal, outcome)
    check_technical(sums.contract, sums.technical, field="technical_sum")


def _leave(tracks: list[Track], now: datetime) -> None:
    for track in tracks:
        end_pause(track.row, now)
        track.row.left_at = now


def _amend(session: WriteSession, viewer: Viewer, deal: Deal, form: OutcomeCreate, now: datetime) -> Deal:
    """What the form gives replaces what was known; the status stays, and a figure left out too."""
    outcome = outcome_of(session, deal.key) or _outcome(viewer, deal, tracks_of(session, deal), form, now)
    kind, corrected = _CLOSING[deal.status], form.reason if form.reason != outcome.reason else None
    require_fitting(kind, outcome.stage, corrected)
    if corrected is not None:
        require_owner(session, viewer, deal)
    given = {name: getattr(form, name) for name in _FIGURES if getattr(form, name) not in (None, "")}
    outcome.sqlmodel_update(given | ({"reason": form.reason} if form.reason else {}))
    _check(session, deal, outcome)
    session.add(outcome)
    note_move(session, viewer, deal, "deal.outcome_amended", kind, {}, corrected, form.text, now)
    if deal.status is DealStatus.LOST and corrected is not None:
        tell_reason(session, deal, corrected, now)
    return deal
