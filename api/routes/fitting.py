"""The needs that fit a supplier."""

from typing import Annotated

from fastapi import Query

from api.audiences import OFFERERS
from api.dependencies import AuditDep, NowDep, ReadSessionDep, SearchIndexDep, ViewerDep
from api.policy import PolicyRouter, RateClass
from models.fitting_need import FittingNeedsPublic
from workflow.matches.fitting import needs_for_supplier

router = PolicyRouter(prefix="/api/v1", tags=["matches"])

Number = Annotated[int, Query(ge=1, le=50, description="How many needs at most.")]


@router.get("/suppliers/{supplier_id}/needs", roles=OFFERERS, rate=RateClass.SEARCH, audit="supplier.needs")
def fitting_needs(
    supplier_id: str,
    index: SearchIndexDep,
    session: ReadSessionDep,
    viewer: ViewerDep,
    audit: AuditDep,
    now: NowDep,
    k: Number = 10,
) -> FittingNeedsPublic:
    """The needs that look for what the supplier offers, best first."""
    found = needs_for_supplier(session, viewer, supplier_id, index, now=now, k=k)
    audit.full_read()
    return found
