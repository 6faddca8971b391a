"""The forms of a deal's page that correct milestones and payments, or take them away."""

from fastapi import Response

from api.audiences import SOCIETY
from api.policy import PolicyRouter, RateClass
from api.web.deal_forms import DealFormDep
from models.deal_forms import MilestoneUpdate, PartRemoved, PaymentUpdate
from workflow.deals import edit_milestone, edit_payment, remove_milestone, remove_payment

router = PolicyRouter(prefix="/deals/{public_id}/contracts/{number}")


@router.post("/milestones/{item}/edit", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.milestone_edit")
def submit_milestone_edit(deal: DealFormDep, number: int, item: int) -> Response:
    """The milestone is corrected."""
    return deal.submit(
        f"edit-milestones{number}-{item}",
        lambda: edit_milestone(*deal.of, number, item, deal.build(MilestoneUpdate), now=deal.now),
    )


@router.post("/payments/{item}/edit", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.payment_edit")
def submit_payment_edit(deal: DealFormDep, number: int, item: int) -> Response:
    """The payment is corrected."""
    return deal.submit(
        f"edit-payments{number}-{item}",
        lambda: edit_payment(*deal.of, number, item, deal.build(PaymentUpdate), now=deal.now),
    )


@router.post("/milestones/{item}/remove", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.milestone_remove")
def submit_milestone_removal(deal: DealFormDep, number: int, item: int) -> Response:
    """The milestone is planned no more."""
    return deal.submit(
        f"out-milestones{number}-{item}",
        lambda: remove_milestone(*deal.of, number, item, deal.build(PartRemoved), now=deal.now),
    )


@router.post("/payments/{item}/remove", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.payment_remove")
def submit_payment_removal(deal: DealFormDep, number: int, item: int) -> Response:
    """The payment is planned no more."""
    return deal.submit(
        f"out-payments{number}-{item}",
        lambda: remove_payment(*deal.of, number, item, deal.build(PartRemoved), now=deal.now),
    )
