"""Deals that move: between stages, into a pause and out of it, and to their end.

Rules a maintainer must keep: the deal's row is locked before its state is read, so of two people who move it at once
the second meets what the first has done; every move is an event that both sides may read, and its reason and comment a
second one that they may not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from core.database import ReadSession, WriteSession
from core.errors import Conflict, Invalid, NotFound, Problem
from models.access import Viewer
from models.deal import Contract, Deal, DealStage
from models.deal_forms import ContractCreate, StageMove, StatusMove
from models.enums import DealStatus, ReasonCode, SubjectKind, Visibility
from tracking.lifecycle import Move, MoveKind, Option, State, advance, begin, kind_of_move, options
from tracking.store import contracts_of, find_deal_to_change, outcome_of, stages_of
from tracking.templates import CONTRACT_TEMPLATES, SIGNED, template_of
from workflow.deals.opening import introduce_need
from workflow.history import record_event
from workflow.reminders import schedule_next_step


@dataclass(frozen=True, slots=True)
class Track:
    """What moves by itself: the deal up to signing (contract None), or one of its contracts."""

    contract: Contract | None
    number: int | None
    row: DealStage

    def state(self, status: DealStatus) -> State:
        """Where it stands, as the rules see it."""
        return State(template_of(self.row.template, self.row.template_version), self.row.code, status)


def tracks_of(session: ReadSession, deal: Deal) -> list[Track]:
    """What of the deal stands somewhere now: one track up to signing, then one for each contract."""
    contracts = contracts_of(session, deal.key)
    numbers = {contract.key: number for number, contract in enumerate(contracts, start=1)}
    last = {row.contract_id: row for row in sorted(stages_of(session, [deal.key]), key=lambda row: row.key)}
    if not contracts:
        return [Track(None, None, last[None])]
    return [Track(contract, numbers[contract.key], last[contract.key]) for contract in contracts]


def moves_of(deal: Deal, tracks: list[Track]) -> list[Option]:
    """The moves of the whole deal that are legal now."""
    found = {option: None for track in tracks for option in options(track.state(deal.status)) if not option.to}
    return list(found)


def advance_deal(session: WriteSession, viewer: Viewer, deal_id: str, form: StageMove, *, now: datetime) -> Deal:
    """The deal, or the contract the form names, stands at the stage `to`; at `signed`, a contract begins its own.

    A contract is added to a deal that is signed already by another move to `signed`. Raises NotFound, Refused, Conflict
    for a move the lifecycle does not know from here, Invalid where a reason or the contract is missing.
    """
    deal = find_deal_to_change(session, viewer, deal_id, version=form.version)
    tracks = tracks_of(session, deal)
    track = _chosen(deal, tracks, form)
    if form.to == SIGNED and form.signing is None:
        raise Invalid("deal.contract_needed", (Problem("field.required", field="signing"),))
    params: dict[str, str | int] = {"to": form.to}
    kind = MoveKind.FORWARD
    if track is not None:
        kind = _advance(session, deal, track, form, now)
        params |= {"move": kind.value, "from": track.row.code}
        if track.number is not None:
            params["contract"] = track.number
    if form.to == SIGNED and form.signing is not None:
        params |= {"kind": form.signing.kind.value, "contract": _sign(session, deal, form.signing, now)}
    code = "deal.signed" if form.to == SIGNED else "deal.contract_moved" if "contract" in params else "deal.moved"
    note_move(session, viewer, deal, code, kind, params, form.reason, form.text, now)
    return deal


def pause_deal(session: WriteSession, viewer: Viewer, deal_id: str, form: StatusMove, *, now: datetime) -> Deal:
    """Nothing is expected of the deal, so it reminds nobody; the time is not counted as time in its stages."""
    deal, tracks = apply_status_move(session, viewer, deal_id, form, MoveKind.PAUSE)
    for track in tracks:
        track.row.paused_at = now
    note_move(session, viewer, deal, "deal.paused", MoveKind.PAUSE, {}, form.reason, form.text, now)
    schedule_next_step(session, deal, now=now)
    return deal


def revive_deal(session: WriteSession, viewer: Viewer, deal_id: str, form: StatusMove, *, now: datetime) -> Deal:
    """The deal is open where it stood: after a pause, or, with a reason, after it was lost; its reminder waits again.

    What was recorded as the end of a lost deal stays in its history only.
    """
    deal, tracks = apply_status_move(session, viewer, deal_id, form, MoveKind.REVIVE)
    for track in tracks:
        end_pause(track.row, now)
    if deal.closed_at is not None:
        session.add_all(_entered(deal, track.row.contract_id, track.state(deal.status), now) for track in tracks)
        _reopen(session, viewer, deal, now)
    note_move(session, viewer, deal, "deal.revived", MoveKind.REVIVE, {}, form.reason, form.text, now)
    schedule_next_step(session, deal, now=now)
    return deal


def apply_status_move(
    session: WriteSession, viewer: Viewer, deal_id: str, form: StatusMove, kind: MoveKind
) -> tuple[Deal, list[Track]]:
    """The deal, locked, has the status the move leads to; its stages are the caller's.

    Raises NotFound, Refused, Conflict, Invalid.
    """
    deal = find_deal_to_change(session, viewer, deal_id, version=form.version)
    tracks = tracks_of(session, deal)
    movable = [track for track in tracks if any(o.kind is kind for o in options(track.state(deal.status)))]
    leading = (movable or tracks)[0]
    deal.status = advance(leading.state(deal.status), Move(kind, reason=form.reason)).status
    return deal, tracks


def end_pause(row: DealStage, now: datetime) -> None:
    """A pause of the stage, if there is one, is over and counted."""
    if row.paused_at is not None:
        row.paused_seconds += max(0, int((now - row.paused_at).total_seconds()))
        row.paused_at = None


def _chosen(deal: Deal, tracks: list[Track], form: StageMove) -> Track | None:
    """The track a form means; None for a further contract of a deal that is signed already."""
    common = next((track for track in tracks if track.contract is None), None)
    if form.to == SIGNED and common is None:
        if deal.status is not DealStatus.OPEN:
            raise Conflict("deal.move_illegal", move=MoveKind.FORWARD.value, status=deal.status.value, stage=SIGNED)
        return None
    if form.contract is None and (common is not None or len(tracks) == 1):
        return common or tracks[0]
    if form.contract is None:
        raise Invalid("deal.which_contract", (Problem("field.required", field="contract"),))
    found = next((track for track in tracks if track.number == form.contract), None)
    if found is None:
        raise NotFound("contract.not_found", number=form.contract)
    return found


def _advance(session: WriteSession, deal: Deal, track: Track, form: StageMove, now: datetime) -> MoveKind:
    state = track.state(deal.status)
    kind = kind_of_move(state.template, state.at, form.to)
    if kind is None:
        raise Conflict("deal.move_illegal", move=form.to, status=deal.status.value, stage=state.at)
    after = advance(state, Move(kind, form.to, form.reason))
    track.row.left_at = now
    if after.template.stage(after.at) is not None:
        session.add(_entered(deal, track.row.contract_id, after, now))
    return kind


def _sign(session: WriteSession, deal: Deal, signing: ContractCreate, now: datetime) -> int:
    contract = Contract(deal_id=deal.key, **signing.model_dump())
    session.add(contract)
    session.flush()
    session.add(_entered(deal, contract.key, begin(CONTRACT_TEMPLATES[signing.kind]), now))
    return len(contracts_of(session, deal.key))


def _entered(deal: Deal, contract_id: int | None, state: State, now: datetime) -> DealStage:
    return DealStage(
        deal_id=deal.key,
        contract_id=contract_id,
        template=state.template.name,
        template_version=state.template.version,
        code=state.at,
        entered_at=now,
    )


def _reopen(session: WriteSession, viewer: Viewer, deal: Deal, now: datetime) -> None:
    deal.closed_at = None
    outcome = outcome_of(session, deal.key)
    if outcome is not None:
        session.delete(outcome)
    if deal.need_id is not None:
        introduce_need(session, viewer, deal.need_id, deal, now)


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
    """The move is in the deal's history; its reason and comment stand in a line of their own, for the staff."""
    deal.last_activity_at = now
    record_event(
        session,
        SubjectKind.DEAL,
        deal.key,
        code,
        actor_id=viewer.person_id,
        now=now,
        params=params,
        visibility=Visibility.PARTIES,
    )
    if reason is not None or text:
        record_event(
            session,
            SubjectKind.DEAL,
            deal.key,
            "deal.explained" if reason else "deal.commented",
            actor_id=viewer.person_id,
            now=now,
            params={"move": kind.value, **({"reason": reason.value} if reason else {})},
            text=text,
        )
    session.flush()
