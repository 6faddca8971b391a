"""The forms of a deal's page about stages that only it has, and about what is taken out of it."""

from fastapi import Response

from api.audiences import SOCIETY
from api.dependencies import NowDep, ViewerDep, WriteSessionDep
from api.policy import PolicyRouter, RateClass
from api.web.deal_page import refused_page
from api.web.forms import FormDep, attempt_of, build
from api.web.shell import ShellDep
from core.errors import AppError
from models.deal_forms import ExtraStageCreate, PartRemoved
from workflow.deals import add_stage, remove_need, remove_party, remove_stage

router = PolicyRouter(prefix="/deals/{public_id}")


@router.post("/stages", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.stage_add")
def submit_stage(
    shell: ShellDep, session: WriteSessionDep, viewer: ViewerDep, form: FormDep, now: NowDep, public_id: str
) -> Response:
    """The deal has a stage of its own."""
    try:
        add_stage(session, viewer, public_id, build(ExtraStageCreate, form), now=now)
    except AppError as error:
        attempt = attempt_of(f"stage{form.text('contract')}", form, error)
        return refused_page(shell, session, viewer, public_id, now, attempt, error)
    return shell.go(f"/deals/{public_id}", "saved")


@router.post("/stages/{code}/remove", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.stage_remove")
def submit_stage_removal(
    shell: ShellDep,
    session: WriteSessionDep,
    viewer: ViewerDep,
    form: FormDep,
    now: NowDep,
    public_id: str,
    code: str,
) -> Response:
    """The deal has that stage no more."""
    remove_stage(session, viewer, public_id, code, now=now, version=form.version())
    return shell.go(f"/deals/{public_id}", "saved")


@router.post("/parties/{number}/remove", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.party_remove")
def submit_party_removal(
    shell: ShellDep,
    session: WriteSessionDep,
    viewer: ViewerDep,
    form: FormDep,
    now: NowDep,
    public_id: str,
    number: int,
) -> Response:
    """The side has no part in the deal any more."""
    try:
        remove_party(session, viewer, public_id, number, build(PartRemoved, form), now=now)
    except AppError as error:
        attempt = attempt_of(f"out-party{number}", form, error)
        return refused_page(shell, session, viewer, public_id, now, attempt, error)
    return shell.go(f"/deals/{public_id}", "saved")


@router.post("/needs/{need_id}/remove", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.need_remove")
def submit_need_removal(
    shell: ShellDep,
    session: WriteSessionDep,
    viewer: ViewerDep,
    form: FormDep,
    now: NowDep,
    public_id: str,
    need_id: str,
) -> Response:
    """The deal is no longer to meet the need."""
    try:
        remove_need(session, viewer, public_id, need_id, build(PartRemoved, form), now=now)
    except AppError as error:
        attempt = attempt_of(f"out-need{need_id}", form, error)
        return refused_page(shell, session, viewer, public_id, now, attempt, error)
    return shell.go(f"/deals/{public_id}", "saved")
