"""The forms of a deal's page about what its contracts have brought."""

from fastapi import Response

from api.audiences import SOCIETY
from api.policy import PolicyRouter, RateClass
from api.web.deal_forms import DealFormDep
from models.deal_outcome import VisitCreate
from workflow.deals import record_visit

router = PolicyRouter(prefix="/deals/{public_id}")


@router.post("/contracts/{contract}/visits/{number}", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.visit")
def submit_visit(deal: DealFormDep, contract: int, number: int) -> Response:
    """What was found at the visit is recorded."""
    return deal.submit(
        f"visit{contract}-{number}",
        lambda: record_visit(*deal.of, contract, number, deal.build(VisitCreate), now=deal.now),
        "visit_recorded",
        to=lambda _: f"{deal.here}#visits",
    )
