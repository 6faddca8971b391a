"""What people decide on the page of a need: its requirements, its contact, and who is never proposed for it again."""

from fastapi import Response

from api.audiences import ASKERS
from api.dependencies import NowDep, ViewerDep, WriteSessionDep, undo
from api.policy import PolicyRouter, RateClass
from api.web.forms import FormDep, build
from api.web.need_page import need_page
from api.web.requirement_lines import read_lines
from api.web.shell import ShellDep
from core.errors import Conflict, Invalid
from models.refusal import RefusalCreate
from workflow.contacts import name_contact
from workflow.needs import show_need
from workflow.refusals import lift_refusal, refuse_supplier
from workflow.requirements.editing import edit_requirements

router = PolicyRouter(prefix="/needs")


@router.post("/{public_id}/requirements", roles=ASKERS, rate=RateClass.WRITE, audit="need.edit_requirements")
def submit_requirements(
    shell: ShellDep, session: WriteSessionDep, viewer: ViewerDep, form: FormDep, now: NowDep, public_id: str
) -> Response:
    """The need demands what the list says; whatever button was pressed, everything typed is stored."""
    typed = read_lines(form, show_need(session, viewer, public_id).requirements)
    try:
        edit_requirements(session, viewer, public_id, typed.edits(), now=now, version=form.version())
    except (Invalid, Conflict) as error:
        undo(session, error)
        page = need_page(session, viewer, public_id, typed=typed.refused(error, form.version() or 0))
        return shell.refuse("needs/detail.html", page, error)
    query = f"?line={typed.focus}" if typed.focus else ""
    return shell.go(f"/needs/{public_id}{query}#requirements", "requirements_saved")


@router.post("/{public_id}/refusals", roles=ASKERS, rate=RateClass.WRITE, audit="need.refuse")
def submit_refusal(
    shell: ShellDep, session: WriteSessionDep, viewer: ViewerDep, form: FormDep, now: NowDep, public_id: str
) -> Response:
    """The supplier is never proposed again; back to where it was decided."""
    refuse_supplier(session, viewer, public_id, build(RefusalCreate, form), now=now)
    return shell.go(_back(form.text("back"), public_id), "supplier_refused")


@router.post("/{public_id}/refusals/{refusal_id}/lift", roles=ASKERS, rate=RateClass.WRITE, audit="need.lift_refusal")
def submit_lift(
    shell: ShellDep,
    session: WriteSessionDep,
    viewer: ViewerDep,
    form: FormDep,
    now: NowDep,
    public_id: str,
    refusal_id: str,
) -> Response:
    """The supplier may be proposed again."""
    lift_refusal(session, viewer, public_id, refusal_id, now=now, version=form.version())
    return shell.go(_back(form.text("back"), public_id), "refusal_lifted")


@router.post("/{public_id}/contact", roles=ASKERS, rate=RateClass.WRITE, audit="need.name_contact")
def submit_contact(
    shell: ShellDep, session: WriteSessionDep, viewer: ViewerDep, form: FormDep, now: NowDep, public_id: str
) -> Response:
    """It is known whom to call."""
    name_contact(session, viewer, public_id, form.text("contact"), now=now, version=form.version())
    return shell.go(f"/needs/{public_id}", "saved")


def _back(page: str, public_id: str) -> str:
    return f"/needs/{public_id}/matches" if page == "matches" else f"/needs/{public_id}"
