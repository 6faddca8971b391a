"""What the contracts of a deal have brought: return visits."""

from api.audiences import SOCIETY
from api.dependencies import NowDep, ViewerDep, WriteSessionDep
from api.policy import PolicyRouter, RateClass
from models.deal_outcome import VisitCreate
from models.deal_public import DealPublic
from workflow.deals import record_visit, show_deal

router = PolicyRouter(prefix="/api/v1/deals", tags=["deals"])


@router.put("/{deal_id}/contracts/{contract}/visits/{number}", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.visit")
def visited(
    deal_id: str,
    contract: int,
    number: int,
    form: VisitCreate,
    session: WriteSessionDep,
    viewer: ViewerDep,
    now: NowDep,
) -> DealPublic:
    """What was found at the return visit of that year is recorded, or corrected."""
    record_visit(session, viewer, deal_id, contract, number, form, now=now)
    return show_deal(session, viewer, deal_id, now=now)
