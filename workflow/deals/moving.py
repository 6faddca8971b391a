"""Deals that move: between stages, into a pause and out of it, and to their end.

Rules a maintainer must keep: the deal's row is locked before its state is read, so of two people who move it at once
the second meets what the first has done; every move is an event that both sides may read, and its reason and comment a
second one that they may not.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from core.database import WriteSession
from core.errors import Conflict, Invalid, Problem
from models.access import Viewer
from models.deal import Contract, Deal, DealStage
from models.deal_enums import EvidenceKind, Visibility
from models.deal_forms import ContractCreate, StageMove, StatusMove
from models.enums import ReasonCode, SubjectKind
from tracking.lifecycle import Move, MoveKind, State, advance, begin, kind_of_move, options
from tracking.reasons import require_fitting
from tracking.store import contracts_of, find_deal_to_change, needs_to_meet, outcome_of
from tracking.templates import COMMON, SIGNED, template_for
from workflow.deals.changes import record_changes
from workflow.deals.evidence import keep_evidence
from workflow.deals.needs import take_up_need
from workflow.deals.signing import before_signing, require_signing
from workflow.deals.tracks import Track, entered, standing_of, track_named, tracks_of
from workflow.deals.visits import settle_visits
from workflow.history import record_event
from workflow.progress import tell_of_move
from workflow.reminders import schedule_reminders

_FIGURES = ("contract_sum", "technical_sum", "revenue", "jobs", "satisfaction_demand", "satisfaction_supply")


def advance_deal(session: WriteSession, viewer: Viewer, deal_id: str, form: StageMove, *, now: datetime) -> Deal:
    """The deal, or the contract the form names, stands at the stage `to`; at `signed`, a contract begins its own.

    A contract is added to a deal that is signed already by another move to `signed`, which asks for what the first one
    did; one with its date of signing is its own evidence.

    Raises NotFound, Refused, Conflict for a move the lifecycle does not know from here, Invalid for a stage that this
    deal does not have, and where a reason, the evidence that would make it needless, or the contract is missing.
    """
    deal = find_deal_to_change(session, viewer, deal_id, version=form.version)
    track = _chosen(tracks_of(session, deal), form)
    if form.to == SIGNED:
        require_signing(session, deal, form, now)
    params: dict[str, str | int] = {"to": form.to}
    if track is None:
        kind, _ = _step(session, viewer, deal, before_signing(session, deal, None), form)
    else:
        kind = _advance(session, viewer, deal, track, form, now)
        params |= {"move": kind.value, "from": track.row.code}
        if track.number is not None:
            params["contract"] = track.number
    if form.to == SIGNED and form.signing is not None:
        number = _sign(session, viewer, deal, form.signing, now)
        params |= {"kind": form.signing.kind.value, "contract": number}
    code = "deal.signed" if form.to == SIGNED else "deal.contract_moved" if "contract" in params else "deal.moved"
    note_move(session, viewer, deal, code, kind, params, form.reason, form.text, now)
    settle_visits(session, deal, now=now)
    schedule_reminders(session, deal, now=now)
    return deal


def pause_deal(session: WriteSession, viewer: Viewer, deal_id: str, form: StatusMove, *, now: datetime) -> Deal:
    """Nothing is expected of the deal, so it reminds nobody; the time is not counted as time in its stages."""
    deal, tracks = apply_status_move(session, viewer, deal_id, form, MoveKind.PAUSE)
    for track in tracks:
        track.row.paused_at = now
    note_move(session, viewer, deal, "deal.paused", MoveKind.PAUSE, {}, form.reason, form.text, now)
    schedule_reminders(session, deal, now=now)
    return deal


def revive_deal(session: WriteSession, viewer: Viewer, deal_id: str, form: StatusMove, *, now: datetime) -> Deal:
    """The deal is open where it stood: after a pause, or, with a reason, after it had ended; its reminder waits again.

    What was recorded as its end, and with it, stays in its history only. A need that was closed because the deal was
    won is open again, with the suggestions that ended for that.
    """
    deal, tracks = apply_status_move(session, viewer, deal_id, form, MoveKind.REVIVE)
    for track in tracks:
        end_pause(track.row, now)
    if deal.closed_at is not None:
        session.add_all(entered(deal, track.row.contract_id, track.state(deal.status), now) for track in tracks)
        _reopen(session, viewer, deal, now)
    note_move(session, viewer, deal, "deal.revived", MoveKind.REVIVE, {}, form.reason, form.text, now)
    settle_visits(session, deal, now=now)
    schedule_reminders(session, deal, now=now)
    return deal


def apply_status_move(
    session: WriteSession, viewer: Viewer, deal_id: str, form: StatusMove, kind: MoveKind
) -> tuple[Deal, list[Track]]:
    """The deal, locked, has the status the move leads to; its stages are the caller's.

    Raises NotFound, Refused, also for somebody whose standing is too low, Conflict, Invalid.
    """
    deal = find_deal_to_change(session, viewer, deal_id, version=form.version)
    tracks, by = tracks_of(session, deal), standing_of(session, viewer, deal)
    movable = [track for track in tracks if any(o.kind is kind for o in options(track.state(deal.status)))]
    leading = (movable or tracks)[0]
    state = leading.state(deal.status)
    after = advance(state, Move(kind, reason=form.reason, by=by))
    require_fitting(kind, state.at, form.reason)
    deal.status = after.status
    return deal, tracks


def end_pause(row: DealStage, now: datetime) -> None:
    """A pause of the stage, if there is one, is over and counted."""
    if row.paused_at is not None:
        row.paused_seconds += max(0, int((now - row.paused_at).total_seconds()))
        row.paused_at = None


def _chosen(tracks: list[Track], form: StageMove) -> Track | None:
    """The track a form means; None for a further contract of a deal that is signed already."""
    common = next((track for track in tracks if track.contract is None), None)
    if form.to != SIGNED:
        return common if common and form.contract is None else track_named(tracks, form.contract)
    return common


def _advance(
    session: WriteSession, viewer: Viewer, deal: Deal, track: Track, form: StageMove, now: datetime
) -> MoveKind:
    kind, after = _step(session, viewer, deal, track.state(deal.status), form)
    track.row.left_at = now
    if after.template.stage(after.at) is not None:
        session.add(entered(deal, track.row.contract_id, after, now))
    return kind


def _step(session: WriteSession, viewer: Viewer, deal: Deal, state: State, form: StageMove) -> tuple[MoveKind, State]:
    """Which move the form makes from there, and the state after it."""
    if form.to not in state.template.codes and form.to not in COMMON.codes:
        fitting = ",".join(state.template.codes)
        problem = Problem("field.not_a_choice", field="to")
        raise Invalid("deal.unknown_stage", (problem,), stage=form.to, stage_codes=fitting)
    kind = kind_of_move(state.template, state.at, form.to)
    if kind is None:
        raise Conflict("deal.move_illegal", move=form.to, status=deal.status.value, stage=state.at)
    if form.signing is not None and form.signing.signed_on is not None and form.to == SIGNED:
        state = replace(state, shown=state.shown | {EvidenceKind.SIGNED_CONTRACT})
    after = advance(state, Move(kind, form.to, form.reason, standing_of(session, viewer, deal)))
    require_fitting(kind, state.at, form.reason)
    return kind, after


def _sign(session: WriteSession, viewer: Viewer, deal: Deal, signing: ContractCreate, now: datetime) -> int:
    contract = Contract(deal_id=deal.key, **signing.model_dump())
    session.add(contract)
    session.flush()
    template = template_for(signing.kind, cooperative=signing.cooperative)
    session.add(entered(deal, contract.key, begin(template), now))
    if signing.signed_on is not None:
        evidence = (EvidenceKind.SIGNED_CONTRACT, signing.signed_on, "")
        keep_evidence(session, viewer, deal, *evidence, contract.key, now=now)
    return len(contracts_of(session, deal.key))


def _reopen(session: WriteSession, viewer: Viewer, deal: Deal, now: datetime) -> None:
    deal.closed_at = None
    outcome = outcome_of(session, deal.key)
    if outcome is not None:
        known = {name: getattr(outcome, name) for name in _FIGURES if getattr(outcome, name) is not None}
        record_changes(session, viewer, deal, known, dict.fromkeys(known), now=now)
        session.delete(outcome)
    for need_id in needs_to_meet(session, deal):
        take_up_need(session, viewer, need_id, deal, now)


def note_move(
    session: WriteSession,
    viewer: Viewer,
    deal: Deal,
    code: str,
    kind: MoveKind,
    params: Mapping[str, str | int],
    reason: ReasonCode | None,
    text: str,
    now: datetime,
) -> None:
    """The move is in the deal's history; its reason and comment stand in a line of their own, for the staff.

    The sides are told of a move that changes how things stand for them. Why a deal was lost both sides read in another
    line (`tell_reason`), so it is not said here too.
    """
    deal.last_activity_at = now
    event = record_event(
        session,
        SubjectKind.DEAL,
        deal.key,
        code,
        actor_id=viewer.person_id,
        now=now,
        params=params,
        visibility=Visibility.PARTIES,
    )
    tell_of_move(session, deal, event, reason)
    told_here = None if kind is MoveKind.LOSE else reason
    if told_here is not None or text:
        record_event(
            session,
            SubjectKind.DEAL,
            deal.key,
            "deal.explained" if told_here else "deal.commented",
            actor_id=viewer.person_id,
            now=now,
            params={"move": kind.value, **({"reason": told_here.value} if told_here else {})},
            text=text,
        )
    session.flush()


def tell_reason(session: WriteSession, deal: Deal, reason: ReasonCode, now: datetime) -> None:
    """Both sides read why the deal ended; who decided so they do not."""
    record_event(
        session,
        SubjectKind.DEAL,
        deal.key,
        "deal.end_told",
        actor_id=None,
        now=now,
        params={"reason": reason.value},
        visibility=Visibility.PARTIES,
    )
