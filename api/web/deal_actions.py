"""The forms of a deal's page about what may be done next."""

from fastapi import Response

from api.audiences import SOCIETY
from api.dependencies import NowDep, ViewerDep, WriteSessionDep
from api.policy import PolicyRouter, RateClass
from api.web.deal_page import refused_page
from api.web.forms import FormDep, attempt_of, build
from api.web.shell import ShellDep
from core.errors import AppError
from models.deal_outcome import ActionDecline, ActionTake
from workflow.deals import decline_action, take_action

router = PolicyRouter(prefix="/deals/{public_id}/actions")


@router.post("", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.action")
def submit_action(
    shell: ShellDep, session: WriteSessionDep, viewer: ViewerDep, form: FormDep, now: NowDep, public_id: str
) -> Response:
    """A proposed action is taken."""
    try:
        take_action(session, viewer, public_id, build(ActionTake, form), now=now)
    except AppError as error:
        attempt = attempt_of(f"take-{form.text('action')}", form, error)
        return refused_page(shell, session, viewer, public_id, now, attempt, error)
    return shell.go(f"/deals/{public_id}", "action_taken")


@router.post("/decline", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.action_decline")
def submit_decline(
    shell: ShellDep, session: WriteSessionDep, viewer: ViewerDep, form: FormDep, now: NowDep, public_id: str
) -> Response:
    """A proposed action is not taken now."""
    try:
        decline_action(session, viewer, public_id, build(ActionDecline, form), now=now)
    except AppError as error:
        attempt = attempt_of(f"decline-{form.text('action')}", form, error)
        return refused_page(shell, session, viewer, public_id, now, attempt, error)
    return shell.go(f"/deals/{public_id}", "action_declined")
