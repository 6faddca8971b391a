"""Moves and signings that were slips: undone as if they had not been made, and told in the history.

Rules a maintainer must keep: what is undone leaves no trace in where deals stand, and itself and its undoing in the
history. Contracts are numbered in their order and the history names them by number, so only the last can go.
"""

from datetime import datetime
from typing import TypeVar

from sqlmodel import col, select

from core.database import ReadSession, WriteSession
from core.errors import Conflict
from models.access import Viewer
from models.deal import Contract, Deal, DealStage, ExtraStage, Milestone, Payment, ReturnVisit, StageEvidence
from models.deal_enums import DealStatus, EvidenceKind
from models.deal_forms import UndoMove
from models.enums import ReasonCode
from tracking.lifecycle import MoveKind, require_undoable
from tracking.store import contracts_of, find_deal_to_change, stages_of
from workflow.deals.acts import require_owner
from workflow.deals.moving import note_move
from workflow.deals.tracks import Track, track_named, tracks_of
from workflow.deals.visits import settle_visits
from workflow.reminders import schedule_reminders

R = TypeVar("R", DealStage, ExtraStage, Milestone, Payment, ReturnVisit, StageEvidence)


def undo_move(session: WriteSession, viewer: Viewer, deal_id: str, form: UndoMove, *, now: datetime) -> Deal:
    """The deal, or the contract the form names, stands where it stood before its last move, as if it had not left.

    A contract that has not moved is as if it had not been signed, if it is the last and nothing has happened under it.
    What was entered by mistake stays in the history, with its undoing.

    Raises NotFound, Refused, also for who is neither owner nor lead and undoes a signing, Invalid, and Conflict where
    there is nothing to undo, or the move was made too long ago.
    """
    deal = find_deal_to_change(session, viewer, deal_id, version=form.version)
    track = track_named(tracks_of(session, deal), form.contract)
    if track.before is not None:
        _step_back(session, viewer, deal, track, track.before, form, now)
    elif track.contract is not None:
        _undo_signing(session, viewer, deal, track.contract, form, now)
    else:
        raise Conflict("deal.nothing_to_undo")
    settle_visits(session, deal, now=now)
    schedule_reminders(session, deal, now=now)
    return deal


def can_undo_signing(session: ReadSession, deal: Deal, track: Track) -> bool:
    """Whether who owns the deal, or leads it, can undo the signing of this contract."""
    if deal.status is not DealStatus.OPEN or track.contract is None or track.before is not None:
        return False
    return _is_untouched(session, deal, track.contract) and (track.number != 1 or _stood_at(session, deal) is not None)


def _step_back(
    session: WriteSession, viewer: Viewer, deal: Deal, track: Track, before: DealStage, form: UndoMove, now: datetime
) -> None:
    require_undoable(track.row.entered_at, deal.status, now=now)
    track.row.left_at = track.row.undone_at = now
    _resume(before, track.row)
    params: dict[str, str | int] = {"from": track.row.code, "to": before.code}
    if track.number is not None:
        params["contract"] = track.number
    code = "deal.contract_move_undone" if track.number else "deal.move_undone"
    note_move(session, viewer, deal, code, MoveKind.UNDO, params, ReasonCode.ENTERED_BY_MISTAKE, form.text, now)


def _undo_signing(
    session: WriteSession, viewer: Viewer, deal: Deal, contract: Contract, form: UndoMove, now: datetime
) -> None:
    if deal.status is not DealStatus.OPEN:
        raise Conflict("deal.move_illegal", move=MoveKind.UNDO.value, status=deal.status.value, stage="")
    require_owner(session, viewer, deal)
    if not _is_untouched(session, deal, contract):
        raise Conflict("deal.signing_stands")
    number, before, rows = (
        len(contracts_of(session, deal.key)),
        _stood_at(session, deal),
        _of(session, DealStage, contract),
    )
    if number == 1:
        if before is None:
            raise Conflict("deal.nothing_to_undo")
        _resume(before, rows[-1])
    for row in rows:
        row.contract_id, row.left_at, row.undone_at = None, row.left_at or now, row.undone_at or now
    for evidence in _of(session, StageEvidence, contract):
        evidence.contract_id, evidence.withdrawn_at = None, evidence.withdrawn_at or now
    session.flush()
    params: dict[str, str | int] = {"contract": number, "kind": contract.kind.value}
    session.delete(contract)
    reason = ReasonCode.ENTERED_BY_MISTAKE
    note_move(session, viewer, deal, "deal.signing_undone", MoveKind.UNDO, params, reason, form.text, now)


def _is_untouched(session: ReadSession, deal: Deal, contract: Contract) -> bool:
    """Whether it is the last contract of its deal, stands where it began, and nothing was planned or shown under it."""
    stages = {row.code for row in _of(session, DealStage, contract) if row.undone_at is None}
    shown = {row.kind for row in _of(session, StageEvidence, contract) if row.withdrawn_at is None}
    planned = [*_of(session, Milestone, contract), *_of(session, Payment, contract)]
    others = [*_of(session, ExtraStage, contract), *_of(session, ReturnVisit, contract)]
    return (
        contracts_of(session, deal.key)[-1] is contract
        and len(stages) == 1
        and shown <= {EvidenceKind.SIGNED_CONTRACT}
        and not (planned or others or contract.registration_number)
    )


def _stood_at(session: ReadSession, deal: Deal) -> DealStage | None:
    """Where the deal stood when its first contract was signed; a deal that was brought in signed stood nowhere here."""
    rows = [row for row in stages_of(session, [deal.key]) if row.contract_id is None]
    return max(rows, key=lambda row: row.key, default=None)


def _resume(before: DealStage, after: DealStage) -> None:
    """The stage is as if it had not been left for the one after it."""
    before.left_at = None
    before.paused_seconds += after.paused_seconds


def _of(session: ReadSession, kind: type[R], contract: Contract) -> list[R]:
    return list(session.exec(select(kind).where(kind.contract_id == contract.key).order_by(col(kind.id))))
