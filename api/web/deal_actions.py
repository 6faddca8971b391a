"""The forms of a deal's page about what may be done next."""

from fastapi import Response

from api.audiences import SOCIETY
from api.policy import PolicyRouter, RateClass
from api.web.deal_forms import DealFormDep
from models.deal_outcome import ActionDecline, ActionTake
from workflow.deals import decline_action, take_action

router = PolicyRouter(prefix="/deals/{public_id}/actions")


@router.post("", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.action")
def submit_action(deal: DealFormDep) -> Response:
    """A proposed action is taken."""
    return deal.submit(
        f"take-{deal.text('action')}",
        lambda: take_action(*deal.of, deal.build(ActionTake), now=deal.now),
        "action_taken",
    )


@router.post("/decline", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.action_decline")
def submit_decline(deal: DealFormDep) -> Response:
    """A proposed action is not taken now."""
    return deal.submit(
        f"decline-{deal.text('action')}",
        lambda: decline_action(*deal.of, deal.build(ActionDecline), now=deal.now),
        "action_declined",
    )
