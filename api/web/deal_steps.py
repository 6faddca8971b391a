"""The forms of a deal's page about evidence, slips, and whose turn it is."""

from fastapi import Response

from api.audiences import SOCIETY
from api.dependencies import NowDep, ViewerDep, WriteSessionDep
from api.policy import PolicyRouter, RateClass
from api.web.deal_page import refused_page
from api.web.forms import FormDep, attempt_of, build
from api.web.shell import ShellDep
from core.errors import AppError
from models.deal_forms import (
    AnswerCreate,
    EvidenceCreate,
    UndoMove,
    WaitingUpdate,
)
from workflow.deals import (
    record_answer,
    record_evidence,
    set_waiting,
    undo_move,
    withdraw_evidence,
)

router = PolicyRouter(prefix="/deals")


@router.post("/{public_id}/undo", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.undo")
def submit_undo(
    shell: ShellDep, session: WriteSessionDep, viewer: ViewerDep, form: FormDep, now: NowDep, public_id: str
) -> Response:
    """The last move between stages was a slip."""
    try:
        undo_move(session, viewer, public_id, build(UndoMove, form), now=now)
    except AppError as error:
        return refused_page(
            shell, session, viewer, public_id, now, attempt_of(f"undo{form.text('contract')}", form, error), error
        )
    return shell.go(f"/deals/{public_id}", "deal_move_undone")


@router.post("/{public_id}/evidence", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.evidence")
def submit_evidence(
    shell: ShellDep, session: WriteSessionDep, viewer: ViewerDep, form: FormDep, now: NowDep, public_id: str
) -> Response:
    """It is recorded that a stage was gone through."""
    try:
        record_evidence(session, viewer, public_id, build(EvidenceCreate, form), now=now)
    except AppError as error:
        return refused_page(
            shell, session, viewer, public_id, now, attempt_of(f"evidence{form.text('contract')}", form, error), error
        )
    return shell.go(f"/deals/{public_id}", "evidence_recorded")


@router.post(
    "/{public_id}/evidence/{number}/withdraw", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.evidence_withdraw"
)
def submit_withdrawal(
    shell: ShellDep, session: WriteSessionDep, viewer: ViewerDep, now: NowDep, public_id: str, number: int
) -> Response:
    """The evidence was recorded wrongly."""
    withdraw_evidence(session, viewer, public_id, number, now=now)
    return shell.go(f"/deals/{public_id}", "evidence_withdrawn")


@router.post("/{public_id}/waiting", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.waiting")
def submit_waiting(
    shell: ShellDep, session: WriteSessionDep, viewer: ViewerDep, form: FormDep, now: NowDep, public_id: str
) -> Response:
    """Whose turn it is, and since when."""
    try:
        set_waiting(session, viewer, public_id, build(WaitingUpdate, form), now=now)
    except AppError as error:
        return refused_page(shell, session, viewer, public_id, now, attempt_of("waiting", form, error), error)
    return shell.go(f"/deals/{public_id}", "saved")


@router.post("/{public_id}/answers", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.answer")
def submit_answer(
    shell: ShellDep, session: WriteSessionDep, viewer: ViewerDep, form: FormDep, now: NowDep, public_id: str
) -> Response:
    """A side has answered."""
    try:
        record_answer(session, viewer, public_id, build(AnswerCreate, form), now=now)
    except AppError as error:
        return refused_page(shell, session, viewer, public_id, now, attempt_of("answer", form, error), error)
    return shell.go(f"/deals/{public_id}", "saved")
