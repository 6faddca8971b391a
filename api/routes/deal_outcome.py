"""What the contracts of a deal have brought: return visits."""

from api.audiences import SOCIETY
from api.policy import PolicyRouter, RateClass
from api.routes.deal_act import DealActDep
from models.deal_outcome import VisitCreate
from models.deal_public import DealPublic
from workflow.deals import record_visit

router = PolicyRouter(prefix="/api/v1/deals", tags=["deals"])


@router.put("/{deal_id}/contracts/{contract}/visits/{number}", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.visit")
def visited(deal: DealActDep, contract: int, number: int, form: VisitCreate) -> DealPublic:
    """What was found at the return visit of that year is recorded, or corrected."""
    record_visit(*deal.of, contract, number, form, now=deal.now)
    return deal.shown()
