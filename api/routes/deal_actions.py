"""What may be done next about a deal: proposed, taken, declined."""

from api.audiences import SOCIETY
from api.dependencies import NowDep, ReadSessionDep, ViewerDep, WriteSessionDep
from api.policy import PolicyRouter, RateClass
from api.routes.deal_act import DealActDep
from models.deal_outcome import ActionDecline, ActionPublic, ActionTake
from models.deal_public import DealPublic
from workflow.deals import decline_action, propose_actions, take_action

router = PolicyRouter(prefix="/api/v1/deals/{deal_id}/actions", tags=["deals"])


@router.get("", roles=SOCIETY, rate=RateClass.READ)
def proposed(deal_id: str, session: ReadSessionDep, viewer: ViewerDep, now: NowDep) -> list[ActionPublic]:
    """What may be done next, the most worthwhile first."""
    return propose_actions(session, viewer, deal_id, now=now)


@router.post("", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.action")
def taken(deal: DealActDep, form: ActionTake) -> DealPublic:
    """A proposed action is taken."""
    take_action(*deal.of, form, now=deal.now)
    return deal.shown()


@router.post("/decline", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.action_decline")
def declined(
    deal_id: str, form: ActionDecline, session: WriteSessionDep, viewer: ViewerDep, now: NowDep
) -> list[ActionPublic]:
    """A proposed action is not taken now; what is proposed instead."""
    decline_action(session, viewer, deal_id, form, now=now)
    return propose_actions(session, viewer, deal_id, now=now)
