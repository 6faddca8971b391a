"""Milestones and payments that are corrected, or taken away with a reason."""

from api.audiences import SOCIETY
from api.dependencies import NowDep, ViewerDep, WriteSessionDep
from api.policy import PolicyRouter, RateClass
from models.deal_forms import MilestoneUpdate, PartRemoved, PaymentUpdate
from models.deal_public import DealPublic
from workflow.deals import edit_milestone, edit_payment, remove_milestone, remove_payment, show_deal

router = PolicyRouter(prefix="/api/v1/deals/{deal_id}/contracts/{number}", tags=["deals"])


@router.patch("/milestones/{milestone}", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.milestone_edit")
def milestone_edited(
    deal_id: str,
    number: int,
    milestone: int,
    form: MilestoneUpdate,
    session: WriteSessionDep,
    viewer: ViewerDep,
    now: NowDep,
) -> DealPublic:
    """What the form names of the milestone is changed; `reached_on: null` undoes that it was reached."""
    edit_milestone(session, viewer, deal_id, number, milestone, form, now=now)
    return show_deal(session, viewer, deal_id, now=now)


@router.patch("/payments/{payment}", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.payment_edit")
def payment_edited(
    deal_id: str,
    number: int,
    payment: int,
    form: PaymentUpdate,
    session: WriteSessionDep,
    viewer: ViewerDep,
    now: NowDep,
) -> DealPublic:
    """What the form names of the payment is changed; `paid_on: null` undoes that it was made."""
    edit_payment(session, viewer, deal_id, number, payment, form, now=now)
    return show_deal(session, viewer, deal_id, now=now)


@router.post("/milestones/{milestone}/remove", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.milestone_remove")
def milestone_removed(
    deal_id: str,
    number: int,
    milestone: int,
    form: PartRemoved,
    session: WriteSessionDep,
    viewer: ViewerDep,
    now: NowDep,
) -> DealPublic:
    """The milestone is planned no more; the others keep their numbers."""
    remove_milestone(session, viewer, deal_id, number, milestone, form, now=now)
    return show_deal(session, viewer, deal_id, now=now)


@router.post("/payments/{payment}/remove", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.payment_remove")
def payment_removed(
    deal_id: str,
    number: int,
    payment: int,
    form: PartRemoved,
    session: WriteSessionDep,
    viewer: ViewerDep,
    now: NowDep,
) -> DealPublic:
    """The payment is planned no more; the others keep their numbers."""
    remove_payment(session, viewer, deal_id, number, payment, form, now=now)
    return show_deal(session, viewer, deal_id, now=now)
