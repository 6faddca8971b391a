"""The forms of a deal's page about evidence, slips, and whose turn it is."""

from fastapi import Response

from api.audiences import SOCIETY
from api.policy import PolicyRouter, RateClass
from api.web.deal_forms import DealFormDep
from models.deal_forms import AnswerCreate, EvidenceCreate, UndoMove, WaitingUpdate
from workflow.deals import record_answer, record_evidence, set_waiting, undo_move, withdraw_evidence

router = PolicyRouter(prefix="/deals/{public_id}")


@router.post("/undo", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.undo")
def submit_undo(deal: DealFormDep) -> Response:
    """The last move between stages was a slip."""
    return deal.submit(
        f"undo{deal.text('contract')}",
        lambda: undo_move(*deal.of, deal.build(UndoMove), now=deal.now),
        "deal_move_undone",
    )


@router.post("/evidence", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.evidence")
def submit_evidence(deal: DealFormDep) -> Response:
    """It is recorded that a stage was gone through."""
    return deal.submit(
        f"evidence{deal.text('contract')}",
        lambda: record_evidence(*deal.of, deal.build(EvidenceCreate), now=deal.now),
        "evidence_recorded",
    )


@router.post("/evidence/{number}/withdraw", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.evidence_withdraw")
def submit_withdrawal(deal: DealFormDep, number: int) -> Response:
    """The evidence was recorded wrongly."""
    withdraw_evidence(*deal.of, number, now=deal.now)
    return deal.shell.go(deal.here, "evidence_withdrawn")


@router.post("/waiting", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.waiting")
def submit_waiting(deal: DealFormDep) -> Response:
    """Whose turn it is, and since when."""
    return deal.submit("waiting", lambda: set_waiting(*deal.of, deal.build(WaitingUpdate), now=deal.now))


@router.post("/answers", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.answer")
def submit_answer(deal: DealFormDep) -> Response:
    """A side has answered."""
    return deal.submit("answer", lambda: record_answer(*deal.of, deal.build(AnswerCreate), now=deal.now))
