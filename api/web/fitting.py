"""The needs that fit a supplier, for the supplier and for the staff."""

from fastapi import Response

from api.audiences import OFFERERS
from api.dependencies import AuditDep, NowDep, ReadSessionDep, SearchIndexDep, ViewerDep
from api.policy import PolicyRouter, RateClass
from api.web.shell import ShellDep
from workflow.matches.fitting import needs_for_supplier

router = PolicyRouter(prefix="/suppliers/{supplier_id}")


@router.get("/needs", roles=OFFERERS, rate=RateClass.SEARCH, audit="supplier.needs")
def needs_page(
    shell: ShellDep,
    index: SearchIndexDep,
    session: ReadSessionDep,
    viewer: ViewerDep,
    audit: AuditDep,
    now: NowDep,
    supplier_id: str,
) -> Response:
    """The list, made anew each time it is looked at."""
    found = needs_for_supplier(session, viewer, supplier_id, index, now=now)
    response = shell.render("suppliers/needs.html", found)
    audit.full_read()
    return response
