"""Milestones and payments that are corrected, or taken away with a reason."""

from api.audiences import SOCIETY
from api.policy import PolicyRouter, RateClass
from api.routes.deal_act import DealActDep
from models.deal_forms import MilestoneUpdate, PartRemoved, PaymentUpdate
from models.deal_public import DealPublic
from workflow.deals import edit_milestone, edit_payment, remove_milestone, remove_payment

router = PolicyRouter(prefix="/api/v1/deals/{deal_id}/contracts/{number}", tags=["deals"])


@router.patch("/milestones/{milestone}", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.milestone_edit")
def milestone_edited(deal: DealActDep, number: int, milestone: int, form: MilestoneUpdate) -> DealPublic:
    """What the form names of the milestone is changed; `reached_on: null` undoes that it was reached."""
    edit_milestone(*deal.of, number, milestone, form, now=deal.now)
    return deal.shown()


@router.patch("/payments/{payment}", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.payment_edit")
def payment_edited(deal: DealActDep, number: int, payment: int, form: PaymentUpdate) -> DealPublic:
    """What the form names of the payment is changed; `paid_on: null` undoes that it was made."""
    edit_payment(*deal.of, number, payment, form, now=deal.now)
    return deal.shown()


@router.post("/milestones/{milestone}/remove", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.milestone_remove")
def milestone_removed(deal: DealActDep, number: int, milestone: int, form: PartRemoved) -> DealPublic:
    """The milestone is planned no more; the others keep their numbers."""
    remove_milestone(*deal.of, number, milestone, form, now=deal.now)
    return deal.shown()


@router.post("/payments/{payment}/remove", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.payment_remove")
def payment_removed(deal: DealActDep, number: int, payment: int, form: PartRemoved) -> DealPublic:
    """The payment is planned no more; the others keep their numbers."""
    remove_payment(*deal.of, number, payment, form, now=deal.now)
    return deal.shown()
