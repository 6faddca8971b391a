"""The forms of a deal's page about what its contracts have brought."""

from fastapi import Response

from api.audiences import SOCIETY
from api.dependencies import NowDep, ViewerDep, WriteSessionDep
from api.policy import PolicyRouter, RateClass
from api.web.deal_page import refused_page
from api.web.forms import FormDep, attempt_of, build
from api.web.shell import ShellDep
from core.errors import AppError
from models.deal_outcome import VisitCreate
from workflow.deals import record_visit

router = PolicyRouter(prefix="/deals/{public_id}")


@router.post("/contracts/{contract}/visits/{number}", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.visit")
def submit_visit(
    shell: ShellDep,
    session: WriteSessionDep,
    viewer: ViewerDep,
    form: FormDep,
    now: NowDep,
    public_id: str,
    contract: int,
    number: int,
) -> Response:
    """What was found at the visit is recorded."""
    try:
        record_visit(session, viewer, public_id, contract, number, build(VisitCreate, form), now=now)
    except AppError as error:
        attempt = attempt_of(f"visit{contract}-{number}", form, error)
        return refused_page(shell, session, viewer, public_id, now, attempt, error)
    return shell.go(f"/deals/{public_id}#visits", "visit_recorded")
